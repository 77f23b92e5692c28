"""Convolutions, pools and samplers of maps."""

from __future__ import annotations

from math import prod
from string import ascii_lowercase
from typing import Any

from netcost.frontends.graph import shape_of
from netcost.frontends.onnx.lower import Lowered, Row, lowers, map_kind, move, spelled
from netcost.frontends.onnx.lower.lowering import Lowering
from netcost.frontends.onnx.rules import MICROSOFT
from netcost.frontends.onnx.rules.windows import (
    CONVS,
    GLOBAL_POOLS,
    POOLS,
    TRANSPOSED,
    Window,
    channels_last,
    map_dims,
    spread_of,
    weight_dims,
    window_of,
)
from netcost.frontends.onnx.values import Dims, Step, Value
from netcost.layers.adaptive_pool import AdaptiveAvgPool, AdaptiveMaxPool
from netcost.layers.conv import Conv
from netcost.layers.conv_transpose import ConvTranspose
from netcost.layers.depthwise_conv import DepthwiseConv
from netcost.layers.layer import Layer
from netcost.layers.lp_pool import LPPool
from netcost.layers.pool import AvgPool, MaxPool, Pool
from netcost.layers.tensor import Move, Pointwise, Product, Reduce


def _plain(values: tuple[int, ...]) -> int | tuple[int, ...]:
    """One number where all are equal."""
    return values[0] if len(set(values)) == 1 else values


def _pads(pads: tuple[tuple[int, int], ...]) -> Any:
    """One number where both ends of all axes are equal, one for each axis where its ends are."""
    if any(before != after for before, after in pads):
        return pads
    return _plain(tuple(before for before, _ in pads))


def _fields(window: Window) -> dict[str, Any]:
    return {
        "kernel": _plain(window.kernel),
        "stride": _plain(window.stride),
        "dilation": _plain(window.dilation),
        "pad": _pads(window.pads),
    }


@lowers(*CONVS)
def conv(step: Step, low: Lowering) -> Lowered:
    """A convolution, depthwise where each channel has filters of its own."""
    places = CONVS[step.op]
    x, weight = step.value(0), step.value(places.weight)
    bias = _bias(step, low, places.bias)
    dims = weight_dims(step, places.weight)
    channels, groups, filters = map_dims(step)[1], step.count("group", 1), dims[0]
    window = window_of(step, step.counts("kernel_shape") or list(dims[2:]))
    fields = {**_fields(window), "bias": bias is not None}
    layer: Layer
    if groups == channels > 1 and filters % channels == 0:
        layer = DepthwiseConv(multiplier=filters // channels, **fields)
    else:
        layer = Conv(filters=filters, groups=groups, **fields)
    data = low.data([x])
    if low.is_data(weight):
        return _dynamic(step, low, x, weight)
    weights = [weight, *([bias] if bias is not None else [])]
    if not channels_last(step):
        return Row(layer, data, kinds=[map_kind(x.dims)], weights=weights)
    return _turned(step, x, low.output(step), Row(layer, [], kinds=[map_kind(x.dims)], weights=weights))


def _bias(step: Step, low: Lowering, place: int | None) -> Value | None:
    one = low.fused.get(step)
    found = one.bias if one else step.given(place) if place is not None else None
    return found if found is not None and not low.is_data(found) else None


def _turned(step: Step, x: Value, output: Value, row: Row) -> list[Row]:
    """A layer on a map whose channels come last: between two moves of them."""
    first = Value(x.dtype, (x.dims[0], x.dims[-1], *x.dims[1:-1]))
    last = Value(output.dtype, (output.dims[0], output.dims[-1], *output.dims[1:-1]))
    row.inputs, row.output = [first], last
    return [
        Row(move(step, first), [x], output=first),
        row,
        Row(move(step, output), [last], output=output),
    ]


def _dynamic(step: Step, low: Lowering, x: Value, weight: Value) -> list[Row]:
    """A convolution whose filters are worked out: what each sees, laid out, times all of them."""
    output = low.output(step)
    filters = weight_dims(step, CONVS[step.op].weight)
    places = prod(output.dims[2:])
    seen = Value(x.dtype, (x.dims[0], places, *weight.dims[1:]))
    letters = ascii_lowercase[: len(filters) - 1]
    product = Product(
        operation=spelled(step),
        equation=f"yz{letters},x{letters}->yxz",
        shape=tuple(shape_of(output.dims)),
    )
    layer = Move(operation="Windows", shape=tuple(shape_of(seen.dims)), view=True)
    return [Row(layer, low.data([x]), output=seen), Row(product, [seen, weight])]


@lowers(*TRANSPOSED)
def conv_transpose(step: Step, low: Lowering) -> Lowered:
    """A transposed convolution."""
    x, weight = step.value(0), step.value(1)
    bias = _bias(step, low, 2)
    dims, groups = weight_dims(step, 1), step.count("group", 1)
    spread = spread_of(step)
    window, extra = spread.window, list(spread.extra)
    pads = list(window.pads)
    layer = ConvTranspose(
        filters=dims[1] * groups,
        groups=groups,
        bias=bias is not None,
        output_pad=_plain(tuple(extra)) if any(extra) else None,
        **{**_fields(window), "pad": _pads(tuple(pads))},
    )
    return Row(
        layer,
        low.data([x]),
        kinds=[map_kind(x.dims)],
        weights=[weight, *([bias] if bias is not None else [])],
    )


@lowers("DeformConv")
def deform_conv(step: Step, low: Lowering) -> Lowered:
    """A convolution whose taps are moved by offsets."""
    from netcost.layers.deform import DeformConv

    x, weight, bias = step.value(0), step.value(1), step.given(3)
    dims = weight_dims(step, 1)
    window = window_of(step, step.counts("kernel_shape") or list(dims[2:]))
    layer = DeformConv(
        filters=dims[0],
        groups=step.count("group", 1),
        bias=bias is not None and not low.is_data(bias),
        **_fields(window),
    )
    weights = [weight, *([bias] if bias is not None else [])]
    data = low.data([x, step.given(2), step.given(4)])
    return Row(layer, data, kinds=[map_kind(x.dims)] * len(data), weights=weights)


POOLING: dict[str, type[Pool]] = {
    "MaxPool": MaxPool,
    "NhwcMaxPool": MaxPool,
    "AveragePool": AvgPool,
    "QLinearAveragePool": AvgPool,
    "LpPool": LPPool,
}


@lowers(*POOLS)
def pooling(step: Step, low: Lowering) -> Lowered:
    """The largest number, the mean or a root of a sum of each window."""
    x, output = step.value(), step.outputs[0]
    window = window_of(step, step.counts("kernel_shape") or [])
    kind = POOLING[spelled(step)]
    fields = _fields(window) | {"ceil": window.ceil}
    fields = {name: value for name, value in fields.items() if name in kind.fields}
    if "power" in kind.fields:
        fields["power"] = step.count("p", 2)
    plain = Pointwise(
        operation=spelled(step),
        shape=tuple(shape_of(_first(step, output.dims))),
        per_element=prod(window.kernel),
    )
    row = Row(kind(**fields), low.data([x]), kinds=[map_kind(x.dims)], otherwise=plain)
    return _turned(step, x, output, row) if channels_last(step) else row


def _first(step: Step, dims: Dims) -> Dims:
    return (dims[0], dims[-1], *dims[1:-1]) if channels_last(step) else dims


@lowers(*GLOBAL_POOLS)
def global_pooling(step: Step, low: Lowering) -> Lowered:
    """A number for each channel."""
    x, output = step.value(), step.outputs[0]
    layer: Layer = Reduce(
        operation=spelled(step), shape=tuple(shape_of(_first(step, output.dims))), per_element=2, per_output=1
    )
    if "Average" in step.op:
        layer = AdaptiveAvgPool(size=1)
    elif "Max" in step.op:
        layer = AdaptiveMaxPool(size=1)
    row = Row(layer, low.data([x]), kinds=[map_kind(x.dims)])
    return _turned(step, x, output, row) if channels_last(step) else row


REGION_OPS = {"RoiAlign": 8, "MaxRoiPool": 1, f"{MICROSOFT}CropAndResize": 7}
SAMPLED_OPS = {"linear": 7, "bilinear": 7, "cubic": 31, "bicubic": 31}


@lowers(*REGION_OPS)
def regions(step: Step, low: Lowering) -> Lowered:
    """A small map for each box: of samples between four neighbours each, and their mean."""
    output = step.outputs[0]
    samples = max(1, step.count("sampling_ratio", 0)) ** 2
    layer = Pointwise(
        operation=spelled(step), shape=tuple(shape_of(output.dims)), per_element=REGION_OPS[step.op] * samples
    )
    if step.op == "RoiAlign" and not step.count("sampling_ratio", 0):
        low.graph.note("RoiAlign takes as many samples as a box is large; one for each place is counted")
    return Row(layer, low.data(step.inputs))


@lowers("GridSample", f"{MICROSOFT}GridSample")
def sampled(step: Step, low: Lowering) -> Lowered:
    """Elements weighed with their neighbours, at places that are worked out."""
    per_element = SAMPLED_OPS.get(step.word("mode", "linear"), 0)
    layer = Pointwise(
        operation="GridSample", shape=tuple(shape_of(step.outputs[0].dims)), per_element=per_element
    )
    return Row(layer, low.data(step.inputs))


@lowers("NonMaxSuppression", f"{MICROSOFT}NonMaxSuppression")
def suppressed(step: Step, low: Lowering) -> Lowered:
    """Boxes that are left: as many as the data say."""
    return low.opaque(step, step.outputs[0])


@lowers("CausalConvWithState")
def causal_conv(step: Step, low: Lowering) -> Lowered:
    """A depthwise convolution that looks back only."""
    x, weight = step.value(0), step.value(1)
    bias = _bias(step, low, 2)
    layer = DepthwiseConv(kernel=weight.dims[2], pad="causal", bias=bias is not None)
    weights = [weight, *([bias] if bias is not None else [])]
    return Row(layer, low.data([x]), kinds=[map_kind(x.dims)], weights=weights)
