"""Matrix products of two inputs."""

from __future__ import annotations

import pytest
from cases import Case, Fault

from netcost.layers.matmul import Dot, MatMul
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
    # as torch.matmul repeats axes in front
    Case(
        "one matrix for all heads",
        MatMul(),
        (Tensor((2, 4, 10, 64)), Tensor((2, 1, 64, 30))),
        Tensor((2, 4, 10, 30)),
        macs=2 * 4 * 10 * 64 * 30,
    ),
    Case(
        "one matrix on the left",
        MatMul(transpose=True),
        (Sequence((2, 10, 64)), Tensor((2, 4, 30, 64))),
        Tensor((2, 4, 10, 30)),
        macs=2 * 4 * 10 * 64 * 30,
    ),
    Case(
        "both are repeated",
        MatMul(),
        (Tensor((1, 3, 1, 10, 64)), Tensor((1, 1, 4, 64, 30))),
        Tensor((1, 3, 4, 10, 30)),
        macs=3 * 4 * 10 * 64 * 30,
    ),
    # Cora: 2,708 papers, 5,278 links in both directions and one of each to itself; 16 features
    Case(
        "the adjacency of a graph",
        MatMul(nonzero=2 * 5278 + 2708),
        (Sequence((1, 2708, 2708)), Sequence((1, 2708, 16))),
        Sequence((1, 2708, 16)),
        macs=13_264 * 16,
    ),
    Case(
        "sparse, in a batch of 2",
        MatMul(nonzero=7),
        (Sequence((2, 5, 4)), Sequence((2, 4, 3))),
        Sequence((2, 5, 3)),
        macs=2 * 7 * 3,
    ),
    # shapes as those of Dot in Keras, along the last axis, the second and the first
    Case("how alike two vectors are", Dot(), (Vector((2, 5)), Vector((2, 5))), Vector((2, 1)), macs=10),
    Case(
        "each token with each",
        Dot(axis=2),
        (Sequence((2, 4, 6)), Sequence((2, 3, 6))),
        Sequence((2, 4, 3)),
        macs=2 * 4 * 3 * 6,
    ),
    Case(
        "along the tokens",
        Dot(axis=1),
        (Sequence((2, 4, 6)), Sequence((2, 4, 3))),
        Sequence((2, 6, 3)),
        macs=2 * 6 * 3 * 4,
    ),
    Case(
        "a cosine",
        Dot(normalize=True),
        (Vector((1, 64)), Vector((1, 64))),
        Vector((1, 1)),
        macs=64,
        ops=3 * 2 * 64,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_shape_and_costs_of_a_product(case: Case) -> None:
    """Output shape, multiply-accumulates and operations are those worked out beside them."""
    assert case.found == case.wanted


DOT_HINT = "two vectors or two sequences, of one length along the axis"

FAULTS = [
    Fault(
        "more than there are",
        lambda: MatMul(nonzero=21).output(Sequence((1, 5, 4)), Sequence((1, 4, 3))),
        "nonzero is 21, a matrix of 5 x 4 has 20 elements",
        field="nonzero",
    ),
    Fault(
        "axes in front that differ",
        lambda: MatMul().output(Tensor((1, 3, 5, 4)), Tensor((1, 2, 4, 3))),
        "matmul cannot multiply a tensor 3 x 5 x 4 by a tensor 2 x 4 x 3",
        hint="the last two axes are (M, K) and (K, L), the others are equal or 1",
    ),
    Fault(
        "lengths that differ",
        lambda: Dot().output(Vector((1, 10)), Vector((1, 12))),
        "dot cannot add up axis -1 of a vector 10 and a vector 12",
        hint=DOT_HINT,
    ),
    Fault(
        "two kinds",
        lambda: Dot().output(Sequence((1, 4, 10)), Vector((1, 10))),
        "dot cannot add up axis -1 of a sequence 4 x 10 and a vector 10",
        hint=DOT_HINT,
    ),
    Fault(
        "the batch",
        lambda: Dot(axis=0).output(Vector((1, 10)), Vector((1, 10))),
        "dot cannot add up axis 0 of a vector 10 and a vector 10",
        hint=DOT_HINT,
    ),
    Fault(
        "an axis that there is not",
        lambda: Dot(axis=2).output(Vector((1, 10)), Vector((1, 10))),
        "dot cannot add up axis 2 of a vector 10 and a vector 10",
        hint=DOT_HINT,
    ),
    Fault(
        "inner axes that differ",
        lambda: MatMul().output(Sequence((1, 10, 64)), Sequence((1, 32, 10))),
        "matmul cannot multiply a sequence 10 x 64 by a sequence 32 x 10",
        hint="the last two axes are (M, K) and (K, L), the others are equal or 1",
    ),
    Fault(
        "inner axes that differ, the second transposed",
        lambda: MatMul(transpose=True).output(Sequence((1, 10, 64)), Sequence((1, 64, 10))),
        "matmul cannot multiply a sequence 10 x 64 by a sequence 64 x 10",
        hint="the last two axes are (M, K) and (L, K), the others are equal or 1",
    ),
    Fault(
        "vectors are no matrices",
        lambda: MatMul().output(Vector((3, 3)), Vector((3, 3))),
        "matmul cannot multiply a vector 3 by a vector 3",
        hint="the last two axes are (M, K) and (K, L), the others are equal or 1",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_inputs_that_do_not_go_together_are_refused(fault: Fault) -> None:
    """The message states both shapes, the hint the rule."""
    assert fault.found == fault.wanted
