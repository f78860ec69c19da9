"""How did a function come to its gradient? Evidence by what it does, where its numbers say nothing.

The complex step, dual numbers and rounded or extrapolated differences give numbers without noise. But they have to do what
backpropagation never does: use complex numbers, look at slightly changed copies of what they differentiate by, or follow a one at
each of its entries forward. Such evidence is no proof: a person should look, and it costs nothing until then.

What is never taken for evidence: loops of any depth, recursion, a forward pass that is run again for every entry, a tape of the
student's own, single precision. So dual numbers that are no class of their own, and tangents of all entries in one array, are not
seen: they are rules of derivatives, if not backpropagation. Nor are exact differences of what is a straight line in each entry.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import repeat
from typing import Any

import numpy as np

from bplib.checking.calling.calls import Outcome
from bplib.checking.judging.check import Check, Gradient
from bplib.checking.judging.draws import PLAIN, draw_inputs
from bplib.checking.judging.results import Unusable, as_array, pick
from bplib.checking.judging.truth import recordable, slope
from bplib.types import Array, Inputs

#: The largest size that is drawn, and how many draws the two with the most entries are chosen from.
LARGEST, DRAWS, CHOSEN = 6, 6, 2
#: Fewer copies, or entries, say nothing.
FEW = 4
#: Decimals that a result may have been rounded to.
DECIMALS = range(2, 9)

Listened = Callable[[list[Inputs]], list[Outcome]]


def doubt(check: Check, right: Collection[str], calls: Listened, seed: Any) -> str | None:
    """Why a person should look at how right gradients were found, or None.

    Parameters
    ----------
    check
        What was asked for.
    right
        The outputs that have been found right.
    calls
        Calls the student's function with one after the other, and listens.
    seed
        Of the draws.
    """
    gradients = [o for o in check.outputs if isinstance(o, Gradient) and o.name in right]
    if not gradients or PLAIN not in check.edges:
        return None
    drawn = [draw_inputs(check.kinds[0], [*seed, k], LARGEST) for k in range(DRAWS)]
    drawn.sort(key=lambda pair: _entries(gradients, pair[1]))
    chosen = drawn[-CHOSEN:]
    outcomes = calls([given for given, _ in chosen])
    told = [
        _evidence(check, gradients, outcome, trusted)
        for outcome, (_, trusted) in zip(outcomes, chosen, strict=False)
    ]
    return told[-1] if len(told) == CHOSEN and all(told) else None


def _evidence(check: Check, gradients: Sequence[Gradient], outcome: Outcome, trusted: Inputs) -> str | None:
    heard = outcome.heard
    if heard is None or outcome.failure is not None:
        return None
    if heard.complex:
        return "it computes with complex numbers, as the complex step does"
    for name, (count, size) in heard.copies.items():
        if count >= max(FEW, size):
            return f"it looks at {count} slightly changed copies of {name}, which has {size} entries, as differences do"
    if heard.pairs:
        return f"it looks at {heard.pairs[0]} a little to both sides, as differences do"
    if heard.close and not any(isinstance(value, np.ndarray) for value in trusted.values()):
        return "it goes forward from several numbers next to each other, as differences do"
    entries = _entries(gradients, trusted)
    seeds = heard.operators or any(count >= max(FEW, size) for count, size in heard.units.values())
    if seeds and heard.again >= max(FEW, 0.8 * entries):
        return f"it goes forward about {heard.again:.0f} times for {entries} entries, each with a slope of its own, as dual numbers do"
    if (decimals := _rounded(check, gradients, outcome.result, trusted)) is not None:
        return f"its numbers are rounded to {decimals} decimals, which hides how they were found"
    return None


def _entries(gradients: Sequence[Gradient], trusted: Inputs) -> int:
    """How many numbers are differentiated by."""
    return sum(
        int(np.size(value)) for output in gradients for value in recordable(output, trusted)[0].values()
    )


def _rounded(check: Check, gradients: Sequence[Gradient], result: Any, trusted: Inputs) -> int | None:
    """To how many decimals all gradients were rounded, or None."""
    try:
        given = [as_array(pick(check, output, result)).astype(float).ravel() for output in gradients]
    except Unusable:
        return None
    for decimals in DECIMALS:
        if all(numbers.size and np.array_equal(numbers, np.round(numbers, decimals)) for numbers in given):
            # Measured for the few alone that look like it: a slope costs more than all else here.
            right = (np.ravel(getattr(slope(output, trusted), "value", 0.0)) for output in gradients)
            return decimals if all(map(_has_more, right, given, repeat(decimals))) else None
    return None


def _has_more(right: Array, given: Array, decimals: int) -> bool:
    """Whether the right numbers have more decimals than that."""
    if given.shape != right.shape:
        return False
    more = np.abs(right - np.round(right, decimals)) > 1e-2 * 10.0**-decimals
    return bool(more.mean() > 0.5)
