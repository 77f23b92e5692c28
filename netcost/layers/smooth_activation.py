"""Smooth activations: sigmoids, and what is made of exponentials like them."""

from __future__ import annotations

from typing import ClassVar

from netcost.layers.activation import Activation, CopiedInPlace
from netcost.layers.kept import OUTPUT_KEPT, Held, Kept
from netcost.layers.layer import Spellings
from netcost.shapes import Shape


class GELU(Activation):
    """Weigh each element by the normal distribution: `x * Phi(x)`, exact or by its tanh formula.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: Hendrycks & Gimpel, arXiv:1606.08415; torch.nn.GELU.
    """

    type = "gelu"
    title = "GELU"


class SiLU(CopiedInPlace):
    """Weigh each element by its sigmoid: `x * sigmoid(x)`, also called swish.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: Ramachandran et al., arXiv:1710.05941; torch.nn.SiLU.
    """

    type = "silu"
    title = "SiLU"
    spellings: ClassVar[Spellings] = {"swish": {}}


class Mish(CopiedInPlace):
    """`x * tanh(softplus(x))`.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: Misra, arXiv:1908.08681; torch.nn.Mish.
    """

    type = "mish"
    title = "Mish"


class Sigmoid(Activation):
    """Squash each element to 0 .. 1: `1 / (1 + exp(-x))`.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: torch.nn.Sigmoid.
    """

    type = "sigmoid"
    title = "Sigmoid"
    in_place = True
    keeps = OUTPUT_KEPT


class LogSigmoid(Activation):
    """The logarithm of the sigmoid.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: torch.nn.LogSigmoid.
    """

    type = "logsigmoid"
    title = "LogSigmoid"

    def kept(self, out: Shape, x: Shape) -> Kept:
        """The input, and the exponential of its negated size."""
        del out
        return Kept(inputs=(0,), more={"inner": Held(x)})


class Tanh(Activation):
    """Squash each element to -1 .. 1.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: torch.nn.Tanh.
    """

    type = "tanh"
    title = "Tanh"
    in_place = True
    keeps = OUTPUT_KEPT


class Softplus(Activation):
    """A smooth ReLU: `log(1 + exp(x))`.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: Dugas et al., NIPS 2000; torch.nn.Softplus.
    """

    type = "softplus"
    title = "Softplus"


class Softsign(Activation):
    """`x / (1 + |x|)`.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: torch.nn.Softsign.
    """

    type = "softsign"
    title = "Softsign"

    def kept(self, out: Shape, x: Shape) -> Kept:
        """The input, and its size plus 1."""
        del out
        return Kept(inputs=(0,), more={"inner": Held(x)})
