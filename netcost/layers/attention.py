"""Attention: over all positions of a sequence or a map, and from one sequence to another."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Annotated, Any

from netcost.layers import latent_attention, position_bias
from netcost.layers.kept import Held, Kept, Tensors
from netcost.layers.latent_attention import Latent
from netcost.layers.layer import NO_WEIGHTS, Weights, count, declare, field, without
from netcost.layers.operations import RMS_NORM_OPS, SOFTMAX_OPS, UNIT_OPS
from netcost.layers.position_bias import PositionBias, Scored, check_fit, check_position
from netcost.layers.products import Product
from netcost.layers.refusals import LayerError, in_a_row, refuse, require_divisible
from netcost.layers.scores import ROTATION_OPS, SCORE_OPS, Scoring
from netcost.layers.values import FLAG, Count, Either, Flag, Index, OneOf
from netcost.shapes import Sequence, Shape

NormedHeads = Annotated[bool | str, Either(FLAG, OneOf(["all", "cosine"]))]


@declare
class Attention(Scoring):
    """Mix vectors by how well each query meets each key, in several heads.

    A second input is the source of keys and values: cross attention. With fewer `kv_heads` than heads, groups of heads
    share their keys and values. The positions of a map are in a row; leading axes are further samples.

    Shapes: (N, T, C) -> (N, T, C), and so of a map or with leading axes; the source, if there is one, is (N, T_k, C_k).
        Without `out`, (N, T, h * d_v).
    Counts: the projections, and for each head and query d MACs for the score of each key that it meets, d_v for its
        value. It meets T_k + past keys, at most `window` of them; `causal` does not halve them. Only new positions are
        projected, and none of a source that is `cached`. 6 ops per score (1 for the scale, 5 for the softmax; a mask is
        none), 5 for each sink, 1 per element with a bias, 3 per element of queries and keys for `rope`, 5 for `qk_norm` (3
        for `cosine`). `position` adds 1 op per score and its own products: see the page of the language. With `latent`,
        what is widened from the waist; decoding, with a past, multiplies the waist itself.
    Errors: heads that do not divide the channels, unless `head_dim` is given; kv_heads that do not divide
        the heads; `rope` with an odd head_dim; a source of another batch; `cached` without one.
    Source: Vaswani et al., arXiv:1706.03762; Ainslie et al., arXiv:2305.13245 for grouped heads; torch.nn.MultiheadAttention;
        Beltagy et al., arXiv:2004.05150 for windows; Xiao et al., arXiv:2309.17453, and OpenAI's gpt-oss for sinks;
        DeepSeek-AI, arXiv:2405.04434, for latent attention.
    """

    type = "attention"
    title = "Attention"
    arity = (1, 2)
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
        help="width of a head of queries and keys; channels / heads where left out",
    )
    value_dim: Count | None = field(
        default=None,
        symbol="d_v",
        aliases=("v_head_dim",),
        help="width of a head of values; as that of keys where left out",
    )
    bias: Flag = field(
        default=True,
        aliases=("use_bias", "qkv_bias"),
        help="add a learned number per output of each projection; latent attention has none but `out_bias`",
    )
    q_bias: Flag | None = field(default=None, help="the same for the queries alone; as `bias` where left out")
    k_bias: Flag | None = field(default=None, help="the same for the keys alone; as `bias` where left out")
    v_bias: Flag | None = field(default=None, help="the same for the values alone; as `bias` where left out")
    out: Flag = field(
        default=True, help="project what the heads put out; false leaves their values side by side"
    )
    out_bias: Flag | None = field(
        default=None, help="the same for the output projection; as `bias` where left out"
    )
    causal: Flag = field(
        default=False, help="each position looks back only; changes no count but that of `position: relative`"
    )
    past: Index = field(
        default=0, symbol="T_past", help="positions before these whose keys and values are kept"
    )
    cached: Flag = field(
        default=False, help="keys and values of the source are kept from before, and not made anew"
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
    rope: Flag = field(default=False, help="rotate queries and keys by their positions")
    qk_norm: NormedHeads = field(
        default=False,
        help="RMS norm of queries and keys with a learned scale: true for each head, all over all heads together, cosine to "
        "length 1 with a scale of a head's scores",
    )
    position: PositionBias | None = field(
        default=None,
        help="what scores are told of positions, `{buckets: 32}` as T5; see the page of the language",
    )
    latent: Latent | None = field(
        default=None, symbol="d", help="keys and values come out of one narrow vector per position"
    )

    def validate(self) -> None:
        """Check that the heads fall into equal groups, and what does not go together."""
        if self.kv_heads is not None:
            require_divisible("heads", self.heads, "kv_heads", self.kv_heads, field="kv_heads")
        check_position(self.told)
        strange = [
            name
            for name in latent_attention.STRANGE
            if self.latent and getattr(self, name) not in {None, False}
        ]
        refuse(
            bool(strange),
            lambda: LayerError(
                f"latent attention has widths of its own, and no {strange[0]}",
                field=strange[0],
                hint="leave it out",
            ),
        )

        refuse(
            bool(self.out_bias) and not self.out,
            lambda: LayerError(
                "there is no output projection to have a bias",
                field="out_bias",
                hint="leave out `out: false`",
            ),
        )
        refuse(
            self.latent is not None and self.latent.rope % 2 != 0,
            lambda: LayerError(
                f"rope rotates pairs of numbers, a head has {self.latent and self.latent.rope}",
                field="latent.rope",
                hint="an even number",
            ),
        )

    def output(self, *inputs: Shape) -> Shape:
        """The shape of the first input; without the output projection, as wide as the values of all heads."""
        x, source = self.rows(*inputs)
        refuse(
            self.cached and len(inputs) == 1,
            lambda: LayerError("there is no source to keep", field="cached", hint="name it by `kv`"),
        )
        if self.head_dim is None and self.latent is None:
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
        if self.told:
            check_fit(self.told, self.scored(*inputs))
        return inputs[0] if self.out else inputs[0].with_channels(self.value_width(x))

    def rows(self, *inputs: Shape) -> tuple[Sequence, Sequence]:
        """Where queries come from, and where keys and values do; positions in a row."""
        found = [in_a_row(self.type, each) for each in inputs]
        return found[0], found[-1]

    def made(self, source: Sequence) -> Sequence:
        """The positions whose keys and values are made: none if they are kept."""
        return source.with_length(1, 0) if self.cached else source

    def width(self, x: Sequence) -> int:
        """Width of one head of queries and keys."""
        return x.channels // self.heads if self.head_dim is None else self.head_dim

    def widths(self, x: Sequence) -> tuple[int, int, int]:
        """Width of all queries of a position together, of all its keys, and of all its values."""
        queries = x.channels if self.head_dim is None else self.heads * self.head_dim
        keys = queries if self.kv_heads is None else self.kv_heads * self.width(x)
        if self.value_dim is None:
            return queries, keys, keys
        return queries, keys, (self.heads if self.kv_heads is None else self.kv_heads) * self.value_dim

    def value_width(self, x: Sequence) -> int:
        """Width of what all heads put out together."""
        if self.latent is not None:
            return self.heads * self.latent.value
        return self.widths(x)[0] if self.value_dim is None else self.heads * self.value_dim

    def biased(self, part: str) -> bool:
        """True if a projection has a bias: `q`, `k`, `v` or `out`; the matrices around a waist have none."""
        own: bool | None = getattr(self, f"{part}_bias") if self.out or part != "out" else False
        return (self.bias and self.latent is None) if own is None else own

    @property
    def biased_parts(self) -> str:
        """Which of queries and keys have a bias."""
        return "".join(part for part in "qk" if self.biased(part))

    def scored(self, *inputs: Shape) -> Scored:
        """What scores are made between."""
        x, source = self.rows(*inputs)
        return Scored(
            *(x[0], self.heads, self.width(x), x[1], self.met(source), x.channels),
            *(inputs[0].size, inputs[-1].size),
            causal=self.causal,
            biased=self.biased_parts,
        )

    def weights(self, *inputs: Shape) -> Weights:
        """(C, h * d) for the queries, (C_k, h_kv * d) for keys and values, (h * d, C) for the output."""
        x, source = self.rows(*inputs)
        out: dict[str, tuple[int, ...]] = (
            {"out_weight": (self.value_width(x), x.channels)} if self.out else {}
        )
        bias = {"out_bias": (x.channels,)} if self.biased("out") else {}
        sinks = {"sinks": (self.heads,)} if self.sinks else {}
        if self.latent is not None:
            return {**latent_attention.weights(self.latent, self.heads, x, source), **out, **bias, **sinks}
        return {
            **self._projections(x, source, out),
            **bias,
            **self._norms(x),
            **sinks,
            **self.position_weights(*inputs),
        }

    def _projections(self, x: Sequence, source: Sequence, out: Weights) -> Weights:
        queries, keys, values = self.widths(x)
        found = {
            "q_weight": (x.channels, queries),
            "k_weight": (source.channels, keys),
            "v_weight": (source.channels, values),
            **out,
        }
        biases = {"q": queries, "k": keys, "v": values}
        return found | {f"{part}_bias": (width,) for part, width in biases.items() if self.biased(part)}

    def _norms(self, x: Sequence) -> Weights:
        if not self.qk_norm:
            return NO_WEIGHTS
        queries, keys, _ = self.widths(x)
        if self.qk_norm == "all":
            return {"q_norm": (queries,), "k_norm": (keys,)}
        if self.qk_norm == "cosine":
            return {"score_scale": (self.heads,)}
        return {"q_norm": (self.width(x),), "k_norm": (self.width(x),)}

    def state(self, *inputs: Shape) -> Weights:
        """Keys and values of the positions that later ones look back to; of latent attention, what they come out of."""
        x, source = self.rows(*inputs)
        if not (self.causal or self.past or self.cached):
            return NO_WEIGHTS
        kept = (source[0], self.met(source))
        if self.latent is not None:
            return {"waist": (*kept, self.latent.kv), "rotated": (*kept, self.latent.rope)}
        _, keys, values = self.widths(x)
        return {"keys": (*kept, keys), "values": (*kept, values)}

    def read_params(self, *inputs: Shape) -> int:
        """All, but nothing for a source whose keys and values are kept."""
        idle = ("k_weight", "k_bias", "k_norm", "v_weight", "v_bias") if self.cached else ()
        return count(without(self.weights(*inputs), idle))

    def macs(self, out: Shape, *inputs: Shape) -> int:
        """The projections of queries, keys and values, and output; the scores and the values that they weigh."""
        del out
        x, source = self.rows(*inputs)
        met = self.met(source)
        last = prod((*x[:-1], self.value_width(x), x.channels)) if self.out else 0
        if self.latent is not None:
            pairs = prod((x[0], self.heads, x[1], met))
            weighed = pairs * sum(latent_attention.scored(self.latent, self.past))
            return self.waist_macs(x, source) + last + weighed
        queries, keys, values = self.widths(x)
        if self.value_dim is None:
            projected = prod((*x, queries)) + prod((2, *self.made(source), keys)) + last
            weighed = prod((2, x[0], self.heads, x[1], met, self.width(x)))
        else:
            projected = prod((*x, queries)) + prod(self.made(source)) * (keys + values) + last
            weighed = prod((x[0], self.heads, x[1], met)) * (self.width(x) + self.value_dim)
        return projected + weighed + self.position_macs(*inputs)

    def waist_macs(self, x: Sequence, source: Sequence) -> int:
        """Down to the waists and up to each head; with a past, up from the queries and from what comes out."""
        return latent_attention.macs(self.latent, self.heads, x, source, self.past) if self.latent else 0

    @property
    def further_rules(self) -> tuple[str, ...]:
        """What belongs to waists, and what positions take, where there are any."""
        return ("waist_macs",) if self.latent is not None else super().further_rules

    def products(self, out: Shape, *inputs: Shape) -> Iterable[Product]:
        """Queries, keys and values; the scores, and the values that they weigh; the output."""
        del out
        x, source = self.rows(*inputs)
        kv, pairs = len(inputs) - 1, prod((x[0], self.heads, x[1], self.met(source)))
        if self.latent is not None:
            score, value = latent_attention.scored(self.latent, self.past)
            yield from latent_attention.products(self.latent, self.heads, x, source, self.past, kv)
        else:
            queries, keys, values = self.widths(x)
            score, value = self.width(x), self.value_width(x) // self.heads
            yield Product(prod((*x, queries)), (0, "q_weight"), "queries")
            yield Product(prod((*self.made(source), keys)), (kv, "k_weight"), "keys")
            yield Product(prod((*self.made(source), values)), (kv, "v_weight"), "values")
        if self.told:
            yield from position_bias.products(self.told, self.scored(*inputs))
        yield Product(pairs * score, ("queries", "keys"), "scores")
        yield Product(0, ("scores", "positions"), "shares")
        yield Product(pairs * value, ("shares", "values"), "mixed")
        if self.out:
            yield Product(prod((*x[:-1], self.value_width(x), x.channels)), ("mixed", "out_weight"))

    def ops(self, out: Shape, *inputs: Shape) -> int:
        """Scores, biases, rotations and norms."""
        x, source = self.rows(*inputs)
        parts = [SCORE_OPS * prod((x[0], self.heads, x[1], self.met(source)))]
        if self.sinks:
            parts.append(SOFTMAX_OPS * prod((x[0], self.heads, x[1])))
        if self.biased("out"):
            parts.append(prod(out))
        if self.latent is not None:
            return sum(parts) + latent_attention.ops(self.latent, self.heads, x, source, ROTATION_OPS)
        made = self.made(source)
        queries, keys, values = (
            prod((*end[:-1], width)) for end, width in zip((x, made, made), self.widths(x), strict=True)
        )
        sizes = {"q": queries, "k": keys, "v": values}
        parts += [size for part, size in sizes.items() if self.biased(part)]
        if self.rope:
            parts.append(ROTATION_OPS * (queries + keys))
        if self.qk_norm:
            each = UNIT_OPS if self.qk_norm == "cosine" else RMS_NORM_OPS
            parts.append(each * (queries + keys))
        if self.told:
            parts.append(position_bias.ops(self.told, self.scored(*inputs)))
        return sum(parts)

    def scratch(self, out: Shape, *inputs: Shape) -> Tensors:
        """Queries, keys, values, and the values that queries have weighed; a fused kernel keeps no scores."""
        del out
        x, source = self.rows(*inputs)
        widths = self.widths(x) if self.latent is None else latent_attention.widths(self.latent, self.heads)
        queries, keys, values = (
            Held((*end[:-1], width)) for end, width in zip((x, source, source), widths, strict=True)
        )
        made = {} if self.cached else {"keys": keys, "values": values}
        return {"queries": queries, **made, "mixed": Held((*x[:-1], self.value_width(x)))}

    def kept(self, out: Shape, *inputs: Shape) -> Kept | None:
        """What goes in, the queries, keys, values and what they make, and the sum of each query's exponentials.

        So keeps a fused kernel, which works the scores out again.
        """
        del out
        if self.latent is not None or self.told or self.sinks or self.qk_norm or self.past or self.cached:
            return None
        x, source = self.rows(*inputs)
        queries, keys, values = self.widths(x)
        more = {
            "queries": Held((*x[:-1], queries)),
            "keys": Held((*source[:-1], keys)),
            "values": Held((*source[:-1], values)),
            "mixed": Held((*x[:-1], self.value_width(x))),
            "sums": Held((x[0], self.heads, x[1]), "float32"),
        }
        return Kept(inputs=tuple(range(len(inputs))), more=more)

    def settings(self, *inputs: Shape) -> dict[str, Any]:
        """The fields, with the heads' number and width and the biases filled in."""
        x, _ = self.rows(*inputs)
        filled: dict[str, Any] = {f"{part}_bias": self.biased(part) for part in ("q", "k", "v", "out")}
        filled["kv_heads"] = self.heads if self.kv_heads is None else self.kv_heads
        filled["head_dim"] = self.latent.key if self.latent else self.width(x)
        filled["value_dim"] = self.latent.value if self.latent else self.value_width(x) // self.heads
        return super().settings(*inputs) | filled
