"""Checks of the exercise on weight updates: other rules, clipping, a schedule, and a step in the right order."""

from collections.abc import Callable

import numpy as np

from bplib.checking.exercises.typical.weight_update import TYPICAL
from bplib.checking.judging.check import Check, Value, without
from bplib.checking.judging.draws import PLAIN, Draw, Inputs
from bplib.types import Array, Gradients, Parameters

_EPSILON = 1e-8


def _ema_momentum(theta: Array, g: Array, v: Array, learning_rate: float, beta: float) -> tuple[Array, Array]:
    v = beta * v + (1 - beta) * g
    return theta - learning_rate * v, v


def _adagrad(theta: Array, g: Array, s: Array, learning_rate: float) -> tuple[Array, Array]:
    s = s + g**2
    return theta - learning_rate * g / (np.sqrt(s) + _EPSILON), s


def _adamw(
    theta: Array, g: Array, v: Array, s: Array, t: int, learning_rate: float, decay: float
) -> tuple[Array, Array, Array]:
    v = 0.9 * v + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    step = (v / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + _EPSILON)
    return theta - learning_rate * (step + decay * theta), v, s


def _clip(gradients: Gradients, limit: float) -> Gradients:
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients.values()))
    factor = limit / norm if norm > limit else 1.0
    return {name: factor * g for name, g in gradients.items()}


def _linear_decay(epoch: int, epochs: int, rate: float) -> float:
    return rate * max(0.0, 1 - epoch / epochs)


def _train_step(params: Parameters, x: Array, y: Array, learning_rate: float) -> Parameters:
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = (dz2 @ params["W2"].T) * (1 - a**2)
    slopes = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    return {name: params[name] - learning_rate * slopes[name] for name in params}


def _next_to_nothing(draw: Callable[[Draw], Inputs], *nothing: str) -> Callable[[Draw], Inputs]:
    """Nothing to remember, and a gradient of next to nothing, and of nothing: what is added to the root counts there."""
    return lambda d: {
        **draw(d),
        "theta": np.array([[1.5, -2.0, 0.5]]),
        "g": np.array([[1e-4, 0.0, -0.25]]),
        **{name: np.zeros((1, 3)) for name in nothing},
    }


def _momentum_inputs(d: Draw) -> Inputs:
    m, n = d.units(), d.units()
    return {
        "theta": d.array(m, n),
        "g": d.array(m, n),
        "v": d.array(m, n),
        "learning_rate": d.scalar(0.01, 0.5),
        "beta": d.scalar(0.5, 0.95),
    }


def _far(draw: Callable[[Draw], Inputs], **settings: float) -> Callable[[Draw], Inputs]:
    """With settings far from the usual: what is right for small ones alone shows."""
    return lambda d: {**draw(d), **settings}


def _vectors(draw: Callable[[Draw], Inputs], *names: str) -> Callable[[Draw], Inputs]:
    """Arrays with one axis, as biases are."""
    return lambda d: {**draw(d), **{name: d.positive(3) if name == "s" else d.array(3) for name in names}}


def _adagrad_inputs(d: Draw) -> Inputs:
    m, n = d.units(), d.units()
    return {
        "theta": d.array(m, n),
        "g": d.array(m, n),
        "s": d.positive(m, n),
        "learning_rate": d.scalar(0.01, 0.5),
    }


def _adamw_inputs(d: Draw) -> Inputs:
    m, n = d.units(), d.units()
    return {
        "theta": d.array(m, n),
        "g": d.array(m, n),
        "v": d.array(m, n),
        "s": d.positive(m, n),
        "t": d.integer(1, 20),
        "learning_rate": d.scalar(0.01, 0.5),
        "decay": d.scalar(0.01, 0.2),
    }


def _gradients(limit: float) -> Callable[[Draw], Inputs]:
    return lambda d: {"gradients": d.parameters(d.sizes(3)), "limit": limit}


def _each_is_short(d: Draw) -> Inputs:
    """Every array alone is shorter than the limit, and all of them together are not."""
    return {"gradients": {"W1": np.array([[3.0, 0.0]]), "b1": np.array([0.0, 4.0])}, "limit": 4.5}


def _just_the_limit(d: Draw) -> Inputs:
    return {"gradients": {"W1": np.array([[3.0, 0.0]]), "b1": np.array([0.0, 4.0])}, "limit": 5.0}


def _next_to_no_length(d: Draw) -> Inputs:
    """So short that a length to which a small number is added is another length."""
    return {"gradients": {"W1": np.array([[3e-4, 0.0]]), "b1": np.array([0.0, -4e-4])}, "limit": 1e-4}


def _almost_nothing(length: float) -> Callable[[Draw], Inputs]:
    """A length that any border set against a division by zero lies above, and a limit of a fifth of it."""

    def draw(d: Draw) -> Inputs:
        long, short = 0.8 * length, 0.6 * length * d.choice((-1, 1))
        return {
            "gradients": {"W1": np.array([[long, 0.0]]), "b1": np.array([0.0, short])},
            "limit": length / 5,
        }

    return draw


def _first_step(d: Draw) -> Inputs:
    inputs = _momentum_inputs(d)
    return {**inputs, "v": np.zeros(inputs["v"].shape)}


def _network(d: Draw) -> Inputs:
    m, sizes = d.samples(), d.sizes(3)
    return {
        "params": d.parameters(sizes),
        "x": d.array(m, sizes[0]),
        "y": d.array(m, sizes[-1]),
        "learning_rate": d.scalar(0.1, 1.0),
    }


CHECKS = (
    Check(
        "ema_momentum_step",
        answer=_ema_momentum,
        outputs=(Value("theta", 1), Value("v", 1)),
        typical=TYPICAL["ema_momentum_step"],
        draw=_momentum_inputs,
        edges=without("batch_of_one"),
        cases={
            "square arrays": lambda d: _momentum_inputs(d.alike()),
            "a learning rate above one": _far(_momentum_inputs, learning_rate=2.5),
            "a beta of zero": _far(_momentum_inputs, beta=0.0),
            "the first step, with nothing to remember": _first_step,
            "arrays with one axis": _vectors(_momentum_inputs, "theta", "g", "v"),
        },
        leaves=("theta", "g", "v"),
    ),
    Check(
        "adagrad_step",
        answer=_adagrad,
        outputs=(Value("theta", 1), Value("s", 1)),
        typical=TYPICAL["adagrad_step"],
        draw=_adagrad_inputs,
        edges=without("batch_of_one"),
        cases={
            "square arrays": lambda d: _adagrad_inputs(d.alike()),
            "nothing to remember, and a gradient of next to nothing": _next_to_nothing(_adagrad_inputs, "s"),
            "a learning rate above one": _far(_adagrad_inputs, learning_rate=2.5),
            "arrays with one axis": _vectors(_adagrad_inputs, "theta", "g", "s"),
        },
        leaves=("theta", "g", "s"),
    ),
    Check(
        "adamw_step",
        answer=_adamw,
        outputs=(Value("theta", 2), Value("v", 1), Value("s", 1)),
        typical=TYPICAL["adamw_step"],
        draw=_adamw_inputs,
        edges=without("batch_of_one"),
        leaves=("theta", "g", "v", "s"),
        cases={
            "square arrays": lambda d: _adamw_inputs(d.alike()),
            "the first step, with nothing to remember": lambda d: {
                **_next_to_nothing(_adamw_inputs, "v", "s")(d),
                "t": 1,
            },
            "a late step": _far(_adamw_inputs, t=5000),
            "a learning rate above one, and no decay": _far(_adamw_inputs, learning_rate=2.5, decay=0.0),
            "arrays with one axis": _vectors(_adamw_inputs, "theta", "g", "v", "s"),
        },
    ),
    Check(
        "clip_by_norm",
        answer=_clip,
        outputs=(Value("gradients", 2, proportional=True),),
        typical=TYPICAL["clip_by_norm"],
        draw=_gradients(1.0),
        edges=without("batch_of_one", "integers"),
        leaves=("gradients",),
        cases={
            "gradients that are short enough": _gradients(1000.0),
            "arrays that are short, one by one": _each_is_short,
            "a length below the limit, whose square is above": lambda d: {
                "gradients": {"W1": np.array([[1.5, 0.0]]), "b1": np.array([0.0, 2.0])},
                "limit": 4.5,
            },
            "a length of just the limit": _just_the_limit,
            "a length and a limit of next to nothing": _next_to_no_length,
            "a length of a billionth": _almost_nothing(1e-9),
            "other names, and an array of zeros": lambda d: {
                "gradients": {"U": np.array([[3.0, 0.0]]), "c": np.array([0.0, 0.0]), "scale": np.array([-4.0])},
                "limit": 2.5,
            },
            "large gradients": lambda d: {
                "gradients": {"W1": np.array([[3000.0, 0.0]]), "b1": np.array([0.0, -4000.0])},
                "limit": 5.0,
            },
            "a length still smaller": _almost_nothing(1e-18),
            "gradients of zeros": lambda d: {
                "gradients": {"W1": np.zeros((2, 2)), "b1": np.zeros(2)},
                "limit": 1.0,
            },
        },
    ),
    Check(
        "linear_decay",
        answer=_linear_decay,
        outputs=(Value("rate", 1),),
        typical=TYPICAL["linear_decay"],
        draw=lambda d: {
            "epoch": d.integer(1, (n := d.integer(5, 25)) - 1),
            "epochs": n,
            "rate": d.scalar(0.01, 1),
        },
        edges=(PLAIN,),
        cases={
            "the first epoch": lambda d: {"epoch": 0, "epochs": 8, "rate": 0.5},
            "the last epoch": lambda d: {"epoch": 8, "epochs": 8, "rate": 0.5},
            "a rate above one": lambda d: {"epoch": 3, "epochs": 8, "rate": 2.5},
            "a small rate": lambda d: {
                "epoch": d.integer(1, 6),
                "epochs": 7,
                "rate": d.choice((1e-5, 3e-6, 2e-7)),
            },
            "just before the end": lambda d: {
                "epoch": (n := d.integer(3, 12)) - 1,
                "epochs": n,
                "rate": d.scalar(0.01, 1),
            },
            "just before the end of many epochs": lambda d: {
                "epoch": (n := d.choice((300, 1000, 7000))) - 1,
                "epochs": n,
                "rate": d.scalar(0.01, 1),
            },
            "an epoch after the last": lambda d: {"epoch": 11, "epochs": 8, "rate": 0.5},
        },
    ),
    Check(
        "train_step",
        answer=_train_step,
        outputs=tuple(Value(n, p, pick=n) for n, p in (("W1", 2), ("b1", 1), ("W2", 1), ("b2", 1))),
        draw=_network,
        leaves=("params",),
        cases={
            "a learning rate above one": _far(_network, learning_rate=2.5),
            "as many samples as units": lambda d: _network(d.alike()),
        },
        typical=TYPICAL["train_step"],
    ),
)
