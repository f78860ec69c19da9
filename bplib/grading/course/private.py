"""Files that only their owner may read: grades, what was handed in, and what the draws come from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any


def private_folder(path: Path) -> Path:
    """Make a folder, if there is none, into which nobody else may look; one that is there is closed."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    _close(path, 0o700)
    return path


@contextmanager
def opened(path: Path, mode: str) -> Iterator[IO[Any]]:
    """Open a file for the ``with`` block, as `open` does. Nobody else may read it, whatever was allowed before.

    A link in its place is not followed: whoever put it there would say what is written, and where.

    Raises
    ------
    OSError
        As `open` does, and for a link.
    """
    links = getattr(os, "O_NOFOLLOW", 0)  # Windows has none
    with open(path, mode, opener=lambda name, flags: os.open(name, flags | links, 0o600)) as file:
        _close(path, 0o600)
        yield file


def _close(path: Path, mode: int) -> None:
    # Somebody else's, in a course that is shared, stays as its owner has it.
    with suppress(PermissionError):
        if path.stat().st_mode & 0o777 & ~mode:
            path.chmod(mode)
