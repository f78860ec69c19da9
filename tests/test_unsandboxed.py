"""The corpus works: where there is no sandbox, each entry that says which harm it does, does it.

Most run in a process of their own with the checks beside them, which is what nbgrader does, only sooner (`plain.child`);
damaged files run through ``nbgrader autograde``. All of it behind a fence (`plain.machine`).
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from corpus import EXERCISE, Entry, entries, solved
from corpus.damaged import FILES, RUNNING
from plain import course as courses
from plain.harms import KINDS, After, harms
from plain.machine import OUTSIDE, PORT, Seen, prepared, run

from bplib.grading.course import source
from bplib.grading.course.places import REPOSITORY

ENTRIES = {entry.name: entry for entry in [*entries(), *RUNNING]}
HARMFUL = [entry for entry in ENTRIES.values() if entry.harm]
#: These hurt nobody but themselves or the marks, so one class holds them all.
QUIET = {"points", "work"}
#: Seconds for what starts anew with each machine, and for what would never end once somebody has been graded.
LIMIT, ENDLESS = 120.0, 6.0
CHILD = [sys.executable, str(Path(courses.__file__).with_name("child.py"))]
NBGRADER = ["nbgrader", "autograde", EXERCISE]
#: nbgrader gives up at once on these, and on all students after them.
STOPPERS = [file for file in FILES if "batch" in file.harm]
SPOILED = [file for file in FILES if file.harm and file not in STOPPERS]


@pytest.fixture(scope="module", autouse=True)
def fence(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip where no fence can be had; where the suite has to be complete, that is a failure."""
    course = tmp_path_factory.mktemp("fence")
    prepared(course)
    try:
        seen = run(course, ["true"], 20)
    except RuntimeError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))
    assert seen == Seen(0, seen.seconds), "nothing happens on the machine by itself"


def _notebook(entry: Entry) -> bytes:
    notebook = entry.notebook(str(OUTSIDE), PORT)
    if entry.against == courses.USUAL_CELLS:
        courses.with_usual_tests(notebook)
    return json.dumps(notebook).encode()


def _done(entry: Entry, after: After) -> set[str]:
    return harms(after, entry.points, entry.at_most, entry.harm[0])


def _by_children(course: Path, class_: Iterable[Entry], limit: float = LIMIT) -> Seen:
    """Grade these between two honest students."""
    prepared(course)
    honest = courses.honest()
    courses.hand_in(
        course, {courses.FIRST: honest, courses.LAST: honest, **{e.name: _notebook(e) for e in class_}}
    )
    return run(course, CHILD, limit, since="points.json", start=LIMIT)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Seen]:
    """One class of all that cheats, or that loses its own work."""
    course = tmp_path_factory.mktemp("quiet") / "course"
    seen = _by_children(course, [e for e in HARMFUL if _is_quiet(e)])
    assert courses.after_child(course, courses.LAST, seen).points == source.points(EXERCISE), (
        "all had their turn"
    )
    return course, seen


def _is_quiet(entry: Entry) -> bool:
    return set(entry.harm) <= QUIET and entry.against in ("", courses.USUAL_CELLS)


@pytest.mark.parametrize("entry", [e for e in HARMFUL if _is_quiet(e)], ids=lambda entry: entry.name)
def test_in_a_process_with_its_checks_it_gets_more_or_less_than_it_deserves(entry, quiet):
    course, seen = quiet
    assert set(entry.harm) <= _done(entry, courses.after_child(course, entry.name, seen))


@pytest.mark.parametrize(
    "entry", [e for e in HARMFUL if not set(e.harm) <= QUIET and not e.against], ids=lambda entry: entry.name
)
def test_on_a_machine_without_a_sandbox_it_does_its_harm(entry, tmp_path):
    course = tmp_path / "course"
    class_ = [ENTRIES[name] for name in (entry.before, entry.name) if name]
    seen = _by_children(course, class_, ENDLESS if "batch" in entry.harm else LIMIT)
    after = courses.after_child(course, entry.name, seen)
    assert set(entry.harm) <= _done(entry, after), (seen, after.points, after.printed[-500:])
    first = json.loads((course / "points.json").read_text(encoding="utf-8"))[courses.FIRST]
    assert first == source.points(EXERCISE), "whoever was graded before it has all points"


def test_an_honest_class_suffers_no_harm(tmp_path):
    seen = _by_children(tmp_path / "course", [])
    after = courses.after_child(tmp_path / "course", courses.FIRST, seen)
    assert not harms(after, source.points(EXERCISE))


RECEIVER = """
import multiprocessing
import numpy as np

def answers(pipe):
    names = {"np": np}
    exec(open("answer.py").read(), names)
    pipe.send(names["residual_layer"](None, None, None))

here, there = multiprocessing.get_context("fork").Pipe()
multiprocessing.get_context("fork").Process(target=answers, args=(there,)).start()
print(here.recv())
"""


def test_a_judge_that_unpickles_runs_what_it_gets(tmp_path):
    (entry,) = [entry for entry in HARMFUL if entry.against == "pickle"]
    prepared(tmp_path / "course")
    answer = source.solution_cells(entry.notebook(str(OUTSIDE), PORT))["residual_layer"].source
    (tmp_path / "course" / "answer.py").write_text(answer, encoding="utf-8")
    seen = run(tmp_path / "course", [sys.executable, "-c", RECEIVER], LIMIT)
    assert seen.written == ("pickled",)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of nbgrader's, with nobody in it."""
    return courses.template(tmp_path_factory.mktemp("nbgrader") / "template")


def _by_nbgrader(template: Path, course: Path, files: dict[str, bytes]) -> Seen:
    shutil.copytree(template, course)
    prepared(course)
    courses.hand_in(course, {courses.FIRST: courses.honest(), **files, courses.LAST: courses.honest()})
    return run(course, NBGRADER, LIMIT)


@pytest.fixture(scope="module")
def spoiled(template, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Seen]:
    """One class of all that do not stop nbgrader."""
    course = tmp_path_factory.mktemp("spoiled") / "course"
    files = {file.name: file.make(solved()) for file in SPOILED}
    seen = _by_nbgrader(template, course, files)
    assert courses.entered(course, courses.LAST) == source.points(EXERCISE), "all had their turn"
    return course, seen


@pytest.mark.parametrize("file", SPOILED, ids=lambda file: file.name)
def test_nbgrader_gives_a_damaged_file_other_points_than_it_deserves(file, spoiled):
    course, seen = spoiled
    assert set(file.harm) <= harms(courses.after_nbgrader(course, file.name, seen), file.points)


@pytest.mark.parametrize("file", STOPPERS, ids=lambda file: file.name)
def test_nbgrader_stops_at_a_damaged_file(file, template, tmp_path):
    seen = _by_nbgrader(template, tmp_path / "course", {"eve": file.make(solved())})
    assert seen.exit, "it did stop with an error"
    assert courses.entered(tmp_path / "course", courses.FIRST) == source.points(EXERCISE)
    assert courses.entered(tmp_path / "course", courses.LAST) is None


def test_sixty_of_the_corpus_do_harm_without_us():
    assert len(HARMFUL) + len(STOPPERS) + len(SPOILED) >= 60
    assert all(set(thing.harm) <= set(KINDS) for thing in [*HARMFUL, *FILES])


@pytest.fixture(scope="module")
def measured() -> dict[str, Any]:
    """What ``make bench`` has measured for the instructors' guide."""
    return json.loads((REPOSITORY / "book" / "_data" / "hostile.json").read_text(encoding="utf-8"))


def test_the_guides_table_is_of_this_corpus(measured):
    says = {thing.name: thing.says for thing in [*(e for e in ENTRIES.values() if not e.blind), *FILES]}
    assert {row["name"]: row["says"] for row in measured["rows"]} == says, "measure again: make bench"
    assert measured["kinds"] == KINDS


def test_in_the_guides_table_we_withstand_all_of_it(measured):
    assert not {row["name"]: row for row in measured["rows"] if row["bplib grade"]["harms"]}


def test_the_guides_table_has_the_harm_that_is_shown_here(measured):
    seen = {row["name"]: row["nbgrader autograde"]["harms"] for row in measured["rows"]}
    for thing in [*STOPPERS, *SPOILED]:
        assert set(thing.harm) <= set(seen[thing.name]), thing.name
