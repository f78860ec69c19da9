"""Answers to the exercise on activation functions."""

from __future__ import annotations

from answers import Answer


def _any(*names: str) -> frozenset[str]:
    """The causes that a teacher would accept."""
    return frozenset(names)


WRONG: tuple[Answer, ...] = (
    # ------------------------------------------------------------------ softplus
    Answer(
        "softplus",
        "the formula as it is printed: exp overflows, and a weighted input of a thousand gives inf",
        """\
def softplus(z):
    return np.log(1 + np.exp(z))
""",
        _any("single-entries", "not-finite", "case-left-out"),
    ),
    Answer(
        "softplus",
        "the loop with math.exp raises OverflowError at a thousand",
        """\
import math

def softplus(z):
    a = np.zeros(z.shape)
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            a[i, j] = math.log(1 + math.exp(z[i, j]))
    return a
""",
        _any("not-finite", "case-left-out"),
    ),
    Answer(
        "softplus",
        "against the overflow z is clipped at 50, so that every larger input gives 50",
        """\
def softplus(z):
    z = np.clip(z, -50, 50)
    return np.log1p(np.exp(z))
""",
        _any("cut-off", "single-entries"),
    ),
    Answer(
        "softplus",
        "the corner is not rounded: a ReLU",
        """\
def softplus(z):
    return np.maximum(0, z)
""",
        _any("other-function", "term-left-out"),
    ),
    Answer(
        "softplus",
        "logaddexp gets the number 1 in place of its logarithm 0: ln(e + e^z)",
        """\
def softplus(z):
    return np.logaddexp(1, z)
""",
        _any("other-constant", "function-left-out"),
    ),
    Answer(
        "softplus",
        "logaddexp2: powers and logarithm to the base 2 in place of e",
        """\
def softplus(z):
    return np.logaddexp2(0, z)
""",
        _any("other-function", "other-constant", "power-mixed"),
    ),
    Answer(
        "softplus",
        "the stable form without its max(z, 0): only the rounding of the corner is returned",
        """\
def softplus(z):
    return np.log1p(np.exp(-np.abs(z)))
""",
        _any("term-left-out"),
    ),
    Answer(
        "softplus",
        "the slope of the softplus, a sigmoid, in place of its value",
        """\
def softplus(z):
    return 0.5 * (1 + np.tanh(0.5 * z))
""",
        _any("other-function"),
    ),
    Answer(
        "softplus",
        "the sign of z is turned: the softplus of -z",
        """\
def softplus(z):
    return np.logaddexp(0, -z)
""",
        _any("sign-inside"),
    ),
    Answer(
        "softplus",
        "zeros_like of integers: the results are cut off to whole numbers",
        """\
def softplus(z):
    a = np.zeros_like(z)
    for i in range(len(z)):
        a[i] = np.logaddexp(0, z[i])
    return a
""",
        _any("cut-to-whole"),
    ),
    Answer(
        "softplus",
        "the loop returns in its first turn: only the first row comes back",
        """\
def softplus(z):
    for row in z:
        return np.logaddexp(0, row)
""",
        _any("only-one-sample", "stopped-early"),
    ),
    Answer(
        "softplus",
        "the 1 under the logarithm is left out, and ln(e^z) is z itself",
        """\
def softplus(z):
    return z * 1.0
""",
        _any("term-left-out", "input-returned", "function-left-out"),
    ),
    # ------------------------------------------------------------------ softplus_derivative
    Answer(
        "softplus_derivative",
        "e^z / (1 + e^z) as it comes from paper: inf / inf is nan at a thousand",
        """\
def softplus_derivative(z):
    return np.exp(z) / (1 + np.exp(z))
""",
        _any("single-entries", "not-finite"),
    ),
    Answer(
        "softplus_derivative",
        "math.exp(-v) raises OverflowError at minus a thousand",
        """\
import math

def softplus_derivative(z):
    return np.array([[1 / (1 + math.exp(-v)) for v in row] for row in z])
""",
        _any("not-finite"),
    ),
    Answer(
        "softplus_derivative",
        "the sigmoid of the activation in place of the weighted input",
        """\
def softplus_derivative(z):
    a = np.logaddexp(0, z)
    return 0.5 * (1 + np.tanh(0.5 * a))
""",
        _any("derivative-at-activation", "other-variable", "wrong-tensor"),
    ),
    Answer(
        "softplus_derivative",
        "s (1 - s), the slope of the sigmoid",
        """\
def softplus_derivative(z):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    return s * (1 - s)
""",
        _any("other-activation", "other-function", "done-twice"),
    ),
    Answer(
        "softplus_derivative",
        "the slope of the ReLU, with a half at zero",
        """\
def softplus_derivative(z):
    return np.where(z > 0, 1.0, np.where(z < 0, 0.0, 0.5))
""",
        _any("other-activation", "other-function"),
    ),
    Answer(
        "softplus_derivative",
        "the softplus itself in place of its slope",
        """\
def softplus_derivative(z):
    return np.logaddexp(0, z)
""",
        _any("value-for-slope", "other-function", "step-left-out"),
    ),
    Answer(
        "softplus_derivative",
        "the inner derivative e^z is left out: 1 / (1 + e^z)",
        """\
def softplus_derivative(z):
    return np.exp(-np.logaddexp(0, z))
""",
        _any("mirrored", "factor-left-out", "sign-inside", "rest-for-share"),
    ),
    Answer(
        "softplus_derivative",
        "tanh(z) in place of tanh(z / 2) in the stable sigmoid",
        """\
def softplus_derivative(z):
    return 0.5 * (1 + np.tanh(z))
""",
        _any("factor-left-out"),
    ),
    Answer(
        "softplus_derivative",
        "brackets forgotten: 1 / 1 + e^-z",
        """\
def softplus_derivative(z):
    z = np.clip(z, -700, 700)
    return 1 / 1 + np.exp(-z)
""",
        _any(
            "steps-exchanged", "multiplied-divided", "other-operation", "step-left-out", "parentheses-missing"
        ),
    ),
    Answer(
        "softplus_derivative",
        "a constant: the value of the example at every entry",
        """\
def softplus_derivative(z):
    return np.full(z.shape, 0.5)
""",
        _any("same-for-all"),
    ),
    Answer(
        "softplus_derivative",
        "empty_like of integers: every slope is cut off to 0 or 1",
        """\
def softplus_derivative(z):
    slope = np.empty_like(z)
    slope[:] = 0.5 * (1 + np.tanh(0.5 * z))
    return slope
""",
        _any("cut-to-whole"),
    ),
    Answer(
        "softplus_derivative",
        "a one-sided difference with a step of a tenth in place of the slope",
        """\
def softplus_derivative(z):
    h = 0.1
    return (np.logaddexp(0, z + h) - np.logaddexp(0, z)) / h
""",
    ),
    # ------------------------------------------------------------------ swish
    Answer(
        "swish",
        "e^z / (1 + e^z): nan from a thousand on",
        """\
def swish(z):
    return z * np.exp(z) / (1 + np.exp(z))
""",
        _any("single-entries", "not-finite"),
    ),
    Answer(
        "swish",
        "the factor z is left out: a plain sigmoid, which agrees at z = 1",
        """\
def swish(z):
    return 0.5 * (1 + np.tanh(0.5 * z))
""",
        _any("factor-left-out", "other-function"),
    ),
    Answer(
        "swish",
        "z + sigmoid(z) in place of the product",
        """\
def swish(z):
    return z + 0.5 * (1 + np.tanh(0.5 * z))
""",
        _any("other-operation"),
    ),
    Answer(
        "swish",
        "z tanh(z): another bend in place of the sigmoid",
        """\
def swish(z):
    return z * np.tanh(z)
""",
        _any("other-function"),
    ),
    Answer(
        "swish",
        "the sigmoid of -z",
        """\
def swish(z):
    return z * np.exp(-np.logaddexp(0, z))
""",
        _any("sign-inside", "rest-for-share", "factor-left-out"),
    ),
    Answer(
        "swish",
        "the half of the stable sigmoid is left out: twice the result",
        """\
def swish(z):
    return z * (1 + np.tanh(z / 2))
""",
        _any("factor-two", "scaled", "doubled", "factor-left-out"),
    ),
    Answer(
        "swish",
        "the sigmoid of the product: sigma(z z)",
        """\
def swish(z):
    s = z * z
    return 0.5 * (1 + np.tanh(0.5 * s))
""",
        _any("coupled", "steps-exchanged", "power-mixed", "factor-left-out"),
    ),
    Answer(
        "swish",
        "negative inputs are set to 0 as in a ReLU",
        """\
def swish(z):
    z = np.maximum(z, 0)
    return z * 0.5 * (1 + np.tanh(0.5 * z))
""",
        _any("other-function"),
    ),
    Answer(
        "swish",
        "a matrix product of z with its sigmoid in place of the product entry by entry",
        """\
def swish(z):
    return z @ (0.5 * (1 + np.tanh(0.5 * z))).T
""",
        _any("other-operation"),
    ),
    Answer(
        "swish",
        "the loops end one column early: the last unit stays 0",
        """\
def swish(z):
    m, n = z.shape
    a = np.zeros((m, n))
    for i in range(m):
        for j in range(n - 1):
            a[i, j] = z[i, j] * 0.5 * (1 + np.tanh(0.5 * z[i, j]))
    return a
""",
        _any("single-entries", "off-by-one", "stopped-early"),
    ),
    # ------------------------------------------------------------------ swish_backward
    Answer(
        "swish_backward",
        "only the z in front is differentiated: da times the sigmoid",
        """\
def swish_backward(da, z):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    return da * s
""",
        _any("path-missing", "assigned-not-added", "term-left-out", "kept-not-added", "other-activation"),
    ),
    Answer(
        "swish_backward",
        "only the z inside the sigmoid is differentiated: da z s (1 - s)",
        """\
def swish_backward(da, z):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    return da * z * s * (1 - s)
""",
        _any("path-missing", "assigned-not-added", "term-left-out", "kept-not-added"),
    ),
    Answer(
        "swish_backward",
        "the slope without the blame that arrives",
        """\
def swish_backward(da, z):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    return s + z * s * (1 - s)
""",
        _any("upstream-missing", "factor-left-out"),
    ),
    Answer(
        "swish_backward",
        "the product rule without the factor z: s + s (1 - s)",
        """\
def swish_backward(da, z):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    return da * (s + s * (1 - s))
""",
        _any("factor-missing", "factor-left-out"),
    ),
    Answer(
        "swish_backward",
        "brackets forgotten: the blame multiplies only the first term",
        """\
def swish_backward(da, z):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    return da * s + z * s * (1 - s)
""",
        _any("upstream-missing", "factor-left-out", "steps-exchanged", "parentheses-missing"),
    ),
    Answer(
        "swish_backward",
        "the slope is taken at the activation z sigma(z)",
        """\
def swish_backward(da, z):
    a = z * 0.5 * (1 + np.tanh(0.5 * z))
    s = 0.5 * (1 + np.tanh(0.5 * a))
    return da * (s + a * s * (1 - s))
""",
        _any("derivative-at-activation", "other-variable", "wrong-tensor"),
    ),
    Answer(
        "swish_backward",
        "the slope of the sigmoid",
        """\
def swish_backward(da, z):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    return da * s * (1 - s)
""",
        _any(
            "other-activation",
            "factor-missing",
            "path-missing",
            "other-function",
            "factor-left-out",
            "term-left-out",
        ),
    ),
    Answer(
        "swish_backward",
        "the value of swish in place of its slope",
        """\
def swish_backward(da, z):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    return da * z * s
""",
        _any("value-for-slope", "other-function", "step-left-out"),
    ),
    Answer(
        "swish_backward",
        "the slope of the sigmoid as z (1 - z)",
        """\
def swish_backward(da, z):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    return da * (s + z * z * (1 - z))
""",
        _any("sigmoid-from-weighted-input", "other-variable", "wrong-tensor", "function-left-out"),
    ),
    Answer(
        "swish_backward",
        "e^z / (1 + e^z) gives nan at a thousand",
        """\
def swish_backward(da, z):
    s = np.exp(z) / (1 + np.exp(z))
    return da * (s + z * s * (1 - s))
""",
        _any("single-entries", "not-finite"),
    ),
    Answer(
        "swish_backward",
        "a minus between the two terms of the product rule",
        """\
def swish_backward(da, z):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    return da * (s - z * s * (1 - s))
""",
        _any("sign-inside"),
    ),
    Answer(
        "swish_backward",
        "divided by the number of samples, which the loss has already done",
        """\
def swish_backward(da, z):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    return da * (s + z * s * (1 - s)) / len(z)
""",
        _any("averaged-twice", "scaled", "divided-by-samples", "factor-doubled", "done-twice"),
    ),
    Answer(
        "swish_backward",
        "the two arguments are swapped: the slope at da times z",
        """\
def swish_backward(da, z):
    s = 0.5 * (1 + np.tanh(0.5 * da))
    return z * (s + da * s * (1 - s))
""",
        _any("wrong-tensor", "exchanged-arguments", "other-variable"),
    ),
    # ------------------------------------------------------------------ elu
    Answer(
        "elu",
        "alpha is left out",
        """\
def elu(z, alpha):
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))
""",
        _any("factor-left-out"),
    ),
    Answer(
        "elu",
        "the comparison is reversed: the branches are swapped",
        """\
def elu(z, alpha):
    return np.where(z < 0, z, alpha * np.expm1(np.minimum(z, 700)))
""",
        _any("comparison-reversed", "exchanged-arguments"),
    ),
    Answer(
        "elu",
        "brackets forgotten: alpha e^z - 1, which agrees for alpha = 1",
        """\
def elu(z, alpha):
    return np.where(z > 0, z, alpha * np.exp(np.minimum(z, 0)) - 1)
""",
        _any("steps-exchanged", "factor-left-out", "parentheses-missing"),
    ),
    Answer(
        "elu",
        "the - 1 is left out: a jump at zero",
        """\
def elu(z, alpha):
    return np.where(z > 0, z, alpha * np.exp(np.minimum(z, 0)))
""",
        _any("term-left-out"),
    ),
    Answer(
        "elu",
        "the larger of the two branches is taken, which is right only for alpha of at most 1",
        """\
def elu(z, alpha):
    return np.maximum(z, alpha * np.expm1(np.minimum(z, 0)))
""",
        _any("other-function", "other-operation", "case-left-out"),
    ),
    Answer(
        "elu",
        "alpha inside the exponential: e^(alpha z) - 1",
        """\
def elu(z, alpha):
    return np.where(z > 0, z, np.exp(np.minimum(alpha * z, 0)) - 1)
""",
        _any("steps-exchanged", "factor-left-out", "power-mixed"),
    ),
    Answer(
        "elu",
        "branches multiplied by 0 and 1 in place of chosen: 0 times inf is nan at a thousand",
        """\
def elu(z, alpha):
    return (z > 0) * z + (z <= 0) * alpha * (np.exp(z) - 1)
""",
        _any("single-entries", "not-finite"),
    ),
    Answer(
        "elu",
        "a leaky ReLU: alpha z on the negative side",
        """\
def elu(z, alpha):
    return np.where(z > 0, z, alpha * z)
""",
        _any("function-left-out", "other-function"),
    ),
    Answer(
        "elu",
        "one branch is chosen for the whole array",
        """\
def elu(z, alpha):
    if (z > 0).all():
        return z
    return alpha * np.expm1(np.minimum(z, 700))
""",
        _any("case-left-out"),
    ),
    Answer(
        "elu",
        "a copy of integers takes the results: they are cut off to whole numbers",
        """\
def elu(z, alpha):
    a = z.copy()
    cold = z <= 0
    a[cold] = alpha * np.expm1(z[cold])
    return a
""",
        _any("cut-to-whole"),
    ),
    Answer(
        "elu",
        "the sign of the negative branch: alpha (1 - e^z)",
        """\
def elu(z, alpha):
    return np.where(z > 0, z, alpha * (1 - np.exp(np.minimum(z, 0))))
""",
        _any("sign", "sign-inside", "turned-sign"),
    ),
    # ------------------------------------------------------------------ elu_backward
    Answer(
        "elu_backward",
        "the slope without the blame that arrives",
        """\
def elu_backward(da, z, alpha):
    return np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0)))
""",
        _any("upstream-missing", "factor-left-out", "step-left-out"),
    ),
    Answer(
        "elu_backward",
        "the slope is taken at the activation: alpha e^a",
        """\
def elu_backward(da, z, alpha):
    a = np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))
    return da * np.where(a > 0, 1.0, alpha * np.exp(np.minimum(a, 0)))
""",
        _any("derivative-at-activation", "other-variable", "wrong-tensor"),
    ),
    Answer(
        "elu_backward",
        "alpha is left out of the slope",
        """\
def elu_backward(da, z, alpha):
    return da * np.where(z > 0, 1.0, np.exp(np.minimum(z, 0)))
""",
        _any("factor-missing", "factor-left-out"),
    ),
    Answer(
        "elu_backward",
        "the slope of the ReLU: nothing gets through on the negative side",
        """\
def elu_backward(da, z, alpha):
    return da * (z > 0)
""",
        _any("other-activation", "other-function"),
    ),
    Answer(
        "elu_backward",
        "the slope of the leaky ReLU: alpha on the negative side",
        """\
def elu_backward(da, z, alpha):
    return da * np.where(z > 0, 1.0, alpha)
""",
        _any("other-activation", "other-function", "factor-left-out", "function-left-out"),
    ),
    Answer(
        "elu_backward",
        "the - 1 stays in the slope: the value alpha (e^z - 1) on the negative side",
        """\
def elu_backward(da, z, alpha):
    return da * np.where(z > 0, 1.0, alpha * np.expm1(np.minimum(z, 0)))
""",
        _any("value-for-slope", "other-function"),
    ),
    Answer(
        "elu_backward",
        "z in place of the slope 1 on the positive side",
        """\
def elu_backward(da, z, alpha):
    return da * np.where(z > 0, z, alpha * np.exp(np.minimum(z, 0)))
""",
        _any("value-for-slope"),
    ),
    Answer(
        "elu_backward",
        "the branch is chosen by the sign of the blame in place of z",
        """\
def elu_backward(da, z, alpha):
    return da * np.where(da > 0, 1.0, alpha * np.exp(np.minimum(z, 0)))
""",
        _any("wrong-tensor", "other-variable"),
    ),
    Answer(
        "elu_backward",
        "branches multiplied by 0 and 1: 0 times inf is nan at a thousand",
        """\
def elu_backward(da, z, alpha):
    slope = (z > 0) + (z <= 0) * alpha * np.exp(z)
    return da * slope
""",
        _any("single-entries", "not-finite"),
    ),
    Answer(
        "elu_backward",
        "the blame is handed on only on the negative side: the slope alone on the positive one",
        """\
def elu_backward(da, z, alpha):
    return np.where(z > 0, 1.0, da * alpha * np.exp(np.minimum(z, 0)))
""",
        _any("upstream-missing", "factor-left-out"),
    ),
    Answer(
        "elu_backward",
        "the loop goes over the rows and decides by their first unit",
        """\
def elu_backward(da, z, alpha):
    dz = []
    for blame, row in zip(da, z):
        if row[0] > 0:
            dz.append(blame * 1.0)
        else:
            dz.append(blame * alpha * np.exp(np.minimum(row, 0)))
    return np.array(dz)
""",
        _any("case-left-out", "other-variable"),
    ),
    Answer(
        "elu_backward",
        "zeros_like of an integer z: the gradient is cut off to whole numbers",
        """\
def elu_backward(da, z, alpha):
    dz = np.zeros_like(z)
    warm = z > 0
    dz[warm] = da[warm]
    dz[~warm] = da[~warm] * alpha * np.exp(z[~warm])
    return dz
""",
        _any("cut-to-whole"),
    ),
    # ------------------------------------------------------------------ log_softmax
    Answer(
        "log_softmax",
        "the logarithm of the softmax: a probability of 0 gives -inf for logits a thousand apart",
        """\
def log_softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.log(e / e.sum(axis=1, keepdims=True))
""",
        _any("single-entries", "step-left-out", "case-left-out", "not-finite"),
    ),
    Answer(
        "log_softmax",
        "a small number under the logarithm: -27.6 is the least it can say",
        """\
def log_softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.log(e / e.sum(axis=1, keepdims=True) + 1e-12)
""",
        _any("single-entries", "step-left-out", "other-constant"),
    ),
    Answer(
        "log_softmax",
        "simplified, but the maximum is not subtracted: exp overflows",
        """\
def log_softmax(z):
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))
""",
        _any("not-finite", "step-left-out", "case-left-out"),
    ),
    Answer(
        "log_softmax",
        "the maximum is subtracted in the sum and not from z",
        """\
def log_softmax(z):
    top = z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z - top).sum(axis=1, keepdims=True))
""",
        _any("term-left-out", "step-left-out", "old-value", "other-variable"),
    ),
    Answer(
        "log_softmax",
        "down the columns in place of along the rows",
        """\
def log_softmax(z):
    top = z.max(axis=0)
    return z - top - np.log(np.exp(z - top).sum(axis=0))
""",
        _any("wrong-axis", "other-axis"),
    ),
    Answer(
        "log_softmax",
        "the sum over the whole batch in place of the row",
        """\
def log_softmax(z):
    top = z.max(axis=1, keepdims=True)
    return z - top - np.log(np.exp(z - top).sum())
""",
        _any("wrong-axis", "other-axis"),
    ),
    Answer(
        "log_softmax",
        "the maximum of the whole batch is subtracted: rows far below it give the logarithm of 0",
        """\
def log_softmax(z):
    z = z - z.max()
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))
""",
        _any("single-entries", "other-axis"),
    ),
    Answer(
        "log_softmax",
        "keepdims is missing: an error, and in a square batch each column gets another row's sum",
        """\
def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1))
""",
        _any("wrong-axis", "other-axis", "not-transposed"),
    ),
    Answer(
        "log_softmax",
        "the surprise: the sign is turned",
        """\
def log_softmax(z):
    top = z.max(axis=1, keepdims=True)
    return np.log(np.exp(z - top).sum(axis=1, keepdims=True)) - (z - top)
""",
        _any("sign", "turned-sign", "sign-inside"),
    ),
    Answer(
        "log_softmax",
        "the softmax without its logarithm",
        """\
def log_softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
        _any("function-left-out", "step-left-out", "other-function"),
    ),
    Answer(
        "log_softmax",
        "the mean over the classes in place of the sum",
        """\
def log_softmax(z):
    top = z.max(axis=1, keepdims=True)
    return z - top - np.log(np.exp(z - top).mean(axis=1, keepdims=True))
""",
        _any("mean-for-sum"),
    ),
    Answer(
        "log_softmax",
        "softmax twice: the log-softmax of probabilities, which agrees for [0, 0]",
        """\
def log_softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return p - np.log(np.exp(p).sum(axis=1, keepdims=True))
""",
        _any("done-twice", "other-variable"),
    ),
    Answer(
        "log_softmax",
        "empty_like of integer logits: the logarithms are cut off to whole numbers",
        """\
def log_softmax(z):
    out = np.empty_like(z)
    for i, row in enumerate(z):
        shifted = row - row.max()
        out[i] = shifted - np.log(np.exp(shifted).sum())
    return out
""",
        _any("cut-to-whole"),
    ),
    Answer(
        "log_softmax",
        "the sum of the exponentials is replaced by the largest of them: z minus the maximum",
        """\
def log_softmax(z):
    top = z.max(axis=1, keepdims=True)
    return z - top - np.log(np.exp(z - top).max(axis=1, keepdims=True))
""",
        _any("other-function", "other-operation", "term-left-out"),
    ),
)

RIGHT: tuple[Answer, ...] = (
    # ------------------------------------------------------------------ softplus
    Answer(
        "softplus",
        "max and log1p of a small exponential",
        """\
def softplus(z):
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))
""",
    ),
    Answer(
        "softplus",
        "plain loops, a nested list as the result",
        """\
import math

def softplus(z):
    return [[max(v, 0.0) + math.log1p(math.exp(-abs(v))) for v in row] for row in z.tolist()]
""",
    ),
    Answer(
        "softplus",
        "the large entries are left as they are, a mask for the others",
        """\
def softplus(z):
    a = np.array(z, dtype=float)
    small = a < 40
    a[small] = np.log1p(np.exp(a[small]))
    return a
""",
    ),
    Answer(
        "softplus",
        "logaddexp reduced over a stack of zeros and z",
        """\
def softplus(z):
    return np.logaddexp.reduce(np.stack([np.zeros(z.shape), z]))
""",
    ),
    Answer(
        "softplus",
        "a partial of logaddexp",
        """\
from functools import partial

softplus = partial(np.logaddexp, 0)
""",
    ),
    Answer(
        "softplus",
        "in float32",
        """\
def softplus(z):
    z = np.asarray(z, dtype=np.float32)
    return np.logaddexp(np.float32(0), z)
""",
    ),
    Answer(
        "softplus",
        "a Fortran-ordered view: computed on the transpose",
        """\
def softplus(z):
    return np.logaddexp(z.T, 0).T
""",
    ),
    Answer(
        "softplus",
        "a class with __call__ and np.vectorize",
        """\
import math

class Softplus:
    def one(self, v):
        return v + math.log1p(math.exp(-v)) if v > 0 else math.log1p(math.exp(v))

    def __call__(self, z):
        return np.vectorize(self.one, otypes=[float])(z)

softplus = Softplus()
""",
    ),
    Answer(
        "softplus",
        "a subclass of ndarray as the result",
        """\
class Table(np.ndarray):
    pass

softplus = lambda z: np.logaddexp(0, z).view(Table)
""",
    ),
    # ------------------------------------------------------------------ softplus_derivative
    Answer(
        "softplus_derivative",
        "1 / (1 + e^-z) with z clipped where the slope no longer changes",
        """\
def softplus_derivative(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))
""",
    ),
    Answer(
        "softplus_derivative",
        "both forms, chosen by the sign, from the exponential of -|z|",
        """\
def softplus_derivative(z):
    e = np.exp(-abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)
""",
    ),
    Answer(
        "softplus_derivative",
        "as the exponential of a logarithm",
        """\
def softplus_derivative(z):
    return np.exp(-np.logaddexp(0, -z))
""",
    ),
    Answer(
        "softplus_derivative",
        "loops over a nested list, tuples as the result",
        """\
from math import exp

def slope(v):
    if v < 0:
        return exp(v) / (1 + exp(v))
    return 1 / (1 + exp(-v))

def softplus_derivative(z):
    return tuple(tuple(slope(v) for v in row) for row in z)
""",
    ),
    Answer(
        "softplus_derivative",
        "lru_cache on single numbers",
        """\
import functools
import math

@functools.lru_cache(maxsize=None)
def _slope(v):
    return 0.5 + 0.5 * math.tanh(v / 2)

def softplus_derivative(z):
    result = np.empty(z.shape)
    for index in np.ndindex(*z.shape):
        result[index] = _slope(float(z[index]))
    return result
""",
    ),
    Answer(
        "softplus_derivative",
        "in float32",
        """\
def softplus_derivative(z):
    z = z.astype(np.float32)
    return (np.tanh(z / 2) + 1) / 2
""",
    ),
    Answer(
        "softplus_derivative",
        "with errstate, in a Fortran-ordered array",
        """\
def softplus_derivative(z):
    with np.errstate(over="ignore"):
        return np.asfortranarray(1 / (1 + np.exp(-z)))
""",
    ),
    Answer(
        "softplus_derivative",
        "row by row with map, a list of rows",
        """\
def softplus_derivative(z):
    return list(map(lambda row: 0.5 * (1 + np.tanh(0.5 * row)), z))
""",
    ),
    Answer(
        "softplus_derivative",
        "a share of two: e^z as a part of e^z + e^0, after subtracting the larger exponent",
        """\
def softplus_derivative(z):
    top = np.maximum(z, 0)
    on, off = np.exp(z - top), np.exp(-top)
    return on / (on + off)
""",
    ),
    # ------------------------------------------------------------------ swish
    Answer(
        "swish",
        "with the sigmoid as a helper, both branches",
        """\
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z < 0, e, 1) / (1 + e)

def swish(z):
    return z * sigmoid(z)
""",
    ),
    Answer(
        "swish",
        "plain loops into a float array",
        """\
import math

def swish(z):
    m, n = z.shape
    a = np.zeros((m, n))
    for i in range(m):
        for j in range(n):
            a[i, j] = z[i, j] * (1 + math.tanh(z[i, j] / 2)) / 2
    return a
""",
    ),
    Answer(
        "swish",
        "a nested list",
        """\
def swish(z):
    return (z / (1 + np.exp(-np.clip(z, -700, 700)))).tolist()
""",
    ),
    Answer(
        "swish",
        "einsum of z and the sigmoid",
        """\
def swish(z):
    return np.einsum("ij,ij->ij", z, np.exp(-np.logaddexp(0, -z)))
""",
    ),
    Answer(
        "swish",
        "a lambda in float32",
        """\
swish = lambda z: np.float32(0.5) * z.astype("float32") * (1 + np.tanh(z.astype("float32") / 2))
""",
    ),
    Answer(
        "swish",
        "out= of a new array, a view of a larger one as the result",
        """\
def swish(z):
    m, n = z.shape
    room = np.zeros((m, 2 * n))
    a = room[:, ::2]
    np.multiply(z, 0.5 + 0.5 * np.tanh(z / 2), out=a)
    return a
""",
    ),
    Answer(
        "swish",
        "a closure",
        """\
def gated(gate):
    def f(z):
        return z * gate(z)
    return f

swish = gated(lambda z: (np.tanh(z * 0.5) + 1) * 0.5)
""",
    ),
    Answer(
        "swish",
        "half of z + z tanh(z / 2), transposed twice",
        """\
def swish(z):
    t = z.T
    return ((t + t * np.tanh(t / 2)) / 2).T
""",
    ),
    # ------------------------------------------------------------------ swish_backward
    Answer(
        "swish_backward",
        "written with the activation: a + s (1 - a)",
        """\
def swish_backward(da, z):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    a = z * s
    return (a + s * (1 - a)) * da
""",
    ),
    Answer(
        "swish_backward",
        "two paths, added up in a new array",
        """\
def swish_backward(da, z):
    s = np.exp(-np.logaddexp(0, -z))
    dz = np.zeros(z.shape)
    dz += da * s
    ds = da * z
    dz += ds * s * (1 - s)
    return dz
""",
    ),
    Answer(
        "swish_backward",
        "plain loops and a nested list",
        """\
import math

def swish_backward(da, z):
    out = []
    for blames, row in zip(da.tolist(), z.tolist()):
        line = []
        for d, v in zip(blames, row):
            t = math.tanh(v / 2)
            line.append(d * (0.5 * (1 + t) + v * 0.25 * (1 - t * t)))
        out.append(line)
    return out
""",
    ),
    Answer(
        "swish_backward",
        "einsum over three arrays",
        """\
def swish_backward(da, z):
    s = 1 / (1 + np.exp(-np.clip(z, -600, 600)))
    return np.einsum("ij,ij,ij->ij", da, s, 1 + z * (1 - s))
""",
    ),
    Answer(
        "swish_backward",
        "in float32",
        """\
def swish_backward(da, z):
    z = z.astype(np.float32)
    s = (1 + np.tanh(z / 2)) / 2
    return da.astype(np.float32) * (s + z * s * (1 - s))
""",
    ),
    Answer(
        "swish_backward",
        "a class that keeps the sigmoid between two methods, Fortran order",
        """\
class Swish:
    def gate(self, z):
        e = np.exp(-np.abs(z))
        return np.where(z < 0, e, 1.0) / (1 + e)

    def __call__(self, da, z):
        s = self.gate(z)
        return np.asfortranarray(da * s * (1 + z - z * s))

swish_backward = Swish()
""",
    ),
    Answer(
        "swish_backward",
        "row by row by recursion",
        """\
def swish_backward(da, z):
    if len(z) == 0:
        return []
    s = 0.5 + 0.5 * np.tanh(z[0] / 2)
    return [da[0] * (s + z[0] * s * (1 - s))] + list(swish_backward(da[1:], z[1:]))
""",
    ),
    Answer(
        "swish_backward",
        "np.vectorize of a function of two numbers",
        """\
import math
from functools import partial

def _one(d, v, half):
    s = half * (1 + math.tanh(half * v))
    return d * s + d * v * s * (1 - s)

swish_backward = np.vectorize(partial(_one, half=0.5), otypes=[float])
""",
    ),
    # ------------------------------------------------------------------ elu
    Answer(
        "elu",
        "the sum of a positive and a negative part",
        """\
def elu(z, alpha):
    return np.maximum(z, 0) + alpha * np.expm1(np.minimum(z, 0))
""",
    ),
    Answer(
        "elu",
        "plain loops and a nested list",
        """\
import math

def elu(z, alpha):
    return [[v if v > 0 else alpha * (math.exp(v) - 1) for v in row] for row in z.tolist()]
""",
    ),
    Answer(
        "elu",
        "a float copy and a mask",
        """\
def elu(z, alpha):
    a = z.astype(float)
    cold = a <= 0
    a[cold] = alpha * (np.exp(a[cold]) - 1)
    return a
""",
    ),
    Answer(
        "elu",
        "np.select with exp where it cannot overflow",
        """\
def elu(z, alpha):
    e = np.exp(-np.abs(z))
    return np.select([z > 0, z <= 0], [z, alpha * (e - 1)])
""",
    ),
    Answer(
        "elu",
        "np.piecewise on floats",
        """\
def elu(z, alpha):
    return np.piecewise(z.astype(float), [z > 0], [lambda v: v, lambda v: alpha * np.expm1(v)])
""",
    ),
    Answer(
        "elu",
        "in float32",
        """\
def elu(z, alpha):
    z = z.astype(np.float32)
    return np.where(z > 0, z, np.float32(alpha) * np.expm1(np.minimum(z, 0)))
""",
    ),
    Answer(
        "elu",
        "the exponential only where= it is needed, Fortran order",
        """\
def elu(z, alpha):
    a = np.array(z, dtype=float, order="F")
    np.expm1(z, out=a, where=z < 0)
    np.multiply(a, alpha, out=a, where=z < 0)
    return a
""",
    ),
    Answer(
        "elu",
        "a closure over alpha, tuples as the result",
        """\
from math import expm1

def elu(z, alpha=1.0):
    def bend(v):
        return float(v) if v > 0 else alpha * expm1(v)
    return tuple(tuple(map(bend, row)) for row in z)
""",
    ),
    # ------------------------------------------------------------------ elu_backward
    Answer(
        "elu_backward",
        "the slope as alpha + activation on the negative side",
        """\
def elu_backward(da, z, alpha):
    a = alpha * np.expm1(np.minimum(z, 0))
    return da * np.where(z > 0, 1, a + alpha)
""",
    ),
    Answer(
        "elu_backward",
        "where over the two gradients",
        """\
def elu_backward(da, z, alpha):
    return np.where(z > 0, da, da * alpha * np.exp(-np.abs(z)))
""",
    ),
    Answer(
        "elu_backward",
        "plain loops and a nested list",
        """\
import math

def elu_backward(da, z, alpha):
    dz = []
    for i in range(len(z)):
        dz.append([])
        for j in range(len(z[i])):
            slope = 1.0 if z[i][j] > 0 else alpha * math.exp(z[i][j])
            dz[i].append(da[i][j] * slope)
    return dz
""",
    ),
    Answer(
        "elu_backward",
        "a new float array filled by masks",
        """\
def elu_backward(da, z, alpha):
    dz = da.astype(float)
    cold = ~(z > 0)
    dz[cold] *= alpha * np.exp(z[cold])
    return dz
""",
    ),
    Answer(
        "elu_backward",
        "e^min(z, 0) is 1 on the positive side, so only alpha has to be chosen",
        """\
def elu_backward(da, z, alpha):
    return da * np.exp(np.minimum(z, 0)) * np.where(z > 0, 1, alpha)
""",
    ),
    Answer(
        "elu_backward",
        "in float32",
        """\
def elu_backward(da, z, alpha):
    z = z.astype("float32")
    slope = np.where(z > 0, np.float32(1), np.float32(alpha) * np.exp(np.minimum(z, np.float32(0))))
    return da.astype("float32") * slope
""",
    ),
    Answer(
        "elu_backward",
        "keyword defaults and an einsum",
        """\
def elu_backward(da, z, alpha=1.0, *, corner=0):
    slope = np.where(z > corner, 1.0, alpha * np.exp(np.clip(z, None, 0)))
    return np.einsum("mn,mn->mn", slope, da)
""",
    ),
    Answer(
        "elu_backward",
        "np.vectorize, turned through the transpose",
        """\
import math

@np.vectorize
def _step(d, v, alpha):
    return float(d) if v > 0 else float(d * alpha * math.exp(v))

def elu_backward(da, z, alpha):
    return _step(da.T, z.T, alpha).T
""",
    ),
    # ------------------------------------------------------------------ log_softmax
    Answer(
        "log_softmax",
        "logaddexp reduced along the row",
        """\
def log_softmax(z):
    return z - np.logaddexp.reduce(z, axis=1, keepdims=True)
""",
    ),
    Answer(
        "log_softmax",
        "row by row, a list of arrays",
        """\
def log_softmax(z):
    rows = []
    for row in z:
        shifted = row - row.max()
        rows.append(shifted - np.log(np.exp(shifted).sum()))
    return rows
""",
    ),
    Answer(
        "log_softmax",
        "plain Python with fsum, a nested list",
        """\
import math

def log_softmax(z):
    out = []
    for row in z.tolist():
        top = max(row)
        total = top + math.log(math.fsum(math.exp(v - top) for v in row))
        out.append([v - total for v in row])
    return out
""",
    ),
    Answer(
        "log_softmax",
        "each entry as minus the softplus of all the others: differences of logits",
        """\
def log_softmax(z):
    differences = z[:, None, :] - z[:, :, None]
    top = differences.max(axis=2)
    return -top - np.log(np.exp(differences - top[:, :, None]).sum(axis=2))
""",
    ),
    Answer(
        "log_softmax",
        "on the transpose, a Fortran-ordered result",
        """\
def log_softmax(z):
    t = z.T - z.max(axis=1)
    return (t - np.log(np.sum(np.exp(t), axis=0))).T
""",
    ),
    Answer(
        "log_softmax",
        "einsum for the sum, reduce for the maximum",
        """\
from functools import reduce

def log_softmax(z):
    top = reduce(np.maximum, [z[:, k] for k in range(z.shape[1])])
    shifted = z - top[:, None]
    return shifted - np.log(np.einsum("ik->i", np.exp(shifted)))[:, np.newaxis]
""",
    ),
    Answer(
        "log_softmax",
        "float32 after the maximum is gone",
        """\
def log_softmax(z):
    shifted = (z - z.max(axis=1, keepdims=True)).astype(np.float32)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
""",
    ),
    Answer(
        "log_softmax",
        "recursion over the classes with logaddexp",
        """\
def _log_sum(columns):
    if len(columns) == 1:
        return columns[0]
    return np.logaddexp(columns[0], _log_sum(columns[1:]))

def log_softmax(z):
    columns = [z[:, k] * 1.0 for k in range(z.shape[1])]
    total = _log_sum(columns)
    return np.column_stack([c - total for c in columns])
""",
    ),
    Answer(
        "log_softmax",
        "apply_along_axis",
        """\
def log_softmax(z):
    def line(row):
        row = row - np.max(row)
        return row - np.log(np.sum(np.exp(row)))
    return np.apply_along_axis(line, 1, z.astype(float))
""",
    ),
)
