"""The slopes of a loss by differences: along single entries, or along sums of many with random signs.

Terms are differentiated apart and then added, so that a large one does not drown the digits of a small one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from bplib.checking.witnesses.complex_step import complex_slopes
from bplib.checking.witnesses.differences import (
    WIDER,
    Around,
    Estimate,
    around_entries,
    confirmed_estimate,
    grain,
    number,
    rounding,
    scales,
    shaken,
    total,
)
from bplib.types import Array, Parameters

#: A bound this small relative to the slope decides every mistake that anyone makes.
GOOD = 1e-7
#: Directions in which a term is looked at for jumps.
JUMPS = 3

Loss = Callable[[Any], Any]


class Term(NamedTuple):
    """A term of the loss: ``given``, which takes parameters of any kind by path, and ``checked``, which gives one float and
    leaves its argument alone."""

    given: Callable[[Any], Any]
    checked: Callable[[Parameters], float]


class Slopes:
    """Measures slopes.

    Parameters
    ----------
    terms
        Of the loss.
    params
        The point, float64, by path.

    Attributes
    ----------
    level
        The loss at the point.
    """

    def __init__(self, terms: Sequence[Term], params: Parameters) -> None:
        self.params, self._terms = params, terms
        self._centres = [term.checked(params) for term in terms]
        self._noise = [
            max(
                rounding(partial(_otherwise_rounded, term, params), centre),
                _grain(term, params),
                _jump(term, params, centre),
            )
            for term, centre in zip(terms, self._centres, strict=True)
        ]
        self.level = sum(self._centres)

    def entries(self, name: str, chosen: Array) -> Estimate:
        """Along entries of one parameter, flat indices (k,): slopes of shape (k,)."""
        value = self.params[name]
        typical = scales(value)[chosen]
        own = np.abs(value).ravel()[chosen]
        own = np.where(own > 1e-9 * typical, own, typical)
        return self._total(lambda loss: around_entries(loss, value), name, chosen, own, typical)

    def sums(self, name: str, signs: Array) -> Estimate:
        """Along sums of entries: ``signs`` (k, size) holds one line a row, of entries -1, 0 and 1."""
        value = self.params[name]
        scale = np.full(len(signs), (float(np.abs(value).mean()) if value.size else 0.0) or 1.0)
        return self._total(
            lambda loss: _around_sums(loss, value, signs), name, np.arange(len(signs)), scale, scale
        )

    def together(self, signs: Mapping[str, Array]) -> tuple[Estimate, dict[str, Array]]:
        """Along sums over all parameters, each entry moved by its own size: ``signs`` as in `sums`, by path.

        Returns
        -------
        slopes, steps
            Of shape (k,), and by how much each entry moves with a step of one.
        """
        steps = {
            n: np.where(v != 0, np.abs(v), scales(v).reshape(v.shape)).ravel() for n, v in self.params.items()
        }

        def around(term: Term) -> Around:
            def move(lines: Array, h: Array) -> Array:
                table = np.empty((len(lines), 4))
                for row, line, step in zip(table, lines, h, strict=True):
                    for column, k in enumerate((-2, -1, 1, 2)):
                        at = {
                            n: v + k * step * (signs[n][line] * steps[n]).reshape(v.shape)
                            for n, v in self.params.items()
                        }
                        row[column] = term.checked(at)
                return table

            return move

        count = len(next(iter(signs.values())))
        ones = np.ones(count)
        parts = zip(self._terms, self._centres, self._noise, strict=True)
        with np.errstate(all="ignore"):
            measured = [
                confirmed_estimate(around(term), ones, ones, centre, GOOD, noise)
                for term, centre, noise in parts
            ]
        return total(measured), steps

    def exact(self, name: str, chosen: Array) -> Estimate | None:
        """Without a difference, by the complex step, where that is possible."""
        terms = [complex_slopes(term.given, self.params, name, chosen) for term in self._terms]
        known = [term for term in terms if term is not None]
        return total(known) if len(known) == len(terms) else None

    def elsewhere(self, params: Parameters) -> Slopes:
        """The same loss at another point."""
        return Slopes(self._terms, params)

    def _total(
        self,
        around: Callable[[Callable[[Array], float]], Around],
        name: str,
        lines: Array,
        own: Array,
        typical: Array,
    ) -> Estimate:
        """The sum over the terms of the loss."""

        def of(term: Term) -> Callable[[Array], float]:
            return lambda value: term.checked({**self.params, name: value})

        def along(term: Term, centre: float, noise: float) -> Estimate:
            one = around(of(term))
            with np.errstate(all="ignore"):
                return confirmed_estimate(
                    lambda rows, h: one(lines[rows], h), own, typical, centre, GOOD, noise
                )

        parts = zip(self._terms, self._centres, self._noise, strict=True)
        return total([along(*part) for part in parts])


def _grain(term: Term, params: Parameters) -> float:
    """The steps in which a term moves, seen at some points around."""
    rng, values = np.random.default_rng(0), []
    for size in (1e-3, 1e-2, 3e-2, 1e-1, 2e-1, 3e-1):
        at = {
            n: np.asarray(v + size * scales(v).reshape(v.shape) * rng.uniform(-1, 1, size=v.shape))
            for n, v in params.items()
        }
        values.append(term.checked(at))
    return grain(values)


def _jump(term: Term, params: Parameters, centre: float) -> float:
    """By how much a term jumps where its inputs are rounded on the way, to single precision, say: for small steps it stands
    still, to the last digit. Nothing, where it moves with every step that is large enough to be seen."""
    rng, found = np.random.default_rng(0), 0.0
    for _ in range(JUMPS):
        step = {n: np.abs(v) * rng.uniform(-1, 1, size=v.shape) for n, v in params.items()}

        def moved(size: float, step: dict[str, Array] = step) -> float:
            return abs(term.checked({n: np.asarray(v + size * step[n]) for n, v in params.items()}) - centre)

        slope = moved(1e-2) / 1e-2
        still = 0.0
        for size in (1e-10, 1e-9, 1e-8, 3e-8, 1e-7, 1e-6, 1e-5, 1e-4):
            if slope * size > 256 * np.finfo(float).eps * abs(centre):
                if moved(size) != 0:
                    break
                still = size
        # The next jump is somewhere within the next size.
        found = max(found, 10 * still * slope)
    return found if np.isfinite(found) else 0.0


def _otherwise_rounded(term: Term, params: Parameters) -> Any:
    """The loss in extended precision; where there is none, at a point that is off by roundings."""
    if WIDER:
        return term.given({name: value.astype(np.longdouble) for name, value in params.items()})
    rng = np.random.default_rng(0)
    return term.checked({name: shaken(value, rng) for name, value in params.items()})


def _around_sums(loss: Callable[[Array], float], x: Array, signs: Array) -> Around:
    def around(lines: Array, h: Array) -> Array:
        return np.array(
            [
                [number(loss(x + k * step * signs[line].reshape(x.shape))) for k in (-2, -1, 1, 2)]
                for line, step in zip(lines, h, strict=True)
            ]
        ).reshape(len(lines), 4)

    return around
