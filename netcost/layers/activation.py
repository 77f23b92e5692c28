"""Activations: a function of each element on its own, or of each feature vector.

Here is what they have in common, and the one that is met most; the others stand by kind in files of their own.
"""

from __future__ import annotations

from math import prod

from netcost.layers.kept import INPUT_KEPT, OUTPUT_KEPT, Held, Kept
from netcost.layers.layer import Layer, declare
from netcost.layers.refusals import require_embedded
from netcost.shapes import Shape


@declare
class Activation(Layer):
    """A function of each element."""

    elementwise = True
    keeps = INPUT_KEPT
    sight = "same"

    def output(self, *inputs: Shape) -> Shape:
        """The input's shape."""
        return require_embedded(self.type, inputs[0])

    def ops(self, out: Shape, x: Shape) -> int:
        """One operation per element."""
        del x
        return prod(out)


class CopiedInPlace(Activation):
    """A function whose backward pass needs its input, and which may write over it all the same."""

    in_place = True

    def kept_in_place(self, out: Shape, x: Shape) -> Kept:
        """A copy of the input, made before it is written over."""
        del out
        return Kept(more={"copy": Held(x)})


class ReLU(Activation):
    """Set negative elements to zero: `max(0, x)`.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: Nair & Hinton, ICML 2010; torch.nn.ReLU.
    """

    type = "relu"
    title = "ReLU"
    in_place = True
    keeps = OUTPUT_KEPT
