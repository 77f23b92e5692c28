"""Two networks side by side as text: one file for each format, imported when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module

from netcost.budget.compare import Comparison
from netcost.render import FORMATS as REPORT_FORMATS
from netcost.render import Format, View
from netcost.report import MAIN_METRICS

FORMATS: Mapping[str, Format] = {
    name: Format(f"netcost.render.diff.{name}", REPORT_FORMATS[name].suffixes)
    for name in ("table", "csv", "json", "markdown")
}
"""Every format by the name that a user gives; files have the suffixes of reports."""


@dataclass(frozen=True, kw_only=True)
class Diff:
    """A comparison and how it is to be shown.

    Args:
        comparison: the two reports.
        names: what the reader knows them by, the earlier first.
        metrics: what a table shows of each layer; CSV and JSON always hold everything.
        everything: whether a table shows layers that are the same, too.
        view: how tables are to look.
    """

    comparison: Comparison
    names: tuple[str, str]
    metrics: Sequence[str] = MAIN_METRICS
    everything: bool = False
    view: View = field(default_factory=View)


def render(diff: Diff, name: str) -> Iterator[str]:
    """Write a comparison in a format.

    Returns:
        The text in pieces; it ends with a line end.

    Raises:
        KeyError: there is no such format.
    """
    chunks: Iterator[str] = import_module(FORMATS[name].module).render(diff)
    return chunks
