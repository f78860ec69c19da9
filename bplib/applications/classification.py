"""Classification: which of several classes is it, and how often are we right?

Labels are whole numbers 0 … classes − 1, shape (m,).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from bplib.types import Array


def labels_of(probabilities: Array, threshold: float = 0.5) -> Array:
    """The predicted label of each sample, shape (m,).

    Parameters
    ----------
    probabilities
        From `bplib.feedforward.predict`: (m, classes) gives the most probable class, (m, 1) gives 1 where
        the probability is at least the threshold.
    threshold
        Used with one column only. Lower it where a miss costs more than a false alarm.
    """
    probabilities = np.asarray(probabilities)
    if probabilities.ndim != 2:
        raise ValueError(f"probabilities have shape {probabilities.shape}, expected (samples, classes).")
    if probabilities.shape[1] == 1:
        return (probabilities[:, 0] >= threshold).astype(int)
    return probabilities.argmax(axis=1)


def accuracy(predicted: ArrayLike, truth: ArrayLike) -> float:
    """The share of samples whose label is right."""
    predicted, truth = _labels(predicted, truth)
    return float((predicted == truth).mean())


def confusion_matrix(predicted: ArrayLike, truth: ArrayLike, classes: int) -> Array:
    """Count the samples by true class (row) and predicted class (column), shape (classes, classes)."""
    predicted, truth = _labels(predicted, truth)
    top = max(predicted.max(), truth.max())
    if top >= classes or min(predicted.min(), truth.min()) < 0:
        raise ValueError(f"labels reach up to {top}, expected 0 to {classes - 1} for {classes} classes.")
    counts = np.zeros((classes, classes), dtype=int)
    np.add.at(counts, (truth, predicted), 1)
    return counts


def precision_recall(
    predicted: ArrayLike,
    truth: ArrayLike,
) -> tuple[float, float]:
    """For labels 0 and 1: the share of alarms that were right, and the share of cases that were found.

    Without any alarm the precision is 1 by convention, and without any case the recall is.
    """
    predicted, truth = _labels(predicted, truth)
    found = ((predicted == 1) & (truth == 1)).sum()
    alarms, cases = (predicted == 1).sum(), (truth == 1).sum()
    precision = float(found / alarms) if alarms else 1.0
    recall = float(found / cases) if cases else 1.0
    return precision, recall


def _labels(predicted: ArrayLike, truth: ArrayLike) -> tuple[Array, Array]:
    predicted, truth = np.asarray(predicted), np.asarray(truth)
    if predicted.shape != truth.shape or predicted.ndim != 1 or predicted.size == 0:
        raise ValueError(
            f"predicted has shape {predicted.shape} and truth {truth.shape}, expected (m,) twice, m above 0. "
            f"labels_of(probabilities) turns probabilities into labels."
        )
    return predicted, truth
