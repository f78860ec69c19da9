"""Where a gradebook is: an address that is looked at before nbgrader opens it, and makes one where there is none."""

from pathlib import Path

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError


class NoGradebook(RuntimeError):
    """There is no gradebook at an address; the message says what to do."""


def missing_file(database: str) -> Path | None:
    """The file that a gradebook should be, if it is one and is not there: nbgrader would make an empty one."""
    address = make_url(database)
    file = Path(address.database or "")
    return file if address.get_backend_name() == "sqlite" and not file.is_file() else None


def course_id(database: str) -> str:
    """Return the id of the gradebook's course: given another one, nbgrader would enter it there.

    Raises
    ------
    NoGradebook
        If there is none at the address.
    """
    try:
        address = make_url(database)
        if (file := missing_file(database)) is not None:
            raise NoGradebook(f"there is no gradebook {str(file)!r}; name its address with --db")
        engine = create_engine(address)
        try:
            if not {"course", "assignment"} <= set(inspect(engine).get_table_names()):
                raise NoGradebook("the database is no gradebook of nbgrader; name its address with --db")
            with engine.connect() as connection:
                found = connection.execute(text("SELECT id FROM course ORDER BY id")).scalars().first()
        finally:
            engine.dispose()
    except (ArgumentError, NoSuchModuleError) as error:
        raise NoGradebook(
            "this is no address of a database; one looks like sqlite:///gradebook.db"
        ) from error
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        raise NoGradebook(f"the gradebook cannot be opened: {str(error).splitlines()[0]}") from error
    return str(found or "")
