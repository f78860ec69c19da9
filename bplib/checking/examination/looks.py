"""Looking at a gradient with differences, and the complex step: where the loss cannot be recorded.

And what was seen of one parameter, whoever the witness was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from bplib.checking.examination.doubts import jumps
from bplib.checking.examination.sampling import Sample, sampled
from bplib.checking.rule import CORRECT, DOUBLE, KNOWN, UNDECIDED, WRONG, Comparison, compared, precisions
from bplib.checking.witnesses.differences import Estimate
from bplib.checking.witnesses.slopes import GOOD, Slopes
from bplib.types import Array

#: Above so many entries, parameters are looked at in samples.
LARGE = 10_000
#: A slope that is this small next to the largest number around is none.
NOTHING = 1e-9
#: Entries that are moved off their kinks at a time, the worst first.
DOUBTED = 16
#: A difference has so many digits of the largest slope.
REACH = 1e-7
#: Sums of all entries that are looked at beside the single ones.
CROSSINGS = 4
#: An error of fewer units than this may be one of the difference; so many entries are looked at without one, and so many
#: well-known ones beside them, to see whether that can be trusted.
CLOSE, CLOSEST, WITNESSES = 100.0, 256, 32


@dataclass(frozen=True)
class Look:
    """What was seen of one parameter.

    Attributes
    ----------
    name, full
        The parameter's path, and the whole gradient that was handed in.
    entries, right
        Flat indices of those that were looked at, and their slopes.
    around
        The largest number that went into the gradient, see `bplib.checking.rule`.
    top
        The largest slope of all parameters, or what there would be if nothing had cancelled, where that is known.
    blind
        What a single entry could be off by without being seen, as in `Sample`; None where all were looked at.
    excused
        Entries that a kink excuses from being wrong, or None.
    crossed
        Whether the loss bends sharply in some direction in which several entries move: then single ones say nothing.
    reach
        What a difference cannot see beside the largest slope of the parameter, as a share of it.
    eps
        The precision of the given numbers.
    """

    name: str
    full: Array
    entries: Array
    right: Estimate
    around: float
    top: float
    blind: float | None = None
    excused: Array | None = None
    crossed: bool = False
    reach: float = 0.0
    eps: float = DOUBLE

    @property
    def given(self) -> Array:
        """The entries that were looked at."""
        flat = self.full.ravel()
        return flat if len(self.entries) == flat.size else flat[self.entries]

    @cached_property
    def comparison(self) -> Comparison:
        """Entry by entry, by the rule; what is excused is unsure."""
        found = compared(self.given, self.right, self.around, eps=self.eps)
        if self.excused is None:
            return found
        return found._replace(
            wrong=found.wrong & ~self.excused, unsure=found.unsure | (found.wrong & self.excused)
        )

    @cached_property
    def verdict(self) -> str:
        """Correct only if a wrong entry would have been seen wherever there is one."""
        found, eps = self.comparison, self.eps
        if found.wrong.any():
            return WRONG
        if found.unsure.any():
            return UNDECIDED
        unknown = self.right.uncertainty
        if not unknown.any() and not self.crossed and self.blind is None:
            return CORRECT  # Nothing is unknown.
        value, share = np.abs(self.right.value), max(KNOWN, eps**0.25)
        own = float(value.max(initial=0.0))
        # What is no more than nothing next to all others is known well enough, if it is known to be no more.
        sure = unknown <= np.maximum(share * value, max(max(NOTHING, 512 * eps) * self.top, self.reach * own))
        # On a kink every number between the two slopes is right, and nothing better is to be known: that decides nothing.
        if not sure.all() or (self.right.kinks & (unknown > share * value)).any() or self.crossed:
            return UNDECIDED
        if self.blind is not None and self.blind > share * own:
            return UNDECIDED
        return CORRECT


def examined(
    slopes: Slopes,
    given: Mapping[str, Array],
    full: bool | None,
    rng: np.random.Generator,
    found: dict[str, Look],
) -> None:
    """Measure, settle what is close, and rule out kinks.

    ``found`` is filled parameter by parameter, so that something is known when this is interrupted.
    """
    size = sum(value.size for value in given.values())
    sampling = size > LARGE if full is None else not full
    natural, top, digits = _natural(slopes), 0.0, precisions(given)
    for name, value in given.items():
        if sampling and value.size:
            sample = sampled(slopes, name, value, natural, rng)
        else:
            every = np.arange(value.size)
            sample = Sample(every, slopes.entries(name, every), None)
        top = max(top, float(np.abs(sample.right.value).max(initial=0.0)))
        found[name] = Look(
            name,
            value,
            sample.entries,
            sample.right,
            max(top, natural),
            top,
            sample.blind,
            reach=REACH,
            eps=digits[name],
        )
    for name, look in found.items():
        found[name] = _doubted(slopes, _settled(slopes, replace(look, around=max(top, natural), top=top)))
    seen = not sampling and all(look.verdict == CORRECT for look in found.values())
    if seen and size > 1 and _crossed(slopes, found, rng):
        found.update({name: replace(look, crossed=True) for name, look in found.items()})


def _crossed(slopes: Slopes, looks: Mapping[str, Look], rng: np.random.Generator) -> bool:
    """Whether slopes along sums of all entries are not the sums of the slopes: so it is where several entries tie."""
    sums = {name: rng.choice((-1.0, 1.0), size=(CROSSINGS, look.full.size)) for name, look in looks.items()}
    along, steps = slopes.together(sums)
    wanted, allowed, size = (np.zeros(CROSSINGS) for _ in range(3))
    for name, look in looks.items():
        moved = sums[name] * steps[name]
        wanted += moved @ look.right.value
        allowed += np.abs(moved) @ look.right.uncertainty
        size += (moved * look.right.value) ** 2 @ np.ones(look.full.size)
    allowed += along.uncertainty + 1e-6 * np.sqrt(size)
    return bool((np.abs(along.value - wanted) > allowed).any() or along.kinks.any())


def _natural(slopes: Slopes) -> float:
    """The slope that a loss of this size would have if it came from numbers of this size: the scale of rounding."""
    flat = np.concatenate([np.ravel(value) for value in slopes.params.values()])
    size = float(np.sqrt(np.mean(flat**2))) if flat.size else 1.0
    return abs(slopes.level) / (size or 1.0)


def _doubted(slopes: Slopes, look: Look) -> Look:
    """Look at the worst of the wrong entries beside the point, and at the next where those turn out to be on kinks."""
    excused = np.zeros(len(look.entries), dtype=bool)
    while (found := look.comparison).wrong.any():
        wrong = np.flatnonzero(found.wrong)
        doubted = wrong[np.argsort(-found.units[wrong])][:DOUBTED]
        excused[doubted] = jumps(slopes, look.name, look.entries[doubted], look.right.at(doubted))
        look = replace(look, excused=excused.copy())
        if look.comparison.wrong[doubted].any():
            break
    return look


def _settled(slopes: Slopes, look: Look) -> Look:
    """Decide without a difference what one could not, if every entry that a difference knows well agrees."""
    found, right = look.comparison, look.right
    own = float(np.abs(right.value).max(initial=0.0))
    unsure = ~(right.uncertainty <= GOOD * np.maximum(np.abs(right.value), KNOWN * own))
    close = ~right.kinks & (unsure | (found.wrong & (found.units < CLOSE)))
    if not close.any():
        return look
    chosen = np.flatnonzero(close)[:CLOSEST]
    witnesses = np.flatnonzero(~right.kinks & ~unsure)[:WITNESSES]
    exact = slopes.exact(look.name, look.entries[np.concatenate([chosen, witnesses])])
    if exact is None:
        return look
    agreed = compared(exact.value, right.at(np.concatenate([chosen, witnesses])), look.around)
    here = exact.at(np.arange(len(chosen)))
    better = here.uncertainty < right.uncertainty[chosen]
    # Where no entry is known by differences, nothing shows that the imaginary part has seen every path.
    if agreed.wrong.any() or not (len(witnesses) or np.isfinite(right.uncertainty[chosen]).any()):
        return look
    return replace(look, right=right.with_(chosen[better], here.at(better)))
