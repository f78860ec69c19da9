"""``bplib due`` and ``bplib extend``: until when an exercise may be handed in, by all and by one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import click

from bplib.grading.commands.options import NO_DISK, course_option
from bplib.grading.commands.terminal import say, say_data
from bplib.grading.course.agreement import GradingError
from bplib.grading.course.dates import EXAMPLE, DateError, moment
from bplib.grading.course.directory import CourseError, course_here
from bplib.grading.course.lock import alone
from bplib.grading.gradebook import names
from bplib.grading.gradebook.deadlines import Extension
from bplib.grading.gradebook.trouble import DiskError, for_everybody
from bplib.grading.gradebook.writer import Writer


@click.command()
@click.argument("exercise")
@click.argument("until", required=False)
@click.option("--remove", is_flag=True, help="It is never due.")
@course_option
def due(exercise: str, until: str | None, remove: bool, course: Path) -> None:
    """Show when EXERCISE is due, or say it: UNTIL is a date with a time zone, "2026-12-01 23:59 Europe/Lisbon"."""
    if until and remove:
        raise click.UsageError("give a date, or --remove: not both.")
    with _course(course) as (writer, _):
        if until or remove:
            writer.deadlines.set_due(exercise, moment(until) if until else None)
            changed = writer.date_anew(exercise)
        when = writer.deadlines.due(exercise)
        found = writer.deadlines.extensions(exercise)
    say(f"{exercise} is due {_told(when)}." if when else f"{exercise} has no due date.")
    for extension in found:
        say(f"  {_shown(extension)}")
    if until or remove:
        say(_consequences(changed))


@click.command()
@click.argument("student", required=False)
@click.argument("exercise", required=False)
@click.option("--until", metavar="DATE", help=f'With a time zone: "{EXAMPLE}".')
@click.option("--remove", is_flag=True, help="Take the extension back.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@course_option
def extend(
    student: str | None, exercise: str | None, until: str | None, remove: bool, as_json: bool, course: Path
) -> None:
    """Let STUDENT hand in EXERCISE later than the others; without --until or --remove, list who may."""
    if bool(until) and remove:
        raise click.UsageError("give --until, or --remove: not both.")
    if (until or remove) and not (student and exercise):
        raise click.UsageError("say for whom and for what: bplib extend STUDENT EXERCISE --until DATE")
    with _course(course) as (writer, known):
        deadlines, changed = writer.deadlines, 0
        if student:
            names.require([student], known | {one.student for one in deadlines.extensions()})
        if until and student and exercise:
            deadlines.extend(exercise, student, moment(until), until)
            changed = writer.date_anew(exercise, student)
        elif remove and student and exercise:
            if not deadlines.remove(exercise, student):
                raise click.UsageError(f"{student} has no extension for {exercise}.")
            changed = writer.date_anew(exercise, student, taken_back=True)
        found = deadlines.extensions(exercise or "", student or "")
        dated = not exercise or deadlines.due(exercise) is not None
    if as_json:
        say_data([{**one._asdict(), "until": one.until.isoformat()} for one in found])
        return
    for extension in found:
        say(_shown(extension))
    if not found:
        say("The extension is taken back." if remove else "There are no extensions.")
    if until or remove:
        say(_consequences(changed))
    if not dated:
        say(f"{exercise} has no due date yet, so nobody is late: bplib due {exercise} DATE")


@contextmanager
def _course(course: Path) -> Iterator[tuple[Writer, set[str]]]:
    """The course's gradebook, and who is known there; all that goes wrong is said in a sentence."""
    try:
        directory = course_here(course)
        root = Path(directory.root)
        with for_everybody("the course"), alone(root), closing(Writer(directory)) as writer:
            top = root / directory.submitted_directory
            handed_in = {path.name for path in top.iterdir()} if top.is_dir() else set()
            yield writer, {*writer.students(), *handed_in}
    except (CourseError, GradingError, DateError) as error:
        raise click.UsageError(f"{str(error).rstrip('.')}.") from error
    except DiskError as error:
        say(f"Error: {error}", err=True)
        click.get_current_context().exit(NO_DISK)


def _told(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"


def _shown(extension: Extension) -> str:
    student = extension.student.encode(errors="replace").decode()
    return f"{student} may hand in {extension.exercise} until {extension.written} ({_told(extension.until)})"


def _consequences(changed: int) -> str:
    if not changed:
        return "No points change."
    return (
        f"What lateness costs is computed anew: the points of {changed} student{'s' * (changed != 1)} change. "
        "Their pages follow with: bplib grade EXERCISE --resume"
    )
