"""The memory of networks as tables; each table in one unit, so that its numbers can be compared and added up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netcost.integers import ceil_div
from netcost.number import Exact, Number, known_part
from netcost.render.barred import bar, with_bars
from netcost.render.reports.remarks import assumed
from netcost.render.sheet import Column, Sheet, headline
from netcost.report.memory import Fit, Memory, Part, Room, Step
from netcost.units import MEMORY_UNITS, Unit, fitting, memory_unit, number_text
from netcost.wording import counted, share

MOST_ALIVE = 12
"""Tensors that are listed."""

MOST_STEPS = 24
"""Lines of the timeline; more layers share a line."""

WIDTH = 40
"""Characters of the longest bar."""


def summary(memories: Sequence[Memory]) -> Sheet:
    """A row for each network, with the parts of its sum."""
    unit = memory_unit(max(known_part(each.total) for each in memories))
    names = dict.fromkeys(part.name for each in memories for part in each.parts)
    devices = any(each.fit for each in memories)
    heads = [*names, "total"]
    columns = [
        Column("Network", left=True),
        *(Column(unit.heading(head), weight=index + 1) for index, head in enumerate(heads[:-1])),
        Column(unit.heading(heads[-1])),
        *([Column("largest batch")] if devices else []),
    ]
    rows = []
    for each in memories:
        sizes = {part.name: unit.tenths_of(part.size) for part in each.parts}
        batch = [_batch(each.fit)] if devices else []
        rows.append(
            [each.report.name, *(sizes.get(name, "") for name in names), unit.tenths_of(each.total), *batch]
        )
    return Sheet(f"{counted(len(memories), 'network')}: {_what(memories[0])}", columns, rows)


def sheets(memory: Memory, *, bars: bool = False) -> Iterator[Sheet]:
    """The sum, what is alive when most is, the memory over time; the first two with bars if asked for."""
    whole = together(memory)
    yield with_bars(whole, _sizes(memory.parts)) if bars else whole
    if memory.fit:
        yield on_device(memory.fit)
    if memory.alive:
        held = alive(memory)
        yield with_bars(held, _sizes(memory.alive[:MOST_ALIVE])) if bars else held
    if memory.timeline:
        yield course(memory)


def _sizes(parts: Sequence[Part]) -> list[Exact]:
    return [known_part(part.size) for part in parts]


def _what(memory: Memory) -> str:
    return "training" if memory.training else "inference"


def together(memory: Memory) -> Sheet:
    """The sum in parts."""
    unit, whole = memory_unit(memory.total), known_part(memory.total)
    columns = (
        Column("Part", left=True),
        Column(unit.symbol),
        Column("share"),
        Column("what it is", left=True, weight=1),
    )
    rows = [
        (
            part.name,
            unit.tenths_of(part.size),
            share(known_part(part.size), whole) if whole else "",
            part.what,
        )
        for part in memory.parts
    ]
    total = ("total", unit.tenths_of(memory.total), "", "")
    return Sheet(
        f"{headline(memory.report)}: {_what(memory)}",
        columns,
        rows,
        total,
        [*assumed(memory.report), *memory.notes],
    )


def on_device(fit: Fit) -> Sheet:
    """What must fit where on a device."""
    unit = memory_unit(min(room.there for room in fit.rooms))
    columns = (
        Column("Memory", left=True),
        Column(unit.heading("needed")),
        Column(unit.heading("there is")),
        Column("", left=True),
        Column("what it holds", left=True, weight=1),
    )
    rows = [(room.name, *_beside(room, unit), _whether(room), room.what) for room in fit.rooms]
    return Sheet(f"On {fit.device}", columns, rows, (), [_largest(fit, unit)])


def _beside(room: Room, unit: Unit) -> tuple[str, str]:
    """What is needed and what there is; in bytes where they look the same otherwise."""
    needed, there = unit.tenths_of(room.needed), unit.tenths_of(room.there)
    if needed == there and room.needed != room.there:
        return f"{number_text(room.needed)} bytes", f"{room.there:,} bytes"
    return needed, there


def _whether(room: Room) -> str:
    return "not known" if room.in_doubt else "fits" if room.fits else "does not fit"


def _batch(fit: Fit | None) -> str:
    if fit is None:
        return ""
    return "unknown" if fit.largest_batch is None else f"{fit.largest_batch:,}"


def _largest(fit: Fit, unit: Unit) -> str:
    if fit.largest_batch is None:
        return "The largest batch is not known, as what is needed is not."
    short = [room for room in fit.one_more if not room.fits]
    if not short:
        return f"The largest batch that was asked for is {fit.largest_batch:,}, and it fits."
    more = ", and ".join(_shortage(room, unit) for room in short)
    if not fit.largest_batch:
        return f"Not even one sample fits: it takes {more}."
    return f"The largest batch that fits is {fit.largest_batch:,}; {fit.largest_batch + 1:,} samples take {more}."


def _shortage(room: Room, unit: Unit) -> str:
    needed, there = _beside(room, unit)
    symbol = "" if needed.endswith("bytes") else f" {unit.symbol}"
    return f"{needed}{symbol} of {room.name}, where there {'is' if there == '1' else 'are'} {there}"


def alive(memory: Memory) -> Sheet:
    """What is alive when most is; in training, what each layer keeps."""
    title = "Kept for the backward pass" if memory.training else f"Alive while {memory.peak_at} runs"
    shown, rest = memory.alive[:MOST_ALIVE], memory.alive[MOST_ALIVE:]
    unit = fitting(_together(memory.alive), MEMORY_UNITS)
    columns = [Column("By" if memory.training else "Tensor", left=True), Column(unit.symbol)]
    rows = [[part.name, unit.tenths_of(part.size)] for part in shown]
    if any(part.what for part in shown):
        columns.append(Column("", alone="what it was", left=True, weight=1))
        rows = [[*row, part.what] for row, part in zip(rows, shown, strict=True)]
    many = counted(len(rest), "smaller one")
    notes = [f"And {many}, {unit.tenths_of(_together(rest))} {unit.symbol} together."] if rest else []
    return Sheet(title, columns, rows, (), notes)


def _together(parts: Sequence[Part]) -> Number:
    return sum((part.size for part in parts), 0)


def course(memory: Memory) -> Sheet:
    """The memory layer by layer, in bars."""
    steps = memory.timeline
    most = max(step.size for step in steps)
    unit = fitting(most, MEMORY_UNITS)
    together = ceil_div(len(steps), MOST_STEPS)
    rows = [_line(steps[start : start + together], most, unit) for start in range(0, len(steps), together)]
    title = "Alive, layer by layer"
    if memory.training:
        title = "Kept and passing in the backward pass, from the last layer to the first"
        rows.reverse()
    notes = [f"A line stands for {together} layers, and shows the most of them."] if together > 1 else []
    columns = (Column("Layer", left=True), Column(unit.symbol), Column("", alone="bars", left=True, weight=1))
    return Sheet(title, columns, rows, (), notes)


def _line(steps: Sequence[Step], most: int, unit: Unit) -> Sequence[str]:
    top = max(steps, key=lambda step: step.size)
    return top.name, unit.tenths_of(top.size), bar(top.size, most, WIDTH)
