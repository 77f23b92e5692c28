"""Matrix products of two inputs."""

from __future__ import annotations

import pytest
from cases import Case, Fault

from netcost.layers.matmul import MatMul
from netcost.shapes import Sequence, Tensor, Vector

CASES = [
    Case(
        "scores of a head",
        MatMul(transpose=True),
        (Sequence((2, 10, 64)), Sequence((2, 30, 64))),
        Sequence((2, 10, 30)),
        macs=2 * 10 * 64 * 30,
    ),
    Case(
        "matrices",
        MatMul(),
        (Sequence((2, 10, 64)), Sequence((2, 64, 30))),
        Sequence((2, 10, 30)),
        macs=2 * 10 * 64 * 30,
    ),
    Case(
        "a matrix per head",
        MatMul(),
        (Tensor((2, 12, 10, 64)), Tensor((2, 12, 64, 10))),
        Tensor((2, 12, 10, 10)),
        macs=2 * 12 * 10 * 64 * 10,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_shape_and_costs_of_a_product(case: Case) -> None:
    """Output shape, multiply-accumulates and operations are those worked out beside them."""
    assert case.found == case.wanted


FAULTS = [
    Fault(
        "inner axes that differ",
        lambda: MatMul().output(Sequence((1, 10, 64)), Sequence((1, 32, 10))),
        "matmul cannot multiply a sequence 10 x 64 by a sequence 32 x 10",
        hint="the last two axes are (M, K) and (K, L), the others are equal",
    ),
    Fault(
        "inner axes that differ, the second transposed",
        lambda: MatMul(transpose=True).output(Sequence((1, 10, 64)), Sequence((1, 64, 10))),
        "matmul cannot multiply a sequence 10 x 64 by a sequence 64 x 10",
        hint="the last two axes are (M, K) and (L, K), the others are equal",
    ),
    Fault(
        "vectors are no matrices",
        lambda: MatMul().output(Vector((3, 3)), Vector((3, 3))),
        "matmul cannot multiply a vector 3 by a vector 3",
        hint="the last two axes are (M, K) and (K, L), the others are equal",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_inputs_that_do_not_go_together_are_refused(fault: Fault) -> None:
    """The message states both shapes, the hint the rule."""
    assert fault.found == fault.wanted
