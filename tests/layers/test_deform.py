"""Deformable convolutions: those of torchvision, and offsets that do not fit."""

from __future__ import annotations

import pytest
from cases import Case, Fault

from netcost.layers.deform import DeformConv
from netcost.shapes import Image, Signal

X = Image((2, 16, 9, 11))
OUT = Image((2, 12, 5, 6))
LAYER = DeformConv(filters=12, kernel=3, stride=2, pad=1)

CASES = [
    Case(
        "offsets alone, the first version",
        LAYER,
        (X, Image((2, 2 * 9, 5, 6))),
        OUT,
        params=1740,  # torchvision.ops.DeformConv2d(16, 12, 3): 12 * 16 * 9 + 12
        macs=2 * 12 * 5 * 6 * 16 * 9,
        ops=2 * 12 * 5 * 6
        + 7 * 2 * 16 * 9 * 5 * 6,  # biases; 4 products and 3 sums for each value that a tap sees
    ),
    Case(
        "with a mask, four groups of channels moved together",
        DeformConv(filters=12, kernel=3, stride=2, pad=1, groups=2, bias=False),
        (X, Image((2, 4 * 2 * 9, 5, 6)), Image((2, 4 * 9, 5, 6))),
        OUT,
        params=864,
        macs=2 * 12 * 5 * 6 * 8 * 9,
        ops=8 * 2 * 16 * 9 * 5 * 6,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_deformable_convolution_s_shape_and_costs(case: Case) -> None:
    """Shape and parameters are torchvision's, multiply-accumulates those of the same convolution."""
    assert case.found == case.wanted


HINT = "a multiple of 18 channels, of the size of the output"

FAULTS = [
    Fault(
        "without offsets",
        lambda: LAYER.output(X),
        "deformconv needs `offset`: the name of a layer with 18 channels",
        hint="`mask` may follow",
    ),
    Fault(
        "offsets for each input position",
        lambda: LAYER.output(X, Image((2, 18, 9, 11))),
        "the offset is an image 18 x 9 x 11, the output is 12 x 5 x 6",
        hint=HINT,
    ),
    Fault(
        "one number a tap",
        lambda: LAYER.output(X, Image((2, 9, 5, 6))),
        "the offset is an image 9 x 5 x 6, the output is 12 x 5 x 6",
        hint=HINT,
    ),
    Fault(
        "groups that do not divide the channels",
        lambda: LAYER.output(X, Image((2, 3 * 18, 5, 6))),
        "channels (16) is not divisible by groups of the offset (3)",
        "kernel",
        "groups of the offset could be 2 or 4",
    ),
    Fault(
        "a mask for other groups",
        lambda: LAYER.output(X, Image((2, 4 * 18, 5, 6)), Image((2, 2 * 9, 5, 6))),
        "the mask has 18 channels, 72 offsets need 36",
    ),
    Fault(
        "a signal",
        lambda: LAYER.output(Signal((2, 16, 9)), Signal((2, 6, 5))),
        "deformconv2d needs an image, got a signal 16 x 9",
        "rank",
        "`deformconv` follows the rank of its input",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_what_does_not_fit_is_refused(fault: Fault) -> None:
    """The message states both sizes, the hint says what is needed."""
    assert fault.found == fault.wanted
