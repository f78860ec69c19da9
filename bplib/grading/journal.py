"""What has been graded so far, line by line: a run that is killed loses nothing that was finished."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

GRADED, HUMAN, MISSING = "graded", "needs a human", "not submitted"


@dataclass(frozen=True)
class Result:
    """The one outcome of one student.

    Attributes
    ----------
    outcome
        `GRADED`, `HUMAN` or `MISSING`.
    code, sentence
        Why a human is needed: a stable name, and a sentence.
    digest
        Of what was handed in and of the checks: the same again need not be graded again.
    tasks
        Points of each task.
    reports
        Of each task, as data: no drawn and no expected value.
    notebook
        The graded notebook as text; empty where there is none.
    """

    student: str
    outcome: str
    code: str = ""
    sentence: str = ""
    digest: str = ""
    tasks: dict[str, float] = field(default_factory=dict)
    maximum: float = 0.0
    reports: list[dict[str, Any]] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    contained: bool = True
    seconds: float = 0.0
    notebook: str = ""


class Journal:
    """Results on disk, one a line, each there for good before the next is begun."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def kept(self) -> Iterator[Result]:
        """The results of earlier runs; a line that a crash has cut short is passed over."""
        if not self._path.is_file():
            return
        for line in self._path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                kept = json.loads(line)
                yield Result(**{**kept, "notes": tuple(kept["notes"])})
            except (ValueError, TypeError, KeyError):
                continue

    def clear(self) -> None:
        """Begin anew."""
        self._path.unlink(missing_ok=True)

    def add(self, result: Result) -> None:
        """Keep a result."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = not self._path.exists() or self._ends_well()
        with self._path.open("ab") as file:
            file.write((b"" if fresh else b"\n") + json.dumps(asdict(result)).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _ends_well(self) -> bool:
        with self._path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            if file.tell() == 0:
                return True
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"
