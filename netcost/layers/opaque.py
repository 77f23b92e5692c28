"""A layer of which only the output is known, as an imported graph may hold."""

from __future__ import annotations

from typing import Any, ClassVar

from netcost.layers.layer import Layer, Weights
from netcost.layers.refusals import LayerError
from netcost.number import UNKNOWN
from netcost.shapes import Shape


class Opaque(Layer):
    """Stand for a layer whose output shape is known and whose cost is not.

    Its weights, MACs and operations are unknown in every report, and totals are lower bounds: unknown is never
    zero. Whoever knows the cost declares it with `custom` instead.

    Args:
        shape: what comes out, batch first.
        description: what the layer is.

    Raises:
        LayerError: the shape says nothing of its axes, or has a length below 1.
    """

    type: ClassVar[str] = "opaque"
    title: ClassVar[str] = "Opaque"
    arity: ClassVar[tuple[int, int | None]] = (0, None)

    def __init__(self, shape: Shape, description: str = "") -> None:
        if not isinstance(shape, Shape):
            raise LayerError(
                f"opaque needs a shape, got {shape!r}", field="shape", hint="such as `Image((1, 64, 56, 56))`"
            )
        if not shape or min(shape) < 1:
            raise LayerError(f"a length is at least 1, got {tuple(shape)}", field="shape")
        super().__init__()
        self.__dict__.update(shape=shape, description=description)

    def output(self, *inputs: Shape) -> Shape:
        """The declared shape, whatever goes in."""
        del inputs
        shape: Shape = self.__dict__["shape"]
        return shape

    def weights(self, *inputs: Any) -> Weights:
        """Some, nobody knows how many."""
        del inputs
        return {"weight": _some()}

    def buffers(self, *inputs: Any) -> Weights:
        """Perhaps there are some."""
        del inputs
        return {"buffer": _some()}

    def macs(self, out: Any, *inputs: Any) -> Any:
        """Not known."""
        del out, inputs
        return UNKNOWN

    def ops(self, out: Any, *inputs: Any) -> Any:
        """Not known."""
        del out, inputs
        return UNKNOWN

    def label(self, *inputs: Shape) -> str:
        """`Opaque (FancyOp)`."""
        del inputs
        description = self.__dict__["description"]
        return f"{self.title} ({description})" if description else self.title


def _some() -> tuple[Any, ...]:
    return (UNKNOWN,)
