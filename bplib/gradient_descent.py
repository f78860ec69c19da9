r"""Gradient descent: walk downhill until the ground is level.

.. math:: \theta_{k+1} = \theta_k - \eta \, \nabla L(\theta_k)

The gradient points where the loss grows fastest, so the step goes the other way.

Source: Cauchy, *Méthode générale pour la résolution des systèmes d'équations simultanées*, 1847.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bplib.types import Array, positive


class Descent(NamedTuple):
    """Where gradient descent went.

    Attributes
    ----------
    path
        Every point visited, the start first; shape (k + 1, \\*start.shape) after k steps.
    gradient_norms
        The length of the gradient at each point of the path; shape (k + 1,).
    converged
        Whether the last length is at most the tolerance.
    """

    path: Array
    gradient_norms: Array
    converged: bool


def gradient_descent(
    gradient: Callable[[Array], ArrayLike],
    start: ArrayLike,
    learning_rate: float,
    steps: int = 100,
    tolerance: float = 0.0,
) -> Descent:
    """Follow the negative gradient of any function.

    Parameters
    ----------
    gradient
        Takes a point, gives the gradient there; both have the shape of ``start``.
    start
        The first point, of any shape.
    learning_rate
        The step is this number times the gradient.
    steps
        How many steps at most.
    tolerance
        Stop as soon as the gradient is no longer than this.

    Raises
    ------
    ValueError
        If the learning rate is not above zero, if the gradient has another shape than the point, or if
        a point is no longer finite (the learning rate was too large).
    """
    positive(learning_rate, "learning_rate")
    point = np.array(start, dtype=float)
    path, norms = [point], []
    for _ in range(steps + 1):
        slope = np.asarray(gradient(point), dtype=float)
        if slope.shape != point.shape:
            raise _misshapen(slope, point)
        norms.append(float(np.linalg.norm(slope)))
        if norms[-1] <= tolerance or len(path) > steps:
            break
        point = point - learning_rate * slope
        if not np.isfinite(point).all():
            raise _too_far(len(path), learning_rate)
        path.append(point)
    return Descent(np.array(path), np.array(norms), norms[-1] <= tolerance)


def _misshapen(slope: Array, point: Array) -> ValueError:
    return ValueError(f"gradient has shape {slope.shape}, expected that of the point, {point.shape}.")


def _too_far(step: int, learning_rate: float) -> ValueError:
    return ValueError(
        f"step {step} left the finite numbers: learning_rate={learning_rate} is too large here. "
        f"Try a tenth of it."
    )
