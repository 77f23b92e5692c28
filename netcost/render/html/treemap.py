"""A treemap of parameters or operations: a box for each layer as large as its part, blocks as boxes of boxes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from netcost.number import Number, known_part
from netcost.render.html.outline import TITLES, UNITS, Box, Subject, boxes, largest, share_text
from netcost.render.html.palette import fill, stroke
from netcost.render.html.picture import HEAD, MARGIN, SMALL, Picture, group, heading, rect
from netcost.render.html.text import text, width
from netcost.render.reports.repeats import DEEPEST
from netcost.units import number_text, short_count

TALL = 240.0
STRIP = 15.0
"""Height of a block's name over what is in it."""

LEAST_OPEN = 46.0
"""Width and height from which a block is drawn as boxes; a smaller one is one."""

LEAST_AREA = 60.0
"""Of a box that is drawn on its own."""

LEAST_DRAWN = 1.5
"""Width or height below which boxes are one, of what is small."""

LINE = 13.0
ROOM = 4.0
"""Left of a text and right of it."""


class Area(NamedTuple):
    """Where a box lies."""

    x: float
    y: float
    width: float
    height: float


class Tile(NamedTuple):
    """A box with its place: one that is drawn, or a block around others.

    Args:
        box: what it stands for.
        area: where it lies.
        is_open: it is drawn by what is in it, with its name above that.
        label: what it is called within the block that it is in.
    """

    box: Box
    area: Area
    is_open: bool
    label: str


Color = Callable[[Box, str], str]
"""The colour of a box, by the metric that it is drawn for."""


def treemap(subject: Subject, metric: str, wide: float = 360.0, *, color: Color | None = None) -> Picture:
    """Draw where a metric is: the larger the box the more.

    Args:
        subject: the network.
        metric: what its boxes are as large as.
        wide: how wide it is.
        color: the colour of a box; by the kind of layer if none is given.
    """
    total = subject.total(metric)
    area = Area(MARGIN, HEAD + 4, wide - 2 * MARGIN, TALL)
    top = boxes(subject.rows, 1)
    tiles = list(_tiles(top, metric, area)) if known_part(total) else []
    drawn = [tile for tile in tiles if not tile.is_open]
    colored = color or (lambda box, metric: subject.colors[_title(box, metric)])
    groups: dict[str, list[Tile]] = {}
    for tile in drawn:
        groups.setdefault(colored(tile.box, metric), []).append(tile)
    legend, below = ("", 0.0) if color else _legend(subject, drawn, area, metric)
    all_of_it = f"{number_text(subject.total(metric), UNITS[metric])} in all"
    body = [
        heading(f"{TITLES[metric]}, larger boxes for more", f"{subject.report.name}: {all_of_it}", wide),
        *(group(fill(role), (_shape(tile, metric, total) for tile in own)) for role, own in groups.items()),
        group(f'{stroke("line")} stroke-width="1"', (_frame(tile.area) for tile in tiles if tile.is_open)),
        group(fill("ink"), (words for tile in tiles for words in _words(tile, metric, total))),
        legend,
    ]
    told = f"Boxes within boxes for the layers and blocks of {subject.report.name}; {all_of_it}. {largest(top, metric)}"
    title = f"{TITLES[metric]} of {subject.report.name} as a treemap"
    return Picture(title, told, wide, area.y + TALL + below + MARGIN, "".join(body))


def _tiles(found: Sequence[Box], metric: str, area: Area, within: str = "") -> Iterator[Tile]:
    """Lay boxes out in an area, and what is in the large ones within those."""
    sized = _without_crumbs(sorted(_sized(found, metric), key=lambda each: each[0], reverse=True), area)
    places = squarified([size for size, _ in sized], area)
    for (_, box), own in zip(sized, places, strict=True):
        if min(own.width, own.height) < LEAST_DRAWN:
            continue
        inner = Area(own.x + 2, own.y + STRIP, own.width - 4, own.height - STRIP - 2)
        deeper = _inside(box, metric) if min(inner.width, inner.height) >= LEAST_OPEN else []
        yield Tile(box, own, bool(deeper), box.label.removeprefix(within))
        if deeper:
            yield from _tiles(deeper, metric, inner, f"{box.name}.")


def _without_crumbs(sized: list[tuple[float, Box]], area: Area) -> list[tuple[float, Box]]:
    """The boxes, largest first, with those as one that would be too small to be told apart."""
    total = sum(size for size, _ in sized)
    large = sum(size * area.width * area.height >= LEAST_AREA * total for size, _ in sized)
    crumbs = sized[large:]
    if len(crumbs) <= 1:
        return sized
    together = Box(f"{len(crumbs):,} smaller", [row for _, box in crumbs for row in box.rows])
    return [*sized[:large], (sum(size for size, _ in crumbs), together)]


def _sized(found: Sequence[Box], metric: str) -> list[tuple[float, Box]]:
    """Boxes that have something of a metric, with how much."""
    sized = [(float(known_part(box.amount(metric))), box) for box in found]
    return [(size, box) for size, box in sized if size]


def _inside(box: Box, metric: str) -> list[Box]:
    """The boxes of a block, as deep as it takes to have several; none where there is only one that has something."""
    if not box.is_layer and box.rows[0].name.startswith(
        f"{box.name}."
    ):  # else it is what is small of several blocks
        for depth in range(2, DEEPEST):
            found = boxes(box.rows, depth)
            if len(_sized(found, metric)) > 1:
                return found
    return []


def squarified(sizes: Sequence[float], area: Area) -> list[Area]:
    """Divide an area among sizes, the largest first, into pieces that are nearly squares.

    Source: Bruls, Huizing and van Wijk, "Squarified Treemaps", 2000.
    """
    found: list[Area] = []
    rest, left, start = area, sum(sizes), 0
    while start < len(sizes):
        side = min(rest.width, rest.height)
        scale = rest.width * rest.height / left if left else 0.0
        end = start + 1
        while end < len(sizes) and _worst(sizes[start : end + 1], side, scale) <= _worst(
            sizes[start:end], side, scale
        ):
            end += 1
        row, held = sizes[start:end], sum(sizes[start:end])
        thick = min(held * scale / side, max(rest.width, rest.height)) if side else 0.0
        found += _row(row, held, rest, thick)
        if rest.width >= rest.height:
            rest = Area(rest.x + thick, rest.y, max(rest.width - thick, 0.0), rest.height)
        else:
            rest = Area(rest.x, rest.y + thick, rest.width, max(rest.height - thick, 0.0))
        left, start = left - held, end
    return found


def _worst(row: Sequence[float], side: float, scale: float) -> float:
    """How long the longest piece of a row is, compared with a square."""
    total = sum(row) * scale
    if not (side and total and row[-1]):
        return float("inf")
    return max(side * side * row[0] * scale / total**2, total**2 / (side * side * row[-1] * scale))


def _row(row: Sequence[float], held: float, rest: Area, thick: float) -> Iterator[Area]:
    """The pieces of a row along the shorter side."""
    along = 0.0
    for size in row:
        part = size / held
        if rest.width >= rest.height:
            yield Area(rest.x, rest.y + along, thick, part * rest.height)
            along += part * rest.height
        else:
            yield Area(rest.x + along, rest.y, part * rest.width, thick)
            along += part * rest.width


def _shape(tile: Tile, metric: str, total: Number) -> str:
    area, amount = tile.area, tile.box.amount(metric)
    told = f"{tile.box.label}, {tile.box.kind}: {number_text(amount)}, {share_text(amount, total)}"
    gap = 1.0 if min(area.width, area.height) > 2 * LEAST_DRAWN else 0.25
    return rect(area.x, area.y, area.width - gap, area.height - gap, told)


def _title(box: Box, metric: str) -> str:
    """The kind of the layer that takes most in a box."""
    return max(box.rows, key=lambda row: known_part(row[metric])).title


def _frame(area: Area) -> str:
    return rect(area.x, area.y, area.width - 1, area.height - 1)


def _words(tile: Tile, metric: str, total: Number) -> Iterator[str]:
    """The name of a box, and the number below it if there is room."""
    area, amount = tile.area, tile.box.amount(metric)
    room = area.width - 2 * ROOM
    number = f"{short_count(amount)} {share_text(amount, total)}"
    if tile.is_open:
        name = text(area.x + ROOM, area.y + 11, tile.label, room, size=SMALL)
        yield name
        beside = room - width(tile.label, SMALL) - 8
        if width(number, SMALL) <= beside:
            yield text(area.x + area.width - ROOM, area.y + 11, number, beside, size=SMALL, anchor="end")
    elif area.height >= LINE + 2:
        yield text(area.x + ROOM, area.y + 12, tile.label, room)
        if area.height >= 2 * LINE + 2 and width(number, SMALL) <= room:
            yield text(area.x + ROOM, area.y + 12 + LINE, number, room, size=SMALL)


def _legend(subject: Subject, drawn: Sequence[Tile], area: Area, metric: str) -> tuple[str, float]:
    """What the colours mean, in lines below the picture, and how high they are."""
    held = dict.fromkeys(_title(tile.box, metric) for tile in drawn)
    roles: dict[str, list[str]] = {}
    for title in held:
        roles.setdefault(subject.colors[title], []).append(title)
    x, y, parts = area.x, area.y + area.height + 8, []
    for role, titles in sorted(roles.items()):
        words = titles[0] if len(titles) == 1 else "other"
        wide = min(width(words, SMALL) + 26, area.width)
        if x + wide > area.x + area.width:
            x, y = area.x, y + LINE + 2
        parts.append(rect(x, y, 10, 10, more=fill(role)))
        parts.append(group(fill("ink"), [text(x + 14, y + 9, words, wide - 14, size=SMALL)]))
        x += wide
    return "".join(parts), y + LINE - area.y - area.height
