"""A course that others publish: the workflow of GitHub Pages is in order, and the course has its name and address from one place."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
PATH = ROOT / ".github" / "workflows" / "pages.yml"
TEXT = PATH.read_text(encoding="utf-8")
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
BUILD, PUBLISH = WORKFLOW["jobs"]["build"], WORKFLOW["jobs"]["publish"]
STEPS = [*BUILD["steps"], *PUBLISH["steps"]]


def complaints(path: Path) -> str:
    """What the public schema of GitHub's workflow files says against one; empty when it is in order."""
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.github-workflows",
        str(path),
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return run.stdout + run.stderr if run.returncode else ""


def test_the_workflow_is_what_github_takes(tmp_path: Path) -> None:
    assert complaints(PATH) == ""
    broken = tmp_path / "pages.yml"
    broken.write_text(TEXT.replace("runs-on:", "run-on:"), encoding="utf-8")
    assert "runs-on" in complaints(broken)


def test_it_runs_the_command_that_everybody_types_and_uploads_what_that_makes() -> None:
    (command,) = [step["run"] for step in STEPS if "run" in step]
    assert command == 'make site PYTHON=python BASE_URL="$BASE_URL"'
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "\nsite: $(SITE)" in makefile
    (upload,) = [step["with"]["path"] for step in STEPS if "upload-pages-artifact" in step.get("uses", "")]
    assert f"\nSITE := {upload}/index.html\n" in makefile
    version = next(step["with"]["python-version"] for step in STEPS if "setup-python" in step.get("uses", ""))
    assert f" {version}" in re.search(r"^SUPPORTED := (.*)$", makefile, re.MULTILINE)[0]


def test_each_value_that_it_reads_is_one_that_an_earlier_step_gives() -> None:
    for job in (BUILD, PUBLISH):
        named = {step["id"] for step in job["steps"] if "id" in step}
        read = re.findall(r"\$\{\{ steps\.(\w+)\.outputs\.\w+ \}\}", yaml.safe_dump(job))
        assert read and set(read) <= named
    assert PUBLISH["needs"] == "build"


def test_what_it_uses_is_githubs_own_and_fixed_to_a_commit() -> None:
    used = re.findall(r"uses: (\S+)(.*)", TEXT)
    assert len(used) == len([step for step in STEPS if "uses" in step]) == 5
    for action, version in used:
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", version), version
    assert not re.search(r"(pypi|npmjs|index-url|registry)", TEXT)


def test_it_may_do_as_little_as_it_can_and_one_at_a_time() -> None:
    assert WORKFLOW["permissions"] == {}
    assert BUILD["permissions"] == {"contents": "read", "pages": "read"}
    assert PUBLISH["permissions"] == {"pages": "write", "id-token": "write"}
    assert BUILD["steps"][0]["with"] == {"persist-credentials": False}
    assert WORKFLOW["concurrency"] == {"group": "pages", "cancel-in-progress": False}
    assert all(job["timeout-minutes"] <= 60 for job in WORKFLOW["jobs"].values())


def test_it_says_that_nobody_has_seen_it_run() -> None:
    assert "Untested where it was written" in TEXT


# Name and address -----------------------------------------------------------------------------------------------


def test_the_site_has_its_name_from_one_place() -> None:
    config = (ROOT / "_config.yml").read_text(encoding="utf-8")
    name = yaml.safe_load(config)["title"]
    assert config.count(name) == 1
    for path in [
        *(ROOT / "book").rglob("*.md"),
        *(ROOT / "book").rglob("*.py"),
        *(ROOT / "book").rglob("*.html"),
    ]:
        assert name not in path.read_text(encoding="utf-8"), (
            f"{path} names the course, which _config.yml does"
        )


def test_no_address_but_that_of_the_configuration_is_the_courses() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "urls" not in project
    assert "url" not in yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


@pytest.fixture
def extensions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "book" / "_ext"))


def test_a_copy_with_a_name_of_its_own_has_it_in_notebooks_pages_and_pictures(
    extensions: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import notebooks
    import page
    import publish

    text = (ROOT / "_config.yml").read_text(encoding="utf-8")
    (tmp_path / "_config.yml").write_text(
        re.sub("(?m)^title: .*$", "title: Redes neuronais em Coimbra", text), encoding="utf-8"
    )
    index = ROOT / "book" / "index.md"
    monkeypatch.setattr(page, "ROOT", tmp_path)
    cells = notebooks.convert(index, "index", lambda key: key).cells
    assert "A page of the book “Redes neuronais em Coimbra”" in cells[0].source
    assert cells[1].source.startswith("# Redes neuronais em Coimbra\n")

    class Config:
        html_baseurl = ""

    configured = Config()
    page.configure(None, configured)
    assert configured.ogp_image_alt == configured.myst_substitutions["title"] == "Redes neuronais em Coimbra"

    (tmp_path / "_static").mkdir()
    publish.write_social_image(tmp_path)
    theirs = (tmp_path / "_static" / "social.png").read_bytes()
    monkeypatch.setattr(page, "ROOT", ROOT)
    publish.write_social_image(tmp_path)
    assert theirs != (tmp_path / "_static" / "social.png").read_bytes()
