"""Which change of the way back gives the numbers that were handed in?

Every mistake that people make at an operation is tried at every operation, and at every group of operations with the same call
path. What reproduces all numbers is an explanation. Where several do, another point decides: the loss is recorded there
anew, the function under test is called there, and only what explains both stays. So it is with an explanation that holds a
fitted number: at one point it would explain too much.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from bplib.automatic_differentiation import NotRecorded, gradients
from bplib.checking.diagnosis.change import Change, Map, line_of
from bplib.checking.diagnosis.factor_changes import factor_changes
from bplib.checking.diagnosis.index_changes import index_changes
from bplib.checking.diagnosis.normalization_changes import normalization_changes
from bplib.checking.diagnosis.path_changes import cuts, is_penalty, path_changes
from bplib.checking.diagnosis.relations import reproduces
from bplib.checking.diagnosis.slope_changes import slope_changes, softmax_changes, upstream_changes
from bplib.checking.diagnosis.value_changes import early_updates, value_changes
from bplib.checking.witnesses.replay import Record
from bplib.types import Array, Parameters

#: Walks back, and seconds, before the search ends.
WALKS, SECONDS = 1500, 8.0
#: Learning rates that people choose.
RATES = (0.1, 0.01, 0.5, 1.0, 0.05, 0.2, 0.3, 0.001, 0.02, 0.4)
#: What a path is multiplied by, and the names of that.
FACTORS = {-1.0: "sign", 2.0: "factor-two", 0.5: "factor-half"}
#: The same, said of a penalty on the weights.
_OF_PENALTIES = {
    "sign": "weight-decay-sign", "factor-two": "weight-decay-doubled", "factor-half": "weight-decay-halved", "averaged-twice": "weight-decay-averaged",
}  # fmt: skip
#: What fits as well, but says less: the higher the number, the less. Names that are not here say most.
_LESS = {
    **dict.fromkeys(("part-missing", "weight-decay-missing", "bias-averaged", "bias-not-summed", "assigned-not-added", "time-not-carried"), -1),
    **dict.fromkeys(("path-missing", "factor-missing", "sign"), 1),
    **dict.fromkeys(("other-activation", "factor-two", "factor-half", "factor-twice"), 2),
    **dict.fromkeys(("value-for-slope", "slope-squared", "wrong-tensor", "upstream-missing", "divisor-slope"), 3),
}  # fmt: skip


class Found(NamedTuple):
    """The causes that reproduce the numbers, most telling first; what is said of the first; its line; whether the search was
    cut short."""

    causes: tuple[str, ...] = ()
    said: str = ""
    where: str = ""
    ended: bool = False


class Hunt:
    """A search on one record.

    Parameters
    ----------
    record
        Of the whole loss.
    given, right
        The gradient under test, and what it should be, by path.
    wrong
        The paths of those that are wrong.
    sizes
        Numbers of samples and the like, by which people divide once too often or not at all.
    deadline
        By `time.monotonic`.
    walks
        Walks back, before the search ends.
    """

    def __init__(
        self,
        record: Record,
        given: Mapping[str, Array],
        right: Mapping[str, Array],
        wrong: set[str],
        sizes: set[int],
        deadline: float | None,
        walks: int = WALKS,
    ) -> None:
        self.record, self.given, self.right, self.wrong = record, given, dict(right), wrong
        self.map = Map(record, gradients(record.tape, record.output))
        self.sizes = sizes
        self.walks, self.most, self.ended = 0, walks, False
        self._until = min(deadline or np.inf, time.monotonic() + SECONDS)

    def hits(self) -> dict[Any, Change]:
        """The changes that reproduce every number, by what identifies them on another record.

        Where none does, those that reproduce all that is wrong: a mistake that was made for some parameters alone.
        """
        whole, part = {}, {}
        if not self.telling():
            return {}
        for change in self.changes():
            gradient = self.walk(change)
            if gradient is None:
                break
            if self.fits(gradient, self.wrong) and any(gradient[name].any() for name in self.wrong):
                part[_identity(change)] = change
                if self.fits(gradient, set(self.given)):
                    whole[_identity(change)] = change
        return whole or part

    def changes(self) -> Iterator[Change]:
        """Everything that is tried, the likely first."""
        m = self.map
        kinds = (
            slope_changes,
            softmax_changes,
            normalization_changes,
            path_changes,
            factor_changes,
            index_changes,
            value_changes,
            upstream_changes,
        )
        yield from chain(
            self._scaled_paths(),
            *(_possible(kind(m)) for kind in kinds),
            *(_possible(early_updates(m, self.right, rate)) for rate in RATES),
        )
        for rate in self._rates():
            yield from _possible(early_updates(m, self.right, rate, fitted=True))

    def _rates(self) -> list[float]:
        """The learning rate that an early update would have had, where its effect is in proportion to it."""
        rates: list[float] = []
        for change in _possible(early_updates(self.map, self.right, 1e-3)):
            moved = self.walk(change)
            if moved is None:
                break
            path, rest = (
                np.concatenate([np.ravel(g[n] - self.right[n]) for n in self.wrong])
                for g in (moved, self.given)
            )
            size = float(path @ path)
            if size and (rate := 1e-3 * float(path @ rest) / size) > 0:
                rates.append(float(f"{rate:.6g}"))
        return rates

    def walk(self, change: Change) -> dict[str, Array] | None:
        """The gradient under a change; None when the search has to end."""
        self.walks += 1
        if self.walks > self.most or time.monotonic() > self._until:
            self.ended = True
            return None
        try:
            return change.gradient(self.record, self.map.shifts)
        except Exception:  # noqa: BLE001 - a mistake whose arrays do not fit together cannot be made here
            return self.right

    def fits(self, gradient: Mapping[str, Array], names: set[str]) -> bool:
        """Whether it is the given one, in these parameters."""
        return all(_same(self.given[name], gradient[name], self.right[name]) for name in names)

    def telling(self) -> bool:
        """Whether the wrong numbers are various enough to have one explanation: signs and zeros have many."""
        values = np.concatenate([np.ravel(self.given[name]) for name in self.wrong])
        values = np.abs(values[values != 0])
        various = len(np.unique([float(f"{value:.9g}") for value in values[:1000]]))
        return various >= min(3, len(values)) > 0

    def _scaled_paths(self) -> Iterator[Change]:
        """Each path left out; and where that says that a multiple of it is in the gradient, the multiple."""
        for cut in cuts(self.map):
            without = self.walk(cut)
            if without is None:
                return
            yield cut
            share = self._share(without)
            if share is None:
                continue
            for factor, cause in self._named(share):
                if cause == "not-averaged" and np.size(self.map.value(cut.site)) > 1:
                    cause = "factor-missing"  # A mean of something smaller than the batch: of a window, say.
                if cause == "averaged-twice" and all(self.given[n].ndim == 1 for n in self.wrong):
                    cause = "bias-averaged"
                if is_penalty(self.map, list(cut.rules)):
                    cause = _OF_PENALTIES.get(cause, cause)
                yield Change(
                    cause,
                    cut.site,
                    "the sign of a path is turned" if factor == -1 else f"a path is in it {factor:.4g} times",
                    {edge: self.map.after(*edge, lambda g, c=factor: c * g) for edge in cut.rules},  # type: ignore[misc]
                )

    def decayed(self) -> bool:
        """Whether a penalty was also added to parameters that have none, with the strength that it has for others."""
        strengths = set()
        for cut in cuts(self.map):
            if cut.cause == "weight-decay-missing" and (without := self.walk(cut)) is not None:
                for name, index in self.record.leaves.items():
                    value, price = np.asarray(self.map.value(index)), self.right[name] - without[name]
                    if (
                        price.any()
                        and value.all()
                        and np.ptp(price / value) <= 1e-7 * abs(price / value).max()
                    ):
                        strengths.add(float(np.mean(price / value)))
        values = {name: np.asarray(self.map.value(self.record.leaves[name])) for name in self.wrong}
        return any(
            all(reproduces(self.given[n] - self.right[n], c * v) for n, v in values.items())
            for c in strengths
        )

    def _share(self, without: Mapping[str, Array]) -> float | None:
        """How much of what a path adds is in the wrong gradients, if it is one number for all."""
        parts = [np.ravel(self.right[n] - without[n]) for n in self.wrong]
        path, rest = (
            np.concatenate(parts),
            np.concatenate([np.ravel(self.given[n] - without[n]) for n in self.wrong]),
        )
        size = float(path @ path)
        if not size:
            return None
        share = float(path @ rest) / size
        return share if np.abs(rest - share * path).max() <= 1e-6 * np.abs(rest).max(initial=0.0) else None

    def _named(self, share: float) -> Iterator[tuple[float, str]]:
        for factor, cause in FACTORS.items():
            if np.isclose(share, factor, rtol=1e-6):
                yield factor, cause
        for size in self.sizes:
            if size > 2 and np.isclose(share, size, rtol=1e-6):
                yield float(size), "not-averaged"
            if size > 2 and np.isclose(share, 1 / size, rtol=1e-6):
                yield 1 / size, "averaged-twice"


def _possible(changes: Iterator[Change]) -> Iterator[Change]:
    """Changes up to one that cannot be made here."""
    try:
        with np.errstate(all="ignore"):
            yield from changes
    except Exception:  # noqa: BLE001 - arrays of a mistake need not fit together; then nobody can make it
        return


def _same(given: Array, candidate: Array, right: Array) -> bool:
    if not np.isfinite(candidate).all():
        return False
    if not given.any() and not candidate.any():
        return True
    if reproduces(given.astype(np.float64), candidate):
        return True
    # Noise around a zero is not to be reproduced.
    small = 1e-12 * max(float(np.abs(right).max(initial=0.0)), 1e-300)
    return bool(np.abs(given - candidate).max(initial=0.0) <= small)


def _identity(change: Change) -> Any:
    return change.cause, change.site, change.said, tuple(change.rules), tuple(change.functions)


def searched(
    record: Record,
    given: Mapping[str, Array],
    right: Mapping[str, Array],
    wrong: set[str],
    sizes: set[int],
    deadline: float | None,
    elsewhere: Callable[[], tuple[Record, Mapping[str, Array]] | None] = lambda: None,
    walks: int = WALKS,
) -> Found:
    """Find the change that explains a wrong gradient.

    Parameters
    ----------
    record, given, right, wrong, sizes, deadline, walks
        See `Hunt`.
    elsewhere
        Gives a record and the gradient under test at another point, or None where there is none to be had.
    """
    hunt = Hunt(record, given, right, wrong, sizes, deadline, walks)
    hits = hunt.hits()
    if not hits:
        return Found(("weight-decay-on-biases",) if hunt.decayed() else (), ended=hunt.ended)
    doubtful = all(change.fitted for change in hits.values())
    if doubtful or len({change.cause for change in hits.values()}) > 1:
        other = elsewhere()
        kept = _surviving(hits, other, wrong, sizes, deadline) if other is not None else {}
        # What holds a fitted number is said only if it holds at both points.
        hits = kept or {key: change for key, change in hits.items() if not change.fitted}
        if not hits:
            return Found(ended=hunt.ended)
    ordered = sorted(hits.values(), key=lambda change: _LESS.get(change.cause, 0))
    first = ordered[0]
    best = [change.cause for change in ordered if _LESS.get(change.cause, 0) == _LESS.get(first.cause, 0)]
    return Found(tuple(dict.fromkeys(best)), first.said, line_of(record, first.site), hunt.ended)


def _surviving(
    hits: dict[Any, Change],
    other: tuple[Record, Mapping[str, Array]],
    wrong: set[str],
    sizes: set[int],
    deadline: float | None,
) -> dict[Any, Change]:
    record, given = other
    try:
        there = Hunt(record, given, record.slopes(), wrong, sizes, deadline)
    except NotRecorded:
        return {}
    kept = {}
    for change in there.changes():
        key = _identity(change)
        if key in hits and (gradient := there.walk(change)) is not None and there.fits(gradient, wrong):
            kept[key] = hits[key]
    return kept


def sizes_of(params: Parameters, record: Record, samples: int | None) -> set[int]:
    """The lengths of axes that are no parameter's: samples, positions, and their products."""
    found = {samples} if samples else set()
    for index in record.needed:
        node = record.tape.nodes[index]
        if node.name in ("mean", "sum", "divide", "true_divide", "multiply"):
            found |= set(np.shape(record.tape.nodes[index].value))
            for argument in node.arguments:
                if isinstance(argument, (int, float)) and float(argument).is_integer():
                    found.add(int(argument))
        if node.name in ("mean", "sum"):
            inner = record.tape.nodes[node.arguments[0].index].value
            found |= {int(np.size(inner)), *np.shape(inner)}
    return {int(n) for n in found if n and n > 1}
