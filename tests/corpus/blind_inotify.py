"""Takes all inotify instances, epolls, timers and eventfds that it may, and keeps them. It may lose by it what it needs itself."""

CELL = r"""import ctypes, os, select
libc = ctypes.CDLL(None, use_errno=True)
n = 0
for make in (lambda: libc.inotify_init1(0), lambda: libc.timerfd_create(1, 0), lambda: libc.eventfd(0, 0), lambda: libc.memfd_create(b'a', 0)):
    for _ in range(60):
        if make() < 0: break
        n += 1
print(n)
"""
AT_MOST = True
