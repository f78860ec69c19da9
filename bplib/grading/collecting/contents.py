"""What a student's files hold: zips are opened, and nothing is read beyond what one student may hand in."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Protocol

from bplib.grading.collecting.downloads import (
    MAX_STUDENT_BYTES,
    MAX_STUDENT_FILES,
    MAX_STUDENT_ZIPS,
    Refused,
    files_inside,
)
from bplib.grading.collecting.pieces import Piece, What, is_junk


class Say(Protocol):
    """Called with what has become of a file that is not read."""

    def __call__(self, piece: Piece, what: What, reason: str, look: bool = False) -> None:
        """Put it down."""


def contents(pieces: list[Piece], stack: ExitStack, say: Say) -> Iterator[tuple[Piece, bytes]]:
    """Read a student's files, those of a zip in its place; what cannot be read is said and left out."""
    count = total = 0
    for piece in _opened(pieces, stack, say):
        count, total = count + 1, total + piece.file.size
        try:
            if count > MAX_STUDENT_FILES or total > MAX_STUDENT_BYTES:
                limits = f"{MAX_STUDENT_FILES} files and {MAX_STUDENT_BYTES / 1e6:.0f} MB"
                raise Refused(f"with it the student has more than {limits}; ask for the notebook alone")
            data = piece.file.read()
        except Refused as refusal:
            total -= piece.file.size
            say(piece, What.REFUSED, str(refusal), look=True)
        else:
            yield piece, data


def _opened(pieces: list[Piece], stack: ExitStack, say: Say) -> Iterator[Piece]:
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
                inner = replace(piece, file=file, name=name)
                if is_junk(file, name.split("/")):
                    say(inner, What.SKIPPED, "the system's own file")
                else:
                    yield inner
        except Refused as refusal:
            say(piece, What.REFUSED, str(refusal), look=True)
