"""HTML that is safe, as one piece that stays what it is wherever it comes to stand."""

from __future__ import annotations

import itertools
import re

from bs4 import BeautifulSoup
from markupsafe import Markup

from bplib.grading.pages.safe_html import A_TAG

#: What is no letter, no digit and no full stop, and could mean something in markdown or TeX; in a tag, what HTML itself does not need.
_IN_TEXT = re.compile(r"[^\w .,:;&#]|_|[\n\r\t\f\v\x85\u2028\u2029]")
_IN_A_TAG = re.compile(r"[^\w <>/=\".,:;&#%?+()@-]|_|[\n\r\t\f\v\x85\u2028\u2029]")


def encased(inside: Markup) -> Markup:
    """Return it for the midst of markdown, and for a page with MathJax.

    Every sign that could mean something to them is written as its number, and MathJax is told to leave it alone.
    """
    parts = A_TAG.split(BeautifulSoup(inside, "html.parser").decode(formatter="minimal"))
    signs = itertools.cycle((_IN_TEXT, _IN_A_TAG))
    written = "".join(_numbered(part, each) for part, each in zip(parts, signs, strict=False))
    return Markup(f'<div class="tex2jax_ignore mathjax_ignore">{written}</div>')


def _numbered(part: str, signs: re.Pattern[str]) -> str:
    return signs.sub(lambda sign: f"&#{ord(sign[0])};", part)
