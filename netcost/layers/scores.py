"""What every kind of attention shares: the keys that a query meets, what a score costs and what it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netcost.integers import minimum
from netcost.layers import position_bias
from netcost.layers.kept import Held, Kept, Tensors
from netcost.layers.layer import NO_WEIGHTS, Layer, Weights
from netcost.layers.operations import SOFTMAX_OPS
from netcost.layers.position_bias import Position, Scored, position_of

if TYPE_CHECKING:
    from netcost.layers.position_bias import PositionBias
from netcost.record import replace
from netcost.shapes import Sequence, Shape

SCORE_OPS = 1 + SOFTMAX_OPS
"""Scaling a score by the root of the head's width, and its softmax."""

ROTATION_OPS = 3
"""Rotating a pair is four multiplications and two additions."""


class Scoring(Layer):
    """A layer whose heads score the keys that a query meets, and may tell the scores of positions."""

    apart = position_bias.TABLES
    sight = "whole"
    state_moves = 1  # old keys and values are read, new ones are written
    primary = "heads"

    causal: bool
    past: int
    window: int | None
    position: PositionBias | None

    @property
    def told(self) -> Position | None:
        """What scores are told of positions."""
        return position_of(self.position)

    def met(self, source: Sequence) -> int:
        """Keys that a query meets: those of a sequence and of positions before it, as many as a window has."""
        keys = source[1] + self.past if self.past else source[1]
        return keys if self.window is None else minimum(self.window, keys)

    def scored(self, *inputs: Shape) -> Scored:
        """What scores are made between."""
        raise NotImplementedError

    def rows(self, *inputs: Shape) -> tuple[Sequence, ...]:
        """Positions in a row, from which queries come, then keys."""
        raise NotImplementedError

    def position_weights(self, *inputs: Shape) -> Weights:
        """What is learned of positions."""
        return position_bias.weights(self.told, self.scored(*inputs)) if self.told else NO_WEIGHTS

    def buffers(self, *inputs: Shape) -> Weights:
        """Which place of a table of positions belongs to a query and a key."""
        return position_bias.buffers(self.told, self.scored(*inputs)) if self.told else NO_WEIGHTS

    def position_macs(self, *inputs: Shape) -> int:
        """What positions take: products with vectors of them, and what makes these vectors or numbers."""
        return position_bias.macs(self.told, self.scored(*inputs)) if self.told else 0

    @property
    def further_rules(self) -> tuple[str, ...]:
        """What positions take, if anything."""
        return ("position_macs",) if self.told and self.told.has_products else ()

    def scratch_unfused(self, out: Shape, *inputs: Shape) -> Tensors:
        """And all scores, of which a fused kernel keeps none."""
        scored = self.scored(*inputs)
        scores = Held((scored.batch, scored.heads, scored.queries, scored.keys))
        return {**self.scratch(out, *inputs), "scores": scores}

    def kept_unfused(self, out: Shape, *inputs: Shape) -> Kept | None:
        """The shares of all scores instead of the sums of their exponentials."""
        kept = self.kept(out, *inputs)
        if kept is None:
            return None
        scored = self.scored(*inputs)
        shares = Held((scored.batch, scored.heads, scored.queries, scored.keys))
        more = {name: held for name, held in kept.more.items() if name != "sums"}
        return replace(kept, output=False, more={**more, "shares": shares})
