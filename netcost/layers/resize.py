"""Layers that change the size of a map: padding, cropping, and upsampling without learned weights."""

from __future__ import annotations

from math import prod
from typing import Annotated, ClassVar

from netcost.integers import any_of, scaled
from netcost.layers.kept import NOTHING_KEPT
from netcost.layers.layer import Layer, Spellings, declare, field
from netcost.layers.reads import Look, Sight, every, resampled, shifted, window
from netcost.layers.refusals import (
    LayerError,
    both_ends,
    per_axis,
    refuse,
    require_divisible,
    require_map,
    require_one,
)
from netcost.layers.sliding_window import both_sides
from netcost.layers.values import Axes, Count, Margins, OneOf, Scales
from netcost.shapes import Map, Shape
from netcost.wording import times

INTERPOLATION = {
    "nearest": (None, 0),
    "linear": (1, 2),
    "bilinear": (2, 4),
    "trilinear": (3, 8),
    "bicubic": (2, 16),
}
"""Number of spatial axes that an interpolation is for, and of the neighbours that it weighs."""

Mode = Annotated[str, OneOf(INTERPOLATION)]


@declare
class Pad(Layer):
    """Add a margin to a map.

    Shapes: (N, C, *size) -> (N, C, *size').
    Counts: nothing.
    Errors: an input without spatial axes.
    Source: torch.nn.functional.pad.
    """

    type = "pad"
    title = "Pad"
    keeps = NOTHING_KEPT
    primary = "size"

    size: Margins = field(
        symbol="P", help="added to each end, one number, or a number or [before, after] per axis"
    )

    def output(self, *inputs: Shape) -> Shape:
        """(N, C, *size')."""
        x = require_map(self.type, inputs[0])
        ends = both_ends(self.size, len(x.size), "size")
        return x.resized(x.channels, tuple(w + both_sides(*end) for w, end in zip(x.size, ends, strict=True)))

    def reads(self, out: Map, x: Map) -> Sight:
        """The position as many places back as were added before."""
        del out
        return tuple(shifted(-before) for before, _ in both_ends(self.size, len(x.size), "size"))


@declare
class Crop(Layer):
    """Cut the centre out of a map, or margins off it.

    Shapes: (N, C, *size) -> (N, C, *size').
    Counts: nothing.
    Errors: a size larger than the input; margins that leave nothing.
    Source: Ronneberger et al., arXiv:1505.04597.
    """

    type = "crop"
    title = "Crop"
    keeps = NOTHING_KEPT
    primary = "size"

    size: Axes | None = field(default=None, help="size kept, one number or one per axis")
    margins: Margins | None = field(
        default=None,
        aliases=("cropping",),
        help="cut off each end, one number, or a number or [before, after] per axis",
    )

    def validate(self) -> None:
        """Ask for one of size and margins."""
        require_one(self, "size", "margins")

    def output(self, *inputs: Shape) -> Shape:
        """(N, C, *size')."""
        x = require_map(self.type, inputs[0])
        return x.resized(x.channels, self.centre(x) if self.margins is None else self.inside(x, self.margins))

    def centre(self, x: Map) -> tuple[int, ...]:
        """The size that is asked for."""
        size = per_axis(x.size if self.size is None else self.size, len(x.size), "size")
        refuse(
            any_of(kept > length for kept, length in zip(size, x.size, strict=True)),
            lambda: LayerError(f"a crop of {times(size, ' x ')} is larger than {x.described}", field="size"),
        )
        return size

    @staticmethod
    def inside(x: Map, margins: int | tuple[int | tuple[int, int], ...]) -> tuple[int, ...]:
        """What margins leave of each axis."""
        ends = both_ends(margins, len(x.size), "margins")
        size = tuple(w - both_sides(*end) for w, end in zip(x.size, ends, strict=True))
        refuse(
            any_of(length < 1 for length in size),
            lambda: LayerError(f"the margins leave {times(size, ' x ')} of {x.described}", field="margins"),
        )
        return size

    def reads(self, out: Map, x: Map) -> Sight:
        """The position as many places further on as were cut off before."""
        if self.margins is None:
            return tuple(shifted((length - kept) // 2) for length, kept in zip(x.size, out.size, strict=True))
        return tuple(shifted(before) for before, _ in both_ends(self.margins, len(x.size), "margins"))


@declare
class Upsample(Layer):
    """Enlarge a map by a factor, or bring it to a size.

    Shapes: (N, C, *size) -> (N, C, *size'), size' = floor(W * scale).
    Counts: nothing for `nearest`; else a product per neighbour and the sums between them, per output element: 3 ops
        for `linear` with 2 neighbours, 7 for `bilinear` with 4, 15 for `trilinear` with 8, 31 for `bicubic` with 16.
    Errors: a mode that is made for another number of axes; a factor that leaves nothing.
    Source: torch.nn.Upsample.
    """

    type = "upsample"
    title = "Upsample"
    keeps = NOTHING_KEPT
    primary = "scale"
    spellings: ClassVar[Spellings] = {"interpolate": {}}

    scale: Scales | None = field(
        default=None, aliases=("scale_factor",), help="factor, one number or one per axis", example="2"
    )
    size: Axes | None = field(default=None, help="output size, one number or one per axis")
    mode: Mode = field(default="nearest", aliases=("interpolation",), help="how new elements are found")

    def validate(self) -> None:
        """Ask for one of scale and size."""
        require_one(self, "scale", "size")

    def output(self, *inputs: Shape) -> Shape:
        """(N, C, *size')."""
        x = require_map(self.type, inputs[0])
        rank, _ = INTERPOLATION[self.mode]
        refuse(
            rank not in {None, len(x.size)},
            lambda: LayerError(
                f"{self.mode} is for {rank} spatial axes, got {x.described}",
                field="mode",
                hint=" or ".join(
                    mode for mode, (axes, _) in INTERPOLATION.items() if axes in {None, len(x.size)}
                ),
            ),
        )
        return x.resized(x.channels, self.sizes(x))

    def sizes(self, x: Map) -> tuple[int, ...]:
        """Output length of each spatial axis."""
        if self.size is not None:
            return per_axis(self.size, len(x.size), "size")
        rank = len(x.size)
        scales = per_axis(
            self.scale if isinstance(self.scale, tuple) else (self.scale or 1,) * rank, rank, "scale"
        )
        size = tuple(map(scaled, x.size, scales))
        refuse(
            any_of(length < 1 for length in size),
            lambda: LayerError(
                f"a scale of {times(scales, ' x ')} leaves {times(size, ' x ')} of {x.described}",
                field="scale",
            ),
        )
        return size

    def ops(self, out: Map, x: Map) -> int:
        """A product per neighbour and the sums between them, per output element."""
        del x
        _, neighbours = INTERPOLATION[self.mode]
        return prod(out) * (2 * neighbours - 1) if neighbours else 0

    def reads(self, out: Map, x: Map) -> Sight:
        """The neighbours of a position, for each axis; not told where a factor leaves a rest that is cut off."""
        scales = self.scale if isinstance(self.scale, tuple) else (self.scale,) * len(x.size)
        if any(
            scale and w * scale != length for w, scale, length in zip(x.size, scales, out.size, strict=True)
        ):
            return None
        axes, weighed = INTERPOLATION[self.mode]
        neighbours = 1 if axes is None else round(weighed ** (1 / axes))
        return every(
            resampled(length, wanted, neighbours) for length, wanted in zip(x.size, out.size, strict=True)
        )


@declare
class PixelShuffle(Layer):
    """Trade channels for size: spread each group of channels over a small square.

    Shapes: (N, C * factor^rank, *size) -> (N, C, *(size * factor)).
    Counts: nothing.
    Errors: channels that the square does not divide.
    Source: Shi et al., arXiv:1609.05158; torch.nn.PixelShuffle.
    """

    type = "pixelshuffle"
    title = "PixelShuffle"
    keeps = NOTHING_KEPT
    primary = "factor"

    factor: Count = field(aliases=("upscale_factor",), help="factor of each spatial axis", example="2")

    def output(self, *inputs: Shape) -> Shape:
        """(N, C, *(size * factor))."""
        x = require_map(self.type, inputs[0])
        positions = prod((self.factor,) * len(x.size))
        refuse(
            x.channels % positions != 0,
            lambda: LayerError(
                f"channels ({x.channels}) are not divisible by {times((self.factor,) * len(x.size), ' * ')} = {positions}",
                field="factor",
                hint="each output position takes its own share of the channels",
            ),
        )
        return x.resized(x.channels // positions, tuple(w * self.factor for w in x.size))

    def reads(self, out: Map, x: Map) -> Sight:
        """The position from whose channels a square is made."""
        del out
        return (Look(1, (0,) * self.factor, (0,) * self.factor),) * len(x.size)


@declare
class PixelUnshuffle(Layer):
    """Trade size for channels: stack each small square of positions.

    Shapes: (N, C, *(size * factor)) -> (N, C * factor^rank, *size).
    Counts: nothing.
    Errors: a size that the factor does not divide.
    Source: torch.nn.PixelUnshuffle.
    """

    type = "pixelunshuffle"
    title = "PixelUnshuffle"
    keeps = NOTHING_KEPT
    primary = "factor"

    factor: Count = field(aliases=("downscale_factor",), help="factor of each spatial axis", example="2")

    def output(self, *inputs: Shape) -> Shape:
        """(N, C * factor^rank, *size)."""
        x = require_map(self.type, inputs[0])
        size = tuple(require_divisible("size", w, "factor", self.factor, field="factor") for w in x.size)
        return x.resized(x.channels * prod((self.factor,) * len(size)), size)

    def reads(self, out: Map, x: Map) -> Sight:
        """The square that becomes channels."""
        del out
        return (window(self.factor, self.factor, 0),) * len(x.size)
