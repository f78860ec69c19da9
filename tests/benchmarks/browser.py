"""Notebooks in the page: what a start loads and how long it takes, and how fast the capstone trains there: part of ``make bench``.

Chromium, a plain static server on this machine, a browser that has never been here. Writes ``book/_data/browser.json``; the start
page says how much it will load, and the instructors' guide prints the rest.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from run import ROOT, record

sys.path.insert(0, str(ROOT / "tests"))

from built_site import find_site
from conftest import FLAGS
from in_page import ASKED, PANEL, READY, START, find_notebooks, open_notebook, serve_below
from playwright.sync_api import Browser, Page, sync_playwright
from test_in_page import filled, released

from bplib.grading.rehearsal.sample_class import Submission
from bplib.grading.rehearsal.students import STUDENTS

TARGET = ROOT / "book" / "_data" / "browser.json"
TIMES = 3
CAPSTONE = "conclusion"
#: A page that starts Python and nothing else.
BARE = """async () => {
  const pyodide = await loadPyodide({ indexURL: new URL("static/pyodide/", location).href });
  return pyodide.runPython("6 * 7");
}"""
#: Run the notebook's first cells until a check has said something.
REPORT = f"""async () => {{ {PANEL}
  for (const [place, cell] of panel.content.widgets.entries()) {{
    if (cell.model.type !== "code") continue;
    panel.content.activeCellIndex = place;
    panel.content.deselectAll();
    await window.jupyterapp.commands.execute("notebook:run-cell");
    if (cell.model.sharedModel.source.startsWith("check(")) return cell.outputArea.model.length;
  }}
}}"""


@contextmanager
def stranger(browser: Browser) -> Iterator[Page]:
    """A page of a browser that has nothing in store."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(START)
    yield page
    context.close()


def bare(browser: Browser, site: str) -> float:
    """Seconds in which a page starts Python."""
    with stranger(browser) as page:
        page.goto(f"{site}lite/start.html")
        start = time.monotonic()
        page.add_script_tag(url=f"{site}lite/static/pyodide/pyodide.js")
        assert page.evaluate(BARE) == 42
        return time.monotonic() - start


def starts(browser: Browser, site: str, sent: dict[str, int]) -> list[dict[str, float]]:
    """Bytes, requests and seconds until the first report, for a first and a second start in one browser."""
    path, measured = "exercises/activation.ipynb", []
    with stranger(browser) as page:
        for _ in range(2):
            sent.clear()
            start = time.monotonic()
            page.goto(f"{site}lite/start.html?open={path}")
            page.wait_for_function(ASKED)
            if "start.html" in page.url:
                page.locator("#open").click()
            page.wait_for_function(READY)
            assert page.evaluate(REPORT) == 1
            measured.append({"bytes": sum(sent.values()), "files": len(sent), "seconds": time.monotonic() - start})
            # What was written is saved a moment later.
            page.wait_for_timeout(3000)
    return measured


def capstone() -> tuple[str, str]:
    """The capstone's notebook with right answers, up to the cell that trains the network; and that cell."""
    texts = filled(Submission(STUDENTS[0], CAPSTONE))
    before: list[str] = []
    for cell in released(CAPSTONE).cells:
        source = texts.get(cell.id, cell.source)
        if "fit(" in source and "def fit" not in source and not source.startswith("check("):
            return "\n".join(before), source
        if cell.cell_type == "code" and not source.startswith("check("):
            before.append(source)
    raise LookupError(f"no cell of {CAPSTONE} trains a network")


def trained_here(before: str, training: str) -> float:
    """Seconds in which the network is trained outside of any page."""
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(before, names)
    start = time.monotonic()
    exec(training, names)
    return time.monotonic() - start


def trained_there(page: Page, before: str, training: str) -> float:
    """Seconds in which it is trained in the page."""
    run = f"""async (code) => {{ {PANEL}
      const reply = await panel.sessionContext.session.kernel.requestExecute({{ code }}).done;
      if (reply.content.status !== "ok") throw new Error(reply.content.evalue);
    }}"""
    page.evaluate(run, before)
    start = time.monotonic()
    page.evaluate(run, training)
    return time.monotonic() - start


def main() -> None:
    find_notebooks()
    programs = map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))
    before, training = capstone()
    with serve_below(find_site()) as (site, sent), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=next(filter(None, programs)), args=FLAGS)
        alone = median(bare(browser, site) for _ in range(TIMES))
        runs = [starts(browser, site, sent) for _ in range(TIMES)]
        with stranger(browser) as page:
            open_notebook(page, site, f"exercises/{CAPSTONE}.ipynb")
            pairs = [(trained_here(before, training), trained_there(page, before, training)) for _ in range(TIMES)]
        version = browser.version
        browser.close()
    results: dict[str, Any] = {"bare_page": {"seconds": round(alone, 1)}}
    for name, both in zip(("first_start", "second_start"), zip(*runs, strict=True), strict=True):
        seconds = median(run["seconds"] for run in both)
        loaded = {"bytes": both[0]["bytes"], "files": both[0]["files"]}
        results[name] = {**loaded, "seconds": round(seconds, 1), "ratio": round(seconds / alone, 1)}
    here, there = (median(column) for column in zip(*pairs, strict=True))
    both_ways = {"seconds_outside": round(here, 2), "seconds_in_the_page": round(there, 2)}
    results["capstone"] = {**both_ways, "ratio": round(there / here, 1)}
    for name, figures in results.items():
        print(f"{name:14}", *(f"{key} {value}" for key, value in figures.items()), sep="  ")
    record(TARGET, {"chromium": version}, results)


if __name__ == "__main__":
    main()
