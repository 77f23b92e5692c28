"""Convolutions: plain, depthwise and transposed, over signals, images and volumes.

The depthwise and the transposed ones stand in files of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import TYPE_CHECKING, ClassVar, Self

from netcost.layers.kept import Held, Kept
from netcost.layers.layer import MATRIX_AXES, NO_WEIGHTS, Spellings, Weights, declare, field, multiplied
from netcost.layers.refusals import require_as_declared, require_divisible
from netcost.layers.sliding_window import Window
from netcost.layers.values import Axes, Count, Flag, Padding
from netcost.layers.weighted import WeightedLayer
from netcost.record import replace
from netcost.shapes import Map, Shape

if TYPE_CHECKING:
    from netcost.blocks import Matrix
    from netcost.layers.products import Product


@declare
class Convolution(WeightedLayer, Window):
    """A window of filters, with a bias per filter."""

    pad: Padding = field(
        default=0,
        symbol="P",
        aliases=("padding",),
        shown=True,
        help="padding of each end, or same, half, valid, causal",
    )
    stride: Axes = field(default=1, symbol="S", aliases=("strides",), shown=True, help="step between windows")
    dilation: Axes = field(
        default=1, symbol="R", aliases=("dilation_rate",), help="distance between filter taps"
    )
    bias: Flag = field(default=True, aliases=("use_bias",), help="add a learned number per filter")

    def matrix(self, name: str, weight: tuple[int, ...]) -> Matrix | None:
        """A row for each filter: all taps of the channels that it sees."""
        if len(weight) < MATRIX_AXES or name in self.apart:
            return None
        from netcost.blocks import Matrix

        filters, channels, *kernel = weight
        return Matrix(filters, channels, taps=prod(kernel))

    def products(self, out: Map, *inputs: Map) -> Iterable[Product]:
        """One, of the first input with the weight.

        PyTorch's flop counter takes the gradient of a weight in groups for that of all filters over all channels.
        """
        from netcost.layers.products import Product

        macs = self.macs(out, *inputs)
        yield Product(0, multiplied(self.weights(*inputs)), "weights")
        yield Product(macs, (0, "weights"), gradients=(macs, macs * self.parts(inputs[0])))

    def parts(self, x: Map) -> int:
        """Independent groups of channels."""
        raise NotImplementedError

    def looks_back(self, x: Map) -> int:
        """Positions of a signal before its own that a window sees; 0 unless as many are padding before the first."""
        if len(x.size) != 1 or (isinstance(self.pad, str) and self.pad != "causal"):
            return 0
        (axis,), ((before, _),) = self.axes_over(x), self.pads(x)
        seen = axis.dilation * (axis.kernel - 1)
        return seen if axis.stride == 1 and before == seen else 0

    def state(self, x: Map, *others: Shape) -> Weights:
        """The positions before, where a window looks back only, which the next one sees."""
        del others
        seen = self.looks_back(x)
        return {"last": (x[0], x.channels, seen)} if seen else NO_WEIGHTS

    def stepwise(self, *inputs: Map) -> Self:
        """Without the windows that padding behind the last position adds."""
        return self.with_fields(pad="causal") if self.looks_back(inputs[0]) else self

    def kept(self, out: Map, x: Map) -> Kept | None:
        """The input, for the gradient of the weights; a padded copy of it where the two ends differ."""
        kept, pads = super().kept(out, x), self.pads(x)
        if kept is None or not kept.inputs or all(before == after for before, after in pads):
            return kept
        padded = (before + size + after for size, (before, after) in zip(x.size, pads, strict=True))
        copy = Held(x.resized(x.channels, tuple(padded)))
        return replace(kept, inputs=(), more={**kept.more, "padded": copy})


@declare
class GroupedConvolution(Convolution):
    """A chosen number of filters over channels that may be split into independent groups."""

    primary = "filters"

    filters: Count = field(symbol="C_out", aliases=("out_channels",), help="number of filters")
    groups: Count = field(default=1, symbol="G", help="independent groups of channels")
    in_channels: Count | None = field(
        default=None, shown=False, help="checked against the input, never needed"
    )

    def output(self, *inputs: Shape) -> Shape:
        """(N, filters, *size')."""
        x = self.checked_map(inputs[0])
        self.require_axis(x)
        require_as_declared("channels", x.channels, "in_channels", self.in_channels)
        require_divisible("channels", x.channels, "groups", self.groups, field="groups")
        require_divisible("filters", self.filters, "groups", self.groups, field="groups")
        return x.resized(self.filters, self.sizes(x))

    def weight_shape(self, x: Map) -> tuple[int, ...]:
        """(filters, C_in / groups, *kernel)."""
        return self.filters, x.channels // self.groups, *self.kernels(x)

    def bias_length(self, x: Map) -> int:
        """One bias per filter."""
        del x
        return self.filters

    def parts(self, x: Map) -> int:
        """Independent groups of channels."""
        del x
        return self.groups


@declare
class Conv(GroupedConvolution):
    """Slide learned filters over a signal, an image or a volume; plain, strided, dilated or grouped.

    Shapes: (N, C_in, *size) -> (N, filters, *size').
    Counts: one MAC per filter tap per output element, taps on padding included; 1 op per output for the bias.
    Errors: groups that do not divide the channels; a window larger than its padded input.
    Source: Dumoulin & Visin, arXiv:1603.07285; torch.nn.Conv2d.
    """

    type = "conv"
    title = "Conv"
    spellings: ClassVar[Spellings] = {
        "convolution": {},
        "conv1d": {"rank": 1},
        "conv2d": {"rank": 2},
        "conv3d": {"rank": 3},
    }

    def macs(self, out: Map, x: Map) -> int:
        """Output elements times the taps of one filter."""
        return prod(out) * prod(self.weight_shape(x)[1:])
