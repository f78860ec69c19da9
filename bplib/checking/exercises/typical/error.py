"""Typical answers to the exercise on losses."""

from collections.abc import Callable
from functools import partial

import numpy as np

from bplib.checking.exercises.typical.ideas import (
    OTHER_AXES,
    TINY,
    Ideas,
    cut,
    each,
    log_softmax,
    sigmoid,
    softmax,
)
from bplib.checking.judging.check import Mistake, Typical
from bplib.types import Array

# Right, in other words ------------------------------------------------------------------------------------------


def _absolute_by_samples(output: Array, target: Array) -> float:
    total = 0.0
    for o, t in zip(output, target, strict=True):
        total += np.sum(np.abs(o - t))
    return total / len(output)


def _absolute_by_entries(output: Array, target: Array) -> float:
    m, n = output.shape
    total = 0.0
    for i in range(m):
        for k in range(n):
            error = output[i, k] - target[i, k]
            total += abs(error)
    return total / m


def _huber_in_steps(output: Array, target: Array, delta: float) -> float:
    m = len(output)
    e = np.abs(output - target)
    near = 0.5 * e**2
    far = delta * (e - 0.5 * delta)
    loss = np.where(e <= delta, near, far)
    return np.sum(loss) / m


def _huber_by_entries(output: Array, target: Array, delta: float) -> float:
    m, n = output.shape
    total = 0.0
    for i in range(m):
        for k in range(n):
            e = abs(output[i, k] - target[i, k])
            if e <= delta:
                total += e**2 / 2
            else:
                total += delta * (e - delta / 2)
    return total / m


def _huber_clipped(output: Array, target: Array, delta: float) -> float:
    e = np.abs(output - target)
    near = np.minimum(e, delta)
    return (0.5 * near**2 + delta * (e - near)).sum() / len(output)


def _huber_slope_in_steps(output: Array, target: Array, delta: float) -> Array:
    m = len(output)
    e = output - target
    far = delta * np.sign(e)
    slope = np.where(np.abs(e) <= delta, e, far)
    return slope / m


def _huber_slope_clipped(output: Array, target: Array, delta: float) -> Array:
    e = output - target
    above = np.minimum(e, delta)
    slope = np.maximum(above, -delta)
    return slope / output.shape[0]


def _huber_slope_by_entries(output: Array, target: Array, delta: float) -> Array:
    m, n = output.shape
    slope = np.zeros((m, n))
    for i in range(m):
        for k in range(n):
            e = output[i, k] - target[i, k]
            if e > delta:
                slope[i, k] = delta / m
            elif e < -delta:
                slope[i, k] = -delta / m
            else:
                slope[i, k] = e / m
    return slope


def _hinge_in_steps(scores: Array, signs: Array) -> float:
    margin = signs * scores
    loss = np.maximum(0, 1 - margin)
    return np.mean(loss)


def _hinge_by_samples(scores: Array, signs: Array) -> float:
    m = len(scores)
    total = 0.0
    for i in range(m):
        margin = signs[i, 0] * scores[i, 0]
        total += max(0, 1 - margin)
    return total / m


def _hinge_slope_in_steps(scores: Array, signs: Array) -> Array:
    margin = signs * scores
    slope = np.where(margin < 1, -signs, 0)
    return slope / len(scores)


def _hinge_slope_by_mask(scores: Array, signs: Array) -> Array:
    late = 1 - signs * scores >= 0
    slope = -signs * late
    return slope / len(signs)


def _hinge_slope_by_samples(scores: Array, signs: Array) -> Array:
    m = len(scores)
    slope = np.zeros((m, 1))
    for i in range(m):
        margin = signs[i, 0] * scores[i, 0]
        if margin < 1:
            slope[i, 0] = -signs[i, 0] / m
    return slope


def _smoothed_in_steps(logits: Array, target: Array, epsilon: float) -> float:
    m, k = target.shape
    smooth = (1 - epsilon) * target + epsilon / k
    top = np.max(logits, axis=1, keepdims=True)
    z = logits - top
    total = np.sum(np.exp(z), axis=1, keepdims=True)
    log_p = z - np.log(total)
    return -np.sum(smooth * log_p) / m


def _smoothed_by_entries(logits: Array, target: Array, epsilon: float) -> float:
    m, k = logits.shape
    loss = 0.0
    for i in range(m):
        top = max(logits[i])
        total = 0.0
        for j in range(k):
            total += np.exp(logits[i, j] - top)
        for j in range(k):
            smooth = (1 - epsilon) * target[i, j] + epsilon / k
            log_p = logits[i, j] - top - np.log(total)
            loss -= smooth * log_p
    return loss / m


def _smoothed_slope_in_steps(logits: Array, target: Array, epsilon: float) -> Array:
    m, k = target.shape
    smooth = (1 - epsilon) * target + epsilon / k
    z = logits - np.max(logits, axis=1, keepdims=True)
    e = np.exp(z)
    p = e / np.sum(e, axis=1, keepdims=True)
    return (p - smooth) / m


def _smoothed_slope_at_once(logits: Array, target: Array, epsilon: float) -> Array:
    z = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    slope = p - (1 - epsilon) * target - epsilon / target.shape[1]
    return slope / len(logits)


def _smoothed_slope_by_entries(logits: Array, target: Array, epsilon: float) -> Array:
    m, k = logits.shape
    slope = np.zeros((m, k))
    for i in range(m):
        e = np.exp(logits[i] - max(logits[i]))
        total = 0.0
        for j in range(k):
            total += e[j]
        for j in range(k):
            smooth = (1 - epsilon) * target[i, j] + epsilon / k
            slope[i, j] = (e[j] / total - smooth) / m
    return slope


# Wrong ----------------------------------------------------------------------------------------------------------


def _per_sample(loss: Array) -> float:
    return loss.sum() / len(loss)


def _huber(e: Array, delta: float) -> Array:
    e = np.abs(e)
    return np.where(e <= delta, 0.5 * e**2, delta * (e - 0.5 * delta))


def _huber_signed(e: Array, delta: float) -> Array:
    """With the absolute value in the condition alone."""
    return np.where(np.abs(e) <= delta, 0.5 * e**2, delta * (e - 0.5 * delta))


def _smooth(y: Array, epsilon: float) -> Array:
    return (1 - epsilon) * y + epsilon / y.shape[1]


def _log_of_softmax(z: Array, top: int | None, total: int | None) -> Array:
    return np.log(softmax(z, top, total))


def _log_of_more(z: Array, tiny: float) -> Array:
    return np.log(softmax(z) + tiny)


def _log_of_no_less(z: Array, tiny: float) -> Array:
    return np.log(np.maximum(softmax(z), tiny))


def _log_of_clipped(z: Array, tiny: float) -> Array:
    return np.log(np.clip(softmax(z), tiny, 1 - tiny))


_AWAY_FROM_ZERO = (_log_of_more, _log_of_no_less, _log_of_clipped)


_ABSOLUTE: Ideas = (
    ("other-function", lambda e: _per_sample(e**2)),
    ("other-function", lambda e: _per_sample(e**2) / 2),
    ("other-function", lambda e: np.mean(e**2)),
    ("other-function", lambda e: np.mean(e**2) / 2),
    ("other-function", lambda e: np.sqrt(_per_sample(e**2))),
    ("other-function", lambda e: np.sqrt(np.mean(e**2))),
    ("other-function", lambda e: np.sqrt((e**2).sum())),
    ("other-function", lambda e: np.sqrt((e**2).sum()) / len(e)),
    ("other-function", lambda e: np.linalg.norm(e, axis=1).mean()),
    ("other-function", lambda e: np.linalg.norm(e, axis=1).sum()),
    ("other-function", lambda e: np.abs(e).max()),
    ("other-function", lambda e: np.abs(e).max(axis=1).mean()),
    ("other-function", lambda e: np.median(np.abs(e))),
    ("other-function", lambda e: _per_sample(np.log(np.cosh(e)))),
    ("off-by-one", lambda e: np.abs(e).sum() / (len(e) - 1)),
    ("steps-exchanged", lambda e: np.abs(e.sum(axis=1)).mean()),
    ("steps-exchanged", lambda e: np.abs(e.sum(axis=0)).sum() / len(e)),
    ("steps-exchanged", lambda e: np.abs(e.sum()) / len(e)),
    ("steps-exchanged", lambda e: np.abs(e.mean())),
)

#: Of each absolute error.
_HUBER: Ideas = (
    ("comparison-reversed", lambda e, d: np.where(e > d, 0.5 * e**2, d * (e - 0.5 * d))),
    ("power-mixed", lambda e, d: np.where(e**2 <= d, 0.5 * e**2, d * (e - 0.5 * d))),
    ("other-variable", lambda e, d: np.where(0.5 * e**2 <= d, 0.5 * e**2, d * (e - 0.5 * d))),
    ("other-constant", lambda e, d: _huber(e, 1.0)),
    ("other-constant", lambda e, d: np.where(e <= 1, 0.5 * e**2, d * (e - 0.5 * d))),
    ("other-constant", lambda e, d: np.where(e <= d, 0.5 * e**2, 0.5 * d * (e - 0.5 * d))),
    ("parentheses-missing", lambda e, d: np.where(e <= d, 0.5 * e**2, d * e - 0.5 * d)),
    ("parentheses-missing", lambda e, d: np.where(e <= d, (0.5 * e) ** 2, d * (e - 0.5 * d))),
    ("factor-left-out", lambda e, d: _huber(e, d) / d),
    ("factor-left-out", lambda e, d: np.where(e <= d, e**2, 2 * d * (e - 0.5 * d)) / d),
    ("factor-left-out", lambda e, d: np.where(e <= d, e**2, d * (e - d))),
    ("other-function", lambda e, d: d**2 * (np.sqrt(1 + (e / d) ** 2) - 1)),
    ("other-function", lambda e, d: np.log(np.cosh(e))),
    ("other-function", lambda e, d: e),
    ("other-function", lambda e, d: np.where(e <= d, 0.5 * e**2, e)),
    ("other-function", lambda e, d: np.where(e <= d, 0.5 * e**2, 0.5 * d**2)),
    ("case-left-out", lambda e, d: np.where((e <= d).all(), 0.5 * e**2, d * (e - 0.5 * d))),
    ("case-left-out", lambda e, d: np.where((e <= d).any(), 0.5 * e**2, d * (e - 0.5 * d))),
    ("case-left-out", lambda e, d: np.where(e.mean() <= d, 0.5 * e**2, d * (e - 0.5 * d))),
    (
        "case-left-out",
        lambda e, d: np.where((e <= d).all(axis=1, keepdims=True), 0.5 * e**2, d * (e - 0.5 * d)),
    ),
    (
        "case-left-out",
        lambda e, d: np.where((e <= d).any(axis=1, keepdims=True), 0.5 * e**2, d * (e - 0.5 * d)),
    ),
    ("case-left-out", lambda e, d: np.where(e <= d, 0.5 * e**2, 0) + d * (e - 0.5 * d)),
    ("side-zero", lambda e, d: np.where(e <= d, 0.5 * e**2, 0)),
    ("side-zero", lambda e, d: np.where(e < d, 0.5 * e**2, 0)),
    ("side-zero", lambda e, d: np.where(e <= d, 0, d * (e - 0.5 * d))),
    ("side-zero", lambda e, d: np.where(e < d, 0, d * (e - 0.5 * d))),
)

#: What the Huber loss is taken of, where it should be taken of every entry of the error.
_HUBER_OF: Ideas = (
    ("steps-exchanged", lambda output, target: np.linalg.norm(output - target, axis=1)),
    ("steps-exchanged", lambda output, target: np.abs(output - target).sum(axis=1)),
    ("steps-exchanged", lambda output, target: np.abs(output - target).mean(axis=1)),
    ("steps-exchanged", lambda output, target: (output - target).sum(axis=1)),
    ("steps-exchanged", lambda output, target: np.array([_per_sample(np.abs(output - target))])),
    ("steps-exchanged", lambda output, target: np.array([np.mean(np.abs(output - target))])),
    ("steps-exchanged", lambda output, target: np.array([np.linalg.norm(output - target)])),
    ("other-axis", lambda output, target: output - np.squeeze(target)),
    ("other-axis", lambda output, target: np.squeeze(output) - target),
)

#: Of each error with its sign, before the division by the number of samples.
_HUBER_SLOPE: Ideas = (
    ("slope-left-out", lambda e, d: np.minimum(np.abs(e), d)),
    ("slope-left-out", lambda e, d: np.where(np.abs(e) <= d, np.abs(e), d * np.sign(e))),
    ("sign-inside", lambda e, d: np.where(np.abs(e) <= d, e, -d)),
    ("sign-inside", lambda e, d: np.where(np.abs(e) <= d, e, d)),
    ("function-left-out", lambda e, d: np.minimum(e, d)),
    ("case-left-out", lambda e, d: np.maximum(e, -d)),
    ("side-zero", lambda e, d: np.clip(e, 0, d)),
    ("side-zero", lambda e, d: np.clip(e, -d, 0)),
    ("case-left-out", lambda e, d: e),
    ("case-left-out", lambda e, d: d * np.sign(e)),
    ("case-left-out", lambda e, d: np.where((np.abs(e) <= d).all(), e, d * np.sign(e))),
    ("case-left-out", lambda e, d: np.where((np.abs(e) <= d).any(), e, d * np.sign(e))),
    ("other-function", lambda e, d: np.sign(e)),
    ("other-function", lambda e, d: e * d / np.maximum(np.linalg.norm(e, axis=1, keepdims=True), d)),
    ("other-function", lambda e, d: e * d / np.maximum(np.linalg.norm(e), d)),
    ("other-function", lambda e, d: e / np.sqrt(1 + (e / d) ** 2)),
    ("other-function", lambda e, d: np.tanh(e)),
    ("other-constant", lambda e, d: np.clip(e, -1, 1)),
    ("other-constant", lambda e, d: np.where(np.abs(e) <= 1, e, d * np.sign(e))),
    ("side-zero", lambda e, d: np.where(np.abs(e) <= d, e, 0)),
    ("side-zero", lambda e, d: np.where(np.abs(e) < d, e, 0)),
    ("side-zero", lambda e, d: np.where(np.abs(e) <= d, 0, d * np.sign(e))),
    ("side-zero", lambda e, d: np.where(np.abs(e) < d, 0, d * np.sign(e))),
    ("comparison-border", lambda e, d: np.where(np.abs(e) == d, 0, np.clip(e, -d, d))),
    ("factor-half", lambda e, d: np.where(np.abs(e) <= d, 0.5 * e, d * np.sign(e))),
    ("factor-half", lambda e, d: np.where(np.abs(e) <= d, e, 0.5 * d * np.sign(e))),
    ("factor-left-out", lambda e, d: np.where(np.abs(e) <= d, 2 * e, d * np.sign(e))),
    ("factor-left-out", lambda e, d: np.where(np.abs(e) <= d, e, np.sign(e))),
    ("factor-left-out", lambda e, d: np.clip(e, -d, d) / d),
    ("factor-left-out", lambda e, d: np.where(np.abs(e) <= d, e, len(e) * d * np.sign(e))),
    ("factor-left-out", lambda e, d: np.where(np.abs(e) <= d, len(e) * e, d * np.sign(e))),
    ("factor-doubled", lambda e, d: np.where(np.abs(e) <= d, e, d * e)),
    ("steps-exchanged", lambda e, d: len(e) * np.clip(e / len(e), -d, d)),
    ("other-count", lambda e, d: np.clip(e, -d, d) / e.shape[1]),
    ("power-mixed", lambda e, d: np.where(np.abs(e) <= d, e**2, d * np.sign(e))),
    ("power-mixed", lambda e, d: np.where(e**2 <= d, e, d * np.sign(e))),
    ("other-variable", lambda e, d: np.where(0.5 * e**2 <= d, e, d * np.sign(e))),
    ("comparison-reversed", lambda e, d: np.where(np.abs(e) > d, e, d * np.sign(e))),
    ("value-for-slope", lambda e, d: _huber(e, d)),
    ("value-for-slope", lambda e, d: _huber(e, d) * np.sign(e)),
    ("value-for-slope", lambda e, d: np.where(np.abs(e) <= d, 0.5 * e**2, d * np.sign(e))),
    ("value-for-slope", lambda e, d: np.where(np.abs(e) <= d, e, d * (np.abs(e) - 0.5 * d))),
    ("value-for-slope", lambda e, d: np.where(np.abs(e) <= d, e, d * (np.abs(e) - 0.5 * d) * np.sign(e))),
    ("value-for-slope", lambda e, d: np.where(np.abs(e) <= d, e, d * (e - 0.5 * d))),
)

_HUBER_SLOPE_CUT: Ideas = (
    ("cut-to-whole", lambda e, d, output: cut(np.clip(e, -d, d) / len(e), output)),
    ("cut-to-whole", lambda e, d, output: cut(np.clip(e, -d, d), output) / len(e)),
)

#: What becomes of a gradient in which the samples, or all entries, are one.
_TOGETHER: tuple[Callable[[Array], Array], ...] = (
    lambda g: g.mean(axis=0),
    lambda g: g.sum(axis=0),
    lambda g: g.mean(),
    lambda g: g.sum(),
    lambda g: len(g) * g.mean(),
    lambda g: g.mean(axis=0, keepdims=True),
    lambda g: g.sum(axis=0, keepdims=True),
)


def _together(gradient: Callable[..., Array]) -> tuple[Mistake, ...]:
    return tuple(
        Mistake("one-for-all", partial(lambda together, **inputs: together(gradient(**inputs)), together))
        for together in _TOGETHER
    )


_HINGE: Ideas = (
    # Or a matrix product of signs and scores, which adds up as well.
    ("one-for-all", lambda z, s: max(0.0, np.mean(1 - s * z))),
    ("one-for-all", lambda z, s: max(0.0, 1 - np.sum(s * z))),
    ("one-for-all", lambda z, s: max(0.0, 1 - np.sum(s * z)) / len(z)),
    ("parentheses-missing", lambda z, s: np.mean(np.maximum(0, (1 - s) * z))),
    ("parentheses-missing", lambda z, s: np.mean((1 - s) * z)),
    ("other-function", lambda z, s: np.mean(np.maximum(0, 1 - np.abs(s - z)))),
    ("other-count", lambda z, s: np.maximum(0, 1 - s * z).sum() / max(1, (s * z < 1).sum())),
    ("other-count", lambda z, s: np.maximum(0, 1 - s * z).sum() / (s * z < 1).sum()),
    ("other-axis", lambda z, s: np.maximum(0, 1 - s.T * z).mean()),
    ("other-axis", lambda z, s: np.maximum(0, 1 - s.T * z).sum() / len(z)),
    ("power-mixed", lambda z, s: np.mean(np.maximum(0, 1 - s * z) ** 2)),
    ("power-mixed", lambda z, s: np.mean(np.maximum(0, 1 - s * z) ** 2) / 2),
    ("function-left-out", lambda z, s: np.mean(1 - s * z)),
    ("other-function", lambda z, s: np.mean(np.abs(1 - s * z))),
    ("other-function", lambda z, s: np.mean(np.logaddexp(0, -s * z))),
    ("other-function", lambda z, s: np.mean(np.log(1 + np.exp(-s * z)))),
    ("other-function", lambda z, s: np.mean(np.logaddexp(0, 1 - s * z))),
    ("other-function", lambda z, s: np.mean((s - z) ** 2)),
    ("other-function", lambda z, s: np.mean((s - z) ** 2) / 2),
    ("other-function", lambda z, s: np.mean(np.abs(s - z))),
    ("other-function", lambda z, s: np.mean(s * z < 1)),
    ("other-function", lambda z, s: np.mean(s * z < 0)),
    ("other-function", lambda z, s: np.mean(s * z <= 0)),
    ("other-function", lambda z, s: np.mean(np.maximum(0, 1 - np.abs(z)))),
    ("other-variable", lambda z, s: np.mean(np.maximum(0, s - z))),
    ("other-constant", lambda z, s: np.mean(np.maximum(0, 0.5 - s * z))),
    ("other-constant", lambda z, s: np.mean(np.where(s * z < 0, 1 - s * z, 0))),
    ("other-constant", lambda z, s: np.mean(np.where(s * z <= 0, 1 - s * z, 0))),
)

#: Of the score, the sign, and who is within the margin: at the kink that is everybody or nobody.
_HINGE_SLOPE: Ideas = (
    ("other-variable", lambda z, s, late: np.where(late, -z, 0)),
    ("comparison-reversed", lambda z, s, late: np.where(late, 0, -s)),
    ("factor-left-out", lambda z, s, late: np.where(late, -1, 0)),
    ("value-for-slope", lambda z, s, late: np.where(late, -s * z, 0)),
    ("value-for-slope", lambda z, s, late: np.where(late, 1 - s, 0)),
    ("value-for-slope", lambda z, s, late: np.where(late, 1 - s * z, 0)),
    ("value-for-slope", lambda z, s, late: np.where(late, -s * (1 - s * z), 0)),
    ("power-mixed", lambda z, s, late: np.where(late, -2 * s * (1 - s * z), 0)),
    ("other-count", lambda z, s, late: np.where(late, -s, 0) * len(z) / max(1, late.sum())),
    ("other-count", lambda z, s, late: np.where(late, -s, 0) * len(z) / late.sum()),
    ("cut-to-whole", lambda z, s, late: len(z) * cut(np.where(late, -s, 0) / len(z), z)),
    ("case-left-out", lambda z, s, late: np.where(late.all(), -s, 0)),
    ("case-left-out", lambda z, s, late: np.where(late.any(), -s, 0)),
)

#: The same, with both sides of the kink and the kink itself.
_HINGE_SLOPE_BY_SIDES: Ideas = (
    ("sign-inside", lambda z, s: np.where(s * z < 1, -s, np.where(s * z == 1, s, 0))),
    ("other-function", lambda z, s: -s * np.sign(1 - s * z)),
    ("other-function", lambda z, s: np.sign(z - s)),
)

#: Whom a wrong condition takes to be within the margin.
_LATE: Ideas = (
    ("other-constant", lambda z, s: s * z < 0),
    ("other-constant", lambda z, s: s * z <= 0),
    ("close-is-on", lambda z, s: (s * z < 1) & ~np.isclose(s * z, 1)),
    ("close-is-on", lambda z, s: (s * z < 1) | np.isclose(s * z, 1)),
    ("factor-left-out", lambda z, s: z < 1),
    ("factor-left-out", lambda z, s: z <= 1),
    ("sign-inside", lambda z, s: -s * z < 1),
    ("sign-inside", lambda z, s: -s * z <= 1),
    ("other-function", lambda z, s: np.abs(z) < 1),
    ("other-variable", lambda z, s: s < 1),
    ("other-variable", lambda z, s: s > z),
    ("case-left-out", lambda z, s: True),
)

_SMOOTHED: Ideas = (
    ("step-left-out", lambda y, e: y),
    ("step-left-out", lambda y, e: np.maximum(y, e / y.shape[1])),
    ("term-left-out", lambda y, e: (1 - e) * y),
    ("term-left-out", lambda y, e: np.where(y == 1, 1 - e, e / y.shape[1])),
    ("term-left-out", lambda y, e: y * (1 - e + e / y.shape[1])),
    ("factor-left-out", lambda y, e: (1 - e) * y + e),
    ("factor-left-out", lambda y, e: np.where(y == 1, 1 - e, e)),
    ("factor-left-out", lambda y, e: np.where(y == 1, 1 - e + e / y.shape[1], e)),
    ("factor-left-out", lambda y, e: y + e / y.shape[1]),
    ("factor-left-out", lambda y, e: y - e + e / y.shape[1]),
    ("other-count", lambda y, e: np.where(y == 1, 1 - e, e / (y.shape[1] - 1))),
    ("other-count", lambda y, e: (1 - e) * y + e / (y.shape[1] - 1)),
    ("other-count", lambda y, e: np.where(y == 1, 1 - e + e / y.shape[1], e / (y.shape[1] - 1))),
    ("other-count", lambda y, e: (1 - e) * y + e / len(y)),
    ("other-count", lambda y, e: (1 - e) * y + e / y.size),
    ("other-constant", lambda y, e: (1 - e) * y + e / 2),
    ("other-constant", lambda y, e: _smooth(y, 0.1)),
    ("rest-for-share", lambda y, e: e * y + (1 - e) / y.shape[1]),
    ("rest-for-share", lambda y, e: (1 - e) * y + (1 - e) / y.shape[1]),
    ("rest-for-share", lambda y, e: _smooth(1 - y, e)),
    ("parentheses-missing", lambda y, e: (1 - e) * (y + e / y.shape[1])),
    ("parentheses-missing", lambda y, e: ((1 - e) * y + e) / y.shape[1]),
    ("parentheses-missing", lambda y, e: 1 - e * y + e / y.shape[1]),
    ("sign-inside", lambda y, e: (1 + e) * y + e / y.shape[1]),
    ("sign-inside", lambda y, e: (1 - e) * y - e / y.shape[1]),
    ("multiplied-divided", lambda y, e: (1 - e) * y + e * y.shape[1]),
)

#: What stands for the logarithm of the softmax.
_LOG_P: Ideas = (
    ("done-twice", lambda z: log_softmax(softmax(z))),
    ("function-left-out", lambda z: softmax(z)),
    ("step-left-out", lambda z: z),
    ("function-left-out", lambda z: np.log(z)),
    ("term-left-out", lambda z: z - z.max(axis=1, keepdims=True)),
    ("each-by-itself", lambda z: -np.logaddexp(0, -z)),
    ("each-by-itself", lambda z: np.log(sigmoid(z))),
    # Kept away from the logarithm of zero by a number that the text does not know.
    *(("other-constant", partial(of, tiny=tiny)) for of in _AWAY_FROM_ZERO for tiny in TINY),
    *(
        ("other-axis", partial(of, top=a, total=b))
        for of in (log_softmax, _log_of_softmax)
        for a, b in OTHER_AXES
        if b != 1
    ),
    ("other-axis", partial(log_softmax, top=0)),
)

#: What stands for the softmax in the gradient.
_P: Ideas = (
    ("done-twice", lambda z: softmax(softmax(z))),
    ("function-left-out", lambda z: z),
    ("step-left-out", lambda z: np.exp(z - z.max(axis=1, keepdims=True))),
    ("step-left-out", lambda z: np.exp(z)),
    ("other-function", lambda z: log_softmax(z)),
    ("other-function", lambda z: np.log(softmax(z))),
    ("other-function", lambda z: sigmoid(z)),
    ("other-function", lambda z: np.tanh(z)),
    ("other-function", lambda z: (z == z.max(axis=1, keepdims=True)) * 1.0),
    ("sign-inside", lambda z: softmax(-z)),
    *(("other-axis", partial(softmax, top=top, total=total)) for top, total in OTHER_AXES),
)

#: Of the logarithms of the probabilities, the target, the smoothed target and epsilon: what is summed up.
_SURPRISE: Ideas = (
    ("other-variable", lambda log_p, y, smooth, e: -y * np.log(_smooth(np.exp(log_p), e))),
    ("other-variable", lambda log_p, y, smooth, e: -np.exp(log_p) * log_p),
    ("exchanged-arguments", lambda log_p, y, smooth, e: -np.exp(log_p) * np.log(smooth)),
    ("other-function", lambda log_p, y, smooth, e: smooth * (np.log(smooth) - log_p)),
    ("other-function", lambda log_p, y, smooth, e: (np.exp(log_p) - smooth) ** 2),
    ("other-function", lambda log_p, y, smooth, e: (np.exp(log_p) - smooth) ** 2 / 2),
    ("other-function", lambda log_p, y, smooth, e: np.abs(np.exp(log_p) - smooth)),
    ("other-function", lambda log_p, y, smooth, e: -smooth * log_p / np.log(2)),
    ("other-function", lambda log_p, y, smooth, e: -smooth * log_p / np.log(10)),
)

#: Of the probabilities, the target, the smoothed target and epsilon, before the division by the number of samples.
_SMOOTHED_SLOPE: Ideas = (
    ("other-variable", lambda p, y, smooth, e: _smooth(p, e) - y),
    ("other-variable", lambda p, y, smooth, e: (1 - e) * p - y),
    # The true class alone, or a prediction that is smoothed as well: in either the other classes' share cancels.
    ("part-missing", lambda p, y, smooth, e: (1 - e) * (p - y)),
    ("factor-too-many", lambda p, y, smooth, e: (1 - e) * p - smooth),
    ("part-missing", lambda p, y, smooth, e: e * (p - 1 / y.shape[1])),
    ("softmax-differentiated-twice", lambda p, y, smooth, e: (p - smooth) * p * (1 - p)),
    ("softmax-differentiated-twice", lambda p, y, smooth, e: (p - smooth) * p),
    (
        "softmax-differentiated-twice",
        lambda p, y, smooth, e: p * (p - smooth - ((p - smooth) * p).sum(axis=1, keepdims=True)),
    ),
    ("softmax-diagonal", lambda p, y, smooth, e: smooth * (p - 1)),
    ("slope-left-out", lambda p, y, smooth, e: -smooth / p),
    ("case-left-out", lambda p, y, smooth, e: y * (p - smooth)),
    ("other-operation", lambda p, y, smooth, e: -p * smooth),
    ("step-left-out", lambda p, y, smooth, e: p),
    ("parentheses-missing", lambda p, y, smooth, e: p - len(p) * smooth),
    ("parentheses-missing", lambda p, y, smooth, e: p - (1 - e) * y - len(p) * e / p.shape[1]),
)


def _loss_smoothed(logits: Array, target: Array, epsilon: float, o: Callable[..., Array]) -> float:
    return -_per_sample(o(target, epsilon) * log_softmax(logits))


def _loss_of(logits: Array, target: Array, epsilon: float, o: Callable[..., Array]) -> float:
    return -_per_sample(_smooth(target, epsilon) * o(logits))


def _loss_by(logits: Array, target: Array, epsilon: float, o: Callable[..., Array]) -> float:
    return _per_sample(o(log_softmax(logits), target, _smooth(target, epsilon), epsilon))


def _slope_smoothed(logits: Array, target: Array, epsilon: float, o: Callable[..., Array]) -> Array:
    return (softmax(logits) - o(target, epsilon)) / len(logits)


def _slope_of(logits: Array, target: Array, epsilon: float, o: Callable[..., Array]) -> Array:
    return (o(logits) - _smooth(target, epsilon)) / len(logits)


def _slope_by(logits: Array, target: Array, epsilon: float, o: Callable[..., Array]) -> Array:
    return o(softmax(logits), target, _smooth(target, epsilon), epsilon) / len(logits)


TYPICAL = {
    "mean_absolute_error": Typical(
        forms=(_absolute_by_samples, _absolute_by_entries),
        mistakes=(
            *each(_ABSOLUTE, lambda output, target, o: o(output - target)),
            Mistake("steps-exchanged", lambda output, target: _per_sample(np.abs(output) - np.abs(target))),
            Mistake("other-axis", lambda output, target: _per_sample(np.abs(output - np.squeeze(target)))),
            Mistake("other-axis", lambda output, target: _per_sample(np.abs(np.squeeze(output) - target))),
        ),
    ),
    "huber": Typical(
        forms=(_huber_in_steps, _huber_clipped, _huber_by_entries),
        mistakes=(
            *each(_HUBER, lambda output, target, delta, o: _per_sample(o(np.abs(output - target), delta))),
            *each(_HUBER_OF, lambda output, target, delta, o: _per_sample(_huber(o(output, target), delta))),
            Mistake(
                "function-left-out",
                lambda output, target, delta: _per_sample(_huber_signed(output - target, delta)),
            ),
            Mistake(
                "kept-not-added",
                lambda output, target, delta: _huber(output - target, delta)[-1, -1] / len(output),
            ),
        ),
    ),
    "huber_gradient": Typical(
        forms=(_huber_slope_in_steps, _huber_slope_clipped, _huber_slope_by_entries),
        mistakes=(
            *each(_HUBER_SLOPE, lambda output, target, delta, o: o(output - target, delta) / len(output)),
            *_together(_huber_slope_in_steps),
            *each(_HUBER_SLOPE_CUT, lambda output, target, delta, o: o(output - target, delta, output)),
        ),
    ),
    "hinge": Typical(
        forms=(_hinge_in_steps, _hinge_by_samples),
        mistakes=each(_HINGE, lambda scores, signs, o: o(scores, signs)),
    ),
    "hinge_gradient": Typical(
        forms=(_hinge_slope_in_steps, _hinge_slope_by_mask, _hinge_slope_by_samples),
        mistakes=(
            *each(_HINGE_SLOPE, lambda scores, signs, o: o(scores, signs, signs * scores < 1) / len(scores)),
            *each(_HINGE_SLOPE, lambda scores, signs, o: o(scores, signs, signs * scores <= 1) / len(scores)),
            *each(_LATE, lambda scores, signs, o: np.where(o(scores, signs), -signs, 0) / len(scores)),
            *each(_HINGE_SLOPE_BY_SIDES, lambda scores, signs, o: o(scores, signs) / len(scores)),
            *_together(_hinge_slope_in_steps),
            Mistake("other-function", lambda scores, signs: -signs * sigmoid(-signs * scores) / len(scores)),
        ),
    ),
    "smoothed_cross_entropy": Typical(
        forms=(_smoothed_in_steps, _smoothed_by_entries),
        mistakes=(*each(_SMOOTHED, _loss_smoothed), *each(_LOG_P, _loss_of), *each(_SURPRISE, _loss_by)),
    ),
    "smoothed_cross_entropy_gradient": Typical(
        forms=(_smoothed_slope_in_steps, _smoothed_slope_at_once, _smoothed_slope_by_entries),
        mistakes=(
            *each(_SMOOTHED, _slope_smoothed),
            *each(_P, _slope_of),
            *each(_SMOOTHED_SLOPE, _slope_by),
            *_together(_smoothed_slope_in_steps),
        ),
    ),
}
