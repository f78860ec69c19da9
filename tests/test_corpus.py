"""Cheats, attacks and damaged files take the points that their honest answers deserve, and harm nobody else."""

from __future__ import annotations

import json
import os
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import sandboxed
from corpus import EXERCISE, Entry, entries, solved
from corpus.damaged import FILES, RUNNING, File
from plain.machine import SECRET
from sandboxed import sandbox  # noqa: F401 - a fixture

from bplib.grading.commands.grade import table
from bplib.grading.course import source
from bplib.grading.course.directory import Course, course_directory
from bplib.grading.course.places import EXERCISES, REPOSITORY
from bplib.grading.gradebook.results import GRADED, HUMAN, Result
from bplib.grading.gradebook.sheet import Sheet
from bplib.grading.pages.request import Request
from bplib.grading.sandbox.outside import FIRST_USER
from bplib.grading.sandbox.share import MOST
from bplib.grading.work import worker
from bplib.grading.work.bounded import PAGE, START
from bplib.grading.work.cluster import local
from bplib.grading.work.grade import grade

ENTRIES = [*entries(), *RUNNING]
#: Seconds that a submission may take beyond what its limits say.
GRACE = 20


pytestmark = pytest.mark.usefixtures("sandbox")


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """A folder of the instructor's that anybody could read and write, and a server of theirs."""
    folder = tmp_path_factory.mktemp("instructor")
    for part in (folder, *folder.parents[:3]):
        part.chmod(0o777)
    (folder / "secret").write_text(SECRET, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield folder, server.getsockname()[1]


def _grade(path: Path, **limits: Any) -> Result:
    return sandboxed.grade(path, EXERCISE, 7, **{"wall": 30.0} | limits)


def _write(folder: Path, notebook: Any) -> Path:
    path = folder / f"{EXERCISE}.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def _printed(result: Result) -> str:
    cells = nbformat.reads(result.notebook, as_version=4).cells
    outputs = [output for cell in cells if cell.cell_type == "code" for output in cell.outputs]
    return "".join(output.text for output in outputs if output.output_type == "stream")


def _below(pid: int) -> set[int]:
    """All processes that a process has started, and those that they have."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
    found, new = set(), {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - found
        found |= new
    return found


def _warm() -> set[int]:
    return _below(worker.bench(True)._process.pid)


def _fair(result: Result, entry: Entry) -> bool:
    if entry.at_most:
        return all(points <= entry.points[task] for task, points in result.tasks.items())
    # A task that nobody came to has no points of its own: they are due by hand.
    unjudged = dict.fromkeys(entry.points, 0.0) if entry.code in ("restarts", "stalled") else {}
    return unjudged | result.tasks == entry.points


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_it_gets_what_it_deserves(entry, outside, tmp_path):
    folder, port = outside
    path = _write(tmp_path, entry.notebook(str(folder), port))
    started = time.monotonic()
    result = _grade(path, **entry.limits)
    took = time.monotonic() - started
    assert _fair(result, entry), (result.tasks, result.notes, result.sentence)
    # Where a race decides, several codes are right.
    assert result.code in entry.code.split("|") and result.outcome == (HUMAN if result.code else GRADED)
    assert bool(result.sentence) == bool(result.code)
    printed = _printed(result)
    assert "WON" not in printed, printed[-2000:]
    assert entry.printed in printed, printed[-2000:]
    assert any(entry.note in note for note in (*result.notes, "" if not entry.note else "\n"))
    assert SECRET not in json.dumps(vars(result))
    assert len(json.dumps(vars(result))) < 20 * 2**20
    result.notebook.encode()
    assert [path.name for path in folder.iterdir()] == ["secret"]
    assert took < entry.limits.get("wall", 30) + GRACE
    assert len(_warm()) == 3, "only bubblewrap, the first process of its box, and the warm one are left"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_damaged_files_are_read_or_left_to_a_person(file: File, tmp_path):
    path = tmp_path / f"{EXERCISE}.ipynb"
    path.write_bytes(file.make(solved()))
    result = _grade(path)
    if file.code:
        assert (result.outcome, result.code) == (HUMAN, file.code) and result.sentence and not result.tasks
        return
    assert result.tasks == file.points, (result.notes, result.sentence)
    assert result.outcome == GRADED
    assert not file.note or any(file.note in note for note in result.notes), result.notes
    result.notebook.encode()


ASKS = """
def slope_along(loss, params, grads, direction, h):
    WHAT
    up = loss({name: value + h * direction[name] for name, value in params.items()})
    down = loss({name: value - h * direction[name] for name, value in params.items()})
    return (up - down) / (2 * h), sum(np.sum(grads[name] * direction[name]) for name in grads)
"""
GIGABYTES = """
    for _ in range(20):
        try:
            loss({**params, "W1": np.zeros((len(params["W1"]), 40_000)), "b1": np.zeros((40_000, 1, 1))})
        except ValueError:
            pass
"""
OFTEN = """
    for _ in range(90_000):
        loss(params)
"""


def _asking(folder: Path, what: str) -> Path:
    """A notebook with all answers right, one of which asks the judge for something else first."""
    notebook = source.read(EXERCISES / "gradient_checking" / "gradient_checking.ipynb")
    answers = source.solution_cells(source.read(source.source_path("gradient_checking")))
    for task, cell in source.solution_cells(notebook).items():
        right = source.reference_answer(answers[task].source)
        cell.source = ASKS.replace("    WHAT\n", what) if task == "slope_along" else right
    path = folder / "gradient_checking.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def test_what_a_submission_asks_the_judge_for_is_bounded(tmp_path):
    """A question whose answer would take gigabytes has none; the honest ones after it have theirs."""
    result = sandboxed.grade(_asking(tmp_path, GIGABYTES), "gradient_checking", 7)
    assert result.tasks == source.points("gradient_checking"), (result.notes, result.sentence)


def test_past_its_processor_time_the_judge_gives_way_to_a_person_and_goes_on(tmp_path):
    result = sandboxed.grade(_asking(tmp_path, OFTEN), "gradient_checking", 7, judge_cpu=2)
    assert (result.outcome, result.code) == (HUMAN, "judge") and "processor time" in result.sentence, result
    assert _grade(_write(tmp_path, solved())).tasks == source.points(EXERCISE)


def test_past_its_memory_the_judge_gives_way_to_a_person_and_goes_on(tmp_path):
    path = tmp_path / f"{EXERCISE}.ipynb"
    path.write_bytes(next(file for file in FILES if file.name == "many_empty").make(solved()))
    result = _grade(path, judge_memory=40 * 2**20)
    assert (result.outcome, result.code) == (HUMAN, "judge") and "memory" in result.sentence, result
    assert _grade(_write(tmp_path, solved())).tasks == source.points(EXERCISE)


def test_a_page_that_is_slow_to_set_is_given_up(tmp_path):
    """Markup built to be slow costs its student the page, and the next one nothing."""
    notebook = solved()
    notebook.cells += [nbformat.v4.new_markdown_cell("</" * 390_000) for _ in range(40)]
    sheet = Sheet("eve", "", EXERCISE, 0.0, 8.0, 0.0, {}, {})
    released = (EXERCISES / EXERCISE / f"{EXERCISE}.ipynb").read_text(encoding="utf-8")
    started = time.monotonic()
    made = worker.page(Request(sheet, nbformat.writes(notebook), "", released))
    assert time.monotonic() - started < PAGE + GRACE
    assert made is None or len(made) < 2**25
    assert worker.page(Request(sheet, nbformat.writes(solved()), "", released))


def test_a_neighbour_is_not_touched(outside, tmp_path):
    """After each kind of attack, an honest notebook in the same box takes full points."""
    loud = ("attack_stderr", "attack_outlives", "cheat_forged_array", "attack_fork_bomb", "leak_1_leaves")
    full = source.points(EXERCISE)
    by_name = {entry.name: entry for entry in ENTRIES}
    for name in loud:
        entry = by_name[name]
        _grade(_write(tmp_path, entry.notebook(str(outside[0]), outside[1])), **entry.limits)
        assert _grade(_write(tmp_path, solved())).tasks == full, name


def test_nothing_is_left_for_the_next_one(outside, tmp_path):
    by_name = {entry.name: entry for entry in ENTRIES}
    results = [
        _grade(_write(tmp_path, by_name[name].notebook(str(outside[0]), outside[1])))
        for name in ("leak_1_leaves", "leak_2_finds")
    ]
    assert "left" in _printed(results[0])
    assert "looked" in _printed(results[1]) and "WON" not in _printed(results[1]), _printed(results[1])


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course folder with one released exercise, and nobody in it."""
    root = tmp_path_factory.mktemp("course")
    shutil.copyfile(REPOSITORY / "nbgrader_config.py", root / "nbgrader_config.py")
    with (root / "nbgrader_config.py").open("a") as file:
        for step in ("source", "release", "submitted", "autograded", "feedback"):
            file.write(f"\nc.CourseDirectory.{step}_directory = {step!r}")
    folder = root / "source" / EXERCISE
    folder.mkdir(parents=True)
    shutil.copyfile(source.source_path(EXERCISE), folder / f"{EXERCISE}.ipynb")
    Course(root).generate(EXERCISE)
    return root


def test_a_whole_class_is_graded(course, outside):
    """Folders in every state beside each other: one outcome each, with a reason, and the honest ones in full."""
    top, good, name = course / "submitted", json.dumps(solved()), f"{EXERCISE}.ipynb"

    def hand_in(student: str, files: dict[str, str], folder: str = EXERCISE) -> Path:
        place = top / student / folder
        place.mkdir(parents=True)
        for inner, text in files.items():
            (place / inner).parent.mkdir(parents=True, exist_ok=True)
            (place / inner).write_text(text, encoding="utf-8")
        return place

    def hostile(entry: str) -> dict[str, str]:
        found = next(e for e in ENTRIES if e.name == entry)
        return {name: json.dumps(found.notebook(str(outside[0]), outside[1]))}

    full, one = sum(source.points(EXERCISE).values()), source.points(EXERCISE)["residual_layer"]
    expected: dict[str, tuple[str, str, float | None]] = {}
    for student in ("alice", "zoe"):
        hand_in(student, {name: good})
        expected[student] = (GRADED, "", full)
    hand_in("case", {name.upper(): good}, EXERCISE.title())
    hand_in("suffix", {f"{EXERCISE} (1).ipynb": good})
    hand_in("other-name", {"work.ipynb": good})
    hand_in("two", {name: good, f"{EXERCISE}-old.ipynb": "{}"})
    hand_in("inside", {f"{EXERCISE} (2).ipynb": good, f"{name}/notes.txt": "a folder of this name"})
    hand_in("files", {name: good, "data/a.csv": "1", "data/[b].txt": "2", "..x": "3"})
    # The name as a program for another code page has written it.
    odd = os.fsdecode(b"Jos\xe9")
    hand_in(odd, {name: good})
    for student in ("case", "suffix", "other-name", "two", "inside", "files"):
        expected[student] = (GRADED, "", full)
    expected[odd] = (HUMAN, "not-entered", full)
    hand_in("nothing", {})
    hand_in("markup", {"[red].ipynb": "{"})
    hand_in("directory", {f"{name}/x.txt": ""})
    hand_in("several", {"a.ipynb": good, "b.ipynb": good})
    (hand_in("link", {}) / name).symlink_to(top / "alice" / EXERCISE / name)
    (top / "link-folder").mkdir()
    (top / "link-folder" / EXERCISE).symlink_to(top / "alice" / EXERCISE)
    os.mkfifo(hand_in("pipe", {}) / name)
    hand_in("clock", {name: good, "timestamp.txt": "yesterday, I think"})
    for student, code in {
        "nothing": "no-file", "markup": "no-notebook", "directory": "no-file", "several": "no-file",
        "link": "link", "link-folder": "link", "pipe": "no-file",
    }.items():  # fmt: skip
        expected[student] = (HUMAN, code, None)
    expected["clock"] = (HUMAN, "not-entered", full)
    for student in ("cheat_forged_array", "attack_half_character", "attack_outlives"):
        hand_in(student, hostile(student))
        expected[student] = (GRADED, "", full - one * (student == "cheat_forged_array"))
    hand_in("cheat_forged_refusal", hostile("cheat_forged_refusal"))

    folder = course_directory(course)
    before = _sandboxes()
    with local(2) as cluster:
        results = {result.student: result for result in grade(folder, EXERCISE, cluster)}
    forged = results.pop("cheat_forged_refusal")
    assert forged.outcome == GRADED and sum(forged.tasks.values()) < full
    seen = {
        student: (result.outcome, result.code, sum(result.tasks.values()) if result.tasks else None)
        for student, result in results.items()
    }
    assert seen == expected, {r.student: r.sentence for r in results.values() if r.sentence}
    assert all(bool(result.sentence) == (result.outcome == HUMAN) for result in results.values())
    with Course(course).gradebook() as gradebook:
        entered = {s.student.id: s.score for s in gradebook.find_assignment(EXERCISE).submissions}
    assert {s: entered[s] for s, (outcome, *_) in expected.items() if outcome == GRADED} == {
        s: points for s, (outcome, _, points) in expected.items() if outcome == GRADED
    }
    assert table(list(results.values())).row_count == len(results)
    from rich.console import Console

    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        Console(file=nowhere, width=200).print(table(list(results.values())))
    _until_gone(before)


def _until_gone(others: set[int]) -> None:
    """Wait for the sandboxes of workers that have been told to leave: on a busy machine they take their time."""
    ends = time.monotonic() + START
    while left := _sandboxes() - others:
        assert time.monotonic() < ends, f"after {START:g} s there are still {left}"
        time.sleep(0.2)


def _sandboxes() -> set[int]:
    """The processes below this one that belong to a sandbox's user: other tests may keep workers for theirs."""
    users = range(FIRST_USER, FIRST_USER + MOST)
    places = [Path("/proc", str(number)) for number in _below(os.getpid())]
    return {int(place.name) for place in places if place.exists() and place.stat().st_uid in users}
