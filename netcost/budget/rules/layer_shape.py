"""The output shape that one sample must give at each of some layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from netcost.budget.evidence import Evidence
from netcost.budget.reader import Reader
from netcost.budget.result import Check
from netcost.budget.rule import Demand
from netcost.budget.selector import Layers
from netcost.budget.shaped import OUTPUT_SHAPE, Shaped
from netcost.budget.values import name_of, shape_of
from netcost.place import Place
from netcost.source.document import KeyValue, MappingNode
from netcost.source.fault import Fault
from netcost.wording import times

if TYPE_CHECKING:
    from netcost.budget.fragments import Json


class LayerShape(
    NamedTuple("LayerShape", [("shape", tuple[int, ...]), ("place", Place), ("layers", Layers)]), Shaped
):
    """The output shape that one sample must give at each of some layers."""

    __slots__ = ()

    section: ClassVar = "expect"
    keys: ClassVar = ("shapes",)

    @classmethod
    def read(cls, reader: Reader, pair: KeyValue) -> list[LayerShape]:
        """Shapes by patterns of names.

        Raises:
            Fault: it is no mapping.
        """
        node = pair[1]
        if not isinstance(node, MappingNode):
            raise Fault(node.place, "`shapes` must be a mapping", "write `conv5: [256, 13, 13]`")

        def expected(pair: KeyValue) -> LayerShape:
            key, node = pair
            return cls(shape_of(pair), node.place, Layers(key.place, name_of(key)))

        return reader.each_rule(expected, node)

    @classmethod
    def schema(cls) -> dict[str, Json]:
        """Lists of lengths by patterns of names."""
        from netcost.budget.fragments import SHAPE

        return {"shapes": {"type": "object", "additionalProperties": SHAPE}}

    @property
    def about(self) -> Layers:
        """Those layers."""
        return self.layers

    def check(self, evidence: Evidence) -> Iterator[Check]:
        """Each layer of another shape, or the first one."""
        rows = evidence.compared(self.layers, self.place)
        wrong = [row for row in rows if row.output.sample != self.shape]
        for row in wrong or rows[:1]:
            yield self.found(
                status="fail" if wrong else "pass",
                layers=str(self.layers),
                layer=row.name,
                value=row.output.sample,
                limit=self.shape,
                culprit=row,
            )

    def demands(self) -> list[Demand]:
        """The shape."""
        return [Demand(f"{OUTPUT_SHAPE} of {self.layers}", times(self.shape, " x "), self.place)]
