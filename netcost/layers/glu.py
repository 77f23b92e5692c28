"""Gated linear units."""

from __future__ import annotations

from math import prod

from netcost.layers.activation import Activation
from netcost.layers.refusals import LayerError, refuse, require_embedded
from netcost.shapes import Shape


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
