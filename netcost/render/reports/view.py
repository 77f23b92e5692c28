"""What a reader wants to see of a report: which rows in which order, and what beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from netcost.number import Exact, known_part, rank
from netcost.record import Record
from netcost.report import MAIN_METRICS, METRICS, Report, Row
from netcost.report.in_network import FIGURES_KEY

Style = Literal["alexnet", "lenet"]
Count = Literal["lecture", "macs", "flops"]
FLOP = {"lecture": "lecture_flops", "macs": "macs", "flops": "flops"}
"""The metric behind the flop column, by what it counts."""

FLOP_COLUMN = "flop"
"""What it is called where rows are ordered by it, whatever it counts."""


class View(Record, kw_only=True):
    """What tables show. Records and documents always hold every row and metric, and further numbers where asked.

    Args:
        style: which of the lecture's tables.
        count: what the flop column counts.
        sort: the metric by which rows are ordered, largest first, or `flop` for the flop column; where empty the
            network's order, or that of what matters most where only some rows are shown.
        top: how many rows are shown; all where None.
        shown: further numbers of each layer, those of `LAYER_FIGURES`.
        figures: whether the figures of each network as a whole are told.
        unfold: whether rows that are alike in a row of repeats are written out.
        summary: whether a row for each network takes the place of its table.
        bars: whether a table has a column of bars beside its numbers.
        chart: the picture that is drawn, by its name in `netcost.render.CHARTS`; the usual one where empty.
    """

    style: Style = "alexnet"
    count: Count = "lecture"
    sort: str = ""
    top: int | None = None
    shown: Sequence[str] = ()
    figures: bool = False
    unfold: bool = False
    summary: bool = False
    bars: bool = False
    chart: str = ""

    @property
    def ordered_by(self) -> str:
        """The metric by which rows are ordered; empty for the network's order."""
        asked = self.sort or (MAIN_METRICS[0] if self.top else "")
        return FLOP[self.count] if asked == FLOP_COLUMN else asked

    @property
    def asked(self) -> Sequence[str]:
        """The keys of a document that are there where they are asked for."""
        return [*self.shown, *([FIGURES_KEY] if self.figures else [])]


def told_rows(report: Report, view: View) -> Sequence[Row]:
    """The rows of a table before any is left out; repeats are one, unless each of them has numbers of its own to show."""
    from netcost.render.reports.columns import may_repeat

    if view.unfold or view.shown or not may_repeat(report.rows):
        return report.rows
    from netcost.render.reports.repeats import folded

    return folded(report.rows)


def selected(rows: Sequence[Row], view: View) -> Sequence[Row]:
    """Order rows as the view asks, equal ones as in the network, and keep the first of them."""
    metric = view.ordered_by
    if metric:
        rows = sorted(rows, key=lambda row: rank(row[metric]), reverse=True)
    return rows[: view.top]


def left_out(shown: Sequence[Row], rows: Sequence[Row], view: View) -> list[str]:
    """Say how many rows are not shown, and by what the others are the largest."""
    missing = len(rows) - len(shown)
    if not missing:
        return []
    order = METRICS[view.ordered_by].title
    return [
        f"Rows left out: {missing:,} of {len(rows):,}, those with the least {order}; the totals are of all."
    ]


def charted(rows: Sequence[Row], view: View) -> tuple[str, list[Exact]]:
    """What bars beside a table stand for, the column by which it is ordered or else the last; and how much each row has."""
    metric = view.ordered_by or FLOP[view.count]
    return view.sort or view.ordered_by or FLOP_COLUMN, [
        known_part(row[metric]) for row in selected(rows, view)
    ]
