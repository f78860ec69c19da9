"""Figures where there is no matplotlib: each call of ``plots.show`` shows the figure that the book was built with.

A figure is known by its words, which every figure has. What would have drawn it draws nothing, and the rest of the cell runs as
ever.
"""

from __future__ import annotations

import ast
import hashlib
import html
import re
import zipfile
from pathlib import Path

import lite_packages
from page import ROOT

_FIGURE = re.compile(r'<figure class="bp-figure".*?</figure>', re.DOTALL)
_WORDS = re.compile(r'aria-label="([^"]*)"')
#: Modules of ``bplib.plots`` that draw; `theme` is the one that they draw in, and is written anew.
_DRAWING = ("curves", "images", "networks", "surfaces")
#: What of the theme draws nothing, and is taken as it is.
_KEPT = ("INK", "MUTED", "GRID", "SURFACE", "COLORS", "Shown")
#: Packages that a page's or a student's cell may import, and what it is told.
_ABSENT = {"matplotlib": "draws nothing", "sklearn": "is not to be had", "scipy": "is not to be had"}


def name_of(words: str) -> str:
    """The file name of the figure with these words, as `book/_lite/plots.py` computes it in the page."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def collect(site: Path, target: Path) -> int:
    """Copy the figures of all pages to ``target``, each in a file of its own; return how many."""
    target.mkdir(parents=True)
    for page in site.rglob("*.html"):
        if page.relative_to(site).parts[0] in ("lite", "_static"):
            continue
        for figure in _FIGURE.findall(page.read_text(encoding="utf-8")):
            if words := _WORDS.search(figure):
                (target / f"{name_of(html.unescape(words[1]))}.html").write_text(figure, encoding="utf-8")
    return len(list(target.iterdir()))


def without_matplotlib(wheel: Path, target: Path) -> Path:
    """The wheel of bplib for the page: ``bplib.plots`` shows instead of drawing, and the floor of grading stays at home."""
    theme = ast.parse((ROOT / "bplib" / "plots" / "theme.py").read_text(encoding="utf-8"))
    kept = [node for node in theme.body if _named(node) in _KEPT]
    shown = (ROOT / "book" / "_lite" / "plots.py").read_text(encoding="utf-8")
    files = {"bplib/plots/theme.py": f"{shown}\n\n{ast.unparse(ast.Module(kept, []))}\n".encode()}
    files |= {f"bplib/plots/{name}.py": b"from bplib.plots.theme import undrawn as __getattr__\n" for name in _DRAWING}
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if not name.startswith(("bplib/grading/", "bplib/plots/theme")) and not name.endswith("/RECORD"):
                files.setdefault(name, archive.read(name))
    return lite_packages.write_wheel(target, "bplib", wheel.name.split("-")[1], files)


def _named(node: ast.stmt) -> str:
    """The name that a statement at the top of a module defines."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return getattr(node, "name", "")


def stand_ins(target: Path) -> dict[str, Path]:
    """For each package that is not there, one of its name that says so in a sentence."""
    made = {}
    for name, what in _ABSENT.items():
        text = f"{name} {what} in this page: in JupyterLab on your own computer, it is as ever."
        source = f"raise ModuleNotFoundError({text!r}, name={name!r})\n"
        made[name] = lite_packages.write_wheel(target, name, "0", {f"{name}/__init__.py": source.encode()})
    return made
