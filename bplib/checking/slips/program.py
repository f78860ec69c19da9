"""A trusted function, and the same with one slip in it: read as source, changed, made again.

A name for a wrong *gradient* comes from a changed rule on the record of a loss (`bplib.checking.diagnosis`). A value, an update
or a loop has no such record. But somebody has written it down rightly, and typical mistakes are small changes of what is
written: a comparison the other way round, a constant, an axis, a line left out. So the trusted function's own syntax tree is
changed, one place at a time, and what then gives a student's numbers in every call is the student's mistake, however it is
written.

The operators are those of mutation testing (DeMillo, Lipton, Sayward, *Hints on test data selection*, Computer 11, 1978), each
with a name that people understand. `tests/test_mutants.py` uses them the other way round: none may pass a check.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from bplib.checking.slips.lines import moved
from bplib.checking.slips.places import changed

#: A changed loop may never end: so many rounds of a ``while`` are enough for everybody.
ROUNDS = 200


class Slip(NamedTuple):
    """One change.

    Attributes
    ----------
    cause
        Its name, in `bplib.checking.diagnosis.causes.CAUSES`.
    text
        The changed source.
    function
        The changed function, ready to be called.
    """

    cause: str
    text: str
    function: Callable[..., Any]


class Endless(Exception):
    """A changed loop has not ended."""


@lru_cache(maxsize=256)
def slips(function: Callable[..., Any]) -> tuple[Slip, ...]:
    """All slips in a trusted function and in those of its module that it calls.

    Raises
    ------
    TypeError
        If it is not a function that was defined with ``def``, so that its source can be read.
    """
    if not inspect.isfunction(function) or function.__name__ == "<lambda>":
        raise TypeError(f"{function!r} has no source of its own; expected a function defined with def.")
    found = tuple(written(_sources(function), function.__name__, function.__globals__))
    for slip in found:
        slip.function.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    return found


def written(source: str, name: str, names: dict[str, Any]) -> Iterator[Slip]:
    """All slips in some source.

    Parameters
    ----------
    source
        Python that defines functions.
    name
        The function that is asked for.
    names
        What the source finds around it.
    """
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    for cause in _causes(tree):
        text = ast.unparse(ast.fix_missing_locations(tree))
        if text not in seen:
            seen.add(text)
            yield Slip(cause, text, _made(text, name, names))


def _causes(tree: ast.Module) -> Iterator[str]:
    """The tree with one change after the other, each undone before the next."""
    for holder, field, index, node in list(_places(tree)):
        for cause, other in changed(node, holder):
            _put(holder, field, index, other)
            yield cause
        _put(holder, field, index, node)
    yield from moved(tree)


# Reading and making ----------------------------------------------------------------------------------------------


def _sources(function: Callable[..., Any]) -> str:
    """The source of a function and of those of its module that it calls."""
    names, waiting, found = function.__globals__, [function], {}
    while waiting:
        one = waiting.pop()
        if one.__name__ in found:
            continue
        found[one.__name__] = textwrap.dedent(inspect.getsource(one))
        called = (names.get(name) for name in one.__code__.co_names)
        waiting += [f for f in called if inspect.isfunction(f) and f.__module__ == function.__module__]
    return "\n".join(found.values())


def _made(text: str, name: str, names: dict[str, Any]) -> Callable[..., Any]:
    """The function, made when it is called for the first time."""
    made: list[Callable[..., Any]] = []
    rounds = 0

    def next_round() -> None:
        nonlocal rounds
        rounds += 1
        if rounds > ROUNDS:
            raise Endless

    def call(*arguments: Any, **named: Any) -> Any:
        nonlocal rounds
        rounds = 0
        if not made:
            tree = ast.parse(text)
            for loop in [node for node in ast.walk(tree) if isinstance(node, ast.While)]:
                loop.body.insert(0, ast.parse("_next_round()").body[0])
            scope = {**names, "_next_round": next_round}
            exec(compile(tree, "<slip>", "exec"), scope)  # our own source, with one place changed
            made.append(scope[name])
        return made[0](*arguments, **named)

    return call


def _places(tree: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Every node below, with where it hangs; annotations and names of functions are no program."""
    for field, value in ast.iter_fields(tree):
        if field in ("annotation", "returns", "decorator_list", "defaults", "ctx", "op", "ops"):
            continue
        if isinstance(value, ast.AST):
            yield tree, field, None, value
            yield from _places(value)
        elif isinstance(value, list):
            for k, item in enumerate(value):
                if isinstance(item, ast.AST):
                    yield tree, field, k, item
                    yield from _places(item)


def _put(holder: ast.AST, field: str, index: int | None, node: ast.AST) -> None:
    if index is None:
        setattr(holder, field, node)
    else:
        getattr(holder, field)[index] = node
