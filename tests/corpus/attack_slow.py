"""Answers each call just before it would be late. The time of all is limited: this task costs its own points, no others."""

LIMITS = {"wall": 2.5}
ANSWERS = {
    "residual_layer": """
import time

def residual_layer(x, W, b):
    time.sleep(0.9)
    return x + np.tanh(x @ W + b)
"""
}
