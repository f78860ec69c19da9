"""Build the book: every cell executed, every warning an error, progress shown, the place of a failure named.

::

    python book/_ext/build.py                               # _build/book/_build/html
    python book/_ext/build.py --site --base-url URL         # and _build/site, ready to publish
    python book/_ext/build.py --only error,activation --out _build/trial    # some pages, warnings shown but allowed
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import downloads
import figure_text
import publish
import yaml
from failure import explain
from page import ROOT
from toc import toc_pages

BOOK = ROOT / "book"
OUT = ROOT / "_build" / "book"

# Pages that no source stands behind.
SPHINX_PAGES = ("genindex", "search", "py-modindex")

_PHASE = re.compile(r"(reading sources|writing output)\.\.\. \[\s*(\d+)%\] (\S+)")


class BuildError(Exception):
    """The book cannot be built; the message says where and why."""


def run_jupyter_book(
    arguments: Sequence[str], log: Path, total: int, environment: dict[str, str]
) -> list[str]:
    """Run ``jupyter-book build`` with a line of progress; return the warnings, and raise when it fails without one."""
    log.parent.mkdir(parents=True, exist_ok=True)
    # The command `jupyter-book`, but surely the one of this Python.
    start = "from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", start, "build", str(BOOK), *arguments]
    live = sys.stdout.isatty()
    warnings: list[str] = []
    seen = {"reading sources": 0, "writing output": 0}
    with (
        log.open("w", encoding="utf-8") as record,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT, env=environment
        ) as process,
    ):
        assert process.stdout is not None
        for raw in process.stdout:
            line = re.sub(r"\x1b\[[0-9;]*m", "", raw).rstrip()
            record.write(line + "\n")
            if match := _PHASE.search(line):
                seen[match[1]] += 1
                verb = "read and run" if match[1] == "reading sources" else "write"
                text = f"  {verb}: page {seen[match[1]]}/{total}  {match[3]}"
                print(f"\r{text:<78}" if live else text, end="" if live else "\n", flush=True)
            elif re.search(r"\b(WARNING|ERROR|CRITICAL):", line) or "Extension error" in line:
                warnings.append(line)
    if live:
        print()
    # With -W a warning is reason enough for the code; without it, something broke besides.
    if process.returncode and not (warnings and "-W" in arguments):
        tail = "\n".join(log.read_text(encoding="utf-8").splitlines()[-15:])
        raise BuildError(
            f"jupyter-book stopped with code {process.returncode}:\n{tail}\nThe whole log is in {log}"
        )
    return warnings


def build(toc_path: Path, out: Path, *, strict: bool, base_url: str | None = None) -> Path:
    """Build the pages of a table of contents and return the folder of the finished HTML.

    Raises
    ------
    BuildError
        With ``strict``, after any warning; otherwise only when no HTML comes out.
    """
    pages = toc_pages(yaml.safe_load(toc_path.read_text(encoding="utf-8")))
    missing = [name for name in pages if not (BOOK / f"{name}.md").is_file()]
    if missing:
        raise BuildError(
            f"{toc_path} names pages that are not in book/: {', '.join(missing)}. Write them, or take them out."
        )
    environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1", OMP_NUM_THREADS="1", TQDM_DISABLE="1", BPLIB_BOOK=".")
    if base_url:
        environment["BOOK_BASE_URL"] = base_url
    arguments = ["--config", str(ROOT / "_config.yml"), "--toc", str(toc_path), "--path-output", str(out)]
    if strict:
        arguments += ["-n", "-W", "--keep-going"]
    html = out / "_build" / "html"
    warnings = run_jupyter_book(arguments, out / "build.log", len(pages), environment)
    if warnings:
        print(explain(warnings, html, BOOK))
        if strict or not html.is_dir():
            # Sphinx repeats no warning of a page that it does not read again: forget the pages, keep the executed cells.
            shutil.rmtree(out / "_build" / ".doctrees", ignore_errors=True)
            raise BuildError(
                f"the book has {len(warnings)} warnings, and a warning is an error. The log: {out / 'build.log'}"
            )
    forget_removed(pages, html)
    count = downloads.write(pages, html)
    print(f"  downloads: {count} pages as notebooks, bplib, requirements and exercises")
    if problems := figure_text.check_folder(html):
        raise BuildError("figures without words:\n" + "\n".join(f"  {problem}" for problem in problems))
    publish.write_social_image(html)
    return html


def forget_removed(pages: Sequence[str], html: Path) -> None:
    """Remove what an earlier build left of pages that the book no longer has: Sphinx keeps their HTML."""
    for path in html.rglob("*.html"):
        name = path.relative_to(html).with_suffix("").as_posix()
        if name not in {*pages, *SPHINX_PAGES} and not name.startswith("_"):
            path.unlink()


def trial_toc(names: str, out: Path) -> Path:
    """Write a table of contents for these pages alone (names separated by commas, with or without ``.md``)."""
    pages = [name.strip().removeprefix("book/").removesuffix(".md") for name in names.split(",")]
    toc: dict = {"format": "jb-book", "root": pages[0]}
    if pages[1:]:
        toc["chapters"] = [{"file": name} for name in pages[1:]]
    path = out / "_toc.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(toc), encoding="utf-8")
    return path


def main(argv: Sequence[str] | None = None) -> int:
    """Build as the command line says; the return value is the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--base-url", help="the address the site will have, e.g. https://example.org/book/")
    parser.add_argument("--site", action="store_true", help="also write _build/site, ready to publish")
    parser.add_argument(
        "--only", metavar="PAGES", help="build only these pages, separated by commas; warnings are allowed"
    )
    parser.add_argument("--out", type=Path, default=OUT, help="folder of the build (default: _build/book)")
    options = parser.parse_args(argv)
    start = time.monotonic()
    out = options.out.resolve()
    try:
        if options.only and out == OUT:
            parser.error("--only needs --out FOLDER: it must not replace the whole book in _build/book")
        toc = trial_toc(options.only, out) if options.only else BOOK / "_toc.yml"
        html = build(toc, out, strict=not options.only, base_url=options.base_url)
        if options.site:
            html = publish.publish(html, ROOT / "_build" / "site")
    except (BuildError, publish.PublishError, downloads.DownloadError) as error:
        print(f"\nThe book was not built: {error}", file=sys.stderr)
        return 1
    first = toc_pages(yaml.safe_load(toc.read_text(encoding="utf-8")))[0]
    print(f"Done in {time.monotonic() - start:.0f} s. Open {html / f'{first}.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
