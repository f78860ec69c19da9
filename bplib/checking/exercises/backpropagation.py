"""Checks of the exercise on the two passes: chains, forks, and a small network of tanh units."""

from collections.abc import Callable

import numpy as np

from bplib.checking.exercises.typical.backpropagation import TYPICAL
from bplib.checking.judging.check import Check, Gradient, Value
from bplib.checking.judging.draws import PLAIN, Draw, Inputs
from bplib.types import Array


def _chain(x: float, w1: float, w2: float) -> tuple[float, float]:
    h = np.tanh(w1 * x)
    return h, np.tanh(w2 * h)


def _chain_loss(x: float, w1: float, w2: float, target: float) -> float:
    return 0.5 * (_chain(x, w1, w2)[1] - target) ** 2


def _fork_loss(u: Array, v: Array) -> float:
    return np.sum((u + v) * np.tanh(u))


def _network(x: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> Array:
    return np.tanh(x @ W1 + b1) @ W2 + b2


def _network_loss(x: Array, y: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> float:
    return np.sum((_network(x, W1, b1, W2, b2) - y) ** 2) / (2 * len(x))


def _chain_inputs(d: Draw) -> Inputs:
    return {"x": d.scalar(-2, 2), "w1": d.scalar(-1.5, 1.5), "w2": d.scalar(-1.5, 1.5)}


def _with_a_zero(draw: Callable[[Draw], Inputs], *names: str) -> dict[str, Callable[[Draw], Inputs]]:
    """Each of the numbers may be zero."""
    return {f"a zero for {name}": lambda d, name=name: {**draw(d), name: 0.0} for name in names}


def _chain_and_target(d: Draw) -> Inputs:
    return {**_chain_inputs(d), "target": d.scalar(-1, 1)}


def _two_arrays(d: Draw) -> Inputs:
    m, n = d.samples(), d.units()
    return {"u": d.array(m, n), "v": d.array(m, n)}


def _network_inputs(d: Draw) -> Inputs:
    m, (n0, n1, n2) = d.samples(), d.sizes(3)
    return {"x": d.array(m, n0), **d.parameters([n0, n1, n2])}


def _network_and_target(d: Draw) -> Inputs:
    m, (n0, n1, n2) = d.samples(), d.sizes(3)
    return {"x": d.array(m, n0), "y": d.array(m, n2), **d.parameters([n0, n1, n2])}


def _whole_weights(d: Draw) -> Inputs:
    return {
        "x": d.array(3, 2),
        "y": d.array(3, 1),
        "W1": d.whole(2, 4),
        "b1": d.whole(4),
        "W2": d.whole(4, 1),
        "b2": d.whole(1),
    }


CHECKS = (
    Check(
        "chain_forward",
        typical=TYPICAL["chain_forward"],
        outputs=(
            Value("h", 1),
            Value("prediction", 1),
        ),
        answer=_chain,
        draw=_chain_inputs,
        edges=(PLAIN,),
        cases={
            "the numbers of the text": lambda d: {"x": 1.0, "w1": 0.5, "w2": -2.0},
            **_with_a_zero(_chain_inputs, "x", "w1", "w2"),
        },
    ),
    Check(
        "chain_backward",
        typical=TYPICAL["chain_backward"],
        outputs=(
            Gradient("dw1", 2, loss=_chain_loss, wrt="w1"),
            Gradient("dw2", 1, loss=_chain_loss, wrt="w2"),
        ),
        draw=_chain_and_target,
        edges=(PLAIN,),
        cases={
            "signs the other way round": lambda d: {"x": -1.5, "w1": -0.75, "w2": 1.25, "target": -0.5},
            **_with_a_zero(_chain_and_target, "x", "w1", "w2", "target"),
        },
    ),
    Check(
        "fork_backward",
        typical=TYPICAL["fork_backward"],
        outputs=(
            Gradient("du", 2, loss=_fork_loss, wrt="u"),
            Gradient("dv", 1, loss=_fork_loss, wrt="v"),
        ),
        draw=_two_arrays,
        cases={
            "as many samples as units": lambda d: _two_arrays(d.alike()),
            "a large v": lambda d: {**(inputs := _two_arrays(d)), "v": 10 * inputs["v"]},
        },
    ),
    Check(
        "network_forward",
        typical=TYPICAL["network_forward"],
        answer=_network,
        outputs=(Value("prediction", 2),),
        draw=_network_inputs,
        cases={
            "as many samples as units": lambda d: _network_inputs(d.alike()),
        },
    ),
    Check(
        "network_backward",
        typical=TYPICAL["network_backward"],
        outputs=(
            Gradient("dW1", 2, loss=_network_loss, wrt="W1"),
            Gradient("db1", 1, loss=_network_loss, wrt="b1"),
            Gradient("dW2", 1, loss=_network_loss, wrt="W2"),
            Gradient("db2", 1, loss=_network_loss, wrt="b2"),
        ),
        draw=_network_and_target,
        cases={
            "weights of whole numbers": _whole_weights,
            "as many samples as units": lambda d: _network_and_target(d.alike()),
        },
    ),
)
