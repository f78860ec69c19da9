"""Put JupyterLite into the site: every exercise and every chapter as a notebook that runs in the reader's browser.

::

    python book/_ext/lite.py        # _build/site/lite, and the buttons on the site's pages

Where npm or PyPI cannot be reached, the site stays without: one line says what is missing.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import lite_figures
import lite_packages
from distribution import DistributionError, distribution
from page import ROOT, title

SITE = ROOT / "_build" / "site"
WORK = ROOT / "_build" / "lite"
SOURCES = ROOT / "book" / "_lite"

KERNEL = "@jupyterlite/pyodide-kernel-extension"
#: What an interpreter loads before its first cell, all at once. The kernel asks for the first nine.
PRELOADED = (
    "micropip", "piplite", "ssl", "sqlite3", "ipykernel", "comm", "pyodide_kernel", "jedi", "ipython", "numpy", "bplib",
)  # fmt: skip
#: What JupyterLab brings and this course does not need: each would be one more thing to load, or to get lost in.
DISABLED = (
    "@jupyter-notebook/notebook-extension:checkpoints", "@jupyter-notebook/notebook-extension:kernel-logo",
    "@jupyter-notebook/notebook-extension:open-tree-tab", "@jupyter-notebook/notebook-extension:tab-icon",
    "@jupyter-notebook/notebook-extension:trusted", "@jupyter-notebook/application-extension:logo",
    "@jupyterlite/application-extension:clear-browser-data", "@jupyterlite/application-extension:share-file",
    "@jupyterlite/apputils-extension:kernel-status", "@jupyterlite/notebook-application-extension:logo",
)  # fmt: skip
#: On the pages of the book a link to the notebook is hidden until the notebook is there.
HIDDEN = re.compile(r'(<[^>]*\bdata-lite\b[^>]*?) hidden(?:="")?')


def interpreter(target: Path) -> None:
    """Write Pyodide with numpy, IPython and bplib into ``target``."""
    made = target.with_name("made")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    wheel = distribution().wheel
    own = {
        "bplib": (lite_figures.without_matplotlib(wheel, made), ["numpy", "tqdm"]),
        **{name: (wheel, []) for name, wheel in lite_figures.stand_ins(made).items()},
    }
    lite_packages.assemble(target, own, _kernel_extension() / "static" / "pypi")
    shutil.rmtree(made)


def _kernel_extension() -> Path:
    """The folder of the installed extension that runs Pyodide in JupyterLite."""
    return Path(sys.prefix) / "share" / "jupyter" / "labextensions" / KERNEL


def settings() -> dict:
    """The ``jupyter-lite.json`` of all pages: relative addresses alone, so that the site may lie below any path."""
    kernel = {
        "pyodideUrl": "./static/pyodide/pyodide.js",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": list(PRELOADED)},
    }
    data = {
        "appName": title(),
        "exposeAppInBrowser": True,
        "showLoadingIndicator": True,
        "disabledExtensions": list(DISABLED),
        "litePluginSettings": {f"{KERNEL}:kernel": kernel},
    }
    return {"jupyter-lite-schema-version": 0, "jupyter-config-data": data}


def contents(target: Path, site: Path) -> None:
    """Copy what can be opened: the released exercises, and the pages of the book as the site offers them."""
    (target / "exercises").mkdir(parents=True)
    for exercise in sorted((site / "downloads" / "exercises").glob("*.ipynb")):
        shutil.copy(exercise, target / "exercises")
    for page in sorted((site / "downloads").rglob("*.ipynb")):
        name = page.relative_to(site / "downloads")
        if name.parts[0] != "exercises":
            (target / "chapters" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(page, target / "chapters" / name)
    if (site / "downloads" / "_data").is_dir():
        shutil.copytree(site / "downloads" / "_data", target / "chapters" / "_data")


def build(site: Path, out: Path) -> None:
    """Build JupyterLite for this site into ``out``.

    Raises
    ------
    lite_packages.MissingError
        Something could not be fetched, or JupyterLite is not installed or did not build.
    """
    if not _kernel_extension().is_dir():
        raise lite_packages.MissingError('JupyterLite is not installed: pip install -c constraints.txt -e ".[book]"')
    work = out.with_name("work")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    interpreter(work / "static" / "pyodide")
    contents(work / "files", site)
    shutil.copy(SOURCES / "overrides.json", work)
    (work / "jupyter-lite.json").write_text(json.dumps(settings(), indent=1), encoding="utf-8")
    extensions = work / "extensions"
    shutil.copytree(_kernel_extension(), extensions / KERNEL, ignore=shutil.ignore_patterns("*.map"))
    shutil.copytree(SOURCES / "course", extensions / "bplib-course")
    command = [
        sys.executable, "-c", "from jupyterlite_core.app import main; main()", "build", "--apps=notebooks", "--no-sourcemaps",
        "--no-unused-shared-packages", "--LiteBuildConfig.ignore_sys_prefix=True", f"--output-dir={out}", f"--lite-dir={work}",
        f"--FederatedExtensionAddon.extra_labextensions_path={extensions}", f"--contents={work / 'files'}",
    ]  # fmt: skip
    shutil.rmtree(out, ignore_errors=True)
    # JupyterLite clamps its files' times to this one: the same sources give the same bytes.
    environment = dict(os.environ, SOURCE_DATE_EPOCH="315619200", PYTHONDONTWRITEBYTECODE="1")
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=work, env=environment)
    (out.parent / "build.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    if done.returncode or not (out / "notebooks" / "index.html").is_file():
        raise lite_packages.MissingError(f"JupyterLite did not build; {out.parent / 'build.log'} says why")
    lite_figures.collect(site, out / "static" / "figures")


def finish(out: Path) -> None:
    """Add the start page, and a service worker that keeps all of this build in the browser."""
    for name in ("jupyterlite.schema.v0.json", "doc"):
        path = out / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    (out / "service-worker.js").rename(out / "jupyterlite-worker.js")
    marks = {"@BUILD@": tree_hash(out), "@MEGABYTES@": megabytes(), "@TITLE@": title()}
    for name in ("start.html", "start.css", "start.js", "service-worker.js"):
        text = (SOURCES / name).read_text(encoding="utf-8")
        for mark, said in marks.items():
            text = text.replace(mark, said)
        (out / name).write_text(text, encoding="utf-8")


def tree_hash(folder: Path) -> str:
    """Twelve hexadecimal digits that change with any file below ``folder``."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def megabytes() -> str:
    """What a first start loads, in MB, as it was last measured."""
    measured = ROOT / "book" / "_data" / "browser.json"
    return f"{json.loads(measured.read_text(encoding='utf-8'))['first_start']['bytes'] / 1e6:.0f}" if measured.is_file() else "30"


def show_links(site: Path) -> int:
    """Show the links to the notebooks on the site's pages; return on how many pages."""
    count = 0
    for path in site.rglob("*.html"):
        if "lite" not in path.relative_to(site).parts:
            text = path.read_text(encoding="utf-8")
            if (shown := HIDDEN.sub(r"\1", text)) != text:
                path.write_text(shown, encoding="utf-8")
                count += 1
    return count


def main() -> int:
    """Build; the return value is the exit code. A site without notebooks in the page is a site."""
    start = time.monotonic()
    if not (SITE / "index.html").is_file():
        print(f"There is no book in {SITE} to put notebooks into: make site", file=sys.stderr)
        return 1
    out = WORK / "out"
    try:
        build(SITE, out)
    except (lite_packages.MissingError, DistributionError) as error:
        print(f"The site has no notebooks in the page: {error}")
        return 0
    finish(out)
    target = SITE / "lite"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(out, target)
    count = show_links(SITE)
    # make knows by this file that nothing is left to do.
    (target / ".built").touch()
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    print(f"  notebooks in the page: {size / 1e6:.0f} MB, linked from {count} pages, in {time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
