"""The command ``bplib doctor``."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from bplib.grading.commands.options import FINE, NO_SANDBOX, course_option
from bplib.grading.commands.terminal import Terminal, say_data, shown
from bplib.grading.course.belongings import belongings
from bplib.grading.course.directory import CourseError, course_directory
from bplib.grading.sandbox.doctor import Finding, examine

#: Columns of a terminal in which two texts have room beside each other, and those of the first.
WIDE, WHAT = 76, 41


@click.command()
@course_option
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(course: Path, as_json: bool) -> None:
    """Try whether the sandbox holds on this machine, limit by limit.

    Run it in your course's folder, or name that with --course: then it also looks for your files, by what is in them, on all of the disk that a
    submission can see.

    Ends with 0 if it holds, and with 3 if it does not.
    """
    console = Terminal(highlight=False)
    folder = next((place for place in (Path.home(), Path()) if os.access(place, os.W_OK)), None)
    if folder is None:
        raise click.UsageError(
            "run it in a folder that you may write to: it lays a file there that the sandbox has to hide."
        )
    try:
        yours = belongings(course_directory(course))
    except CourseError as error:
        raise click.UsageError(str(error)) from error
    findings = []
    status = nullcontext() if as_json else console.status("Attacking the sandbox…")
    with tempfile.NamedTemporaryFile(prefix=".bplib-doctor-", dir=folder.resolve()) as secret, status:
        secret.write(os.urandom(64))
        secret.flush()
        for finding in examine(Path(secret.name), yours):
            findings.append(finding)
            if not as_json:
                _show(console, finding)
    holds = all(finding.holds for finding in findings)
    if as_json:
        say_data([asdict(finding) for finding in findings])
    else:
        end = "You can grade: bplib grade EXERCISE" if holds else "Do not grade here before this is mended."
        console.print(f"\n{end}", style="bold")
    sys.exit(FINE if holds else NO_SANDBOX)


def _show(console: Terminal, finding: Finding) -> None:
    """What was tried and what was seen: beside each other, or below where the terminal is narrow."""
    mark = Text("✓", "green") if finding.holds else Text("✗", "bold red")
    what, seen = shown(finding.what), shown(finding.seen)
    seen.stylize("dim" if finding.holds else "")
    line = Table.grid(padding=(0, 1, 0, 0))
    line.add_column(width=1)
    if console.width >= WIDE:
        line.add_column(width=WHAT)
        line.add_column(overflow="fold")  # a path is to be read to its end
        line.add_row(mark, what, seen)
    else:
        line.add_row(mark, what)
        line.add_row("", seen)
    console.print(line)
    if finding.remedy:
        # To be copied as it is: the terminal wraps it, we do not.
        console.print(Text(f"\n{finding.remedy}\n"), soft_wrap=True)
