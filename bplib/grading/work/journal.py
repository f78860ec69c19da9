"""What has been graded so far, line by line: a run that is killed loses nothing that was finished."""

from __future__ import annotations

import base64
import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bplib.checking.report.evidence import Evidence
from bplib.grading.course.private import opened, private_folder
from bplib.grading.gradebook.results import Result
from bplib.grading.gradebook.trouble import for_everybody


class Journal:
    """Results on disk, one a line, each there for good before the next is begun; the last of a student counts.

    Whatever it does raises `bplib.grading.gradebook.trouble.DiskError` if the disk refuses: a result that is not kept would be lost.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._what = f"the journal {path}"

    def marks(self) -> dict[str, tuple[str, int]]:
        """The mark of each student's last result, and where its line begins: no more of a large class is kept in memory."""
        return {result.student: (result.mark, start) for start, result in self._lines()}

    def at(self, start: int) -> Result:
        """The result whose line begins there."""
        with for_everybody(self._what), self._path.open("rb") as file:
            file.seek(start)
            return _read(file.readline())

    def kept(self) -> Iterator[Result]:
        """All results."""
        return (result for _, result in self._lines())

    def _lines(self) -> Iterator[tuple[int, Result]]:
        if not self._path.is_file():
            return
        start = 0
        with for_everybody(self._what), self._path.open("rb") as file:
            for line in file:
                try:
                    yield start, _read(line)
                except (ValueError, TypeError, KeyError, zlib.error):
                    pass  # a crash has cut it short
                start += len(line)

    def clear(self) -> None:
        """Begin anew."""
        with for_everybody(self._what):
            self._path.unlink(missing_ok=True)

    def add(self, result: Result) -> int:
        """Keep a result; say where its line begins."""
        with for_everybody(self._what):
            private_folder(self._path.parent)
            fresh = not self._path.exists() or self._ends_well()
            with opened(self._path, "ab") as file:
                file.write(b"" if fresh else b"\n")
                start = file.tell()
                file.write(_written(result) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        return start

    def _ends_well(self) -> bool:
        with self._path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            if file.tell() == 0:
                return True
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"


def _written(result: Result) -> bytes:
    # A notebook is most of a result, and packs to a sixth.
    packed = base64.b64encode(zlib.compress(result.notebook.encode())).decode()
    return json.dumps({**asdict(result), "notebook": packed}).encode()


def _read(line: bytes) -> Result:
    kept = json.loads(line)
    notebook = zlib.decompress(base64.b64decode(kept["notebook"])).decode()
    lists: dict[str, tuple[Any, ...]] = {name: tuple(kept.get(name, ())) for name in ("notes", "blank")}
    lists["evidence"] = tuple(map(Evidence.from_plain, kept.get("evidence", ())))
    return Result(**{**kept, **lists, "notebook": notebook})
