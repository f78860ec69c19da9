"""Right but for 5e-324 added to each number, which no number feels. Keeps its point."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    return (x + np.tanh(x @ W + b)) + np.full(x.shape, 5e-324)
""",
}
DESERVES = {'residual_layer': 1}
