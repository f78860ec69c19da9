"""What several test modules share. What it imports, it imports inside: the concepts' tests run with numpy alone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bplib.checking.calling import guards

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory
    from playwright.sync_api import Browser, Page

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


#: Modules of a minute and more. They come first, or one worker would be left alone with the last of them.
LONG = (
    "test_in_page", "test_page_trouble", "test_pages", "test_parity", "test_answers", "test_cluster", "test_corpus", "test_unsandboxed", "test_gradebook", "test_postgres",
    "test_roster", "test_exercises", "test_mutants", "test_trouble", "test_methods", "test_check_gradients", "test_verdicts",
    "test_contributing", "test_grade", "test_live", "test_zoo_of_pictures", "test_pythons",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long modules first, each with its tests in their order."""
    places = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONG)))


def needs(found: object, message: str) -> None:
    """Without a program, continuous integration fails; elsewhere the test is skipped."""
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(message, pytrace=False)
        pytest.skip(message)


@pytest.fixture
def processor_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else runs on this machine, a right answer is in time."""
    monkeypatch.setattr(guards, "_timer", ("ITIMER_PROF", "SIGPROF"))


@pytest.fixture
def plots():
    """Return bplib's figures. Without matplotlib, as in the page's interpreter, there are none."""
    pytest.importorskip("matplotlib")
    from bplib import plots

    return plots


@pytest.fixture(scope="session")
def graded():
    """Return the sample class's results by (student, exercise); the class is graded first when anything has changed."""
    from bplib.grading.rehearsal import demo

    return {(result.student, result.exercise): result for result in demo.results()}


@pytest.fixture(scope="session")
def prepared(tmp_path_factory) -> Path:
    """Make a course that knows one exercise, without submissions."""
    from small_class import EXERCISE

    from bplib.grading.course import release
    from bplib.grading.course.directory import Course

    root = tmp_path_factory.mktemp("course")
    release.generate(Course(root), [EXERCISE])
    return root


@pytest.fixture
def course(prepared, tmp_path) -> CourseDirectory:
    """Return a copy of that course to hand in to."""
    from bplib.grading.course.directory import Course

    root = tmp_path / "course"
    shutil.copytree(prepared, root)
    return Course(root).directory


# For one module at a time: as long as it is open, nothing else in this process can run an event loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Open Chromium without a window."""
    programs = map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))
    chromium = next(filter(None, programs), None)
    needs(chromium, "there is no Chromium on this machine: apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        needs(None, "install the test extra to open pages in a browser")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Serve the built book; gives its address."""
    from built_site import find_site, serve

    with serve(find_site()) as address:
        yield address


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """Return what lists the violations that axe finds on a page, one line each with the first element concerned."""
    from axe_playwright_python.sync_playwright import Axe

    def violations(page: Page) -> list[str]:
        # Without preload axe does not fetch style sheets a second time, from addresses that it guesses; without a list of
        # what is as it should be it takes half the time.
        found = Axe().run(page, options={"preload": False, "resultTypes": ["violations"]}).response["violations"]
        return [f"{item['id']}: {item['help']} — {item['nodes'][0]['html'][:160]}" for item in found]

    return violations


@pytest.fixture(scope="session")
def cluster():
    """Return two processes that grade."""
    from bplib.grading.work.cluster import local

    with local(2) as opened:
        yield opened
