"""Convolutions: plain, depthwise and transposed, over signals, images and volumes."""

from __future__ import annotations

from math import prod
from typing import Any, ClassVar

from netcost.integers import maximum
from netcost.layers.kept import INPUT_FOR_WEIGHTS, Held, Kept
from netcost.layers.layer import Spellings, Weights, declare, field
from netcost.layers.refusals import LayerError, per_axis, refuse, require_as_declared, require_divisible
from netcost.layers.sliding_window import SAME, AxisWindow, Window, reach, transposed_windows
from netcost.layers.values import Axes, AxesFrom0, Count, Flag, Padding
from netcost.shapes import Map, Shape


@declare
class Convolution(Window):
    """A window of learned filters, with a bias per filter."""

    followable = True
    keeps = INPUT_FOR_WEIGHTS

    pad: Padding = field(
        default=0,
        symbol="P",
        aliases=("padding",),
        shown=True,
        help="padding of each end, or same, half, valid",
    )
    stride: Axes = field(default=1, symbol="S", aliases=("strides",), shown=True, help="step between windows")
    dilation: Axes = field(
        default=1, symbol="R", aliases=("dilation_rate",), help="distance between filter taps"
    )
    bias: Flag = field(default=True, aliases=("use_bias",), help="add a learned number per filter")

    def ops(self, out: Map, *inputs: Any) -> int:
        """One addition per output element for the bias."""
        del inputs
        return prod(out) if self.bias else 0

    def with_bias(self, weight: tuple[int, ...], filters: int) -> Weights:
        """The filters' weight, and one bias per filter where there is a bias."""
        return {"weight": weight, "bias": (filters,)} if self.bias else {"weight": weight}

    def kept(self, out: Map, x: Map) -> Kept:
        """The input, for the gradient of the weights; a padded copy of it where the two ends differ."""
        del out
        pads = self.pads(x)
        if all(before == after for before, after in pads):
            return INPUT_FOR_WEIGHTS
        padded = (before + size + after for size, (before, after) in zip(x.size, pads, strict=True))
        return Kept(more={"padded": Held(x.resized(x.channels, tuple(padded)))}, for_weights=True)


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
        require_as_declared("channels", x.channels, "in_channels", self.in_channels)
        require_divisible("channels", x.channels, "groups", self.groups, field="groups")
        require_divisible("filters", self.filters, "groups", self.groups, field="groups")
        return x.resized(self.filters, self.sizes(x))


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
    spellings: ClassVar[Spellings] = {"conv1d": {"rank": 1}, "conv2d": {"rank": 2}, "conv3d": {"rank": 3}}

    def weights(self, x: Map) -> Weights:
        """(filters, C_in / groups, *kernel), and one bias per filter."""
        return self.with_bias((self.filters, x.channels // self.groups, *self.kernels(x)), self.filters)

    def macs(self, out: Map, x: Map) -> int:
        """Output elements times the taps of one filter."""
        return prod(out) * prod(self.weights(x)["weight"][1:])


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
        return x.resized(self.filters(x), self.sizes(x))

    def filters(self, x: Map) -> int:
        """Number of filters over all channels."""
        return x.channels * self.multiplier

    def weights(self, x: Map) -> Weights:
        """(C * multiplier, 1, *kernel), and one bias per filter."""
        filters = self.filters(x)
        return self.with_bias((filters, 1, *self.kernels(x)), filters)

    def macs(self, out: Map, x: Map) -> int:
        """Output elements times the taps of one filter."""
        return prod(out) * prod(self.kernels(x))

    def settings(self, *inputs: Shape) -> dict[str, Any]:
        """The window, and the filters and groups of the grouped convolution that it is."""
        x = self.checked_map(inputs[0])
        return super().settings(x) | {"filters": self.filters(x), "groups": x.channels}


@declare
class ConvTranspose(GroupedConvolution):
    """Spread each input position over a window of the output: a learned upsampling.

    Shapes: (N, C_in, *size) -> (N, filters, *size'), size' = (W - 1)*S - 2P + R*(K - 1) + 1 + output_pad.
    Counts: one MAC per filter tap per *input* position and filter; 1 op per output for the bias.
    Errors: groups that do not divide the channels; padding that leaves no output; an output_pad of a stride or more.
    Source: torch.nn.ConvTranspose2d; ONNX ConvTranspose.
    """

    type = "convtranspose"
    title = "ConvTranspose"
    spellings: ClassVar[Spellings] = {
        "deconv": {},
        "convtranspose1d": {"rank": 1},
        "convtranspose2d": {"rank": 2},
        "convtranspose3d": {"rank": 3},
    }

    output_pad: AxesFrom0 = field(
        default=0, symbol="P_out", aliases=("output_padding",), help="extra length at the end"
    )

    def validate(self) -> None:
        """Refuse extra length where the padding already fixes the output."""
        refuse(
            self.pad in SAME and self.output_pad != 0,
            lambda: LayerError(
                f"output_pad has no meaning with pad: {self.pad}, which makes the output W * S",
                field="output_pad",
                hint="leave it out, or write the padding as a number",
            ),
        )

    def sizes(self, x: Map) -> tuple[int, ...]:
        """Output length of each spatial axis; `same` makes it `W * S`."""
        axes, pads = self.axes_over(x), self.pads(x)
        if self.pad in SAME:
            return tuple(axis.size * axis.stride for axis in axes)
        return tuple(map(self.spread, axes, pads, per_axis(self.output_pad, len(axes), "output_pad")))

    @staticmethod
    def spread(axis: AxisWindow, pads: tuple[int, int], extra: int) -> int:
        """Output length of one spatial axis."""
        refuse(
            extra >= maximum(axis.stride, axis.dilation),
            lambda: LayerError(
                f"output_pad is {extra}, it must be smaller than the stride, {axis.stride}, or the dilation, {axis.dilation}",
                field="output_pad",
                hint="more would add positions that no input reaches",
            ),
        )
        return transposed_windows(axis.size, axis.kernel, axis.stride, pads, axis.dilation, extra)

    def automatic_pads(self, word: str, axis: AxisWindow) -> tuple[int, int]:
        """Padding that a word stands for; `same` cuts what exceeds `W * S`."""
        if word in {"valid", "half"}:
            return super().automatic_pads(word, axis)
        span = reach(axis.kernel, axis.dilation)
        surplus = span - axis.stride
        refuse(
            surplus < 0,
            lambda: LayerError(
                f"pad: {word} needs a kernel that reaches at least the stride, {axis.stride}, it reaches {span}",
                field="pad",
                hint="write the padding as a number",
            ),
        )
        less, more = surplus // 2, surplus - surplus // 2
        return (less, more) if word == "same" else (more, less)

    def weights(self, x: Map) -> Weights:
        """(C_in, filters / groups, *kernel), and one bias per filter."""
        return self.with_bias((x.channels, self.filters // self.groups, *self.kernels(x)), self.filters)

    def macs(self, out: Map, x: Map) -> int:
        """Input elements times the taps that each is spread over."""
        del out
        return prod(x) * prod(self.weights(x)["weight"][1:])

    def kept(self, out: Map, x: Map) -> Kept:
        """The input, for the gradient of the weights."""
        del out, x
        return INPUT_FOR_WEIGHTS
