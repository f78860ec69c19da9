"""Curves and bars: learning curves, activation functions, gradient sizes, the error of finite differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from bplib.plots.theme import COLORS, GRID, INK, MUTED, figure, label_lines
from bplib.types import Array, Gradients

if TYPE_CHECKING:
    from bplib.iterations import History


def learning_curves(
    histories: History | ArrayLike | Mapping[str, History | ArrayLike], *, log: bool = False
) -> Figure:
    """The loss over the epochs: training solid, validation dashed with a dot at its lowest point.

    Parameters
    ----------
    histories
        From `bplib.iterations.train`, or plain losses, one number per epoch; one or several by name.
    log
        Put the loss on a logarithmic axis.

    Raises
    ------
    ValueError
        If there is no history, or more than six, or one without a finished epoch.
    """
    single = not isinstance(histories, Mapping)
    named = dict(histories) if isinstance(histories, Mapping) else {"training": histories}
    _require_at_most_six(named, "histories")
    fig, ax = figure(height=3.4)
    labels, validated = [], False
    for color, (name, history) in zip(COLORS, named.items()):
        loss, validation = _losses(history)
        if loss.ndim != 1 or not loss.size:
            raise ValueError(
                f"history {name!r} has no finished epoch, expected one that train() returned, or a list of losses."
            )
        epochs = np.arange(1, loss.size + 1)
        ax.plot(epochs, loss, color=color, linewidth=1.8)
        labels.append((epochs[-1], loss[-1], name, color))
        if validation.size:
            validated = True
            shade, best = COLORS[1] if single else color, int(np.argmin(validation))
            ax.plot(epochs, validation, color=shade, linewidth=1.6, linestyle=(0, (4, 2)))
            ax.plot(epochs[best], validation[best], "o", color=shade, markersize=5)
            if single:
                labels.append((epochs[-1], validation[-1], "validation", shade))
    if log:
        ax.set_yscale("log")
    else:
        ax.set_ylim(bottom=min(0.0, ax.get_ylim()[0]))
    ax.set_xlabel("epoch")
    ax.set_title("loss")
    ax.grid(axis="x", visible=False)
    ax.margins(x=0.01)
    if validated and not single:
        ax.set_title("dashed: validation", loc="right", color=MUTED, fontsize=10)
    label_lines(ax, labels)
    return fig


def _losses(history: History | ArrayLike) -> tuple[Array, Array]:
    """The losses in training and in validation, the latter empty where there are none."""
    loss, validation = getattr(history, "loss", history), getattr(history, "validation_loss", ())
    return np.asarray(loss, dtype=float), np.asarray(validation, dtype=float)


def activation_curves(names: Sequence[str]) -> Figure:
    """Activation functions on the left, their derivatives on the right.

    Parameters
    ----------
    names
        Up to six names from `bplib.activation.ACTIVATIONS`; softmax mixes its units and has no single curve.
    """
    # Only here: the other figures can be had where the book's own answers are withheld.
    from bplib.activation import get_activation

    names = [names] if isinstance(names, str) else list(names)
    _require_at_most_six(names, "names")
    if "softmax" in names:
        raise ValueError(
            "softmax mixes the units of a layer, expected functions of one number such as 'tanh'."
        )
    z = np.linspace(-4, 4, 401)
    fig, (left, right) = figure(height=3.3, columns=2)
    dashes = ("-", (0, (5, 1.5)), (0, (2, 1.2)), (0, (6, 1.5, 1.5, 1.5)), (0, (1, 1)), (0, (9, 2)))
    # Later curves are thinner, so that those beneath them can be seen.
    for name, color, dash, thickness in zip(names, COLORS, dashes, np.linspace(3.2, 1.4, 6)):
        activation = get_activation(name)
        a = activation.forward(z)
        left.plot(z, a, color=color, linestyle=dash, linewidth=thickness, label=name.replace("_", " "))
        right.plot(
            z, activation.backward(np.ones_like(z), z, a), color=color, linestyle=dash, linewidth=thickness
        )
    for ax, title, limits in (
        (left, "function φ(z)", (-1.25, 2.25)),
        (right, "slope φ′(z)", (-0.1, 1.15)),
    ):
        ax.axhline(0, color=MUTED, linewidth=0.7)
        ax.set(xlim=(-4, 4), ylim=limits, xlabel="z")
        ax.set_title(title)
    fig.legend(
        loc="outside upper center", ncols=min(len(names), 4), frameon=False, labelcolor=INK, fontsize=10.5
    )
    return fig


def gradients(grads: Gradients) -> Figure:
    """How large the gradients of each layer's weights are: the median as a dot, the middle half as a bar.

    The thin line spans the middle 90 %. The axis is logarithmic, so entries that are exactly zero cannot be
    drawn; their share is written beside the layer.

    Parameters
    ----------
    grads
        From `bplib.backpropagation.backpropagation`; the entries named ``W…`` are drawn, first layer on top.
    """
    weights = [name for name in grads if name.startswith("W")]
    if not weights:
        raise ValueError(f"grads are {sorted(grads)}, expected gradients with names such as 'W1'.")
    fig, ax = figure(height=1.1 + 0.5 * len(weights))
    for row, name in enumerate(weights):
        sizes = np.abs(np.asarray(grads[name], dtype=float)).ravel()
        seen = sizes[sizes > 0]
        if seen.size:
            low, left, middle, right, high = np.quantile(seen, [0.05, 0.25, 0.5, 0.75, 0.95])
            ax.plot([low, high], [row, row], color=COLORS[0], linewidth=1.4)
            ax.plot(
                [left, right], [row, row], color=COLORS[0], linewidth=7, solid_capstyle="butt", alpha=0.55
            )
            ax.plot(middle, row, "o", color=INK, markersize=5.5)
        if seen.size < sizes.size:
            share = f"{1 - seen.size / sizes.size:.0%} zeros"
            ax.annotate(share, (1, row), xycoords=("axes fraction", "data"), xytext=(6, 0), annotation_clip=False,
                        textcoords="offset points", va="center", color=MUTED, fontsize=10)  # fmt: skip
    ax.set_xscale("log")
    ax.set_yticks(range(len(weights)), weights)
    ax.set_ylim(len(weights) - 0.4, -0.6)
    ax.set_xlabel("size of the gradient's entries")
    ax.grid(axis="y", visible=False)
    ax.tick_params(axis="y", labelcolor=INK)
    return fig


def u_curve(steps: ArrayLike, errors: Mapping[str, ArrayLike]) -> Figure:
    """The error of numerical derivatives against the step size, both logarithmic.

    Parameters
    ----------
    steps
        Step sizes h, shape (k,).
    errors
        Relative errors by the name of the method, each (k,). Zeros are drawn at 1e-17, below all rounding.
    """
    steps = np.asarray(steps, dtype=float)
    _require_at_most_six(errors, "errors")
    fig, ax = figure(height=3.6)
    labels = []
    for color, marker, (name, values) in zip(COLORS, "osD^vP", errors.items()):
        values = np.asarray(values, dtype=float)
        if values.shape != steps.shape:
            raise ValueError(
                f"errors {name!r} have shape {values.shape}, expected that of the steps, {steps.shape}."
            )
        drawn = np.maximum(values, 1e-17)
        ax.plot(steps, drawn, color=color, linewidth=1.6, marker=marker, markersize=4)
        right = int(np.argmax(steps))
        labels.append((steps[right], drawn[right], name, color))
    ax.set(xscale="log", yscale="log", xlabel="step size h")
    ax.set_title("relative error")
    label_lines(ax, labels)
    return fig


def bars(
    names: Sequence[str], values: ArrayLike, *, errors: ArrayLike | None = None, xlabel: str = ""
) -> Figure:
    """Horizontal bars with their values written beside them.

    Parameters
    ----------
    names, values
        One bar each, the first on top.
    errors
        Half the length of each error bar, such as a standard deviation.
    xlabel
        What is measured, with its unit.
    """
    values = np.asarray(values, dtype=float)
    if values.shape != (len(names),):
        raise ValueError(f"values have shape {values.shape}, expected ({len(names)},): one per name.")
    spread = np.zeros_like(values) if errors is None else np.asarray(errors, dtype=float)
    if spread.shape != values.shape:
        raise ValueError(f"errors have shape {spread.shape}, expected that of the values, {values.shape}.")
    fig, ax = figure(height=0.9 + 0.42 * len(names))
    rows = np.arange(len(names))
    ax.barh(rows, values, height=0.62, color=COLORS[0])
    if errors is not None:
        ax.errorbar(values, rows, xerr=spread, fmt="none", ecolor=INK, elinewidth=1.2)
    for row, value, reach in zip(rows, values, spread):
        end = value + reach if value >= 0 else value - reach
        ax.annotate(f"{value:.4g}".replace("-", "−"), (end, row), xytext=(5 if value >= 0 else -5, 0), textcoords="offset points",
                    ha="left" if value >= 0 else "right", va="center", color=INK, annotation_clip=False)  # fmt: skip
    ax.margins(x=0.1)
    ax.set_yticks(rows, names)
    ax.invert_yaxis()
    ax.tick_params(axis="y", labelcolor=INK)
    ax.grid(axis="y", visible=False)
    ax.axvline(0, color=GRID if (values >= 0).all() else MUTED, linewidth=0.8)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(xlabel)
    return fig


def _require_at_most_six(items: Mapping[str, object] | Sequence[str], name: str) -> None:
    if not 1 <= len(items) <= len(COLORS):
        raise ValueError(
            f"{name} has {len(items)} entries, expected 1 to {len(COLORS)}: there are that many colors."
        )
