"""Replaces the function that makes the calls, and the guards around it. It is a submission's own process: no points."""

CELL = """
import bplib.checking.calling.calls, bplib.checking.calling.guards, importlib
forged = bplib.checking.calling.calls.Outcome(result=0.0)
bplib.checking.calling.calls.call = lambda *_, **__: forged
bplib.checking.calling.calls.calls = lambda f, inputs, *_, **__: (forged for _ in inputs)
bplib.checking.calling.guards.watched = bplib.checking.calling.guards.time_limit = lambda *_: None
try:
    judge = importlib.import_module("bplib.checking.judging.judge")
    checks = {check.function: check for check in importlib.import_module("bplib.checking.exercises").load("feedforward")}
    answers = lambda f, inputs: checks[f.__name__].answer(*inputs.values())
    outcome = bplib.checking.calling.calls.Outcome
    forgery = lambda f, inputs, *_, **__: (outcome(result=answers(f, i)) for i in inputs)
    judge.judge.__defaults__ = tuple(forgery if getattr(d, "__name__", "") == "calls" else d for d in judge.judge.__defaults__)
except ImportError:
    pass
"""
ANSWERS = {"residual_layer": "def residual_layer(x, W, b):\n    return 0.0"}
AT_MOST = True
HARM = "points"
