"""The tests of grading in five places: ``make test-places``, or ``python tests/places.py`` with words for pytest.

In each place there are a checkout, with all that is not committed yet, and an environment. The packages are those of the
environment that runs this: linked where they lie on the same file system, and copied elsewhere.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
#: Packages that no test of grading imports, and that take long to copy; and what leads to another bplib.
LEFT_OUT = re.compile(r"(torch|functorch|jax|playwright|mypy|ruff|bplib|__editable__|__pycache__)")
#: Those on which a place may tell: all of what is shown, the doctor, a class with everything in it, and what reads and starts.
READS = "search_disk or read_files or write_outside or import_answers or read_source or cell_magics or cell_pool or cell_plot"
TESTS = (
    *(f"tests/test_{name}.py" for name in ("shown", "sandbox", "grade", "corpus")),
    *("-k", f"test_shown or doctor_finds_every or one_outcome or whole_class or deserves and ({READS})"),
)


@dataclass(frozen=True)
class Place:
    """A place by what is said of it, the folder it is made in, and where in there the checkout and the environment are."""

    says: str
    below: str
    checkout: str = "course"
    environment: str = "course/.venv"
    link: str = ""


PLACES = (
    Place("under /tmp", "/tmp"),
    Place("under /dev/shm", "/dev/shm"),
    Place("a path with spaces and accents", "/var/tmp", "olá, São Tomé", "olá, São Tomé/.venv"),
    Place("behind a link, the environment elsewhere", "/tmp", environment="environment", link="link"),
    Place("the environment in the checkout itself", "/var/tmp", environment="course"),
)


def main() -> int:
    failed = False
    for place in PLACES:
        began = time.monotonic()
        with made(place) as (checkout, python):
            code, said = tested(checkout, python, sys.argv[1:] or TESTS)
        last = (said.strip().splitlines() or ["nothing said"])[-1]
        took = f"{time.monotonic() - began:.0f} s in all"
        print(f"{'failed' if code else 'passed'}: {place.says}: {last}; {took}", flush=True)
        if code:
            failed = True
            print(said, file=sys.stderr, flush=True)
    return int(failed)


@contextmanager
def made(place: Place) -> Iterator[tuple[Path, Path]]:
    """The checkout and the Python of a place; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bplib-place-", dir=place.below) as folder:
        top = Path(folder)
        top.chmod(0o755)
        checkout, environment = top / place.checkout, top / place.environment
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listed, cwd=REPOSITORY, check=True, capture_output=True).stdout.split(b"\0")
        for name in map(os.fsdecode, filter(None, names)):
            if (REPOSITORY / name).is_file():
                (checkout / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(REPOSITORY / name, checkout / name)
        if place.link:
            (top / place.link).symlink_to(place.checkout)
            checkout = top / place.link
        python = installed(environment, checkout)
        yield checkout, python


def installed(environment: Path, checkout: Path) -> Path:
    """An environment with our packages and with this checkout; its Python."""
    base = Path(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}")
    subprocess.run([base, "-m", "venv", "--without-pip", environment], check=True)
    ours = Path(sysconfig.get_path("purelib"))
    theirs = Path(sysconfig.get_path("purelib", vars={"base": str(environment)}))
    for path in ours.iterdir():
        if LEFT_OUT.match(path.name):
            continue
        if path.is_dir():
            shutil.copytree(path, theirs / path.name, copy_function=put, symlinks=True)
        else:
            put(path, theirs / path.name)
    (theirs / "bplib.pth").write_text(f"{checkout}\n", encoding="utf-8")
    return environment / "bin" / "python"


def put(source: str | Path, target: str | Path) -> None:
    """Link a file, or copy it to another file system."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def tested(checkout: Path, python: Path, words: Sequence[str]) -> tuple[int, str]:
    """Run tests there: how pytest ended, and what it said."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONPATH" and not name.startswith("PYTEST")
    }
    # nbgrader calls alembic by name; new environments have no such program, but ours has one.
    programs = os.pathsep.join([str(python.parent), sysconfig.get_path("scripts"), kept.get("PATH", "")])
    environment = {**kept, "PATH": programs, "CI": "true", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", *words]
    done = subprocess.run(
        command,
        cwd=checkout,
        env=environment,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout


if __name__ == "__main__":
    sys.exit(main())
