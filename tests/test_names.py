"""The names that a teacher would accept belong to cases that there are, and are names of the catalogue."""

from __future__ import annotations

from blind_losses import CASES
from names import BLIND, PUBLIC, TWINS
from public_bugs import BUGS

from bplib.checking.diagnosis.causes import CAUSES


def test_every_case_is_judged() -> None:
    assert list(PUBLIC) == [bug.name for bug in BUGS]
    makers = [case.loss.__qualname__.split(".")[0] for case in CASES]
    assert list(BLIND) == makers


def test_names_are_in_the_catalogue() -> None:
    for name, accepted in (PUBLIC | BLIND).items():
        assert accepted <= set(CAUSES), name


def test_twins_have_more_than_one_name() -> None:
    for name, reason in TWINS.items():
        assert len((PUBLIC | BLIND)[name]) > 1, name
        assert reason
