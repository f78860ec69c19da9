r"""Convolution: one small set of weights, the kernel, looks at every place of an image.

.. math::
    y_{n,o,r,s} = b_o + \sum_{c,i,j} W_{o,c,i,j} \; x_{n,c,\,rt+i,\,st+j}

Sample n, output channel o, place (r, s), stride t; x is the image with its padding. Mathematicians would first
turn the kernel around: like every framework this is a *cross-correlation*, and as the kernel is learned, either
will do.

The backward pass reads the same sum the other way. Output (r, s) was reached by each of its inputs and weights,
so it hands its blame to each, and where several outputs reach back to one input or one weight, they add:

.. math::
    \frac{\partial L}{\partial W_{o,c,i,j}} = \sum_{n,r,s} \delta_{n,o,r,s} \; x_{n,c,\,rt+i,\,st+j}, \qquad
    \frac{\partial L}{\partial b_o} = \sum_{n,r,s} \delta_{n,o,r,s}

.. math::
    \frac{\partial L}{\partial x_{n,c,u,v}} = \sum_{o} \sum_{\substack{rt+i=u \\ st+j=v}} \delta_{n,o,r,s} \; W_{o,c,i,j}, \qquad
    \delta = \frac{\partial L}{\partial y}

Written twice: as the loops that these formulas are, to read, and as a few large matrix products, to use.

Sources: LeCun et al., *Gradient-Based Learning Applied to Document Recognition*, 1998, section II; Dumoulin and
Visin, *A Guide to Convolution Arithmetic for Deep Learning*, 2016, chapters 2 and 4 (sizes, and the way back).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from bplib.types import Array


class ConvolutionCache(NamedTuple):
    """What the backward pass will need.

    Attributes
    ----------
    x
        The images with their padding, shape (m, c_in, h + 2 padding, w + 2 padding).
    W
        The kernels, shape (c_out, c_in, kh, kw).
    stride
        By how many pixels the kernel moved.
    padding
        How many zeros were put around each image, to be cut off its gradient.
    """

    x: Array
    W: Array
    stride: int
    padding: int


class ConvolutionGradients(NamedTuple):
    """The three gradients: ``dx`` (m, c_in, h, w), ``dW`` (c_out, c_in, kh, kw), ``db`` (c_out,)."""

    dx: Array
    dW: Array
    db: Array


def output_size(size: int, window: int, stride: int, padding: int) -> int:
    """How many windows fit: along one side of an image, each a stride after the one before.

    Parameters
    ----------
    size
        Pixels along this side.
    window
        Pixels of the window, or kernel, along this side.
    stride
        By how many pixels the window moves, at least 1.
    padding
        Pixels added at *both* ends of the side, at least 0.

    Raises
    ------
    ValueError
        If not even one window fits, or a number is not whole or too small.
    """
    whole_number(window, "window", 1)
    whole_number(stride, "stride", 1)
    whole_number(padding, "padding", 0)
    room = size + 2 * padding
    if window > room:
        raise ValueError(
            f"a window of {window} pixels does not fit into {size} pixels with padding {padding}, expected at most "
            f"{room}. Take a smaller window, more padding, or less pooling before."
        )
    return (room - window) // stride + 1


def convolution_by_loops(
    x: Array,
    W: Array,
    b: Array,
    stride: int = 1,
    padding: int = 0,
) -> Array:
    """What a convolution is, place by place: the meaning of `convolution`, which takes and gives the same."""
    x, rows, columns = _checked(x, W, b, stride, padding)
    c_out, _, kh, kw = W.shape
    y = np.zeros((len(x), c_out, rows, columns), np.result_type(x, W, b))
    for n, o, r, s in np.ndindex(y.shape):
        top, left = r * stride, s * stride
        seen = x[n, :, top : top + kh, left : left + kw]
        y[n, o, r, s] = (W[o] * seen).sum() + b[o]
    return y


def convolution_backward_by_loops(
    dy: Array,
    cache: ConvolutionCache,
) -> ConvolutionGradients:
    """What the backward pass is, output by output: the meaning of `convolution_backward`."""
    x, W, stride, padding = cache
    _check_dy(dy, cache)
    dtype = np.result_type(dy, x, W)
    dx, dW, db = (np.zeros(v, dtype) for v in (x.shape, W.shape, len(W)))
    kh, kw = W.shape[2:]
    for n, o, r, s in np.ndindex(dy.shape):
        top, left = r * stride, s * stride
        seen = np.s_[n, :, top : top + kh, left : left + kw]
        # Added, not assigned: windows overlap, and all use the same kernel.
        dx[seen] += dy[n, o, r, s] * W[o]
        dW[o] += dy[n, o, r, s] * x[seen]
        db[o] += dy[n, o, r, s]
    return ConvolutionGradients(_without_padding(dx, padding), dW, db)


def convolution(
    x: Array, W: Array, b: Array, stride: int = 1, padding: int = 0
) -> tuple[Array, ConvolutionCache]:
    """Let every kernel look at every place of every image.

    Parameters
    ----------
    x
        Images, shape (m, c_in, h, w).
    W
        Kernels, shape (c_out, c_in, kh, kw).
    b
        One bias for each output channel, shape (c_out,).
    stride
        By how many pixels a kernel moves, at least 1. Pixels after the last place that fits are not seen.
    padding
        How many zeros to put around each image, at least 0.

    Returns
    -------
    y : Array
        Shape (m, c_out, rows, columns), see `output_size`.
    cache : ConvolutionCache
        For `convolution_backward`.

    Raises
    ------
    ValueError
        If the shapes do not fit each other, the kernel is larger than the padded image, or the stride or the padding
        is not whole or too small.
    """
    x, rows, columns = _checked(x, W, b, stride, padding)
    m, (c_out, _, kh, kw) = len(x), W.shape
    # Each kernel in a row, in the order in which the strips lie.
    kernels = W.swapaxes(1, 2).reshape(c_out, -1)
    met = _windows(_strips(x, kw, stride, columns), kh, stride)
    # All kernels times what they meet: one product for each row of outputs.
    y = np.matmul(kernels, met, dtype=np.result_type(x, W, b))
    y = y.reshape(rows, c_out, m, columns)
    y += b[:, None, None]
    y = np.ascontiguousarray(y.transpose(2, 1, 0, 3))
    return y, ConvolutionCache(x, W, stride, padding)


def convolution_backward(dy: Array, cache: ConvolutionCache) -> ConvolutionGradients:
    """Hand the blame of every output to the inputs and the weights that it came from.

    For one row of the outputs it is `bplib.partial_derivatives.dense_backward`: the places in it are its samples. The weights add
    up what all rows of outputs say, and each row of pixels what the rows say that looked at it.

    Parameters
    ----------
    dy
        Gradient of the loss with respect to the outputs, shape (m, c_out, rows, columns).
    cache
        What `convolution` left behind.

    Returns
    -------
    ConvolutionGradients
        In the shapes of x, before its padding, W and b.

    Raises
    ------
    ValueError
        If dy does not have the shape of the outputs.
    """
    x, W, stride, padding = cache
    _check_dy(dy, cache)
    m, c_out, rows, columns = dy.shape
    c_in, kh, kw = W.shape[1:]
    dtype = np.result_type(dy, x, W)
    # Rows of blame as far apart as they were seen, and nothing around them.
    blame = np.zeros((x.shape[2] + kh - 1, c_out, m * columns), dtype)
    spoken = blame[steps(kh - 1, rows, stride)]
    spoken.reshape(rows, c_out, m, columns)[:] = dy.transpose(2, 1, 0, 3)
    met = _windows(_strips(x, kw, stride, columns), kh, stride)
    dkernels = (spoken @ met.swapaxes(1, 2)).sum(axis=0)
    dW = dkernels.reshape(c_out, kh, c_in, kw).swapaxes(1, 2)
    db = spoken.sum(axis=(0, 2))
    # A row of pixels was met by the last row of a kernel first: what comes
    # back to it is met by the kernels upside down.
    turned = W[:, :, ::-1].transpose(1, 3, 2, 0).reshape(c_in * kw, -1)
    dstrips = turned @ _windows(blame, kh, 1)
    dstrips = dstrips.reshape(-1, c_in, kw, m, columns)
    dx = np.zeros(x.shape, dtype)
    for j in range(kw):
        # Added: a pixel was met by several columns of the kernels.
        dx[..., steps(j, columns, stride)] += dstrips[:, :, j].transpose(2, 1, 0, 3)
    dx, dW = _without_padding(dx, padding), np.ascontiguousarray(dW)
    return ConvolutionGradients(dx, dW, db)


def steps(start: int, count: int, stride: int) -> slice:
    """The pixels that one entry of a window meets: ``count`` of them, a stride apart."""
    return slice(start, start + stride * (count - 1) + 1, stride)


def _strips(x: Array, kw: int, stride: int, columns: int) -> Array:
    """What each column of the kernel meets, side by side: shape (h, c_in kw, m columns).

    With the rows of pixels in front, all that one row of outputs meets lies together, for all images: it is read where it is.
    (Copying what every single entry of the kernel meets is known as im2col: one product does for all, and the copies take kh
    times the memory.)
    """
    m, c_in, h, _ = x.shape
    strips = np.empty((h, c_in, kw, m, columns), dtype=x.dtype)
    for j in range(kw):
        strips[:, :, j] = x[..., steps(j, columns, stride)].transpose(2, 1, 0, 3)
    return strips.reshape(h, c_in * kw, m * columns)


def _windows(lines: Array, kh: int, stride: int) -> Array:
    """The rows that each row of outputs looks at, one below the other: a view of shape (rows, kh inputs, places).

    Parameters
    ----------
    lines
        Rows of pixels or of blame, shape (h, inputs, places).
    """
    height, inputs, places = lines.shape
    all_places = lines.reshape(height * inputs, places)
    windows = sliding_window_view(all_places, kh * inputs, axis=0)
    return windows[:: stride * inputs].swapaxes(1, 2)


def _without_padding(dx: Array, padding: int) -> Array:
    """The gradient of the image itself: zeros that were put around it are no input."""
    return dx[:, :, padding : dx.shape[2] - padding, padding : dx.shape[3] - padding]


def _checked(x: Array, W: Array, b: Array, stride: int, padding: int) -> tuple[Array, int, int]:
    """The images with their padding, and how many rows and columns of outputs there will be."""
    x = as_images(x)
    if W.ndim != 4 or W.shape[1] != x.shape[1]:
        raise ValueError(
            f"W has shape {W.shape}, expected (c_out, {x.shape[1]}, kh, kw): x has shape {x.shape}, and a kernel looks "
            f"at all {x.shape[1]} of its channels. Output channels come first."
        )
    if b.shape != W.shape[:1]:
        raise ValueError(
            f"b has shape {b.shape}, expected ({len(W)},): one bias for each kernel, at all its places."
        )
    rows, columns = (output_size(x.shape[axis], W.shape[axis], stride, padding) for axis in (2, 3))
    if padding:
        x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    return x, rows, columns


def _check_dy(dy: Array, cache: ConvolutionCache) -> None:
    x, W, stride, _ = cache
    check_gradient(
        dy, (len(x), len(W), *(output_size(x.shape[axis], W.shape[axis], stride, 0) for axis in (2, 3)))
    )


def check_gradient(dy: Array, expected: tuple[int, ...]) -> None:
    """Raise a ``ValueError`` unless the gradient has the shape of the output that it belongs to."""
    if dy.shape != expected:
        hint = (
            " After dense layers, flatten_backward gives it back its shape."
            if dy.ndim == 2 and len(expected) == 4
            else ""
        )
        raise ValueError(f"dy has shape {dy.shape}, expected {expected}, the shape of the output.{hint}")


def as_images(x: Array) -> Array:
    """Return ``x`` as a batch of images of floating-point numbers, or raise a ``ValueError`` that says why it is none."""
    x = np.asarray(x)
    if x.ndim != 4:
        hint = {
            2: " For rows of pixels write x.reshape(-1, channels, height, width).",
            3: " For one image write x[None]; for a batch in grey write x[:, None].",
        }.get(x.ndim, "")
        raise ValueError(f"x has shape {x.shape}, expected images (m, channels, height, width).{hint}")
    return x if x.dtype.kind in "fc" else x.astype(np.float64)


def whole_number(value: int, name: str, least: int) -> None:
    """Raise a ``ValueError`` unless ``value`` is a whole number and at least ``least``."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name} is {value!r}, expected a whole number, at least {least}.")
