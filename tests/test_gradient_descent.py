"""Gradient descent on functions whose walk is known in closed form."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bplib.gradient_descent import gradient_descent


@given(st.floats(0.01, 1.9), st.floats(-5, 5), st.integers(1, 30))
def test_a_parabola_shrinks_by_the_same_factor_every_step(rate, start, steps):
    # f(t) = t²/2 has the gradient t, so every step multiplies by 1 - rate.
    descent = gradient_descent(lambda t: t, [start], rate, steps=steps)
    expected = start * (1 - rate) ** np.arange(len(descent.path))
    assert np.allclose(descent.path[:, 0], expected, rtol=1e-12, atol=1e-15)
    assert np.allclose(descent.gradient_norms, np.abs(expected), rtol=1e-12, atol=1e-15)


def test_the_path_has_the_start_and_one_point_per_step():
    descent = gradient_descent(lambda p: p, np.ones((2, 3)), 0.1, steps=7)
    assert descent.path.shape == (8, 2, 3) and descent.gradient_norms.shape == (8,)
    assert np.array_equal(descent.path[0], np.ones((2, 3))) and not descent.converged


def test_it_stops_as_soon_as_the_gradient_is_short_enough():
    descent = gradient_descent(lambda t: t, [1.0], 0.5, steps=100, tolerance=0.1)
    # 1, 1/2, 1/4, 1/8, 1/16: the first at most 0.1.
    assert len(descent.path) == 5 and descent.converged
    assert descent.gradient_norms[-2] > 0.1 >= descent.gradient_norms[-1]


def test_zero_steps_stay_at_the_start():
    descent = gradient_descent(lambda t: t, [2.0], 0.5, steps=0)
    assert descent.path.tolist() == [[2.0]] and descent.gradient_norms.tolist() == [2.0]


def test_the_start_is_not_changed():
    start = np.array([1.0, 2.0])
    gradient_descent(lambda t: t, start, 0.5)
    assert start.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("rate", [0.0, -0.1, np.inf, np.nan])
def test_a_rate_that_is_no_positive_number_is_refused(rate):
    with pytest.raises(ValueError, match="learning_rate is .*, expected a finite number above 0"):
        gradient_descent(lambda t: t, [1.0], rate)


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"gradient has shape \(1, 2\), expected that of the point, \(2,\)"):
        gradient_descent(lambda p: p.reshape(1, 2), [1.0, 2.0], 0.1)


def test_a_walk_that_leaves_the_finite_numbers_says_what_to_do():
    with (
        np.errstate(over="ignore"),
        pytest.raises(ValueError, match=r"learning_rate=1000.0 is too large.*Try a tenth"),
    ):
        gradient_descent(lambda t: t, [1.0], 1000.0, steps=500)
