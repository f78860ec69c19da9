"""One at a time in a course: whoever grades or collects holds its lock."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bplib.grading.course.directory import CourseError
from bplib.grading.course.private import opened

if sys.platform != "win32":  # there nobody grades, and only collects
    import fcntl


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold the course's lock: two at once would write over each other.

    Raises
    ------
    CourseError
        If somebody else holds it.
    """
    with opened(root / ".bplib-lock", "w") as file:
        try:
            if sys.platform != "win32":
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CourseError(
                f"somebody else is grading or collecting in the course in {root}. Wait until that is done, then try again."
            ) from None
        yield
