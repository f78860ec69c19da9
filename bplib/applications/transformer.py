r"""A transformer: blocks in which the steps of a sequence look at each other, and then each thinks for itself.

One block adds twice to what it is given, so that blame has a path past everything in it:

.. math::
    u = x + \operatorname{attention}(\operatorname{normalize}(x)), \qquad
    y = u + \operatorname{dense}(\operatorname{relu}(\operatorname{dense}(\operatorname{normalize}(u))))

The layers here have the shape of those in `bplib.applications.layers`; a sample is a sequence (steps, features).

Sources: Vaswani et al., *Attention Is All You Need*, 2017, section 3 (the block, and the waves of section 3.5); He, Zhang,
Ren and Sun, *Deep Residual Learning for Image Recognition*, 2016 (paths past the layers); Xiong et al., *On Layer
Normalization in the Transformer Architecture*, 2020 (normalizing first).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from bplib.applications.attention import causal_mask
from bplib.applications.convolution import whole_number
from bplib.applications.layer_normalization import layer_normalization, layer_normalization_backward
from bplib.applications.layers import Activation, Dense, Layer, Shape, Training
from bplib.applications.model import Branched, InSequence, Model
from bplib.applications.recurrence import as_steps
from bplib.applications.self_attention import SelfAttentionCache, self_attention, self_attention_backward
from bplib.applications.sequence_layers import EveryStep, LastStep
from bplib.types import Array, Gradients, Parameters


@dataclass(frozen=True)
class SelfAttention:
    """Every step asks every step, or, if ``causal``, those up to itself: see `bplib.applications.self_attention`."""

    heads: int = 1
    causal: bool = False

    def __post_init__(self) -> None:
        whole_number(self.heads, "heads", 1)

    def output_shape(self, shape: Shape) -> Shape:
        _, features = as_steps(shape, "SelfAttention()")
        if features % self.heads:
            raise ValueError(
                f"attention is given {features} features for {self.heads} heads, expected a multiple of {self.heads}: each "
                f"head gets as many."
            )
        return shape

    def shapes(self, shape: Shape) -> dict[str, Shape]:
        return {name: (shape[1], shape[1]) for name in ("Wq", "Wk", "Wv", "Wo")}

    def forward(self, params: Parameters, x: Array, training: Training) -> tuple[Array, SelfAttentionCache]:
        mask = causal_mask(x.shape[1]) if self.causal else None
        return self_attention(x, params["Wq"], params["Wk"], params["Wv"], params["Wo"], self.heads, mask)

    def backward(self, dy: Array, cache: SelfAttentionCache) -> tuple[Array, Gradients]:
        dx, dWq, dWk, dWv, dWo = self_attention_backward(dy, cache)
        return dx, {"Wq": dWq, "Wk": dWk, "Wv": dWv, "Wo": dWo}


@dataclass(frozen=True)
class LayerNormalization:
    """Each step with mean 0 and variance 1 over its features, then scaled and shifted: see `bplib.applications.layer_normalization`."""

    epsilon: float = 1e-5

    def output_shape(self, shape: Shape) -> Shape:
        if shape[-1] < 2:
            raise ValueError(
                f"layer normalization is given samples of shape {shape}, expected at least 2 features."
            )
        return shape

    def shapes(self, shape: Shape) -> dict[str, Shape]:
        return {"scale": shape[-1:], "shift": shape[-1:]}

    def forward(self, params: Parameters, x: Array, training: Training) -> tuple[Array, Any]:
        return layer_normalization(x, params["scale"], params["shift"], self.epsilon)

    def backward(self, dy: Array, cache: Any) -> tuple[Array, Gradients]:
        dx, dscale, dshift = layer_normalization_backward(dy, cache)
        return dx, {"scale": dscale, "shift": dshift}


def waves(steps: int, features: int) -> Array:
    r"""A row for each step that tells where it stands: :math:`\sin(t / 10000^{2j/n})` and the cosine in turns, (steps, features).

    t counts steps and j pairs of the n features, both from 0. The first pair tells neighbors apart, the last ones far places.
    """
    pairs = np.arange(features) // 2
    angle = np.arange(steps)[:, None] / 10000.0 ** (2 * pairs / features)
    return np.where(np.arange(features) % 2 == 0, np.sin(angle), np.cos(angle))


@dataclass(frozen=True)
class Position:
    """Add to each step a row that tells where it stands: learned, or else the ``waves``.

    Attention itself sees a set of steps in no order. The learned row is what a weight Wp would give for a one-hot input that
    says which step this is, and it is drawn as such.
    """

    learned: bool = True

    def output_shape(self, shape: Shape) -> Shape:
        return as_steps(shape, "Position()")

    def shapes(self, shape: Shape) -> dict[str, Shape]:
        return {"Wp": shape} if self.learned else {}

    def forward(self, params: Parameters, x: Array, training: Training) -> tuple[Array, None]:
        return x + (params["Wp"] if self.learned else waves(*x.shape[1:]).astype(x.dtype)), None

    def backward(self, dy: Array, cache: None) -> tuple[Array, Gradients]:
        # Every sample of the batch was told the same.
        return dy, {"Wp": dy.sum(axis=0)} if self.learned else {}


def residual(*layers: Layer) -> Branched:
    """The layers, and a path past them that hands on what they were given; both add up."""
    return Branched((InSequence(layers), InSequence()))


def block(
    features: int,
    heads: int,
    units: int,
    causal: bool = False,
) -> tuple[Layer, ...]:
    """One block: attention, then two dense layers per step, each normalized before and with a path past it.

    Parameters
    ----------
    features
        Of each step, what comes in and what goes out.
    heads
        Of the attention; they share the features.
    units
        Of the hidden dense layer.
    causal
        Whether a step sees none that come after it.
    """
    return (
        residual(LayerNormalization(), SelfAttention(heads, causal)),
        residual(
            LayerNormalization(),
            EveryStep(Dense(units)),
            Activation("relu"),
            EveryStep(Dense(features)),
        ),
    )


def transformer(
    input_shape: Shape,
    classes: int,
    features: int = 16,
    heads: int = 2,
    blocks: int = 2,
    causal: bool = False,
) -> Model:
    """Read a sequence, and say one thing about it, at its last step; the loss is the categorical cross-entropy.

    Parameters
    ----------
    input_shape
        (steps, symbols): each step of a sample is one-hot, or any row of numbers.
    classes
        Units of the output.
    features
        Of each step inside, a multiple of ``heads``.
    heads
        Of each attention.
    blocks
        How many, one after the other. The dense layers inside have 2 · features units.
    causal
        Whether a step sees none that come after it.
    """
    whole_number(blocks, "blocks", 0)
    layers: tuple[Layer, ...] = (
        EveryStep(Dense(features)), Position(),
        *(layer for _ in range(blocks) for layer in block(features, heads, 2 * features, causal)),
        LayerNormalization(), LastStep(), Dense(classes),
    )  # fmt: skip
    return Model(input_shape, layers, "categorical_cross_entropy")


def attention_maps(cache: Any) -> list[Array]:
    """The weights of every attention in a model, from what its forward pass left behind: (m, heads, steps, steps) each."""
    return [*_weights(cache)]


def _weights(cache: Any) -> Iterator[Array]:
    if isinstance(cache, SelfAttentionCache):
        yield cache.heads.weights
    elif isinstance(cache, (tuple, list)):
        for inside in cache:
            yield from _weights(inside)
