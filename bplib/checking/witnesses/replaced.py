"""Where somebody else's code finds numpy and its arrays: in its modules, its closures, and the objects that hold them.

For as long as a loss is recorded, the names there stand for what records. All are put back at the end.
"""

from __future__ import annotations

import functools
import os
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import CellType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from bplib.checking.witnesses.namespace import Given, replacements
from bplib.checking.witnesses.recorder import Listener

#: Modules of these are not the user's: they are let be. In a web page, Python's own are in an archive that no path names.
_OTHERS = tuple({
    *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
    *(str(Path(file).parent) for file in (os.__file__, functools.__file__)), str(Path(np.__file__).parents[1]),
})  # fmt: skip
_OWN = ("bplib.checking", "bplib.automatic_differentiation", "bplib.grading")
#: Of each module that has been seen, whether it is the user's.
_KNOWN: dict[str, tuple[Any, bool]] = {}


@contextmanager
def another_numpy(loss: Callable[..., Any], tape: Listener) -> Iterator[None]:
    """Give the modules of the user, and those of the loss in any case, another numpy for a while."""
    replaced, builtin = replacements(tape)
    undo: list[tuple[dict[str, Any], str, Any]] = []
    cells: list[tuple[CellType, Any]] = []
    missing = object()
    try:
        for names in _namespaces(loss):
            for name, value in list(names.items()):
                if id(value) in replaced and not name.startswith("__"):
                    undo.append((names, name, value))
                    names[name] = replaced[id(value)]
                elif type(value) is np.ndarray:
                    undo.append((names, name, value))
                    names[name] = value.view(Given)
            for name in builtin.keys() - names.keys():
                undo.append((names, name, missing))
                names[name] = builtin[name]
        for names in _holders(loss):
            for name, value in list(names.items()):
                if type(value) is np.ndarray:
                    undo.append((names, name, value))
                    names[name] = value.view(Given)
        for cell in _cells(loss, 4):
            cells.append((cell, cell.cell_contents))
            cell.cell_contents = cell.cell_contents.view(Given)
        yield
    finally:
        for cell, value in cells:
            cell.cell_contents = value
        for names, name, value in reversed(undo):
            if value is missing:
                names.pop(name, None)
            else:
                names[name] = value


def _namespaces(loss: Callable[..., Any]) -> list[dict[str, Any]]:
    """The global names of the user's modules, and of the functions that the loss holds on to."""
    found = {id(f.__globals__): f.__globals__ for f in _functions(loss, 4) if not _own(f)}
    for name, module in list(sys.modules.items()):
        # There may be thousands, and this is asked for each record.
        known = _KNOWN.get(name)
        if known is None or known[0] is not module:
            known = _KNOWN[name] = module, not name.startswith(_OWN) and _of_the_user(module)
        if known[1]:
            found[id(module.__dict__)] = module.__dict__
    return list(found.values())


def _of_the_user(module: Any) -> bool:
    """Whether a module is neither Python's own nor installed; the book's code is the user's wherever it lies."""
    if not isinstance(module, ModuleType):
        return False
    file = getattr(module, "__file__", None)
    own = module.__name__.partition(".")[0] in ("__main__", "bplib")
    return own or bool(file and not file.startswith(_OTHERS))


def _holders(loss: Callable[..., Any]) -> list[dict[str, Any]]:
    """What the objects hold whose methods the loss is, or calls from its closure."""
    given: list[Any] = [loss]
    for function in _functions(loss, 4):
        given += [function.__globals__.get(name) for name in function.__code__.co_names]
        for cell in function.__closure__ or ():
            with suppress(ValueError):  # a variable that has no value yet
                given.append(cell.cell_contents)
    found = {}
    for value in given:
        holder = value.__self__ if isinstance(value, MethodType) else value
        names = getattr(holder, "__dict__", None)
        if isinstance(names, dict) and _of_the_user(sys.modules.get(type(holder).__module__)):
            found[id(names)] = names
    return list(found.values())


def _own(function: FunctionType) -> bool:
    return str(function.__globals__.get("__name__")).startswith(_OWN)


def _cells(loss: Callable[..., Any], depth: int) -> list[CellType]:
    """The variables in closures that hold plain arrays, each once."""
    found: dict[int, CellType] = {}
    for function in _functions(loss, depth):
        for cell in () if _own(function) else function.__closure__ or ():
            try:
                if type(cell.cell_contents) is np.ndarray:
                    found[id(cell)] = cell
            except ValueError:  # a variable that has no value yet
                continue
    return list(found.values())


def _functions(value: Any, depth: int) -> Iterator[FunctionType]:
    """A function, and those in its closure."""
    if isinstance(value, functools.partial):
        value = value.func
    if isinstance(value, MethodType):
        value = value.__func__
    if not isinstance(value, FunctionType):
        call = getattr(type(value), "__call__", None)
        if not isinstance(call, FunctionType):
            return
        value = call
    yield value
    for cell in value.__closure__ or () if depth else ():
        try:
            content = cell.cell_contents
        except ValueError:
            continue
        if callable(content):
            yield from _functions(content, depth - 1)
