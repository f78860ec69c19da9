"""Grading an assignment: from nbgrader's ``submitted`` folder to its gradebook, ``autograded`` and ``feedback`` folders.

Submissions go to the workers, results come back into a journal, and one writer enters them. Killed at any moment, it goes on
where it stopped; run again, it changes nothing that has not changed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from bplib.checking.judging.versions import version
from bplib.grading.collecting.record import read_record
from bplib.grading.course.agreement import agreed_release
from bplib.grading.course.belongings import belongings
from bplib.grading.course.lock import alone
from bplib.grading.gradebook import folders, names
from bplib.grading.gradebook.graded_notebook import said
from bplib.grading.gradebook.results import GONE_CODE, HUMAN, MISSING, NO_COPY, NOT_ENTERED, Result
from bplib.grading.gradebook.trouble import DiskError, concerns_all, for_everybody, reason
from bplib.grading.gradebook.writer import Writer
from bplib.grading.pages.request import Request
from bplib.grading.sandbox.outside import Limits, keep_out
from bplib.grading.work import seeds
from bplib.grading.work.changes import Change, ChecksChanged, Entries
from bplib.grading.work.cleaning import Unreadable, read_file
from bplib.grading.work.cluster import Cluster
from bplib.grading.work.entering import entered, page_put_down
from bplib.grading.work.job import STALLED, Assignment, Job
from bplib.grading.work.journal import Journal
from bplib.grading.work.luggage import digest, luggage
from bplib.grading.work.worker import code_hash, grade_one, page

#: Called with what is being done, and how much of it there is: once for each that is done.
Progress = Callable[[str, int], None]
GRADING, WRITING = "Grading", "Writing feedback"
#: Characters of why nothing was collected that anybody reads.
SENTENCE = 500


def grade(
    course: CourseDirectory,
    exercise: str,
    cluster: Cluster,
    students: Sequence[str] = (),
    *,
    resume: bool = False,
    contained: bool = True,
    limits: Limits | None = None,
    feedback: bool = True,
    accept: bool = False,
    progress: Progress = lambda *_: None,
) -> list[Result]:
    """Grade the submissions of an exercise.

    Parameters
    ----------
    course
        nbgrader's folders and gradebook.
    exercise
        The assignment's name.
    cluster
        Whose processes do the work.
    students
        Only these; all by default.
    resume
        Take over what an earlier run has finished, where neither the submission nor its checks have changed since.
    contained
        False runs submissions without a sandbox. Only where you trust every line of them.
    feedback
        Whether each student's page is written, too.
    accept
        Enter points that have changed because the checks have.

    Returns
    -------
    list of Result
        One for each student on the roster or in the folder, by name; without the notebooks, which are on disk.

    Raises
    ------
    GradingError
        If the exercise is not in the gradebook, or a student does not exist.
    CourseError
        If somebody else is grading or collecting in this course, or another version of nbgrader has made its gradebook.
    DiskError
        If nothing can be written, for anybody. What was graded before is in the journal.
    ChecksChanged
        If other checks than those of the last time would change points that were entered. Nothing has been entered then.
    SandboxError
        If there is no sandbox, or submissions would see a file of this course.
    """
    root = Path(course.root)
    if contained:
        keep_out(belongings(course))
    with for_everybody("the course"), alone(root), closing(Writer(course)) as writer:
        released = agreed_release(course, exercise, writer.points(exercise))
        assignment = Assignment(exercise, released, code_hash(), contained, limits or Limits())
        run = _Run(course, writer, assignment, students, resume, progress)
        again = []
        for job, result in cluster.run(grade_one, run.jobs()):
            if result is None or result.code != STALLED:
                run.keep(result or _died(job))
            else:
                again.append(job.student)
        # Was it the submission, or the machine? With nothing beside it, that can be told.
        for job, result in cluster.run(grade_one, run.jobs(again), at_once=1):
            run.keep(result or _died(job))
        run.enter(accept)
        if feedback:
            run.note(cluster.run(page, run.pages()))
    return [run.results[student] for student in run.students]


def _died(job: Job) -> Result:
    return Result(job.student, HUMAN, "worker-died", "The process that graded it died each time.", job.mark)


class _Run:
    """One run over the submissions of an assignment: what goes to the workers, and what becomes of their results."""

    def __init__(
        self,
        course: CourseDirectory,
        writer: Writer,
        assignment: Assignment,
        students: Sequence[str],
        resume: bool,
        progress: Progress,
    ) -> None:
        self._course, self._writer, self._assignment = course, writer, assignment
        self._exercise, self._progress = assignment.exercise, progress
        self._found = folders.submissions(course, self._exercise)
        known = {*self._found, *writer.students()}
        names.require(students, known)
        self.students = sorted(set(students) or known)
        self.results: dict[str, Result] = {}
        root = Path(course.root)
        self._key = seeds.secret(root)
        self._journal = Journal(root / ".bplib-journal" / f"{self._exercise}.jsonl")
        self._kept = self._journal.marks() if resume else {}
        self._version = version(self._exercise)
        self._entries = Entries(root, self._exercise, self._journal)
        # What other checks have judged is compared first, and entered later.
        self._held = self._entries.are_of_others(self.students, self._version)
        self._waiting: list[tuple[Result, int | None]] = []
        if not resume and not students:
            self._journal.clear()

    def jobs(self, students: Sequence[str] | None = None) -> Iterator[Job]:
        """Read one submission after the other, of all students by default; what needs no worker is settled here."""
        for student in self.students if students is None else students:
            path = self._found.get(student)
            if path is None:
                self._take(Result(student, MISSING))
                continue
            record = read_record(path.parent)
            try:
                submitted = read_file(path)
            except Unreadable as error:
                why = error.code, str(error)
                if error.code == "no-file" and record.problem:
                    why = "not-collected", record.problem[:SENTENCE]
                self._take(Result(student, HUMAN, *why))
                continue
            except OSError as error:
                if concerns_all(error):
                    raise DiskError(f"submissions cannot be read: {reason(error)}.") from error
                sentence = f"{path.name} cannot be read: {reason(error)}."
                self._take(Result(student, HUMAN, "unreadable", sentence))
                continue
            files, notes = luggage(path)
            handed_in = digest(submitted, files)
            mark = _mark(handed_in, self._assignment)
            before, start = self._kept.get(student, ("", 0))
            if before == mark:
                self._take(self._journal.at(start), start)
                continue
            # A group's work is judged by the same draws for each of its members.
            whose = f"group {record.group}" if record.group else student
            seed = seeds.seed(self._key, whose, self._exercise, handed_in)
            yield Job(self._assignment, student, path.name, submitted, seed, mark, files, tuple(notes))

    def keep(self, result: Result) -> None:
        """Put down what a worker has found."""
        result = replace(result, checks=self._version)
        self._take(result, self._journal.add(result))

    def _take(self, result: Result, start: int | None = None) -> None:
        """Enter a result, or let it wait: no more than its points are kept in memory then."""
        if self._held:
            self._waiting.append((replace(result, notebook=""), start))
        else:
            self._settle(result)
        self._progress(GRADING, len(self.students))

    def enter(self, accept: bool) -> None:
        """Enter what has waited, if nobody's points change with the checks, or if that was accepted."""
        changes = [] if accept else self._changes()
        if changes:
            raise ChecksChanged(self._exercise, self._entries.oldest(self.students), self._version, changes)
        for result, start in self._waiting:
            self._settle(result if start is None else self._journal.at(start))

    def _changes(self) -> list[Change]:
        """Whose points would change, though they have handed in the same."""
        found = []
        for result, start in self._waiting:
            tasks = self._entries.changed(result, self._version)
            if tasks and start is not None:
                why = said(self._journal.at(start).notebook)
                found += [Change(result.student, *task, why.get(task[0], "")) for task in tasks]
        return found

    def _settle(self, result: Result) -> None:
        found = self._found.get(result.student)
        result = entered(self._course, self._writer, self._exercise, result, found)
        self.results[result.student] = replace(result, notebook="")
        self._entries.keep(self.results[result.student])

    def pages(self) -> Iterator[Request]:
        """Ask for the page of everybody whose points have been entered."""
        book = os.environ.get("BPLIB_BOOK", "")
        for student in self._with_pages():
            try:
                text = folders.graded(self._course, student, self._exercise).read_text(encoding="utf-8")
                sheet = self._writer.sheet(student, self._exercise)
            except Exception as error:
                if concerns_all(error):
                    raise DiskError(f"no pages can be made: {reason(error)}.") from error
                self._without_page(student, reason(error))
                continue
            yield Request(sheet, text, book, self._assignment.released)

    def note(self, pages: Iterator[tuple[Request, str | None]]) -> None:
        """Put down the pages as they come; a page that could not be made is noted, and costs no points."""
        total = len(self._with_pages())
        for request, made in pages:
            student = request.sheet.student
            if made is None:
                self._without_page(student)
            elif why := page_put_down(self._course, self._exercise, student, made):
                self._without_page(student, why)
            self._progress(WRITING, total)

    def _without_page(self, student: str, why: str = "") -> None:
        note = f"its feedback page could not be made{f' ({why})' if why else ''}"
        before = self.results[student]
        self.results[student] = replace(before, notes=(*before.notes, note))

    def _with_pages(self) -> list[str]:
        without = (NOT_ENTERED, NO_COPY, GONE_CODE)
        return [name for name, r in self.results.items() if r.tasks and r.code not in without]


def _mark(handed_in: str, assignment: Assignment) -> str:
    """Of what was handed in and of all that judges it: a changed check is a reason to grade again."""
    judged_by = f"{assignment.code} {assignment.contained} {assignment.limits} {assignment.released}"
    return f"{handed_in}-{hashlib.sha256(judged_by.encode()).hexdigest()}"
