"""Every exercise in the page: opened from its card, answered, checked, kept, downloaded; the same words and points as outside."""

from __future__ import annotations

import json
import linecache
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from built_site import ROOT, find_site
from in_page import (
    START,
    download,
    fill,
    find_notebooks,
    forget,
    in_suite,
    notebook_of,
    open_from_card,
    open_notebook,
    run_all,
    serve_below,
    wait_until_saved,
    watch_requests,
)

from bplib.checking.report.report import Score
from bplib.grading.course.source import exercises, points
from bplib.grading.rehearsal.sample_class import Submission, answers, submissions
from bplib.grading.rehearsal.students import STUDENTS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

RIGHT, UNTOUCHED = STUDENTS[:2]
#: With several students, with data, with bugs to be found, with images, and with sequences.
SOME = ("activation", "conclusion", "convolution", "gradient_checking", "recurrence")
WORKING = [submission for submission in submissions() if submission.student not in (RIGHT, UNTOUCHED)]


def chapter_of(exercise: str) -> str:
    """The page that has the exercise's card."""
    pages = [p for p in (ROOT / "book").rglob("*.md") if f"{{exercise-card}} {exercise}\n" in p.read_text(encoding="utf-8")]
    return min(pages).relative_to(ROOT / "book").with_suffix("").as_posix()


def released(exercise: str) -> nbformat.NotebookNode:
    return nbformat.read(ROOT / "exercises" / exercise / f"{exercise}.ipynb", as_version=4)


def filled(submission: Submission) -> dict[str, str]:
    """A student's texts, by the ids of the cells that they belong in."""
    notebook = released(submission.exercise)
    return {cell.id: text for text, cell in answers(submission.student, submission.exercise, notebook)}


def outside(submission: Submission) -> list[tuple[str, Any]]:
    """What the checks of a student's notebook say here, outside of any page: each check with its text and its card."""
    texts, names, said = filled(submission), {"__name__": "__main__"}, []
    for number, cell in enumerate(cell for cell in released(submission.exercise).cells if cell.cell_type == "code"):
        source, file = texts.get(cell.id, cell.source), f"<cell {number}>"
        # A report quotes the line of an error, which Python looks up where cells are kept.
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        try:
            if source.startswith("check("):
                score: Score = eval(compile(source, file, "eval"), names)
                said.append((source, score._repr_mimebundle_()))
            else:
                exec(compile(source, file, "exec"), names)
        except Exception as error:  # noqa: BLE001 - as a notebook goes on with its next cell
            said += [(source, type(error).__name__)] if source.startswith("check(") else []
    return said


def inside(notebook: nbformat.NotebookNode) -> list[tuple[str, Any]]:
    """What the checks say in the page, in the same form."""
    said = []
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.source.startswith("check("):
            (output,) = cell.outputs
            said.append((cell.source, dict(output.data) if "data" in output else output.ename))
    return said


def as_scripts_write(value: Any) -> Any:
    """What becomes of data in a page: 2 for 2.0, and no entry for None."""
    if isinstance(value, dict):
        return {key: as_scripts_write(item) for key, item in sorted(value.items()) if item is not None}
    if isinstance(value, (list, tuple)):
        return [as_scripts_write(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def rounded(said: list[tuple[str, Any]]) -> str:
    """Word by word, and long numbers to nine digits: another processor's last ones are not these."""
    text = json.dumps(as_scripts_write(said), indent=1)
    return re.sub(r"\d+\.\d{9,}(e[+-]?\d+)?", lambda match: f"{float(match[0]):.9g}", text)


def earned(notebook: nbformat.NotebookNode) -> dict[str, float]:
    """The points of each check, as grading reads them."""
    return {re.findall(r'check\("(\w+)"\)', source)[0]: float(data["text/plain"]) for source, data in inside(notebook)}


@pytest.fixture(scope="module")
def place() -> Iterator[str]:
    """The site below a path, as on a host that is shared with others."""
    find_notebooks()
    with serve_below(find_site(), "/courses/2027/book/") as (address, _):
        yield address


@pytest.fixture(scope="module")
def context(browser: Browser, place: str) -> Iterator[BrowserContext]:
    """One student's browser for all exercises: what the first start loads, the others have."""
    made = browser.new_context(accept_downloads=True, viewport={"width": 1200, "height": 900})
    made.set_default_timeout(START)
    made.others = watch_requests(made, place)
    yield made
    made.close()


@pytest.mark.parametrize("exercise", in_suite(exercises(), SOME))
def test_every_exercise_in_the_page(context: Any, place: str, exercise: str, tmp_path: Path, graded: Any) -> None:
    page = context.new_page()
    open_from_card(page, place, chapter_of(exercise), exercise)
    right = Submission(RIGHT, exercise)
    for submission in (*(s for s in WORKING if s.exercise == exercise), right):
        forget(page)
        fill(page, filled(submission))
        assert rounded(inside(run_all(page))) == rounded(outside(submission)), submission.student.name
    assert earned(notebook_of(page)) == pytest.approx(points(exercise))

    wait_until_saved(page)
    page.close()
    page = context.new_page()
    # The tab has been closed; another day begins.
    open_notebook(page, place, f"exercises/{exercise}.ipynb", python=False)
    kept = {cell.id: cell.source for cell in notebook_of(page).cells}
    assert all(kept[name] == text for name, text in filled(right).items()), "something that was written is gone"

    path = download(page, tmp_path)
    assert path.name == f"{exercise}.ipynb"
    theirs, ours = nbformat.read(path, as_version=4), released(exercise)
    nbformat.validate(theirs)
    for cell in ours.cells:
        cell.source = filled(right).get(cell.id, cell.source)
    # Cell by cell what a student with all answers right hands in elsewhere, and that was graded with full points.
    assert [(c.id, c.cell_type, c.source, c.metadata) for c in theirs.cells] == [
        (c.id, c.cell_type, c.source, c.metadata) for c in ours.cells
    ]
    assert theirs.metadata.kernelspec == ours.metadata.kernelspec
    assert graded[RIGHT.name, exercise].points == pytest.approx(sum(points(exercise).values()))
    assert not context.others, "requests to other hosts"
    page.close()
