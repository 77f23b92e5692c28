"""Reports: what an analysis finds, the metrics and figures that it tells, and the JSON that keeps it."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from typing import Any

from netcost.report.figures import FIGURES, Figure
from netcost.report.metrics import MAIN_METRICS, METRICS, Metric
from netcost.report.row import SETTINGS, Report, Row, Totals, likeness

__all__ = [
    "FIGURES",
    "MAIN_METRICS",
    "METRICS",
    "NUMBERS",
    "SETTINGS",
    "Figure",
    "Metric",
    "Report",
    "Row",
    "Totals",
    "likeness",
]

NUMBERS: Mapping[str, Metric | Figure] = ChainMap[str, Any](FIGURES, METRICS)
"""Whatever a network as a whole may have: totals of metrics, and figures."""
