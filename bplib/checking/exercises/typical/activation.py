"""Typical answers to the exercise on activation functions."""

from collections.abc import Callable
from functools import partial

import numpy as np

from bplib.checking.exercises.typical.ideas import (
    OTHER_AXES,
    TINY,
    Ideas,
    cut,
    each,
    each_of,
    log_softmax,
    sigmoid,
    softmax,
)
from bplib.checking.judging.check import Mistake, Typical
from bplib.types import Array

# Right, in other words ------------------------------------------------------------------------------------------


def _softplus_in_parts(z: Array) -> Array:
    corner = np.maximum(z, 0)
    rounding = np.log1p(np.exp(-np.abs(z)))
    return corner + rounding


def _softplus_by_entries(z: Array) -> Array:
    m, n = z.shape
    a = np.zeros((m, n))
    for i in range(m):
        for j in range(n):
            if z[i, j] > 30:
                a[i, j] = z[i, j]
            else:
                a[i, j] = np.log(1 + np.exp(z[i, j]))
    return a


def _slope_in_steps(z: Array) -> Array:
    e = np.exp(-z)
    return 1 / (1 + e)


def _slope_by_tanh(z: Array) -> Array:
    return 0.5 * (1 + np.tanh(0.5 * z))


def _slope_by_sides(z: Array) -> Array:
    e = np.exp(-np.abs(z))
    above = np.where(z >= 0, 1, e)
    return above / (1 + e)


def _slope_by_entries(z: Array) -> Array:
    m, n = z.shape
    slope = np.zeros((m, n))
    for i in range(m):
        for j in range(n):
            slope[i, j] = 1 / (1 + np.exp(-z[i, j]))
    return slope


def _swish_in_steps(z: Array) -> Array:
    e = np.exp(-z)
    s = 1 / (1 + e)
    return z * s


def _swish_by_entries(z: Array) -> Array:
    m, n = z.shape
    a = np.zeros((m, n))
    for i in range(m):
        for j in range(n):
            s = 1 / (1 + np.exp(-z[i, j]))
            a[i, j] = z[i, j] * s
    return a


def _swish_back_by_paths(da: Array, z: Array) -> Array:
    s = 1 / (1 + np.exp(-z))
    ds = da * z
    dz = da * s
    dz = dz + ds * s * (1 - s)
    return dz


def _swish_back_by_slope(da: Array, z: Array) -> Array:
    s = 0.5 * (1 + np.tanh(0.5 * z))
    bend = s * (1 - s)
    return da * (s + z * bend)


def _swish_back_by_activation(da: Array, z: Array) -> Array:
    s = 1 / (1 + np.exp(-z))
    a = z * s
    slope = a + s * (1 - a)
    return da * slope


def _swish_back_by_entries(da: Array, z: Array) -> Array:
    m, n = z.shape
    dz = np.zeros((m, n))
    for i in range(m):
        for j in range(n):
            s = 1 / (1 + np.exp(-z[i, j]))
            dz[i, j] = da[i, j] * (s + z[i, j] * s * (1 - s))
    return dz


def _elu_in_steps(z: Array, alpha: float) -> Array:
    e = np.exp(np.minimum(z, 0))
    cold = alpha * (e - 1)
    return np.where(z > 0, z, cold)


def _elu_in_parts(z: Array, alpha: float) -> Array:
    warm = np.maximum(z, 0)
    cold = alpha * np.expm1(np.minimum(z, 0))
    return warm + cold


def _elu_by_entries(z: Array, alpha: float) -> Array:
    m, n = z.shape
    a = np.zeros((m, n))
    for i in range(m):
        for j in range(n):
            if z[i, j] > 0:
                a[i, j] = z[i, j]
            else:
                a[i, j] = alpha * (np.exp(z[i, j]) - 1)
    return a


def _elu_back_in_steps(da: Array, z: Array, alpha: float) -> Array:
    e = np.exp(np.minimum(z, 0))
    slope = np.where(z > 0, 1, alpha * e)
    return da * slope


def _elu_back_by_activation(da: Array, z: Array, alpha: float) -> Array:
    a = alpha * (np.exp(np.minimum(z, 0)) - 1)
    slope = np.where(z >= 0, 1, a + alpha)
    return da * slope


def _elu_back_by_entries(da: Array, z: Array, alpha: float) -> Array:
    m, n = z.shape
    dz = np.zeros((m, n))
    for i in range(m):
        for j in range(n):
            if z[i, j] > 0:
                dz[i, j] = da[i, j]
            else:
                dz[i, j] = da[i, j] * alpha * np.exp(z[i, j])
    return dz


def _log_softmax_in_steps(z: Array) -> Array:
    top = np.max(z, axis=1, keepdims=True)
    z = z - top
    e = np.exp(z)
    total = np.sum(e, axis=1, keepdims=True)
    return z - np.log(total)


def _log_softmax_by_log_sum(z: Array) -> Array:
    log_sum = np.logaddexp.reduce(z, axis=1, keepdims=True)
    return z - log_sum


def _log_softmax_by_entries(z: Array) -> Array:
    m, n = z.shape
    out = np.zeros((m, n))
    for i in range(m):
        top = max(z[i])
        total = 0.0
        for j in range(n):
            total += np.exp(z[i, j] - top)
        for j in range(n):
            out[i, j] = z[i, j] - top - np.log(total)
    return out


# Wrong ----------------------------------------------------------------------------------------------------------

Bend = Callable[[Array], Array]


def _softplus(z: Array) -> Array:
    return np.logaddexp(0, z)


def _swish(z: Array) -> Array:
    return z * sigmoid(z)


def _swish_slope(z: Array) -> Array:
    s = sigmoid(z)
    return s + z * s * (1 - s)


def _elu(z: Array, alpha: float) -> Array:
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))


def _either(cause: str, dz: Callable[[Array, Array, float, Array], Array]) -> tuple[Mistake, ...]:
    """A mistake in the step back of an ELU: at its kink both sides are right, and so it may come with each."""
    sides = (np.greater, np.greater_equal)
    return each_of(sides, cause, lambda da, z, alpha, o: dz(da, z, alpha, o(z, 0)))


def _elu_slope(above: Array, z: Array, alpha: float) -> Array:
    return np.where(above, 1.0, alpha * np.exp(np.minimum(z, 0)))


def _from_top(z: Array) -> Array:
    return z - z.max(axis=1, keepdims=True)


def _quotient_of_logarithms(z: Array, above: Array | None = None) -> Array:
    """The logarithm of a quotient, taken for the quotient of two logarithms."""
    below = np.log(np.exp(_from_top(z)).sum(axis=1, keepdims=True))
    return (_from_top(z) if above is None else above) / below


#: Against an overflow.
_BOUNDS = (20.0, 30.0, 50.0, 88.0, 100.0, 500.0, 700.0, 709.0)

_BENDS: dict[str, Bend] = {
    "relu": lambda z: np.maximum(z, 0),
    "leaky": lambda z: np.where(z > 0, z, 0.01 * z),
    "sigmoid": sigmoid,
    "tanh": lambda z: np.tanh(z),
    "softplus": _softplus,
    "swish": _swish,
    "elu": lambda z: _elu(z, 1.0),
    "gelu": lambda z: 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))),
    "mish": lambda z: z * np.tanh(_softplus(z)),
    "hard": lambda z: z * np.clip(z / 6 + 0.5, 0, 1),
}
#: At a kink there are several, and far out several ways to round.
_SLOPES: tuple[tuple[str, Bend], ...] = (
    ("relu", lambda z: np.heaviside(z, 0.0)),
    ("relu", lambda z: np.heaviside(z, 0.5)),
    ("relu", lambda z: np.heaviside(z, 1.0)),
    ("leaky", lambda z: np.where(z > 0, 1.0, 0.01)),
    ("leaky", lambda z: np.where(z >= 0, 1.0, 0.01)),
    ("sigmoid", lambda z: sigmoid(z) * (1 - sigmoid(z))),
    ("sigmoid", lambda z: 0.25 * (1 + np.tanh(z / 2)) * (1 - np.tanh(z / 2))),
    ("sigmoid", lambda z: np.exp(z) / (1 + np.exp(z)) ** 2),
    ("sigmoid", lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    ("tanh", lambda z: 1 - np.tanh(z) ** 2),
    ("swish", _swish_slope),
    ("elu", lambda z: np.where(z > 0, 1.0, np.exp(z))),
)


def _siblings(*but: str) -> tuple[Mistake, ...]:
    others = [bend for name, bend in _BENDS.items() if name not in but]
    return each_of(others, "other-function", lambda z, o: o(z))


def _slopes(but: str) -> list[Bend]:
    return [slope for name, slope in _SLOPES if name != but]


#: Slopes of swish, made of the weighted input and its sigmoid.
_OF_SWISH: Ideas = (
    ("path-missing", lambda z, s: s),
    ("path-missing", lambda z, s: z * s * (1 - s)),
    ("other-activation", lambda z, s: s + z * (1 - np.tanh(z) ** 2)),
    ("other-activation", lambda z, s: s + z * (1 - s**2)),
    ("other-activation", lambda z, s: np.tanh(z) + z * (1 - np.tanh(z) ** 2)),
    ("other-activation", lambda z, s: np.tanh(z) + z * np.tanh(z) * (1 - np.tanh(z))),
    ("sigmoid-from-weighted-input", lambda z, s: s + z * z * (1 - z)),
    ("sigmoid-from-weighted-input", lambda z, s: z * (1 - z)),
    ("value-for-slope", lambda z, s: z * s),
    ("value-for-slope", lambda z, s: s + z * s),
    ("derivative-at-activation", lambda z, s: _swish_slope(z * s)),
    ("derivative-at-activation", lambda z, s: sigmoid(z * s)),
    ("derivative-at-activation", lambda z, s: s + z * sigmoid(s) * (1 - sigmoid(s))),
    ("derivative-at-activation", lambda z, s: sigmoid(z * s) * (1 + z * (1 - sigmoid(z * s)))),
    ("other-variable", lambda z, s: s + z * s * s * (1 - s)),
    ("other-variable", lambda z, s: s + z * (z * s) * (1 - z * s)),
    ("other-variable", lambda z, s: z + z * s * (1 - s)),
    ("other-variable", lambda z, s: z * s + s * (1 - s)),
    ("slope-squared", lambda z, s: s + z * (s * (1 - s)) ** 2),
    ("slope-squared", lambda z, s: _swish_slope(z) ** 2),
    ("slope-left-out", lambda z, s: s + z),
    ("factor-left-out", lambda z, s: s + s * (1 - s)),
    ("factor-left-out", lambda z, s: s + z * (1 - s)),
    ("factor-left-out", lambda z, s: 1 + z * s * (1 - s)),
    ("sign-inside", lambda z, s: s - z * s * (1 - s)),
    ("sign-inside", lambda z, s: s + z * s * (1 + s)),
    ("sign-inside", lambda z, s: 1 - s + z * s * (1 - s)),
    ("other-operation", lambda z, s: s * (z * s * (1 - s))),
)

#: Of a weighted input and the bent side of an ELU, computed everywhere.
_OF_SIDES: Ideas = (
    ("comparison-reversed", lambda z, cold: np.where(z < 0, z, cold)),
    ("case-left-out", lambda z, cold: cold),
    ("case-left-out", lambda z, cold: z if (z > 0).all() else cold),
    ("case-left-out", lambda z, cold: z if (z > 0).any() else cold),
    ("case-left-out", lambda z, cold: np.where((z > 0).all(axis=1, keepdims=True), z, cold)),
    ("case-left-out", lambda z, cold: np.where((z > 0).any(axis=1, keepdims=True), z, cold)),
    ("case-left-out", lambda z, cold: np.where(z[:, :1] > 0, z, cold)),
    ("other-function", np.maximum),
    ("other-function", np.minimum),
)

#: The bent side of an ELU.
_OF_COLD: Ideas = (
    ("steps-exchanged", lambda z, alpha: np.expm1(alpha * z)),
    ("factor-doubled", lambda z, alpha: alpha * np.expm1(alpha * z)),
    ("sign-inside", lambda z, alpha: alpha * np.expm1(-z)),
    ("parentheses-missing", lambda z, alpha: alpha * np.exp(z - 1)),
    ("parentheses-missing", lambda z, alpha: alpha * np.exp(z) - 1),
    ("other-function", lambda z, alpha: alpha * np.tanh(z)),
)

#: Where a wrong condition takes a unit of an ELU to be warm.
_WARM: Ideas = (
    ("other-variable", lambda z, alpha: z > alpha),
    ("other-variable", lambda z, alpha: z >= alpha),
    ("sign-inside", lambda z, alpha: z > -alpha),
    ("other-constant", lambda z, alpha: z > 1),
)

#: Slopes of an ELU, of the blame, where the unit is warm, and the slope of the bent side, computed everywhere.
_OF_SIDED_SLOPES: Ideas = (
    ("comparison-reversed", lambda da, warm, cold: np.where(warm, cold, 1.0)),
    ("side-zero", lambda da, warm, cold: np.where(warm, 0.0, cold)),
    ("case-left-out", lambda da, warm, cold: cold),
    ("case-left-out", lambda da, warm, cold: warm + cold),
    ("case-left-out", lambda da, warm, cold: np.where(warm.all(), 1.0, cold)),
    ("case-left-out", lambda da, warm, cold: np.where(warm.any(), 1.0, cold)),
    ("case-left-out", lambda da, warm, cold: np.where(warm.all(axis=1, keepdims=True), 1.0, cold)),
    ("case-left-out", lambda da, warm, cold: np.where(warm.any(axis=1, keepdims=True), 1.0, cold)),
    ("case-left-out", lambda da, warm, cold: np.where(warm[:, :1], 1.0, cold)),
    ("other-variable", lambda da, warm, cold: np.where(da > 0, 1.0, cold)),
)


def _sided(z: Array, alpha: float, at: float, o: Callable[[Array, Array], Array]) -> Array:
    return o(z, alpha * np.expm1(np.minimum(z, at)))


def _sided_slope(
    da: Array, z: Array, alpha: float, warm: Array, at: float, o: Callable[[Array, Array, Array], Array]
) -> Array:
    return da * o(da, warm, alpha * np.exp(np.minimum(z, at)))


TYPICAL = {
    "softplus": Typical(
        forms=(_softplus_in_parts, _softplus_by_entries),
        mistakes=(
            *_siblings("softplus"),
            *each_of(_BOUNDS, "cut-off", lambda z, o: _softplus(np.minimum(z, o))),
            *each_of((-1e-9, 0, 1, 2), "other-constant", lambda z, o: np.where(z > o, z, _softplus(z))),
            *each_of((2, 10), "other-function", lambda z, o: _softplus(z) / np.log(o)),
            Mistake("other-function", lambda z: np.logaddexp2(0, z)),
            Mistake("other-function", lambda z: np.logaddexp(np.log(2), z)),
            Mistake("other-function", lambda z: -_softplus(-z)),
            Mistake("other-function", lambda z: np.log(sigmoid(z))),
            Mistake("other-function", lambda z: _softplus(np.abs(z))),
            Mistake("term-left-out", lambda z: np.log(1 + np.exp(-np.abs(z)))),
            Mistake("sign-inside", lambda z: _softplus(-z)),
            Mistake("parentheses-missing", lambda z: z + 1),
            Mistake("function-left-out", lambda z: 1 + np.exp(z)),
            Mistake("function-left-out", lambda z: np.exp(z)),
            Mistake("cut-to-whole", lambda z: cut(_softplus(z), z)),
            Mistake("cut-to-whole", lambda z: _softplus(np.trunc(z))),
        ),
    ),
    "softplus_derivative": Typical(
        forms=(_slope_in_steps, _slope_by_tanh, _slope_by_sides, _slope_by_entries),
        mistakes=(
            *each_of(_slopes("softplus"), "other-activation", lambda z, o: o(z)),
            *_siblings("softplus", "sigmoid"),
            *each_of((*_BOUNDS, np.inf), "parentheses-missing", lambda z, o: 1 + np.exp(-np.clip(z, -o, o))),
            *each_of((0.25, 0.5, 1.0), "same-for-all", lambda z, o: np.full(z.shape, o)),
            Mistake("value-for-slope", _softplus),
            Mistake("derivative-at-activation", lambda z: sigmoid(_softplus(z))),
            Mistake("done-twice", lambda z: sigmoid(sigmoid(z))),
            # A sign, or the slope of the exponential inside: either gives these numbers.
            Mistake("mirrored", lambda z: sigmoid(-z)),
            Mistake("mirrored", lambda z: np.exp(-z) / (1 + np.exp(-z))),
            Mistake("slope-left-out", lambda z: np.exp(z)),
            Mistake("parentheses-missing", lambda z: 2 * np.exp(z)),
            Mistake("averaged-twice", lambda z: sigmoid(z) / len(z)),
            Mistake("not-averaged", lambda z: sigmoid(z) * len(z)),
            Mistake("cut-to-whole", lambda z: cut(sigmoid(z), z)),
            Mistake("cut-to-whole", lambda z: sigmoid(np.trunc(z))),
        ),
    ),
    "swish": Typical(
        forms=(_swish_in_steps, _swish_by_entries),
        mistakes=(
            *_siblings("swish", "sigmoid"),
            *each_of(_slopes("relu"), "other-function", lambda z, o: z * o(z)),
            *each_of((*_BOUNDS, np.inf), "parentheses-missing", lambda z, o: z + np.exp(-np.clip(z, -o, o))),
            Mistake("other-function", lambda z: z * np.tanh(z)),
            Mistake("other-function", lambda z: z * _softplus(z)),
            Mistake("other-function", lambda z: _swish(np.maximum(z, 0))),
            Mistake("other-function", _swish_slope),
            Mistake("other-constant", lambda z: z * sigmoid(1.702 * z)),
            Mistake("coupled", lambda z: sigmoid(z * z)),
            Mistake("steps-exchanged", lambda z: sigmoid(_swish(z))),
            Mistake("power-mixed", lambda z: sigmoid(z) ** 2),
            Mistake("done-twice", lambda z: z * sigmoid(sigmoid(z))),
            Mistake("done-twice", lambda z: z * sigmoid(_swish(z))),
            Mistake("done-twice", lambda z: _swish(_swish(z))),
            Mistake("sign-inside", lambda z: -z * sigmoid(-z)),
            Mistake("cut-to-whole", lambda z: cut(_swish(z), z)),
            Mistake("cut-to-whole", lambda z: _swish(np.trunc(z))),
        ),
    ),
    "swish_backward": Typical(
        forms=(_swish_back_by_paths, _swish_back_by_slope, _swish_back_by_activation, _swish_back_by_entries),
        mistakes=(
            *each_of(_slopes("swish"), "other-activation", lambda da, z, o: da * o(z)),
            *each(_OF_SWISH, lambda da, z, o: da * o(z, sigmoid(z))),
            Mistake("upstream-missing", lambda da, z: _swish_slope(z)),
            Mistake("other-operation", lambda da, z: da + _swish_slope(z)),
            Mistake("parentheses-missing", lambda da, z: da * sigmoid(z) + _swish_slope(z) - sigmoid(z)),
            Mistake("factor-left-out", lambda da, z: sigmoid(z) + da * (_swish_slope(z) - sigmoid(z))),
            Mistake("other-variable", lambda da, z: da * sigmoid(z) * (1 + da * (1 - sigmoid(z)))),
            Mistake("exchanged-arguments", lambda da, z: z * _swish_slope(da)),
            Mistake("other-count", lambda da, z: da * _swish_slope(z) / z.size),
            Mistake("cut-to-whole", lambda da, z: cut(da * _swish_slope(z), z)),
            Mistake("cut-to-whole", lambda da, z: np.trunc(da * _swish_slope(z))),
        ),
    ),
    "elu": Typical(
        forms=(_elu_in_steps, _elu_in_parts, _elu_by_entries),
        mistakes=(
            *_siblings("elu"),
            *(
                mistake
                for at in (0.0, *_BOUNDS, np.inf)
                for mistake in each(_OF_SIDES, partial(_sided, at=at))
            ),
            *each(_OF_COLD, lambda z, alpha, o: np.where(z > 0, z, o(z, alpha))),
            *each(_OF_COLD, lambda z, alpha, o: np.where(z >= 0, z, o(z, alpha))),
            *each(_WARM, lambda z, alpha, o: np.where(o(z, alpha), z, alpha * np.expm1(z))),
            Mistake("case-left-out", lambda z, alpha: alpha * _elu(z, 1.0)),
            Mistake("other-function", lambda z, alpha: np.where(z > 0, 1.0, alpha * np.exp(z))),
            Mistake("other-function", lambda z: 1.0507 * _elu(z, 1.6733)),
            Mistake("cut-to-whole", lambda z, alpha: cut(_elu(z, alpha), z)),
        ),
    ),
    "elu_backward": Typical(
        forms=(_elu_back_in_steps, _elu_back_by_activation, _elu_back_by_entries),
        mistakes=(
            *each_of(_slopes("elu"), "other-activation", lambda da, z, o: da * o(z)),
            *_either("other-activation", lambda d, z, a, w: d * np.where(w, 1.0, a)),
            *_either("upstream-missing", lambda d, z, a, w: np.where(w, 1.0, a * np.exp(z))),
            *_either("upstream-missing", lambda d, z, a, w: np.where(w, 1.0, d * a * np.exp(z))),
            *_either("upstream-missing", lambda d, z, a, w: np.where(w, d, a * np.exp(z))),
            *_either("other-operation", lambda d, z, a, w: d + np.where(w, 1.0, a * np.exp(z))),
            *_either("factor-left-out", lambda d, z, a, w: d * np.where(w, 1.0, np.exp(z))),
            *_either("value-for-slope", lambda d, z, a, w: d * np.where(w, 1.0, a * np.expm1(z))),
            *_either("value-for-slope", lambda d, z, a, w: d * np.where(w, z, a * np.exp(z))),
            *_either("value-for-slope", lambda d, z, a, w: d * np.where(w, z, a * np.expm1(z))),
            *_either("other-constant", lambda d, z, a, w: d * np.where(w, 1.0, a * np.expm1(z) + 1)),
            *_either("side-zero", lambda d, z, a, w: d * np.where(w, 0.0, a * np.exp(z))),
            Mistake(
                "comparison-border",
                lambda da, z, alpha: da * np.sign(z) ** 2 * _elu_slope(z > 0, z, alpha),
            ),
            Mistake("close-is-on", lambda da, z, alpha: da * _elu_slope((z > 0) | np.isclose(z, 0), z, alpha)),
            Mistake("close-is-on", lambda da, z, alpha: da * _elu_slope((z > 0) & ~np.isclose(z, 0), z, alpha)),
            *_either("steps-exchanged", lambda d, z, a, w: d * np.where(w, 1.0, np.exp(a * z))),
            *_either("factor-doubled", lambda d, z, a, w: d * np.where(w, 1.0, a * np.exp(a * z))),
            *_either("factor-doubled", lambda d, z, a, w: d * np.where(w, 1.0, a * np.exp(2 * z))),
            *_either("factor-doubled", lambda d, z, a, w: d * np.where(w, 1.0, a * a * np.exp(z))),
            *_either("factor-doubled", lambda d, z, a, w: d * np.where(w, 1.0, a * d * np.exp(z))),
            *_either("sign-inside", lambda d, z, a, w: d * np.where(w, 1.0, a * np.exp(-z))),
            *_either("sign-inside", lambda d, z, a, w: d * np.where(w, 1.0, -a * np.exp(z))),
            *_either("parentheses-missing", lambda d, z, a, w: d * np.where(w, 1.0, a * np.exp(z - 1))),
            *_either("case-left-out", lambda d, z, a, w: d * a * np.where(w, 1.0, np.exp(z))),
            *_either("exchanged-arguments", lambda d, z, a, w: z * np.where(d > 0, 1.0, a * np.exp(d))),
            *_either(
                "derivative-at-activation", lambda d, z, a, w: d * np.where(w, 1, a * np.exp(_elu(z, a)))
            ),
            *_either("other-count", lambda d, z, a, w: d * np.where(w, 1.0, a * np.exp(z)) / z.size),
            *_either("cut-to-whole", lambda d, z, a, w: cut(d * np.where(w, 1.0, a * np.exp(z)), z)),
            *_either("cut-to-whole", lambda d, z, a, w: np.trunc(d * np.where(w, 1.0, a * np.exp(z)))),
            *(
                mistake
                for at in (0.0, *_BOUNDS, np.inf)
                for cause, slope in _OF_SIDED_SLOPES
                for mistake in _either(cause, partial(_sided_slope, o=slope, at=at))
            ),
        ),
    ),
    "log_softmax": Typical(
        forms=(_log_softmax_in_steps, _log_softmax_by_log_sum, _log_softmax_by_entries),
        mistakes=(
            *each_of(OTHER_AXES, "other-axis", lambda z, o: log_softmax(z, *o)),
            *each_of(OTHER_AXES, "other-axis", lambda z, o: np.log(softmax(z, *o))),
            *each_of(TINY, "other-constant", lambda z, o: np.log(softmax(z) + o)),
            *each_of(TINY, "other-constant", lambda z, o: np.log(np.maximum(softmax(z), o))),
            *each_of(TINY, "other-constant", lambda z, o: np.log(np.clip(softmax(z), o, 1 - o))),
            *each_of(_BOUNDS, "cut-off", lambda z, o: log_softmax(np.clip(z, -o, o))),
            *each_of((2, 10), "other-function", lambda z, o: log_softmax(z) / np.log(o)),
            Mistake("term-left-out", lambda z: z - z.max(axis=1, keepdims=True)),
            Mistake("other-operation", lambda z: _quotient_of_logarithms(z)),
            Mistake("other-operation", lambda z: _quotient_of_logarithms(z, np.log(np.exp(_from_top(z))))),
            Mistake(
                "other-operation", lambda z: np.log(np.exp(z)) / np.log(np.exp(z).sum(axis=1, keepdims=True))
            ),
            Mistake("function-left-out", lambda z: softmax(z)),
            Mistake("done-twice", lambda z: log_softmax(softmax(z))),
            Mistake("done-twice", lambda z: softmax(softmax(z))),
            Mistake("each-by-itself", lambda z: -_softplus(-z)),
            Mistake("each-by-itself", lambda z: np.log(sigmoid(z))),
            Mistake("divided-by-samples", lambda z: log_softmax(z) / len(z)),
            Mistake("cut-to-whole", lambda z: cut(log_softmax(z), z)),
        ),
    ),
}
