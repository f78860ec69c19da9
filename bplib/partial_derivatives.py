r"""Partial derivatives: how the loss changes when one number changes and all others stay.

Two roads lead there. The chain rule computes all of them at once, exactly: `dense_backward` is its one step
for one layer. Differences measure them one at a time, approximately: slow, but with no calculus to get wrong,
which makes them the judge.

Sources: Rumelhart, Hinton and Williams, *Learning representations by back-propagating errors*, 1986, equations
4 to 6; Squire and Trapp, *Using Complex Variables to Estimate Derivatives of Real Functions*, 1998, equation 5.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bplib.types import Array, Gradients, Parameters


class DenseGradients(NamedTuple):
    """The three gradients of one layer: ``dx`` (m, n_in), ``dW`` (n_in, n_out), ``db`` (n_out,)."""

    dx: Array
    dW: Array
    db: Array


def parameter_gradients(dz: Array, x: Array) -> tuple[Array, Array]:
    """The two of a layer's gradients that training needs: ``dW`` (n_in, n_out) and ``db`` (n_out,)."""
    # The shapes leave no other choice: (n_in, m) @ (m, n_out).
    # The bias reached every sample of the batch, so its gradients add up.
    return x.T @ dz, dz.sum(axis=0)


def dense_backward(dz: Array, x: Array, W: Array) -> DenseGradients:
    r"""The chain rule through ``z = x @ W + b``.

    .. math::
        \frac{\partial L}{\partial W} = x^\top \frac{\partial L}{\partial z}, \qquad
        \frac{\partial L}{\partial b} = \sum_i \frac{\partial L}{\partial z_i}, \qquad
        \frac{\partial L}{\partial x} = \frac{\partial L}{\partial z} W^\top

    Parameters
    ----------
    dz
        Gradient of the loss with respect to the weighted inputs, shape (m, n_out).
    x
        The inputs of the layer, shape (m, n_in).
    W
        Its weights, shape (n_in, n_out).
    """
    dW, db = parameter_gradients(dz, x)
    return DenseGradients(dx=dz @ W.T, dW=dW, db=db)


def forward_difference(f: Callable[[Array], float], x: ArrayLike, step: float = 1e-7) -> Array:
    r""":math:`(f(x + h e_i) - f(x)) / h` for every entry i; the error shrinks with h. Shape of ``x``."""
    x = np.array(x, dtype=float)
    base = f(x)
    return _entrywise(x, lambda e: (f(x + step * e) - base) / step)


def central_difference(
    f: Callable[[Array], float],
    x: ArrayLike,
    step: float = 1e-5,
) -> Array:
    r""":math:`(f(x + h e_i) - f(x - h e_i)) / 2h` for every entry i; the error shrinks with h².

    Parameters
    ----------
    f
        Takes an array shaped like ``x``, gives one number.
    x
        Where to differentiate. It is copied, never changed.
    step
        h. Too large and the curve bends within it; too small and rounding, about :math:`10^{-16} |f| / h`,
        drowns the difference. The best is near the cube root of 1e-16.

    Returns
    -------
    Array
        One partial derivative per entry, shape of ``x``.
    """
    x = np.array(x, dtype=float)

    def slope(e: Array) -> float:
        return (f(x + step * e) - f(x - step * e)) / (2 * step)

    return _entrywise(x, slope)


def complex_step(f: Callable[[Array], complex], x: ArrayLike, step: float = 1e-30) -> Array:
    r""":math:`\operatorname{Im} f(x + \mathrm{i} h e_i) / h` for every entry i, exact to the last digits.

    Nothing is subtracted, so nothing cancels, and h may be as small as you like. The price: every
    operation in ``f`` must be analytic and keep its imaginary part. ``abs``, ``max`` and float buffers
    do not.
    """
    x = np.array(x, dtype=float)
    return _entrywise(x, lambda e: np.imag(f(x + 1j * step * e)) / step)


def _entrywise(x: Array, difference: Callable[[Array], float]) -> Array:
    """Apply ``difference`` to the direction of each entry: an array that is one there and zero elsewhere."""
    slopes = np.empty_like(x)
    for index in np.ndindex(x.shape):
        direction = np.zeros_like(x)
        direction[index] = 1.0
        slopes[index] = difference(direction)
    return slopes


def numerical_gradient(
    loss: Callable[[Parameters], float], params: Parameters, step: float = 1e-5
) -> Gradients:
    """Central differences for every entry of every parameter: two evaluations of the loss per entry.

    Parameters
    ----------
    loss
        Takes the whole dictionary, gives one number.
    params
        Where to differentiate. Nothing in it is changed.
    step
        See `central_difference`.

    Returns
    -------
    Gradients
        The names and shapes of ``params``.
    """

    def by(name: str) -> Array:
        return central_difference(lambda value: loss({**params, name: value}), params[name], step)

    return {name: by(name) for name in params}


def relative_error(a: ArrayLike, b: ArrayLike) -> float:
    r"""The largest difference between two arrays, relative to the largest entry of either.

    Zero when both are zero; 1 and more when they have nothing in common.
    """
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        raise ValueError(f"the arrays have shapes {a.shape} and {b.shape}, expected the same shape twice.")
    scale = max(np.abs(a).max(initial=0.0), np.abs(b).max(initial=0.0))
    return float(np.abs(a - b).max(initial=0.0) / scale) if scale > 0 else 0.0
