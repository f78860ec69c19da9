"""Every gradient, against central differences and, where the code is analytic, against the complex step."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bplib.backpropagation import backpropagation, backward
from bplib.error import get_loss, one_hot
from bplib.feedforward import feedforward
from bplib.network import Network, initialize
from bplib.overfitting import dropout_masks, l1, l2
from bplib.partial_derivatives import central_difference, complex_step, numerical_gradient, relative_error
from bplib.weight_update import sgd

STEP = 1e-5
# Truncation: h²/6 of a third derivative below 100 (seen: below 10) is 2e-9. Rounding: a few eps · L / h, below 1e-10.
TOLERANCE = 3e-9

HIDDEN = {"sigmoid": (4,), "tanh": (4, 3), "softmax": (4, 3), "relu": (5, 4, 3), "leaky_relu": (5,)}
LOSSES = ("mean_squared_error", "binary_cross_entropy", "categorical_cross_entropy")


def _network(activation, loss, hidden=None):
    hidden = HIDDEN[activation] if hidden is None else hidden
    return Network((3, *hidden, 2), (activation,) * len(hidden) + ("identity",), loss)


def _problem(network, seed=0, samples=5):
    rng = np.random.default_rng(seed)
    params = initialize(network, rng)
    for layer in range(1, network.depth + 1):
        params[f"b{layer}"] += rng.normal(0, 0.3, network.sizes[layer])
    x = rng.normal(size=(samples, network.sizes[0]))
    if network.loss == "mean_squared_error":
        y = rng.normal(size=(samples, network.sizes[-1]))
    elif network.loss == "binary_cross_entropy":
        y = rng.integers(0, 2, (samples, network.sizes[-1])).astype(float)
    else:
        y = one_hot(rng.integers(0, network.sizes[-1], samples), network.sizes[-1])
    return params, x, y


def _assert_close(gradients, measured):
    assert gradients.keys() == measured.keys()
    for name in measured:
        assert gradients[name].shape == measured[name].shape
        assert np.allclose(gradients[name], measured[name], rtol=0, atol=TOLERANCE), name


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", HIDDEN)
def test_gradients_are_what_differences_measure(activation, loss):
    network = _network(activation, loss)
    params, x, y = _problem(network)
    _, gradients = backpropagation(network, params, x, y)
    _assert_close(gradients, numerical_gradient(lambda p: backpropagation(network, p, x, y)[0], params, STEP))


@pytest.mark.parametrize("loss", ["mean_squared_error", "categorical_cross_entropy"])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "softmax"])
@pytest.mark.parametrize("hidden", [(), (4,), (4, 3), (4, 3, 5)])
def test_gradients_of_analytic_networks_are_exact(activation, loss, hidden):
    network = _network(activation, loss, hidden)
    params, x, y = _problem(network, seed=1)
    _, gradients = backpropagation(network, params, x, y)
    value = get_loss(loss).value
    for name in params:
        exact = complex_step(
            lambda v, n=name: value(feedforward(network, {**params, n: v}, x)[0], y), params[name]
        )
        assert relative_error(gradients[name], exact) < 1e-9, name


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from(["sigmoid", "tanh", "identity"])), min_size=1, max_size=4
    ),
    st.integers(1, 4),
)
def test_gradients_of_any_smooth_network_are_exact(seed, layers, samples):
    network = Network((3, *(n for n, _ in layers)), tuple(name for _, name in layers))
    params, x, y = _problem(network, seed, samples)
    _, gradients = backpropagation(network, params, x, y)
    value = get_loss(network.loss).value
    for name in params:
        exact = complex_step(
            lambda v, n=name: value(feedforward(network, {**params, n: v}, x)[0], y), params[name]
        )
        assert np.allclose(gradients[name], exact, rtol=1e-9, atol=1e-13), name


@pytest.mark.parametrize("loss", LOSSES)
def test_the_gradient_reaches_the_inputs(loss):
    network = _network("tanh", loss)
    params, x, y = _problem(network)
    output, cache = feedforward(network, params, x)
    _, dz1 = backward(network, params, cache, get_loss(loss).gradient(output, y))
    dx = dz1 @ params["W1"].T
    measured = central_difference(
        lambda v: get_loss(loss).value(feedforward(network, params, v)[0], y), x, STEP
    )
    assert dx.shape == x.shape and np.allclose(dx, measured, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("penalty", [l1(0.3), l2(0.7)])
def test_a_penalty_is_part_of_the_loss_and_of_the_gradient(penalty):
    network = _network("tanh", "mean_squared_error")
    params, x, y = _problem(network)
    plain, without = backpropagation(network, params, x, y)
    loss, gradients = backpropagation(network, params, x, y, penalty)
    assert loss == pytest.approx(plain + penalty.value(params), rel=1e-14)
    assert not np.allclose(gradients["W1"], without["W1"]) and np.array_equal(gradients["b1"], without["b1"])
    _assert_close(
        gradients, numerical_gradient(lambda p: backpropagation(network, p, x, y, penalty)[0], params, STEP)
    )


def test_dropout_uses_the_same_masks_forward_and_backward():
    network = _network("relu", "categorical_cross_entropy")
    params, x, y = _problem(network)
    masks = dropout_masks(network, len(x), 0.5, np.random.default_rng(3))
    loss, gradients = backpropagation(network, params, x, y, masks=masks)
    assert loss != backpropagation(network, params, x, y)[0]
    _assert_close(
        gradients,
        numerical_gradient(lambda p: backpropagation(network, p, x, y, masks=masks)[0], params, STEP),
    )


def test_a_gradient_is_the_mean_over_the_samples():
    network = _network("sigmoid", "mean_squared_error")
    params, x, y = _problem(network)
    _, whole = backpropagation(network, params, x, y)
    each = [backpropagation(network, params, a[None], b[None])[1] for a, b in zip(x, y)]
    for name in params:
        assert np.allclose(whole[name], np.mean([g[name] for g in each], axis=0), rtol=0, atol=1e-14)


def test_a_perfect_answer_leaves_nothing_to_learn():
    network = _network("tanh", "mean_squared_error")
    params, x, _ = _problem(network)
    loss, gradients = backpropagation(network, params, x, feedforward(network, params, x)[0])
    assert loss == 0.0 and not any(g.any() for g in gradients.values())


# Mazur's much-read example, without its slip: the post reports .291027924 after one update because it takes the hidden
# layer's gradient with the output weights that were already updated. With the old ones it is .291027774.
MAZUR = Network((2, 2, 2), ("sigmoid", "sigmoid"))
MAZUR_PARAMS = {
    "W1": np.array([[0.15, 0.20], [0.25, 0.30]]).T,
    "b1": np.array([0.35, 0.35]),
    "W2": np.array([[0.40, 0.45], [0.50, 0.55]]).T,
    "b2": np.array([0.60, 0.60]),
}
MAZUR_X, MAZUR_Y = np.array([[0.05, 0.10]]), np.array([[0.01, 0.99]])


def test_a_published_example_and_its_first_update():
    loss, gradients = backpropagation(MAZUR, MAZUR_PARAMS, MAZUR_X, MAZUR_Y)
    assert loss == pytest.approx(0.298371109, abs=5e-10)
    assert gradients["W2"][0, 0] == pytest.approx(0.082167041, abs=5e-10)
    assert gradients["W1"][0, 0] == pytest.approx(0.000438568, abs=5e-10)
    weights_only = {name: g if name.startswith("W") else np.zeros_like(g) for name, g in gradients.items()}
    updated, _ = sgd(MAZUR_PARAMS, weights_only, None, 0.5)
    assert updated["W2"][0, 0] == pytest.approx(0.35891648, abs=5e-9)
    assert backpropagation(MAZUR, updated, MAZUR_X, MAZUR_Y)[0] == pytest.approx(0.291027774, abs=5e-10)


def test_the_slip_is_told_apart_from_the_right_answer():
    output, cache = feedforward(MAZUR, MAZUR_PARAMS, MAZUR_X)
    doutput = get_loss(MAZUR.loss).gradient(output, MAZUR_Y)
    gradients, _ = backward(MAZUR, MAZUR_PARAMS, cache, doutput)
    W2 = MAZUR_PARAMS["W2"] - 0.5 * gradients["W2"]
    late, _ = backward(MAZUR, {**MAZUR_PARAMS, "W2": W2}, cache, doutput)
    slipped = {**MAZUR_PARAMS, "W1": MAZUR_PARAMS["W1"] - 0.5 * late["W1"], "W2": W2}
    assert backpropagation(MAZUR, slipped, MAZUR_X, MAZUR_Y)[0] == pytest.approx(0.291027924, abs=5e-10)


def test_nothing_that_is_passed_in_is_changed():
    network = _network("relu", "categorical_cross_entropy")
    params, x, y = _problem(network)
    copies = [x.copy(), y.copy(), {name: value.copy() for name, value in params.items()}]
    _, gradients = backpropagation(network, params, x, y, l2(0.1))
    for gradient in gradients.values():
        gradient += 1.0
    assert np.array_equal(x, copies[0]) and np.array_equal(y, copies[1])
    assert all(np.array_equal(params[name], copies[2][name]) for name in params)


def test_single_precision_stays_single():
    network = _network("relu", "mean_squared_error")
    params = initialize(network, np.random.default_rng(0), dtype=np.float32)
    x = np.ones((2, 3), np.float32)
    _, gradients = backpropagation(network, params, x, np.zeros((2, 2), np.float32))
    assert {g.dtype for g in gradients.values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (np.ones((2, 3)), np.ones((2, 1)), r"target has shape \(2, 1\), expected \(samples, 2\)"),
        (np.ones((2, 3)), np.ones(2), r"target has shape \(2,\), expected a batch"),
        (np.ones((2, 4)), np.ones((2, 2)), r"x has shape \(2, 4\), expected \(samples, 3\)"),
        (np.ones((2, 3)), np.full((2, 2), np.nan), r"target\[0, 0\] is nan"),
        (np.ones((2, 3)), np.ones((3, 2)), r"x has 2 samples and target has 3, expected as many targets"),
    ],
)
def test_data_that_do_not_fit_are_explained(x, y, message):
    network = _network("tanh", "mean_squared_error")
    with pytest.raises(ValueError, match=message):
        backpropagation(network, initialize(network, np.random.default_rng(0)), x, y)
