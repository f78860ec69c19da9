"""What every page needs beyond its text: a cache that knows bplib, the site's address, the notebook link."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

import yaml
from sphinx.application import Sphinx
from sphinx.config import Config

ROOT = Path(__file__).resolve().parents[2]
LOCAL_ADDRESS = "http://localhost:8000/"


def package_hash(folder: Path = ROOT / "bplib") -> str:
    """Twelve hexadecimal digits that change with the name or content of any Python file or table of data below ``folder``."""
    digest = hashlib.sha256()
    for path in sorted([*folder.rglob("*.py"), *folder.glob("*.csv.gz")]):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def title() -> str:
    """The name of the course, as ``_config.yml`` has it."""
    return str(yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["title"])


def configure(app: Sphinx, config: Config) -> None:
    """Set what depends on others: the cache of executed cells, the address the site is published at, the name of the course."""
    # A cell's result depends on bplib, which the cache does not look at. A new path is an empty cache.
    config.nb_execution_cache_path = str(ROOT / "_build" / "cells" / package_hash())
    address = os.environ.get("BOOK_BASE_URL") or config.html_baseurl or LOCAL_ADDRESS
    config.html_baseurl = config.ogp_site_url = address.rstrip("/") + "/"
    config.ogp_image_alt = title()
    config.myst_substitutions = {"title": title()}
    # Where a page's cells find what ties its sentences to them.
    os.environ["PYTHONPATH"] = os.pathsep.join(
        filter(None, (str(Path(__file__).parent), os.environ.get("PYTHONPATH")))
    )


def copy_live(app: Sphinx) -> None:
    """Put the live figures under ``_static/live``. In ``book/_static`` itself every page would load each of them."""
    shutil.copytree(ROOT / "book" / "_live", Path(app.outdir) / "_static" / "live", dirs_exist_ok=True)


def link_notebook(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Offer an executable page as a notebook, right under its title: to run in the browser, and to download."""
    if "kernelspec" not in app.env.metadata.get(pagename, {}) or "body" not in context:
        return
    href = context["pathto"](f"downloads/{pagename}.ipynb", resource=True)
    start = context["pathto"]("lite/start.html", resource=True)
    link = (
        # Hidden until the site has notebooks that run in the page, see lite.py.
        f'<p class="bp-download"><span data-lite hidden><a href="{start}?open=chapters/{pagename}.ipynb">Try this page</a> in '
        f'your browser, or </span><a href="{href}" download>download it as a notebook</a></p>'
    )
    context["body"] = context["body"].replace("</h1>", f"</h1>\n{link}", 1)


def bring_to_life(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Load the frame of the live figures, on the pages that have some."""
    if 'class="bp-live"' in context.get("body", ""):
        app.add_js_file("live/frame.js", type="module")


def leave_out_thebe(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Take Thebe's scripts off every page: Jupyter Book adds them even when it is off, and they point to another host."""
    for kind in ("script_files", "css_files"):
        files = context.get(kind, [])
        context[kind] = [
            file for file in files if "thebe" not in f"{file}{getattr(file, 'attributes', '')}".lower()
        ]


def name_roles(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Give the bibliography's entries the role that their list asks for; docutils writes one that ARIA has given up."""
    if "body" in context:
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')


def leave_out_aliases(app: Sphinx, what: str, name: str, obj: Any, skip: bool, options: Any) -> bool | None:
    """Leave a named tuple's fields to its docstring: what Python says of them is only "Alias for field number 0"."""
    return True if str(getattr(obj, "__doc__", "")).startswith("Alias for field number") else None


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to Sphinx's events."""
    app.connect("config-inited", configure, priority=100)
    app.connect("builder-inited", copy_live)
    app.connect("autodoc-skip-member", leave_out_aliases)
    app.connect("html-page-context", link_notebook)
    app.connect("html-page-context", name_roles)
    app.connect("html-page-context", bring_to_life)
    # After the extensions that add files to a page.
    app.connect("html-page-context", leave_out_thebe, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
