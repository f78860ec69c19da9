"""Messages between the judge and a submission's process: plain values and real arrays, never a pickle.

A frame is eight bytes for two lengths, a JSON header, and the bytes of its arrays. What arrives from a submission is data that
anybody may have written: every length, name and shape is checked, and nothing in it is ever executed.
"""

from __future__ import annotations

import json
import math
import socket
import struct
import time
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from bplib.checking.calling.plain import plain

#: Bytes of one frame; a batch of all that an exercise draws is far below.
LARGEST = 32 * 2**20
#: Bytes of its header: a number in it takes far more room, and time, once it is read.
LONGEST_HEAD = 8 * 2**20
#: Lists within lists; JSON itself would take a thousand and then fail.
DEEPEST = 32
_LENGTHS = struct.Struct("!II")
_NUMBERS = "biufc"
#: All arrive as plain dictionaries.
_DICTS = (dict, defaultdict, OrderedDict, Counter)


class WireError(Exception):
    """The other side is gone, or what it sent is no message."""


class Opaque:
    """Stands for something that does not travel; ``kind`` is the name of its type over there."""

    def __init__(self, kind: str) -> None:
        self.kind = kind


Shared = Callable[[Callable[..., Any]], int]


def send(sock: socket.socket, message: Any, share: Shared | None = None) -> None:
    """Send a message.

    Parameters
    ----------
    share
        Gives a number for a function that the other side may call back; without it, functions do not travel.
    """
    buffers: list[bytes] = []
    _send(sock, _packed(message, buffers, share, 0), buffers)


def send_each(sock: socket.socket, messages: Iterable[Any]) -> None:
    """Send a list, each part of it copied as it comes: making the next may change what it holds."""
    buffers: list[bytes] = []
    _send(sock, [_packed(message, buffers, None, 0) for message in messages], buffers)


def _send(sock: socket.socket, packed: Any, buffers: list[bytes]) -> None:
    head = json.dumps(packed, allow_nan=True).encode()
    body = b"".join(buffers)
    if len(head) > LONGEST_HEAD or len(head) + len(body) > LARGEST:
        raise WireError(f"a message of {len(head) + len(body)} bytes, expected at most {LARGEST}")
    sock.sendall(_LENGTHS.pack(len(head), len(body)) + head + body)


def receive(
    sock: socket.socket,
    remote: Callable[[int], Callable[..., Any]] | None = None,
    ends: float | None = None,
) -> Any:
    """Wait for a message.

    Parameters
    ----------
    remote
        Makes the function that calls the other side's function of this number; without it, functions stay `Opaque`.
    ends
        When the whole message has to be there, by `time.monotonic`. A timeout of the socket is for each part of it
        anew: who sends a byte now and then would never be late.

    Raises
    ------
    WireError
        If the connection ends, or what comes is no message.
    TimeoutError
        If the message is not there in time.
    """
    head_length, body_length = _LENGTHS.unpack(_exactly(sock, _LENGTHS.size, ends))
    if head_length > LONGEST_HEAD or head_length + body_length > LARGEST:
        raise WireError(f"a message of {head_length + body_length} bytes was announced")
    head, body = _exactly(sock, head_length, ends), memoryview(_exactly(sock, body_length, ends))
    try:
        return _unpacked(json.loads(head), body, remote, 0)
    except WireError:
        raise
    except Exception as error:  # noqa: BLE001 - it can be wrong in more ways than anybody has thought of
        raise WireError(f"no message: {type(error).__name__}") from None


def _exactly(sock: socket.socket, count: int, ends: float | None) -> bytes:
    parts, missing = [], count
    while missing:
        if ends is not None:
            if (left := ends - time.monotonic()) <= 0:
                raise TimeoutError("the message did not come in time")
            sock.settimeout(left)
        part = sock.recv(min(missing, 2**20))
        if not part:
            raise WireError("the connection has ended")
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _packed(value: Any, buffers: list[bytes], share: Shared | None, depth: int) -> Any:
    """JSON for a value: plain ones as they are, all others as ``{"is": kind, …}``."""
    if depth > DEEPEST:
        return {"is": "opaque", "kind": type(value).__name__}
    if value is None or type(value) in (bool, str):
        return value
    if type(value) is int:
        return (
            value
            if abs(value) < 2**63
            else {"is": "float", "as": repr(float(value)) if value < 1e300 else "inf"}
        )
    if type(value) is float:
        return value if math.isfinite(value) else {"is": "float", "as": repr(value)}
    if (
        isinstance(value, (np.ndarray, np.generic))
        and value.dtype.kind in _NUMBERS
        and value.dtype.itemsize <= 16
    ):
        return _packed_array(value, buffers)
    if isinstance(value, np.random.Generator):
        state = value.bit_generator.state
        if state.get("bit_generator") == "PCG64":
            return {"is": "generator", "state": json.dumps(state)}
    if type(value) is tuple or (isinstance(value, tuple) and hasattr(value, "_fields")):
        items = [_packed(item, buffers, share, depth + 1) for item in value]
        names = list(value._fields) if hasattr(value, "_fields") else None
        return {"is": "tuple", "items": items, "type": type(value).__name__, "fields": names}
    if type(value) is list:
        return [_packed(item, buffers, share, depth + 1) for item in value]
    if type(value) in (set, frozenset):
        return {
            "is": type(value).__name__,
            "items": [_packed(item, buffers, share, depth + 1) for item in value],
        }
    if type(value) in _DICTS:
        pairs = [
            [_packed(key, buffers, share, depth + 1), _packed(item, buffers, share, depth + 1)]
            for key, item in value.items()
        ]
        return {"is": "dict", "pairs": pairs}
    if share is not None and callable(value):
        return {"is": "function", "number": share(value), "name": str(getattr(value, "__name__", "function"))}
    # What a student hands to a function of ours may be a subclass of a dictionary, or a list of another kind.
    if (read := plain(value)) is not value:
        return _packed(read, buffers, share, depth + 1)
    return {"is": "opaque", "kind": type(value).__name__[:80]}


def _packed_array(value: Any, buffers: list[bytes]) -> dict[str, Any]:
    # The layout travels too: a student's function may treat a view with strides otherwise than a plain array.
    array = np.asarray(value)
    fortran = array.ndim > 1 and array.flags.f_contiguous and not array.flags.c_contiguous
    raw = array.tobytes(order="F" if fortran else "C")
    buffers.append(raw)
    return {
        "is": "array" if isinstance(value, np.ndarray) else "scalar",
        "dtype": array.dtype.str,
        "shape": list(array.shape),
        "order": "F" if fortran else "C",
        "spaced": bool(array.ndim == 1 and array.size > 1 and not array.flags.c_contiguous),
        "at": sum(map(len, buffers[:-1])),
    }


def _unpacked(value: Any, body: memoryview, remote: Any, depth: int) -> Any:
    if depth > DEEPEST + 2:
        raise WireError("a message that is nested too deeply")
    if isinstance(value, list):
        return [_unpacked(item, body, remote, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value["is"]
    if kind == "float":
        return float(value["as"])
    if kind in ("array", "scalar"):
        return _unpacked_array(value, body)
    if kind == "generator":
        generator = np.random.Generator(np.random.PCG64())
        generator.bit_generator.state = json.loads(value["state"])
        return generator
    if kind == "tuple":
        return _unpacked_tuple(value, [_unpacked(item, body, remote, depth + 1) for item in value["items"]])
    if kind in ("set", "frozenset"):
        items = {_hashable(_unpacked(item, body, remote, depth + 1)) for item in value["items"]}
        return items if kind == "set" else frozenset(items)
    if kind == "dict":
        pairs = [[_unpacked(part, body, remote, depth + 1) for part in pair] for pair in value["pairs"]]
        return {_hashable(key): item for key, item in pairs}
    if kind == "function" and remote is not None:
        function = remote(int(value["number"]))
        function.__name__ = str(value["name"])[:80]
        return function
    return Opaque(str(value.get("kind", "function"))[:80])


def _hashable(key: Any) -> Any:
    try:
        hash(key)
    except TypeError:
        raise WireError("a key that is none") from None
    return key


def _unpacked_array(value: dict[str, Any], body: memoryview) -> Any:
    dtype = np.dtype(str(value["dtype"]))
    shape = tuple(int(n) for n in value["shape"])
    if dtype.kind not in _NUMBERS or dtype.hasobject or any(n < 0 for n in shape):
        raise WireError("an array that is none")
    count = math.prod(shape)
    start = int(value["at"])
    if start < 0 or start + count * dtype.itemsize > len(body):
        raise WireError("an array that is longer than its message")
    flat = np.frombuffer(body, dtype=dtype, count=count, offset=start).copy()
    if value["is"] == "scalar":
        return flat[0]
    array = flat.reshape(shape, order="F" if value["order"] == "F" else "C")
    if value["spaced"]:
        wide = np.zeros(2 * array.size, dtype=dtype)
        wide[::2] = array
        array = wide[::2]
    return array


def _unpacked_tuple(value: dict[str, Any], items: list[Any]) -> Any:
    fields = value["fields"]
    if not fields or len(fields) != len(items):
        return tuple(items)
    names = tuple(str(name) for name in fields)
    if not all(name.isidentifier() and not name.startswith("_") for name in names):
        return tuple(items)
    return _named_tuple(names)(*items)


@lru_cache(maxsize=64)
def _named_tuple(names: tuple[str, ...]) -> Any:
    """Named tuples keep their fields; the type is made here, from names that are none of Python's."""
    from collections import namedtuple

    return namedtuple("Named", names)  # its fields come over the wire
