"""The command ``collect``: submissions from Moodle or Canvas into nbgrader's folders."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from nbgrader.coursedir import CourseDirectory
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from bplib.grading.collecting.collection import Collection, Outcome, What
from bplib.grading.collecting.downloads import BETWEEN
from bplib.grading.collecting.roster import Person, Roster
from bplib.grading.collecting.tables import RosterError
from bplib.grading.commands.options import FINE, LOOK, NO_DISK, course_option
from bplib.grading.commands.terminal import Terminal, say, say_data, shown
from bplib.grading.course.directory import CourseError, course_here
from bplib.grading.course.lock import alone
from bplib.grading.course.places import EXERCISES
from bplib.grading.gradebook.trouble import DiskError

if TYPE_CHECKING:
    from bplib.grading.gradebook.enrolment import Enrolled

#: Of those in the gradebook that are not on the roster, so many are named.
_NAMED = 10
_STYLES = {What.COLLECTED: "green", What.KEPT: "", What.SKIPPED: "dim", What.REFUSED: "red"}


@click.command()
@click.argument("exercise")
@click.argument(
    "sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)
@course_option
@click.option("--dry-run", is_flag=True, help="Show what would happen and write nothing.")
@click.option(
    "--roster",
    metavar="FILE.csv",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The class, as Moodle or Canvas exports it: enrols everybody, and gives students the ids of your gradebook.",
)
@click.option(
    "--groups",
    metavar="FILE.csv",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Who hands in together, with the columns group,student; goes with --roster.",
)
@click.option("--json", "as_json", is_flag=True, help="Print plain data instead of a table.")
@click.pass_context
def collect(
    context: click.Context,
    exercise: str,
    sources: tuple[Path, ...],
    course: Path,
    dry_run: bool,
    roster: Path | None,
    groups: Path | None,
    as_json: bool,
) -> None:
    """Put submissions of EXERCISE where nbgrader looks for them.

    A SOURCE is what Moodle or Canvas downloads as a zip, the same unpacked, or a folder with a folder for
    each student. The exit status is 0 when all is collected, 1 when you have to look at something, 2 when the
    command is wrong, 5 when the gradebook cannot be written.
    """
    if groups and not roster:
        raise click.UsageError("--groups says who belongs together; --roster has to say who they are.")
    enrolled = None
    try:
        directory = course_here(course)
        students = Roster(roster, groups) if roster else None
        collection = Collection(exercise, *_places(directory, exercise), dry_run=dry_run)
        with nullcontext() if dry_run else alone(Path(directory.root)):
            if students and not dry_run:
                enrolled = _enrol(directory, students.people)
            outcomes = collection.collect(sources, students)
    except (RosterError, CourseError, FileNotFoundError) as error:
        raise click.UsageError(str(error)) from error
    except DiskError as error:
        said = str(error)
        say(f"Error: {said[:1].upper()}{said[1:]} Nothing has been collected.", err=True)
        context.exit(NO_DISK)
    if roster and students:
        outcomes += [Outcome("", What.REFUSED, roster.name, said, True) for said in students.left_out]
    if as_json:
        say_data([asdict(outcome) for outcome in outcomes])
    else:
        console = Terminal()
        console.print(table(outcomes))
        console.print(summary(outcomes, dry_run), highlight=False, soft_wrap=True)
        if students:
            console.print(_roster(students.people, outcomes, enrolled), highlight=False, soft_wrap=True)
    context.exit(LOOK if not outcomes or any(outcome.look for outcome in outcomes) else FINE)


def _places(course: CourseDirectory, exercise: str) -> tuple[Path, Path]:
    """Where submissions go, and where the released notebooks are: the course's own, or those that come with bplib."""
    released = Path(course.root, course.release_directory)
    own = (released / exercise / f"{exercise}.ipynb").is_file()
    return Path(course.root, course.submitted_directory), released if own else EXERCISES


def _enrol(course: CourseDirectory, people: list[Person]) -> Enrolled:
    from bplib.grading.gradebook.enrolment import enrol  # brings nbgrader along, which takes a moment

    return enrol(course, people)


def _roster(people: list[Person], outcomes: list[Outcome], enrolled: Enrolled | None) -> str:
    """What has become of the roster, as sentences."""
    ids = {person.id for person in people}
    heard = ids & {outcome.student for outcome in outcomes}
    told = f"On the roster: {len(people)}; of {len(ids - heard)} nothing has come."
    if enrolled is None:
        return f"{told} They would be enrolled in the gradebook."
    others = ", ".join(enrolled.others[:_NAMED]) + (", …" if len(enrolled.others) > _NAMED else "")
    more = f" In the gradebook and not on the roster: {others}." if others else ""
    return f"{told} Enrolled in the gradebook: {enrolled.new} new, {enrolled.known} were there.{more}"


def table(outcomes: list[Outcome]) -> Table:
    """Return a line for each outcome, those to look at last. Names are never read as markup."""
    listed = Table(box=SIMPLE_HEAD)
    for column in ("Student", "", "File", "Why"):
        listed.add_column(column, overflow="fold")
    sources = {outcome.path.partition(BETWEEN)[0] for outcome in outcomes}
    for outcome in sorted(outcomes, key=lambda outcome: outcome.look):
        path = outcome.path.rpartition(BETWEEN)[2] if len(sources) == 1 else outcome.path
        what = Text(f"{outcome.what}{' (look)' if outcome.look else ''}", style=_STYLES[outcome.what])
        listed.add_row(shown(outcome.student), what, shown(path), shown(outcome.reason))
    return listed


def summary(outcomes: list[Outcome], dry_run: bool = False) -> str:
    """Return the counts as sentences."""
    if not outcomes:
        return "There was no file in what was given; see whether it is the right download."
    counts = Counter(outcome.what for outcome in outcomes)
    students = len({outcome.student for outcome in outcomes if outcome.what is What.COLLECTED})
    look = sum(outcome.look for outcome in outcomes)
    return (
        f"{'A dry run, nothing was written. ' if dry_run else ''}"
        f"Collected from {students} student{'' if students == 1 else 's'}; "
        f"{counts[What.KEPT]} kept beside, {counts[What.SKIPPED]} skipped, "
        f"{counts[What.REFUSED]} refused. " + (f"To look at: {look}." if look else "Nothing needs a look.")
    )
