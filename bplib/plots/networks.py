"""The picture of a small network: units as circles, weights as lines, numbers on both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch
from numpy.typing import ArrayLike

from bplib.plots.theme import COLORS, INK, MUTED, SURFACE, figure
from bplib.types import Array, Gradients, Parameters

if TYPE_CHECKING:
    from bplib.network import Network

# Lengths are in units of the drawing, in which the circles have this radius.
_RADIUS = 0.3
_LAYER_STEP = 2.3
_UNIT_STEP = 1.25
_LABEL_HEIGHT = 0.27
_LARGEST = 10


def network_diagram(
    network: Network,
    params: Parameters | None = None,
    *,
    values: Sequence[ArrayLike] | None = None,
    gradients: Gradients | None = None,
    title: str | None = None,
) -> Figure:
    """Draw a network with the numbers that are in it.

    Blue lines are positive and orange, dashed ones negative; thick ones are large. The numbers on the lines
    are the weights, or the gradients when these are given: then the arrows point back. Where the lines are too
    many for numbers, only color and width remain.

    Parameters
    ----------
    network
        The plan, at most 10 units in a layer.
    params
        Weights and biases; a bias is written below its unit. Without them the lines are plain.
    values
        One array per layer for *one* sample, the inputs first: ``[x, a1, a2]``, written into the circles.
    gradients
        From `bplib.backpropagation.backpropagation`, shown in place of the parameters.
    title
        Written above.

    Raises
    ------
    ValueError
        If a layer is too large to draw, or numbers do not fit the network.
    """
    if max(network.sizes) > _LARGEST:
        raise ValueError(
            f"sizes is {network.sizes}, expected at most {_LARGEST} units in a layer; plots.weights() draws larger ones."
        )
    for given in (params, gradients):
        if given is not None:
            network.check(given)
    inside = _checked_values(network, values)
    shown = gradients if gradients is not None else params
    spread = _UNIT_STEP * min(1.0, 4.2 / max(network.sizes))
    height = spread * (max(network.sizes) - 1) + 2 * _RADIUS + (0.84 if shown is not None else 0.58)
    width = _LAYER_STEP * network.depth + 2 * _RADIUS + 0.5
    zoom = min(7.0 / width, 1.25)
    fig, ax = figure(width * zoom, height * zoom + (0.35 if title else 0.0))
    places = [
        [(layer * _LAYER_STEP, spread * ((n - 1) / 2 - unit)) for unit in range(n)]
        for layer, n in enumerate(network.sizes)
    ]
    for layer in range(1, network.depth + 1):
        matrix = None if shown is None else np.asarray(shown[f"W{layer}"], dtype=float)
        _edges(ax, places[layer - 1], places[layer], matrix, backward=gradients is not None)
    for layer, column in enumerate(places):
        biases = None if shown is None or layer == 0 else np.asarray(shown[f"b{layer}"], dtype=float)
        for unit, (x, y) in enumerate(column):
            ax.add_patch(Circle((x, y), _RADIUS, facecolor=SURFACE, edgecolor=INK, linewidth=1.3, zorder=3))
            text = _unit_name(layer, unit, network) if inside is None else _short(inside[layer][unit])
            ax.text(x, y, text, ha="center", va="center", color=INK, fontsize=10, zorder=4)
            if biases is not None and spread > 1.0:
                _bias(ax, x, y, biases[unit], gradients is not None)
    floor = min(y for column in places for _, y in column) - _RADIUS - (0.36 if shown is not None else 0.1)
    for layer in range(network.depth + 1):
        ax.text(
            layer * _LAYER_STEP, floor - 0.32, _caption(layer, network), ha="center", color=MUTED, fontsize=10
        )
    ax.set(
        xlim=(-0.55, width - 0.55),
        ylim=(floor - 0.4, max(y for column in places for _, y in column) + _RADIUS + 0.08),
        aspect="equal",
    )
    ax.set_axis_off()
    if title:
        ax.set_title(title)
    return fig


def _edges(
    ax: Any, left: Sequence[tuple[float, float]], right: Sequence[tuple[float, float]], matrix: Array | None,
    *, backward: bool,
) -> None:  # fmt: skip
    """Lines from circle to circle with an arrowhead, and numbers where there is room for all of them."""
    largest = 1.0 if matrix is None else float(np.abs(matrix).max(initial=0.0)) or 1.0
    along, room = _label_place(left, right)
    crowded = len(left) * len(right) > 12
    for i, start in enumerate(left):
        for j, end in enumerate(right):
            value = None if matrix is None else float(matrix[i, j])
            color = MUTED if value is None or value == 0 else COLORS[0] if value > 0 else COLORS[1]
            a, b = np.array(start), np.array(end)
            inset = (b - a) / np.hypot(*(b - a)) * (_RADIUS + 0.04)
            tail, head = (b - inset, a + inset) if backward else (a + inset, b - inset)
            ax.add_patch(
                FancyArrowPatch(
                    tail,
                    head,
                    arrowstyle="-" if crowded else "-|>,head_length=3.2,head_width=1.7",
                    shrinkA=0,
                    shrinkB=0,
                    color=color,
                    linewidth=1.0 if value is None else 0.7 + 2.0 * abs(value) / largest,
                    linestyle=(0, (3.5, 1.6)) if value is not None and value < 0 else "-",
                    alpha=0.65 if crowded else 1.0,
                    zorder=1,
                )
            )
            if value is not None and room >= _LABEL_HEIGHT:
                x, y = a + along * (b - a)
                ax.text(
                    x, y, _short(value), ha="center", va="center", color=INK, fontsize=10, zorder=2,
                    bbox={"facecolor": SURFACE, "edgecolor": "none", "pad": 1.6},
                )  # fmt: skip


def _label_place(
    left: Sequence[tuple[float, float]], right: Sequence[tuple[float, float]]
) -> tuple[float, float]:
    """Where along the lines their numbers have room: all at one share of the way, as near the middle as possible."""
    best = (0.5, -1.0)
    for along in sorted(np.linspace(0.24, 0.76, 53), key=lambda t: (round(abs(t - 0.5), 6), t)):
        heights = np.sort([(1 - along) * y0 + along * y1 for _, y0 in left for _, y1 in right])
        room = float(np.diff(heights).min()) if heights.size > 1 else np.inf
        if room >= 1.3 * _LABEL_HEIGHT:
            return float(along), room
        if room > best[1] + 1e-9:
            best = (float(along), room)
    return best


def _bias(ax: Any, x: float, y: float, value: float, is_gradient: bool) -> None:
    sign = "" if is_gradient or value <= 0 else "+"
    ax.text(
        x, y - _RADIUS - 0.05, f"bias {sign}{_short(value)}", ha="center", va="top", color=MUTED, fontsize=9.5, zorder=2,
        bbox={"facecolor": SURFACE, "edgecolor": "none", "pad": 0.6},
    )  # fmt: skip


def _checked_values(network: Network, values: Sequence[ArrayLike] | None) -> list[Array] | None:
    if values is None:
        return None
    layers = [np.asarray(value, dtype=float).reshape(-1) for value in values]
    sizes = tuple(layer.size for layer in layers)
    if sizes != network.sizes:
        raise ValueError(
            f"values hold {sizes} numbers per layer, expected {network.sizes}: the inputs and then the activations "
            f"of each layer, for one sample."
        )
    return layers


def _unit_name(layer: int, unit: int, network: Network) -> str:
    index = str(unit + 1).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
    if layer == network.depth:
        return "ŷ" if network.sizes[-1] == 1 else f"ŷ{index}"
    return f"x{index}" if layer == 0 else f"a{index}"


def _caption(layer: int, network: Network) -> str:
    if layer == 0:
        return "inputs"
    if layer == network.depth:
        return "output" if network.sizes[-1] == 1 else "outputs"
    return "hidden" if network.depth == 2 else f"hidden {layer}"


def _short(value: float) -> str:
    """As few characters as tell the number: 0.2 stays 0.2, 0.645656 is 0.646, and 0.00002 is 2e-05."""
    value = float(value)
    if value == round(value, 2) or abs(value) >= 100:
        text = f"{value:.4g}"
    elif abs(value) >= 0.0005:
        text = f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"
    else:
        text = f"{value:.0e}"
    return text.replace("-", "−")
