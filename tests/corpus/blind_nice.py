"""Is as nice as can be: nice 19, idle, one processor only, the first for the memory's end. All tasks keep their points."""

CELL = r"""import os
for act in (lambda: os.nice(19), lambda: os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0)), lambda: os.sched_setaffinity(0, {0})):
    try:
        act()
    except OSError as error:
        print(error)
"""
