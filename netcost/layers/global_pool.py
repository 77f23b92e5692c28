"""Pooling over all positions."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from netcost.layers.kept import NOTHING_KEPT
from netcost.layers.layer import Layer, Spellings, declare
from netcost.layers.pool import FoundMaxima
from netcost.layers.refusals import require_map
from netcost.shapes import Sequence, Shape, Vector


@declare
class GlobalAvgPool(Layer):
    """Average each channel to one number.

    Shapes: (N, C, *size) -> (N, C); (N, T, C) -> (N, C), over the tokens.
    Counts: 1 op per input element.
    Source: Lin et al., Network in Network, arXiv:1312.4400.
    """

    type = "gap"
    title = "GlobalAvgPool"
    spellings: ClassVar[Spellings] = {"globalavgpool": {}}
    lecture_ops = True
    keeps = NOTHING_KEPT
    sight = "whole"

    def output(self, *inputs: Shape) -> Shape:
        """(N, C)."""
        x = inputs[0]
        if not isinstance(x, Sequence):
            x = require_map(self.type, x)
        return Vector((x[0], x.channels))

    def ops(self, out: Vector, x: Shape) -> int:
        """One operation per input element."""
        del out
        return prod(x)


@declare
class GlobalMaxPool(FoundMaxima, GlobalAvgPool):
    """Keep the largest number of each channel.

    Shapes: (N, C, *size) -> (N, C); (N, T, C) -> (N, C), over the tokens.
    Counts: 1 op per input element.
    Source: Oquab et al., Is object localization for free?, CVPR 2015.
    """

    type = "gmp"
    title = "GlobalMaxPool"
    spellings: ClassVar[Spellings] = {"globalmaxpool": {}}
