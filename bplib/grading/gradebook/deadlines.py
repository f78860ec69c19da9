"""Due dates, and the extensions that single students have, kept in the gradebook.

nbgrader keeps an extension with the work that was handed in, so nobody can have one before. Ours have a table of their own
beside nbgrader's, and are put where nbgrader looks when a grade is entered. What nbgrader itself has granted stays.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from nbgrader.api import Assignment, Gradebook, MissingEntry, SubmittedAssignment
from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    MetaData,
    String,
    Table,
    delete,
    insert,
    inspect,
    select,
)

from bplib.grading.course.agreement import GradingError

_TABLE = Table(
    "bplib_extension",
    MetaData(),
    Column("course", String(128), primary_key=True),
    Column("exercise", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("until", DateTime, nullable=False),
    Column("written", String(128), nullable=False),
)


class Extension(NamedTuple):
    """Until when a student may hand in: the moment, and as it was written."""

    exercise: str
    student: str
    until: datetime
    written: str


class Deadlines:
    """Due dates and extensions in an open gradebook; nothing stays there before it is committed."""

    def __init__(self, book: Gradebook) -> None:
        self._book = book
        self._there = inspect(book.engine).has_table(_TABLE.name)

    def due(self, exercise: str) -> datetime | None:
        """When an exercise is due; None if it never is.

        Raises
        ------
        GradingError
            If the gradebook does not know the exercise.
        """
        found: datetime | None = self._assignment(exercise).duedate
        return found.replace(tzinfo=UTC) if found else None

    def set_due(self, exercise: str, when: datetime | None) -> None:
        """Say when an exercise is due, or that it never is."""
        self._assignment(exercise).duedate = _naive(when) if when else None

    def extend(self, exercise: str, student: str, until: datetime, written: str) -> None:
        """Give a student time; it takes the place of what there was.

        Raises
        ------
        GradingError
            If the exercise is not known, or due later anyway.
        """
        due = self.due(exercise)
        if due and until <= due:
            raise GradingError(
                f"{written} is not after {exercise} is due, {due:%Y-%m-%d %H:%M} UTC; an extension ends later"
            )
        if not self._there:
            _TABLE.create(self._book.db.connection(), checkfirst=True)
            self._there = True
        self.remove(exercise, student)
        row = {"course": self._book.course_id, "exercise": exercise, "student": student}
        self._book.db.execute(insert(_TABLE).values(**row, until=_naive(until), written=written))

    def remove(self, exercise: str, student: str) -> bool:
        """Take an extension back; say whether there was one."""
        if not self._there:
            return False
        return bool(self._book.db.execute(delete(_TABLE).where(*self._where(exercise, student))).rowcount)

    def extensions(self, exercise: str = "", student: str = "") -> list[Extension]:
        """All extensions, of all exercises and students where none is named."""
        if not self._there:
            return []
        columns = [_TABLE.c[name] for name in ("exercise", "student", "until", "written")]
        rows = self._book.db.execute(select(*columns).where(*self._where(exercise, student)))
        found = (Extension(row[0], row[1], row[2].replace(tzinfo=UTC), row[3]) for row in rows)
        return sorted(found, key=lambda one: (one.exercise, one.student))

    def apply(self, submission: SubmittedAssignment) -> None:
        """Put a student's extension where nbgrader looks for it."""
        due = submission.assignment.duedate
        for found in self.extensions(submission.assignment.name, submission.student.id):
            submission.extension = _naive(found.until) - due if due and _naive(found.until) > due else None

    def _assignment(self, exercise: str) -> Assignment:
        try:
            return self._book.find_assignment(exercise)
        except MissingEntry:
            known = ", ".join(sorted(one.name for one in self._book.assignments)) or "none"
            raise GradingError(f"no exercise {exercise!r} in the gradebook; there are: {known}") from None

    def _where(self, exercise: str, student: str) -> list[ColumnElement[bool]]:
        wanted = {"course": self._book.course_id, "exercise": exercise, "student": student}
        return [_TABLE.c[name] == value for name, value in wanted.items() if value]


def _naive(moment: datetime) -> datetime:
    """As nbgrader keeps a moment: UTC, without saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None)
