"""The losses of soundness.py are what they say: right where right, wrong where wrong, and of many kinds."""
from __future__ import annotations

import copy
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from soundness import CASES, Case, tree_leaves, tree_map

KINKED = [case for case in CASES if case.also]
SMOOTH = [case for case in CASES if not case.also]


def flat(tree: Any) -> np.ndarray:
    return np.concatenate([np.ravel(np.asarray(leaf, float)) for leaf in tree_leaves(tree)])


def shapes(tree: Any) -> list[tuple[int, ...]]:
    return [np.shape(leaf) for leaf in tree_leaves(tree)]


class Along:
    """The loss as a function of one entry, in long double where the loss keeps it."""

    def __init__(self, case: Case, leaf: int, entry: int, kind: type) -> None:
        self.loss, self.kind = case.loss, kind
        self.params = tree_map(lambda leaf: np.array(leaf, kind) if np.ndim(leaf) else kind(leaf),
                               case.params)
        self.leaf, self.entry = leaf, entry

    def __call__(self, step: Any) -> Any:
        count = iter(range(10**6))

        def moved(value: Any) -> Any:
            if next(count) != self.leaf:
                return value
            if np.ndim(value) == 0:
                return value + step
            value = value.copy()
            value.flat[self.entry] += step
            return value

        with np.errstate(all="ignore"):
            try:
                return self.kind(self.loss(tree_map(moved, self.params)))
            except (ValueError, ArithmeticError):  # math functions beyond the edge of their domain
                return self.kind(np.nan)


def extrapolated(along: Along, size: float, side: int) -> tuple[float, float]:
    """Derivative and its probable error by Richardson's scheme: two-sided if side is 0, else on that side.

    The error is the change within a table of steps and to the table of ten times smaller steps, since either
    alone can be small by chance, and no less than what rounding the loss makes of the smallest step. Small
    steps come first, and none after four good tables in a row, since large ones can agree with each other and
    miss a narrow dip.
    """
    here = along(along.kind(0))
    best, error, before = np.nan, np.inf, np.nan
    ratio, good = 2.0, 0
    for first in size * 10.0 ** np.arange(-11.0, 0.5):
        steps = [along.kind(first) / along.kind(ratio) ** k for k in range(6)]
        if side:
            row = [side * (along(side * h) - here) / h for h in steps]
        else:
            row = [(along(h) - along(-h)) / (2 * h) for h in steps]
        here_best, here_error = np.nan, np.inf
        for order in range(1, 6):
            gain = ratio ** (order if side else 2 * order)
            new = [(gain * fine - coarse) / (gain - 1) for coarse, fine in pairwise(row)]
            for k, value in enumerate(new):
                change = max(abs(value - row[k]), abs(value - row[k + 1]))
                if change < here_error:
                    here_best, here_error = float(value), float(change)
            row = new
        rounding = float(abs(here) * np.finfo(along.kind).eps / steps[-1])
        total = max(here_error, abs(here_best - before), rounding)
        if total < error:
            best, error = here_best, total
        before = here_best
        good = good + 1 if total < 1e-5 * abs(here_best) else 0
        if good > 3:
            break
    return best, error


def differences(case: Case, side: int = 0) -> np.ndarray:
    """The independent derivative by every entry."""
    out = []
    for number, leaf in enumerate(tree_leaves(case.params)):
        values = np.ravel(np.asarray(leaf, float))
        for entry, value in enumerate(values):
            size = max(abs(value), 1e-3 * np.abs(values).max()) or 1.0
            best, error = extrapolated(Along(case, number, entry, float), size, side)
            if error > 1e-5 * abs(best):  # only then is it worth the time to try with more digits
                finer, left = extrapolated(Along(case, number, entry, np.longdouble), size, side)
                best = finer if left < error else best
            out.append(best)
    return np.array(out)


def gradients_nearby(case: Case) -> np.ndarray:
    """Plain differences at random points by a kink: their mixtures are the generalized gradients there."""
    rng = np.random.default_rng(0)
    rows = []
    for _ in range(80):
        nearby = tree_map(lambda leaf: leaf + 1e-4 * rng.uniform(-1, 1, size=np.shape(leaf)), case.params)
        moved = case._replace(params=nearby)
        row = []
        for number, leaf in enumerate(tree_leaves(nearby)):
            for entry in range(np.size(leaf)):
                along = Along(moved, number, entry, float)
                row.append((along(1e-8) - along(-1e-8)) / 2e-8)
        rows.append(row)
    return np.array(rows)


def really_wrong(wrong: Any, right: Any) -> bool:
    for bad, good in zip(tree_leaves(wrong), tree_leaves(right), strict=True):
        bad, good = np.ravel(np.asarray(bad, float)), np.ravel(np.asarray(good, float))
        off = np.abs(bad - good)
        if off.max() > 1e-3 * np.abs(good).max():
            return True
        if (off > 1e-2 * np.abs(good))[good != 0].any():
            return True
    return False


def distance_to_mixtures(point: np.ndarray, corners: np.ndarray) -> float:
    """Distance of a point from the convex hull of corners, by pairwise Frank-Wolfe steps."""
    weights = np.full(len(corners), 1 / len(corners))
    for _ in range(2000):
        slope = corners @ (weights @ corners - point)
        to = int(np.argmin(slope))
        away = int(np.argmax(np.where(weights > 0, slope, -np.inf)))
        direction = corners[to] - corners[away]
        length = direction @ direction
        if length == 0:
            break
        step = min(weights[away], (slope[away] - slope[to]) / length)
        if step <= 1e-15:
            break
        weights[to] += step
        weights[away] -= step
    return float(np.linalg.norm(weights @ corners - point))


def test_the_suite_has_what_it_promises() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names) >= 160
    assert 2 * sum(case.hard for case in CASES) >= len(CASES)
    assert min(len(case.wrong) for case in CASES) >= 5
    assert {len(shape) for case in CASES for shape in shapes(case.params)} == {0, 1, 2, 3, 4}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_structure_and_repeatability(case: Case) -> None:
    before = copy.deepcopy(case.params)
    first = case.loss(case.params)
    assert np.isfinite(first) and np.ndim(first) == 0
    for gradient in (case.gradient, *case.also, *case.wrong.values()):
        assert shapes(gradient(case.params)) == shapes(case.params)
        assert np.isfinite(flat(gradient(case.params))).all()
    assert case.loss(case.params) == first
    assert (flat(case.params) == flat(before)).all()


@pytest.mark.parametrize("case", SMOOTH, ids=lambda case: case.name)
def test_gradient_agrees_with_differences(case: Case) -> None:
    claimed = case.gradient(case.params)
    right, seen = flat(claimed), differences(case)
    largest = np.concatenate([np.full(np.size(leaf), np.abs(leaf).max()) for leaf in tree_leaves(claimed)])
    bound = np.where(right == 0, 1e-5 * largest, 2e-3 * np.abs(right))
    bound = np.where(largest == 0, 1e-9 * max(1.0, abs(case.loss(case.params))), bound)
    assert (np.abs(seen - right) <= bound).all(), (right, seen)


@pytest.mark.parametrize("case", KINKED, ids=lambda case: case.name)
def test_right_at_kinks_and_wrong_nowhere_near(case: Case) -> None:
    around = gradients_nearby(case)
    slopes = np.vstack([differences(case, 1), differences(case, -1), around])
    low, high = slopes.min(axis=0), slopes.max(axis=0)
    size = np.abs(slopes).max()
    for gradient in (case.gradient, *case.also):
        value = flat(gradient(case.params))
        assert (value >= low - 1e-3 * size).all() and (value <= high + 1e-3 * size).all(), (value, low, high)
        assert distance_to_mixtures(value, around) < 5e-4 * size, value
    for name, gradient in case.wrong.items():
        assert distance_to_mixtures(flat(gradient(case.params)), around) > 1e-3 * size, name


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_wrong_gradients_are_wrong(case: Case) -> None:
    rights = [gradient(case.params) for gradient in (case.gradient, *case.also)]
    corners = np.array([flat(right) for right in rights])
    for name, gradient in case.wrong.items():
        wrong = gradient(case.params)
        assert all(really_wrong(wrong, right) for right in rights), name
        if case.also:
            assert distance_to_mixtures(flat(wrong), corners) > 1e-3 * np.abs(corners).max(), name
