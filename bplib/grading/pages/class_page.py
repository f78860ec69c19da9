"""The class at a glance: one HTML page that needs nothing but itself.

Styles and the script that sorts the table stand in the page, and its Content-Security-Policy forbids it to load anything. All text
that students can write is escaped by Jinja2.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from bplib.checking.diagnosis.causes import CAUSES
from bplib.grading.pages.class_results import NEEDS_HUMAN, NOT_SUBMITTED, ClassResults, StudentResult
from bplib.grading.pages.class_summary import Bin, Misconception, summarize
from bplib.grading.pages.lms import number
from bplib.grading.pages.suggestions import FOR_CAUSE, Suggestion

MOST_UNEXPLAINED = 10


@dataclass(frozen=True)
class Bar:
    """A bar of the histogram: what stands under it, its meaning in words, its count and its share of the highest bar."""

    label: str
    words: str
    count: int
    share: float
    full: bool


@dataclass(frozen=True)
class Repeat:
    """A misconception with where to read about it and what to repeat. ``first`` is False when the suggestion came before."""

    misconception: Misconception
    chapter: str
    chapter_link: str
    file_link: str
    suggestion: Suggestion
    first: bool


def page(results: ClassResults, day: date, book: str = "", anonymous: bool = False) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    results : ClassResults
        The class. For a page without names, give it what `bplib.grading.pages.class_summary.anonymous` returns.
    day : datetime.date
        The date that stands on the page.
    book : str, optional
        The address of the book. Without it, chapters are named and not linked.
    anonymous : bool, optional
        Says on the page that names were left out.
    """
    environment = Environment(
        loader=PackageLoader("bplib.grading.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = number
    summary = summarize(results)
    return environment.get_template("class_page.html").render(
        title=title(results.exercise),
        results=results,
        summary=summary,
        day=f"{day.day} {day:%B %Y}",
        iso_day=day.isoformat(),
        bars=bars(summary.bins),
        repeats=repeats(summary.misconceptions, book),
        unexplained=summary.unexplained[:MOST_UNEXPLAINED],
        unexplained_left=len(summary.unexplained[MOST_UNEXPLAINED:]),
        need_human=results.with_outcome(NEEDS_HUMAN),
        names={student.id: student.name for student in results.students},
        zeros=[student for student in results.students if student.zero],
        absent=results.with_outcome(NOT_SUBMITTED),
        rows=[_row(student, results) for student in results.students],
        provisional=any(s.points is not None and not s.counted for s in results.students),
        anonymous=anonymous,
    )


def title(exercise: str) -> str:
    """Return the exercise's name as people write it."""
    words = exercise.replace("_", " ")
    return words[:1].upper() + words[1:]


def bars(bins: tuple[Bin, ...]) -> list[Bar]:
    """Return the bars of the histogram."""
    highest = max((b.count for b in bins), default=0) or 1
    found = []
    for b in bins:
        words = "full marks" if b.full else f"{number(b.low)} to under {number(b.high)}"
        found.append(Bar("full" if b.full else number(b.low), words, b.count, b.count / highest, b.full))
    return found


def repeats(misconceptions: tuple[Misconception, ...], book: str) -> list[Repeat]:
    """Join each misconception with its chapter, its file in the clinic, and what to repeat in class."""
    book, seen, found = book.rstrip("/"), set(), []
    for misconception in misconceptions:
        cause, suggestion = CAUSES[misconception.cause], FOR_CAUSE[misconception.cause]
        found.append(
            Repeat(
                misconception,
                cause.chapter,
                f"{book}/{cause.page}.html" if book and cause.page else "",
                f"{book}/bug_files.html#mistake-{cause.name}" if book and cause.page else "",
                suggestion,
                suggestion.title not in seen,
            )
        )
        seen.add(suggestion.title)
    return found


def _row(student: StudentResult, results: ClassResults) -> dict[str, Any]:
    worth = {task.name: task.maximum for task in results.tasks}
    lost = [(p.task, worth[p.task] - p.points) for p in student.tasks if p.points < worth[p.task]]
    return {
        "student": student,
        "lost": lost,
        "lost_all": bool(lost) and not any(p.points for p in student.tasks),
        "by_hand": [f"{p.task} {number(p.points)}" for p in student.tasks if p.manual is not None or p.extra],
        "causes": list(dict.fromkeys(w.cause for w in student.wrong if w.cause)),
    }
