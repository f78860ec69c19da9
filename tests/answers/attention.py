"""Answers to the exercise on attention: wrong ones that are plausible, and right ones in many forms."""

from __future__ import annotations

from answers import Answer
from answers import any_of as _any
from answers import exchanged as _with

_LENGTH = """
def length_weights(scores, lengths):
    m, heads, T, N = scores.shape
    weights = np.zeros((m, heads, T, N))
    for s in range(m):
        n = lengths[s]
        part = scores[s, :, :, :n]
        e = np.exp(part - part.max(axis=-1, keepdims=True))
        weights[s, :, :, :n] = e / e.sum(axis=-1, keepdims=True)
    return weights
"""

_MASKED = """
def length_weights(scores, lengths):
    N = scores.shape[-1]
    mask = np.arange(N)[None, :] < lengths[:, None]
    s = np.where(mask[:, None, None, :], scores, -np.inf)
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
"""

_CROSS = """
def cross_attention(x, memory, Wq, Wk, Wv, heads):
    m, T, _ = x.shape
    N = memory.shape[1]
    d, n = Wq.shape[1] // heads, Wv.shape[1] // heads
    q = (x @ Wq).reshape(m, T, heads, d).transpose(0, 2, 1, 3)
    k = (memory @ Wk).reshape(m, N, heads, d).transpose(0, 2, 1, 3)
    v = (memory @ Wv).reshape(m, N, heads, n).transpose(0, 2, 1, 3)
    s = q @ k.transpose(0, 1, 3, 2) / np.sqrt(d)
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    a = e / e.sum(axis=-1, keepdims=True)
    return (a @ v).transpose(0, 2, 1, 3).reshape(m, T, heads * n)
"""

_CROSS_BACK = """
def cross_attention_backward(dy, x, memory, Wq, Wk, Wv):
    d = Wq.shape[1]
    q, k, v = x @ Wq, memory @ Wk, memory @ Wv
    s = q @ k.transpose(0, 2, 1) / np.sqrt(d)
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    a = e / e.sum(axis=-1, keepdims=True)
    dv = a.transpose(0, 2, 1) @ dy
    da = dy @ v.transpose(0, 2, 1)
    ds = a * (da - (da * a).sum(axis=-1, keepdims=True)) / np.sqrt(d)
    dq = ds @ k
    dk = ds.transpose(0, 2, 1) @ q
    dx = dq @ Wq.T
    dmemory = dk @ Wk.T + dv @ Wv.T
    dWq = np.tensordot(x, dq, axes=([0, 1], [0, 1]))
    dWk = np.tensordot(memory, dk, axes=([0, 1], [0, 1]))
    dWv = np.tensordot(memory, dv, axes=([0, 1], [0, 1]))
    return dx, dmemory, dWq, dWk, dWv
"""

_BIAS = """
def relative_bias_backward(dscores):
    m, heads, T, N = dscores.shape
    dbias = np.zeros((heads, T + N - 1))
    for s in range(m):
        for h in range(heads):
            for i in range(T):
                for j in range(N):
                    dbias[h, j - i + T - 1] += dscores[s, h, i, j]
    return dbias
"""

_RMS = """
def rms_norm_backward(dy, x, gamma):
    r = np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + 1e-5)
    xhat = x / r
    g = dy * gamma
    dx = (g - xhat * np.mean(g * xhat, axis=-1, keepdims=True)) / r
    dgamma = np.sum(dy * xhat, axis=(0, 1))
    return dx, dgamma
"""

_LATE = ("steps-exchanged", "step-left-out", "mask-forgotten", "other-places", "parentheses-missing")
_LENGTHS = ("one-for-all", "only-one-sample", "other-variable", "other-places")
_SCALE = (
    "factor-missing", "factor-left-out", "scaled", "other-count", "other-variable", "step-left-out", "factor-twice",
    "function-left-out", "factor-too-many", "upstream-missing", "times-samples", "divided-by-samples",
)  # fmt: skip
_AXIS = ("other-axis", "wrong-axis", "not-transposed", "one-for-all")
_HEADS = ("axes-not-moved", "other-places", "not-transposed", "channel-mixed", "other-axis")
_SOFTMAX = ("softmax-diagonal", "term-left-out", "step-left-out", "path-missing", "slope-left-out", "upstream-missing",
            "other-activation", "activation-derivative-missing")  # fmt: skip
_PATH = ("path-missing", "part-missing", "term-left-out")
_PLACES = (
    "begins-elsewhere",
    "other-places",
    "off-by-one",
    "mirrored",
    "first-for-last",
    "rows-swapped",
    "columns-swapped",
)
_SUMS = ("mean-for-sum", "bias-averaged", "averaged-twice", "other-count", "divided-by-samples", "scaled")
_ASSIGNED = (
    "index-assigned",
    "assigned-not-added",
    "kept-not-added",
    "path-missing",
    "only-one-sample",
    "stopped-early",
)
_SIZE = ("statistics-constant", "path-missing", "term-left-out", "step-left-out", "divisor-slope")

WRONG: tuple[Answer, ...] = (
    # length_weights
    Answer(
        "length_weights",
        "the mask after the softmax",
        """
def length_weights(scores, lengths):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    a = e / e.sum(axis=-1, keepdims=True)
    return a * (np.arange(scores.shape[-1]) < lengths[:, None, None, None])
""",
        _any(*_LATE),
    ),
    Answer(
        "length_weights",
        "the lengths are ignored",
        """
def length_weights(scores, lengths):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
""",
        _any(*_LATE, "case-left-out", "input-returned"),
    ),
    Answer(
        "length_weights",
        "hidden scores are zero, which is a score like any other",
        _with(_MASKED, ("scores, -np.inf", "scores, 0.0")),
        _any("other-constant", *_LATE),
    ),
    Answer(
        "length_weights",
        "hidden scores are minus one",
        _with(_MASKED, ("scores, -np.inf", "scores, -1.0")),
        _any("other-constant", *_LATE),
    ),
    Answer(
        "length_weights",
        "one step too many is seen",
        _with(_MASKED, ("< lengths", "<= lengths")),
        _any("off-by-one", "comparison-border"),
    ),
    Answer(
        "length_weights",
        "what is seen and what is hidden are exchanged",
        _with(_MASKED, ("scores, -np.inf", "-1e9, scores")),
        _any("mask-reversed", "condition-mixed", "comparison-reversed", "exchanged-arguments"),
    ),
    Answer(
        "length_weights",
        "the length of the first sequence for all",
        _with(_MASKED, ("lengths[:, None]", "lengths[0]")),
        _any(*_LENGTHS),
    ),
    Answer(
        "length_weights",
        "the longest length for all",
        _with(_MASKED, ("lengths[:, None]", "lengths.max()")),
        _any(*_LENGTHS),
    ),
    Answer(
        "length_weights",
        "a softmax over the queries",
        _with(_MASKED, ("-np.inf", "-1e9"), ("axis=-1", "axis=2")),
        _any(*_AXIS),
    ),
    Answer(
        "length_weights",
        "a softmax over queries and keys together",
        _with(_MASKED, ("axis=-1", "axis=(2, 3)")),
        _any(*_AXIS),
    ),
    Answer(
        "length_weights",
        "nothing is subtracted, and exponentials overflow",
        _with(_MASKED, ("np.exp(s - s.max(axis=-1, keepdims=True))", "np.exp(s)")),
        _any("not-finite"),
    ),
    Answer(
        "length_weights",
        "the sum is not divided by",
        _with(_LENGTH, ("e / e.sum(axis=-1, keepdims=True)", "e")),
        _any("step-left-out", "factor-left-out", "factor-missing"),
    ),
    # cross_attention
    Answer(
        "cross_attention", "the scale is forgotten", _with(_CROSS, (" / np.sqrt(d)", "")), _any(*_SCALE)
    ),
    Answer(
        "cross_attention", "divided by d, without the root", _with(_CROSS, ("np.sqrt(d)", "d")), _any(*_SCALE)
    ),
    Answer(
        "cross_attention",
        "the scale of all heads together",
        _with(_CROSS, ("np.sqrt(d)", "np.sqrt(Wq.shape[1])")),
        _any(*_SCALE),
    ),
    Answer(
        "cross_attention", "the root of the number of keys", _with(_CROSS, ("np.sqrt(d)", "np.sqrt(N)")), _any(*_SCALE)
    ),
    Answer(
        "cross_attention",
        "the features of x under the root",
        _with(_CROSS, ("np.sqrt(d)", "np.sqrt(x.shape[2])")),
        _any(*_SCALE),
    ),
    Answer(
        "cross_attention",
        "a softmax over the steps that ask",
        _with(_CROSS, ("axis=-1", "axis=-2")),
        _any(*_AXIS),
    ),
    Answer("cross_attention", "a softmax over the heads", _with(_CROSS, ("axis=-1", "axis=1")), _any(*_AXIS)),
    Answer(
        "cross_attention",
        "heads by reshape alone",
        _with(
            _CROSS,
            (".reshape(m, T, heads, d).transpose(0, 2, 1, 3)", ".reshape(m, heads, T, d)"),
            (".reshape(m, N, heads, d).transpose(0, 2, 1, 3)", ".reshape(m, heads, N, d)"),
            (".reshape(m, N, heads, n).transpose(0, 2, 1, 3)", ".reshape(m, heads, N, n)"),
        ),
        _any(*_HEADS),
    ),
    Answer(
        "cross_attention",
        "joined by reshape alone",
        _with(_CROSS, ("(a @ v).transpose(0, 2, 1, 3).reshape", "(a @ v).reshape")),
        _any(*_HEADS),
    ),
    Answer(
        "cross_attention",
        "every other feature for a head",
        _with(
            _CROSS,
            ("(m, T, heads, d).transpose(0, 2, 1, 3)", "(m, T, d, heads).transpose(0, 3, 1, 2)"),
            ("(m, N, heads, d).transpose(0, 2, 1, 3)", "(m, N, d, heads).transpose(0, 3, 1, 2)"),
            ("(m, N, heads, n).transpose(0, 2, 1, 3)", "(m, N, n, heads).transpose(0, 3, 1, 2)"),
        ),
        _any(*_HEADS),
    ),
    Answer(
        "cross_attention",
        "one head, whatever is asked",
        """
def cross_attention(x, memory, Wq, Wk, Wv, heads):
    q, k, v = x @ Wq, memory @ Wk, memory @ Wv
    s = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return (e / e.sum(axis=-1, keepdims=True)) @ v
""",
        _any(*_HEADS, "step-left-out", "other-variable", "case-left-out", "one-for-all"),
    ),
    Answer(
        "cross_attention",
        "the softmax is left out",
        _with(_CROSS, ("a = e / e.sum(axis=-1, keepdims=True)", "a = s")),
        _any("function-left-out", "step-left-out"),
    ),
    # cross_attention_backward
    Answer(
        "cross_attention_backward",
        "memory hears its values alone",
        _with(_CROSS_BACK, ("dk @ Wk.T + dv @ Wv.T", "dv @ Wv.T")),
        _any(*_PATH),
    ),
    Answer(
        "cross_attention_backward",
        "memory hears its keys alone",
        _with(_CROSS_BACK, ("dk @ Wk.T + dv @ Wv.T", "dk @ Wk.T")),
        _any(*_PATH),
    ),
    Answer(
        "cross_attention_backward",
        "the softmax as a sigmoid",
        _with(_CROSS_BACK, ("a * (da - (da * a).sum(axis=-1, keepdims=True))", "da * a * (1 - a)")),
        _any(*_SOFTMAX),
    ),
    Answer(
        "cross_attention_backward",
        "the softmax without the mean of its row",
        _with(_CROSS_BACK, ("a * (da - (da * a).sum(axis=-1, keepdims=True))", "a * da")),
        _any(*_SOFTMAX),
    ),
    Answer(
        "cross_attention_backward",
        "the softmax is stepped over",
        _with(_CROSS_BACK, ("a * (da - (da * a).sum(axis=-1, keepdims=True))", "da")),
        _any(*_SOFTMAX, "factor-missing"),
    ),
    Answer(
        "cross_attention_backward",
        "the mean of the column for that of the row",
        _with(_CROSS_BACK, ("(da * a).sum(axis=-1, keepdims=True)", "(da * a).sum(axis=1, keepdims=True)")),
        _any(*_AXIS),
    ),
    Answer(
        "cross_attention_backward",
        "the scale is forgotten on the way back",
        _with(_CROSS_BACK, ("keepdims=True)) / np.sqrt(d)", "keepdims=True))")),
        _any(*_SCALE),
    ),
    Answer(
        "cross_attention_backward",
        "the scale twice on the way back",
        _with(_CROSS_BACK, ("keepdims=True)) / np.sqrt(d)", "keepdims=True)) / d")),
        _any(*_SCALE),
    ),
    Answer(
        "cross_attention_backward",
        "weights of the first sample alone",
        _with(
            _CROSS_BACK,
            ("np.tensordot(x, dq, axes=([0, 1], [0, 1]))", "x[0].T @ dq[0]"),
            ("np.tensordot(memory, dk, axes=([0, 1], [0, 1]))", "memory[0].T @ dk[0]"),
            ("np.tensordot(memory, dv, axes=([0, 1], [0, 1]))", "memory[0].T @ dv[0]"),
        ),
        _any("only-one-sample"),
    ),
    Answer(
        "cross_attention_backward",
        "a mean over the samples",
        _with(
            _CROSS_BACK,
            (
                "return dx, dmemory, dWq, dWk, dWv",
                "return dx, dmemory, dWq / len(x), dWk / len(x), dWv / len(x)",
            ),
        ),
        _any(*_SUMS),
    ),
    Answer(
        "cross_attention_backward",
        "queries and keys blamed with themselves",
        _with(_CROSS_BACK, ("dk = ds.transpose(0, 2, 1) @ q", "dk = ds.transpose(0, 2, 1) @ ds @ k")),
        _any("wrong-tensor", "other-variable"),
    ),
    # relative_bias_backward
    Answer(
        "relative_bias_backward",
        "assigned where pairs share a distance",
        _with(_BIAS, ("+= dscores", "= dscores")),
        _any(*_ASSIGNED),
    ),
    Answer(
        "relative_bias_backward",
        "numpy adds once where an index comes back",
        """
def relative_bias_backward(dscores):
    m, heads, T, N = dscores.shape
    dbias = np.zeros((heads, T + N - 1))
    dbias[:, np.arange(N) - np.arange(T)[:, None] + T - 1] += dscores.sum(axis=0)
    return dbias
""",
        _any(*_ASSIGNED),
    ),
    Answer(
        "relative_bias_backward",
        "the distance the other way round",
        _with(_BIAS, ("j - i + T - 1", "i - j + N - 1")),
        _any(*_PLACES, "order-reversed"),
    ),
    Answer(
        "relative_bias_backward",
        "sums where differences count",
        _with(_BIAS, ("j - i + T - 1", "i + j")),
        _any(*_PLACES, "turned-sign"),
    ),
    Answer(
        "relative_bias_backward",
        "negative distances count from the end",
        _with(_BIAS, ("j - i + T - 1", "j - i")),
        _any(*_PLACES),
    ),
    Answer(
        "relative_bias_backward",
        "a mean over the samples",
        _with(_BIAS, ("return dbias", "return dbias / m")),
        _any(*_SUMS),
    ),
    Answer(
        "relative_bias_backward",
        "a mean over the pairs of a distance",
        """
def relative_bias_backward(dscores):
    m, heads, T, N = dscores.shape
    total = dscores.sum(axis=0)
    return np.stack([total.diagonal(k, 1, 2).mean(axis=1) for k in range(-T + 1, N)], axis=1)
""",
        _any(*_SUMS),
    ),
    Answer(
        "relative_bias_backward",
        "one row for all heads",
        """
def relative_bias_backward(dscores):
    m, heads, T, N = dscores.shape
    total = dscores.sum(axis=(0, 1))
    row = np.array([np.trace(total, k) for k in range(-T + 1, N)])
    return np.tile(row, (heads, 1))
""",
        _any("one-for-all", "other-axis", "channel-mixed"),
    ),
    Answer(
        "relative_bias_backward",
        "the last sample alone",
        _with(_BIAS, ("dscores[s, h, i, j]", "dscores[-1, h, i, j] / m")),
        _any("only-one-sample"),
    ),
    Answer(
        "relative_bias_backward",
        "the future is left out",
        _with(_BIAS, ("for j in range(N)", "for j in range(min(i + 1, N))")),
        _any("path-missing", "stopped-early", "case-left-out"),
    ),
    # rms_norm_backward
    Answer(
        "rms_norm_backward",
        "the size is taken for a constant",
        _with(_RMS, ("g - xhat * np.mean(g * xhat, axis=-1, keepdims=True)", "g")),
        _any(*_SIZE),
    ),
    Answer(
        "rms_norm_backward",
        "a sum for the mean on the way back",
        _with(_RMS, ("xhat * np.mean(g", "xhat * np.sum(g")),
        _any("sum-for-mean", "factor-too-many", "scaled"),
    ),
    Answer(
        "rms_norm_backward",
        "the mean is taken off, as in layer normalization",
        _with(_RMS, ("    r = ", "    x = x - x.mean(axis=-1, keepdims=True)\n    r = ")),
        _any("other-function", "function-too-many", "done-twice"),
    ),
    Answer(
        "rms_norm_backward",
        "over the samples, as in batch normalization",
        _with(_RMS, ("axis=-1", "axis=0")),
        _any(*_AXIS),
    ),
    Answer("rms_norm_backward", "over the steps", _with(_RMS, ("axis=-1", "axis=1")), _any(*_AXIS)),
    Answer(
        "rms_norm_backward",
        "gamma is forgotten on the way to x",
        _with(_RMS, ("g = dy * gamma", "g = dy")),
        _any("factor-missing", "upstream-missing", "factor-left-out"),
    ),
    Answer(
        "rms_norm_backward",
        "the root is left out",
        _with(_RMS, ("np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + 1e-5)", "np.mean(x**2, axis=-1, keepdims=True) + 1e-5")),
        _any("function-left-out"),
    ),
    Answer(
        "rms_norm_backward",
        "the last division is left out",
        _with(_RMS, ("keepdims=True)) / r", "keepdims=True))")),
        _any("factor-missing", "factor-left-out", "step-left-out"),
    ),
    Answer(
        "rms_norm_backward",
        "epsilon behind the root",
        _with(_RMS, ("keepdims=True) + 1e-5)", "keepdims=True)) + 1e-5")),
        _any("parentheses-missing", "steps-exchanged"),
    ),
    Answer(
        "rms_norm_backward",
        "gamma's gradient for each step",
        _with(_RMS, ("axis=(0, 1)", "axis=0")),
        _any("bias-not-summed", "other-axis"),
    ),
    Answer(
        "rms_norm_backward",
        "a mean over samples and steps",
        _with(_RMS, ("dgamma = np.sum(", "dgamma = np.mean(")),
        _any(*_SUMS),
    ),
    Answer(
        "rms_norm_backward",
        "x itself for what it became",
        _with(_RMS, ("np.sum(dy * xhat", "np.sum(dy * x")),
        _any("wrong-tensor", "other-variable"),
    ),
)  # fmt: skip

RIGHT: tuple[Answer, ...] = (
    # length_weights
    Answer("length_weights", "sequence by sequence", _LENGTH),
    Answer("length_weights", "minus infinity", _MASKED),
    Answer(
        "length_weights",
        "a very low score",
        """
def length_weights(scores, lengths):
    s = np.array(scores, dtype=float)
    for n, row in zip(lengths, s):
        row[:, :, n:] = -1e30
    s -= s.max(axis=3, keepdims=True)
    e = np.exp(s)
    return e / e.sum(axis=3, keepdims=True)
""",
    ),
    Answer(
        "length_weights",
        "row by row",
        """
def length_weights(scores, lengths):
    out = np.zeros(scores.shape)
    for s, h, i in np.ndindex(scores.shape[:3]):
        row = scores[s, h, i, : lengths[s]]
        e = np.exp(row - max(row))
        out[s, h, i, : lengths[s]] = e / sum(e)
    return out
""",
    ),
    Answer(
        "length_weights",
        "an additive mask",
        """
def length_weights(scores, lengths):
    m, heads, T, N = scores.shape
    mask = np.zeros((m, 1, 1, N))
    for s in range(m):
        mask[s, 0, 0, lengths[s]:] = -np.inf
    z = scores + mask
    z = z - np.max(z, axis=-1, keepdims=True)
    return np.exp(z) / np.sum(np.exp(z), axis=-1, keepdims=True)
""",
    ),
    Answer(
        "length_weights",
        "a masked array",
        """
def length_weights(scores, lengths):
    hidden = np.broadcast_to(np.arange(scores.shape[3]) >= np.asarray(lengths)[:, None, None, None], scores.shape)
    z = np.ma.masked_array(scores, hidden)
    e = np.ma.exp(z - z.max(axis=3, keepdims=True))
    return (e / e.sum(axis=3, keepdims=True)).filled(0.0)
""",
    ),
    Answer(
        "length_weights",
        "logarithms",
        """
def length_weights(scores, lengths):
    z = np.where((np.arange(scores.shape[3]) < lengths.reshape(-1, 1))[:, None, None], scores, -np.inf)
    return np.exp(z - np.logaddexp.reduce(z, axis=3, keepdims=True))
""",
    ),
    Answer(
        "length_weights",
        "padded rows",
        """
def length_weights(scores, lengths):
    N = scores.shape[3]
    parts = []
    for one, n in zip(scores, lengths):
        e = np.exp(one[..., :n] - one[..., :n].max(-1)[..., None])
        parts.append(np.pad(e / e.sum(-1)[..., None], ((0, 0), (0, 0), (0, N - n))))
    return np.stack(parts)
""",
    ),
    # cross_attention
    Answer("cross_attention", "axes moved", _CROSS),
    Answer(
        "cross_attention",
        "head by head",
        """
def cross_attention(x, memory, Wq, Wk, Wv, heads):
    d, n = Wq.shape[1] // heads, Wv.shape[1] // heads
    out = []
    for h in range(heads):
        q = x @ Wq[:, h * d:(h + 1) * d]
        k = memory @ Wk[:, h * d:(h + 1) * d]
        v = memory @ Wv[:, h * n:(h + 1) * n]
        s = q @ np.swapaxes(k, 1, 2) / d**0.5
        s = s - s.max(axis=2, keepdims=True)
        a = np.exp(s)
        a = a / a.sum(axis=2, keepdims=True)
        out.append(a @ v)
    return np.concatenate(out, axis=-1)
""",
    ),
    Answer(
        "cross_attention",
        "einsum",
        """
def cross_attention(x, memory, Wq, Wk, Wv, heads):
    q = np.einsum("mta,ahd->mhtd", x, Wq.reshape(Wq.shape[0], heads, -1))
    k = np.einsum("mjc,chd->mhjd", memory, Wk.reshape(Wk.shape[0], heads, -1))
    v = np.einsum("mjc,chn->mhjn", memory, Wv.reshape(Wv.shape[0], heads, -1))
    s = np.einsum("mhtd,mhjd->mhtj", q, k) / np.sqrt(q.shape[-1])
    a = np.exp(s - s.max(-1, keepdims=True))
    a /= a.sum(-1, keepdims=True)
    y = np.einsum("mhtj,mhjn->mthn", a, v)
    return y.reshape(y.shape[0], y.shape[1], -1)
""",
    ),
    Answer(
        "cross_attention",
        "np.split",
        """
def cross_attention(x, memory, Wq, Wk, Wv, heads):
    def one(q, k, v):
        s = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[2])
        e = np.exp(s - np.amax(s, axis=2, keepdims=True))
        return e @ v / e.sum(axis=2, keepdims=True)

    parts = [np.split(z, heads, axis=2) for z in (x @ Wq, memory @ Wk, memory @ Wv)]
    return np.concatenate([one(q, k, v) for q, k, v in zip(*parts)], axis=2)
""",
    ),
    Answer(
        "cross_attention",
        "sample by sample, step by step",
        """
def cross_attention(x, memory, Wq, Wk, Wv, heads):
    m, T = x.shape[0], x.shape[1]
    d, n = Wq.shape[1] // heads, Wv.shape[1] // heads
    y = np.zeros((m, T, heads * n))
    for s in range(m):
        Q, K, V = x[s] @ Wq, memory[s] @ Wk, memory[s] @ Wv
        for h in range(heads):
            for i in range(T):
                scores = np.array([Q[i, h * d:(h + 1) * d] @ key for key in K[:, h * d:(h + 1) * d]]) / np.sqrt(d)
                w = np.exp(scores - scores.max())
                w = w / w.sum()
                y[s, i, h * n:(h + 1) * n] = w @ V[:, h * n:(h + 1) * n]
    return y
""",
    ),
    Answer(
        "cross_attention",
        "the scale at the queries",
        """
def cross_attention(x, memory, Wq, Wk, Wv, heads):
    def cut(z):
        return np.moveaxis(z.reshape(*z.shape[:2], heads, -1), 2, 1)

    d = Wq.shape[1] // heads
    q, k, v = cut(x @ Wq / np.sqrt(d)), cut(memory @ Wk), cut(memory @ Wv)
    s = np.matmul(q, np.swapaxes(k, -1, -2))
    a = np.exp(s - np.logaddexp.reduce(s, axis=-1, keepdims=True))
    y = np.moveaxis(np.matmul(a, v), 1, 2)
    return y.reshape(*y.shape[:2], -1)
""",
    ),
    Answer(
        "cross_attention",
        "heads in front of everything",
        """
def cross_attention(x, memory, Wq, Wk, Wv, heads):
    q = np.stack(np.split(x @ Wq, heads, axis=-1))
    k = np.stack(np.split(memory @ Wk, heads, axis=-1))
    v = np.stack(np.split(memory @ Wv, heads, axis=-1))
    s = np.einsum("hmtd,hmjd->hmtj", q, k) * q.shape[-1] ** -0.5
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    y = np.einsum("hmtj,hmjn->hmtn", e / e.sum(axis=-1, keepdims=True), v)
    return np.concatenate(list(y), axis=-1)
""",
    ),
    Answer(
        "cross_attention",
        "a list of rows",
        """
def cross_attention(x, memory, Wq, Wk, Wv, heads):
    result = []
    for a, b in zip(x, memory):
        row = []
        for wq, wk, wv in zip(np.hsplit(Wq, heads), np.hsplit(Wk, heads), np.hsplit(Wv, heads)):
            s = (a @ wq) @ (b @ wk).T / np.sqrt(wq.shape[1])
            e = np.exp(s - s.max(axis=1)[:, None])
            row.append(np.diag(1 / e.sum(axis=1)) @ e @ (b @ wv))
        result.append(np.hstack(row))
    return np.array(result)
""",
    ),
    # cross_attention_backward
    Answer("cross_attention_backward", "the formulas of the chapter", _CROSS_BACK),
    Answer(
        "cross_attention_backward",
        "einsum throughout",
        """
def cross_attention_backward(dy, x, memory, Wq, Wk, Wv):
    r = Wq.shape[1] ** -0.5
    q, k, v = x @ Wq, memory @ Wk, memory @ Wv
    s = r * np.einsum("mtd,mjd->mtj", q, k)
    a = np.exp(s - s.max(2, keepdims=True))
    a /= a.sum(2, keepdims=True)
    dv = np.einsum("mtj,mtn->mjn", a, dy)
    da = np.einsum("mtn,mjn->mtj", dy, v)
    ds = r * a * (da - np.einsum("mtj,mtj->mt", da, a)[:, :, None])
    dq, dk = np.einsum("mtj,mjd->mtd", ds, k), np.einsum("mtj,mtd->mjd", ds, q)
    return (
        np.einsum("mtd,ad->mta", dq, Wq),
        np.einsum("mjd,cd->mjc", dk, Wk) + np.einsum("mjn,cn->mjc", dv, Wv),
        np.einsum("mta,mtd->ad", x, dq),
        np.einsum("mjc,mjd->cd", memory, dk),
        np.einsum("mjc,mjn->cn", memory, dv),
    )
""",
    ),
    Answer(
        "cross_attention_backward",
        "sample by sample",
        """
def cross_attention_backward(dy, x, memory, Wq, Wk, Wv):
    dx, dmemory = np.zeros(x.shape), np.zeros(memory.shape)
    dWq, dWk, dWv = np.zeros(Wq.shape), np.zeros(Wk.shape), np.zeros(Wv.shape)
    root = np.sqrt(Wq.shape[1])
    for s in range(len(x)):
        q, k, v = x[s] @ Wq, memory[s] @ Wk, memory[s] @ Wv
        z = q @ k.T / root
        e = np.exp(z - z.max(axis=1, keepdims=True))
        a = e / e.sum(axis=1, keepdims=True)
        dv = a.T @ dy[s]
        da = dy[s] @ v.T
        dz = a * (da - (a * da).sum(axis=1, keepdims=True)) / root
        dq, dk = dz @ k, dz.T @ q
        dx[s] += dq @ Wq.T
        dmemory[s] += dk @ Wk.T
        dmemory[s] += dv @ Wv.T
        dWq += x[s].T @ dq
        dWk += memory[s].T @ dk
        dWv += memory[s].T @ dv
    return dx, dmemory, dWq, dWk, dWv
""",
    ),
    Answer(
        "cross_attention_backward",
        "the Jacobian written out",
        """
def cross_attention_backward(dy, x, memory, Wq, Wk, Wv):
    d, N = Wq.shape[1], memory.shape[1]
    q, k, v = x @ Wq, memory @ Wk, memory @ Wv
    s = q @ k.transpose(0, 2, 1) / np.sqrt(d)
    e = np.exp(s - s.max(axis=2, keepdims=True))
    a = e / e.sum(axis=2, keepdims=True)
    J = a[..., None] * (np.eye(N) - a[:, :, None, :])
    da = dy @ v.transpose(0, 2, 1)
    ds = (da[:, :, None, :] @ J)[:, :, 0] / np.sqrt(d)
    dq, dk, dv = ds @ k, ds.transpose(0, 2, 1) @ q, a.transpose(0, 2, 1) @ dy
    total = lambda u, w: sum(u[i].T @ w[i] for i in range(len(u)))
    return dq @ Wq.T, dk @ Wk.T + dv @ Wv.T, total(x, dq), total(memory, dk), total(memory, dv)
""",
    ),
    Answer(
        "cross_attention_backward",
        "rows of a large table for the weights",
        """
def cross_attention_backward(dy, x, memory, Wq, Wk, Wv):
    T = lambda z: np.swapaxes(z, 1, 2)
    flat = lambda z: z.reshape(-1, z.shape[-1])
    q, k, v = x @ Wq, memory @ Wk, memory @ Wv
    root = np.sqrt(q.shape[2])
    s = q @ T(k) / root
    a = np.exp(s - s.max(axis=2, keepdims=True))
    a = a / a.sum(axis=2, keepdims=True)
    dv, da = T(a) @ dy, dy @ T(v)
    ds = (da - np.sum(da * a, axis=2, keepdims=True)) * a
    dq, dk = ds @ k / root, T(ds) @ q / root
    return (
        dq @ Wq.T,
        dv @ Wv.T + dk @ Wk.T,
        flat(x).T @ flat(dq),
        flat(memory).T @ flat(dk),
        flat(memory).T @ flat(dv),
    )
""",
    ),
    Answer(
        "cross_attention_backward",
        "a dictionary",
        _with(
            _CROSS_BACK,
            (
                "return dx, dmemory, dWq, dWk, dWv",
                'return {"dWv": dWv, "dWk": dWk, "dWq": dWq, "dmemory": dmemory, "dx": dx}',
            ),
        ),
    ),
    Answer(
        "cross_attention_backward",
        "the mean by the outputs",
        _with(
            _CROSS_BACK,
            ("(da * a).sum(axis=-1, keepdims=True)", "(dy * (a @ v)).sum(axis=-1, keepdims=True)"),
        ),
    ),
    Answer(
        "cross_attention_backward",
        "the scale inside the keys",
        """
def cross_attention_backward(dy, x, memory, Wq, Wk, Wv):
    scaled = Wk / np.sqrt(Wk.shape[1])
    q, k, v = x @ Wq, memory @ scaled, memory @ Wv
    s = q @ k.transpose(0, 2, 1)
    a = np.exp(s - np.logaddexp.reduce(s, axis=2, keepdims=True))
    da = dy @ v.transpose(0, 2, 1)
    ds = a * da - a * (a * da).sum(axis=2, keepdims=True)
    dq, dk, dv = ds @ k, ds.transpose(0, 2, 1) @ q, a.transpose(0, 2, 1) @ dy
    dWq = (x.transpose(0, 2, 1) @ dq).sum(axis=0)
    dWk = (memory.transpose(0, 2, 1) @ dk).sum(axis=0) / np.sqrt(Wk.shape[1])
    dWv = (memory.transpose(0, 2, 1) @ dv).sum(axis=0)
    return dq @ Wq.T, dk @ scaled.T + dv @ Wv.T, dWq, dWk, dWv
""",
    ),
    # relative_bias_backward
    Answer("relative_bias_backward", "four loops", _BIAS),
    Answer(
        "relative_bias_backward",
        "traces",
        """
def relative_bias_backward(dscores):
    m, heads, T, N = dscores.shape
    total = dscores.sum(axis=0)
    return np.array([[np.trace(total[h], offset=k) for k in range(1 - T, N)] for h in range(heads)])
""",
    ),
    Answer(
        "relative_bias_backward",
        "traces along two axes",
        """
def relative_bias_backward(dscores):
    T, N = dscores.shape[2:]
    return np.stack([dscores.sum(axis=0).trace(k, 1, 2) for k in range(-T + 1, N)], axis=-1)
""",
    ),
    Answer(
        "relative_bias_backward",
        "np.add.at",
        """
def relative_bias_backward(dscores):
    m, heads, T, N = dscores.shape
    place = np.arange(N)[None, :] - np.arange(T)[:, None] + T - 1
    dbias = np.zeros((heads, T + N - 1))
    for sample in dscores:
        np.add.at(dbias, (slice(None), place), sample)
    return dbias
""",
    ),
    Answer(
        "relative_bias_backward",
        "row by row",
        """
def relative_bias_backward(dscores):
    m, heads, T, N = dscores.shape
    dbias = np.zeros((heads, T + N - 1))
    for i in range(T):
        dbias[:, T - 1 - i : T - 1 - i + N] += dscores[:, :, i].sum(axis=0)
    return dbias
""",
    ),
    Answer(
        "relative_bias_backward",
        "np.bincount",
        """
def relative_bias_backward(dscores):
    m, heads, T, N = dscores.shape
    place = (np.arange(N) - np.arange(T)[:, None] + T - 1).ravel()
    total = dscores.sum(axis=0).reshape(heads, -1)
    return np.array([np.bincount(place, weights=row, minlength=T + N - 1) for row in total])
""",
    ),
    Answer(
        "relative_bias_backward",
        "a table of ones",
        """
def relative_bias_backward(dscores):
    T, N = dscores.shape[2:]
    place = np.arange(N) - np.arange(T)[:, None] + T - 1
    chosen = (place[:, :, None] == np.arange(T + N - 1)).astype(float)
    return np.einsum("mhij,ijk->hk", dscores, chosen)
""",
    ),
    Answer(
        "relative_bias_backward",
        "rows slanted by padding",
        """
def relative_bias_backward(dscores):
    m, heads, T, N = dscores.shape
    total = np.sum(dscores, axis=0)
    slanted = [np.pad(total[:, i], ((0, 0), (T - 1 - i, i))) for i in range(T)]
    return sum(slanted)
""",
    ),
    # rms_norm_backward
    Answer("rms_norm_backward", "as in the chapter, without the mean", _RMS),
    Answer(
        "rms_norm_backward",
        "step by step through the graph",
        """
def rms_norm_backward(dy, x, gamma):
    n = x.shape[-1]
    square = (x * x).sum(axis=-1, keepdims=True) / n + 1e-5
    inv = square ** -0.5
    dgamma = (dy * x * inv).sum(axis=0).sum(axis=0)
    dn = dy * gamma
    dinv = (dn * x).sum(axis=-1, keepdims=True)
    dsquare = -0.5 * dinv * inv ** 3
    dx = dn * inv + dsquare * 2 * x / n
    return dx, dgamma
""",
    ),
    Answer(
        "rms_norm_backward",
        "row by row",
        """
def rms_norm_backward(dy, x, gamma):
    dx, dgamma = np.zeros(x.shape), np.zeros(gamma.shape)
    for s, t in np.ndindex(x.shape[:2]):
        row, blame = x[s, t], dy[s, t]
        r = np.sqrt(row @ row / len(row) + 1e-5)
        dgamma += blame * row / r
        g = blame * gamma
        dx[s, t] = g / r - row * (g @ row) / (len(row) * r**3)
    return dx, dgamma
""",
    ),
    Answer(
        "rms_norm_backward",
        "the matrix of all slopes",
        """
def rms_norm_backward(dy, x, gamma):
    m, T, n = x.shape
    dx, dgamma = np.zeros((m, T, n)), 0
    for s in range(m):
        for t in range(T):
            r = np.sqrt(np.mean(x[s, t] ** 2) + 1e-5)
            z = x[s, t] / r
            J = (np.eye(n) - np.outer(z, z) / n) / r
            dx[s, t] = J @ (gamma * dy[s, t])
            dgamma = dgamma + dy[s, t] * z
    return dx, dgamma
""",
    ),
    Answer(
        "rms_norm_backward",
        "einsum",
        """
def rms_norm_backward(dy, x, gamma):
    n = x.shape[2]
    r = np.sqrt(np.einsum("mtj,mtj->mt", x, x) / n + 1e-5)[..., None]
    along = np.einsum("mtj,j,mtj->mt", dy, gamma, x)[..., None]
    return dy * gamma / r - x * along / (n * r**3), np.einsum("mtj,mtj->j", dy, x / r)
""",
    ),
    Answer(
        "rms_norm_backward",
        "one large table",
        """
def rms_norm_backward(dy, x, gamma):
    rows, blame = x.reshape(-1, x.shape[2]), dy.reshape(-1, x.shape[2])
    size = np.sqrt(np.mean(np.square(rows), axis=1, keepdims=True) + 0.00001)
    unit = rows / size
    g = blame * gamma
    dx = (g - unit * np.mean(g * unit, axis=1, keepdims=True)) / size
    return dx.reshape(x.shape), np.sum(blame * unit, axis=0)
""",
    ),
    Answer(
        "rms_norm_backward",
        "a dictionary",
        _with(_RMS, ("return dx, dgamma", 'return {"dgamma": dgamma, "dx": dx}')),
    ),
    Answer(
        "rms_norm_backward",
        "the inverse size",
        """
def rms_norm_backward(dy, x, gamma):
    inverse = 1.0 / np.sqrt((x**2).mean(-1) + 1e-5)
    inverse = inverse[:, :, np.newaxis]
    y = x * inverse
    blame = np.multiply(dy, gamma)
    shared = np.average(blame * y, axis=2)[:, :, np.newaxis]
    return inverse * (blame - y * shared), np.tensordot(dy * y, np.ones(dy.shape[:2]), axes=([0, 1], [0, 1]))
""",
    ),
)
