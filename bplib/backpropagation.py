r"""Backpropagation: one pass forward, one pass backward, every partial derivative of the loss.

.. math::
    \delta^{(D)} = \frac{\partial L}{\partial \hat y} \odot \varphi'(z^{(D)}), \qquad
    \delta^{(l)} = \bigl( \delta^{(l+1)} W^{(l+1)\top} \bigr) \odot \varphi'(z^{(l)})

.. math::
    \frac{\partial L}{\partial W^{(l)}} = a^{(l-1)\top} \delta^{(l)}, \qquad
    \frac{\partial L}{\partial b^{(l)}} = \sum_i \delta^{(l)}_i

The update is not made here: a gradient can be looked at, and checked, before it is used.

Sources: Rumelhart, Hinton and Williams, *Learning representations by back-propagating errors*, 1986; Werbos,
*Beyond Regression*, 1974; Baydin et al., *Automatic Differentiation in Machine Learning*, 2018, section 3.2.
"""

from __future__ import annotations

from collections.abc import Sequence

from bplib.activation import get_activation
from bplib.error import get_loss
from bplib.feedforward import LayerCache, forward
from bplib.network import Network
from bplib.partial_derivatives import dense_backward, parameter_gradients
from bplib.types import Array, Gradients, Parameters, Penalty


def backward(
    network: Network,
    params: Parameters,
    cache: Sequence[LayerCache],
    doutput: Array,
) -> tuple[Gradients, Array]:
    """Walk the layers from the last to the first, handing the gradient back.

    Parameters
    ----------
    network
        The plan that the forward pass used.
    params
        The parameters that the forward pass used: not yet updated, or the gradients are wrong.
    cache
        What `bplib.feedforward.feedforward` left behind, one entry per layer.
    doutput
        Gradient of the loss with respect to the network's output, shape (m, n_D).

    Returns
    -------
    gradients : Gradients
        ``W1`` (n_0, n_1), ``b1`` (n_1,), and so on: the derivative of the loss with respect to each parameter.
    dz1 : Array
        Gradient with respect to the first layer's weighted inputs, shape (m, n_1). Here the hand-back ends:
        training changes no inputs, and the product ``dz1 @ W1.T`` that would reach them often costs most.
    """
    gradients: Gradients = {}
    da = doutput
    for layer in range(network.depth, 0, -1):
        x, z, a, mask = cache[layer - 1]
        W, b = f"W{layer}", f"b{layer}"
        if mask is not None:
            da = da * mask
        dz = get_activation(network.activations[layer - 1]).backward(da, z, a)
        if layer > 1:
            da, gradients[W], gradients[b] = dense_backward(dz, x, params[W])
        else:
            gradients[W], gradients[b] = parameter_gradients(dz, x)
    return {name: gradients[name] for name in params}, dz


def loss_and_gradients(
    network: Network,
    params: Parameters,
    x: Array,
    target: Array,
    penalty: Penalty | None = None,
    masks: Sequence[Array | None] | None = None,
) -> tuple[float, Gradients]:
    """Both passes over arrays that are known to fit: `backpropagation` looks at them first, this does not."""
    output, cache = forward(network, params, x, masks)
    value, doutput = get_loss(network.loss).both(output, target)
    gradients, _ = backward(network, params, cache, doutput)
    if penalty is not None:
        value = value + penalty.value(params)
        slopes = penalty.gradient(params)
        gradients = {name: gradients[name] + slopes[name] for name in params}
    return value, gradients


def backpropagation(
    network: Network,
    params: Parameters,
    x: Array,
    target: Array,
    penalty: Penalty | None = None,
    masks: Sequence[Array | None] | None = None,
) -> tuple[float, Gradients]:
    """The loss of a batch and its gradient with respect to every parameter.

    Parameters
    ----------
    network, params, masks
        See `bplib.feedforward.feedforward`.
    x
        Inputs, shape (m, n_0).
    target
        What the output should be, shape (m, n_D).
    penalty
        A price on large weights, see `bplib.overfitting.l2`; its value and gradient are added.

    Raises
    ------
    ValueError
        If an array is empty, not finite or does not fit the network, or a target is none for its loss.
    """
    network.check(params)
    x, target = network.check_data(x, target)
    return loss_and_gradients(network, params, x, target, penalty, masks)
