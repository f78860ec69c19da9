"""Answers to the tasks of *Downhill*: bowl_gradient, descent_step, descend, backtracking_rate."""

from __future__ import annotations

from answers import Answer
from answers import any_of as _any

WRONG = (
    # ------------------------------------------------------------------ bowl_gradient
    Answer("bowl_gradient", "A taken for symmetric: A (x - c)", """
def bowl_gradient(x, A, c):
    return A @ (x - c)
""", _any(
    "path-missing", "wrong-transpose", "assigned-not-added", "term-left-out", "not-transposed",
    "case-left-out",
)),
    Answer("bowl_gradient", "both ways, but without the one half of the loss", """
def bowl_gradient(x, A, c):
    d = x - c
    return A @ d + A.T @ d
""", _any("factor-two", "scaled", "doubled", "factor-left-out", "other-constant")),
    Answer("bowl_gradient", "one half kept, but x - c differentiated on one side of A only", """
def bowl_gradient(x, A, c):
    return 0.5 * A @ (x - c)
""", _any("path-missing", "factor-half", "assigned-not-added", "term-left-out", "kept-not-added", "halved")),
    Answer("bowl_gradient", "A transposed, taken twice, in place of A and A transposed once each", """
def bowl_gradient(x, A, c):
    n = len(x)
    g = np.zeros(n)
    for i in range(n):
        for j in range(n):
            g[i] += A[j, i] * (x[j] - c[j])
    return g
""", _any(
    "path-missing", "wrong-transpose", "assigned-not-added", "term-left-out", "not-transposed",
    "case-left-out",
)),
    Answer("bowl_gradient", "c - x in place of x - c", """
def bowl_gradient(x, A, c):
    return 0.5 * (A + A.T) @ (c - x)
""", _any("sign", "turned-sign", "sign-inside")),
    Answer("bowl_gradient", "the lowest point left out: x in place of x - c", """
def bowl_gradient(x, A, c):
    return 0.5 * (A + A.T) @ x
""", _any("wrong-tensor", "term-left-out", "other-variable")),
    Answer("bowl_gradient", "brackets forgotten: c is subtracted from the product", """
def bowl_gradient(x, A, c):
    S = (A + A.T) / 2
    return S @ x - c
""", _any("parentheses-missing", "steps-exchanged", "factor-left-out")),
    Answer("bowl_gradient", "the loss itself is returned, a single number", """
def bowl_gradient(x, A, c):
    d = x - c
    return 0.5 * d @ A @ d
""", _any("value-for-slope", "other-function")),
    Answer("bowl_gradient", "multiplied entry by entry, not as a matrix: shape (n, n)", """
def bowl_gradient(x, A, c):
    return 0.5 * (A + A.T) * (x - c)
""", _any("other-operation", "step-left-out", "function-left-out")),
    Answer("bowl_gradient", "the row sums of the symmetric part times x - c, entry by entry", """
def bowl_gradient(x, A, c):
    S = 0.5 * (A + A.T)
    return np.sum(S, axis=1) * (x - c)
""", _any("steps-exchanged", "other-operation", "each-by-itself")),
    Answer("bowl_gradient", "the one half stands at one of the two terms only", """
def bowl_gradient(x, A, c):
    d = x - c
    return A @ d + A.T @ d / 2
""", _any("factor-left-out", "other-constant")),
    Answer("bowl_gradient", "only the diagonal of A is used", """
def bowl_gradient(x, A, c):
    return np.diag(A) * (x - c)
""", _any("path-missing", "each-by-itself", "term-left-out")),
    Answer("bowl_gradient", "result truncated: filled into zeros_like of an array of whole numbers", """
def bowl_gradient(x, A, c):
    g = np.zeros_like(x)
    for i in range(len(x)):
        g[i] = 0.5 * ((A[i] + A[:, i]) * (x - c)).sum()
    return g
""", _any("cut-to-whole", "case-left-out")),
    Answer("bowl_gradient", "return stands inside the loop: only the first entry is computed", """
def bowl_gradient(x, A, c):
    g = np.zeros(len(x))
    for i in range(len(x)):
        g[i] = 0.5 * np.dot(A[i, :] + A[:, i], x - c)
        return g
""", _any("stopped-early")),
    Answer("bowl_gradient", "one-sided difference with a step of 0.1, far too wide", """
def bowl_gradient(x, A, c):
    L = lambda p: 0.5 * (p - c) @ A @ (p - c)
    h = 0.1
    return np.array([(L(x + h * e) - L(x)) / h for e in np.eye(len(x))])
""", _any("other-constant")),
    Answer("bowl_gradient", "the gradient is divided by n, as if the loss were a mean", """
def bowl_gradient(x, A, c):
    return 0.5 * (A + A.T) @ (x - c) / len(x)
""", _any("scaled", "mean-for-sum", "other-count")),
    Answer("bowl_gradient", "zeros returned", """
def bowl_gradient(x, A, c):
    gradient = np.zeros(len(x))
    d = x - c
    gradient + 0.5 * (A @ d + A.T @ d)
    return gradient
""", _any("zero-gradient", "same-for-all")),
    # ------------------------------------------------------------------ descent_step
    Answer("descent_step", "plus instead of minus", """
def descent_step(theta, gradient, learning_rate):
    return theta + learning_rate * gradient
""", _any("uphill", "sign-inside", "other-operation")),
    Answer("descent_step", "the difference the wrong way round", """
def descent_step(theta, gradient, learning_rate):
    return learning_rate * gradient - theta
""", _any("sign", "turned-sign", "sign-inside")),
    Answer("descent_step", "the learning rate is left out", """
def descent_step(theta, gradient, learning_rate):
    return theta - gradient
""", _any("factor-left-out")),
    Answer("descent_step", "only the step is returned, theta is left out", """
def descent_step(theta, gradient, learning_rate):
    return -learning_rate * gradient
""", _any("term-left-out")),
    Answer("descent_step", "theta is changed in place", """
def descent_step(theta, gradient, learning_rate):
    theta -= learning_rate * gradient
    return theta
"""),
    Answer("descent_step", "theta is changed in place through another name for it", """
def descent_step(theta, gradient, learning_rate):
    new = theta
    new[...] = new - learning_rate * gradient
    return new
""", _any("cut-to-whole")),
    Answer("descent_step", "brackets: the learning rate also multiplies theta", """
def descent_step(theta, gradient, learning_rate):
    return learning_rate * (theta - gradient)
""", _any("parentheses-missing", "steps-exchanged", "coupled")),
    Answer("descent_step", "the gradient is brought to length one first", """
def descent_step(theta, gradient, learning_rate):
    direction = gradient / np.linalg.norm(gradient)
    return theta - learning_rate * direction
""", _any("factor-too-many")),
    Answer("descent_step", "only the sign of the gradient is used", """
def descent_step(theta, gradient, learning_rate):
    return theta - learning_rate * np.sign(gradient)
""", _any("other-function", "factor-left-out")),
    Answer("descent_step", "the same mean gradient is subtracted from every entry", """
def descent_step(theta, gradient, learning_rate):
    return theta - learning_rate * np.mean(gradient)
""", _any("one-for-all", "counted-alike", "other-axis", "other-function")),
    Answer("descent_step", "the learning rate is applied twice", """
def descent_step(theta, gradient, learning_rate):
    step = learning_rate * gradient
    return theta - learning_rate * step
""", _any("factor-doubled", "done-twice", "power-mixed")),
    Answer("descent_step", "the shape is lost: the result is flat", """
def descent_step(theta, gradient, learning_rate):
    return np.array([t - learning_rate * g for t, g in zip(np.ravel(theta), np.ravel(gradient))])
"""),
    Answer("descent_step", "result truncated: filled into zeros_like of an array of whole numbers", """
def descent_step(theta, gradient, learning_rate):
    new = np.zeros_like(theta)
    new[...] = theta - learning_rate * gradient
    return new
""", _any("cut-to-whole", "case-left-out")),
    Answer("descent_step", "return stands inside the loop: only the first row is moved", """
def descent_step(theta, gradient, learning_rate):
    new = np.array(theta, dtype=float)
    for i in range(len(new)):
        new[i] = new[i] - learning_rate * gradient[i]
        return new
""", _any("stopped-early")),
    Answer("descent_step", "theta times one minus the step", """
def descent_step(theta, gradient, learning_rate):
    return theta * (1 - learning_rate * gradient)
""", _any("other-operation", "factor-doubled")),
    Answer("descent_step", "divided by the number of entries", """
def descent_step(theta, gradient, learning_rate):
    return theta - learning_rate * gradient / np.size(theta)
""", _any("factor-too-many")),
    # ------------------------------------------------------------------ descend
    Answer("descend", "plus instead of minus", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.array(start, dtype=float)
    for _ in range(steps):
        slope = gradient(point)
        if np.linalg.norm(slope) <= tolerance:
            break
        point = point + learning_rate * slope
    return point
""", _any("uphill", "sign-inside", "other-operation")),
    Answer("descend", "looks at the gradient after the step, so it takes one step too many", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.array(start, dtype=float)
    for _ in range(steps):
        slope = gradient(point)
        point = point - learning_rate * slope
        if np.linalg.norm(slope) <= tolerance:
            break
    return point
""", _any("wrong-step", "steps-exchanged", "off-by-one", "not-stopped", "old-value")),
    Answer("descend", "stops only if the length is less than the tolerance, not if it is equal", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.array(start, dtype=float)
    for _ in range(steps):
        slope = gradient(point)
        if np.linalg.norm(slope) < tolerance:
            return point
        point = point - learning_rate * slope
    return point
""", _any("comparison-border", "not-stopped")),
    Answer("descend", "one step too few", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.array(start, dtype=float)
    for k in range(1, steps):
        slope = gradient(point)
        if np.linalg.norm(slope) <= tolerance:
            break
        point = point - learning_rate * slope
    return point
""", _any("wrong-step", "off-by-one", "stopped-early", "comparison-border")),
    Answer("descend", "one step too many", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point, k = np.array(start, dtype=float), 0
    while k <= steps and np.linalg.norm(gradient(point)) > tolerance:
        point = point - learning_rate * gradient(point)
        k += 1
    return point
""", _any("wrong-step", "off-by-one", "not-stopped", "comparison-border")),
    Answer("descend", "the gradient is computed once, at the start", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.array(start, dtype=float)
    slope = gradient(point)
    for _ in range(steps):
        if np.linalg.norm(slope) <= tolerance:
            break
        point = point - learning_rate * slope
    return point
""", _any("wrong-step", "old-value", "step-left-out", "other-variable")),
    Answer("descend", "the gradient is asked for at start in every turn, not at the current point", """
def descend(gradient, start, learning_rate, steps, tolerance):
    start = np.array(start, dtype=float)
    point = start
    for _ in range(steps):
        g = gradient(start)
        if np.linalg.norm(g) <= tolerance:
            return point
        point = point - learning_rate * g
    return point
""", _any("wrong-step", "wrong-tensor", "old-value", "other-variable")),
    Answer("descend", "stops when the step is short, learning rate included, and not when the gradient is", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.array(start, dtype=float)
    for _ in range(steps):
        step = learning_rate * gradient(point)
        if np.linalg.norm(step) <= tolerance:
            break
        point = point - step
    return point
""", _any("other-variable", "stopped-early")),
    Answer("descend", "start is changed in place", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = start
    for _ in range(steps):
        slope = gradient(point)
        if np.linalg.norm(slope) <= tolerance:
            break
        point -= learning_rate * slope
    return point
"""),
    Answer("descend", "the sum of the gradient for its length: negative slopes stop the walk", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.array(start, dtype=float)
    for _ in range(steps):
        slope = gradient(point)
        if slope.sum() <= tolerance:
            break
        point = point - learning_rate * slope
    return point
""", _any("other-function", "function-left-out", "power-mixed", "stopped-early")),
    Answer("descend", "the largest entry of the gradient for its length", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.array(start, dtype=float)
    for _ in range(steps):
        slope = gradient(point)
        if np.max(np.abs(slope)) <= tolerance:
            break
        point = point - learning_rate * slope
    return point
""", _any("other-function", "each-by-itself", "stopped-early")),
    Answer("descend", "the squared length is compared, the root is missing", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.array(start, dtype=float)
    for _ in range(steps):
        slope = gradient(point)
        if np.sum(slope**2) <= tolerance:
            break
        point = point - learning_rate * slope
    return point
""", _any("function-left-out", "power-mixed", "stopped-early")),
    Answer("descend", "the length of the point is compared, not that of the gradient", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.array(start, dtype=float)
    for _ in range(steps):
        if np.linalg.norm(point) <= tolerance:
            break
        point = point - learning_rate * gradient(point)
    return point
""", _any("wrong-tensor", "other-variable", "not-stopped")),
    Answer("descend", "the tolerance is never looked at", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.array(start, dtype=float)
    for _ in range(steps):
        point = point - learning_rate * gradient(point)
    return point
""", _any("not-stopped", "step-left-out")),
    Answer("descend", "the number of steps is never looked at: it walks until the gradient is short", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.array(start, dtype=float)
    for _ in range(5000):
        g = gradient(point)
        if np.linalg.norm(g) <= max(tolerance, 1e-12):
            break
        point = point - learning_rate * g
    return point
""", _any("not-stopped", "other-constant")),
    Answer("descend", "return stands inside the loop: a single step", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.array(start, dtype=float)
    for _ in range(steps):
        g = gradient(point)
        if np.linalg.norm(g) > tolerance:
            point = point - learning_rate * g
        return point
    return point
""", _any("wrong-step", "stopped-early")),
    Answer("descend", "one coordinate after the other, each with a gradient at a point already moved", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.array(start, dtype=float)
    for _ in range(steps):
        if np.linalg.norm(gradient(point)) <= tolerance:
            break
        for i in range(len(point)):
            point[i] -= learning_rate * gradient(point)[i]
    return point
""", _any("old-value", "each-by-itself")),
    Answer("descend", "the whole path is returned", """
def descend(gradient, start, learning_rate, steps, tolerance):
    path = [np.array(start, dtype=float)]
    for _ in range(steps):
        g = gradient(path[-1])
        if np.linalg.norm(g) <= tolerance:
            break
        path.append(path[-1] - learning_rate * g)
    return np.array(path)
"""),
    Answer("descend", "a start of whole numbers stays whole: every step is truncated", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.array(start)
    for _ in range(steps):
        g = gradient(point)
        if np.linalg.norm(g) <= tolerance:
            break
        point[:] = point - learning_rate * g
    return point
""", _any("cut-to-whole", "case-left-out")),
    # ------------------------------------------------------------------ backtracking_rate
    Answer("backtracking_rate", "the one half is missing: all that the slope promises is asked for", """
def backtracking_rate(loss, theta, gradient, rate):
    while loss(theta - rate * gradient) > loss(theta) - rate * np.sum(gradient**2):
        rate = rate / 2
    return rate
""", _any("factor-left-out", "other-constant", "not-stopped")),
    Answer("backtracking_rate", "the length of the gradient is not squared", """
def backtracking_rate(loss, theta, gradient, rate):
    while loss(theta - rate * gradient) > loss(theta) - 0.5 * rate * np.linalg.norm(gradient):
        rate /= 2
    return rate
""", _any("power-mixed", "factor-left-out")),
    Answer("backtracking_rate", "any decrease of the loss is taken for good enough", """
def backtracking_rate(loss, theta, gradient, rate):
    while loss(theta - rate * gradient) > loss(theta):
        rate *= 0.5
    return rate
""", _any("term-left-out", "stopped-early")),
    Answer("backtracking_rate", "the rate is left out of what is asked for", """
def backtracking_rate(loss, theta, gradient, rate):
    for _ in range(60):
        if loss(theta - rate * gradient) <= loss(theta) - 0.5 * np.sum(gradient**2):
            break
        rate = rate / 2
    return rate
""", _any("factor-left-out", "not-stopped")),
    Answer("backtracking_rate", "halved once more after a good rate was found", """
def backtracking_rate(loss, theta, gradient, rate):
    good = False
    while not good:
        good = loss(theta - rate * gradient) <= loss(theta) - 0.5 * rate * np.sum(gradient**2)
        rate = rate / 2
    return rate
""", _any(
    "factor-half", "scaled", "wrong-step", "halved", "done-twice", "off-by-one", "steps-exchanged",
    "not-stopped",
)),
    Answer("backtracking_rate", "returns the last rate that was not good, if there is one", """
def backtracking_rate(loss, theta, gradient, rate):
    last = rate
    while loss(theta - rate * gradient) > loss(theta) - 0.5 * rate * np.sum(gradient**2):
        last = rate
        rate = rate / 2
    return last
""", _any("factor-two", "wrong-step", "scaled", "doubled", "old-value", "off-by-one", "other-variable")),
    Answer("backtracking_rate", "if in place of while: at most one halving", """
def backtracking_rate(loss, theta, gradient, rate):
    if loss(theta - rate * gradient) > loss(theta) - 0.5 * rate * np.sum(gradient**2):
        rate = rate / 2
    return rate
""", _any("stopped-early")),
    Answer("backtracking_rate", "tries the step uphill", """
def backtracking_rate(loss, theta, gradient, rate):
    for _ in range(100):
        if loss(theta + rate * gradient) <= loss(theta) - 0.5 * rate * np.sum(gradient**2):
            return rate
        rate = rate / 2
    return rate
""", _any("uphill", "sign-inside", "other-operation")),
    Answer("backtracking_rate", "what is asked for is computed once, with the first rate", """
def backtracking_rate(loss, theta, gradient, rate):
    goal = loss(theta) - 0.5 * rate * np.sum(gradient**2)
    for _ in range(100):
        if loss(theta - rate * gradient) <= goal:
            break
        rate = rate / 2
    return rate
""", _any("wrong-step", "old-value", "step-left-out", "not-stopped")),
    Answer("backtracking_rate", "the first point tried is never tried again: only the right side follows the halved rate", """
def backtracking_rate(loss, theta, gradient, rate):
    trial = loss(theta - rate * gradient)
    for _ in range(100):
        if trial <= loss(theta) - 0.5 * rate * np.sum(gradient**2):
            break
        rate = rate / 2
    return rate
""", _any("wrong-step", "old-value", "step-left-out")),
    Answer("backtracking_rate", "theta walks along in the loop, so that later tests begin elsewhere", """
def backtracking_rate(loss, theta, gradient, rate):
    for _ in range(100):
        new = theta - rate * gradient
        if loss(new) <= loss(theta) - 0.5 * rate * np.sum(gradient**2):
            break
        theta = new
        rate = rate / 2
    return rate
""", _any("old-value")),
    Answer("backtracking_rate", "returns the new point, not the rate", """
def backtracking_rate(loss, theta, gradient, rate):
    while loss(theta - rate * gradient) > loss(theta) - 0.5 * rate * np.sum(gradient**2):
        rate = rate / 2
    return theta - rate * gradient
""", _any("other-variable")),
    Answer("backtracking_rate", "the mean of the squares for their sum", """
def backtracking_rate(loss, theta, gradient, rate):
    while loss(theta - rate * gradient) > loss(theta) - 0.5 * rate * np.mean(gradient**2):
        rate = rate / 2
    return rate
""", _any("mean-for-sum", "other-function", "stopped-early")),
    Answer("backtracking_rate", "the square of the sum for the sum of the squares", """
def backtracking_rate(loss, theta, gradient, rate):
    for _ in range(100):
        if loss(theta - rate * gradient) <= loss(theta) - 0.5 * rate * sum(gradient) ** 2:
            break
        rate = rate / 2
    return rate
""", _any("steps-exchanged")),
    Answer("backtracking_rate", "the rate is divided by ten, not halved", """
def backtracking_rate(loss, theta, gradient, rate):
    while loss(theta - rate * gradient) > loss(theta) - 0.5 * rate * np.sum(gradient**2):
        rate = rate / 10
    return rate
""", _any("other-constant")),
    Answer("backtracking_rate", "a step that brings exactly half is not good enough for it", """
def backtracking_rate(loss, theta, gradient, rate):
    for _ in range(100):
        if loss(theta - rate * gradient) < loss(theta) - 0.5 * rate * np.sum(gradient**2):
            break
        rate = rate / 2
    return rate
""", _any("comparison-border", "not-stopped")),
    Answer("backtracking_rate", "the comparison is reversed: halves as long as the step is good", """
def backtracking_rate(loss, theta, gradient, rate):
    while rate > 1e-8 and loss(theta - rate * gradient) <= loss(theta) - 0.5 * rate * np.sum(gradient**2):
        rate = rate / 2
    return rate
""", _any("comparison-reversed", "not-stopped", "stopped-early")),
    Answer("backtracking_rate", "the rate that came in is returned untested", """
def backtracking_rate(loss, theta, gradient, rate):
    return rate
""", _any("input-returned", "step-left-out")),
    # What passed once: kinds of inputs that the texts promise, and that no check had tried.
    Answer("descent_step", "entry by entry along a first axis", """
def descent_step(theta, gradient, learning_rate):
    return np.array([t - learning_rate * g for t, g in zip(theta, gradient)])
"""),
    Answer("descend", "stops where a point looks like the one before", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.array(start, dtype=float)
    for _ in range(steps):
        slope = gradient(point)
        if np.linalg.norm(slope) <= tolerance:
            break
        new = point - learning_rate * slope
        if np.allclose(new, point):
            break
        point = new
    return point
"""),
    Answer("descend", "stops when the gradient grows", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point, last = np.array(start, dtype=float), np.inf
    for _ in range(steps):
        slope = gradient(point)
        length = np.linalg.norm(slope)
        if length <= tolerance or length > last:
            break
        point, last = point - learning_rate * slope, length
    return point
"""),
    Answer("descend", "the walk stays within a thousand", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.array(start, dtype=float)
    for _ in range(steps):
        slope = gradient(point)
        if np.linalg.norm(slope) <= tolerance:
            break
        point = np.clip(point - learning_rate * slope, -1e3, 1e3)
    return point
"""),
    Answer("descend", "no tolerance is smaller than a millionth", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.array(start, dtype=float)
    for _ in range(steps):
        slope = gradient(point)
        if np.linalg.norm(slope) <= max(tolerance, 1e-6):
            break
        point = point - learning_rate * slope
    return point
"""),
    Answer("backtracking_rate", "at most twenty halvings", """
def backtracking_rate(loss, theta, gradient, rate):
    for _ in range(20):
        if loss(theta - rate * gradient) <= loss(theta) - 0.5 * rate * np.sum(gradient**2):
            break
        rate = rate / 2
    return rate
"""),
    Answer("backtracking_rate", "no rate below a millionth", """
def backtracking_rate(loss, theta, gradient, rate):
    while loss(theta - rate * gradient) > loss(theta) - 0.5 * rate * np.sum(gradient**2) and rate > 1e-6:
        rate = rate / 2
    return rate
"""),
    Answer("backtracking_rate", "good enough but for a billionth", """
def backtracking_rate(loss, theta, gradient, rate):
    while loss(theta - rate * gradient) > loss(theta) - 0.5 * rate * np.sum(gradient**2) + 1e-9:
        rate = rate / 2
    return rate
"""),
    Answer("backtracking_rate", "the sizes of the losses, without their signs", """
def backtracking_rate(loss, theta, gradient, rate):
    while abs(loss(theta - rate * gradient)) > abs(loss(theta)) - 0.5 * rate * np.sum(gradient**2):
        rate = rate / 2
    return rate
"""),
    Answer("backtracking_rate", "in one go, as on a bowl", """
def backtracking_rate(loss, theta, gradient, rate):
    n = np.sum(gradient**2)
    bend = 2 * (loss(theta - gradient) - loss(theta) + n) / n
    return rate / 2 ** max(0, int(np.ceil(np.log2(rate * bend))))
"""),
)  # fmt: skip

RIGHT = (
    # ------------------------------------------------------------------ bowl_gradient
    Answer("bowl_gradient", "two products", """
def bowl_gradient(x, A, c):
    d = np.asarray(x) - c
    return 0.5 * (A @ d) + 0.5 * (d @ A)
"""),
    Answer("bowl_gradient", "plain loops, a list as result", """
def bowl_gradient(x, A, c):
    n = len(x)
    result = []
    for k in range(n):
        total = 0.0
        for j in range(n):
            total += (float(A[k][j]) + float(A[j][k])) * (float(x[j]) - float(c[j]))
        result.append(total / 2)
    return result
"""),
    Answer("bowl_gradient", "einsum", """
def bowl_gradient(x, A, c):
    d = np.subtract(x, c)
    return (np.einsum("ij,j->i", A, d) + np.einsum("ji,j->i", A, d)) / 2
"""),
    Answer("bowl_gradient", "a tuple of np.float64", """
def bowl_gradient(x, A, c):
    d = [p - q for p, q in zip(x, c)]
    return tuple(np.float64(0.5) * (np.dot(row, d) + np.dot(column, d)) for row, column in zip(A, np.transpose(A)))
"""),
    Answer("bowl_gradient", "symmetric part with np.add and a keyword-only half", """
def bowl_gradient(x, A, c, *, half=0.5):
    S = np.add(A, np.transpose(A)) * half
    return np.matmul(S, np.subtract(x, c))
"""),
    Answer("bowl_gradient", "a view: one column of a larger array", """
def bowl_gradient(x, A, c):
    d = (x - c).reshape(-1, 1)
    both = np.hstack([A @ d, A.T @ d, 0.5 * (A @ d + A.T @ d)])
    return both[:, 2]
"""),
    Answer("bowl_gradient", "an object with __call__", """
class Bowl:
    def __call__(self, x, A, c):
        d = x - c
        return np.array([(d * (A[i] + A[:, i])).sum() / 2 for i in range(d.size)])

bowl_gradient = Bowl()
"""),
    Answer("bowl_gradient", "the bilinear form of x - c with every unit vector", """
def bowl_gradient(x, A, c):
    d = np.subtract(x, c)
    cross = lambda p, q: 0.5 * (p @ A @ q + q @ A @ p)
    return np.array([cross(e, d) for e in np.eye(len(d))])
"""),
    Answer("bowl_gradient", "lambda, reduce over the columns", """
from functools import reduce

bowl_gradient = lambda x, A, c: reduce(
    lambda total, j: total + 0.5 * (x[j] - c[j]) * (A[:, j] + A[j, :]), range(len(x)), np.zeros(len(x))
)
"""),
    Answer("bowl_gradient", "a memoryview of doubles", """
def bowl_gradient(x, A, c):
    d = x - c
    out = np.empty(len(d), dtype=float)
    np.matmul((A + A.T) / 2, d, out=out)
    return memoryview(out)
"""),
    # ------------------------------------------------------------------ descent_step
    Answer("descent_step", "np.subtract and np.multiply", """
def descent_step(theta, gradient, learning_rate):
    return np.subtract(theta, np.multiply(gradient, learning_rate))
"""),
    Answer("descent_step", "copy, then in place on the copy", """
def descent_step(theta, gradient, learning_rate):
    new = np.array(theta, dtype=float, copy=True)
    new -= learning_rate * np.asarray(gradient)
    return new
"""),
    Answer("descent_step", "nested lists by recursion", """
def descent_step(theta, gradient, learning_rate):
    if np.ndim(theta) == 0:
        return float(theta) - learning_rate * float(gradient)
    return [descent_step(t, g, learning_rate) for t, g in zip(theta, gradient)]
"""),
    Answer("descent_step", "flat loop, then the shape back", """
def descent_step(theta, gradient, learning_rate):
    shape = np.shape(theta)
    flat = [t - learning_rate * g for t, g in zip(np.ravel(theta), np.ravel(gradient))]
    return np.array(flat, dtype=float).reshape(shape)
"""),
    Answer("descent_step", "Fortran order", """
def descent_step(theta, gradient, learning_rate):
    return np.asfortranarray(theta + (-learning_rate) * gradient) if np.ndim(theta) else theta - learning_rate * gradient
"""),
    Answer("descent_step", "lambda, the other order", """
descent_step = lambda theta, gradient, learning_rate: -(learning_rate * gradient - theta)
"""),
    Answer("descent_step", "partial of a general step", """
from functools import partial

def move(theta, gradient, learning_rate, direction):
    return theta + direction * learning_rate * gradient

descent_step = partial(move, direction=-1)
"""),
    Answer("descent_step", "float32 for the result", """
def descent_step(theta, gradient, learning_rate):
    return np.asarray(theta - learning_rate * gradient).astype(np.float32)
"""),
    Answer("descent_step", "a subclass of ndarray", """
class Point(np.ndarray):
    pass

def descent_step(theta, gradient, learning_rate):
    return np.asarray(theta - learning_rate * gradient).view(Point)
"""),
    Answer("descent_step", "np.vectorize", """
def descent_step(theta, gradient, learning_rate):
    step = np.vectorize(lambda t, g: t - learning_rate * g, otypes=[float])
    return step(theta, gradient)
"""),
    # ------------------------------------------------------------------ descend
    Answer("descend", "while with a counter", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.asarray(start, dtype=float).copy()
    taken = 0
    slope = gradient(point)
    while taken < steps and np.linalg.norm(slope) > tolerance:
        point = point - learning_rate * slope
        slope = gradient(point)
        taken += 1
    return point
"""),
    Answer("descend", "recursion", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.array(start, dtype=float)
    def walk(point, left):
        if left == 0:
            return point
        slope = np.asarray(gradient(point))
        if np.linalg.norm(slope) <= tolerance:
            return point
        return walk(point - learning_rate * slope, left - 1)
    while steps > 200:  # not too deep
        new = walk(point, 200)
        if np.array_equal(new, point):
            return new
        point, steps = new, steps - 200
    return walk(point, steps)
"""),
    Answer("descend", "in place on a copy, one entry after the other, a list as result", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.array([float(p) for p in start])
    for _ in range(steps):
        slope = [float(s) for s in gradient(point.copy())]
        if np.linalg.norm(slope) <= tolerance:
            break
        for i, s in enumerate(slope):
            point[i] -= learning_rate * s
    return point.tolist()
"""),
    Answer("descend", "calls the gradient with a subclass of ndarray", """
class Point(np.ndarray):
    pass

def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.array(start, dtype=float).view(Point)
    for _ in range(steps):
        g = gradient(point)
        if np.linalg.norm(g) <= tolerance:
            return point
        point = (point - learning_rate * g).view(Point)
    return point
"""),
    Answer("descend", "calls the gradient with a list", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = [float(p) for p in start]
    for _ in range(steps):
        slope = gradient(point)
        if np.linalg.norm(slope) <= tolerance:
            break
        point = [p - learning_rate * s for p, s in zip(point, slope)]
    return point
"""),
    Answer("descend", "a generator of points, the last one taken with a deque of length one", """
from collections import deque

def walk(gradient, point, learning_rate, steps, tolerance):
    yield point
    for _ in range(steps):
        slope = gradient(point)
        if np.linalg.norm(slope) <= tolerance:
            return
        point = point - learning_rate * slope
        yield point

def descend(gradient, start, learning_rate, steps, tolerance):
    return deque(walk(gradient, np.array(start, dtype=float), learning_rate, steps, tolerance), maxlen=1).pop()
"""),
    Answer("descend", "for and else, returns a tuple", """
def descend(gradient, start, learning_rate, steps, tolerance):
    here = np.array(start) * 1.0
    for k in range(steps):
        if not np.linalg.norm(gradient(here)) > tolerance:
            return tuple(here)
        here = here - gradient(here) * learning_rate
    else:
        return tuple(here)
"""),
    Answer("descend", "the path in a table, its last row is a view", """
def descend(gradient, start, learning_rate, steps, tolerance):
    path = np.zeros((steps + 1, len(start)))
    path[0] = start
    k = 0
    for k in range(steps + 1):
        if k == steps:
            break
        slope = gradient(path[k].copy())
        if np.sqrt(np.dot(slope, slope)) <= tolerance:
            break
        path[k + 1] = path[k] - learning_rate * slope
    return path[k]
"""),
    Answer("descend", "an object with __call__ and keyword-only settings", """
class Walk:
    def __init__(self, *, length=np.linalg.norm):
        self.length = length

    def __call__(self, gradient, start, learning_rate, steps, tolerance):
        point = np.array(start, dtype=np.float64)
        while steps:
            g = gradient(point)
            if self.length(g) <= tolerance:
                break
            point = point - learning_rate * g
            steps -= 1
        return point

descend = Walk()
"""),
    Answer("descend", "goes on to the end, but with a step of zero once the gradient is short", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point, stopped = np.array(start, dtype=float), False
    for _ in range(steps):
        g = np.asarray(gradient(point))
        stopped = stopped or bool(np.linalg.norm(g) <= tolerance)
        point = np.where(stopped, point, point - learning_rate * g)
    return point
"""),
    # ------------------------------------------------------------------ backtracking_rate
    Answer("backtracking_rate", "endless loop with a return", """
def backtracking_rate(loss, theta, gradient, rate):
    before, squared = loss(theta), gradient @ gradient
    while True:
        if loss(theta - rate * gradient) <= before - 0.5 * rate * squared:
            return rate
        rate = rate / 2
"""),
    Answer("backtracking_rate", "recursion", """
def backtracking_rate(loss, theta, gradient, rate):
    if loss(theta - rate * gradient) <= loss(theta) - rate * np.sum(gradient**2) / 2:
        return rate
    return backtracking_rate(loss, theta, gradient, 0.5 * rate)
"""),
    Answer("backtracking_rate", "the first of all halved rates, by next", """
from itertools import count

def backtracking_rate(loss, theta, gradient, rate):
    good = lambda r: loss(theta - r * gradient) <= loss(theta) - 0.5 * r * np.sum(np.square(gradient))
    return next(r for r in (rate / 2**k for k in count()) if good(r))
"""),
    Answer("backtracking_rate", "np.float64 as result, length by norm", """
def backtracking_rate(loss, theta, gradient, rate):
    rate = np.float64(rate)
    length = np.linalg.norm(gradient)
    start = loss(theta)
    while not loss(theta - rate * gradient) <= start - 0.5 * rate * length * length:
        rate *= 0.5
    return rate
"""),
    Answer("backtracking_rate", "a 0-d array as result", """
def backtracking_rate(loss, theta, gradient, rate):
    halvings = 0
    while loss(theta - rate * 0.5**halvings * gradient) > loss(theta) - 0.5 ** (halvings + 1) * rate * np.vdot(gradient, gradient):
        halvings += 1
    return np.array(rate * 0.5**halvings)
"""),
    Answer("backtracking_rate", "calls the loss with a list", """
def backtracking_rate(loss, theta, gradient, rate):
    theta, gradient = [float(t) for t in theta], [float(g) for g in gradient]
    slope = sum(g * g for g in gradient)
    before = loss(theta)
    while loss([t - rate * g for t, g in zip(theta, gradient)]) > before - 0.5 * rate * slope:
        rate = rate / 2
    return rate
"""),
    Answer("backtracking_rate", "calls the loss with a subclass of ndarray", """
class Point(np.ndarray):
    pass

def backtracking_rate(loss, theta, gradient, rate):
    here = np.array(theta, dtype=float).view(Point)
    promised = 0.5 * np.einsum("i,i->", gradient, gradient)
    while loss((here - rate * gradient).view(Point)) > loss(here) - rate * promised:
        rate /= 2
    return float(rate)
"""),
    Answer("backtracking_rate", "an object with __call__", """
class Armijo:
    def __init__(self, share=0.5):
        self.share = share

    def good(self, loss, theta, g, rate):
        return loss(theta - rate * g) <= loss(theta) - self.share * rate * sum(x**2 for x in g)

    def __call__(self, loss, theta, gradient, rate):
        while not self.good(loss, theta, gradient, rate):
            rate = rate * 0.5
        return rate

backtracking_rate = Armijo()
"""),
    Answer("backtracking_rate", "partial of a search with a factor, a subclass of float as result", """
from functools import partial

class Rate(float):
    pass

def search(loss, theta, gradient, rate, factor, share):
    while loss(theta - rate * gradient) > loss(theta) - share * rate * np.dot(gradient, gradient):
        rate = rate * factor
    return Rate(rate)

backtracking_rate = partial(search, factor=0.5, share=0.5)
"""),
)  # fmt: skip
