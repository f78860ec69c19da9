"""Answers that measure a gradient in place of deriving it, and honest ones that look odd.

``MEASURED``: the student writes the loss or the forward pass inside the answer and gets the derivative by a
numerical method. The story begins with the method. ``HONEST_BUT_ODD``: the gradient is derived, in unusual clothes.
All of them give the right numbers. Written from the texts of the tasks, without a look at the checks.
"""

from __future__ import annotations

from answers import Answer

MEASURED: tuple[tuple[str, Answer], ...] = (
    # activation: softplus_derivative
    (
        "activation",
        Answer(
            "softplus_derivative",
            "central differences: of np.logaddexp, the whole array at once",
            """\
def softplus_derivative(z):
    h = 1e-5
    return (np.logaddexp(0, z + h) - np.logaddexp(0, z - h)) / (2 * h)
""",
        ),
    ),
    (
        "activation",
        Answer(
            "softplus_derivative",
            "complex step: 1j * 1e-20, with a softplus that survives a thousand",
            """\
def softplus_derivative(z):
    step = 1e-20

    def soft(c):
        big = c.real > 0
        return np.where(big, c, 0) + np.log(1 + np.exp(np.where(big, -c, c)))

    return soft(z + 1j * step).imag / step
""",
        ),
    ),
    (
        "activation",
        Answer(
            "softplus_derivative",
            "vectorize: a central difference of a function of one number, math inside",
            """\
import math

def one(v):
    def f(t):
        return max(t, 0.0) + math.log1p(math.exp(-abs(t)))

    eps = 1e-5
    return (f(v + eps) - f(v - eps)) / (2 * eps)

softplus_derivative = np.vectorize(one, otypes=[float])
""",
        ),
    ),
    (
        "activation",
        Answer(
            "softplus_derivative",
            "longdouble: central difference, cast back",
            """\
def softplus_derivative(z):
    z = np.asarray(z, dtype=np.longdouble)
    h = np.longdouble("1e-6")
    zero = np.longdouble(0)
    slope = (np.logaddexp(zero, z + h) - np.logaddexp(zero, z - h)) / (h + h)
    return slope.astype(float)
""",
        ),
    ),
    (
        "activation",
        Answer(
            "softplus_derivative",
            "dual numbers: a class with exp and log, entry by entry",
            """\
import math

class Dual:
    def __init__(self, value, slope=0.0):
        self.value, self.slope = value, slope

    def __add__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        return Dual(self.value + other.value, self.slope + other.slope)

    __radd__ = __add__

    def __neg__(self):
        return Dual(-self.value, -self.slope)

    def exp(self):
        e = math.exp(self.value)
        return Dual(e, e * self.slope)

    def log(self):
        return Dual(math.log(self.value), self.slope / self.value)

def softplus_derivative(z):
    out = np.zeros(z.shape)
    for i in np.ndindex(*z.shape):
        t = Dual(float(z[i]), 1.0)
        if t.value > 0:
            result = t + (1 + (-t).exp()).log()
        else:
            result = (1 + t.exp()).log()
        out[i] = result.slope
    return out
""",
        ),
    ),
    (
        "activation",
        Answer(
            "softplus_derivative",
            "polynomial fit: a parabola of degree 6 through nine points, its slope in the middle",
            """\
def softplus_derivative(z):
    t = np.linspace(-0.1, 0.1, 9)
    values = np.logaddexp(0, np.ravel(z)[None, :] + t[:, None])
    coefficients = np.polynomial.polynomial.polyfit(t, values, 6)
    return coefficients[1].reshape(z.shape)
""",
        ),
    ),
    (
        "activation",
        Answer(
            "softplus_derivative",
            "five-point stencil: flat index and a while loop",
            """\
def softplus_derivative(z):
    def f(v):
        return np.logaddexp(0.0, v)

    flat = z.astype(float).ravel()
    slope = np.empty(flat.size)
    h = 1e-3
    k = 0
    while k < flat.size:
        v = flat[k]
        slope[k] = (f(v - 2 * h) - 8 * f(v - h) + 8 * f(v + h) - f(v + 2 * h)) / (12 * h)
        k += 1
    return slope.reshape(z.shape)
""",
        ),
    ),
    (
        "activation",
        Answer(
            "softplus_derivative",
            "rounded differences: Richardson of two steps, then np.round to 8 places",
            """\
def softplus_derivative(z):
    def slope(h):
        return (np.logaddexp(0, z + h) - np.logaddexp(0, z - h)) / (2 * h)

    return np.round((4 * slope(1e-3) - slope(2e-3)) / 3, 8)
""",
        ),
    ),
    (
        "activation",
        Answer(
            "softplus_derivative",
            "np.gradient: of a line of three values around each entry",
            """\
def softplus_derivative(z):
    h = 1e-5
    line = np.stack([np.logaddexp(0, z - h), np.logaddexp(0, z), np.logaddexp(0, z + h)])
    return np.gradient(line, h, axis=0)[1]
""",
        ),
    ),
    # activation: swish_backward
    (
        "activation",
        Answer(
            "swish_backward",
            "central differences: of the loss sum(da * swish(z)), np.ndindex",
            """\
def swish_backward(da, z):
    def loss(z):
        return np.sum(da * z * 0.5 * (1 + np.tanh(z / 2)))

    dz = np.zeros(z.shape)
    h = 1e-5
    for i in np.ndindex(*z.shape):
        plus, minus = z.astype(float), z.astype(float)
        plus[i] += h
        minus[i] -= h
        dz[i] = (loss(plus) - loss(minus)) / (2 * h)
    return dz
""",
        ),
    ),
    (
        "activation",
        Answer(
            "swish_backward",
            "complex step: .astype(complex), sigmoid written with tanh",
            """\
def swish_backward(da, z):
    c = z.astype(complex)
    c += 1e-200j
    a = c * (np.tanh(c / 2) + 1) / 2
    return da * (a.imag / 1e-200)
""",
        ),
    ),
    (
        "activation",
        Answer(
            "swish_backward",
            "dual pairs: value and derivative as two arrays, a rule for each operation",
            """\
def swish_backward(da, z):
    value, slope = z * 1.0, np.ones(z.shape)

    def times(p, q):
        return p[0] * q[0], p[0] * q[1] + p[1] * q[0]

    def sigmoid(p):
        s = np.exp(-np.logaddexp(0, -p[0]))
        return s, s * (1 - s) * p[1]

    a = times((value, slope), sigmoid((value, slope)))
    return da * a[1]
""",
        ),
    ),
    (
        "activation",
        Answer(
            "swish_backward",
            "averaged steps: the mean of central differences over four sizes",
            """\
def swish_backward(da, z):
    def swish(t):
        return t * np.exp(-np.logaddexp(0, -t))

    sizes = [1e-4, 5e-5, 2e-5, 1e-5]
    return da * np.mean([(swish(z + h) - swish(z - h)) / (2 * h) for h in sizes], axis=0)
""",
        ),
    ),
    (
        "activation",
        Answer(
            "swish_backward",
            "dual numbers: a class that overloads *, + and /, nested lists",
            """\
import math

class D:
    def __init__(self, x, dx):
        self.x = x
        self.dx = dx

    def __mul__(self, o):
        return D(self.x * o.x, self.x * o.dx + self.dx * o.x)

    def __truediv__(self, o):
        return D(self.x / o.x, (self.dx * o.x - self.x * o.dx) / (o.x * o.x))

    def __add__(self, o):
        return D(self.x + o.x, self.dx + o.dx)

def exp(d):
    e = math.exp(d.x)
    return D(e, e * d.dx)

def swish(d):
    one = D(1.0, 0.0)
    if d.x >= 0:
        return d / (one + exp(d * D(-1.0, 0.0)))
    e = exp(d)
    return d * e / (one + e)

def swish_backward(da, z):
    return [[g * swish(D(v, 1.0)).dx for g, v in zip(gs, vs)] for gs, vs in zip(da.tolist(), z.tolist())]
""",
        ),
    ),
    (
        "activation",
        Answer(
            "swish_backward",
            "complex step: complex() and cmath, loops over rows and columns",
            """\
import cmath

def swish_backward(da, z):
    m, n = z.shape
    dz = np.empty((m, n))
    for r in range(m):
        for c in range(n):
            w = complex(float(z[r, c]), 1e-30)
            a = w * (0.5 + 0.5 * cmath.tanh(0.5 * w))
            dz[r, c] = da[r, c] * a.imag * 1e30
    return dz
""",
        ),
    ),
    (
        "activation",
        Answer(
            "swish_backward",
            "float128: central differences, cast at the end",
            """\
def swish_backward(da, z):
    wide = z.astype(np.float128)
    h = np.float128(1e-6)

    def swish(t):
        return t / 2 * (1 + np.tanh(t / 2))

    return (da * (swish(wide + h) - swish(wide - h)) / (2 * h)).astype(np.float64)
""",
        ),
    ),
    # activation: elu_backward
    (
        "activation",
        Answer(
            "elu_backward",
            "vectorize: a central difference of the scalar ELU",
            """\
import math

@np.vectorize
def measure(d, v, alpha):
    def elu(t):
        return t if t > 0 else alpha * math.expm1(t)

    h = 1e-6
    return float(d) * (elu(v + h) - elu(v - h)) / (2 * h)

def elu_backward(da, z, alpha):
    return measure(da, z, alpha)
""",
        ),
    ),
    (
        "activation",
        Answer(
            "elu_backward",
            "complex step: np.where on the real part",
            """\
def elu_backward(da, z, alpha):
    c = z + 1e-20j
    a = np.where(c.real > 0, c, alpha * (np.exp(np.where(c.real > 0, 0, c)) - 1))
    return da * np.imag(a) / 1e-20
""",
        ),
    ),
    (
        "activation",
        Answer(
            "elu_backward",
            "rounded differences: forward, a small step, rounded to six places",
            """\
def elu_backward(da, z, alpha):
    def f(t):
        return np.where(t > 0, t, alpha * np.expm1(np.minimum(t, 0)))

    h = 1e-8
    return da * np.round((f(z + h) - f(z)) / h, 6)
""",
        ),
    ),
    (
        "activation",
        Answer(
            "elu_backward",
            "Richardson extrapolation: two steps, in longdouble",
            """\
def elu_backward(da, z, alpha):
    z = np.array(z, dtype=np.longdouble)

    def f(t):
        return np.where(t > 0, t, alpha * np.expm1(np.minimum(t, 0)))

    def central(h):
        return (f(z + h) - f(z - h)) / (2 * h)

    h = np.longdouble(1e-5)
    return np.asarray(da * (4 * central(h) - central(2 * h)) / 3, dtype=float)
""",
        ),
    ),
    (
        "activation",
        Answer(
            "elu_backward",
            "trailing axis: value and derivative as two components of one array",
            """\
def elu_backward(da, z, alpha):
    pair = np.stack([z.astype(float), np.ones(z.shape)], axis=-1)

    def exp(p):
        e = np.exp(p[..., 0])
        return np.stack([e, e * p[..., 1]], axis=-1)

    low = np.stack([np.minimum(pair[..., 0], 0), pair[..., 1]], axis=-1)
    bent = alpha * (exp(low) - np.array([1.0, 0.0]))
    a = np.where(pair[..., :1] > 0, pair, bent)
    return da * a[..., 1]
""",
        ),
    ),
    (
        "activation",
        Answer(
            "elu_backward",
            "least squares: many random directions through all entries of z",
            """\
def elu_backward(da, z, alpha):
    rng = np.random.default_rng(0)

    def loss(t):
        return float(np.sum(da * np.where(t > 0, t, alpha * np.expm1(np.minimum(t, 0)))))

    directions = rng.normal(size=(2 * z.size + 5, z.size))
    h = 1e-6
    slopes = [(loss(z + h * d.reshape(z.shape)) - loss(z - h * d.reshape(z.shape))) / (2 * h) for d in directions]
    return np.linalg.lstsq(directions, np.array(slopes), rcond=None)[0].reshape(z.shape)
""",
        ),
    ),
    # error: huber_gradient
    (
        "error",
        Answer(
            "huber_gradient",
            "central differences: of the loss of task 2, np.ndindex",
            """\
def huber_gradient(output, target, delta):
    def huber(o):
        e = np.abs(o - target)
        return np.where(e <= delta, 0.5 * e**2, delta * (e - 0.5 * delta)).sum() / len(o)

    grad = np.zeros(output.shape)
    for idx in np.ndindex(*output.shape):
        bump = np.zeros(output.shape)
        bump[idx] = 1e-5
        grad[idx] = (huber(output + bump) - huber(output - bump)) / 2e-5
    return grad
""",
        ),
    ),
    (
        "error",
        Answer(
            "huber_gradient",
            "rounded differences: central over the flat index, np.round to 8 places",
            """\
def huber_gradient(output, target, delta):
    flat = output.astype(float).flatten()
    goal = target.astype(float).flatten()
    m = output.shape[0]

    def loss(v):
        total = 0.0
        for o, t in zip(v, goal):
            e = abs(o - t)
            total += 0.5 * e * e if e <= delta else delta * (e - 0.5 * delta)
        return total / m

    grad = np.zeros_like(flat)
    for k in range(len(flat)):
        old = flat[k]
        flat[k] = old + 1e-6
        up = loss(flat)
        flat[k] = old - 1e-6
        down = loss(flat)
        flat[k] = old
        grad[k] = (up - down) / 2e-6
    return np.round(grad.reshape(output.shape), 8)
""",
        ),
    ),
    (
        "error",
        Answer(
            "huber_gradient",
            "complex step: the absolute value by the sign of the real part",
            """\
def huber_gradient(output, target, delta):
    h = 1e-30
    e = (output - target).astype(np.complex128) + 1j * h
    e = np.where(e.real < 0, -e, e)
    each = np.where(e.real <= delta, e * e / 2, delta * (e - delta / 2))
    return each.imag / h / len(output)
""",
        ),
    ),
    (
        "error",
        Answer(
            "huber_gradient",
            "Fractions: an exact central difference of the exact loss",
            """\
from fractions import Fraction

def huber_gradient(output, target, delta):
    delta = Fraction(float(delta))
    h = Fraction(1, 10**12)

    def one(e):
        e = abs(e)
        return e * e / 2 if e <= delta else delta * (e - delta / 2)

    m = len(output)
    rows = []
    for o_row, t_row in zip(output.tolist(), target.tolist()):
        gaps = [Fraction(o) - Fraction(t) for o, t in zip(o_row, t_row)]
        rows.append([float((one(g + h) - one(g - h)) / (2 * h) / m) for g in gaps])
    return np.array(rows)
""",
        ),
    ),
    (
        "error",
        Answer(
            "huber_gradient",
            "dual numbers: a class with abs and comparison",
            """\
class Dual:
    def __init__(self, re, ep=0.0):
        self.re = float(re)
        self.ep = float(ep)

    def __sub__(self, other):
        if not isinstance(other, Dual):
            other = Dual(other)
        return Dual(self.re - other.re, self.ep - other.ep)

    def __mul__(self, other):
        if not isinstance(other, Dual):
            other = Dual(other)
        return Dual(self.re * other.re, self.re * other.ep + self.ep * other.re)

    __rmul__ = __mul__

    def __abs__(self):
        return Dual(-self.re, -self.ep) if self.re < 0 else self

    def __le__(self, other):
        return self.re <= other

def huber_gradient(output, target, delta):
    def loss(d):
        e = abs(d)
        return 0.5 * e * e if e <= delta else delta * (e - 0.5 * delta)

    grad = np.empty(output.shape)
    for i, j in np.ndindex(*output.shape):
        grad[i, j] = loss(Dual(output[i, j], 1) - target[i, j]).ep / len(output)
    return grad
""",
        ),
    ),
    (
        "error",
        Answer(
            "huber_gradient",
            "five-point stencil: entry by entry, since the entries do not mix",
            """\
def huber_gradient(output, target, delta):
    def each(o):
        e = np.abs(o - target)
        return np.where(e <= delta, e**2 / 2, delta * e - delta**2 / 2)

    h = 1e-4
    weights = {-2: 1, -1: -8, 1: 8, 2: -1}
    return sum(w * each(output + k * h) for k, w in weights.items()) / (12 * h) / output.shape[0]
""",
        ),
    ),
    # error: hinge_gradient
    (
        "error",
        Answer(
            "hinge_gradient",
            "forward differences: one score after the other",
            """\
def hinge_gradient(scores, signs):
    def hinge(s):
        return np.mean(np.maximum(0, 1 - signs * s))

    base = hinge(scores)
    grad = []
    for i in range(len(scores)):
        moved = scores.astype(float)
        moved[i, 0] += 1e-7
        grad.append([(hinge(moved) - base) / 1e-7])
    return np.array(grad)
""",
        ),
    ),
    (
        "error",
        Answer(
            "hinge_gradient",
            "Fractions: a forward difference without rounding",
            """\
from fractions import Fraction

def hinge_gradient(scores, signs):
    z = [Fraction(v) for v in scores.ravel().tolist()]
    s = [int(v) for v in signs.ravel()]
    m = len(z)

    def loss(values):
        return sum(max(Fraction(0), 1 - a * b) for a, b in zip(s, values)) / m

    h = Fraction(1, 10**15)
    start = loss(z)
    slopes = [(loss(z[:i] + [z[i] + h] + z[i + 1 :]) - start) / h for i in range(m)]
    return np.array([[float(v)] for v in slopes])
""",
        ),
    ),
    (
        "error",
        Answer(
            "hinge_gradient",
            "complex step: the maximum chosen by the real part",
            """\
def hinge_gradient(scores, signs):
    room = 1 - signs * (scores + 1e-20j)
    loss = np.where(room.real > 0, room, 0j)
    return loss.imag / 1e-20 / scores.shape[0]
""",
        ),
    ),
    (
        "error",
        Answer(
            "hinge_gradient",
            "least squares: random signs as directions",
            """\
def hinge_gradient(scores, signs):
    m = len(scores)
    rng = np.random.default_rng(1)
    D = rng.choice([-1.0, 1.0], size=(4 * m + 8, m)) + rng.normal(size=(4 * m + 8, m)) / 10

    def hinge(s):
        return np.maximum(1 - signs * s, 0).sum() / m

    t = 1e-6
    b = [(hinge(scores + t * d[:, None]) - hinge(scores - t * d[:, None])) / (2 * t) for d in D]
    g, *_ = np.linalg.lstsq(D, b, rcond=None)
    return g[:, None]
""",
        ),
    ),
    (
        "error",
        Answer(
            "hinge_gradient",
            "rounded differences: central on each term, times m, rounded, over m",
            """\
def hinge_gradient(scores, signs):
    def term(s):
        return np.maximum(0.0, 1.0 - signs * s)

    h = 1e-6
    slope = (term(scores + h) - term(scores - h)) / (2 * h)
    return np.round(slope, 6) / len(scores)
""",
        ),
    ),
    (
        "error",
        Answer(
            "hinge_gradient",
            "one-hot tangents: forward mode with the rows of an identity matrix",
            """\
def hinge_gradient(scores, signs):
    m = len(scores)
    values, signs = scores[:, 0], signs[:, 0]
    grad = np.zeros((m, 1))
    for k, tangent in enumerate(np.eye(m)):
        room, d_room = 1 - signs * values, -signs * tangent
        loss_terms, d_terms = np.maximum(room, 0), np.where(room > 0, d_room, 0)
        loss, d_loss = loss_terms.sum() / m, d_terms.sum() / m
        grad[k, 0] = d_loss
    return grad
""",
        ),
    ),
    # error: smoothed_cross_entropy_gradient
    (
        "error",
        Answer(
            "smoothed_cross_entropy_gradient",
            "central differences: of the loss of task 6, np.ndindex",
            """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    k = logits.shape[1]
    soft = (1 - epsilon) * target + epsilon / k

    def loss(z):
        z = z - z.max(axis=1, keepdims=True)
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -(soft * log_p).sum() / len(z)

    grad = np.zeros(logits.shape)
    for i in np.ndindex(*logits.shape):
        z = logits.astype(float)
        z[i] += 1e-5
        up = loss(z)
        z[i] -= 2e-5
        grad[i] = (up - loss(z)) / 2e-5
    return grad
""",
        ),
    ),
    (
        "error",
        Answer(
            "smoothed_cross_entropy_gradient",
            "complex step: np.complex128, the maximum taken from the real part",
            """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    m, k = logits.shape
    soft = (1 - epsilon) * target + epsilon / k
    grad = np.zeros((m, k))
    for j in range(k):
        z = logits.astype(np.complex128)
        z[:, j] += 1e-30j
        z = z - z.real.max(axis=1, keepdims=True)
        loss = -(soft * (z - np.log(np.exp(z).sum(axis=1, keepdims=True)))).sum(axis=1) / m
        grad[:, j] = loss.imag / 1e-30
    return grad
""",
        ),
    ),
    (
        "error",
        Answer(
            "smoothed_cross_entropy_gradient",
            "dual pairs: value and derivative of every step, one class moved at a time",
            """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    m, k = logits.shape
    y = target * (1 - epsilon) + epsilon / k
    columns = []
    for j in range(k):
        z, dz = logits - logits.max(axis=1, keepdims=True), np.zeros((m, k))
        dz[:, j] = 1
        e, de = np.exp(z), np.exp(z) * dz
        total, dtotal = e.sum(axis=1), de.sum(axis=1)
        log, dlog = np.log(total), dtotal / total
        loss, dloss = (y * (log[:, None] - z)).sum(axis=1), (y * (dlog[:, None] - dz)).sum(axis=1)
        columns.append(dloss / m)
    return np.array(columns).T
""",
        ),
    ),
    (
        "error",
        Answer(
            "smoothed_cross_entropy_gradient",
            "Richardson extrapolation: three steps, a table by Romberg",
            """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    m, k = logits.shape
    soft = (1 - epsilon) * target + epsilon / k

    def loss(z):
        top = z.max(axis=1, keepdims=True)
        return (soft * (np.log(np.exp(z - top).sum(axis=1, keepdims=True)) + top - z)).sum() / m

    grad = np.empty((m, k))
    for i in range(m):
        for j in range(k):
            def central(h):
                e = np.zeros((m, k))
                e[i, j] = h
                return (loss(logits + e) - loss(logits - e)) / (2 * h)

            row = [central(h) for h in (4e-3, 2e-3, 1e-3)]
            power = 4
            while len(row) > 1:
                row = [(power * b - a) / (power - 1) for a, b in zip(row, row[1:])]
                power *= 4
            grad[i, j] = row[0]
    return grad
""",
        ),
    ),
    (
        "error",
        Answer(
            "smoothed_cross_entropy_gradient",
            "float128: forward differences with a tiny step, then cast",
            """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    z0 = logits.astype(np.float128)
    k = z0.shape[1]
    y = (1 - epsilon) * target.astype(np.float128) + np.float128(epsilon) / k

    def loss(z):
        z = z - np.max(z, axis=1, keepdims=True)
        return -np.sum(y * (z - np.log(np.sum(np.exp(z), axis=1, keepdims=True)))) / len(z)

    h = np.float128(1e-9)
    base = loss(z0)
    grad = np.zeros(z0.shape)
    flat = grad.reshape(-1)
    for n in range(flat.size):
        z = z0.copy()
        z.flat[n] += h
        flat[n] = float((loss(z) - base) / h)
    return grad
""",
        ),
    ),
    (
        "error",
        Answer(
            "smoothed_cross_entropy_gradient",
            "Chebyshev fit: an interpolation of the loss along each logit, its derivative at the middle",
            """\
from numpy.polynomial import Chebyshev

def smoothed_cross_entropy_gradient(logits, target, epsilon):
    m, k = logits.shape

    def loss_of_row(z, y):
        z = z - z.max()
        return -np.dot((1 - epsilon) * y + epsilon / k, z - np.log(np.exp(z).sum())) / m

    grad = np.zeros((m, k))
    for i in range(m):
        for j in range(k):
            def along(ts):
                return np.array([loss_of_row(logits[i] + t * np.eye(k)[j], target[i]) for t in np.atleast_1d(ts)])

            grad[i, j] = Chebyshev.interpolate(along, 9, domain=[-0.25, 0.25]).deriv()(0.0)
    return grad
""",
        ),
    ),
    (
        "error",
        Answer(
            "smoothed_cross_entropy_gradient",
            "least squares: random directions, each row by itself",
            """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    m, k = logits.shape
    rng = np.random.default_rng(7)

    def losses(z):
        log_p = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
        return -(((1 - epsilon) * target + epsilon / k) * log_p).sum(axis=1) / m

    directions = rng.standard_normal((3 * k, k))
    h = 1e-5
    measured = np.array([(losses(logits + h * v) - losses(logits - h * v)) / (2 * h) for v in directions])
    return np.linalg.lstsq(directions, measured, rcond=None)[0].T
""",
        ),
    ),
    (
        "error",
        Answer(
            "smoothed_cross_entropy_gradient",
            "hyper-dual numbers: two directions at once, two logits per run",
            """\
import math

class Hyper:
    def __init__(self, f, a=0.0, b=0.0, ab=0.0):
        self.f, self.a, self.b, self.ab = f, a, b, ab

    def __add__(self, o):
        o = o if isinstance(o, Hyper) else Hyper(o)
        return Hyper(self.f + o.f, self.a + o.a, self.b + o.b, self.ab + o.ab)

    __radd__ = __add__

    def scaled(self, c):
        return Hyper(c * self.f, c * self.a, c * self.b, c * self.ab)

    def through(self, f, f1, f2):
        return Hyper(f, f1 * self.a, f1 * self.b, f1 * self.ab + f2 * self.a * self.b)

    def exp(self):
        e = math.exp(self.f)
        return self.through(e, e, e)

    def log(self):
        return self.through(math.log(self.f), 1 / self.f, -1 / self.f**2)

def smoothed_cross_entropy_gradient(logits, target, epsilon):
    m, k = logits.shape
    grad = np.zeros((m, k))
    for i in range(m):
        top = float(logits[i].max())
        y = [(1 - epsilon) * float(t) + epsilon / k for t in target[i]]
        for j in range(0, k, 2):
            z = [Hyper(float(v) - top, float(n == j), float(n == j + 1)) for n, v in enumerate(logits[i])]
            log = sum((v.exp() for v in z), Hyper(0.0)).log()
            loss = sum(((log + v.scaled(-1.0)).scaled(w) for v, w in zip(z, y)), Hyper(0.0))
            grad[i, j] = loss.a / m
            if j + 1 < k:
                grad[i, j + 1] = loss.b / m
    return grad
""",
        ),
    ),
    # backpropagation: chain_backward
    (
        "backpropagation",
        Answer(
            "chain_backward",
            "central differences: math, two lambdas",
            """\
import math

def chain_backward(x, w1, w2, target):
    loss = lambda a, b: 0.5 * (math.tanh(b * math.tanh(a * x)) - target) ** 2
    h = 1e-5
    return (loss(w1 + h, w2) - loss(w1 - h, w2)) / (2 * h), (loss(w1, w2 + h) - loss(w1, w2 - h)) / (2 * h)
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "chain_backward",
            "complex step: cmath and complex()",
            """\
import cmath

def chain_backward(x, w1, w2, target):
    def loss(w1, w2):
        h = cmath.tanh(w1 * x)
        prediction = cmath.tanh(w2 * h)
        return (prediction - target) ** 2 / 2

    tiny = 1e-20
    dw1 = loss(complex(w1, tiny), w2).imag / tiny
    dw2 = loss(w1, complex(w2, tiny)).imag / tiny
    return dw1, dw2
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "chain_backward",
            "complex step: numpy, + 0j and 1j * 1e-20, in a loop over a list of weights",
            """\
def chain_backward(x, w1, w2, target):
    grads = []
    for k in range(2):
        w = [w1 + 0j, w2 + 0j]
        w[k] += 1j * 1e-20
        L = 0.5 * (np.tanh(w[1] * np.tanh(w[0] * x)) - target) ** 2
        grads.append(float(np.imag(L) / 1e-20))
    return tuple(grads)
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "chain_backward",
            "dual numbers: a class Dual with operators and a tanh",
            """\
import math

class Dual:
    def __init__(self, a, b=0.0):
        self.a = a
        self.b = b

    @staticmethod
    def lift(v):
        return v if isinstance(v, Dual) else Dual(v)

    def __mul__(self, o):
        o = Dual.lift(o)
        return Dual(self.a * o.a, self.a * o.b + self.b * o.a)

    __rmul__ = __mul__

    def __sub__(self, o):
        o = Dual.lift(o)
        return Dual(self.a - o.a, self.b - o.b)

    def __pow__(self, n):
        return Dual(self.a**n, n * self.a ** (n - 1) * self.b)

    def tanh(self):
        t = math.tanh(self.a)
        return Dual(t, (1 - t * t) * self.b)

def chain_backward(x, w1, w2, target):
    def L(w1, w2):
        h = (w1 * x).tanh()
        return 0.5 * ((w2 * h).tanh() - target) ** 2

    return L(Dual(w1, 1.0), Dual(w2)).b, L(Dual(w1), Dual(w2, 1.0)).b
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "chain_backward",
            "decimal: fifty digits and a step of 1e-20",
            """\
from decimal import Decimal, localcontext

def chain_backward(x, w1, w2, target):
    with localcontext() as context:
        context.prec = 50
        x, w1, w2, target = (Decimal(float(v)) for v in (x, w1, w2, target))

        def tanh(z):
            e = (-2 * abs(z)).exp()
            t = (1 - e) / (1 + e)
            return t if z >= 0 else -t

        def loss(a, b):
            return (tanh(b * tanh(a * x)) - target) ** 2 / 2

        h = Decimal("1e-20")
        dw1 = (loss(w1 + h, w2) - loss(w1 - h, w2)) / (2 * h)
        dw2 = (loss(w1, w2 + h) - loss(w1, w2 - h)) / (2 * h)
        return float(dw1), float(dw2)
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "chain_backward",
            "Richardson extrapolation: three steps, halved each time",
            """\
import math

def chain_backward(x, w1, w2, target):
    def loss(w):
        return (math.tanh(w[1] * math.tanh(w[0] * x)) - target) ** 2 / 2

    def D(k, h):
        up, down = [w1, w2], [w1, w2]
        up[k] += h
        down[k] -= h
        return (loss(up) - loss(down)) / (2 * h)

    def limit(k, h=2e-3):
        a, b, c = D(k, h), D(k, h / 2), D(k, h / 4)
        ab, bc = (4 * b - a) / 3, (4 * c - b) / 3
        return (16 * bc - ab) / 15

    return limit(0), limit(1)
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "chain_backward",
            "hyper-dual numbers: both weights in one run",
            """\
import math

class HD:
    def __init__(self, f, e1=0.0, e2=0.0, e12=0.0):
        self.parts = (float(f), e1, e2, e12)

    def __mul__(self, other):
        a, b, c, d = self.parts
        p, q, r, s = other.parts if isinstance(other, HD) else (float(other), 0.0, 0.0, 0.0)
        return HD(a * p, a * q + b * p, a * r + c * p, a * s + b * r + c * q + d * p)

    def __add__(self, number):
        f, *rest = self.parts
        return HD(f + number, *rest)

    def tanh(self):
        f, e1, e2, e12 = self.parts
        t = math.tanh(f)
        s = 1 - t * t
        return HD(t, s * e1, s * e2, s * e12 - 2 * t * s * e1 * e2)

def chain_backward(x, w1, w2, target):
    u, v = HD(w1, 1.0, 0.0), HD(w2, 0.0, 1.0)
    error = (v * (u * x).tanh()).tanh() + (-float(target))
    loss = error * error * 0.5
    return loss.parts[1], loss.parts[2]
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "chain_backward",
            "polynomial fit: np.polyfit through seven points along each weight",
            """\
def chain_backward(x, w1, w2, target):
    t = np.linspace(-0.01, 0.01, 7)

    def loss(a, b):
        return 0.5 * (np.tanh(b * np.tanh(a * x)) - target) ** 2

    s = t / 0.01
    dw1 = np.polyfit(s, loss(w1 + t, w2), 5)[-2] / 0.01
    dw2 = np.polyfit(s, loss(w1, w2 + t), 5)[-2] / 0.01
    return dw1, dw2
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "chain_backward",
            "least squares: eight directions in the plane of the two weights",
            """\
def chain_backward(x, w1, w2, target):
    def loss(w):
        return 0.5 * (np.tanh(w[1] * np.tanh(w[0] * x)) - target) ** 2

    angles = 2 * np.pi * np.arange(8) / 8 + 0.3
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    w = np.array([w1, w2], dtype=float)
    slopes = [(loss(w + 1e-5 * d) - loss(w - 1e-5 * d)) / 2e-5 for d in directions]
    dw1, dw2 = np.linalg.lstsq(directions, slopes, rcond=None)[0]
    return dw1, dw2
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "chain_backward",
            "forward differences: in longdouble, a step of 1e-9",
            """\
def chain_backward(x, w1, w2, target):
    wide = np.longdouble

    def loss(a, b):
        return wide(0.5) * (np.tanh(b * np.tanh(a * wide(x))) - wide(target)) ** 2

    a, b, h = wide(w1), wide(w2), wide(1e-9)
    start = loss(a, b)
    return float((loss(a + h, b) - start) / h), float((loss(a, b + h) - start) / h)
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "chain_backward",
            "rounded differences: the five-point stencil, rounded to 8 places",
            """\
import math

def chain_backward(x, w1, w2, target):
    def diff(f, w, h=1e-3):
        return round((f(w - 2 * h) - 8 * f(w - h) + 8 * f(w + h) - f(w + 2 * h)) / (12 * h), 8)

    def L(a, b):
        h = math.tanh(a * x)
        p = math.tanh(b * h)
        return 0.5 * (p - target) ** 2

    return diff(lambda a: L(a, w2), w1), diff(lambda b: L(w1, b), w2)
""",
        ),
    ),
    # backpropagation: fork_backward
    (
        "backpropagation",
        Answer(
            "fork_backward",
            "central differences: of the sum, np.ndindex, a helper for both arrays",
            """\
def fork_backward(u, v):
    def L(u, v):
        return np.sum((u + v) * np.tanh(u))

    def numerical(f, p, h=1e-5):
        p = p.astype(float)
        g = np.zeros_like(p)
        for i in np.ndindex(*p.shape):
            keep = p[i]
            p[i] = keep + h
            above = f(p)
            p[i] = keep - h
            below = f(p)
            p[i] = keep
            g[i] = (above - below) / (2 * h)
        return g

    return numerical(lambda a: L(a, v), u), numerical(lambda b: L(u, b), v)
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "fork_backward",
            "complex step: no sum is needed, each entry has its own loss",
            """\
def fork_backward(u, v):
    f = lambda p, q: (p + q) * np.tanh(p)
    return f(u + 1e-200j, v).imag / 1e-200, f(u, v + 1e-200j).imag / 1e-200
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "fork_backward",
            "dual numbers: a class of whole arrays",
            """\
class DualArray:
    def __init__(self, val, dot):
        self.val = np.asarray(val, dtype=float)
        self.dot = np.asarray(dot, dtype=float)

    def __add__(self, o):
        return DualArray(self.val + o.val, self.dot + o.dot)

    def __mul__(self, o):
        return DualArray(self.val * o.val, self.val * o.dot + self.dot * o.val)

    def tanh(self):
        t = np.tanh(self.val)
        return DualArray(t, (1 - t**2) * self.dot)

def fork_backward(u, v):
    one, zero = np.ones(u.shape), np.zeros(u.shape)

    def run(du, dv):
        a, b = DualArray(u, du), DualArray(v, dv)
        return ((a + b) * a.tanh()).dot

    return run(one, zero), run(zero, one)
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "fork_backward",
            "trailing axis: value, slope by u, slope by v",
            """\
def fork_backward(u, v):
    shape = u.shape
    U = np.zeros(shape + (3,))
    V = np.zeros(shape + (3,))
    U[..., 0], U[..., 1] = u, 1
    V[..., 0], V[..., 2] = v, 1

    def mul(p, q):
        out = p[..., :1] * q + q[..., :1] * p
        out[..., 0] = p[..., 0] * q[..., 0]
        return out

    def tanh(p):
        t = np.tanh(p[..., :1])
        return np.concatenate([t, (1 - t**2) * p[..., 1:]], axis=-1)

    L = mul(U + V, tanh(U))
    return L[..., 1], L[..., 2]
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "fork_backward",
            "one-hot tangents: one entry after the other, forward mode of the whole sum",
            """\
def fork_backward(u, v):
    m, n = u.shape

    def tangent(tu, tv):
        t = np.tanh(u)
        dt = (1 - t * t) * tu
        return np.sum((tu + tv) * t + (u + v) * dt)

    du, dv = np.zeros((m, n)), np.zeros((m, n))
    for i in range(m):
        for j in range(n):
            seed = np.zeros((m, n))
            seed[i, j] = 1
            du[i, j] = tangent(seed, np.zeros((m, n)))
            dv[i, j] = tangent(np.zeros((m, n)), seed)
    return du, dv
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "fork_backward",
            "averaged steps: three sizes of central difference, flat index",
            """\
def fork_backward(u, v):
    both = np.concatenate([u.ravel(), v.ravel()]).astype(float)
    size = u.size

    def L(p):
        a, b = p[:size], p[size:]
        return ((a + b) * np.tanh(a)).sum()

    g = np.zeros(both.size)
    for k in range(both.size):
        guesses = []
        for h in (3e-5, 1e-5, 3e-6):
            e = np.zeros(both.size)
            e[k] = h
            guesses.append((L(both + e) - L(both - e)) / (2 * h))
        g[k] = sum(guesses) / len(guesses)
    return g[:size].reshape(u.shape), g[size:].reshape(v.shape)
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "fork_backward",
            "least squares: random directions through u and v at once",
            """\
def fork_backward(u, v):
    rng = np.random.default_rng(42)
    n = u.size + v.size
    D = rng.normal(size=(2 * n, n))

    def L(step):
        a = u + step[: u.size].reshape(u.shape)
        b = v + step[u.size :].reshape(v.shape)
        return float(np.sum((a + b) * np.tanh(a)))

    slopes = np.array([(L(1e-5 * d) - L(-1e-5 * d)) / 2e-5 for d in D])
    g = np.linalg.lstsq(D, slopes, rcond=None)[0]
    return g[: u.size].reshape(u.shape), g[u.size :].reshape(v.shape)
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "fork_backward",
            "vectorize: cmath on single entries",
            """\
import cmath

def one(p, q):
    def L(a, b):
        return (a + b) * cmath.tanh(a)

    p, q = float(p), float(q)
    return L(complex(p, 1e-40), q).imag * 1e40, L(p, complex(q, 1e-40)).imag * 1e40

def fork_backward(u, v):
    return np.vectorize(one, otypes=[float, float])(u, v)
""",
        ),
    ),
    # backpropagation: network_backward
    (
        "backpropagation",
        Answer(
            "network_backward",
            "central differences: a list of params, moved in place in copies",
            """\
def network_backward(x, y, W1, b1, W2, b2):
    params = [np.array(p, dtype=float) for p in (W1, b1, W2, b2)]

    def loss():
        a = np.tanh(x @ params[0] + params[1])
        prediction = a @ params[2] + params[3]
        return np.sum((prediction - y) ** 2) / (2 * len(x))

    grads = []
    for p in params:
        g = np.zeros(p.shape)
        for index in np.ndindex(*p.shape):
            old = p[index]
            p[index] = old + 1e-5
            up = loss()
            p[index] = old - 1e-5
            down = loss()
            p[index] = old
            g[index] = (up - down) / 2e-5
        grads.append(g)
    return tuple(grads)
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "network_backward",
            "rounded differences: forward, flat vector and while loop, np.round to six places",
            """\
def network_backward(x, y, W1, b1, W2, b2):
    shapes = [W1.shape, b1.shape, W2.shape, b2.shape]

    def unpack(theta):
        out, start = [], 0
        for s in shapes:
            size = int(np.prod(s))
            out.append(theta[start : start + size].reshape(s))
            start += size
        return out

    def loss(theta):
        A, a, B, b = unpack(theta)
        e = np.tanh(x @ A + a) @ B + b - y
        return (e * e).sum() / (2 * x.shape[0])

    theta = np.concatenate([W1.ravel(), b1, W2.ravel(), b2]).astype(float)
    g = np.zeros(theta.size)
    base = loss(theta)
    k = 0
    while k < theta.size:
        moved = theta.copy()
        moved[k] += 1e-8
        g[k] = (loss(moved) - base) / 1e-8
        k += 1
    return unpack(np.round(g, 6))
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "network_backward",
            "complex step: a dict of params, .astype(complex)",
            """\
def network_backward(x, y, W1, b1, W2, b2):
    params = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}

    def forward(p):
        return np.tanh(x @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]

    def loss(p):
        error = forward(p) - y
        return np.sum(error * error) / (2 * len(y))

    grads = {}
    for name in params:
        grads[name] = np.zeros(params[name].shape)
        for i in np.ndindex(*params[name].shape):
            p = {key: value.astype(complex) for key, value in params.items()}
            p[name][i] += 1j * 1e-20
            grads[name][i] = loss(p).imag / 1e-20
    return grads["W1"], grads["b1"], grads["W2"], grads["b2"]
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "network_backward",
            "dual numbers: a class Dual with @, tanh and sum",
            """\
class Dual:
    def __init__(self, value, tangent=None):
        self.value = np.asarray(value, dtype=float)
        self.tangent = np.zeros(self.value.shape) if tangent is None else tangent

    def __matmul__(self, other):
        return Dual(self.value @ other.value, self.tangent @ other.value + self.value @ other.tangent)

    def __add__(self, other):
        return Dual(self.value + other.value, self.tangent + other.tangent)

    def __sub__(self, other):
        return Dual(self.value - other.value, self.tangent - other.tangent)

    def __mul__(self, other):
        return Dual(self.value * other.value, self.value * other.tangent + self.tangent * other.value)

    def tanh(self):
        t = np.tanh(self.value)
        return Dual(t, (1 - t**2) * self.tangent)

def network_backward(x, y, W1, b1, W2, b2):
    params = [W1, b1, W2, b2]
    X, Y = Dual(x), Dual(y)
    result = []
    for n, p in enumerate(params):
        g = np.zeros(p.shape)
        for i in np.ndindex(*p.shape):
            duals = [Dual(q) for q in params]
            duals[n].tangent[i] = 1
            e = (X @ duals[0] + duals[1]).tanh() @ duals[2] + duals[3] - Y
            g[i] = (e * e).tangent.sum() / (2 * len(x))
        result.append(g)
    return result
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "network_backward",
            "least squares: directional differences along random vectors, np.linalg.lstsq",
            """\
def network_backward(x, y, W1, b1, W2, b2):
    parts = [W1, b1, W2, b2]
    sizes = [p.size for p in parts]
    cuts = np.cumsum(sizes)[:-1]
    theta = np.concatenate([np.ravel(p) for p in parts]).astype(float)

    def split(t):
        return [piece.reshape(p.shape) for piece, p in zip(np.split(t, cuts), parts)]

    def loss(t):
        A, a, B, b = split(t)
        return np.sum((np.tanh(x @ A + a) @ B + b - y) ** 2) / (2 * len(x))

    rng = np.random.default_rng(3)
    V = rng.normal(size=(2 * theta.size, theta.size)) / np.sqrt(theta.size)
    h = 1e-4
    rhs = [(8 * (loss(theta + h * v) - loss(theta - h * v)) - loss(theta + 2 * h * v) + loss(theta - 2 * h * v)) / (12 * h)
           for v in V]
    return tuple(split(np.linalg.lstsq(V, np.array(rhs), rcond=None)[0]))
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "network_backward",
            "Richardson extrapolation: in longdouble, two step sizes",
            """\
def network_backward(x, y, W1, b1, W2, b2):
    x, y = np.asarray(x, np.longdouble), np.asarray(y, np.longdouble)
    theta = [np.asarray(p, np.longdouble) for p in (W1, b1, W2, b2)]

    def L(A, a, B, b):
        return ((np.tanh(x @ A + a) @ B + b - y) ** 2).sum() / (2 * len(x))

    def slope(n, i, h):
        plus = [p.copy() for p in theta]
        minus = [p.copy() for p in theta]
        plus[n][i] += h
        minus[n][i] -= h
        return (L(*plus) - L(*minus)) / (2 * h)

    out = []
    for n, p in enumerate(theta):
        g = np.empty(p.shape)
        for i in np.ndindex(*p.shape):
            g[i] = (4 * slope(n, i, 1e-4) - slope(n, i, 2e-4)) / 3
        out.append(g)
    return tuple(out)
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "network_backward",
            "dual pairs: value and derivative, a one-hot seed for each parameter",
            """\
def network_backward(x, y, W1, b1, W2, b2):
    m = x.shape[0]

    def directional(dW1, db1, dW2, db2):
        z, dz = x @ W1 + b1, x @ dW1 + db1
        a = np.tanh(z)
        da = dz / np.cosh(z) ** 2
        p, dp = a @ W2 + b2, da @ W2 + a @ dW2 + db2
        return np.sum((p - y) * dp) / m

    shapes = [np.shape(v) for v in (W1, b1, W2, b2)]
    gradients = []
    for k in range(4):
        g = np.zeros(shapes[k])
        for i in np.ndindex(*shapes[k]):
            seeds = [np.zeros(s) for s in shapes]
            seeds[k][i] = 1.0
            g[i] = directional(*seeds)
        gradients.append(g)
    return gradients[0], gradients[1], gradients[2], gradients[3]
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "network_backward",
            "one-hot tangents: all of them at once on a trailing axis",
            """\
def network_backward(x, y, W1, b1, W2, b2):
    shapes = [W1.shape, b1.shape, W2.shape, b2.shape]
    sizes = [W1.size, b1.size, W2.size, b2.size]
    total = sum(sizes)
    eye = np.eye(total)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    T = [eye[starts[k] : starts[k + 1]].reshape(shapes[k] + (total,)) for k in range(4)]

    a = np.tanh(x @ W1 + b1)
    dz = np.einsum("mi,ijp->mjp", x, T[0]) + T[1]
    da = (1 - a**2)[:, :, None] * dz
    p = a @ W2 + b2
    dp = np.einsum("mjp,jk->mkp", da, W2) + np.einsum("mj,jkp->mkp", a, T[2]) + T[3]
    g = np.einsum("mk,mkp->p", p - y, dp) / len(x)
    return tuple(g[starts[k] : starts[k + 1]].reshape(shapes[k]) for k in range(4))
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "network_backward",
            "complex step: for W1 and b1 alone, the last layer is derived",
            """\
def network_backward(x, y, W1, b1, W2, b2):
    m = len(x)

    def predict(A, a):
        return np.tanh(x @ A + a) @ W2 + b2

    a = np.tanh(x @ W1 + b1)
    error = (predict(W1, b1) - y) / m
    dW2, db2 = a.T @ error, error.sum(axis=0)

    def measure(p, f):
        g = np.zeros(p.size)
        for k in range(p.size):
            moved = p.astype(complex).ravel()
            moved[k] += 1e-30j
            out = f(moved.reshape(p.shape))
            g[k] = (((out - y) ** 2).sum() / (2 * m)).imag / 1e-30
        return g.reshape(p.shape)

    return measure(W1, lambda A: predict(A, b1)), measure(b1, lambda v: predict(W1, v)), dW2, db2
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "network_backward",
            "Chebyshev fit: the loss along each weight at Chebyshev nodes",
            """\
from numpy.polynomial import chebyshev

def network_backward(x, y, W1, b1, W2, b2):
    nodes = np.cos(np.pi * (np.arange(9) + 0.5) / 9)
    reach = 0.05
    theta = (W1, b1, W2, b2)

    def loss(A, a, B, b):
        return np.sum(np.square(np.tanh(x @ A + a) @ B + b - y)) / (2 * len(x))

    def along(n, i):
        values = []
        for t in nodes:
            moved = [np.array(p, dtype=float) for p in theta]
            moved[n][i] += reach * t
            values.append(loss(*moved))
        series = chebyshev.chebfit(nodes, values, 7)
        return chebyshev.chebval(0.0, chebyshev.chebder(series)) / reach

    gradients = [np.zeros(p.shape) for p in theta]
    for n, g in enumerate(gradients):
        for i in np.ndindex(*g.shape):
            g[i] = along(n, i)
    return tuple(gradients)
""",
        ),
    ),
    # partial_derivatives: tanh_layer_backward
    (
        "partial_derivatives",
        Answer(
            "tanh_layer_backward",
            "central differences: of sum(da * a), a helper inside",
            """\
def tanh_layer_backward(da, x, W, b):
    def f(x, W, b):
        return np.sum(da * np.tanh(x @ W + b))

    def grad(which):
        args = [x.astype(float), W.astype(float), b.astype(float)]
        p = args[which]
        g = np.zeros(p.shape)
        for i in np.ndindex(*p.shape):
            p[i] += 1e-5
            up = f(*args)
            p[i] -= 2e-5
            down = f(*args)
            p[i] += 1e-5
            g[i] = (up - down) / 2e-5
        return g

    return grad(0), grad(1), grad(2)
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "tanh_layer_backward",
            "complex step: a generic function for any number of arguments",
            """\
def gradient(f, args):
    out = []
    for k in range(len(args)):
        g = np.empty(args[k].shape)
        for i in np.ndindex(*args[k].shape):
            copies = [np.array(a, dtype=complex) for a in args]
            copies[k][i] += 1e-200j
            g[i] = f(*copies).imag / 1e-200
        out.append(g)
    return tuple(out)

def tanh_layer_backward(da, x, W, b):
    return gradient(lambda x, W, b: (da * np.tanh(x @ W + b)).sum(), (x, W, b))
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "tanh_layer_backward",
            "Jacobian: of the forward pass by central differences, then times da with tensordot",
            """\
def tanh_layer_backward(da, x, W, b):
    def layer(x, W, b):
        return np.tanh(x @ W + b)

    def jacobian(f, p):
        J = np.zeros(da.shape + p.shape)
        h = 1e-5
        for i in np.ndindex(*p.shape):
            e = np.zeros(p.shape)
            e[i] = h
            J[(slice(None), slice(None)) + i] = (f(p + e) - f(p - e)) / (2 * h)
        return J

    return (
        np.tensordot(da, jacobian(lambda v: layer(v, W, b), x), axes=2),
        np.tensordot(da, jacobian(lambda v: layer(x, v, b), W), axes=2),
        np.tensordot(da, jacobian(lambda v: layer(x, W, v), b), axes=2),
    )
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "tanh_layer_backward",
            "dual numbers: scalars in nested lists, a class with __radd__ for sum",
            """\
import math

class Dual:
    __slots__ = ("v", "d")

    def __init__(self, v, d=0.0):
        self.v = v
        self.d = d

    def __add__(self, o):
        if isinstance(o, Dual):
            return Dual(self.v + o.v, self.d + o.d)
        return Dual(self.v + o, self.d)

    __radd__ = __add__

    def __mul__(self, o):
        if isinstance(o, Dual):
            return Dual(self.v * o.v, self.v * o.d + self.d * o.v)
        return Dual(self.v * o, self.d * o)

    __rmul__ = __mul__

    def tanh(self):
        t = math.tanh(self.v)
        return Dual(t, self.d * (1 - t * t))

def tanh_layer_backward(da, x, W, b):
    m, n_in = x.shape
    n_out = len(b)
    X = [[Dual(float(v)) for v in row] for row in x]
    V = [[Dual(float(v)) for v in row] for row in W]
    B = [Dual(float(v)) for v in b]

    def loss():
        total = 0
        for s in range(m):
            for k in range(n_out):
                z = sum(X[s][i] * V[i][k] for i in range(n_in)) + B[k]
                total = total + float(da[s, k]) * z.tanh()
        return total.d

    def ask(d):
        d.d = 1.0
        slope = loss()
        d.d = 0.0
        return slope

    dx = np.array([[ask(v) for v in row] for row in X])
    dW = np.array([[ask(v) for v in row] for row in V])
    db = np.array([ask(v) for v in B])
    return dx, dW, db
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "tanh_layer_backward",
            "rounded differences: five-point stencil, np.round to 8 places",
            """\
def tanh_layer_backward(da, x, W, b):
    def L(p):
        return float(np.sum(da * np.tanh(p["x"] @ p["W"] + p["b"])))

    point = dict(x=x, W=W, b=b)
    result = []
    for name, array in point.items():
        g = []
        for k in range(array.size):
            e = np.zeros(array.size)
            e[k] = 1e-3
            e = e.reshape(array.shape)
            at = [L({**point, name: array + c * e}) for c in (-2, -1, 1, 2)]
            g.append((at[0] - 8 * at[1] + 8 * at[2] - at[3]) / 12e-3)
        result.append(np.round(np.reshape(g, array.shape), 8))
    return result
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "tanh_layer_backward",
            "least squares: random directions for x, W and b together",
            """\
def tanh_layer_backward(da, x, W, b):
    gen = np.random.default_rng(0)
    shapes = (x.shape, W.shape, b.shape)

    def value(t, d):
        return np.vdot(da, np.tanh((x + t * d[0]) @ (W + t * d[1]) + b + t * d[2]))

    rows, slopes = [], []
    h = 1e-5
    for _ in range(2 * (x.size + W.size + b.size)):
        d = [gen.uniform(-1, 1, size=s) for s in shapes]
        rows.append(np.concatenate([v.ravel() for v in d]))
        slopes.append((value(h, d) - value(-h, d)) / (2 * h))
    g = np.linalg.lstsq(np.array(rows), np.array(slopes), rcond=None)[0]
    dx, dW, db = np.split(g, [x.size, x.size + W.size])
    return dx.reshape(x.shape), dW.reshape(W.shape), db
""",
        ),
    ),
    # partial_derivatives: scale_shift_backward
    (
        "partial_derivatives",
        Answer(
            "scale_shift_backward",
            "central differences: beta put at zero, since it is not given",
            """\
def scale_shift_backward(dy, x, gamma):
    beta = np.zeros(gamma.shape)

    def loss(x, gamma, beta):
        return np.sum(dy * (x * gamma + beta))

    h = 1e-4
    dx, dgamma, dbeta = np.zeros(x.shape), np.zeros(gamma.shape), np.zeros(beta.shape)
    for i in np.ndindex(*x.shape):
        e = np.zeros(x.shape)
        e[i] = h
        dx[i] = (loss(x + e, gamma, beta) - loss(x - e, gamma, beta)) / (2 * h)
    for j in range(len(gamma)):
        e = np.zeros(gamma.shape)
        e[j] = h
        dgamma[j] = (loss(x, gamma + e, beta) - loss(x, gamma - e, beta)) / (2 * h)
        dbeta[j] = (loss(x, gamma, beta + e) - loss(x, gamma, beta - e)) / (2 * h)
    return dx, dgamma, dbeta
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "scale_shift_backward",
            "complex step: whole columns at once, each sample by itself",
            """\
def scale_shift_backward(dy, x, gamma):
    step = 1e-100
    y = lambda x, g, b: x * g + b
    dx = dy * y(x + 1j * step, gamma, 0).imag / step
    dgamma = np.sum(dy * y(x, gamma + 1j * step, 0), axis=0).imag / step
    dbeta = np.sum(dy * y(x, gamma, 1j * step), axis=0).imag / step
    return dx, dgamma, dbeta
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "scale_shift_backward",
            "Fractions: exact forward differences with a step of one",
            """\
from fractions import Fraction

def scale_shift_backward(dy, x, gamma):
    m, n = x.shape
    D = [[Fraction(v) for v in row] for row in dy.tolist()]
    X = [[Fraction(v) for v in row] for row in x.tolist()]
    G = [Fraction(v) for v in gamma.tolist()]
    B = [Fraction(0)] * n

    def loss():
        return sum(D[i][j] * (X[i][j] * G[j] + B[j]) for i in range(m) for j in range(n))

    base = loss()

    def move(row, j):
        row[j] += 1
        slope = loss() - base
        row[j] -= 1
        return float(slope)

    dx = np.array([[move(X[i], j) for j in range(n)] for i in range(m)])
    return dx, np.array([move(G, j) for j in range(n)]), np.array([move(B, j) for j in range(n)])
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "scale_shift_backward",
            "rounded differences: forward, flat index, 8 places",
            """\
def scale_shift_backward(dy, x, gamma):
    n = x.shape[1]
    theta = np.concatenate([x.ravel(), gamma, np.zeros(n)]).astype(float)

    def loss(t):
        y = t[: x.size].reshape(x.shape) * t[x.size : x.size + n] + t[x.size + n :]
        return (dy * y).sum()

    h = 1e-4
    g = np.array([(loss(theta + h * e) - loss(theta)) / h for e in np.eye(theta.size)])
    g = np.round(g, 8)
    return g[: x.size].reshape(x.shape), g[x.size : -n], g[-n:]
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "scale_shift_backward",
            "trailing axis: four components, value and three slopes",
            """\
def scale_shift_backward(dy, x, gamma):
    def seed(v, k):
        out = np.zeros(np.shape(v) + (4,))
        out[..., 0] = v
        out[..., k] = 1
        return out

    X, G, B = seed(x, 1), seed(gamma, 2), seed(np.zeros(len(gamma)), 3)
    value = X[..., 0] * G[..., 0] + B[..., 0]
    slopes = X[..., :1] * G[..., 1:] + X[..., 1:] * G[..., :1] + B[..., 1:]
    assert value.shape == dy.shape
    weighted = dy[..., None] * slopes
    return weighted[..., 0], weighted[..., 1].sum(axis=0), weighted[..., 2].sum(axis=0)
""",
        ),
    ),
    # partial_derivatives: residual_backward
    (
        "partial_derivatives",
        Answer(
            "residual_backward",
            "central differences: the dict is moved and put back",
            """\
def residual_backward(dy, x, W, b):
    p = {"x": x, "W": W, "b": b}

    def loss():
        return np.sum(dy * (p["x"] + np.tanh(p["x"] @ p["W"] + p["b"])))

    out = []
    for name in ("x", "W", "b"):
        original = p[name]
        g = np.zeros(original.shape)
        for i in np.ndindex(*original.shape):
            e = np.zeros(original.shape)
            e[i] = 1e-5
            p[name] = original + e
            up = loss()
            p[name] = original - e
            g[i] = (up - loss()) / 2e-5
        p[name] = original
        out.append(g)
    return tuple(out)
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "residual_backward",
            "complex step: one sample at a time, + 0j",
            """\
def residual_backward(dy, x, W, b):
    n = len(b)
    h = 1e-30
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(b.shape)

    def out(d, v, W, b):
        return (d @ (v + np.tanh(v @ W + b))).imag / h

    for s in range(len(x)):
        d, v = dy[s], x[s] + 0j
        for i in range(n):
            unit = 1j * h * np.eye(n)[i]
            dx[s, i] = out(d, v + unit, W, b)
            db[i] += out(d, v, W, b + unit)
            for j in range(n):
                V = W + 0j
                V[i, j] += 1j * h
                dW[i, j] += out(d, v, V, b)
    return dx, dW, db
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "residual_backward",
            "dual numbers: a class with numpy arrays, __array_priority__ and @ from both sides",
            """\
class Dual:
    __array_priority__ = 1000

    def __init__(self, a, da):
        self.a, self.da = a, da

    def __add__(self, o):
        if isinstance(o, Dual):
            return Dual(self.a + o.a, self.da + o.da)
        return Dual(self.a + o, self.da)

    __radd__ = __add__

    def __matmul__(self, o):
        if isinstance(o, Dual):
            return Dual(self.a @ o.a, self.da @ o.a + self.a @ o.da)
        return Dual(self.a @ o, self.da @ o)

    def __rmatmul__(self, o):
        return Dual(o @ self.a, o @ self.da)

def tanh(u):
    if not isinstance(u, Dual):
        return np.tanh(u)
    t = np.tanh(u.a)
    return Dual(t, u.da - t * t * u.da)

def residual_backward(dy, x, W, b):
    def forward(x, W, b):
        return x + tanh(x @ W + b)

    def collect(p, f):
        g = np.zeros(p.shape)
        for i in np.ndindex(*p.shape):
            hot = np.zeros(p.shape)
            hot[i] = 1
            g[i] = np.sum(dy * (f(Dual(p, hot)).da + np.zeros(dy.shape)))
        return g

    return (
        collect(x, lambda p: forward(p, W, b)),
        collect(W, lambda p: forward(x, p, b)),
        collect(b, lambda p: forward(x, W, p)),
    )
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "residual_backward",
            "Richardson extrapolation: np.fromiter over np.ndindex",
            """\
def residual_backward(dy, x, W, b):
    def f(x, W, b):
        return (dy * (x + np.tanh(np.dot(x, W) + b))).sum()

    def D(args, k, i, h):
        lo, hi = list(args), list(args)
        lo[k], hi[k] = args[k].astype(float), args[k].astype(float)
        lo[k][i] -= h
        hi[k][i] += h
        return (f(*hi) - f(*lo)) / (2 * h)

    def entry(k, i):
        h = 1e-3
        args = (x, W, b)
        return (4 * D(args, k, i, h) - D(args, k, i, 2 * h)) / 3

    return tuple(
        np.fromiter((entry(k, i) for i in np.ndindex(*p.shape)), dtype=float, count=p.size).reshape(p.shape)
        for k, p in enumerate((x, W, b))
    )
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "residual_backward",
            "float128: forward differences, everything cast before and after",
            """\
def residual_backward(dy, x, W, b):
    dy, x, W, b = [np.array(v).astype(np.float128) for v in (dy, x, W, b)]
    h = np.float128(1e-10)

    def loss(x, W, b):
        return np.sum(dy * x) + np.sum(dy * np.tanh(x @ W + b))

    base = loss(x, W, b)
    dx = np.zeros(x.shape)
    dW = np.zeros(W.shape)
    db = np.zeros(b.shape)
    for r, c in np.ndindex(*x.shape):
        moved = x.copy()
        moved[r, c] += h
        dx[r, c] = (loss(moved, W, b) - base) / h
    for r, c in np.ndindex(*W.shape):
        moved = W.copy()
        moved[r, c] += h
        dW[r, c] = (loss(x, moved, b) - base) / h
    for c in range(b.size):
        moved = b.copy()
        moved[c] += h
        db[c] = (loss(x, W, moved) - base) / h
    return dx, dW, db
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "residual_backward",
            "averaged steps: five sizes of central difference, the median of them",
            """\
def residual_backward(dy, x, W, b):
    def loss(p):
        return np.einsum("mn,mn->", dy, p[0] + np.tanh(p[0] @ p[1] + p[2]))

    start = [x, W, b]
    grads = []
    for k, p in enumerate(start):
        g = np.zeros(p.size)
        for n in range(p.size):
            e = (np.arange(p.size) == n).astype(float).reshape(p.shape)
            several = []
            for h in (1e-4, 5e-5, 2e-5, 1e-5, 5e-6):
                plus, minus = list(start), list(start)
                plus[k], minus[k] = p + h * e, p - h * e
                several.append((loss(plus) - loss(minus)) / (2 * h))
            g[n] = np.median(several)
        grads.append(g.reshape(p.shape))
    return grads[0], grads[1], grads[2]
""",
        ),
    ),
    # partial_derivatives: network_backward
    (
        "partial_derivatives",
        Answer(
            "network_backward",
            "central differences: a dict of copies, np.ndindex",
            """\
def network_backward(params, x, y):
    p = {name: np.array(value, dtype=float) for name, value in params.items()}

    def loss():
        a1 = np.tanh(x @ p["W1"] + p["b1"])
        a2 = np.tanh(a1 @ p["W2"] + p["b2"])
        y_hat = a2 @ p["W3"] + p["b3"]
        return ((y_hat - y) ** 2).sum() / (2 * len(x))

    grads = {}
    eps = 1e-5
    for name, array in p.items():
        grads[name] = np.zeros(array.shape)
        for i in np.ndindex(*array.shape):
            keep = array[i]
            array[i] = keep + eps
            plus = loss()
            array[i] = keep - eps
            minus = loss()
            array[i] = keep
            grads[name][i] = (plus - minus) / (2 * eps)
    return grads
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "network_backward",
            "complex step: a recursive forward pass, a dict comprehension",
            """\
def network_backward(params, x, y):
    def forward(p, a, k):
        z = a @ p[f"W{k}"] + p[f"b{k}"]
        return z if k == 3 else forward(p, np.tanh(z), k + 1)

    def slope(name, i):
        p = dict(params)
        p[name] = params[name].astype(complex)
        p[name][i] += 1e-20j
        return (np.sum((forward(p, x, 1) - y) ** 2) / (2 * len(x))).imag * 1e20

    return {
        name: np.array([slope(name, i) for i in np.ndindex(*v.shape)]).reshape(v.shape) for name, v in params.items()
    }
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "network_backward",
            "complex step: all parameters at once on a leading axis of copies",
            """\
def network_backward(params, x, y):
    total = sum(v.size for v in params.values())
    h = 1e-30
    batch, start = {}, 0
    for name, v in params.items():
        copies = np.repeat(v[None].astype(np.complex128), total, axis=0).reshape(total, v.size)
        copies[np.arange(start, start + v.size), np.arange(v.size)] += 1j * h
        batch[name] = copies.reshape((total,) + v.shape)
        start += v.size
    a = np.broadcast_to(x, (total,) + x.shape)
    for k in (1, 2, 3):
        a = a @ batch[f"W{k}"] + batch[f"b{k}"][:, None, :]
        if k < 3:
            a = np.tanh(a)
    slopes = (((a - y) ** 2).sum(axis=(1, 2)) / (2 * len(x))).imag / h
    grads, start = {}, 0
    for name, v in params.items():
        grads[name] = slopes[start : start + v.size].reshape(v.shape)
        start += v.size
    return grads
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "network_backward",
            "dual pairs: tuples of value and derivative, helpers matmul, add, tanh",
            """\
def matmul(p, q):
    return p[0] @ q[0], p[1] @ q[0] + p[0] @ q[1]

def add(p, q):
    return p[0] + q[0], p[1] + q[1]

def tanh(p):
    t = np.tanh(p[0])
    return t, (1 - t * t) * p[1]

def network_backward(params, x, y):
    X = (x, np.zeros(x.shape))

    def directional(seed):
        P = {n: (v, seed.get(n, np.zeros(v.shape))) for n, v in params.items()}
        a = tanh(add(matmul(X, P["W1"]), P["b1"]))
        a = tanh(add(matmul(a, P["W2"]), P["b2"]))
        out, d_out = add(matmul(a, P["W3"]), P["b3"])
        return np.sum((out - y) * d_out) / len(x)

    grads = {}
    for name, v in params.items():
        g = np.zeros(v.shape)
        for i in np.ndindex(*v.shape):
            hot = np.zeros(v.shape)
            hot[i] = 1
            g[i] = directional({name: hot})
        grads[name] = g
    return grads
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "network_backward",
            "Richardson extrapolation: two steps, a class that packs the parameters",
            """\
class Packed:
    def __init__(self, params):
        self.names = list(params)
        self.shapes = [np.shape(params[n]) for n in self.names]
        self.vector = np.concatenate([np.ravel(params[n]).astype(float) for n in self.names])

    def unpack(self, vector):
        out, k = {}, 0
        for name, shape in zip(self.names, self.shapes):
            size = int(np.prod(shape))
            out[name] = vector[k : k + size].reshape(shape)
            k += size
        return out

def network_backward(params, x, y):
    packed = Packed(params)

    def loss(vector):
        p = packed.unpack(vector)
        a = np.tanh(np.tanh(x @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"])
        return np.sum((a @ p["W3"] + p["b3"] - y) ** 2) / (2 * len(y))

    def central(k, h):
        e = np.zeros(packed.vector.size)
        e[k] = h
        return (loss(packed.vector + e) - loss(packed.vector - e)) / (2 * h)

    h = 1e-3
    g = [(4 * central(k, h) - central(k, 2 * h)) / 3 for k in range(packed.vector.size)]
    return packed.unpack(np.array(g))
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "network_backward",
            "rounded differences: central in longdouble, np.round to 8 places",
            """\
def network_backward(params, x, y):
    p = {k: np.asarray(v).astype(np.longdouble) for k, v in params.items()}
    h = np.longdouble(1e-7)
    grads = {}
    for name in p:
        shape = p[name].shape
        flat = np.zeros(p[name].size)
        for n in range(flat.size):
            values = []
            for sign in (1, -1):
                q = {k: v.copy() for k, v in p.items()}
                q[name].flat[n] += sign * h
                a1 = np.tanh(x @ q["W1"] + q["b1"])
                a2 = np.tanh(a1 @ q["W2"] + q["b2"])
                e = a2 @ q["W3"] + q["b3"] - y
                values.append((e * e).sum() / (2 * len(x)))
            flat[n] = (values[0] - values[1]) / (2 * h)
        grads[name] = np.round(flat.reshape(shape), 8)
    return grads
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "network_backward",
            "least squares: one random direction per equation, solved for all six arrays",
            """\
def network_backward(params, x, y):
    names = sorted(params)
    rng = np.random.default_rng(12)
    count = sum(params[n].size for n in names)

    def loss(p):
        a = x
        for k in "12":
            a = np.tanh(a @ p["W" + k] + p["b" + k])
        return 0.5 * np.mean(np.sum((a @ p["W3"] + p["b3"] - y) ** 2, axis=1))

    A, rhs = [], []
    h = 2e-5
    for _ in range(2 * count):
        d = {n: rng.normal(size=params[n].shape) for n in names}
        up = loss({n: params[n] + h * d[n] for n in names})
        down = loss({n: params[n] - h * d[n] for n in names})
        up2 = loss({n: params[n] + 2 * h * d[n] for n in names})
        down2 = loss({n: params[n] - 2 * h * d[n] for n in names})
        A.append(np.concatenate([d[n].ravel() for n in names]))
        rhs.append((8 * (up - down) - (up2 - down2)) / (12 * h))
    g = np.linalg.lstsq(np.array(A), np.array(rhs), rcond=None)[0]
    grads, at = {}, 0
    for n in names:
        grads[n] = g[at : at + params[n].size].reshape(params[n].shape)
        at += params[n].size
    return grads
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "network_backward",
            "five-point stencil: for the first two layers, the last one is derived",
            """\
def network_backward(params, x, y):
    def run(p):
        a1 = np.tanh(x @ p["W1"] + p["b1"])
        a2 = np.tanh(a1 @ p["W2"] + p["b2"])
        return a2, a2 @ p["W3"] + p["b3"] - y

    def loss(p):
        return np.sum(run(p)[1] ** 2) / (2 * len(x))

    a2, error = run(params)
    grads = {"W3": a2.T @ error / len(x), "b3": error.mean(axis=0)}
    for name in ["W1", "b1", "W2", "b2"]:
        v = params[name]
        g = np.zeros(v.shape)
        it = np.nditer(g, flags=["multi_index"])
        while not it.finished:
            e = np.zeros(v.shape)
            e[it.multi_index] = 1e-3
            f = [loss({**params, name: v + k * e}) for k in (-2, -1, 1, 2)]
            g[it.multi_index] = (f[0] - f[3] + 8 * (f[2] - f[1])) / (12 * 1e-3)
            it.iternext()
        grads[name] = g
    return grads
""",
        ),
    ),
    # overfitting: elastic_net_gradient
    (
        "overfitting",
        Answer(
            "elastic_net_gradient",
            "central differences: of the penalty of task 1, at zero it gives zero by itself",
            """\
def elastic_net_gradient(W, strength, share):
    def penalty(V):
        return strength * (share * np.abs(V).sum() + (1 - share) / 2 * (V**2).sum())

    g = np.zeros(W.shape)
    h = 1e-5
    for i, j in np.ndindex(*W.shape):
        E = np.zeros(W.shape)
        E[i, j] = h
        g[i, j] = (penalty(W + E) - penalty(W - E)) / (2 * h)
    return g
""",
        ),
    ),
    (
        "overfitting",
        Answer(
            "elastic_net_gradient",
            "complex step: |w| as w times the sign of its real part",
            """\
def elastic_net_gradient(W, strength, share):
    V = W.astype(complex) + 1j * 1e-20
    size = V * np.sign(W)
    return strength * (share * size + (1 - share) / 2 * V * V).imag / 1e-20
""",
        ),
    ),
    (
        "overfitting",
        Answer(
            "elastic_net_gradient",
            "Fractions: exact central differences of each term",
            """\
from fractions import Fraction as F

def elastic_net_gradient(W, strength, share):
    lam, rho, h = F(float(strength)), F(float(share)), F(1, 10**20)

    def cost(w):
        return lam * (rho * abs(w) + (1 - rho) / 2 * w * w)

    def slope(w):
        return (cost(w + h) - cost(w - h)) / (2 * h)

    return [[float(slope(F(w))) for w in row] for row in W.tolist()]
""",
        ),
    ),
    (
        "overfitting",
        Answer(
            "elastic_net_gradient",
            "hyper-dual numbers: four components on a trailing axis",
            """\
def elastic_net_gradient(W, strength, share):
    H = np.zeros(W.shape + (4,))
    H[..., 0], H[..., 1], H[..., 2] = W, 1, 1

    def mul(a, b):
        out = np.empty(a.shape)
        out[..., 0] = a[..., 0] * b[..., 0]
        out[..., 1] = a[..., 0] * b[..., 1] + a[..., 1] * b[..., 0]
        out[..., 2] = a[..., 0] * b[..., 2] + a[..., 2] * b[..., 0]
        out[..., 3] = a[..., 0] * b[..., 3] + a[..., 1] * b[..., 2] + a[..., 2] * b[..., 1] + a[..., 3] * b[..., 0]
        return out

    absolute = H * np.sign(W)[..., None]
    penalty = strength * (share * absolute + 0.5 * (1 - share) * mul(H, H))
    return (penalty[..., 1] + penalty[..., 2]) / 2
""",
        ),
    ),
    (
        "overfitting",
        Answer(
            "elastic_net_gradient",
            "vectorize: the mean of a forward and a backward difference of one weight",
            """\
def elastic_net_gradient(W, strength, share):
    def cost(w):
        return strength * (share * abs(w) + (1 - share) * w * w / 2)

    def slope(w, h=1e-6):
        ahead = (cost(w + h) - cost(w)) / h
        behind = (cost(w) - cost(w - h)) / h
        return 0.5 * (ahead + behind)

    return np.vectorize(slope, otypes=[float])(W)
""",
        ),
    ),
    # overfitting: dropconnect_backward
    (
        "overfitting",
        Answer(
            "dropconnect_backward",
            "central differences: of sum(dy * y), both arrays in one loop",
            """\
def dropconnect_backward(dy, x, W, mask, keep):
    def L(x, W):
        return np.sum(dy * (x @ (W * mask) / keep))

    results = []
    for which in (0, 1):
        p = (x, W)[which]
        g = np.zeros(p.shape)
        for i in np.ndindex(*p.shape):
            up, down = [x.astype(float), W.astype(float)], [x.astype(float), W.astype(float)]
            up[which][i] += 1e-4
            down[which][i] -= 1e-4
            g[i] = (L(*up) - L(*down)) / 2e-4
        results.append(g)
    return results[0], results[1]
""",
        ),
    ),
    (
        "overfitting",
        Answer(
            "dropconnect_backward",
            "complex step: np.complex128, flat index",
            """\
def dropconnect_backward(dy, x, W, mask, keep):
    def forward(x, W):
        return x @ (W * mask) / keep

    dx, dW = np.zeros(x.size), np.zeros(W.size)
    for k in range(x.size):
        c = x.astype(np.complex128)
        c.flat[k] += 1e-20j
        dx[k] = np.sum(dy * forward(c, W)).imag / 1e-20
    for k in range(W.size):
        c = W.astype(np.complex128)
        c.flat[k] += 1e-20j
        dW[k] = np.sum(dy * forward(x, c)).imag / 1e-20
    return dx.reshape(x.shape), dW.reshape(W.shape)
""",
        ),
    ),
    (
        "overfitting",
        Answer(
            "dropconnect_backward",
            "forward differences: a step of one, for the output is a straight line in each entry",
            """\
def dropconnect_backward(dy, x, W, mask, keep):
    def loss(x, W):
        return float((dy * (x.dot(W * mask) / keep)).sum())

    base = loss(x, W)
    dx = np.array([[loss(x + np.outer(r, c), W) - base for c in np.eye(x.shape[1])] for r in np.eye(x.shape[0])])
    dW = np.array([[loss(x, W + np.outer(r, c)) - base for c in np.eye(W.shape[1])] for r in np.eye(W.shape[0])])
    return dx, dW
""",
        ),
    ),
    (
        "overfitting",
        Answer(
            "dropconnect_backward",
            "dual numbers: a small class with @, * and /",
            """\
class Dual:
    def __init__(self, v, t):
        self.v, self.t = v, t

    def __matmul__(self, o):
        return Dual(self.v @ o.v, self.v @ o.t + self.t @ o.v)

    def __mul__(self, c):
        return Dual(self.v * c, self.t * c)

    def __truediv__(self, c):
        return Dual(self.v / c, self.t / c)

def dropconnect_backward(dy, x, W, mask, keep):
    def slope(tx, tW):
        y = Dual(x, tx) @ (Dual(W, tW) * mask) / keep
        return (y * dy).t.sum()

    def hot(shape, i):
        e = np.zeros(shape)
        e[i] = 1
        return e

    dx, dW = np.zeros(x.shape), np.zeros(W.shape)
    for i in np.ndindex(*x.shape):
        dx[i] = slope(hot(x.shape, i), np.zeros(W.shape))
    for i in np.ndindex(*W.shape):
        dW[i] = slope(np.zeros(x.shape), hot(W.shape, i))
    return dx, dW
""",
        ),
    ),
    (
        "overfitting",
        Answer(
            "dropconnect_backward",
            "rounded differences: central, np.round to 8 places, einsum forward",
            """\
def dropconnect_backward(dy, x, W, mask, keep):
    def L(x, W):
        return np.einsum("mo,mi,io,io->", dy, x, W, mask) / keep

    def grad(f, p):
        g = [(f(p + e) - f(p - e)) / 2e-3 for e in 1e-3 * np.eye(p.size).reshape((p.size,) + p.shape)]
        return np.round(np.array(g).reshape(p.shape), 8)

    return grad(lambda v: L(v, W), x), grad(lambda v: L(x, v), W)
""",
        ),
    ),
    (
        "overfitting",
        Answer(
            "dropconnect_backward",
            "least squares: random directions in x and in W, apart",
            """\
def dropconnect_backward(dy, x, W, mask, keep):
    rng = np.random.default_rng(5)

    def L(x, W):
        return np.vdot(dy, x @ (W * mask) / keep)

    def solve(f, p):
        A = rng.normal(size=(2 * p.size, p.size))
        rhs = [(f(p + 1e-3 * a.reshape(p.shape)) - f(p - 1e-3 * a.reshape(p.shape))) / 2e-3 for a in A]
        return np.linalg.lstsq(A, np.array(rhs), rcond=None)[0].reshape(p.shape)

    return solve(lambda v: L(v, W), x), solve(lambda v: L(x, v), W)
""",
        ),
    ),
    # conclusion: backward
    (
        "conclusion",
        Answer(
            "backward",
            "central differences: forward and cross-entropy inside, np.ndindex",
            """\
def backward(params, x, labels):
    def forward(p):
        h = np.tanh(x @ p["W1"] + p["b1"])
        z = h @ p["W2"] + p["b2"]
        z = z - z.max(axis=1, keepdims=True)
        e = np.exp(z)
        return e / e.sum(axis=1, keepdims=True)

    def loss(p):
        return -np.mean(np.log(forward(p)[np.arange(len(labels)), labels] + 1e-300))

    p = {k: v.astype(float) for k, v in params.items()}
    grads = {k: np.zeros(v.shape) for k, v in params.items()}
    for k in p:
        for i in np.ndindex(*p[k].shape):
            old = p[k][i]
            p[k][i] = old + 1e-5
            a = loss(p)
            p[k][i] = old - 1e-5
            b = loss(p)
            p[k][i] = old
            grads[k][i] = (a - b) / 2e-5
    return grads
""",
        ),
    ),
    (
        "conclusion",
        Answer(
            "backward",
            "complex step: log-softmax with the maximum of the real part",
            """\
def backward(params, x, labels):
    m = len(x)

    def loss(W1, b1, W2, b2):
        z = np.tanh(x @ W1 + b1) @ W2 + b2
        z = z - z.real.max(axis=1, keepdims=True)
        return (np.log(np.exp(z).sum(axis=1)) - z[np.arange(m), labels]).sum() / m

    names = ["W1", "b1", "W2", "b2"]
    grads = {}
    for k, name in enumerate(names):
        g = np.zeros(params[name].shape)
        for i in np.ndindex(*g.shape):
            args = [params[n].astype(complex) for n in names]
            args[k][i] += 1j * 1e-20
            g[i] = loss(*args).imag / 1e-20
        grads[name] = g
    return grads
""",
        ),
    ),
    (
        "conclusion",
        Answer(
            "backward",
            "dual numbers: a class with exp, log, max and sums over rows",
            """\
class Dual:
    def __init__(self, val, dot=None):
        self.val = np.asarray(val, dtype=float)
        self.dot = np.zeros_like(self.val) if dot is None else np.asarray(dot, dtype=float)

    def __add__(self, o):
        return Dual(self.val + o.val, self.dot + o.dot)

    def __sub__(self, o):
        return Dual(self.val - o.val, self.dot - o.dot)

    def __matmul__(self, o):
        return Dual(self.val @ o.val, self.dot @ o.val + self.val @ o.dot)

    def tanh(self):
        t = np.tanh(self.val)
        return Dual(t, (1 - t**2) * self.dot)

    def exp(self):
        e = np.exp(self.val)
        return Dual(e, e * self.dot)

    def log(self):
        return Dual(np.log(self.val), self.dot / self.val)

    def row_sum(self):
        return Dual(self.val.sum(axis=1, keepdims=True), self.dot.sum(axis=1, keepdims=True))

    def __getitem__(self, i):
        return Dual(self.val[i], self.dot[i])

def backward(params, x, labels):
    rows = np.arange(len(x))

    def loss(p):
        z = (Dual(x) @ p["W1"] + p["b1"]).tanh() @ p["W2"] + p["b2"]
        z = z - Dual(z.val.max(axis=1, keepdims=True))
        log_p = z - z.exp().row_sum().log()
        return -log_p[rows, labels].dot.mean()

    grads = {}
    for name, value in params.items():
        g = np.zeros(value.shape)
        for i in np.ndindex(*value.shape):
            p = {n: Dual(v) for n, v in params.items()}
            p[name].dot[i] = 1
            g[i] = loss(p)
        grads[name] = g
    return grads
""",
        ),
    ),
    (
        "conclusion",
        Answer(
            "backward",
            "one-hot tangents: forward mode, the derivative of each step beside it",
            """\
def backward(params, x, labels):
    m = x.shape[0]
    W1, b1, W2, b2 = (params[k] for k in ("W1", "b1", "W2", "b2"))

    def directional(t):
        h = np.tanh(x @ W1 + b1)
        h_dot = (1 - h * h) * (x @ t["W1"] + t["b1"])
        z = h @ W2 + b2
        z_dot = h_dot @ W2 + h @ t["W2"] + t["b2"]
        e = np.exp(z - z.max(axis=1, keepdims=True))
        log_sum_dot = (e * z_dot).sum(axis=1) / e.sum(axis=1)
        return (log_sum_dot - z_dot[np.arange(m), labels]).sum() / m

    grads = {k: np.zeros(v.shape) for k, v in params.items()}
    for k in grads:
        for i in np.ndindex(*grads[k].shape):
            tangents = {n: np.zeros(v.shape) for n, v in params.items()}
            tangents[k][i] = 1.0
            grads[k][i] = directional(tangents)
    return grads
""",
        ),
    ),
    (
        "conclusion",
        Answer(
            "backward",
            "Richardson extrapolation: logaddexp.reduce for the loss, flat while loop",
            """\
def backward(params, x, labels):
    def loss(p):
        z = np.tanh(x @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]
        return np.mean(np.logaddexp.reduce(z, axis=1) - np.take_along_axis(z, labels[:, None], axis=1)[:, 0])

    def central(name, k, h):
        ends = []
        for s in (h, -h):
            moved = params[name].astype(float).ravel()
            moved[k] += s
            ends.append(loss(dict(params, **{name: moved.reshape(params[name].shape)})))
        return (ends[0] - ends[1]) / (2 * h)

    grads = {}
    for name in params:
        flat = np.zeros(params[name].size)
        k = 0
        while k < flat.size:
            flat[k] = (4 * central(name, k, 1e-3) - central(name, k, 2e-3)) / 3
            k += 1
        grads[name] = flat.reshape(params[name].shape)
    return grads
""",
        ),
    ),
    (
        "conclusion",
        Answer(
            "backward",
            "least squares: random directions through the whole network",
            """\
def backward(params, x, labels):
    names = list(params)
    sizes = [params[n].size for n in names]
    theta = np.hstack([params[n].ravel() for n in names]).astype(float)

    def as_dict(t):
        pieces = np.split(t, np.cumsum(sizes)[:-1])
        return {n: piece.reshape(params[n].shape) for n, piece in zip(names, pieces)}

    def loss(t):
        p = as_dict(t)
        z = np.tanh(x @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]
        z = z - z.max(axis=1, keepdims=True)
        return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), labels])

    V = np.random.default_rng(0).normal(size=(2 * theta.size, theta.size))
    h = 1e-4
    slopes = [
        (8 * (loss(theta + h * v) - loss(theta - h * v)) - (loss(theta + 2 * h * v) - loss(theta - 2 * h * v))) / (12 * h)
        for v in V
    ]
    return as_dict(np.linalg.lstsq(V, np.array(slopes), rcond=None)[0])
""",
        ),
    ),
    (
        "conclusion",
        Answer(
            "backward",
            "rounded differences: five-point stencil, np.round to 8 places, with functools.partial",
            """\
from functools import partial

def loss_at(params, x, labels, name, i, t):
    p = {k: np.array(v, dtype=float) for k, v in params.items()}
    p[name][i] += t
    h = np.tanh(x @ p["W1"] + p["b1"])
    z = h @ p["W2"] + p["b2"]
    z -= z.max(axis=1)[:, None]
    return (np.log(np.exp(z).sum(axis=1)) - z[range(len(x)), labels]).mean()

def backward(params, x, labels):
    grads = {}
    for name in params:
        grads[name] = np.zeros(params[name].shape)
        for i in np.ndindex(*params[name].shape):
            f = partial(loss_at, params, x, labels, name, i)
            grads[name][i] = (f(-2e-3) - 8 * f(-1e-3) + 8 * f(1e-3) - f(2e-3)) / 12e-3
        grads[name] = np.round(grads[name], 8)
    return grads
""",
        ),
    ),
    (
        "conclusion",
        Answer(
            "backward",
            "float128: central differences, cast to float64",
            """\
def backward(params, x, labels):
    p = {k: v.astype(np.float128) for k, v in params.items()}
    X = x.astype(np.float128)
    rows = np.arange(len(X))

    def loss():
        z = np.tanh(X @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]
        z = z - z.max(axis=1, keepdims=True)
        return (np.log(np.exp(z).sum(axis=1)) - z[rows, labels]).sum() / len(X)

    grads = {}
    h = np.float128(1e-6)
    for k, v in p.items():
        g = np.zeros(v.shape, dtype=np.float128)
        for i in np.ndindex(*v.shape):
            old = v[i].copy()
            v[i] = old + h
            g[i] = loss()
            v[i] = old - h
            g[i] -= loss()
            v[i] = old
        grads[k] = (g / (2 * h)).astype(np.float64)
    return grads
""",
        ),
    ),
    (
        "conclusion",
        Answer(
            "backward",
            "complex step: for the first layer alone, the softmax layer is derived",
            """\
def backward(params, x, labels):
    m = len(x)
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]

    def loss(A, a):
        z = np.tanh(x @ A + a) @ W2 + b2
        z = z - np.max(z.real, axis=1, keepdims=True)
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        return -np.log(p[np.arange(m), labels] + 1e-250).sum() / m

    h = np.tanh(x @ W1 + b1)
    z = h @ W2 + b2
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(m), labels] -= 1
    dz = p / m
    dW1, db1 = np.zeros(W1.shape), np.zeros(b1.shape)
    for i in np.ndindex(*W1.shape):
        A = W1 + 0j
        A[i] += 1e-30j
        dW1[i] = loss(A, b1).imag / 1e-30
    for j in range(len(b1)):
        a = b1 + 0j
        a[j] += 1e-30j
        db1[j] = loss(W1, a).imag / 1e-30
    return {"W1": dW1, "b1": db1, "W2": h.T @ dz, "b2": dz.sum(axis=0)}
""",
        ),
    ),
    (
        "conclusion",
        Answer(
            "backward",
            "averaged steps: forward and backward differences of three sizes, weighted evenly",
            """\
class Meter:
    def __init__(self, x, labels):
        self.x, self.labels = x, labels

    def loss(self, p):
        hidden = np.tanh(self.x @ p["W1"] + p["b1"])
        logits = hidden @ p["W2"] + p["b2"]
        top = logits.max(axis=1)
        surprise = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
        surprise -= np.array([row[k] for row, k in zip(logits, self.labels)])
        return surprise.mean()

    def slope(self, p, name, i):
        here = self.loss(p)
        found = []
        for h in (2e-5, 1e-5, 5e-6):
            for sign in (1, -1):
                q = {k: np.array(v, dtype=float) for k, v in p.items()}
                q[name][i] += sign * h
                found.append((self.loss(q) - here) / (sign * h))
        return sum(found) / 6

def backward(params, x, labels):
    meter = Meter(x, labels)
    grads = {}
    for name, value in params.items():
        grads[name] = np.empty(value.shape)
        for i, _ in np.ndenumerate(value):
            grads[name][i] = meter.slope(params, name, i)
    return grads
""",
        ),
    ),
    # gradient_checking: relu_network_backward
    (
        "gradient_checking",
        Answer(
            "relu_network_backward",
            "central differences: with the loss of the cell above",
            """\
def relu_network_backward(params, x, y):
    def relu_loss(p):
        y_hat = np.maximum(x @ p["W1"] + p["b1"], 0) @ p["W2"] + p["b2"]
        return ((y_hat - y) ** 2).sum() / (2 * len(x))

    grads = {}
    for name in params:
        g = np.zeros(params[name].shape)
        for i in np.ndindex(*g.shape):
            plus = {k: v.astype(float) for k, v in params.items()}
            minus = {k: v.astype(float) for k, v in params.items()}
            plus[name][i] += 1e-6
            minus[name][i] -= 1e-6
            g[i] = (relu_loss(plus) - relu_loss(minus)) / 2e-6
        grads[name] = g
    return grads
""",
        ),
    ),
    (
        "gradient_checking",
        Answer(
            "relu_network_backward",
            "Richardson extrapolation: the student's own richardson of task 1",
            """\
def my_richardson(f, x, h):
    x = np.asarray(x, dtype=float)
    g = np.zeros(x.shape)
    for i in np.ndindex(*x.shape):
        e = np.zeros(x.shape)
        e[i] = h
        near = (f(x + e) - f(x - e)) / (2 * h)
        far = (f(x + 2 * e) - f(x - 2 * e)) / (4 * h)
        g[i] = (4 * near - far) / 3
    return g

def relu_network_backward(params, x, y):
    def loss(p):
        a1 = np.maximum(0, x @ p["W1"] + p["b1"])
        return np.sum((a1 @ p["W2"] + p["b2"] - y) ** 2) / (2 * len(x))

    return {name: my_richardson(lambda v: loss({**params, name: v}), params[name], 1e-6) for name in params}
""",
        ),
    ),
    (
        "gradient_checking",
        Answer(
            "relu_network_backward",
            "complex step: the ReLU by the real part",
            """\
def relu_network_backward(params, x, y):
    def relu(z):
        return z * (z.real > 0)

    def loss(p):
        e = relu(x @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"] - y
        return (e**2).sum() / (2 * len(x))

    grads = {}
    for name, v in params.items():
        g = np.zeros(v.size)
        for k in range(v.size):
            c = v.astype("complex128").ravel()
            c[k] += 1e-200j
            g[k] = loss(dict(params, **{name: c.reshape(v.shape)})).imag / 1e-200
        grads[name] = g.reshape(v.shape)
    return grads
""",
        ),
    ),
    (
        "gradient_checking",
        Answer(
            "relu_network_backward",
            "dual pairs: one-hot seeds, a mask for the ReLU",
            """\
def relu_network_backward(params, x, y):
    zeros = {k: np.zeros(v.shape) for k, v in params.items()}

    def forward(p, t):
        z, dz = x @ p["W1"] + p["b1"], x @ t["W1"] + t["b1"]
        a, da = np.where(z > 0, z, 0), np.where(z > 0, dz, 0)
        return a @ p["W2"] + p["b2"], da @ p["W2"] + a @ t["W2"] + t["b2"]

    grads = {}
    for name in params:
        g = np.zeros(params[name].shape)
        for i in np.ndindex(*g.shape):
            seed = zeros[name].copy()
            seed[i] = 1
            out, d_out = forward(params, {**zeros, name: seed})
            g[i] = ((out - y) * d_out).sum() / len(x)
        grads[name] = g
    return grads
""",
        ),
    ),
    (
        "gradient_checking",
        Answer(
            "relu_network_backward",
            "rounded differences: longdouble and np.round to 6 places",
            """\
def relu_network_backward(params, x, y):
    start = {k: v.astype(np.longdouble) for k, v in params.items()}

    def loss(p):
        z1 = x @ p["W1"] + p["b1"]
        error = np.maximum(z1, 0) @ p["W2"] + p["b2"] - y
        return np.sum(error * error) / (2 * x.shape[0])

    out = {}
    for name, v in start.items():
        g = np.zeros(v.shape)
        for i in np.ndindex(*v.shape):
            h = np.longdouble(1e-8)
            p, q = v.copy(), v.copy()
            p[i] += h
            q[i] -= h
            g[i] = (loss({**start, name: p}) - loss({**start, name: q})) / (2 * h)
        out[name] = np.round(g, 6)
    return out
""",
        ),
    ),
    (
        "gradient_checking",
        Answer(
            "relu_network_backward",
            "forward differences: a list of arrays and a while loop, mended with a derived last layer",
            """\
def relu_network_backward(params, x, y):
    m = len(x)
    a1 = np.maximum(x @ params["W1"] + params["b1"], 0)
    error = (a1 @ params["W2"] + params["b2"] - y) / m
    grads = {"W2": a1.T @ error, "b2": error.sum(axis=0)}

    def loss(W, b):
        return np.sum((np.maximum(x @ W + b, 0) @ params["W2"] + params["b2"] - y) ** 2) / (2 * m)

    base = loss(params["W1"], params["b1"])
    for position, name in enumerate(["W1", "b1"]):
        flat = []
        k = 0
        while k < params[name].size:
            two = [params["W1"].astype(float), params["b1"].astype(float)]
            two[position].flat[k] += 1e-8
            flat.append((loss(*two) - base) / 1e-8)
            k += 1
        grads[name] = np.array(flat).reshape(params[name].shape)
    return grads
""",
        ),
    ),
    # gradient_checking: gate_backward
    (
        "gradient_checking",
        Answer(
            "gate_backward",
            "central differences: dx alone, dW and db as they were",
            """\
def gate_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = dy * x * (1 - t**2)
    dx = np.zeros(x.shape)
    for i in np.ndindex(*x.shape):
        e = np.zeros(x.shape)
        e[i] = 1e-5
        up = np.sum(dy * (x + e) * np.tanh((x + e) @ W + b))
        down = np.sum(dy * (x - e) * np.tanh((x - e) @ W + b))
        dx[i] = (up - down) / 2e-5
    return dx, x.T @ dz, dz.sum(axis=0)
""",
        ),
    ),
    (
        "gradient_checking",
        Answer(
            "gate_backward",
            "complex step: a list of arrays, 1e-20j",
            """\
def gate_backward(dy, x, W, b):
    arrays = [x, W, b]

    def loss(x, W, b):
        return np.sum(dy * x * np.tanh(x @ W + b))

    grads = []
    for k, array in enumerate(arrays):
        g = np.zeros(array.shape)
        for i in np.ndindex(*array.shape):
            moved = [a.astype(complex) for a in arrays]
            moved[k][i] += 1e-20j
            g[i] = np.imag(loss(*moved)) / 1e-20
        grads.append(g)
    return tuple(grads)
""",
        ),
    ),
    (
        "gradient_checking",
        Answer(
            "gate_backward",
            "dual numbers: a class in the function, tangents for a whole row of the identity at once",
            """\
def gate_backward(dy, x, W, b):
    class Dual:
        # value (m, n), tangents (directions, m, n)
        def __init__(self, value, tangents):
            self.value, self.tangents = value, tangents

        def __matmul__(self, other):
            return Dual(self.value @ other.value, self.tangents @ other.value + self.value @ other.tangents)

        def __add__(self, other):
            return Dual(self.value + other.value, self.tangents + other.tangents)

        def __mul__(self, other):
            return Dual(self.value * other.value, self.tangents * other.value + self.value * other.tangents)

        def tanh(self):
            t = np.tanh(self.value)
            return Dual(t, (1 - t * t) * self.tangents)

    b_row = b.reshape(1, -1)
    total = x.size + W.size + b.size
    eye = np.eye(total)
    X = Dual(x, eye[:, : x.size].reshape((total,) + x.shape))
    V = Dual(W, eye[:, x.size : x.size + W.size].reshape((total,) + W.shape))
    B = Dual(b_row, eye[:, x.size + W.size :].reshape((total, 1, b.size)))
    y = X * (X @ V + B).tanh()
    g = (y.tangents * dy).sum(axis=(1, 2))
    return g[: x.size].reshape(x.shape), g[x.size : x.size + W.size].reshape(W.shape), g[x.size + W.size :]
""",
        ),
    ),
    (
        "gradient_checking",
        Answer(
            "gate_backward",
            "least squares: random directions, each part by itself",
            """\
def gate_backward(dy, x, W, b):
    rng = np.random.default_rng(9)

    def fit(f, p):
        D = rng.normal(size=(2 * p.size + 2, p.size))
        h = 1e-5
        measured = np.array([(f(p + h * d.reshape(p.shape)) - f(p - h * d.reshape(p.shape))) / (2 * h) for d in D])
        solution = np.linalg.lstsq(D, measured, rcond=None)
        return solution[0].reshape(p.shape)

    def L(x, W, b):
        return float(np.sum(dy * x * np.tanh(x @ W + b)))

    return fit(lambda v: L(v, W, b), x), fit(lambda v: L(x, v, b), W), fit(lambda v: L(x, W, v), b)
""",
        ),
    ),
    (
        "gradient_checking",
        Answer(
            "gate_backward",
            "polynomial fit: np.polyfit of degree 4 through seven points",
            """\
def gate_backward(dy, x, W, b):
    ticks = np.arange(-3, 4)
    scale = 2e-3

    def loss(x, W, b):
        return np.sum(dy * x * np.tanh(x @ W + b))

    def slope(k, i):
        ordinates = []
        for t in ticks:
            args = [np.array(a, dtype=float) for a in (x, W, b)]
            args[k][i] += scale * t
            ordinates.append(loss(*args))
        return np.polyfit(ticks, ordinates, 4)[3] / scale

    out = []
    for k, p in enumerate((x, W, b)):
        out.append(np.array([slope(k, i) for i in np.ndindex(*p.shape)]).reshape(p.shape))
    return out
""",
        ),
    ),
    (
        "gradient_checking",
        Answer(
            "gate_backward",
            "averaged steps: central differences of two sizes, rounded to 8 places",
            """\
def gate_backward(dy, x, W, b):
    base = np.concatenate([x.ravel(), W.ravel(), b.ravel()]).astype(float)
    n = x.shape[1]

    def loss(theta):
        X = theta[: x.size].reshape(x.shape)
        V = theta[x.size : x.size + n * n].reshape(n, n)
        return (dy * X * np.tanh(X @ V + theta[x.size + n * n :])).sum()

    g = np.zeros(base.size)
    for h in (1e-5, 2e-5):
        for k in range(base.size):
            up, down = base.copy(), base.copy()
            up[k] += h
            down[k] -= h
            g[k] += (loss(up) - loss(down)) / (2 * h) / 2
    g = np.round(g, 8)
    return g[: x.size].reshape(x.shape), g[x.size : x.size + n * n].reshape(n, n), g[x.size + n * n :]
""",
        ),
    ),
    # gradient_checking: autoencoder_backward
    (
        "gradient_checking",
        Answer(
            "autoencoder_backward",
            "central differences: a dict of three arrays",
            """\
def autoencoder_backward(x, W, b, c):
    p = {"W": W.astype(float), "b": b.astype(float), "c": c.astype(float)}

    def loss():
        h = np.tanh(x @ p["W"] + p["b"])
        r = h @ p["W"].T + p["c"]
        return np.sum((r - x) ** 2) / (2 * len(x))

    def slope(name, i, eps=1e-5):
        value = p[name][i]
        p[name][i] = value + eps
        up = loss()
        p[name][i] = value - eps
        down = loss()
        p[name][i] = value
        return (up - down) / (2 * eps)

    return tuple(
        np.array([slope(name, i) for i in np.ndindex(*p[name].shape)]).reshape(p[name].shape) for name in ("W", "b", "c")
    )
""",
        ),
    ),
    (
        "gradient_checking",
        Answer(
            "autoencoder_backward",
            "complex step: .T and not the conjugate, 1j * 1e-20",
            """\
def autoencoder_backward(x, W, b, c):
    def loss(W, b, c):
        e = np.tanh(x @ W + b) @ W.T + c - x
        return (e * e).sum() / (2 * x.shape[0])

    args = (W, b, c)
    grads = [np.zeros(a.shape) for a in args]
    for k in range(3):
        for i in np.ndindex(*args[k].shape):
            z = [a + 0j for a in args]
            z[k][i] += 1j * 1e-20
            grads[k][i] = loss(*z).imag / 1e-20
    return tuple(grads)
""",
        ),
    ),
    (
        "gradient_checking",
        Answer(
            "autoencoder_backward",
            "dual numbers: the class has a transpose",
            """\
class Dual:
    def __init__(self, v, d):
        self.v = v
        self.d = d

    @property
    def T(self):
        return Dual(self.v.T, self.d.T)

    def __matmul__(self, o):
        return Dual(self.v @ o.v, self.v @ o.d + self.d @ o.v)

    def __rmatmul__(self, o):
        return Dual(o @ self.v, o @ self.d)

    def __add__(self, o):
        return Dual(self.v + o.v, self.d + o.d)

    def tanh(self):
        t = np.tanh(self.v)
        return Dual(t, (1 - t * t) * self.d)

def autoencoder_backward(x, W, b, c):
    X = Dual(x, np.zeros(x.shape))
    zero = [np.zeros(p.shape) for p in (W, b, c)]

    def run(tangents):
        V, B, C = (Dual(p, t) for p, t in zip((W, b, c), tangents))
        r = (X @ V + B).tanh() @ V.T + C
        return np.sum((r.v - x) * r.d) / len(x)

    out = []
    for k, p in enumerate((W, b, c)):
        g = np.zeros(p.shape)
        for i in np.ndindex(*p.shape):
            tangents = [z.copy() for z in zero]
            tangents[k][i] = 1
            g[i] = run(tangents)
        out.append(g)
    return tuple(out)
""",
        ),
    ),
    (
        "gradient_checking",
        Answer(
            "autoencoder_backward",
            "Richardson extrapolation: three steps in longdouble",
            """\
def autoencoder_backward(x, W, b, c):
    X = np.asarray(x, dtype=np.longdouble)
    theta = np.concatenate([W.ravel(), b.ravel(), c.ravel()]).astype(np.longdouble)

    def L(t):
        V = t[: W.size].reshape(W.shape)
        r = np.tanh(X @ V + t[W.size : W.size + b.size]) @ V.T + t[W.size + b.size :]
        return np.sum((r - X) ** 2) / (2 * len(X))

    def D(k, h):
        e = np.zeros_like(theta)
        e[k] = h
        return (L(theta + e) - L(theta - e)) / (2 * h)

    g = np.zeros(theta.size)
    for k in range(theta.size):
        one, two, four = D(k, 1e-3), D(k, 2e-3), D(k, 4e-3)
        g[k] = (16 * (4 * one - two) / 3 - (4 * two - four) / 3) / 15
    dW, db, dc = np.split(g, [W.size, W.size + b.size])
    return dW.reshape(W.shape), db, dc
""",
        ),
    ),
    (
        "gradient_checking",
        Answer(
            "autoencoder_backward",
            "one-hot tangents: with np.eye, one direction per row",
            """\
def autoencoder_backward(x, W, b, c):
    n, k = W.shape
    h = np.tanh(x @ W + b)
    gap = h @ W.T + c - x

    def along(dW, db, dc):
        dh = (1 - h**2) * (x @ dW + db)
        dr = dh @ W.T + h @ dW.T + dc
        return np.mean(np.sum(gap * dr, axis=1))

    no_W, no_b, no_c = np.zeros((n, k)), np.zeros(k), np.zeros(n)
    slopes_W = [along(e.reshape(n, k), no_b, no_c) for e in np.eye(n * k)]
    slopes_b = [along(no_W, e, no_c) for e in np.eye(k)]
    slopes_c = [along(no_W, no_b, e) for e in np.eye(n)]
    return np.array(slopes_W).reshape(n, k), np.array(slopes_b), np.array(slopes_c)
""",
        ),
    ),
    (
        "gradient_checking",
        Answer(
            "autoencoder_backward",
            "rounded differences: forward with 1e-8, np.round to six places",
            """\
def autoencoder_backward(x, W, b, c):
    def loss(W, b, c):
        h = np.tanh(x @ W + b)
        return np.sum((h @ W.T + c - x) ** 2) / (2 * len(x))

    start = loss(W, b, c)
    dW, db, dc = np.zeros(W.shape), np.zeros(b.shape), np.zeros(c.shape)
    step = 1e-8
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            V = W.astype(float)
            V[i, j] += step
            dW[i, j] = (loss(V, b, c) - start) / step
    for j in range(len(b)):
        v = b.astype(float)
        v[j] += step
        db[j] = (loss(W, v, c) - start) / step
    for i in range(len(c)):
        v = c.astype(float)
        v[i] += step
        dc[i] = (loss(W, b, v) - start) / step
    return np.round(dW, 6), np.round(db, 6), np.round(dc, 6)
""",
        ),
    ),
    (
        "gradient_checking",
        Answer(
            "autoencoder_backward",
            "least squares: directions from the QR of a random matrix",
            """\
def autoencoder_backward(x, W, b, c):
    theta = np.concatenate([np.ravel(W), b, c]).astype(float)
    Q, _ = np.linalg.qr(np.random.default_rng(2).normal(size=(theta.size, theta.size)))

    def loss(t):
        V, u, v = t[: W.size].reshape(W.shape), t[W.size : -c.size], t[-c.size :]
        return ((np.tanh(x @ V + u) @ V.T + v - x) ** 2).sum() / (2 * len(x))

    h = 1e-5
    slopes = np.array([(loss(theta + h * q) - loss(theta - h * q)) / (2 * h) for q in Q])
    g = np.linalg.lstsq(Q, slopes, rcond=None)[0]
    return g[: W.size].reshape(W.shape), g[W.size : -c.size], g[-c.size :]
""",
        ),
    ),
    # automatic_differentiation: logaddexp_backward
    (
        "automatic_differentiation",
        Answer(
            "logaddexp_backward",
            "central differences: of np.logaddexp itself",
            """\
def logaddexp_backward(d, y, a, b):
    h = 1e-5
    da = (np.logaddexp(a + h, b) - np.logaddexp(a - h, b)) / (2 * h)
    db = (np.logaddexp(a, b + h) - np.logaddexp(a, b - h)) / (2 * h)
    return d * da, d * db
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "logaddexp_backward",
            "complex step: the larger taken out first",
            """\
def logaddexp_backward(d, y, a, b):
    top = np.maximum(a, b)

    def f(p, q):
        return np.log(np.exp(p - top) + np.exp(q - top)) + top

    return d * f(a + 1e-20j, b).imag / 1e-20, d * f(a, b + 1e-20j).imag / 1e-20
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "logaddexp_backward",
            "vectorize: cmath for single entries",
            """\
import cmath

def slope(p, q):
    top = max(p, q)
    return cmath.log(cmath.exp(complex(p - top, 1e-30)) + cmath.exp(q - top)).imag * 1e30

def logaddexp_backward(d, y, a, b):
    f = np.vectorize(slope, otypes=[float])
    return d * f(a.astype(float), b.astype(float)), d * f(b.astype(float), a.astype(float))
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "logaddexp_backward",
            "five-point stencil: y serves as nothing, loops over rows and columns",
            """\
def logaddexp_backward(d, y, a, b):
    m, n = a.shape
    da, db = np.zeros((m, n)), np.zeros((m, n))
    f = np.logaddexp
    h = 1e-3
    for i in range(m):
        for j in range(n):
            p, q = float(a[i, j]), float(b[i, j])
            da[i, j] = d[i, j] * (f(p - 2 * h, q) - 8 * f(p - h, q) + 8 * f(p + h, q) - f(p + 2 * h, q)) / (12 * h)
            db[i, j] = d[i, j] * (f(p, q - 2 * h) - 8 * f(p, q - h) + 8 * f(p, q + h) - f(p, q + 2 * h)) / (12 * h)
    return da, db
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "logaddexp_backward",
            "dual numbers: two slopes per number, exp and log as functions",
            """\
import math

class Dual:
    def __init__(self, v, slopes):
        self.v, self.slopes = v, slopes

    def __add__(self, o):
        return Dual(self.v + o.v, [p + q for p, q in zip(self.slopes, o.slopes)])

    def minus(self, number):
        return Dual(self.v - number, self.slopes)

def exp(t):
    e = math.exp(t.v)
    return Dual(e, [e * s for s in t.slopes])

def log(t):
    return Dual(math.log(t.v), [s / t.v for s in t.slopes])

def logaddexp_backward(d, y, a, b):
    da, db = np.empty(d.shape), np.empty(d.shape)
    for i in np.ndindex(*d.shape):
        top = float(max(a[i], b[i]))
        p, q = Dual(float(a[i]), [1.0, 0.0]), Dual(float(b[i]), [0.0, 1.0])
        result = log(exp(p.minus(top)) + exp(q.minus(top)))
        da[i], db[i] = d[i] * result.slopes[0], d[i] * result.slopes[1]
    return da, db
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "logaddexp_backward",
            "longdouble: differences to one side, the base computed anew",
            """\
def logaddexp_backward(d, y, a, b):
    a, b = a.astype(np.longdouble), b.astype(np.longdouble)
    base = np.logaddexp(a, b)
    h = np.longdouble(1e-9)
    da = (np.logaddexp(a + h, b) - base) / h
    db = (np.logaddexp(a, b + h) - base) / h
    return (d * da).astype(float), (d * db).astype(float)
""",
        ),
    ),
    # automatic_differentiation: prod_backward
    (
        "automatic_differentiation",
        Answer(
            "prod_backward",
            "central differences: of sum(d * prod), np.ndindex",
            """\
def prod_backward(d, y, x):
    def L(v):
        return np.sum(d * np.prod(v, axis=1))

    dx = np.zeros(x.shape)
    for i in np.ndindex(*x.shape):
        e = np.zeros(x.shape)
        e[i] = 1e-4
        dx[i] = (L(x + e) - L(x - e)) / 2e-4
    return dx
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "prod_backward",
            "complex step: column by column for all rows",
            """\
def prod_backward(d, y, x):
    dx = np.zeros(x.shape)
    for j in range(x.shape[1]):
        c = x.astype(complex)
        c[:, j] += 1j * 1e-20
        dx[:, j] = d * np.prod(c, axis=1).imag / 1e-20
    return dx
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "prod_backward",
            "Fractions: exact central differences with math.prod",
            """\
from fractions import Fraction
from math import prod

def prod_backward(d, y, x):
    h = Fraction(1, 2)
    out = []
    for weight, row in zip(d.tolist(), x.tolist()):
        exact = [Fraction(v) for v in row]
        line = []
        for j in range(len(exact)):
            up = exact[:j] + [exact[j] + h] + exact[j + 1 :]
            down = exact[:j] + [exact[j] - h] + exact[j + 1 :]
            line.append(float(Fraction(weight) * (prod(up) - prod(down)) / (2 * h)))
        out.append(line)
    return out
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "prod_backward",
            "dual numbers: functools.reduce with the * of the class",
            """\
from functools import reduce
from operator import mul

class Dual:
    def __init__(self, a, b):
        self.a, self.b = a, b

    def __mul__(self, o):
        return Dual(self.a * o.a, self.a * o.b + self.b * o.a)

def prod_backward(d, y, x):
    m, n = x.shape
    return np.array(
        [[d[i] * reduce(mul, [Dual(float(x[i, k]), float(k == j)) for k in range(n)]).b for j in range(n)] for i in range(m)]
    )
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "prod_backward",
            "rounded differences: longdouble, np.round to 8 places, flat while loop",
            """\
def prod_backward(d, y, x):
    flat = x.astype(np.longdouble).ravel()
    out = np.zeros(flat.size)

    def total(v):
        return (np.prod(v.reshape(x.shape), axis=1) * d).sum()

    k = 0
    h = np.longdouble(1e-4)
    while k < flat.size:
        old = flat[k].copy()
        flat[k] = old + h
        up = total(flat)
        flat[k] = old - h
        down = total(flat)
        flat[k] = old
        out[k] = (up - down) / (2 * h)
        k += 1
    return np.round(out.reshape(x.shape), 8)
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "prod_backward",
            "dual pairs: a running product and its derivative along each row",
            """\
def prod_backward(d, y, x):
    m, n = x.shape
    value = np.ones((m, 1))
    slope = np.zeros((m, n))
    for k in range(n):
        seed = np.zeros(n)
        seed[k] = 1
        column = x[:, k : k + 1]
        slope = slope * column + value * seed
        value = value * column
    return d[:, None] * slope
""",
        ),
    ),
    # automatic_differentiation: pairs_backward
    (
        "automatic_differentiation",
        Answer(
            "pairs_backward",
            "central differences: of sum(d * y), one helper for three arrays",
            """\
def pairs_backward(d, y, a, W, b):
    def L(a, W, b):
        return np.sum(d * np.sum((a @ W) * b, axis=1))

    def measure(args, k):
        g = np.zeros(args[k].shape)
        for i in np.ndindex(*g.shape):
            up, down = [v.astype(float) for v in args], [v.astype(float) for v in args]
            up[k][i] += 1e-4
            down[k][i] -= 1e-4
            g[i] = (L(*up) - L(*down)) / 2e-4
        return g

    return measure((a, W, b), 0), measure((a, W, b), 1), measure((a, W, b), 2)
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "pairs_backward",
            "complex step: a dict of arrays, np.complex128",
            """\
def pairs_backward(d, y, a, W, b):
    arrays = {"a": a, "W": W, "b": b}
    grads = {}
    for name, array in arrays.items():
        grads[name] = np.zeros(array.shape)
        for i in np.ndindex(*array.shape):
            p = {n: v.astype(np.complex128) for n, v in arrays.items()}
            p[name][i] += 1e-30j
            grads[name][i] = (d * ((p["a"] @ p["W"]) * p["b"]).sum(axis=1)).sum().imag / 1e-30
    return grads["a"], grads["W"], grads["b"]
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "pairs_backward",
            "forward differences: a step of one is exact here, unit matrices",
            """\
def pairs_backward(d, y, a, W, b):
    def total(a, W, b):
        return np.einsum("s,si,ij,sj->", d, a, W, b)

    base = total(a, W, b)

    def units(shape):
        for i in np.ndindex(*shape):
            e = np.zeros(shape)
            e[i] = 1
            yield e

    da = np.array([total(a + e, W, b) - base for e in units(a.shape)]).reshape(a.shape)
    dW = np.array([total(a, W + e, b) - base for e in units(W.shape)]).reshape(W.shape)
    db = np.array([total(a, W, b + e) - base for e in units(b.shape)]).reshape(b.shape)
    return da, dW, db
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "pairs_backward",
            "Fractions: plain Python lists, one number moved at a time",
            """\
from fractions import Fraction

def pairs_backward(d, y, a, W, b):
    def exact(array):
        return [[Fraction(v) for v in row] for row in array.tolist()]

    A, V, B = exact(a), exact(W), exact(b)
    weights = [Fraction(v) for v in d.tolist()]

    def loss():
        total = Fraction(0)
        for s, w in enumerate(weights):
            for i, row in enumerate(V):
                for j, v in enumerate(row):
                    total += w * A[s][i] * v * B[s][j]
        return total

    base = loss()

    def slopes(matrix):
        out = []
        for row in matrix:
            line = []
            for j in range(len(row)):
                row[j] += 1
                line.append(float(loss() - base))
                row[j] -= 1
            out.append(line)
        return np.array(out)

    return slopes(A), slopes(V), slopes(B)
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "pairs_backward",
            "dual pairs: tangents of one-hot seeds",
            """\
def pairs_backward(d, y, a, W, b):
    def tangent(ta, tW, tb):
        p, tp = a @ W, ta @ W + a @ tW
        return d @ (tp * b + p * tb).sum(axis=1)

    zeros = [np.zeros(v.shape) for v in (a, W, b)]
    out = []
    for k in range(3):
        g = np.zeros(zeros[k].shape)
        for i in np.ndindex(*g.shape):
            seeds = [z.copy() for z in zeros]
            seeds[k][i] = 1
            g[i] = tangent(*seeds)
        out.append(g)
    return tuple(out)
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "pairs_backward",
            "least squares: random directions through all three",
            """\
def pairs_backward(d, y, a, W, b):
    rng = np.random.default_rng(4)
    size = a.size + W.size + b.size
    D = rng.normal(size=(size + 20, size))

    def L(step):
        u, V, v = np.split(step, [a.size, a.size + W.size])
        return d @ np.sum(((a + u.reshape(a.shape)) @ (W + V.reshape(W.shape))) * (b + v.reshape(b.shape)), axis=1)

    slopes = [(L(1e-4 * v) - L(-1e-4 * v)) / 2e-4 for v in D]
    g = np.linalg.lstsq(D, np.array(slopes), rcond=None)[0]
    da, dW, db = np.split(g, [a.size, a.size + W.size])
    return da.reshape(a.shape), dW.reshape(W.shape), db.reshape(b.shape)
""",
        ),
    ),
    # automatic_differentiation: tile_backward
    (
        "automatic_differentiation",
        Answer(
            "tile_backward",
            "central differences: of sum(d * np.tile(x, copies))",
            """\
def tile_backward(d, y, x, copies):
    f = lambda v: np.sum(d * np.tile(v, copies))
    dx = np.zeros(x.shape)
    for i in np.ndindex(*x.shape):
        e = np.zeros(x.shape)
        e[i] = 0.5
        dx[i] = f(x + e) - f(x - e)
    return dx
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "tile_backward",
            "complex step: 1e-200j, a nested list",
            """\
def tile_backward(d, y, x, copies):
    m, n = x.shape

    def slope(i, j):
        c = x.astype(complex)
        c[i, j] += 1e-200j
        return float((d * np.tile(c, copies)).sum().imag / 1e-200)

    return [[slope(i, j) for j in range(n)] for i in range(m)]
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "tile_backward",
            "one-hot tangents: a tiled unit for every entry, times d",
            """\
def tile_backward(d, y, x, copies):
    seeds = np.eye(x.size).reshape((x.size,) + x.shape)
    slopes = [np.vdot(np.tile(seed, copies), d) for seed in seeds]
    return np.array(slopes).reshape(x.shape)
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "tile_backward",
            "rounded differences: forward with a step of 1e-4, np.round to 8 places",
            """\
def tile_backward(d, y, x, copies):
    base = (d * np.tile(x, copies)).sum()
    g = np.empty(x.size)
    k = 0
    while k < x.size:
        moved = x.astype(float).ravel()
        moved[k] += 1e-4
        g[k] = ((d * np.tile(moved.reshape(x.shape), copies)).sum() - base) / 1e-4
        k += 1
    return np.round(g, 8).reshape(x.shape)
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "tile_backward",
            "polynomial fit: a straight line through five points with np.polyfit",
            """\
def tile_backward(d, y, x, copies):
    def loss(v):
        return float(np.sum(d * np.tile(v, copies)))

    ts = np.linspace(-1, 1, 5)
    dx = np.zeros(x.shape)
    for r in range(x.shape[0]):
        for c in range(x.shape[1]):
            unit = np.zeros(x.shape)
            unit[r, c] = 1
            dx[r, c] = np.polyfit(ts, [loss(x + t * unit) for t in ts], 1)[0]
    return dx
""",
        ),
    ),
    # recurrence: slow_recurrence_backward
    (
        "recurrence",
        Answer(
            "slow_recurrence_backward",
            "central differences: of the sum over all states, number by number, beside a plain number",
            """\
def slow_recurrence_backward(dh, x, mask, W, U, b, rate):
    def loss(x, W, U, b):
        h, total = np.zeros((len(x), len(b))), 0.0
        for t in range(x.shape[1]):
            new = (1 - rate) * h + rate * np.tanh(x[:, t] @ W + h @ U + b)
            h = np.where(mask[:, t, None], new, h)
            total += np.sum(dh[:, t] * h)
        return total

    given, found, eps = [np.array(p, dtype=float) for p in (x, W, U, b)], [], 1e-6
    for p in given:
        slope = np.zeros(p.shape)
        for i in np.ndindex(p.shape):
            kept = p[i]
            p[i] = kept + eps
            up = loss(*given)
            p[i] = kept - eps
            slope[i] = (up - loss(*given)) / (2 * eps)
            p[i] = kept
        found.append(slope)
    return tuple(found)
""",
        ),
    ),
)

HONEST_BUT_ODD: tuple[tuple[str, Answer], ...] = (
    # activation
    (
        "activation",
        Answer(
            "softplus_derivative",
            "longdouble inside, the slope computed twice and the two compared",
            """\
def softplus_derivative(z):
    wide = np.asarray(z, dtype=np.longdouble)
    by_tanh = (1 + np.tanh(wide / 2)) / 2
    by_exp = np.exp(wide - np.logaddexp(np.longdouble(0), wide))
    agree = np.abs(by_tanh - by_exp) < 1e-9
    return np.where(agree, by_tanh, by_exp).astype(float)
""",
        ),
    ),
    (
        "activation",
        Answer(
            "softplus_derivative",
            "memoized recursion: the exponential by halving and squaring",
            """\
import math
from functools import lru_cache

@lru_cache(maxsize=None)
def odds(v):
    # e^v for v <= 0, by halving
    if v > -1e-3:
        return math.exp(v)
    return odds(v / 2) ** 2

def softplus_derivative(z):
    out = np.zeros(z.shape)
    for i in np.ndindex(*z.shape):
        e = odds(-abs(float(z[i])))
        out[i] = (1 if z[i] > 0 else e) / (1 + e)
    return out
""",
        ),
    ),
    (
        "activation",
        Answer(
            "swish_backward",
            "swish computed three times: at z, at its mirror image, and at z again",
            """\
def swish_backward(da, z):
    def swish(t):
        return t * np.exp(-np.logaddexp(0, -t))

    a = swish(z)
    mirror = swish(-z)
    s = np.where(z == 0, 0.5, a / np.where(z == 0, 1, z))
    not_s = np.where(z == 0, 0.5, -mirror / np.where(z == 0, 1, z))
    return da * (s + swish(z) * not_s)
""",
        ),
    ),
    (
        "activation",
        Answer(
            "swish_backward",
            "the diagonal Jacobian of all entries as one matrix",
            """\
def swish_backward(da, z):
    s = 0.5 + 0.5 * np.tanh(z.ravel() / 2)
    through_product = np.diag(s)
    through_sigmoid = np.diag(z.ravel()) @ np.diag(s) @ (np.eye(s.size) - np.diag(s))
    return (da.ravel() @ (through_product + through_sigmoid)).reshape(z.shape)
""",
        ),
    ),
    (
        "activation",
        Answer(
            "elu_backward",
            "the forward pass for each entry again, in a chain of np.where",
            """\
def elu_backward(da, z, alpha):
    def elu(t):
        return np.where(t > 0, t, alpha * np.expm1(np.minimum(t, 0)))

    dz = np.zeros(z.shape)
    for i in np.ndindex(*z.shape):
        a = elu(z)
        slope = np.where(z[i] > 0, 1.0, np.where(z[i] < 0, a[i] + alpha, alpha))
        dz[i] = da[i] * slope
    return dz
""",
        ),
    ),
    (
        "activation",
        Answer(
            "elu_backward",
            "a generator of single products, float32 inside",
            """\
def elu_backward(da, z, alpha):
    def slopes():
        for v in np.float32(z).flat:
            yield np.float32(1) if v > 0 else np.float32(alpha) * np.exp(v)

    products = (g * s for g, s in zip(da.astype(np.float32).flat, slopes()))
    return np.fromiter(products, dtype=float, count=z.size).reshape(z.shape)
""",
        ),
    ),
    # error
    (
        "error",
        Answer(
            "huber_gradient",
            "a chain of three np.where, the error computed in each",
            """\
def huber_gradient(output, target, delta):
    g = np.where(output - target > delta, delta, 0.0)
    g = np.where(output - target < -delta, -delta, g)
    g = np.where(np.abs(output - target) <= delta, output - target, g)
    return g / np.zeros(output.shape).shape[0]
""",
        ),
    ),
    (
        "error",
        Answer(
            "huber_gradient",
            "Fractions to be exact, the loss returned beside the slope and thrown away",
            """\
from fractions import Fraction

def huber_gradient(output, target, delta):
    limit = Fraction(float(delta))

    def loss_and_slope(e):
        if abs(e) <= limit:
            return e * e / 2, e
        return limit * (abs(e) - limit / 2), limit if e > 0 else -limit

    grad = np.zeros(output.shape)
    for i in np.ndindex(*output.shape):
        loss, slope = loss_and_slope(Fraction(float(output[i])) - Fraction(float(target[i])))
        grad[i] = float(slope / len(output))
    return grad
""",
        ),
    ),
    (
        "error",
        Answer(
            "hinge_gradient",
            "a matrix of all pairs of samples, of which the diagonal counts",
            """\
def hinge_gradient(scores, signs):
    m = len(scores)
    margins = signs @ scores.T
    active = (margins < 1) & np.eye(m, dtype=bool)
    return -(active @ np.ones((m, 1))) * signs / m
""",
        ),
    ),
    (
        "error",
        Answer(
            "hinge_gradient",
            "the loss of one sample computed again for each, recursion over the samples",
            """\
def hinge_gradient(scores, signs):
    m = len(scores)

    def rest(i):
        if i == m:
            return []
        loss = max(0.0, 1.0 - float(signs[i, 0] * scores[i, 0]))
        return [[-signs[i, 0] / m if loss > 0 else 0.0]] + rest(i + 1)

    return np.array(rest(0))
""",
        ),
    ),
    (
        "error",
        Answer(
            "smoothed_cross_entropy_gradient",
            "Jacobians of the softmax and of the logarithm as matrices, np.diag for each sample",
            """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    m, k = logits.shape
    rows = []
    for z, t in zip(logits, target):
        p = np.exp(z - np.logaddexp.reduce(z))
        J_log_softmax = np.eye(k) - np.outer(np.ones(k), p)
        dlog = -((1 - epsilon) * t + epsilon / k) / m
        rows.append(dlog @ J_log_softmax)
    return np.stack(rows)
""",
        ),
    ),
    (
        "error",
        Answer(
            "smoothed_cross_entropy_gradient",
            "the loss computed first, a softmax for every entry, sum(...) with comprehensions",
            """\
import math

def smoothed_cross_entropy_gradient(logits, target, epsilon):
    m, k = logits.shape

    def probability(i, j):
        return 1 / sum(math.exp(min(float(logits[i, n] - logits[i, j]), 700.0)) for n in range(k))

    soft = [[(1 - epsilon) * float(target[i, j]) + epsilon / k for j in range(k)] for i in range(m)]
    loss = -sum(soft[i][j] * math.log(max(probability(i, j), 1e-300)) for i in range(m) for j in range(k)) / m
    assert loss >= 0

    def entry(i, j):
        return sum(soft[i][n] * (probability(i, j) - (n == j)) for n in range(k)) / m

    return np.array([[entry(i, j) for j in range(k)] for i in range(m)])
""",
        ),
    ),
    (
        "error",
        Answer(
            "smoothed_cross_entropy_gradient",
            "longdouble inside, the true class and the rest apart",
            """\
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    z = logits.astype(np.longdouble)
    m, k = z.shape
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    g = np.zeros((m, k), dtype=np.longdouble)
    for j in range(k):
        mine = target[:, j] == 1
        g[mine, j] = p[mine, j] - 1 + epsilon - np.longdouble(epsilon) / k
        g[~mine, j] = p[~mine, j] - np.longdouble(epsilon) / k
    return (g / m).astype(float)
""",
        ),
    ),
    # backpropagation
    (
        "backpropagation",
        Answer(
            "chain_backward",
            "a small reverse-mode tape: class Var with backward",
            """\
import math

class Var:
    def __init__(self, value, parents=()):
        self.value = value
        self.parents = parents
        self.grad = 0.0

    def __mul__(self, o):
        return Var(self.value * o.value, ((self, o.value), (o, self.value)))

    def __sub__(self, o):
        return Var(self.value - o.value, ((self, 1.0), (o, -1.0)))

    def tanh(self):
        t = math.tanh(self.value)
        return Var(t, ((self, 1 - t * t),))

    def backward(self, blame=1.0):
        self.grad += blame
        for parent, slope in self.parents:
            parent.backward(blame * slope)

def chain_backward(x, w1, w2, target):
    x, w1, w2, target, half = Var(x), Var(w1), Var(w2), Var(target), Var(0.5)
    error = (w2 * (w1 * x).tanh()).tanh() - target
    (half * error * error).backward()
    return w1.grad, w2.grad
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "chain_backward",
            "the forward pass four times, each value computed where it is needed",
            """\
import math

def chain_backward(x, w1, w2, target):
    def h(w1):
        return math.tanh(w1 * x)

    def prediction(w1, w2):
        return math.tanh(w2 * h(w1))

    def loss(w1, w2):
        return 0.5 * (prediction(w1, w2) - target) ** 2

    slope_of_loss = math.copysign(math.sqrt(2 * loss(w1, w2)), prediction(w1, w2) - target)
    slope_2 = 1 - prediction(w1, w2) ** 2
    slope_1 = 1 - h(w1) ** 2
    return slope_of_loss * slope_2 * w2 * slope_1 * x, slope_of_loss * slope_2 * h(w1)
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "chain_backward",
            "decimal inside, both slopes from exponentials",
            """\
from decimal import Decimal, localcontext

def chain_backward(x, w1, w2, target):
    with localcontext() as c:
        c.prec = 40
        x, w1, w2, target = map(Decimal, map(float, (x, w1, w2, target)))

        def bend(z):
            e = (-2 * abs(z)).exp()
            t = (1 - e) / (1 + e)
            return (t if z >= 0 else -t), 4 * e / (1 + e) ** 2

        h, s1 = bend(w1 * x)
        p, s2 = bend(w2 * h)
        blame = (p - target) * s2
        return float(blame * w2 * s1 * x), float(blame * h)
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "fork_backward",
            "a block Jacobian of du and dv with np.diag, np.kron of the seeds",
            """\
def fork_backward(u, v):
    t = np.tanh(u).ravel()
    total = (u + v).ravel()
    size = u.size
    # the sum and the bend, stacked, by u and v, stacked
    J = np.kron(np.array([[1, 1], [0, 0]]), np.eye(size)) + np.kron(np.array([[0, 0], [1, 0]]), np.diag(1 - t * t))
    blame = np.concatenate([t, total])
    g = blame @ J
    return g[:size].reshape(u.shape), g[size:].reshape(v.shape)
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "fork_backward",
            "a tape of arrays that is walked back with an explicit list",
            """\
class Node:
    tape = []

    def __init__(self, value, *links):
        self.value, self.links, self.grad = value, links, np.zeros(np.shape(value))
        Node.tape.append(self)

def add(a, b):
    return Node(a.value + b.value, (a, lambda d: d), (b, lambda d: d))

def times(a, b):
    return Node(a.value * b.value, (a, lambda d: d * b.value), (b, lambda d: d * a.value))

def tanh(a):
    t = np.tanh(a.value)
    return Node(t, (a, lambda d: d * (1 - t * t)))

def fork_backward(u, v):
    Node.tape = []
    a, b = Node(u), Node(v)
    result = times(add(a, b), tanh(a))
    result.grad = np.ones(u.shape)
    for node in reversed(Node.tape):
        for parent, rule in node.links:
            parent.grad = parent.grad + rule(node.grad)
    return a.grad, b.grad
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "fork_backward",
            "one entry at a time with math, the whole loss computed again for each",
            """\
import math

def fork_backward(u, v):
    du, dv = np.zeros(u.shape), np.zeros(v.shape)
    for i in np.ndindex(*u.shape):
        loss = sum((float(a) + float(b)) * math.tanh(float(a)) for a, b in zip(u.flat, v.flat))
        t = math.tanh(float(u[i]))
        others = loss - (float(u[i]) + float(v[i])) * t
        assert math.isfinite(others)
        du[i] = t + (float(u[i]) + float(v[i])) * (1 - t**2)
        dv[i] = t
    return du, dv
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "network_backward",
            "a loop over the samples that runs the forward pass for each, and the mean of the lists",
            """\
def network_backward(x, y, W1, b1, W2, b2):
    def one(xi, yi):
        a = np.tanh(xi @ W1 + b1)
        e = a @ W2 + b2 - yi
        dz = (W2 @ e) * (1 - np.tanh(xi @ W1 + b1) ** 2)
        return np.outer(xi, dz), dz, np.outer(np.tanh(xi @ W1 + b1), e), e

    everything = [one(x[i], y[i]) for i in range(len(x))]
    return tuple(np.mean([sample[k] for sample in everything], axis=0) for k in range(4))
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "network_backward",
            "triple loops with math.tanh",
            """\
import math

def network_backward(x, y, W1, b1, W2, b2):
    m, n0 = x.shape
    n1, n2 = W2.shape
    dW1, db1, dW2, db2 = np.zeros(W1.shape), np.zeros(b1.shape), np.zeros(W2.shape), np.zeros(b2.shape)
    for s in range(m):
        for k in range(n2):
            out = float(b2[k])
            for j in range(n1):
                out += math.tanh(sum(float(x[s, i]) * W1[i, j] for i in range(n0)) + b1[j]) * W2[j, k]
            e = (out - y[s, k]) / m
            db2[k] += e
            for j in range(n1):
                a = math.tanh(sum(float(x[s, i]) * W1[i, j] for i in range(n0)) + b1[j])
                dW2[j, k] += e * a
                dz = e * W2[j, k] * (1 - a * a)
                db1[j] += dz
                for i in range(n0):
                    dW1[i, j] += dz * x[s, i]
    return dW1, db1, dW2, db2
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "network_backward",
            "explicit Jacobians of the prediction by each parameter, einsum and one-hot matrices",
            """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    slope = 1 - a**2
    I1, I2 = np.eye(len(b1)), np.eye(len(b2))
    J_a_z = np.einsum("mj,jl->mjl", slope, I1)
    J_p_z = np.einsum("jk,mjl->mkl", W2, J_a_z)
    J_p_W1 = np.einsum("mkl,mi->mkil", J_p_z, x)
    J_p_W2 = np.einsum("mj,kl->mkjl", a, I2)
    J_p_b2 = np.broadcast_to(I2, (len(x),) + I2.shape)
    blame = (a @ W2 + b2 - y) / len(x)
    return tuple(
        np.einsum("mk,mk...->...", blame, J) for J in (J_p_W1, J_p_z, J_p_W2, J_p_b2)
    )
""",
        ),
    ),
    (
        "backpropagation",
        Answer(
            "network_backward",
            "the parameters copied for every gradient, float64 copies of copies",
            """\
def network_backward(x, y, W1, b1, W2, b2):
    params = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    grads = {}
    for name in params:
        p = {key: np.array(value, dtype=np.float64).copy() for key, value in params.items()}
        a = np.tanh(x @ p["W1"] + p["b1"])
        d2 = (a @ p["W2"] + p["b2"] - y) / len(x)
        d1 = d2 @ p["W2"].T * (1 - a * a)
        rules = {
            "W1": lambda: x.T @ d1,
            "b1": lambda: d1.sum(axis=0),
            "W2": lambda: a.T @ d2,
            "b2": lambda: d2.sum(axis=0),
        }
        grads[name] = rules[name]()
    return tuple(grads.values())
""",
        ),
    ),
    # partial_derivatives
    (
        "partial_derivatives",
        Answer(
            "tanh_layer_backward",
            "vec and np.kron: the layer as one long matrix",
            """\
def tanh_layer_backward(da, x, W, b):
    m, n_out = da.shape
    dz = (da * (1 - np.tanh(x @ W + b) ** 2)).ravel()
    by_x = np.kron(np.eye(m), W.T)
    by_W = np.kron(x, np.eye(n_out))
    by_b = np.kron(np.ones((m, 1)), np.eye(n_out))
    return (dz @ by_x).reshape(x.shape), (dz @ by_W).reshape(W.shape), dz @ by_b
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "tanh_layer_backward",
            "each entry of dW by itself: the forward pass again for each, np.ndindex",
            """\
def tanh_layer_backward(da, x, W, b):
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(b.shape)
    for i, j in np.ndindex(*W.shape):
        a = np.tanh(x @ W + b)
        dW[i, j] = sum(da[s, j] * (1 - a[s, j] ** 2) * x[s, i] for s in range(len(x)))
    for s, i in np.ndindex(*x.shape):
        a = np.tanh(x[s] @ W + b)
        dx[s, i] = sum(da[s, j] * (1 - a[j] ** 2) * W[i, j] for j in range(len(b)))
    for j in range(len(b)):
        column = np.tanh(x @ W[:, j] + b[j])
        db[j] = np.dot(da[:, j], 1 - column * column)
    return dx, dW, db
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "tanh_layer_backward",
            "longdouble inside, a product of one-hot rows to pick each sample",
            """\
def tanh_layer_backward(da, x, W, b):
    da, x, W, b = (np.array(v, dtype=np.longdouble) for v in (da, x, W, b))
    dx, dW, db = np.zeros_like(x), np.zeros_like(W), np.zeros_like(b)
    for hot in np.eye(len(x), dtype=np.longdouble):
        xi, di = hot @ x, hot @ da
        ai = np.tanh(xi @ W + b)
        dz = di * (1 - ai) * (1 + ai)
        dx = dx + np.outer(hot, W @ dz)
        dW = dW + np.outer(xi, dz)
        db = db + dz
    return tuple(g.astype(float) for g in (dx, dW, db))
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "scale_shift_backward",
            "np.diag of gamma and the diagonal of a product of all pairs of features",
            """\
def scale_shift_backward(dy, x, gamma):
    dx = dy @ np.diag(gamma)
    pairs = x.T @ dy
    dgamma = np.diag(pairs).copy()
    dbeta = np.diag(np.ones(x.shape).T @ dy).copy()
    return dx, dgamma, dbeta
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "scale_shift_backward",
            "functools.reduce over the samples with a tuple of sums",
            """\
from functools import reduce

def scale_shift_backward(dy, x, gamma):
    def collect(state, sample):
        rows, dgamma, dbeta = state
        d, v = sample
        return rows + [d * gamma], dgamma + d * v, dbeta + d

    start = ([], np.zeros(gamma.shape), np.zeros(gamma.shape))
    rows, dgamma, dbeta = reduce(collect, zip(dy, x), start)
    return np.array(rows), dgamma, dbeta
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "residual_backward",
            "Jacobian of each sample: identity plus diag times the transpose, recomputed for each",
            """\
def residual_backward(dy, x, W, b):
    n = len(b)
    dx, dW, db = [], np.zeros((n, n)), np.zeros(n)
    for d, v in zip(dy, x):
        J = np.eye(n) + np.diag(1 - np.tanh(v @ W + b) ** 2) @ W.T
        dx.append(d @ J)
        dz = d @ np.diag(1 - np.tanh(v @ W + b) ** 2)
        dW += v[:, None] @ dz[None, :]
        db += dz
    return np.array(dx), dW, db
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "residual_backward",
            "recursion in halves of the batch",
            """\
def residual_backward(dy, x, W, b):
    if len(x) > 1:
        half = len(x) // 2
        first = residual_backward(dy[:half], x[:half], W, b)
        second = residual_backward(dy[half:], x[half:], W, b)
        return np.concatenate([first[0], second[0]]), first[1] + second[1], first[2] + second[2]
    t = np.tanh(x @ W + b)
    dz = dy * (1 - t**2)
    return dy + dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "network_backward",
            "recursion through the layers, going down and coming back",
            """\
def network_backward(params, x, y):
    grads = {}

    def layer(a, k):
        W, b = params[f"W{k}"], params[f"b{k}"]
        z = a @ W + b
        if k == 3:
            dz = (z - y) / len(y)
        else:
            dz = layer(np.tanh(z), k + 1) * (1 - np.tanh(z) ** 2)
        grads[f"W{k}"] = a.T @ dz
        grads[f"b{k}"] = dz.sum(axis=0)
        return dz @ W.T

    layer(x, 1)
    return grads
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "network_backward",
            "a reverse-mode tape for arrays: class Var, topological order, unbroadcast",
            """\
class Var:
    def __init__(self, value, parents=()):
        self.value = np.asarray(value, dtype=float)
        self.parents = parents
        self.grad = np.zeros(self.value.shape)

    def __matmul__(self, o):
        return Var(self.value @ o.value, [(self, lambda d: d @ o.value.T), (o, lambda d: self.value.T @ d)])

    def __add__(self, o):
        return Var(self.value + o.value, [(self, lambda d: d), (o, lambda d: d.sum(axis=0) if o.value.ndim == 1 else d)])

    def tanh(self):
        t = np.tanh(self.value)
        return Var(t, [(self, lambda d: d * (1 - t**2))])

    def backward(self, seed):
        order, seen = [], set()

        def visit(node):
            if id(node) not in seen:
                seen.add(id(node))
                for parent, _ in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = seed
        for node in reversed(order):
            for parent, rule in node.parents:
                parent.grad = parent.grad + rule(node.grad)

def network_backward(params, x, y):
    p = {name: Var(value) for name, value in params.items()}
    out = (((Var(x) @ p["W1"] + p["b1"]).tanh() @ p["W2"] + p["b2"]).tanh()) @ p["W3"] + p["b3"]
    out.backward((out.value - np.asarray(y)) / len(x))
    return {name: var.grad for name, var in p.items()}
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "network_backward",
            "the forward pass once per parameter array, sample by sample, params copied each time",
            """\
def network_backward(params, x, y):
    grads = {}
    for name in params:
        total = np.zeros(params[name].shape)
        for s in range(len(x)):
            p = {k: v.copy() for k, v in params.items()}
            a = [x[s]]
            for k in (1, 2):
                a.append(np.tanh(a[-1] @ p[f"W{k}"] + p[f"b{k}"]))
            blame = (a[2] @ p["W3"] + p["b3"] - y[s]) / len(x)
            for k in (3, 2, 1):
                if k < 3:
                    blame = (p[f"W{k + 1}"] @ blame) * (1 - a[k] ** 2)
                if name == f"b{k}":
                    total += blame
                elif name == f"W{k}":
                    total += np.outer(a[k - 1], blame)
        grads[name] = total
    return grads
""",
        ),
    ),
    (
        "partial_derivatives",
        Answer(
            "network_backward",
            "one matrix per layer with the bias as a last row, np.vstack and np.hstack",
            """\
def network_backward(params, x, y):
    m = len(x)
    one = np.ones((m, 1))
    layers = [np.vstack([params[f"W{k}"], params[f"b{k}"][None, :]]) for k in (1, 2, 3)]
    inputs = [np.hstack([x, one])]
    for L in layers[:2]:
        inputs.append(np.hstack([np.tanh(inputs[-1] @ L), one]))
    d = (inputs[2] @ layers[2] - y) / m
    grads = {}
    for k in (3, 2, 1):
        G = inputs[k - 1].T @ d
        grads[f"W{k}"], grads[f"b{k}"] = G[:-1], G[-1]
        d = ((d @ layers[k - 1].T) * (1 - inputs[k - 1] ** 2))[:, :-1]
    return grads
""",
        ),
    ),
    # overfitting
    (
        "overfitting",
        Answer(
            "elastic_net_gradient",
            "the penalty computed beside it, sorted by sign with comprehensions",
            """\
def elastic_net_gradient(W, strength, share):
    def penalty_and_slope(w):
        sign = (w > 0) - (w < 0)
        return strength * (share * abs(w) + (1 - share) / 2 * w * w), strength * (share * sign + (1 - share) * w)

    pairs = [[penalty_and_slope(float(w)) for w in row] for row in W]
    total = sum(p for row in pairs for p, _ in row)
    assert total == total
    return np.array([[s for _, s in row] for row in pairs])
""",
        ),
    ),
    (
        "overfitting",
        Answer(
            "dropconnect_backward",
            "the mask as a diagonal matrix over the flattened weights",
            """\
def dropconnect_backward(dy, x, W, mask, keep):
    n_in, n_out = W.shape
    M = np.diag(mask.ravel() / keep)
    effective = (M @ W.ravel()).reshape(n_in, n_out)
    dx = np.array([effective @ d for d in dy])
    dW = sum(np.kron(v, d) for v, d in zip(x, dy)) @ M
    return dx, dW.reshape(n_in, n_out)
""",
        ),
    ),
    (
        "overfitting",
        Answer(
            "dropconnect_backward",
            "weight by weight, the forward pass of the weight written out, results preallocated",
            """\
def dropconnect_backward(dy, x, W, mask, keep):
    dx, dW = np.zeros(x.shape), np.zeros(W.shape)
    y = np.zeros(dy.shape)
    for i in range(W.shape[0]):
        for o in range(W.shape[1]):
            if mask[i, o] == 0:
                continue
            y[:, o] += x[:, i] * W[i, o] / keep
            for s in range(len(x)):
                dx[s, i] += dy[s, o] * W[i, o] / keep
                dW[i, o] += dy[s, o] * x[s, i] / keep
    return dx, dW
""",
        ),
    ),
    # conclusion
    (
        "conclusion",
        Answer(
            "backward",
            "an embedding of the labels with np.eye, the loss computed too, sample by sample",
            """\
def backward(params, x, labels):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    target = np.eye(len(b2))[labels]
    grads = {name: np.zeros(value.shape) for name, value in params.items()}
    losses = []
    for v, t in zip(x, target):
        h = np.tanh(v @ W1 + b1)
        z = h @ W2 + b2
        log_p = z - np.logaddexp.reduce(z)
        losses.append(-(t * log_p).sum())
        dz = (np.exp(log_p) - t) / len(x)
        dh = (W2 @ dz) * (1 - h**2)
        grads["W1"] += np.outer(v, dh)
        grads["b1"] += dh
        grads["W2"] += np.outer(h, dz)
        grads["b2"] += dz
    return grads
""",
        ),
    ),
    (
        "conclusion",
        Answer(
            "backward",
            "the Jacobian of the softmax for each sample, and the slope of the logarithm",
            """\
def backward(params, x, labels):
    m = len(x)
    h = np.tanh(x @ params["W1"] + params["b1"])
    z = h @ params["W2"] + params["b2"]
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    n = p.shape[1]
    # row "label" of the Jacobian diag(p) - p p^T, divided by p[label], is one-hot minus p
    J = np.einsum("mi,ij->mij", np.ones((m, n)), np.eye(n)) - p[:, None, :]
    dz = -J[np.arange(m), labels] / m
    dh = np.einsum("mk,jk->mj", dz, params["W2"]) * (1 - h**2)
    return {
        "W1": np.einsum("mi,mj->ij", x, dh),
        "b1": np.einsum("mj->j", dh),
        "W2": np.einsum("mj,mk->jk", h, dz),
        "b2": np.einsum("mk->k", dz),
    }
""",
        ),
    ),
    (
        "conclusion",
        Answer(
            "backward",
            "longdouble inside, the forward pass memoized in a dict",
            """\
def backward(params, x, labels):
    p = {k: np.asarray(v, dtype=np.longdouble) for k, v in params.items()}
    memory = {}

    def get(name):
        if name not in memory:
            memory[name] = rules[name]()
        return memory[name]

    def softmax():
        e = np.exp(get("z") - get("z").max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    rules = {
        "h": lambda: np.tanh(x @ p["W1"] + p["b1"]),
        "z": lambda: get("h") @ p["W2"] + p["b2"],
        "dz": lambda: (softmax() - (labels[:, None] == np.arange(len(p["b2"])))) / np.longdouble(len(x)),
        "dh": lambda: get("dz") @ p["W2"].T * (1 - get("h") ** 2),
        "W1": lambda: x.T @ get("dh"),
        "b1": lambda: get("dh").sum(axis=0),
        "W2": lambda: get("h").T @ get("dz"),
        "b2": lambda: get("dz").sum(axis=0),
    }
    return {name: get(name).astype(float) for name in params}
""",
        ),
    ),
    (
        "conclusion",
        Answer(
            "backward",
            "single numbers on a tape: class Value with a topological sort",
            """\
import math

class Value:
    def __init__(self, data, links=()):
        self.data, self.links, self.grad = data, links, 0.0

    def __add__(self, o):
        return Value(self.data + o.data, ((self, 1.0), (o, 1.0)))

    def __mul__(self, o):
        return Value(self.data * o.data, ((self, o.data), (o, self.data)))

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, ((self, 1 - t * t),))

def surprise(z, label):
    top = max(v.data for v in z)
    total = sum(math.exp(v.data - top) for v in z)
    shares = [math.exp(v.data - top) / total for v in z]
    return Value(top + math.log(total) - z[label].data, tuple((v, s - (k == label)) for k, (v, s) in enumerate(zip(z, shares))))

def walk_back(root, seed):
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((parent, False) for parent, _ in node.links)
    root.grad = seed
    for node in reversed(order):
        for parent, slope in node.links:
            parent.grad += slope * node.grad

def backward(params, x, labels):
    P = {k: np.vectorize(lambda v: Value(float(v)), otypes=[object])(v) for k, v in params.items()}
    for row, label in zip(x, labels):
        a = [Value(float(v)) for v in row]
        for k in "12":
            W, z = P["W" + k], []
            for j in range(W.shape[1]):
                total = P["b" + k][j]
                for i in range(W.shape[0]):
                    total = total + a[i] * W[i, j]
                z.append(total)
            a = [v.tanh() for v in z] if k == "1" else z
        walk_back(surprise(a, int(label)), 1 / len(x))
    return {k: np.vectorize(lambda v: v.grad, otypes=[float])(v) for k, v in P.items()}
""",
        ),
    ),
    # gradient_checking
    (
        "gradient_checking",
        Answer(
            "relu_network_backward",
            "a path for each hidden unit, the forward pass again for each unit",
            """\
def relu_network_backward(params, x, y):
    W1, b1, W2, b2 = (params[k].copy() for k in ("W1", "b1", "W2", "b2"))
    g = {k: np.zeros(v.shape) for k, v in params.items()}
    for unit in range(len(b1)):
        hidden = np.where(x @ W1 + b1 > 0, x @ W1 + b1, 0)
        blame = (hidden @ W2 + b2 - y) / len(x)
        alive = x @ W1[:, unit] + b1[unit] > 0
        into = np.where(alive, blame @ W2[unit], 0.0)
        g["W1"][:, unit] = into @ x
        g["b1"][unit] = into.sum()
        g["W2"][unit] = hidden[:, unit] @ blame
        g["b2"] = blame.sum(axis=0)
    return g
""",
        ),
    ),
    (
        "gradient_checking",
        Answer(
            "relu_network_backward",
            "each sample as a straight network: the weights of its dead units are cut by np.diag",
            """\
def relu_network_backward(params, x, y):
    m = len(x)

    def sample(v, t):
        D = np.diag((v @ params["W1"] + params["b1"] > 0).astype(float))
        hidden = (v @ params["W1"] + params["b1"]) @ D
        e = (hidden @ params["W2"] + params["b2"] - t) / m
        dz = D @ params["W2"] @ e
        return {"W1": np.outer(v, dz), "b1": dz, "W2": np.outer(hidden, e), "b2": e}

    parts = [sample(v, t) for v, t in zip(x, y)]
    return {name: sum(part[name] for part in parts) for name in params}
""",
        ),
    ),
    (
        "gradient_checking",
        Answer(
            "gate_backward",
            "entry by entry of the Jacobian with Kronecker deltas, einsum",
            """\
def gate_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    delta = np.eye(x.shape[1])
    slope = 1 - t**2
    J = np.einsum("mj,ij->mji", t, delta) + np.einsum("mj,mj,ij->mji", x, slope, W)
    dx = np.einsum("mj,mji->mi", dy, J)
    by_W = np.einsum("mj,mj,mi->mij", x, slope, x)
    by_b = np.einsum("mj,mj,jk->mjk", x, slope, delta)
    return dx, np.einsum("mj,mij->ij", dy, by_W), np.einsum("mj,mjk->k", dy, by_b)
""",
        ),
    ),
    (
        "gradient_checking",
        Answer(
            "gate_backward",
            "generators that yield the parts of each sample, the bend computed twice",
            """\
def gate_backward(dy, x, W, b):
    def parts():
        for d, v in zip(dy, x):
            gate = np.tanh(v @ W + b)
            closed = 1 - np.tanh(v @ W + b) ** 2
            yield d * gate, d * v * closed, v

    dx = np.stack([direct + W @ dz for direct, dz, _ in parts()])
    dW = sum(np.outer(v, dz) for _, dz, v in parts())
    db = sum(dz for _, dz, _ in parts())
    return dx, dW, db
""",
        ),
    ),
    (
        "gradient_checking",
        Answer(
            "autoencoder_backward",
            "a permutation matrix turns W into its transpose, vec and np.kron",
            """\
def autoencoder_backward(x, W, b, c):
    n, k = W.shape
    turn = np.zeros((n * k, n * k))
    for i in range(n):
        for j in range(k):
            turn[j * n + i, i * k + j] = 1
    h = np.tanh(x @ W + b)
    dr = (h @ (turn @ W.ravel()).reshape(k, n) + c - x) / len(x)
    dz = (dr @ W) * (1 - h**2)
    encoder = sum(np.kron(v, d) for v, d in zip(x, dz))
    decoder = sum(np.kron(g, d) for g, d in zip(h, dr))
    return (encoder + decoder @ turn).reshape(n, k), dz.sum(axis=0), dr.sum(axis=0)
""",
        ),
    ),
    (
        "gradient_checking",
        Answer(
            "autoencoder_backward",
            "the loss before and the gradient after for each sample, float128 inside",
            """\
def autoencoder_backward(x, W, b, c):
    wide = [np.array(v, dtype=np.float128) for v in (x, W, b, c)]
    x, W, b, c = wide
    grads = [np.zeros(v.shape, dtype=np.float128) for v in (W, b, c)]
    loss = np.float128(0)
    for v in x:
        h = np.tanh(v @ W + b)
        gap = W @ h + c - v
        loss += gap @ gap / (2 * len(x))
        dz = (gap @ W) * (1 - h * h)
        grads[0] += (np.outer(v, dz) + np.outer(gap, h)) / len(x)
        grads[1] += dz / len(x)
        grads[2] += gap / len(x)
    return tuple(np.float64(g) for g in grads)
""",
        ),
    ),
    # automatic_differentiation
    (
        "automatic_differentiation",
        Answer(
            "logaddexp_backward",
            "np.where chains for the larger and the smaller, y computed anew",
            """\
def logaddexp_backward(d, y, a, b):
    again = np.logaddexp(a, b)
    small = np.where(a > b, np.exp(np.where(a > b, b - again, 0)), np.where(a < b, np.exp(np.where(a < b, a - again, 0)), 0.5))
    large = 1 - small
    return np.where(a > b, d * large, d * small), np.where(a > b, d * small, np.where(a < b, d * large, d * small))
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "logaddexp_backward",
            "the forward pass once more for each entry, longdouble",
            """\
def logaddexp_backward(d, y, a, b):
    out = np.zeros((2,) + d.shape)
    for i in np.ndindex(*d.shape):
        p, q = np.longdouble(a[i]), np.longdouble(b[i])
        value = np.logaddexp(p, q)
        out[0][i] = d[i] * np.exp(p - value)
        out[1][i] = d[i] * np.exp(q - value)
    return out[0], out[1]
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "prod_backward",
            "copies of x with a one in each column in turn, the product again for each",
            """\
def prod_backward(d, y, x):
    dx = np.zeros(x.shape)
    for i in np.ndindex(*x.shape):
        copy = x.astype(float)
        copy[i] = 1.0
        dx[i] = d[i[0]] * np.prod(copy[i[0]])
    return dx
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "prod_backward",
            "running products before and after each factor, as lists",
            """\
def prod_backward(d, y, x):
    m, n = x.shape
    dx = np.empty((m, n))
    for s in range(m):
        before = [1.0]
        for v in x[s]:
            before.append(before[-1] * float(v))
        after = [1.0]
        for v in x[s][::-1]:
            after.append(after[-1] * float(v))
        dx[s] = [d[s] * before[j] * after[n - 1 - j] for j in range(n)]
    return dx
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "pairs_backward",
            "Jacobians of all samples as matrices, np.kron of a and b",
            """\
def pairs_backward(d, y, a, W, b):
    J_W = np.array([np.kron(u, v) for u, v in zip(a, b)])
    J_a = np.array([np.kron(np.eye(len(W)), v[None, :]) @ W.ravel() for v in b])
    J_b = np.array([np.kron(u[None, :], np.eye(W.shape[1])) @ W.ravel() for u in a])
    return np.diag(d) @ J_a, (d @ J_W).reshape(W.shape), np.diag(d) @ J_b
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "pairs_backward",
            "a copy of the samples scaled by what arrives, y checked along the way",
            """\
def pairs_backward(d, y, a, W, b):
    again = np.array([u @ W @ v for u, v in zip(a, b)])
    assert np.allclose(again, np.sum((a @ W) * b, axis=1))
    scaled_a, scaled_b = a.astype(float), b.astype(float)
    for s in range(len(d)):
        scaled_a[s] *= d[s]
        scaled_b[s] *= d[s]
    da = np.stack([W @ v for v in scaled_b])
    db = np.stack([u @ W for u in scaled_a])
    dW = sum(np.multiply.outer(u, v) for u, v in zip(scaled_a, b))
    return da, dW, db
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "tile_backward",
            "one-hot matrices: which place of the tiled array shows which entry of x",
            """\
def tile_backward(d, y, x, copies):
    places = np.tile(np.arange(x.size).reshape(x.shape), copies).ravel()
    shows = np.eye(x.size)[places]
    return (shows.T @ d.ravel()).reshape(x.shape)
""",
        ),
    ),
    (
        "automatic_differentiation",
        Answer(
            "tile_backward",
            "recursion: fold the lower half of the copies onto the upper",
            """\
def tile_backward(d, y, x, copies):
    m, n = x.shape
    if d.shape[0] > m:
        rest = tile_backward(d[m:], y, x, copies)
        return tile_backward(d[:m], y, x, copies) + rest
    if d.shape[1] > n:
        rest = tile_backward(d[:, n:], y, x, copies)
        return tile_backward(d[:, :n], y, x, copies) + rest
    return d.copy()
""",
        ),
    ),
)
