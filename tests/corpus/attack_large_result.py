"""Returns an array of hundreds of megabytes. It is too large to travel: no points."""

ANSWERS = {"residual_layer": "def residual_layer(x, W, b):\n    return np.zeros(2 * 10**7)"}
