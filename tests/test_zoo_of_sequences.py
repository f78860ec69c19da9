"""Networks with a memory, with attention, with a drawn code: their mistakes are named from the loss alone, and none by another's name."""

from __future__ import annotations

from pathlib import Path

import pytest
import zoo_of_sequences as zoo

import bplib
from bplib.checking import check_gradients
from bplib.checking.diagnosis.causes import IN_GRADIENTS
from bplib.checking.witnesses import replaced

SEED = 0
CASES = [
    pytest.param(case, id=f"{case.network} {' '.join(case.mistake or ())}{', written out' * case.written_out}")
    for case in zoo.patients(SEED)
]


@pytest.mark.parametrize("network", zoo.SHAPES)
@pytest.mark.parametrize("written_out", [False, True])
def test_a_right_gradient_is_right(network: str, written_out: bool) -> None:
    case = zoo.healthy(network, SEED + 1, written_out)
    assert check_gradients(case.loss, case.params, case.gradients).passed


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_named(case: zoo.Case) -> None:
    assert case.mistake is not None and case.mistake[0] in IN_GRADIENTS
    report = check_gradients(case.loss, case.params, case.gradients)
    assert (report.verdict, report.cause) == ("wrong", case.mistake[0]), str(report)


def test_the_layers_of_the_book_are_followed_where_bplib_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """From a checkout they lie beside the user's modules, and from a wheel among the packages that are let be."""
    monkeypatch.setattr(replaced, "_OTHERS", (*replaced._OTHERS, str(Path(bplib.__file__).parents[1])))
    monkeypatch.setattr(replaced, "_KNOWN", {})
    (case,) = [c for c in zoo.patients(SEED) if (c.network, c.mistake, c.written_out) == ("creation", ("sign", "of the price"), False)]
    assert check_gradients(case.loss, case.params, case.gradients).cause == "sign"


def test_noise_that_is_drawn_again_is_seen_by_calling_twice() -> None:
    case = zoo.healthy("creation", SEED, True)._replace(mistake=("drawn again", ""))
    report = check_gradients(case.loss, case.params, case.gradients)
    assert (report.verdict, report.cause) == ("wrong", "backward-random"), str(report)


@pytest.mark.parametrize("handed_in", ["a function", "numbers"])
def test_other_noise_has_no_name(handed_in: str) -> None:
    case = zoo.healthy("creation", SEED, True)._replace(mistake=("drawn again", "from a seed"))
    given = case.gradients if handed_in == "a function" else case.gradients(case.params)
    report = check_gradients(case.loss, case.params, given)
    assert report.verdict == "wrong" and not report.cause and not report.candidates, str(report)
    ill = [tensor.name for tensor in report.tensors if tensor.verdict == "wrong"]
    assert ill == ["W1", "b1", "W2", "b2"]
