"""Damaged submissions: notebooks that crash their own process, and files that are hardly notebooks any more.

What runs code is an `Entry`; a file is a function of the solved notebook that gives bytes, with what must come of it.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbformat import NotebookNode

from bplib.grading.course import source
from corpus import EXERCISE, Entry, released

_ONE = "residual_layer"


def _dies(name: str, says: str, body: str, **more: Any) -> Entry:
    return Entry(f"dies_{name}", says, answers={_ONE: f"def {_ONE}(x, W, b):\n    {body}"}, **more)


RUNNING = (
    _dies("exit", "Ends the process in a call: costs its own points.", "import os; os._exit(0)", harm=("work",)),
    _dies("segfault", "Reads where no memory is: costs its own points.", "import ctypes; ctypes.string_at(0)", harm=("work",)),
    _dies("abort", "Aborts: costs its own points.", "import os; os.abort()", harm=("work",)),
    _dies("sys_exit", "Exits politely: is an exception, no more.", "raise SystemExit"),
    _dies("interrupt", "Raises what Ctrl-C raises: the process lives or not, the others count.", "raise KeyboardInterrupt"),
    _dies("input", "Asks for input, which nobody gives.", "return input()"),
    _dies("package", "Imports what is not installed.", "import no_such_package"),
    _dies("coroutine", "Returns a coroutine that nobody awaits.", "async def later(): pass\n    return later()"),
    Entry(
        "dies_everywhere",
        "Every answer ends the process, more often than it is started again: a person is told.",
        answers={
            task: f"def {task}(*_):\n    import os; os._exit(1)"
            for task in ("dense_columns", _ONE, "forward_layers", "glorot_limit", "count_parameters")
        },
        code="restarts",
    ),
    Entry("cell_exit", "A cell ends the process: it is left out.", cell="import os\nos._exit(1)", note="left out", harm=("work",)),
    Entry("cell_segfault", "A cell crashes: it is left out.", cell="import ctypes\nctypes.string_at(0)", note="left out", harm=("work",)),
    Entry("cell_sys_exit", "A cell exits politely.", cell="import sys\nsys.exit(3)"),
    Entry("cell_interrupt", "A cell raises what Ctrl-C raises.", cell="raise KeyboardInterrupt"),
    Entry("cell_input", "A cell asks for input.", cell="name = input('who? ')"),
    Entry("cell_syntax", "A cell is no Python.", cell="def broken(:\n  oh"),
    Entry("cell_loop", "A cell loops for ever: it is stopped.", cell="while True: pass", limits={"cell": 1}, harm=("batch",)),
    Entry("cell_bare_except", "A cell loops and catches all.", limits={"cell": 1}, harm=("batch",),
          cell="while True:\n    try:\n        while True: pass\n    except: pass"),
    Entry("cell_magics", "Magics, a shell line that is run, and one that does not exist.",
          cell="%matplotlib inline\n%time 1 + 1\n!echo hello\n%no_such_magic", printed="hello"),
    Entry("cell_bash", "A whole cell for another program.", cell="%%bash\necho hello; exit 1"),
    Entry("cell_await", "Awaits at the top, as notebooks may.",
          cell="import asyncio\nawait asyncio.sleep(0)\nprint('awaited')", printed="awaited"),
    Entry("cell_asyncio", "Runs a loop of its own.", cell="import asyncio\nasyncio.run(asyncio.sleep(0))"),
    Entry("cell_threads", "Threads go on for ever.",
          cell="import threading, time\ndef go():\n    while True: time.sleep(0.01)\n"
          "for _ in range(8): threading.Thread(target=go).start()"),
    Entry("cell_pool", "Leaves a pool of processes open.",
          cell="import multiprocessing\npool = multiprocessing.get_context('fork').Pool(2)\nprint(pool.map(abs, [-1]))",
          printed="[1]"),
    Entry("cell_plot", "Plots.", cell="import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"),
    Entry("cell_warnings", "Raises every warning.", cell="import warnings\nwarnings.simplefilter('error')\nnp.float64(1) / 0"),
    Entry("cell_exception", "Raises an exception that cannot be told.",
          cell="class Odd(BaseException):\n    def __str__(self): raise self\nraise Odd"),
    Entry("cell_chdir", "Goes into a folder and takes it away.",
          cell="import os\nos.mkdir('/tmp/here')\nos.chdir('/tmp/here')\nos.rmdir('/tmp/here')"),
)  # fmt: skip


@dataclass(frozen=True)
class File:
    """A file and what must come of it: an outcome's code, or the points that are lost; ``harm`` is what it does without us."""

    name: str
    says: str
    make: Callable[[NotebookNode], bytes]
    code: str = ""
    lost: tuple[str, ...] = field(default=())
    note: str = ""
    harm: tuple[str, ...] = ()

    @property
    def points(self) -> dict[str, float]:
        """What it deserves; nothing where only a person can tell."""
        full = source.points(EXERCISE)
        return {} if self.code else full | dict.fromkeys(full if self.lost == ("*",) else self.lost, 0.0)


def _text(notebook: Any) -> bytes:
    return json.dumps(notebook).encode()


def _edited(edit: Callable[[NotebookNode], Any]) -> Callable[[NotebookNode], bytes]:
    def make(notebook: NotebookNode) -> bytes:
        edit(notebook)
        return _text(notebook)

    return make


def _cell(notebook: NotebookNode, mark: str) -> NotebookNode:
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == mark)


def _solution(notebook: NotebookNode) -> NotebookNode:
    return _cell(notebook, f"solve-{_ONE}")


def _test(notebook: NotebookNode) -> NotebookNode:
    return _cell(notebook, f"test-{_ONE}")


def _old(notebook: NotebookNode) -> bytes:
    cells = [
        {**cell, "input": cell["source"], "language": "python"} if cell["cell_type"] == "code" else dict(cell)
        for cell in notebook.cells
    ]
    for cell in cells:
        if "input" in cell:
            del cell["source"]
    return _text({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]})


def _many(notebook: NotebookNode) -> None:
    notebook.cells[2:2] = [nbformat.v4.new_code_cell(f"# {i}") for i in range(5000)]


def _twice(notebook: NotebookNode) -> None:
    again = copy.deepcopy(_solution(notebook))
    again.source = f"def {_ONE}(x, W, b):\n    return 0"
    _solution(notebook).metadata["first"] = True
    notebook.cells.append(again)
    _test(notebook).source = "pass"


def _twice_empty_first(notebook: NotebookNode) -> None:
    untouched = copy.deepcopy(_cell(released(), f"solve-{_ONE}"))
    notebook.cells.insert(2, untouched)


def _many_of_one(notebook: NotebookNode) -> None:
    notebook.cells[2:2] = [copy.deepcopy(_solution(notebook)) for _ in range(20_000)]


def _many_empty(notebook: NotebookNode) -> bytes:
    cell = '{"cell_type":"code","source":[],"metadata":{}},'
    head, tail = json.dumps(notebook["cells"])[:-1].encode(), b"]}"
    return b'{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":' + head + b"," + (cell * 350_000)[:-1].encode() + tail


def _without(key: str) -> Callable[[NotebookNode], Any]:
    def edit(notebook: NotebookNode) -> None:
        for cell in notebook.cells:
            cell.pop(key, None)

    return edit


def _marks(**changed: Any) -> Callable[[NotebookNode], Any]:
    def edit(notebook: NotebookNode) -> None:
        for cell in notebook.cells:
            if "nbgrader" in cell.metadata:
                cell.metadata.nbgrader.update(changed)

    return edit


def _renumbered(notebook: NotebookNode) -> None:
    notebook.update(nbformat=99, nbformat_minor=-1, metadata=None)


def _shuffled(notebook: NotebookNode) -> None:
    random.Random(0).shuffle(notebook.cells)


def _retyped(notebook: NotebookNode) -> None:
    _solution(notebook).cell_type = "markdown"
    _test(notebook).cell_type = "raw"


def _unlocked(notebook: NotebookNode) -> None:
    marks = _test(notebook).metadata.nbgrader
    marks.update(locked=False, solution=True, points=1000)
    _test(notebook).source = "100.0"


def _other_test(notebook: NotebookNode) -> None:
    _solution(notebook).source = "pass"
    _test(notebook).source = 'check("glorot_limit")'


def _strange_cells(notebook: NotebookNode) -> None:
    notebook.cells[2:2] = [
        None,
        3,
        "text",
        [],
        {},
        {"cell_type": "code"},
        {"metadata": 5, "source": {"a": 1}},
    ]


def _same_ids(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell["id"] = "same"


#: nbgrader does not grade it, or takes points from right answers.
_WORK = ("work",)

FILES = (
    File("empty", "Nothing at all.", lambda _: b"", code="empty"),
    File("blank", "Only white space.", lambda _: b" \n\n ", code="empty"),
    File("binary", "Random bytes.", lambda _: random.Random(0).randbytes(5000), code="no-notebook"),
    File("zeros", "Zeros, as a full disk leaves them.", lambda _: bytes(5000), code="no-notebook"),
    File("truncated", "The upload broke off.", lambda n: _text(n)[:-500], code="no-notebook"),
    File("html", "The page with the notebook, not the notebook.", lambda _: b"<!DOCTYPE html>", code="no-notebook"),
    File("list", "JSON, but a list.", lambda _: b"[1, 2]", code="no-notebook"),
    File("no_cells", "A notebook without its cells.", lambda _: b'{"nbformat": 4}', code="no-notebook"),
    File("cells_null", "Cells that are none.", lambda _: b'{"cells": null}', code="no-notebook"),
    File("sheets", "Worksheets that are none.", lambda _: b'{"worksheets": [3]}', code="unreadable"),
    File("deep", "Brackets without an end.", lambda _: b"[" * 200_000, code="no-notebook"),
    File("deep_metadata", "Objects in objects.", lambda _: b'{"cells":[],"a":' * 900 + b"1" + b"}" * 900,
         code="unreadable"),
    File("large", "More than twenty megabytes.", lambda n: _text(n) + b" " * 21 * 2**20, code="too-large"),
    File("no_cells_at_all", "An empty list of cells.", lambda _: b'{"cells": []}', lost=("*",), note="missing"),
    File("untouched", "As it was released.", lambda _: _text(released()), lost=("*",)),
    File("many_of_one", "Twenty thousand copies of one answer.", _edited(_many_of_one), note="1998 times", harm=()),
    File("many_empty", "Sixteen megabytes of empty cells.", _many_empty, note="cells"),
    File("utf16", "Written by an editor in UTF-16.", lambda n: nbformat.writes(n).encode("utf-16"), harm=_WORK),
    File("bom", "With a byte order mark.", lambda n: b"\xef\xbb\xbf" + _text(n), harm=_WORK),
    File("cp1252", "In the code page of Windows.",
         lambda n: json.dumps({**n, "title": "Olá, São Tomé"}, ensure_ascii=False).encode("cp1252", "replace"), harm=_WORK),
    File("surrogate", "With half a character in a cell.", _edited(lambda n: n.cells.insert(
        2, {"cell_type": "markdown", "metadata": {}, "source": "\ud800"})), harm=_WORK),
    File("format", "Another number of the format.", _edited(_renumbered), harm=_WORK),
    File("format_3", "In the format of 2013.", _old),
    File("no_metadata", "No metadata in the notebook.", _edited(lambda n: n.pop("metadata")), harm=_WORK),
    File("no_ids", "Cells without ids.", _edited(_without("id"))),
    File("same_ids", "Cells with one id.", _edited(_same_ids)),
    File("no_outputs", "Cells without outputs.", _edited(_without("outputs"))),
    File("no_types", "Cells without types.", _edited(_without("cell_type")), harm=_WORK),
    File("no_marks", "nbgrader's marks are gone.", _edited(_without("metadata")), note="lost its mark", harm=_WORK),
    File("old_marks", "nbgrader's marks are of an older version.", _edited(_marks(schema_version=1)), harm=("batch",)),
    File("new_marks", "nbgrader's marks are of a version to come.", _edited(_marks(schema_version=99)), harm=("batch",)),
    File("no_mark", "One cell has lost its mark.", _edited(lambda n: _solution(n).pop("metadata")),
         note="lost its mark", harm=_WORK),
    File("doubled", "Another solution stands after the check, which has run before.", _edited(_twice), note="after the check",
         harm=_WORK),
    File("doubled_empty", "A copy that was never written stands first.", _edited(_twice_empty_first), harm=_WORK),
    File("deleted_test", "A test cell was deleted: it comes back.", _edited(lambda n: n.cells.remove(_test(n))),
         note="put back"),
    File("deleted_solution", "A solution was deleted.", _edited(lambda n: n.cells.remove(_solution(n))),
         lost=(_ONE,), note="missing"),
    File("deleted_setup", "The first cell was deleted.", _edited(lambda n: n.cells.pop(1)), note="put back", harm=_WORK),
    File("retyped", "A solution has become text, a test raw.", _edited(_retyped)),
    File("renamed", "A test cell has another name.",
         _edited(lambda n: _test(n).metadata.nbgrader.update(grade_id="mine")), harm=_WORK),
    File("unlocked", "A test cell was unlocked and worth a thousand points.", _edited(_unlocked), note="changed", harm=_WORK),
    File("other_test", "A test cell asks for another task.", _edited(_other_test), lost=(_ONE,), note="changed"),
    File("reordered", "All cells are in another order.", _edited(_shuffled), harm=_WORK),
    File("strange", "Cells that are no cells.", _edited(_strange_cells), harm=_WORK),
    File("many", "Five thousand cells before the answers.", _edited(_many), note="cells"),
)  # fmt: skip

assert EXERCISE == "feedforward"
