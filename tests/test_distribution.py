"""What `make dist` makes: the right files, fit for a package index, and bplib for whoever has nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
#: The package as it lies in the repository, without what running it leaves.
PACKAGE = {
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "bplib").rglob("*")
    if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)
}


@pytest.fixture(scope="module")
def made() -> ModuleType:
    sys.path.insert(0, str(ROOT / "book" / "_ext"))
    try:
        yield import_module("distribution")
    finally:
        sys.path.remove(str(ROOT / "book" / "_ext"))


@pytest.fixture(scope="module")
def packed(made: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist and the wheel, made anew."""
    return made.distribution(tmp_path_factory.mktemp("packed") / "dist")


def in_wheel(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_holds_the_package_its_license_and_nothing_else(packed: tuple[Path, Path]) -> None:
    names = set(in_wheel(packed[1]))
    of_packaging = {name for name in names if name.startswith("bplib-") and ".dist-info/" in name}
    assert names - of_packaging == PACKAGE
    assert any(name.endswith("/licenses/LICENSE") for name in of_packaging)
    for kind in (".csv.gz", "templates/class_page.html", "sandbox/pyvenv.cfg"):
        assert any(name.endswith(kind) for name in names), kind


def test_the_sdist_holds_the_package_and_what_builds_it(packed: tuple[Path, Path]) -> None:
    with tarfile.open(packed[0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames() if archive.getmember(name).isfile()}
    assert {name for name in names if not name.startswith("bplib.egg-info/")} == PACKAGE | {
        "LICENSE", "PKG-INFO", "README.md", "pyproject.toml", "setup.cfg",
    }  # fmt: skip


def test_the_sdist_builds_the_same_wheel(packed: tuple[Path, Path], tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-index",
        "--no-build-isolation",
        "-w",
    ]
    subprocess.run([*command, str(tmp_path), str(packed[0])], check=True)
    assert in_wheel(next(tmp_path.glob("*.whl"))) == in_wheel(packed[1])


def test_a_package_index_would_take_both(packed: tuple[Path, Path]) -> None:
    command = [sys.executable, "-m", "twine", "--no-color", "check", "--strict", *map(str, packed)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0 and run.stdout.count("PASSED") == 2, run.stdout


def test_it_is_made_anew_only_when_something_in_it_has_changed(
    made: ModuleType, packed: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keep = packed[0].parent
    with monkeypatch.context() as same:
        same.setattr(made, "_build", lambda source, target: pytest.fail("made again"))
        assert made.distribution(keep) == packed
    asked = []
    monkeypatch.setattr(made, "BESIDE", ("pyproject.toml", "LICENSE"))
    monkeypatch.setattr(made, "_build", lambda source, target: asked.append(target) or made.sys.exit("made"))
    copy = tmp_path / "dist"
    copy.mkdir()
    (copy / made.MADE_OF).write_bytes((keep / made.MADE_OF).read_bytes())
    with pytest.raises(SystemExit):
        made.distribution(copy)
    assert asked == [copy]


def test_what_cannot_be_packed_is_told(made: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(
        made.DistributionError, match=r"(?s)could not be packed.*pip install -c constraints\.txt"
    ):
        made._build(tmp_path, tmp_path / "dist")


def test_the_readmes_example_runs_where_nothing_but_the_wheel_is_installed(
    packed: tuple[Path, Path], tmp_path: Path
) -> None:
    """`pip install bplib-….whl` into an empty environment, outside of the repository."""
    (code,) = re.findall(
        r"^```python\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    environment = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")
    }
    install = [
        python,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "-q",
        "-c",
        str(ROOT / "constraints.txt"),
    ]
    subprocess.run([*install, str(packed[1])], env=environment, check=True)
    program = f"{code}\nimport bplib\nprint(gradients['W1'].shape, bplib.__file__)"
    run = subprocess.run(
        [python, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith(f"(64, 32) {tmp_path}/venv/"), run.stdout
