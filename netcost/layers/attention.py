"""Attention: over a whole sequence, from one sequence to another, and within the windows of a map."""

from __future__ import annotations

from math import prod
from typing import Any

from netcost.integers import ceil_div
from netcost.layers.kept import Held, Kept
from netcost.layers.layer import Layer, Weights, declare, field
from netcost.layers.operations import RMS_NORM_OPS, SOFTMAX_OPS
from netcost.layers.reads import Sight, partition
from netcost.layers.refusals import (
    LayerError,
    per_axis,
    refuse,
    require_divisible,
    require_map,
    require_sequence,
)
from netcost.layers.values import Axes, AxesFrom0, Count, Flag
from netcost.shapes import Map, Sequence, Shape

SCORE_OPS = 1 + SOFTMAX_OPS
"""Scaling a score by the root of the head's width, and its softmax."""

ROTATION_OPS = 3
"""Rotating a pair is four multiplications and two additions."""


@declare
class Attention(Layer):
    """Mix the vectors of a sequence by how well each query meets each key, in several heads.

    A second input is the source of keys and values: cross attention. With fewer `kv_heads` than heads,
    groups of heads share their keys and values.

    Shapes: (N, T, C) -> (N, T, C); the source, if there is one, is (N, T_k, C_k).
    Counts: the four projections, and T * T_k * d MACs per head for the scores and again for the values;
        `causal` does not halve them. 6 ops per score (1 for the scale, 5 for the softmax; a mask is none),
        1 per element with a bias, 3 per element of queries and keys for `rope`, 5 for `qk_norm`.
    Errors: heads that do not divide the channels, unless `head_dim` is given; kv_heads that do not divide
        the heads; `rope` with an odd head_dim; a source of another batch.
    Source: Vaswani et al., arXiv:1706.03762; Ainslie et al., arXiv:2305.13245 for grouped heads; torch.nn.MultiheadAttention.
    """

    type = "attention"
    title = "Attention"
    primary = "heads"
    arity = (1, 2)
    sight = "whole"
    named_inputs = ("kv",)

    heads: Count = field(symbol="h", aliases=("num_heads",), help="number of heads", example="8")
    kv_heads: Count | None = field(
        default=None,
        symbol="h_kv",
        aliases=("num_kv_heads", "num_key_value_heads"),
        help="heads of keys and values; as many as heads where left out",
    )
    head_dim: Count | None = field(
        default=None,
        symbol="d",
        aliases=("key_dim",),
        help="width of a head; channels / heads where left out",
    )
    bias: Flag = field(
        default=True,
        aliases=("use_bias", "qkv_bias"),
        help="add a learned number per output of each projection",
    )
    out_bias: Flag | None = field(
        default=None, help="the same for the output projection; as `bias` where left out"
    )
    causal: Flag = field(default=False, help="each position looks back only; changes no count")
    rope: Flag = field(default=False, help="rotate queries and keys by their positions")
    qk_norm: Flag = field(
        default=False, help="RMS norm of each head's queries and keys, with a learned scale"
    )

    def validate(self) -> None:
        """Check that the heads fall into equal groups."""
        if self.kv_heads is not None:
            require_divisible("heads", self.heads, "kv_heads", self.kv_heads, field="kv_heads")

    def output(self, *inputs: Shape) -> Shape:
        """The shape of the first input."""
        x, source = self.ends(*(require_sequence(self.type, each) for each in inputs))
        if self.head_dim is None:
            require_divisible("channels", x.channels, "heads", self.heads, field="heads")
        if self.rope:
            refuse(
                self.width(x) % 2 != 0,
                lambda: LayerError(
                    f"rope rotates pairs of numbers, a head has {self.width(x)}",
                    field="rope",
                    hint="an even head_dim",
                ),
            )
        refuse(
            source[0] != x[0],
            lambda: LayerError(f"the queries are a batch of {x[0]}, the keys and values one of {source[0]}"),
        )
        return x

    @staticmethod
    def ends(x: Sequence, source: Sequence | None = None) -> tuple[Sequence, Sequence]:
        """Where queries come from, and where keys and values do."""
        return x, x if source is None else source

    def width(self, x: Sequence) -> int:
        """Width of one head."""
        return x.channels // self.heads if self.head_dim is None else self.head_dim

    def widths(self, x: Sequence) -> tuple[int, int]:
        """Width of all queries of a position together, and of all its keys."""
        queries = x.channels if self.head_dim is None else self.heads * self.head_dim
        return queries, queries if self.kv_heads is None else self.kv_heads * self.width(x)

    @property
    def biased_output(self) -> bool:
        """True if the output projection has a bias."""
        return self.bias if self.out_bias is None else self.out_bias

    def weights(self, *inputs: Sequence) -> Weights:
        """(C, h * d) for the queries, (C_k, h_kv * d) for keys and values, (h * d, C) for the output."""
        x, source = self.ends(*inputs)
        queries, keys = self.widths(x)
        found: dict[str, tuple[int, ...]] = {
            "q_weight": (x.channels, queries),
            "k_weight": (source.channels, keys),
            "v_weight": (source.channels, keys),
            "out_weight": (queries, x.channels),
        }
        if self.bias:
            found |= {"q_bias": (queries,), "k_bias": (keys,), "v_bias": (keys,)}
        if self.biased_output:
            found |= {"out_bias": (x.channels,)}
        if self.qk_norm:
            found |= {"q_norm": (self.width(x),), "k_norm": (self.width(x),)}
        return found

    def macs(self, out: Sequence, *inputs: Sequence) -> int:
        """The projections of queries, keys and values, and output; the scores and the values that they weigh."""
        x, source = self.ends(*inputs)
        queries, keys = self.widths(x)
        projected = prod((*x, queries)) + prod((2, *source, keys)) + prod((*out, queries))
        return projected + prod((2, x[0], self.heads, x[1], source[1], self.width(x)))

    def scores(self, x: Sequence, source: Sequence) -> int:
        """One per head, query and key."""
        return prod((x[0], self.heads, x[1], source[1]))

    def ops(self, out: Sequence, *inputs: Sequence) -> int:
        """Scores, biases, rotations and norms."""
        x, source = self.ends(*inputs)
        queries, keys = (
            prod((*end[:-1], width)) for end, width in zip((x, source), self.widths(x), strict=True)
        )
        parts = [SCORE_OPS * self.scores(x, source)]
        if self.bias:
            parts.append(queries + 2 * keys)
        if self.biased_output:
            parts.append(prod(out))
        if self.rope:
            parts.append(ROTATION_OPS * (queries + keys))
        if self.qk_norm:
            parts.append(RMS_NORM_OPS * (queries + keys))
        return sum(parts)

    def settings(self, *inputs: Shape) -> dict[str, Any]:
        """The fields, with the heads' number and width and the output's bias filled in."""
        x = require_sequence(self.type, inputs[0])
        filled = {
            "kv_heads": self.heads if self.kv_heads is None else self.kv_heads,
            "head_dim": self.width(x),
            "out_bias": self.biased_output,
        }
        return super().settings(*inputs) | filled

    def kept(self, out: Sequence, *inputs: Sequence) -> Kept:
        """What goes in, the queries, keys, values and what they make, and the sum of each query's exponentials.

        So keeps a fused kernel, which works the scores out again.
        """
        x, source = self.ends(*inputs)
        queries, keys = self.widths(x)
        more = {
            "queries": Held((*x[:-1], queries)),
            "keys": Held((*source[:-1], keys)),
            "values": Held((*source[:-1], keys)),
            "mixed": Held((*out[:-1], queries)),
            "sums": Held((x[0], self.heads, x[1]), "float32"),
        }
        return Kept(inputs=tuple(range(len(inputs))), more=more)

    def kept_unfused(self, out: Sequence, *inputs: Sequence) -> Kept:
        """The shares of all scores instead of the sums of their exponentials."""
        x, source = self.ends(*inputs)
        kept = self.kept(out, *inputs)
        more = {name: held for name, held in kept.more.items() if name != "sums"}
        return kept._replace(more={**more, "shares": Held((x[0], self.heads, x[1], source[1]))})


@declare
class WindowAttention(Layer):
    """Attend within each window of a map, with a learned bias for each relative position.

    A map that does not divide into windows is padded to whole ones. Shifted windows wrap around the map.

    Shapes: (N, C, *size) -> (N, C, *size).
    Counts: those of `attention` over the positions of each window, padding included; 1 op more per score
        for the position bias. The shift, a roll and a mask, is not arithmetic.
    Errors: heads that do not divide the channels; a shift of a whole window or more.
    Source: Liu et al., Swin Transformer, arXiv:2103.14030; torchvision's ShiftedWindowAttention.
    """

    type = "windowattention"
    title = "WindowAttention"
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

    @property
    def within(self) -> Attention:
        """What happens in each window."""
        return Attention(heads=self.heads, bias=self.bias)

    def output(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        x = require_map(self.type, inputs[0], hint="add `to_map` before it")
        shifts = per_axis(self.shift, len(x.size), "shift")
        for shift, side in zip(shifts, self.sides(x), strict=True):
            self.check_shift(shift, side)
        self.within.output(self.windowed(x))
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
        """The four projections, and a bias per head for each relative position of two in a window."""
        positions = prod(2 * side - 1 for side in self.sides(x))
        return {**self.within.weights(self.windowed(x)), "position_bias": (positions, self.heads)}

    def buffers(self, x: Map) -> Weights:
        """For each pair of positions in a window, which bias is theirs."""
        area = prod(self.sides(x))
        return {"position_index": (area, area)}

    def macs(self, out: Map, x: Map) -> int:
        """Those of attention over all windows."""
        del out
        windows = self.windowed(x)
        return self.within.macs(windows, windows)

    def ops(self, out: Map, x: Map) -> int:
        """Those of attention over all windows, and the position bias of each score."""
        del out
        windows = self.windowed(x)
        return self.within.ops(windows, windows) + self.within.scores(windows, windows)

    def settings(self, *inputs: Shape) -> dict[str, Any]:
        """The fields, with window and shift given for each axis."""
        x = require_map(self.type, inputs[0])
        filled = {"window": self.sides(x), "shift": per_axis(self.shift, len(x.size), "shift")}
        return super().settings(*inputs) | filled

    def kept(self, out: Map, x: Map) -> Kept:
        """The windows of the input, of queries, keys, values and what they make, and the share of each score."""
        del out
        windows = self.windowed(x)
        names = ("windows", "queries", "keys", "values", "mixed")
        scores = (windows[0], self.heads, windows[1], windows[1])
        return Kept(more={**dict.fromkeys(names, Held(windows)), "shares": Held(scores)})

    def reads(self, out: Map, x: Map) -> Sight:
        """The whole window that a position is in, for each axis."""
        del out
        shifts = per_axis(self.shift, len(x.size), "shift")
        return tuple(map(partition, self.sides(x), shifts))
