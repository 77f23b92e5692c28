"""The largest value of a parameter that keeps all limits, and what the next one breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from netcost.sweeps.best import Row
from netcost.sweeps.limits import Limit
from netcost.sweeps.plan import Plan
from netcost.sweeps.tally import Tally
from netcost.sweeps.work import Worker

AT_ONCE = 64
"""Neighbours that are looked at together."""


class Costs(NamedTuple):
    """What one value of the parameter costs.

    Args:
        value: the value, as columns show it.
        numbers: its metrics; None where one is not known.
        refused: why it is no network, or nothing.
    """

    value: Any
    numbers: Mapping[str, Any]
    refused: str = ""

    def broken(self, limits: Sequence[Limit]) -> list[tuple[Limit, str]]:
        """The limits that it does not keep, each with the side that is broken."""
        found = []
        for limit in limits:
            number = self.numbers.get(limit.name)
            for side, upper, bound in limit.sides:
                if number is None or (number > bound if upper else number < bound):
                    found.append((limit, side))
        return found


@dataclass(frozen=True)
class Solution:
    """The largest value within the limits.

    Args:
        plan: what was looked at.
        name: the parameter.
        tally: what became of the candidates.
        best: the largest that fits, with its costs; None where nothing does.
        others: the values of the other axes there.
        same: the smallest and the largest neighbouring value of the same costs.
        after: the next candidate; None behind the last.
        least: the smallest candidate, where nothing fits.
    """

    plan: Plan
    name: str
    tally: Tally
    best: Costs | None = None
    others: Mapping[str, Any] | None = None
    same: tuple[Any, Any] | None = None
    after: Costs | None = None
    least: Costs | None = None

    @property
    def binding(self) -> list[Limit]:
        """The limits that keep the next candidate out."""
        return (
            [limit for limit, _ in self.after.broken(self.plan.held)]
            if self.after and not self.after.refused
            else []
        )


def solved(plan: Plan, name: str, tally: Tally, rows: Sequence[Row]) -> Solution:
    """Look around the best candidate.

    Args:
        plan: what was looked at.
        name: the label of the parameter, whose values are in rising order.
        tally: what became of the candidates.
        rows: the best of them, or nothing.
    """
    around = _Around(plan, name)
    if not rows:
        return Solution(plan, name, tally, least=around.at(0, 0))
    row = rows[0]
    place = around.place(row.number)
    best = around.at(row.number, place)
    others = {label: value for label, value in zip(plan.labels, row.values, strict=False) if label != name}
    last = len(around.shown) - 1
    after = around.at(row.number, place + 1) if place < last else None
    return Solution(plan, name, tally, best, others, around.same(row.number, place, best), after)


class _Around:
    """The neighbours of a variant along one axis."""

    def __init__(self, plan: Plan, name: str) -> None:
        self._number = list(plan.labels).index(name)
        self._stride = plan.grid.stride(self._number)
        self.shown = plan.labels[name].shown
        self._plan = plan
        self._engine = Worker(plan).engine

    def place(self, index: int) -> int:
        """The number of a variant's value on the axis."""
        return index // self._stride % len(self.shown)

    def at(self, index: int, place: int) -> Costs:
        """The costs of a neighbour."""
        return self._costs(index, [place])[0]

    def same(self, index: int, place: int, best: Costs) -> tuple[Any, Any]:
        """The interval around a value in which nothing that is asked for changes."""
        ends = []
        for step in (-1, 1):
            end = place
            while places := [
                at for at in range(end + step, end + step * (AT_ONCE + 1), step) if 0 <= at < len(self.shown)
            ]:
                like = [
                    costs.numbers == best.numbers and not costs.refused
                    for costs in self._costs(index, places)
                ]
                alike = like.index(False) if False in like else len(like)
                end += step * alike
                if alike < len(places):
                    break
            ends.append(self.shown[end])
        return ends[0], ends[1]

    def _costs(self, index: int, places: Sequence[int]) -> list[Costs]:
        base = index - self.place(index) * self._stride
        chunk = self._engine.evaluate_at([base + place * self._stride for place in places])
        return [
            Costs(
                self.shown[place],
                {metric: _plain(chunk.columns[metric][row]) for metric in self._plan.metrics},
                chunk.refusals[row] or "",
            )
            for row, place in enumerate(places)
        ]


def _plain(number: Any) -> Any:
    """A number of Python's, whatever array it comes from."""
    return number.item() if hasattr(number, "item") else number
