"""Two reports side by side: which layer became which, and what changed."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property, partial
from typing import Literal, TypeAlias

from netcost.number import UNKNOWN, Exact, Value, difference
from netcost.record import Record
from netcost.report import METRICS, Report, Row
from netcost.report.figures import FIGURES

PairKind: TypeAlias = Literal["same", "changed", "added", "removed"]


def number(row: Row | None, metric: str) -> Value:
    """A metric of a row; nothing adds nothing to a sum."""
    if row is None:
        return 0 if METRICS[metric].adds else None
    value: Value = row[metric]
    return value


class Pair(Record):
    """One layer before and after; one side is empty for a layer that is new or gone."""

    before: Row | None
    after: Row | None

    @property
    def name(self) -> str:
        """The layer's name now, or what it was."""
        return _one_of(self).name

    @cached_property
    def kind(self) -> PairKind:
        """What happened to the layer; a new name alone is a change too."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "same" if _is_same(self.before, self.after) else "changed"

    @property
    def likeness(self) -> tuple[int, ...]:
        """A key that is the same for pairs with the same numbers, of which texts need to be made only once."""
        return tuple([id(row.counts) if row else 0 for row in (self.before, self.after)])

    def delta(self, metric: str) -> Exact | None:
        """How much a metric grew; None where that cannot be told."""
        return difference(number(self.before, metric), number(self.after, metric))


class Comparison(Record):
    """Two reports with their layers aligned."""

    before: Report
    after: Report

    @cached_property
    def pairs(self) -> list[Pair]:
        """Each layer of either report, in the order of the later one."""
        return list(align(self.before, self.after))

    @cached_property
    def _partners(self) -> dict[str, Row]:
        return {pair.after.name: pair.before for pair in self.pairs if pair.after and pair.before}

    def partner(self, name: str) -> Row | None:
        """What a layer of the later report was before."""
        return self._partners.get(name)

    @cached_property
    def changed(self) -> list[Pair]:
        """The layers that are not the same."""
        return [pair for pair in self.pairs if pair.kind != "same"]

    def delta(self, metric: str) -> Exact | None:
        """How much the total of a metric grew; None where that cannot be told."""
        return difference(self.before.totals[metric], self.after.totals[metric])

    @cached_property
    def figures(self) -> Mapping[str, tuple[Value, Value]]:
        """The figures of both networks by name, those that one of them has; None where it was not told."""
        both = {name: (self.before.figures.get(name), self.after.figures.get(name)) for name in FIGURES}
        return {name: pair for name, pair in both.items() if pair != (None, None)}

    @property
    def changed_metrics(self) -> list[str]:
        """The metrics whose totals are not the same, as far as they are known."""
        both = {metric: (self.before.totals[metric], self.after.totals[metric]) for metric in METRICS}
        return [
            metric for metric, (before, after) in both.items() if before != after and not self.lacking(metric)
        ]

    def lacking(self, metric: str) -> bool:
        """Tell whether a report does not have a metric at all, as it was written before that was counted."""
        return any(each.complete and each.totals[metric] == UNKNOWN for each in (self.before, self.after))


def align(before: Iterable[Row], after: Iterable[Row]) -> Iterator[Pair]:
    """Pair the layers of two networks: by name, and those left over in order.

    Layers without a namesake are taken for one that was renamed if they follow the same layer and are of one
    type; those with equal costs and output are paired first.
    """
    old, new = _keyed(before), _keyed(after)
    partners = {key: key for key in new if key in old}
    metrics = _counted(old.values()) & _counted(new.values())
    for likeness in (partial(_facts, metrics=metrics), _type):
        partners |= _renamed(old, new, partners, likeness)
    gone = _followers(old, set(partners.values()))
    yield from (Pair(old[key], None) for key in gone[""])
    for key, row in new.items():
        partner = partners.get(key, "")
        yield Pair(old.get(partner), row)
        yield from (Pair(old[key], None) for key in (gone[partner] if partner else ()))


def _keyed(rows: Iterable[Row]) -> dict[str, Row]:
    """Rows by name; folded rows of one name are numbered."""
    seen: Counter[str] = Counter()
    found = {}
    for row in rows:
        seen[row.name] += 1
        found[row.name if seen[row.name] == 1 else f"{row.name} {seen[row.name]}"] = row
    return found


def _renamed(
    old: Mapping[str, Row],
    new: Mapping[str, Row],
    partners: Mapping[str, str],
    likeness: Callable[[Row], object],
) -> dict[str, str]:
    """Pair layers that follow the same layer and are alike, first come first served."""
    later = {old_key: key for key, old_key in partners.items()}
    waiting: dict[tuple[str, object], deque[str]] = defaultdict(deque)
    for anchor, keys in _followers(old, later.keys()).items():
        for key in keys:
            waiting[later.get(anchor, ""), likeness(old[key])].append(key)
    found = {}
    for anchor, keys in _followers(new, partners.keys()).items():
        for key in keys:
            alike = waiting[anchor, likeness(new[key])]
            if alike:
                found[key] = alike.popleft()
    return found


def _followers(keys: Iterable[str], settled: AbstractSet[str]) -> dict[str, list[str]]:
    """Those that are not settled, by the settled one before them."""
    found: dict[str, list[str]] = defaultdict(list)
    anchor = ""
    for key in keys:
        if key in settled:
            anchor = key
        else:
            found[anchor].append(key)
    return found


def _type(row: Row) -> object:
    return row.type


def _counted(rows: Iterable[Row]) -> frozenset[str]:
    """The metrics that every row has and that its place has no part in.

    An earlier version of netcost may have counted fewer. A layer stays the same when others come before it.
    """
    counted = [row.counts.keys() for row in rows]
    names = set(METRICS).intersection(*counted) if counted else ()
    return frozenset(name for name in names if METRICS[name].of)


def _facts(row: Row, *, metrics: Iterable[str]) -> object:
    return row.type, row.output, *(row.counts[metric] for metric in metrics)


def _is_same(before: Row, after: Row) -> bool:
    """Tell whether nothing is known to differ."""
    metrics = _counted([before, after])
    both = (before.name, _facts(before, metrics=metrics)), (after.name, _facts(after, metrics=metrics))
    return both[0] == both[1]


def _one_of(pair: Pair) -> Row:
    row = pair.after or pair.before
    if row is None:
        raise ValueError("a pair has at least one side")
    return row
