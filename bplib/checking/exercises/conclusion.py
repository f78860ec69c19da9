"""Checks of the capstone: a digits network, part by part, and the whole by what it gets right."""

from itertools import pairwise
from typing import Any

import numpy as np

from bplib.checking.judging.check import Check, Gradient, Mistake, Output, Property, Value, without
from bplib.checking.judging.draws import PLAIN, Draw, Inputs
from bplib.types import Array, Gradients, Parameters

_SHARE_RIGHT = 0.93


def _forward(params: Parameters, x: Array) -> tuple[Array, Array]:
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    logits = hidden @ params["W2"] + params["b2"]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return hidden, e / e.sum(axis=1, keepdims=True)


def _loss(params: Parameters, x: Array, labels: Array) -> float:
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    logits = hidden @ params["W2"] + params["b2"]
    top = logits.max(axis=1)
    log_sum = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
    return np.mean(log_sum - logits[np.arange(len(x)), labels])


def _backward(params: Parameters, x: Array, labels: Array, slope: bool = True) -> Gradients:
    hidden, dz2 = _forward(params, x)
    dz2[np.arange(len(x)), labels] -= 1
    dz2 /= len(x)
    dz1 = dz2 @ params["W2"].T * (1 - hidden**2 if slope else 1)
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": hidden.T @ dz2, "b2": dz2.sum(axis=0)}


def _starts_well(inputs: Inputs, params: Any) -> str | None:
    """Shapes, zero biases, and weights that are different, centred and of Glorot's size."""
    sizes = inputs["sizes"]
    if not isinstance(params, dict) or set(params) != {"W1", "b1", "W2", "b2"}:
        return "expected a dictionary with the names W1, b1, W2, b2."
    for layer, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        W, b = np.asarray(params[f"W{layer}"]), np.asarray(params[f"b{layer}"])
        if W.shape != (n_in, n_out) or b.shape != (n_out,):
            return f"W{layer} and b{layer} have shapes {W.shape} and {b.shape}, expected {(n_in, n_out)} and {(n_out,)}."
        if np.any(b != 0):
            return f"b{layer} should start at zero."
        # In units of the wanted deviation; five standard errors, so that chance fails nobody.
        scaled, error = W * np.sqrt((n_in + n_out) / 2), 5 / np.sqrt(W.size)
        if abs(scaled.std() - 1) > error or abs(scaled.mean()) > error:
            return f"the weights W{layer} should be centred at 0 with a variance of 2 / (n_in + n_out)."
    return None


def _recognizes(inputs: Inputs, params: Any) -> str | None:
    _, probabilities = _forward(params, inputs["_x_new"])
    share = float(np.mean(probabilities.argmax(axis=1) == inputs["_labels_new"]))
    if share >= _SHARE_RIGHT:
        return None
    return f"the trained network is right on {share:.0%} of new digits, expected at least {_SHARE_RIGHT:.0%}."


def _network(d: Draw) -> Inputs:
    m, n0, n1, k = d.samples(), d.units(), d.units(), d.classes()
    return {"params": d.parameters([n0, n1, k]), "x": d.array(m, n0)}


def _network_and_labels(d: Draw) -> Inputs:
    inputs = _network(d)
    return {**inputs, "labels": d.labels(len(inputs["x"]), inputs["params"]["b2"].size)}


def _probabilities(d: Draw) -> Inputs:
    m, k = d.samples(), d.classes()
    return {"probabilities": d.probabilities(m, k), "labels": d.labels(m, k)}


def _digits(d: Draw) -> Inputs:
    from bplib.data import digits  # scikit-learn is needed by this task alone

    images, rng = digits(), d.generator()
    order = rng.permutation(len(images.x))
    seen, new = order[:1200], order[1200:]
    scale = {"W1": np.sqrt(2 / 96), "W2": np.sqrt(2 / 42)}
    return {
        "params": {
            "W1": rng.normal(size=(64, 32)) * scale["W1"],
            "b1": np.zeros(32),
            "W2": rng.normal(size=(32, 10)) * scale["W2"],
            "b2": np.zeros(10),
        },
        "x": images.x[seen],
        "labels": images.y[seen],
        "backward": _backward,
        "rng": d.generator(),
        "_x_new": images.x[new],
        "_labels_new": images.y[new],
    }


def _new(name: str) -> Output:
    def expected(params: Parameters, gradients: Gradients, learning_rate: float) -> Array:
        return params[name] - learning_rate * gradients[name]

    return Value(name, 0.5, expected=expected, pick=name)


def _large_logits(d: Draw) -> Inputs:
    params = {
        "W1": np.array([[1.0, -0.5], [0.5, 2.0]]),
        "b1": np.array([0.25, -0.25]),
        "W2": np.array([[2000.0, 1995.0, 1999.0], [400.0, 401.5, 399.0]]),
        "b2": np.array([0.5, 0.0, -0.5]),
    }
    return {"params": params, "x": np.array([[2.0, 1.0], [-2.0, -1.0], [0.1, 0.1]])}


CHECKS = (
    Check(
        "initialize",
        outputs=(Property("params", 2, holds=_starts_well),),
        asks=("rng",),
        draw=lambda d: {"sizes": (d.integer(150, 200), d.integer(90, 120), 40), "rng": d.generator()},
        edges=(PLAIN,),
        cases={
            "layers of very different size": lambda d: {"sizes": (20, 400, 10), "rng": d.generator()},
        },
    ),
    Check(
        "forward",
        outputs=(
            Value("hidden", 1, expected=lambda params, x: _forward(params, x)[0]),
            Value("probabilities", 2, expected=lambda params, x: _forward(params, x)[1]),
        ),
        draw=_network,
        cases={"large logits, in rows of very different size": _large_logits},
    ),
    Check(
        "cross_entropy",
        outputs=(
            Value(
                "loss",
                1,
                expected=lambda probabilities, labels: (
                    -np.mean(np.log(probabilities[np.arange(len(labels)), labels]))
                ),
            ),
        ),
        draw=_probabilities,
        edges=without("one_unit", "saturated", "integers"),
    ),
    Check(
        "backward",
        outputs=tuple(
            Gradient(name, points, loss=_loss, wrt=f"params.{name}", pick=name)
            for name, points in (("W1", 2), ("b1", 1), ("W2", 2), ("b2", 1))
        ),
        draw=_network_and_labels,
        mistakes=(
            Mistake(
                "activation-derivative-missing",
                lambda params, x, labels: _backward(params, x, labels, slope=False),
            ),
            Mistake("only-one-sample", lambda params, x, labels: _backward(params, x[-1:], labels[-1:])),
        ),
    ),
    Check(
        "update",
        outputs=tuple(_new(name) for name in ("W1", "b1", "W2", "b2")),
        leaves=("params",),
        mistakes=(
            Mistake(
                "uphill",
                lambda params, gradients, learning_rate: {
                    name: params[name] + learning_rate * gradients[name] for name in params
                },
            ),
        ),
        draw=lambda d: {
            "params": d.parameters(sizes := d.sizes(3)),
            "gradients": d.parameters(sizes),
            "learning_rate": d.scalar(0.01, 1),
        },
        edges=without("batch_of_one"),
    ),
    Check(
        "accuracy",
        outputs=(
            Value(
                "share",
                1,
                expected=lambda probabilities, labels: np.mean(probabilities.argmax(axis=1) == labels),
            ),
        ),
        draw=_probabilities,
        edges=without("one_unit", "saturated", "integers"),
    ),
    Check(
        "fit",
        outputs=(Property("params", 4, holds=_recognizes),),
        asks=("rng",),
        draw=_digits,
        edges=(PLAIN,),
        timeout=20.0,
        draws=2,
    ),
)
