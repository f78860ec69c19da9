"""What a notebook brings along: modules that the student wrote, and small files of data, to lie beside it when it is graded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from bplib.grading.collecting.record import RECORD, read_record
from bplib.grading.collecting.student_folder import ATTACHMENTS, TIMESTAMP

#: What is taken along, by the end of its name.
KINDS = {
    ".py", ".csv", ".tsv", ".txt", ".dat", ".json", ".npy", ".npz", ".mat", ".pkl", ".png", ".jpg", ".jpeg",
}  # fmt: skip
#: Files, bytes of all together, and folders within folders.
MOST, LARGEST, DEEPEST = 50, 8 * 2**20, 5
#: Files that are looked at, and characters of a part of a name.
_LOOKED_AT, _LONGEST = 1000, 100


def luggage(notebook: Path) -> tuple[dict[str, bytes], list[str]]:
    """Read what lies beside a notebook, and what was collected with it.

    Returns
    -------
    dict of bytes
        By the path from the notebook, with slashes: it never leads out, and begins with no dot.
    list of str
        A note on what stays behind.
    """
    packed: dict[str, bytes] = {}
    behind, room = 0, LARGEST
    for name, path in _found(notebook):
        if name in packed or PurePosixPath(name).suffix.lower() not in KINDS or not _sound(name):
            continue
        try:
            size = path.stat().st_size
            if len(packed) >= MOST or size > room:
                behind += 1
                continue
            packed[name] = path.read_bytes()[:size]
        except OSError:
            behind += 1
            continue
        room -= size
    if not behind:
        return packed, []
    limits = f"{MOST} files and {LARGEST / 2**20:g} MB"
    return packed, [
        f"files that it brought along and that are not there when it runs: {behind}; it may have {limits}"
    ]


def digest(submitted: bytes, files: Mapping[str, bytes]) -> str:
    """A hash of all that was handed in; of a notebook alone, it is the notebook's own."""
    found = hashlib.sha256(submitted)
    for name, data in sorted(files.items()):
        found.update(f"\0{name}\0{len(data)}\0".encode() + data)
    return found.hexdigest()


def _found(notebook: Path) -> Iterator[tuple[str, Path]]:
    """Files by the names under which the notebook knows them; what lies beside it before what was put aside."""
    folder, beside, aside = notebook.parent, [], []
    collected = (folder / RECORD).is_file()
    own = read_record(folder).files
    for path in sorted(folder.rglob("*"))[:_LOOKED_AT]:
        inner = path.relative_to(folder)
        if (
            path.is_symlink()
            or not path.is_file()
            or any(part.is_symlink() for part in path.parents[: len(inner.parts)])
        ):
            continue
        if inner.parts[0] != ATTACHMENTS:
            if inner.as_posix() not in (RECORD, TIMESTAMP):
                beside.append((inner.as_posix(), path))
        elif not collected:
            aside.append(("/".join(inner.parts[1:]), path))
        elif path.name in own:
            aside.append((own[path.name], path))
    yield from (*beside, *aside)


def _sound(name: str) -> bool:
    parts = name.split("/")
    return len(parts) <= DEEPEST and all(
        0 < len(part) <= _LONGEST and part.isprintable() and not part.startswith(".") for part in parts
    )
