"""The changes of the way back that people make, tried one after the other on one record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from bplib.checking.diagnosis.change import Change, Map, parameters_alone, stretched
from bplib.checking.diagnosis.convolution_changes import convolution_changes
from bplib.checking.diagnosis.factor_changes import factor_changes
from bplib.checking.diagnosis.index_changes import index_changes
from bplib.checking.diagnosis.normalization_changes import normalization_changes
from bplib.checking.diagnosis.path_changes import cuts, is_added_up, is_penalty, path_changes
from bplib.checking.diagnosis.pooling_changes import pooling_changes
from bplib.checking.diagnosis.relations import reproduces
from bplib.checking.diagnosis.sequence_changes import sequence_changes
from bplib.checking.diagnosis.slope_changes import slope_changes, upstream_changes
from bplib.checking.diagnosis.softmax_changes import softmax_changes
from bplib.checking.diagnosis.value_changes import early_updates, value_changes
from bplib.checking.limits import look, searching
from bplib.checking.witnesses.replay import Record, entries_of
from bplib.types import Array

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


class Beginning(NamedTuple):
    """A change that explains the wrong gradients ``names``, or all of them but for a ``factor`` that has the name ``cause``."""

    change: Change
    names: frozenset[str]
    factor: float = 1.0
    cause: str = ""


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
    walks, seconds
        Walks back, and seconds of the processor, before the search ends.
    """

    def __init__(
        self,
        record: Record,
        given: Mapping[str, Array],
        right: Mapping[str, Array],
        wrong: set[str],
        sizes: set[int],
        walks: int = WALKS,
        seconds: float = SECONDS,
    ) -> None:
        self.record, self.given, self.right, self.wrong = record, given, dict(right), wrong
        self.map = Map(record, record.flowing)
        self.sizes, self.averaged, self.samples = sizes, averaged(record), averaged(record, sums=True)
        self.walks, self.most, self.ended = 0, walks, False
        #: What explains some of the wrong gradients and leaves the right ones right; or all but for a factor.
        self.beginnings: list[Beginning] = []
        self._until = searching() + seconds

    def hits(self) -> dict[Any, Change]:
        """The changes that reproduce every number, by what identifies them on another record.

        Where none does, those that reproduce all that is wrong: a mistake that was made for some parameters alone.
        """
        whole, part = {}, {}
        if not self.telling(self.wrong):
            return {}
        sound = set(self.given) - self.wrong
        for change in self.changes():
            gradient = self.walk(change)
            if gradient is None:
                break
            if self.fits(gradient, self.wrong) and any(gradient[name].any() for name in self.wrong):
                # What is in other gradients has left a trace.
                rest = replace(change, cause="path-missing") if change.cause == "part-missing" else change
                part[identity(change)] = rest
                if self.fits(gradient, set(self.given)):
                    whole[identity(change)] = change
            elif not change.fitted and self.fits(gradient, sound):
                self._begin(change, gradient)
        return whole or part

    def _begin(self, change: Change, gradient: Mapping[str, Array]) -> None:
        explained = frozenset(
            name for name in self.wrong if gradient[name].any() and self.fits(gradient, {name})
        )
        if explained and self.telling(set(explained)):
            self.beginnings.append(Beginning(change, explained))
        elif not explained and (factor := self._factor(gradient)):
            self.beginnings.append(Beginning(change, explained, *factor))

    def _factor(self, gradient: Mapping[str, Array]) -> tuple[float, str] | None:
        """The factor by which all that is wrong is a multiple of a gradient, if it is one that people lose."""
        a, b = (
            np.concatenate([np.ravel(g[n]).astype(float) for n in self.wrong]) for g in (gradient, self.given)
        )
        size = float(a @ a)
        if not size or not np.isfinite(size):
            return None
        factor, cause = next(self._named(float(a @ b) / size), (1.0, ""))
        fits = cause and self.fits({n: factor * value for n, value in gradient.items()}, self.wrong)
        return (factor, cause) if fits else None

    def changes(self) -> Iterator[Change]:
        """Everything that is tried, the likely first; what holds a fitted number last."""
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
            # First, for a search through many windows takes long.
            _possible(convolution_changes(m)),
            _possible(pooling_changes(m)),
            _possible(sequence_changes(m)),
            self._scaled_paths(),
            self._means_for_sums(),
            *(_possible(kind(m)) for kind in kinds),
            # What came too early was subtracted as it was handed in, right or wrong.
            *(_possible(early_updates(m, self.given, rate)) for rate in RATES),
        )
        for rate in self._rates():
            yield from _possible(early_updates(m, self.given, rate, fitted=True))

    def _rates(self) -> list[float]:
        """The learning rate that an early update would have had, where its effect is in proportion to it."""
        rates: list[float] = []
        for change in _possible(early_updates(self.map, self.given, 1e-3)):
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
        look()
        if self.walks > self.most or searching() > self._until:
            self.ended = True
            return None
        try:
            return change.gradient(self.record, self.map.shifts)
        except Exception:  # noqa: BLE001 - a mistake whose arrays do not fit together cannot be made here
            return self.right

    def fits(self, gradient: Mapping[str, Array], names: set[str]) -> bool:
        """Whether it is the given one, in these parameters."""
        return all(_same(self.given[name], gradient[name], self.right[name]) for name in names)

    def telling(self, names: set[str]) -> bool:
        """Whether these numbers are various enough to have one explanation: signs and zeros have many."""
        values = np.concatenate([np.ravel(self.given[name]) for name in names])
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
                # The mean over the batch is in everything, and a bias is where it is forgotten. What is in some other
                # parameters alone is a mean of less: of a window, say.
                whole = self.wrong == set(self.given) or all(self.given[n].ndim < 2 for n in self.wrong)
                if cause == "not-averaged" and not (whole and factor in self.averaged):
                    cause = "factor-missing"
                if cause == "averaged-twice" and all(
                    self.given[n].ndim == 1 and stretched(self.record, n) for n in self.wrong
                ):
                    cause = "bias-averaged"
                if is_penalty(self.map, list(cut.rules)):
                    cause = _OF_PENALTIES.get(cause, cause)
                yield Change(
                    cause,
                    cut.site,
                    "the sign of a path is turned" if factor == -1 else f"a path is in it {factor:.4g} times",
                    {edge: self.map.after(*edge, lambda g, c=factor: c * g) for edge in cut.rules},  # type: ignore[misc]
                )

    def _means_for_sums(self) -> Iterator[Change]:
        """Each sum that is a term of the loss, divided by how many it adds up along an axis or in all; not by the samples, for that is
        the mean of the batch once more. Where all is one multiple of what it should be, nothing says of what."""
        given, right = (
            np.concatenate([np.ravel(g[n]) for n in self.given]) for g in (self.given, self.right)
        )
        factor = float(given @ right) / max(float(right @ right), 1e-300)
        if reproduces(given.astype(float), factor * right):
            return
        for edges in self.map.edge_groups():
            index, k = edges[0]
            node = self.map.node(index)
            if node.name != "sum" or not all(is_added_up(self.map, i) for i, _ in edges):
                continue
            shape, left = np.shape(self.map.value(node.arguments[k].index)), np.size(node.value)
            counts = {n for axis, n in enumerate(shape) if axis or n not in self.averaged}
            # Of two, the mean is half of the sum, and that has a name.
            for count in sorted((counts | {int(np.prod(shape)) // max(left, 1)}) - {0, 1, 2}):
                yield Change(
                    "mean-for-sum",
                    index,
                    f"the mean of {count} stands where np.sum adds them up",
                    {e: self.map.after(*e, lambda g, c=count: g / c) for e in edges},  # type: ignore[misc]
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
            if size > 2 and size in self.samples and np.isclose(share, 1 / size, rtol=1e-6):
                yield 1 / size, "averaged-twice"


def averaged(record: Record, sums: bool = False) -> set[int]:
    """Over how many numbers means are taken that are terms of the loss: over the batch, say. Or sums as well."""
    found: set[int] = set()
    alone = parameters_alone(record)
    for index in record.needed:
        node = record.tape.nodes[index]
        if np.size(node.value) != 1 or index not in record.dependent or index in alone:
            continue
        if node.name == "mean" or (sums and node.name == "sum"):
            inner = record.tape.value(entries_of(node)[0])
            found |= {int(np.size(inner)), *np.shape(inner)[:1]}
        for argument in node.arguments if node.name in ("divide", "true_divide", "multiply") else ():
            # Divided by a number, or times a share: a whole number that multiplies is no mean.
            if isinstance(argument, (int, float, np.number)) and argument > 0:
                share = float(argument) if node.name == "multiply" else 1 / float(argument)
                found |= {round(1 / share)} if share < 1 else set()
    return found - {0, 1}


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


def identity(change: Change) -> Any:
    return change.cause, change.site, change.said, tuple(change.rules), tuple(change.functions)
