r"""Error: one number that says how wrong a batch of predictions is.

Every loss is a mean over the m samples, so that its size does not depend on the size of the batch, and its
gradient carries the same 1/m. The two cross-entropies take *logits*, the weighted inputs of the last layer
before any squashing: there the logarithm and the exponential cancel on paper instead of overflowing in the
machine, and the gradient is simply (prediction − target) / m.

Sources: Nielsen, *Neural Networks and Deep Learning*, 2015, equation 6 (the ½ in the mean squared error);
Bishop, *Pattern Recognition and Machine Learning*, 2006, sections 4.3.2 and 4.3.4 (cross-entropies).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bplib.activation import identity, sigmoid, softmax
from bplib.types import Array, one_of


def _matched(output: Array, target: Array) -> tuple[Array, Array]:
    """Both as arrays of one shape: broadcasting (m,) against (m, 1) would silently compare all with all."""
    output, target = np.asarray(output), np.asarray(target)
    if output.shape != target.shape:
        raise ValueError(
            f"target has shape {target.shape}, expected that of the output, {output.shape}. "
            f"Labels become targets by one_hot(labels, classes) or labels.reshape(-1, 1)."
        )
    if output.ndim != 2 or output.size == 0:
        raise ValueError(
            f"output has shape {output.shape}, expected a batch (samples, outputs) that is not empty."
        )
    return output, target


def mean_squared_error(output: Array, target: Array) -> float:
    r"""Half the squared distance between output and target, averaged over the samples.

    .. math:: L = \frac{1}{2m} \sum_{i=1}^{m} \lVert \hat y_i - y_i \rVert^2

    Both arguments have shape (m, n).
    """
    return _mean_squared_error(*_matched(output, target))[0]


def mean_squared_error_gradient(output: Array, target: Array) -> Array:
    r""":math:`\partial L / \partial \hat y = (\hat y - y) / m`, shape (m, n)."""
    return _mean_squared_error(*_matched(output, target))[1]


def _mean_squared_error(output: Array, target: Array) -> tuple[float, Array]:
    difference, m = output - target, len(output)
    return (difference**2).sum() / (2 * m), difference / m


def binary_cross_entropy(logits: Array, target: Array) -> float:
    r"""How surprised a sigmoid classifier is by the truth, averaged over the samples.

    .. math::
        L = -\frac1m \sum_i \bigl[ y_i \ln \sigma(z_i) + (1 - y_i) \ln (1 - \sigma(z_i)) \bigr]
          = \frac1m \sum_i \bigl[ \ln (1 + e^{z_i}) - y_i z_i \bigr]

    Parameters
    ----------
    logits
        Weighted inputs of the output units, any real numbers, shape (m, n).
    target
        Truth between 0 and 1, shape (m, n).

    Raises
    ------
    ValueError
        If the shapes differ or a target is outside [0, 1].
    """
    logits, target = _matched(logits, target)
    check_probabilities(target)
    return _binary_cross_entropy(logits, target)[0]


def binary_cross_entropy_gradient(logits: Array, target: Array) -> Array:
    r""":math:`\partial L / \partial z = (\sigma(z) - y) / m`, shape (m, n)."""
    return _binary_cross_entropy(*_matched(logits, target))[1]


def _binary_cross_entropy(logits: Array, target: Array) -> tuple[float, Array]:
    m = len(logits)
    # logaddexp(0, z) is ln(1 + e^z) for every z: it returns z itself where e^z would overflow.
    value = (np.logaddexp(0.0, logits) - target * logits).sum() / m
    return value, (sigmoid(logits) - target) / m


def categorical_cross_entropy(logits: Array, target: Array) -> float:
    r"""How surprised a softmax classifier is by the truth, averaged over the samples.

    .. math::
        L = -\frac1m \sum_i \sum_k y_{ik} \ln \operatorname{softmax}(z_i)_k
          = \frac1m \sum_i \sum_k y_{ik} \Bigl( \ln \sum_j e^{z_{ij}} - z_{ik} \Bigr)

    Parameters
    ----------
    logits
        Weighted inputs of the output units, shape (m, classes).
    target
        Rows of probabilities that sum to one, usually from `one_hot`, shape (m, classes).

    Raises
    ------
    ValueError
        If the shapes differ, a target is outside [0, 1] or a row does not sum to one.
    """
    logits, target = _matched(logits, target)
    check_distributions(target)
    return _categorical_cross_entropy(logits, target)[0]


def categorical_cross_entropy_gradient(logits: Array, target: Array) -> Array:
    r""":math:`\partial L / \partial z = (\operatorname{softmax}(z) - y) / m`, shape (m, classes)."""
    return _categorical_cross_entropy(*_matched(logits, target))[1]


def _categorical_cross_entropy(
    logits: Array,
    target: Array,
) -> tuple[float, Array]:
    m = len(logits)
    # A row's largest logit cancels in the quotient: nothing overflows.
    logits = logits - logits.max(axis=1, keepdims=True)
    e = np.exp(logits)
    total = e.sum(axis=1, keepdims=True)
    value = (target * (np.log(total) - logits)).sum() / m
    return value, (e / total - target) / m


def check_distributions(target: Array) -> None:
    """Raise a ``ValueError`` that names the row which is no distribution: between 0 and 1, and 1 in all."""
    check_probabilities(target)
    sums = target.sum(axis=1)
    if not np.allclose(sums, 1.0, atol=1e-6):
        row = int(np.argmax(np.abs(sums - 1.0)))
        raise ValueError(
            f"target row {row} sums to {sums[row]}, expected 1: one probability per class. "
            f"Use one_hot(labels, classes) for labels."
        )


def check_probabilities(target: Array) -> None:
    """Raise a ``ValueError`` that names the entry which is not between 0 and 1."""
    inside = (target >= 0) & (target <= 1)
    if not inside.all():
        where = tuple(int(i) for i in np.argwhere(~inside)[0])
        raise ValueError(f"target{list(where)} is {target[where]}, expected a probability between 0 and 1.")


def one_hot(labels: ArrayLike, classes: int) -> Array:
    """Turn labels 0 … classes − 1, shape (m,), into rows with a single one, shape (m, classes).

    Raises
    ------
    ValueError
        If the labels are not a one-dimensional array of whole numbers in range.
    """
    labels = np.asarray(labels)
    if labels.ndim != 1 or not np.array_equal(labels, labels.astype(int)):
        raise ValueError(
            f"labels have shape {labels.shape} and dtype {labels.dtype}, expected (m,) integers."
        )
    outside = (labels < 0) | (labels >= classes)
    if outside.any():
        raise ValueError(
            f"label {labels[outside][0]} is out of range, expected 0 to {classes - 1} for {classes} classes."
        )
    return np.eye(classes)[labels.astype(int)]


class Loss(NamedTuple):
    """A loss with its gradient and the way from the network's output to a prediction.

    Attributes
    ----------
    name
        As it is written in `bplib.network.Network`.
    value
        ``value(output, target) -> float``, a mean over the samples; both arguments (m, n).
    gradient
        ``gradient(output, target)``: derivative of the value by the output, (m, n).
    both
        ``both(output, target)``: the value and the gradient in one go, of arrays that are known to fit.
    check
        ``check(target)`` raises a ``ValueError`` where a target is none for this loss.
    prediction
        ``prediction(output)``, (m, n): the output itself, or the probabilities that the logits stand for.
    """

    name: str
    value: Callable[[Array, Array], float]
    gradient: Callable[[Array, Array], Array]
    both: Callable[[Array, Array], tuple[float, Array]]
    check: Callable[[Array], None]
    prediction: Callable[[Array], Array]


#: Every loss by the name that a `bplib.network.Network` uses.
LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss(
            "mean_squared_error",
            mean_squared_error,
            mean_squared_error_gradient,
            _mean_squared_error,
            lambda target: None,
            identity,
        ),
        Loss(
            "binary_cross_entropy",
            binary_cross_entropy,
            binary_cross_entropy_gradient,
            _binary_cross_entropy,
            check_probabilities,
            sigmoid,
        ),
        Loss(
            "categorical_cross_entropy",
            categorical_cross_entropy,
            categorical_cross_entropy_gradient,
            _categorical_cross_entropy,
            check_distributions,
            softmax,
        ),
    )
}


def get_loss(name: str) -> Loss:
    """Look a loss up by name; raises ``ValueError`` naming the known ones."""
    return one_of(LOSSES, name, "loss")
