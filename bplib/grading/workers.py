"""Grading many submissions at a time: processes that hold a warm sandbox each, and nothing of the gradebook."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import time
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from bplib.grading.autograder import autograde
from bplib.grading.cleaning import Unreadable, cleaned, read_submission
from bplib.grading.inside.wire import WireError
from bplib.grading.journal import GRADED, HUMAN, Result
from bplib.grading.sandbox import Limits, Sandbox, SandboxError

#: Who ends the grading process itself this often is left to a person.
ATTEMPTS = 2


@dataclass(frozen=True)
class Job:
    """One submission: plain data, so that it can go to another process or machine."""

    student: str
    exercise: str
    path: str
    released: str
    seed: int
    digest: str
    contained: bool
    limits: Limits


_box: Sandbox | None = None
_number = 0


def _begin(counter: Any) -> None:
    global _number
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    with counter.get_lock():
        counter.value += 1
        _number = counter.value


def grade_one(job: Job) -> Result:
    """Grade one submission in this process; whatever it is, there is a result."""
    global _box
    started = time.perf_counter()
    try:
        submitted = read_submission(Path(job.path))
        released = nbformat.reads(job.released, as_version=4)
        ready = cleaned(submitted, released)
    except Unreadable as error:
        return Result(job.student, HUMAN, error.code, str(error), job.digest)
    except Exception as error:  # noqa: BLE001 - a notebook can be wrong in more ways than anybody has thought of
        said = f"The notebook could not be read: {type(error).__name__}: {error}"
        return Result(job.student, HUMAN, "unreadable", said[:300], job.digest)
    if _box is None:
        _box = Sandbox(job.contained, _number)
    try:
        graded = autograde(_box, ready.notebook, job.exercise, job.seed, job.limits)
    except (OSError, WireError) as error:
        # The warm process itself is gone: the next submission gets a new one.
        _box.close()
        _box = None
        said = f"The sandbox broke down: {type(error).__name__}: {error}"
        return Result(job.student, HUMAN, "sandbox", said[:300], job.digest)
    except SandboxError:
        raise
    except Exception as error:  # noqa: BLE001 - the next student's grade must not depend on it
        said = f"The judge broke down on it: {type(error).__name__}: {error}"
        return Result(job.student, HUMAN, "judge", said[:300], job.digest)
    reports = list(graded.reports.values())
    unsure = [report.function for report in reports if report.needs_human]
    code, sentence = ("undecided", f"A person should look at {', '.join(unsure)}.") if unsure else ("", "")
    if graded.unreached:
        code = "restarts"
        sentence = f"Its process ended so often that nobody came to {', '.join(graded.unreached)}."
    return Result(
        student=job.student,
        outcome=HUMAN if code else GRADED,
        code=code,
        sentence=sentence,
        digest=job.digest,
        tasks={report.function: report.earned for report in reports},
        maximum=float(sum(report.points for report in reports)),
        reports=[report.as_dict() for report in reports],
        notes=tuple(ready.notes + graded.notes),
        contained=job.contained,
        seconds=round(time.perf_counter() - started, 3),
        notebook=_writable(nbformat.writes(graded.notebook)),
    )


def _writable(text: str) -> str:
    """Half a character, as JSON may hold one, cannot be written to a file."""
    return text.encode(errors="replace").decode()


def grade_all(jobs: Sequence[Job], workers: int) -> Iterator[Result]:
    """Grade submissions as workers are free; a worker that dies costs nobody else anything.

    Yields
    ------
    Result
        One for each job, in the order in which they are done.
    """
    waiting, tried = list(jobs), dict.fromkeys(jobs, 0)
    while waiting:
        # After a breakdown one at a time, so that it is known whose fault it was.
        suspects = [job for job in waiting if tried[job]]
        done = yield from _run(suspects[:1] or waiting, 1 if suspects else workers, tried)
        waiting = [job for job in waiting if job not in done]


def _run(batch: Sequence[Job], workers: int, tried: dict[Job, int]) -> Generator[Result, None, set[Job]]:
    context = multiprocessing.get_context("spawn")
    finished: set[Job] = set()
    pool = ProcessPoolExecutor(workers, context, _begin, (context.Value("i", 0),))
    running: dict[Future[Result], Job] = {}
    remaining = list(reversed(batch))
    try:
        while running or remaining:
            # A short queue: what is waiting in it would be lost with the pool.
            while remaining and len(running) < 2 * workers:
                job = remaining.pop()
                running[pool.submit(grade_one, job)] = job
            ready, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in ready:
                result = future.result()
                finished.add(running.pop(future))
                yield result
    except BrokenProcessPool:
        for suspect in running.values():
            tried[suspect] += 1
            if tried[suspect] > ATTEMPTS:
                finished.add(suspect)
                said = "The process that graded it died each time."
                yield Result(suspect.student, HUMAN, "worker-died", said, suspect.digest)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return finished


def digest(path: Path) -> str:
    """A hash of what was handed in."""
    found = hashlib.sha256()
    if path.is_file() and not path.is_symlink():
        # What cannot be read has a result that says so.
        with suppress(OSError), path.open("rb") as file:
            while part := file.read(2**20):
                found.update(part)
    return found.hexdigest()
