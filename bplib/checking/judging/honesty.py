r"""Is a gradient computed, or measured? A difference of losses gives itself away by its rounding.

Inputs are moved along a line in four tiny, equal steps. A derivative that is computed moves as smoothly as they do: its third
differences are rounding of its own size, :math:`10^{-16}`. One that is measured, :math:`(L(w + h) - L(w - h)) / 2h`, carries the
rounding of the loss divided by h, anew in each step: a thousand times more at least. A computation in single precision is
rougher still, and is let be. So is one that rounds to it on the way, and is smooth again in steps too small to be seen in it.

Source: Hamming, *Numerical Methods for Scientists and Engineers*, 1973, chapter 10 (noise from a table of differences).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from bplib.checking.judging.check import Check, Gradient
from bplib.checking.judging.draws import PLAIN, draw_inputs
from bplib.checking.judging.results import Unusable, as_array, pick
from bplib.checking.rule import precision
from bplib.types import Array, Inputs

#: Relative to the largest number of an array: so small that third differences of anything smooth vanish.
STEP = 1e-9
#: Parts of such a step, for a second look: single precision sees nothing of them, and they are much more than rounding.
UNSEEN = (1e-4, 3e-4, 1e-3)
#: The coefficients 1, -3, 3, -1 square to 20: so much do they magnify independent rounding errors.
MAGNIFIED = np.sqrt(20.0)
#: Noise of this share of the largest entry is no longer that of a difference which has passed for a gradient.
ROUGH = 1e-9
#: A share of each entry that is the rounding of single precision, some of it averaged out.
SINGLE = float(np.finfo(np.float32).eps) / 32
#: Lines that are tried; each has to show it.
LINES = 2
#: And as many more where one gradient is known to be measured, and others are not.
MORE = 6


def measured_outputs(
    check: Check, right: Collection[str], calls: Callable[[list[Inputs]], list[Any]], seed: Any, largest: int
) -> list[str]:
    """The names of the gradients that a function measures instead of computing them.

    Parameters
    ----------
    check
        What was asked for.
    right
        The outputs that have been found right.
    calls
        Calls the student's function with one after the other; None where that fails.
    seed, largest
        See `bplib.checking.judging.draws.draw_inputs`.
    """
    gradients = [o.name for o in check.outputs if isinstance(o, Gradient) and o.name in right]
    if not gradients or PLAIN not in check.edges:
        return []

    def noisy(line: int, part: float = 1.0) -> set[str]:
        results = calls([_at(check, k * part, [*seed, line], largest) for k in range(4)])
        return {name for name in gradients if _is_noisy(check, name, results)}

    suspects = set(gradients)
    for line in range(LINES):
        suspects &= noisy(line)
        if not suspects:
            return []
    # Where a number is rounded to single precision on the way, it jumps in a step now and then, and never in one so small. A
    # difference is as rough as before, or looks smooth in one line by chance.
    suspects &= set().union(*(noisy(line, part) for line in range(LINES) for part in UNSEEN))
    # Whoever measures one gradient measures others as well: noise in any line is enough for these.
    for line in range(LINES, LINES + MORE if suspects else LINES):
        if len(suspects) < len(gradients):
            suspects |= noisy(line)
    return [name for name in gradients if name in suspects]


def _at(check: Check, k: float, seed: list[int], largest: int) -> Inputs:
    given, _ = draw_inputs(check.kinds[0], seed, largest)
    rng = np.random.default_rng(seed[-1])
    return {name: _moved(value, k, rng) for name, value in given.items()}


def _moved(value: Any, k: float, rng: np.random.Generator) -> Any:
    """The value ``k`` steps along a random line; the same line each time."""
    if isinstance(value, dict):
        return {name: _moved(item, k, rng) for name, item in value.items()}
    if isinstance(value, np.ndarray) and value.dtype == np.float64 and not np.isin(value, (0.0, 1.0)).all():
        return value + k * STEP * np.abs(value).max() * rng.uniform(-1, 1, size=value.shape)
    return value + k * STEP * rng.uniform(-1, 1) if type(value) is float else value


def _is_noisy(check: Check, name: str, results: list[Any]) -> bool:
    try:
        a, b, c, d = (_part(check, name, result) for result in results)
    except (Unusable, ValueError):
        return False
    if not a.size or not a.shape == b.shape == c.shape == d.shape or precision(a) > 1e-10:
        return False
    top = float(np.abs(a).max())
    with np.errstate(all="ignore"):
        noise = np.abs(a - 3 * b + 3 * c - d) / MAGNIFIED
        own = 64 * np.finfo(np.float64).eps * max(1.0, top)
        # Where nothing depends on an entry, a difference is exactly zero, too.
        told = noise[(noise > 0) | (a != 0)]
        # What was computed in single precision, in some line, is as rough in proportion to each entry.
        sizes = np.abs(a)[(noise > 0) | (a != 0)]
        single = told.size and np.median(told[sizes > 0] / sizes[sizes > 0]) > SINGLE
        rough = np.median(told) < ROUGH * max(1.0, top) if told.size else False
        return bool(rough and not single and (told > own).mean() >= 0.5)


def _part(check: Check, name: str, result: Any) -> Array:
    (output,) = (output for output in check.outputs if output.name == name)
    array = as_array(pick(check, output, result))
    if not np.isfinite(array.astype(np.float64)).all():
        raise Unusable("it is not finite")
    return array if array.dtype == np.float32 else array.astype(np.float64)
