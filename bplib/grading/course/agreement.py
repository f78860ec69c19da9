"""Before anybody is graded: does the released notebook fit the gradebook and the checks?"""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbgrader import utils
from nbgrader.coursedir import CourseDirectory

from bplib.grading.course import source

#: What to do where nbgrader will not enter an exercise again.
REFUSED = (
    "nbgrader refuses once somebody has been graded and graded cells were added or removed. Then undo that, release the "
    "exercise under another name, or take it out of the gradebook with all its grades: nbgrader db assignment remove"
)


class GradingError(RuntimeError):
    """Nothing can be graded; the message says why, and what to do."""


def agreed_release(course: CourseDirectory, exercise: str, worth: dict[str, float] | None) -> str:
    """The released notebook, once it is sure that all who know its points say the same.

    Parameters
    ----------
    worth
        What the gradebook says of each graded cell; None if it knows nothing of the exercise.

    Raises
    ------
    GradingError
        If something is missing or differs: better said once than with every student.
    """
    if worth is None:
        raise GradingError(
            f"the gradebook does not know {exercise!r}. "
            f"Enter it once with: nbgrader generate_assignment {exercise} --force"
        )
    path = Path(course.format_path(course.release_directory, ".", exercise), f"{exercise}.ipynb")
    if not path.is_file():
        raise GradingError(
            f"there is no released notebook at {path}. "
            f"Make it with: nbgrader generate_assignment {exercise} --force\n{REFUSED}"
        )
    released = path.read_text(encoding="utf-8")
    _compare(released, worth, exercise)
    return released


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
