"""A hostile submission opened in a browser, in formgrader and as a feedback page: nothing runs, and nothing is asked for."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import displays
import nbformat
import pytest
from nbformat.v4 import new_notebook
from small_class import EXERCISE, LIMITS, hand_in
from test_formgrader import formgrader
from test_inert import honest, hostile

from bplib.grading.course.directory import Course
from bplib.grading.work.grade import grade

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's
#: Where formgrader's own pages get MathJax. Here it is answered with a MathJax that does all it can, without its safe mode.
MATHJAX = "https://cdnjs.cloudflare.com/ajax/libs/mathjax/"
SETTINGS = r"window.MathJax = {tex: {inlineMath: [['$', '$'], ['\\(', '\\)']]}};"


def _mathjax() -> str:
    spec = importlib.util.find_spec("mathjax")
    assert spec and spec.submodule_search_locations, "install the test extra: it brings MathJax"
    return (
        SETTINGS + Path(spec.submodule_search_locations[0], "static/mathjax/es5/tex-svg-full.js").read_text()
    )


class Visit:
    """A page opened in a browser, with all that it asks for and all that it opens."""

    def __init__(self, browser: Browser, address: str, login: str = "") -> None:
        self.requests: list[str] = []
        self.dialogs: list[str] = []
        self.context = browser.new_context()
        self.context.on("request", lambda request: self.requests.append(request.url))
        body = _mathjax()
        script = "application/javascript"
        self.context.route(f"{MATHJAX}**", lambda route: route.fulfill(body=body, content_type=script))
        self.context.route("https://elsewhere.example/**", lambda route: route.abort())
        self.page: Page = self.context.new_page()
        if login:
            self.page.goto(login)
            self.requests.clear()
        self.page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        self.page.goto(address, wait_until="load")
        self.page.evaluate("async () => { await window.MathJax?.startup?.promise }")
        self.page.wait_for_timeout(1000)

    def alive(self) -> set[str]:
        """The kinds that ran, asked for something, or wait for a click."""
        said = [str(self.page.evaluate("window.alive")), *self.requests, *self.dialogs, *self.links()]
        return {name for text in said for name in text.split() if "alive-" in name}

    def links(self) -> list[str]:
        """Links that lead to anywhere but to a page elsewhere, and forms."""
        return self.page.evaluate(
            """() => [...document.querySelectorAll(':is(main, #notebook) :is(a, area, form, button, input)')].flatMap(one => {
                 const to = String(one.href?.baseVal ?? one.href ?? one.getAttribute('action') ?? one.getAttribute('formaction') ?? '');
                 const elsewhere = /^(https?|mailto):/.test(to) && !to.startsWith(location.origin);
                 return !to || elsewhere || to.split('#')[0] === location.href.split('#')[0] ? [] : [to] })"""
        )

    def covered(self) -> list[str]:
        """What a student could have laid over the page: all that does not stay in the flow of the text."""
        return self.page.evaluate(
            """() => [...document.querySelectorAll('main *, #notebook *')].filter(one =>
                 ['fixed', 'sticky'].includes(getComputedStyle(one).position)).map(one => one.outerHTML)"""
        )


@contextmanager
def recorded(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Serve a folder, and note each request."""
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            asked.append(self.path)

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        server.server_close()


def test_a_hostile_submission_in_a_browser(browser, course, cluster, tmp_path):
    hand_in(course, "eve", hostile())
    hand_in(course, "ada", honest())
    grade(course, EXERCISE, cluster, limits=LIMITS)
    mine = Course(Path(course.root))
    with mine.gradebook() as book:
        ids = {name: book.find_submission_notebook(EXERCISE, EXERCISE, name).id for name in ("eve", "ada")}
    with formgrader(course, tmp_path) as address:
        own = address.partition("formgrader/")[0]
        allowed = tuple(
            own + part for part in ("formgrader/submissions/", "formgrader/static/", "formgrader/api/")
        )

        def visit(student: str) -> Visit:
            login = address.format("manage_assignments")
            return Visit(browser, f"{own}formgrader/submissions/{ids[student]}/", login)

        eve = visit("eve")
        assert eve.alive() == set() and eve.dialogs == [] and eve.links() == [] and eve.covered() == []
        assert eve.page.title() == EXERCISE
        asked = [url for url in eve.requests if not url.startswith((*allowed, MATHJAX, "data:"))]
        inside = [url for url in eve.requests if url.startswith(f"{own}formgrader/submissions/")]
        assert asked == [] and len(inside) == 1
        assert eve.page.locator("section.bp-report").count() == 5
        score = eve.page.locator("input.score#test-count_parameters")
        score.click()  # nothing lies over it
        eve.context.close()

        ada = visit("ada")
        shown = ada.page.locator("#notebook").first
        assert ada.alive() == set() and ada.links() == []
        for text in ("a printed line", "0.693", "My notes", "a result", "indented <class 'int'>", "你好"):
            assert text in shown.inner_text()
        drawn = ada.page.evaluate("[...document.images].map(one => [one.naturalWidth, one.width])")
        assert [natural for natural, _ in drawn] == [1, 1] and max(width for _, width in drawn) > 300
        assert ada.page.locator("#notebook >> nth=0 >> mjx-container").count() >= 5
        ada.context.close()

        # And if nobody had stilled it:
        path = mine.notebook("autograded", "eve", EXERCISE)
        path.chmod(0o644)
        cells = [*displays.written(), displays.displayed()]
        cells[-1].outputs = [
            output for output in cells[-1].outputs if "refresh" not in str(output)
        ]  # it leaves the page
        breaking = ("attachment", "refresh")
        cells = [cell for cell in cells if not any(word in cell.source for word in breaking)]
        nbformat.write(new_notebook(cells=cells), path)
        loud = visit("eve")
        assert len(loud.alive()) > 20 and loud.covered()
        loud.context.close()


def test_a_hostile_submission_as_a_feedback_page(browser, course, cluster):
    hand_in(course, "eve", hostile())
    grade(course, EXERCISE, cluster, limits=LIMITS)
    mine = Course(Path(course.root))
    # What is shown of a notebook that was graded before notebooks were stilled has to be as still.
    before = mine.notebook("autograded", "eve", EXERCISE)
    before.chmod(0o644)
    raw = nbformat.read(before, as_version=4)
    raw.cells += [*displays.written(), displays.displayed()]
    for stilled in (True, False):
        if not stilled:
            nbformat.write(raw, before)
            mine.feedback(EXERCISE, "eve")
        with recorded(mine.folder("feedback", "eve", EXERCISE)) as (address, asked):
            page = Visit(browser, f"{address}{EXERCISE}.html")
            assert (
                page.alive() == set() and page.dialogs == [] and page.links() == [] and page.covered() == []
            )
            assert set(asked) <= {f"/{EXERCISE}.html", "/favicon.ico"}
            assert [url for url in page.requests if not url.startswith("data:")] == [
                f"{address}{EXERCISE}.html"
            ]
            page.context.close()
