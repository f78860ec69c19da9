"""The points of a class as CSV files: those that Canvas and Moodle import into their gradebooks, and one by tasks for yourself.

Students whose points do not stand are left out of the files to be imported: an empty cell would delete a grade that is there already.

Sources: Canvas, ``lib/gradebook_importer.rb`` of github.com/instructure/canvas-lms; Moodle, "Grade import" on docs.moodle.org
and ``grade/import/csv`` of github.com/moodle/moodle.
"""

import csv
import io
from collections.abc import Iterable

from bplib.grading.pages.class_results import ClassResults, StudentResult

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def counted(results: ClassResults) -> tuple[list[StudentResult], list[StudentResult]]:
    """Split the class into the students whose points go into a file and those left out."""
    return [s for s in results.students if s.counted], [s for s in results.students if not s.counted]


def canvas(results: ClassResults) -> str:
    """Return the points for Canvas (Grades, Import).

    Canvas takes ``Name (number)`` for the assignment of that number, so the maximum does not stand behind the name: it has a row
    of its own. The column matches an assignment of the exercise's name; where there is none, Canvas asks. A student is
    looked for by Canvas's own number (nbgrader's ``lms_user_id`` when it is one, otherwise it goes into ``SIS User ID``),
    then by login, which is the id in nbgrader, then by name.
    """
    rows = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", plain(results.exercise)],
        ["    Points Possible", "", "", "", "", number(results.maximum)],
    ]
    for student in counted(results)[0]:
        own = student.lms_id.isascii() and student.lms_id.isdigit()
        rows.append(
            [
                plain(student.name),
                student.lms_id if own else "",
                "" if own else plain(student.lms_id),
                plain(student.id),
                "",
                number(student.points or 0.0),
            ]
        )
    return _csv(rows)


def moodle(results: ClassResults) -> str:
    """Return the points for Moodle (Grades, Import, CSV file).

    Students go by their email address when all of them have one, otherwise by ID number: nbgrader's ``lms_user_id`` where
    there is one, and else nbgrader's id. One student that Moodle does not find makes it refuse the file.
    """
    students = counted(results)[0]
    by_email = bool(students) and all(student.email for student in students)
    rows = [["Email address" if by_email else "ID number", plain(results.exercise)]]
    for student in students:
        who = student.email if by_email else student.lms_id or student.id
        rows.append([plain(who), number(student.points or 0.0)])
    return _csv(rows)


def tasks(results: ClassResults) -> str:
    """Return the points of each task, for a spreadsheet: one row for each student, whether the points stand or not.

    The head of a task's column says what it is worth. A cell is empty where nothing was handed in, and zero where nothing was
    right.
    """
    head = [f"{task.name} (of {number(task.maximum)})" for task in results.tasks]
    last = [
        "marked late by the platform",
        "late penalty",
        f"points (of {number(results.maximum)})",
        "points stand",
        "outcome",
    ]
    rows = [list(map(plain, ["id", "name", "email", *head, *last]))]
    for student in results.students:
        got = {points.task: number(points.points) for points in student.tasks}
        handed_in = student.points is not None
        rows.append(
            [
                plain(student.id),
                plain(student.name),
                plain(student.email),
                *(got.get(task.name, "") for task in results.tasks),
                "yes" if student.marked_late else "no",
                number(student.penalty) if handed_in else "",
                number(student.points or 0.0) if handed_in else "",
                "yes" if student.counted else "no",
                student.outcome,
            ]
        )
    return _csv(rows)


FORMATS = {"canvas": canvas, "moodle": moodle, "tasks": tasks}
#: Of these, platforms that would take a missing number for a grade: they get only points that stand.
IMPORTED = ("canvas", "moodle")


def plain(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe before what begins like one.

    References
    ----------
    OWASP, "CSV injection".
    """
    bare = text.lstrip(" \u00a0\ufeff\u200b")
    return f"'{text}" if bare.startswith(_FORMULA) else text


def number(points: float) -> str:
    """Return points with at most two decimals, and no exponent."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def _csv(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
