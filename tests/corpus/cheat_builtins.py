"""Redefines what Python itself uses to compare and to count. It harms nobody but itself: nothing gained."""

AT_MOST = True
CELL = """
import builtins
builtins.abs = lambda _: 0.0
builtins.max = lambda *_, **__: 0.0
builtins.float = lambda *_: 1.0
builtins.isinstance = lambda *_: True
"""
ANSWERS = {"residual_layer": "def residual_layer(x, W, b):\n    return 0"}
