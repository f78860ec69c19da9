"""Looking at gradients: measure their slopes, rule out kinks, settle what is close, and say what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from bplib.checking.witnesses.differences import Estimate
from bplib.checking.report.gradient_report import CORRECT, UNDECIDED, WRONG, Entry, TensorReport
from bplib.checking.examination.kinks import NUDGES, nudged, widened
from bplib.checking.rule import KNOWN, Comparison, compared, precision
from bplib.checking.examination.sampling import Sample, sampled
from bplib.checking.witnesses.slopes import GOOD, Slopes
from bplib.types import Array

#: Above so many entries, parameters are looked at in samples; those of a known network are measured many at a time.
LARGE = {"loss": 10_000, "network": 300_000}
#: An error that is this small next to the largest slope of all is none.
NEXT_TO_NOTHING = 1e-6
#: Entries shown for each tensor.
WORST = 3
#: Entries that are moved off their kinks at a time, the worst first.
DOUBTED = 16
#: An error of fewer units than this may be one of the difference; so many entries are looked at without one, and so many
#: well-known ones beside them, to see whether that can be trusted.
CLOSE, CLOSEST, WITNESSES = 100.0, 256, 32
#: Activation functions without a kink.
SMOOTH = {"identity", "sigmoid", "tanh", "softmax"}


@dataclass(frozen=True)
class Look:
    """What was measured of one parameter: ``entries``, flat indices, and their slopes; ``blind`` as in `Sample`, or None."""

    name: str
    full: Array
    entries: Array
    right: Estimate
    around: float
    top: float
    blind: float | None = None

    @property
    def given(self) -> Array:
        """The entries that were looked at."""
        return self.full.ravel()[self.entries]

    def compared(self, next_to_nothing: float = NEXT_TO_NOTHING) -> Comparison:
        # A gradient of zeros is never next to nothing: it is right only where the loss does not move at all.
        negligible = next_to_nothing * self.top if self.full.any() else 0.0
        return compared(self.given, self.right, self.around, negligible)

    def verdict(self, found: Comparison) -> str:
        if found.wrong.any():
            return WRONG
        own = float(np.abs(self.full).max(initial=0.0))
        if own == 0 and not self.right.value.any():
            return CORRECT
        # On a kink every number between the two slopes is right, and nothing better is to be known.
        sure = (found.known | self.right.kinks).mean() > 0.5
        if self.blind is not None:
            sure &= self.blind <= max(KNOWN, precision(self.full) ** 0.25) * max(own, self.top)
        return CORRECT if sure else UNDECIDED

    def report(self) -> TensorReport:
        found = self.compared()
        units = np.full(self.full.size, np.nan)
        units[self.entries] = found.units
        wrong = np.flatnonzero(found.wrong)
        order = wrong[np.argsort(-found.units[wrong], kind="stable")][:WORST]
        worst = tuple(
            Entry(
                tuple(int(i) for i in np.unravel_index(self.entries[k], self.full.shape)),
                float(self.given[k]),
                float(self.right.value[k]),
                float(found.units[k]),
            )
            for k in order
        )
        return TensorReport(
            self.name,
            self.verdict(found),
            len(wrong),
            len(self.entries),
            worst,
            units.reshape(self.full.shape),
        )

    def sampling(self) -> str:
        """What a sample could have missed, in a sentence; nothing to say where every entry was looked at."""
        size, seen = self.full.size, len(self.entries)
        if self.blind is None or seen == size or self.compared().wrong.any():
            return ""
        top = float(np.abs(self.full).max(initial=0.0))
        share = f", {self.blind / top:.2g} of the largest," if top else ""
        return (
            f"{self.name}: {seen} of {size} entries were looked at one by one, all others in sums. A single wrong entry "
            f"that is off by more than {self.blind:.2g}{share} would have shown; a smaller error is missed with a chance "
            f"of {100 * (1 - seen / size):.4g} %"
        )


def examined(
    slopes: Slopes, given: Mapping[str, Array], full: bool | None, rng: np.random.Generator
) -> dict[str, Look]:
    """Measure, settle what is close, and rule out kinks."""
    size = sum(value.size for value in given.values())
    sampling = size > LARGE["loss" if slopes.problem is None else "network"] if full is None else not full
    natural = _natural(slopes)
    if sampling:
        samples = {name: sampled(slopes, name, value, natural, rng) for name, value in given.items()}
    else:
        every = {name: np.arange(value.size) for name, value in given.items()}
        samples = {name: Sample(chosen, slopes.entries(name, chosen), None) for name, chosen in every.items()}
    top = max(float(np.abs(sample.right.value).max(initial=0.0)) for sample in samples.values())
    looks = {
        name: Look(name, given[name], sample.entries, sample.right, max(top, natural), top, sample.blind)
        for name, sample in samples.items()
    }
    looks = {name: _off_kinks(slopes, look) for name, look in looks.items()}
    return {name: _settled(slopes, look) for name, look in looks.items()}


def _natural(slopes: Slopes) -> float:
    """The slope that a loss of this size would have if it came from numbers of this size: the scale of rounding."""
    size = float(np.sqrt(np.mean(np.concatenate([np.ravel(v) for v in slopes.params.values()]) ** 2)))
    natural = abs(slopes.level) / (size or 1.0)
    if slopes.problem is None:
        return natural
    # Prediction minus target is rounded like the target, even where the two agree and the loss is nearly zero.
    target = slopes.problem.target
    return max(natural, float(np.abs(target).max()) / len(target))


def _off_kinks(slopes: Slopes, look: Look) -> Look:
    """Confirm the worst of the wrong entries at nudged points, and the next where those turn out to be on kinks."""
    if slopes.problem is not None and SMOOTH.issuperset(slopes.problem.network.activations):
        return look
    rng = np.random.default_rng(0)
    points: list[Slopes] = []
    largest = float(np.abs(look.right.value).max(initial=0.0))
    while (found := look.compared()).wrong.any():
        wrong = np.flatnonzero(found.wrong)
        doubted = wrong[np.argsort(-found.units[wrong])][:DOUBTED]
        points = points or [
            slopes.elsewhere({n: nudged(v, rng) for n, v in slopes.params.items()}) for _ in range(NUDGES)
        ]
        there = [point.entries(look.name, look.entries[doubted]) for point in points]
        here = widened(look.right.at(doubted), there, largest)
        look = replace(look, right=look.right.with_(doubted, here))
        if look.compared().wrong[doubted].any():
            break
    slopes.evaluations += sum(point.evaluations for point in points)
    return look


def _settled(slopes: Slopes, look: Look) -> Look:
    """Decide without a difference what one could not, if every entry that a difference knows well agrees."""
    found, right = look.compared(next_to_nothing=0.0), look.right
    own = float(np.abs(right.value).max(initial=0.0))
    unsure = right.uncertainty > GOOD * own
    close = ~right.kinks & (unsure | (found.wrong & (found.units < CLOSE)))
    if not (close & (found.wrong | ~found.known | (found.units > 1 / CLOSE))).any():
        return look
    chosen = np.flatnonzero(close)[:CLOSEST]
    witnesses = np.flatnonzero(~right.kinks & ~unsure)[:WITNESSES]
    exact = slopes.exact(look.name, look.entries[np.concatenate([chosen, witnesses])])
    if exact is None:
        return look
    agreed = compared(exact.value, right.at(np.concatenate([chosen, witnesses])), look.around)
    here = exact.at(np.arange(len(chosen)))
    better = here.uncertainty < right.uncertainty[chosen]
    if agreed.wrong.any():
        return look
    return replace(look, right=right.with_(chosen[better], here.at(better)))
