"""Tensor shapes, batch first, and the arithmetic of one axis under a sliding window."""

from __future__ import annotations

from math import prod
from typing import ClassVar, Self


class LayerError(ValueError):
    """A layer does not fit its input or its own fields.

    Args:
        message: what is wrong, with both numbers.
        field: the declared field at fault; empty when the input is.
        hint: what to write instead.
    """

    def __init__(self, message: str, *, field: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.hint = hint


class Shape(tuple[int, ...]):
    """Axis lengths, batch first; the class says what the axes mean."""

    __slots__ = ()

    noun: ClassVar[str] = "a tensor"
    axes: ClassVar[tuple[str, ...]] = ()
    channel_axis: ClassVar[int] = -1

    @property
    def elements(self) -> int:
        """Number of elements, the batch included."""
        return prod(self)

    @property
    def channels(self) -> int:
        """Length of the axis that holds the features."""
        return self[self.channel_axis]

    @property
    def size(self) -> tuple[int, ...]:
        """Lengths of the spatial axes; empty where there are none."""
        return ()

    @property
    def sample(self) -> tuple[int, ...]:
        """Axis lengths of one sample, the batch left out."""
        return tuple(self[1:])

    def with_length(self, axis: int, length: int) -> Self:
        """Return the same shape with another length of one axis."""
        lengths = list(self)
        lengths[axis] = length
        return type(self)(lengths)

    def with_channels(self, channels: int) -> Self:
        """Return the same shape with another number of features."""
        return self.with_length(self.channel_axis, channels)

    def __str__(self) -> str:
        return " x ".join(map(str, self.sample))

    @property
    def described(self) -> str:
        """The shape in words, as messages show it: `an image 64 x 6 x 6`."""
        return f"{self.noun} {self}"


class Tensor(Shape):
    """Any other shape: (N, ...), features last."""

    __slots__ = ()


class Vector(Shape):
    """(N, D)."""

    __slots__ = ()
    noun = "a vector"
    axes = ("N", "D")


class Tokens(Shape):
    """(N, T): integer token numbers, not yet embedded."""

    __slots__ = ()
    noun = "token numbers"
    axes = ("N", "T")


class Sequence(Shape):
    """(N, T, C): a sequence of feature vectors."""

    __slots__ = ()
    noun = "a sequence"
    axes = ("N", "T", "C")


class Map(Shape):
    """(N, C, *size): channels over one, two or three spatial axes."""

    __slots__ = ()
    channel_axis = 1

    @property
    def size(self) -> tuple[int, ...]:
        """Lengths of the spatial axes."""
        return tuple(self[2:])

    def resized(self, channels: int, size: tuple[int, ...]) -> Self:
        """Return a map of the same kind with other channels and another size."""
        return type(self)((self[0], channels, *size))


class Signal(Map):
    """(N, C, L)."""

    __slots__ = ()
    noun = "a signal"
    axes = ("N", "C", "L")


class Image(Map):
    """(N, C, H, W)."""

    __slots__ = ()
    noun = "an image"
    axes = ("N", "C", "H", "W")


class Volume(Map):
    """(N, C, D, H, W)."""

    __slots__ = ()
    noun = "a volume"
    axes = ("N", "C", "D", "H", "W")


KINDS: dict[str, type[Shape]] = {
    "vector": Vector,
    "sequence": Sequence,
    "signal": Signal,
    "image": Image,
    "volume": Volume,
    "tensor": Tensor,
}
"""Kinds of shape that a spec can ask for by name."""


def usual_kind(axes: int) -> type[Shape]:
    """What a tensor with so many axes beside the batch is taken for."""
    return {1: Vector, 2: Sequence, 3: Image, 4: Volume}.get(axes, Tensor)


def ceil_div(dividend: int, divisor: int) -> int:
    """Divide and round up: `ceil(dividend / divisor)`."""
    return -(-dividend // divisor)


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
    if room < 0:
        raise window_error(size, kernel, pads, dilation)
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
    if count < 1:
        raise window_error(size, kernel, pads, dilation)
    starts_beyond = (count - 1) * stride >= size + pads[0]
    return count - 1 if starts_beyond else count


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
    if length < 1:
        figures = f"({size} - 1) * {stride} + {reach(kernel, dilation)} - {both_sides(*pads)} + {output_pad} = {length}"
        raise LayerError(f"the output is empty: {figures}", field="pad", hint="pad less")
    return length


def same_pads(size: int, kernel: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    """Padding that makes the output `ceil(W / S)`, the odd zero after.

    Source: ONNX Conv, auto_pad SAME_UPPER; TensorFlow's SAME.
    """
    total = max((ceil_div(size, stride) - 1) * stride + reach(kernel, dilation) - size, 0)
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
