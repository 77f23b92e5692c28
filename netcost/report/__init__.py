"""Reports: what an analysis finds, the metrics that it tells, and the JSON that keeps it."""

from __future__ import annotations

from netcost.report.metrics import MAIN_METRICS, METRICS, SHORT_WORDS, Metric
from netcost.report.row import SETTINGS, Report, Row, Totals, likeness

__all__ = [
    "MAIN_METRICS",
    "METRICS",
    "SETTINGS",
    "SHORT_WORDS",
    "Metric",
    "Report",
    "Row",
    "Totals",
    "likeness",
]
