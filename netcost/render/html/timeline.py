"""The memory of a network while it runs: what is alive, layer by layer, with its peak and what is alive then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from netcost.integers import ceil_div
from netcost.render.html.axis import Axis, axis
from netcost.render.html.outline import Subject
from netcost.render.html.palette import fill, over_lines, stroke
from netcost.render.html.picture import HEAD, MARGIN, WIDTH, Picture, group, heading, stacked
from netcost.render.html.text import place, text, width
from netcost.render.memory import Memories
from netcost.render.screen import Screen
from netcost.report import Report
from netcost.report.figures import Figures
from netcost.report.memory import Course, Part, Step
from netcost.units import number_text

PLOT = 150.0
SMALL = 10.0
LINE = 14.0
MOST_ALIVE = 5
"""Tensors that are named below the picture."""

MOST_POINTS = 280
"""Points of the line; of more layers, each stands for several and shows the most of them."""


def timeline(subject: Subject, metric: str = "", wide: float = 360.0) -> Picture:
    """Draw what is alive while a network runs, or in a step of its training."""
    del metric
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
        return Picture(
            title,
            f"What is alive in {name} is not known.",
            wide,
            HEAD + 4,
            heading(title, f"{name}: not known", wide),
        )
    steps = course.timeline[::-1] if course.training else course.timeline
    peak = max(range(len(steps)), key=lambda index: steps[index].size)
    scale = axis(steps[peak].size, "bytes")
    left = MARGIN + max(width(words, SMALL) for _, words in scale.marks()) + 5
    right, top = wide - MARGIN, HEAD + 18
    bottom = top + PLOT
    most = f"{number_text(steps[peak].size, 'bytes')} at {steps[peak].name}"
    alive = list(_alive(course, bottom + 34, wide))
    body = (
        heading(scale.unit.heading(title), f"{name}: peak {most}", wide),
        group(
            f'{stroke("line")} stroke-width="1"',
            (
                f'<path d="M{place(left)} {place(bottom - part * PLOT)}H{place(right)}"/>'
                for part, _ in scale.marks()
            ),
        ),
        group(
            f'{fill("soft")} font-size="{place(SMALL)}" text-anchor="end"',
            (
                text(left - 4, bottom - part * PLOT + 3.5, words, left, size=SMALL, inherits=True)
                for part, words in scale.marks()
            ),
        ),
        group(
            f'{fill("memory")} fill-opacity="0.75"',
            [f'<path d="{_outline(steps, scale, left, right, bottom)}"/>'],
        ),
        group(
            f'{fill("soft")} font-size="{place(SMALL)}" text-anchor="middle"',
            _names(steps, left, right, bottom),
        ),
        _mark(peak, steps, scale, left, right, bottom),
        group(fill("ink"), alive),
    )
    told = f"The bytes that are alive at each of {len(steps)} layers of {name}; the peak is {most}."
    return Picture(title, told, wide, bottom + 24 + LINE * len(alive), "".join(body))


def _outline(steps: Sequence[Step], scale: Axis, left: float, right: float, bottom: float) -> str:
    """The area below the line, a step for each layer or for some of them together."""
    together = ceil_div(len(steps), MOST_POINTS)
    tops = [
        max(step.size for step in steps[start : start + together]) for start in range(0, len(steps), together)
    ]
    pitch = (right - left) / len(steps) * together
    path, at = [f"M{place(left)} {place(bottom)}"], None
    for index, size in enumerate(tops):
        y = place(bottom - PLOT * size / scale.top)
        if y != at:
            path.append(f"{f'H{place(left + index * pitch)}' if index else ''}V{y}")
        at = y
    return "".join([*path, f"H{place(right)}V{place(bottom)}z"])


def _mark(peak: int, steps: Sequence[Step], scale: Axis, left: float, right: float, bottom: float) -> str:
    """A mark at the peak with its number."""
    x = left + (peak + 0.5) * (right - left) / len(steps)
    y = bottom - PLOT * steps[peak].size / scale.top
    words = f"peak {number_text(steps[peak].size, 'bytes')}"
    half = width(words) / 2
    middle = min(max(x, left + half), right - half)
    return group(fill("more"), [f'<path d="M{place(x)} {place(y)}l-4-6h8z"/>']) + group(
        over_lines(), [text(middle, y - 9, words, right - left, anchor="middle")]
    )


def _names(steps: Sequence[Step], left: float, right: float, bottom: float) -> Iterator[str]:
    """The blocks that the layers belong to, below the line; those that are too short for their name have none."""
    pitch, start = (right - left) / len(steps), 0
    for name, own in groupby(steps, key=lambda step: step.name.partition(".")[0]):
        length = len(list(own))
        if width(name, SMALL) <= length * pitch - 4:
            yield text(
                left + (start + length / 2) * pitch,
                bottom + 13,
                name,
                length * pitch,
                size=SMALL,
                inherits=True,
            )
        start += length


def _alive(course: Course, y: float, wide: float) -> Iterator[str]:
    """What is alive at the peak, a line each."""
    shown, rest = course.alive[:MOST_ALIVE], course.alive[MOST_ALIVE:]
    lines = [_line(part) for part in shown]
    if rest:
        lines.append(
            f"and {len(rest):,} smaller, {number_text(sum((part.size for part in rest), 0), 'bytes')}"
        )
    head = "Kept for the backward pass:" if course.training else f"Alive while {course.peak_at} runs:"
    for number, words in enumerate([head, *lines] if lines else []):
        yield text(MARGIN + (10 if number else 0), y + number * LINE, words, wide - 2 * MARGIN - 10)


def _line(part: Part) -> str:
    return f"{number_text(part.size, 'bytes')}  {part.name}{f', {part.what}' if part.what else ''}"


def render(content: Memories, screen: Screen) -> Iterator[str]:
    """Write the timelines of `netcost memory`."""
    del screen
    yield stacked([drawn(each.report.name, each.course, WIDTH) for each in content.memories])
