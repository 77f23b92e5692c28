"""Operators that rearrange, select, repeat and join elements."""

from __future__ import annotations

from itertools import zip_longest

from netcost.frontends.graph import shape_of
from netcost.frontends.onnx.lower import Lowered, Row, lowers, map_kind, move
from netcost.frontends.onnx.lower.lowering import Lowering
from netcost.frontends.onnx.rules import BLOCKED, MICROSOFT
from netcost.frontends.onnx.values import Step, Value, axis_of
from netcost.layers.concat import Concat
from netcost.layers.embedding import Embedding
from netcost.layers.layer import Layer
from netcost.layers.reshape import Flatten
from netcost.layers.resize import PixelUnshuffle, Upsample
from netcost.layers.tensor import Pointwise
from netcost.shapes import Image, Tokens

VIEWS = (
    "Reshape",
    "Squeeze",
    "Unsqueeze",
    f"{MICROSOFT}ExpandDims",
    f"{BLOCKED}ReorderInput",
    f"{BLOCKED}ReorderOutput",
)
MOVES = (
    *(
        "Transpose",
        f"{MICROSOFT}QLinearTranspose",
        "Expand",
        "Tile",
        "Slice",
        "DynamicSlice",
        "Pad",
        "CenterCropPad",
    ),
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
    return Row(move(step, output, view=True), low.data([x]))


@lowers("Flatten")
def flattened(step: Step, low: Lowering) -> Lowered:
    """A matrix."""
    x, output = step.value(), step.outputs[0]
    if x.dims == output.dims:
        return x
    return Row(
        Flatten(), low.data([x]), kinds=[type(shape_of(x.dims))], otherwise=move(step, output, view=True)
    )


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
    word = (
        next((name for name, place in kind.positions.items() if range(output.rank)[place] == axis), "")
        if output.rank > 1
        else ""
    )
    if not word or len(taken) != len(values) or len(values) < 2:  # noqa: PLR2004
        return Row(plain, taken)
    return Row(Concat(axis=word), taken, kinds=[kind] * len(taken), otherwise=plain)


@lowers("Split", "SplitToSequence")
def parts(step: Step, low: Lowering) -> Lowered:
    """Parts along an axis, a row for each that is used."""
    outputs = step.outputs if step.op == "Split" else step.outputs[0].items or ()
    taken = low.taken(step, step.inputs[:1])
    if step.op == "Split":
        outputs = tuple(each for each in outputs if low.is_used(each))
    return [Row(move(step, each, view=True), taken, output=each) for each in outputs]


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
    return Row(
        PixelUnshuffle(factor=step.count("blocksize", 1)),
        low.data(step.inputs),
        kinds=[Image],
        otherwise=move(step, step.outputs[0]),
    )


@lowers("Resize", "Upsample", f"{BLOCKED}Upsample")
def resized(step: Step, low: Lowering) -> Lowered:
    """Another size, elements repeated or weighed with their neighbours."""
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
