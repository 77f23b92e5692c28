"""Columns of a chunk, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

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
