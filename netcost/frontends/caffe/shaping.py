"""Caffe's layers that join, cut and rearrange blobs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod

from netcost.frontends.caffe.net import KINDS, Net
from netcost.layers.concat import Concat
from netcost.layers.dropout import Dropout, Identity
from netcost.layers.flatten import Flatten
from netcost.layers.parameter import Parameter
from netcost.layers.reshape import ChannelShuffle, Permute, Reshape
from netcost.layers.resize import Crop, Upsample
from netcost.layers.slicing import Slice
from netcost.network import Node
from netcost.shapes import Image

CHANNELS = 1
"""The axis of channels."""


def concat(net: Net) -> Node:
    """Blobs one after the other along an axis."""
    param = net.item.param("concat_param")
    nodes = net.bottoms(1, None)
    if len(nodes) == 1:
        return nodes[0]
    key = "concat_dim" if "concat_dim" in param else "axis"
    axis = net.axis(nodes[0], param.whole(key, CHANNELS), param, key)
    dims = net.dims(nodes[0])
    if axis == CHANNELS and len(dims) in KINDS:
        return net.add(Concat(), nodes)
    for node in nodes[1:]:
        other = net.dims(node)
        if len(other) != len(dims) or any(
            a != b for n, (a, b) in enumerate(zip(dims, other, strict=True)) if n != axis
        ):
            raise net.fault(f"blobs of {dims} and {other} cannot be joined along axis {axis}")
    joined = sum(net.dims(node)[axis] for node in nodes)
    return net.move((*dims[:axis], joined, *dims[axis + 1 :]), nodes)


def slices(net: Net) -> list[Node]:
    """Parts of a blob along an axis, one for each top."""
    param = net.item.param("slice_param")
    (node,) = net.bottoms()
    key = "slice_dim" if "slice_dim" in param else "axis"
    axis = net.axis(node, param.whole(key, CHANNELS), param, key)
    dims, tops = net.dims(node), len(net.item.tops)
    points = param.wholes("slice_point")
    if not points:
        if not tops or dims[axis] % tops:
            raise net.fault(f"{tops} tops do not divide {dims[axis]}", "write each `slice_point`")
        points = [dims[axis] // tops * place for place in range(1, tops)]
    ends = [0, *points, dims[axis]]
    if len(ends) != tops + 1 or sorted(set(ends)) != ends:
        message = f"slice_point is {points}, that does not make {tops} parts of {dims[axis]}"
        raise net.fault(message, at=param, key="slice_point")
    pairs = list(pairwise(ends))
    if axis == CHANNELS and len(dims) in KINDS:
        return [net.add(Slice(start=a, stop=b), [node], str(n)) for n, (a, b) in enumerate(pairs)]
    parts = [(*dims[:axis], b - a, *dims[axis + 1 :]) for a, b in pairs]
    return [net.move(part, [node], str(n), view=True) for n, part in enumerate(parts)]


def split(net: Net) -> list[Node]:
    """The same blob for each top."""
    return net.bottoms() * max(1, len(net.item.tops))


def flatten(net: Net) -> Node:
    """Axes in one."""
    param = net.item.param("flatten_param")
    (node,) = net.bottoms()
    dims = net.dims(node)
    start = net.axis(node, param.whole("axis", CHANNELS), param)
    end = net.axis(node, param.whole("end_axis", -1), param, "end_axis")
    if end < start:
        raise net.fault(f"axis {start} is behind end_axis {end}", at=param, key="axis")
    if (start, end) == (CHANNELS, len(dims) - 1):
        return net.add(Flatten(), [node])
    return net.move((*dims[:start], prod(dims[start : end + 1]), *dims[end + 1 :]), [node], view=True)


def reshape(net: Net) -> Node:
    """Other axes: 0 keeps a length, -1 is what is left."""
    param = net.item.param("reshape_param")
    (node,) = net.bottoms()
    dims = net.dims(node)
    shape = param.message("shape")
    wanted = shape.wholes("dim")
    start = param.whole("axis")
    start += len(dims) + 1 if start < 0 else 0
    count = param.whole("num_axes", -1)
    end = len(dims) if count == -1 else start + count
    if not 0 <= start <= end <= len(dims):
        raise net.fault(
            f"axes {start} to {end} are none of the {len(dims)} of the blob", at=param, key="axis"
        )
    before, within, after = dims[:start], dims[start:end], dims[end:]
    kept = [_kept(net, within, place, length) for place, length in enumerate(wanted)]
    known, whole = prod(length for length in kept if length != -1), prod(within)
    if kept.count(-1) > 1 or (whole % known if -1 in kept else whole != known):
        raise net.fault(f"{whole} elements do not fit a shape of {wanted}", at=shape, key="dim")
    found = [whole // known if length == -1 else length for length in kept]
    lengths = (*before, *found, *after)
    if len(lengths) in KINDS and len(dims) > 1 and lengths[0] == dims[0]:
        return net.add(Reshape(size=lengths[1:], kind=KINDS[len(lengths)].word), [node])
    return net.move(lengths, [node], view=True)


def _kept(net: Net, within: Sequence[int], place: int, length: int) -> int:
    if length < -1 or (length == 0 and place >= len(within)):
        raise net.fault(f"a length of {length} is none", at=net.item.param("reshape_param"), key="shape")
    return within[place] if length == 0 else length


def permute(net: Net) -> Node:
    """Axes in another order."""
    param = net.item.param("permute_param")
    (node,) = net.bottoms()
    order, dims = param.wholes("order"), net.dims(node)
    order += [axis for axis in range(len(dims)) if axis not in order]
    if sorted(order) != list(range(len(dims))):
        raise net.fault(f"order is {order}, the blob has {len(dims)} axes", at=param, key="order")
    if order[0] == 0 and len(dims) in KINDS and len(dims) > 2:  # noqa: PLR2004
        return net.add(Permute(order=tuple(order[1:]), kind=KINDS[len(dims)].word), [node])
    return net.move([dims[axis] for axis in order], [node])


def crop(net: Net) -> Node:
    """The size of the second blob, cut out of the first."""
    param = net.item.param("crop_param")
    node, like = net.bottoms(2, 2)
    dims, other = net.dims(node), net.dims(like)
    axis = net.axis(node, param.whole("axis", 2), param)
    if len(other) != len(dims):
        raise net.fault(f"a blob of {dims} is cut to {other}, which has other axes")
    offsets = param.wholes("offset") or [0]
    offsets = offsets * (len(dims) - axis) if len(offsets) == 1 else offsets
    if len(offsets) != len(dims) - axis:
        raise net.fault(f"{len(offsets)} offsets for {len(dims) - axis} axes", at=param, key="offset")
    rest = [
        whole - kept - offset for whole, kept, offset in zip(dims[axis:], other[axis:], offsets, strict=True)
    ]
    if min(*rest, *offsets, 0) < 0:
        raise net.fault(f"{other[axis:]} at {offsets} reaches beyond {dims[axis:]}", at=param, key="offset")
    if axis == 2 and isinstance(node.output, Image):  # noqa: PLR2004
        return net.add(Crop(margins=tuple(zip(offsets, rest, strict=True))), [node])
    return net.move((*dims[:axis], *other[axis:]), [node])


def tile(net: Net) -> Node:
    """A blob several times along an axis."""
    param = net.item.param("tile_param")
    (node,) = net.bottoms()
    axis = net.axis(node, param.whole("axis", CHANNELS), param)
    dims = net.dims(node)
    return net.move((*dims[:axis], dims[axis] * param.whole("tiles", 1), *dims[axis + 1 :]), [node])


def interp(net: Net) -> Node:
    """Bilinear resizing, of DeepLab and PSPNet."""
    param = net.item.param("interp_param")
    node, *like = net.bottoms(1, 2)
    if not isinstance(node.output, Image):
        raise net.fault(f"Interp resizes an image, it gets {node.output.described}")
    pads = param.whole("pad_beg") + param.whole("pad_end")
    sizes = [length + pads for length in node.output.size]
    if like:
        sizes = list(net.dims(like[0])[2:])
    elif "height" in param or "width" in param:
        sizes = [param.whole("height", 1), param.whole("width", 1)]
    else:
        shrink, zoom = param.whole("shrink_factor", 1), param.whole("zoom_factor", 1)
        if min(shrink, zoom) < 1:
            raise net.fault("a factor is at least 1", at=param, key="zoom_factor")
        sizes = [(length - 1) // shrink + 1 for length in sizes]
        sizes = [length + (length - 1) * (zoom - 1) for length in sizes]
    return net.add(Upsample(size=tuple(sizes), mode="bilinear"), [node])


def upsample(net: Net) -> Node:
    """Maxima put back where they were, of SegNet, or each element several times."""
    param = net.item.param("upsample_param")
    node, *_ = net.bottoms(1, 2)
    scale = param.whole("scale", 2)
    height, width = [*node.output.size, 1, 1][:2]
    high, wide = param.whole("upsample_h", height * scale), param.whole("upsample_w", width * scale)
    return net.move((*net.dims(node)[:2], high, wide), net.bottoms(1, 2))


def shuffle(net: Net) -> Node:
    """Channels dealt out to all groups, of ShuffleNet."""
    return net.add(
        ChannelShuffle(groups=net.item.param("shuffle_channel_param").whole("group", 1)), net.bottoms()
    )


def parameter(net: Net) -> Node:
    """A learned blob."""
    dims = net.item.param("parameter_param").message("shape").wholes("dim")
    if not dims:
        raise net.fault("parameter_param states no shape")
    batch = net.network.batch
    if batch == dims[0]:
        return net.add(Parameter(shape=tuple(dims[1:] or [1])), [], weights=("weight",))
    return net.pointwise([], 0, dims=dims, operands={"weight": dims})


def reindex(net: Net) -> Node:
    """The samples that the second blob names."""
    node, index = net.bottoms(2, 2)
    return net.move((net.dims(index)[0], *net.dims(node)[1:]), [node, index])


def dropout(net: Net) -> Node:
    """Nothing, once the network is trained."""
    ratio = net.item.param("dropout_param").number("dropout_ratio", 0.5)
    return net.add(Dropout(p=ratio) if 0 <= ratio < 1 else Identity(), net.bottoms())
