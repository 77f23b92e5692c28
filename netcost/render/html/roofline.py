"""Which layers a device's memory bounds and which its rate of operations: a roofline, both axes logarithmic.

Source: Williams, Waterman and Patterson, "Roofline: an Insightful Visual Performance Model", 2009.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil, floor, log10, sqrt
from typing import NamedTuple

from netcost.render.html.outline import Subject
from netcost.render.html.palette import fill, over_lines, stroke
from netcost.render.html.picture import HEAD, MARGIN, SMALL, Picture, group, heading
from netcost.render.html.text import place, text, told, width
from netcost.report.in_network import Figures
from netcost.report.roof import Point, Roof
from netcost.units import COUNT_UNITS, number_text
from netcost.wording import decimal, short_share, shortened

PLOT = 190.0
LEAST, MOST = 2.5, 11.0
"""Radii of points: of no time and of all of it."""

LONGEST_NAME = 170.0
"""How wide the name of a point may be."""

HINTED = 300
"""Points that say what they are when one points at them: those that take longest."""

NAMED = 5
"""Points with a name: those that take longest."""


class Plane(NamedTuple):
    """Where points lie: powers of ten at the edges, and where those are drawn."""

    low: tuple[int, int]
    high: tuple[int, int]
    left: float
    right: float
    top: float
    bottom: float

    def x(self, intensity: float) -> float:
        """Where so many operations a byte are."""
        return self.left + (log10(intensity) - self.low[0]) / (self.high[0] - self.low[0]) * (
            self.right - self.left
        )

    def y(self, speed: float) -> float:
        """Where so many operations a second are."""
        return self.bottom - (log10(speed) - self.low[1]) / (self.high[1] - self.low[1]) * (
            self.bottom - self.top
        )


def roofline(subject: Subject, wide: float = 360.0) -> Picture:
    """Draw the layers of a network below the roof of the device that is asked for."""
    figures = subject.report.figures
    roof: Roof | None = figures.roof() if isinstance(figures, Figures) else None
    if roof is None:
        why = f"{subject.report.name}: what the device bounds is not told"
        return Picture("Roofline", f"{why}.", wide, HEAD + 4, heading("Roofline", why, wide))
    plane = _plane(roof, wide)
    ranked = sorted(_together(roof.points), key=lambda point: point.time, reverse=True)
    total = sum(float(point.time) for point in ranked)
    bound = sum(float(point.time) for point in ranked if point.intensity < roof.ridge)
    below = f"{short_share(round(bound), round(total)) or '0%'} of the least time is bound by memory"
    longest = ", ".join(
        f"{shortened(each.name)} {short_share(round(each.time), round(total)) or '0%'}" for each in ranked[:3]
    )
    body = (
        heading(f"Roofline of {roof.device}", f"{subject.report.name}: {below}", wide),
        *_grid(plane),
        group(f'{stroke("soft")} stroke-width="2"', [_roof(roof, plane)]),
        group(f'{fill("macs")} fill-opacity="0.65"', _points(ranked, total, plane)),
        group(f'{over_lines()} font-size="{place(SMALL)}"', _names(ranked, plane)),
        group(
            fill("soft"),
            [
                text(
                    (plane.left + plane.right) / 2,
                    plane.bottom + 28,
                    "operations a byte",
                    wide,
                    size=SMALL,
                    anchor="middle",
                )
            ],
        ),
        group(fill("ink"), [text(MARGIN, plane.bottom + 46, f"Longest: {longest}", wide - 2 * MARGIN)]),
        group(
            fill("soft"),
            [
                text(
                    MARGIN,
                    plane.top - 8,
                    "operations a second, at most; larger points take longer",
                    wide - 2 * MARGIN,
                    size=SMALL,
                )
            ],
        ),
    )
    desc = f"{len(roof.points)} layers of {subject.report.name} below the bounds of {roof.device}; {below}. Longest: {longest}."
    return Picture(f"Roofline of {roof.device}", desc, wide, plane.bottom + 54, "".join(body))


def _together(points: Sequence[Point]) -> Iterator[Point]:
    """Layers that do and move as much as others, as one that takes their time."""
    found: dict[tuple[int, int, Fraction], list[Point]] = {}
    for point in points:
        found.setdefault((point.flops, point.moved, point.time), []).append(point)
    for alike in found.values():
        first, times = alike[0], len(alike)
        name = f"{first.name} and {times - 1} alike" if times > 1 else first.name
        yield Point(name, first.flops * times, first.moved * times, first.time * times)


def _plane(roof: Roof, wide: float) -> Plane:
    """Whole powers of ten around all points and the ridge."""
    across = [float(each) for each in (*(point.intensity for point in roof.points), roof.ridge)]
    up = [float(each) for each in (*(point.speed for point in roof.points), roof.rate)]
    low = floor(log10(min(across))), floor(log10(min(up)))
    high = max(ceil(log10(max(across))), low[0] + 1), max(ceil(log10(max(up)) + 0.05), low[1] + 1)
    left = MARGIN + max(width(_power(power), SMALL) for power in range(low[1], high[1] + 1)) + 5
    return Plane(low, high, left, wide - MARGIN - 4, HEAD + 26, HEAD + 26 + PLOT)


def _power(power: int) -> str:
    """Write a power of ten: `100 G`, `0.1`."""
    if power < 0:
        return decimal(10.0**power)
    symbol, size = next(each for each in reversed([*COUNT_UNITS.items()]) if 10**power >= each[1])
    return f"{10**power // size:,}{symbol and ' '}{symbol}"


def _grid(plane: Plane) -> Iterator[str]:
    across, up = range(plane.low[0], plane.high[0] + 1), range(plane.low[1], plane.high[1] + 1)
    xs, ys = {power: plane.x(10.0**power) for power in across}, {power: plane.y(10.0**power) for power in up}
    lines = [
        *(f'<path d="M{place(x)} {place(plane.top)}V{place(plane.bottom)}"/>' for x in xs.values()),
        *(f'<path d="M{place(plane.left)} {place(y)}H{place(plane.right)}"/>' for y in ys.values()),
    ]
    yield group(f'{stroke("line")} stroke-width="0.7"', lines)
    pitch = (plane.right - plane.left) / (len(across) - 1)
    marks = [
        text(x, plane.bottom + 13, _power(power), pitch, size=SMALL, anchor="middle")
        for power, x in xs.items()
    ]
    marks += [
        text(plane.left - 4, y + 3.5, _power(power), plane.left, size=SMALL, anchor="end")
        for power, y in ys.items()
    ]
    yield group(fill("soft"), marks)


def _roof(roof: Roof, plane: Plane) -> str:
    """Up with the bandwidth, then level with the rate; it begins where it enters the picture."""
    rate, bandwidth = float(roof.rate), float(roof.bandwidth)
    first = max(10.0 ** plane.low[0], 10.0 ** plane.low[1] / bandwidth)
    ridge = max(float(roof.ridge), first)
    return (
        f'<path d="M{place(plane.x(first))} {place(plane.y(min(first * bandwidth, rate)))}'
        f'L{place(plane.x(ridge))} {place(plane.y(rate))}H{place(plane.right)}"/>'
    )


def _points(ranked: Sequence[Point], total: float, plane: Plane) -> Iterator[str]:
    """A circle for each point, those that take longest with a hint; of many others that lie upon one another, one."""
    for point in ranked[:HINTED]:
        hint = f"{point.name}: {number_text(point.flops)} operations, {number_text(point.moved)} bytes, at least {decimal(float(point.time) / 1000)} us"
        yield f"<circle {_round(point, total, plane)}><title>{told(hint)}</title></circle>"
    for circle in dict.fromkeys(_round(point, total, plane) for point in ranked[HINTED:]):
        yield f"<circle {circle}/>"


def _round(point: Point, total: float, plane: Plane) -> str:
    """Where a point is, and how large."""
    x, y = plane.x(float(point.intensity)), plane.y(float(point.speed))
    radius = LEAST + (MOST - LEAST) * sqrt(float(point.time) / total) if total else LEAST
    return f'cx="{place(x)}" cy="{place(y)}" r="{place(radius)}"'


def _names(ranked: Sequence[Point], plane: Plane) -> Iterator[str]:
    """The names of the points that take longest, below them; those apart that would lie upon others."""
    taken: list[tuple[float, float, float, float]] = []
    for point in ranked[:NAMED]:
        wide = min(width(point.name, SMALL), LONGEST_NAME)
        x, y = plane.x(float(point.intensity)), plane.y(float(point.speed)) + MOST + SMALL
        start = min(x, plane.right - wide)  # below a point there is room: it lies on the roof
        area = (start, start + wide, y - SMALL, y + 3)
        if y + 3 < plane.bottom and all(
            area[1] < each[0] or each[1] < area[0] or area[3] < each[2] or each[3] < area[2] for each in taken
        ):
            taken.append(area)
            yield text(start, y, point.name, wide + 1, size=SMALL, inherits=True)
