"""Which mistake turns the right gradient into this one? Seen from the two arrays alone.

A relation is named when it reproduces every entry of the given gradient, within rounding and within what is known of
the right one, and when the right gradient itself does not.
"""

from __future__ import annotations

import numpy as np

from bplib.checking.rule import precision
from bplib.checking.witnesses.differences import Estimate
from bplib.types import Array

#: At most this share of the entries counts as "a few".
FEW = 0.2


def reproduces(given: Array, candidate: Array, uncertainty: Array | float = 0.0) -> bool:
    """Whether all entries agree: to half of the digits, to rounding of the largest, and to the uncertainty.

    All arrays have one shape. Nothing that is zero reproduces anything.
    """
    if given.shape != candidate.shape or not given.size or not np.isfinite(candidate).all():
        return False
    eps, size = precision(given), np.abs(candidate)
    top = float(size.max())
    with np.errstate(invalid="ignore"):
        close = np.abs(given - candidate) <= np.sqrt(eps) * size + 64 * eps * top + uncertainty
    # An uncertainty as large as the numbers themselves would let anything pass.
    telling = top > 10 * float(np.median(np.broadcast_to(uncertainty, size.shape)))
    return bool(top > 0 and telling and close.all())


def relations(given: Array, wanted: Estimate, samples: int | None = None) -> list[str]:
    """Name every relation that holds between a wrong gradient and the right one.

    Parameters
    ----------
    given
        The gradient under test; it may still have a row per sample, shape (samples, n) for n biases.
    wanted
        The right gradient and how well it is known.
    samples
        The size of the batch, where there is one.

    Returns
    -------
    list of str
        Names in `bplib.checking.diagnosis.causes.CAUSES`; more than one where several reproduce the same numbers.
    """
    right, unsure = wanted.value, wanted.uncertainty
    if given.shape != right.shape:
        # One row is a sum whose axis was kept, and one matrix per sample is no bias.
        rows = right.ndim == 1 and given.ndim == 2 and given.shape[1:] == right.shape and len(given) > 1
        summed = rows and reproduces(given.sum(axis=0), right, unsure)
        return ["bias-not-summed"] if summed else []
    if not given.size or not np.isfinite(given).all() or reproduces(given, right, unsure):
        return []
    if not given.any():
        return ["zero-gradient"]
    return _scales(given, wanted, samples) or _orders(given, wanted) or _few(given, wanted)


def _scales(given: Array, wanted: Estimate, samples: int | None) -> list[str]:
    right, unsure = wanted.value, wanted.uncertainty
    factors = {"sign": -1.0, "factor-two": 2.0, "factor-half": 0.5}
    if samples is not None and samples > 1:
        factors["not-averaged"] = float(samples)
        factors["bias-averaged" if right.ndim == 1 else "averaged-twice"] = 1.0 / samples
    found = [name for name, c in factors.items() if reproduces(given, c * right, abs(c) * unsure)]
    return found or ["scaled"] * (constant_factor(given, wanted) is not None)


def constant_factor(given: Array, wanted: Estimate) -> float | None:
    """The one number by which all entries differ from the right ones, or None.

    One entry is always a multiple of another: a constant that nobody expected says nothing below three.
    """
    right, unsure = wanted.value, wanted.uncertainty
    if np.count_nonzero(np.abs(right) > 10 * unsure) < 3:
        return None
    c = float(np.vdot(right, given) / np.vdot(right, right))
    return c if c and reproduces(given, c * right, abs(c) * unsure) else None


def _orders(given: Array, wanted: Estimate) -> list[str]:
    right, unsure = wanted.value, wanted.uncertainty
    if right.ndim != 2:
        return []
    found = []
    if right.shape[0] == right.shape[1] and reproduces(given, right.T, unsure.T):
        found.append("transposed")
    for name, g, r, u in (("rows", given, right, unsure), ("columns", given.T, right.T, unsure.T)):
        if (order := _order(g, r, u)) is not None and reproduces(g, r[order], u[order]):
            found.append(f"{name}-swapped")
    return found


def _order(given: Array, right: Array, unsure: Array) -> list[int] | None:
    """The order in which the rows of ``right`` are those of ``given``, if there is one."""
    eps = precision(given)
    tolerance = np.sqrt(eps) * np.abs(right) + 64 * eps * np.abs(right).max() + unsure
    order: list[int] = []
    for row in given:
        fits = np.flatnonzero((np.abs(right - row) <= tolerance).all(axis=1))
        free = [int(k) for k in fits if k not in order]
        if not free:
            return None
        order.append(free[0])
    return order


def _few(given: Array, wanted: Estimate) -> list[str]:
    eps, right = precision(given), wanted.value
    tolerance = np.sqrt(eps) * np.abs(right) + 64 * eps * np.abs(right).max() + wanted.uncertainty
    wrong = int((np.abs(given - right) > tolerance).sum())
    return ["single-entries"] if given.size >= 8 and wrong <= FEW * given.size else []
