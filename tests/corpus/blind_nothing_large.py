"""Answers with empty arrays of huge shapes, (2**40, 0, 2**20). Wrong: nothing for its task."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    return np.empty((2 ** 40, 0, 2 ** 20))
""",
}
