"""What numbers are counted in, `63M`, `12.5 MiB`: the units, and how numbers are written in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from netcost.wording import rounded

Quantity: TypeAlias = Literal["count", "bytes"]

COUNT_UNITS: Mapping[str, int] = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
BINARY_UNITS = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
BYTE_UNITS: Mapping[str, int] = (
    {"": 1, "B": 1} | {"kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12} | BINARY_UNITS
)
UNITS: Mapping[Quantity, Mapping[str, int]] = {"count": COUNT_UNITS, "bytes": BYTE_UNITS}

LEAST_TOTAL = 100


def byte_text(number: int) -> str:
    """Write bytes with one decimal in the largest unit that they fill: `233.1 MiB`, `40 B`."""
    for symbol, size in reversed([*BINARY_UNITS.items()]):
        if number >= size:
            tenths = rounded(10 * number, size)
            return f"{tenths // 10:,}.{tenths % 10} {symbol}"
    return f"{number} B"


@dataclass(frozen=True, slots=True)
class Unit:
    """What the numbers of a column are counted in."""

    size: int
    symbol: str

    def of(self, number: int) -> str:
        """Write a number in whole units."""
        return f"{rounded(number, self.size):,}"

    def heading(self, word: str) -> str:
        """Write a column's head: `memory (KB)`, or the word alone for plain counts."""
        return f"{word} ({self.symbol})" if self.symbol else word


def fitting(total: int, units: Sequence[Unit]) -> Unit:
    """Choose the first unit, unless the total is below 100 of it.

    So a number that is written 0 without being 0 is less than half a percent of the total.
    """
    if not total:
        return units[0]
    return next((unit for unit in units if total >= LEAST_TOTAL * unit.size), units[-1])
