r"""Mistakes in a convolution, however it is written: by windows, by rows of the kernel, or as one large product.

.. math:: y_{n,o,r,s} = b_o + \sum_{c,i,j} W_{o,c,i,j} \; x_{n,c,\,rt+i,\,st+j}

On a record it has no node of its own. It is known by what it does: it is linear in its kernels, and a kernel that is 1 at one
place and 0 elsewhere gives what that place meets in each window. Then the way back is known, and its mistakes with it.

Source: Dumoulin and Visin, *A Guide to Convolution Arithmetic for Deep Learning*, 2016, chapters 2 and 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from bplib.automatic_differentiation import Entry, Node, Rule
from bplib.checking.diagnosis.change import Change, Map
from bplib.types import Array

#: Strides that are looked for.
LARGEST = 4
#: Replays of a record that one kernel may take.
REPLAYS = 100


class Convolved(NamedTuple):
    """A convolution: its kernels, its output, the image and the bias if they are on the record, and how the windows lie.

    ``met`` is what each weight meets, (m, c_in, kh, kw, rows, columns).
    """

    kernels: int
    output: int
    image: int | None
    bias: int | None
    met: Array
    stride: int
    padding: int


def convolution_changes(m: Map) -> Iterator[Change]:
    """Every convolution with each mistake."""
    for convolved in convolutions(m):
        yield from _of_convolution(m, convolved)


def convolutions(m: Map) -> list[Convolved]:
    """The first node behind each array of kernels that is a convolution of them, or where its bias is added after it."""
    found: list[Convolved] = []
    for leaf in m.record.leaves.values():
        W = np.asarray(m.value(leaf), dtype=float)
        if W.ndim != 4 or W.size / len(W) > REPLAYS:
            continue
        none, twice = (m.shadow({leaf: c * W}, lambda _: True) for c in (0.0, 2.0))
        best, values = None, None
        for index in images_of(m):
            y = np.asarray(m.value(index), dtype=float)
            if index not in none or y.shape[1] != len(W) or not y.size:
                continue
            rest = none[index]
            if np.ptp(rest, axis=(0, 2, 3)).any() or not np.allclose(twice[index] + rest, 2 * y):
                continue
            met = _met(m, leaf, index, W, rest)
            if not np.allclose(np.einsum("ncijrs,ocij->nors", met, W) + rest, y):
                continue
            products = np.sort(y - rest, axis=None)
            if values is not None and (products.shape != values.shape or not np.allclose(products, values)):
                break
            # Rows may stand where samples belong, and change places with them later.
            values = products
            best = _placed(m, leaf, index, met, rest) or best
            if best is not None and (best.image is not None or best.stride < min(W.shape[2:])):
                break
        if best is not None:
            found.append(_with_bias(m, none, best))
    return found


def _with_bias(m: Map, none: Mapping[int, Array], c: Convolved) -> Convolved:
    """The same up to where a bias is added, if that is done to its output."""
    for user, _ in m.users[c.output] if c.bias is None else ():
        if user in none and np.shape(none[user]) == np.shape(none[c.output]):
            added = none[user] - none[c.output]
            moved = np.asarray(m.value(user), dtype=float) - m.value(c.output)
            bias = _bias(m, added)
            if bias is not None and np.allclose(moved, added):
                return c._replace(output=user, bias=bias)
    return c


def _bias(m: Map, rest: Array) -> int | None:
    """The array on the record that makes out what is there without kernels: one number for each channel."""
    if not rest.size or np.ptp(rest, axis=(0, 2, 3)).any():
        return None
    biases = [
        i
        for i in m.record.leaves.values()
        if np.shape(m.value(i)) == rest.shape[1:2] and np.array_equal(m.value(i), rest[0, :, 0, 0])
    ]
    return biases[0] if len(biases) == 1 else None


def images_of(m: Map) -> list[int]:
    """The batches of images on the record, but for those that are filled step by step and not yet full."""
    return [
        i
        for i in m.live
        if np.ndim(m.value(i)) == 4
        and np.size(m.value(i))
        and not (m.users[i] and all(m.node(user).name == "setitem" and k == 0 for user, k in m.users[i]))
    ]


def _met(m: Map, leaf: int, index: int, W: Array, rest: Array) -> Array:
    """What each weight meets, seen by kernels that are 1 at one place: as many places at once as there are kernels."""
    parts, places = [], W[0].size
    for start in range(0, places, len(W)):
        single = np.zeros((len(W), places))
        for o, k in enumerate(range(start, min(start + len(W), places))):
            single[o, k] = 1.0
        seen = m.shadow({leaf: single.reshape(W.shape)}, lambda i: i <= index)[index] - rest
        parts.append(seen[:, : min(len(W), places - start)])
    whole = np.concatenate(parts, axis=1)
    return whole.reshape(len(whole), *W.shape[1:], *whole.shape[2:])


def _placed(m: Map, leaf: int, index: int, met: Array, rest: Array) -> Convolved | None:
    """How the windows lie: by the image if it is on the record, and else by where they overlap."""
    bias = _bias(m, rest)
    kh, kw, rows, columns = met.shape[2:]
    for image in reversed([i for i in images_of(m) if i < index]):
        x = np.asarray(m.value(image), dtype=float)
        if x.shape[:2] != met.shape[:2]:
            continue
        for stride in range(1, LARGEST + 1):
            for padding in range(min(kh, kw) + 1):
                padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
                size = ((padded.shape[2] - kh) // stride + 1, (padded.shape[3] - kw) // stride + 1)
                if size == (rows, columns) and np.allclose(_windows(padded, met.shape, stride), met):
                    return Convolved(leaf, index, image, bias, met, stride, padding)
    for stride in range(1, max(kh, kw) + 1):
        if np.allclose(_windows(_image(met, stride), met.shape, stride), met):
            return Convolved(leaf, index, None, bias, met, stride, 0)
    return None


def _at(i: int, j: int, rows: int, columns: int, stride: int) -> tuple[slice, ...]:
    """The pixels that one weight meets."""
    ends = i + stride * (rows - 1) + 1, j + stride * (columns - 1) + 1
    return np.s_[:, :, i : ends[0] : stride, j : ends[1] : stride]


def _windows(x: Array, shape: tuple[int, ...], stride: int) -> Array:
    met = np.empty(shape)
    for i, j in np.ndindex(shape[2:4]):
        met[:, :, i, j] = x[_at(i, j, shape[4], shape[5], stride)]
    return met


def _image(met: Array, stride: int) -> Array:
    """The image that the windows were taken of; pixels that none has seen are not a number."""
    kh, kw, rows, columns = met.shape[2:]
    x = np.full((*met.shape[:2], stride * (rows - 1) + kh, stride * (columns - 1) + kw), np.nan)
    for i, j in np.ndindex(kh, kw):
        x[_at(i, j, rows, columns, stride)] = met[:, :, i, j]
    return x


def _of_convolution(m: Map, c: Convolved) -> Iterator[Change]:
    W = np.asarray(m.value(c.kernels), dtype=float)
    count, samples = c.met[0, 0, 0, 0].size, len(c.met)

    def to_kernels(met: Array = c.met) -> Rule:
        return lambda d, *_, **__: np.einsum("nors,ncijrs->ocij", d, met)

    def to_image(kernels: Array = W, stride: int = c.stride, order: str = "added") -> Rule:
        return lambda d, *_, **__: _handed_back(m, c, d, kernels, stride, order)

    def scaled(rule: Rule, by: float) -> Rule:
        return _then(rule, lambda g: g / by)

    def summed(d: Array, *_: object, **__: object) -> Array:
        return d.sum(axis=(0, 2, 3))

    def changed(cause: str, said: str, **rules: Rule) -> Change:
        ways = [
            (entry, rules.get(name, rule))
            for name, entry, rule in (
                ("kernels", c.kernels, to_kernels()), ("image", c.image, to_image()), ("bias", c.bias, summed),
            )
            if entry is not None
        ]  # fmt: skip
        node = Node("convolution", np.copy, tuple(Entry(entry) for entry, _ in ways), {}, m.value(c.output))
        return Change(
            cause,
            c.output,
            said,
            {(c.output, k): rule for k, (_, rule) in enumerate(ways)},
            nodes={c.output: node},
        )

    if c.stride > 1:
        beside = _windows(_image(c.met, c.stride), c.met.shape, 1)
        said = "the windows of a convolution stand side by side on the way back"
        for rules in (
            {"kernels": to_kernels(beside), "image": to_image(stride=1)},
            {"kernels": to_kernels(beside)},
            {"image": to_image(stride=1)},
        ):
            yield changed("stride-forgotten", said, **rules)
    said = "one channel of a convolution is taken for another"
    for other in _other_channels(W):
        yield changed("channel-mixed", said, image=to_image(other))
    exchanged: tuple[Callable[[Array], Array], ...] = (
        lambda g: np.flip(g, 0),
        lambda g: np.flip(g, 1),
        lambda g: g.swapaxes(0, 1).reshape(W.shape),
    )
    for way in exchanged:
        yield changed("channel-mixed", said, kernels=_then(to_kernels(), way))
    said = "the gradient of a kernel is divided by the number of places"
    for by, more in ((count, ""), (count * samples, " and of samples")):
        # With as many places as samples, nothing tells which of the two it was.
        for cause in ("mean-for-sum", "averaged-twice") if by == samples else ("mean-for-sum",):
            yield changed(cause, said + more, kernels=scaled(to_kernels(), by))
            if c.bias is not None:
                by_both = {"kernels": scaled(to_kernels(), by), "bias": scaled(summed, by)}
                yield changed(cause, said + more, **by_both)
    if c.bias is not None:
        said = "the gradient of a convolution's bias is divided by the number of places"
        for cause in ("mean-for-sum", "bias-averaged") if count == samples else ("mean-for-sum",):
            yield changed(cause, said, bias=scaled(summed, count))
    for order, which in ORDERS:
        said = f"of what overlapping windows of a convolution hand back only the {which} share is kept"
        yield changed("index-assigned", said, image=to_image(order=order))


def _then(rule: Rule, way: Callable[[Array], Array]) -> Rule:
    return lambda d, *arguments, **options: way(rule(d, *arguments, **options))


#: Ways in which shares are written over others, and which of them stays.
ORDERS = (
    ("windows", "last"), ("windows, reversed", "first"), ("outputs", "last"), ("entries", "last"), ("entries, reversed", "first"),
)  # fmt: skip


def _other_channels(W: Array) -> list[Array]:
    """Kernels with their channels exchanged."""
    ways = [np.flip(W, 1), np.flip(W, 0), W.reshape(W.shape[1], W.shape[0], *W.shape[2:]).swapaxes(0, 1)]
    return [*ways, W.swapaxes(0, 1)] if W.shape[0] == W.shape[1] else ways


def _handed_back(m: Map, c: Convolved, d: Array, W: Array, stride: int, order: str) -> Array:
    kh, kw, rows, columns = c.met.shape[2:]
    shape, p = np.shape(m.value(c.image)), c.padding  # type: ignore[arg-type]
    dx = np.zeros((*shape[:2], shape[2] + 2 * p, shape[3] + 2 * p))
    if order.startswith("entries"):
        for i, j in list(np.ndindex(kh, kw))[:: -1 if "reversed" in order else 1]:
            dx[_at(i, j, rows, columns, stride)] = np.einsum("nors,oc->ncrs", d, W[:, :, i, j])
    else:
        for r, s in list(np.ndindex(rows, columns))[:: -1 if "reversed" in order else 1]:
            seen = np.s_[:, :, r * stride : r * stride + kh, s * stride : s * stride + kw]
            if order == "outputs":
                dx[seen] = d[:, -1, None, None, None, r, s] * W[-1]
            elif order == "added":
                dx[seen] += np.einsum("no,ocij->ncij", d[:, :, r, s], W)
            else:
                dx[seen] = np.einsum("no,ocij->ncij", d[:, :, r, s], W)
    return dx[:, :, p : dx.shape[2] - p, p : dx.shape[3] - p]
