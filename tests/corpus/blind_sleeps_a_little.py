"""Right, but sleeps a tenth of a second in each call, as somebody does who wants to see it work. Keeps its point."""

ANSWERS = {
    "residual_layer": """import time
def residual_layer(x, W, b):
    time.sleep(0.1)
    return x + np.tanh(x @ W + b)
""",
}
DESERVES = {"residual_layer": 1}
