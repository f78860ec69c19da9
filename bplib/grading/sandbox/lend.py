"""Root's errand before the box is built: what only its owner may read is lent to the user inside.

Who installs under umask 077 as root has a Python that no other user can read, and a submission must not be root. In a mount
namespace of its own, each file or folder gets a second place where it belongs to that user, and the box is built of these.
"""

from __future__ import annotations

import ctypes
import os
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress

_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 428, 429, 442  # the same on every machine
_HERE, _EMPTY_PATH, _RECURSIVE, _CLONE, _CLOEXEC = -100, 0x1000, 0x8000, 1, 0o2000000
_IDMAP, _FROM_DESCRIPTOR = 0x00100000, 4
_NEW_NS, _NEW_USER = 0x00020000, 0x10000000
_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 0x40000
#: Nothing of Python or of a course is ever here, and bubblewrap does without it.
STAGE = "/sys"
_libc = ctypes.CDLL(None, use_errno=True)


class _Attributes(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "user_namespace"))


def lend(user: int, places: Mapping[str, str]) -> None:
    """Make these places, below `STAGE`, of these paths. For a process that is about to become bubblewrap.

    A file system that cannot lend is shown as it is, if everybody may read what is there. If the user inside could not read
    something, the process ends and says so.
    Root without all rights of root makes nothing: bubblewrap will say what is missing.
    """
    with suppress(OSError):
        namespaces: dict[tuple[int, int], int] = {}
        trees = {place: _lent(path, user, namespaces) for place, path in places.items()}
        _checked(_libc.unshare(_NEW_NS))
        _checked(_libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None))
        _checked(_libc.mount(b"tmpfs", STAGE.encode(), b"tmpfs", 0, b"size=1m,mode=0755"))
        for place, tree in trees.items():
            if os.path.isdir(places[place]):
                os.mkdir(place)
            else:
                os.close(os.open(place, os.O_CREAT, 0o644))
            _look(places[place], lent=tree is not None)
            if tree is None:
                source = os.fsencode(places[place])
                _checked(_libc.mount(source, place.encode(), None, _MS_BIND | _MS_REC, None))
            else:
                _checked(_libc.syscall(_MOVE_MOUNT, tree, b"", _HERE, place.encode(), _FROM_DESCRIPTOR))


def _lent(path: str, user: int, namespaces: dict[tuple[int, int], int]) -> int | None:
    """A copy of what is mounted there in which what is its owner's is the user's, by a descriptor; None where there can be none."""
    about = os.stat(path)
    owner = about.st_uid, about.st_gid
    if owner not in namespaces:
        namespaces[owner] = _namespace(owner, user)
    tree: int = _libc.syscall(_OPEN_TREE, _HERE, os.fsencode(path), _CLONE | _RECURSIVE | _CLOEXEC)
    wanted = _Attributes(set=_IDMAP, user_namespace=namespaces[owner])
    more = _EMPTY_PATH | _RECURSIVE, ctypes.byref(wanted), ctypes.sizeof(wanted)
    return tree if tree >= 0 and _libc.syscall(_MOUNT_SETATTR, tree, b"", *more) == 0 else None


def _namespace(owner: tuple[int, int], user: int) -> int:
    """A namespace in which this owner is that user, by a descriptor."""
    hold, let_go = os.pipe()
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(let_go)
        if _libc.unshare(_NEW_USER) == 0:
            os.write(tell, b"!")
        os.close(tell)
        os.read(hold, 1)  # until its namespace is held by somebody else
        os._exit(0)
    os.close(tell)
    try:
        if os.read(told, 1) != b"!":
            raise OSError("there is no namespace")
        for name, number in zip(("uid_map", "gid_map"), owner, strict=True):
            with open(f"/proc/{child}/{name}", "w") as file:
                file.write(f"{number} {user} 1")
        return os.open(f"/proc/{child}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        for descriptor in (hold, let_go, told):
            os.close(descriptor)
        os.waitpid(child, 0)


def _look(path: str, lent: bool) -> None:
    """End here if the user may not read what is there: all of it, or where it was lent, each package by its first folder.

    What is lent belongs to one owner. Whoever installs a package as root into somebody else's environment, under umask 077,
    leaves one that nobody can be lent; its first folder tells, and looking through all would take longer than the box itself.
    """
    owner = os.stat(path).st_uid if lent else None
    for folder, folders, names in os.walk(path):
        for there in (folder, *(os.path.join(folder, name) for name in (*folders, *names))):
            about = os.lstat(there)
            needed = stat.S_IROTH | (stat.S_IXOTH if stat.S_ISDIR(about.st_mode) else 0)
            closed = about.st_mode & needed != needed and not stat.S_ISLNK(about.st_mode)
            if closed and about.st_uid != owner:
                _say(there, path)
        if lent:
            break
    if not lent and not os.path.isdir(path) and not os.stat(path).st_mode & stat.S_IROTH:
        _say(path, path)


def _say(closed: str, path: str) -> None:
    said = f"{closed} may be read by its owner only, and cannot be lent to the user inside"
    print(f"{said}: let everybody read Python, with chmod -R go+rX '{path}'", file=sys.stderr, flush=True)
    os._exit(1)


def _checked(result: int) -> None:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
