"""Points that change because the checks have: for whom, from what to what, and why, before anything is entered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from bplib.checking.judging.versions import since
from bplib.grading.gradebook.results import MISSING, NOT_ENTERED, Result
from bplib.grading.work.journal import Journal


class Change(NamedTuple):
    """The points of a student's task, by the checks of the last time and by those of now, and what these found."""

    student: str
    task: str
    before: float
    after: float
    why: str


class ChecksChanged(Exception):
    """Other checks than those of the last time would change points that were entered.

    Attributes
    ----------
    earlier, now
        The versions of the checks.
    since
        What has changed in the checks, in words.
    changes
        For whom, and how.
    """

    def __init__(self, exercise: str, earlier: int, now: int, changes: list[Change]) -> None:
        self.earlier, self.now, self.changes = earlier, now, changes
        self.since = since(exercise, earlier)
        students = len({change.student for change in changes})
        super().__init__(
            f"the checks of {exercise} are another version ({now}) than those that judged last time ({earlier or 'unknown'}), and "
            f"would change the points of {students} student{'s' * (students != 1)} who handed in the same. Nothing was entered."
        )


class Entries:
    """What has become of each student of an exercise last, and what was entered by which checks; without the notebooks.

    Parameters
    ----------
    root
        The course.
    exercise
        Its name.
    journal
        Of the last run: it tells what was entered before entries were kept.
    """

    def __init__(self, root: Path, exercise: str, journal: Journal) -> None:
        self._kept = Journal(root / ".bplib-journal" / f"{exercise}.entered.jsonl")
        self._became = {result.student: result for result in self._kept.kept()}
        last = {result.student: result for result in self._kept.kept() if _is_entered(result)}
        # Before entries were kept there was the journal of the last run.
        self._last = last or {r.student: replace(r, notebook="") for r in journal.kept() if r.tasks}

    def keep(self, result: Result) -> None:
        """Note what has become of a student, and what has been entered."""
        missing = result.outcome == MISSING and result.student not in self._became
        if not missing and self._became.get(result.student) != result:
            self._kept.add(result)
            self._became[result.student] = result
        if _is_entered(result):
            self._last[result.student] = result

    def of(self, student: str) -> Result | None:
        """What has become of a student; None if nobody has looked yet."""
        return self._became.get(student) or self._last.get(student)

    def are_of_others(self, students: Sequence[str], version: int) -> bool:
        """Whether other checks have judged some of these students."""
        return any(student in self._last and self._last[student].checks != version for student in students)

    def oldest(self, students: Sequence[str]) -> int:
        """The earliest version that has judged one of these students."""
        return min(self._last[student].checks for student in students if student in self._last)

    def changed(self, result: Result, version: int) -> list[tuple[str, float, float]]:
        """The tasks of which other checks gave other points for the same notebook: name, points before, points now."""
        before = self._last.get(result.student)
        if before is None or before.checks == version or before.handed_in != result.handed_in:
            return []
        return [
            (task, before.tasks[task], points)
            for task, points in result.tasks.items()
            if task in before.tasks and before.tasks[task] != points
        ]


def _is_entered(result: Result) -> bool:
    return bool(result.tasks) and result.code != NOT_ENTERED
