"""Programs run as a user with no rights at all, wherever Python lives and whoever runs the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import bplib

#: Nobody, on every Linux.
NOBODY = 65534
REPOSITORY = Path(bplib.__file__).resolve().parents[1]


def run(
    program: Sequence[str], home: Path, hidden: Sequence[str] = (), **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a program as an ordinary user.

    Parameters
    ----------
    home
        A folder that becomes the user's.
    hidden
        Files that are covered by an empty one.
    variables
        Added to the environment.
    """
    command = ["bwrap", "--bind", "/", "/", "--dev-bind", "/dev", "/dev", "--bind", "/proc", "/proc"]
    for path in hidden:
        command += ["--ro-bind", "/dev/null", path]
    if os.getuid() == 0:
        os.chown(home, NOBODY, NOBODY)
        command += [*_opened(), "--cap-add", "ALL", "setpriv"]
        command += [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment = {**kept, "HOME": str(home), "PYTHONPATH": str(REPOSITORY), "COLUMNS": "200", **variables}
    whole = [*command, *program]
    return subprocess.run(
        whole, env=environment, cwd=home, capture_output=True, text=True, timeout=300, check=False
    )


def _opened() -> Iterator[str]:
    """Where Python or the repository is in a folder that only root may enter, they are all that it seems to hold."""
    needed = (Path(sys.base_prefix), Path(sys.prefix), REPOSITORY)
    closed: dict[Path, list[Path]] = {}
    for path in needed:
        shut = next((p for p in reversed(path.parents) if not p.stat().st_mode & 0o001), None)
        if shut is not None:
            closed.setdefault(shut, []).append(path)
    for folder, paths in closed.items():
        yield from ("--perms", "0755", "--tmpfs", str(folder))
        for path in paths:
            for parent in reversed(path.relative_to(folder).parents[:-1]):
                yield from ("--perms", "0755", "--dir", str(folder / parent))
            yield from ("--ro-bind", str(path), str(path))
