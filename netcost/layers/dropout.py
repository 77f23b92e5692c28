"""Layers that act in training only: at inference they pass their input on.

The one that leaves out whole branches stands in `drop_path.py`.
"""

from __future__ import annotations

from typing import ClassVar

from netcost.integers import any_of
from netcost.layers.kept import NOTHING_KEPT, Held, Kept
from netcost.layers.layer import Layer, Spellings, declare, field
from netcost.layers.refusals import LayerError, refuse
from netcost.layers.values import Number
from netcost.shapes import Shape


class Identity(Layer):
    """Pass the input on.

    Shapes: any -> the same.
    Counts: nothing.
    Source: torch.nn.Identity.
    """

    type = "identity"
    title = "Identity"
    elementwise = True
    view = True
    keeps = NOTHING_KEPT
    sight = "same"

    def output(self, *inputs: Shape) -> Shape:
        """The input's shape."""
        return inputs[0]


@declare
class Dropout(Identity):
    """Zero random elements in training; at inference the input passes unchanged.

    Shapes: any -> the same.
    Counts: nothing, as at inference.
    Errors: a probability outside 0 <= p < 1.
    Source: Srivastava et al., JMLR 15, 2014; torch.nn.Dropout.
    """

    type = "dropout"
    title = "Dropout"
    primary = "p"
    spellings: ClassVar[Spellings] = {"dropout1d": {}, "dropout2d": {}, "dropout3d": {}}

    p: Number = field(default=0.5, aliases=("rate",), help="probability of an element to be zeroed")

    def validate(self) -> None:
        """Refuse what is no probability, and 1, which would leave nothing."""
        refuse(
            any_of([self.p < 0, self.p >= 1]),
            lambda: LayerError(
                f"p is {self.p}, a probability is at least 0 and below 1", field="p", hint="for example 0.5"
            ),
        )

    @property
    def trains(self) -> bool:
        """True unless nothing is ever dropped."""
        return self.p != 0

    def kept(self, out: Shape, x: Shape) -> Kept:
        """Which elements went on, a byte each."""
        del out
        return Kept(more={"mask": Held(x, "bool")}) if self.trains else NOTHING_KEPT
