"""What the pages say, word by word: a page that claims a sentence says it, and no word comes before its explanation.

The glossary says which page explains a term ("See [error](error.md)."). A page that comes before that one, in the order of the
table of contents, links the term's first use to the glossary: ``{term}`kink` `` or ``{term}`kinks <kink>` ``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from notebooks import read_page
from sphinx.application import Sphinx
from sphinx.util import logging
from toc import toc_pages

logger = logging.getLogger(__name__)
#: What MyST adds to words: roles with or without another target, links, emphasis and marks of code, lines.
_MARKS = [
    (re.compile(r"\{[\w:-]+\}`([^`<]*?)\s*(?:<[^>`]*>)?`"), r"\1"),
    (re.compile(r"\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"[*`]"), ""),
    (re.compile(r"\s+"), " "),
]
_MAGIC = re.compile(r"^\s*[%!].*$", re.MULTILINE)


def plain_words(text: str) -> str:
    """Text without MyST's marks, and with one space where there is any."""
    for pattern, instead in _MARKS:
        text = pattern.sub(instead, text)
    return text


def unsaid(page: Path) -> list[str]:
    """The sentences that a page claims and does not say, in its text or in strings of the cells that are seen."""
    said, claimed = [], []
    for cell in read_page(page).cells:
        if cell.cell_type != "code":
            said.append(cell.source)
            continue
        hidden = "remove-cell" in cell.metadata.get("tags", ())
        for node in ast.walk(ast.parse(_MAGIC.sub("", cell.source))):
            if hidden and isinstance(node, ast.Call) and getattr(node.func, "id", "") == "claim":
                claimed.append(ast.literal_eval(node.args[0]))
            elif not hidden and isinstance(node, ast.Constant) and isinstance(node.value, str):
                said.append(node.value)
    words = plain_words("\n".join(said))
    return [sentence for sentence in claimed if plain_words(sentence) not in words]


class Term(NamedTuple):
    """An entry of the glossary: its name, and the page that explains it, or None."""

    name: str
    page: str | None


def glossary(text: str) -> list[Term]:
    """The entries of a page with a glossary, in their order."""
    body = text.partition("```{glossary}")[2].partition("\n```")[0]
    entries = re.findall(r"^(\S[^\n]*)\n((?: +[^\n]*\n?)+)", body.replace(":sorted:", ""), re.MULTILINE)
    see = re.compile(r"See \[[^\]]*\]\(([\w/-]+)\.md(?:#[\w-]+)?\)")
    return [Term(name, match[1] if (match := see.search(words)) else None) for name, words in entries]


#: Entries whose names are everyday words too. Where they are meant as terms, writers link them by themselves.
_EVERYDAY = {"attention", "depth", "error", "noise", "patience", "precision", "recall", "surprise", "temperature"}
#: What is not prose, in this order: cells and other code in blocks; formulas; headings, options and labels; other roles, links to
#: pages (whoever follows one finds the explanation), the addresses of other links; code in the line.
_NOT_PROSE = [
    re.compile(r"^(`{3,})(?:\{(?:literalinclude|code-cell|math)\}|\w).*?^\1", re.DOTALL | re.MULTILINE),
    re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL),
    re.compile(r"^(?:#.*|:[\w-]+:.*|\([\w-]+\)=|[`:]{3,}.*)$", re.MULTILINE),
    re.compile(r"\{[\w:-]+\}`[^`]*`|\[[^\]]*\]\([^)\s]*\.md[^)]*\)|\]\([^)]*\)"),
    re.compile(r"`+[^`]+`+"),
]
_TERM_ROLE = re.compile(r"\{term\}`([^`<]*?)\s*(?:<([^>`]+)>)?`")


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


class Use(NamedTuple):
    """The first use of a term in a page's text, from one position to another."""

    term: str
    start: int
    end: int


def unlinked(text: str, terms: Sequence[Term]) -> list[Use]:
    """The terms of which the first use in a page's prose is no link to the glossary; a longer term is none of its parts."""
    linked: dict[str, int] = {}

    def role(match: re.Match[str]) -> str:
        linked.setdefault((match[2] or match[1]).lower(), match.start())
        return _blank(match)

    prose = _TERM_ROLE.sub(role, _NOT_PROSE[0].sub(_blank, text))
    for pattern in _NOT_PROSE[1:]:
        prose = pattern.sub(_blank, prose)
    found = []
    for term in sorted(terms, key=lambda term: -len(term.name)):
        words = r"\s+".join(map(re.escape, term.name.split()))
        pattern = re.compile(rf"(?<![\w-]){words}(?:s|es)?(?![\w-])", re.IGNORECASE)
        use = pattern.search(prose)
        prose = pattern.sub(_blank, prose)
        if use and term.name not in _EVERYDAY and linked.get(term.name.lower(), len(text)) > use.start():
            found.append(Use(term.name, use.start(), use.end()))
    return found


def check_claims(app: Sphinx, docname: str, source: list[str]) -> None:
    """Warn, and so stop the build, when a page claims what it does not say."""
    if "import claim" in source[0]:
        for sentence in unsaid(Path(app.env.doc2path(docname))):
            logger.warning("the page claims “%s” and does not say it", sentence, location=docname)


def explained_later(pages: Sequence[str], page: str, terms: Sequence[Term]) -> list[Term]:
    """The terms that a page, in the order of reading, cannot presuppose; none for the glossary and what comes after it."""
    if page not in pages or "glossary" not in pages or pages.index(page) >= pages.index("glossary"):
        return []
    known = pages[: pages.index(page) + 1]
    return [term for term in terms if term.page not in known]


def check_terms(app: Sphinx, docname: str, source: list[str]) -> None:
    """Warn, and so stop the build, when a page uses a term that it does not link before it is explained."""
    book = Path(app.srcdir)
    terms = glossary((book / "glossary.md").read_text(encoding="utf-8"))
    pages = toc_pages(yaml.safe_load(Path(app.config.external_toc_path).read_text(encoding="utf-8")))
    text = source[0]
    for use in unlinked(text, explained_later(pages, docname, terms)):
        around = " ".join(text[max(0, use.start - 30) : use.end + 20].split())
        line = text.count("\n", 0, use.start) + 1
        logger.warning(
            "“%s” is used before it is explained, in “…%s…”: link its first use, {term}`%s`",
            use.term, around, use.term, location=(docname, line),
        )  # fmt: skip


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to Sphinx's events."""
    app.connect("source-read", check_claims)
    app.connect("source-read", check_terms)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
