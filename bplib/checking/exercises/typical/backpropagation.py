"""Typical answers to the exercise on the two passes."""

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np

from bplib.checking.exercises.typical.slopes import (
    BENDS,
    BENT,
    RATES,
    WRONG_ERRORS,
    WRONG_SLOPES,
    Slope,
    cut,
    itself,
    one,
    relu,
    sigmoid,
    softmax,
    tanh_slope,
)
from bplib.checking.judging.check import Mistake, Typical
from bplib.types import Array

# The chain ------------------------------------------------------------------------------------------------------


def _tanh(z: float) -> float:
    up = np.exp(z)
    down = np.exp(-z)
    return (up - down) / (up + down)


def _chain_by_exponentials(x: float, w1: float, w2: float) -> tuple[float, float]:
    z1 = w1 * x
    h = _tanh(z1)
    z2 = w2 * h
    prediction = _tanh(z2)
    return h, prediction


def _chain_back_by_steps(x: float, w1: float, w2: float, target: float) -> tuple[float, float]:
    z1 = w1 * x
    h = np.tanh(z1)
    z2 = w2 * h
    prediction = np.tanh(z2)
    error = prediction - target
    dz2 = error * (1 - prediction**2)
    dw2 = dz2 * h
    dh = dz2 * w2
    dz1 = dh * (1 - h**2)
    dw1 = dz1 * x
    return dw1, dw2


def _through_bend(blame: float, a: float) -> float:
    return blame * (1 - a**2)


def _chain_back_by_bends(x: float, w1: float, w2: float, target: float) -> tuple[float, float]:
    h = np.tanh(w1 * x)
    prediction = np.tanh(w2 * h)
    dz2 = _through_bend(prediction - target, prediction)
    dz1 = _through_bend(dz2 * w2, h)
    return dz1 * x, dz2 * h


def _chain(
    parts: Callable[[Any], tuple[Any, Any]] = lambda c: (c.dw1, c.dw2),
    error: Callable[[Any, Any], Any] = lambda p, y: p - y,
    bends: tuple[Callable[[Any], Any], Callable[[Any], Any]] = (np.tanh, np.tanh),
    inner: Slope = tanh_slope,
    outer: Slope = tanh_slope,
    rate: float = 0.0,
) -> Callable[..., Any]:
    """Both passes with something changed, and of all that is computed what comes back."""

    def result(x: float, w1: float, w2: float, target: float) -> tuple[Any, Any]:
        c = SimpleNamespace(x=x, w1=w1, w2=w2)
        c.z1 = w1 * x
        c.h = bends[0](c.z1)
        c.z2 = w2 * c.h
        c.p = bends[1](c.z2)
        c.e = error(c.p, target)
        c.dz2 = c.e * outer(c.z2, c.p)
        c.dw2 = c.dz2 * c.h
        c.dh = c.dz2 * (w2 - rate * c.dw2)
        c.dz1 = c.dh * inner(c.z1, c.h)
        c.dw1 = c.dz1 * x
        return parts(c)

    return result


def _chain_forward(first: Callable[[Any], Any], second: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda x, w1, w2: (h := first(w1 * x), second(w2 * h))


_OTHERS = (sigmoid, relu, np.sin, np.sinh, np.tan, np.arctan, lambda z: 1 - np.tanh(z) ** 2)
_CHAIN_BACKWARD = (
    *(Mistake(cause, _chain(inner=slope, outer=slope)) for cause, slope in WRONG_SLOPES),
    *(Mistake(cause, _chain(inner=slope)) for cause, slope in WRONG_SLOPES),
    *(Mistake(cause, _chain(outer=slope)) for cause, slope in WRONG_SLOPES),
    *(Mistake(cause, _chain(error=error)) for cause, error in WRONG_ERRORS),
    *(Mistake("updated-weights", _chain(lambda c: (c.dw1, None), rate=rate)) for rate in RATES),
    Mistake("function-left-out", _chain(bends=(np.tanh, itself), outer=one)),
    Mistake("function-left-out", _chain(bends=(itself, np.tanh), inner=one)),
    Mistake("function-left-out", _chain(bends=(itself, itself), inner=one, outer=one)),
    Mistake(
        "other-function",
        _chain(bends=(sigmoid, sigmoid), inner=lambda z, a: a * (1 - a), outer=lambda z, a: a * (1 - a)),
    ),
    Mistake("output-delta-reused", _chain(lambda c: (c.dz2 * c.x, None))),
    Mistake("weights-skipped", _chain(lambda c: (c.dz2 * (1 - c.h**2) * c.x, None))),
    Mistake("weights-skipped", _chain(lambda c: (c.e * (1 - c.h**2) * c.x, None))),
    Mistake("factor-missing", _chain(lambda c: (c.dz1, c.dz2))),
    Mistake("layer-off-by-one", _chain(lambda c: (c.dz1 * c.h, c.dz2 * c.x))),
    Mistake("layer-off-by-one", _chain(lambda c: (None, c.dz2 * c.p))),
    Mistake("layer-off-by-one", _chain(lambda c: (c.dh * (1 - c.p**2) * c.x, c.e * (1 - c.h**2) * c.h))),
    Mistake("layer-off-by-one", _chain(lambda c: (c.e * c.w2 * (1 - c.h**2) ** 2 * c.x, None))),
    Mistake("wrong-tensor", _chain(lambda c: (c.dz1 * c.w1, c.dz2 * c.w2))),
    Mistake("wrong-tensor", _chain(lambda c: (c.dz2 * c.w1 * (1 - c.h**2) * c.x, c.dz2 * c.z1))),
    Mistake("wrong-tensor", _chain(lambda c: (c.dw2 * c.w2 * (1 - c.h**2) * c.x, c.dh * c.h))),
    Mistake("wrong-tensor", _chain(lambda c: (None, c.dz1 * c.h))),
)

# The fork -------------------------------------------------------------------------------------------------------


def _fork_by_steps(u: Array, v: Array) -> tuple[Array, Array]:
    s = u + v
    t = np.tanh(u)
    du = t
    du = du + s * (1 - t**2)
    return du, t


def _fork(parts: Callable[[Any], tuple[Any, Any]], slope: Slope = tanh_slope) -> Callable[..., Any]:
    def result(u: Array, v: Array) -> tuple[Any, Any]:
        t = np.tanh(u)
        du = t + (u + v) * slope(u, t)
        return parts(SimpleNamespace(u=u, v=v, t=t, s=u + v, slope=slope(u, t), du=du))

    return result


def _first(rows: Array) -> Array:
    return rows * (np.arange(len(rows)) == 0)[:, np.newaxis]


_FORK_BACKWARD = (
    Mistake("assigned-not-added", _fork(lambda f: (f.s * f.slope, None))),
    *(Mistake(cause, _fork(lambda f: (f.du, None), slope)) for cause, slope in WRONG_SLOPES),
    Mistake("term-left-out", _fork(lambda f: (f.t + f.u * f.slope, None))),
    Mistake("term-left-out", _fork(lambda f: (f.t + f.v * f.slope, None))),
    Mistake("parentheses-missing", _fork(lambda f: ((f.t + f.s) * f.slope, None))),
    Mistake("other-operation", _fork(lambda f: (f.t * f.s * f.slope, None))),
    Mistake("wrong-tensor", _fork(lambda f: (f.s + f.t * f.slope, f.s))),
    Mistake("wrong-tensor", _fork(lambda f: (f.s + f.s * f.slope, f.u))),
    Mistake("wrong-tensor", _fork(lambda f: (f.u + f.s * f.slope, f.slope))),
    Mistake("wrong-tensor", _fork(lambda f: (f.t + f.t * f.slope, f.v))),
    Mistake("upstream-missing", _fork(lambda f: (f.t + f.slope, np.ones_like(f.t)))),
    Mistake("upstream-missing", _fork(lambda f: (1 + f.s * f.slope, None))),
    Mistake("upstream-missing", _fork(lambda f: (1 + f.slope, None))),
    Mistake("upstream-missing", _fork(lambda f: (f.slope, None))),
    Mistake("sign-inside", _fork(lambda f: (f.t - f.s * f.slope, None))),
    Mistake("sign-inside", _fork(lambda f: (f.s * f.slope - f.t, None))),
    Mistake("value-for-slope", _fork(lambda f: (f.t * f.s, f.t * f.s))),
    Mistake("value-for-slope", _fork(lambda f: (None, f.t * f.v))),
    Mistake("mean-for-sum", _fork(lambda f: (f.du / f.u.size, f.t / f.u.size))),
    Mistake("mean-for-sum", _fork(lambda f: (f.du / len(f.u), f.t / len(f.u)))),
    Mistake("stopped-early", _fork(lambda f: (_first(f.du), _first(f.t)))),
    Mistake("cut-to-whole", _fork(lambda f: (cut(f.du, f.u), cut(f.t, f.v)))),
)

# The network ----------------------------------------------------------------------------------------------------


def _dense_by_inputs(x: Array, W: Array, b: Array) -> Array:
    z = np.zeros((len(x), len(b)))
    for i in range(len(W)):
        z = z + np.outer(x[:, i], W[i])
    return z + b


def _network_by_inputs(x: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> Array:
    a = np.tanh(_dense_by_inputs(x, W1, b1))
    return _dense_by_inputs(a, W2, b2)


def _network_back_by_steps(
    x: Array, y: Array, W1: Array, b1: Array, W2: Array, b2: Array
) -> tuple[Array, Array, Array, Array]:
    a = np.tanh(x @ W1 + b1)
    prediction = a @ W2 + b2
    dz2 = (prediction - y) / len(x)
    dW2 = a.T @ dz2
    db2 = dz2.sum(axis=0)
    dz1 = (dz2 @ W2.T) * (1 - a**2)
    dW1 = x.T @ dz1
    db1 = dz1.sum(axis=0)
    return dW1, db1, dW2, db2


def _network_back_by_samples(
    x: Array, y: Array, W1: Array, b1: Array, W2: Array, b2: Array
) -> tuple[Array, Array, Array, Array]:
    m = len(x)
    dW1 = np.zeros(W1.shape)
    db1 = np.zeros(b1.shape)
    dW2 = np.zeros(W2.shape)
    db2 = np.zeros(b2.shape)
    for s in range(m):
        a = np.tanh(x[s] @ W1 + b1)
        dz2 = a @ W2 + b2 - y[s]
        dz1 = (W2 @ dz2) * (1 - a**2)
        dW1 += np.outer(x[s], dz1) / m
        db1 += dz1 / m
        dW2 += np.outer(a, dz2) / m
        db2 += dz2 / m
    return dW1, db1, dW2, db2


def _network(
    parts: Callable[[Any], Any] = lambda n: (n.dW1, n.db1, n.dW2, n.db2),
    error: Callable[[Any, Any], Any] = lambda p, y: p - y,
    bends: tuple[Callable[[Any], Any], Callable[[Any], Any]] = (np.tanh, itself),
    inner: Slope = tanh_slope,
    outer: Slope = one,
    count: Callable[[Any], float] = lambda n: len(n.x),
    back: Callable[[Any], Array] = lambda n: n.W2.T,
    biases: tuple[float, float] = (1.0, 1.0),
) -> Callable[..., Any]:
    """Both passes with something changed, and of all that is computed what comes back."""

    def result(x: Array, W1: Array, b1: Array, W2: Array, b2: Array, y: Any = 0.0) -> Any:
        n = SimpleNamespace(x=x, y=y, W1=W1, b1=b1, W2=W2, b2=b2)
        n.z1 = x @ W1 + biases[0] * b1
        n.a = bends[0](n.z1)
        n.z2 = n.a @ W2 + biases[1] * b2
        n.p = bends[1](n.z2)
        n.dz2 = error(n.p, y) * outer(n.z2, n.p) / count(n)
        n.dW2, n.db2 = n.a.T @ n.dz2, n.dz2.sum(axis=0)
        n.da = n.dz2 @ back(n)
        n.dz1 = n.da * inner(n.z1, n.a)
        n.dW1, n.db1 = x.T @ n.dz1, n.dz1.sum(axis=0)
        return parts(n)

    return result


def _forward(**changes: Any) -> Callable[..., Any]:
    return _network(lambda n: n.p, **changes)


#: What was returned in the place of each result, where shapes or sense tell that it is another one.
_ORDER = ("dW1", "db1", "dW2", "db2")
_PLACES = tuple(
    (place, other) for place in _ORDER for other in _ORDER if other != place and "W" in place + other
)


def _placed(n: Any, place: str, other: str) -> tuple[Any, ...]:
    return tuple(getattr(n, other) if name == place else None for name in _ORDER)


def _stepped(rate: float) -> Callable[[Any], Array]:
    return lambda n: (n.W2 - rate * n.dW2).T


def _of_sample(n: Any, s: int) -> tuple[Array, ...]:
    return np.outer(n.x[s], n.dz1[s]), n.dz1[s], np.outer(n.a[s], n.dz2[s]), n.dz2[s]


_NETWORK_FORWARD = (
    *(Mistake("function-too-many", _forward(bends=(np.tanh, bend))) for bend in (np.tanh, softmax, *_OTHERS)),
    *(Mistake("other-function", _forward(bends=(bend, itself))) for bend in _OTHERS),
    Mistake("other-function", _forward(bends=(sigmoid, sigmoid))),
    Mistake("function-left-out", _forward(bends=(itself, itself))),
    *(Mistake("term-left-out", _forward(biases=biases)) for biases in ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0))),
    Mistake("sign-inside", _forward(biases=(-1.0, -1.0))),
    Mistake("steps-exchanged", lambda x, W1, b1, W2, b2: (np.tanh(x @ W1) + b1) @ W2 + b2),
    Mistake("steps-exchanged", lambda x, W1, b1, W2, b2: (np.tanh(x) @ W1 + b1) @ W2 + b2),
    Mistake("steps-exchanged", lambda x, W1, b1, W2, b2: np.tanh((x @ W1 + b1) @ W2 + b2)),
    Mistake("factor-left-out", _forward(bends=(lambda z: np.tanh(z / 2), itself))),
    Mistake("parentheses-missing", lambda x, W1, b1, W2, b2: np.tanh(x @ (W1 + b1)) @ (W2 + b2)),
    Mistake("parentheses-missing", lambda x, W1, b1, W2, b2: np.tanh(x @ (W1 + b1)) @ W2 + b2),
    Mistake("mean-for-sum", _network(lambda n: n.a @ n.W2 / len(n.W2) + n.b2)),
    Mistake("layer-off-by-one", _network(lambda n: n.a)),
    Mistake("layer-off-by-one", _network(lambda n: n.z1)),
    Mistake("kept-not-added", _network(lambda n: n.a[:, -1:] * n.W2[-1] + n.b2)),
    Mistake("kept-not-added", _network(lambda n: n.a[:, -1:] * n.W2[-1])),
)
_NETWORK_BACKWARD = (
    *(Mistake(cause, _network(inner=slope)) for cause, slope in WRONG_SLOPES),
    *(Mistake("function-too-many", _network(outer=slope)) for slope in BENDS),
    *(Mistake("function-too-many", _network(bends=(np.tanh, bend), outer=slope)) for bend, slope in BENT),
    *(Mistake(cause, _network(error=error)) for cause, error in WRONG_ERRORS),
    *(Mistake("updated-weights", _network(back=_stepped(rate))) for rate in RATES),
    *(Mistake("results-exchanged", _network(partial(_placed, place=p, other=o))) for p, o in _PLACES),
    *(
        Mistake("other-count", _network(count=count))
        for count in (lambda n: n.y.size, lambda n: n.y.shape[1], lambda n: n.x.shape[1], lambda n: len(n.b1))
    ),
    *(Mistake("term-left-out", _network(biases=biases)) for biases in ((1.0, 0.0), (0.0, 1.0), (0.0, 0.0))),
    Mistake("other-function", _network(bends=(sigmoid, itself), inner=lambda z, a: a * (1 - a))),
    Mistake("other-function", _network(bends=(sigmoid, itself))),
    Mistake("other-function", _network(bends=(relu, itself), inner=lambda z, a: z > 0)),
    Mistake("function-left-out", _network(bends=(itself, itself), inner=one)),
    Mistake("axes-not-moved", _network(back=lambda n: n.W2.reshape(n.W2.shape[::-1]))),
    Mistake("weights-skipped", _network(back=lambda n: np.ones_like(n.W2.T))),
    Mistake("wrong-tensor", _network(lambda n: (None, None, n.z1.T @ n.dz2, None))),
    Mistake("layer-off-by-one", _network(lambda n: (n.a.T @ n.dz1, None, n.x.T @ n.dz2, None))),
    Mistake("layer-off-by-one", _network(lambda n: (None, None, n.p.T @ n.dz2, None))),
    Mistake("output-delta-reused", _network(lambda n: (n.x.T @ n.dz2, None, None, None))),
    Mistake("bias-from-weights", _network(lambda n: (None, n.dW1.sum(axis=0), None, n.dW2.sum(axis=0)))),
    Mistake(
        "cut-to-whole",
        _network(lambda n: (cut(n.dW1, n.W1), cut(n.db1, n.b1), cut(n.dW2, n.W2), cut(n.db2, n.b2))),
    ),
    *(
        Mistake("only-one-sample", _network(partial(_of_sample, s=s), count=count))
        for s in (0, -1)
        for count in (lambda n: len(n.x), lambda n: 1)
    ),
)

TYPICAL = {
    "chain_forward": Typical(
        forms=(_chain_by_exponentials,),
        mistakes=(
            *(
                Mistake("other-function", _chain_forward(*bends))
                for f in _OTHERS
                for bends in ((f, f), (np.tanh, f), (f, np.tanh))
            ),
            Mistake("factor-left-out", lambda x, w1, w2: (h := np.tanh(w1 * x / 2), np.tanh(w2 * h / 2))),
            Mistake("steps-exchanged", lambda x, w1, w2: (h := w1 * np.tanh(x), w2 * np.tanh(h))),
            Mistake("steps-exchanged", lambda x, w1, w2: (None, w2 * np.tanh(np.tanh(w1 * x)))),
            Mistake("function-left-out", lambda x, w1, w2: (h := w1 * x, w2 * h)),
            Mistake("other-operation", lambda x, w1, w2: (h := np.tanh(w1 + x), np.tanh(w2 + h))),
        ),
    ),
    "chain_backward": Typical(forms=(_chain_back_by_steps, _chain_back_by_bends), mistakes=_CHAIN_BACKWARD),
    "fork_backward": Typical(forms=(_fork_by_steps,), mistakes=_FORK_BACKWARD),
    "network_forward": Typical(forms=(_network_by_inputs,), mistakes=_NETWORK_FORWARD),
    "network_backward": Typical(
        forms=(_network_back_by_steps, _network_back_by_samples), mistakes=_NETWORK_BACKWARD
    ),
}
