"""Starts a daemon that leaves its group, ignores every signal, and has no wish to die with its parent. It dies."""

CELL = """
import ctypes, os, signal, subprocess
libc = ctypes.CDLL(None)
libc.prctl(1, 0, 0, 0, 0)
for number in set(range(1, 65)) - {9, 19, 32, 33}:
    signal.signal(number, signal.SIG_IGN)
signal.signal(signal.SIGCHLD, signal.SIG_DFL)
subprocess.Popen(["/usr/bin/nohup", "/usr/bin/sleep", "600"], start_new_session=True)
if os.fork() == 0:
    os.setsid()
    libc.prctl(1, 0, 0, 0, 0)
    if os.fork() == 0:
        while True:
            signal.pause()
    os._exit(0)
print("started")
"""
SAYS = "started"
HARM = "processes"
