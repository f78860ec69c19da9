"""Typical answers to the exercise on gradient descent."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bplib.checking.judging.check import Mistake, Typical
from bplib.types import Array

#: A function of some of the inputs, or a part of one.
_Function = Callable[..., Any]
#: What typical mistakes return, by their name.
_Table = Mapping[str, Sequence[_Function]]


def _typical(table: _Table, *forms: _Function) -> Typical:
    return Typical(tuple(Mistake(cause, f) for cause, results in table.items() for f in results), forms)


def _stored(into: Array, value: Array) -> Array:
    """What is left of a value that fills an array made like another, which may hold whole numbers."""
    return np.trunc(value) if np.all(into == np.round(into)) else value


# The gradient of a bowl -----------------------------------------------------------------------------------------


def _bowl_by_terms(x: Array, A: Array, c: Array) -> Array:
    away = x - c
    first = 0.5 * A @ away
    second = 0.5 * A.T @ away
    return first + second


def _bowl_by_entries(x: Array, A: Array, c: Array) -> Array:
    slope = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(x)):
            slope[i] += 0.5 * (A[i, j] + A[j, i]) * (x[j] - c[j])
    return slope


def _bowl(x: Array, A: Array, c: Array) -> Array:
    return 0.5 * (A + A.T) @ (x - c)


_BOWL: _Table = {
    # As for a matrix that is symmetric: of the two ways the loss is moved, one is there, with the share of both.
    "term-left-out": [
        *(lambda x, A, c, k=k: k * A @ (x - c) for k in (1, 2)),
        *(lambda x, A, c, k=k: k * A.T @ (x - c) for k in (1, 2)),
        lambda x, A, c: A @ x,
        lambda x, A, c: A.T @ x,
    ],
    "sign-inside": [lambda x, A, c: 0.5 * (A - A.T) @ (x - c), lambda x, A, c: (A - A.T) @ (x - c)],
    "factor-left-out": [
        lambda x, A, c: A @ (x - c) + 0.5 * A.T @ (x - c),
        lambda x, A, c: 0.5 * A @ (x - c) + A.T @ (x - c),
    ],
    "parentheses-missing": [
        *(
            lambda x, A, c, S=S: S(A) @ x - c
            for S in (lambda A: 0.5 * (A + A.T), lambda A: A + A.T, lambda A: A, lambda A: A.T)
        ),
    ],
    "other-operation": [
        *(lambda x, A, c, axis=axis: (0.5 * (A + A.T)).sum(axis) * (x - c) for axis in (0, 1)),
        *(lambda x, A, c, axis=axis: A.sum(axis) * (x - c) for axis in (0, 1)),
        *(
            lambda x, A, c, S=S: S(A) * (x - c)
            for S in (lambda A: 0.5 * (A + A.T), lambda A: A + A.T, lambda A: A, lambda A: A.T)
        ),
    ],
    "each-by-itself": [lambda x, A, c: np.diag(A) * (x - c)],
    "value-for-slope": [
        *(lambda x, A, c, k=k: k * (x - c) * (A @ (x - c)) for k in (1, 0.5)),
        lambda x, A, c: (x - c) * _bowl(x, A, c),
        *(lambda x, A, c, k=k: k * (x - c) @ A @ (x - c) for k in (1, 0.5)),
    ],
    "mean-for-sum": [lambda x, A, c: _bowl(x, A, c) / len(x)],
    # One-sided differences, whose step is no small number.
    "other-constant": [
        lambda x, A, c, h=h: _bowl(x, A, c) + 0.5 * h * np.diag(A) for h in (1, 0.5, 0.1, 0.01, 1e-3, -0.1, -0.01)
    ],
    "cut-to-whole": [lambda x, A, c: _stored(x, _bowl(x, A, c))],
}  # fmt: skip

# A step ---------------------------------------------------------------------------------------------------------


def _step_by_rows(theta: Array, gradient: Array, learning_rate: float) -> Array:
    new = np.array(theta, dtype=float)
    for i in np.ndindex(theta.shape[:1]):  # once, where there is no axis
        step = learning_rate * gradient[i]
        new[i] = new[i] - step
    return new


def _step_by_entries(theta: Array, gradient: Array, learning_rate: float) -> Array:
    new = np.zeros(theta.shape)
    for index in np.ndindex(theta.shape):
        new[index] = theta[index] - learning_rate * gradient[index]
    return new


def _along(direction: _Function) -> _Function:
    """A step along something else."""
    return lambda theta, gradient, learning_rate: theta - learning_rate * direction(gradient)


def _at(change: _Function) -> _Function:
    """What becomes of the point, the gradient and the rate."""
    return lambda theta, gradient, learning_rate: change(theta, gradient, learning_rate)


_STEP: _Table = {
    "uphill": [_along(lambda g: -g)],
    "parentheses-missing": [_at(lambda p, g, r: r * (p - g)), _at(lambda p, g, r: (p - r) * g)],
    "factor-too-many": [
        *(_along(lambda g, e=e: g / (np.linalg.norm(g) + e)) for e in (0, 1e-8, 1e-12)),
        _along(lambda g: g / np.max(np.abs(g))),
        _along(lambda g: g / np.sum(np.abs(g))),
        _along(lambda g: g / np.linalg.norm(g, axis=1, keepdims=True)),
        _along(lambda g: g / g.size),
        *(_along(lambda g, k=k: g / g.shape[k]) for k in (0, 1)),
    ],
    "other-function": [_along(np.sign), _along(np.abs)],
    "power-mixed": [_along(np.square)],
    "one-for-all": [
        *(_along(f) for f in (np.mean, np.sum, np.linalg.norm)),
        *(_along(lambda g, k=k: g.mean(axis=k, keepdims=True)) for k in (0, 1)),
        *(_along(lambda g, k=k: g.sum(axis=k, keepdims=True)) for k in (0, 1)),
    ],
    "other-operation": [_at(lambda p, g, r: p * (1 - r * g)), _at(lambda p, g, r: p * g * r)],
    "coupled": [_at(lambda p, g, r: p * (1 - r) - r * g)],
    "rest-for-share": [_at(lambda p, g, r: p * (1 - r) + r * g)],
    "done-twice": [_along(lambda g: 2 * g)],
    "other-constant": [_at(lambda p, g, r, c=c: p - c * g) for c in (0.001, 0.01, 0.1, 0.5)],
    "cut-to-whole": [
        _at(lambda p, g, r: _stored(p, p - r * g)),
        _at(lambda p, g, r: p - _stored(p, r * g)),
        _at(lambda p, g, r: np.round(p - r * g)),
    ],
    "stopped-early": [_at(lambda p, g, r: p - r * g * (np.arange(g.size).reshape(g.shape) == 0))],
}  # fmt: skip

# The walk -------------------------------------------------------------------------------------------------------


def _descend_while(
    gradient: _Function, start: Array, learning_rate: float, steps: int, tolerance: float
) -> Array:
    point = np.array(start, dtype=float)
    taken = 0
    slope = gradient(point)
    while taken < steps and np.linalg.norm(slope) > tolerance:
        point = point - learning_rate * slope
        slope = gradient(point)
        taken += 1
    return point


def _descend_returning(
    gradient: _Function, start: Array, learning_rate: float, steps: int, tolerance: float
) -> Array:
    point = np.array(start, dtype=float)
    for _ in range(steps):
        slope = gradient(point)
        length = np.sqrt(np.sum(slope**2))
        if length <= tolerance:
            return point
        step = learning_rate * slope
        point = point - step
    return point


def _walk(
    stops: _Function = lambda slope, step, tolerance: np.linalg.norm(slope) <= tolerance,
    move: _Function = lambda point, step, length: point - step,
    rounds: _Function = lambda steps: steps,
    late: bool = False,
    after: bool = False,
    back: bool = False,
) -> _Function:
    """When it stops, how it moves, and how many steps it takes.

    It may first look after a step, or always after it moved, or be one point back.
    """

    def walk(gradient: _Function, start: Array, learning_rate: float, steps: int, tolerance: float) -> Array:
        point = before = np.array(start, dtype=float)
        for k in range(rounds(steps)):
            slope = gradient(point)
            step = learning_rate * slope
            enough = (k or not late) and stops(slope, step, tolerance)
            if enough and not after:
                break
            before, point = point, move(point, step, np.linalg.norm(slope))
            if enough:
                break
        return before if back else point

    return walk


def _descend_in_one_round(
    gradient: _Function, start: Array, learning_rate: float, steps: int, tolerance: float
) -> Array | None:
    """The return stands inside the loop, and behind it nothing."""
    found = _walk(rounds=lambda steps: min(steps, 1))(gradient, start, learning_rate, steps, tolerance)
    return found if steps else None


def _descend_while_either(
    gradient: _Function, start: Array, learning_rate: float, steps: int, tolerance: float
) -> Array:
    """It goes on while steps are left, or the gradient is long."""
    point, taken = np.array(start, dtype=float), 0
    while taken < steps or (np.linalg.norm(gradient(point)) > tolerance and taken < 5000):
        point, taken = point - learning_rate * gradient(point), taken + 1
    return point


def _descend_looking_ahead(
    gradient: _Function, start: Array, learning_rate: float, steps: int, tolerance: float
) -> Array:
    """It looks at the gradient after the step, and returns the point before it."""
    point = np.array(start, dtype=float)
    for _ in range(steps):
        after = point - learning_rate * gradient(point)
        if np.linalg.norm(gradient(after)) <= tolerance:
            break
        point = after
    return point


def _descend_looking_once(
    gradient: _Function, start: Array, learning_rate: float, steps: int, tolerance: float
) -> Array:
    """It looks at the gradient before the loop alone."""
    point = np.array(start, dtype=float)
    enough = np.linalg.norm(gradient(point)) <= tolerance
    return point if enough else _walk(lambda *_: False)(gradient, start, learning_rate, steps, tolerance)


def _descend_by_coordinates(
    gradient: _Function, start: Array, learning_rate: float, steps: int, tolerance: float
) -> Array:
    point = np.array(start, dtype=float)
    for _ in range(steps):
        if np.linalg.norm(gradient(point)) <= tolerance:
            break
        for i in range(len(point)):
            point[i] -= learning_rate * gradient(point)[i]
    return point


def _descend_on_whole_numbers(
    gradient: _Function, start: Array, learning_rate: float, steps: int, tolerance: float
) -> Array:
    """A start of whole numbers makes an array that holds no others."""
    point = np.array(start)
    for _ in range(steps):
        slope = gradient(point)
        if np.linalg.norm(slope) <= tolerance:
            break
        point[:] = point - learning_rate * slope
    return point


_WALK: _Table = {
    "uphill": [_walk(move=lambda point, step, length: point + step)],
    "other-variable": [
        _walk(lambda slope, step, tolerance: np.linalg.norm(step) <= tolerance, after=after) for after in (False, True)
    ],
    "condition-mixed": [_descend_while_either],
    "not-stopped": [
        _walk(lambda slope, step, tolerance: False),
        _descend_looking_once,
        _walk(rounds=lambda steps: 5000),
        _walk(lambda slope, step, tolerance: np.linalg.norm(slope) <= max(tolerance, 1e-12), rounds=lambda steps: 5000),
    ],
    "other-function": [
        _walk(lambda slope, step, tolerance, f=f: f(slope) <= tolerance)
        for f in (np.sum, np.max, lambda slope: abs(np.sum(slope)), lambda slope: np.sum(np.abs(slope)))
    ],
    "each-by-itself": [
        _walk(lambda slope, step, tolerance, f=f: f(np.abs(slope)) <= tolerance)
        for f in (np.max, np.min, lambda sizes: sizes[0], lambda sizes: sizes[-1])
    ],
    "mean-for-sum": [
        _walk(lambda slope, step, tolerance, f=f: f(slope) <= tolerance)
        for f in (
            np.mean, lambda slope: abs(np.mean(slope)), lambda slope: np.mean(np.abs(slope)),
            lambda slope: np.mean(slope**2), lambda slope: np.sqrt(np.mean(slope**2)),
        )
    ],
    "stopped-early": [
        _walk(rounds=lambda steps: min(steps, 1)),
        _walk(rounds=lambda steps: 1),
        _descend_in_one_round,
    ],
    "off-by-one": [_walk(rounds=lambda steps, by=by: steps + by) for by in (1, -1)],
    "old-value": [
        _descend_by_coordinates,
        _walk(back=True),
        _descend_looking_ahead,
        lambda **all: _walk()(**all | {"gradient": lambda _: all["gradient"](all["start"])}),
    ],
    "steps-exchanged": [_walk(late=True), _walk(after=True)],
    "factor-too-many": [_walk(move=lambda point, step, length: point - step / length)],
    "done-twice": [_walk(move=lambda point, step, length: point - 2 * step)],
    "cut-to-whole": [_descend_on_whole_numbers],
}  # fmt: skip

# A safe rate ----------------------------------------------------------------------------------------------------


def _rate_by_trial(loss: _Function, theta: Array, gradient: Array, rate: float) -> float:
    before = loss(theta)
    squared = np.sum(gradient**2)
    trial = loss(theta - rate * gradient)
    while trial > before - 0.5 * rate * squared:
        rate = rate / 2
        trial = loss(theta - rate * gradient)
    return rate


def _good(loss: _Function, p: Array, g: Array, r: float, first: float) -> bool:
    """Whether a rate is good enough, at a point with a gradient; a wrong one may look at the first rate."""
    return bool(loss(p - r * g) <= loss(p) - 0.5 * r * np.sum(g**2))


def _search(
    good: _Function = _good,
    smaller: _Function = lambda rate: rate / 2,
    rounds: int = 200,
    least: float = 0.0,
    back: bool = False,
) -> _Function:
    """The first rate that is good enough, or the one before it; after so many rounds, or below the least, any is."""

    def search(loss: _Function, theta: Array, gradient: Array, rate: float) -> float:
        first = before = rate
        for _ in range(rounds):
            if rate <= least or good(loss, theta, gradient, rate, first):
                break
            before, rate = rate, smaller(rate)
        return before if back else rate

    return search


def _endless(good: _Function) -> list[_Function]:
    """What no rate fulfills ends where the student has made it end."""
    return [
        *(_search(good, rounds=rounds) for rounds in (10, 20, 25, 30, 40, 50, 60, 64, 100, 200, 500, 1000)),
        *(_search(good, least=10.0**-digits) for digits in (4, 5, 6, 8, 9, 10, 12, 15, 16)),
    ]


def _rate_on_the_way(loss: _Function, theta: Array, gradient: Array, rate: float) -> float:
    """The point moves with every trial."""
    for _ in range(200):
        if _good(loss, theta, gradient, rate, rate):
            break
        theta = theta - rate * gradient
        rate = rate / 2
    return rate


_RATE: _Table = {
    "uphill": _endless(lambda loss, p, g, r, first: loss(p + r * g) <= loss(p) - 0.5 * r * np.sum(g**2)),
    "old-value": [
        *_endless(lambda loss, p, g, r, first: loss(p - r * g) <= loss(p) - 0.5 * first * np.sum(g**2)),
        *_endless(lambda loss, p, g, r, first: loss(p - first * g) <= loss(p) - 0.5 * r * np.sum(g**2)),
        _search(back=True),
        _rate_on_the_way,
    ],
    "comparison-reversed": _endless(lambda *given: not _good(*given)),
    "steps-exchanged": [
        *_endless(lambda loss, p, g, r, first: loss(p - r * g) <= loss(p) - 0.5 * r * np.sum(g) ** 2),
        # The rate is halved, and only then looked at.
        lambda loss, theta, gradient, rate: _search()(loss, theta, gradient, rate / 2),
    ],
    "factor-left-out": [
        *_endless(lambda loss, p, g, r, first: loss(p - r * g) <= loss(p) - 0.5 * np.sum(g**2)),
        *_endless(lambda loss, p, g, r, first: loss(p - r * g) <= loss(p) - r * np.sum(g**2)),
        *_endless(lambda loss, p, g, r, first: loss(p - g) <= loss(p) - 0.5 * r * np.sum(g**2)),
        *_endless(lambda loss, p, g, r, first: loss(p - r) <= loss(p) - 0.5 * r * np.sum(g**2)),
    ],
    "term-left-out": [
        _search(lambda loss, p, g, r, first: loss(p - r * g) <= loss(p)),
        _search(lambda loss, p, g, r, first: loss(p - r * g) < loss(p)),
    ],
    "other-constant": [
        *(
            _search(lambda loss, p, g, r, first, c=c: loss(p - r * g) <= loss(p) - c * r * np.sum(g**2))
            for c in (1e-4, 1e-3, 0.01, 0.05, 0.1, 0.2, 0.25, 0.3, 0.75, 0.9)
        ),
        *(_search(smaller=lambda rate, c=c: rate * c) for c in (0.1, 0.2, 0.25, 1 / 3, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99)),
    ],
    "power-mixed": [_search(lambda loss, p, g, r, first: loss(p - r * g) <= loss(p) - 0.5 * r * np.linalg.norm(g))],
    "mean-for-sum": [_search(lambda loss, p, g, r, first: loss(p - r * g) <= loss(p) - 0.5 * r * np.mean(g**2))],
}  # fmt: skip

TYPICAL = {
    "bowl_gradient": _typical(_BOWL, _bowl_by_terms, _bowl_by_entries),
    "descent_step": _typical(_STEP, _step_by_rows, _step_by_entries),
    "descend": _typical(_WALK, _descend_while, _descend_returning),
    "backtracking_rate": _typical(_RATE, _rate_by_trial),
}
