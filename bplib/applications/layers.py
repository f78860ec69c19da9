"""Layers of one shape: what each does on the way forward, and what it hands back.

A layer is a plan, as a `bplib.network.Network` is: it holds sizes and no weights. Each kind answers the same four questions:

- ``output_shape(shape)``: what becomes of one sample of that shape?
- ``shapes(shape)``: which parameters does it need for that, by name?
- ``forward(params, x, training)``: the output for a batch, and a named cache.
- ``backward(dy, cache)``: from the gradient with respect to the output, the gradient with respect to the input, and those of its
  parameters.

One that keeps something from batch to batch, for the time after training, has two more: ``keeps(shape)``, the names and shapes, and
``remembered(params, cache)``, what to keep after a batch.

Behind each stands a pair of functions that a chapter explains; here they only get the same shape. `bplib.applications.model` puts
layers together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np

from bplib.activation import get_activation
from bplib.applications.batch_normalization import (
    RunningCache,
    RunningStatistics,
    batch_normalization,
    batch_normalization_backward,
    normalize_with,
    normalize_with_backward,
    update_running,
)
from bplib.applications.convolution import convolution, convolution_backward, output_size, whole_number
from bplib.applications.pooling import (
    average_pooling,
    average_pooling_backward,
    flatten,
    flatten_backward,
    max_pooling,
    max_pooling_backward,
)
from bplib.feedforward import dense
from bplib.partial_derivatives import dense_backward
from bplib.types import Array, Gradients, Parameters

#: The shape of one sample: (features,) or (channels, height, width).
Shape: TypeAlias = tuple[int, ...]

#: A generator while a network is trained: dropout draws from it, and batches are normalized by themselves. None in use.
Training: TypeAlias = np.random.Generator | None


class Layer(Protocol):
    """What all layers can do; see the module's introduction."""

    def output_shape(self, shape: Shape) -> Shape: ...

    def shapes(self, shape: Shape) -> dict[str, Shape]: ...

    def forward(self, params: Parameters, x: Array, training: Training) -> tuple[Array, Any]: ...

    def backward(self, dy: Array, cache: Any) -> tuple[Array, Gradients]: ...


class DenseCache(NamedTuple):
    """The inputs (m, n_in) and the weights (n_in, n_out) that a dense layer has used."""

    x: Array
    W: Array


@dataclass(frozen=True)
class Dense:
    """Every unit looks at every input: x (m, n_in) to (m, units), see `bplib.feedforward.dense`."""

    units: int

    def __post_init__(self) -> None:
        whole_number(self.units, "units", 1)

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 1:
            raise ValueError(
                f"a dense layer is given samples of shape {shape}, expected (features,). Put Flatten() before it."
            )
        return (self.units,)

    def shapes(self, shape: Shape) -> dict[str, Shape]:
        return {"W": (*shape, self.units), "b": (self.units,)}

    def forward(self, params: Parameters, x: Array, training: Training) -> tuple[Array, DenseCache]:
        return dense(x, params["W"], params["b"]), DenseCache(x, params["W"])

    def backward(self, dy: Array, cache: DenseCache) -> tuple[Array, Gradients]:
        dx, dW, db = dense_backward(dy, cache.x, cache.W)
        return dx, {"W": dW, "b": db}


class ActivationCache(NamedTuple):
    """The weighted inputs and the activations of a layer, of the same shape."""

    z: Array
    a: Array


@dataclass(frozen=True)
class Activation:
    """An activation function by its name, see `bplib.activation.ACTIVATIONS`."""

    name: str

    def __post_init__(self) -> None:
        get_activation(self.name)

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def shapes(self, shape: Shape) -> dict[str, Shape]:
        return {}

    def forward(self, params: Parameters, x: Array, training: Training) -> tuple[Array, ActivationCache]:
        a = get_activation(self.name).forward(x)
        return a, ActivationCache(x, a)

    def backward(self, dy: Array, cache: ActivationCache) -> tuple[Array, Gradients]:
        return get_activation(self.name).backward(dy, cache.z, cache.a), {}


@dataclass(frozen=True)
class Dropout:
    """While training, drop each number with probability ``rate`` and scale the others by 1 / (1 - rate); leave all in use."""

    rate: float

    def __post_init__(self) -> None:
        if not 0 <= self.rate < 1:
            raise ValueError(f"the dropout rate is {self.rate}, expected at least 0 and below 1.")

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def shapes(self, shape: Shape) -> dict[str, Shape]:
        return {}

    def forward(self, params: Parameters, x: Array, training: Training) -> tuple[Array, Array | None]:
        if training is None:
            return x, None
        mask = (training.random(x.shape) >= self.rate) / (1.0 - self.rate)
        return x * mask, mask

    def backward(self, dy: Array, cache: Array | None) -> tuple[Array, Gradients]:
        return dy if cache is None else dy * cache, {}


@dataclass(frozen=True)
class Convolution:
    """A filter of ``size`` × ``size`` per output channel, slid over the image: see `bplib.applications.convolution`."""

    channels: int
    size: int
    stride: int = 1
    padding: int = 0

    def __post_init__(self) -> None:
        whole_number(self.channels, "channels", 1)
        whole_number(self.size, "size", 1)
        whole_number(self.stride, "stride", 1)
        whole_number(self.padding, "padding", 0)

    def output_shape(self, shape: Shape) -> Shape:
        _, height, width = _image(shape, "a convolution")
        sizes = (output_size(n, self.size, self.stride, self.padding) for n in (height, width))
        return (self.channels, *sizes)

    def shapes(self, shape: Shape) -> dict[str, Shape]:
        return {"W": (self.channels, shape[0], self.size, self.size), "b": (self.channels,)}

    def forward(self, params: Parameters, x: Array, training: Training) -> tuple[Array, Any]:
        return convolution(x, params["W"], params["b"], self.stride, self.padding)

    def backward(self, dy: Array, cache: Any) -> tuple[Array, Gradients]:
        dx, dW, db = convolution_backward(dy, cache)
        return dx, {"W": dW, "b": db}


@dataclass(frozen=True)
class _Pooling:
    size: int
    stride: int | None = None

    def __post_init__(self) -> None:
        whole_number(self.size, "size", 1)
        if self.stride is not None:
            whole_number(self.stride, "stride", 1)

    def output_shape(self, shape: Shape) -> Shape:
        channels, height, width = _image(shape, "pooling")
        stride = self.size if self.stride is None else self.stride
        return (channels, *(output_size(n, self.size, stride, 0) for n in (height, width)))

    def shapes(self, shape: Shape) -> dict[str, Shape]:
        return {}


@dataclass(frozen=True)
class MaxPooling(_Pooling):
    """The largest number of each window, see `bplib.applications.pooling`; ``stride`` None moves by the window's size."""

    def forward(self, params: Parameters, x: Array, training: Training) -> tuple[Array, Any]:
        return max_pooling(x, self.size, self.stride)

    def backward(self, dy: Array, cache: Any) -> tuple[Array, Gradients]:
        return max_pooling_backward(dy, cache), {}


@dataclass(frozen=True)
class AveragePooling(_Pooling):
    """The mean of each window, see `bplib.applications.pooling`; ``stride`` None moves by the window's size."""

    def forward(self, params: Parameters, x: Array, training: Training) -> tuple[Array, Any]:
        return average_pooling(x, self.size, self.stride)

    def backward(self, dy: Array, cache: Any) -> tuple[Array, Gradients]:
        return average_pooling_backward(dy, cache), {}


@dataclass(frozen=True)
class Flatten:
    """An image (channels, height, width), or a sequence (steps, features), as one row of numbers for a dense layer."""

    def output_shape(self, shape: Shape) -> Shape:
        return (int(np.prod(shape)),)

    def shapes(self, shape: Shape) -> dict[str, Shape]:
        return {}

    def forward(self, params: Parameters, x: Array, training: Training) -> tuple[Array, Shape]:
        return flatten(x)

    def backward(self, dy: Array, cache: Shape) -> tuple[Array, Gradients]:
        return flatten_backward(dy, cache), {}


@dataclass(frozen=True)
class BatchNormalization:
    """Each feature, or channel, with mean 0 and variance 1 over the batch, then scaled and shifted.

    See `bplib.applications.batch_normalization`. In use, the running statistics of training stand for those of the batch.
    """

    momentum: float = 0.1
    epsilon: float = 1e-5

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def shapes(self, shape: Shape) -> dict[str, Shape]:
        return {"scale": shape[:1], "shift": shape[:1]}

    def keeps(self, shape: Shape) -> dict[str, Shape]:
        return {"mean": shape[:1], "variance": shape[:1]}

    def forward(self, params: Parameters, x: Array, training: Training) -> tuple[Array, Any]:
        if training is not None:
            return batch_normalization(x, params["scale"], params["shift"], self.epsilon)
        return normalize_with(x, params["scale"], params["shift"], self._running(params), self.epsilon)

    def backward(self, dy: Array, cache: Any) -> tuple[Array, Gradients]:
        in_use = isinstance(cache, RunningCache)
        dx, dscale, dshift = (normalize_with_backward if in_use else batch_normalization_backward)(dy, cache)
        return dx, {"scale": dscale, "shift": dshift}

    def remembered(self, params: Parameters, cache: Any) -> Parameters:
        running = update_running(self._running(params), cache, self.momentum)
        return {"mean": running.mean, "variance": running.variance}

    def _running(self, params: Parameters) -> RunningStatistics | None:
        return RunningStatistics(params["mean"], params["variance"]) if "mean" in params else None


def _image(shape: Shape, who: str) -> Shape:
    if len(shape) != 3:
        raise ValueError(f"{who} is given samples of shape {shape}, expected (channels, height, width).")
    return shape
