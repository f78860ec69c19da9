"""Every page of the built book in a real browser: nothing missing, nothing from elsewhere, usable by all, at any width."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from built_site import find_site, page_names

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response

Axe = Callable[["Page"], list[str]]

# Fonts are there.
SETTLED = """async () => {
  await document.fonts.ready;
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


#: What is cut off by a box: what of a table, a formula or a line of code one has to scroll for, in its own box or in one around it.
CUT = """selector => [...document.querySelectorAll(selector)]
  .filter(box => box.offsetParent && box.scrollWidth > box.clientWidth + 1)
  .filter(box => getComputedStyle(box).overflowX !== "visible" && !box.closest("svg, .bp-visually-hidden"))
  .map(box => `${box.scrollWidth - box.clientWidth} pixels of ${box.tagName} ${box.className}: ${box.innerText.slice(0, 80)}`)"""
#: Code of which a line does not fit and goes on in the next; what it prints may.
WRAPPED = """() => [...document.querySelectorAll(".bd-article :is(.cell_input, .highlight-python) pre")]
  .filter(box => box.offsetParent && box.innerText && box.scrollHeight > (box.style.whiteSpace = 'pre', box.scrollHeight))
  .map(box => box.innerText.slice(0, 80))"""
#: Words of code have their color by their kind, so one of each kind is enough to look at; they are most of what a page is made of.
ONE_OF_A_KIND = """() => {
  const seen = new Set();
  for (const token of document.querySelectorAll(".highlight pre span")) {
    const kind = `${token.closest("[class*=cell_], .highlight").className} ${token.className}`;
    if (seen.has(kind)) token.replaceWith(...token.childNodes); else seen.add(kind);
  }
}"""
TABLES = ".bd-article :is(.bp-math, .pst-scrollable-table-container, .bp-table, table, .output.text_html)"


class Visit:
    """A page opened in the browser, and what went wrong while it loaded."""

    def __init__(
        self,
        browser: Browser,
        site: str,
        name: str,
        *,
        scheme: str = "light",
        width: int = 1400,
    ):
        self.problems: list[str] = []
        self.context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
        self.page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        self.page.on("requestfailed", lambda request: self.problems.append(f"failed request: {request.url}"))
        self.page.on("response", self._response)
        self.page.on("request", lambda request: self._request(request, site))
        self.page.goto(site + name)
        # Colors change with a short transition; axe must see their end.
        self.page.add_style_tag(
            content="*, *::before, *::after { transition: none !important; animation: none !important }"
        )
        self.page.evaluate(SETTLED)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"console {message.type}: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.problems.append(f"status {response.status}: {response.url}")

    def _request(self, request: Request, site: str) -> None:
        if not request.url.startswith((site, "data:", "blob:")):
            self.problems.append(f"request to another host: {request.url}")

    def close(self) -> None:
        self.context.close()


def test_there_are_pages() -> None:
    find_site()
    assert len(page_names()) > 20


@pytest.mark.parametrize("name", page_names())
def test_page_is_whole_accessible_and_fits(browser: Browser, axe: Axe, site: str, name: str) -> None:
    """One visit for several questions: opening 45 pages for each would take minutes."""
    visit = Visit(browser, site, name)
    try:
        problems = list(visit.problems)
        visit.page.evaluate(ONE_OF_A_KIND)
        problems += [f"light: {line}" for line in axe(visit.page)]
        problems += [f"cut at 1400: {box}" for box in visit.page.evaluate(CUT, ".bd-article *")]
        visit.page.set_viewport_size({"width": 390, "height": 844})
        visit.page.evaluate("document.documentElement.dataset.theme = 'dark'")
        visit.page.evaluate(SETTLED)
        # The pages of the API are made alike by a program: one look at each is enough.
        if not name.startswith("api/"):
            problems += [f"dark, narrow: {line}" for line in axe(visit.page)]
        problems += [f"cut at 390: {box}" for box in visit.page.evaluate(CUT, TABLES)]
        width = visit.page.evaluate("document.documentElement.scrollWidth")
        if width > 390:
            problems.append(f"the page is {width} pixels wide on a screen of 390")
        # A sheet of 210 mm with Chromium's margins.
        visit.page.emulate_media(media="print")
        visit.page.set_viewport_size({"width": 717, "height": 1046})
        visit.page.evaluate(SETTLED)
        problems += [f"wrapped on paper: {code}" for code in visit.page.evaluate(WRAPPED)]
        problems += [f"cut on paper: {box}" for box in visit.page.evaluate(CUT, TABLES)]
        assert not problems, "\n" + "\n".join(problems)
    finally:
        visit.close()


def _pages_with_quizzes() -> list[str]:
    site = find_site() if page_names() else None
    return [n for n in page_names() if site and 'class="bp-quiz"' in (site / n).read_text(encoding="utf-8")]


def test_chapters_have_quizzes() -> None:
    assert len(_pages_with_quizzes()) >= 9


@pytest.mark.parametrize("name", _pages_with_quizzes())
def test_quizzes_work_by_keyboard(browser: Browser, site: str, name: str) -> None:
    """Every wrong option says why, every right answer is accepted, with the keyboard alone."""
    visit = Visit(browser, site, name)
    page = visit.page
    try:
        for form in page.locator("form.bp-quiz").all():
            inputs = form.locator("input").all()
            status = form.locator("[role=status]")
            right = [item.get_attribute("data-correct") == "yes" for item in inputs]
            several = inputs[0].get_attribute("type") == "checkbox"

            form.locator("button").focus()
            page.keyboard.press("Enter")
            assert "first" in status.inner_text(), "nothing chosen, and the quiz does not say so"

            wrong = right.index(False)
            _choose(page, inputs, {wrong}, several)
            page.keyboard.press("Enter")
            assert "Not yet" in status.inner_text()
            why = form.locator(".bp-quiz-why").nth(wrong)
            assert why.is_visible() and len(why.inner_text()) > 10

            _choose(page, inputs, {i for i, good in enumerate(right) if good}, several)
            page.keyboard.press("Enter")
            assert re.match(r"Right\.", status.inner_text()), f"the right answer got: {status.inner_text()}"
        assert not visit.problems
    finally:
        visit.close()


def _choose(page: Page, inputs: list[Locator], wanted: set[int], several: bool) -> None:
    """Mark the wanted options with space and arrow keys, and leave the focus on one of them."""
    if several:
        for index, item in enumerate(inputs):
            if item.is_checked() != (index in wanted):
                item.focus()
                page.keyboard.press("Space")
        return
    (target,) = wanted
    chosen = next((i for i, item in enumerate(inputs) if item.is_checked()), None)
    if chosen is None:
        inputs[0].focus()
        page.keyboard.press("Space")
        chosen = 0
    inputs[chosen].focus()
    for _ in range((target - chosen) % len(inputs)):
        page.keyboard.press("ArrowDown")
    assert inputs[target].is_checked()


def test_quiz_can_be_read_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + "gradient_descent.html")
    details = page.locator("form.bp-quiz details").first
    details.locator("summary").click()
    assert "Right:" in details.inner_text() and "Wrong:" in details.inner_text()
    context.close()


def test_wide_formula_can_be_focused_on_a_phone(browser: Browser, site: str) -> None:
    """What scrolls in its own box can be reached by keyboard; what does not scroll is no stop on the way."""
    visit = Visit(browser, site, "gradient_descent.html", width=390)
    boxes = visit.page.locator(".bd-article pre")
    states = boxes.evaluate_all(
        "all => all.map(box => [box.scrollWidth > box.clientWidth + 1, box.tabIndex === 0])"
    )
    assert any(scrolls for scrolls, _ in states)
    assert all(focusable for scrolls, focusable in states if scrolls)
    visit.close()


#: Bytes that a chapter's first load may have, compressed; its pictures are part of the page and small.
LIGHT = 400_000
#: A figure that is drawn in the page.
PICTURE = re.compile(rb'<figure class="bp-figure".*?</figure>', re.DOTALL)


@pytest.mark.parametrize("name", ["backpropagation.html", "gradient_descent.html", "applications/pattern_recognition.html"])
def test_a_chapter_is_light(browser: Browser, site: str, name: str) -> None:
    """Without its pictures, which stand in the page. Fonts come compressed; a server compresses everything else."""
    context = browser.new_context()
    page, sizes = context.new_page(), {}

    def weigh(response: Response) -> None:
        body = PICTURE.sub(b"", response.body()) if response.url.endswith(".html") else response.body()
        sizes[response.url] = len(body) if response.url.endswith((".woff2", ".png")) else len(gzip.compress(body))

    page.on("response", weigh)
    try:
        page.goto(site + name, wait_until="networkidle")
        assert sum(sizes.values()) <= LIGHT, sorted(sizes.items(), key=lambda item: -item[1])[:8]
    finally:
        context.close()
