"""What of a grid's values are numbers that vary, and what tells families of variants apart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

from netcost.sweeps.axes import Axis, Grid


class Part(NamedTuple):
    """The values of an axis that differ in numbers alone.

    Args:
        form: a value of them, with the place of a number that varies where one stands.
        columns: the numbers at each place, one for each value.
        digits: where those values stand among the axis's.
    """

    form: Any
    columns: Sequence[Sequence[Any]]
    digits: Sequence[int]


class Place(NamedTuple):
    """Where a number stands that varies: its place among those of an axis."""

    place: int


class Shape(NamedTuple):
    """What the variants of a family have in common.

    Args:
        axes: the axes.
        parts: which of its values each of them has.
    """

    axes: Sequence[Axis]
    parts: Sequence[Part]

    @property
    def arguments(self) -> list[Sequence[Any]]:
        """The values of each number that varies."""
        return [column for part in self.parts for column in part.columns]

    def settings(self, values: Sequence[Any]) -> Iterator[tuple[Axis, Any]]:
        """Each axis with its value, made of the numbers of a variant."""
        start = 0
        for axis, part in zip(self.axes, self.parts, strict=True):
            yield axis, _filled(part.form, values[start:])
            start += len(part.columns)


def _filled(form: Any, values: Sequence[Any]) -> Any:
    if isinstance(form, Place):
        return values[form.place]
    return tuple(_filled(each, values) for each in form) if isinstance(form, tuple) else form


def is_number(value: object) -> bool:
    """Tell whether rules can be replayed for other numbers than this."""
    return type(value) is int or (type(value) is float and math.isfinite(value))


def _kind(axis: Axis, value: Any) -> Any:
    """The same for values of an axis that may differ in numbers alone."""
    if axis.name.startswith("input") and isinstance(value, tuple) and all(map(is_number, value)):
        return len(value)
    return type(value) if is_number(value) else repr(value)


def parts_of(axis: Axis) -> list[Part]:
    """The values of an axis, those together that differ in numbers alone."""
    kinds: dict[Any, list[int]] = {}
    for digit, value in enumerate(axis.values):
        kinds.setdefault(_kind(axis, value), []).append(digit)
    if len(kinds) == 1:
        return [_part(axis.values, range(len(axis.values)))]
    return [_part([axis.values[digit] for digit in digits], digits) for digits in kinds.values()]


def _part(values: Sequence[Any], digits: Sequence[int]) -> Part:
    if not isinstance(values[0], tuple):
        return Part(Place(0), [values], digits) if len(values) > 1 else Part(values[0], [], digits)
    columns = list(zip(*values, strict=True))
    varying = list(dict.fromkeys(column for column in columns if len(set(column)) > 1))
    form = tuple(Place(varying.index(column)) if column in varying else column[0] for column in columns)
    return Part(form, varying, digits)


class Varying:
    """The variants of a grid by families.

    Args:
        grid: the grid.
    """

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.parts = [parts_of(axis) for axis in grid.axes]
        self.strides = [grid.stride(number) for number in range(len(grid.axes))]

    @cached_property
    def _homes(self) -> list[Sequence[tuple[int, int]] | None]:
        """For each axis and digit, which part the value is in, and its place there; None where there is one part."""
        return [_homes(parts) for parts in self.parts]

    def shape(self, key: Sequence[int]) -> Shape:
        """What the variants of a family have in common."""
        return Shape(self.grid.axes, [parts[part] for parts, part in zip(self.parts, key, strict=True)])

    def families(
        self, indices: Iterable[int]
    ) -> Iterator[tuple[tuple[int, ...], list[int], list[tuple[Any, ...]]]]:
        """The variants of those numbers by families: the key of each, its rows and the numbers of its variants."""
        found: dict[tuple[int, ...], tuple[list[int], list[tuple[Any, ...]]]] = {}
        for key, run in groupby(enumerate(map(self._placed, map(int, indices))), key=lambda each: each[1][0]):
            rows, variants = found.setdefault(key, ([], []))
            for row, (_, numbers) in run:
                rows.append(row)
                variants.append(numbers)
        for key, (rows, variants) in found.items():
            yield key, rows, variants

    def _placed(self, index: int) -> tuple[tuple[int, ...], tuple[Any, ...]]:
        key: list[int] = []
        numbers: list[Any] = []
        for axis, parts, homes, stride in zip(
            self.grid.axes, self.parts, self._homes, self.strides, strict=True
        ):
            digit = index // stride % len(axis.values)
            part, place = homes[digit] if homes else (0, digit)
            key.append(part)
            numbers += [column[place] for column in parts[part].columns]
        return tuple(key), tuple(numbers)


def _homes(parts: Sequence[Part]) -> Sequence[tuple[int, int]] | None:
    if len(parts) == 1:
        return None
    found = {
        digit: (number, place) for number, part in enumerate(parts) for place, digit in enumerate(part.digits)
    }
    return [found[digit] for digit in range(len(found))]
