"""Replaces parts of the shell that runs its cells. It harms nobody but itself: its process ends each time, and a person is told."""

CELL = """
ip = get_ipython()
ip.run_cell = lambda *_, **__: None
ip.displayhook = None
"""
AT_MOST = True
CODE = "restarts"
