"""Attention within the windows of a map."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any

from netcost.integers import ceil_div
from netcost.layers import position_bias
from netcost.layers.attention import Attention, NormedHeads
from netcost.layers.kept import Held, Kept, Tensors
from netcost.layers.layer import Layer, Weights, declare, field
from netcost.layers.position_bias import Position, Scored, WindowBias, check_fit, check_position, position_of
from netcost.layers.products import Product
from netcost.layers.reads import Sight, partition
from netcost.layers.refusals import LayerError, per_axis, refuse, require_map
from netcost.layers.values import Axes, AxesFrom0, Count, Flag
from netcost.shapes import Map, Sequence, Shape


@declare
class WindowAttention(Layer):
    """Attend within each window of a map, as a rule with a learned bias for each relative position.

    A map that does not divide into windows is padded to whole ones. Shifted windows wrap around the map.

    Shapes: (N, C, *size) -> (N, C, *size).
    Counts: those of `attention` over the positions of each window, padding included; 1 op more per score
        for the position bias. The shift, a roll and a mask, is not arithmetic. `position: false` adds nothing, other
        words what they add in `attention`.
    Errors: heads that do not divide the channels; a shift of a whole window or more.
    Source: Liu et al., Swin Transformer, arXiv:2103.14030; torchvision's ShiftedWindowAttention;
        Liu et al., Swin Transformer V2, arXiv:2111.09883, for `mlp` and `cosine`;
        Kirillov et al., Segment Anything, arXiv:2304.02643, for decomposed positions.
    """

    type = "windowattention"
    title = "WindowAttention"
    apart = position_bias.TABLES
    primary = "heads"

    heads: Count = field(symbol="h", aliases=("num_heads",), help="number of heads", example="8")
    window: Axes = field(
        symbol="M", aliases=("window_size",), help="window size, one number or one per axis", example="8"
    )
    shift: AxesFrom0 = field(
        default=0,
        symbol="shift",
        aliases=("shift_size",),
        help="how far the windows are moved; changes no count",
    )
    bias: Flag = field(
        default=True, aliases=("use_bias",), help="add a learned number per output of each projection"
    )
    q_bias: Flag | None = field(default=None, help="the same for the queries alone; as `bias` where left out")
    k_bias: Flag | None = field(default=None, help="the same for the keys alone; as `bias` where left out")
    v_bias: Flag | None = field(default=None, help="the same for the values alone; as `bias` where left out")
    head_dim: Count | None = field(
        default=None, symbol="d", help="width of a head; channels / heads where left out"
    )
    qk_norm: NormedHeads = field(
        default=False, help="norm of queries and keys, true, all or cosine as for attention"
    )
    position: WindowBias = field(
        default=True,
        aliases=("position_bias",),
        help="a learned number for each relative position and head; false for none, or as for attention",
    )

    def validate(self) -> None:
        """Check that a position is told in one way."""
        if not isinstance(self.position, bool):
            check_position(position_of(self.position))

    @property
    def within(self) -> Attention:
        """What happens in each window."""
        alike = ("heads", "bias", "q_bias", "k_bias", "v_bias", "head_dim", "qk_norm")
        return Attention(**{name: getattr(self, name) for name in alike})

    def told(self, x: Map) -> Position | None:
        """What scores are told of positions."""
        if isinstance(self.position, bool):
            return Position(table=self.sides(x)) if self.position else None
        return position_of(self.position)

    def scored(self, x: Map) -> Scored:
        """What scores are made between, in all windows."""
        windows, within = self.windowed(x), self.within
        width = within.width(windows)
        return Scored(
            *(windows[0], self.heads, width, windows[1], windows[1], windows.channels),
            *(self.sides(x), self.sides(x)),
            biased=within.biased_parts,
        )

    def output(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        x = require_map(self.type, inputs[0], hint="add `to_map` before it")
        shifts = per_axis(self.shift, len(x.size), "shift")
        for shift, side in zip(shifts, self.sides(x), strict=True):
            self.check_shift(shift, side)
        self.within.output(self.windowed(x))
        told = self.told(x)
        if told:
            check_fit(told, self.scored(x))
        return x

    @staticmethod
    def check_shift(shift: int, side: int) -> None:
        """Refuse a shift that takes a window beyond its neighbour.

        Raises:
            LayerError: the shift is a whole window or more.
        """
        refuse(
            shift >= side,
            lambda: LayerError(
                f"a shift of {shift} is not less than the window of {side}",
                field="shift",
                hint=f"half a window: {side // 2}",
            ),
        )

    def sides(self, x: Map) -> tuple[int, ...]:
        """Length of a window along each axis."""
        return per_axis(self.window, len(x.size), "window")

    def windowed(self, x: Map) -> Sequence:
        """The map as a batch of windows, each a sequence of its positions."""
        sides = self.sides(x)
        windows = prod(ceil_div(length, side) for length, side in zip(x.size, sides, strict=True))
        return Sequence((x[0] * windows, prod(sides), x.channels))

    def weights(self, x: Map) -> Weights:
        """The projections, and what is learned of relative positions in a window."""
        told = self.told(x)
        found = self.within.weights(self.windowed(x))
        return {**found, **position_bias.weights(told, self.scored(x))} if told else found

    def buffers(self, x: Map) -> Weights:
        """For each pair of positions in a window, which bias is theirs; distances for a network that makes it."""
        told = self.told(x)
        return position_bias.buffers(told, self.scored(x)) if told else {}

    def macs(self, out: Map, x: Map) -> int:
        """Those of attention over all windows, and products with vectors of positions."""
        del out
        windows, told = self.windowed(x), self.told(x)
        return self.within.macs(windows, windows) + (position_bias.macs(told, self.scored(x)) if told else 0)

    def products(self, out: Map, x: Map) -> Iterable[Product]:
        """Those of attention over all windows, after what scores are told of positions."""
        windows, told = self.windowed(x), self.told(x)
        *before, scores, shares, mixed, last = self.within.products(out, windows)
        yield from before
        if told:
            yield from position_bias.products(told, self.scored(x))
        yield from (scores, shares, mixed, last)

    def ops(self, out: Map, x: Map) -> int:
        """Those of attention over all windows, and what is added to the scores for positions."""
        del out
        windows, told = self.windowed(x), self.told(x)
        return self.within.ops(windows, windows) + (position_bias.ops(told, self.scored(x)) if told else 0)

    def settings(self, *inputs: Shape) -> dict[str, Any]:
        """The fields, with window and shift given for each axis."""
        x = require_map(self.type, inputs[0])
        filled = {"window": self.sides(x), "shift": per_axis(self.shift, len(x.size), "shift")}
        return super().settings(*inputs) | filled

    def scratch(self, out: Map, x: Map) -> Tensors:
        """The windows, their queries, keys, values, scores, and the values that queries have weighed."""
        windows = self.windowed(x)
        within = self.within.scratch_unfused(windows, windows)
        del out
        return {"windows": Held(windows), **within}

    def kept(self, out: Map, x: Map) -> Kept | None:
        """The windows of the input, of queries, keys, values and what they make, and the share of each score."""
        del out
        if self.qk_norm or not isinstance(self.position, bool):
            return None
        windows = self.windowed(x)
        names = ("windows", "queries", "keys", "values", "mixed")
        scores = (windows[0], self.heads, windows[1], windows[1])
        return Kept(more={**dict.fromkeys(names, Held(windows)), "shares": Held(scores)})

    def reads(self, out: Map, x: Map) -> Sight:
        """The whole window that a position is in, for each axis."""
        del out
        shifts = per_axis(self.shift, len(x.size), "shift")
        return tuple(map(partition, self.sides(x), shifts))
