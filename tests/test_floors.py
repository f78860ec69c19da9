"""Imports only go down, and the concepts need numpy alone."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import bplib

ROOT = Path(bplib.__file__).parent
# Floors from the ground up. What stands beside the concepts may use them and is used by nothing above by default.
BESIDE = ("plots", "data", "progress")
CHECKING, GRADING = "checking", "grading"
# Rooms of the grading floor: each knows those before it.
ROOMS = ("course", "collecting", "sandbox", "gradebook", "pages", "work", "rehearsal", "commands")


def _module(path):
    return ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__")


SOURCES = {_module(path): path for path in sorted(ROOT.rglob("*.py"))}


def _floor(module):
    part = (module.split(".") + [""])[1]
    return 2 if part == GRADING else 1 if part == CHECKING else 0


def _imports(module, source):
    """Every module that a source file imports, wherever the import stands."""
    package = module if SOURCES[module].name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = (
                ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            )
            name = ".".join(filter(None, (base, node.module)))
            yield name
            # `from bplib import checking` imports a module, too.
            yield from (f"{name}.{alias.name}" for alias in node.names)


CONCEPTS = [m for m in SOURCES if _floor(m) == 0 and (m.split(".") + [""])[1] not in BESIDE]


@pytest.mark.parametrize("module", SOURCES)
def test_imports_only_go_down(module):
    source = SOURCES[module].read_text(encoding="utf-8")
    for imported in _imports(module, source):
        if imported.split(".")[0] == "bplib":
            assert _floor(imported) <= _floor(module), f"{module} imports {imported} from a higher floor"
        assert imported.split(".")[0] != "nbgrader" or _floor(module) == 2, f"{module} imports nbgrader"


def _room(module):
    """Its place on the way of a submission, from the course's folders to the commands; None for what is on other floors."""
    parts = [*module.split("."), "", ""]
    return ROOMS.index(parts[2]) if parts[1] == GRADING and parts[2] in ROOMS else None


@pytest.mark.parametrize("module", [m for m in SOURCES if _room(m) is not None])
def test_a_room_knows_only_those_before_it(module):
    for imported in _imports(module, SOURCES[module].read_text(encoding="utf-8")):
        room = _room(imported)
        assert room is None or room <= _room(module), (
            f"{module} imports {imported}, from a room after its own"
        )


def test_every_module_of_grading_is_in_a_room():
    folder = ROOT / GRADING
    assert {path.name for path in folder.glob("*.py")} == {"__init__.py", "__main__.py"}
    assert {path.name for path in folder.iterdir() if path.is_dir()} - {"__pycache__"} == set(ROOMS)


@pytest.mark.parametrize("module", CONCEPTS)
def test_a_concept_needs_numpy_alone(module):
    for imported in _imports(module, SOURCES[module].read_text(encoding="utf-8")):
        top = imported.split(".")[0]
        assert top in {"bplib", "numpy"} or top in sys.stdlib_module_names, f"{module} imports {imported}"
        if top == "bplib":
            assert (imported.split(".") + [""])[1] not in BESIDE, f"{module} imports {imported}"


def test_the_concepts_load_without_the_heavy_packages():
    program = (
        f"import sys, importlib\nfor name in {CONCEPTS!r}: importlib.import_module(name)\n"
        "heavy = {'matplotlib', 'sklearn', 'tqdm', 'scipy', 'pandas', 'nbgrader'}\n"
        "print(sorted(heavy & {name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_figures_bring_no_concept_along():
    pytest.importorskip("matplotlib")
    program = f"import sys\nfrom bplib import data, plots, progress\nprint(sorted({set(CONCEPTS)!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['bplib', 'bplib.types']"


def test_the_rule_would_notice():
    assert "bplib.backpropagation" in CONCEPTS and "bplib.applications.regression" in CONCEPTS
    assert "bplib.data" not in CONCEPTS and "bplib.plots.theme" not in CONCEPTS
    smuggled = (
        "def f():\n    from bplib import checking\n    from .grading import demo\n    import nbgrader.api"
    )
    assert {"bplib.checking", "bplib.grading", "nbgrader.api"} <= set(_imports("bplib.error", smuggled))
    assert (
        _floor("bplib.grading.rehearsal.demo")
        > _floor("bplib.checking.scores")
        > _floor("bplib.error")
        == _floor("bplib")
    )
