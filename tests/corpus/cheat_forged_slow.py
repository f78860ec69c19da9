"""Sends an answer that is slow to read: a million lists in lists. The judge's time is limited, and no points come of it."""

ANSWERS = {
    "residual_layer": """
import os, struct

def residual_layer(x, W, b):
    head = b"[" + b",".join([b"[[[[[[0]]]]]]"] * 500_000) + b"]"
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, struct.pack("!II", len(head), 0) + head)
        except OSError:
            pass
    os._exit(0)
"""
}
NOTE = "residual_layer"
