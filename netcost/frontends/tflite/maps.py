"""Operators over images, and those that only move: pools, sizes, joined tensors."""

from __future__ import annotations

from netcost.frontends.layouts import IMAGE_AXES, MATRIX_AXES, Held
from netcost.frontends.tflite.call import Call
from netcost.frontends.tflite.products import IMAGE, PADS
from netcost.layers.adaptive_pool import AdaptiveAvgPool
from netcost.layers.concat import Concat
from netcost.layers.global_pool import GlobalAvgPool
from netcost.layers.layer import Layer
from netcost.layers.lp_pool import LPPool
from netcost.layers.norm import LocalResponseNorm
from netcost.layers.pool import AvgPool, MaxPool
from netcost.layers.resize import Pad, PixelShuffle, Upsample
from netcost.layers.tensor import Move, Reduce


def pool(call: Call) -> Held | None:
    """`MAX_POOL_2D`, `AVERAGE_POOL_2D`, `L2_POOL_2D`."""
    kind = {"MAX_POOL_2D": MaxPool, "AVERAGE_POOL_2D": AvgPool}.get(call.operator.kind, LPPool)
    if call.x().rank != IMAGE_AXES:
        return None
    option = call.operator.option
    layer = call.make(
        kind,
        kernel=(option(4), option(3)),
        stride=(option(2), option(1)),
        pad=PADS.get(option(0, "int8"), "valid"),
    )
    return call.typed(layer, [call.as_it_is(call.x())], IMAGE.order, (), 5)


def reducing(call: Call) -> Held:
    """`MEAN` and others; the mean of an image over its positions is a global pool."""
    x = call.x()
    if (
        call.operator.kind == "MEAN"
        and x.rank == IMAGE_AXES
        and call.out in {x.dims[:1] + x.dims[3:], (x.dims[0], 1, 1, x.dims[3])}
    ):
        is_flat = len(call.out) == MATRIX_AXES
        layer: Layer = GlobalAvgPool() if is_flat else AdaptiveAvgPool(size=1)
        found = call.typed(layer, [call.as_it_is(x)], (0, 1) if is_flat else IMAGE.order)
        if found is not None:
            return found
    return call.raw(Reduce, [call.as_it_is(x)], call.out)


def resized(call: Call) -> Held | None:
    """`RESIZE_BILINEAR` and `RESIZE_NEAREST_NEIGHBOR`."""
    if call.x().rank != IMAGE_AXES or len(call.out) != IMAGE_AXES:
        return None
    mode = "bilinear" if "BILINEAR" in call.operator.kind else "nearest"
    layer = call.make(Upsample, size=call.out[1:3], mode=mode)
    return call.typed(layer, [call.as_it_is(call.x())], IMAGE.order)


def padded(call: Call) -> Held:
    """`PAD`: of an image whose channels stay, a margin; which end has more of it, the shapes do not tell."""
    x = call.x()
    if x.rank == len(call.out) == IMAGE_AXES and x.dims[::3] == call.out[::3] and call.out >= x.dims:
        more = [out - size for out, size in zip(call.out[1:3], x.dims[1:3], strict=True)]
        if min(more) >= 0:
            layer = call.make(Pad, size=tuple((each // 2, each - each // 2) for each in more))
            found = call.typed(layer, [call.as_it_is(x)], IMAGE.order)
            if found is not None:
                return found
    return call.raw(Move, [call.as_it_is(x)], call.out)


def depth_to_space(call: Call) -> Held | None:
    """`DEPTH_TO_SPACE`: a block of channels becomes a square."""
    if call.x().rank != IMAGE_AXES:
        return None
    layer = call.make(PixelShuffle, factor=call.operator.option(0))
    return call.typed(layer, [call.as_it_is(call.x())], IMAGE.order)


def joined(call: Call) -> Held | None:
    """`CONCATENATION`."""
    tensors = call.computed
    axis = call.operator.option(0)
    first = tensors[0] if tensors else None
    if first is None or not -first.rank <= axis < first.rank:
        return None
    axis %= first.rank
    words = type(first.node.output).positions
    word = next((each for each, at in words.items() if first.order[at] == axis), None)
    alike = len({(type(each.node.output), each.order) for each in tensors}) == 1
    if word and alike and len(tensors) == len(call.operator.inputs) > 1:
        found = call.typed(Concat(axis=word), [(each.node, None) for each in tensors], first.order, (), 1)
        if found is not None:
            return found
    held = call.raw(Move, [call.as_it_is(each) for each in tensors], call.out)
    return call.activated(held, 1)


def neighbours(call: Call) -> Held | None:
    """`LOCAL_RESPONSE_NORMALIZATION`."""
    layer = call.make(LocalResponseNorm, size=2 * call.operator.option(0) + 1)
    return call.typed(layer, [call.as_it_is(call.x())], call.x().order)
