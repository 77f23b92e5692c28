"""What rules about output shapes share."""

from __future__ import annotations

from typing import Any, ClassVar

from netcost.budget.result import Check, Culprit
from netcost.budget.rule import Rule
from netcost.report import Row
from netcost.units import number_text
from netcost.wording import times

OUTPUT_SHAPE = "output_shape"


class Shaped(Rule):
    """A rule that an output shape keeps or breaks."""

    __slots__ = ()

    checks: ClassVar = ("shape",)

    def found(self, *, culprit: Row | None = None, **facts: Any) -> Check:
        """What came of it: that it is broken, unless the facts say otherwise."""
        culprits = (Culprit(culprit.name, 0, culprit.place),) if culprit else ()
        facts = {"status": "fail"} | facts
        return Check(kind=self.checks[0], subject=OUTPUT_SHAPE, place=self.place, culprits=culprits, **facts)

    @classmethod
    def demanded(cls, check: Check) -> str:
        """The shape."""
        limit = check.limit
        return times(limit, " x ") if isinstance(limit, tuple) else number_text(limit)

    @classmethod
    def title(cls, check: Check) -> str:
        """Nothing: there is one shape to expect."""
        del check
        return ""
