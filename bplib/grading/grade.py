"""Grading an assignment: from nbgrader's ``submitted`` folder to its gradebook and its ``autograded`` folder.

Submissions go to the workers, results come back into a journal, and one writer enters them. Killed at any moment, it goes on
where it stopped; run again, it changes nothing that has not changed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import nbformat
from nbgrader.coursedir import CourseDirectory

import bplib
from bplib.grading import seeds
from bplib.grading.gradebook import Writer
from bplib.grading.journal import GRADED, HUMAN, MISSING, Journal, Result
from bplib.grading.sandbox import Limits
from bplib.grading.workers import Job, digest, grade_all

#: A student's other files that go along, and the bytes that they may have together.
ATTACHMENTS, ATTACHED = 100, 50 * 2**20


class GradingError(RuntimeError):
    """Nothing can be graded; the message says why, and what to do."""


def grade(
    course: CourseDirectory,
    exercise: str,
    students: Sequence[str] = (),
    workers: int = 0,
    resume: bool = False,
    contained: bool = True,
    limits: Limits | None = None,
    report: Callable[[Result, int], None] | None = None,
) -> list[Result]:
    """Grade the submissions of an exercise.

    Parameters
    ----------
    course
        nbgrader's folders and gradebook.
    exercise
        The assignment's name.
    students
        Only these; all by default.
    workers
        Processes; as many as there are cores by default.
    resume
        Take over what an earlier run has finished, where neither the submission nor its checks have changed since.
    contained
        False runs submissions without a sandbox. Only where you trust every line of them.
    report
        Called with each result, and with how many there will be.

    Returns
    -------
    list of Result
        One for each student on the roster or in the folder, by name.

    Raises
    ------
    GradingError
        If the exercise is not in the gradebook, or somebody else is grading this course.
    """
    root = Path(course.root)
    with _alone(root), Writer(course) as writer:
        if not writer.knows(exercise):
            raise GradingError(
                f"the gradebook does not know {exercise!r}. "
                f"Enter it once with: nbgrader generate_assignment {exercise} --force"
            )
        released = _released(course, exercise)
        journal = Journal(root / ".bplib-journal" / f"{exercise}.jsonl")
        found = _submissions(course, exercise)
        wanted = sorted(set(students) or {*found, *writer.students()})
        jobs, results = [], {}
        key, judged_by = seeds.secret(root), _judges(released, str(contained))
        kept = {result.student: result for result in journal.kept()} if resume else {}
        if not resume:
            journal.clear()
        for student in wanted:
            path = found.get(student)
            if path is None:
                results[student] = Result(student, MISSING)
                continue
            handed_in = digest(path)
            mark = f"{handed_in}-{judged_by}"
            if student in kept and kept[student].digest == mark:
                results[student] = kept[student]
                continue
            seed = seeds.seed(key, student, exercise, handed_in)
            jobs.append(
                Job(student, exercise, str(path), released, seed, mark, contained, limits or Limits())
            )
        total = len(wanted)
        for result in list(results.values()):
            results[result.student] = _entered(course, writer, exercise, result, found.get(result.student))
            if report:
                report(results[result.student], total)
        for result in grade_all(jobs, workers or os.cpu_count() or 1):
            journal.add(result)
            results[result.student] = _entered(course, writer, exercise, result, found[result.student])
            if report:
                report(results[result.student], total)
    return [results[student] for student in wanted]


def _entered(
    course: CourseDirectory, writer: Writer, exercise: str, result: Result, path: Path | None
) -> Result:
    """Write what nbgrader would have written; a result that cannot be written is one for a human."""
    if not result.notebook or path is None:
        return result
    try:
        notebook = nbformat.reads(result.notebook, as_version=4)
        folder = Path(course.format_path(course.autograded_directory, result.student, exercise))
        _lay_down(folder, path.parent, exercise, result.notebook)
        timestamp = course.get_existing_timestamp(str(path.parent))
        writer.write(result.student, exercise, notebook, timestamp)
    except Exception as error:  # noqa: BLE001 - the next student's grade must not depend on it
        said = f"It was graded but could not be entered: {type(error).__name__}: {error}"
        return replace(result, outcome=HUMAN, code="not-entered", sentence=said[:300])
    return result


def _lay_down(folder: Path, submitted: Path, exercise: str, notebook: str) -> None:
    """The graded notebook and the student's other files, as a whole or not at all."""
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    room = ATTACHED
    for path in sorted(submitted.rglob("*"))[: 10 * ATTACHMENTS]:
        inner = path.relative_to(submitted)
        if path.is_symlink() or not path.is_file() or inner.parts[0].lower().endswith(".ipynb"):
            continue
        room -= path.stat().st_size
        if room < 0:
            break
        target = fresh / inner
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    (fresh / f"{exercise}.ipynb").write_text(notebook, encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def _submissions(course: CourseDirectory, exercise: str) -> dict[str, Path]:
    """The notebook of each student who has handed in something, by nbgrader's layout or nearly so."""
    top = Path(course.root, course.submitted_directory)
    found: dict[str, Path] = {}
    for student in sorted(top.iterdir()) if top.is_dir() else []:
        if not student.is_dir() or student.name.startswith("."):
            continue
        folders = [
            folder
            for folder in sorted(student.iterdir())
            if folder.is_dir() and folder.name.lower() == exercise.lower()
        ]
        paths = [path for folder in folders for path in sorted(folder.iterdir())]
        notebooks = [path for path in paths if path.suffix.lower() == ".ipynb" and not path.is_dir()]
        if folders:
            found[student.name] = _likeliest(notebooks, exercise) or folders[0] / f"{exercise}.ipynb"
    return found


def _likeliest(notebooks: Sequence[Path], exercise: str) -> Path | None:
    """The notebook of this name, or nearly of this name, or the only one."""
    exact = [path for path in notebooks if path.name == f"{exercise}.ipynb"]
    near = [path for path in notebooks if path.stem.lower().startswith(exercise.lower())]
    return next(iter(exact or near or (notebooks if len(notebooks) == 1 else [])), None)


def _released(course: CourseDirectory, exercise: str) -> str:
    path = Path(course.format_path(course.release_directory, ".", exercise), f"{exercise}.ipynb")
    if not path.is_file():
        raise GradingError(
            f"there is no released notebook at {path}. Make it with: nbgrader generate_assignment {exercise} --force"
        )
    return path.read_text(encoding="utf-8")


def _judges(*more: str) -> str:
    """A hash of the code that judges, and of what else it goes by: a changed check is a reason to grade again."""
    package = Path(bplib.__file__).parent
    found = hashlib.sha256("\0".join(more).encode())
    for path in sorted(package.rglob("*.py")):
        found.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return found.hexdigest()


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Hold the course's lock: two graders at once would write over each other."""
    with (root / ".bplib-lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise GradingError(
                f"somebody else is grading the course in {root}. Wait until that is done, then try again."
            ) from None
        yield


def counts(results: Sequence[Result]) -> dict[str, int]:
    """How many students have each outcome."""
    return {outcome: sum(r.outcome == outcome for r in results) for outcome in (GRADED, HUMAN, MISSING)}
