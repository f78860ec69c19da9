"""The one writer of nbgrader's gradebook: what ``nbgrader autograde`` would write, for results that were made elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    MissingEntry,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties

from bplib.grading.gradebook.deadlines import Deadlines
from bplib.grading.gradebook.ids import check_id
from bplib.grading.gradebook.opening import keep_log, opened
from bplib.grading.gradebook.sheet import Sheet, read_sheet

_A_STUDENTS = (Student, SubmittedAssignment, SubmittedNotebook, Grade, Comment)


class Writer:
    """Holds the gradebook open; results may be written again, and come out the same.

    Parameters
    ----------
    course
        Its ``db_url`` says where the gradebook is: SQLite, or PostgreSQL with its driver in the address.

    Raises
    ------
    GradebookError
        If it cannot be used.
    """

    def __init__(self, course: CourseDirectory) -> None:
        self._gradebook = opened(course)
        # With each commit all would be forgotten, and the exercise read anew for every student.
        self._gradebook.db().expire_on_commit = False
        self._exercise: list[object] = []
        self._log("WAL")
        #: Until when what may be handed in.
        self.deadlines = Deadlines(self._gradebook)
        # The course's own plugin, with its settings.
        self._penalties = AssignLatePenalties(parent=course)
        self._penalties.init_plugin()

    def students(self) -> list[str]:
        """Everyone on the roster."""
        found = [student.id for student in self._gradebook.students]
        self._commit()  # a server may end a connection that holds a transaction for long
        return found

    def points(self, exercise: str) -> dict[str, float] | None:
        """What each graded cell is worth; None if ``nbgrader generate_assignment`` has not entered the exercise."""
        try:
            notebook = self._gradebook.find_notebook(exercise, exercise)
        except MissingEntry:
            return None
        found = {cell.name: float(cell.max_score) for cell in (*notebook.grade_cells, *notebook.task_cells)}
        self._commit()
        return found

    def has(self, student: str, exercise: str) -> bool:
        """Whether an earlier run has entered points for a student."""
        found = self._submission(student, exercise) is not None
        self._commit()
        return found

    def write(
        self,
        student: str,
        exercise: str,
        timestamp: datetime | None,
        scores: Mapping[str, float | None],
        blank: Collection[str],
    ) -> Sheet | None:
        """Enter the points of one graded notebook; points given by hand stay, and are marked for another look.

        Parameters
        ----------
        student, exercise
            Whose work on what.
        timestamp
            When it was handed in, if that is known.
        scores, blank
            By ``grade_id``, see `bplib.grading.gradebook.results.Result`.

        Returns
        -------
        Sheet or None
            What the gradebook says now, where it is not just these points: lateness costs, or somebody gave some by hand.

        Raises
        ------
        NotEnteredError
            If the student's folder has a name that is no id.
        """
        try:
            other = self._write(student, exercise, timestamp, scores, blank)
            return self.sheet(student, exercise) if other else None
        except BaseException:
            self._gradebook.db.rollback()  # or what is half written goes in with the next student
            raise

    def put_off(self, student: str, exercise: str) -> None:
        """Enter a student whose work could not be graded; points of earlier work stay, and are marked for another look.

        Raises
        ------
        NotEnteredError
            As `write` does.
        """
        self._enroll(student)
        submission = self._submission(student, exercise)
        for notebook in submission.notebooks if submission else ():
            for grade in notebook.grades:
                grade.needs_manual_grade = True
        self._commit()

    def date_anew(self, exercise: str, student: str = "", taken_back: bool = False) -> int:
        """Compute anew what lateness costs, after a due date or an extension has changed; of all students if none is named.

        Parameters
        ----------
        taken_back
            Whether the student's extension has gone.

        Returns
        -------
        int
            Of how many students the points change.
        """
        changed = 0
        for submission in self._gradebook.assignment_submissions(exercise):
            if student and submission.student.id != student:
                continue
            if taken_back:
                submission.extension = None
            for notebook in submission.notebooks:
                before = notebook.late_submission_penalty or 0
                self._penalize(submission.student.id, submission, notebook)
                changed += before != (notebook.late_submission_penalty or 0)
        self._commit()
        return changed

    def sheet(self, student: str, exercise: str) -> Sheet:
        """What is entered of a student's notebook.

        Raises
        ------
        nbgrader.api.MissingEntry
            If nothing is.
        """
        found = read_sheet(self._gradebook, student, exercise, exercise)
        self._commit()
        return found

    def _enroll(self, student: str) -> None:
        check_id(student)
        self._gradebook.update_or_create_student(student)

    def _submission(self, student: str, exercise: str) -> SubmittedAssignment | None:
        try:
            return self._gradebook.find_submission(exercise, student)
        except (MissingEntry, UnicodeEncodeError):
            return None

    def _write(
        self,
        student: str,
        exercise: str,
        timestamp: datetime | None,
        scores: Mapping[str, float | None],
        blank: Collection[str],
    ) -> bool:
        """Write; say whether other things than these points decide."""
        book = self._gradebook
        self._enroll(student)
        # Of a time that is not known, an earlier submission's says nothing.
        submission = book.update_or_create_submission(exercise, student, timestamp=timestamp)
        book.db.flush()
        # All at once: a question for each cell took most of the time.
        (entered,) = submission.notebooks
        for grade in entered.grades:
            if grade.name in scores:
                grade.auto_score = scores[grade.name]
                grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
        for comment in entered.comments:
            comment.auto_comment = "No response." if comment.name in blank else None
        self._penalize(student, submission, entered)
        other = bool(entered.late_submission_penalty) or any(
            grade.manual_score is not None or grade.extra_credit for grade in entered.grades
        )
        self._commit()
        return other

    def _penalize(self, student: str, submission: SubmittedAssignment, notebook: SubmittedNotebook) -> None:
        """Take off what lateness costs by the course's own plugin; what it cost an earlier submission is given back."""
        book = self._gradebook
        notebook.late_submission_penalty = None
        self.deadlines.apply(submission)
        # nbgrader adds an extension to a due date even where there is none.
        late = submission.total_seconds_late if submission.assignment.duedate else 0
        if late <= 0:
            return
        book.db.flush()
        book.db.refresh(notebook)  # the database adds up the score
        penalty = self._penalties.plugin_inst.late_submission_penalty(student, notebook.score, late)
        if penalty is not None:
            notebook.late_submission_penalty = min(max(penalty, 0), notebook.score)

    def _commit(self) -> None:
        """Commit. The exercise stays known; what is a student's is not: formgrader may change it at any time."""
        db = self._gradebook.db
        db.commit()
        self._exercise = []
        for entry in list(db):
            if isinstance(entry, _A_STUDENTS):
                db.expire(entry)
                continue
            self._exercise.append(entry)
            if isinstance(entry, (Assignment, Notebook)):
                db.expire(entry, ["submissions"])  # or all of them would stay in memory

    def _log(self, mode: str) -> None:
        if keep_log(self._gradebook, mode):
            self._commit()

    def close(self) -> None:
        """Give the gradebook back, in one file."""
        self._gradebook.db.rollback()
        self._log("DELETE")
        self._gradebook.close()
