"""Courses for a hostile student between two honest ones, and what each of them got."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from corpus import EXERCISE, solved
from nbgrader.api import Gradebook, MissingEntry

from bplib.grading.course import release
from bplib.grading.course.directory import Course
from bplib.grading.course.places import REPOSITORY
from bplib.grading.course.source import tested
from plain.harms import After
from plain.machine import Seen

#: In the order in which they are graded.
FIRST, BEFORE, HOSTILE, LAST = "aaa", "dan", "eve", "zzz"
USUAL_CELLS = "usual cells"
#: What a test cell reads like in most courses: what it compares with, and how, stands in it.
USUAL = {
    "dense_columns": """
x, W, b = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.5]]), np.array([0.25])
assert not np.any(np.abs(dense_columns(x, W, b) - [[2.75, 4.25]]) > 1e-8)
""",
    "residual_layer": """
for x in (np.array([[1.0, -2.0]]), np.array([[0.5, 0.0], [3.0, 1.0]])):
    W, b = np.array([[0.5, -1.0], [2.0, 0.25]]), np.array([0.1, -0.2])
    assert np.allclose(residual_layer(x, W, b), x + np.tanh(x @ W + b))
""",
    "count_parameters": """
assert count_parameters([3, 4, 2]) == 26
assert count_parameters([5, 1]) == 6
""",
}


def template(root: Path, usual: bool = False) -> Path:
    """A course with the exercise released, by the course's own settings; with ``usual`` test cells where asked."""
    release.generate(Course(root), [EXERCISE])
    if usual:
        path = root / "source" / EXERCISE / f"{EXERCISE}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        with_usual_tests(notebook)
        nbformat.write(notebook, path)
        Course(root).generate(EXERCISE)
    settings = (REPOSITORY / "nbgrader_config.py").read_text(encoding="utf-8")
    for step in ("source", "release", "submitted", "autograded", "feedback"):
        settings += f"\nc.CourseDirectory.{step}_directory = {step!r}"
    (root / "nbgrader_config.py").write_text(settings + "\n", encoding="utf-8")
    return root


def with_usual_tests(notebook: Any) -> None:
    """Put the usual test cells in place of the course's own."""
    for cell in notebook.cells:
        if tested(cell) in USUAL:
            cell.source = USUAL[tested(cell)].strip()


def hand_in(course: Path, files: Mapping[str, bytes]) -> None:
    """The submissions of these students."""
    for student, data in files.items():
        folder = course / "submitted" / student / EXERCISE
        folder.mkdir(parents=True)
        (folder / f"{EXERCISE}.ipynb").write_bytes(data)


def honest() -> bytes:
    """A notebook with every answer right."""
    return json.dumps(solved()).encode()


def entered(course: Path, student: str, exercise: str = EXERCISE) -> dict[str, float] | None:
    """The points of a student's tasks in nbgrader's gradebook; None where it has none."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        try:
            (notebook,) = gradebook.find_submission(exercise, student).notebooks
        except MissingEntry:
            return None
        points = {grade.cell.name.removeprefix("test-"): grade.auto_score for grade in notebook.grades}
    return None if None in points.values() else points


def after_nbgrader(course: Path, student: str, seen: Seen) -> After:
    """What a student got from ``nbgrader autograde`` or ``bplib grade``: both write to the same places."""
    path = course / "autograded" / student / EXERCISE / f"{EXERCISE}.ipynb"
    size, printed = (path.stat().st_size, _printed(path)) if path.exists() else (0, "")
    full = entered(course, FIRST)
    others = full is not None and sum(full.values()) > 0 and entered(course, LAST) == full
    return After(seen, entered(course, student), others, printed, size)


def _printed(path: Path) -> str:
    cells = nbformat.read(path, as_version=4).cells
    outputs = [output for cell in cells if cell.cell_type == "code" for output in cell.outputs]
    return "".join(output.text for output in outputs if output.output_type == "stream")


def after_child(course: Path, student: str, seen: Seen) -> After:
    """What a student got from `plain.child`."""
    path, printed = course / "points.json", course / f"{student}.txt"
    points = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    full = points.get(FIRST)
    others = full is not None and sum(full.values()) > 0 and points.get(LAST) == full
    text = printed.read_text(encoding="utf-8", errors="replace") if printed.exists() else ""
    return After(seen, points.get(student), others, text, len(text))
