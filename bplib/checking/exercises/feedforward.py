"""Checks of the exercise on feedforward: other conventions, any depth, and a shortcut."""

from itertools import pairwise

import numpy as np

from bplib.checking.exercises.typical.feedforward import TYPICAL
from bplib.checking.judging.check import Check, Value
from bplib.checking.judging.draws import PLAIN, Draw, Inputs
from bplib.types import Array


def _dense_columns(x: Array, W: Array, b: Array) -> Array:
    return W @ x + b[:, None]


def _residual(x: Array, W: Array, b: Array) -> Array:
    return x + np.tanh(x @ W + b)


def _forward(x: Array, weights: list[Array], biases: list[Array]) -> Array:
    for W, b in zip(weights[:-1], biases[:-1]):
        x = np.tanh(x @ W + b)
    return x @ weights[-1] + biases[-1]


def _glorot_limit(n_in: int, n_out: int) -> float:
    return np.sqrt(6 / (n_in + n_out))


def _count_parameters(sizes: tuple[int, ...]) -> int:
    return sum((n + 1) * k for n, k in pairwise(sizes))


def _columns(d: Draw) -> Inputs:
    m, n_in, n_out = d.samples(), d.units(), d.units()
    return {"x": d.array(n_in, m), "W": d.array(n_out, n_in), "b": d.array(n_out)}


def _square_columns(d: Draw) -> Inputs:
    """A table that could be turned over, and its shape would not tell."""
    return {"x": d.array(3, 2), "W": d.array(3, 3), "b": d.array(3)}


def _square_residual(d: Draw) -> Inputs:
    """As many samples as units: inputs that could be turned over."""
    return {"x": d.array(3, 3), "W": d.array(3, 3), "b": d.array(3)}


def _residual_inputs(d: Draw) -> Inputs:
    m, n = d.samples(), d.units()
    return {"x": d.array(m, n), "W": d.array(n, n), "b": d.array(n)}


def _layers(d: Draw, depth: int) -> Inputs:
    m = d.samples()
    sizes = d.sizes(depth + 1)
    params = d.parameters(sizes)
    return {
        "x": d.array(m, sizes[0]),
        "weights": [params[f"W{layer}"] for layer in range(1, depth + 1)],
        "biases": [params[f"b{layer}"] for layer in range(1, depth + 1)],
    }


def _one_array_twice(d: Draw) -> Inputs:
    """Layers that share their weights: the last one is not told by its array, nor by its shape."""
    m, n = d.samples(), d.units()
    W, b = d.array(n, n), d.array(n)
    return {"x": d.array(m, n), "weights": [W, W], "biases": [b, b]}


def _large_outputs(d: Draw) -> Inputs:
    """Outputs that a tanh cannot give back: its inverse knows them no longer."""
    inputs = _layers(d, 2)
    inputs["biases"][-1] = inputs["biases"][-1] + 500.0
    return inputs


CHECKS = (
    Check(
        "dense_columns",
        typical=TYPICAL["dense_columns"],
        answer=_dense_columns,
        outputs=(Value("z", 2),),
        draw=_columns,
        cases={"as many units as inputs": _square_columns},
    ),
    Check(
        "residual_layer",
        typical=TYPICAL["residual_layer"],
        answer=_residual,
        outputs=(Value("a", 1),),
        draw=_residual_inputs,
        cases={"as many samples as units": _square_residual},
        leaves=("x",),
    ),
    Check(
        "forward_layers",
        typical=TYPICAL["forward_layers"],
        answer=_forward,
        outputs=(Value("output", 3),),
        draw=lambda d: _layers(d, d.integer(2, 4)),
        cases={
            "a single layer": lambda d: _layers(d, 1),
            "three layers": lambda d: _layers(d, 3),
            "six layers": lambda d: _layers(d, 6),
            "one array for two layers": _one_array_twice,
            "large outputs": _large_outputs,
        },
    ),
    Check(
        "glorot_limit",
        typical=TYPICAL["glorot_limit"],
        answer=_glorot_limit,
        outputs=(Value("limit", 1),),
        draw=lambda d: {"n_in": d.integer(1, 500), "n_out": d.integer(1, 500)},
        edges=(PLAIN,),
        cases={"the numbers of the text": lambda d: {"n_in": 3, "n_out": 3}},
    ),
    Check(
        "count_parameters",
        typical=TYPICAL["count_parameters"],
        answer=_count_parameters,
        outputs=(Value("count", 1),),
        draw=lambda d: {"sizes": tuple(d.integer(1, 40) for _ in range(d.integer(2, 5)))},
        edges=(PLAIN,),
        cases={
            "the sizes of the text": lambda d: {"sizes": (2, 2, 1)},
            "a single layer": lambda d: {"sizes": (d.integer(1, 9), d.integer(1, 9))},
        },
    ),
)
