"""The class: who is in it, by which names and numbers a platform knows them, and who works together.

References
----------
Moodle, ``mod/assign/gradingtable.php``: the grading worksheet's ``Status`` says ``2 hours late``, and ``Identifier`` ends in
the number that the download has, too; both belong to one assignment.
Moodle, ``mod/assign/classes/downloader.php``, and Canvas, ``representatives`` in ``app/models/assignment.rb``: of a group
there is one submission, under the group's name; Canvas adds the number of one of its members.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from bplib.grading.collecting.submitters import Submitter, as_folder
from bplib.grading.collecting.tables import RosterError, Row, letters, read_table

#: Characters that the gradebook takes of a name.
LONGEST = 128
_IDS = (
    "studentid", "sisloginid", "sisuserid", "id", "username", "idnumber", "loginid", "emailaddress", "email",
)  # fmt: skip
_READ = {
    *_IDS, "firstname", "lastname", "surname", "fullname", "student", "name", "lmsuserid", "identifier", "group", "status",
}  # fmt: skip
#: How Moodle calls a submission late in English, Portuguese, Spanish, German and Czech.
_LATE = re.compile(r"\b(?:late|atrasad[oa]|después|später|po termínu)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Person:
    """A student, as the gradebook is told: an id that can name a folder, and what else the roster has."""

    id: str
    first: str = ""
    last: str = ""
    email: str = ""
    lms_id: str = ""


class Roster:
    """The students of a class, from a csv file that Moodle or Canvas exports or that you write.

    The id is taken from the first of these columns that holds anything: student id, SIS Login ID, SIS User
    ID, id, username, ID number, login id, email. Students are found by the platform's number (Canvas's
    ``ID``, the ``Identifier`` of Moodle's grading worksheet, ``lms_user_id``), by name, or by id and email.

    Parameters
    ----------
    path
        The table. A column ``group`` says who hands in together.
    groups
        A table of its own for that, with the columns ``group`` and ``student``: an id, an email address or a name.

    Attributes
    ----------
    people
        Everybody, in the table's order.
    left_out
        Who stands there without an id, a sentence each.

    Raises
    ------
    RosterError
        If a file is no table with such columns, two students would share a folder, or a group has a member who is not there.
    """

    def __init__(self, path: Path, groups: Path | None = None) -> None:
        columns, rows = read_table(path, "the roster", _READ)
        column = next((name for name in _IDS if any(row.cells.get(name) for row in rows)), None)
        if column is None:
            raise RosterError(
                f"the roster {path.name} has no student ids; it has {', '.join(columns) or 'no columns'}, "
                "and one of id, username, SIS Login ID, ID number or email is needed"
            )
        self.people: list[Person] = []
        self.left_out: list[str] = []
        self._keys: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._groups: dict[str, list[str]] = {}
        self._spelled: dict[str, str] = {}
        self._late: set[str] = set()
        seen: dict[str, int] = {}
        from_canvas = "student" in columns or any(name.startswith("sis") for name in columns)
        for row in rows:
            person = _person(row, column, from_canvas)
            if not person.id:
                if someone := _without_id(row):
                    sentence = f"line {row.line} of the roster, {someone!r}, has nothing in {column!r}, and is not enrolled"
                    self.left_out.append(sentence)
                continue
            if person.id.lower() in seen:
                lines = f"{seen[person.id.lower()]} and {row.line}"
                raise RosterError(
                    f"the roster {path.name} has the id {row.cells[column]!r} for lines {lines}; each student needs a "
                    "folder of their own: give each another id, or take the second line out"
                )
            if long := max(person.first, person.last, person.email, person.lms_id, key=len)[LONGEST:]:
                raise RosterError(
                    f"line {row.line} of the roster {path.name} has {LONGEST + len(long)} characters in one cell, and the "
                    f"gradebook takes {LONGEST}; is a quotation mark missing?"
                )
            seen[person.id.lower()] = row.line
            self.people.append(person)
            self._learn(row, person, column, from_canvas)
        if groups:
            self._read_groups(groups)

    def find(self, submitter: Submitter) -> set[str]:
        """Return the ids that fit: one when the match is unique, else none or several."""
        number = (
            ("number", submitter.number) if submitter.number else ("id", submitter.name.strip().casefold())
        )
        return self._keys.get(number) or self._keys.get(("name", letters(submitter.name))) or set()

    def members(self, submitter: Submitter) -> list[str]:
        """Return the ids of the group that has the submitter's name; nobody when none has."""
        return self._groups.get(letters(submitter.name), []) if submitter.name else []

    def late(self, submitter: Submitter) -> bool:
        """Whether Moodle's grading worksheet of the very assignment says that this came late."""
        return submitter.number in self._late

    def _learn(self, row: Row, person: Person, column: str, from_canvas: bool) -> None:
        for key in _keys(row.cells, row.cells[column], from_canvas):
            self._keys[key].add(person.id)
        if letters(group := row.cells.get("group", "")):
            self._join(group, person.id)
        number = _worksheet_number(row.cells)
        if number and _LATE.search(row.cells.get("status", "")):
            self._late.add(number)

    def _join(self, group: str, student: str) -> None:
        key = letters(group)
        spelled = self._spelled.setdefault(key, group)
        if " ".join(spelled.casefold().split()) != " ".join(group.casefold().split()):
            raise RosterError(
                f"the groups {spelled!r} and {group!r} look the same in the names of files, where only letters and digits "
                "stay; rename one"
            )
        members = self._groups.setdefault(key, [])
        if student not in members:
            members.append(student)

    def _read_groups(self, path: Path) -> None:
        columns, rows = read_table(path, "the table of groups", {"group", "student"})
        if missing := {"group", "student"} - set(columns):
            raise RosterError(
                f"the table of groups {path.name} has no column {' and no column '.join(sorted(missing))}; "
                f"it has {', '.join(columns) or 'no columns'}, and its first line has to be: group,student"
            )
        self._groups, self._spelled = {}, {}
        for row in rows:
            group, student = (row.cells.get(name, "") for name in ("group", "student"))
            if not group and not student:
                continue
            fits = (
                self._keys.get(("id", student.casefold()))
                or self._keys.get(("name", letters(student)))
                or set()
            )
            if len(fits) != 1 or not letters(group):
                why = (
                    "no group"
                    if not letters(group)
                    else "nobody on the roster"
                    if not fits
                    else "several students"
                )
                raise RosterError(
                    f"line {row.line} of the table of groups {path.name}, {group!r} with {student!r}, names {why}; write the "
                    "group, and the student's id as the roster has it"
                )
            self._join(group, *fits)


def _person(row: Row, column: str, from_canvas: bool) -> Person:
    cells = row.cells
    full = cells.get("fullname", "") or cells.get("student", "") or cells.get("name", "")
    first, last = cells.get("firstname", ""), cells.get("lastname", "") or cells.get("surname", "")
    if not first and not last:
        # Where a name is not parted by a comma, nobody knows where its last part begins: it stays whole.
        last, first = (part.strip() for part in full.split(",", 1)) if "," in full else (full, "")
    canvas = cells.get("id", "") if from_canvas else ""
    return Person(
        as_folder(cells[column]) if cells.get(column) else "",
        first,
        last,
        cells.get("emailaddress", "") or cells.get("email", ""),
        cells.get("lmsuserid", "") or canvas or cells.get("idnumber", ""),
    )


def _without_id(row: Row) -> str:
    """Who it is that has no id; nobody, where it is Canvas's line of possible points or its test student."""
    cells = row.cells
    named = [
        cells.get(name, "") for name in ("fullname", "student", "name", "firstname", "lastname", "surname")
    ]
    known = [*_IDS, "lmsuserid", "identifier", "lastname", "surname"]
    someone = " ".join(filter(None, named))
    return someone if someone != "Student, Test" and any(cells.get(name) for name in known) else ""


def _worksheet_number(cells: dict[str, str]) -> str:
    """The number at the end of Moodle's ``Identifier``."""
    return "".join(re.findall(r"\d+$", cells.get("identifier", "")))


def _keys(row: dict[str, str], given: str, from_canvas: bool) -> set[tuple[str, str]]:
    first = row.get("firstname", "")
    last = row.get("lastname", "") or row.get("surname", "")
    email = row.get("emailaddress", "") or row.get("email", "")
    full = row.get("fullname", "") or row.get("student", "") or row.get("name", "")
    names = [first + last, last + first, full, "".join(reversed(full.split(",", 1)))]
    numbers = [row.get("lmsuserid", ""), _worksheet_number(row)]
    numbers += [row.get("id", "")] if from_canvas else []
    ids = [given, email, email.partition("@")[0], row.get("username", "")]
    keys = {("name", letters(name)) for name in names} | {("number", number) for number in numbers}
    return {key for key in keys | {("id", text.casefold()) for text in ids} if key[1]}
