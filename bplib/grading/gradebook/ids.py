"""The name of a student's folder, which is to be an id in the gradebook."""

from __future__ import annotations

from nbgrader.api import Student

from bplib.grading.course.printable import printable

#: Characters of a student's id that fit.
LONGEST: int = Student.__table__.c.id.type.length
#: Formgrader writes an id into its pages as it is.
_HTML = set('<>&"`')


class NotEnteredError(ValueError):
    """A result cannot go into the gradebook; the message is a sentence that says why, and what to do."""


def check_id(student: str) -> None:
    """See that a folder's name can be an id.

    Raises
    ------
    NotEnteredError
        If it cannot.
    """
    try:
        student.encode()
    except UnicodeEncodeError:
        raise NotEnteredError(
            "The name of the student's folder is not UTF-8. Rename it, then grade again."
        ) from None
    if len(student) > LONGEST:
        raise NotEnteredError(
            f"The name of the student's folder has {len(student)} characters, the gradebook takes {LONGEST}. "
            "Shorten it, then grade again."
        )
    if student != student.strip():
        raise NotEnteredError(
            f"The name of the student's folder, {student!r}, begins or ends with a space, which nbgrader takes away. "
            "Rename it, then grade again."
        )
    if printable(student) != student or _HTML & set(student):
        raise NotEnteredError(
            f"The name of the student's folder, {student!r}, has one of {' '.join(sorted(_HTML))}, which formgrader takes for HTML, "
            "or a sign that does not print. Rename it, then grade again."
        )
