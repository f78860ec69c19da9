r"""Batch normalization: each feature gets mean 0 and variance 1 over the batch, then a scale and a shift that are learned.

.. math::
    \mu = \frac1N \sum_i x_i, \qquad v = \frac1N \sum_i (x_i - \mu)^2, \qquad
    \hat x_i = \frac{x_i - \mu}{\sqrt{v + \epsilon}}, \qquad y_i = \gamma \hat x_i + \beta

i counts the N values of one feature: the samples of the batch, and for images all their pixels too, as a channel is
treated alike everywhere. The mean and the variance are no constants. Each depends on every sample, so there are three
ways from :math:`x_i` to the loss. With :math:`\sigma = \sqrt{v + \epsilon}` and
:math:`g_i = \gamma\,\partial L / \partial y_i`, the gradient with respect to :math:`\hat x_i`:

.. math::
    \underbrace{\frac{g_i}{\sigma}}_{\text{directly}}, \qquad
    \underbrace{-\frac{1}{N \sigma} \sum_j g_j}_{\text{by } \mu}, \qquad
    \underbrace{-\frac{x_i - \mu}{N \sigma^3} \sum_j g_j (x_j - \mu)}_{\text{by } v}

and added up

.. math::
    \frac{\partial L}{\partial x_i}
    = \frac1\sigma \Bigl( g_i - \frac1N \sum_j g_j - \hat x_i \, \frac1N \sum_j g_j \hat x_j \Bigr)

(:math:`\mu` has no way through :math:`v`: the derivative of :math:`v` by :math:`\mu` is
:math:`-\tfrac2N \sum_i (x_i - \mu) = 0`.) Adding one number to all values of a feature changes no output, and
stretching them changes hardly any: such parts of the gradient are taken out. And as always,

.. math::
    \frac{\partial L}{\partial \gamma} = \sum_i \frac{\partial L}{\partial y_i} \hat x_i, \qquad
    \frac{\partial L}{\partial \beta} = \sum_i \frac{\partial L}{\partial y_i}

A trained network has to answer for one sample alone, so training keeps running statistics of its batches, and after
it they take the batch's place. They *are* constants, and the two other ways are gone.

Source: Ioffe and Szegedy, *Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate
Shift*, 2015, section 3 and algorithms 1 and 2. Momentum and the start of the running statistics are PyTorch's.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bplib.types import Array


class BatchNormalizationCache(NamedTuple):
    """What the backward pass and the running statistics will need.

    Attributes
    ----------
    normalized
        x̂, shape of x.
    scale
        γ, shape (features,).
    mean, variance
        μ and v of this batch, the variance divided by N, shape (features,).
    deviation
        σ, the root of the variance and epsilon, shape (features,).
    """

    normalized: Array
    scale: Array
    mean: Array
    variance: Array
    deviation: Array


class BatchNormalizationGradients(NamedTuple):
    """The three gradients: ``dx`` in the shape of x, ``dscale`` (features,), ``dshift`` (features,)."""

    dx: Array
    dscale: Array
    dshift: Array


class RunningStatistics(NamedTuple):
    """What training remembers of its batches: ``mean`` and ``variance``, each (features,)."""

    mean: Array
    variance: Array


class RunningCache(NamedTuple):
    """What `normalize_with_backward` will need: x̂, γ and σ, as in `BatchNormalizationCache`, but σ is a constant."""

    normalized: Array
    scale: Array
    deviation: Array


def batch_normalization(
    x: Array, scale: Array, shift: Array, epsilon: float = 1e-5
) -> tuple[Array, BatchNormalizationCache]:
    """Normalize by the statistics of this batch: for training.

    Parameters
    ----------
    x
        Shape (m, features), or images (m, channels, h, w), whose channels are the features.
    scale, shift
        γ and β, shape (features,). Begin with ones and zeros.
    epsilon
        Added to the variance, so that a feature that never changes does not divide by zero.

    Returns
    -------
    y : Array
        Shape of x.
    cache : BatchNormalizationCache
        For `batch_normalization_backward` and `update_running`.

    Raises
    ------
    ValueError
        If there is only one value for each feature, or the shapes do not fit.
    """
    x = _checked(x, scale, shift)
    axes = _axes(x)
    count = x.size // x.shape[1] if x.shape[1] else 0
    if count < 2:
        raise ValueError(
            f"x has shape {x.shape}, {count} value for each feature, expected at least 2: one value is its own mean, and "
            f"normalized it is 0 whatever it was. Take a larger batch, or normalize_with the running statistics."
        )
    mean = x.mean(axis=axes)
    centered = x - _across(mean, x)
    # Not np.var, which takes the absolute value of complex numbers, and the complex step would lose its way.
    variance = (centered**2).mean(axis=axes)
    deviation = np.sqrt(variance + epsilon)
    normalized = centered / _across(deviation, x)
    y = _across(scale, x) * normalized + _across(shift, x)
    return y, BatchNormalizationCache(normalized, scale, mean, variance, deviation)


def batch_normalization_backward(dy: Array, cache: BatchNormalizationCache) -> BatchNormalizationGradients:
    """Send the gradient back, directly and by the mean and the variance.

    Parameters
    ----------
    dy
        Gradient of the loss with respect to the output, shape of x.
    cache
        What `batch_normalization` left behind.

    Raises
    ------
    ValueError
        If dy does not have the shape of the output.
    """
    normalized, scale, _, _, deviation = cache
    dscale, dshift = _parameter_gradients(dy, normalized)
    count = normalized.size // len(scale)
    # The sums of g and of g x̂ in the formula are those of the parameters, times γ, which stands before the bracket here.
    without = dy - _across(dshift / count, dy) - normalized * _across(dscale / count, dy)
    return BatchNormalizationGradients(_across(scale / deviation, dy) * without, dscale, dshift)


def update_running(
    running: RunningStatistics | None, cache: BatchNormalizationCache, momentum: float = 0.1
) -> RunningStatistics:
    r"""Move the running statistics a step towards those of a batch: :math:`(1 - \alpha)\,\text{old} + \alpha\,\text{new}`.

    Parameters
    ----------
    running
        What the last call gave, never changed; None before the first, which starts from mean 0 and variance 1.
    cache
        What `batch_normalization` left behind. Its variance is divided by N - 1 here: it shall tell of all data, and
        that of a sample is too small by this factor on average.
    momentum
        α, the weight of the new batch: above 0 and at most 1. (Elsewhere this name stands for the weight of the old.)

    Raises
    ------
    ValueError
        If the momentum is out of range, or the statistics are those of another number of features.
    """
    if not 0 < momentum <= 1:
        raise ValueError(
            f"momentum is {momentum}, expected above 0 and at most 1: it is the weight of the new batch."
        )
    features = len(cache.mean)
    if running is None:
        running = RunningStatistics(np.zeros_like(cache.mean), np.ones_like(cache.variance))
    _check_features(running, features)
    count = cache.normalized.size // features
    return RunningStatistics(
        (1 - momentum) * running.mean + momentum * cache.mean,
        (1 - momentum) * running.variance + momentum * cache.variance * (count / (count - 1)),
    )


def normalize_with(
    x: Array, scale: Array, shift: Array, running: RunningStatistics | None, epsilon: float = 1e-5
) -> tuple[Array, RunningCache]:
    """Normalize by the running statistics: after training, when no sample shall see another.

    Parameters
    ----------
    x, scale, shift, epsilon
        See `batch_normalization`. One sample is enough.
    running
        What `update_running` has gathered.

    Returns
    -------
    y : Array
        Shape of x.
    cache : RunningCache
        For `normalize_with_backward`.

    Raises
    ------
    ValueError
        If nothing has been gathered yet, or the shapes do not fit.
    """
    if running is None:
        raise ValueError(
            "running is None, expected statistics: there are none before training has seen a batch. Call update_running "
            "after each batch_normalization, and train at least one batch."
        )
    x = _checked(x, scale, shift)
    _check_features(running, x.shape[1])
    deviation = np.sqrt(running.variance + epsilon)
    normalized = (x - _across(running.mean, x)) / _across(deviation, x)
    y = _across(scale, x) * normalized + _across(shift, x)
    return y, RunningCache(normalized, scale, deviation)


def normalize_with_backward(dy: Array, cache: RunningCache) -> BatchNormalizationGradients:
    """Send the gradient back through `normalize_with`: the statistics are constants, so each value goes its own way."""
    normalized, scale, deviation = cache
    dscale, dshift = _parameter_gradients(dy, normalized)
    return BatchNormalizationGradients(_across(scale / deviation, dy) * dy, dscale, dshift)


def _parameter_gradients(dy: Array, normalized: Array) -> tuple[Array, Array]:
    """The gradients of γ and β, which reached all values of their feature."""
    if dy.shape != normalized.shape:
        raise ValueError(f"dy has shape {dy.shape}, expected {normalized.shape}, the shape of the output.")
    return (dy * normalized).sum(axis=_axes(dy)), dy.sum(axis=_axes(dy))


def _axes(x: Array) -> tuple[int, ...]:
    """All axes but that of the features."""
    return (0, *range(2, x.ndim))


def _across(values: Array, x: Array) -> Array:
    """One value for each feature, shaped so that it meets all values of its feature in x."""
    return values.reshape(-1, *[1] * (x.ndim - 2))


def _checked(x: Array, scale: Array, shift: Array) -> Array:
    x = np.asarray(x)
    if x.ndim not in (2, 4):
        raise ValueError(
            f"x has shape {x.shape}, expected (m, features) or images (m, channels, height, width)."
        )
    for name, value in (("scale", scale), ("shift", shift)):
        if value.shape != x.shape[1:2]:
            raise ValueError(
                f"{name} has shape {value.shape}, expected ({x.shape[1]},): one number for each feature of x, which has "
                f"shape {x.shape}."
            )
    return x if x.dtype.kind in "fc" else x.astype(np.float64)


def _check_features(running: RunningStatistics, features: int) -> None:
    if running.mean.shape != (features,):
        raise ValueError(
            f"the running statistics have shape {running.mean.shape}, expected ({features},): they belong to a layer with "
            f"another number of features."
        )
