"""Right, but counts to a million in Python in each call: slow, and honest. Keeps its point."""

ANSWERS = {
    "residual_layer": """def residual_layer(x, W, b):
    n = 0
    for i in range(1000000):
        n += i % 2
    return x + np.tanh(x @ W + b) + (n - n)
""",
}
DESERVES = {"residual_layer": 1}
