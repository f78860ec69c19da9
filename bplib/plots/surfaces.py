"""Functions of two numbers: what a classifier decides in the plane, and walks through a landscape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from bplib.plots.theme import COLORS, INK, MUTED, SURFACE, figure
from bplib.types import Array

_MARKERS = "osD^vP"


def decision_boundary(
    predict: Callable[[Array], Array], x: ArrayLike, y: ArrayLike, *, title: str | None = None, ax: Any = None
) -> Figure:
    """The plane colored by the predicted class, deeper where the classifier is surer, with the samples on top.

    Parameters
    ----------
    predict
        Takes points (m, 2), gives probabilities (m, 1) or (m, classes).
    x
        The samples, shape (m, 2).
    y
        Their classes: labels (m,), targets (m, 1), or one-hot rows (m, classes); up to six classes.
    title
        Written above.
    ax
        Axes to draw into, for several side by side; by default a new figure.

    Raises
    ------
    ValueError
        If the samples are not points of the plane, or labels or probabilities do not fit.
    """
    x, labels = np.asarray(x, dtype=float), _labels(np.asarray(y))
    if x.ndim != 2 or x.shape[1] != 2:
        raise ValueError(f"x has shape {x.shape}, expected (samples, 2): points of a plane.")
    if len(labels) != len(x):
        raise ValueError(f"y has {len(labels)} labels for {len(x)} samples, expected one each.")
    if labels.max() >= len(COLORS):
        raise ValueError(f"y reaches class {labels.max()}, expected at most {len(COLORS)} classes, 0 to 5.")
    fig, ax = figure(width=5.2, height=4.4) if ax is None else (ax.figure, ax)
    margin = 0.12 * (x.max(axis=0) - x.min(axis=0)) + 1e-9
    low, high = x.min(axis=0) - margin, x.max(axis=0) + margin
    side = 90
    across, up = np.meshgrid(np.linspace(low[0], high[0], side), np.linspace(low[1], high[1], side))
    probabilities = np.asarray(predict(np.column_stack([across.ravel(), up.ravel()])))
    if probabilities.ndim != 2 or len(probabilities) != side**2:
        raise ValueError(
            f"predict gave shape {probabilities.shape} for {side**2} points, expected ({side**2}, classes)."
        )
    if probabilities.shape[1] == 1:
        probabilities = np.hstack([1 - probabilities, probabilities])
    classes = probabilities.shape[1]
    for k in range(min(classes, len(COLORS))):
        lead = (probabilities[:, k] - np.delete(probabilities, k, axis=1).max(axis=1)).reshape(side, side)
        for least, strength in ((0.0, 0.14), (0.5, 0.14)):
            if lead.max() > least:
                ax.contourf(across, up, lead, [least, 2.0], colors=[COLORS[k]], alpha=strength)
        if lead.min() < 0 < lead.max():
            ax.contour(across, up, lead, [0.0], colors=[INK], linewidths=1.2)
    for k in np.unique(labels):
        ax.scatter(*x[labels == k].T, s=26, marker=_MARKERS[k], color=COLORS[k], edgecolor=SURFACE, linewidth=0.7,
                   zorder=3, label=f"class {k}")  # fmt: skip
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xlabel="x₁", ylabel="x₂")
    ax.grid(visible=False)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderpad=0.1, handletextpad=0.1,
              columnspacing=0.9, fontsize=10)  # fmt: skip
    if title:
        ax.set_title(title, pad=26)
    return fig


def descent_path(
    function: Callable[[Array], float],
    paths: Mapping[str, ArrayLike],
    xlim: tuple[float, float],
    ylim: tuple[float, float],
) -> Figure:
    """Contour lines of a function of two numbers, with walks through it; a ring marks where each starts.

    Parameters
    ----------
    function
        Takes a point (2,), gives one number.
    paths
        Points (k, 2) by the name of the walk, for example ``gradient_descent(…).path``. Up to six.
    xlim, ylim
        The part of the plane to show; a walk that leaves it is cut off.

    Raises
    ------
    ValueError
        If a path is not (k, 2) or there are more than six.
    """
    if len(paths) > len(COLORS):
        raise ValueError(
            f"paths has {len(paths)} entries, expected at most {len(COLORS)}: as many as colors."
        )
    fig, ax = figure(height=4.2)
    side = 70
    across, up = np.meshgrid(np.linspace(*xlim, side), np.linspace(*ylim, side))
    heights = np.array(
        [function(point) for point in np.column_stack([across.ravel(), up.ravel()])], dtype=float
    )
    finite = heights[np.isfinite(heights)]
    if finite.size == 0:
        raise ValueError(
            f"function is finite nowhere in {xlim} × {ylim}, expected a part of the plane where it is."
        )
    levels = np.unique(np.quantile(finite, np.linspace(0.015, 0.97, 13)))
    if levels.size > 1:
        masked = np.ma.masked_invalid(heights).reshape(side, side)
        ax.contourf(
            across, up, masked, levels[: 1 + levels.size // 3], colors=[COLORS[5]], alpha=0.10, extend="min"
        )
        ax.contour(across, up, masked, levels, colors=[MUTED], linewidths=0.7, alpha=0.65)
    # Later walks are thinner, so that those beneath them can be seen.
    for color, marker, thickness, (name, path) in zip(
        COLORS, _MARKERS, np.linspace(2.4, 1.0, 6), paths.items()
    ):
        path = np.asarray(path, dtype=float)
        if path.ndim != 2 or path.shape[1] != 2:
            raise ValueError(f"path {name!r} has shape {path.shape}, expected (steps, 2).")
        sparse = max(1, len(path) // 30)
        ax.plot(
            *path.T,
            color=color,
            linewidth=thickness,
            marker=marker,
            markersize=1.6 + thickness,
            markevery=sparse,
            label=name,
        )
        ax.plot(
            *path[0], "o", markersize=9, markerfacecolor="none", markeredgecolor=color, markeredgewidth=1.6
        )
    ax.set(xlim=xlim, ylim=ylim)
    ax.grid(visible=False)
    if paths:
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3)
    return fig


def _labels(y: Array) -> Array:
    if y.ndim == 2 and y.shape[1] > 1:
        return y.argmax(axis=1)
    labels = y.reshape(-1).astype(int)
    if y.ndim > 2 or not np.array_equal(labels, y.reshape(-1)) or labels.min(initial=0) < 0:
        raise ValueError(
            f"y has shape {y.shape} and dtype {y.dtype}, expected labels 0, 1, … or one-hot rows."
        )
    return labels
