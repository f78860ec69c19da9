"""What is typical of answers to the exercise on generation: a target mixed up, a path dropped, a half too many."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from bplib.checking.exercises.typical.ideas import each_of, sigmoid, softmax
from bplib.checking.judging.check import Mistake, Typical
from bplib.types import Array

# A spoiled input ------------------------------------------------------------------------------------------------


def _denoising_by_chain(
    x: Array, noise: Array, W: Array, b: Array, c: Array
) -> tuple[float, Array, Array, Array]:
    m = x.shape[0]
    noisy = x + noise
    h = 1 / (1 + np.exp(-(noisy @ W + b)))
    again = h @ W.T + c
    loss = 0.5 * np.sum((again - x) ** 2) / m
    dagain = (again - x) / m
    dh = dagain @ W
    dz = dh * h * (1 - h)
    dW = noisy.T @ dz
    dW = dW + dagain.T @ h
    db = dz.sum(axis=0)
    dc = dagain.sum(axis=0)
    return loss, dW, db, dc


def _denoising_by_samples(
    x: Array, noise: Array, W: Array, b: Array, c: Array
) -> tuple[float, Array, Array, Array]:
    m = len(x)
    loss, dW, db, dc = 0.0, np.zeros(W.shape), np.zeros(b.shape), np.zeros(c.shape)
    for i in range(m):
        noisy = x[i] + noise[i]
        h = 1 / (1 + np.exp(-(noisy @ W + b)))
        off = W @ h + c - x[i]
        loss += off @ off / 2
        dz = (off @ W) * h * (1 - h)
        dW += np.outer(noisy, dz) + np.outer(off, h)
        db += dz
        dc += off
    return loss / m, dW / m, db / m, dc / m


def _denoised(
    parts: Callable[[Any], Any] = lambda n: (n.loss, n.dW, n.db, n.dc),
    seen: Callable[[Array, Array], Array] = lambda x, noise: x + noise,
    target: Callable[[Array, Array], Array] = lambda x, noise: x,
    count: Callable[[Array], float] = lambda x: len(x),
    slope: Callable[[Any], Any] = lambda n: n.h * (1 - n.h),
) -> Callable[..., Any]:
    """Both ways with something changed: what is seen, the target, the divisor, or the slope of the code."""

    def result(x: Array, noise: Array, W: Array, b: Array, c: Array) -> Any:
        n = SimpleNamespace(x=x, noise=noise, W=W, seen=seen(x, noise), count=count(x))
        n.z = n.seen @ W + b
        n.h = sigmoid(n.z)
        n.off = n.h @ W.T + c - target(x, noise)
        n.loss, n.dagain = np.sum(n.off**2) / (2 * n.count), n.off / n.count
        n.dz = (n.dagain @ W) * slope(n)
        n.inner, n.outer = n.seen.T @ n.dz, n.dagain.T @ n.h
        n.dW, n.db, n.dc = n.inner + n.outer, n.dz.sum(axis=0), n.dagain.sum(axis=0)
        return parts(n)

    return result


_DENOISING_GRADIENTS = (
    Mistake("wrong-tensor", _denoised(target=lambda x, noise: x + noise)),
    Mistake("wrong-tensor", _denoised(target=lambda x, noise: noise)),
    Mistake("wrong-tensor", _denoised(lambda n: (None, n.x.T @ n.dz + n.outer, None, None))),
    Mistake("wrong-tensor", _denoised(lambda n: (None, n.noise.T @ n.dz + n.outer, None, None))),
    Mistake("term-left-out", _denoised(seen=lambda x, noise: x)),
    Mistake("term-left-out", _denoised(seen=lambda x, noise: noise)),
    Mistake("sign-inside", _denoised(seen=lambda x, noise: x - noise)),
    Mistake("other-operation", _denoised(seen=lambda x, noise: x * noise)),
    Mistake("other-operation", _denoised(seen=lambda x, noise: x * (1 + noise))),
    Mistake("assigned-not-added", _denoised(lambda n: (None, n.inner, None, None))),
    Mistake("assigned-not-added", _denoised(lambda n: (None, n.outer, None, None))),
    Mistake("sign-inside", _denoised(lambda n: (None, n.inner - n.outer, None, None))),
    Mistake("mean-for-sum", _denoised(count=lambda x: x.size)),
    Mistake("mean-for-sum", _denoised(count=lambda x: x.size / 2)),
    Mistake("other-count", _denoised(count=lambda x: x.shape[1])),
    Mistake("activation-derivative-missing", _denoised(slope=lambda n: 1.0)),
    Mistake("other-activation", _denoised(slope=lambda n: 1 - n.h**2)),
    Mistake("factor-left-out", _denoised(slope=lambda n: 1 - n.h)),
    Mistake("sigmoid-from-weighted-input", _denoised(slope=lambda n: n.z * (1 - n.z))),
)

# A price on busy units ------------------------------------------------------------------------------------------


def _sparse_by_terms(da: Array, z: Array, rate: float, strength: float) -> Array:
    m = z.shape[0]
    a = 1 / (1 + np.exp(-z))
    busy = a.mean(axis=0)
    dbusy = strength * ((1 - rate) / (1 - busy) - rate / busy)
    return (da + dbusy / m) * a * (1 - a)


def _sparse_by_paths(da: Array, z: Array, rate: float, strength: float) -> Array:
    a = 1 / (1 + np.exp(-z))
    busy = np.sum(a, axis=0) / len(a)
    straight = da * a * (1 - a)
    dbusy = (busy - rate) / (busy * (1 - busy))
    price = strength * dbusy / len(a) * a * (1 - a)
    return straight + price


def _sparse(
    parts: Callable[[Any], Any] = lambda n: (n.da + n.price) * n.slope,
    busy: Callable[[Array], Array] = lambda a: a.mean(axis=0),
    by_rate: Callable[[Any, Any], Any] = lambda busy, rate: (1 - rate) / (1 - busy) - rate / busy,
    count: Callable[[Array], float] = lambda a: len(a),
) -> Callable[..., Array]:
    """The way back with something changed: who is busy, the slope of the price, its divisor, or what is made of all."""

    def result(da: Array, z: Array, rate: float, strength: float) -> Array:
        n = SimpleNamespace(da=da, a=sigmoid(z), z=z, strength=strength)
        n.slope, n.units = n.a * (1 - n.a), z.shape[1]
        n.busy = busy(n.a)
        n.price = strength * by_rate(n.busy, rate) / count(n.a)
        return parts(n)

    return result


def _price_itself(busy: Any, rate: Any) -> Any:
    return rate * np.log(rate / busy) + (1 - rate) * np.log((1 - rate) / (1 - busy))


_SPARSE_BACKWARD = (
    Mistake("path-missing", _sparse(lambda n: n.da * n.slope)),
    Mistake("path-missing", _sparse(lambda n: n.price * n.slope)),
    Mistake("sum-for-mean", _sparse(count=lambda a: 1)),
    Mistake("other-count", _sparse(count=lambda a: a.shape[1])),
    Mistake("mean-for-sum", _sparse(count=lambda a: a.size)),
    Mistake("sign-inside", _sparse(lambda n: (n.da - n.price) * n.slope)),
    Mistake("sign-inside", _sparse(by_rate=lambda busy, rate: -(1 - rate) / (1 - busy) - rate / busy)),
    Mistake("sign-inside", _sparse(by_rate=lambda busy, rate: (1 - rate) / (1 - busy) + rate / busy)),
    Mistake("slope-left-out", _sparse(lambda n: n.da * n.slope + n.price)),
    Mistake("slope-left-out", _sparse(lambda n: n.da + n.price * n.slope)),
    Mistake("activation-derivative-missing", _sparse(lambda n: n.da + n.price)),
    Mistake("other-activation", _sparse(lambda n: (n.da + n.price) * (1 - n.a**2))),
    Mistake("factor-left-out", _sparse(lambda n: (n.da + n.price) * (1 - n.a))),
    Mistake("slope-squared", _sparse(lambda n: (n.da + n.price) * n.slope**2)),
    Mistake("wrong-tensor", _sparse(lambda n: n.da * n.slope + n.price * n.busy * (1 - n.busy))),
    Mistake("sigmoid-from-weighted-input", _sparse(lambda n: (n.da + n.price) * n.z * (1 - n.z))),
    Mistake("value-for-slope", _sparse(lambda n: (n.da + n.price) * n.a)),
    Mistake("each-by-itself", _sparse(busy=lambda a: a)),
    Mistake("each-by-itself", _sparse(busy=lambda a: a, count=lambda a: 1)),
    *each_of(
        (1, (0, 1)),
        "wrong-axis",
        lambda da, z, rate, strength, o: _sparse(busy=lambda a: a.mean(axis=o, keepdims=True))(
            da, z, rate, strength
        ),
    ),
    Mistake("wrong-axis", _sparse(busy=lambda a: a.mean(axis=1, keepdims=True), count=lambda a: a.shape[1])),
    Mistake("wrong-axis", _sparse(busy=lambda a: a.mean(), count=lambda a: a.size)),
    Mistake("sum-for-mean", _sparse(busy=lambda a: a.sum(axis=0))),
    Mistake("sum-for-mean", _sparse(busy=lambda a: a.sum(axis=0), count=lambda a: 1)),
    Mistake("term-left-out", _sparse(by_rate=lambda busy, rate: -rate / busy)),
    Mistake("term-left-out", _sparse(by_rate=lambda busy, rate: (1 - rate) / (1 - busy))),
    Mistake("exchanged-arguments", _sparse(by_rate=lambda busy, rate: (1 - busy) / (1 - rate) - busy / rate)),
    Mistake(
        "exchanged-arguments",
        _sparse(by_rate=lambda busy, rate: np.log(busy / rate) - np.log((1 - busy) / (1 - rate))),
    ),
    Mistake(
        "exchanged-arguments",
        _sparse(by_rate=lambda busy, rate: np.log(rate / busy) - np.log((1 - rate) / (1 - busy))),
    ),
    Mistake("rest-for-share", _sparse(by_rate=lambda busy, rate: rate / (1 - busy) - (1 - rate) / busy)),
    Mistake("factor-missing", _sparse(lambda n: (n.da + n.price / n.strength) * n.slope)),
    Mistake("factor-too-many", _sparse(lambda n: (n.strength * n.da + n.price) * n.slope)),
    *each_of(
        (lambda off: off, lambda off: -off, lambda off: 2 * off, np.sign),
        "other-function",
        lambda da, z, rate, strength, o: _sparse(by_rate=lambda busy, rate: o(busy - rate))(
            da, z, rate, strength
        ),
    ),
    Mistake("steps-exchanged", _sparse(busy=lambda a: sigmoid(np.log(a / (1 - a)).mean(axis=0)))),
    Mistake("value-for-slope", _sparse(by_rate=_price_itself)),
    Mistake("value-for-slope", _sparse(by_rate=_price_itself, count=lambda a: 1)),
)

# Several draws --------------------------------------------------------------------------------------------------


def _draws_by_sums(dz: Array, log_deviation: Array, noise: Array) -> tuple[Array, Array]:
    deviation = np.exp(log_deviation)
    dmean = dz.sum(axis=0)
    dlog_deviation = (dz * noise).sum(axis=0) * deviation
    return dmean, dlog_deviation


def _draws_one_by_one(dz: Array, log_deviation: Array, noise: Array) -> tuple[Array, Array]:
    dmean, dlog_deviation = np.zeros(log_deviation.shape), np.zeros(log_deviation.shape)
    for one, eps in zip(dz, noise):
        dmean += one
        dlog_deviation += one * np.exp(log_deviation) * eps
    return dmean, dlog_deviation


def _draws(
    parts: Callable[[Any], Any] = lambda n: (n.dz.sum(axis=0), (n.dz * n.noise).sum(axis=0) * n.deviation),
    deviation: Callable[[Array], Array] = np.exp,
) -> Callable[..., Any]:
    def result(dz: Array, log_deviation: Array, noise: Array) -> Any:
        return parts(
            SimpleNamespace(dz=dz, noise=noise, log=log_deviation, deviation=deviation(log_deviation))
        )

    return result


_DRAWS_BACKWARD = (
    Mistake(
        "mean-for-sum", _draws(lambda n: (n.dz.mean(axis=0), (n.dz * n.noise).mean(axis=0) * n.deviation))
    ),
    Mistake(
        "averaged-twice",
        _draws(
            lambda n: (n.dz.sum(axis=0) / len(n.log), (n.dz * n.noise).sum(axis=0) * n.deviation / len(n.log))
        ),
    ),
    *each_of(
        (0, -1),
        "assigned-not-added",
        lambda dz, log_deviation, noise, o: _draws(lambda n: (n.dz[o], n.dz[o] * n.noise[o] * n.deviation))(
            dz, log_deviation, noise
        ),
    ),
    *each_of(
        (
            lambda log: np.exp(log) / 2,
            lambda log: np.exp(log / 2),
            lambda log: np.exp(log / 2) / 2,
            lambda log: np.exp(2 * log),
            lambda log: 2 * np.exp(2 * log),
        ),
        "log-variance-mixed",
        lambda dz, log_deviation, noise, o: _draws(deviation=o)(dz, log_deviation, noise),
    ),
    Mistake("factor-missing", _draws(deviation=np.ones_like)),
    Mistake("factor-missing", _draws(lambda n: (None, n.dz.sum(axis=0) * n.deviation))),
    Mistake("function-left-out", _draws(deviation=lambda log: log)),
    Mistake("multiplied-for-divided", _draws(deviation=lambda log: np.exp(-log))),
    Mistake("factor-twice", _draws(lambda n: (None, (n.dz * n.noise**2).sum(axis=0) * n.deviation))),
    Mistake(
        "steps-exchanged", _draws(lambda n: (None, n.dz.sum(axis=0) * n.noise.sum(axis=0) * n.deviation))
    ),
    Mistake(
        "steps-exchanged", _draws(lambda n: (None, n.dz.sum(axis=0) * n.noise.mean(axis=0) * n.deviation))
    ),
    *each_of(
        (0, -1),
        "one-for-all",
        lambda dz, log_deviation, noise, o: _draws(
            lambda n: (None, n.dz.sum(axis=0) * n.noise[o] * n.deviation)
        )(dz, log_deviation, noise),
    ),
    Mistake("factor-too-many", _draws(lambda n: ((n.dz * n.noise).sum(axis=0), None))),
    Mistake("factor-too-many", _draws(lambda n: (n.dz.sum(axis=0) * n.deviation, None))),
    Mistake("upstream-missing", _draws(lambda n: (None, n.noise.sum(axis=0) * n.deviation))),
    # Drawn again on the way back; by chance it cannot be told, by a seed it can.
    *each_of(
        (0, 1, 42),
        "wrong-tensor",
        lambda dz, log_deviation, noise, o: _draws()(
            dz, log_deviation, np.random.default_rng(o).standard_normal(noise.shape)
        ),
    ),
)

# Another prior --------------------------------------------------------------------------------------------------


def _divergence_by_ratio(mean: Array, log_deviation: Array, spread: float) -> tuple[float, Array, Array]:
    m = mean.shape[0]
    ratio = np.exp(log_deviation) / spread
    far = mean / spread
    price = np.sum(0.5 * (ratio**2 + far**2 - 1) - np.log(ratio)) / m
    return price, far / spread / m, (ratio**2 - 1) / m


def _divergence_by_steps(mean: Array, log_deviation: Array, spread: float) -> tuple[float, Array, Array]:
    m = len(mean)
    deviation = np.exp(log_deviation)
    quotient = (deviation**2 + mean**2) / (2 * spread**2)
    price = (np.log(spread) - log_deviation + quotient - 0.5).sum(axis=1).mean()
    dmean = mean / (m * spread**2)
    dlog_deviation = -1 / m + deviation**2 / (m * spread**2)
    return price, dmean, dlog_deviation


def _divergence(
    parts: Callable[[Any], Any] = lambda n: (n.price, n.dmean, n.dlog),
    variance: Callable[[Array], Array] = lambda log: np.exp(2 * log),
    spread_squared: Callable[[float], float] = lambda s: s**2,
    count: Callable[[Array], float] = lambda mean: len(mean),
) -> Callable[..., Any]:
    """Price and gradients with something changed: the variance, what it is compared with, or what is divided by."""

    def result(mean: Array, log_deviation: Array, spread: float) -> Any:
        n = SimpleNamespace(mean=mean, log=log_deviation, s=spread, s2=spread_squared(spread))
        n.var, n.count = variance(log_deviation), count(mean)
        n.quotient = (n.var + mean**2) / (2 * n.s2)
        n.price = np.sum(np.log(spread) - log_deviation + n.quotient - 0.5) / n.count
        n.dmean, n.dlog = mean / n.s2 / n.count, (n.var / n.s2 - 1) / n.count
        return parts(n)

    return result


_SPREAD_DIVERGENCE = (
    Mistake("mean-for-sum", _divergence(count=lambda mean: mean.size)),
    Mistake("other-count", _divergence(count=lambda mean: mean.shape[1])),
    Mistake(
        "log-variance-mixed",
        _divergence(
            lambda n: (
                np.sum(np.log(n.s) - n.log / 2 + n.quotient - 0.5) / n.count,
                None,
                (n.var / n.s2 - 1) / 2 / n.count,
            ),
            variance=np.exp,
        ),
    ),
    Mistake("log-variance-mixed", _divergence(lambda n: (n.price, None, n.dlog), variance=np.exp)),
    Mistake("log-variance-mixed", _divergence(variance=lambda log: np.exp(log / 2))),
    Mistake(
        "log-variance-mixed",
        _divergence(
            lambda n: (np.sum(np.log(n.s) - n.log / 2 + n.quotient - 0.5) / n.count, None, n.dlog / 2)
        ),
    ),
    # As in the chapter, with log-variances, and codes from the standard normal distribution.
    Mistake(
        "log-variance-mixed",
        _divergence(
            lambda n: (np.sum(-n.log / 2 + n.quotient - 0.5) / n.count, None, n.dlog / 2),
            variance=np.exp,
            spread_squared=lambda s: 1.0,
        ),
    ),
    Mistake(
        "factor-left-out",
        _divergence(
            lambda n: (np.sum(-n.log + n.quotient - 0.5) / n.count, None, None), spread_squared=lambda s: 1.0
        ),
    ),
    Mistake("factor-missing", _divergence(lambda n: (None, n.dmean, n.dlog), spread_squared=lambda s: 1.0)),
    Mistake("factor-missing", _divergence(lambda n: (None, None, (n.var - n.s2) / n.count))),
    Mistake("power-mixed", _divergence(spread_squared=lambda s: s)),
    *each_of(
        (-2.0, -1.0),
        "multiplied-divided",
        lambda mean, log_deviation, spread, o: _divergence(
            lambda n: (n.price, None, None), spread_squared=lambda s: s**o
        )(mean, log_deviation, spread),
    ),
    *each_of(
        (-2.0, -1.0),
        "multiplied-for-divided",
        lambda mean, log_deviation, spread, o: _divergence(
            lambda n: (None, n.dmean, n.dlog), spread_squared=lambda s: s**o
        )(mean, log_deviation, spread),
    ),
    Mistake(
        "term-left-out", _divergence(lambda n: (np.sum(-n.log + n.quotient - 0.5) / n.count, None, None))
    ),
    Mistake(
        "slope-left-out",
        _divergence(lambda n: (None, None, (np.sqrt(n.var) / n.s2 - 1 / np.sqrt(n.var)) / n.count)),
    ),
    Mistake("slope-left-out", _divergence(lambda n: (None, None, (1 / n.s2 - 1 / n.var) / 2 / n.count))),
    Mistake(
        "parentheses-missing",
        _divergence(lambda n: (n.price + np.sum(np.sqrt(n.var) * n.mean) / n.s2 / n.count, None, None)),
    ),
    Mistake("path-missing", _divergence(lambda n: (None, None, n.var / n.s2 / n.count))),
    Mistake("parentheses-missing", _divergence(lambda n: (None, None, (n.var - 1) / n.s2 / n.count))),
    Mistake("parentheses-missing", _divergence(lambda n: (None, None, n.var / n.s2 - 1 / n.count))),
    Mistake("sign-inside", _divergence(lambda n: (None, None, (n.var / n.s2 + 1) / n.count))),
    Mistake("factor-two", _divergence(lambda n: (None, None, (2 * n.var / n.s2 - 1) / n.count))),
    Mistake("factor-half", _divergence(lambda n: (None, None, (n.var / n.s2 / 2 - 1) / n.count))),
    Mistake(
        "exchanged-arguments",
        _divergence(
            lambda n: (
                np.sum(n.log - np.log(n.s) + (n.s2 + n.mean**2) / (2 * n.var) - 0.5) / n.count,
                n.mean / n.var / n.count,
                (1 - (n.s2 + n.mean**2) / n.var) / n.count,
            )
        ),
    ),
)

# A judge --------------------------------------------------------------------------------------------------------


def _painter_by_chain(code: Array, W: Array, b: Array, v: Array, c: float) -> tuple[Array, Array]:
    m = code.shape[0]
    picture = np.tanh(code @ W + b)
    p = 1 / (1 + np.exp(-(picture @ v + c)))
    ds = (p - 1) / m
    dpicture = ds[:, None] * v
    dz = dpicture * (1 - picture**2)
    return code.T @ dz, dz.sum(axis=0)


def _painter_by_samples(code: Array, W: Array, b: Array, v: Array, c: float) -> tuple[Array, Array]:
    dW, db = np.zeros(W.shape), np.zeros(b.shape)
    for z in code:
        picture = np.tanh(z @ W + b)
        s = picture @ v + c
        ds = -1 / (1 + np.exp(s)) / len(code)
        dz = ds * v * (1 - picture**2)
        dW += np.outer(z, dz)
        db += dz
    return dW, db


def _painter(
    judged: Callable[[Any], Any] = lambda n: n.p - 1,
    bias: Callable[[Array], Any] = lambda b: b,
    slope: Callable[[Any], Any] = lambda n: 1 - n.picture**2,
    paint: Callable[[Array], Array] = np.tanh,
    probability: Callable[[Array], Array] = sigmoid,
    weights: Callable[[Any], Any] = lambda n: n.v,
    score: Callable[[Any], Any] = lambda n: n.picture @ n.v + n.c,
    count: Callable[[Any], float] = lambda n: len(n.code),
) -> Callable[..., Any]:
    """The way through the judge with something changed: its verdict, its weights, a function, or the divisor."""

    def result(code: Array, W: Array, b: Array, v: Array, c: float) -> Any:
        n = SimpleNamespace(code=code, z=code @ W + bias(b), v=v, c=c)
        n.picture = paint(n.z)
        n.s = score(n)
        n.p = probability(n.s)
        dz = (judged(n) / count(n))[:, None] * weights(n) * slope(n)
        return code.T @ dz, dz.sum(axis=0)

    return result


_PAINTER_BACKWARD = (
    Mistake("rest-for-share", _painter(lambda n: n.p)),
    Mistake("rest-for-share", _painter(lambda n: -n.p)),
    Mistake("activation-derivative-missing", _painter(slope=lambda n: 1.0)),
    Mistake("tanh-from-weighted-input", _painter(slope=lambda n: 1 - n.z**2)),
    Mistake("derivative-at-activation", _painter(slope=lambda n: 1 - np.tanh(n.picture) ** 2)),
    Mistake("other-function", _painter(paint=sigmoid, slope=lambda n: n.picture * (1 - n.picture))),
    Mistake("other-function", _painter(probability=np.tanh)),
    Mistake("other-activation", _painter(slope=lambda n: n.picture * (1 - n.picture))),
    Mistake("slope-left-out", _painter(lambda n: -1 / n.p)),
    Mistake("slope-left-out", _painter(lambda n: -np.ones_like(n.p))),
    Mistake("slope-left-out", _painter(lambda n: -n.p * (1 - n.p))),
    Mistake("factor-too-many", _painter(lambda n: (n.p - 1) * n.p * (1 - n.p))),
    Mistake("value-for-slope", _painter(lambda n: -np.log(n.p))),
    Mistake("function-left-out", _painter(lambda n: n.s - 1)),
    Mistake("function-left-out", _painter(lambda n: -1 / n.s)),
    Mistake("weights-skipped", _painter(weights=lambda n: np.ones_like(n.v))),
    Mistake("term-left-out", _painter(score=lambda n: n.picture @ n.v)),
    Mistake("term-left-out", _painter(bias=lambda b: 0.0)),
    Mistake("function-left-out", _painter(score=lambda n: n.z @ n.v + n.c)),
    Mistake("not-averaged", _painter(count=lambda n: 1)),
    Mistake("mean-for-sum", _painter(count=lambda n: len(n.code) * len(n.v))),
    Mistake("other-count", _painter(count=lambda n: len(n.v))),
    Mistake("other-count", _painter(count=lambda n: n.code.shape[1])),
    Mistake("one-for-all", _painter(lambda n: np.full_like(n.p, n.p.mean() - 1))),
    Mistake("wrong-tensor", _painter(weights=lambda n: n.picture)),
)

# A short list ---------------------------------------------------------------------------------------------------


def _top_draw_by_rows(logits: Array, temperature: float, keep: int, u: Array) -> tuple[Array, Array]:
    m, n = logits.shape
    p, picked = np.zeros((m, n)), np.zeros(m, dtype=int)
    for i in range(m):
        best = np.argsort(logits[i])[n - keep :]
        e = np.exp((logits[i, best] - logits[i, best].max()) / temperature)
        p[i, best] = e / e.sum()
        reached = 0.0
        for j in range(n):
            reached += p[i, j]
            if reached > u[i]:
                picked[i] = j
                break
    return p, picked


def _top_draw_by_ranks(logits: Array, temperature: float, keep: int, u: Array) -> tuple[Array, Array]:
    better = (logits[:, None, :] > logits[:, :, None]).sum(axis=2)
    z = logits / temperature
    e = np.where(better < keep, np.exp(z - z.max(axis=1, keepdims=True)), 0.0)
    p = e / e.sum(axis=1, keepdims=True)
    picked = np.argmax(p.cumsum(axis=1) > u[:, None], axis=1)
    return p, picked


def _pick(p: Array, u: Array) -> Array:
    return (p.cumsum(axis=1) <= u[:, None]).sum(axis=1)


def _pick_first(p: Array, u: Array) -> Array:
    """Another way to write it: where probabilities do not add up to one, they differ."""
    return np.argmax(p.cumsum(axis=1) > u[:, None], axis=1)


def _best(logits: Array, keep: int) -> Array:
    return logits >= np.sort(logits, axis=1)[:, [max(-keep, -logits.shape[1])]]


def _top(
    best: Callable[[Array, int], Array] = _best,
    hidden: float = -np.inf,
    shares: Callable[[Array, float], Array] = lambda z, temperature: softmax(z / temperature),
    pick: Callable[[Array, Array], Array] = _pick,
) -> Callable[..., Any]:
    """A draw with something changed: who is on the list, what stands for the others, the shares, or the draw itself."""

    def result(logits: Array, temperature: float, keep: int, u: Array) -> Any:
        p = shares(np.where(best(logits, keep), logits, hidden), temperature)
        return p, pick(p, u)

    return result


def _unshifted(e: Array) -> Array:
    return e / e.sum(axis=1, keepdims=True)


def _either_way(cause: str, shares: Callable[[Array, float], Array]) -> tuple[Mistake, ...]:
    return tuple(Mistake(cause, _top(shares=shares, pick=pick)) for pick in (_pick, _pick_first))


def _only_picked(pick: Callable[[Array, Array], Array]) -> Callable[..., Any]:
    right = _top(pick=pick)
    return lambda logits, temperature, keep, u: (None, right(logits, temperature, keep, u)[1])


def _by_rank(p: Array, u: Array) -> Array:
    """The place in the list of the most probable first, in place of the class that stands there."""
    return _pick(-np.sort(-p, axis=1), u)


def _most_probable_first(p: Array, u: Array) -> Array:
    order = np.argsort(-p, axis=1)
    at = _pick(np.take_along_axis(p, order, axis=1), u)
    return np.take_along_axis(order, at[:, None], axis=1)[:, 0]


def _nearest(p: Array, u: Array) -> Array:
    return np.argmin(np.abs(p.cumsum(axis=1) - u[:, None]), axis=1)


def _from_all(logits: Array, temperature: float, u: Array) -> Any:
    return None, _pick(softmax(logits / temperature), u)


def _masked_later(logits: Array, temperature: float, keep: int) -> Array:
    return softmax(logits / temperature) * _best(logits, keep)


def _smallest_kept(logits: Array, temperature: float, keep: int, o: Callable[[Array, Array], Array], u: Array) -> Any:
    """The largest of all is subtracted, and stands on no list."""
    z = logits / temperature
    p = _unshifted(np.exp(z - z.max(axis=1, keepdims=True)) * _best(-logits, keep))
    return p, o(p, u)


_TOP_DRAW = (
    Mistake("multiplied-divided", _top(shares=lambda z, temperature: softmax(z * temperature))),
    Mistake("factor-left-out", _top(shares=lambda z, temperature: softmax(z))),
    *_either_way("steps-exchanged", lambda z, temperature: softmax(z) / temperature),
    *_either_way("step-left-out", lambda z, temperature: softmax(z) ** (1 / temperature)),
    *_either_way("step-left-out", lambda z, temperature: np.exp(z / temperature)),
    *_either_way("not-finite", lambda z, temperature: _unshifted(np.exp(z / temperature))),
    *each_of(
        (_pick, _pick_first),
        "steps-exchanged",
        lambda logits, temperature, keep, u, o: (
            _masked_later(logits, temperature, keep),
            o(_masked_later(logits, temperature, keep), u),
        ),
    ),
    Mistake("step-left-out", _top(best=lambda logits, keep: np.full(logits.shape, True))),
    *each_of(
        (0.0, -1.0, 1e-9),
        "other-constant",
        lambda logits, temperature, keep, u, o: _top(hidden=o)(logits, temperature, keep, u),
    ),
    Mistake("largest-smallest", _top(best=lambda logits, keep: _best(-logits, keep))),
    *each_of((_pick, _pick_first), "largest-smallest", _smallest_kept),
    Mistake("off-by-one", _top(best=lambda logits, keep: _best(logits, keep + 1))),
    Mistake("off-by-one", _top(best=lambda logits, keep: _best(logits, max(keep - 1, 1)))),
    Mistake(
        "comparison-border", _top(best=lambda logits, keep: logits > np.sort(logits, axis=1)[:, [-keep]])
    ),
    Mistake("other-axis", _top(best=lambda logits, keep: logits >= np.sort(logits, axis=None)[-keep])),
    *each_of(
        (0, None),
        "other-axis",
        lambda logits, temperature, keep, u, o: _top(
            hidden=-1e9, shares=lambda z, temperature: softmax(z / temperature, o, o)
        )(logits, temperature, keep, u),
    ),
    Mistake("other-function", _only_picked(lambda p, u: p.argmax(axis=1))),
    Mistake("other-function", _only_picked(_nearest)),
    Mistake("counted-alike", _only_picked(lambda p, u: (u * p.shape[1]).astype(int))),
    Mistake("rest-for-share", _only_picked(lambda p, u: _pick(p, 1 - u))),
    Mistake("rest-for-share", _only_picked(lambda p, u: _pick_first(p, 1 - u))),
    Mistake("other-places", _only_picked(_most_probable_first)),
    Mistake("other-places", _only_picked(_by_rank)),
    Mistake("other-places", _only_picked(lambda p, u: _pick(p[:, ::-1], u))),
    Mistake("off-by-one", _only_picked(lambda p, u: _pick(p, u) + 1)),
    Mistake("off-by-one", _only_picked(lambda p, u: _pick(p, u) - 1)),
    Mistake("off-by-one", _only_picked(lambda p, u: np.maximum(_pick(p, u) - 1, 0))),
    Mistake("comparison-border", _only_picked(lambda p, u: (p.cumsum(axis=1) < u[:, None]).sum(axis=1))),
    Mistake("comparison-reversed", _only_picked(lambda p, u: (p.cumsum(axis=1) > u[:, None]).sum(axis=1))),
    Mistake(
        "comparison-reversed", _only_picked(lambda p, u: np.argmax(p.cumsum(axis=1) < u[:, None], axis=1))
    ),
    Mistake("step-left-out", _only_picked(lambda p, u: np.argmax(p > u[:, None], axis=1))),
    Mistake("step-left-out", _only_picked(lambda p, u: (p <= u[:, None]).sum(axis=1))),
    Mistake("one-for-all", _only_picked(lambda p, u: _pick(p, np.full_like(u, u[0])))),
    Mistake("other-axis", _only_picked(lambda p, u: (p.cumsum(axis=0) <= u[:, None]).sum(axis=1))),
    Mistake("other-places", _from_all),
)

TYPICAL = {
    "denoising_gradients": Typical(
        forms=(_denoising_by_chain, _denoising_by_samples), mistakes=_DENOISING_GRADIENTS
    ),
    "sparse_backward": Typical(forms=(_sparse_by_terms, _sparse_by_paths), mistakes=_SPARSE_BACKWARD),
    "draws_backward": Typical(forms=(_draws_by_sums, _draws_one_by_one), mistakes=_DRAWS_BACKWARD),
    "spread_divergence": Typical(
        forms=(_divergence_by_ratio, _divergence_by_steps), mistakes=_SPREAD_DIVERGENCE
    ),
    "painter_backward": Typical(forms=(_painter_by_chain, _painter_by_samples), mistakes=_PAINTER_BACKWARD),
    "top_draw": Typical(forms=(_top_draw_by_rows, _top_draw_by_ranks), mistakes=_TOP_DRAW),
}
