"""Pooling to a given size."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from netcost.integers import gcd
from netcost.layers.kept import INPUT_KEPT, NOTHING_KEPT, Kept
from netcost.layers.layer import RANK, Layer, Spellings, declare, field
from netcost.layers.pool import FoundMaxima
from netcost.layers.reads import Sight, binned, every
from netcost.layers.refusals import per_axis, require_map
from netcost.layers.values import Axes, Count
from netcost.shapes import Map, Shape


@declare
class AdaptivePool(Layer):
    """Pooling whose windows are chosen to give a wanted size."""

    primary = "size"
    lecture_ops = True

    size: Axes = field(aliases=("output", "output_size"), help="output size, one number or one per axis")
    rank: Count | None = RANK

    def output(self, *inputs: Shape) -> Shape:
        """(N, C, *size)."""
        x = require_map(self.type, inputs[0], rank=self.rank)
        return x.resized(x.channels, per_axis(self.size, len(x.size), "size"))

    def ops(self, out: Map, x: Map) -> int:
        """One operation per position of each window.

        Window i of an axis goes from floor(i * W / W') to ceil((i + 1) * W / W'); two neighbours share a
        position where the quotient between them is not whole, so all of them hold W + W' - gcd(W, W').
        """
        return prod(out[:2]) * prod(
            whole + parts - gcd(whole, parts) for whole, parts in zip(x.size, out.size, strict=True)
        )

    def reads(self, out: Map, x: Map) -> Sight:
        """A bin for each axis."""
        return every(map(binned, x.size, out.size))


@declare
class AdaptiveAvgPool(AdaptivePool):
    """Average to a given size.

    Shapes: (N, C, *size) -> (N, C, *size').
    Counts: 1 op per position of each window, W + W' - gcd(W, W') positions along an axis.
    Errors: a list that does not have one number per axis.
    Source: PyTorch, aten/src/ATen/native/AdaptivePooling.h; torch.nn.AdaptiveAvgPool2d.
    """

    type = "adaptiveavgpool"
    title = "AdaptiveAvgPool"
    spellings: ClassVar[Spellings] = {
        "adaptiveavgpool1d": {"rank": 1},
        "adaptiveavgpool2d": {"rank": 2},
        "adaptiveavgpool3d": {"rank": 3},
    }

    def kept(self, out: Map, x: Map) -> Kept:
        """The input; nothing for a mean over all positions, which each of them shares alike."""
        del x
        return NOTHING_KEPT if prod(out.size) == 1 else INPUT_KEPT


@declare
class AdaptiveMaxPool(FoundMaxima, AdaptivePool):
    """Take maxima down to a given size.

    Shapes: (N, C, *size) -> (N, C, *size').
    Counts: 1 op per position of each window, W + W' - gcd(W, W') positions along an axis.
    Errors: a list that does not have one number per axis.
    Source: PyTorch, aten/src/ATen/native/AdaptivePooling.h; torch.nn.AdaptiveMaxPool2d.
    """

    type = "adaptivemaxpool"
    title = "AdaptiveMaxPool"
    spellings: ClassVar[Spellings] = {
        "adaptivemaxpool1d": {"rank": 1},
        "adaptivemaxpool2d": {"rank": 2},
        "adaptivemaxpool3d": {"rank": 3},
    }
