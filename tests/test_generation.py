"""Networks that create: gradients with the noise held, the divergence three ways, training, files, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bplib import data
from bplib.activation import softmax
from bplib.applications.generation import autoencoder, best_linear, draw, joined, split, tempered
from bplib.applications.layers import BatchNormalization, Dense, Dropout
from bplib.applications.model import Model
from bplib.applications.saved import load, save
from bplib.applications.variational import (
    CloudGradients,
    Reparameterization,
    VariationalAutoencoder,
    divergence,
    divergence_gradient,
    reparameterize,
    reparameterize_backward,
    variational_autoencoder,
)
from bplib.checking import check_gradients
from bplib.iterations import train
from bplib.overfitting import l2
from bplib.partial_derivatives import complex_step, relative_error
from bplib.weight_update import adam, cosine_decay

#: Samples, latent numbers, pixels and hidden units: no two alike, and none twice another.
M, K, N, H = 4, 3, 7, 5


def cloud(seed=0, m=M, k=K):
    """Means, log-variances, noise and a target for the codes; no deviation is near 1."""
    rng = np.random.default_rng(seed)
    mean, noise, target = (rng.normal(size=(m, k)) for _ in range(3))
    return mean, rng.normal(size=(m, k)) + 0.8, noise, target


def small(seed=0):
    """A variational autoencoder with parameters, samples and noise."""
    rng = np.random.default_rng(seed)
    network = variational_autoencoder(N, K, (H,))
    params = {name: rng.normal(size=shape) for name, shape in network.shapes().items()}
    return network, params, rng.random((M, N)), rng.normal(size=(M, K))


def exact(loss, params, name):
    """The derivative of a loss by one of its parameters, by the complex step."""
    return complex_step(lambda value: loss(params | {name: value}), params[name])


def written_out(p, x, noise):
    """The loss of the small one, from its formula alone; with complex numbers, too."""
    stats = np.tanh(x @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]
    mean, log_variance = stats[:, :K], stats[:, K:]
    z = mean + np.exp(log_variance / 2) * noise
    logits = np.tanh(z @ p["W3"] + p["b3"]) @ p["W4"] + p["b4"]
    surprise = np.log(1 + np.exp(logits)) - x * logits
    price = (mean**2 + np.exp(log_variance) - 1 - log_variance) / 2
    return (surprise.sum() + price.sum()) / len(x)


# The gradients ---------------------------------------------------------------------------------------------------


def test_worked_out_by_hand():
    mean, log_variance = np.array([[1.0, -2.0]]), np.log([[4.0, 0.25]])
    z, cache = reparameterize(mean, log_variance, np.array([[0.5, -1.0]]))
    np.testing.assert_allclose(z, [[2.0, -2.5]], rtol=1e-15)
    dmean, dlog_variance = reparameterize_backward(np.array([[3.0, 10.0]]), cache)
    assert dmean.tolist() == [[3.0, 10.0]]
    np.testing.assert_allclose(dlog_variance, [[1.5, -2.5]], rtol=1e-15)  # ½ · 3 · 2 · 0.5, ½ · 10 · ½ · (−1)
    assert divergence(mean, log_variance) == pytest.approx(
        0.5 * (1 + 4 - 1 - np.log(4) + 4 + 0.25 - 1 + np.log(4))
    )
    dmean, dlog_variance = divergence_gradient(mean, log_variance)
    assert dmean.tolist() == [[1.0, -2.0]]
    np.testing.assert_allclose(dlog_variance, [[1.5, -0.375]], rtol=1e-15)


def distance(p, noise, target):
    return 0.5 * ((reparameterize(p["mean"], p["log_variance"], noise)[0] - target) ** 2).sum()


@pytest.mark.parametrize("shape", [(4, 3), (1, 1), (3, 3), (5, 1)])
def test_the_way_through_the_draw_is_right_by_the_loss_alone(shape):
    mean, log_variance, noise, target = cloud(1, *shape)
    z, cache = reparameterize(mean, log_variance, noise)
    dmean, dlog_variance = reparameterize_backward(z - target, cache)
    params = {"mean": mean, "log_variance": log_variance}
    report = check_gradients(
        lambda p: distance(p, noise, target), params, {"mean": dmean, "log_variance": dlog_variance}
    )
    assert report.verdict == "correct", str(report)
    for name, own in (("mean", dmean), ("log_variance", dlog_variance)):
        assert relative_error(own, exact(lambda p: distance(p, noise, target), params, name)) < 1e-13


@pytest.mark.parametrize("shape", [(4, 3), (1, 1), (3, 3), (5, 1)])
def test_the_gradient_of_the_divergence(shape):
    mean, log_variance, _, _ = cloud(2, *shape)
    own = dict(zip(("mean", "log_variance"), divergence_gradient(mean, log_variance)))
    params = {"mean": mean, "log_variance": log_variance}
    report = check_gradients(lambda p: divergence(**p), params, own)
    assert report.verdict == "correct", str(report)
    for name, gradient in own.items():
        assert relative_error(gradient, exact(lambda p: divergence(**p), params, name)) < 1e-13


@pytest.mark.parametrize("penalty", [None, l2(0.1)])
def test_every_gradient_with_the_noise_held(penalty):
    network, params, x, noise = small()

    def both(p):
        return network.loss_and_gradients(p, x, x, noise, penalty)

    report = check_gradients(lambda p: both(p)[0], params, lambda p: both(p)[1])
    assert report.passed, str(report)


@pytest.mark.parametrize("seed", range(3))
def test_every_gradient_is_the_complex_step_of_the_formula(seed):
    network, params, x, noise = small(seed)
    loss, gradients = network.loss_and_gradients(params, x, x, noise)
    assert loss == pytest.approx(written_out(params, x, noise), rel=1e-13)
    assert list(gradients) == list(params)
    for name, own in gradients.items():
        slope = exact(lambda p: written_out(p, x, noise), params, name)
        assert own.shape == slope.shape and relative_error(own, slope) < 1e-12, name


def test_a_target_other_than_the_input_is_what_is_made():
    network, params, x, noise = small()
    target = np.random.default_rng(5).random(x.shape)
    report = check_gradients(
        lambda p: network.loss_and_gradients(p, x, target, noise)[0],
        params,
        network.loss_and_gradients(params, x, target, noise)[1],
    )
    assert report.passed, str(report)
    assert network.loss_and_gradients(params, x, target, noise)[0] != written_out(params, x, noise)


def test_the_layer_between_is_the_pair_of_functions():
    mean, log_variance, _, dz = cloud()
    layer, x = Reparameterization(), np.hstack([mean, log_variance])
    assert layer.output_shape((2 * K,)) == (K,) and layer.shapes((2 * K,)) == {}
    z, cache = layer.forward({}, x, np.random.default_rng(3))
    noise = np.random.default_rng(3).standard_normal((M, K))
    expected, own = reparameterize(mean, log_variance, noise)
    np.testing.assert_array_equal(z, expected)
    np.testing.assert_array_equal(layer.backward(dz, cache)[0], np.hstack(reparameterize_backward(dz, own)))
    np.testing.assert_array_equal(layer.forward({}, x, None)[0], mean)


# Typical mistakes ------------------------------------------------------------------------------------------------

MISTAKES = {
    "log-deviation": lambda dz, cache: CloudGradients(dz, dz * cache.deviation * cache.noise),
    "noise drawn again": lambda dz, cache: reparameterize_backward(
        dz, cache._replace(noise=np.random.default_rng(9).normal(size=dz.shape))
    ),
    "variance for deviation": lambda dz, cache: CloudGradients(
        dz, 0.5 * dz * cache.deviation**2 * cache.noise
    ),
    "deviation on the mean": lambda dz, cache: CloudGradients(
        dz * cache.deviation, reparameterize_backward(dz, cache).dlog_variance
    ),
    "noise left out": lambda dz, cache: CloudGradients(dz, 0.5 * dz * cache.deviation),
}
PRICES = {
    "sign of the log-variance": lambda mean, v: CloudGradients(mean / M, 0.5 * (np.exp(v) + 1) / M),
    "half left out": lambda mean, v: CloudGradients(mean / M, (np.exp(v) - 1) / M),
    "mean over all numbers": lambda mean, v: CloudGradients(mean / mean.size, 0.5 * (np.exp(v) - 1) / v.size),
    "sum over the samples": lambda mean, v: CloudGradients(mean, 0.5 * (np.exp(v) - 1)),
    "divided by the latent numbers": lambda mean, v: CloudGradients(mean / K, 0.5 * (np.exp(v) - 1) / K),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_on_the_way_through_the_draw_is_wrong(name):
    mean, log_variance, noise, target = cloud()
    z, cache = reparameterize(mean, log_variance, noise)
    own = dict(zip(("mean", "log_variance"), MISTAKES[name](z - target, cache)))
    report = check_gradients(
        lambda p: distance(p, noise, target), {"mean": mean, "log_variance": log_variance}, own
    )
    assert report.verdict == "wrong", str(report)


@pytest.mark.parametrize("name", PRICES)
def test_a_mistake_in_the_price_is_wrong(name):
    mean, log_variance, _, _ = cloud()
    own = dict(zip(("mean", "log_variance"), PRICES[name](mean, log_variance)))
    report = check_gradients(lambda p: divergence(**p), {"mean": mean, "log_variance": log_variance}, own)
    assert report.verdict == "wrong", str(report)


# The divergence --------------------------------------------------------------------------------------------------


def test_the_divergence_is_nothing_at_the_standard_normal_alone():
    zeros = np.zeros((M, K))
    assert divergence(zeros, zeros) == 0
    mean, log_variance, _, _ = cloud()
    assert divergence(mean, zeros) > 0 and divergence(zeros, log_variance) > 0
    assert all((part == 0).all() for part in divergence_gradient(zeros, zeros))


def test_the_divergence_is_what_its_definition_says():
    """The mean over the cloud of how much likelier a code is there than at the standard normal, by many draws."""
    mean, log_variance, _, _ = cloud(3)
    noise = np.random.default_rng(4).normal(size=(200_000, M, K))
    z = mean + np.exp(log_variance / 2) * noise
    # The root of 2π is in both densities.
    likelier = (-(noise**2) / 2 - log_variance / 2 + z**2 / 2).sum(axis=2).mean(axis=1)
    error = likelier.std() / np.sqrt(len(likelier))
    value = divergence(mean, log_variance)
    assert abs(likelier.mean() - value) < 4 * error and error < 0.01 * value


def test_codes_have_the_mean_and_the_deviation_that_were_asked_for():
    count = 100_000
    z, _ = reparameterize(
        np.full((count, 1), 3.0),
        np.full((count, 1), np.log(0.25)),
        np.random.default_rng(0).normal(size=(count, 1)),
    )
    assert abs(z.mean() - 3) < 4 * 0.5 / np.sqrt(count) and abs(z.std() - 0.5) < 4 * 0.5 / np.sqrt(2 * count)


# Networks --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hidden", [(), (H,), (6, H)])
def test_both_halves_are_one_network(hidden):
    encoder, decoder = autoencoder(N, K, hidden)
    network = joined(encoder, decoder)
    params = network.initialize(np.random.default_rng(0))
    x = np.random.default_rng(1).normal(size=(M, N))
    first, second = split(params, encoder, decoder)
    code = encoder.output(first, x)
    assert code.shape == (M, K)
    np.testing.assert_array_equal(decoder.output(second, code), network.output(params, x))
    # In whatever order the parameters come.
    again = split(dict(reversed(params.items())), encoder, decoder)[1]
    assert all(again[name] is second[name] for name in second)


def test_the_best_linear_one_has_no_slope_and_is_never_beaten():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(30, N)) @ rng.normal(size=(N, N)) + 5
    network = joined(*autoencoder(N, K))
    best = best_linear(x, K)
    loss, gradients, _ = network.loss_and_gradients(best, x, x)
    assert all(np.abs(g).max() < 1e-11 for g in gradients.values())
    # What it loses are the squares of the singular values that it has no room for.
    values = np.linalg.svd(x - x.mean(axis=0), compute_uv=False)
    assert loss == pytest.approx((values[K:] ** 2).sum() / (2 * len(x)), rel=1e-12)
    for seed in range(20):
        near = {name: v + 0.1 * np.random.default_rng(seed).normal(size=v.shape) for name, v in best.items()}
        assert network.loss_and_gradients(near, x, x)[0] > loss


def test_training_finds_the_best_linear_one():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 3)) @ rng.normal(size=(3, N)) + 0.1 * rng.normal(size=(40, N))
    network = joined(*autoencoder(N, 2))
    start = network.initialize(np.random.default_rng(1))
    rate = cosine_decay(0.03, 2000)
    params, _ = train(network, start, x, x, epochs=2000, learning_rate=rate, optimizer=adam)
    least = network.loss_and_gradients(best_linear(x, 2), x, x)[0]
    assert least <= network.loss_and_gradients(params, x, x)[0] < 1.001 * least


@pytest.fixture(scope="module")
def digits():
    return data.digits().x[:500]


@pytest.fixture(scope="module")
def trained(digits):
    network = variational_autoencoder(64, 2, (24,))
    start = network.initialize(np.random.default_rng(0))
    params, history = train(
        network, start, digits[:400], digits[:400], epochs=40, learning_rate=0.005, batch_size=20,
        optimizer=adam, rng=np.random.default_rng(1), validation=(digits[400:], digits[400:]),
    )  # fmt: skip
    return network, params, history


def test_it_learns_and_is_beaten_by_no_digit_of_the_mean(digits, trained):
    network, params, history = trained
    assert history.loss[-1] < 0.85 * history.loss[0] and len(history.validation_loss) == 40
    mean = np.clip(digits[:400].mean(axis=0), 1e-3, 1 - 1e-3)
    by_mean = -(digits[400:] * np.log(mean) + (1 - digits[400:]) * np.log(1 - mean)).sum(axis=1).mean()
    noise = np.random.default_rng(2).normal(size=(100, 2))
    assert network.loss_and_gradients(params, digits[400:], digits[400:], noise)[0] < by_mean


def test_it_creates_and_each_draw_is_another(trained):
    network, params, _ = trained
    made = network.create(params, 6, np.random.default_rng(0))
    assert made.shape == (6, 64) and (made > 0).all() and (made < 1).all()
    assert np.abs(made[0] - made[1]).max() > 0.1
    np.testing.assert_array_equal(made, network.create(params, 6, np.random.default_rng(0)))


def test_in_use_the_code_is_the_mean(digits, trained):
    network, params, _ = trained
    mean, log_variance = network.encode(params, digits[:5])
    assert mean.shape == log_variance.shape == (5, 2)
    np.testing.assert_allclose(
        network.decode(params, mean), network.network.predict(params, digits[:5]), rtol=1e-12
    )


def test_the_same_generator_gives_the_same_training(digits):
    network = variational_autoencoder(64, 2)
    start = network.initialize(np.random.default_rng(0))
    ends = [
        train(network, start, digits, digits, epochs=2, learning_rate=0.01, rng=np.random.default_rng(seed))[
            0
        ]
        for seed in (3, 3, 4)
    ]
    assert all(np.array_equal(ends[0][name], ends[1][name]) for name in start)
    assert not np.array_equal(ends[0]["W1"], ends[2]["W1"])


def test_each_batch_has_noise_of_its_own():
    network, params, x, _ = small()
    rng = np.random.default_rng(0)
    first, second = (network.training_pass(params, x, x, None, 0.0, rng)[0] for _ in range(2))
    assert first != second


def test_dropout_is_a_layer_and_draws_while_training():
    halves = Model((N,), (Dropout(0.5), Dense(2 * K))), Model((K,), (Dense(N),), "binary_cross_entropy")
    network = VariationalAutoencoder(*halves)
    params = network.initialize(np.random.default_rng(0))
    x, noise = np.random.default_rng(1).random((M, N)), np.zeros((M, K))
    with_drops = network.loss_and_gradients(params, x, x, noise, training=np.random.default_rng(2))[0]
    assert with_drops != network.loss_and_gradients(params, x, x, noise)[0]


def test_numbers_stay_of_their_kind():
    network = variational_autoencoder(N, K, (H,))
    params = network.network.initialize(np.random.default_rng(0), "glorot_uniform", np.float32)
    x = np.random.default_rng(0).random((M, N)).astype(np.float32)
    _, gradients, _ = network.training_pass(params, x, x, None, 0.0, np.random.default_rng(0))
    assert {g.dtype for g in gradients.values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("whole", ["variational", "joined"])
def test_what_is_saved_comes_back(tmp_path, whole):
    network, params, x, _ = small()
    plan = network if whole == "variational" else network.network
    save(tmp_path / "a.npz", plan, params)
    found, again = load(tmp_path / "a.npz", plan)
    assert found == plan and list(again) == list(params)
    np.testing.assert_array_equal(found.output(again, x), plan.output(params, x))


def test_nothing_that_is_passed_in_is_changed():
    network, params, x, noise = small()
    before = {name: value.copy() for name, value in (params | {"x": x, "noise": noise}).items()}
    network.loss_and_gradients(params, x, x, noise, l2(0.1))
    draw(x, 0.5, np.random.default_rng(0))
    best_linear(x, 2)
    assert all(
        np.array_equal(value, before[name]) for name, value in (params | {"x": x, "noise": noise}).items()
    )


# Drawing from a softmax ------------------------------------------------------------------------------------------


def test_a_temperature_of_one_is_the_softmax():
    logits = np.random.default_rng(0).normal(size=(M, N))
    np.testing.assert_allclose(tempered(logits, 1.0), softmax(logits), rtol=1e-14)


@settings(max_examples=30, deadline=None)
@given(st.floats(1e-320, 1e300), st.integers(0, 2**32 - 1))
def test_at_any_temperature_rows_are_distributions(temperature, seed):
    logits = np.random.default_rng(seed).normal(size=(M, N)) * 100
    p = tempered(logits, temperature)
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-13)
    assert (p >= 0).all() and (p[np.arange(M), logits.argmax(axis=1)] == p.max(axis=1)).all()


def test_cold_is_the_largest_and_hot_is_any():
    logits = np.array([[1.0, 3.0, 2.0]])
    assert tempered(logits, 1e-300).tolist() == [[0, 1, 0]]
    np.testing.assert_allclose(tempered(logits, 1e9), 1 / 3, rtol=1e-8)
    spread = [tempered(logits, t).max() for t in (0.1, 0.5, 1, 2, 10)]
    assert spread == sorted(spread, reverse=True)


@pytest.mark.parametrize("temperature", [0.3, 1.0, 3.0])
def test_answers_are_drawn_as_often_as_they_are_probable(temperature):
    count, logits = 40_000, np.array([0.5, -1.0, 1.5, 0.0])
    drawn = draw(np.tile(logits, (count, 1)), temperature, np.random.default_rng(0))
    p = softmax(logits[None] / temperature)[0]
    shares = np.bincount(drawn, minlength=4) / count
    assert (np.abs(shares - p) < 4 * np.sqrt(p * (1 - p) / count) + 1e-12).all()


class Throws:
    """A generator that throws what it is told to."""

    def __init__(self, value):
        self.value = value

    def random(self, shape):
        return np.full(shape, self.value)


@pytest.mark.parametrize("thrown", [0.0, np.nextafter(1.0, 0.0)])
def test_no_throw_falls_beside_or_upon_what_has_no_probability(thrown):
    logits = np.random.default_rng(0).normal(size=(200, 9))
    logits[:, [0, -1]] = -1e6
    drawn = draw(logits, 1.0, Throws(thrown))
    assert (drawn == (1 if thrown == 0 else 7)).all()


# What is refused -------------------------------------------------------------------------------------------------

Z = np.zeros((M, K))


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (reparameterize, (Z, Z[:, :2], Z), r"log_variance has shape \(4, 2\), expected \(4, 3\), the shape of mean"),
        (reparameterize, (Z, Z, Z[:1]), r"noise has shape \(1, 3\), expected \(4, 3\)"),
        (reparameterize, (Z[0], Z[0], Z[0]), r"mean has shape \(3,\), expected \(samples, latent\)"),
        (divergence, (Z, Z[:1]), r"log_variance has shape \(1, 3\), expected \(4, 3\)"),
        (divergence, (Z[:0], Z[:0]), r"mean has shape \(0, 3\), expected \(samples, latent\)"),
        (divergence_gradient, (Z, Z.T), r"log_variance has shape \(3, 4\), expected \(4, 3\)"),
        (reparameterize_backward, (Z[:1], reparameterize(Z, Z, Z)[1]), r"deviation has shape \(4, 3\), expected \(1, 3\)"),
        (tempered, (Z, 0), "temperature is 0, expected a finite number above 0"),
        (tempered, (Z, -1.0), "temperature is -1.0, expected a finite number above 0"),
        (tempered, (Z, np.nan), "temperature is nan, expected a finite number above 0"),
        (tempered, (Z, np.inf), "temperature is inf, expected a finite number above 0"),
        (tempered, (Z[0], 1.0), r"logits has shape \(3,\), expected a batch .*logits.reshape\(1, -1\)"),
        (tempered, (Z + np.nan, 1.0), r"logits\[0, 0\] is nan, expected finite numbers"),
        (draw, (Z, 0.0, None), "temperature is 0.0, expected a finite number above 0"),
        (best_linear, (Z, 4), r"latent is 4, expected at most 3: x has shape \(4, 3\)"),
        (best_linear, (Z, 0), "latent is 0, expected a whole number, at least 1"),
        (autoencoder, (7, 2.5), "latent is 2.5, expected a whole number"),
        (autoencoder, (7, 2, (0,)), "a hidden layer is 0, expected a whole number"),
        (joined, (autoencoder(7, 3)[0], autoencoder(7, 2)[1]), r"takes codes of shape \(2,\), and is given \(3,\)"),
        (split, ({"W1": Z}, *autoencoder(7, 3)), r"parameters are \['W1'\], expected \['W1', 'b1', 'W2', 'b2'\]"),
        (VariationalAutoencoder, autoencoder(7, 2), r"takes codes of shape \(2,\), and is given \(1,\)"),
        (VariationalAutoencoder, autoencoder(7, 3), r"given samples of shape \(3,\), expected \(2k,\)"),
        (
            VariationalAutoencoder,
            (Model((7,), (Dense(4), BatchNormalization())), autoencoder(7, 2)[1]),
            "batch normalization in a half",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_explained(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(*arguments)


def test_a_half_that_is_no_model_is_refused():
    with pytest.raises(TypeError, match="the decoder is 3, expected a Model"):
        VariationalAutoencoder(autoencoder(7, 2)[0], 3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, r"codes are drawn while training: pass rng="),
        ({"rng": np.random.default_rng(0), "dropout": 0.5}, r"dropout is 0.5, expected 0"),
        (
            {"rng": np.random.default_rng(0), "y": np.full((M, N), 1.5)},
            "expected a probability between 0 and 1",
        ),
        (
            {"rng": np.random.default_rng(0), "y": np.ones((M, N - 1))},
            r"y has shape \(4, 6\), expected \(samples, 7\)",
        ),
    ],
)
def test_training_says_what_it_needs(options, message):
    network, params, x, _ = small()
    given = {"y": x, "epochs": 1, "learning_rate": 0.1} | options
    with pytest.raises(ValueError, match=message):
        train(network, params, x, **given)
