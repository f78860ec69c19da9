r"""Pooling: a window of pixels becomes one number, so that the image shrinks and small shifts matter less.

.. math::
    y^{\max}_{n,c,r,s} = \max_{i,j} \; x_{n,c,\,rt+i,\,st+j}, \qquad
    y^{\text{average}}_{n,c,r,s} = \frac{1}{k_h k_w} \sum_{i,j} x_{n,c,\,rt+i,\,st+j}

Every channel is pooled for itself, and there is nothing to learn. Backward, a maximum depends on its largest entry
alone, which takes all of the gradient; an average depends on all of its entries alike, and each takes its share:

.. math::
    \frac{\partial L}{\partial x_{n,c,u,v}} = \sum_{(r,s)} \frac{\partial L}{\partial y^{\max}_{n,c,r,s}}
    \qquad \text{or} \qquad
    \frac{1}{k_h k_w} \sum_{(r,s)} \frac{\partial L}{\partial y^{\text{average}}_{n,c,r,s}}

The first sum runs over the windows whose largest entry is (u, v), the second over all windows that it lies in.

Three things are a matter of custom, and here as in PyTorch. Of several largest entries the first in row order takes
all: there is a kink, and any shares that add up to one would do. Pixels left over at the right and the bottom, where
no window fits, are not seen, so their gradient is zero. And windows lie side by side unless a stride is given.

Sources: Scherer, Müller and Behnke, *Evaluation of Pooling Operations in Convolutional Architectures*, 2010; LeCun et
al., *Gradient-Based Learning Applied to Document Recognition*, 1998, section II.B (averages, as subsampling).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from bplib.applications.convolution import as_images, check_gradient, output_size, steps, whole_number
from bplib.types import Array

#: Height and width, or one number for both.
Size = int | tuple[int, int]


class PoolingCache(NamedTuple):
    """What the backward pass of a maximum will need.

    Attributes
    ----------
    x
        The images, shape (m, channels, h, w).
    window, stride
        Each (vertical, horizontal).
    winner
        Which entry of its window is the largest, counted row by row from 0, shape of the output.
    """

    x: Array
    window: tuple[int, int]
    stride: tuple[int, int]
    winner: Array


class AveragePoolingCache(NamedTuple):
    """What the backward pass of an average will need: the shape of the images, and the ``window`` and the ``stride``."""

    shape: tuple[int, ...]
    window: tuple[int, int]
    stride: tuple[int, int]


def max_pooling(x: Array, window: Size, stride: Size | None = None) -> tuple[Array, PoolingCache]:
    """Keep the largest number of every window.

    Parameters
    ----------
    x
        Images, shape (m, channels, h, w). Of complex numbers, as the complex step passes them, the real parts are
        compared.
    window
        Its size in pixels: (height, width), or one number for both.
    stride
        How far apart windows are: (down, across), or one number for both; the size of the window if not given. Windows
        overlap if it is smaller.

    Returns
    -------
    y : Array
        Shape (m, channels, rows, columns), see `bplib.applications.convolution.output_size`.
    cache : PoolingCache
        For `max_pooling_backward`.

    Raises
    ------
    ValueError
        If x is no batch of images, the window is larger than an image, or a number is not whole or below 1.
    """
    x, window, stride, rows, columns = _checked(x, window, stride)
    first, *others = _entries(window, stride, rows, columns)
    y = x[first].copy()
    winner = np.zeros(y.shape, dtype=np.intp)
    for entry, seen in enumerate(others, start=1):
        # Larger, not as large: of equal entries the first stays.
        larger = x[seen].real > y.real
        np.copyto(y, x[seen], where=larger)
        winner[larger] = entry
    return y, PoolingCache(x, window, stride, winner)


def max_pooling_backward(dy: Array, cache: PoolingCache) -> Array:
    """Give each window's gradient to its largest entry; to the first of them if there are several.

    Parameters
    ----------
    dy
        Gradient of the loss with respect to the output, shape (m, channels, rows, columns).
    cache
        What `max_pooling` left behind.

    Returns
    -------
    Array
        Gradient with respect to the images, shape (m, channels, h, w).

    Raises
    ------
    ValueError
        If dy does not have the shape of the output.
    """
    x, window, stride, winner = cache
    check_gradient(dy, winner.shape)
    dx = np.zeros(x.shape, dtype=dy.dtype)
    for entry, seen in enumerate(_entries(window, stride, *dy.shape[2:])):
        # Added: where windows overlap, one pixel can be the largest of several.
        dx[seen] += np.where(winner == entry, dy, 0)
    return dx


def average_pooling(x: Array, window: Size, stride: Size | None = None) -> tuple[Array, AveragePoolingCache]:
    """Replace every window by its mean. Takes, gives and refuses what `max_pooling` does."""
    x, window, stride, rows, columns = _checked(x, window, stride)
    y = np.zeros((*x.shape[:2], rows, columns), dtype=x.dtype)
    for seen in _entries(window, stride, rows, columns):
        y += x[seen]
    y /= window[0] * window[1]
    return y, AveragePoolingCache(x.shape, window, stride)


def average_pooling_backward(dy: Array, cache: AveragePoolingCache) -> Array:
    """Give each entry of a window the same share of its gradient. Takes and gives what `max_pooling_backward` does."""
    shape, window, stride = cache
    check_gradient(dy, _output_shape(shape, window, stride))
    dx = np.zeros(shape, dtype=dy.dtype)
    share = dy / (window[0] * window[1])
    for seen in _entries(window, stride, *dy.shape[2:]):
        dx[seen] += share
    return dx


def max_pooling_by_loops(x: Array, window: Size, stride: Size | None = None) -> Array:
    """What keeping the largest is, window by window: the meaning of `max_pooling`."""
    x, window, stride, rows, columns = _checked(x, window, stride)
    y = np.zeros((*x.shape[:2], rows, columns), dtype=x.dtype)
    for n, c, r, s in np.ndindex(y.shape):
        seen = x[_window(n, c, r, s, window, stride)]
        y[n, c, r, s] = seen.flat[seen.real.argmax()]
    return y


def max_pooling_backward_by_loops(dy: Array, cache: PoolingCache) -> Array:
    """What its backward pass is, window by window: the meaning of `max_pooling_backward`."""
    x, window, stride, winner = cache
    check_gradient(dy, winner.shape)
    dx = np.zeros(x.shape, dtype=dy.dtype)
    for n, c, r, s in np.ndindex(dy.shape):
        here = _window(n, c, r, s, window, stride)
        # The first of the largest: argmax goes row by row, and the winner is looked for anew.
        i, j = np.unravel_index(x[here].real.argmax(), window)
        dx[here][i, j] += dy[n, c, r, s]
    return dx


def average_pooling_by_loops(x: Array, window: Size, stride: Size | None = None) -> Array:
    """What averaging is, window by window: the meaning of `average_pooling`."""
    x, window, stride, rows, columns = _checked(x, window, stride)
    y = np.zeros((*x.shape[:2], rows, columns), dtype=x.dtype)
    for n, c, r, s in np.ndindex(y.shape):
        y[n, c, r, s] = x[_window(n, c, r, s, window, stride)].mean()
    return y


def average_pooling_backward_by_loops(dy: Array, cache: AveragePoolingCache) -> Array:
    """What its backward pass is, window by window: the meaning of `average_pooling_backward`."""
    shape, window, stride = cache
    check_gradient(dy, _output_shape(shape, window, stride))
    dx = np.zeros(shape, dtype=dy.dtype)
    for n, c, r, s in np.ndindex(dy.shape):
        dx[_window(n, c, r, s, window, stride)] += dy[n, c, r, s] / (window[0] * window[1])
    return dx


def flatten(x: Array) -> tuple[Array, tuple[int, ...]]:
    """Write each image in one row, for a dense layer: (m, channels, h, w) is (m, channels · h · w); with the shape to go back to.

    Sequences (m, steps, features) are written in rows in the same way.
    """
    x = np.asarray(x)
    if x.ndim != 3:
        x = as_images(x)
    return x.reshape(len(x), int(np.prod(x.shape[1:]))), x.shape


def flatten_backward(dy: Array, shape: tuple[int, ...]) -> Array:
    """Give the gradient the shape of the images, or sequences, again: the numbers only moved, so theirs only move back.

    Raises
    ------
    ValueError
        If dy, (m, features), has another number of samples or features than the images.
    """
    check_gradient(dy, (shape[0], int(np.prod(shape[1:]))))
    return dy.reshape(shape)


def _entries(
    window: tuple[int, int], stride: tuple[int, int], rows: int, columns: int
) -> Iterator[tuple[slice, slice, slice, slice]]:
    """For each entry of the window, row by row: the pixels that are this entry of their windows, as an index."""
    for i, j in np.ndindex(window):
        yield np.s_[:, :, steps(i, rows, stride[0]), steps(j, columns, stride[1])]


def _window(
    n: int, c: int, r: int, s: int, window: tuple[int, int], stride: tuple[int, int]
) -> tuple[int, int, slice, slice]:
    """The pixels of one window, as an index."""
    top, left = r * stride[0], s * stride[1]
    return np.s_[n, c, top : top + window[0], left : left + window[1]]


def _output_shape(
    shape: tuple[int, ...], window: tuple[int, int], stride: tuple[int, int]
) -> tuple[int, ...]:
    return (*shape[:2], *(output_size(size, w, t, 0) for size, w, t in zip(shape[2:], window, stride)))


def _checked(
    x: Array, window: Size, stride: Size | None
) -> tuple[Array, tuple[int, int], tuple[int, int], int, int]:
    """The images, both sizes as pairs, and how many rows and columns of windows there are."""
    x = as_images(x)
    window = _pair(window, "window")
    stride = window if stride is None else _pair(stride, "stride")
    rows, columns = _output_shape(x.shape, window, stride)[2:]
    return x, window, stride, rows, columns


def _pair(size: Size, name: str) -> tuple[int, int]:
    if isinstance(size, (tuple, list)) and len(size) != 2:
        raise ValueError(
            f"{name} is {size!r}, expected a pair (vertical, horizontal) or one number for both."
        )
    vertical, horizontal = size if isinstance(size, (tuple, list)) else (size, size)
    whole_number(vertical, name, 1)
    whole_number(horizontal, name, 1)
    return vertical, horizontal
