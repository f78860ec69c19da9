"""Depends on the clock: the same arguments twice give two results. No points."""

ANSWERS = {
    "residual_layer": """
import time

def residual_layer(x, W, b):
    return x + np.tanh(x @ W + b) + time.perf_counter_ns() % 1000
"""
}
