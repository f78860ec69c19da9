"""Answers to the exercise *overfitting*: learn, but not by heart."""

from __future__ import annotations

from answers import Answer
from answers import any_of as _any

WRONG: tuple[Answer, ...] = (
    # elastic_net
    Answer(
        "elastic_net",
        "the half of the L2 part is left out",
        """\
def elastic_net(W, strength, share):
    return strength * (share * np.abs(W).sum() + (1 - share) * np.sum(W**2))
""",
        _any("factor-left-out", "other-constant"),
    ),
    Answer(
        "elastic_net",
        "half of everything",
        """\
def elastic_net(W, strength, share):
    return strength / 2 * (share * np.abs(W).sum() + (1 - share) * np.sum(W**2))
""",
        _any("other-constant"),
    ),
    Answer(
        "elastic_net",
        "half of the right result",
        """\
def elastic_net(W, strength, share):
    penalty = share * np.abs(W).sum() + (1 - share) / 2 * np.sum(W**2)
    return strength * penalty / 2
""",
        _any("factor-half", "halved", "factor-doubled", "scaled", "other-constant"),
    ),
    Answer(
        "elastic_net",
        "the shares are swapped",
        """\
def elastic_net(W, strength, share):
    return strength * ((1 - share) * np.abs(W).sum() + share / 2 * np.sum(W**2))
""",
        _any("rest-for-share"),
    ),
    Answer(
        "elastic_net",
        "no absolute value, so that signs cancel",
        """\
def elastic_net(W, strength, share):
    return strength * (share * W.sum() + (1 - share) / 2 * np.sum(W**2))
""",
        _any("function-left-out"),
    ),
    Answer(
        "elastic_net",
        "the absolute value of the sum",
        """\
def elastic_net(W, strength, share):
    return strength * (share * abs(W.sum()) + (1 - share) / 2 * np.sum(W**2))
""",
        _any("steps-exchanged"),
    ),
    Answer(
        "elastic_net",
        "the length of W in place of its square",
        """\
def elastic_net(W, strength, share):
    l1, l2 = np.abs(W).sum(), np.linalg.norm(W)
    return strength * (share * l1 + (1 - share) / 2 * l2)
""",
        _any("power-mixed", "other-function"),
    ),
    Answer(
        "elastic_net",
        "np.linalg.norm(W, 1), the largest column sum of a matrix",
        """\
def elastic_net(W, strength, share):
    l1, l2 = np.linalg.norm(W, 1), np.linalg.norm(W) ** 2
    return strength * (share * l1 + (1 - share) / 2 * l2)
""",
        _any("other-function", "other-operation"),
    ),
    Answer(
        "elastic_net",
        "np.linalg.norm(W, 2), the largest singular value of a matrix",
        """\
def elastic_net(W, strength, share):
    l1, l2 = np.abs(W).sum(), np.linalg.norm(W, 2) ** 2
    return strength * (share * l1 + (1 - share) / 2 * l2)
""",
        _any("other-function"),
    ),
    Answer(
        "elastic_net",
        "means in place of sums",
        """\
def elastic_net(W, strength, share):
    return strength * (share * np.abs(W).mean() + (1 - share) / 2 * np.mean(W**2))
""",
        _any("scaled", "mean-for-sum"),
    ),
    Answer(
        "elastic_net",
        "divided by the rows, as if they were samples",
        """\
def elastic_net(W, strength, share):
    return strength * (share * np.abs(W).sum() + (1 - share) / 2 * np.sum(W**2)) / len(W)
""",
        _any("scaled", "divided-by-samples", "averaged-twice", "mean-for-sum"),
    ),
    Answer(
        "elastic_net",
        "the strength is on the L1 part only",
        """\
def elastic_net(W, strength, share):
    return strength * share * np.abs(W).sum() + (1 - share) / 2 * np.sum(W**2)
""",
        _any("factor-left-out", "parentheses-missing"),
    ),
    Answer(
        "elastic_net",
        "the strength is in it twice",
        """\
def elastic_net(W, strength, share):
    l1 = strength * share * np.abs(W).sum()
    l2 = strength * (1 - share) / 2 * np.sum(W**2)
    return strength * (l1 + l2)
""",
        _any("scaled", "factor-twice", "factor-doubled", "done-twice", "power-mixed"),
    ),
    Answer(
        "elastic_net",
        "the strength is left out",
        """\
def elastic_net(W, strength, share):
    return share * np.abs(W).sum() + (1 - share) / 2 * np.sum(W**2)
""",
        _any("scaled", "factor-missing", "factor-left-out"),
    ),
    Answer(
        "elastic_net",
        "the L1 part is missing",
        """\
def elastic_net(W, strength, share):
    return strength * (1 - share) / 2 * np.sum(W**2)
""",
        _any("part-missing", "term-left-out"),
    ),
    Answer(
        "elastic_net",
        "the L2 part is missing",
        """\
def elastic_net(W, strength, share):
    return strength * share * np.sum(np.abs(W))
""",
        _any("part-missing", "term-left-out"),
    ),
    Answer(
        "elastic_net",
        "1 - share / 2, no parentheses around the difference",
        """\
def elastic_net(W, strength, share):
    return strength * (share * np.abs(W).sum() + (1 - share / 2) * np.sum(W**2))
""",
        _any("steps-exchanged", "factor-left-out", "parentheses-missing"),
    ),
    Answer(
        "elastic_net",
        "one number for each column",
        """\
def elastic_net(W, strength, share):
    return strength * (share * np.abs(W).sum(axis=0) + (1 - share) / 2 * np.sum(W**2, axis=0))
""",
        _any("other-axis", "each-by-itself"),
    ),
    Answer(
        "elastic_net",
        "the loop returns after the first row",
        """\
def elastic_net(W, strength, share):
    total = 0.0
    for row in W:
        for w in row:
            total += share * abs(w) + (1 - share) / 2 * w**2
        return strength * total
""",
        _any("stopped-early"),
    ),
    Answer(
        "elastic_net",
        "zero",
        """\
def elastic_net(W, strength, share):
    return 0.0
""",
        _any("same-for-all", "zero-gradient"),
    ),
    # elastic_net_gradient
    Answer(
        "elastic_net_gradient",
        "the half of the L2 part is kept",
        """\
def elastic_net_gradient(W, strength, share):
    return strength * (share * np.sign(W) + (1 - share) / 2 * W)
""",
        _any("factor-half", "factor-left-out"),
    ),
    Answer(
        "elastic_net_gradient",
        "2 W for the square, the half forgotten",
        """\
def elastic_net_gradient(W, strength, share):
    return strength * (share * np.sign(W) + (1 - share) * 2 * W)
""",
        _any("factor-two", "factor-left-out", "other-constant"),
    ),
    Answer(
        "elastic_net_gradient",
        "the absolute value in place of its slope",
        """\
def elastic_net_gradient(W, strength, share):
    return strength * (share * np.abs(W) + (1 - share) * W)
""",
        _any("value-for-slope", "other-function"),
    ),
    Answer(
        "elastic_net_gradient",
        "the slope of |w| is 1 on both sides",
        """\
def elastic_net_gradient(W, strength, share):
    return strength * (share * np.ones(W.shape) + (1 - share) * W)
""",
        _any("slope-left-out", "function-left-out", "case-left-out", "sign-inside"),
    ),
    Answer(
        "elastic_net_gradient",
        "the slope of |w| is 1 for positive and 0 for negative weights",
        """\
def elastic_net_gradient(W, strength, share):
    return strength * (share * (W > 0) + (1 - share) * W)
""",
        _any("other-activation", "other-function", "case-left-out"),
    ),
    Answer(
        "elastic_net_gradient",
        "W / |W|, which is not a number at zero",
        """\
def elastic_net_gradient(W, strength, share):
    return strength * (share * W / np.abs(W) + (1 - share) * W)
""",
        _any("case-left-out", "single-entries", "not-finite"),
    ),
    Answer(
        "elastic_net_gradient",
        "the shares are swapped",
        """\
def elastic_net_gradient(W, strength, share):
    return strength * ((1 - share) * np.sign(W) + share * W)
""",
        _any("rest-for-share"),
    ),
    Answer(
        "elastic_net_gradient",
        "the strength is left out",
        """\
def elastic_net_gradient(W, strength, share):
    return share * np.sign(W) + (1 - share) * W
""",
        _any("scaled", "factor-missing", "factor-left-out"),
    ),
    Answer(
        "elastic_net_gradient",
        "the strength is on the L1 part only",
        """\
def elastic_net_gradient(W, strength, share):
    return strength * share * np.sign(W) + (1 - share) * W
""",
        _any("factor-missing", "factor-left-out", "parentheses-missing"),
    ),
    Answer(
        "elastic_net_gradient",
        "the square in place of its slope",
        """\
def elastic_net_gradient(W, strength, share):
    return strength * (share * np.sign(W) + (1 - share) / 2 * W**2)
""",
        _any("value-for-slope", "power-mixed"),
    ),
    Answer(
        "elastic_net_gradient",
        "the L1 part is missing",
        """\
def elastic_net_gradient(W, strength, share):
    return strength * (1 - share) * W
""",
        _any("part-missing", "term-left-out"),
    ),
    Answer(
        "elastic_net_gradient",
        "the L2 part is missing",
        """\
def elastic_net_gradient(W, strength, share):
    return strength * share * np.sign(W)
""",
        _any("part-missing", "weight-decay-missing", "term-left-out"),
    ),
    Answer(
        "elastic_net_gradient",
        "minus the gradient, as a step would go",
        """\
def elastic_net_gradient(W, strength, share):
    return -strength * (share * np.sign(W) + (1 - share) * W)
""",
        _any("turned-sign"),
    ),
    Answer(
        "elastic_net_gradient",
        "the weights after a step in place of the gradient",
        """\
def elastic_net_gradient(W, strength, share):
    return W - strength * (share * np.sign(W) + (1 - share) * W)
""",
    ),
    Answer(
        "elastic_net_gradient",
        "divided by the number of weights",
        """\
def elastic_net_gradient(W, strength, share):
    return strength * (share * np.sign(W) + (1 - share) * W) / W.size
""",
        _any("scaled", "weight-decay-averaged", "mean-for-sum"),
    ),
    Answer(
        "elastic_net_gradient",
        "divided by the rows, as if they were samples",
        """\
def elastic_net_gradient(W, strength, share):
    return strength * (share * np.sign(W) + (1 - share) * W) / len(W)
""",
        _any("scaled", "weight-decay-averaged", "divided-by-samples", "averaged-twice", "mean-for-sum"),
    ),
    Answer(
        "elastic_net_gradient",
        "summed to one number",
        """\
def elastic_net_gradient(W, strength, share):
    return np.sum(strength * (share * np.sign(W) + (1 - share) * W))
""",
        _any("other-axis"),
    ),
    Answer(
        "elastic_net_gradient",
        "the sign of the sum of all weights",
        """\
def elastic_net_gradient(W, strength, share):
    return strength * (share * np.sign(W.sum()) + (1 - share) * W)
""",
        _any("other-axis"),
    ),
    Answer(
        "elastic_net_gradient",
        "zeros_like(W), which cuts fractions off when W is of integers",
        """\
def elastic_net_gradient(W, strength, share):
    grad = np.zeros_like(W)
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            grad[i, j] = strength * (share * np.sign(W[i, j]) + (1 - share) * W[i, j])
    return grad
""",
        _any("cut-to-whole"),
    ),
    # dropconnect_forward
    Answer(
        "dropconnect_forward",
        "the mask is left out",
        """\
def dropconnect_forward(x, W, mask, keep):
    return x @ W / keep
""",
        _any("mask-forgotten", "dropout-mask-forgotten", "factor-left-out", "step-left-out"),
    ),
    Answer(
        "dropconnect_forward",
        "not divided by keep",
        """\
def dropconnect_forward(x, W, mask, keep):
    return x @ (W * mask)
""",
        _any("scaled", "dropout-mask-scaled", "factor-left-out"),
    ),
    Answer(
        "dropconnect_forward",
        "multiplied by keep",
        """\
def dropconnect_forward(x, W, mask, keep):
    return x @ (W * mask) * keep
""",
        _any("scaled", "dropout-mask-scaled", "multiplied-for-divided", "multiplied-divided"),
    ),
    Answer(
        "dropconnect_forward",
        "keep taken for the probability to drop",
        """\
def dropconnect_forward(x, W, mask, keep):
    return x @ (W * mask) / (1 - keep)
""",
        _any("scaled", "dropout-mask-scaled", "rest-for-share"),
    ),
    Answer(
        "dropconnect_forward",
        "divided by keep twice",
        """\
def dropconnect_forward(x, W, mask, keep):
    M = mask / keep
    return x @ (W * M) / keep
""",
        _any("scaled", "dropout-mask-scaled", "factor-twice", "factor-doubled", "done-twice", "power-mixed"),
    ),
    Answer(
        "dropconnect_forward",
        "divided by the share of ones in this mask",
        """\
def dropconnect_forward(x, W, mask, keep):
    return x @ (W * mask) / mask.mean()
""",
        _any("scaled", "dropout-mask-scaled", "other-count", "other-variable"),
    ),
    Answer(
        "dropconnect_forward",
        "divided by the number of weights left in each column",
        """\
def dropconnect_forward(x, W, mask, keep):
    return x @ (W * mask) / np.maximum(mask.sum(axis=0), 1)
""",
        _any("dropout-mask-scaled", "other-count", "other-variable", "mean-for-sum"),
    ),
    Answer(
        "dropconnect_forward",
        "the mask is inverted",
        """\
def dropconnect_forward(x, W, mask, keep):
    return x @ (W * (1 - mask)) / keep
""",
        _any("mask-reversed", "comparison-reversed", "rest-for-share"),
    ),
    Answer(
        "dropconnect_forward",
        "a new mask is drawn in place of the one given",
        """\
def dropconnect_forward(x, W, mask, keep):
    mask = np.random.default_rng().random(W.shape) < keep
    return x @ (W * mask) / keep
""",
        _any("other-variable", "wrong-tensor", "mask-forgotten", "dropout-mask-forgotten"),
    ),
    Answer(
        "dropconnect_forward",
        "a matrix product with the mask in place of entry by entry",
        """\
def dropconnect_forward(x, W, mask, keep):
    return x @ W @ mask.T / keep
""",
        _any("other-operation"),
    ),
    Answer(
        "dropconnect_forward",
        "any zero in a row of the mask switches the input off",
        """\
def dropconnect_forward(x, W, mask, keep):
    return (x * mask.all(axis=1)) @ W / keep
""",
    ),
    Answer(
        "dropconnect_forward",
        "whole-number division",
        """\
def dropconnect_forward(x, W, mask, keep):
    return x @ (W * mask) // keep
""",
        _any("cut-to-whole"),
    ),
    Answer(
        "dropconnect_forward",
        "a bend of tanh that nobody asked for",
        """\
def dropconnect_forward(x, W, mask, keep):
    return np.tanh(x @ (W * mask) / keep)
""",
        _any("function-too-many"),
    ),
    Answer(
        "dropconnect_forward",
        "only the first sample",
        """\
def dropconnect_forward(x, W, mask, keep):
    y = np.zeros((len(x), W.shape[1]))
    for s, row in enumerate(x):
        y[s] = row @ (W * mask) / keep
        return y
""",
        _any("only-one-sample", "stopped-early"),
    ),
    Answer(
        "dropconnect_forward",
        "the mask is added",
        """\
def dropconnect_forward(x, W, mask, keep):
    return x @ (W + mask) / keep
""",
        _any("other-operation"),
    ),
    Answer(
        "dropconnect_forward",
        "samples as columns, the result transposed",
        """\
def dropconnect_forward(x, W, mask, keep):
    return (W * mask).T @ x.T / keep
""",
        _any("transposed", "not-transposed", "product-reversed"),
    ),
    # dropconnect_backward
    Answer(
        "dropconnect_backward",
        "the mask is left out of dW",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    return dy @ (W * mask).T / keep, x.T @ dy / keep
""",
        _any(
            "mask-forgotten", "dropout-mask-forgotten", "factor-left-out", "factor-missing", "step-left-out"
        ),
    ),
    Answer(
        "dropconnect_backward",
        "the mask is left out of dx",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    return dy @ W.T / keep, (x.T @ dy) * mask / keep
""",
        _any(
            "mask-forgotten", "dropout-mask-forgotten", "factor-left-out", "factor-missing", "step-left-out"
        ),
    ),
    Answer(
        "dropconnect_backward",
        "the mask is left out of both",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    return dy @ W.T / keep, x.T @ dy / keep
""",
        _any(
            "mask-forgotten", "dropout-mask-forgotten", "factor-left-out", "factor-missing", "step-left-out"
        ),
    ),
    Answer(
        "dropconnect_backward",
        "not divided by keep",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    return dy @ (W * mask).T, (x.T @ dy) * mask
""",
        _any("dropout-mask-scaled", "scaled", "factor-missing", "factor-left-out"),
    ),
    Answer(
        "dropconnect_backward",
        "dW is not divided by keep",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    return dy @ (W * mask).T / keep, (x.T @ dy) * mask
""",
        _any("dropout-mask-scaled", "scaled", "factor-missing", "factor-left-out"),
    ),
    Answer(
        "dropconnect_backward",
        "multiplied by keep",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    return dy @ (W * mask).T * keep, (x.T @ dy) * mask * keep
""",
        _any("dropout-mask-scaled", "scaled", "multiplied-for-divided", "multiplied-divided"),
    ),
    Answer(
        "dropconnect_backward",
        "divided by keep twice",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    dy = dy / keep
    return dy @ (W * mask).T / keep, (x.T @ dy) * mask / keep
""",
        _any("dropout-mask-scaled", "scaled", "factor-twice", "factor-doubled", "done-twice", "power-mixed"),
    ),
    Answer(
        "dropconnect_backward",
        "divided by the probability to drop",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    q = 1 - keep
    return dy @ (W * mask).T / q, (x.T @ dy) * mask / q
""",
        _any("dropout-mask-scaled", "scaled", "rest-for-share"),
    ),
    Answer(
        "dropconnect_backward",
        "a new mask on the way back",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    mask = (np.random.default_rng().random(W.shape) < keep) * 1.0
    return dy @ (W * mask).T / keep, (x.T @ dy) * mask / keep
""",
        _any("other-variable", "wrong-tensor", "mask-forgotten", "dropout-mask-forgotten"),
    ),
    Answer(
        "dropconnect_backward",
        "the mask is inverted",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    off = 1 - mask
    return dy @ (W * off).T / keep, (x.T @ dy) * off / keep
""",
        _any("mask-reversed", "comparison-reversed", "rest-for-share"),
    ),
    Answer(
        "dropconnect_backward",
        "dW is transposed",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    return dy @ (W * mask).T / keep, (dy.T @ x) * mask.T / keep
""",
        _any("transposed", "not-transposed", "product-reversed"),
    ),
    Answer(
        "dropconnect_backward",
        "W without its transpose, which does not fit",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    return dy @ (W * mask) / keep, (x.T @ dy) * mask / keep
""",
        _any("wrong-transpose", "not-transposed"),
    ),
    Answer(
        "dropconnect_backward",
        "reshaped where it should be transposed",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    V = (W * mask).reshape(W.shape[1], W.shape[0])
    return dy @ V / keep, (x.T @ dy) * mask / keep
""",
        _any("axes-not-moved", "wrong-transpose", "other-function", "not-transposed"),
    ),
    Answer(
        "dropconnect_backward",
        "the results are swapped",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    dW = (x.T @ dy) * mask / keep
    dx = dy @ (W * mask).T / keep
    return dW, dx
""",
        _any("results-exchanged"),
    ),
    Answer(
        "dropconnect_backward",
        "dW is divided by the samples, of which the task says nothing",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    return dy @ (W * mask).T / keep, (x.T @ dy) * mask / keep / len(x)
""",
        _any("averaged-twice", "divided-by-samples", "mean-for-sum", "scaled"),
    ),
    Answer(
        "dropconnect_backward",
        "the weights are in dW as well",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    V = W * mask / keep
    return dy @ V.T, (x.T @ dy) * V
""",
        _any("other-variable", "wrong-tensor"),
    ),
    Answer(
        "dropconnect_backward",
        "a loop that assigns, so dW is of the last sample",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    V = W * mask / keep
    dx = np.zeros(x.shape)
    for s in range(len(x)):
        dx[s] = V @ dy[s]
        dW = np.outer(x[s], dy[s]) * mask / keep
    return dx, dW
""",
        _any("only-one-sample", "assigned-not-added", "kept-not-added"),
    ),
    Answer(
        "dropconnect_backward",
        "dW in zeros_like(W), which cuts fractions off when W is of integers",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    dW = np.zeros_like(W)
    on = mask == 1
    dW[on] = (x.T @ dy)[on] / keep
    return dy @ (W * mask).T / keep, dW
""",
        _any("cut-to-whole"),
    ),
    # best_epoch
    Answer(
        "best_epoch",
        "the best of all losses, nothing is stopped",
        """\
def best_epoch(losses, patience):
    return int(np.argmin(losses))
""",
        _any("not-stopped", "step-left-out"),
    ),
    Answer(
        "best_epoch",
        "the epoch of the stop in place of the best",
        """\
def best_epoch(losses, patience):
    best = 0
    for epoch in range(len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
        elif epoch - best >= patience:
            return epoch
    return best
""",
        _any("other-variable"),
    ),
    Answer(
        "best_epoch",
        "the last of equal epochs",
        """\
def best_epoch(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss <= losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best
""",
        _any("comparison-border", "first-for-last", "case-left-out"),
    ),
    Answer(
        "best_epoch",
        "an equal loss starts the patience anew, though it has not beaten the best",
        """\
def best_epoch(losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best]:
            best, waited = epoch, 0
        elif losses[epoch] == losses[best]:
            waited = 0
        else:
            waited += 1
            if waited == patience:
                break
    return best
""",
        _any("comparison-border", "not-stopped"),
    ),
    Answer(
        "best_epoch",
        "one epoch too patient",
        """\
def best_epoch(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best > patience:
            break
    return best
""",
        _any("off-by-one", "comparison-border", "not-stopped"),
    ),
    Answer(
        "best_epoch",
        "one epoch too impatient",
        """\
def best_epoch(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best >= patience - 1:
            break
    return best
""",
        _any("off-by-one", "stopped-early"),
    ),
    Answer(
        "best_epoch",
        "the wait is not set back after a better epoch",
        """\
def best_epoch(losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
        else:
            waited += 1
            if waited >= patience:
                break
    return best
""",
        _any("step-left-out", "stopped-early", "other-count"),
    ),
    Answer(
        "best_epoch",
        "compared with the epoch before in place of the best",
        """\
def best_epoch(losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[epoch - 1]:
            best, waited = epoch, 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best
""",
        _any("other-variable", "wrong-step"),
    ),
    Answer(
        "best_epoch",
        "waits for losses that rise, not for losses that do not beat the best",
        """\
def best_epoch(losses, patience):
    rises = 0
    for epoch in range(1, len(losses)):
        rises = rises + 1 if losses[epoch] > losses[epoch - 1] else 0
        if rises == patience:
            return int(np.argmin(losses[: epoch + 1]))
    return int(np.argmin(losses))
""",
        _any("other-variable", "wrong-step", "other-count", "not-stopped"),
    ),
    Answer(
        "best_epoch",
        "the best loss in place of its epoch",
        """\
def best_epoch(losses, patience):
    best, waited = losses[0], 0
    for loss in losses[1:]:
        if loss < best:
            best, waited = loss, 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best
""",
        _any("other-variable"),
    ),
    Answer(
        "best_epoch",
        "epochs are counted from 1",
        """\
def best_epoch(losses, patience):
    best, best_loss = 1, losses[0]
    for epoch, loss in enumerate(losses, start=1):
        if loss < best_loss:
            best, best_loss = epoch, loss
        elif epoch - best >= patience:
            break
    return best
""",
        _any("off-by-one"),
    ),
    Answer(
        "best_epoch",
        "nothing is returned when the list ends before the stop",
        """\
def best_epoch(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best >= patience:
            return best
""",
        _any("case-left-out", "step-left-out"),
    ),
    Answer(
        "best_epoch",
        "the last epoch when the list ends before the stop",
        """\
def best_epoch(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best >= patience:
            return best
    return len(losses) - 1
""",
        _any("other-variable"),
    ),
    Answer(
        "best_epoch",
        "the stop less the patience, also where the list ended by itself",
        """\
def best_epoch(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return epoch - patience
""",
        _any("case-left-out", "other-variable"),
    ),
    Answer(
        "best_epoch",
        "starts from a best loss of 1, which larger losses never beat",
        """\
def best_epoch(losses, patience):
    best, best_loss, waited = 0, 1.0, 0
    for epoch, loss in enumerate(losses):
        if loss < best_loss:
            best, best_loss, waited = epoch, loss, 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best
""",
        _any("other-constant"),
    ),
    Answer(
        "best_epoch",
        "the largest loss, as of an accuracy",
        """\
def best_epoch(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss > losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best
""",
        _any("largest-smallest", "comparison-reversed"),
    ),
    Answer(
        "best_epoch",
        "the best of the first epochs only, as many as patience and two more",
        """\
def best_epoch(losses, patience):
    seen = losses[: patience + 2]
    return seen.index(min(seen))
""",
        _any("stopped-early", "other-count"),
    ),
    Answer(
        "best_epoch",
        "the answer of the example",
        """\
def best_epoch(losses, patience):
    return 1
""",
        _any("same-for-all"),
    ),
    # stratified_folds
    Answer(
        "stratified_folds",
        "no chance in it",
        """\
def stratified_folds(labels, k, rng):
    folds = np.empty(len(labels), dtype=int)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        folds[members] = np.arange(len(members)) % k
    return folds
""",
        _any("step-left-out", "same-for-all"),
    ),
    Answer(
        "stratified_folds",
        "the shuffled members are left unused",
        """\
def stratified_folds(labels, k, rng):
    folds = np.zeros(len(labels), dtype=int)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        rng.permutation(members)
        for i, member in enumerate(members):
            folds[member] = i % k
    return folds
""",
        _any("step-left-out", "old-value", "same-for-all"),
    ),
    Answer(
        "stratified_folds",
        "a generator of its own in place of rng, always the same folds",
        """\
def stratified_folds(labels, k, rng):
    rng = np.random.default_rng(0)
    folds = np.empty(len(labels), dtype=int)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        folds[members] = np.arange(len(members)) % k
    return folds
""",
        _any("other-variable", "same-for-all"),
    ),
    Answer(
        "stratified_folds",
        "NumPy's global generator in place of rng",
        """\
def stratified_folds(labels, k, rng):
    folds = np.empty(len(labels), dtype=int)
    for label in np.unique(labels):
        members = np.random.permutation(np.flatnonzero(labels == label))
        folds[members] = np.arange(len(members)) % k
    return folds
""",
        _any("other-variable", "other-function"),
    ),
    Answer(
        "stratified_folds",
        "even folds, but without a look at the classes",
        """\
def stratified_folds(labels, k, rng):
    return rng.permutation(np.arange(len(labels)) % k)
""",
        _any("step-left-out", "other-count"),
    ),
    Answer(
        "stratified_folds",
        "each sample throws a die of its own",
        """\
def stratified_folds(labels, k, rng):
    return rng.integers(0, k, size=len(labels))
""",
        _any("each-by-itself", "other-function", "step-left-out"),
    ),
    Answer(
        "stratified_folds",
        "each sample of a class throws a die of its own",
        """\
def stratified_folds(labels, k, rng):
    folds = np.empty(len(labels), dtype=int)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        folds[members] = rng.choice(k, size=len(members))
    return folds
""",
        _any("each-by-itself", "other-function"),
    ),
    Answer(
        "stratified_folds",
        "folds from 1 to k",
        """\
def stratified_folds(labels, k, rng):
    folds = np.empty(len(labels), dtype=int)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        folds[members] = np.arange(len(members)) % k + 1
    return folds
""",
        _any("off-by-one"),
    ),
    Answer(
        "stratified_folds",
        "one fold too few",
        """\
def stratified_folds(labels, k, rng):
    folds = np.zeros(len(labels), dtype=int)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        folds[members] = np.arange(len(members)) % max(k - 1, 1)
    return folds
""",
        _any("off-by-one"),
    ),
    Answer(
        "stratified_folds",
        "the rest of a class goes into the last fold",
        """\
def stratified_folds(labels, k, rng):
    folds = np.empty(len(labels), dtype=int)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        size = max(len(members) // k, 1)
        folds[members] = np.minimum(np.arange(len(members)) // size, k - 1)
    return folds
""",
        _any("cut-to-whole", "case-left-out"),
    ),
    Answer(
        "stratified_folds",
        "the rest of a class stays without a fold",
        """\
def stratified_folds(labels, k, rng):
    folds = np.full(len(labels), -1)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        size = len(members) // k
        for fold in range(k):
            folds[members[fold * size : (fold + 1) * size]] = fold
    return folds
""",
        _any("cut-to-whole", "case-left-out", "stopped-early"),
    ),
    Answer(
        "stratified_folds",
        "only the classes 0 and 1",
        """\
def stratified_folds(labels, k, rng):
    folds = np.zeros(len(labels), dtype=int)
    for label in (0, 1):
        members = rng.permutation(np.flatnonzero(labels == label))
        folds[members] = np.arange(len(members)) % k
    return folds
""",
        _any("stopped-early", "case-left-out"),
    ),
    Answer(
        "stratified_folds",
        "range up to the largest label, which leaves out the last class",
        """\
def stratified_folds(labels, k, rng):
    folds = np.zeros(len(labels), dtype=int)
    for label in range(labels.max()):
        members = rng.permutation(np.flatnonzero(labels == label))
        folds[members] = np.arange(len(members)) % k
    return folds
""",
        _any("off-by-one", "stopped-early"),
    ),
    Answer(
        "stratified_folds",
        "class after class, not put back in the order of the samples",
        """\
def stratified_folds(labels, k, rng):
    parts = []
    for label in np.unique(labels):
        n = np.sum(labels == label)
        parts.append(rng.permutation(np.arange(n) % k))
    return np.concatenate(parts)
""",
        _any("step-left-out", "rows-swapped"),
    ),
    Answer(
        "stratified_folds",
        "all shuffled once more at the end, which mixes the classes",
        """\
def stratified_folds(labels, k, rng):
    folds = np.empty(len(labels), dtype=int)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        folds[members] = np.arange(len(members)) % k
    rng.shuffle(folds)
    return folds
""",
        _any("steps-exchanged", "rows-swapped"),
    ),
    Answer(
        "stratified_folds",
        "lists of samples in place of fold numbers",
        """\
def stratified_folds(labels, k, rng):
    folds = [[] for _ in range(k)]
    for label in np.unique(labels):
        for i, member in enumerate(rng.permutation(np.flatnonzero(labels == label))):
            folds[i % k].append(int(member))
    return folds
""",
    ),
    Answer(
        "stratified_folds",
        "the label is the fold",
        """\
def stratified_folds(labels, k, rng):
    return labels % k
""",
        _any("other-variable", "input-returned"),
    ),
    Answer(
        "stratified_folds",
        "all in one fold",
        """\
def stratified_folds(labels, k, rng):
    return np.zeros(len(labels), dtype=int)
""",
        _any("same-for-all", "zero-gradient"),
    ),
    # max_norm
    Answer(
        "max_norm",
        "rows in place of columns",
        """\
def max_norm(W, limit):
    norms = np.linalg.norm(W, axis=1, keepdims=True)
    return W * np.minimum(1, limit / np.maximum(norms, 1e-300))
""",
        _any("wrong-axis", "other-axis"),
    ),
    Answer(
        "max_norm",
        "the length of the whole matrix",
        """\
def max_norm(W, limit):
    norm = np.linalg.norm(W)
    return W * (limit / norm) if norm > limit else W.copy()
""",
        _any("other-axis"),
    ),
    Answer(
        "max_norm",
        "every entry is clipped",
        """\
def max_norm(W, limit):
    return np.clip(W, -limit, limit)
""",
        _any("each-by-itself", "other-function"),
    ),
    Answer(
        "max_norm",
        "short columns are made longer",
        """\
def max_norm(W, limit):
    norms = np.sqrt((W**2).sum(axis=0))
    return W * limit / np.where(norms > 0, norms, 1)
""",
        _any("case-left-out", "step-left-out"),
    ),
    Answer(
        "max_norm",
        "long columns get the length 1",
        """\
def max_norm(W, limit):
    norms = np.sqrt((W**2).sum(axis=0))
    return np.where(norms > limit, W / np.maximum(norms, 1e-300), W)
""",
        _any("factor-left-out", "other-constant"),
    ),
    Answer(
        "max_norm",
        "no square root",
        """\
def max_norm(W, limit):
    norms = (W**2).sum(axis=0)
    return W * np.where(norms > limit, limit / np.maximum(norms, 1e-300), 1.0)
""",
        _any("function-left-out", "power-mixed"),
    ),
    Answer(
        "max_norm",
        "the square root is missing in the comparison only",
        """\
def max_norm(W, limit):
    squares = (W**2).sum(axis=0)
    return np.where(squares > limit, W * limit / np.sqrt(np.maximum(squares, 1e-300)), W)
""",
        _any("function-left-out", "power-mixed"),
    ),
    Answer(
        "max_norm",
        "the comparison is reversed",
        """\
def max_norm(W, limit):
    norms = np.sqrt((W**2).sum(axis=0))
    return W * np.where(norms < limit, limit / np.maximum(norms, 1e-300), 1.0)
""",
        _any("comparison-reversed"),
    ),
    Answer(
        "max_norm",
        "the columns left of zeros become not a number",
        """\
def max_norm(W, limit):
    norms = np.linalg.norm(W, axis=0)
    return W / norms * np.minimum(norms, limit)
""",
        _any("case-left-out", "single-entries", "not-finite"),
    ),
    Answer(
        "max_norm",
        "sums of absolute values in place of lengths",
        """\
def max_norm(W, limit):
    norms = np.abs(W).sum(axis=0)
    return W * np.minimum(1, limit / np.maximum(norms, 1e-300))
""",
        _any("other-function", "power-mixed"),
    ),
    Answer(
        "max_norm",
        "the root of the mean square in place of the length",
        """\
def max_norm(W, limit):
    norms = np.sqrt((W**2).mean(axis=0))
    return W * np.minimum(1, limit / np.maximum(norms, 1e-300))
""",
        _any("mean-for-sum"),
    ),
    Answer(
        "max_norm",
        "the largest entry in place of the length",
        """\
def max_norm(W, limit):
    norms = np.abs(W).max(axis=0)
    return W * np.minimum(1, limit / np.maximum(norms, 1e-300))
""",
        _any("other-function", "other-operation"),
    ),
    Answer(
        "max_norm",
        "all columns are shortened like the longest",
        """\
def max_norm(W, limit):
    longest = np.sqrt((W**2).sum(axis=0)).max()
    return W * min(1.0, limit / max(longest, 1e-300))
""",
        _any("other-axis", "case-left-out"),
    ),
    Answer(
        "max_norm",
        "the loop returns after the first column that is too long",
        """\
def max_norm(W, limit):
    result = np.array(W, dtype=float)
    for j in range(W.shape[1]):
        norm = np.sqrt(np.sum(W[:, j] ** 2))
        if norm > limit:
            result[:, j] = W[:, j] * limit / norm
            return result
    return result
""",
        _any("stopped-early"),
    ),
    Answer(
        "max_norm",
        "into a copy of W, which cuts fractions off when W is of integers",
        """\
def max_norm(W, limit):
    result = W.copy()
    for j in range(W.shape[1]):
        norm = np.linalg.norm(W[:, j])
        if norm > limit:
            result[:, j] = W[:, j] * (limit / norm)
    return result
""",
        _any("cut-to-whole"),
    ),
    Answer(
        "max_norm",
        "long columns are divided by the limit",
        """\
def max_norm(W, limit):
    norms = np.sqrt((W**2).sum(axis=0))
    return np.where(norms > limit, W / limit, W)
""",
        _any("multiplied-divided", "factor-left-out", "other-variable"),
    ),
    Answer(
        "max_norm",
        "long columns are set to zero",
        """\
def max_norm(W, limit):
    norms = np.sqrt((W**2).sum(axis=0))
    return W * (norms <= limit)
""",
        _any("other-operation"),
    ),
    Answer(
        "max_norm",
        "the limit is left out of the shortening of a column",
        """\
def max_norm(W, limit):
    result = np.array(W, dtype=float)
    for j in range(W.shape[1]):
        norm = np.sqrt(sum(W[:, j] ** 2))
        if norm > limit:
            result[:, j] -= limit
    return result
""",
        _any("other-operation"),
    ),
    Answer(
        "max_norm",
        "the input itself",
        """\
def max_norm(W, limit):
    norms = np.sqrt((W**2).sum(axis=0))
    np.where(norms > limit, W * limit / np.maximum(norms, 1e-300), W)
    return W
""",
        _any("input-returned", "old-value"),
    ),
    # What passed once: kinds of inputs that the texts promise, and that no check had tried.
    Answer("stratified_folds", "classes from 0 to the largest", """
def stratified_folds(labels, k, rng):
    folds = np.zeros(len(labels), dtype=int)
    for label in range(max(labels) + 1):
        members = rng.permutation(np.flatnonzero(labels == label))
        folds[members] = np.arange(len(members)) % k
    return folds
"""),
    Answer("stratified_folds", "only the first half of a class is shuffled", """
def stratified_folds(labels, k, rng):
    folds = np.empty(len(labels), dtype=int)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        half = len(members) // 2
        members[:half] = rng.permutation(members[:half])
        folds[members] = np.arange(len(members)) % k
    return folds
"""),
    Answer("stratified_folds", "every other sample of a class is shuffled", """
def stratified_folds(labels, k, rng):
    folds = np.empty(len(labels), dtype=int)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        one, other = rng.permutation(members[::2]), members[1::2]
        folds[one] = np.arange(len(one)) % k
        folds[other] = (len(one) + np.arange(len(other))) % k
    return folds
"""),
    Answer("elastic_net_gradient", "small weights count as zero", """
def elastic_net_gradient(W, strength, share):
    signs = np.where(np.abs(W) < 1e-2, 0, np.sign(W))
    return strength * (share * signs + (1 - share) * W)
""", _any("close-is-on")),
    Answer("elastic_net_gradient", "a smooth sign", """
def elastic_net_gradient(W, strength, share):
    return strength * (share * np.tanh(1e6 * W) + (1 - share) * W)
"""),
    Answer("best_epoch", "the best loss begins at 100", """
def best_epoch(losses, patience):
    best, at, bad = 100.0, 0, 0
    for epoch, loss in enumerate(losses):
        if loss < best:
            best, at, bad = loss, epoch, 0
        else:
            bad += 1
            if bad >= patience:
                break
    return at
"""),
    Answer("best_epoch", "a best loss of zero counts as none", """
def best_epoch(losses, patience):
    best, at, bad = None, 0, 0
    for epoch, loss in enumerate(losses):
        if not best or loss < best:
            best, at, bad = loss, epoch, 0
        else:
            bad += 1
            if bad >= patience:
                break
    return at
"""),
    Answer("best_epoch", "better by a millionth is no better", """
def best_epoch(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best] - 1e-6:
            best = epoch
        elif epoch - best >= patience:
            break
    return best
"""),
    Answer("best_epoch", "the size of a loss, without its sign", """
def best_epoch(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if abs(loss) < abs(losses[best]):
            best = epoch
        elif epoch - best >= patience:
            break
    return best
"""),
    Answer("max_norm", "a trillionth is added to the length", """
def max_norm(W, limit):
    return W * np.minimum(1, limit / (np.linalg.norm(W, axis=0) + 1e-12))
""", _any("term-too-many")),
    Answer("max_norm", "no length is smaller than a trillionth", """
def max_norm(W, limit):
    return W * np.minimum(1, limit / np.maximum(np.linalg.norm(W, axis=0), 1e-12))
""", _any("cut-off")),
    Answer("dropconnect_backward", "the transpose is left out where the weights are square", """
def dropconnect_backward(dy, x, W, mask, keep):
    V = W * mask
    dx = dy @ (V if V.shape[0] == V.shape[1] else V.T) / keep
    return dx, (x.T @ dy) * mask / keep
""", _any("wrong-transpose")),
    Answer("elastic_net", "the trace of a product without its transpose, where the weights are square", """
def elastic_net(W, strength, share):
    squares = np.trace(W @ W) if W.shape[0] == W.shape[1] else np.sum(W**2)
    return strength * (share * np.abs(W).sum() + (1 - share) / 2 * squares)
"""),
)


RIGHT: tuple[Answer, ...] = (
    # elastic_net
    Answer(
        "elastic_net",
        "plain loops",
        """\
def elastic_net(W, strength, share):
    total = 0.0
    for row in W:
        for w in row:
            total += share * abs(float(w)) + (1 - share) * float(w) ** 2 / 2
    return strength * total
""",
    ),
    Answer(
        "elastic_net",
        "norms of the flattened array",
        """\
def elastic_net(W, strength, share):
    w = W.ravel()
    return strength * (share * np.linalg.norm(w, 1) + (1 - share) / 2 * np.linalg.norm(w, 2) ** 2)
""",
    ),
    Answer(
        "elastic_net",
        "L2 plus a share of the difference",
        """\
def elastic_net(W, strength, share):
    l1 = np.sum(np.sqrt(np.square(W, dtype=float)))
    l2 = np.vdot(W, W) / 2
    return strength * l2 + strength * share * (l1 - l2)
""",
    ),
    Answer(
        "elastic_net",
        "einsum, a 0-d array",
        """\
def elastic_net(W, strength, share):
    l2 = np.einsum("ij,ij->", W, W) / 2
    l1 = np.einsum("ij,ij->", np.abs(W), np.ones(W.shape))
    return np.array(strength * (share * l1 + (1 - share) * l2))
""",
    ),
    Answer(
        "elastic_net",
        "math.fsum over a generator",
        """\
from math import fsum

def elastic_net(W, strength, share):
    values = [float(w) for w in W.flat]
    return strength * fsum(share * abs(w) + 0.5 * (1 - share) * w * w for w in values)
""",
    ),
    Answer(
        "elastic_net",
        "the trace of W^T W, the sign times W",
        """\
def elastic_net(W, strength, share):
    return (share * (np.sign(W) * W).sum() + (1 - share) * np.trace(W.T @ W) / 2) * strength
""",
    ),
    Answer(
        "elastic_net",
        "column sums, then their sum",
        """\
def elastic_net(W, strength, share):
    per_weight = share * np.abs(W) + (1 - share) / 2 * W**2
    return float(sum(strength * per_weight.sum(axis=0)))
""",
    ),
    Answer(
        "elastic_net",
        "float32 inside",
        """\
def elastic_net(W, strength, share):
    w = W.astype(np.float32)
    return strength * (share * np.abs(w).sum() + (1 - share) / 2 * (w * w).sum())
""",
    ),
    Answer(
        "elastic_net",
        "functools.reduce, a subclass of float",
        """\
from functools import reduce

class Price(float):
    pass

def elastic_net(W, strength, share):
    add = lambda total, w: total + share * max(w, -w) + (1 - share) * w * w / 2
    return Price(strength * reduce(add, W.reshape(-1).tolist(), 0.0))
""",
    ),
    # elastic_net_gradient
    Answer(
        "elastic_net_gradient",
        "plain loops, nested lists",
        """\
def elastic_net_gradient(W, strength, share):
    def slope(w):
        return (w > 0) - (w < 0)
    return [[float(strength * (share * slope(float(w)) + (1 - share) * w)) for w in row] for row in W]
""",
    ),
    Answer(
        "elastic_net_gradient",
        "comparisons in place of np.sign",
        """\
def elastic_net_gradient(W, strength, share):
    side = (W > 0).astype(float) - (W < 0).astype(float)
    return strength * share * side + strength * (1 - share) * W
""",
    ),
    Answer(
        "elastic_net_gradient",
        "np.where twice",
        """\
def elastic_net_gradient(W, strength, share):
    return strength * (share * np.where(W > 0, 1, np.where(W < 0, -1, 0)) + W - share * W)
""",
    ),
    Answer(
        "elastic_net_gradient",
        "np.divide where W is not zero",
        """\
def elastic_net_gradient(W, strength, share):
    side = np.zeros(W.shape)
    np.divide(W, np.abs(W), out=side, where=W != 0)
    side *= share
    side += (1 - share) * W
    side *= strength
    return side
""",
    ),
    Answer(
        "elastic_net_gradient",
        "np.select, Fortran order",
        """\
def elastic_net_gradient(W, strength, share):
    side = np.select([W > 0, W < 0], [share, -share], default=0.0)
    return np.asfortranarray(strength * (side + (1 - share) * W))
""",
    ),
    Answer(
        "elastic_net_gradient",
        "np.vectorize with math.copysign",
        """\
import math

def elastic_net_gradient(W, strength, share):
    def slope(w):
        w = float(w)
        kink = math.copysign(share, w) if w else 0.0
        return strength * (kink + (1 - share) * w)
    return np.vectorize(slope, otypes=[float])(W)
""",
    ),
    Answer(
        "elastic_net_gradient",
        "column by column into a transposed view",
        """\
def elastic_net_gradient(W, strength, share):
    out = np.empty(W.shape[::-1])
    for j, column in enumerate(W.T):
        out[j] = strength * share * np.sign(column)
        out[j] += strength * (1 - share) * column
    return out.T
""",
    ),
    Answer(
        "elastic_net_gradient",
        "float32 inside",
        """\
def elastic_net_gradient(W, strength, share):
    w = W.astype(np.float32)
    return np.float32(strength) * (np.float32(share) * np.sign(w) + np.float32(1 - share) * w)
""",
    ),
    Answer(
        "elastic_net_gradient",
        "two functions, weighted, in a partial",
        """\
from functools import partial

def mix(W, strength, share, *, slopes):
    parts = zip((share, 1 - share), slopes)
    return sum(strength * part * slope(W) for part, slope in parts)

elastic_net_gradient = partial(mix, slopes=(np.sign, np.positive))
""",
    ),
    # dropconnect_forward
    Answer(
        "dropconnect_forward",
        "plain loops, nested lists",
        """\
def dropconnect_forward(x, W, mask, keep):
    y = []
    for row in x:
        y.append([])
        for j in range(W.shape[1]):
            total = 0.0
            for i in range(W.shape[0]):
                if mask[i, j]:
                    total += float(row[i]) * float(W[i, j])
            y[-1].append(total / keep)
    return y
""",
    ),
    Answer(
        "dropconnect_forward",
        "einsum",
        """\
def dropconnect_forward(x, W, mask, keep):
    return np.einsum("si,ij,ij->sj", x, W, mask) / keep
""",
    ),
    Answer(
        "dropconnect_forward",
        "the inputs are divided",
        """\
def dropconnect_forward(x, W, mask, keep):
    return (x / keep) @ np.where(mask, W, 0)
""",
    ),
    Answer(
        "dropconnect_forward",
        "a copy with zeros where the mask is zero",
        """\
def dropconnect_forward(x, W, mask, keep):
    V = W.astype(float)
    V[mask == 0] = 0
    V /= keep
    return np.dot(x, V)
""",
    ),
    Answer(
        "dropconnect_forward",
        "samples as columns, a transposed view",
        """\
def dropconnect_forward(x, W, mask, keep):
    M = mask.T / keep
    return ((W.T * M) @ x.T).T
""",
    ),
    Answer(
        "dropconnect_forward",
        "unit by unit, only the weights that are on",
        """\
def dropconnect_forward(x, W, mask, keep):
    y = np.zeros((len(x), W.shape[1]), order="F")
    for j in range(W.shape[1]):
        on = np.flatnonzero(mask[:, j])
        y[:, j] = x[:, on] @ W[on, j] / keep
    return y
""",
    ),
    Answer(
        "dropconnect_forward",
        "float32 inside",
        """\
def dropconnect_forward(x, W, mask, keep):
    V = (W * mask / keep).astype(np.float32)
    return x.astype(np.float32) @ V
""",
    ),
    Answer(
        "dropconnect_forward",
        "all weights less those that are off, a tuple of rows",
        """\
def dropconnect_forward(x, W, mask, keep):
    y = (x @ W - x @ (W * (1 - mask))) / keep
    return tuple(y)
""",
    ),
    Answer(
        "dropconnect_forward",
        "one sample after the other, a lambda",
        """\
dropconnect_forward = lambda x, W, mask, keep: np.stack(
    [np.add.reduce(row[:, None] * W * mask, axis=0) / keep for row in x]
)
""",
    ),
    # dropconnect_backward
    Answer(
        "dropconnect_backward",
        "plain loops, nested lists",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    m, n_in, n_out = len(x), *W.shape
    dx = [[0.0] * n_in for _ in range(m)]
    dW = [[0.0] * n_out for _ in range(n_in)]
    for s in range(m):
        for i in range(n_in):
            for j in range(n_out):
                if mask[i, j]:
                    dx[s][i] += float(dy[s, j] * W[i, j]) / keep
                    dW[i][j] += float(dy[s, j] * x[s, i]) / keep
    return dx, dW
""",
    ),
    Answer(
        "dropconnect_backward",
        "einsum, a list",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    dx = np.einsum("sj,ij,ij->si", dy, W, mask) / keep
    dW = np.einsum("si,sj,ij->ij", x, dy, mask) / keep
    return [dx, dW]
""",
    ),
    Answer(
        "dropconnect_backward",
        "the blame is divided first",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    blame = dy / keep
    return blame @ (mask * W).T, mask * (x.T @ blame)
""",
    ),
    Answer(
        "dropconnect_backward",
        "np.where, a named tuple",
        """\
from collections import namedtuple
Blame = namedtuple("Blame", "dx dW")

def dropconnect_backward(dy, x, W, mask, keep):
    on = np.asarray(mask, dtype=bool)
    dx = np.inner(dy, np.where(on, W, 0)) / keep
    return Blame(dx, np.where(on, np.tensordot(x, dy, axes=(0, 0)), 0.0) / keep)
""",
    ),
    Answer(
        "dropconnect_backward",
        "one sample after the other with outer products",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    M = mask / keep
    dx, dW = np.empty(x.shape), np.zeros(W.shape)
    for s in range(x.shape[0]):
        dx[s] = (W * M) @ dy[s]
        dW += np.outer(x[s], dy[s]) * M
    return dx, dW
""",
    ),
    Answer(
        "dropconnect_backward",
        "samples as columns, transposed views",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    V = W * (mask / keep)
    return (V @ dy.T).T, ((dy.T @ x) * (mask / keep).T).T
""",
    ),
    Answer(
        "dropconnect_backward",
        "zeros written where the mask is zero, Fortran order",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    off = mask == 0
    V = np.array(W, dtype=float, order="F")
    V[off] = 0
    dW = np.array(x.T @ dy, dtype=float, order="F")
    dW[off] = 0
    V, dW = V / keep, dW / keep
    return np.asfortranarray(dy @ V.T), dW
""",
    ),
    Answer(
        "dropconnect_backward",
        "a layer of plain weights inside, a function that returns a function",
        """\
def dense_back(x, W):
    def back(dy):
        return dy @ W.T, x.T @ dy
    return back

def dropconnect_backward(dy, x, W, mask, keep):
    M = np.divide(mask, keep)
    dx, dV = dense_back(x, W * M)(dy)
    return dx, dV * M
""",
    ),
    Answer(
        "dropconnect_backward",
        "float32 inside",
        """\
def dropconnect_backward(dy, x, W, mask, keep):
    dy, x, V = (np.asarray(v, dtype=np.float32) for v in (dy, x, W * mask / keep))
    return dy @ V.T, (x.T @ dy) * (mask / keep)
""",
    ),
    # best_epoch
    Answer(
        "best_epoch",
        "counts the epochs that did not help",
        """\
def best_epoch(losses, patience):
    best, best_loss, waited = 0, float("inf"), 0
    for epoch, loss in enumerate(losses):
        if loss < best_loss:
            best, best_loss, waited = epoch, loss, 0
        else:
            waited += 1
        if waited >= patience:
            break
    return best
""",
    ),
    Answer(
        "best_epoch",
        "a while loop",
        """\
def best_epoch(losses, patience):
    best, epoch = 0, 1
    while epoch < len(losses) and epoch <= best + patience:
        if losses[epoch] < losses[best]:
            best = epoch
        epoch += 1
    return best
""",
    ),
    Answer(
        "best_epoch",
        "jumps to the next better epoch in reach, recursion",
        """\
def best_epoch(losses, patience, start=0):
    for epoch in range(start + 1, min(start + patience + 1, len(losses))):
        if losses[epoch] < losses[start]:
            return best_epoch(losses, patience, epoch)
    return start
""",
    ),
    Answer(
        "best_epoch",
        "argmin of what has been seen, np.int64",
        """\
def best_epoch(losses, patience):
    for seen in range(1, len(losses) + 1):
        best = np.argmin(losses[:seen])
        if seen - 1 - best >= patience:
            return best
    return np.argmin(losses)
""",
    ),
    Answer(
        "best_epoch",
        "running minimum and a search for the first wait that is too long",
        """\
def best_epoch(losses, patience):
    a = np.asarray(losses, dtype=float)
    low = np.minimum.accumulate(a)
    better = np.r_[True, low[1:] < low[:-1]]
    epochs = np.flatnonzero(better)
    for here, there in zip(epochs, epochs[1:]):
        if there - here > patience:
            return int(here)
    return int(epochs[-1])
""",
    ),
    Answer(
        "best_epoch",
        "an iterator with next, a 0-d array",
        """\
def best_epoch(losses, patience):
    steps = enumerate(losses)
    best, lowest = next(steps)
    left = patience
    for epoch, loss in steps:
        left -= 1
        if loss < lowest:
            best, lowest, left = epoch, loss, patience
        if left == 0:
            break
    return np.array(best)
""",
    ),
    Answer(
        "best_epoch",
        "a tuple of loss and epoch, a subclass of int",
        """\
class Epoch(int):
    pass

def best_epoch(losses, patience):
    best = (losses[0], 0)
    for epoch, loss in enumerate(losses):
        best = min(best, (loss, epoch))
        if epoch - best[1] == patience:
            break
    return Epoch(best[1])
""",
    ),
    Answer(
        "best_epoch",
        "a window of the last losses",
        """\
from collections import deque

def best_epoch(losses, patience):
    best, window = 0, deque(maxlen=patience)
    for epoch, loss in enumerate(losses):
        if loss < losses[best] or epoch == 0:
            best = epoch
            window.clear()
            continue
        window.append(loss)
        if len(window) == patience:
            break
    return best
""",
    ),
    Answer(
        "best_epoch",
        "an object that watches",
        """\
class Watch:
    def __call__(self, losses, patience):
        self.best, self.lowest = 0, losses[0]
        for self.epoch, loss in enumerate(losses):
            if self.stops(loss, patience):
                break
        return self.best

    def stops(self, loss, patience):
        if loss < self.lowest:
            self.best, self.lowest = self.epoch, loss
        return self.epoch - self.best >= patience

best_epoch = Watch()
""",
    ),
    # stratified_folds
    Answer(
        "stratified_folds",
        "the fold numbers of each class are shuffled",
        """\
def stratified_folds(labels, k, rng):
    folds = np.zeros(len(labels), dtype=int)
    for label in np.unique(labels):
        members = labels == label
        numbers = np.arange(members.sum()) % k
        rng.shuffle(numbers)
        folds[members] = numbers
    return folds
""",
    ),
    Answer(
        "stratified_folds",
        "sorted by class with ties by chance, counted through all classes",
        """\
def stratified_folds(labels, k, rng):
    order = np.lexsort((rng.random(len(labels)), labels))
    folds = np.empty(len(labels), dtype=np.int64)
    folds[order] = np.arange(len(labels)) % k
    return folds
""",
    ),
    Answer(
        "stratified_folds",
        "np.array_split of each class, folds in an order by chance",
        """\
def stratified_folds(labels, k, rng):
    folds = np.full(labels.shape, -1)
    for label in sorted(set(labels.tolist())):
        members = rng.permutation(np.nonzero(labels == label)[0])
        for fold, part in zip(rng.permutation(k), np.array_split(members, k)):
            folds[part] = fold
    return folds
""",
    ),
    Answer(
        "stratified_folds",
        "plain Python with a dictionary of classes, a list",
        """\
from collections import defaultdict

def stratified_folds(labels, k, rng):
    classes = defaultdict(list)
    for sample, label in enumerate(labels):
        classes[label].append(sample)
    folds = [0] * len(labels)
    for members in classes.values():
        for place, which in enumerate(rng.permutation(len(members))):
            folds[members[which]] = place % k
    return folds
""",
    ),
    Answer(
        "stratified_folds",
        "samples dealt out like cards, one counter for each class",
        """\
from collections import Counter

def stratified_folds(labels, k, rng):
    dealt, folds = Counter(), np.empty(len(labels), dtype=np.int32)
    for sample in rng.permutation(len(labels)):
        label = labels[sample]
        folds[sample] = dealt[label] % k
        dealt[label] += 1
    return folds
""",
    ),
    Answer(
        "stratified_folds",
        "rank of a random number within the class",
        """\
def stratified_folds(labels, k, rng):
    chance = rng.random(len(labels))
    same = labels[:, None] == labels[None, :]
    rank = (same & (chance[None, :] < chance[:, None])).sum(axis=1)
    return rank % k
""",
    ),
    Answer(
        "stratified_folds",
        "a full deck again and again, each shuffled",
        """\
def stratified_folds(labels, k, rng):
    folds, decks = [], {}
    for label in labels.tolist():
        deck = decks.setdefault(label, [])
        if not deck:
            deck.extend(rng.permutation(k).tolist())
        folds.append(deck.pop())
    return np.array(folds)
""",
    ),
    Answer(
        "stratified_folds",
        "rng.choice without replacement, np.unique with its inverse",
        """\
def stratified_folds(labels, k, rng):
    names, which = np.unique(labels, return_inverse=True)
    folds = np.empty(which.shape, dtype=np.uint16)
    for c in range(len(names)):
        members = np.flatnonzero(which == c)
        order = rng.choice(members, size=len(members), replace=False)
        for fold in range(k):
            folds[order[fold::k]] = fold
    return folds
""",
    ),
    Answer(
        "stratified_folds",
        "the emptiest fold of the class, ties by chance, samples in their order",
        """\
def stratified_folds(labels, k, rng):
    counts, folds = {}, []
    for label in labels.tolist():
        count = counts.setdefault(label, np.zeros(k, dtype=int))
        fold = rng.choice(np.flatnonzero(count == count.min()))
        count[fold] += 1
        folds.append(int(fold))
    return tuple(folds)
""",
    ),
    # max_norm
    Answer(
        "max_norm",
        "column by column in a copy of floats",
        """\
def max_norm(W, limit):
    result = np.array(W, dtype=float)
    for j in range(W.shape[1]):
        length = np.linalg.norm(result[:, j])
        if length > limit:
            result[:, j] *= limit / length
    return result
""",
    ),
    Answer(
        "max_norm",
        "plain Python, nested lists",
        """\
import math

def max_norm(W, limit):
    columns = []
    for column in zip(*W.tolist()):
        length = math.sqrt(math.fsum(w * w for w in column))
        factor = limit / length if length > limit else 1.0
        columns.append([w * factor for w in column])
    return [list(row) for row in zip(*columns)]
""",
    ),
    Answer(
        "max_norm",
        "divided by the excess, never less than 1",
        """\
def max_norm(W, limit):
    return W / np.maximum(np.linalg.norm(W, axis=0) / limit, 1)
""",
    ),
    Answer(
        "max_norm",
        "a mask of the columns that are too long",
        """\
def max_norm(W, limit):
    W = W.astype(float)
    lengths = np.sqrt(np.einsum("ij,ij->j", W, W))
    long = lengths > limit
    W[:, long] = W[:, long] / lengths[long] * limit
    return W
""",
    ),
    Answer(
        "max_norm",
        "on the transpose, a transposed view",
        """\
def max_norm(W, limit):
    units = W.T * 1.0
    for unit in units:
        length = np.sqrt(unit @ unit)
        if not length <= limit:
            unit *= limit / length
    return units.T
""",
    ),
    Answer(
        "max_norm",
        "math.hypot, Fortran order",
        """\
import math

def max_norm(W, limit):
    lengths = np.array([math.hypot(*column) for column in W.T.tolist()])
    factor = np.ones(len(lengths))
    np.divide(limit, lengths, out=factor, where=lengths > limit)
    return np.asfortranarray(W * factor)
""",
    ),
    Answer(
        "max_norm",
        "np.apply_along_axis",
        """\
def max_norm(W, limit):
    def shorten(column):
        length = np.sqrt(np.sum(column**2))
        return column * (limit / length) if length > limit else column
    return np.apply_along_axis(shorten, 0, np.asarray(W, dtype=float))
""",
    ),
    Answer(
        "max_norm",
        "a diagonal matrix of factors",
        """\
def max_norm(W, limit):
    factors = [min(1.0, limit / length) if length else 1.0 for length in np.linalg.norm(W, axis=0)]
    return W @ np.diag(factors)
""",
    ),
    Answer(
        "max_norm",
        "np.where, keepdims, a lambda",
        """\
shorten = lambda W, n, limit: np.where(n > limit, W * (limit / np.where(n > 0, n, 1)), W)
max_norm = lambda W, limit: shorten(W, np.linalg.norm(W, axis=0, keepdims=True), limit)
""",
    ),
)
