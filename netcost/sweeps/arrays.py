"""Columns as numpy's arrays: the same as lists, for millions of rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from netcost.number import Exact
from netcost.sweeps.front import undominated

Array = Any
WHOLE = 2**63
GOOD = 32
"""Rows with which all are compared first."""


class Numbers(NamedTuple):
    """A column: whole numbers, floats, or anything else as Python has it; and the rows in which there is one."""

    values: Array
    known: Array


def indices(numbers: Sequence[int]) -> Array:
    """Numbers of variants, to be calculated with."""
    if isinstance(numbers, range):
        return np.arange(numbers.start, numbers.stop, numbers.step, dtype=np.int64)
    return np.asarray(numbers, dtype=np.int64)


def digits(numbers: Array, stride: int, length: int) -> Array:
    """For each variant the number of its value on an axis."""
    return numbers // stride % length


def looked_up(table: Sequence[Any], places: Array) -> Numbers:
    """A column with an entry of a table in each row."""
    entries = _array(table)
    return Numbers(entries[places], np.ones(len(places), dtype=bool))


def _array(values: Sequence[Any]) -> Array:
    """Whole numbers and floats as such, everything else as objects of Python."""
    kinds = set(map(type, values))
    if kinds == {int} and all(-WHOLE <= value < WHOLE for value in values):
        return np.array(values, dtype=np.int64)
    if kinds == {float}:
        return np.array(values, dtype=np.float64)
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def combined(parts: Sequence[Array], lengths: Sequence[int]) -> Array:
    """One number for each combination of digits."""
    found = np.zeros(len(parts[0]), dtype=np.int64)
    for part, length in zip(parts, lengths, strict=True):
        found = found * length + part
    return found


def mask(truths: Sequence[bool]) -> Array:
    """A mask of truth values."""
    return np.fromiter(truths, dtype=bool, count=len(truths))


def column(numbers: Any) -> Numbers:
    """A column of what an engine has found: an array, a masked one, or a list with None where nothing is known."""
    if isinstance(numbers, np.ma.MaskedArray):
        return Numbers(numbers.data, ~np.ma.getmaskarray(numbers))
    if isinstance(numbers, np.ndarray) and numbers.dtype != object:
        return Numbers(numbers, np.ones(len(numbers), dtype=bool))
    listed = list(numbers)
    there = np.fromiter((number is not None for number in listed), dtype=bool, count=len(listed))
    return Numbers(_array([0 if number is None else number for number in listed]), there)


def known(numbers: Numbers) -> Array:
    """The rows of which the number is known."""
    return numbers.known


def above(numbers: Numbers, bound: Exact) -> Array:
    """The rows with a number above a bound."""
    return numbers.known & (numbers.values > bound).astype(bool)


def below(numbers: Numbers, bound: Exact) -> Array:
    """The rows with a number below a bound."""
    return numbers.known & (numbers.values < bound).astype(bool)


def both(first: Array, second: Array) -> Array:
    """The rows that two masks have in common."""
    return first & second


def without(first: Array, second: Array) -> Array:
    """The rows of one mask that another has not."""
    return first & ~second


def count(truths: Array) -> int:
    """How many rows are meant."""
    return int(np.count_nonzero(truths))


def taken(numbers: Any, truths: Array) -> Any:
    """A column, or numbers of variants, with those rows only."""
    if isinstance(numbers, Numbers):
        return Numbers(numbers.values[truths], numbers.known[truths])
    return numbers[truths]


def plain(numbers: Any) -> list[Any]:
    """The numbers of Python, None where one is not known."""
    if not isinstance(numbers, Numbers):
        return list(numbers.tolist())
    found: list[Any] = numbers.values.tolist()
    if numbers.known.all():
        return found
    return [number if there else None for number, there in zip(found, numbers.known.tolist(), strict=True)]


def native(numbers: Numbers) -> Any:
    """An array of numbers, if all are known; else an array of Python's, None where one is not."""
    if numbers.known.all():
        return numbers.values
    found = numbers.values.astype(object)
    found[~numbers.known] = None
    return found


def joined(columns: Sequence[Array]) -> Array:
    """Some arrays, one after the other."""
    return np.concatenate(columns)


def binned(columns: Sequence[Numbers], steps: int) -> dict[tuple[int, ...], int]:
    """How many rows are in each bin of `floor(steps * log10(number))`; those without a logarithm are left out."""
    known = np.logical_and.reduce([each.known & (each.values > 0).astype(bool) for each in columns])
    bins = [np.floor(steps * np.log10(each.values[known].astype(np.float64))) for each in columns]
    found, counts = np.unique(np.stack(bins, axis=1).astype(np.int64), axis=0, return_counts=True)
    return dict(zip(map(tuple, found.tolist()), counts.tolist(), strict=True))


def chosen(numbers: Any, rows: Sequence[int]) -> list[Any]:
    """Some rows, as numbers of Python."""
    meant = np.asarray(rows, dtype=np.int64)
    return plain(taken(numbers, meant))


def first(keys: Sequence[tuple[Numbers, bool]], most: int) -> list[int]:
    """The rows that come first in an order, the last keys deciding what earlier ones leave open."""
    ranks = [_ranked(numbers, largest=largest) for numbers, largest in keys]
    rows = np.arange(len(ranks[0]))
    if most < len(rows):
        last = np.partition(ranks[0], most - 1)[most - 1]
        rows = rows[ranks[0] <= last]
    order = np.lexsort([rank[rows] for rank in reversed(ranks)])
    return list(map(int, rows[order][:most]))


def _ranked(numbers: Numbers, *, largest: bool) -> Array:
    """Whole numbers in the same order, exact whatever the values are; rows without a number come last."""
    _, ranks = np.unique(numbers.values, return_inverse=True)
    ranks = -ranks if largest else ranks
    return np.where(numbers.known, ranks, len(ranks) + 1)


def front(keys: Sequence[tuple[Numbers, bool]]) -> list[int]:
    """The rows that no other excels; those that a few good ones excel are left out before all are compared."""
    points = np.stack([_ranked(numbers, largest=largest) for numbers, largest in keys], axis=1)
    rows = np.flatnonzero(np.logical_and.reduce([numbers.known for numbers, _ in keys]))
    for good in rows[np.argsort(points[rows].sum(axis=1), kind="stable")[:GOOD]]:
        excelled = (points[rows] >= points[good]).all(axis=1) & (points[rows] > points[good]).any(axis=1)
        rows = rows[~excelled]
    rows = rows[np.lexsort(points[rows].T[::-1])]
    return undominated(zip(rows.tolist(), points[rows].tolist(), strict=True))
