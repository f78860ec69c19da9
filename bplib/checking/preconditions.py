"""What has to hold before two gradients can be compared, and the name of what does not."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any

import numpy as np

from bplib.checking.witnesses.differences import number
from bplib.types import Array, Parameters


class Refused(Exception):
    """The gradient is wrong before its numbers are looked at. ``cause`` is a stable name."""

    def __init__(self, cause: str, message: str) -> None:
        super().__init__(message)
        self.cause, self.message = cause, message


def checked_params(params: Any) -> Parameters:
    """Copies of the parameters in float64.

    Raises
    ------
    TypeError, ValueError
        If there are none, or one is no array of real numbers.
    Refused
        If one holds integers: a step of 1e-5 does not exist for them.
    """
    if not params:
        raise ValueError("params is empty, expected at least one named array.")
    trusted = {}
    for name, value in params.items():
        if isinstance(value, (Mapping, list, tuple, str)) or value is None:
            raise TypeError(
                f"params[{name!r}] is a {type(value).__name__}, expected an array. Nested parameters go in flat, by name."
            )
        array = np.asarray(value)
        if array.dtype.kind in "biu":
            raise Refused(
                "integer-parameters",
                f"{name} holds {array.dtype}: integers cannot move by a small step. Make it float64.",
            )
        if not array.size:
            raise ValueError(f"params[{name!r}] has shape {array.shape}: there is no entry to check.")
        if array.dtype.kind != "f":
            raise TypeError(f"params[{name!r}] holds {array.dtype}, expected real floats.")
        if not np.isfinite(array).all():
            raise ValueError(f"params[{name!r}] holds NaN or infinity, expected finite numbers.")
        trusted[name] = np.array(array, dtype=np.float64)
    return trusted


def checked_loss(
    loss: Callable[[Parameters], float], params: Parameters, name: str
) -> Callable[[Parameters], float]:
    """The loss, on copies of its own and as one float; it is called twice to see whether it can be trusted."""

    if not callable(loss):
        raise TypeError(f"{name} is a {type(loss).__name__}, expected a function of the parameters.")

    def called(at: Parameters, where: str) -> float:
        try:
            value = loss(at)
        except Exception as error:
            raise ValueError(f"{name} raised {type(error).__name__} {where}: {error}") from error
        return number(value)

    def trusted(at: Parameters) -> float:
        return called({key: np.array(value) for key, value in at.items()}, "a small step away from the point")

    first, second = {k: np.array(v) for k, v in params.items()}, {k: np.array(v) for k, v in params.items()}
    values = called(first, "at the point itself"), called(second, "when it was called again")
    if not np.isfinite(values).all():
        raise ValueError(f"{name} gave {values[0]} at the point itself, expected a finite number.")
    if values[0] != values[1]:
        raise Refused(
            "loss-random",
            f"{name} gave {values[0]!r} and then {values[1]!r} for the same parameters. "
            "Draw what is random, such as a dropout mask, once and outside.",
        )
    changed = [key for key in params if not np.array_equal(first[key], params[key])]
    if changed:
        raise Refused(
            "loss-changes-inputs", f"{name} changes {', '.join(changed)} in place. Let it work on copies."
        )
    return trusted


def checked_gradients(grads: Any, params: Parameters) -> tuple[dict[str, Array], list[Array]]:
    """The gradients as arrays in the shape of their parameters, or `Refused`.

    Returns
    -------
    gradients
        By name, in the order of the parameters.
    returned
        For each Python function that ran while they were computed, the scalars that it returned, in their order.
    """
    returned: list[Array] = []
    if callable(grads):
        grads, returned = _called_twice(grads, params)
    if not isinstance(grads, Mapping):
        raise Refused(
            "no-gradients", f"the gradients are a {type(grads).__name__}, expected a dictionary of arrays."
        )
    missing, unknown = sorted(set(params) - set(grads)), sorted(set(grads) - set(params))
    if missing:
        raise Refused("missing-gradient", f"there is no gradient for {', '.join(missing)}.")
    if unknown:
        raise Refused("unknown-name", f"there is a gradient for {', '.join(unknown)}, which is no parameter.")
    return {name: _checked(name, grads[name], params[name]) for name in params}, returned


def _checked(name: str, value: Any, parameter: Array) -> Array:
    if value is None or (isinstance(value, np.ndarray) and value.dtype == object and value.shape == ()):
        raise Refused("wrong-dtype", f"the gradient of {name} is None: does a function end without a return?")
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise Refused("wrong-dtype", f"the gradient of {name} is no array: {error}.") from None
    if array.dtype.kind not in "biuf":
        raise Refused("wrong-dtype", f"the gradient of {name} holds {array.dtype}, expected real numbers.")
    if array.shape != np.shape(parameter):
        rows = array.ndim == np.ndim(parameter) + 1 and array.shape[1:] == np.shape(parameter)
        if rows and np.ndim(parameter) == 1:
            raise Refused(
                "bias-not-summed",
                f"the gradient of {name} has shape {array.shape}, expected {np.shape(parameter)}: one row per sample.",
            )
        raise Refused(
            "wrong-shape", f"the gradient of {name} has shape {array.shape}, expected {np.shape(parameter)}."
        )
    if not np.isfinite(array).all():
        where = [int(i) for i in np.argwhere(~np.isfinite(array))[0]]
        raise Refused("not-finite", f"the gradient of {name} is {array[tuple(where)]} at {where}.")
    if np.shares_memory(array, parameter) and array.size:
        raise Refused("shares-memory", f"the gradient of {name} is the parameter itself, or a view of it.")
    return array if array.dtype == np.float32 else array.astype(np.float64)


@contextmanager
def _listening(returned: list[Array]) -> Iterator[None]:
    """Collect the scalars that each Python function returns."""
    scalars: dict[CodeType, list[float]] = defaultdict(list)

    def listen(frame: FrameType, event: str, value: Any) -> None:
        if event == "return" and isinstance(value, (float, np.floating)):
            scalars[frame.f_code].append(float(value))

    before = sys.getprofile()
    sys.setprofile(listen)
    try:
        yield
    finally:
        sys.setprofile(before)
        returned += map(np.array, scalars.values())


def _called(backward: Callable[[Parameters], Any], params: Parameters) -> Any:
    try:
        return backward(params)
    except Exception as error:
        raise Refused(
            "backward-raised", f"the backward pass raised {type(error).__name__}: {error}"
        ) from error


def _called_twice(backward: Callable[[Parameters], Any], params: Parameters) -> tuple[Any, list[Array]]:
    given = {name: np.array(value) for name, value in params.items()}
    returned: list[Array] = []
    with _listening(returned):
        first = _called(backward, given)
    kept = {name: np.array(value) for name, value in first.items()} if isinstance(first, Mapping) else first
    changed = [name for name in params if name not in given or not np.array_equal(given[name], params[name])]
    if changed:
        raise Refused(
            "backward-changes-inputs",
            f"the backward pass changes {', '.join(changed)}. The update comes later, when all gradients are there.",
        )
    second = _called(backward, {name: np.array(value) for name, value in params.items()})
    if isinstance(kept, Mapping) and isinstance(second, Mapping):
        for name in kept:
            again = np.asarray(second.get(name))
            numbers = again.dtype.kind in "biuf" and kept[name].dtype.kind in "biuf"
            if (
                not numbers
                or again.shape != kept[name].shape
                or np.allclose(again, kept[name], rtol=1e-6, atol=0, equal_nan=True)
            ):
                continue
            if np.allclose(again, 2 * kept[name], rtol=1e-6, atol=0):
                raise Refused(
                    "gradients-pile-up",
                    f"the second call gives twice the first for {name}: gradients of earlier calls are still in it.",
                )
            raise Refused("backward-random", f"two calls give different gradients for {name}.")
    return kept, returned
