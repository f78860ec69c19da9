"""What the gradebook says of one student's notebook, as plain data: points and comments, nothing to write to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a worker carries sheets on, and needs nothing of nbgrader
    from nbgrader.api import Comment, Grade, Gradebook


@dataclass(frozen=True)
class Points:
    """The points of one task, and what the instructor did to them."""

    earned: float
    maximum: float
    waiting: bool = False
    checked: float | None = None
    manual: float | None = None
    extra: float = 0.0

    @property
    def sign(self) -> str:
        """A sign that differs in shape, not in color alone."""
        return {"waiting": "?", "full": "✓", "part": "◐", "none": "✗"}[self.state]

    @property
    def word(self) -> str:
        """The same in words."""
        return {
            "waiting": "your instructor has not looked yet",
            "full": "full points",
            "part": "part of the points",
            "none": "no points",
        }[self.state]

    @property
    def state(self) -> str:
        """``waiting``, ``full``, ``part`` or ``none``."""
        if self.waiting:
            return "waiting"
        return "full" if self.earned >= self.maximum else "part" if self.earned > 0 else "none"

    @property
    def by_hand(self) -> str:
        """What the instructor did to them, in a sentence; empty when nothing."""
        if self.manual is not None:
            before = "" if self.checked is None else f"; the checks gave {number(self.checked)}"
            extra = f", and {number(self.extra)} extra" if self.extra else ""
            return f"Your instructor gave {number(self.manual)}{extra}{before}."
        return f"Your instructor gave {number(self.extra)} extra." if self.extra else ""


@dataclass(frozen=True)
class Remark:
    """A comment on a solution: the instructor's, or nbgrader's own."""

    text: str
    by_hand: bool


@dataclass(frozen=True)
class Sheet:
    """All of one notebook; ``points`` and ``remarks`` are by the cell's ``grade_id``, ``late`` is what lateness costs."""

    student: str
    name: str
    exercise: str
    earned: float
    maximum: float
    late: float
    points: dict[str, Points]
    remarks: dict[str, Remark]


def read_sheet(gradebook: Gradebook, student: str, exercise: str, notebook: str) -> Sheet:
    """Read one notebook's points and comments.

    Raises
    ------
    nbgrader.api.MissingEntry
        If the gradebook knows nothing of it.
    """
    graded = gradebook.find_submission_notebook(notebook, exercise, student)
    late = float(graded.late_submission_penalty or 0.0)
    return Sheet(
        student=student,
        name=" ".join(filter(None, (graded.student.first_name, graded.student.last_name))),
        exercise=notebook,
        earned=float(graded.score or 0.0) - late,
        maximum=float(graded.max_score or 0.0),
        late=late,
        points={grade.name: _points(grade) for grade in graded.grades},
        remarks={comment.name: _remark(comment) for comment in graded.comments if comment.comment},
    )


def number(points: float) -> str:
    """Points as people write them: at most two decimals, and none for whole numbers."""
    return f"{round(points, 2) + 0.0:g}"


def _points(grade: Grade) -> Points:
    return Points(
        earned=float(grade.score or 0.0),
        maximum=float(grade.max_score or 0.0),
        waiting=bool(grade.needs_manual_grade),
        checked=grade.auto_score,
        manual=grade.manual_score,
        extra=float(grade.extra_credit or 0.0),
    )


def _remark(comment: Comment) -> Remark:
    return Remark(comment.comment, comment.manual_comment is not None)
