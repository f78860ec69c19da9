"""What a function has returned as plain data: what can be compared, and can travel to a judge in another process.

The student's notebook and the grading see the same: a subclass of float is a number, a deque is a list, an object that knows how to
become an array is one. What is none of that stays what it is, and is refused by its name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np

#: Lists within lists; whatever is deeper stays as it is.
DEEPEST = 32


def plain(value: Any, depth: int = 0) -> Any:
    """The value as numbers, text, arrays, lists, tuples and dictionaries, as far as it can be.

    Subclasses are read by their base class, whatever they have changed of it. The arrays are not copied.
    """
    if depth > DEEPEST or value is None or isinstance(value, (bool, bytes, np.generic, np.ndarray)):
        return value
    for kind, read in ((str, str.__str__), (int, int.__int__), (float, float.__float__)):
        if isinstance(value, kind):
            return read(value)
    if isinstance(value, Real):
        return float(value)
    if isinstance(value, Mapping):
        items = dict.items(value) if isinstance(value, dict) else value.items()
        return {plain(key, depth + 1): plain(item, depth + 1) for key, item in items}
    if isinstance(value, tuple):
        items = [plain(item, depth + 1) for item in tuple.__iter__(value)]
        # A named one keeps its names.
        return tuple.__new__(type(value), items) if hasattr(value, "_fields") else tuple(items)
    if isinstance(value, list):
        return [plain(item, depth + 1) for item in list.__iter__(value)]
    if isinstance(value, Sequence):
        return [plain(item, depth + 1) for item in value]
    if hasattr(type(value), "__array__"):
        return np.asarray(value)
    return value
