"""Attention, layer normalization and a transformer of both: against the loss alone, the mistakes too, and what is refused."""

import numpy as np
import pytest

from bplib.activation import softmax
from bplib.applications.attention import (
    attention,
    attention_backward,
    causal_mask,
    padding_mask,
)
from bplib.applications.batch_normalization import batch_normalization
from bplib.applications.layer_normalization import layer_normalization, layer_normalization_backward
from bplib.applications.layers import Activation, BatchNormalization, Dense, Flatten
from bplib.applications.model import Branched, InSequence, Model
from bplib.applications.saved import load, save
from bplib.applications.self_attention import join_heads, self_attention, self_attention_backward, split_heads
from bplib.applications.sequence_layers import EveryStep, LastStep
from bplib.applications.transformer import (
    LayerNormalization,
    Position,
    SelfAttention,
    attention_maps,
    transformer,
    waves,
)
from bplib.checking import check_gradients
from bplib.error import one_hot
from bplib.iterations import train
from bplib.partial_derivatives import complex_step, relative_error
from bplib.weight_update import adam

#: Shapes of q, k and v. All sizes that could be mistaken for each other are unlike.
UNLIKE = ((2, 3, 4), (2, 5, 4), (2, 5, 6))
SHAPES = [
    UNLIKE,
    ((3, 2), (5, 2), (5, 4)),  # one sequence, no axis in front
    ((2, 3, 4, 2), (2, 3, 5, 2), (2, 3, 5, 3)),  # samples and heads in front
    ((2, 1, 3), (2, 1, 3), (2, 1, 2)),  # one step: the softmax of one score is 1, whatever it is
    ((4, 4, 4), (4, 4, 4), (4, 4, 4)),  # all alike: whatever is exchanged would fit
]


def case(shapes, seed=0, hidden=False):
    rng = np.random.default_rng(seed)
    params = {name: rng.normal(size=shape) for name, shape in zip("qkv", shapes)}
    seen = None
    if hidden:
        seen = rng.random((*shapes[0][:-1], shapes[1][-2])) < 0.6
        seen[..., 0] |= ~seen.any(axis=-1)
    y, cache = attention(**params, mask=seen)
    return params, seen, y, rng.normal(size=y.shape), cache


def loss_of(mask, target):
    """Half the squared distance of the output from a target: every output has a say, and not the same."""
    return lambda p: 0.5 * ((attention(p["q"], p["k"], p["v"], mask)[0] - target) ** 2).sum()


def named(gradients):
    return {name.removeprefix("d"): value for name, value in gradients._asdict().items()}


def test_worked_out_by_hand():
    # Scores 0 and ln 3, after a division by √4 = 2: weights 1/4 and 3/4.
    q, k = np.array([[2.0, 0, 0, 0]]), np.array([[0.0, 1, 2, 3], [np.log(3.0), 0, 0, 0]])
    y, cache = attention(q, k, np.array([[8.0], [4.0]]))
    np.testing.assert_allclose(cache.weights, [[0.25, 0.75]], rtol=1e-15)
    np.testing.assert_allclose(y, [[5.0]], rtol=1e-15)
    dq, dk, dv = attention_backward(np.array([[1.0]]), cache)
    np.testing.assert_allclose(dv, [[0.25], [0.75]])
    # The scores get 1/4 · (8 - 5) and 3/4 · (4 - 5), and half of it reaches queries and keys.
    np.testing.assert_allclose(dk, [[0.75, 0, 0, 0], [-0.75, 0, 0, 0]])
    np.testing.assert_allclose(dq, 0.375 * k[:1] - 0.375 * k[1:], rtol=1e-14)


def test_attention_is_its_sums():
    params, _, y, _, cache = case(UNLIKE)
    q, k, v = params.values()
    for n, i in np.ndindex(2, 3):
        share = np.exp([q[n, i] @ k[n, j] / 2.0 for j in range(5)])
        share /= share.sum()
        np.testing.assert_allclose(cache.weights[n, i], share, rtol=1e-13)
        np.testing.assert_allclose(y[n, i], sum(share[j] * v[n, j] for j in range(5)), rtol=1e-12)


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("shapes", SHAPES)
def test_the_gradient_is_right_by_the_loss_alone(shapes, hidden):
    params, mask, y, target, cache = case(shapes, hidden=hidden)
    report = check_gradients(loss_of(mask, target), params, named(attention_backward(y - target, cache)))
    assert report.verdict == "correct", str(report)


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("name", ["q", "k", "v"])
@pytest.mark.parametrize("shapes", SHAPES)
def test_the_gradient_is_the_complex_step(shapes, name, hidden):
    params, mask, y, target, cache = case(shapes, hidden=hidden)
    loss = loss_of(mask, target)
    exact = complex_step(lambda value: loss({**params, name: value}), params[name])
    gradient = named(attention_backward(y - target, cache))[name]
    assert gradient.shape == exact.shape
    np.testing.assert_allclose(gradient, exact, rtol=1e-11, atol=1e-14)


def test_what_is_hidden_has_no_weight_and_no_blame():
    params, _, _, dy, _ = case(UNLIKE)
    mask = np.array([[True, False, True, True, False]] * 3)
    y, cache = attention(**params, mask=mask)
    assert (cache.weights[..., [1, 4]] == 0).all() and np.allclose(cache.weights.sum(axis=-1), 1)
    gradients = attention_backward(dy, cache)
    assert (gradients.dk[:, [1, 4]] == 0).all() and (gradients.dv[:, [1, 4]] == 0).all()
    without = attention(params["q"], *(params[name][:, [0, 2, 3]] for name in "kv"))[0]
    np.testing.assert_allclose(y, without, rtol=1e-13)


def test_large_scores_do_not_overflow():
    params, _, _, dy, _ = case(UNLIKE)
    y, cache = attention(1e4 * params["q"], params["k"], params["v"])
    assert np.isfinite(y).all() and all(np.isfinite(g).all() for g in attention_backward(dy, cache))


# Heads and masks -------------------------------------------------------------------------------------------------

M, STEPS, FEATURES = 2, 5, 6


def projected(heads, d=2, n=3, outputs=4, seed=0):
    """Sequences and weights, with more features of values than of queries and other outputs than features."""
    rng = np.random.default_rng(seed)
    return {
        "x": rng.normal(size=(M, STEPS, FEATURES)),
        "Wq": rng.normal(size=(FEATURES, heads * d)), "Wk": rng.normal(size=(FEATURES, heads * d)),
        "Wv": rng.normal(size=(FEATURES, heads * n)), "Wo": rng.normal(size=(heads * n, outputs)),
    }  # fmt: skip


MASKS = {
    "all": None,
    "causal": causal_mask(STEPS),
    "padding": padding_mask([3, 5], STEPS),
    "both": causal_mask(STEPS) & padding_mask([3, 5], STEPS),
}


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("heads", [1, 3])
def test_self_attention_is_right_by_the_loss_alone_and_by_the_complex_step(heads, mask):
    params, target = projected(heads), np.random.default_rng(1).normal(size=(M, STEPS, 4))

    def loss(p):
        return 0.5 * ((self_attention(**p, heads=heads, mask=MASKS[mask])[0] - target) ** 2).sum()

    y, cache = self_attention(**params, heads=heads, mask=MASKS[mask])
    gradients = named(self_attention_backward(y - target, cache))
    report = check_gradients(loss, params, gradients)
    assert report.verdict == "correct", str(report)
    for name in params:
        exact = complex_step(lambda value, name=name: loss({**params, name: value}), params[name])
        assert relative_error(gradients[name], exact) < 1e-12, name


def test_each_head_is_an_attention_of_its_own():
    p = projected(3)
    together = self_attention(**p, heads=3)[0]
    alone = sum(
        self_attention(
            p["x"], p["Wq"][:, 2 * h : 2 * h + 2], p["Wk"][:, 2 * h : 2 * h + 2], p["Wv"][:, 3 * h : 3 * h + 3],
            p["Wo"][3 * h : 3 * h + 3],
        )[0]
        for h in range(3)
    )  # fmt: skip
    np.testing.assert_allclose(together, alone, rtol=1e-12, atol=1e-12)


def test_heads_are_split_by_features_and_joined_again():
    x = np.arange(2 * 3 * 4).reshape(2, 3, 4)
    heads = split_heads(x, 2)
    assert heads.shape == (2, 2, 3, 2)
    assert heads[0].tolist() == [[[0, 1], [4, 5], [8, 9]], [[2, 3], [6, 7], [10, 11]]]
    assert np.array_equal(join_heads(heads), x)


def test_the_order_of_the_steps_is_not_seen():
    p, order = projected(3), [3, 0, 4, 1, 2]
    y = self_attention(**p, heads=3)[0]
    moved = self_attention(**{**p, "x": p["x"][:, order]}, heads=3)[0]
    np.testing.assert_allclose(moved, y[:, order], rtol=1e-12, atol=1e-12)


def test_the_past_does_not_see_the_future():
    p = projected(3)
    y = self_attention(**p, heads=3, mask=causal_mask(STEPS))[0]
    changed = p["x"].copy()
    changed[:, 3:] += 1.0
    z = self_attention(**{**p, "x": changed}, heads=3, mask=causal_mask(STEPS))[0]
    assert np.array_equal(y[:, :3], z[:, :3]) and (y[:, 3:] != z[:, 3:]).all()


def test_what_fills_a_sequence_up_is_not_seen():
    p = projected(3)
    y = self_attention(**p, heads=3, mask=MASKS["padding"])[0]
    short = self_attention(**{**p, "x": p["x"][:1, :3]}, heads=3)[0]
    np.testing.assert_allclose(y[:1, :3], short, rtol=1e-12, atol=1e-12)


def test_masks_are_what_they_say():
    assert causal_mask(3).tolist() == [[True, False, False], [True, True, False], [True, True, True]]
    assert padding_mask([1, 3], 3).tolist() == [[[True, False, False]], [[True, True, True]]]


# Typical mistakes ------------------------------------------------------------------------------------------------


def by_jacobian(dy, cache, *, diagonal=False, scale=None, exchanged=False):
    """The backward pass with the softmax's Jacobian written out, with a mistake."""
    q, k, v, weights, _ = cache
    dv, dweights = weights.swapaxes(-1, -2) @ dy, dy @ v.swapaxes(-1, -2)
    off = 0 if diagonal else weights[..., :, None] * weights[..., None, :]
    jacobian = np.eye(weights.shape[-1]) * weights[..., None, :] - off * (
        np.eye(weights.shape[-1]) if diagonal else 1
    )
    if diagonal:
        jacobian = np.eye(weights.shape[-1]) * (weights * (1 - weights))[..., None, :]
    dscores = (jacobian @ dweights[..., None])[..., 0] / (np.sqrt(q.shape[-1]) if scale is None else scale)
    if exchanged:
        dscores = dscores.swapaxes(-1, -2)
    return attention_backward(dy, cache)._replace(dq=dscores @ k, dk=dscores.swapaxes(-1, -2) @ q, dv=dv)


MISTAKES = {
    "the softmax as a diagonal": {"diagonal": True},
    "scale forgotten": {"scale": 1.0},
    "scale of the steps": {"scale": np.sqrt(5.0)},
}


def test_without_a_mistake_the_jacobian_is_right():
    *_, dy, cache = case(UNLIKE, hidden=True)
    for own, right in zip(by_jacobian(dy, cache), attention_backward(dy, cache)):
        np.testing.assert_allclose(own, right, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_wrong_by_the_loss_alone(name):
    params, mask, y, target, cache = case(UNLIKE)
    found = named(by_jacobian(y - target, cache, **MISTAKES[name]))
    report = check_gradients(loss_of(mask, target), params, found)
    assert report.verdict == "wrong", str(report)


def test_queries_and_keys_exchanged_are_wrong_where_they_fit():
    params, mask, y, target, cache = case(SHAPES[-1])
    found = named(by_jacobian(y - target, cache, exchanged=True))
    assert check_gradients(loss_of(mask, target), params, found).verdict == "wrong"


def test_a_head_that_gets_steps_for_features_is_another_function():
    p = projected(3)
    q = p["x"] @ p["Wq"]
    assert not np.allclose(split_heads(q, 3), q.reshape(M, 3, STEPS, -1))
    assert np.array_equal(split_heads(q, 1), q.reshape(M, 1, STEPS, -1))


def test_a_mask_after_the_softmax_leaves_rows_that_are_no_means():
    params, _, _, _, cache = case(SHAPES[-1])
    later = cache.weights * causal_mask(4)
    assert (later[:, :-1].sum(axis=-1) < 0.999).all()
    hidden = attention(**params, mask=causal_mask(4))[1].weights
    np.testing.assert_allclose(hidden, later / later.sum(axis=-1, keepdims=True), rtol=1e-12)


# Layer normalization ---------------------------------------------------------------------------------------------


def normalized_case(shape, seed=0):
    """Scales unlike one and shifts unlike zero, so that neither can be left out."""
    rng = np.random.default_rng(seed)
    n = shape[-1]
    params = {
        "x": rng.normal(3.0, 2.0, size=shape),
        "scale": rng.uniform(1.5, 3.0, n),
        "shift": rng.normal(size=n),
    }
    return params, rng.normal(size=shape)


ROWS = pytest.mark.parametrize("shape", [(3, 4), (1, 5), (2, 3, 4), (2, 1, 2), (2, 3, 2, 5)])


@ROWS
def test_each_row_is_normalized_over_its_features(shape):
    params, _ = normalized_case(shape)
    x, scale, shift = params.values()
    y = layer_normalization(**params)[0]
    for at in np.ndindex(shape[:-1]):
        row = x[at]
        np.testing.assert_allclose(
            y[at], scale * (row - row.mean()) / np.sqrt(row.var() + 1e-5) + shift, rtol=1e-12
        )


@ROWS
def test_layer_normalization_is_right_by_the_loss_alone_and_by_the_complex_step(shape):
    params, target = normalized_case(shape)

    def loss(p):
        # A large epsilon, so that leaving it out would show.
        return 0.5 * ((layer_normalization(p["x"], p["scale"], p["shift"], 0.5)[0] - target) ** 2).sum()

    y, cache = layer_normalization(*params.values(), 0.5)
    gradients = named(layer_normalization_backward(y - target, cache))
    report = check_gradients(loss, params, gradients)
    assert report.verdict == "correct", str(report)
    for name in params:
        exact = complex_step(lambda value, name=name: loss({**params, name: value}), params[name])
        assert relative_error(gradients[name], exact) < 1e-12, name


def test_it_is_batch_normalization_on_its_side():
    x = np.random.default_rng(0).normal(size=(3, 4))
    own = layer_normalization(x, np.ones(4), np.zeros(4))[0]
    np.testing.assert_allclose(own, batch_normalization(x.T, np.ones(3), np.zeros(3))[0].T, rtol=1e-14)
    assert not np.allclose(own, batch_normalization(x, np.ones(4), np.zeros(4))[0])


def test_statistics_taken_for_constants_are_wrong_by_the_loss_alone():
    params, target = normalized_case((2, 3, 4))
    y, cache = layer_normalization(**params)
    found = named(layer_normalization_backward(y - target, cache))
    deviation = cache.turned.deviation.reshape(2, 3, 1)
    found["x"] = (y - target) * params["scale"] / deviation
    report = check_gradients(
        lambda p: 0.5 * ((layer_normalization(**p)[0] - target) ** 2).sum(), params, found
    )
    assert report.verdict == "wrong"


# A transformer ---------------------------------------------------------------------------------------------------


def everything(learned=True):
    """Every kind of layer of the transformer, several heads, masked and not, on shapes that hide nothing."""
    return Model(
        (5, 3),
        (
            EveryStep(Dense(6)), Position(learned),
            Branched((InSequence((LayerNormalization(0.1), SelfAttention(3, causal=True))), InSequence())),
            Branched((InSequence((LayerNormalization(), EveryStep(Dense(7)), Activation("tanh"), EveryStep(Dense(6)))), InSequence())),
            SelfAttention(2), LayerNormalization(),
            Branched((LastStep(), InSequence((Flatten(), Dense(6))))), Dense(4),
        ),
        "categorical_cross_entropy",
    )  # fmt: skip


@pytest.mark.parametrize("learned", [False, True])
def test_every_gradient_of_a_transformer_is_right(learned):
    rng = np.random.default_rng(0)
    model = everything(learned)
    params = model.initialize(rng)
    params = {name: value + rng.normal(scale=0.2, size=value.shape) for name, value in params.items()}
    x, y = rng.normal(size=(3, 5, 3)), one_hot(np.array([0, 3, 1]), 4)

    def both(p):
        return model.loss_and_gradients(p, x, y)[:2]

    report = check_gradients(lambda p: both(p)[0], params, lambda p: both(p)[1])
    assert report.verdict == "correct", str(report)
    assert ("Wp2" in params) is learned

    output, cache = model.forward(params, x)
    slopes = rng.normal(size=output.shape)
    report = check_gradients(
        lambda x: (model.output(params, x) * slopes).sum(), x, model.backward(slopes, cache)[1]
    )
    assert report.verdict == "correct", str(report)


def test_parameters_are_named_by_their_layers():
    assert transformer((5, 3), 4, features=6, heads=3, blocks=1).shapes() == {
        "W1": (3, 6), "b1": (6,), "Wp2": (5, 6), "scale3": (6,), "shift3": (6,),
        "Wq4": (6, 6), "Wk4": (6, 6), "Wv4": (6, 6), "Wo4": (6, 6), "scale5": (6,), "shift5": (6,),
        "W6": (6, 12), "b6": (12,), "W7": (12, 6), "b7": (6,), "scale8": (6,), "shift8": (6,), "W9": (6, 4), "b9": (4,),
    }  # fmt: skip


def test_waves_tell_where_a_step_stands():
    rows = waves(7, 5)
    assert rows.shape == (7, 5) and np.array_equal(rows[0], [0, 1, 0, 1, 0])
    np.testing.assert_allclose(
        rows[3], [np.sin(3), np.cos(3), np.sin(3 / 10**1.6), np.cos(3 / 10**1.6), np.sin(3 / 10**3.2)]
    )


def test_positions_make_the_order_seen():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 5, 3))
    moved = x[:, [1, 0, 2, 3, 4]]
    for position, seen in (((), False), ((Position(),), True), ((Position(learned=False),), True)):
        model = Model((5, 3), (*position, SelfAttention(1), LastStep(), Dense(2)))
        params = model.initialize(np.random.default_rng(1))
        assert np.allclose(model.output(params, x), model.output(params, moved)) is not seen


def test_a_transformer_is_saved_shown_and_its_maps_are_found(tmp_path, plots):
    model = everything()
    params = model.initialize(np.random.default_rng(0))
    save(tmp_path / "a.npz", model, params)
    plan, again = load(tmp_path / "a.npz", model)
    assert plan == model and all(np.array_equal(again[name], params[name]) for name in params)
    text = plots.layers(model).alt
    assert "branch 1: SelfAttention(heads=3, causal=True), one sample becomes 5 × 6, parameters 144" in text
    maps = attention_maps(model.forward(params, np.ones((2, 5, 3)))[1])
    assert [m.shape for m in maps] == [(2, 3, 5, 5), (2, 2, 5, 5)]
    assert (maps[0][..., ~causal_mask(5)] == 0).all() and (maps[1] > 0).all()


def test_a_small_transformer_learns_which_symbol_stood_first():
    rng = np.random.default_rng(0)
    x = np.eye(3)[rng.integers(0, 3, (300, 4))]
    y = x[:, 0]
    model = transformer((4, 3), 3, features=8, heads=2, blocks=1)
    params, history = train(
        model, model.initialize(rng), x[:200], y[:200], epochs=25, learning_rate=0.01, batch_size=20, optimizer=adam, rng=rng
    )  # fmt: skip
    assert (model.output(params, x[200:]).argmax(axis=1) == y[200:].argmax(axis=1)).mean() > 0.97
    assert history.loss[0] > 0.5


# Manners ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_the_kind_of_numbers_stays(dtype):
    p = {name: value.astype(dtype) for name, value in projected(3).items()}
    y, cache = self_attention(**p, heads=3, mask=causal_mask(STEPS))
    assert {y.dtype, *(g.dtype for g in self_attention_backward(y, cache))} == {np.dtype(dtype)}
    q, scale, shift = p["Wo"], p["Wo"][0], p["Wo"][1]
    y, seen = layer_normalization(q, scale, shift)
    assert {y.dtype, *(g.dtype for g in layer_normalization_backward(y, seen))} == {np.dtype(dtype)}
    if dtype != np.complex128:
        model = everything(learned=False)
        params = model.initialize(np.random.default_rng(0), dtype=dtype)
        assert model.output(params, np.ones((2, 5, 3), dtype)).dtype == dtype


def test_nothing_that_is_passed_in_is_changed():
    p = projected(3)
    before = {name: value.copy() for name, value in p.items()}
    mask = causal_mask(STEPS)
    y, cache = self_attention(**p, heads=3, mask=mask)
    kept, dy = y.copy(), y.copy()
    self_attention_backward(dy, cache)
    layer_normalization_backward(dy, layer_normalization(y, np.ones(4), np.zeros(4))[1])
    assert all(np.array_equal(p[name], before[name]) for name in p)
    assert np.array_equal(mask, causal_mask(STEPS)) and np.array_equal(dy, kept) and np.array_equal(y, kept)


def shaped(*shapes):
    return [np.ones(shape) for shape in shapes]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: attention(*shaped((3, 2), (4, 3), (4, 2))), "as many features in k as in q"),
        (lambda: attention(*shaped((3, 2), (4, 2), (5, 2))), "as many values as keys"),
        (lambda: attention(*shaped((2, 3, 2), (4, 2), (4, 2))), "the same in front"),
        (lambda: attention(*shaped((2,), (4, 2), (4, 2))), "expected (…, queries, d)"),
        (lambda: attention(*shaped((3, 2), (0, 2), (0, 2))), "at least 1"),
        (lambda: attention(*shaped((3, 2), (4, 2), (4, 2)), np.ones((3, 4))), "dtype float64, expected bool"),
        (lambda: attention(*shaped((3, 2), (4, 2), (4, 2)), np.ones((4, 3), bool)), "shape (4, 3), expected one that fits (3, 4)"),
        (lambda: attention(*shaped((3, 2), (4, 2), (4, 2)), np.arange(3)[:, None] != 1), "hides all keys from query (1,)"),
        (lambda: attention_backward(np.ones((3, 3)), attention(*shaped((3, 2), (4, 2), (4, 2)))[1]), "expected (3, 2)"),
        (lambda: split_heads(np.ones((2, 3, 4)), 3), "4 features for 3 heads, expected a multiple of 3"),
        (lambda: split_heads(np.ones((2, 3, 4)), 0), "heads is 0, expected a whole number, at least 1"),
        (lambda: self_attention(*shaped((3, 4), (4, 4), (4, 4), (4, 4), (4, 4))), "x[None]"),
        (lambda: self_attention(*shaped((2, 3, 4), (4, 6), (4, 6), (4, 6), (6, 4)), 4), "6 features for 4 heads"),
        (lambda: self_attention(*shaped((2, 3, 4), (4, 4), (3, 4), (4, 4), (4, 4))), "Wk has shape (3, 4), expected (4, …)"),
        (lambda: self_attention(*shaped((2, 3, 4), (4, 4), (4, 4), (4, 6), (4, 4))), "Wo has shape (4, 4), expected (6, …)"),
        (lambda: self_attention(*shaped((2, 3, 4), (4, 4), (4, 2), (4, 4), (4, 4))), "as many features in k as in q"),
        (lambda: self_attention(*shaped((2, 3, 4), *[(4, 4)] * 4), 2, np.arange(6).reshape(2, 1, 3) > 2), "query (0, 0, 0)"),
        (lambda: self_attention_backward(np.ones((2, 3, 1)), self_attention(*shaped((2, 3, 4), *[(4, 4)] * 4))[1]), "(2, 3, 4)"),
        (lambda: causal_mask(0), "steps is 0"),
        (lambda: padding_mask([2, 0], 3), "whole numbers from 1 to 3"),
        (lambda: padding_mask([2, 4], 3), "whole numbers from 1 to 3"),
        (lambda: padding_mask([1.5], 3), "whole numbers from 1 to 3"),
        (lambda: layer_normalization(*shaped((3, 1), (1,), (1,))), "at least 2 features"),
        (lambda: layer_normalization(*shaped((3,), (3,), (3,))), "expected (…, features)"),
        (lambda: layer_normalization(*shaped((3, 4), (3,), (4,))), "scale has shape (3,), expected (4,)"),
        (lambda: layer_normalization(*shaped((3, 4), (4,), (1, 4))), "shift has shape (1, 4), expected (4,)"),
        (lambda: layer_normalization_backward(np.ones((3, 2)), layer_normalization(*shaped((3, 4), (4,), (4,)))[1]), "(3, 4)"),
        (lambda: SelfAttention(0), "heads is 0"),
        (lambda: Model((5, 4), (SelfAttention(3), LastStep())), "4 features for 3 heads"),
        (lambda: Model((5,), (SelfAttention(1),)), "SelfAttention() is given samples of shape (5,), expected (steps, features)"),
        (lambda: Model((5,), (EveryStep(Dense(2)),)), "EveryStep(…) is given samples of shape (5,)"),
        (lambda: Model((5,), (Position(),)), "Position() is given samples of shape (5,)"),
        (lambda: Model((5, 1), (LayerNormalization(), LastStep())), "at least 2 features"),
        (lambda: Model((5,), (LastStep(),)), "LastStep() is given samples of shape (5,)"),
        (lambda: EveryStep(BatchNormalization()), "a layer that keeps nothing"),
        (lambda: EveryStep("dense"), "the layer of EveryStep is 'dense'"),
        (lambda: transformer((5, 2), 3, blocks=-1), "blocks is -1"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(call, words):
    with pytest.raises((TypeError, ValueError)) as refused:
        call()
    assert words in str(refused.value)


def test_a_softmax_row_is_what_attention_weighs_with():
    params, *_, cache = case(UNLIKE)
    np.testing.assert_array_equal(cache.weights, softmax(params["q"] @ params["k"].swapaxes(1, 2) / 2.0))
