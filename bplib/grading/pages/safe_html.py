"""HTML made from what a student wrote: it can be read, and does nothing.

Whatever comes from a notebook may be hostile: the text of a task as well, since a student can edit it. Markdown and
HTML are cut down to a short list of tags that lay out text. No attribute survives that could run something, load
something, or place one thing over another. Formulas become MathML, which browsers show by themselves.
"""

from __future__ import annotations

import html
import itertools
import re
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

import bleach
from bs4 import BeautifulSoup
from latex2mathml.converter import convert_to_element
from markupsafe import Markup
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

#: Longer texts are shown as they were typed, up to here: a page has to open, and to be made, in a moment.
LONGEST, LONGEST_FORMULA = 20_000, 1_000
#: Tags, signs with a name, tags that never end, and how deep elements may lie in each other: a parser takes the square of some.
MOST, NAMED, ENDLESS, DEEPEST = 6_000, 10_000, 50, 100
PROTOCOLS = {"http", "https", "mailto", "data"}

TAGS = {
    "a", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h3", "hr", "i", "img",
    "kbd", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup", "table", "tbody", "td", "th",
    "thead", "tr", "u", "ul",
}  # fmt: skip
#: These go with all that is in them; of other unknown tags the text stays.
_DROPPED = [
    "script", "style", "template", "svg", "math", "iframe", "object", "embed", "noscript", "textarea",
    "select", "title", "head", "xmp",
]  # fmt: skip
A_TAG = re.compile(r"(<[^>]*>)")
_EMPTY = re.compile(r"<(?:br|hr|img|input|col|!|\?)|.*/>\Z", re.IGNORECASE | re.DOTALL)
_TEX, _TEX_BLOCK = "bp-tex", "bp-tex-block"
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=\s]+")
#: An attribute stays when its whole value matches. Classes of at most three letters are those of highlighted code.
_ATTRIBUTES: dict[tuple[str, str], re.Pattern[str]] = {
    ("a", "href"): re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f]+", re.IGNORECASE),
    ("img", "src"): _PICTURE,
    ("img", "alt"): re.compile(r".*", re.DOTALL),
    ("code", "class"): re.compile(f"{_TEX}|{_TEX_BLOCK}"),
    ("span", "class"): re.compile(r"[a-z][a-z0-9]{0,2}"),
    ("ol", "start"): re.compile(r"\d{1,4}"),
    **{(cell, span): re.compile(r"\d{1,2}") for cell in ("td", "th") for span in ("colspan", "rowspan")},
}
_MATH = {
    "math", "menclose", "mfrac", "mi", "mn", "mo", "mover", "mpadded", "mphantom", "mroot", "mrow",
    "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder",
    "munderover",
}  # fmt: skip
_MATH_ATTRIBUTES = {
    "accent", "accentunder", "columnalign", "display", "displaystyle", "fence", "form", "linethickness",
    "mathvariant", "maxsize", "minsize", "scriptlevel", "separator", "stretchy", "width",
}  # fmt: skip
#: A word or a small positive length: nothing that leaves its place.
_MATH_VALUE = re.compile(r"[a-z-]+(?: [a-z-]+)*|(?:\d|\d?\.\d{1,4})(?:em|ex|px|pt)?")


def markdown(source: str, attachments: dict[str, Any] | None = None, formulas: bool = True) -> Markup:
    """Render markdown. What cannot be rendered, or is longer than ``LONGEST``, is shown as it was typed.

    Without ``formulas``, they stay TeX, as code, from which this function makes formulas when it sees them again.
    """
    if len(source) > LONGEST:
        return plain(source)
    return _alone(source) if formulas and not attachments else _rendered(source, attachments or {}, formulas)


@lru_cache(maxsize=64)
def _alone(source: str) -> Markup:
    """Most texts are the exercise's own, the same for every student."""
    return _rendered(source, {})


def _rendered(source: str, attachments: dict[str, Any], formulas: bool = True) -> Markup:
    try:
        return fragment(MarkdownWithMath(renderer=_Renderer(attachments)).render(source), formulas)
    except Exception:  # noqa: BLE001 (a strange text on which a parser gives up must not cost the whole page)
        return plain(source)


def fragment(source: str, formulas: bool = True) -> Markup:
    """Cut HTML down to what lays out text; of what is too large for that, or too deep, show the words."""
    if len(source) > 40 * LONGEST or too_much(source):  # pictures may be long
        return plain(html.unescape(A_TAG.sub(" ", source[:LONGEST])))
    try:
        return _cut_down(source, formulas)
    except Exception:  # noqa: BLE001 (a parser gives up in more ways than it says)
        return plain(source)


def _cut_down(source: str, formulas: bool) -> Markup:
    soup = BeautifulSoup(source, "html.parser")
    for tag in soup.find_all(_DROPPED):
        tag.decompose()
    cleaned = bleach.clean(str(soup), tags=TAGS, attributes=may_stay, protocols=PROTOCOLS, strip=True)
    return Markup(_finished(cleaned, formulas))


def plain(source: str, lines: int = 400) -> Markup:
    """Show text as it is, cut after some lines or ``LONGEST`` characters."""
    return Markup("<pre>{}</pre>").format(shortened(source, lines))


def python(source: str, lines: int = 400) -> Markup:
    """Show Python, highlighted."""
    colored = highlight(shortened(source, lines), PythonLexer(stripnl=False), HtmlFormatter(nowrap=True))
    return Markup(f"<pre><code>{colored.rstrip()}</code></pre>")


def picture(mimetype: str, data: str, alt: str) -> Markup | None:
    """Show a picture that is part of the page; None when the data are no base64 or the type is not one to show."""
    source = f"data:{mimetype};base64,{''.join(data.split())}"
    return Markup('<img src="{}" alt="{}">').format(source, alt) if _PICTURE.fullmatch(source) else None


def shortened(source: str, lines: int) -> str:
    """Cut a text after some lines or ``LONGEST`` characters, and say so."""
    kept = "\n".join(source[:LONGEST].splitlines()[:lines])
    left = len(source.rstrip("\n")) - len(kept)
    return f"{kept}\n… and {left} characters more" if left > 0 else kept


def mathml(tex: str, display: bool) -> str | None:
    """Turn TeX into MathML; None when that fails, or would need more than lays out a formula."""
    if len(tex) > LONGEST_FORMULA:
        return None
    try:
        return _written(convert_to_element(tex, display="block" if display else "inline"))
    except Exception:  # noqa: BLE001 (errors of many kinds; the TeX can still be read)
        return None


def _written(element: Element) -> str:
    """Write out a formula; the library's own way leaves ``<`` in a text as it is."""
    if element.tag not in _MATH:
        raise ValueError(
            f"<{element.tag}> is not among the elements of a formula: {', '.join(sorted(_MATH))}"
        )
    attributes = "".join(
        f' {name}="{value}"'
        for name, value in element.attrib.items()
        if name in _MATH_ATTRIBUTES and _MATH_VALUE.fullmatch(value)
    )
    inside = _escaped(element.text) + "".join(_written(child) + _escaped(child.tail) for child in element)
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"


def too_much(source: str) -> bool:
    """Whether a parser would take long over it."""
    if source.count("<") > MOST or source.count("&") > NAMED:
        return True
    tags = A_TAG.findall(source)
    depths = itertools.accumulate(-1 if tag.startswith("</") else not _EMPTY.match(tag) for tag in tags)
    return source.count("<") - len(tags) > ENDLESS or max(depths, default=0) > DEEPEST


def _escaped(part: str | None) -> str:
    return html.escape(html.unescape(part or ""))


def may_stay(tag: str, name: str, value: str) -> bool:
    """Whether an attribute is among those that lay out text."""
    allowed = _ATTRIBUTES.get((tag, name))
    return allowed is not None and allowed.fullmatch(value) is not None


def _finished(cleaned: str, formulas: bool) -> str:
    """Add what a safe text still lacks: formulas, names for pictures, boxes for what is wider than the page."""
    soup = BeautifulSoup(cleaned, "html.parser")
    for image in soup.find_all("img"):
        alt = str(image.get("alt") or "no description")
        if image.get("src"):
            image["alt"] = alt
        else:
            image.replace_with(f"[a picture from elsewhere, not shown: {alt}]")
    for tex in soup.find_all("code", class_=[_TEX, _TEX_BLOCK]) if formulas else ():
        display = _TEX_BLOCK in tex.get_attribute_list("class")
        if formula := mathml(tex.get_text(), display):
            tex.replace_with(BeautifulSoup(formula, "html.parser"))
    for link in soup.find_all("a"):
        if link.get("href") and link.get_text(strip=True):
            link["rel"] = "nofollow noopener noreferrer"
        else:
            link.unwrap()
    for head in soup.find_all(["h3", "th"]):
        if not head.get_text(strip=True):
            head.name = "td" if head.name == "th" else "p"
    for table in soup.find_all("table"):
        table.wrap(soup.new_tag("div", attrs=_scrolls("Table")))
    for block in soup.find_all("math", display="block"):
        block.wrap(soup.new_tag("span", attrs=_scrolls("Formula")))
    return str(soup)


def _scrolls(name: str) -> dict[str, str]:
    return {"class": "bp-scroll", "tabindex": "0", "role": "group", "aria-label": name}


class _Renderer(IPythonRenderer):
    """nbconvert's markdown, with formulas marked for MathML. Its result still has to be cleaned."""

    def __init__(self, attachments: dict[str, Any]) -> None:
        super().__init__(escape=False, exclude_anchor_links=True, attachments=attachments)

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        # The page has its own headings, for exercise and task; those of a text are all below them.
        return f"<h3>{text}</h3>\n"

    def block_code(self, code: str, info: str | None = None) -> str:
        language = (info or "").strip().lower()
        return str(python(code) if language.startswith("py") else plain(code))

    def image(self, text: str, url: str, title: str | None = None) -> str:
        try:
            return super().image(text, url, title)
        except InvalidNotebook:  # an attachment that is not there
            return super().image(text, "", title)

    def block_math(self, body: str) -> str:
        return f'<code class="{_TEX_BLOCK}">{html.escape(body)}</code>'

    def inline_math(self, body: str) -> str:
        return f'<code class="{_TEX}">{html.escape(body)}</code>'

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")
