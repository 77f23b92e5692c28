"""What a table is drawn on."""

from __future__ import annotations

from netcost.record import Record


class Screen(Record):
    """What a terminal can show. Formats for programs look at none of it.

    Args:
        width: the widest line; no limit where None.
        color: whether the text carries terminal colours.
        ascii: whether lines are drawn with ASCII characters.
        quiet: whether only the matter itself is told, without the lines below a table.
    """

    width: int | None = None
    color: bool = False
    ascii: bool = False
    quiet: bool = False
