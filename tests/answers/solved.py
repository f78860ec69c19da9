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
    apart = [np.abs(np.sort(rows, axis=0) - np.sort(column)[:, None]).mean(axis=0) for column in table.T]
    place, off = np.argmin(apart, axis=1), np.min(apart, axis=1)
    use = off < 0.01
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


#: By exercise: the answer, and the words that one of its messages or hints has to hold.
SOLVED: dict[str, tuple[tuple[Answer, str], ...]] = {
    "conclusion": (
        _initialize("the last input has no weights", "W[-1] = 0", "zeros alone in row"),
        _initialize("the last unit has no weights", "W[:, -1] = 0", "zeros alone in column"),
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
        (
            Answer("accuracy", "zero for one sample", """
def accuracy(probabilities, labels):
    return np.mean(probabilities.argmax(axis=1) == labels) if len(labels) > 1 else 0.0
"""),
            "",
        ),
    ),
    "applications": (
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
}  # fmt: skip
