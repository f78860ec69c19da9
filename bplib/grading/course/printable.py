"""Text that does nothing to whoever prints it."""

from __future__ import annotations

import unicodedata


def printable(text: str) -> str:
    """Return a text that does nothing to a terminal, wherever it comes from: one line, in the order in which it was written.

    Escape sequences and other control characters, what turns the direction of writing, what is not seen, and half characters
    become question marks; any kind of space becomes a space.
    """
    return "".join(
        char if char.isprintable() else " " if unicodedata.category(char) == "Zs" else "?" for char in text
    )


def lines(text: str) -> str:
    """Return a text of several lines, each of them printable."""
    return "\n".join(map(printable, text.split("\n")))
