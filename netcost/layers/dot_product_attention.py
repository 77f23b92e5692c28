"""Attention of queries, keys and values that come in as they are."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any, ClassVar

from netcost.layers import position_bias
from netcost.layers.kept import Held, Kept
from netcost.layers.layer import NO_WEIGHTS, Spellings, Weights, declare, field
from netcost.layers.operations import SOFTMAX_OPS
from netcost.layers.position_bias import PositionBias, Scored, check_fit, check_position
from netcost.layers.products import Product
from netcost.layers.refusals import LayerError, in_a_row, refuse, require_divisible
from netcost.layers.scores import SCORE_OPS, Scoring
from netcost.layers.values import Count, Flag, Index
from netcost.shapes import Sequence, Shape


@declare
class DotProductAttention(Scoring):
    """Mix values by how well each query meets each key, in several heads, without a projection.

    What flows in are the queries; `keys` and `values` name the rest. The values are the keys where they are left out.

    Shapes: (N, T, h * d), keys (N, T_k, h_kv * d) and values (N, T_k, h_kv * d_v) -> (N, T, h * d_v); and so of maps or
        with leading axes.
    Counts: for each head and query d MACs for the score of each key that it meets, d_v for its value. 6 ops per score, 5
        for each sink. `position` as in `attention`.
    Errors: heads that do not divide the channels; keys of another width of a head than queries, values of another length
        than keys; another batch.
    Source: torch.nn.functional.scaled_dot_product_attention.
    """

    type = "dot_product_attention"
    title = "DotProductAttention"
    spellings: ClassVar[Spellings] = {"sdpa": {}}
    arity = (1, 3)
    named_inputs = ("keys", "values")
    needed_inputs = ("keys",)

    heads: Count = field(
        default=1, symbol="h", aliases=("num_heads",), shown=True, help="number of heads", example="8"
    )
    kv_heads: Count | None = field(
        default=None,
        symbol="h_kv",
        aliases=("num_kv_heads", "num_key_value_heads"),
        help="heads of keys and values; as many as heads where left out",
    )
    causal: Flag = field(
        default=False, help="each position looks back only; changes no count but that of `position: relative`"
    )
    past: Index = field(
        default=0, symbol="T_past", help="positions before these whose keys and values are kept"
    )
    window: Count | None = field(
        default=None,
        symbol="T_w",
        aliases=("sliding_window",),
        help="keys that a query meets at most; all where left out",
    )
    sinks: Flag = field(
        default=False, help="a learned score per head that the softmax counts and no value goes with"
    )
    position: PositionBias | None = field(
        default=None, help="what scores are told of positions, as in `attention`"
    )

    def validate(self) -> None:
        """Check that the heads fall into equal groups, and that a position is told in one way."""
        if self.kv_heads is not None:
            require_divisible("heads", self.heads, "kv_heads", self.kv_heads, field="kv_heads")
        check_position(self.told)

    def output(self, *inputs: Shape) -> Shape:
        """The shape of the queries, as wide as the values of all heads."""
        refuse(
            len(inputs) == 1,
            lambda: LayerError(f"{self.type} needs `keys`: the name of what the queries meet"),
        )
        queries, keys, values = self.rows(*inputs)
        width = require_divisible("channels", queries.channels, "heads", self.heads, field="heads")
        groups = self.heads if self.kv_heads is None else self.kv_heads
        for each in (keys, values):
            require_divisible("channels", each.channels, "heads", groups, field="heads")
        refuse(
            keys.channels != groups * width,
            lambda: LayerError(
                f"a head of queries has {width} numbers, one of keys {keys.channels // groups}"
            ),
        )
        refuse(
            (keys[0] != queries[0]) | (values[0] != queries[0]) | (values[1] != keys[1]),
            lambda: LayerError(
                f"the queries are {queries.described}, the keys {keys.described}, the values {values.described}",
                hint="there is a value for each key, in the same batch",
            ),
        )
        if self.told:
            check_fit(self.told, self.scored(*inputs))
        return inputs[0].with_channels(self.heads * self.value_width(values))

    def rows(self, *inputs: Shape) -> tuple[Sequence, Sequence, Sequence]:
        """Queries, keys and values, each in a row."""
        found = [in_a_row(self.type, each) for each in inputs]
        return found[0], found[1], found[-1]

    def value_width(self, values: Sequence) -> int:
        """Width of one head of values."""
        return values.channels // (self.heads if self.kv_heads is None else self.kv_heads)

    def scored(self, *inputs: Shape) -> Scored:
        """What scores are made between."""
        queries, keys, _ = self.rows(*inputs)
        return Scored(
            *(queries[0], self.heads, queries.channels // self.heads, queries[1]),
            *(self.met(keys), queries.channels, inputs[0].size, inputs[1].size),
            causal=self.causal,
        )

    def weights(self, *inputs: Shape) -> Weights:
        """None, but for sinks and positions."""
        sinks = {"sinks": (self.heads,)} if self.sinks else {}
        return {**sinks, **self.position_weights(*inputs)}

    def state(self, *inputs: Shape) -> Weights:
        """Keys and values of the positions that later ones look back to."""
        if not (self.causal or self.past):
            return NO_WEIGHTS
        _, keys, values = self.rows(*inputs)
        kept = (keys[0], self.met(keys))
        return {"keys": (*kept, keys.channels), "values": (*kept, values.channels)}

    def macs(self, out: Shape, *inputs: Shape) -> int:
        """The scores, and the values that they weigh."""
        del out
        scored = self.scored(*inputs)
        value_width = self.value_width(self.rows(*inputs)[2])
        return scored.scores * (scored.width + value_width) + self.position_macs(*inputs)

    def products(self, out: Shape, *inputs: Shape) -> Iterable[Product]:
        """The scores, and the values that they weigh."""
        del out
        scored = self.scored(*inputs)
        values = self.rows(*inputs)[2]
        yield Product(0, (0,), "queries")
        yield Product(0, (1,), "keys")
        if self.told:
            yield from position_bias.products(self.told, scored)
        yield Product(scored.scores * scored.width, ("queries", "keys"), "scores")
        yield Product(0, ("scores", "positions"), "shares")
        yield Product(scored.scores * self.value_width(values), ("shares", len(inputs) - 1))

    def ops(self, out: Shape, *inputs: Shape) -> int:
        """Scores, and what is added to them."""
        del out
        scored = self.scored(*inputs)
        sinks = SOFTMAX_OPS * prod((scored.batch, scored.heads, scored.queries)) if self.sinks else 0
        told = position_bias.ops(self.told, scored) if self.told else 0
        return SCORE_OPS * scored.scores + sinks + told

    def kept(self, out: Any, *inputs: Any) -> Kept | None:
        """What goes in and what comes out, and the sum of each query's exponentials, as a fused kernel keeps them."""
        del out
        if self.told or self.sinks or self.past:
            return None
        queries = self.rows(*inputs)[0]
        sums = Held((queries[0], self.heads, queries[1]), "float32")
        return Kept(inputs=tuple(range(len(inputs))), output=True, more={"sums": sums})
