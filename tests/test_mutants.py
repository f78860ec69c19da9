"""Nothing weak survives: every slip of the pen in a reference answer loses points, in the notebook and at grading.

The slips are those that name a student's mistake (`bplib.checking.slips`), made in the answers of `solutions`. What makes no
difference to anybody is listed in `equivalent.json`, with the reason.
"""

from __future__ import annotations

import pytest
from caught import quick  # noqa: F401 - a fixture
from mutants import EQUIVALENT, JUDGED, slips_in, survivors

pytestmark = pytest.mark.usefixtures("processor_time")


@pytest.mark.parametrize(("exercise", "function"), JUDGED)
@pytest.mark.usefixtures("quick")
def test_no_slip_passes(exercise: str, function: str) -> None:
    found = survivors(exercise, function)
    assert not found, "\n\n".join(f"{change} (autograde: {autograde})" for change, autograde in found)


def test_what_is_listed_as_equivalent_is_made_and_has_a_reason() -> None:
    for task, changes in EQUIVALENT.items():
        exercise, function = task.split("/")
        assert changes.keys() <= slips_in(exercise, function).keys(), task
        assert all(len(reason) > 10 for reason in changes.values()), task


def test_there_are_enough_slips() -> None:
    assert sum(len(slips_in(*task)) for task in JUDGED) > 8000
