"""Why is this output of a student's function wrong? Two ways lead to a name, and only one that stands alone is given.

The relation of the given array to the right one (`bplib.checking.diagnosis.relations`), and what the mistakes that belong to the
task would return, computed and compared.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from bplib.checking.diagnosis.relations import relations, reproduces
from bplib.checking.diagnosis.search import searched, sizes_of
from bplib.checking.judging.check import Check, Gradient, Property, Value, call_with_named
from bplib.checking.judging.draws import Inputs
from bplib.checking.judging.results import as_array, pick
from bplib.checking.judging.truth import recordable, truth
from bplib.checking.structure import ALONE
from bplib.checking.witnesses.differences import Estimate, exactly
from bplib.checking.witnesses.tape import recorded
from bplib.types import Array

#: Inputs that hold one row per sample.
BATCHES = ("x", "y", "da", "dy", "dz", "output", "target", "scores", "signs", "logits")

#: Walks back over a record, and seconds, before the search ends: a class has many wrong answers.
WALKS, SECONDS = 300, 1.5
#: What many mistakes come to in one draw or another.
ACCIDENTS = ("zero-gradient", "single-entries", "scaled")


def diagnosed(check: Check, output: Value | Gradient | Property, result: Any, trusted: Inputs) -> str | None:
    """The name of the mistake that explains a wrong output, or None.

    Parameters
    ----------
    check, output
        The task, and which of its results is wrong.
    result
        What the student's function returned.
    trusted
        The inputs it was called with.
    """
    if isinstance(output, Property):
        return None
    names = [o.name for o in check.outputs]
    try:
        with np.errstate(all="ignore"):
            given = _numbers(pick(result, output.pick, output.name, names.index(output.name), names))
            wanted = _estimate(truth(output, trusted))
            causes = relations(given, wanted, _samples(trusted)) if isinstance(output, Gradient) else []
            causes = [cause for cause in causes if cause not in ACCIDENTS]
            for mistake in check.mistakes:
                yields = pick(
                    call_with_named(mistake.result, trusted),
                    output.pick,
                    output.name,
                    names.index(output.name),
                    names,
                )
                candidate = _numbers(yields)
                if reproduces(given, candidate) and not reproduces(
                    candidate, wanted.value, wanted.uncertainty
                ):
                    causes.append(mistake.cause)
            if not causes and isinstance(output, Gradient):
                causes = _hunted(output, given, trusted)
    except Exception:  # noqa: BLE001 - what a student returns may be anything; without a name it is still wrong
        return None
    # What the task itself foresees is said before a general relation that comes to the same numbers.
    foreseen = {mistake.cause for mistake in check.mistakes} & set(causes)
    found = foreseen or set(causes)
    return found.pop() if len(found) == 1 else None


def _hunted(output: Gradient, given: Array, trusted: Inputs) -> list[str]:
    """The one change of the trusted loss's way back that gives these numbers, as in `check_gradients`."""
    flat, term, _ = recordable(output, trusted)
    if list(flat) != [ALONE] or not given.any() or _extreme(trusted):
        return []
    record = recorded(term.given, flat)
    right = record.slopes()
    sizes = sizes_of(flat, record, _samples(trusted))
    found = searched(record, {ALONE: given}, right, {ALONE}, sizes, walks=WALKS, seconds=SECONDS)
    # No task differentiates by weights and updates them as well: there the numbers only happen to fit.
    return [cause for cause in found.causes if cause not in (*ACCIDENTS, "updated-weights")]


def _extreme(inputs: Inputs) -> bool:
    """Whether whole or huge numbers went in: there one mistake often comes to the same as another."""
    arrays = [v for v in inputs.values() if isinstance(v, np.ndarray) and v.dtype.kind == "f" and v.size > 1]
    whole = [bool(np.all(v == np.round(v)) and not np.isin(v, (0.0, 1.0)).all()) for v in arrays]
    return any(whole) or any(float(np.abs(v).max()) > 100 for v in arrays)


def _numbers(value: Any) -> Array:
    array = as_array(value)
    return array if array.dtype == np.float32 else array.astype(np.float64)


def _estimate(known: Any) -> Estimate:
    if isinstance(known, Estimate):
        return known
    return exactly(_numbers(known))


def _samples(inputs: Inputs) -> int | None:
    """The size of the batch: the number of rows that the first inputs which are no parameters agree on."""
    rows = {
        len(value)
        for name, value in inputs.items()
        if isinstance(value, np.ndarray) and value.ndim == 2 and name in BATCHES
    }
    return rows.pop() if len(rows) == 1 else None
