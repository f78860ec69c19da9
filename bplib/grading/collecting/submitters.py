"""Whose submission it is: from the names that Moodle and Canvas give files, to folder names for nbgrader.

References
----------
Moodle, ``mod/assign/classes/downloader.php``: ``First Last_NUMBER_assignsubmission_file/name``, or the same
joined by underscores when not downloaded in folders. The number belongs to a student *in one assignment*.
Canvas, ``lib/content_zipper.rb``: ``lastfirst_LATE_NUMBER_FILE_name``; ``LATE_`` only if late. The number is
the user's, and files have growing numbers in the order of upload.
"""

import hashlib
import re
from dataclasses import dataclass

from bplib.grading.collecting.tables import plain

_MOODLE = re.compile(
    r"(?P<name>.+?)(?:_(?P<number>\d+))?_assignsubmission_[a-z]+(?:_(?P<rest>.*))?", re.DOTALL
)
_CANVAS = re.compile(
    r"(?:(?!LATE_|anon_)(?P<name>\w+?)_)?(?P<late>LATE_)?(?P<number>\d+|anon_[A-Za-z0-9]+)_"
    r"(?:(?P<file>\d+)_(?P<rest>.+)|(?:text|link)\.html)",
    re.DOTALL,
)
_RESERVED = {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}


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
        name = re.sub(r"[^a-z0-9]+", "-", plain(self.name).encode("ascii", "ignore").decode())
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


def moodle_folder(head: str) -> str:
    """The folder of whoever handed this in, as Moodle takes feedback back: ``Full name_NUMBER_assignsubmission_file_``.

    Empty where the name is not one of Moodle's, or has no number. Moodle goes by the number, which it looks for after the first
    underscore.

    References
    ----------
    Moodle, ``mod/assign/feedback/file/importziplib.php``.
    """
    found = _MOODLE.fullmatch(head)
    if not found or not found["number"]:
        return ""
    name = found["name"].strip().replace("_", " ").replace("/", " ")
    return f"{name}_{found['number']}_assignsubmission_file_"


def safe_name(name: str) -> str:
    """Return a file name that is safe on any system: ASCII letters, digits, ``._-``; no leading dot."""
    ascii_only = plain(name, fold_case=False).encode("ascii", "ignore").decode()
    stem, dot, end = re.sub(r"[^A-Za-z0-9._-]+", "-", ascii_only).strip(".-").rpartition(".")
    stem, end = (stem[:80].strip(".-"), dot + end[:20]) if dot else (end[:80], "")
    return f"{stem or 'file'}{'-file' if stem.lower() in _RESERVED else ''}{end}"


def as_folder(given: str) -> str:
    """Return an id as the roster has it, when that can be the name of a folder; nbgrader forbids + and *."""
    fits = (
        re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._@-]*[A-Za-z0-9])?", given) and given.lower() not in _RESERVED
    )
    return given if fits and len(given) <= 100 else Submitter(given).id
