"""How fast a class is graded, beside ``nbgrader autograde``: part of ``make bench``.

The same submissions, from files on disk to points in the gradebook, each command on one core; then a thousand on two
workers. Writes ``book/_data/grading.json``; the instructors' guide prints it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import nbformat
import nbgrader
import psutil
from distributed import Security
from run import ROOT, record

from bplib.grading.commands.grade import LOOK
from bplib.grading.course import release
from bplib.grading.course.directory import Course
from bplib.grading.course.places import EXERCISES
from bplib.grading.course.source import read, reference_answer, solution_cells, source_path
from bplib.grading.gradebook.results import HUMAN
from bplib.grading.work.journal import Journal

TARGET = ROOT / "book" / "_data" / "grading.json"
EXERCISE = "error"
FEW, MANY, WORKERS = 20, 1000, 2
#: Other work on the machine disturbs one round more than another.
ROUNDS = 5
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


@dataclass(frozen=True)
class Took:
    """Seconds of a command by the clock, and megabytes at most: of its own process, and of a worker with its sandbox."""

    seconds: float
    memory: float
    worker: float


def run(root: Path, *command: str) -> Took:
    """Run a command in a course."""
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
    start, own, worker, looks = time.perf_counter(), 0.0, 0.0, 0
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, cwd=root, env=environment, stdout=said, stderr=said)
        while process.poll() is None:
            own = max(own, _most(process.pid))
            if (looks := looks + 1) % 25 == 0:  # looking takes some milliseconds
                worker = max(worker, _workers(process.pid))
            time.sleep(0.02)
        took = time.perf_counter() - start
        if process.returncode not in (0, LOOK):
            said.seek(0)
            raise RuntimeError(f"{' '.join(command)} failed: {said.read()[-1000:]}")
    return Took(took, own, worker)


def _most(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _workers(pid: int) -> float:
    """Megabytes of the largest worker and all that it has started; what processes share counts once."""
    most = 0.0
    with suppress(psutil.Error, OSError):
        for worker in psutil.Process(pid).children():
            tree = [worker, *worker.children(recursive=True)]
            most = max(most, sum(process.memory_full_info().pss for process in tree) / 2**20)
    return most


def side_by_side(folder: Path) -> list[dict[str, object]]:
    """One submission and `FEW`, by turns: what is left after the start is what a submission costs; medians of all rounds."""
    commands = {
        "nbgrader autograde": ("nbgrader", "autograde", EXERCISE, "--force"),
        "bplib grade": ("bplib", "grade", EXERCISE, "--workers", "1", "--no-feedback"),
    }
    for count in (1, FEW):
        prepared(folder / str(count), count)
    took: dict[tuple[str, int], list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        for name, command in commands.items():
            for count in (1, FEW):
                root = folder / f"{name.replace(' ', '-')}-{count}"
                shutil.rmtree(root, ignore_errors=True)
                shutil.copytree(folder / str(count), root)
                took[name, count].append(run(root, "taskset", "-c", "0", *command).seconds)
    rows: list[dict[str, object]] = []
    for name in commands:
        one, few = (median(took[name, count]) for count in (1, FEW))
        each = (few - one) / (FEW - 1)
        rows.append(
            {"name": name, "start": round(one - each, 2), "each": round(each, 4), "all": round(few, 1)}
        )
        print(rows[-1], flush=True)
    return rows


def a_thousand(folder: Path) -> dict[str, object]:
    """`MANY` submissions on two workers, step by step, for what each step costs; then the same behind a scheduler."""
    few, root = folder / f"bplib-grade-{FEW}", folder / "many"
    prepared(root, MANY)
    shutil.copytree(root, folder / "elsewhere")
    database, journal = root / "gradebook.db", root / ".bplib-journal" / f"{EXERCISE}.jsonl"
    before = database.stat().st_size
    grade = ("bplib", "grade", EXERCISE, "--workers", "2")
    start = run(few, *grade, "--no-feedback", "--resume")
    graded = run(root, *grade, "--no-feedback")
    entered = run(root, *grade, "--no-feedback", "--resume")  # nothing to grade, all to enter once more
    paged = run(root, *grade, "--resume")
    elsewhere = behind_a_scheduler(folder / "elsewhere")
    kept = list(Journal(journal).kept())
    row: dict[str, object] = {
        "submissions": MANY,
        "workers": WORKERS,
        "left to a person": [f"{r.student}: {r.sentence}" for r in kept if r.outcome == HUMAN],
        "seconds": round(graded.seconds, 1),
        "seconds behind a scheduler": round(elsewhere.seconds, 1),
        "seconds with feedback": round(graded.seconds + paged.seconds - entered.seconds, 1),
        "start": round(start.seconds, 1),
        "worker": round((graded.seconds - start.seconds) * WORKERS / MANY, 3),
        "writer": round((entered.seconds - start.seconds) / MANY, 4),
        "page": round((paged.seconds - entered.seconds) * WORKERS / MANY, 3),
        "command, MB": round(max(graded.memory, paged.memory)),
        "worker, MB": round(max(graded.worker, paged.worker)),
        "command, kB each": round((paged.memory - start.memory) * 1024 / MANY, 1),
        "gradebook, kB each": round((database.stat().st_size - before) / MANY / 1024, 1),
        "journal, kB each": round(journal.stat().st_size / MANY / 1024, 1),
        "graded notebook and page, kB each": round(
            sum(p.stat().st_size for s in ("autograded", "feedback") for p in (root / s).rglob("*"))
            / MANY
            / 1024
        ),
    }
    print(row, flush=True)
    return row


def behind_a_scheduler(root: Path) -> Took:
    """The same with a scheduler and workers that are processes of their own, over TLS."""
    made = Security.temporary()
    texts = {"ca-file": made.tls_ca_file, "cert": made.tls_client_cert, "key": made.tls_client_key}
    tls = []
    for name, text in texts.items():
        (root / f"{name}.pem").write_text(str(text))
        tls += [f"--tls-{name}", str(root / f"{name}.pem")]
    address = "tls://127.0.0.1:8786"
    quiet = {"cwd": root, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask = [BIN / "dask", "scheduler", "--host", "127.0.0.1", "--protocol", "tls", "--no-dashboard", *tls]
    processes = [subprocess.Popen(dask, **quiet)]
    for _ in range(WORKERS):
        dask = [
            BIN / "dask",
            "worker",
            address,
            "--nthreads",
            "1",
            "--memory-limit",
            "0",
            "--no-dashboard",
            *tls,
        ]
        processes.append(subprocess.Popen(dask, **quiet))
    try:
        return run(root, "bplib", "grade", EXERCISE, "--no-feedback", "--scheduler", address, *tls)
    finally:
        for process in processes:
            process.terminate()
            process.wait()


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
