"""A tape that listens to somebody else's code: it also hears what the teaching one refuses.

* *Assignment.* ``out[i] = …``, ``+=`` and ``np.add.at`` make a new value of the whole buffer, and the buffer's name moves on
  to it. A view remembers what it is a view of: what is written through it reaches the whole, and what is written into the
  whole is seen through it.
* *Questions.* ``if z > 0`` and ``x[argmax]`` turn a value into an answer that the record cannot change later. The answer is
  kept, so that a replay notices where it would be another.
* *Leaving.* ``float``, ``math.exp`` on a bare float and numpy's own buffers take a value off the record. It is kept as well:
  a loss may end in ``float(…)``.
* *Lines.* Each operation knows the line that asked for it, and through which calls.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import CodeType
from typing import Any, NamedTuple

import numpy as np

from bplib.automatic_differentiation import Entry, Node, NotRecorded, Recorded, Tape, differentiable, filled
from bplib.checking.witnesses.composed import COMPOSED, CONSTANT, STATIC, accumulated
from bplib.checking.witnesses.further_rules import added_at, assigned
from bplib.types import Array

#: What a record may hold, in bytes and in operations.
MEMORY, OPERATIONS = 2**30, 100_000
#: Functions whose result may be a view that is written through, and how the whole is made from it.
_RESHAPING = ("reshape", "ravel", "squeeze", "expand_dims")
#: Ufuncs that reduce, by the function that does the same.
_REDUCTIONS: dict[str, Any] = {"add": np.sum, "multiply": np.prod, "maximum": np.max, "minimum": np.min}
#: Frames of these are not the user's.
_OWN = ("bplib.checking", "bplib.automatic_differentiation", "numpy")
#: But for the trusted losses of the exercises: their lines tell one use of a value from another.
_LOSSES = "bplib.checking.exercises"


class Place(NamedTuple):
    """Where an operation was asked for: the code, and the line and columns in it, which tell apart a product of three."""

    code: CodeType
    line: int
    column: int
    end: int


class Question(NamedTuple):
    """A value that was turned into an answer which the record cannot change."""

    entry: Entry
    ask: Callable[[Any], Any]
    answer: Any


class Listener(Tape):
    """A tape for code that knows nothing of it.

    Attributes
    ----------
    paths
        For each node the frames that led to it, the innermost first.
    questions
        What was asked about recorded values, in order.
    left
        Values that left the record, with their places.

    Parameters
    ----------
    memory
        Bytes that the record may hold.
    answers
        What to answer to some questions, by their number, instead of the truth.
    """

    def __init__(self, memory: int = MEMORY, answers: Mapping[int, Any] | None = None) -> None:
        super().__init__()
        self.answers = dict(answers or {})
        self.paths: list[tuple[tuple[CodeType, int], ...]] = []
        self.questions: list[Question] = []
        self.left: list[tuple[Any, Entry]] = []
        self._room = self._most = memory

    def constant(self, value: Any) -> Buffer:
        """A buffer that depends on nothing yet."""
        return self._append(Node("", np.copy, (), {}, value))

    def record(self, name: str, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """See `Tape.record`; what numpy fills in by default is left out."""
        kept = {
            key: value for key, value in options.items() if value is not None and value is not np._NoValue
        }
        return super().record(name, function, *arguments, **kept)

    def _append(self, node: Node) -> Buffer:
        if isinstance(node.value, (tuple, list)):
            raise NotRecorded(f"np.{node.name}, which gives several arrays")
        if np.iscomplexobj(node.value) or np.asarray(node.value).dtype == object:
            raise NotRecorded("complex numbers" if np.iscomplexobj(node.value) else "arrays of objects")
        self._refuse_hidden(node)
        self._room -= np.asarray(node.value).nbytes
        if self._room < 0 or len(self.nodes) >= OPERATIONS:
            raise NotRecorded(f"more than {OPERATIONS} operations or {self._most / 2**20:.3g} MiB of values")
        self.nodes.append(node)
        self.paths.append(_path())
        return Buffer(self, Entry(len(self.nodes) - 1))

    def _refuse_hidden(self, node: Node) -> None:
        """Rules see arguments by their position: what is recorded stands nowhere else."""
        hidden: list[Entry] = []
        filled([a for a in node.arguments if type(a) is not Entry], hidden.append)
        filled(dict(node.options), hidden.append)
        if any(differentiable(self.value(entry)) for entry in hidden):
            raise NotRecorded(f"np.{node.name} with a parameter's values by name or in a list")

    def places(self, index: int) -> tuple[Place, ...]:
        """The call path of a node, the innermost line first."""
        return tuple(Place(code, *_position(code, at)) for code, at in self.paths[index])


class Buffer(Recorded):
    """A recorded array that can be written into."""

    tape: Listener

    def __init__(self, tape: Listener, entry: Entry) -> None:
        self._now = entry
        self._whole: Buffer | None = None
        self._seen: Entry | None = None
        self._origin = entry.index
        super().__init__(tape, entry)

    @property
    def entry(self) -> Entry:
        """The value that this name stands for now; that of a view follows the whole."""
        if self._whole is not None and self._whole.entry != self._seen:
            self._seen = self._whole.entry
            node = self.tape.nodes[self._now.index]
            again = self.tape.record(
                node.name, node.function, self._whole, *node.arguments[1:], **node.options
            )
            self._now = again._now
        return self._now

    @entry.setter
    def entry(self, entry: Entry) -> None:
        self._now = entry

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        out = options.pop("out", None)
        if method == "at":
            return self._added_at(ufunc, *inputs)
        if method == "reduce" and ufunc.__name__ in _REDUCTIONS:
            reduction = _REDUCTIONS[ufunc.__name__]
            found = reduction(inputs[0], **{"axis": 0, **options})
        elif method == "accumulate" and ufunc is np.add:
            found = np.cumsum(inputs[0], axis=options.get("axis", 0))
        elif method == "accumulate":
            found = accumulated(ufunc, inputs[0], options.get("axis", 0))
        elif method == "outer" and not options:
            a, b = inputs
            found = ufunc(np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b)
        elif method == "__call__" and ufunc.__name__ in COMPOSED:
            found = COMPOSED[ufunc.__name__](*inputs, **options)
        elif method == "__call__" and not (set(options) - {"dtype", "casting"}):
            found = self.tape.record(ufunc.__name__, ufunc, *inputs)
        else:
            raise NotRecorded(
                f"np.{ufunc.__name__} with {method if method != '__call__' else ', '.join(options)}"
            )
        if out is None:
            return found
        (target,) = out
        if not isinstance(target, Buffer):
            raise NotRecorded("writing into an array that was there before")
        if np.shape(found) == target.shape and not isinstance(inputs[0], np.generic):
            target._become(found.entry)
        else:
            target[...] = found
        return target

    def _added_at(self, ufunc: np.ufunc, target: Any, key: Any, value: Any = None) -> None:
        if not isinstance(target, Buffer) or ufunc.__name__ not in ("add", "subtract"):
            raise NotRecorded(f"np.{ufunc.__name__}.at")
        value = -value if ufunc is np.subtract else value
        target._become(self.tape.record("add_at", added_at, target, key, value).entry)

    def __array_function__(
        self, function: Callable[..., Any], types: Any, arguments: Any, options: Any
    ) -> Any:
        name = function.__name__
        if name in CONSTANT:
            return self.tape.constant(
                function(*map(bare, arguments), **{k: bare(v) for k, v in options.items()})
            )
        if name in STATIC:
            return function(*map(bare, arguments), **{k: bare(v) for k, v in options.items()})
        if name in ("copyto", "put", "place", "putmask", "fill_diagonal"):
            if (
                name != "copyto"
                or set(options) - {"casting", "where"}
                or not isinstance(arguments[0], Buffer)
            ):
                raise NotRecorded(f"np.{name}")
            target, value = arguments[:2]
            target[...] = np.where(options["where"], value, target) if "where" in options else value
            return None
        out = options.pop("out", None) if "out" in options else None
        if name in COMPOSED:
            found = COMPOSED[name](*arguments, **options)
        elif name in _RESHAPING or name in ("transpose", "swapaxes", "moveaxis"):
            found = self._viewed(
                super().__array_function__(function, types, arguments, options), arguments[0]
            )
        else:
            found = super().__array_function__(function, types, arguments, options)
        if out is None:
            return found
        if not isinstance(out, Buffer):
            raise NotRecorded("writing into an array that was there before")
        out[...] = found
        return out

    def __getitem__(self, key: Any) -> Any:
        return self._viewed(self.tape.record("getitem", operator.getitem, self, key), self)

    def _viewed(self, part: Any, whole: Any) -> Any:
        """Link a part that shares the memory of the whole, as numpy's views do."""
        if (
            isinstance(whole, Buffer)
            and isinstance(part, Buffer)
            and np.may_share_memory(part.value, whole.value)
        ):
            part._whole, part._seen, part._origin = whole, whole.entry, part._now.index
        return part

    def __setitem__(self, key: Any, value: Any) -> None:
        self._become(self.tape.record("setitem", assigned, self, key, value).entry)

    def _become(self, entry: Entry) -> None:
        """Stand for another value from here on, and let the whole know."""
        whole, self._now = self._whole, entry
        if whole is None:
            return
        made = self.tape.nodes[self._origin]
        if made.name == "getitem":
            new = self.tape.record("setitem", assigned, whole, made.arguments[1], Recorded(self.tape, entry))
        elif made.name in _RESHAPING:
            new = self.tape.record("reshape", np.reshape, Recorded(self.tape, entry), np.shape(whole.value))
        elif made.name == "transpose" and len(made.arguments) == 1 and not made.options:
            new = self.tape.record("transpose", np.transpose, Recorded(self.tape, entry))
        elif made.name == "swapaxes":
            axes = made.arguments[1:]
            new = self.tape.record("swapaxes", np.swapaxes, Recorded(self.tape, entry), *axes, **made.options)
        else:
            raise NotRecorded(f"writing through np.{made.name}")
        whole._become(new.entry)
        # What this name stands for is the part of the whole again, so that both stay in step.
        again = self.tape.record(made.name, made.function, whole, *made.arguments[1:], **made.options)
        self._now, self._seen = again._now, whole.entry

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "item" or name == "tolist":
            return lambda *at: self._item(*at)
        if name == "astype":
            return lambda dtype, *_, **__: self._as(dtype)
        if name == "copy" or name == "__copy__":
            return lambda *_, **__: self.tape.record("copy", np.copy, self)
        if name == "fill":
            return lambda value: self.__setitem__(Ellipsis, value)
        if name in ("shape", "ndim", "size", "dtype", "strides", "flags", "nbytes", "itemsize"):
            return getattr(self.value, name)
        if name == "real":
            return self
        if name == "mT":
            return np.swapaxes(self, -1, -2)
        if name == "flatten":
            return lambda *_, **__: np.copy(np.ravel(self))
        if name == "sort":
            return lambda axis=-1: self.__setitem__(Ellipsis, np.sort(self, axis))
        if name in ("reshape", "transpose", "partition", "resize") or not callable(getattr(np, name, None)):
            return super().__getattr__(name)
        function = getattr(np, name)
        return lambda *arguments, **options: function(self, *arguments, **options)

    def _item(self, *at: Any) -> Any:
        if not at and self.size == 1:
            return np.reshape(self, ())
        if len(at) == 1 and isinstance(at[0], (int, np.integer)):
            return np.ravel(self)[at[0]]
        if at:
            return self[at[0] if len(at) == 1 else at]
        return [part._item() for part in self] if self.ndim else self

    def _as(self, dtype: Any) -> Any:
        if np.dtype(dtype).kind not in "fbiu":
            raise NotRecorded(f"astype({dtype})")
        return self.tape.record("astype", lambda x, kind: np.asarray(x).astype(kind), self, np.dtype(dtype))

    def __copy__(self) -> Any:
        return self.tape.record("copy", np.copy, self)

    def __deepcopy__(self, _: Any) -> Any:
        return self.tape.record("copy", np.copy, self)

    def __reduce_ex__(self, _: Any) -> Any:
        raise NotRecorded("a pickle of an array")

    # Questions, and values that leave.

    def __bool__(self) -> bool:
        return bool(self._asked(bool))

    def __index__(self) -> int:
        return int(self._asked(operator.index))

    def __int__(self) -> int:
        return int(self._asked(int))

    def _asked(self, ask: Callable[[Any], Any]) -> Any:
        answer = self.tape.answers.get(len(self.tape.questions), ask(self.value))
        self.tape.questions.append(Question(self.entry, ask, answer))
        return answer

    def __float__(self) -> float:
        self.tape.left.append((self.value, self.entry))
        return float(self.value)

    def __array__(self, *_: Any, **__: Any) -> Array:
        self.tape.left.append((self.value, self.entry))
        return np.array(self.value)

    def __format__(self, spec: str) -> str:
        return format(self.value, spec)

    def __round__(self, digits: int = 0) -> Any:
        return np.round(self, digits)


def bare(value: Any) -> Any:
    """The plain value of what may be recorded, also in lists."""
    if isinstance(value, Recorded):
        return value.value
    return type(value)(map(bare, value)) if type(value) in (list, tuple) else value


def _path() -> tuple[tuple[CodeType, int], ...]:
    """The frames between the tape and whoever runs the loss."""
    frame: Any = sys._getframe(2)
    path = []
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name == "bplib.checking.witnesses.tape":
            break
        if not (isinstance(name, str) and name.startswith(_OWN)) or name.startswith(_LOSSES):
            path.append((frame.f_code, frame.f_lasti))
        frame = frame.f_back
    return tuple(path)


@lru_cache(maxsize=512)
def _positions(code: CodeType) -> list[tuple[int, int, int]]:
    return [(line or 0, column or 0, end or 0) for line, _, column, end in code.co_positions()]


def _position(code: CodeType, at: int) -> tuple[int, int, int]:
    positions: list[tuple[int, int, int]] = _positions(code)
    return positions[at // 2] if 0 <= at // 2 < len(positions) else (code.co_firstlineno, 0, 0)


def recorded_among(values: Iterable[Any]) -> Buffer | None:
    """Some recorded array in nested lists, or None."""
    for value in values:
        if isinstance(value, Buffer):
            return value
        if type(value) in (list, tuple) and (found := recorded_among(value)) is not None:
            return found
    return None
