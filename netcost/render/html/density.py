"""All variants of a sweep as a picture: how many cost how much, the box of the limits, and the front."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import ceil, floor, log10
from typing import NamedTuple

from netcost.render.content import Screen
from netcost.render.html.palette import fill, stroke
from netcost.render.html.picture import HEAD, MARGIN, SMALL, WIDTH, Picture, group, heading, small, written
from netcost.render.html.text import place, text, width
from netcost.render.variants import Spread, Variants
from netcost.sweeps.density import STEPS
from netcost.units import COUNT_UNITS, short_count
from netcost.wording import counted

SHADES = (0.15, 0.3, 0.45, 0.6, 0.8, 1.0)
"""From few to many; each stands for as many times more variants as the one before."""

TALL = 260.0
"""From the lowest line to the highest."""

PATCH = 14.0
"""How wide a shade is where shades are told."""

FEWEST_TICKS = 2
ROOM = 60.0
"""For a number beside an axis."""


class _Scale(NamedTuple):
    """Logarithms on a line of the picture."""

    low: float
    high: float
    start: float
    end: float

    def at(self, exponent: float) -> float:
        """Where a power of ten stands."""
        return self.start + (exponent - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Powers of ten, with 2 and 5 between them where there are few; both ends where there are none."""
        powers = [
            (power, digit)
            for power in range(floor(self.low), ceil(self.high) + 1)
            for digit in (1, 2, 5)
            if self.low <= power + log10(digit) <= self.high
        ]
        tens = [each for each in powers if each[1] == 1]
        if not powers:
            yield self.start, short_count(floor(10**self.low))
            yield self.end, short_count(ceil(10**self.high))
        for power, digit in tens if len(tens) >= FEWEST_TICKS else powers:
            yield self.at(power + log10(digit)), _written(digit, power)


def _written(digit: int, power: int) -> str:
    """A number with its unit: `5M`, `200`."""
    number = digit * 10**power if power >= 0 else digit / 10**-power
    unit = next((unit for unit, size in reversed([*COUNT_UNITS.items()]) if number >= size), "")
    return f"{number / COUNT_UNITS[unit]:g}{unit}"


def render(content: Variants, screen: Screen) -> Iterator[str]:
    """Draw all variants as a file of its own; nothing if they were not counted."""
    del screen
    if content.spread:
        yield f"{written(density(content.spread, WIDTH))}\n"


def density(spread: Spread, wide: float = 360.0) -> Picture:
    """Draw how many variants cost how much."""
    across, upwards = (sorted(cell[side] for cell in spread.cells) for side in (0, 1))
    top = HEAD + 8
    scales = (
        _scale(across, MARGIN + ROOM, wide - MARGIN),
        _scale(upwards, top + TALL, top),
    )
    body = (
        heading(spread.title, _signs(spread), wide),
        *_grid(spread, scales),
        *_cells(spread, scales),
        *_limits(spread, scales),
        *_front(spread, scales),
        *_legend(spread, wide, top + TALL + 44),
    )
    first, second = spread.axes
    desc = (
        f"{second} upwards over {first}, both in powers of ten; "
        f"{counted(spread.most, 'variant')} at most in one of {len(spread.cells):,} boxes."
    )
    return Picture(spread.title, desc, wide, top + TALL + 56, "".join(body))


def _signs(spread: Spread) -> str:
    """What lines and dots mean, where there are such."""
    limits = "dashed: the limits" if any(map(spread.limits.get, spread.axes)) else ""
    return "; ".join(filter(None, (limits, "dots: no other excels them" if spread.front else "")))


def _scale(bins: Sequence[int], start: float, end: float) -> _Scale:
    """From the first bin to behind the last."""
    low, high = (bins[0], bins[-1]) if bins else (0, 0)
    return _Scale(low / STEPS, (high + 1) / STEPS, start, end)


def _grid(spread: Spread, scales: tuple[_Scale, _Scale]) -> Iterator[str]:
    """Lines at round numbers, the numbers, and what they are of."""
    across, upwards = scales
    xs, ys = [*across.ticks()], [*upwards.ticks()]
    lines = [f'<path d="M{place(x)} {place(upwards.end)}V{place(upwards.start)}"/>' for x, _ in xs]
    lines += [f'<path d="M{place(across.start)} {place(y)}H{place(across.end)}"/>' for y, _ in ys]
    yield group(f'{stroke("line")} stroke-width="0.7"', lines)
    yield small("soft", (_below(x, words, scales) for x, words in xs), "middle")
    yield small(
        "soft",
        (text(across.start - 5, y + 3.5, words, ROOM, size=SMALL, inherits=True) for y, words in ys),
        "end",
    )
    first, second = spread.axes
    middle = (upwards.start + upwards.end) / 2
    yield group(
        fill("ink"),
        [
            text(across.start, upwards.start + 30, first, across.end - across.start),
            text(MARGIN + 10, middle, second, TALL, anchor="middle", turned=True),
        ],
    )


def _below(x: float, words: str, scales: tuple[_Scale, _Scale]) -> str:
    """A number below the axis, moved in where it would leave the picture."""
    across, upwards = scales
    half = width(words, SMALL) / 2
    return text(
        min(x, across.end + MARGIN - half), upwards.start + 14, words, ROOM, size=SMALL, inherits=True
    )


def _shade(count: int, most: int) -> float:
    """How strongly a bin is coloured."""
    return SHADES[floor(len(SHADES) * log10(count) / log10(most + 1))] if most > 1 else SHADES[-1]


def _cells(spread: Spread, scales: tuple[_Scale, _Scale]) -> Iterator[str]:
    """A path for each shade."""
    across, upwards = scales
    paths: dict[float, list[str]] = defaultdict(list)
    for first, second, count in spread.cells:
        left, right = (place(across.at((first + side) / STEPS)) for side in (0, 1))
        lower, upper = (place(upwards.at((second + side) / STEPS)) for side in (0, 1))
        paths[_shade(count, spread.most)].append(f"M{left} {upper}H{right}V{lower}H{left}z")
    yield group(
        f'{fill("memory")} shape-rendering="crispEdges"',
        (f'<path fill-opacity="{shade:g}" d="{"".join(path)}"/>' for shade, path in sorted(paths.items())),
    )


def _legend(spread: Spread, wide: float, y: float) -> Iterator[str]:
    """The shades, between the fewest and the most variants of a box."""
    if spread.most <= 1:
        return
    most = f"{spread.most:,} variants in a box"
    left = wide - MARGIN - width(most, SMALL) - 5 - len(SHADES) * PATCH
    patches = (
        f'<rect x="{place(left + number * PATCH)}" y="{place(y - 9)}" width="{place(PATCH)}" height="10" fill-opacity="{shade:g}"/>'
        for number, shade in enumerate(SHADES)
    )
    yield group(fill("memory"), patches)
    yield small("soft", [text(left - 5, y, "1", ROOM, size=SMALL, anchor="end", inherits=True)])
    yield small("soft", [text(left + len(SHADES) * PATCH + 5, y, most, wide, size=SMALL, inherits=True)])


def _limits(spread: Spread, scales: tuple[_Scale, _Scale]) -> Iterator[str]:
    """The box in which variants keep the limits; at the edge where one lies outside."""
    across, upwards = scales
    right, upper = (
        scale.at(min(max(log10(limit), scale.low), scale.high)) if limit else scale.end
        for limit, scale in zip(map(spread.limits.get, spread.axes), scales, strict=True)
    )
    if any(map(spread.limits.get, spread.axes)):
        yield (
            f'<path {stroke("more")} stroke-width="1.5" stroke-dasharray="5 4" '
            f'd="M{place(across.start)} {place(upper)}H{place(right)}V{place(upwards.start)}"/>'
        )


def _front(spread: Spread, scales: tuple[_Scale, _Scale]) -> Iterator[str]:
    """A dot for each variant that no other excels; what has no logarithm has no place."""
    across, upwards = scales
    dots = (
        f'<circle cx="{place(across.at(log10(first)))}" cy="{place(upwards.at(log10(second)))}" r="3"/>'
        for first, second in spread.front
        if first and second and first > 0 and second > 0
    )
    yield group(fill("params"), dots)
