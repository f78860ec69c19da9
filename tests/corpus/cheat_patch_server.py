"""Replaces the call in the serving loop itself: whatever it says is compared as any result. No points."""

CELL = """
import sys
serve = sys.modules.get("bplib.grading.sandbox.inside.serve")
if serve:
    from bplib.checking.calling.calls import Outcome
    before = serve.call
    serve.call = lambda f, i, *t, **o: Outcome(result=True) if f.__name__ == "residual_layer" else before(f, i, *t, **o)
"""
ANSWERS = {"residual_layer": "def residual_layer(x, W, b):\n    return True"}
