"""The command ``bplib grade``."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from bplib.grading.commands.options import (
    FINE,
    LOOK,
    NO_DISK,
    NO_SANDBOX,
    NO_WORKERS,
    course_option,
)
from bplib.grading.commands.terminal import Terminal, say, say_data, shown
from bplib.grading.gradebook.results import GRADED, HUMAN, Result, counts
from bplib.grading.gradebook.sheet import number
from bplib.grading.gradebook.trouble import DiskError, reason
from bplib.grading.sandbox.outside import SandboxError
from bplib.grading.work import READY
from bplib.grading.work.changes import ChecksChanged
from bplib.grading.work.cluster import ClusterError, OtherCode, existing, local

#: More students than anybody reads through: of these, the table has those about whom there is something to say.
MANY = 200
_FILE = click.Path(exists=True, dir_okay=False)


@click.command()
@click.argument("exercise")
@click.option("--student", "students", multiple=True, help="Only this student; may be said more than once.")
@click.option("--resume", is_flag=True, help="Go on where an earlier run was stopped.")
@click.option("--accept-changes", is_flag=True, help="Enter points that other checks have changed.")
@click.option("--feedback/--no-feedback", default=True, help="Whether to write the students' pages, too.")
@click.option("--workers", type=click.IntRange(1), help="Processes that grade; as many as there are cores.")
@click.option("--scheduler", metavar="ADDRESS", help="Grade with the workers of this Dask scheduler instead.")
@click.option("--tls-ca-file", type=_FILE, help="For a scheduler on another machine, as for Dask.")
@click.option("--tls-cert", type=_FILE)
@click.option("--tls-key", type=_FILE)
@course_option
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@click.option(
    "--unsafe-no-sandbox",
    is_flag=True,
    help="Run submissions as yourself. Only where you trust every line of them.",
)
def grade(
    exercise: str,
    students: tuple[str, ...],
    resume: bool,
    accept_changes: bool,
    feedback: bool,
    workers: int | None,
    scheduler: str | None,
    tls_ca_file: str | None,
    tls_cert: str | None,
    tls_key: str | None,
    course: Path,
    as_json: bool,
    unsafe_no_sandbox: bool,
) -> None:
    """Grade what students have handed in for EXERCISE.

    It lies in the course's folder, as submitted/STUDENT/EXERCISE/EXERCISE.ipynb; `bplib collect` puts a platform's download there.

    Ends with 0 when all is graded, 1 when a human has to look at somebody, 2 when it was asked wrongly, 3 without a sandbox,
    4 when the workers cannot be reached, 5 when nothing can be written.
    """
    if scheduler and workers:
        raise click.UsageError(
            "--workers starts processes here, --scheduler uses those that run elsewhere: give one."
        )
    if sys.platform == "win32":
        say("Error: Windows cannot grade: submissions are forked. Work in WSL2 instead.", err=True)
        sys.exit(NO_SANDBOX)
    console = Terminal(stderr=as_json)
    where = existing(scheduler, tls_ca_file, tls_cert, tls_key) if scheduler else local(workers or 0, READY)
    try:
        with where as cluster, _bar(console) as bar:
            # Workers get ready while this process imports nbgrader.
            from bplib.grading.course.agreement import GradingError
            from bplib.grading.course.directory import CourseError, course_directory
            from bplib.grading.work.grade import grade as grade_all

            try:
                here = course_directory(course)
                results = grade_all(
                    here,
                    exercise,
                    cluster,
                    students,
                    resume=resume,
                    contained=not unsafe_no_sandbox,
                    feedback=feedback,
                    accept=accept_changes,
                    progress=lambda what, total: _advance(bar, what, total),
                )
            except (CourseError, GradingError) as error:
                raise click.UsageError(str(error)) from error
    except SandboxError as error:
        say(f"Error: {error} Run `bplib doctor`: it says what to do.", err=True)
        sys.exit(NO_SANDBOX)
    except ChecksChanged as changed:
        _tell(changed, exercise, console, as_json)
        sys.exit(LOOK)
    except (ClusterError, OtherCode) as error:
        say(f"Error: {error}", err=True)
        sys.exit(NO_WORKERS)
    except (DiskError, OSError) as error:
        said = str(error) if isinstance(error, DiskError) else f"{reason(error)}."
        say(
            f"Error: {said[:1].upper()}{said[1:]} What was graded is kept. "
            f"Once that is mended, go on with: bplib grade {exercise} --resume",
            err=True,
        )
        sys.exit(NO_DISK)
    if not results:
        folder = here.format_path(here.submitted_directory, "STUDENT", exercise)
        say(f"Nobody is on the roster, and nobody has handed in: there is no {folder}.", err=True)
    if as_json:
        say_data([plain(result) for result in results])
    else:
        console.print(table(results))
    sys.exit(LOOK if counts(results)[HUMAN] else FINE)


def _tell(changed: ChecksChanged, exercise: str, console: Terminal, as_json: bool) -> None:
    """For whom points would change, why, and how to go on."""
    if as_json:
        say_data({"checks changed": [change._asdict() for change in changed.changes]})
    said = str(changed)
    console.print(Text(said[:1].upper() + said[1:]))
    for sentence in changed.since:
        console.print(Text(f"  New: {sentence}."))
    listed = Table(box=SIMPLE_HEAD)
    listed.add_column("student", max_width=32, overflow="fold")
    listed.add_column("task", no_wrap=True)
    listed.add_column("points", no_wrap=True)
    listed.add_column("what the checks find now")
    for change in changed.changes[:MANY]:
        points = f"{change.before:g} → {change.after:g}"
        listed.add_row(shown(change.student), change.task, points, shown(change.why or "nothing wrong"))
    console.print(listed)
    if len(changed.changes) > MANY:
        console.print(f"and {len(changed.changes) - MANY} more: --json lists all.")
    console.print(f"To enter these points: bplib grade {exercise} --resume --accept-changes")


def _bar(console: Terminal) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f} a second" if task.speed else "", style="progress.data.speed")


def _advance(bar: Progress, what: str, total: int) -> None:
    known = next((task.id for task in bar.tasks if task.description == what), None)
    bar.advance(bar.add_task(what, total=total) if known is None else known)


def plain(result: Result) -> dict[str, object]:
    """A result for scripts: all but the notebook."""
    return {
        "student": result.student,
        "outcome": result.outcome,
        "code": result.code or None,
        "sentence": result.sentence or None,
        "points": result.points,
        "late": result.late,
        "by hand": result.by_hand,
        "maximum": result.maximum or None,
        "tasks": result.tasks,
        "notes": list(result.notes),
        "sandbox": result.contained,
        "seconds": result.seconds,
    }


def table(results: list[Result]) -> Table:
    """One line for each student, and the counts; of `MANY`, those whose work a human or a note is about."""
    caption = ", ".join(f"{n} {outcome}" for outcome, n in counts(results).items())
    if len(results) > MANY:
        results = [result for result in results if result.outcome != GRADED or _notes(result)]
        caption += "; who was graded without a note is not listed, --json lists all"
    listed = Table(box=SIMPLE_HEAD, caption=caption, caption_justify="left")
    # One long name must not push aside what is said of everybody.
    listed.add_column("student", max_width=32, overflow="fold")
    listed.add_column("outcome", no_wrap=True)
    listed.add_column("points", justify="right", no_wrap=True)
    listed.add_column("notes")
    for result in results:
        points = "–" if result.points is None else f"{number(result.points)} of {number(result.maximum)}"
        listed.add_row(shown(result.student), result.outcome, points, shown("\n".join(_notes(result))))
    return listed


def _notes(result: Result) -> list[str]:
    without = "graded without a sandbox" if result.tasks and not result.contained else ""
    sentence = result.sentence if result.outcome != GRADED else ""
    return [note for note in (sentence, *result.notes, without) if note]
