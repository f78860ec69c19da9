"""Attacks on what a submission must not see, touch or become."""

from bplib.grading.sandbox.attacks.attack import BOX, FILTER, Attack

REACH = (
    Attack("an ordinary user", "import os\nprint('user', os.getuid())", BOX, held=r"user [1-9]\d*"),
    Attack(
        "no way to be root",
        """
import os
for wish in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.chroot("/tmp")):
    try:
        wish()
        print("it has become more than it was")
        break
    except OSError as error:
        print("refused:", error.strerror)
""",
        BOX,
    ),
    Attack(
        "your files are out of sight",
        "import os\nprint('in sight' if os.path.exists(SECRET) else 'not there')",
        BOX,
        held="not there",
    ),
    Attack(
        "no answers of the course",
        """
import os, sys
found = []
for name in ("bplib.error", "bplib.backpropagation", "bplib.checking.exercises", "bplib.checking.judging.judge"):
    try:
        __import__(name)
        found.append(name)
    except ImportError:
        pass
for name in ("bplib/error.py", "bplib/checking/exercises", "bplib/checking/judging/judge.py", "solutions"):
    found += [name for folder in sys.path if os.path.exists(os.path.join(folder, name))]
print(*found or ["not there"])
""",
        BOX,
        held="not there",
    ),
    Attack(
        "the system is read-only",
        """
for place in ("/usr/bplib", "/bplib", "/course/bplib/bplib", "/dev/bplib"):
    try:
        open(place, "w")
        print("written:", place)
        break
    except OSError as error:
        print("refused:", error.strerror)
""",
        BOX,
    ),
    Attack("a /tmp of its own", "import os\nprint(os.listdir('/tmp') or 'empty')", BOX, held="empty"),
    Attack(
        "no network",
        """
import socket
for address in (("192.0.2.1", 80), ("127.0.0.1", PORT)):
    try:
        socket.create_connection(address, 1)
        print("connected to", *address)
        break
    except OSError as error:
        print("refused:", error.strerror or error)
""",
        BOX,
    ),
    Attack(
        "no socket of your programs",
        """
import socket
try:
    socket.socket(socket.AF_UNIX).connect("\\0" + SOCKET)
    print("connected")
except OSError as error:
    print("refused:", error.strerror)
""",
        BOX,
    ),
    Attack(
        "no way from a virtual machine to its host",
        """
import socket
try:
    socket.socket(40, socket.SOCK_STREAM)
    print("it has a socket of vsock")
except OSError as error:
    print("refused:", error.strerror)
""",
        FILTER,
    ),
    Attack(
        "no other process in sight",
        """
import os
seen = [name for name in os.listdir("/proc") if name.isdecimal() and int(name) != os.getpid()]
for pid in {2, 3, os.getppid(), *map(int, seen)} - {0, os.getpid()}:
    try:
        os.kill(pid, 0)
        seen.append(pid)
    except OSError:
        pass
print("in sight:" if seen else "nobody there", *seen)
""",
        BOX,
        held="nobody there",
    ),
    Attack(
        "no hold on other processes",
        """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
child = os.fork()
if child == 0:
    while True:
        pass
got = libc.ptrace(16, child, 0, 0)
print("it holds another process" if got == 0 else "refused: " + os.strerror(ctypes.get_errno()))
os.kill(child, 9)
""",
        FILTER,
    ),
    Attack(
        "no namespaces and no mounts",
        """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
got = [libc.unshare(0x10000000 | 0x00020000), libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, b"size=10g")]
print("it has them" if 0 in got else "refused: " + os.strerror(ctypes.get_errno()))
""",
        FILTER,
    ),
    Attack(
        "no keys in the kernel's rings",
        """
import ctypes, os, platform
libc = ctypes.CDLL(None, use_errno=True)
add_key = {"x86_64": 248, "aarch64": 217}.get(platform.machine(), 217)
got = libc.syscall(add_key, b"user", b"bplib-doctor", b"hello", 5, -3)
print("it has left a key" if got != -1 else "refused: " + os.strerror(ctypes.get_errno()))
""",
        FILTER,
    ),
    Attack(
        "no files without a name",
        """
import os
try:
    os.memfd_create("hoard")
    print("it has one, beyond every limit")
except OSError as error:
    print("refused:", error.strerror)
""",
        FILTER,
    ),
    Attack(
        "no memory that counts for nobody",
        """
import fcntl, mmap, socket

def lock():
    with open("/tmp/locks", "wb") as file:
        fcntl.lockf(file, fcntl.LOCK_EX, 1)

def share():
    with open("/dev/zero", "r+b") as file:
        mmap.mmap(file.fileno(), 2**20)

found = []
for kind, get in (
    ("/dev/zero", share), ("shared pages", lambda: mmap.mmap(-1, 2**20)), ("locks", lock),
    ("sockets", socket.socketpair),
):
    try:
        get()
        found.append(kind)
    except OSError as error:
        said = error.strerror
print("it can hoard in", *found) if found else print("refused:", said)
""",
        FILTER,
    ),
    Attack(
        "nothing passes to the next submission",
        """
import builtins, os, socket, sys
found = [place for place in ("/tmp/bplib-doctor", "/dev/shm/bplib-doctor") if os.path.exists(place)]
found += [name for name in ("builtins", "numpy") if hasattr(sys.modules[name], "note")]
found += ["environment"] * ("NOTE" in os.environ)
try:
    socket.socket(socket.AF_UNIX).connect("\\0bplib-doctor-note")
    found.append("socket")
except OSError:
    pass
print("found:" if found else "nothing found", *found)
""",
        BOX,
        held="nothing found",
        before="""
import builtins, os, socket, numpy
for place in ("/tmp/bplib-doctor", "/dev/shm/bplib-doctor"):
    open(place, "w").close()
builtins.note = numpy.note = os.environ["NOTE"] = "hello"
if os.fork() == 0:
    try:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind("\\0bplib-doctor-note")
        listener.listen()
        while True:
            listener.accept()
    finally:
        os._exit(0)
""",
    ),
)
