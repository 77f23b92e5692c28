"""Which rows a table shows, in which order."""

from __future__ import annotations

from collections.abc import Sequence

from netcost.number import rank
from netcost.render.reports.repeats import folded
from netcost.render.reports.view import View
from netcost.report import Report, Row

FLOP = {"lecture": "lecture_flops", "macs": "macs", "flops": "flops"}
"""The metric behind the flop column, by what it counts."""


def sort_metric(view: View) -> str:
    """The metric by which the view orders rows."""
    return {"memory": "activation_bytes", "params": "params", "flop": FLOP[view.count]}[view.sort]


def told_rows(report: Report, view: View) -> Sequence[Row]:
    """The rows of a table before any is left out; repeats are one, unless each of them has numbers of its own to show."""
    return report.rows if view.unfold or view.shown else folded(report.rows)


def selected(rows: Sequence[Row], view: View) -> Sequence[Row]:
    """Order rows as the view asks, equal ones as in the network, and keep the first of them."""
    if view.sort:
        metric = sort_metric(view)
        rows = sorted(rows, key=lambda row: rank(row[metric]), reverse=True)
    return rows[: view.top]


def left_out(shown: Sequence[Row], rows: Sequence[Row], view: View) -> list[str]:
    """Say how many rows are not shown, and how it would be those that cost the least."""
    missing = f"{len(rows) - len(shown):,} of {len(rows):,}"
    if len(shown) == len(rows):
        return []
    if view.sort:
        return [f"Rows left out: {missing}; the totals are of all."]
    return [
        f"Rows left out: the last {missing} (`--sort flop` leaves out the lightest); the totals are of all."
    ]
