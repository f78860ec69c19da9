"""Is a student's function right? The floor between the concepts and the course.

An exercise's notebook says ``check = exercise("activation")`` once, and ``check("leaky_relu")`` under each task.
What is asked of a function is data, in ``bplib.checking.exercises``.

`check_gradients` judges any gradient against its loss, and `check_backward` any backward pass.
"""

from __future__ import annotations

import sys

from bplib.checking.exercises import load
from bplib.checking.gradients import check_backward, check_gradients
from bplib.checking.judging.check import Check
from bplib.checking.judging.judge import judge
from bplib.checking.report.gradient_report import GradientReport
from bplib.checking.report.report import Report, Score

__all__ = [
    "Exercise",
    "GradientReport",
    "Report",
    "Score",
    "check_backward",
    "check_gradients",
    "exercise",
    "judge",
]


class Exercise:
    """The checks of one exercise. Call it with the name of a function that you have written."""

    def __init__(self, name: str, checks: tuple[Check, ...]) -> None:
        self.name = name
        self.checks = checks

    @property
    def points(self) -> dict[str, float]:
        """What each function is worth."""
        return {check.name: check.points for check in self.checks}

    @property
    def total(self) -> float:
        """What the exercise is worth."""
        return float(sum(self.points.values()))

    def find(self, function: str) -> Check:
        """The check of one function.

        Raises
        ------
        ValueError
            If the exercise does not ask for it; the message lists what it asks for.
        """
        for check in self.checks:
            if check.name == function:
                return check
        asked = ", ".join(map(repr, self.points))
        raise ValueError(f"the exercise {self.name!r} has no task {function!r}, expected one of {asked}.")

    def __call__(self, function: str) -> Score:
        """Check the function of this name where the call stands; give the points, with the report."""
        check = self.find(function)
        return Score(judge(check, sys._getframe(1).f_globals.get(function)))

    def __repr__(self) -> str:
        return f"<exercise {self.name}: {len(self.checks)} tasks, {self.total:g} points>"


def exercise(name: str) -> Exercise:
    """Get ready to check the exercise of this name.

    Raises
    ------
    ValueError
        If there is no such exercise; the message lists those that there are.
    """
    return Exercise(name, load(name))
