"""Closes every descriptor that it has. Its process ends, the cell is left out, and its honest answers count."""

CELL = "import os\nos.closerange(0, 256)"
NOTE = "left out"
HARM = "work"
