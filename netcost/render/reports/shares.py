"""What part of each total a row holds, where rows stand for several layers each."""

from __future__ import annotations

from collections.abc import Sequence

from netcost.record import replace
from netcost.render.sheet import Column, Sheet
from netcost.report import Row
from netcost.report.row import Totals
from netcost.wording import short_share

COLUMNS = tuple(Column(word, "Share", f"Share of {word}", weight=1) for word in ("memory", "params", "flop"))


def beside(sheet: Sheet, rows: Sequence[Row], metrics: Sequence[str], totals: Totals) -> Sheet:
    """The table with the share of each row in each total; the rows are those of the table."""
    whole = [totals[metric] for metric in metrics]
    return replace(
        sheet,
        columns=(*sheet.columns, *COLUMNS),
        rows=[
            (*cells, *(short_share(row[metric], total) for metric, total in zip(metrics, whole, strict=True)))
            for row, cells in zip(rows, sheet.rows, strict=True)
        ],
        total=(*sheet.total, *[""] * len(COLUMNS)),
    )
