"""What a download comes apart into: files with their submitters, and how it ended for each."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bplib.grading.collecting.downloads import File
from bplib.grading.collecting.submitters import Submitter

SAME_TIME = 60.0  # seconds: a platform that dates files by the download needs a moment for each
_JUNK = re.compile(r"__MACOSX|\..*|Thumbs\.db|desktop\.ini|__pycache__")


class What(StrEnum):
    """How it ended for a file: it is the notebook, is put beside it, is nobody's work, or is not taken."""

    COLLECTED = "collected"
    KEPT = "kept"
    SKIPPED = "skipped"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """How it ended for one file, or for a student or archive as a whole; ``look`` when a human is needed."""

    student: str
    what: What
    path: str
    reason: str
    look: bool = False


@dataclass(frozen=True)
class Piece:
    """A file, who handed it in, and its name without what the platform put in front."""

    submitter: Submitter
    file: File
    name: str

    @property
    def age(self) -> tuple[int, float, float, int]:
        """Larger is newer: Canvas's count of uploads, times of submission and change, the copy's number."""
        copy = re.search(r"[-( ](\d{1,6})\)?\.\w+$", self.name)
        times = [when.timestamp() if when else 0.0 for when in (self.file.submitted, self.file.changed)]
        return self.submitter.upload, times[0], times[1], int(copy[1]) if copy else 0

    def surely_newer(self, other: "Piece") -> bool:
        """Whether upload, a time or the copy's number says that this is newer than one sorted before it."""
        mine, its = self.age, other.age
        far = any(abs(mine[i] - its[i]) > SAME_TIME for i in (1, 2))
        return mine[0] > its[0] or far or mine[3] > its[3]


@dataclass(frozen=True)
class Claim:
    """What one student has handed in, alone or with a group.

    ``note`` says what is doubtful about whose it is, ``conflict`` why nothing of it is taken.
    """

    student: str
    pieces: list[Piece]
    note: str = ""
    group: str = ""
    conflict: str = ""


def refused(student: str, file: File, reason: str) -> Outcome:
    """Return the outcome of a file that is not taken."""
    return Outcome(student, What.REFUSED, file.shown, reason, True)


def is_junk(file: File, parts: Iterable[str]) -> bool:
    """Whether it is what systems and editors leave behind (checkpoints, caches), by the parts of its path."""
    return not file.problem and any(_JUNK.fullmatch(part) for part in parts)
