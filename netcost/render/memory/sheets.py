"""The memory of a network as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netcost.integers import ceil_div
from netcost.number import known_part
from netcost.render.sheet import Column, Sheet, headline
from netcost.report.memory import Fit, Memory, Part, Step
from netcost.units import number_text
from netcost.wording import counted, share

MOST_ALIVE = 12
"""Tensors that are listed."""

MOST_STEPS = 24
"""Lines of the timeline; more layers share a line."""

WIDTH = 40
"""Characters of the longest bar."""

BAR = "█"

PARTS = (
    Column("Part", left=True),
    Column("bytes"),
    Column("share"),
    Column("what it is", left=True, weight=1),
)
ROOMS = (Column("Memory", left=True), Column("needed"), Column("there is"), Column("", left=True))
ALIVE = (Column("Tensor", left=True), Column("bytes"), Column("", left=True, weight=1))
STEPS = (Column("Layer", left=True), Column("alive"), Column("", left=True, weight=1))


def sheets(memory: Memory) -> Iterator[Sheet]:
    """The sum, what is alive when most is, the memory over time."""
    what = "training" if memory.training else "inference"
    yield Sheet(
        f"{headline(memory.report)}: {what}",
        PARTS,
        [_part(part, memory.total) for part in memory.parts],
        ("total", number_text(memory.total, "bytes"), "", ""),
        memory.notes,
    )
    if memory.fit:
        yield _fit(memory.fit)
    if memory.alive:
        yield _alive(memory)
    if memory.timeline:
        yield _timeline(memory)


def _part(part: Part, total: object) -> Sequence[str]:
    whole = known_part(total)  # type: ignore[arg-type]
    return (
        part.name,
        number_text(part.size, "bytes"),
        share(known_part(part.size), whole) if whole else "",
        part.what,
    )


def _fit(fit: Fit) -> Sheet:
    rows = [
        (
            room.name,
            number_text(room.needed, "bytes"),
            number_text(room.there, "bytes"),
            "fits" if room.fits else "does not fit",
        )
        for room in fit.rooms
    ]
    notes = [_largest(fit)]
    return Sheet(f"On {fit.device}", ROOMS, rows, (), notes)


def _largest(fit: Fit) -> str:
    short = next((room for room in fit.one_more if not room.fits), None)
    if short is None:
        return f"The largest batch that was asked for is {fit.largest_batch:,}, and it fits."
    more = (
        f"{number_text(short.needed, 'bytes')} of {short.name}, there are {number_text(short.there, 'bytes')}"
    )
    if not fit.largest_batch:
        return f"Not even one sample fits: it takes {more}."
    return f"The largest batch that fits is {fit.largest_batch:,}; {fit.largest_batch + 1:,} samples take {more}."


def _alive(memory: Memory) -> Sheet:
    title = "Kept for the backward pass" if memory.training else f"Alive while {memory.peak_at} runs"
    shown = memory.alive[:MOST_ALIVE]
    rest = memory.alive[MOST_ALIVE:]
    notes = (
        [
            f"And {counted(len(rest), 'smaller one')}, {number_text(sum(known_part(part.size) for part in rest), 'bytes')} together."
        ]
        if rest
        else []
    )
    return Sheet(
        title, ALIVE, [(part.name, number_text(part.size, "bytes"), part.what) for part in shown], (), notes
    )


def _timeline(memory: Memory) -> Sheet:
    steps = memory.timeline
    most = max(step.size for step in steps)
    together = ceil_div(len(steps), MOST_STEPS)
    rows = [_line(steps[start : start + together], most) for start in range(0, len(steps), together)]
    title = "Backward pass, from the last layer to the first" if memory.training else "Alive, layer by layer"
    if memory.training:
        rows.reverse()
    notes = [f"A line stands for {together} layers, and shows the most of them."] if together > 1 else []
    return Sheet(title, STEPS, rows, (), notes)


def _line(steps: Sequence[Step], most: int) -> Sequence[str]:
    top = max(steps, key=lambda step: step.size)
    length = round(WIDTH * top.size / most) if most else 0
    return top.name, number_text(top.size, "bytes"), BAR * length
