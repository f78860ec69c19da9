"""Three children hold 900 million bytes each, in sessions of their own, and sleep. Together that is over the limit of one: it may lose by it."""

CELL = r"""import os, time
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        kept = bytearray(b'a') * (900 * 10 ** 6)
        time.sleep(600)
        os._exit(0)
time.sleep(1)
"""
AT_MOST = True
LIMITS = {'wall': 60}
