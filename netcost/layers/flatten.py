"""Lining up all elements of a sample."""

from __future__ import annotations

from math import prod

from netcost.layers.kept import NOTHING_KEPT
from netcost.layers.layer import Layer
from netcost.layers.refusals import require_embedded
from netcost.shapes import Shape, Vector


class Flatten(Layer):
    """Line up all elements of a sample as one vector.

    Shapes: (N, ...) -> (N, prod(...)).
    Counts: nothing.
    Source: torch.nn.Flatten.
    """

    type = "flatten"
    title = "Flatten"
    view = True
    keeps = NOTHING_KEPT
    sight = "whole"

    def output(self, *inputs: Shape) -> Shape:
        """(N, D)."""
        x = require_embedded(self.type, inputs[0])
        return Vector((x[0], prod(x[1:])))
