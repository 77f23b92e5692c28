"""Reports: what an analysis finds, the metrics and figures that it tells, and the JSON that keeps it."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from typing import Any

from netcost.report.figures import FIGURES, Figure
from netcost.report.layer_figures import LAYER_FIGURES, LIMITABLE, LayerFigure
from netcost.report.metrics import MAIN_METRICS, METRICS, SHORT_WORDS, Metric
from netcost.report.row import SETTINGS, Report, Row, Totals, likeness

__all__ = [
    "FIGURES",
    "LAYER_FIGURES",
    "LAYER_NUMBERS",
    "MAIN_METRICS",
    "METRICS",
    "NUMBERS",
    "SETTINGS",
    "SHORT_WORDS",
    "Figure",
    "LayerFigure",
    "Metric",
    "Report",
    "Row",
    "Totals",
    "likeness",
]

LAYER_NUMBERS: Mapping[str, Metric | LayerFigure] = ChainMap[str, Any](LIMITABLE, METRICS)
"""Whatever a budget may limit of a layer: metrics, and numbers of layers in their network."""

NUMBERS: Mapping[str, Metric | Figure | LayerFigure] = ChainMap[str, Any](
    {name: figure for name, figure in LIMITABLE.items() if name not in FIGURES}, FIGURES, METRICS
)
"""The same with the figures of a network as a whole; some of them have no total."""
