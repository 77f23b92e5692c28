"""Sums, products, concatenations and matrix products of several inputs."""

from __future__ import annotations

import pytest
from cases import Case, Fault

from netcost.layers.arithmetic import Add, Concat, MatMul, Mul
from netcost.shapes import Image, Sequence, Signal, Tensor, Tokens, Vector, Volume

IMAGE = Image((2, 64, 8, 9))
ELEMENTS = 2 * 64 * 8 * 9

CASES = [
    Case("a residual connection", Add(), (IMAGE, IMAGE), IMAGE, ops=ELEMENTS),
    Case("three inputs are two sums", Add(), (IMAGE, IMAGE, IMAGE), IMAGE, ops=2 * ELEMENTS),
    Case("tokens", Add(), (Sequence((1, 5, 8)), Sequence((1, 5, 8))), Sequence((1, 5, 8)), ops=40),
    Case("squeeze and excitation", Mul(), (IMAGE, Vector((2, 64))), IMAGE, ops=ELEMENTS),
    Case("the other way round", Mul(), (Vector((2, 64)), IMAGE), IMAGE, ops=ELEMENTS),
    Case("a vector over tokens", Mul(), (Sequence((1, 5, 8)), Vector((1, 8))), Sequence((1, 5, 8)), ops=40),
    Case(
        "a vector over a tensor", Add(), (Tensor((1, 3, 5, 8)), Vector((1, 8))), Tensor((1, 3, 5, 8)), ops=120
    ),
    Case("one position over all", Mul(), (IMAGE, Image((2, 64, 1, 1))), IMAGE, ops=ELEMENTS),
    Case("one channel over all", Mul(), (IMAGE, Image((2, 1, 8, 9))), IMAGE, ops=ELEMENTS),
    Case(
        "both are repeated",
        Add(),
        (Image((1, 4, 5, 1)), Image((1, 4, 1, 6))),
        Image((1, 4, 5, 6)),
        ops=4 * 5 * 6,
    ),
    Case(
        "GoogLeNet's inception3a",
        Concat(),
        (Image((1, 64, 28, 28)), Image((1, 128, 28, 28)), Image((1, 32, 28, 28)), Image((1, 32, 28, 28))),
        Image((1, 256, 28, 28)),
    ),
    Case("vectors", Concat(), (Vector((2, 64)), Vector((2, 10))), Vector((2, 74))),
    Case("features", Concat(), (Sequence((1, 5, 8)), Sequence((1, 5, 4))), Sequence((1, 5, 12))),
    Case("tokens", Concat(axis="tokens"), (Sequence((1, 5, 8)), Sequence((1, 3, 8))), Sequence((1, 8, 8))),
    Case("in length", Concat(axis="length"), (Signal((1, 5, 8)), Signal((1, 5, 3))), Signal((1, 5, 11))),
    Case(
        "in depth",
        Concat(axis="depth"),
        (Volume((1, 2, 3, 4, 5)), Volume((1, 2, 1, 4, 5))),
        Volume((1, 2, 4, 4, 5)),
    ),
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
def test_the_shape_and_costs_of_inputs_brought_together(case: Case) -> None:
    """Output shape, multiply-accumulates and operations are those worked out beside them."""
    assert case.found == case.wanted


COMBINE_HINT = "axes are equal or 1, and a vector has a number for each channel"

FAULTS = [
    Fault(
        "other channels",
        lambda: Add().output(IMAGE, Image((2, 32, 8, 9))),
        "add cannot combine an image 64 x 8 x 9 and an image 32 x 8 x 9",
        hint=COMBINE_HINT,
    ),
    Fault(
        "another size, in the third input",
        lambda: Mul().output(IMAGE, IMAGE, Image((2, 64, 4, 9))),
        "mul cannot combine an image 64 x 8 x 9 and an image 64 x 4 x 9",
        hint=COMBINE_HINT,
    ),
    Fault(
        "a vector of another length",
        lambda: Mul().output(IMAGE, Vector((2, 16))),
        "mul cannot combine an image 64 x 8 x 9 and a vector 16",
        hint=COMBINE_HINT,
    ),
    Fault(
        "two kinds",
        lambda: Add().output(Sequence((1, 5, 8)), Signal((1, 5, 8))),
        "add cannot combine a sequence 5 x 8 and a signal 5 x 8",
        hint=COMBINE_HINT,
    ),
    Fault(
        "tensors of other ranks",
        lambda: Add().output(Tensor((1, 5, 8, 3, 2)), Tensor((1, 5, 8, 3))),
        "add cannot combine a tensor 5 x 8 x 3 x 2 and a tensor 5 x 8 x 3",
        hint=COMBINE_HINT,
    ),
    Fault(
        "token numbers",
        lambda: Add().output(Tokens((1, 5)), Tokens((1, 5))),
        "add needs features, got token numbers 5",
        hint="add `embedding` before it",
    ),
    Fault(
        "other sizes",
        lambda: Concat().output(IMAGE, Image((2, 64, 8, 8))),
        "concat along the channels cannot join an image 64 x 8 x 9 and an image 64 x 8 x 8",
        hint="all axes but the channels are equal",
    ),
    Fault(
        "a map and a vector",
        lambda: Concat().output(IMAGE, Vector((2, 64))),
        "concat along the channels cannot join an image 64 x 8 x 9 and a vector 64",
        hint="all axes but the channels are equal",
    ),
    Fault(
        "an axis that there is not",
        lambda: Concat(axis="tokens").output(IMAGE, IMAGE),
        "an image 64 x 8 x 9 has no tokens",
        "axis",
        "it has channels and height and width",
    ),
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
