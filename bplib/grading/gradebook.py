"""The one writer of nbgrader's gradebook: what ``nbgrader autograde`` would write, for results that were made elsewhere."""

from __future__ import annotations

import warnings
from types import TracebackType
from typing import Any, Self

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import event
from sqlalchemy.exc import SAWarning

#: Seconds to wait for somebody else's lock, formgrader's for instance.
PATIENCE = 60


class Writer:
    """Holds the gradebook open; results may be written again, and come out the same.

    Parameters
    ----------
    course
        Its ``db_url`` says where the gradebook is: SQLite, or PostgreSQL with its driver in the address.
    """

    def __init__(self, course: CourseDirectory) -> None:
        self._course = course
        # nbgrader's queries, written for an older SQLAlchemy
        warnings.simplefilter("ignore", SAWarning)
        self._gradebook = Gradebook(course.db_url, course.course_id)
        if course.db_url.startswith("sqlite"):
            event.listen(self._gradebook.engine, "connect", _patient)
            self._gradebook.engine.dispose()

    def students(self) -> list[str]:
        """Everyone on the roster."""
        return [student.id for student in self._gradebook.students]

    def knows(self, exercise: str) -> bool:
        """Whether an exercise has been entered by ``nbgrader generate_assignment``."""
        try:
            self._gradebook.find_assignment(exercise)
        except MissingEntry:
            return False
        return True

    def write(self, student: str, exercise: str, notebook: NotebookNode, timestamp: Any) -> None:
        """Enter the points of one graded notebook; points given by hand stay, and are marked for another look."""
        try:
            self._write(student, exercise, notebook, timestamp)
        except BaseException:
            self._gradebook.db.rollback()  # or what is half written goes in with the next student
            raise

    def _write(self, student: str, exercise: str, notebook: NotebookNode, timestamp: Any) -> None:
        book = self._gradebook
        book.update_or_create_student(student)
        known = {"timestamp": timestamp} if timestamp else {}
        submission = book.update_or_create_submission(exercise, student, **known)
        for cell in notebook.cells:
            if utils.is_grade(cell):
                grade = book.find_grade(cell.metadata.nbgrader.grade_id, exercise, exercise, student)
                grade.auto_score, _ = utils.determine_grade(cell)
                grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
            if utils.is_solution(cell):
                comment = book.find_comment(cell.metadata.nbgrader.grade_id, exercise, exercise, student)
                untouched = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
                comment.auto_comment = "No response." if untouched else None
        book.db.commit()
        if submission.total_seconds_late > 0:
            self._penalize(student, exercise, notebook)

    def _penalize(self, student: str, exercise: str, notebook: NotebookNode) -> None:
        """As the course's own plugin for late submissions says."""
        resources = {
            "nbgrader": {
                "notebook": exercise, "assignment": exercise, "student": student, "db_url": self._course.db_url,
            }
        }  # fmt: skip
        AssignLatePenalties(parent=self._course).preprocess(notebook, resources)

    def close(self) -> None:
        """Give the gradebook back."""
        self._gradebook.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _patient(connection: Any, _: Any) -> None:
    """Readers and the one writer do not block each other, and a lock is waited for."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute(f"PRAGMA busy_timeout={PATIENCE * 1000}")
    cursor.close()
