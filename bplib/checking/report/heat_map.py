"""Where a gradient is wrong, as a grid of squares; a word stands beside it for those who cannot see it."""

from __future__ import annotations

from html import escape

import numpy as np

from bplib.types import Array

#: Larger arrays are shown as blocks, each by its worst entry.
CELLS = 32


def laid_out(units: Array) -> Array:
    """An array of any number of axes on a plane: blocks of the last two axes, the axes before them in turn down and across.

    Blocks are apart by a line of NaN.
    """
    if units.ndim <= 2:
        return np.atleast_2d(units)
    blocks = [laid_out(block) for block in units]
    down = units.ndim % 2 == 1
    gap = np.full((1, blocks[0].shape[1]) if down else (blocks[0].shape[0], 1), np.nan)
    parts = [part for block in blocks for part in (block, gap)][:-1]
    return np.concatenate(parts, axis=0 if down else 1)


def heat_map(name: str, units: Array, wrong: int) -> str:
    """An SVG with a square for each entry, or for each block of a large array; empty where there is no entry.

    Parameters
    ----------
    name, wrong
        The parameter, and how many of its entries are wrong.
    units
        The error of each entry in units of its tolerance; NaN where nobody looked.
    """
    if not units.size:
        return ""
    blocks = _blocks(laid_out(units))
    height, width = blocks.shape
    share = np.clip(np.log10(np.fmax(blocks, 1.0)) / 6, 0, 1)
    squares = "".join(
        f'<rect x="{j}" y="{i}" width="0.92" height="0.92" fill="#c2354c" fill-opacity="{0.08 + 0.92 * share[i, j]:.2f}"/>'
        for i in range(height)
        for j in range(width)
        if not np.isnan(blocks[i, j])
    )
    looked = int(np.isfinite(units).sum() + np.isinf(units).sum())
    label = f"{wrong} of {looked} entries of {name} are wrong; the darker, the more"
    return (
        f'<svg role="img" aria-label="{escape(label)}" viewBox="0 0 {width} {height}" '
        f'style="display:block;margin:.3em 0 0;width:{min(8 * width, 256)}px;max-width:100%">{squares}</svg>'
    )


def _blocks(units: Array) -> Array:
    rows, columns = (min(CELLS, n) for n in units.shape)
    parts = [np.array_split(row, columns, axis=1) for row in np.array_split(units, rows, axis=0)]
    return np.array([[np.fmax.reduce(part, axis=None) for part in row] for row in parts])
