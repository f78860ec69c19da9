"""Returns what is not a number, which compares false with everything. No points."""

ANSWERS = {"dense_columns": "def dense_columns(x, W, b):\n    return np.full((len(W), x.shape[1]), np.nan)"}
AGAINST = "usual cells"
HARM = "points"
