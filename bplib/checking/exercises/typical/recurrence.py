"""What is typical of answers to the exercise on recurrence: gates, what is carried back, masks, and what is counted."""

from collections.abc import Callable
from itertools import permutations
from types import SimpleNamespace
from typing import Any

import numpy as np

from bplib.checking.exercises.typical.ideas import each_of, sigmoid, softmax
from bplib.checking.judging.check import Mistake, Typical
from bplib.types import Array

# A gated step ---------------------------------------------------------------------------------------------------

#: The three columns of matrices in another order: one gate for another.
_ORDERS = tuple(order for order in permutations((0, 1, 2)) if order != (0, 1, 2))


def _crossed(k: int, x: Array, h: Array, W: Array, U: Array, b: Array) -> Array:
    """One of W, U and b has the columns of the two gates exchanged, and the others do not."""
    own = [W, U, b]
    z, r, g = np.split(own[k], 3, axis=-1)
    own[k] = np.concatenate([r, z, g], axis=-1)
    return _step()(x, h, *own)


def _interleaved(p: Array) -> Array:
    """Every third column for each, and not a third of all."""
    return np.concatenate([p[..., k::3] for k in (0, 1, 2)], axis=-1)


def _step_by_gates(x: Array, h: Array, W: Array, U: Array, b: Array) -> Array:
    Wz, Wr, Wg = np.split(W, 3, axis=1)
    Uz, Ur, Ug = np.split(U, 3, axis=1)
    bz, br, bg = np.split(b, 3)
    z = 1 / (1 + np.exp(-(x @ Wz + h @ Uz + bz)))
    r = 1 / (1 + np.exp(-(x @ Wr + h @ Ur + br)))
    g = np.tanh(x @ Wg + (r * h) @ Ug + bg)
    return z * h + (1 - z) * g


def _step_by_a_move(x: Array, h: Array, W: Array, U: Array, b: Array) -> Array:
    n = h.shape[1]
    read = x @ W + b
    heard = h @ U[:, : 2 * n]
    z = 1 / (1 + np.exp(-read[:, :n] - heard[:, :n]))
    r = 1 / (1 + np.exp(-read[:, n : 2 * n] - heard[:, n:]))
    seen = r * h
    g = np.tanh(read[:, 2 * n :] + seen @ U[:, 2 * n :])
    return g + z * (h - g)


def _step(
    parts: Callable[[Any], Any] = lambda n: n.z * n.h + (1 - n.z) * n.g,
    order: tuple[int, int, int] = (0, 1, 2),
    wanted: Callable[[Any], Array] = lambda n: n.read[2] + (n.r * n.h) @ n.U[2],
    bend: Callable[[Array], Array] = np.tanh,
    gate: Callable[[Array], Array] = sigmoid,
) -> Callable[..., Any]:
    """A step with something changed: the order of the columns, the candidate, the functions, or how all of it is mixed."""

    def result(x: Array, h: Array, W: Array, U: Array, b: Array) -> Any:
        Ws, Us, bs = ([np.split(p, 3, axis=-1)[k] for k in order] for p in (W, U, b))
        n = SimpleNamespace(h=h, U=Us, W=Ws, b=bs, x=x, read=[x @ v + c for v, c in zip(Ws, bs)])
        n.z, n.r = gate(n.read[0] + h @ Us[0]), gate(n.read[1] + h @ Us[1])
        n.g = bend(wanted(n))
        return parts(n)

    return result


_GRU_STEP = (
    Mistake("rest-for-share", _step(lambda n: (1 - n.z) * n.h + n.z * n.g)),
    *(Mistake("other-places", _step(order=order)) for order in _ORDERS),
    *each_of((0, 1, 2), "other-places", lambda x, h, W, U, b, o: _crossed(o, x, h, W, U, b)),
    Mistake("other-places", lambda x, h, W, U, b: _step()(x, h, *map(_interleaved, (W, U, b)))),
    Mistake("steps-exchanged", _step(wanted=lambda n: n.read[2] + n.r * (n.h @ n.U[2]))),
    Mistake("factor-left-out", _step(wanted=lambda n: n.read[2] + n.h @ n.U[2])),
    Mistake("parentheses-missing", _step(wanted=lambda n: n.r * (n.read[2] + n.h @ n.U[2]))),
    Mistake("parentheses-missing", _step(wanted=lambda n: n.x @ n.W[2] + n.r * (n.h @ n.U[2] + n.b[2]))),
    Mistake("other-variable", _step(wanted=lambda n: n.read[2] + (n.z * n.h) @ n.U[2])),
    Mistake("other-variable", _step(lambda n: n.r * n.h + (1 - n.r) * n.g)),
    Mistake("rest-for-share", _step(wanted=lambda n: n.read[2] + ((1 - n.r) * n.h) @ n.U[2])),
    Mistake("term-left-out", _step(wanted=lambda n: n.read[2])),
    Mistake("term-left-out", _step(wanted=lambda n: n.x @ n.W[2] + (n.r * n.h) @ n.U[2])),
    Mistake("term-left-out", _step(lambda n: n.z * n.h)),
    Mistake("term-left-out", _step(lambda n: (1 - n.z) * n.g)),
    Mistake("factor-left-out", _step(lambda n: n.z * n.h + n.g)),
    Mistake("factor-left-out", _step(lambda n: n.h + (1 - n.z) * n.g)),
    Mistake("other-variable", _step(lambda n: n.z * n.h + n.r * n.g)),
    Mistake("factor-too-many", _step(lambda n: n.z * n.r * n.h + (1 - n.z) * n.g)),
    Mistake("step-left-out", _step(lambda n: n.g)),
    Mistake("other-function", _step(bend=sigmoid)),
    Mistake("other-function", _step(gate=np.tanh)),
    Mistake("function-left-out", _step(bend=lambda a: a)),
    Mistake("function-left-out", _step(gate=lambda a: a)),
    Mistake("function-too-many", _step(lambda n: np.tanh(n.z * n.h + (1 - n.z) * n.g))),
    Mistake("sign-inside", _step(gate=lambda a: sigmoid(-a))),
    Mistake("sign-inside", _step(lambda n: n.z * n.h + (n.z - 1) * n.g)),
    Mistake("not-transposed", lambda x, h, W, U, b: _step()(
        x, h, W, np.concatenate([part.T for part in np.split(U, 3, axis=1)], axis=1), b)),
)  # fmt: skip


def _step_back_by_gates(
    dnew: Array, x: Array, h: Array, W: Array, U: Array, b: Array
) -> tuple[Array, Array, Array, Array, Array]:
    Wz, Wr, Wg = np.split(W, 3, axis=1)
    Uz, Ur, Ug = np.split(U, 3, axis=1)
    bz, br, bg = np.split(b, 3)
    z = 1 / (1 + np.exp(-(x @ Wz + h @ Uz + bz)))
    r = 1 / (1 + np.exp(-(x @ Wr + h @ Ur + br)))
    g = np.tanh(x @ Wg + (r * h) @ Ug + bg)
    dz = dnew * (h - g) * z * (1 - z)
    dg = dnew * (1 - z) * (1 - g**2)
    dseen = dg @ Ug.T
    dr = dseen * h * r * (1 - r)
    dx = dz @ Wz.T + dr @ Wr.T + dg @ Wg.T
    dh = dnew * z + dseen * r + dz @ Uz.T + dr @ Ur.T
    dW = np.concatenate([x.T @ dz, x.T @ dr, x.T @ dg], axis=1)
    dU = np.concatenate([h.T @ dz, h.T @ dr, (r * h).T @ dg], axis=1)
    db = np.concatenate([dz.sum(axis=0), dr.sum(axis=0), dg.sum(axis=0)])
    return dx, dh, dW, dU, db


def _step_back(
    parts: Callable[[Any], Any] = lambda n: (n.dx, n.dh, n.dW, n.dU, n.db),
    change: Callable[[Any], None] = lambda n: None,
    order: tuple[int, int, int] = (0, 1, 2),
    late: Callable[[Any], None] = lambda n: None,
) -> Callable[..., Any]:
    """The way back with something changed: what arrives at the three, the order of the columns, or what is made of the parts."""

    def result(dnew: Array, x: Array, h: Array, W: Array, U: Array, b: Array) -> Any:
        Ws, Us, bs = ([np.split(p, 3, axis=-1)[k] for k in order] for p in (W, U, b))
        n = SimpleNamespace(d=dnew, x=x, h=h, W=Ws, U=Us)
        n.az, n.ar = (x @ Ws[k] + h @ Us[k] + bs[k] for k in (0, 1))
        n.z, n.r = sigmoid(n.az), sigmoid(n.ar)
        n.ag = x @ Ws[2] + (n.r * h) @ Us[2] + bs[2]
        n.g = np.tanh(n.ag)
        n.kept, n.dz, n.dg = n.d * n.z, n.d * (h - n.g), n.d * (1 - n.z)
        n.sz, n.sr, n.sg = n.z * (1 - n.z), n.r * (1 - n.r), 1 - n.g**2
        change(n)
        n.dz, n.dg = n.dz * n.sz, n.dg * n.sg
        n.seen = n.dg @ Us[2].T
        n.dr, n.by_candidate = n.seen * h * n.sr, n.seen * n.r
        n.met = n.r * h
        late(n)
        n.by_update, n.by_reset = n.dz @ Us[0].T, n.dr @ Us[1].T
        n.dh = n.kept + n.by_candidate + n.by_update + n.by_reset
        three = [n.dz, n.dr, n.dg]
        n.dx = sum(a @ v.T for a, v in zip(three, Ws))
        n.dWs, n.dbs = [x.T @ a for a in three], [a.sum(axis=0) for a in three]
        n.dUs = [h.T @ n.dz, h.T @ n.dr, n.met.T @ n.dg]
        # Columns go back to where they came from.
        back = [order.index(k) for k in (0, 1, 2)]
        n.dW, n.dU = (np.concatenate([p[k] for k in back], axis=1) for p in (n.dWs, n.dUs))
        n.db = np.concatenate([n.dbs[k] for k in back])
        return parts(n)

    return result


def _behind_the_product(
    dnew: Array, x: Array, h: Array, W: Array, U: Array, b: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """The way back of another step, whose reset gate closes on the product."""
    (Wz, Wr, Wg), (Uz, Ur, Ug) = np.split(W, 3, axis=1), np.split(U, 3, axis=1)
    bz, br, bg = np.split(b, 3)
    z, r = sigmoid(x @ Wz + h @ Uz + bz), sigmoid(x @ Wr + h @ Ur + br)
    g = np.tanh(x @ Wg + r * (h @ Ug) + bg)
    dz, dg = dnew * (h - g) * z * (1 - z), dnew * (1 - z) * (1 - g**2)
    dr = dg * (h @ Ug) * r * (1 - r)
    three = np.concatenate([dz, dr, dg], axis=1)
    heard = np.concatenate([dz, dr, dg * r], axis=1)
    return three @ W.T, dnew * z + heard @ U.T, x.T @ three, h.T @ heard, three.sum(axis=0)


def _only(**found: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Some of the five gradients, and nothing about the others."""
    return lambda n: tuple(
        found[name](n) if name in found else None for name in ("dx", "dh", "dW", "dU", "db")
    )


def _set(**values: Callable[[Any], Any]) -> Callable[[Any], None]:
    def change(n: Any) -> None:
        for name, value in values.items():
            setattr(n, name, value(n))

    return change


def _in_order(parts: list[Array], order: tuple[int, int, int]) -> Array:
    return np.concatenate([parts[k] for k in order], axis=-1)


#: What is changed on the way to the three weighted inputs; the paths of `dh`; the products.
_GRU_CHANGES = (
    ("rest-for-share", _set(kept=lambda n: n.d * (1 - n.z), dg=lambda n: n.d * n.z)),
    ("rest-for-share", _set(kept=lambda n: n.d * (1 - n.z), dg=lambda n: n.d * n.z, dz=lambda n: n.d * (n.g - n.h))),
    ("rest-for-share", _set(dg=lambda n: n.d * n.z)),
    ("rest-for-share", _set(kept=lambda n: n.d * (1 - n.z))),
    ("sign-inside", _set(dz=lambda n: n.d * (n.g - n.h))),
    ("path-missing", _set(dz=lambda n: n.d * n.h)),
    ("path-missing", _set(dz=lambda n: -n.d * n.g)),
    ("sign-inside", _set(dz=lambda n: n.d * (n.h + n.g))),
    ("upstream-missing", _set(dz=lambda n: n.h - n.g)),
    ("upstream-missing", _set(dg=lambda n: 1 - n.z)),
    ("upstream-missing", _set(dz=lambda n: n.h - n.g, dg=lambda n: 1 - n.z)),
    ("upstream-missing", _set(kept=lambda n: n.z)),
    ("factor-missing", _set(dz=lambda n: n.d)),
    ("factor-missing", _set(dg=lambda n: n.d)),
    ("factor-missing", _set(kept=lambda n: n.d)),
    ("other-variable", _set(kept=lambda n: n.d * n.r)),
    ("other-variable", _set(dg=lambda n: n.d * (1 - n.r))),
    ("activation-derivative-missing", _set(sz=lambda n: 1, sr=lambda n: 1, sg=lambda n: 1)),
    ("activation-derivative-missing", _set(sz=lambda n: 1, sr=lambda n: 1)),
    ("activation-derivative-missing", _set(sz=lambda n: 1)),
    ("activation-derivative-missing", _set(sr=lambda n: 1)),
    ("activation-derivative-missing", _set(sg=lambda n: 1)),
    ("value-for-slope", _set(sz=lambda n: n.z, sr=lambda n: n.r)),
    ("value-for-slope", _set(sz=lambda n: n.z)),
    ("value-for-slope", _set(sr=lambda n: n.r)),
    ("value-for-slope", _set(sg=lambda n: n.g)),
    ("other-activation", _set(sz=lambda n: 1 - n.z**2, sr=lambda n: 1 - n.r**2)),
    ("other-activation", _set(sz=lambda n: 1 - n.z**2)),
    ("other-activation", _set(sr=lambda n: 1 - n.r**2)),
    ("other-activation", _set(sg=lambda n: n.g * (1 - n.g))),
    ("power-mixed", _set(sg=lambda n: 1 - n.g)),
    ("tanh-from-weighted-input", _set(sg=lambda n: 1 - n.ag**2)),
    ("derivative-at-activation", _set(sg=lambda n: 1 - np.tanh(n.g) ** 2)),
    ("sigmoid-from-weighted-input", _set(sz=lambda n: n.az * (1 - n.az), sr=lambda n: n.ar * (1 - n.ar))),
    ("sigmoid-from-weighted-input", _set(sz=lambda n: n.az * (1 - n.az))),
    ("sigmoid-from-weighted-input", _set(sr=lambda n: n.ar * (1 - n.ar))),
    ("derivative-at-activation", _set(
        sz=lambda n: sigmoid(n.z) * (1 - sigmoid(n.z)), sr=lambda n: sigmoid(n.r) * (1 - sigmoid(n.r)))),
    ("wrong-tensor", _set(sz=lambda n: n.r * (1 - n.r), sr=lambda n: n.z * (1 - n.z))),
    ("wrong-tensor", _set(sz=lambda n: n.r * (1 - n.r))),
    ("wrong-tensor", _set(sr=lambda n: n.z * (1 - n.z))),
)  # fmt: skip
_GRU_LATER = (
    ("path-missing", _set(kept=lambda n: 0)),
    ("path-missing", _set(by_candidate=lambda n: 0)),
    ("path-missing", _set(dr=lambda n: 0 * n.dr)),
    ("factor-missing", _set(by_candidate=lambda n: n.seen)),
    ("factor-missing", _set(dr=lambda n: n.seen * n.sr)),
    ("factor-missing", _set(met=lambda n: n.h)),
    ("wrong-tensor", _set(met=lambda n: n.z * n.h)),
    ("wrong-tensor", _set(by_candidate=lambda n: n.seen * n.z)),
    ("weights-skipped", _set(by_candidate=lambda n: n.dg * n.r, dr=lambda n: n.dg * n.h * n.sr)),
    ("wrong-transpose", _set(
        by_candidate=lambda n: n.dg @ n.U[2] * n.r, dr=lambda n: n.dg @ n.U[2] * n.h * n.sr)),
    ("wrong-tensor", _set(dr=lambda n: n.seen * n.r * n.sr)),
    ("rest-for-share", _set(by_candidate=lambda n: n.seen * (1 - n.r))),
)  # fmt: skip
_GRU_PARTS = (
    ("path-missing", _only(dh=lambda n: n.dh - n.by_update)),
    ("path-missing", _only(dh=lambda n: n.dh - n.by_reset)),
    ("path-missing", _only(dh=lambda n: n.dh - n.by_update - n.by_reset)),
    ("path-missing", _only(dh=lambda n: n.kept)),
    ("path-missing", _only(dh=lambda n: n.by_candidate)),
    ("wrong-transpose", _only(
        dh=lambda n: n.kept + n.by_candidate + n.dz @ n.U[0] + n.dr @ n.U[1])),
    ("factor-missing", _only(
        dh=lambda n: n.kept + sum(a @ u.T for a, u in zip((n.dz, n.dr, n.dg), n.U)))),
    *((cause, part) for order in _ORDERS for cause, part in (
        ("other-places", lambda n, order=order: (
            None, None, *(_in_order(p, order) for p in (n.dWs, n.dUs, n.dbs)))),
        ("other-places", lambda n, order=order: (None, None, _in_order(n.dWs, order), None, None)),
        ("other-places", lambda n, order=order: (None, None, None, _in_order(n.dUs, order), None)),
        ("other-places", lambda n, order=order: (None, None, None, None, _in_order(n.dbs, order))),
    )),
    ("wrong-tensor", _only(dU=lambda n: np.concatenate([n.met.T @ a for a in (n.dz, n.dr, n.dg)], axis=1))),
    ("path-missing", _only(dx=lambda n: n.dg @ n.W[2].T)),
    ("path-missing", _only(dx=lambda n: n.dx - n.dg @ n.W[2].T)),
    ("path-missing", _only(dx=lambda n: n.dx - n.dz @ n.W[0].T)),
    ("path-missing", _only(dx=lambda n: n.dx - n.dr @ n.W[1].T)),
    ("bias-averaged", _only(db=lambda n: n.db / len(n.x))),
    ("mean-for-sum", lambda n: (None, None, n.dW / len(n.x), n.dU / len(n.x), None)),
    ("only-one-sample", lambda n: (None, None, None, None, _in_order([a[0] for a in (n.dz, n.dr, n.dg)], (0, 1, 2)))),
    ("only-one-sample", lambda n: (None, None, None, None, _in_order([a[-1] for a in (n.dz, n.dr, n.dg)], (0, 1, 2)))),
    ("bias-not-summed", _only(db=lambda n: np.concatenate([n.dz, n.dr, n.dg], axis=1))),
)  # fmt: skip
_GRU_STEP_BACKWARD = (
    *(Mistake(cause, _step_back(change=change)) for cause, change in _GRU_CHANGES),
    *(Mistake(cause, _step_back(late=late)) for cause, late in _GRU_LATER),
    *(Mistake(cause, _step_back(parts)) for cause, parts in _GRU_PARTS),
    *(Mistake("other-places", _step_back(order=order)) for order in _ORDERS),
    Mistake("steps-exchanged", _behind_the_product),
)

# Memories that fade ---------------------------------------------------------------------------------------------


def _fading_by_lists(dh: Array, x: Array, a: Array, u: Array) -> tuple[Array, Array, Array]:
    h = [np.zeros(dh[:, 0].shape)]
    for t in range(x.shape[1]):
        h.append(a * h[t] + u * x[:, t])
    dx, da, du = np.zeros(x.shape), np.zeros(a.shape), np.zeros(u.shape)
    carried = np.zeros(dh[:, 0].shape)
    for t in reversed(range(x.shape[1])):
        blame = dh[:, t] + carried
        dx[:, t] = blame * u
        da += np.sum(blame * h[t], axis=0)
        du += np.sum(blame * x[:, t], axis=0)
        carried = blame * a
    return dx, da, du


def _fading_by_all_blame(dh: Array, x: Array, a: Array, u: Array) -> tuple[Array, Array, Array]:
    m, steps, n = x.shape
    before, after = np.zeros((m, steps, n)), np.zeros((m, n))
    for t in range(steps):
        before[:, t] = after
        after = a * after + u * x[:, t]
    blame = dh * 1.0
    for t in range(steps - 2, -1, -1):
        blame[:, t] += a * blame[:, t + 1]
    return u * blame, (blame * before).sum(axis=(0, 1)), (blame * x).sum(axis=(0, 1))


def _fading(
    parts: Callable[[Any], Any] = lambda n: (n.dx, n.da, n.du),
    carry: Callable[[Any], Any] = lambda n: n.a * n.blame,
    arrives: Callable[[Any], Any] = lambda n: n.dh[:, n.t] + n.carried,
    steps: Callable[[int], Any] = lambda steps: reversed(range(steps)),
) -> Callable[..., Any]:
    """The way back with something changed: what is carried, what arrives, in which order, or what is made of the parts."""

    def result(dh: Array, x: Array, a: Array, u: Array) -> Any:
        n = SimpleNamespace(dh=dh, x=x, a=a, u=u)
        n.states = np.zeros((len(x), x.shape[1] + 1, x.shape[2]))
        for t in range(x.shape[1]):
            n.states[:, t + 1] = a * n.states[:, t] + u * x[:, t]
        n.all, n.carried = np.zeros(x.shape), np.zeros(dh[:, 0].shape)
        for n.t in steps(x.shape[1]):
            n.blame = arrives(n)
            n.all[:, n.t] = n.blame
            n.carried = carry(n)
        n.before, n.after = n.states[:, :-1], n.states[:, 1:]
        n.dx = u * n.all
        n.da, n.du = (n.all * n.before).sum(axis=(0, 1)), (n.all * x).sum(axis=(0, 1))
        return parts(n)

    return result


def _for_both(change: Callable[[Any, Array], Array]) -> Callable[[Any], Any]:
    """The same done wrong to both sums over samples and steps."""
    return lambda n: (None, change(n, n.all * n.before), change(n, n.all * n.x))


_FADING_BACKWARD = (
    Mistake("time-not-carried", _fading(carry=lambda n: 0.0)),
    Mistake("assigned-not-added", _fading(arrives=lambda n: n.carried if n.t < n.dh.shape[1] - 1 else n.dh[:, n.t])),
    Mistake("factor-missing", _fading(carry=lambda n: n.blame)),
    Mistake("wrong-tensor", _fading(carry=lambda n: n.u * n.blame)),
    Mistake("wrong-tensor", _fading(carry=lambda n: n.a * n.dh[:, n.t])),
    Mistake("rest-for-share", _fading(carry=lambda n: (1 - n.a) * n.blame)),
    Mistake("factor-twice", _fading(carry=lambda n: n.a * n.u * n.blame)),
    Mistake("factor-twice", _fading(carry=lambda n: n.a**2 * n.blame)),
    Mistake("done-twice", _fading(carry=lambda n: n.carried + n.a * n.blame)),
    Mistake("factor-too-many", _fading(lambda n: (None, n.a * n.da, None))),
    Mistake("factor-too-many", _fading(lambda n: (None, n.u * n.da, None))),
    Mistake("factor-too-many", _fading(lambda n: (None, None, n.u * n.du))),
    Mistake("factor-too-many", _fading(lambda n: (None, None, n.a * n.du))),
    Mistake("wrong-step", _fading(steps=range)),
    Mistake("stopped-early", _fading(steps=lambda steps: reversed(range(1, steps)))),
    Mistake("wrong-step", _fading(lambda n: (None, (n.all * n.after).sum(axis=(0, 1)), None))),
    Mistake("wrong-step", _fading(lambda n: (None, (n.all[:, :-1] * n.before[:, 1:]).sum(axis=(0, 1)), None))),
    Mistake("wrong-tensor", _fading(lambda n: (None, (n.all * n.x).sum(axis=(0, 1)), None))),
    Mistake("wrong-tensor", _fading(lambda n: (None, None, (n.all * n.before).sum(axis=(0, 1))))),
    Mistake("wrong-tensor", _fading(lambda n: (None, None, (n.all * n.after).sum(axis=(0, 1))))),
    Mistake("time-not-carried", _fading(lambda n: (None, (n.dh * n.before).sum(axis=(0, 1)), None))),
    Mistake("time-not-carried", _fading(lambda n: (None, None, (n.dh * n.x).sum(axis=(0, 1))))),
    Mistake("time-not-carried", _fading(lambda n: (n.u * n.dh, None, None))),
    Mistake("assigned-not-added", _fading(_for_both(lambda n, shares: shares[:, 0].sum(axis=0)))),
    Mistake("kept-not-added", _fading(_for_both(lambda n, shares: shares[:, -1].sum(axis=0)))),
    Mistake("only-one-sample", _fading(_for_both(lambda n, shares: shares[0].sum(axis=0)))),
    Mistake("only-one-sample", _fading(_for_both(lambda n, shares: shares[-1].sum(axis=0)))),
    Mistake("mean-for-sum", _fading(_for_both(lambda n, shares: shares.mean(axis=(0, 1))))),
    Mistake("mean-for-sum", _fading(_for_both(lambda n, shares: shares.mean(axis=1).sum(axis=0)))),
    Mistake("mean-for-sum", _fading(_for_both(lambda n, shares: shares.mean(axis=0).sum(axis=0)))),
    Mistake("bias-not-summed", _fading(_for_both(lambda n, shares: shares.sum(axis=1)))),
    Mistake("one-for-all", _fading(_for_both(lambda n, shares: np.full(shares.shape[2], shares.sum())))),
    Mistake("factor-missing", _fading(lambda n: (n.all, None, None))),
    Mistake("wrong-tensor", _fading(lambda n: (n.a * n.all, None, None))),
    Mistake("wrong-tensor", _fading(lambda n: (n.all * n.x, None, None))),
)  # fmt: skip

# A part of the way, and steps that are not there ------------------------------------------------------------------


def _slow_by_lists(
    dh: Array, x: Array, mask: Array, W: Array, U: Array, b: Array, rate: float
) -> tuple[Array, Array, Array, Array]:
    h, bent = [np.zeros(dh[:, 0].shape)], []
    for t in range(x.shape[1]):
        bent.append(np.tanh(x[:, t] @ W + h[t] @ U + b))
        new = (1 - rate) * h[t] + rate * bent[t]
        h.append(np.where(mask[:, t, None], new, h[t]))
    dx, dW, dU, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(U.shape), np.zeros(b.shape)
    blame = np.zeros(dh[:, 0].shape)
    for t in reversed(range(x.shape[1])):
        blame = blame + dh[:, t]
        dz = np.where(mask[:, t, None], blame * rate * (1 - bent[t] ** 2), 0)
        dx[:, t] = dz @ W.T
        dW += x[:, t].T @ dz
        dU += h[t].T @ dz
        db += dz.sum(axis=0)
        blame = np.where(mask[:, t, None], blame * (1 - rate) + dz @ U.T, blame)
    return dx, dW, dU, db


def _slow_by_speed(
    dh: Array, x: Array, mask: Array, W: Array, U: Array, b: Array, rate: float
) -> tuple[Array, Array, Array, Array]:
    m, steps, _ = x.shape
    states, bent = np.zeros((m, steps + 1, len(b))), np.zeros((m, steps, len(b)))
    speed = rate * mask[:, :, None]
    for t in range(steps):
        bent[:, t] = np.tanh(x[:, t] @ W + states[:, t] @ U + b)
        states[:, t + 1] = states[:, t] + speed[:, t] * (bent[:, t] - states[:, t])
    dz = np.zeros((m, steps, len(b)))
    blame = np.zeros((m, len(b)))
    for t in range(steps - 1, -1, -1):
        blame = blame + dh[:, t]
        dz[:, t] = speed[:, t] * blame * (1 - bent[:, t] ** 2)
        blame = (1 - speed[:, t]) * blame + dz[:, t] @ U.T
    dW = np.einsum("mti,mto->io", x, dz)
    dU = np.einsum("mti,mto->io", states[:, :-1], dz)
    return dz @ W.T, dW, dU, dz.sum(axis=(0, 1))


def _slow(
    parts: Callable[[Any], Any] = lambda n: (n.dx, n.dW, n.dU, n.db),
    carry: Callable[[Any], Any] = lambda n: np.where(n.there, (1 - n.rate) * n.blame + n.dz @ n.U.T, n.blame),
    arrives: Callable[[Any], Any] = lambda n: n.dh[:, n.t] + n.carried,
    slope: Callable[[Any], Any] = lambda n: np.where(n.there, n.rate * n.blame * (1 - n.bent**2), 0),
    seen: Callable[[Array], Array] = lambda mask: mask,
    forth: Callable[[Array], Array] = lambda mask: mask,
    steps: Callable[[int], Any] = lambda steps: reversed(range(steps)),
) -> Callable[..., Any]:
    """The way back with something changed: what is carried, what arrives, the slope, the mask, also forward, or the parts."""

    def result(dh: Array, x: Array, mask: Array, W: Array, U: Array, b: Array, rate: float) -> Any:
        n = SimpleNamespace(dh=dh, x=x, mask=mask, W=W, U=U, b=b, rate=rate)
        own = seen(mask)
        n.states, n.wanted = np.zeros((len(x), x.shape[1] + 1, len(b))), np.zeros((*x.shape[:2], len(b)))
        for t in range(x.shape[1]):
            n.wanted[:, t] = x[:, t] @ W + n.states[:, t] @ U + b
            new = (1 - rate) * n.states[:, t] + rate * np.tanh(n.wanted[:, t])
            n.states[:, t + 1] = np.where(forth(own)[:, t, None], new, n.states[:, t])
        n.all, n.blames, n.carried = np.zeros(n.wanted.shape), 0.0, np.zeros(dh[:, 0].shape)
        for n.t in steps(x.shape[1]):
            n.there, n.bent = own[:, n.t, None], np.tanh(n.wanted[:, n.t])
            n.blame = arrives(n)
            n.blames = n.blames + n.blame.sum(axis=0)
            n.dz = slope(n)
            n.all[:, n.t] = n.dz
            n.carried = carry(n)
        n.before, n.after = n.states[:, :-1], n.states[:, 1:]
        n.dx, n.db = n.all @ W.T, n.all.sum(axis=(0, 1))
        n.dW, n.dU = _product(x, n.all), _product(n.before, n.all)
        return parts(n)

    return result


def _product(a: Array, d: Array) -> Array:
    """A sum over samples and steps."""
    return np.einsum("mti,mto->io", a, d)


def _of_some(choose: Callable[[Array], Array]) -> Callable[[Any], Any]:
    """The gradients of the weights by some of the samples or steps alone."""
    return lambda n: (
        None,
        *(_product(choose(a), choose(n.all)) for a in (n.x, n.before)),
        choose(n.all).sum(axis=(0, 1)),
    )


_SLOPES = (
    ("activation-derivative-missing", lambda n: np.where(n.there, n.rate * n.blame, 0)),
    ("factor-missing", lambda n: np.where(n.there, n.blame * (1 - n.bent**2), 0)),
    ("other-variable", lambda n: np.where(n.there, n.rate * n.blame * (1 - n.states[:, n.t + 1] ** 2), 0)),
    ("wrong-step", lambda n: np.where(n.there, n.rate * n.blame * (1 - n.states[:, n.t] ** 2), 0)),
    ("rest-for-share", lambda n: np.where(n.there, (1 - n.rate) * n.blame * (1 - n.bent**2), 0)),
    ("value-for-slope", lambda n: np.where(n.there, n.rate * n.blame * n.bent, 0)),
    ("power-mixed", lambda n: np.where(n.there, n.rate * n.blame * (1 - n.bent), 0)),
    ("other-activation", lambda n: np.where(n.there, n.rate * n.blame * n.bent * (1 - n.bent), 0)),
    ("derivative-at-activation", lambda n: np.where(n.there, n.rate * n.blame * (1 - np.tanh(n.bent) ** 2), 0)),
    ("tanh-from-weighted-input", lambda n: np.where(n.there, n.rate * n.blame * (1 - n.wanted[:, n.t] ** 2), 0)),
    ("mask-forgotten", lambda n: n.rate * n.blame * (1 - n.bent**2)),
)  # fmt: skip
_CARRIES = (
    ("time-not-carried", lambda n: 0.0),
    ("path-missing", lambda n: np.where(n.there, n.dz @ n.U.T, n.blame)),
    ("path-missing", lambda n: np.where(n.there, (1 - n.rate) * n.blame, n.blame)),
    ("factor-missing", lambda n: np.where(n.there, n.blame + n.dz @ n.U.T, n.blame)),
    ("rest-for-share", lambda n: np.where(n.there, n.rate * n.blame + n.dz @ n.U.T, n.blame)),
    ("factor-twice", lambda n: np.where(n.there, (1 - n.rate) * n.blame + n.rate * n.dz @ n.U.T, n.blame)),
    ("wrong-transpose", lambda n: np.where(n.there, (1 - n.rate) * n.blame + n.dz @ n.U, n.blame)),
    ("weights-skipped", lambda n: np.where(n.there, (1 - n.rate) * n.blame + n.dz, n.blame)),
    ("weights-skipped", lambda n: np.where(n.there, n.dz, n.blame)),
    ("activation-derivative-missing", lambda n: np.where(n.there, (1 - n.rate) * n.blame + n.rate * n.blame @ n.U.T, n.blame)),
    # At a step that is not there, the state was handed on, and its blame is not.
    ("path-missing", lambda n: np.where(n.there, (1 - n.rate) * n.blame + n.dz @ n.U.T, 0)),
    ("factor-too-many", lambda n: (1 - n.rate) * n.blame + n.dz @ n.U.T),
    ("path-missing", lambda n: np.where(n.there, (1 - n.rate) * n.blame + n.dz @ n.U.T, n.carried)),
    ("path-missing", lambda n: np.where(n.there, (1 - n.rate) * n.blame + n.dz @ n.U.T, n.dh[:, n.t])),
    ("wrong-tensor", lambda n: np.where(n.there, (1 - n.rate) * n.dh[:, n.t] + n.dz @ n.U.T, n.blame)),
)  # fmt: skip


def _everywhere(mask: Array) -> Array:
    return np.ones_like(mask, dtype=bool)


_SLOW_RECURRENCE_BACKWARD = (
    *(Mistake(cause, _slow(slope=slope)) for cause, slope in _SLOPES),
    *(Mistake(cause, _slow(carry=carry)) for cause, carry in _CARRIES),
    Mistake("rest-for-share", _slow(
        slope=lambda n: np.where(n.there, (1 - n.rate) * n.blame * (1 - n.bent**2), 0),
        carry=lambda n: np.where(n.there, n.rate * n.blame + n.dz @ n.U.T, n.blame))),
    Mistake("mask-forgotten", _slow(seen=_everywhere)),
    Mistake("mask-forgotten", _slow(forth=_everywhere)),
    # The loss is told of the mask, and nothing else is.
    Mistake("mask-forgotten", _slow(seen=_everywhere, arrives=lambda n: n.dh[:, n.t] * n.mask[:, n.t, None] + n.carried)),
    Mistake("mask-forgotten", _slow(
        slope=lambda n: n.rate * n.blame * (1 - n.bent**2), carry=lambda n: (1 - n.rate) * n.blame + n.dz @ n.U.T)),
    Mistake("path-missing", _slow(arrives=lambda n: n.dh[:, n.t] * n.there + n.carried)),
    Mistake("path-missing", _slow(arrives=lambda n: (n.dh[:, n.t] + n.carried) * n.there)),
    Mistake("mask-reversed", _slow(seen=lambda mask: ~(mask > 0))),
    *each_of(
        (0, -1), "one-for-all",
        lambda dh, x, mask, W, U, b, rate, o: _slow(seen=lambda m: np.broadcast_to(m[o], m.shape))(dh, x, mask, W, U, b, rate),
    ),
    Mistake("wrong-step", _slow(seen=lambda mask: np.broadcast_to(mask[:, :1], mask.shape))),
    Mistake("not-handed-on", _slow(carry=lambda n: np.where(n.there, (1 - n.rate) * n.carried + n.dz @ n.U.T, n.blame))),
    Mistake("assigned-not-added", _slow(arrives=lambda n: n.carried if n.t < n.dh.shape[1] - 1 else n.dh[:, n.t])),
    Mistake("wrong-step", _slow(steps=range)),
    Mistake("stopped-early", _slow(steps=lambda steps: reversed(range(1, steps)))),
    Mistake("wrong-step", _slow(lambda n: (None, None, _product(n.after, n.all), None))),
    Mistake("wrong-step", _slow(lambda n: (None, None, _product(n.before[:, 1:], n.all[:, :-1]), None))),
    Mistake("wrong-tensor", _slow(lambda n: (None, None, _product(np.tanh(n.wanted), n.all), None))),
    Mistake("transposed", _slow(lambda n: (None, None, n.dU.T, None))),
    Mistake("assigned-not-added", _slow(_of_some(lambda a: a[:, :1]))),
    Mistake("kept-not-added", _slow(_of_some(lambda a: a[:, -1:]))),
    Mistake("only-one-sample", _slow(_of_some(lambda a: a[:1]))),
    Mistake("only-one-sample", _slow(_of_some(lambda a: a[-1:]))),
    *each_of(
        (lambda n: n.x.shape[1], lambda n: n.x.shape[1] * len(n.x), lambda n: n.mask.sum()), "mean-for-sum",
        lambda dh, x, mask, W, U, b, rate, o: _slow(
            lambda n: (None, *(g / o(n) for g in (n.dW, n.dU, n.db))))(dh, x, mask, W, U, b, rate),
    ),
    Mistake("wrong-tensor", _slow(lambda n: (None, None, None, n.blames))),
    Mistake("bias-averaged", _slow(lambda n: (None, None, None, n.db / len(n.x)))),
    Mistake("mean-for-sum", _slow(lambda n: (None, n.dW / len(n.x), n.dU / len(n.x), None))),
    Mistake("bias-not-summed", _slow(lambda n: (None, None, None, n.all.sum(axis=1)))),
)  # fmt: skip

# A loss in bits -------------------------------------------------------------------------------------------------


def _bits_by_steps(logits: Array, labels: Array) -> tuple[float, Array]:
    bits, dlogits, count = 0.0, np.zeros(logits.shape), np.sum(labels >= 0)
    for s in range(labels.shape[0]):
        for t in range(labels.shape[1]):
            k = labels[s, t]
            if k >= 0:
                e = np.exp(logits[s, t] - logits[s, t].max())
                bits += (np.log(e.sum()) - logits[s, t, k] + logits[s, t].max()) / np.log(2)
                dlogits[s, t] = e / e.sum()
                dlogits[s, t, k] -= 1
    return bits / count, dlogits / (count * np.log(2))


def _bits_by_rows(logits: Array, labels: Array) -> tuple[float, Array]:
    there = labels >= 0
    rows, right = logits[there], labels[there]
    shifted = rows - rows.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    place = np.arange(len(rows)), right
    bits = -np.mean(log_p[place]) / np.log(2)
    slope = np.exp(log_p)
    slope[place] -= 1
    dlogits = np.zeros(logits.shape)
    dlogits[there] = slope / (len(rows) * np.log(2))
    return bits, dlogits


def _bits(
    parts: Callable[[Any], Any] = lambda n: (n.bits, n.dlogits),
    seen: Callable[[Array], Array] = lambda labels: labels >= 0,
    count: Callable[[Any], Any] = lambda n: n.there.sum(),
    unit: float = float(np.log(2)),
    axis: Any = 2,
) -> Callable[..., Any]:
    """Bits and slopes with something changed: what is seen, the count, the unit, the axis of the softmax, or the parts."""

    def result(logits: Array, labels: Array) -> Any:
        n = SimpleNamespace(logits=logits, labels=labels, there=labels >= 0, seen=seen(labels) * 1.0, unit=unit)
        n.count = count(n)
        shifted = logits - logits.max(axis=axis, keepdims=True)
        n.log_p = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
        # As an index, -1 is the last letter.
        n.right = (np.arange(logits.shape[2]) == (labels % logits.shape[2])[:, :, None]) * 1.0
        n.losses = -(n.right * n.log_p).sum(axis=2) * n.seen
        n.slopes = (np.exp(n.log_p) - n.right) * n.seen[:, :, None]
        n.bits, n.dlogits = n.losses.sum() / n.count / unit, n.slopes / n.count / unit
        return parts(n)

    return result


def _bits_unshifted(logits: Array, labels: Array) -> tuple[float, Array]:
    """Large logits have exponentials that no float can hold: infinite sums, and probabilities of zero."""
    total = np.exp(logits).sum(axis=2, keepdims=True)

    def parts(n: Any) -> Any:
        n.log_p = logits - np.log(total)
        bits = -(n.right * n.log_p).sum(axis=2)[n.there].sum() / n.count / n.unit
        return bits, (np.exp(n.log_p) - n.right) * n.there[:, :, None] / n.count / n.unit

    return _bits(parts)(logits, labels)


def _share_of_its_own(n: Any) -> Any:
    """A mean in each sequence, and then the mean of these."""
    lengths = n.there.sum(axis=1)
    weights = 1 / lengths / len(lengths) / n.unit
    return (n.losses.sum(axis=1) * weights).sum(), n.slopes * weights[:, None, None]


_BITS_PER_LETTER = (
    Mistake("factor-left-out", _bits(unit=1.0)),
    Mistake("multiplied-divided", _bits(unit=1 / float(np.log(2)))),
    Mistake("other-constant", _bits(unit=float(np.log(10)))),
    *each_of(
        (lambda n: n.there.size, lambda n: len(n.there), lambda n: n.there.shape[1], lambda n: n.there.size * n.logits.shape[2],
         lambda n: n.there.sum() * n.logits.shape[2]),
        "other-count",
        lambda logits, labels, o: _bits(count=o)(logits, labels),
    ),
    Mistake("sum-for-mean", _bits(count=lambda n: 1)),
    Mistake("mean-for-sum", _bits(lambda n: (None, n.dlogits / len(n.there)))),
    Mistake("sum-for-mean", _bits(lambda n: (None, n.slopes))),
    Mistake("counted-alike", _bits(_share_of_its_own)),
    Mistake("mask-forgotten", _bits(seen=np.ones_like)),
    Mistake("mask-forgotten", _bits(seen=np.ones_like, count=lambda n: n.there.size)),
    # The loss is told of the mask, and its slope is not.
    Mistake("mask-forgotten", _bits(lambda n: (None, n.dlogits), seen=np.ones_like)),
    Mistake("mask-forgotten", _bits(lambda n: (None, (np.exp(n.log_p) - n.right * n.there[:, :, None]) / n.count / n.unit))),
    Mistake("mask-forgotten", _bits(lambda n: (None, n.dlogits), seen=np.ones_like, count=lambda n: n.there.size)),
    Mistake("comparison-border", _bits(seen=lambda labels: labels > 0)),
    Mistake("comparison-border", _bits(seen=lambda labels: labels > 0, count=lambda n: n.seen.sum())),
    Mistake("mask-reversed", _bits(seen=lambda labels: labels < 0)),
    Mistake("turned-sign", _bits(lambda n: (-n.bits, n.dlogits))),
    Mistake("sign", _bits(lambda n: (n.bits, -n.dlogits))),
    *each_of((0, 1, (1, 2), (0, 1, 2)), "other-axis", lambda logits, labels, o: _bits(axis=o)(logits, labels)),
    Mistake("softmax-diagonal", _bits(lambda n: (None, n.dlogits * n.right))),
    Mistake("not-finite", _bits_unshifted),
    Mistake("softmax-differentiated-twice", _bits(lambda n: (
        None, n.slopes * np.exp(n.log_p) * (1 - np.exp(n.log_p)) / n.count / n.unit))),
    Mistake("path-missing", _bits(lambda n: (None, -n.right * n.there[:, :, None] / n.count / n.unit))),
    Mistake("term-left-out", _bits(lambda n: (
        None, np.exp(n.log_p) * n.there[:, :, None] / n.count / n.unit))),
    Mistake("activation-derivative-missing", _bits(lambda n: (
        None, -n.right * n.there[:, :, None] / softmax(n.logits, 2, 2) / n.count / n.unit))),
    Mistake("other-function", _bits(lambda n: (2.0**n.bits, None))),
    Mistake("other-function", _bits(lambda n: (np.exp(n.bits * n.unit), None))),
    Mistake("function-left-out", _bits(lambda n: ((n.right * np.exp(n.log_p)).sum(axis=2)[n.there].mean(), None))),
)  # fmt: skip

# A table used twice ---------------------------------------------------------------------------------------------


def _tied_by_steps(
    drows: Array, dscores: Array, states: Array, index: Array, table: Array
) -> tuple[Array, Array]:
    dtable, dstates = np.zeros(table.shape), np.zeros(states.shape)
    for s in range(index.shape[0]):
        for t in range(index.shape[1]):
            if index[s, t] >= 0:
                dtable[index[s, t]] += drows[s, t]
                dtable += np.outer(dscores[s, t], states[s, t])
                dstates[s, t] = dscores[s, t] @ table
    return dtable, dstates


def _tied_at_once(
    drows: Array, dscores: Array, states: Array, index: Array, table: Array
) -> tuple[Array, Array]:
    there = index >= 0
    written = dscores * there[:, :, None]
    dtable = np.einsum("mtk,mtn->kn", written, states)
    np.add.at(dtable, index[there], drows[there])
    return dtable, written @ table


def _tied(
    parts: Callable[[Any], Any] = lambda n: (n.read + n.written, n.dstates),
    read: Callable[[Array], Array] = lambda index: index >= 0,
    written: Callable[[Array], Array] = lambda index: index >= 0,
    once: bool = False,
) -> Callable[..., Any]:
    """Both uses with something changed: which steps are read, which are written, whether an index counts once, or the parts."""

    def result(drows: Array, dscores: Array, states: Array, index: Array, table: Array) -> Any:
        n = SimpleNamespace(table=table, states=states, index=index, drows=drows, there=index >= 0)
        n.dscores = dscores * written(index)[:, :, None]
        n.read, seen = np.zeros(table.shape), read(index)
        if once:
            n.read[index[seen]] = drows[seen]
        else:
            np.add.at(n.read, index[seen], drows[seen])
        n.written, n.dstates = _product(n.dscores, states), n.dscores @ table
        return parts(n)

    return result


def _own(n: Any) -> Array:
    """Ones for the letters that are read."""
    return np.arange(len(n.table)) == n.index[:, :, None]


def _all(index: Array) -> Array:
    return np.ones(index.shape, dtype=bool)


def _kept_where_read(n: Any) -> Any:
    """What was written stands there, until a letter that is read is written over it."""
    read = n.written.copy()
    read[n.index[n.there]] = n.drows[n.there]
    return read, None


def _added_once_to_written(n: Any) -> Any:
    """``+=`` with an index that comes back adds to what stood there, once."""
    read = n.written.copy()
    read[n.index[n.there]] += n.drows[n.there]
    return read, None


def _read(n: Any, sample: int) -> Array:
    """What one of the sequences has read."""
    read, there = np.zeros(n.table.shape), n.there[sample]
    np.add.at(read, n.index[sample][there], n.drows[sample][there])
    return read


def _by_occurrence(n: Any) -> Array:
    """How often each letter is read, and one for a letter that is not."""
    counts = np.bincount(n.index[n.there], minlength=len(n.table))
    return np.maximum(counts, 1)[:, None]


_TIED_TABLE_BACKWARD = (
    Mistake("index-assigned", _tied(once=True)),
    Mistake("index-assigned", _tied(_added_once_to_written)),
    Mistake("index-assigned", _tied(once=True, read=_all)),
    Mistake("assigned-not-added", _tied(_kept_where_read)),
    Mistake("path-missing", _tied(lambda n: (n.read, None))),
    Mistake("path-missing", _tied(lambda n: (n.written, None))),
    Mistake("index-assigned", _tied(lambda n: (n.read, None), once=True)),
    # Each state is compared with all letters, not with that alone which was read.
    Mistake("path-missing", _tied(lambda n: (n.read + _product(n.dscores * _own(n), n.states), None))),
    Mistake("path-missing", _tied(lambda n: (None, (n.dscores * _own(n)) @ n.table))),
    # As an index, -1 is the last letter.
    Mistake("mask-forgotten", _tied(read=_all)),
    Mistake("mask-forgotten", _tied(written=_all)),
    Mistake("mask-forgotten", _tied(read=_all, written=_all)),
    Mistake("mask-forgotten", _tied(lambda n: (n.read, None), read=_all)),
    Mistake("comparison-border", _tied(read=lambda index: index > 0, written=lambda index: index > 0)),
    Mistake("comparison-border", _tied(read=lambda index: index > 0)),
    Mistake("mask-reversed", _tied(read=lambda index: index < 0, written=lambda index: index < 0)),
    *(Mistake("only-one-sample", _tied(lambda n, s=s: (_read(n, s) + n.dscores[s].T @ n.states[s], None))) for s in (0, -1)),
    Mistake("only-one-sample", _tied(lambda n: (n.read + n.dscores[0].T @ n.states[0], None))),
    Mistake("only-one-sample", _tied(lambda n: (n.read + n.dscores[-1].T @ n.states[-1], None))),
    Mistake("kept-not-added", _tied(lambda n: (n.read + n.dscores[-1, -1][:, None] * n.states[-1, -1], None))),
    Mistake("kept-not-added", _tied(lambda n: (n.read + n.dscores[n.there][-1][:, None] * n.states[n.there][-1], None))),
    Mistake("mean-for-sum", _tied(lambda n: ((n.read + n.written) / len(n.states), None))),
    Mistake("mean-for-sum", _tied(lambda n: ((n.read + n.written) / n.there.sum(), None))),
    Mistake("mean-for-sum", _tied(lambda n: ((n.read + n.written) / 2, None))),
    Mistake("mean-for-sum", _tied(lambda n: (n.read / _by_occurrence(n) + n.written, None))),
    Mistake("mean-for-sum", _tied(lambda n: (n.read + n.written / n.there.sum(), None))),
    Mistake("mean-for-sum", _tied(lambda n: (n.read + n.written / len(n.states), None))),
    Mistake("wrong-tensor", _tied(lambda n: (n.read + _product(n.dscores, n.drows), None))),
    Mistake("wrong-tensor", _tied(lambda n: (n.read + _product(n.dscores, n.table[n.index]), None))),
    Mistake("wrong-tensor", _tied(lambda n: (None, n.table[n.index] * n.there[:, :, None]))),
    Mistake("wrong-tensor", _tied(lambda n: (None, n.drows * n.there[:, :, None]))),
    Mistake("wrong-tensor", _tied(lambda n: (None, n.drows))),
    Mistake("wrong-tensor", _tied(lambda n: (None, n.dstates + n.drows * n.there[:, :, None]))),
    Mistake("wrong-tensor", _tied(lambda n: (None, n.dstates + n.drows))),
)  # fmt: skip

TYPICAL = {
    "gru_step": Typical(forms=(_step_by_gates, _step_by_a_move), mistakes=_GRU_STEP),
    "gru_step_backward": Typical(forms=(_step_back_by_gates,), mistakes=_GRU_STEP_BACKWARD),
    "fading_backward": Typical(forms=(_fading_by_lists, _fading_by_all_blame), mistakes=_FADING_BACKWARD),
    "slow_recurrence_backward": Typical(
        forms=(_slow_by_lists, _slow_by_speed), mistakes=_SLOW_RECURRENCE_BACKWARD
    ),
    "bits_per_letter": Typical(forms=(_bits_by_steps, _bits_by_rows), mistakes=_BITS_PER_LETTER),
    "tied_table_backward": Typical(forms=(_tied_by_steps, _tied_at_once), mistakes=_TIED_TABLE_BACKWARD),
}
