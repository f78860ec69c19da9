"""Which exercise a notebook is of, and whether anybody has worked on it: by nbgrader's marks and by its cells."""

import json
from typing import Any


def grade_ids(data: bytes) -> set[str] | None:
    """Return the names nbgrader gave the tasks and tests of a notebook; None when the data is no notebook."""
    try:
        marks = [cell["metadata"].get("nbgrader", {}) for cell in _cells(data)]
        return {str(mark["grade_id"]) for mark in marks if mark.get("grade") or mark.get("solution")}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


class Released:
    """The released notebooks of a course: by their marks, what is handed in is recognized.

    Parameters
    ----------
    notebooks
        The bytes of each exercise's notebook.
    """

    def __init__(self, notebooks: dict[str, bytes]) -> None:
        self._notebooks = notebooks
        self._marks = {name: grade_ids(data) or set() for name, data in notebooks.items()}

    def exercise_of(self, data: bytes, wanted: str) -> str:
        """Return the exercise whose marks a file has most of, ``wanted`` where several are alike; empty when it has none."""
        ids = (grade_ids(data) if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else None) or set()
        best = max(self._marks, key=lambda name: (len(ids & self._marks[name]), name == wanted))
        return best if ids & self._marks[best] else ""

    def worked_on(self, data: bytes, exercise: str) -> bool:
        """Whether somebody has worked on a notebook of this exercise."""
        return worked_on(data, self._notebooks[exercise])


def is_of(data: bytes, released: bytes) -> bool:
    """Whether a notebook has most of the marks of a released one."""
    wanted = grade_ids(released) or set()
    return 2 * len((grade_ids(data) or set()) & wanted) > len(wanted)


def worked_on(data: bytes, released: bytes) -> bool:
    """Whether a notebook has a cell that the released one has not: an answer, or anything else of the student's."""
    try:
        return bool(_sources(data) - _sources(released))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return False


def _sources(data: bytes) -> frozenset[str]:
    """What stands in the cells that a student writes: code and text."""
    found = set()
    for cell in _cells(data):
        source = cell.get("source", cell.get("input", ""))  # before version 4 it was called input
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        if cell.get("cell_type") in ("code", "markdown"):
            found.add(text.strip())
    return frozenset(found) - {""}


def _cells(data: bytes) -> Any:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    notebook = json.loads(data.decode(encoding))
    if "worksheets" in notebook:
        return [cell for sheet in notebook["worksheets"] for cell in sheet["cells"]]
    return notebook["cells"]
