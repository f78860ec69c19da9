"""Right in four calls of five. Wrong: nothing for its task."""

ANSWERS = {
    "residual_layer": r"""k = [0]
def residual_layer(x, W, b):
    k[0] += 1
    a = x + np.tanh(x @ W + b)
    return a if k[0] % 5 else a + 0.1
""",
}
