"""The feedback page, made by nbgrader's own commands: what it shows, what it keeps back, and that nothing in it runs."""

from __future__ import annotations

import atexit
import base64
import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from traitlets.config import PyFileConfigLoader

from bplib.checking.report.report import MIMETYPE, NOT_WRITTEN, RIGHT, WRONG, OutputReport, Report, Score
from bplib.grading.course.directory import Course
from bplib.grading.course.places import REPOSITORY, SOLUTIONS
from bplib.grading.course.source import read
from bplib.grading.pages import safe_html
from bplib.grading.pages.feedback import FeedbackExporter
from bplib.grading.pages.outputs import LINES, OUTPUTS

# nbgrader's queries were written for an older SQLAlchemy.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

NAME, STUDENT = "small_exercise", "ada"
PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\nnot much of a picture").decode()
HALF = Report(
    "double",
    (
        OutputReport("twice", 1, 1, RIGHT, ""),
        OutputReport("dz", 1, 0, WRONG, "it is off by 2 at [0, 1]", "one row", (0, 1), 2.0, "sign"),
    ),
    ("It changed its argument z in place.",),
    autograde=True,
)
FULL = Report("triple", (OutputReport("y", 3, 3, RIGHT, ""),), autograde=True)
NOTHING = Report("halve", (OutputReport("y", 1, 0, NOT_WRITTEN, "it is not written yet"),), autograde=True)

# Each of these would set window.hacked, ask another host, or hide the points, if it were taken over as it is.
HOSTILE = [
    "<script>window.hacked = 'script'</script>",
    "<img src=x onerror=\"window.hacked = 'onerror'\">",
    '<img src="https://elsewhere.example/track.png" alt="tracker">',
    "![tracker](https://elsewhere.example/track2.png)",
    "<svg onload=\"window.hacked = 'svg'\"><script>window.hacked = 'svg script'</script></svg>",
    "<svg><style><img src=x onerror=\"window.hacked = 'svg style'\"></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=\"window.hacked = 'mathml'\"></style></mglyph></table>",
    "<style>.bp-points, .bp-total { display: none !important } @import 'https://elsewhere.example/a.css';</style>",
    "<div style=\"position: fixed; inset: 0; background: url('https://elsewhere.example/b.png')\">cover</div>",
    "<a href=\"javascript:window.hacked='link'\">javascript link</a>",
    "<a href=\" java\tscript:window.hacked='tab'\">tab link</a>",
    "[markdown link](javascript:window.hacked='md')",
    "<a href=\"data:text/html,<script>window.hacked='data'</script>\">data link</a>",
    "<iframe srcdoc=\"<script>parent.hacked = 'frame'</script>\"></iframe>",
    '<object data="https://elsewhere.example/o"></object><embed src="https://elsewhere.example/e">',
    '<form action="https://elsewhere.example/f"><input name="q"><button>send</button></form>',
    '<base href="https://elsewhere.example/"><link rel="stylesheet" href="https://elsewhere.example/c.css">',
    '<meta http-equiv="refresh" content="0; url=https://elsewhere.example/">',
    '<video src="https://elsewhere.example/v" onerror="window.hacked = \'video\'" autoplay></video>',
    "<details ontoggle=\"window.hacked = 'toggle'\" open>opened</details>",
    "<noscript><p title=\"</noscript><img src=x onerror=window.hacked='noscript'>\"></noscript>",
    "<textarea></textarea><img src=x onerror=\"window.hacked = 'textarea'\">",
    "<!-- --!><img src=x onerror=\"window.hacked = 'comment'\"> -->",
    '<p id="task-1" class="bp-points" name="hacked">an anchor of their own</p>',
    "$\\href{javascript:window.hacked='tex'}{click}$",
    "$\\text{<img src=x onerror=window.hacked='text'>}$",
    "$\\style{position:fixed}{x} \\class{bp-points}{y} \\hspace{-99em} \\rule{99em}{99em}$",
    "![$x\" onerror=\"window.hacked='alt'$](x)",
    "<code class=\"bp-tex\">\\text{<script>window.hacked='by hand'</script>}</code>",
    "```python\n</code></pre><script>window.hacked = 'fence'</script>\n```",
    '```"><script>window.hacked="info"</script>\ntext\n```',
    "![gone](attachment:gone.png)",
]
FAKED_CARD = (
    '<section class="bp-report" style="position:absolute;top:0"><b>double</b><details open><summary>A hint</summary>'
    "</details><span><b>2</b> of 2 points</span></section>"
)


def marks(grade_id: str, *, grade=False, solution=False, locked=False, points=None):
    made = {"grade_id": grade_id, "grade": grade, "solution": solution, "locked": locked, "task": False}
    return {"nbgrader": made | {"schema_version": 3} | ({} if points is None else {"points": points})}


def setup():
    source = 'import numpy as np\nHIDDEN = "set by the instructor"'
    return new_code_cell(source, metadata=marks("setup", locked=True))


def answer(name: str, source: str, *outputs):
    return new_code_cell(source, metadata=marks(f"solve-{name}", solution=True), outputs=list(outputs))


def checked(report: Report, *before, points=None):
    """A test cell as the autograder leaves it, with more outputs before the result if asked for."""
    result = new_output("execute_result", data=Score(report)._repr_mimebundle_(), execution_count=1)
    return test_cell(report.function, report.points if points is None else points, *before, result)


def test_cell(name: str, points: float, *outputs):
    made = marks(f"test-{name}", grade=True, locked=True, points=points)
    return new_code_cell(f'check("{name}")', metadata=made, outputs=list(outputs))


test_cell.__test__ = False  # a cell with a test, no test


def html(source: str):
    return new_output("display_data", data={"text/html": source, "text/plain": "<HTML>"})


@functools.cache
def _empty_gradebook() -> Path:
    """Made once: nbgrader takes seconds to make one."""
    root = Path(tempfile.mkdtemp(prefix="gradebook-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    with Course(root).gradebook():
        return root / "gradebook.db"


class Small:
    """A course folder with one graded notebook, and what a person does to its grades afterwards."""

    def __init__(self, root: Path, cells: list) -> None:
        self.course = Course(root)
        shutil.copy(_empty_gradebook(), self.course.root / "gradebook.db")
        path = self.course.notebook("autograded", STUDENT, NAME)
        path.parent.mkdir(parents=True)
        notebook = new_notebook(cells=cells)
        nbformat.write(notebook, path)
        with self.course.gradebook() as gradebook:
            gradebook.add_assignment(NAME)
            gradebook.add_notebook(NAME, NAME)
            for cell in cells:
                given = cell.metadata.get("nbgrader", {})
                if given.get("grade"):
                    gradebook.add_grade_cell(
                        given["grade_id"], NAME, NAME, max_score=given["points"], cell_type=cell.cell_type
                    )
                if given.get("solution"):
                    gradebook.add_solution_cell(given["grade_id"], NAME, NAME)
            gradebook.add_student(STUDENT, first_name="Ada", last_name="<i>Lovelace</i>")
            gradebook.add_submission(NAME, STUDENT)
            for cell in cells:
                given = cell.metadata.get("nbgrader", {})
                if given.get("grade") and not given.get("solution"):
                    grade = gradebook.find_grade(given["grade_id"], NAME, NAME, STUDENT)
                    grade.needs_manual_grade = False
                    grade.auto_score = next(
                        (
                            float(o.data["text/plain"])
                            for o in cell.outputs
                            if o.get("data", {}).get(MIMETYPE)
                        ),
                        0.0,
                    )
            gradebook.db.commit()

    def grade(self, name: str, **changes) -> Small:
        with self.course.gradebook() as gradebook:
            grade = gradebook.find_grade(name, NAME, NAME, STUDENT)
            for key, value in changes.items():
                setattr(grade, key, value)
            gradebook.db.commit()
        return self

    def comment(self, name: str, text: str) -> Small:
        with self.course.gradebook() as gradebook:
            gradebook.find_comment(name, NAME, NAME, STUDENT).manual_comment = text
            gradebook.db.commit()
        return self

    def late(self, penalty: float) -> Small:
        with self.course.gradebook() as gradebook:
            gradebook.find_submission_notebook(NAME, NAME, STUDENT).late_submission_penalty = penalty
            gradebook.db.commit()
        return self

    @property
    def path(self) -> Path:
        return self.course.folder("feedback", STUDENT, NAME) / f"{NAME}.html"

    def page(self) -> str:
        self.course.feedback(NAME, STUDENT)
        return self.path.read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def programs(monkeypatch):
    """nbgrader calls alembic by its name when it makes a gradebook."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("BPLIB_BOOK", raising=False)


def usual_cells():
    return [
        new_markdown_cell("# A small exercise\n\nIt has three tasks, and $\\sigma'(z) = a (1 - a)$."),
        setup(),
        new_markdown_cell(
            "## 1. `double`\n\nReturn $$2 z$$\n\n| argument | shape |\n|---|---|\n| `z` | (m, n) |"
        ),
        answer("double", "def double(z):\n    return z * 2  # twice"),
        checked(HALF),
        new_markdown_cell("## 2. `triple`\n\nThree times."),
        answer("triple", "def triple(y):\n    return 3 * y", new_output("stream", text="printed\n")),
        checked(FULL),
        new_markdown_cell("## 3. `halve`"),
        answer("halve", "raise NotImplementedError"),
        checked(NOTHING),
    ]


@pytest.fixture
def usual(tmp_path):
    return Small(tmp_path / "course", usual_cells())


def soup(page: str) -> BeautifulSoup:
    return BeautifulSoup(page, "html.parser")


def words(page: str) -> str:
    return " ".join(soup(page).body.get_text(" ").split())


# What it shows.


def test_page_has_points_code_report_hint_and_comments(usual):
    page = usual.comment("solve-double", "Look at the **sign** of $dz$.").page()
    said = words(page)
    assert "Feedback for Ada <i>Lovelace</i> (ada)" in said and "Small exercise" in said
    assert "4 of 6 points" in said
    rows = [" ".join(row.get_text(" ").split()) for row in soup(page).select(".bp-points tr")]
    assert rows == [
        "Task Result Points",
        "1. double ◐ part of the points 1 of 2",
        "2. triple ✓ full points 3 of 3",
        "3. halve ✗ no points 0 of 1",
        "Total 4 of 6",
    ]
    first = soup(page).select_one("#task-1")
    assert first.select_one(".bp-answer pre").get_text() == "def double(z):\n    return z * 2  # twice"
    card = first.select_one(".bp-checks .bp-report")
    assert "right but for a sign" in card.get_text()
    assert "of prediction and target, say" in card.select_one("details").get_text()
    assert "the chapter Error" in card.get_text() and "changed its argument z" in card.get_text()
    assert first.select_one(".bp-comment strong").get_text() == "sign" and first.select_one(
        ".bp-comment math"
    )
    assert len(soup(page).select(".bp-comment")) == 1
    assert not soup(page).select_one("#task-1 .bp-text h3"), "the title stands there twice"
    assert soup(page).select_one("#task-2 .bp-output pre").get_text() == "printed"
    assert soup(page).select_one("#task-1 .bp-text math[display=block]")


def test_book_address_makes_links(usual, monkeypatch):
    assert not soup(usual.page()).select("a[href^=http]")
    monkeypatch.setenv("BPLIB_BOOK", "https://book.example/")
    shutil.rmtree(usual.course.folder("feedback"))
    links = {link["href"] for link in soup(usual.page()).select("a[href^=http]")}
    assert links == {
        f"https://book.example/{NAME}.html",
        "https://book.example/bug_files.html#mistake-sign",
    }


def test_manual_points_extra_credit_and_late_penalty_are_told(usual):
    usual.grade("test-double", manual_score=1.5).grade("test-halve", extra_credit=0.25).late(0.5)
    said = words(usual.page())
    assert "Your instructor gave 1.5; the checks gave 1." in said
    assert "Your instructor gave 0.25 extra." in said
    assert "Handed in late −0.5" in said and "Total 4.25 of 6" in said and "4.25 of 6 points" in said


def test_written_answer_waits_for_a_person_and_then_has_points(tmp_path):
    written = new_markdown_cell(
        "Because of the **chain** rule.", metadata=marks("why-it-works", grade=True, solution=True, points=4)
    )
    small = Small(tmp_path, [new_markdown_cell("Why?"), written])
    assert "Why it works ? your instructor has not looked yet 0 of 4" in words(small.page())
    small.grade("why-it-works", manual_score=3, needs_manual_grade=False).comment("why-it-works", "Nearly.")
    shutil.rmtree(small.course.folder("feedback"))
    page = small.page()
    assert "◐ part of the points" in words(page) and "Nearly." in words(page)
    assert soup(page).select_one(".bp-answer strong").get_text() == "chain"


def test_command_and_course_give_the_same_page(usual):
    page = usual.page()
    shutil.rmtree(usual.course.folder("feedback"))
    done = subprocess.run(
        [
            sys.executable, "-m", "nbgrader", "generate_feedback", NAME,
            f"--CourseDirectory.root={usual.course.root}",
            "--CourseDirectory.autograded_directory=autograded",
            "--CourseDirectory.feedback_directory=feedback",
        ],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert usual.path.read_text(encoding="utf-8") == page
    assert "bp-points" in page


def test_formgrader_keeps_its_own_pages_and_gives_this_feedback():
    """Its pages come from HTMLExporter, whose template it names in the settings that it shares with the feedback."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(REPOSITORY)).load_config()
    assert "HTMLExporter" not in config
    assert config.GenerateFeedback.exporter_class == "bplib.grading.pages.feedback.FeedbackExporter"
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = ["/somewhere/else"]
    exporter = FeedbackExporter(config=config)
    assert exporter.template_name == "bp_feedback" and exporter.template.name == "index.html.j2"


def test_every_formula_of_the_exercises_becomes_mathml():
    formulas = 0
    for path in sorted(SOLUTIONS.glob("*/*.ipynb")):
        for cell in read(path).cells:
            if cell.cell_type == "markdown":
                shown = soup(safe_html.markdown(cell.source))
                assert not shown.select(".bp-tex, .bp-tex-block"), f"{path.stem}: {shown.select('.bp-tex')}"
                assert not shown.select("math:-soup-contains('\\\\')"), f"{path.stem}: {cell.source}"
                formulas += len(shown.select("math"))
    assert formulas > 50


def test_formula_that_cannot_be_set_stays_readable():
    shown = soup(safe_html.markdown("$\\frac$ and $" + "x" * 2000 + "$"))
    assert [tex.get_text()[:8] for tex in shown.select("code.bp-tex")] == ["\\frac", "xxxxxxxx"]


# What it keeps back.


def test_nothing_of_the_instructors_code_and_of_hidden_values(tmp_path):
    hidden = "array([SECRET-INPUT])"
    leaking = new_output("stream", text=hidden)
    failed = new_output("error", ename="AssertionError", evalue=f"expected {hidden}", traceback=[hidden])
    small = Small(
        tmp_path,
        [
            setup(),
            answer("double", "def double(z):\n    print(z)"),
            checked(HALF, leaking, html(hidden), new_output("display_data", data={"text/plain": hidden})),
            answer("triple", "def triple(z): ..."),
            test_cell("triple", 3, leaking, failed),
        ],
    )
    page = small.page()
    assert "SECRET" not in page and "set by the instructor" not in page and "check(" not in page
    assert "The check ended with AssertionError" in words(page)


def test_endless_loop_is_named(tmp_path):
    stopped = new_output("error", ename="KeyboardInterrupt", evalue="", traceback=[])
    small = Small(tmp_path, [answer("triple", "def triple(z): ..."), test_cell("triple", 3, stopped)])
    assert "longer than a cell may" in words(small.page())


def test_outputs_are_limited(tmp_path):
    lines = new_output("stream", text="".join(f"line {n}\n" for n in range(5000)))
    long = new_output("stream", name="stderr", text="y" * 500_000)
    huge = new_output("display_data", data={"image/png": PIXEL + "A" * 4_000_000})
    small = Small(
        tmp_path,
        [
            answer("double", "z = 1", lines, long, huge, *[html("<b>once</b>") for _ in range(50)]),
            checked(HALF),
        ],
    )
    page = small.page()
    assert f"line {LINES - 1}\n" in page and f"line {LINES}\n" not in page
    assert page.count("<b>once</b>") == OUTPUTS - 3 and "outputs more" in page
    assert "A picture that is not shown" in page
    assert len(page) < 100_000


def test_pictures_are_part_of_the_page(tmp_path):
    drawn = new_output("display_data", data={"image/png": PIXEL, "text/plain": "<Figure>"})
    vector = new_output(
        "display_data", data={"image/svg+xml": "<svg onload='x()'/>", "text/plain": "<Figure>"}
    )
    small = Small(tmp_path, [answer("double", "plot()", drawn, vector), checked(HALF)])
    images = soup(small.page()).select("img")
    assert [(image["src"], image["alt"]) for image in images] == [
        (f"data:image/png;base64,{PIXEL}", "A figure that this cell drew")
    ]


# Reports: only those of the test cells, and only as data.


@pytest.mark.parametrize("where", ["markdown", "output", "report in a cell of the student"])
def test_faked_card_is_only_text(tmp_path, where):
    true = [new_output("display_data", data=Score(FULL)._repr_mimebundle_())]
    outputs = {"markdown": [], "output": [html(FAKED_CARD)]}.get(where, true)
    text = FAKED_CARD if where == "markdown" else "Text"
    small = Small(tmp_path, [new_markdown_cell(text), answer("double", "pass", *outputs), checked(HALF)])
    shown = soup(small.page())
    assert len(shown.select(".bp-report")) == 1
    assert not shown.select(":is(.bp-text, .bp-output) :is(section, details, [style], [class^=bp-report])")
    assert "1 of 2" in shown.select_one(".bp-checks").get_text()


@pytest.mark.parametrize(
    "change",
    [
        {"outputs": [{}]},
        {"outputs": "none"},
        {"function": "another"},
        {"outputs": HALF.as_dict()["outputs"][:1] * 2},  # twice full points: not what was entered
        {"outputs": [HALF.as_dict()["outputs"][0] | {"verdict": "<script>"}]},
        {"outputs": [HALF.as_dict()["outputs"][0] | {"cause": "<script>"}]},
        {"outputs": [HALF.as_dict()["outputs"][0] | {"points": float("nan")}]},
        {"outputs": [HALF.as_dict()["outputs"][0] | {"index": 3}]},
        {"outputs": [HALF.as_dict()["outputs"][0] | {"index": [float("inf")]}]},
    ],
)
def test_report_that_does_not_belong_to_the_points_is_not_shown(tmp_path, change):
    small = Small(tmp_path, [answer("double", "pass"), checked(HALF)])
    path = small.course.notebook("autograded", STUDENT, NAME)
    notebook = read(path)
    notebook.cells[-1].outputs[0].data[MIMETYPE].update(change)
    nbformat.write(notebook, path)
    page = small.page()
    assert not soup(page).select(".bp-report") and "no report that belongs" in page


def test_report_comes_back_as_it_was():
    assert Report.from_dict(HALF.as_dict()) == HALF
    with pytest.raises(ValueError, match="no report"):
        Report.from_dict(["not", "a", "dict"])


def test_html_of_a_test_cell_is_never_taken_over(tmp_path):
    cell = checked(HALF)
    cell.outputs[0].data["text/html"] = "<script>window.hacked = 1</script>FAKED"
    cell.outputs[0].data[MIMETYPE]["outputs"][1]["message"] = "<script>window.hacked = 2</script>"
    page = Small(tmp_path, [answer("double", "pass"), cell]).page()
    assert "FAKED" not in page and not soup(page).select("script") and "&lt;script&gt;" in page


# Nothing runs, whoever opens the page.


def hostile_cells():
    """Every attack as text of a task, as an output, as an error, and as code."""
    outputs = [html(source) for source in HOSTILE]
    texts = [new_markdown_cell(source) for source in HOSTILE]
    broken = new_output("error", ename=HOSTILE[0], evalue=HOSTILE[1], traceback=HOSTILE[:5])
    more = [
        answer(f"more-{n}", HOSTILE[n], *outputs[n : n + OUTPUTS]) for n in range(0, len(outputs), OUTPUTS)
    ]
    markdown = new_output("display_data", data={"text/markdown": HOSTILE[0], "text/html": HOSTILE[1]})
    script = new_output("display_data", data={"application/javascript": "window.hacked = 'js'"})
    return [
        *texts, setup(), *more, answer("double", "\n".join(HOSTILE), broken, markdown, script), checked(HALF),
        new_markdown_cell("\n\n".join(HOSTILE)),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        small = Small(tmp_path_factory.mktemp("hostile"), hostile_cells())
        return small.comment("solve-double", "Fine. " + HOSTILE[1]).page()


def test_hostile_page_has_nothing_that_could_run(hostile_page):
    page = soup(hostile_page)
    allowed = {"style", "meta", "title", "head"} | {"section", "details", "summary", "small", "wbr", "nav"}
    allowed |= {"html", "body", "header", "main", "h1", "h2", "tfoot"} | set(safe_html.TAGS | safe_html._MATH)
    assert {tag.name for tag in page.find_all(True)} <= allowed
    assert len(page.select("style")) == 1 and not page.select("[id=task-1] ~ [id=task-1]")
    for tag in page.find_all(True):
        for name, value in tag.attrs.items():
            assert not name.startswith("on"), tag
            assert name != "style" or tag.find_parent(class_="bp-checks"), tag
            assert name != "src" or value.startswith("data:image/png;base64,"), tag
            assert name != "href" or re.match(r"#|https?://|mailto:", value), tag
            assert name != "id" or re.match(r"(task-\d+|exercise|rest)(-title)?$", value), tag
    assert "another picture" not in page.get_text() and "not shown: tracker" in page.get_text()


@pytest.mark.parametrize(
    "source", ["<div>" * 3000, "> " * 1500 + "x", "$" + "{" * 900 + "$", "[" * 5000, "<" * 9000]
)
def test_strange_text_costs_nobody_the_page(tmp_path, source):
    small = Small(
        tmp_path, [new_markdown_cell(source), answer("double", source, html(source)), checked(HALF)]
    )
    assert "1 of 2 points" in words(small.page())


POLICY = re.compile(r"<meta[^>]*Content-Security-Policy[^>]*>")


class Visit:
    """A page opened from a file, with everything that it asked for."""

    def __init__(self, browser, path: Path, scheme: str = "light", width: int = 1400) -> None:
        self.context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.failures: list[str | None] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("requestfailed", lambda request: self.failures.append(request.failure))
        self.page.goto(path.as_uri())

    def elsewhere(self) -> list[str]:
        return [url for url in self.asked[1:] if not url.startswith("data:")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 390])
def test_page_is_accessible_and_fits(usual, browser, axe, monkeypatch, scheme, width):
    monkeypatch.setenv("BPLIB_BOOK", "https://book.example")
    usual.comment("solve-double", "Look at the sign.").grade("test-triple", manual_score=2.5).late(1).page()
    visit = Visit(browser, usual.path, scheme, width)
    visit.page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    assert axe(visit.page) == [] and visit.elsewhere() == []
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    background = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(20, 24, 30)") == (scheme == "dark")
    visit.context.close()


@pytest.mark.parametrize("policy", [True, False])
def test_hostile_page_runs_nothing_and_asks_nobody(hostile_page, browser, tmp_path, policy):
    """Without the page's security policy, too: what was cut down does not rely on it."""
    assert POLICY.search(hostile_page)
    path = tmp_path / "page.html"
    path.write_text(hostile_page if policy else POLICY.sub("", hostile_page), encoding="utf-8")
    visit = Visit(browser, path, width=390)
    visit.page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    for link in visit.page.locator("a:not([href^='#']):not([href^='http'])").all():
        link.click()
    visit.page.wait_for_timeout(300)
    assert visit.page.evaluate("window.hacked ?? null") is None
    assert visit.elsewhere() == [] and visit.page.url == path.as_uri()
    assert visit.page.locator(".bp-points").is_visible() and visit.page.locator(".bp-total").is_visible()
    top = visit.page.evaluate(
        "(() => { const box = document.querySelector('.bp-points td').getBoundingClientRect();"
        " return document.elementFromPoint(box.x + 2, box.y + 8).closest('.bp-points') !== null })()"
    )
    assert top, "something lies over the points"
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390
    visit.context.close()


def test_policy_would_stop_what_slipped_through(usual, browser):
    slipped = "<script>window.hacked = 1</script><img src='https://elsewhere.example/x'>"
    page = usual.page().replace("<main>", f"<main>{slipped}")
    seen = []
    for text in (page, POLICY.sub("", page)):
        usual.path.write_text(text, encoding="utf-8")
        visit = Visit(browser, usual.path)
        seen.append((visit.page.evaluate("window.hacked ?? null"), visit.failures))
        visit.context.close()
    (stopped, blocked), (ran, asked) = seen
    assert stopped is None and blocked == ["csp"], blocked
    assert ran == 1 and asked and asked != ["csp"], "without the policy this is an attack"


def test_page_can_be_printed(usual, browser):
    usual.page()
    visit = Visit(browser, usual.path, "dark")
    visit.page.emulate_media(media="print", color_scheme="dark")
    assert visit.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(254, 253, 252)"
    assert not visit.page.locator(".bp-back").first.is_visible()
    visit.context.close()


def test_markdown_that_a_cell_shows_is_seen(tmp_path):
    shown = new_output(
        "display_data",
        data={"text/markdown": "a **word** and <script>1</script>", "text/plain": "<Markdown>"},
    )
    page = Small(tmp_path, [answer("double", "show()", shown), checked(HALF)]).page()
    assert soup(page).select_one(".bp-output strong").get_text() == "word" and "<script" not in page
