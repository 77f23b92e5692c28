"""Reports as text: one file for each format, imported when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

from netcost.render.view import Count, Sort, Style, View
from netcost.report import Report

__all__ = ["FORMATS", "Count", "Format", "Sort", "Style", "View", "render"]


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write reports: the module whose `render` does it, and the files that are written so."""

    module: str
    suffixes: tuple[str, ...]


FORMATS: Mapping[str, Format] = {
    "table": Format("netcost.render.table", (".txt",)),
    "csv": Format("netcost.render.csv", (".csv",)),
    "json": Format("netcost.render.json", (".json",)),
    "markdown": Format("netcost.render.markdown", (".md", ".markdown")),
}
"""Every format by the name that a user gives."""


def render(reports: Sequence[Report], name: str = "table", view: View | None = None) -> Iterator[str]:
    """Write reports in a format.

    Returns:
        The text in pieces, so that a long report can be written while it is made; it ends with a line end.

    Raises:
        KeyError: there is no such format.
    """
    chunks: Iterator[str] = import_module(FORMATS[name].module).render(reports, view or View())
    return chunks
