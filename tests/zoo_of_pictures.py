"""The zoo's second house: convolutional networks whose backward pass holds one typical mistake. It knows nothing of the checker.

The loss is computed by `bplib.applications`, as a student has it from the chapter. The way back is written out here by windows, as
the chapter writes it, with one ``if`` for each mistake. A mistake that people write in several ways has several.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from bplib.applications.batch_normalization import batch_normalization
from bplib.applications.convolution import convolution
from bplib.applications.pooling import average_pooling, max_pooling

Arrays = dict[str, np.ndarray]

#: Layers by name: ("convolution", c_out, kernel, stride, padding), ("max" or "average", window, stride), "relu", "tanh", "normalize".
PLANS: dict[str, tuple[tuple[int, int, int], tuple]] = {
    "a kernel of 3 by 2, two apart": (
        (2, 8, 7), (("convolution", 3, (3, 2), 2, 0), "tanh", ("max", 2, 1)),
    ),
    "padding, and means of windows that overlap": (
        (2, 6, 7), (("convolution", 3, (3, 2), 2, 1), "tanh", ("average", 2, 1)),
    ),
    "two layers": (
        (2, 9, 11), (("convolution", 3, (3, 2), 2, 1), "tanh", ("max", 2, 1), ("convolution", 4, (2, 2), 2, 0), "tanh"),
    ),
    "two layers with as many channels": (
        (3, 9, 17), (("convolution", 3, (3, 2), 2, 1), "tanh", ("max", (3, 2), (2, 1)), ("convolution", 3, (1, 3), 2, 0), "tanh"),
    ),
    "normalized": (
        (2, 8, 7), (("convolution", 3, (3, 2), 2, 0), "normalize", "relu", ("max", 2, 1)),
    ),
    "normalized, two layers": (
        (2, 9, 11), (("convolution", 3, (3, 2), 2, 1), "normalize", "tanh", ("max", 2, 1), ("convolution", 4, (2, 2), 1, 0), "normalize", "tanh"),
    ),
}  # fmt: skip

#: The ways in which each mistake is written, and the layers that it is made at.
MISTAKES: dict[str, dict[str, str]] = {
    "stride-forgotten": dict.fromkeys(("to both", "to the inputs", "to the kernels"), "convolution"),
    "channel-mixed": dict.fromkeys(
        ("axes", "axes of another order", "turned round", "turned round, to the kernels"), "convolution"
    ),
    "mean-for-sum": dict.fromkeys(("kernels and biases", "kernels", "kernels, samples as well"), "convolution"),
    "index-assigned": {
        **dict.fromkeys(("by outputs", "by windows", "by entries"), "convolution"),
        "by pooled windows": "pooling", "by their entries": "pooling", "by the largest": "max",
    },
    "tie-shared": {"": "max"},
    "statistics-constant": dict.fromkeys(("both", "the mean", "the variance"), "normalize"),
    "factor-missing": {"the scale": "normalize"},
}  # fmt: skip


class Picture(NamedTuple):
    """A network with a batch, the gradients of a backward pass, and the mistake in it with the way it is written, or None."""

    plan: tuple
    params: Arrays
    x: np.ndarray
    target: np.ndarray
    mistake: tuple[str, str, int] | None = None

    def loss(self, params: Arrays) -> float:
        """Half the mean squared error of a dense layer behind the plan."""
        return ((forward(self, params) - self.target) ** 2).sum() / (2 * len(self.x))

    def gradients(self, params: Arrays) -> Arrays:
        """By the backward pass with its mistake."""
        return backward(self, params)


def forward(case: Picture, params: Arrays) -> np.ndarray:
    """The output."""
    return layers(case, params)[-1].reshape(len(case.x), -1) @ params["V"] + params["c"]


def layers(case: Picture, params: Arrays) -> list[np.ndarray]:
    """What each layer of the plan is given, and at the end what the dense layer is given."""
    found = [case.x]
    for k, layer in enumerate(case.plan, start=1):
        kind, *how = layer if isinstance(layer, tuple) else (layer,)
        x = found[-1]
        if kind == "convolution":
            y, _ = convolution(x, params[f"W{k}"], params[f"b{k}"], stride=how[2], padding=how[3])
        elif kind == "normalize":
            y, _ = batch_normalization(x, params[f"scale{k}"], params[f"shift{k}"])
        elif kind == "max":
            y, _ = max_pooling(x, how[0], how[1])
        elif kind == "average":
            y, _ = average_pooling(x, how[0], how[1])
        else:
            y = np.tanh(x) if kind == "tanh" else np.maximum(x, 0)
        found.append(y)
    return found


def backward(case: Picture, params: Arrays) -> Arrays:
    """The gradients, with the mistake of the case."""
    inputs, grads = layers(case, params), dict[str, np.ndarray]()
    d = (forward(case, params) - case.target) / len(case.x)
    grads["V"], grads["c"] = inputs[-1].reshape(len(case.x), -1).T @ d, d.sum(axis=0)
    d = (d @ params["V"].T).reshape(inputs[-1].shape)
    mistake, written, where = case.mistake or ("", "", 0)
    for k in range(len(case.plan), 0, -1):
        layer = case.plan[k - 1]
        kind, *how = layer if isinstance(layer, tuple) else (layer,)
        x, here = inputs[k - 1], (mistake if k == where else "", written)
        if kind == "convolution":
            d, grads[f"W{k}"], grads[f"b{k}"] = _convolution(d, x, params[f"W{k}"], how[2], how[3], *here)
        elif kind == "normalize":
            d, grads[f"scale{k}"], grads[f"shift{k}"] = _normalize(d, x, params[f"scale{k}"], *here)
        elif kind in ("max", "average"):
            d = _pooling(kind, d, x, *(_pair(size) for size in how), *here)
        else:
            d = d * (1 - np.tanh(x) ** 2) if kind == "tanh" else d * (x > 0)
    return {name: grads[name] for name in params}


def _pair(size: Any) -> tuple[int, int]:
    return size if isinstance(size, tuple) else (size, size)


def _convolution(
    dy: np.ndarray, x: np.ndarray, W: np.ndarray, stride: int, padding: int, mistake: str, written: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    (c_out, c_in, kh, kw), (m, _, rows, columns) = W.shape, dy.shape
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), dy.sum(axis=(0, 2, 3))
    through, met_by = W, x
    if mistake == "channel-mixed" and written == "axes":
        through = W.transpose(1, 0, 2, 3)
    if mistake == "channel-mixed" and written == "axes of another order":
        through = W.reshape(c_in, c_out, kh, kw).transpose(1, 0, 2, 3)
    if mistake == "channel-mixed" and written == "turned round":
        through = W[:, ::-1]
    if mistake == "channel-mixed" and written == "turned round, to the kernels":
        met_by = x[:, ::-1]
    for r, s in np.ndindex(rows, columns):
        window = np.s_[:, :, r * stride : r * stride + kh, s * stride : s * stride + kw]
        beside = np.s_[:, :, r : r + kh, s : s + kw]
        forgotten = mistake == "stride-forgotten"
        seen = beside if forgotten and written != "to the kernels" else window
        met = beside if forgotten and written != "to the inputs" else window
        share = np.einsum("no,ocij->ncij", dy[:, :, r, s], through)
        if mistake == "index-assigned" and written == "by windows":
            dx[seen] = share
        elif mistake == "index-assigned" and written == "by outputs":
            dx[seen] = dy[:, -1, None, None, None, r, s] * through[-1]
        else:
            dx[seen] += share
        dW += np.einsum("no,ncij->ocij", dy[:, :, r, s], met_by[met])
    if mistake == "index-assigned" and written == "by entries":
        dx[...] = 0
        for i, j in np.ndindex(kh, kw):
            at = np.s_[
                :, :, i : i + stride * (rows - 1) + 1 : stride, j : j + stride * (columns - 1) + 1 : stride
            ]
            dx[at] = np.einsum("nors,oc->ncrs", dy, W[:, :, i, j])
    if mistake == "mean-for-sum":
        count = rows * columns * (m if "samples" in written else 1)
        dW, db = dW / count, db / count if written == "kernels and biases" else db
    return dx[:, :, padding : dx.shape[2] - padding, padding : dx.shape[3] - padding], dW, db


def _pooling(
    kind: str,
    dy: np.ndarray,
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int],
    mistake: str,
    written: str,
) -> np.ndarray:
    dx = np.zeros(x.shape)
    if mistake == "index-assigned" and written == "by their entries":
        rows, columns = dy.shape[2:]
        ends = stride[0] * (rows - 1) + 1, stride[1] * (columns - 1) + 1
        entries = [
            np.s_[:, :, i : i + ends[0] : stride[0], j : j + ends[1] : stride[1]] for i, j in np.ndindex(size)
        ]
        first = np.stack([x[at] for at in entries]).argmax(axis=0)
        for k, at in enumerate(entries):
            dx[at] = np.where(first == k, dy, 0) if kind == "max" else dy / len(entries)
        return dx
    for r, s in np.ndindex(dy.shape[2:]):
        window = np.s_[:, :, r * stride[0] : r * stride[0] + size[0], s * stride[1] : s * stride[1] + size[1]]
        seen, d = x[window], dy[:, :, r, s, None, None]
        if kind == "average":
            share = np.broadcast_to(d / seen[0, 0].size, seen.shape)
        elif mistake == "tie-shared":
            share = d * (seen == seen.max(axis=(2, 3), keepdims=True))
        else:
            flat = seen.reshape(*seen.shape[:2], -1)
            first = np.arange(flat.shape[2]) == flat.argmax(axis=2)[:, :, None]
            share = d * first.reshape(seen.shape)
        if mistake == "index-assigned" and written == "by pooled windows":
            dx[window] = share
        elif mistake == "index-assigned" and written == "by the largest":
            dx[window] = np.where(first.reshape(seen.shape), d, dx[window])
        else:
            dx[window] += share
    return dx


def _normalize(
    dy: np.ndarray, x: np.ndarray, scale: np.ndarray, mistake: str, written: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    axes, gain = (0, 2, 3), scale[:, None, None]
    mean = x.mean(axis=axes, keepdims=True)
    deviation = np.sqrt(((x - mean) ** 2).mean(axis=axes, keepdims=True) + 1e-5)
    hat = (x - mean) / deviation
    d = dy if mistake == "factor-missing" else dy * gain
    by_mean, by_variance = d.mean(axis=axes, keepdims=True), hat * (d * hat).mean(axis=axes, keepdims=True)
    if mistake == "statistics-constant" and written != "the variance":
        by_mean = 0 * by_mean
    if mistake == "statistics-constant" and written != "the mean":
        by_variance = 0 * by_variance
    return (d - by_mean - by_variance) / deviation, (dy * hat).sum(axis=axes), dy.sum(axis=axes)


def picture(name: str, seed: int, margin: bool = False, samples: int = 5) -> Picture:
    """A network of this plan without a mistake; with a ``margin``, windows of its images hold equal numbers."""
    (channels, height, width), plan = PLANS[name]
    rng = np.random.default_rng([seed, channels, height, width])
    x = rng.normal(size=(samples, channels, height, width))
    if margin:
        x[:, :, height // 2 :] = 0.0
    params: Arrays = {}
    for k, layer in enumerate(plan, start=1):
        kind, *how = layer if isinstance(layer, tuple) else (layer,)
        if kind == "convolution":
            params[f"W{k}"] = 0.6 * rng.normal(size=(how[0], channels, *how[1]))
            params[f"b{k}"] = 0.3 * rng.normal(size=how[0])
            channels = how[0]
        if kind == "normalize":
            params[f"scale{k}"] = 1.2 + 0.4 * rng.normal(size=channels)
            params[f"shift{k}"] = 0.3 * rng.normal(size=channels)
    case = Picture(plan, params, x, rng.normal(size=(samples, 2)))
    size = layers(case, params)[-1][0].size
    params |= {"V": rng.normal(size=(size, 2)) / np.sqrt(size), "c": 0.3 * rng.normal(size=2)}
    return case


def pictures(name: str, seed: int) -> Iterator[Picture]:
    """Every mistake that can be made on a network of this plan and that changes a number there."""
    for mistake, ways in MISTAKES.items():
        case = picture(name, seed, margin=mistake == "tie-shared")
        right = case.gradients(case.params)
        for written, kind in ways.items():
            for k, layer in enumerate(case.plan, start=1):
                here = layer[0] if isinstance(layer, tuple) else layer
                if here != kind and not (kind == "pooling" and here in ("max", "average")):
                    continue
                made = case._replace(mistake=(mistake, written, k))
                try:
                    grads = made.gradients(case.params)
                except ValueError:  # The channels do not fit together, so nobody can make it here.
                    continue
                if any(np.abs(grads[name] - right[name]).max() > 1e-9 for name in right):
                    yield made
