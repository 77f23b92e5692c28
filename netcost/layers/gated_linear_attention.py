"""Linear attention that forgets: a sum of keys and values that decays, at a fixed rate or as the input decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import prod

from netcost.integers import ceil_div, minimum
from netcost.layers.layer import Weights, declare, field
from netcost.layers.matrix_state import PLACE_OPS, MatrixState
from netcost.layers.products import Product
from netcost.layers.refusals import require_per_head
from netcost.layers.values import Flag
from netcost.shapes import Sequence, Shape

PAIR_OPS = 2
"""What is left between two positions of a chunk, where the input decides it: a difference, and its exponential."""


@declare
class GatedLinearAttention(MatrixState):
    """Add each key with its value to a matrix per head that decays, and look the query up in it.

    The input holds the queries; `k` and `v` name keys and values. `decay` names the logarithm of what is left, a number a head
    or one for each number of its keys; each head has a fixed rate where it is left out. `gain` names the logarithm of what a
    key counts, a number a head. Projections, gates and norms are layers of their own.

    Shapes: (N, T, g * d), the same, (N, T, h * d_v) -> (N, T, h * d_v).
    Counts: the recurrence: per token and head d * d_v MACs to add a key with its value, and as many for the query. 2 * d * d_v
        ops for the decay and the sum; 1 per number of a decay; 1 per number of a gain, and d for the key that it weighs.
        With `chunk` d + d_v MACs for each two positions of a chunk, the last one as long as it is, and 2 * d * d_v for each
        position. 1 op for each two positions, 2 * d + d_v for each position, 2 * d * d_v for each chunk; with a decay, per number
        of a head, 2 for each two positions and 4 for each.
        `normalized` adds d MACs a token, and 2 * d + d_v ops; in chunks 1 for each two positions, d + d_v + 1 for each position
        and 2 * d for each chunk.
    Errors: keys unlike the queries; values, decays or gains for other heads; key heads that do not divide the heads.
    Source: Sun et al., RetNet, arXiv:2307.08621, and transformers' MiniMaxLightningAttention for fixed rates; Yang et al., GLA,
        arXiv:2312.06635; Beck et al., xLSTM, arXiv:2405.04517, for gains and the normaliser.
    """

    type = "gated_linear_attention"
    title = "GatedLinearAttention"
    arity = (1, 5)
    named_inputs = ("k", "v", "decay", "gain")
    needed_inputs = ("k", "v")

    normalized: Flag = field(default=False, help="divide by what the query finds in the sum of the keys")

    def output(self, *inputs: Shape) -> Shape:
        """The shape of the values."""
        queries, values = self.matched(*inputs)
        for decay in inputs[3:4]:
            self.require_decay(decay, queries)
        for gain in inputs[4:]:
            require_per_head("gain", gain, queries, self.heads)
        return values

    def state(self, *inputs: Sequence) -> Weights:
        """The matrix of each head, and the sum of its keys; neither grows with the tokens."""
        keys, _ = self.widths(*inputs)
        sums = {"key_sums": (inputs[0][0], self.heads, keys)} if self.normalized else {}
        return {**super().state(*inputs), **sums}

    def pairs(self, x: Sequence) -> int:
        """Pairs of positions in chunks, of all heads and samples; the last chunk is as long as it is."""
        if not self.chunk:
            return 0
        whole, rest = x[1] // self.chunk, x[1] % self.chunk
        return prod((x[0], self.heads)) * (whole * (self.chunk * self.chunk) + rest * rest)

    def macs(self, out: Sequence, *inputs: Sequence) -> int:
        """Keys with values and queries with the matrix; in chunks scores, too; queries with the sum of the keys."""
        keys, values = self.widths(*inputs)
        tokens = prod((out[0], out[1], self.heads))
        sums = keys if self.normalized else 0
        return self.pairs(out) * (keys + values) + tokens * (2 * (keys * values) + sums)

    def products(self, out: Sequence, *inputs: Sequence) -> Iterable[Product]:
        """Scores and what they weigh, what goes into the matrix and what is read; no gradient goes to the zeros before it."""
        (keys, values), pairs = self.widths(*inputs), self.pairs(out)
        given = tuple(range(3, len(inputs)))
        length = minimum(self.chunk or 1, out[1])
        token = prod((out[0], self.heads, keys, values))
        all_of, first = out[1] * token, length * token
        read_later = (ceil_div(out[1], length) - 1) * first if self.chunk else all_of
        yield Product(0, given, "scores")
        yield Product(0, given, "states")
        yield Product(pairs * keys, (0, 1), "scores")
        yield Product(pairs * values, ("scores", 2))
        yield Product(all_of, (1, 2), "states", gradients=(read_later, read_later))
        if self.chunk:
            yield Product(first, (0,))
            yield Product(all_of - first, (0, "states"))
        else:
            yield Product(all_of, (0, "states"))
        if self.normalized:
            yield Product(prod((out[0], out[1], self.heads, keys)), (0, "states"))

    def ops(self, out: Sequence, *inputs: Sequence) -> int:
        """Decays and sums, gains, the normaliser."""
        keys, _ = self.widths(*inputs)
        gained = sum(prod(gain) * (1 + keys) for gain in inputs[4:])
        forget = self.ops_in_chunks if self.chunk else self.ops_by_position
        return sum(forget(out, *inputs)) + gained

    def ops_by_position(self, out: Sequence, *inputs: Sequence) -> Iterator[int]:
        """What is left of the matrix, and what is added; exponentials; the sum of the keys and the quotient."""
        keys, values = self.widths(*inputs)
        tokens = prod((out[0], out[1], self.heads))
        yield 2 * (tokens * (keys * values))
        yield from (prod(decay) for decay in inputs[3:4])
        if self.normalized:
            yield tokens * (2 * keys + values)

    def ops_in_chunks(self, out: Sequence, *inputs: Sequence) -> Iterator[int]:
        """Scores, queries and keys that are weighed, sums; what is left between positions; the normaliser."""
        (keys, values), pairs, chunks = self.widths(*inputs), self.pairs(out), self.chunks(out)
        tokens = prod((out[0], out[1], self.heads))
        yield pairs + tokens * (2 * keys + values) + 2 * (chunks * (keys * values))
        for decay in inputs[3:4]:
            each = decay.channels // self.heads
            yield each * (PAIR_OPS * pairs + PLACE_OPS * tokens)
        if self.normalized:
            yield pairs + tokens * (keys + values + 1) + 2 * (chunks * keys)
