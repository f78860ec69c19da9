"""Sends one byte of an answer now and then, for ever. Nobody waits: a person is told, and the batch goes on."""

LIMITS = {"cell": 1, "wall": 4}
CODE = "stalled"
ANSWERS = {
    "residual_layer": """
import os, signal, struct, time

def residual_layer(x, W, b):
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM, signal.SIGPROF])
    data = struct.pack("!II", 1000, 0) + b" " * 900
    for i in range(len(data)):
        for descriptor in range(3, 64):
            try:
                os.write(descriptor, data[i:i + 1])
            except OSError:
                pass
        time.sleep(0.1)
"""
}
