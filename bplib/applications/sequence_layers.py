"""Layers for sequences: one that reads letters of unequal lengths, one for the end, and one for every step.

- `Reading` puts an embedding and layers with a memory in sequence, and tells those which steps are there.
- `LastStep` keeps the state after the last step: for one answer to a whole sequence.
- `EveryStep` lets a layer look at each step alone: for an answer at every step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bplib.applications.embedding import NONE, Embedding
from bplib.applications.layers import Layer, Shape, Training
from bplib.applications.model import InSequence, parts_of
from bplib.applications.recurrence import Memory, as_steps
from bplib.types import Array, Gradients, Parameters


class Reading(InSequence):
    """An `Embedding`, then layers in sequence. Those with a memory are told where the index is −1, and keep their state there."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.layers or not isinstance(self.layers[0], Embedding):
            raise ValueError(
                f"the first layer of a Reading is {self.layers[:1]}, expected an Embedding: it is given indices."
            )

    def forward(self, params: Parameters, x: Array, training: Training) -> tuple[Array, tuple[Any, ...]]:
        parts, cache, there = parts_of(self, x.shape[1:]), [], x != NONE
        for part in parts:
            told = {"mask": there} if isinstance(part.layer, Memory) else {}
            x, seen = part.layer.forward(part.inside(params), x, training, **told)
            cache.append(seen)
        return x, (parts, cache)


@dataclass(frozen=True)
class LastStep:
    """The last of the steps, (steps, features) to (features,). A state that was handed on is still there."""

    def output_shape(self, shape: Shape) -> Shape:
        return as_steps(shape, "LastStep()")[1:]

    def shapes(self, shape: Shape) -> dict[str, Shape]:
        return {}

    def forward(self, params: Parameters, x: Array, training: Training) -> tuple[Array, Shape]:
        return x[:, -1], x.shape

    def backward(self, dy: Array, cache: Shape) -> tuple[Array, Gradients]:
        dx = np.zeros(cache, dy.dtype)
        dx[:, -1] = dy
        return dx, {}


@dataclass(frozen=True)
class EveryStep:
    """The same layer at each step alone, (steps, features) to (steps, …): to the layer, steps are samples."""

    layer: Layer

    def __post_init__(self) -> None:
        if not hasattr(self.layer, "output_shape") or hasattr(self.layer, "keeps"):
            raise TypeError(
                f"the layer of EveryStep is {self.layer!r:.60}, expected a layer that keeps nothing, such as Dense(10)."
            )

    def output_shape(self, shape: Shape) -> Shape:
        steps, features = as_steps(shape, "EveryStep(…)")
        return (steps, *self.layer.output_shape((features,)))

    def shapes(self, shape: Shape) -> dict[str, Shape]:
        return self.layer.shapes(shape[1:])

    def forward(self, params: Parameters, x: Array, training: Training) -> tuple[Array, tuple[Shape, Any]]:
        y, cache = self.layer.forward(params, x.reshape(-1, x.shape[2]), training)
        return y.reshape(*x.shape[:2], *y.shape[1:]), (x.shape, cache)

    def backward(self, dy: Array, cache: tuple[Shape, Any]) -> tuple[Array, Gradients]:
        shape, seen = cache
        dx, gradients = self.layer.backward(dy.reshape(-1, *dy.shape[2:]), seen)
        return dx.reshape(shape), gradients
