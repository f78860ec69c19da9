"""Typical answers to the exercise on iterations."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bplib.checking.judging.check import Mistake, Typical
from bplib.types import Array

#: Wrong formulas, each with its name.
Named = tuple[tuple[str, Callable[..., Any]], ...]

# Right, in other words --------------------------------------------------------------------------------------


def _batches_by_slices(order: Array, size: int) -> Array:
    count = len(order) // size
    batches = np.zeros((count, size), dtype=int)
    for k in range(count):
        start = k * size
        stop = start + size
        batches[k] = order[start:stop]
    return batches


def _batches_by_starts(order: Array, size: int) -> Array:
    batches = []
    for start in range(0, len(order) - size + 1, size):
        batches.append(order[start : start + size])
    return np.array(batches, dtype=int).reshape(len(batches), size)


def _loss_by_batches(losses: Array, sizes: Array) -> float:
    total = 0.0
    samples = 0.0
    for k in range(len(losses)):
        total += losses[k] * sizes[k]
        samples += sizes[k]
    return total / samples


def _loss_by_sum(losses: Array, sizes: Array) -> float:
    total = 0.0
    for loss, size in zip(losses, sizes, strict=True):
        total = total + loss * size
    return total / np.sum(sizes)


def _loss_by_shares(losses: Array, sizes: Array) -> float:
    shares = sizes / np.sum(sizes)
    return np.sum(shares * losses)


def _fit_by_steps(
    x: Array, y: Array, w: Array, b: float, learning_rate: float, batch_size: int, epochs: int
) -> tuple[Array, float]:
    for _ in range(epochs):
        for start in range(0, len(x), batch_size):
            stop = start + batch_size
            x_batch = x[start:stop]
            y_batch = y[start:stop]
            prediction = x_batch @ w + b
            error = prediction - y_batch
            rate = learning_rate * (1 / len(error))
            w = w - rate * (x_batch.T @ error)
            b = b - rate * np.sum(error)
    return w, b


def _fit_by_samples(
    x: Array, y: Array, w: Array, b: float, learning_rate: float, batch_size: int, epochs: int
) -> tuple[Array, float]:
    for _ in range(epochs):
        for start in range(0, len(x), batch_size):
            stop = min(start + batch_size, len(x))
            dw = np.zeros(len(w))
            db = 0.0
            for i in range(start, stop):
                error = x[i] @ w + b - y[i]
                dw = dw + error * x[i]
                db = db + error
            w = w - learning_rate * dw / (stop - start)
            b = b - learning_rate * db / (stop - start)
    return w, b


def _plateau_by_split(losses: Sequence[float], patience: int, tolerance: float) -> bool:
    cut = len(losses) - patience
    if cut < 1:
        return False
    before = min(losses[:cut])
    last = min(losses[cut:])
    return last >= before - tolerance


def _plateau_by_losses(losses: Sequence[float], patience: int, tolerance: float) -> bool:
    if len(losses) <= patience:
        return False
    best = min(losses[:-patience])
    for loss in losses[-patience:]:
        if best - loss > tolerance:
            return False
    return True


# Wrong ------------------------------------------------------------------------------------------------------


def _uncut(order: Array, size: int) -> Array:
    """All indices that belong in a full batch, in a row."""
    return order[: len(order) // size * size].astype(int)


def _filled(with_: Callable[[Array, int], Array]) -> Callable[[Array, int], Array]:
    """The last batch is filled up, and should be dropped."""

    def batches(order: Array, size: int) -> Array:
        return np.concatenate([order, with_(order, -len(order) % size)]).astype(int).reshape(-1, size)

    return batches


def _windows(order: Array, size: int) -> Array:
    starts = range(len(order) - size + 1)
    return np.array([order[start : start + size] for start in starts], dtype=int).reshape(-1, size)


def _with_the_rest(order: Array, size: int) -> list[list[int]]:
    return [order[start : start + size].astype(int).tolist() for start in range(0, len(order), size)]


_Line = tuple[Array, Any]


def _averaged(x: Array, e: Array, size: int, m: int) -> _Line:
    return x.T @ e / len(x), np.mean(e)


def _shared_by_batches(x: Array, e: Array, size: int, m: int) -> _Line:
    """The batch's part of a mean over all batches."""
    batches = len(_in_turn(m, size))
    return x.T @ e / len(x) / batches, np.mean(e) / batches


def _in_turn(m: int, size: int) -> list[slice]:
    return [slice(start, start + size) for start in range(0, m, size)]


def _fit(
    slopes: Callable[[Array, Array, int, int], _Line] = _averaged,
    cut: Callable[[int, int], Sequence[slice | Array]] = _in_turn,
    begin: Callable[[Array, float], _Line] = lambda w, b: (w, b),
    seen: Callable[[_Line, _Line, _Line], _Line] = lambda now, of_epoch, first: now,
    rated: Callable[[float], float] = lambda rate: rate,
    rounds: Callable[[int], int] = lambda epochs: epochs,
) -> Callable[..., _Line]:
    """The loop with other gradients, batches or rates, from another beginning, or for another number of epochs.

    The error is that of the weights ``seen``: as they are now, at the beginning of the epoch, or of all.
    """

    def fit(
        x: Array, y: Array, w: Array, b: float, learning_rate: float, batch_size: int, epochs: int
    ) -> _Line:
        first = w, b = begin(w, b)
        for _ in range(rounds(epochs)):
            of_epoch = w, b
            for rows in cut(len(x), batch_size):
                weights, bias = seen((w, b), of_epoch, first)
                dw, db = slopes(x[rows], x[rows] @ weights + bias - y[rows], batch_size, len(x))
                w, b = w - rated(learning_rate) * dw, b - rated(learning_rate) * db
        return w, b

    return fit


def _returned_inside(cut: Callable[[int, int], Sequence[slice | Array]]) -> Callable[..., _Line | None]:
    """The return stands inside the loop, so that there is a first round at most; without one nothing comes back."""

    def fit(epochs: int, **rest: Any) -> _Line | None:
        return _fit(cut=cut)(epochs=1, **rest) if epochs else None

    return fit


def _fit_one_by_one(w_first: bool) -> Callable[..., _Line]:
    """The second of the two is updated with the error that is left after the first."""

    def fit(
        x: Array, y: Array, w: Array, b: float, learning_rate: float, batch_size: int, epochs: int
    ) -> _Line:
        for rows in _in_turn(len(x), batch_size) * epochs:
            for is_w in (w_first, not w_first):
                dw, db = _averaged(x[rows], x[rows] @ w + b - y[rows], 0, 0)
                w, b = (w - learning_rate * dw, b) if is_w else (w, b - learning_rate * db)
        return w, b

    return fit


def _fit_in_y(
    x: Array, y: Array, w: Array, b: float, learning_rate: float, batch_size: int, epochs: int
) -> _Line:
    """The errors take the place of the targets."""
    y = np.array(y)
    for rows in _in_turn(len(x), batch_size) * epochs:
        y[rows] -= x[rows] @ w + b
        dw, db = _averaged(x[rows], y[rows], 0, 0)
        w, b = w + learning_rate * dw, b + learning_rate * db
    return w, b


#: Of the inputs and the errors of a batch, the batch size and the number of all samples: wrong gradients.
_SLOPES: Named = (
    ("other-count", lambda x, e, size, m: (x.T @ e / size, np.sum(e) / size)),
    ("other-count", lambda x, e, size, m: (x.T @ e / size, np.mean(e))),
    ("other-count", lambda x, e, size, m: (x.T @ e / len(x), np.sum(e) / size)),
    ("other-count", lambda x, e, size, m: (x.T @ e / m, np.sum(e) / m)),
    ("other-count", lambda x, e, size, m: (x.T @ e / x.size, np.sum(e) / x.size)),
    ("other-count", lambda x, e, size, m: (x.T @ e / x.size, np.mean(e))),
    ("other-count", lambda x, e, size, m: (x.T @ e / x.shape[1], np.sum(e) / x.shape[1])),
    ("sum-for-mean", lambda x, e, size, m: (x.T @ e, np.sum(e))),
    ("sum-for-mean", lambda x, e, size, m: (x.T @ e, np.mean(e))),
    ("sum-for-mean", lambda x, e, size, m: (x.T @ e / len(x), np.sum(e))),
    ("done-twice", lambda x, e, size, m: (x.T @ e / len(x) ** 2, np.mean(e) / len(x))),
    ("factor-two", lambda x, e, size, m: (2 * x.T @ e / len(x), 2 * np.mean(e))),
    ("factor-half", lambda x, e, size, m: (x.T @ e / len(x) / 2, np.mean(e) / 2)),
    ("uphill", lambda x, e, size, m: (-x.T @ e / len(x), -np.mean(e))),
    ("uphill", lambda x, e, size, m: (-x.T @ e / len(x), np.mean(e))),
    ("uphill", lambda x, e, size, m: (x.T @ e / len(x), -np.mean(e))),
    ("step-left-out", lambda x, e, size, m: (x.T @ e / len(x), 0.0)),
    ("step-left-out", lambda x, e, size, m: (np.zeros(x.shape[1]), np.mean(e))),
    ("bias-from-weights", lambda x, e, size, m: (x.T @ e / len(x), np.sum(x.T @ e) / len(x))),
    ("bias-from-weights", lambda x, e, size, m: (x.T @ e / len(x), np.mean(x.T @ e) / len(x))),
    ("factor-left-out", lambda x, e, size, m: (np.full(x.shape[1], np.mean(e)), np.mean(e))),
    ("steps-exchanged", lambda x, e, size, m: (np.mean(x, axis=0) * np.mean(e), np.mean(e))),
    ("only-one-sample", lambda x, e, size, m: (x[-1] * e[-1], e[-1])),
    ("only-one-sample", lambda x, e, size, m: (x[0] * e[0], e[0])),
    ("only-one-sample", lambda x, e, size, m: (x.T @ e / len(x), e[-1])),
    ("only-one-sample", lambda x, e, size, m: (x.T @ e / len(x), e[0])),
    ("kept-not-added", lambda x, e, size, m: (x[-1] * e[-1] / len(x), e[-1] / len(x))),
    ("power-mixed", lambda x, e, size, m: (x.T @ e**2 / len(x), np.mean(e**2))),
    ("power-mixed", lambda x, e, size, m: (x.T @ e**2 / len(x) / 2, np.mean(e**2) / 2)),
    ("other-function", lambda x, e, size, m: (x.T @ abs(e) / len(x), np.mean(abs(e)))),
    ("other-function", lambda x, e, size, m: (x.T @ np.sign(e) / len(x), np.mean(np.sign(e)))),
)
#: Of the number of samples and the batch size: the rows of other batches.
_CUTS: Named = (
    ("step-left-out", lambda m, size: [slice(m)]),
    ("step-left-out", lambda m, size: [slice(size)] * len(_in_turn(m, size))),
    ("one-at-a-time", lambda m, size: [slice(k, k + 1) for k in range(m)]),
    ("outside-the-loop", lambda m, size: _in_turn(m, size)[-1:]),
    ("stopped-early", lambda m, size: _in_turn(m, size)[: m // size]),
    ("stopped-early", lambda m, size: _in_turn(m, size)[: max(1, m // size)]),
    ("stopped-early", lambda m, size: _in_turn(m, size)[:-1]),
    ("first-for-last", lambda m, size: [slice(max(0, k), k + size) for k in range(m % size - size, m, size)]),
    ("other-count", lambda m, size: [slice(k, k + size) for k in range(m)]),
    ("other-count", lambda m, size: [slice(k, k + size) for k in range(m - size + 1)]),
    ("other-count", lambda m, size: np.array_split(np.arange(m), min(m, size))),
    ("other-function", lambda m, size: np.array_split(np.arange(m), -(-m // size))),
    ("steps-exchanged", lambda m, size: _in_turn(m, size)[::-1]),
    ("steps-exchanged", lambda m, size: [np.arange(m)[::-1][rows] for rows in _in_turn(m, size)]),
)  # fmt: skip


def _compared(stop: Callable[[list[float], list[float], float], bool]) -> Callable[..., bool]:
    """The losses before and the last ones, compared in another way."""

    def plateau(losses: Sequence[float], patience: int, tolerance: float) -> bool:
        before, last = list(losses[:-patience]), list(losses[-patience:])
        return bool(before and stop(before, last, tolerance))

    return plateau


def _waited(keep_best: bool, ever: bool) -> Callable[..., bool]:
    """Counts losses in a row that are no more than the tolerance below the best: at the end, or ever."""

    def plateau(losses: Sequence[float], patience: int, tolerance: float) -> bool:
        best, waits = np.inf, [0]
        for loss in losses:
            waits.append(0 if best - loss > tolerance else waits[-1] + 1)
            best = min(best, loss) if keep_best or not waits[-1] else best
        return max(waits if ever else waits[-1:]) >= patience

    return plateau


def _ever(losses: Sequence[float], patience: int, tolerance: float) -> bool:
    """Whether the rule has been true at any time."""
    return any(_plateau_by_split(losses[: k + 1], patience, tolerance) for k in range(len(losses)))


def _plateau_from_the_front(losses: Sequence[float], patience: int, tolerance: float) -> bool:
    return len(losses) > patience and min(losses[:patience]) - min(losses[patience:]) <= tolerance


#: Of the losses before, the last ones and the tolerance: whether to stop, by another comparison.
_STOPS: Named = (
    ("losses-rising", lambda before, last, t: 0 <= min(before) - min(last) <= t),
    ("losses-rising", lambda before, last, t: 0 < min(before) - min(last) <= t),
    ("losses-rising", lambda before, last, t: abs(min(before) - min(last)) <= t),
    ("other-function", lambda before, last, t: np.mean(before) - np.mean(last) <= t),
    ("other-function", lambda before, last, t: min(before) - np.mean(last) <= t),
    ("other-function", lambda before, last, t: np.mean(before) - min(last) <= t),
    ("other-function", lambda before, last, t: np.mean(before[-len(last) :]) - np.mean(last) <= t),
    ("other-function", lambda before, last, t: np.median(before) - np.median(last) <= t),
    ("other-function", lambda before, last, t: np.std(last) <= t),
    ("largest-smallest", lambda before, last, t: max(before) - max(last) <= t),
    ("function-left-out", lambda before, last, t: before[-1] - min(last) <= t),
    ("function-left-out", lambda before, last, t: before[-1] - last[-1] <= t),
    ("function-left-out", lambda before, last, t: min(before) - last[-1] <= t),
    ("function-left-out", lambda before, last, t: before[0] - min(last) <= t),
    ("function-left-out", lambda before, last, t: before[0] - last[-1] <= t),
    ("function-left-out", lambda before, last, t: abs(before[-1] - last[-1]) <= t),
    ("stopped-early", lambda before, last, t: min(before) - last[0] <= t),
    ("other-variable", lambda before, last, t: min(before + last) - min(last) <= t),
    ("other-variable", lambda before, last, t: max(last) - min(last) <= t),
    ("other-variable", lambda before, last, t: last[0] - last[-1] <= t),
    ("other-variable", lambda before, last, t: abs(last[0] - last[-1]) <= t),
    ("other-count", lambda before, last, t: min(before[-len(last) :]) - min(last) <= t),
    ("other-count", lambda before, last, t: min((before + last)[:-1]) - last[-1] <= t),
    ("other-count", lambda before, last, t: len(before) >= len(last) and min(before) - min(last) <= t),
    ("other-operation", lambda before, last, t: min(before) - min(last) <= t * min(before)),
    ("other-operation", lambda before, last, t: min(before) - min(last) <= t * min(last)),
    ("term-left-out", lambda before, last, t: min(before) <= min(last)),
    ("term-left-out", lambda before, last, t: min(before) < min(last)),
    ("each-by-itself", lambda before, last, t: all(-np.diff([before[-1], *last]) <= t)),
    ("each-by-itself", lambda before, last, t: all(abs(np.diff([before[-1], *last])) <= t)),
    ("each-by-itself", lambda before, last, t: all(-np.diff(last) <= t)),
    ("each-by-itself", lambda before, last, t: all(abs(np.diff(last)) <= t)),
)  # fmt: skip

TYPICAL = {
    "full_batches": Typical(
        forms=(_batches_by_slices, _batches_by_starts),
        mistakes=(
            Mistake("first-for-last", lambda order, size: order[len(order) % size :].reshape(-1, size)),
            Mistake("not-transposed", lambda order, size: _uncut(order, size).reshape(size, -1).T),
            Mistake("not-transposed", lambda order, size: _uncut(order, size).reshape(-1, size).T),
            Mistake("exchanged-arguments", lambda order, size: _uncut(order, size).reshape(size, -1)),
            Mistake(
                "other-variable", lambda order, size: np.arange(len(_uncut(order, size))).reshape(-1, size)
            ),
            Mistake("first-for-last", lambda order, size: _uncut(order[::-1], size).reshape(-1, size)),
            Mistake("first-for-last", lambda order, size: _uncut(order, size)[::-1].reshape(-1, size)),
            Mistake("off-by-one", lambda order, size: _uncut(order, size)[:-size].reshape(-1, size)),
            Mistake("other-count", _windows),
            Mistake("rest-kept", _with_the_rest),
            Mistake(
                "rest-kept", lambda order, size: [np.array(rows) for rows in _with_the_rest(order, size)]
            ),
            Mistake("step-left-out", _filled(lambda order, missing: np.resize(order, missing))),
            Mistake("step-left-out", _filled(lambda order, missing: np.resize(order[-1:], missing))),
            Mistake("step-left-out", _filled(lambda order, missing: np.full(missing, 0))),
            Mistake("step-left-out", _filled(lambda order, missing: np.full(missing, -1))),
        ),
    ),
    "epoch_loss": Typical(
        forms=(_loss_by_batches, _loss_by_sum, _loss_by_shares),
        mistakes=(
            Mistake("counted-alike", lambda losses: np.mean(losses)),
            Mistake("counted-alike", lambda losses, sizes: np.sum(losses * sizes[0]) / np.sum(sizes)),
            Mistake("other-count", lambda losses, sizes: np.mean(losses * sizes)),
            Mistake("other-count", lambda losses, sizes: np.mean(losses * sizes) / np.max(sizes)),
            Mistake("other-count", lambda losses, sizes: np.mean(losses * sizes) / sizes[0]),
            Mistake("other-count", lambda losses, sizes: np.mean(losses * sizes) / sizes[-1]),
            Mistake("sum-for-mean", lambda losses: np.sum(losses)),
            Mistake("rest-for-share", lambda losses, sizes: np.sum(losses * (1 - sizes / np.sum(sizes)))),
            Mistake("multiplied-divided", lambda losses, sizes: np.mean(losses / sizes)),
            Mistake("multiplied-divided", lambda losses, sizes: np.sum(losses / sizes)),
            Mistake("multiplied-divided", lambda losses, sizes: np.average(losses, weights=1 / sizes)),
            Mistake("term-left-out", lambda losses, sizes: np.mean(losses[sizes == np.max(sizes)])),
            Mistake("off-by-one", lambda losses, sizes: np.average(losses[:-1], weights=sizes[:-1])),
            Mistake("off-by-one", lambda losses, sizes: np.average(losses[1:], weights=sizes[1:])),
            Mistake("kept-not-added", lambda losses: losses[-1]),
            Mistake("power-mixed", lambda losses, sizes: np.average(losses, weights=sizes**2)),
            Mistake("power-mixed", lambda losses, sizes: np.average(losses, weights=np.sqrt(sizes))),
            Mistake("power-mixed", lambda losses, sizes: np.average(losses**2, weights=sizes)),
            Mistake("other-function", lambda losses: np.median(losses)),
            Mistake("other-function", lambda losses: np.max(losses)),
            Mistake("other-function", lambda losses: np.min(losses)),
        ),
    ),
    "fit_linear": Typical(
        forms=(_fit_by_steps, _fit_by_samples),
        mistakes=(
            *(Mistake(cause, _fit(slopes)) for cause, slopes in _SLOPES),
            *(Mistake(cause, _fit(cut=cut)) for cause, cut in _CUTS),
            Mistake("old-value", _fit_one_by_one(w_first=True)),
            Mistake("old-value", _fit_one_by_one(w_first=False)),
            Mistake("old-value", _fit(seen=lambda now, of_epoch, first: of_epoch)),
            Mistake("old-value", _fit(_shared_by_batches, seen=lambda now, of_epoch, first: of_epoch)),
            Mistake("old-value", _fit(seen=lambda now, of_epoch, first: first)),
            Mistake("old-value", _fit_in_y),
            Mistake(
                "old-value",
                _fit(cut=lambda m, size: _in_turn(m, size)[-1:], rounds=lambda epochs: min(epochs, 1)),
            ),
            Mistake("stopped-early", _returned_inside(_in_turn)),
            Mistake("stopped-early", _returned_inside(lambda m, size: _in_turn(m, size)[:1])),
            Mistake(
                "stopped-early",
                _fit(cut=lambda m, size: _in_turn(m, size)[:1], rounds=lambda epochs: min(epochs, 1)),
            ),
            Mistake("off-by-one", _fit(rounds=lambda epochs: epochs - 1)),
            Mistake("off-by-one", _fit(rounds=lambda epochs: epochs + 1)),
            Mistake("case-left-out", _fit(rounds=lambda epochs: max(epochs, 1))),
            Mistake("case-left-out", _fit(rounds=lambda epochs: max(epochs - 1, 1))),
            Mistake("factor-left-out", _fit(rated=lambda rate: 1.0)),
            Mistake("other-constant", _fit(begin=lambda w, b: (np.zeros(len(w)), 0.0))),
            Mistake("other-constant", _fit(begin=lambda w, b: (np.zeros(len(w)), b))),
            Mistake("other-constant", _fit(begin=lambda w, b: (w, 0.0))),
        ),
    ),
    "has_plateaued": Typical(
        forms=(_plateau_by_split, _plateau_by_losses),
        mistakes=(
            Mistake("same-for-all", lambda: True),
            Mistake("same-for-all", lambda: False),
            *(Mistake(cause, _compared(stop)) for cause, stop in _STOPS),
            Mistake(
                "off-by-one",
                lambda losses, patience, tolerance: _plateau_by_split(losses, patience + 1, tolerance),
            ),
            Mistake("first-for-last", _plateau_from_the_front),
            Mistake("old-value", _waited(keep_best=False, ever=False)),
            Mistake("each-by-itself", _waited(keep_best=True, ever=False)),
            Mistake("stopped-early", _waited(keep_best=False, ever=True)),
            Mistake("stopped-early", _waited(keep_best=True, ever=True)),
            Mistake("stopped-early", _ever),
        ),
    ),
}
