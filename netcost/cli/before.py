"""What models were before: as of a commit, or in a report that was written then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from netcost.budget.entry import NO_RULES, Budget, Rules
from netcost.budget.quota import Quota
from netcost.budget.result import History, Note
from netcost.cli.entries import Model
from netcost.record import Record
from netcost.report import Report

if TYPE_CHECKING:
    from collections.abc import Iterable


class Earlier(Record):
    """One model as it was; without a report, the reason why there is none."""

    history: History
    report: Report | None = None
    source: str = ""
    reason: str = ""
    rules: Rules = NO_RULES
    """What its spec demanded itself."""


class Before(Protocol):
    """Where earlier numbers come from."""

    def of(self, model: Model, report: Report, quota: Quota) -> Earlier:
        """What a model was; to read it is counted.

        Raises:
            SpecError: it is too much work.
        """

    def changes(self, budget: Budget, quota: Quota) -> Iterable[Note]:
        """What happened to a budget since, where that is known; to find it out is counted.

        Raises:
            SpecError: it is too much work.
        """


class NoBefore:
    """Nothing to compare with."""

    def __str__(self) -> str:
        return ""

    def of(self, model: Model, report: Report, quota: Quota) -> Earlier:
        """Say how to compare."""
        del model, report, quota
        return Earlier("unknown", reason="not checked without --base or --baseline")

    def changes(self, budget: Budget, quota: Quota) -> Iterable[Note]:
        """Nothing is known of them."""
        del budget, quota
        return ()
