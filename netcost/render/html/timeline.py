"""The memory of a network while it runs: what is alive, layer by layer, with its peak and what is alive then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from netcost.integers import ceil_div
from netcost.render.content import Screen
from netcost.render.html.axis import axis
from netcost.render.html.grid import Grid, grid
from netcost.render.html.outline import Subject
from netcost.render.html.palette import fill, over_lines
from netcost.render.html.picture import (
    HEAD,
    MARGIN,
    SMALL,
    WIDTH,
    Picture,
    group,
    heading,
    small,
    stacked,
)
from netcost.render.html.text import place, text, width
from netcost.render.memory import Memories
from netcost.report import Report
from netcost.report.in_network import Figures
from netcost.report.memory import Course, Part, Step
from netcost.units import number_text
from netcost.wording import shortened

LINE = 14.0
MOST_ALIVE = 5
"""Tensors that are named below the picture."""

MOST_POINTS = 280
"""Points of the line; of more layers, each stands for several and shows the most of them."""


def render(content: Memories, screen: Screen) -> Iterator[str]:
    """Write the timelines of `netcost memory`."""
    del screen
    yield stacked([drawn(each.report.name, each.course, WIDTH) for each in content.memories])


def timeline(subject: Subject, wide: float = 360.0) -> Picture:
    """Draw what is alive while a network runs, or in a step of its training."""
    return drawn(subject.report.name, course_of(subject.report), wide)


def course_of(report: Report) -> Course:
    """What is alive when, as far as that is known: a report that was read from a file does not tell."""
    figures = report.figures
    told: Course = figures.course() if isinstance(figures, Figures) else Course(False, "", (), ())
    return told


def drawn(name: str, course: Course, wide: float = 360.0) -> Picture:
    """Draw the course of one run."""
    title = "Memory in the backward pass" if course.training else "Memory while it runs"
    if not course.timeline:
        told = f"What is alive in {name} is not known."
        return Picture(title, told, wide, HEAD + 4, heading(title, f"{name}: not known", wide))
    steps = course.timeline[::-1] if course.training else course.timeline
    peak = max(range(len(steps)), key=lambda index: steps[index].size)
    lines = grid(axis(steps[peak].size, "bytes"), wide)
    title = lines.axis.unit.heading(title)
    most = f"{number_text(steps[peak].size, 'bytes')} at {shortened(steps[peak].name)}"
    alive = list(_alive(course, lines.bottom + 34, wide))
    body = (
        heading(title, f"{name}: peak {most}", wide),
        lines.drawn(),
        group(f'{fill("memory")} fill-opacity="0.75"', [f'<path d="{_outline(steps, lines)}"/>']),
        small("soft", _names(steps, lines), "middle"),
        _mark(peak, steps, lines),
        group(fill("ink"), alive),
    )
    told = f"The bytes that are alive at each of {len(steps)} layers of {name}; the peak is {most}."
    return Picture(title, told, wide, lines.bottom + 24 + LINE * len(alive), "".join(body))


def _outline(steps: Sequence[Step], lines: Grid) -> str:
    """The area below the line, a step for each layer or for some of them together."""
    together = ceil_div(len(steps), MOST_POINTS)
    starts = range(0, len(steps), together)
    tops = [max(step.size for step in steps[start : start + together]) for start in starts]
    pitch = (lines.right - lines.left) / len(steps) * together
    path, at = [f"M{place(lines.left)} {place(lines.bottom)}"], ""
    for index, size in enumerate(tops):
        y = place(lines.bottom - lines.height(size))
        if y != at:
            path.append(f"{f'H{place(lines.left + index * pitch)}' if index else ''}V{y}")
        at = y
    return "".join([*path, f"H{place(lines.right)}V{place(lines.bottom)}z"])


def _mark(peak: int, steps: Sequence[Step], lines: Grid) -> str:
    """A mark at the peak with its number."""
    x = lines.left + (peak + 0.5) * (lines.right - lines.left) / len(steps)
    y = lines.bottom - lines.height(steps[peak].size)
    words = f"peak {number_text(steps[peak].size, 'bytes')}"
    half = width(words) / 2
    middle = min(max(x, lines.left + half), lines.right - half)
    arrow = group(fill("more"), [f'<path d="M{place(x)} {place(y)}l-4-6h8z"/>'])
    return arrow + group(over_lines(), [text(middle, y - 9, words, 2 * half, anchor="middle")])


def _names(steps: Sequence[Step], lines: Grid) -> Iterator[str]:
    """The blocks that the layers belong to, below the line; those that are too short for their name have none."""
    pitch, start = (lines.right - lines.left) / len(steps), 0
    for name, own in groupby(steps, key=lambda step: step.name.partition(".")[0]):
        length = len(list(own))
        if width(name, SMALL) <= length * pitch - 4:
            middle = lines.left + (start + length / 2) * pitch
            yield text(middle, lines.bottom + 13, name, length * pitch, size=SMALL, inherits=True)
        start += length


def _alive(course: Course, y: float, wide: float) -> Iterator[str]:
    """What is alive at the peak, a line each."""
    shown, rest = course.alive[:MOST_ALIVE], course.alive[MOST_ALIVE:]
    said = [_line(part) for part in shown]
    if rest:
        together = sum((part.size for part in rest), 0)
        said.append(f"and {len(rest):,} smaller, {number_text(together, 'bytes')}")
    head = "Kept for the backward pass:" if course.training else f"Alive while {course.peak_at} runs:"
    for number, words in enumerate([head, *said] if said else []):
        yield text(MARGIN + (10 if number else 0), y + number * LINE, words, wide - 2 * MARGIN - 10)


def _line(part: Part) -> str:
    return f"{number_text(part.size, 'bytes')}  {part.name}{f', {part.what}' if part.what else ''}"
