"""The lecture's LeNet table: every layer with its hyperparameters, its output and its weight."""

from __future__ import annotations

from collections.abc import Sequence

from netcost.render.reports.remarks import activity, assumed, marked, marks
from netcost.render.reports.shown_rows import left_out, selected
from netcost.render.reports.view import View
from netcost.render.sheet import Column, Sheet, headline
from netcost.report import Report, Row, Totals
from netcost.units import number_text
from netcost.wording import times

COLUMNS = (
    Column("Layer", left=True),
    Column("Output Size", left=True, weight=2),
    Column("Weight Size", left=True, weight=1),
)


def rows_of(report: Report) -> Sequence[Row]:
    """The layers that have a row: all of them."""
    return report.rows


def sheet(report: Report, view: View) -> Sheet:
    """Lay a report out in the LeNet style: the inputs, then every layer."""
    several = len(report.inputs) > 1
    inputs = [
        (f"Input {name}" if several else "Input", str(shape), "") for name, shape in report.inputs.items()
    ]
    shown = selected(report.rows, view)
    return Sheet(
        title=headline(report),
        columns=COLUMNS,
        rows=[
            *inputs,
            *((marked(row.label, row), str(row.output), weight_sizes(row)) for row in shown),
        ],
        notes=(
            *left_out(shown, report.rows),
            *assumed(report),
            *marks(shown),
            in_all(report.totals),
            *activity(report),
        ),
    )


def in_all(totals: Totals) -> str:
    """Say what the table has no column for."""
    return (
        f"In all {number_text(totals.params)} parameters, biases included though not shown; {number_text(totals.macs)} "
        f"multiply-accumulates; memory {number_text(totals.activation_bytes, 'bytes')}."
    )


def weight_sizes(row: Row) -> str:
    """Write the shapes of a layer's weights, `20 x 1 x 5 x 5`; biases are left out, as in the lecture."""
    return ", ".join(times(shape, " x ") for name, shape in row.weights.items() if "bias" not in name)
