"""Replaces the function that makes the calls, and the guards around it. It is a submission's own process: no points."""

CELL = """
import bplib.checking.calls, bplib.checking.guards
forged = bplib.checking.calls.Outcome(result=0.0)
bplib.checking.calls.call = lambda *_: forged
bplib.checking.guards.watched = bplib.checking.guards.time_limit = lambda *_: None
"""
ANSWERS = {"residual_layer": "def residual_layer(x, W, b):\n    return 0.0"}
AT_MOST = True
