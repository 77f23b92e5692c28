"""The lecture's bar charts: a bar for each layer, one chart for memory, one for parameters, one for operations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netcost.number import UNKNOWN, Number, is_exact, known_part
from netcost.render.html.axis import Axis, axis
from netcost.render.html.grid import Grid, grid
from netcost.render.html.outline import ROLES, TITLES, UNITS, Box, Subject, largest, outline
from netcost.render.html.palette import fill, over_lines
from netcost.render.html.picture import SMALL, Picture, group, heading, rect, small
from netcost.render.html.text import place, text, width
from netcost.units import number_text

LEAST_PITCH = 13.0
"""From one bar to the next, so that each has room for a name below it."""

LONGEST_NAME = 110.0
FILLED = 0.72
"""How much of its place a bar takes."""


def bars(subject: Subject, metric: str, wide: float = 360.0) -> Picture:
    """Draw what each layer takes of a metric; of a network of many layers, each block."""
    found = outline(subject.rows, int((wide - 60) // LEAST_PITCH))
    lines = grid(axis(max((known_part(box.amount(metric)) for box in found), default=0), UNITS[metric]), wide)
    pitch = (lines.right - lines.left) / max(len(found), 1)
    flat = all(width(box.label, SMALL) <= pitch - 2 for box in found)
    below = SMALL if flat else min(max(width(box.label, SMALL) for box in found), LONGEST_NAME)
    title = lines.axis.unit.heading(TITLES[metric])
    total = f"{number_text(subject.total(metric), UNITS[metric])} in all"
    body = (
        heading(title, f"{subject.report.name}: {total}", wide),
        lines.drawn(),
        group(fill(ROLES[metric]), _bars(found, metric, lines, pitch)),
        group(f'{over_lines()} font-size="{place(SMALL)}"', _numbers(found, metric, lines, pitch)),
        small("ink", _names(found, lines, pitch, flat=flat), "middle" if flat else "end"),
    )
    told = f"A bar for each of {len(found)} layers or blocks of {subject.report.name}; {total}. {largest(found, metric)}"
    return Picture(title, told, wide, lines.bottom + below + 14, "".join(body))


def _bars(found: Sequence[Box], metric: str, lines: Grid, pitch: float) -> Iterator[str]:
    unit = " bytes" if UNITS[metric] == "bytes" else ""
    for index, box in enumerate(found):
        amount = box.amount(metric)
        high = lines.height(known_part(amount))
        x = lines.left + (index + (1 - FILLED) / 2) * pitch
        yield rect(x, lines.bottom - high, pitch * FILLED, high, f"{box.label}: {number_text(amount)}{unit}")


def _numbers(found: Sequence[Box], metric: str, lines: Grid, pitch: float) -> Iterator[str]:
    """The number over each bar, if there is room for all of them."""
    amounts = [box.amount(metric) for box in found]
    texts = [_over(amount, lines.axis) for amount in amounts]
    if any(width(words, SMALL) > pitch for words in texts):
        return
    for index, (amount, words) in enumerate(zip(amounts, texts, strict=True)):
        x, y = lines.left + (index + 0.5) * pitch, lines.bottom - lines.height(known_part(amount)) - 4
        yield text(x, y, words, pitch, size=SMALL, anchor="middle", inherits=True)


def _over(amount: Number, scale: Axis) -> str:
    """A number in the unit of the axis, as far as it is known."""
    if amount == UNKNOWN:
        return "?"
    return f"{'' if is_exact(amount) else '>='}{scale.text(known_part(amount))}"


def _names(found: Sequence[Box], lines: Grid, pitch: float, *, flat: bool) -> Iterator[str]:
    """The name below each bar, running upwards where they are too long to lie side by side."""
    for index, box in enumerate(found):
        x = lines.left + (index + 0.5) * pitch
        if flat:
            yield text(x, lines.bottom + 14, box.label, pitch, size=SMALL, inherits=True)
        else:
            yield text(
                x + 3.5, lines.bottom + 6, box.label, LONGEST_NAME, size=SMALL, turned=True, inherits=True
            )
