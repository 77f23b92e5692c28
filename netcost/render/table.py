"""Tables as text, for a terminal or a file.

Lines are laid out here: rich's own table takes milliseconds for each row and knows no head over several
columns. The width of wide letters is rich's, which is imported where there are any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from netcost import escape
from netcost.record import replace
from netcost.render.content import Content, Screen
from netcost.render.fit_columns import Layout, fitted
from netcost.render.sheet import Sheet
from netcost.wording import wrapped

LEAST_TEXT_WIDTH = 80
"""Where there is no limit, remarks are broken at the table's width, or here if it is narrower."""


def render(content: Content, screen: Screen) -> Iterator[str]:
    """Draw each table."""
    for number, sheet in enumerate(content.sheets()):
        if number:
            yield "\n"
        for line in _lines(visible_sheet(sheet), screen):
            yield f"{escape.log(line)}\n"


def _lines(sheet: Sheet, screen: Screen) -> Iterator[str]:
    if not sheet.columns:
        yield from _plain_lines(sheet, screen)
        return
    layout = fitted(sheet, screen.width)
    text_width = max(layout.width, LEAST_TEXT_WIDTH) if screen.width is None else screen.width
    bold, dim = styles(color=screen.color)
    bar, rule = bar_and_rule(layout, ascii_only=screen.ascii)
    yield from map(bold, wrapped(sheet.title, text_width))
    yield ""
    yield from map(bold, head_lines(layout, bar))
    yield dim(rule)
    for row in sheet.rows:
        line = row_line(layout, row, bar)
        if screen.ascii:
            from netcost.render.barred import IN_ASCII

            line = line.translate(IN_ASCII)
        yield line
    if sheet.total:
        yield dim(rule)
        yield bold(row_line(layout, sheet.total, bar))
    notes = [] if screen.quiet else [*dropped_columns(layout), *sheet.notes]
    if notes:
        yield ""
    for note in notes:
        yield from wrapped(note, text_width)


def _plain_lines(sheet: Sheet, screen: Screen) -> Iterator[str]:
    """What a sheet without a table says."""
    bold, _ = styles(color=screen.color)
    width = screen.width or LEAST_TEXT_WIDTH
    yield from map(bold, wrapped(sheet.title, width))
    yield ""
    for note in sheet.notes:
        yield from wrapped(note, width)


def bar_and_rule(layout: Layout, *, ascii_only: bool) -> tuple[str, str]:
    """Return what stands between segments, and the line that divides head, rows and total."""
    line, cross, bar = "-+|" if ascii_only else "─┼│"
    margin = layout.spacing.margin
    across = line * len(margin)
    rule = f"{across}{cross}{across}".join(line * segment.width for segment in layout.segments)
    return f"{margin}{bar}{margin}", rule


def head_lines(layout: Layout, bar: str) -> list[str]:
    """Draw the heads: groups in the first of two lines; one line if nothing stands in the first."""
    gap = layout.spacing.gap
    upper, lower = [], []
    for segment in layout.segments:
        stacked = gap.join(field.aligned(field.upper) for field in segment.fields)
        upper.append(segment.head.center(segment.width) if segment.head else stacked)
        lower.append(gap.join(field.aligned(field.lower) for field in segment.fields))
    heads = [upper, lower] if any(map(str.strip, upper)) else [lower]
    return [bar.join(each).rstrip() for each in heads]


def row_line(layout: Layout, row: Sequence[str], bar: str) -> str:
    """Draw one row."""
    gap = layout.spacing.gap
    parts = [gap.join([field.aligned(row[field.index]) for field in each.fields]) for each in layout.segments]
    return bar.join(parts).rstrip()


def dropped_columns(layout: Layout) -> list[str]:
    """Say which columns there was no room for."""
    return [f"Columns left out for lack of room: {', '.join(layout.dropped)}."] if layout.dropped else []


def visible_sheet(sheet: Sheet) -> Sheet:
    """Replace what a terminal would obey or not show."""
    rows = [[escape.terminal(cell) for cell in row] for row in sheet.rows]
    notes = [escape.terminal(note) for note in sheet.notes]
    return replace(sheet, title=escape.terminal(sheet.title), rows=rows, notes=notes)


def styles(*, color: bool) -> tuple[Callable[[str], str], Callable[[str], str]]:
    """Return what makes a line bold and what makes it dim; neither does anything without colour."""
    if not color:
        return str, str
    from netcost.render.paint import painted

    return partial(painted, "bold"), partial(painted, "dim")
