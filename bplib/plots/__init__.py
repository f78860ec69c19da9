"""Figures that can be read by everyone: in light and dark, on a phone, and by a screen reader.

Each function returns a plain matplotlib ``Figure``; the last line of a cell hands it to `show` with an
alternative text. Colors are those of the theme (`INK`, `MUTED`, `GRID`, `SURFACE`, `COLORS`): `show` turns them
into CSS variables, so that a figure follows the page's theme. Importing them brings no concept module along.
"""

from bplib.plots.curves import (
    activation_curves,
    bars,
    gradients,
    learning_curves,
    u_curve,
)
from bplib.plots.images import confusion, digits_grid, photographs, templates, weights
from bplib.plots.networks import network_diagram
from bplib.plots.surfaces import decision_boundary, descent_path
from bplib.plots.tables import layers, table
from bplib.plots.theme import COLORS, GRID, INK, MUTED, SURFACE, Shown, figure, label_lines, show

__all__ = [
    "COLORS",
    "GRID",
    "INK",
    "MUTED",
    "SURFACE",
    "Shown",
    "activation_curves",
    "bars",
    "confusion",
    "decision_boundary",
    "descent_path",
    "digits_grid",
    "figure",
    "gradients",
    "label_lines",
    "layers",
    "learning_curves",
    "network_diagram",
    "photographs",
    "show",
    "table",
    "templates",
    "u_curve",
    "weights",
]
