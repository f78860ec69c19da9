"""Right, but prints half a million characters a call. Keeps its point, or loses some if it is over the limit of output."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    print('ab\r' * 170000)
    return x + np.tanh(x @ W + b)
""",
}
DESERVES = {'residual_layer': 1}
