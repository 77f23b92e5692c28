"""Whatever a command tells as a page: its tables, one below the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netcost.escape import markup
from netcost.render.content import Content, Screen
from netcost.render.html.page import document, listed
from netcost.render.html.table import sheet_table
from netcost.render.sheet import Sheet


def render(content: Content, screen: Screen) -> Iterator[str]:
    """Write every table."""
    del screen
    sheets = [*content.sheets()]
    return document(sheets[0].title if sheets else "netcost", written(sheets))


def written(sheets: Iterable[Sheet]) -> Iterator[str]:
    """Write tables with their titles and what is said under them, the first title as that of the page."""
    for number, sheet in enumerate(sheets):
        tag = "h2" if number else "h1"
        yield f"<{tag}>{markup(sheet.title)}</{tag}>{sheet_table(sheet)}{listed(sheet.notes)}"
