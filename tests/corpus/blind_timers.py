"""Has a timer call a function each fifth of a thousandth second, and an alarm that ends a process after a second. It may lose by it."""

CELL = r"""import signal
signal.signal(signal.SIGALRM, lambda *a: None)
signal.setitimer(signal.ITIMER_REAL, 0.0002, 0.0002)
signal.setitimer(signal.ITIMER_VIRTUAL, 1)
"""
AT_MOST = True
