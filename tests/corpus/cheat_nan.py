"""Returns what is not a number, which compares false with everything. No points."""

ANSWERS = {"residual_layer": "def residual_layer(x, W, b):\n    return np.full_like(x, np.nan, dtype=float)"}
