"""The one place that prints: whatever students called their files, or have their notebooks say, it does nothing to a terminal.

Their texts reach commands in many ways: as ids, as notes, in sentences, in the messages of errors. So it is not what is printed that is made
harmless, which somebody would forget, but the printing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import click
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from bplib.grading.course.printable import lines


class Terminal(Console):
    """rich's console, which colors and moves the cursor as we say, and as nobody else does."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Make segments of text as rich does, and keep from them what is no text."""
        return _harmless(super().render(renderable, options))


def shown(text: str) -> Text:
    """A text for a table: no markup of ours, and as wide as it looks."""
    return Text(lines(text))


def say(text: str, err: bool = False) -> None:
    """Print a text, in lines."""
    click.echo(lines(text), err=err)


def say_data(data: Any) -> None:
    """Print plain data as JSON, in ASCII."""
    click.echo(json.dumps(data, indent=1))


def _harmless(segments: Iterable[Segment]) -> Iterator[Segment]:
    for segment in segments:
        yield segment if segment.control else Segment(lines(segment.text), segment.style)
