"""The page of `netcost solve`: the largest value, what it costs, and how much of each limit that uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from netcost.escape import markup
from netcost.render.content import Screen
from netcost.render.html import marks
from netcost.render.html.page import document, listed
from netcost.render.html.table import Beside, sheet_table
from netcost.render.solution import Solved

AMOUNT = 1
"""The column that bars stand beside."""


def render(content: Solved, screen: Screen) -> Iterator[str]:
    """Write the page."""
    del screen
    (sheet,) = content.sheets()
    body = f"<h1>{markup(sheet.title)}</h1>{sheet_table(sheet, _bars(content))}{listed(sheet.notes)}"
    return document(sheet.title, [body])


def _bars(content: Solved) -> Mapping[int, Sequence[Beside]]:
    """A bar beside each number, with a line across where its limit is."""
    solution = content.solution
    limits = {limit.name: limit.most for limit in solution.plan.held}
    numbers = solution.best.numbers if solution.best else {}
    pictures = [
        marks.limit(number, most, broken=False) if number is not None and (most := limits.get(metric)) else ""
        for metric, number in numbers.items()
    ]
    return {AMOUNT: [Beside(each) for each in pictures]}
