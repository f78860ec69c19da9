"""The zip of feedback that Moodle takes back: a folder for each student, called as in the download that was collected.

In Moodle: the assignment, View all submissions, Upload multiple feedback files in a zip. It goes by the number in the folder's name.
"""

from __future__ import annotations

import os
import zipfile
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bplib.grading.course.private import opened
from bplib.grading.gradebook.trouble import DiskError, reason


@dataclass(frozen=True)
class Feedback:
    """A student's page, where that is, and the student's folder in Moodle's download; empty where it is not known."""

    student: str
    page: Path
    folder: str


@dataclass
class Packed:
    """Who is in the zip, and of whom what is missing, a sentence each."""

    packed: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)


def pack(target: Path, exercise: str, feedback: Iterable[Feedback]) -> Packed:
    """Write the zip; what cannot be had of one student is said, and the others are in it.

    Raises
    ------
    DiskError
        If the zip cannot be written. One that was there before stays as it was.
    """
    everybody = list(feedback)
    # What a group handed in comes from one folder: its members' pages stand beside each other.
    shared = Counter(item.folder for item in everybody)
    done, fresh = Packed(), target.with_name(f".{target.name}.new")
    try:
        with opened(fresh, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for item in everybody:
                if not item.folder:
                    done.missing[item.student] = "no folder of Moodle's download is known; collect that again"
                    continue
                try:
                    page = item.page.read_bytes()
                except OSError as error:
                    done.missing[item.student] = f"there is no page ({reason(error)})"
                    continue
                name = exercise if shared[item.folder] == 1 else f"{exercise}-{item.student}"
                archive.writestr(_text(f"{item.folder}/{name}.html"), page)
                done.packed.append(item.student)
        if done.packed:
            os.replace(fresh, target)
    except OSError as error:
        raise DiskError(f"{target} cannot be written: {reason(error)}.") from error
    finally:
        with suppress(OSError):
            fresh.unlink()
    return done


def _text(name: str) -> str:
    return name.encode(errors="replace").decode()
