"""State spaces whose steps depend on the input: Mamba's scan, and Mamba 2's in matrix form."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Annotated, Self

from netcost.integers import ceil_div
from netcost.layers.layer import Layer, Weights, declare, field
from netcost.layers.operations import RMS_NORM_OPS
from netcost.layers.products import Product
from netcost.layers.refusals import (
    LayerError,
    refuse,
    require_divisible,
    require_per_head,
    require_sequence,
)
from netcost.layers.values import FLAG, Count, Either, Index, OneOf
from netcost.shapes import Sequence, Shape

STEP_OPS = 2
"""Making a step size: a bias and softplus."""

SKIP_OPS = 2
"""Passing the input by: its product with D, and the sum."""

DECAY_OPS = 2
"""A decay over a distance: the difference of two sums or a product of step and rate, and its exponential."""

FlagOrPlain = Annotated[bool | str, Either(FLAG, OneOf(["plain"]))]


@declare
class SelectiveScan(Layer):
    """Carry a state for each channel along a sequence, by steps, gains and readings that the input decides.

    The projections into the scan and out of it, gates and the short convolution are layers of their own.

    Shapes: (N, T, C) -> (N, T, C).
    Counts: per token C * (rank + 2 * n) MACs for what the input decides, rank * C for its steps and n * C to read the state.
        5 ops per channel: bias and softplus of the step, its product with the input, the product with D and the sum;
        5 per number of the state: the product of step and rate, its exponential, the gain, a product and a sum. Rates are
        constants once trained. With `norms` 5 ops for each of rank + 2 * n numbers a token, 4 if plain.
    Errors: an input that is not a sequence.
    Source: Gu & Dao, Mamba, arXiv:2312.00752; transformers' MambaMixer.
    """

    type = "selective_scan"
    title = "SelectiveScan"
    sight = "whole"
    primary = "state_size"
    apart = ("a_log",)

    state_size: Count = field(
        symbol="n",
        aliases=("d_state", "ssm_state_size"),
        help="numbers of the state per channel",
        example="16",
    )
    rank: Count = field(
        aliases=("dt_rank", "time_step_rank"), help="width that the steps of all channels are made from"
    )
    norms: FlagOrPlain = field(
        default=False,
        help="RMS norms of steps, B and C with learned scales, as in Jamba; plain for none, as in Falcon Mamba",
    )

    def output(self, *inputs: Shape) -> Shape:
        """The input's shape."""
        return require_sequence(self.type, inputs[0])

    def weights(self, x: Sequence) -> Weights:
        """(C, rank + 2 * n) for what the input decides, (rank, C) and C for steps, (C, n) for rates, C for D; scales of norms."""
        scales = {"norm_scale": (self.decided,)} if self.norms is True else {}
        return {
            "x_proj": (x.channels, self.decided),
            **scales,
            "dt_weight": (self.rank, x.channels),
            "dt_bias": (x.channels,),
            "a_log": (x.channels, self.state_size),
            "d": (x.channels,),
        }

    @property
    def decided(self) -> int:
        """Numbers a token that the input decides: what steps are made from, B and C."""
        return self.rank + 2 * self.state_size

    def state(self, x: Sequence) -> Weights:
        """The state of each channel, which does not grow with the tokens."""
        return {"state": (x[0], x.channels, self.state_size)}

    def macs(self, out: Sequence, x: Sequence) -> int:
        """What the input decides, the steps, reading the state."""
        del out
        return prod((*x, self.decided)) + prod((*x, self.rank)) + prod((*x, self.state_size))

    def products(self, out: Sequence, x: Sequence) -> Iterable[Product]:
        """What the input decides, the steps made of it, and states that are read by it."""
        del out
        yield Product(prod((*x, self.decided)), (0, "x_proj"), "decided")
        yield Product(prod((*x, self.rank)), ("decided", "dt_weight"), "steps")
        yield Product(0, (0, "decided", "steps", "dt_bias", "a_log"), "states")
        yield Product(prod((*x, self.state_size)), ("states", "decided"))

    def ops(self, out: Sequence, x: Sequence) -> int:
        """Step, its product with the input, skip; decay, gain and update of the state; norms."""
        del out
        norm = RMS_NORM_OPS if self.norms is True else RMS_NORM_OPS - 1 if self.norms else 0
        norms = norm * prod((*x[:-1], self.decided))
        return prod(x) * (STEP_OPS + 1 + SKIP_OPS) + prod((*x, self.state_size)) * (DECAY_OPS + 3) + norms


@declare
class StateSpaceDuality(Layer):
    """Carry a state for each head along a sequence: as matrix products within chunks, and from chunk to chunk.

    The input holds what is scanned, then what goes into the state and what reads it, for each group of heads: x, B and C
    side by side. `dt` names the steps, a number for each head; where it is left out they stand at the end of the input.

    Shapes: (N, T, h * d + 2 * g * n) and (N, T, h) -> (N, T, h * d).
    Counts: over whole chunks, per head and position chunk * (n + d) MACs within its chunk, n * d to gather the state and n * d
        to read it; n * d for each pair of chunks, the state before the first being one. 3 ops per step: bias, softplus, rate.
        3 per element of x: its product with the step, with D, and the sum. Over whole chunks, per head: 3 for each pair in a
        chunk, 5 for each position, n for each position, 2 * d for each position, 2 for each pair of chunks, for decays.
        With `chunk: 0` per token n MACs per element of x to read the state; 4 + n ops per head: bias, softplus, rate and
        exponential of the step, and its products with B; 2 per element of x for D, 3 per number of the state.
    Errors: channels that are not x, B and C of whole heads; groups that do not divide the heads; steps for other heads.
    Source: Dao & Gu, Mamba 2, arXiv:2405.21060, listing 1; transformers' Mamba2Mixer.
    """

    type = "ssd"
    title = "SSD"
    sight = "whole"
    primary = "state_size"
    arity = (1, 2)
    named_inputs = ("dt",)

    state_size: Count = field(
        symbol="n",
        aliases=("d_state", "ssm_state_size"),
        help="numbers of the state per channel",
        example="16",
    )
    heads: Count = field(
        symbol="h", aliases=("num_heads", "nheads"), help="heads, each with steps of its own", example="8"
    )
    groups: Count = field(
        default=1, symbol="g", aliases=("ngroups", "n_groups"), help="groups of heads that share B and C"
    )
    chunk: Index = field(
        default=256,
        aliases=("chunk_size",),
        shown=True,
        help="positions that are computed as one matrix; 0 for one position after another",
    )

    def validate(self) -> None:
        """Refuse groups that do not divide the heads."""
        require_divisible("heads", self.heads, "groups", self.groups, field="groups")

    def output(self, *inputs: Shape) -> Shape:
        """(N, T, h * d)."""
        x = require_sequence(self.type, inputs[0])
        inner = self.inner(*inputs)
        parts, beside = ("B, C and dt", self.beside) if len(inputs) == 1 else ("B and C", self.mixed)
        refuse(
            inner < 1,
            lambda: LayerError(
                f"the input has {x.channels} channels, {parts} alone take {beside}",
                hint=f"x, {parts} stand side by side in it",
            ),
        )
        named = f"channels of x beside {beside} of {parts}"
        require_divisible(named, inner, "heads", self.heads, field="heads")
        for steps in inputs[1:]:
            require_per_head("dt", steps, x, self.heads)
        return x.with_channels(inner)

    @property
    def mixed(self) -> int:
        """Width of B and C together."""
        return 2 * self.groups * self.state_size

    @property
    def beside(self) -> int:
        """Width of B, C and the steps."""
        return self.mixed + self.heads

    def inner(self, x: Shape, *steps: Shape) -> int:
        """Width of what is scanned."""
        return x.channels - (self.mixed if steps else self.beside)

    def width(self, *inputs: Shape) -> int:
        """Width of one head."""
        return self.inner(*inputs) // self.heads

    def weights(self, *inputs: Shape) -> Weights:
        """A rate, a factor of the skip and a bias of the steps, for each head."""
        del inputs
        return {"a_log": (self.heads,), "d": (self.heads,), "dt_bias": (self.heads,)}

    def state(self, *inputs: Sequence) -> Weights:
        """The state of each head, which does not grow with the tokens."""
        return {"state": (inputs[0][0], self.heads, self.width(*inputs), self.state_size)}

    def stepwise(self, *inputs: Sequence) -> Self:
        """Without chunks."""
        del inputs
        return self.with_fields(chunk=0)

    def macs(self, out: Sequence, *inputs: Sequence) -> int:
        """Within chunks, from positions to states and back, from chunk to chunk; reading the state where there are none."""
        if not self.chunk:
            return prod((*out, self.state_size))
        width = self.width(*inputs)
        chunks = ceil_div(out[1], self.chunk)
        positions = prod((out[0], self.heads, chunks * self.chunk))
        held = prod((self.state_size, width))
        carried = prod((out[0], self.heads, chunks + 1, chunks + 1, held))
        return positions * (self.chunk * (self.state_size + width) + 2 * held) + carried

    def products(self, out: Sequence, *inputs: Sequence) -> Iterable[Product]:
        """Each is of two that are made of x, B, C and the steps."""
        yield Product(0, (*range(len(inputs)), "a_log", "dt_bias"), "scanned")
        yield Product(self.macs(out, *inputs), ("scanned", "scanned"))

    def ops(self, out: Sequence, *inputs: Sequence) -> int:
        """Steps, skip, and the decays of pairs, positions, states and chunks, or decay and gain of each number of the state."""
        if not self.chunk:
            heads = prod((out[0], out[1], self.heads)) * (STEP_OPS + DECAY_OPS + self.state_size)
            return heads + SKIP_OPS * prod(out) + 3 * prod((*out, self.state_size))
        chunks = ceil_div(out[1], self.chunk)
        positions = prod((out[0], self.heads, chunks * self.chunk))
        steps = prod((out[0], out[1], self.heads)) * (STEP_OPS + 1)
        scanned = prod(out) * (1 + SKIP_OPS)
        pairs = positions * self.chunk * (DECAY_OPS + 1)
        decays = positions * (1 + DECAY_OPS + DECAY_OPS)
        states = positions * (self.state_size + 2 * self.width(*inputs))
        carried = prod((out[0], self.heads, chunks + 1, chunks + 1)) * DECAY_OPS
        return steps + scanned + pairs + decays + states + carried
