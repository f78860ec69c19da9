"""Which slip in a trusted answer gives what a student's function gives?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bplib.checking.judging.check import Check
from bplib.checking.limits import searching
from bplib.checking.slips.program import slips

#: Where several slips give the same numbers, the first of these is what happened; the last are said only if nothing else is.
_RANK = (
    "parentheses-missing", "kept-not-added", "each-by-itself", "sum-for-mean", "mean-for-sum", "not-transposed", "other-count",
    "rest-for-share", "old-value", "other-axis", "largest-smallest", "comparison-reversed", "comparison-border", "off-by-one",
    "first-for-last", "power-mixed", "multiplied-divided", "sign-inside", "function-left-out", "factor-left-out", "term-left-out",
    "case-left-out", "stopped-early", "not-stopped", "step-left-out", "steps-exchanged", "other-function", "other-constant",
    "exchanged-arguments", "cut-to-whole", "product-reversed", "factor-doubled", "other-operation", "condition-mixed", "done-twice",
)  # fmt: skip


def slipped(check: Check, yields: Callable[[Callable[..., Any]], bool], ends: float) -> set[str]:
    """The names of the slips in the check's trusted answers that ``yields`` finds to give the student's numbers.

    Searched until the processor's time ``ends``, so that a name does not depend on who else is busy.

    One name where one of several is more particular than the others. A variable for another fits too much: it is said only if
    it is the only slip.
    """
    found: set[str] = set()
    for answer in check.written:
        here = []
        for slip in slips(answer):
            if searching() > ends:
                return set()
            # Whether results are exchanged is seen from both, see `bplib.checking.judging.diagnosed`.
            if slip.cause != "results-exchanged" and yields(slip.function):
                here.append(slip.cause)
        found |= set(here) - ({"other-variable"} if here.count("other-variable") > 1 else set())
    ranked = [cause for cause in _RANK if cause in found]
    return set(ranked[:1]) or found
