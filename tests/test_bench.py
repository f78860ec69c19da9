"""What every submission and every page needs is there before the first of them is forked."""

import os
import subprocess
import sys

import pytest

from bplib.grading.course.places import EXERCISES, REPOSITORY

PROGRAM = """
import os, sys
from pathlib import Path
from bplib.grading.gradebook.sheet import Sheet
from bplib.grading.pages.request import Request
from bplib.grading.work import bench
from bplib.grading.work.job import Assignment, Job
from bplib.grading.work.worker import code_hash

released, solved, exercise = Path(sys.argv[1]).read_text(), Path(sys.argv[2]).read_bytes(), sys.argv[3]
assignment = Assignment(exercise, released, code_hash(), contained=False)
job = Job(assignment, "eve", f"{exercise}.ipynb", solved, 1, "")
page = Request(Sheet("eve", "", exercise, 0.0, 9.0, 0.0, {}, {}), solved.decode(), "", released)
there = bench._Bench(False, 0)
if "cold" not in sys.argv:
    there._rehearse(assignment)
    there._rehearse(released)
for make in (lambda: bench._graded(there._box, job), lambda: bench._page(page)):
    reading, writing = os.pipe()
    if os.fork() == 0:
        before = set(sys.modules)
        assert make()
        os.write(writing, " ".join(sorted(set(sys.modules) - before)).encode())
        os._exit(0)
    os.close(writing)
    print("late:", os.fdopen(reading).read())
there.close()
"""


def _late(exercise: str, *options: str) -> list[str]:
    """The modules that a forked process imports to grade a solved notebook, and to set its page."""
    released, solved = (folder / exercise / f"{exercise}.ipynb" for folder in (EXERCISES, REPOSITORY / "solutions"))
    made = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(released), str(solved), exercise, *options],
        capture_output=True, text=True, timeout=300, env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return [line.removeprefix("late:").split() for line in made.stdout.splitlines()]


@pytest.mark.parametrize("exercise", ["error", "gradient_checking"])
def test_nothing_is_imported_for_each_submission_or_page(exercise):
    graded, paged = _late(exercise)
    assert graded == [] and paged == []


def test_without_a_rehearsal_it_would_be():
    graded, paged = _late("error", "cold")
    assert len(graded) > 10 and paged
