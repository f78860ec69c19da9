"""The tests of bplib's concepts and checks, run by the Python of the page: the same verdicts there."""

from __future__ import annotations

import base64
import io
import re
import sys
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from built_site import ROOT, find_site
from in_page import START, find_notebooks, in_suite, serve_below

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

sys.path.insert(0, str(ROOT / "book" / "_ext"))

import lite_packages

#: Of the concepts' tests, those that draw figures, start processes or read what PyTorch has computed stay outside; and those of the
#: convolution, which take minutes there.
OUTSIDE = {"attention", "convolution", "floors", "layers", "plots", "saved", "sequence_model"} | {
    path.stem.removeprefix("test_") for path in (ROOT / "tests").glob("test_pytorch_*.py")
}


SOME = ("activation", "backpropagation", "checking", "data", "network", "weight_update")


def concepts() -> list[str]:
    """The names of the test modules that the Makefile runs under every Python, and that can run in a page."""
    course = re.findall(r"^COURSE_TESTS := (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[0].split()
    names = {path.stem.removeprefix("test_") for path in (ROOT / "tests").glob("test_*.py")}
    return sorted(names - set(course) - OUTSIDE)


def packed() -> str:
    """Pytest and its kin, and the tests with what they import, as an archive in base64."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for wheel in lite_packages.fetch(lite_packages.pins("tests")).values():
            with zipfile.ZipFile(wheel) as inner:
                for name in inner.namelist():
                    archive.writestr(f"packages/{name}", inner.read(name))
        for path in (ROOT / "tests").glob("*.py"):
            archive.write(path, f"tests/{path.name}")
    return base64.b64encode(buffer.getvalue()).decode()


@pytest.fixture(scope="module")
def python(browser: Browser) -> Iterator[Page]:
    """A page whose Python has bplib, numpy and pytest."""
    find_notebooks()
    with serve_below(find_site()) as (address, _):
        page = browser.new_page()
        page.set_default_timeout(START)
        page.goto(f"{address}lite/start.html")
        page.add_script_tag(url=f"{address}lite/static/pyodide/pyodide.js")
        page.evaluate(
            """async (archive) => {
              const indexURL = new URL("static/pyodide/", location).href;
              window.python = await loadPyodide({ indexURL, packages: ["bplib", "packaging", "pygments"] });
              const bytes = Uint8Array.from(atob(archive), (character) => character.charCodeAt(0));
              window.python.unpackArchive(bytes, "zip", { extractDir: "/suite" });
              window.python.runPython("import sys; sys.path.append('/suite/packages')");
            }""",
            packed(),
        )
        yield page
        page.close()


@pytest.mark.parametrize("name", in_suite(concepts(), SOME))
def test_the_tests_of_a_concept_pass_in_the_page(python: Page, name: str) -> None:
    python.set_default_timeout(600_000)
    code, said = python.evaluate(
        """(name) => window.python.runPython(`
            import contextlib, io, pytest
            with contextlib.redirect_stdout(io.StringIO()) as said:
                quiet = ["-q", "-p", "no:cacheprovider", "-p", "no:faulthandler", "--rootdir=/suite"]
                code = pytest.main([*quiet, "/suite/tests/test_${name}.py"])
            [int(code), said.getvalue()]
        `).toJs()""",
        name,
    )
    assert code == 0, said[-4000:]
    assert re.search(r"\d+ passed", said), said[-400:]


def test_large_arrays_are_added_up(python: Page) -> None:
    """From 256 kB on numpy asks C who called it, and Pyodide has no answer: the interpreter was gone."""
    code = "import numpy as np; x = np.ones((300, 300)); float(((x + 1) * 2 + x - 3 * x).sum())"
    assert python.evaluate("(code) => window.python.runPython(code)", code) == 2 * 300 * 300


def test_there_are_many_of_them() -> None:
    assert len(concepts()) > 20
