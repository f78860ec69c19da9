"""The points of a class as CSV files: those that Canvas and Moodle import into their gradebooks, and one by tasks for yourself.

Students whose points do not stand are left out of the files to be imported: an empty cell would delete a grade that is there already.
So are those whose id or address a spreadsheet would run: written otherwise, the platform would not know them again.

Sources: Canvas, ``lib/gradebook_importer.rb`` of github.com/instructure/canvas-lms; Moodle, "Grade import" on docs.moodle.org
and ``grade/import/csv`` of github.com/moodle/moodle.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable

from bplib.grading.pages.class_results import ClassResults, StudentResult

#: What a formula begins with, once its first sign is written in the ordinary width; and what begins one by itself.
_FORMULA, _BREAKS = ("=", "+", "-", "@", "\u2212"), ("\t", "\r", "\n")
#: Spreadsheets look for a formula behind these as well, and behind what is not seen.
_QUOTES = "'\"`´‘’‚‛“”„‟‹›«»＂＇｀"
_SIGNED = re.compile(r"[+-]?[0-9]+")
NO_POINTS = "they have no points yet"
FORMULA = "a spreadsheet would run their id or address; enter them by hand"


def counted(results: ClassResults) -> list[StudentResult]:
    """The students whose points go into a file to be imported."""
    out = left_out(results)
    return [student for student in results.students if student.id not in out]


def left_out(results: ClassResults) -> dict[str, str]:
    """The ids of those who do not go into a file to be imported, with the reason: `NO_POINTS` or `FORMULA`."""
    return {
        student.id: NO_POINTS if not student.counted else FORMULA
        for student in results.students
        if not student.counted or not all(map(_as_given, (student.id, student.lms_id, student.email)))
    }


def _as_given(name: str) -> bool:
    """Whether what a platform calls somebody can stand in a file as it is. A number with a sign is no formula."""
    return plain(name) == name or _SIGNED.fullmatch(name) is not None


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
    for student in counted(results):
        own = student.lms_id.isascii() and student.lms_id.isdigit()
        rows.append(
            [
                plain(student.name),
                student.lms_id if own else "",
                "" if own else student.lms_id,
                student.id,
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
    students = counted(results)
    by_email = bool(students) and all(student.email for student in students)
    rows = [["Email address" if by_email else "ID number", plain(results.exercise)]]
    for student in students:
        who = student.email if by_email else student.lms_id or student.id
        rows.append([who, number(student.points or 0.0)])
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
    seen = (
        c for c in text if not (c.isspace() or c in _QUOTES or unicodedata.category(c) in ("Cc", "Cf", "Mn"))
    )
    first = unicodedata.normalize("NFKC", next(seen, ""))
    return f"'{text}" if first.startswith(_FORMULA) or text.startswith(_BREAKS) else text


def number(points: float) -> str:
    """Return points with at most two decimals, and no exponent."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def _csv(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
