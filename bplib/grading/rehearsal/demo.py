"""Grade the sample class in a course folder of its own, and show how it went.

Everything happens in ``_build/demo/``: source, release, submissions, gradebook, feedback and ``grades.csv``. Nothing is
done twice: the results are kept with a fingerprint of all that they depend on.
"""

import fcntl
import hashlib
import json
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bplib.grading.course import release
from bplib.grading.course.directory import Course
from bplib.grading.course.places import BUILD, EXERCISES, REPOSITORY, SOLUTIONS
from bplib.grading.course.source import exercises, read
from bplib.grading.gradebook.results import GRADED
from bplib.grading.gradebook.results import Result as Outcome
from bplib.grading.rehearsal.findings import went_wrong
from bplib.grading.rehearsal.sample_class import hand_in, submissions
from bplib.grading.sandbox.outside import Sandbox, SandboxError
from bplib.grading.work import READY
from bplib.grading.work.cluster import local
from bplib.grading.work.grade import GRADING, WRITING, grade
from bplib.grading.work.seeds import SECRET

DEMO = BUILD / "demo"
#: The same draws each time, so that the table is the same on each machine.
SAMPLE_SECRET = b"the sample class has no secrets"
_RESULTS = DEMO / "results.json"


@dataclass(frozen=True)
class Result:
    """How one submission was graded. ``points`` is None when it could not be, and a human has to look."""

    student: str
    exercise: str
    points: float | None
    maximum: float
    tasks: dict[str, float]
    wrong: list[str]


def fingerprint() -> str:
    """Return a hash of all that the demo's results depend on: notebooks, code, settings and Python."""
    digest = hashlib.sha256(sys.version.encode())
    code = [
        path for path in (REPOSITORY / "bplib").rglob("*") if path.suffix in (".py", ".j2", ".css", ".gz")
    ]
    settings = [REPOSITORY / "nbgrader_config.py", REPOSITORY / "constraints.txt"]
    for path in sorted([*code, *SOLUTIONS.glob("*/*.ipynb"), *settings]):
        digest.update(f"{path.relative_to(REPOSITORY)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def results(console: Console | None = None) -> list[Result]:
    """Return the sample class's results, grading it first when anything has changed since the last time.

    Parameters
    ----------
    console : rich.console.Console, optional
        Where to show progress; nothing is shown without it.
    """
    now = fingerprint()
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # whoever comes second finds it done
        if _RESULTS.is_file():
            kept = json.loads(_RESULTS.read_text(encoding="utf-8"))
            if kept["fingerprint"] == now:
                return [Result(**result) for result in kept["results"]]
        shutil.rmtree(DEMO, ignore_errors=True)
        graded = _grade_class(console or Console(quiet=True))
        # Written last: a run that was interrupted leaves no results, and starts again.
        _RESULTS.write_text(
            json.dumps({"fingerprint": now, "results": [asdict(result) for result in graded]}, indent=1)
        )
    return graded


def _grade_class(console: Console) -> list[Result]:
    course, handed_in = Course(DEMO), submissions()
    (DEMO / SECRET).write_bytes(SAMPLE_SECRET)
    contained = _contained(console)
    columns = TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    outcomes: dict[tuple[str, str], Outcome] = {}
    with local(ready=READY) as cluster, Progress(*columns, console=console) as progress:
        releasing = progress.add_task("Releasing the exercises", total=len(exercises()))
        tasks = {
            GRADING: progress.add_task("Grading the sample class", total=len(handed_in)),
            WRITING: progress.add_task("Writing their feedback", total=len(handed_in)),
        }
        release.generate(course, exercises(), lambda name: progress.advance(releasing))
        for submission in handed_in:
            hand_in(course, submission)
        for name in exercises():
            students = [submission.student.name for submission in handed_in if submission.exercise == name]
            for outcome in grade(
                course.directory,
                name,
                cluster,
                students,
                contained=contained,
                progress=lambda what, _: progress.advance(tasks[what]),
            ):
                outcomes[outcome.student, name] = outcome
    course.export()
    return [_result(course, s.exercise, outcomes[s.student.name, s.exercise]) for s in handed_in]


def _contained(console: Console) -> bool:
    """Whether there is a sandbox here. The sample class is ours, so it may do without; a real class may not."""
    try:
        Sandbox().close()
    except SandboxError as error:
        console.print(f"[bold]Without a sandbox:[/] the sample class is graded unprotected, because {error}")
        return False
    return True


def _result(course: Course, name: str, outcome: Outcome) -> Result:
    """What the table shows of one outcome."""
    if outcome.outcome != GRADED:
        return Result(
            outcome.student, name, None, outcome.maximum, {}, [f"a human should look: {outcome.sentence}"]
        )
    with course.gradebook() as gradebook:
        submission = gradebook.find_submission(name, outcome.student)
        points, maximum = submission.score, submission.max_score
    tasks, wrong = went_wrong(read(course.notebook("autograded", outcome.student, name)))
    return Result(outcome.student, name, points, maximum, tasks, wrong)


def table(graded: list[Result]) -> Table:
    """Return the table of the class: student, exercise, points of maximum, what went wrong."""
    shown = Table(title="The sample class", title_justify="left", box=SIMPLE_HEAD)
    shown.add_column("student", no_wrap=True)
    shown.add_column("exercise", no_wrap=True)
    shown.add_column("points", justify="right", no_wrap=True)
    shown.add_column("what went wrong")
    previous = None
    for result in graded:
        if previous not in (None, result.student):
            shown.add_section()
        points = "–" if result.points is None else f"{result.points:g}"
        first = result.student if result.student != previous else ""
        shown.add_row(first, result.exercise, f"{points} of {result.maximum:g}", "\n".join(result.wrong))
        previous = result.student
    return shown


def places(graded: list[Result]) -> list[tuple[str, Path]]:
    """Return what there is to open after ``make``: a description and a path each."""
    partly = next(
        (result for result in graded if result.points and result.points < result.maximum), graded[0]
    )
    candidates = [
        ("the book", BUILD / "site" / "index.html"),
        ("an exercise, as a student gets it", EXERCISES / "feedforward" / "feedforward.ipynb"),
        (
            f"the feedback that {partly.student} reads",
            DEMO / "feedback" / partly.student / partly.exercise / f"{partly.exercise}.html",
        ),
        ("all grades", DEMO / "grades.csv"),
    ]
    return [(what, path) for what, path in candidates if path.exists()]
