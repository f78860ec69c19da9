"""Convolution: the fast form against the loops, the gradients against the loss alone, and the mistakes against both."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bplib.applications.convolution import (
    ConvolutionGradients,
    convolution,
    convolution_backward,
    convolution_backward_by_loops,
    convolution_by_loops,
    output_size,
)
from bplib.checking import check_gradients
from bplib.partial_derivatives import complex_step, relative_error

#: Shapes of x and W, stride, padding. All sizes that could be mistaken for each other are unlike.
UNLIKE = ((2, 3, 7, 6), (4, 3, 3, 2), 2, 1)
SHAPES = [
    UNLIKE,
    ((2, 3, 5, 7), (4, 3, 3, 2), 1, 0),  # a window smaller than the image both ways
    ((3, 1, 6, 4), (2, 1, 1, 1), 1, 0),  # a kernel of one pixel
    ((1, 2, 4, 3), (3, 2, 4, 3), 1, 0),  # a kernel as large as the image
    ((2, 2, 8, 9), (1, 2, 2, 3), 3, 2),  # a stride larger than the window: pixels between are not seen
    ((2, 3, 7, 6), (3, 3, 3, 2), 2, 1),  # as many channels out as in: exchanged, they would fit
]


def case(shapes, seed=0):
    x_shape, W_shape, stride, padding = shapes
    rng = np.random.default_rng(seed)
    x, W, b = (rng.normal(size=shape) for shape in (x_shape, W_shape, W_shape[:1]))
    y, cache = convolution(x, W, b, stride, padding)
    return x, W, b, rng.normal(size=y.shape), cache


def loss_of(shapes, target):
    """Half the squared distance of the output from a target: every output has a say, and not the same."""
    _, _, stride, padding = shapes
    return lambda p: 0.5 * ((convolution(p["x"], p["W"], p["b"], stride, padding)[0] - target) ** 2).sum()


def named(gradients):
    return {"x": gradients.dx, "W": gradients.dW, "b": gradients.db}


def test_worked_out_by_hand():
    x = np.array([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]])
    W, b = np.array([[[[10.0, 1.0]]]]), np.array([0.5])
    y, cache = convolution(x, W, b)
    assert y.tolist() == [
        [[[12.5, 23.5], [45.5, 56.5]]]
    ]  # 10·1 + 2, and so on: the kernel is not turned around
    dx, dW, db = convolution_backward(np.array([[[[1.0, 2.0], [3.0, 4.0]]]]), cache)
    assert dx.tolist() == [[[[10.0, 21.0, 2.0], [30.0, 43.0, 4.0]]]]  # 21 = 1·1 + 2·10
    assert dW.tolist() == [[[[1.0 + 4 + 12 + 20, 2.0 + 6 + 15 + 24]]]] and db.tolist() == [10.0]


@settings(max_examples=30, deadline=None)
@given(st.data(), st.integers(0, 2**32 - 1))
def test_the_fast_form_is_the_loops(data, seed):
    def number(low, high):
        return data.draw(st.integers(low, high))

    kh, kw, stride, padding = number(1, 4), number(1, 4), number(1, 3), number(0, 2)
    h, w = (number(max(1, k - 2 * padding), 7) for k in (kh, kw))
    c_in, c_out = number(1, 3), number(1, 3)
    shapes = ((number(1, 3), c_in, h, w), (c_out, c_in, kh, kw), stride, padding)
    x, W, b, dy, cache = case(shapes, seed)
    assert (
        relative_error(
            convolution(x, W, b, stride, padding)[0], convolution_by_loops(x, W, b, stride, padding)
        )
        < 1e-13
    )
    for fast, slow in zip(convolution_backward(dy, cache), convolution_backward_by_loops(dy, cache)):
        # Sums of positive and negative numbers: what they cancel to may be small against them.
        assert fast.shape == slow.shape and np.allclose(fast, slow, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("backward", [convolution_backward, convolution_backward_by_loops])
def test_the_gradient_is_right_by_the_loss_alone(shapes, backward):
    x, W, b, target, cache = case(shapes)
    y = convolution(x, W, b, *shapes[2:])[0]
    report = check_gradients(
        loss_of(shapes, target), {"x": x, "W": W, "b": b}, named(backward(y - target, cache))
    )
    assert report.verdict == "correct", str(report)


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("name", ["x", "W", "b"])
def test_the_gradient_is_the_complex_step(shapes, name):
    x, W, b, target, cache = case(shapes)
    params, loss = {"x": x, "W": W, "b": b}, loss_of(shapes, target)
    gradient = named(convolution_backward(convolution(x, W, b, *shapes[2:])[0] - target, cache))[name]
    exact = complex_step(lambda value: loss({**params, name: value}), params[name])
    assert gradient.shape == exact.shape and relative_error(gradient, exact) < 1e-13


def test_pixels_that_no_window_meets_get_zero():
    x, _, _, dy, cache = case(((2, 2, 6, 8), (3, 2, 2, 3), 3, 0))
    dx = convolution_backward(dy, cache).dx
    met = np.zeros((6, 8), dtype=bool)
    met[np.ix_([0, 1, 3, 4], [0, 1, 2, 3, 4, 5])] = True
    assert dx.shape == x.shape and (dx[:, :, ~met] == 0).all() and (dx[:, :, met] != 0).all()


# Typical mistakes ------------------------------------------------------------------------------------------------


def by_loops(dy, cache, *, add=True, step=None, W=None, turned=False):
    """The loops of the backward pass, with a mistake."""
    x, own, stride, padding = cache
    W, step = own if W is None else W, stride if step is None else step
    dx, dW, db = np.zeros_like(x), np.zeros_like(own), np.zeros(len(own))
    for n, o, r, s in np.ndindex(dy.shape):
        seen = np.s_[n, :, r * step : r * step + own.shape[2], s * step : s * step + own.shape[3]]
        blame = dy[n, o, r, s]
        dx[seen] = (dx[seen] if add else 0) + blame * (W[o, :, ::-1, ::-1] if turned else W[o])
        dW[o] = (dW[o] if add else 0) + blame * x[seen]
        db[o] = (db[o] if add else 0) + blame
    inner = slice(padding, -padding or None)
    return ConvolutionGradients(dx[:, :, inner, inner], dW, db)


MISTAKES = {
    "assigned instead of added": lambda dy, cache: by_loops(dy, cache, add=False),
    "stride forgotten": lambda dy, cache: by_loops(dy, cache, step=1),
    "kernel turned around": lambda dy, cache: by_loops(dy, cache, turned=True),
    "divided by the positions": lambda dy, cache: ConvolutionGradients(
        convolution_backward(dy, cache).dx,
        convolution_backward(dy, cache).dW / dy[0, 0].size,
        dy.sum(axis=0).mean(axis=(1, 2)),
    ),
    "one image's bias": lambda dy, cache: convolution_backward(dy, cache)._replace(db=dy[0].sum(axis=(1, 2))),
    "padding of the gradient kept in place": lambda dy, cache: shifted(convolution_backward(dy, cache)),
    "channels exchanged in dW": lambda dy, cache: exchanged(convolution_backward(dy, cache)),
}


def shifted(gradients):
    return gradients._replace(dx=np.roll(gradients.dx, (1, 1), axis=(2, 3)))


def exchanged(gradients):
    return gradients._replace(dW=gradients.dW.transpose(1, 0, 2, 3))


def test_without_a_mistake_the_loops_are_right():
    _, _, _, dy, cache = case(UNLIKE)
    for own, right in zip(by_loops(dy, cache), convolution_backward(dy, cache)):
        assert np.allclose(own, right, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("name", "shapes"), [*((name, UNLIKE) for name in MISTAKES), ("channels exchanged in dW", SHAPES[-1])]
)
def test_a_mistake_is_wrong_by_the_loss_alone(name, shapes):
    x, W, b, target, cache = case(shapes)
    dy = convolution(x, W, b, *shapes[2:])[0] - target
    params = {"x": x, "W": W, "b": b}
    report = check_gradients(loss_of(shapes, target), params, named(MISTAKES[name](dy, cache)))
    assert report.verdict == "wrong", str(report)


def test_channels_that_are_exchanged_are_wrong_where_they_fit():
    shapes = SHAPES[-1]
    x, W, b, target, cache = case(shapes)
    dy = convolution(x, W, b, *shapes[2:])[0] - target
    mistake = by_loops(dy, cache, W=W.transpose(1, 0, 2, 3))
    params = {"x": x, "W": W, "b": b}
    report = check_gradients(loss_of(shapes, target), params, named(mistake))
    assert report.verdict == "wrong" and report.cause == "channel-mixed", str(report)


# Manners ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_the_kind_of_numbers_stays(dtype):
    x, W, b, dy, _ = (np.asarray(a, dtype=dtype) if isinstance(a, np.ndarray) else a for a in case(UNLIKE))
    y, cache = convolution(x, W, b, 2, 1)
    assert y.dtype == dtype and convolution_by_loops(x, W, b, 2, 1).dtype == dtype
    for backward in (convolution_backward, convolution_backward_by_loops):
        assert {gradient.dtype for gradient in backward(dy, cache)} == {np.dtype(dtype)}


def test_whole_numbers_are_read_as_floating_point():
    x = np.arange(16).reshape(1, 1, 4, 4)
    y, cache = convolution(x, np.ones((1, 1, 2, 2), dtype=int), np.zeros(1))
    assert y.dtype == np.float64 and y[0, 0, 0, 0] == 10 and cache.x.dtype == np.float64


@pytest.mark.parametrize("shapes", SHAPES)
def test_nothing_that_is_passed_in_is_changed(shapes):
    x, W, b, dy, _ = case(shapes)
    before = [a.copy() for a in (x, W, b, dy)]
    _, cache = convolution(x, W, b, *shapes[2:])
    kept = cache.x.copy()
    convolution_backward(dy, cache)
    convolution_backward_by_loops(dy, cache)
    assert all(np.array_equal(a, c) for a, c in zip((x, W, b, dy), before))
    assert np.array_equal(cache.x, kept)


def test_output_and_gradient_lie_in_memory_in_order():
    x, W, b, dy, cache = case(UNLIKE)
    assert (
        convolution(x, W, b)[0].flags.c_contiguous and convolution_backward(dy, cache).dW.flags.c_contiguous
    )


@pytest.mark.parametrize(
    ("sizes", "fit"),
    [
        ((5, 3, 1, 0), 3),
        ((5, 3, 2, 0), 2),
        ((6, 3, 2, 0), 2),
        ((5, 3, 1, 1), 5),
        ((2, 4, 1, 1), 1),
        ((28, 5, 1, 2), 28),
    ],
)
def test_windows_that_fit_are_counted(sizes, fit):
    assert output_size(*sizes) == fit
    size, window, stride, padding = sizes
    assert fit == len(range(0, size + 2 * padding - window + 1, stride))


def test_numpys_whole_numbers_are_whole():
    assert output_size(5, np.int64(3), np.int32(2), np.int64(0)) == 2


X, W, B = np.ones((2, 3, 5, 4)), np.ones((4, 3, 3, 2)), np.ones(4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            (X[0], W, B),
            r"x has shape \(3, 5, 4\), expected images \(m, channels, height, width\).*write x\[None\]",
        ),
        ((X[0, 0], W, B), r"x has shape \(5, 4\).*x.reshape\(-1, channels, height, width\)"),
        ((X[0, 0, 0], W, B), r"x has shape \(4,\), expected images \(m, channels, height, width\)\.$"),
        (
            (X, W[:, :2], B),
            r"W has shape \(4, 2, 3, 2\), expected \(c_out, 3, kh, kw\): x has shape \(2, 3, 5, 4\)",
        ),
        ((X, W.transpose(1, 0, 2, 3), B), r"W has shape \(3, 4, 3, 2\).*Output channels come first"),
        ((X, W[0], B), r"W has shape \(3, 3, 2\), expected \(c_out, 3, kh, kw\)"),
        ((X, W, B[:3]), r"b has shape \(3,\), expected \(4,\): one bias for each kernel"),
        ((X, W, B[:, None]), r"b has shape \(4, 1\), expected \(4,\)"),
        (
            (X, np.ones((4, 3, 6, 2)), B),
            "a window of 6 pixels does not fit into 5 pixels with padding 0, expected at most 5",
        ),
        (
            (X, np.ones((4, 3, 3, 7)), B, 1, 1),
            "a window of 7 pixels does not fit into 4 pixels with padding 1, expected at most 6",
        ),
        ((X, np.ones((4, 3, 0, 2)), B), "window is 0, expected a whole number, at least 1"),
        ((X, W, B, 0), "stride is 0, expected a whole number, at least 1"),
        ((X, W, B, 1.5), "stride is 1.5, expected a whole number"),
        ((X, W, B, True), "stride is True, expected a whole number"),
        ((X, W, B, (2, 2)), r"stride is \(2, 2\), expected a whole number"),
        ((X, W, B, 1, -1), "padding is -1, expected a whole number, at least 0"),
        ((X, W, B, 1, 0.5), "padding is 0.5, expected a whole number"),
    ],
)
@pytest.mark.parametrize("function", [convolution, convolution_by_loops])
def test_what_does_not_fit_is_explained(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(*arguments)


@pytest.mark.parametrize("backward", [convolution_backward, convolution_backward_by_loops])
def test_a_gradient_of_another_shape_is_refused(backward):
    y, cache = convolution(X, W, B)
    with pytest.raises(
        ValueError, match=r"dy has shape \(2, 4, 3, 2\), expected \(2, 4, 3, 3\), the shape of the output\.$"
    ):
        backward(y[..., 1:], cache)
    with pytest.raises(ValueError, match=r"dy has shape \(2, 36\).*flatten_backward gives it back its shape"):
        backward(y.reshape(2, -1), cache)
