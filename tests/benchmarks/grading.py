"""How fast a class is graded, beside ``nbgrader autograde``: part of ``make bench``.

The same submissions, from files on disk to points in the gradebook, each command on one core; then a thousand on two
workers. Writes ``book/_data/grading.json``; the instructors' guide prints it.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import nbgrader
from run import ROOT, record

from bplib.grading import release
from bplib.grading.course import Course
from bplib.grading.grade_command import LOOK
from bplib.grading.journal import HUMAN, Journal
from bplib.grading.places import EXERCISES
from bplib.grading.source import read, reference_answer, solution_cells, source_path

TARGET = ROOT / "book" / "_data" / "grading.json"
EXERCISE = "error"
FEW, MANY = 20, 1000
BIN = Path(sys.executable).parent


def prepared(root: Path, count: int) -> None:
    """A course with ``count`` submissions: right, with a task left out, untouched."""
    release.generate(Course(root), [EXERCISE])
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'backpropagation'\nc.ClearSolutions.code_stub = {}\n"
    )
    answers = solution_cells(read(source_path(EXERCISE)))
    for number in range(count):
        notebook = read(EXERCISES / EXERCISE / f"{EXERCISE}.ipynb")
        for k, (task, cell) in enumerate(solution_cells(notebook).items()):
            if number % 4 != 3 and k != number % 4:
                cell.source = reference_answer(answers[task].source)
        path = root / "submitted" / f"student-{number:04d}" / EXERCISE / f"{EXERCISE}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)


def seconds(root: Path, *command: str) -> float:
    """How long a command takes in a course."""
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
    start = time.perf_counter()
    done = subprocess.run(command, check=False, cwd=root, env=environment, capture_output=True, text=True)
    if done.returncode not in (0, LOOK):
        raise RuntimeError(f"{' '.join(command)} failed: {done.stdout[-500:]} {done.stderr[-500:]}")
    return time.perf_counter() - start


def side_by_side(folder: Path) -> list[dict[str, object]]:
    """One submission and `FEW`: what is left after the start is what a submission costs."""
    rows: list[dict[str, object]] = []
    commands = {
        "nbgrader autograde": ("taskset", "-c", "0", "nbgrader", "autograde", EXERCISE, "--force"),
        "bplib grade": ("taskset", "-c", "0", "bplib", "grade", EXERCISE, "--workers", "1"),
    }
    for name, command in commands.items():
        took = {}
        for count in (1, FEW):
            root = folder / f"{name.replace(' ', '-')}-{count}"
            prepared(root, count)
            took[count] = seconds(root, *command)
        each = (took[FEW] - took[1]) / (FEW - 1)
        rows.append(
            {
                "name": name,
                "start": round(took[1] - each, 2),
                "each": round(each, 3),
                "all": round(took[FEW], 1),
            }
        )
        print(rows[-1], flush=True)
    return rows


def a_thousand(folder: Path) -> dict[str, object]:
    """`MANY` submissions on two workers: time, memory of the largest process, growth of the files."""
    root = folder / "many"
    prepared(root, MANY)
    database = root / "gradebook.db"
    before = database.stat().st_size
    took = seconds(root, "bplib", "grade", EXERCISE, "--workers", "2")
    kept = list(Journal(root / ".bplib-journal" / f"{EXERCISE}.jsonl").kept())
    print([(r.student, r.code, r.sentence) for r in kept if r.outcome == HUMAN])
    row = {
        "submissions": MANY,
        "left to a person": sum(result.outcome == HUMAN for result in kept),
        "workers": 2,
        "seconds": round(took, 1),
        "peak memory of a process, MB": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
        "gradebook, kB each": round((database.stat().st_size - before) / MANY / 1024, 1),
        "journal, kB each": round(
            (root / ".bplib-journal" / f"{EXERCISE}.jsonl").stat().st_size / MANY / 1024, 1
        ),
    }
    print(row, flush=True)
    return row


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        record(
            TARGET,
            {"nbgrader": nbgrader.__version__},
            {
                "exercise": EXERCISE,
                "few": FEW,
                "side by side": side_by_side(folder),
                "many": a_thousand(folder),
            },
        )
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
