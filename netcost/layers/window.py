"""What convolutions and pooling share: a window that slides along each spatial axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from netcost.layers.base import RANK, Layer, both_ends, declare, field, per_axis, require_map
from netcost.layers.values import Axes, Count, Padding
from netcost.shapes import Map, Shape, ceil_div, same_pads, windows

SAME = ("same", "same_lower")


@dataclass(frozen=True, slots=True)
class Axis:
    """One spatial axis and the window on it."""

    size: int
    kernel: int
    stride: int
    dilation: int = 1


@declare
class Window(Layer):
    """A layer that slides a window over a signal, an image or a volume."""

    kernel: Axes = field(symbol="K", aliases=("kernel_size",), help="window size, one number or one per axis")
    pad: Padding = field(
        default=0, symbol="P", aliases=("padding",), help="padding of each end, or same, half, valid"
    )
    stride: Axes | None = field(default=1, symbol="S", aliases=("strides",), help="step between windows")
    rank: Count | None = RANK

    def checked_map(self, x: Shape) -> Map:
        """Accept a signal, an image or a volume, of the rank that the head asks for.

        Raises:
            LayerError: another shape or another rank.
        """
        return require_map(self.type, x, rank=self.rank)

    def kernels(self, x: Map) -> tuple[int, ...]:
        """Window length of each spatial axis."""
        return per_axis(self.kernel, len(x.size), "kernel")

    def axes_over(self, x: Map) -> list[Axis]:
        """The window of each spatial axis.

        Raises:
            LayerError: a list that does not have one number per axis.
        """
        rank = len(x.size)
        kernels = self.kernels(x)
        strides = kernels if self.stride is None else per_axis(self.stride, rank, "stride")
        dilations = per_axis(getattr(self, "dilation", 1), rank, "dilation")
        return [Axis(*axis) for axis in zip(x.size, kernels, strides, dilations, strict=True)]

    def pads(self, x: Map) -> tuple[tuple[int, int], ...]:
        """Padding before and after, for each spatial axis.

        Raises:
            LayerError: a list that does not have one entry per axis.
        """
        pad = self.pad
        if isinstance(pad, str):
            return tuple(self.automatic_pads(pad, axis) for axis in self.axes_over(x))
        return both_ends(pad, len(x.size), "pad")

    def automatic_pads(self, word: str, axis: Axis) -> tuple[int, int]:
        """Padding that a word stands for, before and after."""
        if word == "valid":
            return (0, 0)
        if word == "half":
            half = axis.dilation * (axis.kernel - 1) // 2
            return (half, half)
        less, more = same_pads(axis.size, axis.kernel, axis.stride, axis.dilation)
        return (less, more) if word == "same" else (more, less)

    def sizes(self, x: Map) -> tuple[int, ...]:
        """Output length of each spatial axis.

        Raises:
            LayerError: a window larger than its padded input.
        """
        axes = self.axes_over(x)
        if self.pad in SAME:
            return tuple(ceil_div(axis.size, axis.stride) for axis in axes)
        return tuple(self.length(axis, pads) for axis, pads in zip(axes, self.pads(x), strict=True))

    def length(self, axis: Axis, pads: tuple[int, int]) -> int:
        """Output length of one spatial axis."""
        return windows(axis.size, axis.kernel, axis.stride, pads, axis.dilation)

    def settings(self, *inputs: Shape) -> dict[str, Any]:
        """The fields, with kernel, stride, dilation and padding given for each axis."""
        x = require_map(self.type, inputs[0])
        axes = self.axes_over(x)
        found = super().settings(*inputs) | {"pad": self.pads(x)}
        for name in ("kernel", "stride", "dilation"):
            if name in found:
                found[name] = tuple(getattr(axis, name) for axis in axes)
        return found
