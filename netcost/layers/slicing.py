"""Layers that keep a part of their input; none computes anything."""

from __future__ import annotations

from typing import Annotated, ClassVar

from netcost.integers import any_of, ceil_div, minimum
from netcost.layers.kept import NOTHING_KEPT
from netcost.layers.layer import Layer, Spellings, declare, field
from netcost.layers.reads import Sight, along, shifted
from netcost.layers.refusals import (
    LayerError,
    axis_of,
    refuse,
    require_divisible,
    require_embedded,
    require_one,
    require_sequence,
)
from netcost.layers.values import AxisName, Count, Flag, Index, Integer, OneOf, Sizes
from netcost.shapes import Shape, Vector
from netcost.wording import counted, times


@declare
class Select(Layer):
    """Keep one token of a sequence, as a classifier reads the class token.

    Shapes: (N, T, C) -> (N, C).
    Counts: nothing.
    Errors: an index beyond the tokens.
    Source: torch.select.
    """

    type = "select"
    title = "Select"
    view = True
    keeps = NOTHING_KEPT
    sight = "whole"
    primary = "index"

    index: Integer = field(help="number of the token, from 0; -1 is the last", example="0")

    def output(self, *inputs: Shape) -> Shape:
        """(N, C)."""
        x = require_sequence(self.type, inputs[0])
        n, tokens, channels = x
        refuse(
            any_of([self.index < -tokens, self.index >= tokens]),
            lambda: LayerError(
                f"index is {self.index}, {x.described} has {tokens} tokens",
                field="index",
                hint=f"from 0 to {tokens - 1}; -1 is the last",
            ),
        )
        return Vector((n, channels))


@declare
class Triangle(Layer):
    """Keep the elements of a square matrix that are below its diagonal, as each pair of features once.

    Shapes: (N, T, T) -> (N, T * (T - 1) / 2); with the diagonal (N, T * (T + 1) / 2).
    Counts: nothing.
    Errors: another input than a square.
    Source: Naumov et al., DLRM, arXiv:1906.00091; torch.tril_indices.
    """

    type = "triangle"
    title = "Triangle"
    keeps = NOTHING_KEPT
    sight = "whole"
    primary = "diagonal"

    diagonal: Flag = field(default=False, help="keep the diagonal, too")

    def output(self, *inputs: Shape) -> Shape:
        """A vector."""
        n, height, width = require_sequence(self.type, inputs[0])
        refuse(
            height != width,
            lambda: LayerError(f"triangle needs a square, got {inputs[0].described}"),
        )
        pairs = height * (height - 1) // 2 + height * self.diagonal
        refuse(pairs < 1, lambda: LayerError("a matrix of 1 x 1 has nothing below its diagonal"))
        return Vector((n, pairs))


@declare
class Slice(Layer):
    """Keep a range of an axis.

    Shapes: (N, ...) -> the same, with ceil((stop - start) / step) along the axis.
    Counts: nothing.
    Errors: a range that is empty or goes beyond the axis.
    Source: Python's slices; ONNX Slice.
    """

    type = "slice"
    title = "Slice"
    view = True
    keeps = NOTHING_KEPT
    primary = "start"

    start: Integer = field(default=0, shown=True, help="first position kept, from 0; negative from the end")
    stop: Integer | None = field(default=None, help="first position no longer kept; the end where left out")
    step: Count = field(default=1, help="distance between the positions kept")
    axis: AxisName = field(default="channels", help="the axis that is cut")

    def output(self, *inputs: Shape) -> Shape:
        """The input's shape with a shorter axis."""
        x = require_embedded(self.type, inputs[0])
        axis = axis_of(x, self.axis)
        length = x[axis]
        start = self.start + length if self.start < 0 else self.start
        stop = length if self.stop is None else self.stop + length if self.stop < 0 else self.stop
        refuse(
            any_of([start < 0, start >= stop, stop > length]),
            lambda: LayerError(
                f"positions {start} to {stop} are no range of the {length} {self.axis} of {x.described}",
                field="stop" if start < length and self.stop is not None else "start",
            ),
        )
        return x.with_length(axis, ceil_div(stop - start, self.step))

    def reads(self, out: Shape, x: Shape) -> Sight:
        """The position kept, of an axis of positions; all are where channels are cut."""
        del out
        axis = axis_of(x, self.axis)
        return along(x, axis, shifted(self.start + x[axis] if self.start < 0 else self.start, self.step))


Uneven = Annotated[str, OneOf(["refuse", "chunk", "balance"])]


@declare
class Split(Layer):
    """Cut an axis into parts and keep one of them.

    A number of parts does not always divide the axis: `split` refuses that; `chunk` rounds the parts up, so that the last is
    shorter, and there may be fewer; `tensor_split` makes the first parts one longer. A `size` cuts off parts of that length
    as long as something is left, `sizes` has one for each part.

    Shapes: (N, ...) -> the same, with the length of the part along the axis.
    Counts: nothing.
    Errors: parts that do not divide the axis; an index beyond them; sizes that do not add up to the axis.
    Source: torch.chunk, torch.tensor_split, torch.split.
    """

    type = "split"
    title = "Split"
    view = True
    keeps = NOTHING_KEPT
    primary = "parts"
    spellings: ClassVar[Spellings] = {"chunk": {"uneven": "chunk"}, "tensor_split": {"uneven": "balance"}}

    parts: Count | None = field(
        default=None, aliases=("chunks", "sections"), help="number of parts", example="2"
    )
    index: Index = field(help="which of them is kept, from 0")
    axis: AxisName = field(default="channels", help="the axis that is cut")
    size: Count | None = field(
        default=None, aliases=("split_size",), help="length of each part but the last, which may be shorter"
    )
    sizes: Sizes | None = field(default=None, help="length of each part")
    uneven: Uneven = field(
        default="refuse", shown=False, help="what is done where parts do not divide the axis"
    )

    def validate(self) -> None:
        """Refuse a part that there is not."""
        require_one(self, "parts", "size", "sizes")
        parts = self.parts if self.sizes is None else len(self.sizes)
        refuse(
            parts is not None and self.index >= parts,
            lambda: self.no_part(parts),
        )

    def no_part(self, parts: int | None) -> LayerError:
        """The error for an index beyond the last part."""
        last = int(parts or 0) - 1
        return LayerError(
            f"index is {self.index}, there {'is' if last == 0 else 'are'} {counted(last + 1, 'part')}",
            field="index",
            hint=f"from 0 to {last}",
        )

    def output(self, *inputs: Shape) -> Shape:
        """The input's shape with a shorter axis."""
        x = require_embedded(self.type, inputs[0])
        axis = axis_of(x, self.axis)
        return x.with_length(axis, self.length(x[axis]))

    def length(self, whole: int) -> int:
        """Length of the part that is kept."""
        if self.sizes is not None:
            return self.listed(whole, self.sizes)
        if self.size is not None:
            return self.cut(whole, self.size)
        parts = 1 if self.parts is None else self.parts
        if self.uneven == "chunk":
            return self.cut(whole, ceil_div(whole, parts))
        if self.uneven == "balance":
            refuse(self.index >= whole, lambda: self.no_part(whole))
            return ceil_div(whole - self.index, parts)
        return require_divisible(self.axis, whole, "parts", parts, field="parts")

    def cut(self, whole: int, size: int) -> int:
        """Length of a part where all but the last are of one size."""
        start = self.index * size
        refuse(start >= whole, lambda: self.no_part(ceil_div(whole, size)))
        return minimum(size, whole - start)

    def listed(self, whole: int, sizes: tuple[int, ...]) -> int:
        """Length of a part where each is given."""
        refuse(
            sum(sizes) != whole,
            lambda: LayerError(
                f"the sizes {times(sizes, ' + ')} = {sum(sizes)} are not the {whole} {self.axis}",
                field="sizes",
            ),
        )
        return sizes[self.index]

    def reads(self, out: Shape, x: Shape) -> Sight:
        """All positions, where it is channels that are cut."""
        del out
        return "same" if axis_of(x, self.axis) == range(len(x))[x.channel_axis] else None
