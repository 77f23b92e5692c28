"""Stretches of items that come again: where they are, and what it would save to tell them once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from netcost.convert.items import Item, data_references, strays, within
from netcost.convert.likeness import Likeness, same_lists
from netcost.convert.names import Starts, common
from netcost.convert.sharing import lender_of, shared_with_first
from netcost.convert.steps import Step
from netcost.convert.unify import Unifier

LONGEST = 128
"""Items of a stretch that is looked for."""

WORK = 400_000
"""Items of stretches that are compared at a time."""

WORTH = 3
"""Lines that a block must save."""

LINE, FIELD = 95, 9
"""About how many characters fit on a line, and how many a field takes."""

FREE = 3
"""Parameters that a block may have; more make it worth less."""

MOST_INPUTS = 6


class Found(NamedTuple):
    """A stretch of items that comes again: where it stands, in which lists, and how long it is."""

    score: int
    saved: int
    length: int
    places: list[tuple[list[Item], int]]


class Search:
    """The stretches of items that come again in some lists."""

    def __init__(self, lists: list[list[Item]], starts: Starts) -> None:
        like = self._like = Likeness()
        self.lists = lists
        self.work = sum(map(len, lists))
        self.starts = starts
        self._seen: dict[int, _Seen] = {}
        self.kinds = [[like.of(item) for item in each] for each in lists]
        self.lines = [[*accumulate(_lines_in(each), initial=0)] for each in lists]

    def _seen_of(self, item: Item) -> _Seen:
        found = self._seen.get(id(item))
        if found is None:
            found = self._seen[id(item)] = _Seen.of(item)
        return found

    def candidates(self) -> list[tuple[int, int, list[tuple[int, int]]]]:
        """What each stretch saves at the most, its length, and where it starts; the best first."""
        longest = max(1, min(LONGEST, WORK // max(1, sum(map(len, self.lists)))))
        current: dict[object, list[tuple[int, int]]] = {}
        for which, kinds in enumerate(self.kinds):
            for start, kind in enumerate(kinds):
                current.setdefault(kind, []).append((which, start))
        found = []
        for length in range(1, longest + 1):
            kept = [places for places in current.values() if len(places) > 1]
            if not kept:
                break
            current = {}
            for number, places in enumerate(kept):
                bound = self._bound(places, length)
                if bound >= WORTH:
                    found.append((bound, length, places))
                self.work += len(places)
                for which, start in places:
                    if start + length < len(self.kinds[which]):
                        key = (number, self.kinds[which][start + length])
                        current.setdefault(key, []).append((which, start))
        found.sort(key=lambda each: (-each[0], each[1]))
        return found

    def _bound(self, places: list[tuple[int, int]], length: int) -> int:
        which, start = places[0]
        if length == 1:
            item = self.lists[which][start]
            if item.block is not None or not any(True for _ in item.lists):
                return 0
        lines = self.lines[which][start + length] - self.lines[which][start]
        calls = times = 0
        last, end = -1, 0
        for which, start in places:
            if which == last and start < end:
                continue
            calls += not (which == last and start == end)
            times += 1
            last, end = which, start + length
        return times * lines - lines - 2 - calls + self._bonus(lines)

    @staticmethod
    def _bonus(lines: int) -> int:
        """What it counts that a stretch begins and ends where names do."""
        return lines + 2

    def _is_named(self, places: list[tuple[int, int]], length: int) -> bool:
        """Tell whether the layers of each stretch, and no others, are called after one place."""
        for which, start in places:
            steps = [
                step
                for item in self.lists[which][start : start + length]
                for step in self._seen_of(item).steps
            ]
            if not self.starts.alone(common([step.name for step in steps]), steps):
                return False
        return True

    def rated(self, places: list[tuple[int, int]], length: int) -> Found | None:
        """What a stretch saves: its lines at each of its places, without those of the block and of the calls."""
        which, start = places[0]
        lines = self.lines[which][start + length] - self.lines[which][start]
        patterns: dict[tuple[object, ...], list[tuple[int, int]]] = {}
        for which, start in places:
            if _cuts(self.lists[which], start) or _cuts(self.lists[which], start + length):
                continue
            stretch = self.lists[which][start : start + length]
            seen = [self._seen_of(item) for item in stretch]
            pattern = _pattern(stretch, seen)
            lender = lender_of(stretch) if any(each.shares for each in seen) else None
            chosen = patterns.setdefault((pattern, lender, self._shortcut(stretch)), [])
            if pattern is None or (chosen and chosen[-1][0] == which and start < chosen[-1][1] + length):
                continue
            chosen.append((which, start))
        best: Found | None = None
        for chosen in _joined(patterns):
            if len(chosen) > 1 and self._share_alike(chosen, length):
                saved = len(chosen) * lines - lines - 2 - _calls(self.lists, chosen, length)
                saved -= self._burden(chosen, length) if saved >= WORTH else 0
                score = (
                    saved + self._bonus(lines) * self._is_named(chosen, length) if saved >= WORTH else saved
                )
                if best is None or score > best.score:
                    best = Found(score, saved, length, [(self.lists[each], at) for each, at in chosen])
        return best

    def _shortcut(self, stretch: list[Item]) -> object:
        """The kinds of the shortcuts of residuals; None where there are none."""
        kinds = [self._like.of_list(item.shortcut) for item in stretch if item.shortcut]
        return tuple(kinds) or None

    def _share_alike(self, places: list[tuple[int, int]], length: int) -> bool:
        """Tell whether none of the stretches shares weights, or all others those of the first."""
        stretches = [self.lists[which][start : start + length] for which, start in places]
        if not any(self._seen_of(item).shares for stretch in stretches for item in stretch):
            return True
        return shared_with_first(stretches) is not None

    def _burden(self, places: list[tuple[int, int]], length: int) -> int:
        """What parameters take from a block's use: short ones that need many are no help."""
        stretches = [self.lists[which][start : start + length] for which, start in places]
        unifier = Unifier(stretches)
        if unifier.failed:
            return len(places) * LONGEST * LINE
        params = len(unifier.params)
        simple = all(item.block is None and not list(item.lists) for item in stretches[0])
        if simple and params > length:
            return len(places) * length
        return 2 * max(0, params - FREE)


def _joined(patterns: dict[tuple[object, ...], list[tuple[int, int]]]) -> list[list[tuple[int, int]]]:
    """Stretches without shortcuts together with the largest group of those that have one, and that are alike otherwise."""
    groups: dict[tuple[object, ...], list[list[tuple[int, int]]]] = {}
    for (*rest, shortcut), places in patterns.items():
        group = groups.setdefault(tuple(rest), [[]])
        if shortcut is None:
            group[0] = places
        else:
            group.append(places)
    return [
        sorted([*plain, *max(others, key=len, default=[])]) if others else plain
        for plain, *others in groups.values()
    ]


def lines_of(item: Item) -> int:
    """About how many lines an item takes."""
    return 1 if width_of(item) <= LINE else 1 + sum(lines_of(sub) for each in item.lists for sub in each)


def width_of(item: Item) -> int:
    """About how many characters an item takes on one line."""
    own = 6 + len(item.head) + FIELD * (len(item.values) + (item.norm is not None) + (item.act is not None))
    return own + sum(4 + width_of(sub) for each in item.lists for sub in each)


def _lines_in(items: list[Item]) -> Iterator[int]:
    """The lines of each item; a call takes none of its own that goes on with the numbers of the one before."""
    before: Item | None = None
    for item in items:
        goes_on = (
            before is not None
            and item.block is not None
            and before.block is item.block
            and before.values == item.values
        )
        yield 0 if goes_on else lines_of(item)
        before = item


def _cuts(items: list[Item], place: int) -> bool:
    """Tell whether a place is between two calls of one block, which belong together."""
    return (
        0 < place < len(items)
        and items[place].block is not None
        and items[place - 1].block is items[place].block
    )


class _Seen(NamedTuple):
    """What an item and those inside it put out, name, and leave open for others to take.

    Args:
        outs: what they put out.
        named: the tensors that they name or start from, without the one that comes in.
        open: those of the outputs that something else takes.
        steps: the layers.
        shares: whether weights are shared, so that it has to be reached by its name.
    """

    outs: tuple[Step, ...]
    named: tuple[Step, ...]
    open: tuple[Step, ...]
    steps: frozenset[Step]
    shares: bool

    @classmethod
    def of(cls, item: Item) -> _Seen:
        """What is seen of an item."""
        inside = list(within([item]))
        steps = frozenset([step for each in inside for step in each.steps])
        outs = tuple([each.out for each in inside])
        named = (*strays([item], item.entry), *(step for each in inside for step in data_references(each)))
        shares = any(each.keys.get("share") for each in inside) or any(step.lends for step in steps)
        return cls(outs, named, tuple([out for out in outs if not out.readers <= steps]), steps, shares)


def _pattern(stretch: list[Item], seen: list[_Seen]) -> object | None:
    """How the items of a stretch name one another and tensors outside; None where others need its inside."""
    entry = stretch[0].entry
    if entry is None:
        return None
    last = stretch[-1].out
    left = [out for each in seen for out in each.open if out is not last]
    if left:
        steps = frozenset().union(*(each.steps for each in seen))
        if not all(out.readers <= steps for out in left):
            return None
    own = {out: place for place, out in enumerate([out for each in seen for out in each.outs])}
    outside: dict[Step, int] = {entry: 0}
    pattern: list[object] = []
    before = entry
    for item, each in zip(stretch, seen, strict=True):
        stray = () if item.entry is before or item.entry is None else (item.entry,)
        pattern += [
            own[step] if step in own else f"from {outside.setdefault(step, len(outside))}"
            for step in (*stray, *each.named)
        ]
        pattern.append("")
        before = item.out
    return tuple(pattern) if len(outside) <= MOST_INPUTS else None


def _calls(lists: list[list[Item]], places: list[tuple[int, int]], length: int) -> int:
    """About how many lines the calls take: those that follow one another with the same numbers are one."""
    calls = 0
    before: tuple[int, int] | None = None
    previous: list[Item] = []
    alike = True
    for which, start in places:
        stretch = lists[which][start : start + length]
        adjacent = before is not None and before == (which, start)
        equal = adjacent and same_lists(previous, stretch)
        if not equal and not (adjacent and not alike):
            calls += 1
        alike = equal or not adjacent
        before, previous = (which, start + length), stretch
    return calls
