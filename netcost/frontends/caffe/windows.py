"""Caffe's layers that slide a window: convolutions and pooling."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from netcost.frontends.caffe.net import Net
from netcost.frontends.caffe.text import Message
from netcost.layers.adaptive_pool import AdaptiveAvgPool, AdaptiveMaxPool
from netcost.layers.conv import Conv
from netcost.layers.conv_transpose import ConvTranspose
from netcost.layers.fold import Unfold
from netcost.layers.layer import Layer
from netcost.layers.pool import AvgPool, MaxPool
from netcost.network import Node

SAMPLE_AXES = 2
"""Axes in front of those that a window slides over."""

WEIGHTS = ("weight", "bias")
OF_EACH_CHANNEL = {"ConvolutionDepthwise", "DepthwiseConvolution", "DepthwiseConv"}
"""Convolutions of other forks that have a group for each channel."""

MAX_LEVELS = 12


def _axes(
    net: Net, param: Message, name: str, rank: int, default: int, wide: Sequence[str] = ()
) -> tuple[int, ...]:
    """A number for each axis: repeated, or height and width in fields of their own."""
    high, across = wide or (f"{name}_h", f"{name}_w")
    if high in param or across in param:
        return (param.whole(high, default), param.whole(across, default))
    found = param.wholes(name) or [default]
    if len(found) not in {1, rank}:
        raise net.fault(f"{name} is written {len(found)} times for {rank} axes", at=param, key=name)
    return tuple(found * rank if len(found) == 1 else found)


def _window(net: Net, param: Message, rank: int) -> dict[str, Any]:
    sides = {
        "kernel": _axes(net, param, "kernel_size", rank, 0, ("kernel_h", "kernel_w")),
        "stride": _axes(net, param, "stride", rank, 1),
        "pad": _axes(net, param, "pad", rank, 0),
    }
    for name, least in (("kernel", 1), ("stride", 1), ("pad", 0)):
        if min(sides[name]) < least:
            key = "kernel_size" if name == "kernel" else name
            raise net.fault(f"{key} is {min(sides[name])}, it is at least {least}", at=param, key=key)
    return sides


def _rank(net: Net, node: Node) -> int:
    rank = len(net.dims(node)) - SAMPLE_AXES
    if rank < 1:
        raise net.fault(f"{net.item.kind} slides over a map, it gets {node.output.described}")
    return rank


def convolution(net: Net) -> list[Node]:
    """One for each bottom, of the same weights; plain or transposed."""
    param = net.item.param("convolution_param")
    nodes = net.bottoms(1, None)
    is_transposed = net.item.kind == "Deconvolution"
    layers = [_filters(net, param, node, is_transposed=is_transposed) for node in nodes]
    return [
        net.add(layer, [node], _part(place), weights=WEIGHTS, owner="")
        for place, (layer, node) in enumerate(zip(layers, nodes, strict=True))
    ]


def _part(place: int) -> str:
    return str(place) if place else ""


def _filters(net: Net, param: Message, node: Node, *, is_transposed: bool) -> Layer:
    rank = _rank(net, node)
    groups = param.whole("group", node.output[1] if net.item.kind in OF_EACH_CHANNEL else 1)
    fields: dict[str, Any] = {
        **_window(net, param, rank),
        "dilation": _axes(net, param, "dilation", rank, 1),
        "filters": param.whole("num_output"),
        "groups": groups,
        "bias": param.flag("bias_term", default=True),
    }
    return ConvTranspose(**fields) if is_transposed else Conv(**fields)


def im2col(net: Net) -> Node:
    """The windows as columns."""
    param = net.item.param("convolution_param")
    (node,) = net.bottoms()
    rank = _rank(net, node)
    dilation = _axes(net, param, "dilation", rank, 1)
    return net.add(Unfold(**_window(net, param, rank), dilation=dilation), [node])


# Pooling


def _rounded(size: int, kernel: int, stride: int, pad: int, *, up: bool, pads: bool) -> int:
    """Windows along an axis: an incomplete last one counts, unless it would start beyond the input and its padding."""
    room = size + 2 * pad - kernel
    count = (-(-room // stride) if up else room // stride) + 1
    return count - (pads and (count - 1) * stride >= size + pad)


def pooling(net: Net) -> list[Node]:
    """Maxima or means; a second top has the places of the maxima."""
    param = net.item.param("pooling_param")
    (node,) = net.bottoms()
    rank = _rank(net, node)
    method = param.word("pool", "MAX").upper()
    is_max = method in {"MAX", "0"}
    if method in {"STOCHASTIC", "2"}:
        net.graph.note("stochastic pooling is counted as the mean that it is in the test phase")
    if param.flag("global_pooling"):
        return _with_places(net, net.add((AdaptiveMaxPool if is_max else AdaptiveAvgPool)(size=1), [node]))
    window = _window(net, param, rank)
    up = param.word("round_mode", "CEIL") in {"CEIL", "0"} and param.flag("ceil_mode", default=True)
    size = node.output.size
    sides = zip(size, window["kernel"], window["stride"], window["pad"], strict=True)
    wanted = tuple(_rounded(*side, up=up, pads=any(window["pad"])) for side in sides)
    layer = (MaxPool if is_max else AvgPool)(**window, ceil=up, rank=rank)
    if tuple(layer.output(node.output)) == (*node.output[:2], *wanted):
        return _with_places(net, net.add(layer, [node]))
    # A window that starts beyond the input is kept where nothing is padded; PyTorch and netcost drop it.
    return _with_places(net, net.pointwise([node], prod(window["kernel"]), dims=(*node.output[:2], *wanted)))


def _with_places(net: Net, node: Node) -> list[Node]:
    return [node] * max(1, len(net.item.tops))


def spp(net: Net) -> Node:
    """Grids of 1, 2, 4 ... bins a side, one after the other in a vector."""
    param = net.item.param("spp_param")
    (node,) = net.bottoms()
    _rank(net, node)
    levels = param.whole("pyramid_height")
    if not 1 <= levels <= MAX_LEVELS:
        raise net.fault(
            f"pyramid_height is {levels}, it is 1 to {MAX_LEVELS}", at=param, key="pyramid_height"
        )
    bins = sum(4**level for level in range(levels))
    batch, channels = node.output[:2]
    return net.reduce((batch, channels * bins), [node], levels)
