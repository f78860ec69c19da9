"""What a submission is shown of the machine: Python, chosen by what it is, at places that are the same everywhere.

Where Python and its packages lie outside makes no difference inside. Whatever lies beside them, in the same prefix, is not there.
"""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

import bplib

#: All of bplib that a submission can see. What answers an exercise is not there.
VISIBLE = (
    "__init__.py",
    "breast_cancer.csv.gz",
    "data.py",
    "diabetes.csv.gz",
    "digits.csv.gz",
    "plots",
    "progress.py",
    "types.py",
    "checking/calling/__init__.py",
    "checking/calling/calls.py",
    "checking/calling/guards.py",
    "checking/calling/listening.py",
    "checking/calling/plain.py",
    "checking/limits.py",
    "grading/sandbox/inside",
)
#: Where that is, inside; where Python is, and the environment on top of it.
COURSE, PYTHON, ENVIRONMENT = "/course", "/python", "/environment"
#: What its own libraries and those that it has loaded from elsewhere are found by.
LIBRARIES = f"{PYTHON}/lib"
#: Of the system: programs for shell lines, libraries, and what dates and figures read. Not /usr/local, /usr/src, /usr/share.
SYSTEM = (
    "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libx32",
    "/usr/share/zoneinfo", "/usr/share/fonts", "/usr/share/matplotlib",
    # Where libraries are, and which of several: Debian's own numpy finds its BLAS by the latter.
    "/etc/ld.so.cache", "/etc/alternatives",
)  # fmt: skip
#: These are links into /usr where the system is a newer one.
ROOTS = ("/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin")
_VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"

Pair = tuple[Path, str]


def program() -> str:
    """Python, inside."""
    return f"{ENVIRONMENT if _environment() else PYTHON}/bin/python"


def system() -> list[Path]:
    """What is shown of the system, where it is."""
    roots = [path for path in map(Path, ROOTS) if path.exists() and not path.is_symlink()]
    return [*(path for path in map(Path, SYSTEM) if path.exists()), *roots]


def python() -> list[Pair]:
    """Python and its packages: each file or folder with its place inside."""
    # Without the second, the modules in C are looked for in the environment.
    base = {"platbase": sys.base_prefix}
    standard = [sysconfig.get_path(name, vars=base) for name in ("stdlib", "platstdlib")]
    pairs = [(Path(sys.executable).resolve(), f"{PYTHON}/bin/{_VERSION}")]
    pairs += [(path, _below(path, Path(sys.base_prefix), PYTHON)) for path in _apart(standard)]
    pairs += [(path, _place(path)) for path in _packages()]
    return [*pairs, *_libraries(pairs)]


def course() -> list[Pair]:
    """A little of bplib."""
    package = Path(bplib.__file__).resolve().parent
    pairs = [(package / name, f"{COURSE}/bplib/{name}") for name in VISIBLE]
    # Makes a virtual environment of the folder.
    cfg = [(Path(__file__).with_name("pyvenv.cfg"), f"{ENVIRONMENT}/pyvenv.cfg")]
    return pairs + (cfg if _environment() else [])


def links() -> Iterator[tuple[str, str]]:
    """What a link inside says, and where it is."""
    yield from ((os.readlink(path), path) for path in ROOTS if os.path.islink(path))
    for name in ("python", "python3"):
        yield _VERSION, f"{PYTHON}/bin/{name}"
    if _environment():
        for name in ("python", "python3", _VERSION):
            yield f"{PYTHON}/bin/{_VERSION}", f"{ENVIRONMENT}/bin/{name}"


def covered() -> Iterator[str]:
    """Folders inside that would be shown with another one, and must be empty: an installed bplib, with its answers, and packages that the environment leaves out."""
    packages = _packages()
    for folder in packages:
        if (folder / "bplib").exists():
            yield f"{_place(folder)}/bplib"
    standard = Path(sysconfig.get_path("stdlib"))
    for name in ("site-packages", "dist-packages"):
        folder = standard / name
        if folder.is_dir() and not any(folder.samefile(path) for path in packages):
            yield f"{_below(standard, Path(sys.base_prefix), PYTHON)}/{name}"


def showing(place: Path) -> Path | None:
    """The folder that is shown and in which this file or folder lies, if there is one."""
    folders = [*system(), *(source for source, _ in python())]
    real = place.resolve()
    return next((folder for folder in folders if real.is_relative_to(folder.resolve())), None)


def _environment() -> bool:
    return sys.prefix != sys.base_prefix


def _packages() -> list[Path]:
    return _apart(site.getsitepackages())


def _apart(names: Iterable[str]) -> list[Path]:
    """Those folders that there are, each of them once: in an environment, lib64 is often a link to lib."""
    found: dict[Path, Path] = {}
    for path in map(Path, names):
        if path.is_dir():
            found.setdefault(path.resolve(), path)
    return list(found.values())


def _place(folder: Path) -> str:
    """Where packages are, inside: as they lie to Python or to its environment, whichever they are nearer to."""
    places = {Path(sys.base_prefix): PYTHON, Path(sys.prefix): ENVIRONMENT if _environment() else PYTHON}
    nearest = max((p for p in places if folder.is_relative_to(p)), key=lambda p: len(p.parts))
    return _below(folder, nearest, places[nearest])


def _below(path: Path, prefix: Path, place: str) -> str:
    return f"{place}/{path.relative_to(prefix).as_posix()}"


def _libraries(pairs: list[Pair]) -> list[Pair]:
    """Shared libraries beside Python, and those that it has loaded from a place that is not shown."""
    found: dict[str, Path] = {}
    if not Path(sys.base_prefix).samefile("/usr"):
        found |= {path.name: path for path in Path(sys.base_prefix, "lib").glob("*.so*") if path.is_file()}
    seen = [path.resolve() for path in (*(source for source, _ in pairs), *system(), *map(Path, ROOTS))]
    with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
        loaded = {line.split(maxsplit=5)[5].rstrip("\n") for line in maps if ".so" in line and "/" in line}
    for path in map(Path, sorted(loaded)):
        if path.is_file() and not any(path.resolve().is_relative_to(folder) for folder in seen):
            found.setdefault(path.name, path)
    return [(path, f"{LIBRARIES}/{name}") for name, path in sorted(found.items())]
