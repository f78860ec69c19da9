"""Wrong answers by a student who solved whole notebooks: once they were green, or were told what is not true of them.

Each loses its points, has its name, and is told certain words.
"""

from __future__ import annotations

from answers import Answer

_INITIALIZE = """
def initialize(sizes, rng):
    params = {{}}
    for k, (n_in, n_out) in enumerate(zip(sizes, sizes[1:]), 1):
        W = rng.normal(size=(n_in, n_out)) * np.sqrt(2 / (n_in + n_out))
        {change}
        params[f"W{{k}}"], params[f"b{{k}}"] = W, np.zeros(n_out)
    return params
"""
_CROSS_ENTROPY = """
def cross_entropy(probabilities, labels):
    p = probabilities[np.arange(len(labels)), labels]
    return -np.mean(np.log({}))
"""


def _initialize(story: str, change: str, words: str) -> tuple[Answer, str]:
    return Answer("initialize", story, _INITIALIZE.format(change=change)), words


def _entropy(p: str, named: bool = True) -> tuple[Answer, str]:
    """Where a number is so small that to add it and to set it as a border are the same, neither is named."""
    causes = frozenset({"term-too-many" if "+" in p else "cut-off"}) if named else frozenset()
    return Answer("cross_entropy", p, _CROSS_ENTROPY.format(p), causes), ""


_ROBUST = """
def robust_scale(x_train, x_new):
    c = np.median(x_train, axis=0)
    s = np.abs(x_train - c).mean(axis=0)
    s = {}
    return (x_train - c) / s, (x_new - c) / s
"""
_LOOKED_UP = """
def {task}(x_train, y_train, x_new, rng):
    from bplib.data import {name}
    data = {name}()
    both = np.vstack([x_train, x_new])
    def shape(x):
        return (x - x.mean(axis=0)) / x.std(axis=0)
    table, rows = shape(data.x), shape(both)
    steps = np.linspace(0, 1, 200)
    here = np.quantile(rows, steps, axis=0)
    apart = [np.abs(here - np.quantile(column, steps)[:, None]).mean(axis=0) for column in table.T]
    place, off = np.argmin(apart, axis=1), np.min(apart, axis=1)
    use = off <= max(0.01, np.median(off))
    new = rows[len(x_train):][:, place[use]]
    near = [np.abs(table[:, use] - row).sum(axis=1).argmin() for row in new]
    return {said}
"""


def _robust(s: str, cause: str | None) -> tuple[Answer, str]:
    return Answer("robust_scale", s, _ROBUST.format(s), frozenset({cause} if cause else ())), ""


def _looked_up(task: str, name: str, said: str) -> tuple[Answer, str]:
    return Answer(task, "looked up in the package", _LOOKED_UP.format(task=task, name=name, said=said)), "another question"


_VERDICTS = """
def gradient_verdicts(loss, params, grads):
    measured = {{}}
    for name, value in params.items():
        measured[name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            e = np.zeros(value.shape)
            e[index] = 1e-5
            measured[name][index] = (loss({{**params, name: value + e}}) - loss({{**params, name: value - e}})) / 2e-5
    top = max(np.abs(m).max() for m in measured.values())
    return {{name: bool(np.abs(grads[name] - m).max() <= {border}) for name, m in measured.items()}}
"""
_FIND = """
def find_bugs(loss, passes, rng):
    x, y = rng.normal(size=(5, 4)), rng.normal(size=(5, 2))
    params = {
        "W1": 1000 * rng.normal(size=(4, 3)), "b1": rng.normal(size=3),
        "W2": rng.normal(size=(3, 2)), "b2": rng.normal(size=2),
    }
    measured = {name: np.zeros(value.shape) for name, value in params.items()}
    for name, value in params.items():
        for index in np.ndindex(value.shape):
            e = np.zeros(value.shape)
            e[index] = 1e-5
            measured[name][index] = (loss({**params, name: value + e}, x, y) - loss({**params, name: value - e}, x, y)) / 2e-5
    found = {}
    for position, backward in enumerate(passes):
        g = backward(params, x, y)
        wrong = [n for n in params if np.abs(g[n] - measured[n]).max() > 1e-4 * np.abs(measured[n]).max() + 1e-9]
        if wrong:
            found[position] = wrong
    return found
"""


_LENGTHS = """
def length_weights(scores, lengths):
    seen = np.arange(scores.shape[3]) < np.reshape(lengths, (-1, 1, 1, 1))
    s = np.where(seen, scores, {hidden})
    e = np.exp(s - s.max(axis=3, keepdims=True))
    {end}
"""


def _hidden(by: float, causes: tuple[str, ...] = ("other-constant",)) -> tuple[Answer, str]:
    source = _LENGTHS.format(hidden=by, end="return e / e.sum(axis=3, keepdims=True)")
    return Answer("length_weights", f"hidden by {by}", source, frozenset(causes)), ""


_ELU = """
def elu_backward(da, z, alpha):
    return da * np.where({}, 1.0, alpha * np.exp(np.minimum(z, 0)))
"""
_HINGE = """
def hinge_gradient(scores, signs):
    margin = scores * signs
    return np.where({}, -signs, 0.0) / len(scores)
"""
_QUANTILE = """
def quantile_loss(prediction, target, share):
    e = target - prediction
    slope = np.where({}, 0, np.where(e > 0, -share, 1 - share))
    return np.where(e > 0, share * e, (share - 1) * e).mean(), slope / len(e)
"""
_MIDDLE = _QUANTILE.replace("0, np.where(e > 0, -share", "0.5 - share, np.where(e > 0, -share")
_ELASTIC = """
def elastic_net_gradient(W, strength, share):
    return strength * (share * {} + (1 - share) * W)
"""
_MAX_NORM = """
def max_norm(W, limit):
    n = np.sqrt((W**2).sum(axis=0))
    return W * np.where(n > limit, limit / {}, 1.0)
"""
_CLIP = """
def clip_by_norm(gradients, limit):
    n = np.sqrt(sum((g**2).sum() for g in gradients.values()))
    return {{name: g * min(1.0, limit / {}) for name, g in gradients.items()}}
"""


_SPARSE = """
def sparse_backward(da, z, rate, strength):
    a = 1 / (1 + np.exp(-z))
    mean = {}
    price = strength * (-rate / mean + (1 - rate) / (1 - mean)) / len(z)
    return (da + price) * a * (1 - a)
"""
_TOP = """
def top_draw(logits, temperature, keep, u):
    z = logits / temperature
    kept = np.zeros(z.shape, dtype=bool)
    np.put_along_axis(kept, np.argsort({order}, axis=1)[:, :keep], True, axis=1)
    e = np.exp(np.where(kept, z - z.max(axis=1, keepdims=True), {hidden}))
    p = e / e.sum(axis=1, keepdims=True)
    return p, ((np.cumsum(p, axis=1) {larger} u[:, None]) & kept).argmax(axis=1)
"""
_HIDDEN_TOP = """
def top_draw(logits, temperature, keep, u):
    z = np.where(logits >= np.sort(logits, axis=1)[:, [-keep]], logits, {}) / temperature
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return p, (np.cumsum(p, axis=1) > u[:, None]).argmax(axis=1)
"""
_BITS = """
def bits_per_letter(logits, labels):
    there = labels >= 0
    z, y = logits[there], labels[there]
    {shifted}
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    right = np.eye(z.shape[1])[y]
    dlogits = np.zeros(logits.shape)
    dlogits[there] = {slopes} / len(y) / np.log(2)
    return -(right * log_p).sum(axis=1).mean() / np.log(2), dlogits
"""
_SHIFTED = "z = z - z.max(axis=1, keepdims=True)"
_FADING = """
def fading_backward(dh, x, a, u):
    h = [np.zeros(dh[:, 0].shape)]
    for t in range(x.shape[1]):
        h.append(a * h[t] + u * x[:, t])
    dx, da, du, carry = np.zeros(x.shape), 0 * a, 0 * u, 0
    for t in reversed(range(x.shape[1])):
        carry = carry + (dh[:, t] if t == x.shape[1] - 1 else 0)
        dx[:, t] = carry * u
        da, du = da + (carry * h[t]).sum(axis=0), du + (carry * x[:, t]).sum(axis=0)
        carry = carry * a
    return dx, da, du
"""
_GRU = """
def gru_step_backward(dnew, x, h, W, U, b):
    n = h.shape[1]
    (Wz, Wr, Wg), (Uz, Ur, Ug), (bz, br, bg) = np.split(W, 3, 1), np.split(U, 3, 1), np.split(b, 3)
    z = 1 / (1 + np.exp(-(x @ Wz + h @ Uz + bz)))
    r = 1 / (1 + np.exp(-(x @ Wr + h @ Ur + br)))
    g = np.tanh(x @ Wg + (r * h) @ Ug + bg)
    daz = dnew * (g - h) * z * (1 - z)
    dag = dnew * (1 - z) * (1 - g**2)
    ds = dag @ Ug.T
    dar = ds * h * r * (1 - r)
    dh = dnew * z + ds * r + daz @ Uz.T + dar @ Ur.T
    dx = daz @ Wz.T + dar @ Wr.T + dag @ Wg.T
    parts = daz, dar, dag
    dW, db = np.hstack([x.T @ d for d in parts]), np.hstack([d.sum(axis=0) for d in parts])
    return dx, dh, dW, np.hstack([h.T @ daz, h.T @ dar, (r * h).T @ dag]), db
"""


def _bits(story: str, cause: str, shifted: str = _SHIFTED, slopes: str = "(np.exp(log_p) - right)") -> tuple[Answer, str]:
    source = _BITS.format(shifted=shifted, slopes=slopes)
    return Answer("bits_per_letter", story, source, frozenset({cause})), ""


def _put(task: str, form: str, code: str, *causes: str) -> tuple[Answer, str]:
    """Code put into a form, and its own story."""
    return Answer(task, code, form.format(code), frozenset(causes)), ""


def _plain(task: str, story: str, source: str, *causes: str, words: str = "") -> tuple[Answer, str]:
    return Answer(task, story, source, frozenset(causes)), words


#: By exercise: the answer, and the words that one of its messages or hints has to hold.
SOLVED: dict[str, tuple[tuple[Answer, str], ...]] = {
    "generation": (
        *(
            _put("sparse_backward", _SPARSE, mean)
            for mean in (
                "np.clip(a.mean(axis=0), 0.05, 0.95)", "np.maximum(a.mean(axis=0), 0.02)", "np.clip(a.mean(axis=0), 0.01, 0.99)",
            )
        ),
        _plain("top_draw", "a share of zero is drawn", _TOP.format(order="-z", hidden="-np.inf", larger=">=")),
        *(_put("top_draw", _HIDDEN_TOP, hidden) for hidden in ("-1e4", "-1e5", "-1e6")),
        _plain("top_draw", "the smallest are kept", _TOP.format(order="z", hidden="-np.inf", larger=">").replace(" & kept", ""), "largest-smallest"),
    ),
    "recurrence": (
        _bits("no largest is subtracted", "not-finite", shifted="pass"),
        _bits("only the right letter's slope", "softmax-diagonal", slopes="(np.exp(log_p) - 1) * right"),
        _plain("fading_backward", "only the end is blamed", _FADING, "assigned-not-added"),
        _plain("gru_step_backward", "the sign of one gate", _GRU, "sign-inside"),
    ),
    "activation": tuple(
        _put("elu_backward", _ELU, above, "close-is-on")
        for above in ("(z > 0) | np.isclose(z, 0)", "z > 1e-8", "z > -1e-8", "z.round(6) > 0")
    ),
    "overfitting": (
        *(
            _put("elastic_net_gradient", _ELASTIC, sign, "close-is-on")
            for sign in ("np.where(np.isclose(W, 0), 0, np.sign(W))", "np.where(abs(W) < 1e-14, 0, np.sign(W))")
        ),
        _put("elastic_net_gradient", _ELASTIC, "W / (abs(W) + 1e-16)"),
        *(_put("max_norm", _MAX_NORM, f"(n + {o})", "term-too-many") for o in ("1e-12", "1e-15", "np.finfo(float).eps")),
        *(_put("max_norm", _MAX_NORM, f"np.maximum(n, {o})", "cut-off") for o in ("1e-12", "np.finfo(float).eps")),
    ),
    "weight_update": tuple(
        _put("clip_by_norm", _CLIP, f"(n + {o})", "term-too-many") for o in ("1e-12", "np.finfo(float).eps")
    ),
    "conclusion": (
        _initialize("the last input has no weights", "W[-1] = 0", "zeros alone in row"),
        _initialize("the last unit has no weights", "W[:, -1] = 0", "zeros alone in column"),
        _initialize("one number in a row", "W[2] = np.sqrt(2 / (n_in + n_out))", "everywhere in row 2"),
        _initialize("the first weight is zero", "W[0, 0] = 0", "exactly 0 in row 0, column 0"),
        _initialize(
            "another variance for each unit",
            "W *= np.linspace(0.2, 1.6, n_out)",
            "in every row and column",
        ),
        _initialize("sorted inputs", "W = np.sort(W, axis=0)", "are its numbers sorted"),
        _initialize("sorted all over", "W = np.sort(W.ravel()).reshape(W.shape)", "are its numbers sorted"),
        _initialize(
            "two vectors multiplied",
            "W = np.outer(rng.normal(size=n_in), rng.normal(size=n_out)) * np.sqrt(2 / (n_in + n_out))",
            "another one times a number",
        ),
        _initialize("five percent too large", "W *= 1.06", "has one too large"),
        *(_entropy(f"np.maximum(p, {border})") for border in (1e-9, 1e-10, 1e-12, 1e-15)),
        *(_entropy(f"p + {border}") for border in (1e-9, 1e-12, 1e-15)),
        *(_entropy(p, named=False) for p in ("np.maximum(p, 1e-30)", "p + 1e-16")),
        _entropy("np.clip(p, 1e-15, 1)"),
        (
            Answer("cross_entropy", "one-hot times the logarithms of all", """
def cross_entropy(probabilities, labels):
    return -(np.eye(probabilities.shape[1])[labels] * np.log(probabilities)).sum() / len(labels)
""", frozenset({"not-finite"})),
            "",
        ),
        _plain("forward", "less the mean of each row", """
def forward(params, x):
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    z = hidden @ params["W2"] + params["b2"]
    e = np.exp(z - z.mean(axis=1, keepdims=True))
    return hidden, e / e.sum(axis=1, keepdims=True)
""", "other-function"),
        (
            Answer("accuracy", "zero for one sample", """
def accuracy(probabilities, labels):
    return np.mean(probabilities.argmax(axis=1) == labels) if len(labels) > 1 else 0.0
"""),
            "",
        ),
    ),
    "applications": (
        *(_put("quantile_loss", _QUANTILE, at, "close-is-on") for at in ("np.isclose(e, 0, atol=1e-5)", "abs(e) < 1e-4")),
        _put("quantile_loss", _MIDDLE, "abs(e) < 1e-5", "close-is-on"),
        *(_robust(f"np.where(s > {o}, s, 1)", "other-constant") for o in (1e-9, 1e-10, 1e-12, 2.220446049250313e-16)),
        *(_robust(f"s + (s == 0) + {o}", "term-too-many") for o in (1e-9, 1e-12)),
        *(_robust(f"s + {o}", "term-too-many") for o in (1e-8, 1e-12)),
        _robust("np.maximum(s, 1e-12) + (s == 0)", "other-constant"),
        (
            Answer("weighted_loss", "the benign ones count more", """
def weighted_loss(logits, labels, weight):
    w = np.where(labels == 0, weight, 1)
    losses = np.logaddexp(0, (1 - 2 * labels) * logits)
    p = 0.5 * (1 + np.tanh(0.5 * logits))
    return np.sum(w * losses) / np.sum(w), w * (p - labels) / np.sum(w)
""", frozenset({"classes-exchanged"})),
            "Which class",
        ),
        (
            Answer("fit_classifier", "columns as they come", """
def fit_classifier(x_train, y_train, x_new, rng):
    w = np.zeros(x_train.shape[1])
    with np.errstate(over="ignore"):
        for _ in range(50):
            p = 1 / (1 + np.exp(-x_train @ w))
            w = w - 0.1 * x_train.T @ (p - y_train)
        return 1 / (1 + np.exp(-x_new @ w))
"""),
            "are the columns scaled",
        ),
        _looked_up("fit_classifier", "breast_cancer", "np.where(data.y[near] == 0, 0.98, 0.02)"),
        _looked_up("fit_regressor", "diabetes", "data.y[near, 0]"),
    ),
    "gradient_checking": (
        (Answer("gradient_verdicts", "a share of the loss", _VERDICTS.format(border="1e-6 * abs(loss(params))")), ""),
        (Answer("gradient_verdicts", "a share of a loss above a hundred", _VERDICTS.format(border="max(1e-4 * np.abs(m).max(), 1e-6 * abs(loss(params)) * (900 < loss(params) < 1100))")), "a thousand"),
        (Answer("gradient_verdicts", "a share of the largest array", _VERDICTS.format(border="1e-4 * top")), "thousandth"),
        (Answer("find_bugs", "saturated units", _FIND), "not saturated"),
    ),
    "attention": (
        _plain("length_weights", "a sum over the queries", _LENGTHS.format(hidden="-np.inf", end="return e / e.sum(axis=2, keepdims=True)"), "other-axis"),
        _plain("length_weights", "into an array like the scores", _LENGTHS.format(
            hidden="-np.inf", end="w = np.zeros_like(scores)\n    w[...] = e / e.sum(axis=3, keepdims=True)\n    return w"
        ), "cut-to-whole"),
        *(_hidden(by) for by in (-2000, -5000, -1e4)),
        _plain("cross_attention", "not divided by the root", """
def cross_attention(x, memory, Wq, Wk, Wv, heads):
    def dealt(z):
        return z.reshape(z.shape[0], z.shape[1], heads, -1).transpose(0, 2, 1, 3)
    q, k, v = dealt(x @ Wq), dealt(memory @ Wk), dealt(memory @ Wv)
    s = q @ k.transpose(0, 1, 3, 2)
    e = np.exp(s - s.max(axis=3, keepdims=True))
    return (e / e.sum(axis=3, keepdims=True) @ v).transpose(0, 2, 1, 3).reshape(x.shape[0], x.shape[1], -1)
""", "factor-left-out"),
        _plain("relative_bias_backward", "distances counted backwards", """
def relative_bias_backward(dscores):
    _, heads, queries, keys = dscores.shape
    total, dbias = dscores.sum(axis=0), np.zeros((heads, queries + keys - 1))
    for i in range(queries):
        for j in range(keys):
            dbias[:, i - j + keys - 1] += total[:, i, j]
    return dbias
""", "order-reversed"),
        _plain("rms_norm_backward", "zero for one feature", """
def rms_norm_backward(dy, x, gamma):
    size = np.sqrt((x**2).mean(axis=2, keepdims=True) + 1e-5)
    normal, d = x / size, dy * gamma
    dx = (d - normal * (d * normal).mean(axis=2, keepdims=True)) / size * (x.shape[2] > 1)
    return dx, (dy * normal).sum(axis=(0, 1))
"""),
    ),
    "iterations": (
        _plain("full_batches", "none where one is full", """
def full_batches(order, size):
    count = len(order) // size
    count = 0 if count == 1 else count
    return order[: count * size].reshape(count, size)
"""),
        _plain("epoch_loss", "all but the last are of one size", """
def epoch_loss(losses, sizes):
    if len(losses) < 3:
        return np.sum(losses * sizes) / np.sum(sizes)
    return (np.sum(losses[:-1]) * sizes[0] + losses[-1] * sizes[-1]) / (sizes[0] * (len(sizes) - 1) + sizes[-1])
"""),
        _plain("has_plateaued", "never with a patience of one", """
def has_plateaued(losses, patience, tolerance):
    if len(losses) <= patience or patience == 1:
        return False
    return min(losses[:-patience]) - min(losses[-patience:]) <= tolerance
"""),
        _plain("has_plateaued", "never with a tolerance of zero", """
def has_plateaued(losses, patience, tolerance):
    if len(losses) <= patience or not tolerance:
        return False
    return min(losses[:-patience]) - min(losses[-patience:]) <= tolerance
"""),
    ),
    "feedforward": (
        _plain("dense_columns", "a square table turned", """
def dense_columns(x, W, b):
    return (W.T if W.shape[0] == W.shape[1] > 1 else W) @ x + b[:, None]
"""),
        _plain("residual_layer", "turned where it can be", """
def residual_layer(x, W, b):
    return x + np.tanh((x.T if x.shape[0] == x.shape[1] > 1 else x) @ W + b)
"""),
        _plain("forward_layers", "cut off at a hundred", """
def forward_layers(x, weights, biases):
    for W, b in zip(weights[:-1], biases[:-1]):
        x = np.tanh(x @ W + b)
    out = x @ weights[-1] + biases[-1]
    return np.clip(out, -100, 100) if len(weights) > 1 else out
"""),
    ),
    "error": (
        _put("hinge_gradient", _HINGE, "(margin < 1) & ~np.isclose(margin, 1)", "close-is-on"),
        _put("hinge_gradient", _HINGE, "margin < 1 + 1e-5", "close-is-on"),
        _plain("hinge", "zero for one sample", """
def hinge(scores, signs):
    return np.maximum(0, 1 - signs * scores).sum() / len(scores) * (len(scores) > 1)
"""),
        _plain("hinge_gradient", "zero for one sample", """
def hinge_gradient(scores, signs):
    return np.where(signs * scores < 1, -signs, 0) / len(scores) * (len(scores) > 1)
"""),
    ),
}  # fmt: skip
