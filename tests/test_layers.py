"""Layers put together: names, gradients, training, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from bplib import data
from bplib.applications.classification import accuracy, labels_of
from bplib.applications.layers import (
    Activation,
    AveragePooling,
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    MaxPooling,
)
from bplib.applications.lenet import lenet
from bplib.applications.model import Branched, InSequence, Model
from bplib.backpropagation import backpropagation
from bplib.checking import check_gradients
from bplib.error import one_hot
from bplib.feedforward import feedforward, predict
from bplib.iterations import train
from bplib.network import Network, initialize
from bplib.overfitting import l2, train_validation_split
from bplib.weight_update import adam

IMAGE = (2, 6, 5)


def everything() -> Model:
    """Every kind of layer, in branches and in a row, on shapes that hide nothing."""
    return Model(
        IMAGE,
        (
            Convolution(3, 3, stride=2, padding=1),
            BatchNormalization(),
            Branched((
                InSequence((Activation("tanh"), Convolution(3, 3, padding=1), BatchNormalization(), Dropout(0.25))),
                InSequence(),
                InSequence((Convolution(3, 1),)),
            )),
            Activation("sigmoid"),
            MaxPooling(2, stride=1),
            AveragePooling(2, stride=1),
            Flatten(),
            Dense(5),
            Activation("tanh"),
            Dense(4),
        ),
        "categorical_cross_entropy",
    )  # fmt: skip


def batch(rng: np.random.Generator, m: int = 3) -> tuple[np.ndarray, np.ndarray]:
    return rng.normal(size=(m, *IMAGE)), one_hot(rng.integers(0, 4, m), 4)


def test_parameters_are_counted_through_in_the_order_in_which_layers_are_written():
    assert everything().shapes() == {
        "W1": (3, 2, 3, 3), "b1": (3,), "scale2": (3,), "shift2": (3,),
        "W3": (3, 3, 3, 3), "b3": (3,), "scale4": (3,), "shift4": (3,), "W5": (3, 3, 1, 1), "b5": (3,),
        "W6": (3, 5), "b6": (5,), "W7": (5, 4), "b7": (4,),
    }  # fmt: skip


@pytest.mark.parametrize("in_use", [False, True])
def test_every_gradient_is_right(in_use: bool):
    rng = np.random.default_rng(0)
    model = everything()
    params = model.initialize(rng)
    params = {name: value + rng.normal(scale=0.2, size=value.shape) for name, value in params.items()}
    x, y = batch(rng)
    _, _, kept = model.loss_and_gradients(params, x, y, training=np.random.default_rng(1))
    assert kept.keys() == {"mean2", "variance2", "mean4", "variance4"}

    def both(p):
        training = None if in_use else np.random.default_rng(1)
        return model.loss_and_gradients({**p, **kept}, x, y, l2(0.1), training)[:2]

    report = check_gradients(lambda p: both(p)[0], params, lambda p: both(p)[1])
    assert report.passed, str(report)


def test_the_gradient_reaches_the_picture():
    rng = np.random.default_rng(2)
    model = lenet((1, 8, 8), 3, channels=(2, 3), units=5)
    params = model.initialize(rng)
    x, y = rng.normal(size=(2, 1, 8, 8)), rng.normal(size=(2, 3))

    def dx(images):
        _, cache = model.forward(params, images)
        return model.backward(y, cache)[1]

    report = check_gradients(lambda images: (model.output(params, images) * y).sum(), x, dx)
    assert report.passed, str(report)


@pytest.mark.parametrize("loss", ["mean_squared_error", "binary_cross_entropy"])
def test_a_dense_network_is_a_case_of_it(loss: str):
    rng = np.random.default_rng(3)
    network = Network((3, 4, 2), ("relu", "identity"), loss)
    model, params = Model.of(network), initialize(network, rng)
    x, y = rng.normal(size=(6, 3)), rng.integers(0, 2, (6, 2)).astype(float)
    assert model.shapes() == network.shapes()
    value, gradients = backpropagation(network, params, x, y, l2(0.1))
    again, same, kept = model.loss_and_gradients(params, x, y, l2(0.1))
    assert again == value and kept == {}
    for name in gradients:
        np.testing.assert_array_equal(same[name], gradients[name])
    np.testing.assert_array_equal(model.predict(params, x), predict(network, params, x))
    both = [
        train(plan, params, x, y, epochs=5, learning_rate=0.1, batch_size=2, optimizer=adam, rng=np.random.default_rng(4), penalty=l2(0.01))
        for plan in (network, model)
    ]  # fmt: skip
    assert both[0][1] == both[1][1]
    for name in params:
        np.testing.assert_array_equal(both[0][0][name], both[1][0][name])


def test_branches_that_join_add_their_gradients():
    one = Model((3,), (Dense(3), Branched((InSequence(), InSequence()))))
    params = one.initialize(np.random.default_rng(0))
    x = np.ones((2, 3))
    twice = {name: 2 * value for name, value in params.items()}
    np.testing.assert_allclose(
        one.output(params, x), feedforward(Network((3, 3), ("identity",)), twice, x)[0]
    )
    output, cache = one.forward(params, x)
    gradients, _ = one.backward(np.ones_like(output), cache)
    np.testing.assert_allclose(gradients["b1"], [4, 4, 4])


def test_statistics_of_training_are_kept_and_used():
    rng = np.random.default_rng(5)
    model = Model((2,), (BatchNormalization(momentum=0.5), Dense(1)))
    params = model.initialize(rng)
    x = rng.normal([3.0, -1.0], [2.0, 0.5], size=(64, 2))
    y = x[:, :1]
    with pytest.raises(ValueError, match="before"):
        model.predict(params, x)
    trained, history = train(
        model, params, x, y, epochs=60, learning_rate=0.1, batch_size=32, rng=rng, validation=(x, y)
    )
    np.testing.assert_allclose(trained["mean1"], x.mean(axis=0), atol=0.5)
    assert history.validation_loss[-1] < 0.05 < history.validation_loss[0]
    assert params.keys() == {"scale1", "shift1", "W2", "b2"}


def test_a_small_lenet_learns_digits():
    digits = data.digits()
    images = digits.x.reshape(-1, 1, 8, 8)
    (x, y), (new, truth) = train_validation_split(
        images, one_hot(digits.y, 10), 0.25, np.random.default_rng(0)
    )
    model = lenet((1, 8, 8), 10)
    params, _ = train(
        model, model.initialize(np.random.default_rng(1)), x, y, epochs=5, learning_rate=0.003, batch_size=32, optimizer=adam,
        rng=np.random.default_rng(2),
    )  # fmt: skip
    assert accuracy(labels_of(model.predict(params, new)), truth.argmax(axis=1)) > 0.95


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Dense(0), "units is 0, expected a whole number, at least 1"),
        (lambda: Convolution(3, 3, stride=0), "stride is 0, expected a whole number, at least 1"),
        (lambda: Convolution(3, 3, padding=-1), "padding is -1, expected a whole number, at least 0"),
        (lambda: MaxPooling(2.5), "size is 2.5"),
        (lambda: Dropout(1.0), "rate is 1.0, expected at least 0 and below 1"),
        (lambda: Activation("swish"), "unknown activation function 'swish'"),
        (lambda: Branched((InSequence(),)), "expected at least two"),
        (lambda: Model((2,), ()), "no layer"),
        (lambda: Model((2,), (Dense(2), "relu")), "layers[1] is 'relu', expected a layer"),
        (lambda: Model((2,), (Dense(3),), "hinge"), "unknown loss 'hinge'"),
        (lambda: Model((1, 4, 4), (Dense(3),)), "Put Flatten"),
        (lambda: Model((1, 4, 4), (Convolution(2, 3),)), "Put Flatten"),
        (lambda: Model((4,), (Convolution(2, 3),)), "expected (channels, height, width)"),
        (lambda: Model((1, 4, 4), (Convolution(2, 5), Flatten())), "5"),
        (
            lambda: Model((3,), (Branched((InSequence((Dense(2),)), InSequence())),)),
            "expected the same for all",
        ),
        (lambda: Model((3,), (Dense(2), Activation("sigmoid")), "binary_cross_entropy"), "takes logits"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(make, words: str):
    with pytest.raises((TypeError, ValueError)) as refused:
        make()
    assert words in str(refused.value)


def test_data_and_parameters_that_do_not_fit_are_named():
    model = lenet((1, 8, 8), 3)
    params = model.initialize(np.random.default_rng(0))
    x, y = np.zeros((2, 1, 8, 8)), one_hot(np.array([0, 1]), 3)
    for bad, words in (
        (lambda: model.output(params, np.zeros((2, 64))), "expected (samples, 1, 8, 8)"),
        (lambda: model.output({**params, "W9": params["b1"]}, x), "W9"),
        (lambda: model.output({k: v for k, v in params.items() if k != "b2"}, x), "b2"),
        (lambda: model.output({**params, "W1": params["W1"][:, :, 1:]}, x), "W1 has shape (8, 1, 2, 3)"),
        (lambda: model.output(params, np.full_like(x, np.nan)), "finite"),
        (lambda: model.check_data(x, y[:1]), "2 samples"),
        (lambda: model.initialize(np.random.default_rng(0), "best"), "unknown initialization scheme"),
        (lambda: train(model, params, x, y, epochs=1, learning_rate=0.1, dropout=0.5, rng=np.random.default_rng(0)), "Dropout(0.5)"),
        (lambda: train(Model((3,), (Dropout(0.5), Dense(1))), {"W1": np.ones((3, 1)), "b1": np.ones(1)}, np.ones((2, 3)), np.ones((2, 1)),
                       epochs=1, learning_rate=0.1), "randomness"),
    ):  # fmt: skip
        with pytest.raises(ValueError) as refused:
            bad()
        assert words in str(refused.value)


def test_a_model_is_shown_layer_by_layer_with_its_branches(plots):
    text = plots.layers(everything()).alt
    assert "layer the input, one sample becomes 2 × 6 × 5" in text
    assert (
        "branch 1: Convolution(channels=3, size=3, stride=1, padding=1), one sample becomes 3 × 3 × 3, parameters 84"
        in text
    )
    assert "branches, added up, one sample becomes 3 × 3 × 3" in text
    model = everything()
    assert f"{sum(int(np.prod(shape)) for shape in model.shapes().values()):,} parameters in all." in text
