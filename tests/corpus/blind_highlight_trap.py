"""Right, but its cell has lines that are slow for a highlighter: backslashes, digits with underscores, quotes, braces in f-strings, spaces at ends. Keeps its point."""

ANSWERS = {"residual_layer": "\n".join([
    "t = r'a" + "\\\\" * 20000 + "'", "u = 0" + "_0" * 20000, "w = '" + "{" * 20000 + "'", "#" + " \t" * 20000 + "a",
    "v = 1" + " " * 40000, "n" * 40000 + " = 1", "s = '" + "%(" * 20000 + "'", "", "@(lambda f: f)" + " " * 20000, """\
def residual_layer(x, W, b):
    return x + np.tanh(x @ W + b)
"""])}
DESERVES = {'residual_layer': 1}
