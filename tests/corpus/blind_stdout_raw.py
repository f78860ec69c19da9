"""A child in a session of its own writes zeros to the numbers 1 and 2 for ever. Its time counts as its own: it may lose all."""

CELL = r"""import os
if os.fork() == 0:
    os.setsid()
    while True:
        for fd in (1, 2):
            try:
                os.write(fd, b'\x00' * 65536)
            except OSError:
                os._exit(0)
"""
AT_MOST = True
LIMITS = {'cpu': 20, 'wall': 40}
