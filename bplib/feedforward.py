r"""Feedforward: layer by layer from the inputs to the output.

.. math:: z^{(l)} = a^{(l-1)} W^{(l)} + b^{(l)}, \qquad a^{(l)} = \varphi^{(l)}(z^{(l)}), \qquad a^{(0)} = x

Every layer leaves a `LayerCache` behind: what the backward pass will need, by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bplib.activation import get_activation
from bplib.error import get_loss
from bplib.network import Network
from bplib.types import Array, Parameters, as_batch


class LayerCache(NamedTuple):
    """What one layer saw and did, for a batch of m samples.

    Attributes
    ----------
    x
        Its inputs, the activations of the layer before, shape (m, n_in).
    z
        Its weighted inputs ``x @ W + b``, shape (m, n_out).
    a
        Its activations ``φ(z)``, shape (m, n_out), before any dropout.
    mask
        What dropout multiplied its activations by, shape (m, n_out), or None.
    """

    x: Array
    z: Array
    a: Array
    mask: Array | None


def dense(x: Array, W: Array, b: Array) -> Array:
    """The weighted inputs of a layer: x (m, n_in) times W (n_in, n_out) plus b (n_out,) is (m, n_out)."""
    return x @ W + b


def forward(
    network: Network,
    params: Parameters,
    x: Array,
    masks: Sequence[Array | None] | None = None,
) -> tuple[Array, tuple[LayerCache, ...]]:
    """Send a batch through the layers, as they are: `feedforward` looks at what it is given first, this does not."""
    a = x
    cache = []
    for layer, name in enumerate(network.activations, start=1):
        x = a
        z = dense(x, params[f"W{layer}"], params[f"b{layer}"])
        a = get_activation(name).forward(z)
        mask = None if masks is None else masks[layer - 1]
        cache.append(LayerCache(x, z, a, mask))
        if mask is not None:
            a = a * mask
    return a, tuple(cache)


def feedforward(
    network: Network, params: Parameters, x: Array, masks: Sequence[Array | None] | None = None
) -> tuple[Array, tuple[LayerCache, ...]]:
    """Send a batch through the network.

    Parameters
    ----------
    network
        The plan: sizes and activation functions.
    params
        Weights and biases by name, see `bplib.network.initialize`.
    x
        The inputs, shape (m, n_0).
    masks
        One dropout mask or None per layer, see `bplib.overfitting.dropout_masks`. Only for training.

    Returns
    -------
    output : Array
        Activations of the last layer, shape (m, n_D).
    cache : tuple of LayerCache
        One entry per layer, the first layer first.

    Raises
    ------
    ValueError
        If the batch is empty, not finite or has the wrong number of features, or a parameter does not fit.
    """
    network.check(params)
    return forward(network, params, as_batch(x, features=network.sizes[0]), masks)


def predict(network: Network, params: Parameters, x: Array) -> Array:
    """The network's prediction, shape (m, n_D): its output, or probabilities where the loss takes logits."""
    output, _ = feedforward(network, params, x)
    return np.asarray(get_loss(network.loss).prediction(output))
