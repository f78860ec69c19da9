"""Figures that move under the reader's hand: what a page hands to the script that draws one.

A page shows one in a cell that is not seen, and that the downloaded notebook leaves out, right after the still figure whose place
it takes::

    ```{code-cell} python
    :tags: [remove-input, live]
    from live import live

    live("valley", "One valley, any step", tries=["Set the rate to 0.2."])
    ```

``book/_live/valley.js`` draws it, in the frame of ``frame.js``, which says what such a module exports. Where no script runs, and
until it has been loaded, the still figure stands there.
"""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bplib.plots import Shown

FOLDER = Path(__file__).resolve().parents[1] / "_live"
#: Modules that figures share.
SHARED = ("frame", "draw", "numbers")
#: Bytes of a figure: its module and its data.
LARGEST = 40_000


def names() -> list[str]:
    """The live figures that there are."""
    return sorted(path.stem for path in FOLDER.glob("*.js") if path.stem not in SHARED)


def live(
    name: str, title: str, tries: Sequence[str], data: Any = None, digits: int = 17, instead: bool = True
) -> Shown:
    """Show a live figure.

    Parameters
    ----------
    name
        Of its module in ``book/_live``.
    title
        A few words above it.
    tries
        What the reader may try, one sentence each.
    data
        Numbers that were computed with bplib: arrays, dictionaries and lists of them.
    digits
        Significant digits of the data; 17 are all that a number has.
    instead
        Whether it takes the place of the figure right before it.

    Raises
    ------
    ValueError
        There is no such module, nothing to try, or more than 40 kB in all.
    """
    if name not in names():
        raise ValueError(f"there is no live figure {name!r} in book/_live: expected one of {', '.join(names())}")
    if not tries:
        raise ValueError(f"the live figure {name!r} gives the reader nothing to try")
    text = "null" if data is None else json.dumps(_plain(data, digits), separators=(",", ":"))
    size = len(text) + (FOLDER / f"{name}.js").stat().st_size
    if size > LARGEST:
        raise ValueError(
            f"the live figure {name!r} has {size} bytes, expected at most 40,000: fewer digits, or fewer numbers"
        )
    things = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in tries)
    # No text of the data may end the script.
    safe = text.replace("<", "\\u003c")
    return Shown(
        f'<figure class="bp-live" data-live="{name}"{" data-instead" if instead else ""}>'
        f'<figcaption class="bp-live-title">{html.escape(title)}</figcaption><div class="bp-live-body"></div>'
        f'<div class="bp-live-tries"><p>What to try</p><ul>{things}</ul></div>'
        f'<script type="application/json">{safe}</script></figure>',
        title,
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
