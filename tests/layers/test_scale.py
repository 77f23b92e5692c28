"""Multiplication by one number."""

from __future__ import annotations

import pytest
from cases import Case

from netcost.layers.scale import Scale
from netcost.shapes import Image, Sequence

CASES = [
    Case("ReZero's, learned", Scale(), Image((2, 8, 4, 4)), Image((2, 8, 4, 4)), params=1, ops=256),
    Case("a given one", Scale(by=0.125), Sequence((1, 5, 8)), Sequence((1, 5, 8)), ops=40),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_scalar_is_one_parameter_unless_it_is_given(case: Case) -> None:
    """One product per element."""
    assert case.found == case.wanted
