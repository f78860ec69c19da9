"""Make a folder ready to publish: the built book, a sitemap, robots.txt and the picture that links are shown with."""

from __future__ import annotations

import re
import shutil
import textwrap
from pathlib import Path
from xml.sax.saxutils import escape

from page import title

_CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+)"')
# What only the next build needs.
_LEAVE_OUT = shutil.ignore_patterns(".buildinfo*", "reports", ".jupyter_cache")


class PublishError(Exception):
    """The site is not complete."""


def write_social_image(html: Path) -> None:
    """Draw ``_static/social.png`` (1200 × 630), the picture under a shared link: the title beside a falling loss."""
    target = html / "_static" / "social.png"
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np

    figure = plt.figure(figsize=(12, 6.3), dpi=100, facecolor="#0d2a3d")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 12), ylim=(0, 6.3))
    axes.axis("off")
    x = np.linspace(0, 12, 400)
    for shift, color in ((0.0, "#3f8fbf"), (0.5, "#ffb35c"), (1.0, "#4fc3a1")):
        axes.plot(
            x, 0.5 + 2.6 * np.exp(-(x + shift) / 2.6) + 0.12 * shift * np.cos(2.2 * x), color=color, lw=4
        )
    # Two lines, the first a little longer, in letters that leave room for the longest word.
    lines = textwrap.wrap(title(), max(12, len(title()) * 3 // 5))
    size = min(50, 1050 / max(map(len, lines)))
    for number, (line, color) in enumerate(zip(lines, ("white", "#ffb35c", "#ffb35c"), strict=False)):
        axes.text(0.8, 4.5 - 0.9 * number, line, color=color, fontsize=size, weight="bold")
    axes.text(5.2, 2.5, "A book, its code, and graded exercises", color="#d7e6f0", fontsize=22)
    figure.savefig(target, facecolor=figure.get_facecolor())
    plt.close(figure)


def page_addresses(html: Path) -> list[str]:
    """The canonical addresses of the pages in a built book, in alphabetical order."""
    addresses = []
    for path in html.rglob("*.html"):
        if "_static" not in path.parts and path.name not in ("search.html", "genindex.html", "404.html"):
            if match := _CANONICAL.search(path.read_text(encoding="utf-8")):
                addresses.append(match[1])
    return sorted(addresses)


def publish(html: Path, target: Path) -> Path:
    """Copy the built book to ``target`` and add what search engines and link previews read.

    Raises
    ------
    PublishError
        The pages have no canonical address.
    """
    addresses = page_addresses(html)
    if not addresses:
        raise PublishError(
            f"no page in {html} has a canonical address; set html.baseurl in _config.yml or --base-url"
        )
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(html, target, ignore=_LEAVE_OUT)
    entries = "".join(f"  <url><loc>{escape(address)}</loc></url>\n" for address in addresses)
    (target / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n',
        encoding="utf-8",
    )
    base = min(addresses, key=len).removesuffix("index.html")
    (target / "robots.txt").write_text(
        f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n", encoding="utf-8"
    )
    # GitHub Pages drops folders that begin with an underscore unless this file is there.
    (target / ".nojekyll").touch()
    return target
