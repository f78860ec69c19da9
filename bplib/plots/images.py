"""Numbers as pixels: weights, images, confusion matrices.

Pixels are drawn as shapes in a theme color whose opacity is the number: an embedded picture could not follow
the page from light to dark. Photographs are the exception: they have colors of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.path import Path
from numpy.typing import ArrayLike

from bplib.plots.theme import COLORS, INK, MUTED, figure
from bplib.types import Array, Parameters

# Digits have 16 levels of grey; more are not told apart.
_LEVELS = 16


def weights(params: Parameters, names: Sequence[str] | None = None) -> Figure:
    """Each weight matrix as a grid of pixels: color 0 for positive, color 1 for negative, strong is opaque.

    Rows are the inputs of the layer and columns its units. All matrices share one scale, so that a pale one
    does have small weights. Matrices with at most 40 entries carry their numbers.

    Parameters
    ----------
    params
        Weights by name.
    names
        Which to draw; by default every ``W…``.

    Raises
    ------
    ValueError
        If a name is unknown or a parameter is not a matrix.
    """
    names = [name for name in params if name.startswith("W")] if names is None else list(names)
    missing = [name for name in names if name not in params]
    if missing or not names:
        raise ValueError(f"weights {missing or names} are not there, expected some of {sorted(params)}.")
    matrices = [np.asarray(params[name], dtype=float) for name in names]
    for name, matrix in zip(names, matrices):
        if matrix.ndim != 2:
            raise ValueError(f"{name} has shape {matrix.shape}, expected a matrix (inputs, units).")
    scale = max(float(np.abs(matrix).max(initial=0.0)) for matrix in matrices)
    fig, axes = figure(height=3.4, columns=len(names), squeeze=False)
    numbered = any(matrix.size <= 40 for matrix in matrices)
    for ax, name, matrix in zip(axes[0], names, matrices):
        # Numbers have to be read on the strongest color, too.
        _pixels(ax, matrix, scale / 0.6 if numbered else scale)
        if not numbered:
            ax.set_aspect("auto")
        _frame(ax)
        ax.set_title(f"{name}  {matrix.shape[0]} × {matrix.shape[1]}")
        if matrix.size <= 40:
            for (row, column), value in np.ndenumerate(matrix):
                ax.text(column, row, f"{value:.2g}".replace("-", "−"), ha="center", va="center", color=INK)
    axes[0, 0].set_xlabel("units")
    axes[0, 0].set_ylabel("inputs")
    fig.supxlabel(f"blue: positive, orange: negative; the strongest is {scale:.3g}", color=MUTED, fontsize=10)
    return fig


def templates(W: ArrayLike, shape: tuple[int, int] = (8, 8), count: int = 16) -> Figure:
    """What each unit of a first layer looks for: its weights, one column of W, arranged like the image.

    Parameters
    ----------
    W
        Weights (pixels, units), the pixels row by row.
    shape
        Height and width of the image.
    count
        How many units at most, from the first on. Each has a scale of its own.
    """
    W = np.asarray(W, dtype=float)
    if W.ndim != 2 or W.shape[0] != shape[0] * shape[1]:
        raise ValueError(
            f"W has shape {W.shape}, expected ({shape[0] * shape[1]}, units) for images {shape}."
        )
    shown = min(count, W.shape[1])
    return _grid([(W[:, i].reshape(shape), None, f"unit {i}") for i in range(shown)], min(8, shown))


def digits_grid(images: ArrayLike, titles: Sequence[object] | None = None, columns: int = 8) -> Figure:
    """Images side by side, dark on light or light on dark as the page is.

    Parameters
    ----------
    images
        Flattened square images (m, side²) or pictures (m, height, width), from 0 (paper) to 1 (ink).
    titles
        One per image, such as its label.
    columns
        How many per row.
    """
    images = np.asarray(images, dtype=float)
    if images.ndim == 2 and round(images.shape[1] ** 0.5) ** 2 == images.shape[1]:
        side = round(images.shape[1] ** 0.5)
        images = images.reshape(-1, side, side)
    if images.ndim != 3 or len(images) == 0:
        raise ValueError(
            f"images have shape {images.shape}, expected (m, side²) or (m, height, width), m above 0."
        )
    names = [""] * len(images) if titles is None else [str(title) for title in titles]
    if len(names) != len(images):
        raise ValueError(f"there are {len(names)} titles for {len(images)} images, expected one each.")
    if columns < 1:
        raise ValueError(f"columns is {columns}, expected at least 1.")
    return _grid([(image, INK, name) for image, name in zip(images, names)], min(columns, len(images)))


def photographs(images: Sequence[ArrayLike], titles: Sequence[object], columns: int = 2) -> Figure:
    """Pictures with colors of their own side by side, the same in light and dark.

    Parameters
    ----------
    images
        Each of shape (height, width), in grey, or (height, width, 3), in red, green and blue; from 0 (black) to 1 (white), what
        lies outside is cut off.
    titles
        One per picture.
    columns
        How many per row.
    """
    pictures = [np.asarray(image, dtype=float) for image in images]
    for place, picture in enumerate(pictures):
        if picture.ndim not in (2, 3) or picture.shape[2:] not in ((), (3,)):
            raise ValueError(
                f"images[{place}] has shape {picture.shape}, expected (height, width) or (height, width, 3). "
                "Where the channels come first, write image.transpose(1, 2, 0)."
            )
    if len(titles) != len(pictures) or not pictures:
        raise ValueError(f"there are {len(titles)} titles for {len(pictures)} images, expected one each.")
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    height, width = pictures[0].shape[:2]
    fig, axes = figure(7, rows * (7 / columns * height / width + 0.25), rows, columns, squeeze=False)
    for ax in axes.flat[len(pictures) :]:
        ax.set_visible(False)
    for ax, picture, title in zip(axes.flat, pictures, titles):
        ax.imshow(np.clip(picture, 0, 1), cmap="gray", vmin=0, vmax=1)
        _frame(ax)
        ax.set_title(str(title), fontsize=10, loc="center", pad=3)
    return fig


def confusion(matrix: ArrayLike, class_names: Sequence[str]) -> Figure:
    """A confusion matrix: right answers on the diagonal in color 0, mistakes beside it in color 1.

    Opacity is the share of the true class, the number is the count.

    Parameters
    ----------
    matrix
        Counts (classes, classes), rows the truth and columns the prediction.
    class_names
        One per class.
    """
    matrix = np.asarray(matrix)
    if matrix.shape != (len(class_names),) * 2:
        raise ValueError(
            f"matrix has shape {matrix.shape}, expected ({len(class_names)}, {len(class_names)}): a row and a "
            f"column for each of the {len(class_names)} class names."
        )
    share = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    # A handful of mistakes among hundreds would be invisible in proportion; the square root lifts them.
    strength = np.sqrt(share) * 0.6
    signs = 2 * np.eye(len(matrix)) - 1
    fig, ax = figure(width=5.4, height=4.8)
    _pixels(ax, strength * signs, 1.0)
    for (row, column), count in np.ndenumerate(matrix):
        if count:
            ax.text(column, row, f"{count:g}", ha="center", va="center", color=INK, fontsize=10)
    ax.set(xlabel="predicted", ylabel="true")
    ax.set_xticks(range(len(class_names)), class_names)
    ax.set_yticks(range(len(class_names)), class_names)
    if max(map(len, class_names)) > 4 and len(class_names) > 4:
        ax.tick_params(axis="x", labelrotation=45)
    _frame(ax, ticks=True)
    return fig


def _grid(tiles: Sequence[tuple[Array, str | None, str]], columns: int) -> Figure:
    rows = -(-len(tiles) // columns)
    titled = any(title for _, _, title in tiles)
    width = 7.0 if columns > 4 else 1.3 * columns + 0.4
    fig, axes = figure(
        width, rows * (width / columns + (0.22 if titled else 0.0)), rows, columns, squeeze=False
    )
    for ax in axes.flat[len(tiles) :]:
        ax.set_visible(False)
    for ax, (image, color, title) in zip(axes.flat, tiles):
        # Ink is 1 in every image; a template is relative to its own strongest weight.
        _pixels(ax, image, 1.0 if color else float(np.abs(image).max(initial=0.0)), color)
        _frame(ax)
        ax.set_title(title, fontsize=10, loc="center", pad=3)
    return fig


def _pixels(ax: Any, matrix: Array, scale: float, color: str | None = None) -> None:
    """Draw one shape per color and level, made of the squares that have it; runs within a row are one piece."""
    levels = np.rint(np.clip(matrix / (scale or 1.0), -1, 1) * _LEVELS).astype(int)
    for level in np.unique(levels[levels != 0]):
        vertices: list[tuple[float, float]] = []
        codes: list[Any] = []
        for row, line in enumerate(levels == level):
            edges = np.flatnonzero(np.diff(np.concatenate([[False], line, [False]])))
            for left, right in zip(edges[::2] - 0.5, edges[1::2] - 0.5):
                vertices += [
                    (left, row - 0.5),
                    (right, row - 0.5),
                    (right, row + 0.5),
                    (left, row + 0.5),
                    (0, 0),
                ]
                codes += [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
        shade = color or (COLORS[0] if level > 0 else COLORS[1])
        shape = PathCollection([Path(np.array(vertices), codes)], facecolor=shade, alpha=abs(level) / _LEVELS,
                               linewidth=0, antialiased=False)  # fmt: skip
        ax.add_collection(shape, autolim=False)
    height, width = matrix.shape
    ax.set(
        xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5), aspect="equal" if width <= 3 * height else "auto"
    )


def _frame(ax: Any, ticks: bool = False) -> None:
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set(visible=True, linewidth=0.6, color=MUTED, alpha=0.6)
    if not ticks:
        ax.set(xticks=[], yticks=[])
