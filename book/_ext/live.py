"""Figures that move under the reader's hand: the still one that everybody gets, and what the page's script makes of it.

A page shows one in a cell whose input is not seen, and which the downloaded notebook leaves out::

    ```{code-cell} python
    :tags: [remove-input, live]
    from live import live

    live("valley", "One valley, any step", plots.descent_path(…), "Contours of …", tries=["Set the rate to 0.2."])
    ```

``book/_live/valley.js`` draws it, in the frame of ``frame.js``, which says what such a module exports. Where no script
runs, and until it has been loaded, the still figure stands there, with the same things to try left out.
"""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from bplib import plots

FOLDER = Path(__file__).resolve().parents[1] / "_live"
#: Modules that figures share.
SHARED = ("frame", "draw", "numbers")


class Live:
    """A live figure ready for the page."""

    def __init__(self, markup: str, alt: str) -> None:
        self.html = markup
        self.alt = alt

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.alt


def names() -> list[str]:
    """The live figures that there are."""
    return sorted(path.stem for path in FOLDER.glob("*.js") if path.stem not in SHARED)


def live(
    name: str, title: str, still: Figure, alt: str, tries: Sequence[str], data: Any = None, digits: int = 17
) -> Live:
    """Show a live figure.

    Parameters
    ----------
    name
        Of its module in ``book/_live``.
    title
        A few words above it.
    still, alt
        The figure at rest and its words, as for `bplib.plots.show`.
    tries
        What the reader may try, one sentence each.
    data
        Numbers that were computed with bplib: arrays, dictionaries and lists of them.
    digits
        Significant digits of the data; 17 are all that a number has.

    Raises
    ------
    ValueError
        There is no such module, nothing to try, or more than 40 kB in all.
    """
    if name not in names():
        raise ValueError(f"there is no live figure {name!r} in book/_live: expected one of {', '.join(names())}")
    if not tries:
        raise ValueError(f"the live figure {name!r} gives the reader nothing to try")
    text = "" if data is None else json.dumps(_plain(data, digits), separators=(",", ":"))
    size = len(text) + (FOLDER / f"{name}.js").stat().st_size
    if size > 40_000:
        raise ValueError(f"the live figure {name!r} has {size} bytes, expected at most 40,000: fewer digits, or fewer numbers")
    safe = text.replace("<", "\\u003c") or "null"
    things = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in tries)
    return Live(
        f'<figure class="bp-live" data-live="{name}"><figcaption class="bp-live-title">{html.escape(title)}</figcaption>'
        f'<div class="bp-live-still">{plots.show(still, alt).html}</div>'
        f'<div class="bp-live-tries"><p>What to try</p><ul>{things}</ul></div>'
        f'<script type="application/json">{safe}</script></figure>',
        alt,
    )


def _plain(value: Any, digits: int) -> Any:
    """Numbers as JSON has them, with so many significant digits."""
    if isinstance(value, dict):
        return {key: _plain(inner, digits) for key, inner in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist(), digits)
    if isinstance(value, (list, tuple)):
        return [_plain(inner, digits) for inner in value]
    if isinstance(value, (float, np.floating)):
        return float(f"{value:.{digits}g}")
    return value.item() if isinstance(value, np.generic) else value
