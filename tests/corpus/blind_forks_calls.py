"""Right, but each call has a child do the work, which tells it through a pipe and is never asked for; two threads look on. Keeps its point."""

ANSWERS = {
    "residual_layer": """import os, threading
def residual_layer(x, W, b):
    r, w = os.pipe()
    if os.fork() == 0:
        os.write(w, (x + np.tanh(x @ W + b)).tobytes())
        os._exit(0)
    os.close(w)
    data = b""
    while part := os.read(r, 65536):
        data += part
    os.close(r)
    t = [threading.Thread(target=len, args=(data,)) for _ in range(2)]
    [a.start() for a in t]; [a.join() for a in t]
    return np.frombuffer(data).reshape(x.shape)
""",
}
DESERVES = {"residual_layer": 1}
AT_MOST = True
