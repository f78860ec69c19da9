"""The machinery of the book, and the built site read as files: links, downloads, no other host, no solution."""

from __future__ import annotations

import ast
import itertools
import re
import subprocess
import sys
import textwrap
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import numpy as np
import pytest
import yaml
from built_site import ROOT, find_site, page_names
from docutils import nodes

sys.path.insert(0, str(ROOT / "book" / "_ext"))

import build
import figure_text
import formulas
import notebooks
import publish
import sentences
import source_text
import tables
from claims import claim, printed
from failure import cell_number, explain
from page import package_hash
from quiz import Option, arranged, box, parse_options, split_reason

from bplib.checking.diagnosis.causes import IN_GRADIENTS

PAGE = ROOT / "book" / "gradient_descent.md"


@pytest.fixture(scope="module")
def site() -> Path:
    return find_site()


# --- The build ----------------------------------------------------------------------------------------------------


def test_a_removed_page_leaves_no_html(tmp_path: Path) -> None:
    for name in ("index", "gone", "api/here", "api/gone", "genindex", "_static/macros"):
        (tmp_path / f"{name}.html").parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.html").touch()
    build.forget_removed(["index", "api/here"], tmp_path)
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.html")}
    assert left == {"index.html", "api/here.html", "genindex.html", "_static/macros.html"}


# --- Figures have words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alternative", "expected"),
    [
        (None, "no text alternative"),
        ("   ", "no text alternative"),
        ("A plot", "only 6 characters"),
        ("_images/5f2a6b7c8d9e0f1a_plot.png", "path"),
        ("../_build/jupyter_execute/error_3_0.png", "path"),
        ("5f2a6b7c8d9e0f1a2b3c4d5e6f", "path"),
    ],
)
def test_figure_text_finds_useless_alternatives(alternative: str | None, expected: str) -> None:
    assert expected in (figure_text.problem(alternative) or "")


def test_figure_text_accepts_sentences() -> None:
    assert (
        figure_text.problem("The loss falls steeply for ten epochs and/or longer, then levels off.") is None
    )


def test_figure_text_names_page_and_line() -> None:
    text = '<img alt="">\n<article>\n<svg role="img"></svg>\n<img src="x.png" alt="x.png"/></article>'
    found = figure_text.check_page(text, "error.html")
    assert len(found) == 2, "one per figure in the article, none for the theme's image outside"
    assert found[0].startswith("error.html line 3: the drawing") and found[1].startswith(
        "error.html line 4: the image"
    )


def test_every_figure_of_the_site_has_words(site: Path) -> None:
    assert figure_text.check_folder(site) == []
    figures = sum((site / name).read_text(encoding="utf-8").count("bp-figure") for name in page_names())
    assert figures >= 10, "a check that sees no figure proves nothing"


# --- Sentences and what they claim ------------------------------------------------------------------------------


def test_a_claim_that_does_not_hold_stops_the_page() -> None:
    claim("two is more than one", 2 > 1, np.float64(2) > 1)
    with pytest.raises(AssertionError, match=r"“two is less”, and condition 2"):
        claim("two is less", True, 2 < 1)
    for conditions in ((), (np.array([True, False]),), (1.5,), ("True",)):
        with pytest.raises(TypeError, match="“nothing”"):
            claim("nothing", *conditions)


@pytest.mark.parametrize(
    ("value", "text", "is_it"),
    [
        (0.104386, "0.1044", True), (0.104386, "0.1043", False), (0.8666, "86.7 %", True), (0.8664, "86.7 %", False),
        (3.4e-5, "3e-05", True), (3.6e-5, "3e-05", False), (-1.5, "−1.5", True), (1024, "1,024", True), (18, "18", True),
    ],
)  # fmt: skip
def test_a_number_is_what_is_printed_of_it(value: float, text: str, is_it: bool) -> None:
    assert printed(value, text) is is_it


PROVED = """---
kernelspec:
  name: python3
---
The {term}`loss <error>` falls *from step
one*, and [each](error.md) time.

```{code-cell} python
show("It rises at the end.")
```

```{code-cell} python
:tags: [remove-cell]
from claims import claim
claim("The loss falls from step one, and each time.", True)
claim("It rises at the end.", True)
claim("CLAIM", True)
```
"""


def test_a_page_says_what_it_claims(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PROVED, encoding="utf-8")
    assert sentences.unsaid(page) == ["CLAIM"]


def test_claims_are_the_book_s_own_affair(tmp_path: Path) -> None:
    """They stand in no downloaded notebook."""
    page = tmp_path / "page.md"
    page.write_text(PROVED, encoding="utf-8")
    cells = notebooks.convert(page, "page", cite).cells
    assert not any("claim" in cell.source for cell in cells) and any(
        "It rises" in cell.source for cell in cells
    )


TERMS = """```{glossary}
:sorted:

activation
    *ativação*. What a unit hands on. See [activation functions](activation.md#top).

activation function
    *função*. See [activation functions](activation.md).

loss
    *perda*. How wrong. See [error](error.md).

depth
    *profundidade*. An everyday word.

blame
    *culpa*. No page explains it.
```
"""


def test_the_glossary_says_where_a_term_is_explained() -> None:
    terms = sentences.glossary(TERMS)
    assert [tuple(term) for term in terms] == [
        ("activation", "activation"), ("activation function", "activation"), ("loss", "error"), ("depth", None), ("blame", None),
    ]  # fmt: skip
    pages = ["index", "activation", "error", "glossary", "students"]
    later = {page: [term.name for term in sentences.explained_later(pages, page, terms)] for page in pages}
    assert later["activation"] == ["loss", "depth", "blame"] and len(later["index"]) == 5
    assert later["glossary"] == later["students"] == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("A {term}`loss` falls. The loss is small.", []),
        ("The loss is a {term}`loss`.", ["loss"]),
        ("Two {term}`losses <loss>` and a loss", []),
        ("Two losses at a\nline's end", ["loss"]),
        ("An activation\nfunction is no activation by itself", ["activation function", "activation"]),
        ("An {term}`activation function` alone", []),
        ("An activation function alone", ["activation function"]),
        ("# A loss\n:::{admonition} The loss\n:class: loss\nNothing\n:::", []),
        (":::{admonition} Mistake\n:class: mistake\nThe loss\n:::", ["loss"]),
        ("`loss` and $loss$ and [the loss](error.md) and {ref}`loss <a>`", []),
        ("[the loss](https://example.org)", ["loss"]),
        ("```{code-cell} python\nloss = 1\n```\n```python\nloss\n```", []),
        ("```{code-cell} python\nx = 1\n```\n{term}`blame`, then the `x` of blame and one lossy glossary", []),
        ("A great depth", []),
    ],
)
def test_a_first_use_without_a_link_is_found(text: str, missing: list[str]) -> None:
    found = sentences.unlinked(text, sentences.glossary(TERMS))
    assert sorted(use.term for use in found) == sorted(missing)
    assert all(use.term in " ".join(text[use.start : use.end].lower().replace("losses", "loss").split()) for use in found)


def test_every_chapter_claims_what_it_shows() -> None:
    claimed = {
        page.stem: sum(cell.source.count("\nclaim(") for cell in notebooks.read_page(page).cells if cell.cell_type == "code")
        for page in [*(ROOT / "book").glob("*.md"), *(ROOT / "book" / "applications").glob("*.md")]
        if "\nkernelspec:" in page.read_text(encoding="utf-8")[:200] and page.stem not in ("instructors", "api")
    }
    assert min(claimed.values()) >= 3 and sum(claimed.values()) >= 450, claimed


# --- Formulas, tables, fonts --------------------------------------------------------------------------------------


def test_formulas_are_set_and_unknown_ones_stop_the_build() -> None:
    assert "<msup>" in formulas.mathml(r"\hat y^2", display=False)
    several = formulas.mathml("\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}", display=True)
    assert several.count("<mtr>") == 2 and 'display="block"' in several and "&amp;" not in several
    named = formulas.mathml(r"\ln p_k + \tanh z + \tanh^2 z + \ln(z) + \max(z, 0)", display=False)
    assert named.count("<mspace") == 3, "a thin space, but before a bracket"
    for wrong in (r"\nothing x", r"\frac{1}{", r"a & b"):
        with pytest.raises(formulas.FormulaError, match="cannot set"):
            formulas.mathml(wrong, display=False)


def _table(*rows: list[str]) -> str:
    lines = ["".join(f"<td>{cell}</td>" for cell in row) for row in rows[1:]]
    heads = "".join(f"<th>{cell}</th>" for cell in rows[0])
    return f"<table><thead><tr>{heads}</tr></thead><tbody><tr>{'</tr><tr>'.join(lines)}</tr></tbody></table>"


def test_a_table_too_wide_for_a_phone_knows_its_columns() -> None:
    narrow = _table(["a", "b"], ["one", "two three four five six seven eight nine ten"])
    assert tables.labeled(narrow) == narrow
    wide = tables.labeled(_table(["word", "its meaning"], ["x", "<math><mi>" + "z" * 40 + "</mi></math>"]))
    assert 'class="bp-stack"' in wide and 'data-label="its meaning"' in wide and 'role="cell"' in wide
    formula = tables.labeled(_table(["<math><mi>η</mi></math>", "<math><mi>z</mi></math> it is"], ["1", "2"]))
    assert formula.count('<span class="bp-visually-hidden">η</span>') == 1 == formula.count("bp-visually-hidden")
    spanning = "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td colspan=2>" + "z" * 50 + "</td></tr></tbody></table>"
    assert tables.labeled(spanning) == spanning


def test_the_fonts_of_the_site_have_what_is_shown_and_little_else(site: Path) -> None:
    from fontTools.ttLib import TTFont

    folder = site / "_static"
    (icons,) = folder.glob("vendor/fontawesome/webfonts/fa-solid-900.woff2")
    with TTFont(icons) as font:
        shown = set(font.getBestCmap())
    assert {0xF002, 0xF0C9, 0xF078} <= shown and len(shown) < 100, "search, menu, unfold"
    with TTFont(folder / "mathematics.woff2") as font:
        assert {ord("x"), 0x1D465, ord("∂"), ord("η"), ord("⊙"), ord("∑")} <= set(font.getBestCmap()) and "MATH" in font
    assert not list(folder.glob("scripts/fontawesome.js*"))


# --- Quizzes ----------------------------------------------------------------------------------------------------


def test_quiz_options_are_read() -> None:
    first, second = parse_options(
        ["- [x] The size | Yes,", "  because.", "", "- [ ] $p(a | b)$ | No: `x | y` is code."]
    )
    assert first == (True, "The size", "Yes, because.")
    assert second == (False, "$p(a | b)$", "No: `x | y` is code.")


def test_bar_in_math_or_code_does_not_split() -> None:
    assert split_reason("$|x| | y$ and `a | b`") == ("$|x| | y$ and `a | b`", "")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["- [x] Right | Yes.", "- wrong"], "expected '- "),
        (["- [x] Right | Yes.", "- [ ] No reason"], "the reason"),
        (["- [x] Right | Yes."], "at least two"),
        (["- [ ] A | No.", "- [ ] B | No."], "no option is marked right"),
        (["- [x] A | Yes.", "- [x] B | Yes."], "every option is marked right"),
    ],
)
def test_bad_quiz_says_what_is_wrong(lines: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        parse_options(lines)


def quizzes_of(page: Path) -> list[tuple[str, list[Option]]]:
    """The questions of a page with their options, as a reader sees them."""
    lines, found, index = page.read_text(encoding="utf-8").split("\n"), [], 0
    while index < len(lines):
        if not re.match(r"```+\{quiz\}", lines[index]):
            index += 1
            continue
        directive, index = notebooks.read_directive(lines, index)
        found.append((directive.argument, arranged(directive.argument, parse_options(directive.body))))
    return found


def test_the_order_of_answers_is_theirs_alone() -> None:
    """Neither the order in which they were written nor the build, nor Python's own hashes of strings, changes it."""
    options = [Option(k == 0, answer, "Because.") for k, answer in enumerate("ABCD")]
    orders = {tuple(arranged("Why?", order)) for order in itertools.permutations(options)}
    assert len(orders) == 1
    assert "".join(option.text for option in orders.pop()) == "BDAC"
    assert len({tuple(arranged(f"Why {k}?", options)) for k in range(50)}) > 10, "each question has its own"


@pytest.mark.parametrize(
    "last", ["All of these", "None of them.", "Neither of the others", "Any of the above"]
)
def test_an_answer_about_the_others_comes_last(last: str) -> None:
    options = [
        Option(True, last, "Yes."),
        Option(False, "One", "No."),
        Option(False, "All of the inputs", "No."),
    ]
    for k in range(20):
        assert arranged(f"Which, {k}?", options)[-1].text == last


def test_the_place_of_an_answer_tells_nothing() -> None:
    """Where one answer is right, it stands in each place about as often as chance has it, over all pages."""
    right: Counter[int] = Counter()
    expected: Counter[int] = Counter()
    for page in (ROOT / "book").rglob("*.md"):
        for _, options in quizzes_of(page):
            if sum(option.correct for option in options) == 1:
                right[[option.correct for option in options].index(True)] += 1
                expected.update({place: 1 / len(options) for place in range(len(options))})
    assert sum(right.values()) > 30, "a check that sees no question proves nothing"
    for place in range(3):
        assert 0.5 < right[place] / expected[place] < 1.5, (
            f"in place {place + 1} stand {right[place]} right answers, by chance it were {expected[place]:.0f}: "
            "deal anew, with another number for _DEAL in book/_ext/quiz.py"
        )


def test_the_notebook_asks_in_the_same_order() -> None:
    options = [f"- [{'x' if k == 1 else ' '}] answer {k} | Reason {k}." for k in range(5)]
    out = convert("\n".join(["```{quiz} Which?", *options, "```"]))
    shown = [option.text for option in arranged("Which?", parse_options(options))]
    assert re.findall(r"^- (answer \d)$", out, re.MULTILINE) == shown
    assert re.findall(r"^- \w+: (answer \d)", out, re.MULTILINE) == shown


def test_the_page_asks_in_the_same_order(site: Path) -> None:
    for name in page_names():
        text = (site / name).read_text(encoding="utf-8")
        forms = re.findall(r'<form class="bp-quiz".*?</form>', text, re.DOTALL)
        source = ROOT / "book" / Path(name).with_suffix(".md")
        quizzes = quizzes_of(source) if source.is_file() else []
        shown = [re.findall(r'data-correct="(yes|no)"', form) for form in forms]
        assert shown == [
            ["yes" if option.correct else "no" for option in options] for _, options in quizzes
        ], name


def test_an_answer_may_hold_a_link() -> None:
    """Sphinx stops at a link that stands in no text: a term of the glossary in a reason was one."""
    answer = box("span", nodes.Text("see "), nodes.reference("", "a term", refuri="glossary.html"))
    assert isinstance(answer, nodes.TextElement) and answer.astext() == "see a term"


def test_quizzes_are_native_controls(site: Path) -> None:
    text = (site / "gradient_descent.html").read_text(encoding="utf-8")
    form = text[text.index('<form class="bp-quiz"') :]
    form = form[: form.index("</form>")]
    assert "<fieldset>" in form and "<legend>" in form and "<details" in form
    identities = re.findall(r'<input type="(?:radio|checkbox)"[^>]* id="([^"]+)"', form)
    assert len(identities) >= 2
    for identity in identities:
        assert f'<label for="{identity}">' in form and f'data-for="{identity}"' in form


# --- The map ----------------------------------------------------------------------------------------------------


def test_the_map_names_every_chapter_as_the_chapter_does() -> None:
    book = ROOT / "book"
    first_page = (book / "index.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[([^\]]+)\]\(([\w/]+)\.md\) \|", first_page, re.MULTILINE)
    for title, name in rows:
        headings = re.findall("^# (.+)$", (book / f"{name}.md").read_text(encoding="utf-8"), re.MULTILINE)
        assert headings[0] == title
    parts = yaml.safe_load((book / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    told = [part for part in parts if part.get("caption") not in (None, "Reference")]
    assert [name for _, name in rows] == [chapter["file"] for part in told for chapter in part["chapters"]]


# --- The clinic -------------------------------------------------------------------------------------------------


def test_every_mistake_has_its_place_in_the_clinic() -> None:
    """A report's cause can be looked up: each name is a link target of the clinic's files, once."""
    page = (ROOT / "book" / "bug_files.md").read_text(encoding="utf-8")
    targets = re.findall(r"^\(mistake-([\w-]+)\)=\n\S", page, re.MULTILINE)
    assert sorted(targets) == sorted(IN_GRADIENTS)
    for name in IN_GRADIENTS:
        assert f'"{name}": (' in page, f"no ward of the clinic examines {name}"


# --- Notebooks --------------------------------------------------------------------------------------------------


def cite(key: str) -> str:
    return f"Author of {key}"


def convert(text: str) -> str:
    return notebooks.convert_markdown(text, PAGE, cite)


def test_roles_become_words() -> None:
    text = "{term}`loss` {term}`the slope <gradient>` {cite}`a1,b2` {py:func}`~bplib.error.one_hot` {math}`x^2` {doc}`error`"
    assert convert(text) == "loss the slope (Author of a1; Author of b2) `one_hot` $x^2$ error"


def test_math_and_code_stay() -> None:
    text = "$e^{z_j}$ and `{term}` and\n\n$$\\frac{a}{b}`$$\n\n```python\nx = {term}`loss`\n```"
    assert convert(text) == text


def test_boxes_become_quotes_and_links_lead_to_notebooks() -> None:
    text = ":::{admonition} Key idea\n:class: key-idea\nSee [this](error.md#top), {term}`loss`.\n:::\nAfter."
    assert convert(text) == "> **Key idea**\n>\n> See [this](error.ipynb), loss.\nAfter."


def test_quiz_becomes_a_list_with_hidden_answers() -> None:
    out = convert("```{quiz} Why?\n- [x] So | Yes.\n- [ ] Not | No.\n```")
    assert out.startswith("**Question.** Why?\n\n- So\n- Not\n\n<details>") and "- Wrong: Not — No." in out


def test_shown_source_is_the_source() -> None:
    out = convert("```{literalinclude} ../bplib/gradient_descent.py\n:pyobject: gradient_descent\n```")
    assert out.startswith("```python\ndef gradient_descent(") and out.endswith("\n```")
    short = convert(
        "```{literalinclude} ../bplib/gradient_descent.py\n:pyobject: gradient_descent\n:without-docstring:\n```"
    )
    assert '"""' not in short and "return Descent" in short


def test_unknown_directive_stops_the_build() -> None:
    with pytest.raises(notebooks.ConversionError, match="mermaid"):
        convert("```{mermaid}\ngraph\n```")
    with pytest.raises(notebooks.ConversionError, match="no 'nothing'"):
        convert("```{literalinclude} ../bplib/error.py\n:pyobject: nothing\n```")


def test_lines_are_picked_as_sphinx_does(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("one\ntwo\nthree\nfour\n", encoding="utf-8")
    assert source_text.select(path, {"lines": "1,3-"}) == "one\nthree\nfour"
    path.write_text("class Row:\n    def first(self):\n        return 1\n")
    method = {"pyobject": "Row.first"}
    assert source_text.select(path, method).startswith("    def")
    assert source_text.select(path, {**method, "dedent": "4"}) == "def first(self):\n    return 1"


def test_what_a_page_leaves_out_of_the_source_are_checks() -> None:
    """Where ``:lines:`` picks from a function, the lines between are its complaints about arguments, and no step of the work."""
    seen = 0
    for page in (ROOT / "book").rglob("*.md"):
        lines = page.read_text(encoding="utf-8").split("\n")
        for start, line in enumerate(lines):
            if not line.startswith("```{literalinclude}"):
                continue
            directive, _ = notebooks.read_directive(lines, start)
            if not {"pyobject", "lines"} <= set(directive.options):
                continue
            seen += 1
            path = (page.parent / directive.argument).resolve()
            whole = source_text.select(path, {k: v for k, v in directive.options.items() if k != "lines"})
            numbers = [int(part.split("-")[0]) for part in directive.options["lines"].split(",")]
            ends = [part.partition("-") for part in directive.options["lines"].split(",")]
            text = whole.split("\n")
            for (first, dash, last), after in zip(ends, numbers[1:]):
                gap = text[int(last if dash else first) : after - 1]
                for statement in ast.parse(textwrap.dedent("\n".join(gap))).body:
                    assert isinstance(statement, ast.If) and isinstance(statement.body[-1], ast.Raise), (
                        f"{page.name} leaves out of {directive.options['pyobject']}: {ast.unparse(statement)}"
                    )
    assert seen > 3, "a check that sees no excerpt proves nothing"


def _notebooks() -> list[str]:
    folder = find_site() / "downloads" if page_names() else None
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.ipynb")) if folder else []


PAGES = [name for name in _notebooks() if not name.startswith("exercises/")]


def test_every_executable_page_offers_its_notebook(site: Path) -> None:
    executable = [
        p for p in (ROOT / "book").rglob("*.md") if "\nkernelspec:" in p.read_text(encoding="utf-8")[:200]
    ]
    names = sorted(p.relative_to(ROOT / "book").with_suffix(".ipynb").as_posix() for p in executable)
    assert PAGES == names and len(names) >= 9
    for name in names:
        html = site / name.replace(".ipynb", ".html")
        assert re.search(rf'href="[./]*downloads/{re.escape(name)}"', html.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", PAGES)
def test_notebook_is_plain_and_valid(name: str) -> None:
    notebook = nbformat.read(find_site() / "downloads" / name, as_version=4)
    nbformat.validate(notebook)
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    without_code = re.sub(r"```.*?```|\$\$.*?\$\$|\$[^$]+\$|`[^`]+`", "", prose, flags=re.DOTALL)
    assert not re.findall(r"^\s*:::|\{[a-z:]+\}$", without_code, re.MULTILINE)
    assert not re.search(r"^[`:]{3,}\{", prose, re.MULTILINE)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code and all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert not any("myst_nb" in cell.source for cell in code), "a student has no myst_nb"


def test_downloaded_notebook_runs(site: Path, tmp_path: Path) -> None:
    from nbclient import NotebookClient

    notebook = nbformat.read(site / "downloads" / "gradient_descent.ipynb", as_version=4)
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("text/html" in output.get("data", {}) for output in outputs), (
        "the figures are shown in a notebook too"
    )


def test_requirements_install_the_wheel_beside_them(site: Path) -> None:
    lines = (site / "downloads" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    (wheel,) = [line for line in lines if line and not line.startswith("#")]
    path = site / "downloads" / wheel.removesuffix("[student]")
    assert path.is_file() and wheel.endswith("[student]")
    # The wheel alone is enough: no source folder, no working directory.
    code = (
        f"import sys; sys.path.insert(0, {str(path)!r}); import bplib.backpropagation as b; print(b.__file__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd="/", check=True)
    assert ".whl" in done.stdout


# --- The site ---------------------------------------------------------------------------------------------------


class Links(HTMLParser):
    """The targets of a page: its ids, its links, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        self.ids |= {values[key] for key in ("id", "name") if key in values}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag in ("script", "img", "iframe", "source", "video", "audio") and "src" in values:
            self.loads.append(values["src"])
        if tag == "link" and values.get("rel") in (
            "stylesheet",
            "icon",
            "preload",
            "modulepreload",
        ):
            self.loads.append(values["href"])


@pytest.fixture(scope="module")
def parsed(site: Path) -> dict[str, Links]:
    return {name: Links((site / name).read_text(encoding="utf-8")) for name in page_names()}


def test_every_internal_link_leads_somewhere(site: Path, parsed: dict[str, Links]) -> None:
    broken, count = [], 0
    for name, page in parsed.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            count += 1
            path = (site / name).parent / unquote(parts.path) if parts.path else site / name
            path = path / "index.html" if path.is_dir() else path
            target = path.resolve()
            if not target.is_file():
                broken.append(f"{name}: {link}")
            elif parts.fragment and target.suffix == ".html":
                known = parsed[target.relative_to(site.resolve()).as_posix()].ids
                if unquote(parts.fragment) not in known:
                    broken.append(f"{name}: {link} (no such anchor)")
    assert not broken, "\n".join(broken)
    assert count > 100


def test_pages_load_nothing_from_elsewhere(site: Path, parsed: dict[str, Links]) -> None:
    for name, page in parsed.items():
        assert page.loads
        for address in page.loads:
            assert not urlsplit(address).netloc, f"{name} loads {address}"
            path = (site / name).parent / unquote(urlsplit(address).path)
            assert address.startswith("data:") or path.is_file(), (
                f"{name} loads {address}, which is not there"
            )


def test_no_solution_leaves_the_house(site: Path) -> None:
    """Neither the pages, nor the search index, nor the downloads know an instructor's answer."""
    marks = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN TESTS")
    sources = sorted((ROOT / "solutions").glob("*/*.ipynb"))
    assert sources
    answers = set()
    for source in sources:
        for cell in nbformat.read(source, as_version=4).cells:
            for answer in re.findall(r"### BEGIN SOLUTION\n(.*?)\s*### END SOLUTION", cell.source, re.DOTALL):
                lines = [line.strip() for line in answer.splitlines()]
                # A short line, such as `return z`, says nothing; a long run of them is an answer.
                if len(lines) >= 3:
                    answers.add("\n".join(lines))
    assert answers
    for path in [*site.rglob("*.html"), *site.rglob("*.ipynb"), site / "searchindex.js"]:
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(site)
        if path.suffix == ".ipynb":
            cells = nbformat.reads(text, as_version=4).cells
            text = "\n".join(cell.source for cell in cells)
            assert not any(mark in text for mark in marks), f"{name} has a solution's mark"
        flat = "\n".join(line.strip() for line in text.splitlines())
        assert not any(answer in flat for answer in answers), f"{name} has a solution"
    assert not list(site.rglob("solutions")), "the instructor's folder is in the site"


def test_released_exercises_can_be_downloaded(site: Path) -> None:
    released = sorted(path.name for path in (ROOT / "exercises").glob("*/*.ipynb"))
    assert released
    assert sorted(path.name for path in (site / "downloads" / "exercises").glob("*.ipynb")) == released


def test_search_engines_and_previews_find_the_pages(site: Path) -> None:
    addresses = re.findall(r"<loc>(.*?)</loc>", (site / "sitemap.xml").read_text(encoding="utf-8"))
    index = (site / "index.html").read_text(encoding="utf-8")
    assert len(addresses) > 20 and len(set(addresses)) == len(addresses)
    base = addresses[0].rsplit("/", 1)[0] if "/" in addresses[0] else ""
    assert base.startswith("http")
    for tag in ("og:title", "og:url", "og:image", "og:description"):
        assert re.search(rf'<meta property="{tag}" content="[^"]+"', index), f"no {tag}"
    assert (site / "_static" / "social.png").stat().st_size > 5000
    assert "Sitemap: http" in (site / "robots.txt").read_text(encoding="utf-8")


# --- A failing build says where ---------------------------------------------------------------------------------


def test_failed_cell_is_named(tmp_path: Path) -> None:
    book = tmp_path / "book"
    reports = tmp_path / "html" / "reports"
    book.mkdir()
    reports.mkdir(parents=True)
    page = book / "error.md"
    page.write_text(
        "# T\n\n```{code-cell} python\na = 1\n```\n\n```{code-cell} python\nboom()\n```\n", encoding="utf-8"
    )
    (reports / "error.err.log").write_text(
        "Traceback (most recent call last):\nnbclient: an error\n------------------\nboom()\n------------------\n\n"
        "NameError: name 'boom' is not defined\n",
        encoding="utf-8",
    )
    assert cell_number(page, "boom()") == 2
    said = explain(
        [f"{book}/error.md: WARNING: Executing notebook failed: CellExecutionError"], tmp_path / "html", book
    )
    assert "book/error.md" in said and "cell 2" in said and "NameError: name 'boom' is not defined" in said


def test_cache_key_changes_with_the_package(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    before = package_hash(tmp_path)
    (tmp_path / "a.py").write_text("x = 2\n", encoding="utf-8")
    assert package_hash(tmp_path) != before


def test_site_without_addresses_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<html></html>", encoding="utf-8")
    with pytest.raises(publish.PublishError, match="base-url"):
        publish.publish(tmp_path, tmp_path / "site")
