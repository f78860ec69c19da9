"""How a class did in one exercise: nbgrader's gradebook and the autograded notebooks as plain data.

It works for every exercise of nbgrader's folder layout, those of this course or others. The gradebook is read and left as it is.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook, MissingEntry, SubmittedAssignment
from sqlalchemy.exc import SQLAlchemyError

from bplib.checking.report.output import UNDECIDED
from bplib.grading.gradebook.address import NoGradebook, course_id
from bplib.grading.gradebook.graded_notebook import BrokenNotebook, Wrong, read_wrong, read_zero
from bplib.grading.gradebook.results import GONE, GRADED
from bplib.grading.gradebook.results import HUMAN as NEEDS_HUMAN
from bplib.grading.gradebook.results import MISSING as NOT_SUBMITTED

_UNGRADED = "Handed in, and not in the gradebook: grade it, or see why that fails."
_CALL = re.compile(r'check\("(\w+)"\)')


class ClassError(RuntimeError):
    """The results of a class cannot be read; the message says what was looked for and what to do."""


@dataclass(frozen=True)
class Task:
    """One graded cell of the exercise and what it is worth."""

    name: str
    maximum: float


@dataclass(frozen=True)
class Points:
    """What a student has in one task. ``manual`` are the points given by hand; they stand in place of the autograder's."""

    task: str
    points: float
    manual: float | None = None
    extra: float = 0.0


@dataclass(frozen=True)
class StudentResult:
    """One student in one exercise.

    Attributes
    ----------
    id, name, email, lms_id : str
        As in the gradebook; empty where it has nothing, ``name`` is then the id.
    outcome : str
        ``"graded"``, ``"needs a human"`` or ``"not submitted"``.
    reason : str
        One sentence when a human is needed, else empty. It names no student.
    points : float or None
        The sum over the tasks less the late penalty, never below zero; None without a submission.
    counted : bool
        Whether the points stand. They do for the graded, and where a human should look at an output that the check
        could not decide, for it costs nothing. They do not where points by hand are due or the notebook is broken.
    penalty : float
        The points taken off for being late.
    tasks : tuple of Points
        In the order of the exercise; empty without a submission.
    wrong : tuple of Wrong
        Every output that is not right.
    zero : str
        What was seen in a notebook that earned nothing and looks like the wrong file; empty otherwise.
    marked_late : bool
        Whether Moodle or Canvas calls it late; that alone costs nothing.
    """

    id: str
    name: str
    email: str
    lms_id: str
    outcome: str
    reason: str = ""
    points: float | None = None
    counted: bool = False
    penalty: float = 0.0
    tasks: tuple[Points, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    zero: str = ""
    marked_late: bool = False


@dataclass(frozen=True)
class Shared:
    """Two answers to a task that have something rare in common."""

    task: str
    left: str
    right: str


@dataclass(frozen=True)
class Alike:
    """Two students, by id, with their answers side by side; ``bits`` says how rare it is what they share."""

    left: str
    right: str
    bits: float
    shared: tuple[Shared, ...]


@dataclass(frozen=True)
class ClassResults:
    """A class in one exercise, students in the order of their names; ``alike`` are pairs to ask about."""

    exercise: str
    maximum: float
    tasks: tuple[Task, ...]
    students: tuple[StudentResult, ...]
    alike: tuple[Alike, ...] = ()

    def with_outcome(self, outcome: str) -> tuple[StudentResult, ...]:
        """Return the students with this outcome."""
        return tuple(student for student in self.students if student.outcome == outcome)


def read_class(
    exercise: str, database: str, autograded: Callable[[str], Path], submitted: Iterable[str]
) -> ClassResults:
    """Read how a class did in an exercise.

    Parameters
    ----------
    exercise : str
        Its name in the gradebook.
    database : str
        The gradebook's address, for example ``sqlite:////home/ada/course/gradebook.db``.
    autograded : callable
        Returns a student's graded folder of the exercise for the student's id.
    submitted : iterable of str
        Who has handed in something, whether the gradebook knows them or not.

    Raises
    ------
    ClassError
        If there is no gradebook at the address, or no such exercise in it.
    """
    try:
        course = course_id(database)
        with Gradebook(database, course_id=course) as gradebook:
            return _read(gradebook, exercise, autograded, set(submitted))
    except NoGradebook as error:
        raise ClassError(str(error)) from error
    except SQLAlchemyError as error:
        raise ClassError(
            f"the gradebook cannot be read: {str(error).splitlines()[0]}; "
            "if an older nbgrader made it, run `nbgrader db upgrade`"
        ) from error


def _read(
    gradebook: Gradebook, exercise: str, autograded: Callable[[str], Path], submitted: set[str]
) -> ClassResults:
    try:
        assignment = gradebook.find_assignment(exercise)
    except MissingEntry:
        known = ", ".join(sorted(a.name for a in gradebook.assignments)) or "none"
        raise ClassError(f"no exercise {exercise!r} in the gradebook; there are: {known}") from None
    cells = _cells(assignment)
    submissions = {s.student_id: s for s in gradebook.assignment_submissions(exercise)}
    names = {
        book.name: {cell.name: task for book_, cell, task in cells if book_ == book.name}
        for book in assignment.notebooks
    }
    students = []
    for row in gradebook.students:
        shown = ", ".join(part for part in (row.last_name, row.first_name) if part)
        student = StudentResult(
            str(row.id), shown or str(row.id), row.email or "", row.lms_user_id or "", NOT_SUBMITTED
        )
        if row.id in submissions:
            student = _safely_graded(student, submissions[row.id], cells, names, autograded)
            # Where there is nothing at all, it has been put away, or lies elsewhere.
            if submitted and row.id not in submitted:
                student = replace(student, outcome=NEEDS_HUMAN, reason=GONE)
        elif row.id in submitted:
            student = replace(student, outcome=NEEDS_HUMAN, reason=_UNGRADED)
        students.append(student)
    for name in submitted - {student.id for student in students}:
        shown = name.encode(errors="replace").decode()  # a folder's name may be no text
        students.append(StudentResult(shown, shown, "", "", NEEDS_HUMAN, _UNGRADED))
    students.sort(key=lambda student: (student.name.casefold(), student.id))
    tasks = tuple(Task(task, float(cell.max_score)) for _, cell, task in cells)
    return ClassResults(exercise, float(assignment.max_score), tasks, tuple(students))


def _cells(assignment: Assignment) -> list[tuple[str, Any, str]]:
    """Return notebook, graded cell and task for each graded cell, in the order of the notebooks."""
    several = len(assignment.notebooks) > 1
    found = []
    for book in assignment.notebooks:
        order = {cell.name: (i, cell.source or "") for i, cell in enumerate(book.source_cells)}
        graded = [*book.grade_cells, *book.task_cells]
        for cell in sorted(graded, key=lambda cell: order.get(cell.name, (len(order), ""))[0]):
            call = _CALL.search(order.get(cell.name, (0, ""))[1])
            task = call[1] if call else cell.name.removeprefix("test-")
            found.append((book.name, cell, f"{book.name}: {task}" if several else task))
    return found


def _safely_graded(
    student: StudentResult,
    submission: SubmittedAssignment,
    cells: list[tuple[str, Any, str]],
    names: dict[str, dict[str, str]],
    autograded: Callable[[str], Path],
) -> StudentResult:
    """One student's results; what fails for one is said there, and costs nobody else the page."""
    try:
        return _graded(student, submission, cells, names, autograded(student.id))
    except SQLAlchemyError:
        raise  # the gradebook is the same for all
    except Exception as error:  # noqa: BLE001 - the others' results must not depend on it
        sentence = f"The graded work could not be read ({type(error).__name__})."
        return replace(student, outcome=NEEDS_HUMAN, reason=sentence)


def _graded(
    student: StudentResult,
    submission: SubmittedAssignment,
    cells: list[tuple[str, Any, str]],
    names: dict[str, dict[str, str]],
    folder: Path,
) -> StudentResult:
    grades = {grade.cell_id: grade for book in submission.notebooks for grade in book.grades}
    points, by_hand = [], []
    for _, cell, task in cells:
        if grade := grades.get(cell.id):
            points.append(
                Points(task, float(grade.score), grade.manual_score, float(grade.extra_credit or 0))
            )
        if grade is None or grade.needs_manual_grade:
            by_hand.append(task)
    penalty = float(submission.late_submission_penalty or 0)
    total = max(0.0, sum(p.points for p in points) - penalty)
    student = replace(student, points=total, penalty=penalty, tasks=tuple(points))
    wrong: list[Wrong] = []
    try:
        for book, tasks in names.items():
            wrong += read_wrong(folder / f"{book}.ipynb", tasks)
    except BrokenNotebook as error:
        sentence = str(error)
        return replace(student, outcome=NEEDS_HUMAN, reason=f"{sentence[:1].upper()}{sentence[1:]}.")
    # Who has given points by hand has looked.
    looked_at = {p.task for p in points if p.manual is not None}
    undecided = [
        f"{w.output} of {w.task}" for w in wrong if w.verdict == UNDECIDED and w.task not in looked_at
    ]
    reason = f"Points by hand are due for {', '.join(by_hand)}." if by_hand else ""
    if undecided:
        reason = f"The check could not decide {', '.join(undecided)}. {reason}".rstrip()
    outcome = NEEDS_HUMAN if reason else GRADED
    zeros = [] if total else [read_zero(folder / f"{book}.ipynb") for book in names]
    return replace(
        student,
        outcome=outcome,
        reason=reason,
        counted=not by_hand,
        wrong=tuple(wrong),
        zero="; ".join(filter(None, zeros)),
    )
