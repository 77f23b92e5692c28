"""The page of `netcost memory`: the sum in parts, what is alive when most is, and the course of the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from netcost.escape import markup
from netcost.number import known_part
from netcost.render.content import Screen
from netcost.render.html import marks
from netcost.render.html.page import Page, document, listed
from netcost.render.html.table import Beside, sheet_table
from netcost.render.html.timeline import drawn
from netcost.render.memory import Memories
from netcost.render.memory.sheets import alive, on_device, summary, together
from netcost.render.sheet import Sheet
from netcost.report.memory import Memory, Part

NUMBERS = 1
"""The column of bytes, beside which bars stand."""


def render(content: Memories, screen: Screen) -> Iterator[str]:
    """Write the page."""
    del screen
    memories = content.memories
    several = summary(memories) if len(memories) > 1 else None
    title = several.title if several else together(memories[0]).title
    return document(title, _body(memories, several))


def _body(memories: Sequence[Memory], several: Sheet | None) -> Iterator[str]:
    page, tag = Page(), "h1"
    if several:
        yield f"<h1>{markup(several.title)}</h1>{sheet_table(several)}"
        tag = "h2"
    for memory in memories:
        yield from _network(page, memory, tag)


def _network(page: Page, memory: Memory, tag: str) -> Iterator[str]:
    whole = together(memory)
    yield f"<{tag}>{markup(whole.title)}</{tag}>{sheet_table(whole, _bars(memory.parts))}"
    if memory.fit:
        yield _titled(on_device(memory.fit))
    yield page.grid([drawn(memory.report.name, memory.course)])
    if memory.alive:
        yield _titled(alive(memory), _bars(memory.alive))
    yield f"<h2>How things are counted</h2>{listed(whole.notes)}"


def _titled(sheet: Sheet, pictures: Mapping[int, Sequence[Beside]] | None = None) -> str:
    return f"<h2>{markup(sheet.title)}</h2>{sheet_table(sheet, pictures or {})}{listed(sheet.notes)}"


def _bars(parts: Sequence[Part]) -> Mapping[int, Sequence[Beside]]:
    most = max((known_part(part.size) for part in parts), default=0)
    return {NUMBERS: [Beside(marks.part(known_part(part.size), most)) for part in parts]}
