"""Takes memory in processes whose first thread is gone, so that they seem to have none. The sum counts: the cell is left out."""

LIMITS = {"memory": 2**30, "wall": 20}
CELL = """
import ctypes, os, threading, time
here, there = os.pipe()
leave = 60 if os.uname().machine == "x86_64" else 93
def take():
    time.sleep(0.5)
    kept = b"x" * (300 * 2**20)
    os.write(there, b"!")
    time.sleep(60)
    os._exit(0)
for _ in range(12):
    if os.fork() == 0:
        threading.Thread(target=take).start()
        ctypes.CDLL(None).syscall(leave, 0)
for _ in range(12):
    os.read(here, 1)
time.sleep(5)
print("WON")
"""
NOTE = "left out"
HARM = "resources"
