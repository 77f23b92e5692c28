"""What `netcost check` tells: rules kept and broken, and what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from netcost.budget.result import CheckResult
from netcost.record import Record
from netcost.render.content import Cell

if TYPE_CHECKING:
    from netcost.render.sheet import Sheet  # formats for programs do without


class Checked(Record):
    """The result of a check."""

    command: ClassVar[str] = "check"

    result: CheckResult

    def sheets(self) -> Iterator[Sheet]:
        """What is wrong, then the totals that changed, then the layers that did."""
        from netcost.render.check import sheets

        return sheets.sheets(self.result)

    def columns(self) -> Sequence[str]:
        """The heads of the records."""
        from netcost.render.check import records

        return records.COLUMNS

    def records(self) -> Iterator[Sequence[Cell]]:
        """A record for each rule, kept or broken, and for each model that could not be checked."""
        from netcost.render.check import records

        return records.records(self.result)

    def document(self) -> Mapping[str, Any]:
        """Every rule with its exact numbers, kept or broken."""
        from netcost.render.check.document import document

        return document(self.result)
