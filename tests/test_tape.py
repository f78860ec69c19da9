"""The checker's tape: what it follows, what it refuses, whom it does not believe, and that it leaves nothing behind."""

from __future__ import annotations

import builtins
import copy
import functools
import itertools
import math
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bplib.automatic_differentiation import NotRecorded
from bplib.checking.witnesses import tape
from bplib.checking.witnesses.tape import believed, recorded

Array = np.ndarray
Named = dict[str, Any]

RNG = np.random.default_rng(0)
POINT: Named = {
    "a": RNG.normal(size=(3, 4)),
    "v": RNG.uniform(0.3, 2, size=5),
    "m": RNG.normal(size=(3, 3)) + 3 * np.eye(3),
    "s": np.array(0.7),
}
DATA = RNG.normal(size=(4, 3))
BLOCKS = RNG.normal(size=(2, 3, 4))


def slopes(loss: Callable[[Any], Any], params: Named = POINT) -> dict[str, Array]:
    """What the record says, after it was held against the loss."""
    record = recorded(loss, params)
    believed(record, loss, params)
    return record.slopes()


def central(loss: Callable[[Any], Any], params: Named = POINT) -> dict[str, Array]:
    """The same by differences at two steps, of which the leading error cancels."""
    found = {}
    for name, value in params.items():
        slope = np.zeros(value.shape)
        for at in np.ndindex(value.shape):
            pair = []
            for h in (2e-4, 1e-4):
                ends = []
                for step in (h, -h):
                    moved = np.array(value)
                    moved[at] += step
                    ends.append(float(np.reshape(loss({**params, name: moved}), ())))
                pair.append((ends[0] - ends[1]) / (2 * h))
            slope[at] = (4 * pair[1] - pair[0]) / 3
        found[name] = slope
    return found


def agree(loss: Callable[[Any], Any], params: Named = POINT) -> None:
    found, wanted = slopes(loss, params), central(loss, params)
    for name in params:
        assert found[name].shape == np.shape(params[name])
        size = 1 + np.abs(wanted[name]).max(initial=0.0)
        assert np.abs(found[name] - wanted[name]).max(initial=0.0) < 1e-7 * size, name


# What it follows -------------------------------------------------------------------------------------------------


def in_place(p):
    x = np.zeros(5)
    x += p["v"]
    x *= p["s"]
    x[1:] -= x[:-1]
    x **= 2
    x /= 3
    return x.sum()


def written_through_views(p):
    out = np.zeros((3, 4))
    row = out[1]
    row[:] = p["a"][0] * 2
    row[1:3] += p["v"][:2]
    out.T[0] = p["a"][:, 1]
    out.reshape(4, 3)[0, 0] = p["s"]
    for line in out:
        line[3] *= p["s"]
    out[0][1:][0] += p["v"][4]
    return (out**2).sum()


def seen_through_views(p):
    out = np.zeros((3, 4))
    row, turned, flat = out[1], out.T, out.ravel()
    out[...] = p["a"]
    out[1, 2] = p["s"]
    return (row**3).sum() + turned[2, 0] ** 2 + flat[6] * flat[0]


def in_another_order(p):
    """In another order an array is a copy: what is written into that, the first one never sees."""
    total = 0.0
    for way in (np.ascontiguousarray, np.asfortranarray, np.asarray):
        products = p["a"] * p["s"]
        for turned in (products, products.T):
            other = way(turned)
            other += 1
        total += (products**3).sum() + (other**2 * DATA).sum()
    return total


def kept_from_before(p):
    x = np.zeros(5) + p["v"]
    before, seen = x.copy(), x[:2]
    x *= 3
    return (before * x).sum() + seen.prod()


def added_at(p):
    out = np.zeros(3)
    np.add.at(out, [0, 1, 1, 2, 0], p["v"])
    np.subtract.at(out, [0, 0], p["a"][0, :2])
    two = np.zeros((2, 4))
    np.add.at(two, [0, 1, 0], p["a"])
    return (out**2).sum() + (two**2).sum()


def assigned_to_masks(p):
    z = np.array(p["a"])
    z[z < 0] = 0
    z[z > 1] *= 2
    z[[0, 2], 1] = p["v"][:2]
    z[..., 3] = p["s"]
    return (z**2).sum()


def into_out(p):
    out, less = np.zeros((3, 4)), np.empty(4)
    np.exp(p["a"], out=out)
    np.multiply(out, p["s"], out=out)
    np.sum(out, axis=0, out=less)
    np.copyto(out[0], p["a"][1])
    np.copyto(out[2], p["a"][0], where=p["a"][2] > p["a"][0])
    return out.sum() * less[1]


def arrays_of_recorded(p):
    z = np.array([p["v"][0] * p["s"], 2.0, p["a"][1, 1]])
    w = np.array([[p["s"], p["v"][1]], [1.0, p["s"] ** 2]])
    rows = np.asarray([row * 2 for row in p["a"]])
    return (
        (z**2).sum()
        + (w @ w).sum()
        + rows.prod()
        + np.sum([p["s"], p["v"][1] ** 2])
        + np.max([p["s"], p["v"][0]])
    )


def by_float(p):
    total = 0.0
    for k in range(5):
        total += float(p["v"][k]) ** 2
    return float(total) * float(p["s"]) + p["s"].item() * p["a"].item(3) + sum(p["v"].tolist())


def by_math(p):
    s = p["s"]
    one = (
        math.exp(s) + math.sin(s) * math.cos(s) + math.tanh(s) + math.log(s) + math.log(s, 3) + math.log1p(s)
    )
    two = math.sqrt(s) + math.erf(s) * math.erfc(s) + math.lgamma(s) + math.pow(s, 3) + math.atan2(s, 2.0)
    three = (
        math.hypot(s, 1.0) + math.fsum(list(p["v"])) + math.prod(list(p["v"])) + math.fabs(s) + math.asin(s)
    )
    return one + two + three + math.pi * math.expm1(s) + math.floor(s) + math.cosh(s)


def by_builtins(p):
    values = list(p["v"])
    some = (
        max(values) + min(values) ** 2 + sum(values) * max(p["s"], 0.1) + max(p["v"]) + max(p["v"], key=abs)
    )
    return some + sorted(values)[1] * 2 + abs(p["s"]) + pow(p["s"], 2) + (3.0 if any(values) else 0.0)


def by_tools(p):
    product = functools.reduce(lambda a, b: a * b, p["v"])
    return product + sum(a * b for a, b in itertools.pairwise(p["v"])) + sum(p["a"], np.zeros(4)).prod()


def by_methods(p):
    a = p["a"]
    one = a.T.dot(a).trace() + a.mean(axis=0).std() + a.var() + a.max() + a.min(axis=1).sum() + a.cumsum()[5]
    two = a.prod(axis=1).sum() + a.ravel()[3] * a.flatten()[2] + a.reshape(4, 3).swapaxes(0, 1)[1, 1] ** 2
    three = (
        a.clip(-0.5, 0.5).sum()
        + a.repeat(2).sum()
        + a.take([1, 3]).sum()
        + a.diagonal().prod()
        + a.dot(DATA).sum()
    )
    return (
        one
        + two
        + three
        + a.transpose(1, 0)[0, 1]
        + a[None].squeeze().copy()[1, 2]
        + len(a)
        + a.argmax()
        + a.astype(float).sum()
    )


def by_reductions(p):
    a, v = p["a"], p["v"]
    one = (
        (np.cumsum(a, axis=1) ** 2).sum()
        + np.prod(v)
        + np.prod(a, axis=0).sum()
        + np.mean(a, axis=1, keepdims=True)[1, 0] ** 2
    )
    two = (
        np.sum(a, axis=-1).prod()
        + np.max(a, axis=0).sum()
        + np.min(a, 1).sum()
        + np.var(a, axis=0, ddof=1).sum()
        + np.std(v)
    )
    three = (
        np.add.reduce(a, axis=1).prod()
        + np.maximum.reduce(v)
        + np.add.accumulate(v)[3] ** 2
        + np.average(v, weights=v**2)
    )
    return (
        one
        + two
        + three
        + np.ptp(v)
        + np.median(v) * np.median(a, axis=1).sum()
        + np.multiply.outer(v, v).sum()
    )


def by_moves(p):
    a, v = p["a"], p["v"]
    one = (
        (np.take(a, [0, 2, 2], axis=1) ** 2).sum()
        + (np.repeat(v, [1, 2, 0, 1, 1]) ** 2).sum()
        + (np.repeat(a, 2, axis=1) ** 2).sum()
    )
    two = (np.tile(v, (2, 2)) * np.arange(20.0).reshape(2, 10)).sum() + (
        np.pad(a, ((1, 0), (2, 1))) * np.arange(28.0).reshape(4, 7)
    ).sum()
    three = (
        (np.pad(v, 2, mode="reflect") ** 2).sum()
        + (np.roll(a, 1, axis=0) * DATA.T).sum()
        + (np.flip(v) * np.arange(5)).sum()
    )
    four = (
        (np.sort(v) * np.arange(5)).sum()
        + (np.sort(a, axis=0) * DATA.T).sum()
        + v[np.argsort(v)][1] ** 2
        + np.diff(v).prod()
    )
    five = (
        (np.concatenate([a, a.T.reshape(3, 4)], axis=0) ** 2).sum()
        + np.stack([v, v**2]).prod()
        + (np.triu(p["m"]) @ np.tril(p["m"], -1)).sum()
    )
    six = (
        np.split(a, 2, axis=1)[1].prod()
        + np.hstack([v, v[:2]])[5] ** 2
        + np.vstack([v, v])[1, 2]
        + np.diag(v)[2, 2] * np.diag(p["m"]).prod()
    )
    return (
        one
        + two
        + three
        + four
        + five
        + six
        + np.lib.stride_tricks.sliding_window_view(v, 3).prod(axis=1).sum()
        + np.rot90(a)[1, 2]
    )


def by_choices(p):
    a, v = p["a"], p["v"]
    one = (
        np.clip(a, -0.4, 0.6).sum()
        + np.where(a > 0, a**2, np.sin(a)).sum()
        + np.maximum(a, 0.1 * a).prod()
        + np.minimum(v, 1.0).sum()
    )
    two = (
        np.select([a > 1, a > 0], [a**2, a], 0.0).sum()
        + a[a > 0].prod()
        + (np.abs(a) * np.sign(a)).sum()
        + np.heaviside(a, 0.5).sum()
    )
    return (
        one
        + two
        + v[np.argmax(v)] ** 2
        + np.take_along_axis(a, np.argsort(a, axis=1), axis=1)[:, 0].prod()
        + np.logaddexp(v, 1.0).sum()
    )


def by_einsum(p):
    a, m, v = p["a"], p["m"], p["v"]
    one = (
        np.einsum("ij,jk->", a, DATA)
        + np.einsum("ii->", m) ** 2
        + np.einsum("ii->i", m).prod()
        + np.einsum("ij,ij->j", a, a)[1]
    )
    two = (
        np.einsum("iij,j->i", m[:, :, None] * v[:2], v[:2]).prod()
        + np.einsum("...j,j", a, v[:4]).prod()
        + np.einsum("ij,kl->il", a, m)[0, 1]
    )
    three = (
        np.einsum(" i j , j k -> i k ", a, DATA).sum()
        + np.einsum("ij,ij,ij->i", a, a, a).prod()
        + np.einsum("ij->", a)
    )
    return (
        one
        + two
        + three
        + np.einsum("ij,jk,kl->", a, DATA, a, optimize=True)
        + np.einsum("...ij,jk->...ik", BLOCKS * a, DATA).sum()
    )


def by_products(p):
    a, m, v = p["a"], p["m"], p["v"]
    one = (
        np.tensordot(a, BLOCKS, ([0, 1], [1, 2])).prod()
        + np.tensordot(m, a, 1)[0, 0]
        + np.tensordot(a, a, 2)
        + np.tensordot(BLOCKS, m, (1, 0)).sum()
    )
    two = (
        np.inner(a, a)[0, 1]
        + np.outer(v, v)[1, 2]
        + np.dot(v, v)
        + np.vdot(a, a)
        + np.kron(m, m)[2, 3]
        + np.dot(a, DATA).prod()
    )
    return (
        one
        + two
        + (BLOCKS @ a.T).prod()
        + a[0] @ DATA @ a[:, 0]
        + np.cross(m[0], m[1]).prod()
        + np.convolve(v, v[:2]).prod()
    )


def by_algebra(p):
    m, a, v = p["m"], p["a"], p["v"]
    one = (
        np.linalg.inv(m).sum()
        + np.linalg.det(m)
        + np.linalg.solve(m, a).sum()
        + np.linalg.solve(m, v[:3]).prod()
    )
    two = (
        np.linalg.norm(m)
        + np.linalg.norm(a, axis=1).prod()
        + np.linalg.norm(v, 1) * np.linalg.norm(v, np.inf)
        + np.linalg.norm(v, 3)
    )
    three = (
        np.linalg.slogdet(m)[1]
        + np.linalg.matrix_power(m, 3).sum()
        + np.trace(m) * np.trace(a, 1)
        + np.linalg.inv(np.stack([m, 2 * m])).sum()
    )
    return one + two + three


def by_functions(p):
    x = np.tanh(p["v"]) / 2
    one = sum(
        f(x).sum()
        for f in (
            np.sin,
            np.cos,
            np.tan,
            np.arcsin,
            np.arccos,
            np.arctan,
            np.sinh,
            np.cosh,
            np.arcsinh,
            np.arctanh,
        )
    )
    two = sum(
        f(x).prod()
        for f in (
            np.exp,
            np.exp2,
            np.expm1,
            np.log,
            np.log1p,
            np.log2,
            np.log10,
            np.sqrt,
            np.cbrt,
            np.square,
            np.reciprocal,
        )
    )
    three = (
        np.arccosh(2 + x).sum()
        + np.arctan2(x, 2.0).sum()
        + np.hypot(x, 1).sum()
        + (x % 0.3).sum()
        + (0.3 // x).sum()
        + np.sinc(x).sum()
    )
    return (
        one
        + two
        + three
        + (2.0**x).sum()
        + (x**-1.5).sum()
        + (x**0).sum()
        + np.logaddexp(x, 2 * x).sum()
        + np.fmax(x, 0.2).sum()
    )


@pytest.mark.parametrize(
    "loss",
    [
        in_place, written_through_views, seen_through_views, in_another_order, kept_from_before, added_at, assigned_to_masks, into_out,
        arrays_of_recorded, by_float, by_math, by_builtins, by_tools, by_methods, by_reductions, by_moves, by_choices, by_einsum, by_products, by_algebra,
        by_functions,
    ],
)  # fmt: skip
def test_the_tape_follows_and_agrees_with_differences(loss):
    agree(loss)


@pytest.mark.parametrize(
    "function",
    [
        lambda z: np.tanh(z @ DATA).sum(),
        lambda z: np.einsum("ij,kj->ik", z, z).prod() + np.prod(z[:, :2]),
        lambda z: np.log(np.exp(z).sum(axis=1)).sum() / (1 + z[0, 0] ** 2),
        lambda z: np.cumsum(np.sin(z), axis=0).ravel()[::3].sum() ** 2,
        lambda z: np.trace(np.linalg.inv(z[:, :3] + 5 * np.eye(3)) @ z[:, 1:]),
    ],
)
def test_the_tape_agrees_with_the_complex_step_to_rounding(function):
    a = POINT["a"]
    exact = np.zeros(a.shape)
    for at in np.ndindex(a.shape):
        moved = a.astype(complex)
        moved[at] += 1e-30j
        exact[at] = function(moved).imag / 1e-30
    found = slopes(lambda p: function(p["a"]), {"a": a})["a"]
    assert np.abs(found - exact).max() < 1e-12 * np.abs(exact).max()


def test_plain_arrays_in_closures_answer_by_their_methods():
    data, more = DATA.copy(), DATA.T.copy()

    def loss(p):
        return (
            (data.dot(p["m"]) ** 2).sum()
            + more.dot(p["a"].T).prod()
            + more.T.dot(p["m"]).sum()
            + (data @ p["m"]).sum()
        )

    agree(loss)
    assert type(data) is np.ndarray and type(more) is np.ndarray


#: As in a notebook: a plain array that is no closure's, but everybody's.
EVERYBODYS = DATA.copy()


def test_plain_arrays_of_a_module_answer_by_their_methods():
    agree(lambda p: (EVERYBODYS.dot(p["m"]) ** 2).sum())


@pytest.mark.parametrize(
    "loss",
    [
        lambda p: sum((value**2).sum() for value in copy.deepcopy(p).values()),
        lambda p: sum((copy.copy(value) ** 2).sum() for value in p.values()),
        lambda p: (p["a"].astype(np.float64) ** 2).sum() + np.zeros(3, dtype=np.float64).sum() + p["s"],
        lambda p: np.sum(p["a"], dtype=np.float64) ** 2 + np.array([p["s"], 1.0], dtype=np.float64).prod(),
        lambda p: np.float64(p["s"]) ** 2 + (p["s"] if isinstance(p["a"], np.ndarray) else 0.0),
        lambda p: np.full((2, 2), fill_value=p["s"]).prod() + np.full_like(DATA, p["s"]).sum(),
        lambda p: np.maximum([p["s"], p["v"][0]], 0.1).prod() + np.exp([p["s"], 1.0]).sum(),
    ],
    ids=["deepcopy", "copy", "astype", "dtype", "float64", "full", "lists"],
)
def test_what_everybody_writes_is_followed(loss):
    agree(loss)


# Followed or refused, but never dropped --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "loss",
    [
        lambda p: np.sum(a=p["a"]) ** 2,
        lambda p: np.sum(p["a"], where=DATA.T > 0) ** 2,
        lambda p: np.sum(p["a"], initial=p["s"]) ** 2,
        lambda p: np.mean(p["a"], where=DATA.T > 0) ** 2,
        lambda p: np.max(p["a"], where=DATA.T > 0, initial=-9.0) ** 2,
        lambda p: np.prod(p["a"], axis=1, initial=2.0).sum(),
        lambda p: np.prod(p["a"], axis=(0, 1)),
        lambda p: np.clip(DATA, a_min=-p["s"], a_max=p["s"]).sum(),
        lambda p: np.clip(DATA, -p["s"], p["s"]).sum(),
        lambda p: np.linalg.solve(2 * np.eye(3), b=p["m"]).prod(),
        lambda p: np.bincount([0, 1, 1, 0, 2], weights=p["v"]).prod(),
        lambda p: np.histogram([0.0, 1, 1.5, 2, 2], bins=2, weights=p["v"])[0].prod(),
        lambda p: np.interp(x=[0.5, 1.5], xp=np.arange(5.0), fp=p["v"]).prod(),
        lambda p: np.interp(p["s"], np.arange(5.0), p["v"]),
        lambda p: np.linspace(start=p["s"], stop=2.0, num=3).prod(),
        lambda p: np.einsum(p["a"], [0, 1], DATA, [1, 0], []) ** 2,
        lambda p: (np.block([[p["a"], p["a"]]]) ** 2).sum(),
        lambda p: (np.dstack([p["a"], 2 * p["a"]]) ** 2).sum(),
        lambda p: (np.insert(np.ones(2), 1, p["v"]) ** 2).sum(),
        lambda p: (np.insert(p["v"], 1, p["s"]) ** 2).sum(),
        lambda p: np.dot([p["s"], p["v"][0]], [1.0, 2.0]) ** 2,
        lambda p: np.sum(np.frompyfunc(lambda t: t * t, 1, 1)(p["a"])),
        lambda p: np.array(list(p["v"]), dtype=object).sum() ** 2,
        lambda p: np.atleast_2d(p["v"]).sum() ** 2 + np.meshgrid(p["v"], p["v"])[0].prod(),
        lambda p: np.choose([0, 1, 0, 1], [p["a"][0], p["a"][1]]).prod(),
        lambda p: np.apply_along_axis(lambda row: (row**2).sum(), 1, p["a"]).prod(),
        lambda p: np.piecewise(p["a"], [DATA.T < 0, DATA.T >= 0], [lambda t: -t, lambda t: t**2]).sum(),
        lambda p: np.lib.stride_tricks.as_strided(p["v"], (3, 2), (8, 8)).prod(),
        lambda p: np.trapezoid(y=p["v"], x=np.arange(5.0) ** 2) ** 2,
        lambda p: np.outer(a=p["v"], b=p["v"]).sum(),
        lambda p: np.where(DATA.T > 0, x := p["a"], 2 * x).prod(),
    ],
    ids=["sum a=", "sum where=", "sum initial=", "mean where=", "max where=", "prod initial=", "prod of two axes", "clip a_min=",
         "clip by parameters", "solve b=", "bincount", "histogram", "interp fp=", "interp", "linspace", "einsum by numbers", "block",
         "dstack", "insert", "insert one", "dot of a list", "frompyfunc", "objects", "atleast_2d", "choose", "apply_along_axis",
         "piecewise", "as_strided", "trapezoid y=", "outer a=", "where"],
)  # fmt: skip
def test_what_reaches_the_tape_sideways_is_followed_or_refused(loss):
    # A keyword, a list in a list, an array of objects: where no rule hands anything back, a slope would be zero without a word.
    try:
        found = slopes(loss)
    except NotRecorded:
        return
    wanted = central(loss)
    for name in POINT:
        assert np.abs(found[name] - wanted[name]).max() < 1e-6 * (1 + np.abs(wanted[name]).max()), name


def test_a_record_without_slopes_is_held_against_differences_too():
    # The rule of rounding says zero, and each operation agrees; the loss rises all the same.
    def loss(p):
        return np.round((p["v"] ** 2).sum(), 6)

    with pytest.raises(NotRecorded):
        record = recorded(loss, {"v": POINT["v"]})
        believed(record, loss, {"v": POINT["v"]})
        if tape.contradicted(record, lambda p: float(loss(p)), {"v": POINT["v"]}, 1e-15):
            raise NotRecorded


# What it refuses -------------------------------------------------------------------------------------------------


def writing_into_a_copy_of_the_users(p):
    buffer = DATA.copy()
    buffer += p["s"]
    return buffer.sum()


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (lambda p: np.abs((p["v"] + 1j).sum()), "complex numbers"),
        (lambda p: abs(np.fft.fft(p["v"])[1]), "complex numbers"),
        (lambda p: p["v"].astype(complex).real.sum(), "astype"),
        (lambda p: np.linalg.svd(p["a"], compute_uv=False).sum(), "np.svd"),
        (lambda p: np.linalg.svd(p["a"])[1].sum(), "np.svd, which gives several arrays"),
        (lambda p: np.linalg.eigvalsh(p["m"] @ p["m"].T).max(), "np.eigvalsh"),
        (lambda p: np.linalg.cholesky(p["m"] @ p["m"].T).sum(), "np.cholesky"),
        (lambda p: np.linalg.norm(p["m"], 2), "singular values"),
        (lambda p: np.vectorize(lambda t: t**2)(p["v"]).sum(), "leaves numpy"),
        (lambda p: np.vectorize(lambda t: math.exp(t), otypes=[float])(p["v"]).sum(), "leaves numpy"),
        (lambda p: np.percentile(p["v"], 30), "np.percentile"),
        (lambda p: np.add.reduceat(p["v"], [0, 2]).prod(), "np.add with reduceat"),
        (lambda p: np.exp(p["v"], where=p["v"] > 1, out=np.zeros(5)).sum(), "np.exp with where"),
        (lambda p: np.divmod(p["v"], 0.3)[1].sum(), "np.divmod, which gives several arrays"),
        (lambda p: p["v"].flat[2] ** 2, "the attribute flat"),
        (lambda p: p["v"].unheard_of, "the attribute unheard_of"),
        (lambda p: np.frombuffer(p["v"].tobytes()).sum(), "the attribute tobytes"),
        (lambda p: None, "leaves numpy before the end"),
        (lambda p: p["v"], "leaves numpy before the end"),
        (lambda p: p["c"], "raised KeyError"),
        (lambda p: {p["s"]: 1.0}[p["s"]], "unhashable"),
        (writing_into_a_copy_of_the_users, "writing into an array that was there before"),
        (lambda p: np.put(np.zeros(3), [0], p["s"]), "np.put"),
    ],
)
def test_what_cannot_be_followed_is_refused_by_name(loss, message):
    with pytest.raises(NotRecorded, match=message):
        recorded(loss, POINT).slopes()


def bare(value: Any) -> Array:
    """A plain array of a recorded one: numpy as it is for those who do not call it np."""
    return __import__("numpy").asarray(value)


@pytest.mark.parametrize(
    "loss",
    [
        lambda p: (p["v"] / float(bare(p["v"]).max())).sum(),
        lambda p: (p["v"] * bare(p["v"])).sum(),
        lambda p: (p["a"] - bare(p["a"]).mean(axis=0)).prod() + p["a"].sum(),
        lambda p: (p["v"] ** 2).sum() * (1 + 1e-6 * float(bare(p["v"])[0])),
        lambda p: (p["v"] / struct.unpack("d", struct.pack("d", p["v"].max()))[0]).sum(),
        lambda p: (p["v"] * [math.exp(t) for t in bare(p["v"])]).sum(),
        lambda p: p["v"].sum() + (p["v"][0] if bare(p["v"])[1] > 1 else bare(p["v"])[2] ** 2),
    ],
    ids=["scale", "itself", "mean", "a millionth", "through bytes", "through math", "a branch"],
)
def test_a_value_that_comes_back_as_a_constant_is_not_believed(loss):
    record = recorded(loss, POINT)
    with pytest.raises(NotRecorded, match="comes back as a constant"):
        believed(record, loss, POINT)


def test_a_constant_that_does_not_move_here_does_no_harm():
    # The sign of a value, and its place among the others: constants near the point, and so are they on the record.
    def loss(p):
        return (p["v"] * np.sign(bare(p["v"]) - 1)).sum() + p["v"][int(bare(p["v"]).argmax())] ** 2

    try:
        found = slopes(loss)
    except NotRecorded:
        return
    assert np.allclose(found["v"], central(loss)["v"])


def test_a_loss_may_end_outside_of_numpy():
    for end in (
        float,
        lambda x: float(np.asarray(x)),
        lambda x: x.item(),
        lambda x: np.asarray(x),
        lambda x: np.array([[x]]),
    ):
        record = recorded(lambda p, end=end: end((p["v"] ** 2).sum()), POINT)
        assert np.allclose(record.slopes()["v"], 2 * POINT["v"])


def test_a_record_holds_no_more_than_it_may():
    def loss(p):
        return np.tanh(p["a"] @ DATA).sum()

    size = sum(np.asarray(node.value).nbytes for node in recorded(loss, POINT).tape.nodes)
    assert recorded(loss, POINT, size).slopes()["a"].shape == (3, 4)
    with pytest.raises(NotRecorded, match="more than"):
        recorded(loss, POINT, size - 1)


# Branches --------------------------------------------------------------------------------------------------------


def test_branches_are_questions_and_the_record_holds_where_they_are_answered_alike():
    def loss(p):
        total, x = 0.0, p["s"]
        while x < 5:
            x = x * 1.7 + 0.1
        for value in p["v"]:
            total += value**2 if value > 1 else -value
        return total * x

    agree(loss)
    record = recorded(loss, POINT)
    assert len(record.tape.questions) > 5
    with pytest.raises(tape.Diverged):
        tape.replayed(record, {"v": -POINT["v"]})


# Nothing is left behind ------------------------------------------------------------------------------------------


def failing(p):
    raise RuntimeError("on the way")


def interrupting(p):
    raise KeyboardInterrupt


def refusing(p):
    return np.linalg.svd(p["a"])[1].sum()


def asking_for_float(p):
    return float(math.exp(np.sum(p["s"])))


@pytest.mark.parametrize("loss", [failing, interrupting, refusing, asking_for_float])
def test_numpy_math_and_builtins_are_the_real_ones_again(loss):
    data = DATA.copy()
    before = dict(globals())
    numpys, maths, kept = dict(vars(np)), dict(vars(math)), dict(vars(builtins))

    def holding(p):
        return loss(p) if data.size else 0.0

    try:
        recorded(holding, POINT)
    except (NotRecorded, KeyboardInterrupt):
        pass
    assert type(data) is np.ndarray
    assert dict(globals()) == before and not {"float", "max", "min"} & set(globals())
    assert vars(np) == numpys and vars(math) == maths
    assert {name: value for name, value in vars(builtins).items() if name != "_"} == {
        n: v for n, v in kept.items() if n != "_"
    }
    assert type(np.zeros(2)) is np.ndarray and type(float(np.float64(1))) is float


def test_the_parameters_and_the_data_are_not_touched():
    before = copy.deepcopy(POINT), DATA.copy(), BLOCKS.copy()
    for loss in (in_place, assigned_to_masks, by_products):
        slopes(loss)
    assert all(np.array_equal(POINT[name], before[0][name]) for name in POINT)
    assert np.array_equal(DATA, before[1]) and np.array_equal(BLOCKS, before[2])


# Lines -----------------------------------------------------------------------------------------------------------


def layer(h, w):
    z = h @ w
    return np.tanh(z)


def two_layers(p):
    h = layer(DATA, p["m"])
    h = layer(h, p["m"])
    for _ in range(3):
        h = layer(h, p["m"])
    return (h**2).sum()


def paths(record: Any, name: str) -> list[tuple[tuple[str, int], ...]]:
    """For each operation of a name: the functions and lines that led to it, the innermost first."""
    nodes = record.tape.nodes
    found = [record.tape.places(k) for k, node in enumerate(nodes) if node.name == name]
    return [tuple((p.code.co_name, p.line - p.code.co_firstlineno) for p in path) for path in found]


def test_an_operation_knows_its_line_and_the_calls_that_led_there():
    record = recorded(two_layers, POINT)
    slopes_of = paths(record, "tanh")
    assert len(slopes_of) == 5 and {path[0] for path in slopes_of} == {("layer", 2)}
    assert [path[1] for path in slopes_of] == [("two_layers", 1), ("two_layers", 2), *[("two_layers", 4)] * 3]
    assert paths(record, "matmul")[0][0] == ("layer", 1)
    # Two layers made by one helper are two, all steps of a loop are one.
    groups = [record.tape.paths[k] for k, node in enumerate(record.tape.nodes) if node.name == "tanh"]
    assert len(set(groups)) == 3 and groups[2] == groups[3] == groups[4]


def test_two_operations_on_one_line_are_told_apart_by_their_columns():
    def loss(p):
        return (np.tanh(p["v"]) * np.tanh(2 * p["v"])).sum()

    record = recorded(loss, POINT)
    places = [record.tape.places(k)[0] for k, node in enumerate(record.tape.nodes) if node.name == "tanh"]
    assert places[0].line == places[1].line and places[0].column < places[1].column


def test_lines_stay_the_same_when_a_function_has_become_warm():
    # The interpreter changes a code's instructions while it runs; the places must not move with them.
    first = paths(recorded(two_layers, POINT), "tanh")
    for _ in range(50):
        two_layers(POINT)
    assert paths(recorded(two_layers, POINT), "tanh") == first


def test_code_from_a_notebook_has_lines_too():
    source = "import numpy as np\n\ndef loss(p):\n    z = p['v'] * 2\n    return np.tanh(z).sum()\n"
    names: Named = {"__name__": "__main__"}
    exec(compile(source, "<cell 3>", "exec"), names)  # noqa: S102 - as a notebook does
    record = recorded(names["loss"], POINT)
    (place,) = [record.tape.places(k)[0] for k, node in enumerate(record.tape.nodes) if node.name == "tanh"]
    assert (place.code.co_filename, place.line) == ("<cell 3>", 5)
