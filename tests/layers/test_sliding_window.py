"""Sliding windows: their formulas against known lengths, layers against an enumeration of the positions."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import NamedTuple

import pytest
from cases import Fault
from examples import make
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from netcost.layers.adaptive_pool import AdaptiveAvgPool
from netcost.layers.conv import Conv
from netcost.layers.conv_transpose import ConvTranspose
from netcost.layers.depthwise_conv import DepthwiseConv
from netcost.layers.layer import Layer, count
from netcost.layers.pool import AvgPool, MaxPool
from netcost.layers.refusals import LayerError
from netcost.layers.sliding_window import ceil_windows, reach, same_pads, transposed_windows, windows
from netcost.shapes import Image, Map, Sequence, Signal, Tensor, Vector, Volume

LENGTHS = [
    # found, wanted, why
    (windows(227, 11, 4, (2, 2)), 56),  # the lecture: (227 - 11 + 2 * 2) / 4 + 1
    (windows(56, 3, 2), 27),  # the lecture: floor((56 - 3) / 2) + 1
    (windows(32, 5, 1, (2, 2)), 32),  # the lecture: (32 - 5 + 2 * 2) / 1 + 1
    (windows(7, 3, 1), 5),  # the lecture
    (windows(7, 3, 1, (1, 1)), 7),  # the lecture, padded by 1
    (windows(7, 3, 2), 3),  # the lecture, stride 2
    (windows(7, 3, 1, dilation=2), 3),  # the lecture, rate 2
    (windows(224, 3, 2, (0, 1)), 112),  # TensorFlow's padding of a MobileNet stem
    (ceil_windows(6, 3, 2), 3),  # windows at 0, 2 and 4, the last of two positions
    (ceil_windows(5, 2, 2, (1, 1)), 3),  # PyTorch: 4 by the ceiling, the last would start beyond
    (ceil_windows(2, 3, 2), 1),  # PyTorch: one incomplete window
    (transposed_windows(32, 2, 2), 64),  # U-Net's up-convolution
    (transposed_windows(8, 4, 2, (1, 1)), 16),  # DCGAN
    (transposed_windows(7, 3, 2, (1, 1), output_pad=1), 14),  # torch.nn.ConvTranspose2d
    (reach(3, 2), 5),  # taps at 0, 2 and 4
]


@pytest.mark.parametrize(("found", "wanted"), LENGTHS)
def test_lengths_under_a_window(found: int, wanted: int) -> None:
    """The arithmetic of one axis gives the lengths of the lecture, of PyTorch and of TensorFlow."""
    assert found == wanted


@pytest.mark.parametrize(
    ("pads", "wanted"),
    [
        (same_pads(32, 3, 1), (1, 1)),
        (same_pads(32, 4, 1), (1, 2)),  # the odd zero after
        (same_pads(224, 3, 2), (0, 1)),
        (same_pads(225, 3, 2), (1, 1)),
        (same_pads(7, 1, 2), (0, 0)),  # never negative
        (same_pads(7, 3, 1, 2), (2, 2)),
    ],
)
def test_same_padding_puts_the_odd_zero_after(pads: tuple[int, int], wanted: tuple[int, int]) -> None:
    """Padding for an output of ceil(W / S), as in ONNX' SAME_UPPER."""
    assert pads == wanted


@pytest.mark.parametrize(
    ("length", "message", "hint"),
    [
        (
            lambda: windows(7, 11, 4),
            "a window of 11 is larger than its input of 7",
            "a kernel that reaches at most 7, or more padding",
        ),
        (
            lambda: windows(7, 11, 4, (1, 1)),
            "a window of 11 is larger than its input of 7 + 2 = 9",
            "a kernel that reaches at most 9, or more padding",
        ),
        (
            lambda: windows(4, 3, 1, dilation=2),
            "a window of 2 * (3 - 1) + 1 = 5 is larger than its input of 4",
            "a kernel that reaches at most 4, or more padding",
        ),
        (
            lambda: ceil_windows(3, 5, 2),
            "a window of 5 is larger than its input of 3",
            "a kernel that reaches at most 3, or more padding",
        ),
    ],
)
def test_a_window_that_does_not_fit_prints_the_arithmetic(length: object, message: str, hint: str) -> None:
    """The error states both numbers and how they come about."""
    assert callable(length)
    with pytest.raises(LayerError) as caught:
        length()
    assert (caught.value.message, caught.value.field, caught.value.hint) == (message, "kernel", hint)


def test_a_transposed_convolution_that_leaves_nothing_prints_the_arithmetic() -> None:
    """The error writes the formula out in figures."""
    with pytest.raises(
        LayerError, match=r"^the output is empty: \(1 - 1\) \* 2 \+ 3 - 4 \+ 0 = -1$"
    ) as caught:
        transposed_windows(1, 3, 2, (2, 2))
    assert caught.value.field == "pad"


# Layers, against an enumeration of the positions of their windows

MAPS = {1: Signal, 2: Image, 3: Volume}

unhurried = settings(deadline=None)
"""A busy machine is no failure."""


class Axis(NamedTuple):
    """One axis with the window on it."""

    size: int
    kernel: int
    stride: int
    before: int
    after: int
    dilation: int

    @property
    def span(self) -> int:
        """How many positions lie between the first and the last tap, both included."""
        return len(range((self.kernel - 1) * self.dilation + 1))

    @property
    def padded(self) -> int:
        """The length with the padding of both ends."""
        return self.before + self.size + self.after

    def complete(self) -> list[int]:
        """Where a window can start and still lie within the padded axis."""
        starts = range(0, self.padded, self.stride)
        return [start for start in starts if start + self.span <= self.padded]

    def due(self) -> list[int]:
        """PyTorch's ceil rule: another window while the last leaves something over and this one meets the input."""
        starts = []
        for start in range(0, self.padded, self.stride):
            left_over = start - self.stride + self.span < self.padded
            if left_over and start < self.before + self.size:
                starts.append(start)
        return starts

    def taps(self, start: int) -> list[int]:
        """The positions that a window looks at."""
        return [start + tap * self.dilation for tap in range(self.kernel)]


def axes(sizes: int, kernels: int) -> st.SearchStrategy[Axis]:
    small = st.integers(0, 4)
    return st.builds(
        Axis,
        size=st.integers(1, sizes),
        kernel=st.integers(1, kernels),
        stride=st.integers(1, 4),
        before=small,
        after=small,
        dilation=st.integers(1, 3),
    )


def lightly_padded(axis: Axis) -> Axis:
    """The axis with padding shorter than its window, as pooling asks for."""
    return axis._replace(before=axis.before % axis.span, after=axis.after % axis.span)


@unhurried
@given(axis=axes(sizes=40, kernels=9))
def test_the_floor_rule_counts_the_complete_windows(axis: Axis) -> None:
    """Every window that lies within the padded axis counts, no other; with none there is an error."""
    wanted = axis.complete()
    arguments = (axis.size, axis.kernel, axis.stride, (axis.before, axis.after), axis.dilation)
    if wanted:
        assert windows(*arguments) == len(wanted)
    else:
        with pytest.raises(LayerError):
            windows(*arguments)


@unhurried
@given(axis=axes(sizes=40, kernels=9).map(lightly_padded))
def test_the_ceil_rule_counts_the_windows_that_are_due(axis: Axis) -> None:
    """A last incomplete window counts if it starts on the input or on the padding before it."""
    wanted = axis.due()
    arguments = (axis.size, axis.kernel, axis.stride, (axis.before, axis.after), axis.dilation)
    if wanted:
        assert ceil_windows(*arguments) == len(wanted)
    else:
        with pytest.raises(LayerError):
            ceil_windows(*arguments)


@unhurried
@given(axis=axes(sizes=40, kernels=9))
def test_same_padding_is_the_least_that_gives_one_window_per_stride(axis: Axis) -> None:
    """The output is ceil(W / S) with this padding, and shorter with one zero less."""
    wanted = len(range(0, axis.size, axis.stride))
    before, after = same_pads(axis.size, axis.kernel, axis.stride, axis.dilation)
    assert before <= after <= before + 1
    padded = axis._replace(before=before, after=after)
    assert len(padded.complete()) == wanted
    if after:
        assert len(padded._replace(after=after - 1).complete()) < wanted


class Counted(NamedTuple):
    """What a loop over every multiplication finds."""

    size: tuple[int, ...]
    weights: int
    products: int


def convolve(
    batch: int, channels: int, filters: int, groups: int, window: list[Axis], *, bias: bool
) -> Counted:
    """Walk through a convolution one multiplication at a time, and note each weight that is used."""
    used: set[tuple[object, ...]] = set()
    products = 0
    positions = list(product(*(axis.complete() for axis in window)))
    for _, each, position in product(range(batch), range(filters), positions):
        group = each // (filters // groups)
        seen = range(group * channels // groups, (group + 1) * channels // groups)
        for channel, *tap in product(seen, *(range(axis.kernel) for axis in window)):
            assert all(
                start + at * axis.dilation < axis.padded
                for start, at, axis in zip(position, tap, window, strict=True)
            )
            used.add((each, channel, *tap))
            products += 1
        if bias:
            used.add((each, "bias"))
    return Counted(tuple(len(axis.complete()) for axis in window), len(used), products)


def layer_counts(layer: Layer, x: Map) -> Counted:
    out = layer.output(x)
    return Counted(out.size, count(layer.weights(x)), layer.macs(out, x))


def map_of(batch: int, channels: int, window: list[Axis]) -> Map:
    return MAPS[len(window)]((batch, channels, *(axis.size for axis in window)))


def window_fields(window: list[Axis]) -> dict[str, tuple[object, ...]]:
    return {
        "kernel": tuple(axis.kernel for axis in window),
        "stride": tuple(axis.stride for axis in window),
        "pad": tuple((axis.before, axis.after) for axis in window),
        "dilation": tuple(axis.dilation for axis in window),
    }


few_axes = st.lists(axes(sizes=5, kernels=3), min_size=1, max_size=2)


@unhurried
@given(
    batch=st.integers(1, 2),
    groups=st.integers(1, 3),
    per_group=st.tuples(st.integers(1, 2), st.integers(1, 2)),
    window=few_axes,
    bias=st.booleans(),
)
def test_a_convolution_costs_what_a_loop_over_its_products_finds(
    batch: int, groups: int, per_group: tuple[int, int], window: list[Axis], *, bias: bool
) -> None:
    """Size, weights and multiply-accumulates agree with a naive convolution, padding and groups included."""
    assume(all(axis.complete() for axis in window))
    channels, filters = groups * per_group[0], groups * per_group[1]
    layer = make("conv", filters=filters, groups=groups, bias=bias, **window_fields(window))
    wanted = convolve(batch, channels, filters, groups, window, bias=bias)
    assert layer_counts(layer, map_of(batch, channels, window)) == wanted


@unhurried
@given(
    batch=st.integers(1, 2),
    channels=st.integers(1, 3),
    multiplier=st.integers(1, 2),
    window=few_axes,
    bias=st.booleans(),
)
def test_a_depthwise_convolution_is_one_with_a_group_per_channel(
    batch: int, channels: int, multiplier: int, window: list[Axis], *, bias: bool
) -> None:
    """Size, weights and multiply-accumulates agree with a naive convolution in as many groups as channels."""
    assume(all(axis.complete() for axis in window))
    layer = make("dwconv", multiplier=multiplier, bias=bias, **window_fields(window))
    wanted = convolve(batch, channels, channels * multiplier, channels, window, bias=bias)
    assert layer_counts(layer, map_of(batch, channels, window)) == wanted


@unhurried
@given(
    channels=st.integers(1, 3),
    filters=st.integers(1, 3),
    window=few_axes,
    extra=st.integers(0, 3),
)
def test_a_transposed_convolution_reaches_from_the_first_to_the_last_tap(
    channels: int, filters: int, window: list[Axis], extra: int
) -> None:
    """Each input position is spread over a window; padding is cut off what they reach, output_pad added."""
    window = list(map(lightly_padded, window))
    extra %= min(max(axis.stride, axis.dilation) for axis in window)
    reached = [
        1 + max(tap for at in range(axis.size) for tap in axis.taps(at * axis.stride)) for axis in window
    ]
    size = tuple(all_ - axis.before - axis.after + extra for all_, axis in zip(reached, window, strict=True))
    assume(min(size) > 0)
    layer = make("convtranspose", filters=filters, output_pad=extra, bias=False, **window_fields(window))
    taps = list(product(*(range(axis.kernel) for axis in window)))
    used = {(channel, each, tap) for channel in range(channels) for each in range(filters) for tap in taps}
    products = 0
    for _ in product(range(channels), range(filters), *(range(axis.size) for axis in window)):
        products += len(taps)
    assert layer_counts(layer, map_of(1, channels, window)) == (size, len(used), products)


@unhurried
@given(channels=st.integers(1, 3), window=few_axes, ceil=st.booleans())
def test_pooling_reads_each_position_of_each_window(channels: int, window: list[Axis], *, ceil: bool) -> None:
    """An operation per window position, window and channel; there are no weights."""
    window = list(map(lightly_padded, window))
    starts = [axis.due() if ceil else axis.complete() for axis in window]
    assume(all(starts))
    layer = make("maxpool", ceil=ceil, **window_fields(window))
    x = map_of(1, channels, window)
    out = layer.output(x)
    reads = 0
    for _, *position in product(range(channels), *starts):
        reads += len(list(product(*(axis.taps(at) for at, axis in zip(position, window, strict=True)))))
    assert out.size == tuple(map(len, starts))
    assert (count(layer.weights(x)), layer.macs(out, x), layer.ops(out, x)) == (0, 0, reads)


@unhurried
@given(size=st.integers(1, 40), wanted=st.integers(1, 40))
def test_adaptive_pooling_reads_each_position_of_each_window(size: int, wanted: int) -> None:
    """Window i goes from floor(i W / W') to ceil((i + 1) W / W'), as PyTorch has it."""
    x = Signal((1, 1, size))
    layer: Layer = AdaptiveAvgPool(size=wanted)
    reads = sum(-(-(at + 1) * size // wanted) - at * size // wanted for at in range(wanted))
    assert layer.ops(layer.output(x), x) == reads


@unhurried
@given(window=st.lists(axes(sizes=40, kernels=9), min_size=1, max_size=3), lower=st.booleans())
def test_a_layer_padded_the_same_strides_over_its_input(window: list[Axis], *, lower: bool) -> None:
    """`same` and `same_lower` give ceil(W / S); the padding that is reported gives the same size as a number."""
    x = map_of(1, 2, window)
    fields = window_fields(window)
    fields.pop("pad")
    layer = make("conv", filters=1, pad="same_lower" if lower else "same", **fields)
    assert layer.output(x).size == tuple(len(range(0, axis.size, axis.stride)) for axis in window)
    pads = layer.settings(x)["pad"]
    assert all((after <= before) if lower else (before <= after) for before, after in pads)
    assert make("conv", filters=1, pad=pads, **fields).output(x) == layer.output(x)


@unhurried
@given(window=st.lists(axes(sizes=40, kernels=9), min_size=1, max_size=3))
def test_a_transposed_layer_padded_the_same_multiplies_its_input(window: list[Axis]) -> None:
    """`same` gives W * S, the inverse of the strided layer; a window shorter than the stride leaves zeros behind it."""
    x = map_of(1, 2, window)
    fields = window_fields(window)
    fields.pop("pad")
    layer = make("convtranspose", filters=1, pad="same", **fields)
    assert layer.output(x).size == tuple(axis.size * axis.stride for axis in window)
    pads, behind = layer.settings(x)["pad"], tuple(max(axis.stride - axis.span, 0) for axis in window)
    assert make("convtranspose", filters=1, pad=pads, output_pad=behind, **fields).output(x) == layer.output(
        x
    )


@unhurried
@given(axis=axes(sizes=40, kernels=9))
def test_causal_padding_lets_no_output_see_a_later_input(axis: Axis) -> None:
    """Window i ends at input i * S; there are as many as steps of S through the input."""
    layer = make(
        "conv", filters=1, kernel=axis.kernel, stride=axis.stride, dilation=axis.dilation, pad="causal"
    )
    x = Signal((1, 2, axis.size))
    ((before, after),) = layer.settings(x)["pad"]
    assert (before, after) == (axis.span - 1, 0)
    assert layer.output(x).size == (len(range(0, axis.size, axis.stride)),)


PADS = [
    # pad, kernel, the padding of each axis of an image of 20 x 21
    (2, 5, ((2, 2), (2, 2))),
    ((1, 2), 5, ((1, 1), (2, 2))),
    (((0, 1), (2, 3)), 5, ((0, 1), (2, 3))),
    ((1, (2, 3)), 5, ((1, 1), (2, 3))),
    ("valid", 5, ((0, 0), (0, 0))),
    ("half", 5, ((2, 2), (2, 2))),  # (K - 1) / 2
    ("half", 4, ((1, 1), (1, 1))),  # floor((4 - 1) / 2)
    ("same", 4, ((1, 2), (1, 2))),
    ("same_lower", 4, ((2, 1), (2, 1))),
]


@pytest.mark.parametrize(("pad", "kernel", "wanted"), PADS)
def test_padding_has_a_form_for_every_need(pad: object, kernel: int, wanted: object) -> None:
    """A number, one per axis, a pair per axis, a mixture of both, or a word."""
    layer = make("conv", filters=1, kernel=kernel, pad=pad)
    assert layer.settings(Image((1, 3, 20, 21)))["pad"] == wanted


# The window reaches over D * (K - 1) positions beside its first; half of them, rounded down, lie outside.
HALF = [(5, 2, 4), (4, 1, 1), (4, 2, 3), (4, 3, 4), (2, 3, 1), (2, 4, 2), (1, 3, 0)]


@pytest.mark.parametrize(("kernel", "dilation", "pad"), HALF)
def test_half_is_half_of_what_a_dilated_window_reaches_over(kernel: int, dilation: int, pad: int) -> None:
    """It is halved as a whole, so that an even kernel loses one position at most."""
    layer = make("conv", filters=1, kernel=kernel, dilation=dilation, pad="half")
    assert layer.settings(Image((1, 3, 20, 21)))["pad"] == ((pad, pad), (pad, pad))


IMAGE, SIGNAL, VOLUME = Image((1, 3, 7, 9)), Signal((1, 3, 7)), Volume((1, 3, 4, 5, 6))

FAULTS = [
    Fault(
        "a sequence",
        lambda: Conv(filters=8, kernel=3).output(Sequence((1, 197, 768))),
        "conv needs a signal, an image or a volume, got a sequence 197 x 768",
        hint="add `to_map` before it",
    ),
    Fault(
        "a sequence, for a layer over signals",
        lambda: Conv(filters=8, kernel=3, rank=1).output(Sequence((1, 40, 8))),
        "conv needs a signal, an image or a volume, got a sequence 40 x 8",
        hint="add `to_map: [40]` before it",
    ),
    Fault(
        "a vector",
        lambda: MaxPool(kernel=2).output(Vector((1, 10))),
        "maxpool needs a signal, an image or a volume, got a vector 10",
        hint="add `reshape` before it",
    ),
    Fault(
        "a tensor whose axes mean nothing",
        lambda: MaxPool(kernel=2).output(Tensor((1, 9, 16, 2))),
        "maxpool needs a signal, an image or a volume, got a tensor 9 x 16 x 2",
        hint="add `reshape` before it",
    ),
    Fault(
        "a head for images on a signal",
        lambda: make("conv2d", filters=8, kernel=3).output(SIGNAL),
        "conv2d needs an image, got a signal 3 x 7",
        "rank",
        "`conv` follows the rank of its input",
    ),
    Fault(
        "a head for signals on an image",
        lambda: make("avgpool1d", kernel=3).output(IMAGE),
        "avgpool1d needs a signal, got an image 3 x 7 x 9",
        "rank",
        "`avgpool` follows the rank of its input",
    ),
    Fault(
        "two kernel lengths on a volume",
        lambda: Conv(filters=8, kernel=(3, 5)).output(VOLUME),
        "kernel has 2 values, the input has 3 spatial axes",
        "kernel",
        "one number, or a list of 3",
    ),
    Fault(
        "two strides on a signal",
        lambda: Conv(filters=8, kernel=3, stride=(1, 2)).output(SIGNAL),
        "stride has 2 values, the input has 1 spatial axis",
        "stride",
        "one number, or a list of 1",
    ),
    Fault(
        "one dilation in a list on an image",
        lambda: MaxPool(kernel=2, dilation=(2,)).output(IMAGE),
        "dilation has 1 value, the input has 2 spatial axes",
        "dilation",
        "one number, or a list of 2",
    ),
    Fault(
        "padding of three axes on an image",
        lambda: Conv(filters=8, kernel=3, pad=(1, 1, 1)).output(IMAGE),
        "pad has 3 values, the input has 2 spatial axes",
        "pad",
        "one number, or a list of 2",
    ),
    Fault(
        "a window larger than its input",
        lambda: AvgPool(kernel=8).output(IMAGE),
        "a window of 8 is larger than its input of 7",
        "kernel",
        "a kernel that reaches at most 7, or more padding",
    ),
    Fault(
        "a kernel of 0",
        lambda: Conv(filters=8, kernel=0),
        "kernel: expected a whole number of at least 1, or a list with one for each axis, got 0",
        "kernel",
    ),
    Fault(
        "a stride in text",
        lambda: make("conv", filters=8, kernel=3, stride="two"),
        "stride: expected a whole number of at least 1, or a list with one for each axis, got `two`",
        "stride",
    ),
    Fault(
        "negative padding",
        lambda: DepthwiseConv(kernel=3, pad=-1),
        "pad: expected a whole number of at least 0, a list with one or a [before, after] pair for each axis, or one of same, "
        "same_lower, half, valid, causal, got -1",
        "pad",
    ),
    Fault(
        "causal padding of two axes",
        lambda: AvgPool(kernel=3, pad="causal").output(IMAGE),
        f"pad: causal is for a signal, whose one axis is time; this is {IMAGE.described}",
        "pad",
        "write [before, after] for each axis, as in `pad: [[2, 0], 1, 1]`",
    ),
    Fault(
        "padding in threes",
        lambda: make("conv", filters=8, kernel=3, pad=((1, 1, 1), (1, 1, 1))),
        "pad: expected a whole number of at least 0, a list with one or a [before, after] pair for each axis, or one of same, "
        "same_lower, half, valid, causal, got [[1, 1, 1], [1, 1, 1]]",
        "pad",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_what_does_not_fit_is_refused(fault: Fault) -> None:
    """The message states both sides, the field is named, the hint says what to write."""
    assert fault.found == fault.wanted


def test_settings_are_given_for_each_axis() -> None:
    """Reports see what the input decides: every axis' kernel, stride, dilation and padding."""
    layer = ConvTranspose(filters=4, kernel=(3, 5), stride=2, pad=1)
    found = layer.settings(IMAGE)
    assert {name: found[name] for name in ("kernel", "stride", "dilation", "pad")} == {
        "kernel": (3, 5),
        "stride": (2, 2),
        "dilation": (1, 1),
        "pad": ((1, 1), (1, 1)),
    }


def test_products_stay_whole_numbers_of_any_size() -> None:
    """Counts beyond 64 bits are exact."""
    x = Image((1, 10**6, 10**6, 10**6))
    layer: Layer = Conv(filters=10**6, kernel=1, bias=False)
    assert layer.macs(layer.output(x), x) == prod([10**6] * 4)
