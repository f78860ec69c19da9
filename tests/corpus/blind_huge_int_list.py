"""Answers with a list of whole numbers of 20000 bits each, in the right shape. Wrong: nothing for its task."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    return np.array([[7 ** 7000 for _ in row] for row in x], dtype=object)
""",
}
