"""What is typical of answers to the exercise on convolution: places, axes, and shares that are not added."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from bplib.checking.exercises.typical.ideas import TINY, each_of
from bplib.checking.judging.check import Mistake, Typical
from bplib.types import Array

#: Added to a variance, as the text says.
EPSILON = 1e-5

# Rows -----------------------------------------------------------------------------------------------------------


def _row_by_outputs(x: Array, w: Array, b: Array, stride: int) -> Array:
    m, _, n = x.shape
    c_out, _, k = w.shape
    y = np.zeros((m, c_out, (n - k) // stride + 1))
    for s in range(m):
        for o in range(c_out):
            for p in range(y.shape[2]):
                start = p * stride
                y[s, o, p] = np.sum(x[s, :, start : start + k] * w[o]) + b[o]
    return y


def _row_by_windows(x: Array, w: Array, b: Array, stride: int) -> Array:
    k = w.shape[2]
    found = []
    for start in range(0, x.shape[2] - k + 1, stride):
        window = x[:, None, :, start : start + k]
        found.append(np.sum(window * w, axis=(2, 3)) + b)
    return np.stack(found, axis=2)


def _products(window: Array, w: Array, b: Array) -> Array:
    return np.einsum("mcj,ocj->mo", window, w) + b


def _row(
    value: Callable[[Array, Array, Array], Array] = _products,
    start: Callable[[int, int, int], int] = lambda p, k, t: p * t,
    places: Callable[[int, int, int], int] = lambda n, k, t: (n - k) // t + 1,
    computed: Callable[[int], range] = range,
) -> Callable[..., Array]:
    """A convolution of rows with something changed: the value of a window, where it begins, or how many there are."""

    def result(x: Array, w: Array, b: Array, stride: int) -> Array:
        k, count = w.shape[2], places(x.shape[2], w.shape[2], stride)
        y = np.zeros((len(x), len(w), count))
        for p in computed(count):
            first = start(p, k, stride)
            y[:, :, p] = value(x[:, :, first : first + k], w, b)
        return y

    return result


def _windows_cut_short(x: Array, w: Array, b: Array, stride: int) -> Array:
    parts = [x[:, :, s : s + w.shape[2]] for s in range(0, x.shape[2], stride)]
    return np.stack([_products(part, w[:, :, : part.shape[2]], b) for part in parts], axis=2)


def _as_if_inputs_came_first(w: Array) -> Array:
    """The kernels with their two axes of channels taken for each other."""
    return w.reshape(w.shape[1], w.shape[0], w.shape[2]).transpose(1, 0, 2)


_CONVOLVE_ROW = (
    Mistake("factor-left-out", _row(start=lambda p, k, t: p)),
    Mistake("factor-left-out", _row(start=lambda p, k, t: p, places=lambda n, k, t: n - k + 1)),
    Mistake("other-variable", _row(start=lambda p, k, t: p * k)),
    Mistake("other-variable", _row(start=lambda p, k, t: p * k, places=lambda n, k, t: n // k)),
    Mistake("other-variable", _row(start=lambda p, k, t: p * k, places=lambda n, k, t: (n - k) // k + 1)),
    Mistake("off-by-one", _row(places=lambda n, k, t: (n - k) // t)),
    Mistake("off-by-one", _row(computed=lambda count: range(count - 1))),
    Mistake("off-by-one", _row(start=lambda p, k, t: p * t + 1)),
    Mistake("off-by-one", _row(start=lambda p, k, t: p * t + 1, places=lambda n, k, t: (n - k - 1) // t + 1)),
    Mistake("comparison-border", _row(places=lambda n, k, t: len(range(0, n - k, t)))),
    Mistake("rest-kept", _windows_cut_short),
    Mistake("first-for-last", _row(lambda window, w, b: _products(window, w[:, :, ::-1], b))),
    Mistake("term-left-out", _row(lambda window, w, b: _products(window[:, :1], w[:, :1], b))),
    Mistake("term-left-out", _row(lambda window, w, b: _products(window[:, -1:], w[:, -1:], b))),
    Mistake("channel-mixed", _row(lambda window, w, b: _products(window, w[:, ::-1], b))),
    Mistake("channel-mixed", _row(lambda window, w, b: _products(window, _as_if_inputs_came_first(w), b))),
    Mistake("factor-too-many", _row(lambda window, w, b: _products(window, w, b * w.shape[1]))),
    Mistake("factor-too-many", _row(lambda window, w, b: _products(window, w, b * w.shape[2]))),
    Mistake("parentheses-missing", _row(lambda window, w, b: _products(window, w, b * w[0].size))),
    Mistake("kept-not-added", _row(lambda window, w, b: _products(window[:, -1:], w[:, -1:], b))),
    Mistake("mean-for-sum", _row(lambda window, w, b: _products(window, w / w[0].size, b))),
    Mistake("mean-for-sum", _row(lambda window, w, b: _products(window, w / w.shape[1], b))),
    Mistake("mean-for-sum", _row(lambda window, w, b: _products(window, w / w.shape[2], b))),
    Mistake("not-transposed", lambda x, w, b, stride: _row()(x, w, b, stride).transpose(1, 0, 2)),
    Mistake("not-transposed", lambda x, w, b, stride: _row()(x, w, b, stride).transpose(0, 2, 1)),
    Mistake("not-transposed", lambda x, w, b, stride: _row()(x, w, b, stride).transpose(2, 0, 1)),
)


def _row_back_by_outputs(dy: Array, x: Array, w: Array, stride: int) -> tuple[Array, Array, Array]:
    k = w.shape[2]
    dx = np.zeros(x.shape)
    dw = np.zeros(w.shape)
    db = np.zeros(len(w))
    for s, o, p in np.ndindex(dy.shape):
        start = p * stride
        dx[s, :, start : start + k] += dy[s, o, p] * w[o]
        dw[o] += dy[s, o, p] * x[s, :, start : start + k]
        db[o] += dy[s, o, p]
    return dx, dw, db


def _row_back_by_places(dy: Array, x: Array, w: Array, stride: int) -> tuple[Array, Array, Array]:
    k = w.shape[2]
    dx = np.zeros(x.shape)
    dw = np.zeros(w.shape)
    for p in range(dy.shape[2]):
        window = slice(p * stride, p * stride + k)
        dx[:, :, window] += np.einsum("mo,ocj->mcj", dy[:, :, p], w)
        dw += np.einsum("mo,mcj->ocj", dy[:, :, p], x[:, :, window])
    db = dy.sum(axis=(0, 2))
    return dx, dw, db


def _row_back(
    parts: Callable[[Any], Any] = lambda n: (n.dx, n.dw, n.db),
    start: Callable[[int, int, int], int] = lambda p, k, t: p * t,
    chosen: Callable[[Any], Any] = range,
    kernel: Callable[[Array], Array] = lambda w: w,
    seen: Callable[[Array, Array], Array] = lambda window, w: window,
) -> Callable[..., Any]:
    """The way back with something changed, and of all that is computed what comes back."""

    def result(dy: Array, x: Array, w: Array, stride: int) -> Any:
        n = SimpleNamespace(dy=dy, x=x, w=w, dx=np.zeros(x.shape), dw=np.zeros(w.shape), db=dy.sum((0, 2)))
        n.places, k = dy.shape[2], w.shape[2]
        for p in chosen(n.places):
            first = start(p, k, stride)
            fits = min(k, x.shape[2] - first)
            if fits <= 0:
                continue
            n.here = slice(first, first + fits)
            n.dx[:, :, n.here] += np.einsum("mo,ocj->mcj", dy[:, :, p], kernel(w)[:, :, :fits])
            n.dw[:, :, :fits] += np.einsum("mo,mcj->ocj", dy[:, :, p], seen(x[:, :, n.here], w))
        return parts(n)

    return result


def _numbers_assigned(dy: Array, x: Array, w: Array, stride: int) -> tuple[Any, ...]:
    """What each window hears, all channels or the last one alone, assigned."""
    dx = np.zeros(x.shape)
    for p in range(dy.shape[2]):
        here = slice(p * stride, p * stride + w.shape[2])
        dx[:, :, here] = dy[:, -1, p][:, None, None] * w[-1]
    return dx, None, None


def _numbers_exchanged(dy: Array, x: Array, w: Array, stride: int) -> tuple[Any, ...]:
    """Numbers where weights belong, and weights where numbers belong."""
    dx = np.zeros(x.shape)
    for p in range(dy.shape[2]):
        here = slice(p * stride, p * stride + w.shape[2])
        dx[:, :, here] += dy[:, :, p].sum(axis=1)[:, None, None] * x[:, :, here]
    return dx, dy.sum(axis=(0, 2))[:, None, None] * w, None


def _other_order(n: Any) -> tuple[Any, ...]:
    return None, n.dw.transpose(1, 0, 2).reshape(n.dw.shape), None


_CONVOLVE_ROW_BACKWARD = (
    Mistake("stride-forgotten", _row_back(start=lambda p, k, t: p)),
    Mistake("other-variable", _row_back(start=lambda p, k, t: p * k)),
    Mistake("off-by-one", _row_back(start=lambda p, k, t: p * t + 1)),
    Mistake("assigned-not-added", _numbers_assigned),
    Mistake("assigned-not-added", _row_back(lambda n: (None, n.dw, None), chosen=lambda count: [count - 1])),
    Mistake(
        "assigned-not-added",
        _row_back(lambda n: (None, n.dy[-1, :, -1][:, None, None] * n.x[-1, :, n.here], n.dy[-1, :, -1])),
    ),
    Mistake("assigned-not-added", _row_back(lambda n: (None, None, n.dy[:, :, -1].sum(axis=0)))),
    Mistake("first-for-last", _row_back(kernel=lambda w: w[:, :, ::-1])),
    Mistake("first-for-last", _row_back(lambda n: (None, n.dw[:, :, ::-1], None))),
    Mistake("channel-mixed", _row_back(kernel=lambda w: w[:, ::-1])),
    Mistake("channel-mixed", _row_back(kernel=_as_if_inputs_came_first)),
    Mistake("channel-mixed", _row_back(_other_order)),
    *each_of(
        (lambda n: n.places, lambda n: len(n.dy) * n.places, lambda n: n.dy.size),
        "mean-for-sum",
        lambda dy, x, w, stride, o: _row_back(lambda n: (n.dx / o(n), n.dw / o(n), None))(dy, x, w, stride),
    ),
    *each_of(
        (lambda n: n.x.shape[2], lambda n: n.w.shape[2], lambda n: n.w.size, lambda n: len(n.w)),
        "factor-too-many",
        lambda dy, x, w, stride, o: _row_back(lambda n: (n.dx / o(n), n.dw / o(n), n.db / o(n)))(
            dy, x, w, stride
        ),
    ),
    Mistake("mean-for-sum", lambda dy: (None, None, dy.mean(axis=2).sum(axis=0))),
    Mistake("bias-not-summed", lambda dy: (None, None, dy.sum(axis=2))),
    Mistake("bias-not-summed", lambda dy: (None, None, dy.sum(axis=2)[0])),
    Mistake("bias-not-summed", lambda dy: (None, None, dy.sum(axis=2)[-1])),
    Mistake("step-left-out", lambda dy: (None, None, dy.sum(axis=0))),
    Mistake("other-axis", lambda dy: (None, None, dy.sum(axis=(1, 2)))),
    Mistake("other-axis", lambda dy: (None, None, dy.sum(axis=(0, 1)))),
    Mistake("other-axis", lambda dy: (None, None, dy.sum())),
    Mistake("stopped-early", _row_back(chosen=lambda count: range(count - 1))),
    Mistake("stopped-early", _row_back(chosen=lambda count: [0])),
    Mistake("begins-elsewhere", _row_back(chosen=lambda count: range(1, count))),
    Mistake("wrong-tensor", _numbers_exchanged),
)

# A kernel with gaps ---------------------------------------------------------------------------------------------


def _dilated_by_outputs(x: Array, w: Array, gap: int) -> Array:
    rows = x.shape[0] - (w.shape[0] - 1) * gap
    columns = x.shape[1] - (w.shape[1] - 1) * gap
    y = np.zeros((rows, columns))
    for r in range(rows):
        for s in range(columns):
            for i in range(w.shape[0]):
                for j in range(w.shape[1]):
                    y[r, s] += w[i, j] * x[r + i * gap, s + j * gap]
    return y


def _dilated_by_steps(x: Array, w: Array, gap: int) -> Array:
    tall, wide = (w.shape[0] - 1) * gap + 1, (w.shape[1] - 1) * gap + 1
    y = np.zeros((x.shape[0] - tall + 1, x.shape[1] - wide + 1))
    for r in range(y.shape[0]):
        for s in range(y.shape[1]):
            y[r, s] = np.sum(w * x[r : r + tall : gap, s : s + wide : gap])
    return y


#: Of an axis: how many windows there are, from its pixels, the kernel's entries and the gap.
_Count = Callable[[int, int, int], int]


def _right_count(n: int, k: int, g: int) -> int:
    return n - (k - 1) * g


def _dilated(
    gaps: Callable[[int], tuple[int, int]] = lambda g: (g, g),
    counts: tuple[_Count, _Count] = (_right_count, _right_count),
    step: Callable[[int], int] = lambda g: 1,
    kernel: Callable[[Array], Array] = lambda w: w,
    framed: Callable[[Array, Array, int], Array] = lambda x, w, g: x,
) -> Callable[..., Array]:
    """The way forward with something changed: gaps down and across, how many windows, how far apart, the kernel or the image."""

    def result(x: Array, w: Array, gap: int) -> Array:
        x, (down, across), apart = framed(x, w, gap), gaps(gap), step(gap)
        rows, columns = (count(n, k, gap) for count, n, k in zip(counts, x.shape, w.shape, strict=True))
        y = np.zeros((rows, columns))
        for (i, j), weight in np.ndenumerate(kernel(w)):
            a, b = i * down, j * across
            y += weight * x[a : a + (rows - 1) * apart + 1 : apart, b : b + (columns - 1) * apart + 1 : apart]
        return y

    return result


def _both(count: _Count) -> tuple[_Count, _Count]:
    return count, count


def _behind(x: Array, w: Array, g: int) -> Array:
    return np.pad(x, [(0, (k - 1) * g) for k in w.shape])


def _around(x: Array, w: Array, g: int) -> Array:
    return np.pad(x, [((k - 1) * g // 2, (k - 1) * g - (k - 1) * g // 2) for k in w.shape])


def _plain(n: int, k: int, g: int) -> int:
    return n - k + 1


_DILATED = (
    Mistake("factor-left-out", _dilated(gaps=lambda g: (1, 1))),
    Mistake("factor-left-out", _dilated(gaps=lambda g: (1, 1), counts=_both(_plain))),
    Mistake("factor-left-out", _dilated(gaps=lambda g: (g, 1))),
    Mistake("factor-left-out", _dilated(gaps=lambda g: (1, g))),
    Mistake("factor-left-out", _dilated(gaps=lambda g: (g, 1), counts=(_right_count, _plain))),
    Mistake("factor-left-out", _dilated(gaps=lambda g: (1, g), counts=(_plain, _right_count))),
    Mistake(
        "off-by-one",
        _dilated(gaps=lambda g: (g + 1, g + 1), counts=_both(lambda n, k, g: n - (k - 1) * (g + 1))),
    ),
    Mistake("off-by-one", _dilated(counts=_both(lambda n, k, g: n - (k - 1) * g - 1))),
    Mistake("off-by-one", _dilated(counts=(lambda n, k, g: n - (k - 1) * g - 1, _right_count))),
    Mistake("off-by-one", _dilated(counts=(_right_count, lambda n, k, g: n - (k - 1) * g - 1))),
    Mistake("off-by-one", _dilated(counts=_both(lambda n, k, g: n - k * g + 1))),
    Mistake("off-by-one", _dilated(counts=_both(lambda n, k, g: n - k * g))),
    Mistake(
        "other-places",
        _dilated(gaps=lambda g: (1, 1), step=lambda g: g, counts=_both(lambda n, k, g: (n - k) // g + 1)),
    ),
    Mistake(
        "other-places",
        _dilated(step=lambda g: g, counts=_both(lambda n, k, g: (n - (k - 1) * g - 1) // g + 1)),
    ),
    Mistake("first-for-last", _dilated(kernel=lambda w: w[::-1, ::-1])),
    Mistake("first-for-last", _dilated(kernel=lambda w: w[::-1])),
    Mistake("first-for-last", _dilated(kernel=lambda w: w[:, ::-1])),
    Mistake("mean-for-sum", _dilated(kernel=lambda w: w / w.size)),
    Mistake("mean-for-sum", _dilated(kernel=lambda w: w / w.shape[0])),
    Mistake("mean-for-sum", _dilated(kernel=lambda w: w / w.shape[1])),
    Mistake("function-too-many", _dilated(framed=_behind)),
    Mistake("function-too-many", _dilated(framed=_around)),
    Mistake("not-transposed", lambda x, w, gap: _dilated()(x, w, gap).T),
)


def _dilated_back_by_entries(dy: Array, x: Array, w: Array, gap: int) -> tuple[Array, Array]:
    rows, columns = dy.shape
    dx = np.zeros(x.shape)
    dw = np.zeros(w.shape)
    for i in range(w.shape[0]):
        for j in range(w.shape[1]):
            a, b = i * gap, j * gap
            dx[a : a + rows, b : b + columns] += dy * w[i, j]
            dw[i, j] = np.sum(dy * x[a : a + rows, b : b + columns])
    return dx, dw


def _dilated_back_by_outputs(dy: Array, x: Array, w: Array, gap: int) -> tuple[Array, Array]:
    dx = np.zeros(x.shape)
    dw = np.zeros(w.shape)
    for r in range(dy.shape[0]):
        for s in range(dy.shape[1]):
            for i in range(w.shape[0]):
                for j in range(w.shape[1]):
                    dx[r + i * gap, s + j * gap] += dy[r, s] * w[i, j]
                    dw[i, j] += dy[r, s] * x[r + i * gap, s + j * gap]
    return dx, dw


def _dilated_back(
    parts: Callable[[Any], Any] = lambda n: (n.dx, n.dw),
    gaps: Callable[[int], tuple[int, int]] = lambda g: (g, g),
    heard: Callable[[Array], Array] = lambda dy: dy,
    kernel: Callable[[Array], Array] = lambda w: w,
) -> Callable[..., Any]:
    """The way back with something changed, and of all that is computed what comes back."""

    def result(dy: Array, x: Array, w: Array, gap: int) -> Any:
        n = SimpleNamespace(dy=dy, x=x, w=w, gap=gap, dx=np.zeros(x.shape), dw=np.zeros(w.shape))
        (rows, columns), blame, (down, across) = dy.shape, heard(dy), gaps(gap)
        for (i, j), weight in np.ndenumerate(kernel(w)):
            met = np.s_[i * down : i * down + rows, j * across : j * across + columns]
            n.dx[met] += blame * weight
            n.dw[i, j] = np.sum(blame * x[met])
        return parts(n)

    return result


def _only(rows: Any, columns: Any) -> Callable[[Array], Array]:
    """The blame of some outputs; that of the others is zero."""

    def heard(dy: Array) -> Array:
        some = np.zeros(dy.shape)
        some[rows, columns] = dy[rows, columns]
        return some

    return heard


def _windows_moved(dy: Array, x: Array, w: Array, gap: int) -> tuple[Array, Array]:
    """The gap between windows in place of entries; what would lie outside is not there."""
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for (r, s), blame in np.ndenumerate(dy):
        for i, j in np.ndindex(w.shape):
            a, b = r * gap + i, s * gap + j
            if a < x.shape[0] and b < x.shape[1]:
                dx[a, b] += blame * w[i, j]
                dw[i, j] += blame * x[a, b]
    return dx, dw


_ALL = slice(None)
_DILATED_BACKWARD = (
    *each_of(
        (lambda g: (1, 1), lambda g: (g, 1), lambda g: (1, g)),
        "factor-left-out",
        lambda dy, x, w, gap, o: _dilated_back(gaps=o)(dy, x, w, gap),
    ),
    Mistake("other-places", _windows_moved),
    Mistake("assigned-not-added", _dilated_back(lambda n: (None, n.dw), heard=_only(-1, -1))),
    Mistake("first-for-last", _dilated_back(kernel=lambda w: w[::-1, ::-1])),
    Mistake("first-for-last", _dilated_back(lambda n: (None, n.dw[::-1, ::-1]))),
    Mistake("first-for-last", _dilated_back(kernel=lambda w: w[::-1])),
    Mistake("first-for-last", _dilated_back(kernel=lambda w: w[:, ::-1])),
    *each_of(
        (lambda n: n.dy.size, lambda n: len(n.dy), lambda n: n.dy.shape[1]),
        "mean-for-sum",
        lambda dy, x, w, gap, o: _dilated_back(lambda n: (n.dx / o(n), n.dw / o(n)))(dy, x, w, gap),
    ),
    *each_of(
        (
            lambda n: len(n.x), lambda n: n.x.size, lambda n: n.x.shape[1], lambda n: len(n.w), lambda n: n.w.size,
            lambda n: n.w.shape[1], lambda n: n.gap,
        ),
        "factor-too-many",
        lambda dy, x, w, gap, o: _dilated_back(lambda n: (n.dx / o(n), n.dw / o(n)))(dy, x, w, gap),
    ),
    *each_of(
        (lambda n: len(n.dy), lambda n: len(n.x), lambda n: n.dy.size, lambda n: n.gap),
        "factor-too-many",
        lambda dy, x, w, gap, o: _dilated_back(lambda n: (n.dx * o(n), n.dw * o(n)))(dy, x, w, gap),
    ),
    *each_of(
        (
            _only(slice(-1), slice(-1)), _only(slice(-1), _ALL), _only(_ALL, slice(-1)), _only(0, _ALL), _only(_ALL, 0),
            _only(0, 0),
        ),
        "stopped-early",
        lambda dy, x, w, gap, o: _dilated_back(heard=o)(dy, x, w, gap),
    ),
    *each_of(
        (_only(-1, _ALL), _only(_ALL, -1), _only(-1, -1)),
        "assigned-not-added",
        lambda dy, x, w, gap, o: _dilated_back(heard=o)(dy, x, w, gap),
    ),
)  # fmt: skip

# The largest of each row ----------------------------------------------------------------------------------------


def _pool_by_rows(dy: Array, x: Array) -> Array:
    dx = np.zeros(x.shape)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            for r in range(x.shape[2]):
                row = x[n, c, r]
                largest = row == row.max()
                dx[n, c, r] = dy[n, c, r] * largest / largest.sum()
    return dx


def _pool_by_shares(dy: Array, x: Array) -> Array:
    largest = x == x.max(axis=3, keepdims=True)
    share = dy / largest.sum(axis=3)
    return np.where(largest, share[:, :, :, None], 0.0)


def _largest(x: Array, axis: Any = 3) -> Array:
    return x == x.max(axis=axis, keepdims=True)


def _shared(by: Callable[[Array], Array]) -> Callable[..., Array]:
    """Shared among those that are taken to be the largest."""
    return lambda dy, x: dy[..., None] * by(x) / by(x).sum(axis=3, keepdims=True)


def _one_of(last: bool) -> Callable[..., Array]:
    """All for the first of the largest, or for the last."""

    def result(dy: Array, x: Array) -> Array:
        places = np.arange(1.0, x.shape[3] + 1)
        chosen = _largest(x) * (places if last else 1 / places)
        return dy[..., None] * _largest(chosen)

    return result


def _among(axis: Any) -> Callable[..., Array]:
    """The largest along other axes; where there is none in a row, it gets nothing."""

    def result(dy: Array, x: Array) -> Array:
        won = _largest(x, axis)
        return dy[..., None] * won / np.maximum(won.sum(axis=3, keepdims=True), 1)

    return result


_OTHER_AXES = (0, 1, 2, (2, 3), (1, 2, 3), None)
_ROW_POOL_BACKWARD = (
    Mistake("tie-shared", lambda dy, x: dy[..., None] * _largest(x)),
    Mistake("case-left-out", _one_of(last=False)),
    Mistake("case-left-out", _one_of(last=True)),
    Mistake("close-is-on", _shared(lambda x: np.isclose(x, x.max(axis=3, keepdims=True)))),
    Mistake("close-is-on", _shared(lambda x: _largest(np.round(x, 3)))),
    Mistake("maximum-spread", lambda dy, x: dy[..., None] * np.ones(x.shape)),
    Mistake("maximum-spread", lambda dy, x: dy[..., None] * np.ones(x.shape) / x.shape[3]),
    *each_of(
        _OTHER_AXES,
        "other-axis",
        lambda dy, x, o: dy[..., None] * _largest(x, o) / _largest(x, o).sum(axis=o, keepdims=True),
    ),
    *each_of(_OTHER_AXES, "other-axis", lambda dy, x, o: dy[..., None] * _largest(x, o)),
    *each_of(_OTHER_AXES, "other-axis", lambda dy, x, o: _among(o)(dy, x)),
    *each_of(
        _OTHER_AXES,
        "other-axis",
        lambda dy, x, o: dy[..., None] * _largest(x) / _largest(x).sum(axis=o, keepdims=True),
    ),
    *each_of(
        (lambda x: x.shape[3], lambda x: x.shape[2], lambda x: x.size, len),
        "other-count",
        lambda dy, x, o: dy[..., None] * _largest(x) / o(x),
    ),
    Mistake(
        "factor-too-many",
        lambda dy, x: dy[..., None] * x * _largest(x) / _largest(x).sum(axis=3, keepdims=True),
    ),
    Mistake("factor-too-many", lambda dy, x: dy[..., None] * x * _largest(x)),
    Mistake("cut-off", lambda dy, x: _pool_by_rows(dy, x) * (x.max(axis=3, keepdims=True) >= 0)),
    Mistake("cut-off", lambda dy, x: _pool_by_rows(dy, x) * (x.max(axis=3, keepdims=True) > 0)),
    Mistake(
        "other-function",
        lambda dy, x: dy[..., None] * np.exp(x - np.logaddexp.reduce(x, axis=3, keepdims=True)),
    ),
)

# Normalization of one image -------------------------------------------------------------------------------------


def _norm_by_means(dy: Array, x: Array, gamma: Array) -> tuple[Array, Array, Array]:
    off = x - x.mean(axis=(2, 3), keepdims=True)
    spread = np.sqrt((off**2).mean(axis=(2, 3), keepdims=True) + 1e-5)
    normal = off / spread
    d = dy * gamma[:, None, None]
    straight = d.mean(axis=(2, 3), keepdims=True)
    along = (d * normal).mean(axis=(2, 3), keepdims=True)
    dx = (d - straight - normal * along) / spread
    dgamma = (dy * normal).sum(axis=(0, 2, 3))
    dbeta = dy.sum(axis=(0, 2, 3))
    return dx, dgamma, dbeta


def _norm_by_steps(dy: Array, x: Array, gamma: Array) -> tuple[Array, Array, Array]:
    count = x.shape[2] * x.shape[3]
    off = x - x.mean(axis=(2, 3), keepdims=True)
    variance = x.var(axis=(2, 3), keepdims=True)
    inverse = 1 / np.sqrt(variance + 1e-5)
    d = dy * gamma[:, None, None]
    dvariance = np.sum(d * off, axis=(2, 3), keepdims=True) * -0.5 * inverse**3
    doff = d * inverse + dvariance * 2 * off / count
    dx = doff - doff.mean(axis=(2, 3), keepdims=True)
    dgamma = np.sum(dy * off * inverse, axis=(0, 2, 3))
    dbeta = np.sum(dy, axis=(0, 2, 3))
    return dx, dgamma, dbeta


def _norm(
    parts: Callable[[Any], Any] = lambda n: (n.dx, n.dgamma, n.dbeta),
    axes: Any = (2, 3),
    back: Any = None,
    spread: Callable[[Array], Array] = lambda v: np.sqrt(v + EPSILON),
    less: int = 0,
) -> Callable[..., Any]:
    """The way back with something changed: the axes of the statistics, those of the two means on the way back, or the spread."""

    def result(dy: Array, x: Array, gamma: Array) -> Any:
        n, along = SimpleNamespace(dy=dy, x=x), axes if back is None else back
        n.off = x - x.mean(axis=axes, keepdims=True)
        n.variance = x.var(axis=axes, keepdims=True, ddof=less)
        n.spread = spread(n.variance)
        n.normal = n.off / n.spread
        n.gamma = gamma[:, None, None]
        n.d = dy * n.gamma
        n.straight = n.d.mean(axis=along, keepdims=True)
        n.turned = n.normal * (n.d * n.normal).mean(axis=along, keepdims=True)
        n.inner = n.d - n.straight - n.turned
        n.dx, n.pixels = n.inner / n.spread, x.shape[2] * x.shape[3]
        n.dgamma, n.dbeta = (dy * n.normal).sum(axis=(0, 2, 3)), dy.sum(axis=(0, 2, 3))
        return parts(n)

    return result


_INSTANCE_NORM_BACKWARD = (
    *each_of(
        (lambda n: n.d, lambda n: n.d - n.straight, lambda n: n.d - n.turned),
        "statistics-constant",
        lambda dy, x, gamma, o: _norm(lambda n: (o(n) / n.spread, None, None))(dy, x, gamma),
    ),
    *each_of(
        ((0, 2, 3), (1, 2, 3), 3, 2, 0, 1, (0, 1), None),
        "wrong-axis",
        lambda dy, x, gamma, o: _norm(axes=o, back=tuple(range(4)) if o is None else None)(dy, x, gamma),
    ),
    *each_of(
        ((0, 2, 3), (1, 2, 3), 3, 2, 0, 1, (0, 1), (0, 1, 2, 3)),
        "wrong-axis",
        lambda dy, x, gamma, o: _norm(lambda n: (n.dx, None, None), back=o)(dy, x, gamma),
    ),
    Mistake(
        "sum-for-mean", _norm(lambda n: ((n.d - n.pixels * (n.straight + n.turned)) / n.spread, None, None))
    ),
    Mistake(
        "sum-for-mean", _norm(lambda n: ((n.d - n.straight - n.pixels * n.turned) / n.spread, None, None))
    ),
    Mistake(
        "sum-for-mean", _norm(lambda n: ((n.d - n.pixels * n.straight - n.turned) / n.spread, None, None))
    ),
    Mistake("function-left-out", _norm(lambda n: (n.inner / (n.variance + EPSILON), None, None))),
    Mistake("function-left-out", _norm(spread=lambda v: v + EPSILON)),
    Mistake("factor-missing", _norm(lambda n: (n.inner, None, None))),
    Mistake(
        "factor-missing", _norm(lambda n: ((n.d - n.straight - n.turned / n.normal) / n.spread, None, None))
    ),
    Mistake("factor-missing", _norm(lambda n: (n.inner / n.gamma / n.spread, None, None))),
    Mistake("multiplied-for-divided", _norm(lambda n: (n.inner * n.spread, None, None))),
    Mistake("parentheses-missing", _norm(spread=lambda v: np.sqrt(v) + EPSILON)),
    Mistake("term-left-out", _norm(spread=np.sqrt)),
    *each_of(
        (1e-2, 1e-3, 1e-4, *(tiny for tiny in TINY if tiny != EPSILON)),
        "other-constant",
        lambda dy, x, gamma, o: _norm(spread=lambda v: np.sqrt(v + o))(dy, x, gamma),
    ),
    *each_of(
        (1e-3, 1e-4, *(tiny for tiny in TINY if tiny != EPSILON)),
        "other-constant",
        lambda dy, x, gamma, o: _norm(spread=lambda v: np.sqrt(v) + o)(dy, x, gamma),
    ),
    Mistake("off-by-one", _norm(less=1)),
    Mistake(
        "bias-not-summed", _norm(lambda n: (None, (n.dy * n.normal).sum(axis=(2, 3)), n.dy.sum(axis=(2, 3))))
    ),
    *each_of(
        (0, -1),
        "only-one-sample",
        lambda dy, x, gamma, o: _norm(
            lambda n: (None, (n.dy * n.normal).sum(axis=(2, 3))[o], n.dy.sum(axis=(2, 3))[o])
        )(dy, x, gamma),
    ),
    Mistake("bias-averaged", _norm(lambda n: (None, n.dgamma / len(n.x), n.dbeta / len(n.x)))),
    Mistake("mean-for-sum", _norm(lambda n: (None, n.dgamma / n.pixels, n.dbeta / n.pixels))),
    Mistake(
        "mean-for-sum",
        _norm(lambda n: (None, n.dgamma / n.pixels / len(n.x), n.dbeta / n.pixels / len(n.x))),
    ),
    Mistake(
        "wrong-tensor", _norm(lambda n: (None, (n.dy * n.x).sum(axis=(0, 2, 3)), n.d.sum(axis=(0, 2, 3))))
    ),
    Mistake("wrong-tensor", _norm(lambda n: (None, (n.d * n.normal).sum(axis=(0, 2, 3)), None))),
    Mistake("step-left-out", _norm(lambda n: (None, (n.dy * n.off).sum(axis=(0, 2, 3)), None))),
    Mistake("other-axis", lambda dy: (None, None, dy.sum(axis=1))),
    Mistake("other-axis", lambda dy: (None, None, dy.sum())),
)

TYPICAL = {
    "convolve_row": Typical(forms=(_row_by_outputs, _row_by_windows), mistakes=_CONVOLVE_ROW),
    "convolve_row_backward": Typical(
        forms=(_row_back_by_outputs, _row_back_by_places), mistakes=_CONVOLVE_ROW_BACKWARD
    ),
    "dilated": Typical(forms=(_dilated_by_outputs, _dilated_by_steps), mistakes=_DILATED),
    "dilated_backward": Typical(
        forms=(_dilated_back_by_entries, _dilated_back_by_outputs), mistakes=_DILATED_BACKWARD
    ),
    "row_pool_backward": Typical(forms=(_pool_by_rows, _pool_by_shares), mistakes=_ROW_POOL_BACKWARD),
    "instance_norm_backward": Typical(
        forms=(_norm_by_means, _norm_by_steps), mistakes=_INSTANCE_NORM_BACKWARD
    ),
}
