"""Products of two inputs, as matrices or along an axis."""

from __future__ import annotations

from math import prod

from netcost.integers import any_of, select
from netcost.layers.kept import Kept
from netcost.layers.layer import Layer, declare, field
from netcost.layers.refusals import LayerError, refuse, require_embedded
from netcost.layers.values import Count, Flag, Integer
from netcost.shapes import Sequence, Shape, Vector


@declare
class MatMul(Layer):
    """Multiply two inputs as matrices, in their last two axes; the first may be sparse.

    Shapes: (N, ..., M, K) and (N, ..., K, L) -> (N, ..., M, L); with `transpose` the second is (N, ..., L, K). The axes
        in front of the last two are equal or 1, which is repeated; those that one input lacks are 1, too.
    Counts: K MACs per output element; with `nonzero` L for each of these elements of a matrix.
    Errors: inner axes that differ; more non-zero elements than a matrix has.
    Source: torch.matmul; torch.sparse.mm, as for the adjacency of Kipf & Welling, arXiv:1609.02907.
    """

    type = "matmul"
    title = "MatMul"
    arity = (2, 2)
    keeps = Kept(inputs=(0, 1))
    sight = "whole"

    transpose: Flag = field(default=False, help="swap the last two axes of the second input first")
    nonzero: Count | None = field(
        default=None,
        symbol="E",
        help="elements of each matrix of the first input that are not zero; all where left out",
    )

    def output(self, *inputs: Shape) -> Shape:
        """(N, ..., M, L)."""
        left, right = (require_embedded(self.type, x) for x in inputs)
        second = "(L, K)" if self.transpose else "(K, L)"

        def error() -> LayerError:
            return LayerError(
                f"matmul cannot multiply {left.described} by {right.described}",
                hint=f"the last two axes are (M, K) and {second}, the others are equal or 1",
            )

        alike = isinstance(left, type(right)) or len(left) != len(right)
        refuse(not alike or min(len(left), len(right)) < LEAST_AXES, error)
        *left_batch, height, inner = left
        *right_batch, rows, columns = right
        same, width = (columns, rows) if self.transpose else (rows, columns)
        pairs = _side_by_side(left_batch, right_batch)
        wrong = [(a != b) & (a != 1) & (b != 1) for a, b in pairs]
        refuse(any_of([inner != same, left[0] != right[0], *wrong]), error)
        refuse(
            self.nonzero is not None and self.nonzero > height * inner,
            lambda: LayerError(
                f"nonzero is {self.nonzero}, a matrix of {height} x {inner} has {height * inner} elements",
                field="nonzero",
            ),
        )
        kind = type(left) if len(left) >= len(right) else type(right)
        return kind([*(select(a == 1, b, a) for a, b in pairs), height, width])

    def macs(self, out: Shape, *inputs: Shape) -> int:
        """Output elements times the inner axis, or its columns for each element that is not zero."""
        if self.nonzero is None:
            return prod(out) * inputs[0][-1]
        return prod(out[:-2]) * self.nonzero * out[-1]


LEAST_AXES = 3
"""The batch and a matrix."""


def _side_by_side(left: list[int], right: list[int]) -> list[tuple[int, int]]:
    """The axes in front of two matrices, the batch first; what one lacks is 1 behind its batch."""
    rank = max(len(left), len(right))
    padded = [[axes[0], *[1] * (rank - len(axes)), *axes[1:]] for axes in (left, right)]
    return list(zip(*padded, strict=True))


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
