"""Batch normalization: the statistics, all three ways back, and what takes their place after training."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bplib.applications.batch_normalization import (
    RunningStatistics,
    batch_normalization,
    batch_normalization_backward,
    normalize_with,
    normalize_with_backward,
    update_running,
)
from bplib.checking import check_gradients
from bplib.partial_derivatives import complex_step

SHAPES = pytest.mark.parametrize("shape", [(5, 3), (2, 4), (4, 3, 2, 5), (1, 2, 3, 4)])


def case(shape, seed=0):
    """Scales unlike one and shifts unlike zero, so that neither can be left out."""
    rng = np.random.default_rng(seed)
    params = {
        "x": rng.normal(3.0, 2.0, size=shape),
        "scale": rng.uniform(1.5, 3.0, size=shape[1]),
        "shift": rng.normal(size=shape[1]),
    }
    return params, rng.normal(size=shape)


def loss_of(target, forward=batch_normalization, *more):
    return lambda p: 0.5 * ((forward(p["x"], p["scale"], p["shift"], *more)[0] - target) ** 2).sum()


def named(gradients):
    return {"x": gradients.dx, "scale": gradients.dscale, "shift": gradients.dshift}


def running_of(shape, seed=1):
    rng = np.random.default_rng(seed)
    return RunningStatistics(rng.normal(size=shape[1]), rng.uniform(0.5, 2.0, size=shape[1]))


def test_worked_out_by_hand():
    # Mean 2, variance 1; epsilon 3 makes the deviation 2.
    y, cache = batch_normalization(np.array([[1.0], [3.0]]), np.array([4.0]), np.array([10.0]), epsilon=3.0)
    assert y.tolist() == [[8.0], [12.0]] and cache.normalized.tolist() == [[-0.5], [0.5]]
    assert (
        cache.mean.tolist() == [2.0]
        and cache.variance.tolist() == [1.0]
        and cache.deviation.tolist() == [2.0]
    )
    dx, dscale, dshift = batch_normalization_backward(np.array([[1.0], [0.0]]), cache)
    assert dscale.tolist() == [-0.5] and dshift.tolist() == [1.0]
    # 4/2 · (dy - 1/2 - x̂ · (-1/4)): (1 - 0.5 - 0.125, -0.5 + 0.125) times 2.
    assert dx.tolist() == [[0.75], [-0.75]]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 6), st.integers(1, 3), st.booleans())
def test_each_feature_is_normalized_over_all_its_values(seed, m, features, images):
    shape = (m, features, 3, 2) if images else (m, features)
    params, _ = case(shape, seed)
    x, scale, shift = params.values()
    y, cache = batch_normalization(x, scale, shift)
    for k in range(features):
        values = x[:, k].ravel()
        expected = scale[k] * (values - values.mean()) / np.sqrt(values.var() + 1e-5) + shift[k]
        assert np.allclose(y[:, k].ravel(), expected, rtol=1e-12, atol=1e-12)
        assert cache.mean[k] == pytest.approx(values.mean()) and cache.variance[k] == pytest.approx(
            values.var()
        )


def test_images_are_a_batch_of_all_their_pixels():
    params, dy = case((4, 3, 2, 5))
    as_rows = lambda a: a.transpose(0, 2, 3, 1).reshape(-1, 3)
    y, cache = batch_normalization(**params)
    rows, rows_cache = batch_normalization(**{**params, "x": as_rows(params["x"])})
    assert np.allclose(as_rows(y), rows, rtol=1e-12)
    images, flat = (
        batch_normalization_backward(dy, cache),
        batch_normalization_backward(as_rows(dy), rows_cache),
    )
    assert np.allclose(as_rows(images.dx), flat.dx, rtol=1e-11, atol=1e-13)
    assert np.allclose(images.dscale, flat.dscale) and np.allclose(images.dshift, flat.dshift)


@SHAPES
def test_the_gradient_is_right_by_the_loss_alone(shape):
    params, target = case(shape)
    y, cache = batch_normalization(**params)
    gradients = batch_normalization_backward(y - target, cache)
    report = check_gradients(loss_of(target), params, named(gradients))
    assert report.verdict == "correct", str(report)


@SHAPES
@pytest.mark.parametrize("name", ["x", "scale", "shift"])
def test_the_gradient_is_the_complex_step(shape, name):
    params, target = case(shape)
    for forward, backward, more in (
        (batch_normalization, batch_normalization_backward, ()),
        (normalize_with, normalize_with_backward, (running_of(shape),)),
    ):
        y, cache = forward(*params.values(), *more)
        loss = loss_of(target, forward, *more)
        exact = complex_step(lambda value, f=loss: f({**params, name: value}), params[name])
        gradient = named(backward(y - target, cache))[name]
        # In the two samples of (2, 4) nearly all of dx cancels: what is left has as much less of its digits.
        assert np.allclose(gradient, exact, rtol=1e-9, atol=1e-12)


@SHAPES
def test_what_normalizing_undoes_gets_no_gradient(shape):
    params, dy = case(shape)
    _, cache = batch_normalization(**params, epsilon=0.0)
    dx = batch_normalization_backward(dy, cache).dx
    axes = (0, *range(2, len(shape)))
    assert np.allclose(dx.sum(axis=axes), 0, atol=1e-12)
    assert np.allclose((dx * cache.normalized).sum(axis=axes), 0, atol=1e-12)


def test_a_feature_that_never_changes_becomes_its_shift():
    y, cache = batch_normalization(np.full((4, 1), 7.0), np.array([2.0]), np.array([0.5]))
    assert y.tolist() == [[0.5]] * 4
    gradients = batch_normalization_backward(np.arange(4.0)[:, None], cache)
    assert np.isfinite(gradients.dx).all() and gradients.dscale.tolist() == [0.0]


# After training --------------------------------------------------------------------------------------------------


def test_running_statistics_worked_out_by_hand():
    scale, shift = np.ones(1), np.zeros(1)
    _, cache = batch_normalization(np.array([[1.0], [3.0]]), scale, shift)
    first = update_running(None, cache, momentum=0.1)
    assert first.mean == pytest.approx([0.9 * 0 + 0.1 * 2])
    assert first.variance == pytest.approx([0.9 * 1 + 0.1 * 2])  # 2 = ((1-2)² + (3-2)²) / (2 - 1)
    second = update_running(first, cache, momentum=0.5)
    assert second.mean == pytest.approx([0.5 * 0.2 + 1.0]) and second.variance == pytest.approx(
        [0.5 * 1.1 + 1.0]
    )
    assert first.mean == pytest.approx([0.2]), "the old statistics were changed"


def test_the_running_statistics_come_to_those_of_the_data():
    rng = np.random.default_rng(0)
    running = None
    for _ in range(400):
        _, cache = batch_normalization(rng.normal([1.0, -2.0], [2.0, 0.5], (16, 2)), np.ones(2), np.zeros(2))
        running = update_running(running, cache, momentum=0.02)
    # Noise: deviation · sqrt(momentum / 2 / 16), 0.05 of a mean, and 0.04 of a variance.
    assert running.mean == pytest.approx([1.0, -2.0], abs=0.15)
    assert running.variance == pytest.approx([4.0, 0.25], rel=0.15)


@SHAPES
def test_with_the_statistics_of_the_batch_itself_nothing_differs_but_the_way_back(shape):
    params, dy = case(shape)
    y, cache = batch_normalization(**params)
    again, fixed = normalize_with(**params, running=RunningStatistics(cache.mean, cache.variance))
    assert np.allclose(again, y, rtol=1e-12)
    training, after = batch_normalization_backward(dy, cache), normalize_with_backward(dy, fixed)
    assert np.allclose(training.dscale, after.dscale) and np.array_equal(training.dshift, after.dshift)
    assert not np.allclose(training.dx, after.dx, rtol=0.1)


@SHAPES
def test_after_training_the_gradient_is_right_by_the_loss_alone(shape):
    params, target = case(shape)
    running = running_of(shape)
    y, cache = normalize_with(**params, running=running)
    gradients = normalize_with_backward(y - target, cache)
    report = check_gradients(loss_of(target, normalize_with, running), params, named(gradients))
    assert report.verdict == "correct", str(report)


def test_after_training_samples_do_not_see_each_other():
    params, _ = case((5, 3))
    running = running_of((5, 3))
    x, scale, shift = params.values()
    whole, _ = normalize_with(x, scale, shift, running)
    alone = np.vstack([normalize_with(row[None], scale, shift, running)[0] for row in x])
    assert np.array_equal(whole, alone)


# Typical mistakes ------------------------------------------------------------------------------------------------


def statistics_as_constants(dy, cache):
    right = batch_normalization_backward(dy, cache)
    wide = lambda v: v.reshape(-1, *[1] * (dy.ndim - 2))
    return right._replace(dx=wide(cache.scale / cache.deviation) * dy)


def mean_as_constant(dy, cache):
    right = batch_normalization_backward(dy, cache)
    wide = lambda v: v.reshape(-1, *[1] * (dy.ndim - 2))
    return right._replace(
        dx=right.dx + wide(cache.scale / cache.deviation * right.dshift * len(cache.scale) / dy.size)
    )


def variance_as_constant(dy, cache):
    right = batch_normalization_backward(dy, cache)
    wide = lambda v: v.reshape(-1, *[1] * (dy.ndim - 2))
    lost = wide(cache.scale / cache.deviation * right.dscale * len(cache.scale) / dy.size) * cache.normalized
    return right._replace(dx=right.dx + lost)


def scale_forgotten(dy, cache):
    return batch_normalization_backward(dy, cache)._replace(
        dx=batch_normalization_backward(dy, cache._replace(scale=np.ones_like(cache.scale))).dx
    )


def divided_by_the_samples(dy, cache):
    right = batch_normalization_backward(dy, cache)
    return right._replace(dscale=right.dscale / len(dy), dshift=right.dshift / len(dy))


def output_for_the_normalized(dy, cache):
    right = batch_normalization_backward(dy, cache)
    axes = (0, *range(2, dy.ndim))
    wide = lambda v: v.reshape(-1, *[1] * (dy.ndim - 2))
    return right._replace(dscale=(dy * wide(cache.scale) * cache.normalized).sum(axis=axes))


MISTAKES = [
    statistics_as_constants,
    mean_as_constant,
    variance_as_constant,
    scale_forgotten,
    divided_by_the_samples,
    output_for_the_normalized,
]


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("shape", [(5, 3), (4, 3, 2, 5)])
def test_a_mistake_is_wrong_by_the_loss_alone(mistake, shape):
    params, target = case(shape)
    y, cache = batch_normalization(**params)
    report = check_gradients(loss_of(target), params, named(mistake(y - target, cache)))
    assert report.verdict == "wrong", str(report)


def test_a_scale_of_one_hides_that_it_is_missing():
    params, target = case((5, 3))
    params["scale"] = np.ones(3)
    y, cache = batch_normalization(**params)
    report = check_gradients(loss_of(target), params, named(scale_forgotten(y - target, cache)))
    assert report.verdict == "correct", "so tests have to begin elsewhere, whatever training begins with"


# Manners ---------------------------------------------------------------------------------------------------------


@SHAPES
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_the_kind_of_numbers_stays(shape, dtype):
    params, dy = case(shape)
    x, scale, shift, dy = (a.astype(dtype) for a in (*params.values(), dy))
    y, cache = batch_normalization(x, scale, shift)
    running = update_running(None, cache)
    again, fixed = normalize_with(x, scale, shift, running)
    assert y.dtype == again.dtype == dtype and {s.dtype for s in running} == {np.dtype(dtype)}
    for gradients in (batch_normalization_backward(dy, cache), normalize_with_backward(dy, fixed)):
        assert {g.dtype for g in gradients} == {np.dtype(dtype)}


def test_whole_numbers_are_read_as_floating_point():
    assert batch_normalization([[1, 2], [3, 5]], np.ones(2), np.zeros(2))[0].dtype == np.float64


@SHAPES
def test_nothing_that_is_passed_in_is_changed(shape):
    params, dy = case(shape)
    running = running_of(shape)
    arrays = [*params.values(), dy, *running]
    before = [a.copy() for a in arrays]
    y, cache = batch_normalization(**params)
    batch_normalization_backward(dy, cache).dx[...] = 7
    update_running(running, cache).mean[...] = 7
    again, fixed = normalize_with(**params, running=running)
    normalize_with_backward(dy, fixed).dx[...] = 7
    y[...] = again[...] = 7
    assert all(np.array_equal(a, b) for a, b in zip(arrays, before))


X, ONES, ZEROS = np.arange(12.0).reshape(4, 3), np.ones(3), np.zeros(3)
RUNNING = RunningStatistics(ZEROS, ONES)


@pytest.mark.parametrize("forward", [batch_normalization, lambda *a: normalize_with(*a, RUNNING)])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            (X[0], ONES, ZEROS),
            r"x has shape \(3,\), expected \(m, features\) or images \(m, channels, height, width\)",
        ),
        ((X[None], ONES, ZEROS), r"x has shape \(1, 4, 3\), expected"),
        (
            (X, np.ones(4), ZEROS),
            r"scale has shape \(4,\), expected \(3,\): one number for each feature of x",
        ),
        ((X, ONES, np.zeros((1, 3))), r"shift has shape \(1, 3\), expected \(3,\)"),
    ],
)
def test_what_does_not_fit_is_explained(forward, arguments, message):
    with pytest.raises(ValueError, match=message):
        forward(*arguments)


@pytest.mark.parametrize("x", [X[:1], X[:0], X[:1, :, None, None]])
def test_one_value_of_a_feature_is_no_batch(x):
    with pytest.raises(ValueError, match=r"[01] value for each feature, expected at least 2.*normalize_with"):
        batch_normalization(x, ONES, ZEROS)
    assert normalize_with(x, ONES, ZEROS, RUNNING)[0].shape == x.shape


def test_statistics_before_any_training_are_asked_for_in_vain():
    with pytest.raises(
        ValueError, match="there are none before training has seen a batch. Call update_running"
    ):
        normalize_with(X, ONES, ZEROS, None)


def test_statistics_of_another_layer_are_refused():
    other = RunningStatistics(np.zeros(2), np.ones(2))
    message = r"running statistics have shape \(2,\), expected \(3,\)"
    with pytest.raises(ValueError, match=message):
        normalize_with(X, ONES, ZEROS, other)
    with pytest.raises(ValueError, match=message):
        update_running(other, batch_normalization(X, ONES, ZEROS)[1])


@pytest.mark.parametrize("momentum", [0, -0.1, 1.1, float("nan")])
def test_a_momentum_out_of_range_is_refused(momentum):
    with pytest.raises(ValueError, match="expected above 0 and at most 1: it is the weight of the new batch"):
        update_running(None, batch_normalization(X, ONES, ZEROS)[1], momentum)


def test_a_gradient_of_another_shape_is_refused():
    _, cache = batch_normalization(X, ONES, ZEROS)
    _, fixed = normalize_with(X, ONES, ZEROS, RUNNING)
    for backward, kept in ((batch_normalization_backward, cache), (normalize_with_backward, fixed)):
        with pytest.raises(
            ValueError, match=r"dy has shape \(1, 3\), expected \(4, 3\), the shape of the output"
        ):
            backward(X[:1], kept)
