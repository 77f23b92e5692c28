"""Attention whose cost grows with the number of positions, not with its square."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from netcost.layers.kept import Held, Tensors
from netcost.layers.layer import NO_WEIGHTS, Layer, Weights, declare, field
from netcost.layers.products import Product
from netcost.layers.refusals import LayerError, in_a_row, refuse, require_divisible
from netcost.layers.values import Count, Flag
from netcost.shapes import Sequence, Shape

FEATURE_OPS = 2
"""Making a number positive: an exponential or a comparison, and a sum."""


@declare
class LinearAttention(Layer):
    """Sum up keys and values into one matrix per head, and look queries up in it.

    Shapes: (N, T, C) -> (N, T, C), and so of a map or with leading axes; the source of keys and values, if there is one,
        is (N, T_k, C_k).
    Counts: the four projections, and per head d * d_v MACs for each key and again for each query, and d more for each query,
        which its normaliser takes. 2 ops per element of queries and keys to make them positive, 1 per element of keys for
        their sum, 1 per element that comes out for the quotient, 1 per element with a bias.
    Errors: heads that do not divide the channels, unless `head_dim` is given; a source of another batch.
    Source: Katharopoulos et al., Transformers are RNNs, arXiv:2006.16236.
    """

    type = "linear_attention"
    title = "LinearAttention"
    sight = "whole"
    primary = "heads"
    arity = (1, 2)
    named_inputs = ("kv",)

    heads: Count = field(symbol="h", aliases=("num_heads",), help="number of heads", example="8")
    head_dim: Count | None = field(
        default=None,
        symbol="d",
        aliases=("key_dim",),
        help="width of a head; channels / heads where left out",
    )
    value_dim: Count | None = field(
        default=None, symbol="d_v", help="width of a head of values; as that of keys where left out"
    )
    bias: Flag = field(
        default=True, aliases=("use_bias",), help="add a learned number per output of each projection"
    )
    out: Flag = field(default=True, help="project what the heads put out")
    normalized: Flag = field(default=True, help="divide by the sum of the weights")
    causal: Flag = field(
        default=False, help="each position looks back only, at sums that grow; changes no count"
    )

    def output(self, *inputs: Shape) -> Shape:
        """The shape of the first input; without the output projection, as wide as the values of all heads."""
        x, source = self.rows(*inputs)
        if self.head_dim is None:
            require_divisible("channels", x.channels, "heads", self.heads, field="heads")
        refuse(
            source[0] != x[0],
            lambda: LayerError(f"the queries are a batch of {x[0]}, the keys and values one of {source[0]}"),
        )
        return inputs[0] if self.out else inputs[0].with_channels(self.heads * self.widths(x)[1])

    def rows(self, *inputs: Shape) -> tuple[Sequence, Sequence]:
        """Where queries come from, and where keys and values do."""
        found = [in_a_row(self.type, each) for each in inputs]
        return found[0], found[-1]

    def widths(self, x: Sequence) -> tuple[int, int]:
        """Width of a head of queries and keys, and of one of values."""
        width = x.channels // self.heads if self.head_dim is None else self.head_dim
        return width, width if self.value_dim is None else self.value_dim

    def weights(self, *inputs: Shape) -> Weights:
        """(C, h * d) for the queries, (C_k, h * d) and (C_k, h * d_v) for keys and values, (h * d_v, C) for the output."""
        x, source = self.rows(*inputs)
        keys, values = (self.heads * width for width in self.widths(x))
        found: dict[str, tuple[int, ...]] = {
            "q_weight": (x.channels, keys),
            "k_weight": (source.channels, keys),
            "v_weight": (source.channels, values),
        }
        if self.bias:
            found |= {"q_bias": (keys,), "k_bias": (keys,), "v_bias": (values,)}
        if self.out:
            found["out_weight"] = (values, x.channels)
        if self.out and self.bias:
            found["out_bias"] = (x.channels,)
        return found

    def state(self, *inputs: Shape) -> Weights:
        """The matrix of each head, and the sum of its keys."""
        if not self.causal:
            return NO_WEIGHTS
        x, _ = self.rows(*inputs)
        keys, values = self.widths(x)
        sums = {"key_sums": (x[0], self.heads, keys)} if self.normalized else {}
        return {"matrix": (x[0], self.heads, keys, values), **sums}

    def macs(self, out: Shape, *inputs: Shape) -> int:
        """The projections; keys with values, queries with their sum, and with that of the keys."""
        del out
        x, source = self.rows(*inputs)
        keys, values = self.widths(x)
        projected = prod((*x, self.heads * keys)) + prod(source) * (self.heads * (keys + values))
        last = prod((*x[:-1], self.heads * values, x.channels)) if self.out else 0
        summed = prod((x[0], self.heads, keys, values)) * (x[1] + source[1])
        weighed = prod((x[0], self.heads, x[1], keys)) if self.normalized else 0
        return projected + last + summed + weighed

    def products(self, out: Shape, *inputs: Shape) -> Iterable[Product]:
        """Queries, keys and values; keys with values, queries with their sum, and with that of the keys; the output."""
        del out
        x, source = self.rows(*inputs)
        keys, values = self.widths(x)
        kv, matrix = len(inputs) - 1, prod((x[0], self.heads, keys, values))
        yield Product(prod((*x, self.heads * keys)), (0, "q_weight"), "queries")
        yield Product(prod((*source, self.heads * keys)), (kv, "k_weight"), "keys")
        yield Product(prod((*source, self.heads * values)), (kv, "v_weight"), "values")
        yield Product(matrix * source[1], ("keys", "values"), "matrix")
        yield Product(matrix * x[1], ("queries", "matrix"), "mixed")
        if self.normalized:
            yield Product(prod((x[0], self.heads, x[1], keys)), ("queries", "keys"), "mixed")
        if self.out:
            yield Product(prod((*x[:-1], self.heads * values, x.channels)), ("mixed", "out_weight"))

    def scratch(self, out: Shape, *inputs: Shape) -> Tensors:
        """Queries, keys and values, the matrix of each head, and what queries look up in it."""
        del out
        x, source = self.rows(*inputs)
        keys, values = self.widths(x)
        return {
            "queries": Held((*x[:-1], self.heads * keys)),
            "keys": Held((*source[:-1], self.heads * keys)),
            "values": Held((*source[:-1], self.heads * values)),
            "matrix": Held((x[0], self.heads, keys, values)),
            "mixed": Held((*x[:-1], self.heads * values)),
        }

    def ops(self, out: Shape, *inputs: Shape) -> int:
        """Making queries and keys positive, sums and quotients, biases."""
        x, source = self.rows(*inputs)
        keys, values = self.widths(x)
        asked = prod((x[0], x[1], self.heads, keys))
        met = prod((source[0], source[1], self.heads, keys))
        mixed = prod((x[0], x[1], self.heads, values))
        parts = [FEATURE_OPS * (asked + met)]
        if self.normalized:
            parts += [met, mixed]
        if self.bias:
            parts.append(asked + met + prod((source[0], source[1], self.heads, values)))
        if self.bias and self.out:
            parts.append(prod(out))
        return sum(parts)
