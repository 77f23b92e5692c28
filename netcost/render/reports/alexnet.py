"""The lecture's AlexNet table: a row for each layer that does more than map elements, and its cost."""

from __future__ import annotations

from collections.abc import Sequence

from netcost.number import Value
from netcost.render.reports.remarks import (
    activity,
    assumed,
    convention,
    marked,
    marks,
    rowless,
    where_most_is,
)
from netcost.render.reports.shown_rows import FLOP, left_out, selected
from netcost.render.reports.view import View
from netcost.render.sheet import Column, Sheet, headline
from netcost.report import Report, Row, likeness
from netcost.report.row import end
from netcost.units import Unit, fitting
from netcost.wording import summed, times, written

MEMORY = (Unit(1024, "KB"), Unit(1, "B"))
PARAMS = (Unit(1000, "k"), Unit(1, ""))
FLOPS = (Unit(10**6, "M"), Unit(1000, "k"), Unit(1, ""))
"""Units of the lecture, and those for networks that would be all zeros in them."""

WINDOW = ("filters", "kernel", "stride", "pad")
LAYER_COLUMNS = (
    Column("Layer", left=True),
    Column("C", "Input size", "Input C", weight=4),
    Column("H / W", "Input size", "Input H / W", weight=3),
    Column("filters", "Layer", weight=6),
    Column("kernel", "Layer", weight=5),
    Column("stride", "Layer", weight=2),
    Column("pad", "Layer", weight=1),
    Column("C", "Output size", "Output C", weight=8),
    Column("H / W", "Output size", "Output H / W", weight=7),
)
PLANE = 2


def rows_of(report: Report) -> Sequence[Row]:
    """The layers that have a row."""
    return [row for row in report.rows if not row.elementwise]


def sheet(report: Report, view: View) -> Sheet:
    """Lay a report out in the AlexNet style; totals are those of the network, whatever rows are shown."""
    metrics = ("activation_bytes", "params", FLOP[view.count])
    totals = [report.totals[metric] for metric in metrics]
    units = [fitting(total, scale) for total, scale in zip(totals, (MEMORY, PARAMS, FLOPS), strict=True)]
    costs = [
        Column(unit.heading(word), weight=0 if word == (view.sort or "flop") else weight)
        for unit, word, weight in zip(units, ("memory", "params", "flop"), (9, 10, 11), strict=True)
    ]
    rows = rows_of(report)
    shown = selected(rows, view)
    known: dict[tuple[int, ...], tuple[str, ...]] = {}

    def cells(row: Row) -> tuple[str, ...]:
        key = likeness(row)
        found = known.get(key)
        if found is None:
            costs = _costs([row[each] for each in metrics], units)
            found = known[key] = (*layer_cells(row), *costs)
        return (marked(row.name, row), *found)

    return Sheet(
        title=headline(report),
        columns=(*LAYER_COLUMNS, *costs),
        rows=[cells(row) for row in shown],
        total=("total", *[""] * (len(LAYER_COLUMNS) - 1), *_costs(totals, units)),
        notes=(
            *left_out(shown, rows),
            *assumed(report),
            *marks(shown),
            *rowless(report, units[0], FLOP[view.count]),
            *activity(report),
            convention(report, units[0], view.count),
            *where_most_is(report, units[0], FLOP[view.count]),
        ),
    )


def _costs(numbers: list[Value], units: list[Unit]) -> list[str]:
    return [unit.of(number) for unit, number in zip(units, numbers, strict=True)]


def layer_cells(row: Row) -> tuple[str, ...]:
    """The cells between the name and the costs: input size, window, output size."""
    *sources, out = map(end, (*row.inputs, row.output))
    return (
        summed([str(each.channels) for each in sources if each.channels is not None]),
        summed(list(dict.fromkeys(size_text(each.size) for each in sources if each.size))),
        *(written(row.settings.get(name)) for name in WINDOW),
        "" if out.channels is None else str(out.channels),
        size_text(out.size),
    )


def size_text(size: tuple[int, ...]) -> str:
    """Write height and width, once for a square as the lecture does: `56`, `224x192`, `16x112x112`."""
    return written(size) if len(size) == PLANE else times(size)
