"""Answers with zeros that a thread of its own makes right a moment later. Wrong: nothing for its task."""

ANSWERS = {
    "residual_layer": r"""import threading, time
def residual_layer(x, W, b):
    a = np.zeros(x.shape)
    def late():
        time.sleep(0.05)
        a[...] = x + np.tanh(x @ W + b)
    threading.Thread(target=late, daemon=True).start()
    return a
""",
}
