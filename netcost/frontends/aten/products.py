"""Operations that multiply and add: convolutions, products of matrices, attention."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod

from netcost.frontends.aten import moves
from netcost.frontends.aten.builder import Builder, features_of, map_of
from netcost.frontends.aten.values import Call, Meta, Moved, Value
from netcost.frontends.graph import shape_of
from netcost.layers.attention import Attention
from netcost.layers.conv import Conv, ConvTranspose, DepthwiseConv
from netcost.layers.dot_product_attention import DotProductAttention
from netcost.layers.layer import Layer
from netcost.layers.filtered import Filtered
from netcost.layers.linear import Linear
from netcost.layers.matmul import MatMul
from netcost.layers.tensor import Pointwise, Product
from netcost.network import MisfitError
from netcost.shapes import KINDS

Rule = Callable[[Call, Builder], Value | list[Value] | None]
LETTERS = "abcdefghijklmnopqrstuvwxyABCDEFGHIJKLMNOPQRSTUVWXY"
LIFTED = "Z"
"""The axis of length one that a list has as a layer sees it."""


# Convolutions


def convolution(call: Call, builder: Builder) -> Value | None:
    """Plain, depthwise or transposed, over one to three axes; with or without a batch."""
    source, weight = call.tensor("input", "self"), call.tensor("weight")
    if source is None or weight is None or len(weight.shape) < 3:  # noqa: PLR2004
        return None
    if len(source.shape) == len(weight.shape) - 1:
        source = builder.reached(source, call).moved(Meta((1, *source.shape), source.dtype), Moved("unsqueeze"))
    kind = map_of(source.shape)
    if kind is None or len(source.shape) != len(weight.shape):
        return None
    bias = call.tensor("bias")
    learned = {"weight": weight, **({"bias": bias} if bias is not None and bias.is_learned else {})}
    if weight.node is not None:
        return _computed(call, builder, source, weight, bias)
    if weight.is_fixed:
        learned = {}
    layer = _convolution(call, source, weight, bias="bias" in learned, learned=weight.is_learned)
    found = builder.typed(call, layer, [source], kinds=[kind], weights=learned)
    if found is None:
        return _computed(call, builder, source, weight, bias)
    return found if "bias" in learned else _plus(call, builder, found, bias)


def _convolution(call: Call, source: Value, weight: Value, *, bias: bool, learned: bool) -> Layer:
    groups = call.whole("groups", 1)
    padding = call.get("padding", default=0)
    fields = {
        "kernel": weight.shape[2:],
        "stride": call.wholes("stride", 1),
        "dilation": call.wholes("dilation", 1),
        "pad": padding if padding in ("same", "valid") else call.wholes("padding", 0),
        "bias": bias,
        "learned": learned,
    }
    if _is_transposed(call):
        output_pad = call.wholes("output_padding", 0)
        return ConvTranspose(filters=weight.shape[1] * groups, groups=groups, output_pad=output_pad, **fields)
    channels, filters = source.shape[1], weight.shape[0]
    if groups == channels > 1 and filters % channels == 0:
        return DepthwiseConv(multiplier=filters // channels, **fields)
    return Conv(filters=filters, groups=groups, **fields)


def _is_transposed(call: Call) -> bool:
    return call.flag("transposed") or call.operation.startswith("conv_transpose")


def _computed(call: Call, builder: Builder, source: Value, weight: Value, bias: Value | None) -> Value:
    """A convolution whose filters are an input."""
    layer = Filtered(
        operation=call.operation,
        shape=moves.stated(call.out.shape),
        taps=prod(weight.shape[1:]),
        transposed=_is_transposed(call),
    )
    return _plus(call, builder, builder.add(call, layer, [source, weight]), bias)


def _plus(call: Call, builder: Builder, found: Value, bias: Value | None) -> Value:
    """What is added to a product, where that is a row of its own."""
    if bias is None:
        return found
    add = Call("add", {"self": found, "other": bias}, call.outputs[:1], f"{call.name}.bias", call.place)
    return moves.with_operands(add, builder, 1)


# Matrices


def linear(call: Call, builder: Builder) -> Value | None:
    """A learned matrix over the last axis; one that is computed is an operand."""
    source, weight, bias = call.tensor("input"), call.tensor("weight"), call.tensor("bias")
    if source is None or weight is None:
        return None
    return _multiplied(call, builder, source, weight, bias, turned=True)


def addmm(call: Call, builder: Builder) -> Value | None:
    """A product of matrices and what is added to it."""
    left, right, bias = call.tensor("mat1", "batch1"), call.tensor("mat2", "batch2"), call.tensor("self", "input")
    if left is None or right is None or call.operation in {"addbmm"}:
        return None
    return _multiplied(call, builder, left, right, bias)


def matmul(call: Call, builder: Builder) -> Value | None:
    """A product of matrices."""
    tensors = call.tensors
    if len(tensors) != 2:  # noqa: PLR2004
        return None
    return _multiplied(call, builder, *tensors, None)


def _multiplied(
    call: Call, builder: Builder, left: Value, right: Value, bias: Value | None, *, turned: bool = False
) -> Value | None:
    is_matrix = len(right.shape) == 2 and not left.is_learned and len(left.shape) > 0  # noqa: PLR2004
    if is_matrix and right.node is None and (left.node is not None or right.is_learned):
        own = bias is not None and bias.is_learned and bias.shape == call.out.shape[-1:] and right.is_learned
        layer = Linear(units=right.shape[0 if turned else 1], bias=own, learned=right.is_learned)
        weights = {"weight": right, **({"bias": bias} if own else {})} if right.is_learned else {}
        found = builder.typed(call, layer, [left], kinds=[features_of(left.shape)], weights=weights)
        if found is not None:
            return found if own or bias is None else _plus(call, builder, found, bias)
    found = None
    if not turned and left.node and right.node and len(left.shape) == len(right.shape) >= 3:  # noqa: PLR2004
        kinds = [features_of(left.shape), features_of(right.shape)]
        found = builder.typed(call, MatMul(), [left, right], kinds=kinds)
    if found is None:
        found = product(call, builder, matmul_equation(len(left.shape), len(right.shape), turned=turned), left, right)
    return _plus(call, builder, found, bias) if found is not None else None


def matmul_equation(left: int, right: int, *, turned: bool = False) -> str:
    """The axes of a product of matrices or vectors, by the numbers of axes of both."""
    batch = LETTERS[: max(left, right, 2) - 2]
    first = (batch[len(batch) - max(left - 2, 0) :] + "y" + "x")[-left:] if left > 1 else "x"
    second = (batch[len(batch) - max(right - 2, 0) :] if right > 2 else "") + ("wx" if turned else "xw")  # noqa: PLR2004
    if right == 1:
        second = "x"
    out = batch + ("y" if left > 1 else "") + ("w" if right > 1 else "")
    return f"{first},{second}->{out}"


def product(call: Call, builder: Builder, equation: str, left: Value, right: Value) -> Value | None:
    """A raw product; an operand that is learned belongs to it."""
    terms, _, out = equation.partition("->")
    sides = [
        (LIFTED * (2 - len(each.shape)) + term, each)
        for term, each in zip(terms.split(","), (left, right), strict=True)
    ]
    if any(len(term) != max(len(each.shape), 2) for term, each in sides):
        return None
    learned = [place for place, (_, each) in enumerate(sides) if each.is_learned and each.weight not in builder.owned]
    at = learned[-1] if learned and any(each.node for _, each in sides) else None
    layer = Product(
        operation=call.operation,
        equation=f"{sides[0][0]},{sides[1][0]}->{out}",
        shape=moves.stated(call.out.shape),
        weight=tuple(shape_of(sides[at][1].shape)) if at is not None else None,
        weight_at=1 if at is None else at,
    )
    inputs = [each for place, (_, each) in enumerate(sides) if place != at]
    weights = {} if at is None else {"weight": sides[at][1]}
    return builder.typed(call, layer, inputs, weights=weights)


def einsum(call: Call, builder: Builder) -> Value | None:
    """A product by the letters of its axes; dots and repeated letters are left to others."""
    equation, tensors = call.get("equation"), call.tensors
    if not isinstance(equation, str) or len(tensors) != 2:  # noqa: PLR2004
        return None
    terms, arrow, out = equation.replace(" ", "").partition("->")
    sides = terms.split(",")
    if len(sides) != 2 or any(len(set(each)) != len(each) for each in (term.replace("...", "") for term in sides)):  # noqa: PLR2004
        return None
    if "..." in equation:
        return _dotted(call, builder, sides, out if arrow else None, tensors)
    if not arrow:
        out = "".join(sorted(letter for letter in set(terms) - {","} if terms.count(letter) == 1))
    return product(call, builder, f"{','.join(sides)}->{out}", *tensors)


def _dotted(call: Call, builder: Builder, sides: list[str], out: str | None, tensors: list[Value]) -> Value | None:
    """An einsum in which dots stand for axes in front."""
    free = [letter for letter in LETTERS if letter not in "".join(sides)]
    counts = [len(each.shape) - len(term.replace("...", "")) if "..." in term else 0 for term, each in zip(sides, tensors, strict=True)]
    if out is None or min(counts) < 0:
        return None
    names = "".join(free[: max(counts)])
    sides = [term.replace("...", names[len(names) - count :]) for term, count in zip(sides, counts, strict=True)]
    return product(call, builder, f"{','.join(sides)}->{out.replace('...', names)}", *tensors)


def grouped(call: Call, builder: Builder) -> Value | None:
    """Rows that are sorted into groups, each by the matrix of its group: as many MACs as by one of them."""
    rows, matrices = call.tensor("self"), call.tensor("mat2")
    if rows is None or matrices is None or len(rows.shape) != 2 or len(matrices.shape) != 3:  # noqa: PLR2004
        return None
    layer = Filtered(operation="grouped_mm", shape=moves.stated(call.out.shape), taps=rows.shape[-1])
    ends = call.tensor("offs")
    return builder.add(call, layer, [rows, matrices, *([ends] if ends and not ends.is_fixed else [])])


def outer(call: Call, builder: Builder) -> Value | None:
    """Each of one list by each of another."""
    tensors = call.tensors
    return product(call, builder, "a,b->ab", *tensors) if len(tensors) == 2 else None  # noqa: PLR2004


def bilinear(call: Call, builder: Builder) -> Value | None:
    """A learned product of two tensors: for each output a matrix between them."""
    first, second, weight = (call.tensor(name) for name in ("input1", "input2", "weight"))
    bias = call.tensor("bias")
    if first is None or second is None or weight is None or len(weight.shape) != 3:  # noqa: PLR2004
        return None
    units, left, right = weight.shape
    middle = Meta((*first.shape[:-1], units, right), call.out.dtype)
    axes = LETTERS[: len(first.shape) - 1]
    once = Call("bilinear", {"input": first, "weight": weight}, [middle], call.name, call.place)
    found = product(once, builder, f"{axes}x,wxy->{axes}wy", first, weight)
    if found is None:
        return None
    again = Call("bilinear", {"input": found, "other": second}, call.outputs[:1], f"{call.name}.second", call.place)
    result = product(again, builder, f"{axes}wy,{axes}y->{axes}w", found, second)
    return _plus(call, builder, result, bias) if result is not None else None


# Attention


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
    found = builder.typed(call, layer, inputs)
    if found is not None:
        found.moves = (Moved("heads"),) if tuple(found.node.output) != tuple(shape_of(found.shape)) else ()  # type: ignore[union-attr]
        return found
    return _unheaded(call, builder, query, key, value)


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
    shares = builder.add(soft, Pointwise(operation="softmax", shape=moves.stated(scores.shape), per_element=6), [made])
    last = Call("matmul", {"self": shares, "other": value}, call.outputs[:1], call.name, call.place)
    return product(last, builder, matmul_equation(len(shares.shape), len(value.shape)), shares, value)


def multi_head_attention(call: Call, builder: Builder) -> Value | None:
    """Attention with its projections, as `torch.nn.MultiheadAttention` has it; positions first."""
    query, key, value = (call.tensor(name) for name in ("query", "key", "value"))
    weights = _projections(call)
    if query is None or key is None or value is None or weights is None:
        return None
    if len(query.shape) == 2:  # noqa: PLR2004
        query, key, value = (
            each.moved(Meta((each.shape[0], 1, each.shape[1]), each.dtype), Moved("unsqueeze"))
            for each in (query, key, value)
        )
    tokens, samples, width = query.shape
    keys, _, source_width = key.shape
    x = builder.seen_as(query, (samples, tokens, width), call)
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
    try:
        found = builder.typed(call, layer, inputs, kinds=kinds, weights=weights)
    except MisfitError:
        return None
    if found is not None:
        builder.owned.update(each.weight for each in call.learned)
        found.moves = () if tuple(found.node.output) == tuple(shape_of(found.shape)) else (Moved("transpose"),)  # type: ignore[union-attr]
    return found


def _projections(call: Call) -> dict[str, object] | None:
    """The parameters by the names of the layer; one matrix of the module holds three of them."""
    joint, biases = call.tensor("in_proj_weight"), call.tensor("in_proj_bias")
    parts = {part: call.tensor(f"{part}_proj_weight") for part in "qkv"}
    out, out_bias = call.tensor("out_proj_weight"), call.tensor("out_proj_bias")
    if out is None or not out.is_learned or call.get("bias_k") is not None or call.flag("add_zero_attn"):
        return None
    found: dict[str, object] = {}
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
            "convolution",
            "_convolution",
            *(f"conv{rank}d" for rank in (1, 2, 3)),
            *(f"conv_transpose{rank}d" for rank in (1, 2, 3)),
            "_conv_depthwise2d",
            "conv_depthwise3d",
        ),
        convolution,
    ),
    "linear": linear,
    **dict.fromkeys(("addmm", "baddbmm", "addmv"), addmm),
    **dict.fromkeys(("mm", "bmm", "matmul", "mv", "dot", "vdot", "linalg_matmul", "_sparse_mm"), matmul),
    "einsum": einsum,
    **dict.fromkeys(("outer", "ger"), outer),
    "bilinear": bilinear,
    "_grouped_mm": grouped,
    "scaled_dot_product_attention": attention,
    **dict.fromkeys(
        (
            "_scaled_dot_product_flash_attention",
            "_scaled_dot_product_efficient_attention",
            "_scaled_dot_product_cudnn_attention",
            "_scaled_dot_product_flash_attention_for_cpu",
            "_scaled_dot_product_attention_math",
            "_scaled_dot_product_fused_attention_overrideable",
            "_scaled_dot_product_attention_math_for_mps",
        ),
        attention,
    ),
    "multi_head_attention": multi_head_attention,
}
