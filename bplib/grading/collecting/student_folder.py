"""One student's folder of an exercise: which notebook counts, what is kept beside it, what was there before.

What a notebook is called does not matter: it is recognized by the marks that nbgrader put into it. The newest
one counts, all else of that student goes to ``attachments/`` beside it. There it cannot be mistaken for the
notebook, and a handed-in ``numpy.py`` or an old ``bplib/`` cannot be imported instead of the real one under
grading.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from bplib.grading.collecting.downloads import (
    MAX_STUDENT_BYTES,
    MAX_STUDENT_FILES,
    MAX_STUDENT_ZIPS,
    Refused,
    files_inside,
    printable,
)
from bplib.grading.collecting.pieces import Outcome, Piece, What, is_junk, refused
from bplib.grading.collecting.submitters import safe_name

ATTACHMENTS = "attachments"
TIMESTAMP = "%Y-%m-%d %H:%M:%S.%f %Z"  # as nbgrader's exchange writes it


def grade_ids(data: bytes) -> set[str] | None:
    """Return the names nbgrader gave the tasks and tests of a notebook; None when the data is no notebook."""
    try:
        cells = json.loads(data.decode("utf-8-sig"))["cells"]
        marks = [cell["metadata"].get("nbgrader", {}) for cell in cells]
        return {str(mark["grade_id"]) for mark in marks if mark.get("grade") or mark.get("solution")}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


class StudentFolder:
    """One student's folder of the exercise, and what happens to each file for it."""

    def __init__(
        self, target: Path, student: str, exercise: str, marks: dict[str, set[str]], note: str, dry_run: bool
    ) -> None:
        self._marks, self._note, self._dry = marks, note, dry_run
        self._exercise, self._student = exercise, student
        self._folder = target / student / exercise
        self._notebook = self._folder / f"{exercise}.ipynb"
        self.outcomes: list[Outcome] = []
        for path in (self._folder.parent, self._folder, self._folder / ATTACHMENTS, self._notebook):
            if path.is_symlink() or (path.exists() and path.is_dir() != (path != self._notebook)):
                raise Refused(
                    f"{path} is a link or not what it should be; nothing is written there, so move it away"
                )
        beside = self._folder / ATTACHMENTS
        self._taken = (
            {path.name.lower(): _digest(path) for path in beside.iterdir()} if beside.exists() else {}
        )

    def collect(self, pieces: list[Piece]) -> None:
        """Collect the newest notebook of the exercise, keep the rest beside it, and say so in ``outcomes``.

        Raises
        ------
        OSError
            If the disk does not take it. The notebook that was there before is whole then.
        """
        with ExitStack() as stack:
            read = list(self._read(self._opened(pieces, stack)))
        fits = sorted(
            (pair for pair in read if self._of(pair[1]) == self._exercise), key=lambda pair: pair[0].age
        )
        if not fits:
            for piece, data in read:
                self._refuse(piece, self._what_else(piece, data))
            reason = f"nothing of it is a notebook of the exercise {self._exercise!r}; ask the student"
            self.outcomes.append(
                refused(self._student, replace(pieces[0].file, parts=pieces[0].file.parts[:1]), reason)
            )
            return
        newest, data = fits[-1]
        rivals = [other for other, its in fits[:-1] if its != data and not newest.surely_newer(other)]
        doubt = "; which of several is the newest is unsure, so see whether it is this one" if rivals else ""
        self._put(newest, data, doubt)
        for piece, other in read:
            if piece is not newest and other == data:
                self._say(piece, What.SKIPPED, "the same as the notebook that counts")
            elif piece is not newest:
                mine = self._of(other) == self._exercise
                why = "not newer than the one that counts" if mine else self._what_else(piece, other)
                self._attach(piece, other, why)

    def _opened(self, pieces: list[Piece], stack: ExitStack) -> Iterator[Piece]:
        """Put the files of a zip in its place; a zip inside that zip stays closed."""
        zips = total = 0
        for piece in pieces:
            if not piece.name.lower().endswith(".zip"):
                yield piece
                continue
            zips, total = zips + 1, total + piece.file.size  # they stay in memory until all is read
            try:
                if zips > MAX_STUDENT_ZIPS or total > MAX_STUDENT_BYTES:
                    limits = f"{MAX_STUDENT_ZIPS} zips or {MAX_STUDENT_BYTES / 1e6:.0f} MB of them"
                    raise Refused(f"with it the student has more than {limits}; ask for the notebook alone")
                for file in files_inside(piece.file, stack):
                    name = "/".join(file.parts[len(piece.file.parts) :])
                    if is_junk(file, name.split("/")):
                        self.outcomes.append(
                            Outcome(self._student, What.SKIPPED, file.shown, "the system's own file")
                        )
                    else:
                        yield replace(piece, file=file, name=name)
            except Refused as refusal:
                self._refuse(piece, str(refusal))

    def _read(self, pieces: Iterator[Piece]) -> Iterator[tuple[Piece, bytes]]:
        count = total = 0
        for piece in pieces:
            count, total = count + 1, total + piece.file.size
            try:
                if count > MAX_STUDENT_FILES or total > MAX_STUDENT_BYTES:
                    limits = f"{MAX_STUDENT_FILES} files and {MAX_STUDENT_BYTES / 1e6:.0f} MB"
                    raise Refused(f"with it the student has more than {limits}; ask for the notebook alone")
                data = piece.file.read()
            except Refused as refusal:
                total -= piece.file.size
                self._refuse(piece, str(refusal))
            else:
                yield piece, data

    def _of(self, data: bytes) -> str:
        """Return the exercise whose marks a file has most of; empty when it has none."""
        ids = (grade_ids(data) if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else None) or set()
        best = max(self._marks, key=lambda name: (len(ids & self._marks[name]), name == self._exercise))
        return best if ids & self._marks[best] else ""

    def _what_else(self, piece: Piece, data: bytes) -> str:
        if other := self._of(data):
            return f"a notebook of the exercise {other!r}"
        if piece.name.lower().endswith(".zip"):
            return "a zip inside a zip is not opened"
        if not piece.name.lower().endswith(".ipynb"):
            return "no notebook"
        if grade_ids(data) is None:
            return "no readable notebook, though it is called one; ask for it again"
        return "a notebook without this course's nbgrader marks; ask for the released one, filled in"

    def _put(self, piece: Piece, data: bytes, doubt: str) -> None:
        """Make it the notebook that counts, unless the one that is there is newer or of unknown age."""
        data, when = data.removeprefix(b"\xef\xbb\xbf"), piece.file.submitted
        look, note = bool(doubt or self._note), f"; {self._note}" if self._note else ""
        extra = (", marked late" if piece.submitter.late else "") + doubt + note
        before = self._notebook.read_bytes() if self._notebook.exists() else None
        if before == data:
            self._say(piece, What.COLLECTED, f"already there, unchanged{extra}", look)
            return
        if before is not None:
            old = self._time_of_existing()
            if when is None or old is None or when == old:
                self._refuse(
                    piece, f"another one is at {self._notebook} and which is newer is unknown; move one away"
                )
                return
            if when < old:
                there = f"older than the one that is there, of {old:%Y-%m-%d %H:%M} UTC"
                self._attach(piece, data, there + extra, look)
                return
            kept = self._keep(f"{self._exercise}-until-{old:%Y-%m-%d-%H%M%S}.ipynb", before)[0]
            extra = f"; the one of {old:%Y-%m-%d %H:%M} UTC is now {kept}{extra}"
        if when:  # first: interrupted after it, the next run asks; after the other, the old date would stay
            self._write(self._folder / "timestamp.txt", when.strftime(TIMESTAMP).encode())
        self._write(self._notebook, data)
        dated = f"dated {when:%Y-%m-%d %H:%M} UTC" if when else "without a date"
        self._say(piece, What.COLLECTED, dated + extra, look)

    def _time_of_existing(self) -> datetime | None:
        try:
            return parse_utc((self._folder / "timestamp.txt").read_text(encoding="utf-8").strip()).replace(
                tzinfo=UTC
            )
        except (OSError, ValueError, OverflowError):
            return None

    def _attach(self, piece: Piece, data: bytes, reason: str, look: bool = False) -> None:
        try:
            name, is_new = self._keep(
                "-".join(safe_name(part) for part in piece.name.split("/"))[-120:], data
            )
        except OSError as error:
            self._refuse(piece, f"it could not be written ({printable(str(error))})")
        else:
            self._say(piece, What.KEPT, f"{reason}; {'as' if is_new else 'already there as'} {name}", look)

    def _keep(self, name: str, data: bytes) -> tuple[str, bool]:
        """Write to a new name among the attachments, unless the same is there. Return name, and if new."""
        stem, _, end = name.lstrip(".-").rpartition(".")
        digest, number, wanted = hashlib.sha256(data).digest(), 1, name.lstrip(".-")
        while self._taken.get(wanted.lower(), digest) != digest:
            number += 1
            wanted = f"{stem}-{number}.{end}" if stem else f"{end}-{number}"
        is_new = wanted.lower() not in self._taken
        if is_new:
            self._write(self._folder / ATTACHMENTS / wanted, data)
            self._taken[wanted.lower()] = digest
        return f"{ATTACHMENTS}/{wanted}", is_new

    def _write(self, path: Path, data: bytes) -> None:
        """Write all or nothing. A link of that name is replaced, not followed."""
        if self._dry:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".collecting-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise

    def _say(self, piece: Piece, what: What, reason: str, look: bool = False) -> None:
        self.outcomes.append(Outcome(self._student, what, piece.file.shown, printable(reason), look))

    def _refuse(self, piece: Piece, reason: str) -> None:
        self._say(piece, What.REFUSED, reason, True)


def _digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest() if path.is_file() and not path.is_symlink() else b""
