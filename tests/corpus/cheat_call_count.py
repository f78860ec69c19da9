"""Is right three times and wrong from then on. Under grading there are more calls: no points."""

ANSWERS = {
    "residual_layer": """
calls = []

def residual_layer(x, W, b):
    calls.append(1)
    return x + np.tanh(x @ W + b) if len(calls) < 4 else x
"""
}
AGAINST = "usual cells"
HARM = "points"
