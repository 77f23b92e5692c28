"""Depthwise convolutions, over signals, images and volumes."""

from __future__ import annotations

from math import prod
from typing import Any, ClassVar

from netcost.layers.conv import Convolution
from netcost.layers.layer import Spellings, declare, field
from netcost.layers.values import Count
from netcost.shapes import Map, Shape


@declare
class DepthwiseConv(Convolution):
    """Slide filters of their own over each channel: a convolution with as many groups as channels.

    Shapes: (N, C, *size) -> (N, C * multiplier, *size').
    Counts: one MAC per filter tap per output element; 1 op per output for the bias.
    Errors: a window larger than its padded input.
    Source: Howard et al., arXiv:1704.04861; torch.nn.Conv2d with groups = in_channels.
    """

    type = "dwconv"
    title = "DepthwiseConv"
    primary = "kernel"
    spellings: ClassVar[Spellings] = {
        "dwconv1d": {"rank": 1},
        "dwconv2d": {"rank": 2},
        "dwconv3d": {"rank": 3},
    }

    multiplier: Count = field(
        default=1, symbol="M", aliases=("depth_multiplier",), help="filters per channel"
    )

    def output(self, *inputs: Shape) -> Shape:
        """(N, C * multiplier, *size')."""
        x = self.checked_map(inputs[0])
        self.require_axis(x)
        return x.resized(self.filters(x), self.sizes(x))

    def filters(self, x: Map) -> int:
        """Number of filters over all channels."""
        return x.channels * self.multiplier

    def weight_shape(self, x: Map) -> tuple[int, ...]:
        """(C * multiplier, 1, *kernel)."""
        return self.filters(x), 1, *self.kernels(x)

    def bias_length(self, x: Map) -> int:
        """One bias per filter."""
        return self.filters(x)

    def parts(self, x: Map) -> int:
        """Every channel is a group."""
        return x.channels

    def macs(self, out: Map, x: Map) -> int:
        """Output elements times the taps of one filter."""
        return prod(out) * prod(self.kernels(x))

    def settings(self, *inputs: Shape) -> dict[str, Any]:
        """The window, and the filters and groups of the grouped convolution that it is."""
        x = self.checked_map(inputs[0])
        return super().settings(x) | {"filters": self.filters(x), "groups": x.channels}
