r"""Mistakes in pooling, however it is written: known by its numbers, the largest or the mean of each window of an array.

.. math:: y_{n,c,r,s} = \max_{i,j} x_{n,c,\,rt+i,\,st+j}

Source: Dumoulin and Visin, *A Guide to Convolution Arithmetic for Deep Learning*, 2016, chapter 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product
from typing import NamedTuple

import numpy as np

from bplib.automatic_differentiation import Entry, Node, Rule
from bplib.checking.diagnosis.change import Change, Map
from bplib.checking.diagnosis.convolution_changes import LARGEST, ORDERS, images_of
from bplib.types import Array


class Pooled(NamedTuple):
    """A pooling by maximum or mean: from the node ``image`` to the node ``output``."""

    image: int
    output: int
    largest: bool
    window: tuple[int, int]
    stride: tuple[int, int]


def pooling_changes(m: Map) -> Iterator[Change]:
    """Every pooling with each mistake."""
    for pooled in poolings(m):
        yield from _of_pooling(m, pooled)


def poolings(m: Map) -> list[Pooled]:
    """For each array the last one that holds the largest, or the mean, of its windows."""
    images = images_of(m)
    found: list[Pooled] = []
    for image in images:
        x = np.asarray(m.value(image), dtype=float)
        for largest in (True, False):
            made = (
                Pooled(image, output, largest, *sizes)
                for output in reversed(images)
                if output > image
                for sizes in _sizes(x, np.asarray(m.value(output), dtype=float), largest)
            )
            found += islice(made, 1)
    return found


def _pooled(x: Array, window: tuple[int, int], stride: tuple[int, int], largest: bool) -> Array:
    seen = _pooling_windows(x, window, stride)
    return seen.max(axis=(4, 5)) if largest else seen.mean(axis=(4, 5))


def _pooling_windows(x: Array, window: tuple[int, int], stride: tuple[int, int]) -> Array:
    seen = np.lib.stride_tricks.sliding_window_view(x, window, (2, 3))  # type: ignore[call-overload]
    return np.asarray(seen[:, :, :: stride[0], :: stride[1]])


def _sizes(x: Array, y: Array, largest: bool) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Windows and strides by which y is a pooling of x, the smallest strides first."""
    if y.shape[:2] != x.shape[:2] or y.size >= x.size:
        return
    # Where there is one window, nothing tells how far it would have moved.
    each = [
        [
            (window, stride)
            for window in range(1, min(n, LARGEST) + 1)
            for stride in (range(1, LARGEST + 1) if count > 1 else (window,))
            if (n - window) // stride + 1 == count
        ]
        for n, count in zip(x.shape[2:], y.shape[2:], strict=True)
    ]
    for (a, s), (b, t) in product(*each):
        corner = x[0, 0, :a, :b].max() if largest else x[0, 0, :a, :b].mean()
        close = a * b > 1 and np.isclose(corner, y[0, 0, 0, 0])
        if close and np.allclose(_pooled(x, (a, b), (s, t), largest), y, rtol=1e-9, atol=1e-12):
            yield (a, b), (s, t)


def _of_pooling(m: Map, p: Pooled) -> Iterator[Change]:
    x = np.asarray(m.value(p.image), dtype=float)
    seen = _pooling_windows(x, p.window, p.stride)
    even = np.full(seen.shape, 1 / (p.window[0] * p.window[1]))
    top = (seen == seen.max(axis=(4, 5), keepdims=True)).astype(float)
    flat = top.reshape(*top.shape[:4], -1)
    first = (np.arange(flat.shape[4]) == flat.argmax(axis=4)[..., None]).reshape(top.shape).astype(float)
    right = first if p.largest else even

    def changed(cause: str, said: str, share: Array, order: str = "added") -> Change:
        node = Node("pooling", np.copy, (Entry(p.image),), {}, m.value(p.output))
        rule: Rule = lambda d, *_, **__: _spread_back(p, x.shape, d, share, order)
        return Change(cause, p.output, said, {(p.output, 0): rule}, nodes={p.output: node})

    overlap = p.stride[0] < p.window[0] or p.stride[1] < p.window[1]
    for order, which in ORDERS if overlap else ():
        said = f"of what overlapping windows of a pooling hand back only the {which} share is kept"
        if order != "outputs":
            yield changed("index-assigned", said, right, order)
        if p.largest and order.startswith("windows"):
            yield changed("index-assigned", said, right, f"{order}, where not zero")
    if p.largest:
        yield changed("tie-shared", "each of several equal maxima of a pooling gets all", top)
        yield changed("maximum-spread", "the gradient of a maximum is spread evenly over its window", even)


def _spread_back(p: Pooled, shape: tuple[int, ...], d: Array, share: Array, order: str) -> Array:
    dx, (rows, columns) = np.zeros(shape), d.shape[2:]
    step = -1 if "reversed" in order else 1
    if order.startswith("entries"):
        for i, j in list(np.ndindex(p.window))[::step]:
            ends = i + p.stride[0] * (rows - 1) + 1, j + p.stride[1] * (columns - 1) + 1
            dx[:, :, i : ends[0] : p.stride[0], j : ends[1] : p.stride[1]] = d * share[..., i, j]
        return dx
    for r, s in list(np.ndindex(rows, columns))[::step]:
        top, left = r * p.stride[0], s * p.stride[1]
        at = np.s_[:, :, top : top + p.window[0], left : left + p.window[1]]
        own = d[:, :, r, s, None, None] * share[:, :, r, s]
        if order == "added":
            dx[at] += own
        elif "where not zero" in order:
            dx[at] = np.where(share[:, :, r, s] > 0, own, dx[at])
        else:
            dx[at] = own
    return dx
