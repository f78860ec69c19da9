"""Numbers as a table of the page: it can be read aloud, and scrolls by itself on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from bplib.plots.theme import Shown


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
