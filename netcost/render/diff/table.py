"""Tables as text, for a terminal or a file."""

from __future__ import annotations

from collections.abc import Iterator

from netcost.render.diff import Diff
from netcost.render.diff.sheets import sheets
from netcost.render.table import draw


def render(diff: Diff) -> Iterator[str]:
    """Draw the totals and the layers."""
    for number, sheet in enumerate(sheets(diff)):
        if number:
            yield "\n"
        for line in draw(sheet, diff.view):
            yield f"{line}\n"
