"""Variants of a grid as tables: what one side of a table decides is worked out once a line or column, not once a variant.

Numbers of lines and numbers of columns meet as numpy broadcasts them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from netcost.sweeps import arrays
from netcost.sweeps.columns import Array, array
from netcost.sweeps.varying import Part, Varying

MOST = 8_192
"""Variants of one table: as many as stay in a processor's cache."""

LEAST = 64
"""Lines of a table at least, where there are so many."""

STRETCH = 2**16
"""Variants that are asked for at once, or thereabouts."""

Key: TypeAlias = tuple[int, ...]


class Table(NamedTuple):
    """Variants in lines and columns.

    Args:
        rows: where each of them stands among all that are asked for.
        numbers: numbers of theirs, each one a line, (lines, 1), one a column, (1, columns), or one a variant.
    """

    rows: Array
    numbers: Sequence[Array]

    def only(self, meant: Array) -> Table:
        """Some of the variants: those lines or columns, or, where it takes both to tell, all in one line."""
        lines, columns = meant.shape
        if lines > 1 and columns > 1:
            return self._each(lambda numbers: np.broadcast_to(numbers, meant.shape)[meant][None])
        axis, which = int(lines == 1), meant.ravel()
        return self._each(
            lambda numbers: numbers.compress(which, axis) if numbers.shape[axis] == len(which) else numbers
        )

    def listed(self) -> tuple[list[int], list[tuple[Any, ...]]]:
        """The rows, and the numbers of each, as Python's."""
        rows = self.rows.ravel().tolist()
        numbers = [np.broadcast_to(each, self.rows.shape).ravel().tolist() for each in self.numbers]
        return rows, list(zip(*numbers, strict=True)) if numbers else [()] * len(rows)

    def _each(self, change: Callable[[Array], Array]) -> Table:
        return Table(change(self.rows), [change(each) for each in self.numbers])


class Values(NamedTuple):
    """The values of an axis.

    Args:
        stride: how many variants follow one another with the same value.
        part: of each value the number of the part that it is in.
        columns: of each part the numbers that vary, by the places of values.
    """

    stride: int
    part: Array
    columns: Sequence[Sequence[Array]]


class ArrayGrid:
    """The variants of a grid by families, as tables of arrays.

    Args:
        varying: the grid.
    """

    def __init__(self, varying: Varying) -> None:
        strides = varying.strides
        self._line = min(strides, key=lambda stride: max(stride, STRETCH // stride), default=1)
        """Variants of a whole line, so that neither lines nor columns are too many."""
        axes = [
            _values(stride, len(axis.values), parts)
            for stride, axis, parts in zip(strides, varying.grid.axes, varying.parts, strict=True)
        ]
        self.split = sum(stride >= self._line for stride in strides)
        """How many axes, from the first on, tell lines apart; the others tell columns apart."""
        self._of_lines, self._of_columns = axes[: self.split], axes[self.split :]

    def stretch(self, start: int, stop: int) -> Iterator[tuple[Key, Table]]:
        """The variants from one number to another: the key of each family, and a table of it."""
        for lines, columns in _folded(start, stop, self._line):
            rows = lines[:, None] + columns - start
            for key, place, numbers in _families(lines, self._of_lines):
                for other, behind, more in _families(columns, self._of_columns):
                    yield key + other, _table(rows[place][:, behind], numbers, more)

    def points(self, indices: Sequence[int]) -> Iterator[tuple[Key, Table]]:
        """The same of variants of any numbers."""
        axes = [*self._of_lines, *self._of_columns]
        for start in range(0, len(indices), MOST):
            numbers = arrays.indices(indices[start : start + MOST])
            rows = np.arange(start, start + len(numbers), dtype=np.int64)
            for key, place, own in _families(numbers, axes):
                yield key, _table(rows[place][None], [], own)


def _table(rows: Array, lines: Sequence[Array], columns: Sequence[Array]) -> Table:
    """A table with the longer side along the lines, as numpy is quick there."""
    numbers = [*(each[:, None] for each in lines), *(each[None] for each in columns)]
    high, wide = rows.shape
    return Table(rows, numbers) if wide >= high else Table(rows.T, [each.T for each in numbers])


def _folded(start: int, stop: int, line: int) -> Iterator[tuple[Array, Array]]:
    """A stretch as rectangles, each by the numbers of its lines and those of its columns, which add up to variants."""
    while start < stop:
        before, count = start % line, stop - start
        whole = not before and count >= line
        lines = min(count // line, max(LEAST, MOST // line)) if whole else 1
        width = line if whole else min(count, line - before)
        first = arrays.indices(range(start - before, start - before + lines * line, line))
        for column in range(before, before + width, MOST // lines):
            yield first, arrays.indices(range(column, min(column + MOST // lines, before + width)))
        start += lines * width


def _families(indices: Array, axes: Sequence[Values]) -> Iterator[tuple[Key, Array | slice, Sequence[Array]]]:
    """Variants by the parts that their values on some axes are in: those, which they are, and their numbers that vary."""
    digits = [arrays.digits(indices, axis.stride, len(axis.part)) for axis in axes]
    for place in _alike(
        [(axis, digit) for axis, digit in zip(axes, digits, strict=True) if len(axis.columns) > 1]
    ):
        own = [digit[place] for digit in digits]
        key = tuple(int(axis.part[digit[0]]) for axis, digit in zip(axes, own, strict=True))
        numbers = [
            column[digit]
            for axis, part, digit in zip(axes, key, own, strict=True)
            for column in axis.columns[part]
        ]
        yield key, place, numbers


def _alike(digits: Sequence[tuple[Values, Array]]) -> Sequence[Array | slice]:
    """Which variants have the same parts; all have where there are none."""
    if not digits:
        return [slice(None)]
    codes = arrays.combined(
        [axis.part[digit] for axis, digit in digits], [len(axis.columns) for axis, _ in digits]
    )
    return [np.flatnonzero(codes == code) for code in np.unique(codes)]


def _values(stride: int, length: int, parts: Sequence[Part]) -> Values:
    home = np.zeros(length, dtype=np.int64)
    for number, part in enumerate(parts):
        home[list(part.digits)] = number
    return Values(
        stride, home, [[_spread(each, part.digits, length) for each in part.columns] for part in parts]
    )


def _spread(numbers: Sequence[Any], digits: Sequence[int], length: int) -> Array:
    values = array(numbers)
    if len(values) == length:
        return values
    found = np.zeros(length, dtype=values.dtype)
    found[list(digits)] = values
    return found
