"""A function of bplib and the same by PyTorch, by turns and in one process: how long each takes at best, on one thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import numpy as np

#: How long to measure each setting.
SECONDS = 6.0

Contestants = dict[str, Callable[[], object]]


def paired(settings: Mapping[str, Callable[[type], Contestants]]) -> list[dict[str, object]]:
    """One row for each setting and kind of numbers.

    Parameters
    ----------
    settings
        By name, what makes the two contestants, ``"bplib"`` and ``"PyTorch"``, of numbers of a type.
    """
    rows: list[dict[str, object]] = []
    for setting, contestants in settings.items():
        for dtype in (np.float64, np.float32):
            seconds = best(contestants(dtype))
            ratio = seconds["bplib"] / seconds["PyTorch"]
            kind = np.dtype(dtype).name
            taken = {name: round(value, 6) for name, value in seconds.items()}
            rows.append({"setting": setting, "dtype": kind, **taken, "ratio": round(ratio, 2)})
            print(f"{setting:40} {kind}  {seconds['bplib'] * 1e3:6.2f} ms  {ratio:.2f} of PyTorch's", flush=True)
    return rows


def best(functions: Contestants) -> dict[str, float]:
    """The shortest time of each, taken in turns.

    Time of this process: what another one takes away meanwhile says nothing, and one thread does all the work.
    """
    found = dict.fromkeys(functions, np.inf)
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        for name, function in functions.items():
            start = time.process_time()
            function()
            found[name] = min(found[name], time.process_time() - start)
    return found


def agreed(contestants: Contestants) -> Contestants:
    """The same two, if their gradients agree to the precision of single numbers."""
    for own, other in zip(contestants["bplib"](), contestants["PyTorch"](), strict=True):  # type: ignore[call-overload]
        own = np.asarray(own)
        assert np.allclose(own, other, rtol=1e-3, atol=1e-3 * np.abs(own).max())
    return contestants
