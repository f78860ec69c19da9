"""Tables as people export them: commas, semicolons or tabs, in the encodings that spreadsheets write."""

import codecs
import csv
import unicodedata
from io import StringIO
from pathlib import Path
from typing import NamedTuple

_LETTERS = {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
_NO_ASCII = str.maketrans(_LETTERS | {a.upper(): b.upper() for a, b in _LETTERS.items() if a not in "ßı"})
_SAVE = "save it as 'CSV UTF-8' and give that"


class RosterError(ValueError):
    """A roster or a table of groups that cannot be used; the message says what was given, and what to do."""


class Row(NamedTuple):
    """One line of a table: its number in the file, and what stands in each column."""

    line: int
    cells: dict[str, str]


def plain(text: str, fold_case: bool = True) -> str:
    """Return a text without accents."""
    text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    text = text.translate(_NO_ASCII)
    return text.casefold() if fold_case else text


def letters(text: str) -> str:
    """Return what two spellings of a name have in common: letters and digits, without case and accents."""
    return "".join(char for char in plain(text) if char.isalnum())


def read_table(path: Path, what: str, columns: set[str]) -> tuple[list[str], list[Row]]:
    """Read a table whose first line names its columns; column names lose case, spaces and marks.

    Parameters
    ----------
    what
        What it is, for a message: "the roster".
    columns
        Those that are going to be read: none of them may stand there twice.

    Raises
    ------
    RosterError
        If it is no table, in no known encoding, or a line does not fit its columns.
    """
    text = _text(path, what)
    first, _, rest = text.partition("\n")
    delimiter = max(",;\t", key=first.count)
    if first.strip().lower().startswith("sep="):  # Excel's own line
        text, delimiter = rest, first.strip()[4:] or delimiter
    try:
        reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
        lines = [(reader.line_num, [cell.strip() for cell in line]) for line in reader]
    except (csv.Error, TypeError) as error:
        raise RosterError(f"{what} {path.name} is no csv file ({error}); export it again") from error
    lines = [(number, cells) for number, cells in lines if any(cells)]
    header = [letters(name) for name in lines[0][1]] if lines else []
    for name in sorted(columns & set(header)):
        if header.count(name) > 1:
            raise RosterError(
                f"{what} {path.name} has {header.count(name)} columns {name!r}; keep the one that counts"
            )
    rows = []
    for number, cells in lines[1:]:
        if any(cells[len(header) :]):
            raise RosterError(
                f"line {number} of {what} {path.name} has {len(cells)} cells, and the first line names {len(header)} columns; "
                "put what holds a comma between quotation marks"
            )
        rows.append(Row(number, dict(zip(header, cells, strict=False))))
    return header, rows


def _text(path: Path, what: str) -> str:
    data = path.read_bytes()
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise RosterError(f"{what} {path.name} is a spreadsheet and no csv file; {_SAVE}")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif b"\0" in data[:2]:
        encodings = ["utf-16-be" if data[:1] == b"\0" else "utf-16-le"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RosterError(f"{what} {path.name} is in none of UTF-8, UTF-16 and Windows-1252; {_SAVE}")
