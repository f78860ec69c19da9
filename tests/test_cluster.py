"""Workers here and elsewhere give the same grades; killed at thirty random moments, nothing is lost and nothing is there twice."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from distributed import Security
from small_class import BIN, EXERCISE, hand_in, rows, solved, untouched

from bplib.grading.commands.grade import FINE, NO_WORKERS
from bplib.grading.course.directory import Course
from bplib.grading.course.source import solution_cells
from bplib.grading.gradebook.results import HUMAN
from bplib.grading.work import seeds, worker
from bplib.grading.work.cluster import ClusterError, OtherCode, existing, local
from bplib.grading.work.grade import grade
from bplib.grading.work.job import Assignment, Job
from bplib.grading.work.journal import Journal

#: Kills of the command, of a worker, of the scheduler: thirty in all.
COMMANDS, WORKERS, SCHEDULERS = 18, 7, 5
pytestmark = [
    pytest.mark.skipif(
        shutil.which("bwrap") is None and not os.environ.get("CI"), reason="bubblewrap is not installed"
    ),
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),  # nbgrader's
]
#: Dask waits half a minute for a scheduler that is gone.
IMPATIENT = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "3s"}


@pytest.fixture(scope="module")
def full(prepared, tmp_path_factory) -> Path:
    """A course with sixteen submissions of different worth."""
    root = tmp_path_factory.mktemp("full") / "course"
    shutil.copytree(prepared, root)
    course, tasks = Course(root).directory, list(solution_cells(untouched()))
    for k in range(16):
        hand_in(course, f"student-{k:02}", solved(*tasks[: k % (len(tasks) + 1)]))
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'backpropagation'\n"
    )
    seeds.secret(root)  # the same draws in each copy
    return root


@pytest.fixture(scope="module")
def undisturbed(full, tmp_path_factory, cluster) -> dict[str, Any]:
    """What the gradebook holds, row by row, when nobody is killed."""
    return graded_rows(copy(full, tmp_path_factory.mktemp("undisturbed")), cluster)


def copy(course: Path, into: Path) -> Path:
    return Path(shutil.copytree(course, into / "course"))


def graded_rows(root: Path, cluster: Any) -> dict[str, Any]:
    course = Course(root).directory
    grade(course, EXERCISE, cluster, feedback=False)
    return rows(course.db_url)


def found(root: Path) -> dict[str, Any]:
    return rows(Course(root).directory.db_url)


@pytest.fixture
def moments() -> random.Random:
    """Random moments; a failing test shows the seed."""
    seed = random.SystemRandom().randrange(10**6)
    print("moments drawn from seed", seed)
    return random.Random(seed)


def start(root: Path, *options: str) -> subprocess.Popen[str]:
    program = [sys.executable, "-m", "bplib.grading", "grade", EXERCISE, "--course", str(root)]
    return subprocess.Popen(
        [*program, "--json", "--no-feedback", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **IMPATIENT, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
        start_new_session=True,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, list[dict[str, Any]]]:
    out, errors = process.communicate(timeout=120)
    print(errors)
    return process.returncode, json.loads(out or "[]")


# Here --------------------------------------------------------------------------------------------------------------


def test_a_command_killed_at_any_moment_goes_on_and_ends_as_if_nothing_had_been(
    full, undisturbed, moments, tmp_path
):
    root = copy(full, tmp_path)
    for _ in range(COMMANDS):
        process = start(root, "--workers", "2", "--resume")
        time.sleep(moments.uniform(0.5, 3.5))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    status, results = ended(start(root, "--workers", "2", "--resume"))
    assert status == FINE and len(results) == 16
    assert found(root) == undisturbed


def deadly(item: str) -> str:
    if item == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    return item.upper()


def test_who_kills_its_worker_costs_nobody_else_anything():
    items = [*"abc", "deadly", *"defgh"]
    with local(2) as cluster:
        done = dict(cluster.run(deadly, items))
    assert done == {item: None if item == "deadly" else item.upper() for item in items}


def test_items_are_taken_as_workers_come_free(cluster):
    taken = []

    def items() -> Iterator[str]:
        for k in range(200):
            taken.append(k)
            yield str(k)

    ahead = [len(taken) - k for k, _ in enumerate(cluster.run(str.upper, items()))]
    assert len(taken) == 200 and max(ahead) < 20


def test_what_a_worker_raises_is_raised_here(cluster):
    other = Assignment(EXERCISE, "{}", "another version")
    with pytest.raises(OtherCode, match="another bplib, numpy or Python than this command"):
        list(cluster.run(worker.grade_one, [Job(other, "ada", "a.ipynb", b"{}", 0, "")]))


# Elsewhere ---------------------------------------------------------------------------------------------------------


class Farm:
    """A scheduler and two workers, each a process of its own, that speak TLS."""

    def __init__(self, folder: Path) -> None:
        made = Security.temporary()
        files = {"ca-file": made.tls_ca_file, "cert": made.tls_client_cert, "key": made.tls_client_key}
        self.tls = []
        for name, text in files.items():
            path = folder / f"{name}.pem"
            path.write_text(str(text))
            self.tls += [f"--tls-{name}", str(path)]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"tls://127.0.0.1:{self.port}"
        self._folder = folder
        self.scheduler: subprocess.Popen[bytes]
        self.workers: list[subprocess.Popen[bytes]] = []
        self.open()

    def open(self) -> None:
        where = ["--host", "127.0.0.1", "--port", str(self.port), "--protocol", "tls"]
        self.scheduler = self._process("scheduler", *where)
        while True:
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", self.port)) == 0:
                    break
            assert self.scheduler.poll() is None
            time.sleep(0.1)
        for _ in range(2):
            self.hire()

    def hire(self) -> None:
        """Start one more worker."""
        options = ["--nthreads", "1", "--memory-limit", "0", "--no-nanny"]
        self.workers.append(self._process("worker", self.address, *options))

    def _process(self, kind: str, *options: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_" + kind, *options, "--no-dashboard", *self.tls],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
        )

    def close(self) -> None:
        for process in (self.scheduler, *self.workers):
            process.kill()
            process.wait()
        self.workers.clear()


@pytest.fixture
def farm(tmp_path) -> Iterator[Farm]:
    opened = Farm(tmp_path)
    yield opened
    opened.close()


def test_a_scheduler_elsewhere_gives_the_same_grades(farm, full, undisturbed, tmp_path):
    root = copy(full, tmp_path)
    status, results = ended(start(root, "--scheduler", farm.address, *farm.tls))
    assert status == FINE and all(result["sandbox"] for result in results)
    assert found(root) == undisturbed


def test_workers_killed_at_any_moment_cost_nothing(farm, full, undisturbed, moments, tmp_path):
    root = copy(full, tmp_path)
    for _ in range(WORKERS):
        process = start(root, "--scheduler", farm.address, *farm.tls)
        time.sleep(moments.uniform(1.0, 3.0))
        victim = farm.workers.pop(moments.randrange(2))
        victim.kill()
        victim.wait()
        farm.hire()
        status, results = ended(process)
        assert status == FINE and len(results) == 16
        assert found(root) == undisturbed


def test_a_scheduler_killed_at_any_moment_is_said_and_the_work_goes_on(
    farm, full, undisturbed, moments, tmp_path
):
    root = copy(full, tmp_path)
    journal = Journal(root / ".bplib-journal" / f"{EXERCISE}.jsonl")
    for _ in range(SCHEDULERS):
        process = start(root, "--scheduler", farm.address, *farm.tls, "--resume")
        time.sleep(moments.uniform(1.0, 2.5))
        before = len(journal.marks())
        farm.close()
        status, said = ended(process)
        assert status in (FINE, NO_WORKERS) and len(journal.marks()) >= before, said
        farm.open()
    status, results = ended(start(root, "--scheduler", farm.address, *farm.tls, "--resume"))
    assert status == FINE and not [result for result in results if result["outcome"] == HUMAN]
    assert found(root) == undisturbed


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tcp://192.0.2.1:8786", "in the open"),
        ("192.0.2.1:8786", "in the open"),
        ("tls://192.0.2.1:8786", "give --tls-ca-file"),
        ("tcp://127.0.0.1:1", "cannot be reached"),
    ],
)
def test_who_cannot_be_reached_or_must_not_is_said(address, said, monkeypatch):
    monkeypatch.setattr("bplib.grading.work.cluster.PATIENCE", 1)
    with pytest.raises(ClusterError, match=said), existing(address):
        pass


def test_a_scheduler_without_workers_is_said(farm, monkeypatch):
    monkeypatch.setattr("bplib.grading.work.cluster.PATIENCE", 1)
    for worker in farm.workers:
        worker.kill()
        worker.wait()
    _, ca_file, _, cert, _, key = farm.tls
    with pytest.raises(ClusterError, match="no workers"), existing(farm.address, ca_file, cert, key):
        pass
