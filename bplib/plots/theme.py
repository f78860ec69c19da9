"""The look of every figure, and how it becomes part of a page.

Figures are drawn in a handful of theme colors. `show` writes the figure as SVG and replaces each of them by a
CSS variable with a fallback, so the same figure is dark on a light page and light on a dark one, in the book
and in a notebook that knows nothing of the book. No pyplot, so nothing global changes.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
import sys
from collections.abc import Sequence
from typing import Any

import matplotlib
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

#: Text and what matters most.
INK = "#1a2130"
#: Ticks, axis labels, what may step back.
MUTED = "#66707f"
#: Lines that only guide the eye.
GRID = "#d6dbe2"
#: The page behind the figure.
SURFACE = "#fefdfc"
#: Six colors for data, after Okabe and Ito (2008): told apart with any color vision, at least 3.4 : 1 against white
#: and against near-black.
COLORS = ("#1478b8", "#cf5a06", "#088a66", "#b8609a", "#9a7400", "#7a6f66")

# The fallbacks serve pages without the book's style sheet: a notebook in JupyterLab or VS Code, light or dark.
_VARIABLES = {
    INK: "var(--bp-ink, currentColor)",
    "#000000": "var(--bp-ink, currentColor)",
    MUTED: "var(--bp-muted, color-mix(in srgb, currentColor 72%, transparent))",
    GRID: "var(--bp-grid, color-mix(in srgb, currentColor 16%, transparent))",
    SURFACE: "var(--bp-surface, var(--jp-layout-color0, var(--vscode-editor-background, Canvas)))",
    "#ffffff": "var(--bp-surface, var(--jp-layout-color0, var(--vscode-editor-background, Canvas)))",
    **{color: f"var(--bp-c{i}, {color})" for i, color in enumerate(COLORS)},
}

_STYLE: Any = {
    "font.size": 10.5,
    "text.color": INK,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "axes.labelsize": 10.5,
    "axes.titlecolor": INK,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.titlepad": 9,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": cycler(color=COLORS),
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 10.5,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "xtick.major.pad": 5,
    "ytick.major.pad": 4,
}


class _ThemedAxes(Axes):
    """Axes whose titles, legends and texts, too, are in the theme: matplotlib asks for their style when called."""

    def set_title(self, *args: Any, **kw: Any) -> Any:
        with matplotlib.rc_context(_STYLE):
            return super().set_title(*args, **kw)

    def legend(self, *args: Any, **kw: Any) -> Any:
        with matplotlib.rc_context(_STYLE):
            return super().legend(*args, **kw)

    def text(self, *args: Any, **kw: Any) -> Any:
        with matplotlib.rc_context(_STYLE):
            return super().text(*args, **kw)


# Drawn at 80 % and shown at 150 %: type is 15 pixels high on a wide page, still 9 on a phone.
_SCALE, _ZOOM = 0.8, 1.5
# A rectangle as matplotlib writes it: from a corner along x, along y, back along x.
_RECTANGLE = r"M (\S+) (\S+) \nL (\S+) \2 \nL \3 (\S+) \nL \1 \4 \nz"


def figure(
    width: float = 7, height: float = 3.5, rows: int = 1, columns: int = 1, **kw: Any
) -> tuple[Figure, Any]:
    """A figure in the theme, with quiet axes.

    Parameters
    ----------
    width, height
        Size in inches; 7 fills the text column.
    rows, columns
        How many axes.
    **kw
        Passed on to ``Figure.subplots``, for example ``sharey=True``.

    Returns
    -------
    figure : Figure
        Hand it to `show`.
    axes
        One ``Axes``, or an array of them when there are several.
    """
    with matplotlib.rc_context(_STYLE):
        fig = Figure(
            figsize=(width * _SCALE, height * _SCALE), layout=ConstrainedLayoutEngine(w_pad=0.07, h_pad=0.07)
        )
        axes = fig.subplots(
            rows, columns, **{**kw, "subplot_kw": {"axes_class": _ThemedAxes, **kw.get("subplot_kw", {})}}
        )
    return fig, axes


class Shown:
    """A figure ready for the page: HTML for the eye, its alternative text for everything else."""

    def __init__(self, markup: str, alt: str) -> None:
        self.html = markup
        self.alt = alt

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.alt


def show(figure: Figure, alt: str, caption: str = "") -> Shown:
    """Show a figure as part of the page, with words for those who do not see it.

    Parameters
    ----------
    figure
        Any matplotlib figure; drawn in the colors of this module it follows the theme.
    alt
        What is to be seen, in one to three sentences: the kind of plot, the axes, and what one should notice.
    caption
        A sentence under the figure that says what to look for; plain text.

    Returns
    -------
    Shown
        Displayed by Jupyter when it is the last line of a cell.

    Raises
    ------
    ValueError
        If the alternative text is missing, shorter than 15 characters or three words, a file name, or
        what Python prints for a figure.
    TypeError
        If ``figure`` is not a figure.
    """
    if not isinstance(figure, Figure):
        raise TypeError(
            f"show got {type(figure).__name__}, expected a matplotlib Figure: the first result of plots.figure()."
        )
    _require_words(alt)
    if "matplotlib.pyplot" in sys.modules:
        # A figure made with pyplot would be shown a second time by the notebook.
        sys.modules["matplotlib.pyplot"].close(figure)
    return Shown(_inline_svg(figure, alt, caption), alt)


def _require_words(alt: str) -> None:
    advice = (
        "Say in one to three sentences what is seen, for example: "
        "'The loss falls steeply for ten epochs, then levels off near 0.1.'"
    )
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(f"the alternative text is empty. {advice}")
    if re.fullmatch(r"\S+[/\\]\S*|.+\.(png|svg|jpe?g|gif|webp|pdf)", alt.strip(), re.IGNORECASE | re.DOTALL):
        raise ValueError(f"the alternative text {alt!r} is a file name. {advice}")
    if re.match(r"<?Figure\b.*\d+x\d+", alt.strip()):
        raise ValueError(f"the alternative text {alt!r} is what Python prints for a figure. {advice}")
    if len(alt.strip()) < 15:
        raise ValueError(f"the alternative text {alt!r} has fewer than 15 characters. {advice}")
    if len(re.findall(r"[^\W_]+", alt)) < 3 or len(alt.split()) < 3:
        raise ValueError(f"the alternative text {alt!r} has fewer than three words. {advice}")


def _inline_svg(figure: Figure, alt: str, caption: str) -> str:
    """The figure as an HTML fragment: the same figure and words always give the same bytes."""
    buffer = io.StringIO()
    # Text stays text: it is set in the page's own font and remains sharp at any size.
    with matplotlib.rc_context(
        {"svg.hashsalt": "bplib", "svg.fonttype": "none", "mathtext.fontset": "dejavusans"}
    ):
        figure.savefig(buffer, format="svg", transparent=True)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    # The metadata hold the date of drawing: without them the bytes depend on the figure alone.
    svg = re.sub(r"<metadata>.*?</metadata>\s*|<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    # A hundredth of a point is not seen; six decimals would be half of the file.
    svg = re.sub(r' d="[^"]+"', lambda m: re.sub(r"(\.\d\d)\d+", r"\1", m[0]), svg)
    # The same rectangle in half the characters: a weight matrix has thousands.
    svg = re.sub(_RECTANGLE, r"M\1 \2H\3V\4H\1z", svg)
    prefix = "bp" + hashlib.sha256((svg + alt).encode()).hexdigest()[:10]

    used = set(re.findall(r'(?:url\(|href=")#([^")]+)', svg))
    svg = re.sub(r' id="([^"]+)"', lambda m: f' id="{prefix}-{m[1]}"' if m[1] in used else "", svg)
    svg = re.sub(r'(url\(|href=")#', rf"\1#{prefix}-", svg).replace("xlink:href", "href")
    # matplotlib styles every element of its file; here that would be every element of the page.
    svg = svg.replace("*{stroke-linejoin", f"#{prefix} *{{stroke-linejoin")
    svg = re.sub(r"#[0-9a-f]{6}\b", lambda m: _VARIABLES.get(m[0], m[0]), svg)
    svg = re.sub(r"'DejaVu Sans'[^;\"]*sans-serif", "var(--bp-font, system-ui, sans-serif)", svg)

    box = re.search(r'viewBox="0 0 ([\d.]+) [\d.]+"', svg)
    width = round(float(box[1]) * _ZOOM) if box else 600
    opening = (
        f'<svg id="{prefix}" xmlns="http://www.w3.org/2000/svg" {box[0] if box else ""} role="img" '
        f'aria-label="{html.escape(alt, quote=True)}" '
        # What has no color of its own is black in SVG, that is, ink.
        f'style="width: 100%; max-width: {width}px; height: auto; overflow: visible; fill: var(--bp-ink, currentColor)">'
    )
    svg = opening + svg[svg.index(">") + 1 :]
    words = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    return f'<figure class="bp-figure" style="margin: 1rem 0">{svg.strip()}{words}</figure>'


def label_lines(ax: Any, labels: Sequence[tuple[float, float, str, str]], size: float = 10.5) -> None:
    """Write names beside the right ends of lines, in their colors, moved apart where they would overlap.

    Call it last: it needs the final limits and scales of the axes.

    Parameters
    ----------
    ax
        The axes that hold the lines.
    labels
        For each line the end (x, y) in data coordinates, the text and its color.
    size
        Of the type, in points.
    """
    to_axes = ax.transData + ax.transAxes.inverted()
    heights = [min(max(float(to_axes.transform((x, y))[1]), 0.0), 1.0) for x, y, _, _ in labels]
    gap = 1.25 * size / (0.72 * ax.figure.get_figheight() * 72)
    for height, i in zip(_apart(sorted(heights), gap), sorted(range(len(labels)), key=heights.__getitem__)):
        text, color = labels[i][2:]
        ax.annotate(
            text,
            (1.0, height),
            xytext=(6, 0),
            xycoords="axes fraction",
            textcoords="offset points",
            color=color,
            fontsize=size,
            va="center",
            annotation_clip=False,
        )


def _apart(ordered: Sequence[float], gap: float) -> list[float]:
    """Move sorted positions as little as needed for neighbors to be ``gap`` apart: clusters share their mean."""
    clusters: list[list[float]] = []
    for position in ordered:
        clusters.append([position])
        while len(clusters) > 1 and _top(clusters[-2], gap) + gap > _bottom(clusters[-1], gap):
            last = clusters.pop()
            clusters[-1] += last
    return [_bottom(cluster, gap) + gap * i for cluster in clusters for i in range(len(cluster))]


def _bottom(cluster: list[float], gap: float) -> float:
    return sum(cluster) / len(cluster) - gap * (len(cluster) - 1) / 2


def _top(cluster: list[float], gap: float) -> float:
    return sum(cluster) / len(cluster) + gap * (len(cluster) - 1) / 2
