"""Layers for sequences, networks with a target at every step, names, and writing."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import numpy as np
import pytest

from bplib.activation import softmax
from bplib.applications.classification import accuracy, labels_of
from bplib.applications.embedding import Embedding
from bplib.applications.layers import Activation, BatchNormalization, Dense, Dropout
from bplib.applications.long_short_term_memory import LongShortTermMemory
from bplib.applications.model import InSequence, Model
from bplib.applications.names import (
    ENGLISH,
    LETTERS,
    PORTUGUESE,
    next_letters,
    to_indices,
    to_names,
)
from bplib.applications.recurrence import Memory, Recurrent
from bplib.applications.saved import load, save
from bplib.applications.sequence_layers import EveryStep, LastStep, Reading
from bplib.applications.sequence_model import SequenceModel, write
from bplib.checking import check_gradients
from bplib.error import one_hot
from bplib.iterations import train
from bplib.overfitting import l2
from bplib.weight_update import adam, clipped

STEPS, CLASSES = 5, 6
RECURRENT = Recurrent(4)
#: Of unequal lengths, with letters that are repeated.
READ = np.array([[0, 3, 3, 5, 1], [0, 2, -1, -1, -1], [0, 3, 4, -1, -1]])
NEXT = np.array([[3, 3, 5, 1, 0], [2, 0, -1, -1, -1], [3, 4, 0, -1, -1]])


def every_step(memory: Memory = RECURRENT) -> SequenceModel:
    return SequenceModel((STEPS,), (Reading((Embedding(CLASSES, 3), memory)), EveryStep(Dense(CLASSES))))


def one_answer() -> Model:
    """Two memories on top of each other, and one answer to the whole."""
    reading = Reading((Embedding(CLASSES, 3), Recurrent(4), Dropout(0.3), LongShortTermMemory(5)))
    return Model((STEPS,), (reading, LastStep(), Dense(2)), "categorical_cross_entropy")


def drawn(model: Model) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    params = model.initialize(rng, "glorot_normal")
    return {name: value + rng.normal(scale=0.2, size=value.shape) for name, value in params.items()}


def test_parameters_are_counted_through():
    assert every_step().shapes() == {
        "W1": (6, 3), "W2": (3, 4), "U2": (4, 4), "b2": (4,), "W3": (4, 6), "b3": (6,),
    }  # fmt: skip
    assert one_answer().shapes() == {
        "W1": (6, 3), "W2": (3, 4), "U2": (4, 4), "b2": (4,), "W3": (4, 20), "U3": (5, 20), "b3": (20,), "W4": (5, 2), "b4": (2,),
    }  # fmt: skip


def test_weights_of_the_state_are_drawn_and_have_their_price():
    params = every_step().initialize(np.random.default_rng(0))
    assert params["U2"].std() > 0.3 and not params["b2"].any()
    slopes = l2(0.5).gradient(params)
    np.testing.assert_array_equal(slopes["U2"], 0.5 * params["U2"])


@pytest.mark.parametrize("memory", [Recurrent(4), LongShortTermMemory(4)])
def test_every_gradient_of_a_network_with_a_target_at_every_step_is_right(memory):
    model = every_step(memory)
    params = drawn(model)
    x, y = model.check_data(READ, NEXT)

    def both(p):
        return model.loss_and_gradients(p, x, y, l2(0.1))[:2]

    report = check_gradients(lambda p: both(p)[0], params, lambda p: both(p)[1])
    assert report.passed, str(report)


def test_every_gradient_of_a_network_with_one_answer_is_right():
    model, y = one_answer(), one_hot([0, 1, 1], 2)
    params = drawn(model)

    def both(p):
        return model.loss_and_gradients(p, READ, y, training=np.random.default_rng(1))[:2]

    report = check_gradients(lambda p: both(p)[0], params, lambda p: both(p)[1])
    assert report.passed, str(report)


def test_sequences_of_numbers_are_read_by_a_model_as_well():
    rng = np.random.default_rng(3)
    model = Model(
        (4, 2), (Recurrent(3), EveryStep(Activation("relu")), LongShortTermMemory(5), LastStep(), Dense(1))
    )
    params, x, y = drawn(model), rng.normal(size=(3, 4, 2)), rng.normal(size=(3, 1))
    report = check_gradients(
        lambda p: model.loss_and_gradients(p, x, y)[0], params, model.loss_and_gradients(params, x, y)[1]
    )
    assert report.passed, str(report)

    def dx(sequences):
        _, cache = model.forward(params, sequences)
        return model.backward(y, cache)[1]

    assert check_gradients(lambda s: (model.output(params, s) * y).sum(), x, dx).passed


def test_an_index_has_no_slope():
    model = every_step()
    logits, cache = model.forward(drawn(model), READ)
    _, dx = model.backward(np.ones_like(logits), cache)
    assert dx.shape == READ.shape and not dx.any()


def test_what_stands_behind_the_end_does_not_count():
    model = every_step()
    params = drawn(model)
    value, gradients, _ = model.loss_and_gradients(params, READ, NEXT)
    # Each sequence alone, as long as it is, weighed by its steps.
    lengths = (READ >= 0).sum(axis=1)
    total, sums = 0.0, {name: np.zeros_like(p) for name, p in params.items()}
    for read, after, length in zip(READ, NEXT, lengths, strict=True):
        alone = replace(model, input_shape=(int(length),))
        own, slopes, _ = alone.loss_and_gradients(params, read[None, :length], after[None, :length])
        total += own * length / lengths.sum()
        sums = {name: sums[name] + slopes[name] * length / lengths.sum() for name in sums}
    assert value == pytest.approx(total, rel=1e-13)
    for name, slope in sums.items():
        np.testing.assert_allclose(gradients[name], slope, rtol=1e-11, atol=1e-14)


def test_the_last_state_is_that_of_the_last_letter():
    model = Model((STEPS,), (Reading((Embedding(CLASSES, 3), Recurrent(4))), LastStep()))
    params = drawn(model)
    short = Model((2,), model.layers)
    np.testing.assert_allclose(
        model.output(params, READ)[1], short.output(params, READ[1:2, :2])[0], rtol=1e-13
    )


def test_it_is_trained_with_validation_and_saved_and_drawn(tmp_path, plots):
    model = every_step()
    params = model.initialize(np.random.default_rng(0), "glorot_normal")
    trained, history = train(
        model, params, READ, NEXT, epochs=60, learning_rate=0.05, batch_size=2, optimizer=clipped(adam, 1.0),
        rng=np.random.default_rng(1), validation=(READ, model.rows(NEXT)),
    )  # fmt: skip
    assert history.validation_loss[0] > 1.5 and min(history.validation_loss) < 0.5
    value, _, _ = model.loss_and_gradients(trained, READ, NEXT)
    assert min(history.validation_loss) == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(model.predict(trained, READ).sum(axis=1), np.ones((READ >= 0).sum()))
    save(tmp_path / "letters.npz", model, trained)
    plan, again = load(tmp_path / "letters.npz", model)
    assert plan == model and all((again[name] == trained[name]).all() for name in trained)
    text = plots.layers(model).alt
    assert "Embedding(count=6, features=3), one sample becomes 5 × 3, parameters 18" in text
    assert "Recurrent(units=4), one sample becomes 5 × 4, parameters 32" in text


@pytest.mark.parametrize("model", [one_answer(), Model((4, 2), (LongShortTermMemory(3), LastStep()))])
def test_every_kind_comes_back_from_a_file(tmp_path, model):
    save(tmp_path / "a.npz", model, model.initialize(np.random.default_rng(0)))
    assert load(tmp_path / "a.npz")[0] == model


def test_the_language_of_names_is_learned():
    names = [*ENGLISH, *PORTUGUESE]
    x = to_indices(names)
    y = one_hot([0] * len(ENGLISH) + [1] * len(PORTUGUESE), 2)
    reading = Reading((Embedding(len(LETTERS), 8), Recurrent(16)))
    model = Model(x.shape[1:], (reading, LastStep(), Dense(2)), "categorical_cross_entropy")
    rng = np.random.default_rng(1)
    order = rng.permutation(len(names))
    seen, new = order[:320], order[320:]
    params, _ = train(
        model, model.initialize(rng, "glorot_normal"), x[seen], y[seen], epochs=12, learning_rate=0.01, batch_size=32,
        optimizer=clipped(adam, 1.0), rng=rng,
    )  # fmt: skip
    # Thirteen names are in both lists, and whoever says “Portuguese” to all is right about half.
    assert accuracy(labels_of(model.predict(params, x[new])), y[new].argmax(axis=1)) > 0.7


# Writing ---------------------------------------------------------------------------------------------------------


def by_heart() -> tuple[SequenceModel, dict[str, np.ndarray]]:
    """A network that has learned three sequences."""
    model = every_step(LongShortTermMemory(8))
    params = model.initialize(np.random.default_rng(0), "glorot_normal")
    return model, train(model, params, READ, NEXT, epochs=150, learning_rate=0.05, optimizer=adam)[0]


def test_it_writes_what_it_has_learned_each_as_often_as_it_was_seen():
    model, params = by_heart()
    written = write(model, params, 600, np.random.default_rng(0))
    assert written.shape == (600, STEPS)
    kinds, counts = np.unique(written, axis=0, return_counts=True)
    learned = [[2, -1, -1, -1, -1], [3, 3, 5, 1, -1], [3, 4, -1, -1, -1]]
    shares = {tuple(kind): count / 600 for kind, count in zip(kinds.tolist(), counts)}
    for sequence in learned:
        assert abs(shares[tuple(sequence)] - 1 / 3) < 0.08


def test_the_first_letter_is_drawn_by_its_probability_and_temperature():
    model = every_step()
    params = drawn(model)
    logits = model.forward(params, np.array([[0, -1, -1, -1, -1]]))[0][0, 0]
    for temperature in (0.5, 1.0, 3.0):
        written = write(model, params, 4000, np.random.default_rng(0), temperature)
        first = np.where(written[:, 0] < 0, 0, written[:, 0])
        expected = softmax(logits[None] / temperature)[0]
        # Four standard deviations of a share of 4000 draws are at most 0.032.
        np.testing.assert_allclose(np.bincount(first, minlength=CLASSES) / 4000, expected, atol=0.032)


def test_a_low_temperature_takes_the_likeliest_and_the_seed_decides():
    model = every_step()
    params = drawn(model)
    cold = write(model, params, 20, np.random.default_rng(0), 1e-6)
    assert (cold == cold[0]).all()
    one, other = (write(model, params, 20, np.random.default_rng(seed)) for seed in (1, 2))
    np.testing.assert_array_equal(one, write(model, params, 20, np.random.default_rng(1)))
    assert (one != other).any()
    with pytest.raises(ValueError, match="temperature is 0, expected a finite number above 0"):
        write(model, params, 1, np.random.default_rng(0), 0)


def test_behind_an_end_nothing_is_written():
    model = every_step()
    for row in write(model, drawn(model), 200, np.random.default_rng(4)):
        there = row >= 0
        assert (row[there] > 0).all() and not there[int(there.sum()) :].any()


# Names -----------------------------------------------------------------------------------------------------------


def test_names_are_in_order_and_of_known_letters():
    for names in (ENGLISH, PORTUGUESE):
        plain = [unicodedata.normalize("NFD", name).encode("ascii", "ignore") for name in names]
        assert len(set(names)) == len(names) >= 200 and plain == sorted(plain)
        assert set("".join(names)) <= set(LETTERS[1:])
    assert len(set(LETTERS)) == len(LETTERS) and LETTERS[0] == "."


def test_names_and_indices_and_back():
    index = to_indices(["ana", "zé"], 6)
    assert index.tolist() == [[0, 1, 14, 1, -1, -1], [0, 26, LETTERS.index("é"), -1, -1, -1]]
    assert next_letters(index).tolist() == [[1, 14, 1, 0, -1, -1], [26, LETTERS.index("é"), 0, -1, -1, -1]]
    assert to_names(index) == to_names(next_letters(index)) == ["ana", "zé"]
    every = to_indices(PORTUGUESE)
    assert to_names(every) == list(PORTUGUESE) and every.shape[1] == max(map(len, PORTUGUESE)) + 1
    # A row that is full to its end is followed by a full stop as well.
    assert next_letters(to_indices(["ana"])).tolist() == [[1, 14, 1, 0]]


# What is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Recurrent(0), "units is 0, expected a whole number, at least 1"),
        (lambda: LongShortTermMemory(1.5), "units is 1.5, expected a whole number"),
        (lambda: Embedding(0, 3), "count is 0"),
        (lambda: Embedding(3, 0), "features is 0"),
        (lambda: Reading(()), "expected an Embedding"),
        (lambda: Reading((Recurrent(3),)), "expected an Embedding"),
        (lambda: EveryStep("relu"), "the layer of EveryStep is 'relu', expected a layer"),
        (lambda: EveryStep(BatchNormalization()), "that keeps nothing"),
        (lambda: Model((3,), (Recurrent(2), LastStep())), "Recurrent(2) is given samples of shape (3,), expected (steps, features). Letters become features by an Embedding"),
        (lambda: Model((3,), (LastStep(),)), "LastStep() is given samples of shape (3,)"),
        (lambda: Model((3, 2), (Embedding(4, 2), LastStep())), "an embedding is given samples of shape (3, 2), expected (steps,)"),
        (lambda: Model((3, 2), (Recurrent(2),)), "ends in samples of shape (3, 2), expected (features,)"),
        (lambda: SequenceModel((3,), (Reading((Embedding(4, 2), Recurrent(2))), LastStep())), "to (2,), expected from (steps,) to (steps, classes). Put EveryStep(Dense(…)) last"),
        (lambda: SequenceModel((3, 2), (Recurrent(2),)), "from samples of shape (3, 2)"),
        (lambda: replace(every_step(), loss="mean_squared_error"), "expected 'categorical_cross_entropy': a target is a letter"),
        (lambda: to_indices([]), "there are no names"),
        (lambda: to_indices(["ana", ""]), "the name '' holds []"),
        (lambda: to_indices(["Ana"]), "the name 'Ana' holds ['A']"),
        (lambda: to_indices(["ana"], 3), "'ana' takes 4 steps, expected at most 3"),
        (lambda: to_names(np.array([[99]])), "index holds 99"),
        (lambda: clipped(adam, 0.0), "limit is 0.0, expected a finite number above 0"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(make, words):
    with pytest.raises((TypeError, ValueError)) as refused:
        make()
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("x", "target", "words"),
    [
        (READ[:, :4], NEXT, "x has shape (3, 4), expected (samples, 5)"),
        (READ, NEXT[:2], "x has shape (3, 5) and y (2, 5), expected a target for each step"),
        (READ, np.where(NEXT == 5, 9, NEXT), "y holds 9, expected 0 to 5"),
        (READ, np.where(NEXT == 5, -1, NEXT), "x and y are −1 at unlike places"),
        (np.where(READ == 5, 9, READ), NEXT, "index holds 9, expected 0 to 5"),
        (np.where(READ == 5, 0.5, READ), NEXT, "expected whole numbers"),
    ],
)
def test_data_that_do_not_fit_are_named(x, target, words):
    model = every_step()
    with pytest.raises(ValueError) as refused:
        train(model, drawn(model), x, target, epochs=1, learning_rate=0.1)
    assert words in str(refused.value)


def test_a_shortcut_may_stand_in_a_reading():
    model = Model((STEPS,), (Reading((Embedding(CLASSES, 3), InSequence(), Recurrent(2))), LastStep()))
    assert model.output(drawn(model), READ).shape == (3, 2)
