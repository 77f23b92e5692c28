"""The lecture's LeNet table: every layer with its hyperparameters, its output and its weight."""

from __future__ import annotations

from collections.abc import Sequence

from netcost.render.reports.remarks import activity, assumed, in_all, long, marked, marks, repeats
from netcost.render.reports.view import View, left_out, selected, told_rows
from netcost.render.sheet import Column, Sheet, headline
from netcost.report import Report, Row
from netcost.wording import times

COLUMNS = (
    Column("Layer", left=True),
    Column("Output Size", left=True, weight=2),
    Column("Weight Size", left=True, weight=1),
)
BIASES = "Biases are counted, though not shown."


def rows_of(report: Report, view: View) -> Sequence[Row]:
    """The layers that have a row: all of them."""
    return told_rows(report, view)


def counting(report: Report, view: View) -> Sequence[str]:
    """The notes on how things are counted."""
    del report, view
    return [BIASES]


def sheet(report: Report, view: View) -> Sheet:
    """Lay a report out in the LeNet style: the inputs, then every layer."""
    several = len(report.inputs) > 1
    inputs = [
        (f"Input {name}" if several else "Input", str(shape), "") for name, shape in report.inputs.items()
    ]
    rows = rows_of(report, view)
    shown = selected(rows, view)
    return Sheet(
        title=headline(report),
        columns=COLUMNS,
        rows=[
            *inputs,
            *((marked(row.label, row), str(row.output), weight_sizes(row)) for row in shown),
        ],
        notes=(
            in_all(report.totals),
            *activity(report),
            *left_out(shown, rows, view),
            *long(report, shown),
            *repeats(shown),
            *assumed(report),
            *marks(shown),
            *counting(report, view),
        ),
    )


def weight_sizes(row: Row) -> str:
    """Write the shapes of a layer's weights, `20 x 1 x 5 x 5`; biases are left out, as in the lecture."""
    return ", ".join(times(shape, " x ") for name, shape in row.weights.items() if "bias" not in name)
