"""The way out: a layer that netcost does not know, with costs that its author declares."""

from __future__ import annotations

from netcost.layers.layer import Layer, Weights, declare, field
from netcost.layers.reshape import Kind, of_kind
from netcost.layers.values import Index, Sizes, Text
from netcost.shapes import Shape, usual_kind


@declare
class Custom(Layer):
    """Stand for a layer that netcost has no rule for; its output and costs are the author's word.

    Every report marks it.

    Shapes: any inputs -> (N, *shape): of the first input's kind where that has as many axes, else as
        `reshape` has it, unless `kind` says otherwise. Without a shape, that of the first input.
    Counts: as declared, for one sample; the batch multiplies MACs and ops.
    Errors: parameters or MACs that are not declared: unknown is not zero; a kind of other axes.
    """

    type = "custom"
    title = "Custom"
    primary = "description"
    arity = (1, None)
    declared_cost = True

    description: Text = field(default="", help="what the layer is")
    shape: Sizes | None = field(
        default=None,
        shown=False,
        aliases=("output",),
        help="output of one sample; the first input's where left out",
    )
    kind: Kind | None = field(
        default=None, shown=False, help="what the output's axes mean; by their number where left out"
    )
    params: Index = field(shown=False, help="number of learnable weights", example="1000")
    macs_per_sample: Index = field(
        shown=False, aliases=("macs",), help="multiply-accumulates for one sample", example="64000"
    )
    ops_per_sample: Index = field(
        default=0, shown=False, aliases=("ops",), help="other operations for one sample"
    )

    def output(self, *inputs: Shape) -> Shape:
        """The declared shape, or that of the first input."""
        x = inputs[0]
        if self.shape is None:
            return x
        lengths = (x[0], *self.shape)
        alike = len(lengths) == len(x) and x.embedded
        return of_kind(self.kind, lengths, type(x) if alike else usual_kind(len(self.shape)))

    def weights(self, *inputs: Shape) -> Weights:
        """All of them as one."""
        del inputs
        return {"weight": (self.params,)} if self.params else {}

    def macs(self, out: Shape, *inputs: Shape) -> int:
        """As declared, for each sample."""
        del inputs
        return out[0] * self.macs_per_sample

    def ops(self, out: Shape, *inputs: Shape) -> int:
        """As declared, for each sample."""
        del inputs
        return out[0] * self.ops_per_sample

    def label(self, *inputs: Shape) -> str:
        """`Custom (deformable attention)`."""
        del inputs
        return f"{self.title} ({self.description})" if self.description else self.title
