"""Columns of many variants: what is done with them, as plain lists or as arrays.

A mask says of each row whether it is meant. A column has a number for each row, or none where it is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

from netcost.number import Exact

Mask: TypeAlias = Any
Column: TypeAlias = Any
Indices: TypeAlias = Any


class Rows(NamedTuple):
    """Some variants: their numbers in the grid, and their columns, axes first."""

    indices: Indices
    columns: Mapping[str, Column]


class Kit(Protocol):
    """What a back end does with columns and masks."""

    def indices(self, numbers: Sequence[int]) -> Indices:
        """Numbers of variants, to be calculated with."""

    def digits(self, indices: Indices, stride: int, length: int) -> Indices:
        """For each variant the number of its value on an axis."""

    def looked_up(self, table: Sequence[Any], places: Indices) -> Column:
        """A column with an entry of a table in each row."""

    def combined(self, digits: Sequence[Indices], lengths: Sequence[int]) -> Indices:
        """One number for each combination of digits."""

    def mask(self, truths: Sequence[bool]) -> Mask:
        """A mask of truth values."""

    def column(self, numbers: Sequence[Any]) -> Column:
        """A column of what an engine has found."""

    def known(self, column: Column) -> Mask:
        """The rows of which the number is known."""

    def above(self, column: Column, bound: Exact) -> Mask:
        """The rows with a number above a bound."""

    def below(self, column: Column, bound: Exact) -> Mask:
        """The rows with a number below a bound."""

    def both(self, first: Mask, second: Mask) -> Mask:
        """The rows that two masks have in common."""

    def without(self, first: Mask, second: Mask) -> Mask:
        """The rows of one mask that another has not."""

    def count(self, mask: Mask) -> int:
        """How many rows are meant."""

    def taken(self, column: Any, mask: Mask) -> Any:
        """A column, or numbers of variants, with those rows only."""

    def plain(self, column: Any) -> list[Any]:
        """The numbers of Python, None where one is not known."""

    def native(self, column: Any) -> Sequence[Any]:
        """The numbers as the back end has them, if all are known; else those of Python."""

    def joined(self, columns: Sequence[Any]) -> Sequence[Any]:
        """Some native columns, one after the other."""

    def binned(self, columns: Sequence[Column], steps: int) -> Mapping[tuple[int, ...], int]:
        """How many rows are in each bin of `floor(steps * log10(number))`; those without a logarithm are left out."""

    def chosen(self, column: Any, rows: Sequence[int]) -> list[Any]:
        """Some rows, as numbers of Python."""

    def first(self, keys: Sequence[tuple[Column, bool]], most: int) -> Sequence[int]:
        """The rows that come first in an order; rows without a number come last.

        Args:
            keys: columns, the weightiest first, each with whether the largest number leads.
            most: how many rows are wanted.
        """

    def front(self, keys: Sequence[tuple[Column, bool]]) -> Sequence[int]:
        """The rows that no other excels: as good in all columns, and better in one; of equal ones the first."""
