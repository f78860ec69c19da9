"""Looks for what the submission before it has left. There is nothing."""

CELL = """
import bplib, builtins, ctypes, os, socket
for folder in ("/", "/tmp", "/dev/shm", "/dev", "/course", "/root", "/etc"):
    if os.path.exists(os.path.join(folder, "message")):
        print("WON", folder)
libc = ctypes.CDLL(None)
request_key, keyctl = (249, 250) if os.uname().machine == "x86_64" else (218, 219)
if libc.syscall(request_key, b"user", b"message", None, -3) != -1:
    print("WON key")
for ring in (-3, -4, -5):
    if libc.syscall(keyctl, 10, ring, b"user", b"message", 0) != -1:
        print("WON key", ring)
for get, number in ((libc.shmget, (1986, 4096, 0)), (libc.semget, (1986, 1, 0)), (libc.msgget, (1986, 0))):
    if get(*number) != -1:
        print("WON", get.__name__)
try:
    socket.socket(socket.AF_UNIX).connect("\\0message")
    print("WON socket")
except OSError:
    pass
if "MESSAGE" in os.environ or hasattr(bplib, "message") or hasattr(builtins, "message"):
    print("WON environment")
for descriptor in range(3):
    try:
        with open(f"/dev/fd/{descriptor}", "rb") as file:
            os.set_blocking(file.fileno(), False)
            if file.read(5):
                print("WON pipe")
    except OSError:
        pass
print("looked")
"""
SAYS = "looked"
BEFORE = "leak_1_leaves"
HARM = "next"
