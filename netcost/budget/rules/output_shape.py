"""The output shape that one sample must give."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from netcost.budget.evidence import Evidence
from netcost.budget.reader import Reader
from netcost.budget.result import Check
from netcost.budget.rule import Demand
from netcost.budget.shaped import OUTPUT_SHAPE, Shaped
from netcost.budget.values import shape_of
from netcost.place import Place
from netcost.source.document import KeyValue
from netcost.source.fault import choices
from netcost.wording import times

if TYPE_CHECKING:
    from netcost.budget.fragments import Json


class OutputShape(NamedTuple("OutputShape", [("shape", tuple[int, ...]), ("place", Place)]), Shaped):
    """The output shape that one sample must give."""

    __slots__ = ()

    section: ClassVar = "expect"
    keys: ClassVar = (OUTPUT_SHAPE,)

    @classmethod
    def read(cls, reader: Reader, pair: KeyValue) -> list[OutputShape]:
        """A list of lengths, without the batch."""
        return reader.each_rule(lambda pair: cls(shape_of(pair), pair[1].place), [pair])

    @classmethod
    def schema(cls) -> dict[str, Json]:
        """A list of lengths."""
        from netcost.budget.fragments import SHAPE

        return {OUTPUT_SHAPE: SHAPE}

    def check(self, evidence: Evidence) -> list[Check]:
        """Compare it with that of the only output."""
        outputs = evidence.report.outputs
        if len(outputs) != 1:
            many = f"the network has {len(outputs)} outputs ({choices(outputs)})"
            reason = f"{many}; expect them by name, under `shapes`"
            return [self.found(reason=reason, limit=self.shape)]
        ((name, shape),) = outputs.items()
        if shape.sample == self.shape:
            return [self.found(status="pass", value=shape.sample, limit=self.shape)]
        blamed = evidence.first_reshaped or evidence.by_name.get(name)
        return [self.found(value=shape.sample, limit=self.shape, culprit=blamed)]

    def demands(self) -> list[Demand]:
        """The shape."""
        return [Demand(OUTPUT_SHAPE, times(self.shape, " x "), self.place)]
