"""What has become of each student's work: one outcome, points, and why a person is needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bplib.checking.report.evidence import Evidence

GRADED, HUMAN, MISSING = "graded", "needs a human", "not submitted"
#: Codes of results whose points are not in the gradebook; whose points are, without the graded notebook; and of work that is
#: no longer there.
NOT_ENTERED, NO_COPY, GONE_CODE = "not-entered", "no-copy", "gone"
#: What a human reads about points whose submission has disappeared.
GONE = "It was graded before, and is no longer in the submitted folder. Put it back, or take its points out of the gradebook."


@dataclass(frozen=True)
class Result:
    """The one outcome of one student.

    Attributes
    ----------
    outcome
        `GRADED`, `HUMAN` or `MISSING`.
    code, sentence
        Why a human is needed: a stable name, and a sentence.
    mark
        Of what was handed in and of the checks: the same again need not be graded again.
    tasks
        Points of each task that was judged.
    notebook
        The graded notebook as text; empty where there is none.
    scores, blank
        Of its cells, by ``grade_id``: the points of those that are graded, None where a person gives them; and the solutions
        that nobody has touched.
    checks
        The version of the checks that judged it, see `bplib.checking.judging.versions`; 0 where that was not yet kept.
    stands, late, by_hand
        What the gradebook says in the end, where that is not the sum of ``tasks``: the points that stand, what lateness has
        cost, and the points that were given by hand, by task.
    evidence
        Calls that show what was not right or not decided, a few of them, for `bplib look`.
    """

    student: str
    outcome: str
    code: str = ""
    sentence: str = ""
    mark: str = ""
    tasks: dict[str, float] = field(default_factory=dict)
    maximum: float = 0.0
    notes: tuple[str, ...] = ()
    contained: bool = True
    seconds: float = 0.0
    notebook: str = ""
    scores: dict[str, float | None] = field(default_factory=dict)
    blank: tuple[str, ...] = ()
    checks: int = 0
    stands: float | None = None
    late: float = 0.0
    by_hand: dict[str, float] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()

    @property
    def points(self) -> float | None:
        """The points that stand; None where nothing was judged."""
        if not self.tasks:
            return None
        return sum(self.tasks.values()) if self.stands is None else self.stands

    @property
    def handed_in(self) -> str:
        """A hash of what was handed in."""
        return self.mark.partition("-")[0]


def counts(results: Sequence[Result]) -> dict[str, int]:
    """How many students have each outcome."""
    return {outcome: sum(r.outcome == outcome for r in results) for outcome in (GRADED, HUMAN, MISSING)}
