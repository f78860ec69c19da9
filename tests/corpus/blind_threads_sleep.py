"""Starts as many threads as it may, which sleep. It may lose by it what it needs itself."""

CELL = r"""import threading, time
for _ in range(500):
    try:
        threading.Thread(target=time.sleep, args=(900,), daemon=True, ).start()
    except RuntimeError:
        break
"""
AT_MOST = True
