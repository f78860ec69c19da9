"""Checks of the exercise on gradient descent: a bowl, a step, the loop, and a safe step size."""

from collections.abc import Callable

import numpy as np

from bplib.checking.exercises.typical.gradient_descent import TYPICAL
from bplib.checking.judging.check import Check, Gradient, Value, without
from bplib.checking.judging.draws import PLAIN, Draw, Inputs
from bplib.types import Array


def _bowl(x: Array, A: Array, c: Array) -> float:
    return 0.5 * (x - c) @ A @ (x - c)


def _descent_step(theta: Array, gradient: Array, learning_rate: float) -> Array:
    return theta - learning_rate * gradient


def _descend(
    gradient: Callable[[Array], Array], start: Array, learning_rate: float, steps: int, tolerance: float
) -> Array:
    point = np.array(start, dtype=float)
    for _ in range(steps):
        slope = gradient(point)
        if np.linalg.norm(slope) <= tolerance:
            break
        point = point - learning_rate * slope
    return point


def _backtracking_rate(loss: Callable[[Array], float], theta: Array, gradient: Array, rate: float) -> float:
    while loss(theta - rate * gradient) > loss(theta) - 0.5 * rate * np.sum(gradient**2):
        rate = rate / 2
    return rate


def _bowl_inputs(d: Draw) -> Inputs:
    n = d.units()
    return {"x": d.array(n), "A": d.array(n, n), "c": d.array(n)}


def _bowl_to_descend(d: Draw, steps: int, tolerance: float, start: float = 5.0) -> Inputs:
    n = d.units()
    bottom, twist = d.between(-2, 2, n), d.between(-0.5, 0.5, n, n)
    curvature = (
        np.diag(d.between(0.5, 3.0, n)) + twist @ twist.T
    )  # the coordinates have to do with each other
    return {
        "gradient": lambda p: curvature @ (np.asarray(p, dtype=float) - bottom),
        "start": bottom + d.choice((-1, 1)) * d.between(start / 2, start, n),
        "learning_rate": d.scalar(0.05, 0.3),
        "steps": steps,
        "tolerance": tolerance,
    }


def _tiny_steps(d: Draw) -> Inputs:
    """So small that a point and the next one look alike; together they lead somewhere."""
    return {**_bowl_to_descend(d, 1000, 1e-12), "learning_rate": d.choice((1e-7, 2e-7))}


def _flies_apart(d: Draw) -> Inputs:
    """Above two over the curvature: each step leads farther away, and the text says nothing of turning back."""
    return {**_bowl_to_descend(d, d.integer(5, 8), 1e-12), "learning_rate": d.scalar(4.5, 6)}


def _almost_flat(d: Draw) -> Inputs:
    """Slopes of next to nothing, which are no reason to stop, and a rate that is as large."""
    bottom = d.between(-2, 2, 2)
    return {
        "gradient": lambda p: 1e-8 * (np.asarray(p, dtype=float) - bottom),
        "start": bottom + d.between(1, 3, 2),
        "learning_rate": 3e7,
        "steps": 4,
        "tolerance": 1e-12,
    }


def _a_length_at_the_tolerance(d: Draw) -> Inputs:
    """The gradient (3, 4) has the length 5: entry by entry it is smaller, and at most five means that it is time to stop."""
    return {
        "gradient": lambda p: np.asarray(p, dtype=float),
        "start": np.array([3.0, 4.0]),
        "learning_rate": 0.1,
        "steps": 20,
        "tolerance": 5.0,
    }


def _between_entry_and_length(d: Draw) -> Inputs:
    """Every entry is below the tolerance, and the length is not."""
    return {**_a_length_at_the_tolerance(d), "tolerance": 4.5}


def _bowl_to_search(
    d: Draw, rate: float, steep: float = 1.0, wide: float = 1.0, below: float = 0.0
) -> Inputs:
    """A bowl so many times as steep and as wide, whose lowest point lies so far below one of an ordinary height."""
    n = d.units()
    # Neither its lowest point nor its lowest value is zero, or signs and differences would not count.
    curvature, bottom = steep * d.between(4.0, 20.0, n), wide * d.between(-1, 1, n)
    height = steep * wide**2 * (d.scalar(0.5, 3) - below)
    theta = bottom + wide * d.choice((-1, 1)) * d.between(1, 3, n)
    return {
        "loss": lambda p: 0.5 * np.sum(curvature * (np.asarray(p, dtype=float) - bottom) ** 2) + height,
        "theta": theta,
        "gradient": curvature * (theta - bottom),
        "rate": rate,
    }


def _just_good_enough(d: Draw, rate: float = 2.0) -> Inputs:
    """On this bowl a rate of one half promises what it brings, to the last digit; one of nearly one brings next to nothing."""
    return {
        "loss": lambda p: float(np.sum(np.asarray(p) ** 2)),
        "theta": np.array([2.0]),
        "gradient": np.array([4.0]),
        "rate": rate,
    }


def _no_bowl(d: Draw) -> Inputs:
    """The fourth power: here a step that brings half of what was promised is another than one that brings anything."""
    n = d.units()
    theta = d.choice((-1, 1)) * d.between(0.3, 2, n)
    return {
        "loss": lambda p: 0.25 * np.sum(np.asarray(p, dtype=float) ** 4),
        "theta": theta,
        "gradient": theta**3,
        "rate": 4.0,
    }


def _exponential(d: Draw) -> Inputs:
    """A loss that is flat on one side and grows beyond all measure on the other."""
    n = d.units()
    theta = d.between(-1, 2.5, n)
    return {
        "loss": lambda p: np.sum(np.exp(np.asarray(p, dtype=float))),
        "theta": theta,
        "gradient": np.exp(theta),
        "rate": 64.0,
    }


def _at_the_bottom(d: Draw) -> Inputs:
    """Nothing was promised, and nothing is what any step brings."""
    bottom = d.array(3)
    return {
        "loss": lambda p: 1 + float(np.sum((np.asarray(p, dtype=float) - bottom) ** 2)),
        "theta": bottom,
        "gradient": np.zeros(3),
        "rate": 4.0,
    }


def _plane(d: Draw) -> Inputs:
    """The same gradient everywhere: that it has not changed is no reason to stop."""
    return {
        "gradient": lambda p: np.array([1.0, -2.0]),
        "start": d.array(2),
        "learning_rate": 0.25,
        "steps": 4,
        "tolerance": 0.125,
    }


CHECKS = (
    Check(
        "bowl_gradient",
        typical=TYPICAL["bowl_gradient"],
        outputs=(Gradient("gradient", 2, loss=_bowl, wrt="x"),),
        draw=_bowl_inputs,
        edges=without("batch_of_one"),
    ),
    Check(
        "descent_step",
        leaves=("theta",),
        typical=TYPICAL["descent_step"],
        answer=_descent_step,
        outputs=(Value("theta", 1),),
        draw=lambda d: {
            "theta": d.array(m := d.units(), n := d.units()),
            "gradient": d.array(m, n),
            "learning_rate": d.scalar(0.01, 1),
        },
        edges=without("batch_of_one"),
        cases={
            "a learning rate above one": lambda d: {
                "theta": d.array(2, 3),
                "gradient": d.array(2, 3),
                "learning_rate": 2.5,
            },
            "arrays without an axis": lambda d: {
                "theta": np.array(d.scalar(-2, 2)),
                "gradient": np.array(d.scalar(-2, 2)),
                "learning_rate": 0.5,
            },
            "arrays with one axis": lambda d: {
                "theta": d.array(3),
                "gradient": d.array(3),
                "learning_rate": 0.5,
            },
            "arrays with three axes": lambda d: {
                "theta": d.array(2, 3, 2),
                "gradient": d.array(2, 3, 2),
                "learning_rate": 0.25,
            },
        },
    ),
    Check(
        "descend",
        answer=_descend,
        outputs=(Value("point", 3),),
        typical=TYPICAL["descend"],
        leaves=("start",),
        draw=lambda d: _bowl_to_descend(d, d.integer(3, 9), 1e-12),
        edges=(PLAIN, "one_unit", "non_contiguous"),
        cases={
            "a tolerance that is reached on the way": lambda d: _bowl_to_descend(d, 60, 0.5),
            "a start that is good enough": lambda d: _bowl_to_descend(d, 5, 100.0),
            "a gradient just as long as the tolerance": _a_length_at_the_tolerance,
            "a gradient longer than the tolerance, whose entries are smaller": _between_entry_and_length,
            "a start of whole numbers": lambda d: {
                **_a_length_at_the_tolerance(d),
                "start": np.array([6, -8]),
                "tolerance": 1.0,
            },
            "tiny steps": _tiny_steps,
            "steps so large that the walk flies apart": _flies_apart,
            "slopes of next to nothing": _almost_flat,
            "a single step": lambda d: _bowl_to_descend(d, 1, 1e-12),
            "no steps": lambda d: _bowl_to_descend(d, 0, 1e-12),
            "a gradient that is the same everywhere": _plane,
        },
    ),
    Check(
        "backtracking_rate",
        answer=_backtracking_rate,
        outputs=(Value("rate", 3),),
        typical=TYPICAL["backtracking_rate"],
        draw=lambda d: _bowl_to_search(d, 4.0),
        edges=(PLAIN, "one_unit", "non_contiguous"),
        cases={
            "a rate that is far too large": lambda d: _bowl_to_search(d, 4096.0),
            "a rate that takes many halvings": lambda d: _bowl_to_search(d, 2.0**36),
            "a steep bowl": lambda d: _bowl_to_search(d, 4.0, steep=1e9, wide=1e-9),
            "a bowl that is almost flat": lambda d: _bowl_to_search(d, 4e12, steep=1e-12),
            "negative losses": lambda d: _bowl_to_search(d, 4.0, below=500.0),
            "a rate that is good enough": lambda d: _bowl_to_search(d, 0.01),
            "a step just good enough": _just_good_enough,
            "a step that brings next to nothing": lambda d: _just_good_enough(d, 1.9999),
            "a loss that is no bowl": _no_bowl,
            "a loss that grows exponentially": _exponential,
            "a gradient of zeros": _at_the_bottom,
        },
    ),
)
