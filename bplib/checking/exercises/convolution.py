"""Checks of the exercise on convolution: rows, kernels with gaps, the largest of each row, and normalization of one image."""

from collections.abc import Callable

import numpy as np

from bplib.checking.exercises.typical.convolution import EPSILON, TYPICAL
from bplib.checking.judging.check import Check, Gradient, Value
from bplib.checking.judging.draws import Draw, Inputs
from bplib.types import Array

# Rows -----------------------------------------------------------------------------------------------------------


def _convolve_row(x: Array, w: Array, b: Array, stride: int) -> Array:
    m, _, n = x.shape
    c_out, _, k = w.shape
    count = (n - k) // stride + 1
    y = np.zeros((m, c_out, count))
    for p in range(count):
        window = x[:, :, p * stride : p * stride + k]
        y[:, :, p] = np.tensordot(window, w, axes=([1, 2], [1, 2])) + b
    return y


def _row_loss(dy: Array, x: Array, w: Array, stride: int, _b: Array) -> float:
    k = w.shape[2]
    windows = stride * np.arange(dy.shape[2])[:, None] + np.arange(k)
    return np.sum(dy * (np.einsum("mcpk,ock->mop", x[:, :, windows], w) + _b[:, None]))


def _sizes(d: Draw) -> tuple[int, int, int]:
    """Samples, channels that go in and that come out: small, and unlike each other."""
    if d.same is not None:
        return d.same, d.same, d.same
    m, c_in, c_out = (int(size) for size in d.rng.permutation([2, 3, 4]))
    if d.edge == "one_unit":
        return m, 1, 1
    return (1 if d.edge == "batch_of_one" else m), c_in, c_out


def _row(
    windows: tuple[tuple[int, int], ...] = ((3, 2), (2, 3), (4, 3)),
    counts: tuple[int, ...] = (2, 3),
    over: tuple[int, ...] = (1,),
) -> Callable[[Draw], Inputs]:
    """Rows for a kernel with its stride, so many windows, and numbers over at the end that no window meets."""

    def draw(d: Draw) -> Inputs:
        (m, c_in, c_out), (k, stride) = _sizes(d), d.choice(windows)
        n = k + stride * (d.choice(counts) - 1) + min(d.choice(over), stride - 1)
        return {
            "x": d.array(m, c_in, n),
            "w": d.array(c_out, c_in, k),
            "b": d.array(c_out),
            "stride": stride,
        }

    return draw


def _row_back(**sizes: tuple) -> Callable[[Draw], Inputs]:
    def draw(d: Draw) -> Inputs:
        x, w, b, stride = _row(**sizes)(d).values()
        count = (x.shape[2] - w.shape[2]) // stride + 1
        dy = d.between(-2, 2, len(x), len(w), count)
        return {"dy": dy, "x": x, "w": w, "stride": stride, "_b": b}

    return draw


def _rows(draw: Callable[..., Callable[[Draw], Inputs]]) -> dict[str, Callable[[Draw], Inputs]]:
    """What the text promises of both directions."""
    return {
        "a stride of 1": draw(windows=((3, 1), (2, 1))),
        "two numbers over at the end": draw(windows=((4, 3), (2, 3)), over=(2,)),
        "rows that end with their last window": draw(over=(0,)),
        "a kernel as long as the row": draw(windows=((3, 2), (4, 3)), counts=(1,), over=(0,)),
        "a kernel of one weight": draw(windows=((1, 2),)),
    }


# A kernel with gaps ---------------------------------------------------------------------------------------------


def _dilated(x: Array, w: Array, gap: int) -> Array:
    k, l = w.shape
    rows, columns = x.shape[0] - (k - 1) * gap, x.shape[1] - (l - 1) * gap
    y = np.zeros((rows, columns))
    for i in range(k):
        for j in range(l):
            y += w[i, j] * x[i * gap : i * gap + rows, j * gap : j * gap + columns]
    return y


def _dilated_loss(dy: Array, x: Array, w: Array, gap: int) -> float:
    rows, columns = dy.shape
    return np.sum(
        dy
        * sum(
            w[i, j] * x[i * gap : i * gap + rows, j * gap : j * gap + columns] for i, j in np.ndindex(w.shape)
        )
    )


def _image(
    gaps: tuple[int, ...] = (2, 3),
    outputs: tuple[tuple[int, int], ...] = ((2, 3), (3, 2), (4, 2)),
    kernels: tuple[tuple[int, int], ...] = ((2, 3), (3, 2)),
) -> Callable[[Draw], Inputs]:
    def draw(d: Draw) -> Inputs:
        gap, (rows, columns), (k, l) = d.choice(gaps), d.choice(outputs), d.choice(kernels)
        if d.edge == "one_unit":
            k = 1
        return {
            "x": d.array(rows + (k - 1) * gap, columns + (l - 1) * gap),
            "w": d.array(k, l),
            "gap": gap,
        }

    return draw


def _image_back(**sizes: tuple) -> Callable[[Draw], Inputs]:
    def draw(d: Draw) -> Inputs:
        x, w, gap = _image(**sizes)(d).values()
        rows, columns = (x.shape[axis] - (w.shape[axis] - 1) * gap for axis in (0, 1))
        return {"dy": d.between(-2, 2, rows, columns), "x": x, "w": w, "gap": gap}

    return draw


def _images(draw: Callable[..., Callable[[Draw], Inputs]]) -> dict[str, Callable[[Draw], Inputs]]:
    return {
        "a gap of 1": draw(gaps=(1,)),
        "square images and kernels": draw(outputs=((2, 2), (3, 3)), kernels=((2, 2), (3, 3)), gaps=(2,)),
        "a wide gap": draw(gaps=(4, 5), outputs=((2, 3), (3, 2)), kernels=((2, 2),)),
        "a kernel that fits at one place alone": draw(outputs=((1, 1),)),
        "a kernel of one weight": draw(kernels=((1, 1),)),
        "a larger kernel": draw(kernels=((4, 5),), gaps=(2,), outputs=((2, 3), (3, 2))),
    }


# The largest of each row ----------------------------------------------------------------------------------------


def _row_pool_backward(dy: Array, x: Array) -> Array:
    top = x.max(axis=3, keepdims=True)
    largest = x == top
    count = largest.sum(axis=3, keepdims=True)
    return dy[:, :, :, None] * largest / count


def _pictures(d: Draw) -> tuple[int, int, int, int]:
    """Samples, channels, rows and columns: an image is not square, and there are not as many channels as samples."""
    if d.same is not None:
        return d.same, d.same, d.same, d.same
    (m, c), (h, w) = d.rng.permutation([2, 3]), d.rng.permutation([2, 3, 4])[:2]
    if d.edge == "one_unit":
        return int(m), 1, int(h), int(w)
    return (1 if d.edge == "batch_of_one" else int(m)), int(c), int(h), int(w)


def _pooled(d: Draw) -> Inputs:
    m, c, h, w = _pictures(d)
    return {"dy": d.between(-2, 2, m, c, h), "x": d.array(m, c, h, w)}


def _tied(d: Draw) -> Inputs:
    """After a ReLU: two largest numbers in some rows, and one row that is zero everywhere."""
    m, c, h, w = _pictures(d)
    x = np.maximum(d.array(m, c, h, w + 1), 0)
    x[0, 0, :, 1] = x[0, 0].max(axis=1)
    x[0, 0, :, -1] = x[0, 0].max(axis=1)
    x[-1, -1, -1] = 0
    return {"dy": d.between(-2, 2, m, c, h), "x": x}


def _nearly_tied(*rows: list[float]) -> Callable[[Draw], Inputs]:
    """Two numbers of a row nearly alike are not equally large: one of them alone is the largest."""

    def draw(d: Draw) -> Inputs:
        x = np.array([[[d.rng.permutation(row) for row in rows]]])
        return {"dy": d.between(-2, 2, *x.shape[:3]), "x": x}

    return draw


# Normalization of one image -------------------------------------------------------------------------------------


def _instance_norm_loss(dy: Array, x: Array, gamma: Array, _beta: Array) -> float:
    off = x - x.mean(axis=(2, 3), keepdims=True)
    normal = off / np.sqrt((off**2).mean(axis=(2, 3), keepdims=True) + EPSILON)
    return np.sum(dy * (gamma[:, None, None] * normal + _beta[:, None, None]))


def _normalized(scale: float = 1.0) -> Callable[[Draw], Inputs]:
    def draw(d: Draw) -> Inputs:
        m, c, h, w = _pictures(d)
        return {
            "dy": d.between(-2, 2, m, c, h, w),
            "x": d.array(m, c, h, w, scale=scale),
            "gamma": d.array(c),
            "_beta": d.array(c),
        }

    return draw


def _one_empty(d: Draw) -> Inputs:
    """A channel of one image is the same everywhere, as paper is."""
    inputs = _normalized()(d)
    inputs["x"][0, -1] = 0.5
    return inputs


CHECKS = (
    Check(
        "convolve_row",
        typical=TYPICAL["convolve_row"],
        answer=_convolve_row,
        outputs=(Value("y", 2),),
        draw=_row(),
        cases={
            "as many samples as units": lambda d: _row(windows=((2, 1), (3, 2)))(d.alike()),
            "the numbers of the text": lambda d: {
                "x": np.array([[[1.0, 3.0, 2.0, 0.0, 4.0, 7.0]]]),
                "w": np.array([[[1.0, 2.0, -1.0]]]),
                "b": np.array([0.0]),
                "stride": 2,
            },
            **_rows(_row),
        },
    ),
    Check(
        "convolve_row_backward",
        typical=TYPICAL["convolve_row_backward"],
        outputs=(
            Gradient("dx", 2, loss=_row_loss, wrt="x"),
            Gradient("dw", 2, loss=_row_loss, wrt="w"),
            Gradient("db", 1, loss=_row_loss, wrt="_b"),
        ),
        draw=_row_back(),
        cases={
            **_rows(_row_back),
            "as many samples as units": lambda d: _row_back(windows=((2, 1), (3, 2)))(d.alike()),
        },
    ),
    Check(
        "dilated",
        typical=TYPICAL["dilated"],
        answer=_dilated,
        outputs=(Value("y", 2),),
        draw=_image(),
        cases={
            "the numbers of the text": lambda d: {
                "x": np.array([[1.0, 3.0, 2.0, 0.0, 4.0, 7.0]]),
                "w": np.array([[1.0, 2.0, -1.0]]),
                "gap": 2,
            },
            **_images(_image),
        },
        edges=("plain", "one_unit", "saturated", "integers", "non_contiguous"),
    ),
    Check(
        "dilated_backward",
        typical=TYPICAL["dilated_backward"],
        outputs=(
            Gradient("dx", 2, loss=_dilated_loss, wrt="x"),
            Gradient("dw", 2, loss=_dilated_loss, wrt="w"),
        ),
        draw=_image_back(),
        cases=_images(_image_back),
        edges=("plain", "one_unit", "saturated", "integers", "non_contiguous"),
    ),
    Check(
        "row_pool_backward",
        typical=TYPICAL["row_pool_backward"],
        answer=_row_pool_backward,
        outputs=(Value("dx", 3),),
        draw=_pooled,
        cases={
            "as many samples as units": lambda d: _pooled(d.alike()),
            "the row of the text": lambda d: {
                "dy": np.array([[[6.0]]]),
                "x": np.array([[[[1.0, 4.0, 4.0, 0.0]]]]),
            },
            "rows with several largest numbers": _tied,
            "rows with two numbers that are nearly alike": _nearly_tied(
                [1.0001, 1.0002, -1.0], [0.2, -1000.0, 0.200001], [-3.00002, -3.00001, -5.0]
            ),
            "large numbers that are nearly alike": _nearly_tied(
                [1000.0, 1000.005, 999.0], [-2000.01, -2000.0, -3000.0]
            ),
            "numbers that differ in the seventh digit": _nearly_tied(
                [3.0, 3.000001, 1.0], [-2.0, -2.000001, -5.0]
            ),
            "tiny numbers": _nearly_tied([1e-18, 2e-18, 0.0], [-1e-20, -3e-20, -1e-20]),
            "rows of negative numbers": lambda d: {
                **(inputs := _pooled(d)),
                "x": -1 - np.abs(inputs["x"]),
            },
        },
    ),
    Check(
        "instance_norm_backward",
        typical=TYPICAL["instance_norm_backward"],
        outputs=(
            Gradient("dx", 2, loss=_instance_norm_loss, wrt="x"),
            Gradient("dgamma", 1, loss=_instance_norm_loss, wrt="gamma"),
            Gradient("dbeta", 1, loss=_instance_norm_loss, wrt="_beta"),
        ),
        draw=_normalized(),
        cases={
            "as many samples as units": lambda d: _normalized()(d.alike()),
            "faint images, whose pixels hardly differ": _normalized(0.03),
            "a channel that is the same everywhere": _one_empty,
        },
    ),
)
