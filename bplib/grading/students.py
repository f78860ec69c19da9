"""Who is in the sample class: each student's mistake as an edit of the reference solution."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """In this task of this exercise, the text ``old`` of the solution reads ``new`` instead."""

    exercise: str
    task: str
    old: str
    new: str


@dataclass(frozen=True)
class Student:
    """A synthetic student.

    ``story`` says in a few words what this one gets wrong. ``exercises`` are those handed in, all when empty.
    A student who does not work hands the released notebooks in as they are.
    """

    name: str
    story: str
    exercises: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    works: bool = True


STUDENTS = (
    Student("student-01", "has everything right"),
    Student("student-02", "has touched nothing", works=False),
)
