"""Rows that say the same of one block after another, as one: `decoder.0-31.attention1  x32`, with their sum."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from netcost.report import METRICS, Row, likeness

DEEPEST = 12
"""Parts of a dotted name in which repeats are looked for."""

LONGEST_NUMBER = 9
"""Digits of a block's number."""

SIGN = "  x"
"""What stands between a name and how many rows it stands for."""


class Item(NamedTuple):
    """A row on its way: the parts of its name, what it says, and how often it is said."""

    parts: tuple[str, ...]
    kind: int
    row: Row
    times: int = 1


def folded(rows: Sequence[Row]) -> Sequence[Row]:
    """One row for those that are alike in blocks that follow one another, numbered one by one."""
    if not any("." in row.name for row in rows):
        return rows
    kinds = _kinds(rows)
    items = [
        Item(tuple(row.name.split(".", DEEPEST)), kind, row) for row, kind in zip(rows, kinds, strict=True)
    ]
    return [_written(item) for item in _folded(items, 0)]


def times_of(row: Row) -> int:
    """How many rows a row of a folded table stands for."""
    return int(row.name[len(once(row.name)) :].removeprefix(SIGN) or 1)


def once(text: str) -> str:
    """A name or a label without how many rows it stands for."""
    before, sign, times = text.rpartition(SIGN)
    return before if sign and _is_number(times) else text


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER


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
        group, times = groups[place], _repeats(groups, place, level)
        if times > 1:
            group = [_renamed(item, level, times) for item in group]
        place += times
        yield from group if len(group) == 1 or level == DEEPEST else _folded(group, level + 1)


def _repeats(groups: Sequence[Sequence[Item]], place: int, level: int) -> int:
    """How many blocks from a place on are alike and numbered one by one."""
    first = groups[place][0].parts
    number = first[level] if level < len(first) else ""
    if not _is_number(number):
        return 1
    pattern = _pattern(groups[place], level)
    times = 1
    while place + times < len(groups):
        following = groups[place + times]
        if following[0].parts[level : level + 1] != (str(int(number) + times),):
            break
        if _pattern(following, level) != pattern:
            break
        times += 1
    return times


def _pattern(group: Sequence[Item], level: int) -> list[tuple[tuple[str, ...], int]]:
    return [(item.parts[level + 1 :], item.kind) for item in group]


def _renamed(item: Item, level: int, times: int) -> Item:
    """The item as that of all its repeats; weights that it shares within its block, it shares in each."""
    parts = item.parts
    before, after = ".".join(parts[: level + 1]), f"{parts[level]}-{int(parts[level]) + times - 1}"
    both = (*parts[:level], after, *parts[level + 1 :])
    shares, row = item.row.shares, item.row
    if shares.startswith(f"{before}."):
        row = replace(row, shares=".".join(both[: level + 1]) + shares[len(before) :])
    return Item(both, item.kind, row, item.times * times)


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
