"""Returns lists in lists without an end, and one that holds itself. Beyond a depth nothing travels: no points."""

ANSWERS = {
    "residual_layer": """
def residual_layer(x, W, b):
    deep = []
    for _ in range(100_000):
        deep = [deep]
    return deep
""",
    "dense_columns": """
def dense_columns(x, W, b):
    own = [1.0]
    own[0] = own
    return own
""",
}
