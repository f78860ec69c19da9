r"""A numerical gradient that knows how far it can be trusted.

For every entry the loss is evaluated at :math:`x \pm h` and :math:`x \pm 2h`. The estimate is Richardson's
:math:`(4 D(h) - D(2h)) / 3` with the central differences :math:`D`, and its uncertainty is derived:

* **truncation**: :math:`|D(h) - D(2h)|`. For a smooth loss that is three times the error of :math:`D(h)`, which
  in turn is far above the error of the estimate.
* **kinks**: the two one-sided slopes differ by :math:`g(h)`. Where the loss is smooth, :math:`g(h) = g(2h)/2` up to
  third order. A jump J of the slope at distance t < h adds :math:`J (2h - 3t) / 4h` to :math:`|g(h) - g(2h)/2|` and
  :math:`J t / 4h` to the truncation, and shifts the estimate by :math:`J |6h - 7t| / 12h`: never more than the sum of
  the two. Exactly on a kink the interval is that of the one-sided derivatives.
* **noise**: rounding of the loss, divided by h. Its size is the larger of the spacing of floats at the loss and
  the median fourth difference, in which a smooth loss cancels and only rounding is left.

Every bound holds at every step, so several steps are tried and the tightest bound is kept, entry by entry.

References: Richardson, *The Approximate Arithmetical Solution by Finite Differences*, 1911; Hamming, *Numerical
Methods for Scientists and Engineers*, 1973, chapter 10 (noise from a table of differences).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bplib.types import Array

#: Steps relative to the scale of an entry. The first is the best for smooth functions of moderate curvature.
STEPS = (1e-4, 1e-3, 1e-5, 1e-6)
#: A bound this small relative to the largest slope needs no further steps.
GOOD = 1e-9
#: Rounding is not a fair coin: allow four times the measured level.
NOISE = 4.0


class Estimate(NamedTuple):
    """A gradient ``value``, the ``uncertainty`` of each entry, and the size below which an entry is ``negligible``."""

    value: Array
    uncertainty: Array
    negligible: float


def gradient_estimate(loss: Callable[[Array], float], x: ArrayLike) -> Estimate:
    """Differentiate a trusted loss by every entry of ``x``, with an error bound for each.

    Parameters
    ----------
    loss
        Takes a float64 array shaped like ``x``, gives one real number.
    x
        Where to differentiate; it is copied.

    Raises
    ------
    ValueError
        If the loss is not one finite real number at ``x``.
    """
    x = np.array(x, dtype=np.float64)
    centre = _number(loss(x.copy()))
    if not np.isfinite(centre):
        raise ValueError(f"the loss is {centre} at the point itself, expected a finite number.")
    # Entries near zero borrow the scale of their neighbors; an array of zeros has the scale one.
    typical = float(np.mean(np.abs(x))) if x.size else 0.0
    scale = np.maximum(np.abs(x), typical if typical > 0 else 1.0)

    value, uncertainty = np.zeros_like(x), np.full_like(x, np.inf)
    for step in STEPS:
        largest = np.abs(value).max(initial=0.0)
        entries = [i for i in np.ndindex(x.shape) if not uncertainty[i] <= GOOD * largest]
        if not entries:
            break
        h = np.array([scale[i] * step for i in entries])
        slopes, bounds = _bounded(np.array([_around(loss, x, i, s) for i, s in zip(entries, h)]), centre, h)
        for i, slope, bound in zip(entries, slopes, bounds):
            if bound < uncertainty[i]:
                value[i], uncertainty[i] = slope, bound
    natural = abs(centre) / float(scale.mean()) if x.size else 0.0
    return Estimate(value, uncertainty, 1e-4 * max(float(np.abs(value).max(initial=0.0)), 1e-4 * natural))


def _around(loss: Callable[[Array], float], x: Array, index: tuple[int, ...], h: float) -> list[float]:
    """The loss at -2h, -h, h and 2h along one entry."""
    values = []
    for k in (-2, -1, 1, 2):
        moved = x.copy()
        moved[index] += k * h
        values.append(_number(loss(moved)))
    return values


def _bounded(table: Array, centre: float, h: Array) -> tuple[Array, Array]:
    """Slope and bound for each row of ``table``; a loss that is not finite nearby gives an infinite bound."""
    with np.errstate(all="ignore"):
        a, b, c, d = table.T
        near, far = (c - b) / (2 * h), (d - a) / (4 * h)
        gap_near, gap_far = (c - 2 * centre + b) / h, (d - 2 * centre + a) / (2 * h)
        # The coefficients 1, -4, 6, -4, 1 square to 70: so much do they magnify independent rounding errors.
        fourth = np.abs(a - 4 * b + 6 * centre - 4 * c + d) / np.sqrt(70)
        spacing = np.finfo(np.float64).eps * max(abs(centre), float(np.abs(table).max(initial=0.0)))
        rounding = max(float(np.median(fourth)), spacing)
        bound = np.abs(near - far) + np.abs(gap_near - gap_far / 2) + NOISE * rounding / h
        slope = (4 * near - far) / 3
        bad = ~np.isfinite(slope) | ~np.isfinite(bound)
    return np.where(bad, 0.0, slope), np.where(bad, np.inf, bound)


def _number(value: ArrayLike) -> float:
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in "biuf":
        raise ValueError(f"the loss gave {array.dtype} of shape {array.shape}, expected one real number.")
    return float(array.reshape(()))
