"""The progress bar follows training, writes to standard output only, and closes."""

import gc
import sys

import pytest

from bplib import example
from bplib.iterations import loss_below, train
from bplib.progress import progress_bar


def _train(bar, epochs=4, **options):
    return train(
        example.NETWORK, example.parameters(), example.X, example.Y,
        epochs=epochs, learning_rate=1.0, callbacks=[bar], **options,
    )  # fmt: skip


def test_the_bar_fills_and_closes_by_itself(capsys):
    pytest.importorskip("tqdm")
    bar = progress_bar(4)
    _, history = _train(bar, validation=(example.X, example.Y))
    output = capsys.readouterr()
    assert "4/4" in output.out and f"loss={history.loss[-1]:.4g}" in output.out
    assert f"validation={history.validation_loss[-1]:.4g}" in output.out
    assert output.err == "", "nbgrader takes anything on the error stream for a failure"
    assert bar._bar.disable, "tqdm marks a closed bar as disabled"


def test_every_epoch_is_counted_once():
    pytest.importorskip("tqdm")
    bar, seen = progress_bar(4), []
    train(
        example.NETWORK, example.parameters(), example.X, example.Y, epochs=3, learning_rate=1.0,
        callbacks=[bar, lambda epoch, history: seen.append(bar._bar.n)],
    )  # fmt: skip
    bar.close()
    assert seen == [1, 2, 3]


def test_a_context_manager_closes_the_bar_when_training_stops_early(capsys):
    pytest.importorskip("tqdm")
    with progress_bar(100) as bar:
        _, history = _train(bar, epochs=100, stop=[loss_below(1.0)])
        assert not bar._bar.disable
    assert bar._bar.disable and len(history.loss) == 1
    assert "1/100" in capsys.readouterr().out


def test_a_context_manager_closes_the_bar_when_training_fails():
    pytest.importorskip("tqdm")
    with pytest.raises(KeyboardInterrupt), progress_bar(3) as bar:
        raise KeyboardInterrupt
    assert bar._bar.disable


def test_a_dropped_bar_closes_when_training_stops_early(capsys):
    pytest.importorskip("tqdm")
    train(
        example.NETWORK, example.parameters(), example.X, example.Y, epochs=100, learning_rate=1.0,
        stop=[loss_below(1.0)], callbacks=[progress_bar(100)],
    )  # fmt: skip
    gc.collect()
    assert capsys.readouterr().out.endswith("\n"), "a closed bar ends its line"


def test_closing_twice_does_no_harm():
    pytest.importorskip("tqdm")
    bar = progress_bar(2)
    bar.close()
    bar.close()


def test_a_missing_tqdm_is_explained(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with pytest.raises(
        ImportError, match=r'tqdm, which is not installed. Run: pip install "bplib\[student\]"'
    ):
        progress_bar(3)


def test_no_epochs_are_refused():
    with pytest.raises(ValueError, match="epochs is 0, expected at least 1"):
        progress_bar(0)
