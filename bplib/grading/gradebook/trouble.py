"""What a disk or a database refuses: one student pays for a file in the way, and everybody stops when nothing can be written."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

#: A full disk, a full quota, one that may only be read, and one that is broken.
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
#: What SQLite says of these, and of a gradebook that may not be written or is none.
_SQLITE = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
}
#: Characters of what a system says.
LONGEST = 200


class DiskError(RuntimeError):
    """Nothing can be written or read any more, whoever it is for; the message says what, and why.

    It is no `OSError`: what hands out work takes those for a scheduler that is gone.
    """


def concerns_all(error: BaseException) -> bool:
    """Whether the next student would meet the same."""
    if isinstance(error, DiskError):
        return True
    if isinstance(error, OSError):
        return error.errno in _DISK
    if isinstance(error, DBAPIError):
        code = getattr(error.orig, "sqlite_errorcode", None)
        # The lower eight bits are the kind, the others say more of it.
        return error.connection_invalidated or (code is not None and code & 0xFF in _SQLITE)
    return False


def reason(error: BaseException) -> str:
    """What went wrong, as the end of a sentence."""
    if isinstance(error, OSError) and error.strerror:
        where = f": {error.filename}" if error.filename else ""
        said = f"{error.strerror[:1].lower()}{error.strerror[1:]}{where}"
    elif isinstance(error, DBAPIError):
        said = f"the gradebook says: {error.orig}"
    else:
        said = f"{type(error).__name__}: {error}"
    return " ".join(said.encode(errors="replace").decode().split())[:LONGEST]


@contextmanager
def for_everybody(what: str) -> Iterator[None]:
    """Whatever is refused inside is refused for everybody.

    Raises
    ------
    DiskError
        In its place.
    """
    try:
        yield
    except (OSError, DBAPIError) as error:
        raise DiskError(f"{what} cannot be used: {reason(error)}.") from error
