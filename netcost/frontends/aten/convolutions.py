"""Convolutions over one to three axes, and what is added to a product."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod

from netcost.frontends.aten import moves
from netcost.frontends.aten.builder import Builder, map_of
from netcost.frontends.aten.values import Call, Meta, Moved, Value
from netcost.layers.conv import Conv
from netcost.layers.conv_transpose import ConvTranspose
from netcost.layers.depthwise_conv import DepthwiseConv
from netcost.layers.filtered import Filtered
from netcost.layers.layer import Layer

Rule = Callable[[Call, Builder], Value | list[Value] | None]


def convolution(call: Call, builder: Builder) -> Value | None:
    """Plain, depthwise or transposed, over one to three axes; with or without a batch."""
    source, weight = call.tensor("input", "self"), call.tensor("weight")
    if source is None or weight is None or len(weight.shape) < 3:  # noqa: PLR2004
        return None
    if len(source.shape) == len(weight.shape) - 1:
        source = builder.reached(source, call).moved(
            Meta((1, *source.shape), source.dtype), Moved("unsqueeze")
        )
    kind = map_of(source.shape)
    if kind is None or len(source.shape) != len(weight.shape):
        return None
    bias = call.tensor("bias")
    learned = {"weight": weight, **({"bias": bias} if bias is not None and bias.is_learned else {})}
    if weight.node is not None:
        return _computed(call, builder, source, weight, bias)
    if weight.is_fixed:
        learned = {}
    layer = _convolution(call, source, weight, bias="bias" in learned, learned=weight.is_learned)
    found = builder.typed(call, layer, [source], kinds=[kind], weights=learned)
    if found is None:
        return _computed(call, builder, source, weight, bias)
    return found if "bias" in learned else plus(call, builder, found, bias)


def _convolution(call: Call, source: Value, weight: Value, *, bias: bool, learned: bool) -> Layer:
    groups = call.whole("groups", 1)
    padding = call.get("padding", default=0)
    fields = {
        "kernel": weight.shape[2:],
        "stride": call.wholes("stride", 1),
        "dilation": call.wholes("dilation", 1),
        "pad": padding if padding in ("same", "valid") else call.wholes("padding", 0),
        "bias": bias,
        "learned": learned,
    }
    if _is_transposed(call):
        output_pad = call.wholes("output_padding", 0)
        return ConvTranspose(filters=weight.shape[1] * groups, groups=groups, output_pad=output_pad, **fields)
    channels, filters = source.shape[1], weight.shape[0]
    if groups == channels > 1 and filters % channels == 0:
        return DepthwiseConv(multiplier=filters // channels, **fields)
    return Conv(filters=filters, groups=groups, **fields)


def _is_transposed(call: Call) -> bool:
    return call.flag("transposed") or call.operation.startswith("conv_transpose")


def _computed(call: Call, builder: Builder, source: Value, weight: Value, bias: Value | None) -> Value:
    """A convolution whose filters are an input."""
    layer = Filtered(
        operation=call.operation,
        shape=moves.stated(call.out.shape),
        taps=prod(weight.shape[1:]),
        transposed=_is_transposed(call),
    )
    return plus(call, builder, builder.add(call, layer, [source, weight]), bias)


def plus(call: Call, builder: Builder, found: Value, bias: Value | None) -> Value:
    """What is added to a product, where that is a row of its own."""
    if bias is None:
        return found
    add = Call("add", {"self": found, "other": bias}, call.outputs[:1], f"{call.name}.bias", call.place)
    return moves.with_operands(add, builder, 1)


RULES: Mapping[str, Rule] = dict.fromkeys(
    (
        "convolution",
        "_convolution",
        *(f"conv{rank}d" for rank in (1, 2, 3)),
        *(f"conv_transpose{rank}d" for rank in (1, 2, 3)),
        "_conv_depthwise2d",
        "conv_depthwise3d",
    ),
    convolution,
)
