"""Parameters as people have them, arrays by name in dictionaries, lists and tuples, and as the checker has them: flat, by path;
and the one number that a loss gives.

The path of an array is what one would write to get at it: ``W1``, ``layers[0].W``, ``[1]``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

#: The path of a parameter that comes alone.
ALONE = "x"


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Everything that is no dictionary, list or tuple, with its path; what comes alone has the path `ALONE`."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from leaves(item, _below(path, key))
    elif isinstance(value, (list, tuple)):
        for k, item in enumerate(value):
            yield from leaves(item, f"{path}[{k}]")
    else:
        yield path or ALONE, value


def _below(path: str, key: Any) -> str:
    if isinstance(key, str) and key.isidentifier():
        return f"{path}.{key}" if path else key
    return f"{path}[{key!r}]" if path or not isinstance(key, str) else key


def builder(value: Any) -> Callable[[Mapping[str, Any]], Any]:
    """A function that puts arrays, given by path, back into the structure of ``value``.

    A plain number stays one: it is given as a float.
    """

    def build(flat: Mapping[str, Any], here: Any = value, path: str = "") -> Any:
        if isinstance(here, Mapping):
            return {key: build(flat, item, _below(path, key)) for key, item in here.items()}
        if isinstance(here, (list, tuple)):
            items = [build(flat, item, f"{path}[{k}]") for k, item in enumerate(here)]
            return type(here)(*items) if hasattr(here, "_fields") else type(here)(items)
        found = flat[path or ALONE]
        plain = (
            isinstance(here, (float, int))
            and isinstance(found, (np.ndarray, np.generic))
            and np.ndim(found) == 0
        )
        return float(found) if plain else found

    return build


def number(value: Any, name: str = "the loss") -> float:
    """One real number, or a ``ValueError`` that says what the loss gave instead."""
    if isinstance(value, float):  # as numpy's are; the usual case, thousands of times
        return float(value)
    if value is None:
        raise ValueError(f"{name} gave None, expected one real number: does it end without a return?")
    if isinstance(value, (tuple, list, dict)) and len(value) != 1:
        raise ValueError(
            f"{name} gave a {type(value).__name__} of {len(value)}, expected one real number. If the loss is the first of "
            "several results, pass a function that returns it alone: lambda params: loss(params)[0]."
        )
    try:
        array = np.asarray(value)
    except Exception as error:
        raise ValueError(
            f"{name} gave a {type(value).__name__}, expected one real number ({error})."
        ) from None
    if array.size != 1 or array.dtype.kind not in "biuf":
        what = (
            f"an array of shape {array.shape}" if array.dtype.kind in "biuf" else f"a {type(value).__name__}"
        )
        hint = (
            " Is a sum or a mean over the samples missing?"
            if array.dtype.kind in "biuf" and array.size
            else ""
        )
        raise ValueError(f"{name} gave {what}, expected one real number.{hint}")
    return float(array.reshape(()))
