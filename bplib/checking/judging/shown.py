"""The inputs of a draw as Python that can be pasted into a cell."""

from __future__ import annotations

import ast
import inspect
import linecache
from collections.abc import Mapping
from functools import lru_cache
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from bplib.types import Array

#: More characters are no longer read.
LONGEST = 2500
#: How lines begin that cannot be run.
NOT_RUN = "# So these lines do not run as they stand"


def as_code(function: str, inputs: Mapping[str, Any]) -> str:
    """Lines that make the inputs again and call the function; empty where they are too long to be read.

    A function that was written for the draw, as a ``lambda``, is written down as well, with what it needs. One that has a name
    is not: it may be an answer. What cannot be written down is said in a comment, and that the lines do not run without it.
    """
    if size(inputs) > LONGEST:  # Each number takes a character at least.
        return ""
    needs: dict[str, str] = {}
    twice = _named_twice(inputs)
    lines, missing = [], []
    for name, value in inputs.items():
        own = dict(needs)
        written = _written(value, own, break_lines=True, twice=twice)
        if written is None or set(own) & set(inputs):
            lines.append(f"# {name}: {_said(value)}")
            missing.append(name)
        else:
            needs = own
            lines.append(f"{name} = {written}")
    if missing:
        lines.append(f"{NOT_RUN}: set {' and '.join(missing)} first.")
    text = "\n".join([*needs.values(), *lines, f"{function}({', '.join(inputs)})"])
    return text if len(text) <= LONGEST else ""


def size(value: Any) -> int:
    """How many numbers there are in a value."""
    if isinstance(value, Mapping):
        return sum(map(size, value.values()))
    if isinstance(value, (list, tuple)):
        return sum(map(size, value))
    return int(np.size(value)) if isinstance(value, (np.ndarray, float, int)) else 1


def _named_twice(inputs: Mapping[str, Any]) -> dict[int, str]:
    """A name for every array that stands in two places of a list, by its id: there it is one, and not two that are equal."""
    seen: list[int] = []
    for value in inputs.values():
        seen += (
            [id(item) for item in value if isinstance(item, np.ndarray)]
            if isinstance(value, (list, tuple))
            else []
        )
    return {
        key: f"same_{k}" for k, key in enumerate(dict.fromkeys(key for key in seen if seen.count(key) > 1), 1)
    }


def _written(
    value: Any, needs: dict[str, str], break_lines: bool = False, twice: Mapping[int, str] | None = None
) -> str | None:
    """A value as an expression; what it needs before it, by name, is added to ``needs``, and so are arrays that come ``twice``."""
    if isinstance(value, np.ndarray):
        text = _laid_out(value) if value.size else f"np.zeros({value.shape})"
        if name := (twice or {}).get(id(value)):
            needs[name] = f"{name} = {text}"
        return name or text
    if isinstance(value, Mapping):
        items = {key: _written(item, needs) for key, item in value.items()}
        if None in items.values():
            return None
        start, between, end = ("{\n    ", ",\n    ", ",\n}") if break_lines and items else ("{", ", ", "}")
        return start + between.join(f"{key!r}: {item}" for key, item in items.items()) + end
    if isinstance(value, (list, tuple)):
        parts = [_written(item, needs, twice=twice) for item in value]
        if None in parts:
            return None
        inner = ", ".join(str(part) for part in parts)
        return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' if len(parts) == 1 else ''})"
    if isinstance(value, np.generic):
        return repr(value.item())
    if isinstance(value, (bool, int, float, str)) or value is None:
        return repr(value)
    if isinstance(value, np.random.Generator):
        return _seeded(value)
    if isinstance(value, np.ufunc):
        name = str(getattr(value, "__name__", ""))
        return f"np.{name}" if vars(np).get(name) is value else None
    return _lambda(value, needs) if isinstance(value, FunctionType) else None


def _laid_out(array: Array) -> str:
    """An array in the layout that it has: as a view where it is one, since what was written for others may fail on it."""
    if array.flags.c_contiguous:
        return f"np.array({array.tolist()})"
    if array.flags.f_contiguous:
        return f"np.array({array.T.tolist()}).T"
    step = array.strides[-1] // array.itemsize
    return f"np.repeat(np.array({array.tolist()}), {step}, axis=-1)[..., ::{step}]"


def _seeded(rng: np.random.Generator) -> str | None:
    """A generator by its seed, where nothing has been drawn yet."""
    seed = getattr(rng.bit_generator.seed_seq, "entropy", None)
    if type(seed) is not int or np.random.default_rng(seed).bit_generator.state != rng.bit_generator.state:
        return None
    return f"np.random.default_rng({seed})"


# Functions --------------------------------------------------------------------------------------------------------------


def _lambda(function: FunctionType, needs: dict[str, str]) -> str | None:
    """The source of a lambda, or None."""
    code = function.__code__
    found = [
        node
        for node in _nodes(code.co_filename)
        if isinstance(node, ast.Lambda) and node.lineno == code.co_firstlineno and _holds(node, code)
    ]
    return ast.unparse(found[0]) if len(found) == 1 and _needed(function, needs) else None


def _needed(function: FunctionType, needs: dict[str, str]) -> bool:
    """Add what a function takes from around it to ``needs``; False where that cannot be written."""
    around = inspect.getclosurevars(function)
    for name, value in {**around.globals, **around.nonlocals}.items():
        if value is np and name == "np":
            continue
        if isinstance(value, ModuleType):
            text: str | None = f"import {value.__name__}" if value.__name__ == name else None
        elif isinstance(value, FunctionType) and value.__name__ == name:
            text = _definition(value, needs)
        else:
            written = _written(value, needs)
            text = None if written is None else f"{name} = {written}"
        if text is None or needs.get(name, text) != text:
            return False
        needs[name] = text
    return True


def _definition(function: FunctionType, needs: dict[str, str]) -> str | None:
    """The source of a function that has a name, without what says of which type everything is."""
    for node in _nodes(function.__code__.co_filename):
        if (
            isinstance(node, ast.FunctionDef)
            and node.name == function.__name__
            and node.lineno == function.__code__.co_firstlineno
        ):
            plain = ast.parse(ast.unparse(node)).body[0]
            assert isinstance(plain, ast.FunctionDef)
            plain.returns = None
            for argument in plain.args.args:
                argument.annotation = None
            if ast.get_docstring(plain) is not None:
                plain.body = plain.body[1:]
            return ast.unparse(plain) if _needed(function, needs) else None
    return None


def _holds(node: ast.Lambda, code: Any) -> bool:
    """Whether a lambda's lines and columns are those of some code: several may begin in one line."""
    start, end = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
    body = node.body
    inner = (body.lineno, body.col_offset), (body.end_lineno, body.end_col_offset)
    places = [(line, col, last, to) for line, last, col, to in code.co_positions() if to]
    spans = [((line, col), (last, to)) for line, col, last, to in places if line and last and col is not None]
    return inner in spans and all(start <= first and last <= end for first, last in spans)


@lru_cache(maxsize=64)
def _nodes(path: str) -> tuple[Any, ...]:
    """All parts of a file's program; none where there is no file."""
    try:
        return tuple(ast.walk(ast.parse("".join(linecache.getlines(path)))))
    except SyntaxError:
        return ()


def _said(value: Any) -> str:
    if isinstance(value, np.random.Generator):
        return "a random generator, np.random.default_rng(…)"
    if callable(value):
        return "a function that the check hands over"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}, which the check hands over"
    return f"{type(value).__name__}, which the check hands over"
