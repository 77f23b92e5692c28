"""What is tabulated of reports: a sheet each in the style asked for, then a summary of several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module

from netcost.render.sheet import Sheet
from netcost.render.view import View
from netcost.report import Report

STYLES: Mapping[str, str] = {"alexnet": "netcost.render.alexnet", "lenet": "netcost.render.lenet"}


def sheets(reports: Sequence[Report], view: View) -> Iterator[Sheet]:
    """Lay reports out, one by one."""
    style = import_module(STYLES[view.style])
    for report in reports:
        yield style.sheet(report, view)
    if len(reports) > 1:
        from netcost.render import summary

        yield summary.sheet(reports)
