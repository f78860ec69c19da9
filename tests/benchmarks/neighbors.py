"""A large class with hostile submissions among honest ones, and the same class without them: part of ``make bench``.

The honest points have to be equal, row by row. Writes ``book/_data/neighbors.json``; the instructors' guide prints it. With
numbers, another class: ``python tests/benchmarks/neighbors.py 200 10`` has 200 submissions, ten of them hostile.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import nbgrader
from run import ROOT, record

sys.path.insert(0, str(ROOT / "tests"))

from corpus import EXERCISE, entries, solved
from corpus.damaged import FILES, RUNNING
from small_class import hand_in, rows
from small_class import solved as partly_solved

from bplib.grading.course import release, source
from bplib.grading.course.directory import Course
from bplib.grading.gradebook.results import HUMAN
from bplib.grading.sandbox.outside import Limits
from bplib.grading.work import READY, seeds
from bplib.grading.work.cluster import local
from bplib.grading.work.grade import grade

TARGET = ROOT / "book" / "_data" / "neighbors.json"
SUBMISSIONS, HOSTILE, WORKERS = 1000, 50, 2
LIMITS = Limits(cell=2, cpu=8, wall=15, judge_cpu=20)


def hostile() -> list[tuple[str, Any]]:
    """The corpus, with those first that take time, processes or the judge's patience."""
    found = [(entry.name, entry.notebook("/nowhere", 9)) for entry in (*entries(), *RUNNING)]
    found += [(file.name, file.make(solved())) for file in FILES]
    greedy = ("attack", "forged", "blind", "leak", "many", "cell_")
    return sorted(found, key=lambda pair: not any(word in pair[0] for word in greedy))


def graded(
    root: Path, honest: int, guests: list[tuple[str, Any]]
) -> tuple[dict[str, list[str]], float, list[Any]]:
    """Grade a class in this folder; the honest rows of the gradebook's grades, seconds, and all results."""
    course = Course(root)
    release.generate(course, [EXERCISE])
    (root / seeds.SECRET).write_bytes(b"the same draws in both classes..")
    tasks = list(source.points(EXERCISE))
    every = max(1, honest // max(1, len(guests)))
    waiting = iter(guests)
    for k in range(honest):
        hand_in(course.directory, f"s{k:05}", partly_solved(*tasks[: k % (len(tasks) + 1)]))
        for name, notebook in islice(waiting, 1 if k % every == 0 else 0):
            hand_in(course.directory, f"s{k:05}-{name}", notebook)
    started = time.monotonic()
    with local(WORKERS, READY) as cluster:
        results = grade(course.directory, EXERCISE, cluster, feedback=False, limits=LIMITS)
    took = time.monotonic() - started
    names = {f"s{k:05}" for k in range(honest)}
    kept = {
        table: [row for row in held if any(f"'{name}'" in row for name in names)]
        for table, held in rows(course.directory.db_url).items()
    }
    return kept, took, [result for result in results if result.student not in names]


def main() -> None:
    total, few = map(int, sys.argv[1:3]) if len(sys.argv) > 2 else (SUBMISSIONS, HOSTILE)
    guests = list(islice(cycle(hostile()), few))
    with tempfile.TemporaryDirectory() as folder:
        alone, quiet, _ = graded(Path(folder, "alone"), total - few, [])
        among, loud, found = graded(Path(folder, "among"), total - few, guests)
    differing = sum(len(set(alone[table]) ^ set(among[table])) for table in alone)
    row = {
        "submissions": total,
        "hostile": few,
        "rows": sum(map(len, alone.values())),
        "rows that differ": differing,
        "seconds without": round(quiet),
        "seconds with": round(loud),
        "left to a person": dict(Counter(result.code for result in found if result.outcome == HUMAN)),
    }
    print(json.dumps(row, indent=1))
    if (total, few) == (SUBMISSIONS, HOSTILE):
        record(TARGET, {"nbgrader": nbgrader.__version__}, {"exercise": EXERCISE, **row})
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
