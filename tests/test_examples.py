"""The examples in a task's text are among what its check tries, as the students' guide promises."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bplib.checking.exercises import known, load
from bplib.checking.judging.check import Check, Property
from bplib.checking.judging.draws import Draw, told
from bplib.checking.judging.truth import truth
from bplib.checking.witnesses.differences import Estimate
from bplib.types import Array

ROOT = Path(__file__).resolve().parents[1]
TASKS = [(exercise, check) for exercise in known() for check in load(exercise)]
CODE = re.compile(r"```python\n(.*?)```|`([^`\n]+)`", re.DOTALL)
#: A text rounds its results to so many decimals.
ROUNDED = 5e-3
LARGE = re.compile("may (be|hold) [^.]*large|1000")


def text_of(exercise: str, function: str) -> str:
    notebook = json.loads((ROOT / "solutions" / exercise / f"{exercise}.ipynb").read_text(encoding="utf-8"))
    texts = ["".join(cell["source"]) for cell in notebook["cells"]]
    (found,) = [text for text in texts if re.match(rf"## \d+\. `{function}`", text)]
    return found


def literals(code: str) -> list[Any]:
    """What is given in a piece of code: two numbers in `x = 3, h = 0.1`, a list in `[1, 4]`, and nothing in a name alone."""
    for whole in (code, f"given({code})"):
        try:
            body = ast.parse(whole).body
        except SyntaxError:
            continue
        parts = [line.value for line in body if isinstance(line, (ast.Assign, ast.Expr))]
        if whole != code:
            parts = [keyword.value for call in parts for keyword in call.keywords]
        found = []
        for part in parts:
            try:
                found.append(ast.literal_eval(part))
            except ValueError:  # names, and what is computed
                continue
        return [value for value in found if isinstance(value, (list, tuple)) or len(code.split("=")) > 1]
    return []


def examples(text: str) -> list[list[Any]]:
    """What each paragraph gives that has an example in it."""
    paragraphs = re.sub(r"\n\n(?=```)", "\n", text).split("\n\n")
    found = [[v for a, b in CODE.findall(paragraph) for v in literals(a or b)] for paragraph in paragraphs]
    return [given for given in found if given]


def in_arrays(value: Any) -> list[Array]:
    """All arrays of numbers in inputs or in results, and their rows."""
    if isinstance(value, Estimate):
        return in_arrays(value.value)
    if isinstance(value, dict):
        return [array for item in value.values() for array in in_arrays(item)]
    try:
        array = np.asarray(value)
    except ValueError:  # lists that are not equally long
        return [found for item in value for found in in_arrays(item)]
    if array.dtype.kind not in "iufb":
        return [found for item in value for found in in_arrays(item)] if plain(value) else []
    return [array.astype(float), *(row for part in array for row in in_arrays(part))] if array.ndim else [array]


def tried(check: Check, given: list[Any]) -> bool:
    """Whether one case has all that is given, among its inputs or the right results."""
    for draw in check.cases.values():
        inputs = draw(Draw(0, trusted=True))
        right = [truth(check, output, inputs) for output in check.outputs if not isinstance(output, Property)]
        arrays = [array for value in (*inputs.values(), *right) for array in in_arrays(value)]
        if all(value in map(plain, inputs.values()) or is_one_of(value, arrays) for value in given):
            return True
    return False


def plain(value: Any) -> Any:
    """What can be compared with a literal."""
    return value if isinstance(value, (list, tuple)) else None


def is_one_of(value: Any, arrays: list[Array]) -> bool:
    try:
        numbers = np.asarray(value, dtype=float).ravel()
    except (ValueError, TypeError):  # a record has words in it
        return False
    return any(
        array.size == numbers.size and np.allclose(array.ravel(), numbers, rtol=0, atol=ROUNDED)
        for array in arrays
    )


@pytest.mark.parametrize(("exercise", "check"), TASKS, ids=[f"{e}-{c.function}" for e, c in TASKS])
def test_the_example_of_a_text_is_tried(exercise: str, check: Check) -> None:
    for given in examples(text_of(exercise, check.function)):
        assert tried(check, given), (check.function, given, list(check.cases))


def test_examples_are_found() -> None:
    text = "For `x = 3, h = 0.1` it is `[[1, 2]]`.\n\nUse `y`.\n\nLike\n\n```python\nn = [('', 3.0)]\nf(n)  # 1\n```"
    assert examples(text) == [[3, 0.1, [[1, 2]]], [[("", 3.0)]]]
    assert sum(bool(examples(text_of(exercise, check.function))) for exercise, check in TASKS) > 20


@pytest.mark.parametrize(("exercise", "check"), TASKS, ids=[f"{e}-{c.function}" for e, c in TASKS])
def test_a_text_whose_check_tries_large_numbers_says_so(exercise: str, check: Check) -> None:
    """A tanh that is written with exponentials fails there, and nobody has to guess it."""
    if any(told(kind) for kind in check.kinds if kind.edge == "saturated"):
        assert LARGE.search(text_of(exercise, check.function)), check.function
