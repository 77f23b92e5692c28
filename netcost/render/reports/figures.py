"""The figures of networks as a whole: a row for each, a column for each network."""

from __future__ import annotations

from collections.abc import Sequence

from netcost.render.sheet import Column, Sheet
from netcost.report import Report
from netcost.report.assumptions import labels
from netcost.report.figures import FIGURES
from netcost.units import number_text


def sheet(reports: Sequence[Report]) -> Sheet:
    """Tell every figure that one of the networks has."""
    rows = []
    for name, figure in FIGURES.items():
        values = [report.figures.get(name) for report in reports]
        if any(value is not None for value in values):
            rows.append((figure.title, *(number_text(value, figure.unit) for value in values), figure.help))
    return Sheet(
        title="Figures",
        columns=(
            Column("Figure", left=True),
            *(Column(label) for label in labels(reports)),
            Column("what it is", left=True, weight=1),
        ),
        rows=rows,
    )
