"""The inputs of a draw as Python that can be pasted into a cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

#: More characters are no longer read.
LONGEST = 2500


def as_code(function: str, inputs: Mapping[str, Any]) -> str:
    """Lines that make the inputs again and call the function; empty where they are too long to be read.

    What cannot be written down, such as a function that the check hands over, is said in a comment.
    """
    if size(inputs) > LONGEST:  # Each number takes a character at least.
        return ""
    lines = []
    for name, value in inputs.items():
        written = _written(value, break_lines=True)
        lines.append(f"{name} = {written}" if written is not None else f"# {name}: {_said(value)}")
    text = "\n".join([*lines, f"{function}({', '.join(inputs)})"])
    return text if len(text) <= LONGEST else ""


def size(value: Any) -> int:
    """How many numbers there are in a value."""
    if isinstance(value, Mapping):
        return sum(map(size, value.values()))
    if isinstance(value, (list, tuple)):
        return sum(map(size, value))
    return int(np.size(value)) if isinstance(value, (np.ndarray, float, int)) else 1


def _written(value: Any, break_lines: bool = False) -> str | None:
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()})" if value.size else f"np.zeros({value.shape})"
    if isinstance(value, Mapping):
        items = {key: _written(item) for key, item in value.items()}
        if None in items.values():
            return None
        start, between, end = ("{\n    ", ",\n    ", ",\n}") if break_lines and items else ("{", ", ", "}")
        return start + between.join(f"{key!r}: {item}" for key, item in items.items()) + end
    if isinstance(value, (list, tuple)):
        parts = [_written(item) for item in value]
        if None in parts:
            return None
        inner = ", ".join(str(part) for part in parts)
        return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' if len(parts) == 1 else ''})"
    if isinstance(value, np.generic):
        return repr(value.item())
    if isinstance(value, (bool, int, float, str)) or value is None:
        return repr(value)
    return None


def _said(value: Any) -> str:
    if isinstance(value, np.random.Generator):
        return "a random generator, np.random.default_rng(…)"
    if callable(value):
        return "a function that the check hands over"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}, which the check hands over"
    return f"{type(value).__name__}, which the check hands over"
