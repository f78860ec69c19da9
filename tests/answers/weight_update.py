"""Answers to *What to do with a gradient*: update rules, clipping, a schedule and a whole training step."""

from __future__ import annotations

from answers import Answer
from answers import any_of as _any

WRONG = (
    # ------------------------------------------------------------------ ema_momentum_step
    Answer("ema_momentum_step", "classical momentum: g is not weighted with 1 - beta", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    v = beta * v + g
    return theta - learning_rate * v, v
""", _any("factor-left-out", "sum-for-mean")),
    Answer("ema_momentum_step", "the chapter's momentum: the learning rate is inside the velocity", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    v = beta * v - learning_rate * g
    return theta + v, v
""", _any("coupled", "factor-left-out", "steps-exchanged", "sign-inside")),
    Answer("ema_momentum_step", "the step uses the old velocity", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    new_v = beta * v + (1 - beta) * g
    return theta - learning_rate * v, new_v
""", _any("wrong-step", "old-value", "other-variable", "steps-exchanged")),
    Answer("ema_momentum_step", "beta and 1 - beta swapped", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    v = (1 - beta) * v + beta * g
    return theta - learning_rate * v, v
""", _any("rest-for-share")),
    Answer("ema_momentum_step", "plus instead of minus", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    v = beta * v + (1 - beta) * g
    return theta + learning_rate * v, v
""", _any("uphill", "sign-inside", "other-operation")),
    Answer("ema_momentum_step", "theta and v swapped in the result", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    v = beta * v + (1 - beta) * g
    return v, theta - learning_rate * v
""", _any("results-exchanged")),
    Answer("ema_momentum_step", "the learning rate is applied twice: in the velocity and in the step", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    v = beta * v + (1 - beta) * learning_rate * g
    return theta - learning_rate * v, v
""", _any("factor-doubled", "done-twice", "coupled")),
    Answer("ema_momentum_step", "v is corrected for its start, as in Adam, before it is returned", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    v = (beta * v + (1 - beta) * g) / (1 - beta)
    return theta - learning_rate * v, v
""", _any("factor-too-many", "scaled")),
    Answer("ema_momentum_step", "theta and v are changed in place", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    v *= beta
    v += (1 - beta) * g
    theta -= learning_rate * v
    return theta, v
""", _any("cut-to-whole")),
    Answer("ema_momentum_step", "only v is changed in place", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    v[...] = beta * v + (1 - beta) * g
    return theta - learning_rate * v, v
""", _any("cut-to-whole")),
    Answer("ema_momentum_step", "the step uses the gradient, the velocity is only remembered", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    v = beta * v + (1 - beta) * g
    return theta - learning_rate * g, v
""", _any("other-variable", "wrong-tensor")),
    Answer("ema_momentum_step", "the velocity is returned as it came in", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    return theta - learning_rate * (beta * v + (1 - beta) * g), v
""", _any("wrong-step", "old-value", "input-returned")),
    Answer("ema_momentum_step", "Nesterov: a look ahead with one more turn of the velocity", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    v = beta * v + (1 - beta) * g
    return theta - learning_rate * (beta * v + (1 - beta) * g), v
""", _any("done-twice")),
    Answer("ema_momentum_step", "beta is fixed at 0.9", """
def ema_momentum_step(theta, g, v, learning_rate, beta=0.9):
    beta = 0.9
    v = beta * v + (1 - beta) * g
    return theta - learning_rate * v, v
""", _any("other-constant")),
    Answer("ema_momentum_step", "only theta is returned", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    v = beta * v + (1 - beta) * g
    return theta - learning_rate * v
""", _any("step-left-out")),
    # ------------------------------------------------------------------ adagrad_step
    Answer("adagrad_step", "plus instead of minus", """
def adagrad_step(theta, g, s, learning_rate):
    s = s + g**2
    return theta + learning_rate * g / (np.sqrt(s) + 1e-8), s
""", _any("uphill", "sign-inside", "other-operation")),
    Answer("adagrad_step", "divides by s, the root is missing", """
def adagrad_step(theta, g, s, learning_rate):
    s = s + g**2
    return theta - learning_rate * g / (s + 1e-8), s
""", _any("function-left-out", "power-mixed")),
    Answer("adagrad_step", "g is added to s without the square", """
def adagrad_step(theta, g, s, learning_rate):
    s = s + np.abs(g)
    return theta - learning_rate * g / (np.sqrt(s) + 1e-8), s
""", _any("power-mixed", "other-function")),
    Answer("adagrad_step", "divides by the root of the old s", """
def adagrad_step(theta, g, s, learning_rate):
    return theta - learning_rate * g / (np.sqrt(s) + 1e-8), s + g**2
""", _any("wrong-step", "old-value", "steps-exchanged")),
    Answer("adagrad_step", "a running mean in place of the sum, as in RMSProp", """
def adagrad_step(theta, g, s, learning_rate):
    s = 0.9 * s + 0.1 * g**2
    return theta - learning_rate * g / (np.sqrt(s) + 1e-8), s
""", _any("factor-too-many", "other-constant")),
    Answer("adagrad_step", "s is replaced by the square of this gradient, not added to", """
def adagrad_step(theta, g, s, learning_rate):
    s = g**2
    return theta - learning_rate * g / (np.sqrt(s) + 1e-8), s
""", _any("kept-not-added", "term-left-out")),
    Answer("adagrad_step", "nothing guards against a division by zero", """
def adagrad_step(theta, g, s, learning_rate):
    s = s + g**2
    return theta - learning_rate * g / np.sqrt(s), s
""", _any("term-left-out", "case-left-out", "single-entries")),
    Answer("adagrad_step", "the tiny number stands under the root", """
def adagrad_step(theta, g, s, learning_rate):
    s = s + g**2
    return theta - learning_rate * g / np.sqrt(s + 1e-8), s
""", _any("steps-exchanged")),
    Answer("adagrad_step", "brackets forgotten: the tiny number is added to the quotient", """
def adagrad_step(theta, g, s, learning_rate):
    s = s + g**2
    return theta - learning_rate * g / np.sqrt(s) + 1e-8, s
""", _any("parentheses-missing", "steps-exchanged", "term-left-out", "case-left-out", "single-entries")),
    Answer("adagrad_step", "one sum of squares for the whole array, not one for each entry", """
def adagrad_step(theta, g, s, learning_rate):
    s = s + np.sum(g**2)
    return theta - learning_rate * g / (np.sqrt(s) + 1e-8), s
""", _any("other-axis")),
    Answer("adagrad_step", "s is changed in place", """
def adagrad_step(theta, g, s, learning_rate):
    s += g**2
    return theta - learning_rate * g / (np.sqrt(s) + 1e-8), s
""", _any("cut-to-whole")),
    Answer("adagrad_step", "theta and s swapped in the result", """
def adagrad_step(theta, g, s, learning_rate):
    s = s + g**2
    return s, theta - learning_rate * g / (np.sqrt(s) + 1e-8)
""", _any("results-exchanged")),
    Answer("adagrad_step", "the root is remembered in place of the sum", """
def adagrad_step(theta, g, s, learning_rate):
    s = np.sqrt(s + g**2)
    return theta - learning_rate * g / (s + 1e-8), s
""", _any("power-mixed", "coupled", "other-function")),
    Answer("adagrad_step", "the old s is returned", """
def adagrad_step(theta, g, s, learning_rate):
    return theta - learning_rate * g / (np.sqrt(s + g**2) + 1e-8), s
""", _any("wrong-step", "old-value", "input-returned")),
    Answer("adagrad_step", "g is left out of the numerator", """
def adagrad_step(theta, g, s, learning_rate):
    s = s + g**2
    return theta - learning_rate / (np.sqrt(s) + 1e-8), s
""", _any("factor-left-out")),
    # ------------------------------------------------------------------ adamw_step
    Answer("adamw_step", "coupled decay: lambda theta is added to the gradient and goes through the averages", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    g = g + decay * theta
    v = 0.9 * v + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    step = (v / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
    return theta - learning_rate * step, v, s
""", _any("coupled")),
    Answer("adamw_step", "the decay is left out: plain Adam", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    v = 0.9 * v + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    step = (v / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
    return theta - learning_rate * step, v, s
""", _any("weight-decay-missing", "term-left-out", "step-left-out")),
    Answer("adamw_step", "the decay is not multiplied by the learning rate", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    v = 0.9 * v + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    step = (v / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
    return theta - learning_rate * step - decay * theta, v, s
""", _any("factor-left-out")),
    Answer("adamw_step", "the decay has the other sign: weights grow", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    v = 0.9 * v + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    step = (v / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
    return theta - learning_rate * (step - decay * theta), v, s
""", _any("weight-decay-sign", "sign-inside", "other-operation")),
    Answer("adamw_step", "the decay pulls at the weight that was already updated", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    v = 0.9 * v + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    theta = theta - learning_rate * (v / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
    theta = theta - learning_rate * decay * theta
    return theta, v, s
""", _any("old-value", "steps-exchanged")),
    Answer("adamw_step", "no corrections for the start", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    v = 0.9 * v + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    return theta - learning_rate * (v / (np.sqrt(s) + 1e-8) + decay * theta), v, s
""", _any("step-left-out", "factor-left-out")),
    Answer("adamw_step", "only v is corrected for the start", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    v = 0.9 * v + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    return theta - learning_rate * (v / (1 - 0.9**t) / (np.sqrt(s) + 1e-8) + decay * theta), v, s
""", _any("step-left-out", "factor-left-out")),
    Answer("adamw_step", "the corrected v and s are remembered", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    v = (0.9 * v + 0.1 * g) / (1 - 0.9**t)
    s = (0.999 * s + 0.001 * g**2) / (1 - 0.999**t)
    return theta - learning_rate * (v / (np.sqrt(s) + 1e-8) + decay * theta), v, s
""", _any("correction-kept", "coupled", "other-variable", "scaled")),
    Answer("adamw_step", "t is counted from 0: the corrections use t + 1", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    v = 0.9 * v + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    step = (v / (1 - 0.9 ** (t + 1))) / (np.sqrt(s / (1 - 0.999 ** (t + 1))) + 1e-8)
    return theta - learning_rate * (step + decay * theta), v, s
""", _any("off-by-one")),
    Answer("adamw_step", "the corrections do not know t: always those of the first step", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    v = 0.9 * v + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    step = (v / (1 - 0.9)) / (np.sqrt(s / (1 - 0.999)) + 1e-8)
    return theta - learning_rate * (step + decay * theta), v, s
""", _any("power-mixed")),
    Answer("adamw_step", "the correction multiplies where it should divide", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    v = 0.9 * v + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    step = (v * (1 - 0.9**t)) / (np.sqrt(s * (1 - 0.999**t)) + 1e-8)
    return theta - learning_rate * (step + decay * theta), v, s
""", _any("multiplied-divided")),
    Answer("adamw_step", "the root is missing", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    v = 0.9 * v + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    step = (v / (1 - 0.9**t)) / (s / (1 - 0.999**t) + 1e-8)
    return theta - learning_rate * (step + decay * theta), v, s
""", _any("function-left-out", "power-mixed")),
    Answer("adamw_step", "the tiny number stands under the root", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    v = 0.9 * v + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    step = (v / (1 - 0.9**t)) / np.sqrt(s / (1 - 0.999**t) + 1e-8)
    return theta - learning_rate * (step + decay * theta), v, s
""", _any("steps-exchanged")),
    Answer("adamw_step", "nothing guards against a division by zero", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    v = 0.9 * v + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    step = (v / (1 - 0.9**t)) / np.sqrt(s / (1 - 0.999**t))
    return theta - learning_rate * (step + decay * theta), v, s
""", _any("term-left-out", "case-left-out", "single-entries")),
    Answer("adamw_step", "the old v and s are used for the step", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    step = (v / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
    return theta - learning_rate * (step + decay * theta), 0.9 * v + 0.1 * g, 0.999 * s + 0.001 * g**2
""", _any("wrong-step", "old-value", "steps-exchanged")),
    Answer("adamw_step", "v and s swapped in the result", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    v = 0.9 * v + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    step = (v / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
    return theta - learning_rate * (step + decay * theta), s, v
""", _any("results-exchanged")),
    Answer("adamw_step", "v and s are changed in place", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    v *= 0.9
    v += 0.1 * g
    s *= 0.999
    s += 0.001 * g**2
    step = (v / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
    return theta - learning_rate * (step + decay * theta), v, s
""", _any("cut-to-whole")),
    Answer("adamw_step", "s is updated with g, not with its square", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    v = 0.9 * v + 0.1 * g
    s = 0.999 * s + 0.001 * abs(g)
    step = (v / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
    return theta - learning_rate * (step + decay * theta), v, s
""", _any("power-mixed", "other-function")),
    Answer("adamw_step", "s is updated with the square of v, not of g", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    v = 0.9 * v + 0.1 * g
    s = 0.999 * s + 0.001 * v**2
    step = (v / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
    return theta - learning_rate * (step + decay * theta), v, s
""", _any("wrong-tensor", "other-variable")),
    Answer("adamw_step", "plus instead of minus in the whole step", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    v = 0.9 * v + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    step = (v / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
    return theta + learning_rate * (step + decay * theta), v, s
""", _any("uphill", "sign-inside", "other-operation")),
    # ------------------------------------------------------------------ clip_by_norm
    Answer("clip_by_norm", "every array is clipped by its own length", """
def clip_by_norm(gradients, limit):
    clipped = {}
    for name, g in gradients.items():
        norm = np.linalg.norm(g)
        clipped[name] = g * limit / norm if norm > limit else g.copy()
    return clipped
""", _any("each-by-itself")),
    Answer("clip_by_norm", "every entry is clipped by itself", """
def clip_by_norm(gradients, limit):
    return {name: np.clip(g, -limit, limit) for name, g in gradients.items()}
""", _any("each-by-itself", "other-function")),
    Answer("clip_by_norm", "always brought to the limit, even if shorter", """
def clip_by_norm(gradients, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients.values()))
    return {name: g * limit / norm for name, g in gradients.items()}
""", _any("case-left-out", "step-left-out")),
    Answer("clip_by_norm", "the comparison is reversed: short ones are made longer, long ones left", """
def clip_by_norm(gradients, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients.values()))
    factor = limit / norm if 0 < norm < limit else 1.0
    return {name: factor * g for name, g in gradients.items()}
""", _any("comparison-reversed")),
    Answer("clip_by_norm", "the root is missing: compares and divides by the squared length", """
def clip_by_norm(gradients, limit):
    norm = sum(np.sum(g**2) for g in gradients.values())
    factor = limit / norm if norm > limit else 1.0
    return {name: factor * g for name, g in gradients.items()}
""", _any("function-left-out", "power-mixed")),
    Answer("clip_by_norm", "the lengths of the arrays are added, not their squares", """
def clip_by_norm(gradients, limit):
    norm = sum(np.linalg.norm(g) for g in gradients.values())
    factor = limit / norm if norm > limit else 1.0
    return {name: factor * g for name, g in gradients.items()}
""", _any("power-mixed", "each-by-itself", "steps-exchanged")),
    Answer("clip_by_norm", "the largest entry for the length", """
def clip_by_norm(gradients, limit):
    norm = max(np.max(np.abs(g)) for g in gradients.values())
    factor = limit / norm if norm > limit else 1.0
    return {name: factor * g for name, g in gradients.items()}
""", _any("other-function", "other-operation")),
    Answer("clip_by_norm", "the root of the mean square for the length", """
def clip_by_norm(gradients, limit):
    long = np.concatenate([np.ravel(g) for g in gradients.values()])
    norm = np.sqrt(np.mean(long**2))
    factor = limit / norm if norm > limit else 1.0
    return {name: factor * g for name, g in gradients.items()}
""", _any("mean-for-sum")),
    Answer("clip_by_norm", "spectral norm: np.linalg.norm(g, 2) of a matrix", """
def clip_by_norm(gradients, limit):
    norm = np.sqrt(sum(np.linalg.norm(np.atleast_1d(g), 2) ** 2 for g in gradients.values()))
    factor = limit / norm if norm > limit else 1.0
    return {name: factor * g for name, g in gradients.items()}
""", _any("other-function")),
    Answer("clip_by_norm", "the arrays are changed in place", """
def clip_by_norm(gradients, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients.values()))
    if norm > limit:
        for name in gradients:
            gradients[name] *= limit / norm
    return gradients
"""),
    Answer("clip_by_norm", "the dictionary that came in is filled with the clipped arrays", """
def clip_by_norm(gradients, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients.values()))
    if norm > limit:
        for name in gradients:
            gradients[name] = gradients[name] * (limit / norm)
    return gradients
"""),
    Answer("clip_by_norm", "divided by the length, but not multiplied by the limit", """
def clip_by_norm(gradients, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients.values()))
    if norm > limit:
        return {name: g / norm for name, g in gradients.items()}
    return dict(gradients)
""", _any("scaled", "factor-left-out", "other-constant")),
    Answer("clip_by_norm", "the sum begins anew with every array: the last one's length is used", """
def clip_by_norm(gradients, limit):
    for g in gradients.values():
        total = 0.0
        total += np.sum(g**2)
    norm = np.sqrt(total)
    factor = limit / norm if norm > limit else 1.0
    return {name: factor * g for name, g in gradients.items()}
""", _any("kept-not-added")),
    Answer("clip_by_norm", "only the arrays longer than the limit shrink, by the factor of all", """
def clip_by_norm(gradients, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients.values()))
    return {n: g * limit / norm if np.linalg.norm(g) > limit else g for n, g in gradients.items()}
""", _any("each-by-itself", "other-variable")),
    Answer("clip_by_norm", "only the weights, names with W, are looked at and shortened", """
def clip_by_norm(gradients, limit):
    norm = np.sqrt(sum(np.sum(g**2) for name, g in gradients.items() if name.startswith("W")))
    factor = limit / norm if norm > limit else 1.0
    return {name: factor * g if name.startswith("W") else g for name, g in gradients.items()}
""", _any("term-left-out")),
    Answer("clip_by_norm", "one long vector is returned, the names are lost", """
def clip_by_norm(gradients, limit):
    long = np.concatenate([np.ravel(g) for g in gradients.values()])
    norm = np.linalg.norm(long)
    return long * limit / norm if norm > limit else long
""", _any("step-left-out")),
    Answer("clip_by_norm", "return stands inside the loop: only the first name", """
def clip_by_norm(gradients, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients.values()))
    clipped = {}
    for name in gradients:
        clipped[name] = gradients[name] * min(1, limit / max(norm, 1e-300))
        return clipped
    return clipped
""", _any("stopped-early")),
    # ------------------------------------------------------------------ linear_decay
    Answer("linear_decay", "no floor: negative after the last epoch", """
def linear_decay(epoch, epochs, rate):
    return rate * (1 - epoch / epochs)
""", _any("function-left-out", "case-left-out", "not-stopped")),
    Answer("linear_decay", "reaches 0 one epoch too early, at epochs - 1", """
def linear_decay(epoch, epochs, rate):
    if epoch >= epochs - 1:
        return 0.0
    return rate * (1 - epoch / (epochs - 1))
""", _any("off-by-one", "stopped-early")),
    Answer("linear_decay", "reaches 0 one epoch too late, at epochs + 1", """
def linear_decay(epoch, epochs, rate):
    return max(0.0, rate * (1 - epoch / (epochs + 1)))
""", _any("off-by-one", "not-stopped")),
    Answer("linear_decay", "counts from 1: below the rate at epoch 0 already", """
def linear_decay(epoch, epochs, rate):
    return rate * max(0.0, 1 - (epoch + 1) / epochs)
""", _any("off-by-one")),
    Answer("linear_decay", "rises in place of falling", """
def linear_decay(epoch, epochs, rate):
    return rate * min(1.0, epoch / epochs)
""", _any("largest-smallest", "rest-for-share", "first-for-last")),
    Answer("linear_decay", "falls exponentially, halved every epoch", """
def linear_decay(epoch, epochs, rate):
    return rate * 0.5**epoch if epoch < epochs else 0.0
""", _any("other-function")),
    Answer("linear_decay", "a half wave of the cosine, not a straight line", """
def linear_decay(epoch, epochs, rate):
    if epoch >= epochs:
        return 0.0
    return 0.5 * rate * (1 + np.cos(np.pi * epoch / epochs))
""", _any("other-function")),
    Answer("linear_decay", "whole-number division: constant, then 0", """
def linear_decay(epoch, epochs, rate):
    return rate * max(0, 1 - epoch // epochs)
""", _any("cut-to-whole")),
    Answer("linear_decay", "falls by 1 / epochs in each epoch, whatever the rate is", """
def linear_decay(epoch, epochs, rate):
    return max(0.0, rate - epoch / epochs)
""", _any("factor-left-out")),
    Answer("linear_decay", "starts again after the last epoch", """
def linear_decay(epoch, epochs, rate):
    return rate * (1 - (epoch % epochs) / epochs)
""", _any("not-stopped", "case-left-out")),
    Answer("linear_decay", "rises again after the last epoch: the absolute value", """
def linear_decay(epoch, epochs, rate):
    return rate * abs(1 - epoch / epochs)
""", _any("other-function", "not-stopped", "case-left-out")),
    Answer("linear_decay", "the rate does not come in: always from 1 to 0", """
def linear_decay(epoch, epochs, rate):
    return max(0.0, 1 - epoch / epochs)
""", _any("scaled", "factor-left-out")),
    Answer("linear_decay", "stays at the rate", """
def linear_decay(epoch, epochs, rate):
    return rate
""", _any("input-returned", "step-left-out", "same-for-all")),
    Answer("linear_decay", "0 from then on is missing: stays at the last rate above 0", """
def linear_decay(epoch, epochs, rate):
    return rate * (1 - min(epoch, epochs - 1) / epochs)
""", _any("off-by-one", "case-left-out", "stopped-early")),
    # ------------------------------------------------------------------ train_step
    Answer("train_step", "W2 is updated before the blame passes through it", """
def train_step(params, x, y, learning_rate):
    p = dict(params)
    a = np.tanh(x @ p["W1"] + p["b1"])
    dz2 = (a @ p["W2"] + p["b2"] - y) / len(x)
    p["W2"] = p["W2"] - learning_rate * a.T @ dz2
    p["b2"] = p["b2"] - learning_rate * dz2.sum(axis=0)
    dz1 = dz2 @ p["W2"].T * (1 - a**2)
    p["W1"] = p["W1"] - learning_rate * x.T @ dz1
    p["b1"] = p["b1"] - learning_rate * dz1.sum(axis=0)
    return p
""", _any("updated-weights", "old-value", "steps-exchanged")),
    Answer("train_step", "not averaged over the samples", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = a @ params["W2"] + params["b2"] - y
    dz1 = dz2 @ params["W2"].T * (1 - a**2)
    g = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any("not-averaged", "times-samples", "factor-left-out", "sum-for-mean", "scaled")),
    Answer("train_step", "divided by the samples twice in the hidden layer", """
def train_step(params, x, y, learning_rate):
    m = len(x)
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (a @ params["W2"] + params["b2"] - y) / m
    dz1 = dz2 @ params["W2"].T * (1 - a**2)
    g = {"W1": x.T @ dz1 / m, "b1": dz1.sum(axis=0) / m, "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any(
    "averaged-twice",
    "divided-by-samples",
    "mean-for-sum",
    "bias-averaged",
    "factor-doubled",
    "done-twice",
    "power-mixed",
    "scaled",
)),
    Answer("train_step", "divided by y.size, the number of outputs included", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (a @ params["W2"] + params["b2"] - y) / y.size
    dz1 = dz2 @ params["W2"].T * (1 - a**2)
    g = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any("scaled", "other-count", "mean-for-sum")),
    Answer("train_step", "twice the gradient: the one half of the loss is forgotten", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = 2 * (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T * (1 - a**2)
    g = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any("factor-two", "doubled", "factor-left-out", "other-constant", "scaled")),
    Answer("train_step", "half the gradient: the one half of the loss is kept", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (a @ params["W2"] + params["b2"] - y) / (2 * len(x))
    dz1 = dz2 @ params["W2"].T * (1 - a**2)
    g = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any("factor-half", "halved", "factor-left-out", "scaled")),
    Answer("train_step", "plus instead of minus", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T * (1 - a**2)
    g = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    return {k: params[k] + learning_rate * g[k] for k in params}
""", _any("uphill", "sign", "turned-sign", "sign-inside", "other-operation")),
    Answer("train_step", "target minus prediction, and the step still subtracts", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (y - a @ params["W2"] - params["b2"]) / len(x)
    dz1 = dz2 @ params["W2"].T * (1 - a**2)
    g = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any("uphill", "sign", "turned-sign", "sign-inside", "other-operation")),
    Answer("train_step", "the slope of tanh is left out", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T
    g = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any("activation-derivative-missing", "factor-left-out", "step-left-out")),
    Answer("train_step", "the slope is taken at the activation: 1 - tanh(a) squared", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T * (1 - np.tanh(a) ** 2)
    g = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any("derivative-at-activation", "done-twice", "other-variable", "wrong-tensor")),
    Answer("train_step", "the slope is 1 - z squared, with the weighted input", """
def train_step(params, x, y, learning_rate):
    z = x @ params["W1"] + params["b1"]
    a = np.tanh(z)
    dz2 = (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T * (1 - z**2)
    g = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any("tanh-from-weighted-input", "other-variable", "wrong-tensor", "function-left-out")),
    Answer("train_step", "the slope of the sigmoid, a(1 - a)", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T * a * (1 - a)
    g = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any("other-activation", "other-function")),
    Answer("train_step", "the slope is 1 - a, the square is missing", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T * (1 - a)
    g = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any("other-activation", "power-mixed")),
    Answer("train_step", "the value of tanh for its slope", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T * a
    g = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any("value-for-slope", "other-function")),
    Answer("train_step", "the output is bent as well: tanh on both layers", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    out = np.tanh(a @ params["W2"] + params["b2"])
    dz2 = (out - y) * (1 - out**2) / len(x)
    dz1 = dz2 @ params["W2"].T * (1 - a**2)
    g = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any("function-too-many", "other-activation", "case-left-out", "other-function")),
    Answer("train_step", "the slope of tanh at the output, which has no bend", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    out = a @ params["W2"] + params["b2"]
    dz2 = (out - y) * (1 - out**2) / len(x)
    dz1 = dz2 @ params["W2"].T * (1 - a**2)
    g = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any("function-too-many", "other-activation", "tanh-from-weighted-input", "case-left-out", "other-function")),
    Answer("train_step", "the biases keep one row per sample", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T * (1 - a**2)
    g = {"W1": x.T @ dz1, "b1": dz1, "W2": a.T @ dz2, "b2": dz2}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any("bias-not-summed", "step-left-out", "each-by-itself")),
    Answer("train_step", "the biases' gradients are means of what is averaged already", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T * (1 - a**2)
    g = {"W1": x.T @ dz1, "b1": dz1.mean(axis=0), "W2": a.T @ dz2, "b2": dz2.mean(axis=0)}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any(
    "bias-averaged",
    "averaged-twice",
    "mean-for-sum",
    "divided-by-samples",
    "factor-doubled",
    "done-twice",
    "scaled",
)),
    Answer("train_step", "the biases' gradients are summed over everything, one number per layer", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T * (1 - a**2)
    g = {"W1": x.T @ dz1, "b1": dz1.sum(), "W2": a.T @ dz2, "b2": dz2.sum()}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any("wrong-axis", "other-axis")),
    Answer("train_step", "the biases get a second axis from keepdims", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T * (1 - a**2)
    g = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0, keepdims=True), "W2": a.T @ dz2, "b2": dz2.sum(axis=0, keepdims=True)}
    return {k: params[k] - learning_rate * g[k] for k in params}
"""),
    Answer("train_step", "the biases are not updated", """
def train_step(params, x, y, learning_rate):
    new = dict(params)
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T * (1 - a**2)
    new["W1"] = params["W1"] - learning_rate * x.T @ dz1
    new["W2"] = params["W2"] - learning_rate * a.T @ dz2
    return new
""", _any("step-left-out", "old-value", "input-returned")),
    Answer("train_step", "the arrays of params are changed in place", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T * (1 - a**2)
    g = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    new = params.copy()  # the dictionary is new, its arrays are not
    for k in new:
        new[k] -= learning_rate * g[k]
    return new
"""),
    Answer("train_step", "params itself is filled with the new arrays", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T * (1 - a**2)
    g = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    for k in params:
        params[k] = params[k] - learning_rate * g[k]
    return params
"""),
    Answer("train_step", "the gradients are returned, no step is taken", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T * (1 - a**2)
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
""", _any("step-left-out")),
    Answer("train_step", "the blame is spread evenly over the hidden units, without W2", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2.sum(axis=1, keepdims=True) * (1 - a**2)
    g = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any("weights-skipped", "factor-left-out", "counted-alike")),
    Answer("train_step", "W2 without its transpose on the way back: goes through only if it is square", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"] * (1 - a**2)
    g = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any("wrong-transpose", "not-transposed")),
    Answer("train_step", "only the last sample of the batch is in the gradients", """
def train_step(params, x, y, learning_rate):
    for xi, yi in zip(x, y):
        a = np.tanh(xi @ params["W1"] + params["b1"])
        dz2 = (a @ params["W2"] + params["b2"] - yi) / len(x)
        dz1 = params["W2"] @ dz2 * (1 - a**2)
        g = {"W1": np.outer(xi, dz1), "b1": dz1, "W2": np.outer(a, dz2), "b2": dz2}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any("only-one-sample", "kept-not-added", "assigned-not-added", "bias-not-summed")),
    Answer("train_step", "one step after each sample, in place of one for the batch", """
def train_step(params, x, y, learning_rate):
    p = dict(params)
    for xi, yi in zip(x, y):
        a = np.tanh(xi @ p["W1"] + p["b1"])
        dz2 = (a @ p["W2"] + p["b2"] - yi) / len(x)
        dz1 = p["W2"] @ dz2 * (1 - a**2)
        g = {"W1": np.outer(xi, dz1), "b1": dz1, "W2": np.outer(a, dz2), "b2": dz2}
        p = {k: p[k] - learning_rate * g[k] for k in p}
    return p
""", _any("updated-weights", "old-value", "each-by-itself", "steps-exchanged")),
    Answer("train_step", "the weighted input of the hidden layer for its activation in W2's gradient", """
def train_step(params, x, y, learning_rate):
    z = x @ params["W1"] + params["b1"]
    a = np.tanh(z)
    dz2 = (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T * (1 - a**2)
    g = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": z.T @ dz2, "b2": dz2.sum(axis=0)}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any("wrong-tensor", "other-variable", "function-left-out")),
    Answer("train_step", "b2 is left out of the forward pass", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (a @ params["W2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T * (1 - a**2)
    g = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any("term-left-out")),
    Answer("train_step", "the learning rate is applied twice", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = learning_rate * (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T * (1 - a**2)
    g = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any("factor-doubled", "done-twice", "power-mixed", "scaled")),
    Answer("train_step", "b1 is updated with the gradient of W1, summed over the inputs", """
def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params["W1"] + params["b1"])
    dz2 = (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T * (1 - a**2)
    dW1, dW2 = x.T @ dz1, a.T @ dz2
    g = {"W1": dW1, "b1": dW1.sum(axis=0), "W2": dW2, "b2": dW2.sum(axis=0)}
    return {k: params[k] - learning_rate * g[k] for k in params}
""", _any("bias-from-weights", "other-variable", "wrong-tensor")),
    # What passed once: kinds of inputs that the texts promise, and that no check had tried.
    Answer("linear_decay", "rounded to four decimals", """
def linear_decay(epoch, epochs, rate):
    return round(rate * max(0.0, 1 - epoch / epochs), 4)
"""),
    Answer("linear_decay", "rounded to eight decimals", """
def linear_decay(epoch, epochs, rate):
    return round(rate * max(0.0, 1 - epoch / epochs), 8)
"""),
    Answer("linear_decay", "zero one epoch early", """
def linear_decay(epoch, epochs, rate):
    return 0.0 if epoch >= epochs - 1 else rate * (1 - epoch / epochs)
"""),
    Answer("linear_decay", "never below a twentieth before the end", """
def linear_decay(epoch, epochs, rate):
    return 0.0 if epoch >= epochs else max(0.05 * rate, rate * (1 - epoch / epochs))
"""),
    Answer("ema_momentum_step", "the first velocity is the gradient itself", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    v = 1.0 * g if np.all(v == 0) else beta * v + (1 - beta) * g
    return theta - learning_rate * v, v
"""),
    Answer("clip_by_norm", "a trillionth is added to the length", """
def clip_by_norm(gradients, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients.values())) + 1e-12
    factor = min(1.0, limit / norm)
    return {name: factor * g for name, g in gradients.items()}
""", _any("term-too-many")),
    Answer("clip_by_norm", "no length is smaller than a trillionth", """
def clip_by_norm(gradients, limit):
    norm = max(np.sqrt(sum(np.sum(g**2) for g in gradients.values())), 1e-12)
    factor = min(1.0, limit / norm)
    return {name: factor * g for name, g in gradients.items()}
"""),
    Answer("train_step", "the bias is added in place, to whole numbers", """
def train_step(params, x, y, learning_rate):
    z = x @ params["W1"]
    z += params["b1"]
    a = np.tanh(z)
    dz2 = (a @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = (dz2 @ params["W2"].T) * (1 - a**2)
    slopes = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a.T @ dz2, "b2": dz2.sum(axis=0)}
    return {name: params[name] - learning_rate * slopes[name] for name in params}
""", _any("cut-to-whole")),
)  # fmt: skip

RIGHT = (
    # ------------------------------------------------------------------ ema_momentum_step
    Answer("ema_momentum_step", "v moved toward g", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    new = v + (1 - beta) * (g - v)
    return theta - learning_rate * new, new
"""),
    Answer("ema_momentum_step", "a list of two, np functions", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    v = np.add(np.multiply(beta, v), np.multiply(1 - beta, g))
    return [np.subtract(theta, np.multiply(learning_rate, v)), v]
"""),
    Answer("ema_momentum_step", "recursion into nested lists", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    if np.ndim(g) == 0:
        new = beta * float(v) + (1 - beta) * float(g)
        return float(theta) - learning_rate * new, new
    pairs = [ema_momentum_step(a, b, c, learning_rate, beta) for a, b, c in zip(theta, g, v)]
    return [p[0] for p in pairs], [p[1] for p in pairs]
"""),
    Answer("ema_momentum_step", "copies changed in place", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    theta, v = np.array(theta, dtype=float), np.array(v, dtype=float)
    v *= beta
    v += (1 - beta) * g
    theta -= learning_rate * v
    return theta, v
"""),
    Answer("ema_momentum_step", "a subclass of tuple, named", """
from typing import NamedTuple

class State(NamedTuple):
    theta: object
    v: object

def ema_momentum_step(theta, g, v, learning_rate, beta):
    v = beta * v + (1 - beta) * g
    return State(theta - learning_rate * v, v)
"""),
    Answer("ema_momentum_step", "both results are views of one array", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    both = np.empty((2, *np.shape(theta)))
    both[1] = beta * v + (1 - beta) * g
    both[0] = theta - learning_rate * both[1]
    return both[0], both[1]
"""),
    Answer("ema_momentum_step", "a deque of Fortran-ordered arrays", """
from collections import deque

def ema_momentum_step(theta, g, v, learning_rate, beta):
    v = beta * v + g - beta * g
    return deque([np.array(theta - learning_rate * v, order="F"), np.array(v, order="F")])
"""),
    Answer("ema_momentum_step", "lambda inside a lambda", """
ema_momentum_step = lambda theta, g, v, learning_rate, beta: (
    lambda new: (theta - learning_rate * new, new)
)(beta * v + (1 - beta) * g)
"""),
    Answer("ema_momentum_step", "flat loop, the shape put back", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    new_v, new_theta = np.zeros(np.shape(v)), np.zeros(np.shape(theta))
    for i in np.ndindex(np.shape(v)):
        new_v[i] = beta * v[i] + (1 - beta) * g[i]
        new_theta[i] = theta[i] - learning_rate * new_v[i]
    return new_theta, new_v
"""),
    # ------------------------------------------------------------------ adagrad_step
    Answer("adagrad_step", "g * g and ** 0.5", """
def adagrad_step(theta, g, s, learning_rate):
    s = s + g * g
    return theta - (learning_rate / (s**0.5 + 1e-8)) * g, s
"""),
    Answer("adagrad_step", "recursion into nested lists", """
import math

def adagrad_step(theta, g, s, learning_rate):
    if np.ndim(g) == 0:
        total = float(s) + float(g) ** 2
        return float(theta) - learning_rate * float(g) / (math.sqrt(total) + 1e-8), total
    rows = [adagrad_step(a, b, c, learning_rate) for a, b, c in zip(theta, g, s)]
    return [r[0] for r in rows], [r[1] for r in rows]
"""),
    Answer("adagrad_step", "copies changed in place", """
def adagrad_step(theta, g, s, learning_rate):
    total = np.array(s, dtype=float)
    total += np.square(g)
    step = np.sqrt(total)
    step += 1e-8
    return theta - learning_rate * np.divide(g, step), total
"""),
    Answer("adagrad_step", "lists by tolist, in a list", """
def adagrad_step(theta, g, s, learning_rate):
    new = np.asarray(s + g**2)
    return [np.asarray(theta - learning_rate * g / (np.sqrt(new) + 1e-8)).tolist(), new.tolist()]
"""),
    Answer("adagrad_step", "np.hypot of the old root and g", """
def adagrad_step(theta, g, s, learning_rate):
    root = np.hypot(np.sqrt(s), g)
    return theta - learning_rate * g / (root + 1e-8), s + np.power(g, 2)
"""),
    Answer("adagrad_step", "an object with __call__ and its own tiny number", """
class Adagrad:
    def __init__(self, epsilon=1e-8):
        self.epsilon = epsilon

    def __call__(self, theta, g, s, learning_rate):
        s = s + g**2
        return theta - learning_rate * g / (s**0.5 + self.epsilon), s

adagrad_step = Adagrad()
"""),
    Answer("adagrad_step", "keyword-only epsilon, Fortran order", """
def adagrad_step(theta, g, s, learning_rate, *, epsilon=1e-8):
    s = np.array(s + g**2, order="F")
    return np.array(theta - learning_rate * g / (np.sqrt(s) + epsilon), order="F"), s
"""),
    Answer("adagrad_step", "partial of a general rule", """
from functools import partial

def rule(theta, g, s, learning_rate, keep, epsilon):
    s = keep * s + g**2
    return theta - learning_rate * g / (np.sqrt(s) + epsilon), s

adagrad_step = partial(rule, keep=1.0, epsilon=1e-8)
"""),
    Answer("adagrad_step", "np.vectorize with two results", """
def one(t, g, s, rate):
    s = s + g**2
    return t - rate * g / (s**0.5 + 1e-8), s

def adagrad_step(theta, g, s, learning_rate):
    return np.vectorize(one, otypes=[float, float])(theta, g, s, learning_rate)
"""),
    # ------------------------------------------------------------------ adamw_step
    Answer("adamw_step", "the weight shrinks first, by a factor", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    v = 0.9 * v + 0.1 * g
    s = 0.999 * s + 0.001 * g * g
    shrunk = (1 - learning_rate * decay) * theta
    v_hat, s_hat = v / (1 - 0.9**t), s / (1 - 0.999**t)
    return shrunk - learning_rate * v_hat / (np.sqrt(s_hat) + 1e-8), v, s
"""),
    Answer("adamw_step", "recursion into nested lists", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    if np.ndim(g) == 0:
        theta, g, v, s = float(theta), float(g), float(v), float(s)
        v, s = 0.9 * v + 0.1 * g, 0.999 * s + 0.001 * g**2
        step = v / (1 - 0.9**t) / ((s / (1 - 0.999**t)) ** 0.5 + 1e-8)
        return theta - learning_rate * (step + decay * theta), v, s
    rows = [adamw_step(*row, t, learning_rate, decay) for row in zip(theta, g, v, s)]
    return tuple([row[k] for row in rows] for k in range(3))
"""),
    Answer("adamw_step", "means by np.average along a stacked axis, a list", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    v = np.average([v, g], axis=0, weights=[0.9, 0.1])
    s = np.average([s, np.square(g)], axis=0, weights=[0.999, 0.001])
    a, b = 1 - 0.9**t, 1 - 0.999**t
    return [theta - learning_rate * ((v / a) / (np.sqrt(s / b) + 1e-8) + decay * theta), v, s]
"""),
    Answer("adamw_step", "corrections folded into the rate and the tiny number", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    v = v * 0.9 + g * 0.1
    s = s * 0.999 + g**2 * 0.001
    root = np.sqrt(1 - 0.999**t)
    rate = learning_rate * root / (1 - 0.9**t)
    return theta - rate * v / (np.sqrt(s) + 1e-8 * root) - learning_rate * decay * theta, v, s
"""),
    Answer("adamw_step", "copies changed in place", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    theta, v, s = (np.array(a, dtype=float) for a in (theta, v, s))
    v *= 0.9
    v += 0.1 * g
    s *= 0.999
    s += 0.001 * g**2
    step = decay * theta
    step += (v / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
    theta -= learning_rate * step
    return theta, v, s
"""),
    Answer("adamw_step", "a helper for the means, a closure for the correction", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    def mean(old, new, beta):
        return old + (1 - beta) * (new - old)

    def corrected(value, beta):
        return value / (1 - beta**t)

    v, s = mean(v, g, 0.9), mean(s, g**2, 0.999)
    direction = corrected(v, 0.9) / (corrected(s, 0.999) ** 0.5 + 1e-8)
    return theta - learning_rate * direction - learning_rate * decay * theta, v, s
"""),
    Answer("adamw_step", "powers by a product in a loop", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    p = q = 1.0
    for _ in range(t):
        p, q = p * 0.9, q * 0.999
    v, s = 0.9 * v + 0.1 * g, 0.999 * s + 0.001 * g**2
    return theta - learning_rate * ((v / (1 - p)) / (np.sqrt(s / (1 - q)) + 1e-8) + decay * theta), v, s
"""),
    Answer("adamw_step", "an object with __call__, a named tuple", """
from typing import NamedTuple

class State(NamedTuple):
    theta: object
    v: object
    s: object

class AdamW:
    betas = (0.9, 0.999)

    def __call__(self, theta, g, v, s, t, learning_rate, decay):
        b1, b2 = self.betas
        v, s = b1 * v + (1 - b1) * g, b2 * s + (1 - b2) * g**2
        step = v / (1 - b1**t) / (np.sqrt(s / (1 - b2**t)) + 1e-8) + decay * theta
        return State(theta - learning_rate * step, v, s)

adamw_step = AdamW()
"""),
    Answer("adamw_step", "entry by entry over the flat arrays", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    shape = np.shape(theta)
    out = np.zeros((3, int(np.prod(shape))))
    for k, (a, b, c, d) in enumerate(zip(*map(np.ravel, (theta, g, v, s)))):
        c, d = 0.9 * c + 0.1 * b, 0.999 * d + 0.001 * b * b
        out[:, k] = a - learning_rate * (c / (1 - 0.9**t) / (np.sqrt(d / (1 - 0.999**t)) + 1e-8) + decay * a), c, d
    return tuple(row.reshape(shape) for row in out)
"""),
    # ------------------------------------------------------------------ clip_by_norm
    Answer("clip_by_norm", "one long vector by concatenate", """
def clip_by_norm(gradients, limit):
    long = np.concatenate([np.zeros(0), *map(np.ravel, gradients.values())])
    norm = np.linalg.norm(long)
    if norm > limit:
        return {name: g * (limit / norm) for name, g in gradients.items()}
    return {name: g.copy() for name, g in gradients.items()}
"""),
    Answer("clip_by_norm", "the arrays themselves in a new dictionary if nothing is to do", """
def clip_by_norm(gradients, limit):
    norm = np.linalg.norm([np.linalg.norm(g) for g in gradients.values()])
    if norm <= limit:
        return dict(gradients)
    return dict((name, np.divide(g, norm) * limit) for name, g in gradients.items())
"""),
    Answer("clip_by_norm", "nested lists, sums with fsum", """
import math

def clip_by_norm(gradients, limit):
    norm = math.sqrt(math.fsum(float(e) ** 2 for g in gradients.values() for e in np.ravel(g)))
    factor = limit / norm if norm > limit else 1
    return {name: (np.asarray(g) * factor).tolist() for name, g in gradients.items()}
"""),
    Answer("clip_by_norm", "an OrderedDict", """
from collections import OrderedDict

def clip_by_norm(gradients, limit):
    total = 0.0
    for g in gradients.values():
        total += np.vdot(g, g)
    clipped = OrderedDict()
    for name in gradients:
        clipped[name] = gradients[name] * (limit / total**0.5) if total**0.5 > limit else gradients[name] * 1.0
    return clipped
"""),
    Answer("clip_by_norm", "a subclass of dict", """
class Grads(dict):
    def length(self):
        return np.sqrt(sum(np.sum(np.square(g)) for g in self.values()))

    def times(self, factor):
        return Grads({name: factor * g for name, g in self.items()})

def clip_by_norm(gradients, limit):
    norm = Grads(gradients).length()
    return Grads(gradients).times(limit / norm if norm > limit else 1.0)
"""),
    Answer("clip_by_norm", "the larger of length and limit as divisor", """
def clip_by_norm(gradients, limit):
    norm = np.sqrt(sum((np.asarray(g, dtype=float) ** 2).sum() for g in gradients.values()))
    return {name: g if norm <= limit else g / max(norm, limit) * limit for name, g in gradients.items()}
"""),
    Answer("clip_by_norm", "scaled by the largest entry before squaring", """
def clip_by_norm(gradients, limit):
    largest = max((float(np.max(np.abs(g))) for g in gradients.values()), default=0.0)
    if largest == 0.0:
        return {name: np.array(g, dtype=float) for name, g in gradients.items()}
    norm = largest * np.sqrt(sum(np.sum((g / largest) ** 2) for g in gradients.values()))
    factor = 1.0 if norm <= limit else limit / norm
    return {name: np.asfortranarray(g * factor).reshape(np.shape(g)) for name, g in gradients.items()}
"""),
    Answer("clip_by_norm", "float32 arrays as result, names as a subclass of str", """
class Name(str):
    pass

def clip_by_norm(gradients, limit):
    norm = float(np.sqrt(sum(np.sum(np.asarray(g, dtype=float) ** 2) for g in gradients.values())))
    factor = limit / norm if norm > limit else 1.0
    return {Name(name): np.asarray(g * factor, dtype=np.float32) for name, g in gradients.items()}
"""),
    Answer("clip_by_norm", "reduce, zip of names and arrays, views of one long vector", """
from functools import reduce

def clip_by_norm(gradients, limit):
    square = reduce(lambda total, g: total + np.einsum("i,i->", np.ravel(g), np.ravel(g)), gradients.values(), 0.0)
    long = np.hstack([np.zeros(0), *map(np.ravel, gradients.values())])
    if square**0.5 > limit:
        long *= limit / square**0.5
    borders = np.cumsum([np.size(g) for g in gradients.values()])[:-1]
    return {n: part.reshape(np.shape(gradients[n])) for n, part in zip(gradients, np.split(long, borders))}
"""),
    # ------------------------------------------------------------------ linear_decay
    Answer("linear_decay", "if and else", """
def linear_decay(epoch, epochs, rate):
    if epoch >= epochs:
        return 0.0
    return rate - rate * epoch / epochs
"""),
    Answer("linear_decay", "what is left of the epochs", """
def linear_decay(epoch, epochs, rate):
    left = max(epochs - epoch, 0)
    return rate * left / epochs
"""),
    Answer("linear_decay", "a whole 0 at the end", """
def linear_decay(epoch, epochs, rate):
    return rate * (epochs - epoch) / epochs if epoch < epochs else 0
"""),
    Answer("linear_decay", "np.interp, an np.float64", """
def linear_decay(epoch, epochs, rate):
    return np.interp(epoch, [0, epochs], [rate, 0.0])
"""),
    Answer("linear_decay", "np.clip", """
linear_decay = lambda epoch, epochs, rate: rate * (1.0 - np.clip(epoch / epochs, 0.0, 1.0))
"""),
    Answer("linear_decay", "lru_cache on plain numbers", """
from functools import lru_cache

@lru_cache(maxsize=None)
def linear_decay(epoch, epochs, rate):
    return rate * (1 - min(epoch, epochs) / epochs)
"""),
    Answer("linear_decay", "a table of all rates", """
def linear_decay(epoch, epochs, rate):
    table = np.linspace(rate, 0.0, epochs + 1)
    return table[min(epoch, epochs)]
"""),
    Answer("linear_decay", "float32", """
def linear_decay(epoch, epochs, rate):
    left = np.float32(max(0, epochs - epoch)) / np.float32(epochs)
    return np.float32(rate) * left
"""),
    Answer("linear_decay", "a 0-d array", """
def linear_decay(epoch, epochs, rate):
    return np.maximum(0.0, np.array(rate * (1 - epoch / epochs))) + np.zeros(())
"""),
    Answer("linear_decay", "an object with __call__, a list of all shares and a keyword-only floor", """
class Schedule:
    def __call__(self, epoch, epochs, rate, *, floor=0.0):
        shares = [(epochs - k) / epochs for k in range(epochs)] + [floor]
        return float(rate) * shares[epoch if epoch < epochs else -1]

linear_decay = Schedule()
"""),
    # ------------------------------------------------------------------ train_step
    Answer("train_step", "line by line, all gradients first", """
def train_step(params, x, y, learning_rate):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    m = x.shape[0]
    h = np.tanh(x @ W1 + b1)
    d_out = (h @ W2 + b2 - y) / m
    dW2 = h.T @ d_out
    db2 = np.sum(d_out, axis=0)
    d_hidden = (d_out @ W2.T) * (1 - h * h)
    dW1 = x.T @ d_hidden
    db1 = np.sum(d_hidden, axis=0)
    return {
        "W1": W1 - learning_rate * dW1,
        "b1": b1 - learning_rate * db1,
        "W2": W2 - learning_rate * dW2,
        "b2": b2 - learning_rate * db2,
    }
"""),
    Answer("train_step", "sample by sample, gradients summed, averaged at the end", """
def train_step(params, x, y, learning_rate):
    total = {name: np.zeros(np.shape(value)) for name, value in params.items()}
    for xi, yi in zip(x, y):
        a = np.tanh(xi @ params["W1"] + params["b1"])
        d2 = a @ params["W2"] + params["b2"] - yi
        d1 = (params["W2"] @ d2) * (1 - a**2)
        total["W1"] += np.outer(xi, d1)
        total["b1"] += d1
        total["W2"] += np.outer(a, d2)
        total["b2"] += d2
    return {name: params[name] - learning_rate * total[name] / len(x) for name in params}
"""),
    Answer("train_step", "einsum, an OrderedDict in another order", """
from collections import OrderedDict

def train_step(params, x, y, learning_rate):
    a = np.tanh(np.einsum("mi,ij->mj", x, params["W1"]) + params["b1"])
    d2 = np.einsum("mj,jk->mk", a, params["W2"]) + params["b2"] - y
    d1 = np.einsum("mk,jk,mj->mj", d2, params["W2"], 1 - a**2)
    r = learning_rate / len(x)
    return OrderedDict([
        ("b2", params["b2"] - r * np.einsum("mk->k", d2)),
        ("W2", params["W2"] - r * np.einsum("mj,mk->jk", a, d2)),
        ("b1", params["b1"] - r * np.einsum("mj->j", d1)),
        ("W1", params["W1"] - r * np.einsum("mi,mj->ij", x, d1)),
    ])
"""),
    Answer("train_step", "keys are members of an enum of strings", """
from enum import Enum

class P(str, Enum):
    W1 = "W1"
    b1 = "b1"
    W2 = "W2"
    b2 = "b2"

def train_step(params, x, y, learning_rate):
    a = np.tanh(x @ params[P.W1] + params[P.b1])
    d2 = (a @ params[P.W2] + params[P.b2] - y) / len(x)
    d1 = d2 @ params[P.W2].T * (1 - a**2)
    slopes = {P.W1: x.T @ d1, P.b1: d1.sum(0), P.W2: a.T @ d2, P.b2: d2.sum(0)}
    return {key: params[key] - learning_rate * slopes[key] for key in P}
"""),
    Answer("train_step", "a subclass of dict with a method", """
class Params(dict):
    def minus(self, slopes, rate):
        return Params({k: self[k] - rate * slopes[k] for k in self})

def train_step(params, x, y, learning_rate):
    p = Params(params)
    a = np.tanh(x.dot(p["W1"]) + p["b1"])
    blame = (a.dot(p["W2"]) + p["b2"] - y) / len(y)
    back = blame.dot(np.transpose(p["W2"])) * (1 - a) * (1 + a)
    return p.minus({"W1": x.T.dot(back), "b1": back.sum(axis=0), "W2": a.T.dot(blame), "b2": blame.sum(axis=0)}, learning_rate)
"""),
    Answer("train_step", "biases as weights of an input of ones", """
def with_ones(a):
    return np.hstack([a, np.ones((len(a), 1))])

def train_step(params, x, y, learning_rate):
    V1 = np.vstack([params["W1"], params["b1"]])
    V2 = np.vstack([params["W2"], params["b2"]])
    x1 = with_ones(x)
    a = np.tanh(x1 @ V1)
    a1 = with_ones(a)
    d2 = (a1 @ V2 - y) / len(x)
    d1 = (d2 @ V2.T)[:, :-1] * (1 - a**2)
    N1, N2 = V1 - learning_rate * x1.T @ d1, V2 - learning_rate * a1.T @ d2
    return {"W1": N1[:-1], "b1": N1[-1], "W2": N2[:-1], "b2": N2[-1]}
"""),
    Answer("train_step", "columns for samples: everything transposed, results as views", """
def train_step(params, x, y, learning_rate):
    U1, c1, U2, c2 = params["W1"].T, params["b1"][:, None], params["W2"].T, params["b2"][:, None]
    a = np.tanh(U1 @ x.T + c1)
    d2 = (U2 @ a + c2 - y.T) / x.shape[0]
    d1 = (U2.T @ d2) * (1 - a**2)
    return {
        "W2": (U2 - learning_rate * d2 @ a.T).T,
        "b2": (c2 - learning_rate * d2.sum(axis=1, keepdims=True))[:, 0],
        "W1": (U1 - learning_rate * d1 @ x).T,
        "b1": (c1 - learning_rate * d1.sum(axis=1, keepdims=True))[:, 0],
    }
"""),
    Answer("train_step", "a copy of the dictionary, new arrays in it, lists for the biases", """
def train_step(params, x, y, learning_rate):
    new = {k: np.array(v, dtype=float) for k, v in params.items()}
    a = np.tanh(x @ params["W1"] + params["b1"])
    d2 = a @ params["W2"] + params["b2"] - y
    d1 = d2 @ params["W2"].T * (1 - a**2)
    new["W2"] -= learning_rate * (a[:, :, None] * d2[:, None, :]).mean(axis=0)
    new["W1"] -= learning_rate * (x[:, :, None] * d1[:, None, :]).mean(axis=0)
    new["b2"] = (new["b2"] - learning_rate * d2.mean(axis=0)).tolist()
    new["b1"] = (new["b1"] - learning_rate * d1.mean(axis=0)).tolist()
    return new
"""),
    Answer("train_step", "plain loops, nested lists", """
import math

def train_step(params, x, y, learning_rate):
    W1, b1, W2, b2 = (np.asarray(params[k], dtype=float).tolist() for k in ("W1", "b1", "W2", "b2"))
    m, n0, n1, n2 = len(x), len(W1), len(b1), len(b2)
    V1, c1, V2, c2 = [r[:] for r in W1], b1[:], [r[:] for r in W2], b2[:]
    for xs, ys in zip(x.tolist(), y.tolist()):
        a = [math.tanh(sum(xs[i] * W1[i][j] for i in range(n0)) + b1[j]) for j in range(n1)]
        e = [(sum(a[j] * W2[j][k] for j in range(n1)) + b2[k] - ys[k]) / m for k in range(n2)]
        d = [sum(e[k] * W2[j][k] for k in range(n2)) * (1 - a[j] ** 2) for j in range(n1)]
        for k in range(n2):
            c2[k] -= learning_rate * e[k]
            for j in range(n1):
                V2[j][k] -= learning_rate * a[j] * e[k]
        for j in range(n1):
            c1[j] -= learning_rate * d[j]
            for i in range(n0):
                V1[i][j] -= learning_rate * xs[i] * d[j]
    return {"W1": V1, "b1": c1, "W2": V2, "b2": c2}
"""),
    Answer("train_step", "closures that carry the way back", """
def layer(x, W, b):
    def back(d):
        return d @ W.T, x.T @ d, d.sum(axis=0)
    return x @ W + b, back

def train_step(params, x, y, learning_rate):
    z1, back1 = layer(x, params["W1"], params["b1"])
    a = np.tanh(z1)
    z2, back2 = layer(a, params["W2"], params["b2"])
    da, dW2, db2 = back2((z2 - y) / len(x))
    _, dW1, db1 = back1(da * (1 - a**2))
    slopes = dict(W1=dW1, b1=db1, W2=dW2, b2=db2)
    return dict(zip(params, (params[k] - learning_rate * slopes[k] for k in params)))
"""),
)  # fmt: skip
