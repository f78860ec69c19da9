"""What students write: no wrong answer passes, in the notebook or at grading, and every right one does, however written.

More than a thousand wrong answers and more than six hundred right ones, in `answers`, by people who had not seen the checks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import answers
import numpy as np
import pytest
from answers import EXERCISES, Answer
from caught import caught, quick, told  # noqa: F401 - one is a fixture

from bplib.checking.diagnosis.causes import CAUSES
from bplib.checking.exercises import load
from bplib.checking.judging import judge as judging
from bplib.checking.judging.draws import draw_inputs
from bplib.checking.report.report import Report

CHECKS = {(name, check.function): check for name in EXERCISES for check in load(name)}
#: So many of each are tried at grading as well: there the kinds are the same, and the numbers are others.
GRADED = 3
ROUNDS = 5


def written(answer: Answer) -> Callable[..., Any]:
    names: dict[str, Any] = {"np": np, "__name__": "student"}
    exec(compile(answer.source, answer.story, "exec"), names)
    return names[answer.task]


def judged(exercise: str, answer: Answer, autograde: bool) -> Report:
    check = CHECKS[exercise, answer.task]
    return judging.judge(check, written(answer), autograde, 3 if autograde else None)


def some(kind: Callable[[str], tuple[Answer, ...]], exercise: str, turn: int) -> list[tuple[int, Answer]]:
    return [(k, answer) for k, answer in enumerate(kind(exercise)) if k % ROUNDS == turn]


@pytest.mark.parametrize("turn", range(ROUNDS))
@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.usefixtures("quick")
def test_no_wrong_answer_passes(exercise: str, turn: int) -> None:
    for k, answer in some(answers.wrong, exercise, turn):
        for autograde in (False, True) if k % GRADED == 0 else (False,):
            check = CHECKS[exercise, answer.task]
            assert caught(check, written(answer), autograde, 3 if autograde else 0), (
                answer.task,
                answer.story,
            )


@pytest.mark.parametrize("turn", range(ROUNDS))
@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_right_answer_passes(exercise: str, turn: int) -> None:
    for k, answer in some(answers.right, exercise, turn):
        for autograde in (False, True) if k % GRADED == 0 else (k % 2 == 0,):
            report = judged(exercise, answer, autograde)
            assert report.earned == report.points, (answer.task, answer.story, autograde, str(report))
            assert not report.needs_human, (answer.task, answer.story)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_name_is_false_and_most_have_one(exercise: str) -> None:
    """Every sixth of the wrong answers; `make bench` tries all of them."""
    said, tried = 0, 0
    for answer in answers.wrong(exercise)[::6]:
        report = judged(exercise, answer, False)
        causes, message = told(report)
        assert causes <= answer.causes, (answer.task, answer.story, causes)
        tried += 1
        said += bool(causes) or message
    assert said >= 0.8 * tried, f"{said} of {tried}"


def test_there_are_enough_of_them() -> None:
    for kind, least in ((answers.wrong, 7), (answers.right, 8)):
        counts = Counter((name, answer.task) for name in EXERCISES for answer in kind(name))
        assert counts.keys() == CHECKS.keys()
        assert min(counts.values()) >= least
        sources = [answer.source for name in EXERCISES for answer in kind(name)]
        assert len(set(sources)) == len(sources)


def test_their_causes_are_in_the_catalogue() -> None:
    for name in EXERCISES:
        for answer in answers.wrong(name):
            assert answer.causes <= set(CAUSES), (answer.task, answer.story)


def test_every_kind_of_a_check_is_drawn_alike_for_student_and_judge() -> None:
    def numbers(value: Any) -> list[np.ndarray]:
        if isinstance(value, dict):
            return [array for item in value.values() for array in numbers(item)]
        if isinstance(value, (list, tuple)):
            return [array for item in value for array in numbers(item)]
        return [np.asarray(value, dtype=float)] if isinstance(value, (np.ndarray, float, int)) else []

    for check in CHECKS.values():
        for kind in check.kinds:
            given, trusted = draw_inputs(kind, [1], 4, 2)
            for name in given:
                for a, b in zip(numbers(given[name]), numbers(trusted[name]), strict=True):
                    np.testing.assert_array_equal(a, b, err_msg=f"{check.function}, {kind.words}, {name}")
