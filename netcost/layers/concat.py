"""The layer that puts inputs one after the other."""

from __future__ import annotations

from netcost.integers import any_of
from netcost.layers.kept import NOTHING_KEPT
from netcost.layers.layer import Layer, declare, field
from netcost.layers.reads import Sight
from netcost.layers.refusals import LayerError, axis_of, refuse, require_embedded
from netcost.layers.values import AxisName
from netcost.shapes import Shape


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
    keeps = NOTHING_KEPT
    passes_gradient = True

    axis: AxisName = field(default="channels", help="the axis along which they are joined")

    def output(self, *inputs: Shape) -> Shape:
        """The first input's shape, longer along the axis."""
        first = require_embedded(self.type, inputs[0])
        axis = axis_of(first, self.axis)
        for x in inputs[1:]:
            self.check_fit(first, x, axis)
        return first.with_length(axis, sum(x[axis] for x in inputs))

    def check_fit(self, first: Shape, x: Shape, axis: int) -> None:
        """Compare an input with the first one in all axes but one.

        Raises:
            LayerError: they are of different kinds, or differ in another axis.
        """

        def error() -> LayerError:
            return LayerError(
                f"concat along the {self.axis} cannot join {first.described} and {x.described}",
                hint=f"all axes but the {self.axis} are equal",
            )

        refuse(type(x) is not type(first) or len(x) != len(first), error)
        refuse(any_of(x[each] != first[each] for each in range(len(x)) if each != axis), error)

    def reads(self, out: Shape, *inputs: Shape) -> Sight:
        """The same position of each input, unless one stands behind the other."""
        return "same" if out.with_channels(1) == inputs[0].with_channels(1) else "whole"
