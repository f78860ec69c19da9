"""The end of a submission's way: into the gradebook, and into nbgrader's folders beside it.

Whatever is refused for one student becomes that student's result; what would be refused for everybody ends the run.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from bplib.grading.gradebook import folders
from bplib.grading.gradebook.ids import NotEnteredError
from bplib.grading.gradebook.results import GONE, GONE_CODE, HUMAN, NO_COPY, NOT_ENTERED, Result
from bplib.grading.gradebook.sheet import Sheet, number
from bplib.grading.gradebook.trouble import DiskError, concerns_all, reason
from bplib.grading.gradebook.writer import Writer


def entered(
    course: CourseDirectory, writer: Writer, exercise: str, result: Result, submitted: Path | None
) -> Result:
    """Write what nbgrader would have written; a result that cannot be written is one for a human.

    Parameters
    ----------
    course, writer
        nbgrader's folders, and its gradebook.
    exercise, result
        Whose work on what, and what became of it.
    submitted
        Where it was handed in; None if nothing is there.

    Raises
    ------
    DiskError
        If nothing can be written for anybody.
    """
    student = result.student
    try:
        if submitted is None:
            gone = writer.has(student, exercise)
            return replace(result, outcome=HUMAN, code=GONE_CODE, sentence=GONE) if gone else result
        result = replace(result, notes=(*result.notes, *folders.remarks(course, exercise, submitted)))
        if result.notebook:
            when = folders.timestamp(submitted.parent)
            sheet = writer.write(student, exercise, when, result.scores, result.blank)
            return _with_copy(course, exercise, _standing(result, sheet), submitted)
        writer.put_off(student, exercise)
    except NotEnteredError as error:
        result = replace(result, outcome=HUMAN, code=NOT_ENTERED, sentence=str(error))
    except Exception as error:
        if concerns_all(error):
            raise _ended(student, error) from error
        said = f"It was graded but could not be entered: {reason(error)}"
        result = replace(result, outcome=HUMAN, code=NOT_ENTERED, sentence=said[:300])
    folders.remove(course, student, exercise)
    return result


def _with_copy(course: CourseDirectory, exercise: str, result: Result, submitted: Path) -> Result:
    """Put the graded notebook down, once its points are in."""
    student = result.student
    try:
        left_out = folders.lay_down(course, student, exercise, submitted.parent, result.notebook)
    except Exception as error:
        if concerns_all(error):
            raise _ended(student, error) from error
        said = (
            f"Its points are entered, but the graded notebook could not be put down ({reason(error)}). "
            "Mend that, then grade again."
        )
        folders.remove(course, student, exercise)
        return replace(result, outcome=HUMAN, code=NO_COPY, sentence=said)
    return replace(result, notes=(*result.notes, *left_out))


def page_put_down(course: CourseDirectory, exercise: str, student: str, page: str) -> str:
    """Put a student's page down; say why that cannot be done, where it cannot.

    Raises
    ------
    DiskError
        If no page can be written for anybody.
    """
    try:
        folders.lay_down_page(course, student, exercise, page)
    except Exception as error:
        if concerns_all(error):
            raise _ended(student, error) from error
        return reason(error)
    return ""


def _standing(result: Result, sheet: Sheet | None) -> Result:
    """A result with what the gradebook says beyond its points, and a note on that."""
    if sheet is None:
        return result
    by_hand = {
        name.removeprefix("test-"): points.earned
        for name, points in sheet.points.items()
        if points.manual is not None or points.extra
    }
    checked = sum(result.tasks.values())
    notes = [f"late: {number(sheet.late)} points are taken off"] if sheet.late else []
    if by_hand:
        told = ", ".join(f"{task} {number(points)}" for task, points in by_hand.items())
        notes.append(f"by hand: {told}")
    notes = [f"{'; '.join(notes)} (the checks gave {number(checked)})"] if notes else []
    return replace(
        result, stands=sheet.earned, late=sheet.late, by_hand=by_hand, notes=(*result.notes, *notes)
    )


def _ended(student: str, error: BaseException) -> DiskError:
    if isinstance(error, DiskError):
        return error
    shown = student.encode(errors="replace").decode()
    return DiskError(f"nothing more can be written, seen when it was {shown}’s turn: {reason(error)}.")
