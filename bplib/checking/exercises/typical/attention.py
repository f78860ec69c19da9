"""What is typical of answers to the exercise on attention: axes, heads, the scale, and a softmax taken for a sigmoid."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from bplib.checking.exercises.typical.ideas import TINY, each_of, softmax
from bplib.checking.judging.check import Mistake, Typical
from bplib.types import Array

#: Added to a mean of squares, as the text says.
EPSILON = 1e-5

# Weights by length ----------------------------------------------------------------------------------------------


def _weights_by_rows(scores: Array, lengths: Array) -> Array:
    weights = np.zeros(scores.shape)
    for s in range(scores.shape[0]):
        n = lengths[s]
        e = np.exp(scores[s, :, :, :n] - scores[s, :, :, :n].max(axis=2, keepdims=True))
        weights[s, :, :, :n] = e / e.sum(axis=2, keepdims=True)
    return weights


def _weights_by_zeros(scores: Array, lengths: Array) -> Array:
    seen = np.arange(scores.shape[3]) < lengths[:, None, None, None]
    top = np.where(seen, scores, -np.inf).max(axis=3, keepdims=True)
    e = np.exp(np.minimum(scores - top, 0)) * seen
    return e / e.sum(axis=3, keepdims=True)


def _weights(
    seen: Callable[[Array, Array], Array] = lambda at, n: at < n, hidden: Any = -np.inf, axis: Any = 3
) -> Callable[..., Array]:
    """Weights with something changed: what is seen, what stands in place of a hidden score, or the axis of the softmax."""

    def result(scores: Array, lengths: Array) -> Array:
        at, n = np.arange(scores.shape[3]), lengths[:, None, None, None]
        return softmax(np.where(seen(at, n), scores, hidden), axis, axis)

    return result


def _masked_later(scores: Array, lengths: Array) -> Array:
    return softmax(scores, 3, 3) * (np.arange(scores.shape[3]) < lengths[:, None, None, None])


def _divided_along(axis: Any) -> Callable[..., Array]:
    """The largest of the keys is subtracted, and divided by a sum over something else."""

    def result(scores: Array, lengths: Array) -> Array:
        e = np.exp(_weights_logits(scores, lengths))
        return e / e.sum(axis=axis, keepdims=True)

    return result


_LENGTH_WEIGHTS = (
    Mistake("steps-exchanged", _masked_later),
    Mistake("mask-forgotten", lambda scores: softmax(scores, 3, 3)),
    *each_of((0.0, 1e-9, -1.0, -10.0, -100.0, -1000.0, -2000.0, -5000.0, -1e4), "other-constant", lambda scores, lengths, o: _weights(hidden=o)(scores, lengths)),
    Mistake("off-by-one", _weights(lambda at, n: at <= n)),
    Mistake("off-by-one", _weights(lambda at, n: (at < n - 1) | ((n == 1) & (at == 0)))),
    Mistake("mask-reversed", _weights(lambda at, n: (at >= n) | (n == len(at)))),
    Mistake("mask-reversed", _weights(lambda at, n: at >= n, hidden=-1e9)),
    *each_of((0, 1, 2), "other-axis", lambda scores, lengths, o: _weights(hidden=-1e9, axis=o)(scores, lengths)),
    *each_of((0, 1, 2, None), "other-axis", lambda scores, lengths, o: _divided_along(o)(scores, lengths)),
    Mistake("other-axis", _weights(axis=None)),
    Mistake("other-axis", _weights(axis=(2, 3))),
    Mistake("one-for-all", lambda scores, lengths: _weights()(scores, np.full_like(lengths, lengths[0]))),
    Mistake("one-for-all", lambda scores, lengths: _weights()(scores, np.full_like(lengths, lengths.max()))),
    Mistake("one-for-all", lambda scores, lengths: _weights()(scores, np.full_like(lengths, lengths.min()))),
    Mistake("function-left-out", lambda scores, lengths: np.where(_masked_later(scores, lengths) > 0, scores, 0.0)),
    Mistake("factor-too-many", lambda scores, lengths: _weights()(scores / np.sqrt(scores.shape[3]), lengths)),
    Mistake("step-left-out", lambda scores, lengths: np.exp(_weights_logits(scores, lengths))),
)  # fmt: skip


def _weights_logits(scores: Array, lengths: Array) -> Array:
    """The scores against the largest of those that are seen; the sum is still to be divided by."""
    seen = np.where(np.arange(scores.shape[3]) < lengths[:, None, None, None], scores, -np.inf)
    return seen - seen.max(axis=3, keepdims=True)


# Attention across two sequences ---------------------------------------------------------------------------------


def _cross_by_heads(x: Array, memory: Array, Wq: Array, Wk: Array, Wv: Array, heads: int) -> Array:
    d, n = Wq.shape[1] // heads, Wv.shape[1] // heads
    found = []
    for h in range(heads):
        q = x @ Wq[:, h * d : h * d + d]
        k = memory @ Wk[:, h * d : h * d + d]
        v = memory @ Wv[:, h * n : h * n + n]
        scores = q @ k.transpose(0, 2, 1) / np.sqrt(d)
        e = np.exp(scores - scores.max(axis=2, keepdims=True))
        found.append(e / e.sum(axis=2, keepdims=True) @ v)
    return np.concatenate(found, axis=2)


def _cross_by_axes(x: Array, memory: Array, Wq: Array, Wk: Array, Wv: Array, heads: int) -> Array:
    m, queries, keys = x.shape[0], x.shape[1], memory.shape[1]
    q = (x @ Wq).reshape(m, queries, heads, -1).transpose(0, 2, 1, 3)
    k = (memory @ Wk).reshape(m, keys, heads, -1).transpose(0, 2, 1, 3)
    v = (memory @ Wv).reshape(m, keys, heads, -1).transpose(0, 2, 1, 3)
    scores = q @ k.transpose(0, 1, 3, 2) / np.sqrt(q.shape[3])
    e = np.exp(scores - scores.max(axis=3, keepdims=True))
    weights = e / e.sum(axis=3, keepdims=True)
    return (weights @ v).transpose(0, 2, 1, 3).reshape(m, queries, -1)


def _dealt(t: Array, heads: int) -> Array:
    return t.reshape(*t.shape[:2], heads, -1).transpose(0, 2, 1, 3)


def _uncut(t: Array, heads: int) -> Array:
    """A reshape to the right shape, and no axis moved."""
    return t.reshape(len(t), heads, t.shape[1], -1)


def _interleaved(t: Array, heads: int) -> Array:
    """Every so-many-th feature for a head."""
    return t.reshape(*t.shape[:2], -1, heads).transpose(0, 3, 1, 2)


def _joined(t: Array) -> Array:
    return t.transpose(0, 2, 1, 3).reshape(len(t), t.shape[2], -1)


def _cross(
    divisor: Callable[[Any], Any] = lambda n: np.sqrt(n.q.shape[3]),
    axis: Any = 3,
    deal: Callable[[Array, int], Array] = _dealt,
    deal_values: Callable[[Array, int], Array] | None = None,
    join: Callable[[Array], Array] = _joined,
    shares: Callable[[Array], Array] | None = None,
) -> Callable[..., Array]:
    """Attention with something changed: the divisor, the axis of the softmax, or how heads are dealt and joined."""

    def result(x: Array, memory: Array, Wq: Array, Wk: Array, Wv: Array, heads: int) -> Array:
        n = SimpleNamespace(q=deal(x @ Wq, heads), k=deal(memory @ Wk, heads), Wq=Wq, heads=heads)
        n.v = (deal_values or deal)(memory @ Wv, heads)
        scores = n.q @ n.k.swapaxes(2, 3) / divisor(n)
        weights = shares(scores) if shares else softmax(scores, axis, axis)
        return join(weights @ n.v)

    return result


_DIVISORS = (
    ("factor-missing", lambda n: 1.0),
    ("function-left-out", lambda n: n.q.shape[3]),
    ("other-count", lambda n: np.sqrt(n.Wq.shape[1])),
    ("other-count", lambda n: np.sqrt(n.k.shape[2])),
    ("other-count", lambda n: np.sqrt(n.q.shape[2])),
    ("other-count", lambda n: np.sqrt(n.heads)),
    ("other-count", lambda n: np.sqrt(n.v.shape[3])),
    ("other-count", lambda n: np.sqrt(len(n.Wq))),
    ("multiplied-for-divided", lambda n: 1 / np.sqrt(n.q.shape[3])),
)
#: Where there is no way back, the same mistakes have other names.
_FORWARD = {"factor-missing": "factor-left-out", "multiplied-for-divided": "multiplied-divided"}
_CROSS_ATTENTION = (
    *(Mistake(_FORWARD.get(cause, cause), _cross(divisor)) for cause, divisor in _DIVISORS),
    *(Mistake("other-axis", _cross(axis=axis)) for axis in (0, 1, 2, None, (2, 3))),
    Mistake("axes-not-moved", _cross(deal=_uncut)),
    Mistake("axes-not-moved", _cross(deal=_uncut, join=lambda t: t.reshape(len(t), t.shape[2], -1))),
    Mistake("axes-not-moved", _cross(join=lambda t: t.reshape(len(t), t.shape[2], -1))),
    Mistake("other-places", _cross(deal=_interleaved)),
    Mistake("other-places", _cross(deal_values=_interleaved)),
    Mistake("other-places", _cross(join=lambda t: t.transpose(0, 2, 3, 1).reshape(len(t), t.shape[2], -1))),
    Mistake("function-left-out", _cross(shares=lambda scores: scores)),
    Mistake("step-left-out", _cross(shares=np.exp)),
    Mistake("other-function", _cross(shares=lambda scores: 1 / (1 + np.exp(-scores)))),
    Mistake("step-left-out", lambda x, memory, Wq, Wk, Wv: _cross_by_heads(x, memory, Wq, Wk, Wv, 1)),
    Mistake("mean-for-sum", _cross(join=lambda t: _joined(t) / t.shape[1])),
)


def _cross_back_by_matrices(
    dy: Array, x: Array, memory: Array, Wq: Array, Wk: Array, Wv: Array
) -> tuple[Array, Array, Array, Array, Array]:
    root = np.sqrt(Wq.shape[1])
    q, k, v = x @ Wq, memory @ Wk, memory @ Wv
    scores = q @ k.transpose(0, 2, 1) / root
    e = np.exp(scores - scores.max(axis=2, keepdims=True))
    a = e / e.sum(axis=2, keepdims=True)
    dv = a.transpose(0, 2, 1) @ dy
    da = dy @ v.transpose(0, 2, 1)
    ds = a * (da - (da * a).sum(axis=2, keepdims=True)) / root
    dq = ds @ k
    dk = ds.transpose(0, 2, 1) @ q
    dx = dq @ Wq.T
    dmemory = dk @ Wk.T + dv @ Wv.T
    dWq = np.einsum("mti,mto->io", x, dq)
    dWk = np.einsum("mti,mto->io", memory, dk)
    dWv = np.einsum("mti,mto->io", memory, dv)
    return dx, dmemory, dWq, dWk, dWv


def _cross_back_by_samples(
    dy: Array, x: Array, memory: Array, Wq: Array, Wk: Array, Wv: Array
) -> tuple[Array, Array, Array, Array, Array]:
    dx, dmemory = np.zeros(x.shape), np.zeros(memory.shape)
    dWq, dWk, dWv = np.zeros(Wq.shape), np.zeros(Wk.shape), np.zeros(Wv.shape)
    root = np.sqrt(Wq.shape[1])
    for s in range(len(x)):
        q, k, v = x[s] @ Wq, memory[s] @ Wk, memory[s] @ Wv
        e = np.exp(q @ k.T / root - (q @ k.T / root).max(axis=1, keepdims=True))
        a = e / e.sum(axis=1, keepdims=True)
        dv, da = a.T @ dy[s], dy[s] @ v.T
        ds = a * (da - (da * a).sum(axis=1, keepdims=True)) / root
        dq, dk = ds @ k, ds.T @ q
        dx[s] = dq @ Wq.T
        dmemory[s] = dk @ Wk.T + dv @ Wv.T
        dWq += x[s].T @ dq
        dWk += memory[s].T @ dk
        dWv += memory[s].T @ dv
    return dx, dmemory, dWq, dWk, dWv


def _cross_back(
    parts: Callable[[Any], Any] = lambda n: (n.dx, n.by_key + n.by_value, n.dWq, n.dWk, n.dWv),
    divisor: Callable[[Any], Any] = lambda n: n.root,
    slope: Callable[[Array, Array], Array] = lambda da, a: a * (da - (da * a).sum(axis=2, keepdims=True)),
) -> Callable[..., Any]:
    """The way back with something changed: the divisor, the softmax's slope, or what is made of the parts."""

    def result(dy: Array, x: Array, memory: Array, Wq: Array, Wk: Array, Wv: Array) -> Any:
        n = SimpleNamespace(dy=dy, x=x, memory=memory, Wq=Wq, root=np.sqrt(Wq.shape[1]))
        n.q, n.k, v = x @ Wq, memory @ Wk, memory @ Wv
        n.a = softmax(n.q @ n.k.swapaxes(1, 2) / n.root, 2, 2)
        n.dv, n.da = n.a.swapaxes(1, 2) @ dy, dy @ v.swapaxes(1, 2)
        n.ds = slope(n.da, n.a) / divisor(n)
        n.dq, n.dk = n.ds @ n.k, n.ds.swapaxes(1, 2) @ n.q
        n.dx, n.by_key, n.by_value = n.dq @ Wq.T, n.dk @ Wk.T, n.dv @ Wv.T
        n.dWq, n.dWk, n.dWv = (
            np.einsum("mti,mto->io", a, b) for a, b in ((x, n.dq), (memory, n.dk), (memory, n.dv))
        )
        return parts(n)

    return result


_CROSS_ATTENTION_BACKWARD = (
    Mistake("path-missing", _cross_back(lambda n: (None, n.by_value, None, None, None))),
    Mistake("path-missing", _cross_back(lambda n: (None, n.by_key, None, None, None))),
    *each_of(
        (
            lambda da, a: da * a * (1 - a), lambda da, a: a * (da - da * a), lambda da, a: da * a,
        ),
        "softmax-diagonal",
        lambda dy, x, memory, Wq, Wk, Wv, o: _cross_back(slope=o)(dy, x, memory, Wq, Wk, Wv),
    ),
    Mistake("upstream-missing", _cross_back(slope=lambda da, a: da)),
    Mistake("term-left-out", _cross_back(slope=lambda da, a: da - (da * a).sum(axis=2, keepdims=True))),
    *each_of(
        (1, 0, (1, 2)),
        "wrong-axis",
        lambda dy, x, memory, Wq, Wk, Wv, o: _cross_back(
            slope=lambda da, a: a * (da - (da * a).sum(axis=o, keepdims=True))
        )(dy, x, memory, Wq, Wk, Wv),
    ),
    Mistake("mean-for-sum", _cross_back(slope=lambda da, a: a * (da - (da * a).mean(axis=2, keepdims=True)))),
    Mistake("factor-missing", _cross_back(divisor=lambda n: 1.0)),
    *each_of(
        (
            lambda n: n.root**2, lambda n: np.sqrt(n.memory.shape[1]), lambda n: np.sqrt(n.x.shape[1]), lambda n: np.sqrt(len(n.Wq)),
            lambda n: np.sqrt(n.dy.shape[2]),
        ),
        "scaled",
        lambda dy, x, memory, Wq, Wk, Wv, o: _cross_back(divisor=o)(dy, x, memory, Wq, Wk, Wv),
    ),
    *each_of(
        (0, -1),
        "only-one-sample",
        lambda dy, x, memory, Wq, Wk, Wv, o: _cross_back(
            lambda n: (None, None, n.x[o].T @ n.dq[o], n.memory[o].T @ n.dk[o], n.memory[o].T @ n.dv[o])
        )(dy, x, memory, Wq, Wk, Wv),
    ),
    Mistake("mean-for-sum", _cross_back(lambda n: (None, None, *(g / len(n.x) for g in (n.dWq, n.dWk, n.dWv))))),
)  # fmt: skip

# A bias by distance ---------------------------------------------------------------------------------------------


def _bias_by_pairs(dscores: Array) -> Array:
    _, heads, queries, keys = dscores.shape
    dbias = np.zeros((heads, queries + keys - 1))
    for i in range(queries):
        for j in range(keys):
            dbias[:, j - i + queries - 1] += dscores[:, :, i, j].sum(axis=0)
    return dbias


def _bias_by_rows(dscores: Array) -> Array:
    _, heads, queries, keys = dscores.shape
    total = dscores.sum(axis=0)
    dbias = np.zeros((heads, queries + keys - 1))
    for i in range(queries):
        start = queries - 1 - i
        dbias[:, start : start + keys] += total[:, i]
    return dbias


def _bias(
    place: Callable[[int, int, int, int], int] = lambda i, j, queries, keys: j - i + queries - 1,
    total: Callable[[Array], Array] = lambda d: d.sum(axis=0),
    add: bool = True,
    seen: Callable[[int, int, int, int], bool] = lambda i, j, queries, keys: True,
) -> Callable[..., Array]:
    """The sums along the diagonals with something changed: their place, what is added up, or whether it is."""

    def result(dscores: Array) -> Array:
        _, heads, queries, keys = dscores.shape
        over, dbias = total(dscores), np.zeros((heads, queries + keys - 1))
        for i, j in np.ndindex(queries, keys):
            if seen(i, j, queries, keys):
                at = place(i, j, queries, keys)
                dbias[:, at] = over[:, i, j] + (dbias[:, at] if add else 0)
        return dbias

    return result


def _per_diagonal(dscores: Array) -> Array:
    """How many pairs share each distance."""
    return _bias()(np.ones((1, *dscores.shape[1:])))


_RELATIVE_BIAS_BACKWARD = (
    Mistake("index-assigned", _bias(add=False)),
    Mistake("assigned-not-added", _bias(total=lambda d: d[-1], add=False)),
    Mistake("order-reversed", _bias(lambda i, j, queries, keys: i - j + keys - 1)),
    Mistake("other-places", _bias(lambda i, j, queries, keys: i + j)),
    Mistake("begins-elsewhere", _bias(lambda i, j, queries, keys: j - i)),
    Mistake("begins-elsewhere", _bias(lambda i, j, queries, keys: (j - i + keys - 1) % (queries + keys - 1))),
    Mistake("begins-elsewhere", _bias(lambda i, j, queries, keys: (j - i + queries) % (queries + keys - 1))),
    Mistake("mean-for-sum", _bias(total=lambda d: d.mean(axis=0))),
    Mistake("mean-for-sum", lambda dscores: _bias()(dscores) / _per_diagonal(dscores)),
    Mistake("mean-for-sum", lambda dscores: _bias()(dscores) / _per_diagonal(dscores) / len(dscores)),
    Mistake("one-for-all", _bias(total=lambda d: np.broadcast_to(d.sum(axis=(0, 1)), d.shape[1:]))),
    Mistake("only-one-sample", _bias(total=lambda d: d[0])),
    Mistake("only-one-sample", _bias(total=lambda d: d[-1])),
    Mistake("path-missing", _bias(seen=lambda i, j, queries, keys: i == 0 or j == 0)),
    Mistake("path-missing", _bias(seen=lambda i, j, queries, keys: j <= i)),
    Mistake("path-missing", _bias(seen=lambda i, j, queries, keys: j >= i)),
    Mistake("stopped-early", _bias(seen=lambda i, j, queries, keys: i < queries - 1)),
    Mistake("stopped-early", _bias(seen=lambda i, j, queries, keys: j < keys - 1)),
)

# RMS normalization ----------------------------------------------------------------------------------------------


def _rms_by_means(dy: Array, x: Array, gamma: Array) -> tuple[Array, Array]:
    size = np.sqrt((x**2).mean(axis=2, keepdims=True) + 1e-5)
    normal = x / size
    d = dy * gamma
    dx = (d - normal * (d * normal).mean(axis=2, keepdims=True)) / size
    dgamma = (dy * normal).sum(axis=(0, 1))
    return dx, dgamma


def _rms_by_steps(dy: Array, x: Array, gamma: Array) -> tuple[Array, Array]:
    n = x.shape[2]
    square = np.sum(x * x, axis=2, keepdims=True) / n
    inverse = 1 / np.sqrt(square + 1e-5)
    d = dy * gamma
    dinverse = np.sum(d * x, axis=2, keepdims=True)
    dsquare = dinverse * -0.5 * inverse**3
    dx = d * inverse + dsquare * 2 * x / n
    dgamma = np.sum(dy * x * inverse, axis=(0, 1))
    return dx, dgamma


def _rms(
    parts: Callable[[Any], Any] = lambda n: (n.dx, n.dgamma),
    axis: Any = 2,
    back: Any = None,
    size: Callable[[Array], Array] = lambda square: np.sqrt(square + EPSILON),
    off: Callable[[Array], Any] = lambda x: 0.0,
) -> Callable[..., Any]:
    """The way back with something changed: the axis of the mean, that on the way back, the size, or what is taken off."""

    def result(dy: Array, x: Array, gamma: Array) -> Any:
        n = SimpleNamespace(dy=dy, x=x, gamma=gamma, d=dy * gamma)
        x = x - off(x)
        n.square = (x**2).mean(axis=axis, keepdims=True)
        n.size = size(n.square)
        n.normal = x / n.size
        along = axis if back is None else back
        n.turned = n.normal * (n.d * n.normal).mean(axis=along, keepdims=True)
        n.dx = (n.d - n.turned) / n.size
        n.dgamma, n.count = (dy * n.normal).sum(axis=(0, 1)), x.shape[2]
        return parts(n)

    return result


_RMS_NORM_BACKWARD = (
    Mistake("statistics-constant", _rms(lambda n: (n.d / n.size, None))),
    *each_of((0, 1, (1, 2), (0, 1, 2)), "wrong-axis", lambda dy, x, gamma, o: _rms(axis=o)(dy, x, gamma)),
    *each_of(
        (0, 1, (1, 2), (0, 1, 2)),
        "wrong-axis",
        lambda dy, x, gamma, o: _rms(lambda n: (n.dx, None), back=o)(dy, x, gamma),
    ),
    Mistake("sum-for-mean", _rms(lambda n: ((n.d - n.count * n.turned) / n.size, None))),
    Mistake(
        "term-left-out",
        _rms(lambda n: ((n.d - n.normal * (n.dy * n.normal).mean(axis=2, keepdims=True)) / n.size, None)),
    ),
    Mistake("factor-missing", _rms(lambda n: (n.dx / n.gamma, None))),
    Mistake(
        "factor-missing",
        _rms(
            lambda n: (
                (n.dy - n.normal * (n.dy * n.normal).mean(axis=2, keepdims=True)) / n.size,
                None,
            )
        ),
    ),
    Mistake("factor-missing", _rms(lambda n: (n.d - n.turned, None))),
    Mistake("factor-half", _rms(lambda n: ((n.d - n.turned / 2) / n.size, None))),
    Mistake("factor-too-many", _rms(lambda n: ((n.d - 2 * n.turned) / n.size, None))),
    Mistake("sign-inside", _rms(lambda n: ((n.d + n.turned) / n.size, None))),
    Mistake("function-left-out", _rms(size=lambda square: square + EPSILON)),
    Mistake("parentheses-missing", _rms(size=lambda square: np.sqrt(square) + EPSILON)),
    *each_of(
        (1e-2, 1e-3, 1e-4, *(tiny for tiny in TINY if tiny != EPSILON)),
        "other-constant",
        lambda dy, x, gamma, o: _rms(size=lambda square: np.sqrt(square + o))(dy, x, gamma),
    ),
    Mistake("other-function", _rms(off=lambda x: x.mean(axis=2, keepdims=True))),
    Mistake("term-left-out", _rms(size=np.sqrt)),
    *each_of(
        (0, -1),
        "only-one-sample",
        lambda dy, x, gamma, o: _rms(lambda n: (None, (n.dy * n.normal)[o].sum(axis=0)))(dy, x, gamma),
    ),
    Mistake("bias-not-summed", _rms(lambda n: (None, (n.dy * n.normal).sum(axis=0)))),
    Mistake("bias-not-summed", _rms(lambda n: (None, (n.dy * n.normal).sum(axis=1)))),
    Mistake("bias-averaged", _rms(lambda n: (None, n.dgamma / len(n.x)))),
    Mistake("mean-for-sum", _rms(lambda n: (None, n.dgamma / n.x.shape[1] / len(n.x)))),
    Mistake("mean-for-sum", _rms(lambda n: (None, n.dgamma / n.x.shape[1]))),
    Mistake("wrong-tensor", _rms(lambda n: (None, (n.dy * n.x).sum(axis=(0, 1))))),
    Mistake("wrong-tensor", _rms(lambda n: (None, (n.d * n.normal).sum(axis=(0, 1))))),
)

TYPICAL = {
    "length_weights": Typical(forms=(_weights_by_rows, _weights_by_zeros), mistakes=_LENGTH_WEIGHTS),
    "cross_attention": Typical(forms=(_cross_by_heads, _cross_by_axes), mistakes=_CROSS_ATTENTION),
    "cross_attention_backward": Typical(
        forms=(_cross_back_by_matrices, _cross_back_by_samples), mistakes=_CROSS_ATTENTION_BACKWARD
    ),
    "relative_bias_backward": Typical(
        forms=(_bias_by_pairs, _bias_by_rows), mistakes=_RELATIVE_BIAS_BACKWARD
    ),
    "rms_norm_backward": Typical(forms=(_rms_by_means, _rms_by_steps), mistakes=_RMS_NORM_BACKWARD),
}
