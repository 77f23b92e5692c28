"""Columns as plain lists, for which nothing need be installed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from heapq import nsmallest
from itertools import compress
from math import floor, log10
from typing import Any

from netcost.number import Exact
from netcost.sweeps.front import undominated

Truths = list[bool]


def indices(numbers: Sequence[int]) -> Sequence[int]:
    """Numbers of variants, to be calculated with."""
    return numbers


def digits(numbers: Sequence[int], stride: int, length: int) -> list[int]:
    """For each variant the number of its value on an axis."""
    return [number // stride % length for number in numbers]


def looked_up(table: Sequence[Any], places: Sequence[int]) -> list[Any]:
    """A column with an entry of a table in each row."""
    return [table[place] for place in places]


def combined(parts: Sequence[Sequence[int]], lengths: Sequence[int]) -> list[int]:
    """One number for each combination of digits."""
    found = [0] * len(parts[0])
    for part, length in zip(parts, lengths, strict=True):
        found = [before * length + digit for before, digit in zip(found, part, strict=True)]
    return found


def mask(truths: Sequence[bool]) -> Truths:
    """A mask of truth values."""
    return list(truths)


def column(numbers: Sequence[Any]) -> list[Any]:
    """A column of what an engine has found."""
    return list(numbers)


def known(numbers: Sequence[Any]) -> Truths:
    """The rows of which the number is known."""
    return [number is not None for number in numbers]


def above(numbers: Sequence[Any], bound: Exact) -> Truths:
    """The rows with a number above a bound."""
    return [number is not None and number > bound for number in numbers]


def below(numbers: Sequence[Any], bound: Exact) -> Truths:
    """The rows with a number below a bound."""
    return [number is not None and number < bound for number in numbers]


def both(first: Truths, second: Truths) -> Truths:
    """The rows that two masks have in common."""
    return [a and b for a, b in zip(first, second, strict=True)]


def without(first: Truths, second: Truths) -> Truths:
    """The rows of one mask that another has not."""
    return [a and not b for a, b in zip(first, second, strict=True)]


def count(truths: Truths) -> int:
    """How many rows are meant."""
    return sum(truths)


def taken(numbers: Sequence[Any], truths: Truths) -> list[Any]:
    """A column, or numbers of variants, with those rows only."""
    return list(compress(numbers, truths))


def plain(numbers: Sequence[Any]) -> list[Any]:
    """The numbers of Python, None where one is not known."""
    return list(numbers)


def native(numbers: Sequence[Any]) -> Sequence[Any]:
    """The numbers as they are."""
    return numbers


def joined(columns: Sequence[Sequence[Any]]) -> list[Any]:
    """Some columns, one after the other."""
    return [number for numbers in columns for number in numbers]


def binned(columns: Sequence[Sequence[Any]], steps: int) -> Counter[tuple[int, ...]]:
    """How many rows are in each bin of `floor(steps * log10(number))`; those without a logarithm are left out."""
    rows = zip(*columns, strict=True)
    return Counter(
        tuple(floor(steps * log10(number)) for number in row)
        for row in rows
        if all(number is not None and number > 0 for number in row)
    )


def chosen(numbers: Sequence[Any], rows: Sequence[int]) -> list[Any]:
    """Some rows, as numbers of Python."""
    return [numbers[row] for row in rows]


def first(keys: Sequence[tuple[Sequence[Any], bool]], most: int) -> list[int]:
    """The rows that come first in an order, the last keys deciding what earlier ones leave open."""
    columns = [_ranked(numbers, largest=largest) for numbers, largest in keys]
    if not columns:
        raise ValueError("an order has at least one key")
    order = nsmallest(most, zip(*columns, range(len(columns[0])), strict=True))
    return [row[-1] for row in order]


def _ranked(numbers: Sequence[Any], *, largest: bool) -> list[tuple[bool, Any]]:
    sign = -1 if largest else 1
    return [(True, 0) if number is None else (False, sign * number) for number in numbers]


def front(keys: Sequence[tuple[Sequence[Any], bool]]) -> list[int]:
    """The rows that no other excels; those without a number are none of them."""
    points = zip(*(_ranked(numbers, largest=largest) for numbers, largest in keys), strict=True)
    known = [
        (tuple(number for _, number in point), row)
        for row, point in enumerate(points)
        if not any(unknown for unknown, _ in point)
    ]
    return undominated((row, point) for point, row in sorted(known))
