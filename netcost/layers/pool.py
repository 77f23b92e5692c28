"""Pooling: a window's maximum or mean, and pooling to a given size.

Here are the windows; other ways to pool stand in files of their own.
"""

from __future__ import annotations

from math import prod
from typing import ClassVar

from netcost.integers import maximum
from netcost.layers.kept import INPUT_KEPT, Held, Kept, Tensors
from netcost.layers.layer import Layer, Spellings, declare, field
from netcost.layers.refusals import LayerError, refuse
from netcost.layers.sliding_window import POOL_STRIDE, Window, ceil_windows, reach
from netcost.layers.values import Axes, Flag
from netcost.shapes import Map, Shape


@declare
class Pool(Window):
    """A window that is reduced to one number in each channel."""

    primary = "kernel"
    lecture_ops = True

    kernel: Axes = field(
        symbol="K", aliases=("kernel_size", "pool_size"), help="window size, one number or one per axis"
    )
    stride: Axes | None = POOL_STRIDE
    ceil: Flag = field(default=False, aliases=("ceil_mode",), help="count a last incomplete window too")

    def output(self, *inputs: Shape) -> Shape:
        """(N, C, *size')."""
        x = self.checked_map(inputs[0])
        return x.resized(x.channels, self.sizes(x))

    def length(self, size: int, kernel: int, stride: int, pads: tuple[int, int], dilation: int) -> int:
        """Output length of one axis, by the floor or the ceil rule.

        Raises:
            LayerError: padding in which a whole window fits.
        """
        span = reach(kernel, dilation)
        padding = maximum(*pads)
        refuse(
            padding >= span,
            lambda: LayerError(
                f"a window of {span} fits into the padding of {padding} and sees no input",
                field="pad",
                hint=f"pad by at most {span - 1}",
            ),
        )
        if not self.ceil:
            return super().length(size, kernel, stride, pads, dilation)
        return ceil_windows(size, kernel, stride, pads, dilation)

    def ops(self, out: Map, x: Map) -> int:
        """One operation per window position per output element."""
        return prod(out) * prod(self.kernels(x))


class FoundMaxima(Layer):
    """Maxima, which carry the gradient back to where they were found."""

    def scratch(self, out: Shape, x: Shape) -> Tensors:
        """Where each maximum was found, a number of 8 bytes per output element."""
        del x
        return {"index": Held(out, "int64")}

    def kept(self, out: Shape, x: Shape) -> Kept:
        """The input, and where each maximum was found."""
        del x
        return Kept(inputs=(0,), more={"index": Held(out, "int64")})


@declare
class MaxPool(FoundMaxima, Pool):
    """Keep the largest number of each window.

    Shapes: (N, C, *size) -> (N, C, *size').
    Counts: K*K ops per output element.
    Errors: a window larger than its padded input; padding in which a whole window fits.
    Source: PyTorch, aten/src/ATen/native/Pool.h; torch.nn.MaxPool2d.
    """

    type = "maxpool"
    title = "MaxPool"
    spellings: ClassVar[Spellings] = {
        "maxpool1d": {"rank": 1},
        "maxpool2d": {"rank": 2},
        "maxpool3d": {"rank": 3},
    }

    dilation: Axes = field(
        default=1, symbol="R", aliases=("dilation_rate",), help="distance between window positions"
    )


@declare
class AvgPool(Pool):
    """Take the mean of each window.

    Shapes: (N, C, *size) -> (N, C, *size').
    Counts: K*K ops per output element.
    Errors: a window larger than its padded input; padding in which a whole window fits.
    Source: PyTorch, aten/src/ATen/native/Pool.h; torch.nn.AvgPool2d.
    """

    type = "avgpool"
    title = "AvgPool"
    keeps = INPUT_KEPT
    spellings: ClassVar[Spellings] = {
        "avgpool1d": {"rank": 1},
        "avgpool2d": {"rank": 2},
        "avgpool3d": {"rank": 3},
    }
