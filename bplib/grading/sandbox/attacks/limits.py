"""Attacks on what a submission may use."""

from bplib.grading.sandbox.attacks.attack import FILTER, LIMIT, Attack

LIMITS = (
    Attack(
        "a limit on each file",
        """
try:
    with open("/tmp/large", "wb") as file:
        file.write(bytes(4 * 2**20))
    print("written: 4 MB")
except OSError as error:
    print("refused:", error.strerror)
""",
        LIMIT,
    ),
    Attack(
        "a limit on all files together",
        """
n = 0
try:
    while n < 64:
        with open(f"/tmp/{n}", "wb") as file:
            file.write(bytes(2**19))
        n += 1
    print("written: 32 MB")
except OSError as error:
    print(f"refused after {n / 2:g} MB:", error.strerror)
""",
        LIMIT,
    ),
    Attack(
        "a limit on memory",
        """
try:
    hoard = bytearray(4 * 2**30)
    print("it has 4 GB")
except MemoryError:
    print("refused")
""",
        LIMIT,
    ),
    Attack(
        "a limit on memory, all processes together",
        """
import os, time
for _ in range(6):
    if os.fork() == 0:
        hoard = b"x" * (96 * 2**20)
        time.sleep(30)
        os._exit(0)
time.sleep(8)
print("together they have 576 MB")
""",
        LIMIT,
        held="its process ended.*",
        limits={"cell": 10, "memory": 2**29},
    ),
    Attack(
        "a limit on processes",
        """
import os, time
n = 0
try:
    while n < 200:
        if os.fork() == 0:
            time.sleep(30)
            os._exit(0)
        n += 1
    print("it has 200")
except OSError:
    print("refused after", n)
""",
        LIMIT,
    ),
    Attack(
        "a limit on processor time",
        "while True:\n    pass",
        LIMIT,
        held="its process ended.*",
        limits={"cell": 10, "cpu": 1},
    ),
    Attack(
        "a limit on time, whatever the code does",
        """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPROF])
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
""",
        LIMIT,
        held="it did not stop in time",
        limits={"cell": 1},
    ),
    Attack(
        "a limit on waiting",
        "import time\ntime.sleep(600)",
        LIMIT,
        held=".*hardly used the processor",
        limits={"cell": 1, "wall": 4},
    ),
    Attack(
        "the processors are not its own to choose",
        """
import os
try:
    os.sched_setaffinity(0, range(os.cpu_count()))
except OSError as error:
    print("refused:", error.strerror)
else:
    print("it has", len(os.sched_getaffinity(0)))
""",
        FILTER,
    ),
    Attack(
        "a limit on what it prints",
        "print('x' * 10**7)",
        LIMIT,
        held=".*printed so much.*",
        limits={"output": 10_000},
    ),
)
