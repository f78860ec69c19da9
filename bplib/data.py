"""Data to learn from: three real sets and a photograph, three toy sets drawn on the spot.

The real sets are small enough to come with this package, as compressed text beside this file: scikit-learn's copies, number by
number. For the photograph scikit-learn is asked, and by its function alone; nothing is downloaded.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bplib.types import Array, one_of

#: Pixels of the photograph that become one, along each side.
_GRAIN = 3


@dataclass(frozen=True)
class Dataset:
    """Samples with what they mean.

    Attributes
    ----------
    name
        The name that `load` knows it by.
    x
        Inputs, float64, shape (m, n).
    y
        Labels 0 … classes − 1, integers of shape (m,), or measured quantities, float64 of shape (m, 1).
    feature_names
        One per column of ``x``.
    target_names
        One per class, or the name of the measured quantity.
    source
        Who collected it.
    """

    name: str
    x: Array
    y: Array
    feature_names: tuple[str, ...]
    target_names: tuple[str, ...]
    source: str


def digits() -> Dataset:
    """Handwritten digits: 1797 images of 8 × 8 pixels in [0, 1], flattened to x (1797, 64); labels y (1797,).

    The original grey levels 0 … 16 are divided by 16; 0 is the empty paper.
    """
    table, _ = _table("digits")
    return Dataset(
        "digits",
        table[:, :-1] / 16.0,
        table[:, -1].astype(int),
        tuple(f"pixel {row},{column}" for row in range(8) for column in range(8)),
        tuple(str(digit) for digit in range(10)),
        "Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998; copy in scikit-learn",
    )


def diabetes() -> Dataset:
    """Diabetes patients: 10 measurements x (442, 10), the progression of the illness a year later y (442, 1).

    In the units in which they were measured, so very differently scaled: age in years, sex as 1 or 2, body
    mass index in kg/m², mean blood pressure in mmHg, total, low- and high-density cholesterol in mg/dl, their
    ratio, the natural logarithm of triglycerides (in mg/dl), blood sugar in mg/dl. The progression is a score
    from 25 to 346, higher is worse.
    """
    table, names = _table("diabetes")
    return Dataset(
        "diabetes",
        table[:, :-1].copy(),
        table[:, -1:].copy(),
        names[:-1],
        names[-1:],
        "Efron, Hastie, Johnstone and Tibshirani, Least Angle Regression, 2004; copy in scikit-learn",
    )


def breast_cancer() -> Dataset:
    """Breast tumors: 30 measurements of cell nuclei x (569, 30), y (569,) is 0 malignant or 1 benign.

    In their original units, from thousandths to thousands: standardize before training.
    """
    table, names = _table("breast_cancer")
    return Dataset(
        "breast_cancer",
        table[:, :-1].copy(),
        table[:, -1].astype(int),
        names[:-1],
        ("malignant", "benign"),
        "Street, Wolberg and Mangasarian, Nuclear Feature Extraction, 1993; copy in scikit-learn",
    )


#: Every real data set by name.
DATASETS: dict[str, Callable[[], Dataset]] = {f.__name__: f for f in (digits, diabetes, breast_cancer)}


def load(name: str) -> Dataset:
    """Look a data set up by name; raises ``ValueError`` naming the known ones."""
    dataset: Dataset = one_of(DATASETS, name, "data set")()
    return dataset


def photograph() -> Array:
    """The roofs of a Chinese palace in color: shape (3, 142, 213), red, green and blue, each in [0, 1].

    Every pixel is the mean of 3 × 3 pixels of the original, so that a kernel of few weights sees more than grain. The photograph is
    by Daniel Büchele, under the license CC BY 2.0; a copy comes with scikit-learn.

    Raises
    ------
    ImportError
        If scikit-learn is not installed.
    """
    image = np.asarray(_scikit_learn().load_sample_image("china.jpg"), dtype=float) / 255
    rows, columns = (size // _GRAIN for size in image.shape[:2])
    blocks = image[: rows * _GRAIN, : columns * _GRAIN].reshape(rows, _GRAIN, columns, _GRAIN, 3)
    return blocks.mean(axis=(1, 3)).transpose(2, 0, 1)


def moons(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Two half moons that hook into each other: no straight line separates them.

    Parameters
    ----------
    n
        How many samples, at least 2; half of them, rounded up, are of class 0.
    noise
        Standard deviation of the normal noise on each coordinate, 0 or more.
    rng
        Source of randomness.

    Returns
    -------
    x : Array
        Points, shape (n, 2), in random order.
    y : Array
        Classes 0.0 and 1.0, shape (n, 1): targets of a binary cross-entropy.

    Raises
    ------
    ValueError
        If there are fewer than two samples or the noise is negative.
    """
    label = _halves(n, noise)
    angle = rng.uniform(0.0, np.pi, n)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    lower = np.column_stack([1.0 - np.cos(angle), 0.5 - np.sin(angle)])
    return _shuffled(np.where(label, lower, upper), label, noise, rng)


def spirals(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Two spiral arms of one and a half turns within the unit circle, each the other turned by 180°.

    Parameters, results and errors are those of `moons`.
    """
    label = _halves(n, noise)
    # The square root spreads the points evenly along the arm instead of crowding the middle.
    radius = np.sqrt(rng.uniform(0.02, 1.0, n))
    angle = 3.0 * np.pi * radius
    arm = radius[:, np.newaxis] * np.column_stack([np.cos(angle), np.sin(angle)])
    return _shuffled(np.where(label, -arm, arm), label, noise, rng)


def circles(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Class 1 on a circle of radius 0.5, class 0 around it on the unit circle.

    Parameters, results and errors are those of `moons`.
    """
    label = _halves(n, noise)
    angle = rng.uniform(0.0, 2.0 * np.pi, n)
    ring = np.column_stack([np.cos(angle), np.sin(angle)])
    return _shuffled(np.where(label, 0.5 * ring, ring), label, noise, rng)


def _halves(n: int, noise: float) -> Array:
    if n < 2:
        raise ValueError(f"n is {n}, expected at least 2 samples, one per class.")
    if not noise >= 0:
        raise ValueError(f"noise is {noise}, expected a standard deviation of 0 or more.")
    return (np.arange(n) >= (n + 1) // 2).reshape(-1, 1)


def _shuffled(points: Array, label: Array, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    order = rng.permutation(len(points))
    return (points + rng.normal(0.0, noise, points.shape))[order], label.astype(float)[order]


def _table(name: str) -> tuple[Array, tuple[str, ...]]:
    """The numbers of a file beside this one, and the names of its columns; the last is what is to be predicted."""
    with gzip.open(Path(__file__).with_name(f"{name}.csv.gz"), "rt", encoding="utf-8") as file:
        names = tuple(next(file).rstrip("\n").split(","))
        return np.loadtxt(file, delimiter=","), names


def _scikit_learn() -> Any:
    try:
        import sklearn.datasets  # type: ignore[import-untyped]
    except ImportError as error:
        raise ImportError(
            "the photograph comes with scikit-learn, which is not installed. In a browser it is not to be had; elsewhere, run: "
            'pip install "bplib[student]"'
        ) from error
    return sklearn.datasets
