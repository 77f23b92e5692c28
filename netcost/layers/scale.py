"""Multiplication by one number."""

from __future__ import annotations

from math import prod
from typing import Any

from netcost.layers.kept import INPUT_FOR_WEIGHTS, NOTHING_KEPT, Kept
from netcost.layers.layer import Layer, Weights, declare, field
from netcost.layers.refusals import require_embedded
from netcost.layers.values import Number
from netcost.shapes import Shape


@declare
class Scale(Layer):
    """Multiply all elements by one number, which is learned unless it is given.

    Shapes: any -> the same.
    Counts: 1 op per element. A learned number is one parameter, a given one none.
    Source: Bachlechner et al., ReZero, arXiv:2003.04887; Radford et al., CLIP, arXiv:2103.00020, its logit scale.
    """

    type = "scale"
    title = "Scale"
    elementwise = True
    sight = "same"
    primary = "by"

    by: Number | None = field(default=None, help="the number; a learned one where left out", example="0.125")

    def output(self, *inputs: Shape) -> Shape:
        """The input's shape."""
        return require_embedded(self.type, inputs[0])

    def weights(self, *inputs: Any) -> Weights:
        """One number, if it is learned."""
        del inputs
        return {"weight": (1,)} if self.by is None else {}

    def ops(self, out: Shape, x: Shape) -> int:
        """One multiplication per element."""
        del x
        return prod(out)

    def kept(self, out: Shape, x: Shape) -> Kept:
        """The input where the number is learned."""
        del out, x
        return INPUT_FOR_WEIGHTS if self.by is None else NOTHING_KEPT
