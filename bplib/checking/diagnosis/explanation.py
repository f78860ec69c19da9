"""Why a gradient is wrong: the one mistake that reproduces all wrong numbers, and what else can be said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bplib.automatic_differentiation import NotRecorded
from bplib.checking.diagnosis.change import stretched
from bplib.checking.diagnosis.measured import differs, made_of_differences
from bplib.checking.diagnosis.mistakes import Problem, right, suspects
from bplib.checking.diagnosis.relations import constant_factor, relations, reproduces
from bplib.checking.diagnosis.search import Found, searched, sizes_of
from bplib.checking.examination.looks import Look
from bplib.checking.examination.recorded import Testimony
from bplib.checking.preconditions import Refused
from bplib.checking.rule import CORRECT, UNDECIDED, WRONG
from bplib.checking.witnesses.differences import Estimate, exactly, scales
from bplib.checking.witnesses.replay import Record
from bplib.checking.witnesses.slopes import Term
from bplib.checking.witnesses.tape import recorded
from bplib.types import Array, Parameters

#: What many mistakes come to in one case or another: said where nothing more telling fits.
GENERAL = ("scaled", "single-entries", "zero-gradient")


@dataclass(frozen=True)
class Case:
    """All that is known when a gradient has been looked at.

    Attributes
    ----------
    given, params
        The gradient and the parameters, by path.
    looks
        What was seen of each; not of all where the check was stopped.
    returned, evaluations_inside
        What functions returned while the gradient was computed, and how often they called the loss.
    level, outside
        The loss, and at how many points beside this one it has no value.
    problem
        The network, where it is known.
    testimony
        The record, where there is one.
    samples
        The size of the batch, where it is known.
    foreseen
        What mistakes yield that the caller knows of.
    again
        Computes the gradient at another point, where it is a function.
    terms, parts
        The terms of the loss, and their names where the caller has given them.
    """

    given: Mapping[str, Array]
    looks: Mapping[str, Look]
    params: Parameters
    returned: Sequence[Array]
    level: float
    outside: int
    evaluations_inside: int
    problem: Problem | None
    testimony: Testimony | None
    samples: int | None
    foreseen: Mapping[str, Mapping[str, Array]]
    again: Callable[[Parameters], Mapping[str, Array]] | None
    terms: Sequence[Term]
    parts: tuple[str, ...]

    @property
    def wrong(self) -> dict[str, Seen]:
        """The wrong gradients by path."""
        return {
            name: Seen(look.full, look.given, look.right)
            for name, look in self.looks.items()
            if look.verdict == WRONG
        }


class Seen(NamedTuple):
    """A wrong gradient: in ``full``, and those of its entries that were looked at, flat, with what they should be."""

    full: Array
    given: Array
    right: Estimate

    @property
    def whole(self) -> tuple[Array, Estimate]:
        """In the parameter's shape where every entry was looked at."""
        if self.given.size < self.full.size:
            return self.given, self.right
        return self.full, self.right.reshaped(self.full.shape)


class Explanation(NamedTuple):
    """The ``cause`` if there is one, all ``candidates`` if there are several, the ``layer`` of a known network where it first
    goes wrong, the line of the user's own code (``where``), and what else there is to say."""

    cause: str | None = None
    candidates: tuple[str, ...] = ()
    layer: int | None = None
    where: str = ""
    notes: tuple[str, ...] = ()


def explained(verdict: str, case: Case) -> Explanation:
    """Find the mistake."""
    size = sum(value.size for value in case.params.values())
    # A gradient that is all rounding consists of whole steps of the loss as well: undecided, it is no evidence.
    proven = differs(case.returned, case.given) or (
        verdict != UNDECIDED and made_of_differences(case.given, case.level)
    )
    if proven or (verdict == CORRECT and case.evaluations_inside > size):
        quality = "right" if verdict == CORRECT else "rough"
        return Explanation(
            "numerical-gradient",
            notes=(f"these numbers are differences of the loss: {quality}, but not backpropagation",),
        )
    if verdict != WRONG:
        return Explanation()
    return _why(case)


def _why(case: Case) -> Explanation:
    wrong, problem = case.wrong, case.problem
    found: dict[str, int | None] = dict.fromkeys(_related(wrong, problem, case.samples))
    for cause, gradients in case.foreseen.items():
        if all(reproduces(case.given[n], np.asarray(gradients[n], dtype=float)) for n in wrong):
            found[cause] = None
    if problem is not None:
        exact = right(problem)
        for cause, layer, yields in suspects(problem, dict(case.given)):
            fits = all(
                reproduces(case.given[n], yields[n]) or (not case.given[n].any() and not yields[n].any())
                for n in case.given
            )
            if fits and not all(reproduces(yields[n], exact[n]) or not exact[n].any() for n in case.given):
                found.setdefault(cause, layer)
    specific = [cause for cause in found if cause not in GENERAL]
    where, said, second, more = "", "", "", tuple[str, ...]()
    if not specific and _whole_to_each(case):
        specific = ["tie-shared"]
    # Zeros can be had in too many ways for one of them to be named.
    silent = not any(seen.given.any() for seen in wrong.values())
    if not specific and case.testimony is not None and not silent:
        hunted = _hunted(case)
        specific, where, said, second = list(hunted.causes), hunted.where, hunted.said, hunted.second
        if not specific:
            specific, more = _one_by_one(case)
        if hunted.ended and not specific:
            more = (*more, "the search for the mistake ended before everything was tried")
    names = tuple(sorted(specific or set(found) - {"scaled"}))
    layer = max(int(name[1:]) for name in wrong) if problem is not None else None
    named = names[0] if len(names) == 1 else None
    notes: tuple[str, ...] = more
    if said:
        line = f", in {where}" if where else ""
        two = f"; and with a second mistake: {second}" if second else ""
        notes = (f"These numbers are what you get when {said}{line}{two}", *notes)
    if named is None and not names and (times := _factor(wrong)) is not None:
        notes = (*notes, f"every wrong number is {times:.8g} times what it should be")
    return Explanation(named, names if len(names) > 1 else (), layer, where, notes)


def _hunted(case: Case) -> Found:
    """The change of the record that explains all."""
    testimony = case.testimony
    assert testimony is not None
    record, whole = testimony.records[0], lambda flat: sum(term.given(flat) for term in case.terms)
    try:
        if len(testimony.records) > 1:
            record = recorded(whole, case.params)
        sizes = sizes_of(record, case.samples)

        def elsewhere() -> tuple[Record, Mapping[str, Array]] | None:
            if case.again is None:
                return None
            rng = np.random.default_rng(5)
            at = {
                n: v + 0.1 * scales(v).reshape(v.shape) * rng.uniform(-1, 1, size=v.shape)
                for n, v in case.params.items()
            }
            try:
                return recorded(whole, at), case.again(at)
            except (NotRecorded, Refused):
                return None

        right = {name: look.right.value.reshape(look.full.shape) for name, look in case.looks.items()}
        return searched(record, case.given, right, set(case.wrong), sizes, elsewhere)
    except NotRecorded:
        return Found()


def _whole_to_each(case: Case) -> bool:
    """Whether each of several equal maxima has got all there was to share."""
    ways = case.testimony.ways if case.testimony is not None else None
    if ways is None or not ways.corners[0].count:
        return False
    each = ways.corners[0].slopes(np.ones(ways.corners[0].count))
    return each is not None and all(reproduces(case.given[n].astype(float), each[n]) for n in case.wrong)


def _one_by_one(case: Case) -> tuple[list[str], tuple[str, ...]]:
    """What holds of each wrong gradient by itself: that it is another parameter's, or a round multiple of its own."""
    wrong = case.wrong
    right = {n: look.right.value.reshape(look.full.shape) for n, look in case.looks.items()}
    taken = {
        n: next(
            (
                o
                for o in right
                if o != n and right[o].size > 1 and reproduces(case.given[n].astype(float), right[o])
            ),
            None,
        )
        for n in wrong
    }
    if all(taken.values()):
        return ["wrong-tensor"], tuple(f"{n} has the gradient of {o}" for n, o in taken.items())
    factors = {n: _times(seen) for n, seen in wrong.items()}
    if len(wrong) > 1 and all(c is not None and abs(c) > 1e-9 for c in factors.values()):
        told = tuple(f"{n} is {c:.8g} times what it should be" for n, c in factors.items())
        return (["scaled"], told) if len({round(c, 9) for c in factors.values() if c}) > 1 else ([], told)
    if case.testimony is not None:
        sizes = sizes_of(case.testimony.records[0], case.samples)
        for c in factors.values():
            if (
                len(wrong) == 1
                and c
                and any(
                    np.isclose(c * n, 1, rtol=1e-6) for n in sizes | {a * b for a in sizes for b in sizes}
                )
            ):
                (name,) = wrong
                bias = case.given[name].ndim == 1 and stretched(case.testimony.records[0], name)
                return ["bias-averaged" if bias else "averaged-twice"], ()
    return [], ()


def _times(seen: Seen) -> float | None:
    """The constant between a wrong gradient and the right one; of one or two entries, only a whole number or one over it."""
    value = seen.right.value
    if np.count_nonzero(value) >= 3 or not value.all():
        return constant_factor(seen.given, seen.right)
    share = seen.given / value
    whole = np.where(np.abs(share) < 1, 1 / np.where(share == 0, np.inf, share), share)
    near = np.isclose(whole, np.round(whole), rtol=1e-9).all() and np.ptp(share) <= 1e-9 * np.abs(share).max()
    return float(share[0]) if near and share.all() else None


def _related(wrong: Mapping[str, Seen], problem: Problem | None, samples: int | None) -> set[str]:
    """The relations that hold for every wrong gradient."""
    shared = []
    for name, seen in wrong.items():
        full, known = seen.whole
        if problem is None:
            causes = set(relations(full, known, samples))
            # A sample of zeros is no gradient of zeros.
            shared.append(causes - {"zero-gradient"} if seen.full.any() else causes)
            continue
        exact = right(problem)[name]
        causes = set(relations(seen.full, exactly(exact), samples))
        if problem.penalty is not None:
            # What is transposed or swapped may be the data's part alone.
            price = problem.penalty.gradient(problem.params)[name]
            causes |= set(relations(seen.full.astype(np.float64) - price, exactly(exact - price), samples))
        shared.append(causes)
    # A bias is averaged where its layer's weights are right; where all are divided, the mean was taken twice.
    if any(seen.full.ndim == 2 for seen in wrong.values()):
        shared = [{"averaged-twice" if c == "bias-averaged" else c for c in causes} for causes in shared]
    else:
        # One sample may have nothing to say to a bias.
        shared = [causes - {"zero-gradient"} for causes in shared]
    return set.intersection(*shared)


def _factor(wrong: Mapping[str, Seen]) -> float | None:
    """The constant between what is given and what is right, if it is one for all that is wrong."""
    given = np.concatenate([seen.given.astype(np.float64) for seen in wrong.values()])
    value, uncertainty, kinks = (
        np.concatenate([getattr(seen.right, part) for seen in wrong.values()])
        for part in ("value", "uncertainty", "kinks")
    )
    return constant_factor(given, Estimate(value, uncertainty, kinks))
