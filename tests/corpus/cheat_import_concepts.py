"""Calls the book's own code instead of writing it. There is no such module in the sandbox: no points."""

ANSWERS = {
    "residual_layer": """
def residual_layer(x, W, b):
    from bplib.activation import ACTIVATIONS
    return x + ACTIVATIONS["tanh"].forward(x @ W + b)
"""
}
AGAINST = "usual cells"
HARM = "points"
