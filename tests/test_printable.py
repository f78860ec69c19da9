"""What students call themselves and their files, and have their notebooks say, does nothing to a terminal, and is read by nobody else."""

from __future__ import annotations

import ast
import io
import json
import os
import stat
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from rich.table import Table

from bplib.grading import commands
from bplib.grading.__main__ import COMMANDS, main
from bplib.grading.collecting.collection import Outcome, What
from bplib.grading.commands import collect, grade, terminal
from bplib.grading.course.lock import alone
from bplib.grading.course.printable import lines, printable
from bplib.grading.course.private import opened, private_folder
from bplib.grading.gradebook.results import HUMAN, Result
from bplib.grading.pages.moodle import Feedback, pack
from bplib.grading.work.journal import Journal
from bplib.grading.work.seeds import SECRET, secret

HOSTILE = {
    "clears the screen": "a\x1b[2Jb",
    "sets the title": "a\x1b]0;owned\x07b",
    "a link": "a\x1b]8;;http://elsewhere.example\x1b\\b",
    "eight bits": "a\x9b2Jb",
    "begins the line anew": "a\rb",
    "takes back": "a\b\bb",
    "rings": "a\x07b",
    "a new page": "a\x0c\x0bb",
    "another alphabet": "a\x0eb",
    "turned": "a\u202eb\u202d",
    "isolated": "a\u2066\u2067b",
    "marked": "a\u200fb",
    "not seen": "a\u200b\u2060\ufeffb",
    "a tag": "a\U000e0041b",
    "a line of its own": "a\u2028\u2029\x85b",
    "half a character": "a\udcffb",
    "nobody's": "a\ue000b",
}
PLAIN = "Zoë Ångström, 你好, שלום, \U0001f600 (1).ipynb"
unix = pytest.mark.skipif(os.name != "posix", reason="modes are Unix's")


def harmless(text: str) -> bool:
    return all(char.isprintable() for char in text.replace("\n", ""))


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_is_printable(kind):
    made = printable(HOSTILE[kind])
    assert harmless(made) and made[0] == "a" and "b" in made and "\n" not in made
    assert lines(f"{HOSTILE[kind]}\nx").endswith("\nx")


def test_ordinary_text_stays():
    assert printable(PLAIN) == PLAIN and printable("a\u00a0b\u3000c") == "a b c"


@pytest.mark.parametrize("kind", HOSTILE)
def test_whatever_is_printed_does_nothing(kind, capsys):
    text = HOSTILE[kind]
    stream = io.StringIO()
    console = terminal.Terminal(file=stream, width=60, color_system=None)
    table = Table(text, "[bold]b[/]")
    table.add_row(text, terminal.shown(text))
    console.print(text, table, f"[bold]{text}[/]")
    said = stream.getvalue()
    assert harmless(said) and "a" in said
    terminal.say(f"Error: {text}\nmore", err=True)
    terminal.say_data({text: text})
    out, err = capsys.readouterr()
    assert harmless(err) and err.count("\n") == 2
    assert harmless(out) and json.loads(out) == {text: text}


def test_colors_are_ours_to_use():
    stream = io.StringIO()
    terminal.Terminal(file=stream, force_terminal=True, color_system="standard").print("[red]a[/]\x1b[2J")
    assert "\x1b[31ma" in stream.getvalue() and "\x1b[2J" not in stream.getvalue()


@pytest.mark.parametrize("kind", HOSTILE)
def test_tables_of_commands_are_as_wide_as_they_look(kind):
    text = HOSTILE[kind]
    stream = io.StringIO()
    console = terminal.Terminal(file=stream, width=200, color_system=None)
    console.print(grade.table([Result(text, HUMAN, "code", text, notes=(text,))]))
    console.print(collect.table([Outcome(text, What.KEPT, text, text)]))
    assert harmless(stream.getvalue()) and stream.getvalue().count(printable(text)) >= 5


@pytest.mark.parametrize("kind", HOSTILE)
def test_messages_of_errors_do_nothing(kind):
    name = HOSTILE[kind]
    for command in (
        ("collect", name, name),
        ("look", name, "feedforward", "--course", name),
        ("report", "--book", name, "x"),
    ):
        told = CliRunner().invoke(main, command)
        assert told.exit_code != 0 and harmless(told.output), command


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_message_that_quotes_nothing_does_nothing(kind, monkeypatch):
    @click.command()
    def failing():
        raise click.UsageError(f"{HOSTILE[kind]} cannot be read")

    monkeypatch.setattr(type(main), "get_command", lambda *_: failing)
    told = CliRunner().invoke(main, ["failing"], color=True)
    assert harmless(told.output) and f"{printable(HOSTILE[kind])} cannot be read" in told.output


def test_only_one_module_prints():
    """The kind of mistake: a command that prints by itself."""
    folder = Path(commands.__file__).parent
    assert {path.stem for path in folder.glob("*.py")} >= set(COMMANDS.values())
    for path in folder.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert path.stem == "terminal" or not names & {"echo", "secho", "Console", "stdout", "stderr"}, (
            path.name
        )
        calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
        assert not any(isinstance(call, ast.Name) and call.id == "print" for call in calls), path.name


# Who may read it.


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@unix
@pytest.mark.parametrize("there", [False, True], ids=["new", "open to all before"])
def test_what_holds_grades_is_its_owners_alone(tmp_path, monkeypatch, there):
    folder = tmp_path / ".bplib-journal"
    files = [folder / "loss.jsonl", tmp_path / ".bplib-lock", tmp_path / "out.zip", tmp_path / SECRET]
    if there:
        folder.mkdir(mode=0o755)
        for path in files[:2]:
            path.touch(0o644)
    else:  # it is so from the beginning, and not from a moment later
        monkeypatch.setattr(Path, "chmod", lambda *_: pytest.fail("it was open to others"))
    before = os.umask(0)
    try:
        Journal(files[0]).add(Result("ada", HUMAN))
        with alone(tmp_path):
            pass
        (tmp_path / "page.html").write_text("page")
        pack(files[2], "loss", [Feedback("ada", tmp_path / "page.html", "Ada_1_assignsubmission_file")])
        secret(tmp_path)
    finally:
        os.umask(before)
    assert [oct(mode(path)) for path in files] == ["0o600"] * 4 and mode(folder) == 0o700


@unix
def test_a_link_is_not_followed(tmp_path):
    target = tmp_path / "elsewhere"
    target.write_text("kept")
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(OSError, match="symbolic links"), opened(tmp_path / "link", "w"):
        pass
    assert target.read_text() == "kept"


@unix
def test_a_folder_of_somebody_else_is_left_as_it_is(tmp_path, monkeypatch):
    def refused(*_):
        raise PermissionError(1, "Operation not permitted")

    (tmp_path / "theirs").mkdir(mode=0o755)
    monkeypatch.setattr(Path, "chmod", refused)
    assert private_folder(tmp_path / "theirs").is_dir()
