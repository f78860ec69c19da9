"""One student's case: what is known of it, from the journal, the graded notebook and the gradebook, and how it is closed."""

from __future__ import annotations

import shlex
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import MissingEntry
from nbgrader.coursedir import CourseDirectory

from bplib.checking.judging.versions import version
from bplib.checking.report.evidence import Evidence
from bplib.grading.course.agreement import GradingError
from bplib.grading.gradebook import folders, names
from bplib.grading.gradebook.graded_notebook import said
from bplib.grading.gradebook.results import GONE_CODE, HUMAN, MISSING, NO_COPY, NOT_ENTERED, Result
from bplib.grading.gradebook.sheet import Sheet
from bplib.grading.gradebook.trouble import for_everybody
from bplib.grading.gradebook.writer import Writer
from bplib.grading.work.changes import Entries
from bplib.grading.work.job import STALLED
from bplib.grading.work.journal import Journal

#: What stands in place of a reason where the submission has been there for longer than any grading.
NEVER = "Nobody has graded it yet."


@dataclass(frozen=True)
class Case:
    """What is known of one student's work.

    Attributes
    ----------
    result
        What became of it; None if it was never graded.
    found
        What the checks say of each task that is not right, in a sentence.
    points
        The gradebook's sheet; None if there is nothing in it.
    submitted, graded
        Where the notebook lies as it was handed in, and as it was graded; None where there is none.
    other_checks
        Whether the checks have changed since.
    """

    student: str
    exercise: str
    result: Result | None
    found: dict[str, str]
    points: Sheet | None
    submitted: Path | None
    graded: Path | None
    other_checks: bool

    @property
    def reason(self) -> str:
        """Why somebody has to look, or that nobody has to."""
        if self.result is None:
            return NEVER if self.submitted else "Nothing was handed in."
        if self.result.outcome == MISSING:
            return "Nothing was handed in."
        return self.result.sentence or "It was graded; nobody has to look."

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Calls that show what the checks have found."""
        return () if self.result is None else self.result.evidence

    @property
    def closing(self) -> list[str]:
        """How the case is closed, one sentence or command each."""
        again = f"bplib grade {self.exercise} --student {shlex.quote(self.student)}"
        code = self.result.code if self.result else ""
        if self.result is None or self.result.outcome != HUMAN:
            return [f"Grade it (again): {again}"] if self.submitted else []
        by_hand = (
            f"Give the points by hand: nbgrader formgrader, Manual Grading, {self.exercise}, {self.student}. "
            "Points by hand stand from then on, and the report counts the case as closed."
        )
        if code == "undecided":
            return [
                f"{by_hand} If you agree with the points that stand, enter the same.",
                f"Or, if the notebook has changed: {again}",
            ]
        if code in (NOT_ENTERED, NO_COPY, GONE_CODE):
            return [f"Mend what the sentence names, then: {again}"]
        if self.points is not None and code in (STALLED, "restarts"):
            return [f"See whether it happens again: {again}", by_hand]
        return [
            f"Mend the file, or ask for it again and put it at {self.submitted}. Then: {again}",
            "Until then it has no points of this submission in the gradebook, so none can be given by hand.",
        ]


def case(course: CourseDirectory, exercise: str, student: str) -> Case:
    """Put together what is known of a student's work.

    Raises
    ------
    GradingError
        If the exercise or the student does not exist.
    DiskError
        If course or gradebook cannot be read.
    """
    root = Path(course.root)
    with for_everybody("the course"), closing(Writer(course)) as writer:
        if writer.points(exercise) is None:
            raise GradingError(f"the gradebook does not know {exercise!r}.")
        found = folders.submissions(course, exercise)
        names.require([student], {*found, *writer.students()})
        try:
            sheet = writer.sheet(student, exercise)
        except (MissingEntry, UnicodeEncodeError):
            sheet = None
    result = Entries(root, exercise, Journal(root / ".bplib-journal" / f"{exercise}.jsonl")).of(student)
    graded = folders.graded(course, student, exercise)
    try:
        text = graded.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return Case(student, exercise, result, {}, sheet, found.get(student), None, _is_old(result, exercise))
    submitted = found.get(student)
    return Case(student, exercise, result, said(text), sheet, submitted, graded, _is_old(result, exercise))


def _is_old(result: Result | None, exercise: str) -> bool:
    return result is not None and bool(result.tasks) and result.checks != version(exercise)
