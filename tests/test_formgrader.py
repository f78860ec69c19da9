"""Formgrader, opened in a browser on a course that ``bplib grade`` has graded: what is shown, and what is entered by mouse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from small_class import BIN, EXERCISE, FULL, LIMITS, hand_in, solved, untouched

from bplib.grading.work.grade import grade

CELL, ANSWER = "test-count_parameters", "solve-count_parameters"
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's


@contextmanager
def formgrader(course: CourseDirectory, folder: Path) -> Iterator[str]:
    """Serve a course as an instructor's Jupyter does, on a free port; gives the address, with its key."""
    (Path(course.root) / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'backpropagation'\n"
    )
    own = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    extensions = {"nbgrader.server_extensions.formgrader": True}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", "--port=0",
                "--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=key",
                f"--ServerApp.jpserver_extensions={extensions}",
            ],
            cwd=course.root, env={**os.environ, **own, "PATH": path}, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        told = folder / "runtime" / f"jpserver-{process.pid}.json"
        while not told.is_file() or not told.read_text().endswith("}"):
            assert process.poll() is None, (folder / "log").read_text()
            time.sleep(0.1)
        yield f"{json.loads(told.read_text())['url']}formgrader/{{}}?token=key"
    finally:
        process.terminate()
        process.wait()


def given(course: CourseDirectory, student: str) -> tuple[float, float | None, bool, str | None]:
    """What the gradebook holds of the one cell: points of both kinds, whether it wants a look, the comment."""
    with Gradebook(course.db_url, course.course_id) as book:
        points = book.find_grade(CELL, EXERCISE, EXERCISE, student)
        comment = book.find_comment(ANSWER, EXERCISE, EXERCISE, student)
        return points.auto_score, points.manual_score, points.needs_manual_grade, comment.manual_comment


def test_what_is_graded_is_shown_and_what_is_entered_by_mouse_stays(browser, course, cluster, tmp_path):
    from playwright.sync_api import expect  # which waits: the page is filled by scripts

    expect.set_options(timeout=30_000)
    hand_in(course, "ada", solved("count_parameters"))
    hand_in(course, "bert", untouched())
    grade(course, EXERCISE, cluster, limits=LIMITS)
    with formgrader(course, tmp_path) as address, browser.new_context() as context:
        page = context.new_page()
        page.goto(address.format("manage_assignments"))
        assignment = page.locator("tr", has=page.get_by_role("link", name=EXERCISE))
        assignment.locator(".num-submissions").get_by_text("2", exact=True).click()
        graded = page.locator("tr", has=page.get_by_text("ada", exact=True))
        expect(graded.locator(".status")).to_have_text("graded")
        expect(graded.locator(".score")).to_have_text("7 / 8")
        page.get_by_role("link", name="Manual Grading").click()
        for _ in range(2):  # the exercise, then its only notebook
            page.get_by_role("link", name=EXERCISE).last.click()
        page.locator("tr", has_text=f"{FULL - 1:g} / {FULL:g}").get_by_role("link", name="Submission").click()
        # The report is drawn, not printed as markup.
        report = page.locator("section.bp-report", has_text="count_parameters")
        expect(report).to_contain_text("0 of 1 points")
        expect(report).to_contain_text("not written yet")
        expect(page.locator("section.bp-report")).to_have_count(5)
        score = page.locator(f"input.score#{CELL}")
        expect(score).to_have_attribute("placeholder", "0")
        with page.expect_response(lambda answer: "/api/grade/" in answer.url and answer.ok):
            score.fill("0.5")
            score.press("Tab")
        comment = page.locator(f"textarea#{ANSWER}-comment")
        expect(comment).to_have_attribute("placeholder", "No response.")
        with page.expect_response(lambda answer: "/api/comment/" in answer.url and answer.ok):
            comment.fill("Count the biases, too.")
            comment.press("Tab")
        assert given(course, "ada") == (0, 0.5, False, "Count the biases, too.")
        # While formgrader is open: its own connection must see what the grader writes, and not block it.
        hand_in(course, "ada", solved())
        (ada, _) = grade(course, EXERCISE, cluster, limits=LIMITS)
        assert ada.outcome == "graded" and given(course, "ada") == (1, 0.5, True, "Count the biases, too.")
        page.reload()
        expect(score).to_have_value("0.5")
        expect(score).to_have_attribute("placeholder", "1")
        expect(comment).to_have_value("Count the biases, too.")
        expect(report).to_contain_text("1 of 1 points")
        # It wants another look; looking settles it.
        with page.expect_response(lambda answer: "/api/grade/" in answer.url and answer.ok):
            page.locator(".nbgrader_cell", has=score).get_by_role("button", name="Resolve").click()
        assert given(course, "ada") == (1, 0.5, False, "Count the biases, too.")
