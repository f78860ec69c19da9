"""A cell sleeps for an hour. It is left out, the others count, and a person is told."""

LIMITS = {"cell": 0.5, "wall": 20}
CELL = "import time\ntime.sleep(3600)"
CODE = "stalled"
