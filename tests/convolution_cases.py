"""What PyTorch and bplib are both asked about convolutional networks: inputs by seed, and bplib's answers.

`benchmarks/measure_convolution.py` asks PyTorch and keeps what it says; `test_pytorch_convolution.py` compares.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bplib.activation import get_activation
from bplib.applications.batch_normalization import (
    batch_normalization,
    batch_normalization_backward,
    normalize_with,
    normalize_with_backward,
    update_running,
)
from bplib.applications.convolution import convolution, convolution_backward
from bplib.applications.pooling import (
    average_pooling,
    average_pooling_backward,
    flatten,
    flatten_backward,
    max_pooling,
    max_pooling_backward,
)
from bplib.error import get_loss, one_hot
from bplib.feedforward import dense
from bplib.partial_derivatives import dense_backward
from bplib.types import Array

SEEDS = (0, 1, 2)
#: Its numbers are kept one by one; of the others, what they come to along a direction.
SMALL = "convolution, small"

Arrays = dict[str, Array]

#: Shapes by name; dy is the gradient that the output is given.
SHAPES: dict[str, dict[str, tuple[int, ...]]] = {
    SMALL: {"x": (1, 2, 4, 3), "W": (2, 2, 2, 2), "b": (2,), "dy": (1, 2, 3, 2)},
    "convolution, stride 2, padding 1": {"x": (3, 2, 7, 6), "W": (4, 2, 3, 2), "b": (4,), "dy": (3, 4, 4, 4)},
    "max pooling, overlapping": {"x": (2, 3, 7, 6), "dy": (2, 3, 3, 5)},
    "max pooling, leftover pixels": {"x": (2, 3, 7, 5), "dy": (2, 3, 3, 2)},
    "average pooling, overlapping": {"x": (2, 3, 7, 6), "dy": (2, 3, 3, 5)},
    "average pooling, leftover pixels": {"x": (2, 3, 7, 5), "dy": (2, 3, 3, 2)},
    "batch normalization, features": {
        "x": (5, 3),
        "next": (5, 3),
        "scale": (3,),
        "shift": (3,),
        "dy": (5, 3),
    },
    "batch normalization, images": {
        "x": (4, 3, 2, 5),
        "next": (4, 3, 2, 5),
        "scale": (3,),
        "shift": (3,),
        "dy": (4, 3, 2, 5),
    },
    # LeNet-5 with fewer layers behind and batch normalization between.
    "stack": {
        "x": (4, 1, 18, 16),
        "W1": (6, 1, 5, 5),
        "b1": (6,),
        "scale": (6,),
        "shift": (6,),
        "W2": (16, 6, 3, 3),
        "b2": (16,),
        "W3": (144, 10),
        "b3": (10,),
    },
}


def inputs(case: str, seed: int) -> Arrays:
    """Draw the arrays of a case. Pixels to take the largest of are small whole numbers, so that there are ties."""
    rng = np.random.default_rng(seed)
    if case.startswith("max pooling"):
        shapes = SHAPES[case]
        return {
            "x": rng.integers(-2, 2, size=shapes["x"]).astype(float),
            "dy": rng.normal(size=shapes["dy"]),
        }
    # Weights of a size that leaves most units where they have a slope.
    return {
        name: rng.normal(size=shape) * (0.3 if name.startswith("W") else 1.0)
        for name, shape in SHAPES[case].items()
    }


def labels(seed: int) -> Array:
    """The classes of the four images of the stack."""
    return np.random.default_rng(seed).integers(10, size=4)


def along(value: Array, seed: int) -> tuple[float, float]:
    """What an array comes to along a random direction, and the sum of its parts without their signs."""
    parts = value * np.random.default_rng([seed, value.size]).normal(size=value.shape)
    return float(parts.sum()), float(np.abs(parts).sum())


def answers(case: str, seed: int) -> Arrays:
    """The output and the gradients by bplib."""
    return ANSWERS[case](inputs(case, seed), seed)


def _convolution(stride: int, padding: int) -> Callable[[Arrays, int], Arrays]:
    def answer(given: Arrays, _: int) -> Arrays:
        y, cache = convolution(given["x"], given["W"], given["b"], stride, padding)
        dx, dW, db = convolution_backward(given["dy"], cache)
        return {"y": y, "x": dx, "W": dW, "b": db}

    return answer


def _max_pooling(window: tuple[int, int], stride: tuple[int, int]) -> Callable[[Arrays, int], Arrays]:
    def answer(given: Arrays, _: int) -> Arrays:
        y, cache = max_pooling(given["x"], window, stride)
        return {"y": y, "x": max_pooling_backward(given["dy"], cache)}

    return answer


def _average_pooling(window: tuple[int, int], stride: tuple[int, int]) -> Callable[[Arrays, int], Arrays]:
    def answer(given: Arrays, _: int) -> Arrays:
        y, cache = average_pooling(given["x"], window, stride)
        return {"y": y, "x": average_pooling_backward(given["dy"], cache)}

    return answer


def _batch_normalization(given: Arrays, _: int) -> Arrays:
    """Two batches in training, then the first again with what was gathered."""
    scale, shift, dy = given["scale"], given["shift"], given["dy"]
    y, cache = batch_normalization(given["x"], scale, shift)
    dx, dscale, dshift = batch_normalization_backward(dy, cache)
    running = update_running(update_running(None, cache), batch_normalization(given["next"], scale, shift)[1])
    after, fixed = normalize_with(given["x"], scale, shift, running)
    later = normalize_with_backward(dy, fixed)
    return {
        "y": y,
        "x": dx,
        "scale": dscale,
        "shift": dshift,
        "running mean": running.mean,
        "running variance": running.variance,
        "y after": after,
        "x after": later.dx,
        "scale after": later.dscale,
        "shift after": later.dshift,
    }


def _stack(p: Arrays, seed: int) -> Arrays:
    tanh, relu = get_activation("tanh"), get_activation("relu")
    z1, cache1 = convolution(p["x"], p["W1"], p["b1"], padding=2)
    normal, normalization = batch_normalization(z1, p["scale"], p["shift"])
    a1 = tanh.forward(normal)
    p1, pool1 = average_pooling(a1, 2)
    z2, cache2 = convolution(p1, p["W2"], p["b2"])
    a2 = relu.forward(z2)
    p2, pool2 = max_pooling(a2, 2)
    flat, shape = flatten(p2)
    logits = dense(flat, p["W3"], p["b3"])
    value, dlogits = get_loss("categorical_cross_entropy").both(logits, one_hot(labels(seed), 10))
    dflat, dW3, db3 = dense_backward(dlogits, flat, p["W3"])
    dz2 = relu.backward(max_pooling_backward(flatten_backward(dflat, shape), pool2), z2, a2)
    dp1, dW2, db2 = convolution_backward(dz2, cache2)
    dnormal = tanh.backward(average_pooling_backward(dp1, pool1), normal, a1)
    dz1, dscale, dshift = batch_normalization_backward(dnormal, normalization)
    dx, dW1, db1 = convolution_backward(dz1, cache1)
    return {
        "loss": np.asarray(value),
        "y": logits,
        "x": dx,
        "W1": dW1,
        "scale": dscale,
        "shift": dshift,
        "W2": dW2,
        "b2": db2,
        "W3": dW3,
        "b3": db3,
        # The mean of each channel is taken out right after: whatever this bias is, the loss stays.
        "b1": db1,
    }


ANSWERS: dict[str, Callable[[Arrays, int], Arrays]] = {
    SMALL: _convolution(1, 0),
    "convolution, stride 2, padding 1": _convolution(2, 1),
    "max pooling, overlapping": _max_pooling((3, 2), (2, 1)),
    "max pooling, leftover pixels": _max_pooling((2, 2), (2, 2)),
    "average pooling, overlapping": _average_pooling((3, 2), (2, 1)),
    "average pooling, leftover pixels": _average_pooling((2, 2), (2, 2)),
    "batch normalization, features": _batch_normalization,
    "batch normalization, images": _batch_normalization,
    "stack": _stack,
}
