"""Whether a text may stay markdown, as a student wrote it, on a page that is not ours.

nbgrader's formgrader renders markdown with nbconvert, lets raw HTML through, and has MathJax set what is left between dollars. So a
text is harmless when that rendering is, to the letter, what the sanitizer makes of it, and when its formulas say nothing but mathematics.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import bleach
from bs4 import BeautifulSoup, NavigableString
from latex2mathml import commands
from latex2mathml.symbols_parser import SYMBOLS
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from bplib.grading.pages.safe_html import LONGEST, PROTOCOLS, TAGS, may_stay, too_much

#: What nbconvert makes of ordinary markdown, and the sanitizer's own list does without.
_ALSO = TAGS | {"h1", "h2", "h4", "h5", "h6", "input"}
_EXACTLY = {
    ("div", "class"): {"highlight"},
    ("li", "class"): {"task-list-item"},
    ("input", "class"): {"task-list-item-checkbox"},
    ("input", "type"): {"checkbox"},
    ("input", "disabled"): {""},
    ("input", "checked"): {""},
    **{
        (cell, "style"): {f"text-align:{side}" for side in ("left", "right", "center")}
        for cell in ("td", "th")
    },
}
#: Commands that link, style, define, or put something where it was not: not mathematics, though MathJax knows them.
_NO_MATHEMATICS = {
    "above", "abovewithdelims", "clap", "class", "def", "DeclareMathOperator", "genfrac", "href", "hskip", "hspace", "kern",
    "leftroot", "llap", "lower", "mathclap", "mathllap", "mathrlap", "mkern", "moveleft", "moveright", "mskip", "mspace",
    "newcommand", "newenvironment", "raise", "rlap", "rule", "smash", "Space", "style", "unicode", "uproot", "vcenter", "verb",
}  # fmt: skip
_COMMAND = re.compile(r"\\([A-Za-z]+)")
#: A line of a formula may be a little further down; further up it would lie over what stands there.
_FAR = re.compile(r"\\\\\*?\s*\[(?!\s*(?:\d|\d?\.\d+)\s*(?:pt|px|ex|em|mm)\s*\])")


def harmless(source: str, attachments: dict[str, Any] | None = None) -> bool:
    """Whether a markdown text runs, loads and covers nothing where nbconvert renders it and MathJax sets it."""
    if len(source) > LONGEST:
        return False
    return _harmless(source, attachments) if attachments else _alone(source)


def mathematics(tex: str) -> bool:
    """Whether a text has no command of TeX but those that the feedback page can set as well."""
    return all(name in _known() for name in _COMMAND.findall(tex)) and not _FAR.search(tex)


@lru_cache(maxsize=64)
def _alone(source: str) -> bool:
    return _harmless(source, {})


def _harmless(source: str, attachments: dict[str, Any]) -> bool:
    try:
        renderer = IPythonRenderer(escape=False, exclude_anchor_links=True, attachments=attachments)
        rendered = MarkdownWithMath(renderer=renderer).render(source)
        if too_much(rendered):
            return False
        cleaned = bleach.clean(
            rendered,
            tags=_ALSO,
            attributes=_may_stay,
            protocols=PROTOCOLS,
            strip=True,
            css_sanitizer=_AsItIs(),
        )
    except Exception:  # noqa: BLE001 (what a parser gives up on, another one may not)
        return False
    # The sanitizer writes an empty element without the slash, which means nothing.
    return cleaned == rendered.replace(" />", ">").replace("/>", ">") and all(
        map(mathematics, _set_by_mathjax(rendered))
    )


def _may_stay(tag: str, name: str, value: str) -> bool:
    return name == "title" or value in _EXACTLY.get((tag, name), ()) or may_stay(tag, name, value)


def _set_by_mathjax(rendered: str) -> Iterator[str]:
    """The texts in which MathJax looks for formulas: all but code."""
    for text in BeautifulSoup(rendered, "html.parser").find_all(string=True):
        if isinstance(text, NavigableString) and not text.find_parent(["code", "pre"]):
            yield str(text)


class _AsItIs:
    """Styles that have come so far are one of three words."""

    def sanitize_css(self, style: str) -> str:
        return style


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """The commands that latex2mathml knows, without those that are no mathematics."""
    found: set[str] = set()
    waiting: list[Any] = [*vars(commands).values(), SYMBOLS]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str) and (command := _COMMAND.match(value)):
            found.add(command[1])
        elif isinstance(value, (tuple, list, set, dict)):
            waiting.extend(value)
    return frozenset(found - _NO_MATHEMATICS)
