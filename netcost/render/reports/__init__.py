"""What `netcost analyze` tells: reports, layer by layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from netcost.record import Record, replace
from netcost.render.content import Cell
from netcost.render.reports.view import View, charted
from netcost.report import Report

if TYPE_CHECKING:
    from netcost.render.sheet import Sheet  # formats for programs do without

STYLES: Mapping[str, str] = {
    "alexnet": "netcost.render.reports.alexnet",
    "lenet": "netcost.render.reports.lenet",
}


class Reports(Record):
    """Reports, and what tables are to show of them."""

    command: ClassVar[str] = "analyze"

    reports: Sequence[Report]
    view: View = View()

    def sheets(self) -> Iterator[Sheet]:
        """A table for each report in the style asked for, then a summary of several."""
        if not self.view.summary:
            yield from self._tables()
        if len(self.reports) > 1 or self.view.summary:
            from netcost.render.reports import summary

            yield summary.sheet(self.reports)
        if self.view.figures:
            from netcost.render.reports import figures

            yield figures.sheet(self.reports)

    def _tables(self) -> Iterator[Sheet]:
        """A table for each report; what several tables would say alike of how they count, the first says."""
        style = import_module(STYLES[self.view.style])
        told: set[str] = set()
        for report in self.told_apart():
            sheet = style.sheet(report, self.view)
            if self.view.shown:
                from netcost.render.reports.shown import beside

                sheet = beside(sheet, report, style.rows_of(report, self.view), self.view)
            if self.view.bars:
                from netcost.render.barred import with_bars

                head, amounts = charted(style.rows_of(report, self.view), self.view)
                sheet = with_bars(sheet, amounts, head, len(sheet.rows) - len(amounts))
            counting = style.counting(report, self.view)
            notes = [note for note in sheet.notes if note not in counting or note not in told]
            told.update(counting)
            yield replace(sheet, notes=notes)

    def told_apart(self) -> Iterator[Report]:
        """The reports; one that shares its name with that of another source is named with its own."""
        if len(self.reports) == 1:
            yield from self.reports
            return
        from netcost.report.assumptions import told_apart

        names = told_apart([(report.name, report.source) for report in self.reports])
        for name, report in zip(names, self.reports, strict=True):
            yield report if name == report.name else replace(report, name=name)

    def columns(self) -> Sequence[str]:
        """The heads of the records."""
        from netcost.render.reports import records

        return records.columns(self.view.shown)

    def records(self) -> Iterator[Sequence[Cell]]:
        """A record for each layer."""
        from netcost.render.reports import records

        return records.records([*self.told_apart()], self.view.shown)

    def document(self) -> Mapping[str, Any]:
        """All networks, with what the metrics mean."""
        from netcost.render.reports.document import document

        return document(self.reports, self.view.asked)
