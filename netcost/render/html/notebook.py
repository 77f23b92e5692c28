"""A table as HTML, for notebooks: plain elements, without a style of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netcost import escape
from netcost.render.sheet import Column, Sheet


def table(sheet: Sheet) -> str:
    """Write one sheet: its title, the table, the notes below."""
    return "\n".join(_lines(sheet))


def _lines(sheet: Sheet) -> Iterator[str]:
    yield f"<p><b>{escape.html(sheet.title)}</b></p>"
    yield "<table>"
    yield f"<thead>{_row([column.alone or column.head for column in sheet.columns], sheet.columns, 'th')}</thead>"
    yield "<tbody>"
    yield from (_row(row, sheet.columns, "td") for row in sheet.rows)
    yield "</tbody>"
    if sheet.total:
        yield f"<tfoot>{_row(sheet.total, sheet.columns, 'th')}</tfoot>"
    yield "</table>"
    if sheet.notes:
        yield f"<p><small>{'<br>'.join(map(escape.html, sheet.notes))}</small></p>"


def _row(cells: Sequence[str], columns: Sequence[Column], tag: str) -> str:
    aligned = [
        f'<{tag} style="text-align: {"left" if column.left else "right"}">{escape.html(cell)}</{tag}>'
        for cell, column in zip(cells, columns, strict=True)
    ]
    return f"<tr>{''.join(aligned)}</tr>"
