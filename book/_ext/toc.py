"""The pages of a table of contents, in the order in which they are read."""

from __future__ import annotations

from pathlib import Path

BOOK = Path(__file__).resolve().parents[1]


def toc_pages(toc: dict) -> list[str]:
    """The pages of a table of contents, in reading order; ``glob`` entries are matched against ``book/``."""
    pages = [toc["root"]]

    def walk(entries: list[dict]) -> None:
        for entry in entries:
            if "file" in entry:
                pages.append(entry["file"])
            if "glob" in entry:
                found = sorted(
                    path.relative_to(BOOK).with_suffix("").as_posix() for path in BOOK.glob(entry["glob"])
                )
                pages.extend(name for name in found if name not in pages)
            walk(entry.get("sections", []))

    for part in toc.get("parts", []):
        walk(part["chapters"])
    walk(toc.get("chapters", []))
    return pages
