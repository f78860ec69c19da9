"""Answers to the tasks of *Again, and again*: full_batches, epoch_loss, fit_linear, has_plateaued."""

from __future__ import annotations

from answers import Answer
from answers import any_of as _any

WRONG = (
    # ------------------------------------------------------------------ full_batches
    Answer("full_batches", "the smaller rest is kept as a last batch", """
def full_batches(order, size):
    return [list(order[i : i + size]) for i in range(0, len(order), size)]
""", _any("rest-kept", "step-left-out", "case-left-out", "off-by-one", "not-stopped")),
    Answer("full_batches", "reshaped without dropping the rest", """
def full_batches(order, size):
    return np.array(order).reshape(-1, size)
""", _any("step-left-out", "case-left-out")),
    Answer("full_batches", "the rest is dropped at the front, not at the end", """
def full_batches(order, size):
    rest = len(order) % size
    return np.array(order)[rest:].reshape(-1, size)
""", _any("first-for-last")),
    Answer("full_batches", "off by one: the last full batch is lost if nothing is left over", """
def full_batches(order, size):
    batches = [order[i : i + size] for i in range(0, len(order) - size, size)]
    return np.array(batches, dtype=int).reshape(-1, size)
""", _any("off-by-one", "comparison-border", "stopped-early", "case-left-out")),
    Answer("full_batches", "the last batch is always dropped, full or not", """
def full_batches(order, size):
    batches = [order[i : i + size] for i in range(0, len(order), size)]
    return np.array(batches[:-1], dtype=int).reshape(-1, size)
""", _any("off-by-one", "comparison-border", "stopped-early", "case-left-out")),
    Answer("full_batches", "dealt out like cards: the indices of a batch are not neighbors", """
def full_batches(order, size):
    count = len(order) // size
    return np.asarray(order)[: count * size].reshape(size, count).T
""", _any("transposed", "not-transposed", "other-axis", "exchanged-arguments")),
    Answer("full_batches", "transposed: one column per batch", """
def full_batches(order, size):
    count = len(order) // size
    return np.asarray(order)[: count * size].reshape(count, size).T
""", _any("transposed", "not-transposed", "other-axis")),
    Answer("full_batches", "size and number of batches mixed up", """
def full_batches(order, size):
    count = len(order) // size
    return np.asarray(order)[: count * size].reshape(size, count)
""", _any("exchanged-arguments", "other-variable", "other-count")),
    Answer("full_batches", "the last batch is filled up with -1", """
def full_batches(order, size):
    order = list(order)
    while len(order) % size:
        order.append(-1)
    return np.array(order, dtype=int).reshape(-1, size)
""", _any("step-left-out", "case-left-out", "off-by-one", "not-stopped")),
    Answer("full_batches", "the last batch is filled up from the beginning", """
def full_batches(order, size):
    count = -(-len(order) // size)
    return np.resize(order, (count, size))
""", _any(
    "step-left-out", "case-left-out", "off-by-one", "not-stopped", "largest-smallest", "other-function",
)),
    Answer("full_batches", "overlapping windows: moves on by one index, not by size", """
def full_batches(order, size):
    return np.array([order[i : i + size] for i in range(len(order) - size + 1)], dtype=int).reshape(-1, size)
""", _any("factor-left-out", "other-count")),
    Answer("full_batches", "return stands inside the loop: only the first batch", """
def full_batches(order, size):
    batches = []
    for i in range(len(order) // size):
        batches.append(order[i * size : (i + 1) * size])
        return np.array(batches)
    return np.zeros((0, size), dtype=int)
""", _any("stopped-early")),
    Answer("full_batches", "positions in place of the indices that stand there", """
def full_batches(order, size):
    count = len(order) // size
    return np.arange(count * size).reshape(count, size)
""", _any("other-variable", "step-left-out", "same-for-all")),
    Answer("full_batches", "sorted first", """
def full_batches(order, size):
    count = len(order) // size
    return np.sort(order)[: count * size].reshape(count, size)
"""),
    Answer("full_batches", "shuffled first", """
def full_batches(order, size):
    count = len(order) // size
    return np.random.permutation(order)[: count * size].reshape(count, size)
"""),
    Answer("full_batches", "cut into that many parts, not into parts of that size", """
def full_batches(order, size):
    length = len(order) // size
    return np.array([order[k * length : (k + 1) * length] for k in range(size)])
""", _any("exchanged-arguments", "other-variable", "other-count")),
    Answer("full_batches", "only the example of the text", """
def full_batches(order, size):
    return np.array([[3, 1], [0, 2]])
""", _any("same-for-all")),
    # ------------------------------------------------------------------ epoch_loss
    Answer("epoch_loss", "mean over the batches: the smaller last batch counts as a full one", """
def epoch_loss(losses, sizes):
    return np.mean(losses)
""", _any("counted-alike", "factor-left-out", "other-count", "case-left-out")),
    Answer("epoch_loss", "the mean losses are summed as if they were sums", """
def epoch_loss(losses, sizes):
    return np.sum(losses) / np.sum(sizes)
""", _any("factor-left-out", "counted-alike", "mean-for-sum")),
    Answer("epoch_loss", "divided by the number of batches, not of samples", """
def epoch_loss(losses, sizes):
    return np.sum(losses * sizes) / len(losses)
""", _any("scaled", "other-count")),
    Answer("epoch_loss", "not divided at all: the sum over the samples", """
def epoch_loss(losses, sizes):
    return np.sum(losses * sizes)
""", _any("not-averaged", "scaled", "times-samples", "factor-left-out", "sum-for-mean")),
    Answer("epoch_loss", "divided by the samples and by the batches too", """
def epoch_loss(losses, sizes):
    return np.mean(losses * sizes) / np.sum(sizes)
""", _any("scaled", "factor-doubled", "mean-for-sum", "done-twice", "other-function")),
    Answer("epoch_loss", "each mean loss is divided by its size once more, then averaged", """
def epoch_loss(losses, sizes):
    return np.mean(losses / sizes)
""", _any("multiplied-divided", "other-operation", "factor-doubled", "done-twice", "other-count")),
    Answer("epoch_loss", "divided by the sum of the losses, not of the sizes", """
def epoch_loss(losses, sizes):
    return np.sum(losses * sizes) / np.sum(losses)
""", _any("other-variable")),
    Answer("epoch_loss", "every batch is weighted with the size of the first", """
def epoch_loss(losses, sizes):
    return np.sum(losses * sizes[0]) / np.sum(sizes)
""", _any("counted-alike", "case-left-out", "other-variable")),
    Answer("epoch_loss", "the last batch is left out", """
def epoch_loss(losses, sizes):
    total = 0.0
    for i in range(len(losses) - 1):
        total += losses[i] * sizes[i]
    return total / np.sum(sizes)
""", _any("part-missing", "off-by-one", "stopped-early", "term-left-out")),
    Answer("epoch_loss", "return stands inside the loop: only the first batch", """
def epoch_loss(losses, sizes):
    total, count = 0.0, 0
    for loss, size in zip(losses, sizes):
        total += loss * size
        count += size
        return total / count
""", _any("part-missing", "stopped-early")),
    Answer("epoch_loss", "assigned in place of added: only the last batch", """
def epoch_loss(losses, sizes):
    total = 0
    for loss, size in zip(losses, sizes):
        total = loss * size
    return total / np.sum(sizes)
""", _any("part-missing", "assigned-not-added", "kept-not-added", "term-left-out")),
    Answer("epoch_loss", "the shares of the batches are not summed", """
def epoch_loss(losses, sizes):
    return losses * sizes / np.sum(sizes)
""", _any("step-left-out", "function-left-out", "each-by-itself")),
    Answer("epoch_loss", "a one half too many", """
def epoch_loss(losses, sizes):
    return 0.5 * np.sum(losses * sizes) / np.sum(sizes)
""", _any("factor-half", "scaled", "halved", "other-constant")),
    Answer("epoch_loss", "whole-number division", """
def epoch_loss(losses, sizes):
    return np.sum(losses * sizes) // np.sum(sizes)
""", _any("cut-to-whole", "other-operation")),
    Answer("epoch_loss", "the squares of the sizes as weights", """
def epoch_loss(losses, sizes):
    return np.sum(losses * sizes**2) / np.sum(sizes**2)
""", _any("power-mixed", "factor-doubled")),
    # ------------------------------------------------------------------ fit_linear
    Answer("fit_linear", "the last, smaller batch is dropped", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for k in range(len(x) // batch_size):
            i = slice(k * batch_size, (k + 1) * batch_size)
            e = (x[i] @ w + b - y[i]) / batch_size
            w = w - learning_rate * x[i].T @ e
            b = b - learning_rate * e.sum()
    return w, b
""", _any("stopped-early", "step-left-out", "off-by-one", "cut-to-whole")),
    Answer("fit_linear", "the last, smaller batch is divided by batch_size, not by its own number of samples", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            e = (xb @ w + b - yb) / batch_size
            w = w - learning_rate * xb.T @ e
            b = b - learning_rate * e.sum()
    return w, b
""", _any("case-left-out", "other-variable", "other-count")),
    Answer("fit_linear", "the gradients are summed over the batch, not averaged", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            e = xb @ w + b - yb
            w = w - learning_rate * xb.T @ e
            b = b - learning_rate * e.sum()
    return w, b
""", _any("not-averaged", "scaled", "times-samples", "factor-left-out", "sum-for-mean")),
    Answer("fit_linear", "divided by the number of all samples, not by those of the batch", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    m = len(x)
    for _ in range(epochs):
        for i in range(0, m, batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            e = (xb @ w + b - yb) / m
            w, b = w - learning_rate * xb.T @ e, b - learning_rate * e.sum()
    return w, b
""", _any("scaled", "other-count", "other-variable")),
    Answer("fit_linear", "divided by the number of inputs as well (xb.size)", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            e = (xb @ w + b - yb) / xb.size
            w = w - learning_rate * xb.T @ e
            b = b - learning_rate * e.sum()
    return w, b
""", _any("scaled", "other-count", "other-axis")),
    Answer("fit_linear", "the one half of the loss is forgotten: gradients twice as large", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            e = 2 * (xb @ w + b - yb) / len(xb)
            w = w - learning_rate * xb.T @ e
            b = b - learning_rate * np.sum(e)
    return w, b
""", _any("factor-two", "scaled", "doubled", "factor-left-out", "other-constant")),
    Answer("fit_linear", "the one half of the loss stays in the gradients", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            e = xb @ w + b - yb
            w = w - learning_rate * (xb.T @ e) / (2 * len(xb))
            b = b - learning_rate * e.sum() / (2 * len(xb))
    return w, b
""", _any("factor-half", "scaled", "halved", "factor-left-out", "other-constant")),
    Answer("fit_linear", "plus instead of minus", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            e = (xb @ w + b - yb) / len(xb)
            w = w + learning_rate * xb.T @ e
            b = b + learning_rate * e.sum()
    return w, b
""", _any("uphill", "sign", "turned-sign", "sign-inside", "other-operation")),
    Answer("fit_linear", "the error is target minus prediction, and the step still subtracts", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            e = (yb - xb @ w - b) / len(xb)
            w = w - learning_rate * xb.T @ e
            b = b - learning_rate * e.sum()
    return w, b
""", _any("uphill", "sign", "turned-sign", "sign-inside")),
    Answer("fit_linear", "only b goes uphill", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            e = (xb @ w + b - yb) / len(xb)
            w = w - learning_rate * xb.T @ e
            b = b + learning_rate * e.sum()
    return w, b
""", _any("uphill", "sign", "turned-sign", "sign-inside", "other-operation")),
    Answer("fit_linear", "b's gradient is computed with the w that was already updated", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            w = w - learning_rate * xb.T @ (xb @ w + b - yb) / len(xb)
            b = b - learning_rate * np.mean(xb @ w + b - yb)
    return w, b
""", _any("updated-weights", "old-value", "steps-exchanged")),
    Answer("fit_linear", "begins with the first w and b again in every epoch", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        weights, bias = w.copy(), b
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            e = (xb @ weights + bias - yb) / len(xb)
            weights = weights - learning_rate * xb.T @ e
            bias = bias - learning_rate * e.sum()
    return weights, bias
""", _any("wrong-step", "old-value", "stopped-early", "kept-not-added")),
    Answer("fit_linear", "w is changed in place", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            e = (xb @ w + b - yb) / len(xb)
            w -= learning_rate * xb.T @ e
            b -= learning_rate * e.sum()
    return w, b
""", _any("cut-to-whole")),
    Answer("fit_linear", "the error is computed in place in y", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            xb, e = x[i : i + batch_size], y[i : i + batch_size]
            e -= xb @ w + b
            w = w + learning_rate * xb.T @ e / len(xb)
            b = b + learning_rate * e.mean()
    return w, b
""", _any("wrong-step", "old-value")),
    Answer("fit_linear", "one update per epoch, with all samples, batches ignored", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        e = (x @ w + b - y) / len(x)
        w = w - learning_rate * x.T @ e
        b = b - learning_rate * e.sum()
    return w, b
""", _any("step-left-out", "other-variable")),
    Answer("fit_linear", "one update per sample, batches ignored", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for xi, yi in zip(x, y):
            e = xi @ w + b - yi
            w = w - learning_rate * e * xi
            b = b - learning_rate * e
    return w, b
""", _any("one-at-a-time", "each-by-itself", "step-left-out")),
    Answer("fit_linear", "all batches of an epoch see the weights from its beginning", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        w0, b0 = w, b
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            e = (xb @ w0 + b0 - yb) / len(xb)
            w = w - learning_rate * xb.T @ e
            b = b - learning_rate * e.sum()
    return w, b
""", _any("wrong-step", "old-value", "other-variable")),
    Answer("fit_linear", "only the first batch is used, in every epoch", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        xb, yb = x[:batch_size], y[:batch_size]
        e = (xb @ w + b - yb) / len(xb)
        w = w - learning_rate * xb.T @ e
        b = b - learning_rate * e.sum()
    return w, b
""", _any("stopped-early", "step-left-out")),
    Answer("fit_linear", "only the last sample of each batch is in the gradients", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            for xi, yi in zip(xb, yb):
                e = xi @ w + b - yi
                dw, db = e * xi, e
            w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b
""", _any("only-one-sample", "assigned-not-added", "kept-not-added", "term-left-out")),
    Answer("fit_linear", "b's gradient is averaged once too often", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            e = (xb @ w + b - yb) / len(xb)
            w = w - learning_rate * xb.T @ e
            b = b - learning_rate * e.mean()
    return w, b
""", _any(
    "bias-averaged", "averaged-twice", "scaled", "divided-by-samples", "mean-for-sum", "factor-doubled",
    "done-twice", "other-function",
)),
    Answer("fit_linear", "b's gradient is summed, w's averaged", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            e = xb @ w + b - yb
            w = w - learning_rate * xb.T @ e / len(xb)
            b = b - learning_rate * e.sum()
    return w, b
""", _any("not-averaged", "scaled", "times-samples", "factor-left-out", "sum-for-mean")),
    Answer("fit_linear", "b is never updated", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            w = w - learning_rate * xb.T @ (xb @ w + b - yb) / len(xb)
    return w, b
""", _any("step-left-out", "input-returned", "old-value")),
    Answer("fit_linear", "b is left out of the prediction", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            e = (xb @ w - yb) / len(xb)
            w = w - learning_rate * xb.T @ e
            b = b - learning_rate * e.sum()
    return w, b
""", _any("term-left-out")),
    Answer("fit_linear", "b's gradient is taken from that of w", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            dw = xb.T @ (xb @ w + b - yb) / len(xb)
            w = w - learning_rate * dw
            b = b - learning_rate * dw.sum()
    return w, b
""", _any("bias-from-weights", "wrong-tensor", "other-variable")),
    Answer("fit_linear", "return stands inside the loop: a single epoch", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            e = (xb @ w + b - yb) / len(xb)
            w = w - learning_rate * xb.T @ e
            b = b - learning_rate * e.sum()
        return w, b
    return w, b
""", _any("wrong-step", "stopped-early", "old-value")),
    Answer("fit_linear", "inputs shuffled in every epoch, targets not", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    rng = np.random.default_rng(0)
    for _ in range(epochs):
        mixed = rng.permutation(x)
        for i in range(0, len(x), batch_size):
            xb, yb = mixed[i : i + batch_size], y[i : i + batch_size]
            e = (xb @ w + b - yb) / len(xb)
            w = w - learning_rate * xb.T @ e
            b = b - learning_rate * e.sum()
    return w, b
""", _any("other-variable")),
    Answer("fit_linear", "the samples are shuffled in every epoch, in pairs", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        order = np.random.permutation(len(x))
        for i in range(0, len(x), batch_size):
            chosen = order[i : i + batch_size]
            e = (x[chosen] @ w + b - y[chosen]) / len(chosen)
            w = w - learning_rate * x[chosen].T @ e
            b = b - learning_rate * e.sum()
    return w, b
""", _any("steps-exchanged")),
    Answer("fit_linear", "begins with zeros, whatever w and b come in", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    w, b = np.zeros(x.shape[1]), 0.0
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            e = (xb @ w + b - yb) / len(xb)
            w, b = w - learning_rate * xb.T @ e, b - learning_rate * e.sum()
    return w, b
""", _any("other-constant")),
    Answer("fit_linear", "w and b swapped in the result", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            e = (xb @ w + b - yb) / len(xb)
            w, b = w - learning_rate * xb.T @ e, b - learning_rate * e.sum()
    return b, w
""", _any("results-exchanged")),
    # ------------------------------------------------------------------ has_plateaued
    Answer("has_plateaued", "no guard for a short list", """
def has_plateaued(losses, patience, tolerance):
    return min(losses[:-patience]) - min(losses[-patience:]) <= tolerance
""", _any("case-left-out", "step-left-out")),
    Answer("has_plateaued", "the guard is off by one: with exactly patience losses it still compares", """
def has_plateaued(losses, patience, tolerance):
    if len(losses) < patience:
        return False
    return min(losses[:-patience]) - min(losses[-patience:]) <= tolerance
""", _any("off-by-one", "comparison-border", "case-left-out")),
    Answer("has_plateaued", "the guard is off by one the other way: asks for two losses before", """
def has_plateaued(losses, patience, tolerance):
    if len(losses) <= patience + 1:
        return False
    return min(losses[:-patience]) - min(losses[-patience:]) <= tolerance
""", _any("off-by-one", "comparison-border")),
    Answer("has_plateaued", "the guard returns True", """
def has_plateaued(losses, patience, tolerance):
    if len(losses) <= patience:
        return True
    return min(losses[:-patience]) - min(losses[-patience:]) <= tolerance
""", _any("other-constant")),
    Answer("has_plateaued", "the comparison is reversed", """
def has_plateaued(losses, patience, tolerance):
    if len(losses) <= patience:
        return False
    return min(losses[:-patience]) - min(losses[-patience:]) > tolerance
""", _any("comparison-reversed")),
    Answer("has_plateaued", "an improvement of exactly the tolerance counts as one", """
def has_plateaued(losses, patience, tolerance):
    if len(losses) <= patience:
        return False
    return min(losses[:-patience]) - min(losses[-patience:]) < tolerance
""", _any("comparison-border")),
    Answer("has_plateaued", "the difference the wrong way round", """
def has_plateaued(losses, patience, tolerance):
    if len(losses) <= patience:
        return False
    return min(losses[-patience:]) - min(losses[:-patience]) <= tolerance
""", _any("sign", "turned-sign", "sign-inside", "first-for-last", "comparison-reversed")),
    Answer("has_plateaued", "the size of the difference: a loss that has grown much does not stop it", """
def has_plateaued(losses, patience, tolerance):
    if len(losses) <= patience:
        return False
    return abs(min(losses[:-patience]) - min(losses[-patience:])) <= tolerance
""", _any("losses-rising", "case-left-out", "other-function")),
    Answer("has_plateaued", "the worst in place of the best", """
def has_plateaued(losses, patience, tolerance):
    if len(losses) <= patience:
        return False
    return max(losses[:-patience]) - max(losses[-patience:]) <= tolerance
""", _any("largest-smallest", "other-function")),
    Answer("has_plateaued", "means in place of the best", """
def has_plateaued(losses, patience, tolerance):
    if len(losses) <= patience:
        return False
    return bool(np.mean(losses[:-patience]) - np.mean(losses[-patience:]) <= tolerance)
""", _any("other-function")),
    Answer("has_plateaued", "compares with the one loss before the last ones, not with the best of all before", """
def has_plateaued(losses, patience, tolerance):
    if len(losses) <= patience:
        return False
    return losses[-patience - 1] - min(losses[-patience:]) <= tolerance
""", _any("function-left-out", "other-variable")),
    Answer("has_plateaued", "compares the very last loss, not the best of the last ones", """
def has_plateaued(losses, patience, tolerance):
    if len(losses) <= patience:
        return False
    return min(losses[:-patience]) - losses[-1] <= tolerance
""", _any("function-left-out", "other-variable")),
    Answer("has_plateaued", "the best of all losses, the last ones included, stands for the best before them", """
def has_plateaued(losses, patience, tolerance):
    if len(losses) <= patience:
        return False
    return min(losses) >= min(losses[-patience:]) - tolerance
""", _any("other-variable", "sign-inside")),
    Answer("has_plateaued", "the last patience + 1 losses are set against those before them", """
def has_plateaued(losses, patience, tolerance):
    cut = len(losses) - patience - 1
    if cut < 1:
        return False
    return min(losses[:cut]) - min(losses[cut:]) <= tolerance
""", _any("off-by-one")),
    Answer("has_plateaued", "the split is counted from the front", """
def has_plateaued(losses, patience, tolerance):
    if len(losses) <= patience:
        return False
    return min(losses[:patience]) - min(losses[patience:]) <= tolerance
""", _any("first-for-last")),
    Answer("has_plateaued", "the tolerance is a share of the loss, not a difference", """
def has_plateaued(losses, patience, tolerance):
    if len(losses) <= patience:
        return False
    before, last = min(losses[:-patience]), min(losses[-patience:])
    return (before - last) / before <= tolerance
""", _any("other-operation")),
    Answer("has_plateaued", "the tolerance is never looked at", """
def has_plateaued(losses, patience, tolerance):
    if len(losses) <= patience:
        return False
    return min(losses[-patience:]) >= min(losses[:-patience])
""", _any("term-left-out", "step-left-out")),
    Answer("has_plateaued", "return stands inside the loop: only the first of the last losses is looked at", """
def has_plateaued(losses, patience, tolerance):
    if len(losses) <= patience:
        return False
    best = min(losses[:-patience])
    for loss in losses[-patience:]:
        if best - loss > tolerance:
            return False
        return True
""", _any("stopped-early")),
    Answer("has_plateaued", "always True", """
def has_plateaued(losses, patience, tolerance):
    return True
""", _any("same-for-all")),
    Answer("has_plateaued", "always False", """
def has_plateaued(losses, patience, tolerance):
    return False
""", _any("same-for-all")),
)  # fmt: skip

RIGHT = (
    # ------------------------------------------------------------------ full_batches
    Answer("full_batches", "a loop over starts", """
def full_batches(order, size):
    batches = [list(order[i : i + size]) for i in range(0, len(order) - size + 1, size)]
    return np.array(batches, dtype=int).reshape(len(batches), size)
"""),
    Answer("full_batches", "a table filled entry by entry", """
def full_batches(order, size):
    count = len(order) // size
    table = np.empty((count, size), dtype=np.int64)
    for k in range(count):
        for i in range(size):
            table[k, i] = order[k * size + i]
    return table
"""),
    Answer("full_batches", "an iterator handed to zip, nested tuples if there is a batch", """
def full_batches(order, size):
    it = iter(order)
    batches = tuple(zip(*[it] * size))
    return batches if batches else np.zeros((0, size), dtype=int)
"""),
    Answer("full_batches", "lists of lists if there is a batch", """
def full_batches(order, size):
    result, batch = [], []
    for index in order:
        batch.append(int(index))
        if len(batch) == size:
            result.append(batch)
            batch = []
    if not result:
        return np.empty((0, size), dtype=int)
    return result
"""),
    Answer("full_batches", "positions by broadcasting, then take", """
def full_batches(order, size):
    count = len(order) // size
    positions = size * np.arange(count)[:, None] + np.arange(size)
    return np.asarray(order, dtype=int)[positions]
"""),
    Answer("full_batches", "Fortran order and int32", """
def full_batches(order, size):
    whole = len(order) - len(order) % size
    return np.asfortranarray(np.array(order, dtype=np.int32)[:whole].reshape((-1, size)))
"""),
    Answer("full_batches", "recursion into two halves", """
def full_batches(order, size):
    order, count = np.asarray(order, dtype=int), len(order) // size
    if count < 2:
        return order[: count * size].reshape(count, size)
    middle = count // 2 * size
    return np.vstack([full_batches(order[:middle], size), full_batches(order[middle:], size)])
"""),
    Answer("full_batches", "columns stacked: a transposed array", """
def full_batches(order, size):
    count = len(order) // size
    columns = [np.asarray(order)[: count * size][i::size] for i in range(size)]
    return np.array(columns).reshape(size, count).T
"""),
    Answer("full_batches", "lambda with np.resize to the smaller shape", """
full_batches = lambda order, size: np.resize(np.asarray(order, dtype=int), (len(order) // size, size))
"""),
    # ------------------------------------------------------------------ epoch_loss
    Answer("epoch_loss", "np.average with weights", """
def epoch_loss(losses, sizes):
    return np.average(losses, weights=sizes)
"""),
    Answer("epoch_loss", "a loop over the pairs, a float", """
def epoch_loss(losses, sizes):
    total, samples = 0.0, 0
    for loss, size in zip(losses, sizes):
        total += float(loss) * int(size)
        samples += int(size)
    return total / samples
"""),
    Answer("epoch_loss", "a dot product", """
def epoch_loss(losses, sizes):
    return float(np.dot(losses, sizes) / np.sum(sizes))
"""),
    Answer("epoch_loss", "every mean loss repeated for each of its samples", """
def epoch_loss(losses, sizes):
    return np.mean(np.repeat(losses, np.asarray(sizes, dtype=int)))
"""),
    Answer("epoch_loss", "shares first, then fsum", """
import math

def epoch_loss(losses, sizes):
    m = math.fsum(sizes)
    return math.fsum(l * (s / m) for l, s in zip(losses, sizes))
"""),
    Answer("epoch_loss", "a running mean", """
def epoch_loss(losses, sizes):
    mean, seen = 0.0, 0
    for k in range(len(losses)):
        seen = seen + sizes[k]
        mean = mean + (losses[k] - mean) * (sizes[k] / seen)
    return mean
"""),
    Answer("epoch_loss", "einsum, a 0-d array", """
def epoch_loss(losses, sizes):
    return np.asarray(np.einsum("k,k->", np.asarray(losses, dtype=float), np.asarray(sizes, dtype=float)) / np.sum(sizes))
"""),
    Answer("epoch_loss", "float32", """
def epoch_loss(losses, sizes):
    l, s = np.asarray(losses, dtype=np.float32), np.asarray(sizes, dtype=np.float32)
    return (l * s).sum() / s.sum()
"""),
    Answer("epoch_loss", "a subclass of float", """
class Loss(float):
    def __repr__(self):
        return f"loss {float(self):.4f}"

epoch_loss = lambda losses, sizes: Loss(sum(map(lambda l, s: l * s, losses, sizes)) / sum(sizes))
"""),
    # ------------------------------------------------------------------ fit_linear
    Answer("fit_linear", "mean over the samples in plain loops, w as a list", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    m, n = np.shape(x)
    w, b = [float(v) for v in w], float(b)
    for _ in range(epochs):
        for start in range(0, m, batch_size):
            stop = min(start + batch_size, m)
            dw, db = [0.0] * n, 0.0
            for i in range(start, stop):
                e = sum(x[i, j] * w[j] for j in range(n)) + b - y[i]
                for j in range(n):
                    dw[j] += e * x[i, j] / (stop - start)
                db += e / (stop - start)
            w = [w[j] - learning_rate * dw[j] for j in range(n)]
            b = b - learning_rate * db
    return w, b
"""),
    Answer("fit_linear", "einsum, both updated in one line", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for s in range(0, x.shape[0], batch_size):
            xb, yb = x[s : s + batch_size], y[s : s + batch_size]
            e = np.einsum("ij,j->i", xb, w) + b - yb
            w, b = w - learning_rate * np.einsum("ij,i->j", xb, e) / len(e), b - learning_rate * np.mean(e)
    return w, b
"""),
    Answer("fit_linear", "b as a weight of an input of ones", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    ones = np.ones((len(x), 1))
    x1, theta = np.hstack([x, ones]), np.append(np.asarray(w, dtype=float), b)
    for _ in range(epochs):
        for s in range(0, len(x1), batch_size):
            xb, yb = x1[s : s + batch_size], y[s : s + batch_size]
            theta = theta - learning_rate / len(xb) * (xb @ theta - yb) @ xb
    return theta[:-1], theta[-1]
"""),
    Answer("fit_linear", "copies that are changed in place, a list of two", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    w, b = np.array(w, dtype=float), np.array(b, dtype=float)
    for epoch in range(epochs):
        i = 0
        while i < len(x):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            e = xb @ w + b - yb
            w -= learning_rate * (xb * e[:, None]).mean(axis=0)
            b -= learning_rate * e.mean()
            i += batch_size
    return [w, b]
"""),
    Answer("fit_linear", "batches by np.split at the borders", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    borders = np.arange(batch_size, len(x), batch_size)
    batches = list(zip(np.split(x, borders), np.split(y, borders)))
    for _ in range(epochs):
        for xb, yb in batches:
            blame = (xb @ w + b - yb) / yb.size
            w = w - learning_rate * np.dot(xb.T, blame)
            b = b - learning_rate * blame.sum()
    return w, b
"""),
    Answer("fit_linear", "reduce over all batches of all epochs, chained", """
from functools import reduce
from itertools import chain, repeat

def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    def update(state, batch):
        w, b = state
        e = x[batch] @ w + b - y[batch]
        return w - learning_rate * (e @ x[batch]) / len(e), b - learning_rate * e.sum() / len(e)
    batches = [slice(i, i + batch_size) for i in range(0, len(x), batch_size)]
    return reduce(update, chain.from_iterable(repeat(batches, epochs)), (w, b))
"""),
    Answer("fit_linear", "a subclass of tuple, named", """
from typing import NamedTuple

class Line(NamedTuple):
    w: np.ndarray
    b: float

def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    line = Line(w, b)
    for _ in range(epochs):
        for i in range(0, len(y), batch_size):
            part = slice(i, i + batch_size)
            e = x[part].dot(line.w) + line.b - y[part]
            line = Line(line.w - learning_rate * x[part].T.dot(e) / e.size, line.b - learning_rate * e.mean())
    return line
"""),
    Answer("fit_linear", "a helper for the gradients and one that cuts", """
def cut(m, size):
    start = 0
    while start < m:
        yield np.arange(start, min(m, start + size))
        start += size

def gradients(x, y, w, b):
    e = x @ w + b - y
    return np.array([np.mean(e * column) for column in x.T]), np.mean(e)

def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    for _ in range(epochs):
        for chosen in cut(len(x), batch_size):
            dw, db = gradients(x[chosen], y[chosen], w, b)
            w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b
"""),
    Answer("fit_linear", "recursion into halves of the epochs, column vectors inside, w flattened to a view", """
def fit_linear(x, y, w, b, learning_rate, batch_size, epochs):
    if epochs == 0:
        return w, b
    if epochs > 1:
        w, b = fit_linear(x, y, w, b, learning_rate, batch_size, epochs // 2)
        return fit_linear(x, y, w, b, learning_rate, batch_size, epochs - epochs // 2)
    column = np.reshape(w, (-1, 1))
    for i in range(0, len(x), batch_size):
        xb, yb = x[i : i + batch_size], y[i : i + batch_size].reshape(-1, 1)
        e = (xb @ column + b - yb) / len(xb)
        column, b = column - learning_rate * (xb.T @ e), b - learning_rate * e.sum()
    return column[:, 0], b
"""),
    # ------------------------------------------------------------------ has_plateaued
    Answer("has_plateaued", "a split at an index from the front", """
def has_plateaued(losses, patience, tolerance):
    cut = len(losses) - patience
    if cut < 1:
        return False
    return bool(np.min(losses[:cut]) - np.min(losses[cut:]) <= tolerance)
"""),
    Answer("has_plateaued", "np.bool_ as result", """
def has_plateaued(losses, patience, tolerance):
    if len(losses) <= patience:
        return np.False_
    losses = np.asarray(losses, dtype=float)
    return np.less_equal(losses[:-patience].min() - losses[-patience:].min(), tolerance)
"""),
    Answer("has_plateaued", "one expression with and", """
def has_plateaued(losses, patience, tolerance):
    return len(losses) > patience and not min(losses[:-patience]) - min(losses[-patience:]) > tolerance
"""),
    Answer("has_plateaued", "True unless one of the last is better by more", """
def has_plateaued(losses, patience, tolerance):
    if len(losses) <= patience:
        return False
    before = min(losses[:-patience])
    for loss in losses[-patience:]:
        if before - loss > tolerance:
            return False
    return True
"""),
    Answer("has_plateaued", "a loop with two best values", """
def has_plateaued(losses, patience, tolerance):
    first, second = float("inf"), float("inf")
    for i, loss in enumerate(losses):
        if i < len(losses) - patience:
            first = min(first, loss)
        else:
            second = min(second, loss)
    if first == float("inf"):
        return False
    return first - second <= tolerance
"""),
    Answer("has_plateaued", "sorted, all()", """
def has_plateaued(losses, patience, tolerance):
    before, last = list(losses)[: max(0, len(losses) - patience)], list(losses)[max(0, len(losses) - patience) :]
    if before == []:
        return False
    best = sorted(before)[0]
    return all(best - loss <= tolerance for loss in last)
"""),
    Answer("has_plateaued", "lru_cache on a tuple of plain numbers", """
from functools import lru_cache

@lru_cache(maxsize=None)
def _plateau(losses, patience, tolerance):
    if len(losses) <= patience:
        return False
    return min(losses[:-patience]) - min(losses[-patience:]) <= tolerance

def has_plateaued(losses, patience, tolerance):
    return _plateau(tuple(losses), patience, tolerance)
"""),
    Answer("has_plateaued", "running minimum by accumulate, lambda", """
from itertools import accumulate

def has_plateaued(losses, patience, tolerance):
    best = list(accumulate(losses, min))
    old = lambda: best[-patience - 1]
    return len(losses) > patience and bool(old() - min(losses[-patience:]) <= tolerance)
"""),
    Answer("has_plateaued", "deque of the last losses", """
from collections import deque

def has_plateaued(losses, patience, tolerance):
    last, best = deque(), None
    for loss in losses:
        last.append(loss)
        if len(last) > patience:
            out = last.popleft()
            best = out if best is None or out < best else best
    return best is not None and best - min(last) <= tolerance
"""),
    Answer("has_plateaued", "an object with __call__, partial", """
from functools import partial

class Watch:
    def __call__(self, losses, patience, tolerance, best):
        if not len(losses) > patience:
            return False
        return best(losses[: len(losses) - patience]) - best(losses[len(losses) - patience :]) <= tolerance

has_plateaued = partial(Watch(), best=min)
"""),
)  # fmt: skip
