"""Expressions over variants, in netcost's own language: `dim % heads == 0`, `width * depth`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from netcost.language.expression import Expression, ExpressionError, parse
from netcost.report import FIGURES, METRICS
from netcost.source.problem import nearest
from netcost.sweeps.axes import Grid
from netcost.sweeps.fault import SweepError
from netcost.sweeps.kit import Column, Indices, Kit, Mask
from netcost.wording import shown

MAX_TABLE = 2**18
"""Combinations of values for which a condition is worked out once and for all."""


@dataclass(frozen=True)
class Formula:
    """An expression, and what it is about.

    Args:
        text: what is written.
        axes: the labels of the axes that stand in it, each with its number.
        metrics: the metrics that stand in it.
    """

    text: str
    axes: Mapping[str, int]
    metrics: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash(self.text)

    def value(self, values: Mapping[str, Any]) -> Any:
        """What it comes to.

        Raises:
            SweepError: it has no value there.
        """
        try:
            return _parsed(self.text).evaluate(values)
        except ExpressionError as error:
            raise _faulty(self.text, error) from None

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Tell whether it is true.

        Raises:
            SweepError: it has no value there, or one that is neither true nor false.
        """
        found = self.value(values)
        if not isinstance(found, bool):
            raise SweepError(f"`{self.text}` is {shown(found)}, neither true nor false; write a comparison")
        return found

    def column(self, columns: Mapping[str, Column], kit: Kit) -> Column:
        """What it comes to in each row; nothing where something of it is not known."""
        names = [*self.axes, *self.metrics]
        rows = zip(*(kit.plain(columns[name]) for name in names), strict=True)
        return kit.column(
            [
                None if None in row else self.value(dict(zip(names, map(_listed, row), strict=True)))
                for row in rows
            ]
        )

    def table(self, grid: Grid) -> list[bool] | None:
        """For each combination of the values that it is about, whether it holds; None where there are too many."""
        lengths = [len(grid.axes[number].values) for number in self.axes.values()]
        if not lengths or prod(lengths) > MAX_TABLE:
            return None
        return [self._at(grid, digits) for digits in product(*map(range, lengths))]

    def met(self, grid: Grid, indices: Indices, kit: Kit, table: Sequence[bool] | None) -> Mask:
        """The variants for which it holds, where it is about axes alone."""
        places = [(grid.stride(number), len(grid.axes[number].values)) for number in self.axes.values()]
        digits = [kit.digits(indices, *place) for place in places]
        if table is not None:
            found = kit.combined(digits, [length for _, length in places])
            return kit.mask(kit.plain(kit.looked_up(table, found)))
        rows = zip(*map(kit.plain, digits), strict=True) if digits else ((),) * len(indices)
        return kit.mask([self._at(grid, row) for row in rows])

    def met_by(self, columns: Mapping[str, Column], kit: Kit) -> Mask:
        """The rows for which it holds; what is not known meets nothing."""
        names = [*self.axes, *self.metrics]
        rows = zip(*(kit.plain(columns[name]) for name in names), strict=True)
        return kit.mask(
            [None not in row and self.holds(dict(zip(names, map(_listed, row), strict=True))) for row in rows]
        )

    def _at(self, grid: Grid, digits: Sequence[int]) -> bool:
        named = zip(self.axes.items(), digits, strict=True)
        return self.holds({name: _listed(grid.axes[number].shown[digit]) for (name, number), digit in named})


def _listed(value: Any) -> Any:
    """A value as expressions know it: a list, of what a column shows as a text."""
    return _parsed(value).evaluate({}) if isinstance(value, str) and value.startswith("[") else value


def read_formula(text: str, axes: Sequence[str]) -> Formula:
    """Read an expression.

    Raises:
        SweepError: it is none, or has names that are neither axes nor metrics.
    """
    names = _parsed(text).names
    found = {name: number for number, name in enumerate(axes) if name in names}
    metrics = tuple(sorted(names - found.keys()))
    for name in metrics:
        if name not in METRICS and name not in FIGURES:
            near = nearest(name, [*axes, *METRICS, *FIGURES])
            hint = (
                f"did you mean `{near}`?" if near else f"there are {', '.join([*axes, *METRICS, *FIGURES])}"
            )
            raise SweepError(f"`{text}`: `{name}` is neither an axis nor a metric; {hint}")
    return Formula(text, found, metrics)


def _parsed(text: str) -> Expression:
    try:
        return parse(text)
    except ExpressionError as error:
        raise _faulty(text, error) from None


def _faulty(text: str, error: ExpressionError) -> SweepError:
    hint = f"; {error.hint}" if error.hint else ""
    return SweepError(f"`{text}`, character {error.offset + 1}: {error.message}{hint}")
