"""Numbers as a table of the page: it can be read aloud, and scrolls by itself on a phone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from bplib.plots.theme import Shown

if TYPE_CHECKING:
    from bplib.applications.model import Model


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]], caption: str) -> Shown:
    """A table whose first column names its rows.

    Parameters
    ----------
    columns
        The heads, the first column's among them.
    rows
        One sequence a row, as long as ``columns``. Numbers stand to the right, None is left empty.
    caption
        What the table shows, in a sentence.

    Raises
    ------
    ValueError
        If a row has more or fewer cells than there are columns.
    """
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(
                f"the row {row!r} has {len(row)} cells, expected {len(columns)}: one per column."
            )
    numbers = [
        bool(rows) and all(isinstance(row[k], (int, float)) or row[k] is None for row in rows)
        for k in range(len(columns))
    ]
    head = "".join(
        f'<th scope="col"{" class=bp-number" if number else ""}>{escape(column)}</th>'
        for column, number in zip(columns, numbers, strict=True)
    )
    body = "".join(
        f'<tr><th scope="row">{escape(str(name))}</th>{"".join(map(_cell, cells))}</tr>'
        for name, *cells in rows
    )
    words = [
        ", ".join(f"{c} {v}" for c, v in zip(columns, row, strict=True) if v is not None) for row in rows
    ]
    return Shown(
        f'<div class="pst-scrollable-table-container bp-table" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="table"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>",
        "\n".join([caption, *words]),
    )


def _cell(value: Any) -> str:
    if value is None:
        return "<td></td>"
    number = isinstance(value, (int, float))
    text = f"{value:,}" if isinstance(value, int) else f"{value:.3g}" if number else str(value)
    return f'<td class="bp-number">{text}</td>' if number else f"<td>{escape(text)}</td>"


def layers(model: Model, caption: str = "") -> Shown:
    """The layers of a model, one a row: what becomes of one sample, and how many parameters it takes.

    Parameters
    ----------
    model
        Such as `bplib.applications.lenet.lenet` gives.
    caption
        What the table shows; by default how many parameters there are in all.
    """
    rows = [["the input", _shape(model.input_shape), None], *_layers(model.layers, model.input_shape, "")]
    count = sum(int(np.prod(shape)) for shape in model.shapes().values())
    return table(
        ["layer", "one sample becomes", "parameters"], rows, caption or f"{count:,} parameters in all."
    )


def _layers(parts: Sequence[Any], shape: tuple[int, ...], before: str) -> Iterator[list[Any]]:
    for layer in parts:
        inside = getattr(layer, "layers", None)
        if inside is None:
            count = sum(int(np.prod(own)) for own in layer.shapes(shape).values())
            yield [f"{before}{layer}", _shape(layer.output_shape(shape)), count or None]
        elif layer.joins:
            for number, branch in enumerate(inside, start=1):
                yield from _layers([branch], shape, f"{before}branch {number}: ")
            yield [f"{before}branches, added up", _shape(layer.output_shape(shape)), None]
        else:
            yield from _layers(inside, shape, before)
        shape = layer.output_shape(shape)


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))
