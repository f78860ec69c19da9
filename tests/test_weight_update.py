"""Update rules against scalar recursions, and schedules against their formulas."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bplib import weight_update
from bplib.weight_update import OPTIMIZERS

GRADIENTS = [0.5, -1.0, 0.25, 2.0, 2.0, -0.125]
RATE = 0.1


def _run(rule, **options):
    params, state, visited = {"W1": np.array([[1.0, -1.0]])}, None, []
    for g in GRADIENTS:
        params, state = rule(params, {"W1": np.array([[g, -g]])}, state, RATE, **options)
        visited.append(params["W1"].copy())
    return visited


def _by_hand(name):
    """The published recursion on one number, written without looking at the library."""
    w, v, s, out = 1.0, 0.0, 0.0, []
    for t, g in enumerate(GRADIENTS, start=1):
        if name == "sgd":
            w -= RATE * g
        elif name == "momentum":
            v = 0.9 * v - RATE * g
            w += v
        elif name == "nesterov":
            previous, v = v, 0.9 * v - RATE * g
            w += -0.9 * previous + 1.9 * v  # the usual form in the shifted variable
        elif name == "rmsprop":
            s = 0.9 * s + 0.1 * g * g
            w -= RATE * g / (math.sqrt(s) + 1e-8)
        elif name == "adam":
            v, s = 0.9 * v + 0.1 * g, 0.999 * s + 0.001 * g * g
            w -= RATE * (v / (1 - 0.9**t)) / (math.sqrt(s / (1 - 0.999**t)) + 1e-8)
        out.append(w)
    return out


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_rules_follow_the_published_recursion(name):
    for found, expected in zip(_run(OPTIMIZERS[name]), _by_hand(name), strict=True):
        # The second entry sees the mirrored gradient, so it mirrors the first.
        assert found[0] == pytest.approx([expected, -expected], rel=1e-12)


def test_nesterov_looks_ahead():
    # On f(w) = w²/2: u' = βu - η (w + βu), w' = w + u', with the look-ahead point p = w + βu as parameter.
    w, u = 1.0, 0.0
    params, state = {"W1": np.array([1.0])}, None
    for _ in range(10):
        params, state = weight_update.nesterov(params, {"W1": params["W1"]}, state, 0.1, beta=0.8)
        u = 0.8 * u - 0.1 * (w + 0.8 * u)
        w += u
        assert params["W1"][0] == pytest.approx(w + 0.8 * u, rel=1e-12)


@given(st.floats(1e-3, 1e3), st.floats(1e-4, 1.0), st.sampled_from([-1, 1]))
def test_the_first_step_of_adam_is_the_learning_rate_whatever_the_gradient(size, rate, sign):
    updated, _ = weight_update.adam({"W1": np.zeros(1)}, {"W1": np.array([sign * size])}, None, rate)
    # epsilon is added to |g| in the denominator: relative 1e-8 / 1e-3.
    assert updated["W1"][0] == pytest.approx(-sign * rate, rel=2e-5)


def test_momentum_grows_to_the_geometric_sum():
    params, state = {"W1": np.zeros(1)}, None
    for _ in range(200):
        before = params
        params, state = weight_update.momentum(params, {"W1": np.ones(1)}, state, 0.1, beta=0.9)
    assert (params["W1"] - before["W1"])[0] == pytest.approx(-0.1 / (1 - 0.9), rel=1e-8)


@pytest.mark.parametrize("name", ["momentum", "nesterov"])
def test_without_memory_momentum_is_plain_descent(name):
    assert np.allclose(_run(OPTIMIZERS[name], beta=0.0), _run(OPTIMIZERS["sgd"]), rtol=1e-14)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_rules_are_pure(name):
    rule = OPTIMIZERS[name]
    params, gradients = (
        {"W1": np.ones((2, 2)), "b1": np.zeros(2)},
        {"W1": np.full((2, 2), 0.5), "b1": np.ones(2)},
    )
    one, state = rule(params, gradients, None, 0.1)
    two, _ = rule(one, gradients, state, 0.1)
    again, _ = rule(one, gradients, state, 0.1)
    assert all(np.array_equal(two[key], again[key]) for key in two), "the state was changed in place"
    assert (params["W1"] == 1).all() and (params["b1"] == 0).all() and (gradients["W1"] == 0.5).all()
    assert one.keys() == params.keys() and one["W1"].shape == (2, 2) and (one["b1"] < 0).all()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_rules_find_the_bottom_of_a_bowl(name):
    params, state = {"W1": np.array([3.0, -2.0])}, None
    for epoch in range(600):
        params, state = OPTIMIZERS[name](
            params, {"W1": params["W1"] * [1.0, 5.0]}, state, 0.05 / (1 + epoch / 50)
        )
    assert np.abs(params["W1"]).max() < 0.02


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize(
    ("gradients", "rate", "message"),
    [
        ({"W1": np.ones(2)}, 0.0, "learning_rate is 0.0, expected a finite number above 0"),
        ({"W1": np.ones(2)}, np.nan, "learning_rate is nan"),
        ({"W2": np.ones(2)}, 0.1, r"gradients are \['W2'\], expected one per parameter: \['W1'\]"),
        ({"W1": np.ones((1, 2))}, 0.1, r"gradient of W1 has shape \(1, 2\), expected that of W1, \(2,\)"),
    ],
)
def test_gradients_that_do_not_fit_are_refused(name, gradients, rate, message):
    with pytest.raises(ValueError, match=message):
        OPTIMIZERS[name]({"W1": np.ones(2)}, gradients, None, rate)


@pytest.mark.parametrize(
    ("name", "option"),
    [("momentum", "beta"), ("nesterov", "beta"), ("rmsprop", "beta"), ("adam", "beta1"), ("adam", "beta2")],
)
@pytest.mark.parametrize("value", [1.0, -0.1])
def test_a_memory_that_never_fades_is_refused(name, option, value):
    with pytest.raises(ValueError, match=f"{option} is {value}, expected at least 0 and below 1"):
        OPTIMIZERS[name]({"W1": np.ones(2)}, {"W1": np.ones(2)}, None, 0.1, **{option: value})


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        (weight_update.constant(0.1), {0: 0.1, 99: 0.1}),
        (weight_update.step_decay(0.8, factor=0.5, every=10), {0: 0.8, 9: 0.8, 10: 0.4, 25: 0.2}),
        (weight_update.exponential_decay(2.0, decay=math.log(2)), {0: 2.0, 1: 1.0, 3: 0.25}),
        (weight_update.inverse_time_decay(1.0, decay=0.5), {0: 1.0, 2: 0.5, 6: 0.25}),
        (weight_update.cosine_decay(1.0, 10, floor=0.2), {0: 1.0, 5: 0.6, 10: 0.2, 50: 0.2}),
        (weight_update.warmup(weight_update.constant(1.0), 4), {0: 0.25, 3: 1.0, 9: 1.0}),
        (weight_update.warmup(weight_update.step_decay(1.0, every=2), 2), {0: 0.5, 1: 1.0, 3: 1.0, 4: 0.5}),
    ],
)
def test_schedules_follow_their_formulas(schedule, rates):
    for epoch, rate in rates.items():
        assert schedule(epoch) == pytest.approx(rate, rel=1e-12)


@pytest.mark.parametrize(
    "schedule",
    [
        lambda: weight_update.constant(0.0),
        lambda: weight_update.step_decay(0.1, every=0),
        lambda: weight_update.exponential_decay(-1.0),
        lambda: weight_update.inverse_time_decay(0.1, decay=0.0),
        lambda: weight_update.cosine_decay(0.1, 0),
        lambda: weight_update.warmup(weight_update.constant(0.1), 0),
    ],
)
def test_schedules_that_never_move_are_refused(schedule):
    with pytest.raises(ValueError, match="expected a finite number above 0"):
        schedule()


def test_a_clipped_rule_shortens_all_gradients_together():
    params = {"W1": np.zeros((1, 2)), "b1": np.zeros(1)}
    gradients = {"W1": np.array([[2.0, -4.0]]), "b1": np.array([4.0])}  # together of length 6
    moved, _ = weight_update.clipped(weight_update.sgd, 3.0)(params, gradients, None, 1.0)
    assert moved["W1"].tolist() == [[-1.0, 2.0]] and moved["b1"].tolist() == [-2.0]
    # One that is short enough stays as it is, and so does the dictionary that was passed in.
    moved, _ = weight_update.clipped(weight_update.sgd, 6.0)(params, gradients, None, 1.0)
    assert moved["W1"].tolist() == [[-2.0, 4.0]] and gradients["b1"].tolist() == [4.0]
    still, _ = weight_update.clipped(weight_update.sgd, 1.0)(params, params, None, 1.0)
    assert still["W1"].tolist() == [[0.0, 0.0]]


def test_a_clipped_rule_remembers_what_the_rule_remembers():
    rule, params, state, expected = (
        weight_update.clipped(weight_update.momentum, 1.0),
        {"W1": np.array([0.0])},
        None,
        0.0,
    )
    velocity = 0.0
    for g in GRADIENTS:
        params, state = rule(params, {"W1": np.array([g])}, state, RATE)
        velocity = 0.9 * velocity - RATE * max(-1.0, min(1.0, g))
        expected += velocity
    assert params["W1"][0] == pytest.approx(expected, rel=1e-12)
