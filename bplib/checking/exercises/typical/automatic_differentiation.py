"""Typical answers to the exercise on automatic differentiation."""

from collections.abc import Callable, Iterable, Sequence
from itertools import starmap
from typing import Any

import numpy as np

from bplib.checking.judging.check import Mistake, Typical
from bplib.types import Array

#: A line of a record: the operation, which lines it used, and its value; a variable has but the last.
Line = tuple[str, tuple[int, ...], Any]
Two = tuple[Array, Array]
Three = tuple[Array, Array, Array]

#: Wrong formulas, each with its name.
Named = tuple[tuple[str, Callable[..., Any]], ...]

# Right, in other words --------------------------------------------------------------------------------------


def _logaddexp_by_result(d: Array, y: Array, a: Array, b: Array) -> Two:
    da = d * np.exp(a - y)
    db = d * np.exp(b - y)
    both = (da, db)
    return both


def _logaddexp_by_largest(d: Array, y: Array, a: Array, b: Array) -> Two:
    top = np.maximum(a, b)
    of_a = np.exp(a - top)
    of_b = np.exp(b - top)
    total = of_a + of_b
    both = (d * of_a / total, d * of_b / total)
    return both


def _logaddexp_by_rest(d: Array, y: Array, a: Array, b: Array) -> Two:
    share = 1 / (1 + np.exp(b - a))
    both = (d * share, d * (1 - share))
    return both


def _cumsum_turned(d: Array) -> Array:
    turned = d[:, ::-1]
    sums = np.cumsum(turned, axis=1)
    return sums[:, ::-1]


def _cumsum_by_columns(d: Array) -> Array:
    dx = np.zeros(d.shape)
    for j in range(d.shape[1]):
        dx[:, j] = np.sum(d[:, j:], axis=1)
    return dx


def _cumsum_by_entries(d: Array) -> Array:
    m, n = d.shape
    dx = np.zeros((m, n))
    for i in range(m):
        for j in range(n):
            for k in range(j, n):
                dx[i, j] += d[i, k]
    return dx


def _cumsum_to_the_left(d: Array) -> Array:
    dx = np.zeros(d.shape)
    for k in range(d.shape[1]):
        for j in range(k + 1):
            dx[:, j] += d[:, k]
    return dx


def _prod_by_columns(d: Array, x: Array) -> Array:
    dx = np.zeros(x.shape)
    for j in range(x.shape[1]):
        others = np.delete(x, j, axis=1)
        dx[:, j] = d * np.prod(others, axis=1)
    return dx


def _prod_by_entries(d: Array, x: Array) -> Array:
    m, n = x.shape
    dx = np.zeros((m, n))
    for i in range(m):
        for j in range(n):
            others = 1.0
            for k in range(n):
                if k != j:
                    others = others * x[i, k]
            dx[i, j] = d[i] * others
    return dx


def _prod_by_sides(d: Array, x: Array) -> Array:
    dx = np.zeros(x.shape)
    for j in range(x.shape[1]):
        left = np.prod(x[:, :j], axis=1)
        right = np.prod(x[:, j + 1 :], axis=1)
        dx[:, j] = d * left * right
    return dx


def _bag_by_words(d: Array, table: Array, index: Array) -> Array:
    dtable = np.zeros(table.shape)
    for text in range(len(index)):
        for place in range(3):
            word = index[text, place]
            dtable[word] += d[text]
    return dtable


def _bag_by_counts(d: Array, table: Array, index: Array) -> Array:
    counts = np.zeros((len(index), len(table)))
    for text in range(len(index)):
        for word in index[text]:
            counts[text, word] += 1
    return counts.T @ d


def _tile_by_copies(d: Array, x: Array, copies: tuple[int, int]) -> Array:
    m, n = x.shape
    dx = np.zeros((m, n))
    for r in range(copies[0]):
        for c in range(copies[1]):
            top = r * m
            left = c * n
            dx += d[top : top + m, left : left + n]
    return dx


def _tile_by_axes(d: Array, x: Array, copies: tuple[int, int]) -> Array:
    m, n = x.shape
    blocks = d.reshape(copies[0], m, copies[1], n)
    rows = np.sum(blocks, axis=0)
    return np.sum(rows, axis=1)


def _tile_by_entries(d: Array, x: Array, copies: tuple[int, int]) -> Array:
    m, n = x.shape
    dx = np.zeros((m, n))
    for i in range(copies[0] * m):
        for j in range(copies[1] * n):
            dx[i % m, j % n] += d[i, j]
    return dx


def _pairs_by_products(d: Array, a: Array, W: Array, b: Array) -> Three:
    arriving = d[:, None]
    mixed = a @ W
    dmixed = arriving * b
    da = dmixed @ W.T
    dW = a.T @ dmixed
    db = arriving * mixed
    three = (da, dW, db)
    return three


def _pairs_by_samples(d: Array, a: Array, W: Array, b: Array) -> Three:
    rows_of_a = []
    rows_of_b = []
    dW = np.zeros(W.shape)
    for s in range(len(d)):
        rows_of_a.append(d[s] * (W @ b[s]))
        rows_of_b.append(d[s] * (a[s] @ W))
        dW = dW + d[s] * np.outer(a[s], b[s])
    three = (np.array(rows_of_a), dW, np.array(rows_of_b))
    return three


# Wrong ------------------------------------------------------------------------------------------------------


def _typed(like: Array, right: Array) -> Array:
    """What becomes of numbers in an array of the type of another: if that one is whole, they are cut."""
    return np.trunc(right) if np.all(like == np.trunc(like)) else right


def _repeated(column: Array, n: int) -> Array:
    return np.repeat(column.reshape(-1, 1), n, axis=1)


def _softmax(x: Array) -> Array:
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def _share_of_clipped(a: Array, b: Array, bound: float) -> Array:
    a, b = np.clip(a, -bound, bound), np.clip(b, -bound, bound)
    return np.exp(a) / (np.exp(a) + np.exp(b))


def _others(x: Array, keep: Callable[[int, int, int], bool] = lambda j, k, n: j != k) -> Array:
    """For each place j of a row the product of what stands at the places k that are kept, of n."""
    n = x.shape[1]
    return np.stack([np.prod(x[:, [k for k in range(n) if keep(j, k, n)]], axis=1) for j in range(n)], axis=1)


def _nonzero(x: Array) -> Array:
    return np.where(x == 0, 1, x)


def _without_zeros(x: Array) -> Array:
    return np.prod(_nonzero(x), axis=1, keepdims=True)


def _bag(d: Array, table: Array, index: Array, places: Iterable[int] = (0, 1, 2)) -> Array:
    found = np.zeros(table.shape)
    for place in places:
        np.add.at(found, index[:, place], d)
    return found


def _bag_heard_once(d: Array, table: Array, index: Array) -> Array:
    found = np.zeros(table.shape)
    found[index] += d[:, None, :]
    return found


def _bag_heard_once_a_text(d: Array, table: Array, index: Array) -> Array:
    found = np.zeros(table.shape)
    for text, words in enumerate(index):
        found[words] += d[text]
    return found


def _bag_heard_once_a_place(d: Array, table: Array, index: Array) -> Array:
    found = np.zeros(table.shape)
    for place in range(3):
        found[index[:, place]] += d
    return found


def _bag_of_columns(d: Array, table: Array, index: Array) -> Array:
    """The places are read column by column, and what arrives row by row."""
    found = np.zeros(table.shape)
    np.add.at(found, index.T.ravel(), np.repeat(d, 3, axis=0))
    return found


def _uses(table: Array, index: Array) -> Array:
    """How often each word comes, in the shape of the table."""
    return _bag(np.ones((len(index), table.shape[1])), table, index)


def _copies(d: Array, x: Array) -> Array:
    """The copies of an array along the axes 0 and 2."""
    m, n = x.shape
    return d.reshape(len(d) // m, m, d.shape[1] // n, n)


def _pairs(d: Any, a: Array, W: Array, b: Array) -> Three:
    return d * (b @ W.T), a.T @ (d * b), d * (a @ W)


def _from_the_end(output: int, count: int) -> Iterable[int]:
    return range(count - 1, -1, -1)


Walk = Callable[[Sequence[Line], dict[str, Any], int], list[Any]]


def _zeros(nodes: Sequence[Line]) -> list[Any]:
    return [np.zeros(np.shape(value)) for _, _, value in nodes]


def _ones(value: Any) -> Array:
    return np.ones(np.shape(value))


def _walk(
    order: Callable[[int, int], Iterable[int]] = lambda output, count: range(output, -1, -1),
    first: Callable[[int, int], Iterable[int]] = lambda output, count: [output],
    begin: Callable[[Any], Any] = _ones,
    arriving: Callable[[Any, Any], Any] = lambda found, value: found,
    given: Callable[[Any, Any], Any] = lambda found, value: value,
    shared: Callable[[Any, Any], Iterable[tuple[int, Any]]] = zip,
    added: Callable[[Any, Any], Any] = np.add,
    cleared: bool = False,
) -> Walk:
    """The walk in another order, from other lines or numbers, with others for the rules, or other shares."""

    def walk(nodes: Sequence[Line], rules: dict[str, Any], output: int) -> list[Any]:
        found = _zeros(nodes)
        for k in first(output, len(nodes)):
            found[k] = begin(nodes[k][2])
        for k in order(output, len(nodes)):
            name, arguments, value = nodes[k]
            if name:
                values = [given(found[j], nodes[j][2]) for j in arguments]
                shares = rules[name](arriving(found[k], value), value, *values)
                found[k] = 0 * found[k] if cleared else found[k]
                for j, share in shared(arguments, shares):
                    found[j] = added(found[j], share)
        return found

    return walk


def _walk_in_place(nodes: Sequence[Line], rules: dict[str, Any], output: int) -> list[Any]:
    """What a rule handed back is changed, and other lines hold it too."""
    found: list[Any] = [None] * output + [_ones(nodes[output][2])] + _zeros(nodes[output + 1 :])
    for k in range(output, -1, -1):
        name, arguments, value = nodes[k]
        if name and found[k] is not None:
            shares = rules[name](found[k], value, *(nodes[j][2] for j in arguments))
            for j, share in zip(arguments, shares, strict=True):
                if found[j] is None:
                    found[j] = share
                else:
                    found[j] += share
    return [zero if heard is None else heard for zero, heard in zip(_zeros(nodes), found, strict=True)]


def _walk_by_visits(at_once: bool, again: bool, added: Callable[[Any, Any], Any] = np.add) -> Walk:
    """A recursion that goes on from a line before all have spoken, with each share or with all of a rule."""

    def walk(nodes: Sequence[Line], rules: dict[str, Any], output: int) -> list[Any]:
        found, seen = _zeros(nodes), set()
        found[output] = _ones(nodes[output][2])

        def visit(k: int) -> None:
            name, arguments, value = nodes[k]
            if not name or (k in seen and not again):
                return
            seen.add(k)
            shares = rules[name](found[k], value, *(nodes[j][2] for j in arguments))
            for j, share in zip(arguments, shares, strict=True):
                found[j] = added(found[j], share)
                if at_once:
                    visit(j)
            for j in () if at_once else arguments:
                visit(j)

        visit(output)
        return found

    return walk


def _walk_by_waiting(next_: int) -> Walk:
    """Lines wait in a queue or on a stack, each once: the first to come is the first to go, or the last."""

    def walk(nodes: Sequence[Line], rules: dict[str, Any], output: int) -> list[Any]:
        found, waiting, seen = _zeros(nodes), [output], {output}
        found[output] = _ones(nodes[output][2])
        while waiting:
            name, arguments, value = nodes[k := waiting.pop(next_)]
            shares = rules[name](found[k], value, *(nodes[j][2] for j in arguments)) if name else ()
            for j, share in zip(arguments, shares, strict=True):
                found[j] = found[j] + share
                waiting += [j] if j not in seen else []
                seen.add(j)
        return found

    return walk


#: Of what arrives at a smooth maximum, its result and its arguments: what the first of them gets.
_LOGADDEXP: Named = (
    ("upstream-missing", lambda d, y, a, b: np.exp(a - y)),
    ("factor-left-out", lambda d, y, a, b: 1 - d * np.exp(b - y)),
    ("factor-left-out", lambda d, y, a, b: d * np.exp(a)),
    ("multiplied-divided", lambda d, y, a, b: d * np.exp(y - a)),
    ("other-function", lambda d, y, a, b: d * (a >= b)),
    ("other-function", lambda d, y, a, b: d * (a > b)),
    ("other-function", lambda d, y, a, b: d * np.heaviside(a - b, 0.5)),
    ("other-axis", lambda d, y, a, b: d * _softmax(a)),
    ("other-axis", lambda d, y, a, b: d * _softmax(a.T).T),
    ("counted-alike", lambda d, y, a, b: d / 2),
    ("other-variable", lambda d, y, a, b: d * np.exp(b - y)),
    ("other-variable", lambda d, y, a, b: d * np.exp(a) / y),
    ("function-left-out", lambda d, y, a, b: d * a / (a + b)),
    ("function-left-out", lambda d, y, a, b: d * a / y),
    ("function-left-out", lambda d, y, a, b: d * (a - y)),
    ("slope-left-out", lambda d, y, a, b: d * np.exp(-y)),
    ("done-twice", lambda d, y, a, b: d * np.exp(a + b - 2 * y)),
    ("value-for-slope", lambda d, y, a, b: d * y),
    ("other-operation", lambda d, y, a, b: d * b),
    ("single-entries", lambda d, y, a, b: d * _share_of_clipped(a, b, 10)),
    ("single-entries", lambda d, y, a, b: d * _share_of_clipped(a, b, 20)),
    ("single-entries", lambda d, y, a, b: d * _share_of_clipped(a, b, 50)),
    ("single-entries", lambda d, y, a, b: d * _share_of_clipped(a, b, 100)),
    ("single-entries", lambda d, y, a, b: d * _share_of_clipped(a, b, 500)),
    ("single-entries", lambda d, y, a, b: d * np.nan_to_num(np.exp(a) / (np.exp(a) + np.exp(b)))),
    ("cut-to-whole", lambda d, y, a, b: _typed(a, d * np.exp(a - y))),
)
#: What is handed back by a running sum.
_CUMSUM: Named = (
    ("assigned-not-added", lambda d: d),
    ("path-missing", lambda d: d + np.pad(d, ((0, 0), (0, 1)))[:, 1:]),
    ("first-for-last", lambda d: np.cumsum(d, axis=1)),
    ("step-left-out", lambda d: np.cumsum(d[:, ::-1], axis=1)),
    ("step-left-out", lambda d: np.cumsum(d, axis=1)[:, ::-1]),
    ("step-left-out", lambda d: np.cumsum(d[:, ::-1]).reshape(d.shape)[:, ::-1]),
    ("other-axis", lambda d: np.cumsum(d, axis=0)),
    ("other-axis", lambda d: np.cumsum(d[::-1], axis=0)[::-1]),
    ("other-axis", lambda d: np.cumsum(d).reshape(d.shape)),
    ("other-axis", lambda d: np.cumsum(d.ravel()[::-1])[::-1].reshape(d.shape)),
    ("off-by-one", lambda d: _cumsum_turned(d) - d),
    ("off-by-one", lambda d: _cumsum_turned(d) - d[:, -1:]),
    ("off-by-one", lambda d: np.cumsum(d, axis=1) - d),
    ("other-function", lambda d: _repeated(np.sum(d, axis=1), d.shape[1])),
    ("other-function", lambda d: np.diff(d, axis=1, prepend=0)),
    ("other-function", lambda d: -np.diff(d, axis=1, append=0)),
    ("other-operation", lambda d: np.cumprod(d[:, ::-1], axis=1)[:, ::-1]),
    ("other-operation", lambda d: d * np.arange(d.shape[1], 0, -1)),
    ("other-operation", lambda d: d * np.arange(1, d.shape[1] + 1)),
    ("mean-for-sum", lambda d: _cumsum_turned(d) / d.shape[1]),
    ("mean-for-sum", lambda d: _cumsum_turned(d) / np.arange(d.shape[1], 0, -1)),
    ("kept-not-added", lambda d: _repeated(d[:, -1], d.shape[1])),
    ("factor-too-many", lambda d, x: _cumsum_turned(d * x)),
    ("factor-too-many", lambda d, x: d * _cumsum_turned(x)),
    ("value-for-slope", lambda d, y: d * y),
    ("other-variable", lambda x: _cumsum_turned(x)),
    ("cut-to-whole", lambda d, x: _typed(x, _cumsum_turned(d))),
)  # fmt: skip
#: Of the product of a row, as a column, and of its factors: the slopes.
_PROD: Named = (
    ("case-left-out", lambda y, x: np.where(x == 0, 0, y / _nonzero(x))),
    ("case-left-out", lambda y, x: np.where(x == 0, 1, y / _nonzero(x))),
    ("case-left-out", lambda y, x: np.where(x == 0, _without_zeros(x), y / _nonzero(x))),
    ("case-left-out", lambda y, x: np.array([[np.prod(row[row != v]) for v in row] for row in x])),
    ("value-for-slope", lambda y, x: y),
    ("case-left-out", lambda y, x: _without_zeros(x) / _nonzero(x)),
    ("case-left-out", lambda y, x: y / (x + 1e-8)),
    ("factor-doubled", lambda y, x: y * _others(x)),
    ("multiplied-divided", lambda y, x: y * x),
    ("other-operation", lambda y, x: y - x),
    ("other-operation", lambda y, x: np.sum(x, axis=1, keepdims=True) - x),
    ("other-operation", lambda y, x: 1.0),
    ("other-variable", lambda y, x: x),
    ("factor-left-out", lambda y, x: _others(x, lambda j, k, n: k < j)),
    ("factor-left-out", lambda y, x: _others(x, lambda j, k, n: k > j)),
    ("factor-left-out", lambda y, x: _others(x, lambda j, k, n: abs(j - k) == 1)),
    ("factor-left-out", lambda y, x: np.roll(x, 1, axis=1) * np.roll(x, -1, axis=1)),
    ("factor-left-out", lambda y, x: np.roll(x, 1, axis=1)),
    ("factor-left-out", lambda y, x: np.roll(x, -1, axis=1)),
    ("off-by-one", lambda y, x: _others(x, lambda j, k, n: k <= j)),
    ("off-by-one", lambda y, x: _others(x, lambda j, k, n: k >= j)),
    ("off-by-one", lambda y, x: _others(x, lambda j, k, n: k != (j + 1) % n)),
    ("off-by-one", lambda y, x: _others(x, lambda j, k, n: k != j - 1)),
    ("other-axis", lambda y, x: _others(x.T).T),
    ("other-axis", lambda y, x: _others(x.reshape(1, -1)).reshape(x.shape)),
)  # fmt: skip
#: What is handed back to the table.
_BAG: Named = (
    ("index-assigned", _bag_heard_once),
    ("index-assigned", _bag_heard_once_a_text),
    ("index-assigned", _bag_heard_once_a_place),
    ("path-missing", lambda d, table, index: _bag(d, table, index, [0])),
    ("path-missing", lambda d, table, index: _bag(d, table, index, [1])),
    ("path-missing", lambda d, table, index: _bag(d, table, index, [2])),
    ("mean-for-sum", lambda d, table, index: _bag(d, table, index) / 3),
    ("mean-for-sum", lambda d, table, index: _bag(d, table, index) / np.maximum(_uses(table, index), 1)),
    ("mean-for-sum", lambda d, table, index: (
        _bag_heard_once_a_text(d, table, index)
        / np.maximum(_bag_heard_once_a_text(np.ones(d.shape), table, index), 1))),
    ("mean-for-sum", lambda d, table, index: _bag(d, table, index) / _uses(table, index)),
    ("mean-for-sum", lambda d, table, index: _bag(d, table, index) / np.max(_uses(table, index))),
    ("mean-for-sum", lambda d, table, index: (
        _bag(d, table, index) / np.maximum(_bag_heard_once_a_text(np.ones(d.shape), table, index), 1))),
    ("mean-for-sum", lambda d, table, index: _bag(d, table, index) / len(table)),
    ("mean-for-sum", lambda d, table, index: _bag(d, table, index) / len(np.unique(index))),
    ("mean-for-sum", lambda d, table, index: _bag(d, table, index) / index.size),
    ("mean-for-sum", lambda d, table, index: _bag(d, table, index) / d.shape[1]),
    ("divided-by-samples", lambda d, table, index: _bag(d, table, index) / len(d)),
    ("other-variable", lambda y, table, index: _bag(y, table, index)),
    ("other-variable", lambda d, table, index: table + _bag(d, table, index)),
    ("other-constant", lambda d, table, index: 1 + _bag(d, table, index)),
    ("factor-too-many", lambda d, table, index: table * _bag(d, table, index)),
    ("factor-too-many", lambda d, table, index: _bag(d * np.sum(table[index], axis=1), table, index)),
    ("upstream-missing", lambda d, table, index: _uses(table, index)),
    ("counted-alike", lambda d, table, index: _uses(table, index) * np.sum(d, axis=0)),
    ("counted-alike", lambda d, table, index: _uses(table, index) * np.mean(d, axis=0)),
    ("other-axis", lambda d, table, index: _bag(_repeated(np.sum(d, axis=1), d.shape[1]), table, index)),
    ("other-axis", lambda d, table, index: _bag(_repeated(np.mean(d, axis=1), d.shape[1]), table, index)),
    ("steps-exchanged", _bag_of_columns),
    ("each-by-itself", lambda d, table, index: np.repeat(d, 3, axis=0)),
    ("only-one-sample", lambda d, table, index: _bag(d[:1], table, index[:1])),
    ("only-one-sample", lambda d, table, index: _bag(d[-1:], table, index[-1:])),
)  # fmt: skip
#: Of what arrives, as copies along the axes 0 and 2: what is handed back.
_TILE: Named = (
    ("assigned-not-added", lambda d: d[0, :, 0]),
    ("assigned-not-added", lambda d: d[-1, :, -1]),
    ("path-missing", lambda d: np.sum(d[0], axis=1)),
    ("path-missing", lambda d: np.sum(d[:, :, 0], axis=0)),
    ("path-missing", lambda d: np.sum(d[0], axis=1) + np.sum(d[:, :, 0], axis=0)),
    ("path-missing", lambda d: np.sum(d[0], axis=1) + np.sum(d[1:, :, 0], axis=0)),
    ("path-missing", lambda d: np.trace(d, axis1=0, axis2=2)),
    ("off-by-one", lambda d: np.sum(d[:-1, :, :-1], axis=(0, 2))),
    ("off-by-one", lambda d: np.sum(d[1:, :, 1:], axis=(0, 2))),
    ("off-by-one", lambda d: np.sum(d, axis=(0, 2)) - d[0, :, 0]),
    ("off-by-one", lambda d: np.sum(d, axis=(0, 2)) - d[-1, :, -1]),
    ("mean-for-sum", lambda d: np.mean(d, axis=(0, 2))),
    ("mean-for-sum", lambda d: np.mean(np.sum(d, axis=0), axis=1)),
    ("mean-for-sum", lambda d: np.sum(np.mean(d, axis=0), axis=1)),
    ("other-places", lambda d: np.sum(d.reshape(-1, d.shape[1], d.shape[3]), axis=0)),
    ("other-places", lambda d: np.sum(d.reshape(d.shape[1], d.shape[3], -1), axis=2)),
    ("other-places", lambda d: np.sum(d.reshape(np.array(d.shape)[[1, 0, 3, 2]]), axis=(1, 3))),
    ("exchanged-arguments", lambda d: np.sum(d.reshape(np.array(d.shape)[[2, 1, 0, 3]]), axis=(0, 2))),
    ("other-operation", lambda d: d[0, :, 0] * d.shape[0] * d.shape[2]),
    ("other-operation", lambda d: np.prod(d, axis=(0, 2))),
    ("other-axis", lambda d: np.full(d.shape[1::2], np.sum(d))),
    ("other-function", lambda d: np.max(d, axis=(0, 2))),
)  # fmt: skip
#: Of what arrives and the result, as columns, and the three arguments: what is handed back to each.
_PAIRS: Named = (
    ("upstream-missing", lambda d, y, a, W, b: _pairs(1, a, W, b)),
    ("factor-doubled", lambda d, y, a, W, b: _pairs(d**2, a, W, b)),
    ("divided-by-samples", lambda d, y, a, W, b: _pairs(d / len(d), a, W, b)),
    ("counted-alike", lambda d, y, a, W, b: _pairs(np.mean(d), a, W, b)),
    ("counted-alike", lambda d, y, a, W, b: _pairs(np.sum(d), a, W, b)),
    ("results-exchanged", lambda d, y, a, W, b: _pairs(d, a, W, b)[::-1]),
    ("transposed", lambda d, y, a, W, b: (None, (d * b).T @ a, None)),
    ("each-by-itself", lambda d, y, a, W, b: (None, a[:, :, None] * (d * b)[:, None, :], None)),
    ("value-for-slope", lambda d, y, a, W, b: (d * (b @ W.T) * a, a.T @ (d * b) * W, d * (a @ W) * b)),
    ("only-one-sample", lambda d, y, a, W, b: _pairs(d[:1], a[:1], W, b[:1])),
    ("only-one-sample", lambda d, y, a, W, b: _pairs(d[-1:], a[-1:], W, b[-1:])),
    ("only-one-sample", lambda d, y, a, W, b: _pairs(d * (np.arange(len(d)) == 0)[:, None], a, W, b)),
    ("weights-skipped", lambda d, y, a, W, b: (
        _repeated(np.sum(d * b, axis=1), len(W)), None, _repeated(np.sum(d * a, axis=1), len(W.T)))),
    ("other-axis", lambda d, y, a, W, b: (d * (np.sum(b, axis=0) @ W.T), None, d * (np.sum(a, axis=0) @ W))),
    ("steps-exchanged", lambda d, y, a, W, b: (None, np.outer(a.sum(axis=0), (d * b).sum(axis=0)), None)),
    ("steps-exchanged", lambda d, y, a, W, b: (None, np.outer((d * a).sum(axis=0), b.sum(axis=0)), None)),
    ("steps-exchanged", lambda d, y, a, W, b: (
        None, np.sum(d) * np.outer(np.sum(a, axis=0), np.sum(b, axis=0)), None)),
    ("cut-to-whole", lambda d, y, a, W, b: tuple(map(_typed, (a, W, b), _pairs(d, a, W, b)))),
    ("other-variable", lambda d, y, a, W, b: _pairs(y, a, W, b)),
    ("other-variable", lambda d, y, a, W, b: (d * a, a.T @ (d * (a @ W)), d * b)),
)  # fmt: skip
#: Other walks.
_WALK: Named = (
    ("assigned-not-added", _walk(added=lambda old, share: share)),
    (
        "assigned-not-added",
        _walk(shared=lambda places, shares: dict(zip(places, shares, strict=True)).items()),
    ),
    ("assigned-not-added", _walk(added=lambda old, share: old if np.any(old) else share)),
    ("assigned-not-added", _walk_by_visits(at_once=True, again=True, added=lambda old, share: share)),
    ("path-missing", _walk(shared=lambda places, shares: [(places[0], shares[0])])),
    ("path-missing", _walk(shared=lambda places, shares: [(places[-1], shares[-1])])),
    ("nothing-arrives", _walk(first=lambda output, count: [])),
    ("zero-gradient", _walk(cleared=True)),
    # Walked forward, or with the return in the loop: nobody but the output hands anything on, or nobody at all.
    ("not-handed-on", _walk(order=lambda output, count: [output])),
    ("not-handed-on", _walk(order=lambda output, count: [])),
    # The first line is that of a variable; the second may be an operation.
    ("stopped-early", _walk(order=lambda output, count: range(output, 1, -1))),
    ("sign-inside", _walk(added=np.subtract)),
    ("first-for-last", lambda nodes, rules, output: _walk()(nodes, rules, output)[::-1]),
    ("other-constant", _walk(first=lambda output, count: range(count))),
    ("not-stopped", _walk(first=lambda output, count: range(output, count), order=_from_the_end)),
    ("begins-elsewhere", _walk(first=lambda output, count: [count - 1], order=_from_the_end)),
    ("other-variable", _walk(given=lambda found, value: found)),
    ("wrong-tensor", _walk(begin=lambda value: value)),
    ("upstream-missing", _walk(arriving=lambda found, value: _ones(value))),
    ("old-value", _walk_in_place),
    ("steps-exchanged", _walk_by_visits(at_once=False, again=False)),
    ("steps-exchanged", _walk_by_visits(at_once=True, again=False)),
    ("steps-exchanged", _walk_by_waiting(0)),
    ("steps-exchanged", _walk_by_waiting(-1)),
    ("done-twice", _walk_by_visits(at_once=False, again=True)),
    ("done-twice", _walk_by_visits(at_once=True, again=True)),
)

TYPICAL = {
    "logaddexp_backward": Typical(
        forms=(_logaddexp_by_result, _logaddexp_by_largest, _logaddexp_by_rest),
        mistakes=tuple(
            Mistake(cause, lambda d, y, a, b, back=back: (back(d, y, a, b), back(d, y, b, a)))
            for cause, back in _LOGADDEXP
        ),
    ),
    "cumsum_backward": Typical(
        forms=(_cumsum_turned, _cumsum_by_columns, _cumsum_by_entries, _cumsum_to_the_left),
        mistakes=tuple(starmap(Mistake, _CUMSUM)),
    ),
    "prod_backward": Typical(
        forms=(_prod_by_columns, _prod_by_entries, _prod_by_sides),
        mistakes=(
            *(
                Mistake(
                    cause, lambda d, y, x, slopes=slopes: _repeated(d, x.shape[1]) * slopes(y[:, None], x)
                )
                for cause, slopes in _PROD
            ),
            Mistake("counted-alike", lambda d, x: np.mean(d) * _others(x)),
            Mistake("counted-alike", lambda d, x: np.sum(d) * _others(x)),
            Mistake("cut-to-whole", lambda d, x: _typed(x, d[:, None] * _others(x))),
        ),
    ),
    "bag_backward": Typical(forms=(_bag_by_counts, _bag_by_words), mistakes=tuple(starmap(Mistake, _BAG))),
    "tile_backward": Typical(
        forms=(_tile_by_axes, _tile_by_copies, _tile_by_entries),
        mistakes=(
            *(Mistake(cause, lambda d, x, back=back: back(_copies(d, x))) for cause, back in _TILE),
            Mistake("other-variable", lambda y, x: np.sum(_copies(y, x), axis=(0, 2))),
            Mistake("factor-too-many", lambda d, y, x: np.sum(_copies(d * y, x), axis=(0, 2))),
            Mistake("factor-too-many", lambda d, x: x * np.sum(_copies(d, x), axis=(0, 2))),
            Mistake("cut-to-whole", lambda d, x: _typed(x, np.sum(_copies(d, x), axis=(0, 2)))),
        ),
    ),
    "pairs_backward": Typical(
        forms=(_pairs_by_products, _pairs_by_samples),
        mistakes=tuple(
            Mistake(cause, lambda d, y, a, W, b, back=back: back(d[:, None], y[:, None], a, W, b))
            for cause, back in _PAIRS
        ),
    ),
    "walk_back": Typical(mistakes=tuple(starmap(Mistake, _WALK))),
}
