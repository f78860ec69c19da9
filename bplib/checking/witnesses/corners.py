r"""Kinks and ties: the points at which an operation has more than one derivative, and all gradients that follow from them.

A rectifier at zero may have any slope from 0 to 1, and the largest of several equal entries may hand its gradient to any of them
in shares that add up to one. Correct is what the chain rule makes of one such choice for each place, and nothing else
(Clarke's generalized derivative of each operation; their composition is what software computes). So the choices are numbers,
one a place: the gradient is a multilinear function of them, and whether a given one is among its values is a question with an
answer.

What counts as equal is measured as well: two numbers that are told apart by less than their rounding tie.

Sources: Clarke, *Optimization and Nonsmooth Analysis*, 1983; Bolte and Pauwels, *A Mathematical Model for Automatic
Differentiation in Machine Learning*, 2020 (what the chain rule makes of generalized derivatives).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bplib.automatic_differentiation import Entry, Node, Rule, filled, spread, standard_rule
from bplib.checking.witnesses.blends import BLENDED
from bplib.checking.witnesses.hulls import mixed
from bplib.checking.witnesses.replay import Record, Replay, Rounding
from bplib.types import Array

COMPARISONS = ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal")
TWO, ONE = ("maximum", "minimum", "fmax", "fmin"), ("absolute", "fabs", "sign", "heaviside")
MANY, ORDER = ("max", "min", "amax", "amin"), ("argmax", "argmin", "argsort")
#: Operations that can stand on a kink.
CORNERED = (*COMPARISONS, *TWO, *ONE, *MANY)
#: Values closer than so many of their roundings tie.
TYING = 8.0
#: More places than these are not looked at one by one.
PLACES = 512
#: Corners of the set of all gradients, of one record, and records and orders that are looked at.
VERTICES, WAYS = 64, 24
_ROUNDS, _PROJECTIONS = 8, 400

Fits = Callable[[Mapping[str, Array]], bool]


@dataclass(frozen=True)
class Site:
    """The places of one operation that stand on a kink: a mask over its elements, and the numbers of its choices."""

    index: int
    places: Array
    choices: slice


def watched(record: Record) -> list[int]:
    """The nodes whose roundings decide what ties: the arguments of all that can have a kink."""
    depends = record.dependent
    return sorted(
        {
            entry.index
            for index in depends & set(record.needed)
            if record.tape.nodes[index].name in (*CORNERED, *ORDER)
            for entry in record.tape.nodes[index].arguments
            if type(entry) is Entry
        }
        | {index for index in depends & set(record.needed) if record.tape.nodes[index].name in MANY}
    )


class Corners:
    """All choices that a record has at its point, with one order for what ties in a sort.

    Attributes
    ----------
    count
        The number of places on a kink.
    orders
        For the index of a node that ranks its entries, what it could also have given.
    """

    def __init__(self, record: Record, rounding: Rounding, ranked: Mapping[int, Array] | None = None) -> None:
        self.record = self._record = record
        self._sites: list[Site] = []
        self._ranked = dict(ranked or {})
        self.orders: dict[int, list[Array]] = {}
        start, depends = 0, record.dependent
        for index in record.needed:
            node = record.tape.nodes[index]
            if index not in depends or node.name not in (*CORNERED, *ORDER):
                continue
            places = tied(record, node, rounding)
            if node.name in ORDER:
                if places.any():
                    self.orders[index] = _other_orders(record, node, places)
            elif places.any():
                count = int(places.sum())
                self._sites.append(Site(index, places, slice(start, start + count)))
                start += count
        self.count = start

    def slopes(self, choices: Array) -> dict[str, Array] | None:
        """The gradient that follows from these choices; None where the loss itself would be another: it jumps there."""
        record = self._record
        computed, rules = self._computed(choices)
        replay = Replay(record, computed=computed)
        level = Replay(record).result(record)
        if abs(replay.result(record) - level) > 1e-6 * max(abs(level), 1e-300):
            return None

        def rule_of(index: int, k: int) -> Rule:
            return rules.get((index, k)) or standard_rule(replay.nodes[index], k)

        return record.slopes(replay, rule_of)

    def _computed(self, choices: Array) -> tuple[dict[int, Any], dict[tuple[int, int], Rule]]:
        computed: dict[int, Any] = {
            i: (lambda *_, value=value, **__: value) for i, value in self._ranked.items()
        }
        rules: dict[tuple[int, int], Rule] = {}
        nodes = self._record.tape.nodes
        for site in self._sites:
            node, share = nodes[site.index], np.zeros(site.places.shape)
            share[site.places] = choices[site.choices]
            if node.name in COMPARISONS:
                computed[site.index] = lambda *_, value=node.value, at=site.places, s=share: np.where(
                    at, s, value
                )
            elif node.name in TWO:
                low = node.name in ("minimum", "fmin")
                at = site.places
                rules[site.index, 0] = lambda d, y, a, b, s=share, at=at, low=low: (
                    d * np.where(at, s, (a < b) if low else (a > b))
                )
                rules[site.index, 1] = lambda d, y, a, b, s=share, at=at, low=low: (
                    d * np.where(at, 1 - s, (b < a) if low else (b > a))
                )
            elif node.name in ("absolute", "fabs"):
                rules[site.index, 0] = lambda d, y, x, s=share, at=site.places: (
                    d * np.where(at, 2 * s - 1, np.sign(x))
                )
            elif node.name in ("sign", "heaviside"):
                least, most = (-1.0, 1.0) if node.name == "sign" else (0.0, 1.0)
                computed[site.index] = lambda *_, v=node.value, at=site.places, s=share, lo=least, hi=most: (
                    np.where(at, lo + (hi - lo) * s, v)
                )
            else:
                rules[site.index, 0] = lambda d, y, x, *a, s=share, at=site.places, **o: _shares(
                    d, y, x, s, at, *a, **o
                )
        for index in self._record.needed:
            node = nodes[index]
            if self._sites and node.name in BLENDED:
                computed[index], more = BLENDED[node.name](node)
                rules |= {(index, k): rule for k, rule in more.items()}
        return computed, rules

    def vertices(self) -> list[dict[str, Array]]:
        """The gradients that follow from choices of all or nothing, in so far as they are few."""
        found, groups = [], [group for _, groups in self._groups() for group in groups]
        free = [k for k in range(self.count) if not any(k in group for group in groups)]
        options = [[(k, 0.0), (k, 1.0)] for k in free] + [
            [(int(k), group) for k in group] for group in groups
        ]
        if np.prod([float(len(o)) for o in options], initial=1.0) > VERTICES:
            return []
        for combination in itertools.product(*options):
            choices = np.zeros(self.count)
            for k, value in combination:
                choices[k] = value if isinstance(value, float) else 1.0
            slopes = self.slopes(choices)
            if slopes is None:
                return []
            found.append(slopes)
        return found

    def explain(self, given: Mapping[str, Array], fits: Fits) -> tuple[str, dict[str, Array]]:
        """Whether a gradient follows from some choices: "yes", "no" or "unknown"; and the one that comes nearest.

        Parameters
        ----------
        given
            By name, in the shapes of the parameters.
        fits
            Whether a gradient that follows from some choices is the given one, to rounding.
        """
        if not self.count:
            only = self.slopes(np.zeros(0)) or self._record.slopes()
            return ("yes" if fits(only) else "no"), only
        best: dict[str, Array] | None = None
        for choices in (
            np.full(self.count, 0.5),
            np.zeros(self.count),
            np.ones(self.count),
            *self._by_site(),
        ):
            found = self.slopes(self._shared(choices))
            if found is None:
                continue
            best = best or found
            if fits(found):
                return "yes", found
        if best is None:
            return "unknown", self._record.slopes()
        if self.count > PLACES:
            return "unknown", best
        verdict, found = self._search(given, fits)
        if verdict == "unknown" and (vertices := self.vertices()):
            # A multilinear function has no value outside of what can be mixed from those at its corners.
            nearest = mixed(vertices, given)
            return ("unknown" if fits(nearest) else "no"), nearest
        return verdict, found or best

    def _by_site(self) -> list[Array]:
        """One convention at one operation and another elsewhere."""
        if not 1 < len(self._sites) <= 16:
            return []
        found = []
        for site in self._sites:
            for here, there in ((0.0, 1.0), (1.0, 0.0)):
                choices = np.full(self.count, there)
                choices[site.choices] = here
                found.append(choices)
        return found

    def _shared(self, choices: Array) -> Array:
        """The same choices, where shares have to add up to one divided by their sum."""
        found = choices.copy()
        for site, groups in self._groups():
            for group in groups:
                total = found[group].sum()
                found[group] = found[group] / total if total > 0 else np.eye(len(group))[0]
        return found

    def _groups(self) -> list[tuple[Site, list[Array]]]:
        """The numbers of the choices that share one gradient."""
        found = []
        for site in self._sites:
            node = self._record.tape.nodes[site.index]
            if node.name not in MANY:
                continue
            x = filled(node.arguments, self._record.tape.value)[0]
            axis, keepdims = _axis(self._record, node)
            result = np.asarray(node.value)
            owner = spread(np.arange(result.size).reshape(result.shape), x, axis, keepdims)[site.places]
            numbers = np.arange(site.choices.start, site.choices.stop)
            found.append((site, [numbers[owner == k] for k in np.unique(owner)]))
        return found

    def _search(self, given: Mapping[str, Array], fits: Fits) -> tuple[str, dict[str, Array] | None]:
        """Solve for the choices: linear, if no gradient passes two of the places, and then nothing is left to doubt."""
        choices = self._shared(np.full(self.count, 0.5))
        target = _flat(given)
        base = self.slopes(choices)
        for _ in range(_ROUNDS):
            if base is None:
                return "unknown", None
            columns = []
            for k in range(self.count):
                other = choices.copy()
                other[k] += 1.0
                moved = self.slopes(other)
                if moved is None:
                    return "unknown", base
                columns.append(_flat(moved) - _flat(base))
            matrix = np.array(columns).T
            solved = self._solved(matrix, target - _flat(base), choices)
            expected = _flat(base) + matrix @ (solved - choices)
            choices, base = solved, self.slopes(solved)
            if base is not None and fits(base):
                return "yes", base
            if base is not None and np.allclose(
                _flat(base), expected, rtol=1e-9, atol=1e-12 * np.abs(expected).max(initial=0.0)
            ):
                return "no", base
        return "unknown", base

    def _solved(self, matrix: Array, wanted: Array, choices: Array) -> Array:
        """Choices between 0 and 1, shares that add up to one, as near to ``matrix @ change = wanted`` as may be."""
        scale = np.abs(matrix).max(axis=1, keepdims=True)
        scale[scale == 0] = 1.0
        rows, right = [matrix / scale], [(wanted / scale[:, 0]) + (matrix / scale) @ choices]
        for _, groups in self._groups():
            for group in groups:
                row = np.zeros((1, self.count))
                row[0, group] = 1.0
                rows.append(row)
                right.append(np.ones(1))
        a, b = np.concatenate(rows), np.concatenate(right)
        inverse = np.linalg.pinv(a, rcond=1e-10)
        found, kept = choices.copy(), np.zeros(self.count)
        for _ in range(_PROJECTIONS):  # Dykstra: onto the solutions, then into the box.
            solved = found - inverse @ (a @ found - b)
            inside = np.clip(solved + kept, 0.0, 1.0)
            kept = solved + kept - inside
            if np.abs(inside - found).max(initial=0.0) < 1e-14:
                break
            found = inside
        return _sharpened(a, b, found)


def _sharpened(a: Array, b: Array, choices: Array) -> Array:
    """Choices that have nearly come to an end of their range are put there, and the others solved for once more."""
    free = (choices > 1e-6) & (choices < 1 - 1e-6)
    found = np.where(free, choices, np.round(choices))
    if free.any():
        solved = np.linalg.lstsq(a[:, free], b - a[:, ~free] @ found[~free], rcond=None)[0]
        if ((solved >= 0) & (solved <= 1)).all():
            found[free] = solved
    return found


def _other_orders(record: Record, node: Node, places: Array) -> list[Array]:
    """What a ranking node could have given as well, where its entries tie; an empty list where that is not known."""
    x = np.asarray(filled(node.arguments, record.tape.value)[0], dtype=float)
    value = np.asarray(node.value)
    if node.name in ("argmax", "argmin") and value.ndim == 0:
        return [np.asarray(k) for k in np.flatnonzero(np.ravel(places)) if k != value]
    if node.name == "argsort" and x.ndim == 1:
        order = value.tolist()
        groups: list[list[int]] = [[order[0]]]
        for k, tie in enumerate(places):
            if tie:
                groups[-1].append(order[k + 1])
            else:
                groups.append([order[k + 1]])
        if math.prod(math.factorial(len(g)) for g in groups) <= WAYS:
            ways = list(itertools.product(*(itertools.permutations(g) for g in groups)))
            return [np.array(list(itertools.chain(*way))) for way in ways[1:]]
    return []


def tied(record: Record, node: Node, rounding: Rounding) -> Array:
    """The elements of an operation that stand on a kink, as a mask of its result, or of its argument where it chooses."""
    arguments = filled(node.arguments, record.tape.value)
    loose = [rounding.values.get(e.index, 0.0) if type(e) is Entry else 0.0 for e in node.arguments]
    x = np.asarray(arguments[0], dtype=float)
    if node.name in (*COMPARISONS, *TWO):
        return np.abs(np.subtract(x, arguments[1], dtype=float)) <= TYING * np.add(loose[0], loose[1])
    if node.name in ONE:
        return np.abs(x) <= TYING * np.asarray(loose[0])
    axis, _ = _axis(record, node)
    if node.name in ("argsort",):
        ranked = np.sort(x, axis=-1 if axis is None else axis)
        return np.diff(ranked, axis=-1 if axis is None else axis) <= TYING * np.max(loose[0], initial=0.0)
    best = np.max(x, axis=axis, keepdims=True) if "max" in node.name else np.min(x, axis=axis, keepdims=True)
    near = np.abs(x - best) <= TYING * np.asarray(loose[0])
    return near & (near.sum(axis=axis, keepdims=True) > 1)


def _axis(record: Record, node: Node) -> tuple[Any, bool]:
    arguments, options = (
        filled(node.arguments, record.tape.value),
        filled(dict(node.options), record.tape.value),
    )
    axis = options.get("axis", arguments[1] if len(arguments) > 1 else None)
    return axis, bool(options.get("keepdims", False))


def _shares(
    d: Array, y: Array, x: Array, share: Array, at: Array, axis: Any = None, keepdims: bool = False, **_: Any
) -> Array:
    alone = (x == spread(y, x, axis, keepdims)) & ~at
    return spread(d, x, axis, keepdims) * np.where(at, share, alone)


def _flat(gradient: Mapping[str, Array]) -> Array:
    return np.concatenate([np.ravel(value) for value in gradient.values()])
