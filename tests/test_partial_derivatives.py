"""The chain rule through one layer, and the differences that judge it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bplib.partial_derivatives import (
    central_difference,
    complex_step,
    dense_backward,
    forward_difference,
    numerical_gradient,
    relative_error,
)

EPSILON = np.finfo(float).eps


def test_dense_backward_worked_out_by_hand():
    dx, dW, db = dense_backward(
        np.array([[1.0, 10.0], [2.0, 20.0]]), np.array([[3.0], [5.0]]), np.array([[7.0, 11.0]])
    )
    assert dx.tolist() == [[117.0], [234.0]]  # 1·7 + 10·11, 2·7 + 20·11
    assert dW.tolist() == [[13.0, 130.0]]  # 3·1 + 5·2, 3·10 + 5·20
    assert db.tolist() == [3.0, 30.0]


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 4), st.integers(1, 4))
def test_dense_backward_is_the_derivative_of_every_entry(seed, m, n_in, n_out):
    rng = np.random.default_rng(seed)
    x, W, b, dz = (rng.normal(size=s) for s in ((m, n_in), (n_in, n_out), (n_out,), (m, n_out)))
    gradients = dense_backward(dz, x, W)
    # The pass is linear in each argument, so the complex step has rounding errors only.
    for gradient, at, f in (
        (gradients.dx, x, lambda v: ((v @ W + b) * dz).sum()),
        (gradients.dW, W, lambda v: ((x @ v + b) * dz).sum()),
        (gradients.db, b, lambda v: ((x @ W + v) * dz).sum()),
    ):
        assert gradient.shape == at.shape
        assert np.allclose(gradient, complex_step(f, at), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("step", [1e-3, 1e-4])
def test_errors_shrink_as_the_formulas_say(step):
    x = np.array([1.0])
    truth = np.cos(1.0)
    f = lambda v: np.sin(v).sum()
    forward = abs(forward_difference(f, x, step)[0] - truth)
    central = abs(central_difference(f, x, step)[0] - truth)
    # First terms of the Taylor series: h/2 |f''| and h²/6 |f'''|.
    assert forward == pytest.approx(step / 2 * np.sin(1.0), rel=1e-2)
    assert central == pytest.approx(step**2 / 6 * np.cos(1.0), rel=1e-2)
    assert abs(complex_step(f, x)[0] - truth) <= EPSILON


def test_a_step_that_is_too_small_drowns_in_rounding_but_a_complex_one_does_not():
    f = lambda v: (1000 + np.sin(v)).sum()
    assert abs(central_difference(f, [1.0], 1e-12)[0] - np.cos(1.0)) > 1e-3
    assert complex_step(f, [1.0], 1e-200)[0] == pytest.approx(np.cos(1.0), rel=1e-15)


@pytest.mark.parametrize("method", [forward_difference, central_difference, complex_step])
def test_every_entry_gets_its_own_derivative(method):
    x = np.arange(6.0).reshape(2, 3)
    weights = np.array([[1.0, -2.0, 3.0], [0.0, 5.0, -7.0]])
    slopes = method(lambda v: (weights * v**2).sum(), x)
    assert slopes.shape == (2, 3)
    # Forward: h · weight = 7e-7 and rounding 2e-16 · 130 / 1e-7 = 3e-7.
    assert np.allclose(slopes, 2 * weights * x, rtol=0, atol=2e-6 if method is forward_difference else 1e-8)
    assert np.array_equal(x, np.arange(6.0).reshape(2, 3)), "the point was changed"


def test_whole_numbers_are_not_stepped_to_zero():
    assert central_difference(lambda v: (v**2).sum(), [1, 2, 3]) == pytest.approx([2.0, 4.0, 6.0], rel=1e-9)


def test_numerical_gradient_moves_one_parameter_and_keeps_the_others():
    params = {"W1": np.array([[2.0, 3.0]]), "b1": np.array([5.0])}
    slopes = numerical_gradient(lambda p: float((p["W1"] ** 2).sum() * p["b1"][0]), params)
    assert slopes.keys() == params.keys()
    assert slopes["W1"] == pytest.approx(np.array([[20.0, 30.0]]), rel=1e-8)
    assert slopes["b1"] == pytest.approx(np.array([13.0]), rel=1e-8)
    assert params["W1"].tolist() == [[2.0, 3.0]] and params["b1"].tolist() == [5.0]


def test_relative_error_worked_out_by_hand():
    assert relative_error([1.0, 2.0], [1.0, 4.0]) == 0.5
    assert relative_error([0.0], [0.0]) == 0.0
    assert relative_error([1.0], [-1.0]) == 2.0
    assert relative_error([], []) == 0.0
    assert relative_error([1e-300], [2e-300]) == 0.5


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.lists(st.floats(-1e6, 1e6), min_size=1))
def test_relative_error_is_symmetric_and_at_most_two(a, b):
    n = min(len(a), len(b))
    error = relative_error(a[:n], b[:n])
    assert error == relative_error(b[:n], a[:n]) and 0 <= error <= 2


def test_relative_error_does_not_broadcast():
    with pytest.raises(ValueError, match=r"shapes \(3,\) and \(3, 1\), expected the same shape twice"):
        relative_error(np.ones(3), np.ones((3, 1)))
