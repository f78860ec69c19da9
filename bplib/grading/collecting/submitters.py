"""Whose submission it is: from the names that Moodle and Canvas give files, to folder names for nbgrader.

References
----------
Moodle, ``mod/assign/classes/downloader.php``: ``First Last_NUMBER_assignsubmission_file/name``, or the same
joined by underscores when not downloaded in folders. The number belongs to a student *in one assignment*.
Canvas, ``lib/content_zipper.rb``: ``lastfirst_LATE_NUMBER_FILE_name``; ``LATE_`` only if late. The number is
the user's, and files have growing numbers in the order of upload.
"""

import csv
import hashlib
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

_MOODLE = re.compile(
    r"(?P<name>.+?)(?:_(?P<number>\d+))?_assignsubmission_[a-z]+(?:_(?P<rest>.*))?", re.DOTALL
)
_CANVAS = re.compile(
    r"(?:(?!LATE_|anon_)(?P<name>\w+?)_)?(?P<late>LATE_)?(?P<number>\d+|anon_[A-Za-z0-9]+)_"
    r"(?:(?P<file>\d+)_(?P<rest>.+)|(?:text|link)\.html)",
    re.DOTALL,
)
_LETTERS = {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
_NO_ASCII = str.maketrans(_LETTERS | {a.upper(): b.upper() for a, b in _LETTERS.items() if a not in "ßı"})
_RESERVED = {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}
_ID_COLUMNS = (
    "studentid", "sisloginid", "sisuserid", "id", "username", "idnumber", "loginid", "emailaddress", "email",
)  # fmt: skip


class RosterError(ValueError):
    """A roster that cannot be used; the message says what was given and what was expected."""


@dataclass(frozen=True)
class Submitter:
    """Who handed in, as the platform says: a name, a number (or none), and what Canvas adds to a file."""

    name: str
    number: str = ""
    late: bool = False
    upload: int = 0

    @property
    def person(self) -> tuple[str, str]:
        """What is the same for all files of one person."""
        return self.name, self.number

    @property
    def id(self) -> str:
        """The name of this student's folder, when no roster has a better one."""
        name = re.sub(r"[^a-z0-9]+", "-", _plain(self.name).encode("ascii", "ignore").decode())
        name = name.strip("-")[:60].strip("-")
        if not name and not self.number:  # a name in letters that ASCII does not have
            name = hashlib.sha256(self.name.encode("utf-8", "replace")).hexdigest()[:8]
        number = re.sub(r"[^a-z0-9]+", "-", self.number.lower())
        joined = "-".join(part for part in (name or "student", number) if part)
        return f"{joined}-student" if joined in _RESERVED else joined


def of_platform(head: str) -> tuple[Submitter, str] | None:
    """Return whose folder or file this is and the rest of its name; None if no platform names them so."""
    if found := _MOODLE.fullmatch(head):
        return Submitter(found["name"].strip(), found["number"] or ""), found["rest"] or ""
    if found := _CANVAS.fullmatch(head):
        late, upload = bool(found["late"]), int((found["file"] or "0")[:18])
        return Submitter(found["name"] or "", found["number"], late, upload), found["rest"] or head
    return None


def safe_name(name: str) -> str:
    """Return a file name that is safe on any system: ASCII letters, digits, ``._-``; no leading dot."""
    plain = _plain(name, fold_case=False).encode("ascii", "ignore").decode()
    stem, dot, end = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip(".-").rpartition(".")
    stem, end = (stem[:80].strip(".-"), dot + end[:20]) if dot else (end[:80], "")
    return f"{stem or 'file'}{'-file' if stem.lower() in _RESERVED else ''}{end}"


class Roster:
    """The students of a class, from a csv file that Moodle or Canvas exports or that you write.

    The id is taken from the first of these columns that holds anything: student id, SIS Login ID, SIS User
    ID, id, username, ID number, login id, email. Students are found by the platform's number (Canvas's
    ``ID``, the ``Identifier`` of Moodle's grading worksheet, ``lms_user_id``), by name, or by id and email.

    Raises
    ------
    RosterError
        If the file is no table with such a column, or two students would share a folder.
    """

    def __init__(self, path: Path) -> None:
        rows = _rows(path)
        columns = list(rows[0]) if rows else []
        column = next((name for name in _ID_COLUMNS if any(row.get(name) for row in rows)), None)
        if column is None:
            raise RosterError(
                f"the roster {path.name} has no student ids; it has {', '.join(columns) or 'no columns'}, "
                "and one of id, username, SIS Login ID, ID number or email is needed"
            )
        self._keys: dict[tuple[str, str], set[str]] = defaultdict(set)
        seen: dict[str, int] = {}
        from_canvas = "student" in columns or any(name.startswith("sis") for name in columns)
        for line, row in enumerate(rows, start=2):
            if not (given := row.get(column, "")):
                continue  # Canvas's line of possible points, and its test student
            student = _folder(given)
            if student.lower() in seen:
                lines = f"{seen[student.lower()]} and {line}"
                raise RosterError(
                    f"the roster {path.name} has the id {given!r} for lines {lines}; "
                    "each student needs a folder of their own"
                )
            seen[student.lower()] = line
            for key in _keys(row, given, from_canvas):
                self._keys[key].add(student)

    def find(self, submitter: Submitter) -> set[str]:
        """Return the ids that fit: one when the match is unique, else none or several."""
        number = (
            ("number", submitter.number) if submitter.number else ("id", submitter.name.strip().casefold())
        )
        return self._keys.get(number) or self._keys.get(("name", _letters(submitter.name))) or set()


def _keys(row: dict[str, str], given: str, from_canvas: bool) -> set[tuple[str, str]]:
    first = row.get("firstname", "")
    last = row.get("lastname", "") or row.get("surname", "")
    email = row.get("emailaddress", "") or row.get("email", "")
    full = row.get("fullname", "") or row.get("student", "") or row.get("name", "")
    names = [first + last, last + first, full, "".join(reversed(full.split(",", 1)))]
    numbers = [row.get("lmsuserid", ""), "".join(re.findall(r"\d+$", row.get("identifier", "")))]
    numbers += [row.get("id", "")] if from_canvas else []
    ids = [given, email, email.partition("@")[0], row.get("username", "")]
    keys = {("name", _letters(name)) for name in names} | {("number", number) for number in numbers}
    return {key for key in keys | {("id", text.casefold()) for text in ids} if key[1]}


def _rows(path: Path) -> list[dict[str, str]]:
    """Read a table parted by comma, semicolon or tab; column names lose case, spaces and marks."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    try:
        table = [line for line in csv.reader(StringIO(text, newline=""), delimiter=delimiter) if any(line)]
    except csv.Error as error:
        raise RosterError(f"the roster {path.name} is no csv file ({error}); export it again") from error
    header = [_letters(name) for name in table[0]] if table else []
    return [dict(zip(header, map(str.strip, line), strict=False)) for line in table[1:]]


def _folder(given: str) -> str:
    """Return an id as the roster has it, when that can be the name of a folder; nbgrader forbids + and *."""
    fits = (
        re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._@-]*[A-Za-z0-9])?", given) and given.lower() not in _RESERVED
    )
    return given if fits and len(given) <= 100 else Submitter(given).id


def _plain(text: str, fold_case: bool = True) -> str:
    """Return a text without accents."""
    text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    text = text.translate(_NO_ASCII)
    return text.casefold() if fold_case else text


def _letters(text: str) -> str:
    return "".join(char for char in _plain(text) if char.isalnum())
