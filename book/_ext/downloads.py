"""Fill ``downloads/`` of the built book: a student needs nothing but the site.

Each executable page as a notebook, the released exercises, bplib as a wheel, and the requirements that install it.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import notebooks
import yaml
from distribution import DistributionError, distribution
from page import ROOT
from pybtex.database import parse_file

REQUIREMENTS = """\
# What the notebooks of the book import, and JupyterLab to open them in. Save this file and the wheel in one folder, then:
#     python -m pip install -r requirements.txt
./{wheel}[student]
"""


class DownloadError(Exception):
    """A download could not be made."""


def front_matter(page: Path) -> dict:
    """The YAML block at the top of a page; empty when it has none."""
    text = page.read_text(encoding="utf-8")
    return yaml.safe_load(text.split("---\n", 2)[1]) or {} if text.startswith("---\n") else {}


def is_executable(page: Path) -> bool:
    """Does the page have code cells that run?"""
    return "kernelspec" in front_matter(page)


class Citations:
    """Words for the keys of the bibliography: ``citations("rumelhart1986")`` is ``Rumelhart et al. 1986``."""

    def __init__(self, bibliography: Path) -> None:
        self.entries = parse_file(str(bibliography)).entries if bibliography.is_file() else {}

    def __call__(self, key: str) -> str:
        entry = self.entries.get(key)
        if entry is None:
            return key
        persons = entry.persons.get("author") or entry.persons.get("editor") or []
        names = [" ".join(part.strip("{}") for part in person.last_names) for person in persons]
        who = " and ".join(names) if len(names) < 3 else f"{names[0]} et al."
        return f"{who} {entry.fields.get('year', '')}".strip()


def write(pages: list[str], html: Path) -> int:
    """Write ``downloads/`` for these pages into the built book; return how many pages became notebooks.

    Raises
    ------
    DownloadError
        A page could not be converted, or the wheel could not be made.
    """
    target = html / "downloads"
    shutil.rmtree(target, ignore_errors=True)
    (target / "exercises").mkdir(parents=True)
    cite = Citations(ROOT / "book" / "references.bib")
    count = 0
    for name in pages:
        page = ROOT / "book" / f"{name}.md"
        if not is_executable(page):
            continue
        try:
            notebook = notebooks.convert(page, name, cite)
        except ValueError as error:
            raise DownloadError(str(error)) from error
        path = target / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)
        count += 1
    # Measured results, where the pages look for them: beside themselves.
    if (ROOT / "book" / "_data").is_dir():
        shutil.copytree(ROOT / "book" / "_data", target / "_data")
    for exercise in sorted((ROOT / "exercises").glob("*/*.ipynb")):
        json.loads(exercise.read_text(encoding="utf-8"))
        shutil.copy(exercise, target / "exercises")
    try:
        wheel = distribution().wheel
    except DistributionError as error:
        raise DownloadError(str(error)) from error
    shutil.copy(wheel, target)
    (target / "requirements.txt").write_text(REQUIREMENTS.format(wheel=wheel.name), encoding="utf-8")
    return count
