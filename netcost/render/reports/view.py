"""What a reader wants to see of a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from netcost.record import Record
from netcost.report.figures import FIGURES_KEY

Style = Literal["alexnet", "lenet"]
Count = Literal["lecture", "macs", "flops"]
Sort = Literal["", "memory", "params", "flop"]


class View(Record, kw_only=True):
    """What tables show. Records and documents always hold every row and metric, and further numbers where asked.

    Args:
        style: which of the lecture's tables.
        count: what the flop column counts.
        sort: the column by which rows are ordered, largest first; the network's order where empty.
        top: how many rows are shown; all where None.
        shown: further numbers of each layer, those of `LAYER_FIGURES`.
        figures: whether the figures of each network as a whole are told.
        unfold: whether rows that are alike in a row of repeats are written out.
        quiet: whether nothing is said under tables.
        summary: whether a row for each network takes the place of its table.
    """

    style: Style = "alexnet"
    count: Count = "lecture"
    sort: Sort = ""
    top: int | None = None
    shown: Sequence[str] = ()
    figures: bool = False
    unfold: bool = False
    quiet: bool = False
    summary: bool = False

    @property
    def asked(self) -> Sequence[str]:
        """The keys of a document that are there where they are asked for."""
        return [*self.shown, *([FIGURES_KEY] if self.figures else [])]
