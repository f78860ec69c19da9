"""Wrong answers that a reading of the reports has found: once they passed, or got no more than "off by"."""

from __future__ import annotations

from answers import Answer

_FIT = """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range({epochs}):
        for start in range(0, len(x), batch_size):
            x_batch, y_batch = x[start : start + batch_size], y[start : start + batch_size]
            error = (x_batch @ w + b - y_batch) / len(x_batch)
            w = w - learning_rate * x_batch.T @ error
            b = b - learning_rate * error.sum()
    return w, b
"""
_SMOOTHED = """
def smoothed_cross_entropy(logits, target, epsilon):
    smooth = (1 - epsilon) * target + epsilon / target.shape[1]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -(smooth * np.log({p})).sum() / len(logits)
"""
_LOG = """
def log_softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return np.log({p})
"""
_BAG = """
def bag_backward(d, y, table, index):
    dtable, count = np.zeros(table.shape), np.zeros((len(table), 1))
    for text, words in enumerate(index):
        for word in words:
            dtable[word] += d[text]
            count[word] += 1
    return dtable / {count}
"""
_BACKWARD = """
def backward(params, x, labels):
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    logits = hidden @ params["W2"] + params["b2"]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    q = e / e.sum(axis=1, keepdims=True)
    dz2 = ({blame}) / len(x)
    dz1 = (dz2 @ params["W2"].T) * (1 - hidden**2)
    return {{"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": hidden.T @ dz2, "b2": dz2.sum(axis=0)}}
"""
_RICHARDSON = """
def richardson(f, x, h):
    {point}
    slopes = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        point[i] += h
        up = f(point)
        point[i] -= 2 * h
        near = (up - f(point)) / (2 * h)
        point[i] += {between} * h
        up = f(point)
        point[i] -= 4 * h
        far = (up - f(point)) / (4 * h)
        point[i] += {after} * h
        slopes[i] = (4 * near - far) / 3
    return slopes
"""
_COPY, _SAME = "point = np.array(x, dtype=float)", "point = x"
_INITIALIZE = """
def initialize(sizes, rng):
    n0, n1, n2 = sizes
    s1, s2 = np.sqrt(2 / (n0 + n1)), np.sqrt(2 / (n1 + n2))
    {lines}
    return {{"W1": W1, "b1": np.zeros(n1), "W2": W2, "b2": np.zeros(n2)}}
"""
_FOLDS = """
def stratified_folds(labels, k, rng):
    folds = np.empty(len(labels), dtype=int)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        folds[members] = {numbers}
    return {folds}
"""
_IN_TURN = "np.arange(len(members)) % k"


_STEP = """
def train_step(params, x, y, learning_rate):
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (hidden @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = (dz2 @ params["W2"].T) * (1 - hidden**2)
    slopes = {{"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": hidden.T @ dz2, "b2": dz2.sum(axis=0)}}
    new = {{name: params[name] - learning_rate * slopes[name] for name in params}}
    return {returned}
"""
_INTO = """
def into(like, value):
    filled = np.zeros_like(like)
    filled[...] = value
    return filled
"""
_SCALE = "def scale_shift_backward(dy, x, gamma):\n    return {dx}, (dy * x).sum(axis=0), dy.sum(axis=0)\n"
_CLASSES = """
def stratified_folds(labels, k, rng):
    folds = np.zeros(len(labels), dtype=int)
    for label in {over}:
        members = np.flatnonzero(labels == label)
        {line}
        folds[members] = np.arange(len(members)) % k
    return folds
"""


def _because(*names: str) -> frozenset[str]:
    return frozenset(names)


#: By exercise.
FOUND: dict[str, tuple[Answer, ...]] = {
    "feedforward": (
        Answer("dense_columns", "fractions put into a product of whole numbers", """
def dense_columns(x, W, b):
    z = W @ x
    z += b.reshape(-1, 1)
    return z
""", _because("cut-to-whole")),
    ),
    "iterations": (
        *(
            Answer("fit_linear", f"{epochs} epochs", _FIT.format(epochs=epochs), _because("off-by-one"))
            for epochs in ("epochs - 1", "epochs + 1", "1, epochs")
        ),
        *(
            Answer("fit_linear", f"the return {story}", _FIT.format(epochs="epochs").replace("    return", f"{indented}return"), _because("stopped-early"))
            for story, indented in (("in the outer loop", 8 * " "), ("in the inner one", 12 * " "))
        ),
        Answer(
            "fit_linear",
            "the update outside the inner loop",
            _FIT.format(epochs="epochs").replace("    w = w", "w = w").replace("    b = b", "b = b"),
            _because("outside-the-loop"),
        ),
        Answer("fit_linear", "one sample at a time", _FIT.format(epochs="epochs").replace("len(x), batch_size", "len(x), 1").replace("+ batch_size", "+ 1"), _because("one-at-a-time")),
        Answer(
            "fit_linear",
            "filled into what holds whole numbers",
            _FIT.format(epochs="epochs").replace("return w, b", "return into(first, w), b").replace("    for _", "    first = w\n    for _") + _INTO,
            _because("cut-to-whole"),
        ),
        *(
            Answer("full_batches", story, f"def full_batches(order, size):\n    {line}\n", _because(*causes))
            for story, line, causes in (
                ("floats", "return np.array(order, dtype=float)[: len(order) // size * size].reshape(-1, size)", ()),
                ("no second axis", "return np.array([order[k * size : (k + 1) * size] for k in range(len(order) // size)])", ()),
                ("the rest, in lists", "return [list(order[k : k + size]) for k in range(0, len(order), size)]", ("rest-kept",)),
                ("the rest", "return [order[k : k + size] for k in range(0, len(order), size)]", ("rest-kept",)),
            )
        ),
        *(
            Answer("has_plateaued", story, f"def has_plateaued(losses, p, tolerance):\n    if len(losses) <= p:\n        return False\n    gain = min(losses[:-p]) - min(losses[-p:])\n    return {stop}\n", _because("losses-rising"))
            for story, stop in (("the size of the gain", "abs(gain) <= tolerance"), ("no loss", "0 <= gain <= tolerance"))
        ),
        Answer("fit_linear", "at least one", _FIT.format(epochs="max(epochs, 1)"), _because("case-left-out")),
    ),
    "error": tuple(
        Answer("smoothed_cross_entropy", p, _SMOOTHED.format(p=p), _because("other-constant"))
        for p in ("np.clip(p, 1e-12, 1)", "p + 1e-10", "np.clip(p, 1e-7, 1 - 1e-7)")
    )
    + (
        Answer("huber", "a mask asked of what has been written over", """
def huber(output, target, delta):
    e = np.abs(output - target) * 1.0
    e[e <= delta] = 0.5 * e[e <= delta] ** 2
    e[e > delta] = delta * (e[e > delta] - 0.5 * delta)
    return e.sum() / len(output)
"""),
    ),
    "activation": tuple(
        Answer("log_softmax", p, _LOG.format(p=p), _because("other-constant"))
        for p in ("np.clip(p, 1e-12, 1)", "p + 1e-10", "np.clip(p, 1e-7, 1 - 1e-7)")
    ),
    "automatic_differentiation": (
        Answer("walk_back", "not as far as the second line", """
def walk_back(nodes, rules, output):
    found = [np.zeros(np.shape(value)) for _, _, value in nodes]
    found[output] = np.ones(np.shape(nodes[output][2]))
    for k in range(output, 1, -1):
        name, arguments, value = nodes[k]
        if name:
            for j, share in zip(arguments, rules[name](found[k], value, *[nodes[i][2] for i in arguments])):
                found[j] = found[j] + share
    return found
""", _because("stopped-early")),
    ) + tuple(
        Answer("bag_backward", f"divided by {count}", _BAG.format(count=count), _because("mean-for-sum"))
        for count in (
            "count",
            "np.maximum(count, 1)",
            "count.max()",
            "count.sum()",
            "len(table)",
            "index.shape[1]",
            "d.shape[1]",
        )
    ),
    "conclusion": (
        *(
            Answer("cross_entropy", p, f"def cross_entropy(p, labels):\n    return -np.log({p})[np.arange(len(p)), labels].mean()\n", _because(*names))
            for p, *names in (("np.clip(p, 1e-2, 1)",), ("p + 1e-7", "term-too-many"), ("np.clip(p, 1e-7, 1 - 1e-7)", "cut-off"))
        ),
        Answer(
            "backward",
            "the labels themselves",
            _BACKWARD.format(blame="q - labels[:, None]"),
            _because("wrong-tensor"),
        ),
        Answer(
            "backward",
            "guesses minus labels",
            _BACKWARD.format(blame="0 * q + (q.argmax(axis=1) - labels)[:, None]"),
            _because("wrong-tensor"),
        ),
        Answer(
            "backward",
            "classes counted from one",
            _BACKWARD.format(blame="q - (labels[:, None] == 1 + np.arange(q.shape[1]))"),
            _because("off-by-one"),
        ),
        *(
            Answer("initialize", story, _INITIALIZE.format(lines=lines))
            for story, lines in (
                (
                    "one seed twice",
                    ("seed = rng.integers(1000); first, second = np.random.default_rng(seed), np.random.default_rng(seed); "
                    "W1 = s1 * first.normal(size=(n0, n1)); W2 = s2 * second.normal(size=(n1, n2))"),
                ),
                (
                    "uniform numbers, one seed twice",
                    ("seed = rng.integers(1000); first, second = np.random.default_rng(seed), np.random.default_rng(seed); "
                    "W1 = s1 * 3**0.5 * first.uniform(-1, 1, (n0, n1)); W2 = s2 * 3**0.5 * second.uniform(-1, 1, (n1, n2))"),
                ),
                (
                    "a corner of one matrix",
                    "z = rng.normal(size=(max(n0, n1), max(n1, n2))); W1 = s1 * z[:n0, :n1]; W2 = s2 * z[:n1, :n2]",
                ),
                (
                    "the other end, turned around",
                    "z = rng.normal(size=n0 * n1); W1 = s1 * z.reshape(n0, n1); W2 = -s2 * z[-n1 * n2:].reshape(n1, n2)",
                ),
                (
                    "units in pairs",
                    "W1 = s1 * np.repeat(rng.normal(size=(n0, -(-n1 // 2))), 2, axis=1)[:, :n1]; W2 = s2 * rng.normal(size=(n1, n2))",
                ),
            )
        ),
    ),
    "gradient_checking": (
        Answer("gradient_verdicts", "one error beside the length of all", """
def gradient_verdicts(loss, params, grads):
    verdicts = {}
    for name, given in grads.items():
        found = np.zeros(given.shape)
        for i in np.ndindex(given.shape):
            up, down = ({n: v.copy() for n, v in params.items()} for _ in range(2))
            up[name][i] += 1e-4
            down[name][i] -= 1e-4
            found[i] = (loss(up) - loss(down)) / 2e-4
        verdicts[name] = bool(np.linalg.norm(found - given) <= 3e-4 * np.linalg.norm(found + given))
    return verdicts
"""),
    )
    + tuple(
        Answer(
            "richardson",
            f"{point}, moved by {between} between and {after} after",
            _RICHARDSON.format(point=point, between=between, after=after),
            _because("step-left-out"),
        )
        for point, between, after in (
            (_COPY, 2, 0),
            (_COPY, 2, 2),
            (_COPY, 3, 0),
            (_SAME, 2, 0),
            (_SAME, 2, 2),
            (_SAME, 3, 0),
        )
    ),
    "partial_derivatives": (
        *(
            Answer("scale_shift_backward", f"filled into {like}", _SCALE.format(dx=f"into({like}, dy * gamma)") + _INTO, _because("cut-to-whole"))
            for like in ("x", "dy")
        ),
        Answer("scale_shift_backward", "no scale", _SCALE.format(dx="dy"), _because("factor-left-out")),
        Answer(
            "residual_backward",
            "filled into dy",
            "def residual_backward(dy, x, W, b):\n    t = np.tanh(x @ W + b)\n    dz = dy * (1 - t**2)\n"
            "    return into(dy, dy + dz @ W.T), x.T @ dz, dz.sum(axis=0)\n" + _INTO,
            _because("cut-to-whole"),
        ),
        Answer("central_slope", "to one side", "def central_slope(f, x, h):\n    return (f(x + h) - f(x)) / h\n", _because("one-sided")),
    ),
    "overfitting": (
        Answer("dropconnect_forward", "one probability for all", """
def dropconnect_forward(x, W, mask, keep):
    return x @ (W * mask) / 0.6
"""),
        Answer("dropconnect_backward", "one probability for all", """
def dropconnect_backward(dy, x, W, mask, keep):
    return dy @ (W * mask).T / 0.6, x.T @ dy * mask / 0.6
"""),
        *(
            Answer("stratified_folds", f"{over}, {line}", _CLASSES.format(over=over, line=line))
            for over, line in (
                *((over, "members = rng.permutation(members)") for over in ("range(k)", "range(3)", "range(labels.max())")),
                ("np.unique(labels)", "members = members if label else rng.permutation(members)"),
                ("np.unique(labels)", "i, j = rng.integers(len(members), size=2); members[[i, j]] = members[[j, i]]"),
            )
        ),
        Answer(
            "dropconnect_forward",
            "the others",
            "def dropconnect_forward(x, W, mask, keep):\n    return x @ (W * (1 - mask)) / keep\n",
            _because("mask-reversed"),
        ),
        Answer(
            "elastic_net_gradient",
            "the slope of a positive number",
            "def elastic_net_gradient(W, strength, share):\n    return strength * (share + (1 - share) * W)\n",
            _because("slope-left-out"),
        ),
        *(
            Answer("stratified_folds", f"chance for names alone: {numbers}", _FOLDS.format(numbers=numbers, folds="folds"))
            for numbers in (
                f"rng.permutation(k)[{_IN_TURN}]",
                f"rng.permutation(k)[np.sort({_IN_TURN})]",
                f"np.roll({_IN_TURN}, rng.integers(len(members)))",
                "rng.permutation(k)[np.resize([*range(k), *range(k)[::-1]], len(members))]",
            )
        ),
        Answer(
            "stratified_folds",
            "the members of each fold",
            _FOLDS.format(
                numbers=f"rng.permutation({_IN_TURN})", folds="[np.flatnonzero(folds == fold) for fold in range(k)]"
            ),
        ),
        *(
            Answer(
                "max_norm",
                f"{added} is added",
                f"""
def max_norm(W, limit):
    lengths = np.sqrt((W**2).sum(axis=0))
    return W * np.minimum(1, limit / (lengths + {added}))
""",
                _because("term-too-many"),
            )
            for added in ("1e-6", "1e-8")
        ),
    ),
    "weight_update": (
        *(
            Answer("train_step", returned, _STEP.format(returned=returned) + _INTO, _because(*causes))
            for returned, causes in (
                ("tuple(new.values())", ()),
                ("0.0, new", ()),
                ("{name: into(params[name], new[name]) for name in new}", ("cut-to-whole",)),
            )
        ),
        Answer(
            "train_step",
            "a bend on the output",
            _STEP.format(returned="new").replace("hidden @", "np.tanh(hidden @").replace("- y) /", ") - y) /"),
            _because("function-too-many"),
        ),
        Answer(
            "clip_by_norm",
            "the same dictionary",
            "def clip_by_norm(gradients, limit):\n    norm = np.sqrt(sum((g**2).sum() for g in gradients.values()))\n"
            "    return {n: g * limit / norm for n, g in gradients.items()} if norm > limit else gradients\n",
        ),
        Answer(
            "adagrad_step",
            "filled into s",
            "def adagrad_step(theta, g, s, learning_rate):\n    new = into(s, s + g**2)\n"
            "    return theta - learning_rate * g / (np.sqrt(s + g**2) + 1e-8), new\n" + _INTO,
            _because("cut-to-whole"),
        ),
        Answer(
            "linear_decay",
            "cut",
            "def linear_decay(epoch, epochs, rate):\n    return max(0, rate * (1 - epoch // epochs))\n",
            _because("cut-to-whole"),
        ),
        Answer(
            "adamw_step",
            "corrected for good",
            "def adamw_step(theta, g, v, s, t, r, decay):\n    v, s = (0.9 * v + 0.1 * g) / (1 - 0.9**t), (0.999 * s + 0.001 * g**2) / (1 - 0.999**t)\n"
            "    return theta - r * (v / (np.sqrt(s) + 1e-8) + decay * theta), v, s\n",
            _because("correction-kept"),
        ),
        *(Answer(
            "clip_by_norm",
            f"{added} is added",
            f"""
def clip_by_norm(gradients, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients.values()))
    return {{name: g * limit / (norm + {added}) if norm > limit else g for name, g in gradients.items()}}
""",
            _because("term-too-many"),
        )
        for added in ("1e-6", "1e-8")),
    ),
}  # fmt: skip
#: Right, though no arrays.
LISTS = tuple(
    Answer("stratified_folds", story, _FOLDS.format(numbers=f"rng.permutation({_IN_TURN})", folds=folds))
    for story, folds in (("a list", "folds.tolist()"), ("a tuple of numpy's numbers", "tuple(folds)"))
)
