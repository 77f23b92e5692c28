"""Pooling: a window's maximum or mean, and pooling to a given size."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from netcost.layers.base import Heads, Layer, declare, field, per_axis, require_map
from netcost.layers.values import Axes, Flag
from netcost.layers.window import Axis, Window
from netcost.shapes import Map, Shape, Vector, ceil_div, ceil_windows


@declare
class Pool(Window):
    """A window that is reduced to one number in each channel."""

    primary = "kernel"
    lecture_ops = True

    stride: Axes | None = field(
        None,
        symbol="S",
        aliases=("strides",),
        shown=True,
        help="step between windows; the kernel where left out",
    )
    ceil: Flag = field(False, aliases=("ceil_mode",), help="count a last incomplete window too")

    def output(self, *inputs: Shape) -> Shape:
        """(N, C, *size')."""
        x = self.checked_map(inputs[0])
        return x.resized(x.channels, self.sizes(x))

    def length(self, axis: Axis, pads: tuple[int, int]) -> int:
        """Output length of one axis, by the floor or the ceil rule."""
        if not self.ceil:
            return super().length(axis, pads)
        return ceil_windows(axis.size, axis.kernel, axis.stride, pads, axis.dilation)

    def ops(self, out: Map, x: Map) -> int:
        """One operation per window position per output element."""
        return prod(out) * prod(per_axis(self.kernel, len(x.size), "kernel"))


@declare
class MaxPool(Pool):
    """Keep the largest number of each window.

    Shapes: (N, C, *size) -> (N, C, *size').
    Counts: K*K ops per output element.
    Errors: a window larger than its padded input.
    Source: PyTorch, aten/src/ATen/native/Pool.h; torch.nn.MaxPool2d.
    """

    type = "maxpool"
    title = "MaxPool"
    heads: ClassVar[Heads] = {"maxpool1d": {"rank": 1}, "maxpool2d": {"rank": 2}, "maxpool3d": {"rank": 3}}

    dilation: Axes = field(
        1, symbol="R", aliases=("dilation_rate",), help="distance between window positions"
    )


@declare
class AvgPool(Pool):
    """Take the mean of each window.

    Shapes: (N, C, *size) -> (N, C, *size').
    Counts: K*K ops per output element.
    Errors: a window larger than its padded input.
    Source: PyTorch, aten/src/ATen/native/Pool.h; torch.nn.AvgPool2d.
    """

    type = "avgpool"
    title = "AvgPool"
    heads: ClassVar[Heads] = {"avgpool1d": {"rank": 1}, "avgpool2d": {"rank": 2}, "avgpool3d": {"rank": 3}}


@declare
class AdaptivePool(Layer):
    """Pooling whose windows are chosen to give a wanted size."""

    primary = "size"
    lecture_ops = True

    size: Axes = field(aliases=("output", "output_size"), help="output size, one number or one per axis")

    def output(self, *inputs: Shape) -> Shape:
        """(N, C, *size)."""
        x = require_map(self.type, inputs[0])
        return x.resized(x.channels, per_axis(self.size, len(x.size), "size"))

    def ops(self, out: Map, x: Map) -> int:
        """One operation per position of the largest window, ceil(W / size), per output element."""
        return prod(out) * prod(ceil_div(whole, part) for whole, part in zip(x.size, out.size, strict=True))


@declare
class AdaptiveAvgPool(AdaptivePool):
    """Average to a given size.

    Shapes: (N, C, *size) -> (N, C, *size').
    Counts: ceil(W / W') * ceil(H / H') ops per output element.
    Errors: a list that does not have one number per axis.
    Source: torch.nn.AdaptiveAvgPool2d.
    """

    type = "adaptiveavgpool"
    title = "AdaptiveAvgPool"


@declare
class AdaptiveMaxPool(AdaptivePool):
    """Take maxima down to a given size.

    Shapes: (N, C, *size) -> (N, C, *size').
    Counts: ceil(W / W') * ceil(H / H') ops per output element.
    Errors: a list that does not have one number per axis.
    Source: torch.nn.AdaptiveMaxPool2d.
    """

    type = "adaptivemaxpool"
    title = "AdaptiveMaxPool"


@declare
class GlobalAvgPool(Layer):
    """Average each channel to one number.

    Shapes: (N, C, *size) -> (N, C).
    Counts: one op per input element.
    Source: Lin et al., Network in Network, arXiv:1312.4400.
    """

    type = "gap"
    title = "GlobalAvgPool"
    heads: ClassVar[Heads] = {"globalavgpool": {}}
    lecture_ops = True

    def output(self, *inputs: Shape) -> Shape:
        """(N, C)."""
        x = require_map(self.type, inputs[0])
        return Vector((x[0], x.channels))

    def ops(self, out: Vector, x: Map) -> int:
        """One operation per input element."""
        del out
        return prod(x)


@declare
class GlobalMaxPool(GlobalAvgPool):
    """Keep the largest number of each channel.

    Shapes: (N, C, *size) -> (N, C).
    Counts: one op per input element.
    Source: Oquab et al., Is object localization for free?, CVPR 2015.
    """

    type = "gmp"
    title = "GlobalMaxPool"
    heads: ClassVar[Heads] = {"globalmaxpool": {}}
