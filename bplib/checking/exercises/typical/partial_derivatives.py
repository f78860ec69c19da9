"""Typical answers to the exercise on partial derivatives."""

from collections.abc import Callable
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
    tanh_slope,
)
from bplib.checking.judging.check import Mistake, Typical
from bplib.types import Array, Parameters

# A measured slope -----------------------------------------------------------------------------------------------


def _slope_by_steps(f: Callable[[float], float], x: float, h: float) -> float:
    right = f(x + h)
    left = f(x - h)
    rise = right - left
    run = 2 * h
    return rise / run


_CENTRAL_SLOPE = (
    Mistake("one-sided", lambda f, x, h: (f(x + h) - f(x)) / h),
    Mistake("one-sided", lambda f, x, h: (f(x) - f(x - h)) / h),
    Mistake("one-sided", lambda f, x, h: (f(x + h) - f(x)) / (2 * h)),
    Mistake("one-sided", lambda f, x, h: (f(x) - f(x - h)) / (2 * h)),
    Mistake("other-constant", lambda f, x, h: (f(x + h / 2) - f(x - h / 2)) / h),
    Mistake("other-constant", lambda f, x, h: (f(x + h / 2) - f(x - h / 2)) / (2 * h)),
    Mistake("other-constant", lambda f, x, h: (f(x + 2 * h) - f(x - 2 * h)) / (2 * h)),
    Mistake("other-constant", lambda f, x, h: (f(x + 2 * h) - f(x - 2 * h)) / (4 * h)),
    *(
        Mistake("other-constant", lambda f, x, step=10.0**-digits: (f(x + step) - f(x - step)) / (2 * step))
        for digits in range(3, 9)
    ),
    Mistake("power-mixed", lambda f, x, h: (f(x + h) - f(x - h)) / h**2),
    Mistake("power-mixed", lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h**2)),
    Mistake("other-function", lambda x: 2 * x),
    Mistake("other-function", lambda f, x, h: abs(f(x + h) - f(x - h)) / (2 * h)),
    Mistake("other-function", lambda f, x, h: (f(x + h) - 2 * f(x) + f(x - h)) / h**2),
    Mistake("other-variable", lambda f, x, h: (f(x + h * x) - f(x - h * x)) / (2 * h * x)),
    Mistake("other-variable", lambda f, x, h: (f(x + h * x) - f(x - h * x)) / (2 * h)),
    Mistake("steps-exchanged", lambda f, x, h: f((x + h) - (x - h)) / (2 * h)),
)

# A layer, with a shortcut or without ----------------------------------------------------------------------------


def _layer_back_by_steps(da: Array, x: Array, W: Array, b: Array) -> tuple[Array, Array, Array]:
    a = np.tanh(x @ W + b)
    dz = da * (1 - a**2)
    dx = dz @ W.T
    dW = x.T @ dz
    db = dz.sum(axis=0)
    return dx, dW, db


def _layer_back_by_samples(da: Array, x: Array, W: Array, b: Array) -> tuple[Array, Array, Array]:
    dx = []
    dW = np.zeros(W.shape)
    db = np.zeros(b.shape)
    for s in range(len(x)):
        dz = da[s] * (1 - np.tanh(x[s] @ W + b) ** 2)
        dx.append(W @ dz)
        dW = dW + np.outer(x[s], dz)
        db = db + dz
    return np.array(dx), dW, db


def _residual_back_by_steps(dy: Array, x: Array, W: Array, b: Array) -> tuple[Array, Array, Array]:
    t = np.tanh(x @ W + b)
    dz = dy * (1 - t**2)
    dx = dy
    dx = dx + dz @ W.T
    dW = x.T @ dz
    db = dz.sum(axis=0)
    return dx, dW, db


def _layer(
    parts: Callable[[Any], tuple[Any, Any, Any]] = lambda n: (n.dx, n.dW, n.db),
    slope: Slope = tanh_slope,
    bias: float = 1.0,
    back: Callable[[Any], Array] = lambda n: n.W.T,
    arrives: Callable[[Any], Any] = lambda n: n.d,
) -> Callable[..., Any]:
    """Back through the layer with something changed; of ``dy`` there is a shortcut. And of all that, what comes back."""

    def result(x: Array, W: Array, b: Array, da: Any = None, dy: Any = 0.0) -> Any:
        n = SimpleNamespace(x=x, W=W, b=b, d=dy if da is None else da)
        n.z = x @ W + bias * b
        n.a = np.tanh(n.z)
        n.slope = slope(n.z, n.a)
        n.dz = arrives(n) * n.slope
        n.dW, n.db = x.T @ n.dz, n.dz.sum(axis=0)
        n.way = n.dz @ back(n)
        n.dx = dy + n.way
        return parts(n)

    return result


def _stepped(rate: float) -> Callable[[Any], Array]:
    return lambda n: (n.W - rate * n.dW).T


def _divided(count: Callable[[Any], int]) -> Callable[[Any], tuple[Array, Array, Array]]:
    return lambda n: (n.dx / count(n), n.dW / count(n), n.db / count(n))


_BOTH = (
    *(Mistake(cause, _layer(slope=slope)) for cause, slope in WRONG_SLOPES),
    *(Mistake("updated-weights", _layer(back=_stepped(rate))) for rate in RATES),
    Mistake("only-one-sample", _layer(lambda n: (None, np.outer(n.x[0], n.dz[0]), None))),
    Mistake("only-one-sample", _layer(lambda n: (None, np.outer(n.x[-1], n.dz[-1]), None))),
    Mistake("bias-not-summed", _layer(lambda n: (None, None, n.dz[0]))),
    Mistake("bias-not-summed", _layer(lambda n: (None, None, n.dz[-1]))),
    *(
        Mistake("other-count", _layer(_divided(count)))
        for count in (lambda n: n.d.size, lambda n: n.x.size, lambda n: len(n.W), lambda n: len(n.b))
    ),
    Mistake("term-left-out", _layer(bias=0.0)),
    Mistake("weights-skipped", _layer(back=lambda n: np.ones_like(n.W.T))),
    Mistake("upstream-missing", _layer(arrives=lambda n: 1.0)),
    Mistake("bias-from-weights", _layer(lambda n: (None, None, n.dW.sum(axis=0)))),
    Mistake("layer-off-by-one", _layer(lambda n: (None, n.a.T @ n.dz, None))),
    Mistake("steps-exchanged", _layer(lambda n: (None, np.outer(n.x.sum(axis=0), n.dz.sum(axis=0)), None))),
    Mistake("results-exchanged", _layer(lambda n: (n.dW, n.db, n.dx))),
    Mistake("results-exchanged", _layer(lambda n: (n.db, n.dx, n.dW))),
    Mistake("cut-to-whole", _layer(lambda n: (cut(n.dx, n.x), cut(n.dW, n.W), cut(n.db, n.b)))),
)
_TANH_LAYER_BACKWARD = (
    *_BOTH,
    Mistake("axes-not-moved", _layer(back=lambda n: n.W.reshape(n.W.shape[::-1]))),
    Mistake("layer-off-by-one", _layer(lambda n: ((n.d @ n.W.T) * (1 - n.x**2), None, None))),
)
_RESIDUAL_BACKWARD = (
    *_BOTH,
    Mistake("wrong-transpose", _layer(back=lambda n: n.W)),
    Mistake("wrong-transpose", _layer(lambda n: (n.dz @ n.W, None, None))),
    Mistake("parentheses-missing", _layer(lambda n: ((n.d + n.dz) @ n.W.T, None, None))),
    Mistake("steps-exchanged", _layer(lambda n: (n.d @ n.W.T + n.dz, None, None))),
    Mistake("assigned-not-added", _layer(lambda n: (n.way, None, None))),
    Mistake("assigned-not-added", _layer(lambda n: (n.d, None, None))),
    Mistake("coupled", _layer(lambda n: (n.dz + n.way, n.x.T @ (n.d + n.dz), (n.d + n.dz).sum(axis=0)))),
    Mistake("coupled", _layer(lambda n: (n.d + (n.d + n.dz) @ n.W.T, None, None))),
    Mistake("coupled", _layer(lambda n: ((n.d + n.dz) @ n.W.T, None, None))),
    Mistake("coupled", _layer(lambda n: ((n.d + n.d @ n.W.T) * n.slope, None, None))),
    Mistake("sign-inside", _layer(lambda n: (n.d - n.way, None, None))),
    Mistake("sign-inside", _layer(lambda n: (n.way - n.d, None, None))),
    Mistake("done-twice", _layer(lambda n: (2 * n.d + n.way, None, None))),
    Mistake("done-twice", _layer(lambda n: (n.d + 2 * n.way, None, None))),
    Mistake("steps-exchanged", _layer(lambda n: (n.d + (n.d @ n.W.T) * n.slope, None, None))),
    Mistake("upstream-missing", _layer(lambda n: (1 + n.way, None, None))),
    Mistake("upstream-missing", _layer(lambda n: (1 + n.slope @ n.W.T, None, None))),
    Mistake("wrong-tensor", _layer(lambda n: (n.x + n.way, None, None))),
    Mistake("wrong-tensor", _layer(lambda n: (n.x + n.a + n.way, None, None))),
    Mistake("wrong-tensor", _layer(lambda n: (None, n.x.T @ n.dx, n.dx.sum(axis=0)))),
    Mistake("wrong-tensor", _layer(lambda n: (None, (n.x + n.a).T @ n.dz, None))),
    Mistake("wrong-tensor", _layer(slope=one, arrives=lambda n: n.d * (1 - (n.x + n.a) ** 2))),
)

# A scale and a shift --------------------------------------------------------------------------------------------


def _scale_back_by_samples(dy: Array, x: Array, gamma: Array) -> tuple[Array, Array, Array]:
    dx = []
    dgamma = np.zeros(len(gamma))
    dbeta = np.zeros(len(gamma))
    for s in range(len(x)):
        dx.append(dy[s] * gamma)
        dgamma = dgamma + dy[s] * x[s]
        dbeta = dbeta + dy[s]
    return np.array(dx), dgamma, dbeta


def _scale_back_by_steps(dy: Array, x: Array, gamma: Array) -> tuple[Array, Array, Array]:
    dx = dy * gamma
    shares = dy * x
    dgamma = shares.sum(axis=0)
    dbeta = dy.sum(axis=0)
    return dx, dgamma, dbeta


def _cut_on_the_way(shares: Array) -> Array:
    total = np.zeros(shares.shape[1])
    for share in shares:
        total = np.trunc(total + share)
    return total


def _cut_each_time(dy: Array, x: Array, gamma: Array) -> tuple[Array | None, ...]:
    whole = np.all(gamma == np.round(gamma))
    return None, *(_cut_on_the_way(d) if whole else d.sum(axis=0) for d in (dy * x, dy))


_SCALE_SHIFT_BACKWARD = (
    Mistake("factor-left-out", lambda dy: (dy, None, None)),
    Mistake("bias-not-summed", lambda dy, x: (None, dy * x, dy)),
    Mistake("steps-exchanged", lambda dy, x: (None, dy.sum(axis=0) * x.sum(axis=0), None)),
    Mistake("other-operation", lambda dy, x: (None, x.T @ dy, None)),
    Mistake("upstream-missing", lambda dy, x, gamma: (gamma + 0 * x, x.sum(axis=0), np.ones_like(gamma))),
    Mistake(
        "wrong-tensor", lambda dy, x, gamma: (dy * x, (dy * gamma).sum(axis=0), (dy * gamma).sum(axis=0))
    ),
    Mistake("only-one-sample", lambda dy, x: (None, dy[0] * x[0], dy[0])),
    Mistake("only-one-sample", lambda dy, x: (None, dy[-1] * x[-1], dy[-1])),
    *(
        Mistake("done-twice", lambda dy, x, e=e: (None, (dy * _standardized(x, e)).sum(axis=0), None))
        for e in (0.0, 1e-8, 1e-7, 1e-6, 1e-5, 1e-3)
    ),
    Mistake("other-count", lambda dy, x: (None, (dy * x).sum(axis=0) / x.size, dy.sum(axis=0) / x.size)),
    Mistake(
        "other-count", lambda dy, x: (None, (dy * x).sum(axis=0) / x.shape[1], dy.sum(axis=0) / x.shape[1])
    ),
    Mistake("results-exchanged", lambda dy, x, gamma: ((dy * x).sum(axis=0), dy * gamma, dy * gamma)),
    Mistake("results-exchanged", lambda dy, x, gamma: (dy.sum(axis=0), None, None)),
    Mistake(
        "cut-to-whole",
        lambda dy, x, gamma: (None, cut((dy * x).sum(axis=0), gamma), cut(dy.sum(axis=0), gamma)),
    ),
    Mistake("cut-to-whole", _cut_each_time),
)


def _standardized(x: Array, epsilon: float) -> Array:
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + epsilon)


# A network ------------------------------------------------------------------------------------------------------


def _network_back_by_steps(params: Parameters, x: Array, y: Array) -> Parameters:
    a1 = np.tanh(x @ params["W1"] + params["b1"])
    a2 = np.tanh(a1 @ params["W2"] + params["b2"])
    dz3 = (a2 @ params["W3"] + params["b3"] - y) / len(x)
    dz2 = (dz3 @ params["W3"].T) * (1 - a2**2)
    dz1 = (dz2 @ params["W2"].T) * (1 - a1**2)
    weights = {"W1": x.T @ dz1, "W2": a1.T @ dz2, "W3": a2.T @ dz3}
    biases = {"b1": dz1.sum(axis=0), "b2": dz2.sum(axis=0), "b3": dz3.sum(axis=0)}
    return weights | biases


def _network_back_by_layers(params: Parameters, x: Array, y: Array) -> Parameters:
    inputs = [x]
    for layer in (1, 2):
        inputs.append(np.tanh(inputs[-1] @ params[f"W{layer}"] + params[f"b{layer}"]))
    dz = (inputs[-1] @ params["W3"] + params["b3"] - y) / len(x)
    gradients: Parameters = {}
    for layer in (3, 2, 1):
        a = inputs[layer - 1]
        gradients = gradients | {f"W{layer}": a.T @ dz, f"b{layer}": dz.sum(axis=0)}
        dz = (dz @ params[f"W{layer}"].T) * (1 - a**2)
    return gradients


def _all(n: Any) -> Parameters:
    return {f"W{k}": n.dW[k] for k in n.dW} | {f"b{k}": n.db[k] for k in n.db}


def _network(
    parts: Callable[[Any], Parameters] = _all,
    error: Callable[[Any, Any], Any] = lambda p, y: p - y,
    hidden: Callable[[Any], Any] = np.tanh,
    last: Callable[[Any], Any] = itself,
    slopes: tuple[Slope, Slope, Slope] = (tanh_slope, tanh_slope, one),
    count: Callable[[Array, Array], float] = lambda x, y: len(x),
    back: Callable[[int, Array, Array], Array] = lambda k, W, dW: W.T,
    biases: tuple[float, float, float] = (1.0, 1.0, 1.0),
) -> Callable[..., Any]:
    """Both passes with something changed, and of all that is computed what comes back."""

    def result(params: Parameters, x: Array, y: Array) -> Parameters:
        n = SimpleNamespace(a=[x], z=[x], dz={}, dW={}, db={})
        for k, bend in enumerate((hidden, hidden, last)):
            n.z.append(n.a[k] @ params[f"W{k + 1}"] + biases[k] * params[f"b{k + 1}"])
            n.a.append(bend(n.z[-1]))
        da = error(n.a[3], y) / count(x, y)
        for k in (3, 2, 1):
            n.dz[k] = da * slopes[k - 1](n.z[k], n.a[k])
            n.dW[k], n.db[k] = n.a[k - 1].T @ n.dz[k], n.dz[k].sum(axis=0)
            da = n.dz[k] @ back(k, params[f"W{k}"], n.dW[k])
        return parts(n)

    return result


def _weights_of_sample(s: int) -> Callable[[Any], Parameters]:
    return lambda n: {f"W{k}": np.outer(n.a[k - 1][s], n.dz[k][s]) for k in n.dz}


def _biases_of_sample(s: int) -> Callable[[Any], Parameters]:
    return lambda n: {f"b{k}": n.dz[k][s] for k in n.dz}


def _stepped_early(rate: float, first: int) -> Callable[[int, Array, Array], Array]:
    return lambda k, W, dW: (W - rate * dW).T if k >= first else W.T


def _with_slopes(slope: Slope) -> tuple[tuple[Slope, Slope, Slope], ...]:
    """In both hidden layers, and in one."""
    return (slope, slope, one), (slope, tanh_slope, one), (tanh_slope, slope, one)


_NETWORK_BACKWARD = (
    *(
        Mistake(cause, _network(slopes=three))
        for cause, slope in WRONG_SLOPES
        for three in _with_slopes(slope)
    ),
    *(Mistake("function-too-many", _network(slopes=(tanh_slope, tanh_slope, slope))) for slope in BENDS),
    *(
        Mistake("function-too-many", _network(last=bend, slopes=(tanh_slope, tanh_slope, slope)))
        for bend, slope in BENT
    ),
    *(Mistake(cause, _network(error=error)) for cause, error in WRONG_ERRORS),
    *(
        Mistake("updated-weights", _network(back=_stepped_early(rate, first)))
        for rate in RATES
        for first in (2, 3)
    ),
    *(
        Mistake("other-count", _network(count=count))
        for count in (lambda x, y: y.size, lambda x, y: y.shape[1], lambda x, y: x.shape[1])
    ),
    *(
        Mistake("term-left-out", _network(biases=biases))
        for biases in ((0.0, 0.0, 0.0), (0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, 0.0))
    ),
    *(
        Mistake(cause, _network(of_sample(s), count=count))
        for cause, of_sample in (
            ("only-one-sample", _weights_of_sample),
            ("bias-not-summed", _biases_of_sample),
        )
        for s in (0, -1)
        for count in (lambda x, y: len(x), lambda x, y: 1)
    ),
    Mistake("other-function", _network(hidden=sigmoid)),
    Mistake("other-function", _network(hidden=sigmoid, slopes=(*2 * (lambda z, a: a * (1 - a),), one))),
    Mistake("other-function", _network(hidden=relu, slopes=(*2 * (lambda z, a: z > 0,), one))),
    Mistake("function-left-out", _network(hidden=itself, slopes=(one, one, one))),
    Mistake("axes-not-moved", _network(back=lambda k, W, dW: W.reshape(W.shape[::-1]))),
    Mistake("weights-skipped", _network(back=lambda k, W, dW: np.ones_like(W.T))),
    Mistake("layer-off-by-one", _network(lambda n: {f"W{k}": n.a[k].T @ n.dz[k] for k in n.dz})),
    Mistake("layer-off-by-one", _network(lambda n: {"W1": n.a[0].T @ n.dz[2], "b1": n.db[2]})),
    Mistake("layer-off-by-one", _network(lambda n: {"b2": n.db[1], "b3": n.db[2]})),
    Mistake("layer-off-by-one", _network(lambda n: {"b3": n.db[1]})),
    Mistake("output-delta-reused", _network(lambda n: {f"W{k}": n.a[k - 1].T @ n.dz[3] for k in (1, 2)})),
    Mistake("output-delta-reused", _network(lambda n: {"b1": n.db[3], "b2": n.db[3]})),
    Mistake("results-exchanged", _network(lambda n: {"W1": n.dW[3], "W3": n.dW[1]})),
    Mistake("bias-from-weights", _network(lambda n: {f"b{k}": n.dW[k].sum(axis=0) for k in n.dW})),
    Mistake("wrong-tensor", _network(lambda n: {f"W{k}": n.z[k - 1].T @ n.dz[k] for k in (2, 3)})),
)

TYPICAL = {
    "central_slope": Typical(forms=(_slope_by_steps,), mistakes=_CENTRAL_SLOPE),
    "tanh_layer_backward": Typical(
        forms=(_layer_back_by_steps, _layer_back_by_samples), mistakes=_TANH_LAYER_BACKWARD
    ),
    "scale_shift_backward": Typical(
        forms=(_scale_back_by_steps, _scale_back_by_samples), mistakes=_SCALE_SHIFT_BACKWARD
    ),
    "residual_backward": Typical(forms=(_residual_back_by_steps,), mistakes=_RESIDUAL_BACKWARD),
    "network_backward": Typical(
        forms=(_network_back_by_steps, _network_back_by_layers), mistakes=_NETWORK_BACKWARD
    ),
}
