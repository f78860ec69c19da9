"""Every kind of verdict and report that was ever unsound: each its smallest case, with what is right to say."""

from __future__ import annotations

import copy
import math
import pickle
import time
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from bplib.checking import GradientReport, check_backward, check_gradients, limits
from bplib.checking.witnesses import complex_step, differences, slopes

Check = Callable[..., GradientReport]


@pytest.fixture(params=["tape", "differences"])
def check(request: pytest.FixtureRequest) -> Check:
    """`check_gradients` with a record, and without: a record of no bytes is given up."""
    return check_gradients if request.param == "tape" else partial(check_gradients, memory=0)


@pytest.fixture
def no_wider(monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform where long double is double: a number that wants to be wider stays as it is."""
    for module in (differences, slopes, complex_step):
        monkeypatch.setattr(module, "WIDER", False)
    monkeypatch.setattr(np, "longdouble", np.float64)
    monkeypatch.setattr(np, "clongdouble", np.complex128)


def times(factor: float, gradient: Any) -> Any:
    """A gradient of any structure, times a factor."""
    if isinstance(gradient, dict):
        return {name: times(factor, part) for name, part in gradient.items()}
    if isinstance(gradient, (list, tuple)):
        return type(gradient)(times(factor, part) for part in gradient)
    return factor * gradient


def hold(check: Check, loss: Any, params: Any, right: Any, wrong: Any = (2.0, -1.0, 0.0, 1.01)) -> None:
    """The right gradient is correct, and wrong is what is a multiple of it, or given as such."""
    assert check(loss, params, right).verdict == "correct", str(check(loss, params, right))
    for other in wrong:
        report = check(loss, params, times(other, right) if isinstance(other, float) else other)
        assert report.verdict == "wrong", (other, str(report))


# A scalar parameter ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [float, np.float64, np.array], ids=["float", "numpy's", "without axes"])
def test_a_scalar_is_judged_like_any_array(check, kind):
    hold(check, lambda x: x**2, kind(1.5), kind(3.0))
    hold(check, lambda p: np.exp(p["x"]) * p["y"], {"x": kind(0.3), "y": kind(-2.0)},
         {"x": -2.0 * np.exp(0.3), "y": np.exp(0.3)})  # fmt: skip


def test_mistakes_in_a_scalar_have_their_names(check):
    for factor, cause in ((-1, "sign"), (2, "factor-two"), (0.5, "factor-half")):
        assert check(lambda x: x**2, 1.5, lambda x, f=factor: f * 2 * x).cause == cause


def fit(p: dict[str, Any]) -> float:
    x, y = np.arange(12.0).reshape(6, 2) / 5 - 1, np.linspace(-1, 2, 6)
    return float(np.mean((np.tanh(x @ p["w"] + p["b"]) - y) ** 2))


def slope_of_fit(p: dict[str, Any], bias: float = 1.0) -> dict[str, Any]:
    x, y = np.arange(12.0).reshape(6, 2) / 5 - 1, np.linspace(-1, 2, 6)
    a = np.tanh(x @ p["w"] + p["b"])
    dz = 2 * (a - y) * (1 - a**2) / 6
    return {"w": x.T @ dz, "b": bias * dz.sum()}


@pytest.mark.parametrize("factor", [-1.0, 0.0, 2.0, 1.01])
def test_a_bias_that_is_a_plain_number_beside_arrays(check, factor):
    params = {"w": np.array([0.4, -0.3]), "b": 0.2}
    assert check(fit, params, slope_of_fit(params)).passed
    report = check(fit, params, slope_of_fit(params, factor))
    assert [(tensor.name, tensor.verdict) for tensor in report.tensors] == [("w", "correct"), ("b", "wrong")]


@pytest.mark.parametrize("x", [0.7, np.float64(0.7), np.array(0.7)])
def test_the_backward_pass_of_a_function_of_one_number(x):
    assert check_backward(np.tanh, lambda dy, v: dy * (1 - np.tanh(v) ** 2), x).passed
    for wrong in (
        lambda dy, v: dy * (1 - v**2),
        lambda dy, v: -dy * (1 - np.tanh(v) ** 2),
        lambda dy, v: 0.0 * dy,
    ):
        assert check_backward(np.tanh, wrong, x).verdict == "wrong"


# Points near a minimum -------------------------------------------------------------------------------------------


def test_a_least_squares_fit_next_to_its_optimum(check):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    w = np.linalg.lstsq(x, y, rcond=None)[0] + 1e-6 * rng.normal(size=3)
    hold(check, lambda w: np.mean((x @ w - y) ** 2), w, 2 * x.T @ (x @ w - y) / 20)


def test_a_small_network_after_much_training(check):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(12, 2))
    y = np.sin(x.sum(axis=1, keepdims=True))

    def loss(p):
        return np.mean((np.tanh(x @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"] - y) ** 2)

    def backward(p):
        a = np.tanh(x @ p["W1"] + p["b1"])
        dy = 2 * (a @ p["W2"] + p["b2"] - y) / 12
        dz = dy @ p["W2"].T * (1 - a**2)
        return {"W1": x.T @ dz, "b1": dz.sum(axis=0), "W2": a.T @ dy, "b2": dy.sum(axis=0)}

    params = {
        "W1": 0.5 * rng.normal(size=(2, 3)),
        "b1": np.zeros(3),
        "W2": 0.5 * rng.normal(size=(3, 1)),
        "b2": np.zeros(1),
    }
    for _ in range(5000):
        params = {name: params[name] - 0.1 * slope for name, slope in backward(params).items()}
    hold(check, loss, params, backward(params))


def test_at_the_bottom_itself_nothing_passes_but_nothing(check):
    # All slopes are exactly zero; what is added to one of them shows.
    target = np.array([1.0, -2.0])
    report = check(lambda w: ((w - target) ** 2).sum(), target, np.array([0.0, 1e-3]))
    assert report.verdict != "correct"
    assert check(lambda w: ((w - target) ** 2).sum(), target, np.zeros(2)).verdict != "wrong"


# Sizes that differ within one array ------------------------------------------------------------------------------


def test_an_offset_of_two_hundred_thousand_beside_weights(check):
    rng = np.random.default_rng(0)
    x, theta = rng.normal(size=(6, 3)), np.array([0.3, -0.7, 1.1, 2e5])
    y = np.tanh(x @ theta[:3]) + 0.1 * np.arange(6)

    def loss(t):
        return np.mean((t[3] + np.tanh(x @ t[:3]) - 2e5 - y) ** 2)

    a = np.tanh(x @ theta[:3])
    residual = 2 * (theta[3] + a - 2e5 - y) / 6
    hold(check, loss, theta, np.append(x.T @ (residual * (1 - a**2)), residual.sum()))


@pytest.mark.parametrize("apart", [False, True], ids=["one array", "three arrays"])
def test_a_rate_a_size_and_a_time(check, apart):
    # A decay: the size, the rate and the delay are apart by nine powers of ten.
    t = np.linspace(200, 5000, 15)
    y = 4.8e5 * np.exp(-3.1e-4 * (t - 118))

    def decay(size, rate, delay):
        return np.mean((size * np.exp(-rate * (t - delay)) / 1e5 - y / 1e5) ** 2)

    size, rate, delay = point = (5e5, 3e-4, 120.0)
    e = np.exp(-rate * (t - delay))
    back = 2 * (size * e - y) / 1e10 / 15
    slopes = (back @ e, -back @ (size * e * (t - delay)), back @ (size * e * rate))
    if apart:
        hold(check, lambda p: decay(p["size"], p["rate"], p["delay"]), dict(zip(("size", "rate", "delay"), point)),
             dict(zip(("size", "rate", "delay"), slopes)))  # fmt: skip
    else:
        hold(check, lambda p: decay(p[0], p[1], p[2]), np.array(point), np.array(slopes))


# Sharp losses ----------------------------------------------------------------------------------------------------


def test_the_frequency_of_a_sine_of_440_hertz(check):
    t = np.linspace(0, 1, 2000)
    heard = np.sin(2 * np.pi * 440 * t)
    right = np.mean(
        2 * (np.sin(2 * np.pi * 440.3 * t) - heard) * np.cos(2 * np.pi * 440.3 * t) * 2 * np.pi * t
    )
    hold(check, lambda f: np.mean((np.sin(2 * np.pi * f * t) - heard) ** 2), 440.3, right)


def test_a_period_far_below_the_step():
    x = np.linspace(0.3, 1.7, 8)
    right = 1e5 * np.cos(1e5 * x)

    def loss(v):
        return np.sin(1e5 * v).sum()

    hold(check_gradients, loss, x, right)
    # No difference may be believed that does not see the period: what it cannot tell it leaves undecided.
    assert check_gradients(loss, x, right, memory=0).verdict != "wrong"
    for factor in (-1, 0, 2):
        assert check_gradients(loss, x, factor * right, memory=0).verdict != "correct"


# The edge of a domain --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tiny", [1e-6, 1e-9])
def test_a_probability_next_to_zero(check, tiny):
    share, q = np.array([0.2, 0.3, 0.5]), np.array([0.5, 0.5 - tiny, tiny])
    last = -share / q * [1, 1, -7]
    hold(check, lambda q: -(share * np.log(q)).sum(), q, -share / q, (2.0, -1.0, 0.0, last))
    (tensor,) = check(lambda q: -(share * np.log(q)).sum(), q, last).tensors
    assert [entry.index for entry in tensor.worst] == [(2,)]


def test_the_root_and_the_inverse_next_to_their_edges(check):
    x = np.array([1e-7, 2.0])
    hold(check, lambda x: np.sqrt(x).sum(), x, 0.5 / np.sqrt(x))
    hold(check, lambda x: np.arcsin(1 - x).sum() / 10, x / 3, -0.1 / np.sqrt(1 - (1 - x / 3) ** 2))


# Ties ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ([0, 1, 0, 0], "correct"),
        ([0, 0, 1, 0], "correct"),
        ([0, 0.5, 0.5, 0], "correct"),
        ([0, 0.3, 0.7, 0], "correct"),
        ([0, 0, 0, 0], "wrong"),
        ([0, 1, 1, 0], "wrong"),
        ([0, 0.3, 0.8, 0], "wrong"),
        ([0, 2, -1, 0], "wrong"),
        ([0, 1, 0, 0.1], "wrong"),
    ],
)
def test_the_largest_of_equal_entries_hands_out_its_gradient_once(given, verdict):
    for loss in (
        lambda x: x.max(),
        lambda x: np.max(x),
        lambda x: np.sort(x)[-1],
        lambda x: np.maximum(np.maximum(x[0], x[1]), np.maximum(x[2], x[3])),
        lambda x: max(x[0], x[1], x[2], x[3]),
        lambda x: x[np.argmax(x)],
        lambda x: -np.min(-x),
        lambda x: np.linalg.norm(x, np.inf),
    ):
        x, grads = np.array([1.0, 3.0, 3.0, 2.0]), np.array(given, dtype=float)
        report = check_gradients(loss, x, grads)
        assert report.verdict == verdict, str(report)
        # Differences see a kink, and that is all: they may not call anything correct here, nor what is right wrong.
        report = check_gradients(loss, x, grads, memory=0)
        assert report.verdict in ("undecided", verdict if verdict == "wrong" else "undecided"), str(report)


IMAGE = np.array([[1, 2, 0, 1], [2, 0, 3, 3], [0, 0, 1, 1], [0, 0, 1, 0.5]])
WEIGHTS = np.array([[1.0, 2.0], [3.0, 4.0]])


def pooled(x: np.ndarray) -> Any:
    return (WEIGHTS * x.reshape(2, 2, 2, 2).max(axis=(1, 3))).sum()


def pooled_by_windows(x: np.ndarray) -> Any:
    windows = np.lib.stride_tricks.sliding_window_view(x, (2, 2))[::2, ::2]
    return np.sum(WEIGHTS * np.max(windows, axis=(2, 3)))


def pooled_by_loops(x: np.ndarray) -> Any:
    out = np.zeros((2, 2))
    for i in range(2):
        for j in range(2):
            out[i, j] = x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2].max()
    return (WEIGHTS * out).sum()


def handed_back(share: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """The gradient of max-pooling, by what becomes of a window's maxima."""
    found = np.zeros((4, 4))
    for i in range(2):
        for j in range(2):
            rows, columns = slice(2 * i, 2 * i + 2), slice(2 * j, 2 * j + 2)
            window = IMAGE[rows, columns]
            found[rows, columns] = WEIGHTS[i, j] * share(window == window.max())
    return found


def first(best: np.ndarray) -> np.ndarray:
    found = np.zeros(best.size)
    found[np.argmax(best)] = 1.0
    return found.reshape(best.shape)


@pytest.mark.parametrize("pool", [pooled, pooled_by_windows, pooled_by_loops])
@pytest.mark.parametrize(
    ("share", "verdict"),
    [
        (first, "correct"),
        (lambda best: best / best.sum(), "correct"),
        (lambda best: first(best) / 4 + 0.75 * best / best.sum(), "correct"),
        (lambda best: 1.0 * best, "wrong"),
        (lambda best: 0.0 * best, "wrong"),
        (lambda best: best / 4, "wrong"),
    ],
    ids=["first", "shared", "mixture", "whole to each", "zero", "mean"],
)
def test_ties_in_max_pooling(pool, share, verdict):
    assert check_gradients(pool, IMAGE, handed_back(share)).verdict == verdict
    without = check_gradients(pool, IMAGE, handed_back(share), memory=0).verdict
    assert without in ("undecided", verdict if verdict == "wrong" else "undecided")


@pytest.mark.parametrize(
    ("given", "verdict"),
    [(0.0, "correct"), (1.0, "correct"), (0.6, "correct"), (-0.1, "wrong"), (2.1, "wrong")],
)
def test_two_rectifiers_at_zero_have_any_slopes_between_theirs(given, verdict):
    # By the chain rule, each of the two has a slope of its own from 0 to 1, and both add.
    report = check_gradients(lambda b: np.maximum(b, 0.0) - np.maximum(-b, 0.0), 0.0, given)
    assert report.verdict == verdict
    if verdict == "correct" and given != 1.0:
        assert "exactly on a kink" in str(report)


# Half precision --------------------------------------------------------------------------------------------------


def small_network(
    seed: int, hidden: int
) -> tuple[Callable[[Any], Any], dict[str, np.ndarray], dict[str, np.ndarray]]:
    """A loss, its parameters and its gradient."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(9, 4)), rng.normal(size=(9, 2))
    params = {"W1": rng.normal(size=(4, hidden)), "b1": rng.normal(size=hidden), "W2": rng.normal(size=(hidden, 2)),
              "b2": rng.normal(size=2)}  # fmt: skip

    def loss(p):
        return np.mean((np.tanh(x @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"] - y) ** 2)

    a = np.tanh(x @ params["W1"] + params["b1"])
    dy = (a @ params["W2"] + params["b2"] - y) / 9
    dz = dy @ params["W2"].T * (1 - a**2)
    return loss, params, {"W1": x.T @ dz, "b1": dz.sum(axis=0), "W2": a.T @ dy, "b2": dy.sum(axis=0)}


@pytest.fixture(params=[2, 3, 8], ids=lambda hidden: f"{hidden} hidden")
def hidden(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.mark.parametrize("seed", range(3))
def test_fewer_digits_are_correct_and_the_report_says_how_many(check, hidden, seed):
    loss, params, right = small_network(seed, hidden)
    half = check(loss, params, {name: g.astype(np.float16) for name, g in right.items()})
    assert half.passed and str(half).count("carry about 3 digits") == 4
    single = check(loss, params, {name: g.astype(np.float32) for name, g in right.items()})
    assert single.passed and str(single).count("carry about 6 digits") == 4
    assert "digits" not in str(check(loss, params, right))


@pytest.mark.parametrize("seed", range(3))
def test_an_error_that_few_digits_could_hide_is_undecided_and_a_large_one_wrong(check, hidden, seed):
    # A hundredth is less than half of three digits: rounding could be that large, so it is not wrong, nor is it right.
    loss, params, right = small_network(seed, hidden)
    assert (
        check(loss, params, {name: (1.01 * g).astype(np.float16) for name, g in right.items()}).verdict
        == "undecided"
    )
    assert (
        check(loss, params, {name: (1.5 * g).astype(np.float16) for name, g in right.items()}).verdict
        == "wrong"
    )
    assert (
        check(loss, params, {name: (1.01 * g).astype(np.float32) for name, g in right.items()}).verdict
        == "wrong"
    )


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", [np.float16, np.float32])
def test_few_digits_are_few_in_any_box(check, hidden, seed, kind):
    # The same numbers, kept as doubles: in arrays of two or three entries as much as in one of thirty.
    loss, params, right = small_network(seed, hidden)
    report = check(loss, params, {name: g.astype(kind).astype(np.float64) for name, g in right.items()})
    assert report.verdict != "wrong", str(report)


# Any number of axes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 3, 4), (2, 3, 2, 2), (2, 2, 2, 2, 2), ()])
def test_arrays_of_any_number_of_axes_are_told_and_drawn(check, shape):
    plt = pytest.importorskip("matplotlib.pyplot")
    value = np.random.default_rng(0).normal(size=shape)
    right = 3 * value**2
    wrong = np.array(right)
    wrong[(-1,) * len(shape)] += 1.0
    assert check(lambda v: (v**3).sum(), value, right).passed
    report = check(lambda v: (v**3).sum(), value, wrong)
    (tensor,) = report.tensors
    assert tensor.units.shape == shape and tensor.worst[0].index == tuple(n - 1 for n in shape)
    squares = report._repr_html_().count("<rect")
    assert squares == value.size
    axes = report.plot().axes
    (image,) = axes[0].images
    assert image.get_array().ndim == 2 and image.get_array().size >= value.size
    plt.close("all")


def test_a_convolution_by_its_four_axes(check):
    rng = np.random.default_rng(0)
    kernels, images = rng.normal(size=(2, 3, 2, 2)), rng.normal(size=(4, 3, 5, 5))
    windows = np.lib.stride_tricks.sliding_window_view(images, (2, 2), axis=(2, 3))

    def loss(k):
        return np.tanh(np.einsum("nchwij,ocij->nohw", windows, k)).sum()

    slope = 1 - np.tanh(np.einsum("nchwij,ocij->nohw", windows, kernels)) ** 2
    right = np.einsum("nchwij,nohw->ocij", windows, slope)
    hold(check, loss, kernels, right, (2.0, -1.0, right.swapaxes(2, 3), right[::-1], right[:, ::-1]))


# Samples ---------------------------------------------------------------------------------------------------------


def wide(n: int, samples: int = 4) -> tuple[Callable[[Any], Any], np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    weights, x = rng.normal(size=(n, n)) / 17, rng.normal(size=(samples, n))
    return lambda w: np.tanh(x @ w).sum(), weights, x.T @ (1 - np.tanh(x @ weights) ** 2)


def test_a_row_of_zeros_in_a_large_array_is_no_array_of_zeros(check):
    loss, weights, right = wide(300)
    assert check(loss, weights, right).passed
    wrong = right.copy()
    wrong[17] = 0.0
    report = check(loss, weights, wrong)
    assert report.verdict == "wrong" and report.cause != "zero-gradient"
    assert "every entry is zero" not in str(report).lower()
    assert {entry.index[0] for entry in report.tensors[0].worst} == {17}


def test_with_a_record_all_entries_are_looked_at_and_counted():
    loss, weights, right = wide(300)
    wrong = right.copy()
    wrong[17] = 0.0
    (tensor,) = check_gradients(loss, weights, wrong).tensors
    assert not tensor.sampled and (tensor.wrong, tensor.size) == (300, 90_000)
    assert "wrong in 300 of 90000 entries" in str(tensor)


def test_a_sample_says_that_it_is_one():
    loss, weights, right = wide(120)
    (tensor,) = check_gradients(loss, weights, right, memory=0).tensors
    assert tensor.sampled and "of its 14400 entries were looked at one by one" in str(tensor)
    wrong = right.copy()
    wrong[17] = 0.0
    (tensor,) = check_gradients(loss, weights, wrong, memory=0).tensors
    assert f"of the {tensor.size} entries that were looked at, of 14400;" in str(tensor)


def test_a_million_entries_take_seconds():
    loss, weights, right = wide(1000)
    start = time.process_time()
    report = check_gradients(loss, weights, right)
    assert time.process_time() - start < 60
    assert report.passed and report.tensors[0].size == 10**6 and "chance" not in str(report)


# Bad input: a sentence each --------------------------------------------------------------------------------------


POINT = {"w": np.array([1.0, 2.0]), "b": 0.5}
RIGHT = {"w": np.array([2.0, 4.0]), "b": 1.0}


def square(p: dict[str, Any]) -> Any:
    return (p["w"] ** 2).sum() + p["b"] ** 2


class Refusing:
    """A tensor of another library that does not let its values be read."""

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError(
            "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
        )


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (lambda p: (square(p), p["w"]), r"gave a tuple of 2, expected one real number.*\[0\]"),
        (lambda p: [square(p), p["w"], 3], r"gave a list of 3, expected one real number.*\[0\]"),
        (lambda p: {"loss": square(p), "logits": p["w"]}, "gave a dict of 2, expected one real number"),
        (lambda p: p["w"] ** 2, r"array of shape \(2,\), expected one real number.*sum or a mean"),
        (lambda p: None, "gave None, expected one real number: does it end without a return"),
        (lambda p: "low", "gave a str, expected one real number"),
        (lambda p: 1j * square(p), "expected one real number"),
        (lambda p: np.zeros(0), r"array of shape \(0,\), expected one real number"),
        (lambda p: Refusing(), "gave a Refusing, expected one real number"),
        (lambda p: math.nan, "nan at the point itself, expected a finite number"),
        (lambda p: math.inf * square(p), "inf at the point itself, expected a finite number"),
        (lambda p: p["c"], "raised KeyError at the point itself: 'c'"),
    ],
)
def test_a_loss_that_gives_no_number_is_told_so(check, loss, message):
    with pytest.raises(ValueError, match=message) as caught:
        check(loss, POINT, RIGHT)
    assert "inhomogeneous" not in str(caught.value)


def test_a_loss_in_a_box_of_one_is_a_number(check):
    assert check(lambda p: np.array([[square(p)]]), POINT, RIGHT).passed
    assert check(lambda p: np.float32(0) + square(p), POINT, RIGHT).passed


@pytest.mark.parametrize("loss", [lambda p: 3.0, lambda p: square(POINT)])
def test_a_loss_that_ignores_its_argument(loss):
    right = check_gradients(loss, POINT, {"w": np.zeros(2), "b": 0.0})
    assert right.passed and "does not depend on" in str(right)
    wrong = check_gradients(loss, POINT, RIGHT)
    assert wrong.verdict == "wrong" and "does not depend on" in str(wrong)


def test_a_loss_that_ignores_one_of_its_parameters():
    def loss(p):
        return (p["w"] ** 2).sum()

    assert check_gradients(loss, POINT, {**RIGHT, "b": 0.0}).passed
    report = check_gradients(loss, POINT, RIGHT)
    assert [tensor.verdict for tensor in report.tensors] == ["correct", "wrong"]
    assert "does not depend on b" in str(report)


def test_lists_tuples_and_dictionaries_of_arrays_are_named_by_their_paths(check):
    layers = {"layers": [{"W": np.ones((2, 3)) / 3, "b": np.zeros(3)}, {"W": np.ones((3, 1)), "b": np.zeros(1)}],
              "scale": 0.7, "pair": (np.array([1.0]), [2.0, np.array([[3.0]])])}  # fmt: skip

    def loss(p):
        h = np.array([0.5, -1.0])
        for layer in p["layers"]:
            assert isinstance(p["layers"], list) and isinstance(p["pair"], tuple)
            h = np.sin(h @ layer["W"] + layer["b"])
        one, (two, three) = p["pair"]
        return p["scale"] * h.sum() + (one * two * three).sum()

    def backward(p):
        h, kept = np.array([0.5, -1.0]), []
        for layer in p["layers"]:
            z = h @ layer["W"] + layer["b"]
            kept.append((h, z))
            h = np.sin(z)
        d, back = p["scale"] * np.ones(1), []
        for layer, (before, z) in zip(p["layers"][::-1], kept[::-1], strict=True):
            d = d * np.cos(z)
            back.insert(0, {"W": np.outer(before, d), "b": d})
            d = layer["W"] @ d
        one, (two, three) = p["pair"]
        return {
            "layers": back,
            "scale": h.sum(),
            "pair": (two * three[0], [(one * three[0]).sum(), np.array([one * two])]),
        }

    assert check(loss, layers, backward).passed
    given = backward(layers)
    given["layers"][1]["b"] = 3 * given["layers"][1]["b"]
    given["pair"][1][0] *= -1
    report = check(loss, layers, given)
    wrong = [tensor.name for tensor in report.tensors if tensor.verdict == "wrong"]
    assert wrong == ["layers[1].b", "pair[1][0]"] and "layers[1].b: wrong" in str(report)
    del given["layers"][0]["W"]
    report = check(loss, layers, given)
    assert report.cause == "missing-gradient" and "layers[0].W" in str(report)


def test_a_list_of_arrays_needs_no_names(check):
    arrays = [np.array([1.0, 2.0]), np.array([[3.0]])]
    hold(check, lambda p: sum((v**2).sum() for v in p), arrays, [2 * v for v in arrays])
    report = check(lambda p: sum((v**2).sum() for v in p), arrays, [2 * arrays[0]])
    assert report.cause == "missing-gradient" and "[1]" in str(report)


def test_keys_of_several_kinds(check):
    params = {"a": np.array([1.0, 2.0]), 0: np.array([3.0]), (1, 2): np.array(4.0)}

    def loss(p):
        return (p["a"] ** 2).sum() + (p[0] ** 2).sum() + p[1, 2] ** 2

    right = {name: 2 * value for name, value in params.items()}
    hold(check, loss, params, right)
    report = check(loss, params, {**right, 0: -right[0]})
    assert [tensor.name for tensor in report.tensors if tensor.verdict == "wrong"] == ["[0]"]
    report = check(loss, params, {"a": right["a"], "0": right[0], (1, 2): right[1, 2]})
    assert (report.verdict, report.cause) == ("wrong", "missing-gradient") and "[0]" in str(report)


def test_an_array_without_entries_is_right_if_its_shape_is(check):
    params = {"w": np.array([1.0, 2.0]), "none": np.zeros((0, 3))}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = check(
            lambda p: (p["w"] ** 2).sum() + p["none"].sum(),
            params,
            {"w": 2 * params["w"], "none": np.zeros((0, 3))},
        )
        assert report.passed and len(report.tensors) == 2 and report._repr_html_()
        wrong = check(
            lambda p: (p["w"] ** 2).sum() + p["none"].sum(),
            params,
            {"w": params["w"] * 3, "none": np.zeros((0, 3))},
        )
        assert wrong.verdict == "wrong" and "<svg" in wrong._repr_html_()
        wrong = check(lambda p: (p["w"] ** 2).sum(), params, {"w": 2 * params["w"], "none": np.zeros((3, 0))})
        assert wrong.cause == "wrong-shape"
        assert check(lambda p: p.sum() + 1.0, np.zeros(0), np.zeros(0)).passed
        assert check(lambda p: (p["w"] ** 2).sum() + p["none"].sum(), params,
                     {"w": 2 * params["w"], "none": np.zeros((0, 3))}, full=False).passed  # fmt: skip


class Number:
    """A number in a graph, as in the small engines that people learn with: gradients pile up until they are zeroed."""

    def __init__(self, data: float, parents: tuple[Number, ...] = (), local: tuple[float, ...] = ()) -> None:
        self.data, self.grad, self.parents, self.local = data, 0.0, parents, local

    def __add__(self, other: Number) -> Number:
        return Number(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other: Number) -> Number:
        return Number(self.data * other.data, (self, other), (other.data, self.data))

    def backward(self) -> None:
        order: list[Number] = []

        def visit(node: Number) -> None:
            if node not in order:
                for parent in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for parent, slope in zip(node.parents, node.local, strict=True):
                parent.grad += slope * node.grad


def engine(a: float, b: float) -> tuple[Number, Number, Number]:
    left, right = Number(a), Number(b)
    product = left * right
    return left, right, product * product + left


@pytest.mark.parametrize("kept", ["leaves", "the whole graph"])
def test_gradients_that_pile_up_in_a_scalar_graph(check, kept):
    point = {"a": 2.0, "b": -3.0}
    left, right, out = engine(2.0, -3.0)

    def backward(p):
        if kept == "leaves":
            product = left * right
            (product * product + left).backward()
        else:
            out.backward()
        return {"a": left.grad, "b": right.grad}

    report = check(lambda p: (p["a"] * p["b"]) ** 2 + p["a"], point, backward)
    assert (report.verdict, report.cause) == ("wrong", "gradients-pile-up")
    assert "Set them to zero" in str(report)

    def fresh(p):
        left, right, out = engine(float(p["a"]), float(p["b"]))
        out.backward()
        return {"a": left.grad, "b": right.grad}

    assert check(lambda p: (p["a"] * p["b"]) ** 2 + p["a"], point, fresh).passed


def test_an_array_that_refuses_to_be_read(check):
    with pytest.raises(TypeError, match=r"w is a Refusing .*detach\(\)"):
        check(square, {"w": Refusing(), "b": 0.5}, RIGHT)
    report = check(square, POINT, {**RIGHT, "w": Refusing()})
    assert (report.verdict, report.cause) == ("wrong", "wrong-dtype")
    assert "Hand over a numpy array" in str(report) and ".." not in str(report)


def test_a_loss_that_ends_right_beside_the_point(check):
    def above(p):
        if p["w"][0] > 1.0:
            raise ValueError("outside")
        return square(p)

    def only_here(p):
        return square(p) if p["w"][0] == 1.0 else math.nan

    def fails(p):
        if p["w"][0] != 1.0:
            raise ZeroDivisionError("outside")
        return square(p)

    for loss in (above, only_here, fails):
        # One side is no derivative, and none is none: right may be undecided, but is not wrong.
        assert check(loss, POINT, RIGHT).verdict != "wrong"
        assert check(loss, POINT, {**RIGHT, "w": np.array([2.0, -4.0])}).verdict != "correct"
        assert check(loss, POINT, {**RIGHT, "b": -1.0}).verdict != "correct"
    for loss in (only_here, fails):
        for first_entry in (2.0, -2.0, 0.0):
            report = check(loss, POINT, {**RIGHT, "w": np.array([first_entry, 4.0])})
            assert report.verdict != "correct" and [tensor.name for tensor in report.tensors] == ["w", "b"]


def test_a_loss_that_cannot_be_asked_beside_the_point_says_where_it_failed(check):
    def picky(p):
        if p["w"][0] != 1.0:
            raise RuntimeError("not here")
        return square(p)

    with pytest.raises(ValueError, match="the loss raised RuntimeError beside the point: not here"):
        check(picky, POINT, RIGHT)


def test_where_a_loss_has_no_value_beside_the_point_the_report_says_so():
    def only_here(p):
        return square(p) if p["w"][0] == 1.0 else float("nan")

    report = check_gradients(only_here, POINT, RIGHT, memory=0)
    assert report.verdict == "undecided"
    assert "the loss has no value (NaN, infinity, or an error) at" in str(report) and "What decides" in str(
        report
    )
    assert "no value" not in str(check_gradients(square, POINT, {**RIGHT, "b": -1.0}, memory=0))


class Fit:
    """A fit as people write it: the data are attributes, and the product is a method of them."""

    def __init__(self) -> None:
        draw = np.random.default_rng(4)
        self.x, self.y = draw.normal(size=(6, 3)), draw.normal(size=6)

    def loss(self, p):
        return ((self.x.dot(p["w"]) - self.y) ** 2).mean()

    def gradient(self, p):
        return {"w": 2 * self.x.T.dot(self.x.dot(p["w"]) - self.y) / 6}


FIT = Fit()


def test_arrays_that_an_object_holds_are_in_the_record():
    fit, p = Fit(), {"w": np.array([0.5, -1.0, 2.0])}
    kept = dict(vars(fit))
    for loss in (fit.loss, lambda p: fit.loss(p), lambda p: FIT.loss(p)):
        report = check_gradients(loss, p, fit.gradient(p))
        assert report.passed and not report.notes
    assert all(vars(fit)[name] is value for name, value in kept.items())
    assert all(type(value) is np.ndarray for value in vars(fit).values())


def test_a_loss_with_a_buffer_of_its_own(check):
    buffer, seen = np.zeros(2), []

    def loss(p):
        buffer[:] = p["w"] ** 2
        seen.append(float(buffer.sum()))
        return buffer.sum() + p["b"] ** 2

    hold(check, loss, POINT, RIGHT)
    assert (
        isinstance(buffer, np.ndarray)
        and buffer.dtype == float
        and all(type(value) is float for value in seen)
    )


def test_a_loss_that_keeps_something_is_told_so(check):
    total = np.zeros(2)

    def loss(p):
        total[:] += p["w"]
        return (total**2).sum() + p["b"] ** 2

    report = check(loss, POINT, RIGHT)
    assert (report.verdict, report.cause) == ("wrong", "loss-random") and "keep nothing from one call" in str(
        report
    )


def test_a_record_that_is_too_large_is_given_up_and_says_so():
    loss, weights, right = wide(60)
    report = check_gradients(loss, weights, right, memory=30_000)
    assert report.passed and "cannot be recorded" in str(report)
    assert "1024 MiB" not in str(report)  # the bound is the one that was given
    assert check_gradients(loss, weights, right, memory=10_000_000).notes == ()
    assert check_gradients(loss, weights, 2 * right, memory=30_000).verdict == "wrong"


# The end before the end ------------------------------------------------------------------------------------------


def slow(seconds: float) -> Callable[[Any], Any]:
    def loss(w):
        time.sleep(seconds)
        return (w**3).sum()

    return loss


@pytest.mark.parametrize("seconds", [0, 0.01, 0.15])
def test_a_time_limit_ends_with_a_report(check, seconds):
    w = np.linspace(1, 2, 400)
    start = time.monotonic()
    report = check(slow(0.02), w, 3 * w**2, seconds=seconds)
    assert time.monotonic() - start < 30
    assert report.verdict == "undecided" and f"the limit of {seconds:g} seconds came" in str(report)


def test_a_time_limit_is_looked_at_while_a_record_is_replayed(monkeypatch):
    """The loss itself is quick here: the time goes where it is not called."""
    ticks = iter(range(100_000))
    monkeypatch.setattr(limits.time, "monotonic", lambda: float(next(ticks)))
    weights = np.linspace(1, 2, 50)
    counts = []
    for seconds in (10, 25, 60, 10_000):
        report = check_gradients(lambda w: (w**3).sum(), weights, 3 * weights**2, seconds=seconds)
        counts.append(report.evaluations)
    assert report.passed
    assert counts[0] < counts[-1]
    stopped = check_gradients(lambda w: (w**3).sum(), weights, 3 * weights**2, seconds=counts[-1] + 2)
    assert stopped.verdict == "undecided" and "seconds came" in str(stopped)


def test_a_limit_that_is_not_reached_changes_nothing(check):
    w = np.linspace(1, 2, 4)
    assert (
        check(lambda w: (w**3).sum(), w, 3 * w**2, seconds=60).notes
        == check(lambda w: (w**3).sum(), w, 3 * w**2).notes
    )


def caught(check: Check, *arguments: Any, **options: Any) -> GradientReport:
    try:
        return check(*arguments, **options)
    except KeyboardInterrupt:  # it would end the whole run of the tests
        pytest.fail("the interrupt got out")


@pytest.mark.parametrize("call", [1, 2, 3, 5, 9, 30])
def test_an_interrupt_ends_with_a_report(check, call):
    calls = 0

    def loss(w):
        nonlocal calls
        calls += 1
        if calls == call:
            raise KeyboardInterrupt
        return (w**3).sum()

    w = np.linspace(1, 2, 40)
    report = caught(check, loss, w, 3 * w**2)
    if calls < call:  # it was over before
        assert report.passed
    else:
        assert report.verdict == "undecided" and "interrupted" in str(report) and report._repr_html_()


def test_what_was_found_before_the_end_is_in_the_report():
    # The first parameter is looked at before the second, which takes for ever.
    calls = 0

    def loss(p):
        nonlocal calls
        calls += 1
        if calls > 40:
            raise KeyboardInterrupt
        return (p["a"] ** 2).sum() + (p["b"] ** 2).sum()

    params = {"a": np.ones(1), "b": np.ones(500)}
    report = caught(check_gradients, loss, params, {"a": -2 * np.ones(1), "b": 2 * np.ones(500)}, memory=0)
    assert report.verdict == "wrong" and [(t.name, t.verdict) for t in report.tensors] == [("a", "wrong")]
    assert "interrupted" in str(report)


# Nothing of the caller's is changed ------------------------------------------------------------------------------


def test_the_users_arrays_stay_as_they_are(check):
    params = {"w": np.array([1.0, 2.0]), "more": [np.array([[3.0]]), np.array(4.0)], "b": 0.5}
    kept = params["w"], params["more"][0], params["more"][1]
    data = np.array([1.0, -1.0])
    before = [value.copy() for value in (*kept, data)]
    for value in (*kept, data):
        value.setflags(write=False)

    def loss(p):
        return float(((p["w"] * data) ** 2).sum() + p["more"][0].sum() * p["more"][1] + p["b"])

    for factor in (1.0, 3.0):
        grads = {"w": factor * 2 * params["w"], "more": [np.array([[4.0]]), np.array(3.0)], "b": 1.0}
        assert check(loss, params, grads).passed == (factor == 1.0)
    assert (
        all(a is b for a, b in zip(kept, (params["w"], *params["more"]), strict=True))
        and type(params["b"]) is float
    )
    assert all(np.array_equal(a, b) for a, b in zip((*kept, data), before, strict=True))
    assert type(data) is np.ndarray and not data.flags.writeable
    assert loss.__closure__ is not None and loss.__closure__[0].cell_contents is data


def test_the_checkers_own_steps_warn_nobody(check):
    # Beside the point the root and the logarithm have no value: none of the user's business.
    x = np.array([1e-7, 2.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for factor in (1.0, 2.0):
            check(lambda x: np.sqrt(x).sum(), x, factor * 0.5 / np.sqrt(x))
            check(lambda x: np.sqrt(x - 1).sum(), 1 + x, factor * 0.5 / np.sqrt(x))
            check(lambda x: np.log(x - 1).sum(), 1 + x, factor / x)
            check(lambda x: np.arccosh(1 + x).sum(), x, factor / np.sqrt(x * (2 + x)))


@pytest.mark.parametrize("scale", [1e-250, 1e-160, 1e160, 1e250])
def test_a_loss_of_any_size_is_judged_alike(check, scale):
    # The square of such a number is no number any more.
    x = np.array([0.5, -2.0])
    hold(check, lambda x: scale * (x**3).sum(), x, scale * 3 * x**2)


# What reaches the loss sideways ----------------------------------------------------------------------------------


A, V = np.random.default_rng(3).normal(size=(2, 3)), np.array([0.5, 1.5, 2.0])


@pytest.mark.parametrize(
    ("loss", "params", "right", "dropped"),
    [
        (lambda a: np.sum(a=a) ** 2, A, 2 * A.sum() * np.ones_like(A), 0 * A),
        (lambda a: (a**2).sum() + 1e-4 * np.sum(a=a), A, 2 * A + 1e-4, 2 * A),
        (lambda a: (a**2).sum() + 1e-4 * np.block([[a, a]]).sum(), A, 2 * A + 2e-4, 2 * A),
        (lambda a: (a**2).sum() + 1e-4 * np.dstack([a, a]).sum(), A, 2 * A + 2e-4, 2 * A),
        (lambda a: np.block([[a, a]]).sum() ** 2, A, 8 * A.sum() * np.ones_like(A), 0 * A),
        (lambda a: (a**2).sum() + 1e-4 * np.sum(np.frompyfunc(lambda t: t * t, 1, 1)(a)), A, 2.0002 * A, 2 * A),
        (lambda v: (np.bincount([0, 1, 1], weights=v) ** 2).sum(), V, np.array([1.0, 7.0, 7.0]), 0 * V),
        (lambda v: np.interp(x=[0.5, 1.5], xp=[0.0, 1, 2], fp=v).sum(), V, np.array([0.5, 1.0, 0.5]), 0 * V),
        (lambda v: np.linalg.solve(np.eye(3) * 2, b=v).prod(), V, V.prod() / V / 8, 0 * V),
        (lambda v: np.dot([v[0], v[1]], [1.0, 2.0]) ** 2, V, 7.0 * np.array([1.0, 2.0, 0.0]), 0 * V),
        (lambda p: np.clip([-2.0, 0.0, 2.0], a_min=p["low"], a_max=p["high"]).sum(), {"low": -1.0, "high": 1.0},
         {"low": 1.0, "high": 1.0}, {"low": 0.0, "high": 0.0}),
        (lambda p: np.linspace(start=p["x"], stop=2.0, num=3).sum(), {"x": 0.7}, {"x": 1.5}, {"x": 0.0}),
        (lambda p: (p["w"] ** 2).sum() + (np.bincount([0, 1, 1], weights=p["v"]) ** 2).sum(), {"w": V, "v": V},
         {"w": 2 * V, "v": np.array([1.0, 7.0, 7.0])}, {"w": 2 * V, "v": 0 * V}),
        (lambda a: np.sum(a, where=A > 0) ** 2, A, 2 * A[A > 0].sum() * (A > 0), 0 * A),
        (lambda a: np.prod(a, axis=(0, 1)), A, A.prod() / A, 0 * A),
        (lambda a: np.einsum(a, [0, 1], A, [0, 1], []) ** 2, A, 2 * (A**2).sum() * A, 0 * A),
        (lambda a: np.prod(a, axis=1, initial=2.0).sum(), A, 2 * A.prod(axis=1, keepdims=True) / A, 0 * A),
    ],
    ids=["sum a=", "small sum a=", "small block", "small dstack", "block", "small frompyfunc", "bincount", "interp fp=", "solve b=",
         "dot of a list", "clip a_min=", "linspace start=", "bincount beside others", "sum where=", "prod of two axes",
         "einsum by numbers", "prod initial="],
)  # fmt: skip
def test_what_the_tape_cannot_hand_back_is_not_taken_for_zero(check, loss, params, right, dropped):
    # With a record exactly; differences stand on kinks of their own in some, and then say nothing.
    hold(check_gradients, loss, params, right, (2.0, -1.0, dropped))
    assert check(loss, params, right).verdict != "wrong"
    for other in (times(2.0, right), times(-1.0, right), dropped):
        assert check(loss, params, other).verdict != "correct"


def test_copies_of_the_parameters_are_parameters(check):
    hold(
        check,
        lambda p: sum((v**2).sum() for v in copy.deepcopy(p).values()),
        {"a": A, "v": V},
        {"a": 2 * A, "v": 2 * V},
    )
    hold(check, lambda a: (copy.copy(a) ** 2).sum(), A, 2 * A)


# Losses of few digits --------------------------------------------------------------------------------------------


SAMPLES = np.random.default_rng(4).normal(size=(6, 3)), np.linspace(-1, 1, 12).reshape(6, 2)


def residual(w: np.ndarray, kind: type = np.float64) -> Any:
    x, y = SAMPLES
    return np.tanh(x.astype(kind) @ np.asarray(w, dtype=kind)) - y.astype(kind)


@pytest.mark.parametrize(
    "loss",
    [
        lambda w: float(np.mean(residual(w, np.float32) ** 2)),
        lambda w: np.float32(np.mean(residual(w) ** 2)),
        lambda w: float(np.float32(1000) + np.float32(np.mean(residual(w) ** 2))) - 1000,
        lambda w: np.float16(np.mean(residual(w) ** 2)),
        lambda w: float(f"{float(np.mean(residual(w) ** 2)):.6f}"),
        lambda w: round(float(np.mean(residual(w) ** 2)), 4),
        lambda w: np.round(np.mean(residual(w) ** 2), 6),
        lambda w: np.floor(np.mean(residual(w) ** 2) * 1e7) / 1e7,
    ],
    ids=[
        "single",
        "single result",
        "beside a thousand",
        "half result",
        "as text",
        "four places",
        "six places",
        "floor",
    ],
)
def test_a_loss_that_moves_in_steps_makes_no_right_gradient_wrong(check, loss):
    # Between two steps nothing moves, however small the difference: that is no slope of zero.
    x, _ = SAMPLES
    w = np.random.default_rng(5).normal(size=(3, 2))
    a = np.tanh(x @ w)
    right = x.T @ ((a - SAMPLES[1]) * (1 - a**2)) / 6
    report = check(loss, w, right)
    assert report.verdict != "wrong", str(report)
    for factor in (0.0, 2.0, -1.0):
        report = check(loss, w, factor * right)
        assert report.verdict != "correct", (factor, str(report))


@pytest.mark.parametrize("period", [1e-3, 1e-4, 1e-5, 1e-6, 1e-7])
@pytest.mark.parametrize("at", [1.0, 2.0, 5.0])
def test_a_wave_that_repeats_with_every_step_of_a_difference_is_not_overlooked(request, check, period, at):
    if period < 1e-5 and "differences" in request.node.name:
        return  # Finer than the steps of a difference can be: only a record tells.

    def loss(x):
        return x**2 + 100 * period * np.sin(2 * np.pi * x / period)

    right = 2 * at + 200 * np.pi * np.cos(2 * np.pi * at / period)
    assert check(loss, at, right).verdict != "wrong"
    for wrong in (2 * at, 0.0, -right):
        assert check(loss, at, wrong).verdict != "correct"


# Many ties, many steps -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [3, 4, 10])
def test_a_sort_of_equal_entries_is_over_soon(n):
    # So many orders: n! are too many to be written down, and ten entries are no rarity.
    weights = np.arange(float(n))
    start = time.process_time()
    report = check_gradients(lambda v: (np.sort(v) * weights).sum(), np.ones(n), weights[::-1])
    assert report.verdict == "correct" if n < 5 else report.verdict != "wrong"
    report = check_gradients(lambda v: (np.sort(v) * weights).sum(), np.ones(n), 2 * weights)
    assert report.verdict == "wrong" if n < 5 else report.verdict != "correct"
    assert time.process_time() - start < 60


@pytest.mark.parametrize("n", [2, 30, 400])
def test_any_number_of_equal_entries_shares_one_gradient(n):
    one, shared = np.zeros(n), np.full(n, 1 / n)
    one[n // 2] = 1.0
    hold(check_gradients, lambda v: v.max(), np.ones(n), one, (2.0, -1.0, np.ones(n), np.zeros(n)))
    assert check_gradients(lambda v: v.max(), np.ones(n), shared).passed
    hold(check_gradients, lambda v: np.maximum(v, 0.0).sum(), np.zeros(n), np.full(n, 0.3),
         (np.full(n, 1.2), np.full(n, -0.1), np.append(np.full(n - 1, 0.5), 1.2)))  # fmt: skip


def test_rows_of_zeros_before_a_rectifier_take_no_minutes():
    # Padding: with biases of zero, every unit stands on its kink there, 300 places in all.
    rng = np.random.default_rng(7)
    x, y = rng.normal(size=(40, 6)), rng.normal(size=(40, 2))
    x[:15] = 0.0
    params = {
        "W1": rng.normal(size=(6, 20)),
        "b1": np.zeros(20),
        "W2": rng.normal(size=(20, 2)),
        "b2": np.zeros(2),
    }

    def loss(p):
        return ((np.maximum(x @ p["W1"] + p["b1"], 0) @ p["W2"] + p["b2"] - y) ** 2).mean()

    def backward(at_zero):
        z = x @ params["W1"] + params["b1"]
        a = np.maximum(z, 0)
        dy = 2 * (a @ params["W2"] + params["b2"] - y) / 80
        dz = dy @ params["W2"].T * np.where(z == 0, at_zero, z > 0)
        return {"W1": x.T @ dz, "b1": dz.sum(axis=0), "W2": a.T @ dy, "b2": dy.sum(axis=0)}

    for at_zero in (0.0, 0.5, 1.0):
        assert check_gradients(loss, params, backward(at_zero)).passed
    start = time.process_time()
    right = backward(0.0)
    assert check_gradients(loss, params, {**right, "W2": 2 * right["W2"]}).verdict == "wrong"
    assert check_gradients(loss, params, {**right, "b1": 3 * right["b1"] + 1}).verdict == "wrong"
    assert time.process_time() - start < 60


def test_entries_that_no_tie_touches_are_judged_as_ever():
    x = np.array([-1.0, 2.0, 0.0])

    def loss(x):
        return np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), 0.0).sum()

    # The logarithm beside zero leaves nothing to choose from there: that is said, and nothing wrong is called correct.
    assert check_gradients(loss, x, np.array([0.0, 0.5, 0.0])).verdict == "correct"
    for wrong in (np.array([0.0, 1.0, 0.0]), np.array([0.1, 0.5, 0.0])):
        assert check_gradients(loss, x, wrong).verdict != "correct"


def test_a_loop_of_two_thousand_steps_takes_no_minutes():
    w = np.array([0.5, 1.5, 0.3])

    def loss(w):
        state = 0.0
        for k in range(2000):
            state = 0.99 * state + np.sin(w[k % 3] * k / 100)
        return state

    right, steps = np.zeros(3), np.arange(2000)
    for k in range(3):
        mine = steps[steps % 3 == k]
        right[k] = (0.99 ** (1999 - mine) * np.cos(w[k] * mine / 100) * mine / 100).sum()
    start = time.process_time()
    assert check_gradients(loss, w, right).passed
    assert time.process_time() - start < 60


def test_where_the_witnesses_contradict_each_other_nothing_is_said():
    # A dip so narrow that every difference steps over it: the record sees it, and is not confirmed.
    def loss(x):
        return x**2 - 1e-3 * np.exp(-((x - 1) ** 2) / 1e-16) * (x - 1) / 1e-8

    assert check_gradients(loss, 1.0, 2 - 1e5).verdict != "wrong"
    assert check_gradients(loss, 1.0, 2.0).verdict != "correct"


# Sentences that say what is so -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "point"),
    [
        (lambda x: x**2, 1.5),
        (lambda x: np.mean((x - 1) ** 2), np.array([0.3, 2.0, 5.0])),
        (lambda x: np.log(x).sum(), np.array([0.3, 2.0, 5.0])),
        (lambda x: np.tanh(x @ A.T).sum(), np.array([0.3, 2.0, 5.0])),
        (pooled, IMAGE),
    ],
)
def test_a_gradient_of_zeros_is_called_that_and_nothing_more_telling(check, loss, point):
    report = check(loss, point, 0.0 * np.asarray(point))
    if report.verdict == "wrong":  # a tie is left undecided without a record
        assert report.cause in ("zero-gradient", None) and not report.where and not report.candidates, str(
            report
        )


@pytest.mark.parametrize("factor", [1.0001, 0.9999, 1.0000004])
def test_a_factor_that_is_told_is_none_of_one(check, factor):
    x = np.array([0.3, 2.0, 5.0])
    report = check(lambda x: np.log(x).sum(), x, factor / x)
    assert report.verdict == "wrong" and "is 1 times" not in str(report)


# Where long double is double -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_wider")
@pytest.mark.parametrize(
    "case",
    [
        test_a_scalar_is_judged_like_any_array,
        test_a_least_squares_fit_next_to_its_optimum,
        test_a_small_network_after_much_training,
        test_an_offset_of_two_hundred_thousand_beside_weights,
        test_a_probability_next_to_zero,
        test_a_convolution_by_its_four_axes,
    ],
)
def test_a_platform_without_wider_numbers_has_the_same_verdicts(check, case):
    more = {"test_a_scalar_is_judged_like_any_array": (float,), "test_a_probability_next_to_zero": (1e-9,)}
    case(check, *more.get(case.__name__, ()))


@pytest.mark.usefixtures("no_wider")
def test_without_wider_numbers_a_loss_that_is_a_rest_is_still_not_called_wrong(check):
    # Log(1 + tiny) moves in steps of 2e-16: what the loss has lost has to be measured in another way than by more digits.
    x = np.array([1.0, 1.01])
    w = np.array([-34.0, -33.0])
    right = x / (1 + np.exp(-w * x))
    assert check(lambda w: np.log(1 + np.exp(w * x)).sum(), w, right).verdict != "wrong"
    assert check(lambda w: np.log(1 + np.exp(w * x)).sum(), w, -right).verdict != "correct"


# A loss that is all rounding, and what excuses -------------------------------------------------------------------


def test_what_is_excused_is_never_called_correct(check):
    # A penalty of 1e12 drowns the rest: a right gradient cannot be told from twice of it.
    def loss(w):
        return 1e12 + (w**2).sum()

    w = np.array([1.0, -2.0])
    for factor in (0.0, 2.0, -1.0):
        assert check(loss, w, factor * 2 * w).verdict != "correct"


# Found by somebody who set out to break it -------------------------------------------------------------------------


@pytest.mark.parametrize("places", [(3, 4), (100, 101), (100, 5000)])
@pytest.mark.parametrize("off", [0.01, 1.0])
def test_two_errors_that_cancel_in_a_sum_are_not_overlooked(places, off):
    """In a large array without a record, whose entries are looked at in sums."""
    weights = np.random.default_rng(0).normal(size=12_000)
    given = 2 * weights
    given[list(places)] += np.array([off, -off]) * np.abs(given).max()
    assert check_gradients(lambda p: p @ p, weights, given, memory=0).verdict != "correct"
    assert check_gradients(lambda p: p @ p, weights, 2 * weights, memory=0).verdict == "correct"


def test_two_entries_or_rows_that_are_swapped_in_a_large_array():
    weights = np.random.default_rng(1).normal(size=(120, 100))
    for swapped in (np.roll(2 * weights, 1, axis=0), np.roll(2 * weights, 1, axis=1)):
        assert check_gradients(lambda p: (p**2).sum(), weights, swapped, memory=0).verdict == "wrong"
    one = 2 * weights
    one[7, [3, 4]] = one[7, [4, 3]]
    assert check_gradients(lambda p: (p**2).sum(), weights, one, memory=0).verdict != "correct"


@pytest.mark.parametrize("order", ["C", "F", "K", "A"])
@pytest.mark.parametrize("layout", [np.ascontiguousarray, np.asfortranarray])
def test_the_layout_of_a_parameter_is_part_of_the_point(check, order, layout):
    point = layout(np.random.default_rng(0).normal(size=(3, 4)))
    ramp = np.arange(12.0)
    fortran = order == "F" or (order in "KA" and not point.flags.c_contiguous)
    right = ramp.reshape(3, 4, order="F" if fortran else "C")
    hold(check, lambda p: (p.ravel(order) * ramp).sum(), point, right)


def test_the_last_digit_of_what_cancels_is_nothing(check):
    weights = np.array([2.0, 0.0, -1.0])
    for rest in (0.0, 1e-18, 4e-16):
        right = np.array([4.0, rest, -2.0])
        assert check(lambda p: (p**2).sum(), weights, right).verdict == "correct"
    assert check_gradients(lambda p: (p**2).sum(), weights, np.array([4.0, 1e-13, -2.0])).verdict != "wrong"
    assert check(lambda p: (p**2).sum(), weights, np.array([4.0, 1e-6, -2.0])).verdict == "wrong"


def test_parameters_that_the_loss_rounds_to_single_precision(check):
    draw = np.random.default_rng(0)
    for _ in range(10):
        weights = draw.normal(size=6).astype(np.float32).astype(float)
        for loss in (
            lambda p: (p.astype("f4").astype("f8") ** 2).sum(),
            lambda p: (p.astype("f4") ** 2).sum(),
        ):
            assert check(loss, weights, 2 * weights).verdict != "wrong"
            assert check(loss, weights, 3 * weights).verdict != "correct"
            assert check(loss, weights, 0 * weights).verdict != "correct"


def test_a_loss_that_pickles_its_parameters_is_judged_without_a_record():
    def loss(p):
        return (pickle.loads(pickle.dumps(p)) ** 2).sum()

    weights = np.array([1.0, -2.0])
    assert check_gradients(loss, weights, 2 * weights).passed
    assert "a pickle" in str(check_gradients(loss, weights, 2 * weights))
    assert check_gradients(loss, weights, weights).verdict == "wrong"


@pytest.mark.parametrize("factor", [3, 5, 7, 10, 100, 1_000_000, 1 / 3])
def test_a_factor_that_is_forgotten_is_neither_a_mean_nor_a_penalty(factor):
    for loss, weights, given in (
        (lambda p: (p**3).sum() * factor, np.array([0.5, -1.0, 2.0]), lambda p: 3 * p**2),
        (lambda p: p**2 * factor, 1.3, lambda p: 2 * p),
    ):
        report = check_gradients(loss, weights, given(weights))
        assert report.verdict == "wrong" and report.cause in (None, "factor-missing", "scaled"), report.cause


def test_a_mean_that_is_divided_by_its_rows_alone_is_not_called_by_its_samples():
    draw = np.random.default_rng(2)
    x, y, W = draw.normal(size=(5, 3)), draw.normal(size=(5, 4)), draw.normal(size=(3, 4))

    def loss(p):
        return ((np.tanh(x @ p) - y) ** 2).mean()

    a = np.tanh(x @ W)
    by_rows = x.T @ (2 * (a - y) * (1 - a**2)) / 5
    assert check_gradients(loss, W, by_rows / 4).passed
    for samples in (None, 5):
        assert check_gradients(loss, W, by_rows, samples=samples).cause != "not-averaged"


def test_a_mask_that_is_forgotten_is_no_other_activation():
    t, heard = np.array([0.2, -0.4, 1.0, 0.7]), np.array([1, 0, 1, 0])

    def loss(p):
        return np.where(heard == 1, (np.sin(p) - t) ** 2, 0).sum()

    p = np.array([0.3, 0.9, -0.7, 1.4])
    report = check_gradients(loss, p, 2 * (np.sin(p) - t) * np.cos(p))
    assert (report.verdict, report.cause) == ("wrong", "mask-forgotten")
