"""Python and numpy: what is promised stands once, what is too old or too new is told so, and all of them say the same."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from told import told

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def defined(name: str) -> str:
    """What a variable of the Makefile is set to."""
    (value,) = re.findall(rf"^{name} := (.*)$", MAKEFILE, re.MULTILINE)
    return value


SUPPORTED = defined("SUPPORTED").split()


def test_the_numpy_of_the_page_is_the_one_that_is_tested() -> None:
    pinned = json.loads((ROOT / "book" / "_lite" / "packages.json").read_text(encoding="utf-8"))
    (numpy,) = (entry["version"] for entry in pinned if entry["name"].endswith("/numpy"))
    version, python = re.match(r"([\d.]+)-py(\d+)h", numpy).groups()
    assert (version, f"{python[0]}.{python[1:]}") == (defined("PAGE_NUMPY"), defined("PAGE_PYTHON"))


def make(version: str, folder: Path) -> str:
    """What ``make install`` says under a Python of this version, which ends it."""
    fake = folder / "python"
    numbers = ", ".join(version.split("."))
    # Called as `python -c CODE`.
    fake.write_text(
        f'#!/bin/sh\nshift\nexec {sys.executable} -c "import sys; sys.version_info = ({numbers}); $1"\n'
    )
    fake.chmod(0o755)
    command = ["make", "install", f"PYTHON={fake}", f"VENV={folder}/venv"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode != 0
    return run.stderr


@pytest.mark.parametrize("version", ["2.7.18", "3.9.2", "3.15.0", "4.0.0"])
def test_a_python_without_wheels_is_told_in_one_sentence_which_ones_have_them(
    version: str, tmp_path: Path
) -> None:
    first, _make_itself = make(version, tmp_path).splitlines()
    assert first == (
        f"found Python {version} at {sys.executable}; this course needs Python {SUPPORTED[0]} to {SUPPORTED[-1]}, for which its "
        f"pinned packages are made. Set one with: make PYTHON=/path/to/python{SUPPORTED[-1]}"
    )
    assert not (tmp_path / "venv").exists()


def test_a_python_that_is_not_there_is_told_the_same(tmp_path: Path) -> None:
    command = ["make", "install", "PYTHON=python-of-nowhere", f"VENV={tmp_path}/venv"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.stderr.startswith("no program called python-of-nowhere; this course needs Python 3.")


def test_what_is_promised_is_the_same_everywhere() -> None:
    said = [entry.rpartition(" ")[2] for entry in PROJECT["classifiers"] if "Python ::" in entry]
    assert said == SUPPORTED and PROJECT["requires-python"] == f">={SUPPORTED[0]}"
    first, last = SUPPORTED[0], SUPPORTED[-1]
    for page in ("README.md", "book/students.md", "book/how_to_use.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        assert re.search(rf"Python(\]\(\S+\))? {first} to {last}", text), page
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.findall(r"python(3\.\d+)", ci.partition("for candidate in")[2]) == SUPPORTED[::-1]
    minor = int(last.partition(".")[2])
    assert f"({first.replace('.', ', ')}) <= sys.version_info < (3, {minor + 1})" in ci


def test_the_oldest_numpy_is_the_one_of_the_page() -> None:
    (oldest,) = [entry.partition(">=")[2] for entry in PROJECT["dependencies"] if entry.startswith("numpy")]
    assert defined("PAGE_NUMPY").startswith(f"{oldest}.")
    assert defined("PAGE_PYTHON") in SUPPORTED


@pytest.fixture(scope="module")
def there() -> dict[str, Any]:
    """What students are told by the interpreter that stands for the page's."""
    python = ROOT / "_build" / f"python-{defined('PAGE_PYTHON')}" / "bin" / "python"
    if not python.exists():
        pytest.skip(f"there is no {python.relative_to(ROOT)}: run  make test-pythons")
    run = subprocess.run(
        [str(python), "tests/told.py"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


def test_the_page_is_stood_for_by_its_numpy_alone(there: dict[str, Any]) -> None:
    assert there["numpy"] == defined("PAGE_NUMPY")
    assert there["packages"] == []


def test_both_tell_students_the_same_word_by_word(there: dict[str, Any], processor_time: None) -> None:
    here = told()
    assert there["told"] == here
    full = {name: re.match(r"\w+: (\S+) of \1 points", text) is not None for name, text in here.items()}
    assert all(full[name] for name in here if "student" not in name)
    wrong = [name for name in here if "student" in name]
    assert len(wrong) > 15 and not any(full[name] for name in wrong)
