"""Two mistakes at once: named by the one that shows by itself, and told together; and never where one number explains all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bplib.backpropagation import backpropagation
from bplib.checking import check_gradients
from bplib.network import Network

rng = np.random.default_rng(11)
X, Y = rng.normal(size=(7, 3)), rng.normal(size=(7, 2))
P = {
    "W1": 0.7 * rng.normal(size=(3, 4)),
    "b1": 0.3 * rng.normal(size=4),
    "W2": 0.7 * rng.normal(size=(4, 4)),
    "b2": 0.3 * rng.normal(size=4),
    "W3": 0.7 * rng.normal(size=(4, 2)),
    "b3": 0.3 * rng.normal(size=2),
}


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def loss(p: dict[str, np.ndarray]) -> Any:
    h = np.tanh(np.tanh(X @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"])
    return ((sigmoid(h @ p["W3"] + p["b3"]) - Y) ** 2).mean()


def backward(
    p: dict[str, np.ndarray],
    output: Any = None,
    second: Any = None,
    first: Any = None,
    rate: float = 0.0,
    all_of_it: float = 1.0,
) -> dict[str, np.ndarray]:
    """The gradients; each slope may be another function of (z, a), and weights may be updated too early."""
    z1 = X @ p["W1"] + p["b1"]
    a1 = np.tanh(z1)
    z2 = a1 @ p["W2"] + p["b2"]
    a2 = np.tanh(z2)
    z3 = a2 @ p["W3"] + p["b3"]
    a3 = sigmoid(z3)
    bend = lambda z, a: 1 - a**2
    d3 = 2 * (a3 - Y) / Y.size * (output or (lambda z, a: a * (1 - a)))(z3, a3)
    g = {"W3": a2.T @ d3, "b3": d3.sum(axis=0)}
    d2 = d3 @ (p["W3"] - rate * g["W3"]).T * (second or bend)(z2, a2)
    g |= {"W2": a1.T @ d2, "b2": d2.sum(axis=0)}
    d1 = d2 @ (p["W2"] - rate * g["W2"]).T * (first or bend)(z1, a1)
    g |= {"W1": X.T @ d1, "b1": d1.sum(axis=0)}
    return {name: all_of_it * g[name] for name in p}


ONE = lambda z, a: np.ones_like(a)
OTHER = lambda z, a: a * (1 - a)
PAIRS = {
    "slope forgotten, early update": ({"output": ONE, "rate": 0.1}, "activation-derivative-missing", "updated already"),
    "slope forgotten, another slope below": ({"second": ONE, "first": OTHER}, "activation-derivative-missing", "y * (1 - y)"),
    "slope of another, forgotten below": ({"output": lambda z, a: 1 - a**2, "first": ONE}, "other-activation", "left out"),
    "slope forgotten, all of it times two": ({"second": ONE, "all_of_it": 2.0}, "activation-derivative-missing", "times 2"),
    "slope forgotten, not averaged": ({"first": ONE, "all_of_it": float(Y.size)}, "activation-derivative-missing", f"times {Y.size}"),
}  # fmt: skip


@pytest.mark.parametrize("case", PAIRS)
@pytest.mark.parametrize("handed_in", ["numbers", "function"])
def test_both_are_told(case: str, handed_in: str) -> None:
    mistakes, cause, second = PAIRS[case]
    given = (lambda p: backward(p, **mistakes)) if handed_in == "function" else backward(P, **mistakes)
    report = check_gradients(loss, P, given)
    assert (report.verdict, report.cause) == ("wrong", cause), str(report)
    told = " ".join(report.notes)
    assert "and with a second mistake" in told and second in told.split("second mistake")[1], told
    assert "line" in report.where


def test_one_mistake_is_told_alone() -> None:
    for mistakes in ({"output": ONE}, {"first": OTHER}, {"rate": 0.1}):
        report = check_gradients(loss, P, backward(P, **mistakes))
        assert report.cause is not None and "second mistake" not in str(report)


@pytest.mark.parametrize("seed", range(8))
def test_what_nobody_has_mistaken_has_no_pair(seed: int) -> None:
    draw = np.random.default_rng(seed)
    grads = backward(P, output=ONE)
    # Below a mistake that shows by itself: noise, or a factor that nobody loses.
    for name in ("W1", "b1"):
        grads[name] = draw.normal(size=grads[name].shape) if seed % 2 else 1.37 * grads[name]
    assert check_gradients(loss, P, grads).cause is None


def test_with_one_unit_alive_no_early_update_is_read_off_a_factor() -> None:
    """There the update only stretches the gradient below, so that some learning rate would explain any factor."""
    network = Network((2, 3, 2), ("relu", "identity"), "mean_squared_error")
    draw = np.random.default_rng(3)
    p = {
        "W1": draw.normal(size=(2, 3)),
        "b1": np.array([-50.0, 5.0, -50.0]),
        "W2": draw.normal(size=(3, 2)),
        "b2": draw.normal(size=2),
    }
    x, y = draw.normal(size=(3, 2)), draw.normal(size=(3, 2))
    grads = backpropagation(network, p, x, y)[1]
    for factor in (1.37, 1.02, 0.9):
        wrong = {n: factor * g if n.endswith("1") else g for n, g in grads.items()}
        assert check_gradients(None, p, wrong, network=network, x=x, target=y).cause != "updated-weights"
