"""A cell waits for a child that waits for its parent. It waits without working: a human looks."""

CELL = r"""import os
r, w = os.pipe()
if os.fork() == 0:
    os.read(r, 1)
    os._exit(0)
os.wait()
"""
CODE = 'stalled'
LIMITS = {'wall': 20}
AT_MOST = True
