"""A notebook of the course in Chromium: opened, filled in, run, and read again."""

from __future__ import annotations

import functools
import http.server
import os
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
import share
from built_site import find_site

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Request

#: Milliseconds in which an interpreter starts, also where others work beside it.
START = 120_000
#: The notebook in front, for every script below.
PANEL = "const panel = window.jupyterapp.shell.currentWidget;"
#: The start page has gone on, or asks whether to.
ASKED = "() => location.pathname.endsWith('notebooks/index.html') || document.querySelector('#open:not([hidden])')"
THERE = "() => window.jupyterapp?.shell?.currentWidget?.content?.widgets?.length > 3"
READY = "() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"


def in_suite(names: Collection[str], some: Collection[str]) -> list[str]:
    """Those that the suite runs in the page, where everything takes several times as long; ``make test-page`` runs all."""
    assert set(some) <= set(names), set(some) - set(names)
    return sorted(names if share.ALL else some)


def find_notebooks() -> Path:
    """The folder of the notebooks in the page; where they could not be built, the test fails in CI and is skipped elsewhere."""
    folder = find_site() / "lite"
    if not (folder / ".built").is_file():
        message = "the site has no notebooks in the page: make site says what is missing"
        if os.environ.get("CI"):
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    return folder


class Counting(http.server.SimpleHTTPRequestHandler):
    """A plain static host below a path, which remembers how many bytes it has sent for which address."""

    sent: dict[str, int]
    prefix = "/"

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix(self.prefix.rstrip("/")) if path.startswith(self.prefix) else "/nowhere")

    def copyfile(self, source: Any, outputfile: Any) -> None:
        path = self.path.partition("?")[0]
        self.sent[path] = self.sent.get(path, 0) + os.fstat(source.fileno()).st_size
        super().copyfile(source, outputfile)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the test reports what failed."""


@contextmanager
def serve_below(folder: Path, prefix: str = "/") -> Iterator[tuple[str, dict[str, int]]]:
    """Serve a folder below a path of a local address; gives the address, and the bytes sent so far by path."""
    sent: dict[str, int] = {}
    handler = type("Handler", (Counting,), {"sent": sent, "prefix": prefix})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}{prefix}", sent
        server.shutdown()
        thread.join()


def watch_requests(context: BrowserContext, site: str) -> list[str]:
    """A list that fills with the addresses of requests to any other host than the site's."""
    others: list[str] = []
    site = "/".join(site.split("/")[:3]) + "/"

    def note(request: Request) -> None:
        if not request.url.startswith((site, "data:", "blob:", "file:", "chrome")):
            others.append(request.url)

    context.on("request", note)
    return others


def open_notebook(page: Page, site: str, path: str, python: bool = True) -> None:
    """Open a notebook by its address and wait until it is there, and Python is ready."""
    page.goto(f"{site}lite/notebooks/index.html?path={path}")
    page.wait_for_function(READY if python else THERE, timeout=START)


def open_from_card(page: Page, site: str, chapter: str, exercise: str) -> None:
    """Go the student's way: from the exercise's card in a chapter, by the start page, to the notebook."""
    page.goto(f"{site}{chapter}.html")
    card = page.locator(".bp-card").filter(has=page.locator(f'a[href$="exercises/{exercise}.ipynb"]'))
    card.get_by_role("link", name="Do it in your browser").first.click()
    page.wait_for_url("**/lite/**")
    # Who has been here before is led on.
    page.wait_for_function(ASKED)
    if "start.html" in page.url:
        page.locator("#open").click()
    page.wait_for_function(READY, timeout=START)


def notebook_of(page: Page) -> nbformat.NotebookNode:
    """The notebook as it stands in the page."""
    return nbformat.from_dict(page.evaluate(f"() => {{ {PANEL} return panel.context.model.toJSON(); }}"))


def fill(page: Page, answers: dict[str, str]) -> None:
    """Put texts into cells, by the cells' ids."""
    page.evaluate(
        f"""(answers) => {{ {PANEL}
          for (const cell of panel.content.widgets) {{
            if (cell.model.id in answers) cell.model.sharedModel.setSource(answers[cell.model.id]);
          }} }}""",
        answers,
    )


def forget(page: Page) -> None:
    """Forget what was computed, as a new interpreter would."""
    forgotten = "await panel.sessionContext.session.kernel.requestExecute({ code: '%reset -f' }).done"
    page.evaluate(f"async () => {{ {PANEL} {forgotten}; }}")


def run_all(page: Page, patience: int = 240_000) -> nbformat.NotebookNode:
    """Run all cells, errors or not, one after the other; the notebook afterwards."""
    page.set_default_timeout(patience)
    page.evaluate(
        f"""async () => {{ {PANEL}
          for (const [place, cell] of panel.content.widgets.entries()) {{
            if (cell.model.type !== 'code') continue;
            panel.content.activeCellIndex = place;
            panel.content.deselectAll();
            await window.jupyterapp.commands.execute('notebook:run-cell');
          }} }}"""
    )
    return notebook_of(page)


def wait_until_saved(page: Page) -> None:
    """Wait until the browser's storage has what the page shows."""
    page.wait_for_function(f"() => {{ {PANEL} return !panel.context.model.dirty; }}")


def download(page: Page, folder: Path) -> Path:
    """Press the button, and keep the file under the name that it suggests."""
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download to hand in").click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path
