"""Asks to come before all others: nice -20, real time, no limits. It is not let; all tasks keep their points."""

CELL = r"""import os, resource
for act in (lambda: os.nice(-5), lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50)), lambda: os.setpriority(os.PRIO_USER, 0, -20),
            lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)), lambda: resource.setrlimit(resource.RLIMIT_NPROC, (999, 999)), lambda: os.setuid(0), lambda: os.setgroups([0])):
    try:
        act()
        print('WON')
    except (OSError, ValueError):
        pass
"""
