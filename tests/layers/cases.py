"""The form of the tables that say what a layer type does: what goes in, what comes out, what it costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from netcost.layers.layer import Layer, count
from netcost.layers.refusals import LayerError
from netcost.shapes import Shape


class Case(NamedTuple):
    """A layer, its inputs, and the answers that are known from elsewhere."""

    name: str
    layer: Layer
    inputs: Shape | tuple[Shape, ...]
    output: Shape
    params: int = 0
    macs: int = 0
    ops: int = 0

    def __str__(self) -> str:
        return f"{self.layer.type}: {self.name}"

    @property
    def wanted(self) -> dict[str, object]:
        """The answers by name."""
        return {"kind": type(self.output), **{name: getattr(self, name) for name in ANSWERS}}

    @property
    def found(self) -> dict[str, object]:
        """What the layer answers."""
        inputs = (self.inputs,) if isinstance(self.inputs, Shape) else self.inputs
        out = self.layer.output(*inputs)
        return {
            "kind": type(out),
            "output": out,
            "params": count(self.layer.weights(*inputs)),
            "macs": self.layer.macs(out, *inputs),
            "ops": self.layer.ops(out, *inputs),
        }


ANSWERS = ("output", "params", "macs", "ops")


class Fault(NamedTuple):
    """Something that is refused, with the message, the field at fault and the hint."""

    name: str
    act: Callable[[], object]
    message: str
    field: str = ""
    hint: str = ""

    def __str__(self) -> str:
        return self.name

    @property
    def wanted(self) -> dict[str, str]:
        """What the refusal says."""
        return {"message": self.message, "field": self.field, "hint": self.hint}

    @property
    def found(self) -> dict[str, str]:
        """What the refusal says that comes."""
        with pytest.raises(LayerError) as caught:
            self.act()
        return {"message": caught.value.message, "field": caught.value.field, "hint": caught.value.hint}
