"""The slopes of a loss at one point: along single entries, or along sums of many with random signs.

The loss comes as one or several functions of the parameters, or as that of a network that bplib knows. Terms are
differentiated apart and then added, so that a large one does not drown the digits of a small one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from bplib.backpropagation import backpropagation
from bplib.checking.witnesses.complex_step import complex_slopes, in_two_precisions
from bplib.checking.witnesses.differences import (
    Around,
    Estimate,
    around_entries,
    estimate,
    exactly,
    number,
    rounding,
    scales,
    total,
)
from bplib.checking.diagnosis.mistakes import Problem, data_loss, right
from bplib.checking.witnesses.sweeps import Sweeps
from bplib.types import Array, Parameters

#: A bound this small relative to the largest slope decides every mistake that anyone makes.
GOOD = 1e-7

Loss = Callable[[Parameters], float]


class Term(NamedTuple):
    """A term of the loss: as it was ``given``, and ``checked``, which gives one float and leaves its argument alone."""

    given: Loss
    checked: Loss


class Slopes:
    """Measures slopes.

    Parameters
    ----------
    terms
        Of the loss. They are not used where the problem is known.
    params
        The point, float64.
    problem
        The network that the loss is that of, with its batch, or None.

    Attributes
    ----------
    evaluations
        How often a loss was evaluated.
    level
        The loss at the point.
    """

    def __init__(self, terms: Sequence[Term], params: Parameters, problem: Problem | None) -> None:
        self.params, self.problem, self.evaluations = params, problem, 0
        self._terms = terms
        if problem is None:
            self._centres = [term.checked(params) for term in terms]
            self._noise = [
                rounding(partial(_in_extended_precision, term, params), centre)
                for term, centre in zip(terms, self._centres, strict=True)
            ]
            self.level = sum(self._centres)
        else:
            self._sweeps = Sweeps(problem.network, params, problem.x, problem.target, problem.masks)
            self._noise = [
                rounding(lambda: data_loss(problem.in_precision(np.longdouble)), self._sweeps.centre)
            ]
            value, _ = backpropagation(
                problem.network, params, problem.x, problem.target, problem.penalty, problem.masks
            )
            self.level = float(value)

    def entries(self, name: str, chosen: Array) -> Estimate:
        """Along entries of one parameter, flat indices (k,): slopes of shape (k,)."""
        value = self.params[name]
        scale = scales(value)[chosen]
        if self.problem is None:
            return self._total(lambda loss: around_entries(loss, value), name, chosen, scale)
        measured = self._along(self._sweeps.around(name), chosen, scale, self._sweeps.centre, *self._noise)
        return self._priced(measured, name, lambda price: price.ravel()[chosen])

    def sums(self, name: str, signs: Array) -> Estimate:
        """Along sums of entries: ``signs`` (k, size) holds one line a row, of entries -1, 0 and 1."""
        value = self.params[name]
        scale = np.full(len(signs), float(np.abs(value).mean()) or 1.0)
        lines = np.arange(len(signs))
        if self.problem is None:
            return self._total(lambda loss: _around_sums(loss, value, signs), name, lines, scale)
        measured = self._along(
            self._sweeps.around_sums(name, signs), lines, scale, self._sweeps.centre, *self._noise
        )
        return self._priced(measured, name, lambda price: signs @ price.ravel())

    def exact(self, name: str, chosen: Array) -> Estimate | None:
        """Without a difference, where that is possible: by the complex step, or by the known network's own backward pass."""
        if self.problem is not None:
            double, extended = (
                np.ravel(right(self.problem.in_precision(dtype))[name])[chosen]
                for dtype in (np.float64, np.longdouble)
            )
            return in_two_precisions(double, extended)
        terms = [complex_slopes(term.given, self.params, name, chosen) for term in self._terms]
        known = [term for term in terms if term is not None]
        return total(known) if len(known) == len(terms) else None

    def elsewhere(self, params: Parameters) -> Slopes:
        """The same loss at another point."""
        return Slopes(self._terms, params, self.problem and replace(self.problem, params=params))

    def _total(
        self, around: Callable[[Callable[[Array], float]], Around], name: str, lines: Array, scale: Array
    ) -> Estimate:
        """The sum over the terms of the loss."""

        def of(term: Term) -> Callable[[Array], float]:
            return lambda value: term.checked({**self.params, name: value})

        measured = [
            self._along(around(of(term)), lines, scale, centre, noise)
            for term, centre, noise in zip(self._terms, self._centres, self._noise, strict=True)
        ]
        return total(measured)

    def _along(self, around: Around, lines: Array, scale: Array, centre: float, noise: float) -> Estimate:
        def chosen(rows: Array, h: Array) -> Array:
            self.evaluations += 4 * len(rows)
            return around(lines[rows], h)

        with np.errstate(all="ignore"):
            return estimate(chosen, scale, centre, GOOD, noise)

    def _priced(self, measured: Estimate, name: str, part: Callable[[Array], Array]) -> Estimate:
        """A penalty's slope is known in closed form, and is no part of what is under test."""
        problem = self.problem
        if problem is None or problem.penalty is None:
            return measured
        return total([measured, exactly(part(problem.penalty.gradient(self.params)[name]))])


def _in_extended_precision(term: Term, params: Parameters) -> Any:
    return term.given({name: value.astype(np.longdouble) for name, value in params.items()})


def _around_sums(loss: Callable[[Array], float], x: Array, signs: Array) -> Around:
    def around(lines: Array, h: Array) -> Array:
        return np.array(
            [
                [number(loss(x + k * step * signs[line].reshape(x.shape))) for k in (-2, -1, 1, 2)]
                for line, step in zip(lines, h, strict=True)
            ]
        ).reshape(len(lines), 4)

    return around
