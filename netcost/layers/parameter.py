"""Tensors of a network's own, which no input is needed for."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from netcost.layers.kept import NOTHING_KEPT
from netcost.layers.layer import Layer, Weights, declare, field
from netcost.layers.reshape import Kind, of_kind
from netcost.layers.values import OneOf, Sizes
from netcost.shapes import KINDS, Shape, usual_kind

AnyKind = Annotated[str, OneOf(KINDS)]


@declare
class Stored(Layer):
    """A tensor that is stored with the weights, and the same for each sample."""

    arity: ClassVar[tuple[int, int | None]] = (0, 0)
    view = True
    apart = ("weight",)
    keeps = NOTHING_KEPT
    sight = "same"
    primary = "shape"

    shape: Sizes = field(help="lengths without the batch", example="[100, 256]")
    kind: Kind | None = field(default=None, help="what the axes mean; by their number where left out")

    def output(self, *inputs: Shape) -> Shape:
        """(N, *shape)."""
        return of_kind(self.kind, [inputs[0][0], *self.shape], usual_kind(len(self.shape)))

    def stored(self) -> Weights:
        """The tensor, without the batch."""
        return {"weight": self.shape}

    def label(self, *inputs: Shape) -> str:
        """`Parameter (100 x 256)`."""
        return f"{self.title} ({self.output(*inputs)})"


class Parameter(Stored):
    """A learned tensor that needs no input, as the queries of DETR.

    Shapes: none -> (N, *shape), the same for each sample: a vector, a sequence [T, C], an image [C, H, W] or a
        volume [C, D, H, W] by the number of axes, unless `kind` says otherwise.
    Counts: nothing. The memory of its row is that of what it puts out; live memory has nothing of it, as it is
        a view of the weights.
    Errors: an input.
    Source: torch.nn.Parameter, and Tensor.expand for the batch.
    """

    type = "parameter"
    title = "Parameter"

    def weights(self, *inputs: Any) -> Weights:
        """The tensor."""
        del inputs
        return self.stored()


@declare
class Constant(Stored):
    """A fixed tensor that needs no input, as the numbers of positions.

    Shapes: none -> (N, *shape), the same for each sample: a vector, a sequence [T, C], an image [C, H, W] or a
        volume [C, D, H, W] by the number of axes, unless `kind` says otherwise.
    Counts: nothing. It is a buffer; the memory of its row is that of what it puts out, live memory has nothing
        of it.
    Errors: an input.
    Source: torch.nn.Module.register_buffer.
    """

    type = "constant"
    title = "Constant"

    kind: AnyKind | None = field(default=None, help="what the axes mean; by their number where left out")

    def buffers(self, *inputs: Any) -> Weights:
        """The tensor."""
        del inputs
        return self.stored()
