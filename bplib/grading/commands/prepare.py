"""The commands that prepare the exercises of this course, and rehearse their grading."""

import sys
from pathlib import Path

import click
from rich.progress import Progress

from bplib.grading.commands.terminal import Terminal, say
from bplib.grading.course import release as release_step
from bplib.grading.course import skeleton
from bplib.grading.course.source import complaints, exercises, sync
from bplib.grading.rehearsal import demo as demo_class

_console = Terminal()


@click.command()
def points() -> None:
    """Copy the points of the checks into the notebooks of solutions/, and clear their outputs."""
    changed = [name for name in exercises() if sync(name)]
    _console.print(f"Changed: {', '.join(changed)}." if changed else "All notebooks were in step.")
    _stop_on(_complaints())


@click.command()
@click.argument("name")
def new(name: str) -> None:
    """Write a first source notebook for the exercise NAME, whose checks are in bplib/checking/exercises/NAME.py."""
    try:
        _console.print(
            f"Written: {_relative(skeleton.write(name))}. Now fill in the prose and the solutions."
        )
    except ValueError as error:
        raise click.ClickException(
            f"{str(error).rstrip('.')}; write the checks in bplib/checking/exercises/{name}.py first"
        ) from error
    except FileExistsError as error:
        raise click.ClickException(str(error)) from error


@click.command()
@click.option(
    "--check", is_flag=True, help="Change nothing; fail when exercises/ is not what solutions/ releases."
)
def release(check: bool) -> None:
    """Make the students' notebooks in exercises/ from those in solutions/."""
    _stop_on(_complaints())
    names = exercises()
    with Progress(console=_console, transient=True) as progress:
        releasing = progress.add_task("Releasing the exercises", total=len(names))
        texts = release_step.released(names, lambda name: progress.advance(releasing))
    if check:
        _stop_on(release_step.drift(texts), "run `python -m bplib.grading release` and commit exercises/")
        _console.print(f"The students' release is in step: {len(names)} exercises in exercises/.")
    else:
        changed = release_step.write(texts)
        _console.print(f"Released anew: {', '.join(changed)}." if changed else "exercises/ was in step.")


@click.command()
def demo() -> None:
    """Grade the sample class in _build/demo/ and show the table."""
    graded = demo_class.results(_console)
    _console.print(demo_class.table(graded))
    _console.print("Open next:")
    for what, path in demo_class.places(graded):
        _console.print(f"  {what}: {_relative(path)}", soft_wrap=True)


def _complaints() -> list[str]:
    return [
        f"solutions/{name}/{name}.ipynb: {complaint}"
        for name in exercises()
        for complaint in complaints(name)
    ]


def _stop_on(problems: list[str], remedy: str = "") -> None:
    """End the command with exit status 1 when there are problems, after listing them."""
    if problems:
        for problem in problems:
            say(problem, err=True)
        if remedy:
            say(f"To mend it: {remedy}.", err=True)
        sys.exit(1)


def _relative(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
