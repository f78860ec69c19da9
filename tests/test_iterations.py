"""Training: what one epoch does, when it stops, and that it learns."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bplib import data, example
from bplib.applications.classification import accuracy, labels_of
from bplib.backpropagation import backpropagation
from bplib.error import get_loss, one_hot
from bplib.feedforward import feedforward, predict
from bplib.iterations import History, loss_below, minibatches, no_progress, train
from bplib.network import Network, initialize
from bplib.overfitting import early_stopping, l2, train_validation_split
from bplib.weight_update import adam, momentum, step_decay

XOR = (np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]]))


def _train(epochs=5, learning_rate=1.0, **options):
    return train(
        example.NETWORK, example.parameters(), example.X, example.Y,
        epochs=epochs, learning_rate=learning_rate, **options,
    )  # fmt: skip


@given(st.integers(1, 40), st.integers(1, 50), st.none() | st.integers(0, 100))
def test_minibatches_show_every_sample_once_with_its_target(samples, batch_size, seed):
    x = np.arange(samples).reshape(-1, 1)
    rng = None if seed is None else np.random.default_rng(seed)
    batches = list(minibatches(x, -x, batch_size, rng))
    seen = np.concatenate([part for part, _ in batches])
    assert sorted(seen[:, 0]) == list(range(samples))
    assert all(np.array_equal(part, -targets) for part, targets in batches)
    assert all(len(part) == batch_size for part, _ in batches[:-1]) and 1 <= len(batches[-1][0]) <= batch_size
    if rng is None:
        assert np.array_equal(seen, x)


def test_minibatches_are_shuffled_anew_every_time():
    x, rng = np.arange(100).reshape(-1, 1), np.random.default_rng(0)
    one, two = (np.concatenate([part for part, _ in minibatches(x, x, 10, rng)]) for _ in range(2))
    assert not np.array_equal(one, x) and not np.array_equal(one, two)


def test_minibatches_explain_what_does_not_fit():
    with pytest.raises(ValueError, match="batch_size is 0, expected at least 1"):
        next(minibatches(example.X, example.Y, 0))
    with pytest.raises(ValueError, match="x has 4 samples and y has 3, expected as many targets as inputs"):
        next(minibatches(example.X, example.Y[:3], 2))


def test_one_epoch_of_full_batches_is_one_step_against_the_gradient():
    before = example.parameters()
    loss, gradients = backpropagation(example.NETWORK, before, example.X, example.Y)
    after, history = _train(epochs=1, learning_rate=0.7)
    for name in before:
        assert np.allclose(after[name], before[name] - 0.7 * gradients[name], rtol=1e-15)
    assert history.loss == [loss] and history.learning_rate == [0.7]
    assert history.gradient_norm[0] == pytest.approx(
        np.linalg.norm(np.concatenate([g.ravel() for g in gradients.values()]))
    )
    assert history.stopped == "reached the maximum of 1 epochs"


def test_every_minibatch_makes_an_update_and_hands_the_state_on():
    params, state = example.parameters(), None
    for _ in range(2):
        for rows in (slice(0, 3), slice(3, 4)):
            _, gradients = backpropagation(example.NETWORK, params, example.X[rows], example.Y[rows])
            params, state = momentum(params, gradients, state, 0.5)
    trained, _ = _train(epochs=2, learning_rate=0.5, batch_size=3, optimizer=momentum)
    assert all(np.allclose(trained[name], params[name], rtol=1e-13) for name in params)


def test_the_epochs_loss_weighs_batches_by_their_samples():
    # With next to no learning rate, the mean over batches of 3 and 1 is the loss of all four.
    _, history = _train(epochs=1, learning_rate=1e-12, batch_size=3)
    whole, _ = backpropagation(example.NETWORK, example.parameters(), example.X, example.Y)
    assert history.loss[0] == pytest.approx(whole, rel=1e-9)


def test_seeds_reproduce_a_run_and_other_seeds_do_not():
    runs = [_train(batch_size=2, rng=np.random.default_rng(seed), dropout=0.2)[0] for seed in (1, 1, 2)]
    assert all(np.array_equal(runs[0][name], runs[1][name]) for name in runs[0])
    assert not np.array_equal(runs[0]["W1"], runs[2]["W1"])


def test_nothing_that_is_passed_in_is_changed():
    params, x, y = example.parameters(), example.X.copy(), example.Y.copy()
    train(example.NETWORK, params, x, y, epochs=5, learning_rate=1.0, optimizer=adam, penalty=l2(0.1),
          validation=(x, y), batch_size=2, rng=np.random.default_rng(0))  # fmt: skip
    assert all(np.array_equal(params[name], example.parameters()[name]) for name in params)
    assert np.array_equal(x, example.X) and np.array_equal(y, example.Y)


def test_a_schedule_is_asked_every_epoch():
    _, history = _train(epochs=5, learning_rate=step_decay(1.0, factor=0.5, every=2))
    assert history.learning_rate == [1.0, 1.0, 0.5, 0.5, 0.25]


def test_callbacks_see_every_epoch():
    seen = []
    _train(epochs=3, callbacks=[lambda epoch, history: seen.append((epoch, len(history.loss)))])
    assert seen == [(0, 1), (1, 2), (2, 3)]


def test_stopping_criteria_give_their_reason():
    _, history = _train(epochs=500, stop=[loss_below(0.05)])
    assert history.stopped == "the loss fell below 0.05" and len(history.loss) < 500
    assert history.loss[-1] < 0.05 <= history.loss[-2]


def test_no_progress_waits_for_its_patience():
    stop = no_progress(patience=3, tolerance=0.1)
    assert stop(History(loss=[5.0, 5.0, 5.0])) is None, "there is nothing before the last three yet"
    assert stop(History(loss=[5.0, 5.0, 5.0, 5.0])) == "no progress for 3 epochs"
    assert stop(History(loss=[5.0, 5.0, 4.8, 5.0])) is None
    assert stop(History(loss=[5.0, 4.95, 4.95, 4.95])) == "no progress for 3 epochs", (
        "0.05 is below the tolerance"
    )


def test_the_parameters_of_the_best_epoch_are_returned():
    # The validation targets are the opposite of the training ones: each epoch makes it worse, the first is the best.
    params, history = _train(epochs=50, validation=(example.X, 1 - example.Y), stop=[early_stopping(4)])
    assert history.best_epoch == int(np.argmin(history.validation_loss))
    output, _ = feedforward(example.NETWORK, params, example.X)
    value = get_loss(example.NETWORK.loss).value(output, 1 - example.Y)
    assert value == pytest.approx(min(history.validation_loss), rel=1e-14)
    assert len(history.loss) == history.best_epoch + 1 + 4
    assert history.stopped == "the validation loss has not improved for 4 epochs"
    assert history.validation_loss[-1] > history.validation_loss[history.best_epoch]


def test_without_validation_the_last_parameters_are_returned():
    params, history = _train(epochs=10)
    _, one_more = train(example.NETWORK, params, example.X, example.Y, epochs=1, learning_rate=1.0)
    _, eleven = _train(epochs=11)
    assert one_more.loss[0] == pytest.approx(eleven.loss[-1], rel=1e-14)
    assert history.best_epoch == 9 and history.validation_loss == []


def test_a_penalty_is_part_of_the_reported_loss():
    penalty = l2(0.3)
    _, plain = _train(epochs=1)
    _, priced = _train(epochs=1, penalty=penalty)
    assert priced.loss[0] == pytest.approx(plain.loss[0] + penalty.value(example.parameters()), rel=1e-14)


def test_xor_is_learned():
    network = Network((2, 4, 1), ("tanh", "identity"), "binary_cross_entropy")
    params, history = train(
        network,
        initialize(network, np.random.default_rng(0)),
        *XOR,
        epochs=500,
        learning_rate=0.05,
        optimizer=adam,
    )
    assert history.loss[-1] < 0.05 < history.loss[0]
    assert np.array_equal(predict(network, params, XOR[0]) > 0.5, XOR[1] == 1)


def test_digits_it_has_not_seen_are_read():
    digits, rng = data.digits(), np.random.default_rng(0)
    (x, y), (x_new, y_new) = train_validation_split(digits.x, one_hot(digits.y, 10), 0.25, rng)
    network = Network((64, 32, 10), ("relu", "identity"), "categorical_cross_entropy")
    params, history = train(
        network, initialize(network, rng), x, y, epochs=30, learning_rate=0.3, batch_size=32, rng=rng
    )
    assert len(history.loss) == 30
    assert accuracy(labels_of(predict(network, params, x_new)), y_new.argmax(axis=1)) >= 0.96


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "epochs is 0, expected at least 1"),
        ({"dropout": 0.5}, r"dropout needs randomness: pass rng=np.random.default_rng\(0\)"),
        ({"learning_rate": -1.0}, "rate is -1.0, expected a finite number above 0"),
        ({"batch_size": 0}, "batch_size is 0, expected at least 1"),
        ({"stop": [early_stopping(3)]}, r"pass validation=\(x, y\) to train"),
    ],
)
def test_orders_that_cannot_be_followed_are_explained(options, message):
    with pytest.raises(ValueError, match=message):
        _train(**options)


def test_data_that_do_not_fit_are_explained():
    with pytest.raises(ValueError, match=r"x has shape \(4, 3\), expected \(samples, 2\)"):
        train(example.NETWORK, example.parameters(), np.ones((4, 3)), example.Y, epochs=1, learning_rate=1.0)
    with pytest.raises(ValueError, match=r"y has shape \(4,\), expected a batch"):
        train(example.NETWORK, example.parameters(), example.X, example.Y[:, 0], epochs=1, learning_rate=1.0)


def test_a_loss_that_explodes_says_what_to_do():
    network = Network((2, 2), ("identity",))
    x = np.random.default_rng(0).normal(size=(8, 2))
    with np.errstate(all="ignore"), pytest.raises(ValueError, match=r"too large|made the weights explode"):
        train(
            network, initialize(network, np.random.default_rng(0)), x, x + 1, epochs=1000, learning_rate=100.0
        )
