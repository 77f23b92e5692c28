"""Layers that combine inputs element by element."""

from __future__ import annotations

from math import prod
from typing import Annotated, Any, ClassVar

from netcost.integers import any_of, select
from netcost.layers.kept import NO_TENSORS, NOTHING_KEPT, Held, Kept, Tensors
from netcost.layers.layer import Layer, Spellings, Weights, declare, field
from netcost.layers.refusals import LayerError, refuse, require_embedded
from netcost.layers.values import OneOf
from netcost.shapes import Shape, Vector

Weighting = Annotated[str, OneOf(("plain", "softmax", "fast"))]


class Elementwise(Layer):
    """Combine inputs element by element; axes of length 1 are repeated, vectors go over all positions."""

    sight = "same"

    arity: ClassVar[tuple[int, int | None]] = (2, None)

    def output(self, *inputs: Shape) -> Shape:
        """The shape that all inputs are repeated to."""
        out = max(inputs, key=len)
        for x in inputs:
            out = self.joined(out, require_embedded(self.type, x))
        return out

    def joined(self, out: Shape, x: Shape) -> Shape:
        """The shape that two inputs are repeated to.

        Raises:
            LayerError: they differ in an axis in which neither is 1.
        """
        laid = x
        if isinstance(x, Vector):
            laid = type(out)((x[0], *(1 for _ in out[1:]))).with_channels(x.channels)

        def error() -> LayerError:
            return LayerError(
                f"{self.type} cannot combine {out.described} and {x.described}",
                hint="axes are equal or 1, and a vector has a number for each channel",
            )

        refuse(type(laid) is not type(out) or len(laid) != len(out), error)
        axes = list(zip(out, laid, strict=True))
        refuse(any_of((a != b) & (a != 1) & (b != 1) for a, b in axes), error)
        return type(out)(select(a == 1, b, a) for a, b in axes)

    def ops(self, out: Shape, *inputs: Shape) -> int:
        """One operation per output element for each input after the first."""
        return prod(out) * (len(inputs) - 1)


@declare
class Add(Elementwise):
    """Add inputs element by element, as a residual connection does; each times a learned number if it is `weighted`.

    Shapes: two or more of one shape -> the same; axes of length 1 are repeated, a vector (N, C) is added at every
        position.
    Counts: 1 op per output element for each input after the first; weighted 1 more for each input. What makes
        the numbers add up to one is done once, when they have been trained.
    Errors: shapes that differ otherwise.
    Source: He et al., arXiv:1512.03385; NumPy's broadcasting; Tan et al., EfficientDet, arXiv:1911.09070,
        section 3.3, for the weights.
    """

    type = "add"
    title = "Add"

    weighted: Weighting | None = field(
        default=None,
        aliases=("weights",),
        help="a learned number for each input: as it is, normalised by softmax, or fast, by rectifying it and "
        "dividing by the sum",
    )

    def weights(self, *inputs: Any) -> Weights:
        """A number for each input, where it is weighted."""
        return {"weight": (len(inputs),)} if self.weighted else {}

    def ops(self, out: Shape, *inputs: Shape) -> int:
        """One addition per output element for each input after the first, and one product each if weighted."""
        return super().ops(out, *inputs) + prod(out) * (len(inputs) if self.weighted else 0)

    def kept(self, out: Shape, *inputs: Shape) -> Kept:
        """All inputs, where their weights are learned."""
        del out
        return Kept(inputs=tuple(range(len(inputs))), for_weights=True) if self.weighted else NOTHING_KEPT

    @property
    def hands_on(self) -> bool:
        """True for a plain sum."""
        return self.weighted is None


class Subtract(Elementwise):
    """Subtract the second input from the first, element by element.

    Shapes: two of one shape -> the same; axes of length 1 are repeated, a vector (N, C) is subtracted at every
        position.
    Counts: 1 op per output element.
    Errors: shapes that differ otherwise.
    Source: Yu et al., PoolFormer, arXiv:2111.11418; torch.sub; NumPy's broadcasting.
    """

    type = "subtract"
    title = "Subtract"
    spellings: ClassVar[Spellings] = {"sub": {}}
    arity = (2, 2)
    keeps = NOTHING_KEPT


class Average(Elementwise):
    """Take the mean of inputs, element by element.

    Shapes: two or more of one shape -> the same; axes of length 1 are repeated, a vector (N, C) at every position.
    Counts: 1 op per output element for each input: the sums and the quotient.
    Errors: shapes that differ otherwise.
    Source: keras.layers.Average; NumPy's broadcasting.
    """

    type = "average"
    title = "Average"
    keeps = NOTHING_KEPT

    def ops(self, out: Shape, *inputs: Shape) -> int:
        """The sums of the inputs and their quotient, per output element."""
        return prod(out) * len(inputs)


class Mul(Elementwise):
    """Multiply inputs element by element, as a gate does.

    Shapes: two or more of one shape -> the same; axes of length 1 are repeated, a vector (N, C) scales the channels.
    Counts: 1 op per output element for each input after the first.
    Errors: shapes that differ otherwise.
    Source: Hu et al., arXiv:1709.01507; NumPy's broadcasting.
    """

    type = "mul"
    title = "Mul"
    is_gate = True
    spellings: ClassVar[Spellings] = {"multiply": {}}

    def kept(self, out: Shape, *inputs: Shape) -> Kept:
        """All inputs, each the factor of the others."""
        del out
        return Kept(inputs=tuple(range(len(inputs))))

    def scratch_backward(self, out: Shape, *inputs: Shape) -> Tensors:
        """The products for an input of which numbers were repeated, before they are summed."""
        return {"product": Held(out)} if any(x.elements < out.elements for x in inputs) else NO_TENSORS


class Div(Elementwise):
    """Divide the first input by the second, element by element.

    Shapes: two of one shape -> the same; axes of length 1 are repeated, a vector (N, C) divides the channels.
    Counts: 1 op per output element.
    Errors: shapes that differ otherwise.
    Source: torch.div; NumPy's broadcasting.
    """

    type = "div"
    title = "Div"
    spellings: ClassVar[Spellings] = {"divide": {}}
    arity = (2, 2)
    keeps = Kept(inputs=(0, 1))


class Extreme(Elementwise):
    """One of the inputs, element by element."""

    def kept(self, out: Shape, *inputs: Shape) -> Kept | None:
        """Both of two inputs, to tell which it was; not known of more."""
        del out
        return Kept(inputs=(0, 1)) if len(inputs) == 2 else None  # noqa: PLR2004


class Maximum(Extreme):
    """Keep the larger of inputs, element by element, as maxout does.

    Shapes: two or more of one shape -> the same; axes of length 1 are repeated, a vector (N, C) at every position.
    Counts: 1 op per output element for each input after the first.
    Errors: shapes that differ otherwise.
    Source: Goodfellow et al., Maxout networks, arXiv:1302.4389; torch.maximum; NumPy's broadcasting.
    """

    type = "maximum"
    title = "Maximum"


class Minimum(Extreme):
    """Keep the smaller of inputs, element by element.

    Shapes: two or more of one shape -> the same; axes of length 1 are repeated, a vector (N, C) at every position.
    Counts: 1 op per output element for each input after the first.
    Errors: shapes that differ otherwise.
    Source: torch.minimum; NumPy's broadcasting.
    """

    type = "minimum"
    title = "Minimum"
