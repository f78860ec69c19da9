"""Fonts that a page has to load, cut down to the characters that it shows."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

#: What formulas are made of: letters upright, bold and italic, Greek, and what stands between and around them.
_MATHEMATICS = [
    *range(0x20, 0x7F), 0xA0, 0xAC, 0xB1, 0xB7, 0xD7, 0xF7, *range(0x391, 0x3F6), *range(0x2016, 0x2027), 0x2032, 0x2033, 0x210E,
    *range(0x2190, 0x2194), 0x21A6, 0x21D2, 0x21D4, 0x27F6, 0x27F8, 0x27F9, 0x27FA, *range(0x2200, 0x22F2), *range(0x2308, 0x230C),
    0x27E8, 0x27E9, 0x2A2F, *range(0x1D400, 0x1D468), *range(0x1D6A4, 0x1D71C),
    # Accents.
    0x5E, 0xAF, 0x2C6, 0x2DC, 0x302, 0x303, 0x304, 0x305, 0x307, 0x20D7, 0x23DE, 0x23DF,
]  # fmt: skip
_ICON_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_ICON_SCRIPT = re.compile(r"<script[^>]*/fontawesome\.js[^>]*></script>\s*|<link[^>]*/fontawesome\.js[^>]*>\s*")
_ICON = re.compile(r"\\(f[0-9a-f]{3})\b")


def cut(source: Path, target: Path, characters: list[int]) -> None:
    """Write a font with these code points alone, and with what is made of them, as WOFF2."""
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = ["ssty", "kern", "dtls", "ccmp"]
    options.notdef_outline = True
    with TTFont(source) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=characters)
        cutter.subset(font)
        target.parent.mkdir(parents=True, exist_ok=True)
        font.flavor = "woff2"
        font.save(target)


def write_mathematics(app: Sphinx) -> None:
    """The font of the formulas, STIX Two Math (SIL Open Font License), as the package ziamath brings it."""
    target = Path(app.outdir) / "_static" / "mathematics.woff2"
    if not target.is_file():
        spec = find_spec("ziamath")
        if spec is None or not spec.submodule_search_locations:
            raise ExtensionError('ziamath is missing: run  pip install -c constraints.txt -e ".[book]"')
        cut(Path(spec.submodule_search_locations[0], "fonts", "STIXTwoMath-Regular.ttf"), target, _MATHEMATICS)


def icons_of(folder: Path) -> list[int]:
    """The icons that the pages below a folder name, and those that their style sheets put there by themselves."""
    pages = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.html"))
    named = {name for words in re.findall(r'class="([^"]*)"', pages) for name in words.split() if name.startswith("fa-")}
    found = set()
    for path in folder.glob("_static/**/*.css"):
        for selector, body in _ICON_RULE.findall(path.read_text(encoding="utf-8")):
            names = set(re.findall(r"\.(fa-[\w-]+)", selector))
            if not names or names & named:
                found |= {int(code, 16) for code in _ICON.findall(body)}
    return sorted(found)


def cut_icons(app: Sphinx, error: Exception | None) -> None:
    """Leave of the theme's icons those that are used, a dozen of 1,400, and out the script that draws them all."""
    if error is not None or app.builder.format != "html":
        return
    folder = Path(app.outdir)
    for page in folder.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        if (without := _ICON_SCRIPT.sub("", text)) != text:
            page.write_text(without, encoding="utf-8")
    for script in folder.glob("_static/scripts/fontawesome.js*"):
        script.unlink()
    for font in folder.glob("_static/vendor/fontawesome/webfonts/fa-solid-900.woff2"):
        cut(font, font, icons_of(folder))


def setup(app: Sphinx) -> dict[str, object]:
    """Connect to Sphinx's events."""
    app.connect("builder-inited", write_mathematics)
    app.connect("build-finished", cut_icons)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
