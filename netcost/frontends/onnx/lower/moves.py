"""Operators that rearrange, select, repeat and join elements."""

from __future__ import annotations

from itertools import zip_longest

from netcost.frontends.graph import shape_of
from netcost.frontends.onnx.lower import Lowered, Row, lowers, map_kind, move
from netcost.frontends.onnx.lower.lowering import Lowering
from netcost.frontends.onnx.rules import BLOCKED, MICROSOFT
from netcost.frontends.onnx.rules.moves import cuts
from netcost.frontends.onnx.values import Dims, Step, UnknownError, Value, axis_of
from netcost.layers.concat import Concat
from netcost.layers.flatten import Flatten
from netcost.layers.layer import Layer
from netcost.layers.reshape import Permute, Reshape
from netcost.layers.slicing import Slice, Split
from netcost.layers.tensor import Pointwise
from netcost.shapes import Image, Tokens

FLAT = 2
"""Axes of a vector and its batch."""

MOST_PARTS = 64
"""Parts of a tensor whose lengths a layer lists."""

VIEWS = (
    "Reshape",
    "Flatten",
    "Squeeze",
    "Unsqueeze",
    f"{MICROSOFT}ExpandDims",
    f"{BLOCKED}ReorderInput",
    f"{BLOCKED}ReorderOutput",
)
MOVES = (
    *("Expand", "Tile", "Pad", "CenterCropPad"),
    *("GatherElements", "GatherND", "Scatter", "ScatterElements", "ScatterND", "TensorScatter", "Compress"),
    *(
        "DepthToSpace",
        "Trilu",
        f"{MICROSOFT}Trilu",
        "ReverseSequence",
        "OneHot",
        "Unique",
        "NonZero",
        "Stack",
    ),
    *("Range", "ConstantOfShape", "EyeLike", "SequenceAt", f"{MICROSOFT}Unique", "MaxUnpool"),
    *("AffineGrid", "BlackmanWindow", "HannWindow", "HammingWindow", "MelWeightMatrix", "Shape", "Size"),
)


@lowers(*MOVES)
def moved(step: Step, low: Lowering) -> Lowered:
    """Elements in other places."""
    return Row(move(step, step.outputs[0]), low.taken(step, step.inputs))


@lowers(*VIEWS)
def viewed(step: Step, low: Lowering) -> Lowered:
    """The same elements with other axes."""
    x, output = step.value(), step.outputs[0]
    if x.dims == output.dims:
        return x
    plain = move(step, output, view=True)
    layer: Layer = plain
    if min(x.rank, output.rank) > 1 and x.dims[0] == output.dims[0] and min(output.dims) > 0:
        layer = Flatten() if output.rank == FLAT else Reshape(size=output.dims[1:])
    return Row(layer, low.data([x]), kinds=[type(shape_of(x.dims))], otherwise=plain)


@lowers("Transpose", f"{MICROSOFT}QLinearTranspose")
def permuted(step: Step, low: Lowering) -> Lowered:
    """The axes in another order."""
    x, output = step.value(), step.outputs[0]
    order = step.counts("perm") or list(range(x.rank))[::-1]
    if order == sorted(order):
        return x
    plain = move(step, output)
    layer = Permute(order=tuple(order[1:])) if order[0] == 0 and x.rank > FLAT else plain
    return Row(layer, low.taken(step, [x]), kinds=[type(shape_of(x.dims))], otherwise=plain)


def axis_word(dims: Dims, axis: int) -> str:
    """What an axis of the usual kind of shape of such lengths is called; empty where it has no name."""
    kind = type(shape_of(dims))
    return (
        next((word for word, place in kind.positions.items() if place % len(dims) == axis), "")
        if len(dims) > 1
        else ""
    )


@lowers("Slice", "DynamicSlice")
def sliced(step: Step, low: Lowering) -> Lowered:
    """Some positions along axes; along one that has a name it is a layer."""
    x, output = step.value(), step.outputs[0]
    taken = low.taken(step, step.inputs[:1])
    plain = move(step, output)
    try:
        all_cuts = cuts(step, x)
    except UnknownError:  # the file tells the shape
        return Row(plain, taken)
    if x.dims == output.dims and low.is_data(x) and all(each[3] > 0 for each in all_cuts):
        return x
    found = [each for each in all_cuts if x.dims[each[0]] != output.dims[each[0]]]
    if len(found) != 1:
        return Row(plain, taken)
    axis, start, stop, pace = found[0]
    word = axis_word(x.dims, axis)
    first, end, _ = slice(start, stop, pace).indices(x.dims[axis])
    if not word or pace < 1 or end <= first:
        return Row(plain, taken)
    layer = Slice(start=first, stop=None if end == x.dims[axis] else end, step=pace, axis=word)
    return Row(layer, taken, kinds=[type(shape_of(x.dims))], otherwise=plain)


@lowers("Concat", f"{MICROSOFT}QLinearConcat", "ConcatFromSequence")
def joined(step: Step, low: Lowering) -> Lowered:
    """One after the other along an axis."""
    if step.op == "ConcatFromSequence":
        items = step.inputs[0].items if step.inputs[0] is not None else None
        values = list(items or ())
    else:
        values = (
            step.present if step.op == "Concat" else [step.value(n) for n in range(2, len(step.inputs), 3)]
        )
    if len(values) == 1 and values[0].dims == step.outputs[0].dims:
        return values[0]
    output = step.outputs[0]
    taken = low.taken(step, values)
    plain = move(step, output)
    kind = type(shape_of(output.dims))
    axis = axis_of(step.count("axis", 1), max(1, output.rank))
    word = axis_word(output.dims, axis)
    if not word or len(taken) != len(values) or len(values) < 2:  # noqa: PLR2004
        return Row(plain, taken)
    return Row(Concat(axis=word), taken, kinds=[kind] * len(taken), otherwise=plain)


@lowers("Split", "SplitToSequence")
def parts(step: Step, low: Lowering) -> Lowered:
    """Parts along an axis, a row for each that is used."""
    outputs = step.outputs if step.op == "Split" else step.outputs[0].items or ()
    taken = low.taken(step, step.inputs[:1])
    x = step.value()
    axis = axis_of(step.count("axis", 0), max(1, x.rank))
    word = axis_word(x.dims, axis)
    sizes = tuple(each.dims[axis] if each.rank > axis else 0 for each in outputs)
    rows = []
    for index, each in enumerate(outputs):
        plain: Layer = move(step, each, view=True)
        layer = plain
        if word and each.rank == x.rank and min(sizes) > 0 and len(sizes) <= MOST_PARTS:
            layer = Split(sizes=sizes, index=index, axis=word)
        if step.op != "Split" or low.is_used(each):
            rows.append(Row(layer, taken, kinds=[type(shape_of(x.dims))], output=each, otherwise=plain))
    return rows


@lowers(
    "SequenceConstruct",
    "SequenceEmpty",
    "SequenceInsert",
    "SequenceErase",
    "SequenceLength",
    "OptionalHasElement",
)
def listed(step: Step, low: Lowering) -> Lowered:
    """Tensors that only stand in a row: nothing to do."""
    del step, low
    return []


@lowers("Gather")
def gathered(step: Step, low: Lowering) -> Lowered:
    """Rows of a learned table, or positions of a tensor."""
    from netcost.layers.embedding import Embedding

    table, indices, output = step.value(0), step.value(1), step.outputs[0]
    if low.is_data(table) or not table.is_float or table.rank < 2 or table.elements < 2:  # noqa: PLR2004
        return Row(move(step, output), low.taken(step, step.inputs))
    plain = Pointwise(
        operation="Gather", shape=tuple(shape_of(output.dims)), per_element=0, operands=(table.dims,)
    )
    layer: Layer = plain
    if table.rank == 2 and not step.count("axis", 0) and indices.rank == 2:  # noqa: PLR2004
        layer = Embedding(dim=table.dims[1], vocab=table.dims[0])
    return Row(layer, low.data([indices]), kinds=[Tokens], weights=[table], otherwise=plain)


@lowers("SpaceToDepth")
def stacked(step: Step, low: Lowering) -> Lowered:
    """Small squares of positions as channels."""
    from netcost.layers.resize import PixelUnshuffle

    return Row(
        PixelUnshuffle(factor=step.count("blocksize", 1)),
        low.data(step.inputs),
        kinds=[Image],
        otherwise=move(step, step.outputs[0]),
    )


@lowers("Resize", "Upsample", f"{BLOCKED}Upsample")
def resized(step: Step, low: Lowering) -> Lowered:
    """Another size, elements repeated or weighed with their neighbours."""
    from netcost.layers.resize import Upsample

    x, output = step.value(), step.outputs[0]
    if x.dims == output.dims:
        return x
    neighbours = _neighbours(step, x)
    plain = Pointwise(
        operation=step.op.rpartition(":")[2],
        shape=tuple(shape_of(output.dims)),
        per_element=2 * neighbours - 1 if neighbours > 1 else 0,
    )
    kind = map_kind(x.dims)
    if kind is None or x.dims[:2] != output.dims[:2]:
        return Row(plain, low.data([x]))
    mode = _MODES.get((step.word("mode", "nearest"), x.rank - 2), "nearest")
    layer = Upsample(size=output.dims[2:], mode=mode) if mode != "nearest" or neighbours == 1 else plain
    return Row(layer, low.data([x]), kinds=[kind], otherwise=plain)


_MODES = {
    ("nearest", 1): "nearest",
    ("nearest", 2): "nearest",
    ("nearest", 3): "nearest",
    ("linear", 1): "linear",
    ("linear", 2): "bilinear",
    ("linear", 3): "trilinear",
    ("cubic", 2): "bicubic",
}


def _neighbours(step: Step, x: Value) -> int:
    """Elements that one of the output is made of: along each axis whose length changes."""
    axes = sum(before != after for before, after in zip_longest(x.dims, step.outputs[0].dims))
    each = {"linear": 2, "bilinear": 2, "cubic": 4}.get(step.word("mode", "nearest"), 1)
    return int(each**axes)


@lowers("Col2Im")
def unfolded(step: Step, low: Lowering) -> Lowered:
    """Blocks laid out on a map: an addition for each element of a block."""
    from netcost.layers.tensor import Reduce

    return Row(
        Reduce(operation="Col2Im", shape=tuple(shape_of(step.outputs[0].dims))), low.data(step.inputs[:1])
    )
