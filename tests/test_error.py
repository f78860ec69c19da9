"""Losses, their gradients, and the targets they take."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bplib.activation import sigmoid, softmax
from bplib.error import LOSSES, get_loss, one_hot
from bplib.partial_derivatives import central_difference, complex_step, relative_error

OUTPUT = np.array([[0.3, -1.2, 2.0], [1.5, 0.1, -0.4]])
TARGETS = {
    "mean_squared_error": np.array([[1.0, -2.0, 0.5], [0.0, 0.3, 4.0]]),
    "binary_cross_entropy": np.array([[1.0, 0.0, 0.25], [0.0, 1.0, 1.0]]),
    "categorical_cross_entropy": np.array([[0.0, 1.0, 0.0], [0.2, 0.5, 0.3]]),
}
# The same losses from their definitions: free to overflow, and analytic.
DEFINITIONS = {
    "mean_squared_error": lambda z, y: ((z - y) ** 2).sum() / 2 / len(z),
    "binary_cross_entropy": lambda z, y: (
        -(y * np.log(1 / (1 + np.exp(-z))) + (1 - y) * np.log(1 - 1 / (1 + np.exp(-z)))).sum() / len(z)
    ),
    "categorical_cross_entropy": lambda z, y: (
        -(y * np.log(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))).sum() / len(z)
    ),
}
BOUNDED = arrays(np.float64, (3, 4), elements=st.floats(-1000, 1000))


def test_values_worked_out_by_hand():
    # (0.5² + 1² + 2²) / (2 · 1)
    assert LOSSES["mean_squared_error"].value([[0.5, 1.0, 2.0]], [[0.0, 0.0, 0.0]]) == 2.625
    # Twice the same sample has the same mean.
    assert LOSSES["mean_squared_error"].value([[1.0], [1.0]], [[0.0], [0.0]]) == 0.5
    # Undecided between two is one bit of surprise, between four it is two.
    assert LOSSES["binary_cross_entropy"].value([[0.0]], [[1.0]]) == pytest.approx(math.log(2), rel=1e-15)
    four = LOSSES["categorical_cross_entropy"].value(np.zeros((1, 4)), [[0.0, 0.0, 1.0, 0.0]])
    assert four == pytest.approx(2 * math.log(2), rel=1e-15)


@pytest.mark.parametrize("name", LOSSES)
def test_values_are_those_of_the_definition(name):
    expected = DEFINITIONS[name](OUTPUT, TARGETS[name])
    assert LOSSES[name].value(OUTPUT, TARGETS[name]) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_are_what_differences_measure(name):
    loss, target = LOSSES[name], TARGETS[name]
    measured = central_difference(lambda z: loss.value(z, target), OUTPUT)
    # Rounding: 2e-16 · 4 / 1e-5 = 8e-11; truncation: h²/6 of a third derivative below 1 is 2e-11.
    assert np.allclose(loss.gradient(OUTPUT, target), measured, rtol=0, atol=2e-10)


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_are_exact_derivatives_of_the_definition(name):
    exact = complex_step(lambda z: DEFINITIONS[name](z, TARGETS[name]), OUTPUT)
    assert relative_error(LOSSES[name].gradient(OUTPUT, TARGETS[name]), exact) < 1e-13


@pytest.mark.parametrize(
    ("name", "squash"), [("binary_cross_entropy", sigmoid), ("categorical_cross_entropy", softmax)]
)
def test_cross_entropies_have_the_gradient_prediction_minus_target(name, squash):
    expected = (squash(OUTPUT) - TARGETS[name]) / len(OUTPUT)
    assert np.array_equal(LOSSES[name].gradient(OUTPUT, TARGETS[name]), expected)
    assert np.array_equal(LOSSES[name].prediction(OUTPUT), squash(OUTPUT))


def test_two_classes_are_one_logit():
    # softmax of (z, 0) is (sigmoid(z), 1 - sigmoid(z)).
    z, y = np.array([[0.7], [-3.0]]), np.array([[1.0], [0.0]])
    both = LOSSES["categorical_cross_entropy"].value(np.hstack([z, 0 * z]), np.hstack([y, 1 - y]))
    assert LOSSES["binary_cross_entropy"].value(z, y) == pytest.approx(both, rel=1e-14)


@given(BOUNDED, arrays(np.int64, 3, elements=st.integers(0, 3)))
def test_losses_are_finite_and_not_negative_even_at_a_thousand(z, labels):
    target = one_hot(labels, 4)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for loss in LOSSES.values():
            value, gradient = loss.value(z, target), loss.gradient(z, target)
            # The cross-entropies subtract numbers of up to 1000, each rounded to 1e-13.
            assert np.isfinite(value) and value >= -1e-12
            assert np.isfinite(gradient).all() and gradient.shape == z.shape


def test_being_sure_and_wrong_costs_the_distance():
    assert LOSSES["binary_cross_entropy"].value([[1000.0]], [[0.0]]) == 1000.0
    assert LOSSES["categorical_cross_entropy"].value([[1000.0, 0.0]], [[0.0, 1.0]]) == 1000.0


@given(BOUNDED, arrays(np.int64, 3, elements=st.integers(0, 3)), st.permutations(range(3)))
def test_the_order_of_samples_does_not_matter(z, labels, order):
    target = one_hot(labels, 4)
    for loss in LOSSES.values():
        assert loss.value(z[order], target[order]) == pytest.approx(
            loss.value(z, target), rel=1e-12, abs=1e-10
        )


@given(
    st.integers(1, 8).flatmap(lambda k: st.tuples(st.just(k), st.lists(st.integers(0, k - 1), min_size=1)))
)
def test_one_hot_rows_have_a_single_one_at_the_label(case):
    classes, labels = case
    rows = one_hot(labels, classes)
    assert rows.shape == (len(labels), classes) and rows.dtype == np.float64
    assert (rows.sum(axis=1) == 1).all() and set(np.unique(rows)) <= {0.0, 1.0}
    assert rows.argmax(axis=1).tolist() == labels


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("part", ["value", "gradient"])
@pytest.mark.parametrize(
    ("output", "target", "message"),
    [
        (
            np.zeros((3, 1)),
            np.zeros(3),
            r"target has shape \(3,\), expected that of the output, \(3, 1\).*reshape",
        ),
        (np.zeros((3, 2)), np.zeros((3, 1)), r"target has shape \(3, 1\)"),
        (np.zeros(3), np.zeros(3), r"output has shape \(3,\), expected a batch"),
        (np.zeros((0, 3)), np.zeros((0, 3)), "not empty"),
    ],
)
def test_shapes_that_would_broadcast_are_refused(name, part, output, target, message):
    with pytest.raises(ValueError, match=message):
        getattr(LOSSES[name], part)(output, target)


def test_targets_that_are_no_probabilities_are_refused():
    with pytest.raises(ValueError, match=r"target\[1, 0\] is 2.0, expected a probability"):
        LOSSES["binary_cross_entropy"].value([[0.0], [0.0]], [[1.0], [2.0]])
    with pytest.raises(ValueError, match=r"target\[0, 1\] is -0.5"):
        LOSSES["categorical_cross_entropy"].value([[0.0, 0.0]], [[1.0, -0.5]])
    with pytest.raises(ValueError, match=r"target row 1 sums to 0.5, expected 1.*one_hot"):
        LOSSES["categorical_cross_entropy"].value(np.zeros((2, 2)), [[1.0, 0.0], [0.5, 0.0]])


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 3], "label 3 is out of range, expected 0 to 2 for 3 classes"),
        ([-1, 0], "label -1 is out of range"),
        ([0.5], r"expected \(m,\) integers"),
        ([[0], [1]], r"shape \(2, 1\)"),
    ],
)
def test_labels_that_are_none_are_refused(labels, message):
    with pytest.raises(ValueError, match=message):
        one_hot(labels, 3)


def test_an_unknown_loss_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="unknown loss 'hinge', expected one of 'mean_squared_error'"):
        get_loss("hinge")
    assert all(get_loss(name).name == name for name in LOSSES)
