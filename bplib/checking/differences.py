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
from typing import NamedTuple, TypeAlias

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
    """A gradient ``value``, the ``uncertainty`` of each entry, and the size below which an entry is ``negligible``.

    ``kinks`` marks the entries that stand on a kink: there the uncertainty is that between two slopes, and both are right.
    ``smallest`` is the size of the smallest term where the loss is a sum: a large one must not excuse errors of that size.
    """

    value: Array
    uncertainty: Array
    negligible: float
    kinks: Array | bool = False
    smallest: Array | None = None


#: The loss at -2h, -h, h and 2h along each of these entries: flat indices (k,) and steps (k,) in, (k, 4) out.
Around: TypeAlias = Callable[[Array, Array], Array]


def gradient_estimate(loss: Callable[[Array], float], x: ArrayLike, good: float = GOOD) -> Estimate:
    """Differentiate a trusted loss by every entry of ``x``, with an error bound for each.

    Parameters
    ----------
    loss
        Takes a float64 array shaped like ``x``, gives one real number.
    x
        Where to differentiate; it is copied.
    good
        A bound this small relative to the largest slope needs no further steps.

    Raises
    ------
    ValueError
        If the loss is not one finite real number at ``x``.
    """
    x = np.array(x, dtype=np.float64)

    def around(entries: Array, h: Array) -> Array:
        table = np.empty((len(entries), 4))
        for row, entry, step in zip(table, entries, h, strict=True):
            for column, k in enumerate((-2, -1, 1, 2)):
                moved = x.copy()
                moved.flat[entry] += k * step
                row[column] = number(loss(moved))
        return table

    return estimate(around, x, number(loss(x.copy())), good)


def estimate(around: Around, x: Array, centre: float, good: float = GOOD) -> Estimate:
    """Like `gradient_estimate`, for a loss that is evaluated along many entries at once; ``centre`` is its value."""
    if not np.isfinite(centre):
        raise ValueError(f"the loss is {centre} at the point itself, expected a finite number.")
    # Entries near zero borrow the scale of their neighbors; an array of zeros has the scale one.
    typical = float(np.mean(np.abs(x))) if x.size else 0.0
    scale = np.maximum(np.abs(x), typical if typical > 0 else 1.0).ravel()

    value, uncertainty, kinks = np.zeros(x.size), np.full(x.size, np.inf), np.zeros(x.size, dtype=bool)
    for step in STEPS:
        entries = np.flatnonzero(~(uncertainty <= good * np.abs(value).max(initial=0.0)))
        if not len(entries):
            break
        h = scale[entries] * step
        slopes, bounds, bent = _bounded(around(entries, h), centre, h)
        better = bounds < uncertainty[entries]
        value[entries[better]], uncertainty[entries[better]] = slopes[better], bounds[better]
        kinks[entries[better]] = bent[better]
    natural = abs(centre) / float(scale.mean()) if x.size else 0.0
    negligible = 1e-4 * max(float(np.abs(value).max(initial=0.0)), 1e-4 * natural)
    return Estimate(value.reshape(x.shape), uncertainty.reshape(x.shape), negligible, kinks.reshape(x.shape))


def _bounded(table: Array, centre: float, h: Array) -> tuple[Array, Array, Array]:
    """Slope, bound, and whether a kink makes the bound, for each row of ``table``.

    A loss that is not finite nearby gives an infinite bound.
    """
    with np.errstate(all="ignore"):
        a, b, c, d = table.T
        near, far = (c - b) / (2 * h), (d - a) / (4 * h)
        gap_near, gap_far = (c - 2 * centre + b) / h, (d - 2 * centre + a) / (2 * h)
        # The coefficients 1, -4, 6, -4, 1 square to 70: so much do they magnify independent rounding errors.
        fourth = np.abs(a - 4 * b + 6 * centre - 4 * c + d) / np.sqrt(70)
        spacing = np.finfo(np.float64).eps * max(abs(centre), float(np.abs(table).max(initial=0.0)))
        bend = np.abs(gap_near - gap_far / 2)
        # On the kink itself the one-sided slopes differ by the same at every step, and fourth differences do not cancel.
        on_kink = (np.abs(gap_near - gap_far) < 0.1 * np.abs(gap_near)) & (bend * h > 100 * spacing)
        smooth = fourth[~on_kink & np.isfinite(fourth)]
        rounding = max(float(np.median(smooth)) if smooth.size else 0.0, spacing)
        bound = np.abs(near - far) + bend + NOISE * rounding / h
        kinked = on_kink & (bend > 0.9 * bound)
        slope = (4 * near - far) / 3
        bad = ~np.isfinite(slope) | ~np.isfinite(bound)
    return np.where(bad, 0.0, slope), np.where(bad, np.inf, bound), kinked & ~bad


def number(value: ArrayLike) -> float:
    """One real number, or a ``ValueError`` that says what the loss gave instead."""
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in "biuf":
        raise ValueError(f"the loss gave {array.dtype} of shape {array.shape}, expected one real number.")
    return float(array.reshape(()))
