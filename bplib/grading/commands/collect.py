"""The command ``collect``: submissions from Moodle or Canvas into nbgrader's folders."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bplib.grading.collecting.collection import Collection, Outcome, What
from bplib.grading.collecting.downloads import BETWEEN
from bplib.grading.collecting.submitters import Roster, RosterError
from bplib.grading.course.directory import REPOSITORY

SUBMITTED = REPOSITORY / "course" / "submitted"
_STYLES = {What.COLLECTED: "green", What.KEPT: "", What.SKIPPED: "dim", What.REFUSED: "red"}


@click.command()
@click.argument("exercise")
@click.argument(
    "sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "--to",
    "target",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default=SUBMITTED,
    help="The folder of all students' submissions. Without it: course/submitted.",
)
@click.option("--dry-run", is_flag=True, help="Show what would happen and write nothing.")
@click.option(
    "--roster",
    metavar="FILE.csv",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The class, as Moodle or Canvas exports it: gives students the ids of your gradebook.",
)
@click.option("--json", "as_json", is_flag=True, help="Print plain data instead of a table.")
@click.pass_context
def collect(
    context: click.Context,
    exercise: str,
    sources: tuple[Path, ...],
    target: Path,
    dry_run: bool,
    roster: Path | None,
    as_json: bool,
) -> None:
    """Put submissions of EXERCISE where nbgrader looks for them.

    A SOURCE is what Moodle or Canvas downloads as a zip, the same unpacked, or a folder with a folder for
    each student. The exit status is 0 when all is collected, 1 when you have to look at something, 2 when the
    command is wrong.
    """
    try:
        students = Roster(roster) if roster else None
        outcomes = Collection(exercise, target, dry_run=dry_run).collect(sources, students)
    except (RosterError, FileNotFoundError) as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        click.echo(json.dumps([asdict(outcome) for outcome in outcomes], indent=2))
    else:
        console = Console()
        console.print(table(outcomes))
        console.print(summary(outcomes, dry_run), highlight=False, soft_wrap=True)
    context.exit(1 if not outcomes or any(outcome.look for outcome in outcomes) else 0)


def table(outcomes: list[Outcome]) -> Table:
    """Return a line for each outcome, those to look at last. Names are never read as markup."""
    shown = Table(box=SIMPLE_HEAD)
    for column in ("Student", "", "File", "Why"):
        shown.add_column(column, overflow="fold")
    sources = {outcome.path.partition(BETWEEN)[0] for outcome in outcomes}
    for outcome in sorted(outcomes, key=lambda outcome: outcome.look):
        path = outcome.path.rpartition(BETWEEN)[2] if len(sources) == 1 else outcome.path
        what = Text(f"{outcome.what}{' (look)' if outcome.look else ''}", style=_STYLES[outcome.what])
        shown.add_row(Text(outcome.student), what, Text(path), Text(outcome.reason))
    return shown


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
