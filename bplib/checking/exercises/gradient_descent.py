"""Checks of the exercise on gradient descent: a bowl, a step, the loop, and a safe step size."""

from collections.abc import Callable

import numpy as np

from bplib.checking.judging.check import Check, Gradient, Mistake, Value, without
from bplib.checking.judging.draws import PLAIN, Draw, Inputs
from bplib.types import Array


def _bowl(x: Array, A: Array, c: Array) -> float:
    return 0.5 * (x - c) @ A @ (x - c)


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


def _bowl_to_descend(d: Draw) -> Inputs:
    n = d.units()
    curvature, bottom = d.between(0.5, 4.0, n), d.between(-2, 2, n)
    # The loose tolerance is reached within the steps, the tight one is not.
    return {
        "gradient": lambda p: curvature * (p - bottom),
        "start": d.between(-5, 5, n),
        "learning_rate": d.scalar(0.05, 0.3),
        "steps": d.integer(3, 60),
        "tolerance": d.choice([0.5, 1e-12]),
    }


def _bowl_to_search(d: Draw) -> Inputs:
    n = d.units()
    curvature, theta = d.between(0.5, 20.0, n), d.between(-3, 3, n)
    return {
        "loss": lambda p: 0.5 * np.sum(curvature * p**2),
        "theta": theta,
        "gradient": curvature * theta,
        "rate": d.choice([0.01, 1.0, 4.0]),
    }


CHECKS = (
    Check(
        "bowl_gradient",
        outputs=(Gradient("gradient", 2, loss=_bowl, wrt="x"),),
        draw=_bowl_inputs,
        edges=without("batch_of_one"),
    ),
    Check(
        "descent_step",
        mistakes=(
            Mistake("uphill", lambda theta, gradient, learning_rate: theta + learning_rate * gradient),
        ),
        outputs=(
            Value(
                "theta", 1, expected=lambda theta, gradient, learning_rate: theta - learning_rate * gradient
            ),
        ),
        draw=lambda d: {
            "theta": d.array(m := d.units(), n := d.units()),
            "gradient": d.array(m, n),
            "learning_rate": d.scalar(0.01, 1),
        },
        edges=without("batch_of_one"),
    ),
    Check(
        "descend",
        outputs=(Value("point", 3, expected=_descend),),
        draw=_bowl_to_descend,
        edges=(PLAIN, "one_unit", "non_contiguous"),
    ),
    Check(
        "backtracking_rate",
        outputs=(Value("rate", 3, expected=_backtracking_rate),),
        draw=_bowl_to_search,
        edges=(PLAIN, "one_unit", "non_contiguous"),
    ),
)
