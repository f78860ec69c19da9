"""Running a notebook's cells in one process, with the outputs that a kernel would give."""

from __future__ import annotations

import base64
import os
import subprocess
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from bplib.checking.calling.guards import Timeout, displays, time_limit

#: Characters of one output; what is longer is cut. nbgrader counts lines, of which one may be endless.
LONGEST = 100_000
#: Characters of a picture or a page. Half of one is none, so what is longer is left out.
WHOLE = 1_000_000
#: Outputs of one cell.
MOST = 50


class Results(DisplayHook):
    """Keeps what a cell's last line evaluates to, instead of printing it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept: list[dict[str, Any]] = []

    def write_output_prompt(self) -> None:
        """No prompt: a notebook has none."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        """Keep the value in all its formats."""
        self.kept.append({"data": dict(format_dict), "metadata": dict(md_dict or {})})

    def finish_displayhook(self) -> None:
        """Nothing to finish, and no line to print."""
        self._is_active = False


class Shell(InteractiveShell):
    """IPython without a terminal and without a kernel."""

    displayhook_class = Results
    #: The lines of the last traceback; they belong to the error, not to what the cell has printed.
    traceback: list[str] | None = None

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        self.traceback = list(map(str, stb))

    def enable_gui(self, gui: Any = None) -> None:
        """There is no window: ``%matplotlib inline`` is what happens anyway."""

    def system(self, cmd: str) -> None:
        """Run a shell line (``!echo hello``) and print what it says; IPython would ask for a terminal, and there is none."""
        done = subprocess.run(
            self.var_expand(cmd, depth=1), shell=True, check=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        )  # fmt: skip
        print(done.stdout, end="")
        self.user_ns["_exit_code"] = done.returncode


def shell() -> Shell:
    """A shell that keeps no history on disk. Making it is what takes long: once, before anything is forked."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    made: Shell = Shell.instance(config=config)
    return made


def run(shell: Shell, source: str, seconds: float) -> list[dict[str, Any]]:
    """Run one cell; the outputs as a notebook keeps them, an error as the last."""
    hook, error = shell.displayhook, None
    hook.kept, shell.traceback = [], None
    with capture_output(display=False) as captured, displays() as displayed:
        try:
            with time_limit(seconds):
                result = shell.run_cell(source, store_history=True)
            error = result.error_before_exec or result.error_in_exec
        except Timeout:
            error = Timeout(f"it was stopped after {seconds:g} s: does a loop never end?")
        except BaseException as caught:  # noqa: BLE001 - a cell must not end the process that runs it
            error = caught
    outputs: list[dict[str, Any]] = []
    for name, text in (("stdout", captured.stdout), ("stderr", captured.stderr)):
        if text:
            outputs.append({"output_type": "stream", "name": name, "text": text})
    for rich in displayed:
        outputs.append(
            {"output_type": "display_data", "data": rich["data"], "metadata": rich["metadata"] or {}}
        )
    for data in hook.kept:
        outputs.append(
            {"output_type": "execute_result", "execution_count": shell.execution_count - 1, **data}
        )
    if error is not None:
        outputs.append(_told(shell, error))
    return [_cut(output) for output in outputs[-MOST:]]


def _told(shell: Shell, error: BaseException) -> dict[str, Any]:
    name = "KeyboardInterrupt" if isinstance(error, Timeout) else type(error).__name__
    lines = shell.traceback or [name]  # an exception of a student's own may fail to tell itself
    return {"output_type": "error", "ename": name, "evalue": _text(error), "traceback": lines}


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException:  # noqa: BLE001
        return ""


def _cut(output: dict[str, Any]) -> dict[str, Any]:
    """The output with no text longer than `LONGEST`, whole pictures, and nothing that is not JSON."""

    def short(value: Any, kind: str = "") -> Any:
        if isinstance(value, bytes):
            value = base64.b64encode(value).decode()
        if isinstance(value, str):
            if "/" in kind and kind != "text/plain":
                return value if len(value) <= WHOLE else ""
            return value if len(value) <= LONGEST else value[:LONGEST] + "\n… and more, which is not kept"
        if isinstance(value, dict):
            return {str(key): short(item, str(key)) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [short(item) for item in value][:1000]
        return value if value is None or isinstance(value, (bool, int, float)) else str(value)[:LONGEST]

    cut = short(output)
    assert isinstance(cut, dict)
    return cut
