"""All variants of a sweep as a picture: how many cost how much, the box of the limits, and the front."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

from netcost import escape
from netcost.number import Exact
from netcost.sweeps.density import STEPS
from netcost.units import COUNT_UNITS

WIDTH, HEIGHT = 720, 480
LEFT, RIGHT, TOP, BOTTOM = 72, 24, 48, 56
SHADES = ("#d6e6f4", "#abcfe6", "#6aaed6", "#3787c0", "#105ba4", "#08306b")
"""From few to many; each stands for as many times more variants as the one before."""

INK, GRID, LIMIT, FRONT = "#1f2933", "#d9dee3", "#b3261e", "#c2410c"
FEWEST_TICKS = 2


@dataclass(frozen=True)
class Picture:
    """What is drawn.

    Args:
        title: what the variants are.
        axes: the two columns, across and upwards.
        cells: for each bin of both its number of variants.
        limits: the most that is allowed of either.
        front: the variants that no other excels, a number for each axis.
    """

    title: str
    axes: tuple[str, str]
    cells: Sequence[Sequence[int]]
    limits: Mapping[str, Exact | None]
    front: Sequence[tuple[Any, Any]] = ()


@dataclass(frozen=True)
class _Scale:
    """Logarithms on a line of the picture."""

    low: float
    high: float
    start: float
    end: float

    def at(self, exponent: float) -> float:
        """Where a power of ten stands."""
        return round(self.start + (exponent - self.low) / (self.high - self.low) * (self.end - self.start), 2)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Powers of ten, with 2 and 5 between them where there are few."""
        powers = [
            (power, digit)
            for power in range(floor(self.low), ceil(self.high) + 1)
            for digit in (1, 2, 5)
            if self.low <= power + log10(digit) <= self.high
        ]
        tens = [each for each in powers if each[1] == 1]
        for power, digit in tens if len(tens) >= FEWEST_TICKS else powers:
            yield self.at(power + log10(digit)), _written(digit, power)


def _written(digit: int, power: int) -> str:
    """A number with its unit: `5M`, `200`."""
    number = digit * 10**power if power >= 0 else digit / 10**-power
    unit = next((unit for unit, size in reversed([*COUNT_UNITS.items()]) if number >= size), "")
    return f"{number / COUNT_UNITS[unit]:g}{unit}"


def svg(picture: Picture) -> str:
    """Draw it."""
    return "".join(f"{line}\n" for line in _lines(picture))


def _lines(picture: Picture) -> Iterator[str]:
    across = _scale([cell[0] for cell in picture.cells], LEFT, WIDTH - RIGHT)
    upwards = _scale([cell[1] for cell in picture.cells], HEIGHT - BOTTOM, TOP)
    title = escape.html(picture.title)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-label="{title}" font-family="sans-serif" font-size="12" fill="{INK}">'
    )
    yield f"<title>{title}</title>"
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    yield f'<text x="{LEFT}" y="28" font-size="15">{title}</text>'
    for place, text in across.ticks():
        yield f'<path d="M{place} {TOP}V{HEIGHT - BOTTOM}" stroke="{GRID}"/>'
        yield f'<text x="{place}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{text}</text>'
    for place, text in upwards.ticks():
        yield f'<path d="M{LEFT} {place}H{WIDTH - RIGHT}" stroke="{GRID}"/>'
        yield f'<text x="{LEFT - 8}" y="{place + 4}" text-anchor="end">{text}</text>'
    first, second = map(escape.html, picture.axes)
    yield f'<text x="{(LEFT + WIDTH - RIGHT) // 2}" y="{HEIGHT - 12}" text-anchor="middle">{first}</text>'
    yield f'<text transform="translate(16 {(TOP + HEIGHT - BOTTOM) // 2}) rotate(-90)" text-anchor="middle">{second}</text>'
    yield from _cells(picture.cells, across, upwards)
    yield from _limits(picture, across, upwards)
    yield from _front(picture.front, across, upwards)
    yield "</svg>"


def _scale(bins: Sequence[int], start: float, end: float) -> _Scale:
    """From the first bin to behind the last."""
    return _Scale(min(bins, default=0) / STEPS, (max(bins, default=0) + 1) / STEPS, start, end)


def _cells(cells: Iterable[Sequence[int]], across: _Scale, upwards: _Scale) -> Iterator[str]:
    """A path for each shade."""
    found = list(cells)
    most = max((count for *_, count in found), default=1)
    paths: dict[int, list[str]] = defaultdict(list)
    for first, second, count in found:
        shade = floor(len(SHADES) * log10(count) / log10(most + 1)) if most > 1 else 0
        left, right = across.at(first / STEPS), across.at((first + 1) / STEPS)
        lower, upper = upwards.at(second / STEPS), upwards.at((second + 1) / STEPS)
        paths[shade].append(f"M{left:g} {upper:g}H{right:g}V{lower:g}H{left:g}z")
    for shade, path in sorted(paths.items()):
        yield f'<path fill="{SHADES[shade]}" d="{"".join(path)}"/>'


def _limits(picture: Picture, across: _Scale, upwards: _Scale) -> Iterator[str]:
    """The box in which variants keep the limits."""
    right, upper = (
        scale.at(min(max(log10(limit), scale.low), scale.high)) if limit else scale.end
        for limit, scale in (
            (picture.limits.get(name), scale)
            for name, scale in zip(picture.axes, (across, upwards), strict=True)
        )
    )
    if any(picture.limits.get(name) for name in picture.axes):
        yield (
            f'<path fill="none" stroke="{LIMIT}" stroke-width="1.5" stroke-dasharray="5 4" '
            f'd="M{across.start:g} {upper:g}H{right:g}V{upwards.start:g}"/>'
        )


def _front(front: Iterable[tuple[Any, Any]], across: _Scale, upwards: _Scale) -> Iterator[str]:
    """A dot for each variant that no other excels."""
    for first, second in front:
        if first and second and first > 0 and second > 0:
            yield f'<circle cx="{across.at(log10(first)):g}" cy="{upwards.at(log10(second)):g}" r="3" fill="{FRONT}"/>'
