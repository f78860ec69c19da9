"""A class in numbers: who is counted where, the distribution of points, the hardest tasks, the most frequent mistakes."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import mean, median

from bplib.checking.diagnosis.causes import CAUSES
from bplib.checking.report.output import NOT_WRITTEN, WRONG
from bplib.grading.gradebook.graded_notebook import CRASHED, Wrong
from bplib.grading.pages.class_results import (
    GRADED,
    NEEDS_HUMAN,
    NOT_SUBMITTED,
    Alike,
    ClassResults,
    Shared,
    StudentResult,
)

MOST_BINS = 12
OWN_WAY = "wrong in a way that no known mistake explains"


@dataclass(frozen=True)
class Bin:
    """A bar of the histogram: from ``low`` to under ``high``, or full marks."""

    low: float
    high: float
    count: int
    full: bool = False


@dataclass(frozen=True)
class TaskSummary:
    """How many of the counted students have a task right, in part, or not at all; ``not_written`` are among the last."""

    task: str
    maximum: float
    full: int
    part: int
    none: int
    not_written: int


@dataclass(frozen=True)
class Misconception:
    """A typical mistake, how many students make it, and in which outputs of which tasks, the most frequent first."""

    cause: str
    sentence: str
    students: int
    places: tuple[str, ...]


@dataclass(frozen=True)
class Unexplained:
    """What went wrong in a task with no known mistake to explain it, and for how many students."""

    task: str
    what: str
    students: int


@dataclass(frozen=True)
class Summary:
    """The class at a glance.

    ``counted`` students have points that stand; the distribution and the tasks are theirs. ``read`` students have a
    notebook that could be read; mistakes are counted among them.
    """

    graded: int
    needs_human: int
    not_submitted: int
    counted: int
    read: int
    mean: float | None
    median: float | None
    bins: tuple[Bin, ...]
    tasks: tuple[TaskSummary, ...]
    misconceptions: tuple[Misconception, ...]
    unexplained: tuple[Unexplained, ...]


def summarize(results: ClassResults) -> Summary:
    """Count everything that the page shows. Points are those of the counted students alone."""
    counted = [student for student in results.students if student.counted]
    totals = [student.points for student in counted if student.points is not None]
    read = [student for student in results.students if student.counted or student.wrong]
    return Summary(
        graded=len(results.with_outcome(GRADED)),
        needs_human=len(results.with_outcome(NEEDS_HUMAN)),
        not_submitted=len(results.with_outcome(NOT_SUBMITTED)),
        counted=len(counted),
        read=len(read),
        mean=mean(totals) if totals else None,
        median=median(totals) if totals else None,
        bins=bins(totals, results.maximum),
        tasks=_tasks(results, counted),
        misconceptions=_misconceptions(read),
        unexplained=_unexplained(read),
    )


def bins(totals: Iterable[float], maximum: float) -> tuple[Bin, ...]:
    """Sort totals into at most twelve bins of a round width, and one for full marks (and more, with extra credit)."""
    totals = list(totals)
    if maximum <= 0:
        return ()
    exponent = math.floor(math.log10(maximum / MOST_BINS))
    widths = [digit * 10.0**e for e in (exponent, exponent + 1) for digit in (1, 2, 5)]
    width = next(w for w in widths if math.ceil(maximum / w - 1e-9) <= MOST_BINS)
    width = max(width, 1.0) if maximum >= 2 else width
    edges = [i * width for i in range(math.ceil(maximum / width - 1e-9))]
    found = [
        Bin(low, min(low + width, maximum), sum(low <= t < min(low + width, maximum) for t in totals))
        for low in edges
    ]
    return (*found, Bin(maximum, maximum, sum(t >= maximum for t in totals), full=True))


def _tasks(results: ClassResults, counted: Sequence[StudentResult]) -> tuple[TaskSummary, ...]:
    """Summarize the tasks, the one with the smallest share of its points first."""
    found = []
    for task in results.tasks:
        got = [p.points for student in counted for p in student.tasks if p.task == task.name]
        full = sum(points >= task.maximum for points in got)
        none = sum(points <= 0 < task.maximum for points in got)
        blank = sum(_left_blank(student.wrong, task.name) for student in counted)
        share = sum(got) / (len(got) * task.maximum) if got and task.maximum else 1.0
        found.append((share, TaskSummary(task.name, task.maximum, full, len(got) - full - none, none, blank)))
    return tuple(task for _, task in sorted(found, key=lambda pair: pair[0]))


def _left_blank(wrong: Iterable[Wrong], task: str) -> bool:
    verdicts = {w.verdict for w in wrong if w.task == task}
    return verdicts == {NOT_WRITTEN}


def _misconceptions(students: Iterable[StudentResult]) -> tuple[Misconception, ...]:
    who: Counter[str] = Counter()
    where: dict[str, Counter[str]] = {}
    for student in students:
        made = dict.fromkeys((w.cause, f"{w.task}: {w.output}") for w in student.wrong if w.cause)
        who.update({cause for cause, _ in made if cause})
        for cause, place in made:
            if cause:
                where.setdefault(cause, Counter())[place] += 1
    order = sorted(who, key=lambda cause: (-who[cause], list(CAUSES).index(cause)))
    return tuple(
        Misconception(cause, CAUSES[cause].sentence, who[cause], _by_task(where[cause])) for cause in order
    )


def _by_task(places: Counter[str]) -> tuple[str, ...]:
    """Join the outputs of a task: ``network_backward (W1, b1)``; the task with the most of them first."""
    outputs: dict[str, list[str]] = {}
    for place, _ in places.most_common():
        task, _, output = place.rpartition(": ")
        outputs.setdefault(task, []).append(output)
    return tuple(f"{task} ({', '.join(names)})" for task, names in outputs.items())


def _unexplained(students: Iterable[StudentResult]) -> tuple[Unexplained, ...]:
    """Count by task and message. A message with a place in it, which is each student's own, stands for all such."""
    found: Counter[tuple[str, str]] = Counter()
    for student in students:
        named = {w.task for w in student.wrong if w.cause}
        others = [w for w in student.wrong if w.verdict in (WRONG, CRASHED) and w.task not in named]
        found.update({(w.task, w.message if w.message and w.index is None else OWN_WAY) for w in others})
    return tuple(Unexplained(task, what, count) for (task, what), count in found.most_common())


def anonymous(results: ClassResults) -> ClassResults:
    """Return the results without names, ids and addresses, and without messages, which may quote a student's code.

    The students come by outcome and points instead of by name, so that their order does not give them away.
    """
    order = (GRADED, NEEDS_HUMAN, NOT_SUBMITTED)
    ranked = sorted(
        results.students,
        key=lambda s: (order.index(s.outcome), -(s.points or 0), [p.points for p in s.tasks]),
    )
    digits = len(str(len(ranked)))
    students = (
        replace(
            student,
            id=f"student {number:0{digits}d}",
            name=f"Student {number:0{digits}d}",
            email="",
            lms_id="",
            wrong=tuple(replace(w, message="") for w in student.wrong),
        )
        for number, student in enumerate(ranked, 1)
    )
    names = {student.id: f"Student {number:0{digits}d}" for number, student in enumerate(ranked, 1)}
    alike = tuple(
        # Code may hold a name, and is known to whoever wrote it.
        replace(pair, left=names[pair.left], right=names[pair.right], shared=_without_code(pair))
        for pair in results.alike
        if pair.left in names and pair.right in names
    )
    return replace(results, students=tuple(students), alike=alike)


def _without_code(pair: Alike) -> tuple[Shared, ...]:
    return tuple(replace(shared, left="", right="") for shared in pair.shared)
