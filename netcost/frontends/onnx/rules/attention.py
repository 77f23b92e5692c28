"""Attention as one operator, and what stands around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from netcost.frontends.onnx.rules import MICROSOFT, rule
from netcost.frontends.onnx.values import Dims, ShapeError, Step, Value, out, shape

PROJECTED = (f"{MICROSOFT}Attention", f"{MICROSOFT}QAttention")
CROSSED = (
    *(
        "Attention",
        "ai.onnx.preview:FlexAttention",
        f"{MICROSOFT}MultiHeadAttention",
        f"{MICROSOFT}GroupQueryAttention",
    ),
    f"{MICROSOFT}DecoderMaskedMultiHeadAttention",
)


BY_HEADS = 4
"""Axes of a tensor that is laid out by heads: (N, h, T, d)."""


class Heads(NamedTuple):
    """What attention is made between.

    Args:
        batch: samples.
        heads: heads of queries.
        kv_heads: heads of keys and values.
        queries: positions that ask.
        keys: positions that are asked, those of the past among them.
        width: of a head of queries and keys.
        value_width: of a head of values.
    """

    batch: int
    heads: int
    kv_heads: int
    queries: int
    keys: int
    width: int
    value_width: int


@rule(*PROJECTED)
def projected(step: Step) -> Sequence[Value]:
    """Attention with the projections of queries, keys and values; keys and values that are kept."""
    found = projected_heads(step)
    x = step.value()
    dtype = "float32" if step.op.endswith("QAttention") else x.dtype
    present = (2, found.batch, found.heads, found.keys, found.width)
    return [out((found.batch, found.queries, found.heads * found.value_width), dtype), out(present, dtype)]


def projected_heads(step: Step) -> Heads:
    """What such attention is made between.

    Raises:
        ShapeError: the heads do not divide the width.
    """
    batch, length, _ = step.ranked(0, 3, 3)
    weight = step.ranked(1, 2, 2)
    heads = _least_one(step, "num_heads")
    sizes = step.counts("qkv_hidden_sizes") or [weight[1] // 3] * 3
    if len(sizes) != 3 or sum(sizes) != weight[1] or any(each % heads for each in sizes):  # noqa: PLR2004
        raise ShapeError(
            f"a weight of {shape(weight)} does not fit {heads} heads of queries, keys and values"
        )
    past = step.given(8 if step.op.endswith("QAttention") else 4)
    before = past.dims[3] if past is not None and past.rank == 5 else 0  # noqa: PLR2004
    return Heads(batch, heads, heads, length, length + before, sizes[0] // heads, sizes[2] // heads)


def _least_one(step: Step, name: str, default: int = 0) -> int:
    found = step.count(name, default)
    if found < 1:
        raise ShapeError(f"{name} is {found}, expected at least 1")
    return found


@rule(*CROSSED)
def crossed(step: Step) -> Sequence[Value]:
    """Attention of queries, keys and values that are there; keys and values that are kept; the scores."""
    found = crossed_heads(step)
    x = step.value()
    laid = (found.batch, found.heads, found.queries, found.value_width)
    flat = (found.batch, found.queries, found.heads * found.value_width)
    kept = (found.batch, found.kv_heads, found.keys)
    scores = (found.batch, found.heads, found.queries, found.keys)
    return [
        out(laid if not step.op.startswith(MICROSOFT) and x.rank == BY_HEADS else flat, x.dtype),
        out((*kept, found.width), x.dtype),
        out((*kept, found.value_width), x.dtype),
        out(scores, x.dtype),
    ]


def crossed_heads(step: Step) -> Heads:
    """What such attention is made between.

    Raises:
        ShapeError: the inputs do not fit.
    """
    if not step.op.startswith(MICROSOFT):
        return _standard(step)
    x = step.ranked(0, 3)
    heads = _least_one(step, "num_heads")
    kv_heads = _least_one(step, "kv_num_heads", heads)
    batch, length = x[:2]
    if not step.has(1):
        return _packed(step, heads, kv_heads)
    key, value = step.dims(1), step.dims(2) if step.has(2) else step.dims(1)
    width = _share(x[-1] if len(x) == 3 else x[2] * x[-1], heads, x)  # noqa: PLR2004
    value_width = value[-1] if len(value) == BY_HEADS else _share(value[-1], kv_heads, value)
    own = key[2] if len(key) == BY_HEADS else key[1]
    past = step.given(3 if step.op.endswith("GroupQueryAttention") else 6)
    before = past.dims[2] if past is not None and past.rank == BY_HEADS else 0
    return Heads(batch, heads, kv_heads, length, own + before, width, value_width)


def _share(length: int, heads: int, dims: Dims) -> int:
    if length % heads:
        raise ShapeError(f"{heads} heads do not divide {shape(dims)}")
    return length // heads


def _packed(step: Step, heads: int, kv_heads: int) -> Heads:
    """Queries, keys and values in one tensor: side by side for each position, or for each head."""
    x = step.dims()
    if len(x) == 5:  # noqa: PLR2004
        return Heads(x[0], heads, heads, x[1], x[1], x[4], x[4])
    width = _share(x[-1], heads + 2 * kv_heads, x)
    past = step.given(3 if step.op.endswith("GroupQueryAttention") else 6)
    before = past.dims[2] if past is not None and past.rank == BY_HEADS else 0
    return Heads(x[0], heads, kv_heads, x[1], x[1] + before, width, width)


def _standard(step: Step) -> Heads:
    """ONNX's own: (N, h, T, d) or (N, T, h * d)."""
    query, key, value = (step.ranked(place, 3, 4) for place in range(3))
    past = step.given(4)
    before = past.dims[2] if past is not None and past.rank == BY_HEADS else 0
    if len(query) == len(key) == len(value) == BY_HEADS:
        batch, heads, length, width = query
        if not key[1] or heads % key[1]:
            raise ShapeError(f"{heads} heads of queries and {key[1]} of keys")
        return Heads(batch, heads, key[1], length, key[2] + before, width, value[3])
    heads = _least_one(step, "q_num_heads")
    kv_heads = _least_one(step, "kv_num_heads")
    width = _share(query[-1], heads, query)
    return Heads(
        query[0], heads, kv_heads, query[1], key[1] + before, width, _share(value[-1], kv_heads, value)
    )


@rule("RotaryEmbedding", f"{MICROSOFT}RotaryEmbedding", f"{MICROSOFT}GemmaRotaryEmbedding")
def rotary(step: Step) -> Sequence[Value]:
    """Pairs of numbers rotated by their positions."""
    x = step.value()
    return [out(x.dims, x.dtype)]


@rule(f"{MICROSOFT}EmbedLayerNormalization", f"{MICROSOFT}QEmbedLayerNormalization")
def embed(step: Step) -> Sequence[Value]:
    """Vectors of words, positions and segments added and normalised; how long each mask is; the sum."""
    tokens, table = step.ranked(0, 2, 2), step.ranked(2, 2, 2)
    dims, dtype = (*tokens, table[1]), step.value(2).dtype
    dtype = dtype if dtype.startswith("float") else "float32"
    return [out(dims, dtype), out(tokens[:1], "int32"), out(dims, dtype)]


@rule(f"{MICROSOFT}MoE", f"{MICROSOFT}QMoE")
def experts(step: Step) -> Sequence[Value]:
    """Vectors through those experts that are chosen for them."""
    x = step.value()
    return [out(x.dims, x.dtype)]


@rule("LinearAttention")
def linear_attention(step: Step) -> Sequence[Value]:
    """Attention by a state that is carried along, and the last state."""
    query, key, value = (step.ranked(place, 3, 3) for place in range(3))
    heads, kv_heads = _least_one(step, "q_num_heads"), _least_one(step, "kv_num_heads")
    value_width = _share(value[-1], kv_heads, value)
    dtype = step.value().dtype
    state = (query[0], kv_heads, _share(key[-1], kv_heads, key), value_width)
    return [out((*query[:2], heads * value_width), dtype), out(state, dtype)]
