"""What students are told, under whichever Python and numpy run this: ``python tests/told.py`` prints it as JSON.

It needs numpy and nothing else, for the interpreter in a browser's page has nothing else.
"""

from __future__ import annotations

import json
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from bplib.checking.calling import guards
from bplib.checking.exercises import known, load
from bplib.checking.judging.check import Check
from bplib.checking.judging.judge import judge
from bplib.grading.rehearsal.students import STUDENTS

ROOT = Path(__file__).resolve().parents[1]


def solutions(exercise: str) -> list[str]:
    """The code cells of an exercise's source, in which the marks of the solution are comments."""
    notebook = json.loads((ROOT / "solutions" / exercise / f"{exercise}.ipynb").read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def judged(check: Check, text: str, autograde: bool = False) -> str:
    """The points and the words for an answer, as a notebook shows them or as grading finds them."""
    namespace: dict[str, Any] = {"np": np}
    with suppress(ImportError):  # as in a notebook: the cell fails, and the check finds no function
        exec(text, namespace)  # noqa: S102 - our own notebooks
    return str(judge(check, namespace.get(check.function), autograde, 0))


def told() -> dict[str, str]:
    """By task, what comes of the reference answer, here and at grading; by task and student, of the sample class's mistakes."""
    found = {}
    for exercise in known():
        for check in load(exercise):
            (right,) = [text for text in solutions(exercise) if f"def {check.function}(" in text]
            found[f"{exercise} {check.function}"] = judged(check, right)
            found[f"{exercise} {check.function}, graded"] = judged(check, right, autograde=True)
            for student in STUDENTS:
                edits = [e for e in student.edits if (e.exercise, e.task) == (exercise, check.function)]
                wrong = right
                for edit in edits:
                    assert edit.old in wrong, edit
                    wrong = wrong.replace(edit.old, edit.new)
                if edits:
                    found[f"{exercise} {check.function} {student.name}"] = judged(check, wrong)
    return found


if __name__ == "__main__":
    # Whatever else runs on this machine, a right answer is in time.
    guards.count_processor_time()
    beside = [
        name for name in ("matplotlib", "sklearn", "scipy", "tqdm", "nbformat", "IPython") if find_spec(name)
    ]
    print(json.dumps({"numpy": np.__version__, "packages": beside, "told": told()}))
