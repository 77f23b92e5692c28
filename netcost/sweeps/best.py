"""The best of many variants, kept while they pass by: the first in an order, or those that no other excels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from netcost.sweeps import lists
from netcost.sweeps.fault import SweepError
from netcost.sweeps.kit import Column, Kit, Rows
from netcost.sweeps.plan import Key, Plan

MAX_FRONT = 100_000
"""Variants of a front; one of more says nothing."""


class Row(NamedTuple):
    """One variant: its number in the grid, and its columns, axes first."""

    number: int
    values: tuple[Any, ...]


class Best:
    """Keeps the best rows of a plan.

    Args:
        plan: the sweep; without an order, the first rows of the grid are the best.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.rows: list[Row] = []
        self._places = {name: place for place, name in enumerate(plan.columns)}

    def add(self, rows: Rows, kit: Kit) -> None:
        """Look at more rows."""
        if not (self.plan.top or self.plan.pareto) or not len(rows.indices):
            return
        meant = self._meant(rows.columns, len(rows.indices), kit)
        indices = kit.chosen(rows.indices, meant)
        columns = [kit.chosen(rows.columns[name], meant) for name in self.plan.columns]
        self.merge([Row(number, tuple(values)) for number, *values in zip(indices, *columns, strict=True)])

    def _meant(self, columns: Mapping[str, Column], count: int, kit: Kit) -> Sequence[int]:
        """The rows of a block that may be among the best."""
        if self.plan.pareto:
            return kit.front([(columns[key.name], key.largest) for key in self.plan.pareto])
        if self.plan.aim:
            return _nearest(kit.plain(columns[self.plan.aim.name]), self.plan)
        if self.plan.sort:
            return kit.first([(columns[key.name], key.largest) for key in self.plan.sort], self.plan.top)
        return range(min(count, max(0, self.plan.top - len(self.rows))))

    def merge(self, rows: Sequence[Row]) -> None:
        """Look at rows that were the best elsewhere; in whatever order they come, the same are kept."""
        found = sorted([*self.rows, *(Row(row.number, tuple(row.values)) for row in rows)])
        if self.plan.pareto:
            found = [found[row] for row in lists.front(self._keys(found, self.plan.pareto))]
            if len(found) > MAX_FRONT:
                raise SweepError(
                    f"the front has more than {MAX_FRONT:,} variants; leave out an objective, or add --limit"
                )
            found.sort()
        else:
            found = [found[row] for row in self._order(found)]
        self.rows = found

    def _order(self, rows: Sequence[Row]) -> Sequence[int]:
        if self.plan.aim:
            return _nearest([row.values[self._places[self.plan.aim.name]] for row in rows], self.plan)
        if self.plan.sort and rows:
            return lists.first(self._keys(rows, self.plan.sort), self.plan.top)
        return range(min(len(rows), self.plan.top))

    def _keys(self, rows: Sequence[Row], keys: Sequence[Key]) -> list[tuple[list[Any], bool]]:
        return [([row.values[self._places[key.name]] for row in rows], key.largest) for key in keys]

    def shown(self) -> list[Row]:
        """The best as they are shown: a front in the order that is asked for, or by its first objective."""
        if not self.plan.pareto or not self.rows:
            return self.rows
        order = self.plan.sort or self.plan.pareto
        found = [self.rows[row] for row in lists.first(self._keys(self.rows, order), len(self.rows))]
        return found[: self.plan.top] if self.plan.top else found


def _nearest(numbers: Sequence[Any], plan: Plan) -> list[int]:
    """The rows that come nearest to what is aimed at."""
    if plan.aim is None:
        raise ValueError("nothing is aimed at")
    target = plan.aim.target
    distances = [None if number is None else abs(number - target) for number in numbers]
    return lists.first([(distances, False)], plan.top)
