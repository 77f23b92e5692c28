"""A recurrence of numbers, one for each channel, whose gates see the input alone."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from netcost.layers.layer import Layer, Weights, declare, field
from netcost.layers.products import Product
from netcost.layers.refusals import require_divisible, require_sequence
from netcost.layers.values import Count
from netcost.shapes import Sequence, Shape

ELEMENT_OPS = 14
"""2 for the bias and sigmoid of each gate; 2 for the decay: its product with the rate and its exponential; 2 for its square by
another exponential, 2 for the root of what is left of 1, 2 products of the input with the gate and the root; 2 for the state."""


@declare
class RgLru(Layer):
    """Carry a number for each channel along a sequence: it decays, and the input is added, as two gates decide.

    Gates are linear within groups of channels. Projections, the short convolution and the branch beside are layers of their
    own.

    Shapes: (N, T, C) -> (N, T, C).
    Counts: per token 2 * C * (C / h) MACs for the gates. 14 ops per element: 4 for the gates, 2 for the decay, 6 for the input
        and 2 for the state. Rates are constants once trained.
    Errors: heads that do not divide the channels.
    Source: De et al., Griffin, arXiv:2402.19427; transformers' RecurrentGemmaRglru.
    """

    type = "rg_lru"
    title = "RG-LRU"
    sight = "whole"
    primary = "heads"

    heads: Count = field(
        symbol="h", aliases=("num_heads",), help="groups of channels of the gates", example="8"
    )

    def output(self, *inputs: Shape) -> Shape:
        """The input's shape."""
        x = require_sequence(self.type, inputs[0])
        require_divisible("channels", x.channels, "heads", self.heads, field="heads")
        return x

    def weights(self, x: Sequence) -> Weights:
        """(h, C / h, C / h) and C for each of two gates, C for rates."""
        width = x.channels // self.heads
        gate = (self.heads, width, width)
        return {
            "input_gate": gate,
            "input_gate_bias": (x.channels,),
            "recurrent_gate": gate,
            "recurrent_gate_bias": (x.channels,),
            "rate": (x.channels,),
        }

    def state(self, x: Sequence) -> Weights:
        """A number for each channel."""
        return {"state": (x[0], x.channels)}

    def macs(self, out: Sequence, x: Sequence) -> int:
        """Two gates."""
        del out
        return 2 * prod((*x, x.channels // self.heads))

    def products(self, out: Sequence, x: Sequence) -> Iterable[Product]:
        """One a gate."""
        del out
        for gate in ("input_gate", "recurrent_gate"):
            yield Product(prod((*x, x.channels // self.heads)), (0, gate))

    def ops(self, out: Sequence, x: Sequence) -> int:
        """Fourteen operations per element."""
        del out
        return ELEMENT_OPS * prod(x)
