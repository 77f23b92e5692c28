"""GitHub Markdown: the tables that a terminal shows, and the same remarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from netcost import escape
from netcost.record import replace
from netcost.render.content import Content, Screen
from netcost.render.sheet import Sheet

REMEMBERED = 1_000
"""Cells of which the written form is kept: most of them stand in many rows."""


def render(content: Content, screen: Screen) -> Iterator[str]:
    """Write each table."""
    for number, sheet in enumerate(content.sheets()):
        if number:
            yield "\n"
        for line in lines(replace(sheet, notes=()) if screen.quiet and sheet.columns else sheet):
            yield f"{line}\n"


def lines(sheet: Sheet) -> Iterator[str]:
    """Write one sheet, line by line."""
    yield f"### {escape.markdown(sheet.title)}"
    yield ""
    if sheet.columns:
        yield _row([escape.markdown(column.alone or column.head) for column in sheet.columns])
        yield _row([":---" if column.left else "---:" for column in sheet.columns])
    written = lru_cache(REMEMBERED)(escape.markdown)
    for row in sheet.rows:
        yield _row([written(cell) for cell in row])
    if sheet.total:
        yield _row([f"**{escape.markdown(cell)}**" if cell else "" for cell in sheet.total])
    if sheet.notes and sheet.columns:
        yield ""
    for note in sheet.notes:
        yield f"- {escape.markdown(note)}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
