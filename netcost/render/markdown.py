"""GitHub Markdown: the columns of the style shown, and the same remarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netcost import escape
from netcost.render.sheet import Sheet
from netcost.render.sheets import sheets
from netcost.render.view import View
from netcost.report import Report


def render(reports: Sequence[Report], view: View) -> Iterator[str]:
    """Write each report, and a summary of several."""
    for number, sheet in enumerate(sheets(reports, view)):
        if number:
            yield "\n"
        for line in lines(sheet):
            yield f"{line}\n"


def lines(sheet: Sheet) -> Iterator[str]:
    """Write one sheet, line by line."""
    yield f"### {escape.markdown(sheet.title)}"
    yield ""
    yield _row([escape.markdown(column.alone or column.head) for column in sheet.columns])
    yield _row([":---" if column.left else "---:" for column in sheet.columns])
    for row in sheet.rows:
        yield _row([escape.markdown(cell) for cell in row])
    if sheet.total:
        yield _row([f"**{escape.markdown(cell)}**" if cell else "" for cell in sheet.total])
    if sheet.notes:
        yield ""
    for note in sheet.notes:
        yield f"- {escape.markdown(note)}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
