"""Which of many points no other excels: as good in all respects, and better in one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from netcost.sweeps.fault import SweepError

Point: TypeAlias = Sequence[Any]
"""One number for each respect; smaller is better."""

PLAIN = 3
"""Respects for which a point is compared with one other only."""

MAX_COMPARED = 20_000
"""Points of a front in more respects, where each is compared with all."""


def undominated(points: Iterable[tuple[int, Point]]) -> list[int]:
    """The numbers of the points that no earlier one equals or excels.

    Args:
        points: points with their numbers, in the order of all respects, so that no later one excels an earlier one.

    Raises:
        SweepError: there are too many in more than three respects.
    """
    found: list[int] = []
    stairs, kept = _Stairs(), list[Point]()
    for number, point in points:
        if len(point) <= PLAIN:
            excelled = stairs.excels(*(*point[1:], 0, 0)[:2])
        else:
            excelled = any(all(a <= b for a, b in zip(other, point, strict=True)) for other in kept)
        if excelled:
            continue
        found.append(number)
        if len(point) > PLAIN:
            kept.append(point)
            if len(kept) > MAX_COMPARED:
                raise SweepError(
                    f"more than {MAX_COMPARED:,} variants excel one another; leave out an objective, or add a limit"
                )
    return found


class _Stairs:
    """The outline of some points in two respects: the further in the first, the better in the second."""

    def __init__(self) -> None:
        self._first: list[Any] = []
        self._second: list[Any] = []

    def excels(self, first: Any, second: Any) -> bool:
        """Tell whether a point is equalled or excelled; if it is not, it is one of the stairs from now on."""
        place = bisect_right(self._first, first)
        if place and self._second[place - 1] <= second:
            return True
        start = place - 1 if place and self._first[place - 1] == first else place
        stop = place
        while stop < len(self._first) and self._second[stop] >= second:
            stop += 1
        self._first[start:stop] = [first]
        self._second[start:stop] = [second]
        return False
