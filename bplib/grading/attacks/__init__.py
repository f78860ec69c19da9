"""What `bplib doctor` tries against the sandbox: cells as a submission would bring them."""

from bplib.grading.attacks.attack import Attack
from bplib.grading.attacks.limits import LIMITS
from bplib.grading.attacks.reach import REACH

ATTACKS: tuple[Attack, ...] = (*REACH, *LIMITS)
