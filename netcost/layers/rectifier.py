"""Activations that pass on what is positive."""

from __future__ import annotations

from typing import ClassVar

from netcost.layers.activation import Activation, CopiedInPlace
from netcost.layers.kept import OUTPUT_KEPT, Kept
from netcost.layers.layer import Spellings, Weights, declare, field
from netcost.layers.values import Flag, Number
from netcost.shapes import Shape


class SignedByOutput(Activation):
    """A function whose output has the sign of its input, which is all that its backward pass needs when written in place."""

    in_place = True

    def kept_in_place(self, out: Shape, x: Shape) -> Kept:
        """The output, which tells the sign of the input."""
        del out, x
        return OUTPUT_KEPT


class ReLU6(CopiedInPlace):
    """A ReLU that stops at 6: `min(max(0, x), 6)`.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: Krizhevsky, Convolutional Deep Belief Networks on CIFAR-10, 2010; torch.nn.ReLU6.
    """

    type = "relu6"
    title = "ReLU6"


@declare
class LeakyReLU(SignedByOutput):
    """A ReLU with a small fixed slope below zero: `max(0, x) + slope * min(0, x)`.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: Maas et al., ICML 2013; torch.nn.LeakyReLU.
    """

    type = "leakyrelu"
    title = "LeakyReLU"
    primary = "slope"
    spellings: ClassVar[Spellings] = {"leaky_relu": {}}

    slope: Number = field(default=0.01, aliases=("negative_slope", "alpha"), help="slope below zero")


@declare
class PReLU(Activation):
    """A ReLU whose slope below zero is learned, one for all channels or one for each.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: He et al., arXiv:1502.01852; torch.nn.PReLU.
    """

    type = "prelu"
    title = "PReLU"

    per_channel: Flag = field(default=False, help="learn a slope per channel, not one for all")

    def weights(self, x: Shape) -> Weights:
        """(1,), or (C,) where each channel has its own."""
        return {"weight": (x.channels if self.per_channel else 1,)}


@declare
class ELU(SignedByOutput):
    """Linear above zero, `alpha * (exp(x) - 1)` below.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: Clevert et al., arXiv:1511.07289; torch.nn.ELU.
    """

    type = "elu"
    title = "ELU"
    primary = "alpha"

    alpha: Number = field(default=1.0, help="minus the value far below zero")


class SELU(SignedByOutput):
    """An ELU scaled so that activations keep mean 0 and variance 1.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: Klambauer et al., arXiv:1706.02515; torch.nn.SELU.
    """

    type = "selu"
    title = "SELU"
