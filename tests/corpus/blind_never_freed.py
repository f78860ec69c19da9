"""Answers right, but each answer's __del__ and all that runs at the end of the process goes on for ever. Keeps its point."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    return (x + np.tanh(x @ W + b))
""",
}
CELL = r"""
import atexit, signal, threading, time
for s in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
    signal.signal(s, signal.SIG_IGN)
def forever():
    while True: time.sleep(1)
atexit.register(forever)
threading.Thread(target=forever).start()
"""
DESERVES = {'residual_layer': 1}
