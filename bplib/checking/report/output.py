"""What became of one output of a student's function."""

from __future__ import annotations

from dataclasses import dataclass

from bplib.checking.diagnosis.causes import CAUSES
from bplib.types import Array

RIGHT, WRONG, NOT_WRITTEN, UNDECIDED = "right", "wrong", "not written", "undecided"


@dataclass(frozen=True)
class OutputReport:
    """What became of one named output.

    ``cause`` names the mistake that explains the result, see `bplib.checking.diagnosis.causes.CAUSES`. ``values``, ``expected``,
    ``given`` and ``call``, the lines that show it when they are pasted into a cell, are filled in a student's own notebook alone.
    """

    name: str
    points: float
    earned: float
    verdict: str
    message: str
    edge: str = ""
    index: tuple[int, ...] | None = None
    error: float | None = None
    cause: str | None = None
    values: str = ""
    expected: Array | None = None
    given: Array | None = None
    call: str = ""


def sentence(output: OutputReport) -> str:
    """One line on an output."""
    if output.verdict == RIGHT:
        return "right"
    where = f"with {output.edge}, " if output.edge and output.verdict == WRONG else ""
    why = f"{CAUSES[output.cause].sentence}; " if output.cause else ""
    return f"{why}{where}{output.message}"
