"""From the book's first page to a graded submission, by somebody who has a browser, reads nothing, and never leaves the site."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from built_site import find_site
from in_page import READY, START, download, find_notebooks, notebook_of, serve_below, watch_requests
from small_class import BIN, EXERCISE, FULL, hand_in, solved

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory
    from playwright.sync_api import Browser


def test_from_the_first_page_to_a_grade(browser: Browser, course: CourseDirectory, tmp_path: Path) -> None:
    find_notebooks()
    with serve_below(find_site(), "/book/") as (site, _):
        context = browser.new_context(accept_downloads=True, viewport={"width": 1200, "height": 1000})
        others = watch_requests(context, site)
        page = context.new_page()
        page.set_default_timeout(START)
        page.goto(site)
        # The chapter stands in the list at the side, and its exercise has a card.
        page.locator(f'nav a[href$="{EXERCISE}.html"]').first.click()
        page.get_by_role("link", name="Do it in your browser").click()
        page.get_by_role("link", name="Open the notebook").click()
        page.wait_for_function(READY, timeout=START)

        cells = page.locator(".jp-Notebook .jp-Cell")
        for place, cell in enumerate(solved().cells):
            if cell.cell_type != "code":
                continue
            cells.nth(place).locator(".cm-content").click()
            if cell.metadata.get("nbgrader", {}).get("solution"):
                page.keyboard.press("Control+a")
                page.keyboard.insert_text(cell.source)
            page.keyboard.press("Control+Enter")
            if cell.source.startswith("check("):
                cells.nth(place).locator(".bp-report").wait_for()
        cards = page.locator(".bp-report").all_inner_texts()
        assert len(cards) == sum(cell.source.startswith("check(") for cell in notebook_of(page).cells)
        assert all(card.count("right") and "wrong" not in card for card in cards)

        path = download(page, tmp_path)
        assert not others, "requests to other hosts"
        context.close()
    assert path.name == f"{EXERCISE}.ipynb"
    hand_in(course, "ada", nbformat.read(path, as_version=4))
    command = [sys.executable, "-m", "bplib.grading", "grade", EXERCISE, "--json", "--course", course.root]
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    (result,) = json.loads(done.stdout)
    assert (result["student"], result["points"]) == ("ada", FULL)
