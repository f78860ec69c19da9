"""A progress bar for training, drawn by tqdm to standard output.

Standard output, because nbgrader takes anything on the error stream for a failed test.
"""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from bplib.iterations import History


class ProgressBar:
    """A callback for `bplib.iterations.train` that shows the epoch and its loss; see `progress_bar`."""

    def __init__(self, bar: Any, epochs: int) -> None:
        self._bar = bar
        self._epochs = epochs

    def __call__(self, epoch: int, history: History) -> None:
        """Advance to ``epoch`` (counted from 0) and close after the last one."""
        losses = {"loss": f"{history.loss[-1]:.4g}"}
        if history.validation_loss:
            losses["validation"] = f"{history.validation_loss[-1]:.4g}"
        self._bar.set_postfix(losses, refresh=False)
        self._bar.update(epoch + 1 - self._bar.n)
        if epoch + 1 >= self._epochs:
            self.close()

    def close(self) -> None:
        """Leave the bar as it stands; closing twice does no harm."""
        self._bar.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def progress_bar(epochs: int) -> ProgressBar:
    """A bar that fills up while a network trains.

    >>> train(network, params, x, y, epochs=50, learning_rate=0.1, callbacks=[progress_bar(50)])  # doctest: +SKIP

    It closes itself after the last epoch. Where a stopping criterion may end training sooner, use it as a
    context manager: ``with progress_bar(50) as bar: train(…, callbacks=[bar])``. A bar that is dropped
    before its end closes too.

    Parameters
    ----------
    epochs
        How many epochs fill the bar: what you pass to ``train``.

    Raises
    ------
    ValueError
        If epochs is below 1.
    ImportError
        If tqdm is not installed.
    """
    if epochs < 1:
        raise ValueError(f"epochs is {epochs}, expected at least 1: the number you pass to train().")
    try:
        from tqdm import tqdm  # type: ignore[import-untyped]
    except ImportError as error:
        raise ImportError(
            'the progress bar is drawn by tqdm, which is not installed. Run: pip install "bplib[student]"'
        ) from error
    # Plain ASCII needs no font, and two lines a second are plenty in a saved notebook.
    return ProgressBar(tqdm(total=epochs, unit="epoch", file=sys.stdout, mininterval=0.5, ascii=True), epochs)
