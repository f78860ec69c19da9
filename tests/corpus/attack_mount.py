"""Makes namespaces in which it is root, and mounts a disk without a limit. The kernel does not even look at it."""

CELL = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
spaces, disk = 0x10000000 | 0x00020000, (b"tmpfs", b"/tmp/more", b"tmpfs", 0, b"size=10g")
os.makedirs("/tmp/more", exist_ok=True)
print("unshare", libc.unshare(spaces))
if libc.mount(*disk) == 0:
    print("WON")
# A process of many threads, such as a kernel, may have them only for a child.
child = libc.syscall(56 if os.uname().machine == "x86_64" else 220, spaces | 17, 0, 0, 0, 0)
if child == 0:
    os._exit(libc.mount(*disk) != 0)
if child > 0 and os.waitpid(child, 0)[1] == 0:
    print("WON")
print("refused", os.strerror(ctypes.get_errno()))
"""
SAYS = "unshare -1"
HARM = "resources"
