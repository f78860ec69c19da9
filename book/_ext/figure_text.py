"""Every figure says in words what it shows: find images whose text alternative is empty, very short or a file's path.

Sphinx accepts all three. Run alone with the folder of a built book: ``python book/_ext/figure_text.py FOLDER``.
"""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

# The logo and theme pictures are named by a word or two; a figure needs a sentence.
SHORTEST = 20
_PATH_LIKE = re.compile(r"[\\/]\S*\.\w+$|\.(png|jpe?g|svg|gif|webp)\s*$|^[0-9a-f]{16,}", re.IGNORECASE)


def problem(alternative: str | None) -> str | None:
    """What is wrong with a text alternative, or None.

    Parameters
    ----------
    alternative
        The value of ``alt`` or ``aria-label``; None when the attribute is absent.
    """
    text = " ".join((alternative or "").split())
    if not text:
        return "has no text alternative"
    if _PATH_LIKE.search(text):
        return f"has a path as text alternative: {text!r}"
    if len(text) < SHORTEST:
        return f"has a text alternative of only {len(text)} characters: {text!r}"
    return None


class _Images(HTMLParser):
    """Collect the images of the page's article; the theme's own (logo, icons) stand outside of it."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.found: list[tuple[int, str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "article":
            self.depth += 1
        if not self.depth:
            return
        if tag == "img":
            self.found.append((self.getpos()[0], "image", values.get("alt")))
        elif tag == "svg" and values.get("aria-hidden") != "true":
            self.found.append((self.getpos()[0], "drawing", values.get("aria-label")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self.depth -= 1


def check_page(text: str, name: str) -> list[str]:
    """The problems of one HTML page, each with page and line; an empty list when all figures have words."""
    parser = _Images()
    parser.feed(text)
    return [
        f"{name} line {line}: the {kind} {wrong}. Say in a sentence what is seen."
        for line, kind, alternative in parser.found
        if (wrong := problem(alternative))
    ]


def check_folder(folder: Path) -> list[str]:
    """The problems of every HTML page below ``folder``."""
    problems = []
    for path in sorted(folder.rglob("*.html")):
        if "_static" not in path.parts:
            problems += check_page(path.read_text(encoding="utf-8"), path.relative_to(folder).as_posix())
    return problems


if __name__ == "__main__":
    found = check_folder(Path(sys.argv[1]))
    print("\n".join(found) or "Every figure has words.")
    sys.exit(bool(found))
