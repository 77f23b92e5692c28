"""What `netcost diff` tells: two networks side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from netcost.budget.compare import Comparison
from netcost.record import Record
from netcost.render.content import Cell
from netcost.report import MAIN_METRICS

if TYPE_CHECKING:
    from netcost.render.sheet import Sheet  # formats for programs do without


class Diff(Record, kw_only=True):
    """A comparison, and what tables are to show of it.

    Args:
        comparison: the two reports.
        names: what the reader knows them by, the earlier first.
        metrics: what a table shows of each layer; records and documents always hold everything.
        everything: whether a table shows layers that are the same, too.
        figures: whether the figures of the networks as a whole are compared, too.
    """

    command: ClassVar[str] = "diff"

    comparison: Comparison
    names: tuple[str, str]
    metrics: Sequence[str] = MAIN_METRICS
    everything: bool = False
    figures: bool = False

    def sheets(self) -> Iterator[Sheet]:
        """The totals, and then the layers."""
        from netcost.render.diff import sheets

        yield sheets.totals(self.comparison, self.names, figures=self.figures)
        if self.everything or self.comparison.changed:
            yield sheets.layers(self.comparison, self.metrics, everything=self.everything)

    def columns(self) -> Sequence[str]:
        """The heads of the records."""
        from netcost.render.diff import records

        return records.columns(figures=self.figures)

    def records(self) -> Iterator[Sequence[Cell]]:
        """A record for each layer of either network; then one for each figure, where they are asked for."""
        from netcost.render.diff import records

        return records.records(self.comparison, figures=self.figures)

    def document(self) -> Mapping[str, Any]:
        """Both networks and every difference."""
        from netcost.render.diff.document import document

        return document(self.comparison, self.names, figures=self.figures)
