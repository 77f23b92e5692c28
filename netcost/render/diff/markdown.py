"""GitHub Markdown: the tables that a terminal shows."""

from __future__ import annotations

from collections.abc import Iterator

from netcost.render.diff import Diff
from netcost.render.diff.sheets import sheets
from netcost.render.markdown import lines


def render(diff: Diff) -> Iterator[str]:
    """Write the totals and the layers."""
    for number, sheet in enumerate(sheets(diff)):
        if number:
            yield "\n"
        for line in lines(sheet):
            yield f"{line}\n"
