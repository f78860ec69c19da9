"""What a worker does: grade one submission, whatever it is, with nothing of the gradebook."""

from __future__ import annotations

import gc
import hashlib
import os
import platform
import time
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

import nbformat
import numpy as np
from nbformat import NotebookNode

import bplib
from bplib.grading.gradebook.results import GRADED, HUMAN, Result
from bplib.grading.sandbox.inside.wire import WireError
from bplib.grading.sandbox.outside import Limits, Sandbox, SandboxError
from bplib.grading.work.autograder import autograde
from bplib.grading.work.cleaning import Unreadable, cleaned, parsed
from bplib.grading.work.cluster import OtherCode

#: Users of sandboxes on one machine.
USERS = 4000


@dataclass(frozen=True)
class Assignment:
    """What is to be graded: the exercise, as students got it.

    ``code`` is what `code_hash` says where the work comes from.
    """

    exercise: str
    released: str
    code: str
    contained: bool = True
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Job:
    """One submission: plain data, so that it can go to another process or machine.

    Attributes
    ----------
    name, submitted
        The file's name and its bytes.
    seed
        Of the judge's draws.
    mark
        Comes back in the result.
    """

    assignment: Assignment
    student: str
    name: str
    submitted: bytes
    seed: int
    mark: str


_box: Sandbox | None = None


@cache
def code_hash() -> str:
    """A hash of the code that judges and of what it runs on: anything else may draw and judge otherwise."""
    found = hashlib.sha256(f"{platform.python_version_tuple()[:2]} {np.__version__}".encode())
    package = Path(bplib.__file__).parent
    for path in sorted(package.rglob("*.py")):
        found.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return found.hexdigest()


@lru_cache(maxsize=8)
def _read(released: str) -> NotebookNode:
    notebook: NotebookNode = nbformat.reads(released, as_version=4)
    return notebook


def grade_one(job: Job) -> Result:
    """Grade one submission in this process; whatever it is, there is a result.

    Raises
    ------
    SandboxError
        If there is no sandbox here.
    OtherCode
        If this process would judge by other checks than the one that sent the job.
    """
    global _box
    started = time.perf_counter()
    assignment = job.assignment
    if assignment.code != code_hash():
        raise OtherCode(
            f"a worker on {platform.node()} has another bplib, numpy or Python than this command. "
            "Install the same versions on all machines, start the workers again, then repeat with --resume."
        )
    try:
        ready = cleaned(parsed(job.name, job.submitted), _read(assignment.released))
    except Unreadable as error:
        return Result(job.student, HUMAN, error.code, str(error), job.mark)
    except Exception as error:  # noqa: BLE001 - a notebook can be wrong in more ways than anybody has thought of
        said = f"The notebook could not be read: {type(error).__name__}: {error}"
        return Result(job.student, HUMAN, "unreadable", said[:300], job.mark)
    if _box is None or _box.contained != assignment.contained:
        _leave_box()
        _box = Sandbox(assignment.contained, os.getpid() % USERS)
        gc.freeze()  # what is there now stays, and need not be looked through again and again
    try:
        graded = autograde(_box, ready.notebook, assignment.exercise, job.seed, assignment.limits)
    except (OSError, WireError) as error:
        # The warm process itself is gone: the next submission gets a new one.
        _leave_box()
        said = f"The sandbox broke down: {type(error).__name__}: {error}"
        return Result(job.student, HUMAN, "sandbox", said[:300], job.mark)
    except SandboxError:
        raise
    except Exception as error:  # noqa: BLE001 - the next student's grade must not depend on it
        said = f"The judge broke down on it: {type(error).__name__}: {error}"
        return Result(job.student, HUMAN, "judge", said[:300], job.mark)
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
        mark=job.mark,
        tasks={r.function: r.earned for r in reports if r.function not in graded.unreached},
        maximum=float(sum(report.points for report in reports)),
        notes=tuple(ready.notes + graded.notes),
        contained=assignment.contained,
        seconds=round(time.perf_counter() - started, 3),
        notebook=_writable(nbformat.writes(graded.notebook)),
    )


def _leave_box() -> None:
    global _box
    if _box is not None:
        _box.close()
    _box = None


def _writable(text: str) -> str:
    """Half a character, as JSON may hold one, cannot be written to a file."""
    return text.encode(errors="replace").decode()
