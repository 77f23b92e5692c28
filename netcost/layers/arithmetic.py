"""Layers that bring several inputs together."""

from __future__ import annotations

from math import prod

from netcost.layers.base import Layer, axis_of, declare, field, require_embedded
from netcost.layers.values import AxisName, Flag
from netcost.shapes import LayerError, Shape, Vector


class Elementwise(Layer):
    """Combine inputs element by element; axes of length 1 are repeated, vectors go over all positions."""

    arity = (2, None)

    def output(self, *inputs: Shape) -> Shape:
        """The shape that all inputs are repeated to."""
        out = max(inputs, key=len)
        for x in inputs:
            out = self.joined(out, require_embedded(self.type, x))
        return out

    def joined(self, out: Shape, x: Shape) -> Shape:
        """The shape that two inputs are repeated to.

        Raises:
            LayerError: they differ in an axis in which neither is 1.
        """
        laid = x
        if isinstance(x, Vector):
            laid = type(out)((x[0], *(1 for _ in out[1:]))).with_channels(x.channels)
        alike = type(laid) is type(out) and len(laid) == len(out)
        if not alike or any(a != b and 1 not in {a, b} for a, b in zip(out, laid, strict=True)):
            raise LayerError(
                f"{self.type} cannot combine {out.described} and {x.described}",
                hint="axes are equal or 1, and a vector has a number for each channel",
            )
        return type(out)(b if a == 1 else a for a, b in zip(out, laid, strict=True))

    def ops(self, out: Shape, *inputs: Shape) -> int:
        """One operation per output element for each input after the first."""
        return prod(out) * (len(inputs) - 1)


class Add(Elementwise):
    """Add inputs element by element, as a residual connection does.

    Shapes: two or more of one shape -> the same; axes of length 1 are repeated, a vector (N, C) is added at every
        position.
    Counts: 1 op per output element for each input after the first.
    Errors: shapes that differ otherwise.
    Source: He et al., arXiv:1512.03385; NumPy's broadcasting.
    """

    type = "add"
    title = "Add"


class Mul(Elementwise):
    """Multiply inputs element by element, as a gate does.

    Shapes: two or more of one shape -> the same; axes of length 1 are repeated, a vector (N, C) scales the channels.
    Counts: 1 op per output element for each input after the first.
    Errors: shapes that differ otherwise.
    Source: Hu et al., arXiv:1709.01507; NumPy's broadcasting.
    """

    type = "mul"
    title = "Mul"


@declare
class Concat(Layer):
    """Put inputs one after the other along an axis, the channels unless another is named.

    Shapes: two or more that agree in all other axes -> the same, with the sum of their lengths along this one.
    Counts: nothing.
    Errors: inputs of different kinds, or that differ in another axis.
    Source: torch.cat.
    """

    type = "concat"
    title = "Concat"
    arity = (2, None)

    axis: AxisName = field(default="channels", help="the axis along which they are joined")

    def output(self, *inputs: Shape) -> Shape:
        """The first input's shape, longer along the axis."""
        first = require_embedded(self.type, inputs[0])
        axis = axis_of(first, self.axis)
        for x in inputs[1:]:
            if (
                type(x) is not type(first)
                or len(x) != len(first)
                or x.with_length(axis, first[axis]) != first
            ):
                raise LayerError(
                    f"concat along the {self.axis} cannot join {first.described} and {x.described}",
                    hint=f"all axes but the {self.axis} are equal",
                )
        return first.with_length(axis, sum(x[axis] for x in inputs))


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

    transpose: Flag = field(default=False, help="swap the last two axes of the second input first")

    def output(self, *inputs: Shape) -> Shape:
        """(N, ..., M, L)."""
        left, right = (require_embedded(self.type, x) for x in inputs)
        *batch, rows, columns = right
        inner, length = (columns, rows) if self.transpose else (rows, columns)
        fit = isinstance(left, type(right)) and list(left[:-2]) == batch and left[-1] == inner
        if not fit or not batch:
            second = "(L, K)" if self.transpose else "(K, L)"
            raise LayerError(
                f"matmul cannot multiply {left.described} by {right.described}",
                hint=f"the last two axes are (M, K) and {second}, the others are equal",
            )
        return left.with_length(-1, length)

    def macs(self, out: Shape, *inputs: Shape) -> int:
        """Output elements times the inner axis."""
        return prod(out) * inputs[0][-1]
