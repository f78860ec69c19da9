"""Data sets have the shapes, ranges and names that their docstrings promise."""

import dataclasses
import sys

import numpy as np
import pytest

from bplib import data

SHAPES = {"digits": (1797, 64), "diabetes": (442, 10), "breast_cancer": (569, 30)}
TOYS = [data.moons, data.spirals, data.circles]


@pytest.fixture(params=SHAPES)
def dataset(request):
    return data.load(request.param)


def test_shapes_types_and_names_fit_together(dataset):
    assert dataset.x.shape == SHAPES[dataset.name] and dataset.x.dtype == np.float64
    assert len(dataset.y) == len(dataset.x)
    assert len(dataset.feature_names) == len(set(dataset.feature_names)) == dataset.x.shape[1]
    assert np.isfinite(dataset.x).all() and np.isfinite(dataset.y).all()
    assert dataset.source


def test_a_dataset_is_frozen(dataset):
    with pytest.raises(dataclasses.FrozenInstanceError):
        dataset.x = None


def test_digits_are_grey_levels_between_paper_and_ink():
    digits = data.digits()
    assert digits.x.min() == 0.0 and digits.x.max() == 1.0
    assert np.array_equal(digits.x * 16, np.rint(digits.x * 16))
    assert digits.y.shape == (1797,) and digits.y.dtype.kind == "i"
    assert set(digits.y) == set(range(10)) and digits.target_names == tuple("0123456789")


def test_what_comes_with_the_package_is_scikit_learns_copy_number_by_number():
    theirs = pytest.importorskip("sklearn.datasets")
    raw, ours = theirs.load_diabetes(scaled=False), data.diabetes()
    assert np.array_equal(ours.x, raw.data) and np.array_equal(ours.y[:, 0], raw.target)
    raw, ours = theirs.load_digits(), data.digits()
    assert np.array_equal(ours.x * 16, raw.data) and np.array_equal(ours.y, raw.target) and ours.y.dtype == raw.target.dtype
    raw, ours = theirs.load_breast_cancer(), data.breast_cancer()
    assert np.array_equal(ours.x, raw.data) and np.array_equal(ours.y, raw.target)
    assert ours.feature_names == tuple(raw.feature_names) and ours.target_names == tuple(raw.target_names)


def test_nobody_can_change_the_next_ones_data():
    for name in ("diabetes", "breast_cancer"):
        data.load(name).x[:] = 0
        data.load(name).y[:] = 7
        again = data.load(name)
        assert again.x.any() and len(np.unique(again.y)) > 1 and again.x.flags.c_contiguous


def test_diabetes_is_in_the_units_it_was_measured_in():
    diabetes = data.diabetes()
    age, sex = diabetes.x[:, 0], diabetes.x[:, 1]
    assert 18 < age.min() < age.max() < 80 and set(sex) == {1.0, 2.0}
    assert diabetes.y.shape == (442, 1) and diabetes.y.dtype == np.float64
    assert (diabetes.y.min(), diabetes.y.max()) == (25.0, 346.0)


def test_breast_cancer_has_two_named_classes():
    tumors = data.breast_cancer()
    assert tumors.target_names == ("malignant", "benign")
    assert (tumors.y == 0).sum() == 212 and (tumors.y == 1).sum() == 357


def test_the_photograph_has_three_channels_and_a_sky():
    pytest.importorskip("sklearn")
    photo = data.photograph()
    assert photo.shape == (3, 142, 213) and photo.dtype == np.float64
    assert 0 <= photo.min() < 0.01 and photo.max() == 1.0
    # Each pixel is a mean of nine of the original's.
    from sklearn.datasets import load_sample_image

    original = load_sample_image("china.jpg") / 255
    np.testing.assert_allclose(photo[:, 10, 20], original[30:33, 60:63].mean(axis=(0, 1)), rtol=1e-12)
    blue, red = photo[2, :30, 120:].mean(), photo[0, :30, 120:].mean()
    assert blue > red


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(
        ValueError, match="unknown data set 'mnist', expected one of 'digits', 'diabetes', 'breast_cancer'"
    ):
        data.load("mnist")


def test_only_the_photograph_needs_scikit_learn_and_its_absence_is_explained(monkeypatch):
    for module in [module for module in sys.modules if module.partition(".")[0] == "sklearn"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    for name, shape in SHAPES.items():
        assert data.load(name).x.shape == shape
    with pytest.raises(ImportError, match="scikit-learn.*not installed.*pip install") as caught:
        data.photograph()
    assert "photograph" in str(caught.value) and "bplib[student]" in str(caught.value)


@pytest.mark.parametrize("toy", TOYS)
def test_toys_are_reproducible_balanced_and_shuffled(toy):
    x, y = toy(101, 0.1, np.random.default_rng(3))
    again, labels = toy(101, 0.1, np.random.default_rng(3))
    assert np.array_equal(x, again) and np.array_equal(y, labels)
    assert x.shape == (101, 2) and y.shape == (101, 1) and x.dtype == y.dtype == np.float64
    assert (y == 0).sum() == 51 and (y == 1).sum() == 50
    assert 10 < np.abs(np.diff(y[:, 0])).sum() < 90, "the classes come in runs"
    other, _ = toy(101, 0.1, np.random.default_rng(4))
    assert not np.array_equal(x, other)


def test_circles_have_their_radii():
    x, y = data.circles(200, 0.0, np.random.default_rng(0))
    assert np.allclose(np.linalg.norm(x, axis=1), np.where(y[:, 0] == 1, 0.5, 1.0))


def test_spiral_arms_are_each_other_turned_by_half_a_turn():
    x, y = data.spirals(400, 0.0, np.random.default_rng(0))
    radius = np.linalg.norm(x, axis=1)
    turn = np.arctan2(x[:, 1], x[:, 0]) - 3 * np.pi * radius - np.pi * y[:, 0]
    assert np.allclose(np.cos(turn), 1.0) and radius.max() <= 1.0


def test_moons_lie_on_two_half_circles_that_no_line_separates():
    x, y = data.moons(400, 0.0, np.random.default_rng(0))
    upper = y[:, 0] == 0
    assert np.allclose(np.linalg.norm(x[upper], axis=1), 1.0) and (x[upper, 1] >= 0).all()
    assert np.allclose(np.linalg.norm(x[~upper] - [1.0, 0.5], axis=1), 1.0) and (x[~upper, 1] <= 0.5).all()
    design = np.column_stack([x, np.ones(len(x))])
    line, *_ = np.linalg.lstsq(design, 2 * y[:, 0] - 1, rcond=None)
    assert 0.75 < ((design @ line > 0) == (y[:, 0] == 1)).mean() < 0.95


@pytest.mark.parametrize("toy", TOYS)
def test_noise_has_the_deviation_it_says(toy):
    still, _ = toy(4000, 0.0, np.random.default_rng(5))
    # A generator that has drawn the same numbers gives the same points: the difference is the noise alone.
    noisy, _ = toy(4000, 0.2, np.random.default_rng(5))
    # The deviation of 8000 normal numbers is off by more than 4 % once in ten million draws.
    assert (noisy - still).std() == pytest.approx(0.2, rel=0.04)


@pytest.mark.parametrize("toy", TOYS)
def test_toys_say_what_they_cannot_draw(toy):
    with pytest.raises(ValueError, match="n is 1, expected at least 2"):
        toy(1, 0.1, np.random.default_rng(0))
    with pytest.raises(ValueError, match="noise is -0.1, expected"):
        toy(10, -0.1, np.random.default_rng(0))
