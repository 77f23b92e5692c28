"""Pooling: a window's maximum or mean, and pooling to a given size."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from netcost.integers import any_of, gcd, maximum
from netcost.layers.kept import INPUT_KEPT, NOTHING_KEPT, Held, Kept, Tensors
from netcost.layers.layer import RANK, Layer, Spellings, declare, field
from netcost.layers.reads import Sight, binned, every, spread_window
from netcost.layers.refusals import LayerError, per_axis, refuse, require_map
from netcost.layers.sliding_window import AxisWindow, Window, ceil_windows, reach, transposed_windows
from netcost.layers.values import Axes, AxesFrom0, Count, Flag, Number
from netcost.shapes import Map, Sequence, Shape, Vector
from netcost.wording import times


@declare
class Pool(Window):
    """A window that is reduced to one number in each channel."""

    primary = "kernel"
    lecture_ops = True

    kernel: Axes = field(
        symbol="K", aliases=("kernel_size", "pool_size"), help="window size, one number or one per axis"
    )
    stride: Axes | None = field(
        default=None,
        symbol="S",
        aliases=("strides",),
        shown=True,
        help="step between windows; the kernel where left out",
    )
    ceil: Flag = field(default=False, aliases=("ceil_mode",), help="count a last incomplete window too")

    def output(self, *inputs: Shape) -> Shape:
        """(N, C, *size')."""
        x = self.checked_map(inputs[0])
        return x.resized(x.channels, self.sizes(x))

    def length(self, axis: AxisWindow, pads: tuple[int, int]) -> int:
        """Output length of one axis, by the floor or the ceil rule.

        Raises:
            LayerError: padding in which a whole window fits.
        """
        span = reach(axis.kernel, axis.dilation)
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
            return super().length(axis, pads)
        return ceil_windows(axis.size, axis.kernel, axis.stride, pads, axis.dilation)

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


@declare
class MaxUnpool(Window):
    """Put each number back where max pooling found it, and zeros everywhere else.

    The size before the pooling is not always known from that after it: `size` gives it, or `like` names a tensor that
    has it.

    Shapes: (N, C, *size) -> (N, C, *size'), size' = (W - 1)*S - 2P + K, or up to S - 1 more or less.
    Counts: nothing.
    Errors: a size that pooling would not turn into the input's.
    Source: Badrinarayanan et al., SegNet, arXiv:1511.00561; torch.nn.MaxUnpool2d.
    """

    type = "maxunpool"
    title = "MaxUnpool"
    primary = "kernel"
    arity = (1, 2)
    named_inputs = ("like",)
    spellings: ClassVar[Spellings] = {
        "maxunpool1d": {"rank": 1},
        "maxunpool2d": {"rank": 2},
        "maxunpool3d": {"rank": 3},
    }

    stride: Axes | None = field(
        default=None,
        symbol="S",
        aliases=("strides",),
        shown=True,
        help="step between windows; the kernel where left out",
    )
    pad: AxesFrom0 = field(default=0, symbol="P", aliases=("padding",), help="padding of each end")
    size: Axes | None = field(
        default=None, aliases=("output_size",), help="output size, one number or one per axis"
    )

    def output(self, *inputs: Shape) -> Shape:
        """(N, C, *size')."""
        x, *like = (self.checked_map(each) for each in inputs)
        axes, pads = self.axes_over(x), self.pads(x)
        own = tuple(
            transposed_windows(axis.size, axis.kernel, axis.stride, ends)
            for axis, ends in zip(axes, pads, strict=True)
        )
        refuse(
            self.size is not None and bool(like),
            lambda: LayerError("maxunpool takes either size or like, got both", field="size"),
        )
        wanted = like[0].size if like else own if self.size is None else per_axis(self.size, len(own), "size")
        refuse(
            len(wanted) != len(own)
            or any_of(
                (size <= length - axis.stride) | (size >= length + axis.stride)
                for size, length, axis in zip(wanted, own, axes, strict=True)
            ),
            lambda: LayerError(
                f"a size of {times(wanted, ' x ')} is no size before pooling to {times(x.size, ' x ')}",
                field="size" if self.size is not None else "",
                hint=f"less than a stride from {times(own, ' x ')}",
            ),
        )
        return x.resized(x.channels, wanted)

    def kept(self, out: Map, x: Map, *like: Map) -> Kept:
        """Where each number was put."""
        del out, like
        return Kept(more={"index": Held(x, "int64")})

    def reads(self, out: Map, x: Map, *like: Map) -> Sight:
        """The numbers that may be put at a position, for each axis."""
        del out, like
        return tuple(
            spread_window(axis.kernel, axis.stride, before)
            for axis, (before, _) in zip(self.axes_over(x), self.pads(x), strict=True)
        )


@declare
class AdaptivePool(Layer):
    """Pooling whose windows are chosen to give a wanted size."""

    primary = "size"
    lecture_ops = True

    size: Axes = field(aliases=("output", "output_size"), help="output size, one number or one per axis")
    rank: Count | None = RANK

    def output(self, *inputs: Shape) -> Shape:
        """(N, C, *size)."""
        x = require_map(self.type, inputs[0], rank=self.rank)
        return x.resized(x.channels, per_axis(self.size, len(x.size), "size"))

    def ops(self, out: Map, x: Map) -> int:
        """One operation per position of each window.

        Window i of an axis goes from floor(i * W / W') to ceil((i + 1) * W / W'); two neighbours share a
        position where the quotient between them is not whole, so all of them hold W + W' - gcd(W, W').
        """
        return prod(out[:2]) * prod(
            whole + parts - gcd(whole, parts) for whole, parts in zip(x.size, out.size, strict=True)
        )

    def reads(self, out: Map, x: Map) -> Sight:
        """A bin for each axis."""
        return every(map(binned, x.size, out.size))


@declare
class AdaptiveAvgPool(AdaptivePool):
    """Average to a given size.

    Shapes: (N, C, *size) -> (N, C, *size').
    Counts: 1 op per position of each window, W + W' - gcd(W, W') positions along an axis.
    Errors: a list that does not have one number per axis.
    Source: PyTorch, aten/src/ATen/native/AdaptivePooling.h; torch.nn.AdaptiveAvgPool2d.
    """

    type = "adaptiveavgpool"
    title = "AdaptiveAvgPool"
    spellings: ClassVar[Spellings] = {
        "adaptiveavgpool1d": {"rank": 1},
        "adaptiveavgpool2d": {"rank": 2},
        "adaptiveavgpool3d": {"rank": 3},
    }

    def kept(self, out: Map, x: Map) -> Kept:
        """The input; nothing for a mean over all positions, which each of them shares alike."""
        del x
        return NOTHING_KEPT if prod(out.size) == 1 else INPUT_KEPT


@declare
class AdaptiveMaxPool(FoundMaxima, AdaptivePool):
    """Take maxima down to a given size.

    Shapes: (N, C, *size) -> (N, C, *size').
    Counts: 1 op per position of each window, W + W' - gcd(W, W') positions along an axis.
    Errors: a list that does not have one number per axis.
    Source: PyTorch, aten/src/ATen/native/AdaptivePooling.h; torch.nn.AdaptiveMaxPool2d.
    """

    type = "adaptivemaxpool"
    title = "AdaptiveMaxPool"
    spellings: ClassVar[Spellings] = {
        "adaptivemaxpool1d": {"rank": 1},
        "adaptivemaxpool2d": {"rank": 2},
        "adaptivemaxpool3d": {"rank": 3},
    }


@declare
class GlobalAvgPool(Layer):
    """Average each channel to one number.

    Shapes: (N, C, *size) -> (N, C); (N, T, C) -> (N, C), over the tokens.
    Counts: 1 op per input element.
    Source: Lin et al., Network in Network, arXiv:1312.4400.
    """

    type = "gap"
    title = "GlobalAvgPool"
    spellings: ClassVar[Spellings] = {"globalavgpool": {}}
    lecture_ops = True
    keeps = NOTHING_KEPT
    sight = "whole"

    def output(self, *inputs: Shape) -> Shape:
        """(N, C)."""
        x = inputs[0]
        if not isinstance(x, Sequence):
            x = require_map(self.type, x)
        return Vector((x[0], x.channels))

    def ops(self, out: Vector, x: Shape) -> int:
        """One operation per input element."""
        del out
        return prod(x)


@declare
class GlobalMaxPool(FoundMaxima, GlobalAvgPool):
    """Keep the largest number of each channel.

    Shapes: (N, C, *size) -> (N, C); (N, T, C) -> (N, C), over the tokens.
    Counts: 1 op per input element.
    Source: Oquab et al., Is object localization for free?, CVPR 2015.
    """

    type = "gmp"
    title = "GlobalMaxPool"
    spellings: ClassVar[Spellings] = {"globalmaxpool": {}}
