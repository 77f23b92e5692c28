"""Steps that have one row together, and what has to be known of a graph to find them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from netcost.frontends.onnx.lower import Row
from netcost.frontends.onnx.values import Step, Value


class Readers(Protocol):
    """Who reads what."""

    def only_reader(self, value: Value) -> Step | None:
        """The step that alone reads a value; None if several do, or if it is an output."""
        ...

    def readers(self, value: Value) -> Sequence[Step] | None:
        """The steps that read a value; None if it is an output."""
        ...

    def maker(self, value: Value) -> Step | None:
        """The step that makes a value of what the network is given."""
        ...


@dataclass(slots=True, eq=False)
class Fused:
    """What a step stands for together with others.

    Args:
        steps: the others, which have no rows of their own.
        output: what comes out of all together.
        bias: what is added to a product.
        rows: the layers that they are, where these are not made of the step alone.
    """

    steps: tuple[Step, ...]
    output: Value
    bias: Value | None = None
    rows: tuple[Row, ...] = ()
