"""Which rows a table shows, in which order."""

from __future__ import annotations

from collections.abc import Sequence

from netcost.number import Exact, known_part, rank
from netcost.render.reports.repeats import folded
from netcost.render.reports.view import FLOP, FLOP_COLUMN, View
from netcost.report import METRICS, Report, Row


def told_rows(report: Report, view: View) -> Sequence[Row]:
    """The rows of a table before any is left out; repeats are one, unless each of them has numbers of its own to show."""
    return report.rows if view.unfold or view.shown else folded(report.rows)


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
