"""Makes namespaces in which it is root, and mounts a disk without a limit. The kernel does not even look at it."""

CELL = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
print("unshare", libc.unshare(0x10000000 | 0x00020000))
os.makedirs("/tmp/more", exist_ok=True)
if libc.mount(b"tmpfs", b"/tmp/more", b"tmpfs", 0, b"size=10g") == 0:
    print("WON")
if libc.syscall(56 if os.uname().machine == "x86_64" else 220, 0x10000000 | 17, 0, 0, 0, 0) == 0:
    libc.prctl(1, 9)
    os._exit(0)
print("refused", os.strerror(ctypes.get_errno()))
"""
SAYS = "unshare -1"
