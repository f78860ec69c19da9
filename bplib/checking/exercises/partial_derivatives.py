"""Checks of the exercise on partial derivatives: from one measured slope to a whole backward pass."""

import math
from collections.abc import Callable

import numpy as np

from bplib.checking.exercises.typical.partial_derivatives import TYPICAL
from bplib.checking.judging.check import Check, Gradient, Value
from bplib.checking.judging.draws import PLAIN, Draw, Inputs
from bplib.types import Array, Parameters


def _central_slope(f: Callable[[float], float], x: float, h: float) -> float:
    return (f(x + h) - f(x - h)) / (2 * h)


def _tanh_layer_loss(da: Array, x: Array, W: Array, b: Array) -> float:
    return np.sum(da * np.tanh(x @ W + b))


def _scale_shift_loss(dy: Array, x: Array, gamma: Array, _beta: Array) -> float:
    return np.sum(dy * (x * gamma + _beta))


def _residual_loss(dy: Array, x: Array, W: Array, b: Array) -> float:
    return np.sum(dy * (x + np.tanh(x @ W + b)))


def _network_loss(params: Parameters, x: Array, y: Array) -> float:
    a1 = np.tanh(x @ params["W1"] + params["b1"])
    a2 = np.tanh(a1 @ params["W2"] + params["b2"])
    return np.sum((a2 @ params["W3"] + params["b3"] - y) ** 2) / (2 * len(x))


def _slope_inputs(d: Draw) -> Inputs:
    w, x = d.scalar(0.5, 2), d.scalar(-1.5, 1.5)
    return {"f": lambda t: np.sin(w * t) + t**2, "x": x, "h": d.choice([1e-2, 1e-3])}


def _layer(name: str) -> Callable[[Draw], Inputs]:
    def draw(d: Draw) -> Inputs:
        m, n_in, n_out = d.samples(), d.units(), d.units()
        return {
            name: d.between(-2, 2, m, n_out),
            "x": d.array(m, n_in),
            "W": d.array(n_in, n_out),
            "b": d.array(n_out),
        }

    return draw


def _square_layer(d: Draw) -> Inputs:
    m, n = d.samples(), d.units()
    return {"dy": d.between(-2, 2, m, n), "x": d.array(m, n), "W": d.array(n, n), "b": d.array(n)}


def _features(d: Draw) -> Inputs:
    m, n = d.samples(), d.units()
    return {"dy": d.array(m, n), "x": d.array(m, n), "gamma": d.array(n), "_beta": d.array(n)}


def _network(d: Draw) -> Inputs:
    m, sizes = d.samples(), d.sizes(4)
    return {"params": d.parameters(sizes), "x": d.array(m, sizes[0]), "y": d.array(m, sizes[-1])}


CHECKS = (
    Check(
        "central_slope",
        typical=TYPICAL["central_slope"],
        answer=_central_slope,
        outputs=(Value("slope", 1),),
        draw=_slope_inputs,
        edges=(PLAIN,),
        cases={
            "the function of the text": lambda d: {"f": np.square, "x": 3.0, "h": 0.1},
            "a slope at zero": lambda d: {**_slope_inputs(d), "x": 0.0},
            "a function of plain numbers that falls": lambda d: {
                "f": lambda t: math.exp(-t),
                "x": 0.5,
                "h": 0.5,
            },
            "a large step": lambda d: {"f": lambda t: t**3, "x": 1.0, "h": 2.0},
            "a large number": lambda d: {"f": lambda t: t**3, "x": 200.0, "h": 4.0},
            "a slope of next to nothing": lambda d: {"f": lambda t: 1e-9 * t, "x": 2.0, "h": 0.5},
        },
    ),
    Check(
        "tanh_layer_backward",
        typical=TYPICAL["tanh_layer_backward"],
        outputs=(
            Gradient("dx", 1, loss=_tanh_layer_loss, wrt="x"),
            Gradient("dW", 2, loss=_tanh_layer_loss, wrt="W"),
            Gradient("db", 1, loss=_tanh_layer_loss, wrt="b"),
        ),
        draw=_layer("da"),
        cases={
            "as many samples as units": lambda d: _layer("da")(d.alike()),
        },
    ),
    Check(
        "scale_shift_backward",
        typical=TYPICAL["scale_shift_backward"],
        outputs=(
            Gradient("dx", 1, loss=_scale_shift_loss, wrt="x"),
            Gradient("dgamma", 1, loss=_scale_shift_loss, wrt="gamma"),
            Gradient("dbeta", 1, loss=_scale_shift_loss, wrt="_beta"),
        ),
        draw=_features,
        cases={
            "as many samples as units": lambda d: _features(d.alike()),
        },
    ),
    Check(
        "residual_backward",
        typical=TYPICAL["residual_backward"],
        outputs=(
            Gradient("dx", 2, loss=_residual_loss, wrt="x"),
            Gradient("dW", 1, loss=_residual_loss, wrt="W"),
            Gradient("db", 1, loss=_residual_loss, wrt="b"),
        ),
        draw=_square_layer,
        cases={
            "as many samples as units": lambda d: _square_layer(d.alike()),
        },
    ),
    Check(
        "network_backward",
        typical=TYPICAL["network_backward"],
        outputs=tuple(
            Gradient(name, points, loss=_network_loss, wrt=f"params.{name}", pick=name)
            for name, points in (("W1", 2), ("b1", 1), ("W2", 2), ("b2", 1), ("W3", 1), ("b3", 1))
        ),
        draw=_network,
        leaves=("params",),
        cases={
            "as many samples as units": lambda d: _network(d.alike()),
        },
    ),
)
