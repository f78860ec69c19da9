"""Keeps memory in files without a name and in segments of System V, which count for no limit. Neither can be had."""

CELL = """
import ctypes, os
try:
    os.write(os.memfd_create("hoard"), bytes(2**20))
    print("WON")
except (OSError, AttributeError):
    print("refused")
if ctypes.CDLL(None).shmget(1986, 2**26, 0o1600) != -1:
    print("WON")
"""
SAYS = "refused"
HARM = "resources"
