"""CSV after RFC 4180: one header, one row for each record, raw integers.

An empty cell: not applicable, or a number that is not known in full. Columns are only ever appended, so a program
may rely on their order.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from netcost import escape
from netcost.render.content import Content
from netcost.render.screen import Screen

CHUNK = 1000
"""Rows that are written at once."""

REMEMBERED = 1024
"""Texts of which most rows repeat one."""


def render(content: Content, screen: Screen) -> Iterator[str]:
    """Write all records."""
    del screen
    import csv
    from io import StringIO

    escaped = lru_cache(REMEMBERED)(escape.csv)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(content.columns())
    for number, record in enumerate(content.records(), 1):
        writer.writerow([escaped(cell) if isinstance(cell, str) else cell for cell in record])
        if number % CHUNK == 0:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()
