"""Announces a frame of four gigabytes. It is refused before a byte of it is kept: no points."""

ANSWERS = {
    "residual_layer": """
import os, struct

def residual_layer(x, W, b):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, struct.pack("!II", 2**31, 2**31))
        except OSError:
            pass
"""
}
