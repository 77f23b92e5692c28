"""A network as a few boxes: its layers, or blocks of them, folded so far that there are no more than can be seen at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from netcost.integers import ceil_div
from netcost.number import Number, is_exact, known_part
from netcost.render.html.palette import KINDS
from netcost.render.reports.columns import once, times_of
from netcost.render.reports.repeats import DEEPEST, NUMBERS, folded
from netcost.report import Report, Row
from netcost.wording import listed, share, short_share, shortened

MEMORY, PARAMS, MACS = METRICS = ("activation_bytes", "params", "macs")
"""What pictures show: where memory, parameters and operations are."""

WORDS: Mapping[str, str] = {"memory": MEMORY, "params": PARAMS, "macs": MACS}
"""What they are called for short, which is the name of their colours, too."""

ROLES: Mapping[str, str] = {metric: word for word, metric in WORDS.items()}
TITLES: Mapping[str, str] = {MEMORY: "Memory", PARAMS: "Parameters", MACS: "Multiply-accumulates"}
UNITS: Mapping[str, Any] = {MEMORY: "bytes", PARAMS: "count", MACS: "count"}

MOST_TOLD = 3
"""Boxes that the description of a picture names."""


class Box(NamedTuple):
    """Layers that are drawn as one.

    Args:
        name: what they have in common of their names, `layer1.1-2`.
        rows: they themselves, those that repeat as one with their sum.
    """

    name: str
    rows: Sequence[Row]

    @property
    def times(self) -> int:
        """How often all of it repeats."""
        return min(map(times_of, self.rows))

    @property
    def layers(self) -> int:
        """How many layers there are in it."""
        return sum(row.layers for row in self.rows)

    @property
    def label(self) -> str:
        """Its name, and how often it repeats: `layer1.1-2 x2`."""
        return f"{self.name} x{self.times}" if self.times > 1 else self.name

    def amount(self, metric: str) -> Number:
        """What it takes; of memory, what only maps elements has no part, as it has no row in the lecture's tables."""
        rows = self.rows if metric != MEMORY else [row for row in self.rows if not row.elementwise]
        found: Number = sum((row[metric] for row in rows), 0)
        return found

    def whole(self, metric: str) -> Number:
        """What it takes with all that belongs to it, so that the parts of a network make the whole."""
        found: Number = sum((row[metric] for row in self.rows), 0)
        return found

    @property
    def main(self) -> Row:
        """The layer that gives a box of one layer its type: the first that does more than map elements."""
        return next((row for row in self.rows if not row.elementwise), self.rows[0])

    @property
    def kind(self) -> str:
        """What it is: the type of a layer, of a block how many there are in it."""
        return self.main.title if self.is_layer else f"{self.layers:,} layers"

    @property
    def is_layer(self) -> bool:
        """Tell whether it is one layer, with what follows it in the same row."""
        return sum(not row.elementwise for row in self.rows) <= 1


def boxes(rows: Sequence[Row], depth: int) -> list[Box]:
    """Draw layers together whose names begin alike, down to a depth, and what belongs to a layer with that.

    What only maps elements goes with the layer before it in the same block.
    """
    found: list[tuple[str, list[Row]]] = []
    for row in rows:
        name = once(row.name)
        head = ".".join(name.split(".", DEEPEST)[:depth])
        if found and _belongs(row, name, head, *found[-1]):
            found[-1][1].append(row)
        else:
            found.append((head, [row]))
    return [Box(name, own) for name, own in found]


def _belongs(row: Row, name: str, head: str, last: str, others: Sequence[Row]) -> bool:
    if head == last or name.startswith(f"{last}."):
        return True
    beside = name == head and name.rpartition(".")[0] == last.rpartition(".")[0]
    return row.elementwise and beside and times_of(row) == times_of(others[0])


def outline(rows: Sequence[Row], most: int) -> list[Box]:
    """Draw layers as boxes: as deep in their blocks as there are not too many; as runs where there are at once."""
    found: list[Box] = []
    for depth in range(1, DEEPEST):
        deeper = boxes(rows, depth)
        if len(deeper) > most:
            return found if len(found) > 1 else list(_runs(deeper, ceil_div(len(deeper), most)))
        found = deeper
    return found


def _runs(found: Sequence[Box], length: int) -> Iterator[Box]:
    """Boxes that follow one another as one."""
    for start in range(0, len(found), length):
        run = found[start : start + length]
        first, last = run[0].name, run[-1].name
        block = f"{first.rpartition('.')[0]}."
        name = first if len(run) == 1 else f"{first} - {last.removeprefix(block)}"
        yield Box(name, [row for box in run for row in box.rows])


class Subject:
    """A network that pictures are drawn of; what several of them need is worked out once.

    Args:
        report: what is known of it.
    """

    def __init__(self, report: Report) -> None:
        self.report = report

    @cached_property
    def rows(self) -> Sequence[Row]:
        """Its layers, those that repeat as one."""
        return folded(self.report.rows)

    @cached_property
    def colors(self) -> Mapping[str, str]:
        """A colour for each kind of layer by its title; those that take least have one together."""
        held: dict[str, float] = {}
        for row in self.rows:
            held[row.title] = held.get(row.title, 0.0) + sum(
                self.share(row[metric], metric) for metric in METRICS
            )
        ranked = sorted(held, key=lambda title: -held[title])
        return {**dict.fromkeys(ranked, "other"), **dict(zip(ranked, KINDS, strict=False))}

    @cached_property
    def repeats(self) -> Sequence[str]:
        """The blocks that repeat, and how often: `layer3.1-5 x5`."""
        found: dict[str, None] = {}
        for row in self.rows:
            times, name = times_of(row), once(row.name)
            ends = [each.end() for each in re.finditer(NUMBERS, name)] if times > 1 else []
            found |= {f"{name[: ends[-1]]} x{times}": None} if ends else {}
        return list(found)

    def share(self, amount: Number, metric: str) -> float:
        """What part of the whole network something is, as far as is known."""
        total = known_part(self.total(metric))
        return float(known_part(amount) / total) if total else 0.0

    def total(self, metric: str) -> Number:
        """What the whole network takes."""
        found: Number = self.report.totals[metric]
        return found


def share_text(amount: Number, total: Number) -> str:
    """Write what part of the whole something is; of a whole that is not known in full it is that much at most."""
    if not is_exact(amount):
        return "?"
    return f"{'' if is_exact(total) else '<='}{short_share(amount, known_part(total)) or '0%'}"


def largest(found: Sequence[Box], metric: str) -> str:
    """Say which boxes take most of a metric: `Most of it: fc6 62%, fc7 27% and conv5 1%.`."""
    total = sum(known_part(box.amount(metric)) for box in found)
    if not total:
        return "None of them has any."
    ranked = sorted(found, key=lambda box: known_part(box.amount(metric)), reverse=True)[:MOST_TOLD]
    return f"Most of it: {listed([f'{shortened(box.label)} {share(known_part(box.amount(metric)), total)}' for box in ranked])}."
