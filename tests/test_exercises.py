"""Every task of every exercise, both ways: right answers however written take all points, mistakes lose their own."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bplib.checking.exercises import known, load
from bplib.checking.judging.check import Check
from bplib.checking.judging.judge import judge

pytestmark = pytest.mark.usefixtures("processor_time")

ROOT = Path(__file__).resolve().parents[1]
TASKS = {(name, check.function): check for name in known() for check in load(name)}
TASK_IDS = [f"{exercise}-{function}" for exercise, function in TASKS]
#: One seed brings a dozen draws under autograding.
SEEDS = 1
EITHER_WAY = pytest.mark.parametrize("autograde", [False, True], ids=["notebook", "autograde"])


@functools.cache
def cells(folder: str, exercise: str) -> tuple[str, ...]:
    """The code cells of a notebook, by the functions they define."""
    notebook = json.loads((ROOT / folder / exercise / f"{exercise}.ipynb").read_text(encoding="utf-8"))
    return tuple("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")


def source(exercise: str, function: str, folder: str = "solutions") -> str:
    (found,) = [text for text in cells(folder, exercise) if f"def {function}(" in text]
    return found


def compiled(text: str, function: str) -> Callable[..., Any]:
    namespace: dict[str, Any] = {"np": np}
    exec(text, namespace)  # noqa: S102 - our own notebooks
    return namespace[function]


def reference(exercise: str, function: str) -> Callable[..., Any]:
    return compiled(source(exercise, function), function)


def lost(check: Check, answer: Callable[..., Any], autograde: bool, seed: int) -> set[str]:
    report = judge(check, answer, autograde, seed)
    return {output.name for output in report.outputs if output.earned < output.points}


# Right answers ---------------------------------------------------------------------------------------------------


@EITHER_WAY
@pytest.mark.parametrize(("exercise", "function"), TASKS, ids=TASK_IDS)
def test_the_reference_takes_full_marks(exercise: str, function: str, autograde: bool) -> None:
    for seed in range(SEEDS):
        assert not lost(TASKS[exercise, function], reference(exercise, function), autograde, seed)


@EITHER_WAY
@pytest.mark.parametrize(("exercise", "function"), TASKS, ids=TASK_IDS)
def test_the_released_cell_takes_nothing(exercise: str, function: str, autograde: bool) -> None:
    check = TASKS[exercise, function]
    released = compiled(source(exercise, function, "exercises"), function)
    assert judge(check, released, autograde, 1).earned == 0


def as_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: as_lists(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return [as_lists(part) for part in value]
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


def as_tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: as_tuples(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(as_tuples(part) for part in value)
    return as_tuples(value.tolist()) if isinstance(value, np.ndarray) and value.ndim else value


def in_fortran_order(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: in_fortran_order(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(in_fortran_order(part) for part in value)
    return np.asfortranarray(value) if np.ndim(value) else value if isinstance(value, np.ndarray) else value


def in_float32(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: in_float32(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(in_float32(part) for part in value)
    return value.astype(np.float32) if isinstance(value, np.ndarray) else value


@pytest.mark.parametrize("form", [as_lists, as_tuples, in_fortran_order])
@pytest.mark.parametrize(("exercise", "function"), TASKS, ids=TASK_IDS)
def test_the_form_of_a_right_result_costs_nothing(exercise: str, function: str, form: Callable) -> None:
    answer = reference(exercise, function)
    for seed in range(1):
        assert not lost(TASKS[exercise, function], lambda *inputs: form(answer(*inputs)), True, seed)


# A finite difference of single precision holds no digit, a line search compares losses to the last one, labels, indices and
# orders are whole numbers, and the rules of a record are the judge's, which answer in double.
NOT_IN_FLOAT32 = {"central_slope", "backtracking_rate", "descend", "full_batches", "stratified_folds"}
NOT_IN_FLOAT32 |= {"richardson", "slope_along", "gradient_verdicts", "walk_back"}
WHOLE = {"labels", "index"}


@pytest.mark.parametrize(
    ("exercise", "function"), [task for task in TASKS if task[1] not in NOT_IN_FLOAT32], ids=str
)
def test_single_precision_costs_nothing_where_it_is_fair(exercise: str, function: str) -> None:
    answer = reference(exercise, function)
    names = answer.__code__.co_varnames[: answer.__code__.co_argcount]

    def single(*inputs: Any) -> Any:
        return answer(
            *(
                value if name in WHOLE else in_float32(value)
                for name, value in zip(names, inputs, strict=True)
            )
        )

    for seed in range(SEEDS):
        assert not lost(TASKS[exercise, function], single, True, seed)


#: Right answers as somebody else would write them; several people where there are several texts.
OTHERWISE: dict[tuple[str, str], str | tuple[str, ...]] = {
    ("activation", "softplus"): "lambda z: np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))",
    ("activation", "softplus_derivative"): "lambda z: np.exp(-np.logaddexp(0, -z))",
    ("activation", "elu"): "np.vectorize(lambda z, alpha: float(z) if z > 0 else alpha * np.expm1(float(z)))",
    ("activation", "elu_backward"): """
def answer(da, z, alpha):
    dz = np.zeros(z.shape)
    for i in range(len(z)):
        for j in range(len(z[0])):
            dz[i, j] = da[i, j] if z[i, j] > 0 else da[i, j] * alpha * np.exp(z[i, j])
    return dz
""",
    ("activation", "log_softmax"): "lambda z: z - np.logaddexp.reduce(z, axis=1, keepdims=True)",
    ("applications", "robust_scale"): """
def answer(x_train, x_new):
    columns = [sorted(column) for column in zip(*x_train.tolist())]
    middles = [(c[len(c) // 2] + c[(len(c) - 1) // 2]) / 2 for c in columns]
    off = [sum(abs(v - c) for v in column) / len(column) or 1.0 for column, c in zip(columns, middles)]
    return tuple([[(v - c) / s for v, c, s in zip(row, middles, off)] for row in x] for x in (x_train, x_new))
""",
    ("applications", "weighted_loss"): """
def answer(logits, labels, weight):
    signs = 2 * labels - 1
    w = weight ** labels.astype(float)
    off = np.exp(-np.logaddexp(0, signs * logits))
    return np.average(np.logaddexp(0, -signs * logits), weights=w), -signs * off * w / w.sum()
""",
    ("applications", "best_threshold"): """
def answer(probabilities, labels, miss, alarm):
    def cost(t):
        return sum((miss if y else 0) if p < t else (0 if y else alarm) for p, y in zip(probabilities, labels))
    best = min([*probabilities, 1.0], key=lambda t: (cost(t), t))
    return {"cost": cost(best), "threshold": best}
""",
    ("applications", "quantile_loss"): """
def answer(prediction, target, share):
    m = len(target)
    low = (target > prediction).astype(float)
    slope = ((1 - share) * (1 - low) - share * low) / m
    return np.dot(slope, prediction - target), slope
""",
    ("attention", "length_weights"): """
def answer(scores, lengths):
    seen = [[[[float(j < n) for j in range(scores.shape[3])]]] for n in lengths]
    low = scores + np.where(np.array(seen) > 0, 0, -1e30)
    e = np.exp(low - low.max(axis=3, keepdims=True)) * seen
    return e / e.sum(axis=3, keepdims=True)
""",
    ("attention", "cross_attention"): """
def answer(x, memory, Wq, Wk, Wv, heads):
    tables = [W.reshape(len(W), heads, -1) for W in (Wq, Wk, Wv)]
    q, k, v = (np.einsum("mta,ahd->hmtd", z, W) for z, W in zip((x, memory, memory), tables))
    scores = np.einsum("hmtd,hmnd->hmtn", q, k) / np.sqrt(q.shape[3])
    weights = np.exp(scores - np.logaddexp.reduce(scores, axis=3, keepdims=True))
    return np.concatenate(list(weights @ v), axis=2)
""",
    ("attention", "cross_attention_backward"): """
def answer(dy, x, memory, Wq, Wk, Wv):
    found = {"dx": [], "dmemory": [], "dWq": 0, "dWk": 0, "dWv": 0}
    for blame, a, b in zip(dy, x, memory):
        q, k, v = a @ Wq / np.sqrt(Wq.shape[1]), b @ Wk, b @ Wv
        scores = q @ k.T
        weights = np.exp(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True))
        ds = weights * (blame @ v.T - np.sum(blame * (weights @ v), axis=1, keepdims=True))
        dq, dk, dv = ds @ k / np.sqrt(Wq.shape[1]), ds.T @ q, weights.T @ blame
        found["dx"].append(dq @ Wq.T)
        found["dmemory"].append(dk @ Wk.T + dv @ Wv.T)
        for name, seen, d in (("dWq", a, dq), ("dWk", b, dk), ("dWv", b, dv)):
            found[name] = found[name] + seen.T @ d
    return {name: np.array(value) for name, value in found.items()}
""",
    ("attention", "relative_bias_backward"): """
def answer(dscores):
    m, heads, T, N = dscores.shape
    rolled = np.zeros((heads, T, T + N - 1))
    for i in range(T):
        rolled[:, i, T - 1 - i : T - 1 - i + N] = np.einsum("mhj->hj", dscores[:, :, i])
    return rolled.sum(axis=1)
""",
    ("attention", "rms_norm_backward"): """
def answer(dy, x, gamma):
    r = np.sqrt((x * x).sum(axis=2) / x.shape[2] + 1e-5)[:, :, None]
    along = (dy * gamma * x).sum(axis=2, keepdims=True)
    return {"dgamma": (dy * x / r).sum(axis=1).sum(axis=0), "dx": dy * gamma / r - x * along / (x.shape[2] * r**3)}
""",
    ("automatic_differentiation", "logaddexp_backward"): (
        """
def answer(d, y, a, b):
    share = np.exp(-np.logaddexp(0, b - a))
    return {"db": d * np.exp(-np.logaddexp(0, a - b)), "da": d * share}
""",
        "lambda d, y, a, b: (d / (1 + np.exp(np.minimum(b - a, 700.0))), d / (1 + np.exp(np.minimum(a - b, 700.0))))",
    ),
    ("automatic_differentiation", "cumsum_backward"): (
        "lambda d, y, x: d @ np.tril(np.ones((d.shape[1], d.shape[1])))",
        "lambda d, y, x: [[sum(row[j:]) for j in range(len(row))] for row in d]",
    ),
    ("automatic_differentiation", "prod_backward"): """
def answer(d, y, x):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(x.shape):
        dx[i, j] = d[i]
        for k in range(x.shape[1]):
            if k != j:
                dx[i, j] *= x[i, k]
    return dx
""",
    ("automatic_differentiation", "bag_backward"): (
        """
def answer(d, y, table, index):
    dtable = np.zeros(np.shape(table))
    np.add.at(dtable, index, d[:, None, :])
    return dtable
""",
        "lambda d, y, table, index: sum(np.eye(len(table))[index[:, k]].T @ d for k in range(3))",
        """
def answer(d, y, table, index):
    share = lambda word, j: sum(d[t, j] * (index[t] == word).sum() for t in range(len(d)))
    return [[share(word, j) for j in range(table.shape[1])] for word in range(len(table))]
""",
    ),
    ("automatic_differentiation", "tile_backward"): """
def answer(d, y, x, copies):
    m, n = np.shape(x)
    dx = np.zeros((m, n))
    for i in range(copies[0]):
        for j in range(copies[1]):
            dx += d[i * m : (i + 1) * m, j * n : (j + 1) * n]
    return dx
""",
    ("automatic_differentiation", "pairs_backward"): (
        """
def answer(d, y, a, W, b):
    da, dW, db = np.zeros(a.shape), np.zeros(W.shape), np.zeros(b.shape)
    for s in range(len(d)):
        da[s], db[s] = d[s] * (W @ b[s]), d[s] * (a[s] @ W)
        dW += d[s] * np.outer(a[s], b[s])
    return {"dW": dW, "da": da, "db": db}
""",
        """
def answer(d, y, a, W, b):
    return np.einsum("s,ij,sj->si", d, W, b), np.einsum("s,si,sj->ij", d, a, b), np.einsum("s,ij,si->sj", d, W, a)
""",
    ),
    ("automatic_differentiation", "walk_back"): (
        """
def answer(nodes, rules, output):
    shares = {k: [] for k in range(len(nodes))}
    shares[output].append(1.0)
    found = [None] * len(nodes)
    for k in reversed(range(len(nodes))):
        name, arguments, value = nodes[k]
        found[k] = sum(shares[k], np.zeros(np.shape(value)))
        if name and shares[k]:
            for j, share in zip(arguments, rules[name](found[k], value, *(nodes[j][2] for j in arguments))):
                shares[j].append(share)
    return found
""",
        """
def answer(nodes, rules, output):
    found = {k: np.zeros_like(np.asarray(node[2], dtype=float)) for k, node in enumerate(nodes)}
    found[output] += 1
    k = output
    while k >= 0:
        name, arguments, value = nodes[k]
        if name != "":
            back = rules[name](found[k], value, *(nodes[j][2] for j in arguments))
            for position in range(len(arguments)):
                found[arguments[position]] = found[arguments[position]] + back[position]
        k -= 1
    return list(found.values())
""",
        """
def answer(nodes, rules, output):
    # Who used it? Each line asks those behind it.
    import functools

    @functools.cache
    def blame(k):
        total = np.ones(np.shape(nodes[k][2])) if k == output else np.zeros(np.shape(nodes[k][2]))
        for later in range(k + 1, output + 1):
            name, arguments, value = nodes[later]
            if k in arguments:
                back = rules[name](blame(later), value, *(nodes[j][2] for j in arguments))
                total = total + sum(share for j, share in zip(arguments, back) if j == k)
        return total

    return [blame(k) for k in range(len(nodes))]
""",
    ),
    ("backpropagation", "network_forward"): """
def answer(x, W1, b1, W2, b2):
    rows = []
    for sample in x:
        hidden = [np.tanh(sum(sample[i] * W1[i, j] for i in range(len(sample))) + b1[j]) for j in range(len(b1))]
        rows.append([sum(hidden[j] * W2[j, k] for j in range(len(hidden))) + b2[k] for k in range(len(b2))])
    return rows
""",
    ("backpropagation", "network_backward"): """
def answer(x, y, W1, b1, W2, b2):
    m = len(x)
    dW1, db1, dW2, db2 = (np.zeros(p.shape) for p in (W1, b1, W2, b2))
    for i in range(m):
        a = np.tanh(x[i] @ W1 + b1)
        dz2 = (a @ W2 + b2 - y[i]) / m
        dz1 = W2 @ dz2 * (1 - a * a)
        dW2 += np.outer(a, dz2)
        db2 += dz2
        dW1 += np.outer(x[i], dz1)
        db1 += dz1
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
""",
    (
        "conclusion",
        "cross_entropy",
    ): "lambda p, labels: -sum(np.log(p[i, k]) for i, k in enumerate(labels)) / len(p)",
    (
        "conclusion",
        "accuracy",
    ): "lambda p, labels: sum(int(row.argmax()) == k for row, k in zip(p, labels)) / len(p)",
    ("convolution", "convolve_row"): (
        """
def answer(x, w, b, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2], axis=2)[:, :, ::stride]
    return np.moveaxis(np.tensordot(windows, w, axes=([1, 3], [1, 2])), 2, 1) + b[:, None]
""",
        """
def answer(x, w, b, stride):
    (m, c_in, n), (c_out, _, k) = x.shape, w.shape
    return [
        [
            [
                b[o] + sum(w[o, c, j] * x[s, c, p + j] for c in range(c_in) for j in range(k))
                for p in range(0, n - k + 1, stride)
            ]
            for o in range(c_out)
        ]
        for s in range(m)
    ]
""",
    ),
    ("convolution", "convolve_row_backward"): """
def answer(dy, x, w, stride):
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(len(w))
    for s, o, p in np.ndindex(dy.shape):
        for c, j in np.ndindex(w.shape[1:]):
            dx[s, c, p * stride + j] += dy[s, o, p] * w[o, c, j]
            dw[o, c, j] += dy[s, o, p] * x[s, c, p * stride + j]
        db[o] += dy[s, o, p]
    return {"db": db, "dw": dw, "dx": dx}
""",
    ("convolution", "dilated"): """
def answer(x, w, gap):
    wide = np.zeros(((w.shape[0] - 1) * gap + 1, (w.shape[1] - 1) * gap + 1))
    wide[::gap, ::gap] = w
    return np.tensordot(np.lib.stride_tricks.sliding_window_view(x, wide.shape), wide, axes=2)
""",
    ("convolution", "dilated_backward"): """
def answer(dy, x, w, gap):
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for (r, s), blame in np.ndenumerate(dy):
        window = np.s_[r : r + (len(w) - 1) * gap + 1 : gap, s : s + (len(w[0]) - 1) * gap + 1 : gap]
        dx[window] += blame * w
        dw += blame * x[window]
    return dx, dw
""",
    ("convolution", "row_pool_backward"): """
def answer(dy, x):
    dx = np.zeros(x.shape)
    for place in np.ndindex(dy.shape):
        winners = np.flatnonzero(x[place] == max(x[place]))
        dx[place][winners] = dy[place] / len(winners)
    return dx
""",
    ("convolution", "instance_norm_backward"): """
def answer(dy, x, gamma):
    m, c, h, w = x.shape
    dx, dgamma, dbeta = np.zeros(x.shape), np.zeros(c), np.zeros(c)
    for s in range(m):
        for k in range(c):
            off = x[s, k] - x[s, k].mean()
            v = np.mean(off**2) + 1e-5
            dgamma[k] += np.sum(dy[s, k] * off) / v**0.5
            dbeta[k] += dy[s, k].sum()
            dn = dy[s, k] * gamma[k]
            dv = -0.5 * np.sum(dn * off) * v**-1.5
            doff = dn / v**0.5 + dv * 2 * off / (h * w)
            dx[s, k] = doff - doff.mean()
    return dx, dgamma, dbeta
""",
    ("error", "huber"): """
def answer(output, target, delta):
    total = 0
    for y, t in zip(np.ravel(output), np.ravel(target)):
        e = abs(y - t)
        total += e * e / 2 if e <= delta else delta * e - delta * delta / 2
    return total / len(output)
""",
    ("error", "huber_gradient"): """
def answer(output, target, delta):
    e = output - target
    return np.where(np.abs(e) <= delta, e, delta * np.sign(e)) / output.shape[0]
""",
    ("error", "hinge_gradient"): "lambda scores, signs: -signs * ((1 - signs * scores) > 0) / len(scores)",
    ("error", "mean_absolute_error"): "lambda y, t: np.mean(np.sum(np.absolute(t - y), axis=1))",
    ("feedforward", "dense_columns"): "lambda x, W, b: np.einsum('oi,im->om', W, x) + b.reshape(-1, 1)",
    ("feedforward", "residual_layer"): "lambda x, W, b: np.add(np.tanh(np.einsum('mi,io->mo', x, W) + b), x)",
    ("feedforward", "count_parameters"): "lambda sizes: float(np.dot(np.array(sizes[:-1]) + 1, sizes[1:]))",
    ("generation", "denoising_gradients"): """
def answer(x, noise, W, b, c):
    m, seen = len(x), noise + x
    h = np.exp(-np.logaddexp(0, -(np.dot(seen, W) + b)))
    off = np.einsum("mk,nk->mn", h, W) + c - x
    dz = np.einsum("mn,nk->mk", off, W) * (h - h**2) / m
    dW = np.einsum("mn,mk->nk", seen, dz) + np.einsum("mn,mk->nk", off, h) / m
    return {"loss": np.sum(off * off) / m / 2, "dW": dW, "db": np.sum(dz, axis=0), "dc": np.mean(off, axis=0)}
""",
    ("generation", "sparse_backward"): """
def answer(da, z, rate, strength):
    a = 0.5 * (1 + np.tanh(0.5 * z))
    busy = np.sum(a, axis=0, keepdims=True) / a.shape[0]
    price = strength * (busy - rate) / (busy - busy**2) / a.shape[0]
    return da * (a - a**2) + price * (a - a**2)
""",
    ("generation", "draws_backward"): """
def answer(dz, log_deviation, noise):
    along = np.stack([np.ones(noise.shape), np.exp(log_deviation) * noise])
    dmean, dlog_deviation = np.einsum("psij,sij->pij", along, dz)
    return {"dlog_deviation": dlog_deviation, "dmean": dmean}
""",
    ("generation", "spread_divergence"): """
def answer(mean, log_deviation, spread):
    far, log_ratio = mean / spread, log_deviation - np.log(spread)
    ratio = np.exp(2 * log_ratio)
    each = (ratio + far**2 - 1) / 2 - log_ratio
    return np.sum(each, axis=1).mean(), far / (spread * len(mean)), (ratio - 1) / len(mean)
""",
    ("generation", "painter_backward"): """
def answer(code, W, b, v, c):
    picture = np.tanh(np.einsum("mk,kn->mn", code, W) + b)
    found = {"dW": np.zeros(W.shape), "db": np.zeros(b.shape)}
    for z, row in zip(code, picture):
        d = -v * (1 - row) * (1 + row) / (1 + np.exp(row @ v + c)) / len(code)
        found["dW"] += z[:, None] * d
        found["db"] += d
    return found
""",
    ("generation", "top_draw"): """
def answer(logits, temperature, keep, u):
    p, picked = np.zeros(logits.shape), []
    for row, own, share in zip(logits, p, u):
        best = np.argsort(row)[::-1][:keep]
        own[best] = np.exp((row[best] - row[best[0]]) / temperature)
        own /= np.sum(own)
        picked.append(next(j for j in range(len(own)) if own[: j + 1].sum() > share))
    return p, picked
""",
    ("gradient_checking", "richardson"): (
        """
def answer(f, x, h):
    x = np.array(x, dtype=float)
    slopes = np.empty(x.size)
    for i in range(x.size):
        a, b, c, d = (f(x + k * h * np.eye(x.size)[i].reshape(x.shape)) for k in (-2, -1, 1, 2))
        slopes[i] = (a - 8 * b + 8 * c - d) / (12 * h)
    return slopes.reshape(x.shape)
""",
        """
def answer(f, x, h):
    def along(g, i):
        old, values = x[i], []
        moved = x.astype(float)
        for k in (1, -1):
            moved[i] = old + k * g
            values.append(f(moved))
        return (values[0] - values[1]) / g / 2
    return [[(4 * along(h, (i, j)) - along(h + h, (i, j))) / 3 for j in range(x.shape[1])] for i in range(len(x))]
""",
    ),
    ("gradient_checking", "best_step"): """
def answer(value, third, eps):
    noise, bend = eps * abs(value), abs(third) / 6
    h = (noise / (2 * bend)) ** (1 / 3)
    return {"error": 1.5 * noise / h, "h": h}
""",
    ("gradient_checking", "slope_along"): """
def answer(loss, params, grads, direction, h):
    moved = {name: value.copy() for name, value in params.items()}
    predicted = 0.0
    for name in moved:
        moved[name] += h * direction[name]
        predicted += np.vdot(np.ascontiguousarray(direction[name]), np.ascontiguousarray(grads[name]))
    above = loss(moved)
    for name in moved:
        moved[name] -= 2 * h * direction[name]
    return [(above - loss(moved)) / (h + h), predicted]
""",
    ("gradient_checking", "gradient_verdicts"): (
        """
def answer(loss, params, grads):
    verdicts = {}
    for name in params:
        exact = np.zeros(params[name].shape)
        for index in np.ndindex(exact.shape):
            moved = params[name].astype(complex)
            moved[index] += 1e-30j
            exact[index] = np.imag(loss(params | {name: moved})) / 1e-30
        verdicts[name] = np.allclose(grads[name], exact, rtol=0, atol=1e-6 * np.abs(exact).max())
    return verdicts
""",
        """
def answer(loss, params, grads):
    moved, base, verdicts = {name: value.copy() for name, value in params.items()}, loss(params), {}
    for name, values in moved.items():
        slopes = []
        for index in np.ndindex(values.shape):
            old = values[index]
            values[index] = old + 1e-7
            slopes.append((loss(moved) - base) / 1e-7)
            values[index] = old
        slopes, given = np.array(slopes), grads[name].ravel()
        size = np.linalg.norm(slopes) + np.linalg.norm(given)
        verdicts[name] = size == 0 or np.linalg.norm(slopes - given) / size < 3e-5
    return verdicts
""",
    ),
    ("gradient_checking", "find_bugs"): (
        """
def answer(loss, passes, rng):
    shapes = {"W1": (2, 7), "b1": (7,), "W2": (7, 3), "b2": (3,)}
    params = {name: rng.uniform(-1, 1, shape) for name, shape in shapes.items()}
    x, y = rng.uniform(-1, 1, (9, 2)), rng.uniform(-1, 1, (9, 3))
    found = {}
    for k in range(len(passes)):
        grads, names = passes[k](params, x, y), set()
        for name in params:
            for index in np.ndindex(shapes[name]):
                moved = {n: v.astype(complex) for n, v in params.items()}
                moved[name][index] += 1e-20j
                if abs(loss(moved, x, y).imag / 1e-20 - grads[name][index]) > 1e-9:
                    names.add(name)
        if names:
            found[k] = names
    return found
""",
        """
def answer(loss, passes, rng):
    rng = np.random.default_rng(3)
    params = {"W1": rng.normal(size=(3, 3)), "b1": np.ones(3), "W2": rng.normal(size=(3, 1)), "b2": np.zeros(1)}
    x, y = rng.normal(size=(2, 3)), np.full((2, 1), 5.0)
    base, found = loss(params, x, y), {}
    for k, backward in enumerate(passes):
        for name in ("b2", "W2", "b1", "W1"):
            for index, given in np.ndenumerate(backward(params, x, y)[name]):
                moved = {n: v.copy() for n, v in params.items()}
                moved[name][index] += 1e-6
                if abs((loss(moved, x, y) - base) / 1e-6 - given) > 1e-3:
                    found.setdefault(k, [])
                    if name not in found[k]:
                        found[k].append(name)
    return found
""",
    ),
    ("gradient_checking", "relu_network_backward"): (
        """
def answer(params, x, y):
    W1, b1, W2, b2 = (params[name] for name in ("W1", "b1", "W2", "b2"))
    grads = {name: np.zeros(value.shape) for name, value in params.items()}
    for sample, target in zip(x, y):
        z = sample @ W1 + b1
        blame = (np.where(z < 0, 0, z) @ W2 + b2 - target) / len(x)
        back = np.where(z < 0, 0, W2 @ blame)
        for name, share in (("W1", np.outer(sample, back)), ("b1", back), ("W2", np.outer(z.clip(0), blame)), ("b2", blame)):
            grads[name] += share
    return grads
""",
        """
def answer(params, x, y):
    z1 = x @ params["W1"] + params["b1"]
    a1 = z1 * (z1 > 0)
    dz2 = (a1 @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T
    dz1[z1 < 0] = 0
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a1.T @ dz2, "b2": dz2.sum(axis=0)}
""",
    ),
    ("gradient_checking", "gate_backward"): (
        """
def answer(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = dy.copy()
    dz *= x * (1 - t**2)
    return dy * t + dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        """
def answer(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = 1.0 * dy
    dz *= x
    dz *= 1 - t * t
    return {"db": dz.sum(0), "dW": np.einsum("mi,mo->io", x, dz), "dx": dy * t + np.einsum("mo,io->mi", dz, W)}
""",
    ),
    ("gradient_checking", "autoencoder_backward"): """
def answer(x, W, b, c):
    dW, db, dc = np.zeros(W.shape), np.zeros(b.shape), np.zeros(c.shape)
    for sample in x:
        h = np.tanh(b + sample @ W)
        off = (W @ h + c - sample) / len(x)
        back = (off @ W) * (1 - h) * (1 + h)
        dc, db, dW = dc + off, db + back, dW + np.outer(off, h) + np.outer(sample, back)
    return dW, db, dc
""",
    ("gradient_descent", "bowl_gradient"): "lambda x, A, c: (A @ (x - c) + (x - c) @ A) / 2",
    (
        "gradient_descent",
        "descent_step",
    ): "lambda theta, gradient, learning_rate: -gradient * learning_rate + theta",
    ("iterations", "epoch_loss"): "lambda losses, sizes: np.average(losses, weights=sizes)",
    ("iterations", "full_batches"): """
def answer(order, size):
    return [list(order[k : k + size]) for k in range(0, len(order) - size + 1, size)]
""",
    ("iterations", "has_plateaued"): """
def answer(losses, patience, tolerance):
    return len(losses) > patience and bool(min(losses[:-patience]) <= min(losses[-patience:]) + tolerance)
""",
    ("overfitting", "dropconnect_backward"): """
def answer(dy, x, W, mask, keep):
    return np.einsum('mo,io->mi', dy, W * mask) / keep, np.einsum('mi,mo->io', x, dy) * (mask / keep)
""",
    ("overfitting", "max_norm"): """
def answer(W, limit):
    W = np.array(W, dtype=float)
    for j in range(W.shape[1]):
        norm = np.linalg.norm(W[:, j])
        if norm > limit:
            W[:, j] = W[:, j] / norm * limit
    return W
""",
    ("partial_derivatives", "tanh_layer_backward"): """
def answer(da, x, W, b):
    dz = da / np.cosh(np.clip(x @ W + b, -300, 300)) ** 2
    return {"dx": np.einsum('mo,io->mi', dz, W), "dW": np.einsum('mi,mo->io', x, dz), "db": np.ones(len(x)) @ dz}
""",
    ("partial_derivatives", "scale_shift_backward"): """
def answer(dy, x, gamma):
    return dy @ np.diag(gamma), np.diag(dy.T @ x), np.einsum('mn->n', dy)
""",
    ("recurrence", "gru_step"): """
def answer(x, h, W, U, b):
    n = h.shape[1]
    own = [slice(k * n, k * n + n) for k in range(3)]
    z, r = (1 / (1 + np.exp(-x @ W[:, c] - h @ U[:, c] - b[c])) for c in own[:2])
    return h + (1 - z) * (np.tanh(x @ W[:, own[2]] + r * h @ U[:, own[2]] + b[own[2]]) - h)
""",
    ("recurrence", "gru_step_backward"): """
def answer(dnew, x, h, W, U, b):
    n = h.shape[1]
    dx, dh, dW, dU, db = [], [], np.zeros(W.shape), np.zeros(U.shape), np.zeros(b.shape)
    for d, row, old in zip(dnew, x, h):
        wanted = row @ W + b
        z, r = (1 / (1 + np.exp(-wanted[k : k + n] - old @ U[:, k : k + n])) for k in (0, n))
        g = np.tanh(wanted[2 * n :] + (r * old) @ U[:, 2 * n :])
        last = d * (1 - z) * (1 - g * g)
        back = U[:, 2 * n :] @ last
        all_three = np.concatenate([d * (old - g) * z * (1 - z), back * old * r * (1 - r), last])
        met = np.repeat([old, old, r * old], n, axis=0).T
        dx.append(W @ all_three)
        dh.append(d * z + back * r + U[:, : 2 * n] @ all_three[: 2 * n])
        dW, dU, db = dW + np.outer(row, all_three), dU + met * all_three, db + all_three
    return {"db": db, "dU": dU, "dW": dW, "dx": dx, "dh": dh}
""",
    ("recurrence", "fading_backward"): """
def answer(dh, x, a, u):
    m, T, n = x.shape
    dx = np.zeros((m, T, n))
    slope, da = np.zeros((m, n)), np.zeros(n)
    h = np.zeros((m, n))
    for t in range(T):
        for k in range(t, T):
            dx[:, t] += u * a ** (k - t) * dh[:, k]
        slope, h = h + a * slope, a * h + u * x[:, t]
        da += (dh[:, t] * slope).sum(axis=0)
    path = sum(a ** (k - t) * dh[:, k] * x[:, t] for t in range(T) for k in range(t, T))
    return {"du": path.sum(axis=0), "da": da, "dx": dx}
""",
    ("recurrence", "slow_recurrence_backward"): """
def answer(dh, x, mask, W, U, b, rate):
    speed = np.where(mask, rate, 0.0)[:, :, None]
    h, slopes = [np.zeros(dh[:, 0].shape)], []
    for t in range(len(x[0])):
        bent = np.tanh(x[:, t] @ W + h[t] @ U + b)
        slopes.append(speed[:, t] * (1 - bent) * (1 + bent))
        h.append((1 - speed[:, t]) * h[t] + speed[:, t] * bent)
    dz, blame = np.zeros(dh.shape), 0.0
    for t in reversed(range(len(x[0]))):
        blame = blame + dh[:, t]
        dz[:, t] = blame * slopes[t]
        blame = (1 - speed[:, t]) * blame + dz[:, t] @ U.T
    flat = dz.reshape(-1, len(b))
    before = np.stack(h[:-1], axis=1).reshape(-1, len(b))
    return dz @ W.T, x.reshape(len(flat), -1).T @ flat, before.T @ flat, flat.sum(axis=0)
""",
    ("recurrence", "bits_per_letter"): """
def answer(logits, labels):
    asked = np.array([[[float(k == right) for k in range(logits.shape[2])] for right in row] for row in labels])
    there = asked.sum(axis=2, keepdims=True)
    log_p = logits - np.logaddexp.reduce(logits, axis=2, keepdims=True)
    steps = there.sum()
    slope = (there * np.exp(log_p) - asked) / steps * np.log2(np.e)
    return {"dlogits": slope, "bits": -np.sum(asked * log_p) / steps * np.log2(np.e)}
""",
    ("recurrence", "tied_table_backward"): """
def answer(drows, dscores, states, index, table):
    chosen = np.vstack([np.eye(len(table)), np.zeros(len(table))])[index]
    heard = dscores * (index > -1)[:, :, None]
    dtable = sum(c.T @ d + s.T @ h for c, d, s, h in zip(chosen, drows, heard, states))
    return {"dstates": heard @ table, "dtable": dtable}
""",
    ("weight_update", "clip_by_norm"): """
def answer(gradients, limit):
    norm = np.linalg.norm(np.concatenate([g.ravel() for g in gradients.values()]))
    return {name: g * min(1.0, limit / norm) for name, g in gradients.items()} if norm else dict(gradients)
""",
    ("weight_update", "linear_decay"): "lambda epoch, epochs, rate: max(0, rate - rate * epoch / epochs)",
}


WAYS = [
    (*task, text)
    for task, texts in OTHERWISE.items()
    for text in ([texts] if isinstance(texts, str) else texts)
]


@EITHER_WAY
@pytest.mark.parametrize(
    ("exercise", "function", "text"), WAYS, ids=[f"{exercise}-{function}" for exercise, function, _ in WAYS]
)
def test_right_answers_written_another_way_take_full_marks(
    exercise: str, function: str, text: str, autograde: bool
) -> None:
    text = text.strip()
    answer = compiled(text if text.startswith("def") else f"answer = {text}", "answer")
    for seed in range(SEEDS):
        assert not lost(TASKS[exercise, function], answer, autograde, seed)


#: A small tape of one's own: it computes its gradients, by no formula of the task.
OWN_TAPE = """
class Node:
    def __init__(self, value, *made_of):
        self.value, self.made_of, self.blame = value, made_of, 0.0
        RECORD.append(self)

    def __add__(self, b):
        return Node(self.value + b.value, (self, lambda d: d), (b, lambda d: d.sum(axis=0)))

    def __matmul__(self, W):
        return Node(self.value @ W.value, (self, lambda d: d @ W.value.T), (W, lambda d: self.value.T @ d))

    def tanh(self):
        a = np.tanh(self.value)
        return Node(a, (self, lambda d: d * (1 - a * a)))

RECORD = []

def answer(x, y, W1, b1, W2, b2):
    RECORD.clear()
    x, W1, b1, W2, b2 = map(Node, (x, W1, b1, W2, b2))
    output = (x @ W1 + b1).tanh() @ W2 + b2
    output.blame = (output.value - y) / len(y)
    for node in reversed(RECORD):
        for source, rule in node.made_of:
            source.blame = source.blame + rule(node.blame)
    return W1.blame, b1.blame, W2.blame, b2.blame
"""
BPLIB_TAPE = """
from bplib.automatic_differentiation import Tape, gradients

def answer(x, y, W1, b1, W2, b2):
    tape = Tape()
    W1, b1, W2, b2 = parameters = [tape.variable(value) for value in (W1, b1, W2, b2)]
    off = np.tanh(x @ W1 + b1) @ W2 + b2 - y
    slopes = gradients(tape, ((off**2).sum() / (2 * len(y))).entry)
    return tuple(slopes[p.entry.index] for p in parameters)
"""


@EITHER_WAY
def test_a_tape_of_ones_own_is_backpropagation(autograde: bool) -> None:
    assert not lost(TASKS["backpropagation", "network_backward"], compiled(OWN_TAPE, "answer"), autograde, 1)


@EITHER_WAY
def test_the_tape_of_bplib_earns_nothing(autograde: bool) -> None:
    report = judge(TASKS["backpropagation", "network_backward"], compiled(BPLIB_TAPE, "answer"), autograde, 1)
    assert report.earned == 0
    assert "your answer calls bplib.automatic_differentiation." in str(report)


# Mistakes --------------------------------------------------------------------------------------------------------

#: Exercise, task, what the reference says, what the student says instead, and the outputs that this spoils.
MISTAKES = [
    ("activation", "softplus", "np.logaddexp(0, z)", "np.log(1 + np.exp(z))", {"a"}),
    ("activation", "softplus_derivative", "(1 + np", "(1 - np", {"slope"}),
    ("activation", "softplus_derivative", "0.5 * z", "z", {"slope"}),
    ("activation", "swish", "z * 0.5 * (1", "0.5 * (1", {"a"}),
    ("activation", "swish_backward", "s + z * s * (1 - s)", "z * s * (1 - s)", {"dz"}),
    ("activation", "swish_backward", "return da * ", "return ", {"dz"}),
    ("activation", "elu", "alpha * np.expm1", "np.expm1", {"a"}),
    ("activation", "elu", "z > 0, z", "z > 0, 1.0", {"a"}),
    ("activation", "elu_backward", "np.where(z > 0", "np.where(z < 0", {"dz"}),
    ("activation", "elu_backward", "alpha * np.exp", "alpha * np.expm1", {"dz"}),
    ("activation", "log_softmax", ".sum(axis=1, keepdims=True)", ".sum(axis=0, keepdims=True)", {"log_probabilities"}),
    ("activation", "log_softmax", "z.max(axis=1, keepdims=True)", "0", {"log_probabilities"}),
    ("activation", "log_softmax", "z - top - ", "z - ", {"log_probabilities"}),
    ("applications", "robust_scale", "np.median(x_train, axis=0)", "np.mean(x_train, axis=0)", {"train", "new"}),
    ("applications", "robust_scale", "(x_new - middle)", "(x_new - np.median(x_new, axis=0))", {"new"}),
    ("applications", "robust_scale", "np.where(distance > 0, distance, 1)", "distance", {"train", "new"}),
    ("applications", "robust_scale", "np.where(distance > 0, distance, 1)", "distance + 1e-8", {"train", "new"}),
    ("applications", "weighted_loss", "np.exp(-np.logaddexp(0, -logits))", "np.exp(-np.logaddexp(0, logits))", {"dlogits"}),
    ("applications", "weighted_loss", "counts * slopes / np.sum(counts)", "counts * slopes / len(logits)", {"dlogits"}),
    ("applications", "weighted_loss", "labels * np.logaddexp(0, -logits) +", "np.logaddexp(0, -logits) +", {"loss"}),
    ("applications", "best_threshold", ">= threshold", "> threshold", {"threshold", "cost"}),
    ("applications", "best_threshold", "cost <= least", "cost < least", {"threshold"}),
    ("applications", "best_threshold", "np.sort(probabilities)[::-1]", "np.sort(probabilities)", {"threshold"}),
    ("applications", "fit_classifier", "range(300)", "range(0)", {"probabilities"}),
    ("applications", "fit_classifier", "- 0.5 * (x.T", "+ 0.5 * (x.T", {"probabilities"}),
    ("applications", "quantile_loss", "(share - 1) * short)) / len(target)", "share * short)) / len(target)", {"loss"}),
    ("applications", "quantile_loss", "-share, 1 - share", "share, share - 1", {"dprediction"}),
    ("applications", "fit_regressor", " * spread + center", "", {"prediction"}),
    ("applications", "fit_regressor", "range(300)", "range(1)", {"prediction"}),
    ("attention", "length_weights", "np.where(seen, scores, -np.inf)", "scores", {"weights"}),
    ("attention", "length_weights", "np.arange(scores.shape[3]) <", "np.arange(scores.shape[3]) <=", {"weights"}),
    ("attention", "length_weights", " - left.max(axis=3, keepdims=True)", "", {"weights"}),
    ("attention", "cross_attention", " / np.sqrt(q.shape[3])", "", {"y"}),
    ("attention", "cross_attention", "np.sqrt(q.shape[3])", "np.sqrt(Wq.shape[1])", {"y"}),
    ("attention", "cross_attention", "z.shape[1], heads, -1).transpose(0, 2, 1, 3)", "heads, z.shape[1], -1)", {"y"}),
    ("attention", "cross_attention", "e.sum(axis=3, keepdims=True)", "e.sum(axis=2, keepdims=True)", {"y"}),
    ("attention", "cross_attention_backward", " + dv @ Wv.T", "", {"dmemory"}),
    ("attention", "cross_attention_backward", "dweights - mean", "dweights", {"dx", "dmemory", "dWq", "dWk"}),
    ("attention", "cross_attention_backward", "mean) / root", "mean)", {"dx", "dmemory", "dWq", "dWk"}),
    ("attention", "relative_bias_backward", "] += total", "] = total", {"dbias"}),
    ("attention", "relative_bias_backward", "j - i + queries - 1", "i - j + keys - 1", {"dbias"}),
    ("attention", "rms_norm_backward", "d - normal * (d * normal).mean(axis=2, keepdims=True)", "d", {"dx"}),
    ("attention", "rms_norm_backward", "axis=(0, 1)", "axis=0", {"dgamma"}),
    ("automatic_differentiation", "logaddexp_backward", "np.exp(b - y)", "np.exp(a - y)", {"db"}),
    ("automatic_differentiation", "logaddexp_backward", "d * np.exp(a - y), d * np.exp(b - y)", "d, d", {"da", "db"}),
    ("automatic_differentiation", "logaddexp_backward", "np.exp(a - y)", "np.exp(a) / (np.exp(a) + np.exp(b))", {"da"}),
    ("automatic_differentiation", "cumsum_backward", "np.cumsum(d[:, ::-1], axis=1)[:, ::-1]", "d", {"dx"}),
    ("automatic_differentiation", "cumsum_backward", "d[:, ::-1], axis=1)[:, ::-1]", "d, axis=1)", {"dx"}),
    ("automatic_differentiation", "cumsum_backward", "axis=1", "axis=0", {"dx"}),
    ("automatic_differentiation", "prod_backward", "d * np.prod(others, axis=1)", "d * y / x[:, j]", {"dx"}),
    ("automatic_differentiation", "prod_backward", "d * np.prod", "np.prod", {"dx"}),
    ("automatic_differentiation", "bag_backward", "dtable[word] += d[text]", "dtable[word] = d[text]", {"dtable"}),
    ("automatic_differentiation", "bag_backward", "for word in words:\n            dtable[word] +=",
     "dtable[words] +=", {"dtable"}),
    ("automatic_differentiation", "tile_backward", "d.reshape(copies[0], m, copies[1], n).sum(axis=(0, 2))", "d[:m, :n]", {"dx"}),
    ("automatic_differentiation", "tile_backward", ".sum(", ".mean(", {"dx"}),
    ("automatic_differentiation", "tile_backward", "copies[0], m, copies[1], n).sum(axis=(0, 2))",
     "m, copies[0], n, copies[1]).sum(axis=(1, 3))", {"dx"}),
    ("automatic_differentiation", "pairs_backward", "a.T @ (blame * b)", "np.outer(a[-1], d[-1] * b[-1])", {"dW"}),
    ("automatic_differentiation", "pairs_backward", "a.T @ (blame * b)", "a.T @ b", {"dW"}),
    ("automatic_differentiation", "pairs_backward", "blame * (b @ W.T)", "b @ W.T", {"da"}),
    ("automatic_differentiation", "pairs_backward", "blame * (a @ W)", "blame * b", {"db"}),
    ("automatic_differentiation", "walk_back", "found[j] + share", "share", {"line 0", "line 2", "line 3", "line 6", "every line"}),
    ("automatic_differentiation", "walk_back", "range(output, -1, -1)", "range(output + 1)", {"line 0", "line 2", "line 3", "line 6", "every line"}),
    ("automatic_differentiation", "walk_back", "np.zeros(np.shape(value)) for", "np.zeros(()) for", {"every line"}),
    ("automatic_differentiation", "walk_back", "found[output] = np.ones(np.shape(nodes[output][2]))\n    for k in range(output,",
     "found[-1] = np.ones(())\n    for k in range(len(nodes) - 1,", {"line 0", "line 2", "line 3", "line 6", "every line"}),
    ("backpropagation", "chain_forward", "np.tanh(w2 * h)", "w2 * h", {"prediction"}),
    ("backpropagation", "chain_forward", "np.tanh(w1 * x)", "w1 * x", {"h", "prediction"}),
    ("backpropagation", "chain_backward", " * (1 - h**2)", "", {"dw1"}),
    ("backpropagation", "chain_backward", "dz2 * w2 * (1", "dz2 * (1", {"dw1"}),
    ("backpropagation", "chain_backward", "(prediction - target)", "(target - prediction)", {"dw1", "dw2"}),
    ("backpropagation", "fork_backward", "t + (u + v)", "(u + v)", {"du"}),
    ("backpropagation", "fork_backward", "(1 - t**2), t", "(1 - t**2), u", {"dv"}),
    ("backpropagation", "network_forward", "x @ W1 + b1", "x @ W1", {"prediction"}),
    ("backpropagation", "network_backward", " / len(x)", "", {"dW1", "db1", "dW2", "db2"}),
    ("backpropagation", "network_backward", " * (1 - a**2)", "", {"dW1", "db1"}),
    ("backpropagation", "network_backward", "dz1.sum(axis=0)", "dz1.mean(axis=0)", {"db1"}),
    ("backpropagation", "network_backward", "dz1.sum(axis=0)", "dz1", {"db1"}),
    ("conclusion", "initialize", "np.sqrt(2 / (n_in + n_out))", "0.01", {"params"}),
    ("conclusion", "initialize", "np.zeros(n_out)", "np.ones(n_out)", {"params"}),
    ("conclusion", "forward", "np.tanh(", "np.maximum(0, ", {"hidden", "probabilities"}),
    ("conclusion", "forward", "e / e.sum(axis=1, keepdims=True)", "e / e.sum()", {"probabilities"}),
    ("conclusion", "cross_entropy", "-np.mean", "-np.sum", {"loss"}),
    ("conclusion", "backward", " * (1 - hidden**2)", "", {"W1", "b1"}),
    ("conclusion", "backward", "dz2 / len(x)", "dz2", {"W1", "b1", "W2", "b2"}),
    ("conclusion", "update", "] - learning_rate", "] + learning_rate", {"W1", "b1", "W2", "b2"}),
    ("conclusion", "accuracy", "np.mean(", "np.sum(", {"share"}),
    ("conclusion", "accuracy", "axis=1", "axis=0", {"share"}),
    ("conclusion", "fit", "- 0.3 *", "+ 0.3 *", {"params"}),
    ("conclusion", "fit", "range(20)", "range(0)", {"params"}),
    ("convolution", "convolve_row", "range(count)", "range(count - 1)", {"y"}),
    ("convolution", "convolve_row", " + b", "", {"y"}),
    ("convolution", "convolve_row", "p * stride : p * stride + k", "p : p + k", {"y"}),
    ("convolution", "convolve_row", "window, w)", "window, w[:, :, ::-1])", {"y"}),
    ("convolution", "convolve_row_backward", "slice(p * stride, p * stride + k)", "slice(p, p + k)", {"dx", "dw"}),
    ("convolution", "convolve_row_backward", "dx[:, :, window] +=", "dx[:, :, window] =", {"dx"}),
    ("convolution", "convolve_row_backward", "dw +=", "dw =", {"dw"}),
    ("convolution", "convolve_row_backward", "return dx, dw,", "return dx, dw / dy.shape[2],", {"dw"}),
    ("convolution", "convolve_row_backward", "dy.sum(axis=(0, 2))", "dy.mean(axis=(0, 2))", {"db"}),
    ("convolution", "dilated", "x[i * gap : i * gap + rows, j * gap : j * gap + columns]",
        "x[i : i + rows, j : j + columns]", {"y"}),
    ("convolution", "dilated", "y += w", "y = w", {"y"}),
    ("convolution", "dilated_backward", "i * gap : i * gap + rows, j * gap : j * gap + columns", "i : i + rows, j : j + columns",
        {"dx", "dw"}),
    ("convolution", "dilated_backward", "dx[met] +=", "dx[met] =", {"dx"}),
    ("convolution", "dilated_backward", "np.sum(", "np.mean(", {"dw"}),
    ("convolution", "row_pool_backward", " / largest.sum(axis=3, keepdims=True)", "", {"dx"}),
    ("convolution", "row_pool_backward", "largest.sum(axis=3, keepdims=True)", "x.shape[3]", {"dx"}),
    ("convolution", "instance_norm_backward", "(d - shared) / spread", "d / spread", {"dx"}),
    ("convolution", "instance_norm_backward", "dy * gamma[:, None, None]", "dy", {"dx"}),
    ("convolution", "instance_norm_backward", "dy.sum(axis=(0, 2, 3))", "dy.mean(axis=(0, 2, 3))", {"dbeta"}),
    ("error", "mean_absolute_error", " / len(output)", " / output.size", {"loss"}),
    ("error", "huber", "0.5 * e**2", "e**2", {"loss"}),
    ("error", "huber", "delta * (e - 0.5 * delta)", "delta * e", {"loss"}),
    ("error", "huber_gradient", "output - target", "target - output", {"doutput"}),
    ("error", "huber_gradient", " / len(output)", "", {"doutput"}),
    ("error", "hinge", "1 - signs", "signs", {"loss"}),
    ("error", "hinge_gradient", "< 1", "< 0", {"dscores"}),
    ("error", "hinge_gradient", " / len(scores)", "", {"dscores"}),
    ("error", "smoothed_cross_entropy", "+ epsilon / target.shape[1]", "", {"loss"}),
    ("error", "smoothed_cross_entropy_gradient", "+ epsilon / target.shape[1]", "", {"dlogits"}),
    ("error", "smoothed_cross_entropy_gradient", " - smooth", " - target", {"dlogits"}),
    ("feedforward", "dense_columns", "b[:, None]", "b", {"z"}),
    ("feedforward", "residual_layer", "x + np.tanh", "np.tanh", {"a"}),
    ("feedforward", "forward_layers", "return x @ weights[-1] + biases[-1]", "return x", {"output"}),
    ("feedforward", "glorot_limit", "6 /", "2 /", {"limit"}),
    ("feedforward", "count_parameters", "(n_in + 1)", "n_in", {"count"}),
    ("generation", "denoising_gradients", "noisy = x + noise", "noisy = x", {"loss", "dW", "db", "dc"}),
    ("generation", "denoising_gradients", "W.T + c - x", "W.T + c - noisy", {"loss", "dW", "db", "dc"}),
    ("generation", "denoising_gradients", "noisy.T @ dz", "x.T @ dz", {"dW"}),
    ("generation", "denoising_gradients", " + dagain.T @ h", "", {"dW"}),
    ("generation", "denoising_gradients", "off / m", "off / x.size", {"dW", "db", "dc"}),
    ("generation", "sparse_backward", "da + dbusy / len(z)", "da", {"dz"}),
    ("generation", "sparse_backward", "dbusy / len(z)", "dbusy", {"dz"}),
    ("generation", "sparse_backward", "a.mean(axis=0)", "a", {"dz"}),
    ("generation", "sparse_backward", " - rate / busy", " + rate / busy", {"dz"}),
    ("generation", "draws_backward", " * np.exp(log_deviation)", " * np.exp(log_deviation) / 2", {"dlog_deviation"}),
    ("generation", "draws_backward", "(dz * noise).sum(axis=0)", "dz.sum(axis=0)", {"dlog_deviation"}),
    ("generation", "draws_backward", "dmean = dz.sum(axis=0)", "dmean = dz.mean(axis=0)", {"dmean"}),
    ("generation", "spread_divergence", "np.sum(each) / m", "np.mean(each)", {"price"}),
    ("generation", "spread_divergence", "(variance / spread**2 - 1) / m", "(1 - variance / spread**2) / m", {"dlog_deviation"}),
    ("generation", "spread_divergence", "(variance / spread**2 - 1) / m", "(variance / spread**2 - 1) / (2 * m)",
     {"dlog_deviation"}),
    ("generation", "spread_divergence", "mean / spread**2 / m", "mean / m", {"dmean"}),
    ("generation", "painter_backward", "(p - 1)", "p", {"dW", "db"}),
    ("generation", "painter_backward", " * (1 - picture**2)", "", {"dW", "db"}),
    ("generation", "painter_backward", "dz.sum(axis=0)", "dz[0]", {"db"}),
    ("generation", "top_draw", ") / temperature", ") * temperature", {"p", "picked"}),
    ("generation", "top_draw", "np.where(logits >= least, logits, -np.inf)", "logits", {"p", "picked"}),
    ("generation", "top_draw", "<= u", "< u", {"picked"}),
    ("generation", "top_draw", " - z.max(axis=1, keepdims=True)", "", {"p", "picked"}),
    ("gradient_checking", "richardson", "(4 * difference(step) - difference(2 * step)) / 3", "difference(step)", {"gradient"}),
    ("gradient_checking", "richardson", "(2 * step.sum())", "step.sum()", {"gradient"}),
    ("gradient_checking", "richardson", "step[index] = h", "step += h", {"gradient"}),
    ("gradient_checking", "best_step", "3 * eps", "eps", {"h", "error"}),
    ("gradient_checking", "best_step", "h**2 / 6 * abs(third) + ", "", {"error"}),
    ("gradient_checking", "best_step", "h, h**2 / 6", "2 * h, h**2 / 6", {"h"}),
    ("gradient_checking", "slope_along", "(2 * h)", "h", {"measured"}),
    ("gradient_checking", "slope_along", "params[name] - h * direction[name]", "params[name]", {"measured"}),
    ("gradient_checking", "slope_along", "* direction[name]) for name in params)",
     "* direction[name]) for name in params if name[0] == 'W')", {"predicted"}),
    ("gradient_checking", "gradient_verdicts", "off <= 1e-4 * np.abs(measured).max()",
     "np.allclose(grads[name], measured)", {"verdicts"}),
    ("gradient_checking", "gradient_verdicts", "off <= 1e-4 * np.abs(measured).max()",
     "off / np.abs(measured).max() < 1e-4", {"unconnected"}),
    ("gradient_checking", "gradient_verdicts", "1e-5", "1e-15", {"verdicts"}),
    ("gradient_checking", "gradient_verdicts", "bool(off <= 1e-4 * np.abs(measured).max())",
     "np.abs(grads[name] - measured) < 1e-4", {"verdicts", "unconnected"}),
    ("gradient_checking", "find_bugs", "size=(5, 4)), rng.normal(size=(5, 2))",
     "size=(1, 4)), rng.normal(size=(1, 2))", {"positions"}),
    ("gradient_checking", "find_bugs", '"b1": rng.normal(size=3)', '"b1": np.zeros(3)', {"positions"}),
    ("gradient_checking", "find_bugs", '"W1": rng.normal(size=(4, 3)), "b1": rng.normal(size=3)',
     '"W1": np.zeros((4, 3)), "b1": np.zeros(3)', {"positions", "names"}),
    ("gradient_checking", "find_bugs", "found[position] = wrong", "found[position] = wrong[:1]", {"names"}),
    ("gradient_checking", "find_bugs", "1e-4 * np", "1e-15 * np", {"positions", "names"}),
    ("gradient_checking", "relu_network_backward", " * (a1 > 0)", "", {"W1", "b1"}),
    ("gradient_checking", "relu_network_backward", "dz1.sum(axis=0)", "dz1.mean(axis=0)", {"b1"}),
    ("gradient_checking", "gate_backward", "dz = dy * x", "dz = dy\n    dz *= x", {"dx"}),
    ("gradient_checking", "gate_backward", "dy * gate + dz", "dz", {"dx"}),
    ("gradient_checking", "autoencoder_backward", " + dr.T @ h", "", {"dW"}),
    ("gradient_checking", "autoencoder_backward", "1 - h**2", "1 - (x @ W + b) ** 2", {"dW", "db"}),
    ("gradient_checking", "autoencoder_backward", "dr.sum", "dr.mean", {"dc"}),
    ("gradient_descent", "bowl_gradient", "0.5 * (A + A.T)", "A", {"gradient"}),
    ("gradient_descent", "descent_step", "theta - ", "theta + ", {"theta"}),
    ("gradient_descent", "descend", "point - learning_rate", "point + learning_rate", {"point"}),
    ("gradient_descent", "backtracking_rate", "- 0.5 * rate * np.sum(gradient**2)", "", {"rate"}),
    ("iterations", "full_batches", "[: count * size]", "[-count * size :]", {"batches"}),
    ("iterations", "epoch_loss", "np.sum(losses * sizes) / np.sum(sizes)", "np.mean(losses)", {"loss"}),
    ("iterations", "fit_linear", "error.sum()", "error.mean()", {"w", "b"}),
    ("iterations", "fit_linear", " / len(x_batch)", "", {"w", "b"}),
    ("iterations", "has_plateaued", "<= tolerance", "> tolerance", {"stop"}),
    ("overfitting", "elastic_net", "(1 - share) / 2", "(1 - share)", {"penalty"}),
    ("overfitting", "elastic_net_gradient", "(1 - share) * W", "(1 - share) * W / 2", {"dW"}),
    ("overfitting", "elastic_net_gradient", "np.sign(W)", "1", {"dW"}),
    ("overfitting", "dropconnect_forward", " / keep", "", {"y"}),
    ("overfitting", "dropconnect_backward", ") * mask / keep", ") / keep", {"dW"}),
    ("overfitting", "dropconnect_backward", "(W * mask).T", "W.T", {"dx"}),
    ("overfitting", "best_epoch", "epoch - best >= patience", "epoch - best > patience", {"epoch"}),
    ("overfitting", "best_epoch", "return best", "return epoch", {"epoch"}),
    ("overfitting", "stratified_folds", "np.arange(len(members)) % k", "np.arange(len(members)) % (k - 1)", {"folds"}),
    ("overfitting", "max_norm", "axis=0", "axis=1, keepdims=True", {"W"}),
    ("overfitting", "max_norm", "np.where(norms > limit, limit / np.maximum(norms, 1e-300), 1.0)", "limit / norms", {"W"}),
    ("partial_derivatives", "central_slope", "f(x - h)", "f(x)", {"slope"}),
    ("partial_derivatives", "central_slope", "(2 * h)", "h", {"slope"}),
    ("partial_derivatives", "tanh_layer_backward", "da * (1 - a**2)", "da", {"dx", "dW", "db"}),
    ("partial_derivatives", "tanh_layer_backward", "dz.sum(axis=0)", "dz", {"db"}),
    ("partial_derivatives", "tanh_layer_backward", "x.T @ dz", "(x.T @ dz) / len(x)", {"dW"}),
    ("partial_derivatives", "scale_shift_backward", "(dy * x).sum(axis=0)", "dy.sum(axis=0)", {"dgamma"}),
    ("partial_derivatives", "scale_shift_backward", "return dy * gamma", "return dy", {"dx"}),
    ("partial_derivatives", "residual_backward", "dy + dz @ W.T", "dz @ W.T", {"dx"}),
    ("partial_derivatives", "residual_backward", "dz @ W.T", "dz @ W", {"dx"}),
    ("partial_derivatives", "network_backward", " * (1 - a2**2)", "", {"W1", "b1", "W2", "b2"}),
    ("partial_derivatives", "network_backward", '"b1": dz1.sum(axis=0)', '"b1": dz1[0]', {"b1"}),
    ("partial_derivatives", "network_backward", '"W3": a2.T @ dz3', '"W3": a1.T @ dz3', {"W3"}),
    ("recurrence", "gru_step", "z * h + (1 - z) * g", "(1 - z) * h + z * g", {"new"}),
    ("recurrence", "gru_step", "(r * h) @ U[:, 2 * n :]", "r * (h @ U[:, 2 * n :])", {"new"}),
    ("recurrence", "gru_step", "z, r =", "r, z =", {"new"}),
    ("recurrence", "gru_step_backward", "(h - g)", "(g - h)", {"dx", "dh", "dW", "dU", "db"}),
    ("recurrence", "gru_step_backward", "dnew * z + ", "", {"dh"}),
    ("recurrence", "gru_step_backward", "seen * r + ", "seen + ", {"dh"}),
    ("recurrence", "gru_step_backward", "(r * h).T @ dg", "h.T @ dg", {"dU"}),
    ("recurrence", "gru_step_backward", "d.sum(axis=0)", "d.mean(axis=0)", {"db"}),
    ("recurrence", "fading_backward", "blame = a * blame", "blame = np.zeros((m, n))", {"dx", "da", "du"}),
    ("recurrence", "fading_backward", "blame * states[:, t]", "blame * states[:, t + 1]", {"da"}),
    ("recurrence", "fading_backward", "du += ", "du = ", {"du"}),
    ("recurrence", "slow_recurrence_backward", "(1 - rate) * blame + dz @ U.T", "dz @ U.T", {"dx", "dW", "dU", "db"}),
    ("recurrence", "slow_recurrence_backward", "states[t].T @ dz", "states[t + 1].T @ dz", {"dU"}),
    ("recurrence", "slow_recurrence_backward", "dz @ U.T, blame)", "dz @ U.T, 0)", {"dx", "dW", "dU", "db"}),
    ("recurrence", "slow_recurrence_backward", "dW += ", "dW = ", {"dW"}),
    ("recurrence", "bits_per_letter", "(np.exp(log_p) - right) * there[:, :, None]", "(np.exp(log_p) - right)", {"dlogits"}),
    ("recurrence", "bits_per_letter", "there.sum() * np.log(2)", "there.size * np.log(2)", {"bits", "dlogits"}),
    ("recurrence", "tied_table_backward", "dtable[index[s, t]] += ", "dtable[index[s, t]] = ", {"dtable"}),
    ("recurrence", "tied_table_backward", "if index[s, t] >= 0", "if index[s, t] > 0", {"dtable", "dstates"}),
    ("weight_update", "ema_momentum_step", "(1 - beta) * g", "g", {"theta", "v"}),
    ("weight_update", "ema_momentum_step", "theta - learning_rate * v", "theta - learning_rate * g", {"theta"}),
    ("weight_update", "adagrad_step", "s = s + g**2", "s = g**2", {"theta", "s"}),
    ("weight_update", "adagrad_step", "np.sqrt(s) + 1e-8", "s + 1e-8", {"theta"}),
    ("weight_update", "adamw_step", "(v / (1 - 0.9**t))", "v", {"theta"}),
    ("weight_update", "adamw_step", "+ decay * theta", "+ decay * g", {"theta"}),
    ("weight_update", "clip_by_norm", "np.sqrt(sum(np.sum(g**2) for g in gradients.values()))",
     "max(np.abs(g).max() for g in gradients.values())", {"gradients"}),
    ("weight_update", "linear_decay", "max(0.0, 1 - epoch / epochs)", "(1 - epoch / epochs)", {"rate"}),
    ("weight_update", "train_step", 'W2 = params["W2"]', 'W2 = params["W2"] - learning_rate * a.T @ dz2', {"W1", "b1"}),
    ("weight_update", "train_step", "params[name] - learning", "params[name] + learning", {"W1", "b1", "W2", "b2"}),
    ("weight_update", "train_step", "dz2.sum(axis=0)", "dz2.mean(axis=0)", {"b2"}),
]  # fmt: skip


def test_every_task_has_a_mistake_to_tell_from_the_answer() -> None:
    assert {(exercise, task) for exercise, task, *_ in MISTAKES} == set(TASKS)


@pytest.mark.parametrize(
    ("exercise", "function", "old", "new", "spoiled"),
    MISTAKES,
    ids=[f"{exercise}-{function}-{new}" for exercise, function, _, new, _ in MISTAKES],
)
def test_a_mistake_loses_its_own_points_and_no_others(
    exercise: str, function: str, old: str, new: str, spoiled: set[str]
) -> None:
    text = source(exercise, function)
    assert old in text, f"the reference of {function} no longer says {old!r}"
    answer = compiled(text.replace(old, new), function)
    for seed in range(SEEDS):
        assert lost(TASKS[exercise, function], answer, True, seed) == spoiled


#: What the report names, for mistakes that have a name; the texts are those of `MISTAKES`.
NAMED = {
    ("activation", "swish_backward", "z * s * (1 - s)"): "path-missing",
    ("automatic_differentiation", "cumsum_backward", "d"): "assigned-not-added",
    ("automatic_differentiation", "bag_backward", "dtable[word] = d[text]"): "index-assigned",
    ("automatic_differentiation", "bag_backward", "dtable[words] +="): "index-assigned",
    ("automatic_differentiation", "tile_backward", "d[:m, :n]"): "assigned-not-added",
    ("automatic_differentiation", "pairs_backward", "np.outer(a[-1], d[-1] * b[-1])"): "only-one-sample",
    ("automatic_differentiation", "walk_back", "share"): "assigned-not-added",
    ("backpropagation", "chain_backward", "dz2 * (1"): "weights-skipped",
    ("backpropagation", "chain_backward", "(target - prediction)"): "sign",
    ("backpropagation", "fork_backward", "(u + v)"): "assigned-not-added",
    ("backpropagation", "network_backward", "dz1.mean(axis=0)"): "bias-averaged",
    ("backpropagation", "network_backward", "dz1"): "bias-not-summed",
    ("conclusion", "backward", "dz2"): "not-averaged",
    ("conclusion", "update", "] + learning_rate"): "uphill",
    ("convolution", "convolve_row", "range(count - 1)"): "off-by-one",
    ("convolution", "convolve_row", "window, w[:, :, ::-1])"): "first-for-last",
    ("convolution", "convolve_row_backward", "slice(p, p + k)"): "stride-forgotten",
    ("convolution", "convolve_row_backward", "dx[:, :, window] ="): "index-assigned",
    ("convolution", "convolve_row_backward", "dw ="): "assigned-not-added",
    ("convolution", "convolve_row_backward", "return dx, dw / dy.shape[2],"): "mean-for-sum",
    ("convolution", "convolve_row_backward", "dy.mean(axis=(0, 2))"): "bias-averaged",
    ("convolution", "dilated_backward", "i : i + rows, j : j + columns"): "factor-left-out",
    ("convolution", "dilated_backward", "dx[met] ="): "assigned-not-added",
    ("convolution", "dilated_backward", "np.mean("): "mean-for-sum",
    ("convolution", "row_pool_backward", ""): "tie-shared",
    ("convolution", "row_pool_backward", "x.shape[3]"): "other-count",
    ("convolution", "instance_norm_backward", "d / spread"): "statistics-constant",
    ("convolution", "instance_norm_backward", "dy.mean(axis=(0, 2, 3))"): "mean-for-sum",
    ("error", "huber_gradient", "target - output"): "sign",
    ("error", "huber_gradient", ""): "not-averaged",
    ("error", "hinge_gradient", ""): "not-averaged",
    ("generation", "denoising_gradients", "W.T + c - noisy"): "wrong-tensor",
    ("generation", "denoising_gradients", "x.T @ dz"): "wrong-tensor",
    ("generation", "denoising_gradients", ""): "assigned-not-added",
    ("generation", "denoising_gradients", "off / x.size"): "mean-for-sum",
    ("generation", "sparse_backward", "da"): "path-missing",
    ("generation", "sparse_backward", "a"): "each-by-itself",
    ("generation", "draws_backward", " * np.exp(log_deviation) / 2"): "log-variance-mixed",
    ("generation", "draws_backward", "dz.sum(axis=0)"): "factor-missing",
    ("generation", "spread_divergence", "np.mean(each)"): "mean-for-sum",
    ("generation", "spread_divergence", "(1 - variance / spread**2) / m"): "turned-sign",
    ("generation", "spread_divergence", "(variance / spread**2 - 1) / (2 * m)"): "log-variance-mixed",
    ("generation", "painter_backward", "p"): "rest-for-share",
    ("generation", "top_draw", ") * temperature"): "multiplied-divided",
    ("generation", "top_draw", "logits"): "step-left-out",
    ("generation", "top_draw", "< u"): "comparison-border",
    ("gradient_checking", "richardson", "step.sum()"): "doubled",
    ("gradient_checking", "slope_along", "h"): "doubled",
    ("gradient_checking", "relu_network_backward", ""): "switched-off-heard",
    ("gradient_checking", "relu_network_backward", "dz1.mean(axis=0)"): "bias-averaged",
    ("gradient_checking", "gate_backward", "dz"): "assigned-not-added",
    ("gradient_checking", "autoencoder_backward", ""): "assigned-not-added",
    ("gradient_checking", "autoencoder_backward", "1 - (x @ W + b) ** 2"): "tanh-from-weighted-input",
    ("gradient_checking", "autoencoder_backward", "dr.mean"): "bias-averaged",
    ("gradient_descent", "descent_step", "theta + "): "uphill",
    ("overfitting", "dropconnect_backward", ") / keep"): "dropout-mask-forgotten",
    ("overfitting", "dropconnect_backward", "W.T"): "dropout-mask-forgotten",
    ("partial_derivatives", "central_slope", "h"): "doubled",
    ("partial_derivatives", "tanh_layer_backward", "da"): "activation-derivative-missing",
    ("partial_derivatives", "tanh_layer_backward", "dz"): "bias-not-summed",
    ("partial_derivatives", "tanh_layer_backward", "(x.T @ dz) / len(x)"): "averaged-twice",
    ("partial_derivatives", "residual_backward", "dz @ W.T"): "assigned-not-added",
    ("partial_derivatives", "residual_backward", "dz @ W"): "wrong-transpose",
    ("partial_derivatives", "network_backward", '"b1": dz1[0]'): "bias-not-summed",
    ("recurrence", "gru_step", "(1 - z) * h + z * g"): "rest-for-share",
    ("recurrence", "gru_step", "r * (h @ U[:, 2 * n :])"): "steps-exchanged",
    ("recurrence", "gru_step", "r, z ="): "other-places",
    ("recurrence", "gru_step_backward", ""): "path-missing",
    ("recurrence", "gru_step_backward", "h.T @ dg"): "factor-missing",
    ("recurrence", "gru_step_backward", "d.mean(axis=0)"): "bias-averaged",
    ("recurrence", "fading_backward", "blame = np.zeros((m, n))"): "time-not-carried",
    ("recurrence", "fading_backward", "blame * states[:, t + 1]"): "wrong-step",
    ("recurrence", "fading_backward", "du = "): "assigned-not-added",
    ("recurrence", "slow_recurrence_backward", "dz @ U.T"): "path-missing",
    ("recurrence", "slow_recurrence_backward", "states[t + 1].T @ dz"): "wrong-step",
    ("recurrence", "slow_recurrence_backward", "dW = "): "assigned-not-added",
    ("recurrence", "bits_per_letter", "(np.exp(log_p) - right)"): "mask-forgotten",
    ("recurrence", "bits_per_letter", "there.size * np.log(2)"): "other-count",
    ("recurrence", "tied_table_backward", "if index[s, t] > 0"): "comparison-border",
    ("weight_update", "train_step", 'W2 = params["W2"] - learning_rate * a.T @ dz2'): "updated-weights",
    ("weight_update", "train_step", "params[name] + learning"): "uphill",
}


@EITHER_WAY
@pytest.mark.parametrize(("named", "cause"), NAMED.items(), ids=str)
def test_a_typical_mistake_is_named(named: tuple[str, str, str], cause: str, autograde: bool) -> None:
    exercise, function, new = named
    ((old, spoiled),) = [(old, spoiled) for *which, old, n, spoiled in MISTAKES if (*which, n) == named]
    answer = compiled(source(exercise, function).replace(old, new), function)
    for seed in range(SEEDS):
        report = judge(TASKS[exercise, function], answer, autograde, seed)
        found = {output.name: output.cause for output in report.outputs if output.earned < output.points}
        assert found == dict.fromkeys(spoiled, cause), str(report)
