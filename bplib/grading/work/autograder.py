"""Grading one notebook: its cells run in the sandbox, its functions are judged outside.

A cell that kills its process is left out, and the others run again in a fresh one: it costs what depends on it, and no more.
So is a cell that does not answer though it hardly uses the processor; but then nobody knows what it would have been worth.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import nbformat
from nbformat import NotebookNode

from bplib.checking.exercises import load
from bplib.checking.judging.check import Check
from bplib.checking.judging.judge import judge
from bplib.checking.report.evidence import Evidence
from bplib.checking.report.report import Report, Score
from bplib.grading.course.source import tested
from bplib.grading.sandbox.outside import Died, Limits, Sandbox, Stalled, Submission
from bplib.grading.work.remote import RemoteCaller, RemoteFunction

#: So often a notebook is started again without the cell that has killed it.
RESTARTS = 3


@dataclass
class Graded:
    """The notebook with its outputs, and the report on each task."""

    notebook: NotebookNode
    reports: dict[str, Report] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    #: Tasks that were never judged, because other cells kept ending the process, or because they did not answer.
    unreached: list[str] = field(default_factory=list)
    #: What did not answer, one sentence each.
    stalled: list[str] = field(default_factory=list)
    #: The calls that did not answer.
    evidence: list[Evidence] = field(default_factory=list)


def autograde(
    box: Sandbox, notebook: NotebookNode, exercise: str, seed: int, limits: Limits, files: Mapping[str, bytes]
) -> Graded:
    """Run and judge a cleaned notebook.

    Parameters
    ----------
    box
        Where its cells run.
    notebook
        As `bplib.grading.work.cleaning.cleaned` gives it; it is filled with outputs.
    exercise
        Whose checks are to be made.
    seed
        Of the judge's draws. It never gets near the submission.
    files
        What lies beside the notebook, see `bplib.grading.work.luggage`.
    """
    graded = Graded(notebook)
    checks = {check.name: check for check in load(exercise)}
    deadly: set[int] = set()
    killer: int | None = None
    ends, cpu = time.monotonic() + limits.wall, float(limits.cpu)
    for _ in range(RESTARTS + 1):
        # What one submission may use does not grow with the number of its deaths.
        left = replace(limits, wall=max(1.0, ends - time.monotonic()), cpu=max(1, round(cpu)))
        with box.submission(left) as submission:
            submission.lay(files)
            killer = _pass(graded, submission, checks, seed, deadly)
            cpu -= submission.processor()
        if killer is None:
            break
        deadly.add(killer)
    for number, cell in enumerate(notebook.cells):
        task = _task(cell, checks)
        if task is None and killer is not None and number > killer and cell.cell_type == "code":
            # nbgrader gives full points to a test of your own that says nothing.
            cell.outputs = [_ended("nobody came to this cell")]
        elif task is not None and task not in graded.reports:
            if killer is not None and task not in graded.unreached:
                graded.unreached.append(task)
            _settle(graded, cell, judge(checks[task], None, autograde=True, seed=seed))
    return graded


def _pass(
    graded: Graded, submission: Submission, checks: dict[str, Check], seed: int, deadly: set[int]
) -> int | None:
    """Go through the cells once; the number of the cell that ended the process, if one did."""
    caller = RemoteCaller(submission)
    for number, cell in enumerate(graded.notebook.cells):
        if cell.cell_type != "code" or number in deadly:
            continue
        task = _task(cell, checks)
        try:
            if task is None:
                cell.outputs = _outputs(submission.run(cell.source))
                continue
            if task in graded.reports or task in graded.unreached:
                continue
            known = submission.names([task])
        except Stalled as stalled:
            cell.outputs = [_ended(str(stalled))]
            graded.stalled.append(f"a cell did not end: {stalled}")
            return number
        except Died as death:
            cell.outputs = [_ended(str(death))]
            graded.notes.append(f"a cell had to be left out: {death}")
            return number
        # What has the name and is no function is told as such by the judge.
        function: Any = RemoteFunction(task) if known.get(task) else (0 if task in known else None)
        report = judge(checks[task], function, autograde=True, seed=seed, calls=caller, clock=caller.clock)
        if caller.stalled:
            graded.unreached.append(task)
            graded.evidence += report.evidence[:1]
            graded.stalled.append(f"{task} did not answer: {caller.stalled}")
            return number
        _settle(graded, cell, report)
        if caller.died:
            graded.notes.append(f"{task}: {caller.died}")
            return number
    return None


def _task(cell: NotebookNode, checks: dict[str, Check]) -> str | None:
    task = tested(cell) if cell.cell_type == "code" else None
    return task if task in checks else None


def _settle(graded: Graded, cell: NotebookNode, report: Report) -> None:
    graded.reports[report.function] = report
    data = Score(report)._repr_mimebundle_()
    made = {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": None}
    cell.outputs = [nbformat.from_dict(made)]


def _outputs(given: list[dict[str, Any]]) -> list[NotebookNode]:
    """Outputs that are ones by the notebook's own format; what a submission sends may be anything."""
    return [made for output in given if (made := _output(output)) is not None]


def _output(given: dict[str, Any]) -> NotebookNode | None:
    fields = {key: value for key, value in given.items() if key != "output_type"}
    try:
        made: NotebookNode = nbformat.v4.new_output(str(given.get("output_type")), **fields)
        nbformat.validate(made, ref="output", version=4)
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it is not kept
        return None
    return made


def _ended(why: str) -> NotebookNode:
    output: NotebookNode = nbformat.v4.new_output(
        "error", ename="Ended", evalue=why, traceback=[f"The process of this notebook has ended: {why}"]
    )
    return output
