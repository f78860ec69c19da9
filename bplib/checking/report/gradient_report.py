"""What the check of a gradient found: for a terminal, for a notebook, as a figure."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from bplib.checking.report.card import where_to_read
from bplib.checking.diagnosis.causes import CAUSES
from bplib.types import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CORRECT, WRONG, UNDECIDED = "correct", "wrong", "undecided"
#: Larger tensors are shown as blocks, each by its worst entry.
CELLS = 32


@dataclass(frozen=True)
class Entry:
    """One entry: its index, what was given, what the difference says, and the error in units of the tolerance."""

    index: tuple[int, ...]
    given: float
    expected: float
    units: float


@dataclass(frozen=True)
class TensorReport:
    """One parameter: its verdict, how many of the ``size`` entries looked at are wrong, the worst, and all errors in units.

    ``units`` has the parameter's shape, and NaN where nobody looked.
    """

    name: str
    verdict: str
    wrong: int
    size: int
    worst: tuple[Entry, ...]
    units: Array

    def __str__(self) -> str:
        if self.verdict != WRONG:
            return f"{self.name}: {self.verdict}"
        top = self.worst[0]
        return (
            f"{self.name}: wrong in {self.wrong} of {self.size} entries; worst at {list(top.index)},\n"
            f"    given {top.given:.6g}, expected {top.expected:.6g}, {top.units:.3g} times the tolerance"
        )


@dataclass(frozen=True)
class GradientReport:
    """The verdict on a gradient.

    Attributes
    ----------
    verdict
        ``"correct"``, ``"wrong"`` or ``"undecided"``.
    cause
        The name of the mistake, see `bplib.checking.diagnosis.causes.CAUSES`, or of the precondition that does not hold; or None.
    candidates
        The names of all mistakes that reproduce the numbers, where there are several.
    tensors
        One report per parameter; empty when a precondition does not hold.
    notes
        What else there is to say.
    evaluations
        How often the loss was evaluated.
    layer
        Where the network is known: the last layer whose gradient is wrong. On its way back, this is the first wrong step.
    """

    verdict: str
    cause: str | None
    candidates: tuple[str, ...]
    tensors: tuple[TensorReport, ...]
    notes: tuple[str, ...]
    evaluations: int
    layer: int | None = None

    @property
    def passed(self) -> bool:
        """Whether the gradient is correct."""
        return self.verdict == CORRECT

    def _headline(self) -> str:
        name = f" ({self.cause})" if self.cause else ""
        return f"The gradient is {self.verdict}{name}."

    def _lines(self) -> list[str]:
        lines = []
        if self.cause in CAUSES:
            known = CAUSES[self.cause]
            lines += [f"{known.sentence[:1].upper()}{known.sentence[1:]}.", f"Hint: {known.hint}"]
        elif self.candidates:
            said = "; or ".join(CAUSES[name].sentence for name in self.candidates)
            lines.append(f"This batch cannot tell which: {said}. Try a batch of another size.")
        if self.layer is not None and self.verdict == WRONG:
            lines.append(f"On the way back, layer {self.layer} is the first that goes wrong.")
        if self.verdict == UNDECIDED:
            lines.append(
                "The uncertainty of the differences is as large as the gradient. What decides: float64, other parameters, "
                "or a loss that is not flat here."
            )
        return lines + list(self.notes)

    def __str__(self) -> str:
        lines = [self._headline(), *self._lines()]
        lines += [f"  {tensor}" for tensor in self.tensors]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        tone = {CORRECT: "#1f7a47", WRONG: "#c2354c", UNDECIDED: "#8f6200"}[self.verdict]
        said = "".join(f'<p style="margin:.3em 0 0">{escape(line)}</p>' for line in self._lines())
        if self.cause in CAUSES:
            said += f'<p style="margin:.3em 0 0">{where_to_read(CAUSES[self.cause])}</p>'
        rows = "".join(
            f'<li style="margin:.4em 0 0">{escape(str(tensor))}{_map(tensor) if tensor.verdict == WRONG else ""}</li>'
            for tensor in self.tensors
        )
        return (
            f'<section class="bp-report" aria-label="The gradient is {self.verdict}" style="box-sizing:border-box;max-width:46em;'
            "color:var(--jp-content-font-color1, currentColor);border:1px solid color-mix(in srgb, currentColor 22%, "
            f"transparent);border-left:4px solid {tone};border-radius:8px;padding:.8em 1.1em;margin:.3em 0;"
            'font-family:var(--jp-ui-font-family, system-ui, sans-serif);font-size:14px;line-height:1.5">'
            f"<b>{self._headline()}</b>{said}"
            f'<ul style="margin:.5em 0 0;padding:0 0 0 1.2em">{rows}</ul></section>'
        )

    def plot(self) -> Figure:
        """A heat map for each parameter: the error of every entry in units of its tolerance, on a logarithmic scale."""
        from bplib import plots

        if not self.tensors:
            raise ValueError(f"there is nothing to plot: {' '.join(self.notes)}")
        figure, axes = plots.figure(columns=len(self.tensors), height=2.6)
        for ax, tensor in zip(np.atleast_1d(axes), self.tensors, strict=True):
            shown = np.log10(np.fmax(np.atleast_2d(tensor.units), 1e-3))
            image = ax.imshow(shown, cmap="magma", vmin=-3, vmax=6, aspect="auto", interpolation="nearest")
            ax.set_title(f"{tensor.name}: {tensor.verdict}")
            ax.grid(False)
        figure.colorbar(image, ax=list(np.atleast_1d(axes)), label="error / tolerance, powers of ten")
        return figure


def _map(tensor: TensorReport) -> str:
    """Where it is wrong, as a grid of squares; a word stands beside it for those who cannot see it."""
    units = np.fmax(_blocks(np.atleast_2d(tensor.units)), 1.0)
    height, width = units.shape
    share = np.clip(np.log10(units) / 6, 0, 1)
    squares = "".join(
        f'<rect x="{j}" y="{i}" width="0.92" height="0.92" fill="#c2354c" fill-opacity="{0.08 + 0.92 * share[i, j]:.2f}"/>'
        for i in range(height)
        for j in range(width)
    )
    label = f"{tensor.wrong} of {tensor.size} entries of {tensor.name} are wrong; the darker, the more"
    return (
        f'<svg role="img" aria-label="{escape(label)}" viewBox="0 0 {width} {height}" '
        f'style="display:block;margin:.3em 0 0;width:{min(8 * width, 256)}px;max-width:100%">{squares}</svg>'
    )


def _blocks(units: Array) -> Array:
    rows, columns = (min(CELLS, n) for n in units.shape)
    parts = [np.array_split(row, columns, axis=1) for row in np.array_split(units, rows, axis=0)]
    return np.array([[np.fmax.reduce(part, axis=None) for part in row] for row in parts])
