"""Sums and products of several inputs."""

from __future__ import annotations

import pytest
from cases import Case, Fault

from netcost.layers.elementwise import Add, Average, Div, Maximum, Minimum, Mul, Subtract
from netcost.shapes import Image, Sequence, Signal, Tensor, Tokens, Vector

IMAGE = Image((2, 64, 8, 9))
ELEMENTS = 2 * 64 * 8 * 9

CASES = [
    Case("a residual connection", Add(), (IMAGE, IMAGE), IMAGE, ops=ELEMENTS),
    Case("PoolFormer's mixer, pool(x) - x", Subtract(), (IMAGE, IMAGE), IMAGE, ops=ELEMENTS),
    Case("a mean is two sums and a quotient", Average(), (IMAGE, IMAGE, IMAGE), IMAGE, ops=3 * ELEMENTS),
    Case("a quotient", Div(), (IMAGE, Vector((2, 64))), IMAGE, ops=ELEMENTS),
    Case("maxout of three", Maximum(), (IMAGE, IMAGE, IMAGE), IMAGE, ops=2 * ELEMENTS),
    Case("the smaller", Minimum(), (IMAGE, IMAGE), IMAGE, ops=ELEMENTS),
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
    # EfficientDet's nodes: a number for each input, (a * w1 + b * w2 + c * w3).
    Case("fast", Add(weighted="fast"), (IMAGE, IMAGE, IMAGE), IMAGE, params=3, ops=(3 + 2) * ELEMENTS),
    Case("softmax", Add(weighted="softmax"), (IMAGE, IMAGE), IMAGE, params=2, ops=(2 + 1) * ELEMENTS),
    Case("as they are", Add(weighted="plain"), (IMAGE, IMAGE), IMAGE, params=2, ops=(2 + 1) * ELEMENTS),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_shape_and_costs_of_inputs_combined(case: Case) -> None:
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
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_inputs_that_do_not_go_together_are_refused(fault: Fault) -> None:
    """The message states both shapes, the hint the rule."""
    assert fault.found == fault.wanted
