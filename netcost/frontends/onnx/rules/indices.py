"""Operators that make numbers, look them up or write them by their places."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, prod

from netcost.frontends.onnx.file import TensorData
from netcost.frontends.onnx.known import pick, places, strides
from netcost.frontends.onnx.rules import MICROSOFT, rule
from netcost.frontends.onnx.rules.elementwise import dtype_of
from netcost.frontends.onnx.values import (
    MAX_KNOWN,
    Numbers,
    ShapeError,
    Step,
    UnknownError,
    Value,
    axis_of,
    broadcast,
    out,
    shape,
)


def _static(value: Value) -> Value:
    """A value that does not depend on data, whatever the node takes in."""
    value.static = True
    return value


@rule("Shape")
def shape_of(step: Step) -> Sequence[Value]:
    """The lengths of a tensor."""
    dims = step.dims()
    end = step.count("end", len(dims)) if "end" in step.attributes else None
    found = list(dims[step.count("start", 0) : end])
    return [_static(out((len(found),), "int64", found))]


@rule("Size")
def size(step: Step) -> Sequence[Value]:
    """The number of elements."""
    return [_static(out((), "int64", [step.value().elements]))]


@rule("ConstantOfShape")
def constant_of_shape(step: Step) -> Sequence[Value]:
    """One number repeated."""
    dims = step.needed(0, "lengths")
    stated = step.attributes.get("value")
    dtype, number = "float32", [0.0]
    if isinstance(stated, TensorData):
        dtype, number = stated.dtype, stated.numbers(1) or []
    found = out(dims, dtype)
    if number and found.elements <= MAX_KNOWN:
        found.numbers = number[:1] * found.elements
    return [found]


@rule("Range")
def range_(step: Step) -> Sequence[Value]:
    """Numbers in a row."""
    bounds = [step.value(place).numbers for place in range(3)]
    if not all(bounds):
        raise UnknownError("the length of a Range depends on what the network is given")
    start, stop, pace = (each[0] for each in bounds if each)
    if not pace:
        raise ShapeError("a Range with a step of 0")
    count = max(0, ceil((stop - start) / pace))
    found = out((count,), step.value().dtype)
    if count <= MAX_KNOWN:
        found.numbers = [start + pace * each for each in range(count)]
    return [found]


@rule("EyeLike")
def eye(step: Step) -> Sequence[Value]:
    """Ones on the diagonal of a matrix."""
    return [_static(out(step.dims(), dtype_of(step, "dtype", 1)))]


@rule("RandomNormal", "RandomUniform")
def random(step: Step) -> Sequence[Value]:
    """Numbers by chance."""
    return [out(step.counts("shape") or (), dtype_of(step, "dtype", 1))]


@rule("RandomNormalLike", "RandomUniformLike")
def random_like(step: Step) -> Sequence[Value]:
    """As many numbers by chance."""
    dtype = dtype_of(step, "dtype", 1) if "dtype" in step.attributes else step.value().dtype
    return [out(step.dims(), dtype)]


@rule("Multinomial")
def multinomial(step: Step) -> Sequence[Value]:
    """Samples of each row."""
    return [out((step.ranked(0, 2, 2)[0], step.count("sample_size", 1)), "int32")]


@rule("OneHot")
def one_hot(step: Step) -> Sequence[Value]:
    """A further axis with a number other than the rest."""
    indices, depth = step.value(0), step.needed(1, "lengths")
    if len(depth) != 1:
        raise ShapeError(f"OneHot is told {len(depth)} depths, expected one")
    axis = axis_of(step.count("axis", -1), indices.rank + 1)
    return [out((*indices.dims[:axis], depth[0], *indices.dims[axis:]), step.value(2).dtype)]


@rule("Gather")
def gather(step: Step) -> Sequence[Value]:
    """Positions along an axis, by a list of them."""
    x, indices = step.value(0), step.value(1)
    axis = axis_of(step.count("axis", 0), x.rank)
    found = out((*x.dims[:axis], *indices.dims, *x.dims[axis + 1 :]), x.dtype)
    if x.numbers is not None and indices.numbers is not None and found.elements <= MAX_KNOWN:
        length = x.dims[axis]
        wanted = [int(each) for each in indices.numbers]
        if any(not -length <= each < length for each in wanted):
            raise ShapeError(f"Gather asks for {wanted[:8]} of {length} positions")
        chosen: list[Sequence[int]] = [range(each) for each in x.dims]
        chosen[axis] = [each % length for each in wanted]
        found.numbers = pick(x.numbers, x.dims, chosen)
    return [found]


@rule("GatherElements")
def gather_elements(step: Step) -> Sequence[Value]:
    """An element for each index."""
    return [out(step.dims(1), step.value(0).dtype)]


@rule("GatherND")
def gather_nd(step: Step) -> Sequence[Value]:
    """What stands at each place."""
    x, indices = step.value(0), step.value(1)
    step.ranked(1, 1)
    batch, depth = step.count("batch_dims", 0), indices.dims[-1]
    if not 0 <= batch <= x.rank - depth:
        raise ShapeError(f"GatherND looks up {depth} axes behind {batch} in {shape(x.dims)}")
    return [out((*indices.dims[:-1], *x.dims[batch + depth :]), x.dtype)]


@rule("Scatter", "ScatterElements")
def scatter(step: Step) -> Sequence[Value]:
    """A tensor with some elements replaced."""
    x = step.value()
    return [out(x.dims, x.dtype)]


@rule("ScatterND")
def scatter_nd(step: Step) -> Sequence[Value]:
    """A tensor with what stands at some places replaced."""
    x = step.value()
    found = out(x.dims, x.dtype)
    indices, updates = step.value(1), step.value(2)
    known = x.numbers is not None and indices.numbers is not None and updates.numbers is not None
    if known and step.word("reduction", "none") == "none":
        found.numbers = _written(x, indices, updates)
    return [found]


def _written(x: Value, indices: Value, updates: Value) -> Numbers | None:
    numbers = list(x.numbers or [])
    if not indices.dims or not 0 < indices.dims[-1] <= x.rank or not updates.numbers:
        return None
    depth = indices.dims[-1]
    steps, size = strides(x.dims)[:depth], prod(x.dims[depth:])
    wanted = indices.numbers or []
    for row in range(len(wanted) // depth):
        index = wanted[row * depth : (row + 1) * depth]
        start = sum(
            each % max(1, length) * step for each, length, step in zip(index, x.dims, steps, strict=False)
        )
        numbers[start : start + size] = updates.numbers[row * size : (row + 1) * size]
    return numbers if len(numbers) == x.elements else None


@rule("NonZero")
def non_zero(step: Step) -> Sequence[Value]:
    """The places of elements that are not zero."""
    x = step.value()
    if x.numbers is None:
        return [_guessed(out((x.rank, 1), "int64"))]
    found = places(x.numbers, x.dims)
    numbers = [index[axis] for axis in range(x.rank) for index in found]
    return [out((x.rank, len(found)), "int64", numbers)]


def _guessed(value: Value) -> Value:
    """A tensor of which a length depends on the data."""
    value.guessed = True
    return value


@rule("Compress")
def compress(step: Step) -> Sequence[Value]:
    """Those elements or positions that are marked."""
    x, marks = step.value(0), step.known(1)
    count = sum(map(bool, marks)) if marks is not None else 1
    if "axis" in step.attributes:
        axis = axis_of(step.count("axis", 0), x.rank)
        found = out((*x.dims[:axis], count, *x.dims[axis + 1 :]), x.dtype)
    else:
        found = out((count,), x.dtype)
    return [found if marks is not None else _guessed(found)]


@rule("Unique")
def unique(step: Step) -> Sequence[Value]:
    """Each different element once, and where they stand."""
    x = step.value()
    if "axis" in step.attributes:
        axis = axis_of(step.count("axis", 0), x.rank)
        dims, length = (*x.dims[:axis], 1, *x.dims[axis + 1 :]), x.dims[axis]
    else:
        dims, length = (1,), x.elements
    ones = [_guessed(out((1,), "int64")) for _ in range(2)]
    return [_guessed(out(dims, x.dtype)), ones[0], out((length,), "int64"), ones[1]]


@rule("NonMaxSuppression", f"{MICROSOFT}NonMaxSuppression")
def non_max_suppression(step: Step) -> Sequence[Value]:
    """The boxes that are left: a sample, a class and a box for each."""
    step.ranked(0, 3, 3)
    return [_guessed(out((1, 3), "int64"))]


@rule(f"{MICROSOFT}Unique")
def unique_of_row(step: Step) -> Sequence[Value]:
    """Each different element of a row once, where they stand, and how often."""
    x = step.value()
    return [_guessed(out((1,), x.dtype)), out(x.dims, "int64"), _guessed(out((1,), "int64"))]


@rule("BlackmanWindow", "HannWindow", "HammingWindow")
def window(step: Step) -> Sequence[Value]:
    """Weights of the samples of a frame."""
    return [out(step.needed(0, "lengths")[:1], dtype_of(step, "output_datatype", 1))]


@rule("MelWeightMatrix")
def mel(step: Step) -> Sequence[Value]:
    """A weight for each frequency and band."""
    bands, frequencies = step.needed(0, "lengths"), step.needed(1, "lengths")
    if not bands or not frequencies:
        raise ShapeError("MelWeightMatrix is told no lengths")
    return [out((frequencies[0] // 2 + 1, bands[0]), dtype_of(step, "output_datatype", 1))]


@rule(f"{MICROSOFT}ExpandDims")
def expand_dims(step: Step) -> Sequence[Value]:
    """With a further axis of length 1."""
    x = step.value()
    axis = axis_of(step.needed(1, "axes")[0], x.rank + 1)
    return [out((*x.dims[:axis], 1, *x.dims[axis:]), x.dtype, x.numbers)]


@rule("StringConcat")
def strings(step: Step) -> Sequence[Value]:
    """Texts put together."""
    return [out(broadcast(step.value(0), step.value(1)), "string")]
