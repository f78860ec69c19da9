"""When something goes wrong in the page: nothing that was written is lost, and a sentence says what to do."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from built_site import find_site
from in_page import (
    PANEL,
    READY,
    START,
    download,
    fill,
    find_notebooks,
    notebook_of,
    open_notebook,
    serve_below,
    wait_until_saved,
    watch_requests,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

EXERCISE = "feedforward"
NOTEBOOK = f"exercises/{EXERCISE}.ipynb"
MINE = "# written by a student, and not to be lost: {}"
START_PAGE = f"lite/start.html?open={NOTEBOOK}"


@pytest.fixture(scope="module")
def place() -> Iterator[str]:
    find_notebooks()
    with serve_below(find_site()) as (address, _):
        yield address


@pytest.fixture(scope="module")
def context(browser: Browser, place: str) -> Iterator[BrowserContext]:
    made = browser.new_context(accept_downloads=True, viewport={"width": 1200, "height": 900})
    made.set_default_timeout(START)
    others = watch_requests(made, place)
    yield made
    assert not others, "requests to other hosts"
    made.close()


@pytest.fixture
def page(context: BrowserContext, place: str) -> Iterator[Page]:
    """The notebook, open in one tab."""
    opened = context.new_page()
    open_notebook(opened, place, NOTEBOOK)
    yield opened
    opened.close()


def free_cell(page: Page) -> str:
    """The id of a cell that students write in."""
    return next(cell.id for cell in notebook_of(page).cells if cell.metadata.get("nbgrader", {}).get("solution"))


def write(page: Page, text: str) -> str:
    name = free_cell(page)
    fill(page, {name: text})
    return name


def source(page: Page, name: str) -> str:
    return next(cell.source for cell in notebook_of(page).cells if cell.id == name)


def start_cell(page: Page, name: str) -> None:
    """Run a cell without waiting for its end."""
    page.evaluate(
        f"""(name) => {{ {PANEL}
          panel.content.activeCellIndex = panel.content.widgets.findIndex((cell) => cell.model.id === name);
          panel.content.deselectAll();
          window.jupyterapp.commands.execute('notebook:run-cell'); }}""",
        name,
    )
    page.wait_for_function(f"() => {{ {PANEL} return panel.sessionContext.session.kernel.status === 'busy'; }}")


def output_of(page: Page, name: str) -> str:
    return json.dumps(next(cell.outputs for cell in notebook_of(page).cells if cell.id == name))


def told(page: Page, kind: str) -> str:
    box = page.locator(f'.bp-notice[data-kind="{kind}"]')
    box.wait_for(timeout=30_000)
    return box.inner_text()


# An interpreter that does not come back ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    ["while True: pass", "import js; js.close()\nwhile True: pass"],
    ids=["a loop without end", "a worker that dies"],
)
def test_stop_ends_what_runs_and_loses_no_cell(page: Page, line: str) -> None:
    name = write(page, f"{MINE.format(line[:5])}\n{line}")
    start_cell(page, name)
    assert "press Stop" in told(page, "long")
    page.get_by_role("button", name="Stop").click()
    assert "your cells are all here" in told(page, "stopped")
    page.wait_for_function(READY, timeout=START)
    assert source(page, name) == f"{MINE.format(line[:5])}\n{line}"
    fill(page, {name: "print(6 * 7)"})
    start_cell(page, name)
    page.wait_for_function(READY, timeout=START)
    assert "42" in output_of(page, name)


def test_a_tab_that_crashes_has_saved(context: BrowserContext, page: Page, place: str) -> None:
    text = f"{MINE.format('crash')}\nwhile True: pass"
    name = write(page, text)
    start_cell(page, name)
    wait_until_saved(page)
    assert context.browser
    processes = context.browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    with page.expect_event("crash"):
        for process in processes:
            if process["type"] == "renderer":
                os.kill(process["id"], signal.SIGKILL)
    # The browser kept one of these processes ready for the next tab, and needs a moment to notice.
    time.sleep(1)
    again = context.new_page()
    open_notebook(again, place, NOTEBOOK)
    assert source(again, name) == text
    again.close()


# Storage, and who has it ---------------------------------------------------------------------------------------------


#: What IndexedDB says where the storage is full. Chromium's own switch for it, overrideQuotaForOrigin, is not looked at by IndexedDB.
FULL = """() => {
  const { put } = IDBObjectStore.prototype;
  window.room = () => { IDBObjectStore.prototype.put = put; };
  IDBObjectStore.prototype.put = () => { throw new DOMException("The quota has been exceeded.", "QuotaExceededError"); };
}"""


def test_a_full_storage_says_so_until_there_is_room(context: BrowserContext, page: Page, place: str, tmp_path: Path) -> None:
    name = write(page, MINE.format("before"))
    wait_until_saved(page)
    page.evaluate(FULL)
    fill(page, {name: MINE.format("full " + "x" * 1000)})
    words = told(page, "storage")
    assert "storage is full" in words and "Download your notebook now" in words
    assert not page.locator(".jp-Dialog").count(), "JupyterLab's own window would be in the way"
    kept = nbformat.read(download(page, tmp_path), as_version=4)
    assert any("full xxx" in cell.source for cell in kept.cells)
    assert page.locator('.bp-notice[data-kind="storage"]').count(), "it is said as long as it is so"
    page.evaluate("room()")
    fill(page, {name: MINE.format("room again")})
    page.locator('.bp-notice[data-kind="storage"]').wait_for(state="detached", timeout=40_000)
    page.reload()
    page.wait_for_function(READY, timeout=START)
    assert source(page, name) == MINE.format("room again")


def test_the_first_tab_keeps_the_work_until_the_second_is_told_to(context: BrowserContext, page: Page, place: str) -> None:
    name = write(page, MINE.format("first tab"))
    second = context.new_page()
    open_notebook(second, place, NOTEBOOK)
    assert "that one keeps your work" in told(second, "tabs")
    assert second.evaluate(f"() => {{ {PANEL} return panel.content.widgets.every((cell) => cell.readOnly); }}")
    assert not page.locator(".bp-notice").count()
    fill(page, {name: MINE.format("first tab, a last word")})
    second.get_by_role("button", name="Go on in this tab").click()
    # What the first tab had not saved yet is here, and the first says that it has stepped back.
    second.locator('.bp-notice[data-kind="tabs"]').wait_for(state="detached", timeout=30_000)
    assert source(second, name) == MINE.format("first tab, a last word")
    assert "that one keeps your work" in told(page, "tabs")
    fill(second, {name: MINE.format("second tab")})
    wait_until_saved(second)
    second.close()
    page.reload()
    page.wait_for_function(READY, timeout=START)
    assert source(page, name) == MINE.format("second tab")
    locked = notebook_of(page).cells[1]
    assert locked.metadata.editable is False, "what the course has locked stays locked"


def test_a_new_release_lies_beside_the_students_text(context: BrowserContext, page: Page, place: str) -> None:
    name = write(page, MINE.format("the old release"))
    wait_until_saved(page)
    released = json.loads((find_site() / "lite" / "files" / NOTEBOOK).read_text(encoding="utf-8"))
    released["cells"][0]["source"] = ["# The same exercise, released anew"]
    # A page's requests go through its service worker, and are routed where they leave the browser.
    context.route(f"**/files/{NOTEBOOK}", lambda route: route.fulfill(json=released))
    try:
        page.reload()
        page.wait_for_function(READY, timeout=START)
        assert "Your notebook is as you left it" in told(page, "release")
        assert source(page, name) == MINE.format("the old release")
        page.get_by_role("link", name="Open the new release").click()
        page.wait_for_function(READY, timeout=START)
        assert "new-release" in page.url
        assert notebook_of(page).cells[0].source == "# The same exercise, released anew"
        assert MINE.split(":")[0] not in json.dumps(notebook_of(page))
        open_notebook(page, place, NOTEBOOK)
        assert source(page, name) == MINE.format("the old release")
        page.get_by_role("button", name="Do not tell me again").click()
        page.reload()
        page.wait_for_function(READY, timeout=START)
        assert not page.locator(".bp-notice").count()
    finally:
        context.unroute(f"**/files/{NOTEBOOK}")


# Browsers that cannot ------------------------------------------------------------------------------------------------

REFUSE = "{ throw new DOMException('no', 'SecurityError'); }"
NO_WORKERS = "delete Navigator.prototype.serviceWorker"


@pytest.mark.parametrize(
    ("script", "words", "goes_on"),
    [
        ("delete window.WebAssembly", "no WebAssembly", False),
        (NO_WORKERS, "no service workers", True),
        (f"{NO_WORKERS}; Object.defineProperty(window, 'isSecureContext', {{ value: false }})", "Change http to https", True),
        (f"IDBFactory.prototype.open = () => {REFUSE}", "keeps nothing", True),
        (f"ServiceWorkerContainer.prototype.register = async () => {REFUSE}", "refused", True),
    ],
    ids=["WebAssembly", "service workers", "http", "IndexedDB", "a worker refused"],
)
def test_a_browser_that_cannot_is_told_what_to_do(browser: Browser, place: str, script: str, words: str, goes_on: bool) -> None:
    page = browser.new_page()
    page.add_init_script(script)
    page.goto(place + START_PAGE)
    page.locator("#trouble p").first.wait_for()
    assert words in page.locator("#trouble").inner_text()
    if goes_on:
        page.locator("#open").wait_for()
    assert page.locator("#open").is_visible() == goes_on
    assert page.locator("#download").get_attribute("href") == f"../downloads/{NOTEBOOK}"
    page.close()


def test_a_page_from_a_file_says_what_to_do(browser: Browser) -> None:
    page = browser.new_page()
    page.goto((find_notebooks() / "start.html").as_uri() + f"?open={NOTEBOOK}")
    assert "python -m http.server" in page.locator("#trouble").inner_text()
    assert not page.locator("#open").is_visible()
    page.close()


@pytest.mark.parametrize("wanted", ["", "https://example.org/a.ipynb", "exercises/../../evil.ipynb", "javascript:alert(1)"])
def test_the_start_page_opens_nothing_but_notebooks_of_the_site(browser: Browser, place: str, wanted: str) -> None:
    page = browser.new_page()
    page.goto(f"{place}lite/start.html?open={wanted}")
    assert "names none" in page.locator("#trouble").inner_text() and not page.locator("#open").is_visible()
    page.close()


def test_the_start_page_says_what_it_loads_and_is_usable_by_all(
    browser: Browser, place: str, axe: Callable[[Page], list[str]]
) -> None:
    for scheme, width in (("light", 1200), ("dark", 390)):
        fresh: Any = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
        page = fresh.new_page()
        page.goto(place + START_PAGE)
        page.locator("#open").wait_for()
        assert "MB from this site" in page.locator("#cost").inner_text()
        assert not axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        # Who has a keyboard alone goes on with it.
        page.keyboard.press("Enter")
        page.wait_for_url("**/notebooks/index.html?**")
        fresh.close()
