"""Pooling: the fast forms against the loops, the gradients against the loss alone, ties, overlaps and leftover pixels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bplib.applications.pooling import (
    average_pooling,
    average_pooling_backward,
    average_pooling_backward_by_loops,
    average_pooling_by_loops,
    flatten,
    flatten_backward,
    max_pooling,
    max_pooling_backward,
    max_pooling_backward_by_loops,
    max_pooling_by_loops,
)
from bplib.checking import check_gradients
from bplib.partial_derivatives import complex_step, relative_error

#: Forward, backward, and both as loops.
MAXIMUM = (max_pooling, max_pooling_backward, max_pooling_by_loops, max_pooling_backward_by_loops)
AVERAGE = (
    average_pooling,
    average_pooling_backward,
    average_pooling_by_loops,
    average_pooling_backward_by_loops,
)
KINDS = pytest.mark.parametrize("kind", [MAXIMUM, AVERAGE], ids=["max", "average"])

#: Shape of x, window, stride.
OVERLAPPING = ((2, 3, 5, 4), (3, 2), (2, 1))
SHAPES = [
    OVERLAPPING,
    ((2, 1, 6, 4), 2, None),
    ((1, 2, 7, 5), 2, None),  # leftover pixels at both edges
    ((1, 2, 5, 9), (2, 3), (3, 4)),  # pixels between the windows
    ((2, 1, 4, 3), (4, 3), None),  # one window for all
    ((1, 2, 3, 4), 1, 1),  # windows of one pixel
]


def case(shapes, kind, seed=0):
    shape, window, stride = shapes
    rng = np.random.default_rng(seed)
    x = rng.normal(size=shape)
    y, cache = kind[0](x, window, stride)
    return x, y, rng.normal(size=y.shape), cache


def loss_of(shapes, kind, target):
    _, window, stride = shapes
    return lambda x: 0.5 * ((kind[0](x, window, stride)[0] - target) ** 2).sum()


def test_a_maximum_worked_out_by_hand():
    x = np.array([[[[1.0, 5.0, 2.0], [3.0, 4.0, 6.0]]]])
    y, cache = max_pooling(x, (2, 2), stride=1)
    assert y.tolist() == [[[[5.0, 6.0]]]] and cache.winner.tolist() == [[[[1, 3]]]]
    assert max_pooling_backward(np.array([[[[10.0, 1.0]]]]), cache).tolist() == [[[[0, 10, 0], [0, 0, 1]]]]


def test_an_average_worked_out_by_hand():
    x = np.array([[[[1.0, 5.0, 2.0], [3.0, 4.0, 6.0]]]])
    y, cache = average_pooling(x, (2, 2), stride=1)
    assert y.tolist() == [[[[3.25, 4.25]]]]
    assert average_pooling_backward(np.array([[[[4.0, 8.0]]]]), cache).tolist() == [[[[1, 3, 2], [1, 3, 2]]]]


@KINDS
@settings(max_examples=25, deadline=None)
@given(st.data(), st.integers(0, 2**32 - 1), st.booleans())
def test_the_fast_form_is_the_loops(kind, data, seed, ties):
    forward, backward, forward_by_loops, backward_by_loops = kind
    shape = tuple(data.draw(st.integers(1, most)) for most in (3, 3, 7, 7))
    window = tuple(data.draw(st.integers(1, size)) for size in shape[2:])
    stride = data.draw(st.none() | st.integers(1, 4) | st.tuples(st.integers(1, 4), st.integers(1, 4)))
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 3, size=shape).astype(float) if ties else rng.normal(size=shape)
    y, cache = forward(x, window, stride)
    assert np.allclose(y, forward_by_loops(x, window, stride), rtol=1e-13, atol=1e-13)
    dy = rng.normal(size=y.shape)
    assert np.allclose(backward(dy, cache), backward_by_loops(dy, cache), rtol=1e-12, atol=1e-13)
    # A maximum gives all it got to somebody, an average to all together.
    assert backward(dy, cache).sum() == pytest.approx(dy.sum(), abs=1e-11)


@KINDS
@pytest.mark.parametrize("shapes", SHAPES)
def test_the_gradient_is_right_by_the_loss_alone(kind, shapes):
    x, y, target, cache = case(shapes, kind)
    report = check_gradients(loss_of(shapes, kind, target), x, kind[1](y - target, cache))
    assert report.verdict == "correct", str(report)


# Between two kinks a maximum is one of its entries, which is analytic: the real parts say which.
@KINDS
@pytest.mark.parametrize("shapes", SHAPES)
def test_the_gradient_is_the_complex_step(kind, shapes):
    x, y, target, cache = case(shapes, kind)
    dx = kind[1](y - target, cache)
    assert dx.shape == x.shape
    assert relative_error(dx, complex_step(loss_of(shapes, kind, target), x)) < 1e-14


def test_of_equal_entries_the_first_in_row_order_takes_all():
    x = np.array([[[[1.0, 2.0, 2.0], [2.0, 2.0, 0.0]]]])
    for window, first in (((2, 3), (0, 1)), ((1, 3), (0, 1))):
        y, cache = max_pooling(x, window)
        for backward in (max_pooling_backward, max_pooling_backward_by_loops):
            dx = backward(np.ones_like(y), cache)
            assert dx[0, 0][first] == 1 and dx.sum() == y.size
    y, cache = max_pooling(np.zeros((1, 1, 3, 3)), 2, stride=1)
    assert max_pooling_backward(np.ones_like(y), cache)[0, 0].tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 0]]


def test_negative_numbers_do_not_lose_to_zero():
    x = -1.0 - np.arange(16.0).reshape(1, 1, 4, 4)
    assert max_pooling(x, 2)[0].tolist() == [[[[-1.0, -3.0], [-9.0, -11.0]]]]


def test_the_largest_of_overlapping_windows_gets_the_gradient_of_all():
    x = np.zeros((1, 1, 3, 3))
    x[0, 0, 1, 1] = 1
    _, cache = max_pooling(x, 2, stride=1)
    assert max_pooling_backward(np.array([[[[1.0, 2.0], [4.0, 8.0]]]]), cache)[0, 0, 1, 1] == 15


@KINDS
def test_leftover_pixels_are_not_seen(kind):
    x, y, dy, cache = case(((2, 3, 7, 5), 2, None), kind)
    assert y.shape == (2, 3, 3, 2)
    dx = kind[1](dy, cache)
    assert (dx[:, :, 6] == 0).all() and (dx[..., 4] == 0).all() and dx.any()
    x[:, :, 6] = x[..., 4] = 100
    assert np.array_equal(kind[0](x, 2)[0], y)


@KINDS
def test_a_pair_is_vertical_and_horizontal(kind):
    x = np.random.default_rng(0).normal(size=(1, 1, 6, 6))
    y, _ = kind[0](x, (3, 2))
    assert y.shape == (1, 1, 2, 3) and kind[0](x, (3, 2), (1, 2))[0].shape == (1, 1, 4, 3)
    expected = x[0, 0, 3:6, 0:2]
    assert y[0, 0, 1, 0] == pytest.approx(expected.max() if kind is MAXIMUM else expected.mean(), rel=1e-14)
    assert np.array_equal(kind[0](x, 3, 1)[0], kind[0](x, (3, 3), (1, 1))[0])


def test_flattening_moves_the_numbers_and_back():
    x = np.arange(24.0).reshape(2, 3, 2, 2)
    y, shape = flatten(x)
    assert y.shape == (2, 12) and y[1].tolist() == list(range(12, 24)) and shape == (2, 3, 2, 2)
    assert np.array_equal(flatten_backward(y, shape), x)
    assert flatten(np.zeros((0, 3, 2, 2)))[0].shape == (0, 12)
    sequences = np.arange(24).reshape(2, 3, 4)
    assert np.array_equal(flatten(sequences)[0], sequences.reshape(2, 12))
    with pytest.raises(
        ValueError, match=r"dy has shape \(2, 11\), expected \(2, 12\), the shape of the output"
    ):
        flatten_backward(y[:, 1:], shape)
    with pytest.raises(ValueError, match=r"dy has shape \(12, 2\), expected \(2, 12\)"):
        flatten_backward(y.T, shape)
    with pytest.raises(ValueError, match=r"x has shape \(2, 12\), expected images"):
        flatten(y)


# Typical mistakes ------------------------------------------------------------------------------------------------


def max_backward(dy, cache, *, add=True, step=None, all_of_them=False, last=False):
    """The loops of the backward pass of a maximum, with a mistake."""
    x, window, stride, _ = cache
    step = stride if step is None else step
    dx = np.zeros_like(x)
    for n, c, r, s in np.ndindex(dy.shape):
        here = np.s_[n, c, r * step[0] : r * step[0] + window[0], s * step[1] : s * step[1] + window[1]]
        largest = x[here] == x[here].max()
        if not all_of_them:
            i, j = np.argwhere(largest)[-1 if last else 0]
            largest = np.zeros_like(largest)
            largest[i, j] = True
        dx[here] = np.where(largest, dy[n, c, r, s] + (dx[here] if add else 0), dx[here])
    return dx


def average_backward(dy, cache, *, add=True, share=True, step=None):
    """The loops of the backward pass of an average, with a mistake."""
    shape, window, stride = cache
    step = stride if step is None else step
    dx = np.zeros(shape)
    for n, c, r, s in np.ndindex(dy.shape):
        here = np.s_[n, c, r * step[0] : r * step[0] + window[0], s * step[1] : s * step[1] + window[1]]
        dx[here] = (dx[here] if add else 0) + dy[n, c, r, s] / (window[0] * window[1] if share else 1)
    return dx


@pytest.mark.parametrize(
    ("kind", "loops", "mistake"),
    [
        (MAXIMUM, max_backward, {"add": False}),
        (MAXIMUM, max_backward, {"step": (1, 1)}),
        (AVERAGE, average_backward, {"add": False}),
        (AVERAGE, average_backward, {"step": (1, 1)}),
        (AVERAGE, average_backward, {"share": False}),
    ],
)
def test_a_mistake_is_wrong_by_the_loss_alone(kind, loops, mistake):
    x, y, target, cache = case(OVERLAPPING, kind)
    loss = loss_of(OVERLAPPING, kind, target)
    assert check_gradients(loss, x, loops(y - target, cache)).verdict == "correct"
    report = check_gradients(loss, x, loops(y - target, cache, **mistake))
    assert report.verdict == "wrong", str(report)


def test_ties_that_all_take_the_gradient_are_wrong():
    # Where each pixel stands for four there are ties everywhere, and still no kink: they move together.
    small = np.random.default_rng(0).normal(size=(2, 2, 3, 4))

    def enlarge(small):
        return small.repeat(2, axis=2).repeat(2, axis=3)

    def reduce(dx):
        return dx.reshape(2, 2, 3, 2, 4, 2).sum(axis=(3, 5))

    y, cache = max_pooling(enlarge(small), 2)
    loss = lambda p: 0.5 * (max_pooling(enlarge(p), 2)[0] ** 2).sum()
    for right in (max_pooling_backward(y, cache), max_backward(y, cache), max_backward(y, cache, last=True)):
        assert check_gradients(loss, small, reduce(right)).verdict == "correct"
    report = check_gradients(loss, small, reduce(max_backward(y, cache, all_of_them=True)))
    assert report.verdict == "wrong", str(report)


# Manners ---------------------------------------------------------------------------------------------------------


@KINDS
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_the_kind_of_numbers_stays(kind, dtype):
    x = np.random.default_rng(0).normal(size=(2, 3, 7, 6)).astype(dtype)
    y, cache = kind[0](x, 3, 2)
    assert y.dtype == kind[2](x, 3, 2).dtype == dtype
    assert kind[1](y, cache).dtype == kind[3](y, cache).dtype == dtype


@KINDS
def test_whole_numbers_are_read_as_floating_point(kind):
    assert kind[0](np.arange(16).reshape(1, 1, 4, 4), 2)[0].dtype == np.float64


@KINDS
@pytest.mark.parametrize("shapes", SHAPES)
def test_nothing_that_is_passed_in_is_changed(kind, shapes):
    x, y, dy, cache = case(shapes, kind)
    before = x.copy(), dy.copy()
    y[...] = 7
    kind[1](dy, cache)[...] = 7
    kind[3](dy, cache)
    kind[2](x, *shapes[1:])[...] = 7
    assert np.array_equal(x, before[0]) and np.array_equal(dy, before[1])


X = np.ones((2, 3, 5, 4))


@KINDS
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((X[0], 2), r"x has shape \(3, 5, 4\), expected images \(m, channels, height, width\)"),
        ((X, 5), "a window of 5 pixels does not fit into 4 pixels with padding 0, expected at most 4"),
        ((X, (6, 1)), "a window of 6 pixels does not fit into 5 pixels"),
        ((X, 0), "window is 0, expected a whole number, at least 1"),
        ((X, 1.5), "window is 1.5, expected a whole number"),
        (
            (X, (2, 2, 2)),
            r"window is \(2, 2, 2\), expected a pair \(vertical, horizontal\) or one number for both",
        ),
        ((X, 2, 0), "stride is 0, expected a whole number, at least 1"),
        ((X, 2, (1, -1)), "stride is -1, expected a whole number"),
        ((X, 2, (1,)), r"stride is \(1,\), expected a pair"),
    ],
)
def test_what_does_not_fit_is_explained(kind, arguments, message):
    for forward in (kind[0], kind[2]):
        with pytest.raises(ValueError, match=message):
            forward(*arguments)


@KINDS
def test_a_gradient_of_another_shape_is_refused(kind):
    y, cache = kind[0](X, 2)
    for backward in (kind[1], kind[3]):
        with pytest.raises(ValueError, match=r"dy has shape \(2, 3, 2, 1\), expected \(2, 3, 2, 2\)"):
            backward(y[..., 1:], cache)
        with pytest.raises(ValueError, match=r"dy has shape \(2, 12\).*flatten_backward"):
            backward(y.reshape(2, -1), cache)
