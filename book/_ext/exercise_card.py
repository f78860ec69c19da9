"""The ``{exercise-card}`` directive: a link to the graded notebook, with its tasks and points.

::

    ```{exercise-card} activation
    One or two sentences on what you will build.
    ```

Tasks and points are read from ``bplib.checking.exercises.<name>``, the only place that knows them.
"""

from __future__ import annotations

import html
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from bplib.checking.exercises import load


class Summary(NamedTuple):
    """What the card says of an exercise: the functions to write and the points of all of them."""

    functions: tuple[str, ...]
    points: float


def summarize(name: str) -> Summary:
    """Read an exercise's tasks from its checks.

    Raises
    ------
    ValueError
        There is no such exercise.
    """
    checks = load(name)
    return Summary(tuple(check.function for check in checks), sum(check.points for check in checks))


class ExerciseCard(SphinxDirective):
    """Turn the directive into a card with a link to the notebook."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        try:
            summary = summarize(name)
        except ValueError as error:
            raise self.error(
                f"exercise-card: {error} Its checks belong in bplib/checking/exercises/{name}.py"
            ) from None
        # `../` once per folder: the page's address has the depth of its name.
        root = "../" * self.env.docname.count("/")
        link = f"{root}downloads/exercises/{name}.ipynb"
        tasks = "".join(f"<li><code>{html.escape(function)}</code></li>" for function in summary.functions)
        count = len(summary.functions)
        card = nodes.container(classes=["bp-card"])
        card += nodes.raw(
            "",
            f'<p class="bp-card-title">Graded exercise: {html.escape(name.replace("_", " "))}</p>'
            f'<p class="bp-card-facts">{count} task{"s" * (count != 1)} · {summary.points:g} points</p>',
            format="html",
        )
        self.state.nested_parse(self.content, self.content_offset, card)
        card += nodes.raw(
            "",
            f'<ul class="bp-card-tasks" aria-label="Functions you write">{tasks}</ul>'
            # Hidden until the site has notebooks that run in the page, see lite.py.
            '<p class="bp-card-ways"><a class="bp-button" data-lite hidden '
            f'href="{root}lite/start.html?open=exercises/{name}.ipynb">Do it in your browser</a> '
            f'<a class="bp-button" href="{link}" download>Download the notebook {html.escape(name)}.ipynb</a></p>',
            format="html",
        )
        return [card]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("exercise-card", ExerciseCard)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
