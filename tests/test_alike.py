"""Answers that share what hardly anybody else has: found in a large class, left alone where everybody writes the same."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from answers import right
from click.testing import CliRunner
from small_class import EXERCISE, solved, untouched

from bplib.grading.commands.report import report
from bplib.grading.course.directory import Course
from bplib.grading.gradebook.graded_notebook import OWN, read_answers
from bplib.grading.pages.alike import ENOUGH, PAIRS, READ, alike
from bplib.grading.pages.class_page import page
from bplib.grading.pages.class_results import GRADED, ClassResults, StudentResult
from bplib.grading.pages.class_summary import anonymous

ODD = """def network_backward(parameters, cache, doutput):
    gathered, carried = {}, doutput.copy()
    stations = sorted(int(key[1:]) for key in parameters if key.startswith("W"))
    while stations:
        where = stations.pop()
        before, bent = cache[f"a{where - 1}"], cache[f"z{where}"]
        if len(stations) + 1 < len([k for k in parameters if k[0] == "W"]):
            carried = carried * (1.0 - np.tanh(bent) * np.tanh(bent))
        gathered.update({f"W{where}": np.einsum("mi,mj->ij", before, carried), f"b{where}": carried.sum(0)})
        carried = np.einsum("mj,ij->mi", carried, parameters[f"W{where}"])
    return gathered
"""
RENAMED = {
    "gathered": "g",
    "carried": "flow",
    "stations": "todo",
    "where": "layer",
    "bent": "zz",
    "before": "prev",
}


def crowd(size: int, exercise: str = "backpropagation", seed: int = 3) -> dict[str, dict[str, str]]:
    """A class that answers in the ways in which people do."""
    rng, ways = random.Random(seed), defaultdict(list)
    for answer in right(exercise):
        ways[answer.task].append(answer.source)
    return {f"s{k:03d}": {task: rng.choice(sources) for task, sources in ways.items()} for k in range(size)}


def renamed(code: str) -> str:
    for old, new in RENAMED.items():
        code = code.replace(old, new)
    return "# all my own work\n" + code.replace("    ", "  ")


def test_an_odd_answer_that_two_share_is_found_though_names_and_layout_differ():
    class_ = crowd(400)
    class_["s007"]["network_backward"] = ODD
    class_["s321"]["network_backward"] = renamed(ODD)
    (pair,) = alike(class_, {})
    assert (pair.left, pair.right) == ("s007", "s321")
    (shared,) = pair.shared
    assert (shared.task, shared.left, shared.right) == ("network_backward", ODD, renamed(ODD))


def test_three_who_share_it_are_asked_and_what_more_have_is_not_rare():
    class_ = crowd(60)
    for name in ("s007", "s017", "s031"):
        class_[name]["network_backward"] = ODD
    assert len(alike(class_, {})) == 3
    class_["s002"]["network_backward"] = ODD
    assert alike(class_, {}) == ()


def test_who_is_asked_is_the_same_in_every_run():
    class_ = crowd(40)
    for name in ("s007", "s017", "s031"):
        class_[name]["network_backward"] = ODD
    code = "import json, sys; from bplib.grading.pages.alike import alike; print(alike(json.load(sys.stdin), {}))"
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            input=json.dumps(class_),
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in "123"
    }
    assert len(said) == 1 and "s007" in said.pop()


@pytest.mark.parametrize("exercise", ["feedforward", "weight_update"])
def test_what_everybody_writes_is_nothing_to_ask_about(exercise):
    one = next(iter(crowd(1, exercise).values()))
    assert alike({f"s{k}": one for k in range(30)}, {}) == ()
    # Everyone in a way of their own, as far as there are ways.
    ways = defaultdict(list)
    for answer in right(exercise):
        ways[answer.task].append(answer.source)
    apart = {f"s{k}": {task: s[k] for task, s in ways.items() if k < len(s)} for k in range(40)}
    assert alike(apart, {}) == ()


def test_what_the_release_gave_is_left_out_and_a_small_class_tells_nothing():
    class_ = crowd(40)
    class_["s007"]["network_backward"] = class_["s031"]["network_backward"] = ODD
    assert alike(class_, {}) and alike(class_, {"network_backward": ODD}) == ()
    few = {name: class_[name] for name in ("s007", "s031", *[f"s{k:03d}" for k in range(ENOUGH - 3)])}
    assert alike(few, {}) == ()


def test_what_is_shown_is_bounded():
    class_ = crowd(2 * PAIRS + 60)
    for k in range(2 * PAIRS):  # pairs, each with an oddity of its own
        odd = "\n".join(
            f"x{j} = {'-+*/'[(j * k + j) % 4].join(f'{(k + j) % 97}{i}' for i in range(20))}"
            for j in range(40)
        )
        class_[f"s{k:03d}"]["network_backward"] = (
            class_[f"s{k // 2 * 2:03d}"]["network_backward"] if k % 2 else odd
        )
    found = alike(class_, {})
    assert 0 < len(found) <= PAIRS
    assert all(len(side) <= READ + 2 for pair in found for s in pair.shared for side in (s.left, s.right))
    assert alike({f"s{k}": {"f": "(" * 10**6} for k in range(10)}, {}) == ()


def test_the_page_asks_and_without_names_it_has_no_code():
    class_ = crowd(40)
    class_["s007"]["network_backward"] = ODD.replace("def", "# <b>Ada</b> wrote this\ndef")
    class_["s031"]["network_backward"] = ODD
    students = tuple(StudentResult(name, f"Name of {name}", "", "", GRADED) for name in class_)
    results = replace(ClassResults("backpropagation", 1.0, (), students), alike=alike(class_, {}))
    html = page(results, date(2026, 3, 1))
    assert "a question and no verdict" in html and "Name of s007</bdi> and <bdi>Name of s031" in html
    assert "&lt;b&gt;Ada" in html and "<b>Ada" not in html
    hidden = anonymous(results)
    html = page(hidden, date(2026, 3, 1), anonymous=True)
    assert "The code is left out with the names." in html and "stations" not in html and "Name of" not in html
    (pair,) = hidden.alike
    assert [(s.task, s.left, s.right) for s in pair.shared] == [("network_backward", "", "")]
    assert {pair.left, pair.right} <= {student.name for student in hidden.students} and "s007" not in html


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's, while it adds
def test_from_the_graded_notebooks_to_the_report(course):
    root = Path(course.root)
    with Course(root).gradebook() as book:
        for k in range(30):
            notebook = solved()
            notebook.cells.append(untouched().cells[0])
            if k < 2:
                own = {
                    "cell_type": "code",
                    "metadata": {},
                    "outputs": [],
                    "execution_count": None,
                    "source": ODD,
                }
                notebook.cells.append(own)
            else:
                own = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
                notebook.cells.append({**own, "source": crowd(30)[f"s{k:03d}"]["network_forward"]})
            path = root / "autograded" / f"s{k}" / EXERCISE / f"{EXERCISE}.ipynb"
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps(notebook), encoding="utf-8")
            book.add_student(f"s{k}")
            book.add_submission(EXERCISE, f"s{k}")
    assert read_answers(path)[OWN] and "dense_columns" in read_answers(path)
    said = CliRunner().invoke(report, [EXERCISE, "--course", str(root), "--json"])
    (pair,) = json.loads(said.stdout)["class"]["alike"]
    assert (pair["left"], pair["right"]) == ("s0", "s1") and pair["shared"][0]["task"] == OWN
