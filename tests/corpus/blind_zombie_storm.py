"""A child makes children that end at once, for ever, for two thousand times, while the cells go on. All tasks keep their points."""

CELL = r"""import os
if os.fork() == 0:
    os.setsid()
    for _ in range(2000):
        try:
            pid = os.fork()
        except OSError:
            continue
        if pid == 0: os._exit(0)
    os._exit(0)
"""
