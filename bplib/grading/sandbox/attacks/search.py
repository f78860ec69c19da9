"""The search of the whole disk: is there anything of the instructor's inside, whatever it is called and wherever it lies?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

#: Shorter files say nothing, and there are others like them.
SHORTEST = 16
#: So many bytes of a file are compared, and its length.
COMPARED = 2**20
#: Of a submission that searches a disk.
LIMITS: Mapping[str, Any] = {"cell": 120, "wall": 180, "cpu": 120}

#: A submission's function that walks through all folders but the kernel's, and opens what is as long as a file that is sought.
SOURCE = f"""
import hashlib, os, sys

def search(sizes, digests):
    sizes, digests, found, closed, count = set(sizes.tolist()), set(digests.tolist()), [], [], 0
    for top in os.listdir("/"):
        if top in ("proc", "dev", "sys") or os.path.islink("/" + top):
            continue
        for folder, _, names in os.walk("/" + top):
            for name in names:
                path, count = os.path.join(folder, name), count + 1
                try:
                    if os.path.getsize(path) in sizes:
                        with open(path, "rb") as file:
                            digest = hashlib.blake2b(file.read({COMPARED}), digest_size=8).digest()
                        if int.from_bytes(digest, "little") in digests:
                            found.append(path)
                except OSError:
                    pass
    for top in {{sys.prefix, sys.base_prefix}}:
        for folder, folders, names in os.walk(top, onerror=lambda error: closed.append(error.filename)):
            closed += [
                os.path.join(folder, name) for name in names
                if name.endswith((".py", ".so")) and not os.access(os.path.join(folder, name), os.R_OK)
                and (os.path.exists(os.path.join(folder, name)) or "packages" in folder)
            ]
    return {{"count": count, "found": found[:3], "closed": closed[:3]}}
"""


def marks(paths: Iterable[Path], but: Iterable[Path] = ()) -> dict[str, Any]:
    """What these files are known by, for the function ``search`` inside: their lengths, and sums of what is in them.

    Parameters
    ----------
    but
        Files that may be seen: others with the same in them are not looked for.
    """
    seen = {found for path in but if (found := _mark(path))}
    sought = {found for path in paths if (found := _mark(path))} - seen
    return {
        "sizes": np.array(sorted({size for size, _ in sought}), dtype=np.int64),
        "digests": np.array(sorted({digest for _, digest in sought}), dtype=np.uint64),
    }


def _mark(path: Path) -> tuple[int, int] | None:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            digest = hashlib.blake2b(file.read(COMPARED), digest_size=8).digest()
    except OSError:
        return None
    return (size, int.from_bytes(digest, "little")) if size >= SHORTEST else None
