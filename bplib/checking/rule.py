r"""The one rule by which a number is called right, wrong or undecided: in every exercise, and in `check_gradients`.

A given number may differ from the right one by three things, and by no more:

* what is not known of the right one (`bplib.checking.witnesses.differences`);
* half of its own digits, :math:`\sqrt\varepsilon`: an algorithm that loses more is not fit for use. The precision
  :math:`\varepsilon` is that of the given numbers, single where they were computed in single;
* the rounding of what was added up to it, and has cancelled: :math:`64 \varepsilon` of the largest number around.

No threshold is chosen beyond these. What lies outside is wrong. What lies inside is right, if the three together are small
enough to have caught a mistake; otherwise it is undecided.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bplib.checking.witnesses.differences import Estimate
from bplib.types import Array

#: A tolerance above this share of the largest number of an array could hide a mistake.
KNOWN = 1e-3


class Comparison(NamedTuple):
    """Entry by entry: the ``error``, the ``tolerance``, whether it is ``wrong``, and whether enough is ``known`` to say."""

    error: Array
    tolerance: Array
    wrong: Array
    known: Array

    @property
    def units(self) -> Array:
        """The error in units of the tolerance."""
        usable = np.isfinite(self.tolerance) & (self.tolerance > 0)
        return np.where(usable, self.error / np.where(usable, self.tolerance, 1.0), 0.0)


def precision(given: Array) -> float:
    """The spacing of floats of an array's own precision, relative to one.

    Numbers that were computed in single precision stay so when they are stored in double.
    """
    with np.errstate(over="ignore"):
        single = given.dtype == np.float32 or bool(
            given.any() and given.dtype == np.float64 and np.array_equal(given, given.astype(np.float32))
        )
    return float(np.finfo(np.float32 if single else np.float64).eps)


def tolerance(eps: float, right: Estimate, around: float) -> Array:
    """By how much numbers of the precision ``eps`` may differ; ``around`` is the largest number that went into them."""
    size = np.where(np.isfinite(right.value), np.abs(right.value), 0.0)
    if right.smallest is not None:
        size = np.minimum(size, right.smallest)
    return right.uncertainty + np.sqrt(eps) * size + 64 * eps * around


def compared(given: Array, right: Estimate, around: float, negligible: float = 0.0) -> Comparison:
    """Compare finite numbers with what they should be.

    Parameters
    ----------
    given, right
        Arrays of one shape.
    around
        The largest number that went into the given ones.
    negligible
        An error of this size is none, whatever the numbers.
    """
    eps = precision(given)
    allowed = tolerance(eps, right, around)
    error = np.abs(given.astype(np.float64) - right.value)
    own = float(np.abs(right.value).max(initial=0.0))
    # Single precision knows less, and says so less often.
    known = allowed <= max(max(KNOWN, eps**0.25) * own, negligible)
    return Comparison(error, allowed, error > allowed, known)
