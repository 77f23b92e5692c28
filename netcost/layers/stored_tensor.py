"""A tensor of a file of weights, of which nothing else is known."""

from __future__ import annotations

from math import prod
from typing import Any, ClassVar

from netcost.blocks import Matrix
from netcost.layers.layer import Layer, Weights, count
from netcost.layers.refusals import LayerError
from netcost.number import UNKNOWN
from netcost.shapes import Shape

NOT_KNOWN: Any = UNKNOWN


class StoredTensor(Layer):
    """Stand for a tensor in a file of weights: its numbers are known, and not what is computed with them.

    MACs, operations and activations are unknown in every report, and totals of them are lower bounds: unknown is
    never zero.

    Args:
        dims: lengths of its axes; none for a single number.
        format: what the file calls the numbers.
        learned: whether it is a weight, or a buffer, as a running mean.

    Raises:
        LayerError: a length is below 0.
    """

    type: ClassVar[str] = "stored"
    title: ClassVar[str] = "Stored"
    arity: ClassVar[tuple[int, int | None]] = (0, 0)

    def __init__(self, dims: tuple[int, ...], format: str = "", *, learned: bool = True) -> None:  # noqa: A002
        if min(dims, default=0) < 0:
            raise LayerError(f"a length is at least 0, got {dims}", field="dims")
        super().__init__()
        self.__dict__.update(dims=dims, format=format, learned=learned)

    def output(self, *inputs: Shape) -> Shape:
        """Nobody knows what comes out where it is used."""
        return Shape((inputs[0][0], NOT_KNOWN))

    def weights(self, *inputs: Any) -> Weights:
        """The tensor, if it is learned."""
        del inputs
        return self._tensor() if self.__dict__["learned"] else {}

    def buffers(self, *inputs: Any) -> Weights:
        """The tensor, if it is not."""
        del inputs
        return {} if self.__dict__["learned"] else self._tensor()

    def matrix(self, name: str, weight: tuple[int, ...]) -> Matrix | None:
        """Rows of the last axis, whatever the tensor is used for: along them a file has its blocks."""
        del name
        return Matrix(prod(weight[:-1]), weight[-1]) if weight else None

    def active_of(self, weights: Weights, *inputs: Any) -> int:
        """Not known: it may be one of many experts."""
        del inputs
        return NOT_KNOWN if count(weights) else 0

    def macs(self, out: Any, *inputs: Any) -> int:
        """Not known."""
        del out, inputs
        return NOT_KNOWN  # type: ignore[no-any-return]

    def ops(self, out: Any, *inputs: Any) -> int:
        """Not known."""
        del out, inputs
        return NOT_KNOWN  # type: ignore[no-any-return]

    def label(self, *inputs: Shape) -> str:
        """`Stored (4096 x 1024, BF16)`."""
        del inputs
        dims, word = self.__dict__["dims"], self.__dict__["format"]
        told = [" x ".join(map(str, dims)) or "1", *([word] if word else [])]
        return f"{self.title} ({', '.join(told)})"

    def _tensor(self) -> Weights:
        return {"weight": self.__dict__["dims"]}
