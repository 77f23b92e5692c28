"""The fully connected layer."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from netcost.layers.layer import Spellings, declare, field
from netcost.layers.refusals import require_as_declared, require_divisible, require_features
from netcost.layers.values import Count, Flag
from netcost.layers.weighted import WeightedLayer
from netcost.shapes import Shape


@declare
class Linear(WeightedLayer):
    """Multiply the last axis by a learned matrix: fully connected, or in groups of features.

    Shapes: (N, D_in) -> (N, units); (N, T, C) -> (N, T, units); (N, ..., C) -> (N, ..., units).
    Counts: one MAC per input of a group and unit, for each vector; 1 op per output for the bias.
    Errors: an image, which has to be flattened or pooled first; groups that do not divide the features or the units.
    Source: torch.nn.Linear. The weight is written D_in x units, as the lecture and Keras do; in groups, D_in / G x units.
    """

    type = "linear"
    title = "Linear"
    sight = "same"
    primary = "units"
    spellings: ClassVar[Spellings] = {"dense": {}, "fc": {}}
    transposed = True

    units: Count = field(symbol="D_out", aliases=("out_features",), help="number of outputs")
    bias: Flag = field(default=True, aliases=("use_bias",), help="add a learned number per output")
    groups: Count | None = field(
        default=None, symbol="G", help="independent groups of features; 1 where left out"
    )
    in_features: Count | None = field(
        default=None, aliases=("in_channels",), shown=False, help="checked against the input, never needed"
    )

    def output(self, *inputs: Shape) -> Shape:
        """The input with its last axis replaced by the units."""
        hint = (
            f"add `flatten` or `gap` before it; over each position it is `{{conv: {self.units}, kernel: 1}}`"
        )
        x = require_features(self.type, inputs[0], hint)
        require_as_declared("features", x.channels, "in_features", self.in_features)
        require_divisible("features", x.channels, "groups", self.parts, field="groups")
        require_divisible("units", self.units, "groups", self.parts, field="groups")
        self.require_axis(x)
        return x.with_channels(self.units)

    @property
    def parts(self) -> int:
        """Number of groups."""
        return 1 if self.groups is None else self.groups

    def weight_shape(self, x: Shape) -> tuple[int, ...]:
        """(D_in / G, units)."""
        return x.channels // self.parts, self.units

    def bias_length(self, x: Shape) -> int:
        """One bias per unit."""
        del x
        return self.units

    def macs(self, out: Shape, x: Shape) -> int:
        """Input features of a group times units, for each vector of the input."""
        del out
        return prod(x) // self.parts * self.units

    def label(self, *inputs: Shape) -> str:
        """`Linear (2450 -> 500)`."""
        groups = "" if self.groups is None else f", G={self.groups}"
        return f"{self.title} ({inputs[0].channels} -> {self.units}{groups})"
