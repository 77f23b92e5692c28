"""A window that slides along each spatial axis: its formulas, and what convolutions and pooling share."""

from __future__ import annotations

from typing import Any

from netcost.integers import ceil_div, maximum
from netcost.layers.layer import RANK, Layer, declare, field
from netcost.layers.reads import Sight, window
from netcost.layers.refusals import LayerError, both_ends, per_axis, refuse, require_map
from netcost.layers.values import Axes, Count, Padding
from netcost.shapes import Map, Shape

SAME = ("same", "same_lower")

POOL_STRIDE = field(
    default=None,
    symbol="S",
    aliases=("strides",),
    shown=True,
    help="step between windows; the kernel where left out",
)
"""The stride of pooling, and of what undoes it."""


def reach(kernel: int, dilation: int = 1) -> int:
    """Count the input positions one window spans: `R * (K - 1) + 1`."""
    return kernel if dilation == 1 else dilation * (kernel - 1) + 1


def both_sides(before: int, after: int) -> int:
    """Total padding of an axis, written `2 * P` when both sides are equal."""
    return 2 * before if before == after else before + after


def windows(size: int, kernel: int, stride: int, pads: tuple[int, int] = (0, 0), dilation: int = 1) -> int:
    """Count the windows along one axis: `floor((W - K + 2P) / S) + 1`, dilated windows reach `R*(K-1)+1`.

    Raises:
        LayerError: the window is larger than its padded input; the message prints the arithmetic.

    Source: Dumoulin & Visin, arXiv:1603.07285, relationship 15; torch.nn.Conv2d.
    """
    room = size - reach(kernel, dilation) + both_sides(*pads)
    refuse(room < 0, lambda: window_error(size, kernel, pads, dilation))
    return room // stride + 1


def ceil_windows(
    size: int, kernel: int, stride: int, pads: tuple[int, int] = (0, 0), dilation: int = 1
) -> int:
    """Count the windows along one axis, a last incomplete one included.

    A window that would start beyond the input and its leading padding is dropped.

    Raises:
        LayerError: the window is larger than its padded input by a stride or more.

    Source: PyTorch, aten/src/ATen/native/Pool.h, pooling_output_shape_pad_lr.
    """
    count = ceil_div(size - reach(kernel, dilation) + both_sides(*pads), stride) + 1
    refuse(count < 1, lambda: window_error(size, kernel, pads, dilation))
    starts_beyond = (count - 1) * stride >= size + pads[0]
    return count - starts_beyond


def transposed_windows(
    size: int,
    kernel: int,
    stride: int,
    pads: tuple[int, int] = (0, 0),
    dilation: int = 1,
    output_pad: int = 0,
) -> int:
    """Length of one axis after a transposed convolution: `(W - 1)*S - 2P + R*(K-1) + 1 + output_pad`.

    Raises:
        LayerError: nothing is left of the output.

    Source: torch.nn.ConvTranspose2d.
    """
    length = (size - 1) * stride + reach(kernel, dilation) - both_sides(*pads) + output_pad
    refuse(
        length < 1,
        lambda: LayerError(
            f"the output is empty: ({size} - 1) * {stride} + {reach(kernel, dilation)} - {both_sides(*pads)} + {output_pad} = {length}",
            field="pad",
            hint="pad less",
        ),
    )
    return length


def same_pads(size: int, kernel: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    """Padding that makes the output `ceil(W / S)`, the odd zero after.

    Source: ONNX Conv, auto_pad SAME_UPPER; TensorFlow's SAME.
    """
    total = maximum((ceil_div(size, stride) - 1) * stride + reach(kernel, dilation) - size, 0)
    return total // 2, total - total // 2


def window_error(size: int, kernel: int, pads: tuple[int, int], dilation: int) -> LayerError:
    """Say that a window does not fit, with the arithmetic."""
    span = reach(kernel, dilation)
    window = f"{kernel}" if dilation == 1 else f"{dilation} * ({kernel} - 1) + 1 = {span}"
    padding = both_sides(*pads)
    room = f"{size} + {padding} = {size + padding}" if padding else f"{size}"
    return LayerError(
        f"a window of {window} is larger than its input of {room}",
        field="kernel",
        hint=f"a kernel that reaches at most {size + padding}, or more padding",
    )


class AxisWindow:
    """One spatial axis and the window on it."""

    __slots__ = ("dilation", "kernel", "size", "stride")

    def __init__(self, size: int, kernel: int, stride: int, dilation: int = 1) -> None:
        self.size = size
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation


@declare
class Window(Layer):
    """A layer that slides a window over a signal, an image or a volume."""

    kernel: Axes = field(symbol="K", aliases=("kernel_size",), help="window size, one number or one per axis")
    pad: Padding = field(
        default=0, symbol="P", aliases=("padding",), help="padding of each end, or same, half, valid, causal"
    )
    stride: Axes | None = field(default=1, symbol="S", aliases=("strides",), help="step between windows")
    rank: Count | None = RANK

    def checked_map(self, x: Shape) -> Map:
        """Accept a signal, an image or a volume, of the rank that the head asks for; causal padding is a signal's.

        Raises:
            LayerError: another shape or another rank.
        """
        found = require_map(self.type, x, rank=self.rank)
        refuse(
            self.pad == "causal" and found.rank != 1,
            lambda: LayerError(
                f"pad: causal is for a signal, whose one axis is time; this is {found.described}",
                field="pad",
                hint="write [before, after] for each axis, as in `pad: [[2, 0], 1, 1]`",
            ),
        )
        return found

    def kernels(self, x: Map) -> tuple[int, ...]:
        """Window length of each spatial axis."""
        return per_axis(self.kernel, x.rank, "kernel")

    def steps(self, x: Map) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        """Window length, step between windows and dilation, for each spatial axis.

        Raises:
            LayerError: a list that does not have one number per axis.
        """
        rank = x.rank
        kernels = self.kernels(x)
        strides = kernels if self.stride is None else per_axis(self.stride, rank, "stride")
        return kernels, strides, per_axis(getattr(self, "dilation", 1), rank, "dilation")

    def axes_over(self, x: Map) -> list[AxisWindow]:
        """The window of each spatial axis.

        Raises:
            LayerError: a list that does not have one number per axis.
        """
        return list(map(AxisWindow, x.size, *self.steps(x)))

    def pads(self, x: Map) -> tuple[tuple[int, int], ...]:
        """Padding before and after, for each spatial axis.

        Raises:
            LayerError: a list that does not have one entry per axis.
        """
        pad = self.pad
        if isinstance(pad, str):
            return tuple(self.automatic_pads(pad, axis) for axis in self.axes_over(x))
        return both_ends(pad, x.rank, "pad")

    def automatic_pads(self, word: str, axis: AxisWindow) -> tuple[int, int]:
        """Padding that a word stands for, before and after."""
        if word == "valid":
            return (0, 0)
        if word == "causal":
            return (axis.dilation * (axis.kernel - 1), 0)
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
        kernels, strides, dilations = self.steps(x)
        if self.pad in SAME:
            return tuple(map(ceil_div, x.size, strides))
        return tuple(map(self.length, x.size, kernels, strides, self.pads(x), dilations))

    def length(self, size: int, kernel: int, stride: int, pads: tuple[int, int], dilation: int) -> int:
        """Output length of one spatial axis."""
        return windows(size, kernel, stride, pads, dilation)

    def settings(self, *inputs: Shape) -> dict[str, Any]:
        """The fields, with kernel, stride, dilation and padding given for each axis."""
        x = require_map(self.type, inputs[0])
        axes = self.axes_over(x)
        found = super().settings(*inputs) | {"pad": self.pads(x)}
        for name in ("kernel", "stride", "dilation"):
            if name in found:
                found[name] = tuple(getattr(axis, name) for axis in axes)
        return found

    def reads(self, out: Map, x: Map) -> Sight:
        """A window for each axis."""
        del out
        return tuple(
            window(axis.kernel, axis.stride, before, axis.dilation)
            for axis, (before, _) in zip(self.axes_over(x), self.pads(x), strict=True)
        )
