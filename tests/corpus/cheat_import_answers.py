"""Takes the trusted function's code from the checks, under another name. The module cannot be imported: no points."""

HARM = "points"
CELL = """
from bplib.checking.exercises.feedforward import _residual
"""
ANSWERS = {
    "residual_layer": """
def residual_layer(x, W, b):
    return type(residual_layer)(_residual.__code__, {"np": np})(x, W, b)
"""
}
