"""Looking at a gradient with the tape: every entry, exactly, and every choice that its kinks allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

import numpy as np

from bplib.automatic_differentiation import NotRecorded
from bplib.checking.examination.doubts import nudged
from bplib.checking.examination.looks import NOTHING, Look
from bplib.checking.rule import CORRECT, DOUBLE, precisions
from bplib.checking.witnesses.alternatives import Ways
from bplib.checking.witnesses.corners import watched
from bplib.checking.witnesses.differences import exactly
from bplib.checking.witnesses.regions import by_value
from bplib.checking.witnesses.replay import LONG, Diverged, Record, Rounding, passing
from bplib.checking.witnesses.slopes import Term
from bplib.checking.witnesses.tape import ROUNDINGS, believed, contradicted, recorded
from bplib.types import Array, Parameters


class Contradicted(NotRecorded):
    """The record says one thing, and differences of the loss another: ``slopes`` are those of the record."""

    def __init__(self, slopes: dict[str, Array]) -> None:
        super().__init__("something that differences of the loss do not confirm")
        self.slopes = slopes


@dataclass
class Testimony:
    """What the tape knows of a loss at a point.

    Attributes
    ----------
    records
        One for each term of the loss.
    slopes
        The gradient, by path; at a kink, that of the choice in the middle.
    spreads
        How far each term moves by roundings.
    ways
        The choices at the kinks, and the other branches, or None where there are none.
    passing
        The largest number that a backward pass may have to cancel, see `bplib.checking.witnesses.replay.passing`.
    smallest
        Where there are several terms: the size of the smallest slope among theirs, by path.
    """

    records: list[Record]
    slopes: dict[str, Array]
    spreads: list[Rounding]
    passing: float
    ways: Ways | None = None
    smallest: dict[str, float] = field(default_factory=dict)

    @cached_property
    def rounding(self) -> dict[str, Array]:
        """How far the gradient moves by roundings, by path."""
        first, *rest = (spread.slopes for spread in self.spreads)
        return {name: sum((slopes[name] for slopes in rest), first[name]) for name in first}

    def plain(self) -> bool:
        """Whether there is so much to look at, and so little that could cancel, that rounding is measured only where numbers
        differ: those that agree to half of their digits do so whatever it is."""
        if sum(value.size for value in self.slopes.values()) < LONG or self.ways is not None:
            return False
        largest = (float(np.abs(value).max(initial=0.0)) for value in self.slopes.values() if value.size)
        return 64 * DOUBLE * self.passing <= NOTHING * min(largest)


def testify(terms: Sequence[Term], params: Parameters, memory: int) -> Testimony:
    """Record every term of a loss, and believe the records or say why not.

    Raises
    ------
    NotRecorded
        The message names what cannot be followed, or what does not agree.
    """
    records, measured, ways = [], [], None
    for term in terms:
        loss = term.given
        record = recorded(loss, params, memory)
        try:
            right = record.slopes()
        except NotRecorded:
            raise
        except Exception as error:
            raise NotRecorded(f"something whose rule raised {type(error).__name__}: {error}") from error
        if not all(np.isfinite(value).all() for value in right.values()):
            raise NotRecorded("a slope that is not finite here")
        spread = Rounding(record, watched(record), by_value)
        believed(record, loss, params, spread)
        found = Ways(record, spread, partial(recorded, loss, params, memory))
        if found.count or not found.complete:
            ways = found
        _confirmed(term, record, params, spread, bool(found.count or not found.complete))
        records.append(record)
        measured.append((right, spread))
    if ways is not None and len(terms) > 1:
        # The choices at the kinks are those of the whole.
        total = partial(recorded, lambda flat: sum(term.given(flat) for term in terms), params, memory)
        whole = total()
        ways = Ways(whole, Rounding(whole, watched(whole)), total)
    slopes = {name: sum((right[name] for right, _ in measured[1:]), measured[0][0][name]) for name in params}
    smallest = {}
    if len(terms) > 1:
        for name in params:
            sizes = [float(np.abs(right[name]).max(initial=0.0)) for right, _ in measured]
            smallest[name] = min((size for size in sizes if size), default=0.0)
    return Testimony(
        records,
        {n: np.asarray(v) for n, v in slopes.items()},
        [spread for _, spread in measured],
        max(map(passing, records)),
        ways,
        smallest,
    )


def _confirmed(term: Term, record: Record, params: Parameters, spread: Rounding, on_kink: bool) -> None:
    """Differences have the last word: beside the point, where the point itself is on a kink."""
    for size in (1e-3, 1e-4, 1e-6) if on_kink else (0.0,):
        at = nudged(params, np.random.default_rng(0), size) if size else params
        try:
            against = contradicted(record, term.checked, at, spread, there=not size)
        except (Diverged, ValueError):
            continue
        if against:
            raise Contradicted(record.slopes())
        return
    # On every side another branch: the choices at the kinks are all there is to say, and they were replayed.


def looked(testimony: Testimony, given: Mapping[str, Array]) -> tuple[dict[str, Look], list[str]]:
    """Compare every entry; at a kink, with the choice that comes nearest. With what there is to note."""
    right = testimony.slopes
    notes: list[str] = []
    if testimony.plain():
        looks = _against(testimony, given, right, shaken=False)
        if all(look.verdict == CORRECT for look in looks.values()):
            return looks, notes
    looks = _against(testimony, given, right)
    ways = testimony.ways
    if ways is None or all(look.verdict == CORRECT for look in looks.values()):
        return looks, notes

    def fits(other: Mapping[str, Array]) -> bool:
        return all(look.verdict == CORRECT for look in _against(testimony, given, dict(other)).values())

    answer, nearest = ways.explain(given, fits)
    looks = _against(testimony, given, nearest)
    places = f"{ways.count} place{'s stand' if ways.count > 1 else ' stands'} exactly on a kink or a tie"
    if answer == "yes":
        notes.append(f"{places}: there more than one gradient is right, and this is one of them")
    elif answer == "unknown":
        notes.append(f"{places}, and whether some choice there gives these numbers could not be settled")
        touched = ways.touched()
        looks = {
            name: _excused(look, None if touched is None else touched[name]) for name, look in looks.items()
        }
    else:
        notes.append(f"{places}, but no choice there gives these numbers")
    return looks, notes


def disputed(looks: Mapping[str, Look], slopes: Mapping[str, Array]) -> dict[str, Look]:
    """What differences say, where the record contradicts them: nothing is right or wrong that only one of them calls so."""
    found = {}
    for name, look in looks.items():
        other = np.ravel(slopes[name])[look.entries]
        near = np.abs(look.given - other) <= 1e-6 * np.abs(other) + 1e-12 * np.abs(other).max(initial=0.0)
        apart = np.abs(look.right.value - other) > look.right.uncertainty + 1e-6 * np.abs(other)
        found[name] = replace(look, excused=near, crossed=bool(apart.any()))
    return found


def _excused(look: Look, touched: Array | None) -> Look:
    """A kink excuses what it touches; where that is not known, everything."""
    if look.verdict == CORRECT:
        return look
    if touched is not None:
        return replace(look, excused=touched)
    return replace(look, excused=np.ones(len(look.entries), dtype=bool))


def _against(
    testimony: Testimony, given: Mapping[str, Array], right: Mapping[str, Array], shaken: bool = True
) -> dict[str, Look]:
    params = {
        name: testimony.records[0].tape.nodes[index].value
        for name, index in testimony.records[0].leaves.items()
    }
    top = max(
        float(np.abs(value).max(initial=0.0)) for value in (*right.values(), *testimony.slopes.values())
    )
    looks, digits = {}, precisions(given)
    for name, value in right.items():
        eps = digits[name]
        # What was computed in single precision is rounded by as much more.
        coarser = eps / DOUBLE if given[name].dtype != np.float16 and eps < 1e-4 else 1.0
        known = exactly(np.ravel(value))._replace(smallest=testimony.smallest.get(name))
        if shaken:
            known = known._replace(uncertainty=ROUNDINGS * coarser * np.ravel(testimony.rounding[name]))
        own = float(np.abs(value).max(initial=0.0))
        typical = float(np.abs(params[name]).max(initial=0.0)) or 1.0
        around = max(own, testimony.passing / typical)
        looks[name] = Look(name, given[name], np.arange(value.size), known, around, max(top, around), eps=eps)
    return looks
