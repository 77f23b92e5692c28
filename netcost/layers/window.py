"""What convolutions and pooling share: a window that slides along each spatial axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from netcost.layers.base import Layer, declare, field, per_axis, plural, require_map
from netcost.layers.values import Axes, Count, Padding
from netcost.shapes import LayerError, Map, Shape, ceil_div, same_pads, windows

RANKS = {1: "a signal", 2: "an image", 3: "a volume"}


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
        0, symbol="P", aliases=("padding",), help="padding of both ends, or same, half, valid"
    )
    stride: Axes | None = field(1, symbol="S", aliases=("strides",), help="step between windows")
    rank: Count | None = field(None, shown=False, help="number of spatial axes; checked, never needed")

    def checked_map(self, x: Shape) -> Map:
        """Accept a signal, an image or a volume, of the rank that the head asks for.

        Raises:
            LayerError: another shape or another rank.
        """
        found = require_map(self.type, x, hint=self._hint(x))
        if self.rank is not None and len(found.size) != self.rank:
            raise LayerError(
                f"{self.type} of {self.rank} {plural('axis', self.rank)} needs {RANKS.get(self.rank, 'another input')}, "
                f"got {x.described}",
                hint=f"`{self.type}` follows the rank of its input",
            )
        return found

    @staticmethod
    def _hint(x: Shape) -> str:
        return "add `to_map` before it" if x.axes == ("N", "T", "C") else ""

    def axes_over(self, x: Map) -> list[Axis]:
        """The window of each spatial axis.

        Raises:
            LayerError: a list that does not have one number per axis.
        """
        rank = len(x.size)
        kernels = per_axis(self.kernel, rank, "kernel")
        strides = kernels if self.stride is None else per_axis(self.stride, rank, "stride")
        dilations = per_axis(getattr(self, "dilation", 1), rank, "dilation")
        return [Axis(*axis) for axis in zip(x.size, kernels, strides, dilations, strict=True)]

    def pads(self, x: Map) -> tuple[tuple[int, int], ...]:
        """Padding before and after, for each spatial axis.

        Raises:
            LayerError: a list that does not have one entry per axis.
        """
        pad = self.pad
        if isinstance(pad, int):
            return ((pad, pad),) * len(x.size)
        if isinstance(pad, str):
            return tuple(self.automatic_pads(pad, axis) for axis in self.axes_over(x))
        if len(pad) != len(x.size):
            per_axis(tuple(range(len(pad))), len(x.size), "pad")
        return tuple((each, each) if isinstance(each, int) else each for each in pad)

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
        if self.pad in {"same", "same_lower"}:
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
