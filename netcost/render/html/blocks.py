"""The layers of a network from top to bottom, blocks as boxes: what repeats, what it takes, and how it is joined up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from netcost.number import known_part
from netcost.render.html.outline import METRICS, ROLES, Box, Subject, outline, share_text
from netcost.render.html.palette import fill, outlined, stroke
from netcost.render.html.picture import HEAD, MARGIN, SMALL, Picture, group, heading, rect, small
from netcost.render.html.text import place, text, width
from netcost.render.reports.repeats import names_of
from netcost.report import Row
from netcost.wording import counted, listed, shortened

MOST, MOST_INSIDE = 16, 24
"""Boxes of a network, and of one of its blocks."""

MOST_LANES = 6
"""Lines beside the boxes; those that go farthest are left out if there are more."""

LANE = 7.0
"""From one line beside the boxes to the next."""

HIGH, GAP = 30.0, 10.0
BARS = 150.0
"""Width of the three columns of bars."""

MOST_TOLD = 12
"""Boxes that the description of a picture names."""

HEADS = ("memory", "params", "MACs")


OUTSIDE = -1
"""Stands for the layers of the network that have no box, in the place above the first of those that do."""


class Edge(NamedTuple):
    """What goes from one box to later ones that are not its neighbours, by their numbers."""

    source: int
    targets: Sequence[int]

    @property
    def last(self) -> int:
        """The last box that it goes to."""
        return self.targets[-1]


class Joined(NamedTuple):
    """How boxes are joined: those that take from the one before them, and what goes farther."""

    next: Sequence[int]
    far: Sequence[Edge]


class Plan(NamedTuple):
    """Where boxes and lines lie.

    Args:
        lanes: the line of each edge, counted from the boxes outwards.
        left: where boxes begin.
        right: where they end.
        columns: where each column of bars begins.
        wide: how long the longest bar is.
        top: where the first box begins.
    """

    lanes: Mapping[Edge, int]
    left: float
    right: float
    columns: Sequence[float]
    wide: float
    top: float

    @property
    def room(self) -> float:
        """How wide a text in a box may be."""
        return self.right - self.left - 13

    def y(self, index: int) -> float:
        """Where a box begins, from above."""
        return self.top + index * (HIGH + GAP)

    def x(self, lane: int) -> float:
        """Where a line beside the boxes lies."""
        return self.left - 6 - (lane + 1) * LANE


def blocks(subject: Subject, wide: float = 360.0) -> Picture:
    """Draw the blocks of a whole network."""
    name = subject.report.name
    return strip(subject, outline(subject.rows, MOST), f"Blocks of {name}", "", wide)


def inside(subject: Subject, box: Box, wide: float = 360.0) -> Picture:
    """Draw the layers of one block."""
    times = f"one of {box.times:,}" if box.times > 1 else ""
    return strip(subject, outline(box.rows, MOST_INSIDE), f"Inside {box.name}", times, wide)


def strip(subject: Subject, found: Sequence[Box], title: str, within: str, wide: float) -> Picture:
    """Draw boxes from top to bottom, with their shares of the network."""
    joined = edges_of(found, members(subject.rows))
    lanes = laned(joined.far, MOST_LANES)
    left = MARGIN + 8 + LANE * (max(lanes.values(), default=-1) + 1)
    first = wide - MARGIN - BARS
    columns = [first + part * BARS / 3 for part in range(3)]
    plan = Plan(lanes, left, first - 8, columns, BARS / 3 - 6, HEAD + 18)
    shown = [shortened(box.label) for box in found]
    missing = len(joined.far) - len(lanes)
    unseen = f"; {counted(missing, 'line')} beside the boxes left out" if missing else ""
    below = f"{within + ': ' if within else ''}shares of the whole network{unseen}"
    body = (
        heading(title, below, wide),
        small("soft", _heads(plan)),
        group(f'{stroke("soft")} stroke-width="1.2"', _arrows(joined.next, plan)),
        *_boxes(subject, found, plan),
        *_words(found, plan),
        *(_bars(subject, found, metric, x, plan) for metric, x in zip(METRICS, plan.columns, strict=True)),
    )
    told = f"{len(found)} boxes from top to bottom: {listed(shown, most=MOST_TOLD)}."
    return Picture(title, told, wide, plan.y(len(found)) + 2, "".join(body))


def members(rows: Sequence[Row]) -> Mapping[str, Row]:
    """The row of a folded table that each layer is in, by its name."""
    return {name: row for row in rows for name in names_of(row)}


def edges_of(found: Sequence[Box], row_of: Mapping[str, Row]) -> Joined:
    """What goes from which box to which later ones, and into them from other layers of the network."""
    index = {row.name: number for number, box in enumerate(found) for row in box.rows}
    far: dict[int, set[int]] = {}
    near: set[int] = set()
    for number, box in enumerate(found):
        for source in (name for row in box.rows for name in row.sources or ()):
            origin = index.get(row_of[source].name, OUTSIDE) if source in row_of else number
            if origin == number - 1:
                near.add(number)
            elif origin < number:
                far.setdefault(origin, set()).add(number)
    return Joined(sorted(near), [Edge(source, tuple(sorted(own))) for source, own in sorted(far.items())])


def laned(edges: Sequence[Edge], most: int) -> dict[Edge, int]:
    """Give each edge a line of its own where several run side by side, the short ones next to the boxes."""
    taken: list[list[Edge]] = []
    found: dict[Edge, int] = {}
    for edge in sorted(edges, key=lambda each: (each.last - each.source, each.source)):
        lane = next(
            (number for number, others in enumerate(taken) if all(_apart(edge, each) for each in others)),
            len(taken),
        )
        if lane == len(taken):
            if lane == most:
                continue
            taken.append([])
        taken[lane].append(edge)
        found[edge] = lane
    return found


def _apart(one: Edge, other: Edge) -> bool:
    return one.last <= other.source or other.last <= one.source


def _heads(plan: Plan) -> Iterator[str]:
    for x, head in zip(plan.columns, HEADS, strict=True):
        yield text(x, HEAD + 10, head, BARS / 3, size=SMALL, inherits=True)


def _arrows(near: Sequence[int], plan: Plan) -> Iterator[str]:
    """To each box from the one before it, where it takes from that; and beside the boxes to those farther on."""
    x = (plan.left + plan.right) / 2
    for number in near:
        y = plan.y(number)
        yield f'<path d="M{place(x)} {place(y - GAP)}V{place(y - 1)}m-3-4 3 4 3-4"/>'
    for edge, lane in plan.lanes.items():
        start, beside = plan.y(edge.source) + HIGH * 0.75, plan.x(lane)
        begin = plan.left
        if edge.source == OUTSIDE:
            begin, start = x, plan.top - GAP
        yield f'<path d="M{place(begin)} {place(start)}H{place(beside)}V{place(plan.y(edge.last) + HIGH * 0.25)}"/>'
        for target in edge.targets:
            y = plan.y(target) + HIGH * 0.25
            yield f'<path d="M{place(beside)} {place(y)}H{place(plan.left - 1)}m-4-3 4 3-4 3"/>'


def _boxes(subject: Subject, found: Sequence[Box], plan: Plan) -> Iterator[str]:
    """The boxes, those of one layer in the colour of its kind; what repeats looks like a pile."""
    groups: dict[str, list[int]] = {}
    for number, box in enumerate(found):
        groups.setdefault(subject.colors[box.main.title] if box.is_layer else "card", []).append(number)
    for role, own in groups.items():
        piles = [_box(found[number], number, 3.0, plan) for number in own if found[number].times > 1]
        yield group(outlined(role), (*piles, *(_box(found[number], number, 0.0, plan) for number in own)))


def _box(box: Box, number: int, shift: float, plan: Plan) -> str:
    """A box; what there is no room to write in it is told to who points at it."""
    hint = box.label if not shift and width(box.label) > plan.room else ""
    wide = plan.right - plan.left - 3
    return rect(plan.left + shift, plan.y(number) + shift, wide, HIGH - 3, hint, 'rx="3"')


def _words(found: Sequence[Box], plan: Plan) -> Iterator[str]:
    """The name of each box, and below it what it is and what comes out of it."""
    x = plan.left + 5
    yield group(
        fill("ink"),
        (text(x, plan.y(number) + 11.5, box.label, plan.room) for number, box in enumerate(found)),
    )
    kinds = [f"{box.kind}, {box.rows[-1].output}" for box in found]
    yield small(
        "ink",
        (
            text(x, plan.y(number) + 23, kind, plan.room, size=SMALL, inherits=True)
            for number, kind in enumerate(kinds)
        ),
    )


def _bars(subject: Subject, found: Sequence[Box], metric: str, x: float, plan: Plan) -> str:
    """A column of bars, the longest as long as there is room, with their shares."""
    amounts = [box.amount(metric) for box in found]
    most = max(map(known_part, amounts), default=0)
    shapes, words = [], []
    for number, amount in enumerate(amounts):
        y = plan.y(number)
        if known_part(amount):
            shapes.append(rect(x, y + 15, max(plan.wide * float(known_part(amount) / most), 0.5), 7))
        if amount != 0:
            words.append(
                text(
                    x,
                    y + 11.5,
                    share_text(amount, subject.total(metric)),
                    plan.wide,
                    size=SMALL,
                    inherits=True,
                )
            )
    return group(fill(ROLES[metric]), shapes) + small("soft", words)
