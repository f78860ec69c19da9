"""Turn a page of the book into a notebook that needs no book: directives and roles become plain Markdown.

Pages are MyST Markdown with code cells. Jupyter shows neither MyST's directives nor its roles, so each that the book uses has
a plain form here, and one that has none stops the build.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import jupytext
import nbformat
import source_text
from page import title
from quiz import arranged, parse_options

_OPENING = re.compile(r"^(\s*)(`{3,}|:{3,})\{([\w:-]+)\}\s*(.*)$")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
# A role, or what may look like one inside: math and code are passed over.
_ROLE = re.compile(r"\{([\w:-]+)\}`([^`]+)`|\$\$.*?\$\$|\$[^$]+\$|(`+).+?\3", re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s#]*)\.md(#[\w-]+)?\)")
_LABEL = re.compile(r"^\([\w-]+\)=\s*$")
_TITLED = re.compile(r"^(.*?)\s*<[^>]+>$", re.DOTALL)

_QUOTED = {
    "admonition",
    "note",
    "tip",
    "hint",
    "important",
    "warning",
    "caution",
    "seealso",
    "margin",
    "dropdown",
}
_PLAIN_ROLES = {"term", "doc", "ref", "numref", "eq", "cite", "cite:p", "cite:t"}


class ConversionError(ValueError):
    """A page has a directive or role that has no plain form."""


class Directive(NamedTuple):
    """A directive as written: its name, argument, options (``:key: value``) and the lines of its body."""

    name: str
    argument: str
    options: dict[str, str]
    body: list[str]


def read_directive(lines: list[str], start: int) -> tuple[Directive, int]:
    """Read the directive that opens at ``lines[start]``; also return the index of the line after its closing fence."""
    match = _OPENING.match(lines[start])
    assert match is not None
    fence, end = match[2], start + 1
    while end < len(lines) and not re.fullmatch(rf"\s*{re.escape(fence[0])}{{{len(fence)},}}\s*", lines[end]):
        end += 1
    body = textwrap.dedent("\n".join(lines[start + 1 : end])).split("\n")
    options: dict[str, str] = {}
    while body and (option := re.match(r"^:([\w-]+):\s*(.*)$", body[0])):
        options[option[1]] = option[2].strip()
        body.pop(0)
    return Directive(match[3], match[4].strip(), options, body), end + 1


def convert_markdown(text: str, page: Path, cite: Callable[[str], str]) -> str:
    """Plain Markdown for one Markdown cell.

    Parameters
    ----------
    text
        The cell's MyST Markdown.
    page
        The page's file: relative paths in it start from its folder.
    cite
        Gives the words for a key of the bibliography, such as ``Rumelhart et al. 1986``.

    Raises
    ------
    ConversionError
        A directive or role has no plain form.
    """
    lines, out, index = text.split("\n"), [], 0
    while index < len(lines):
        line = lines[index]
        if _OPENING.match(line):
            directive, index = read_directive(lines, index)
            out += _plain_directive(directive, page, cite).split("\n")
        elif fence := _FENCE.match(line):
            # Code stands as it is, whatever it contains.
            end = index + 1
            while end < len(lines) and not lines[end].strip().startswith(fence[1]):
                end += 1
            out += lines[index : end + 1]
            index = end + 1
        else:
            if not _LABEL.match(line):
                out.append(line)
            index += 1
    return _plain_inline("\n".join(out), page, cite)


def _plain_directive(directive: Directive, page: Path, cite: Callable[[str], str]) -> str:
    name, argument, options, body = directive
    inner = "\n".join(body)
    if name == "quiz":
        return _plain_quiz(argument, body)
    if name == "exercise-card":
        link = f"**Graded exercise:** `exercises/{argument}.ipynb`, in the same folder of the book's site as this notebook."
        return _quote(f"{link}\n\n{inner.strip()}")
    if name in _QUOTED:
        title = argument or name.capitalize()
        return _quote(f"**{title}**\n\n" + convert_markdown(inner.strip(), page, cite))
    if name == "literalinclude":
        try:
            return f"```python\n{source_text.select((page.parent / argument).resolve(), options)}\n```"
        except source_text.SelectionError as error:
            raise ConversionError(f"{page.name}: {error}") from None
    if name in ("code-block", "code", "sourcecode"):
        return f"```{argument}\n{inner}\n```"
    if name == "math":
        return f"$$\n{inner.strip()}\n$$"
    if name in ("bibliography", "tableofcontents", "toctree"):
        return ""
    raise ConversionError(
        f"{page.name}: the directive {{{name}}} has no plain form for the downloaded notebook. "
        "Use another one, or give it a form in book/_ext/notebooks.py"
    )


def _plain_quiz(question: str, body: list[str]) -> str:
    options = arranged(question, parse_options(body))
    answers = "\n".join(f"- {option.text}" for option in options)
    reasons = "\n".join(f"- {'Right' if o.correct else 'Wrong'}: {o.text} — {o.reason}" for o in options)
    return (
        f"**Question.** {question}\n\n{answers}\n\n"
        f"<details><summary>Answers, and why</summary>\n\n{reasons}\n\n</details>"
    )


def _quote(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _plain_inline(text: str, page: Path, cite: Callable[[str], str]) -> str:
    def role(match: re.Match[str]) -> str:
        name, content = match[1], match[2]
        if name is None:
            return match[0]
        if name == "math":
            return f"${content}$"
        if name.startswith("py:"):
            return f"`{content.rpartition('.')[2] if content.startswith('~') else content}`"
        if name.startswith("cite"):
            return "(" + "; ".join(cite(key.strip()) for key in content.split(",")) + ")"
        if name in _PLAIN_ROLES:
            titled = _TITLED.match(content)
            return titled[1] if titled else content.rpartition("/")[2].replace("_", " ")
        raise ConversionError(
            f"{page.name}: the role {{{name}}} has no plain form for the downloaded notebook"
        )

    def link(match: re.Match[str]) -> str:
        return f"]({match[1]}.ipynb)"

    return _LINK.sub(link, _ROLE.sub(role, text))


def read_page(page: Path) -> nbformat.NotebookNode:
    """The cells of a page, as written. (jupytext's own reader wants more front matter than Jupyter Book does.)"""
    text = page.read_text(encoding="utf-8").replace("{{ title }}", title())
    if text.startswith("---\n"):
        text = text.split("---\n", 2)[2]
    return jupytext.reads(text, fmt="md:myst")


def convert(page: Path, name: str, cite: Callable[[str], str]) -> nbformat.NotebookNode:
    """The notebook of a page, without outputs.

    Parameters
    ----------
    page
        The Markdown file.
    name
        The page's name in the book, such as ``applications/regression``.
    cite
        As in `convert_markdown`.
    """
    notebook = read_page(page)
    up = "../" * name.count("/")
    note = (
        f"*A page of the book “{title()}”. To run it, install what `{up}requirements.txt` "
        "names: the book's page for students says how.*"
    )
    cells = [nbformat.v4.new_markdown_cell(note, id="about")]
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            cells.append(
                nbformat.v4.new_markdown_cell(convert_markdown(cell.source, page, cite), id=f"text-{number}")
            )
        elif not {"remove-cell", "live"} & {*cell.metadata.get("tags", ())}:  # claims, and what moves on the site alone
            cells.append(nbformat.v4.new_code_cell(cell.source, id=f"code-{number}"))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(
        cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}}
    )
