"""Answers to the exercise on automatic differentiation: wrong ones that are plausible, and right ones in many forms."""

from __future__ import annotations

from answers import Answer
from answers import any_of as _any
from answers import exchanged as _with

_WALK = """
def walk_back(nodes, rules, output):
    values = [value for _, _, value in nodes]
    found = [np.zeros(np.shape(value)) for value in values]
    found[output] = np.ones(np.shape(values[output]))
    for k in range(output, -1, -1):
        name, arguments, value = nodes[k]
        if name == "":
            continue
        shares = rules[name](found[k], value, *[values[j] for j in arguments])
        for j, share in zip(arguments, shares):
            found[j] = found[j] + share
    return found
"""

_PAIRS = """
def pairs_backward(d, y, a, W, b):
    d = d[:, None]
    da = d * (b @ W.T)
    dW = a.T @ (d * b)
    db = d * (a @ W)
    return da, dW, db
"""

WRONG = (
    # logaddexp_backward
    Answer(
        "logaddexp_backward",
        "the exponentials are taken as they stand, and overflow to NaN for 1000",
        """
def logaddexp_backward(d, y, a, b):
    ea, eb = np.exp(a), np.exp(b)
    return d * ea / (ea + eb), d * eb / (ea + eb)
""",
        _any("single-entries", "not-finite", "case-left-out"),
    ),
    Answer(
        "logaddexp_backward",
        "what arrives from behind is left out",
        """
def logaddexp_backward(d, y, a, b):
    return np.exp(a - y), np.exp(b - y)
""",
        _any("upstream-missing", "factor-left-out"),
    ),
    Answer(
        "logaddexp_backward",
        "the two results are swapped",
        """
def logaddexp_backward(d, y, a, b):
    da = d * np.exp(a - y)
    db = d * np.exp(b - y)
    return db, da
""",
        _any("wrong-tensor", "results-exchanged", "exchanged-arguments", "rest-for-share", "other-variable"),
    ),
    Answer(
        "logaddexp_backward",
        "the quotient is upside down",
        """
def logaddexp_backward(d, y, a, b):
    return d * np.exp(y - a), d * np.exp(y - b)
""",
        _any("multiplied-divided", "sign-inside"),
    ),
    Answer(
        "logaddexp_backward",
        "that of the hard maximum: the larger gets it all",
        """
def logaddexp_backward(d, y, a, b):
    return d * (a >= b), d * (a < b)
""",
        _any("other-function"),
    ),
    Answer(
        "logaddexp_backward",
        "shared half and half, as in the example of two equal numbers",
        """
def logaddexp_backward(d, y, a, b):
    return d / 2, d / 2
""",
        _any("counted-alike", "same-for-all"),
    ),
    Answer(
        "logaddexp_backward",
        "handed on whole to both, as by a sum",
        """
def logaddexp_backward(d, y, a, b):
    return d, d
""",
        _any("factor-left-out", "counted-alike", "input-returned", "other-operation", "other-function"),
    ),
    Answer(
        "logaddexp_backward",
        "the second share is 1 minus the first, where d minus the first belongs",
        """
def logaddexp_backward(d, y, a, b):
    da = d * np.exp(a - y)
    db = 1 - da
    return da, db
""",
        _any("upstream-missing", "factor-left-out", "other-variable"),
    ),
    Answer(
        "logaddexp_backward",
        "the share of a for both",
        """
def logaddexp_backward(d, y, a, b):
    share = np.exp(a - y)
    return d * share, d * share
""",
        _any("wrong-tensor", "other-variable", "result-twice"),
    ),
    Answer(
        "logaddexp_backward",
        "divided by y, the logarithm of the sum, not by the sum",
        """
def logaddexp_backward(d, y, a, b):
    return d * np.exp(a) / y, d * np.exp(b) / y
""",
        _any("wrong-tensor", "other-variable", "function-left-out", "not-finite"),
    ),
    Answer(
        "logaddexp_backward",
        "the exponential alone, without the division by the sum",
        """
def logaddexp_backward(d, y, a, b):
    return d * np.exp(a), d * np.exp(b)
""",
        _any("factor-left-out", "not-finite"),
    ),
    Answer(
        "logaddexp_backward",
        "the exponents are clipped at 10, so that no large number comes through right",
        """
def logaddexp_backward(d, y, a, b):
    ea = np.exp(np.clip(a, -10, 10))
    eb = np.exp(np.clip(b, -10, 10))
    return d * ea / (ea + eb), d * eb / (ea + eb)
""",
        _any("single-entries"),
    ),
    # cumsum_backward
    Answer(
        "cumsum_backward",
        "the same direction as forward: summed from the left",
        """
def cumsum_backward(d, y, x):
    return np.cumsum(d, axis=1)
""",
        _any("first-for-last"),
    ),
    Answer(
        "cumsum_backward",
        "turned around, summed, and not turned back",
        """
def cumsum_backward(d, y, x):
    return np.cumsum(d[:, ::-1], axis=1)
""",
        _any("columns-swapped", "step-left-out", "first-for-last"),
    ),
    Answer(
        "cumsum_backward",
        "over the rows and not within them",
        """
def cumsum_backward(d, y, x):
    return np.cumsum(d[::-1], axis=0)[::-1]
""",
        _any("wrong-axis", "other-axis"),
    ),
    Answer(
        "cumsum_backward",
        "the entry itself is left out of its own sum",
        """
def cumsum_backward(d, y, x):
    dx = np.zeros(x.shape)
    n = x.shape[1]
    for j in range(n):
        dx[:, j] = d[:, j + 1 : n].sum(axis=1)
    return dx
""",
        _any("path-missing", "off-by-one", "term-left-out"),
    ),
    Answer(
        "cumsum_backward",
        "the last entry is left out of each sum",
        """
def cumsum_backward(d, y, x):
    dx = np.array(d, dtype=float)
    for j in range(d.shape[1]):
        dx[:, j] = d[:, j:-1].sum(axis=1)
    return dx
""",
        _any("path-missing", "off-by-one", "term-left-out", "stopped-early"),
    ),
    Answer(
        "cumsum_backward",
        "handed on as it is, without the fork",
        """
def cumsum_backward(d, y, x):
    return d
""",
        _any(
            "assigned-not-added",
            "path-missing",
            "time-not-carried",
            "input-returned",
            "term-left-out",
            "function-left-out",
            "step-left-out",
        ),
    ),
    Answer(
        "cumsum_backward",
        "the whole row's sum for every entry",
        """
def cumsum_backward(d, y, x):
    return np.broadcast_to(d.sum(axis=1, keepdims=True), x.shape)
""",
        _any("other-function", "counted-alike", "not-stopped"),
    ),
    Answer(
        "cumsum_backward",
        "only the entry itself and its right neighbor",
        """
def cumsum_backward(d, y, x):
    dx = np.array(d, dtype=float)
    dx[:, :-1] = d[:, :-1] + d[:, 1:]
    return dx
""",
        _any("path-missing", "time-not-carried", "term-left-out", "stopped-early"),
    ),
    Answer(
        "cumsum_backward",
        "the rows are turned around too",
        """
def cumsum_backward(d, y, x):
    return np.cumsum(d[::-1, ::-1], axis=1)[:, ::-1]
""",
        _any("rows-swapped", "first-for-last", "other-axis"),
    ),
    Answer(
        "cumsum_backward",
        "each entry counts its uses, but what arrives at them is left out",
        """
def cumsum_backward(d, y, x):
    n = x.shape[1]
    return np.ones(x.shape) * np.arange(n, 0, -1)
""",
        _any("upstream-missing", "factor-left-out", "same-for-all"),
    ),
    Answer(
        "cumsum_backward",
        "the mean of what arrives where the sum belongs",
        """
def cumsum_backward(d, y, x):
    m, n = x.shape
    return np.array([[d[i, j:].mean() for j in range(n)] for i in range(m)])
""",
        _any("mean-for-sum"),
    ),
    Answer(
        "cumsum_backward",
        "the row that is right for the example, returned whatever comes",
        """
def cumsum_backward(d, y, x):
    return np.array([[111.0, 110.0, 100.0]])
""",
        _any("same-for-all"),
    ),
    Answer(
        "cumsum_backward",
        "multiplied with the inputs, as if it were a product",
        """
def cumsum_backward(d, y, x):
    return np.cumsum((d * x)[:, ::-1], axis=1)[:, ::-1]
""",
        _any("factor-too-many"),
    ),
    Answer(
        "cumsum_backward",
        "the return stands inside the loop: only the first row is done",
        """
def cumsum_backward(d, y, x):
    dx = np.zeros(x.shape)
    for i in range(len(d)):
        total = 0.0
        for j in reversed(range(d.shape[1])):
            total += d[i, j]
            dx[i, j] = total
        return dx
""",
        _any("only-one-sample", "stopped-early"),
    ),
    # prod_backward
    Answer(
        "prod_backward",
        "y over x: 0 / 0 where a factor is zero",
        """
def prod_backward(d, y, x):
    with np.errstate(all="ignore"):
        return d[:, None] * y[:, None] / x
""",
        _any("single-entries", "case-left-out", "not-finite"),
    ),
    Answer(
        "prod_backward",
        "y over x, and zero wherever x is zero",
        """
def prod_backward(d, y, x):
    safe = np.where(x == 0, 1, x)
    return np.where(x == 0, 0.0, d[:, None] * y[:, None] / safe)
""",
        _any("single-entries", "case-left-out"),
    ),
    Answer(
        "prod_backward",
        "zeros are skipped in the product of the others: right for one zero in a row, wrong for two",
        """
def prod_backward(d, y, x):
    dx = np.zeros(x.shape)
    for i in range(x.shape[0]):
        without_zeros = np.prod([v for v in x[i] if v != 0])
        for j in range(x.shape[1]):
            dx[i, j] = d[i] * (without_zeros if x[i, j] == 0 else y[i] / x[i, j])
    return dx
""",
        _any("single-entries", "case-left-out"),
    ),
    Answer(
        "prod_backward",
        "what arrives from behind is left out",
        """
def prod_backward(d, y, x):
    dx = np.ones(x.shape)
    for j in range(x.shape[1]):
        dx[:, j] = np.delete(x, j, axis=1).prod(axis=1)
    return dx
""",
        _any("upstream-missing", "factor-left-out"),
    ),
    Answer(
        "prod_backward",
        "the whole product, the factor itself included",
        """
def prod_backward(d, y, x):
    return (d * y)[:, None] * np.ones(x.shape)
""",
        _any("value-for-slope", "factor-left-out"),
    ),
    Answer(
        "prod_backward",
        "multiplied by the factor where it should be divided out",
        """
def prod_backward(d, y, x):
    return (d * y)[:, None] * x
""",
        _any("factor-twice", "multiplied-divided", "factor-doubled"),
    ),
    Answer(
        "prod_backward",
        "the sum of all others where their product belongs",
        """
def prod_backward(d, y, x):
    return d[:, None] * (x.sum(axis=1, keepdims=True) - x)
""",
        _any("other-operation"),
    ),
    Answer(
        "prod_backward",
        "the other factors of the column, not of the row",
        """
def prod_backward(d, y, x):
    dx = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            others = [x[k, j] for k in range(x.shape[0]) if k != i]
            dx[i, j] = d[i] * np.prod(others)
    return dx
""",
        _any("wrong-axis", "other-axis"),
    ),
    Answer(
        "prod_backward",
        "only the factors to the left of it",
        """
def prod_backward(d, y, x):
    dx = np.zeros(x.shape)
    for j in range(x.shape[1]):
        dx[:, j] = d * np.prod(x[:, :j], axis=1)
    return dx
""",
        _any("factor-missing", "factor-left-out", "stopped-early"),
    ),
    Answer(
        "prod_backward",
        "the result has the type of x: with whole numbers the decimals of d are lost",
        """
def prod_backward(d, y, x):
    dx = np.zeros_like(x)
    for j in range(x.shape[1]):
        dx[:, j] = d * np.prod(np.delete(x, j, axis=1), axis=1)
    return dx
""",
        _any("cut-to-whole"),
    ),
    Answer(
        "prod_backward",
        "factors that equal this one are left out too, not only the one at this place",
        """
def prod_backward(d, y, x):
    m, n = x.shape
    return np.array([[d[i] * np.prod([v for v in x[i] if v != x[i, j]]) for j in range(n)] for i in range(m)])
""",
        _any("factor-missing", "single-entries", "factor-left-out", "case-left-out"),
    ),
    Answer(
        "prod_backward",
        "handed on unchanged to each factor, as by a sum",
        """
def prod_backward(d, y, x):
    return np.repeat(d[:, None], x.shape[1], axis=1)
""",
        _any("factor-missing", "factor-left-out", "input-returned", "other-operation"),
    ),
    Answer(
        "prod_backward",
        "only the two neighbors left and right are multiplied, which is right for rows of three",
        """
def prod_backward(d, y, x):
    return d[:, None] * np.roll(x, 1, axis=1) * np.roll(x, -1, axis=1)
""",
        _any("factor-missing", "factor-left-out"),
    ),
    # bag_backward
    Answer(
        "bag_backward",
        "added by index at once: of a word that comes twice only one share stays",
        """
def bag_backward(d, y, table, index):
    dtable = np.zeros(table.shape)
    dtable[index] += d[:, None, :]
    return dtable
""",
        _any("index-assigned", "assigned-not-added", "path-missing", "kept-not-added", "case-left-out"),
    ),
    Answer(
        "bag_backward",
        "assigned and not added: the last text that has the word wins",
        """
def bag_backward(d, y, table, index):
    dtable = np.zeros(table.shape)
    for text in range(len(index)):
        for word in index[text]:
            dtable[word] = d[text]
    return dtable
""",
        _any("index-assigned", "assigned-not-added", "path-missing", "kept-not-added", "case-left-out"),
    ),
    Answer(
        "bag_backward",
        "each text counts a word once, though it comes twice",
        """
def bag_backward(d, y, table, index):
    dtable = np.zeros(table.shape)
    for text in range(len(index)):
        for word in set(index[text].tolist()):
            dtable[word] += d[text]
    return dtable
""",
        _any(
            "path-missing",
            "index-assigned",
            "assigned-not-added",
            "kept-not-added",
            "case-left-out",
            "counted-alike",
            "other-count",
        ),
    ),
    Answer(
        "bag_backward",
        "three columns are added one after the other, and within a column a word of two texts is lost",
        """
def bag_backward(d, y, table, index):
    dtable = np.zeros(table.shape)
    for place in range(3):
        dtable[index[:, place]] += d
    return dtable
""",
        _any("index-assigned", "assigned-not-added", "path-missing", "kept-not-added", "case-left-out"),
    ),
    Answer(
        "bag_backward",
        "divided by three, as if the text were the mean of its words",
        """
def bag_backward(d, y, table, index):
    dtable = np.zeros(table.shape)
    for text, words in enumerate(index):
        for word in words:
            dtable[word] += d[text] / 3
    return dtable
""",
        _any("scaled", "mean-for-sum"),
    ),
    Answer(
        "bag_backward",
        "only the first word of each text",
        """
def bag_backward(d, y, table, index):
    dtable = np.zeros(table.shape)
    np.add.at(dtable, index[:, 0], d)
    return dtable
""",
        _any("path-missing", "term-left-out", "stopped-early"),
    ),
    Answer(
        "bag_backward",
        "the value y of each text is added where d belongs",
        """
def bag_backward(d, y, table, index):
    dtable = np.zeros(table.shape)
    for text, words in enumerate(index):
        for word in words:
            dtable[word] += y[text]
    return dtable
""",
        _any("wrong-tensor", "upstream-missing", "other-variable", "exchanged-arguments"),
    ),
    Answer(
        "bag_backward",
        "multiplied with the table's row, as if the word were a factor",
        """
def bag_backward(d, y, table, index):
    dtable = np.zeros(table.shape)
    for text, words in enumerate(index):
        for word in words:
            dtable[word] += d[text] * table[word]
    return dtable
""",
        _any("factor-too-many"),
    ),
    Answer(
        "bag_backward",
        "it starts from the table itself, not from zeros",
        """
def bag_backward(d, y, table, index):
    dtable = np.array(table, dtype=float)
    for text, words in enumerate(index):
        for word in words:
            dtable[word] += d[text]
    return dtable
""",
        _any("wrong-tensor", "other-variable"),
    ),
    Answer(
        "bag_backward",
        "the gradients of the rows picked, one for each place in the texts, not of the table",
        """
def bag_backward(d, y, table, index):
    return np.repeat(d[:, None, :], 3, axis=1).reshape(-1, d.shape[1])
""",
        _any("step-left-out", "each-by-itself"),
    ),
    Answer(
        "bag_backward",
        "how often each word comes, without what arrives",
        """
def bag_backward(d, y, table, index):
    counts = np.bincount(index.ravel(), minlength=len(table))
    return counts[:, None] * np.ones(table.shape)
""",
        _any("upstream-missing", "factor-left-out"),
    ),
    Answer(
        "bag_backward",
        "counts times the sum over all texts: each word gets the gradient of every text",
        """
def bag_backward(d, y, table, index):
    counts = np.bincount(index.ravel(), minlength=len(table))
    return np.outer(counts, d.sum(axis=0))
""",
        _any("counted-alike", "steps-exchanged"),
    ),
    Answer(
        "bag_backward",
        "only the first text, because the return stands inside the loop",
        """
def bag_backward(d, y, table, index):
    dtable = np.zeros(table.shape)
    for text, words in enumerate(index):
        for word in words:
            dtable[word] += d[text]
        return dtable
""",
        _any("only-one-sample", "stopped-early"),
    ),
    Answer(
        "bag_backward",
        "each word gets the mean over the texts that it comes in",
        """
def bag_backward(d, y, table, index):
    dtable = np.zeros(table.shape)
    uses = np.zeros(len(table))
    np.add.at(dtable, index, d[:, None, :])
    np.add.at(uses, index, 1)
    return dtable / np.maximum(uses, 1)[:, None]
""",
        _any("mean-for-sum"),
    ),
    # tile_backward
    Answer(
        "tile_backward",
        "only the first copy hands something back",
        """
def tile_backward(d, y, x, copies):
    m, n = x.shape
    return d[:m, :n]
""",
        _any("path-missing", "assigned-not-added", "term-left-out", "stopped-early"),
    ),
    Answer(
        "tile_backward",
        "the mean over the copies where the sum belongs",
        """
def tile_backward(d, y, x, copies):
    m, n = x.shape
    return d.reshape(copies[0], m, copies[1], n).mean(axis=(0, 2))
""",
        _any("scaled", "mean-for-sum"),
    ),
    Answer(
        "tile_backward",
        "copies and rows in the wrong order in the reshape: that of np.repeat",
        """
def tile_backward(d, y, x, copies):
    m, n = x.shape
    return d.reshape(m, copies[0], n, copies[1]).sum(axis=(1, 3))
""",
        _any(
            "other-places",
            "axes-not-moved",
            "wrong-axis",
            "other-axis",
            "exchanged-arguments",
            "other-function",
        ),
    ),
    Answer(
        "tile_backward",
        "one reshape to all copies, which cuts through the rows when there are copies to the right",
        """
def tile_backward(d, y, x, copies):
    return d.reshape(-1, *x.shape).sum(axis=0)
""",
        _any("other-places", "axes-not-moved", "step-left-out"),
    ),
    Answer(
        "tile_backward",
        "only the copies to the right are added, as in the example",
        """
def tile_backward(d, y, x, copies):
    m, n = x.shape
    dx = np.zeros((m, n))
    for j in range(copies[1]):
        dx = dx + d[:m, j * n : (j + 1) * n]
    return dx
""",
        _any("path-missing", "term-left-out", "step-left-out"),
    ),
    Answer(
        "tile_backward",
        "only the copies below each other are added",
        """
def tile_backward(d, y, x, copies):
    m, n = x.shape
    return sum(d[k * m : (k + 1) * m, :n] for k in range(copies[0]))
""",
        _any("path-missing", "term-left-out", "step-left-out"),
    ),
    Answer(
        "tile_backward",
        "the last copy is not reached: the loops stop one too early",
        """
def tile_backward(d, y, x, copies):
    m, n = x.shape
    dx = d[:m, :n].astype(float)
    for r in range(copies[0]):
        for c in range(copies[1] - 1):
            if (r, c) != (0, 0):
                dx += d[r * m : (r + 1) * m, c * n : (c + 1) * n]
    return dx
""",
        _any("path-missing", "off-by-one", "stopped-early", "term-left-out"),
    ),
    Answer(
        "tile_backward",
        "in the loop each copy overwrites the one before",
        """
def tile_backward(d, y, x, copies):
    m, n = x.shape
    for r in range(copies[0]):
        for c in range(copies[1]):
            dx = d[r * m : (r + 1) * m, c * n : (c + 1) * n]
    return dx
""",
        _any("assigned-not-added", "path-missing", "kept-not-added"),
    ),
    Answer(
        "tile_backward",
        "the first copy times the number of copies",
        """
def tile_backward(d, y, x, copies):
    r, c = copies
    m, n = x.shape
    return r * c * d[:m, :n]
""",
        _any("path-missing", "other-operation"),
    ),
    Answer(
        "tile_backward",
        "everything is summed into one number for all entries",
        """
def tile_backward(d, y, x, copies):
    return np.full(x.shape, d.sum())
""",
        _any("wrong-axis", "other-axis"),
    ),
    Answer(
        "tile_backward",
        "the two numbers of copies are mixed up",
        """
def tile_backward(d, y, x, copies):
    c, r = copies
    m, n = x.shape
    return d.reshape(r, m, c, n).sum(axis=(0, 2))
""",
        _any("exchanged-arguments", "other-variable"),
    ),
    Answer(
        "tile_backward",
        "tiled once more instead of summed: the shape of d",
        """
def tile_backward(d, y, x, copies):
    return d * np.tile(np.ones(x.shape), copies)
""",
        _any("input-returned", "step-left-out", "done-twice", "other-operation", "other-function"),
    ),
    Answer(
        "tile_backward",
        "the copies of y are summed, not those of d",
        """
def tile_backward(d, y, x, copies):
    m, n = x.shape
    return y.reshape(copies[0], m, copies[1], n).sum(axis=(0, 2))
""",
        _any("wrong-tensor", "upstream-missing", "other-variable", "exchanged-arguments"),
    ),
    # pairs_backward
    Answer(
        "pairs_backward",
        "what arrives is left out of da",
        _with(_PAIRS, ("da = d * (b @ W.T)", "da = b @ W.T")),
        _any("upstream-missing", "factor-left-out"),
    ),
    Answer(
        "pairs_backward",
        "what arrives is left out of all three: right for d = 1 alone",
        """
def pairs_backward(d, y, a, W, b):
    return b @ W.T, a.T @ b, a @ W
""",
        _any("upstream-missing", "factor-left-out"),
    ),
    Answer(
        "pairs_backward",
        "what arrives is left out of dW",
        _with(_PAIRS, ("a.T @ (d * b)", "a.T @ b")),
        _any("upstream-missing", "factor-left-out"),
    ),
    Answer(
        "pairs_backward",
        "what arrives is in dW twice",
        _with(_PAIRS, ("a.T @ (d * b)", "(d * a).T @ (d * b)")),
        _any("factor-twice", "factor-doubled", "done-twice", "power-mixed"),
    ),
    Answer(
        "pairs_backward",
        "dW is the mean over the samples, and the sum belongs there",
        _with(_PAIRS, ("a.T @ (d * b)", "a.T @ (d * b) / len(a)")),
        _any("averaged-twice", "scaled", "mean-for-sum", "divided-by-samples"),
    ),
    Answer(
        "pairs_backward",
        "dW is turned: b with a",
        _with(_PAIRS, ("a.T @ (d * b)", "(d * b).T @ a")),
        _any("transposed", "not-transposed", "product-reversed"),
    ),
    Answer(
        "pairs_backward",
        "da and db are swapped",
        _with(_PAIRS, ("return da, dW, db", "return db, dW, da")),
        _any("wrong-tensor", "results-exchanged", "other-variable"),
    ),
    Answer(
        "pairs_backward",
        "db is multiplied with the vector b itself once more",
        _with(_PAIRS, ("db = d * (a @ W)", "db = d * (a @ W) * b")),
        _any("factor-twice", "value-for-slope", "factor-doubled"),
    ),
    Answer(
        "pairs_backward",
        "dW has only the last sample in it: the loop assigns",
        """
def pairs_backward(d, y, a, W, b):
    da, dW, db = np.zeros(a.shape), np.zeros(W.shape), np.zeros(b.shape)
    for s in range(len(d)):
        da[s] = d[s] * (W @ b[s])
        dW = d[s] * np.outer(a[s], b[s])
        db[s] = d[s] * (a[s] @ W)
    return da, dW, db
""",
        _any("only-one-sample", "assigned-not-added", "kept-not-added"),
    ),
    Answer(
        "pairs_backward",
        "dW keeps one matrix per sample, the sum is missing",
        _with(_PAIRS, ("a.T @ (d * b)", "np.einsum('si,sj->sij', a, d * b)")),
        _any("step-left-out", "function-left-out", "each-by-itself"),
    ),
    Answer(
        "pairs_backward",
        "y stands where d belongs",
        _with(_PAIRS, ("d = d[:, None]", "d = y[:, None]")),
        _any("wrong-tensor", "upstream-missing", "other-variable", "exchanged-arguments"),
    ),
    Answer(
        "pairs_backward",
        "da lacks the weights: the partner's entries are summed",
        _with(_PAIRS, ("da = d * (b @ W.T)", "da = d * b.sum(axis=1, keepdims=True) * np.ones(a.shape)")),
        _any("weights-skipped", "factor-missing", "factor-left-out"),
    ),
    Answer(
        "pairs_backward",
        "the samples share their partners: summed over the batch in da and db",
        """
def pairs_backward(d, y, a, W, b):
    da = np.outer(d, W @ b.sum(axis=0))
    dW = a.T @ (d[:, None] * b)
    db = np.outer(d, a.sum(axis=0) @ W)
    return da, dW, db
""",
        _any("wrong-axis", "other-axis"),
    ),
    Answer(
        "pairs_backward",
        "the mean of what arrives goes to every sample",
        """
def pairs_backward(d, y, a, W, b):
    d = d.mean()
    return d * (b @ W.T), d * (a.T @ b), d * (a @ W)
""",
        _any("counted-alike"),
    ),
    Answer(
        "pairs_backward",
        "in dW the mixed vector a W stands in the place of the bare b",
        """
def pairs_backward(d, y, a, W, b):
    d = d.reshape(-1, 1)
    return d * np.dot(b, W.T), np.dot(a.T, d * np.dot(a, W)), d * np.dot(a, W)
""",
        _any("wrong-tensor", "other-variable"),
    ),
    # walk_back
    Answer(
        "walk_back",
        "assigned where it should be added: of two uses only one is left",
        _with(_WALK, ("found[j] = found[j] + share", "found[j] = np.zeros(np.shape(values[j])) + share")),
        _any("assigned-not-added", "path-missing", "index-assigned", "kept-not-added"),
    ),
    Answer(
        "walk_back",
        "it begins at the last line, not at the output",
        _with(
            _WALK,
            ("range(output, -1, -1)", "range(len(nodes) - 1, -1, -1)"),
            ("    found[output] = np", "    output = len(nodes) - 1\n    found[output] = np"),
        ),
        _any("begins-elsewhere", "case-left-out", "other-variable"),
    ),
    Answer(
        "walk_back",
        "every line after the output is walked with ones, not only the output",
        """
def walk_back(nodes, rules, output):
    found = [np.zeros(np.shape(node[2])) for node in nodes]
    for k in range(output, len(nodes)):
        found[k] = np.ones(np.shape(nodes[k][2]))
    for k in reversed(range(len(nodes))):
        name, arguments, value = nodes[k]
        if name:
            shares = rules[name](found[k], value, *(nodes[j][2] for j in arguments))
            for j, share in zip(arguments, shares):
                found[j] = found[j] + share
    return found
""",
        _any("case-left-out", "not-stopped"),
    ),
    Answer(
        "walk_back",
        "it goes forward through the list: blame is handed on before it has arrived",
        _with(_WALK, ("range(output, -1, -1)", "range(output + 1)")),
        _any("path-missing", "first-for-last", "steps-exchanged", "old-value", "not-handed-on"),
    ),
    Answer(
        "walk_back",
        "the output's own gradient stays zero, and so all are",
        _with(_WALK, ("    found[output] = np.ones(np.shape(values[output]))\n", "")),
        _any("nothing-arrives", "zero-gradient", "step-left-out", "same-for-all"),
    ),
    Answer(
        "walk_back",
        "the rules are always given the output's gradient, 1, not that of the line",
        _with(_WALK, ("rules[name](found[k], value", "rules[name](found[output], value")),
        _any("upstream-missing", "wrong-tensor", "other-variable", "factor-left-out"),
    ),
    Answer(
        "walk_back",
        "the same place twice is counted once: places and shares go through a dictionary",
        _with(_WALK, ("in zip(arguments, shares):", "in dict(zip(arguments, shares)).items():")),
        _any("assigned-not-added", "path-missing", "index-assigned", "kept-not-added", "case-left-out"),
    ),
    Answer(
        "walk_back",
        "recursion from the output that goes on from each line at its first visit, before all branches have spoken",
        """
def walk_back(nodes, rules, output):
    found = [np.zeros(np.shape(node[2])) for node in nodes]
    found[output] = np.ones(np.shape(nodes[output][2]))
    visited = set()

    def visit(k):
        if k in visited:
            return
        visited.add(k)
        name, arguments, value = nodes[k]
        if not name:
            return
        shares = rules[name](found[k], value, *[nodes[j][2] for j in arguments])
        for j, share in zip(arguments, shares):
            found[j] = found[j] + share
            visit(j)

    visit(output)
    return found
""",
        _any("path-missing", "steps-exchanged", "old-value"),
    ),
    Answer(
        "walk_back",
        "added in place to an array that a rule handed back, which other lines hold too",
        """
def walk_back(nodes, rules, output):
    found = [None] * len(nodes)
    found[output] = np.ones(np.shape(nodes[output][2]))
    for k in range(output, -1, -1):
        name, arguments, value = nodes[k]
        if name and found[k] is not None:
            shares = rules[name](found[k], value, *[nodes[j][2] for j in arguments])
            for j, share in zip(arguments, shares):
                if found[j] is None:
                    found[j] = share
                else:
                    found[j] += share
    return [np.zeros(np.shape(nodes[k][2])) if g is None else g for k, g in enumerate(found)]
""",
        _any("old-value"),
    ),
    Answer(
        "walk_back",
        "the rules are given the gradients of the arguments, not their values",
        _with(_WALK, ("*[values[j] for j in arguments]", "*[found[j] for j in arguments]")),
        _any("wrong-tensor", "other-variable"),
    ),
    Answer(
        "walk_back",
        "None for lines on which the output does not depend",
        """
def walk_back(nodes, rules, output):
    found = {output: np.ones(np.shape(nodes[output][2]))}
    for k in range(output, -1, -1):
        name, arguments, value = nodes[k]
        if name and k in found:
            shares = rules[name](found[k], value, *[nodes[j][2] for j in arguments])
            for j, share in zip(arguments, shares):
                found[j] = found[j] + share if j in found else share
    return [found.get(k) for k in range(len(nodes))]
""",
        _any("single-entries", "case-left-out"),
    ),
    Answer(
        "walk_back",
        "the list ends at the output, shorter than the record",
        _with(_WALK, ("return found", "return found[: output + 1]")),
        _any("case-left-out", "stopped-early"),
    ),
    Answer(
        "walk_back",
        "only the first argument of each operation hears something",
        _with(
            _WALK,
            (
                "        for j, share in zip(arguments, shares):\n            found[j] = found[j] + share",
                "        found[arguments[0]] = found[arguments[0]] + shares[0]",
            ),
        ),
        _any("path-missing", "stopped-early"),
    ),
    Answer(
        "walk_back",
        "the gradients of the variables alone, without the lines between",
        _with(_WALK, ("return found", 'return [g for g, node in zip(found, nodes) if node[0] == ""]')),
    ),
    Answer(
        "walk_back",
        "the list is in the order of the walk, the last line first",
        _with(_WALK, ("return found", "return found[::-1]")),
        _any("rows-swapped", "first-for-last", "results-exchanged"),
    ),
    Answer(
        "walk_back",
        "a line's gradient is set back to zero once it is handed on",
        _with(
            _WALK,
            ("        for j, share", "        found[k] = np.zeros(np.shape(value))\n        for j, share"),
        ),
        _any("zero-gradient"),
    ),
    Answer(
        "walk_back",
        "shares of arrays are summed to one number, and the shape of the value is lost",
        _with(_WALK, ("found[j] = found[j] + share", "found[j] = np.sum(found[j]) + np.sum(share)")),
        _any("wrong-axis", "other-axis"),
    ),
    Answer(
        "walk_back",
        "the shares are kept in a default argument, which is made once: a second walk adds to the first",
        """
def walk_back(nodes, rules, output, heard={}):
    heard[output] = np.ones(np.shape(nodes[output][2]))
    for k in range(output, -1, -1):
        name, arguments, value = nodes[k]
        if name and k in heard:
            shares = rules[name](heard[k], value, *[nodes[j][2] for j in arguments])
            for j, share in zip(arguments, shares):
                heard[j] = heard.get(j, 0) + share
    return [heard.get(k, np.zeros(np.shape(nodes[k][2]))) for k in range(len(nodes))]
""",
        _any("old-value"),
    ),
    Answer(
        "walk_back",
        "the numbers of the example",
        """
def walk_back(nodes, rules, output):
    return [6.0, 1.0, 1.0, 1.0]
""",
        _any("same-for-all"),
    ),
    # What passed once: kinds of inputs that the texts promise, and that no check had tried.
    Answer("walk_back", "every value has a shape, which a plain number has not", """
def walk_back(nodes, rules, output):
    found = [np.zeros(value.shape) for _, _, value in nodes]
    found[output] = np.ones(nodes[output][2].shape)
    for k in range(output, -1, -1):
        name, arguments, value = nodes[k]
        if name:
            for j, share in zip(arguments, rules[name](found[k], value, *[nodes[i][2] for i in arguments])):
                found[j] = found[j] + share
    return found
"""),
    Answer("walk_back", "rules of one and two arguments only", """
def walk_back(nodes, rules, output):
    found = [np.zeros(np.shape(value)) for _, _, value in nodes]
    found[output] = 1.0
    for k in range(output, -1, -1):
        name, arguments, value = nodes[k]
        if name and len(arguments) == 1:
            (share,) = rules[name](found[k], value, nodes[arguments[0]][2])
            found[arguments[0]] = found[arguments[0]] + share
        elif name:
            i, j = arguments[:2]
            one, two = rules[name](found[k], value, *[nodes[n][2] for n in arguments])[:2]
            found[i] = found[i] + one
            found[j] = found[j] + two
    return found
""", _any("path-missing")),
    Answer("walk_back", "the output is an operation, whatever it is", """
def walk_back(nodes, rules, output):
    found = [np.zeros(np.shape(value)) for _, _, value in nodes]
    found[output] = 1.0
    k = output
    while k >= 0:
        name, arguments, value = nodes[k]
        for j, share in zip(arguments, rules[name](found[k], value, *[nodes[i][2] for i in arguments])):
            found[j] = found[j] + share
        k -= 1
        while k >= 0 and not nodes[k][0]:
            k -= 1
    return found
"""),
    Answer("logaddexp_backward", "the exponents are clipped, and both large ones are equal", """
def logaddexp_backward(d, y, a, b):
    ea, eb = np.exp(np.clip(a, -500, 500)), np.exp(np.clip(b, -500, 500))
    return d * ea / (ea + eb), d * eb / (ea + eb)
""", _any("single-entries")),
    Answer("logaddexp_backward", "where an exponential is infinite, the larger gets it all", """
def logaddexp_backward(d, y, a, b):
    with np.errstate(all="ignore"):
        ea, eb = np.exp(a), np.exp(b)
        share = ea / (ea + eb)
    share = np.where(np.isfinite(share), share, 1.0 * (a > b))
    return d * share, d * (1 - share)
"""),
    Answer("prod_backward", "small factors are taken for zeros", """
def prod_backward(d, y, x):
    x = np.where(np.abs(x) < 1e-3, 0, x)
    dx = np.zeros(x.shape)
    for j in range(x.shape[1]):
        dx[:, j] = d * np.prod(np.delete(x, j, axis=1), axis=1)
    return dx
"""),
    Answer("prod_backward", "a zero becomes a millionth", """
def prod_backward(d, y, x):
    x = np.where(x == 0, 1e-6, x)
    return (d * np.prod(x, axis=1))[:, None] / x
"""),
    Answer("pairs_backward", "the transpose is left out where the weights are square", """
def pairs_backward(d, y, a, W, b):
    d = d[:, None]
    da = d * (b @ W if W.shape[0] == W.shape[1] else b @ W.T)
    return da, a.T @ (d * b), d * (a @ W)
""", _any("wrong-transpose")),
)

RIGHT = (
    # logaddexp_backward
    Answer(
        "logaddexp_backward",
        "by the result, as the hint says",
        """
def logaddexp_backward(d, y, a, b):
    return d * np.exp(a - y), d * np.exp(b - y)
""",
    ),
    Answer(
        "logaddexp_backward",
        "as a sigmoid of the difference, without large exponentials",
        """
def logaddexp_backward(d, y, a, b):
    def share(u):
        small = np.exp(-np.abs(u))
        return np.where(u >= 0, 1, small) / (1 + small)

    return d * share(np.subtract(a, b, dtype=float)), d * share(np.subtract(b, a, dtype=float))
""",
    ),
    Answer(
        "logaddexp_backward",
        "a softmax of two, the larger subtracted, without y",
        """
def logaddexp_backward(d, y, a, b):
    both = np.stack([a, b])
    e = np.exp(both - both.max(axis=0))
    da, db = d * (e / e.sum(axis=0))
    return da, db
""",
    ),
    Answer(
        "logaddexp_backward",
        "entry by entry, in nested lists",
        """
import math

def logaddexp_backward(d, y, a, b):
    m, n = d.shape
    da = [[float(d[i, j]) * math.exp(a[i, j] - y[i, j]) for j in range(n)] for i in range(m)]
    db = [[float(d[i, j]) * math.exp(b[i, j] - y[i, j]) for j in range(n)] for i in range(m)]
    return [da, db]
""",
    ),
    Answer(
        "logaddexp_backward",
        "numpy's own logaddexp for the logarithm of the share",
        """
def logaddexp_backward(d, y, a, b):
    sum_again = np.logaddexp(a, b)
    return tuple(np.exp(part - sum_again) * d for part in (a, b))
""",
    ),
    Answer(
        "logaddexp_backward",
        "one over one plus an exponential, which may overflow to a share of zero",
        """
def logaddexp_backward(d, y, a, b):
    with np.errstate(over="ignore"):
        da = d / (1 + np.exp(np.asarray(b - a, dtype=float)))
        db = d / (1 + np.exp(np.asarray(a - b, dtype=float)))
    return da, db
""",
    ),
    Answer(
        "logaddexp_backward",
        "loops that fill Fortran-ordered arrays",
        """
def logaddexp_backward(d, y, a, b):
    da = np.empty(d.shape, order="F")
    db = np.empty(d.shape, order="F")
    for index, arrives in np.ndenumerate(d):
        top = max(a[index], b[index])
        ea, eb = np.exp(float(a[index] - top)), np.exp(float(b[index] - top))
        da[index] = arrives * ea / (ea + eb)
        db[index] = arrives * eb / (ea + eb)
    return da, db
""",
    ),
    Answer(
        "logaddexp_backward",
        "single precision after the difference",
        """
def logaddexp_backward(d, y, a, b):
    shares = [np.exp((v - y).astype(np.float32)) for v in (a, b)]
    return np.float32(d) * shares[0], np.float32(d) * shares[1]
""",
    ),
    Answer(
        "logaddexp_backward",
        "a lambda, the results stacked in one array",
        """
logaddexp_backward = lambda d, y, a, b: np.einsum("mn,kmn->kmn", d, np.exp(np.array([a, b]) - y))
""",
    ),
    # cumsum_backward
    Answer(
        "cumsum_backward",
        "turned around, summed, turned back: a view",
        """
def cumsum_backward(d, y, x):
    return np.cumsum(d[:, ::-1], axis=1)[:, ::-1]
""",
    ),
    Answer(
        "cumsum_backward",
        "times a triangle of ones",
        """
def cumsum_backward(d, y, x):
    n = x.shape[1]
    return d @ np.tril(np.ones((n, n)))
""",
    ),
    Answer(
        "cumsum_backward",
        "sums of what is to the right, column by column",
        """
def cumsum_backward(d, y, x):
    dx = np.zeros(x.shape)
    for j in range(x.shape[1]):
        dx[:, j] = d[:, j:].sum(axis=1)
    return dx
""",
    ),
    Answer(
        "cumsum_backward",
        "carried from the last entry to the first",
        """
def cumsum_backward(d, y, x):
    dx = np.array(d, dtype=float)
    for j in range(dx.shape[1] - 2, -1, -1):
        dx[:, j] += dx[:, j + 1]
    return dx
""",
    ),
    Answer(
        "cumsum_backward",
        "itertools.accumulate and nested lists",
        """
from itertools import accumulate

def cumsum_backward(d, y, x):
    return [list(accumulate(row[::-1]))[::-1] for row in d.tolist()]
""",
    ),
    Answer(
        "cumsum_backward",
        "a deque for each row",
        """
from collections import deque

def cumsum_backward(d, y, x):
    rows = []
    for row in d:
        sums, total = deque(), 0.0
        for entry in reversed(row):
            total += entry
            sums.appendleft(total)
        rows.append(sums)
    return rows
""",
    ),
    Answer(
        "cumsum_backward",
        "recursion",
        """
def cumsum_backward(d, y, x):
    if d.shape[1] == 1:
        return d
    rest = cumsum_backward(d[:, 1:], None, None)
    return np.hstack([d[:, :1] + rest[:, :1], rest])
""",
    ),
    Answer(
        "cumsum_backward",
        "einsum with a mask of who is in whose sum",
        """
def cumsum_backward(d, y, x):
    place = np.arange(x.shape[1])
    used = place[:, None] >= place[None, :]
    return np.einsum("mk,kj->mj", d, used.astype(float))
""",
    ),
    Answer(
        "cumsum_backward",
        "np.add.accumulate on the flipped array",
        """
def cumsum_backward(d, y, x):
    flipped = np.fliplr(d)
    return np.asfortranarray(np.flip(np.add.accumulate(flipped, axis=1), axis=1))
""",
    ),
    Answer(
        "cumsum_backward",
        "each entry sends its gradient to all to its left",
        """
def cumsum_backward(d, y, x):
    dx = np.zeros(d.shape)
    for i in range(d.shape[0]):
        for j in range(d.shape[1]):
            dx[i, : j + 1] += d[i, j]
    return dx
""",
    ),
    # prod_backward
    Answer(
        "prod_backward",
        "the product of the others, column by column",
        """
def prod_backward(d, y, x):
    dx = np.empty(x.shape)
    for j in range(x.shape[1]):
        dx[:, j] = d * np.delete(x, j, axis=1).prod(axis=1)
    return dx
""",
    ),
    Answer(
        "prod_backward",
        "products from the left and from the right",
        """
def prod_backward(d, y, x):
    m, n = x.shape
    left, right = np.ones((m, n)), np.ones((m, n))
    for j in range(1, n):
        left[:, j] = left[:, j - 1] * x[:, j - 1]
        right[:, n - 1 - j] = right[:, n - j] * x[:, n - j]
    return d[:, np.newaxis] * left * right
""",
    ),
    Answer(
        "prod_backward",
        "math.prod and slices of lists",
        """
import math

def prod_backward(d, y, x):
    return [[float(s) * math.prod(row[:j] + row[j + 1 :]) for j in range(len(row))] for s, row in zip(d, x.tolist())]
""",
    ),
    Answer(
        "prod_backward",
        "a one in the place of each factor in turn",
        """
def prod_backward(d, y, x):
    n = x.shape[1]
    others = np.where(np.eye(n, dtype=bool), 1, x[:, None, :])
    return np.einsum("m,mj->mj", d, others.prod(axis=2))
""",
    ),
    Answer(
        "prod_backward",
        "y over x where that is possible, zeros counted",
        """
def prod_backward(d, y, x):
    zeros = (x == 0).sum(axis=1, keepdims=True)
    safe = np.where(x == 0, 1.0, x)
    product = safe.prod(axis=1, keepdims=True)
    slopes = np.where(zeros == 0, product / safe, np.where((zeros == 1) & (x == 0), product, 0.0))
    return d[:, None] * slopes
""",
    ),
    Answer(
        "prod_backward",
        "recursion in halves",
        """
def others(row):
    if len(row) == 1:
        return [1.0]
    half = len(row) // 2
    a, b = row[:half], row[half:]
    left, right = np.prod(a, dtype=float), np.prod(b, dtype=float)
    return [v * right for v in others(a)] + [v * left for v in others(b)]

def prod_backward(d, y, x):
    return np.array([d[i] * np.array(others(x[i])) for i in range(len(x))])
""",
    ),
    Answer(
        "prod_backward",
        "the walk back through a chain of products",
        """
def prod_backward(d, y, x):
    dx = np.zeros(x.shape, order="F")
    for i, row in enumerate(x):
        running = [1.0]
        for v in row:
            running.append(running[-1] * v)
        blame = d[i]
        for j in range(len(row) - 1, -1, -1):
            dx[i, j] = blame * running[j]
            blame = blame * row[j]
    return dx
""",
    ),
    Answer(
        "prod_backward",
        "functools.reduce and itertools.combinations",
        """
from functools import reduce
from itertools import combinations
from operator import mul

def prod_backward(d, y, x):
    n = x.shape[1]
    rows = []
    for i in range(x.shape[0]):
        sets = reversed(list(combinations(range(n), n - 1)))
        rows.append(tuple(reduce(mul, (float(x[i, j]) for j in keep), float(d[i])) for keep in sets))
    return tuple(rows)
""",
    ),
    Answer(
        "prod_backward",
        "the product is a straight line in each factor: its value at one minus its value at zero",
        """
def prod_backward(d, y, x):
    dx = np.zeros(x.shape)
    for j in range(x.shape[1]):
        at_one = x.astype(float)
        at_one[:, j] = 1
        at_zero = x.astype(float)
        at_zero[:, j] = 0
        dx[:, j] = d * (at_one.prod(axis=1) - at_zero.prod(axis=1))
    return dx
""",
    ),
    Answer(
        "prod_backward",
        "in single precision",
        """
def prod_backward(d, y, x):
    x = x.astype(np.float32)
    d = d.astype(np.float32)
    columns = [d * np.prod(x[:, [k for k in range(x.shape[1]) if k != j]], axis=1) for j in range(x.shape[1])]
    return np.stack(columns, axis=1)
""",
    ),
    # bag_backward
    Answer(
        "bag_backward",
        "np.add.at, which adds each occurrence",
        """
def bag_backward(d, y, table, index):
    dtable = np.zeros(table.shape)
    np.add.at(dtable, index, d[:, None, :])
    return dtable
""",
    ),
    Answer(
        "bag_backward",
        "how often each text has each word, as a matrix",
        """
def bag_backward(d, y, table, index):
    counts = (index[:, :, None] == np.arange(len(table))).sum(axis=1)
    return counts.T @ d
""",
    ),
    Answer(
        "bag_backward",
        "einsum of one-hot vectors",
        """
def bag_backward(d, y, table, index):
    return np.einsum("mpw,mn->wn", np.eye(len(table))[index], d)
""",
    ),
    Answer(
        "bag_backward",
        "lists of lists",
        """
def bag_backward(d, y, table, index):
    n = d.shape[1]
    out = [[0.0] * n for _ in range(len(table))]
    for arrives, words in zip(d.tolist(), index.tolist()):
        for word in words:
            out[word] = [old + new for old, new in zip(out[word], arrives)]
    return out
""",
    ),
    Answer(
        "bag_backward",
        "a Counter for the words of each text",
        """
from collections import Counter

def bag_backward(d, y, table, index):
    dtable = np.zeros(np.shape(table), order="F")
    for text, words in enumerate(index):
        for word, times in Counter(words.tolist()).items():
            dtable[word] += times * d[text]
    return dtable
""",
    ),
    Answer(
        "bag_backward",
        "weighted bincounts, one column after the other",
        """
def bag_backward(d, y, table, index):
    flat = index.ravel()
    columns = [np.bincount(flat, weights=np.repeat(d[:, j], 3), minlength=len(table)) for j in range(d.shape[1])]
    return np.stack(columns, axis=1)
""",
    ),
    Answer(
        "bag_backward",
        "asked of each word: in which texts are you?",
        """
def bag_backward(d, y, table, index):
    return np.array([sum((index == word)[:, p] @ d for p in range(index.shape[1])) for word in range(len(table))])
""",
    ),
    Answer(
        "bag_backward",
        "recursion over the texts",
        """
def bag_backward(d, y, table, index):
    if len(index) == 0:
        return np.zeros(table.shape)
    half = len(index) // 2
    if half:
        return bag_backward(d[:half], None, table, index[:half]) + bag_backward(d[half:], None, table, index[half:])
    dtable = np.zeros(table.shape)
    for word in index[0]:
        dtable[word] = dtable[word] + d[0]
    return dtable
""",
    ),
    Answer(
        "bag_backward",
        "sorted places and running sums",
        """
def bag_backward(d, y, table, index):
    flat = np.asarray(index).reshape(-1)
    order = np.argsort(flat, kind="stable")
    rows = np.repeat(d, index.shape[1], axis=0)[order].astype(float)
    edges = np.searchsorted(flat[order], np.arange(len(table) + 1))
    return [rows[a:b].sum(axis=0) for a, b in zip(edges, edges[1:])]
""",
    ),
    # tile_backward
    Answer(
        "tile_backward",
        "four axes, two of them summed",
        """
def tile_backward(d, y, x, copies):
    r, c = copies
    m, n = x.shape
    return d.reshape(r, m, c, n).sum(axis=2).sum(axis=0)
""",
    ),
    Answer(
        "tile_backward",
        "copy after copy",
        """
def tile_backward(d, y, x, copies):
    m, n = x.shape
    dx = np.zeros((m, n))
    for r in range(copies[0]):
        for c in range(copies[1]):
            dx += d[r * m : (r + 1) * m, c * n : (c + 1) * n]
    return dx
""",
    ),
    Answer(
        "tile_backward",
        "slices with a stride, for each entry",
        """
def tile_backward(d, y, x, copies):
    m, n = x.shape
    return [[d[i::m, j::n].sum() for j in range(n)] for i in range(m)]
""",
    ),
    Answer(
        "tile_backward",
        "split downwards, then to the right",
        """
def tile_backward(d, y, x, copies):
    rows = sum(np.split(d, copies[0], axis=0))
    return sum(np.split(rows, copies[1], axis=1))
""",
    ),
    Answer(
        "tile_backward",
        "matrix products with rows of identity matrices",
        """
def tile_backward(d, y, x, copies):
    m, n = x.shape
    down = np.tile(np.eye(m), (1, copies[0]))
    across = np.tile(np.eye(n), (copies[1], 1))
    return down @ d @ across
""",
    ),
    Answer(
        "tile_backward",
        "places modulo the shape",
        """
def tile_backward(d, y, x, copies):
    i, j = np.indices(d.shape)
    dx = np.zeros(x.shape)
    np.add.at(dx, (i % x.shape[0], j % x.shape[1]), d)
    return dx
""",
    ),
    Answer(
        "tile_backward",
        "plain loops over d, a tuple of lists",
        """
def tile_backward(d, y, x, copies):
    m, n = x.shape
    dx = tuple([0.0] * n for _ in range(m))
    for i, row in enumerate(d.tolist()):
        for j, entry in enumerate(row):
            dx[i % m][j % n] += entry
    return dx
""",
    ),
    Answer(
        "tile_backward",
        "einsum, Fortran-ordered",
        """
def tile_backward(d, y, x, copies):
    (r, c), (m, n) = copies, x.shape
    return np.einsum("rmcn->nm", np.ascontiguousarray(d).reshape((r, m, c, n))).T
""",
    ),
    Answer(
        "tile_backward",
        "the tiled places, read back by bincount",
        """
def tile_backward(d, y, x, copies):
    places = np.tile(np.arange(x.size).reshape(x.shape), copies)
    return np.bincount(places.ravel(), weights=d.ravel(), minlength=x.size).reshape(x.shape)
""",
    ),
    # pairs_backward
    Answer("pairs_backward", "matrix products", _PAIRS),
    Answer(
        "pairs_backward",
        "einsum",
        """
def pairs_backward(d, y, a, W, b):
    return (
        np.einsum("s,ij,sj->si", d, W, b),
        np.einsum("s,si,sj->ij", d, a, b),
        np.einsum("s,si,ij->sj", d, a, W),
    )
""",
    ),
    Answer(
        "pairs_backward",
        "a loop over the samples",
        """
def pairs_backward(d, y, a, W, b):
    da, dW, db = np.zeros(a.shape), np.zeros(W.shape), np.zeros(b.shape)
    for s, arrives in enumerate(d):
        da[s] = arrives * (W @ b[s])
        db[s] = arrives * (W.T @ a[s])
        dW += arrives * np.outer(a[s], b[s])
    return da, dW, db
""",
    ),
    Answer(
        "pairs_backward",
        "three loops over numbers, nested lists",
        """
def pairs_backward(d, y, a, W, b):
    m, n, k = len(a), len(W), len(W[0])
    da = [[0.0] * n for _ in range(m)]
    dW = [[0.0] * k for _ in range(n)]
    db = [[0.0] * k for _ in range(m)]
    for s in range(m):
        for i in range(n):
            for j in range(k):
                da[s][i] += float(d[s]) * W[i, j] * b[s, j]
                dW[i][j] += float(d[s]) * a[s, i] * b[s, j]
                db[s][j] += float(d[s]) * a[s, i] * W[i, j]
    return [da, dW, db]
""",
    ),
    Answer(
        "pairs_backward",
        "a diagonal matrix of what arrives",
        """
def pairs_backward(d, y, a, W, b):
    D = np.diag(d)
    return D @ b @ W.T, a.T @ D @ b, D @ a @ W
""",
    ),
    Answer(
        "pairs_backward",
        "as on a tape: sum, product, matrix product",
        """
def pairs_backward(d, y, a, W, b):
    aW = a @ W
    d_product = np.broadcast_to(d[:, None], aW.shape)
    d_aW, db = d_product * b, d_product * aW
    return d_aW @ W.T, a.T @ d_aW, db
""",
    ),
    Answer(
        "pairs_backward",
        "transposed views in a named tuple",
        """
from typing import NamedTuple

class Gradients(NamedTuple):
    da: np.ndarray
    dW: np.ndarray
    db: np.ndarray

def pairs_backward(d, y, a, W, b):
    weighted = b.T * d
    return Gradients((W @ weighted).T, (weighted @ a).T, (W.T @ (a.T * d)).T)
""",
    ),
    Answer(
        "pairs_backward",
        "an object that is called, one matrix per sample and then the sum",
        """
class Pairs:
    def __call__(self, d, y, a, W, b):
        each = d[:, None, None] * a[:, :, None] * b[:, None, :]
        da = (d[:, None, None] * W * b[:, None, :]).sum(axis=2)
        db = (d[:, None, None] * W * a[:, :, None]).sum(axis=1)
        return da, each.sum(axis=0), db

pairs_backward = Pairs()
""",
    ),
    Answer(
        "pairs_backward",
        "in single precision",
        """
def pairs_backward(d, y, a, W, b):
    d, a, W, b = [np.asarray(v, dtype=np.float32) for v in (d, a, W, b)]
    return d[:, None] * np.dot(b, W.T), np.dot((d[:, None] * a).T, b), d[:, None] * np.dot(a, W)
""",
    ),
    # walk_back
    Answer("walk_back", "from the output to the front", _WALK),
    Answer(
        "walk_back",
        "a dictionary of what has been heard, lines without blame are skipped",
        """
def walk_back(nodes, rules, output):
    heard = {output: np.ones_like(nodes[output][2], dtype=float)}
    for k in reversed(range(output + 1)):
        name, arguments, value = nodes[k]
        if not name or k not in heard:
            continue
        shares = rules[name](heard[k], value, *(nodes[j][2] for j in arguments))
        for j, share in zip(arguments, shares):
            heard[j] = share if j not in heard else heard[j] + share
    return [heard[k] if k in heard else np.zeros(np.shape(nodes[k][2])) for k in range(len(nodes))]
""",
    ),
    Answer(
        "walk_back",
        "lists of shares, which are summed when the walk comes by",
        """
def walk_back(nodes, rules, output):
    shares = [[np.zeros(np.shape(value))] for _, _, value in nodes]
    shares[output].append(np.ones(np.shape(nodes[output][2])))
    result = [None] * len(nodes)
    for k in reversed(range(len(nodes))):
        name, arguments, value = nodes[k]
        result[k] = sum(shares[k])
        if name and k <= output:
            answers = rules[name](result[k], value, *[nodes[j][2] for j in arguments])
            for place, answer in zip(arguments, answers):
                shares[place].append(answer)
    return result
""",
    ),
    Answer(
        "walk_back",
        "each line asks those that used it, with a memory",
        """
def walk_back(nodes, rules, output):
    memory, answers = {}, {}

    def ask(user):
        if user not in answers:
            name, arguments, value = nodes[user]
            answers[user] = rules[name](blame(user), value, *[nodes[j][2] for j in arguments])
        return answers[user]

    def blame(k):
        if k not in memory:
            total = np.ones(np.shape(nodes[k][2])) if k == output else np.zeros(np.shape(nodes[k][2]))
            for user in range(k + 1, output + 1):
                for slot, place in enumerate(nodes[user][1]):
                    if place == k:
                        total = total + ask(user)[slot]
            memory[k] = total
        return memory[k]

    # From the end, so that the recursion stays flat.
    return [blame(k) for k in reversed(range(len(nodes)))][::-1]
""",
    ),
    Answer(
        "walk_back",
        "adds in place, to arrays of its own",
        """
def walk_back(nodes, rules, output):
    found = [np.zeros(np.shape(node[2])) for node in nodes]
    found[output][...] = 1
    k = output
    while k >= 0:
        name, arguments, value = nodes[k]
        if name != "":
            given = [nodes[j][2] for j in arguments]
            for j, share in zip(arguments, rules[name](found[k].copy(), value, *given)):
                found[j][...] += share
        k -= 1
    return found
""",
    ),
    Answer(
        "walk_back",
        "a tuple, plain floats where the value is one number",
        """
def walk_back(nodes, rules, output):
    found = [np.zeros(np.shape(value)) if np.ndim(value) else 0.0 for name, arguments, value in nodes]
    found[output] = found[output] + 1.0
    for k, (name, arguments, value) in reversed(list(enumerate(nodes[: output + 1]))):
        if name:
            shares = rules[name](found[k], value, *map(lambda j: nodes[j][2], arguments))
            for slot in range(len(arguments)):
                found[arguments[slot]] = found[arguments[slot]] + shares[slot]
    return tuple(g if np.ndim(g) else float(g) for g in found)
""",
    ),
    Answer(
        "walk_back",
        "a heap of places that are still to be visited, the latest first",
        """
import heapq

def walk_back(nodes, rules, output):
    found = [np.zeros(np.shape(value)) for *_, value in nodes]
    found[output] = np.ones(np.shape(nodes[output][2]))
    waiting, seen = [-output], {output}
    while waiting:
        k = -heapq.heappop(waiting)
        name, arguments, value = nodes[k]
        if not name:
            continue
        for j, share in zip(arguments, rules[name](found[k], value, *(nodes[i][2] for i in arguments))):
            found[j] = np.add(found[j], share)
            if j not in seen:
                seen.add(j)
                heapq.heappush(waiting, -j)
    return found
""",
    ),
    Answer(
        "walk_back",
        "a class with a method for a step, a subclass of list as the result",
        """
class Gradients(list):
    pass

class Walk:
    def __call__(self, nodes, rules, output):
        self.found = Gradients(np.zeros(np.shape(node[2])) for node in nodes)
        self.found[output] = np.ones(np.shape(nodes[output][2]))
        for k in range(output, -1, -1):
            self.step(nodes, rules, k)
        return self.found

    def step(self, nodes, rules, k):
        name, arguments, value = nodes[k]
        if name in rules:
            values = tuple(nodes[j][2] for j in arguments)
            shares = rules[name](self.found[k], value, *values)
            for j, share in zip(arguments, shares):
                self.found[j] = self.found[j] + np.asarray(share)

walk_back = Walk()
""",
    ),
    Answer(
        "walk_back",
        "functools.reduce over the lines, each step makes a new list",
        """
from functools import reduce

def walk_back(nodes, rules, output):
    def step(found, k):
        name, arguments, value = nodes[k]
        if not name:
            return found
        shares = rules[name](found[k], value, *[nodes[j][2] for j in arguments])
        return [g + sum(s for j, s in zip(arguments, shares) if j == i) for i, g in enumerate(found)]

    start = [np.full(np.shape(n[2]), float(i == output)) for i, n in enumerate(nodes)]
    return reduce(step, range(output, -1, -1), start)
""",
    ),
)
