"""Answers that share what hardly anybody else has: a question for the instructor, and no verdict.

Answers of three lines are all alike. So nothing is measured in per cent: what the release gave is left out, and of the rest, only
what at most a few of the class have counts. copydetect turns code into text without names and layout, and picks its fingerprints
(winnowing, as in MOSS); how rare they are is counted here, by an index, so that no two students are ever compared for nothing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from itertools import combinations

import numpy as np
from copydetect.utils import filter_code, winnow

from bplib.grading.pages.class_results import Alike, Shared

#: Characters without names and layout that one fingerprint covers, and of how many one is picked.
COVERS, OF = 30, 4
#: Something is rare if at most so many have it, or this share of those who answered the task.
FEW, SHARE = 3, 0.01
#: Fewer answers to a task tell nothing about what is rare.
ENOUGH = 8
#: So many bits make a pair worth a look: with two of a hundred, four places where nobody else has written the same.
WORTH = 24.0
#: Characters of an answer that are looked at, and that are shown; answers of a pair that are shown, and pairs.
LONGEST, READ, TASKS, PAIRS = 10_000, 3_000, 3, 20


def alike(answers: Mapping[str, Mapping[str, str]], released: Mapping[str, str]) -> tuple[Alike, ...]:
    """The pairs of a class that share what hardly anybody else has, the rarest first.

    Parameters
    ----------
    answers
        Of each student, the code of each task.
    released
        What students were given in each task, and have not written.
    """
    found: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for task in sorted({task for theirs in answers.values() for task in theirs}):
        given = _prints(released.get(task, ""))
        prints = {
            student: _prints(theirs[task]) - given for student, theirs in answers.items() if task in theirs
        }
        for pair, bits in _rare(prints).items():
            found[pair][task] = bits
    pairs = []
    for (left, right), tasks in found.items():
        bits = sum(tasks.values())
        if bits < WORTH:
            continue
        shown = sorted(tasks, key=lambda task: -tasks[task])[:TASKS]
        shared = tuple(Shared(task, *(_read(answers[who][task]) for who in (left, right))) for task in shown)
        pairs.append(Alike(left, right, round(bits, 1), shared))
    return tuple(sorted(pairs, key=lambda pair: (-pair.bits, pair.left, pair.right))[:PAIRS])


def _read(code: str) -> str:
    return code if len(code) <= READ else f"{code[:READ]}\n…"


def _prints(code: str) -> set[int]:
    """The fingerprints of some code: of its structure.

    copydetect's own numbers come from `hash`, which differs from run to run: a pair close to `WORTH` would come and go.
    """
    text, _ = filter_code(code[:LONGEST], "answer.py", "python")
    if len(text) < COVERS:
        return set()
    places = (text[k : k + COVERS].encode() for k in range(len(text) - COVERS + 1))
    numbers = np.frombuffer(b"".join(blake2b(place, digest_size=8).digest() for place in places), dtype="<i8")
    picked, _ = winnow(numbers, OF)
    return set(picked.tolist())


def _rare(prints: Mapping[str, Iterable[int]]) -> dict[tuple[str, str], float]:
    """For each pair that shares something rare, how rare it is, in bits.

    Fingerprints overlap: one unusual place is in several, and is to count once.
    """
    who: dict[int, list[str]] = defaultdict(list)
    answered = 0
    for student in sorted(prints):
        answered += bool(prints[student])
        for number in prints[student]:
            who[number].append(student)
    found: dict[tuple[str, str], float] = defaultdict(float)
    if answered < ENOUGH:
        return found
    for students in who.values():
        if 2 <= len(students) <= max(FEW, SHARE * answered):
            for pair in combinations(students, 2):
                found[pair] += math.log2(answered / len(students)) * (OF + 1) / 2 / COVERS
    return found
