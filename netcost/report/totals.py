"""How numbers of several layers become one: of a network, or of a block."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from netcost.number import UNKNOWN, AtLeast, Number, Value, known_part

Counts: TypeAlias = Mapping[str, Value]
"""What was counted of a layer, by the names of metrics."""

Groups: TypeAlias = Sequence[tuple[Counts, int]]
"""Counts, and how many layers have them; in the order in which the last of each comes."""

Total: TypeAlias = Callable[[str, Groups], Value]
"""What becomes of a metric of several layers."""


def grouped(counts: Iterable[Counts]) -> Groups:
    """Put layers together that share their counts, so that each is looked at once."""
    found: dict[int, Counts] = {}
    times: dict[int, int] = {}
    latest = None
    for each in counts:
        key = id(each)
        if each is not latest:
            latest = found[key] = found.pop(key, each)
            times.setdefault(key, 0)
        times[key] += 1
    return [(each, times[key]) for key, each in found.items()]


def added(metric: str, groups: Groups) -> Number:
    """The sum; what is not told of a layer is not known."""
    total: Number = 0
    for counts, times in groups:
        value = counts.get(metric)
        total = total + (UNKNOWN if value is None else value) * times
    return total


def largest(metric: str, groups: Groups) -> Value:
    """The maximum, of the layers that have such a number."""
    values = list(_values(metric, groups))
    if not values:
        return None
    most = max(map(known_part, values))
    return AtLeast(most) if any(isinstance(value, AtLeast) for value in values) else most


def last(metric: str, groups: Groups) -> Value:
    """The number of the last layer that has one."""
    return next(_values(metric, groups[::-1]), None)


def no_total(metric: str, groups: Groups) -> None:
    """Nothing: the numbers of several layers do not make one."""
    del metric, groups


def _values(metric: str, groups: Groups) -> Iterator[Number]:
    for counts, _ in groups:
        value = counts.get(metric, UNKNOWN)
        if value is not None:
            yield value
