"""An attack as data, and what to do if one gets through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: What to do if an attack gets through, by what should have held it back.
BOX = """\
The box is not closed. Is `bwrap` bubblewrap itself, and no wrapper around it? `bwrap --version` has to say 0.5.0 or newer."""
LIMIT = """\
The kernel does not keep this limit. Start `bplib` as an ordinary user, and in a virtual machine rather than in a container."""
FILTER = """\
The kernel lets a call through that the sandbox forbids. Grade on a 64-bit Linux for Intel, AMD or ARM, and not in an emulator."""


@dataclass(frozen=True)
class Attack:
    """A cell that attacks. What it prints last is what is seen.

    SECRET, PORT and SOCKET in it stand for a file, a server and an abstract socket of the instructor's.
    """

    what: str
    source: str
    remedy: str
    #: What is seen where the sandbox holds, as a pattern for all of it; also why the process had to be ended.
    held: str = "refused.*"
    #: Run by another submission, before.
    before: str = ""
    #: Other than the doctor's own: see `bplib.grading.sandbox.outside.Limits`.
    limits: Mapping[str, Any] = field(default_factory=dict)
