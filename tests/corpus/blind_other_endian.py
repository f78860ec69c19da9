"""Right, but the bytes of the numbers are in the order of the other kind of machine. Keeps its point."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    a = x + np.tanh(x @ W + b)
    return a.astype(a.dtype.newbyteorder('>'))
""",
}
DESERVES = {'residual_layer': 1}
