"""Max pooling undone."""

from __future__ import annotations

from typing import ClassVar

from netcost.integers import any_of
from netcost.layers.kept import Held, Kept
from netcost.layers.layer import Spellings, declare, field
from netcost.layers.reads import Sight, spread_window
from netcost.layers.refusals import LayerError, per_axis, refuse
from netcost.layers.sliding_window import POOL_STRIDE, Window, transposed_windows
from netcost.layers.values import Axes, AxesFrom0
from netcost.shapes import Map, Shape
from netcost.wording import times


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

    stride: Axes | None = POOL_STRIDE
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
