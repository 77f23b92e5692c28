"""CSV after RFC 4180: one header, one row for each record, raw integers.

An empty cell: not applicable, or a number that is not known in full. Columns are only ever appended, so a program
may rely on their order.
"""

from __future__ import annotations

from collections.abc import Iterator

from netcost import escape
from netcost.render.content import Content
from netcost.render.screen import Screen

CHUNK = 1000
"""Rows that are written at once."""


def render(content: Content, screen: Screen) -> Iterator[str]:
    """Write all records."""
    del screen
    import csv
    from io import StringIO

    escaped = _Escaped()
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(content.columns())
    for number, record in enumerate(content.records(), 1):
        writer.writerow([escaped[cell] if type(cell) is str else cell for cell in record])
        if number % CHUNK == 0:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
            escaped.clear()
    yield text.getvalue()


class _Escaped(dict[str, str]):
    """Texts as they are written; most of them stand in many rows."""

    def __missing__(self, text: str) -> str:
        self[text] = written = escape.csv(text)
        return written
