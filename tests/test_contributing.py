"""The contributor's page, followed to the letter in a copy of the repository: it has to lead to a graded exercise."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, metadata

import nbformat
import pytest
from packaging.specifiers import SpecifierSet

from bplib.grading.course.places import REPOSITORY
from bplib.grading.course.source import solution_cells

PAGE = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
GRADE = """
from pathlib import Path
from bplib.grading.course import release
from bplib.grading.course.directory import Course
from bplib.grading.rehearsal.sample_class import Submission, hand_in
from bplib.grading.rehearsal.students import Student

course = Course(Path("class"))
release.generate(course, ["softsign"])
for student in (Student("reference", "knows it"), Student("untouched", "does nothing", works=False)):
    hand_in(course, Submission(student, "softsign"))
    course.autograde("softsign", student.name)
    with course.gradebook() as gradebook:
        graded = gradebook.find_submission("softsign", student.name)
        print(student.name, graded.score, graded.max_score)
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """Return a function that runs Python in a copy of the repository without exercises."""
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(REPOSITORY / "bplib", root / "bplib", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("nbgrader_config.py", "constraints.txt"):
        shutil.copy(REPOSITORY / name, root)
    for name in ("solutions", "exercises"):
        (root / name).mkdir()

    def python(*arguments):
        environment = os.environ | {"PYTHONPATH": str(root)}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return root, python


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.DOTALL | re.MULTILINE)


def test_page_leads_to_a_graded_exercise(checkout):
    root, python = checkout
    checks, *answers = blocks("python")
    (path,) = re.findall(r"^`(bplib/checking/exercises/\w+\.py)`:$", PAGE, flags=re.MULTILINE)
    (root / path).write_text(checks)

    commands = [
        line.split()[2:] for line in PAGE.splitlines() if line.startswith("$ python -m bplib.grading")
    ]
    new, points, release, _demo = commands
    made = python(*new)
    assert made.returncode == 0, made.stderr
    source = root / "solutions" / "softsign" / "softsign.ipynb"
    notebook = nbformat.read(source, as_version=4)
    cells = solution_cells(notebook)
    assert len(cells) == len(answers) == 2
    for (task, cell), answer in zip(cells.items(), answers, strict=True):
        assert answer.startswith(cell.source.split("\n")[0]), "the frame has the signature of the page"
        assert f"def {task}(" in answer
        cell.source = answer.rstrip()
    nbformat.write(notebook, source)

    for command in (points, release, [*release, "--check"]):
        run = python(*command)
        assert run.returncode == 0, run.stdout + run.stderr
    graded = python("-c", GRADE)
    assert graded.stdout.splitlines() == ["reference 3.0 3.0", "untouched 0.0 3.0"], graded.stderr


def test_new_exercise_says_what_is_missing(checkout):
    _root, python = checkout
    run = python("-m", "bplib.grading", "new", "hardtanh")
    assert run.returncode != 0
    assert "write the checks in bplib/checking/exercises/hardtanh.py first" in run.stderr


def test_new_exercise_overwrites_nothing(checkout):
    _root, python = checkout
    run = python("-m", "bplib.grading", "new", "softsign")
    assert run.returncode != 0 and "exists" in run.stderr


def test_every_pinned_package_runs_on_the_oldest_python_that_the_course_names():
    """Debian's Python 3.11.2 could not install what asks for 3.11.5, though the course says 3.11."""
    wanted = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest = re.fullmatch(r">=(3\.\d+)", wanted["requires-python"])[1] + ".0"
    lines = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = [match[1] for line in lines if (match := re.match(r"([\w.-]+)==", line))]
    assert len(pinned) > 100
    for name in pinned:
        try:
            asks = metadata(name).get("Requires-Python") or ""
        except PackageNotFoundError:  # of another part of the course
            continue
        assert SpecifierSet(asks).contains(oldest), f"{name} asks for Python {asks}, the course for {oldest}"
