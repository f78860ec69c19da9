"""What networks of bplib that read and create reach on held-out data, five seeds each, beside baselines: part of ``make bench``.

Names in bits for each letter, the question that two blocks of attention answer, and the bound of a variational autoencoder. Each
seed draws another split and other weights; the epoch of a model of names is chosen on a part of what it learns from. Writes
``book/_data/sequences.json``; the book prints it.

    python tests/benchmarks/sequences.py            everything, and write it
    python tests/benchmarks/sequences.py names      these rows alone
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from statistics import mean, stdev
from typing import Any

import numpy as np
from run import ROOT, record

from bplib import data
from bplib.applications.classification import accuracy, labels_of
from bplib.applications.embedding import NONE, Embedding
from bplib.applications.layers import Dense
from bplib.applications.long_short_term_memory import LongShortTermMemory
from bplib.applications.model import Model
from bplib.applications.names import ENGLISH, LETTERS, PORTUGUESE, next_letters, to_indices
from bplib.applications.recurrence import Recurrent
from bplib.applications.sequence_layers import EveryStep, LastStep, Reading
from bplib.applications.sequence_model import SequenceModel
from bplib.applications.transformer import transformer
from bplib.applications.variational import variational_autoencoder
from bplib.error import get_loss
from bplib.iterations import train
from bplib.overfitting import train_validation_split
from bplib.types import Array
from bplib.weight_update import adam, clipped, cosine_decay

TARGET = ROOT / "book" / "_data" / "sequences.json"
SEEDS = range(5)
Score = Callable[[int], float]


# Names, in bits for each letter ---------------------------------------------------------------------------------


def _split(names: Sequence[str], seed: int) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """A quarter of the names is held out."""
    read = to_indices(names)
    return train_validation_split(read, next_letters(read), 0.25, np.random.default_rng(seed))


def counting(names: Sequence[str], before: bool) -> Score:
    """Probabilities by counting letters, or pairs of letters; every one has been seen once more than it was."""

    def score(seed: int) -> float:
        (read, asked), (new, truth) = _split(names, seed)
        seen = np.ones((len(LETTERS), len(LETTERS)))
        there = read != NONE
        np.add.at(seen, (read[there], asked[there]), 1)
        seen = seen if before else np.tile(seen.sum(axis=0), (len(LETTERS), 1))
        p = seen / seen.sum(axis=1, keepdims=True)
        there = new != NONE
        return float(-np.log2(p[new[there], truth[there]]).mean())

    return score


def reading(names: Sequence[str], memory: Callable[[], Any]) -> Score:
    """A network as the chapter has it, smaller; a fifth of what it learns from says when to stop."""

    def score(seed: int) -> float:
        (read, asked), (new, truth) = _split(names, seed)
        (x, y), (x_aside, y_aside) = train_validation_split(read, asked, 0.2, np.random.default_rng(100 + seed))
        layers = (Reading((Embedding(len(LETTERS), 16), memory())), EveryStep(Dense(len(LETTERS))))
        network = SequenceModel(read.shape[1:], layers)
        params, _ = train(
            network, network.initialize(np.random.default_rng(200 + seed), "glorot_normal"), x, y, epochs=40,
            learning_rate=0.005, batch_size=16, optimizer=clipped(adam, 1.0), rng=np.random.default_rng(300 + seed),
            validation=(x_aside, network.rows(y_aside)),
        )  # fmt: skip
        return get_loss(network.loss).value(network.output(params, new), network.rows(truth)) / np.log(2)

    return score


# What followed the last letter the last time? ----------------------------------------------------------------------

SYMBOLS, STEPS = 6, 10


def questions(m: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Rows of ten letters whose last has occurred before, and what followed it then, both one-hot; as in the chapter."""
    letters = rng.integers(0, SYMBOLS, (m, STEPS))
    chosen = letters[np.arange(m), rng.integers(0, STEPS - 2, m)]
    letters[:, -1] = chosen
    after = STEPS - 1 - (letters[:, :-1] == chosen[:, None])[:, ::-1].argmax(axis=1)
    one_hot = np.eye(SYMBOLS, dtype=np.float32)[letters]
    return one_hot, one_hot[np.arange(m), after]


def answering(model: Model, rate: float) -> Score:
    """The share of 2,000 new questions that are answered, after 8,000 in twenty epochs."""

    def score(seed: int) -> float:
        x, y = questions(8000, np.random.default_rng(400 + seed))
        start = model.initialize(np.random.default_rng(500 + seed), "glorot_uniform", dtype=np.float32)
        params, _ = train(
            model, start, x, y, epochs=20, learning_rate=cosine_decay(rate, 20), batch_size=64, optimizer=adam,
            rng=np.random.default_rng(600 + seed),
        )  # fmt: skip
        new, truth = questions(2000, np.random.default_rng(700 + seed))
        return accuracy(labels_of(model.predict(params, new)), truth.argmax(axis=1))

    return score


def guessing(seed: int) -> float:
    """The most frequent answer, always."""
    (_, y), (_, truth) = questions(8000, np.random.default_rng(400 + seed)), questions(2000, np.random.default_rng(700 + seed))
    return float(truth[:, y.mean(axis=0).argmax()].mean())


# The bound of a variational autoencoder -----------------------------------------------------------------------------


def bounded(hidden: tuple[int, ...], draws: int = 20) -> Score:
    """Surprise and divergence of held-out digits, in nats for each image, with a code of eight; the mean of some draws."""

    def score(seed: int) -> float:
        digits = data.digits()
        (x, _), (new, _) = train_validation_split(digits.x, digits.y[:, None], 0.25, np.random.default_rng(seed))
        network = variational_autoencoder(size=64, latent=8, hidden=hidden)
        params, _ = train(
            network, network.initialize(np.random.default_rng(800 + seed), "glorot_uniform"), x, x, epochs=40,
            learning_rate=cosine_decay(0.01, 40), batch_size=32, optimizer=adam, rng=np.random.default_rng(900 + seed),
        )  # fmt: skip
        rng = np.random.default_rng(1000 + seed)
        return mean(
            network.loss_and_gradients(params, new, new, rng.standard_normal((len(new), 8)))[0] for _ in range(draws)
        )

    return score


BITS, SHARE, NATS = "bits for each letter", "share right", "nats for each image"
ROWS: dict[str, tuple[str, Score]] = {
    **{
        f"{language} names: {name}": (BITS, score)
        for language, names in (("English", ENGLISH), ("Portuguese", PORTUGUESE))
        for name, score in (
            ("letters counted", counting(names, before=False)),
            ("pairs of letters counted", counting(names, before=True)),
            ("recurrent network", reading(names, lambda: Recurrent(48))),
            ("LSTM", reading(names, lambda: LongShortTermMemory(48))),
        )
    },
    "what followed: the most frequent": (SHARE, guessing),
    "what followed: recurrent network": (
        SHARE,
        answering(
            Model((STEPS, SYMBOLS), (Recurrent(64), LastStep(), Dense(SYMBOLS)), "categorical_cross_entropy"), 0.01
        ),
    ),
    "what followed: two blocks of attention": (
        SHARE,
        answering(transformer((STEPS, SYMBOLS), SYMBOLS, features=16, heads=2, blocks=2, causal=True), 0.01),
    ),
    "digits, eight numbers: linear halves": (NATS, bounded(())),
    "digits, eight numbers: a hidden layer in each": (NATS, bounded((32,))),
}


def main(chosen: list[str]) -> None:
    rows = []
    for name, (what, score) in ROWS.items():
        if chosen and not any(word in name for word in chosen):
            continue
        values = [score(seed) for seed in SEEDS]
        rows.append({"name": name, "what": what, "mean": round(mean(values), 4), "spread": round(stdev(values), 4)})
        print("{name:48} {what:22} {mean:.4f} ± {spread:.4f}".format(**rows[-1]), flush=True)
    if not chosen:
        record(TARGET, {}, {"seeds": len(SEEDS), "rows": rows})


if __name__ == "__main__":
    main(sys.argv[1:])
