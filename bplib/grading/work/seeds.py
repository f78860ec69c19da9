"""Draws that nobody can foresee, and that are the same at a regrade: from a secret, the student and what was handed in."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from bplib.grading.course.private import opened

#: Beside the gradebook, readable by the instructor alone.
SECRET = ".bplib-secret"


def secret(course: Path) -> bytes:
    """The course's secret; made when there is none."""
    path = course / SECRET
    try:
        with opened(path, "xb") as file:
            file.write(secrets.token_bytes(32))
    except FileExistsError:
        pass
    return path.read_bytes()


def seed(key: bytes, student: str, exercise: str, digest: str) -> int:
    """The seed of one submission's draws.

    Parameters
    ----------
    key
        See `secret`.
    digest
        Of the submitted notebook: who changes a character gets other draws, so that trying again tells nothing.
    """
    # A folder's name need not be text.
    text = os.fsencode(f"{student}\0{exercise}\0{digest}")
    return int.from_bytes(hmac.new(key, text, hashlib.sha256).digest()[:8], "big") >> 1
