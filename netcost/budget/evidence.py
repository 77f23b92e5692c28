"""What rules ask of a report; each question is answered once, however many rules ask it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from netcost.budget.quota import COMPARED, DEVICE, KEPT, LAID_OUT, STUDIED, Quota, matching
from netcost.budget.result import Culprit
from netcost.budget.selector import WILD, Layers
from netcost.number import AtLeast, known_part, rank
from netcost.place import Place
from netcost.record import Record, replace
from netcost.report import METRICS, Report, Row
from netcost.report.figures import FIGURES
from netcost.report.in_network import Figures

if TYPE_CHECKING:
    from netcost.budget.compare import Comparison
    from netcost.report.memory import Room

MAX_CULPRITS = 3


class Blamed(Record):
    """The layers with the largest part in a broken rule, and how many more there are."""

    culprits: tuple[Culprit, ...] = ()
    more: int = 0

    @classmethod
    def of(cls, found: Sequence[Culprit]) -> Blamed:
        """Name the first of them."""
        return cls(tuple(found[:MAX_CULPRITS]), len(found[MAX_CULPRITS:]))


class Evidence:
    """A report, what it is compared with, and what was found out about them.

    Args:
        report: what a network costs.
        comparison: the same network before and now, if it is known what it was.
        quota: what the answers are counted in.
    """

    def __init__(
        self, report: Report, comparison: Comparison | None = None, quota: Quota | None = None
    ) -> None:
        self.report = report
        self.comparison = comparison
        self.quota = quota or Quota()
        self._rows: dict[tuple[str, str], Sequence[Row]] = {}
        self._extremes: dict[tuple[str, str, str], tuple[Row, Row]] = {}
        self._blamed: dict[tuple[str, bool], Blamed] = {}
        self._declared: dict[str, tuple[str, ...]] = {}
        self._unknown: dict[str, Sequence[Row]] = {}
        self._studied: set[str] = set()

    @property
    def since(self) -> Comparison:
        """The comparison, for rules that are asked only where there is one.

        Raises:
            ValueError: there is none.
        """
        if self.comparison is None:
            raise ValueError("there is nothing to compare with")
        return self.comparison

    @cached_property
    def by_type(self) -> dict[str, list[Row]]:
        """The layers of each type."""
        found: dict[str, list[Row]] = {}
        for row in self.report:
            found.setdefault(row.type, []).append(row)
        return found

    @cached_property
    def by_name(self) -> dict[str, Row]:
        """The layer of each name."""
        return {row.name: row for row in self.report}

    def rows(self, layers: Layers) -> Sequence[Row]:
        """The layers that a rule is about.

        Raises:
            SpecError: it is too much work to compare their names with the pattern.
        """
        key = layers.pattern, layers.type
        if key not in self._rows:
            self._rows[key] = self._matched(layers)
        return self._rows[key]

    def compared(self, layers: Layers, place: Place) -> Sequence[Row]:
        """The same, each to be held to something that is written at a place.

        Raises:
            SpecError: that is too much work.
        """
        rows = self.rows(layers)
        self.quota.spend(len(rows) * COMPARED, place)
        return rows

    def _matched(self, layers: Layers) -> Sequence[Row]:
        pattern, kind = layers.pattern, layers.type
        if not WILD & set(pattern):
            row = self.by_name.get(pattern)
            return [row] if row and kind in {"", row.type} else []
        rows = self.by_type.get(kind, []) if kind else self.report.rows
        if pattern == "*":
            return rows
        self.quota.spend(matching(pattern, [row.name for row in rows]), layers.place)
        from fnmatch import translate

        matches = re.compile(translate(pattern)).match
        found = [row for row in rows if matches(row.name)]
        self.quota.spend(len(found) * KEPT, layers.place)
        return found

    def extremes(self, layers: Layers, metric: str) -> tuple[Row, Row] | None:
        """The layers with the smallest and the largest number of those that a rule is about, if there are any.

        One that is not known in full may be the largest; one without such a number is neither, unless all are.

        Raises:
            SpecError: it is too much work to find them.
        """
        rows = self.rows(layers)
        key = layers.pattern, layers.type, metric
        if rows and key not in self._extremes:
            self.compared(layers, layers.place)
            counted = [row for row in rows if row[metric] is not None] or rows[:1]
            smallest = min(counted, key=lambda row: known_part(row[metric]))
            self._extremes[key] = smallest, max(counted, key=lambda row: rank(row[metric]))
        return self._extremes.get(key)

    def declared(self, metric: str) -> tuple[str, ...]:
        """The layers whose share of a total is their author's word."""
        if metric not in self._declared:
            self._declared[metric] = declared(self.report, metric)
        return self._declared[metric]

    def unknown(self, metric: str) -> Sequence[Row]:
        """The layers of which a number is not known in full."""
        if metric not in self._unknown:
            self._unknown[metric] = unknown(self.report, metric)
        return self._unknown[metric]

    def blamed(self, metric: str, *, upper: bool) -> Blamed:
        """The layers that made a total grow (or shrink); the largest ones if none did."""
        if metric in FIGURES:
            return Blamed()
        key = metric, upper
        if key not in self._blamed:
            found = list(self._grown(metric, 1 if upper else -1))
            if not found and upper:
                found = [culprit(row, metric) for row in self.report if known_part(row[metric])]
            found.sort(key=lambda each: known_part(each.value), reverse=upper)
            self._blamed[key] = Blamed.of(found)
        return self._blamed[key]

    def _grown(self, metric: str, sign: int) -> Iterable[Culprit]:
        for pair in self.comparison.pairs if self.comparison else ():
            delta = known_part(pair.delta(metric))
            if delta * sign > 0:
                yield Culprit(pair.name, delta, pair.after.place if pair.after else None, grew=True)

    def study(self, metric: str, place: Place) -> None:
        """Count what it takes to look at the network as a whole, where a metric asks for that; once for each.

        Raises:
            SpecError: it is too much work.
        """
        if metric in METRICS or metric in self._studied:
            return
        self._studied.add(metric)
        layers = len(self.report)
        self.quota.spend(
            layers * STUDIED
            + (layers**2 * LAID_OUT if metric in FIGURES and FIGURES[metric].pairwise else 0),
            place,
        )

    def rooms(self, device: str, place: Place) -> tuple[str, Sequence[Room]]:
        """The name of a device that is written at a place, and what must fit where; that is counted.

        A file must lie below the folder of what names it: that is proposed by anyone.

        Raises:
            SpecError: there is no such file, it lies elsewhere or is faulty, or it is too much work.
            TypeError: the report was not made of a network.
        """
        from netcost.devices import below, load

        figures = self.report.figures
        if not isinstance(figures, Figures):
            raise TypeError("only a network can be held to a device")
        self.quota.spend(DEVICE, place)
        self.study("arena_bytes", place)
        found = load(below(device, place))
        return found.name, figures.rooms(found)

    @cached_property
    def first_reshaped(self) -> Row | None:
        """The first layer of the network as it is now whose output is not what it was."""
        for pair in self.comparison.pairs if self.comparison else ():
            if pair.after and (pair.before is None or pair.before.output.sample != pair.after.output.sample):
                return pair.after
        return None


def culprit(row: Row, metric: str) -> Culprit:
    """A layer and its number."""
    return Culprit(row.name, row[metric], row.place)


def declared(rows: Iterable[Row], metric: str) -> tuple[str, ...]:
    """The layers whose share of a number is their author's word."""
    return tuple(row.name for row in rows if row.declared_cost and metric in METRICS and row[metric])


def unknown(rows: Iterable[Row], metric: str) -> Sequence[Row]:
    """The layers of which a number is not known in full; none for figures that are of no one layer, or were not told."""
    if metric in METRICS:
        return [row for row in rows if isinstance(row[metric], AtLeast)]
    told = (row for row in rows if metric in row.in_network)
    return [replace(row, unknown=(row.name,)) for row in told if isinstance(row[metric], AtLeast)]
