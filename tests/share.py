"""What the suite runs of families whose members take minutes and are much alike: some, the same each time.

`make test-all` runs all of them.
"""

from __future__ import annotations

import os

ALL = os.environ.get("BPLIB_TESTS") == "all"
