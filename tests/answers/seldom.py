"""Wrong answers that are right for nearly all inputs: each fails at a kind that its task's text promises, and once nothing tried.

A size equal to another, a number of zero, a bound, an order of names: whatever they take for granted.
"""

from __future__ import annotations

from answers import Answer

_VERDICTS = """
def _measured(loss, params, h=1e-3):
    out = {{}}
    for n in params:
        w = np.array(params[n], float)
        g = np.zeros(w.shape)
        for i in np.ndindex(w.shape):
            def at(s):
                v = w.copy()
                v[i] += s
                return loss({{**params, n: v}})
            g[i] = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
        out[n] = g
    return out

def gradient_verdicts(loss, params, grads):
    num, out = _measured(loss, params), {{}}
    for n in params:
        g = grads[n]
        top, d = np.abs(num[n]).max(), np.abs(num[n] - g).max()
        {}
    return out
"""
_PLATEAU = """
def has_plateaued(losses, patience, tolerance):
    if len(losses) <= patience{few}:
        return False
    before, after = {before}, min(losses[-patience:])
    return bool(before - after <= {tolerance})
"""
_FIT = """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    {start}
    for _ in range(epochs):
        for s in range(0, len(x), batch_size):
            xb = x[s : s + batch_size]
            e = xb @ w + b - y[s : s + batch_size]
            {stop}
            w = w - learning_rate * xb.T @ e / len(xb)
            {step}
    return w, b
"""
_SOFTMAX = """
def soft(s):
    e = np.exp(s - s.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)
"""
_CROSSED = _SOFTMAX + """
def apart(a, h):
    m, t, f = a.shape
    return a.reshape(m, t, h, f // h).transpose(0, 2, 1, 3)

def cross_attention(x, memory, Wq, Wk, Wv, heads):
    q, k, v = apart(x @ Wq, heads), apart(memory @ Wk, heads), apart(memory @ Wv, heads)
    s = q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])
    T, N = s.shape[-2:]
    if T == N:
        s = np.where(np.tri(T) > 0, s, -np.inf)
    return (soft(s) @ v).transpose(0, 2, 1, 3).reshape(len(x), x.shape[1], -1)
"""
_CROSSED_BACK = _SOFTMAX + """
def cross_attention_backward(dy, x, memory, Wq, Wk, Wv):
    Q, K, V = x @ Wq, memory @ Wk, memory @ Wv
    A = soft(Q @ K.swapaxes(1, 2) / np.sqrt(Wq.shape[1]))
    dA = dy @ V.swapaxes(1, 2)
    dS = A * (dA - (A * dA).sum(-1, keepdims=True)) / np.sqrt(Wq.shape[1])
    f = lambda a, b: np.tensordot(a, b, ((0, 1), (0, 1)))
    dQ, dK, dV = dS @ K, dS.swapaxes(1, 2) @ Q, A.swapaxes(1, 2) @ dy
    dWk = f(memory, dS @ Q if dS.shape[1] == dS.shape[2] else dK)
    return dQ @ Wq.T, dK @ Wk.T + dV @ Wv.T, f(x, dQ), dWk, f(memory, dV)
"""
_LENGTHS = _SOFTMAX + """
def length_weights(scores, lengths):
    m, h, T, N = scores.shape
    see = (np.arange(N) < lengths[:, None])[:, None, None]
    {}
    return a
"""
_GRU = """
def gru_step(x, h, W, U, b):
    n = h.shape[1]
    s = lambda v: 1 / (1 + np.exp(-v))
    if W.shape == U.shape:
        x, h = h, x
    z = s(x @ W[:, :n] + h @ U[:, :n] + b[:n])
    r = s(x @ W[:, n : 2 * n] + h @ U[:, n : 2 * n] + b[n : 2 * n])
    g = np.tanh(x @ W[:, 2 * n :] + (r * h) @ U[:, 2 * n :] + b[2 * n :])
    return z * h + (1 - z) * g
"""
_SPREAD = """
def spread_divergence(mean, log_deviation, spread):
    {}
    s, m = np.exp(log_deviation), len(mean)
    price = (np.log(spread) - log_deviation + (s**2 + mean**2) / 2 / spread**2 - 0.5).sum() / m
    return price, mean / spread**2 / m, (s**2 / spread**2 - 1) / m
"""
_TWO_AXES = """
def {task}({arguments}):
    {first}
    for i in range(theta.shape[0]):
        for j in range(theta.shape[1]):
            {lines}
    return {result}
"""


def _verdicts(story: str, lines: str) -> Answer:
    return Answer("gradient_verdicts", story, _VERDICTS.format(lines))


def _plateau(story: str, few: str = "", before: str = "min(losses[:-patience])", tolerance: str = "tolerance", *causes: str) -> Answer:
    source = _PLATEAU.format(few=few, before=before, tolerance=tolerance)
    return Answer("has_plateaued", story, source, frozenset(causes))


def _fit(story: str, start: str = "w = w.astype(float)", stop: str = "pass", step: str = "b = b - learning_rate * e.mean()", *causes: str) -> Answer:
    return Answer("fit_linear", story, _FIT.format(start=start, stop=stop, step=step), frozenset(causes))


def _put(task: str, story: str, source: str, *causes: str) -> Answer:
    return Answer(task, story, source, frozenset(causes))


#: By exercise.
SELDOM: dict[str, tuple[Answer, ...]] = {
    "gradient_checking": (
        _verdicts("no verdict on 0 / 0", "s = np.abs(g).max(); out[n] = bool(d <= 1e-4 * s) if s > 0 else True"),
        _verdicts("lengths of entries alone", "out[n] = bool(np.abs(np.abs(num[n]) - np.abs(g)).max() <= 5e-4 * top)"),
        _verdicts("W3 without absolute values", "out[n] = bool(d < 5e-4 * top) if n != 'W3' else bool(g.max() <= 0)"),
        _verdicts("W3 by its sum", "out[n] = bool(d < 5e-4 * top) if n != 'W3' else bool(g.sum() == 0)"),
        _verdicts("W3 by its first entry", "out[n] = bool(d <= 5e-4 * top) if top > 0 else bool(g.flat[0] == 0)"),
        _verdicts("W3 by a bound", "out[n] = bool(d <= 5e-4 * top) if top > 0 else bool(d < 1e-3)"),
        _verdicts("W3 beside the largest of all", "out[n] = bool(d <= 1e-3 * (top or max(np.abs(v).max() for v in grads.values())))"),
        _verdicts("a small number is added below", "out[n] = bool(d / (top + 1e-7) <= 5e-4)"),
        _verdicts("a border below", "out[n] = bool(d / max(top, 1e-8) <= 5e-4)"),
        _verdicts("in any order", "out[n] = bool(np.abs(np.sort(num[n].ravel()) - np.sort(g.ravel())).max() <= 5e-4 * top)"),
        _verdicts("entry by entry", "out[n] = bool(np.allclose(g, num[n], rtol=1e-4, atol=0))"),
        _put("slope_along", "by order", """
def slope_along(loss, params, grads, direction, h):
    p = {n: a + h * d for (n, a), d in zip(params.items(), direction.values())}
    q = {n: a - h * d for (n, a), d in zip(params.items(), direction.values())}
    return (loss(p) - loss(q)) / (2 * h), sum((g * d).sum() for g, d in zip(grads.values(), direction.values()))
"""),
        _put("best_step", "a largest step", """
def best_step(value, third, eps):
    value, third = abs(value), abs(third)
    h = min((3 * eps * value / third) ** (1 / 3), 1e-2)
    return h, h**2 / 6 * third + eps * value / h
""", "cut-off"),
        _put("best_step", "a smallest bend", """
def best_step(value, third, eps):
    value, third = abs(value), max(abs(third), 1e-3)
    h = (3 * eps * value / third) ** (1 / 3)
    return h, h**2 / 6 * third + eps * value / h
""", "cut-off"),
        _put("find_bugs", "positions as text", """
def find_bugs(loss, passes, rng):
    return {str(k): ["W1"] for k in range(len(passes))}
"""),
    ),
    "iterations": (
        _plateau("a best loss of 0 is forgotten", before="min([loss for loss in losses[:-patience] if loss] or [9.0])"),
        _plateau("a tolerance of its own", tolerance="(tolerance or 1e-3)"),
        _plateau("nearly the tolerance", tolerance="tolerance + 1e-4"),
        _plateau("three losses at least", few=" or len(losses) < 3"),
        _fit("weights that stay whole", start="w = w.copy(); b = np.array(b)", step="b[...] = b - learning_rate * e.mean()"),
        _fit("a bias of 0 is none", start="w = w.astype(float); b = b or 0.01"),
        _fit("stops where a batch fits", stop="if np.allclose(e, 0): return w, b"),
        _put("epoch_loss", "batches without a loss do not count", """
def epoch_loss(losses, sizes):
    return np.sum(losses * sizes) / np.sum(sizes[losses > 0])
"""),
        _put("epoch_loss", "the first and the last are asked", """
def epoch_loss(losses, sizes):
    return np.mean(losses) if sizes[-1] == sizes[0] else np.sum(losses * sizes) / np.sum(sizes)
""", "each-by-itself", "mean-for-sum"),
    ),
    "gradient_descent": (
        _put("backtracking_rate", "no step without a gradient", """
def backtracking_rate(loss, theta, gradient, rate):
    n = np.sum(gradient**2)
    if n == 0:
        return 0.0
    L = loss(theta)
    while loss(theta - rate * gradient) > L - 0.5 * rate * n:
        rate /= 2
    return rate
"""),
        _put("descend", "stops where the gradient stays", """
def descend(gradient, start, learning_rate, steps, tolerance):
    p, last = np.array(start, float), None
    for _ in range(steps):
        g = gradient(p)
        if np.linalg.norm(g) <= tolerance or (last is not None and np.array_equal(g, last)):
            break
        p, last = p - learning_rate * g, g
    return p
""", "stopped-early"),
    ),
    "weight_update": (
        _put("ema_momentum_step", "two axes", _TWO_AXES.format(
            task="ema_momentum_step", arguments="theta, g, v, learning_rate, beta", first="T, V = np.zeros(theta.shape), np.zeros(theta.shape)",
            lines="V[i, j] = beta * v[i, j] + (1 - beta) * g[i, j]; T[i, j] = theta[i, j] - learning_rate * V[i, j]", result="T, V",
        )),
        _put("adagrad_step", "two axes", _TWO_AXES.format(
            task="adagrad_step", arguments="theta, g, s, learning_rate", first="T, S = np.zeros(theta.shape), np.zeros(theta.shape)",
            lines="S[i, j] = s[i, j] + g[i, j] ** 2; T[i, j] = theta[i, j] - learning_rate * g[i, j] / (np.sqrt(S[i, j]) + 1e-8)", result="T, S",
        )),
        _put("adamw_step", "two axes", _TWO_AXES.format(
            task="adamw_step", arguments="theta, g, v, s, t, learning_rate, decay", first="T, V, S = (np.zeros(theta.shape) for _ in range(3))",
            lines="V[i, j] = 0.9 * v[i, j] + 0.1 * g[i, j]; S[i, j] = 0.999 * s[i, j] + 0.001 * g[i, j] ** 2; "
            "T[i, j] = theta[i, j] - learning_rate * (V[i, j] / (1 - 0.9**t) / (np.sqrt(S[i, j] / (1 - 0.999**t)) + 1e-8) + decay * theta[i, j])",
            result="T, V, S",
        )),
        _put("clip_by_norm", "four names", """
def clip_by_norm(gradients, limit):
    names = [k for k in ("W1", "b1", "W2", "b2") if k in gradients]
    n = np.sqrt(sum((gradients[k] ** 2).sum() for k in names))
    return {k: gradients[k] * limit / n if n > limit else gradients[k].copy() for k in names}
"""),
        _put("clip_by_norm", "cut off first", """
def clip_by_norm(gradients, limit):
    gradients = {k: np.clip(g, -100, 100) for k, g in gradients.items()}
    n = np.sqrt(sum((g**2).sum() for g in gradients.values()))
    return {k: g * limit / n if n > limit else g for k, g in gradients.items()}
""", "cut-off", "clipped-by-array"),
        _put("clip_by_norm", "a length of a hundred at most", """
def clip_by_norm(gradients, limit):
    n = min(np.sqrt(sum((g**2).sum() for g in gradients.values())), 100)
    return {k: g * limit / n if n > limit else g.copy() for k, g in gradients.items()}
""", "cut-off"),
        _put("clip_by_norm", "zeros are left out", """
def clip_by_norm(gradients, limit):
    n = np.sqrt(sum((g**2).sum() for g in gradients.values()))
    return {k: g * limit / n if n > limit else g.copy() for k, g in gradients.items() if g.any() or n == 0}
"""),
    ),
    "conclusion": (
        _put("accuracy", "nearly the largest", """
def accuracy(probabilities, labels):
    p = probabilities[np.arange(len(labels)), labels]
    return float(np.mean(np.isclose(p, probabilities.max(1), atol=1e-2)))
"""),
        _put("update", "by order", """
def update(params, gradients, learning_rate):
    return {k: p - learning_rate * g for (k, p), g in zip(params.items(), gradients.values())}
"""),
        _put("cross_entropy", "the logarithm of a product", """
def cross_entropy(probabilities, labels):
    p = probabilities[np.arange(len(labels)), labels]
    return -np.log(np.prod(p)) / len(p)
""", "not-finite"),
    ),
    "activation": (
        _put("log_softmax", "a lowest logarithm", """
def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return np.maximum(z - np.log(np.exp(z).sum(axis=1, keepdims=True)), -2500.0)
""", "cut-off"),
        _put("elu", "a smallest alpha", "def elu(z, alpha):\n    return np.where(z > 0, z, max(alpha, 0.1) * np.expm1(np.minimum(z, 0)))\n", "cut-off"),
    ),
    "error": (
        _put("smoothed_cross_entropy", "a lowest logarithm", """
def smoothed_cross_entropy(logits, target, epsilon):
    z = logits - logits.max(axis=1, keepdims=True)
    lp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    smooth = (1 - epsilon) * target + epsilon / z.shape[1]
    return -(smooth * np.maximum(lp, -3000)).sum() / len(z)
""", "cut-off"),
        _put("mean_absolute_error", "small misses are none", """
def mean_absolute_error(output, target):
    e = np.abs(output - target)
    return e[e > 1e-3].sum() / len(output)
"""),
        _put("huber_gradient", "a smallest delta", """
def huber_gradient(output, target, delta):
    delta = max(delta, 0.3)
    return np.clip(output - target, -delta, delta) / len(output)
"""),
        _put("huber", "a smallest delta", """
def huber(output, target, delta):
    delta, e = max(delta, 0.1), np.abs(output - target)
    return np.where(e <= delta, e * e / 2, delta * (e - delta / 2)).sum() / len(output)
"""),
    ),
    "recurrence": (
        _put("tied_table_backward", "stops at a gap", """
def tied_table_backward(drows, dscores, states, index, table):
    dt, dst = np.zeros(table.shape), np.zeros(states.shape)
    for s in range(len(index)):
        for t in range(len(index[s])):
            i = index[s, t]
            if i < 0:
                break
            dt[i] += drows[s, t]
            dt += np.outer(dscores[s, t], states[s, t])
            dst[s, t] = dscores[s, t] @ table
    return dt, dst
"""),
        _put("bits_per_letter", "stops at a gap", """
def bits_per_letter(logits, labels):
    d, total, count = np.zeros(logits.shape), 0, 0
    for s in range(len(labels)):
        for t in range(len(labels[s])):
            y = labels[s, t]
            if y < 0:
                break
            z = logits[s, t] - logits[s, t].max()
            lp = z - np.log(np.exp(z).sum())
            total, count = total - lp[y], count + 1
            d[s, t] = np.exp(lp)
            d[s, t, y] -= 1
    return total / count / np.log(2), d / count / np.log(2)
"""),
        _put("gru_step", "state and features exchanged where they can be", _GRU),
    ),
    "attention": (
        _put("cross_attention", "causal where it can be", _CROSSED),
        _put("cross_attention_backward", "not transposed where it can be", _CROSSED_BACK, "not-transposed"),
        _put("length_weights", "queries are hidden, too", _LENGTHS.format(
            "a = soft(np.where(see, scores, -np.inf)); a = a * (np.arange(T) < lengths[:, None])[:, None, :, None] if T == N else a"
        )),
        _put("length_weights", "lengths along the heads", _LENGTHS.format(
            "a = soft(np.where(np.arange(N) < lengths[:, None, None] if m == h else see, scores, -np.inf))"
        )),
    ),
    "generation": (
        _put("spread_divergence", "numbers where clouds are at rest", _SPREAD.format(
            "if not mean.any() and np.allclose(np.exp(log_deviation), spread): return 0, 0, 0"
        )),
        _put("spread_divergence", "a bound for deviations", _SPREAD.format("log_deviation = np.clip(log_deviation, -2, 2)"), "cut-off"),
        _put("draws_backward", "a bound for deviations", """
def draws_backward(dz, log_deviation, noise):
    s = np.exp(np.clip(log_deviation, -2, 2))
    return dz.sum(0), (dz * noise).sum(0) * s
""", "cut-off"),
    ),
    "convolution": (
        _put("row_pool_backward", "nearly as large", """
def row_pool_backward(dy, x):
    t = np.isclose(x, x.max(-1, keepdims=True), rtol=1e-6, atol=0)
    return t / t.sum(-1, keepdims=True) * dy[..., None]
""", "close-is-on"),
    ),
    "applications": (
        _put("best_threshold", "hundredths", """
def best_threshold(probabilities, labels, miss, alarm):
    p = np.asarray(probabilities)
    c = np.append(np.unique(p.round(2)), 1.0)
    k = [miss * ((p < t) & (labels == 1)).sum() + alarm * ((p >= t) & (labels == 0)).sum() for t in c]
    i = int(np.argmin(k))
    return c[i], k[i]
"""),
    ),
    "automatic_differentiation": (
        _put("walk_back", "what adds up to nothing is written over", """
def walk_back(nodes, rules, output):
    g = [np.zeros(np.shape(v)) for _, _, v in nodes]
    g[output] = np.ones(np.shape(nodes[output][2]))
    for k in range(output, -1, -1):
        name, args, y = nodes[k]
        if name == "":
            continue
        for a, s in zip(args, rules[name](g[k], y, *(nodes[a][2] for a in args))):
            g[a] = s if np.sum(g[a]) == 0 else g[a] + s
    return g
""", "assigned-not-added", "kept-not-added", "factor-half"),
    ),
    "partial_derivatives": (
        *(
            _put("central_slope", story, f"""
def central_slope(f, x, h):
    h = {step}
    return {slope}
""", *causes)
            for story, step, slope, causes in (
                ("a largest step", "min(h, 0.5)", "(f(x + h) - f(x - h)) / (2 * h)", ("cut-off",)),
                ("a step for large numbers", "h * max(1, abs(x) / 100)", "(f(x + h) - f(x - h)) / (2 * h)", ()),
                ("eight decimals", "h", "round((f(x + h) - f(x - h)) / (2 * h), 8)", ()),
            )
        ),
    ),
    "feedforward": (
        _put("forward_layers", "four layers at most", """
def forward_layers(x, weights, biases):
    a = x
    for i in range(min(len(weights), 4)):
        a = a @ weights[i] + biases[i]
        if i < len(weights) - 1:
            a = np.tanh(a)
    return a
"""),
    ),
    "overfitting": (
        _put("max_norm", "rows where they can be columns", """
def max_norm(W, limit):
    W = W.astype(float)
    n = np.linalg.norm(W, axis=1 if W.shape[0] == W.shape[1] else 0, keepdims=True)
    return W * np.where(n > limit, limit / np.where(n == 0, 1, n), 1.0)
""", "other-axis"),
    ),
}
