"""The axis of a picture: how far it goes, where its lines are, and in which unit they are written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from netcost.number import Exact
from netcost.units import BINARY_UNITS, COUNT_UNITS, Quantity, Unit

LINES = 4
"""Lines of an axis, about."""

STEPS = (1, 2, 5, 10)
WHOLE_FROM = 10
"""Units from which a number needs no decimal."""


class Axis(NamedTuple):
    """An axis from zero on.

    Args:
        unit: what it is counted in.
        step: from one line to the next, in whole numbers of what is counted.
        lines: how many there are above zero.
    """

    unit: Unit
    step: int
    lines: int

    @property
    def top(self) -> int:
        """The last line."""
        return self.step * self.lines

    def marks(self) -> Iterator[tuple[float, str]]:
        """Each line: how high it is in parts of the whole, and what stands beside it."""
        for line in range(self.lines + 1):
            number = line * self.step
            unit = self.unit
            yield line / self.lines, unit.tenths_of(number) if number % unit.size else unit.of(number)

    def text(self, number: Exact) -> str:
        """Write a number in the unit, with a decimal where it is small; what is not nothing is not written as 0."""
        if not number or self.unit.size == 1 or number >= WHOLE_FROM * self.unit.size:
            return self.unit.of(number)
        tenths = self.unit.tenths_of(number)
        return "<0.1" if tenths == "0.0" else tenths


def axis(most: Exact, quantity: Quantity) -> Axis:
    """Choose the axis for numbers up to the largest."""
    units = [("B", 1), *BINARY_UNITS.items()] if quantity == "bytes" else list(COUNT_UNITS.items())
    symbol, size = next((each for each in reversed(units) if most >= each[1]), units[0])
    step = _step(most, size)
    return Axis(Unit(size, symbol), step, max(1, -int(-most // step)))


def _step(most: Exact, size: int) -> int:
    """The least round number of which a few reach up to the largest."""
    least, power = most / LINES, 1
    while 10 * power * size <= least:
        power *= 10
    found = next((each * power * size for each in STEPS if each * power * size >= least), 10 * power * size)
    smaller = [size // part for part in STEPS[1:] if size % part == 0 and size // part >= least]
    return min([found, *smaller]) if size > 1 else found
