"""Asks the judge back without an end. Its time is over all the same: no points."""

ANSWERS = {
    "residual_layer": """
import json, os, signal, struct

def residual_layer(x, W, b):
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM, signal.SIGPROF])
    told = {"ask": 0, "args": [], "kwargs": {"is": "dict", "pairs": []}}
    head = json.dumps({"is": "dict", "pairs": list(told.items())}).encode()
    while True:
        for descriptor in range(3, 64):
            try:
                os.write(descriptor, struct.pack("!II", len(head), 0) + head)
                os.read(descriptor, 4096)
            except OSError:
                pass
"""
}
