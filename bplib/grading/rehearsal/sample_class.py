"""A class of synthetic students, each with one real mistake, made from the reference solutions.

A mistake is data: in which exercise and task, which text of the solution is replaced, and by what. So a sample student
follows the solutions when they are rewritten, or fails loudly when the replaced text is gone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode

from bplib.grading.course.directory import Course
from bplib.grading.course.source import exercises, read, reference_answer, solution_cells, source_path
from bplib.grading.rehearsal.students import STUDENTS, Edit, Student


class EditError(ValueError):
    """An edit does not fit the solution it should change."""


@dataclass(frozen=True)
class Submission:
    """One notebook that one student hands in."""

    student: Student
    exercise: str


def submissions(students: tuple[Student, ...] = STUDENTS) -> list[Submission]:
    """List what the students hand in; a student without a list of exercises does them all."""
    return [Submission(student, name) for student in students for name in student.exercises or exercises()]


def apply(edit: Edit, answer: str) -> str:
    """Return an answer with a student's mistake in it.

    Raises
    ------
    EditError
        If the text to replace is not there exactly once.
    """
    count = answer.count(edit.old)
    if count != 1:
        raise EditError(
            f"the sample mistake in exercise {edit.exercise!r}, task {edit.task!r}, replaces {edit.old!r}, "
            f"which should be in the solution once and is there {count} times; "
            f"adapt it in bplib/grading/rehearsal/students.py. The solution reads:\n{answer}"
        )
    return answer.replace(edit.old, edit.new)


def hand_in(course: Course, submission: Submission) -> None:
    """Write a student's notebook to the course's ``submitted`` folder: the release, filled in with that student's answers."""
    name, student = submission.exercise, submission.student
    notebook = read(course.notebook("release", "", name))
    if student.works:
        for task, cell in answers(student, name, notebook):
            cell.source = task
    path = course.notebook("submitted", student.name, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def answers(student: Student, name: str, notebook: NotebookNode) -> Iterator[tuple[str, NotebookNode]]:
    """Yield for each task the student's answer and the cell of the released notebook it belongs in."""
    solved, empty = solution_cells(read(source_path(name))), solution_cells(notebook)
    edits = [edit for edit in student.edits if edit.exercise == name]
    for edit in edits:
        if edit.task not in solved:
            raise EditError(
                f"{student.name} errs in task {edit.task!r} of {name!r}, which has only: {', '.join(solved)}"
            )
    for task, cell in empty.items():
        answer = reference_answer(solved[task].source)
        for edit in edits:
            if edit.task == task:
                answer = apply(edit, answer)
        yield answer, cell
