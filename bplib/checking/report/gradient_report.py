"""What the check of a gradient found: for a terminal, for a notebook, as a figure."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from bplib.checking.diagnosis.causes import CAUSES
from bplib.checking.diagnosis.explanation import Case, Explanation
from bplib.checking.examination.looks import Look
from bplib.checking.report.card import where_to_read
from bplib.checking.report.heat_map import heat_map, laid_out
from bplib.checking.rule import CORRECT, DOUBLE, KNOWN, UNDECIDED, WRONG, digits
from bplib.types import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Entries shown for each tensor.
WORST = 3


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

    ``units`` has the parameter's shape, and NaN where nobody looked; ``said`` is what is to be added in words.
    """

    name: str
    verdict: str
    wrong: int
    size: int
    worst: tuple[Entry, ...]
    units: Array
    said: str = ""

    @property
    def sampled(self) -> bool:
        """Whether some entries were not looked at."""
        return self.size < self.units.size

    def __str__(self) -> str:
        if self.verdict != WRONG:
            return f"{self.name}: {self.verdict}{self.said and f'; {self.said}'}"
        top = self.worst[0]
        where = f" at {list(top.index)}" if top.index else ""
        looked = (
            f"{self.size} entries"
            if not self.sampled
            else f"the {self.size} entries that were looked at, of {self.units.size}"
        )
        count = "wrong" if self.units.size == 1 else f"wrong in {self.wrong} of {looked}; worst{where}"
        return (
            f"{self.name}: {count},\n"
            f"    given {top.given:.6g}, expected {top.expected:.6g}, {_times(top.units)}"
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
    where
        The line of your own forward pass whose way back holds the mistake; empty where none is known.
    """

    verdict: str
    cause: str | None
    candidates: tuple[str, ...]
    tensors: tuple[TensorReport, ...]
    notes: tuple[str, ...]
    evaluations: int
    layer: int | None = None
    where: str = ""

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
            f'<li style="margin:.4em 0 0">{escape(str(tensor))}{heat_map(tensor.name, tensor.units, tensor.wrong) if tensor.verdict == WRONG else ""}</li>'
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
        """A heat map for each parameter: the error of every entry in units of its tolerance, on a logarithmic scale.

        Further axes stand beside each other as blocks, with the last two inside.
        """
        from bplib import plots

        shown = [tensor for tensor in self.tensors if tensor.units.size]
        if not shown:
            raise ValueError(f"there is nothing to plot: {' '.join(self.notes)}")
        figure, axes = plots.figure(columns=len(shown), height=2.6)
        for ax, tensor in zip(np.atleast_1d(axes), shown, strict=True):
            units = np.log10(np.clip(np.nan_to_num(laid_out(tensor.units), nan=1e-3, posinf=1e6), 1e-3, 1e6))
            image = ax.imshow(units, cmap="magma", vmin=-3, vmax=6, aspect="auto", interpolation="nearest")
            ax.set_title(f"{tensor.name}: {tensor.verdict}")
            ax.grid(False)
        figure.colorbar(image, ax=list(np.atleast_1d(axes)), label="error / tolerance, powers of ten")
        return figure


def refusal(cause: str, message: str) -> GradientReport:
    """The report on a gradient whose numbers were not looked at."""
    return GradientReport(WRONG, cause, (), (), (message,), 0)


def report_on(
    verdict: str, case: Case, explanation: Explanation, notes: tuple[str, ...], evaluations: int
) -> GradientReport:
    """Put together what was found."""
    cause, candidates, layer, where, more = explanation
    tensors = tuple(_tensor(look) for look in case.looks.values())
    said = [*notes, *more]
    if verdict == UNDECIDED and case.looks:
        said.append(_what_would_decide(case))
    return GradientReport(verdict, cause, candidates, tensors, tuple(said), evaluations, layer, where)


def _tensor(look: Look) -> TensorReport:
    found = look.comparison
    seen = found.units
    if len(seen) == look.full.size:
        units = seen
    else:
        units = np.full(look.full.size, np.nan)
        units[look.entries] = seen
    wrong = np.flatnonzero(found.wrong)
    order = wrong[np.argsort(-seen[wrong], kind="stable")][:WORST]
    worst = tuple(
        Entry(
            tuple(int(i) for i in np.unravel_index(look.entries[k], look.full.shape)),
            float(look.given[k]),
            float(look.right.value[k]),
            float(seen[k]),
        )
        for k in order
    )
    return TensorReport(
        look.name,
        look.verdict,
        len(wrong),
        len(look.entries),
        worst,
        units.reshape(look.full.shape),
        _said(look),
    )


def _said(look: Look) -> str:
    """Of how many digits the numbers are, and what a sample could have missed."""
    said = []
    if (eps := look.eps) > DOUBLE:
        share = max(min(np.sqrt(eps), KNOWN), eps)
        said.append(
            f"its numbers carry about {digits(eps)} digits, so that an error below {share:.1g} of a number is not seen"
        )
    size, seen = look.full.size, len(look.entries)
    if look.blind is not None and seen < size and not look.comparison.wrong.any():
        top = float(np.abs(look.full).max(initial=0.0))
        share = f", {look.blind / top:.2g} of the largest," if top else ""
        said.append(
            f"{seen} of its {size} entries were looked at one by one, all others in sums: a single wrong entry that is off by "
            f"more than {look.blind:.2g}{share} would have shown"
        )
    return "; ".join(said)


def _what_would_decide(case: Case) -> str:
    undecided = [look for look in case.looks.values() if look.verdict == UNDECIDED]
    names = ", ".join(look.name for look in undecided)
    if any(look.excused is not None and look.comparison.unsure.any() for look in undecided):
        return f"{names}: a kink excuses what would be wrong elsewhere. What decides: parameters that stand on no kink"
    if any(look.comparison.unsure.any() for look in undecided):
        return f"{names}: off by no more than rounding could be, and by more than it should. What decides: float64 all the way, or parameters where the gradient is not so small beside the numbers it is made of"
    if case.testimony is None and case.outside:
        return f"{names}: the loss has no value (NaN, infinity, or an error) at {case.outside} of the points beside this one. What decides: parameters further inside of where it has one"
    if case.testimony is None:
        return f"{names}: the uncertainty of the differences is as large as the gradient. What decides: float64, other parameters, or a loss written with numpy alone, which can be recorded"
    return f"{names}: the gradient is as small as the rounding of the numbers it is made of. What decides: other parameters, away from the bottom of the valley"


def _times(units: float) -> str:
    return f"{units:.3g} times the tolerance" if np.isfinite(units) else "where nothing may be added"
