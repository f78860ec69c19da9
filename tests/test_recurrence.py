"""Recurrence, long short-term memory and embedding: against numbers by hand, the loss alone, and the mistakes against both."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bplib.applications.embedding import embedding, embedding_backward
from bplib.applications.long_short_term_memory import (
    long_short_term_memory,
    long_short_term_memory_backward,
)
from bplib.applications.recurrence import recurrence, recurrence_backward
from bplib.checking import check_gradients
from bplib.partial_derivatives import complex_step, relative_error

KINDS = {
    "recurrence": (recurrence, recurrence_backward, 1),
    "long short-term memory": (long_short_term_memory, long_short_term_memory_backward, 4),
}
#: m, steps, features, units, lengths. All sizes that could be mistaken for each other are unlike.
UNLIKE = (3, 5, 2, 4, (5, 2, 3))
SHAPES = [
    UNLIKE,
    (3, 5, 2, 4, None),  # all of one length
    (2, 1, 3, 4, None),  # one step
    (1, 4, 1, 1, None),  # one sequence, one feature, one unit
    (3, 3, 3, 3, (1, 3, 2)),  # all alike: exchanged, they would fit
    (3, 4, 2, 5, (0, 4, 2)),  # a sequence without any step
]
MASK = np.array([[True, False, True, True], [False, True, True, False]])


def case(kind, shapes, seed=0, mask=None):
    m, steps, features, units, lengths = shapes
    forward, _, gates = KINDS[kind]
    rng = np.random.default_rng(seed)
    params = {
        "x": rng.normal(size=(m, steps, features)),
        "W": rng.normal(size=(features, gates * units)) * 0.7,
        "U": rng.normal(size=(units, gates * units)) * 0.7,
        "b": rng.normal(size=gates * units),
    }
    if lengths is not None:
        mask = np.arange(steps) < np.array(lengths)[:, None]
    y, cache = forward(**params, mask=mask)
    target = rng.normal(size=y.shape)

    def loss(p):
        """Half the squared distance from a target: every state has a say, and not the same."""
        return 0.5 * ((forward(**p, mask=mask)[0] - target) ** 2).sum()

    return params, loss, y - target, cache


def named(gradients):
    return {"x": gradients.dx, "W": gradients.dW, "U": gradients.dU, "b": gradients.db}


def test_three_steps_worked_out_by_hand():
    x, w, u = np.array([[[1.0], [0.0], [-1.0]]]), np.array([[0.5]]), np.array([[2.0]])
    y, cache = recurrence(x, w, u, np.zeros(1))
    h1 = np.tanh(0.5)
    h2 = np.tanh(2 * h1)
    h3 = np.tanh(2 * h2 - 0.5)
    np.testing.assert_allclose(y.ravel(), [h1, h2, h3], rtol=1e-15)
    # The last state alone is judged, with the blame 1.
    gradients = recurrence_backward(np.array([[[0.0], [0.0], [1.0]]]), cache)
    z3 = 1 - h3**2
    z2 = z3 * 2 * (1 - h2**2)
    z1 = z2 * 2 * (1 - h1**2)
    np.testing.assert_allclose(gradients.dU, [[z3 * h2 + z2 * h1]], rtol=1e-14)
    np.testing.assert_allclose(gradients.dW, [[-z3 + z1]], rtol=1e-14)
    np.testing.assert_allclose(gradients.db, [z1 + z2 + z3], rtol=1e-14)
    np.testing.assert_allclose(gradients.dx.ravel(), [z1 / 2, z2 / 2, z3 / 2], rtol=1e-14)


def test_a_cell_adds_up_what_the_gates_let_in():
    # Gates wide open by their biases, and a candidate of tanh(x): the cell is the sum over all steps.
    x = np.array([[[0.5], [-0.25], [1.0]]])
    b = np.array([40.0, 40.0, 0.0, 40.0])
    y, cache = long_short_term_memory(x, np.array([[0.0, 0, 1, 0]]), np.zeros((1, 4)), b)
    total = np.tanh(x).cumsum(axis=1)
    np.testing.assert_allclose(cache.cells[:, 1:], total, rtol=1e-12)
    np.testing.assert_allclose(y, np.tanh(total), rtol=1e-12)
    # And the blame of the last state arrives at each step undiminished.
    dx = long_short_term_memory_backward(np.array([[[0.0], [0.0], [1.0]]]), cache).dx
    np.testing.assert_allclose(dx, (1 - np.tanh(total[:, -1:]) ** 2) * (1 - np.tanh(x) ** 2), rtol=1e-12)


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_gradient_is_right_by_the_loss_alone(kind, shapes):
    params, loss, dy, cache = case(kind, shapes)
    report = check_gradients(loss, params, named(KINDS[kind][1](dy, cache)))
    assert report.verdict == "correct", str(report)


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("name", ["x", "W", "U", "b"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_gradient_is_the_complex_step(kind, name, shapes):
    params, loss, dy, cache = case(kind, shapes)
    gradient = named(KINDS[kind][1](dy, cache))[name]
    exact = complex_step(lambda value: loss({**params, name: value}), params[name])
    assert gradient.shape == exact.shape and relative_error(gradient, exact) < 1e-12


@pytest.mark.parametrize("kind", KINDS)
def test_a_mask_may_have_gaps(kind):
    params, loss, dy, cache = case(kind, (2, 4, 3, 5, None), mask=MASK)
    gradients = named(KINDS[kind][1](dy, cache))
    assert check_gradients(loss, params, gradients).verdict == "correct"
    assert (gradients["x"][~MASK] == 0).all() and (gradients["x"][MASK] != 0).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(sorted(KINDS)))
def test_what_is_masked_might_as_well_not_be_there(seed, kind):
    """A sequence with steps that are masked is the sequence without them, forward and backward."""
    forward, backward, _ = KINDS[kind]
    rng = np.random.default_rng(seed)
    params, _, dy, cache = case(
        kind, (1, 6, 2, 3, None), seed, mask=(rng.random((1, 6)) < 0.6) | (np.arange(6) == 5)
    )
    there = cache.mask[0]
    y, whole = forward(**params, mask=cache.mask)[0], backward(dy * cache.mask[..., None], cache)
    short, short_cache = forward(**{**params, "x": params["x"][:, there]})
    alone = backward(dy[:, there], short_cache)
    np.testing.assert_allclose(y[:, there], short, rtol=1e-13)
    np.testing.assert_allclose(whole.dx[:, there], alone.dx, rtol=1e-10, atol=1e-13)
    for name in ("dW", "dU", "db"):
        np.testing.assert_allclose(getattr(whole, name), getattr(alone, name), rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("kind", KINDS)
def test_the_state_is_handed_on_where_a_sequence_has_ended(kind):
    _, _, _, cache = case(kind, UNLIKE)
    y = cache.states[:, 1:]
    for row, length in zip(y, UNLIKE[4]):
        assert (row[length:] == row[length - 1]).all() and (row[0] != 0).all()


# Typical mistakes ------------------------------------------------------------------------------------------------


def through_time(dy, cache, *, carried="added", state="before", masked=True, shared="added", slope="after"):
    """The loop of the backward pass through a recurrence, with a mistake."""
    x, W, U, states, mask = cache
    dx, dW, dU, db = np.zeros_like(x), np.zeros_like(W), np.zeros_like(U), np.zeros(len(U))
    dh = np.zeros_like(states[:, 0])
    for t in reversed(range(x.shape[1])):
        there = mask[:, t, None] if masked else True
        dh = {"added": dh + dy[:, t], "assigned": dy[:, t] if dy[:, t].any() else dh, "nothing": dy[:, t]}[
            carried
        ]
        dz = np.where(there, dh * (1 - states[:, t + (slope == "after")] ** 2), 0)
        dx[:, t] = dz @ W.T
        read = states[:, t if state == "before" else t + 1]
        dW, dU, db = (
            (own if shared == "added" else 0) + part
            for own, part in ((dW, x[:, t].T @ dz), (dU, read.T @ dz), (db, dz.sum(axis=0)))
        )
        dh = np.where(there, dz @ U.T, dh)
    return {"x": dx, "W": dW, "U": dU, "b": db}


MISTAKES = {
    "nothing carried back": {"carried": "nothing"},
    "carried, but assigned": {"carried": "assigned"},
    "the state after the step": {"state": "after"},
    "the slope of the step before": {"slope": "before"},
    "mask forgotten": {"masked": False},
    "assigned where steps share a weight": {"shared": "assigned"},
}


def test_without_a_mistake_the_loop_is_right():
    _, _, dy, cache = case("recurrence", UNLIKE)
    for name, own in through_time(dy, cache).items():
        assert np.allclose(own, named(recurrence_backward(dy, cache))[name], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_wrong_by_the_loss_alone(mistake):
    params, loss, dy, cache = case("recurrence", UNLIKE)
    report = check_gradients(loss, params, through_time(dy, cache, **MISTAKES[mistake]))
    assert report.verdict == "wrong", str(report)


@pytest.mark.parametrize("gates", [(1, 0, 2, 3), (0, 1, 3, 2), (3, 1, 2, 0)])
def test_one_gate_for_another_is_wrong(gates):
    params, loss, dy, cache = case("long short-term memory", UNLIKE)
    right = named(long_short_term_memory_backward(dy, cache))
    mixed = {
        name: value
        if name == "x"
        else np.concatenate([np.split(value, 4, axis=-1)[k] for k in gates], axis=-1)
        for name, value in right.items()
    }
    assert check_gradients(loss, params, mixed).verdict == "wrong"


def test_a_cell_that_hands_nothing_back_is_wrong():
    params, loss, dy, cache = case("long short-term memory", UNLIKE)
    closed = cache._replace(gates=cache.gates * np.repeat([1, 0, 1, 1], UNLIKE[3]))
    assert (
        check_gradients(loss, params, named(long_short_term_memory_backward(dy, closed))).verdict == "wrong"
    )


# Embedding -------------------------------------------------------------------------------------------------------

INDEX = np.array([[2, 0, 2], [4, -1, -1]])


def test_rows_are_looked_up_and_their_blame_adds():
    E = np.arange(10.0).reshape(5, 2)
    y, cache = embedding(INDEX, E)
    assert y.tolist() == [[[4, 5], [0, 1], [4, 5]], [[8, 9], [0, 0], [0, 0]]]
    dy = np.arange(1.0, 13).reshape(2, 3, 2)
    dE = embedding_backward(dy, cache)
    # Letter 2 stands at two places: 1 + 5 and 2 + 6. Letters 1 and 3 stand nowhere.
    assert dE.tolist() == [[3, 4], [0, 0], [6, 8], [0, 0], [7, 8]]


def test_the_gradient_of_the_table_is_right_by_the_loss_alone_and_by_the_complex_step():
    rng = np.random.default_rng(0)
    E, target = rng.normal(size=(5, 2)), rng.normal(size=(2, 3, 2))

    def loss(table):
        return 0.5 * ((embedding(INDEX, table)[0] - target) ** 2).sum()

    y, cache = embedding(INDEX, E)
    dE = embedding_backward(y - target, cache)
    assert check_gradients(loss, E, dE).verdict == "correct"
    assert relative_error(dE, complex_step(loss, E)) < 1e-13
    assigned = np.zeros_like(E)
    assigned[INDEX[INDEX >= 0]] = (y - target)[INDEX >= 0]
    assert check_gradients(loss, E, assigned).verdict == "wrong"
    # numpy keeps one of those that meet at a row.
    once = np.zeros_like(E)
    once[INDEX[INDEX >= 0]] += (y - target)[INDEX >= 0]
    assert check_gradients(loss, E, once).verdict == "wrong"


def test_an_embedding_is_the_product_with_rows_of_a_single_one():
    rng = np.random.default_rng(1)
    index, E = rng.integers(6, size=(4, 5)), rng.normal(size=(6, 3))
    y, cache = embedding(index, E)
    dy, single = rng.normal(size=y.shape), np.eye(6)[index]
    np.testing.assert_array_equal(y, single @ E)
    np.testing.assert_allclose(
        embedding_backward(dy, cache), np.tensordot(single, dy, ((0, 1), (0, 1))), rtol=1e-12
    )


def test_whole_numbers_may_be_written_as_floating_point():
    assert embedding(INDEX.astype(float), np.ones((5, 2)))[1].indices.dtype == np.intp


# Manners ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_of_numbers_stays(kind, dtype):
    params, _, dy, _ = case(kind, UNLIKE)
    y, cache = KINDS[kind][0](**{name: value.astype(dtype) for name, value in params.items()})
    gradients = KINDS[kind][1](dy.astype(dtype), cache)
    assert y.dtype == dtype and {gradient.dtype for gradient in gradients} == {np.dtype(dtype)}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_is_passed_in_is_changed(kind):
    params, _, dy, cache = case(kind, UNLIKE)
    before = [value.copy() for value in (*params.values(), dy, *cache)]
    y, _ = KINDS[kind][0](**params, mask=cache.mask)
    KINDS[kind][1](dy, cache)
    assert all(np.array_equal(a, b) for a, b in zip((*params.values(), dy, *cache), before))
    # What is handed out is nobody else's.
    y[:] = 0
    assert cache.states[:, 1:].any()


X, W, U, B = np.ones((2, 4, 3)), np.ones((3, 5)), np.ones((5, 5)), np.ones(5)
W4, U4, B4 = np.ones((3, 20)), np.ones((5, 20)), np.ones(20)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            (X[0], W, U, B),
            r"x has shape \(4, 3\), expected sequences \(m, steps, features\)\. For one sequence write x\[None\]",
        ),
        ((X[0, 0], W, U, B), r"x has shape \(3,\), expected sequences \(m, steps, features\)\.$"),
        ((X[:, :0], W, U, B), r"x has shape \(2, 0, 3\): it is empty"),
        ((X[:0], W, U, B), r"x has shape \(0, 4, 3\): it is empty"),
        ((X, W.T, U, B), r"W has shape \(5, 3\), expected \(3, 5\): x has shape \(2, 4, 3\) and U \(5, 5\)"),
        ((X, W[:, :4], U, B), r"W has shape \(3, 4\), expected \(3, 5\)"),
        ((X, W, U[:4], B), r"U has shape \(4, 5\), expected \(units, units\): from state to state\.$"),
        ((X, W, U[0], B), r"U has shape \(5,\), expected \(units, units\)"),
        ((X, W, U, B[:4]), r"b has shape \(4,\), expected \(5,\)"),
        ((X, W, U, B[None]), r"b has shape \(1, 5\), expected \(5,\)"),
        ((X, W, U, B, np.ones((2, 3), bool)), r"mask has shape \(2, 3\), expected \(2, 4\)"),
        ((X, W, U, B, np.ones((2, 4, 1), bool)), r"mask has shape \(2, 4, 1\), expected \(2, 4\)"),
        ((X, W, U, B, np.full((2, 4), 0.5)), "mask holds 0.5, expected True or False alone"),
    ],
)
def test_what_does_not_fit_is_explained(arguments, message):
    with pytest.raises(ValueError, match=message):
        recurrence(*arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((X, W, U, B), r"U has shape \(5, 5\), expected \(units, 4 · units\).*4 matrices stand side by side"),
        ((X, W, U4, B4), r"W has shape \(3, 5\), expected \(3, 20\).*4 matrices"),
        ((X, W4, U4, B), r"b has shape \(5,\), expected \(20,\)"),
        ((X[:, :0], W4, U4, B4), "it is empty"),
        ((X, W4, U4, B4, np.ones(4, bool)), r"mask has shape \(4,\), expected \(2, 4\)"),
    ],
)
def test_what_does_not_fit_into_a_long_short_term_memory_is_explained(arguments, message):
    with pytest.raises(ValueError, match=message):
        long_short_term_memory(*arguments)


@pytest.mark.parametrize("kind", KINDS)
def test_a_gradient_of_another_shape_is_refused(kind):
    _, _, dy, cache = case(kind, UNLIKE)
    with pytest.raises(
        ValueError, match=r"dy has shape \(3, 4\), expected \(3, 5, 4\), the shape of the output\.$"
    ):
        KINDS[kind][1](dy[:, -1], cache)


def test_zeros_and_ones_are_a_mask():
    ones = MASK.astype(int)
    x = np.ones((2, 4, 3))
    np.testing.assert_array_equal(recurrence(x, W, U, B, ones)[0], recurrence(x, W, U, B, MASK)[0])


@pytest.mark.parametrize(
    ("index", "table", "message"),
    [
        ([[5]], np.ones((5, 2)), "index holds 5, expected 0 to 4, or −1 for none: there are 5 in all"),
        ([[-2]], np.ones((5, 2)), "index holds -2, expected 0 to 4"),
        ([[0.5]], np.ones((5, 2)), "index has dtype float64, expected whole numbers"),
        ([[np.nan]], np.ones((5, 2)), "expected whole numbers"),
        ([["a"]], np.ones((5, 2)), "index has dtype <U1, expected whole numbers"),
        (np.zeros((2, 0), int), np.ones((5, 2)), r"index has shape \(2, 0\): it is empty"),
        ([[0]], np.ones(5), r"E has shape \(5,\), expected \(count, features\)"),
    ],
)
def test_an_index_that_is_not_in_the_table_is_named(index, table, message):
    with pytest.raises(ValueError, match=message):
        embedding(np.array(index), table)


def test_a_gradient_of_another_shape_than_what_was_looked_up_is_refused():
    with pytest.raises(ValueError, match=r"dy has shape \(2, 3\), expected \(2, 3, 2\)"):
        embedding_backward(np.ones((2, 3)), embedding(INDEX, np.ones((5, 2)))[1])
