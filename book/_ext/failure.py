"""Say where a build failed: the page, the cell, and the last lines of its traceback."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from notebooks import read_page

_TRACEBACK_LINES = 6


def cell_number(page: Path, source: str) -> int | None:
    """The number, from 1, of the page's code cell with this source; None when there is none."""
    cells = [cell.source.strip() for cell in read_page(page).cells if cell.cell_type == "code"]
    return cells.index(source.strip()) + 1 if source.strip() in cells else None


def describe_cell(report: Path, page: Path) -> str:
    """Read myst-nb's error report of a page and say which cell failed, with the traceback's last lines."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", report.read_text(encoding="utf-8"))
    # The report has the failing cell between two dashed lines, then the traceback.
    source = re.search(r"^-{5,}\n(.*?)\n-{5,}$", text, re.DOTALL | re.MULTILINE)
    number = cell_number(page, source[1]) if source else None
    tail = [line for line in text.splitlines() if line.strip()][-_TRACEBACK_LINES:]
    where = f"cell {number}" if number else "a cell"
    first = source[1].strip().splitlines()[0] if source else ""
    return "\n".join([f"  {where}, which begins  {first}", *(f"      {line}" for line in tail)])


def explain(warnings: Sequence[str], html: Path, book: Path) -> str:
    """One paragraph per warning; for a failed cell its number and the end of its traceback."""
    paragraphs = []
    for warning in warnings:
        text = warning.replace(f"{book}/", "book/")
        paragraphs.append(f"* {text}")
        match = re.search(r"book/(\S+?)\.md.*Executing notebook failed", text)
        if match:
            reports = sorted((html / "reports").rglob(f"{Path(match[1]).name}.err.log"))
            paragraphs += [describe_cell(report, book / f"{match[1]}.md") for report in reports[:1]]
    return "\n".join(paragraphs)
