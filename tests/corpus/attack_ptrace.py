"""Takes hold of other processes, and looks into their memory. It is not allowed to."""

CELL = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for pid in (1, 2, os.getppid()):
    if libc.ptrace(16, pid, 0, 0) == 0:
        print("WON", pid)
print("refused", os.strerror(ctypes.get_errno()))
"""
SAYS = "refused"
HARM = "batch"
