"""Windows taken out of a map as columns, and put back."""

from __future__ import annotations

from math import prod

from netcost.layers.kept import NOTHING_KEPT
from netcost.layers.layer import declare, field
from netcost.layers.reads import Sight
from netcost.layers.refusals import LayerError, per_axis, refuse, require_divisible
from netcost.layers.sliding_window import Window
from netcost.layers.values import Axes
from netcost.shapes import Image, Map, Shape, Signal
from netcost.wording import times


@declare
class Unfold(Window):
    """Take each window out of a map and lay its numbers in a column.

    Shapes: (N, C, *size) -> (N, C * K*K, windows), a signal with as many positions as there are windows.
    Counts: nothing.
    Errors: a window larger than its padded input.
    Source: torch.nn.Unfold.
    """

    type = "unfold"
    title = "Unfold"
    primary = "kernel"
    keeps = NOTHING_KEPT

    dilation: Axes = field(
        default=1, symbol="R", aliases=("dilation_rate",), help="distance between window positions"
    )

    def output(self, *inputs: Shape) -> Shape:
        """(N, C * K*K, windows)."""
        x = self.checked_map(inputs[0])
        return Signal((x[0], x.channels * prod(self.kernels(x)), prod(self.sizes(x))))

    def reads(self, out: Map, x: Map) -> Sight:
        """A window, where the windows stand in a row as in the input."""
        return super().reads(out, x) if len(x.size) == 1 else None


@declare
class Fold(Window):
    """Put columns back as the windows of an image; where windows overlap, their numbers are added.

    Shapes: (N, C * K*K, windows) -> (N, C, *size).
    Counts: 1 op per input element, its addition.
    Errors: another number of windows than the size has; channels that are no whole windows.
    Source: torch.nn.Fold.
    """

    type = "fold"
    title = "Fold"
    primary = "size"
    keeps = NOTHING_KEPT

    size: Axes = field(
        aliases=("output_size",), help="output size, one number or one per axis", example="[4, 4]"
    )
    dilation: Axes = field(
        default=1, symbol="R", aliases=("dilation_rate",), help="distance between window positions"
    )

    def output(self, *inputs: Shape) -> Shape:
        """(N, C, *size)."""
        x = inputs[0]
        if not isinstance(x, Signal):
            raise LayerError(
                f"fold needs a signal of windows, got {x.described}",
                hint="(channels of all positions, windows)",
            )
        out = self.checked_map(self.image(x))
        sizes = self.sizes(out)
        refuse(
            prod(sizes) != x[2],
            lambda: LayerError(
                f"the size has {times(sizes, ' * ')} = {prod(sizes)} windows, the input has {x[2]}",
                field="size",
            ),
        )
        return out

    def image(self, x: Signal) -> Map:
        """The image that the windows are put into."""
        size = per_axis(self.size, 2, "size")
        positions = prod(per_axis(self.kernel, 2, "kernel"))
        channels = require_divisible(
            "channels", x.channels, "positions of a window", positions, field="kernel"
        )
        return Image((x[0], channels, *size))

    def settings(self, *inputs: Shape) -> dict[str, object]:
        """The fields, with the window given for each axis of the image."""
        return super().settings(self.output(*inputs))

    def reads(self, out: Map, x: Map) -> Sight:
        """Not told: windows of two axes stand in one row."""
        del out, x
        return None

    def ops(self, out: Image, x: Signal) -> int:
        """One addition per input element."""
        del out
        return prod(x)
