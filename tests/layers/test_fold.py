"""Windows laid out in columns, and put back."""

from __future__ import annotations

import pytest
from cases import Case, Fault

from netcost.layers.fold import Fold, Unfold
from netcost.layers.layer import Layer
from netcost.shapes import Image, Sequence, Shape, Signal

CASES = [
    Case(
        "T2T-ViT's first tokens",
        Unfold(kernel=7, stride=4, pad=2),
        Image((1, 3, 224, 224)),
        Signal((1, 147, 3136)),  # 3 * 7 * 7 numbers of each of 56 * 56 windows
    ),
    Case("a signal's", Unfold(kernel=5), Signal((2, 8, 20)), Signal((2, 40, 16))),
    Case(
        "dilated, an axis each",  # 13 + 2 - 5 over 2 and 14 + 4 - 5 over 1
        Unfold(kernel=3, dilation=2, pad=(1, 2), stride=(2, 1)),
        Image((2, 8, 13, 14)),
        Signal((2, 72, 6 * 14)),
    ),
    Case(
        "MobileViT's patches back",
        Fold(size=(32, 32), kernel=2, stride=2),
        Signal((1, 4 * 144, 256)),
        Image((1, 144, 32, 32)),
        ops=4 * 144 * 256,
    ),
    Case(
        "overlapping, padded the same",
        Fold(size=9, kernel=3, stride=2, pad="same"),
        Signal((2, 18, 25)),
        Image((2, 2, 9, 9)),
        ops=2 * 18 * 25,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_shape_and_costs_of_windows(case: Case) -> None:
    """As many columns as windows; putting them back adds each number once."""
    assert case.found == case.wanted


PAIRS = [
    (dict[str, int](kernel=3), Image((1, 4, 9, 11))),
    (dict[str, int](kernel=2, stride=2), Image((2, 4, 8, 6))),
    (dict[str, int](kernel=3, stride=2, pad=1, dilation=2), Image((1, 5, 12, 13))),
]


@pytest.mark.parametrize(("fields", "x"), PAIRS, ids=str)
def test_folding_takes_what_unfolding_gives(fields: dict[str, int], x: Image) -> None:
    """With the same window, the image has its shape again."""
    columns = Unfold(**fields).output(x)
    assert Fold(size=x.size, **fields).output(columns) == x


@pytest.mark.parametrize(
    ("label", "layer", "x"),
    [
        ("Unfold (K=3, S=2)", Unfold(kernel=3, stride=2), Image((1, 2, 9, 9))),
        (
            "Fold (size=9, K=3, P=0+1, S=2)",
            Fold(size=9, kernel=3, stride=2, pad=((0, 1), (0, 1))),
            Signal((1, 18, 16)),
        ),
    ],
)
def test_a_label_has_the_window(label: str, layer: Layer, x: Shape) -> None:
    """Of the image, where windows are put back."""
    assert layer.label(x) == label


FAULTS = [
    Fault(
        "another number of windows",
        lambda: Fold(size=(9, 9), kernel=3).output(Signal((1, 18, 50))),
        "the size has 7 * 7 = 49 windows, the input has 50",
        "size",
    ),
    Fault(
        "channels that are no whole windows",
        lambda: Fold(size=(9, 9), kernel=3).output(Signal((1, 20, 49))),
        "channels (20) is not divisible by positions of a window (9)",
        "kernel",
        "positions of a window could be 5 or 10",
    ),
    Fault(
        "tokens",
        lambda: Fold(size=(9, 9), kernel=3).output(Sequence((1, 49, 18))),
        "fold needs a signal of windows, got a sequence 49 x 18",
        hint="(channels of all positions, windows)",
    ),
    Fault(
        "a volume",
        lambda: Fold(size=(9, 9, 9), kernel=3).output(Signal((1, 27, 49))),
        "size has 3 values, the input has 2 spatial axes",
        "size",
        "one number, or a list of 2",
    ),
    Fault(
        "a window larger than its input",
        lambda: Unfold(kernel=10).output(Image((1, 2, 9, 9))),
        "a window of 10 is larger than its input of 9",
        "kernel",
        "a kernel that reaches at most 9, or more padding",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_what_does_not_fit_is_refused(fault: Fault) -> None:
    """The message states both numbers, the field is named, the hint says what to write."""
    assert fault.found == fault.wanted
