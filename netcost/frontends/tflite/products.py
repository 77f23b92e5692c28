"""Operators with matrices of weights: convolutions, dense ones, products of tensors."""

from __future__ import annotations

from math import prod

from netcost.frontends.layouts import (
    IMAGE_AXES,
    MATRIX_AXES,
    SEQUENCE_AXES,
    TO_MAP,
    VOLUME_AXES,
    Dims,
    Held,
    in_order,
    letters_of,
    map_layout,
    usual_layout,
)
from netcost.frontends.tflite.call import Call
from netcost.layers.conv import Conv
from netcost.layers.conv_transpose import ConvTranspose
from netcost.layers.depthwise_conv import DepthwiseConv
from netcost.layers.linear import Linear
from netcost.layers.matmul import MatMul
from netcost.layers.tensor import Move, Product
from netcost.shapes import Image

PADS = {0: "same", 1: "valid"}
IMAGE = map_layout(IMAGE_AXES, last=True)
VOLUME = map_layout(VOLUME_AXES, last=True)
LETTERS = "bcdefghijklmnopqrstuvw"


def _groups(channels: int, filters: int) -> int:
    return max(channels // max(filters, 1), 1)


def convolution(call: Call) -> Held | None:
    """`CONV_2D`: filters of (out, height, width, in / groups)."""
    weight = call.constant(1)
    if weight is None or len(weight.dims) != IMAGE_AXES or call.x().rank != IMAGE_AXES:
        return None
    filters, height, width, channels = weight.dims
    layer = call.make(
        Conv,
        filters=filters,
        kernel=(height, width),
        stride=(call.operator.option(2), call.operator.option(1)),
        dilation=(call.operator.option(5, default=1), call.operator.option(4, default=1)),
        pad=PADS.get(call.operator.option(0, "int8"), "valid"),
        groups=_groups(call.x().dims[3], channels),
        bias=call.has(2),
    )
    return call.typed(layer, [call.as_it_is(call.x())], IMAGE.order, (1, 2), 3)


def depthwise(call: Call) -> Held | None:
    """`DEPTHWISE_CONV_2D`: filters of (1, height, width, channels * multiplier)."""
    weight = call.constant(1)
    if weight is None or len(weight.dims) != IMAGE_AXES or call.x().rank != IMAGE_AXES:
        return None
    _, height, width, filters = weight.dims
    layer = call.make(
        DepthwiseConv,
        kernel=(height, width),
        stride=(call.operator.option(2), call.operator.option(1)),
        dilation=(call.operator.option(6, default=1), call.operator.option(5, default=1)),
        pad=PADS.get(call.operator.option(0, "int8"), "valid"),
        multiplier=_groups(filters, call.x().dims[3]),
        bias=call.has(2),
    )
    return call.typed(layer, [call.as_it_is(call.x())], IMAGE.order, (1, 2), 4)


def transposed(call: Call) -> Held | None:
    """`TRANSPOSE_CONV`: filters of (out, height, width, in); the size comes with them."""
    option = call.operator.option
    weight = call.constant(1)
    return _spread(call, weight.dims[1:-1], (option(2), option(1)), 2, 3) if weight else None


def transposed_3d(call: Call) -> Held | None:
    """`CONV_3D_TRANSPOSE`: filters of (depth, height, width, out, in)."""
    option = call.operator.option
    weight = call.constant(1)
    return _spread(call, weight.dims[:-2], (option(1), option(3), option(2)), 2, 4) if weight else None


def with_bias(call: Call) -> Held | None:
    """MediaPipe's transposed convolution with a bias, whose strides follow from the sizes."""
    weight, x = call.constant(1), call.x()
    if weight is None or x.rank != IMAGE_AXES or len(call.out) != IMAGE_AXES:
        return None
    strides = tuple(max(out // size, 1) for out, size in zip(call.out[1:3], x.dims[1:3], strict=True))
    return _spread(call, weight.dims[1:-1], strides, 0, None)


def _spread(call: Call, kernel: Dims, strides: Dims, place: int, field: int | None) -> Held | None:
    """A transposed convolution that gives the size that the file states; the bias is behind the other inputs."""
    x = call.x(place)
    rank = len(strides)
    if len(kernel) != rank or x.rank != rank + TO_MAP or len(call.out) != x.rank or min(strides) < 1:
        return None
    axes = zip(x.dims[1:-1], kernel, strides, call.out[1:-1], strict=True)
    surplus = [(size - 1) * stride + length - out for size, length, stride, out in axes]
    bias = max(place, 1) + 1
    layer = call.make(
        ConvTranspose,
        filters=call.out[-1],
        kernel=kernel,
        stride=strides,
        pad=[(max(each, 0) // 2, max(each, 0) - max(each, 0) // 2) for each in surplus],
        output_pad=tuple(max(-each, 0) for each in surplus),
        bias=call.has(bias),
    )
    return call.typed(layer, [call.as_it_is(x)], map_layout(x.rank, last=True).order, (1, bias), field)


def convolution_3d(call: Call) -> Held | None:
    """`CONV_3D`: filters of (depth, height, width, in / groups, out)."""
    weight = call.constant(1)
    if weight is None or len(weight.dims) != VOLUME_AXES or call.x().rank != VOLUME_AXES:
        return None
    option = call.operator.option
    layer = call.make(
        Conv,
        filters=weight.dims[4],
        kernel=weight.dims[:3],
        stride=(option(1), option(3), option(2)),
        dilation=(option(5, default=1), option(7, default=1), option(6, default=1)),
        pad=PADS.get(option(0, "int8"), "valid"),
        groups=_groups(call.x().dims[4], weight.dims[3]),
        bias=call.has(2),
    )
    return call.typed(layer, [call.as_it_is(call.x())], VOLUME.order, (1, 2), 4)


def dense(call: Call) -> Held | None:
    """`FULLY_CONNECTED`: a matrix of (units, inputs) for each row of the input."""
    weight, x = call.constant(1), call.x()
    if weight is None or len(weight.dims) != MATRIX_AXES:
        return None
    units, inputs = weight.dims
    if inputs < 1 or prod(x.dims) % inputs:
        return None
    layer = call.make(Linear, units=units, bias=call.has(2))
    if call.out == (*x.dims[:-1], units) and x.dims[-1] == inputs:
        if isinstance(x.node.output, Image):
            layer = call.make(Conv, filters=units, kernel=1, bias=call.has(2))  # type: ignore[assignment]
        return call.typed(layer, [call.as_it_is(x)], x.order, (1, 2), 0)
    rows = (prod(x.dims) // inputs, inputs)
    flat = x
    if x.dims != rows:
        flat = call.raw(Move, [call.as_it_is(x)], rows, "rows", operation="Reshape", view=True)
    if prod(call.out) != rows[0] * units or layer is None:
        return None
    node = call.row(layer, [(flat.node, None)], "", (1, 2))
    held = call.activated(Held(node, (0, 1), (rows[0], units)), 0)
    if held.dims == call.out:
        return held
    return call.raw(Move, [(held.node, None)], call.out, "rows_back", operation="Reshape", view=True)


def matrices(call: Call) -> Held | None:
    """`BATCH_MATMUL`, of two tensors or of one and a constant, each of them turned where the options say so."""
    turned = [bool(call.operator.option(field, "bool")) for field in (0, 1)]
    known = [call.constant(place) for place in (0, 1)]
    dims = [each.dims if each else call.x(place).dims for place, each in enumerate(known)]
    if min(map(len, dims)) < MATRIX_AXES or all(known) or len(call.out) > len(LETTERS):
        return None
    shared = LETTERS[: len(call.out) - 2]
    pairs = [("Y", "X") if turned[0] else ("X", "Y"), ("Z", "Y") if turned[1] else ("Y", "Z")]
    terms = [[*shared[len(shared) + 2 - len(each) :], *pair] for each, pair in zip(dims, pairs, strict=True)]
    if not any(known) and len(call.out) == SEQUENCE_AXES == len(dims[0]) == len(dims[1]) and not turned[0]:
        plain = [call.as_it_is(call.x(place)) for place in (0, 1)]
        return call.typed(call.make(MatMul, transpose=turned[1]), plain, in_order(3))
    layout = usual_layout(len(call.out), last=True)
    goes = letters_of([*shared, "X", "Z"], layout.order)
    learned = next((place for place, each in enumerate(known) if each), None)
    lying = [
        "".join(term) if each else letters_of(term, call.x(place).order)
        for place, (term, each) in enumerate(zip(terms, known, strict=True))
    ]
    edges = [call.as_it_is(call.x(place)) for place, each in enumerate(known) if not each]
    equation = f"{','.join(lying)}->{goes}"
    if learned is None:
        return call.raw(Product, edges, call.out, equation=equation)
    return call.raw(
        *(Product, edges, call.out),
        equation=equation,
        weight=dims[learned],
        weight_at=learned,
        weights=(learned,),
    )
