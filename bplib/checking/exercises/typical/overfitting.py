"""Typical answers to the exercise on overfitting."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bplib.checking.exercises.typical.ideas import TINY
from bplib.checking.judging.check import Mistake, Typical
from bplib.types import Array

#: Smaller ones make no difference to what the task asks about.
_SMALL = (1e-3, 1e-4, *(o for o in TINY if o >= 1e-16))

Both = tuple[Array, Array]
Losses = Sequence[float]

# Right, in other words ------------------------------------------------------------------------------------------


def _elastic_net_by_parts(W: Array, strength: float, share: float) -> float:
    l1 = np.sum(np.abs(W))
    l2 = np.sum(W**2) / 2
    first = strength * share * l1
    second = strength * (1 - share) * l2
    return first + second


def _elastic_net_by_weights(W: Array, strength: float, share: float) -> float:
    total = 0.0
    for row in W:
        for w in row:
            total += share * np.abs(w)
            total += (1 - share) * w**2 / 2
    return strength * total


def _elastic_slope(W: Array, strength: float, share: float) -> Array:
    return strength * (share * np.sign(W) + (1 - share) * W)


def _elastic_slope_by_parts(W: Array, strength: float, share: float) -> Array:
    first = strength * share * np.sign(W)
    second = strength * (1 - share) * W
    return first + second


def _elastic_slope_by_rows(W: Array, strength: float, share: float) -> Array:
    slope = np.zeros(W.shape)
    for i in range(len(W)):
        slope[i] = strength * (share * np.sign(W[i]) + (1 - share) * W[i])
    return slope


def _dropconnect_by_samples(x: Array, W: Array, mask: Array, keep: float) -> Array:
    y = np.zeros((len(x), W.shape[1]))
    for s in range(len(x)):
        for i in range(len(W)):
            y[s] += x[s, i] * W[i] * mask[i] / keep
    return y


def _dropconnect_back(dy: Array, x: Array, W: Array, mask: Array, keep: float) -> Both:
    V = W * mask / keep
    dx = dy @ V.T
    dV = x.T @ dy
    dW = dV * mask / keep
    return dx, dW


def _dropconnect_back_by_samples(dy: Array, x: Array, W: Array, mask: Array, keep: float) -> Both:
    dx = np.zeros(x.shape)
    dW = np.zeros(W.shape)
    for s in range(len(x)):
        dx[s] = (W * mask) @ dy[s] / keep
        dW += np.outer(x[s], dy[s]) * mask / keep
    return dx, dW


def _best_epoch_counting(losses: Losses, patience: int) -> int:
    best = 0
    waited = 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
            waited = 0
        else:
            waited = waited + 1
        if waited >= patience:
            break
    return best


def _max_norm_by_columns(W: Array, limit: float) -> Array:
    shortened = np.array(W)
    for k in range(W.shape[1]):
        length = np.sqrt(np.sum(W[:, k] ** 2))
        if length > limit:
            shortened[:, k] = W[:, k] * limit / length
    return shortened


# Wrong ----------------------------------------------------------------------------------------------------------


def _cut(value: Array, like: Array) -> Array:
    """What becomes of a value in an array like that one, if that is of whole numbers."""
    return np.trunc(value) if np.all(like == np.round(like)) else value


def _l1(W: Array) -> Any:
    return np.abs(W).sum()


def _l2(W: Array) -> Any:
    return np.sum(W**2) / 2


def _mixed(first: Callable[[Array], Any], second: Callable[[Array], Any]) -> Callable[..., Any]:
    """The penalty of other sums, or its gradient of other slopes."""
    return lambda W, strength, share: strength * (share * first(W) + (1 - share) * second(W))


def _connected(masked: Callable[[Array, float], Any]) -> Callable[..., Array]:
    """The way forward with other factors of the weights."""
    return lambda x, W, mask, keep: x @ (W * masked(mask, keep))


def _connected_back(masked: Callable[[Array, float], Any]) -> Callable[..., Both]:
    """The way back with other factors of the weights."""
    return lambda dy, x, W, mask, keep: _dropconnect_back(dy, x, W, masked(mask, keep), 1)


_MASKS: tuple[tuple[str, Callable[[Array, float], Any]], ...] = (
    ("dropout-mask-forgotten", lambda mask, keep: 1 / keep),
    ("dropout-mask-forgotten", lambda mask, keep: 1),
    ("dropout-mask-forgotten", lambda mask, keep: keep),
    ("rest-for-share", lambda mask, keep: mask / (1 - keep)),
    ("mask-reversed", lambda mask, keep: (1 - mask) / keep),
    ("mask-reversed", lambda mask, keep: (1 - mask) / (1 - keep)),
    ("other-count", lambda mask, keep: mask / mask.mean()),
    ("other-count", lambda mask, keep: mask / mask.mean(axis=0)),
    ("other-count", lambda mask, keep: mask / np.maximum(mask.sum(axis=0), 1)),
    ("other-function", lambda mask, keep: mask / np.sqrt(keep)),
)


def _back_reshaped(dy: Array, x: Array, W: Array, mask: Array, keep: float) -> Both:
    return dy @ (W * mask).reshape(W.T.shape) / keep, (dy.T @ x).reshape(W.shape) * mask / keep


def _back_in_whole_numbers(dy: Array, x: Array, W: Array, mask: Array, keep: float) -> Both:
    dx, dW = _dropconnect_back(dy, x, W, mask, keep)
    return _cut(dx, x), _cut(dW, W)


def _walked(losses: Losses, patience: int, since: int = 1) -> tuple[int, int, int, int]:
    """The best epoch, the last one seen, and the one or the other if patience did not end there.

    Patience begins with the best epoch, or with the first one if ``since`` is zero.
    """
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - since * best >= patience:
            return best, epoch, epoch, best
    return best, len(losses) - 1, best, len(losses) - 1


def _waiting(worse: Callable[[float, float, float], bool]) -> Callable[..., int]:
    """Early stopping that counts other epochs: those worse than the one before, or than the lowest loss before."""

    def best_epoch(losses: Losses, patience: int) -> int:
        waited = 0
        for epoch in range(1, len(losses)):
            waited = waited + 1 if worse(losses[epoch], losses[epoch - 1], min(losses[:epoch])) else 0
            if waited >= patience:
                return int(np.argmin(losses[: epoch + 1]))
        return int(np.argmin(losses))

    return best_epoch


def _beating_the_one_before(losses: Losses, patience: int) -> int:
    best = waited = 0
    for epoch in range(1, len(losses)):
        best, waited = (epoch, 0) if losses[epoch] < losses[epoch - 1] else (best, waited + 1)
        if waited >= patience:
            break
    return best


def _lengths(W: Array) -> Array:
    return np.linalg.norm(W, axis=0)


def _positive(W: Array) -> Array:
    return np.maximum(_lengths(W), 1e-300)


def _limited(
    lengths: Callable[[Array], Any] = _lengths,
    shorten: Callable[[Array, Any, float], Array] = lambda W, lengths, limit: W * limit / lengths,
) -> Callable[..., Array]:
    """Columns limited by other lengths, or shortened otherwise."""
    return lambda W, limit: np.where(lengths(W) > limit, shorten(W, lengths(W), limit), W)


def _limited_by_more(added: float) -> Callable[..., Array]:
    """A small number is added to a length, so that nothing is divided by zero."""
    return _limited(shorten=lambda W, lengths, limit: W * limit / (lengths + added))


def _limited_by_at_least_more(added: float) -> Callable[..., Array]:
    return lambda W, limit: W * np.minimum(1.0, limit / (_lengths(W) + added))


def _limited_by_at_least(border: float) -> Callable[..., Array]:
    return _limited(shorten=lambda W, lengths, limit: W * limit / np.maximum(lengths, border))


def _shortened_by_at_least(border: float) -> Callable[..., Array]:
    """The same where what is short enough is not asked for first."""
    return lambda W, limit: W * np.minimum(1.0, limit / np.maximum(_lengths(W), border))


#: A small number against a division by zero.
_LENGTHENED = (
    ("term-too-many", _limited_by_more),
    ("term-too-many", _limited_by_at_least_more),
    ("cut-off", _limited_by_at_least),
    ("cut-off", _shortened_by_at_least),
)


def _limited_once(W: Array, limit: float) -> Array:
    first = np.argmax(_lengths(W) > limit)
    return np.where(np.arange(W.shape[1]) == first, _limited()(W, limit), W)


TYPICAL = {
    "elastic_net": Typical(
        forms=(_elastic_net_by_parts, _elastic_net_by_weights),
        mistakes=(
            Mistake("rest-for-share", lambda W, strength, share: _mixed(_l1, _l2)(W, strength, 1 - share)),
            Mistake("rest-for-share", lambda W, strength, share: strength * (1 - share) * (_l1(W) + _l2(W))),
            Mistake("factor-left-out", lambda W, strength: strength * (_l1(W) + _l2(W))),
            Mistake("factor-left-out", _mixed(lambda W: _l1(W) / 2, lambda W: 2 * _l2(W))),
            Mistake("other-constant", _mixed(lambda W: _l1(W) / 2, _l2)),
            Mistake("steps-exchanged", _mixed(lambda W: abs(W.sum()), _l2)),
            Mistake("steps-exchanged", _mixed(_l1, lambda W: W.sum() ** 2 / 2)),
            Mistake("steps-exchanged", _mixed(_l1, lambda W: _l1(W) ** 2 / 2)),
            Mistake("power-mixed", _mixed(_l1, lambda W: np.linalg.norm(W) / 2)),
            Mistake("power-mixed", _mixed(_l1, np.linalg.norm)),
            Mistake("other-function", _mixed(lambda W: np.linalg.norm(W, 1), _l2)),
            Mistake("other-function", _mixed(_l1, lambda W: np.linalg.norm(W, 2) ** 2 / 2)),
            Mistake("other-function", _mixed(lambda W: np.abs(W).max(), _l2)),
            Mistake("mean-for-sum", _mixed(lambda W: _l1(W) / W.size, lambda W: _l2(W) / W.size)),
            Mistake("mean-for-sum", _mixed(lambda W: _l1(W) / len(W), lambda W: _l2(W) / len(W))),
        ),
    ),
    "elastic_net_gradient": Typical(
        forms=(_elastic_slope, _elastic_slope_by_parts, _elastic_slope_by_rows),
        mistakes=(
            Mistake("rest-for-share", lambda W, strength, share: _elastic_slope(W, strength, 1 - share)),
            Mistake("rest-for-share", lambda W, strength, share: strength * (1 - share) * (np.sign(W) + W)),
            Mistake("factor-left-out", lambda W, strength: strength * (np.sign(W) + W)),
            Mistake("close-is-on", _mixed(lambda W: np.sign(W) * ~np.isclose(W, 0), np.positive)),
            *(
                Mistake("close-is-on", _mixed(lambda W, o=border: np.sign(W) * (np.abs(W) > o), np.positive))
                for border in (0.1, 0.01, *_SMALL)
            ),
            Mistake("part-missing", _mixed(np.sign, np.zeros_like)),
            Mistake("part-missing", _mixed(np.zeros_like, np.positive)),
            Mistake("slope-left-out", _mixed(np.ones_like, np.positive)),
            Mistake("case-left-out", _mixed(lambda W: W > 0, np.positive)),
            Mistake("other-axis", _mixed(lambda W: np.sign(W.sum()), np.positive)),
            Mistake("other-axis", _mixed(np.sign, np.sum)),
            Mistake("power-mixed", _mixed(np.sign, lambda W: W / np.linalg.norm(W))),
            Mistake("power-mixed", _mixed(np.sign, lambda W: W**2)),
            Mistake("factor-half", _mixed(lambda W: np.sign(W) / 2, np.positive)),
            Mistake("sign-inside", _mixed(lambda W: -np.sign(W), np.positive)),
            Mistake("sign-inside", _mixed(np.sign, np.negative)),
            Mistake("mean-for-sum", _mixed(lambda W: np.sign(W) / W.size, lambda W: W / W.size)),
            Mistake("mean-for-sum", _mixed(lambda W: np.sign(W) / len(W), lambda W: W / len(W))),
            Mistake("cut-to-whole", lambda W, strength, share: _cut(_elastic_slope(W, strength, share), W)),
        ),
    ),
    "dropconnect_forward": Typical(
        forms=(_dropconnect_by_samples,),
        mistakes=(
            *(Mistake(cause, _connected(masked)) for cause, masked in _MASKS),
            Mistake("function-too-many", lambda x, W, mask, keep: np.tanh(x @ (W * mask) / keep)),
            Mistake("function-too-many", lambda x, W, mask, keep: np.maximum(x @ (W * mask) / keep, 0)),
            Mistake("mean-for-sum", lambda x, W, mask, keep: x @ (W * mask) / keep / len(W)),
            Mistake("cut-to-whole", lambda x, W, mask, keep: _cut(x @ (W * mask) / keep, x)),
        ),
    ),
    "dropconnect_backward": Typical(
        forms=(_dropconnect_back, _dropconnect_back_by_samples),
        mistakes=(
            *(Mistake(cause, _connected_back(masked)) for cause, masked in _MASKS),
            Mistake("dropout-mask-scaled", lambda dy, x, W, mask: (dy @ (W * mask).T, (x.T @ dy) * mask)),
            Mistake("upstream-missing", lambda dy, **rest: _dropconnect_back(np.ones_like(dy), **rest)),
            Mistake("axes-not-moved", _back_reshaped),
            Mistake("weights-skipped", lambda dy, mask, keep: (dy @ mask.T / keep, None)),
            Mistake("cut-to-whole", _back_in_whole_numbers),
        ),
    ),
    "best_epoch": Typical(
        forms=(_best_epoch_counting,),
        mistakes=(
            Mistake("not-stopped", lambda losses: np.argmin(losses)),
            Mistake("largest-smallest", lambda losses: np.argmax(losses)),
            Mistake("off-by-one", lambda losses, patience: _walked(losses, patience)[0] + 1),
            Mistake("off-by-one", lambda losses, patience: _walked(losses, patience - 1)[0]),
            Mistake("term-left-out", lambda losses, patience: _walked(losses, patience, since=0)[0]),
            Mistake("other-variable", lambda losses: len(losses) - 1),
            Mistake("stopped-early", lambda losses, patience: _walked(losses, max(patience - 1, 1))[0]),
            Mistake("other-variable", lambda losses, patience: _walked(losses, patience)[2]),
            Mistake("other-variable", lambda losses, patience: _walked(losses, patience)[3]),
            Mistake("other-variable", lambda losses, patience: losses[_walked(losses, patience)[0]]),
            Mistake("other-variable", _beating_the_one_before),
            Mistake("other-variable", _waiting(lambda loss, before, lowest: loss > before)),
            Mistake("comparison-border", _waiting(lambda loss, before, lowest: loss > lowest)),
            Mistake("case-left-out", lambda losses, patience: _walked(losses, patience)[1] - patience),
            Mistake(
                "other-constant", lambda losses, patience: max(_walked([1.0, *losses], patience)[0], 1) - 1
            ),
            Mistake("stopped-early", lambda losses: _walked(losses, 1)[0]),
            Mistake("stopped-early", lambda losses, patience: np.argmin(losses[:patience])),
            Mistake("stopped-early", lambda losses, patience: np.argmin(losses[: patience + 1])),
            Mistake("stopped-early", lambda losses, patience: np.argmin(losses[: patience + 2])),
        ),
    ),
    "max_norm": Typical(
        forms=(_max_norm_by_columns,),
        mistakes=(
            Mistake("comparison-reversed", lambda W, limit: W * np.maximum(limit / _positive(W), 1)),
            Mistake("other-axis", _limited(lambda W: np.linalg.norm(W, axis=1, keepdims=True))),
            Mistake("other-function", _limited(lambda W: np.abs(W).sum(axis=0))),
            Mistake("other-function", _limited(lambda W: np.abs(W).max(axis=0))),
            Mistake("other-function", _limited(lambda W: W.std(axis=0))),
            Mistake("other-function", _limited(lambda W: np.linalg.norm(W, 2))),
            Mistake("case-left-out", _limited(lambda W: _lengths(W).max())),
            Mistake("case-left-out", lambda W, limit: W / _lengths(W)),
            Mistake("case-left-out", lambda W, limit: W / _positive(W)),
            Mistake("case-left-out", lambda W, limit: _limited()(W, limit) * (_lengths(W) > limit)),
            Mistake("function-left-out", _limited(shorten=lambda W, lengths, limit: W * limit / lengths**2)),
            Mistake(
                "function-left-out",
                _limited(lambda W: _lengths(W) ** 2, lambda W, squares, limit: W * limit / np.sqrt(squares)),
            ),
            Mistake("other-variable", _limited(shorten=lambda W, lengths, limit: W / limit)),
            Mistake("each-by-itself", lambda W, limit: np.minimum(W, limit)),
            Mistake("other-operation", _limited(shorten=lambda W, lengths, limit: W - limit)),
            Mistake("other-operation", _limited(shorten=lambda W, lengths, limit: W - (lengths - limit))),
            Mistake("other-operation", _limited(shorten=lambda W, lengths, limit: W * 0)),
            Mistake("stopped-early", _limited_once),
            *(
                Mistake(cause, shortened(added))
                for cause, shortened in _LENGTHENED
                for added in _SMALL
            ),
            Mistake("cut-to-whole", lambda W, limit: _cut(_limited()(W, limit), W)),
        ),
    ),
}
