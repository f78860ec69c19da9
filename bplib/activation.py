r"""Activation functions: what a neuron makes of its weighted input.

Each function acts on the weighted inputs ``z`` of a layer, shape (m, n), entry by entry; only the softmax
mixes the units of a sample. Each has the derivative that the backward pass multiplies by:

.. math:: \frac{\partial L}{\partial z} = \frac{\partial L}{\partial a} \odot \varphi'(z), \qquad a = \varphi(z)

Sources: LeCun, Bottou, Orr and Müller, *Efficient BackProp*, 1998, section 4.4 (sigmoid and tanh); Nair and
Hinton, *Rectified Linear Units*, 2010; Maas, Hannun and Ng, *Rectifier Nonlinearities*, 2013 (leaky ReLU);
Bridle, *Probabilistic Interpretation of Feedforward Classification Network Outputs*, 1990 (softmax).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from bplib.types import Array, one_of


def identity(z: Array) -> Array:
    """Leave the weighted input as it is: the output of a regression, or logits for a cross-entropy."""
    return z


def identity_derivative(z: Array) -> Array:
    """One everywhere."""
    return np.ones_like(z)


def sigmoid(z: Array) -> Array:
    r"""Squash to (0, 1): :math:`\sigma(z) = 1 / (1 + e^{-z})`.

    Written as :math:`\tfrac12 (1 + \tanh \tfrac z2)`, the same function, because ``tanh`` saturates where
    ``exp`` would overflow.
    """
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def sigmoid_derivative(z: Array) -> Array:
    r""":math:`\sigma'(z) = \sigma(z) (1 - \sigma(z))`, at most one quarter."""
    a = sigmoid(z)
    return a * (1.0 - a)


def tanh(z: Array) -> Array:
    """Squash to (-1, 1), zero to zero."""
    return np.tanh(z)


def tanh_derivative(z: Array) -> Array:
    r""":math:`\tanh'(z) = 1 - \tanh^2 z`, at most one."""
    return 1.0 - np.tanh(z) ** 2


def relu(z: Array) -> Array:
    r"""Pass the positive part: :math:`\max(z, 0)`."""
    return np.maximum(z, 0)


def relu_derivative(z: Array) -> Array:
    """One where z is positive, zero elsewhere.

    At exactly zero there is a kink and every slope from 0 to 1 is a subgradient; by custom it is 0.
    """
    return np.where(z > 0, np.ones_like(z), np.zeros_like(z))


def leaky_relu(z: Array, slope: float = 0.01) -> Array:
    """Pass the positive part and a small share, ``slope``, of the negative part."""
    return np.where(z > 0, z, slope * z)


def leaky_relu_derivative(z: Array, slope: float = 0.01) -> Array:
    """One where z is positive, ``slope`` elsewhere."""
    return np.where(z > 0, np.ones_like(z), np.full_like(z, slope))


def softmax(z: Array) -> Array:
    r"""Turn each row of logits into probabilities: :math:`a_k = e^{z_k} / \sum_j e^{z_j}`.

    Subtracting the largest logit of the row changes nothing in the quotient and keeps ``exp`` from
    overflowing.
    """
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_backward(da: Array, a: Array) -> Array:
    r"""Send the gradient through a softmax, whose units depend on each other.

    .. math::
        \frac{\partial L}{\partial z_k}
        = a_k \Bigl( \frac{\partial L}{\partial a_k} - \sum_j \frac{\partial L}{\partial a_j} a_j \Bigr)

    Parameters
    ----------
    da
        Gradient of the loss with respect to the probabilities, shape (m, n).
    a
        The probabilities, shape (m, n).

    Returns
    -------
    Array
        Gradient with respect to the logits, shape (m, n).
    """
    return a * (da - (da * a).sum(axis=-1, keepdims=True))


class Activation(NamedTuple):
    """A forward function with its backward step.

    Attributes
    ----------
    name
        As it is written in `bplib.network.Network`.
    forward
        ``forward(z) -> a``, both (m, n).
    backward
        ``backward(da, z, a) -> dz``: the gradient with respect to the activation in, the gradient with
        respect to the weighted input out, all (m, n).
    """

    name: str
    forward: Callable[[Array], Array]
    backward: Callable[[Array, Array, Array], Array]


#: Every activation function by the name that a `bplib.network.Network` uses.
ACTIVATIONS: dict[str, Activation] = {
    "identity": Activation("identity", identity, lambda da, z, a: da),
    # The two squashing functions are cheap to differentiate from their output: no second tanh.
    "sigmoid": Activation("sigmoid", sigmoid, lambda da, z, a: da * a * (1.0 - a)),
    "tanh": Activation("tanh", tanh, lambda da, z, a: da * (1.0 - a**2)),
    "relu": Activation("relu", relu, lambda da, z, a: da * (z > 0)),
    "leaky_relu": Activation("leaky_relu", leaky_relu, lambda da, z, a: da * leaky_relu_derivative(z)),
    "softmax": Activation("softmax", softmax, lambda da, z, a: softmax_backward(da, a)),
}


def get_activation(name: str) -> Activation:
    """Look an activation function up by name; raises ``ValueError`` naming the known ones."""
    return one_of(ACTIVATIONS, name, "activation function")
