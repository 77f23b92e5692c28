"""Padding, cropping and upsampling without learned weights."""

from __future__ import annotations

import pytest
from cases import Case, Fault
from examples import make

from netcost.layers.resize import Crop, Pad, PixelShuffle, PixelUnshuffle, Upsample
from netcost.shapes import Image, Sequence, Signal, Vector, Volume

CASES = [
    Case("both ends of both axes", Pad(size=3), Image((1, 3, 224, 224)), Image((1, 3, 230, 230))),
    Case("an axis each", Pad(size=(1, 2)), Image((2, 3, 10, 10)), Image((2, 3, 12, 14))),
    Case("an end each", Pad(size=((0, 1), 2)), Image((1, 3, 10, 10)), Image((1, 3, 11, 14))),
    Case("U-Net's skip", Crop(size=388), Image((1, 64, 392, 392)), Image((1, 64, 388, 388))),
    Case("an axis each", Crop(size=(24, 20)), Image((2, 3, 32, 32)), Image((2, 3, 24, 20))),
    Case("margins", Crop(margins=(1, (0, 3))), Image((1, 3, 10, 10)), Image((1, 3, 8, 7))),
    Case("a signal's margins", Crop(margins=5), Signal((1, 3, 100)), Signal((1, 3, 90))),
    # as torch.nn.Upsample gives them
    Case("half as much again", Upsample(scale=1.5), Image((1, 4, 9, 7)), Image((1, 4, 13, 10))),
    Case("a factor each", Upsample(scale=(0.7, 1.3)), Image((1, 4, 10, 7)), Image((1, 4, 7, 9))),
    Case("smaller", Upsample(scale=0.3333), Image((1, 4, 10, 7)), Image((1, 4, 3, 2))),
    Case("nearest computes nothing", Upsample(scale=2), Image((1, 256, 16, 20)), Image((1, 256, 32, 40))),
    Case("an axis each", make("interpolate", scale=(2, 3)), Image((1, 4, 5, 6)), Image((1, 4, 10, 18))),
    Case(
        "linear, 2 products and a sum",
        Upsample(scale=4, mode="linear"),
        Signal((1, 8, 25)),
        Signal((1, 8, 100)),
        ops=3 * 8 * 100,
    ),
    Case(
        "bilinear, 4 products and 3 sums",
        Upsample(size=(65, 33), mode="bilinear"),
        Image((2, 21, 9, 5)),
        Image((2, 21, 65, 33)),
        ops=7 * 2 * 21 * 65 * 33,
    ),
    Case(
        "trilinear, 8 products and 7 sums",
        Upsample(scale=2, mode="trilinear"),
        Volume((1, 4, 3, 5, 7)),
        Volume((1, 4, 6, 10, 14)),
        ops=15 * 4 * 6 * 10 * 14,
    ),
    Case(
        "bicubic, 16 products and 15 sums",
        Upsample(size=10, mode="bicubic"),
        Image((1, 1, 5, 5)),
        Image((1, 1, 10, 10)),
        ops=31 * 100,
    ),
    Case("ESPCN's", PixelShuffle(factor=3), Image((2, 27, 10, 12)), Image((2, 3, 30, 36))),
    Case("of a signal", PixelShuffle(factor=2), Signal((1, 8, 10)), Signal((1, 4, 20))),
    Case("the inverse", PixelUnshuffle(factor=3), Image((2, 3, 30, 36)), Image((2, 27, 10, 12))),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_map_gets_another_size(case: Case) -> None:
    """Output shape and interpolation's operations are those worked out beside them; nothing is learned."""
    assert case.found == case.wanted


IMAGE = Image((1, 10, 7, 9))

FAULTS = [
    Fault(
        "a vector has no margin",
        lambda: Pad(size=1).output(Vector((1, 10))),
        "pad needs a signal, an image or a volume, got a vector 10",
        hint="add `reshape` before it",
    ),
    Fault(
        "three axes of an image",
        lambda: Pad(size=(1, 2, 3)).output(IMAGE),
        "size has 3 values, the input has 2 spatial axes",
        "size",
        "one number, or a list of 2",
    ),
    Fault(
        "a negative margin",
        lambda: Pad(size=-1),
        "size: expected a whole number of at least 0, or a list with one or a [before, after] pair for each axis, got -1",
        "size",
    ),
    Fault(
        "a crop larger than the input",
        lambda: Crop(size=8).output(IMAGE),
        "a crop of 8 x 8 is larger than an image 10 x 7 x 9",
        "size",
    ),
    Fault(
        "margins that leave nothing",
        lambda: Crop(margins=(4, 1)).output(IMAGE),
        "the margins leave -1 x 7 of an image 10 x 7 x 9",
        "margins",
    ),
    Fault("a crop of nothing said", Crop, "crop takes either size or margins, got neither", "size"),
    Fault(
        "a crop of both",
        lambda: Crop(size=5, margins=1),
        "crop takes either size or margins, got both",
        "margins",
    ),
    Fault("an upsampling by nothing", Upsample, "upsample takes either scale or size, got neither", "scale"),
    Fault(
        "a negative factor",
        lambda: Upsample(scale=-1.5),
        "scale: expected a number above 0, or a list with one for each axis, got -1.5",
        "scale",
    ),
    Fault(
        "a factor that leaves nothing",
        lambda: Upsample(scale=0.1).output(IMAGE),
        "a scale of 0.1 x 0.1 leaves 0 x 0 of an image 10 x 7 x 9",
        "scale",
    ),
    Fault(
        "half a position",
        lambda: make("upsample", size=6.5),
        "size: expected a whole number of at least 1, or a list with one for each axis, got 6.5",
        "size",
    ),
    Fault(
        "a mode for another rank",
        lambda: Upsample(scale=2, mode="bilinear").output(Signal((1, 3, 10))),
        "bilinear is for 2 spatial axes, got a signal 3 x 10",
        "mode",
        "nearest or linear",
    ),
    Fault(
        "tokens have no size",
        lambda: Upsample(scale=2).output(Sequence((1, 10, 8))),
        "upsample needs a signal, an image or a volume, got a sequence 10 x 8",
        hint="add `to_map` before it",
    ),
    Fault(
        "channels that the square does not divide",
        lambda: PixelShuffle(factor=2).output(IMAGE),
        "channels (10) are not divisible by 2 * 2 = 4",
        "factor",
        "each output position takes its own share of the channels",
    ),
    Fault(
        "a size that the factor does not divide",
        lambda: PixelUnshuffle(factor=2).output(IMAGE),
        "size (7) is not divisible by factor (2)",
        "factor",
        "factor could be 1 or 7",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_what_does_not_fit_is_refused(fault: Fault) -> None:
    """The message states both sides, the field is named, the hint says what to write."""
    assert fault.found == fault.wanted
