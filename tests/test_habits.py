"""The notebook's habits: split and copied cells, modules and data beside it, several notebooks, what later cells print."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.coursedir import CourseDirectory
from small_class import EXERCISE, FULL, LIMITS, hand_in, solved, untouched

from bplib.grading.collecting.record import RECORD, Record
from bplib.grading.course.source import read, solution_cells
from bplib.grading.gradebook.results import Result
from bplib.grading.sandbox.outside import Sandbox
from bplib.grading.work import luggage, submission
from bplib.grading.work.cleaning import cleaned
from bplib.grading.work.grade import grade
from bplib.grading.work.job import Job

pytestmark = pytest.mark.skipif(
    shutil.which("bwrap") is None and not os.environ.get("CI"), reason="bubblewrap is not installed"
)
TASKS = list(solution_cells(untouched()))


class Here:
    """A worker without a process of its own: one sandbox for all of these tests."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box

    def run(
        self, work: Callable[[Any], Any], items: Any, at_once: int | None = None
    ) -> Iterator[tuple[Any, Any]]:
        for item in items:
            yield item, submission.grade(self._box, item) if isinstance(item, Job) else work(item)


@pytest.fixture(scope="module", params=["contained", "open"])
def box(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(request.param == "contained") as opened:
        yield opened


@pytest.fixture
def graded(course: CourseDirectory, box: Sandbox) -> Callable[..., dict[str, Result]]:
    def run(**options: Any) -> dict[str, Result]:
        # The results are the same in and out of the box; only who may use which is checked elsewhere.
        done = grade(course, EXERCISE, Here(box), limits=LIMITS, feedback=False, **options)  # type: ignore[arg-type]
        return {result.student: result for result in done}

    return run


def points(result: Result) -> float:
    return sum(result.tasks.values())


def split(notebook: nbformat.NotebookNode, task: str, *parts: str) -> nbformat.NotebookNode:
    """Put these in place of an answer, each with its mark, as JupyterLab does when a cell is split or copied."""
    cell = solution_cells(notebook)[task]
    where = notebook.cells.index(cell)
    copies = []
    for number, source in enumerate(parts):
        copy = nbformat.from_dict(json.loads(json.dumps(cell)))
        copy.source, copy.id = source, f"part-{number}"
        copies.append(copy)
    notebook.cells[where : where + 1] = copies
    return notebook


# Split and copied cells --------------------------------------------------------------------------------------------


def test_all_parts_of_a_split_or_copied_answer_run_in_their_order(course, graded):
    task = TASKS[0]
    answer, stub = solution_cells(solved())[task].source, solution_cells(untouched())[task].source
    old = f"def {task}(*arguments):\n    return 0"
    name = answer.split("(")[0].removeprefix("def ")
    hand_in(
        course,
        "split",
        split(solved(), task, "import numpy as np\nhelper = 1", f"assert helper == 1\n{answer}"),
    )
    hand_in(course, "old-above", split(solved(), task, old, answer))
    hand_in(course, "broken-above", split(solved(), task, "def half(:", answer))
    hand_in(course, "stub-below", split(solved(), task, answer, stub))
    hand_in(course, "stub-above", split(solved(), task, stub, answer))
    hand_in(course, "old-below", split(solved(), task, answer, old))
    results = graded()
    worth = points(results["split"]) - points(results["old-below"])
    assert {student: points(result) for student, result in results.items()} == {
        "split": FULL, "old-above": FULL, "broken-above": FULL, "stub-below": FULL, "stub-above": FULL, "old-below": FULL - worth,
    }  # fmt: skip
    assert worth > 0 and name == task  # what is defined last counts, as it does from top to bottom
    (note,) = results["old-above"].notes
    assert note == (
        f"cell 'solve-{task}' is there 2 times; 2 parts of it run in their order, and what a later one defines counts"
    )
    assert results["stub-below"].notes == (
        f"cell 'solve-{task}' is there 2 times; the one that was written counts",
    )


def test_cells_between_two_parts_stay_between_them():
    task = TASKS[0]
    answer = solution_cells(solved())[task].source
    notebook = split(solved(), task, "a = 1", answer)
    where = next(k for k, cell in enumerate(notebook.cells) if cell.source == "a = 1")
    notebook.cells.insert(where + 1, nbformat.v4.new_code_cell("b = a"))
    ready = cleaned(notebook, untouched()).notebook
    sources = [cell.source for cell in ready.cells]
    start = sources.index("a = 1")
    assert sources[start : start + 3] == ["a = 1", "b = a", answer]
    marks = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in ready.cells]
    assert marks[start : start + 3] == [None, None, f"solve-{task}"]
    assert len([mark for mark in marks if mark]) == len({mark for mark in marks if mark})


def test_a_thousand_copies_end(course, graded):
    task = TASKS[0]
    hand_in(course, "ada", split(solved(), task, *["x = 1"] * 5000))
    assert (
        len(
            cleaned(
                read(Path(course.root, "submitted/ada", EXERCISE, f"{EXERCISE}.ipynb")), untouched()
            ).notebook.cells
        )
        < 2100
    )


# What lies beside --------------------------------------------------------------------------------------------------


def with_cell(source: str, task: str = TASKS[0]) -> nbformat.NotebookNode:
    """The solved notebook; the cell of a task begins with this, and earns nothing unless it runs."""
    notebook = solved()
    cell = solution_cells(notebook)[task]
    cell.source = f"{source}\n\n\n{cell.source}"
    return notebook


def test_own_modules_and_data_are_there_and_replace_nothing(course, graded):
    folder = hand_in(
        course,
        "beside",
        with_cell(
            "import helper, tools.more\nassert helper.x + tools.more.y == 3\nassert open('data/a.csv').read()"
        ),
    ).parent
    (folder / "tools").mkdir()
    (folder / "data").mkdir()
    (folder / "helper.py").write_text("x = 1\n")
    (folder / "tools" / "more.py").write_text("y = 2\n")
    (folder / "data" / "a.csv").write_text("1,2\n")
    hand_in(course, "written", solved())
    written = solved()
    cell = solution_cells(written)[TASKS[0]]
    where = written.cells.index(cell)
    written.cells.insert(where, nbformat.v4.new_code_cell("%%writefile own.py\nz = 5\n"))
    cell.source = f"import own\nassert own.z == 5\n{cell.source}"
    hand_in(course, "written", written)
    collected = hand_in(
        course, "collected", with_cell("from my_tools import one\nassert open('my data.txt').read() == 'd'")
    ).parent
    (collected / "attachments").mkdir()
    (collected / "attachments" / "src-my_tools.py").write_text("one = 1\n")
    (collected / "attachments" / "my-data.txt").write_text("d")
    (collected / "attachments" / "old.py").write_text("raise ValueError('of an earlier time')")
    files = {
        "src-my_tools.py": "my_tools.py",
        "my-data.txt": "my data.txt",
        "x": "../../evil.py",
        "y": "/etc/evil.py",
    }
    (collected / RECORD).write_bytes(Record(files=files).written())
    shadows = "import numpy, random, json, bplib, statistics, sklearn\nassert not any(hasattr(m, 'mine') for m in (numpy, random, json, bplib, statistics, sklearn))"
    shadow = hand_in(course, "shadow", with_cell(shadows)).parent
    for name in ("numpy", "random", "json", "bplib", "statistics", "sklearn", "sitecustomize"):
        (shadow / f"{name}.py").write_text("mine = True\n")
    results = graded()
    assert {student: (points(result), result.notes) for student, result in results.items()} == dict.fromkeys(
        ("beside", "written", "collected", "shadow"), (FULL, ())
    )
    assert not Path("own.py").exists()  # without a box, too, nothing stays where the instructor works


def test_a_changed_module_is_another_submission(course, graded):
    folder = hand_in(course, "ada", with_cell("import helper\nassert helper.right")).parent
    (folder / "helper.py").write_text("right = False\n")
    before = graded()["ada"]
    (folder / "helper.py").write_text("right = True\n")
    after = graded(resume=True)["ada"]
    assert points(before) < points(after) == FULL and before.handed_in != after.handed_in


def test_what_is_too_much_or_no_data_stays_behind(course, tmp_path, monkeypatch):
    notebook = hand_in(course, "ada", solved())
    folder = notebook.parent
    monkeypatch.setattr(luggage, "LARGEST", 1000)
    (folder / "small.csv").write_text("1")
    (folder / "zlarge.csv").write_text("1" * 1001)
    for name in ("film.mp4", ".hidden.py", "timestamp.txt", "other.ipynb", "program"):
        (folder / name).write_text("x")
    (folder / "link.py").symlink_to(tmp_path / "secret.py")
    (tmp_path / "secret.py").write_text("secret")
    (folder / "linked").symlink_to(tmp_path)
    packed, notes = luggage.luggage(notebook)
    assert packed == {"small.csv": b"1"}
    assert notes == [
        "files that it brought along and that are not there when it runs: 1; it may have 50 files and 0.000953674 MB"
    ]


@pytest.mark.parametrize(
    "name", ["../up.py", "/etc/a.py", "a/../../b.py", ".b.py", "a//b.py", "a/b/c/d/e/f.py", "a\0.py", ""]
)
def test_no_name_leads_out_of_the_working_folder(course, name):
    notebook = hand_in(course, "ada", solved())
    (notebook.parent / "attachments").mkdir()
    (notebook.parent / "attachments" / "evil.py").write_text("x")
    (notebook.parent / RECORD).write_bytes(Record(files={"evil.py": name}).written())
    assert luggage.luggage(notebook) == ({}, [])


# Several notebooks -------------------------------------------------------------------------------------------------


def test_of_several_notebooks_the_solved_one_counts(course, graded):
    hand_in(course, "ada", untouched())
    hand_in(course, "ada", solved(), name="my solution.ipynb")
    hand_in(course, "bob", solved())
    hand_in(course, "bob", untouched(), name=f"{EXERCISE}-copy.ipynb")
    hand_in(course, "cy", solved())
    hand_in(course, "cy", solved(TASKS[0]), name=f"{EXERCISE} (1).ipynb")
    hand_in(course, "dee", untouched())
    hand_in(course, "dee", b"no notebook", name="notes.ipynb")
    results = graded()
    assert [points(results[name]) for name in ("ada", "bob", "cy", "dee")] == [FULL, FULL, FULL, 0]
    assert results["ada"].notes == ("of several notebooks my solution.ipynb counts",)
    assert "(1).ipynb has been worked on, too: see which is meant" in results["cy"].notes[-1]


# What a later cell prints ------------------------------------------------------------------------------------------


def test_inputs_that_a_later_cell_prints_are_of_no_use_the_next_time(course, graded):
    """They are not secret afterwards: whoever changes a character, or a file beside, gets others."""
    task = TASKS[0]
    leak = solved()
    cell = solution_cells(leak)[task]
    cell.source += f"\n\n\nseen, _right = [], {task}\n\n\ndef {task}(*a):\n    made = _right(*a)\n    seen.append(repr((a, made)))\n    return made"
    where = next(k for k, c in enumerate(leak.cells) if c.source == f'check("{task}")')
    leak.cells.insert(where + 1, nbformat.v4.new_code_cell("print('SEEN', dict.fromkeys(seen))"))
    path = hand_in(course, "ada", leak)
    assert points(graded()["ada"]) == FULL
    text = Path(course.root, "autograded/ada", EXERCISE, f"{EXERCISE}.ipynb").read_text()
    (first,) = [
        o["text"]
        for c in nbformat.reads(text, 4).cells
        for o in c.get("outputs", [])
        if "SEEN" in str(o.get("text", ""))
    ]
    leak.cells[-1].source += "\n# again"
    nbformat.write(leak, path)
    graded()
    text = Path(course.root, "autograded/ada", EXERCISE, f"{EXERCISE}.ipynb").read_text()
    (second,) = [
        o["text"]
        for c in nbformat.reads(text, 4).cells
        for o in c.get("outputs", [])
        if "SEEN" in str(o.get("text", ""))
    ]
    assert first != second
