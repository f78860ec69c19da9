"""What a worker does: have a submission graded, or a page set, on its bench, and make a result of whatever comes of it."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import bplib
from bplib.checking.report.evidence import Evidence
from bplib.grading.gradebook.results import HUMAN, Result
from bplib.grading.pages.request import Request
from bplib.grading.work.bounded import MORE, PAGE, Bench, Exceeded
from bplib.grading.work.cluster import OtherCode
from bplib.grading.work.job import STALLED, Job

_bench: Bench | None = None


@cache
def code_hash() -> str:
    """A hash of the code that judges, of its data and of what it runs on: anything else may draw and judge otherwise."""
    found = hashlib.sha256(f"{platform.python_version_tuple()[:2]} {np.__version__}".encode())
    package = Path(bplib.__file__).parent
    for path in sorted([*package.rglob("*.py"), *package.glob("*.csv.gz")]):
        found.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return found.hexdigest()


def ready() -> None:
    """Get the bench ready before there is anything to do."""
    bench(contained=True)


def bench(contained: bool) -> Bench:
    """This worker's bench: the one that there is, or a new one."""
    global _bench
    if _bench is None or not _bench.alive or _bench.contained != contained:
        leave()
        _bench = Bench(contained)
    return _bench


def leave() -> None:
    """End the bench."""
    global _bench
    if _bench is not None:
        _bench.close()
    _bench = None


def grade_one(job: Job) -> Result:
    """Grade one submission; whatever it is, there is a result.

    Raises
    ------
    SandboxError
        If there is no sandbox here.
    OtherCode
        If this process would judge by other checks than the one that sent the job.
    """
    assignment = job.assignment
    if assignment.code != code_hash():
        raise OtherCode(
            f"a worker on {platform.node()} has another bplib, numpy or Python than this command. "
            "Install the same versions on all machines, start the workers again, then repeat with --resume."
        )
    try:
        answer = bench(assignment.contained).work(job, assignment.limits.wall + MORE)
        return _result(job, answer)
    except Exceeded as limit:
        code = STALLED if limit.what == "clock" else "judge"
        return Result(job.student, HUMAN, code, f"To judge it {limit}. A person should look at it.", job.mark)


def page(request: Request) -> str | None:
    """A student's page; None where it cannot be made within its limits."""
    try:
        made = bench(contained=True).work(request, PAGE)["page"]
    except Exceeded:
        return None
    return None if made is None else made.tobytes().decode()


def _result(job: Job, answer: dict[str, Any]) -> Result:
    """What the bench has found, as a result of this job and of no other."""
    given = answer["result"]
    found = {f.name: given[f.name] for f in fields(Result) if f.name in given}
    return Result(
        **{
            **found,
            "evidence": tuple(map(Evidence.from_plain, given["evidence"])),
            "student": job.student,
            "mark": job.mark,
            "notebook": answer["notebook"].tobytes().decode(),
        }
    )
