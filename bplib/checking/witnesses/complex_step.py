r"""The complex step: a slope without a difference, where a loss of somebody else's allows it.

.. math:: \frac{\partial L}{\partial w} = \frac{\operatorname{Im} L(w + \mathrm{i} h)}{h}, \qquad h = 10^{-30}

It is exact to rounding, and it goes wrong without a word: ``abs``, a norm, a float array to write into drop the imaginary
part. So the parameters are handed over as `Traced` arrays, which pass only through operations that keep it. Any other
raises, and then there is no complex step.

How large is the rounding? A saturated unit has ``1 - a`` in its slope, and that may have lost every digit. So all is
computed twice, in double and in extended precision, or where there is none, at a point that is off by roundings; the two may
be told apart by no more than what is claimed.

Source: Squire and Trapp, *Using Complex Variables to Estimate Derivatives of Real Functions*, 1998.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from bplib.checking.witnesses.differences import WIDER, Estimate, exactly, shaken
from bplib.types import Array, Parameters

STEP = 1e-30
#: Other formulas for the same slope are rounded otherwise, but not by more than this many times as much.
ROUNDINGS = 64

#: Analytic, or a comparison: numpy compares the real parts first. At a tie a difference has a kink anyway.
_UFUNCS = frozenset((
    "add", "subtract", "multiply", "divide", "true_divide", "power", "float_power", "negative", "positive",
    "square", "sqrt", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "sinh",
    "cosh", "tanh", "arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh", "reciprocal", "matmul",
    "matvec", "maximum", "minimum", "greater", "greater_equal", "less", "less_equal",
    "equal", "not_equal", "isfinite", "isnan", "isinf",
))  # fmt: skip
_FUNCTIONS = frozenset((
    "sum", "mean", "prod", "dot", "inner", "outer", "tensordot", "einsum", "where", "clip", "concatenate",
    "stack", "vstack", "hstack", "column_stack", "reshape", "ravel", "transpose", "swapaxes", "moveaxis",
    "squeeze", "expand_dims", "broadcast_to", "atleast_1d", "atleast_2d", "split", "array_split", "flip",
    "roll", "tile", "repeat", "take", "take_along_axis", "trace", "diag", "diagonal", "amax", "amin", "max",
    "min", "argmax", "argmin", "cumsum", "average", "shape", "ndim", "size", "copy", "zeros_like", "ones_like",
    "full_like", "empty_like", "matrix_transpose",
))  # fmt: skip
_METHODS = frozenset((
    "sum", "mean", "prod", "dot", "reshape", "ravel", "flatten", "transpose", "swapaxes", "squeeze", "copy",
    "max", "min", "argmax", "argmin", "clip", "take", "trace", "diagonal", "cumsum", "repeat", "shape", "ndim",
    "size", "dtype", "T", "mT",
))  # fmt: skip


class NotAnalytic(Exception):
    """An operation that could lose the imaginary part."""


class Traced(NDArrayOperatorsMixin):
    """A complex array that refuses to become a real one. It is no ndarray, so nothing can slip past it."""

    def __init__(self, array: Any) -> None:
        self._array = np.asarray(array)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if ufunc.__name__ not in _UFUNCS:
            raise NotAnalytic(ufunc.__name__)
        return _wrapped(getattr(ufunc, method)(*_bare(inputs), **_bare(kwargs)))

    def __array_function__(self, function: Callable[..., Any], _: Any, args: Any, kwargs: Any) -> Any:
        if function.__name__ not in _FUNCTIONS:
            raise NotAnalytic(function.__name__)
        return _wrapped(function(*_bare(args), **_bare(kwargs)))

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise NotAnalytic("np.asarray")

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS:
            raise NotAnalytic(name)
        found = getattr(self._array, name)
        if not callable(found):
            return _wrapped(found)
        return lambda *args, **kwargs: _wrapped(found(*_bare(args), **_bare(kwargs)))

    def __getitem__(self, key: Any) -> Any:
        return _wrapped(self._array[_bare(key)])

    def __setitem__(self, key: Any, value: Any) -> None:
        self._array[_bare(key)] = _bare(value)

    def __len__(self) -> int:
        return len(self._array)

    def __iter__(self) -> Any:
        return map(_wrapped, self._array)


def _wrapped(value: Any) -> Any:
    if isinstance(value, (np.ndarray, np.complexfloating)) and np.iscomplexobj(value):
        return Traced(value)
    return [_wrapped(part) for part in value] if isinstance(value, (list, tuple)) else value


def _bare(value: Any) -> Any:
    if isinstance(value, Traced):
        return value._array
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items()}
    return type(value)(map(_bare, value)) if type(value) in (list, tuple) else value


def complex_slopes(
    loss: Callable[[Any], Any], params: Parameters, name: str, entries: Array
) -> Estimate | None:
    """The slopes along these entries, flat indices into ``params[name]``; None if the loss does not allow it.

    Parameters
    ----------
    loss
        As it was given, one real number for real parameters: it has to take complex ones to be of use here.
    params
        Where; floats. They are not changed.
    """
    rng = np.random.default_rng(0)
    there = params if WIDER else {key: shaken(value, rng) for key, value in params.items()}
    ways = ((params, np.complex128), (there, np.clongdouble))
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            one, other = (
                np.array([_slope(loss, at, name, entry, dtype) for entry in entries]) for at, dtype in ways
            )
    except Exception:  # noqa: BLE001 - a loss of somebody else's may fail in any way; then it does not allow it
        return None
    if not np.isfinite(one).all() or not np.isfinite(other).all():
        return None
    best = other.astype(np.float64) if WIDER else one
    return exactly(best)._replace(uncertainty=ROUNDINGS * np.abs(one - other).astype(np.float64))


def _slope(loss: Callable[[Any], Any], params: Parameters, name: str, entry: int, dtype: Any) -> Any:
    point = {key: np.array(value, dtype=dtype) for key, value in params.items()}
    point[name].flat[entry] += STEP * 1j
    result = loss({key: Traced(value) for key, value in point.items()})
    if not isinstance(result, Traced) or result.size != 1:
        raise NotAnalytic("the loss itself")
    return result._array.imag.reshape(()) / STEP
