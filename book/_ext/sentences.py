"""What the pages say, word by word: a page that claims a sentence says it."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

from notebooks import read_page
from sphinx.application import Sphinx
from sphinx.util import logging

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


def check_claims(app: Sphinx, docname: str, source: list[str]) -> None:
    """Warn, and so stop the build, when a page claims what it does not say."""
    if "import claim" in source[0]:
        for sentence in unsaid(Path(app.env.doc2path(docname))):
            logger.warning("the page claims “%s” and does not say it", sentence, location=docname)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to Sphinx's events."""
    app.connect("source-read", check_claims)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
