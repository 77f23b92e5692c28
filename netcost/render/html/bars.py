"""The lecture's bar charts: a bar for each layer, one chart for memory, one for parameters, one for operations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from netcost.number import UNKNOWN, Number, is_exact, known_part
from netcost.render.html.axis import Axis, axis
from netcost.render.html.outline import ROLES, TITLES, UNITS, Box, Subject, largest, outline
from netcost.render.html.palette import fill, over_lines, stroke
from netcost.render.html.picture import HEAD, MARGIN, Picture, group, heading, rect
from netcost.render.html.text import place, text, width
from netcost.units import number_text

PLOT = 150.0
"""Height of the highest line."""

SMALL = 10.0
"""Height of letters along the axes."""

LEAST_PITCH = 13.0
"""From one bar to the next, so that each has room for a name below it."""

LONGEST_NAME = 110.0
FILLED = 0.72
"""How much of its place a bar takes."""


class Plot(NamedTuple):
    """Where bars stand.

    Args:
        left: where the first of them has its place.
        top: the height of the highest line.
        pitch: from one bar to the next.
        axis: what their heights mean.
    """

    left: float
    top: float
    pitch: float
    axis: Axis

    @property
    def bottom(self) -> float:
        """Where bars begin."""
        return self.top + PLOT


def bars(subject: Subject, metric: str, wide: float = 360.0) -> Picture:
    """Draw what each layer takes of a metric; of a network of many layers, each block."""
    found = outline(subject.rows, int((wide - 60) // LEAST_PITCH))
    scale = axis(max((known_part(box.amount(metric)) for box in found), default=0), UNITS[metric])
    left = MARGIN + max(width(words, SMALL) for _, words in scale.marks()) + 5
    plot = Plot(left, HEAD + 14, (wide - MARGIN - left) / max(len(found), 1), scale)
    flat = all(width(box.label, SMALL) <= plot.pitch - 2 for box in found)
    below = SMALL if flat else min(max(width(box.label, SMALL) for box in found), LONGEST_NAME)
    title = scale.unit.heading(TITLES[metric])
    total = f"{number_text(subject.total(metric), UNITS[metric])} in all"
    body = (
        heading(title, f"{subject.report.name}: {total}", wide),
        group(f'{stroke("line")} stroke-width="1"', _lines(plot, wide - MARGIN)),
        group(f'{fill("soft")} font-size="{place(SMALL)}" text-anchor="end"', _marks(plot)),
        group(fill(ROLES[metric]), _bars(found, metric, plot)),
        group(f'{over_lines()} font-size="{place(SMALL)}"', _numbers(found, metric, plot)),
        group(f'{fill("ink")} font-size="{place(SMALL)}" text-anchor="end"', _names(found, plot, flat=flat)),
    )
    told = f"A bar for each of {len(found)} layers or blocks of {subject.report.name}; {total}. {largest(found, metric)}"
    return Picture(title, told, wide, plot.bottom + below + 14, "".join(body))


def _lines(plot: Plot, right: float) -> Iterator[str]:
    """A line across for each mark of the axis."""
    for part, _ in plot.axis.marks():
        y = place(plot.bottom - part * PLOT)
        yield f'<path d="M{place(plot.left)} {y}H{place(right)}"/>'


def _marks(plot: Plot) -> Iterator[str]:
    for part, words in plot.axis.marks():
        yield text(
            plot.left - 4, plot.bottom - part * PLOT + 3.5, words, plot.left, size=SMALL, inherits=True
        )


def _bars(found: Sequence[Box], metric: str, plot: Plot) -> Iterator[str]:
    wide = plot.pitch * FILLED
    for index, box in enumerate(found):
        amount = box.amount(metric)
        high = PLOT * float(known_part(amount)) / plot.axis.top
        x = plot.left + (index + (1 - FILLED) / 2) * plot.pitch
        yield rect(x, plot.bottom - high, wide, high, f"{box.label}: {number_text(amount)}{_unit(metric)}")


def _unit(metric: str) -> str:
    return " bytes" if UNITS[metric] == "bytes" else ""


def _numbers(found: Sequence[Box], metric: str, plot: Plot) -> Iterator[str]:
    """The number over each bar, if there is room for all of them."""
    texts = [_over(box.amount(metric), plot.axis) for box in found]
    if any(width(words, SMALL) > plot.pitch for words in texts):
        return
    for index, (box, words) in enumerate(zip(found, texts, strict=True)):
        high = PLOT * float(known_part(box.amount(metric))) / plot.axis.top
        x = plot.left + (index + 0.5) * plot.pitch
        yield text(x, plot.bottom - high - 4, words, plot.pitch, size=SMALL, anchor="middle", inherits=True)


def _over(amount: Number, scale: Axis) -> str:
    """A number in the unit of the axis, as far as it is known."""
    if amount == UNKNOWN:
        return "?"
    return f"{'' if is_exact(amount) else '>='}{scale.text(known_part(amount))}"


def _names(found: Sequence[Box], plot: Plot, *, flat: bool) -> Iterator[str]:
    """The name below each bar, running upwards where they are too long to lie side by side."""
    for index, box in enumerate(found):
        x = plot.left + (index + 0.5) * plot.pitch
        if flat:
            yield text(x, plot.bottom + 14, box.label, plot.pitch, size=SMALL, anchor="middle", inherits=True)
        else:
            yield text(
                x + 3.5, plot.bottom + 6, box.label, LONGEST_NAME, size=SMALL, turned=True, inherits=True
            )
