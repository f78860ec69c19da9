"""One student's folder of an exercise: which notebook counts, what is kept beside it, what was there before.

What a notebook is called does not matter: it is recognized by the marks that nbgrader put into it. The newest
one that somebody has worked on counts, all else of that student goes to ``attachments/`` beside it. What the download
says beyond that is kept in a record, see `bplib.grading.collecting.record`.
"""

import hashlib
import os
import posixpath
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from bplib.grading.collecting.contents import contents
from bplib.grading.collecting.downloads import Refused
from bplib.grading.collecting.marks import Released, grade_ids
from bplib.grading.collecting.pieces import Claim, Outcome, Piece, What, refused
from bplib.grading.collecting.record import RECORD, Record, read_record
from bplib.grading.collecting.submitters import moodle_folder, safe_name
from bplib.grading.course.printable import printable

ATTACHMENTS = "attachments"
#: When it was handed in, as nbgrader's exchange writes it.
TIMESTAMP = "timestamp.txt"
#: How many files are named of which nothing could be made.
_NAMED = 3


class StudentFolder:
    """One student's folder of the exercise, and what happens to each file for it."""

    def __init__(self, target: Path, claim: Claim, exercise: str, released: Released, dry_run: bool) -> None:
        self._released, self._claim, self._dry = released, claim, dry_run
        self._exercise, self._student = exercise, claim.student
        self._folder = target / claim.student / exercise
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
        self._before = read_record(self._folder)
        self._files: dict[str, str] = {}

    def collect(self) -> None:
        """Collect the newest notebook of the exercise, keep the rest beside it, and say so in ``outcomes``.

        Raises
        ------
        OSError
            If the disk does not take it. The notebook that was there before is whole then.
        """
        if conflict := self._claim.conflict:
            for piece in self._claim.pieces:
                self._refuse(piece, conflict)
            self._keep_problem(f"{conflict[:1].upper()}{conflict[1:]}, and collect again.")
            return
        with ExitStack() as stack:
            read = list(contents(self._claim.pieces, stack, self._say))
        fits = [pair for pair in read if self._of(pair[1]) == self._exercise]
        # Whoever has the untouched one lying beside the solved one has solved it.
        done = [pair for pair in fits if self._worked_on(pair[1])] or fits
        done.sort(key=lambda pair: pair[0].age)
        if not done:
            self._nothing(read)
            return
        newest, data = done[-1]
        rivals = [other for other, its in done[:-1] if its != data and not newest.surely_newer(other)]
        doubt = "; which of several is the newest is unsure, so see whether it is this one" if rivals else ""
        # First what lies beside it, then the notebook: the record names all of them.
        for piece, other in read:
            if piece is not newest and other == data:
                self._say(piece, What.SKIPPED, "the same as the notebook that counts")
            elif piece is not newest:
                self._attach(piece, other, self._why_not(other, piece, done), newest)
        self._put(newest, data, doubt)

    def _why_not(self, data: bytes, piece: Piece, done: list[tuple[Piece, bytes]]) -> str:
        if self._of(data) != self._exercise:
            return self._what_else(piece, data)
        mine = any(piece is other for other, _ in done)
        return "not newer than the one that counts" if mine else "nobody has worked on it"

    def _nothing(self, read: list[tuple[Piece, bytes]]) -> None:
        """Keep what there is, and say in the record why nothing of it can be graded."""
        why = [
            f"{outcome.path.rpartition('/')[2]}: {outcome.reason}"
            for outcome in self.outcomes
            if outcome.look
        ]
        for piece, data in read:
            what_else = self._what_else(piece, data)
            why.append(f"{printable(piece.name)}: {what_else}")
            self._attach(piece, data, what_else, look=True)
        told = "; ".join(why[:_NAMED])
        what = f"nothing of it is a notebook of the exercise {self._exercise!r}"
        self._keep_problem(f"Of what was collected, {what}{f' ({told})' if told else ''}. Ask the student.")
        whole = self._claim.pieces[0].file
        self.outcomes.append(
            refused(self._student, replace(whole, parts=whole.parts[:1]), f"{what}; ask the student")
        )

    def _of(self, data: bytes) -> str:
        return self._released.exercise_of(data, self._exercise)

    def _worked_on(self, data: bytes) -> bool:
        return self._released.worked_on(data, self._exercise)

    def _keep_problem(self, sentence: str) -> None:
        """Tell whoever grades why there is no notebook; one that was there before still counts."""
        if not self._notebook.exists():
            late = any(piece.submitter.late for piece in self._claim.pieces)
            self._keep_record(Record(None, late, self._claim.group, sentence, self._files))

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
        data, when, note = data.removeprefix(b"\xef\xbb\xbf"), piece.file.submitted, self._claim.note
        look = bool(doubt or note)
        extra = (", marked late" if piece.submitter.late else "") + doubt + (f"; {note}" if note else "")
        fresh = Record(when, piece.submitter.late, self._claim.group, files=self._files)
        before = self._notebook.read_bytes() if self._notebook.exists() else None
        old = self._time_of_existing()
        if before == data:
            self._keep_record(replace(fresh, dated=old, files={**self._before.files, **self._files}))
            self._say(piece, What.COLLECTED, f"already there, unchanged{self._undate()}{extra}", look)
            return
        if before is not None:
            if self._worked_on(before) and not self._worked_on(data):
                self._attach(
                    piece, data, "nobody has worked on it, and somebody has on the one that is there"
                )
                return
            if when is None or old is None or when == old:
                self._refuse(
                    piece, f"another one is at {self._notebook} and which is newer is unknown; move one away"
                )
                return
            if when < old:
                there = f"older than the one that is there, of {old:%Y-%m-%d %H:%M} UTC"
                self._attach(piece, data, there + extra, look=look)
                return
            kept = self._keep(f"{self._exercise}-until-{old:%Y-%m-%d-%H%M%S}.ipynb", before)[0]
            extra = f"; the one of {old:%Y-%m-%d %H:%M} UTC is now {kept}{extra}"
        # First: interrupted after it, the next run asks; after the other, the old date would stay.
        self._keep_record(fresh)
        self._set_time_aside()
        self._write(self._notebook, data)
        dated = f"dated {when:%Y-%m-%d %H:%M} UTC" if when else "without a date"
        self._say(piece, What.COLLECTED, dated + extra, look)

    def _keep_record(self, record: Record) -> None:
        heads = (moodle_folder(piece.file.parts[0]) for piece in self._claim.pieces)
        record = replace(record, moodle=next(filter(None, heads), self._before.moodle))
        if record != self._before:
            self._write(self._folder / RECORD, record.written())

    def _time_of_existing(self) -> datetime | None:
        """When the notebook that is there was downloaded, or handed in."""
        if self._before.dated:
            return self._before.dated
        try:
            text = (self._folder / TIMESTAMP).read_text(encoding="utf-8").strip()
            return parse_utc(text).replace(tzinfo=UTC)
        except (OSError, ValueError, OverflowError):
            return None

    def _undate(self) -> str:
        """Take away the date of a download that an earlier version of this command has put down as the time of handing in."""
        path = self._folder / TIMESTAMP
        if self._before.dated or path.is_symlink() or not path.is_file():
            return ""
        # That version wrote whole seconds, nbgrader's exchange writes their fractions, people write none.
        if not path.read_bytes().strip().endswith(b".000000 UTC"):
            return ""
        self._set_time_aside()
        return "; its timestamp.txt held the date of a download, which says nothing of lateness, and is put aside"

    def _set_time_aside(self) -> None:
        """Keep a time of handing in that was another notebook's where it makes nobody late."""
        path = self._folder / TIMESTAMP
        if path.is_symlink() or path.is_file():
            if not path.is_symlink():
                self._keep("timestamp-before.txt", path.read_bytes())
            if not self._dry:
                path.unlink()

    def _attach(
        self, piece: Piece, data: bytes, reason: str, notebook: Piece | None = None, look: bool = False
    ) -> None:
        try:
            name, is_new = self._keep(
                "-".join(safe_name(part) for part in piece.name.split("/"))[-120:], data
            )
        except OSError as error:
            self._refuse(piece, f"it could not be written ({printable(str(error))})")
        else:
            self._files[posixpath.basename(name)] = _from(notebook, piece)
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
        self._say(piece, What.REFUSED, reason, look=True)


def _from(notebook: Piece | None, piece: Piece) -> str:
    """What the student called a file, seen from the folder of the notebook; the name alone where it was not below."""
    above = posixpath.dirname(notebook.name) if notebook else ""
    inside = piece.name.startswith(f"{above}/") if above else True
    return piece.name.removeprefix(f"{above}/") if inside else posixpath.basename(piece.name)


def _digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest() if path.is_file() and not path.is_symlink() else b""
