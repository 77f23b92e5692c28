"""Products of two inputs, as matrices or along an axis."""

from __future__ import annotations

from math import prod

from netcost.integers import any_of
from netcost.layers.kept import Kept
from netcost.layers.layer import Layer, declare, field
from netcost.layers.refusals import LayerError, refuse, require_embedded
from netcost.layers.values import Flag, Integer
from netcost.shapes import Sequence, Shape, Vector


@declare
class MatMul(Layer):
    """Multiply two inputs as matrices, in their last two axes.

    Shapes: (N, ..., M, K) and (N, ..., K, L) -> (N, ..., M, L); with `transpose` the second is (N, ..., L, K).
    Counts: K MACs per output element.
    Errors: inner axes that differ.
    Source: torch.matmul.
    """

    type = "matmul"
    title = "MatMul"
    arity = (2, 2)
    keeps = Kept(inputs=(0, 1))
    sight = "whole"

    transpose: Flag = field(default=False, help="swap the last two axes of the second input first")

    def output(self, *inputs: Shape) -> Shape:
        """(N, ..., M, L)."""
        left, right = (require_embedded(self.type, x) for x in inputs)
        *batch, rows, columns = right
        inner, length = (columns, rows) if self.transpose else (rows, columns)
        second = "(L, K)" if self.transpose else "(K, L)"

        def error() -> LayerError:
            return LayerError(
                f"matmul cannot multiply {left.described} by {right.described}",
                hint=f"the last two axes are (M, K) and {second}, the others are equal",
            )

        refuse(not isinstance(left, type(right)) or len(left) != len(right) or not batch, error)
        refuse(any_of(a != b for a, b in zip((*left[:-2], left[-1]), (*batch, inner), strict=True)), error)
        return left.with_length(-1, length)

    def macs(self, out: Shape, *inputs: Shape) -> int:
        """Output elements times the inner axis."""
        return prod(out) * inputs[0][-1]


@declare
class Dot(Layer):
    """Multiply two inputs and add the products up along an axis of both.

    Shapes: (N, D) and (N, D) -> (N, 1); (N, T, C) and (N, S, C) -> (N, T, S); along axis 1, (N, T, C) and (N, T, D)
        -> (N, C, D).
    Counts: one MAC per output element and position of the axis; normalised, 3 ops per input element (its square, the
        sum and the quotient).
    Errors: lengths of the axis that differ; inputs of two kinds.
    Source: keras.layers.Dot; torch.bmm.
    """

    type = "dot"
    title = "Dot"
    arity = (2, 2)
    sight = "whole"

    axis: Integer = field(
        default=-1, aliases=("axes",), help="the axis along which they are added up, 0 is the batch"
    )
    normalize: Flag = field(default=False, help="divide each by its length first: cosine similarity")

    def output(self, *inputs: Shape) -> Shape:
        """(N, T, S), or (N, 1) of vectors."""
        left, right = (require_embedded(self.type, x) for x in inputs)
        axis = self.axis if self.axis > 0 else self.axis + len(left)

        def error() -> LayerError:
            return LayerError(
                f"dot cannot add up axis {self.axis} of {left.described} and {right.described}",
                hint="two vectors or two sequences, of one length along the axis",
            )

        refuse(type(left) is not type(right) or not isinstance(left, (Vector, Sequence)), error)
        refuse(self.axis == 0 or not 0 < axis < len(left), error)
        refuse((left[0] != right[0]) | (left[axis] != right[axis]), error)
        if isinstance(left, Vector):
            return Vector((left[0], 1))
        return Sequence((left[0], left[3 - axis], right[3 - axis]))

    def macs(self, out: Shape, *inputs: Shape) -> int:
        """Output elements times the length of the axis."""
        return prod(out) * inputs[0][self.axis]

    def ops(self, out: Shape, *inputs: Shape) -> int:
        """A square, a sum and a quotient per input element, where they are normalised."""
        del out
        return 3 * sum(prod(x) for x in inputs) if self.normalize else 0

    def kept(self, out: Shape, *inputs: Shape) -> Kept | None:
        """Both inputs, each the factor of the other; not known where they are normalised."""
        del out, inputs
        return None if self.normalize else Kept(inputs=(0, 1))
