"""Regression: predict a quantity, in units that need taming first."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bplib.types import Array, as_batch


class Standardizer(NamedTuple):
    """Remembers the mean and the standard deviation of each feature of the *training* data, shape (n,).

    Source: LeCun et al., *Efficient BackProp*, 1998, section 4.3.
    """

    mean: Array
    deviation: Array

    @classmethod
    def fit(cls, x: Array) -> Standardizer:
        """Measure the features of x (m, n). A constant keeps its scale."""
        x = as_batch(x)
        deviation = x.std(axis=0)
        return cls(x.mean(axis=0), np.where(deviation > 0, deviation, 1.0))

    def apply(self, x: Array) -> Array:
        """To mean 0 and deviation 1, shape (m, n)."""
        x = as_batch(x, features=len(self.mean))
        return (x - self.mean) / self.deviation

    def undo(self, x: Array) -> Array:
        """Back to the original units, shape (m, n)."""
        x = as_batch(x, features=len(self.mean))
        return x * self.deviation + self.mean


def r_squared(predicted: ArrayLike, truth: ArrayLike) -> float:
    r""":math:`1 - \sum (y - \hat y)^2 / \sum (y - \bar y)^2`: 1 is perfect, 0 is as good as always the mean.

    Both arguments have the same shape; negative values are worse than the mean.
    """
    predicted, truth = _same_shape(predicted, truth)
    spread = ((truth - truth.mean()) ** 2).sum()
    if spread == 0:
        raise ValueError("every true value is the same, expected some spread to explain.")
    return float(1.0 - ((truth - predicted) ** 2).sum() / spread)


def mean_absolute_error(predicted: ArrayLike, truth: ArrayLike) -> float:
    """How far off a prediction is on average, in the units of the target."""
    predicted, truth = _same_shape(predicted, truth)
    return float(np.abs(predicted - truth).mean())


def _same_shape(predicted: ArrayLike, truth: ArrayLike) -> tuple[Array, Array]:
    predicted, truth = np.asarray(predicted, dtype=float), np.asarray(truth, dtype=float)
    if predicted.shape != truth.shape or predicted.size == 0:
        raise ValueError(f"predicted has shape {predicted.shape} and truth {truth.shape}, expected the same.")
    return predicted, truth
