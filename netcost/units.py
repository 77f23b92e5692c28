"""What numbers are counted in, `63M`, `12.5 MiB`: the units, and how numbers are written in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeAlias

from netcost.number import UNKNOWN, AtLeast, Exact, Value, known_part
from netcost.record import Record
from netcost.wording import rounded

Quantity: TypeAlias = Literal["count", "bytes", "ratio"]
"""What is counted; a ratio need not be whole."""

COUNT_UNITS: Mapping[str, int] = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
BINARY_UNITS = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
BYTE_UNITS: Mapping[str, int] = (
    {"": 1, "B": 1} | {"kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12} | BINARY_UNITS
)
UNITS: Mapping[Quantity, Mapping[str, int]] = {
    "count": COUNT_UNITS,
    "bytes": BYTE_UNITS,
    "ratio": COUNT_UNITS,
}

LEAST_TOTAL = 100
MOST_DIGITS = 5
WHOLE_FROM = 1_000
"""Units of a total from which a grown unit needs no decimal."""
LEAST_SHORTENED = 100_000


def number_text(number: Value, quantity: Quantity = "count") -> str:
    """Write a number: a count in full, `1,234`, bytes in a unit that they fill, a ratio with three digits, `0.318`."""
    return _as_known(number, byte_text if quantity == "bytes" else _grouped)


def _as_known(number: Value, write: Callable[[Exact], str]) -> str:
    """Write a number that may be known in part only, `>= 254`, or not at all; nothing where there is none."""
    if number is None:
        return ""
    if number == UNKNOWN:
        return "unknown"
    return f"{'>= ' if isinstance(number, AtLeast) else ''}{write(known_part(number))}"


def _grouped(number: Exact) -> str:
    if isinstance(number, int):
        return f"{number:,}"
    if number < 0:
        return f"-{_grouped(-number)}"
    places = 2
    while number and number * 10**places < LEAST_TOTAL:
        places += 1
    whole, rest = divmod(rounded(number * 10**places), 10**places)
    return f"{whole:,}.{rest:0{places}}"


def byte_text(number: Exact) -> str:
    """Write bytes with one decimal in the largest unit that they fill: `233.1 MiB`, `40 B`."""
    for symbol, size in reversed([*BINARY_UNITS.items()]):
        if number >= size:
            return f"{_tenths(number, size)} {symbol}"
    return f"{rounded(number)} B"


def _tenths(number: Exact, size: int) -> str:
    tenths = rounded(10 * number, size)
    return f"{tenths // 10:,}.{tenths % 10}"


class Unit(Record):
    """What the numbers of a column are counted in."""

    size: int
    symbol: str

    def of(self, number: Value) -> str:
        """Write a number in whole units."""
        return _as_known(number, lambda known: f"{rounded(known, self.size):,}")

    def tenths_of(self, number: Value) -> str:
        """Write a number with one decimal; a number of single bytes is whole."""
        return (
            self.of(number) if self.size == 1 else _as_known(number, lambda known: _tenths(known, self.size))
        )

    def heading(self, word: str) -> str:
        """Write a column's head: `memory (KB)`, or the word alone for plain counts."""
        return f"{word} ({self.symbol})" if self.symbol else word


MEMORY_UNITS = (Unit(2**20, "MiB"), Unit(2**10, "KiB"), Unit(1, "bytes"))


def memory_unit(total: Value) -> Unit:
    """The unit of a table of memory: MiB, KiB where the total is below one, bytes where it is below one of those."""
    known = known_part(total) or 0
    return next((unit for unit in MEMORY_UNITS if known >= unit.size), MEMORY_UNITS[-1])


def fitting(total: Value, units: Sequence[Unit]) -> Unit:
    """Choose the first unit, unless the total is below 100 of it.

    So a number that is written 0 without being 0 is less than half a percent of the total.
    """
    known = known_part(total)
    if not known:
        return units[0]
    return next((unit for unit in units if known >= LEAST_TOTAL * unit.size), units[-1])


class Scale(Record):
    """The units that a column may have.

    Args:
        usual: the one that it has where its total suits it.
        smaller: those for a total that is below 100 of the usual one.
        larger: those for a total of more than five digits in the usual one.
    """

    usual: Unit
    smaller: tuple[Unit, ...]
    larger: tuple[Unit, ...]

    def unit(self, total: Value) -> Unit:
        """Choose the unit by the total of the column."""
        fits = (
            each for each in self._growing if len(str(rounded(known_part(total), each.size))) <= MOST_DIGITS
        )
        found = next(fits, self._growing[-1])
        return found if found is not self.usual else fitting(total, (self.usual, *self.smaller))

    @property
    def _growing(self) -> tuple[Unit, ...]:
        return (self.usual, *self.larger)

    def writer(self, total: Value) -> Callable[[Value], str]:
        """How the column's numbers are written: whole, but with a decimal where a grown unit leaves few digits."""
        unit = self.unit(total)
        few = known_part(total) < WHOLE_FROM * unit.size
        return unit.tenths_of if unit in self.larger and few else unit.of


def short_count(number: Value) -> str:
    """Write a large count with three digits or more and its unit: `717 M`, `1.44 G`, `16.5 T`; a small one in full."""
    return _as_known(number, _shortened)


def _shortened(number: Exact) -> str:
    if number < LEAST_SHORTENED:
        return _grouped(number)
    symbol, size = next(unit for unit in reversed([*COUNT_UNITS.items()]) if number >= unit[1])
    places = next((places for places, below in ((2, 10), (1, 100)) if number < below * size), 0)
    whole, rest = divmod(rounded(number * 10**places, size), 10**places)
    return f"{whole:,}.{rest:0{places}} {symbol}" if places else f"{whole:,} {symbol}"
