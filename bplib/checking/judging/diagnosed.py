"""Why is this output of a student's function wrong? Three ways lead to a name, and only one that stands alone is given.

What the mistakes that belong to the task would return, computed and compared; the relation of the given array to the right
one (`bplib.checking.diagnosis.relations`); and a changed rule on the record of the loss, as in `check_gradients`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from bplib.checking.diagnosis.relations import relations, reproduces
from bplib.checking.diagnosis.search import searched, sizes_of
from bplib.checking.judging.check import Check, Gradient, Mistake, Property, Value, call_with_named
from bplib.checking.judging.draws import Inputs
from bplib.checking.judging.results import as_array, pick
from bplib.checking.judging.truth import recordable, truth
from bplib.checking.structure import ALONE, leaves
from bplib.checking.witnesses.differences import Estimate, exactly
from bplib.checking.witnesses.tape import recorded
from bplib.types import Array

#: Inputs that hold one row per sample.
BATCHES = ("x", "y", "da", "dy", "dz", "output", "target", "scores", "signs", "logits")

#: Walks back over a record, and seconds, before the search ends: a class has many wrong answers.
WALKS, SECONDS = 300, 1.5
#: So many wrong draws are searched.
SEARCHED = 2
#: What many mistakes come to in one draw or another.
ACCIDENTS = ("zero-gradient", "single-entries", "scaled")


class Seen(NamedTuple):
    """One draw: what the student's function returned, the judge's inputs, and whether the output in question is wrong there."""

    result: Any
    trusted: Inputs
    wrong: bool


def named(check: Check, output: Value | Gradient | Property, draws: Sequence[Seen]) -> str | None:
    """The one mistake that explains an output of a student's function in every draw, or None.

    What the task foresees has to give the same numbers wherever the function was called, right ones too. A relation between
    wrong and right numbers has to hold wherever they are wrong, and so does a changed rule of the loss, in the few draws that
    are looked at: the largest, without huge or whole numbers, in which much fits by accident, and nothing by right.
    """
    if isinstance(output, Property):
        return None
    wrong = [seen for seen in draws if seen.wrong]
    telling = [seen for seen in wrong if _tells(seen.trusted)]
    silent = [seen for seen in wrong if not _tells(seen.trusted)]
    # What the task itself foresees is said before a general relation that comes to the same numbers.
    foreseen = {m.cause for m in check.mistakes if all(_yields(check, output, m, seen) for seen in draws)}
    ways: list[Callable[[], set[str]]] = [lambda: foreseen]
    if isinstance(output, Gradient):
        ways.append(lambda: _shared(partial(_related, check, output), telling, silent))
        ways.append(lambda: _shared(partial(_hunted, check, output), telling[-SEARCHED:]))
    for way in ways:
        try:
            with np.errstate(all="ignore"):
                found = way()
        except Exception:  # noqa: BLE001 - what a student returns may be anything; without a name it is still wrong
            continue
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _shared(fits: Callable[[Seen], set[str]], draws: Sequence[Seen], silent: Sequence[Seen] = ()) -> set[str]:
    """What fits all draws; those that are ``silent`` are only asked to say nothing else."""
    found = [fits(seen) for seen in draws] + [said for seen in silent if (said := fits(seen))]
    return set.intersection(*found) if found else set()


def _yields(check: Check, output: Value | Gradient, mistake: Mistake, seen: Seen) -> bool:
    """Whether a mistake gives what the student's function has given."""
    try:
        with np.errstate(all="ignore"):
            given = _parts(_picked(check, output, seen.result))
            other = _parts(_picked(check, output, call_with_named(mistake.result, seen.trusted)))
    except Exception:  # noqa: BLE001 - it cannot be made of these inputs, or nothing usable came back
        return False
    return given.keys() == other.keys() and all(_agree(given[path], other[path]) for path in given)


def _agree(given: Array, other: Array) -> bool:
    if given.shape != other.shape:
        return False
    if given.dtype.kind in "biu" and other.dtype.kind in "biu":
        return bool((given == other).all())
    given, other = given.astype(float), other.astype(float)
    unknown = ~np.isfinite(other)
    if (np.isfinite(given) == unknown).any():
        return False
    given, other = np.where(unknown, 0.0, given), np.where(unknown, 0.0, other)
    return not (given.any() or other.any()) or reproduces(given, other)


def _picked(check: Check, output: Value | Gradient, result: Any) -> Any:
    names = [o.name for o in check.outputs]
    return pick(result, output.pick, output.name, names.index(output.name), names)


def _parts(value: Any) -> dict[str, Array]:
    """The arrays of a result by path."""
    return {path: as_array(part) for path, part in leaves(value)}


def _related(check: Check, output: Gradient, seen: Seen) -> set[str]:
    given = _numbers(_picked(check, output, seen.result))
    wanted = _estimate(truth(output, seen.trusted))
    return set(relations(given, wanted, _samples(seen.trusted))) - {*ACCIDENTS}


def _hunted(check: Check, output: Gradient, seen: Seen) -> set[str]:
    """The one change of the trusted loss's way back that gives these numbers, as in `check_gradients`."""
    given, trusted = _numbers(_picked(check, output, seen.result)), seen.trusted
    flat, term, _ = recordable(output, trusted)
    if list(flat) != [ALONE] or not given.any():
        return set()
    record = recorded(term.given, flat)
    right = record.slopes()
    sizes = sizes_of(record, _samples(trusted))
    found = searched(record, {ALONE: given}, right, {ALONE}, sizes, walks=WALKS, seconds=SECONDS)
    # No task differentiates by weights and updates them as well: there the numbers only happen to fit.
    if found.second:
        return set()  # Of two mistakes at once one may be an accident: a task is small.
    return {cause for cause in found.causes if cause not in (*ACCIDENTS, "updated-weights")}


def _tells(inputs: Inputs) -> bool:
    """Whether more than one sample went in, and neither whole nor huge numbers: there one mistake often comes to the same as another."""
    if _samples(inputs) == 1:
        return False
    arrays = [v for v in inputs.values() if isinstance(v, np.ndarray) and v.dtype.kind == "f" and v.size > 1]
    # Masks and one-hot rows are of zeros and ones, and signs of one and minus one.
    plain = [np.isin(v, (0.0, 1.0)).all() or (np.abs(v) == 1).all() for v in arrays]
    whole = [bool(np.all(v == np.round(v))) and not usual for v, usual in zip(arrays, plain, strict=True)]
    return not any(whole) and all(float(np.abs(v).max()) <= 100 for v in arrays)


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
