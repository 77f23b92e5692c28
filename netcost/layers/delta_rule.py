"""The delta rule: a matrix for each head that is corrected, token by token, where it answers keys wrongly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import prod

from netcost.integers import ceil_div
from netcost.layers.layer import NO_WEIGHTS, Weights, declare, field
from netcost.layers.matrix_state import PLACE_OPS, MatrixState
from netcost.layers.products import Factor, Product
from netcost.layers.refusals import require_per_head
from netcost.layers.values import Flag
from netcost.shapes import Sequence, Shape

LENGTH_OPS = 4
"""Dividing by the length: the square, the sum, the product, and one for what is done once per head and position."""

GATE_OPS = 4
"""Making a decay: a bias, softplus, the product with its rate, the exponential."""

PAIR_OPS = 4
"""What is left between two positions of a chunk: a difference, its exponential, a product with each of two scores."""


@declare
class DeltaRule(MatrixState):
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
    arity = (1, 5)
    named_inputs = ("k", "v", "rate", "decay")
    needed_inputs = ("k", "v", "rate")

    qk_l2norm: Flag = field(default=True, help="divide the queries and keys of a head by their length")

    def output(self, *inputs: Shape) -> Shape:
        """The shape of the values."""
        queries, values = self.matched(*inputs)
        require_per_head("rate", inputs[3], queries, self.heads)
        for decay in inputs[4:]:
            self.require_decay(decay, queries)
        return values

    def weights(self, *inputs: Sequence) -> Weights:
        """With a decay, a rate for each head and a bias for each of its numbers."""
        decays = inputs[4:]
        return {"a_log": (self.heads,), "dt_bias": (decays[0].channels,)} if decays else NO_WEIGHTS

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
