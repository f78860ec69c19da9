"""Leaves six processes in sessions of their own that work for ever. Their time counts as its own: it may lose all, nobody waits."""

CELL = r"""import os
for _ in range(6):
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        while True: pass
"""
AT_MOST = True
LIMITS = {'cpu': 10, 'wall': 30}
