"""Stochastic depth: branches left out in training."""

from __future__ import annotations

from typing import ClassVar

from netcost.layers.dropout import Dropout
from netcost.layers.kept import NOTHING_KEPT, Held, Kept
from netcost.layers.layer import Spellings, declare, field
from netcost.layers.values import Number
from netcost.shapes import Shape


@declare
class DropPath(Dropout):
    """Leave out a whole branch for random samples in training: stochastic depth.

    Shapes: any -> the same.
    Counts: nothing, as at inference.
    Errors: a probability outside 0 <= p < 1.
    Source: Huang et al., arXiv:1603.09382; torchvision.ops.StochasticDepth.
    """

    type = "droppath"
    title = "DropPath"
    unseen = True
    spellings: ClassVar[Spellings] = {"stochastic_depth": {}}

    p: Number = field(aliases=("rate",), help="probability of a sample to skip the branch", example="0.1")

    def kept(self, out: Shape, x: Shape) -> Kept:
        """Which samples went on, a number each."""
        del out
        return Kept(more={"mask": Held((x[0],))}) if self.trains else NOTHING_KEPT
