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
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.utils import is_grade, is_locked, is_solution, is_task
from traitlets.config import Config

from bplib.checking.report.report import MIMETYPE, Report
from bplib.grading.course.source import tested
from bplib.grading.gradebook.sheet import Points, Remark, Sheet, read_sheet
from bplib.grading.pages.outputs import shown_outputs
from bplib.grading.pages.request import Request
from bplib.grading.pages.safe_html import markdown, python

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

    def from_notebook_node(  # type: ignore[override] # as nbconvert does
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Fill the template. What nbconvert then looks for in a page of its own is not in this one, and takes long."""
        return TemplateExporter.from_notebook_node(self, nb, resources, **kw)


def written(request: Request) -> str | None:
    """The page, as ``nbgrader generate_feedback`` would make it; None where it cannot be made."""
    # Causes are linked by it as well. This process makes nothing but pages and grades.
    os.environ["BPLIB_BOOK"] = request.book
    try:
        notebook = nbformat.reads(request.notebook, as_version=4)
        page, _ = _exporter().from_notebook_node(notebook, {"sheet": request.sheet})
    except Exception:  # noqa: BLE001 - the next student's page must not depend on it
        return None
    return str(page)


@cache
def _exporter() -> FeedbackExporter:
    return FeedbackExporter()


@dataclass(frozen=True)
class Piece:
    """One block of a section: ``kind`` (text, answer, code, output, checks, comment, remark) and HTML that is safe to show."""

    kind: str
    html: Markup


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


def feedback_page(notebook: NotebookNode, resources: dict[str, Any]) -> Page:
    """Collect the page of one graded notebook.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        As the autograder left it.
    resources : dict
        ``resources["sheet"]`` is what the gradebook says, or nbgrader's ``resources["nbgrader"]`` says where it is.

    Raises
    ------
    nbgrader.api.MissingEntry
        If the gradebook knows nothing of this notebook.
    """
    sheet: Sheet = resources["sheet"] if "sheet" in resources else _looked_up(resources["nbgrader"])
    book = os.environ.get("BPLIB_BOOK", "").rstrip("/")
    return Page(
        exercise=_title(sheet.exercise),
        student=f"{sheet.name} ({sheet.student})" if sheet.name else sheet.student,
        chapter=f"{book}/{sheet.exercise}.html" if book else "",
        sections=_sections(notebook, sheet),
        earned=sheet.earned,
        maximum=sheet.maximum,
        late=sheet.late,
    )


def _looked_up(where: dict[str, Any]) -> Sheet:
    with Gradebook(where["db_url"]) as gradebook:
        return read_sheet(gradebook, where["student"], where["assignment"], where["notebook"])


def _title(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").capitalize()


def _sections(notebook: NotebookNode, sheet: Sheet) -> list[Section]:
    """Cut the notebook after each cell with points. A text before the first code opens the page."""
    done, pieces, tasks = [], list[Piece](), 0
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        points = sheet.points.get(marks.get("grade_id")) if is_grade(cell) or is_task(cell) else None
        pieces += _pieces(cell, points)
        if is_solution(cell) or is_task(cell):
            pieces += _remark(sheet.remarks.get(marks.get("grade_id")))
        if points is not None:
            tasks += 1
            title = tested(cell) or _title(marks["grade_id"])
            done.append(Section(title, f"task-{tasks}", points, _untitled(pieces, title)))
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


def _pieces(cell: NotebookNode, points: Points | None) -> Iterator[Piece]:
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
    elif points is not None:
        yield Piece("checks", _report(cell, points))


def _report(cell: NotebookNode, points: Points) -> Markup:
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
            if (report.function, report.earned) == (tested(cell), points.checked):
                return Markup(report._repr_html_())  # it escapes each text
            break
    return Markup("<p>There is no report that belongs to these points; ask your instructor.</p>")


def _remark(remark: Remark | None) -> Iterator[Piece]:
    if remark is not None:
        yield Piece("comment" if remark.by_hand else "remark", markdown(remark.text))
