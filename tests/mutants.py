"""Slips of the pen in the reference answers, and those that no check sees."""

from __future__ import annotations

import ast
import difflib
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from caught import caught
from test_exercises import TASKS, compiled, source

from bplib.checking.slips.program import written

#: Seconds for a call: a changed loop may never end.
TIMEOUT = 0.2
#: Epochs, batches and learning rate of a training are the student's own choice: it is judged by what it gets right.
TRAINED = {("conclusion", "fit"), ("applications", "fit_classifier"), ("applications", "fit_regressor")}
JUDGED = [task for task in TASKS if task not in TRAINED]
#: By exercise and task: what becomes of the lines by slips that make no difference to anybody, and why.
EQUIVALENT: dict[str, dict[str, str]] = json.loads(
    Path(__file__).with_name("equivalent.json").read_text(encoding="utf-8")
)


@cache
def slips_in(exercise: str, function: str) -> dict[str, str]:
    """The sources with a slip in a reference answer, by what has become of its lines."""
    text = source(exercise, function)
    before = ast.unparse(ast.parse(text)).splitlines()
    found = {}
    for slip in written(text, function, {"np": np}):
        lines = difflib.ndiff(before, slip.text.splitlines())
        found["\n".join(line.rstrip() for line in lines if line[0] in "+-")] = slip.text
    return found


def survivors(exercise: str, function: str) -> list[tuple[str, bool]]:
    """The slips that pass a check and are not equivalent, in the notebook or (True) at grading."""
    check = replace(TASKS[exercise, function], timeout=TIMEOUT)
    equivalent = EQUIVALENT.get(f"{exercise}/{function}", {})
    return [
        (change, autograde)
        for change, text in slips_in(exercise, function).items()
        if change not in equivalent
        for autograde in (False, True)
        if not caught(check, compiled(text, function), autograde, 3 if autograde else 0)
    ]
