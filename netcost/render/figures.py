"""How numbers and names are written for people: rounded, grouped, as shares, as lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from netcost.wording import rounded

LEAST_TOTAL = 100
LONGEST_SUM = 2
BYTE_UNITS = ((2**40, "TiB"), (2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))


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


def share(part: int, whole: int) -> str:
    """Write a part in percent of the whole, `62%`; only the whole is 100%."""
    percent = rounded(100 * part, whole)
    return f"{percent}%" if percent < 100 or part == whole else "more than 99%"  # noqa: PLR2004


def byte_text(number: int) -> str:
    """Write bytes with one decimal in the largest unit that they fill: `233.1 MiB`, `40 B`."""
    for size, symbol in BYTE_UNITS:
        if number >= size:
            tenths = rounded(10 * number, size)
            return f"{tenths // 10:,}.{tenths % 10} {symbol}"
    return f"{number} B"


def summed(parts: Sequence[str]) -> str:
    """Write what several inputs bring, `64+32`, and repetitions short, `64+5*32`."""
    runs = [(text, len(list(run))) for text, run in groupby(parts)]
    terms = [term for text, times in runs for term in ([f"{times}*{text}"] if times > 2 else [text] * times)]  # noqa: PLR2004
    return "+".join(terms) if len(terms) <= LONGEST_SUM else f"{len(parts)} inputs"
