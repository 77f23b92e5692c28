"""Convolutions that look for their inputs where another layer tells them to."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any, ClassVar

from netcost.layers.conv import GroupedConvolution
from netcost.layers.kept import Kept
from netcost.layers.layer import Spellings, declare, multiplied
from netcost.layers.operations import SAMPLE_OPS
from netcost.layers.products import Product
from netcost.layers.reads import Sight
from netcost.layers.refusals import LayerError, refuse, require_divisible, require_map
from netcost.shapes import Image, Map, Shape


@declare
class DeformConv(GroupedConvolution):
    """Slide learned filters over an image, each tap moved by an offset that another layer computes.

    `offset` names what computes the offsets, two per tap for each group of input channels that moves together, and `mask`
    what computes a factor for each of those taps; both usually are convolutions of the same input.

    Shapes: (N, C_in, H, W), (N, 2 * g * K*K, H', W') and (N, g * K*K, H', W') -> (N, filters, H', W').
    Counts: MACs as a convolution, which PyTorch's flop counter leaves out; 7 ops per value that is looked up between its
        four neighbours, C_in * K*K for each output position, 1 more with a mask; 1 op per output for the bias.
    Errors: offsets or a mask of another size than the output, or whose channels are no whole groups of taps.
    Source: Dai et al., arXiv:1703.06211; Zhu et al., arXiv:1811.11168, for the mask; torchvision.ops.DeformConv2d.
    """

    type = "deformconv"
    title = "DeformConv"
    arity = (1, 3)
    named_inputs = ("offset", "mask")
    needed_inputs = ("offset",)
    spellings: ClassVar[Spellings] = {"deformconv2d": {}, "deform_conv2d": {}}

    def output(self, *inputs: Shape) -> Shape:
        """(N, filters, H', W')."""
        x = require_map(self.type, inputs[0], rank=2)
        out = super().output(x)
        refuse(
            len(inputs) == 1,
            lambda: LayerError(
                f"deformconv needs `offset`: the name of a layer with {2 * prod(self.kernels(x))} channels",
                hint="`mask` may follow",
            ),
        )
        groups = self.moved(x, out, "offset", inputs[1], 2)
        for mask in inputs[2:]:
            refuse(
                self.moved(x, out, "mask", mask, 1) != groups,
                lambda: LayerError(
                    f"the mask has {inputs[2].channels} channels, {inputs[1].channels} offsets need {inputs[1].channels // 2}"
                ),
            )
        return out

    def moved(self, x: Map, out: Shape, what: str, given: Shape, numbers: int) -> int:
        """How many groups of channels are moved together, by so many numbers for each tap.

        Raises:
            LayerError: there is not a number for each tap and each output position.
        """
        taps = numbers * prod(self.kernels(x))

        def error() -> LayerError:
            return LayerError(
                f"the {what} is {given.described}, the output is {out}",
                hint=f"a multiple of {taps} channels, of the size of the output",
            )

        refuse(not isinstance(given, Image), error)
        refuse((given[0] != out[0]) | (given[2] != out[2]) | (given[3] != out[3]), error)
        refuse(given.channels % taps != 0, error)
        groups = given.channels // taps
        require_divisible("channels", x.channels, f"groups of the {what}", groups, field="kernel")
        return groups

    def macs(self, out: Map, *inputs: Map) -> int:
        """Output elements times the taps of one filter."""
        return prod(out) * prod(self.weight_shape(inputs[0])[1:])

    def products(self, out: Map, *inputs: Map) -> Iterable[Product]:
        """One, of the values that are looked up with the weight."""
        yield Product(0, multiplied(self.weights(*inputs)), "weights")
        yield Product(0, tuple(range(len(inputs))), "values")
        yield Product(self.macs(out, *inputs), ("values", "weights"))

    def ops(self, out: Map, *inputs: Map) -> int:
        """One addition per output element for the bias; looking up the values that the taps see."""
        x, masks = inputs[0], len(inputs) - 2
        looked_up = prod((out[0], x.channels, *self.kernels(x), *out.size))
        return super().ops(out, *inputs) + looked_up * (SAMPLE_OPS + masks)

    def kept(self, out: Any, *inputs: Any) -> Kept:
        """All inputs: each has a part in the gradients of the others."""
        del out
        return Kept(inputs=tuple(range(len(inputs))))

    def reads(self, out: Any, *inputs: Any) -> Sight:
        """Not told: the offsets decide."""
        del out, inputs
        return None
