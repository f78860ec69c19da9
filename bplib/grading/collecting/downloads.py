"""What a learning platform's download holds, read so that a hostile or broken file harms nobody else.

Nothing is unpacked to disk. A zip, a folder or a single file becomes a list of :class:`File`, whose bytes are
read when they are wanted and never beyond the limits below. Names are only looked at; no path to write to is
ever made from them.
"""

import os
import re
import stat
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from bplib.grading.course.printable import printable

# A notebook with many plots has a few megabytes. Files are read into memory, a student's all at once.
MAX_FILE_BYTES = 32_000_000
MAX_STUDENT_BYTES = 128_000_000
MAX_STUDENT_FILES = 500
MAX_STUDENT_ZIPS = 20
# Text shrinks to a tenth, a notebook seldom below a fiftieth, zeros to a thousandth. Small files do no harm.
MAX_RATIO = 200
RATIO_FREE_BYTES = 1_000_000
# A class of a thousand that hands in twenty files each; and what it may fill on the disk.
MAX_ARCHIVE_FILES = 20_000
MAX_ARCHIVE_BYTES = 4_000_000_000
BETWEEN = " › "  # a source and a path in it, as they are shown


class Refused(Exception):
    """A file or an archive that is not read; the message is one sentence that says why and what to do."""


@dataclass(frozen=True)
class File:
    """One file of a download.

    ``parts`` are the folders and the name; ``changed`` is when it was last written and ``submitted`` when it
    reached the platform, as far as the archive tells. ``problem`` says why it cannot be read, and is empty
    for most.
    """

    source: str
    parts: tuple[str, ...]
    size: int
    changed: datetime | None
    submitted: datetime | None
    load: Callable[[], bytes]
    problem: str = ""

    @property
    def shown(self) -> str:
        """The name for a message: source and path, with anything unprintable as a question mark."""
        return printable(self.source + BETWEEN + "/".join(self.parts))

    def read(self) -> bytes:
        """Return the content.

        Raises
        ------
        Refused
            If the file is damaged, encrypted, too large, or no ordinary file.
        """
        if self.problem:
            raise Refused(self.problem)
        if self.size > MAX_FILE_BYTES:
            raise Refused(f"it has {_megabytes(self.size)} and a file may have {_megabytes(MAX_FILE_BYTES)}")
        try:
            return self.load()
        except Refused:
            raise
        except Exception as error:  # zipfile and its decompressors raise a dozen kinds on damaged data
            raise Refused(f"it cannot be read ({printable(str(error))}); ask for it again") from error


def files_of(source: Path, stack: ExitStack) -> list[File]:
    """Return the files of a zip, of a folder (links are not followed), or the one file itself.

    Archives stay open until ``stack`` is closed, because files are read later.

    Raises
    ------
    Refused
        If a zip cannot be opened, is empty, or has more files than a download can have.
    """
    if source.is_dir():
        return _files_of_folder(source)
    if source.suffix.lower() == ".zip":
        return files_of_zip(source, source.name, (), stack, MAX_ARCHIVE_FILES, MAX_ARCHIVE_BYTES)
    return [_file_on_disk(source, source.parent.name, (source.name,), source.stat())]


def files_inside(file: File, stack: ExitStack) -> list[File]:
    """Return the files of a student's zip, which count as submitted when the zip was.

    Raises
    ------
    Refused
        If the zip cannot be opened, or has more or larger files than one student may hand in.
    """
    data = BytesIO(file.read())
    inner = files_of_zip(data, file.source, file.parts, stack, MAX_STUDENT_FILES, MAX_STUDENT_BYTES)
    return [replace(found, submitted=file.submitted) for found in inner]


def files_of_zip(
    archive: Path | BytesIO, source: str, above: tuple[str, ...], stack: ExitStack, most: int, most_bytes: int
) -> list[File]:
    """Return the files of a zip; ``above`` are the parts in front of the names inside.

    Raises
    ------
    Refused
        If it cannot be opened, is empty, or has more than ``most`` files. What goes beyond ``most_bytes`` is
        refused one by one.
    """
    try:
        opened = stack.enter_context(zipfile.ZipFile(archive))
    except Exception as error:  # a damaged directory raises more than BadZipFile
        raise Refused(
            f"it is no readable zip ({printable(str(error))}); download it or ask for it again"
        ) from error
    entries = [info for info in opened.infolist() if not info.is_dir()]
    if not entries:
        raise Refused("it is an empty zip; see whether it is the right one")
    if len(entries) > most:
        raise Refused(f"it holds {len(entries)} files and may hold {most}; unpack it yourself, with care")
    found, total = [], 0
    for info in entries:
        problem = _problem_of_entry(info)
        if not problem and info.file_size <= MAX_FILE_BYTES:
            total += info.file_size
            if total > most_bytes:
                problem = f"with it the archive would unpack to more than {_megabytes(most_bytes)}"
        parts = above + (tuple(part for part in _name(info).split("/") if part not in ("", ".")) or ("?",))
        when = _entry_time(info)
        found.append(File(source, parts, info.file_size, when, when, _loader(opened, info), problem))
    return found


def _loader(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], bytes]:
    def load() -> bytes:
        with archive.open(
            info
        ) as stream:  # checks the checksum at the end, and stops at the size that was announced
            data = stream.read(MAX_FILE_BYTES + 1)
        if len(data) > MAX_FILE_BYTES:
            raise Refused(f"it has more than {_megabytes(MAX_FILE_BYTES)}")
        return data

    return load


def _name(info: zipfile.ZipInfo) -> str:
    """Return an entry's path with slashes. Names without the UTF-8 mark count as cp437; many are UTF-8."""
    name = info.filename
    if not info.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return name.replace("\\", "/")


def _problem_of_entry(info: zipfile.ZipInfo) -> str:
    name, kind = _name(info), stat.S_IFMT(info.external_attr >> 16)
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in name.split("/"):
        return "its name leads out of the archive; ask for an ordinary zip"
    if kind not in (0, stat.S_IFREG):
        return "it is a link or a device and no ordinary file; ask for the file itself"
    if info.flag_bits & 0x1:
        return "it is encrypted; ask for it without a password"
    if info.file_size > RATIO_FREE_BYTES and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        return f"it unpacks to more than {MAX_RATIO} times its size, like a zip bomb; ask for the file itself"
    return ""


def _entry_time(info: zipfile.ZipInfo) -> datetime | None:
    """Return an entry's time in UTC, from local time of an unnamed place. 1980-01-01 means unknown."""
    try:
        return datetime(*info.date_time).astimezone(UTC) if info.date_time[:3] != (1980, 1, 1) else None
    except (ValueError, OverflowError, OSError):
        return None


def _files_of_folder(folder: Path) -> list[File]:
    found = []
    for place, folders, names in os.walk(folder):  # does not follow links
        folders.sort()
        links = [name for name in folders if os.path.islink(os.path.join(place, name))]
        for name in sorted([*names, *links]):
            path = Path(place, name)
            found.append(_file_on_disk(path, folder.name, path.relative_to(folder).parts, path.lstat()))
    return found


def _file_on_disk(path: Path, source: str, parts: tuple[str, ...], state: os.stat_result) -> File:
    when = datetime.fromtimestamp(int(state.st_mtime), UTC)
    problem = "" if stat.S_ISREG(state.st_mode) else "it is a link or a device and no ordinary file"
    return File(source, parts, state.st_size, when, when, path.read_bytes, problem)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.0f} MB"
