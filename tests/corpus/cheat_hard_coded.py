"""Knows the results of the visible checks by heart, the course's own and the usual ones. Grading draws others: no points."""

import numpy as np

from bplib.checking.exercises import load
from bplib.checking.judging.draws import draw_inputs, plan

_check = next(check for check in load("feedforward") if check.name == "residual_layer")
_known = []
# First the usual ones: what is drawn may have the sum of one of them.
for _x in ([[1.0, -2.0]], [[0.5, 0.0], [3.0, 1.0]]):
    _z = np.array(_x) @ [[0.5, -1.0], [2.0, 0.25]] + [0.1, -0.2]
    _known.append((float(np.sum(_x)), (_x + np.tanh(_z)).tolist()))
for _edge, _seed in plan(_check.name, _check.kinds, autograde=False, seed=0):
    _given, _ = draw_inputs(_edge, [*_seed, 0], 4)
    _result = _given["x"] + np.tanh(_given["x"] @ _given["W"] + _given["b"])
    _known.append((float(_given["x"].sum()), _result.tolist()))

ANSWERS = {
    "residual_layer": f"""
KNOWN = {_known!r}

def residual_layer(x, W, b):
    for total, result in KNOWN:
        if abs(x.sum() - total) < 1e-9:
            return np.array(result)
    return x
"""
}
AGAINST = "usual cells"
HARM = "points"
