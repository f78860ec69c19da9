"""Reads the memory and the environment of other processes, and signals to them. It sees none."""

CELL = """
import os, signal
own = os.getpid()
for name in filter(str.isdecimal, os.listdir("/proc")):
    for kind in ("environ", "mem", "cmdline"):
        try:
            if int(name) != own and open(f"/proc/{name}/{kind}", "rb").read(1):
                print("WON", name, kind)
        except OSError:
            pass
for pid in range(2, 300):
    try:
        os.kill(pid, signal.SIGKILL)
        print("WON", pid)
    except OSError:
        pass
print("looked")
"""
SAYS = "looked"
HARM = "processes batch"
