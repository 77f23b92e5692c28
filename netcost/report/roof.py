"""What bounds the layers of a network on a device: its rate of operations, or its memory."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple


class Point(NamedTuple):
    """One layer that computes something and moves something.

    Args:
        name: the layer, with what runs inside of it.
        flops: operations, two for a multiply-accumulate.
        moved: bytes.
        time: nanoseconds that it takes at least.
    """

    name: str
    flops: int
    moved: int
    time: Fraction

    @property
    def intensity(self) -> Fraction:
        """Operations for each byte."""
        return Fraction(self.flops, self.moved)

    @property
    def speed(self) -> Fraction:
        """Operations a second, at most."""
        return self.flops * 10**9 / self.time


class Roof(NamedTuple):
    """The bounds of a device, and the layers below them.

    Args:
        device: the device.
        rate: operations a second, in the number format of most layers.
        bandwidth: bytes a second.
        points: the layers.
    """

    device: str
    rate: Fraction
    bandwidth: Fraction
    points: Sequence[Point]

    @property
    def ridge(self) -> Fraction:
        """Operations for each byte from which the rate is the bound."""
        return self.rate / self.bandwidth
