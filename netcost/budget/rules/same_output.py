"""The output shape must be what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from netcost.budget.evidence import Evidence
from netcost.budget.reader import Reader
from netcost.budget.result import Check
from netcost.budget.rule import Demand
from netcost.budget.shaped import OUTPUT_SHAPE, Shaped
from netcost.budget.values import UNCHANGED
from netcost.place import Place
from netcost.source.document import KeyValue, Scalar
from netcost.source.fault import Fault

if TYPE_CHECKING:
    from netcost.budget.fragments import Json


class SameOutput(NamedTuple("SameOutput", [("place", Place)]), Shaped):
    """The output shape must be what it was."""

    __slots__ = ()

    section: ClassVar = "regression"
    keys: ClassVar = (OUTPUT_SHAPE,)
    checks: ClassVar = (UNCHANGED,)
    needs_base: ClassVar = True

    @classmethod
    def read(cls, reader: Reader, pair: KeyValue) -> list[SameOutput]:
        """The word `unchanged`."""

        def same(pair: KeyValue) -> SameOutput:
            node = pair[1]
            if not isinstance(node, Scalar) or node.text != UNCHANGED:
                message = f"{OUTPUT_SHAPE} can only be demanded to stay"
                raise Fault(node.place, message, f"write `{OUTPUT_SHAPE}: {UNCHANGED}`")
            return cls(node.place)

        return reader.each_rule(same, [pair])

    @classmethod
    def schema(cls) -> dict[str, Json]:
        """That word."""
        return {OUTPUT_SHAPE: {"const": UNCHANGED}}

    def check(self, evidence: Evidence) -> list[Check]:
        """Compare the shapes of all outputs."""
        before, after = (
            [shape.sample for shape in each.outputs.values()]
            for each in (evidence.since.before, evidence.since.after)
        )
        if before == after:
            same = next(iter(after), None)
            return [self.found(status="pass", value=same, limit=same, base=same)]
        blamed = evidence.first_reshaped
        if len(before) != len(after):
            reason = f"the network has {len(after)} outputs, it had {len(before)}"
            return [self.found(reason=reason, culprit=blamed)]
        old, new = next((old, new) for old, new in zip(before, after, strict=True) if old != new)
        return [self.found(value=new, limit=old, base=old, culprit=blamed)]

    def skipped(self, reason: str) -> Check:
        """Nothing is known of the shape."""
        return self.found(status="skip", reason=reason)

    def demands(self) -> list[Demand]:
        """That it stays."""
        return [Demand(f"regression of {OUTPUT_SHAPE}", UNCHANGED, self.place)]

    @classmethod
    def demanded(cls, check: Check) -> str:
        """That it stays."""
        return check.kind

    @classmethod
    def title(cls, check: Check) -> str:
        """The same, so that it is not taken for a shape that is expected."""
        return check.kind
