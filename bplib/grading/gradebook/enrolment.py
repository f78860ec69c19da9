"""The roster in the gradebook: everybody, whether they hand in or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nbgrader.coursedir import CourseDirectory

from bplib.grading.collecting.roster import Person
from bplib.grading.gradebook.opening import opened
from bplib.grading.gradebook.trouble import for_everybody


class Enrolled(NamedTuple):
    """How many are new, how many were there, and who is in the gradebook and not on the roster."""

    new: int
    known: int
    others: list[str]


def enrol(course: CourseDirectory, people: Sequence[Person]) -> Enrolled:
    """Enter everybody with what the roster says of them; what it leaves open stays as it was.

    Raises
    ------
    GradebookError
        If another version of nbgrader has made the gradebook.
    DiskError
        If it cannot be written.
    """
    with for_everybody("the gradebook"), opened(course) as book:
        before = {str(student.id) for student in book.students}
        for person in people:
            given = {
                "first_name": person.first,
                "last_name": person.last,
                "email": person.email,
                "lms_user_id": person.lms_id,
            }
            book.update_or_create_student(person.id, **{name: text for name, text in given.items() if text})
    ids = {person.id for person in people}
    return Enrolled(len(ids - before), len(ids & before), sorted(before - ids))
