"""Lifts Python's limit for digits and answers with a whole number of a million digits. Wrong: nothing for its task."""

ANSWERS = {
    "residual_layer": r"""import sys
def residual_layer(x, W, b):
    sys.set_int_max_str_digits(0)
    return 10 ** 1000000
""",
}
