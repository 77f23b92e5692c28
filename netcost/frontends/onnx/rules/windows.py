"""Convolutions, pools and samplers of maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from netcost.frontends.onnx.rules import BLOCKED, MICROSOFT, rule
from netcost.frontends.onnx.values import Dims, ShapeError, Step, Value, out, shape
from netcost.layers.refusals import LayerError
from netcost.layers.sliding_window import ceil_windows, same_pads, transposed_windows, windows


class Places(NamedTuple):
    """Where weight and bias of a convolution stand among its inputs."""

    weight: int = 1
    bias: int | None = 2


CONVS = {
    "Conv": Places(),
    "ConvInteger": Places(1, None),
    "QLinearConv": Places(3, 8),
    f"{MICROSOFT}FusedConv": Places(),
    f"{MICROSOFT}NhwcFusedConv": Places(),
    f"{MICROSOFT}NhwcConv": Places(),
    f"{MICROSOFT}QLinearConv": Places(3, 8),
    f"{BLOCKED}Conv": Places(),
}
CHANNELS_LAST = {f"{MICROSOFT}NhwcConv", f"{MICROSOFT}NhwcFusedConv", f"{MICROSOFT}NhwcMaxPool"}
TRANSPOSED = {"ConvTranspose", f"{MICROSOFT}ConvTransposeWithDynamicPads"}
POOLS = (
    *("MaxPool", "AveragePool", "LpPool", f"{BLOCKED}MaxPool", f"{BLOCKED}AveragePool"),
    *(f"{MICROSOFT}NhwcMaxPool", f"{MICROSOFT}QLinearAveragePool"),
)
GLOBAL_POOLS = (
    *("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool", f"{BLOCKED}GlobalMaxPool"),
    *(f"{BLOCKED}GlobalAveragePool", f"{MICROSOFT}QLinearGlobalAveragePool"),
)


class Window(NamedTuple):
    """A window on each spatial axis, its padding as numbers."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    pads: tuple[tuple[int, int], ...]
    ceil: bool = False


def channels_last(step: Step) -> bool:
    """True if the channels are the last axis."""
    return step.op in CHANNELS_LAST or bool(step.count("channels_last", 0))


def map_dims(step: Step, place: int = 0) -> Dims:
    """The lengths of a map, channels first."""
    dims = step.ranked(place, 3)
    return (dims[0], dims[-1], *dims[1:-1]) if channels_last(step) else dims


def _laid(step: Step, dims: Dims) -> Dims:
    return (dims[0], *dims[2:], dims[1]) if channels_last(step) else dims


def window_of(step: Step, kernel: Sequence[int]) -> Window:
    """The window of a node, its padding worked out.

    Raises:
        ShapeError: its fields do not fit the axes.
    """
    size = map_dims(step)[2:]
    axes = len(size)
    stride = _each(step, "strides", axes, 1)
    dilation = _each(step, "dilations", axes, 1)
    if len(kernel) != axes or min(kernel, default=1) < 1:
        raise ShapeError(f"a kernel of {shape(tuple(kernel))} on {axes} spatial axes")
    word = step.word("auto_pad", "NOTSET")
    if word in {"SAME_UPPER", "SAME_LOWER"}:
        found = [same_pads(*each) for each in zip(size, kernel, stride, dilation, strict=True)]
        pads = [(b, a) if word == "SAME_LOWER" else (a, b) for a, b in found]
    elif word == "VALID":
        pads = [(0, 0)] * axes
    else:
        stated = step.counts("pads") or [0] * (2 * axes)
        if len(stated) != 2 * axes:
            raise ShapeError(f"pads has {len(stated)} numbers for {axes} spatial axes")
        pads = list(zip(stated[:axes], stated[axes:], strict=True))
    return Window(tuple(kernel), stride, dilation, tuple(pads), bool(step.count("ceil_mode", 0)))


def _each(step: Step, name: str, axes: int, default: int) -> tuple[int, ...]:
    found = step.counts(name) or [default] * axes
    if len(found) != axes or min(found, default=1) < 1:
        raise ShapeError(f"{name} is {found}, expected {axes} numbers of at least 1")
    return tuple(found)


def _sizes(size: Sequence[int], window: Window) -> list[int]:
    count = ceil_windows if window.ceil else windows
    try:
        return [
            count(length, kernel, stride, pads, dilation)
            for length, kernel, stride, dilation, pads in zip(size, *window[:4], strict=True)
        ]
    except LayerError as error:
        raise ShapeError(error.message) from None


@rule(*CONVS, "DeformConv")
def conv(step: Step) -> Sequence[Value]:
    """A window of filters."""
    n, channels, *size = map_dims(step)
    places = CONVS.get(step.op, Places())
    weight = weight_dims(step, places.weight)
    kernel = step.counts("kernel_shape") or list(weight[2:])
    if len(kernel) != len(weight) - 2:
        raise ShapeError(f"a kernel of {kernel} and filters of {shape(weight)}")
    groups = step.count("group", 1)
    # In blocks of channels the last ones are padding.
    if groups < 1 or (channels != weight[1] * groups and not step.op.startswith(BLOCKED)):
        raise ShapeError(f"filters of {shape(weight)} in {groups} groups do not fit {channels} channels")
    dtype = {"ConvInteger": "int32"}.get(step.op, step.value().dtype)
    sizes = _sizes(size, window_of(step, kernel))
    return [out(_laid(step, (n, weight[0], *sizes)), dtype)]


def weight_dims(step: Step, place: int) -> Dims:
    """The lengths of filters, the channels before the kernel."""
    dims = step.ranked(place, 3)
    if len(dims) != len(step.dims()):
        raise ShapeError(f"filters of {shape(dims)} do not fit {shape(step.dims())}")
    return (dims[0], dims[-1], *dims[1:-1]) if step.op == f"{MICROSOFT}NhwcConv" else dims


class Spread(NamedTuple):
    """A transposed convolution's window, what it adds at the end, and the size that comes out."""

    window: Window
    extra: tuple[int, ...]
    size: tuple[int, ...]


@rule(*TRANSPOSED)
def conv_transpose(step: Step) -> Sequence[Value]:
    """Each position spread over a window."""
    n, channels, *_ = step.ranked(0, 3)
    weight = weight_dims(step, 1)
    if channels != weight[0]:
        raise ShapeError(f"filters of {shape(weight)} do not fit {channels} channels")
    filters = weight[1] * step.count("group", 1)
    return [out((n, filters, *spread_of(step).size), step.value().dtype)]


def spread_of(step: Step) -> Spread:
    """How far a transposed convolution reaches.

    Raises:
        ShapeError: nothing is left of it.
    """
    size, weight = step.ranked(0, 3)[2:], weight_dims(step, 1)
    kernel = step.counts("kernel_shape") or list(weight[2:])
    window = window_of(step, kernel)
    extra = tuple(step.counts("output_padding") or [0] * len(size))
    wanted = step.counts("output_shape")
    word = step.word("auto_pad", "NOTSET")
    if wanted or word.startswith("SAME"):
        aim = (
            wanted[-len(size) :]
            if wanted
            else [each * pace for each, pace in zip(size, window.stride, strict=True)]
        )
        if len(aim) != len(size):
            raise ShapeError(f"output_shape is {wanted} for {len(size)} spatial axes")
        pads, extras = [], []
        for length, k, pace, d, more, want in zip(size, *window[:3], extra, aim, strict=True):
            surplus = (length - 1) * pace + d * (k - 1) + 1 + more - want
            less, rest = max(0, surplus) // 2, max(0, surplus) - max(0, surplus) // 2
            pads.append((less, rest) if word == "SAME_UPPER" else (rest, less))
            extras.append(more + max(0, -surplus))
        return Spread(window._replace(pads=tuple(pads)), tuple(extras), tuple(aim))
    if len(extra) != len(size):
        raise ShapeError(f"output_padding is {list(extra)} for {len(size)} spatial axes")
    try:
        found = tuple(
            transposed_windows(length, k, pace, ends, d, more)
            for length, k, pace, d, ends, more in zip(size, *window[:4], extra, strict=True)
        )
    except LayerError as error:
        raise ShapeError(error.message) from None
    return Spread(window, extra, found)


@rule(*POOLS)
def pool(step: Step) -> Sequence[Value]:
    """A number for each window, and where maxima were found."""
    n, channels, *size = map_dims(step)
    dims = _laid(step, (n, channels, *_sizes(size, window_of(step, step.counts("kernel_shape") or []))))
    return [out(dims, step.value().dtype), out(dims, "int64")]


@rule(*GLOBAL_POOLS)
def global_pool(step: Step) -> Sequence[Value]:
    """A number for each channel."""
    n, channels, *size = map_dims(step)
    return [out(_laid(step, (n, channels, *[1] * len(size))), step.value().dtype)]


@rule("MaxUnpool")
def unpool(step: Step) -> Sequence[Value]:
    """Maxima put back where they were found."""
    n, channels, *size = step.ranked(0, 3)
    if step.has(2):
        return [out(step.needed(2, "lengths"), step.value().dtype)]
    window = window_of(step, step.counts("kernel_shape") or [])
    sizes = [
        (length - 1) * pace - sum(ends) + kernel
        for length, kernel, pace, ends in zip(size, window.kernel, window.stride, window.pads, strict=True)
    ]
    return [out((n, channels, *sizes), step.value().dtype)]


@rule("RoiAlign", "MaxRoiPool", f"{MICROSOFT}CropAndResize")
def regions(step: Step) -> Sequence[Value]:
    """A small map for each box."""
    _, channels, *_ = step.ranked(0, 4, 4)
    boxes = step.ranked(1, 2, 2)[0]
    size = step.counts("pooled_shape") or [step.count("output_height", 1), step.count("output_width", 1)]
    if step.op.endswith("CropAndResize"):
        size = step.needed(3, "lengths")
    return [out((boxes, channels, *size), step.value().dtype)]


@rule("GridSample", f"{MICROSOFT}GridSample")
def grid_sample(step: Step) -> Sequence[Value]:
    """A map read at the places of a grid."""
    n, channels, *_ = step.ranked(0, 3)
    return [out((n, channels, *step.ranked(1, 3)[1:-1]), step.value().dtype)]


@rule("AffineGrid")
def affine_grid(step: Step) -> Sequence[Value]:
    """Where to read a map that is turned and moved."""
    lengths = step.needed(1, "lengths")
    if len(lengths) < 3:  # noqa: PLR2004
        raise ShapeError(f"AffineGrid is told the lengths {lengths} of a map")
    return [out((lengths[0], *lengths[2:], len(lengths) - 2), step.value().dtype)]


@rule("CausalConvWithState")
def causal_conv(step: Step) -> Sequence[Value]:
    """Filters of each channel that look back only, and the last positions."""
    x, weight = step.ranked(0, 3, 3), step.ranked(1, 3, 3)
    if x[1] != weight[0]:
        raise ShapeError(f"filters of {shape(weight)} do not fit {x[1]} channels")
    dtype = step.value().dtype
    return [out(x, dtype), out((*x[:2], weight[2] - 1), dtype)]
