"""Opening nbgrader's gradebook, wherever the course keeps it."""

from __future__ import annotations

import warnings
from contextlib import suppress

from nbgrader.api import Base, Gradebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, SAWarning, SQLAlchemyError

from bplib.grading.course.directory import CourseError
from bplib.grading.gradebook.trouble import DiskError, concerns_all, reason

#: Seconds to wait for somebody else's lock on an SQLite file, formgrader's for instance.
PATIENCE = 60


class GradebookError(CourseError):
    """The gradebook cannot be used; the message says why, and what to do."""


def opened(course: CourseDirectory) -> Gradebook:
    """Open a course's gradebook; an SQLite file that is not there yet is made.

    Raises
    ------
    GradebookError
        If it cannot be opened, or another version of nbgrader has made it.
    DiskError
        If the disk does not give it, or it is no gradebook.
    """
    # nbgrader's queries, written for an older SQLAlchemy
    warnings.simplefilter("ignore", SAWarning)
    address = _patient(course.db_url)
    try:
        if missing := _missing(address):
            raise GradebookError(
                f"the gradebook was made by another version of nbgrader: it has no {missing}. "
                "Make a copy of it, then bring it up to date in the course's folder with: nbgrader db upgrade"
            )
        return Gradebook(address, course.course_id)
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        if concerns_all(error):
            raise DiskError(f"the gradebook cannot be used: {reason(error)}.") from error
        said = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise GradebookError(
            f"the gradebook cannot be opened ({said}). Is c.CourseDirectory.db_url right?"
        ) from error


def keep_log(book: Gradebook, mode: str) -> bool:
    """Let others read an SQLite file while it is written (WAL), and have all in the file itself afterwards (DELETE).

    Until then no commit waits for the disk: what a power failure takes from the log is still in the journal of results.

    Returns
    -------
    bool
        Whether there is something to commit: a server has no such file.
    """
    if book.engine.dialect.name != "sqlite":
        return False
    # Somebody else has it open, or the drive cannot: then it stays as it is, and is right all the same.
    with suppress(OperationalError):
        book.db.execute(text(f"PRAGMA journal_mode={mode}"))
        book.db.execute(text(f"PRAGMA synchronous={'NORMAL' if mode == 'WAL' else 'FULL'}"))
    return True


def _missing(address: str) -> str:
    """What this nbgrader looks for and an older one has not made; empty where there is nothing at all yet."""
    engine = create_engine(address)
    try:
        there = inspect(engine)
        tables = set(there.get_table_names()) & set(Base.metadata.tables)
        for table in Base.metadata.sorted_tables if tables else ():
            if table.name not in tables:
                return table.name
            known = {column["name"] for column in there.get_columns(table.name)}
            for column in table.columns:
                if column.name not in known:
                    return f"{table.name}.{column.name}"
    finally:
        engine.dispose()
    return ""


def _patient(address: str) -> str:
    """Let SQLite wait for a lock, from the first question on. A database server does by itself."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite" and "timeout" not in url.query:
        url = url.update_query_dict({"timeout": str(PATIENCE)})
    return url.render_as_string(hide_password=False)
