"""RWKV's mixing over time: each token with the one before, and keys and values with all before."""

from __future__ import annotations

from math import prod

from netcost.layers.layer import Layer, Weights, declare
from netcost.layers.reads import Sight, along, window
from netcost.layers.refusals import LayerError, refuse, require_sequence
from netcost.shapes import Sequence, Shape

SHIFT_OPS = 3
"""The products of a number and of the one before with their shares, and the sum."""

WKV_OPS = 23
"""12 for what comes out: the bonus of the key, the maximum, two differences and exponentials, a product, a product and a sum
for the numerator, a product and a sum for the denominator, the quotient; 11 for the state: its decay and the same without
the quotient. Both sums that are used twice are counted once."""


@declare
class TokenShift(Layer):
    """Mix each token with the one before it, by a learned share for each channel.

    Shapes: (N, T, C) -> (N, T, C).
    Counts: 3 ops per element: two products and their sum. One parameter per channel.
    Errors: an input that is not a sequence.
    Source: Peng et al., RWKV, arXiv:2305.13048; transformers' RwkvSelfAttention.
    """

    type = "token_shift"
    title = "TokenShift"

    def output(self, *inputs: Shape) -> Shape:
        """The input's shape."""
        return require_sequence(self.type, inputs[0])

    def weights(self, x: Sequence) -> Weights:
        """A share per channel."""
        return {"weight": (x.channels,)}

    def state(self, x: Sequence) -> Weights:
        """The last token."""
        return {"last": (x[0], x.channels)}

    def ops(self, out: Sequence, x: Sequence) -> int:
        """Three operations per element."""
        del x
        return SHIFT_OPS * prod(out)

    def reads(self, out: Sequence, x: Sequence) -> Sight:
        """The same position and the one before."""
        del out
        return along(x, 1, window(kernel=2, stride=1, before=1))


@declare
class Wkv(Layer):
    """Average the values up to each token, weighed by exponentials of keys that decay with the distance.

    `v` names the values. Each channel is by itself; projections and the gate are layers of their own.

    Shapes: (N, T, C) and (N, T, C) -> (N, T, C).
    Counts: 23 ops per element, of the recurrence that keeps a maximum so that no exponential overflows: 2 for the key with its
        bonus and the maximum, 4 for two exponentials of a difference, 3 and 2 for numerator and denominator, 1 for the quotient;
        2 for the decay and the maximum, 4, 3 and 2 as before to carry them on. A decay and a bonus per channel.
    Errors: values of another shape than the keys.
    Source: Peng et al., RWKV, arXiv:2305.13048; transformers' rwkv_linear_attention_cpu.
    """

    type = "wkv"
    title = "WKV"
    sight = "whole"
    arity = (1, 2)
    named_inputs = ("v",)
    needed_inputs = ("v",)

    def output(self, *inputs: Shape) -> Shape:
        """The shape of the keys."""
        keys = require_sequence(self.type, inputs[0])
        refuse(len(inputs) == 1, lambda: LayerError("wkv needs `v`: the name of the values"))
        values = require_sequence(self.type, inputs[1])
        refuse(
            (keys[0] != values[0]) | (keys[1] != values[1]) | (keys.channels != values.channels),
            lambda: LayerError(f"the keys are {keys.described}, the values {values.described}"),
        )
        return keys

    def weights(self, *inputs: Sequence) -> Weights:
        """A decay and a bonus of the present token per channel."""
        channels = inputs[0].channels
        return {"time_decay": (channels,), "time_first": (channels,)}

    def state(self, *inputs: Sequence) -> Weights:
        """What a channel has summed up, and the largest exponent so far."""
        keys = inputs[0]
        return dict.fromkeys(("numerator", "denominator", "maximum"), (keys[0], keys.channels))

    def ops(self, out: Sequence, *inputs: Sequence) -> int:
        """Twenty-three operations per element."""
        del inputs
        return WKV_OPS * prod(out)
