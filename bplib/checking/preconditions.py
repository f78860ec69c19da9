"""What has to hold before two gradients can be compared, and the name of what does not."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any

import numpy as np

from bplib.checking.structure import ALONE, leaves, number
from bplib.types import Array, Parameters

Build = Callable[[Mapping[str, Any]], Any]
_BY_VALUE = "Hand over a numpy array of its values; of a tensor, x.detach().numpy()."


class Refused(Exception):
    """The gradient is wrong before its numbers are looked at. ``cause`` is a stable name."""

    def __init__(self, cause: str, message: str) -> None:
        super().__init__(message)
        self.cause, self.message = cause, message


def checked_params(params: Any) -> Parameters:
    """Copies of the parameters in float64, by path.

    Raises
    ------
    TypeError, ValueError
        If there are none, or one is no array of real numbers.
    Refused
        If one holds integers: a step of 1e-5 does not exist for them.
    """
    trusted: Parameters = {}
    for path, value in leaves(params):
        array = _numbers(path, value)
        if path in trusted:
            raise ValueError(f"two parameters have the path {path}, expected one: rename a key.")
        if array.dtype.kind in "biu":
            raise Refused(
                "integer-parameters",
                f"{path} holds {array.dtype}: integers cannot move by a small step. Make it float64.",
            )
        if array.dtype.kind != "f":
            raise TypeError(f"{path} holds {array.dtype}, expected real floats.")
        if not np.isfinite(array).all():
            raise ValueError(f"{path} holds NaN or infinity, expected finite numbers.")
        trusted[path] = np.array(array, dtype=np.float64)
    if not trusted:
        raise ValueError(f"params is {params!r}: there is no array in it, expected at least one.")
    return trusted


def _numbers(path: str, value: Any) -> Array:
    if value is None or isinstance(value, (str, bytes, set)) or callable(value):
        kind = "None" if value is None else f"a {type(value).__name__}"
        raise TypeError(f"{path} is {kind}, expected an array, or dictionaries, lists and tuples of arrays.")
    try:
        array = np.asarray(value)
    except Exception as error:
        raise TypeError(
            f"{path} is a {type(value).__name__} that numpy cannot read ({error}). {_BY_VALUE}"
        ) from None
    if array.dtype == object:
        raise TypeError(f"{path} is a {type(value).__name__}, expected an array of real floats.")
    return array


def checked_loss(
    loss: Callable[[Any], Any], params: Parameters, build: Build, name: str
) -> tuple[Callable[[Parameters], float], float]:
    """The loss of parameters by path, on copies of its own and as one float, and what it gives at the point.

    It is called twice to see whether it can be trusted.
    """

    if not callable(loss):
        raise TypeError(f"{name} is a {type(loss).__name__}, expected a function of the parameters.")

    def called(at: Parameters, where: str) -> float:
        try:
            value = loss(build(at))
        except Exception as error:
            raise ValueError(f"{name} raised {type(error).__name__} {where}: {error}") from error
        return number(value, name)

    def trusted(at: Parameters) -> float:
        """NaN where the loss has no value: a point beside the edge of its domain may lie outside."""
        try:
            with np.errstate(all="ignore"):
                return called({key: np.array(value) for key, value in at.items()}, "beside the point")
        except ValueError as error:
            if isinstance(
                error.__cause__, (ArithmeticError, ValueError, RuntimeWarning, np.linalg.LinAlgError)
            ):
                return float("nan")
            raise

    first, second = {k: np.array(v) for k, v in params.items()}, {k: np.array(v) for k, v in params.items()}
    values = called(first, "at the point itself"), called(second, "when it was called again")
    if not np.isfinite(values[0]):
        raise ValueError(f"{name} gave {values[0]} at the point itself, expected a finite number.")
    if values[0] != values[1]:
        raise Refused(
            "loss-random",
            f"{name} gave {values[0]!r} and then {values[1]!r} for the same parameters. "
            "Draw what is random, such as a dropout mask, once and outside; keep nothing from one call to the next.",
        )
    changed = [key for key in params if not np.array_equal(first[key], params[key])]
    if changed:
        raise Refused(
            "loss-changes-inputs", f"{name} changes {', '.join(changed)} in place. Let it work on copies."
        )
    return trusted, values[0]


def checked_gradients(
    grads: Any, params: Parameters, build: Build, own: Any = None
) -> tuple[dict[str, Array], list[Array]]:
    """The gradients as arrays in the shape of their parameters, or `Refused`.

    Parameters
    ----------
    grads
        A structure of arrays, or the function that computes it.
    params, build
        The point by path, and what puts it back into the user's structure.
    own
        The user's own parameters: a gradient must not be one of them.

    Returns
    -------
    gradients
        By path, in the order of the parameters.
    returned
        For each Python function that ran while they were computed, the scalars that it returned, in their order.
    """
    returned: list[Array] = []
    if callable(grads):
        grads, returned = _called_twice(grads, params, build)
    else:
        grads = _by_path(grads, params)
    own = dict(leaves(own)) if own is not None else params
    return {name: _checked(name, grads[name], params[name], own[name]) for name in params}, returned


def _by_path(grads: Any, params: Parameters) -> dict[str, Any]:
    """What was handed over, by the paths of the parameters."""
    if grads is None:
        raise Refused("no-gradients", "the gradients are None: does the function end without a return?")
    if set(params) == {ALONE} and not isinstance(grads, Mapping):
        return {ALONE: grads}
    if not isinstance(grads, (Mapping, list, tuple)):
        raise Refused(
            "no-gradients",
            f"the gradients are a {type(grads).__name__}, expected a structure like that of the parameters: {', '.join(params)}.",
        )
    # A gradient may itself be a list of numbers where its parameter is an array.
    found: dict[str, Any] = {}
    for path, value in leaves(grads):
        found[path] = value
    for path in params:
        inside = _at(grads, path)
        if path not in found and inside is not None:
            found = {p: v for p, v in found.items() if not p.startswith(path + "[")}
            found[path] = inside
    missing, unknown = ([n for n in a if n not in b] for a, b in ((params, found), (found, params)))
    if missing:
        raise Refused("missing-gradient", f"there is no gradient for {', '.join(missing)}.")
    if unknown:
        raise Refused("unknown-name", f"there is a gradient for {', '.join(unknown)}, which is no parameter.")
    return found


def _at(grads: Any, path: str) -> Any:
    """The list or tuple that stands at a top-level name, or None."""
    value = grads.get(path) if isinstance(grads, Mapping) else None
    return value if isinstance(value, (list, tuple)) else None


def _checked(name: str, value: Any, parameter: Array, own: Any) -> Array:
    if value is None or (isinstance(value, np.ndarray) and value.dtype == object and value.shape == ()):
        raise Refused("wrong-dtype", f"the gradient of {name} is None: does a function end without a return?")
    try:
        array = np.asarray(value)
    except Exception as error:  # noqa: BLE001 - an array of somebody else's may refuse in any way
        raise Refused(
            "wrong-dtype",
            f"the gradient of {name} is a {type(value).__name__} that numpy cannot read ({error}). {_BY_VALUE}",
        ) from None
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
    if isinstance(own, np.ndarray) and array.size and np.shares_memory(array, own):
        raise Refused("shares-memory", f"the gradient of {name} is the parameter itself, or a view of it.")
    return array if array.dtype in (np.float32, np.float16) else array.astype(np.float64)


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


def _called(backward: Callable[[Any], Any], flat: Parameters, build: Build) -> dict[str, Any]:
    try:
        found = backward(build(flat))
    except Exception as error:
        raise Refused(
            "backward-raised", f"the backward pass raised {type(error).__name__}: {error}"
        ) from error
    return _by_path(found, flat)


def _called_twice(
    backward: Callable[[Any], Any], params: Parameters, build: Build
) -> tuple[Any, list[Array]]:
    given = {name: np.array(value) for name, value in params.items()}
    returned: list[Array] = []
    with _listening(returned):
        first = _called(backward, given, build)
    kept = {name: np.array(_checked(name, value, params[name], given[name])) for name, value in first.items()}
    changed = [name for name in params if not np.array_equal(given[name], params[name])]
    if changed:
        raise Refused(
            "backward-changes-inputs",
            f"the backward pass changes {', '.join(changed)}. The update comes later, when all gradients are there.",
        )

    def again() -> dict[str, Array]:
        found = _called(backward, {name: np.array(value) for name, value in params.items()}, build)
        return {name: np.array(value) for name, value in found.items()}

    second = again()
    differing = [name for name in kept if not _same(kept[name], second[name])]
    if differing:
        name = differing[0]
        if _grows([kept, second, again(), again()]):
            raise Refused(
                "gradients-pile-up",
                f"each call gives more than the one before for {name}: gradients of earlier calls are still in it. "
                "Set them to zero before each backward pass.",
            )
        raise Refused("backward-random", f"two calls give different gradients for {name}.")
    return kept, returned


def _same(a: Array, b: Array) -> bool:
    if a.shape != b.shape or a.dtype.kind not in "biuf" or b.dtype.kind not in "biuf":
        return True
    return np.array_equal(a, b) or bool(np.allclose(b, a, rtol=1e-6, atol=0, equal_nan=True))


def _grows(calls: list[dict[str, Array]]) -> bool:
    """Whether every number keeps its sign and moves away from zero, or stays, with every call."""
    rows = [np.concatenate([np.ravel(value).astype(float) for value in call.values()]) for call in calls]
    if len({row.shape for row in rows}) > 1:
        return False
    with np.errstate(invalid="ignore"):
        return all(
            (np.abs(b) >= np.abs(a) * (1 - 1e-9)).all() and (a * b >= 0).all() for a, b in zip(rows, rows[1:])
        )
