"""Files beside a notebook: which of them go along with the graded copy."""

from __future__ import annotations

import math
import mimetypes
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

from bplib.grading.course.printable import printable
from bplib.grading.gradebook.trouble import concerns_all

#: How many files are looked at.
MOST = 1000
#: When it was handed in, as nbgrader's exchange writes it.
TIMESTAMP = "timestamp.txt"
#: Kinds of files that a browser runs, or shows by a program of its own.
_ALIVE = re.compile(r"html|xml|javascript|ecmascript|css|pdf|flash|message/|multipart/")


def stays_behind(path: Path) -> bool:
    """Whether a student's file, by its name, is one that a browser would run, or has a name that is not to be shown.

    Formgrader serves what lies beside a graded notebook as it is, from the place where the instructor is logged in.
    """
    kind = mimetypes.guess_type(path.name)[0] or ""
    return bool(_ALIVE.search(kind)) or printable(str(path)) != str(path)


def _beside(submitted: Path, ignored: Sequence[str]) -> Iterator[Path]:
    """What lies beside a notebook; the date first, for nbgrader goes by it."""
    paths = sorted(submitted.rglob("*"), key=lambda path: (path != submitted / TIMESTAMP, path))
    for path in paths[:MOST]:
        parts = path.relative_to(submitted).parts
        skipped = any(fnmatch(part, pattern) for part in parts for pattern in ignored)
        if any(part.lower().endswith(".ipynb") for part in parts) or skipped:
            continue
        if path.is_file() and not path.is_symlink():
            yield path


def copy_beside(folder: Path, ignored: Sequence[str], target: Path, room: float = math.inf) -> list[str]:
    """Copy what lies beside a notebook, as far as there is ``room`` in bytes; say what was left out."""
    large = unreadable = alive = 0
    for path in _beside(folder, ignored):
        if stays_behind(path.relative_to(folder)):
            alive += 1
            continue
        try:
            size = path.stat().st_size
            if size > room:
                large += 1
                continue
            copy(path, target / path.relative_to(folder))
            room -= size
        except OSError as error:  # it has vanished, or may not be read: that costs the file and no more
            if concerns_all(error):
                raise
            unreadable += 1
    said = {
        "large files": large,
        "files that cannot be read": unreadable,
        "files that a browser would run, or with signs that do not print in their names,": alive,
    }
    return [f"{n} {what} beside the notebook stay in the submitted folder" for what, n in said.items() if n]


def copy(path: Path, target: Path) -> None:
    """Copy a file, into a folder that is made for it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        os.remove(target)
    shutil.copyfile(path, target)
