"""What a submission is shown: Python wherever it lies, and nothing that lies beside it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from bplib.grading.course.belongings import belongings, files
from bplib.grading.course.directory import course_directory
from bplib.grading.course.places import REPOSITORY, SOLUTIONS
from bplib.grading.sandbox import box, doctor, lend, outside, shown
from bplib.grading.sandbox.outside import Limits, Sandbox, SandboxError

pytestmark = pytest.mark.skipif(
    shutil.which("bwrap") is None and not os.environ.get("CI"), reason="bubblewrap is not installed"
)
ASK = """
import json
from bplib.grading.sandbox import shown
print(json.dumps([[str(path) for path, _ in shown.python()], list(shown.covered())]))
"""


def asked(python: Path) -> tuple[list[Path], list[str]]:
    """What another Python would show of itself, and what it would cover of that."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    said = subprocess.run([python, "-c", ASK], env=environment, check=True, capture_output=True, text=True)
    paths, covered = json.loads(said.stdout)
    return [Path(path) for path in paths], covered


@pytest.fixture(params=["a", "olá, São Tomé"])
def checkout(request, tmp_path) -> Path:
    """A checkout that is an environment, too: ``python3 -m venv .``"""
    folder = tmp_path / request.param
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (folder / "gradebook.db").write_text("grades")
    (folder / "lib" / "notes").mkdir()
    return folder


def test_of_an_environment_in_the_checkout_there_are_the_packages_and_nothing_else(checkout, tmp_path):
    packages = Path(sysconfig.get_path("purelib", vars={"base": checkout}))
    (tmp_path / "link").symlink_to(checkout)
    for folder in (checkout, tmp_path / "link"):
        paths, _ = asked(folder / "bin" / "python")
        below = [path.resolve() for path in paths if path.resolve().is_relative_to(checkout)]
        assert below == [packages], below


def test_an_installed_bplib_and_the_packages_of_another_python_are_covered(checkout):
    packages = Path(sysconfig.get_path("purelib", vars={"base": checkout}))
    (packages / "bplib").mkdir()
    _, covered = asked(checkout / "bin" / "python")
    inside = packages.relative_to(checkout).as_posix()
    assert f"{shown.ENVIRONMENT}/{inside}/bplib" in covered
    theirs = Path(sysconfig.get_path("stdlib"), "site-packages")
    assert (f"{shown.PYTHON}/{inside}" in covered) == theirs.is_dir()


def test_what_is_shown_of_the_system_leaves_out_what_people_put_there():
    roots = [path.resolve() for path in shown.system()]
    for place in (
        "/usr",
        "/usr/local/course",
        "/usr/src/course",
        "/usr/share/course",
        "/srv",
        "/home",
        "/root",
    ):
        assert not any(Path(place).is_relative_to(root) for root in roots), place


@pytest.fixture(scope="module")
def seen():
    """What a submission says of its world."""
    with Sandbox() as opened, opened.submission(Limits(cell=60)) as submission:

        def say(source: str) -> str:
            outputs = submission.run(source)
            return "".join(str(o.get("text") or o.get("evalue")) for o in outputs).strip()

        yield say


def test_late_imports_work_and_python_is_where_it_always_is(seen):
    assert (
        seen("import numpy as np, scipy.stats, sklearn.linear_model; print(np.unique([2, 1, 2]))") == "[1 2]"
    )
    assert (
        seen("from bplib import data; print([data.load(n).x.size for n in data.DATASETS])")
        == "[115008, 4420, 17070]"
    )
    assert seen("import sys; print(sys.executable, sys.prefix)").startswith(("/environment", "/python"))
    outside = {sys.prefix, sys.base_prefix, str(Path(sys.executable).parent)} - {"/usr", "/usr/bin"}
    assert seen(f"import sys; print([p for p in sys.path if p.startswith(tuple({outside!r}))])") == "[]"
    assert seen("import ssl, sqlite3, lzma, bz2, ctypes, hashlib, decimal; print('all')") == "all"


def test_shell_lines_other_processes_and_another_python_work(seen):
    assert seen("!echo hello | tr h j") == "jello"
    assert seen("!python -c 'import numpy; print(numpy.__name__)'") == "numpy"
    pool = "import multiprocessing as m\nprint(m.get_context('fork').Pool(2).map(abs, [-1, 2]))"
    assert seen(pool) == "[1, 2]"


# The doctor and the command ----------------------------------------------------------------------------------------


@pytest.fixture
def course(tmp_path, monkeypatch) -> Path:
    """A course in a folder that is shown for the sake of Python."""
    folder = tmp_path / "libraries" / "course"
    work = folder / "submitted" / "ada" / "feedforward"
    work.mkdir(parents=True)
    (work / "feedforward.ipynb").write_text(json.dumps({"cells": [], "of": "ada"}))
    (folder / "gradebook.db").write_text("grades of a whole class")
    for path in (*folder.rglob("*"), folder, folder.parent, *tmp_path.parents[:3], tmp_path):
        path.chmod(0o755 if path.is_dir() else 0o644)
    monkeypatch.setattr(shown, "SYSTEM", (*shown.SYSTEM, str(folder.parent)))
    return folder


def test_a_course_among_what_is_shown_is_refused_before_anybody_is_graded(course, tmp_path, monkeypatch):
    yours = belongings(course_directory(course))
    assert course / "gradebook.db" in yours and SOLUTIONS in yours
    (finding,) = doctor.examine(tmp_path, yours)
    assert not finding.holds and str(course) in finding.seen and "Move your course" in finding.seen
    monkeypatch.setattr(outside, "SOLUTIONS", course)
    with pytest.raises(SandboxError, match="Move your course"):
        Sandbox()


@pytest.mark.parametrize("inside", ["gradebook.db", "submitted/ada/feedforward/feedforward.ipynb"])
def test_the_doctor_finds_a_copy_by_what_is_in_it(course, inside, monkeypatch):
    """Under another name, where no path would lead to it."""
    kept = course.parents[1] / "kept"
    shutil.copytree(course, kept)
    (course / inside).rename(course.parent / "module.py")
    shutil.rmtree(course)
    shows = [*shown.course(), (course.parent, f"{shown.COURSE}/more")]
    monkeypatch.setattr(shown, "course", lambda: shows)
    with Sandbox() as opened:
        unseen, whole = doctor._search(opened, [kept])
    assert not unseen.holds and "module.py" in unseen.seen and unseen.remedy
    assert whole.holds, whole


def test_attachments_are_anybodys(tmp_path):
    for name in ("work.ipynb", "attachments/numpy.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert list(files([tmp_path])) == [tmp_path / "work.ipynb"]


# What only its owner may read --------------------------------------------------------------------------------------

AS_USER = """
import os, sys
from bplib.grading.sandbox import lend
if "plain" in sys.argv:
    lend._MOUNT_SETATTR = -1
lend.lend(61234, {lend.STAGE + "/0": sys.argv[1]})
os.setgroups([]); os.setgid(61234); os.setuid(61234)
print(open(lend.STAGE + "/0/module.py").read())
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root lends")
@pytest.mark.parametrize("mode", [0o700, 0o755])
@pytest.mark.parametrize("how", ["lent", "plain"])
def test_what_only_root_may_read_is_lent_or_nothing_is_graded(tmp_path, mode, how):
    (tmp_path / "packages").mkdir(mode=0o755)
    (tmp_path / "packages" / "module.py").write_text("here")
    (tmp_path / "packages" / "module.py").chmod(mode & 0o666)
    (tmp_path / "packages").chmod(mode)
    words = [sys.executable, "-c", AS_USER, str(tmp_path / "packages"), how]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if how == "plain" and mode == 0o700:
        assert done.returncode == 1 and f"chmod -R go+rX '{tmp_path / 'packages'}'" in done.stderr, done
    else:
        assert done.stdout == "here\n", done


@pytest.mark.skipif(os.getuid() != 0, reason="only root lends")
def test_a_package_of_another_owner_is_told_before_anybody_is_graded(tmp_path):
    """As after ``sudo pip install`` in a user's environment, under umask 077."""
    package = tmp_path / "packages" / "late"
    package.mkdir(parents=True)
    (package.parent / "module.py").write_text("here")
    os.chown(package.parent, 61_001, 61_001)
    words = [sys.executable, "-c", AS_USER, str(package.parent)]
    for mode, code in ((0o755, 0), (0o700, 1)):
        package.chmod(mode)
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert (
            done.returncode == code and (f"{package} may be read by its owner only" in done.stderr) == code
        ), done


def test_the_stage_is_no_place_for_python():
    command, _ = box.bubblewrap("bwrap", 61_000)
    sources = [command[k + 1] for k, word in enumerate(command) if word == "--ro-bind"]
    staged = [source for source in sources if source.startswith(lend.STAGE)]
    assert bool(staged) == (os.getuid() == 0)
