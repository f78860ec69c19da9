r"""The one rule by which a number is called right, wrong or undecided: in every exercise, and in `check_gradients`.

A given number may differ from the right one by three things, and by no more:

* what is not known of the right one (`bplib.checking.witnesses`);
* half of its own digits, :math:`\sqrt\varepsilon`: an algorithm that loses more is not fit for use. The precision
  :math:`\varepsilon` is that of the given numbers, single where they were computed in single;
* the rounding of what was added up to it, and has cancelled: :math:`64 \varepsilon` of the largest number around.

No threshold is chosen beyond these. What lies outside is wrong. The third is an excuse: it says how far off a number may be
without being wrong, and what is excused is not right. So what lies inside by that alone is *unsure*, and a number is right if
it lies inside without an excuse, and if what is not known is small enough to have caught a mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from bplib.checking.witnesses.differences import Estimate
from bplib.types import Array

CORRECT, WRONG, UNDECIDED = "correct", "wrong", "undecided"
#: A tolerance above this share of the largest number of an array could hide a mistake.
KNOWN = 1e-3
#: Numbers of so many significant bits could come from single, or half, precision; fewer are round numbers by themselves.
_BITS = ((np.float16, 9, 11), (np.float32, 18, 24))
#: So many of them are no accident.
_ENTRIES = {np.float16: 6, np.float32: 2}
_FIRST = 1000
#: So many entries are compared at once: what stays in the processor's cache is worked on much faster.
_BLOCK = 1 << 15
#: Of the precision of doubles.
DOUBLE = float(np.finfo(np.float64).eps)
#: A slope of exactly zero was computed otherwise than the given number: that may have lost so much more to rounding.
ZEROS = 16.0


class Comparison(NamedTuple):
    """Entry by entry: the ``error``, the ``tolerance``, whether it is ``wrong``, whether only an excuse keeps it from being
    so (``unsure``), and whether enough is ``known`` to say."""

    error: Array
    tolerance: Array
    wrong: Array
    unsure: Array
    known: Array

    @property
    def units(self) -> Array:
        """The error in units of the tolerance."""
        usable = np.isfinite(self.tolerance) & (self.tolerance > 0)
        if usable.all():
            return self.error / self.tolerance
        exact = np.where(self.error > 0, np.inf, 0.0)
        return np.where(
            usable,
            self.error / np.where(usable, self.tolerance, 1.0),
            np.where(self.tolerance == 0, exact, 0.0),
        )


def precision(given: Array) -> float:
    """The spacing of floats of an array's own precision, relative to one.

    Numbers that were computed in single or in half precision stay so when they are stored in double: none has more significant
    bits than these have. Round numbers have few by themselves, so some have to use most of them.
    """
    for kind, least, most in _BITS:
        if given.dtype == kind:
            return float(np.finfo(kind).eps)
        if given.dtype == np.float64:
            # One number of many digits is enough, and it is among the first in any array of doubles.
            bits = significant_bits(given.ravel()[:_FIRST])
            if bits.size and bits.max() <= most:
                bits = significant_bits(given)
            enough = bits.size if kind is np.float32 else _ENTRIES[kind]
            if bits.size and bits.max() <= most and (bits >= least).sum() >= min(_ENTRIES[kind], enough):
                return float(np.finfo(kind).eps)
    return DOUBLE


def precisions(given: Mapping[str, Array]) -> dict[str, float]:
    """The precision of each array; where all of them together have few digits, a small one has as few."""
    doubles = {name: value for name, value in given.items() if value.dtype == np.float64}
    joint = precision(np.concatenate([np.ravel(v) for v in doubles.values()])) if doubles else DOUBLE
    return {
        name: max(precision(value), joint if name in doubles else DOUBLE) for name, value in given.items()
    }


def significant_bits(given: Array) -> Array:
    """How many binary digits each number that is not zero needs."""
    values = np.ravel(given)
    values = values[(values != 0) & np.isfinite(values)]
    mantissas = np.abs(np.frexp(values)[0] * 2.0**53).astype(np.int64)
    trailing = np.log2(np.maximum(mantissas & -mantissas, 1)).astype(int)
    return 53 - trailing


def digits(eps: float) -> int:
    """Decimal digits that numbers of this precision carry."""
    return int(-np.log10(eps))


def tolerance(eps: float, right: Estimate, around: float) -> Array:
    """By how much numbers of the precision ``eps`` may differ; ``around`` is the largest number that went into them."""
    zero = np.where(right.value == 0, ZEROS, 1.0) if (right.value == 0).any() else 1.0
    return right.uncertainty + np.sqrt(eps) * _size(right) + 64 * eps * around * zero


def _size(right: Estimate) -> Array:
    size = _finite(right)
    return size if right.smallest is None else np.minimum(size, right.smallest)


def _finite(right: Estimate) -> Array:
    size = np.abs(right.value)
    return size if np.isfinite(size).all() else np.where(np.isfinite(size), size, 0.0)


def compared(
    given: Array, right: Estimate, around: float, negligible: float = 0.0, eps: float | None = None
) -> Comparison:
    """Compare finite numbers with what they should be.

    Parameters
    ----------
    given, right
        Arrays of one shape.
    around
        The largest number that went into the given ones.
    negligible
        An error of this size is none, whatever the numbers.
    eps
        The precision of the given numbers, where more is known of it than they show.
    """
    eps = precision(given) if eps is None else eps
    own = float(_finite(right).max(initial=0.0))
    if given.ndim != 1 or given.size <= _BLOCK:
        return _compared(given, right, around, negligible, eps, own)
    whole = Comparison(*(np.empty(given.size, dtype=kind) for kind in (float, float, bool, bool, bool)))
    for start in range(0, given.size, _BLOCK):
        part = slice(start, start + _BLOCK)
        found = _compared(given[part], right.at(part), around, negligible, eps, own)
        for there, here in zip(whole, found, strict=True):
            there[part] = here
    return whole


def _compared(
    given: Array, right: Estimate, around: float, negligible: float, eps: float, own: float
) -> Comparison:
    allowed = tolerance(eps, right, around)
    error = np.abs(given.astype(np.float64, copy=False) - right.value)
    size = _finite(right)
    # A rounded number is as far off as its last digit, also where that is more than half of the digits of a better one.
    plain = right.uncertainty + max(min(np.sqrt(eps), KNOWN), eps) * _size(right) + np.finfo(np.float64).tiny
    if eps > 1e-4:
        plain = plain + 2 * np.spacing(size.astype(np.float16)).astype(float)
    # Where all cancels, the last digit of what stands around is left over, and is nothing.
    plain = plain + 4 * eps * own if eps <= DOUBLE else plain
    # Single precision knows less, and says so less often.
    known = allowed <= max(max(KNOWN, eps**0.25) * own, negligible)
    return Comparison(
        error, allowed, error > allowed, (error > np.maximum(plain, negligible)) & (error <= allowed), known
    )
