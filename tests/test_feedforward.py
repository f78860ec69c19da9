"""The forward pass, against hand-worked numbers and against its own structure."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bplib.activation import sigmoid, softmax
from bplib.feedforward import dense, feedforward, predict
from bplib.network import Network, initialize

SEEDS = st.integers(0, 2**32 - 1)
DEEP = Network((3, 4, 5, 2), ("tanh", "relu", "identity"))


def test_dense_worked_out_by_hand():
    z = dense(
        np.array([[1.0, 2.0]]), np.array([[3.0, 5.0, 7.0], [11.0, 13.0, 17.0]]), np.array([1.0, 0.0, -1.0])
    )
    assert z.tolist() == [[26.0, 31.0, 40.0]]


def test_one_unit_at_a_time_gives_the_same():
    params = initialize(DEEP, np.random.default_rng(0))
    x = np.random.default_rng(1).normal(size=(6, 3))
    output, _ = feedforward(DEEP, params, x)
    for sample, row in zip(x, output):
        a = list(sample)
        for layer, g in ((1, math.tanh), (2, lambda z: max(z, 0.0)), (3, float)):
            W, b = params[f"W{layer}"], params[f"b{layer}"]
            a = [g(sum(a[i] * W[i, j] for i in range(len(a))) + b[j]) for j in range(len(b))]
        assert np.allclose(row, a, rtol=1e-12, atol=1e-15)


def test_the_cache_holds_what_every_layer_saw_and_did():
    params = initialize(DEEP, np.random.default_rng(0))
    x = np.random.default_rng(1).normal(size=(6, 3))
    output, cache = feedforward(DEEP, params, x)
    assert len(cache) == 3
    assert np.array_equal(cache[0].x, x) and np.array_equal(cache[-1].a, output)
    for layer, entry in enumerate(cache, start=1):
        assert np.array_equal(entry.z, dense(entry.x, params[f"W{layer}"], params[f"b{layer}"]))
        assert entry.mask is None
    assert np.array_equal(cache[1].x, cache[0].a) and np.array_equal(cache[2].x, cache[1].a)
    assert np.array_equal(cache[0].a, np.tanh(cache[0].z))


def test_a_mask_reaches_the_next_layer_and_not_the_cached_activation():
    params = initialize(DEEP, np.random.default_rng(0))
    x = np.random.default_rng(1).normal(size=(2, 3))
    mask = np.array([[0.0, 2.0, 0.0, 2.0], [2.0, 2.0, 0.0, 0.0]])
    _, cache = feedforward(DEEP, params, x, masks=(mask, None, None))
    assert np.array_equal(cache[0].a, np.tanh(cache[0].z))
    assert np.array_equal(cache[1].x, cache[0].a * mask) and cache[0].mask is mask


@given(SEEDS, st.floats(-3, 3), st.floats(-3, 3))
def test_the_output_is_linear_in_the_last_weights(seed, p, q):
    rng = np.random.default_rng(seed)
    one, two = initialize(DEEP, rng), initialize(DEEP, rng)
    x = rng.normal(size=(4, 3))

    def output(W):
        return feedforward(DEEP, {**one, "W3": W}, x)[0]

    mixed = output(p * one["W3"] + q * two["W3"])
    assert np.allclose(mixed, p * output(one["W3"]) + q * output(two["W3"]), rtol=0, atol=1e-12)


@given(SEEDS)
def test_samples_do_not_see_each_other(seed):
    rng = np.random.default_rng(seed)
    params, x = initialize(DEEP, rng), rng.normal(size=(5, 3))
    whole, _ = feedforward(DEEP, params, x)
    alone = np.vstack([feedforward(DEEP, params, sample.reshape(1, -1))[0] for sample in x])
    assert np.allclose(whole, alone, rtol=0, atol=1e-14)


@pytest.mark.parametrize(
    ("loss", "squash"),
    [
        ("mean_squared_error", lambda z: z),
        ("binary_cross_entropy", sigmoid),
        ("categorical_cross_entropy", softmax),
    ],
)
def test_a_prediction_is_what_the_logits_stand_for(loss, squash):
    network = Network((3, 4), ("identity",), loss)
    params = initialize(network, np.random.default_rng(0))
    x = np.random.default_rng(1).normal(size=(5, 3))
    assert np.array_equal(predict(network, params, x), squash(feedforward(network, params, x)[0]))


def test_whole_numbers_are_read_as_floating_point():
    params = initialize(DEEP, np.random.default_rng(0))
    assert np.array_equal(predict(DEEP, params, [[1, 2, 3]]), predict(DEEP, params, [[1.0, 2.0, 3.0]]))


def test_nothing_that_is_passed_in_is_changed():
    params = initialize(DEEP, np.random.default_rng(0))
    x = np.ones((2, 3))
    before = {name: value.copy() for name, value in params.items()}
    feedforward(DEEP, params, x)
    assert (x == 1).all() and all(np.array_equal(params[name], before[name]) for name in params)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.ones(3), r"x has shape \(3,\), expected a batch.*x.reshape\(1, -1\)"),
        (np.ones((2, 4)), r"x has shape \(2, 4\), expected \(samples, 3\)"),
        (np.ones((0, 3)), "the batch is empty. Pass at least one sample"),
        (np.array([[1.0, np.nan, 1.0]]), r"x\[0, 1\] is nan, expected finite numbers"),
        (np.array([[1.0, 1.0, np.inf]]), r"x\[0, 2\] is inf"),
        (np.array([["a", "b", "c"]]), "dtype <U1, expected numbers"),
    ],
)
def test_inputs_that_do_not_fit_are_explained(x, message):
    with pytest.raises(ValueError, match=message):
        feedforward(DEEP, initialize(DEEP, np.random.default_rng(0)), x)


def test_parameters_that_do_not_fit_are_named():
    params = {**initialize(DEEP, np.random.default_rng(0)), "b2": np.zeros((1, 5))}
    with pytest.raises(ValueError, match=r"b2 has shape \(1, 5\), expected \(5,\)"):
        feedforward(DEEP, params, np.ones((1, 3)))
