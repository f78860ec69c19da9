"""What hostile and damaged submissions do to ``nbgrader autograde`` and to ``bplib grade``: part of ``make bench``.

Each is handed in between two honest students, on a machine that stands for the instructor's (`plain.machine`). Writes
``book/_data/hostile.json``; the instructors' guide prints it. With names, only these are measured again.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbgrader
from run import ROOT, record

sys.path.insert(0, str(ROOT / "tests"))

from corpus import EXERCISE, Entry, entries, solved
from corpus.damaged import FILES, RUNNING
from plain import course as courses
from plain.course import USUAL_CELLS
from plain.harms import KINDS, harms
from plain.machine import OUTSIDE, PORT, prepared, run

from bplib.grading.sandbox.outside import Limits
from bplib.grading.work.journal import Journal

TARGET = ROOT / "book" / "_data" / "hostile.json"
#: Seconds for three students, after which a command has not ended. Ours waits for whoever sleeps, twice as long as `Limits` says.
LIMIT = 150.0
PATIENCE = LIMIT + 2 * Limits().wall
COMMANDS = {
    "nbgrader autograde": ("nbgrader", "autograde", EXERCISE),
    "bplib grade": ("bplib", "grade", EXERCISE, "--workers", "1"),
}


@dataclass(frozen=True)
class Case:
    """One row: what is handed in, what it deserves, and what the row says of it."""

    name: str
    says: str
    aims: tuple[str, ...]
    files: dict[str, bytes]
    deserved: dict[str, float]
    hurts_itself: bool = False
    usual: bool = False


def cases() -> Iterator[Case]:
    """The corpus but for what people wrote blind: that only the tests run, as it tells less about each kind."""
    for file in FILES:
        yield Case(file.name, file.says, (), {courses.HOSTILE: file.make(solved())}, file.points)
    running = [entry for entry in [*entries(), *RUNNING] if not entry.blind]
    for entry in running:
        yield _of_entry(entry, {other.name: other for other in running})


def _of_entry(entry: Entry, others: dict[str, Entry]) -> Case:
    files, usual = {}, entry.against == USUAL_CELLS
    for student, name in ((courses.BEFORE, entry.before), (courses.HOSTILE, entry.name)):
        if name:
            notebook = others[name].notebook(str(OUTSIDE), PORT)
            if usual:
                courses.with_usual_tests(notebook)
            files[student] = json.dumps(notebook).encode()
    return Case(entry.name, entry.says, entry.harm, files, entry.points, entry.at_most, usual)


def graded(folder: Path, template: Path, case: Case, command: str) -> dict[str, Any]:
    """Grade a class with this case in it, and say what came of it."""
    course = folder / f"{case.name}-{command.split()[0]}"
    shutil.copytree(template, course)
    prepared(course)
    honest = courses.honest()
    courses.hand_in(course, {courses.FIRST: honest, **case.files, courses.LAST: honest})
    ours = command.startswith("bplib")
    seen = run(course, COMMANDS[command], PATIENCE if ours else LIMIT, root=ours and os.getuid() == 0)
    after = courses.after_nbgrader(course, courses.HOSTILE, seen)
    won = next(iter(case.aims), "reads")
    told = False
    if ours:
        kept = Journal(course / ".bplib-journal" / f"{EXERCISE}.jsonl").kept()
        told = any(r.student == courses.HOSTILE and r.code for r in kept)
    # What is left to a person is not lost.
    deserved = {} if told and after.points is None else case.deserved
    row = {
        "harms": sorted(harms(after, deserved, case.hurts_itself, won), key=list(KINDS).index),
        "exit": seen.exit,
        "seconds": seen.seconds,
        "points": None if after.points is None else sum(after.points.values()),
    }
    if ours:
        row["a person is told"] = told
    shutil.rmtree(course, ignore_errors=True)
    return row


def main(names: set[str]) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        templates = {usual: courses.template(folder / f"template-{usual}", usual) for usual in (False, True)}

        def row(case: Case) -> dict[str, Any]:
            # A course has either kind of test cell with nbgrader; ours are checks, whatever the student's copy says.
            used = {name: templates[case.usual and not name.startswith("bplib")] for name in COMMANDS}
            told = {name: graded(folder, used[name], case, name) for name in COMMANDS}
            print(case.name, *(f"{name}: {found['harms']}" for name, found in told.items()), flush=True)
            return {"name": case.name, "says": case.says, "usual cells": case.usual, **told}

        wanted = [case for case in cases() if not names or case.name in names]
        kept = json.loads(TARGET.read_text(encoding="utf-8"))["rows"] if names else []

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            rows = {measured["name"]: measured for measured in (*kept, *pool.map(row, wanted))}
        record(
            TARGET,
            {"nbgrader": nbgrader.__version__},
            {"exercise": EXERCISE, "limit": LIMIT, "kinds": KINDS, "rows": list(rows.values())},
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(set(sys.argv[1:]))
