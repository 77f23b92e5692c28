"""Columns of a chunk and numbers of a grid, as arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from netcost.sweeps.axes import Axis
from netcost.sweeps.varying import Part, Varying

Array = Any

WHOLE = 2**63
"""Whole numbers of 64 bits stay below."""


class Columns:
    """The columns of a chunk while rows are put into them: arrays of whole numbers as long as that goes.

    Args:
        metrics: what is asked for.
        rows: how many there are.
    """

    def __init__(self, metrics: Sequence[str], rows: int) -> None:
        self._rows = rows
        self._columns: dict[str, Array] = dict.fromkeys(metrics)
        self._known: dict[str, Array] = {metric: np.zeros(rows, dtype=bool) for metric in metrics}

    def put(self, metric: str, rows: Array, numbers: Any) -> None:
        """Put numbers, or one for all, into some rows; None is none."""
        if numbers is None:
            return
        kind = numbers.dtype if isinstance(numbers, np.ndarray) else _kind_of(numbers)
        column = self._columns[metric]
        if column is None:
            column = np.zeros(self._rows, dtype=kind)
        elif column.dtype != kind:
            column = column.astype(object)
        column[rows] = numbers
        self._columns[metric] = column
        self._known[metric][rows] = True

    def finished(self) -> dict[str, Any]:
        """The columns; one with gaps is masked."""
        return {metric: self._finished(metric) for metric in self._columns}

    def _finished(self, metric: str) -> Any:
        column, known = self._columns[metric], self._known[metric]
        if column is None:
            return np.ma.MaskedArray(np.zeros(self._rows, dtype=np.int64), ~known)
        return column if known.all() else np.ma.MaskedArray(column, ~known)


def _kind_of(number: Any) -> Any:
    if isinstance(number, int) and -WHOLE <= number < WHOLE:
        return np.dtype(np.int64)
    return np.dtype(np.float64) if isinstance(number, float) else np.dtype(object)


def array(numbers: Sequence[Any]) -> Array:
    """Numbers as an array: of whole ones or of floats where all are, else of Python's."""
    kinds = {_kind_of(number) for number in numbers}
    return np.array(numbers, dtype=kinds.pop() if len(kinds) == 1 else object)


class ArrayGrid:
    """The variants of a grid by families, as arrays.

    Args:
        varying: the grid.
    """

    def __init__(self, varying: Varying) -> None:
        self._varying = varying
        self._homes = [
            _homes(axis, parts) for axis, parts in zip(varying.grid.axes, varying.parts, strict=True)
        ]

    def families(self, indices: Sequence[int]) -> Iterator[tuple[tuple[int, ...], Array, list[Array]]]:
        """The variants of those numbers by families: the key of each, its rows, and its numbers that vary."""
        numbers = _indices(indices)
        digits = [
            (numbers // stride % len(axis.values)).astype(np.int64)
            for axis, stride in zip(self._varying.grid.axes, self._varying.strides, strict=True)
        ]
        several = [place for place, parts in enumerate(self._varying.parts) if len(parts) > 1]
        codes = np.zeros(len(numbers), dtype=np.int64)
        for place in several:
            codes = codes * len(self._varying.parts[place]) + self._homes[place][0][digits[place]]
        for code in np.unique(codes) if several else [0]:
            rows = np.flatnonzero(codes == code) if several else np.arange(len(numbers))
            own = [each[rows] for each in digits] if several else digits
            first = [int(each[0]) for each in own]
            key = tuple(int(homes[0][digit]) for homes, digit in zip(self._homes, first, strict=True))
            yield key, rows, self._arguments(key, own)

    def _arguments(self, key: Sequence[int], digits: Sequence[Array]) -> list[Array]:
        return [
            column[digit]
            for homes, part, digit in zip(self._homes, key, digits, strict=True)
            for column in homes[1][part]
        ]


def _indices(indices: Sequence[int]) -> Array:
    if isinstance(indices, range):
        return np.arange(indices.start, indices.stop, indices.step, dtype=np.int64)
    return np.asarray(indices, dtype=np.int64)


def _homes(axis: Axis, parts: Sequence[Part]) -> tuple[Array, list[list[Array]]]:
    """For each value of an axis the part that it is in; and for each part its numbers, by the places of values."""
    home = np.zeros(len(axis.values), dtype=np.int64)
    columns = []
    for number, part in enumerate(parts):
        home[list(part.digits)] = number
        columns.append([_spread(each, part.digits, len(axis.values)) for each in part.columns])
    return home, columns


def _spread(numbers: Sequence[Any], digits: Sequence[int], length: int) -> Array:
    values = array(numbers)
    if len(values) == length:
        return values
    found = np.zeros(length, dtype=values.dtype)
    found[list(digits)] = values
    return found
