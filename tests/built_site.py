"""The built site, for the tests of the book: where it is, its pages, and a server that shows it as the web would."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "site"


def find_site() -> Path:
    """The folder of the built site; the test fails, with what to do, when there is none."""
    if not (SITE / "index.html").is_file():
        pytest.fail(f"there is no built book in {SITE}: run  make site", pytrace=False)
    return SITE


def page_names() -> list[str]:
    """The addresses of all pages of the book, relative to the site, in alphabetical order; empty before the site is built."""
    found = (path.relative_to(SITE) for path in SITE.rglob("*.html"))
    return sorted(path.as_posix() for path in found if path.parts[0] not in ("_static", "lite"))


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the test reports what failed."""


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder on a free local port while the block runs; gives the address, which ends in a slash."""
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder))
    ) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()
