"""Attention: with projections of its own in several heads, and without."""

from __future__ import annotations

from math import prod
from typing import Any

from netcost.frontends.keras.call import Call
from netcost.frontends.keras.merging import combine, product, reshaped, transposed
from netcost.frontends.layouts import Dims, Held, in_order, shown
from netcost.layers.attention import Attention
from netcost.layers.dot_product_attention import DotProductAttention
from netcost.layers.elementwise import Mul
from netcost.layers.layer import Layer
from netcost.layers.linear import Linear
from netcost.layers.scale import Scale
from netcost.layers.smooth_activation import Sigmoid
from netcost.layers.softmax import Softmax
from netcost.layers.tensor import Move, Pointwise, Reduce


def _given(call: Call, name: str, place: int) -> Held | None:
    """A tensor by name or by place."""
    value = call.kwargs.get(name, call.args[place] if len(call.args) > place else None)
    return value if isinstance(value, Held) else None


def multi_head(call: Call) -> list[Held]:
    """`MultiHeadAttention`."""
    heads, width = call.whole("num_heads"), call.whole("key_dim")
    value = call.maybe("value_dim") or width
    fields = {"heads": heads, "head_dim": width, "value_dim": None if value == width else value}
    out = call.config.get("output_shape")
    return _attend(call, fields, value, out)


def grouped(call: Call) -> list[Held]:
    """`GroupQueryAttention` (`GroupedQueryAttention`): fewer heads of keys and values."""
    heads, kv_heads = call.whole("num_query_heads"), call.whole("num_key_value_heads")
    width = call.whole("head_dim")
    return _attend(call, {"heads": heads, "kv_heads": kv_heads, "head_dim": width}, width, None)


def _attend(call: Call, fields: dict[str, Any], value_width: int, out: object) -> list[Held]:
    query = _given(call, "query", 0) or call.x
    value = _given(call, "value", 1) or query
    key = _given(call, "key", 2) or value
    bias = call.flag("use_bias", default=True)
    axes = _attended(call, query)
    if not query.rank == value.rank == key.rank:
        told = ", ".join(shown(each.dims) for each in (query, value, key))
        call.fail(f"{call.layer.kind} takes query, value and key of as many axes, got {told}")
    scores = (
        *_left(query, axes),
        fields["heads"],
        *(query.dims[a] for a in axes),
        *(value.dims[a] for a in axes),
    )
    lined = [
        _in_rows(call, each, axes, name) for each, name in ((query, "query"), (value, "value"), (key, "key"))
    ]
    rows = [lined[0], lined[0] if value is query else lined[1], lined[2]]
    gated = call.flag("use_gate", default=False)
    if key is value and out is None and not gated:
        layer = call.make(Attention, **fields, bias=bias)
        sources = [rows[0]] if value is query else rows[:2]
        held = call.put(layer, [call.plain(each) for each in sources], in_order(rows[0].rank))
        dims = query.dims
    else:
        last = query.dims[-1:] if out is None else _wanted(call, out)
        rows[2] = rows[0] if key is query else rows[1] if key is value else rows[2]
        held = _in_parts(call, rows, fields, value_width, prod(last), bias=bias, gated=gated)
        dims = (*query.dims[:-1], *last)
    found = _back(call, held, dims, axes)
    if 1 not in call.used:
        return [found, found]
    shares = call.raw(Move, [(held.node, None)], scores, "scores", operation="Scores")
    return [found, shares]


def _wanted(call: Call, out: object) -> Dims:
    given = out if isinstance(out, (list, tuple)) else [out]
    return tuple(call.checked_whole(each, "output_shape") for each in given)


def _attended(call: Call, query: Held) -> Dims:
    """The axes whose positions meet: all but the batch and the features unless the config says otherwise."""
    given = call.config.get("attention_axes")
    if query.rank < 3:  # noqa: PLR2004
        call.fail(f"{call.layer.kind} needs positions, got {shown(query.dims)}")
    axes = (
        tuple(range(1, query.rank - 1)) if given is None else call.axes(given, query.rank, "attention_axes")
    )
    if 0 in axes or query.rank - 1 in axes:
        call.fail("`attention_axes` are neither the batch nor the features")
    return axes


def _left(held: Held, axes: Dims) -> Dims:
    return tuple(held.dims[axis] for axis in range(held.rank - 1) if axis not in axes)


def _in_rows(call: Call, held: Held, axes: Dims, name: str) -> Held:
    """A tensor as sequences of the positions that meet; all other axes are further samples."""
    if held.rank == 3 and axes == (1,):  # noqa: PLR2004
        return held
    key = ("rows", held.node, axes)
    if key not in call.reader.kept:
        others = [axis for axis in range(held.rank - 1) if axis not in axes]
        order = [*others, *axes, held.rank - 1]
        turned = (
            held if order == list(range(held.rank)) else transposed(call, held, order, f"{name}_permuted")
        )
        samples, rows = prod(_left(held, axes)), prod(held.dims[axis] for axis in axes)
        call.reader.kept[key] = reshaped(call, turned, [samples, rows, held.dims[-1]], f"{name}_rows")
    return call.reader.kept[key]


def _back(call: Call, held: Held, dims: Dims, axes: Dims) -> Held:
    """What came out of rows, with the axes that the query had."""
    if held.dims == dims:
        return held
    return call.raw(
        Move, [(held.node, None)], dims, "rows_back", operation="Reshape", view=len(axes) == len(dims) - 2
    )


def _in_parts(
    call: Call, rows: list[Held], fields: dict[str, Any], value: int, out: int, *, bias: bool, gated: bool
) -> Held:
    """Attention by its projections, where it is not as one layer has it."""
    heads, kv_heads = fields["heads"], fields.get("kv_heads") or fields["heads"]
    widths = {
        "query": heads * fields["head_dim"],
        "value": kv_heads * value,
        "key": kv_heads * fields["head_dim"],
    }
    made = {
        name: _linear(call, held, widths[name], name, bias=bias)
        for name, held in zip(widths, rows, strict=True)
    }
    layer = call.make(DotProductAttention, heads=heads, kv_heads=None if kv_heads == heads else kv_heads)
    edges = [(made[name].node, None) for name in ("query", "key", "value")]
    mixed = call.put(layer, edges, (0, 1, 2), "mixed")
    if gated:
        gate = call.same(
            call.make(Sigmoid), _linear(call, rows[0], heads * value, "gate", bias=bias), "gate_act"
        )
        mixed = combine(call, [mixed, gate], Mul, "gated")
    return _linear(call, mixed, out, "out", bias=bias)


def _linear(call: Call, held: Held, units: int, suffix: str, *, bias: bool) -> Held:
    return call.put(call.make(Linear, units=units, bias=bias), [call.plain(held)], (0, 1, 2), suffix)


# Without projections


def luong(call: Call) -> list[Held]:
    """`Attention`: scores by a product, or by a sum behind a tanh."""
    query, value, key = _three(call)
    scaled = call.flag("use_scale", default=False)
    if call.word("score_mode", "dot") == "dot":
        scores = product(
            call,
            (query, key),
            [["a", "q", "c"], ["a", "k", "c"]],
            ["a", "q", "k"],
            (query.dims[0], query.dims[1], key.dims[1]),
            "scores",
        )
        if scaled:
            scores = call.same(call.make(Scale), scores, "scale")
    else:
        scores = _summed(call, query, key, 3 if scaled else 2, ((1,),) if scaled else ())
        scores = call.same(call.make(Scale), scores, "score_weight")
    return _mixed(call, scores, value)


def additive(call: Call) -> list[Held]:
    """`AdditiveAttention`: scores by a sum behind a tanh, with a learned factor for each feature."""
    query, value, key = _three(call)
    scaled = call.flag("use_scale", default=True)
    operands = ((query.dims[2],),) if scaled else ()
    return _mixed(call, _summed(call, query, key, 3 if scaled else 2, operands), value)


def _three(call: Call) -> tuple[Held, Held, Held]:
    """Query, value and key, which is the value where it is left out."""
    tensors = [each for each in call.tensors if each.rank == 3][:3]  # noqa: PLR2004
    if len(tensors) < 2:  # noqa: PLR2004
        call.fail(f"{call.layer.kind} needs a query and a value, each of 3 axes")
    query, value, *rest = tensors
    key = rest[0] if rest else value
    if query.dims[2] != key.dims[2] or value.dims[1] != key.dims[1]:
        call.fail(
            f"{call.layer.kind} cannot combine {', '.join(shown(each.dims) for each in (query, value, key))}"
        )
    return query, value, key


def _summed(call: Call, query: Held, key: Held, ops: int, operands: tuple[tuple[int, ...], ...]) -> Held:
    """Each query with each key: their sum, its tanh, and the sum of that over the features."""
    dims = (query.dims[0], query.dims[1], key.dims[1], query.dims[2])
    pairs = call.raw(
        *(Pointwise, [call.plain(query), call.plain(key)], dims, "pairs"),
        operation="AddTanh",
        layout=_tensor(call, dims),
        per_element=ops,
        operands=operands,
    )
    return call.raw(Reduce, [(pairs.node, None)], dims[:-1], "scores", operation="Sum")


def _tensor(call: Call, dims: Dims) -> Any:
    """All axes as they stand."""
    from netcost.shapes import Tensor

    return call.usual(dims)._replace(kind=Tensor, order=in_order(len(dims)))


def _mixed(call: Call, scores: Held, value: Held) -> list[Held]:
    layer: Layer = call.make(Softmax)
    shares = call.same(layer, scores, "softmax")
    dims = (scores.dims[0], scores.dims[1], value.dims[2])
    found = product(call, (shares, value), [["a", "q", "k"], ["a", "k", "c"]], ["a", "q", "c"], dims)
    return [found, shares]


ATTENTION = {
    "MultiHeadAttention": multi_head,
    "GroupQueryAttention": grouped,
    "GroupedQueryAttention": grouped,
    "Attention": luong,
    "AdditiveAttention": additive,
}
