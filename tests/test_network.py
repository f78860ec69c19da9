"""The plan of a network, its shapes, and how its weights are drawn."""

import math

import numpy as np
import pytest

from bplib.network import SCHEMES, Network, initialize


def test_shapes_and_depth():
    network = Network((3, 5, 2), ("tanh", "identity"))
    assert network.depth == 2
    assert network.shapes() == {"W1": (3, 5), "b1": (5,), "W2": (5, 2), "b2": (2,)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((2,), ()), "expected at least two whole numbers above 0"),
        (((2, 0, 1), ("relu", "relu")), r"sizes is \(2, 0, 1\)"),
        (((2, 2.5, 1), ("relu", "relu")), r"sizes is \(2, 2.5, 1\)"),
        (((2, 2, 1), ("relu",)), "expected 2 names, one per layer"),
        (((2, 1), "relu"), "expected 1 names"),
        (((2, 1), ("swish",)), "unknown activation function 'swish'"),
        (((2, 1), ("relu",), "hinge"), "unknown loss 'hinge'"),
        (
            ((2, 1), ("sigmoid",), "binary_cross_entropy"),
            "expected 'identity' with binary_cross_entropy.*predict",
        ),
        (
            ((2, 3), ("softmax",), "categorical_cross_entropy"),
            "expected 'identity' with categorical_cross_entropy",
        ),
    ],
)
def test_a_plan_that_cannot_work_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Network(*arguments)


def test_parameters_that_do_not_fit_are_named():
    network = Network((2, 3), ("relu",))
    network.check({"W1": np.ones((2, 3)), "b1": np.ones(3)})
    with pytest.raises(ValueError, match=r"W1 has shape \(3, 2\), expected \(2, 3\)"):
        network.check({"W1": np.ones((3, 2)), "b1": np.ones(3)})
    with pytest.raises(ValueError, match=r"parameters are \['W1'\], expected \['W1', 'b1'\]"):
        network.check({"W1": np.ones((2, 3))})
    with pytest.raises(ValueError, match="'W2'"):
        network.check({"W1": np.ones((2, 3)), "b1": np.ones(3), "W2": np.ones((3, 1))})


@pytest.mark.parametrize(
    ("scheme", "variance"),
    [
        ("glorot_uniform", 2 / 500),
        ("glorot_normal", 2 / 500),
        ("he_uniform", 2 / 300),
        ("he_normal", 2 / 300),
    ],
)
def test_schemes_have_the_published_variance(scheme, variance):
    W = SCHEMES[scheme](300, 200, np.random.default_rng(0))
    assert W.shape == (300, 200)
    # 60,000 draws: the variance of a normal sample is off by sqrt(2/60000) = 0.6 %, so 3 % is five deviations.
    assert W.var() == pytest.approx(variance, rel=0.03)
    assert abs(W.mean()) < 5 * math.sqrt(variance / W.size)
    if scheme.endswith("uniform"):
        limit = math.sqrt(3 * variance)
        assert 0.999 * limit < np.abs(W).max() <= limit


def test_rectifiers_start_with_he_and_the_others_with_glorot():
    params = initialize(
        Network((400, 300, 200, 10), ("relu", "tanh", "leaky_relu")), np.random.default_rng(0)
    )
    assert params["W1"].var() == pytest.approx(2 / 400, rel=0.03)
    assert params["W2"].var() == pytest.approx(2 / 500, rel=0.03)
    assert params["W3"].var() == pytest.approx(2 / 200, rel=0.15)
    # A normal distribution has tails beyond two deviations, a uniform one has not.
    assert (np.abs(params["W1"]) > 2 * params["W1"].std()).any()
    assert not (np.abs(params["W2"]) > 2 * params["W2"].std()).any()


def test_biases_start_at_zero_and_the_seed_decides_the_rest():
    network = Network((4, 3, 2), ("tanh", "identity"))
    params = initialize(network, np.random.default_rng(1))
    again = initialize(network, np.random.default_rng(1))
    other = initialize(network, np.random.default_rng(2))
    network.check(params)
    assert not params["b1"].any() and not params["b2"].any()
    assert all(np.array_equal(params[name], again[name]) for name in params)
    assert not np.array_equal(params["W1"], other["W1"])


def test_the_kind_of_number_can_be_chosen():
    params = initialize(
        Network((4, 3), ("relu",)), np.random.default_rng(0), scheme="he_uniform", dtype=np.float32
    )
    assert {value.dtype for value in params.values()} == {np.dtype(np.float32)}


def test_an_unknown_scheme_is_answered_with_the_known_ones():
    with pytest.raises(
        ValueError, match="unknown initialization scheme 'zeros', expected one of 'glorot_uniform'"
    ):
        initialize(Network((2, 1), ("relu",)), np.random.default_rng(0), scheme="zeros")
