"""CSV after RFC 4180: one header, one row for each record, raw integers.

An empty cell: not applicable, or a number that is not known in full. Columns are only ever appended, so a program
may rely on their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netcost import escape
from netcost.render.content import Cell, Content, Screen

CHUNK = 1000
"""Rows that are written at once."""

SPECIAL = frozenset(',"\r\n')
"""What makes quotes of a cell necessary."""


def render(content: Content, screen: Screen) -> Iterator[str]:
    """Write all records."""
    del screen
    rows = [_row(map(_quoted, content.columns()))]
    texts = _Texts()
    for number, record in enumerate(content.records(), 1):
        rows.append(_row([texts[cell] if type(cell) is str else _cell(cell) for cell in record]))
        if number % CHUNK == 0:
            yield "".join(rows)
            rows.clear()
            texts.clear()
    yield "".join(rows)


class _Texts(dict[str, str]):
    """Texts as they are written; most of them stand in many rows."""

    def __missing__(self, text: str) -> str:
        self[text] = written = _quoted(escape.csv(text))
        return written


def _cell(cell: Cell) -> str:
    """A number, or the name of a number format, which may hold commas."""
    if cell is None:
        return ""
    return _quoted(cell) if isinstance(cell, str) else str(cell)


def _quoted(text: str) -> str:
    if SPECIAL.isdisjoint(text):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _row(cells: Iterable[str]) -> str:
    """One line; quotes tell a single empty cell from no record."""
    return f"{','.join(cells) or QUOTES}\r\n"


QUOTES = '""'
