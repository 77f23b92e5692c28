"""Attention to a few places that each query chooses."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from netcost.layers.kept import Held, Tensors
from netcost.layers.layer import Layer, Weights, declare, field
from netcost.layers.operations import SAMPLE_OPS, SOFTMAX_OPS
from netcost.layers.products import Product
from netcost.layers.refusals import LayerError, refuse, require_divisible, require_sequence
from netcost.layers.values import Count, Flag
from netcost.shapes import Sequence, Shape


@declare
class DeformableAttention(Layer):
    """Let each query look at a few places of maps, whose offsets and weights it computes itself.

    `kv` names the positions of all maps in one sequence, the largest map first; queries look at them themselves where it is
    left out.

    Shapes: (N, T, C) and (N, T_k, C_k) -> (N, T, C).
    Counts: per query C MACs for each of two numbers of an offset and one of a weight, at h * levels * points places; the
        projections of values and output. 7 ops for each number between its four neighbours, d at each place, 2 to weigh and
        add it; 5 per weight for its softmax; 1 per element with a bias.
    Errors: heads that do not divide the channels; a source of another batch.
    Source: Zhu et al., Deformable DETR, arXiv:2010.04159; its MSDeformAttn.
    """

    type = "deformable_attention"
    title = "DeformableAttention"
    sight = "whole"
    primary = "heads"
    arity = (1, 2)
    named_inputs = ("kv",)

    heads: Count = field(symbol="h", aliases=("num_heads", "n_heads"), help="number of heads", example="8")
    levels: Count = field(
        default=1, symbol="L", aliases=("n_levels", "num_levels"), shown=True, help="maps that are looked at"
    )
    points: Count = field(
        default=4, symbol="p", aliases=("n_points", "num_points"), shown=True, help="places in each map"
    )
    bias: Flag = field(
        default=True, aliases=("use_bias",), help="add a learned number per output of each projection"
    )

    def output(self, *inputs: Shape) -> Shape:
        """The shape of the first input."""
        x, source = self.ends(*(require_sequence(self.type, each) for each in inputs))
        require_divisible("channels", x.channels, "heads", self.heads, field="heads")
        refuse(
            source[0] != x[0],
            lambda: LayerError(f"the queries are a batch of {x[0]}, the keys and values one of {source[0]}"),
        )
        return x

    @staticmethod
    def ends(x: Sequence, source: Sequence | None = None) -> tuple[Sequence, Sequence]:
        """Where queries come from, and what they look at."""
        return x, x if source is None else source

    @property
    def places(self) -> int:
        """Places that one query looks at, in all heads."""
        return self.heads * self.levels * self.points

    def weights(self, *inputs: Sequence) -> Weights:
        """(C, 2 * places) for offsets, (C, places) for weights, (C_k, C) for values, (C, C) for the output."""
        x, source = self.ends(*inputs)
        found: dict[str, tuple[int, ...]] = {
            "offset_weight": (x.channels, 2 * self.places),
            "attention_weight": (x.channels, self.places),
            "value_weight": (source.channels, x.channels),
            "out_weight": (x.channels, x.channels),
        }
        if not self.bias:
            return found
        biases = {name.replace("weight", "bias"): shape[1:] for name, shape in found.items()}
        return {**found, **biases}

    def macs(self, out: Sequence, *inputs: Sequence) -> int:
        """Offsets and weights, values, output."""
        x, source = self.ends(*inputs)
        return prod(x) * (3 * self.places) + prod((*source, x.channels)) + prod((*out, x.channels))

    def products(self, out: Sequence, *inputs: Sequence) -> Iterable[Product]:
        """Offsets and weights, values; the output, of what all of them make."""
        x, source = self.ends(*inputs)
        yield Product(prod(x) * (2 * self.places), (0, "offset_weight"), "mixed")
        yield Product(prod(x) * self.places, (0, "attention_weight"), "mixed")
        yield Product(prod((*source, x.channels)), (len(inputs) - 1, "value_weight"), "mixed")
        yield Product(prod((*out, x.channels)), ("mixed", "out_weight"))

    def scratch(self, out: Sequence, *inputs: Sequence) -> Tensors:
        """Offsets and weights of all places, the values, and those that queries have weighed."""
        x, source = self.ends(*inputs)
        return {
            "offsets": Held((*x[:-1], 2 * self.places)),
            "shares": Held((*x[:-1], self.places)),
            "values": Held((*source[:-1], x.channels)),
            "mixed": Held(out),
        }

    def ops(self, out: Sequence, *inputs: Sequence) -> int:
        """What is looked up and weighed, the softmax of the weights, biases."""
        x, source = self.ends(*inputs)
        looked_up = prod((x[0], x[1], self.places, x.channels // self.heads))
        parts = [(SAMPLE_OPS + 2) * looked_up, SOFTMAX_OPS * prod((x[0], x[1], self.places))]
        if self.bias:
            parts += [
                3 * prod((x[0], x[1], self.places)),
                prod((source[0], source[1], x.channels)),
                prod(out),
            ]
        return sum(parts)
