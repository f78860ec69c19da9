"""From the instructor's notebooks to the students': what ``exercises/`` holds, and whether it is still in step."""

import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from bplib.grading.course.directory import Course
from bplib.grading.course.places import EXERCISES
from bplib.grading.course.source import exercises, source_path


def generate(course: Course, names: Iterable[str], step: Callable[[str], None] = lambda name: None) -> None:
    """Copy the sources of exercises into a course folder and let nbgrader make the students' notebooks there.

    Parameters
    ----------
    course : Course
        Gets ``source/`` and ``release/``, and the tasks in its gradebook.
    names : iterable of str
        The exercises.
    step : callable, optional
        Called with each exercise's name once it is done, for a progress bar.
    """
    for name in names:
        target = course.notebook("source", "", name)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source_path(name), target)
        course.generate(name)
        step(name)


def released(names: Iterable[str], step: Callable[[str], None] = lambda name: None) -> dict[str, str]:
    """Return the text of the students' notebook of each exercise, made from its source in a folder that is thrown away."""
    names = list(names)
    with tempfile.TemporaryDirectory() as folder:
        course = Course(Path(folder))
        generate(course, names, step)
        return {name: course.notebook("release", "", name).read_text(encoding="utf-8") for name in names}


def drift(texts: dict[str, str]) -> list[str]:
    """Say how ``exercises/`` differs from freshly released notebooks; an empty list when it does not."""
    found = []
    for name, text in texts.items():
        path = EXERCISES / name / f"{name}.ipynb"
        if not path.is_file():
            found.append(f"exercises/{name}/{name}.ipynb is missing")
        elif path.read_text(encoding="utf-8") != text:
            found.append(f"exercises/{name}/{name}.ipynb is not what solutions/{name}/{name}.ipynb releases")
    known = set(exercises())
    found += [
        f"exercises/{path.name} has no source in solutions/"
        for path in sorted(EXERCISES.iterdir())
        if path.name not in known
    ]
    return found


def write(texts: dict[str, str]) -> list[str]:
    """Write released notebooks to ``exercises/`` and return the names of those that changed."""
    changed = []
    for name, text in texts.items():
        path = EXERCISES / name / f"{name}.ipynb"
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(name)
    return changed
