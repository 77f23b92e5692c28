"""Pooling by powers."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from netcost.layers.layer import Spellings, declare, field
from netcost.layers.pool import Pool
from netcost.layers.values import Number
from netcost.shapes import Map


@declare
class LPPool(Pool):
    """Take a root of the sum of the powers of each window: between the mean and the maximum.

    Shapes: (N, C, *size) -> (N, C, *size').
    Counts: 1 op per input element for its power, K*K per output element for the sum and 1 for the root.
    Errors: a window larger than its padded input; padding in which a whole window fits.
    Source: Gulcehre et al., arXiv:1311.1780; torch.nn.LPPool2d.
    """

    type = "lppool"
    title = "LPPool"
    spellings: ClassVar[Spellings] = {
        "lppool1d": {"rank": 1},
        "lppool2d": {"rank": 2},
        "lppool3d": {"rank": 3},
    }

    power: Number = field(default=2, aliases=("norm_type", "p"), help="power and root; 1 is the sum")

    def ops(self, out: Map, x: Map) -> int:
        """A power per input element, and per output element the sum of its window and a root."""
        return prod(x) + super().ops(out, x) + prod(out)
