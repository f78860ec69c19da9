"""The page on which a student reads how a notebook was graded.

nbgrader's ``generate_feedback`` calls `FeedbackExporter`, because ``nbgrader_config.py`` says so, and the template in
``templates/bp_feedback`` lays out what `feedback_page` finds. Points and comments come from the gradebook alone. The
checker's report is drawn anew from its data: HTML in a notebook is never taken over as it is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbgrader.api import Comment, Grade, Gradebook
from nbgrader.utils import is_grade, is_locked, is_solution, is_task
from traitlets.config import Config

from bplib.checking.report import MIMETYPE, Report
from bplib.grading.outputs import shown_outputs
from bplib.grading.safe_html import markdown, python
from bplib.grading.source import tested

TEMPLATES = Path(__file__).parent / "templates"


class FeedbackExporter(HTMLExporter):
    """nbconvert's HTML exporter with the course's feedback template.

    A class of its own, because nbgrader sets ``HTMLExporter.template_name`` itself when feedback is asked for in
    the formgrader, and because the formgrader's own pages are made by ``HTMLExporter``, too.
    """

    @property
    def default_config(self) -> Config:
        """The template and where it is; ``c.FeedbackExporter`` in a configuration file wins."""
        own = Config(
            {
                "FeedbackExporter": {
                    "template_name": "bp_feedback",
                    "extra_template_basedirs": [str(TEMPLATES)],
                }
            }
        )
        own.merge(super().default_config)
        return own

    def default_filters(self) -> Iterator[tuple[str, Any]]:
        """Those of nbconvert, and the one that this template lives on."""
        yield from super().default_filters()
        yield "feedback_page", feedback_page


@dataclass(frozen=True)
class Piece:
    """One block of a section: ``kind`` (text, answer, code, output, checks, comment, remark) and HTML that is safe to show."""

    kind: str
    html: Markup


@dataclass(frozen=True)
class Points:
    """The points of one task, and what the instructor did to them."""

    earned: float
    maximum: float
    waiting: bool = False
    checked: float | None = None
    manual: float | None = None
    extra: float = 0.0

    @property
    def sign(self) -> str:
        """A sign that differs in shape, not in color alone."""
        return {"waiting": "?", "full": "✓", "part": "◐", "none": "✗"}[self.state]

    @property
    def word(self) -> str:
        """The same in words."""
        return {
            "waiting": "your instructor has not looked yet",
            "full": "full points",
            "part": "part of the points",
            "none": "no points",
        }[self.state]

    @property
    def state(self) -> str:
        """``waiting``, ``full``, ``part`` or ``none``."""
        if self.waiting:
            return "waiting"
        return "full" if self.earned >= self.maximum else "part" if self.earned > 0 else "none"

    @property
    def by_hand(self) -> str:
        """What the instructor did to them, in a sentence; empty when nothing."""
        if self.manual is not None:
            before = "" if self.checked is None else f"; the checks gave {number(self.checked)}"
            extra = f", and {number(self.extra)} extra" if self.extra else ""
            return f"Your instructor gave {number(self.manual)}{extra}{before}."
        return f"Your instructor gave {number(self.extra)} extra." if self.extra else ""


@dataclass
class Section:
    """The introduction, one task, or what follows the last task; only a task has points."""

    title: str
    anchor: str
    points: Points | None = None
    pieces: list[Piece] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """All that the template shows."""

    exercise: str
    student: str
    chapter: str
    sections: list[Section]
    earned: float
    maximum: float
    late: float

    @property
    def tasks(self) -> list[Section]:
        """The sections with points."""
        return [section for section in self.sections if section.points is not None]


def number(points: float) -> str:
    """Points as people write them: at most two decimals, and none for whole numbers."""
    return f"{round(points, 2) + 0.0:g}"


def feedback_page(notebook: NotebookNode, resources: dict[str, Any]) -> Page:
    """Collect the page of one graded notebook.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        As nbgrader's autograder left it.
    resources : dict
        nbgrader's: ``resources["nbgrader"]`` names student, assignment, notebook and the address of the gradebook.

    Raises
    ------
    nbgrader.api.MissingEntry
        If the gradebook knows nothing of this notebook.
    """
    where = resources["nbgrader"]
    with Gradebook(where["db_url"]) as gradebook:
        graded = gradebook.find_submission_notebook(where["notebook"], where["assignment"], where["student"])
        grades = {grade.name: grade for grade in graded.grades}
        comments = {comment.name: comment for comment in graded.comments}
        student = graded.student
        names = " ".join(filter(None, (student.first_name, student.last_name)))
        late = float(graded.late_submission_penalty or 0.0)
        book = os.environ.get("BPLIB_BOOK", "").rstrip("/")
        return Page(
            exercise=_title(where["notebook"]),
            student=f"{names} ({student.id})" if names else student.id,
            chapter=f"{book}/{where['notebook']}.html" if book else "",
            sections=_sections(notebook, grades, comments),
            earned=float(graded.score or 0.0) - late,
            maximum=float(graded.max_score or 0.0),
            late=late,
        )


def _title(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").capitalize()


def _sections(
    notebook: NotebookNode, grades: dict[str, Grade], comments: dict[str, Comment]
) -> list[Section]:
    """Cut the notebook after each cell with points. A text before the first code opens the page."""
    done, pieces, tasks = [], list[Piece](), 0
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        grade = grades.get(marks.get("grade_id")) if is_grade(cell) or is_task(cell) else None
        pieces += _pieces(cell, grade)
        if is_solution(cell) or is_task(cell):
            pieces += _comment(comments.get(marks.get("grade_id")))
        if grade is not None:
            tasks += 1
            title = tested(cell) or _title(marks["grade_id"])
            done.append(Section(title, f"task-{tasks}", _points(grade), _untitled(pieces, title)))
            pieces = []
        elif not tasks and cell.cell_type == "code" and is_locked(cell) and pieces:
            done.append(Section("The exercise", "exercise", pieces=pieces))
            pieces = []
    if pieces:
        done.append(Section("After the last task", "rest", pieces=pieces))
    return done


def _untitled(pieces: list[Piece], title: str) -> list[Piece]:
    """Leave out the first text's own heading where it is the title of the section once more."""
    if not pieces or pieces[0].kind != "text":
        return pieces
    heading = rf"\A<h3>(?:\d+\. )?<code>{re.escape(title)}</code></h3>\s*"
    return [Piece("text", Markup(re.sub(heading, "", pieces[0].html))), *pieces[1:]]


def _pieces(cell: NotebookNode, grade: Grade | None) -> Iterator[Piece]:
    """What of a cell is shown. The code of a locked cell is not: it may hold what the checks keep to themselves."""
    if cell.cell_type == "markdown" and cell.source.strip():
        kind = "answer" if is_solution(cell) else "text"
        yield Piece(kind, markdown(cell.source, cell.get("attachments")))
    if cell.cell_type != "code":
        return
    if not is_locked(cell):
        if cell.source.strip():
            yield Piece("answer" if is_solution(cell) else "code", python(cell.source))
        yield from (Piece("output", html) for html in shown_outputs(cell))
    elif grade is not None:
        yield Piece("checks", _report(cell, grade))


def _report(cell: NotebookNode, grade: Grade) -> Markup:
    """The card of the checks, or one sentence where there is none that belongs to these points."""
    for output in reversed(cell.outputs):
        if output.output_type == "error":
            if output.ename == "KeyboardInterrupt":  # what nbgrader sends to a cell that takes too long
                return Markup("<p>The check was stopped: it took longer than a cell may.</p>")
            # Its message may quote what was expected.
            return Markup("<p>The check ended with <code>{}</code>.</p>").format(output.ename[:100])
        if output.output_type == "execute_result" and MIMETYPE in output.data:
            try:
                report = Report.from_dict(output.data[MIMETYPE])
            except ValueError:
                break
            if (report.function, report.earned) == (tested(cell), grade.auto_score):
                return Markup(report._repr_html_())  # it escapes each text
            break
    return Markup("<p>There is no report that belongs to these points; ask your instructor.</p>")


def _comment(comment: Comment | None) -> Iterator[Piece]:
    if comment is not None and comment.comment:
        kind = "remark" if comment.manual_comment is None else "comment"
        yield Piece(kind, markdown(comment.comment))


def _points(grade: Grade) -> Points:
    return Points(
        earned=float(grade.score or 0.0),
        maximum=float(grade.max_score or 0.0),
        waiting=bool(grade.needs_manual_grade),
        checked=grade.auto_score,
        manual=grade.manual_score,
        extra=float(grade.extra_credit or 0.0),
    )
