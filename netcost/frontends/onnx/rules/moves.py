"""Operators that rearrange, cut, repeat and join elements."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from netcost.frontends.onnx.known import concatenated, mapped, pick, repeated, single, transposed
from netcost.frontends.onnx.rules import BLOCKED, MICROSOFT, rule
from netcost.frontends.onnx.values import (
    MAX_KNOWN,
    Dims,
    Numbers,
    ShapeError,
    Step,
    UnknownError,
    Value,
    axes_of,
    axis_of,
    joined,
    out,
    shape,
)


def _followed(x: Value, elements: int) -> bool:
    """True if the numbers of an output made of a tensor can be told."""
    return x.numbers is not None and elements <= MAX_KNOWN


@rule("Reshape")
def reshape(step: Step) -> Sequence[Value]:
    """The same elements in other lengths."""
    x = step.value()
    wanted = step.counts("shape") if "shape" in step.attributes else step.needed(1, "lengths")
    dims = _filled(x, list(wanted or []), keep_zero=bool(step.count("allowzero", 0)))
    return [out(dims, x.dtype, x.numbers)]


def _filled(x: Value, wanted: list[int], *, keep_zero: bool) -> Dims:
    """Wanted lengths with 0 replaced by what the input has there, and -1 by what is left.

    Raises:
        ShapeError: they do not hold as many elements.
    """
    dims = list(wanted)
    for axis, length in enumerate(dims):
        if length == 0 and not keep_zero:
            if axis >= x.rank:
                raise ShapeError(f"the shape {wanted} keeps axis {axis}, which {shape(x.dims)} has not")
            dims[axis] = x.dims[axis]
    if dims.count(-1) > 1 or min(dims, default=0) < -1:
        raise ShapeError(f"the shape {wanted} leaves more than one length open")
    if -1 in dims:
        rest = prod(length for length in dims if length != -1)
        dims[dims.index(-1)] = x.elements // rest if rest else 0
    if prod(dims) != x.elements and not x.guessed:
        raise ShapeError(
            f"a reshape to {wanted} holds {prod(dims):,} elements, its input {shape(x.dims)} has {x.elements:,}",
            hint="the file fixes this length: read it at the size that it was exported with, or export it with free axes",
        )
    return tuple(dims)


@rule("Flatten")
def flatten(step: Step) -> Sequence[Value]:
    """A matrix."""
    x = step.value()
    axis = step.count("axis", 1)
    if not -x.rank <= axis <= x.rank:
        raise ShapeError(f"there is no axis {axis} among {x.rank}")
    axis = axis + x.rank if axis < 0 else axis
    return [out((prod(x.dims[:axis]), prod(x.dims[axis:])), x.dtype, x.numbers)]


@rule("Squeeze")
def squeeze(step: Step) -> Sequence[Value]:
    """Without axes of length 1."""
    x = step.value()
    axes = step.axes(1)
    found = axes_of(axes, x.rank) if axes is not None else [n for n, each in enumerate(x.dims) if each == 1]
    if any(x.dims[axis] != 1 for axis in found) and not x.guessed:
        raise ShapeError(f"of {shape(x.dims)} the axes {found} are not all of length 1")
    return [out([each for axis, each in enumerate(x.dims) if axis not in found], x.dtype, x.numbers)]


@rule("Unsqueeze")
def unsqueeze(step: Step) -> Sequence[Value]:
    """With further axes of length 1."""
    x = step.value()
    axes = step.axes(1)
    if axes is None:
        raise ShapeError("Unsqueeze names no axes")
    new = set(axes_of(axes, x.rank + len(axes)))
    old = iter(x.dims)
    return [out([1 if axis in new else next(old) for axis in range(x.rank + len(new))], x.dtype, x.numbers)]


@rule("Transpose", f"{MICROSOFT}QLinearTranspose")
def transpose(step: Step) -> Sequence[Value]:
    """The axes in another order."""
    x = step.value()
    order = step.counts("perm") or list(range(x.rank))[::-1]
    if sorted(order) != list(range(x.rank)):
        raise ShapeError(f"perm is {order}, the input has {x.rank} axes")
    numbers = transposed(x.numbers, x.dims, order) if x.numbers is not None else None
    return [out([x.dims[axis] for axis in order], x.dtype, numbers)]


@rule(f"{BLOCKED}ReorderInput", f"{BLOCKED}ReorderOutput")
def reorder(step: Step) -> Sequence[Value]:
    """Channels in blocks, or out of them; a block that is not full is cut off."""
    x = step.value()
    channels = step.count("channels", x.dims[1] if x.rank > 1 else 1)
    return [out((x.dims[0], channels, *x.dims[2:]) if x.rank > 1 else x.dims, x.dtype)]


@rule("Expand")
def expand(step: Step) -> Sequence[Value]:
    """Repeated to wanted lengths."""
    x = step.value()
    dims = joined([x.dims, tuple(step.needed(1, "lengths"))], guessed=x.guessed)
    elements = out(dims, x.dtype).elements
    return [out(dims, x.dtype, repeated(x.numbers or [], x.dims, dims) if _followed(x, elements) else None)]


@rule("Tile")
def tile(step: Step) -> Sequence[Value]:
    """Repeated so many times along each axis."""
    x = step.value()
    times = step.needed(1, "numbers")
    if len(times) != x.rank or min(times, default=0) < 0:
        raise ShapeError(f"Tile repeats {times} times, the input has {x.rank} axes")
    dims = [length * count for length, count in zip(x.dims, times, strict=True)]
    numbers = None
    if _followed(x, out(dims, x.dtype).elements):
        chosen = [list(range(length)) * count for length, count in zip(x.dims, times, strict=True)]
        numbers = pick(x.numbers or [], x.dims, chosen)
    return [out(dims, x.dtype, numbers)]


@rule("Concat", f"{MICROSOFT}QLinearConcat")
def concat(step: Step) -> Sequence[Value]:
    """One after the other along an axis."""
    values = step.present if step.op == "Concat" else [step.value(n) for n in range(2, len(step.inputs), 3)]
    return [joined_along(values, step.count("axis", 1))]


def joined_along(values: Sequence[Value], wanted: int) -> Value:
    """Tensors one after the other along an axis.

    Raises:
        ShapeError: there are none, or they differ in another axis.
    """
    if not values:
        raise ShapeError("there is nothing to join")
    first = values[0]
    axis = axis_of(wanted, first.rank)
    for each in values:
        alike = each.rank == first.rank and all(
            mine == theirs
            for n, (mine, theirs) in enumerate(zip(first.dims, each.dims, strict=True))
            if n != axis
        )
        if not (alike or any(value.guessed for value in values)):
            raise ShapeError(f"{shape(first.dims)} and {shape(each.dims)} cannot be joined along axis {axis}")
    length = sum(each.dims[axis] for each in values if each.rank > axis)
    dims = (*first.dims[:axis], length, *first.dims[axis + 1 :])
    numbers: Numbers | None = None
    if all(_followed(each, out(dims, "bool").elements) for each in values):
        numbers = concatenated([(each.numbers or [], each.dims) for each in values], axis)
    return out(dims, first.dtype, numbers)


@rule("Split")
def split(step: Step) -> Sequence[Value]:
    """Parts along an axis."""
    x = step.value()
    axis = axis_of(step.count("axis", 0), x.rank)
    sizes = step.needed(1, "lengths") if step.has(1) else step.counts("split")
    return [part for part, _ in parts_of(x, axis, sizes, step.count("num_outputs", len(step.node.outputs)))]


def parts_of(x: Value, axis: int, sizes: Sequence[int] | None, count: int) -> list[tuple[Value, int]]:
    """The parts of a tensor along an axis, each with where it begins.

    Raises:
        ShapeError: the lengths do not add up.
    """
    length = x.dims[axis]
    if sizes is None:
        if not 0 < count <= max(1, length):
            raise ShapeError(f"a length of {length} cannot be split into {count} parts")
        size = -(-length // count)
        sizes = [min(size, max(0, length - n * size)) for n in range(count)]
    if (sum(sizes) != length and not x.guessed) or min(sizes, default=0) < 0:
        raise ShapeError(f"the parts {list(sizes)[:8]} do not add up to {length}")
    found = []
    start = 0
    for size in sizes:
        numbers = None
        if x.numbers is not None:
            chosen = [range(each) for each in x.dims]
            chosen[axis] = range(start, start + size)
            numbers = pick(x.numbers, x.dims, chosen)
        found.append((out((*x.dims[:axis], size, *x.dims[axis + 1 :]), x.dtype, numbers), start))
        start += size
    return found


@rule("Slice", "DynamicSlice")
def slice_(step: Step) -> Sequence[Value]:
    """Some positions along axes."""
    x = step.value()
    chosen = [range(length) for length in x.dims]
    for axis, start, stop, pace in cuts(step, x):
        chosen[axis] = chosen[axis][slice(start, stop, pace)]
    dims = [len(each) for each in chosen]
    numbers = pick(x.numbers, x.dims, chosen) if x.numbers is not None else None
    return [out(dims, x.dtype, numbers)]


def cuts(step: Step, x: Value) -> list[tuple[int, int, int | None, int]]:
    """Each axis that is cut, with where it begins, where it ends, and the step.

    Raises:
        ShapeError: the lists do not fit one another or the axes.
    """
    if step.has(1):
        starts, stops = step.needed(1, "bounds"), step.needed(2, "bounds")
        axes = step.needed(3, "axes") if step.has(3) else list(range(len(starts)))
        paces = step.needed(4, "steps") if step.has(4) else [1] * len(starts)
    else:
        starts, stops = step.counts("starts") or [], step.counts("ends") or []
        axes, paces = step.counts("axes") or list(range(len(starts))), [1] * len(starts)
    if not len(starts) == len(stops) == len(axes) == len(paces) or 0 in paces:
        raise ShapeError(f"Slice has {len(starts)} starts, {len(stops)} ends, {len(axes)} axes")
    found = []
    for axis, start, stop, pace in zip(axes_of(axes, x.rank), starts, stops, paces, strict=True):
        # Going back, an end before the first position cannot be written as an index of Python.
        ends_before = pace < 0 and stop < -x.dims[axis]
        found.append((axis, start, None if ends_before else stop, pace))
    return found


@rule("Pad")
def pad(step: Step) -> Sequence[Value]:
    """More or fewer positions at both ends of axes."""
    x = step.value()
    pads = step.needed(1, "margins") if step.has(1) else step.counts("pads") or step.counts("paddings") or []
    axes = axes_of(step.needed(3, "axes"), x.rank) if step.has(3) else list(range(x.rank))
    if len(pads) != 2 * len(axes):
        raise ShapeError(f"Pad has {len(pads)} margins for {len(axes)} axes")
    dims = list(x.dims)
    for place, axis in enumerate(axes):
        dims[axis] += pads[place] + pads[place + len(axes)]
    return [out(dims, x.dtype, x.numbers if tuple(dims) == x.dims and not any(pads) else None)]


@rule("CenterCropPad")
def center(step: Step) -> Sequence[Value]:
    """Cut or padded to wanted lengths."""
    x = step.value()
    wanted = step.needed(1, "lengths")
    axes = axes_of(step.counts("axes") or range(x.rank), x.rank)
    if len(wanted) != len(axes):
        raise ShapeError(f"CenterCropPad is told {len(wanted)} lengths for {len(axes)} axes")
    dims = dict(enumerate(x.dims)) | dict(zip(axes, wanted, strict=True))
    return [out(dims.values(), x.dtype)]


@rule("DepthToSpace", "SpaceToDepth")
def blocks(step: Step) -> Sequence[Value]:
    """Channels laid out as positions, or positions as channels."""
    n, c, h, w = step.ranked(0, 4, 4)
    size = step.count("blocksize", 1)
    if size < 1:
        raise ShapeError(f"blocksize is {size}, expected at least 1")
    square = size * size
    dims = (
        (n, c // square, h * size, w * size)
        if step.op == "DepthToSpace"
        else (n, c * square, h // size, w // size)
    )
    return [out(dims, step.value().dtype)]


@rule("Resize", "Upsample", f"{BLOCKED}Upsample")
def resize(step: Step) -> Sequence[Value]:
    """Other lengths of spatial axes."""
    x = step.value()
    return [out(_resized(step, x), x.dtype)]


def _resized(step: Step, x: Value) -> Dims:
    sizes, scales = step.given(3), step.given(1 if step.op != "Resize" or step.opset < 11 else 2)  # noqa: PLR2004
    stated = step.attributes.get("scales")
    axes = axes_of(step.counts("axes") or range(x.rank), x.rank)
    dims = list(x.dims)
    if sizes is not None and sizes.elements:
        for axis, length in zip(axes, _fit(step, x, axes), strict=True):
            dims[axis] = length
        return tuple(dims)
    if scales is not None and scales.elements:
        if scales.numbers is None:
            raise UnknownError(f"the scales of {step.op} depend on what the network is given")
        factors = scales.numbers
    elif isinstance(stated, list):
        factors = stated
    else:
        raise ShapeError(f"{step.op} has neither scales nor sizes")
    if len(factors) != len(axes) or min(factors) <= 0:
        raise ShapeError(f"{step.op} has the scales {factors[:8]} for {len(axes)} axes")
    scaled = mapped(lambda axis, factor: int(single(x.dims[axis] * factor)), axes, factors)
    if scaled is None:
        raise ShapeError(f"{step.op} has the scales {factors[:8]}")
    for axis, length in zip(axes, scaled, strict=True):
        dims[axis] = length
    return tuple(dims)


def _fit(step: Step, x: Value, axes: Sequence[int]) -> list[int]:
    """The lengths that are asked for, with one scale for all axes where the node says so."""
    wanted = step.needed(3, "lengths")
    if len(wanted) != len(axes):
        raise ShapeError(f"{step.op} is told {len(wanted)} lengths for {len(axes)} axes")
    policy = step.word("keep_aspect_ratio_policy", "stretch")
    if policy == "stretch" or any(not x.dims[axis] for axis in axes):
        return wanted
    factors = [length / x.dims[axis] for length, axis in zip(wanted, axes, strict=True)]
    factor = min(factors) if policy == "not_larger" else max(factors)
    return [int(factor * x.dims[axis] + 0.5) for axis in axes]


@rule("Col2Im")
def col2im(step: Step) -> Sequence[Value]:
    """Blocks laid out on a map, overlaps added."""
    n, columns, _ = step.ranked(0, 3, 3)
    size, block = step.needed(1, "lengths"), step.needed(2, "lengths")
    if not prod(block):
        raise ShapeError("a block of no elements")
    return [out((n, columns // prod(block), *size), step.value().dtype)]


@rule("TensorScatter")
def tensor_scatter(step: Step) -> Sequence[Value]:
    """A cache with new positions written into it."""
    x = step.value()
    return [out(x.dims, x.dtype)]
