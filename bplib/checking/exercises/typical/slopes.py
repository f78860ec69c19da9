"""What students take for the slope of tanh, and for the error at the output, in more than one exercise."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bplib.types import Array

#: Of the weighted input and the activation.
Slope = Callable[[Any, Any], Any]
#: Learning rates with which weights are updated too early.
RATES = (0.5, 0.1, 0.01, 1.0, 0.05, 0.2, 0.3, 0.001)


def sigmoid(z: Any) -> Any:
    """The sigmoid as it is written first."""
    return 1 / (1 + np.exp(-z))


def relu(z: Any) -> Any:
    """The rectifier."""
    return np.maximum(z, 0)


def softmax(z: Any) -> Any:
    """What each number of a row has of their sum."""
    powers = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return powers / np.sum(powers, axis=-1, keepdims=True)


def itself(z: Any) -> Any:
    """No activation function."""
    return z


def tanh_slope(z: Any, a: Any) -> Any:
    """The right one."""
    return 1 - a**2


def one(z: Any, a: Any) -> Any:
    """The slope of what has no bend, or a forgotten one."""
    return np.ones_like(a)


#: What stands where the slope of tanh belongs.
WRONG_SLOPES: tuple[tuple[str, Slope], ...] = (
    ("activation-derivative-missing", one),
    ("derivative-at-activation", lambda z, a: 1 - np.tanh(a) ** 2),
    ("tanh-from-weighted-input", lambda z, a: 1 - z**2),
    ("other-activation", lambda z, a: a * (1 - a)),
    ("other-activation", lambda z, a: z * (1 - z)),
    ("other-activation", lambda z, a: sigmoid(z) * (1 - sigmoid(z))),
    ("other-activation", lambda z, a: sigmoid(a) * (1 - sigmoid(a))),
    ("other-activation", lambda z, a: z > 0),
    ("value-for-slope", lambda z, a: a),
    ("slope-squared", lambda z, a: (1 - a**2) ** 2),
    ("power-mixed", lambda z, a: 1 - a),
    ("power-mixed", lambda z, a: 1 / np.cosh(z)),
    ("parentheses-missing", lambda z, a: (1 - a) ** 2),
    ("sign-inside", lambda z, a: 1 + a**2),
    ("term-left-out", lambda z, a: a**2),
    ("term-left-out", lambda z, a: -(a**2)),
    ("multiplied-divided", lambda z, a: 1 / (1 - a**2)),
)
#: What stands where prediction minus target belongs.
WRONG_ERRORS: tuple[tuple[str, Callable[[Any, Any], Any]], ...] = (
    ("value-for-slope", lambda p, y: (p - y) ** 2),
    ("value-for-slope", lambda p, y: (p - y) ** 2 / 2),
    ("term-left-out", lambda p, y: p),
    ("term-left-out", lambda p, y: -y),
    ("sign-inside", lambda p, y: p + y),
    ("upstream-missing", lambda p, y: np.ones_like(p)),
    ("other-function", lambda p, y: np.abs(p - y)),
    ("other-function", lambda p, y: np.sign(p - y)),
)
#: An output with a bend of its own, where the task has none.
BENT: tuple[tuple[Callable[[Any], Any], Slope], ...] = (
    (np.tanh, tanh_slope),
    (np.tanh, one),
    (sigmoid, lambda z, a: a * (1 - a)),
    (sigmoid, one),
    (relu, lambda z, a: z > 0),
)
#: The slope of a bend that an output does not have.
BENDS: tuple[Slope, ...] = (
    lambda z, a: 1 - a**2,
    lambda z, a: 1 - np.tanh(a) ** 2,
    lambda z, a: a * (1 - a),
    lambda z, a: sigmoid(a) * (1 - sigmoid(a)),
    lambda z, a: a > 0,
)


def cut(value: Array, like: Array) -> Array:
    """What is left of numbers in ``np.zeros_like`` of others: of whole numbers it is an array of integers."""
    return np.trunc(value) if np.all(like == np.round(like)) else value
