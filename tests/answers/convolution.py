"""Answers to the exercise on convolution: wrong ones that are plausible, and right ones in many forms."""

from __future__ import annotations

from answers import Answer
from answers import any_of as _any
from answers import exchanged as _with

_ROW = """
def convolve_row(x, w, b, stride):
    m, c_in, n = x.shape
    c_out, _, k = w.shape
    places = (n - k) // stride + 1
    y = np.zeros((m, c_out, places))
    for p in range(places):
        start = p * stride
        for o in range(c_out):
            y[:, o, p] = (x[:, :, start:start + k] * w[o]).sum(axis=(1, 2)) + b[o]
    return y
"""

_ROW_BACK = """
def convolve_row_backward(dy, x, w, stride):
    m, c_out, places = dy.shape
    k = w.shape[2]
    dx = np.zeros(x.shape)
    dw = np.zeros(w.shape)
    for s in range(m):
        for o in range(c_out):
            for p in range(places):
                a = p * stride
                dx[s, :, a:a + k] += dy[s, o, p] * w[o]
                dw[o] += dy[s, o, p] * x[s, :, a:a + k]
    db = dy.sum(axis=(0, 2))
    return dx, dw, db
"""

_DILATED = """
def dilated(x, w, gap):
    (h, n), (k, l) = x.shape, w.shape
    rows, columns = h - (k - 1) * gap, n - (l - 1) * gap
    y = np.zeros((rows, columns))
    for r in range(rows):
        for s in range(columns):
            for i in range(k):
                for j in range(l):
                    y[r, s] += w[i, j] * x[r + i * gap, s + j * gap]
    return y
"""

_DILATED_BACK = """
def dilated_backward(dy, x, w, gap):
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    rows, columns = dy.shape
    for r in range(rows):
        for s in range(columns):
            for i in range(w.shape[0]):
                for j in range(w.shape[1]):
                    dx[r + i * gap, s + j * gap] += dy[r, s] * w[i, j]
                    dw[i, j] += dy[r, s] * x[r + i * gap, s + j * gap]
    return dx, dw
"""

_POOL = """
def row_pool_backward(dy, x):
    dx = np.zeros(x.shape)
    m, c, h, w = x.shape
    for n in range(m):
        for k in range(c):
            for r in range(h):
                row = x[n, k, r]
                largest = row == row.max()
                dx[n, k, r] = dy[n, k, r] * largest / largest.sum()
    return dx
"""

_NORM = """
def instance_norm_backward(dy, x, gamma):
    mean = x.mean(axis=(2, 3), keepdims=True)
    var = x.var(axis=(2, 3), keepdims=True)
    std = np.sqrt(var + 1e-5)
    xhat = (x - mean) / std
    dxhat = dy * gamma.reshape(1, -1, 1, 1)
    a = dxhat.mean(axis=(2, 3), keepdims=True)
    b = (dxhat * xhat).mean(axis=(2, 3), keepdims=True)
    dx = (dxhat - a - xhat * b) / std
    dgamma = (dy * xhat).sum(axis=(0, 2, 3))
    dbeta = dy.sum(axis=(0, 2, 3))
    return dx, dgamma, dbeta
"""

_STRIDE = ("stride-forgotten", "other-places", "factor-left-out", "step-left-out", "begins-elsewhere")
_LAST_WINDOW = ("off-by-one", "stopped-early", "term-left-out")
_TURNED = ("other-places", "mirrored", "first-for-last")
_CHANNELS = ("channel-mixed", "not-transposed", "exchanged-arguments", "other-places", "other-axis")
_ASSIGNED = ("assigned-not-added", "kept-not-added", "index-assigned", "path-missing")
_MEAN = ("mean-for-sum", "other-count", "factor-too-many", "scaled")
_GAP = ("stride-forgotten", "other-places", "factor-left-out", "step-left-out")

WRONG: tuple[Answer, ...] = (
    # convolve_row
    Answer(
        "convolve_row",
        "the stride counts windows, and none is moved by it",
        _with(_ROW, ("start = p * stride", "start = p")),
        _any(*_STRIDE),
    ),
    Answer(
        "convolve_row",
        "the stride is left out altogether",
        """
def convolve_row(x, w, b, stride):
    k = w.shape[2]
    places = x.shape[2] - k + 1
    return np.stack([np.einsum("mck,ock->mo", x[:, :, p:p + k], w) + b for p in range(places)], axis=2)
""",
        _any(*_STRIDE, "case-left-out"),
    ),
    Answer(
        "convolve_row",
        "windows stand side by side",
        _with(_ROW, ("start = p * stride", "start = p * k"), ("(n - k) // stride + 1", "n // k")),
        _any("other-places", "other-variable", "exchanged-arguments"),
    ),
    Answer(
        "convolve_row",
        "the last window is lost",
        _with(_ROW, ("(n - k) // stride + 1", "(n - k) // stride")),
        _any(*_LAST_WINDOW),
    ),
    Answer(
        "convolve_row",
        "the last window is never computed and stays zero",
        _with(_ROW, ("in range(places)", "in range(places - 1)")),
        _any(*_LAST_WINDOW),
    ),
    Answer(
        "convolve_row",
        "windows are counted by n alone, and the last are cut short",
        """
def convolve_row(x, w, b, stride):
    k, n = w.shape[2], x.shape[2]
    y = []
    for start in range(0, n, stride):
        part = x[:, :, start:start + k]
        y.append(np.einsum("mck,ock->mo", part, w[:, :, :part.shape[2]]) + b)
    return np.stack(y, axis=2)
""",
        _any("rest-kept", "off-by-one", "other-count", "case-left-out"),
    ),
    Answer(
        "convolve_row",
        "the range ends at n - k, so a window that fits exactly is lost",
        """
def convolve_row(x, w, b, stride):
    k, n = w.shape[2], x.shape[2]
    starts = range(0, n - k, stride)
    y = np.zeros((len(x), len(w), len(starts)))
    for p, s in enumerate(starts):
        y[:, :, p] = np.tensordot(x[:, :, s:s + k], w, axes=((1, 2), (1, 2))) + b
    return y
""",
        _any(*_LAST_WINDOW, "comparison-border"),
    ),
    Answer(
        "convolve_row",
        "the kernel is turned round, as np.convolve does",
        """
def convolve_row(x, w, b, stride):
    rows = []
    for sample in x:
        rows.append([
            sum(np.convolve(sample[c], w[o, c], mode="valid") for c in range(len(sample)))[::stride] + b[o]
            for o in range(len(w))
        ])
    return np.array(rows)
""",
        _any(*_TURNED, "other-function"),
    ),
    Answer(
        "convolve_row",
        "the bias is forgotten",
        _with(_ROW, (" + b[o]", "")),
        _any("term-left-out", "step-left-out"),
    ),
    Answer(
        "convolve_row",
        "the bias is added for every channel that goes in",
        _with(
            _ROW,
            (
                "y[:, o, p] = (x[:, :, start:start + k] * w[o]).sum(axis=(1, 2)) + b[o]",
                "for c in range(c_in):\n                y[:, o, p] += (x[:, c, start:start + k] * w[o, c]).sum(axis=1) + b[o]",
            ),
        ),
        _any("done-twice", "factor-too-many", "parentheses-missing", "other-count", "coupled"),
    ),
    Answer(
        "convolve_row",
        "the bias is added to every product",
        _with(_ROW, ("* w[o]).sum(axis=(1, 2)) + b[o]", "* w[o] + b[o]).sum(axis=(1, 2))")),
        _any("parentheses-missing", "steps-exchanged", "factor-too-many", "other-count", "coupled"),
    ),
    Answer(
        "convolve_row",
        "only the last channel is kept",
        _with(
            _ROW,
            (
                "y[:, o, p] = (x[:, :, start:start + k] * w[o]).sum(axis=(1, 2)) + b[o]",
                "for c in range(c_in):\n                y[:, o, p] = (x[:, c, start:start + k] * w[o, c]).sum(axis=1) + b[o]",
            ),
        ),
        _any("kept-not-added", "assigned-not-added", "channel-mixed"),
    ),
    Answer(
        "convolve_row",
        "only the first channel is looked at",
        _with(
            _ROW, ("(x[:, :, start:start + k] * w[o]).sum(axis=(1, 2))", "x[:, 0, start:start + k] @ w[o, 0]")
        ),
        _any("channel-mixed", "term-left-out", "stopped-early", "one-for-all", "other-places"),
    ),
    Answer(
        "convolve_row",
        "a mean over the window",
        _with(_ROW, (".sum(axis=(1, 2))", ".mean(axis=(1, 2))")),
        _any("mean-for-sum"),
    ),
    Answer(
        "convolve_row",
        "a mean over the channels",
        _with(_ROW, ("* w[o]).sum(axis=(1, 2))", "* w[o]).sum(axis=2).mean(axis=1)")),
        _any("mean-for-sum", "factor-too-many"),
    ),
    Answer(
        "convolve_row",
        "samples behind the channels",
        """
def convolve_row(x, w, b, stride):
    k = w.shape[2]
    starts = range(0, x.shape[2] - k + 1, stride)
    return np.stack([np.einsum("mcj,ocj->om", x[:, :, s:s + k], w) + b[:, None] for s in starts], axis=2)
""",
        _any("not-transposed", "product-reversed", "transposed", "other-axis"),
    ),
    Answer(
        "convolve_row",
        "samples first, then places, then channels",
        """
def convolve_row(x, w, b, stride):
    k = w.shape[2]
    starts = range(0, x.shape[2] - k + 1, stride)
    return np.stack([np.einsum("mcj,ocj->mo", x[:, :, s:s + k], w) + b for s in starts], axis=1)
""",
        _any("not-transposed", "other-axis"),
    ),
    Answer(
        "convolve_row",
        "one number too far to the right",
        _with(
            _ROW, ("x[:, :, start:start + k]", "x[:, :, start + 1:start + 1 + k]"), ("(n - k)", "(n - k - 1)")
        ),
        _any("off-by-one", "begins-elsewhere", "other-places"),
    ),
    # convolve_row_backward
    Answer(
        "convolve_row_backward",
        "the stride is forgotten on the way back",
        _with(_ROW_BACK, ("a = p * stride", "a = p")),
        _any(*_STRIDE),
    ),
    Answer(
        "convolve_row_backward",
        "the stride is forgotten for the numbers, not for the weights",
        _with(_ROW_BACK, ("dx[s, :, a:a + k]", "dx[s, :, p:p + k]")),
        _any(*_STRIDE),
    ),
    Answer(
        "convolve_row_backward",
        "windows stand side by side on the way back",
        _with(
            _ROW_BACK,
            ("a = p * stride", "a = p * k"),
            (
                "dx[s, :, a:a + k] += dy[s, o, p] * w[o]",
                "dx[s, :, a:a + k] += dy[s, o, p] * w[o][:, : dx[s, :, a:a + k].shape[1]]",
            ),
            (
                "dw[o] += dy[s, o, p] * x[s, :, a:a + k]",
                "dw[o][:, : x[s, :, a:a + k].shape[1]] += dy[s, o, p] * x[s, :, a:a + k]",
            ),
        ),
        _any("stride-forgotten", "other-places", "other-variable"),
    ),
    Answer(
        "convolve_row_backward",
        "assigned where windows overlap",
        """
def convolve_row_backward(dy, x, w, stride):
    k = w.shape[2]
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for p in range(dy.shape[2]):
        a = p * stride
        dx[:, :, a:a + k] = np.tensordot(dy[:, :, p], w, axes=1)
        dw += np.tensordot(dy[:, :, p].T, x[:, :, a:a + k], axes=1)
    return dx, dw, dy.sum(axis=(0, 2))
""",
        _any(*_ASSIGNED),
    ),
    Answer(
        "convolve_row_backward",
        "assigned for every output, so that the last channel and place remain",
        _with(_ROW_BACK, ("dx[s, :, a:a + k] +=", "dx[s, :, a:a + k] =")),
        _any(*_ASSIGNED),
    ),
    Answer(
        "convolve_row_backward",
        "the weights keep the last place of the last sample",
        _with(_ROW_BACK, ("dw[o] +=", "dw[o] =")),
        _any(*_ASSIGNED, "only-one-sample"),
    ),
    Answer(
        "convolve_row_backward",
        "the weights keep the last place",
        """
def convolve_row_backward(dy, x, w, stride):
    k = w.shape[2]
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for p in range(dy.shape[2]):
        a = p * stride
        dx[:, :, a:a + k] += np.tensordot(dy[:, :, p], w, axes=1)
        dw = np.tensordot(dy[:, :, p].T, x[:, :, a:a + k], axes=1)
    return dx, dw, dy.sum(axis=(0, 2))
""",
        _any(*_ASSIGNED),
    ),
    Answer(
        "convolve_row_backward",
        "the kernel is turned round for the numbers",
        _with(_ROW_BACK, ("dy[s, o, p] * w[o]\n", "dy[s, o, p] * w[o][:, ::-1]\n")),
        _any(*_TURNED),
    ),
    Answer(
        "convolve_row_backward",
        "the gradient of the weights is turned round",
        _with(_ROW_BACK, ("return dx, dw, db", "return dx, dw[:, :, ::-1], db")),
        _any(*_TURNED, "rows-swapped", "columns-swapped"),
    ),
    Answer(
        "convolve_row_backward",
        "weights and biases are divided by the places",
        _with(_ROW_BACK, ("return dx, dw, db", "return dx, dw / places, db / places")),
        _any(*_MEAN, "bias-averaged"),
    ),
    Answer(
        "convolve_row_backward",
        "the weights alone are divided by the places",
        _with(_ROW_BACK, ("return dx, dw, db", "return dx, dw / dy.shape[2], db")),
        _any(*_MEAN),
    ),
    Answer(
        "convolve_row_backward",
        "a mean over the samples",
        _with(_ROW_BACK, ("return dx, dw, db", "return dx, dw / m, db / m")),
        _any("averaged-twice", "bias-averaged", "mean-for-sum"),
    ),
    Answer(
        "convolve_row_backward",
        "the bias is a mean over samples and places",
        _with(_ROW_BACK, ("dy.sum(axis=(0, 2))", "dy.mean(axis=(0, 2))")),
        _any("bias-averaged", "mean-for-sum", "other-count"),
    ),
    Answer(
        "convolve_row_backward",
        "the bias is a mean over the samples of a sum over places",
        _with(_ROW_BACK, ("dy.sum(axis=(0, 2))", "dy.sum(axis=2).mean(axis=0)")),
        _any("bias-averaged", "averaged-twice", "mean-for-sum"),
    ),
    Answer(
        "convolve_row_backward",
        "the bias is not summed over the samples",
        _with(_ROW_BACK, ("dy.sum(axis=(0, 2))", "dy.sum(axis=2)")),
        _any("bias-not-summed"),
    ),
    Answer(
        "convolve_row_backward",
        "the bias is not summed over the places",
        _with(_ROW_BACK, ("dy.sum(axis=(0, 2))", "dy.sum(axis=0)")),
        _any("bias-not-summed", "other-axis", "step-left-out"),
    ),
    Answer(
        "convolve_row_backward",
        "only the first sample gives weights",
        _with(
            _ROW_BACK,
            ("dw[o] += dy[s, o, p] * x[s, :, a:a + k]", "dw[o] += dy[0, o, p] * x[0, :, a:a + k] / m"),
        ),
        _any("only-one-sample"),
    ),
    Answer(
        "convolve_row_backward",
        "the last window is lost",
        _with(_ROW_BACK, ("range(places)", "range(places - 1)")),
        _any(*_LAST_WINDOW, "path-missing"),
    ),
    Answer(
        "convolve_row_backward",
        "numbers and weights are exchanged",
        _with(
            _ROW_BACK,
            ("dy[s, o, p] * w[o]\n", "dy[s, o, p] * x[s, :, a:a + k]\n"),
            ("dy[s, o, p] * x[s, :, a:a + k]\n    db", "dy[s, o, p] * w[o]\n    db"),
        ),
        _any("wrong-tensor", "other-variable", "exchanged-arguments"),
    ),
    Answer(
        "convolve_row_backward",
        "the weights come first",
        _with(_ROW_BACK, ("return dx, dw, db", "return dw, dx, db")),
        _any("results-exchanged"),
    ),
    Answer(
        "convolve_row_backward",
        "what arrives is left out",
        _with(_ROW_BACK, ("dy[s, o, p] * w[o]\n", "w[o]\n"), ("dw[o] += dy[s, o, p] * x", "dw[o] += x")),
        _any("upstream-missing"),
    ),
    # dilated
    Answer(
        "dilated",
        "the gap is ignored inside the window",
        _with(_DILATED, ("x[r + i * gap, s + j * gap]", "x[r + i, s + j]")),
        _any(*_GAP),
    ),
    Answer(
        "dilated",
        "the gap is ignored altogether",
        """
def dilated(x, w, gap):
    k, l = w.shape
    rows, columns = x.shape[0] - k + 1, x.shape[1] - l + 1
    return np.array([[np.sum(x[r:r + k, s:s + l] * w) for s in range(columns)] for r in range(rows)])
""",
        _any(*_GAP),
    ),
    Answer(
        "dilated",
        "the gap counts the pixels between two entries",
        """
def dilated(x, w, gap):
    step = gap + 1
    k, l = w.shape
    rows, columns = x.shape[0] - (k - 1) * step, x.shape[1] - (l - 1) * step
    y = np.zeros((rows, columns))
    for i in range(k):
        for j in range(l):
            y += w[i, j] * x[i * step:i * step + rows, j * step:j * step + columns]
    return y
""",
        _any("off-by-one", "other-constant"),
    ),
    Answer(
        "dilated",
        "the gap is taken for a stride",
        """
def dilated(x, w, gap):
    k, l = w.shape
    rows, columns = (x.shape[0] - k) // gap + 1, (x.shape[1] - l) // gap + 1
    y = np.zeros((rows, columns))
    for r in range(rows):
        for s in range(columns):
            y[r, s] = np.sum(w * x[r * gap:r * gap + k, s * gap:s * gap + l])
    return y
""",
        _any("other-places", "exchanged-arguments", "other-operation", "other-variable", "other-function"),
    ),
    Answer(
        "dilated",
        "windows move by the gap as well",
        """
def dilated(x, w, gap):
    k, l = w.shape
    a, b = (k - 1) * gap + 1, (l - 1) * gap + 1
    return np.array([
        [np.sum(w * x[r:r + a:gap, s:s + b:gap]) for s in range(0, x.shape[1] - b + 1, gap)]
        for r in range(0, x.shape[0] - a + 1, gap)
    ])
""",
        _any("other-places", "coupled", "function-too-many", "factor-too-many", "done-twice"),
    ),
    Answer(
        "dilated",
        "the gap along the rows only",
        """
def dilated(x, w, gap):
    k, l = w.shape
    rows, columns = x.shape[0] - (k - 1) * gap, x.shape[1] - (l - 1)
    y = np.zeros((rows, columns))
    for i in range(k):
        for j in range(l):
            y += w[i, j] * x[i * gap:i * gap + rows, j:j + columns]
    return y
""",
        _any(*_GAP, "other-axis"),
    ),
    Answer(
        "dilated",
        "the last row and column of windows are lost",
        _with(
            _DILATED, ("h - (k - 1) * gap, n - (l - 1) * gap", "h - (k - 1) * gap - 1, n - (l - 1) * gap - 1")
        ),
        _any("off-by-one", "stopped-early"),
    ),
    Answer(
        "dilated",
        "the kernel's size is k times the gap",
        _with(_DILATED, ("h - (k - 1) * gap, n - (l - 1) * gap", "h - k * gap + 1, n - l * gap + 1")),
        _any("off-by-one", "parentheses-missing", "steps-exchanged", "other-count", "other-constant"),
    ),
    Answer(
        "dilated",
        "the kernel is turned round",
        _with(_DILATED, ("w[i, j] * x", "w[k - 1 - i, l - 1 - j] * x")),
        _any(*_TURNED),
    ),
    Answer(
        "dilated",
        "the kernel is turned round by slices",
        """
def dilated(x, w, gap):
    k, l = w.shape
    a, b = (k - 1) * gap + 1, (l - 1) * gap + 1
    return np.array([
        [np.sum(w[::-1, ::-1] * x[r:r + a:gap, s:s + b:gap]) for s in range(x.shape[1] - b + 1)]
        for r in range(x.shape[0] - a + 1)
    ])
""",
        _any(*_TURNED),
    ),
    Answer(
        "dilated",
        "only the last product is kept",
        _with(_DILATED, ("y[r, s] +=", "y[r, s] =")),
        _any("kept-not-added", "assigned-not-added"),
    ),
    Answer(
        "dilated",
        "a mean over the kernel",
        _with(_DILATED, ("return y", "return y / w.size")),
        _any("mean-for-sum", "factor-too-many"),
    ),
    Answer(
        "dilated",
        "a frame of zeros around the image",
        """
def dilated(x, w, gap):
    (h, n), (k, l) = x.shape, w.shape
    wide = np.zeros((h + (k - 1) * gap, n + (l - 1) * gap))
    wide[:h, :n] = x
    y = np.zeros((h, n))
    for i in range(k):
        for j in range(l):
            y += w[i, j] * wide[i * gap:i * gap + h, j * gap:j * gap + n]
    return y
""",
        _any("rest-kept", "function-too-many", "off-by-one"),
    ),
    # dilated_backward
    Answer(
        "dilated_backward",
        "the gap is ignored on the way back",
        _with(_DILATED_BACK, ("r + i * gap, s + j * gap", "r + i, s + j")),
        _any(*_GAP),
    ),
    Answer(
        "dilated_backward",
        "the gap is ignored for the pixels, not for the weights",
        _with(_DILATED_BACK, ("dx[r + i * gap, s + j * gap]", "dx[r + i, s + j]")),
        _any(*_GAP),
    ),
    Answer(
        "dilated_backward",
        "the gap is ignored for the weights, not for the pixels",
        _with(_DILATED_BACK, ("* x[r + i * gap, s + j * gap]", "* x[r + i, s + j]")),
        _any(*_GAP),
    ),
    Answer(
        "dilated_backward",
        "the gap moves the windows and not the entries",
        """
def dilated_backward(dy, x, w, gap):
    k, l = w.shape
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for (r, s), blame in np.ndenumerate(dy):
        part = dx[r * gap:r * gap + k, s * gap:s * gap + l]
        met = x[r * gap:r * gap + k, s * gap:s * gap + l]
        part += blame * w[:part.shape[0], :part.shape[1]]
        dw[:met.shape[0], :met.shape[1]] += blame * met
    return dx, dw
""",
        _any("other-places", "stride-forgotten", "exchanged-arguments"),
    ),
    Answer(
        "dilated_backward",
        "assigned where windows overlap",
        """
def dilated_backward(dy, x, w, gap):
    (rows, columns), (k, l) = dy.shape, w.shape
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for i in range(k):
        for j in range(l):
            dx[i * gap:i * gap + rows, j * gap:j * gap + columns] = dy * w[i, j]
            dw[i, j] = np.sum(dy * x[i * gap:i * gap + rows, j * gap:j * gap + columns])
    return dx, dw
""",
        _any(*_ASSIGNED),
    ),
    Answer(
        "dilated_backward",
        "assigned output by output",
        _with(_DILATED_BACK, ("dx[r + i * gap, s + j * gap] +=", "dx[r + i * gap, s + j * gap] =")),
        _any(*_ASSIGNED),
    ),
    Answer(
        "dilated_backward",
        "each weight keeps its last place",
        _with(_DILATED_BACK, ("dw[i, j] +=", "dw[i, j] =")),
        _any(*_ASSIGNED),
    ),
    Answer(
        "dilated_backward",
        "the kernel is turned round for the pixels",
        _with(_DILATED_BACK, ("dy[r, s] * w[i, j]", "dy[r, s] * w[::-1, ::-1][i, j]")),
        _any(*_TURNED),
    ),
    Answer(
        "dilated_backward",
        "the gradient of the weights is turned round",
        _with(_DILATED_BACK, ("return dx, dw", "return dx, dw[::-1, ::-1]")),
        _any(*_TURNED, "rows-swapped", "columns-swapped"),
    ),
    Answer(
        "dilated_backward",
        "a mean over the places",
        _with(_DILATED_BACK, ("return dx, dw", "return dx, dw / dy.size")),
        _any(*_MEAN),
    ),
    Answer(
        "dilated_backward",
        "divided by the rows, as if these were samples",
        _with(_DILATED_BACK, ("return dx, dw", "return dx, dw / len(dy)")),
        _any(*_MEAN),
    ),
    Answer(
        "dilated_backward",
        "the last row and column of outputs are lost",
        _with(_DILATED_BACK, ("range(rows)", "range(rows - 1)"), ("range(columns)", "range(columns - 1)")),
        _any(*_LAST_WINDOW, "path-missing"),
    ),
    Answer(
        "dilated_backward",
        "the weights come first",
        _with(_DILATED_BACK, ("return dx, dw", "return dw, dx")),
        _any("results-exchanged"),
    ),
    Answer(
        "dilated_backward",
        "what arrives is left out",
        _with(_DILATED_BACK, ("dy[r, s] * w[i, j]", "w[i, j]"), ("dy[r, s] * x", "x")),
        _any("upstream-missing"),
    ),
    # row_pool_backward
    Answer(
        "row_pool_backward",
        "each of the largest gets all",
        """
def row_pool_backward(dy, x):
    return dy[..., None] * (x == x.max(axis=-1, keepdims=True))
""",
        _any("tie-shared", "factor-left-out", "step-left-out"),
    ),
    Answer(
        "row_pool_backward",
        "the first of the largest gets all",
        """
def row_pool_backward(dy, x):
    dx = np.zeros(x.shape)
    np.put_along_axis(dx, x.argmax(axis=3)[..., None], dy[..., None], axis=3)
    return dx
""",
        _any("first-for-last", "case-left-out", "stopped-early"),
    ),
    Answer(
        "row_pool_backward",
        "the last of the largest gets all",
        """
def row_pool_backward(dy, x):
    dx = np.zeros(x.shape)
    for n, c, r in np.ndindex(dy.shape):
        best = 0
        for s in range(x.shape[3]):
            if x[n, c, r, s] >= x[n, c, r, best]:
                best = s
        dx[n, c, r, best] = dy[n, c, r]
    return dx
""",
        _any("first-for-last", "case-left-out"),
    ),
    Answer(
        "row_pool_backward",
        "all get the same share, as in a mean",
        """
def row_pool_backward(dy, x):
    return np.ones(x.shape) * dy[..., None] / x.shape[3]
""",
        _any("maximum-spread", "other-function", "case-left-out"),
    ),
    Answer(
        "row_pool_backward",
        "everybody gets all",
        """
def row_pool_backward(dy, x):
    return np.repeat(dy[:, :, :, None], x.shape[3], axis=3)
""",
        _any("maximum-spread", "other-function", "factor-left-out", "step-left-out"),
    ),
    Answer(
        "row_pool_backward",
        "the largest of each column",
        """
def row_pool_backward(dy, x):
    largest = x == x.max(axis=2, keepdims=True)
    return dy[..., None] * largest / largest.sum(axis=2, keepdims=True)
""",
        _any("other-axis", "wrong-axis"),
    ),
    Answer(
        "row_pool_backward",
        "the largest of the whole image",
        _with(
            _POOL,
            ("row == row.max()", "row == x[n, k].max()"),
            ("largest / largest.sum()", "largest / max(largest.sum(), 1)"),
        ),
        _any("other-axis", "one-for-all", "wrong-axis", "largest-smallest"),
    ),
    Answer(
        "row_pool_backward",
        "the ties of the whole image share",
        """
def row_pool_backward(dy, x):
    largest = x == x.max(axis=3, keepdims=True)
    return dy[..., None] * largest / largest.sum(axis=(2, 3), keepdims=True)
""",
        _any("other-axis", "other-count", "wrong-axis"),
    ),
    Answer(
        "row_pool_backward",
        "the smallest gets the blame",
        _with(_POOL, ("row.max()", "row.min()")),
        _any("largest-smallest"),
    ),
    Answer(
        "row_pool_backward",
        "divided by the length of the row",
        """
def row_pool_backward(dy, x):
    top = np.max(x, axis=3)[..., None]
    return np.where(x == top, dy[..., None] / x.shape[-1], 0)
""",
        _any("other-count", "factor-too-many"),
    ),
    Answer(
        "row_pool_backward",
        "the blame times the largest number",
        _with(
            _POOL, ("dy[n, k, r] * largest / largest.sum()", "dy[n, k, r] * row * largest / largest.sum()")
        ),
        _any("factor-too-many", "value-for-slope", "function-too-many"),
    ),
    Answer(
        "row_pool_backward",
        "what arrives is left out",
        """
def row_pool_backward(dy, x):
    largest = (x == x.max(axis=3, keepdims=True)).astype(float)
    return largest / largest.sum(axis=3, keepdims=True)
""",
        _any("upstream-missing", "factor-left-out", "term-left-out"),
    ),
    Answer(
        "row_pool_backward",
        "the largest is looked for from zero on",
        """
def row_pool_backward(dy, x):
    dx = np.zeros(x.shape)
    for n, c, r in np.ndindex(dy.shape):
        best = 0
        for v in x[n, c, r]:
            best = max(best, v)
        winners = x[n, c, r] == best
        if winners.any():
            dx[n, c, r] = dy[n, c, r] * winners / winners.sum()
    return dx
""",
        _any("cut-off", "begins-elsewhere", "case-left-out"),
    ),
    # instance_norm_backward
    Answer(
        "instance_norm_backward",
        "mean and variance are taken for constants",
        _with(_NORM, ("dx = (dxhat - a - xhat * b) / std", "dx = dxhat / std")),
        _any("statistics-constant", "path-missing"),
    ),
    Answer(
        "instance_norm_backward",
        "the way through the variance is left out",
        _with(_NORM, ("dxhat - a - xhat * b", "dxhat - a")),
        _any("statistics-constant", "path-missing", "term-left-out"),
    ),
    Answer(
        "instance_norm_backward",
        "the way through the mean is left out",
        _with(_NORM, ("dxhat - a - xhat * b", "dxhat - xhat * b")),
        _any("statistics-constant", "path-missing", "term-left-out"),
    ),
    Answer(
        "instance_norm_backward",
        "the scale is forgotten",
        _with(_NORM, ("dy * gamma.reshape(1, -1, 1, 1)", "dy")),
        _any("factor-missing", "factor-left-out", "weights-skipped"),
    ),
    Answer(
        "instance_norm_backward",
        "the scale is in it twice",
        _with(_NORM, ("return dx, ", "return dx * gamma[:, None, None], ")),
        _any("factor-twice", "factor-doubled", "done-twice"),
    ),
    Answer(
        "instance_norm_backward",
        "statistics over the batch, as in batch normalization",
        _with(_NORM, ("axis=(2, 3), keepdims=True", "axis=(0, 2, 3), keepdims=True")),
        _any("wrong-axis", "other-axis"),
    ),
    Answer(
        "instance_norm_backward",
        "statistics over all channels, as in layer normalization",
        _with(_NORM, ("axis=(2, 3), keepdims=True", "axis=(1, 2, 3), keepdims=True")),
        _any("wrong-axis", "other-axis"),
    ),
    Answer(
        "instance_norm_backward",
        "statistics along the rows alone",
        _with(_NORM, ("axis=(2, 3), keepdims=True", "axis=3, keepdims=True")),
        _any("wrong-axis", "other-axis"),
    ),
    Answer(
        "instance_norm_backward",
        "the sums of the way back go over the batch",
        _with(
            _NORM,
            ("dxhat.mean(axis=(2, 3)", "dxhat.mean(axis=(0, 2, 3)"),
            ("xhat).mean(axis=(2, 3)", "xhat).mean(axis=(0, 2, 3)"),
        ),
        _any("wrong-axis", "other-axis"),
    ),
    Answer(
        "instance_norm_backward",
        "sums stand for the two means",
        _with(_NORM, ("dxhat.mean(", "dxhat.sum("), ("xhat).mean(", "xhat).sum(")),
        _any("sum-for-mean", "factor-left-out", "factor-missing"),
    ),
    Answer(
        "instance_norm_backward",
        "divided by the variance",
        _with(_NORM, ("/ std\n    dgamma", "/ (var + 1e-5)\n    dgamma")),
        _any("function-left-out", "factor-twice", "factor-doubled", "wrong-tensor", "power-mixed"),
    ),
    Answer(
        "instance_norm_backward",
        "not divided by the spread",
        _with(_NORM, ("dx = (dxhat - a - xhat * b) / std", "dx = dxhat - a - xhat * b")),
        _any("factor-missing", "factor-left-out", "step-left-out"),
    ),
    Answer(
        "instance_norm_backward",
        "the small number is added to the root",
        _with(_NORM, ("np.sqrt(var + 1e-5)", "np.sqrt(var) + 1e-5")),
        _any("parentheses-missing", "steps-exchanged"),
    ),
    Answer(
        "instance_norm_backward",
        "a smaller small number",
        _with(_NORM, ("1e-5", "1e-8")),
        _any("other-constant"),
    ),
    Answer(
        "instance_norm_backward",
        "the variance of a sample, with N - 1",
        _with(_NORM, ("x.var(axis=(2, 3), keepdims=True)", "x.var(axis=(2, 3), keepdims=True, ddof=1)")),
        _any("off-by-one", "other-count", "other-constant"),
    ),
    Answer(
        "instance_norm_backward",
        "scale and shift keep one row for each sample",
        _with(_NORM, ("sum(axis=(0, 2, 3))", "sum(axis=(2, 3))")),
        _any("bias-not-summed", "only-one-sample", "other-axis"),
    ),
    Answer(
        "instance_norm_backward",
        "scale and shift are means over the samples",
        _with(_NORM, ("sum(axis=(0, 2, 3))", "sum(axis=(2, 3)).mean(axis=0)")),
        _any("averaged-twice", "bias-averaged", "mean-for-sum"),
    ),
    Answer(
        "instance_norm_backward",
        "scale and shift are means over samples and pixels",
        _with(_NORM, ("sum(axis=(0, 2, 3))", "mean(axis=(0, 2, 3))")),
        _any("mean-for-sum", "bias-averaged", "other-count"),
    ),
    Answer(
        "instance_norm_backward",
        "the scale from the bare pixels",
        _with(_NORM, ("(dy * xhat).sum", "(dy * x).sum")),
        _any("wrong-tensor", "other-variable", "step-left-out"),
    ),
    Answer(
        "instance_norm_backward",
        "the scale from the blame of the normalized pixels",
        _with(_NORM, ("(dy * xhat).sum", "(dxhat * xhat).sum")),
        _any("wrong-tensor", "other-variable", "factor-too-many"),
    ),
    Answer(
        "instance_norm_backward",
        "scale and shift are exchanged",
        _with(_NORM, ("return dx, dgamma, dbeta", "return dx, dbeta, dgamma")),
        _any("results-exchanged"),
    ),
    Answer(
        "instance_norm_backward",
        "the way through the variance is added",
        _with(_NORM, ("dxhat - a - xhat * b", "dxhat - a + xhat * b")),
        _any("sign-inside"),
    ),
    # What passed once: kinds of inputs that the texts promise, and that no check had tried.
    Answer("row_pool_backward", "what is close to the largest counts as equally large", """
def row_pool_backward(dy, x):
    largest = np.isclose(x, x.max(axis=3, keepdims=True))
    return dy[:, :, :, None] * largest / largest.sum(axis=3, keepdims=True)
""", frozenset({"close-is-on"})),
    Answer("row_pool_backward", "rounded to three decimals before numbers are compared", """
def row_pool_backward(dy, x):
    x = np.round(x, 3)
    largest = x == x.max(axis=3, keepdims=True)
    return dy[:, :, :, None] * largest / largest.sum(axis=3, keepdims=True)
""", frozenset({"close-is-on"})),
    Answer("dilated", "no gap is wider than three", """
def dilated(x, w, gap):
    gap = min(gap, 3)
    rows, columns = x.shape[0] - (w.shape[0] - 1) * gap, x.shape[1] - (w.shape[1] - 1) * gap
    y = np.zeros((rows, columns))
    for i in range(w.shape[0]):
        for j in range(w.shape[1]):
            y += w[i, j] * x[i * gap : i * gap + rows, j * gap : j * gap + columns]
    return y
"""),
)

RIGHT: tuple[Answer, ...] = (
    # convolve_row
    Answer("convolve_row", "window by window, kernel by kernel", _ROW),
    Answer(
        "convolve_row",
        "six loops",
        """
def convolve_row(x, w, b, stride):
    m, c_in, n = x.shape
    c_out, _, k = w.shape
    y = np.zeros((m, c_out, (n - k) // stride + 1))
    for s in range(m):
        for o in range(c_out):
            for p in range(y.shape[2]):
                total = b[o]
                for c in range(c_in):
                    for j in range(k):
                        total = total + w[o, c, j] * x[s, c, p * stride + j]
                y[s, o, p] = total
    return y
""",
    ),
    Answer(
        "convolve_row",
        "views of windows",
        """
from numpy.lib.stride_tricks import sliding_window_view

def convolve_row(x, w, b, stride):
    windows = sliding_window_view(x, w.shape[-1], axis=-1)[:, :, ::stride, :]
    return np.einsum("ncpj,ocj->nop", windows, w) + b[None, :, None]
""",
    ),
    Answer(
        "convolve_row",
        "weight by weight",
        """
def convolve_row(x, w, b, stride):
    k = w.shape[2]
    places = (x.shape[2] - k) // stride + 1
    y = np.zeros((x.shape[0], w.shape[0], places)) + b[:, None]
    for j in range(k):
        met = x[:, :, j:j + stride * (places - 1) + 1:stride]
        y += np.matmul(w[:, :, j], met)
    return y
""",
    ),
    Answer(
        "convolve_row",
        "one matrix product of unrolled windows",
        """
def convolve_row(x, w, b, stride):
    m, c, n = x.shape
    o, _, k = w.shape
    starts = np.arange(0, n - k + 1, stride)
    columns = x[:, :, starts[:, None] + np.arange(k)]
    columns = columns.transpose(0, 2, 1, 3).reshape(m * len(starts), c * k)
    y = columns @ w.reshape(o, c * k).T + b
    return y.reshape(m, len(starts), o).transpose(0, 2, 1)
""",
    ),
    Answer(
        "convolve_row",
        "np.correlate for every pair of channels",
        """
def convolve_row(x, w, b, stride):
    return np.array([
        [sum(np.correlate(row, weights, "valid") for row, weights in zip(sample, kernel))[::stride] + shift
         for kernel, shift in zip(w, b)]
        for sample in x
    ])
""",
    ),
    Answer(
        "convolve_row",
        "np.convolve with the kernel turned round",
        """
def convolve_row(x, w, b, stride):
    full = [
        [sum(np.convolve(x[s, c], w[o, c, ::-1], mode="valid") for c in range(w.shape[1])) for o in range(len(w))]
        for s in range(len(x))
    ]
    return np.array(full)[:, :, ::stride] + b.reshape(1, -1, 1)
""",
    ),
    Answer(
        "convolve_row",
        "a while loop and a list",
        """
def convolve_row(x, w, b, stride):
    k, start, found = w.shape[2], 0, []
    while start + k <= x.shape[2]:
        window = x[:, None, :, start:start + k]
        found.append((window * w[None]).sum(axis=-1).sum(axis=-1) + b)
        start += stride
    return np.stack(found, axis=-1)
""",
    ),
    Answer(
        "convolve_row",
        "a matrix with the kernel in each row",
        """
def convolve_row(x, w, b, stride):
    n, k = x.shape[2], w.shape[2]
    places = (n - k) // stride + 1
    band = np.zeros((w.shape[0], w.shape[1], places, n))
    for p in range(places):
        band[:, :, p, p * stride:p * stride + k] = w
    return np.tensordot(x, band, axes=([1, 2], [1, 3])) + b[:, None]
""",
    ),
    # convolve_row_backward
    Answer("convolve_row_backward", "output by output", _ROW_BACK),
    Answer(
        "convolve_row_backward",
        "six loops",
        """
def convolve_row_backward(dy, x, w, stride):
    dx, dw, db = np.zeros_like(x, dtype=float), np.zeros_like(w, dtype=float), np.zeros(w.shape[0])
    for n in range(dy.shape[0]):
        for o in range(dy.shape[1]):
            for p in range(dy.shape[2]):
                db[o] += dy[n, o, p]
                for c in range(x.shape[1]):
                    for j in range(w.shape[2]):
                        dx[n, c, p * stride + j] += dy[n, o, p] * w[o, c, j]
                        dw[o, c, j] += dy[n, o, p] * x[n, c, p * stride + j]
    return dx, dw, db
""",
    ),
    Answer(
        "convolve_row_backward",
        "place by place",
        """
def convolve_row_backward(dy, x, w, stride):
    k = w.shape[2]
    dx = np.zeros(x.shape)
    dw = np.zeros(w.shape)
    for p in range(dy.shape[-1]):
        here = slice(p * stride, p * stride + k)
        dx[:, :, here] += np.tensordot(dy[:, :, p], w, axes=(1, 0))
        dw += np.tensordot(dy[:, :, p], x[:, :, here], axes=(0, 0))
    return dx, dw, dy.sum(axis=2).sum(axis=0)
""",
    ),
    Answer(
        "convolve_row_backward",
        "weight by weight",
        """
def convolve_row_backward(dy, x, w, stride):
    places = dy.shape[2]
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for j in range(w.shape[2]):
        met = slice(j, j + stride * (places - 1) + 1, stride)
        dx[:, :, met] += np.einsum("nop,oc->ncp", dy, w[:, :, j])
        dw[:, :, j] = np.einsum("nop,ncp->oc", dy, x[:, :, met])
    return dx, dw, np.einsum("nop->o", dy)
""",
    ),
    Answer(
        "convolve_row_backward",
        "np.add.at on unrolled windows",
        """
def convolve_row_backward(dy, x, w, stride):
    index = stride * np.arange(dy.shape[2])[:, None] + np.arange(w.shape[2])
    windows = x[:, :, index]
    dw = np.einsum("nop,ncpj->ocj", dy, windows)
    dwindows = np.einsum("nop,ocj->ncpj", dy, w)
    dx = np.zeros(x.shape)
    np.add.at(dx, (slice(None), slice(None), index), dwindows)
    return dx, dw, dy.sum((0, 2))
""",
    ),
    Answer(
        "convolve_row_backward",
        "blame spread with zeros between, and the kernel turned round",
        """
def convolve_row_backward(dy, x, w, stride):
    m, c_out, places = dy.shape
    c_in, k = w.shape[1:]
    n = x.shape[2]
    spread = np.zeros((m, c_out, n + k - 1))
    spread[:, :, k - 1:k - 1 + stride * (places - 1) + 1:stride] = dy
    views = np.lib.stride_tricks.sliding_window_view(spread, k, axis=2)
    dx = np.einsum("noij,ocj->nci", views, w[:, :, ::-1])
    windows = np.lib.stride_tricks.sliding_window_view(x, k, axis=2)[:, :, ::stride]
    dw = np.tensordot(dy, windows, axes=([0, 2], [0, 2]))
    return dx, dw, dy.sum(axis=0).sum(axis=1)
""",
    ),
    Answer(
        "convolve_row_backward",
        "a matrix with the kernel in each row",
        """
def convolve_row_backward(dy, x, w, stride):
    n, k, places = x.shape[2], w.shape[2], dy.shape[2]
    band = np.zeros((w.shape[0], w.shape[1], places, n))
    for p in range(places):
        band[:, :, p, p * stride:p * stride + k] = w
    dx = np.tensordot(dy, band, axes=([1, 2], [0, 2]))
    dband = np.einsum("nop,nci->ocpi", dy, x)
    dw = sum(dband[:, :, p, p * stride:p * stride + k] for p in range(places))
    return dx, dw, dy.sum(axis=(0, -1))
""",
    ),
    Answer(
        "convolve_row_backward",
        "sample by sample, as a dictionary",
        """
def convolve_row_backward(dy, x, w, stride):
    dx, dw, db = [], 0, 0
    for blame, row in zip(dy, x):
        own = np.zeros(row.shape)
        for p in range(blame.shape[1]):
            a, e = p * stride, p * stride + w.shape[2]
            own[:, a:e] += np.tensordot(blame[:, p], w, axes=1)
            dw = dw + blame[:, p][:, None, None] * row[:, a:e]
            db = db + blame[:, p]
        dx.append(own)
    return {"dx": np.array(dx), "dw": dw, "db": db}
""",
    ),
    # dilated
    Answer("dilated", "four loops", _DILATED),
    Answer(
        "dilated",
        "a slice with steps for every output",
        """
def dilated(x, w, gap):
    k, l = w.shape
    tall, wide = (k - 1) * gap + 1, (l - 1) * gap + 1
    return np.array([
        [np.sum(w * x[r:r + tall:gap, s:s + wide:gap]) for s in range(x.shape[1] - wide + 1)]
        for r in range(x.shape[0] - tall + 1)
    ])
""",
    ),
    Answer(
        "dilated",
        "entry by entry of the kernel",
        """
def dilated(x, w, gap):
    rows = x.shape[0] - gap * (w.shape[0] - 1)
    columns = x.shape[1] - gap * (w.shape[1] - 1)
    return sum(
        w[i, j] * x[gap * i:gap * i + rows, gap * j:gap * j + columns]
        for i in range(w.shape[0]) for j in range(w.shape[1])
    )
""",
    ),
    Answer(
        "dilated",
        "a kernel with zeros between its entries",
        """
def dilated(x, w, gap):
    k, l = w.shape
    wide = np.zeros(((k - 1) * gap + 1, (l - 1) * gap + 1))
    wide[::gap, ::gap] = w
    a, b = wide.shape
    y = np.zeros((x.shape[0] - a + 1, x.shape[1] - b + 1))
    for r in range(y.shape[0]):
        for s in range(y.shape[1]):
            y[r, s] = (wide * x[r:r + a, s:s + b]).sum()
    return y
""",
    ),
    Answer(
        "dilated",
        "views of windows with steps",
        """
def dilated(x, w, gap):
    k, l = w.shape
    views = np.lib.stride_tricks.sliding_window_view(x, ((k - 1) * gap + 1, (l - 1) * gap + 1))
    return np.einsum("rsij,ij->rs", views[:, :, ::gap, ::gap], w)
""",
    ),
    Answer(
        "dilated",
        "an index for every pixel that is met",
        """
def dilated(x, w, gap):
    k, l = w.shape
    r = np.arange(x.shape[0] - (k - 1) * gap)
    s = np.arange(x.shape[1] - (l - 1) * gap)
    down = r[:, None, None, None] + gap * np.arange(k)[:, None]
    across = s[:, None, None] + gap * np.arange(l)
    return (x[down, across] * w).sum(axis=(2, 3))
""",
    ),
    Answer(
        "dilated",
        "with ndindex",
        """
def dilated(x, w, gap):
    shape = [size - (entries - 1) * gap for size, entries in zip(x.shape, w.shape)]
    y = np.zeros(shape)
    for r, s in np.ndindex(*shape):
        for (i, j), weight in np.ndenumerate(w):
            y[r, s] = y[r, s] + weight * x[r + gap * i, s + gap * j]
    return y
""",
    ),
    Answer(
        "dilated",
        "row of the kernel by row",
        """
def dilated(x, w, gap):
    k, l = w.shape
    rows, columns = x.shape[0] - (k - 1) * gap, x.shape[1] - (l - 1) * gap
    y = np.zeros((rows, columns))
    for i, weights in enumerate(w):
        band = x[i * gap:i * gap + rows]
        for s in range(columns):
            y[:, s] += band[:, s:s + (l - 1) * gap + 1:gap] @ weights
    return y
""",
    ),
    # dilated_backward
    Answer("dilated_backward", "four loops", _DILATED_BACK),
    Answer(
        "dilated_backward",
        "entry by entry of the kernel",
        """
def dilated_backward(dy, x, w, gap):
    rows, columns = dy.shape
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for i, j in np.ndindex(w.shape):
        a, b = i * gap, j * gap
        dx[a:a + rows, b:b + columns] += w[i, j] * dy
        dw[i, j] = (dy * x[a:a + rows, b:b + columns]).sum()
    return dx, dw
""",
    ),
    Answer(
        "dilated_backward",
        "a slice with steps for every output",
        """
def dilated_backward(dy, x, w, gap):
    k, l = w.shape
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for r in range(dy.shape[0]):
        for s in range(dy.shape[1]):
            met = (slice(r, r + (k - 1) * gap + 1, gap), slice(s, s + (l - 1) * gap + 1, gap))
            dx[met] += dy[r, s] * w
            dw += dy[r, s] * x[met]
    return dx, dw
""",
    ),
    Answer(
        "dilated_backward",
        "a kernel with zeros between its entries",
        """
def dilated_backward(dy, x, w, gap):
    wide = np.zeros([(size - 1) * gap + 1 for size in w.shape])
    wide[::gap, ::gap] = w
    a, b = wide.shape
    dx, dwide = np.zeros(x.shape), np.zeros(wide.shape)
    for (r, s), blame in np.ndenumerate(dy):
        dx[r:r + a, s:s + b] += blame * wide
        dwide += blame * x[r:r + a, s:s + b]
    return dx, dwide[::gap, ::gap]
""",
    ),
    Answer(
        "dilated_backward",
        "np.add.at on an index",
        """
def dilated_backward(dy, x, w, gap):
    (rows, columns), (k, l) = dy.shape, w.shape
    r, s, i, j = np.ix_(range(rows), range(columns), range(k), range(l))
    down, across = r + gap * i, s + gap * j
    dx = np.zeros(x.shape)
    np.add.at(dx, (down, across), dy[:, :, None, None] * w)
    return dx, np.einsum("rs,rsij->ij", dy, x[down + 0 * across, across + 0 * down])
""",
    ),
    Answer(
        "dilated_backward",
        "pixel by pixel: who has met it?",
        """
def dilated_backward(dy, x, w, gap):
    dx = np.zeros(x.shape)
    for a in range(x.shape[0]):
        for b in range(x.shape[1]):
            for i in range(w.shape[0]):
                for j in range(w.shape[1]):
                    r, s = a - i * gap, b - j * gap
                    if 0 <= r < dy.shape[0] and 0 <= s < dy.shape[1]:
                        dx[a, b] += w[i, j] * dy[r, s]
    dw = [
        [np.sum(dy * x[i * gap:, j * gap:][:dy.shape[0], :dy.shape[1]]) for j in range(w.shape[1])]
        for i in range(w.shape[0])
    ]
    return dx, np.array(dw)
""",
    ),
    Answer(
        "dilated_backward",
        "views of windows, and a frame around the blame",
        """
def dilated_backward(dy, x, w, gap):
    view = np.lib.stride_tricks.sliding_window_view
    k, l = w.shape
    tall, wide = (k - 1) * gap, (l - 1) * gap
    dw = np.einsum("rs,rsij->ij", dy, view(x, (tall + 1, wide + 1))[:, :, ::gap, ::gap])
    framed = np.pad(dy, ((tall, tall), (wide, wide)))
    dx = np.einsum("abij,ij->ab", view(framed, (tall + 1, wide + 1))[:, :, ::gap, ::gap], w[::-1, ::-1])
    return dx, dw
""",
    ),
    Answer(
        "dilated_backward",
        "np.vdot, and a dictionary",
        """
def dilated_backward(dy, x, w, gap):
    rows, columns = dy.shape
    result = {"dx": np.zeros(x.shape), "dw": np.zeros(w.shape)}
    for i in range(len(w)):
        for j in range(len(w[i])):
            part = np.s_[gap * i:gap * i + rows, gap * j:gap * j + columns]
            result["dx"][part] += dy * w[i, j]
            result["dw"][i, j] = np.vdot(dy, x[part])
    return result
""",
    ),
    # row_pool_backward
    Answer("row_pool_backward", "row by row", _POOL),
    Answer(
        "row_pool_backward",
        "two lines",
        """
def row_pool_backward(dy, x):
    won = (x == x.max(axis=-1, keepdims=True)).astype(float)
    return won * (dy / won.sum(axis=-1))[..., None]
""",
    ),
    Answer(
        "row_pool_backward",
        "the share first",
        """
def row_pool_backward(dy, x):
    top = np.max(x, axis=3)
    winners = x >= top[:, :, :, np.newaxis]
    share = dy / np.count_nonzero(winners, axis=3)
    return np.where(winners, share[:, :, :, np.newaxis], 0.0)
""",
    ),
    Answer(
        "row_pool_backward",
        "four loops and a counter",
        """
def row_pool_backward(dy, x):
    m, c, h, w = x.shape
    dx = np.zeros((m, c, h, w))
    for n in range(m):
        for k in range(c):
            for r in range(h):
                best, count = x[n, k, r, 0], 0
                for s in range(w):
                    if x[n, k, r, s] > best:
                        best = x[n, k, r, s]
                for s in range(w):
                    if x[n, k, r, s] == best:
                        count += 1
                for s in range(w):
                    if x[n, k, r, s] == best:
                        dx[n, k, r, s] = dy[n, k, r] / count
    return dx
""",
    ),
    Answer(
        "row_pool_backward",
        "rows of one large table",
        """
def row_pool_backward(dy, x):
    rows = x.reshape(-1, x.shape[3])
    won = rows == rows.max(axis=1)[:, None]
    return (dy.reshape(-1, 1) * won / won.sum(axis=1, keepdims=True)).reshape(x.shape)
""",
    ),
    Answer(
        "row_pool_backward",
        "the mean of the winners",
        """
def row_pool_backward(dy, x):
    off = x - x.max(axis=3, keepdims=True)
    won = 1.0 * (off == 0)
    return np.einsum("nchw,nch,nch->nchw", won, dy, 1 / np.einsum("nchw->nch", won))
""",
    ),
    Answer(
        "row_pool_backward",
        "with flatnonzero",
        """
def row_pool_backward(dy, x):
    dx = np.zeros(x.shape, dtype=float)
    for place, blame in np.ndenumerate(dy):
        winners = np.flatnonzero(x[place] == np.amax(x[place]))
        dx[place + (winners,)] = blame / winners.size
    return dx
""",
    ),
    Answer(
        "row_pool_backward",
        "np.apply_along_axis",
        """
def row_pool_backward(dy, x):
    shares = np.apply_along_axis(lambda row: (row == row.max()) / np.sum(row == row.max()), 3, x)
    return shares * np.expand_dims(dy, 3)
""",
    ),
    # instance_norm_backward
    Answer("instance_norm_backward", "the formula of the chapter", _NORM),
    Answer(
        "instance_norm_backward",
        "step by step through the graph",
        """
def instance_norm_backward(dy, x, gamma):
    N = x.shape[2] * x.shape[3]
    ax = (2, 3)
    mu = x.sum(axis=ax, keepdims=True) / N
    off = x - mu
    var = (off**2).sum(axis=ax, keepdims=True) / N
    inv = 1 / np.sqrt(var + 1e-5)
    xhat = off * inv
    dgamma = np.sum(dy * xhat, axis=(0, 2, 3))
    dbeta = np.sum(dy, axis=(0, 2, 3))
    dxhat = dy * gamma[None, :, None, None]
    dinv = np.sum(dxhat * off, axis=ax, keepdims=True)
    dvar = dinv * -0.5 * inv**3
    doff = dxhat * inv + dvar * 2 * off / N
    dmu = -np.sum(doff, axis=ax, keepdims=True)
    dx = doff + dmu / N
    return dx, dgamma, dbeta
""",
    ),
    Answer(
        "instance_norm_backward",
        "image by image, channel by channel",
        """
def instance_norm_backward(dy, x, gamma):
    m, c = x.shape[:2]
    dx, dgamma, dbeta = np.zeros(x.shape), np.zeros(c), np.zeros(c)
    for n in range(m):
        for k in range(c):
            image, blame = x[n, k], dy[n, k]
            spread = (image.var() + 1e-5) ** 0.5
            normal = (image - image.mean()) / spread
            dgamma[k] += (blame * normal).sum()
            dbeta[k] += blame.sum()
            d = blame * gamma[k]
            dx[n, k] = (d - d.mean() - normal * (d * normal).mean()) / spread
    return dx, dgamma, dbeta
""",
    ),
    Answer(
        "instance_norm_backward",
        "pixels in one row",
        """
def instance_norm_backward(dy, x, gamma):
    m, c = x.shape[:2]
    rows, blame = x.reshape(m, c, -1), dy.reshape(m, c, -1)
    off = rows - rows.mean(axis=2, keepdims=True)
    std = np.sqrt((off * off).mean(axis=2, keepdims=True) + 1e-5)
    hat = off / std
    d = blame * gamma[:, None]
    dx = (d - d.mean(2, keepdims=True) - hat * (d * hat).mean(2, keepdims=True)) / std
    return dx.reshape(x.shape), (blame * hat).sum(axis=(0, 2)), blame.sum(axis=(0, 2))
""",
    ),
    Answer(
        "instance_norm_backward",
        "times N, as the paper on batches writes it",
        """
def instance_norm_backward(dy, x, gamma):
    m, c, h, w = x.shape
    n = h * w
    mean = np.mean(x, axis=(2, 3)).reshape(m, c, 1, 1)
    var = np.var(x, axis=(2, 3)).reshape(m, c, 1, 1)
    norm = (x - mean) / np.sqrt(var + 1e-5)
    dnorm = dy * gamma.reshape(c, 1, 1)
    total = dnorm.sum(axis=(2, 3), keepdims=True)
    along = (dnorm * norm).sum(axis=(2, 3), keepdims=True)
    dx = (n * dnorm - total - norm * along) / (n * np.sqrt(var + 1e-5))
    return dx, np.einsum("nchw,nchw->c", dy, norm), np.einsum("nchw->c", dy)
""",
    ),
    Answer(
        "instance_norm_backward",
        "the scale at the end",
        """
def instance_norm_backward(dy, x, gamma):
    axes = (2, 3)
    off = x - np.mean(x, axes, keepdims=True)
    inv = (np.mean(off**2, axes, keepdims=True) + 1e-5) ** -0.5
    hat = off * inv
    bare = dy - np.mean(dy, axes, keepdims=True) - hat * np.mean(dy * hat, axes, keepdims=True)
    return gamma[:, None, None] * inv * bare, (dy * hat).sum((0, 2, 3)), dy.sum((0, 2, 3))
""",
    ),
    Answer(
        "instance_norm_backward",
        "the matrix of all slopes",
        """
def instance_norm_backward(dy, x, gamma):
    m, c, h, w = x.shape
    n = h * w
    dx = np.zeros((m, c, n))
    dgamma, dbeta = np.zeros(c), np.zeros(c)
    for s, k in np.ndindex(m, c):
        v = x[s, k].ravel()
        d = dy[s, k].ravel()
        std = np.sqrt(np.var(v) + 1e-5)
        z = (v - v.mean()) / std
        J = (np.eye(n) - 1 / n - np.outer(z, z) / n) / std
        dx[s, k] = gamma[k] * J.T @ d
        dgamma[k] += d @ z
        dbeta[k] += d.sum()
    return dx.reshape(x.shape), dgamma, dbeta
""",
    ),
    Answer(
        "instance_norm_backward",
        "a dictionary, and the variance by moments of what is off",
        """
def instance_norm_backward(dy, x, gamma):
    def mean(values):
        return values.mean(axis=3, keepdims=True).mean(axis=2, keepdims=True)

    off = x - mean(x)
    root = np.sqrt(mean(off * off) + 0.00001)
    hat = off / root
    d = dy * np.expand_dims(gamma, (1, 2))
    return {
        "dbeta": dy.sum(axis=3).sum(axis=2).sum(axis=0),
        "dgamma": (dy * hat).sum(axis=3).sum(axis=2).sum(axis=0),
        "dx": (d - mean(d) - hat * mean(d * hat)) / root,
    }
""",
    ),
)
