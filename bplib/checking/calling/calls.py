"""Calling a student's function: once, on its own inputs, and saying what came of it."""

from __future__ import annotations

import linecache
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np

from bplib.checking.calling.guards import Timeout, said, silence, time_limit, watched
from bplib.checking.calling.listening import Heard, listening
from bplib.checking.calling.plain import plain
from bplib.types import Inputs


@dataclass(frozen=True)
class Failure:
    """Why a call gave no result.

    ``kind`` is "not written", "timeout" or "exception"; ``line`` the student's own line where it happened, and
    ``error`` the exception's message, which may hold drawn values; ``imported`` says that modules were loaded on the way, which
    a second call would find there.
    """

    kind: str
    message: str
    line: str = ""
    error: str = ""
    imported: bool = False


@dataclass(frozen=True)
class State:
    """The state of a generator before a call."""

    text: str


@dataclass(frozen=True)
class Outcome:
    """What a call gave: a result or a failure, and what else was seen on the way.

    ``changed`` names the arguments that are other than they were: arrays changed in place, generators that were asked.
    ``returned`` names the argument that came back as the result: not what is equal to it, but itself.
    """

    result: Any = None
    failure: Failure | None = None
    borrowed: str | None = None
    printed: str = ""
    warned: str = ""
    displayed: int = 0
    changed: tuple[str, ...] = ()
    returned: str = ""
    heard: Heard | None = None


def call(
    function: Callable[..., Any],
    inputs: Inputs,
    timeout: float,
    allows: tuple[str, ...] = (),
    listen: bool = False,
) -> Outcome:
    """Call ``function`` with ``inputs`` by position and report what happened. Only an interrupt gets out.

    With ``listen``, what it does with its arguments is heard, see `bplib.checking.calling.listening`.
    """
    before = {name: _kept(value) for name, value in inputs.items()}
    borrowed: list[str] = []
    operators: list[str] = []
    result, given_back, failure, heard, loaded = None, None, None, None, len(sys.modules)
    with silence() as noise, listening(function, inputs) if listen else nullcontext() as ear:
        given, what = (list(inputs.values()), None) if ear is None else ear
        arguments = [_wrapped(value) for value in given]
        try:
            with time_limit(timeout):
                with watched(borrowed, allows, call.__code__, operators):
                    result = function(*arguments)
                given_back = plain(result)
            heard = what and what(bool(operators))
        except KeyboardInterrupt:
            raise
        except NotImplementedError:
            failure = Failure("not written", "not written yet")
        except Timeout:
            late = f"it did not return within {timeout:g} s: does a loop never end, or go round too often?"
            failure = Failure("timeout", late, imported=len(sys.modules) > loaded)
        except BaseException as error:  # noqa: BLE001 - a SystemExit of the student must not end the notebook
            failure = _failure(error, function)
    return Outcome(
        result=given_back,
        failure=failure,
        borrowed=borrowed[0] if borrowed else None,
        printed=noise.printed.getvalue(),
        warned=said(noise.warned[0].message) if noise.warned else "",
        displayed=len(noise.displayed),
        changed=tuple(name for name, value in inputs.items() if not _same(value, before[name])),
        returned=next((name for name, value in zip(inputs, given, strict=True) if value is result), "")
        if isinstance(result, (dict, np.ndarray))
        else "",
        heard=heard,
    )


def calls(
    function: Callable[..., Any],
    inputs: Iterable[Inputs],
    timeout: float,
    allows: tuple[str, ...] = (),
    listen: bool = False,
) -> Iterator[Outcome]:
    """Call ``function`` with one of the ``inputs`` after the other, each when its outcome is asked for."""
    return (call(function, given, timeout, allows, listen) for given in inputs)


def _kept(value: Any) -> Any:
    """A copy to compare with later, of all that can be changed in place; of a generator, its state."""
    if isinstance(value, np.random.Generator):
        return State(repr(value.bit_generator.state))
    if isinstance(value, dict):
        return {key: _kept(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return [_kept(item) for item in value]
    return value.copy() if isinstance(value, np.ndarray) else value


def _same(a: Any, b: Any) -> bool:
    # Whatever a student may have put into a dict or a list stands in ``a``.
    if isinstance(b, dict):
        return isinstance(a, dict) and a.keys() == b.keys() and all(_same(a[k], b[k]) for k in b)
    if isinstance(b, (list, tuple)):
        return isinstance(a, (list, tuple)) and len(a) == len(b) and all(map(_same, a, b))
    if isinstance(b, State):
        return isinstance(a, np.random.Generator) and repr(a.bit_generator.state) == b.text
    if isinstance(b, np.ndarray):
        numbers = isinstance(a, np.ndarray) and a.dtype.kind in "biuf"
        return numbers and np.array_equal(a, b, equal_nan=b.dtype.kind == "f")
    if isinstance(b, (int, float)):
        # In a list that was sorted, say. NaN is like nothing, itself included.
        return isinstance(a, (int, float, np.number)) and (a == b or b != b)
    return True


def _wrapped(value: Any) -> Any:
    """Give trusted callables a frame of ours, so that what they call is not blamed on the student."""
    if isinstance(value, dict) and any(map(callable, value.values())):
        return {key: _wrapped(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)) and any(map(callable, value)):
        items = [_wrapped(item) for item in value]
        # A named tuple, such as an Activation, takes its fields one by one.
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    if not callable(value) or isinstance(value, type):
        return value

    def trusted(*args: Any, **kwargs: Any) -> Any:
        return value(*args, **kwargs)

    trusted.__name__ = getattr(value, "__name__", "trusted")
    return trusted


def _failure(error: BaseException, function: Callable[..., Any]) -> Failure:
    """Name the exception and the last line of the student's own that led there."""
    own = getattr(function, "__globals__", None)
    frames = [(f, n) for f, n in traceback.walk_tb(error.__traceback__) if f.f_globals is own]
    line = ""
    if frames:
        frame, number = frames[-1]
        source = linecache.getline(frame.f_code.co_filename, number, frame.f_globals).strip()
        line = f"line {number}: {source}" if source else f"line {number}"
    kind = type(error).__name__
    return Failure("exception", _SAID.get(kind, f"it raised {kind}"), line, said(error))


#: What some exceptions mean here.
_SAID = {
    "EOFError": "all that it needs comes with its arguments, and it asks for input",
    "StdinNotImplementedError": "all that it needs comes with its arguments, and it asks for input",
    "SystemExit": "it should return its result, and ends the program",
    "RecursionError": "it calls itself without end (RecursionError)",
}
