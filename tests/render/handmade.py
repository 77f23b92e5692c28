"""Rows and reports made without a network: renderers know nothing else."""

from __future__ import annotations

from typing import Any

from netcost.dtypes import Precision
from netcost.render import Screen, render
from netcost.render.reports import Reports
from netcost.render.reports.view import View
from netcost.report import METRICS, Report, Row
from netcost.shapes import Image


def row(name: str = "conv1", **facts: Any) -> Row:
    """Make a row; whatever is not given is small and plain. Metrics are given by name, as other facts are."""
    plain: dict[str, Any] = {
        "type": "conv",
        "title": "Conv",
        "label": "Conv",
        "inputs": (Image((1, 3, 4, 4)),),
        "output": Image((1, 2, 4, 4)),
        "settings": {},
        "precision": Precision(),
        "weights": {},
    }
    counts = {metric: facts.pop(metric, 0) for metric in METRICS}
    return Row(name=name, **{**plain, "counts": counts, **facts})


def report(*rows: Row, name: str = "net", source: str = "") -> Report:
    """Make a report of some rows."""
    shape = Image((1, 3, 4, 4))
    return Report(name, source, Precision(), {"input": shape}, {"output": shape}, rows)


def printed(form: str, *reports: Report, **options: Any) -> str:
    """Reports in a format as one text; options are those of the view and of the screen."""
    view = {name: options.pop(name) for name in View._fields if name in options}
    return "".join(render(Reports(reports, View(**view)), form, Screen(**options)))
