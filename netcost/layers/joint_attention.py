"""Attention of two streams that meet in it, each with projections of its own."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from netcost.layers.kept import Held, Tensors
from netcost.layers.layer import Layer, Weights, declare, field
from netcost.layers.operations import RMS_NORM_OPS
from netcost.layers.products import Product
from netcost.layers.refusals import LayerError, refuse, require_divisible, require_sequence
from netcost.layers.scores import ROTATION_OPS, SCORE_OPS
from netcost.layers.values import Count, Flag
from netcost.shapes import Sequence, Shape


@declare
class JointAttention(Layer):
    """Let two sequences attend to both of them together, as text and image do in a diffusion transformer.

    What comes out is one sequence, that of the first stream before that of `joint`; two `slice` take them apart.

    Shapes: (N, T, C) and (N, T_j, C) -> (N, T + T_j, C).
    Counts: those of `attention` over T + T_j positions, with four projections of each stream's own.
    Errors: heads that do not divide the channels, unless `head_dim` is given; streams of another width or batch.
    Source: Esser et al., Stable Diffusion 3, arXiv:2403.03206; Black Forest Labs' FLUX; diffusers' JointAttnProcessor.
    """

    type = "joint_attention"
    title = "JointAttention"
    sight = "whole"
    primary = "heads"
    arity = (1, 2)
    named_inputs = ("joint",)
    needed_inputs = ("joint",)

    heads: Count = field(symbol="h", aliases=("num_heads",), help="number of heads", example="8")
    head_dim: Count | None = field(
        default=None, symbol="d", help="width of a head; channels / heads where left out"
    )
    bias: Flag = field(
        default=True, aliases=("use_bias",), help="add a learned number per output of each projection"
    )
    rope: Flag = field(default=False, help="rotate queries and keys by their positions")
    qk_norm: Flag = field(
        default=False, help="RMS norm of each head's queries and keys, with a learned scale in each stream"
    )
    joint_out: Flag = field(
        default=True,
        help="project what comes out of the second stream too; false where nothing goes on with it",
    )

    def output(self, *inputs: Shape) -> Shape:
        """(N, T + T_j, C)."""
        refuse(
            len(inputs) == 1,
            lambda: LayerError("joint_attention needs `joint`: the name of the other sequence"),
        )
        x, other = (require_sequence(self.type, each) for each in inputs)
        if self.head_dim is None:
            require_divisible("channels", x.channels, "heads", self.heads, field="heads")
        refuse(
            (x[0] != other[0]) | (x.channels != other.channels),
            lambda: LayerError(f"the streams differ, one is {x.described}, the other {other.described}"),
        )
        return x.with_length(1, x[1] + other[1])

    def width(self, x: Sequence) -> int:
        """Width of one head."""
        return x.channels // self.heads if self.head_dim is None else self.head_dim

    def inner(self, x: Sequence) -> int:
        """Width of all heads together."""
        return x.channels if self.head_dim is None else self.heads * self.head_dim

    def weights(self, x: Sequence, other: Sequence) -> Weights:
        """Four projections of each stream, and their norms."""
        return {**self._stream(x, "", out=True), **self._stream(other, "joint_", out=self.joint_out)}

    def _stream(self, x: Sequence, prefix: str, *, out: bool) -> Weights:
        inner, width = self.inner(x), self.width(x)
        found: dict[str, tuple[int, ...]] = {
            f"{part}_weight": (x.channels, inner) for part in ("q", "k", "v")
        }
        if self.bias:
            found |= {f"{part}_bias": (inner,) for part in ("q", "k", "v")}
        if self.qk_norm:
            found |= {"q_norm": (width,), "k_norm": (width,)}
        if out:
            found["out_weight"] = (inner, x.channels)
        if out and self.bias:
            found["out_bias"] = (x.channels,)
        return {f"{prefix}{name}": shape for name, shape in found.items()}

    def macs(self, out: Sequence, x: Sequence, other: Sequence) -> int:
        """The projections of both streams; the scores of all positions and the values that they weigh."""
        del other
        inner = self.inner(x)
        last = out if self.joint_out else x
        projected = prod((3, *out, inner)) + prod((*last, inner))
        return projected + prod((2, out[0], self.heads, out[1], out[1], self.width(x)))

    def products(self, out: Sequence, *inputs: Sequence) -> Iterable[Product]:
        """The projections of both streams; the scores of all positions, and the values that they weigh; the outputs."""
        inner, prefixes = self.inner(inputs[0]), ("", "joint_")
        for part in ("q", "k", "v"):
            for index, (x, prefix) in enumerate(zip(inputs, prefixes, strict=True)):
                yield Product(prod((*x, inner)), (index, f"{prefix}{part}_weight"), part)
        met = prod((out[0], self.heads, out[1], out[1], self.width(out)))
        yield Product(met, ("q", "k"), "scores")
        yield Product(met, ("scores", "v"), "mixed")
        for x, prefix in list(zip(inputs, prefixes, strict=True))[: 1 + self.joint_out]:
            yield Product(prod((*x, inner)), ("mixed", f"{prefix}out_weight"))

    def scratch(self, out: Sequence, *inputs: Sequence) -> Tensors:
        """Queries, keys and values of both streams, and the values that queries have weighed."""
        del inputs
        made = Held((*out[:-1], self.inner(out)))
        return dict.fromkeys(("queries", "keys", "values", "mixed"), made)

    def scratch_unfused(self, out: Sequence, *inputs: Sequence) -> Tensors:
        """And all scores, of which a fused kernel keeps none."""
        return {**self.scratch(out, *inputs), "scores": Held((out[0], self.heads, out[1], out[1]))}

    def ops(self, out: Sequence, x: Sequence, other: Sequence) -> int:
        """Scores, biases, rotations and norms."""
        del other
        made = prod((*out[:-1], self.inner(x)))
        parts = [SCORE_OPS * prod((out[0], self.heads, out[1], out[1]))]
        if self.bias:
            parts += [3 * made, prod(out if self.joint_out else x)]
        if self.rope:
            parts.append(ROTATION_OPS * (2 * made))
        if self.qk_norm:
            parts.append(RMS_NORM_OPS * (2 * made))
        return sum(parts)
