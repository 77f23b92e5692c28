"""The fully connected layer."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from netcost.layers.kept import INPUT_FOR_WEIGHTS
from netcost.layers.layer import Layer, Spellings, Weights, declare, field
from netcost.layers.refusals import require_as_declared, require_features
from netcost.layers.values import Count, Flag
from netcost.shapes import Shape


@declare
class Linear(Layer):
    """Multiply the last axis by a learned matrix: fully connected.

    Shapes: (N, D_in) -> (N, units); (N, T, C) -> (N, T, units).
    Counts: one MAC per input and unit, for each vector; 1 op per output for the bias.
    Errors: an image, which has to be flattened or pooled first.
    Source: torch.nn.Linear. The weight is written D_in x units, as the lecture and Keras do.
    """

    type = "linear"
    title = "Linear"
    primary = "units"
    spellings: ClassVar[Spellings] = {"dense": {}, "fc": {}}
    followable = True
    keeps = INPUT_FOR_WEIGHTS

    units: Count = field(symbol="D_out", aliases=("out_features",), help="number of outputs")
    bias: Flag = field(default=True, aliases=("use_bias",), help="add a learned number per output")
    in_features: Count | None = field(
        default=None, aliases=("in_channels",), shown=False, help="checked against the input, never needed"
    )

    def output(self, *inputs: Shape) -> Shape:
        """The input with its last axis replaced by the units."""
        x = require_features(self.type, inputs[0])
        require_as_declared("features", x.channels, "in_features", self.in_features)
        return x.with_channels(self.units)

    def weights(self, x: Shape) -> Weights:
        """(D_in, units), and one bias per unit."""
        weight = {"weight": (x.channels, self.units)}
        return weight | {"bias": (self.units,)} if self.bias else weight

    def macs(self, out: Shape, x: Shape) -> int:
        """Input features times units, for each vector of the input."""
        del out
        return prod(x) * self.units

    def ops(self, out: Shape, x: Shape) -> int:
        """One addition per output element for the bias."""
        del x
        return prod(out) if self.bias else 0

    def label(self, *inputs: Shape) -> str:
        """`Linear (2450 -> 500)`."""
        return f"{self.title} ({inputs[0].channels} -> {self.units})"
