"""Take the part of a Python file that a ``{literalinclude}`` shows, by its ``:pyobject:`` and ``:lines:``."""

from __future__ import annotations

import ast
from pathlib import Path

_UNDERSTOOD = {"pyobject", "lines", "language", "caption", "name", "linenos", "emphasize-lines", "class", "lineno-match"}


class SelectionError(ValueError):
    """The options select nothing, or in a way that is not understood here."""


def _find(tree: ast.Module, name: str) -> tuple[int, int]:
    body: list[ast.stmt] = tree.body
    node: ast.stmt | None = None
    for part in name.split("."):
        node = next((item for item in body if getattr(item, "name", None) == part), None)
        if node is None:
            raise SelectionError(f"there is no {name!r}")
        body = getattr(node, "body", [])
    assert node is not None and node.end_lineno is not None
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(d.lineno for d in decorators)]), node.end_lineno


def _pick(lines: list[str], ranges: str) -> list[str]:
    picked: list[str] = []
    for part in ranges.split(","):
        first, dash, last = part.strip().partition("-")
        begin = int(first) if first else 1
        end = (int(last) if last else len(lines)) if dash else begin
        if not 1 <= begin <= end:
            raise SelectionError(f"the lines {part.strip()!r} are no range")
        picked += lines[begin - 1 : end]
    return picked


def select(path: Path, options: dict[str, str]) -> str:
    """The lines of a file that the options of a ``{literalinclude}`` ask for.

    Raises
    ------
    SelectionError
        The file or object does not exist, a range is wrong, or an option selects in another way.
    """
    unknown = set(options) - _UNDERSTOOD
    if unknown:
        raise SelectionError(f"literalinclude options {sorted(unknown)} are not understood; use :pyobject: and :lines:")
    if not path.is_file():
        raise SelectionError(f"literalinclude: there is no file {path}")
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    try:
        if "pyobject" in options:
            first, last = _find(ast.parse(text), options["pyobject"])
            lines = lines[first - 1 : last]
        if "lines" in options:
            lines = _pick(lines, options["lines"])
    except SelectionError as error:
        raise SelectionError(f"literalinclude of {path.name}: {error}") from None
    return "\n".join(lines)
