"""Convolutional networks of `bplib.applications`: their mistakes are named from the loss alone, and none by another's name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import zoo_of_pictures as zoo

from bplib.checking import check_gradients
from bplib.checking.diagnosis.change import Map
from bplib.checking.diagnosis.convolution_changes import convolutions
from bplib.checking.diagnosis.pooling_changes import poolings
from bplib.checking.witnesses.tape import recorded

#: What is as true of the code: a pixel in two windows is an index that occurs twice, and a place where two paths meet.
ALSO = {"index-assigned": {"assigned-not-added"}}
#: What no numbers can tell from it, so both are said: a square whose slope is left out hands back the same to all, and the mean takes
#: that away again, as if the variance were a constant.
TWINS = {"statistics-constant the variance": {"activation-derivative-missing"}}


def cases() -> Iterator[Any]:
    """Each way to write each mistake, on the first network that allows it and on the last."""
    found: dict[tuple[str, str], list[zoo.Picture]] = {}
    for name in zoo.PLANS:
        for case in zoo.pictures(name, 0):
            assert case.mistake is not None
            found.setdefault(case.mistake[:2], []).append(case)
    for (mistake, written), networks in found.items():
        for case in (networks[0], networks[-1])[: len(networks)]:
            yield pytest.param(case, id=f"{mistake} {written} {len(case.plan)}")


CASES = list(cases())


@pytest.mark.parametrize("name", zoo.PLANS)
@pytest.mark.parametrize("margin", [False, True])
def test_a_right_gradient_is_right(name: str, margin: bool) -> None:
    case = zoo.picture(name, 1, margin)
    assert check_gradients(case.loss, case.params, case.gradients(case.params)).passed


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_named(case: zoo.Picture) -> None:
    assert case.mistake is not None
    report = check_gradients(case.loss, case.params, case.gradients)
    mistake, written, _ = case.mistake
    accepted = {mistake, *ALSO.get(mistake, ())}
    said = {report.cause} if report.cause else set(report.candidates)
    assert report.verdict == "wrong"
    assert said & accepted and said <= accepted | TWINS.get(f"{mistake} {written}", set()), str(report)


def test_every_mistake_is_made_somewhere() -> None:
    made = {param.values[0].mistake[:2] for param in CASES}
    assert made == {(mistake, written) for mistake, ways in zoo.MISTAKES.items() for written in ways}


def test_scales_of_one_hide_a_forgotten_scale() -> None:
    case = next(c for c in zoo.pictures("normalized", 0) if c.mistake and c.mistake[0] == "factor-missing")
    ones = case.params | {"scale2": np.ones_like(case.params["scale2"])}
    assert check_gradients(case.loss, ones, case.gradients).passed
    assert check_gradients(case.loss, case.params, case.gradients).cause == "factor-missing"


def test_as_many_places_as_samples_leave_two_names() -> None:
    case = zoo.picture("two layers", 0, samples=4)._replace(mistake=("mean-for-sum", "kernels", 4))
    report = check_gradients(case.loss, case.params, case.gradients)
    assert report.candidates == ("averaged-twice", "mean-for-sum"), str(report)


def test_what_a_record_holds_is_recognized() -> None:
    case = zoo.picture("two layers", 0)
    record = recorded(case.loss, case.params)
    m = Map(record, record.flowing)
    found = [(c.met.shape[1:], c.stride, c.image is not None, c.bias is not None) for c in convolutions(m)]
    assert found == [((2, 3, 2, 5, 6), 2, False, True), ((3, 2, 2, 2, 2), 2, True, True)]
    assert [(p.window, p.stride, p.largest) for p in poolings(m)] == [((2, 2), (1, 1), True)]
