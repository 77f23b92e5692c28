"""Layers that keep a part of their input; none computes anything."""

from __future__ import annotations

from typing import ClassVar

from netcost.integers import any_of, ceil_div
from netcost.layers.kept import NOTHING_KEPT
from netcost.layers.layer import Layer, Spellings, declare, field
from netcost.layers.refusals import (
    LayerError,
    axis_of,
    refuse,
    require_divisible,
    require_embedded,
    require_sequence,
)
from netcost.layers.values import AxisName, Count, Index, Integer
from netcost.shapes import Shape, Vector


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


@declare
class Split(Layer):
    """Cut an axis into equal parts and keep one of them.

    Shapes: (N, ...) -> the same, with 1 / parts of the axis.
    Counts: nothing.
    Errors: parts that do not divide the axis; an index beyond them.
    Source: torch.chunk.
    """

    type = "split"
    title = "Split"
    view = True
    keeps = NOTHING_KEPT
    primary = "parts"
    spellings: ClassVar[Spellings] = {"chunk": {}}

    parts: Count = field(help="number of equal parts", example="2")
    index: Index = field(help="which of them is kept, from 0")
    axis: AxisName = field(default="channels", help="the axis that is cut")

    def validate(self) -> None:
        """Refuse a part that there is not."""
        refuse(
            self.index >= self.parts,
            lambda: LayerError(
                f"index is {self.index}, there are {self.parts} parts",
                field="index",
                hint=f"from 0 to {self.parts - 1}",
            ),
        )

    def output(self, *inputs: Shape) -> Shape:
        """The input's shape with a shorter axis."""
        x = require_embedded(self.type, inputs[0])
        axis = axis_of(x, self.axis)
        return x.with_length(axis, require_divisible(self.axis, x[axis], "parts", self.parts, field="parts"))
