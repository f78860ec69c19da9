"""Checks of the exercise on generation: a spoiled input, busy units, several draws, another prior, a judge."""

from collections.abc import Callable

import numpy as np

from bplib.checking.exercises.typical.generation import TYPICAL
from bplib.checking.judging.check import Check, Gradient, Value, without
from bplib.checking.judging.draws import Draw, Inputs
from bplib.types import Array

# A spoiled input ------------------------------------------------------------------------------------------------


def _denoising_loss(x: Array, noise: Array, W: Array, b: Array, c: Array) -> float:
    h = 1 / (1 + np.exp(-((x + noise) @ W + b)))
    return np.sum((h @ W.T + c - x) ** 2) / (2 * len(x))


def _denoising_gradients(
    x: Array, noise: Array, W: Array, b: Array, c: Array
) -> tuple[float, Array, Array, Array]:
    seen = x + noise
    h = 1 / (1 + np.exp(-(seen @ W + b)))
    off = h @ W.T + c - x
    loss = np.sum(off**2) / (2 * len(x))
    dagain = off / len(x)
    dz = (dagain @ W) * h * (1 - h)
    return loss, seen.T @ dz + dagain.T @ h, dz.sum(axis=0), dagain.sum(axis=0)


def _spoiled(d: Draw) -> Inputs:
    m, n, k = d.samples(), d.units(), d.units()
    return {
        "x": d.array(m, n),
        "noise": d.array(m, n),
        "W": d.array(n, k, scale=0.7),
        "b": d.array(k),
        "c": d.array(n),
    }


def _without_noise(d: Draw) -> Inputs:
    inputs = _spoiled(d)
    return {**inputs, "noise": np.zeros(inputs["x"].shape)}


# A price on busy units ------------------------------------------------------------------------------------------


def _sparse_loss(da: Array, z: Array, rate: float, strength: float) -> float:
    a = 1 / (1 + np.exp(-z))
    busy = a.mean(axis=0)
    price = rate * np.log(rate / busy) + (1 - rate) * np.log((1 - rate) / (1 - busy))
    return np.sum(da * a) + strength * np.sum(price)


def _busy(strength: Callable[[Draw], float] = lambda d: d.scalar(0.3, 3)) -> Callable[[Draw], Inputs]:
    def draw(d: Draw) -> Inputs:
        m, k = d.samples(), d.units()
        return {
            "da": d.between(-2, 2, m, k),
            "z": d.between(-3, 3, m, k),
            "rate": d.scalar(0.05, 0.9),
            "strength": strength(d),
        }

    return draw


def _hardly_busy(d: Draw) -> Inputs:
    """One unit that is busy to less than a thousandth, one to less than a hundredth, and one that nearly always is."""
    return {
        "da": d.between(-2, 2, 3, 3),
        "z": np.array([[-8.0, -5.0, 3.5], [-7.5, -6.5, 4.5], [-9.0, -4.0, 4.0]]),
        "rate": 0.05,
        "strength": 1.0,
    }


# Several draws --------------------------------------------------------------------------------------------------


def _draws_loss(dz: Array, log_deviation: Array, noise: Array, _mean: Array) -> float:
    return np.sum(dz * (_mean + np.exp(log_deviation) * noise))


def _drawn(draws: int | None = None) -> Callable[[Draw], Inputs]:
    def draw(d: Draw) -> Inputs:
        m, k, count = d.samples(), d.units(), draws or d.classes()
        return {
            "dz": d.between(-2, 2, count, m, k),
            "log_deviation": d.between(-2, 1, m, k),
            "noise": d.between(-2, 2, count, m, k),
            "_mean": d.array(m, k),
        }

    return draw


# Another prior --------------------------------------------------------------------------------------------------


def _divergence(mean: Array, log_deviation: Array, spread: float) -> float:
    deviation = np.exp(log_deviation)
    each = np.log(spread) - log_deviation + (deviation**2 + mean**2) / (2 * spread**2) - 0.5
    return np.sum(each) / len(mean)


def _spread_divergence(mean: Array, log_deviation: Array, spread: float) -> tuple[float, Array, Array]:
    m, variance = len(mean), np.exp(2 * log_deviation)
    each = np.log(spread) - log_deviation + (variance + mean**2) / (2 * spread**2) - 0.5
    return each.sum() / m, mean / spread**2 / m, (variance / spread**2 - 1) / m


def _clouds(
    spread: Callable[[Draw], float] = lambda d: d.choice([d.scalar(0.3, 0.8), d.scalar(1.3, 3)]),
) -> Callable[[Draw], Inputs]:
    """Clouds, and a prior that is narrower than the standard normal distribution, or wider."""

    def draw(d: Draw) -> Inputs:
        m, k = d.samples(), d.units()
        return {
            "mean": d.array(m, k),
            "log_deviation": d.between(-2, 1, m, k),
            "spread": spread(d),
        }

    return draw


def _like_the_prior(d: Draw) -> Inputs:
    inputs = _clouds()(d)
    inputs["mean"][0, -1], inputs["log_deviation"][0, -1] = 0, np.log(inputs["spread"])
    return inputs


def _at_rest(d: Draw) -> Inputs:
    """Nothing pulls at any of them. Of a prior of deviation one, or rounding would be all that is left of the price."""
    inputs = _clouds(lambda d: 1.0)(d)
    zeros = np.zeros(inputs["mean"].shape)
    return {**inputs, "mean": zeros, "log_deviation": zeros.copy()}


def _far_deviations(draw: Callable[[Draw], Inputs]) -> Callable[[Draw], Inputs]:
    """Logarithms of 3 and of -3: a bound set against large ones shows."""

    def drawn(d: Draw) -> Inputs:
        inputs = draw(d)
        signs = np.where(np.arange(inputs["log_deviation"].size) % 2, -1.0, 1.0)
        return {**inputs, "log_deviation": 3 * signs.reshape(inputs["log_deviation"].shape)}

    return drawn


# A judge --------------------------------------------------------------------------------------------------------


def _painter_loss(code: Array, W: Array, b: Array, v: Array, c: float) -> float:
    return np.sum(np.logaddexp(0, -(np.tanh(code @ W + b) @ v + c))) / len(code)


def _painted(d: Draw) -> Inputs:
    m, k, n = d.samples(), d.units(), d.units()
    return {
        "code": d.between(-2, 2, m, k),
        "W": d.between(-1, 1, k, n),
        "b": d.between(-1, 1, n),
        "v": d.array(n),
        "c": d.scalar(-3, 3),
    }


# A short list ---------------------------------------------------------------------------------------------------


def _top_draw(logits: Array, temperature: float, keep: int, u: Array) -> tuple[Array, Array]:
    least = np.sort(logits, axis=1)[:, [-keep]]
    z = np.where(logits >= least, logits, -np.inf) / temperature
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return p, (p.cumsum(axis=1) <= u[:, None]).sum(axis=1)


#: A class that is to be drawn is so probable at least, and its part of the way from 0 to 1 is met well inside.
_PROBABLE, _INSIDE = 0.05, (0.25, 0.75)


def _listed(
    keep: Callable[[Draw, int], int] = lambda d, n: d.integer(2, n - 1),
    rows: Callable[[Draw, int, int], Array] = lambda d, m, n: d.array(m, n, scale=2.0),
) -> Callable[[Draw], Inputs]:
    """Logits of which no two in a row are alike, and numbers that meet no border between two classes."""

    def draw(d: Draw) -> Inputs:
        m, n = d.samples(), d.classes()
        n = n if n > 2 else d.classes()
        logits = rows(d, m, n)
        temperature = d.choice([d.scalar(0.3, 0.8), d.scalar(1.3, 3)])
        kept = keep(d, n)
        p, _ = _top_draw(logits, temperature, kept, np.zeros(m))
        at = np.arange(m), [int(d.rng.choice(np.flatnonzero(row >= _PROBABLE))) for row in p]
        u = p.cumsum(axis=1)[at] - p[at] * d.rng.uniform(*_INSIDE, size=m)
        return {"logits": logits, "temperature": temperature, "keep": kept, "u": np.round(u, 3)}

    return draw


def _whole_rows(d: Draw, m: int, n: int) -> Array:
    return np.array([d.rng.permutation(n) - n // 2 for _ in range(m)])


def _zeros_drawn(d: Draw) -> Inputs:
    """The first class is never on the list, and a number of 0 must not draw it."""
    inputs = _listed()(d)
    logits = inputs["logits"]
    logits[:, 0] = logits.min(axis=1) - 1
    return {**inputs, "u": np.zeros(len(logits))}


CHECKS = (
    Check(
        "denoising_gradients",
        typical=TYPICAL["denoising_gradients"],
        answer=_denoising_gradients,
        outputs=(
            Value("loss", 1),
            Gradient("dW", 2, loss=_denoising_loss, wrt="W"),
            Gradient("db", 1, loss=_denoising_loss, wrt="b"),
            Gradient("dc", 1, loss=_denoising_loss, wrt="c"),
        ),
        draw=_spoiled,
        cases={"no noise": _without_noise},
        edges=without("saturated"),
    ),
    Check(
        "sparse_backward",
        typical=TYPICAL["sparse_backward"],
        outputs=(Gradient("dz", 3, loss=_sparse_loss, wrt="z"),),
        draw=_busy(),
        cases={
            "the numbers of the text": lambda d: {
                "da": np.array([[0.0], [0.0]]),
                "z": np.array([[0.0], [0.0]]),
                "rate": 0.25,
                "strength": 2.0,
            },
            "a strength of zero": _busy(lambda d: 0.0),
            "units that are hardly ever busy": _hardly_busy,
        },
        edges=without("saturated"),
    ),
    Check(
        "draws_backward",
        typical=TYPICAL["draws_backward"],
        outputs=(
            Gradient("dmean", 1, loss=_draws_loss, wrt="_mean"),
            Gradient("dlog_deviation", 2, loss=_draws_loss, wrt="log_deviation"),
        ),
        draw=_drawn(),
        cases={
            "the numbers of the text": lambda d: {
                "dz": np.array([[[1.0]], [[4.0]]]),
                "log_deviation": np.array([[np.log(0.5)]]),
                "noise": np.array([[[2.0]], [[-1.0]]]),
                "_mean": np.zeros((1, 1)),
            },
            "one draw for each cloud": _drawn(draws=1),
            "deviations far from one": _far_deviations(_drawn()),
        },
        edges=without("saturated"),
    ),
    Check(
        "spread_divergence",
        typical=TYPICAL["spread_divergence"],
        answer=_spread_divergence,
        outputs=(
            Value("price", 1),
            Gradient("dmean", 1, loss=_divergence, wrt="mean"),
            Gradient("dlog_deviation", 1, loss=_divergence, wrt="log_deviation"),
        ),
        draw=_clouds(),
        cases={
            "a prior of deviation one": _clouds(lambda d: 1.0),
            "a cloud that is like the prior": _like_the_prior,
            "clouds that are all like the prior": _at_rest,
            "deviations far from one": _far_deviations(_clouds()),
        },
        edges=without("saturated"),
    ),
    Check(
        "painter_backward",
        typical=TYPICAL["painter_backward"],
        outputs=(
            Gradient("dW", 2, loss=_painter_loss, wrt="W"),
            Gradient("db", 1, loss=_painter_loss, wrt="b"),
        ),
        draw=_painted,
        edges=without("saturated"),
    ),
    Check(
        "top_draw",
        typical=TYPICAL["top_draw"],
        answer=_top_draw,
        outputs=(Value("p", 2), Value("picked", 1)),
        draw=_listed(),
        cases={
            "the numbers of the text": lambda d: {
                "logits": np.log([[1.0, 3.0, 4.0]] * 3),
                "temperature": 0.5,
                "keep": 2,
                "u": np.array([0.0, 0.3, 0.5]),
            },
            "all classes on the list": _listed(lambda d, n: n),
            "one class on the list": _listed(lambda d, n: 1),
            "numbers of 0": _zeros_drawn,
            "large logits, and numbers of 0": lambda d: {
                "logits": np.array([[0.0, 1000.0, 1000.5, -1000.0], [900.0, -2000.0, 0.0, 899.0]]),
                "temperature": 0.5,
                "keep": 3,
                "u": np.zeros(2),
            },
            "logits far below zero": lambda d: {
                "logits": np.array([[-2e6, -2e6 - 1, -2e6 - 3], [-3e6 - 2, -3e6, -3e6 - 1]]),
                "temperature": 2.0,
                "keep": 2,
                "u": np.array([0.25, 0.5]),
            },
            "logits of whole numbers": _listed(rows=_whole_rows),
        },
        edges=without("one_unit", "integers"),
    ),
)
