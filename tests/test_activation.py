"""Activation functions and their derivatives, at ordinary and at extreme inputs."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bplib import activation
from bplib.activation import (
    ACTIVATIONS,
    get_activation,
    leaky_relu,
    relu,
    sigmoid,
    softmax,
    softmax_backward,
    tanh,
)
from bplib.partial_derivatives import central_difference, complex_step, relative_error

ELEMENTWISE = ("identity", "sigmoid", "tanh", "relu", "leaky_relu")
LOGITS = arrays(np.float64, (3, 4), elements=st.floats(-50, 50))
# Away from the kink of the rectifiers, which has no derivative.
POINTS = np.array([[-6.0, -1.5, -0.3], [0.2, 1.0, 5.0]])


@pytest.mark.parametrize(
    ("function", "z", "value"),
    [
        (sigmoid, 0.0, 0.5),
        (sigmoid, math.log(3), 0.75),
        (tanh, math.log(3) / 2, 0.5),
        (relu, -2.0, 0.0),
        (relu, 2.0, 2.0),
        (leaky_relu, -2.0, -0.02),
        (leaky_relu, 2.0, 2.0),
        (activation.identity, -2.0, -2.0),
    ],
)
def test_values_worked_out_by_hand(function, z, value):
    assert function(np.array([[z]]))[0, 0] == pytest.approx(value, rel=1e-15, abs=1e-15)


def test_softmax_worked_out_by_hand():
    assert np.allclose(softmax(np.log([[1.0, 2.0, 5.0]])), [[0.125, 0.25, 0.625]], rtol=1e-14)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_derivatives_are_what_differences_measure(name):
    forward = ACTIVATIONS[name].forward
    measured = central_difference(lambda z: forward(z).sum(), POINTS)
    # h²/6 of the third derivative (below 2) and rounding of 1e-16 · 13 / 1e-5: 3e-10 together.
    assert np.allclose(getattr(activation, f"{name}_derivative")(POINTS), measured, rtol=0, atol=3e-10)


@pytest.mark.parametrize("name", ["identity", "sigmoid", "tanh"])
def test_analytic_derivatives_are_exact(name):
    exact = complex_step(lambda z: ACTIVATIONS[name].forward(z).sum(), POINTS)
    assert relative_error(getattr(activation, f"{name}_derivative")(POINTS), exact) < 1e-13


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_the_backward_step_multiplies_by_the_derivative(name):
    da = np.array([[1.0, -2.0, 3.0], [0.5, 0.0, -1.0]])
    derivative = getattr(activation, f"{name}_derivative")(POINTS)
    step = ACTIVATIONS[name]
    assert np.allclose(
        step.backward(da, POINTS, step.forward(POINTS)), da * derivative, rtol=1e-12, atol=1e-14
    )


@given(LOGITS, arrays(np.float64, (3, 4), elements=st.floats(-2, 2)))
def test_the_softmax_backward_step_is_its_jacobian(z, da):
    exact = complex_step(lambda logits: (softmax(logits) * da).sum(), z)
    assert np.allclose(softmax_backward(da, softmax(z)), exact, rtol=0, atol=1e-14)
    assert np.array_equal(
        ACTIVATIONS["softmax"].backward(da, z, softmax(z)), softmax_backward(da, softmax(z))
    )


@given(LOGITS)
def test_softmax_rows_are_probabilities(z):
    a = softmax(z)
    assert (a >= 0).all() and np.allclose(a.sum(axis=1), 1.0, rtol=1e-14)


@given(LOGITS, st.floats(-100, 100))
def test_softmax_does_not_see_a_shift(z, shift):
    # z + shift is rounded to about 1e-14, which moves a probability by as much.
    assert np.allclose(softmax(z + shift), softmax(z), rtol=1e-12, atol=0)


@given(st.floats(-700, 700))
def test_sigmoid_is_symmetric_and_tanh_in_disguise(z):
    assert sigmoid(-z) == pytest.approx(1 - sigmoid(z), abs=1e-15)
    assert sigmoid(z) == pytest.approx(1 / (1 + math.exp(-z)), abs=1e-15)


@given(st.lists(st.floats(-20, 20), min_size=2, max_size=2, unique=True).map(sorted))
def test_no_activation_ever_falls(pair):
    low, high = np.array([[pair[0]]]), np.array([[pair[1]]])
    for name in ELEMENTWISE:
        assert ACTIVATIONS[name].forward(low) <= ACTIVATIONS[name].forward(high)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_extreme_inputs_overflow_nowhere(name):
    z = np.array([[-1000.0, 0.0, 1000.0], [1000.0, 1000.0, -1000.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        a = ACTIVATIONS[name].forward(z)
        dz = ACTIVATIONS[name].backward(np.ones_like(z), z, a)
    assert np.isfinite(a).all() and np.isfinite(dz).all() and a.shape == dz.shape == z.shape


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_inputs_are_not_changed_and_the_kind_of_number_is_kept(name):
    z = POINTS.astype(np.float32)
    before = z.copy()
    a = ACTIVATIONS[name].forward(z)
    dz = ACTIVATIONS[name].backward(np.ones_like(z), z, a)
    assert np.array_equal(z, before) and a.dtype == dz.dtype == np.float32


def test_at_the_kink_the_rectifiers_take_the_lower_slope():
    zero = np.zeros((1, 1))
    assert (
        activation.relu_derivative(zero) == 0.0 and activation.leaky_relu_derivative(zero, slope=0.3) == 0.3
    )
    assert ACTIVATIONS["relu"].backward(np.ones((1, 1)), zero, zero) == 0.0


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(
        ValueError, match="unknown activation function 'swish', expected one of 'identity', 'sigmoid'"
    ):
        get_activation("swish")
    assert all(get_activation(name).name == name for name in ACTIVATIONS)
