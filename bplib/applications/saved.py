"""A trained network in a file: its plan and its parameters, as numpy's ``.npz``, without any code.

The plan is written as JSON beside the arrays. Loading builds only what this module knows by name: a file from anywhere can at worst
be refused.
"""

from __future__ import annotations

import dataclasses
import json
import os
import tempfile
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from bplib.applications.embedding import Embedding
from bplib.applications.layers import (
    Activation,
    AveragePooling,
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    MaxPooling,
)
from bplib.applications.long_short_term_memory import LongShortTermMemory
from bplib.applications.model import Branched, InSequence, Model
from bplib.applications.recurrence import Recurrent
from bplib.applications.sequence_layers import EveryStep, LastStep, Reading
from bplib.applications.sequence_model import SequenceModel
from bplib.applications.transformer import LayerNormalization, Position, SelfAttention
from bplib.applications.variational import Reparameterization, VariationalAutoencoder
from bplib.network import Network
from bplib.types import Parameters

#: Grows whenever files are written that this version could not read.
VERSION = 1
#: Every kind of plan that a file may name.
KINDS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (
        Network, Model, InSequence, Branched, Dense, Activation, Dropout, Convolution, MaxPooling, AveragePooling, Flatten,
        BatchNormalization, Embedding, Recurrent, LongShortTermMemory, Reading, LastStep, EveryStep, SequenceModel,
        SelfAttention, LayerNormalization, Position, Reparameterization, VariationalAutoencoder,
    )
}  # fmt: skip
#: Those that are a whole network.
Plan: TypeAlias = Network | Model | VariationalAutoencoder
_PLAN, _VERSION = "plan", "version"


def save(path: str | Path, plan: Plan, params: Parameters) -> None:
    """Write a network into one file; what stood there is replaced at once, or not at all.

    Parameters
    ----------
    path
        Such as ``"digits.npz"``; the name is taken as it is.
    plan, params
        The network and its parameters, which must fit it.

    Raises
    ------
    ValueError
        If a parameter does not fit the plan.
    OSError
        If the file cannot be written; what stood there stays.
    """
    plan.check(params)
    path = Path(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            held: dict[str, Any] = {_VERSION: np.array(VERSION), _PLAN: np.array(json.dumps(_written(plan)))}
            np.savez(file, **(held | params))
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def load(path: str | Path, plan: Plan | None = None) -> tuple[Plan, Parameters]:
    """Read a network that `save` has written. No code from the file is run.

    Parameters
    ----------
    path
        The file.
    plan
        What you expect; a file that holds another network is refused then.

    Returns
    -------
    plan, params
        The network and its parameters.

    Raises
    ------
    ValueError
        If the file is truncated, was not written by `save`, or by a later version, or holds another network than expected.
    OSError
        If it cannot be read at all.
    """
    arrays = _arrays(Path(path))
    if not {_VERSION, _PLAN} <= arrays.keys():
        raise ValueError(
            f"{path} holds the arrays {sorted(arrays)}, expected a network written by save(): foreign file."
        )
    version, written = arrays.pop(_VERSION), arrays.pop(_PLAN)
    if version.shape != () or version.dtype.kind != "i" or version != VERSION:
        raise ValueError(
            f"{path} is of version {version!s:.20}, expected {VERSION}. Read it with the bplib that wrote it, or write it again."
        )
    try:
        found = _read(json.loads(str(written)))
    except (TypeError, ValueError, KeyError, RecursionError) as error:
        raise ValueError(f"the plan in {path} cannot be read ({error}).") from None
    if not isinstance(found, Plan):
        raise ValueError(
            f"the plan in {path} is a {type(found).__name__}, expected a Network, a Model or a VariationalAutoencoder."
        )
    if plan is not None and found != plan:
        raise ValueError(f"{path} holds another network.\n  found:    {found}\n  expected: {plan}")
    try:
        found.check(arrays)
    except ValueError as error:
        raise ValueError(f"the parameters in {path} do not fit its plan: {error}") from None
    return found, {name: arrays[name] for name in (*found.shapes(), *arrays)}


def _arrays(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        try:
            # Pickled objects could run code; a plain .npy would be one array.
            held = np.load(file, allow_pickle=False)
            if isinstance(held, np.ndarray):
                raise ValueError("it is one array")
            return {name: held[name] for name in held.files}
        # A spoiled byte may tell zipfile or numpy to look anywhere, for anything, and as much of it as it likes.
        except Exception as error:  # noqa: BLE001
            raise ValueError(
                f"{path} cannot be read as a saved network ({error}): truncated, or foreign."
            ) from None


def _written(plan: Any) -> Any:
    """A plan as JSON: every kind by its name, with its fields."""
    if dataclasses.is_dataclass(plan):
        fields = {field.name: _written(getattr(plan, field.name)) for field in dataclasses.fields(plan)}
        return {"kind": type(plan).__name__, **fields}
    return [_written(item) for item in plan] if isinstance(plan, tuple) else plan


def _read(written: Any) -> Any:
    if isinstance(written, dict):
        kind = written.pop("kind", None)
        if kind not in KINDS:
            raise ValueError(f"unknown kind {kind!r}, expected one of {', '.join(KINDS)}")
        return KINDS[kind](**{name: _read(value) for name, value in written.items()})
    return tuple(_read(item) for item in written) if isinstance(written, list) else written
