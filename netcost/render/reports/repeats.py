"""Rows that say the same of one block after another, as one: `decoder.0-31.attention1  x32`, with their sum."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from itertools import groupby

from netcost.record import replace
from netcost.render.reports.columns import SIGN, is_number, may_repeat, once, times_of
from netcost.report import METRICS, Row, likeness

DEEPEST = 12
"""Parts of a dotted name in which repeats are looked for."""

LONGEST_PERIOD = 4
"""Blocks that may come one after the other before the first of them comes again."""

NUMBERS = r"(?:(?<=\.)|(?<![\s\S]))([0-9]{1,9})(?:-([0-9]{1,9})|,([0-9]{1,9})(?:\.\.([0-9]{1,9}))?)(?=\.|$)"
"""What `_numbers` writes, where it is a whole part of a name."""


class Item:
    """A row on its way: the parts of its name, what it says, and how often it is said."""

    __slots__ = ("kind", "parts", "row", "times")

    def __init__(self, parts: tuple[str, ...], kind: int, row: Row, times: int = 1) -> None:
        self.parts = parts
        self.kind = kind
        self.row = row
        self.times = times


def folded(rows: Sequence[Row]) -> Sequence[Row]:
    """One row for those that are alike in blocks that follow one another, numbered one by one."""
    if not may_repeat(rows):
        return rows
    names = [tuple(row.name.split(".", DEEPEST)) for row in rows]
    items = [Item(*each) for each in zip(names, _kinds(rows), rows, strict=True)]
    return [_written(item) for item in _folded(items, 0)]


def _kinds(rows: Sequence[Row]) -> Iterator[int]:
    """A number for each row, equal for those that say the same."""
    known: dict[tuple[int, ...], int] = {}
    said: dict[Hashable, int] = {}
    for row in rows:
        alike = likeness(row)
        kind = known.get(alike)
        if kind is None:
            kind = known[alike] = said.setdefault(_said(row), len(said))
        yield kind


def _said(row: Row) -> Hashable:
    """Whatever is told of a row but its name."""
    shapes = (*row.inputs, row.output)
    looks = (
        row.type,
        row.label.removeprefix(row.name),
        tuple(map(type, shapes)),
        shapes,
        row.precision,
        row.elementwise,
    )
    doubts = (bool(row.shares), row.declared_cost, bool(row.unknown), row.layers)
    return (*looks, *doubts, tuple(row.weights.items()), tuple(row.counts.items()))


def _folded(items: Sequence[Item], level: int) -> Iterator[Item]:
    """Fold blocks by one part of their names, and what is in them by the next."""
    groups = [list(group) for _, group in groupby(items, key=lambda item: item.parts[level : level + 1])]
    place = 0
    while place < len(groups):
        period, times = _repeats(groups, place, level)
        for group in groups[place : place + period]:
            own = [_renamed(item, level, period, times) for item in group] if times > 1 else group
            yield from own if len(own) == 1 or level == DEEPEST else _folded(own, level + 1)
        place += period * times


def _repeats(groups: Sequence[Sequence[Item]], place: int, level: int) -> tuple[int, int]:
    """How many blocks from a place on come again, and how often; one, once, where none does."""
    for period in range(1, LONGEST_PERIOD + 1):
        end = place + period
        while _goes_on(groups, end, period, level):
            end += 1
        times = (end - place) // period
        if times > 1:
            return period, times
    return 1, 1


def _goes_on(groups: Sequence[Sequence[Item]], place: int, period: int, level: int) -> bool:
    """Tell whether a block is as that of a period before, and has the number that is due."""
    if place >= len(groups):
        return False
    earlier, later = groups[place - period], groups[place]
    number = "".join(earlier[0].parts[level : level + 1])
    if not is_number(number) or later[0].parts[level : level + 1] != (str(int(number) + period),):
        return False
    return len(earlier) == len(later) and _pattern(earlier, level) == _pattern(later, level)


def _pattern(group: Sequence[Item], level: int) -> list[tuple[tuple[str, ...], int]]:
    return [(item.parts[level + 1 :], item.kind) for item in group]


def _renamed(item: Item, level: int, period: int, times: int) -> Item:
    """The item as that of all its repeats; weights that it shares within its block, it shares in each."""
    parts, row = item.parts, item.row
    both = (*parts[:level], _numbers(int(parts[level]), period, times), *parts[level + 1 :])
    before, after = ".".join(parts[: level + 1]), ".".join(both[: level + 1])
    if row.shares.startswith(f"{before}."):
        row = replace(row, shares=after + row.shares[len(before) :])
    return Item(both, item.kind, row, item.times * times)


def _numbers(first: int, period: int, times: int) -> str:
    """Write the numbers of blocks: `0-31`, or `0,2..30` where others are between them."""
    last = first + period * (times - 1)
    if period == 1:
        return f"{first}-{last}"
    return f"{first},{first + period}" + (f"..{last}" if times > 2 else "")  # noqa: PLR2004


def _written(item: Item) -> Row:
    """The row of an item, with the sum of all that it stands for."""
    row, times = item.row, item.times
    if times == 1:
        return row
    groups = [(row.counts, times)]
    name = ".".join(item.parts)
    label = f"{name}{row.label.removeprefix(row.name)}" if row.label.startswith(row.name) else row.label
    return replace(
        row,
        name=f"{name}{SIGN}{times}",
        label=f"{label}{SIGN}{times}",
        counts={metric: METRICS[metric].total(metric, groups) for metric in row.counts},
        layers=row.layers * times,
        unknown=(f"{name}{SIGN}{times}",) if row.unknown else (),
    )


def names_of(row: Row) -> list[str]:
    """The names of the layers that a row of a folded table stands for, block by block."""
    times, name = times_of(row), once(row.name)
    if times == 1:
        return [row.name]
    names, end = [""], 0
    for found in re.finditer(NUMBERS, name):
        between, end = name[end : found.start()], found.end()
        names = [f"{before}{between}{number}" for before in names for number in _counted(found)]
    names = [f"{before}{name[end:]}" for before in names]
    return names if len(names) == times else [name]


def lengths_of(row: Row) -> list[int]:
    """How often each block repeats in which the layers are that a row stands for, the outermost first."""
    return (
        [len(_counted(found)) for found in re.finditer(NUMBERS, once(row.name))]
        if len(names_of(row)) > 1
        else []
    )


def _counted(found: re.Match[str]) -> range:
    """The numbers that `_numbers` wrote."""
    first, last, second, end = (int(each) if each else None for each in found.groups())
    start, step = first or 0, (second or 0) - (first or 0) if second is not None else 1
    return range(start, next(each for each in (last, end, second) if each is not None) + 1, step or 1)
