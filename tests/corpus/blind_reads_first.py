"""A thread reads from each socket of its process before the process itself can. Nothing for its task; it may lose more."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    import os, threading
    def steal(fd):
        while True:
            try:
                if not os.read(fd, 1): return
            except OSError:
                return
    for fd in range(3, 32):
        threading.Thread(target=steal, args=(fd,), daemon=True).start()
    return x
""",
}
AT_MOST = True
LIMITS = {'wall': 20}
CODE = "|stalled"
