"""What is the instructor's alone: answers, grades, secrets, and what students have handed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import bplib
from bplib.grading.course.places import SOLUTIONS

#: The folders of a course, by their names in nbgrader's settings. The release is everybody's.
_STEPS = ("source_directory", "submitted_directory", "autograded_directory", "feedback_directory")
#: What ``bplib grade`` and the gradebook leave in the course's folder.
_OWN = ("gradebook.db", ".bplib-secret", ".bplib-journal")
#: What students have sent beside their notebooks may be a copy of anything, also of what everybody may read.
_ANYBODYS = "attachments"


def belongings(course: object) -> list[Path]:
    """Those files and folders of a course (nbgrader's view of it) that there are, and the course's own answers."""
    root = Path(getattr(course, "root", "."))
    names = [str(getattr(course, step)) for step in _STEPS if hasattr(course, step)]
    database = str(getattr(course, "db_url", ""))
    if database.startswith("sqlite:///"):
        names.append(database.removeprefix("sqlite:///"))
    paths = [SOLUTIONS, *(root / name for name in (*names, *_OWN))]
    return [path for path in dict.fromkeys(paths) if path.exists()]


def files(places: Iterable[Path]) -> Iterator[Path]:
    """All files in these places that are nobody else's."""
    for place in places:
        found = [place] if place.is_file() else sorted(place.rglob("*"))
        yield from (path for path in found if path.is_file() and _ANYBODYS not in path.parts)


def answers(public: Iterable[str]) -> Iterator[Path]:
    """The code of bplib, but for what is public: files and folders, relative to the package."""
    package = Path(bplib.__file__).resolve().parent
    open_to_all = [package / name for name in public]
    for path in sorted(package.rglob("*.py")):
        if not any(path.is_relative_to(place) for place in open_to_all):
            yield path
