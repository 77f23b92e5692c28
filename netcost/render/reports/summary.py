"""Several networks side by side: a row for each, a column for each metric."""

from __future__ import annotations

from collections.abc import Sequence

from netcost.render.sheet import Column, Sheet
from netcost.report import METRICS, Report
from netcost.report.assumptions import labels
from netcost.units import number_text

FIRST = ("params", "macs", "flops", "activation_bytes")
"""The metrics that stand first and go last where room is short."""


def sheet(reports: Sequence[Report]) -> Sheet:
    """Compare networks; a metric that is zero everywhere, or equal to one before it, has no column."""
    names = [*FIRST, *(name for name in METRICS if name not in FIRST)]
    values = {name: tuple(report.totals[name] for report in reports) for name in names}
    shown: list[str] = []
    for name in names:
        if any(values[name]) and values[name] not in (values[each] for each in shown):
            shown.append(name)
    metrics = [METRICS[name] for name in shown]
    return Sheet(
        title="Summary",
        columns=(
            Column("Network", left=True),
            Column("Input", left=True, weight=len(names) - 1),
            *(Column(metric.title, weight=len(names) - names.index(metric.name)) for metric in metrics),
        ),
        rows=[
            (
                label,
                ", ".join(map(str, report.inputs.values())),
                *(number_text(report.totals[metric.name], metric.unit) for metric in metrics),
            )
            for label, report in zip(labels(reports), reports, strict=True)
        ],
    )
