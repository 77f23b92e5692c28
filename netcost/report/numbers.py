"""Every number that a budget may limit: metrics, figures of a network as a whole, and numbers of one layer in it."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from typing import Any

from netcost.report.figures import FIGURES, Figure
from netcost.report.layer_figures import LIMITABLE, LayerFigure
from netcost.report.metrics import METRICS, Metric

LAYER_NUMBERS: Mapping[str, Metric | LayerFigure] = ChainMap[str, Any](LIMITABLE, METRICS)
"""Whatever a budget may limit of a layer: metrics, and numbers of layers in their network."""

NUMBERS: Mapping[str, Metric | Figure | LayerFigure] = ChainMap[str, Any](
    {name: figure for name, figure in LIMITABLE.items() if name not in FIGURES}, FIGURES, METRICS
)
"""The same with the figures of a network as a whole; some of them have no total."""
