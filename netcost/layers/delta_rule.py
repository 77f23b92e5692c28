"""The delta rule: a matrix for each head that is corrected, token by token, where it answers keys wrongly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import prod
from typing import Self

from netcost.integers import ceil_div
from netcost.layers.layer import NO_WEIGHTS, Layer, Weights, declare, field
from netcost.layers.products import Factor, Product
from netcost.layers.refusals import (
    LayerError,
    refuse,
    require_divisible,
    require_per_head,
    require_sequence,
)
from netcost.layers.values import Count, Flag, Index
from netcost.shapes import Sequence, Shape

LENGTH_OPS = 4
"""Dividing by the length: the square, the sum, the product, and one for what is done once per head and position."""

GATE_OPS = 4
"""Making a decay: a bias, softplus, the product with its rate, the exponential."""

PAIR_OPS = 4
"""What is left between two positions of a chunk: a difference, its exponential, a product with each of two scores."""

PLACE_OPS = 4
"""What is left at a position: the sum up to it and its exponential, the difference to the last and its exponential."""


@declare
class DeltaRule(Layer):
    """Ask a matrix per head for the value of a key, correct it by a part of the error, and look the query up in it.

    The input holds the queries; `k`, `v` and `rate` name keys, values and the part, one number a head. `decay` names what the
    matrix forgets by: a number a head, or one for each number of its keys. Projections, gates and short convolutions are
    layers of their own.

    Shapes: (N, T, g * d), the same, (N, T, h * d_v), (N, T, h) -> (N, T, h * d_v).
    Counts: the recurrence: per token and head d * d_v MACs for the matrix with the key, with the error and the key, with the
        query. 1 op per element of queries to scale them; 4 per element of queries and keys to give them length 1; 2 per
        element of values for the error and its part; with a decay 4 per number of it and d * d_v per token and head.
        With `chunk` the matrix form over whole chunks, as transformers reads a prompt: per head and position
        chunk * (2 * d + d_v) MACs for keys and queries with keys and for scores with values, 3 * d * d_v for the matrix with
        keys, with queries, and what is added to it. Per head and position chunk * (d + d_v) + 2 * d_v ops: the parts of
        keys and values, a triangular system solved for both, the error and the sum; d * d_v for each chunk. With a decay 3
        per number of it; 3 * d, and 4 * chunk + 4 for each number of a head; for each chunk d * d_v and as many numbers.
    Errors: keys unlike the queries; values, rates or decays for other heads; key heads that do not divide the heads.
    Source: Yang et al., arXiv:2406.06484, arXiv:2412.06464, Gated DeltaNet; transformers' Qwen3NextGatedDeltaNet;
        Kimi Linear, arXiv:2510.26692, for a decay of each number.
    """

    type = "delta_rule"
    title = "DeltaRule"
    sight = "whole"
    primary = "heads"
    arity = (1, 5)
    named_inputs = ("k", "v", "rate", "decay")
    needed_inputs = ("k", "v", "rate")

    heads: Count = field(symbol="h", aliases=("num_heads",), help="heads of values", example="8")
    key_heads: Count | None = field(
        default=None, symbol="g", help="heads of queries and keys; as many as of values where left out"
    )
    chunk: Index = field(
        default=0,
        aliases=("chunk_size",),
        help="positions that are computed as one matrix; 0 for one position after another",
    )
    qk_l2norm: Flag = field(default=True, help="divide the queries and keys of a head by their length")

    def validate(self) -> None:
        """Refuse key heads that do not divide the heads."""
        require_divisible("heads", self.heads, "key_heads", self.asking, field="key_heads")

    @property
    def asking(self) -> int:
        """Heads of queries and keys."""
        return self.heads if self.key_heads is None else self.key_heads

    def output(self, *inputs: Shape) -> Shape:
        """The shape of the values."""
        refuse(
            len(inputs) <= len(self.needed_inputs),
            lambda: LayerError("delta_rule needs `k`, `v` and `rate`: the names of three items"),
        )
        queries, keys, values = (require_sequence(self.type, each) for each in inputs[:3])
        refuse(
            (keys[0] != queries[0]) | (keys[1] != queries[1]) | (keys.channels != queries.channels),
            lambda: LayerError(f"the queries are {queries.described}, the keys {keys.described}"),
        )
        refuse(
            (values[0] != queries[0]) | (values[1] != queries[1]),
            lambda: LayerError(f"the queries are {queries.described}, the values {values.described}"),
        )
        field_of_keys = "heads" if self.key_heads is None else "key_heads"
        require_divisible("channels", queries.channels, field_of_keys, self.asking, field=field_of_keys)
        require_divisible("channels of the values", values.channels, "heads", self.heads, field="heads")
        require_per_head("rate", inputs[3], queries, self.heads)
        for decay in inputs[4:]:
            self._require_decay(decay, queries)
        return values

    def _require_decay(self, decay: Shape, queries: Sequence) -> None:
        """Require a number a head, or one for each number of its keys.

        Raises:
            LayerError: there are others.
        """
        keys = self.heads * (queries.channels // self.asking)

        def error() -> LayerError:
            return LayerError(
                f"`decay` is {decay.described}, {int(self.heads)} heads need {queries.with_channels(self.heads).described}",
                hint=f"a number for each head and position, or for each of {int(keys)} numbers of keys",
            )

        refuse(not isinstance(decay, Sequence), error)
        refuse((decay[0] != queries[0]) | (decay[1] != queries[1]), error)
        refuse((decay.channels != self.heads) & (decay.channels != keys), error)

    def weights(self, *inputs: Sequence) -> Weights:
        """With a decay, a rate for each head and a bias for each of its numbers."""
        decays = inputs[4:]
        return {"a_log": (self.heads,), "dt_bias": (decays[0].channels,)} if decays else NO_WEIGHTS

    def widths(self, *inputs: Sequence) -> tuple[int, int]:
        """Width of a head of keys, and of one of values."""
        return inputs[0].channels // self.asking, inputs[2].channels // self.heads

    def state(self, *inputs: Sequence) -> Weights:
        """The matrix of each head, which does not grow with the tokens."""
        return {"state": (inputs[0][0], self.heads, *self.widths(*inputs))}

    def stepwise(self, *inputs: Sequence) -> Self:
        """Without chunks."""
        del inputs
        return self.with_fields(chunk=0)

    def chunks(self, x: Sequence) -> int:
        """Chunks of all heads and samples."""
        return prod((x[0], self.heads, ceil_div(x[1], self.chunk)))

    def macs(self, out: Sequence, *inputs: Sequence) -> int:
        """The matrix with the key, the error with the key, the matrix with the query; in chunks their scores, too."""
        keys, values = self.widths(*inputs)
        if not self.chunk:
            return 3 * prod((out[0], out[1], self.heads, keys, values))
        return self.chunks(out) * self.chunk * (self.chunk * (2 * keys + values) + 3 * (keys * values))

    def products(self, out: Sequence, *inputs: Sequence) -> Iterable[Product]:
        """Errors and the states they make, which queries and later keys read; no gradient goes to the zeros before the first."""
        (keys, values), length = self.widths(*inputs), self.chunk or 1
        decay: tuple[Factor, ...] = (4, "a_log", "dt_bias") if inputs[4:] else ()
        first = prod((out[0], self.heads, length, keys, values))
        steps = ceil_div(out[1], length)
        each, later = steps * first, (steps - 1) * first
        if self.chunk:
            pairs = self.chunks(out) * self.chunk * self.chunk
            yield Product(0, (1, 3), "parts")
            yield Product(pairs * keys, ("parts", 1), "system")
            yield Product(0, (2, "parts", *decay), "solved")
            yield Product(0, ("system", "solved"), "errors", gradients=(pairs * (keys + values), 0))
            yield Product(pairs * keys, (0, 1), "scores")
            yield Product(pairs * values, ("scores", "errors"))
            yield Product(each, (1, "errors"), "states", gradients=(later, later))
            yield Product(first, ("errors",))
            yield Product(later, ("errors", "states"))
            yield Product(first, (0,))
            yield Product(later, (0, "states"))
        else:
            yield Product(0, (1, 2, 3, *decay), "errors")
            yield Product(each, (1, "errors"), "states")
            yield Product(first, (1,))
            yield Product(later, (1, "states"))
            yield Product(each, (0, "states"))

    def ops(self, out: Sequence, *inputs: Sequence) -> int:
        """Scaled queries, lengths, errors, and what is forgotten."""
        queries, keys = prod(inputs[0]), prod(inputs[1])
        parts = [queries, LENGTH_OPS * (queries + keys) if self.qk_l2norm else 0]
        forget = self.ops_in_chunks if self.chunk else self.ops_by_position
        return sum([*parts, *forget(out, *inputs)])

    def ops_by_position(self, out: Sequence, *inputs: Sequence) -> Iterator[int]:
        """Errors and their parts; decays, and what they leave of the matrix."""
        yield 2 * prod(out)
        for decay in inputs[4:]:
            yield GATE_OPS * prod(decay)
            yield prod((out[0], out[1], self.heads, *self.widths(*inputs)))

    def ops_in_chunks(self, out: Sequence, *inputs: Sequence) -> Iterator[int]:
        """Parts, systems, errors and sums; decays, what lies between two positions, and what they leave."""
        (keys, values), chunks = self.widths(*inputs), self.chunks(out)
        positions = chunks * self.chunk
        yield positions * (self.chunk * (keys + values) + 2 * values) + chunks * (keys * values)
        for decay in inputs[4:]:
            each = decay.channels // self.heads
            yield (GATE_OPS - 1) * prod(decay)
            yield positions * (3 * keys + each * (PAIR_OPS * self.chunk + PLACE_OPS))
            yield chunks * (keys * values + each)
