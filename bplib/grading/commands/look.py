"""The command ``bplib look``: why somebody was left to a person, and what that person needs to decide."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from bplib.checking.report.evidence import Evidence
from bplib.grading.commands.options import NO_DISK, course_option
from bplib.grading.commands.terminal import Terminal, say, say_data, shown
from bplib.grading.course.agreement import GradingError
from bplib.grading.course.directory import CourseError, course_directory
from bplib.grading.course.printable import lines
from bplib.grading.gradebook.sheet import number
from bplib.grading.gradebook.trouble import DiskError
from bplib.grading.work.look import Case, case


@click.command()
@click.argument("student")
@click.argument("exercise")
@course_option
@click.option("--json", "as_json", is_flag=True, help="Print what is known as JSON.")
def look(student: str, exercise: str, course: Path, as_json: bool) -> None:
    """Show why STUDENT was left to a person in EXERCISE: what was called, what came, and how to close the case.

    It runs nothing of the student's. Keep what it prints to yourself: it shows what the checks try.
    """
    try:
        found = case(course_directory(course), exercise, student)
    except (CourseError, GradingError) as error:
        raise click.UsageError(str(error)) from error
    except DiskError as error:
        say(f"Error: {error}", err=True)
        sys.exit(NO_DISK)
    if as_json:
        say_data(_plain(found))
        return
    console = Terminal(highlight=False)
    for line in _told(found):
        # Code is to be copied as it is: the terminal wraps it, we do not.
        console.print(line, soft_wrap=True)


def _told(found: Case) -> list[Text]:
    told = [Text(lines(f"{found.student}, {found.exercise}"), "bold"), shown(found.reason)]
    if found.other_checks:
        told.append(
            shown("The checks have changed since it was graded, so they may find something else now.")
        )
    told += [shown(f"Note: {note}.") for note in (found.result.notes if found.result else ())]
    if found.points is not None:
        late = f", {number(found.points.late)} taken off for lateness" if found.points.late else ""
        total = f"{number(found.points.earned)} of {number(found.points.maximum)}"
        told += [Text(""), Text(f"In the gradebook: {total}{late}", "bold")]
        for name, points in found.points.points.items():
            task = name.removeprefix("test-")
            words = [found.found.get(task, ""), points.by_hand, "Points by hand are due." * points.waiting]
            told.append(
                shown(
                    f"  {points.sign} {task}: {number(points.earned)} of {number(points.maximum)}. "
                    + " ".join(filter(None, words))
                )
            )
    for call in found.evidence:
        told += _call(found.exercise, call)
    if found.result is not None and found.result.tasks and not found.evidence and found.found:
        told += [
            Text(""),
            shown("Which calls were made was not kept, or they made no difference: grade again to see them."),
        ]
    told += [Text(""), Text("Where it is", "bold")]
    for what, path in (("as handed in", found.submitted), ("as graded", found.graded)):
        if path is not None:
            told.append(shown(f"  {what}: {shlex.quote(str(path))}"))
    if found.closing:
        told += [Text(""), Text("How the case is closed", "bold")]
        told += [shown(f"  {sentence}") for sentence in found.closing]
    return told


def _call(exercise: str, call: Evidence) -> list[Text]:
    """What was called and what came; lines that can be pasted below the student's function."""
    head = (
        f"{call.task}, {call.output}: {call.verdict}, with {call.kind}. Paste this below the student's cells:"
    )
    came = "\n".join(f"# {line}" for line in call.came.splitlines())
    return [Text(""), Text(head, "bold"), shown(f"{_code(exercise, call)}\n# What came:\n{came}")]


def _code(exercise: str, call: Evidence) -> str:
    if call.call:
        return f"import numpy as np\n\n{call.call}"
    # Too long to be read, or with a part that has no code: drawn once more instead.
    return (
        "from bplib.checking.judging.evidence import again\n\n"
        f"inputs = again({exercise!r}, {call.task!r}, {call.kind!r}, {list(call.entropy)})\n"
        f"{call.task}(*inputs.values())"
    )


def _plain(found: Case) -> dict[str, Any]:
    result = found.result
    return {
        "student": found.student,
        "exercise": found.exercise,
        "outcome": result.outcome if result else None,
        "code": (result.code or None) if result else None,
        "reason": found.reason,
        "notes": list(result.notes) if result else [],
        "points": found.points.earned if found.points else None,
        "found": found.found,
        "calls": [
            {**call._asdict(), "entropy": list(call.entropy), "code": _code(found.exercise, call)}
            for call in found.evidence
        ],
        "submitted": str(found.submitted) if found.submitted else None,
        "graded": str(found.graded) if found.graded else None,
        "other checks": found.other_checks,
        "closing": found.closing,
    }
