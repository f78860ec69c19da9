"""Checks of the exercise on gradient checking: write a checker, find wrong backward passes with it, mend three."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from bplib.checking.exercises.typical.gradient_checking import TYPICAL
from bplib.checking.judging.check import Check, Gradient, Property, Value, without
from bplib.checking.judging.draws import PLAIN, Draw, Inputs
from bplib.checking.judging.results import described
from bplib.types import Array, Gradients, Parameters

#: Behind units that stand at -1 or 1, there is no gradient in which anything shows.
_HEARD = "hidden units that are not saturated"
#: Wrong backward passes: the arrays that each spoils, and where alone it shows.
_BUGS = {
    "bias of one": ({"b1"}, f"more than one sample, and {_HEARD}"),
    "bias mean": ({"b1", "b2"}, "more than one sample"),
    "no mean": ({"W1", "b1", "W2", "b2"}, "more than one sample"),
    "no slope": ({"W1", "b1"}, "weighted inputs and weights that are not near zero"),
    "tanh from z": ({"W1", "b1"}, "weighted inputs and weights that are not near zero"),
    "no bias": ({"W1", "b1", "W2", "b2"}, f"biases that are not zero, and {_HEARD}"),
    "updated too early": ({"W1", "b1"}, f"predictions that are not right yet, and {_HEARD}"),
    "last row": ({"W1"}, f"inputs that are not zero, and {_HEARD}"),
    "sign": ({"b2"}, "errors that do not add up to zero"),
}
_HEALTHY = 1
#: A wrong array is off by 0.11 to 0.3 % of its largest entry: more than the 0.1 % that the task names.
_OFF = (1.1e-3, 3e-3)


def _network_loss(params: Parameters, x: Array, y: Array) -> float:
    a1 = np.tanh(x @ params["W1"] + params["b1"])
    return np.sum((a1 @ params["W2"] + params["b2"] - y) ** 2) / (2 * len(x))


def _network_backward(params: Parameters, x: Array, y: Array, bug: str = "") -> Gradients:
    """The gradients of `_network_loss`, with one of the `_BUGS` in it or none."""
    z1 = x @ params["W1"] + (0 if bug == "no bias" else params["b1"])
    a1 = np.tanh(z1)
    dz2 = (a1 @ params["W2"] + params["b2"] - y) / (1 if bug == "no mean" else len(x))
    dW2 = a1.T @ dz2
    W2 = params["W2"] - 0.1 * dW2 if bug == "updated too early" else params["W2"]
    slope = {"no slope": np.ones_like(a1), "tanh from z": 1 - z1**2}.get(bug, 1 - a1**2)
    dz1 = (dz2 @ W2.T) * slope
    gradients = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": dW2, "b2": dz2.sum(axis=0)}
    if bug == "bias of one":
        gradients["b1"] = dz1[0]
    if bug == "bias mean":
        gradients |= {"b1": dz1.mean(axis=0), "b2": dz2.mean(axis=0)}
    if bug == "sign":
        gradients["b2"] = -gradients["b2"]
    if bug == "last row":
        gradients["W1"][-1] = 0
    return gradients


# Measuring -------------------------------------------------------------------------------------------------------


def _unit(shape: tuple[int, ...], index: tuple[int, ...]) -> Array:
    e = np.zeros(shape)
    e[index] = 1.0
    return e


def _richardson(f: Callable[[Array], float], x: Array, h: float) -> Array:
    slopes = []
    for index in np.ndindex(x.shape):
        e = h * _unit(x.shape, index)
        near = (f(x + e) - f(x - e)) / (2 * h)
        far = (f(x + 2 * e) - f(x - 2 * e)) / (4 * h)
        slopes.append((4 * near - far) / 3)
    return np.reshape(slopes, x.shape)


def _valley(d: Draw) -> Inputs:
    """A function whose slopes are all above zero, and in which every entry matters to the slope of every other."""
    m, n = d.samples(), d.units()
    c = d.between(0.5, 2, m, n)
    return {"f": lambda x: np.log(np.sum(c * np.exp(x))), "x": d.array(m, n), "h": d.choice((0.1, 0.05))}


def _best_step(value: float, third: float, eps: float) -> dict[str, float]:
    h = np.cbrt(3 * eps * abs(value) / abs(third))
    return {"h": h, "error": h**2 / 6 * abs(third) + eps * abs(value) / h}


def _loss_and_bend(d: Draw) -> Inputs:
    value, third = (d.choice((-1, 1)) * d.scalar(0.5, 20) for _ in range(2))
    return {"value": value, "third": third, "eps": float(np.finfo(d.choice(("f8", "f4", "f2"))).eps)}


def _moved(params: Parameters, direction: Parameters, h: float) -> Parameters:
    return {name: params[name] + h * direction[name] for name in params}


def _slope(loss: Callable[..., float], params: Parameters, direction: Parameters, h: float) -> float:
    return (loss(_moved(params, direction, h)) - loss(_moved(params, direction, -h))) / (2 * h)


def _predicted(grads: Gradients, direction: Parameters) -> float:
    return sum(np.sum(grads[name] * direction[name]) for name in grads)


def _slope_along(
    loss: Callable[..., float], params: Parameters, grads: Gradients, direction: Parameters, h: float
) -> dict[str, float]:
    return {"measured": _slope(loss, params, direction, h), "predicted": _predicted(grads, direction)}


def _direction(d: Draw) -> Inputs:
    m, sizes = d.samples(), d.sizes(3)
    x, y, params = d.array(m, sizes[0]), d.array(m, sizes[-1]), d.parameters(sizes)
    grads = _network_backward(params, x, y)
    direction = d.parameters(sizes)
    # A slope of next to nothing would be all rounding.
    while abs(_predicted(grads, direction)) < 0.1:
        direction = d.parameters(sizes)
    if d.choice((True, False)):  # Half of the gradients are wrong: the two results must not be taken for one.
        grads["W1"] = 1.5 * grads["W1"]
    return {
        "loss": lambda p: _network_loss(p, x, y),
        "params": params,
        "grads": grads,
        "direction": direction,
        "h": d.choice((1e-2, 1e-3)),
    }


def _in_another_order(d: Draw) -> Inputs:
    inputs = _direction(d)
    for name in ("grads", "direction"):
        inputs[name] = dict(reversed(inputs[name].items()))
    return inputs


# Judging and finding ---------------------------------------------------------------------------------------------


#: What is wrong with a gradient of an array that the loss does not depend on.
_NOT_ZERO = "the loss does not depend on it, and its gradient is not zero"


def _question(
    d: Draw, x: Array, y: Array, params: Parameters, grads: Gradients, wrong: dict[str, str],
    scale: float = 1.0, constant: float = 0.0,
) -> Inputs:  # fmt: skip
    """Gradients beside their loss, and ``W3``, which is not connected to anything; what is wrong with which is the judge's."""
    params["W3"] = d.array(2, 3)
    return {
        "loss": lambda p: scale * _network_loss(p, x, y) + constant,
        "params": params,
        "grads": {**grads, "W3": grads.get("W3", np.zeros((2, 3)))},
        "_wrong": wrong,
    }


def _accused(d: Draw, scale: float = 1.0, constant: float = 0.0) -> Inputs:
    """A loss in some unit, and gradients of which some are wrong; ``W3`` is not connected to anything.

    A constant in the loss changes no slope: the loss says nothing about how large a gradient is.
    """
    m, sizes = d.samples(), d.sizes(3)
    while True:
        x, y = d.array(m, sizes[0]), d.array(m, sizes[-1])
        params = d.parameters(sizes, scale=0.7)
        grads = {name: scale * g for name, g in _network_backward(params, x, y).items()}
        loss = scale * _network_loss(params, x, y)
        # Where an array hardly moves the loss, differences hardly see it.
        if min(np.abs(g).max() for g in grads.values()) > 0.02 * loss:
            break
    names, wrong = sorted(grads), {}
    for name in [names[i] for i in d.rng.permutation(4)[: d.integer(1, 3)]]:
        off = d.choice((-1, 1)) * d.scalar(*_OFF)
        if d.choice((True, False)):
            grads[name] = grads[name] * (1 + off)
            wrong[name] = f"all of it is a little too {'small' if off < 0 else 'large'}"
        else:
            index = tuple(d.integer(0, n - 1) for n in grads[name].shape)
            grads[name][index] += off * np.abs(grads[name]).max()
            wrong[name] = f"one entry is a little too {'low' if off < 0 else 'high'}"
    params["W3"] = d.array(sizes[-1], sizes[-1] + 1)
    grads["W3"] = np.zeros(params["W3"].shape)
    if d.choice((True, False)):
        wrong["W3"] = _NOT_ZERO
        grads["W3"] += scale * d.array(*params["W3"].shape)
    return {
        "loss": lambda p: scale * _network_loss(p, x, y) + constant,
        "params": params,
        "grads": grads,
        "_wrong": wrong,
    }


def _cancelling(d: Draw) -> Inputs:
    """One wrong array, whose errors add up to zero; its length hardly changes."""
    x, y, params = d.array(4, 3), d.array(4, 2), d.parameters((3, 2, 2), scale=0.7)
    grads = _network_backward(params, x, y)
    off = 0.02 * np.abs(grads["W1"]).max()
    grads["W1"] += off * np.array([[1.0, -1.0], [-1.0, 1.0], [0.0, 0.0]])
    return _question(d, x, y, params, grads, {"W1": "its errors add up to zero"})


def _beside_a_thousand(d: Draw) -> Inputs:
    """A wrong array is off by less than a millionth of the loss, and the gradients are so large that rounding hides nothing."""
    while True:
        x, y, params = d.array(4, 3), d.array(4, 2), d.parameters((3, 2, 2), scale=0.7)
        grads = _network_backward(params, x, y)
        sizes = [np.abs(g).max() for g in grads.values()]
        if min(sizes) > 0.3 and np.abs(grads["W1"]).max() < 0.8:
            break
    grads["W1"] *= 1.0012
    return _question(d, x, y, params, grads, {"W1": "all of it is a little too large"}, constant=1000.0)


def _of_unlike_size(d: Draw, scale: float = 1.0) -> Inputs:
    """The gradients of the first layer are a thousandth of those of the second: each array has a largest entry of its own."""
    while True:
        x, y, params = d.array(4, 3), d.array(4, 2), d.parameters((3, 2, 2), scale=0.7)
        params["W2"] = params["W2"] / 1000
        grads = {name: scale * g for name, g in _network_backward(params, x, y).items()}
        if min(np.abs(g).max() for g in grads.values()) > 2e-4 * scale:
            break
    grads["W1"] *= 1.0025
    wrong = {"W1": "all of it is a little too large, and its entries are a thousandth of those of W2"}
    return _question(d, x, y, params, grads, wrong, scale)


def _lively(d: Draw, *sizes: int) -> tuple[Array, Array, Parameters, Gradients]:
    """A network whose arrays all move the loss."""
    while True:
        x, y, params = d.array(4, sizes[0]), d.array(4, sizes[-1]), d.parameters(sizes, scale=0.7)
        grads = _network_backward(params, x, y)
        if min(np.abs(g).max() for g in grads.values()) > 0.1:
            return x, y, params, grads


def _dead_and_reversed(d: Draw) -> Inputs:
    """Zeros where the loss does depend on an array; right numbers with wrong signs; and for W3, nothing but negative numbers."""
    x, y, params, grads = _lively(d, 3, 2, 2)
    given = {**grads, "W1": 0 * grads["W1"], "b2": -grads["b2"], "W3": -d.positive(2, 3)}
    wrong = {"W1": "it is zeros, and the loss depends on it", "b2": "all its signs are reversed", "W3": _NOT_ZERO}
    return _question(d, x, y, params, {name: 1e-6 * g for name, g in given.items()}, wrong, 1e-6)


def _transposed(d: Draw) -> Inputs:
    """All numbers are there, in other places; and for W3, small numbers that add up to zero."""
    x, y, params, grads = _lively(d, 3, 3, 2)
    given = {**grads, "W1": grads["W1"].T.copy(), "W3": np.array([[0.0, 5e-5, -5e-5], [0.0, 0.0, 0.0]])}
    return _question(d, x, y, params, given, {"W1": "it is transposed", "W3": _NOT_ZERO})


def _faint(d: Draw) -> Inputs:
    """Of a feature that is next to nothing the gradient is so, too: there a measurement is all rounding, and nothing is wrong."""
    x, y, params, _ = _lively(d, 3, 2, 2)
    x[:, 0] *= 1e-11
    return _question(d, x, y, params, _network_backward(params, x, y), {})


def _one_in_many(d: Draw) -> Inputs:
    """One entry of a larger array is off by a little more than a thousandth: next to the length of all of it, that is less."""
    # Of one sample with inputs of about one, all rows of the gradient are about as large.
    x = np.array([[1.0, -0.9, 1.1, 0.95, -1.05, 0.9, 1.0, -1.1]])
    y, params = d.array(1, 2), d.parameters((8, 3, 2), scale=0.5)
    grads = _network_backward(params, x, y)
    grads["W1"][2, 1] += 1.2e-3 * np.abs(grads["W1"]).max()
    return _question(d, x, y, params, grads, {"W1": "one entry of twenty-four is a little too high"})


def _judged(inputs: Inputs, verdicts: Any, names: tuple[str, ...]) -> str | None:
    params, wrong = inputs["params"], inputs["_wrong"]
    if not isinstance(verdicts, dict):
        return f"expected a dictionary with the names {', '.join(params)}, not {described(verdicts)}"
    if missing := [name for name in params if name not in verdicts]:
        return f"there is no verdict on {', '.join(missing)}: expected one for each of {', '.join(params)}"
    if len(verdicts) > len(params):
        return f"expected verdicts on {', '.join(params)} alone"
    for name in names:
        if np.size(verdicts[name]) != 1 or np.asarray(verdicts[name]).dtype.kind not in "biu":
            return f"expected True or False for {name}: one verdict for the whole array"
    called = {name: np.size(verdict) == 1 and bool(verdict) for name, verdict in verdicts.items()}
    if all(called[name] == (name in wrong) for name in params):
        return "all verdicts are the other way round: True is for a gradient that is right"
    for name in names:
        if called[name] and name in wrong:
            return f"{name} is wrong and was called right: {wrong[name]}"
        if not called[name] and name not in wrong:
            zeros = ": its gradient is zeros, as it should be" if name == "W3" else ""
            return f"{name} is right and was called wrong{zeros}"
    return None


def _waiting_room(d: Draw) -> Inputs:
    bugs = [*_BUGS, *[""] * _HEALTHY]
    bugs = [bugs[i] for i in d.rng.permutation(len(bugs))]
    return {
        "loss": _network_loss,
        "passes": [partial(_network_backward, bug=bug) for bug in bugs],
        "rng": d.generator(),
        "_bugs": bugs,
    }


def _found(inputs: Inputs, found: Any) -> dict[int, set[str]] | str:
    """The student's findings with plain keys, or what is wrong with their form."""
    expected = "expected a dictionary from positions to lists of names"
    if not hasattr(found, "items"):
        return f"{expected}, not {described(found)}"
    try:
        pairs = list(found.items())
        if any(isinstance(position, str) for position, _ in pairs):
            return f"{expected}: positions are whole numbers, not text"
        plain = {int(position): set(names) for position, names in pairs}
    except (TypeError, ValueError):
        return expected
    if any(isinstance(names, str) for _, names in pairs):
        return f"{expected}, even where it is a single name"
    if set(plain) == {position + 1 for position, bug in enumerate(inputs["_bugs"]) if bug}:
        return "the positions are one too large: the first backward pass is at 0"
    if not set(plain) <= set(range(len(inputs["passes"]))):
        return f"expected positions from 0 to {len(inputs['passes']) - 1}"
    return plain


def _right_positions(inputs: Inputs, result: Any) -> str | None:
    if isinstance(found := _found(inputs, result), str):
        return found
    bugs = inputs["_bugs"]
    if not found:
        return "every backward pass was called right, and most of them are wrong"
    for position, bug in enumerate(bugs):
        if not bug and position in found and not found[position]:
            return "a right backward pass is among them, with no names: leave it out"
        if not bug and position in found:
            every = (
                "every backward pass was called wrong, and one is right" if len(found) == len(bugs) else ""
            )
            return every or "a right backward pass was called wrong"
    if len(found) == 1:
        return "only one backward pass was called wrong, and there are more"
    for position, bug in enumerate(bugs):
        if bug and position not in found:
            return (
                f"a wrong backward pass was called right; it shows only with {_BUGS[bug][1]}: "
                "are your inputs and parameters such, and is your tolerance narrow enough?"
            )
    return None


def _right_names(inputs: Inputs, result: Any) -> str | None:
    """The names are judged where the position is right, so that what is overlooked costs once."""
    if isinstance(found := _found(inputs, result), str):
        return found
    caught = {position: inputs["_bugs"][position] for position in found if inputs["_bugs"][position]}
    if not caught:
        return "no wrong backward pass was found"
    right = {position: _BUGS[bug][0] for position, bug in caught.items()}
    if right == {position: found[position] for position in caught}:
        return None
    arrays = {"W1", "b1", "W2", "b2"}
    if all(found[position] == arrays - right[position] for position in caught):
        return "the names are those of the arrays that are right"
    if all(found[position] == arrays for position in caught):
        return "every wrong backward pass is called wrong in all of its arrays: look at each array by itself"
    if all(len(found[position]) == 1 and found[position] <= right[position] for position in caught):
        return "there is only one name for each backward pass, and some are wrong in several arrays"
    for position in caught:
        if missing := sorted(right[position] - found[position]):
            return f"one wrong backward pass is wrong in {', '.join(missing)} too"
        if surplus := sorted(map(str, found[position] - right[position])):
            return f"one wrong backward pass is right in {', '.join(surplus)}"
    return None


# Mending ---------------------------------------------------------------------------------------------------------


def _relu_loss(params: Parameters, x: Array, y: Array) -> float:
    a1 = np.maximum(0, x @ params["W1"] + params["b1"])
    return np.sum((a1 @ params["W2"] + params["b2"] - y) ** 2) / (2 * len(x))


def _network(d: Draw) -> Inputs:
    """A network none of whose hidden units stands at its kink, where the last digit would decide about its slope."""
    m, sizes = d.samples(), d.sizes(3)
    inputs: Inputs = {"params": d.parameters(sizes), "x": d.array(m, sizes[0]), "y": d.array(m, sizes[-1])}
    W1, b1 = inputs["params"]["W1"], inputs["params"]["b1"]
    for j, products in enumerate((inputs["x"] @ W1).T):
        while np.abs(products + b1[j]).min() < 1e-6:
            b1[j] += 1
    return inputs


def _gate_loss(dy: Array, x: Array, W: Array, b: Array) -> float:
    return np.sum(dy * x * np.tanh(x @ W + b))


def _gate(d: Draw) -> Inputs:
    m, n = d.samples(), d.units()
    return {"dy": d.array(m, n), "x": d.array(m, n), "W": d.array(n, n), "b": d.array(n)}


def _autoencoder_loss(x: Array, W: Array, b: Array, c: Array) -> float:
    return np.sum((np.tanh(x @ W + b) @ W.T + c - x) ** 2) / (2 * len(x))


def _autoencoder(d: Draw) -> Inputs:
    m, n, k = d.samples(), d.units(), d.units()
    return {"x": d.array(m, n), "W": d.array(n, k), "b": d.array(k), "c": d.array(n)}


CHECKS = (
    Check(
        "richardson",
        answer=_richardson,
        typical=TYPICAL["richardson"],
        outputs=(Value("gradient", 2),),
        leaves=("x",),
        draw=_valley,
        edges=without("saturated"),
        cases={
            "the function of the text": lambda d: {
                "f": lambda x: float(np.sum(np.asarray(x, dtype=float) ** 4)),
                "x": np.array([[1.0]]),
                "h": 0.1,
            },
            "whole numbers": lambda d: {
                "f": lambda x: float(np.sum(np.asarray(x, dtype=float) ** 3)),
                "x": np.array([[1, -2, 0]]),
                "h": 0.25,
            },
        },
    ),
    Check(
        "best_step",
        outputs=(
            Value("h", 1),
            Value("error", 1),
        ),
        answer=_best_step,
        typical=TYPICAL["best_step"],
        draw=_loss_and_bend,
        edges=(PLAIN,),
        cases={
            "double precision": lambda d: {"value": 1.0, "third": 1.0, "eps": 2.220446049250313e-16},
            "single precision": lambda d: {"value": 1.0, "third": 1.0, "eps": 1.1920928955078125e-07},
            "a negative loss": lambda d: {"value": -2.0, "third": 6.0, "eps": 1e-9},
            "a negative third derivative": lambda d: {"value": 2.0, "third": -6.0, "eps": 1e-9},
            "a large loss that hardly bends": lambda d: {"value": 100.0, "third": 0.01, "eps": 1e-7},
            "a loss that does not bend but for a millionth": lambda d: {"value": 1.0, "third": 1e-6, "eps": 1e-15},
        },
    ),
    Check(
        "slope_along",
        outputs=(
            Value("measured", 1),
            Value("predicted", 1),
        ),
        answer=_slope_along,
        typical=TYPICAL["slope_along"],
        draw=_direction,
        cases={
            "a larger step": lambda d: {**_direction(d), "h": 0.04},
            "names in another order": _in_another_order,
        },
        edges=without("saturated", "integers"),
    ),
    Check(
        "gradient_verdicts",
        outputs=(
            Property("verdicts", 3, partial(_judged, names=("W1", "b1", "W2", "b2")), pick=lambda r: r),
            Property("unconnected", 1, partial(_judged, names=("W3",)), pick=lambda r: r),
        ),
        draw=_accused,
        cases={
            "errors that cancel in a sum": _cancelling,
            "one wrong entry of twenty-four": _one_in_many,
            "a tiny loss": lambda d: _accused(d, 1e-6),
            "a huge loss": lambda d: _accused(d, 1e6),
            "a large constant in the loss": lambda d: _accused(d, constant=100.0),
            "a constant of a thousand in the loss": _beside_a_thousand,
            "an array whose gradients are a thousandth of the others'": _of_unlike_size,
            "a tiny loss, and an array whose gradients are a thousandth": lambda d: _of_unlike_size(d, 1e-6),
            "zeros for a gradient, and signs that are reversed": _dead_and_reversed,
            "a square array, transposed": _transposed,
            "right entries that are far smaller than others": _faint,
        },
        leaves=("params",),
        edges=without("saturated", "integers"),
        draws=20,
    ),
    Check(
        "find_bugs",
        outputs=(
            Property("positions", 2, _right_positions, pick=lambda r: r),
            Property("names", 1, _right_names, pick=lambda r: r),
        ),
        draw=_waiting_room,
        edges=(PLAIN,),
        draws=6,
    ),
    Check(
        "relu_network_backward",
        outputs=(
            Gradient("W1", 1, loss=_relu_loss, wrt="params.W1", pick="W1"),
            Gradient("b1", 1, loss=_relu_loss, wrt="params.b1", pick="b1"),
            Gradient("W2", 0, loss=_relu_loss, wrt="params.W2", pick="W2"),
            Gradient("b2", 0, loss=_relu_loss, wrt="params.b2", pick="b2"),
        ),
        draw=_network,
        typical=TYPICAL["relu_network_backward"],
    ),
    Check(
        "gate_backward",
        outputs=(
            Gradient("dx", 2, loss=_gate_loss, wrt="x"),
            Gradient("dW", 0, loss=_gate_loss, wrt="W"),
            Gradient("db", 0, loss=_gate_loss, wrt="b"),
        ),
        draw=_gate,
        # A copy of whole numbers cannot be multiplied in place, and to copy is the cure that is asked for.
        edges=without("integers"),
        typical=TYPICAL["gate_backward"],
    ),
    Check(
        "autoencoder_backward",
        outputs=(
            Gradient("dW", 1, loss=_autoencoder_loss, wrt="W"),
            Gradient("db", 1, loss=_autoencoder_loss, wrt="b"),
            Gradient("dc", 1, loss=_autoencoder_loss, wrt="c"),
        ),
        draw=_autoencoder,
        typical=TYPICAL["autoencoder_backward"],
    ),
)
