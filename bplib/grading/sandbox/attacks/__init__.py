"""What `bplib doctor` tries against the sandbox: cells as a submission would bring them."""

from bplib.grading.sandbox.attacks.attack import Attack
from bplib.grading.sandbox.attacks.limits import LIMITS
from bplib.grading.sandbox.attacks.reach import REACH

ATTACKS: tuple[Attack, ...] = (*REACH, *LIMITS)
