"""Convolutions: the lecture's examples, published layers, and what they refuse."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from cases import Case, Fault
from examples import make

from netcost.layers.conv import Conv
from netcost.layers.conv_transpose import ConvTranspose
from netcost.layers.depthwise_conv import DepthwiseConv
from netcost.layers.layer import Layer
from netcost.shapes import Image, Shape, Signal, Volume

KERAS = Path(__file__).parent.parent / "reference" / "keras_convtranspose.csv"

CASES = [
    Case(
        "ten 5x5 filters, as in the lecture",
        Conv(filters=10, kernel=5, pad=2),
        Image((1, 3, 32, 32)),
        Image((1, 10, 32, 32)),
        params=760,  # the lecture: (5 * 5 * 3 + 1) * 10
        macs=768_000,  # the lecture: 10 * 32 * 32 outputs of 75 products
        ops=10 * 32 * 32,  # a bias each
    ),
    Case(
        "AlexNet's conv1 in the lecture",
        Conv(filters=64, kernel=11, stride=4, pad=2),
        Image((1, 3, 227, 227)),
        Image((1, 64, 56, 56)),
        params=23_296,  # the lecture: 64 * 3 * 11 * 11 + 64
        macs=72_855_552,  # the lecture: 64 * 56 * 56 * 3 * 11 * 11
        ops=200_704,
    ),
    Case(
        "1x1, as in the lecture",
        Conv(filters=32, kernel=1),
        Image((1, 64, 56, 56)),
        Image((1, 32, 56, 56)),
        params=32 * 64 + 32,
        macs=32 * 56 * 56 * 64,
        ops=32 * 56 * 56,
    ),
    Case(
        "two groups, AlexNet's conv2 on two GPUs",
        Conv(filters=256, kernel=5, pad=2, groups=2),
        Image((1, 96, 27, 27)),
        Image((1, 256, 27, 27)),
        params=307_456,  # Krizhevsky 2012: 256 * 48 * 5 * 5 + 256
        macs=256 * 27 * 27 * 48 * 5 * 5,
        ops=256 * 27 * 27,
    ),
    Case(
        "without bias, a batch of 2, ResNet's stem",
        Conv(filters=64, kernel=7, stride=2, pad=3, bias=False),
        Image((2, 3, 224, 224)),
        Image((2, 64, 112, 112)),
        params=9_408,  # torchvision's resnet18.conv1
        macs=2 * 118_013_952,
    ),
    Case(
        "rectangular, Inception's 1x7",
        Conv(filters=192, kernel=(1, 7), pad=(0, 3), bias=False),
        Image((1, 128, 17, 17)),
        Image((1, 192, 17, 17)),
        params=192 * 128 * 7,
        macs=192 * 17 * 17 * 128 * 7,
    ),
    Case(
        "rate 2, as in the lecture",
        Conv(filters=1, kernel=3, dilation=2, bias=False),
        Image((1, 1, 7, 7)),
        Image((1, 1, 3, 3)),
        params=9,
        macs=9 * 9,
    ),
    Case(
        "a signal, the first layer of M5",
        Conv(filters=128, kernel=80, stride=4),
        Signal((1, 1, 32000)),
        Signal((1, 128, 7981)),  # (32000 - 80) / 4 + 1
        params=128 * 80 + 128,
        macs=128 * 7981 * 80,
        ops=128 * 7981,
    ),
    Case(
        "a volume, C3D's first layer",
        Conv(filters=64, kernel=3, pad=1),
        Volume((1, 3, 16, 112, 112)),
        Volume((1, 64, 16, 112, 112)),
        params=64 * 3 * 27 + 64,
        macs=64 * 16 * 112 * 112 * 3 * 27,
        ops=64 * 16 * 112 * 112,
    ),
    Case(
        "MobileNetV2's first",
        DepthwiseConv(kernel=3, pad=1, bias=False),
        Image((1, 32, 112, 112)),
        Image((1, 32, 112, 112)),
        params=288,  # torchvision's mobilenet_v2.features.1.conv.0.0
        macs=32 * 112 * 112 * 9,
    ),
    Case(
        "two filters per channel",
        DepthwiseConv(kernel=3, multiplier=2),
        Image((1, 8, 10, 10)),
        Image((1, 16, 8, 8)),
        params=16 * 9 + 16,
        macs=16 * 8 * 8 * 9,
        ops=16 * 8 * 8,
    ),
    Case(
        "U-Net's up-convolution",
        ConvTranspose(filters=64, kernel=2, stride=2),
        Image((1, 128, 32, 32)),
        Image((1, 64, 64, 64)),
        params=128 * 64 * 4 + 64,
        macs=128 * 32 * 32 * 64 * 4,  # the input's positions, each spread over 2 x 2
        ops=64 * 64 * 64,
    ),
    Case(
        "groups and extra length",
        ConvTranspose(filters=6, kernel=5, stride=3, pad=2, output_pad=2, groups=2, bias=False),
        Signal((2, 4, 11)),
        Signal((2, 6, 33)),  # (11 - 1) * 3 - 4 + 5 + 2
        params=4 * 3 * 5,
        macs=2 * 4 * 11 * 3 * 5,
    ),
    Case(
        "TCN's, causal",
        Conv(filters=25, kernel=7, dilation=4, pad="causal"),
        Signal((2, 3, 100)),
        Signal((2, 25, 100)),
        params=25 * 3 * 7 + 25,
        macs=2 * 100 * 25 * 3 * 7,
        ops=2 * 25 * 100,
    ),
    Case(
        "wav2vec 2.0's positions: a magnitude for each of 128 taps",
        Conv(filters=768, kernel=128, pad=64, groups=16, weight_norm=2),
        Signal((1, 768, 149)),
        Signal((1, 768, 150)),
        params=4_719_488,  # torch.nn.utils.parametrizations.weight_norm(conv, dim=2)
        macs=707_788_800,
        # a bias each; of each weight a square, a sum and a product, of each magnitude a root and a quotient
        ops=768 * 150 + 3 * 768 * 48 * 128 + 2 * 128,
    ),
    Case(
        "a magnitude for each filter, whatever the batch",
        DepthwiseConv(kernel=3, weight_norm=True),
        Signal((4, 8, 10)),
        Signal((4, 8, 8)),
        params=40,  # torch: 8 magnitudes, 24 weights, 8 biases
        macs=4 * 8 * 8 * 3,
        ops=4 * 8 * 8 + 3 * 24 + 2 * 8,
    ),
    Case(
        "blur pooling: fixed filters",
        DepthwiseConv(kernel=3, stride=2, pad=1, learned=False),
        Image((1, 64, 56, 56)),
        Image((1, 64, 28, 28)),
        macs=64 * 28 * 28 * 9,
    ),
    Case(
        "padded the same",
        ConvTranspose(filters=4, kernel=4, stride=2, pad="same", bias=False),
        Image((1, 8, 7, 9)),
        Image((1, 4, 14, 18)),  # W * S
        params=8 * 4 * 16,
        macs=8 * 7 * 9 * 4 * 16,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_convolution_s_shape_and_costs(case: Case) -> None:
    """Output shape, parameters, multiply-accumulates and bias additions are those known from elsewhere."""
    assert case.found == case.wanted


WEIGHTS = [
    # layer, input, weights as PyTorch stores them
    (Conv(filters=20, kernel=5), Image((1, 1, 28, 28)), {"weight": (20, 1, 5, 5), "bias": (20,)}),
    (Conv(filters=8, kernel=(1, 3), groups=4, bias=False), Image((1, 16, 5, 5)), {"weight": (8, 4, 1, 3)}),
    (DepthwiseConv(kernel=3, bias=False), Signal((1, 16, 9)), {"weight": (16, 1, 3)}),
    (
        ConvTranspose(filters=6, kernel=2, groups=2),
        Image((1, 4, 5, 5)),
        {"weight": (4, 3, 2, 2), "bias": (6,)},
    ),
    # torch.nn.utils.parametrizations.weight_norm, with dim 0, with dim 2 and with none
    (
        Conv(filters=16, kernel=5, weight_norm=True),
        Signal((1, 8, 20)),
        {"weight_g": (16, 1, 1), "weight_v": (16, 8, 5), "bias": (16,)},
    ),
    (
        ConvTranspose(filters=16, kernel=4, weight_norm=0),
        Signal((1, 8, 20)),
        {"weight_g": (8, 1, 1), "weight_v": (8, 16, 4), "bias": (16,)},
    ),
    (
        Conv(filters=16, kernel=5, weight_norm=2, bias=False),
        Signal((1, 8, 20)),
        {"weight_g": (1, 1, 5), "weight_v": (16, 8, 5)},
    ),
    (
        Conv(filters=16, kernel=5, weight_norm="all", bias=False),
        Signal((1, 8, 20)),
        {"weight_g": (), "weight_v": (16, 8, 5)},
    ),
    (DepthwiseConv(kernel=3, learned=False), Image((1, 4, 5, 5)), {}),
]


@pytest.mark.parametrize(("layer", "x", "weights"), WEIGHTS, ids=lambda value: str(value)[:40])
def test_weights_have_pytorch_s_axes(layer: Layer, x: Shape, weights: dict[str, tuple[int, ...]]) -> None:
    """Filters, channels of a group, window; a transposed convolution has the channels first."""
    assert layer.weights(x) == weights


BUFFERS = [
    # layer, input, what is stored and not learned; the vectors as torch.nn.utils.parametrizations.spectral_norm has them
    (Conv(filters=16, kernel=3), Image((1, 8, 10, 10)), {}),
    (
        Conv(filters=16, kernel=3, spectral_norm=True),
        Image((1, 8, 10, 10)),
        {"weight_u": (16,), "weight_v": (72,)},
    ),
    (
        ConvTranspose(filters=16, kernel=4, spectral_norm=True),
        Image((1, 8, 10, 10)),
        {"weight_u": (16,), "weight_v": (128,)},
    ),
    (DepthwiseConv(kernel=3, learned=False), Image((1, 4, 5, 5)), {"weight": (4, 1, 3, 3)}),
]


@pytest.mark.parametrize(("layer", "x", "buffers"), BUFFERS, ids=lambda value: str(value)[:40])
def test_what_is_not_learned_is_a_buffer(layer: Layer, x: Shape, buffers: dict[str, tuple[int, ...]]) -> None:
    """A fixed filter, and the two vectors of a spectral norm."""
    assert layer.buffers(x) == buffers


def test_only_a_weight_that_is_learned_as_it_is_takes_in_a_normalisation() -> None:
    """Folding into a fixed or a normed weight would make another layer of it."""
    kept: list[dict[str, Any]] = [{}, {"learned": False}, {"weight_norm": 0}, {"spectral_norm": True}]
    assert [Conv(filters=4, kernel=1, **each).takes_in for each in kept] == [True, False, False, False]


LABELS = [
    # label, layer, input
    ("Conv (C_out=20, K=5, P=2, S=1)", Conv(filters=20, kernel=5, pad=2), Image((1, 1, 28, 28))),
    (
        "Conv (C_out=8, K=3x5, P=1x2, S=2)",
        Conv(filters=8, kernel=(3, 5), pad=(1, 2), stride=(2, 2)),
        Image((1, 1, 9, 9)),
    ),
    ("Conv (C_out=8, K=4, P=1+2, S=1)", Conv(filters=8, kernel=4, pad="same"), Signal((1, 1, 9))),
    ("Conv (C_out=8, K=3, P=1x0+1, S=1)", Conv(filters=8, kernel=3, pad=(1, (0, 1))), Image((1, 1, 9, 9))),
    (
        "Conv (C_out=8, K=3, P=0, S=1, R=2, bias=false, G=4)",
        Conv(filters=8, kernel=3, dilation=2, groups=4, bias=False),
        Image((1, 4, 9, 9)),
    ),
    (
        "DepthwiseConv (K=3, P=1, S=2, M=2)",
        DepthwiseConv(kernel=3, pad=1, stride=2, multiplier=2),
        Image((1, 4, 9, 9)),
    ),
    (
        "ConvTranspose (C_out=8, K=2, P=0, S=2)",
        ConvTranspose(filters=8, kernel=2, stride=2),
        Image((1, 4, 9, 9)),
    ),
    # 5 - 2 = 3 of the output exceed W * S; same cuts 1 before and 2 after
    (
        "ConvTranspose (C_out=8, K=5, P=1+2, S=2)",
        ConvTranspose(filters=8, kernel=5, stride=2, pad="same"),
        Signal((1, 4, 9)),
    ),
    (
        "ConvTranspose (C_out=8, K=5, P=2+1, S=2)",
        ConvTranspose(filters=8, kernel=5, stride=2, pad="same_lower"),
        Signal((1, 4, 9)),
    ),
    (
        "ConvTranspose (C_out=8, K=5, P=2, S=2)",
        ConvTranspose(filters=8, kernel=5, stride=2, pad="half"),
        Signal((1, 4, 9)),
    ),
]


@pytest.mark.parametrize(("label", "layer", "x"), LABELS, ids=[label for label, _, _ in LABELS])
def test_a_label_has_the_lecture_s_symbols(label: str, layer: Layer, x: Shape) -> None:
    """Filters, kernel, padding and stride always, the rest where it differs from the default."""
    assert layer.label(x) == label


def test_a_depthwise_convolution_reports_the_convolution_that_it_is() -> None:
    """Reports show its filters and groups, which it does not have as fields."""
    found = DepthwiseConv(kernel=3, multiplier=2).settings(Image((1, 16, 9, 9)))
    assert (found["filters"], found["groups"]) == (32, 16)


IMAGE = Image((1, 10, 8, 8))

FAULTS = [
    Fault(
        "groups that do not divide the channels",
        lambda: Conv(filters=9, kernel=3, groups=3).output(IMAGE),
        "channels (10) is not divisible by groups (3)",
        "groups",
        "groups could be 2 or 5",
    ),
    Fault(
        "groups that do not divide the filters",
        lambda: Conv(filters=9, kernel=3, groups=5).output(IMAGE),
        "filters (9) is not divisible by groups (5)",
        "groups",
        "groups could be 3 or 9",
    ),
    Fault(
        "the same of a transposed convolution",
        lambda: ConvTranspose(filters=9, kernel=3, groups=5).output(IMAGE),
        "filters (9) is not divisible by groups (5)",
        "groups",
        "groups could be 3 or 9",
    ),
    Fault(
        "channels that are written and wrong",
        lambda: Conv(filters=8, kernel=3, in_channels=3).output(IMAGE),
        "in_channels is 3, the input has 10 channels",
        "in_channels",
        "leave it out: it is inferred",
    ),
    Fault(
        "padding that leaves nothing",
        lambda: ConvTranspose(filters=8, kernel=3, pad=6).output(IMAGE),
        "the output is empty: (8 - 1) * 1 + 3 - 12 + 0 = -2",
        "pad",
        "pad less",
    ),
    Fault(
        "extra length that no input reaches",
        lambda: ConvTranspose(filters=8, kernel=3, stride=2, output_pad=2).output(IMAGE),
        "output_pad is 2, it must be smaller than the stride, 2, or the dilation, 1",
        "output_pad",
        "more would add positions that no input reaches",
    ),
    Fault(
        "padded the same with an output_pad that leaves nothing",  # Keras's rule gives 0: (1 - 1) * 2 + 4 % 2 + 0
        lambda: ConvTranspose(filters=8, kernel=4, stride=2, pad="same", output_pad=0).output(
            Signal((1, 8, 1))
        ),
        "the output is empty: (1 - 1) * 2 + 4 - 4 + 0 = 0",
        "pad",
        "pad less",
    ),
    Fault(
        "causal padding of an image",
        lambda: Conv(filters=8, kernel=3, pad="causal").output(IMAGE),
        "pad: causal is for a signal, whose one axis is time; this is an image 10 x 8 x 8",
        "pad",
        "write [before, after] for each axis, as in `pad: [[2, 0], 1, 1]`",
    ),
    Fault(
        "causal padding of a transposed convolution",
        lambda: ConvTranspose(filters=8, kernel=3, pad="causal"),
        "pad: causal has no meaning for convtranspose, which cuts padding off its output",
        "pad",
        "write what is cut off each end, as in `pad: [[0, 2]]`",
    ),
    Fault(
        "a magnitude for each position of an axis that there is not",
        lambda: Conv(filters=8, kernel=3, weight_norm=4).output(IMAGE),
        "weight_norm is 4, the weight has 4 axes",
        "weight_norm",
        "from 0 to 3",
    ),
    Fault(
        "a fixed filter with learned magnitudes",
        lambda: DepthwiseConv(kernel=3, weight_norm=True, learned=False),
        "weight_norm and learned: false do not go together",
        "learned",
        "a weight is kept in one way",
    ),
    Fault(
        "two norms of one weight",
        lambda: Conv(filters=8, kernel=3, weight_norm=True, spectral_norm=True),
        "weight_norm and spectral_norm do not go together",
        "spectral_norm",
        "a weight is kept in one way",
    ),
    Fault(
        "half a filter",
        lambda: make("conv", filters=0.5, kernel=3),
        "filters: expected a whole number of at least 1, got 0.5",
        "filters",
    ),
    Fault(
        "a bias that is a number",
        lambda: make("conv", filters=8, kernel=3, bias=1),
        "bias: expected true or false, got 1",
        "bias",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_what_does_not_fit_is_refused(fault: Fault) -> None:
    """The message states both numbers, the field is named, the hint says what to write."""
    assert fault.found == fault.wanted


@pytest.mark.parametrize("head", ["conv", "convtranspose"])
def test_channels_that_are_written_and_right_are_accepted(head: str) -> None:
    """in_channels is never needed, only checked."""
    layer = make(head, filters=8, kernel=1, in_channels=10)
    assert layer.output(IMAGE) == Image((1, 8, 8, 8))


def keras_cases() -> list[dict[str, str]]:
    with KERAS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", keras_cases(), ids=lambda case: " ".join(case.values()))
def test_a_transposed_convolution_in_keras_s_words_has_keras_s_size(case: dict[str, str]) -> None:
    """Words for the padding, with an output padding, also one of 0, and without."""
    layer = ConvTranspose(
        filters=4,
        kernel=int(case["kernel_size"]),
        stride=int(case["strides"]),
        dilation=int(case["dilation_rate"]),
        pad=case["padding"],
        output_pad=int(case["output_padding"]) if case["output_padding"] else None,
    )
    x = Signal((1, 8, int(case["length"])))
    assert layer.output(x) == Signal((1, 4, int(case["output_length"])))


def test_weights_do_not_depend_on_the_batch() -> None:
    """A larger batch multiplies operations only."""
    layer: Layer = Conv(filters=10, kernel=5, pad=2)
    one, many = Image((1, 3, 32, 32)), Image((16, 3, 32, 32))
    assert layer.weights(one) == layer.weights(many)
    assert layer.macs(layer.output(many), many) == 16 * layer.macs(layer.output(one), one)
