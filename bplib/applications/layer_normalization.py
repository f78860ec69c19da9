r"""Layer normalization: each step gets mean 0 and variance 1 over its own features, then a scale and a shift that are learned.

.. math::
    \mu = \frac1n \sum_j x_j, \qquad v = \frac1n \sum_j (x_j - \mu)^2, \qquad
    y_j = \gamma_j \hat x_j + \beta_j, \qquad \hat x_j = \frac{x_j - \mu}{\sqrt{v + \epsilon}}

j counts the n features of one step of one sample. It is batch normalization turned on its side: there a feature is compared
with itself in other samples, here a sample with itself in other features. So the code turns the array, too: what
`bplib.applications.batch_normalization` calls samples are the features here, and both ways back, by the mean and by the
variance, are its own. Only :math:`\gamma` and :math:`\beta` stay with the features. Nothing depends on the batch, so there is
nothing to remember for the time after training, and one sample is enough.

Source: Ba, Kiros and Hinton, *Layer Normalization*, 2016, equations 3 and 4.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bplib.applications.batch_normalization import (
    BatchNormalizationCache,
    batch_normalization,
    batch_normalization_backward,
)
from bplib.applications.convolution import check_gradient
from bplib.types import Array


class LayerNormalizationCache(NamedTuple):
    """What the backward pass will need.

    Attributes
    ----------
    normalized
        x̂, shape of x.
    scale
        γ, shape (features,).
    turned
        What batch normalization keeps of the array on its side.
    """

    normalized: Array
    scale: Array
    turned: BatchNormalizationCache


class LayerNormalizationGradients(NamedTuple):
    """The three gradients: ``dx`` in the shape of x, ``dscale`` (features,), ``dshift`` (features,)."""

    dx: Array
    dscale: Array
    dshift: Array


def layer_normalization(
    x: Array, scale: Array, shift: Array, epsilon: float = 1e-5
) -> tuple[Array, LayerNormalizationCache]:
    """Normalize each row by its own mean and variance, in training and after it.

    Parameters
    ----------
    x
        Shape (…, features), such as (m, features) or (m, steps, features).
    scale, shift
        γ and β, shape (features,). Begin with ones and zeros.
    epsilon
        Added to the variance, so that a row of equal numbers does not divide by zero.

    Returns
    -------
    y : Array
        Shape of x.
    cache : LayerNormalizationCache
        For `layer_normalization_backward`.

    Raises
    ------
    ValueError
        If there are fewer than two features, or the shapes do not fit.
    """
    x = np.asarray(x)
    if x.ndim < 2 or x.shape[-1] < 2:
        raise ValueError(
            f"x has shape {x.shape}, expected (…, features) with at least 2 features: one is its own mean, and normalized it "
            f"is 0 whatever it was."
        )
    for name, value in (("scale", scale), ("shift", shift)):
        if value.shape != x.shape[-1:]:
            raise ValueError(
                f"{name} has shape {value.shape}, expected ({x.shape[-1]},): one number for each feature of x, which has "
                f"shape {x.shape}."
            )
    on_its_side = x.reshape(-1, x.shape[-1]).T
    rows = on_its_side.shape[1]
    normalized, turned = batch_normalization(
        on_its_side, np.ones(rows, scale.dtype), np.zeros(rows, scale.dtype), epsilon
    )
    normalized = normalized.T.reshape(x.shape)
    return scale * normalized + shift, LayerNormalizationCache(normalized, scale, turned)


def layer_normalization_backward(
    dy: Array,
    cache: LayerNormalizationCache,
) -> LayerNormalizationGradients:
    """Send the gradient back, directly and by the mean and the variance of each row.

    Parameters
    ----------
    dy
        Gradient of the loss with respect to the output, shape of x.
    cache
        What `layer_normalization` left behind.

    Raises
    ------
    ValueError
        If dy does not have the shape of the output.
    """
    normalized, scale, turned = cache
    check_gradient(dy, normalized.shape)
    # γ and β serve all rows: their gradients add up over them.
    rows = tuple(range(dy.ndim - 1))
    dgamma, dbeta = (dy * normalized).sum(axis=rows), dy.sum(axis=rows)
    on_its_side = (dy * scale).reshape(-1, len(scale)).T
    dx = batch_normalization_backward(on_its_side, turned).dx
    return LayerNormalizationGradients(dx.T.reshape(dy.shape), dgamma, dbeta)
