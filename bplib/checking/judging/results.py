"""A student's result and the truth: what was returned, where it is wrong, and by how much."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from numbers import Real
from typing import Any

import numpy as np

from bplib.checking.judging.check import Check, Output
from bplib.checking.rule import DOUBLE, compared, precision
from bplib.checking.witnesses.differences import Estimate, exactly
from bplib.types import Array

#: Relative to the largest number around: where the loss is flat, a slope of this size is none.
NEGLIGIBLE = 1e-8
#: Relative to the largest entry: eight roundings of single precision.
SINGLE = 8 * float(np.finfo(np.float32).eps)
#: Ordinary inputs are not larger; beside huge ones, what is small says more.
ORDINARY = 4.0
#: What is said where nothing came back at all.
NOTHING = "None came back: does a way through the function end without a return, or return what gives None, as print does?"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    ``message`` holds no drawn or expected value and is shown everywhere; ``values`` is for the student's own
    notebook; ``index`` and ``error`` say where it is worst and how large the error is there; ``guess`` may be said behind the
    message where no ``cause`` is known; ``argument`` is one that was changed, and whose value shows it after the call.
    """

    message: str
    index: tuple[int, ...] | None = None
    error: float | None = None
    values: str = ""
    expected: Any = None
    given: Any = None
    cause: str | None = None
    guess: str = ""
    argument: str = ""


class Unusable(Exception):
    """The result is nothing that can be compared; the message says why."""


def pick(check: Check, output: Output, result: Any) -> Any:
    """Find one output in what was returned."""
    names = [o.name for o in check.outputs]
    how, name, position = output.pick, output.name, names.index(output.name)
    if callable(how):
        try:
            return how(result)
        except Unusable:
            raise
        except Exception as error:
            raise Unusable(f"it could not be found in what was returned, {described(result)}") from error
    if how is None:
        if len(names) == 1:
            return result[name] if isinstance(result, dict) and name in result else result
        how = (name,) if isinstance(result, dict) else (position,)
        # Several results come one after the other, in whatever holds them. A matrix is one result, and not its rows.
        came = result
        if isinstance(result, np.ndarray) and result.ndim not in (0, 2):
            result = list(result)
        if not isinstance(result, (dict, tuple, list)):
            raise Unusable(expected_several(check, result))
        if not isinstance(result, dict) and len(result) != len(names):
            if came is not result:
                raise Unusable(expected_several(check, came))
            raise Unusable(
                f"expected {len(names)} results, {', '.join(names)}, but {len(result)} "
                f"{'was' if len(result) == 1 else 'were'} returned"
            )
    if isinstance(how, str) and not isinstance(result, dict):
        raise Unusable(f"expected a dictionary with {', '.join(names)}, but {described(result)} was returned")
    for step in how if isinstance(how, tuple) else (how,):
        if isinstance(step, int) and isinstance(result, Mapping):
            raise Unusable(f"expected a list, not {described(result)}")
        try:
            result = result[step]
        except Exception as error:
            if isinstance(step, str) and not isinstance(result, dict):
                raise Unusable(f"expected a dict with {', '.join(names)}, not {described(result)}") from error
            has = f", which has {_listed(result)}" if isinstance(result, dict) else ""
            raise Unusable(f"there is no {step!r} in {described(result)}{has}") from error
    return result


def expected_several(check: Check, result: Any) -> str:
    """What is said of one result where several were asked for."""
    names = [output.name for output in check.outputs]
    return f"expected {len(names)} results, {', '.join(names)}, but {described(result)} was returned"


def described(value: Any) -> str:
    """Name what a value is, without showing it."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, (list, tuple, dict, set)):
        return f"a {type(value).__name__} of {len(value)}"
    article = "an" if type(value).__name__[0] in "aeiou" else "a"
    return f"{article} {type(value).__name__}"


def _listed(keys: Any) -> str:
    """The keys of a student's dictionary, which may be many and long."""
    few = [str(key)[:40] for key in islice(keys, 20)]
    return ", ".join(few) + (", …" if len(keys) > len(few) else "")


def as_array(value: Any, wanted: str = "an array") -> Array:
    """The student's value as an array of real numbers, or `Unusable`, which says what is ``wanted``."""
    if value is None:
        raise Unusable("it is None: which line gives it its value?")
    if (what := _no_numbers(value, wanted)) is not None:
        raise Unusable(f"it is {described(value)}, expected numbers: {what}")
    try:
        array = np.asarray(value)
    except Exception as error:  # a ragged list, or an object with an __array__ of its own
        if isinstance(value, tuple):
            raise Unusable(_too_many(value, wanted)) from error
        raise Unusable(f"{described(value)} is no array: are its rows equally long?") from error
    if array.dtype.kind == "c":
        raise Unusable("it holds complex numbers, expected real ones")
    if array.dtype.kind == "O" and array.ndim:
        numbers = all(isinstance(entry, Real) for entry in array.flat)
        ask = "leave out dtype=object where it is made" if numbers else "is there a None or a list in it?"
        raise Unusable(f"{described(value)} holds Python objects, expected numbers: {ask}")
    if array.dtype.kind not in "biuf":
        raise Unusable(f"it is {described(value)}, expected numbers: return an array, or a number")
    return array


def _too_many(value: Any, wanted: str) -> str:
    return f"{described(value)} came back, expected {wanted} alone: does the return line list more than that?"


def _no_numbers(value: Any, wanted: str) -> str | None:
    """What to return instead of something that is no numbers, or None."""
    if isinstance(value, (str, bytes)):
        return "return them as they are, not as text"
    if isinstance(value, (dict, set, frozenset)):
        return f"return {wanted}"
    if isinstance(value, type) or (callable(value) and not hasattr(value, "__array__")):
        return "is it called, with parentheses behind its name?"
    if isinstance(value, Iterator):
        return "it gives them one at a time; make a list or an array of it"
    return None


def compare(
    given: Any, truth: Any, largest_input: float, each: str = "value", least: float = 1.0
) -> tuple[Finding | None, bool]:
    """Compare with an expected value, or an `Estimate`; dictionaries and tuples entry by entry, of which ``each`` is the word.

    Rounding is judged by the largest number around: of the inputs, of the result, or the ``least`` that goes in besides.

    Returns
    -------
    finding, decided
        What is wrong or None, and whether the truth was known well enough to say so.
    """
    if isinstance(truth, dict):
        if not isinstance(given, dict):
            return Finding(
                f"it is {described(given)}, expected a dict with {', '.join(map(str, truth))}"
            ), True
        if given.keys() != truth.keys():
            has, wants = (_listed(keys) or "nothing" for keys in (given, truth))
            return Finding(f"the dict has {has}, expected {wants}"), True
        return _each(truth, lambda key: compare(given[key], truth[key], largest_input, least=least))
    if isinstance(truth, (tuple, list)) and not isinstance(truth, Estimate):
        if not isinstance(given, (tuple, list)) or len(given) != len(truth):
            return Finding(f"it is {described(given)}, expected {len(truth)} values"), True
        return _each(range(len(truth)), lambda key: compare(given[key], truth[key], largest_input), each)
    if truth is None or isinstance(truth, str):
        same = type(given) is type(truth) and given == truth
        shown = f"expected {truth!r}, got {given!r}"
        return (
            None if same else Finding(f"it is not what was expected but {described(given)}", values=shown)
        ), True
    try:
        wanted = "an array" if (shape := shape_of(truth)) else "one number"
        array = as_array(given, wanted)
    except Unusable as error:
        return Finding(str(error)), True
    if isinstance(given, tuple) and array.ndim == len(shape) + 1 and array.shape[1:] == shape:
        return Finding(_too_many(given, wanted)), True
    if isinstance(given, (list, tuple)) and not given and isinstance(truth, np.ndarray) and not truth.size:
        return None, True  # A list without entries has no second axis.
    return _compare_arrays(array, truth, largest_input, least)


def _each(
    keys: Any, judge: Callable[[Any], tuple[Finding | None, bool]], each: str = "value"
) -> tuple[Finding | None, bool]:
    decided = True
    for key in keys:
        finding, sure = judge(key)
        if finding is not None:
            where = f"in {key!r}: " if isinstance(key, str) else f"in {each} {key}: "
            # Among several, a wrong shape is seldom that of a sum: that guess is for what comes alone.
            return replace(finding, message=where + finding.message, guess=""), True
        decided &= sure
    return None, decided


def shape_of(truth: Any) -> tuple[int, ...]:
    """The shape that is expected."""
    return np.shape(truth.value if isinstance(truth, Estimate) else truth)


def _compare_arrays(
    given: Array, truth: Any, largest_input: float, least: float
) -> tuple[Finding | None, bool]:
    estimate = truth if isinstance(truth, Estimate) else None
    expected = np.asarray(estimate.value if estimate else truth)
    if given.shape != expected.shape:
        message, guess = _of_shape(given.shape, expected.shape)
        return Finding(message, guess=guess), True
    if expected.dtype.kind in "iu" and expected.shape and given.dtype.kind == "f" and given.size:
        return Finding("its numbers are floats, such as 2.0, and with these nothing can be indexed"), True
    if expected.dtype.kind == "b" and expected.shape == ():
        return _of_truth(given, expected), True
    # Plus zero, so that nobody reads of a negative one.
    wanted, got = expected.astype(np.float64) + 0.0, given.astype(np.float64) + 0.0
    right = estimate or exactly(wanted)
    around = max(least, largest_input, float(np.abs(wanted[np.isfinite(wanted)]).max(initial=0.0)))
    with np.errstate(all="ignore"):
        strange = ~np.isfinite(got) & ~((got == wanted) | (np.isnan(got) & np.isnan(wanted)))
        if strange.any():
            return _at(tuple(int(i) for i in np.argwhere(strange)[0]), got, wanted, strange), True
        # Half precision is nothing that a task asks for: it is no excuse for an error.
        eps = min(precision(given), float(np.finfo(np.float32).eps))
        found = compared(given, right, around, NEGLIGIBLE * around, eps)
        same = (got == wanted) | (np.isnan(got) & np.isnan(wanted))
        # Whole numbers are counted, not measured.
        # And whoever computes in single precision, in some line or in all, is right to that.
        # In a gradient, terms that cancel leave their own rounding behind, in proportion to the inputs.
        top = float(np.abs(wanted[np.isfinite(wanted)]).max(initial=0.0))
        single = SINGLE * (top if estimate is None else max(top, min(largest_input, ORDINARY)))
        off = found.error - right.uncertainty > single
        wrong = ~same if expected.dtype.kind in "biu" else ~same & ~(found.error <= found.tolerance) & off
    if wrong.any():
        excess = np.where(wrong, found.error - right.uncertainty, -np.inf)
        excess[wrong & np.isnan(excess)] = np.inf
        index = np.unravel_index(np.argmax(excess), excess.shape)
        return _at(tuple(int(i) for i in index), got, wanted, wrong), True
    if estimate is None or not wanted.size:
        return None, True
    # On a kink anything between the one-sided slopes is right. A draw says enough if most entries are elsewhere.
    # Whether the truth is known well enough: that is no question of the digits that were handed in.
    known = compared(wanted, right, around, NEGLIGIBLE * around, DOUBLE).known
    return None, bool((known & ~right.kinks).mean() > 0.5)


def _of_truth(given: Array, expected: Array) -> Finding | None:
    """True and False are told as such."""
    if not np.isin(given, (0, 1)).all():
        return Finding(
            "it is neither True nor False", values=f"expected {bool(expected)}, got {given.item():.6g}"
        )
    if bool(given) == bool(expected):
        return None
    return Finding(
        "it says the opposite of what is true", values=f"expected {bool(expected)}, got {bool(given)}"
    )


def _at(index: tuple[int, ...], got: Array, wanted: Array, wrong: Array) -> Finding:
    where = f" at {list(index)}" if index else ""
    count = (
        f" ({int(wrong.sum())} of {wrong.size} entries {'is' if wrong.sum() == 1 else 'are'} wrong)"
        if wrong.size > 1
        else ""
    )
    expected, given = float(wanted[index]), float(got[index])
    # So many digits that the two differ.
    digits = next((n for n in (6, 9, 12) if f"{expected:.{n}g}" != f"{given:.{n}g}"), 17)
    values = f"expected {expected:.{digits}g}{where}, got {given:.{digits}g}"
    if not np.isfinite(given):
        kind = "NaN" if np.isnan(given) else "infinite"
        return Finding(f"it is {kind}{where}{count}", index, None, values, wanted, got)
    error = abs(given - expected)
    return Finding(f"it is off by {error:.3g}{where}{count}", index, error, values, wanted, got)


def _of_shape(given: tuple[int, ...], expected: tuple[int, ...]) -> tuple[str, str]:
    """What is said of a wrong shape, and a guess at why it is wrong."""
    if expected == ():
        return f"it has shape {given}, expected a single number", ""
    message = f"it has shape {given}, expected {expected}"
    if given == ():
        return message, ": all has become one number; which line does that?"
    if given == expected[::-1] and len(given) == 2:
        return message, ": it is transposed"
    if [n for n in given if n != 1] == [n for n in expected if n != 1] and len(given) != len(expected):
        if len(given) > len(expected):
            return message, ": one axis too many; after which line is it there?"
        return message, ": an axis got lost; after which line is it gone?"
    return message, ""


def largest(value: Any) -> float:
    """The largest number among the inputs: rounding of the terms of a sum is in proportion to it."""
    if isinstance(value, dict):
        return max(map(largest, value.values()), default=0.0)
    if isinstance(value, (list, tuple)):
        return max(map(largest, value), default=0.0)
    try:
        return float(np.abs(as_array(value).astype(np.float64)).max(initial=0.0))
    except Unusable:
        return 0.0
