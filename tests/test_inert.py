"""Nothing that a student wrote is alive in what a grader opens, whoever has graded it; and what honest students show is seen."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import closing
from pathlib import Path

import displays
import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from small_class import BIN, EXERCISE, FULL, LIMITS, hand_in, solved

from bplib.checking.report.report import MIMETYPE
from bplib.grading.course.directory import Course
from bplib.grading.course.source import read, solution_cells
from bplib.grading.gradebook.beside import stays_behind
from bplib.grading.gradebook.ids import NotEnteredError
from bplib.grading.gradebook.writer import Writer
from bplib.grading.pages.harmless import harmless, mathematics
from bplib.grading.pages.inert import PICTURES, WORK, inert
from bplib.grading.work.grade import grade

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's
BOTH = ("bplib grade", "nbgrader autograde")
BESIDE = {
    "page.html": False,
    "drawing.SVG": False,
    "numbers.csv": True,
    "picture.png": True,
    "notes.txt": True,
}


def hostile() -> NotebookNode:
    """All that may be handed in, around honest answers; displays of its own in a cell that is graded."""
    notebook = solved()
    answer = next(iter(solution_cells(notebook).values()))
    shown = displays.displaying().source
    answer.source += f"\n\n{shown}"
    notebook.cells += [*displays.written(), displays.displaying()]
    return notebook


def honest() -> NotebookNode:
    notebook = solved()
    picture = {"x.png": {"image/png": displays.png()}}
    notebook.cells += [new_markdown_cell(text) for text in displays.ORDINARY]
    notebook.cells += [new_markdown_cell("![a photo](attachment:x.png)", attachments=picture)]
    notebook.cells += [new_code_cell(displays.HONEST)]
    return notebook


@pytest.fixture(scope="module")
def classes(prepared, cluster, tmp_path_factory) -> dict[str, Course]:
    """The same class, graded by either command."""
    found = {}
    for command in BOTH:
        root = tmp_path_factory.mktemp("inert") / "course"
        shutil.copytree(prepared, root)
        course = Course(root)
        for student, notebook in (("eve", hostile()), ("ada", honest())):
            handed_in = hand_in(course.directory, student, notebook)
            for name in BESIDE:
                (handed_in.parent / name).write_text(f"{student}'s")
            if command == "nbgrader autograde":
                course.autograde(EXERCISE, student)
        if command == "bplib grade":
            grade(course.directory, EXERCISE, cluster, limits=LIMITS)
        found[command] = course
    return found


@pytest.fixture(params=BOTH)
def course(request, classes) -> Course:
    return classes[request.param]


def graded(course: Course, student: str) -> NotebookNode:
    return read(course.notebook("autograded", student, EXERCISE))


def points(course: Course, student: str) -> float:
    with course.gradebook() as gradebook:
        return gradebook.find_submission(EXERCISE, student).score


def test_the_corpus_lives_where_nobody_stills_it():
    cells = [*displays.written()[:-3], displays.displayed()]  # but what a page breaks on
    cells = [cell for cell in cells if "x.png" not in cell.get("attachments", {})]
    found = displays.alive(displays.page(new_notebook(cells=cells)))
    named = {*displays.bundles(), *displays.TEXTS, *(f"text-{name}" for name in displays.MARKUP)}
    # These live in JupyterLab, with extensions, in an older nbconvert, or where their names are not seen.
    elsewhere = {
        "vega", "plotly", "unheard-of", "document", "javascript-as-text", "latex-of-html", "mermaid", "no-picture",
        "width-of-a-picture", "drawing", "widget", "isolated",
    }  # fmt: skip
    assert named - {name.removeprefix("alive-") for name in found} <= elsewhere and len(named) > 80


def test_nothing_is_alive(course):
    assert displays.alive(displays.page(graded(course, "eve"))) == set()
    outputs = [output for cell in graded(course, "eve").cells for output in cell.get("outputs", [])]
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    assert kinds <= {*PICTURES, "text/plain", "text/html", "text/markdown", "text/latex", MIMETYPE}
    assert len(outputs) > 2 * len(displays.bundles())


def test_what_was_handed_in_is_untouched_and_costs_nothing(course):
    assert points(course, "eve") == points(course, "ada") == FULL
    for student, notebook in (("eve", hostile()), ("ada", honest())):
        there = course.notebook("submitted", student, EXERCISE)
        sources = [cell.source for cell in read(there).cells]
        assert sources == [cell.source for cell in notebook.cells]
        assert all((there.parent / name).read_text() == f"{student}'s" for name in BESIDE)


def test_a_file_that_a_browser_runs_stays_behind(course):
    for student in ("eve", "ada"):
        folder = course.folder("autograded", student, EXERCISE)
        assert {name: (folder / name).exists() for name in BESIDE} == BESIDE


def test_what_honest_students_show_is_there(course):
    notebook = graded(course, "ada")
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert set(displays.ORDINARY) <= set(sources)
    photo = next(cell for cell in notebook.cells if cell.get("attachments"))
    assert (
        photo.attachments == {"x.png": {"image/png": displays.png()}} and "attachment:x.png" in photo.source
    )
    shown = notebook.cells[-1].outputs
    data = {kind: text for output in shown for kind, text in output.get("data", {}).items()}
    assert any(output.get("text") == "a printed line\n" for output in shown)
    assert data["image/png"] == displays.png()
    assert any(output.get("metadata") == {"image/png": {"width": 320}} for output in shown)
    assert "<th>loss</th>" in data["text/html"] and "<td>0&#46;693</td>" in data["text/html"].replace(
        "0.", "0&#46;"
    )
    assert data["text/markdown"] == "a **shown** text with $x^2$" and data["text/latex"] == "$\\frac{1}{2}$"
    assert "a result" in data["text/plain"]


def test_the_reports_of_the_checks_stay(course):
    for student in ("eve", "ada"):
        tests = [
            cell for cell in graded(course, student).cells if cell.metadata.get("nbgrader", {}).get("grade")
        ]
        reports = [
            output.data for cell in tests for output in cell.outputs if MIMETYPE in output.get("data", {})
        ]
        assert len(reports) == len(tests) == 5
        for data in reports:
            assert (
                float(data["text/plain"]) == data[MIMETYPE]["earned"]
                and 'class="bp-report"' in data["text/html"]
            )


def test_grading_again_and_feedback_still_work(course):
    before = graded(course, "eve")
    course.autograde(EXERCISE, "eve")
    assert displays.alive(displays.page(graded(course, "eve"))) == set() and points(course, "eve") == FULL
    assert [cell.source for cell in graded(course, "eve").cells if cell.cell_type == "code"] == [
        cell.source for cell in before.cells if cell.cell_type == "code"
    ]
    course.feedback(EXERCISE, "eve")
    page = (course.folder("feedback", "eve", EXERCISE) / f"{EXERCISE}.html").read_text(encoding="utf-8")
    assert displays.alive(page, mathjax=False) == set() and page.count('class="bp-report"') == 5


# One notebook by itself.


def words(html: str) -> str:
    return BeautifulSoup(html, "html.parser").get_text().strip()


def test_metadata_ids_and_numbers_are_those_of_an_honest_one():
    made = inert(displays.marked())
    assert "alive" not in json.dumps(made)
    nbformat.validate(made)
    assert made.cells[0].outputs == [{"output_type": "stream", "name": "stdout", "text": "ab"}]
    assert made.metadata == {"language_info": {"name": "python"}}


def test_still_is_still():
    notebook = new_notebook(cells=[*displays.written(), displays.displayed()])
    once = inert(notebook)
    twice = inert(once)
    assert displays.alive(displays.page(once)) == displays.alive(displays.page(twice)) == set()
    assert [words(cell.source) for cell in twice.cells] == [words(cell.source) for cell in once.cells]


@pytest.mark.parametrize("name", [*displays.MARKUP, *displays.TEXTS])
def test_no_hostile_text_is_harmless(name):
    text = {**displays.MARKUP, **displays.TEXTS}[name]
    assert not harmless(text) and not harmless(f"ordinary\n\n{text}\n\n$x$") and not harmless(f"* {text}")


COMMANDS = [
    "above", "bbox", "class", "cssId", "data", "def", "DeclareMathOperator", "edef", "gdef", "genfrac", "global", "hangindent", "href",
    "hskip", "hspace", "includegraphics", "kern", "let", "llap", "lower", "mathclap", "mathllap", "mathrlap", "mathtip", "mkern",
    "mmlToken", "moveleft", "moveright", "mskip", "mspace", "newcommand", "newenvironment", "raise", "renewcommand", "require", "rlap",
    "Rule", "rule", "smash", "Space", "style", "texttip", "toggle", "unicode", "uproot", "url", "vcenter", "verb",
]  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_no_mathematics(name):
    assert not mathematics(f"x + \\{name}{{a}}{{b}}") and not harmless(f"$\\{name}{{a}}{{b}}$")


@pytest.mark.parametrize("line", ["\\\\[-9em]", "\\\\ [99em]", "\\\\*[1in]"])
def test_a_line_stays_near(line):
    assert not mathematics(f"a {line} b") and mathematics("a \\\\[1.5em] b") and mathematics("a \\\\ b")


@pytest.mark.parametrize("text", displays.ORDINARY)
def test_ordinary_text_is_harmless(text):
    assert harmless(text)


def test_formulas_of_a_text_that_cannot_stay_can_be_read_and_are_set_in_the_feedback():
    from bplib.grading.pages.safe_html import markdown

    cell = inert(
        new_notebook(cells=[new_markdown_cell("<script>1</script>\n\nWith $x_1 < *2*$\n\nand more")])
    ).cells[0]
    assert "x&#95;1" in cell.source and "<script" not in cell.source and "\n" not in cell.source
    assert "<math" in markdown(cell.source) and "and more" in markdown(cell.source)


def test_a_report_elsewhere_or_of_another_task_is_none():
    data = {
        MIMETYPE: {"function": "f", "outputs": [], "autograde": True},
        "text/plain": "9",
        "text/html": "<b>9</b>",
    }
    marks = {"grade_id": "test-f", "grade": True, "locked": True, "solution": False}
    cells = [
        new_code_cell('check("f")', outputs=[new_output("execute_result", data)]),
        new_code_cell(
            'check("g")', metadata={"nbgrader": marks}, outputs=[new_output("execute_result", data)]
        ),
        new_code_cell(
            'check("f")', metadata={"nbgrader": marks}, outputs=[new_output("execute_result", data)]
        ),
    ]
    assert [MIMETYPE in cell.outputs[0].data for cell in inert(new_notebook(cells=cells)).cells] == [
        False,
        False,
        True,
    ]


def test_the_work_on_one_notebook_has_an_end():
    much = "<b>x</b>" * 2900
    outputs = [new_output("display_data", {"text/html": much}) for _ in range(4 * WORK // 5800)]
    made = inert(new_notebook(cells=[new_code_cell("1", outputs=outputs)])).cells[0].outputs
    assert "<b>" in made[0].data["text/html"] and "<b>" not in made[-1].data["text/html"]
    assert "&lt;b&gt;" in made[-1].data["text/html"].replace("&#47;", "/")


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 50_000,
        "<div>" * 5_000,
        "<p>a<p>" * 200,
        "<a href='" * 50_000,
        "<!--" * 50_000,
        "&lt;" * 100_000,
        "<" * 100_000,
    ],
)
def test_markup_that_a_parser_takes_long_over_is_shown_as_words(source):
    from bplib.grading.pages.safe_html import fragment

    assert fragment(source).startswith("<pre>")


@pytest.mark.parametrize(
    "name", ["a.html", "a.XHTML", "a.svg", "a.xml", "a.js", "a.mht", "a.pdf", "a\x1b[2J.txt", "b/a\u202e.png"]
)
def test_what_stays_behind(name):
    assert stays_behind(Path(name))


def test_the_courses_settings_name_it(monkeypatch, prepared, tmp_path):
    """`nbgrader autograde` itself, in a course that has copied the settings."""
    from small_class import run

    from bplib.grading.course.places import REPOSITORY

    root = tmp_path / "course"
    shutil.copytree(prepared, root)
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    settings = (REPOSITORY / "nbgrader_config.py").read_text()
    lines = [line for line in settings.splitlines() if "_directory" not in line]
    (root / "nbgrader_config.py").write_text("\n".join(lines))
    course = Course(root)
    notebook = solved()
    notebook.cells.append(displays.displaying())
    hand_in(course.directory, "eve", notebook)
    run(root, "nbgrader", "autograde", EXERCISE)
    assert displays.alive(displays.page(graded(course, "eve"))) == set()


@pytest.mark.parametrize("name", ["<img src=x onerror=1>", 'eve"onclick=1', "a&b", "a\x1b[2J", "a\u202eb"])
def test_a_name_that_formgrader_would_run_is_not_entered(prepared, tmp_path, name):
    root = tmp_path / "course"
    shutil.copytree(prepared, root)
    with closing(Writer(Course(root).directory)) as writer:
        with pytest.raises(NotEnteredError, match="Rename it, then grade again"):
            writer.write(name, EXERCISE, None, {}, ())
        writer.write("Zoë O'Brien (2)", EXERCISE, None, {}, ())
        assert writer.students() == ["Zoë O'Brien (2)"]
