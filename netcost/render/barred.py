"""Bars in tables of a terminal, in eighths of a character."""

from __future__ import annotations

from collections.abc import Sequence

from netcost.number import Exact
from netcost.record import replace
from netcost.render.sheet import BAR, Column, Sheet
from netcost.wording import rounded

EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
"""What is left of a bar after its whole characters."""

IN_ASCII = str.maketrans({BAR: "#"} | dict.fromkeys(EIGHTHS[1:4], ":") | dict.fromkeys(EIGHTHS[4:], "#"))
"""How bars are drawn where there is nothing but ASCII."""

WIDTH = 16
"""Characters of the longest bar beside other columns."""


def bar(amount: Exact, most: Exact, width: int = WIDTH) -> str:
    """Draw a number as a bar; what is not nothing has an eighth of a character at least."""
    if not amount or not most:
        return ""
    full, rest = divmod(max(rounded(8 * width * amount, most), 1), 8)
    return BAR * full + EIGHTHS[rest]


def with_bars(sheet: Sheet, amounts: Sequence[Exact], head: str = "", above: int = 0) -> Sheet:
    """Give a table a column of bars; where room is short it stays longer than what was not asked for.

    Args:
        sheet: the table.
        amounts: a number for each row.
        head: what stands over the bars.
        above: rows before those, which have no bar.
    """
    most = max(amounts, default=0)
    bars = [*[""] * above, *(bar(amount, most) for amount in amounts)]
    return replace(
        sheet,
        columns=(*sheet.columns, Column(head, alone=head or "bars", left=True, weight=20)),
        rows=[(*row, own) for row, own in zip(sheet.rows, bars, strict=True)],
        total=(*sheet.total, "") if sheet.total else (),
    )
