"""Layers that act in training only: nothing happens at inference."""

from __future__ import annotations

import pytest
from cases import Case, Fault
from examples import make

from netcost.layers.drop_path import DropPath
from netcost.layers.dropout import Dropout, Identity
from netcost.shapes import Image, Sequence, Tokens, Vector

CASES = [
    Case("AlexNet's", Dropout(p=0.5), Vector((2, 4096)), Vector((2, 4096))),
    Case("of whole channels", make("dropout2d", p=0.1), Image((1, 8, 5, 5)), Image((1, 8, 5, 5))),
    Case("never", Dropout(p=0), Vector((1, 8)), Vector((1, 8))),
    Case("ConvNeXt's", DropPath(p=0.1), Image((1, 96, 56, 56)), Image((1, 96, 56, 56))),
    Case("by its other name", make("stochastic_depth", p=0.1), Sequence((1, 5, 8)), Sequence((1, 5, 8))),
    Case("anything", Identity(), Tokens((1, 128)), Tokens((1, 128))),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_input_passes_unchanged_and_free(case: Case) -> None:
    """Same shape, no parameters, no operations, and no row in the lecture's table."""
    assert case.found == case.wanted
    assert case.layer.elementwise


@pytest.mark.parametrize("p", [1, 1.5, -0.1])
@pytest.mark.parametrize("head", ["dropout", "droppath"])
def test_a_probability_is_at_least_0_and_below_1(head: str, p: float) -> None:
    """The message states the number."""
    fault = Fault(
        "",
        lambda: make(head, p=p),
        f"p is {p}, a probability is at least 0 and below 1",
        "p",
        "for example 0.5",
    )
    assert fault.found == fault.wanted


def test_a_probability_is_a_number() -> None:
    """Text is refused."""
    fault = Fault("", lambda: make("dropout", p="half"), "p: expected a number, got `half`", "p")
    assert fault.found == fault.wanted
