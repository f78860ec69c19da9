"""What ``bplib.plots`` is in a web page, where there is no matplotlib: each figure is shown as the book was built with it."""

from __future__ import annotations

import hashlib
import html
from typing import Any

import numpy as np

ABSENT = "There is no matplotlib in this page. This is the figure that the book was built with, from the same cell."
ELSEWHERE = (
    "There is no matplotlib in this page, and the book has no figure with these words. In JupyterLab on your computer it is drawn."
)


class Figure:
    """Stands for a figure, its axes, and all that is drawn: takes any call, and does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: Any, **__: Any) -> Any:
        return self

    def __iter__(self) -> Any:
        return iter((self,))

    def __getitem__(self, _: Any) -> Any:
        return self

    def __setitem__(self, *_: Any) -> None: ...

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: Any) -> None: ...

    def __add__(self, _: Any) -> Any:
        return self

    __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __add__

    def _repr_html_(self) -> str:
        return f"<p>{ABSENT.split('.')[0]}, which would draw this.</p>"


def undrawn(name: str) -> Any:
    """A function of any name that draws nothing."""
    if name.startswith("__"):
        raise AttributeError(name)
    return lambda *_, **__: Figure()


def figure(width: float = 7, height: float = 3.5, rows: int = 1, columns: int = 1, **_: Any) -> tuple[Figure, Any]:
    """Nothing to draw on: as many axes as were asked for."""
    axes = np.empty((rows, columns), dtype=object)
    for place in np.ndindex(rows, columns):
        axes[place] = Figure()
    return Figure(), axes[0, 0] if axes.size == 1 else np.squeeze(axes)


def label_lines(*_: Any, **__: Any) -> None:
    """No lines, no labels."""


def show(figure: Any, alt: str, caption: str = "") -> Shown:
    """Show the built figure that has these words."""
    found = built(hashlib.sha256(alt.encode()).hexdigest()[:16])
    sentence = ABSENT if found else f"{ELSEWHERE} {alt}"
    return Shown(f'<p style="opacity: 0.8"><em>{html.escape(sentence)}</em></p>{found}', alt)


def built(name: str) -> str:
    """A figure of the site as HTML; empty when it has none of this name."""
    import js  # type: ignore[import-not-found]
    from pyodide.http import open_url  # type: ignore[import-not-found]

    base = js.location.href.partition("/extensions/")[0]
    try:
        text = open_url(f"{base}/static/figures/{name}.html").read()
    except Exception:  # noqa: BLE001 - without a network there is no figure, and the cell goes on
        return ""
    return text if text.startswith("<figure") else ""
