"""What the checks of the exercises make of students' answers: part of ``make bench``.

More than a thousand wrong answers and more than six hundred right ones (`tests/answers`), judged as in the student's notebook; every
slip of the pen in the reference answers (`tests/test_mutants.py`); answers that measure a gradient, and honest ones that look as if
they did. Writes ``book/_data/answers.json``; the instructors' guide prints it.

    python tests/benchmarks/answers.py               everything, and write it
    python tests/benchmarks/answers.py activation    this exercise alone, with every answer that has no name or a false one
"""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any

import numpy as np
from run import ROOT, record

sys.path.insert(0, str(ROOT / "tests"))

import answers
from answers import EXERCISES, Answer
from answers.measured import HONEST_BUT_ODD, MEASURED
from caught import told
from mutants import JUDGED, survivors

from bplib.checking.exercises import load
from bplib.checking.judging.check import Gradient
from bplib.checking.judging.judge import judge
from bplib.checking.report.report import Report

TARGET = ROOT / "book" / "_data" / "answers.json"
#: What an answer to a task counts as, in the order of the columns.
SAID = ("passed", "named", "told", "bare", "misnamed")


def judged(exercise: str, answer: Answer, autograde: bool = False) -> Report:
    """The report on an answer."""
    (check,) = (check for check in load(exercise) if check.function == answer.task)
    names: dict[str, Any] = {"np": np, "__name__": "student"}
    exec(compile(answer.source, answer.story, "exec"), names)
    return judge(check, names[answer.task], autograde, 3 if autograde else None)


def wrong_ones(exercise: str, task: str) -> list[tuple[str, str, str, list[str]]]:
    """For every wrong answer to a task: its task, its story, what was said of it, and the causes."""
    warnings.simplefilter("ignore")
    found = []
    for answer in answers.wrong(exercise):
        if answer.task != task:
            continue
        report = judged(exercise, answer)
        causes, message = told(report)
        if report.earned == report.points:
            said = "passed"
        elif causes:
            said = "named" if causes <= answer.causes else "misnamed"
        else:
            said = "told" if message else "bare"
        found.append((task, answer.story, said, sorted(causes)))
    return found


def counted(exercise: str, task: str) -> tuple[int, int, int, int, int]:
    """The right answers to a task, those that lose points, those that are left to a person and ask for a gradient, and slips."""
    warnings.simplefilter("ignore")
    right = [answer for answer in answers.right(exercise) if answer.task == task]
    reports = [judged(exercise, answer) for answer in right]
    (check,) = (check for check in load(exercise) if check.function == task)
    gradient = any(isinstance(output, Gradient) for output in check.outputs)
    accused = sum(report.needs_human for report in reports) if gradient else 0
    refused = sum(report.earned < report.points for report in reports)
    return (
        len(right),
        refused,
        len(right) if gradient else 0,
        accused,
        len(survivors(exercise, task)) if (exercise, task) in JUDGED else 0,
    )


def seen(pair: tuple[str, Answer]) -> bool:
    """Whether an answer loses points, or is left to a person, at grading."""
    warnings.simplefilter("ignore")
    report = judged(*pair, autograde=True)
    return report.needs_human or report.earned < report.points


def main(chosen: list[str]) -> None:
    """Measure, and print."""
    rows, honest = [], Counter[str]()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for exercise in chosen or EXERCISES:
            tasks = [check.function for check in load(exercise)]
            said = [row for part in pool.map(partial(wrong_ones, exercise), tasks) for row in part]
            count = Counter(row[2] for row in said)
            row = {"exercise": exercise, "wrong": len(said), **{key: count[key] for key in SAID}}
            if not chosen:
                right, refused, gradients, accused, slips = map(
                    sum, zip(*pool.map(partial(counted, exercise), tasks))
                )
                row |= {"right": right, "refused": refused, "slips that pass": slips}
                honest.update(tried=gradients, accused=accused)
            rows.append(row)
            print(row, flush=True)
            for task, story, what, causes in said if chosen else ():
                if what != "named":
                    print("   ", task, story, what, causes)
        if chosen:
            return
        measured = list(pool.map(seen, MEASURED))
        odd = list(pool.map(seen, HONEST_BUT_ODD))
    honest.update(tried=len(odd), accused=sum(odd))
    print(f"measured: {sum(measured)} of {len(measured)} seen; honest: {dict(honest)}")
    total = {
        "exercise": "all",
        **{key: sum(row[key] for row in rows) for key in rows[0] if key != "exercise"},
    }
    record(
        TARGET, {},
        {"exercises": [*rows, total], "measured": {"tried": len(measured), "seen": sum(measured)}, "honest": dict(honest)},
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
