"""Reports: what an analysis finds, the metrics that it counts, and the JSON that keeps it."""

from __future__ import annotations

from netcost.report.metrics import MAIN_METRICS, METRICS, Metric
from netcost.report.row import SETTINGS, Report, Row, Totals, likeness

__all__ = ["MAIN_METRICS", "METRICS", "SETTINGS", "Metric", "Report", "Row", "Totals", "likeness"]
