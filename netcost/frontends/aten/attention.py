"""Attention: of queries, keys and values as they are, and with the projections of PyTorch's own module."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from math import prod

from netcost.frontends.aten import moves
from netcost.frontends.aten.builder import Builder
from netcost.frontends.aten.products import matmul_equation, product
from netcost.frontends.aten.values import Call, Meta, Moved, Value
from netcost.layers.attention import Attention
from netcost.layers.dot_product_attention import DotProductAttention
from netcost.layers.tensor import Pointwise
from netcost.shapes import KINDS

Rule = Callable[[Call, Builder], Value | list[Value] | None]


def attention(call: Call, builder: Builder) -> Value | None:
    """Queries, keys and values in heads: (N, h, T, d), or with more axes in front."""
    query, key, value = (call.tensor(name) for name in ("query", "key", "value"))
    if query is None or key is None or value is None:
        return None
    if min(len(each.shape) for each in (query, key, value)) < 3:  # noqa: PLR2004
        return _unheaded(call, builder, query, key, value)
    if len(query.shape) == 3:  # noqa: PLR2004
        query, key, value = (_with_head(each) for each in (query, key, value))
    mask = call.tensor("attn_mask")
    if mask is not None and not mask.is_fixed and not query.is_fixed:
        query = builder.beside(query, mask, call)
    *batch, heads, tokens, width = query.shape
    groups, keys, value_width = key.shape[-3], key.shape[-2], value.shape[-1]
    samples = prod(batch)
    if prod(key.shape[:-3]) != samples or not groups or heads % groups or value.shape[-3] != groups:
        return _unheaded(call, builder, query, key, value)
    inputs = [
        builder.seen_as(query, (samples, tokens, heads * width), call),
        builder.seen_as(key, (samples, keys, groups * width), call),
        builder.seen_as(value, (samples, keys, groups * value_width), call),
    ]
    layer = DotProductAttention(
        heads=heads, kv_heads=groups if groups != heads else None, causal=call.flag("is_causal")
    )
    return builder.typed(call, layer, inputs) or _unheaded(call, builder, query, key, value)


def _with_head(value: Value) -> Value:
    samples, tokens, width = value.shape
    return value.moved(Meta((samples, 1, tokens, width), value.dtype), Moved("unsqueeze"))


def _unheaded(call: Call, builder: Builder, query: Value, key: Value, value: Value) -> Value | None:
    """Attention of shapes that repeat: as two products and a softmax."""
    scores = Meta((*call.out.shape[:-1], key.shape[-2]) if len(key.shape) > 1 else (), call.out.dtype)
    ranks = max(len(query.shape), 2), max(len(key.shape), 2)
    first = Call("matmul", {"self": query, "other": key}, [scores], f"{call.name}.scores", call.place)
    made = product(first, builder, matmul_equation(*ranks, turned=True), query, key)
    if made is None:
        return None
    soft = Call("softmax", {"self": made}, [scores], f"{call.name}.softmax", call.place)
    shares = builder.add(
        soft, Pointwise(operation="softmax", shape=moves.stated(scores.shape), per_element=6), [made]
    )
    last = Call("matmul", {"self": shares, "other": value}, call.outputs[:1], call.name, call.place)
    return product(last, builder, matmul_equation(len(shares.shape), len(value.shape)), shares, value)


def multi_head_attention(call: Call, builder: Builder) -> Value | None:
    """Attention with its projections, as `torch.nn.MultiheadAttention` has it; positions first."""
    query, key, value = (call.tensor(name) for name in ("query", "key", "value"))
    weights = _projections(call)
    if query is None or key is None or value is None or weights is None:
        return None
    if len(query.shape) == 2 and len(key.shape) == 2:  # noqa: PLR2004
        query, key, value = (
            each.moved(Meta((each.shape[0], 1, each.shape[1]), each.dtype), Moved("unsqueeze"))
            for each in (query, key, value)
        )
    if any(len(each.shape) != 3 for each in (query, key, value)):  # noqa: PLR2004
        return None
    tokens, samples, width = query.shape
    keys, _, source_width = key.shape
    x = builder.seen_as(query, (samples, tokens, width), call)
    for mask in (call.tensor("attn_mask"), call.tensor("key_padding_mask")):
        if mask is not None and not mask.is_fixed:
            x = builder.beside(x, mask, call)
    source = builder.seen_as(key, (samples, keys, source_width), call)
    values = builder.seen_as(value, (samples, keys, source_width), call)
    if source.node is not values.node or value.shape != key.shape:
        return None
    inputs = [x] if x.node is source.node and not (x.moves or source.moves) else [x, source]
    layer = Attention(
        heads=call.whole("num_heads", 1),
        bias="q_bias" in weights,
        out_bias="out_bias" in weights,
        causal=call.flag("is_causal"),
    )
    kinds = [KINDS["sequence"]] * len(inputs)
    found = builder.typed(call, layer, inputs, kinds=kinds, weights=weights)
    if found is not None:
        builder.owned.update(each.weight for each in call.learned)
    return found


def _projections(call: Call) -> dict[str, Hashable] | None:
    """The parameters by the names of the layer; one matrix of the module holds three of them."""
    joint, biases = call.tensor("in_proj_weight"), call.tensor("in_proj_bias")
    parts = {part: call.tensor(f"{part}_proj_weight") for part in "qkv"}
    out, out_bias = call.tensor("out_proj_weight"), call.tensor("out_proj_bias")
    if out is None or not out.is_learned or call.get("bias_k") is not None or call.flag("add_zero_attn"):
        return None
    found: dict[str, Hashable] = {}
    for part, own in parts.items():
        one = own or joint
        if one is None or not one.is_learned:
            return None
        found[f"{part}_weight"] = one.weight if own else (one.weight, part)
    found["out_weight"] = out.weight
    if biases is not None and biases.is_learned:
        found |= {f"{part}_bias": (biases.weight, part) for part in "qkv"}
    if out_bias is not None and out_bias.is_learned:
        found["out_bias"] = out_bias.weight
    return found


RULES: Mapping[str, Rule] = {
    **dict.fromkeys(
        (
            "scaled_dot_product_attention",
            "_scaled_dot_product_flash_attention",
            "_scaled_dot_product_efficient_attention",
            "_scaled_dot_product_cudnn_attention",
            "_scaled_dot_product_flash_attention_for_cpu",
            "_scaled_dot_product_attention_math",
            "_scaled_dot_product_attention_math_for_mps",
            "_scaled_dot_product_fused_attention_overrideable",
        ),
        attention,
    ),
    "multi_head_attention": multi_head_attention,
}
