"""Operations that put elements elsewhere, select or repeat them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod

from netcost.frontends.aten import tables
from netcost.frontends.aten.builder import Builder, kind_at, map_of
from netcost.frontends.aten.values import Call, Meta, Moved, Value
from netcost.frontends.graph import shape_of
from netcost.layers.concat import Concat
from netcost.layers.fold import Fold, Unfold
from netcost.layers.reshape import ChannelShuffle
from netcost.layers.resize import Pad, PixelShuffle, PixelUnshuffle, Upsample
from netcost.layers.tensor import Move, Pointwise
from netcost.shapes import Shape

Rule = Callable[[Call, Builder], Value | list[Value] | None]


def stated(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The lengths as a raw layer states them: those of a number and of a list have a batch of one."""
    return tuple(shape_of(shape))


def with_operands(call: Call, builder: Builder, per_element: int) -> Value:
    """A row that computes each element, or takes it from an operand; parameters among the operands belong to it."""
    owned = [each for each in call.learned if each.weight in builder.owned]
    own = [*owned, *(each for each in call.learned if each not in owned)]
    layer = Pointwise(
        operation=call.operation,
        shape=stated(call.out.shape),
        per_element=per_element,
        operands=tuple(each.stored for each in own),
    )
    names = [f"weight_{n}" if n > 1 else "weight" for n in range(1, len(own) + 1)]
    return builder.add(call, layer, call.data, weights=dict(zip(names, own, strict=True)))


def copied(call: Call, builder: Builder) -> Value:
    """A row that computes nothing."""
    if call.learned:
        return with_operands(call, builder, 0)
    return builder.add(call, Move(operation=call.operation, shape=stated(call.out.shape)), call.data)


def same(call: Call, builder: Builder) -> Value | list[Value] | None:
    """The input itself, a copy of it, or the same in another number format."""
    source = call.tensors[0]
    meta = Meta(call.out.shape, call.out.dtype)
    if call.operation == "copy" and len(call.tensors) > 1:
        return _written(call, builder)
    if source.is_learned or (meta.dtype == source.dtype and not call.copies):
        return _views(call, source, Moved(call.operation) if source.shape != meta.shape else None)
    return copied(call, builder)


def _written(call: Call, builder: Builder) -> Value:
    """What is written over a tensor."""
    source = call.tensors[1]
    if source.shape == call.out.shape and source.dtype == call.out.dtype and source.node is not None:
        return source
    return copied(call, builder)


def _views(call: Call, source: Value, move: Moved | None) -> list[Value]:
    found = []
    for meta in call.outputs:
        if meta is not None:
            view = source.moved(meta, move or Moved(""))
            if move is None:
                view.moves = source.moves
            found.append(view)
    return found


def reshape(call: Call, builder: Builder) -> list[Value] | None:
    """Other axes for the same elements."""
    source = call.tensors[0]
    if call.copies and source.node is not None:
        return [copied(call, builder)]
    return _views(call, source, Moved(call.operation) if source.shape != call.out.shape else None)


def reorder(call: Call, builder: Builder) -> list[Value]:
    """The axes in another order."""
    del builder
    source = call.tensors[0]
    return _views(call, source, Moved(call.operation, _order(call, len(source.shape))))


def _order(call: Call, rank: int) -> tuple[int, ...]:
    """The place that each axis comes from; what moves axes in a way of its own is no order of axes."""
    order = list(range(rank))
    match call.operation.removesuffix("_copy"):
        case "permute":
            found = call.axes("dims", rank)
            return found if sorted(found) == order else ()
        case "transpose" | "swapaxes" | "swapdims":
            first, second = (call.get(*names, default=0) for names in (("dim0", "axis0"), ("dim1", "axis1")))
        case "t" | "numpy_T":
            return tuple(reversed(order))
        case "mT" | "mH" | "adjoint" | "matrix_H":
            first, second = -2, -1
        case _:
            return ()
    if not all(isinstance(each, int) and -rank <= each < rank for each in (first, second)):
        return ()
    order[first], order[second] = order[second], order[first]
    return tuple(order)


def part(call: Call, builder: Builder) -> list[Value]:
    """Parts of a tensor, or the tensor repeated without a copy."""
    sources = call.tensors
    if call.operation in {"broadcast_tensors", "meshgrid"} and len(sources) == len(call.outputs):
        pairs = list(zip(sources, call.outputs, strict=True))
    else:
        pairs = [(sources[0], meta) for meta in call.outputs]
    found = []
    for source, meta in pairs:
        if meta is None:
            continue
        if source.is_learned and source.elements != prod(meta.shape):
            source = builder.reached(source, call)  # noqa: PLW2901
        same_size = source.elements == prod(meta.shape)
        found.append(source.moved(meta, Moved(call.operation, is_part=not same_size)))
    return found


def concat(call: Call, builder: Builder) -> Value | None:
    """Tensors one after the other."""
    tensors = call.tensors
    rank = len(call.out.shape)
    axis = call.whole("dim", call.whole("axis"))
    axis = axis + rank if axis < 0 else axis
    if len(tensors) == 1 and tensors[0].node is not None:
        return tensors[0]
    if any(each.node is None for each in tensors) or not 0 < axis < rank:
        return None
    kind = kind_at(call.out.shape, axis) or type(shape_of(call.out.shape))
    named = _axis_name(kind, axis, rank)
    if named is None:
        return None
    return builder.typed(call, Concat(axis=named), tensors, kinds=[kind] * len(tensors))


def _axis_name(kind: type[Shape], axis: int, rank: int) -> str | None:
    places = {place % rank: word for word, place in kind.positions.items()}
    return places.get(axis)


def pad(call: Call, builder: Builder) -> Value | None:
    """A margin around a map; other margins are copies."""
    source, ends = call.tensors[0], call.get("pad", "padding")
    kind = map_of(source.shape)
    if kind is None or not isinstance(ends, (list, tuple)) or not all(isinstance(each, int) for each in ends):
        return None
    spatial = len(source.shape) - 2
    pairs = list(zip(ends[::2], ends[1::2], strict=False))
    if len(ends) % 2 or len(pairs) > spatial or min(ends, default=0) < 0 or not any(ends):
        return None
    size = tuple(reversed([*pairs, *[(0, 0)] * (spatial - len(pairs))]))
    return builder.typed(call, Pad(size=size), [source], kinds=[kind])


MODES = {
    "trilinear": "trilinear",
    "bilinear": "bilinear",
    "bicubic": "bicubic",
    "linear": "linear",
    "nearest": "nearest",
}


def upsample(call: Call, builder: Builder) -> Value | None:
    """A map of another size."""
    source = call.tensors[0]
    kind = map_of(source.shape)
    mode = next(MODES[word] for word in MODES if word in call.operation)
    size, before = call.out.shape[2:], source.shape[2:]
    if kind is None or len(size) != len(before):
        return None
    scales = [new // old for new, old in zip(size, before, strict=True) if old and new % old == 0]
    whole = len(scales) == len(size) and len(set(scales)) == 1
    layer = Upsample(scale=scales[0], mode=mode) if whole else Upsample(size=size, mode=mode)
    return builder.typed(call, layer, [source], kinds=[kind])


def shuffle(call: Call, builder: Builder) -> Value | None:
    """Channels for size, or size for channels, or channels among groups."""
    source = call.tensors[0]
    kind = map_of(source.shape)
    factor = call.get("upscale_factor", "downscale_factor", "groups")
    makes = {"pixel_shuffle": PixelShuffle, "pixel_unshuffle": PixelUnshuffle}
    if kind is None or not isinstance(factor, int) or factor < 1:
        return None
    make = makes.get(call.operation)
    layer = make(factor=factor) if make else ChannelShuffle(groups=factor)
    return builder.typed(call, layer, [source], kinds=[kind])


def unfold(call: Call, builder: Builder) -> Value | None:
    """Windows as columns."""
    source = call.tensors[0]
    layer = Unfold(
        kernel=call.wholes("kernel_size", 1),
        dilation=call.wholes("dilation", 1),
        pad=call.wholes("padding", 0),
        stride=call.wholes("stride", 1),
    )
    return builder.typed(call, layer, [source], kinds=[map_of(source.shape)])


def fold(call: Call, builder: Builder) -> Value | None:
    """Columns as windows again, added where they overlap."""
    source = call.tensors[0]
    layer = Fold(
        size=call.wholes("output_size", 1),
        kernel=call.wholes("kernel_size", 1),
        dilation=call.wholes("dilation", 1),
        pad=call.wholes("padding", 0),
        stride=call.wholes("stride", 1),
    )
    return builder.typed(call, layer, [source], kinds=[map_of(source.shape)])


def write_back(call: Call, builder: Builder, made: Value) -> None:
    """Let the tensor itself be what a change in place of a part of it has made of it."""
    base = call.tensors[0].base
    if base is None or base.node is None or made.node is None:
        return
    layer = Move(operation="write", shape=stated(base.shape), view=True)
    aside = Call("write", {}, [Meta(base.shape, base.dtype)], f"{call.name}.write", call.place)
    base.node, base.moves = builder.add(aside, layer, [base, made]).node, ()


RULES: Mapping[str, Rule] = {
    **dict.fromkeys(tables.SAME, same),
    **dict.fromkeys(tables.RESHAPES, reshape),
    **dict.fromkeys(tables.ORDERS, reorder),
    **dict.fromkeys(tables.PARTS, part),
    **dict.fromkeys(("cat", "concat", "concatenate"), concat),
    **dict.fromkeys(
        (
            "constant_pad_nd",
            "pad",
            *(f"{mode}_pad{rank}d" for mode in ("reflection", "replication") for rank in (1, 2, 3)),
        ),
        pad,
    ),
    **dict.fromkeys(
        (
            *(f"upsample_{mode}" for mode in ("nearest1d", "nearest2d", "nearest3d", "linear1d")),
            *(f"upsample_{mode}" for mode in ("bilinear2d", "bicubic2d", "trilinear3d")),
            *(f"_upsample_nearest_exact{rank}d" for rank in (1, 2, 3)),
            "_upsample_bilinear2d_aa",
            "_upsample_bicubic2d_aa",
        ),
        upsample,
    ),
    **dict.fromkeys(
        ("pixel_shuffle", "pixel_unshuffle", "channel_shuffle", "native_channel_shuffle"), shuffle
    ),
    "im2col": unfold,
    "col2im": fold,
}
