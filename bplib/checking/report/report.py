"""The report on one function: text for a terminal, a card for a notebook, data for a table, a number for nbgrader."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Self

from bplib.checking.diagnosis.causes import CAUSES
from bplib.checking.report.card import card
from bplib.checking.report.evidence import Evidence
from bplib.checking.report.output import NOT_WRITTEN, RIGHT, UNDECIDED, WRONG, OutputReport, sentence

MIMETYPE = "application/vnd.bplib.report+json"
VERDICTS = (RIGHT, WRONG, NOT_WRITTEN, UNDECIDED)
#: Of a report that is read back, so many characters of a text and so many outputs and notes are kept.
LONGEST, LONGEST_LIST = 1000, 50


@dataclass(frozen=True)
class Report:
    """What became of one function."""

    function: str
    outputs: tuple[OutputReport, ...]
    notes: tuple[str, ...] = ()
    autograde: bool = False
    #: What the instructor may see, and nobody else: it is in no text, card, data or repr of this report.
    evidence: tuple[Evidence, ...] = field(default=(), repr=False)

    @property
    def points(self) -> float:
        """What the function is worth."""
        return float(sum(output.points for output in self.outputs))

    @property
    def earned(self) -> float:
        """What was earned; summed in the order of `points`, so that a full score is exactly full."""
        return float(sum(output.earned for output in self.outputs))

    @property
    def needs_human(self) -> bool:
        """Whether some output could not be decided."""
        return any(output.verdict == UNDECIDED for output in self.outputs)

    def as_dict(self) -> dict[str, Any]:
        """Everything that may be kept or sent, as plain data: no drawn and no expected value."""
        return {
            "function": self.function,
            "points": self.points,
            "earned": self.earned,
            "autograde": self.autograde,
            "outputs": [
                {
                    "name": o.name,
                    "points": float(o.points),
                    "earned": float(o.earned),
                    "verdict": o.verdict,
                    "message": o.message,
                    "cause": o.cause,
                    "edge": o.edge,
                    "index": list(o.index) if o.index is not None else None,
                    "error": o.error if o.error is not None and math.isfinite(o.error) else None,
                }
                for o in self.outputs
            ],
            # Outside the grading a note may quote what a student's code printed, drawn values among it.
            "notes": list(self.notes) if self.autograde else [],
        }

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """Read what `as_dict` wrote. The data may have passed through a student's hands, so nothing is taken on trust.

        Raises
        ------
        ValueError
            If something is missing, of another type, or names a verdict or a cause that does not exist.
        """
        try:
            outputs = tuple(_output_from(part) for part in data["outputs"][:LONGEST_LIST])
            notes = tuple(str(note)[:LONGEST] for note in data.get("notes", ())[:LONGEST_LIST])
            return cls(str(data["function"])[:LONGEST], outputs, notes, data["autograde"] is True)
        except (KeyError, TypeError, AttributeError, OverflowError) as error:
            raise ValueError(
                f"this is no report that as_dict() wrote: {error!r} in {str(data)[:200]}"
            ) from error

    def __str__(self) -> str:
        lines, shown = [f"{self.function}: {self.earned:g} of {self.points:g} points"], set[str]()
        for o in self.outputs:
            lines.append(f"  {o.name} ({o.earned:g}/{o.points:g}): {sentence(o)}")
            if o.values:
                lines.append(f"      {o.values}")
            if o.call and o.call not in shown:
                shown.add(o.call)
                lines.append("      These lines show it:")
                lines += [f"          {line}" for line in o.call.splitlines()]
            if o.cause:
                lines.append(f"      Hint: {CAUSES[o.cause].hint}")
        return "\n".join(lines + [f"  Note: {note}" for note in self.notes])

    def _repr_html_(self) -> str:
        return card(self.function, self.outputs, self.notes)


class Score(float):
    """The points earned: a number that nbgrader reads, and a report that people read."""

    report: Report

    def __new__(cls, report: Report) -> Self:
        score = super().__new__(cls, report.earned)
        score.report = report
        return score

    def __repr__(self) -> str:
        return float.__repr__(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        # nbgrader takes text/plain for the points: nothing else may stand there.
        return {
            "text/plain": repr(self),
            "text/html": self.report._repr_html_(),
            MIMETYPE: self.report.as_dict(),
        }


def _output_from(part: Any) -> OutputReport:
    """Read one output of `Report.as_dict`; a ValueError, KeyError or TypeError says that it is none."""
    points, earned, error = float(part["points"]), float(part["earned"]), part["error"]
    if part["verdict"] not in VERDICTS or not (part["cause"] is None or part["cause"] in CAUSES):
        raise ValueError(f"there is no verdict {part['verdict']!r} or no cause {part['cause']!r}")
    if not 0 <= earned <= points < math.inf:
        raise ValueError(f"the points should be from 0 to a finite maximum, not {earned} of {points}")
    return OutputReport(
        str(part["name"])[:LONGEST],
        points,
        earned,
        part["verdict"],
        str(part["message"])[:LONGEST],
        str(part["edge"])[:LONGEST],
        None if part["index"] is None else tuple(int(i) for i in part["index"]),
        None if error is None else float(error),
        part["cause"],
    )
