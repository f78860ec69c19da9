"""The tape: every rule against differences, forks, stretching, and the small network's gradients once more."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bplib.automatic_differentiation as module
from bplib import example
from bplib.automatic_differentiation import Entry, NotRecorded, Tape, differentiable, gradients, summed_to
from bplib.backpropagation import backpropagation
from bplib.network import Network, initialize

EPSILON = np.finfo(float).eps
#: The third root of epsilon: there the rounding and the truncation of a central difference are about equal.
STEP = float(np.cbrt(EPSILON))


def own_rules() -> dict[str, Any]:
    """The rules as the module has them, whoever has added others to the dictionary since."""
    spec = importlib.util.spec_from_file_location("a_fresh_tape", module.__file__)
    assert spec is not None and spec.loader is not None
    fresh = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = fresh  # a dataclass looks its module up
    try:
        spec.loader.exec_module(fresh)
    finally:
        del sys.modules[spec.name]
    return dict(fresh.RULES)


def by_tape(function: Callable[..., Any], *arrays: Any) -> list[Any]:
    """The derivative of a number by every array that it is computed from; None where it does not lead there."""
    tape = Tape()
    variables = [tape.variable(array) for array in arrays]
    slopes = gradients(tape, function(*variables).entry)
    return [slopes.get(variable.entry.index) for variable in variables]


def by_differences(function: Callable[..., Any], arrays: list[Any], k: int) -> tuple[Any, Any]:
    """Central differences by every entry of array ``k``, and how far they may be off.

    The error of D(h) is h² times a third derivative, of D(2h) four times as much, so that their distance is three times
    the former: above it by far, for every smooth function. Rounding adds that of two values, divided by 2h.
    """
    slopes, bounds = np.zeros(arrays[k].shape), np.zeros(arrays[k].shape)
    for index in np.ndindex(arrays[k].shape):
        at = {}
        for c in (-2, -1, 1, 2):
            moved = [np.array(array) for array in arrays]
            moved[k][index] += c * STEP
            at[c] = float(function(*moved))
        near, far = (at[1] - at[-1]) / (2 * STEP), (at[2] - at[-2]) / (4 * STEP)
        slopes[index] = near
        bounds[index] = abs(near - far) + 64 * EPSILON * max(map(abs, (*at.values(), 1.0))) / STEP
    return slopes, bounds


def assert_derivative(function: Callable[..., Any], arrays: list[Any]) -> None:
    for k, found in enumerate(by_tape(function, *arrays)):
        slopes, bounds = by_differences(function, arrays, k)
        # A bound that hides nothing: a mistake of a thousandth would be seen.
        assert bounds.max() < 1e-3 * max(1.0, np.abs(slopes).max())
        assert found.shape == arrays[k].shape
        assert (np.abs(found - slopes) <= bounds).all(), (k, found, slopes)


# The rules -------------------------------------------------------------------------------------------------------

Case = tuple[str, Callable[..., Any], tuple[tuple[int, ...], ...]]
CHOICE = np.array([[True, False, True], [False, False, True]])
#: The operation, how it is called, and the shapes of what it is called with. Inputs are positive where they have to be.
CASES: list[Case] = [
    ("add", lambda a, b: a + b, ((2, 3), (3,))),
    ("subtract", lambda a, b: a - b, ((2, 1), (2, 3))),
    ("multiply", lambda a, b: a * b, ((2, 3), (1, 3))),
    ("multiply", lambda a: 2.5 * a * 0.5, ((2, 3),)),
    ("divide", lambda a, b: a / b, ((2, 3), (2, 1))),
    ("divide", lambda a: 1 / a, ((2, 3),)),
    ("power", lambda a, b: a**b, ((2, 3), (3,))),
    ("power", lambda a: a**3, ((2, 3),)),
    ("negative", lambda a: -a, ((2, 3),)),
    ("exp", np.exp, ((2, 3),)),
    ("log", np.log, ((2, 3),)),
    ("sqrt", np.sqrt, ((2, 3),)),
    ("square", np.square, ((2, 3),)),
    ("tanh", np.tanh, ((2, 3),)),
    ("absolute", np.abs, ((2, 3),)),
    ("maximum", np.maximum, ((2, 3), (2, 3))),
    ("maximum", lambda a: np.maximum(0, a), ((2, 3),)),
    ("sum", np.sum, ((2, 3),)),
    ("sum", lambda a: a.sum(axis=0), ((2, 3),)),
    ("sum", lambda a: a.sum(axis=-1, keepdims=True), ((2, 3, 2),)),
    ("sum", lambda a: np.sum(a, axis=(0, 2)), ((2, 3, 2),)),
    ("mean", np.mean, ((2, 3),)),
    ("mean", lambda a: a.mean(axis=1), ((2, 3),)),
    ("mean", lambda a: np.mean(a, axis=(0, 1), keepdims=True), ((2, 3, 2),)),
    ("max", np.max, ((2, 3),)),
    ("max", lambda a: a.max(axis=1, keepdims=True), ((2, 3),)),
    ("max", lambda a: np.max(a, axis=0), ((3, 2),)),
    ("reshape", lambda a: a.reshape(3, 2), ((2, 3),)),
    ("reshape", lambda a: np.reshape(a, -1), ((2, 3),)),
    ("transpose", lambda a: a.T, ((2, 3),)),
    ("transpose", lambda a: np.transpose(a, (2, 0, 1)), ((2, 3, 4),)),
    ("getitem", lambda a: a[1], ((2, 3),)),
    ("getitem", lambda a: a[:, ::2], ((2, 3),)),
    ("getitem", lambda a: a[[1, 0, 1], [2, 2, 2]], ((2, 3),)),
    ("getitem", lambda a: a[CHOICE], ((2, 3),)),
    ("concatenate", lambda a, b: np.concatenate([a, b]), ((2, 3), (1, 3))),
    ("concatenate", lambda a, b, c: np.concatenate([a, b, c], axis=1), ((2, 3), (2, 1), (2, 2))),
    ("concatenate", lambda a, b: np.concatenate((a, b), 1), ((2, 3), (2, 1))),
    ("stack", lambda a, b: np.stack([a, b]), ((2, 3), (2, 3))),
    ("stack", lambda a, b: np.stack([a, b], axis=-1), ((2, 3), (2, 3))),
    ("where", lambda a, b: np.where(CHOICE, a, b), ((2, 3), (3,))),
    *[
        ("matmul", lambda a, b: a @ b, shapes)
        for shapes in (
            ((3,), (3,)), ((3,), (3, 2)), ((3,), (4, 3, 2)),
            ((2, 3), (3,)), ((2, 3), (3, 2)), ((2, 3), (4, 3, 5)),
            ((4, 2, 3), (3,)), ((4, 2, 3), (3, 5)), ((4, 2, 3), (4, 3, 5)), ((1, 2, 3), (4, 3, 5)),
        )
    ],
    ("matmul", lambda a, b: a.dot(b), ((2, 3), (3, 2))),
]  # fmt: skip
POSITIVE = ("divide", "power", "log", "sqrt")


@pytest.mark.parametrize(("name", "operation", "shapes"), CASES, ids=[f"{c[0]}-{c[2]}" for c in CASES])
def test_every_rule_is_the_derivative(
    name: str, operation: Callable[..., Any], shapes: tuple[tuple[int, ...], ...]
) -> None:
    for seed in range(3):
        rng = np.random.default_rng(seed)
        arrays = [rng.uniform(0.5, 2, s) if name in POSITIVE else rng.normal(size=s) for s in shapes]
        weights = rng.normal(size=np.shape(operation(*arrays)))
        assert_derivative(lambda *given, weights=weights: np.sum(weights * operation(*given)), arrays)
        tape = Tape()
        operation(*map(tape.variable, arrays))
        assert name in [node.name for node in tape.nodes], "the case does not try this rule"


def test_every_rule_has_its_case() -> None:
    ruled = {name for name, rules in own_rules().items() if rules}
    assert ruled == {name for name, *_ in CASES}


def test_powers_of_zero_have_slopes() -> None:
    (slopes,) = by_tape(lambda x: np.sum(x**2), [0.0, -3.0])
    assert slopes.tolist() == [0.0, -6.0]
    (slopes,) = by_tape(lambda x: np.sum(x**0), [0.0, 2.0])
    assert slopes.tolist() == [0.0, 0.0]
    (slopes,) = by_tape(lambda x: np.sum(x**1), [0.0, 2.0])
    assert slopes.tolist() == [1.0, 1.0]


# Forks -----------------------------------------------------------------------------------------------------------


def test_forks_add() -> None:
    (slope,) = by_tape(lambda u: u * u + 3 * u, 2.0)
    assert slope == 7.0  # u, u, and 3
    (slope,) = by_tape(lambda u: (u + u) * (u * u), 2.0)  # 2u³
    assert slope == 24.0
    (slopes,) = by_tape(lambda W: np.sum(W @ W), [[1.0, 2.0], [3.0, 4.0]])
    # Each entry, as a left factor: a row sum of W; as a right factor: a column sum.
    assert slopes.tolist() == [[3 + 4, 7 + 4], [3 + 6, 7 + 6]]


def test_a_fork_is_complete_before_it_hands_on() -> None:
    # Two branches of different lengths meet again; what both use is one operation away from the variable.
    def loss(u: Any) -> Any:
        w = 3 * u
        short, long = w * 2, ((w * w) * 1) * 1
        return short + long

    (slope,) = by_tape(loss, 1.0)
    assert slope == 3 * (2 + 2 * 3)


def test_stretching_adds() -> None:
    weights = np.arange(6.0).reshape(2, 3)
    row, column, number = by_tape(
        lambda r, c, n: np.sum(weights * (r + c + n)), np.zeros(3), np.zeros((2, 1)), 0.0
    )
    assert row.tolist() == [3.0, 5.0, 7.0]
    assert column.tolist() == [[3.0], [12.0]]
    assert number.shape == () and number == 15.0


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 3), max_size=3), st.data())
def test_summed_to_is_the_transpose_of_stretching(seed: int, full: list[int], data: st.DataObject) -> None:
    kept = full[data.draw(st.integers(0, len(full))) :]
    shape = tuple(n if data.draw(st.booleans()) else 1 for n in kept)
    rng = np.random.default_rng(seed)
    # Whole numbers, so that sums in any order are the same.
    x, d = rng.integers(-9, 9, shape).astype(float), rng.integers(-9, 9, tuple(full)).astype(float)
    found = summed_to(d, shape)
    assert found.shape == shape
    assert np.sum(np.broadcast_to(x, tuple(full)) * d) == np.sum(x * found)


# Corners ---------------------------------------------------------------------------------------------------------


def test_what_ties_shares() -> None:
    a, b = by_tape(lambda a, b: np.sum(np.maximum(a, b)), [1.0, 2.0, 3.0], [1.0, 5.0, 0.0])
    assert a.tolist() == [0.5, 0.0, 1.0] and b.tolist() == [0.5, 1.0, 0.0]
    (slopes,) = by_tape(
        lambda x: np.sum(x.max(axis=1) * np.array([4.0, 6.0])), [[7.0, 7.0, 1.0], [2.0, 3.0, 1.0]]
    )
    assert slopes.tolist() == [[2.0, 2.0, 0.0], [0.0, 6.0, 0.0]]
    (slopes,) = by_tape(np.max, [[5.0, 5.0], [5.0, 5.0]])
    assert slopes.tolist() == [[0.25, 0.25], [0.25, 0.25]]


def test_an_index_that_occurs_twice_hears_twice() -> None:
    weights = np.array([1.0, 10.0, 100.0, 1000.0])
    (slopes,) = by_tape(lambda x: np.sum(weights * x[[2, 0, 2, 2]]), np.zeros(4))
    assert slopes.tolist() == [10.0, 0.0, 1101.0, 0.0]
    (slopes,) = by_tape(lambda x: np.sum(weights[:2] * x[[0, 0], 1]), np.zeros((2, 3)))
    assert slopes.tolist() == [[0.0, 11.0, 0.0], [0.0, 0.0, 0.0]]


def test_joined_arrays_get_their_parts_back() -> None:
    weights = np.arange(10.0).reshape(2, 5)
    a, b = by_tape(
        lambda a, b: np.sum(weights * np.concatenate([a, b], axis=1)), np.zeros((2, 2)), np.zeros((2, 3))
    )
    assert a.tolist() == [[0.0, 1.0], [5.0, 6.0]] and b.tolist() == [[2.0, 3.0, 4.0], [7.0, 8.0, 9.0]]
    weights = np.arange(4.0).reshape(2, 2)
    a, b = by_tape(lambda a, b: np.sum(weights * np.stack([a, b], axis=1)), np.zeros(2), np.zeros(2))
    assert a.tolist() == [0.0, 2.0] and b.tolist() == [1.0, 3.0]
    # The same array in both places, and one that is no variable between them.
    (a,) = by_tape(lambda a: np.sum(np.arange(6.0) * np.concatenate([a, np.ones(2), a])), np.zeros(2))
    assert a.tolist() == [0.0 + 4.0, 1.0 + 5.0]


# What is not on the tape -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "named"),
    [
        (lambda x: np.sum(np.sinh(x)), r"np\.sinh"),
        (lambda x: np.sum(np.sort(x)), r"np\.sort"),
        (lambda x: np.add.reduce(x), r"np\.add with reduce"),
        (lambda x: np.sum(np.add(x, 1, out=np.zeros(2))), r"np\.add with out"),
        (lambda x: x.astype(int), "the attribute astype"),
    ],
    ids=["no rule", "no rule of a function", "reduce", "out", "method"],
)
def test_what_cannot_be_recorded_is_named(
    monkeypatch: pytest.MonkeyPatch, function: Callable[..., Any], named: str
) -> None:
    monkeypatch.setattr(module, "RULES", own_rules())  # the checker knows more of them
    with pytest.raises(NotRecorded, match=named):
        by_tape(function, [1.0, 2.0])


def test_nothing_is_changed_in_place() -> None:
    x = Tape().variable([1.0, 2.0])
    with pytest.raises(NotRecorded, match=r"np\.add with out"):
        x += 1
    assert x.value.tolist() == [1.0, 2.0]


def test_an_operation_without_a_rule_may_stand_where_nothing_asks() -> None:
    def loss(x: Any) -> Any:
        np.sinh(x)  # recorded, and not on the way
        return np.sum(2 * x)

    (slopes,) = by_tape(loss, [1.0, 2.0])
    assert slopes.tolist() == [2.0, 2.0]


def test_counts_and_truth_values_get_no_gradient() -> None:
    assert differentiable(1.0) and differentiable(np.float32(1)) and not differentiable(1)
    assert not differentiable(True) and not differentiable(np.arange(3))
    tape = Tape()
    x = tape.variable([1.0, 4.0, 2.0])
    best, large = np.argmax(x), x > 1.5
    loss = x[best] * 3 + np.sum(np.where(large, x, 0.0)) + np.sum(large)
    slopes = gradients(tape, loss.entry)
    assert slopes[x.entry.index].tolist() == [0.0, 4.0, 1.0]
    assert best.entry.index not in slopes and large.entry.index not in slopes


def test_only_what_leads_to_the_output_is_told() -> None:
    tape = Tape()
    u, v = tape.variable(2.0), tape.variable(5.0)
    middle = u * u
    aside, after = v * 7, middle * v
    slopes = gradients(tape, middle.entry)
    assert {index: float(slope) for index, slope in slopes.items()} == {
        middle.entry.index: 1.0,
        u.entry.index: 4.0,
    }
    assert not {aside.entry.index, after.entry.index} & set(slopes)


def test_another_rule_can_be_asked() -> None:
    tape = Tape()
    u = tape.variable(2.0)
    loss = np.tanh(u * 3)
    forgotten = gradients(tape, loss.entry, lambda index, k: lambda d, y, *arguments: d)
    assert forgotten[u.entry.index] == 1.0


# The record ------------------------------------------------------------------------------------------------------


def test_the_record_stands_in_order_and_keeps_its_values() -> None:
    given_array = np.array([1, 2])
    tape = Tape()
    x = tape.variable(given_array)
    loss = np.sum(x * 3 + x)
    given_array[0] = 99
    assert [node.name for node in tape.nodes] == ["", "multiply", "add", "sum"]
    assert [node.arguments for node in tape.nodes[1:]] == [(Entry(0), 3), (Entry(1), Entry(0)), (Entry(2),)]
    assert x.value.tolist() == [1.0, 2.0] and x.value.dtype == float, "a variable is a copy, in floats"
    assert loss.value == 12.0 and (x.shape, x.ndim, x.size, len(x)) == ((2,), 1, 2, 2)
    assert [float(entry.value) for entry in x] == [1.0, 2.0]


def test_a_thousand_steps_are_differentiated_exactly() -> None:
    # Steps of rate r down the bowl a u² / 2 from 1: u = (1 - r a)^1000.
    def end(rate: Any) -> Any:
        u = 1.0
        for _ in range(1000):
            u = u - rate * (0.5 * u)
        return u * 1.0

    (slope,) = by_tape(end, 0.004)
    # A rounding in each step of the way out and back.
    assert slope == pytest.approx(-1000 * 0.5 * (1 - 0.002) ** 999, rel=4 * 1000 * EPSILON)


# Networks --------------------------------------------------------------------------------------------------------


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize("samples", [1, 4])
def test_the_small_network_has_the_gradients_of_backpropagation(samples: int) -> None:
    x, y, params = example.X[:samples], example.Y[:samples], example.parameters()

    def loss(W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
        y_hat = sigmoid(sigmoid(x @ W1 + b1) @ W2 + b2)
        return ((y_hat - y) ** 2).sum() / (2 * len(x))

    _, right = backpropagation(example.NETWORK, params, x, y)
    for name, found in zip(params, by_tape(loss, *params.values()), strict=True):
        assert found.shape == right[name].shape
        assert np.allclose(found, right[name], rtol=1e-13, atol=1e-16), name


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 4), st.integers(2, 4))
def test_a_classifier_has_the_gradients_of_backpropagation(seed: int, m: int, n: int, classes: int) -> None:
    rng = np.random.default_rng(seed)
    network = Network((n, 3, 4, classes), ("tanh", "relu", "identity"), "categorical_cross_entropy")
    params, x = initialize(network, rng), rng.normal(size=(m, n))
    y = np.eye(classes)[rng.integers(0, classes, m)]

    def loss(W1: Any, b1: Any, W2: Any, b2: Any, W3: Any, b3: Any) -> Any:
        a = np.maximum(0, np.tanh(x @ W1 + b1) @ W2 + b2)
        logits = a @ W3 + b3
        shifted = logits - logits.max(axis=1, keepdims=True)
        return -np.mean(np.sum(y * (shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))), axis=1))

    _, right = backpropagation(network, params, x, y)
    for name, found in zip(params, by_tape(loss, *params.values()), strict=True):
        # ReLU at exactly zero is a corner where both sides are right; random numbers do not stand there, zero biases may.
        assert np.allclose(found, right[name], rtol=1e-10, atol=1e-13), name
