"""Pooling: the lecture's examples, PyTorch's ceil rule, adaptive and global pooling."""

from __future__ import annotations

import pytest
from cases import Case, Fault

from netcost.layers.adaptive_pool import AdaptiveAvgPool, AdaptiveMaxPool
from netcost.layers.global_pool import GlobalAvgPool, GlobalMaxPool
from netcost.layers.lp_pool import LPPool
from netcost.layers.max_unpool import MaxUnpool
from netcost.layers.pool import AvgPool, MaxPool
from netcost.shapes import Image, Sequence, Signal, Tokens, Vector, Volume

CASES = [
    Case(
        "2x2 stride 2, as in the lecture",
        MaxPool(kernel=2, stride=2),
        Image((1, 64, 224, 224)),
        Image((1, 64, 112, 112)),
        ops=64 * 112 * 112 * 2 * 2,
    ),
    Case(
        "AlexNet's pool1 in the lecture",
        MaxPool(kernel=3, stride=2),
        Image((1, 64, 56, 56)),
        Image((1, 64, 27, 27)),
        ops=419_904,  # the lecture: 64 * 27 * 27 * 3 * 3
    ),
    Case(
        "the stride is the kernel where it is left out",
        MaxPool(kernel=(1, 4)),
        Image((1, 2, 6, 9)),
        Image((1, 2, 6, 2)),
        ops=2 * 6 * 2 * 4,
    ),
    Case(
        "GoogLeNet's, with the ceil rule",
        MaxPool(kernel=3, stride=2, ceil=True),
        Image((1, 64, 112, 112)),
        Image((1, 64, 56, 56)),  # ceil((112 - 3) / 2) + 1
        ops=64 * 56 * 56 * 9,
    ),
    Case(
        "ceil rule, a last window in the padding dropped",
        MaxPool(kernel=2, stride=2, pad=1, ceil=True),
        Signal((2, 3, 7)),
        Signal((2, 3, 4)),  # torch.nn.MaxPool1d; ceil((7 + 2 - 2) / 2) + 1 = 5 would start at 8 = 7 + 1
        ops=2 * 3 * 4 * 2,
    ),
    Case(
        "dilated",
        MaxPool(kernel=3, stride=1, dilation=2),
        Image((1, 4, 12, 13)),
        Image((1, 4, 8, 9)),  # 12 - 5 + 1, 13 - 5 + 1
        ops=4 * 8 * 9 * 9,
    ),
    Case(
        "padded the same",
        AvgPool(kernel=3, stride=2, pad="same"),
        Image((1, 4, 112, 113)),
        Image((1, 4, 56, 57)),
        ops=4 * 56 * 57 * 9,
    ),
    Case(
        "a volume",
        AvgPool(kernel=(1, 2, 2)),
        Volume((1, 64, 16, 112, 112)),
        Volume((1, 64, 16, 56, 56)),
        ops=64 * 16 * 56 * 56 * 4,
    ),
    Case(
        "whole windows",
        AdaptiveAvgPool(size=7),
        Image((1, 512, 14, 14)),
        Image((1, 512, 7, 7)),
        ops=512 * 14 * 14,  # every input element in one window
    ),
    Case(
        "windows that share positions",
        AdaptiveAvgPool(size=3),
        Signal((1, 8, 5)),
        Signal((1, 8, 3)),
        ops=8 * (2 + 3 + 2),  # from 0 to 2, 1 to 4, 3 to 5
    ),
    Case(
        "a size for each axis",
        AdaptiveMaxPool(size=(3, 5)),
        Image((1, 8, 10, 11)),
        Image((1, 8, 3, 5)),
        ops=8 * (4 + 4 + 4) * (3 + 3 + 3 + 3 + 3),  # 0-4, 3-7, 6-10; 0-3, 2-5, 4-7, 6-9, 8-11
    ),
    Case(
        "ResNet's last",
        GlobalAvgPool(),
        Image((2, 2048, 7, 7)),
        Vector((2, 2048)),
        ops=2 * 2048 * 7 * 7,
    ),
    Case(
        "powers, their sum and a root",
        LPPool(kernel=3, stride=2),
        Image((2, 8, 13, 14)),
        Image((2, 8, 6, 6)),  # torch.nn.LPPool2d(2, 3, 2)
        ops=2 * 8 * 13 * 14 + 2 * 8 * 6 * 6 * (9 + 1),
    ),
    Case("SegNet's, to the least size", MaxUnpool(kernel=2), Image((1, 64, 7, 8)), Image((1, 64, 14, 16))),
    Case("to a size", MaxUnpool(kernel=2, size=(15, 17)), Image((1, 64, 7, 8)), Image((1, 64, 15, 17))),
    Case(
        "to that of the input of the pooling",
        MaxUnpool(kernel=2),
        (Image((1, 64, 7, 8)), Image((1, 32, 15, 16))),
        Image((1, 64, 15, 16)),
    ),
    Case("padded", MaxUnpool(kernel=3, stride=2, pad=1), Image((1, 4, 4, 3)), Image((1, 4, 7, 5))),
    Case("over the tokens", GlobalAvgPool(), Sequence((1, 49, 768)), Vector((1, 768)), ops=49 * 768),
    Case("a signal", GlobalMaxPool(), Signal((1, 64, 25)), Vector((1, 64)), ops=64 * 25),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_pooling_s_shape_and_costs(case: Case) -> None:
    """Output shape and operations are those known from elsewhere; there are no parameters and no MACs."""
    assert case.found == case.wanted


@pytest.mark.parametrize(
    ("label", "layer"),
    [
        ("MaxPool (K=2, S=2)", MaxPool(kernel=2, stride=2)),
        ("MaxPool (K=2, S=2)", MaxPool(kernel=2)),
        ("AvgPool (K=3, P=1, S=2, ceil=true)", AvgPool(kernel=3, stride=2, pad=1, ceil=True)),
        ("MaxPool (K=3x2, S=1, R=2)", MaxPool(kernel=(3, 2), stride=1, dilation=2)),
        ("AdaptiveAvgPool (size=6)", AdaptiveAvgPool(size=(6, 6))),
        ("GlobalAvgPool", GlobalAvgPool()),
    ],
)
def test_a_label_has_the_lecture_s_symbols(label: str, layer: MaxPool) -> None:
    """Kernel and stride always, the rest where it differs from the default."""
    assert layer.label(Image((1, 8, 14, 14))) == label


FAULTS = [
    Fault(
        "padding in which a window fits",
        lambda: MaxPool(kernel=2, pad=2).output(Image((1, 3, 8, 8))),
        "a window of 2 fits into the padding of 2 and sees no input",
        "pad",
        "pad by at most 1",
    ),
    Fault(
        "a size that is none before the pooling",  # torch: dim 0 must be between 7 and 11
        lambda: MaxUnpool(kernel=3, stride=2, size=(11, 7)).output(Image((1, 4, 4, 3))),
        "a size of 11 x 7 is no size before pooling to 4 x 3",
        "size",
        "less than a stride from 9 x 7",
    ),
    Fault(
        "a tensor of another rank",
        lambda: MaxUnpool(kernel=2).output(Image((1, 4, 4, 3)), Signal((1, 4, 8))),
        "a size of 8 is no size before pooling to 4 x 3",
        hint="less than a stride from 8 x 6",
    ),
    Fault(
        "a size and a tensor that has it",
        lambda: MaxUnpool(kernel=2, size=8).output(Image((1, 4, 4, 4)), Image((1, 4, 8, 8))),
        "maxunpool takes either size or like, got both",
        "size",
    ),
    Fault(
        "two sizes for a signal",
        lambda: AdaptiveAvgPool(size=(6, 6)).output(Signal((1, 3, 8))),
        "size has 2 values, the input has 1 spatial axis",
        "size",
        "one number, or a list of 1",
    ),
    Fault(
        "a vector has nothing to pool",
        lambda: GlobalAvgPool().output(Vector((1, 10))),
        "gap needs a signal, an image or a volume, got a vector 10",
        hint="add `reshape` before it",
    ),
    Fault(
        "token numbers have no features",
        lambda: GlobalAvgPool().output(Tokens((1, 10))),
        "gap needs a signal, an image or a volume, got token numbers 10",
        hint="add `embedding` before it",
    ),
    Fault(
        "a window larger than its input by a stride, ceil rule",
        lambda: MaxPool(kernel=5, stride=2, ceil=True).output(Image((1, 3, 3, 9))),
        "a window of 5 is larger than its input of 3",
        "kernel",
        "a kernel that reaches at most 3, or more padding",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_what_does_not_fit_is_refused(fault: Fault) -> None:
    """The message states both numbers, the field is named, the hint says what to write."""
    assert fault.found == fault.wanted
