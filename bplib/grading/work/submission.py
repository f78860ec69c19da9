"""One submission, from its bytes to its result; whatever it is, there is one."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import lru_cache

import nbformat
from nbformat import NotebookNode
from nbgrader import utils

from bplib.checking.report.evidence import Evidence
from bplib.checking.report.output import UNDECIDED
from bplib.grading.course.source import tested
from bplib.grading.gradebook.graded_notebook import note_zero
from bplib.grading.gradebook.results import GRADED, HUMAN, Result
from bplib.grading.pages.inert import inert
from bplib.grading.sandbox.inside.wire import WireError
from bplib.grading.sandbox.outside import Sandbox, SandboxError
from bplib.grading.work.autograder import Graded, autograde
from bplib.grading.work.cleaning import Cleaned, Unreadable, cleaned, parsed
from bplib.grading.work.job import STALLED, Job
from bplib.grading.work.zeros import looks_wrong

#: Of a result that says that the sandbox has to be made anew.
BROKEN = "sandbox"
#: Notes on one submission, and characters of each, that anybody reads.
NOTES, LONGEST = 20, 300
#: Calls that are kept for the instructor.
CALLS = 8


@lru_cache(maxsize=8)
def released(text: str) -> NotebookNode:
    """The students' notebook of an exercise."""
    notebook: NotebookNode = nbformat.reads(text, as_version=4)
    return notebook


@lru_cache(maxsize=8)
def _texts(text: str) -> frozenset[str]:
    """The texts of an exercise's markdown cells."""
    return frozenset(cell.source for cell in released(text).cells if cell.cell_type == "markdown")


def grade(box: Sandbox, job: Job) -> Result:
    """Clean, run and judge what was handed in.

    Raises
    ------
    SandboxError
        If there is no sandbox here.
    MemoryError
        If it takes more than this process may have.
    """
    started = time.perf_counter()
    assignment = job.assignment
    try:
        submitted = parsed(job.name, job.submitted)
        ready = cleaned(submitted, released(assignment.released))
    except Unreadable as error:
        return _for_a_person(job, error.code, str(error))
    except MemoryError:  # a limit, of which the bench tells
        raise
    except Exception as error:  # noqa: BLE001 - a notebook can be wrong in more ways than anybody has thought of
        return _for_a_person(
            job, "unreadable", f"The notebook could not be read: {type(error).__name__}: {error}"
        )
    try:
        graded = autograde(box, ready.notebook, assignment.exercise, job.seed, assignment.limits, job.files)
    except (OSError, WireError) as error:
        # The warm process itself is gone: the next submission gets a new one.
        return _for_a_person(job, BROKEN, f"The sandbox broke down: {type(error).__name__}: {error}")
    except (SandboxError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - the next student's grade must not depend on it
        return _for_a_person(job, "judge", f"The judge broke down on it: {type(error).__name__}: {error}")
    scores, blank = _entries(graded.notebook, graded)
    still = inert(graded.notebook, _texts(assignment.released))
    if not any(report.earned for report in graded.reports.values()):
        zero = looks_wrong(submitted, released(assignment.released))
        if zero:
            ready.notes.insert(0, zero)
            note_zero(still, zero)
    result = _result(job, ready, graded, time.perf_counter() - started)
    return replace(result, notebook=_writable(nbformat.writes(still)), scores=scores, blank=blank)


def _for_a_person(job: Job, code: str, sentence: str) -> Result:
    return Result(job.student, HUMAN, code, sentence[:LONGEST], job.mark)


def _result(job: Job, ready: Cleaned, graded: Graded, seconds: float) -> Result:
    reports = list(graded.reports.values())
    code, sentence = _doubt(graded)
    return Result(
        student=job.student,
        outcome=HUMAN if code else GRADED,
        code=code,
        sentence=sentence[:LONGEST],
        mark=job.mark,
        tasks={r.function: r.earned for r in reports if r.function not in graded.unreached},
        maximum=float(sum(report.points for report in reports)),
        notes=_few([*job.notes, *ready.notes, *graded.notes]),
        contained=job.assignment.contained,
        seconds=round(seconds, 3),
        evidence=_few_calls(graded),
    )


def _few_calls(graded: Graded) -> tuple[Evidence, ...]:
    """The calls that a person wants to see: what did not answer, what could not be decided, then what was wrong."""
    found = [*graded.evidence, *(call for report in graded.reports.values() for call in report.evidence)]
    found[len(graded.evidence) :] = sorted(
        found[len(graded.evidence) :], key=lambda call: call.verdict != UNDECIDED
    )
    return tuple(found[:CALLS])


def _doubt(graded: Graded) -> tuple[str, str]:
    """Why a person should look, if one should: a stable name, and a sentence."""
    if graded.stalled:
        return STALLED, f"A person should run it: {graded.stalled[0]}. Does it sleep, or wait for something?"
    if graded.unreached:
        return (
            "restarts",
            f"Its process ended so often that nobody came to {', '.join(graded.unreached)}.",
        )
    unsure = [report.function for report in graded.reports.values() if report.needs_human]
    return ("undecided", f"A person should look at {', '.join(unsure)}.") if unsure else ("", "")


def _entries(notebook: NotebookNode, graded: Graded) -> tuple[dict[str, float | None], tuple[str, ...]]:
    """What nbgrader would enter: points by cell, None where a person gives them, and the cells that nobody has answered."""
    scores: dict[str, float | None] = {}
    blank = []
    for cell in notebook.cells:
        if utils.is_grade(cell):
            due = tested(cell) in graded.unreached
            scores[cell.metadata.nbgrader.grade_id] = None if due else utils.determine_grade(cell)[0]
        if utils.is_solution(cell) and cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell):
            blank.append(cell.metadata.nbgrader.grade_id)
    return scores, tuple(blank)


def _few(notes: list[str]) -> tuple[str, ...]:
    """As many as a person reads."""
    kept = [note[:LONGEST] for note in notes[:NOTES]]
    return (*kept, f"and {len(notes) - NOTES} notes more") if len(notes) > NOTES else tuple(kept)


def _writable(text: str) -> str:
    """Half a character, as JSON may hold one, cannot be written to a file."""
    return text.encode(errors="replace").decode()
