"""Measures and tools of the applications, on cases small enough to count."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bplib.applications.classification import accuracy, confusion_matrix, labels_of, precision_recall
from bplib.applications.pattern_recognition import input_gradient, shift_images
from bplib.applications.regression import Standardizer, mean_absolute_error, r_squared
from bplib.error import get_loss, one_hot
from bplib.feedforward import feedforward
from bplib.network import Network, initialize
from bplib.partial_derivatives import central_difference

TRUTH, PREDICTED = [0, 0, 1, 1, 1, 2], [0, 1, 1, 1, 0, 2]
LABELS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1)


def test_labels_are_the_most_probable_class_or_a_threshold():
    assert labels_of(np.array([[0.2, 0.5, 0.3], [0.6, 0.1, 0.3]])).tolist() == [1, 0]
    one = np.array([[0.4], [0.5], [0.6]])
    assert labels_of(one).tolist() == [0, 1, 1] and labels_of(one, threshold=0.6).tolist() == [0, 0, 1]
    with pytest.raises(ValueError, match=r"shape \(3,\), expected \(samples, classes\)"):
        labels_of(np.zeros(3))


def test_accuracy_and_confusion_counted_by_hand():
    assert accuracy(PREDICTED, TRUTH) == pytest.approx(4 / 6)
    assert confusion_matrix(PREDICTED, TRUTH, 3).tolist() == [[1, 1, 0], [1, 2, 0], [0, 0, 1]]


@given(LABELS)
def test_a_confusion_matrix_counts_everyone_once(pairs):
    predicted, truth = np.array(pairs).T
    counts = confusion_matrix(predicted, truth, 4)
    assert (
        counts.sum() == len(pairs) and counts.sum(axis=1).tolist() == np.bincount(truth, minlength=4).tolist()
    )
    assert counts.sum(axis=0).tolist() == np.bincount(predicted, minlength=4).tolist()
    assert np.trace(counts) / len(pairs) == pytest.approx(accuracy(predicted, truth))


def test_precision_and_recall_counted_by_hand():
    precision, recall = precision_recall([1, 1, 1, 0, 0], [1, 0, 0, 1, 1])
    assert (precision, recall) == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    assert precision_recall([1, 1, 0], [1, 0, 0]) == (0.5, 1.0)
    assert precision_recall([0, 0], [1, 1]) == (1.0, 0.0)
    assert precision_recall([1, 0], [0, 0]) == (0.0, 1.0)


@pytest.mark.parametrize("measure", [accuracy, precision_recall, lambda p, t: confusion_matrix(p, t, 2)])
def test_labels_that_do_not_match_are_refused(measure):
    with pytest.raises(ValueError, match=r"predicted has shape \(2, 1\) and truth \(2,\).*labels_of"):
        measure([[0], [1]], [0, 1])
    with pytest.raises(ValueError, match="m above 0"):
        measure([], [])


@pytest.mark.parametrize("labels", [[0, 2], [0, -1]])
def test_labels_out_of_range_are_refused(labels):
    with pytest.raises(ValueError, match="expected 0 to 1 for 2 classes"):
        confusion_matrix(labels, [0, 1], 2)


@given(arrays(np.float64, (7, 3), elements=st.floats(-1e3, 1e3)))
def test_standardizing_can_be_undone(x):
    standardizer = Standardizer.fit(x)
    assert np.allclose(standardizer.undo(standardizer.apply(x)), x, rtol=1e-9, atol=1e-9)


def test_standardized_features_have_mean_zero_and_deviation_one_but_constants_stay():
    x = np.random.default_rng(0).normal(5.0, [1.0, 30.0, 0.0], (50, 3))
    z = Standardizer.fit(x).apply(x)
    assert np.allclose(z.mean(axis=0), 0.0, atol=1e-12) and np.allclose(z.std(axis=0), [1.0, 1.0, 0.0])


def test_new_data_are_measured_with_the_old_ruler():
    standardizer = Standardizer.fit(np.array([[0.0], [10.0]]))
    assert standardizer.apply(np.array([[20.0]])) == pytest.approx(3.0)
    with pytest.raises(ValueError, match=r"x has shape \(1, 2\), expected \(samples, 1\)"):
        standardizer.apply(np.ones((1, 2)))


def test_r_squared_and_absolute_error_worked_out_by_hand():
    truth = [[1.0], [2.0], [3.0]]
    assert r_squared(truth, truth) == 1.0 and r_squared([[2.0]] * 3, truth) == 0.0
    assert r_squared([[1.0], [2.0], [4.0]], truth) == 0.5 and r_squared([[3.0], [2.0], [1.0]], truth) == -3.0
    assert mean_absolute_error([[2.0], [2.0], [1.0]], truth) == 1.0


def test_measures_of_regression_explain_what_does_not_fit():
    with pytest.raises(ValueError, match=r"predicted has shape \(3, 1\) and truth \(3,\), expected the same"):
        r_squared(np.ones((3, 1)), np.arange(3.0))
    with pytest.raises(ValueError, match=r"expected the same"):
        mean_absolute_error(np.ones((3, 1)), np.arange(3.0))
    with pytest.raises(ValueError, match="every true value is the same"):
        r_squared([1.0, 2.0], [3.0, 3.0])


def test_the_input_gradient_is_what_differences_measure():
    network = Network((6, 4, 3), ("tanh", "identity"), "categorical_cross_entropy")
    rng = np.random.default_rng(0)
    params, x, y = initialize(network, rng), rng.normal(size=(3, 6)), one_hot([0, 2, 1], 3)
    loss = get_loss(network.loss).value
    measured = central_difference(lambda v: loss(feedforward(network, params, v)[0], y), x)
    assert np.allclose(input_gradient(network, params, x, y), measured, rtol=0, atol=1e-9)


def test_images_are_shifted_and_black_comes_in():
    image = np.arange(1.0, 7.0).reshape(1, 6)  # [[1, 2, 3], [4, 5, 6]]
    assert shift_images(image, 1, 0, (2, 3)).reshape(2, 3).tolist() == [[0, 0, 0], [1, 2, 3]]
    assert shift_images(image, 0, 1, (2, 3)).reshape(2, 3).tolist() == [[0, 1, 2], [0, 4, 5]]
    assert shift_images(image, -1, -2, (2, 3)).reshape(2, 3).tolist() == [[6, 0, 0], [0, 0, 0]]
    assert np.array_equal(shift_images(image, 0, 0, (2, 3)), image)
    assert image.tolist() == [[1, 2, 3, 4, 5, 6]]


@pytest.mark.parametrize(
    ("images", "rows", "message"),
    [
        (np.ones((2, 63)), 0, r"\(2, 63\), expected \(m, 64\) for 8×8"),
        (np.ones(64), 0, r"\(64,\), expected \(m, 64\)"),
        (np.ones((2, 64)), 8, r"a shift by \(8, 0\) leaves nothing of a 8×8 image"),
    ],
)
def test_shifts_that_make_no_sense_are_refused(images, rows, message):
    with pytest.raises(ValueError, match=message):
        shift_images(images, rows, 0)
