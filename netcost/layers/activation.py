"""Activations: a function of each element on its own, or of each feature vector."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from netcost.layers.kept import INPUT_KEPT, OUTPUT_KEPT, Held, Kept
from netcost.layers.layer import Layer, Spellings, Weights, declare, field
from netcost.layers.operations import SOFTMAX_OPS
from netcost.layers.refusals import LayerError, refuse, require_embedded
from netcost.layers.values import Flag, Number
from netcost.shapes import Shape


@declare
class Activation(Layer):
    """A function of each element."""

    elementwise = True
    keeps = INPUT_KEPT
    sight = "same"

    def output(self, *inputs: Shape) -> Shape:
        """The input's shape."""
        return require_embedded(self.type, inputs[0])

    def ops(self, out: Shape, x: Shape) -> int:
        """One operation per element."""
        del x
        return prod(out)


class CopiedInPlace(Activation):
    """A function whose backward pass needs its input, and which may write over it all the same."""

    in_place = True

    def kept_in_place(self, out: Shape, x: Shape) -> Kept:
        """A copy of the input, made before it is written over."""
        del out
        return Kept(more={"copy": Held(x)})


class SignedByOutput(Activation):
    """A function whose output has the sign of its input, which is all that its backward pass needs when written in place."""

    in_place = True

    def kept_in_place(self, out: Shape, x: Shape) -> Kept:
        """The output, which tells the sign of the input."""
        del out, x
        return OUTPUT_KEPT


class ReLU(Activation):
    """Set negative elements to zero: `max(0, x)`.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: Nair & Hinton, ICML 2010; torch.nn.ReLU.
    """

    type = "relu"
    title = "ReLU"
    in_place = True
    keeps = OUTPUT_KEPT


class ReLU6(CopiedInPlace):
    """A ReLU that stops at 6: `min(max(0, x), 6)`.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: Krizhevsky, Convolutional Deep Belief Networks on CIFAR-10, 2010; torch.nn.ReLU6.
    """

    type = "relu6"
    title = "ReLU6"


class Abs(Activation):
    """Take absolute values, as a distance between two branches does.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: Koch et al., Siamese neural networks, ICML workshop 2015; torch.abs.
    """

    type = "abs"
    title = "Abs"
    keeps = INPUT_KEPT


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


class Hardswish(CopiedInPlace):
    """Swish with a piecewise linear sigmoid: `x * relu6(x + 3) / 6`.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: Howard et al., arXiv:1905.02244; torch.nn.Hardswish.
    """

    type = "hardswish"
    title = "Hardswish"
    spellings: ClassVar[Spellings] = {"hard_swish": {}}


class Hardsigmoid(CopiedInPlace):
    """A piecewise linear sigmoid: `relu6(x + 3) / 6`.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: Howard et al., arXiv:1905.02244; torch.nn.Hardsigmoid.
    """

    type = "hardsigmoid"
    title = "Hardsigmoid"
    spellings: ClassVar[Spellings] = {"hard_sigmoid": {}}


class Hardtanh(CopiedInPlace):
    """Cut each element off at -1 and 1.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: torch.nn.Hardtanh.
    """

    type = "hardtanh"
    title = "Hardtanh"


class Softmax(Activation):
    """Turn the features at each position into shares that add up to 1.

    Shapes: any -> the same.
    Counts: 5 ops per element: its part in the maximum and in the sum, subtraction, exponential, division.
    Source: torch.nn.Softmax over the channels.
    """

    type = "softmax"
    title = "Softmax"
    keeps = OUTPUT_KEPT

    def ops(self, out: Shape, x: Shape) -> int:
        """Five operations per element."""
        del x
        return SOFTMAX_OPS * prod(out)


class LogSoftmax(Softmax):
    """The logarithm of the softmax.

    Shapes: any -> the same.
    Counts: 5 ops per element: as softmax, a subtraction in place of the division.
    Source: torch.nn.LogSoftmax over the channels.
    """

    type = "logsoftmax"
    title = "LogSoftmax"
    spellings: ClassVar[Spellings] = {"log_softmax": {}}


class GLU(Activation):
    """Gate the first half of the channels by the sigmoid of the second.

    Shapes: any -> the same with half the channels.
    Counts: 2 ops per output element, the sigmoid and the product.
    Errors: an odd number of channels.
    Source: Dauphin et al., arXiv:1612.08083; torch.nn.GLU over the channels.
    """

    type = "glu"
    title = "GLU"
    elementwise = False

    def output(self, *inputs: Shape) -> Shape:
        """The input's shape with half the channels."""
        x = require_embedded(self.type, inputs[0])
        refuse(
            x.channels % 2 != 0,
            lambda: LayerError(f"glu halves the channels, got {x.channels}, an odd number"),
        )
        return x.with_channels(x.channels // 2)

    def ops(self, out: Shape, x: Shape) -> int:
        """Two operations per output element."""
        del x
        return 2 * prod(out)
