"""Answers to the exercise on losses."""

from __future__ import annotations

from answers import Answer


def _any(*names: str) -> frozenset[str]:
    """The causes that a teacher would accept."""
    return frozenset(names)


WRONG: tuple[Answer, ...] = (
    # ------------------------------------------------------------------ mean_absolute_error
    Answer(
        "mean_absolute_error",
        "the mean over all entries: divided by the outputs as well",
        """\
def mean_absolute_error(output, target):
    return np.mean(np.abs(output - target))
""",
        _any("scaled", "other-count", "mean-for-sum", "other-axis"),
    ),
    Answer(
        "mean_absolute_error",
        "the sum without the mean over the samples",
        """\
def mean_absolute_error(output, target):
    return np.sum(np.abs(output - target))
""",
        _any("not-averaged", "scaled", "sum-for-mean", "times-samples", "factor-left-out", "step-left-out"),
    ),
    Answer(
        "mean_absolute_error",
        "divided by the number of outputs in place of the samples",
        """\
def mean_absolute_error(output, target):
    return np.abs(output - target).sum() / output.shape[1]
""",
        _any("scaled", "other-count", "other-axis", "other-variable", "sum-for-mean", "mean-for-sum"),
    ),
    Answer(
        "mean_absolute_error",
        "no absolute value: misses of opposite signs cancel",
        """\
def mean_absolute_error(output, target):
    return (output - target).sum() / len(output)
""",
        _any("function-left-out", "step-left-out"),
    ),
    Answer(
        "mean_absolute_error",
        "the absolute value of the sum in place of the sum of the absolute values",
        """\
def mean_absolute_error(output, target):
    total = 0.0
    for o, t in zip(output, target):
        total += abs((o - t).sum())
    return total / len(output)
""",
        _any("steps-exchanged"),
    ),
    Answer(
        "mean_absolute_error",
        "squares in place of absolute values",
        """\
def mean_absolute_error(output, target):
    return ((output - target) ** 2).sum() / len(output)
""",
        _any("power-mixed", "other-function", "function-left-out"),
    ),
    Answer(
        "mean_absolute_error",
        "the length of each sample's error vector: the root of the sum of squares",
        """\
def mean_absolute_error(output, target):
    return np.linalg.norm(output - target, axis=1).mean()
""",
        _any("other-function", "power-mixed"),
    ),
    Answer(
        "mean_absolute_error",
        "a half from the squared error",
        """\
def mean_absolute_error(output, target):
    return np.abs(output - target).sum() / (2 * len(output))
""",
        _any("factor-half", "scaled", "halved", "other-constant"),
    ),
    Answer(
        "mean_absolute_error",
        "the loop returns in its first turn: one sample only",
        """\
def mean_absolute_error(output, target):
    total = 0
    for o, t in zip(output, target):
        total += np.abs(o - t).sum()
        return total / len(output)
""",
        _any("only-one-sample", "stopped-early"),
    ),
    Answer(
        "mean_absolute_error",
        "one number per output: the mean over the samples without the sum over the outputs",
        """\
def mean_absolute_error(output, target):
    return np.abs(output - target).mean(axis=0)
""",
        _any("step-left-out", "function-left-out", "other-axis", "each-by-itself"),
    ),
    Answer(
        "mean_absolute_error",
        "squeeze: with a single output the target becomes (m,), and the sum runs over a table of all pairs",
        """\
def mean_absolute_error(output, target):
    target = target.squeeze()
    return np.abs(output - target).sum() / len(output)
""",
        _any("case-left-out", "other-count", "other-axis", "not-transposed"),
    ),
    Answer(
        "mean_absolute_error",
        "whole-number division of the sum",
        """\
def mean_absolute_error(output, target):
    return np.abs(output - target).sum() // len(output)
""",
        _any("cut-to-whole", "other-operation"),
    ),
    # ------------------------------------------------------------------ huber
    Answer(
        "huber",
        "the mean over all entries",
        """\
def huber(output, target, delta):
    e = np.abs(output - target)
    return np.where(e <= delta, 0.5 * e**2, delta * (e - 0.5 * delta)).mean()
""",
        _any("scaled", "other-count", "mean-for-sum", "other-axis"),
    ),
    Answer(
        "huber",
        "the sum without the mean over the samples",
        """\
def huber(output, target, delta):
    e = np.abs(output - target)
    return np.where(e <= delta, 0.5 * e**2, delta * (e - 0.5 * delta)).sum()
""",
        _any("not-averaged", "scaled", "sum-for-mean", "times-samples", "factor-left-out", "step-left-out"),
    ),
    Answer(
        "huber",
        "no absolute value: every negative miss counts as near zero",
        """\
def huber(output, target, delta):
    e = output - target
    return np.where(e <= delta, 0.5 * e**2, delta * (e - 0.5 * delta)).sum() / len(output)
""",
        _any("function-left-out", "step-left-out"),
    ),
    Answer(
        "huber",
        "the half of the squared part is left out",
        """\
def huber(output, target, delta):
    e = np.abs(output - target)
    return np.where(e <= delta, e**2, delta * (e - 0.5 * delta)).sum() / len(output)
""",
        _any("factor-left-out", "other-constant"),
    ),
    Answer(
        "huber",
        "the half of the straight part is left out: delta (e - delta)",
        """\
def huber(output, target, delta):
    e = np.abs(output - target)
    return np.where(e <= delta, 0.5 * e**2, delta * (e - delta)).sum() / len(output)
""",
        _any("factor-left-out", "other-constant"),
    ),
    Answer(
        "huber",
        "brackets forgotten: delta e - delta / 2, which agrees for delta = 1",
        """\
def huber(output, target, delta):
    e = np.abs(output - target)
    return np.where(e <= delta, 0.5 * e**2, delta * e - 0.5 * delta).sum() / len(output)
""",
        _any("factor-left-out", "power-mixed", "steps-exchanged", "parentheses-missing"),
    ),
    Answer(
        "huber",
        "the comparison is reversed",
        """\
def huber(output, target, delta):
    e = np.abs(output - target)
    return np.where(e >= delta, 0.5 * e**2, delta * (e - 0.5 * delta)).sum() / len(output)
""",
        _any("comparison-reversed"),
    ),
    Answer(
        "huber",
        "the square of the error is compared with delta",
        """\
def huber(output, target, delta):
    total = 0.0
    for o, t in zip(output.ravel(), target.ravel()):
        e = abs(o - t)
        if e**2 <= delta:
            total += e**2 / 2
        else:
            total += delta * (e - delta / 2)
    return total / len(output)
""",
        _any("power-mixed"),
    ),
    Answer(
        "huber",
        "applied to the length of the sample's error and not to each entry",
        """\
def huber(output, target, delta):
    e = np.sqrt(((output - target) ** 2).sum(axis=1))
    return np.where(e <= delta, 0.5 * e**2, delta * (e - 0.5 * delta)).mean()
""",
        _any("steps-exchanged", "other-function"),
    ),
    Answer(
        "huber",
        "one outlier makes the whole batch straight: the branch is chosen once",
        """\
def huber(output, target, delta):
    e = np.abs(output - target)
    if (e <= delta).all():
        loss = 0.5 * e**2
    else:
        loss = delta * (e - 0.5 * delta)
    return loss.sum() / len(output)
""",
        _any("case-left-out"),
    ),
    Answer(
        "huber",
        "delta is taken as 1 whatever is given",
        """\
def huber(output, target, delta):
    delta = 1.0
    e = np.abs(output - target)
    return np.where(e <= delta, 0.5 * e**2, delta * (e - 0.5 * delta)).sum() / len(output)
""",
        _any("other-constant", "other-variable"),
    ),
    Answer(
        "huber",
        "outside stands the bare error: the factor delta is left out",
        """\
def huber(output, target, delta):
    e = np.abs(output - target)
    return np.where(e <= delta, 0.5 * e**2, e - 0.5 * delta).sum() / len(output)
""",
        _any("factor-left-out"),
    ),
    Answer(
        "huber",
        "the error is clipped at delta and squared: outliers cost a constant",
        """\
def huber(output, target, delta):
    e = np.clip(output - target, -delta, delta)
    return 0.5 * (e**2).sum() / len(output)
""",
        _any("other-function", "case-left-out", "term-left-out"),
    ),
    # ------------------------------------------------------------------ huber_gradient
    Answer(
        "huber_gradient",
        "the 1/m is in the loss but not in the gradient",
        """\
def huber_gradient(output, target, delta):
    return np.clip(output - target, -delta, delta)
""",
        _any(
            "not-averaged",
            "scaled",
            "sum-for-mean",
            "times-samples",
            "factor-left-out",
            "step-left-out",
            "factor-missing",
        ),
    ),
    Answer(
        "huber_gradient",
        "divided by the number of all entries",
        """\
def huber_gradient(output, target, delta):
    return np.clip(output - target, -delta, delta) / output.size
""",
        _any("scaled", "other-count", "mean-for-sum", "other-variable"),
    ),
    Answer(
        "huber_gradient",
        "divided by m before it is clipped",
        """\
def huber_gradient(output, target, delta):
    return np.clip((output - target) / len(output), -delta, delta)
""",
        _any("single-entries", "steps-exchanged"),
    ),
    Answer(
        "huber_gradient",
        "target minus output",
        """\
def huber_gradient(output, target, delta):
    return np.clip(target - output, -delta, delta) / len(output)
""",
        _any("sign", "uphill", "turned-sign", "sign-inside"),
    ),
    Answer(
        "huber_gradient",
        "clipped only from above: large negative misses come through whole",
        """\
def huber_gradient(output, target, delta):
    return np.minimum(output - target, delta) / len(output)
""",
        _any("single-entries", "step-left-out", "function-left-out", "case-left-out", "other-function"),
    ),
    Answer(
        "huber_gradient",
        "outside stands delta without the sign of the error",
        """\
def huber_gradient(output, target, delta):
    e = output - target
    return np.where(np.abs(e) <= delta, e, delta) / len(output)
""",
        _any("single-entries", "factor-left-out", "function-left-out", "case-left-out", "sign-inside"),
    ),
    Answer(
        "huber_gradient",
        "the absolute error is clipped: the gradient never is negative",
        """\
def huber_gradient(output, target, delta):
    e = np.abs(output - target)
    return np.where(e <= delta, e, delta) / len(output)
""",
        _any("factor-left-out", "function-left-out", "case-left-out", "sign-inside", "slope-left-out"),
    ),
    Answer(
        "huber_gradient",
        "clipped at 1 in place of delta",
        """\
def huber_gradient(output, target, delta):
    return np.clip(output - target, -1, 1) / len(output)
""",
        _any("other-constant", "other-variable"),
    ),
    Answer(
        "huber_gradient",
        "outliers get no gradient at all",
        """\
def huber_gradient(output, target, delta):
    e = output - target
    return np.where(np.abs(e) <= delta, e, 0) / len(output)
""",
        _any("side-zero", "single-entries", "other-constant", "step-left-out"),
    ),
    Answer(
        "huber_gradient",
        "a 2 from the derivative of the square, the half forgotten: twice the error inside",
        """\
def huber_gradient(output, target, delta):
    e = output - target
    return np.where(np.abs(e) <= delta, 2 * e, delta * np.sign(e)) / len(output)
""",
        _any("factor-left-out", "factor-missing", "other-constant"),
    ),
    Answer(
        "huber_gradient",
        "the gradient of each row is clipped by its length and not entry by entry",
        """\
def huber_gradient(output, target, delta):
    e = output - target
    length = np.sqrt((e**2).sum(axis=1, keepdims=True))
    return e * np.minimum(1, delta / np.maximum(length, 1e-300)) / len(output)
""",
        _any("other-function"),
    ),
    Answer(
        "huber_gradient",
        "outside stands the value of the loss in place of its slope",
        """\
def huber_gradient(output, target, delta):
    e = output - target
    outside = delta * (np.abs(e) - 0.5 * delta) * np.sign(e)
    return np.where(np.abs(e) <= delta, e, outside) / len(output)
""",
        _any("value-for-slope", "other-function"),
    ),
    Answer(
        "huber_gradient",
        "zeros_like of integer outputs: the gradient is cut off to whole numbers",
        """\
def huber_gradient(output, target, delta):
    grad = np.zeros_like(output)
    for i in range(len(output)):
        grad[i] = np.clip(output[i] - target[i], -delta, delta) / len(output)
    return grad
""",
        _any("cut-to-whole"),
    ),
    # ------------------------------------------------------------------ hinge
    Answer(
        "hinge",
        "the max with 0 is left out: a margin that is kept earns something",
        """\
def hinge(scores, signs):
    return (1 - signs * scores).sum() / len(scores)
""",
        _any("function-left-out", "step-left-out", "case-left-out"),
    ),
    Answer(
        "hinge",
        "the sum without the mean over the samples",
        """\
def hinge(scores, signs):
    return np.maximum(0, 1 - signs * scores).sum()
""",
        _any(
            "not-averaged",
            "scaled",
            "sum-for-mean",
            "times-samples",
            "factor-left-out",
            "step-left-out",
            "other-function",
        ),
    ),
    Answer(
        "hinge",
        "the mean over those who violate the margin only",
        """\
def hinge(scores, signs):
    loss = np.maximum(0, 1 - signs * scores)
    return loss.sum() / max(1, (loss > 0).sum())
""",
        _any("scaled", "other-count"),
    ),
    Answer(
        "hinge",
        "no margin: max(0, -s z), the loss of the perceptron",
        """\
def hinge(scores, signs):
    return np.maximum(0, -signs * scores).mean()
""",
        _any("term-left-out", "other-constant"),
    ),
    Answer(
        "hinge",
        "the sign of the product: 1 + s z",
        """\
def hinge(scores, signs):
    return np.maximum(0, 1 + signs * scores).mean()
""",
        _any("sign-inside"),
    ),
    Answer(
        "hinge",
        "min in place of max",
        """\
def hinge(scores, signs):
    return np.minimum(0, 1 - signs * scores).mean()
""",
        _any("largest-smallest", "other-function"),
    ),
    Answer(
        "hinge",
        "the max is taken of the mean margin and not of each sample",
        """\
def hinge(scores, signs):
    return max(0.0, 1 - np.mean(signs * scores))
""",
        _any("one-for-all", "steps-exchanged"),
    ),
    Answer(
        "hinge",
        "squared hinge",
        """\
def hinge(scores, signs):
    return (np.maximum(0, 1 - signs * scores) ** 2).mean()
""",
        _any("power-mixed", "other-function"),
    ),
    Answer(
        "hinge",
        "(m,) against (m, 1): the mean over a table of all pairs of scores and signs",
        """\
def hinge(scores, signs):
    return np.maximum(0, 1 - signs.ravel() * scores).mean()
""",
        _any("other-axis", "other-count", "not-transposed"),
    ),
    Answer(
        "hinge",
        "the signs are left out: max(0, 1 - z)",
        """\
def hinge(scores, signs):
    return np.maximum(0, 1 - scores).sum() / len(scores)
""",
        _any("factor-left-out", "case-left-out"),
    ),
    Answer(
        "hinge",
        "the loop starts at the second sample",
        """\
def hinge(scores, signs):
    total = 0.0
    m = len(scores)
    for i in range(1, m):
        total += max(0.0, 1 - signs[i, 0] * scores[i, 0])
    return total / m
""",
        _any("off-by-one", "term-left-out"),
    ),
    # ------------------------------------------------------------------ hinge_gradient
    Answer(
        "hinge_gradient",
        "the 1/m is in the loss but not in the gradient",
        """\
def hinge_gradient(scores, signs):
    return np.where(signs * scores < 1, -signs, 0)
""",
        _any(
            "not-averaged",
            "scaled",
            "sum-for-mean",
            "times-samples",
            "factor-left-out",
            "step-left-out",
            "factor-missing",
        ),
    ),
    Answer(
        "hinge_gradient",
        "the minus of -s is left out",
        """\
def hinge_gradient(scores, signs):
    return np.where(signs * scores < 1, signs, 0) / len(scores)
""",
        _any("sign", "uphill", "turned-sign", "sign-inside"),
    ),
    Answer(
        "hinge_gradient",
        "differentiated with respect to the signs: -z",
        """\
def hinge_gradient(scores, signs):
    return np.where(signs * scores < 1, -scores, 0) / len(scores)
""",
        _any("wrong-tensor", "other-variable", "exchanged-arguments"),
    ),
    Answer(
        "hinge_gradient",
        "no zero where the margin is kept: the max is forgotten on the way back",
        """\
def hinge_gradient(scores, signs):
    return -signs / len(scores)
""",
        _any("mask-forgotten", "case-left-out", "factor-left-out", "step-left-out", "function-left-out"),
    ),
    Answer(
        "hinge_gradient",
        "the comparison is reversed: a gradient where the margin is kept",
        """\
def hinge_gradient(scores, signs):
    return np.where(signs * scores > 1, -signs, 0) / len(scores)
""",
        _any("comparison-reversed"),
    ),
    Answer(
        "hinge_gradient",
        "compared with 0 in place of 1: right without a margin costs nothing",
        """\
def hinge_gradient(scores, signs):
    return np.where(signs * scores < 0, -signs, 0) / len(scores)
""",
        _any("single-entries", "other-constant"),
    ),
    Answer(
        "hinge_gradient",
        "the score alone is compared with 1, without its sign",
        """\
def hinge_gradient(scores, signs):
    return np.where(scores < 1, -signs, 0) / len(scores)
""",
        _any("single-entries", "factor-left-out", "case-left-out", "other-variable"),
    ),
    Answer(
        "hinge_gradient",
        "divided by the number of those who violate the margin",
        """\
def hinge_gradient(scores, signs):
    active = signs * scores < 1
    return np.where(active, -signs, 0) / max(1, active.sum())
""",
        _any("scaled", "other-count", "other-variable"),
    ),
    Answer(
        "hinge_gradient",
        "the value of the loss stands in front: the gradient of half the squared hinge",
        """\
def hinge_gradient(scores, signs):
    return -signs * np.maximum(0, 1 - signs * scores) / len(scores)
""",
        _any("value-for-slope", "power-mixed", "other-function"),
    ),
    Answer(
        "hinge_gradient",
        "zeros_like of integer signs: -s / m is cut off to 0",
        """\
def hinge_gradient(scores, signs):
    grad = np.zeros_like(signs)
    for i in range(len(scores)):
        if signs[i] * scores[i] < 1:
            grad[i] = -signs[i] / len(scores)
    return grad
""",
        _any("zero-gradient", "cut-to-whole"),
    ),
    Answer(
        "hinge_gradient",
        "-1 for everybody who violates the margin: the sign of the sample is left out",
        """\
def hinge_gradient(scores, signs):
    return -(signs * scores < 1).astype(float) / len(scores)
""",
        _any("factor-missing", "factor-left-out", "case-left-out"),
    ),
    Answer(
        "hinge_gradient",
        "(m,) against (m, 1): a table (m, m) as the gradient",
        """\
def hinge_gradient(scores, signs):
    s = signs.ravel()
    return np.where(s * scores < 1, -s, 0) / len(scores)
""",
        _any("other-axis", "not-transposed"),
    ),
    # ------------------------------------------------------------------ smoothed_cross_entropy
    Answer(
        "smoothed_cross_entropy",
        "the labels are not smoothed",
        """\
def smoothed_cross_entropy(logits, target, epsilon):
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(target * log_p).sum() / len(logits)
""",
        _any("step-left-out", "other-variable", "wrong-tensor", "term-left-out", "part-missing"),
    ),
    Answer(
        "smoothed_cross_entropy",
        "the 1 becomes 1 - epsilon, without its share epsilon / k",
        """\
def smoothed_cross_entropy(logits, target, epsilon):
    k = target.shape[1]
    smooth = np.where(target == 1, 1 - epsilon, epsilon / k)
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(smooth * log_p).sum() / len(logits)
""",
        _any("term-left-out"),
    ),
    Answer(
        "smoothed_cross_entropy",
        "epsilon is shared among the k - 1 other classes",
        """\
def smoothed_cross_entropy(logits, target, epsilon):
    k = target.shape[1]
    smooth = (1 - epsilon) * target + epsilon / (k - 1) * (1 - target)
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(smooth * log_p).sum() / len(logits)
""",
        _any("off-by-one", "other-count", "term-left-out"),
    ),
    Answer(
        "smoothed_cross_entropy",
        "epsilon is divided by the number of samples in place of the classes",
        """\
def smoothed_cross_entropy(logits, target, epsilon):
    smooth = (1 - epsilon) * target + epsilon / len(target)
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(smooth * log_p).sum() / len(logits)
""",
        _any("other-count", "other-variable", "other-axis"),
    ),
    Answer(
        "smoothed_cross_entropy",
        "epsilon and 1 - epsilon are swapped",
        """\
def smoothed_cross_entropy(logits, target, epsilon):
    smooth = epsilon * target + (1 - epsilon) / target.shape[1]
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(smooth * log_p).sum() / len(logits)
""",
        _any("rest-for-share"),
    ),
    Answer(
        "smoothed_cross_entropy",
        "the logarithm of the softmax: logits a thousand apart give inf or nan",
        """\
def smoothed_cross_entropy(logits, target, epsilon):
    smooth = (1 - epsilon) * target + epsilon / target.shape[1]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -(smooth * np.log(p)).sum() / len(logits)
""",
        _any("not-finite"),
    ),
    Answer(
        "smoothed_cross_entropy",
        "a small number under the logarithm: the loss of a sure mistake is cut off",
        """\
def smoothed_cross_entropy(logits, target, epsilon):
    smooth = (1 - epsilon) * target + epsilon / target.shape[1]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = np.clip(e / e.sum(axis=1, keepdims=True), 1e-12, 1)
    return -(smooth * np.log(p)).sum() / len(logits)
""",
        _any("other-constant"),
    ),
    Answer(
        "smoothed_cross_entropy",
        "the maximum is not subtracted: exp overflows",
        """\
def smoothed_cross_entropy(logits, target, epsilon):
    smooth = (1 - epsilon) * target + epsilon / target.shape[1]
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -np.sum(smooth * log_p) / len(logits)
""",
        _any("not-finite", "step-left-out", "term-left-out"),
    ),
    Answer(
        "smoothed_cross_entropy",
        "the mean over all entries: divided by the classes as well",
        """\
def smoothed_cross_entropy(logits, target, epsilon):
    smooth = (1 - epsilon) * target + epsilon / target.shape[1]
    return -np.mean(smooth * (logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)))
""",
        _any("scaled", "other-count", "mean-for-sum", "other-axis"),
    ),
    Answer(
        "smoothed_cross_entropy",
        "the sum without the mean over the samples",
        """\
def smoothed_cross_entropy(logits, target, epsilon):
    smooth = (1 - epsilon) * target + epsilon / target.shape[1]
    return -np.sum(smooth * (logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)))
""",
        _any("not-averaged", "scaled", "sum-for-mean", "times-samples", "factor-left-out", "step-left-out"),
    ),
    Answer(
        "smoothed_cross_entropy",
        "the minus is left out: a negative loss",
        """\
def smoothed_cross_entropy(logits, target, epsilon):
    smooth = (1 - epsilon) * target + epsilon / target.shape[1]
    log_p = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    return (smooth * log_p).sum() / len(logits)
""",
        _any("sign", "turned-sign", "sign-inside"),
    ),
    Answer(
        "smoothed_cross_entropy",
        "softmax twice: the probabilities go in as logits",
        """\
def smoothed_cross_entropy(logits, target, epsilon):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    smooth = (1 - epsilon) * target + epsilon / target.shape[1]
    log_p = p - np.log(np.exp(p).sum(axis=1, keepdims=True))
    return -(smooth * log_p).sum() / len(logits)
""",
        _any("done-twice", "other-variable", "wrong-tensor"),
    ),
    Answer(
        "smoothed_cross_entropy",
        "the prediction is smoothed in place of the target",
        """\
def smoothed_cross_entropy(logits, target, epsilon):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p = (1 - epsilon) * p + epsilon / target.shape[1]
    return -(target * np.log(p)).sum() / len(logits)
""",
        _any("wrong-tensor", "other-variable"),
    ),
    Answer(
        "smoothed_cross_entropy",
        "the maximum of the whole batch is subtracted: rows far below it give the logarithm of 0",
        """\
def smoothed_cross_entropy(logits, target, epsilon):
    smooth = (1 - epsilon) * target + epsilon / target.shape[1]
    z = logits - logits.max()
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(smooth * log_p).sum() / len(logits)
""",
        _any("other-axis", "not-finite"),
    ),
    Answer(
        "smoothed_cross_entropy",
        "the softmax runs down the columns, over the samples",
        """\
def smoothed_cross_entropy(logits, target, epsilon):
    smooth = (1 - epsilon) * target + epsilon / target.shape[1]
    z = logits - logits.max(axis=0)
    log_p = z - np.log(np.exp(z).sum(axis=0))
    return -(smooth * log_p).sum() / len(logits)
""",
        _any("wrong-axis", "other-axis"),
    ),
    # ------------------------------------------------------------------ smoothed_cross_entropy_gradient
    Answer(
        "smoothed_cross_entropy_gradient",
        "prediction minus the target that is not smoothed",
        """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True) - target) / len(logits)
""",
        _any("part-missing", "step-left-out", "other-variable", "wrong-tensor", "term-left-out"),
    ),
    Answer(
        "smoothed_cross_entropy_gradient",
        "the 1/m is in the loss but not in the gradient",
        """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    smooth = (1 - epsilon) * target + epsilon / target.shape[1]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True) - smooth
""",
        _any(
            "not-averaged",
            "scaled",
            "sum-for-mean",
            "times-samples",
            "factor-left-out",
            "step-left-out",
            "factor-missing",
        ),
    ),
    Answer(
        "smoothed_cross_entropy_gradient",
        "divided by the number of all entries",
        """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    smooth = (1 - epsilon) * target + epsilon / target.shape[1]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True) - smooth) / logits.size
""",
        _any("scaled", "other-count", "mean-for-sum", "other-variable"),
    ),
    Answer(
        "smoothed_cross_entropy_gradient",
        "target minus prediction",
        """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    smooth = (1 - epsilon) * target + epsilon / target.shape[1]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (smooth - e / e.sum(axis=1, keepdims=True)) / len(logits)
""",
        _any("sign", "uphill", "turned-sign", "sign-inside"),
    ),
    Answer(
        "smoothed_cross_entropy_gradient",
        "the slope p (1 - p) is multiplied in once more",
        """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    smooth = (1 - epsilon) * target + epsilon / target.shape[1]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return (p - smooth) * p * (1 - p) / len(logits)
""",
        _any("softmax-differentiated-twice", "slope-squared", "factor-doubled", "done-twice"),
    ),
    Answer(
        "smoothed_cross_entropy_gradient",
        "the maximum is not subtracted: nan at a thousand",
        """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    smooth = (1 - epsilon) * target + epsilon / target.shape[1]
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return (p - smooth) / len(logits)
""",
        _any("not-finite", "step-left-out", "term-left-out"),
    ),
    Answer(
        "smoothed_cross_entropy_gradient",
        "only the share of the true class is differentiated: (1 - epsilon) (p - y)",
        """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return (1 - epsilon) * (p - target) / len(logits)
""",
        _any("part-missing", "term-left-out"),
    ),
    Answer(
        "smoothed_cross_entropy_gradient",
        "epsilon is shared among the k - 1 other classes",
        """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    k = target.shape[1]
    smooth = np.where(target == 1, 1 - epsilon, epsilon / (k - 1))
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True) - smooth) / len(logits)
""",
        _any("off-by-one", "other-count", "term-left-out"),
    ),
    Answer(
        "smoothed_cross_entropy_gradient",
        "logits minus target: the softmax is left out",
        """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    smooth = (1 - epsilon) * target + epsilon / target.shape[1]
    return (logits - smooth) / len(logits)
""",
        _any("wrong-tensor", "function-left-out", "step-left-out", "other-variable"),
    ),
    Answer(
        "smoothed_cross_entropy_gradient",
        "the softmax runs down the columns, over the samples",
        """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    smooth = (1 - epsilon) * target + epsilon / target.shape[1]
    e = np.exp(logits - logits.max(axis=0))
    return (e / e.sum(axis=0) - smooth) / len(logits)
""",
        _any("wrong-axis", "other-axis"),
    ),
    Answer(
        "smoothed_cross_entropy_gradient",
        "the maximum of the whole batch is subtracted: rows far below it give 0 / 0",
        """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    smooth = (1 - epsilon) * target + epsilon / target.shape[1]
    e = np.exp(logits - logits.max())
    return (e / e.sum(axis=1, keepdims=True) - smooth) / len(logits)
""",
        _any("other-axis"),
    ),
    Answer(
        "smoothed_cross_entropy_gradient",
        "a sigmoid per class in place of the softmax",
        """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    smooth = (1 - epsilon) * target + epsilon / target.shape[1]
    p = 0.5 * (1 + np.tanh(0.5 * logits))
    return (p - smooth) / len(logits)
""",
        _any("other-activation", "other-function", "each-by-itself"),
    ),
    Answer(
        "smoothed_cross_entropy_gradient",
        "epsilon is divided by the number of samples in place of the classes",
        """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    m, k = logits.shape
    smooth = (1 - epsilon) * target + epsilon / m
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True) - smooth) / m
""",
        _any("other-count", "other-variable", "other-axis"),
    ),
)

RIGHT: tuple[Answer, ...] = (
    # ------------------------------------------------------------------ mean_absolute_error
    Answer(
        "mean_absolute_error",
        "the sum along the row and the mean of the rows",
        """\
def mean_absolute_error(output, target):
    return np.abs(output - target).sum(axis=1).mean()
""",
    ),
    Answer(
        "mean_absolute_error",
        "the mean down the column first, then the sum",
        """\
def mean_absolute_error(output, target):
    return np.sum(np.mean(np.abs(target - output), axis=0))
""",
    ),
    Answer(
        "mean_absolute_error",
        "plain loops",
        """\
def mean_absolute_error(output, target):
    m, n = output.shape
    total = 0.0
    for k in range(n):
        for i in range(m):
            total += abs(float(output[i, k]) - float(target[i, k]))
    return total / m
""",
    ),
    Answer(
        "mean_absolute_error",
        "einsum of the error and its sign, a 0-d array as the result",
        """\
def mean_absolute_error(output, target):
    e = output - target
    return np.array(np.einsum("ik,ik->", e, np.sign(e)) / len(e))
""",
    ),
    Answer(
        "mean_absolute_error",
        "a subclass of float",
        """\
class Loss(float):
    pass

def mean_absolute_error(output, target):
    return Loss(np.abs(output - target).mean() * output.shape[1])
""",
    ),
    Answer(
        "mean_absolute_error",
        "the norm of order 1 of the flat error",
        """\
def mean_absolute_error(output, target):
    return np.linalg.norm((output - target).reshape(-1), ord=1) / output.shape[0]
""",
    ),
    Answer(
        "mean_absolute_error",
        "larger minus smaller, fsum",
        """\
import math

def mean_absolute_error(output, target):
    gaps = np.maximum(output, target) - np.minimum(output, target)
    return math.fsum(gaps.ravel()) / len(gaps)
""",
    ),
    Answer(
        "mean_absolute_error",
        "in float32",
        """\
mean_absolute_error = lambda output, target: (
    np.abs(output.astype(np.float32) - target.astype(np.float32)).sum() / np.float32(len(output))
)
""",
    ),
    Answer(
        "mean_absolute_error",
        "recursion over the samples",
        """\
def _total(rows):
    if not len(rows):
        return 0.0
    return sum(abs(v) for v in rows[0]) + _total(rows[1:])

def mean_absolute_error(output, target):
    return _total((output - target).tolist()) / len(output)
""",
    ),
    # ------------------------------------------------------------------ huber
    Answer(
        "huber",
        "the quadratic part q = min(e, delta) and the rest",
        """\
def huber(output, target, delta):
    e = np.abs(output - target)
    q = np.minimum(e, delta)
    return (0.5 * q**2 + delta * (e - q)).sum() / len(output)
""",
    ),
    Answer(
        "huber",
        "q (e - q / 2), mean down the columns first",
        """\
def huber(output, target, delta):
    e = np.abs(output - target)
    q = np.clip(e, 0, delta)
    return np.mean(q * (e - q / 2), axis=0).sum()
""",
    ),
    Answer(
        "huber",
        "plain loops with a helper",
        """\
def _one(e, delta):
    if e <= delta:
        return e * e / 2
    return delta * (e - delta / 2)

def huber(output, target, delta):
    total = 0
    for o, t in zip(output, target):
        total += sum(_one(abs(a - b), delta) for a, b in zip(o, t))
    return total / len(output)
""",
    ),
    Answer(
        "huber",
        "two masks, the strict comparison: at delta both parts agree",
        """\
def huber(output, target, delta):
    e = abs(output - target)
    near = e < delta
    inside = (e[near] ** 2).sum() / 2
    outside = (delta * e[~near] - delta * delta / 2).sum()
    return (inside + outside) / output.shape[0]
""",
    ),
    Answer(
        "huber",
        "the squared error less what the outliers are forgiven",
        """\
def huber(output, target, delta):
    e = output - target
    over = np.maximum(np.abs(e) - delta, 0)
    return np.float64(np.einsum("ik,ik->", e, e) - np.einsum("ik,ik->", over, over)) / (2 * len(e))
""",
    ),
    Answer(
        "huber",
        "np.vectorize, the mean times the number of outputs",
        """\
def huber(output, target, delta):
    f = np.vectorize(lambda e: 0.5 * e**2 if e <= delta else delta * (e - 0.5 * delta), otypes=[float])
    return f(np.abs(output - target)).mean() * output.shape[1]
""",
    ),
    Answer(
        "huber",
        "in float32, a 0-d array",
        """\
def huber(output, target, delta):
    e = np.abs(output.astype(np.float32) - target.astype(np.float32))
    d = np.float32(delta)
    return np.asarray(np.where(e <= d, e * e / 2, d * (e - d / 2)).sum(axis=1).mean())
""",
    ),
    Answer(
        "huber",
        "a class with __call__ that returns a subclass of float",
        """\
class Loss(float):
    def __repr__(self):
        return "Loss(" + float.__repr__(self) + ")"

class Huber:
    def __call__(self, output, target, delta):
        e = np.abs(output - target)
        parts = np.select([e <= delta], [0.5 * e * e], default=delta * (e - 0.5 * delta))
        return Loss(parts.sum() / len(output))

huber = Huber()
""",
    ),
    # ------------------------------------------------------------------ huber_gradient
    Answer(
        "huber_gradient",
        "where with the sign outside",
        """\
def huber_gradient(output, target, delta):
    e = output - target
    return np.where(np.abs(e) <= delta, e, delta * np.sign(e)) / len(output)
""",
    ),
    Answer(
        "huber_gradient",
        "divided first and clipped at delta / m",
        """\
def huber_gradient(output, target, delta):
    m = len(output)
    return np.clip((output - target) / m, -delta / m, delta / m)
""",
    ),
    Answer(
        "huber_gradient",
        "plain loops, a nested list",
        """\
def huber_gradient(output, target, delta):
    m = len(output)
    return [[max(-delta, min(delta, o - t)) / m for o, t in zip(a, b)]
            for a, b in zip(output.tolist(), target.tolist())]
""",
    ),
    Answer(
        "huber_gradient",
        "a float array changed by masks",
        """\
def huber_gradient(output, target, delta):
    grad = np.array(output - target, dtype=float)
    grad[grad > delta] = delta
    grad[grad < -delta] = -delta
    grad /= grad.shape[0]
    return grad
""",
    ),
    Answer(
        "huber_gradient",
        "the sign times the smaller of error and delta, Fortran order",
        """\
def huber_gradient(output, target, delta):
    e = np.asfortranarray(output - target)
    return np.copysign(np.minimum(np.abs(e), delta), e) / e.shape[0]
""",
    ),
    Answer(
        "huber_gradient",
        "in float32",
        """\
def huber_gradient(output, target, delta):
    e = (output - target).astype(np.float32)
    return np.clip(e, np.float32(-delta), np.float32(delta)) / np.float32(len(e))
""",
    ),
    Answer(
        "huber_gradient",
        "half the difference of two absolute values",
        """\
def huber_gradient(output, target, delta):
    e = output - target
    return (np.abs(e + delta) - np.abs(e - delta)) / (2 * len(e))
""",
    ),
    Answer(
        "huber_gradient",
        "a tuple of rows",
        """\
def huber_gradient(output, target, delta):
    def row(o, t):
        return np.maximum(np.minimum(o - t, delta), -delta) / len(output)
    return tuple(map(row, output, target))
""",
    ),
    # ------------------------------------------------------------------ hinge
    Answer(
        "hinge",
        "the mean of a where",
        """\
def hinge(scores, signs):
    margin = scores * signs
    return np.where(margin < 1, 1 - margin, 0).mean()
""",
    ),
    Answer(
        "hinge",
        "plain loop over the samples",
        """\
def hinge(scores, signs):
    total = 0.0
    for i in range(len(scores)):
        total += max(0.0, 1.0 - float(signs[i, 0]) * float(scores[i, 0]))
    return total / len(scores)
""",
    ),
    Answer(
        "hinge",
        "both flattened",
        """\
def hinge(scores, signs):
    z, s = scores.ravel(), signs.ravel()
    return np.maximum(0, 1 - s * z).mean()
""",
    ),
    Answer(
        "hinge",
        "a matrix product of the mask with the losses, taken out of its (1, 1)",
        """\
def hinge(scores, signs):
    loss = 1 - signs * scores
    mask = (loss > 0).astype(float)
    return (mask.T @ loss)[0, 0] / len(loss)
""",
    ),
    Answer(
        "hinge",
        "clip, a 0-d array",
        """\
def hinge(scores, signs):
    return np.array(np.clip(1 - signs * scores, 0, None).sum() / scores.shape[0])
""",
    ),
    Answer(
        "hinge",
        "the distance from the sign: max(0, s (s - z))",
        """\
def hinge(scores, signs):
    return sum(max(0, s * (s - z)) for z, s in zip(scores[:, 0].tolist(), signs[:, 0].tolist())) / len(signs)
""",
    ),
    Answer(
        "hinge",
        "in float32",
        """\
def hinge(scores, signs):
    z = scores.astype(np.float32)
    s = signs.astype(np.float32)
    return np.maximum(np.float32(0), 1 - s * z).mean()
""",
    ),
    Answer(
        "hinge",
        "half of x + |x|, averaged along axis 0",
        """\
def hinge(scores, signs):
    x = 1 - signs * scores
    return ((x + np.abs(x)) / 2).mean(axis=0)[0]
""",
    ),
    Answer(
        "hinge",
        "positive and negative samples apart",
        """\
import math

def hinge(scores, signs):
    up, down = scores[signs > 0], scores[signs < 0]
    parts = [max(0.0, 1 - v) for v in up] + [max(0.0, 1 + v) for v in down]
    return math.fsum(parts) / len(scores)
""",
    ),
    # ------------------------------------------------------------------ hinge_gradient
    Answer(
        "hinge_gradient",
        "a mask times -s",
        """\
def hinge_gradient(scores, signs):
    return -signs * (signs * scores < 1) / len(scores)
""",
    ),
    Answer(
        "hinge_gradient",
        "the other side at the kink",
        """\
def hinge_gradient(scores, signs):
    return np.where(1 - signs * scores >= 0, -signs, 0) / len(scores)
""",
    ),
    Answer(
        "hinge_gradient",
        "plain loop, a list of rows",
        """\
def hinge_gradient(scores, signs):
    m = len(scores)
    grad = []
    for i in range(m):
        if signs[i, 0] * scores[i, 0] < 1:
            grad.append([-signs[i, 0] / m])
        else:
            grad.append([0.0])
    return grad
""",
    ),
    Answer(
        "hinge_gradient",
        "flat and reshaped",
        """\
def hinge_gradient(scores, signs):
    z, s = scores.ravel(), signs.ravel()
    flat = np.array([-b if a * b < 1 else 0 for a, b in zip(z, s)]) / len(s)
    return flat.reshape(-1, 1)
""",
    ),
    Answer(
        "hinge_gradient",
        "indices of those who violate the margin",
        """\
def hinge_gradient(scores, signs):
    grad = np.zeros(scores.shape)
    late = np.flatnonzero(signs * scores < 1)
    grad[late, 0] -= signs[late, 0] / len(scores)
    return grad
""",
    ),
    Answer(
        "hinge_gradient",
        "in float32, a Fortran-ordered array",
        """\
def hinge_gradient(scores, signs):
    late = np.less(signs * scores, 1).astype(np.float32)
    return np.asfortranarray(-late * signs.astype(np.float32) / len(scores))
""",
    ),
    Answer(
        "hinge_gradient",
        "heaviside of the loss, a column view of a larger array",
        """\
def hinge_gradient(scores, signs):
    room = np.zeros((len(scores), 3))
    room[:, 1:2] = np.heaviside(1.0 - signs * scores, 0.0) * signs / -len(scores)
    return room[:, 1:2]
""",
    ),
    Answer(
        "hinge_gradient",
        "the two classes apart, tuples as the result",
        """\
def hinge_gradient(scores, signs):
    share = 1 / len(scores)
    def one(z, s):
        if s > 0:
            return -share if z < 1 else 0.0
        return share if z > -1 else 0.0
    return tuple((one(z, s),) for z, s in zip(scores[:, 0], signs[:, 0]))
""",
    ),
    # ------------------------------------------------------------------ smoothed_cross_entropy
    Answer(
        "smoothed_cross_entropy",
        "a log-softmax as a helper",
        """\
def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))

def smoothed_cross_entropy(logits, target, epsilon):
    smooth = target * (1 - epsilon) + epsilon / logits.shape[1]
    return -(smooth * log_softmax(logits)).sum(axis=1).mean()
""",
    ),
    Answer(
        "smoothed_cross_entropy",
        "the two parts apart: the true class and the mean surprise of all",
        """\
def smoothed_cross_entropy(logits, target, epsilon):
    surprise = np.logaddexp.reduce(logits, axis=1, keepdims=True) - logits
    true = (target * surprise).sum(axis=1)
    every = surprise.mean(axis=1)
    return ((1 - epsilon) * true + epsilon * every).mean()
""",
    ),
    Answer(
        "smoothed_cross_entropy",
        "plain Python",
        """\
import math

def smoothed_cross_entropy(logits, target, epsilon):
    total = 0.0
    for z, y in zip(logits.tolist(), target.tolist()):
        k = len(z)
        top = max(z)
        log_sum = math.log(sum(math.exp(v - top) for v in z))
        for v, t in zip(z, y):
            total -= ((1 - epsilon) * t + epsilon / k) * (v - top - log_sum)
    return total / len(logits)
""",
    ),
    Answer(
        "smoothed_cross_entropy",
        "einsum",
        """\
def smoothed_cross_entropy(logits, target, epsilon):
    m, k = logits.shape
    shifted = logits - np.amax(logits, axis=1)[:, None]
    surprise = np.log(np.einsum("ij->i", np.exp(shifted)))[:, None] - shifted
    return np.einsum("ij,ij->", (1 - epsilon) * target + epsilon / k, surprise) / m
""",
    ),
    Answer(
        "smoothed_cross_entropy",
        "the smoothed labels with where: 1 - epsilon + epsilon / k and epsilon / k",
        """\
def smoothed_cross_entropy(logits, target, epsilon):
    k = target.shape[1]
    smooth = np.where(target > 0.5, 1 - epsilon + epsilon / k, epsilon / k)
    top = logits.max(axis=1)
    log_sum = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
    return float(np.mean(log_sum - (smooth * logits).sum(axis=1)))
""",
    ),
    Answer(
        "smoothed_cross_entropy",
        "the true class by its index",
        """\
def smoothed_cross_entropy(logits, target, epsilon):
    rows = np.arange(len(logits))
    classes = target.argmax(axis=1)
    gaps = np.logaddexp.reduce(logits.T, axis=0) - logits.T
    losses = (1 - epsilon) * gaps[classes, rows] + epsilon * gaps.mean(axis=0)
    return losses.sum() / len(losses)
""",
    ),
    Answer(
        "smoothed_cross_entropy",
        "float32 after the maximum is gone",
        """\
def smoothed_cross_entropy(logits, target, epsilon):
    z = (logits - logits.max(axis=1, keepdims=True)).astype(np.float32)
    smooth = ((1 - epsilon) * target + epsilon / target.shape[1]).astype(np.float32)
    return (smooth * (np.log(np.exp(z).sum(axis=1, keepdims=True)) - z)).sum() / np.float32(len(z))
""",
    ),
    Answer(
        "smoothed_cross_entropy",
        "trace of a product, a subclass of float, epsilon with a default",
        """\
class Nats(float):
    unit = "nat"

def smoothed_cross_entropy(logits, target, epsilon=0.1):
    uniform = np.full(target.shape, 1 / target.shape[1])
    smooth = target + epsilon * (uniform - target)
    surprise = np.logaddexp.reduce(logits, axis=1, keepdims=True) - logits
    return Nats(np.trace(smooth @ surprise.T) / len(logits))
""",
    ),
    # ------------------------------------------------------------------ smoothed_cross_entropy_gradient
    Answer(
        "smoothed_cross_entropy_gradient",
        "a softmax as a helper",
        """\
def softmax(z):
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)

def smoothed_cross_entropy_gradient(logits, target, epsilon):
    m, k = target.shape
    return (softmax(logits) - (1 - epsilon) * target - epsilon / k) / m
""",
    ),
    Answer(
        "smoothed_cross_entropy_gradient",
        "two parts: the true class and the uniform share",
        """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    p = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
    grad = (1 - epsilon) * (p - target) + epsilon * (p - 1 / target.shape[1])
    return grad / len(grad)
""",
    ),
    Answer(
        "smoothed_cross_entropy_gradient",
        "plain Python, a nested list",
        """\
import math

def smoothed_cross_entropy_gradient(logits, target, epsilon):
    m, k = len(logits), len(logits[0])
    grad = []
    for z, y in zip(logits.tolist(), target.tolist()):
        top = max(z)
        e = [math.exp(v - top) for v in z]
        total = sum(e)
        grad.append([(a / total - (1 - epsilon) * t - epsilon / k) / m for a, t in zip(e, y)])
    return grad
""",
    ),
    Answer(
        "smoothed_cross_entropy_gradient",
        "by the full Jacobian of the log-softmax and einsum",
        """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    m, k = logits.shape
    e = np.exp(logits - logits.max(axis=1)[:, None])
    p = e / e.sum(axis=1)[:, None]
    jacobian = np.eye(k)[None] - p[:, None, :]
    smooth = (1 - epsilon) * target + epsilon / k
    return -np.einsum("ij,ijl->il", smooth, jacobian) / m
""",
    ),
    Answer(
        "smoothed_cross_entropy_gradient",
        "on the transpose, a Fortran-ordered result",
        """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    e = np.exp(logits.T - logits.max(axis=1))
    p = e / e.sum(axis=0)
    return ((p - (1 - epsilon) * target.T - epsilon / len(p)) / p.shape[1]).T
""",
    ),
    Answer(
        "smoothed_cross_entropy_gradient",
        "float32 after the maximum is gone",
        """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    z = (logits - logits.max(axis=1, keepdims=True)).astype(np.float32)
    e = np.exp(z)
    smooth = ((1 - epsilon) * target + epsilon / target.shape[1]).astype(np.float32)
    return (e / e.sum(axis=1, keepdims=True) - smooth) / np.float32(len(z))
""",
    ),
    Answer(
        "smoothed_cross_entropy_gradient",
        "the true class by its index, subtracted in a new array",
        """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    m, k = logits.shape
    grad = np.exp(logits - logits.max(axis=1, keepdims=True))
    grad /= grad.sum(axis=1, keepdims=True)
    grad -= epsilon / k
    grad[np.arange(m), target.argmax(axis=1)] -= 1 - epsilon
    return grad / m
""",
    ),
    Answer(
        "smoothed_cross_entropy_gradient",
        "softmax as one over the sum of the exponentials of differences, a list of rows",
        """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    m, k = logits.shape
    rows = []
    for z, y in zip(logits, target):
        gaps = np.clip(z[None, :] - z[:, None], None, 700)
        p = 1 / np.exp(gaps).sum(axis=1)
        rows.append((p - ((1 - epsilon) * y + epsilon / k)) / m)
    return rows
""",
    ),
)
