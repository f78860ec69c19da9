"""Checks of the exercise on losses: two that forgive outliers, one with a margin, one with smoothed labels."""

from collections.abc import Callable

import numpy as np

from bplib.checking.exercises.typical.error import TYPICAL
from bplib.checking.judging.check import Check, Gradient, Value
from bplib.checking.judging.draws import Draw, Inputs
from bplib.types import Array


def _mean_absolute_error(output: Array, target: Array) -> float:
    return np.abs(output - target).sum() / len(output)


def _huber(output: Array, target: Array, delta: float) -> float:
    e = np.abs(output - target)
    return np.where(e <= delta, 0.5 * e**2, delta * (e - 0.5 * delta)).sum() / len(output)


def _hinge(scores: Array, signs: Array) -> float:
    return np.maximum(0, 1 - signs * scores).sum() / len(scores)


def _smoothed_cross_entropy(logits: Array, target: Array, epsilon: float) -> float:
    smooth = (1 - epsilon) * target + epsilon / target.shape[1]
    log_sum = np.logaddexp.reduce(logits, axis=1, keepdims=True)
    return (smooth * (log_sum - logits)).sum() / len(logits)


def _pair(d: Draw) -> Inputs:
    m, n = d.samples(), d.units()
    return {"output": d.array(m, n), "target": d.array(m, n)}


def _pair_and_delta(d: Draw) -> Inputs:
    return {**_pair(d), "delta": d.scalar(0.3, 1.2)}


def _scores(d: Draw) -> Inputs:
    m = d.samples()
    return {"scores": d.array(m, 1), "signs": 2 * d.targets(m, 1) - 1}


def _classes(d: Draw) -> Inputs:
    m, k = d.samples(), d.classes()
    return {"logits": d.array(m, k), "target": d.one_hot(m, k), "epsilon": d.scalar(0.05, 0.3)}


def _around_the_bend(d: Draw) -> Inputs:
    """Errors on the straight part and on the bend, to both sides."""
    target = d.array(2, 3)
    return {
        "output": target + np.array([[0.25, -0.25, 2.0], [-2.0, 0.75, -0.75]]),
        "target": target,
        "delta": 0.5,
    }


def _large_delta(d: Draw) -> Inputs:
    """The same where squares of errors on the bend are larger than delta, as they are for every delta above 2."""
    target = d.array(2, 3)
    errors = np.array([[2.5, -3.5, 9.0], [-7.0, 5.0, -0.5]])
    return {"output": target + errors, "target": target, "delta": 4.0}


def _just_delta(d: Draw) -> Inputs:
    """Errors of just delta, where both branches meet."""
    output = np.array([[0.5, -0.5, 0.25], [1.0, -0.5, 0.5]])
    return {"output": output, "target": np.zeros((2, 3)), "delta": 0.5}


_BENDS = {
    "errors to both sides of the bend": _around_the_bend,
    "errors of just delta": _just_delta,
    "a delta far above one": _large_delta,
    "a delta far below one": lambda d: {**_pair(d), "delta": 0.0625},
}


def _margins(d: Draw) -> Inputs:
    """Right by more than the margin, right by less, and wrong, for both signs; and one just at the margin."""
    return {
        "scores": np.array([[2.5], [-2.5], [0.5], [-0.5], [-1.5], [1.5], [1.0]]),
        "signs": np.array([[1.0], [-1.0], [1.0], [-1.0], [1.0], [-1.0], [1.0]]),
    }


_MARGINS: dict[str, Callable[[Draw], Inputs]] = {
    "margins that are kept and margins that are not": _margins,
    "margins that are missed or kept by next to nothing": lambda d: {
        "scores": np.array([[1 - 1e-6], [1 + 1e-6], [-1 + 1e-6], [2.0], [0.5], [-0.5], [1.5]]),
        "signs": np.array([[1.0], [1.0], [-1.0], [-1.0], [1.0], [-1.0], [1.0]]),
    },
    "one sample, on the wrong side": lambda d: {"scores": np.array([[0.25]]), "signs": np.array([[-1.0]])},
}


def _rows_apart(d: Draw) -> Inputs:
    """One row of large logits and one of very negative ones: one maximum for all would not do."""
    return {
        "logits": np.array([[2000.0, 1999.0, 1996.0], [-3000.0, -3001.0, -3002.5]]),
        "target": np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]),
        "epsilon": 0.1,
    }


def _smoothed_by(epsilon: float) -> Callable[[Draw], Inputs]:
    return lambda d: {**_classes(d), "epsilon": epsilon}


_SMOOTHED = {
    "rows of very different size": _rows_apart,
    "no smoothing": _smoothed_by(0.0),
    "much smoothing": _smoothed_by(0.9),
    "logits ten thousand apart": lambda d: {
        "logits": np.array([[0.0, 10000.0, -2500.0], [20000.0, 0.0, 1.0]]),
        "target": np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]),
        "epsilon": 0.25,
    },
}

CHECKS = (
    Check(
        "mean_absolute_error",
        typical=TYPICAL["mean_absolute_error"],
        answer=_mean_absolute_error,
        outputs=(Value("loss", 1),),
        draw=_pair,
        cases={"misses of a thousandth": lambda d: {"output": d.array(2, 3) / 1000, "target": np.zeros((2, 3))}},
    ),
    Check(
        "huber",
        typical=TYPICAL["huber"],
        answer=_huber,
        outputs=(Value("loss", 2),),
        draw=_pair_and_delta,
        cases=_BENDS,
    ),
    Check(
        "huber_gradient",
        typical=TYPICAL["huber_gradient"],
        outputs=(Gradient("doutput", 2, loss=_huber, wrt="output"),),
        draw=_pair_and_delta,
        cases=_BENDS,
    ),
    Check(
        "hinge",
        typical=TYPICAL["hinge"],
        answer=_hinge,
        outputs=(Value("loss", 1),),
        draw=_scores,
        cases=_MARGINS,
    ),
    Check(
        "hinge_gradient",
        typical=TYPICAL["hinge_gradient"],
        outputs=(Gradient("dscores", 2, loss=_hinge, wrt="scores"),),
        draw=_scores,
        cases=_MARGINS,
    ),
    Check(
        "smoothed_cross_entropy",
        typical=TYPICAL["smoothed_cross_entropy"],
        answer=_smoothed_cross_entropy,
        outputs=(Value("loss", 2),),
        draw=_classes,
        cases=_SMOOTHED,
    ),
    Check(
        "smoothed_cross_entropy_gradient",
        typical=TYPICAL["smoothed_cross_entropy_gradient"],
        outputs=(Gradient("dlogits", 2, loss=_smoothed_cross_entropy, wrt="logits"),),
        draw=_classes,
        cases=_SMOOTHED,
    ),
)
