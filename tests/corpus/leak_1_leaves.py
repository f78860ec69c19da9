"""Leaves messages for the next submission in every place that it can think of. None of them stays: see the next one."""

CELL = """
import ctypes, os, socket
for folder in ("/", "/tmp", "/dev/shm", "/dev", "/course", "/root", "/etc"):
    try:
        open(os.path.join(folder, "message"), "w").write("hello")
    except OSError:
        pass
libc = ctypes.CDLL(None)
add_key, message = (248, b"hello") if os.uname().machine == "x86_64" else (217, b"hello")
for ring in (-3, -4, -5):
    libc.syscall(add_key, b"user", b"message", message, 5, ring)
libc.shmget(1986, 4096, 0o1666)
libc.semget(1986, 1, 0o1666)
libc.msgget(1986, 0o1666)
if os.fork() == 0:
    libc.prctl(1, 0, 0, 0, 0)
    try:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind("\\0message")
        listener.listen()
        while True:
            listener.accept()
    finally:
        os._exit(0)
os.environ["MESSAGE"] = "hello"
import bplib, builtins
bplib.message = builtins.message = "hello"
os.write(2, b"hello")
print("left")
"""
SAYS = "left"
HARM = "processes"
