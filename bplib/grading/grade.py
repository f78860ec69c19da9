"""Grading an assignment: from nbgrader's ``submitted`` folder to its gradebook and its ``autograded`` folder.

Submissions go to the workers, results come back into a journal, and one writer enters them. Killed at any moment, it goes on
where it stopped; run again, it changes nothing that has not changed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import nbformat
from nbgrader import utils
from nbgrader.coursedir import CourseDirectory

import bplib
from bplib.grading import folders, seeds, source
from bplib.grading.gradebook import NotEnteredError, Writer
from bplib.grading.journal import GRADED, HUMAN, MISSING, Journal, Result
from bplib.grading.sandbox import Limits
from bplib.grading.workers import Job, digest, grade_all

#: What to do where nbgrader will not enter an exercise again.
REFUSED = (
    "nbgrader refuses once somebody has been graded and graded cells were added or removed. Then undo that, release the "
    "exercise under another name, or take it out of the gradebook with all its grades: nbgrader db assignment remove"
)
#: What a human reads about points whose submission has disappeared.
GONE = "It was graded before, and is no longer in the submitted folder. Put it back, or take its points out of the gradebook."


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
    with _alone(root), closing(Writer(course)) as writer:
        worth = writer.points(exercise)
        if worth is None:
            raise GradingError(
                f"the gradebook does not know {exercise!r}. "
                f"Enter it once with: nbgrader generate_assignment {exercise} --force"
            )
        released = _released(course, exercise)
        _compare(released, worth, exercise)
        journal = Journal(root / ".bplib-journal" / f"{exercise}.jsonl")
        found = folders.submissions(course, exercise)
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
    student = result.student
    if path is None:
        gone = writer.has(student, exercise)
        return replace(result, outcome=HUMAN, code="gone", sentence=GONE) if gone else result
    try:
        if result.notebook:
            notebook = nbformat.reads(result.notebook, as_version=4)
            writer.write(student, exercise, notebook, folders.timestamp(path.parent))
            left_out = folders.lay_down(course, student, exercise, path.parent, result.notebook)
            note = f"{left_out} large files beside the notebook stay in the submitted folder"
            return replace(result, notes=(*result.notes, note)) if left_out else result
        writer.put_off(student, exercise)
    except NotEnteredError as error:
        result = replace(result, outcome=HUMAN, code="not-entered", sentence=str(error))
    except Exception as error:  # noqa: BLE001 - the next student's grade must not depend on it
        said = f"It was graded but could not be entered: {type(error).__name__}: {error}"
        result = replace(result, outcome=HUMAN, code="not-entered", sentence=said[:300])
    folders.remove(course, student, exercise)
    return result


def _released(course: CourseDirectory, exercise: str) -> str:
    path = Path(course.format_path(course.release_directory, ".", exercise), f"{exercise}.ipynb")
    if not path.is_file():
        raise GradingError(
            f"there is no released notebook at {path}. "
            f"Make it with: nbgrader generate_assignment {exercise} --force\n{REFUSED}"
        )
    return path.read_text(encoding="utf-8")


def _compare(released: str, worth: dict[str, float], exercise: str) -> None:
    """Refuse to grade by a notebook that the gradebook does not fit, rather than fail with every student."""
    checks = source.points(exercise)
    cells = {
        cell.metadata.nbgrader.grade_id: cell
        for cell in nbformat.reads(released, as_version=4).cells
        if utils.is_grade(cell) or utils.is_task(cell)
    }
    if cells.keys() != worth.keys():
        unlike = ", ".join(sorted(cells.keys() ^ worth.keys()))
        raise GradingError(
            f"the released notebook and the gradebook have different graded cells: only one of them has {unlike}. "
            f"Bring them in step with: nbgrader generate_assignment {exercise} --force\n{REFUSED}"
        )
    for name, cell in cells.items():
        says = {
            "the gradebook": worth[name],
            "the released notebook": float(cell.metadata.nbgrader.points),
            "the check": checks.get(source.tested(cell) or "", worth[name]),
        }
        if len(set(says.values())) > 1:
            raise GradingError(
                f"{name} is worth different points: "
                + ", ".join(f"{who} says {points:g}" for who, points in says.items())
                + ". Points come from the check; bring all in step with: "
                f"python -m bplib.grading points, then nbgrader generate_assignment {exercise} --force"
            )


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
