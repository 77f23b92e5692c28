"""Attention as one operator."""

from __future__ import annotations

from netcost.frontends.graph import shape_of
from netcost.frontends.onnx.lower import Lowered, Row, lowers, spelled
from netcost.frontends.onnx.lower.lowering import Lowering
from netcost.frontends.onnx.rules import MICROSOFT
from netcost.frontends.onnx.rules.attention import (
    BY_HEADS,
    CROSSED,
    PROJECTED,
    Heads,
    crossed_heads,
    projected_heads,
)
from netcost.frontends.onnx.values import Step, Value
from netcost.layers.attention import Attention
from netcost.layers.dot_product_attention import DotProductAttention
from netcost.layers.tensor import Move, Pointwise
from netcost.shapes import Sequence, Tensor


@lowers(*PROJECTED)
def projected(step: Step, low: Lowering) -> Lowered:
    """Attention that makes queries, keys and values of one input, and projects nothing behind it."""
    heads = projected_heads(step)
    x, weight, bias = step.value(0), step.value(1), step.given(2)
    biased = bias is not None and not low.is_data(bias)
    if low.is_data(weight):
        return low.opaque(step, step.outputs[0])
    layer = Attention(
        heads=heads.heads,
        head_dim=heads.width,
        value_dim=None if heads.value_width == heads.width else heads.value_width,
        bias=biased,
        out=False,
        causal=bool(step.count("unidirectional", 0)),
        past=heads.keys - heads.queries,
    )
    # The three matrices are one tensor.
    return Row(layer, [x], kinds=[Sequence], weights=[weight])


@lowers(*CROSSED)
def crossed(step: Step, low: Lowering) -> Lowered:
    """Attention of queries, keys and values."""
    heads = crossed_heads(step)
    rows: list[Row] = []
    values = [step.value(0), step.given(1), step.given(2)]
    if values[1] is None:
        values, rows = _unpacked(step, heads)
    elif values[2] is None:
        values[2] = values[1]
    query, key, value = (each for each in values if each is not None)
    causal = bool(
        step.count("is_causal", step.count("unidirectional", step.op.endswith("GroupQueryAttention")))
    )
    own = key.dims[2] if key.rank == BY_HEADS else key.dims[1]
    past = heads.keys - own
    window = step.count("local_window_size", -1)
    rows += _heads_apart(step, heads, query, key, value) if key.rank != query.rank else []
    if rows and key.rank != query.rank:
        key, value = rows[-2].output or key, rows[-1].output or value
    flat = query.rank == 3  # noqa: PLR2004
    if not flat and heads.heads != heads.kv_heads:
        repeats = _repeated(step, heads, key, value)
        key, value = (each.output or key for each in repeats)
        rows += repeats
    layer = DotProductAttention(
        heads=heads.heads if flat else 1,
        kv_heads=heads.kv_heads if flat and heads.kv_heads != heads.heads else None,
        causal=causal,
        past=past,
        window=window if window > 0 else None,
    )
    bias = step.given(3) if step.op == f"{MICROSOFT}MultiHeadAttention" else None
    if bias is not None and not low.is_data(bias) and query is step.value():
        added = Value(query.dtype, query.dims)
        rows.append(
            Row(
                Pointwise(
                    operation="BiasAdd",
                    shape=tuple(shape_of(query.dims)),
                    per_element=3,
                    operands=(bias.dims,),
                ),
                [query],
                weights=[bias],
                output=added,
            )
        )
        query = added
    rows.append(Row(layer, [query, key, value], kinds=[Sequence if flat else Tensor] * 3))
    return rows


def _unpacked(step: Step, heads: Heads) -> tuple[list[Value | None], list[Row]]:
    """Queries, keys and values out of one tensor."""
    x = step.value()
    widths = (heads.heads * heads.width, heads.kv_heads * heads.width, heads.kv_heads * heads.value_width)
    parts: list[Value | None] = []
    rows = []
    for width in widths:
        made = Value(x.dtype, (heads.batch, heads.queries, width))
        parts.append(made)
        layer = Move(operation="Split", shape=tuple(shape_of(made.dims)), view=True)
        rows.append(Row(layer, [x], output=made))
    return parts, rows


def _heads_apart(step: Step, heads: Heads, query: Value, key: Value, value: Value) -> list[Row]:
    """Keys and values that are laid out by heads, side by side as the queries are."""
    rows = []
    for each, width in ((key, heads.width), (value, heads.value_width)):
        made = Value(
            query.dtype,
            (heads.batch, each.dims[2] if each.rank == BY_HEADS else each.dims[1], heads.kv_heads * width),
        )
        layer = Move(operation=spelled(step), shape=tuple(shape_of(made.dims)))
        rows.append(Row(layer, [each], output=made))
    return rows


def _repeated(step: Step, heads: Heads, key: Value, value: Value) -> list[Row]:
    """Keys and values of a group of heads, once for each head of queries; nothing is copied."""
    rows = []
    for each in (key, value):
        made = Value(each.dtype, (each.dims[0], heads.heads, *each.dims[2:]))
        layer = Move(operation=spelled(step), shape=tuple(shape_of(made.dims)), view=True)
        rows.append(Row(layer, [each], output=made))
    return rows


@lowers("RotaryEmbedding", f"{MICROSOFT}RotaryEmbedding", f"{MICROSOFT}GemmaRotaryEmbedding")
def rotary(step: Step, low: Lowering) -> Lowered:
    """Four products and two sums for each pair of numbers."""
    layer = Pointwise(operation=spelled(step), shape=tuple(shape_of(step.outputs[0].dims)), per_element=3)
    return Row(layer, low.data(step.inputs[:1]))
