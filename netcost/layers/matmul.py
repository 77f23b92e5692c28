"""The product of two inputs as matrices."""

from __future__ import annotations

from math import prod

from netcost.integers import any_of
from netcost.layers.kept import Kept
from netcost.layers.layer import Layer, declare, field
from netcost.layers.refusals import LayerError, refuse, require_embedded
from netcost.layers.values import Flag
from netcost.shapes import Shape


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
