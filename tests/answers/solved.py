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
}  # fmt: skip
