r"""Slopes by differences that know how far they can be trusted.

For every slope the loss is evaluated at :math:`\pm h` and :math:`\pm 2h`. The estimate is Richardson's
:math:`(4 D(h) - D(2h)) / 3` with the central differences :math:`D`, and its uncertainty is derived:

* **truncation**: :math:`|D(h) - D(2h)|`. For a smooth loss that is three times the error of :math:`D(h)`, which
  in turn is far above the error of the estimate.
* **kinks**: the two one-sided slopes differ by :math:`g(h)`. Where the loss is smooth, :math:`g(h) = g(2h)/2` up to
  third order. A jump J of the slope at distance t < h adds :math:`J (2h - 3t) / 4h` to :math:`|g(h) - g(2h)/2|` and
  :math:`J t / 4h` to the truncation, and shifts the estimate by :math:`J |6h - 7t| / 12h`: never more than the sum of
  the two. Exactly on a kink the interval is that of the one-sided derivatives.
* **noise**: rounding of the loss, divided by h. Its size is the largest of three: the spacing of floats at the loss; the
  median fourth difference, in which a smooth loss cancels and only rounding is left; and what the loss itself loses when
  it is computed in double instead of extended precision, for a loss near zero may be the rest of larger numbers.

Every bound holds at every step, so several steps are tried and the tightest bound is kept, slope by slope.

References: Richardson, *The Approximate Arithmetical Solution by Finite Differences*, 1911; Hamming, *Numerical
Methods for Scientists and Engineers*, 1973, chapter 10 (noise from a table of differences).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from bplib.checking.structure import number
from bplib.types import Array

#: Steps relative to the scale of what moves. The first is the best for smooth functions of moderate curvature.
STEPS = (1e-4, 1e-3, 1e-5, 1e-6)
#: A bound this small relative to the largest slope needs no further steps: half of the digits is what a computed
#: gradient may lose anyway (`bplib.checking.rule`).
GOOD = 1e-8
#: Rounding is not a fair coin: allow four times the measured level, and more where it was measured only once.
NOISE, ONCE = 4.0, 8.0


class Estimate(NamedTuple):
    """Slopes: the ``value`` and the ``uncertainty`` of each.

    ``kinks`` marks those that stand on a kink: there the uncertainty is that between two slopes, and both are right.
    ``smallest`` is the size of the smallest term where the loss is a sum: a large one must not excuse errors of that size.
    """

    value: Array
    uncertainty: Array
    kinks: Array
    smallest: float | None = None

    def at(self, chosen: Array | slice) -> Estimate:
        """Some of the slopes."""
        return Estimate(self.value[chosen], self.uncertainty[chosen], self.kinks[chosen], self.smallest)

    def reshaped(self, shape: tuple[int, ...]) -> Estimate:
        """The same slopes in another shape."""
        value, uncertainty, kinks, smallest = self
        return Estimate(value.reshape(shape), uncertainty.reshape(shape), kinks.reshape(shape), smallest)

    def with_(self, chosen: Array, other: Estimate) -> Estimate:
        """A copy in which ``other`` has taken the place of the ``chosen`` slopes."""
        value, uncertainty, kinks = (np.array(part) for part in self[:3])
        value[chosen], uncertainty[chosen], kinks[chosen] = other[:3]
        return Estimate(value, uncertainty, kinks, self.smallest)


def exactly(value: Array) -> Estimate:
    """Slopes that are known but for rounding."""
    return Estimate(value, np.zeros(value.shape), np.zeros(value.shape, dtype=bool))


def total(terms: Sequence[Estimate]) -> Estimate:
    """The slopes of a sum, from those of its terms."""
    sizes = [float(np.abs(e.value).max(initial=0.0)) for e in terms]
    return Estimate(
        value=np.sum([e.value for e in terms], axis=0),
        uncertainty=np.sum([e.uncertainty for e in terms], axis=0),
        kinks=np.any([e.kinks for e in terms], axis=0),
        smallest=min(filter(None, sizes), default=0.0) if len(terms) > 1 else None,
    )


#: Whether long double goes beyond double here: it does not with Microsoft's compilers, nor on some ARM.
WIDER = bool(np.finfo(np.longdouble).eps < np.finfo(np.float64).eps)


def shaken(value: Array, rng: np.random.Generator) -> Array:
    """The same numbers, each off by at most one rounding."""
    return np.asarray(value * (1 + np.finfo(np.float64).eps * rng.uniform(-1, 1, size=np.shape(value))))


#: The loss at -2h, -h, h and 2h along each of these lines: their numbers (k,) and steps (k,) in, (k, 4) out.
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
    centre = number(loss(x.copy()))
    noise = rounding(lambda: loss(x.astype(np.longdouble)), centre)
    return estimate(around_entries(loss, x), scales(x), centre, good, noise).reshaped(x.shape)


def rounding(extended: Callable[[], Any], centre: float) -> float:
    """How much ``centre`` may have been rounded, by a computation in extended precision; 0 where there is none."""
    try:
        return ONCE * float(abs(np.asarray(extended(), dtype=np.longdouble).reshape(()) - centre))
    except Exception:  # noqa: BLE001 - a loss of somebody else's need not know extended precision
        return 0.0


def grain(values: Sequence[float]) -> float:
    """The steps in which a loss moves: of single or half precision, or of decimals it was rounded to; 0 where there are none.

    ``values`` are those at some points apart from each other.
    """
    found = np.array([value for value in values if np.isfinite(value)])
    if len(np.unique(found)) < 3:
        return 0.0
    # The last binary digit that any of them needs.
    mantissas, exponents = np.frexp(found[found != 0])
    whole = np.abs(mantissas * 2.0**53).astype(np.int64)
    lowest = float(np.min(np.log2(np.maximum(whole & -whole, 1)) + exponents - 53))
    if 2.0**lowest > 64 * np.finfo(np.float64).eps * np.abs(found).max():
        return float(2.0**lowest)
    for digits in range(1, 11):
        scaled = found * 10.0**digits
        if np.abs(scaled).max() < 2**40 and np.abs(scaled - np.round(scaled)).max() <= 1e-4:
            return float(10.0**-digits)
    return 0.0


def around_entries(loss: Callable[[Array], float], x: Array) -> Around:
    """Evaluate a loss of one array, one entry moved at a time; lines are numbered like the entries of ``x.flat``."""

    def around(entries: Array, h: Array) -> Array:
        table = np.empty((len(entries), 4))
        for row, entry, step in zip(table, entries, h, strict=True):
            for column, k in enumerate((-2, -1, 1, 2)):
                moved = np.array(x)  # also where a single number is handed over
                moved.flat[entry] += k * step
                row[column] = number(loss(moved))
        return table

    return around


def scales(x: Array) -> Array:
    """By what each entry, in flat order, is measured: entries near zero borrow from their neighbors, zeros have one."""
    typical = float(np.mean(np.abs(x))) if x.size else 0.0
    return np.maximum(np.abs(x), typical if typical > 0 else 1.0).ravel()


def estimate(around: Around, scale: Array, centre: float, good: float = GOOD, noise: float = 0.0) -> Estimate:
    """Slopes along ``len(scale)`` lines through one point.

    Parameters
    ----------
    around
        Evaluates the loss along lines, given by their numbers.
    scale
        Steps are relative to these, shape (k,).
    centre
        The loss at the point itself.
    good
        See `gradient_estimate`.
    noise
        What is known of the rounding of the loss, see `rounding`.
    """
    if not np.isfinite(centre):
        raise ValueError(f"the loss is {centre} at the point itself, expected a finite number.")
    k = len(scale)
    value, uncertainty, kinks = np.zeros(k), np.full(k, np.inf), np.zeros(k, dtype=bool)
    for step in STEPS:
        lines = np.flatnonzero(~(uncertainty <= good * np.abs(value).max(initial=0.0)))
        if not len(lines):
            break
        h = scale[lines] * step
        slopes, bounds, bent = _bounded(around(lines, h), centre, h, noise)
        better = bounds < uncertainty[lines]
        value[lines[better]], uncertainty[lines[better]] = slopes[better], bounds[better]
        kinks[lines[better]] = bent[better]
    return Estimate(value, uncertainty, kinks)


#: Steps of which two that follow each other have to agree, before a difference of somebody else's loss is believed. None is a
#: round multiple of another: what repeats would look straight to both.
CONFIRMED = (1.03e-4, 0.97e-5, 1.09e-6, 0.91e-7, 1.13e-8, 0.87e-3)


def confirmed_estimate(
    around: Around, own: Array, typical: Array, centre: float, good: float, noise: float
) -> Estimate:
    """Slopes that two steps agree on: one alone can be fooled by what repeats, or bends, within it.

    Parameters
    ----------
    own, typical
        Two scales for each line: of the entry itself, and of its neighbors. The second is tried where the first is drowned
        in rounding.
    around, centre, good, noise
        See `estimate`.
    """
    k = len(own)
    value, uncertainty, kinks = np.zeros(k), np.full(k, np.inf), np.zeros(k, dtype=bool)
    for scale in (own,) if np.array_equal(own, typical) else (own, typical):
        before, bound = np.full(k, np.nan), np.full(k, np.inf)
        for step in CONFIRMED:
            lines = np.flatnonzero(
                ~(uncertainty <= good * np.maximum(np.abs(value), 1e-6 * np.abs(value).max(initial=0.0)))
            )
            if not len(lines):
                break
            h = scale[lines] * step
            slopes, bounds, bent = _bounded(around(lines, h), centre, h, noise)
            with np.errstate(invalid="ignore"):
                apart = np.abs(slopes - before[lines])
                agree = apart <= bounds + bound[lines]
            # The better of the two, and no better than they are apart.
            sharper = bounds <= bound[lines]
            best = np.where(sharper, slopes, before[lines])
            least = np.maximum(
                np.minimum(bounds, bound[lines]),
                np.where(np.isfinite(apart), np.minimum(apart, bounds + bound[lines]), np.inf),
            )
            better = agree & (least < uncertainty[lines])
            value[lines[better]], uncertainty[lines[better]] = best[better], least[better]
            kinks[lines[better]] = bent[better]
            finite = np.isfinite(bounds)
            before[lines[finite]], bound[lines[finite]] = slopes[finite], bounds[finite]
    return Estimate(value, uncertainty, kinks)


def _bounded(table: Array, centre: float, h: Array, noise: float) -> tuple[Array, Array, Array]:
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
        level = max(float(np.median(smooth)) if smooth.size else 0.0, spacing, noise)
        bound = np.abs(near - far) + bend + NOISE * level / h
        kinked = on_kink & (bend > 0.9 * bound)
        slope = (4 * near - far) / 3
        bad = ~np.isfinite(slope) | ~np.isfinite(bound)
    return np.where(bad, 0.0, slope), np.where(bad, np.inf, bound), kinked & ~bad
