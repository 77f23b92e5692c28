"""Transposed convolutions, over signals, images and volumes."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from netcost.blocks import Matrix
from netcost.integers import maximum
from netcost.layers.conv import GroupedConvolution
from netcost.layers.kept import Kept
from netcost.layers.layer import MATRIX_AXES, Spellings, declare, field
from netcost.layers.reads import Sight, spread_window
from netcost.layers.refusals import LayerError, per_axis, refuse
from netcost.layers.sliding_window import SAME, AxisWindow, reach, transposed_windows
from netcost.layers.values import AxesFrom0
from netcost.layers.weighted import WeightedLayer
from netcost.shapes import Map


@declare
class ConvTranspose(GroupedConvolution):
    """Spread each input position over a window of the output: a learned upsampling.

    Shapes: (N, C_in, *size) -> (N, filters, *size'), size' = (W - 1)*S - 2P + R*(K - 1) + 1 + output_pad.
        Words for the padding are Keras's: `same` makes size' = W*S and `valid` W*S + max(R*(K - 1) + 1 - S, 0); where
        output_pad is written too, also as 0, `same` is P = (R*(K - 1) + 1) // 2 and `valid` P = 0.
    Counts: one MAC per filter tap per *input* position and filter; 1 op per output for the bias.
    Errors: groups that do not divide the channels; padding that leaves no output; an output_pad of a stride or more.
    Source: torch.nn.ConvTranspose2d; keras.layers.Conv2DTranspose; ONNX ConvTranspose.
    """

    type = "convtranspose"
    title = "ConvTranspose"
    row_axis = 1
    spellings: ClassVar[Spellings] = {
        "deconv": {},
        "convtranspose1d": {"rank": 1},
        "convtranspose2d": {"rank": 2},
        "convtranspose3d": {"rank": 3},
    }

    output_pad: AxesFrom0 | None = field(
        default=None,
        symbol="P_out",
        aliases=("output_padding",),
        help="extra length at the end; 0 where left out, unless pad is a word",
    )

    def validate(self) -> None:
        """Refuse padding that no transposed convolution has."""
        super().validate()
        refuse(
            self.pad == "causal",
            lambda: LayerError(
                "pad: causal has no meaning for convtranspose, which cuts padding off its output",
                field="pad",
                hint="write what is cut off each end, as in `pad: [[0, 2]]`",
            ),
        )

    def sizes(self, x: Map) -> tuple[int, ...]:
        """Output length of each spatial axis; a word alone makes it `W * S`, `valid` at least that."""
        axes = self.axes_over(x)
        if self.pad in SAME and self.output_pad is None:
            return tuple(axis.size * axis.stride for axis in axes)
        return tuple(map(self.spread, axes, self.pads(x), self.extras(axes)))

    def extras(self, axes: list[AxisWindow]) -> tuple[int, ...]:
        """Extra length of each spatial axis."""
        if self.output_pad is None and self.pad == "valid":
            return tuple(maximum(axis.stride - reach(axis.kernel, axis.dilation), 0) for axis in axes)
        return per_axis(self.output_pad or 0, len(axes), "output_pad")

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
        """What a word cuts off each end: `same` what exceeds `W * S`, half the kernel where output_pad is written."""
        if word not in SAME:
            return super().automatic_pads(word, axis)
        span = reach(axis.kernel, axis.dilation)
        if self.output_pad is not None:
            return span // 2, span // 2
        surplus = maximum(span - axis.stride, 0)
        less, more = surplus // 2, surplus - surplus // 2
        return (less, more) if word == "same" else (more, less)

    def weight_shape(self, x: Map) -> tuple[int, ...]:
        """(C_in, filters / groups, *kernel)."""
        return x.channels, self.filters // self.groups, *self.kernels(x)

    def matrix(self, name: str, weight: tuple[int, ...]) -> Matrix | None:
        """A row for each filter: all taps of the channels that it sees."""
        if len(weight) < MATRIX_AXES or name in self.apart:
            return None
        channels, _, *kernel = weight
        return Matrix(self.filters, channels // self.groups, taps=prod(kernel))

    def looks_back(self, x: Map) -> int:
        """None: a position reaches those after it."""
        del x
        return 0

    def macs(self, out: Map, x: Map) -> int:
        """Input elements times the taps that each is spread over."""
        del out
        return prod(x) * prod(self.weight_shape(x)[1:])

    def kept(self, out: Map, x: Map) -> Kept | None:
        """The input, for the gradient of the weights."""
        return WeightedLayer.kept(self, out, x)

    def reads(self, out: Map, x: Map) -> Sight:
        """The positions that are spread over an output's, for each axis."""
        del out
        return tuple(
            spread_window(axis.kernel, axis.stride, before, axis.dilation)
            for axis, (before, _) in zip(self.axes_over(x), self.pads(x), strict=True)
        )
