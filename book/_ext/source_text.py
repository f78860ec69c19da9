"""Take the part of a Python file that a ``{literalinclude}`` shows, on the page and in its notebook.

``:pyobject:``, ``:lines:`` and ``:dedent:``, which moves a method to the margin, select as in Sphinx. ``:without-docstring:`` is ours: it leaves the object's docstring out, and
unlike line numbers it stays right when the code above changes.
"""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.directives.code import LiteralInclude

_UNDERSTOOD = {
    "pyobject",
    "lines",
    "without-docstring",
    "dedent",
    "language",
    "caption",
    "name",
    "linenos",
    "emphasize-lines",
    "class",
    "lineno-match",
}


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


def _without_docstring(lines: list[str]) -> list[str]:
    indent = len(lines[0]) - len(lines[0].lstrip())
    node = ast.parse("\n".join(line[indent:] for line in lines)).body[0]
    first = getattr(node, "body", [None])[0]
    if not (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        raise SelectionError(":without-docstring: needs a :pyobject: that has a docstring")
    assert first.end_lineno is not None
    rest = lines[first.end_lineno :]
    while rest and not rest[0].strip():
        rest = rest[1:]
    return lines[: first.lineno - 1] + rest


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
        raise SelectionError(
            f"literalinclude options {sorted(unknown)} are not understood; use :pyobject:, :without-docstring:, :lines: and :dedent:"
        )
    if not path.is_file():
        raise SelectionError(f"literalinclude: there is no file {path}")
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    try:
        if "pyobject" in options:
            first, last = _find(ast.parse(text), options["pyobject"])
            lines = lines[first - 1 : last]
        if "without-docstring" in options:
            lines = _without_docstring(lines)
        if "lines" in options:
            lines = _pick(lines, options["lines"])
    except SelectionError as error:
        raise SelectionError(f"literalinclude of {path.name}: {error}") from None
    text = "\n".join(lines)
    return dedent(text) if "dedent" in options else text


class Source(LiteralInclude):
    """``{literalinclude}`` with one more option, ``:without-docstring:``."""

    option_spec = {**LiteralInclude.option_spec, "without-docstring": directives.flag}

    def run(self) -> list[nodes.Node]:
        if "without-docstring" not in self.options:
            return super().run()
        relative, path = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(relative)
        options = {key: str(value) for key, value in self.options.items()}
        try:
            text = select(Path(path), options)
        except SelectionError as error:
            raise self.error(str(error)) from None
        block = nodes.literal_block(text, text, language=self.options.get("language", "python"))
        self.set_source_info(block)
        return [block]


def setup(app: Sphinx) -> dict[str, Any]:
    """Put our ``literalinclude`` in the place of Sphinx's."""
    app.add_directive("literalinclude", Source, override=True)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
