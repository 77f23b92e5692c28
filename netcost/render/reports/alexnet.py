"""The lecture's AlexNet table: a row for each layer that does more than map elements, and its cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from netcost.number import Value
from netcost.render.reports.columns import NAME, in_full, layer_cells, layer_columns, needed, times_of
from netcost.render.reports.remarks import (
    activity,
    assumed,
    convention,
    in_all,
    joined,
    long,
    marked,
    marks,
    repeats,
    rowless,
    where_most_is,
)
from netcost.render.reports.view import FLOP, FLOP_COLUMN, View, left_out, selected, told_rows
from netcost.render.sheet import Column, Sheet, headline
from netcost.report import METRICS, Report, Row, likeness
from netcost.units import Scale, Unit

KB = Unit(2**10, "KB")
MEMORY = Scale(KB, (Unit(1, "B"),), (Unit(2**20, "MiB"), Unit(2**30, "GiB"), Unit(2**40, "TiB")))
PARAMS = Scale(Unit(10**3, "k"), (Unit(1, ""),), (Unit(10**6, "M"), Unit(10**9, "G"), Unit(10**12, "T")))
FLOPS = Scale(Unit(10**6, "M"), (Unit(10**3, "k"), Unit(1, "")), (Unit(10**9, "G"), Unit(10**12, "T")))
"""Units of the lecture, those for networks that would be all zeros in them, and those for networks of today."""

SCALES = {"bytes": MEMORY, "count": FLOPS}
"""Units of a metric that has no column but where rows are ordered by it."""

WEIGHTS = (14, 15, 16, 17)
"""How long the columns of costs stay where room is short."""


def rows_of(report: Report, view: View) -> Sequence[Row]:
    """The layers that have a row: those that do more than map elements, or all where none does."""
    return _doing_more(told_rows(report, view))


def _doing_more(rows: Sequence[Row]) -> Sequence[Row]:
    return [row for row in rows if not row.elementwise] or rows


def _told(view: View) -> list[tuple[str, str, Scale]]:
    """The metrics that have a column, what stands over it and its units; that by which rows are ordered is one."""
    told = [
        ("activation_bytes", "memory", MEMORY),
        ("params", "params", PARAMS),
        (FLOP[view.count], FLOP_COLUMN, FLOPS),
    ]
    order = view.ordered_by
    if order and order not in [metric for metric, _, _ in told]:
        told.append((order, METRICS[order].title, SCALES[METRICS[order].unit]))
    return told


def counting(report: Report, view: View) -> Sequence[str]:
    """The notes on how things are counted."""
    memory = MEMORY.unit(report.totals.activation_bytes)
    return [convention(report, memory, view.count)]


def sheet(report: Report, view: View) -> Sheet:
    """Lay a report out in the AlexNet style; totals are those of the network, whatever rows are shown."""
    metrics, words, scales = zip(*_told(view), strict=True)
    totals = [report.totals[metric] for metric in metrics]
    units = [scale.unit(total) for scale, total in zip(scales, totals, strict=True)]
    writers = [scale.writer(total) for scale, total in zip(scales, totals, strict=True)]
    longest = view.ordered_by or FLOP[view.count]
    costs = [
        Column(unit.heading(word), weight=0 if metric == longest else weight)
        for unit, word, metric, weight in zip(units, words, metrics, WEIGHTS, strict=False)
    ]
    all_rows = told_rows(report, view)
    rows = _doing_more(all_rows)
    shown = selected(rows, view)
    full = in_full(shown)
    known: dict[tuple[int, ...], tuple[tuple[str, ...], list[str]]] = {}

    def cells(row: Row) -> tuple[tuple[str, ...], list[str]]:
        key = likeness(row)
        found = known.get(key)
        if found is None:
            found = known[key] = layer_cells(row, full=full), _costs([row[each] for each in metrics], writers)
        return found

    parts = [cells(row) for row in shown]
    kept = needed(shown, [facts for facts, _ in parts])
    columns = layer_columns(shown, full=full)
    table = Sheet(
        title=headline(report),
        columns=(NAME, *(columns[index] for index in kept), *costs),
        rows=[
            (marked(row.name, row), *(facts[index] for index in kept), *numbers)
            for row, (facts, numbers) in zip(shown, parts, strict=True)
        ],
        total=("total", *[""] * len(kept), *_costs(totals, writers)),
        notes=(
            in_all(report.totals),
            *activity(report),
            *left_out(shown, rows, view),
            *long(report, shown),
            *repeats(shown),
            *joined(shown),
            *assumed(report),
            *marks(shown),
            *rowless(report, writers[0], units[0].symbol, FLOP[view.count]),
            *counting(report, view),
            *where_most_is(all_rows, FLOP[view.count]),
        ),
    )
    if any(times_of(row) > 1 for row in shown):
        from netcost.render.reports.shares import beside

        return beside(table, shown, metrics, report.totals)
    return table


def _costs(numbers: list[Value], writers: list[Callable[[Value], str]]) -> list[str]:
    return [write(number) for write, number in zip(writers, numbers, strict=True)]
