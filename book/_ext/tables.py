"""Tables on a phone: each cell knows the name of its column, so that a row can be shown as a list."""

from __future__ import annotations

import re
from typing import Any

from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx

_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
#: So many signs stand beside each other on a phone.
NARROW = 34


def _outside_formulas(cell: Tag) -> str:
    """The words of a cell, without what stands in its formulas."""
    return " ".join(text for text in cell.find_all(string=True) if text.find_parent("math") is None)


def _needs(cell: Tag) -> int:
    """The signs of the longest part of a cell that cannot be broken: a word, or a formula."""
    formulas = ("".join(formula.get_text().split()) for formula in cell.find_all("math"))
    return max(map(len, [*formulas, *_outside_formulas(cell).split()]), default=0)


def _name_formulas(soup: BeautifulSoup) -> bool:
    """Give a column whose head is a formula alone a name for those who listen; says whether there is one."""
    found = False
    for head in soup.select("thead th"):
        if head.find("math") is not None and not _outside_formulas(head).strip():
            name = soup.new_tag("span", attrs={"class": "bp-visually-hidden"})
            name.string = head.get_text(strip=True)
            head.append(name)
            found = True
    return found


def labeled(table: str) -> str:
    """A table's HTML with the name of its column in each cell, where it is too wide for a phone.

    The roles are those that the elements have by themselves: browsers forget them once a table is shown as a list.
    """
    soup = BeautifulSoup(table, "html.parser")
    heads = [cell.get_text(" ", strip=True) for cell in soup.select("thead th")]
    if _name_formulas(soup):
        table = str(soup)
    rows = soup.select("tbody tr")
    if not heads or any(len(row.find_all(["td", "th"])) != len(heads) for row in rows):
        return table
    columns = zip(*(row.find_all(["td", "th"]) for row in [soup.thead.tr, *rows]), strict=True)
    if sum(3 + max(map(_needs, cells)) for cells in columns) <= NARROW:
        return table
    assert soup.table is not None
    soup.table["class"] = [*soup.table.get_attribute_list("class"), "bp-stack"]
    soup.table["role"] = "table"
    for row in soup.select("tr"):
        row["role"] = "row"
    for group in soup.select("thead, tbody"):
        group["role"] = "rowgroup"
    for head in soup.select("thead th"):
        head["role"] = "columnheader"
    for row in rows:
        for name, cell in zip(heads, row.find_all(["td", "th"]), strict=True):
            cell["data-label"] = name
            cell["role"] = "cell" if cell.name == "td" else "rowheader"
    return str(soup)


def label_tables(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Prepare all tables of a page."""
    if "body" in context:
        context["body"] = _TABLE.sub(lambda match: labeled(match[0]), context["body"])


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to Sphinx's event."""
    app.connect("html-page-context", label_tables)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
