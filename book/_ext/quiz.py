"""The ``{quiz}`` directive: a multiple-choice question as native HTML form controls.

::

    ```{quiz} What does the learning rate control?
    - [x] The size of each step. | Yes. The gradient gives the direction, the rate the length.
    - [ ] The direction of each step. | No: that is the gradient's job.
    ```

One right option makes radio buttons, several make check boxes. Write the options in whatever order you think of them: the
reader sees them in one that `arranged` derives from their words. The reasons stand in a ``<details>`` element, so they can
be read without JavaScript; ``_static/quiz.js`` shows each reason beside its option when the reader asks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

# A vertical bar between spaces ends the option, unless it stands in $math$ or `code`.
_PIECES = re.compile(r"(\$[^$]+\$|`[^`]+`|\s\|\s)")
_OPTION = re.compile(r"^[-*]\s+\[([ xX])\]\s+(.*)$")
# What such an answer speaks of has to stand before it.
_OF_THE_OTHERS = re.compile(r"\b(all|any|both|each|neither|none) of (these|them|those|the (above|others))\b", re.IGNORECASE)
# Another number deals all questions anew, for the day when too many right answers stand in one place.
_DEAL = 1


class Option(NamedTuple):
    """One answer of a quiz: is it right, what it says (Markdown), and why it is right or wrong (Markdown)."""

    correct: bool
    text: str
    reason: str


def split_reason(line: str) -> tuple[str, str]:
    """Split ``answer | reason`` at the first bar outside math and code; without a bar the reason is empty."""
    before = ""
    pieces = _PIECES.split(line)
    for index, piece in enumerate(pieces):
        if piece.strip() == "|":
            return before.strip(), "".join(pieces[index + 1 :]).strip()
        before += piece
    return before.strip(), ""


def parse_options(lines: list[str]) -> list[Option]:
    """Read the options of a quiz from the lines of its body.

    Parameters
    ----------
    lines
        ``- [x] answer | reason`` or ``- [ ] answer | reason``; an indented line continues the one before.

    Returns
    -------
    list of Option

    Raises
    ------
    ValueError
        A line is no option, a reason is missing, there are fewer than two options, or none or all are right.
    """
    joined: list[str] = []
    for line in lines:
        if not line.strip():
            continue
        if line[0].isspace() and joined:
            joined[-1] += " " + line.strip()
        else:
            joined.append(line.strip())
    options = []
    for line in joined:
        match = _OPTION.match(line)
        if not match:
            raise ValueError(f"expected '- [x] answer | reason' or '- [ ] answer | reason', got {line!r}")
        text, reason = split_reason(match[2])
        if not text or not reason:
            raise ValueError(
                f"the option {line!r} needs an answer and, after ' | ', the reason why it is right or wrong"
            )
        options.append(Option(match[1] in "xX", text, reason))
    if len(options) < 2:
        raise ValueError(f"a quiz needs at least two options, got {len(options)}")
    if not any(option.correct for option in options):
        raise ValueError("no option is marked right: write '- [x]' before at least one")
    if all(option.correct for option in options):
        raise ValueError("every option is marked right, so nothing can be learned: add one with '- [ ]'")
    return options


def arranged(question: str, options: Sequence[Option]) -> list[Option]:
    """The options in the order in which a reader sees them.

    It is random, so that the place of an answer says nothing, and yet the same in every build and in the downloaded notebook: a
    hash of the question and all its answers decides, whatever their order in the source. An answer such as "none of these" comes
    last.
    """
    words = "\n".join([f"{_DEAL}", question, *sorted(option.text for option in options)])

    def place(option: Option) -> tuple[bool, bytes]:
        digest = hashlib.sha256(f"{words}\n\n{option.text}".encode()).digest()
        return _OF_THE_OTHERS.search(option.text) is not None, digest

    return sorted(options, key=place)


class Box(nodes.General, nodes.TextElement):
    """An HTML element of the quiz; its tag and attributes are in ``html``. Sphinx writes links inside of text alone."""


class Field(nodes.General, nodes.Element):
    """An ``<input>``, which has no content."""


def box(tag: str, *children: nodes.Node, **html: str) -> Box:
    """A ``Box`` with these children; ``class_`` and ``for_`` lose their underscore, other underscores become dashes."""
    node = Box("", "", *children)
    node["tag"] = tag
    node["html"] = {key.rstrip("_").replace("_", "-"): value for key, value in html.items()}
    return node


class Quiz(SphinxDirective):
    """Turn the directive into a ``<fieldset>`` with one control per option."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        try:
            options = arranged(self.arguments[0], parse_options(list(self.content)))
        except ValueError as error:
            raise self.error(f"quiz {self.arguments[0]!r}: {error}") from None
        number = self.env.new_serialno("quiz") + 1
        name = f"quiz-{number}"
        several = sum(option.correct for option in options) > 1
        question = self._inline(self.arguments[0])
        if several:
            question.append(box("span", nodes.Text(" (more than one is right)"), class_="bp-quiz-hint"))
        rows: list[nodes.Node] = []
        reasons: list[nodes.Node] = []
        for index, option in enumerate(options, start=1):
            identity = f"{name}-{index}"
            field = Field()
            field["html"] = {
                "type": "checkbox" if several else "radio",
                "name": name,
                "id": identity,
                "value": str(index),
                "data-correct": "yes" if option.correct else "no",
            }
            rows.append(
                box(
                    "div",
                    field,
                    box("label", *self._inline(option.text), for_=identity),
                    class_="bp-quiz-option",
                )
            )
            verdict = box("strong", nodes.Text("Right: " if option.correct else "Wrong: "))
            answer = box("span", *self._inline(option.text), class_="bp-quiz-answer")
            reason = box("span", *self._inline(option.reason), class_="bp-quiz-reason")
            reasons.append(box("li", verdict, answer, nodes.Text(" — "), reason, data_for=identity))
        details = box(
            "details",
            box("summary", nodes.Text("Answers, and why")),
            box("ul", *reasons),
            class_="bp-quiz-details",
        )
        fieldset = box("fieldset", box("legend", *question), *rows)
        return [box("form", fieldset, details, class_="bp-quiz", id=name)]

    def _inline(self, text: str) -> list[nodes.Node]:
        children, messages = self.state.inline_text(text, self.lineno)
        return [*children, *messages]


def _visit_box(self: HTML5Translator, node: Box) -> None:
    attributes = "".join(f' {key}="{self.attval(value)}"' for key, value in node["html"].items())
    self.body.append(f"<{node['tag']}{attributes}>")


def _depart_box(self: HTML5Translator, node: Box) -> None:
    self.body.append(f"</{node['tag']}>")


def _visit_field(self: HTML5Translator, node: Field) -> None:
    attributes = "".join(f' {key}="{self.attval(value)}"' for key, value in node["html"].items())
    self.body.append(f"<input{attributes}>")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and how its nodes are written."""
    app.add_directive("quiz", Quiz)
    app.add_node(Box, html=(_visit_box, _depart_box))
    app.add_node(Field, html=(_visit_field, None))
    # Raised when the form of a quiz changes: Sphinx then reads the pages again.
    return {"version": "1", "env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
