"""Layers over signals, images and volumes: convolutions, pooling, padding, cropping, enlarging."""

from __future__ import annotations

from typing import Any

from netcost.frontends.keras.call import Call, Edge
from netcost.frontends.keras.functions import finished
from netcost.frontends.layouts import Held, Layout
from netcost.language.keras import layers_over_maps
from netcost.language.signature import Signature
from netcost.layers import find
from netcost.layers.adaptive_pool import AdaptiveAvgPool, AdaptiveMaxPool
from netcost.layers.conv import Conv
from netcost.layers.depthwise_conv import DepthwiseConv
from netcost.layers.global_pool import GlobalAvgPool, GlobalMaxPool
from netcost.layers.layer import Layer
from netcost.layers.resize import INTERPOLATION, Crop, Pad, Upsample
from netcost.layers.tensor import Pointwise

SIGNATURES: dict[str, Signature] = {each.name: each for each in layers_over_maps()}
"""What netcost's language knows of Keras's calls: the layer that stands for each, and which argument is which field."""

PER_AXIS = ("kernel", "stride", "dilation", "output_pad", "size")
LANCZOS = {"lanczos3": 6, "lanczos5": 10}
"""Neighbours along an axis."""


def rank_of(call: Call) -> int:
    """The number of spatial axes, which the name of the class tells."""
    digits = [each for each in call.layer.kind if each.isdigit()]
    return int(digits[-1])


def window(call: Call) -> Held:
    """A convolution or pooling whose arguments are fields, and its activation."""
    signature = SIGNATURES[call.layer.kind]
    kind, _ = find(signature.head)
    rank = rank_of(call)
    edge, layout = call.map_of(call.x, rank)
    layer = call.make(kind, **_fields(call, kind, signature, rank))
    return finished(call, call.put(layer, [edge], layout.order))


def _fields(call: Call, kind: type[Layer], signature: Signature, rank: int) -> dict[str, Any]:
    """The arguments of a call that are fields of the layer."""
    fields: dict[str, Any] = {name: value for name, value in signature.implied.items() if name in kind.fields}
    for argument, spelled in signature.arguments.items():
        declared = kind.spelled.get(spelled)
        if declared is None or call.config.get(argument) is None:
            continue
        if declared.name in PER_AXIS:
            fields[declared.name] = call.wholes(
                argument, rank, least=0 if declared.name == "output_pad" else 1
            )
        else:
            fields[declared.name] = call.config[argument]
    return fields


def separable(call: Call) -> Held:
    """A convolution of each channel on its own, and one over the channels."""
    rank = rank_of(call)
    edge, layout = call.map_of(call.x, rank)
    depthwise = call.make(
        DepthwiseConv,
        kernel=call.wholes("kernel_size", rank),
        stride=call.wholes("strides", rank, 1),
        dilation=call.wholes("dilation_rate", rank, 1),
        pad=call.word("padding", "valid"),
        multiplier=call.whole("depth_multiplier", 1),
        bias=False,
    )
    middle = call.row(depthwise, [edge], "depthwise")
    pointwise = call.make(
        Conv, filters=call.whole("filters"), kernel=1, bias=call.flag("use_bias", default=True)
    )
    return finished(call, call.put(pointwise, [(middle, None)], layout.order, "pointwise"))


def global_pool(call: Call) -> Held:
    """One number for each channel; with `keepdims` the axes stay, of length 1."""
    is_mean = "Av" in call.layer.kind
    rank = rank_of(call)
    x = call.x
    if call.flag("keepdims", default=False):
        edge, layout = call.map_of(x, rank)
        return call.put(
            call.make(AdaptiveAvgPool if is_mean else AdaptiveMaxPool, size=1), [edge], layout.order
        )
    kind = GlobalAvgPool if is_mean else GlobalMaxPool
    if rank == 1 and x.order == (0, 1, 2) and call.channels_last:
        return call.put(call.make(kind), [call.sequence(x)], (0, 1))
    edge, _ = call.map_of(x, rank)
    return call.put(call.make(kind), [edge], (0, 1))


# Sizes


def _ends(call: Call, name: str, rank: int) -> tuple[tuple[int, int], ...]:
    """What is added or cut off before and after each axis: a number, one an axis, or two an axis."""
    value = call.config.get(name, 1)
    if isinstance(value, (list, tuple)) and rank == 1 and len(value) == 2:  # noqa: PLR2004
        value = [value]
    if not isinstance(value, (list, tuple)):
        value = [value] * rank
    if len(value) != rank:
        call.fail(f"`{name}` of {call.layer.kind} has {len(value)} values, {rank} are needed")
    pairs = [each if isinstance(each, (list, tuple)) else (each, each) for each in value]
    if any(len(each) != 2 for each in pairs):  # noqa: PLR2004
        call.fail(f"`{name}` has one number for each end of an axis: two")
    return tuple(
        (call.checked_whole(before, name, 0), call.checked_whole(after, name, 0)) for before, after in pairs
    )


def padding(call: Call) -> Held:
    """A margin."""
    edge, layout = call.map_of(call.x, rank_of(call))
    return call.put(call.make(Pad, size=_ends(call, "padding", rank_of(call))), [edge], layout.order)


def cropping(call: Call) -> Held:
    """Margins cut off."""
    edge, layout = call.map_of(call.x, rank_of(call))
    return call.put(call.make(Crop, margins=_ends(call, "cropping", rank_of(call))), [edge], layout.order)


def up_sampling(call: Call) -> Held:
    """Enlarge by whole factors."""
    rank = rank_of(call)
    edge, layout = call.map_of(call.x, rank)
    factors = call.wholes("size", rank, 2)
    spatial = [call.x.dims[axis] * factor for axis, factor in zip(layout.order[2:], factors, strict=True)]
    return resized(call, edge, layout, spatial, call.word("interpolation", "nearest"))


def resizing(call: Call) -> Held:
    """Bring an image to a size."""
    edge, layout = call.map_of(call.x, 2)
    if call.flag("crop_to_aspect_ratio", default=False) or call.flag("pad_to_aspect_ratio", default=False):
        call.reader.graph.note("where `Resizing` keeps the aspect ratio, cropping and padding are left out")
    size = [call.whole("height"), call.whole("width")]
    return resized(call, edge, layout, size, call.word("interpolation", "bilinear"))


def resized(call: Call, edge: Edge, layout: Layout, size: list[int], mode: str) -> Held:
    """A map of another size."""
    mode = {"area": "bilinear"}.get(mode, mode)
    if mode in INTERPOLATION:
        axes, _ = INTERPOLATION[mode]
        usable = (
            mode if axes in {None, len(size)} else {1: "linear", 3: "trilinear"}.get(len(size), "nearest")
        )
        return call.put(call.make(Upsample, size=tuple(size), mode=usable), [edge], layout.order)
    if mode not in LANCZOS:
        call.fail(
            f"`{mode}` is no interpolation of {call.layer.kind}", "nearest, bilinear, bicubic, lanczos3 ..."
        )
    neighbours = LANCZOS[mode] ** len(size)
    lengths = (*call.x.dims[:1], edge[0].output[1], *size)
    dims = [0] * len(lengths)
    for axis, length in zip(layout.order, lengths, strict=True):
        dims[axis] = length
    return call.raw(
        Pointwise, [edge], dims, operation=f"Resize ({mode})", layout=layout, per_element=2 * neighbours - 1
    )


def center_crop(call: Call) -> Held:
    """The middle of an image; a smaller one is enlarged, as Keras does."""
    edge, layout = call.map_of(call.x, 2)
    size = (call.whole("height"), call.whole("width"))
    rows, columns = (call.x.dims[axis] for axis in layout.order[2:])
    if size[0] > rows or size[1] > columns:
        call.reader.graph.note(
            f"`{call.layer.path[:100]}` enlarges its input; that it crops it first is left out"
        )
        return resized(call, edge, layout, list(size), "bilinear")
    return call.put(call.make(Crop, size=size), [edge], layout.order)


STARTS = {
    **dict.fromkeys(("Conv", "Depthwise", "Max", "Av", "Adaptive"), window),
    "Separable": separable,
    "Global": global_pool,
    "ZeroPadding": padding,
    "Cropping": cropping,
    "UpSampling": up_sampling,
}
"""By how the names of classes begin."""

MAPS = {name: rule for name in SIGNATURES for start, rule in STARTS.items() if name.startswith(start)} | {
    "Resizing": resizing,
    "CenterCrop": center_crop,
}
