"""Answers to the exercise on recurrence: wrong ones that are plausible, and right ones in many forms."""

from __future__ import annotations

from answers import Answer
from answers import any_of as _any
from answers import exchanged as _with

_GRU = """
def gru_step(x, h, W, U, b):
    n = h.shape[1]
    Wz, Wr, Wg = W[:, :n], W[:, n:2*n], W[:, 2*n:]
    Uz, Ur, Ug = U[:, :n], U[:, n:2*n], U[:, 2*n:]
    bz, br, bg = b[:n], b[n:2*n], b[2*n:]
    sigmoid = lambda a: 1 / (1 + np.exp(-a))
    z = sigmoid(x @ Wz + h @ Uz + bz)
    r = sigmoid(x @ Wr + h @ Ur + br)
    g = np.tanh(x @ Wg + (r * h) @ Ug + bg)
    return z * h + (1 - z) * g
"""

_GRU_BACK = """
def gru_step_backward(dnew, x, h, W, U, b):
    n = h.shape[1]
    Wz, Wr, Wg = W[:, :n], W[:, n:2*n], W[:, 2*n:]
    Uz, Ur, Ug = U[:, :n], U[:, n:2*n], U[:, 2*n:]
    bz, br, bg = b[:n], b[n:2*n], b[2*n:]
    az = x @ Wz + h @ Uz + bz
    ar = x @ Wr + h @ Ur + br
    z = 1 / (1 + np.exp(-az))
    r = 1 / (1 + np.exp(-ar))
    s = r * h
    ag = x @ Wg + s @ Ug + bg
    g = np.tanh(ag)
    dh = dnew * z
    dz = dnew * (h - g)
    dg = dnew * (1 - z)
    dag = dg * (1 - g**2)
    ds = dag @ Ug.T
    dr = ds * h
    dh = dh + ds * r
    daz = dz * z * (1 - z)
    dar = dr * r * (1 - r)
    dh = dh + daz @ Uz.T + dar @ Ur.T
    dx = daz @ Wz.T + dar @ Wr.T + dag @ Wg.T
    dW = np.hstack([x.T @ daz, x.T @ dar, x.T @ dag])
    dU = np.hstack([h.T @ daz, h.T @ dar, s.T @ dag])
    db = np.hstack([daz.sum(axis=0), dar.sum(axis=0), dag.sum(axis=0)])
    return dx, dh, dW, dU, db
"""

_FADE = """
def fading_backward(dh, x, a, u):
    m, T, n = x.shape
    h = np.zeros((m, T + 1, n))
    for t in range(T):
        h[:, t + 1] = a * h[:, t] + u * x[:, t]
    dx = np.zeros((m, T, n))
    da = np.zeros(n)
    du = np.zeros(n)
    carry = np.zeros((m, n))
    for t in range(T - 1, -1, -1):
        d = dh[:, t] + carry
        dx[:, t] = d * u
        da += (d * h[:, t]).sum(axis=0)
        du += (d * x[:, t]).sum(axis=0)
        carry = d * a
    return dx, da, du
"""

_SLOW = """
def slow_recurrence_backward(dh, x, mask, W, U, b, rate):
    m, T, n = dh.shape
    h = np.zeros((m, T + 1, n))
    c = np.zeros((m, T, n))
    for t in range(T):
        c[:, t] = np.tanh(x[:, t] @ W + h[:, t] @ U + b)
        new = (1 - rate) * h[:, t] + rate * c[:, t]
        h[:, t + 1] = np.where(mask[:, t][:, None], new, h[:, t])
    dx, dW, dU, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(U.shape), np.zeros(b.shape)
    carry = np.zeros((m, n))
    for t in range(T - 1, -1, -1):
        there = mask[:, t][:, None]
        d = dh[:, t] + carry
        dz = np.where(there, d * rate * (1 - c[:, t] ** 2), 0.0)
        dx[:, t] = dz @ W.T
        dW += x[:, t].T @ dz
        dU += h[:, t].T @ dz
        db += dz.sum(axis=0)
        carry = np.where(there, (1 - rate) * d + dz @ U.T, d)
    return dx, dW, dU, db
"""

_BITS = """
def bits_per_letter(logits, labels):
    m, T, K = logits.shape
    there = labels >= 0
    N = there.sum()
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    y = np.zeros((m, T, K))
    bits = 0.0
    for s in range(m):
        for t in range(T):
            if there[s, t]:
                k = labels[s, t]
                y[s, t, k] = 1
                row = logits[s, t] - logits[s, t].max()
                bits -= (row[k] - np.log(np.exp(row).sum())) / np.log(2)
    dlogits = (p - y) * there[:, :, None] / (N * np.log(2))
    return bits / N, dlogits
"""

_TIED = """
def tied_table_backward(drows, dscores, states, index, table):
    m, T = index.shape
    dtable = np.zeros(table.shape)
    dstates = np.zeros(states.shape)
    for s in range(m):
        for t in range(T):
            i = index[s, t]
            if i == -1:
                continue
            dtable[i] += drows[s, t]
            dtable += dscores[s, t][:, None] * states[s, t][None, :]
            dstates[s, t] = table.T @ dscores[s, t]
    return dtable, dstates
"""

_TIED_FAST = """
def tied_table_backward(drows, dscores, states, index, table):
    there = (index >= 0)[:, :, None]
    ds = dscores * there
    dtable = np.zeros(table.shape) + np.tensordot(ds, states, axes=([0, 1], [0, 1]))
    np.add.at(dtable, index, drows * there)
    return dtable, ds @ table
"""

_SHARE = ("rest-for-share", "old-value", "other-variable", "exchanged-arguments")
_COLUMNS = ("other-places", "channel-mixed", "columns-swapped", "wrong-tensor", "other-variable", "exchanged-arguments",
            "results-exchanged")  # fmt: skip
_RESET = ("steps-exchanged", "parentheses-missing", "other-operation", "product-reversed", "axes-not-moved")
_PATH = ("path-missing", "part-missing", "term-left-out", "assigned-not-added", "kept-not-added")
_FACTOR = ("factor-missing", "factor-left-out", "scaled", "upstream-missing", "rest-kept")
_SLOPE = ("activation-derivative-missing", "slope-left-out", "factor-missing", "factor-left-out")
_OTHER_SLOPE = ("other-activation", "value-for-slope", "other-function", "power-mixed", "wrong-tensor", "other-variable")
_CARRIED = ("time-not-carried", *_PATH)
_ASSIGNED = ("assigned-not-added", "kept-not-added", "stopped-early", "path-missing", "outside-the-loop")
_STEP = ("wrong-step", "off-by-one", "old-value", "wrong-tensor", "other-variable", "other-places")
_MASK = ("mask-forgotten", "path-missing", "case-left-out", "step-left-out", "wrong-step")
_SAMPLE = ("only-one-sample", "stopped-early", "path-missing")
_MEAN = ("mean-for-sum", "bias-averaged", "averaged-twice", "divided-by-samples", "other-count", "scaled", "factor-too-many")
_TRANSPOSE = ("wrong-transpose", "not-transposed", "transposed", "axes-not-moved")
_COUNT = ("other-count", "mean-for-sum", "sum-for-mean", "scaled", "counted-alike")
_TWICE = ("index-assigned", "assigned-not-added", "kept-not-added", "path-missing")

WRONG: tuple[Answer, ...] = (
    # gru_step
    Answer(
        "gru_step",
        "the update gate the other way round",
        _with(_GRU, ("z * h + (1 - z) * g", "(1 - z) * h + z * g")),
        _any(*_SHARE),
    ),
    Answer(
        "gru_step",
        "the reset gate behind the product",
        _with(_GRU, ("(r * h) @ Ug", "r * (h @ Ug)")),
        _any(*_RESET),
    ),
    Answer(
        "gru_step",
        "reset first, update second",
        _with(
            _GRU,
            ("Wz, Wr, Wg =", "Wr, Wz, Wg ="),
            ("Uz, Ur, Ug =", "Ur, Uz, Ug ="),
            ("bz, br, bg =", "br, bz, bg ="),
        ),
        _any(*_COLUMNS),
    ),
    Answer(
        "gru_step",
        "the candidate's columns first",
        _with(
            _GRU,
            ("Wz, Wr, Wg =", "Wg, Wz, Wr ="),
            ("Uz, Ur, Ug =", "Ug, Uz, Ur ="),
            ("bz, br, bg =", "bg, bz, br ="),
        ),
        _any(*_COLUMNS),
    ),
    Answer("gru_step", "no reset gate", _with(_GRU, ("(r * h) @ Ug", "h @ Ug")), _any(*_FACTOR, "step-left-out")),
    Answer(
        "gru_step",
        "the update gate also resets",
        _with(_GRU, ("(r * h) @ Ug", "(z * h) @ Ug")),
        _any("other-variable", "wrong-tensor"),
    ),
    Answer(
        "gru_step",
        "a sigmoid for the candidate",
        _with(_GRU, ("g = np.tanh(x @ Wg + (r * h) @ Ug + bg)", "g = sigmoid(x @ Wg + (r * h) @ Ug + bg)")),
        _any("other-function", "other-activation"),
    ),
    Answer(
        "gru_step",
        "the reset gate closes on all that the candidate reads",
        _with(_GRU, ("x @ Wg + (r * h) @ Ug + bg", "r * (x @ Wg + h @ Ug + bg)")),
        _any(*_RESET),
    ),
    Answer(
        "gru_step",
        "what is new is added, and nothing makes room for it",
        _with(_GRU, ("z * h + (1 - z) * g", "z * h + g")),
        _any(*_FACTOR, "step-left-out"),
    ),
    Answer(
        "gru_step",
        "the reset state is what is kept",
        _with(
            _GRU,
            ("    g = np.tanh(x @ Wg + (r * h) @ Ug", "    h = r * h\n    g = np.tanh(x @ Wg + h @ Ug"),
        ),
        _any("old-value", "other-variable", "factor-too-many", "done-twice"),
    ),
    Answer(
        "gru_step",
        "the biases are forgotten",
        _with(_GRU, (" + bz", ""), (" + br", ""), (" + bg", "")),
        _any("term-left-out"),
    ),
    Answer(
        "gru_step",
        "gates by tanh",
        _with(_GRU, ("1 / (1 + np.exp(-a))", "np.tanh(a)")),
        _any("other-function", "other-activation"),
    ),
    Answer(
        "gru_step",
        "the candidate reads no inputs",
        _with(_GRU, ("x @ Wg + (r * h)", "(r * h)")),
        _any("term-left-out"),
    ),
    Answer(
        "gru_step",
        "the reset gate is inverted",
        _with(_GRU, ("(r * h) @ Ug", "((1 - r) * h) @ Ug")),
        _any(*_SHARE),
    ),
    Answer(
        "gru_step",
        "no minus in the sigmoid",
        _with(_GRU, ("np.exp(-a)", "np.exp(a)")),
        _any("sign-inside", "mirrored", "rest-for-share"),
    ),
    Answer(
        "gru_step",
        "the W of one gate with the U of the other",
        _with(
            _GRU,
            ("z = sigmoid(x @ Wz + h @ Uz", "z = sigmoid(x @ Wr + h @ Uz"),
            ("r = sigmoid(x @ Wr", "r = sigmoid(x @ Wz"),
        ),
        _any(*_COLUMNS),
    ),
    Answer(
        "gru_step",
        "r also scales what is kept",
        _with(_GRU, ("return z * h", "return z * r * h")),
        _any("factor-too-many"),
    ),
    Answer(
        "gru_step",
        "interleaved columns",
        _with(
            _GRU,
            ("W[:, :n], W[:, n:2*n], W[:, 2*n:]", "W[:, 0::3], W[:, 1::3], W[:, 2::3]"),
            ("U[:, :n], U[:, n:2*n], U[:, 2*n:]", "U[:, 0::3], U[:, 1::3], U[:, 2::3]"),
            ("b[:n], b[n:2*n], b[2*n:]", "b[0::3], b[1::3], b[2::3]"),
        ),
        _any(*_COLUMNS),
    ),
    # gru_step_backward
    Answer(
        "gru_step_backward",
        "the way back of the other update gate",
        _with(
            _GRU_BACK,
            ("dh = dnew * z\n", "dh = dnew * (1 - z)\n"),
            ("dnew * (h - g)", "dnew * (g - h)"),
            ("dg = dnew * (1 - z)", "dg = dnew * z"),
        ),
        _any(*_SHARE, "sign"),
    ),
    Answer(
        "gru_step_backward",
        "z and 1 − z exchanged for state and candidate",
        _with(
            _GRU_BACK,
            ("dh = dnew * z\n", "dh = dnew * (1 - z)\n"),
            ("dg = dnew * (1 - z)", "dg = dnew * z"),
        ),
        _any(*_SHARE),
    ),
    Answer(
        "gru_step_backward",
        "the update gate hears the candidate with the wrong sign",
        _with(_GRU_BACK, ("dnew * (h - g)", "dnew * (g - h)")),
        _any("sign", "sign-inside", "turned-sign"),
    ),
    Answer(
        "gru_step_backward",
        "the update gate forgets what it closes on",
        _with(_GRU_BACK, ("dnew * (h - g)", "dnew * h")),
        _any(*_PATH),
    ),
    Answer(
        "gru_step_backward",
        "the direct path is forgotten",
        _with(_GRU_BACK, ("dh = dnew * z\n", "dh = 0\n")),
        _any(*_PATH),
    ),
    Answer(
        "gru_step_backward",
        "the gates do not blame the state",
        _with(_GRU_BACK, ("    dh = dh + daz @ Uz.T + dar @ Ur.T\n", "")),
        _any(*_PATH),
    ),
    Answer(
        "gru_step_backward",
        "the path by the candidate is assigned away",
        _with(_GRU_BACK, ("    dh = dh + ds * r\n", "    dh = ds * r\n")),
        _any(*_PATH),
    ),
    Answer(
        "gru_step_backward",
        "the last path overwrites all others",
        _with(_GRU_BACK, ("dh = dh + daz @ Uz.T + dar @ Ur.T", "dh = daz @ Uz.T + dar @ Ur.T")),
        _any(*_PATH),
    ),
    Answer(
        "gru_step_backward",
        "the candidate's matrix has met the whole state",
        _with(_GRU_BACK, ("s.T @ dag", "h.T @ dag")),
        _any(*_FACTOR, "wrong-tensor", "other-variable"),
    ),
    Answer(
        "gru_step_backward",
        "the reset gate is not on the way back",
        _with(_GRU_BACK, ("dh = dh + ds * r", "dh = dh + ds")),
        _any(*_FACTOR),
    ),
    Answer(
        "gru_step_backward",
        "no slopes at the gates",
        _with(_GRU_BACK, ("daz = dz * z * (1 - z)", "daz = dz"), ("dar = dr * r * (1 - r)", "dar = dr")),
        _any(*_SLOPE),
    ),
    Answer(
        "gru_step_backward",
        "no slope at the candidate",
        _with(_GRU_BACK, ("dag = dg * (1 - g**2)", "dag = dg")),
        _any(*_SLOPE),
    ),
    Answer(
        "gru_step_backward",
        "the slope of a tanh at the gates",
        _with(_GRU_BACK, ("z * (1 - z)\n", "(1 - z**2)\n"), ("dr * r * (1 - r)", "dr * (1 - r**2)")),
        _any(*_OTHER_SLOPE),
    ),
    Answer(
        "gru_step_backward",
        "each gate with the other's slope",
        _with(
            _GRU_BACK,
            ("daz = dz * z * (1 - z)", "daz = dz * r * (1 - r)"),
            ("dar = dr * r * (1 - r)", "dar = dr * z * (1 - z)"),
        ),
        _any("wrong-tensor", "other-variable", *_COLUMNS),
    ),
    Answer(
        "gru_step_backward",
        "reset first in what is returned",
        _with(
            _GRU_BACK,
            ("[x.T @ daz, x.T @ dar,", "[x.T @ dar, x.T @ daz,"),
            ("[h.T @ daz, h.T @ dar,", "[h.T @ dar, h.T @ daz,"),
            ("[daz.sum(axis=0), dar.sum(axis=0),", "[dar.sum(axis=0), daz.sum(axis=0),"),
        ),
        _any(*_COLUMNS),
    ),
    Answer(
        "gru_step_backward",
        "the reset gate behind the product",
        _with(
            _GRU_BACK,
            ("s @ Ug", "r * (h @ Ug)"),
            ("ds = dag @ Ug.T", "ds = (dag * r) @ Ug.T"),
            ("dr = ds * h", "dr = dag * (h @ Ug)"),
            ("dh = dh + ds * r", "dh = dh + ds"),
            ("s.T @ dag", "h.T @ (dag * r)"),
        ),
        _any(*_RESET),
    ),
    Answer(
        "gru_step_backward",
        "the reset gate's matrix not transposed",
        _with(_GRU_BACK, ("ds = dag @ Ug.T", "ds = dag @ Ug")),
        _any(*_TRANSPOSE),
    ),
    Answer(
        "gru_step_backward",
        "biases by a mean",
        _with(_GRU_BACK, (".sum(axis=0)", ".mean(axis=0)")),
        _any(*_MEAN),
    ),
    Answer(
        "gru_step_backward",
        "only the candidate blames x",
        _with(_GRU_BACK, ("dx = daz @ Wz.T + dar @ Wr.T + dag @ Wg.T", "dx = dag @ Wg.T")),
        _any(*_PATH),
    ),
    Answer(
        "gru_step_backward",
        "the blame of the reset gate past the matrix",
        _with(_GRU_BACK, ("ds = dag @ Ug.T", "ds = dag")),
        _any("weights-skipped", *_FACTOR),
    ),
    Answer(
        "gru_step_backward",
        "the slope of the candidate by what goes in",
        _with(_GRU_BACK, ("1 - g**2", "1 - ag**2")),
        _any("tanh-from-weighted-input", *_OTHER_SLOPE),
    ),
    Answer(
        "gru_step_backward",
        "the slope of the update gate by what goes in",
        _with(_GRU_BACK, ("dz * z * (1 - z)", "dz * az * (1 - az)")),
        _any("sigmoid-from-weighted-input", *_OTHER_SLOPE),
    ),
    Answer(
        "gru_step_backward",
        "all three have met the reset state",
        _with(_GRU_BACK, ("h.T @ daz, h.T @ dar", "s.T @ daz, s.T @ dar")),
        _any("wrong-tensor", "other-variable", "factor-too-many"),
    ),
    Answer(
        "gru_step_backward",
        "the reset gate times itself",
        _with(_GRU_BACK, ("dr = ds * h", "dr = ds * r")),
        _any("wrong-tensor", "other-variable"),
    ),
    Answer(
        "gru_step_backward",
        "gates not transposed in dh",
        _with(_GRU_BACK, ("daz @ Uz.T + dar @ Ur.T", "daz @ Uz + dar @ Ur")),
        _any(*_TRANSPOSE),
    ),
    Answer(
        "gru_step_backward",
        "the reset gate does not blame the state",
        _with(_GRU_BACK, ("dh = dh + daz @ Uz.T + dar @ Ur.T", "dh = dh + daz @ Uz.T")),
        _any(*_PATH),
    ),
    Answer(
        "gru_step_backward",
        "nothing from behind at the candidate",
        _with(_GRU_BACK, ("dg = dnew * (1 - z)", "dg = (1 - z)")),
        _any(*_FACTOR),
    ),
    # fading_backward
    Answer(
        "fading_backward",
        "nothing is carried back",
        _with(_FADE, ("d = dh[:, t] + carry", "d = dh[:, t]")),
        _any(*_CARRIED),
    ),
    Answer(
        "fading_backward",
        "only the end is blamed",
        _with(_FADE, ("d = dh[:, t] + carry", "d = dh[:, t] if t == T - 1 else carry")),
        _any(*_PATH),
    ),
    Answer(
        "fading_backward",
        "the blame of the loss alone is carried one step",
        _with(_FADE, ("carry = d * a", "carry = dh[:, t] * a")),
        _any("wrong-tensor", "other-variable", *_CARRIED),
    ),
    Answer(
        "fading_backward",
        "what is carried does not fade",
        _with(_FADE, ("carry = d * a", "carry = d")),
        _any(*_FACTOR),
    ),
    Answer(
        "fading_backward",
        "carried by the wrong number",
        _with(_FADE, ("carry = d * a", "carry = d * u")),
        _any("wrong-tensor", "other-variable"),
    ),
    Answer(
        "fading_backward",
        "the state after the step",
        _with(_FADE, ("(d * h[:, t])", "(d * h[:, t + 1])")),
        _any(*_STEP),
    ),
    Answer(
        "fading_backward",
        "assigned at each step",
        _with(_FADE, ("da += ", "da = "), ("du += ", "du = ")),
        _any(*_ASSIGNED),
    ),
    Answer(
        "fading_backward",
        "a mean over the samples",
        _with(_FADE, (".sum(axis=0)", ".mean(axis=0)")),
        _any(*_MEAN),
    ),
    Answer(
        "fading_backward",
        "from the first step to the last",
        _with(_FADE, ("range(T - 1, -1, -1)", "range(T)")),
        _any(*_STEP, "rows-swapped", "first-for-last", "begins-elsewhere", "time-not-carried"),
    ),
    Answer(
        "fading_backward",
        "the first step is never reached",
        _with(_FADE, ("range(T - 1, -1, -1)", "range(T - 1, 0, -1)")),
        _any("off-by-one", "stopped-early", "path-missing"),
    ),
    Answer(
        "fading_backward",
        "the inputs are not scaled on the way back",
        _with(_FADE, ("dx[:, t] = d * u", "dx[:, t] = d")),
        _any(*_FACTOR),
    ),
    Answer(
        "fading_backward",
        "the first sample alone",
        _with(
            _FADE,
            ("(d * h[:, t]).sum(axis=0)", "d[0] * h[0, t]"),
            ("(d * x[:, t]).sum(axis=0)", "d[0] * x[0, t]"),
        ),
        _any(*_SAMPLE),
    ),
    Answer(
        "fading_backward",
        "overwritten by what is carried",
        _with(_FADE, ("d = dh[:, t] + carry", "d = dh[:, t]\n        if t < T - 1:\n            d = carry")),
        _any(*_PATH),
    ),
    Answer(
        "fading_backward",
        "what was carried is carried once more",
        _with(_FADE, ("carry = d * a", "carry = carry + d * a")),
        _any("done-twice", "factor-two", "not-stopped"),
    ),
    Answer(
        "fading_backward",
        "the blame of the loss alone for a",
        _with(_FADE, ("da += (d * h[:, t])", "da += (dh[:, t] * h[:, t])")),
        _any(*_CARRIED, "wrong-tensor", "other-variable"),
    ),
    Answer(
        "fading_backward",
        "a slope times the number itself",
        _with(_FADE, ("da += (d * h[:, t]).sum(axis=0)", "da += (d * h[:, t]).sum(axis=0) * a")),
        _any("factor-too-many", "factor-doubled", "factor-twice"),
    ),
    Answer(
        "fading_backward",
        "another slope times the number itself",
        _with(_FADE, ("du += (d * x[:, t]).sum(axis=0)", "du += (d * u * x[:, t]).sum(axis=0)")),
        _any("factor-too-many", "factor-doubled", "factor-twice"),
    ),
    Answer(
        "fading_backward",
        "states of inputs that are not scaled",
        _with(_FADE, ("a * h[:, t] + u * x[:, t]", "a * h[:, t] + x[:, t]")),
        _any(*_FACTOR),
    ),
    Answer(
        "fading_backward",
        "a mean over the steps",
        _with(_FADE, ("return dx, da, du", "return dx, da / T, du / T")),
        _any(*_MEAN),
    ),
    # slow_recurrence_backward
    Answer(
        "slow_recurrence_backward",
        "nothing is carried back",
        _with(_SLOW, ("d = dh[:, t] + carry", "d = dh[:, t]")),
        _any(*_CARRIED),
    ),
    Answer(
        "slow_recurrence_backward",
        "only the end is blamed",
        _with(
            _SLOW,
            ("    carry = np.zeros((m, n))\n", "    carry = dh[:, -1]\n"),
            ("d = dh[:, t] + carry", "d = carry"),
        ),
        _any(*_PATH),
    ),
    Answer(
        "slow_recurrence_backward",
        "the part that stays is not blamed",
        _with(_SLOW, ("(1 - rate) * d + dz @ U.T", "dz @ U.T")),
        _any(*_PATH),
    ),
    Answer(
        "slow_recurrence_backward",
        "the part that bends is not blamed",
        _with(_SLOW, ("(1 - rate) * d + dz @ U.T", "(1 - rate) * d")),
        _any(*_PATH, "time-not-carried"),
    ),
    Answer(
        "slow_recurrence_backward",
        "what stays and what moves exchanged",
        _with(
            _SLOW,
            ("(1 - rate) * d + dz @ U.T", "rate * d + dz @ U.T"),
            ("d * rate * (1", "d * (1 - rate) * (1"),
        ),
        _any(*_SHARE),
    ),
    Answer(
        "slow_recurrence_backward",
        "the rate is forgotten",
        _with(_SLOW, ("d * rate * (1", "d * (1")),
        _any(*_FACTOR),
    ),
    Answer(
        "slow_recurrence_backward",
        "the mask is ignored",
        _with(
            _SLOW,
            ("np.where(mask[:, t][:, None], new, h[:, t])", "new"),
            ("there = mask[:, t][:, None]", "there = True"),
        ),
        _any(*_MASK),
    ),
    Answer(
        "slow_recurrence_backward",
        "the mask is ignored on the way back",
        _with(_SLOW, ("there = mask[:, t][:, None]", "there = True")),
        _any(*_MASK),
    ),
    Answer(
        "slow_recurrence_backward",
        "the mask is multiplied into the loss alone",
        _with(
            _SLOW,
            ("np.where(mask[:, t][:, None], new, h[:, t])", "new"),
            ("d = dh[:, t] + carry", "d = dh[:, t] * there + carry"),
            ("np.where(there, d * rate * (1 - c[:, t] ** 2), 0.0)", "d * rate * (1 - c[:, t] ** 2)"),
            ("np.where(there, (1 - rate) * d + dz @ U.T, d)", "(1 - rate) * d + dz @ U.T"),
        ),
        _any(*_MASK),
    ),
    Answer(
        "slow_recurrence_backward",
        "blame gets lost in a gap",
        _with(_SLOW, ("(1 - rate) * d + dz @ U.T, d)", "(1 - rate) * d + dz @ U.T, 0.0)")),
        _any(*_MASK, *_CARRIED),
    ),
    Answer(
        "slow_recurrence_backward",
        "the loss cannot look into a gap",
        _with(_SLOW, ("d = dh[:, t] + carry", "d = dh[:, t] * there + carry")),
        _any(*_MASK, *_PATH, "factor-too-many"),
    ),
    Answer(
        "slow_recurrence_backward",
        "a gap lets pass only what stays",
        _with(_SLOW, ("np.where(there, (1 - rate) * d + dz @ U.T, d)", "(1 - rate) * d + dz @ U.T")),
        _any(*_MASK, "factor-too-many"),
    ),
    Answer(
        "slow_recurrence_backward",
        "the state after the step for U",
        _with(_SLOW, ("dU += h[:, t].T", "dU += h[:, t + 1].T")),
        _any(*_STEP),
    ),
    Answer(
        "slow_recurrence_backward",
        "the slope at the state",
        _with(_SLOW, ("(1 - c[:, t] ** 2)", "(1 - h[:, t + 1] ** 2)")),
        _any(*_STEP, *_OTHER_SLOPE),
    ),
    Answer(
        "slow_recurrence_backward",
        "no slope",
        _with(_SLOW, ("d * rate * (1 - c[:, t] ** 2)", "d * rate")),
        _any(*_SLOPE),
    ),
    Answer(
        "slow_recurrence_backward",
        "U is not transposed",
        _with(_SLOW, ("dz @ U.T", "dz @ U")),
        _any(*_TRANSPOSE),
    ),
    Answer(
        "slow_recurrence_backward",
        "assigned at each step",
        _with(_SLOW, ("dW += ", "dW = "), ("dU += ", "dU = "), ("db += ", "db = ")),
        _any(*_ASSIGNED, "zero-gradient"),
    ),
    Answer(
        "slow_recurrence_backward",
        "divided by the number of steps that are there",
        _with(
            _SLOW,
            ("return dx, dW, dU, db", "return dx, dW / mask.sum(), dU / mask.sum(), db / mask.sum()"),
        ),
        _any(*_MEAN),
    ),
    Answer(
        "slow_recurrence_backward",
        "the bias in front of the bend hears what comes behind it",
        _with(_SLOW, ("db += dz.sum(axis=0)", "db += d.sum(axis=0)")),
        _any("wrong-tensor", "other-variable", *_SLOPE),
    ),
    Answer(
        "slow_recurrence_backward",
        "the rate twice on the way back",
        _with(_SLOW, ("(1 - rate) * d + dz @ U.T", "(1 - rate) * d + rate * dz @ U.T")),
        _any("factor-twice", "factor-doubled", "factor-too-many"),
    ),
    Answer(
        "slow_recurrence_backward",
        "the mask is ignored on the way forward",
        _with(_SLOW, ("np.where(mask[:, t][:, None], new, h[:, t])", "new")),
        _any(*_MASK),
    ),
    Answer(
        "slow_recurrence_backward",
        "a gap hands back what came from outside alone",
        _with(_SLOW, ("dz @ U.T, d)", "dz @ U.T, dh[:, t])")),
        _any(*_MASK, *_CARRIED, "wrong-tensor"),
    ),
    Answer(
        "slow_recurrence_backward",
        "a gap forgets everything",
        _with(
            _SLOW,
            ("np.where(mask[:, t][:, None], new, h[:, t])", "np.where(mask[:, t][:, None], new, 0.0)"),
            ("dz @ U.T, d)", "dz @ U.T, 0.0)"),
        ),
        _any(*_MASK, "other-constant"),
    ),
    Answer(
        "slow_recurrence_backward",
        "the bend for the state",
        _with(_SLOW, ("dU += h[:, t].T", "dU += c[:, t].T")),
        _any("wrong-tensor", "other-variable", *_STEP),
    ),
    Answer(
        "slow_recurrence_backward",
        "the slope at the state before",
        _with(_SLOW, ("(1 - c[:, t] ** 2)", "(1 - h[:, t] ** 2)")),
        _any(*_STEP, *_OTHER_SLOPE),
    ),
    Answer(
        "slow_recurrence_backward",
        "inputs in a gap are blamed",
        _with(_SLOW, ("dx[:, t] = dz @ W.T", "dx[:, t] = (d * rate * (1 - c[:, t] ** 2)) @ W.T")),
        _any(*_MASK),
    ),
    Answer(
        "slow_recurrence_backward",
        "first sample alone",
        _with(_SLOW, ("dW += x[:, t].T @ dz", "dW += np.outer(x[0, t], dz[0])")),
        _any(*_SAMPLE),
    ),
    # bits_per_letter
    Answer(
        "bits_per_letter",
        "nats",
        _with(_BITS, (" / np.log(2)\n", "\n"), ("(N * np.log(2))", "N")),
        _any(*_FACTOR, "other-constant"),
    ),
    Answer(
        "bits_per_letter",
        "a slope in nats",
        _with(_BITS, ("(N * np.log(2))", "N")),
        _any(*_FACTOR),
    ),
    Answer(
        "bits_per_letter",
        "divided by all steps",
        _with(_BITS, ("N = there.sum()", "N = m * T")),
        _any(*_COUNT),
    ),
    Answer(
        "bits_per_letter",
        "divided by the sequences",
        _with(_BITS, ("N = there.sum()", "N = m")),
        _any(*_COUNT),
    ),
    Answer(
        "bits_per_letter",
        "a mean of the means of all sequences",
        """
def bits_per_letter(logits, labels):
    e = np.exp(logits - logits.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    y = (np.arange(logits.shape[2]) == labels[:, :, None]).astype(float)
    z = logits - logits.max(axis=2, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    there = (labels >= 0).astype(float)
    n = there.sum(axis=1)
    bits = np.mean(-(y * log_p).sum(axis=(1, 2)) / n) / np.log(2)
    return bits, (p - y) * there[:, :, None] / n[:, None, None] / len(logits) / np.log(2)
""",
        _any(*_COUNT),
    ),
    Answer(
        "bits_per_letter",
        "the mask in the loss alone",
        _with(_BITS, ("(p - y) * there[:, :, None]", "(p - y)")),
        _any(*_MASK),
    ),
    Answer(
        "bits_per_letter",
        "no step is left out, and −1 is the last letter",
        _with(_BITS, ("there = labels >= 0", "there = labels >= -1")),
        _any(*_MASK, "comparison-border", "other-constant"),
    ),
    Answer(
        "bits_per_letter",
        "the first letter is taken for none",
        _with(_BITS, ("there = labels >= 0", "there = labels > 0")),
        _any("comparison-border", "mask-forgotten"),
    ),
    Answer(
        "bits_per_letter",
        "a sum for the mean",
        _with(_BITS, ("N = there.sum()", "N = 1")),
        _any(*_COUNT),
    ),
    Answer(
        "bits_per_letter",
        "a softmax over the steps",
        _with(_BITS, ("axis=-1", "axis=1")),
        _any("other-axis", "wrong-axis"),
    ),
    Answer(
        "bits_per_letter",
        "nothing is subtracted, and exponentials overflow",
        _with(_BITS, (" - logits.max(axis=-1, keepdims=True)", ""), (" - logits[s, t].max()", "")),
        _any("not-finite"),
    ),
    Answer(
        "bits_per_letter",
        "the right letter is not subtracted",
        _with(_BITS, ("(p - y)", "p")),
        _any(*_PATH),
    ),
    Answer(
        "bits_per_letter",
        "the sign is lost",
        _with(_BITS, ("bits -= ", "bits += ")),
        _any("turned-sign", "sign-inside"),
    ),
    Answer(
        "bits_per_letter",
        "the logarithm to the base 10",
        _with(_BITS, ("np.log(2)\n", "np.log(10)\n"), ("N * np.log(2)", "N * np.log(10)")),
        _any("other-constant", "other-function"),
    ),
    Answer(
        "bits_per_letter",
        "times the logarithm of 2",
        _with(_BITS, (" / np.log(2)\n", " * np.log(2)\n"), ("/ (N * np.log(2))", "* np.log(2) / N")),
        _any("multiplied-divided", "multiplied-for-divided"),
    ),
    Answer(
        "bits_per_letter",
        "a slope of the sum",
        _with(_BITS, ("/ (N * np.log(2))", "/ np.log(2)")),
        _any(*_COUNT, *_FACTOR, "not-averaged"),
    ),
    Answer(
        "bits_per_letter",
        "the slope with the wrong sign",
        _with(_BITS, ("(p - y)", "(y - p)")),
        _any("sign", "turned-sign", "sign-inside"),
    ),
    Answer(
        "bits_per_letter",
        "perplexity",
        _with(_BITS, ("return bits / N", "return 2 ** (bits / N)")),
        _any("other-function", "function-too-many"),
    ),
    Answer(
        "bits_per_letter",
        "a mean over the letters, too",
        _with(_BITS, ("N = there.sum()", "N = there.sum() * K")),
        _any(*_COUNT, *_MEAN),
    ),
    Answer(
        "bits_per_letter",
        "softmax slope again",
        _with(_BITS, ("(p - y) * there", "(p - y) * p * (1 - p) * there")),
        _any("softmax-differentiated-twice", "factor-too-many"),
    ),
    # tied_table_backward
    Answer(
        "tied_table_backward",
        "assigned where a letter comes back",
        _with(_TIED, ("dtable[i] += drows", "dtable[i] = drows")),
        _any(*_TWICE),
    ),
    Answer(
        "tied_table_backward",
        "numpy adds once where an index comes back",
        """
def tied_table_backward(drows, dscores, states, index, table):
    there = index >= 0
    ds = dscores * there[:, :, None]
    dtable = np.zeros(table.shape)
    dtable[index[there]] += drows[there]
    dtable += np.einsum("mtk,mtn->kn", ds, states)
    return dtable, ds @ table
""",
        _any(*_TWICE),
    ),
    Answer(
        "tied_table_backward",
        "the table only reads",
        _with(_TIED, ("            dtable += dscores[s, t][:, None] * states[s, t][None, :]\n", "")),
        _any(*_PATH),
    ),
    Answer(
        "tied_table_backward",
        "the table only writes",
        _with(_TIED, ("            dtable[i] += drows[s, t]\n", "")),
        _any(*_PATH),
    ),
    Answer(
        "tied_table_backward",
        "what only fills up is read as the last letter",
        _with(_TIED_FAST, ("drows * there", "drows")),
        _any(*_MASK),
    ),
    Answer(
        "tied_table_backward",
        "what only fills up is written",
        _with(_TIED_FAST, ("ds = dscores * there", "ds = dscores")),
        _any(*_MASK),
    ),
    Answer(
        "tied_table_backward",
        "no mask at all",
        _with(_TIED, ("            if i == -1:\n                continue\n", "")),
        _any(*_MASK),
    ),
    Answer(
        "tied_table_backward",
        "letter 0 is taken for none",
        _with(_TIED, ("if i == -1", "if i <= 0")),
        _any("comparison-border", "mask-forgotten"),
    ),
    Answer(
        "tied_table_backward",
        "a sequence ends the loop over all",
        _with(_TIED, ("                continue\n", "                return dtable, dstates\n")),
        _any("stopped-early", "only-one-sample"),
    ),
    Answer(
        "tied_table_backward",
        "writing is assigned at each step",
        _with(
            _TIED,
            ("dtable += dscores[s, t][:, None]", "writing = dscores[s, t][:, None]"),
            ("    return dtable, dstates", "    return dtable + writing, dstates"),
        ),
        _any(*_ASSIGNED),
    ),
    Answer(
        "tied_table_backward",
        "a mean over the steps",
        _with(_TIED, ("    return dtable, dstates", "    return dtable / np.sum(index >= 0), dstates")),
        _any(*_MEAN),
    ),
    Answer(
        "tied_table_backward",
        "a mean of the two uses",
        _with(_TIED, ("    return dtable, dstates", "    return dtable / 2, dstates")),
        _any(*_MEAN, "halved", "factor-half"),
    ),
    Answer(
        "tied_table_backward",
        "what is read reaches the states",
        _with(_TIED, ("table.T @ dscores[s, t]", "table.T @ dscores[s, t] + drows[s, t]")),
        _any("wrong-tensor", "other-variable", "factor-too-many", "function-too-many"),
    ),
    Answer(
        "tied_table_backward",
        "the blame of what was read for the states",
        _with(_TIED, ("states[s, t][None, :]", "drows[s, t][None, :]")),
        _any("wrong-tensor", "other-variable"),
    ),
    Answer(
        "tied_table_backward",
        "only the letter that was read is compared",
        _with(
            _TIED,
            (
                "dtable += dscores[s, t][:, None] * states[s, t][None, :]",
                "dtable[i] += dscores[s, t, i] * states[s, t]",
            ),
        ),
        _any(*_PATH),
    ),
    Answer(
        "tied_table_backward",
        "only the row that was read reaches the states",
        _with(_TIED, ("table.T @ dscores[s, t]", "table[i] * dscores[s, t, i]")),
        _any(*_PATH, "wrong-tensor", "other-variable"),
    ),
    Answer(
        "tied_table_backward",
        "a mean over the places of a letter",
        _with(_TIED, ("dtable[i] += drows[s, t]", "dtable[i] += drows[s, t] / np.sum(index == i)")),
        _any(*_MEAN),
    ),
    Answer(
        "tied_table_backward",
        "only the first sequence",
        _with(_TIED, ("for s in range(m)", "for s in range(1)")),
        _any(*_SAMPLE),
    ),
    Answer(
        "tied_table_backward",
        "the mask for reading alone",
        _with(
            _TIED,
            (
                "            if i == -1:\n                continue\n            dtable[i] += drows[s, t]",
                "            if i != -1:\n                dtable[i] += drows[s, t]",
            ),
        ),
        _any(*_MASK),
    ),
)

RIGHT: tuple[Answer, ...] = (
    # gru_step
    Answer("gru_step", "gate by gate", _GRU),
    Answer(
        "gru_step",
        "np.split and np.hsplit",
        """
def gru_step(x, h, W, U, b):
    Wz, Wr, Wg = np.hsplit(W, 3)
    Uz, Ur, Ug = np.hsplit(U, 3)
    bz, br, bg = np.split(b, 3)
    update = 1.0 / (1.0 + np.exp(-(x @ Wz + h @ Uz + bz)))
    reset = 1.0 / (1.0 + np.exp(-(x @ Wr + h @ Ur + br)))
    candidate = np.tanh(x @ Wg + np.multiply(reset, h) @ Ug + bg)
    return update * h + candidate - update * candidate
""",
    ),
    Answer(
        "gru_step",
        "one product for all that is read",
        """
def gru_step(x, h, W, U, b):
    n = h.shape[1]
    a = x @ W + b
    zr = 1 / (1 + np.exp(-(a[:, :2 * n] + h @ U[:, :2 * n])))
    z, r = zr[:, :n], zr[:, n:]
    g = np.tanh(a[:, 2 * n:] + (h * r) @ U[:, 2 * n:])
    return g + z * (h - g)
""",
    ),
    Answer(
        "gru_step",
        "a sigmoid that is half a tanh",
        """
def gru_step(x, h, W, U, b):
    def part(k, state):
        c = slice(k * h.shape[1], (k + 1) * h.shape[1])
        return x @ W[:, c] + state @ U[:, c] + b[c]

    z = 0.5 * (1 + np.tanh(part(0, h) / 2))
    r = 0.5 * (1 + np.tanh(part(1, h) / 2))
    return z * h + (1 - z) * np.tanh(part(2, r * h))
""",
    ),
    Answer(
        "gru_step",
        "sample by sample, unit by unit",
        """
def gru_step(x, h, W, U, b):
    m, n = h.shape
    new = np.zeros((m, n))
    for s in range(m):
        z, r = np.zeros(n), np.zeros(n)
        for j in range(n):
            z[j] = 1 / (1 + np.exp(-(x[s] @ W[:, j] + h[s] @ U[:, j] + b[j])))
            r[j] = 1 / (1 + np.exp(-(x[s] @ W[:, n + j] + h[s] @ U[:, n + j] + b[n + j])))
        for j in range(n):
            g = np.tanh(x[s] @ W[:, 2 * n + j] + (r * h[s]) @ U[:, 2 * n + j] + b[2 * n + j])
            new[s, j] = z[j] * h[s, j] + (1 - z[j]) * g
    return new
""",
    ),
    Answer(
        "gru_step",
        "a third axis for the three",
        """
def gru_step(x, h, W, U, b):
    n = h.shape[1]
    W3, U3, b3 = W.reshape(-1, 3, n), U.reshape(n, 3, n), b.reshape(3, n)
    a = np.einsum("mi,ikn->kmn", x, W3) + b3[:, None]
    heard = np.einsum("mi,ikn->kmn", h, U3[:, :2])
    z, r = 1 / (1 + np.exp(-a[:2] - heard))
    g = np.tanh(a[2] + np.einsum("mi,in->mn", r * h, U3[:, 2]))
    return z * h + (1 - z) * g
""",
    ),
    Answer(
        "gru_step",
        "inputs and state side by side",
        """
def gru_step(x, h, W, U, b):
    n = h.shape[1]
    table = np.vstack([W, U])
    gates = 1 / (1 + np.exp(-(np.hstack([x, h]) @ table[:, :2*n] + b[:2*n])))
    z = gates[:, :n]
    r = gates[:, n:]
    g = np.tanh(np.hstack([x, r * h]) @ table[:, 2*n:] + b[2*n:])
    return (1 - z) * g + z * h
""",
    ),
    Answer(
        "gru_step",
        "the gate from the end, by its logarithm",
        """
def gru_step(x, h, W, U, b):
    n = len(b) // 3
    az, ar = x @ W[:, :n] + h @ U[:, :n] + b[:n], x @ W[:, n:-n] + h @ U[:, n:-n] + b[n:-n]
    z = np.exp(-np.logaddexp(0, -az))
    r = np.exp(-np.logaddexp(0, -ar))
    g = np.tanh(x @ W[:, -n:] + (r * h) @ U[:, -n:] + b[-n:])
    return np.where(True, z * h, 0) + g * np.exp(-np.logaddexp(0, az))
""",
    ),
    # gru_step_backward
    Answer("gru_step_backward", "node by node", _GRU_BACK),
    Answer(
        "gru_step_backward",
        "all three side by side",
        """
def gru_step_backward(dnew, x, h, W, U, b):
    n = h.shape[1]
    a = x @ W + b
    zr = 1 / (1 + np.exp(-(a[:, :2*n] + h @ U[:, :2*n])))
    z, r = zr[:, :n], zr[:, n:]
    g = np.tanh(a[:, 2*n:] + (r * h) @ U[:, 2*n:])
    D = np.zeros((len(x), 3 * n))
    D[:, :n] = dnew * (h - g) * z * (1 - z)
    D[:, 2*n:] = dnew * (1 - z) * (1 - g * g)
    back = D[:, 2*n:] @ U[:, 2*n:].T
    D[:, n:2*n] = back * h * r * (1 - r)
    dU = h.T @ D
    dU[:, 2*n:] = (r * h).T @ D[:, 2*n:]
    dh = dnew * z + back * r + D[:, :2*n] @ U[:, :2*n].T
    return D @ W.T, dh, x.T @ D, dU, D.sum(axis=0)
""",
    ),
    Answer(
        "gru_step_backward",
        "a dictionary, and np.split",
        """
def gru_step_backward(dnew, x, h, W, U, b):
    (Wz, Wr, Wg), (Uz, Ur, Ug), (bz, br, bg) = np.split(W, 3, 1), np.split(U, 3, 1), np.split(b, 3)
    s = lambda v: 1 / (1 + np.exp(-v))
    z, r = s(x @ Wz + h @ Uz + bz), s(x @ Wr + h @ Ur + br)
    g = np.tanh(x @ Wg + (r * h) @ Ug + bg)
    ez = dnew * (h - g) * (z - z**2)
    eg = dnew * (1 - z) * (1 - np.square(g))
    er = (eg @ Ug.T) * h * (r - r**2)
    return {
        "db": np.concatenate([e.sum(0) for e in (ez, er, eg)]),
        "dU": np.concatenate([h.T @ ez, h.T @ er, (r * h).T @ eg], axis=1),
        "dW": np.concatenate([x.T @ e for e in (ez, er, eg)], axis=1),
        "dh": z * dnew + r * (eg @ Ug.T) + ez @ Uz.T + er @ Ur.T,
        "dx": ez @ Wz.T + er @ Wr.T + eg @ Wg.T,
    }
""",
    ),
    Answer(
        "gru_step_backward",
        "sample by sample with outer products",
        """
def gru_step_backward(dnew, x, h, W, U, b):
    m, n = h.shape
    dx, dh = np.zeros(x.shape), np.zeros(h.shape)
    dW, dU, db = np.zeros(W.shape), np.zeros(U.shape), np.zeros(b.shape)
    for s in range(m):
        a = x[s] @ W + b
        z = 1 / (1 + np.exp(-(a[:n] + h[s] @ U[:, :n])))
        r = 1 / (1 + np.exp(-(a[n:2*n] + h[s] @ U[:, n:2*n])))
        g = np.tanh(a[2*n:] + (r * h[s]) @ U[:, 2*n:])
        dg = dnew[s] * (1 - z) * (1 - g**2)
        dz = dnew[s] * (h[s] - g) * z * (1 - z)
        back = U[:, 2*n:] @ dg
        dr = back * h[s] * r * (1 - r)
        d = np.concatenate([dz, dr, dg])
        dx[s] = W @ d
        dh[s] = dnew[s] * z + back * r + U[:, :n] @ dz + U[:, n:2*n] @ dr
        dW += np.outer(x[s], d)
        db += d
        dU[:, :2*n] += np.outer(h[s], d[:2*n])
        dU[:, 2*n:] += np.outer(r * h[s], dg)
    return dx, dh, dW, dU, db
""",
    ),
    Answer(
        "gru_step_backward",
        "einsum throughout",
        """
def gru_step_backward(dnew, x, h, W, U, b):
    n = h.shape[1]
    V, Q, c = W.reshape(-1, 3, n), U.reshape(n, 3, n), b.reshape(3, n)
    a = np.einsum("mi,ikj->kmj", x, V) + c[:, None, :]
    z, r = 1 / (1 + np.exp(-(a[:2] + np.einsum("mi,ikj->kmj", h, Q[:, :2]))))
    g = np.tanh(a[2] + np.einsum("mi,ij->mj", r * h, Q[:, 2]))
    dg = dnew * (1 - z) * (1 - g**2)
    dseen = np.einsum("mj,ij->mi", dg, Q[:, 2])
    d = np.stack([dnew * (h - g) * z * (1 - z), dseen * h * r * (1 - r), dg])
    met = np.stack([h, h, r * h])
    dx = np.einsum("kmj,ikj->mi", d, V)
    dh = dnew * z + dseen * r + np.einsum("kmj,ikj->mi", d[:2], Q[:, :2])
    dW = np.einsum("mi,kmj->ikj", x, d).reshape(W.shape)
    dU = np.einsum("kmi,kmj->ikj", met, d).reshape(U.shape)
    return dx, dh, dW, dU, d.sum(axis=1).reshape(-1)
""",
    ),
    Answer(
        "gru_step_backward",
        "by g + z (h − g)",
        """
def gru_step_backward(dnew, x, h, W, U, b):
    n = h.shape[1]
    z = 1 / (1 + np.exp(-(x @ W[:, :n] + h @ U[:, :n] + b[:n])))
    r = 1 / (1 + np.exp(-(x @ W[:, n:-n] + h @ U[:, n:-n] + b[n:-n])))
    seen = r * h
    g = np.tanh(x @ W[:, -n:] + seen @ U[:, -n:] + b[-n:])
    ddiff = dnew * z
    dg = dnew - ddiff
    dh = ddiff.copy()
    dz = dnew * (h - g)
    dg = dg / np.cosh(np.arctanh(g)) ** 2
    dseen = dg @ U[:, -n:].T
    dh += dseen * r
    dr = dseen * h
    dz *= z * (1 - z)
    dr *= r * (1 - r)
    dh += dz @ U[:, :n].T
    dh += dr @ U[:, n:-n].T
    d = np.hstack([dz, dr, dg])
    dU = np.hstack([h.T @ dz, h.T @ dr, seen.T @ dg])
    return d @ W.T, dh, x.T @ d, dU, np.ones(len(d)) @ d
""",
    ),
    Answer(
        "gru_step_backward",
        "inputs and state side by side",
        """
def gru_step_backward(dnew, x, h, W, U, b):
    n, k = h.shape[1], x.shape[1]
    V = np.vstack([W, U])
    first = np.hstack([x, h])
    gates = 1 / (1 + np.exp(-(first @ V[:, :2*n] + b[:2*n])))
    z, r = gates[:, :n], gates[:, n:]
    second = np.hstack([x, r * h])
    g = np.tanh(second @ V[:, 2*n:] + b[2*n:])
    dlast = dnew * (1 - z) * (1 - g**2)
    dsecond = dlast @ V[:, 2*n:].T
    dgates = np.hstack([dnew * (h - g), dsecond[:, k:] * h]) * gates * (1 - gates)
    dfirst = dgates @ V[:, :2*n].T
    dx = dfirst[:, :k] + dsecond[:, :k]
    dh = dfirst[:, k:] + dsecond[:, k:] * r + dnew * z
    dV = np.hstack([first.T @ dgates, second.T @ dlast])
    db = np.hstack([dgates.sum(axis=0), dlast.sum(axis=0)])
    return dx, dh, dV[:k], dV[k:], db
""",
    ),
    Answer(
        "gru_step_backward",
        "arrays filled part by part",
        """
def gru_step_backward(dnew, x, h, W, U, b):
    m, n = h.shape
    cols = [np.arange(k * n, (k + 1) * n) for k in range(3)]
    sig = lambda t: np.exp(-np.logaddexp(0, -t))
    a = [x @ W[:, c] + b[c] for c in cols]
    z, r = sig(a[0] + h @ U[:, cols[0]]), sig(a[1] + h @ U[:, cols[1]])
    g = np.tanh(a[2] + (r * h) @ U[:, cols[2]])
    dx, dh = 0, dnew * z
    dW, dU, db = np.empty(W.shape), np.empty(U.shape), np.empty(b.shape)
    dg = (1 - z) * (1 - g) * (1 + g) * dnew
    dseen = dg @ U[:, cols[2]].T
    dh = dh + dseen * r
    for c, d, seen in ((cols[0], dnew * (h - g) * z * (1 - z), h), (cols[1], dseen * h * r * (1 - r), h), (cols[2], dg, r * h)):
        dx = dx + d @ W[:, c].T
        dW[:, c], dU[:, c], db[c] = x.T @ d, seen.T @ d, d.sum(axis=0)
        if seen is h:
            dh = dh + d @ U[:, c].T
    return dx, dh, dW, dU, db
""",
    ),
    # fading_backward
    Answer("fading_backward", "as in the chapter", _FADE),
    Answer(
        "fading_backward",
        "all blame first, then the sums",
        """
def fading_backward(dh, x, a, u):
    m, T, n = x.shape
    h = np.zeros((m, T, n))
    for t in range(T):
        h[:, t] = u * x[:, t] + (a * h[:, t - 1] if t > 0 else 0)
    g = dh.astype(float)
    for t in range(T - 2, -1, -1):
        g[:, t] += a * g[:, t + 1]
    da = (g[:, 1:] * h[:, :-1]).sum(axis=(0, 1))
    return g * u, da, (g * x).sum(axis=(0, 1))
""",
    ),
    Answer(
        "fading_backward",
        "every path by its power",
        """
def fading_backward(dh, x, a, u):
    m, T, n = x.shape
    dx, da, du = np.zeros(x.shape), np.zeros(n), np.zeros(n)
    for t in range(T):
        for k in range(t + 1):
            dx[:, k] += dh[:, t] * u * a ** (t - k)
            du += (dh[:, t] * a ** (t - k) * x[:, k]).sum(axis=0)
            if t > k:
                da += (dh[:, t] * u * x[:, k] * (t - k) * a ** (t - k - 1)).sum(axis=0)
    return dx, da, du
""",
    ),
    Answer(
        "fading_backward",
        "slopes carried forward beside the states",
        """
def fading_backward(dh, x, a, u):
    m, T, n = x.shape
    h = np.zeros((m, n))
    ha, hu = np.zeros((m, n)), np.zeros((m, n))
    da, du = np.zeros(n), np.zeros(n)
    for t in range(T):
        ha = h + a * ha
        hu = x[:, t] + a * hu
        h = a * h + u * x[:, t]
        da = da + np.sum(dh[:, t] * ha, axis=0)
        du = du + np.sum(dh[:, t] * hu, axis=0)
    dx = np.zeros((m, T, n))
    later = 0.0
    for t in reversed(range(T)):
        later = dh[:, t] + a * later
        dx[:, t] = u * later
    return dx, da, du
""",
    ),
    Answer(
        "fading_backward",
        "number by number",
        """
def fading_backward(dh, x, a, u):
    m, T, n = x.shape
    dx, da, du = np.zeros((m, T, n)), np.zeros(n), np.zeros(n)
    for s in range(m):
        for j in range(n):
            h = [0.0]
            for t in range(T):
                h.append(a[j] * h[-1] + u[j] * x[s, t, j])
            blame = 0.0
            for t in range(T)[::-1]:
                blame += dh[s, t, j]
                dx[s, t, j] = blame * u[j]
                da[j] += blame * h[t]
                du[j] += blame * x[s, t, j]
                blame *= a[j]
    return dx, da, du
""",
    ),
    Answer(
        "fading_backward",
        "matrices of powers",
        """
def fading_backward(dh, x, a, u):
    T = x.shape[1]
    steps = np.arange(T)
    gap = steps[:, None] - steps[None, :]
    power = np.array([np.where(gap >= 0, float(c) ** np.maximum(gap, 0), 0.0) for c in a])
    shift = np.array([np.where(gap >= 1, float(c) ** np.maximum(gap - 1, 0), 0.0) for c in a])
    g = np.einsum("jtk,mtj->mkj", power, dh)
    before = np.einsum("jtk,mkj->mtj", shift, u * x)
    return {"dx": g * u, "du": np.einsum("mtj,mtj->j", g, x), "da": np.einsum("mtj,mtj->j", g, before)}
""",
    ),
    Answer(
        "fading_backward",
        "lists, and stacked at the end",
        """
def fading_backward(dh, x, a, u):
    T = x.shape[1]
    h = [np.zeros_like(x[:, 0], dtype=float)]
    for t in range(T):
        h.append(a * h[t] + u * x[:, t])
    blames = []
    later = np.zeros_like(h[0])
    for t in range(T - 1, -1, -1):
        here = dh[:, t] + later
        blames.insert(0, here)
        later = a * here
    da = sum((blames[t] * h[t]).sum(axis=0) for t in range(T))
    du = sum((blames[t] * x[:, t]).sum(axis=0) for t in range(T))
    return np.stack([u * d for d in blames], axis=1), da, du
""",
    ),
    Answer(
        "fading_backward",
        "time in front, and a while loop",
        """
def fading_backward(dh, x, a, u):
    d, y = np.swapaxes(dh, 0, 1) * 1.0, np.swapaxes(x, 0, 1)
    h = np.zeros((len(y) + 1, *y.shape[1:]))
    for t, row in enumerate(y):
        h[t + 1] = a * h[t] + u * row
    t = len(y) - 1
    while t > 0:
        d[t - 1] += d[t] * a
        t -= 1
    return np.swapaxes(d * u, 0, 1), np.einsum("tmj,tmj->j", d, h[:-1]), np.einsum("tmj,tmj->j", d, y)
""",
    ),
    # slow_recurrence_backward
    Answer("slow_recurrence_backward", "as in the chapter", _SLOW),
    Answer(
        "slow_recurrence_backward",
        "a speed that is zero in a gap",
        """
def slow_recurrence_backward(dh, x, mask, W, U, b, rate):
    m, T, n = dh.shape
    v = rate * mask.astype(float)[:, :, None]
    h, c = [np.zeros((m, n))], []
    for t in range(T):
        c.append(np.tanh(x[:, t] @ W + h[-1] @ U + b))
        h.append(h[-1] + v[:, t] * (c[t] - h[-1]))
    dz = np.zeros((m, T, n))
    d = np.zeros((m, n))
    for t in reversed(range(T)):
        d = d + dh[:, t]
        dz[:, t] = d * v[:, t] * (1 - c[t] ** 2)
        d = d - v[:, t] * d + dz[:, t] @ U.T
    before = np.stack(h[:-1], axis=1)
    return (
        dz @ W.T,
        np.einsum("mti,mtj->ij", x, dz),
        np.einsum("mti,mtj->ij", before, dz),
        dz.sum(axis=(0, 1)),
    )
""",
    ),
    Answer(
        "slow_recurrence_backward",
        "each sequence by itself",
        """
def slow_recurrence_backward(dh, x, mask, W, U, b, rate):
    m, T, n = dh.shape
    dx = np.zeros(x.shape)
    dW, dU, db = np.zeros(W.shape), np.zeros(U.shape), np.zeros(n)
    for s in range(m):
        h, c = [np.zeros(n)], []
        for t in range(T):
            bend = np.tanh(x[s, t] @ W + h[t] @ U + b)
            c.append(bend)
            h.append((1 - rate) * h[t] + rate * bend if mask[s, t] else h[t])
        blame = np.zeros(n)
        for t in range(T - 1, -1, -1):
            blame = blame + dh[s, t]
            if not mask[s, t]:
                continue
            dz = rate * blame * (1 - c[t] ** 2)
            dx[s, t] = W @ dz
            dW += np.outer(x[s, t], dz)
            dU += np.outer(h[t], dz)
            db += dz
            blame = (1 - rate) * blame + U @ dz
    return dx, dW, dU, db
""",
    ),
    Answer(
        "slow_recurrence_backward",
        "only the rows that are there",
        """
def slow_recurrence_backward(dh, x, mask, W, U, b, rate):
    m, T, n = dh.shape
    h = np.zeros((T + 1, m, n))
    c = np.zeros((T, m, n))
    for t in range(T):
        on = mask[:, t]
        h[t + 1] = h[t]
        c[t, on] = np.tanh(x[on, t] @ W + h[t, on] @ U + b)
        h[t + 1, on] = h[t, on] + rate * (c[t, on] - h[t, on])
    dx, dW, dU, db = np.zeros(x.shape), 0, 0, 0
    g = np.zeros((m, n))
    for t in range(T)[::-1]:
        g += dh[:, t]
        on = mask[:, t]
        dz = g[on] * rate * (1 - c[t, on] ** 2)
        dx[on, t] = dz @ W.T
        dW = dW + x[on, t].T @ dz
        dU = dU + h[t, on].T @ dz
        db = db + dz.sum(axis=0)
        g[on] = (1 - rate) * g[on] + dz @ U.T
    return dx, dW, dU, db
""",
    ),
    Answer(
        "slow_recurrence_backward",
        "the mask as numbers, and a dictionary",
        """
def slow_recurrence_backward(dh, x, mask, W, U, b, rate):
    on = mask.astype(float)[..., None]
    T = x.shape[1]
    states, bends = {-1: np.zeros(dh.shape[::2])}, {}
    for t in range(T):
        before = states[t - 1]
        bends[t] = np.tanh(x[:, t] @ W + before @ U + b)
        states[t] = on[:, t] * ((1 - rate) * before + rate * bends[t]) + (1 - on[:, t]) * before
    out = {"dU": np.zeros(U.shape), "dx": np.zeros(x.shape), "db": np.zeros(b.shape), "dW": np.zeros(W.shape)}
    later = 0
    for t in range(T - 1, -1, -1):
        total = dh[:, t] + later
        moved = on[:, t] * total
        dz = rate * moved * (1 - bends[t] ** 2)
        out["dx"][:, t] = dz @ W.T
        out["dW"] += x[:, t].T @ dz
        out["dU"] += states[t - 1].T @ dz
        out["db"] += dz.sum(0)
        later = (total - moved) + (1 - rate) * moved + dz @ U.T
    return out
""",
    ),
    Answer(
        "slow_recurrence_backward",
        "inputs, state and a one side by side",
        """
def slow_recurrence_backward(dh, x, mask, W, U, b, rate):
    m, T, k = x.shape
    n = len(b)
    V = np.vstack([W, U, b[None]])
    state, seen, bent = np.zeros((m, n)), [], []
    for t in range(T):
        seen.append(np.hstack([x[:, t], state, np.ones((m, 1))]))
        bent.append(np.tanh(seen[t] @ V))
        state = np.where(mask[:, [t]], (1 - rate) * state + rate * bent[t], state)
    dV, dx, blame = np.zeros(V.shape), np.zeros(x.shape), np.zeros((m, n))
    for t in reversed(range(T)):
        blame = blame + dh[:, t]
        dz = blame * rate * (1 - bent[t] ** 2) * mask[:, [t]]
        dV += seen[t].T @ dz
        back = dz @ V.T
        dx[:, t] = back[:, :k]
        blame = blame * np.where(mask[:, [t]], 1 - rate, 1) + back[:, k:k + n]
    return dx, dV[:k], dV[k:k + n], dV[-1]
""",
    ),
    Answer(
        "slow_recurrence_backward",
        "recursion",
        """
def slow_recurrence_backward(dh, x, mask, W, U, b, rate):
    T = x.shape[1]
    dx, dW, dU, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(U.shape), np.zeros(b.shape)

    def walk(t, h):
        nonlocal dW, dU, db
        if t == T:
            return np.zeros(h.shape)
        c = np.tanh(x[:, t] @ W + h @ U + b)
        there = mask[:, t, None]
        after = np.where(there, (1 - rate) * h + rate * c, h)
        blame = walk(t + 1, after) + dh[:, t]
        dz = np.where(there, rate * blame * (1 - c * c), 0)
        dx[:, t] = dz @ W.T
        dW, dU, db = dW + x[:, t].T @ dz, dU + h.T @ dz, db + dz.sum(axis=0)
        return np.where(there, (1 - rate) * blame, blame) + dz @ U.T

    walk(0, np.zeros(dh[:, 0].shape))
    return dx, dW, dU, db
""",
    ),
    Answer(
        "slow_recurrence_backward",
        "the slope by cosh",
        """
def slow_recurrence_backward(dh, x, mask, W, U, b, rate):
    m, T, n = dh.shape
    h, a = np.zeros((m, T + 1, n)), np.zeros((m, T, n))
    for t in range(T):
        a[:, t] = x[:, t] @ W + h[:, t] @ U + b
        step = rate * (np.tanh(a[:, t]) - h[:, t])
        step[~mask[:, t].astype(bool)] = 0
        h[:, t + 1] = h[:, t] + step
    slope = rate / np.cosh(a) ** 2
    slope[~mask.astype(bool)] = 0
    keep = np.where(mask, 1 - rate, 1.0)
    blame, dz = dh.astype(float).copy(), np.zeros((m, T, n))
    for t in range(T - 1, -1, -1):
        dz[:, t] = blame[:, t] * slope[:, t]
        if t > 0:
            blame[:, t - 1] += keep[:, t, None] * blame[:, t] + dz[:, t] @ U.T
    flat = dz.reshape(-1, n)
    dW = x.reshape(m * T, -1).T @ flat
    dU = h[:, :-1].reshape(m * T, -1).T @ flat
    return dz @ W.T, dW, dU, flat.sum(axis=0)
""",
    ),
    # bits_per_letter
    Answer("bits_per_letter", "a loop and a table", _BITS),
    Answer(
        "bits_per_letter",
        "only the rows that are there",
        """
def bits_per_letter(logits, labels):
    there = labels >= 0
    z, y = logits[there], labels[there]
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    bits = -log_p[rows, y].mean() / np.log(2)
    d = np.exp(log_p)
    d[rows, y] -= 1
    dlogits = np.zeros(logits.shape)
    dlogits[there] = d / len(y) / np.log(2)
    return bits, dlogits
""",
    ),
    Answer(
        "bits_per_letter",
        "logaddexp and one-hot by comparison",
        """
def bits_per_letter(logits, labels):
    y = (labels[:, :, None] == np.arange(logits.shape[2])).astype(float)
    N = y.sum()
    total = np.logaddexp.reduce(logits, axis=2, keepdims=True)
    bits = (y * (total - logits)).sum() / N / np.log(2)
    p = np.exp(logits - total)
    return bits, (p * y.sum(axis=2, keepdims=True) - y) / N / np.log(2)
""",
    ),
    Answer(
        "bits_per_letter",
        "log2 and exp2",
        """
def bits_per_letter(logits, labels):
    there = labels != -1
    scaled = (logits - logits.max(axis=2, keepdims=True)) * np.log2(np.e)
    log_p = scaled - np.log2(np.sum(2.0 ** scaled, axis=2, keepdims=True))
    own = np.take_along_axis(log_p, np.maximum(labels, 0)[..., None], axis=2)[..., 0]
    N = np.count_nonzero(there)
    hot = np.eye(logits.shape[2])[np.maximum(labels, 0)]
    return -own[there].sum() / N, np.where(there[..., None], 2.0 ** log_p - hot, 0) * np.log2(np.e) / N
""",
    ),
    Answer(
        "bits_per_letter",
        "a dictionary, sequence by sequence",
        """
def bits_per_letter(logits, labels):
    count = int((labels >= 0).sum())
    bits, slopes = 0.0, []
    for z, y in zip(logits, labels):
        z = z - z.max(axis=1)[:, None]
        p = np.exp(z) / np.exp(z).sum(axis=1)[:, None]
        for t, k in enumerate(y):
            if k < 0:
                p[t] = 0
                continue
            bits += (np.log(np.exp(z[t]).sum()) - z[t, k]) / np.log(2) / count
            p[t, k] -= 1
        slopes.append(p / count / np.log(2))
    return {"dlogits": np.array(slopes), "bits": bits}
""",
    ),
    Answer(
        "bits_per_letter",
        "flat, with np.where",
        """
def bits_per_letter(logits, labels):
    m, T, K = logits.shape
    z, y = logits.reshape(-1, K), labels.reshape(-1)
    z = z - np.max(z, axis=-1, keepdims=True)
    s = np.exp(z).sum(axis=-1)
    own = z[np.arange(m * T), y]
    loss = np.where(y < 0, 0.0, np.log(s) - own)
    N = (y > -1).sum()
    d = np.exp(z) / s[:, None]
    d[np.arange(m * T), y] -= 1
    d[y < 0] = 0
    return loss.sum() / (N * np.log(2)), (d / (N * np.log(2))).reshape(m, T, K)
""",
    ),
    Answer(
        "bits_per_letter",
        "weights of each step",
        """
def bits_per_letter(logits, labels):
    w = (labels >= 0) / np.sum(labels >= 0) / np.log(2)
    K = logits.shape[-1]
    hot = np.vstack([np.eye(K), np.zeros(K)])[labels]
    top = logits.max(-1, keepdims=True)
    log_total = top + np.log(np.exp(logits - top).sum(-1, keepdims=True))
    bits = np.sum(w * (log_total[..., 0] - (hot * logits).sum(-1)))
    return bits, w[..., None] * (np.exp(logits - log_total) - hot)
""",
    ),
    Answer(
        "bits_per_letter",
        "letter by letter against the right one",
        """
def bits_per_letter(logits, labels):
    m, T, K = logits.shape
    steps = [(s, t) for s in range(m) for t in range(T) if labels[s, t] >= 0]
    losses = []
    dlogits = np.zeros((m, T, K))
    for s, t in steps:
        gap = logits[s, t] - logits[s, t, labels[s, t]]
        top = max(gap.max(), 0)
        total = top + np.log(np.sum(np.exp(gap - top)))
        losses.append(total)
        dlogits[s, t] = np.exp(gap - total)
        dlogits[s, t, labels[s, t]] = -np.sum(np.delete(dlogits[s, t], labels[s, t]))
    return np.mean(losses) / np.log(2), dlogits / len(steps) / np.log(2)
""",
    ),
    # tied_table_backward
    Answer("tied_table_backward", "step by step", _TIED),
    Answer("tied_table_backward", "np.add.at with zeros", _TIED_FAST),
    Answer(
        "tied_table_backward",
        "only the steps that are there",
        """
def tied_table_backward(drows, dscores, states, index, table):
    on = index >= 0
    dtable = (dscores[on].T @ states[on]).astype(float)
    np.add.at(dtable, index[on], drows[on])
    dstates = np.zeros(states.shape)
    dstates[on] = dscores[on] @ table
    return dtable, dstates
""",
    ),
    Answer(
        "tied_table_backward",
        "one-hot rows",
        """
def tied_table_backward(drows, dscores, states, index, table):
    hot = (index[:, :, None] == np.arange(len(table))).astype(float)
    there = hot.sum(axis=2, keepdims=True)
    reading = np.einsum("mtk,mtn->kn", hot, drows)
    writing = np.einsum("mtk,mtn->kn", dscores * there, states)
    return reading + writing, np.einsum("mtk,kn->mtn", dscores * there, table)
""",
    ),
    Answer(
        "tied_table_backward",
        "letter by letter",
        """
def tied_table_backward(drows, dscores, states, index, table):
    dtable = np.zeros(table.shape)
    for letter in range(len(table)):
        dtable[letter] = drows[index == letter].sum(axis=0)
        dtable[letter] += (dscores[index >= 0][:, letter, None] * states[index >= 0]).sum(axis=0)
    dstates = np.where(index[..., None] >= 0, dscores @ table, 0)
    return dtable, dstates
""",
    ),
    Answer(
        "tied_table_backward",
        "a row too many for none",
        """
def tied_table_backward(drows, dscores, states, index, table):
    K, n = table.shape
    reading = np.zeros((K + 1, n))
    for s, t in np.ndindex(index.shape):
        reading[index[s, t]] += drows[s, t]
    kept = np.where((index < 0)[:, :, None], 0, dscores)
    writing = kept.reshape(-1, K).T @ states.reshape(-1, n)
    return reading[:-1] + writing, kept @ table
""",
    ),
    Answer(
        "tied_table_backward",
        "bincount for each feature",
        """
def tied_table_backward(drows, dscores, states, index, table):
    K, n = table.shape
    on = (index > -1).ravel()
    letters = index.ravel()[on]
    rows = drows.reshape(-1, n)[on]
    reading = np.stack([np.bincount(letters, weights=rows[:, j], minlength=K) for j in range(n)], axis=1)
    scores = dscores * (index > -1)[..., np.newaxis]
    writing = sum(d.T @ s for d, s in zip(scores, states))
    return {"dstates": scores @ table, "dtable": reading + writing}
""",
    ),
    Answer(
        "tied_table_backward",
        "two functions, and their results added",
        """
def tied_table_backward(drows, dscores, states, index, table):
    def read_back():
        d = np.zeros(table.shape)
        for letters, blames in zip(index, drows):
            for letter, blame in zip(letters, blames):
                if letter >= 0:
                    d[letter] = d[letter] + blame
        return d

    def write_back():
        d, dstates = np.zeros(table.shape), np.zeros(states.shape)
        for s in range(len(index)):
            on = index[s] >= 0
            d = d + dscores[s, on].T @ states[s, on]
            dstates[s, on] = dscores[s, on] @ table
        return d, dstates

    writing, dstates = write_back()
    return read_back() + writing, dstates
""",
    ),
)
