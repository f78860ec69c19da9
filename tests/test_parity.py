"""The same points from the sandbox, and of a sample from plain nbgrader: for right answers however written, for mistakes, for nothing.

Each function is judged on trusted inputs, so one notebook holds a variant of every task: the first mistake of each, then the
second, and so on through the answers written another way and the sample class. Both graders draw the same inputs.
"""

from __future__ import annotations

import copy
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import answers
import nbformat
import pytest
import sandboxed
import share
from plain.course import entered
from sandboxed import sandbox  # noqa: F401 - a fixture
from test_exercises import MISTAKES, TASKS, WAYS
from test_sample_class import DESERVED

from bplib.grading.course import release, source
from bplib.grading.course.directory import Course
from bplib.grading.course.places import EXERCISES
from bplib.grading.rehearsal.sample_class import apply
from bplib.grading.rehearsal.students import STUDENTS

pytestmark = pytest.mark.usefixtures("sandbox")
#: The draws of `test_exercises`, so that what is known there of a mistake holds here.
SEED = 0
EMPTY = "untouched"
#: nbgrader starts a kernel for each notebook, which takes ten times as long: it grades one of so many.
SAMPLE = 16
#: Of the right answers in many forms, which `test_answers` judges as well, the suite grades one of so many here.
FORMS = 1 if share.ALL else 3


class Variant(NamedTuple):
    """One answer to one task, and the points that it deserves."""

    task: str
    text: str
    points: float


def variants(exercise: str) -> list[Variant]:
    """The answers that are known to this exercise: mistakes, other ways, the sample class, and right ones in many forms."""
    cells = source.solution_cells(source.read(source.source_path(exercise)))
    right = {task: source.reference_answer(cell.source) for task, cell in cells.items()}
    full, found = source.points(exercise), []
    for name, task, old, new, spoiled in MISTAKES:
        if name == exercise:
            lost = sum(output.points for output in TASKS[name, task].outputs if output.name in spoiled)
            found.append(Variant(task, right[task].replace(old, new), full[task] - lost))
    for name, task, text in WAYS:
        if name == exercise:
            text = text.strip()
            named = text.replace("def answer(", f"def {task}(", 1)
            found.append(Variant(task, named if text.startswith("def") else f"{task} = {text}", full[task]))
    for student in STUDENTS:
        for edit in student.edits:
            if edit.exercise == exercise and (student.name, exercise) in DESERVED:
                points = DESERVED[student.name, exercise].get(edit.task, full[edit.task])
                found.append(Variant(edit.task, apply(edit, right[edit.task]), points))
    return found + [Variant(answer.task, answer.source, full[answer.task]) for answer in forms(exercise)]


def forms(exercise: str) -> list[answers.Answer]:
    """Of the right answers to each task, one of `FORMS`."""
    by_task: dict[str, list[answers.Answer]] = {}
    for answer in answers.right(exercise):
        by_task.setdefault(answer.task, []).append(answer)
    return [answer for same in by_task.values() for answer in same[::FORMS]]


def notebooks(exercise: str) -> dict[str, tuple[nbformat.NotebookNode, dict[str, float]]]:
    """The notebooks of a class, with what each of their tasks deserves; the first is right, the last untouched."""
    released = source.read(EXERCISES / exercise / f"{exercise}.ipynb")
    cells = source.solution_cells(source.read(source.source_path(exercise)))
    full = source.points(exercise)
    by_task = {task: [v for v in variants(exercise) if v.task == task] for task in full}
    made = {}
    for number, row in enumerate([(), *zip_longest(*by_task.values())]):
        notebook, deserved = copy.deepcopy(released), dict(full)
        for task, cell in source.solution_cells(notebook).items():
            cell.source = source.reference_answer(cells[task].source)
            for variant in row:
                if variant is not None and variant.task == task:
                    cell.source, deserved[task] = variant.text, variant.points
        made[f"student-{number}"] = notebook, deserved
    made[EMPTY] = released, dict.fromkeys(full, 0.0)
    return made


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with every exercise released."""
    made = Course(tmp_path_factory.mktemp("parity"))
    release.generate(made, source.exercises())
    return made


def _hand_in(course: Course, student: str, exercise: str, notebook: nbformat.NotebookNode) -> Path:
    path = course.notebook("submitted", student, exercise)
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    return path


@pytest.mark.parametrize("exercise", source.exercises())
def test_all_answers_get_what_they_deserve_from_us_and_from_nbgrader(exercise, course, monkeypatch):
    monkeypatch.setenv("BPLIB_SEED", str(SEED))
    sample = [*list(notebooks(exercise))[::SAMPLE], EMPTY]
    for student, (notebook, deserved) in notebooks(exercise).items():
        path = _hand_in(course, student, exercise, notebook)
        ours = sandboxed.grade(path, exercise, SEED)
        assert ours.tasks == deserved, (student, ours.sentence, ours.notes)
        if student in sample:
            course.autograde(exercise, student)
            assert entered(course.root, student, exercise) == deserved, student


def test_no_answer_is_left_out():
    held = sum(len(variants(exercise)) for exercise in source.exercises())
    written = sum(len(forms(exercise)) for exercise in source.exercises())
    assert held == len(MISTAKES) + len(WAYS) + sum(len(student.edits) for student in STUDENTS) + written
    for exercise in source.exercises():
        texts = [cell.source for notebook, _ in notebooks(exercise).values() for cell in notebook.cells]
        assert all(variant.text in texts for variant in variants(exercise))
