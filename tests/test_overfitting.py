"""Penalties, dropout, splits and early stopping."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bplib.feedforward import feedforward
from bplib.iterations import History
from bplib.network import Network, initialize
from bplib.overfitting import (
    cross_validate,
    dropout_masks,
    early_stopping,
    k_fold,
    l1,
    l2,
    train_validation_split,
)
from bplib.partial_derivatives import numerical_gradient

PARAMS = {
    "W1": np.array([[1.0, -2.0]]),
    "b1": np.array([10.0, 10.0]),
    "W2": np.array([[3.0], [-0.5]]),
    "b2": np.ones(1),
}


def test_penalties_worked_out_by_hand():
    assert l2(0.2).value(PARAMS) == pytest.approx(0.1 * (1 + 4 + 9 + 0.25), rel=1e-15)
    assert l1(0.2).value(PARAMS) == pytest.approx(0.2 * (1 + 2 + 3 + 0.5), rel=1e-15)
    assert l2(0.2).gradient(PARAMS)["W1"] == pytest.approx(np.array([[0.2, -0.4]]), rel=1e-15)
    assert l1(0.2).gradient(PARAMS)["W2"] == pytest.approx(np.array([[0.2], [-0.2]]), rel=1e-15)


@pytest.mark.parametrize("penalty", [l1, l2])
def test_penalty_gradients_are_what_differences_measure(penalty):
    gradients, measured = penalty(0.7).gradient(PARAMS), numerical_gradient(penalty(0.7).value, PARAMS)
    for name in PARAMS:
        # Rounding of a value near 5: 5 · 2e-16 / 1e-5, a few times.
        assert np.allclose(gradients[name], measured[name], rtol=0, atol=1e-9), name
    assert not gradients["b1"].any() and gradients["b1"].shape == (2,), "biases are free"


@pytest.mark.parametrize("penalty", [l1, l2])
def test_a_penalty_has_a_name_and_a_price(penalty):
    assert penalty(0.1).name == f"{penalty.__name__}(0.1)"
    with pytest.raises(ValueError, match="strength is 0.0, expected a finite number above 0"):
        penalty(0.0)


NETWORK = Network((3, 400, 300, 2), ("relu", "relu", "identity"))


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_dropout_drops_its_share_and_keeps_the_mean(rate):
    one, two, last = dropout_masks(NETWORK, 500, rate, np.random.default_rng(0))
    assert one.shape == (500, 400) and two.shape == (500, 300) and last is None
    for mask in (one, two):
        assert np.allclose(np.unique(mask), [0.0, 1 / (1 - rate)])
        # Six standard deviations of a share of at least 150,000 draws.
        assert (mask == 0).mean() == pytest.approx(rate, abs=6 * np.sqrt(rate * (1 - rate) / mask.size))
        assert mask.mean() == pytest.approx(1.0, abs=6 * np.sqrt(rate / (1 - rate) / mask.size))


def test_the_next_layer_sees_the_same_mean_with_dropout_as_without():
    network = Network((3, 50, 2), ("tanh", "identity"))
    rng = np.random.default_rng(0)
    params, x = initialize(network, rng), np.repeat(rng.normal(size=(1, 3)), 20_000, axis=0)
    plain, _ = feedforward(network, params, x[:1])
    dropped, _ = feedforward(network, params, x, masks=dropout_masks(network, len(x), 0.5, rng))
    deviation = dropped.std(axis=0) / np.sqrt(len(x))
    assert (deviation > 0).all() and (np.abs(dropped.mean(axis=0) - plain[0]) < 5 * deviation).all()


def test_no_dropout_changes_nothing():
    assert all((mask == 1).all() for mask in dropout_masks(NETWORK, 5, 0.0, np.random.default_rng(0))[:-1])


@pytest.mark.parametrize("rate", [1.0, -0.1, 50])
def test_a_rate_that_leaves_nothing_is_refused(rate):
    with pytest.raises(ValueError, match=f"dropout rate is {rate}, expected at least 0 and below 1"):
        dropout_masks(NETWORK, 5, rate, np.random.default_rng(0))


@given(st.integers(2, 60), st.integers(2, 60), st.integers(0, 1000))
def test_folds_partition_the_samples(samples, folds, seed):
    folds = min(folds, samples)
    pairs = list(k_fold(samples, folds, np.random.default_rng(seed)))
    assert len(pairs) == folds
    assert sorted(np.concatenate([validation for _, validation in pairs])) == list(range(samples))
    for training, validation in pairs:
        assert sorted(np.concatenate([training, validation])) == list(range(samples))
    sizes = [len(validation) for _, validation in pairs]
    assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize("folds", [1, 11])
def test_folds_that_cannot_be_cut_are_refused(folds):
    with pytest.raises(ValueError, match=f"folds is {folds}, expected 2 to 10"):
        next(k_fold(10, folds, np.random.default_rng(0)))


def test_cross_validation_scores_every_fold_on_samples_it_was_not_given():
    x = np.arange(10.0).reshape(-1, 1)
    seen = []

    def score(training, validation):
        assert np.array_equal(training[0], -training[1]) and np.array_equal(validation[0], -validation[1])
        assert not set(training[0].ravel()) & set(validation[0].ravel())
        seen.extend(validation[0].ravel())
        return validation[0].sum()

    scores = cross_validate(score, x, -x, 5, np.random.default_rng(0))
    assert scores.shape == (5,) and scores.sum() == x.sum() and sorted(seen) == x.ravel().tolist()


@given(st.integers(2, 50), st.floats(0.001, 0.999), st.integers(0, 1000))
def test_a_split_loses_no_sample_and_leaves_no_side_empty(samples, fraction, seed):
    x = np.arange(samples).reshape(-1, 1)
    (x_train, y_train), (x_new, y_new) = train_validation_split(x, -x, fraction, np.random.default_rng(seed))
    assert sorted(np.concatenate([x_train, x_new])[:, 0]) == list(range(samples))
    assert np.array_equal(x_train, -y_train) and np.array_equal(x_new, -y_new)
    assert min(len(x_train), len(x_new)) >= 1 and abs(len(x_new) - fraction * samples) <= 1


def test_a_split_is_random_but_reproducible():
    x = np.arange(100).reshape(-1, 1)
    one, again, other = (train_validation_split(x, x, 0.2, np.random.default_rng(s))[1][0] for s in (0, 0, 1))
    assert np.array_equal(one, again) and not np.array_equal(one, other)


@pytest.mark.parametrize(
    ("x", "y", "fraction", "message"),
    [
        (np.ones((4, 1)), np.ones((3, 1)), 0.5, "x has 4 samples and y has 3"),
        (np.ones((1, 1)), np.ones((1, 1)), 0.5, "at least 2"),
        (np.ones((4, 1)), np.ones((4, 1)), 20, "fraction is 20, expected a share between 0 and 1"),
    ],
)
def test_splits_that_make_no_sense_are_refused(x, y, fraction, message):
    with pytest.raises(ValueError, match=message):
        train_validation_split(x, y, fraction, np.random.default_rng(0))


def test_early_stopping_waits_for_its_patience():
    stop = early_stopping(2)
    assert stop(History(validation_loss=[3.0, 2.0])) is None
    assert stop(History(validation_loss=[3.0, 2.0, 1.9])) is None
    assert stop(History(validation_loss=[3.0, 2.0, 2.1])) is None, "the best one is within the last two"
    assert (
        stop(History(validation_loss=[2.0, 2.1, 2.0])) == "the validation loss has not improved for 2 epochs"
    )
    assert early_stopping(2, min_improvement=0.5)(History(validation_loss=[2.0, 1.8, 1.6])) is not None


def test_early_stopping_explains_what_it_needs():
    with pytest.raises(ValueError, match="watches the validation loss"):
        early_stopping(2)(History(loss=[1.0]))
    with pytest.raises(ValueError, match="patience is 0"):
        early_stopping(0)
