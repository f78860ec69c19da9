"""What is to be graded, as plain data: it goes to another process, or to another machine.

Nothing here needs the judge: whoever hands out work or carries it on does without.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bplib.grading.sandbox.outside import Limits

#: Of a result that says nothing yet: it is tried once more, with nothing beside it.
STALLED = "stalled"


@dataclass(frozen=True)
class Assignment:
    """What is to be graded: the exercise, as students got it.

    ``code`` is what `bplib.grading.work.worker.code_hash` says where the work comes from.
    """

    exercise: str
    released: str
    code: str
    contained: bool = True
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Job:
    """One submission.

    Attributes
    ----------
    name, submitted
        The file's name and its bytes.
    seed
        Of the judge's draws.
    mark
        Comes back in the result.
    files
        What lies beside the notebook, see `bplib.grading.work.luggage`.
    notes
        What was noted before: they come first in the result.
    """

    assignment: Assignment
    student: str
    name: str
    submitted: bytes
    seed: int
    mark: str
    files: dict[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
