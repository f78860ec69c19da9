"""Fills shared pages and lets go of them: they stay, and no process is seen to have them. There are none to be had."""

CELL = """
import mmap
for place in (None, "/dev/zero"):
    try:
        file = open(place, "r+b") if place else None
        pages = mmap.mmap(file.fileno() if file else -1, 2**20)
        pages[:] = b"x" * 2**20
        pages.madvise(mmap.MADV_DONTNEED)
        print("WON" if pages[0] == ord("x") else "let go")
    except OSError:
        print("refused")
"""
SAYS = "refused"
HARM = "resources"
