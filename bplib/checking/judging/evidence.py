"""What a grading tried, for the instructor who looks at it: the inputs as code, what came back, and the same draw again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from bplib.checking.calling.calls import Failure
from bplib.checking.exercises import load
from bplib.checking.judging.check import Check
from bplib.checking.judging.draws import DIGITS, LARGEST, Kind, draw_inputs
from bplib.checking.judging.shown import NOT_RUN, as_code
from bplib.checking.report.evidence import LONGEST_CAME, Evidence
from bplib.types import Inputs

#: Parts of a list or a dictionary that are written out, how deep, and bits of a whole number.
PARTS, DEEPEST, BITS = 20, 4, 256


def evidence(
    check: Check, output: str, verdict: str, kind: Kind, entropy: Sequence[int], came: Any
) -> Evidence:
    """Put down one call of a grading: drawn again, for what was handed over may have been changed since."""
    given, _ = draw_inputs(kind, list(entropy), LARGEST[True], DIGITS[True])
    code = as_code(check.name, given)
    call = "" if NOT_RUN in code else code
    return Evidence(check.name, output, verdict, kind.words, call, as_text(came), tuple(entropy))


def again(exercise: str, function: str, kind: str, entropy: Sequence[int]) -> Inputs:
    """The inputs of a call, as they were drawn when it was graded.

    Parameters
    ----------
    exercise, function
        Whose check.
    kind, entropy
        As an `Evidence` has them.

    Raises
    ------
    ValueError
        If the checks have no such function or kind of inputs any more.
    """
    for check in load(exercise):
        for known in check.kinds if check.name == function else ():
            if known.words == kind:
                return draw_inputs(known, list(entropy), LARGEST[True], DIGITS[True])[0]
    raise ValueError(
        f"the checks of {exercise!r} try no {kind!r} with {function!r}; "
        "they have changed since: grade again, and look at what that finds."
    )


def as_text(value: Any) -> str:
    """A value as text that is read, of a bounded length; of an object that is no plain data, its type."""
    if isinstance(value, Failure):
        where = f" in {value.line}" if value.line else ""
        text = f"it failed: {value.message}{where} {value.error}".rstrip()
    else:
        try:
            with np.printoptions(threshold=60, edgeitems=3):
                text = _text(value, 0)
        except Exception:  # noqa: BLE001 - without a sandbox it may be an object of the student's own
            text = f"a {type(value).__name__}"
    return text if len(text) <= LONGEST_CAME else f"{text[: LONGEST_CAME - 1]}…"


def _text(value: Any, depth: int) -> str:
    if isinstance(value, np.ndarray) and value.dtype != object:
        return f"{np.array2string(value[:PARTS] if value.ndim else value, separator=', ')}  # shape {value.shape}"
    if isinstance(value, (np.bool_, np.number)):
        return repr(value.item())
    if isinstance(value, int) and value.bit_length() > BITS:
        return f"a whole number of {value.bit_length()} bits"
    if value is None or isinstance(value, (bool, int, float, complex)):
        return repr(value)
    if isinstance(value, str):
        return repr(value[:LONGEST_CAME])
    if isinstance(value, (Mapping, list, tuple)) and depth < DEEPEST:
        items = value.items() if isinstance(value, Mapping) else ((None, item) for item in value)
        parts = [
            _text(item, depth + 1) if key is None else f"{str(key)[:60]}: {_text(item, depth + 1)}"
            for key, item in islice(items, PARTS)
        ]
        return "\n".join(parts) if parts else f"an empty {type(value).__name__}"
    return f"a {type(value).__name__}"
