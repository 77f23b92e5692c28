"""The page of `netcost sweep`: how many variants cost how much, what became of them, and the best."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from netcost.escape import markup
from netcost.number import Exact
from netcost.record import replace
from netcost.render.content import Screen
from netcost.render.html import marks
from netcost.render.html.cards import Card
from netcost.render.html.cards import written as cards_written
from netcost.render.html.density import density
from netcost.render.html.page import Page, document, folded, listed
from netcost.render.html.table import Beside, sheet_table
from netcost.render.variants import Heading, Variants, percent
from netcost.sweeps.tally import Tally
from netcost.units import number_text
from netcost.wording import counted

FEW = 50
"""Rows that are seen at once; the rest is folded away."""


def render(content: Variants, screen: Screen) -> Iterator[str]:
    """Write the page."""
    del screen
    return document(content.title, _body(content))


def _body(content: Variants) -> Iterator[str]:
    yield f"<h1>{markup(content.title)}</h1>"
    if content.tally:
        yield cards_written(_cards(content, content.tally))
    if content.spread:
        yield Page().figure(density(content.spread))
    (sheet,) = content.sheets()
    bars = _bars(content)
    front = content.spread and content.spread.front
    yield f"<h2>{'The front' if front else 'The best'}</h2>"
    for start in range(0, max(len(sheet.rows), 1), FEW):
        rows = sheet.rows[start : start + FEW]
        beside = {column: cells[start : start + FEW] for column, cells in bars.items()}
        table = sheet_table(replace(sheet, rows=rows), beside)
        yield folded(f"{counted(len(rows), 'row')} more", table) if start else table
    yield listed(sheet.notes)


def _cards(content: Variants, tally: Tally) -> Iterator[Card]:
    """How many there are, what they are held to, and how near to each limit the best come."""
    yield Card("Variants", f"{tally.variants:,}", f"{tally.left_out:,} left out" if tally.left_out else "")
    held = tally.broken or tally.unknown
    part = percent(tally.fit, tally.variants) if tally.variants else ""
    yield Card("Within all limits" if held else "Sound", f"{tally.fit:,}", part)
    for place, heading in enumerate(content.headings):
        if heading.most:
            yield _limit(heading, heading.most, [row[place] for row in content.rows], tally)
    if tally.refused:
        yield Card("Refused", f"{tally.refused.total():,}", tally.refused.most_common(1)[0][0])


def _limit(heading: Heading, most: Exact, values: Sequence[Any], tally: Tally) -> Card:
    used = max((value for value in values if value is not None), default=None)
    near = "" if used is None else f"; the best use up to {percent(used, most)}"
    beyond = f"{tally.broken[f'over {heading.name}']:,} variants beyond{near}"
    return Card(f"{heading.name} at most", number_text(most, heading.quantity or "ratio"), beyond)


def _bars(content: Variants) -> Mapping[int, Sequence[Beside]]:
    """A bar beside each number that is held to a limit."""
    found, column = {}, 0
    for place, heading in enumerate(content.headings):
        if heading.most:
            found[column] = [_bar(row[place], heading.most) for row in content.rows]
        column += 2 if heading.most else 1
    return found


def _bar(value: Any, most: Exact) -> Beside:
    return Beside("" if value is None else marks.limit(value, most, broken=value > most))
