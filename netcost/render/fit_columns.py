"""How a sheet's columns are fitted into the width that there is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from netcost.record import Record, replace
from netcost.render.sheet import Column, Sheet
from netcost.wording import listed


class Spacing(Record):
    """How close together columns stand.

    Args:
        gap: between neighbours.
        margin: on both sides of a line between groups.
        stacked: whether the unit of a head goes to the line below it.
    """

    gap: str
    margin: str
    stacked: bool


SPACINGS = (
    Spacing("  ", " ", stacked=False),
    Spacing(" ", " ", stacked=True),
    Spacing(" ", "", stacked=True),
)
"""From roomy to tight; the first that fits is taken before any column is dropped."""


class Field(Record):
    """A column as it is drawn: its place in a sheet's rows, its head in one or two lines, its width."""

    index: int
    left: bool
    upper: str
    lower: str
    width: int

    def aligned(self, text: str) -> str:
        """Fill a cell up to the column's width."""
        width = self.width if text.isascii() else self.width - text_width(text) + len(text)
        return text.ljust(width) if self.left else text.rjust(width)


class Segment(Record):
    """Columns between two lines, with the head over all of them and their width, gaps included."""

    head: str
    fields: tuple[Field, ...]
    width: int


class Layout(Record):
    """A sheet's columns as they are drawn, and the heads of those that are not."""

    spacing: Spacing
    segments: tuple[Segment, ...]
    dropped: tuple[str, ...]

    @property
    def width(self) -> int:
        """Width of a line."""
        bars = len(self.segments) - 1
        return sum(segment.width for segment in self.segments) + bars * (1 + 2 * len(self.spacing.margin))


def fitted(sheet: Sheet, width: int | None) -> Layout:
    """Lay a sheet out within a width; where no spacing fits, columns drop, least important first.

    Columns that never drop may still be wider: a number is not cut.
    """
    cells = [*sheet.rows, sheet.total or [""] * len(sheet.columns)]
    needed = [max(map(text_width, set(column))) for column in zip(*cells, strict=True)]
    kept = list(range(len(sheet.columns)))
    while True:
        for spacing in SPACINGS:
            layout = laid_out(sheet.columns, needed, kept, spacing)
            if width is None or layout.width <= width:
                return layout
        droppable = [index for index in kept if sheet.columns[index].weight]
        if not droppable:
            return layout
        kept.remove(min(droppable, key=lambda index: sheet.columns[index].weight))


def laid_out(
    columns: Sequence[Column], needed: Sequence[int], kept: Sequence[int], spacing: Spacing
) -> Layout:
    """Lay out the columns that are kept; a column of no group stands between lines of its own."""
    segments = []
    for group, members in groupby(kept, key=lambda index: columns[index].group or index):
        fields = [_field(index, columns[index], needed[index], spacing) for index in members]
        head = group if isinstance(group, str) else ""
        room = sum(field.width for field in fields) + len(spacing.gap) * (len(fields) - 1)
        wider = max(0, len(head) - room)
        first = replace(fields[0], width=fields[0].width + wider)
        segments.append(Segment(head, (first, *fields[1:]), room + wider))
    return Layout(spacing, tuple(segments), _dropped(columns, kept))


def _dropped(columns: Sequence[Column], kept: Sequence[int]) -> tuple[str, ...]:
    """What the columns are called that are not drawn: a whole group once, and the same column of several groups once."""
    missing = [column for index, column in enumerate(columns) if index not in kept]
    partial = {columns[index].group for index in kept} - {""}
    sides = [column for column in columns if column.group in partial and _is_side(column)]
    called = []
    for column in missing:
        if column.group in partial and _is_side(column):
            own = [each.group for each in missing if each in sides and each.head == column.head]
            every = len(own) == sum(each.head == column.head for each in sides)
            called.append(column.head if every else f"{column.head} of {listed(own)}")
        else:
            whole = column.group and column.group not in partial and column.alone
            called.append(column.group if whole else column.alone or column.head)
    return tuple(dict.fromkeys(called))


def _is_side(column: Column) -> bool:
    """Tell whether other groups have the same column."""
    return column.alone == f"{column.group}, {column.head}"


def _field(index: int, column: Column, needed: int, spacing: Spacing) -> Field:
    upper, opening, unit = column.head.rpartition(" (") if spacing.stacked else ("", "", column.head)
    lower = f"({unit}" if opening else unit
    return Field(index, column.left, upper, lower, max(needed, len(upper), len(lower)))


def text_width(text: str) -> int:
    """Count the places that a text takes on a terminal: two for a wide letter."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
