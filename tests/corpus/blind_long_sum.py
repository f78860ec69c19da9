"""Right, but its cell has a sum of 700 terms and 1400 signs in a row, deep for all that walks trees of code. Keeps its point."""

ANSWERS = {"residual_layer": "zero = " + "+".join(["0"] * 700) + "\nzero = " + "-" * 700 + "0\nzero = zero" + ".real" * 700 + """
def residual_layer(x, W, b):
    return x + np.tanh(x @ W + b) + zero
"""}
DESERVES = {'residual_layer': 1}
