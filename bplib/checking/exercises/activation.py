"""Checks of the exercise on activation functions: the siblings that the chapter does not show."""

import numpy as np

from bplib.checking.exercises.typical.activation import TYPICAL
from bplib.checking.judging.check import Check, Gradient, Value
from bplib.checking.judging.draws import Draw, Inputs
from bplib.types import Array


def _softplus(z: Array) -> Array:
    return np.logaddexp(0, z)


def _swish(z: Array) -> Array:
    return z * 0.5 * (1 + np.tanh(0.5 * z))


def _elu(z: Array, alpha: float) -> Array:
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))


def _elu_loss(da: Array, z: Array, alpha: float) -> float:
    """The cold side is cut off against an overflow, but not at 0: a second kink there would let slopes of 0 pass."""
    return np.sum(da * np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 1))))


def _log_softmax(z: Array) -> Array:
    top = z.max(axis=1, keepdims=True)
    return z - top - np.log(np.exp(z - top).sum(axis=1, keepdims=True))


def _one_array(d: Draw) -> Inputs:
    return {"z": d.array(d.samples(), d.units())}


def _array_and_its_gradient(d: Draw) -> Inputs:
    m, n = d.samples(), d.units()
    return {"da": d.between(-2, 2, m, n), "z": d.array(m, n)}


def _with_alpha(inputs: Inputs, d: Draw) -> Inputs:
    return {**inputs, "alpha": d.scalar(0.3, 1.5)}


def _steps(d: Draw) -> Inputs:
    """Numbers that are neither small nor huge, to both sides: where the bend has almost ended, and not yet."""
    z = np.array([[1.5, 2.5, 3.5, 5.5, 8.0, 11.0], [-1.5, -2.5, -3.5, -5.5, -8.0, -11.0]])
    return {"z": z}


def _steps_and_gradient(d: Draw) -> Inputs:
    return {"da": np.array([[1.0, -2.0, 0.5, 1.5, -1.0, 2.0], [2.0, 1.0, -1.5, 0.5, 1.0, -2.0]]), **_steps(d)}


def _numbers(*values: float) -> Inputs:
    return {"z": np.array([values])}


CHECKS = (
    Check(
        "softplus",
        typical=TYPICAL["softplus"],
        answer=_softplus,
        outputs=(Value("a", 2),),
        draw=_one_array,
        cases={
            "numbers of the size of ten": _steps,
            "the numbers of the text": lambda d: _numbers(0.0, 1000.0, -1000.0),
        },
    ),
    Check(
        "softplus_derivative",
        typical=TYPICAL["softplus_derivative"],
        outputs=(Gradient("slope", 2, loss=lambda z: np.sum(_softplus(z)), wrt="z"),),
        draw=_one_array,
        cases={
            "numbers of the size of ten": _steps,
            "the number of the text": lambda d: _numbers(0.0),
            "a thousand, to both sides": lambda d: _numbers(1000.0, -1000.0),
        },
    ),
    Check(
        "swish",
        typical=TYPICAL["swish"],
        answer=_swish,
        outputs=(Value("a", 1),),
        draw=_one_array,
        cases={
            "numbers of the size of ten": _steps,
            "the number of the text": lambda d: _numbers(1.0),
            "a thousand, to both sides": lambda d: _numbers(1000.0, -1000.0),
        },
    ),
    Check(
        "swish_backward",
        typical=TYPICAL["swish_backward"],
        outputs=(Gradient("dz", 2, loss=lambda da, z: np.sum(da * _swish(z)), wrt="z"),),
        draw=_array_and_its_gradient,
        cases={
            "numbers of the size of ten": _steps_and_gradient,
            "a thousand, to both sides": lambda d: {
                "da": np.array([[2.0, -1.0]]),
                **_numbers(1000.0, -1000.0),
            },
        },
    ),
    Check(
        "elu",
        typical=TYPICAL["elu"],
        answer=_elu,
        outputs=(Value("a", 1),),
        draw=lambda d: _with_alpha(_one_array(d), d),
        cases={
            "numbers of the size of ten": lambda d: {**_steps(d), "alpha": 0.75},
            "the numbers of the text": lambda d: {**_numbers(-1.0), "alpha": 1.0},
            "an alpha far above one": lambda d: {**_one_array(d), "alpha": 4.0},
            "an alpha far below one": lambda d: {**_one_array(d), "alpha": 0.0625},
        },
    ),
    Check(
        "elu_backward",
        typical=TYPICAL["elu_backward"],
        outputs=(Gradient("dz", 2, loss=_elu_loss, wrt="z"),),
        draw=lambda d: _with_alpha(_array_and_its_gradient(d), d),
        cases={
            "numbers of the size of ten": lambda d: {**_steps_and_gradient(d), "alpha": 0.75},
            "an alpha far above one": lambda d: {**_array_and_its_gradient(d), "alpha": 4.0},
            "an alpha far below one": lambda d: {**_array_and_its_gradient(d), "alpha": 0.0625},
            "close to zero, to both sides": lambda d: {
                "da": np.array([[2.0, -1.0, 1.0, 4.0, -2.0]]),
                **_numbers(1e-9, -2e-9, 0.5, -0.5, -1.0),
                "alpha": 0.25,
            },
            "zero, where any slope between the two sides is right": lambda d: {
                "da": np.array([[2.0, -1.0, 1.0]]),
                **_numbers(0.0, -0.5, 0.5),
                "alpha": 0.5,
            },
            "zero where alpha is 1, and no kink": lambda d: {
                "da": np.array([[2.0, -1.0, 1.0]]),
                **_numbers(0.0, -0.5, 0.5),
                "alpha": 1.0,
            },
            "a thousand, to both sides": lambda d: {
                "da": np.array([[2.0, -1.0]]),
                **_numbers(1000.0, -1000.0),
                "alpha": 0.5,
            },
        },
    ),
    Check(
        "log_softmax",
        typical=TYPICAL["log_softmax"],
        answer=_log_softmax,
        outputs=(Value("log_probabilities", 2),),
        draw=_one_array,
        cases={
            "the row of the text": lambda d: _numbers(0.0, 0.0),
            "rows of very different size": lambda d: {
                "z": np.array([[1.0, 2.0, 3.0], [-2000.0, -2001.0, -2003.0]])
            },
            "numbers ten thousand apart": lambda d: _numbers(0.0, 10000.0, -2500.0),
        },
    ),
)
