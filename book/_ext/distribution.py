"""bplib as it is given away, an sdist and a wheel: ``make dist``, and what the site offers. Made in this one way.

The sdist holds the package, its license and README, and nothing of the course around it; the wheel is made from the sdist.
``python book/_ext/distribution.py`` prints where the two are.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "_build" / "dist"
#: What is packed, beside the package itself.
BESIDE = ("pyproject.toml", "README.md", "LICENSE")
#: Kept beside the two files, and says what they were made of.
MADE_OF = ".made-of"


class DistributionError(Exception):
    """The sdist or the wheel could not be made."""


class Distribution(NamedTuple):
    """The two files."""

    sdist: Path
    wheel: Path


def distribution(keep: Path = DIST) -> Distribution:
    """The sdist and the wheel of bplib in the folder ``keep``, made anew when anything in them has changed.

    Raises
    ------
    DistributionError
        They could not be made.
    """
    with tempfile.TemporaryDirectory() as temporary:
        # A copy: setuptools takes what lies about for a part of the sdist, such as tests, and leaves its folders there.
        source = Path(temporary) / "source"
        shutil.copytree(
            ROOT / "bplib",
            source / "bplib",
            ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"),
        )
        for name in BESIDE:
            shutil.copy2(ROOT / name, source)
        state = _state(source)
        noted = keep / MADE_OF
        if not noted.is_file() or noted.read_text(encoding="utf-8") != state:
            shutil.rmtree(keep, ignore_errors=True)
            _build(source, keep)
            noted.write_text(state, encoding="utf-8")
    (sdist,), (wheel,) = keep.glob("*.tar.gz"), keep.glob("*.whl")
    return Distribution(sdist, wheel)


def _state(source: Path) -> str:
    """Sixty-four hexadecimal digits that change with the name or content of any file below ``source``."""
    digest = hashlib.sha256()
    for path in sorted(path for path in source.rglob("*") if path.is_file()):
        digest.update(path.relative_to(source).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _build(source: Path, target: Path) -> None:
    """Make both. No registry is asked: the environment has what builds them."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(target), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DistributionError(
            f"bplib could not be packed:\n{(done.stderr or done.stdout).strip()}\n"
            'Is everything installed?  pip install -c constraints.txt -e ".[book]"'
        )


if __name__ == "__main__":
    try:
        print(*distribution(), sep="\n")
    except DistributionError as error:
        sys.exit(str(error))
