"""Layers that an exporter has written out in small steps: activations, normalisations, attention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from netcost.frontends.graph import shape_of
from netcost.frontends.onnx.lower import Row, features_last
from netcost.frontends.onnx.lower.groups import Fused, Readers
from netcost.frontends.onnx.rules.elementwise import clip_bounds
from netcost.frontends.onnx.rules.reductions import reduced_axes
from netcost.frontends.onnx.values import ShapeError, Step, Value
from netcost.layers.layer import Layer
from netcost.layers.piecewise_linear import Hardswish
from netcost.layers.smooth_activation import GELU, Mish, SiLU
from netcost.layers.tensor import Move
from netcost.shapes import Tensor

MOST = 14
"""Steps that a layer may be written out in."""

ENDS = {"Mul", "Div", "Add"}
PLAIN = {"Cast", "Identity", "Dropout"}
"""Steps that change no number."""

INNER = {
    *(
        "Mul",
        "Div",
        "Add",
        "Sub",
        "Pow",
        "Sqrt",
        "Reciprocal",
        "ReduceMean",
        "Sigmoid",
        "HardSigmoid",
        "Tanh",
    ),
    *("Softplus", "Erf", "Clip", "Cast"),
}
"""Operators that such layers are made of."""

Words: TypeAlias = tuple[str, ...]

FUNCTIONS: Mapping[Words, Callable[[], Layer]] = {
    ("Mul", "Sigmoid"): SiLU,
    ("HardSigmoid", "Mul"): Hardswish,
    ("Add 1", "Clip", "Mul", "Mul 1"): Hardswish,
    ("Mul", "Softplus", "Tanh"): Mish,
    ("Add 1", "Erf", "Mul", "Mul 1", "Mul 1"): GELU,
    ("Add", "Add 1", "Mul", "Mul 1", "Mul 1", "Mul 1", "Square", "Tanh"): GELU,
    ("Add", "Add 1", "Mul", "Mul", "Mul 1", "Mul 1", "Mul 1", "Square", "Tanh"): GELU,
}
"""Activations by the words of their steps in order: `Mul 1` is a product with one number."""

LAYER_NORMS: set[Words] = {
    ("Add 1", "Div", "ReduceMean", "ReduceMean", "Sqrt", "Square", "Sub"),
    ("Add 1", "Div", "ReduceMean", "ReduceMean", "Sqrt", "Square", "Sub", "Sub"),
    ("Add 1", "Inverse", "Mul", "ReduceMean", "ReduceMean", "Sqrt", "Square", "Sub"),
}
RMS_NORMS: set[Words] = {
    ("Add 1", "Div", "ReduceMean", "Sqrt", "Square"),
    ("Add 1", "Inverse", "Mul", "ReduceMean", "Sqrt", "Square"),
}
SCALED, SHIFTED = "Mul n", "Add n"


def written_out(last: Step, low: Readers) -> Fused | None:
    """An activation or a normalisation that ends with a step: the largest group with one input that is one."""
    if last.op not in ENDS:
        return None
    group, best = [last], None
    open_values = _data(last)
    while len(group) < MOST and open_values:
        if len(open_values) == 1 and len(group) > 1:
            best = _layer(last, group, open_values[0]) or best
        inner = _latest(open_values, group, low)
        if inner is None:
            break
        group.append(inner)
        made = inner.outputs[0]
        open_values = list(
            dict.fromkeys([*(each for each in open_values if each is not made), *_data(inner)])
        )
    return best


def _data(step: Step) -> list[Value]:
    return [each for each in step.present if not each.static]


def _latest(values: Sequence[Value], group: Sequence[Step], low: Readers) -> Step | None:
    """A step that makes one of some values, which nothing outside of a group reads."""
    for value in values:
        maker = low.maker(value)
        if maker is None or maker.op not in INNER or maker.unknown or len(maker.outputs) != 1:
            continue
        readers = low.readers(value)
        if readers and all(each in group for each in readers):
            return maker
    return None


def _word(step: Step) -> str:
    """What a step is in a group: its operator, and whether its other operand is one number or several."""
    static = [each for each in step.present if each.static]
    operands = _data(step)
    if step.op == "Pow" or (step.op == "Mul" and len(operands) == 2 and operands[0] is operands[1]):  # noqa: PLR2004
        return "Square"
    if step.op == "Reciprocal" or (step.op == "Div" and step.inputs[0] in static):
        return "Inverse"
    if step.op in {"Mul", "Div", "Add", "Sub"} and static:
        kind = {"Div": "Mul", "Sub": "Add"}.get(step.op, step.op)
        return f"{kind} {'1' if static[0].elements == 1 else 'n'}"
    return step.op


def _layer(last: Step, group: Sequence[Step], x: Value) -> Fused | None:
    """The layer that a group of steps with one input is."""
    output = last.outputs[0]
    if x.dims != output.dims or not x.rank:
        return None
    words = Counter(_word(step) for step in group if step.op != "Cast")
    others = tuple(step for step in group if step is not last)
    make = FUNCTIONS.get(tuple(sorted(words.elements())))
    if make and all(clip_bounds(step) == (0, 6) for step in group if step.op == "Clip"):
        return Fused(others, output, rows=(Row(make(), [x], kinds=[type(shape_of(x.dims))]),))
    core = words - Counter({SCALED: 1, SHIFTED: 1})
    return _norm(last, group, x, core, words)


def _norm(
    last: Step, group: Sequence[Step], x: Value, core: Counter[str], words: Counter[str]
) -> Fused | None:
    """A normalisation of the last axis, with learned scales and shifts for it or without."""
    from netcost.layers.norm import LayerNorm, RMSNorm

    kind = tuple(sorted(core.elements()))
    if kind not in LAYER_NORMS | RMS_NORMS or (kind in RMS_NORMS and words[SHIFTED]):
        return None
    if not all(_over_last(step) for step in group if step.op == "ReduceMean"):
        return None
    weights = [_vector(step) for word in (SCALED, SHIFTED) for step in group if _word(step) == word]
    if any(each is None or each.elements != x.dims[-1] for each in weights) or words[SHIFTED] > words[SCALED]:
        return None
    layer: Layer
    if kind in RMS_NORMS:
        layer = RMSNorm(scale=bool(weights))
    else:
        layer = LayerNorm(affine=bool(weights), bias=words[SHIFTED] > 0)
    row = Row(
        layer, [x], kinds=[features_last(x.dims)], weights=[each for each in weights if each is not None]
    )
    return Fused(tuple(step for step in group if step is not last), last.outputs[0], rows=(row,))


def _over_last(step: Step) -> bool:
    try:
        return reduced_axes(step) == [step.value().rank - 1]
    except ShapeError:
        return False


def _vector(step: Step) -> Value | None:
    return next((each for each in step.present if each.static), None)


def group_norm(last: Step, low: Readers) -> Fused | None:
    """Groups laid out as channels, normalised each by itself, and laid back, with a scale and a shift for each channel.

    So exporters write a normalisation of groups.
    """
    steps, weights = [last], list[Value]()
    if last.op == "Add":
        for op in ("Add", "Mul"):
            vector, data = _vector(steps[-1]), _data(steps[-1])
            maker = _alone(data[0], low) if len(data) == 1 else None
            if steps[-1].op != op or vector is None or maker is None:
                return None
            weights.insert(0, vector)
            steps.append(maker)
    norm = _alone(steps[-1].value(), low) if steps[-1].op == "Reshape" else None
    apart = _alone(norm.value(), low) if norm is not None and norm.op == "InstanceNormalization" else None
    if norm is None or apart is None or apart.op != "Reshape":
        return None
    x, groups = apart.value(), norm.value().dims
    alike = x.dims == last.outputs[0].dims and x.rank > 2 and groups[:1] == x.dims[:1]  # noqa: PLR2004
    if not alike or x.dims[1] % groups[1] or any(each.elements != x.dims[1] for each in weights):
        return None
    from netcost.layers.norm import GroupNorm

    layer = GroupNorm(groups=groups[1], affine=bool(weights))
    row = Row(layer, [x], kinds=[type(shape_of(x.dims))], weights=weights)
    return Fused((*steps[1:], norm, apart), last.outputs[0], rows=(row,))


def _alone(value: Value, low: Readers) -> Step | None:
    """The step that makes a value which nothing else reads."""
    maker = low.maker(value)
    return maker if maker is not None and not maker.unknown and low.only_reader(value) else None


# Attention


def attention(last: Step, low: Readers) -> Fused | None:
    """Scores, their softmax, and the values that they weigh, where nothing that is not constant masks them."""
    if last.op != "MatMul" or len(last.inputs) != 2:  # noqa: PLR2004
        return None
    shares, values = last.value(0), last.value(1)
    steps: list[Step] = []
    softmax = _before(shares, low, PLAIN, steps)
    if softmax is None or softmax.op != "Softmax" or softmax.count("axis", -1) not in {-1, shares.rank - 1}:
        return None
    steps.append(softmax)
    product = _before(softmax.value(), low, {"Mul", "Div", "Add", *PLAIN}, steps)
    if product is None or product.op != "MatMul":
        return None
    steps.append(product)
    if any(_learned(step) for step in steps) or any(each.static for each in (values, *product.present)):
        return None
    query, keys = _unscaled(product.value(0), low, steps), _unscaled(product.value(1), low, steps)
    if not min(query.rank, keys.rank, values.rank) == max(query.rank, keys.rank, values.rank) > 2:  # noqa: PLR2004
        return None
    return _attended(last, low, steps, query, keys, values)


def _attended(
    last: Step, low: Readers, steps: list[Step], query: Value, keys: Value, values: Value
) -> Fused | None:
    from netcost.layers.dot_product_attention import DotProductAttention

    if not query.dims[:-2] == keys.dims[:-2] == values.dims[:-2] or query.dims[-1] != keys.dims[-2]:
        return None
    rows = []
    turn = low.maker(keys)
    order = turn.counts("perm") if turn is not None and turn.op == "Transpose" else None
    swapped = [*range(keys.rank - 2), keys.rank - 1, keys.rank - 2]
    if turn is not None and order is not None and sorted(order) == sorted(swapped) and low.only_reader(keys):
        steps.append(turn)
        source = turn.value()
        order = [order[axis] for axis in swapped]
    else:
        source, order = keys, swapped
    if order != sorted(order):
        turned = Value(keys.dtype, (*keys.dims[:-2], keys.dims[-1], keys.dims[-2]))
        rows.append(
            Row(Move(operation="Transpose", shape=tuple(shape_of(turned.dims))), [source], output=turned)
        )
        source = turned
    row = Row(DotProductAttention(), [query, source, values], kinds=[Tensor] * 3)
    return Fused(tuple(steps), last.outputs[0], rows=(*rows, row))


def _before(value: Value, low: Readers, through: set[str], steps: list[Step]) -> Step | None:
    """The step that makes a value, through others that only scale it, add constants or change no number."""
    while True:
        maker = low.maker(value)
        if maker is None or low.only_reader(value) is None or maker.unknown:
            return None
        data = _data(maker)
        if maker.op not in through or len(data) != 1 or data[0].dims != value.dims:
            return maker
        steps.append(maker)
        value = data[0]


def _learned(step: Step) -> bool:
    """True if an operand of a step that is not data may be learned."""
    return any(each.static and each.sources and each.elements > 1 for each in step.present)


def _unscaled(value: Value, low: Readers, steps: list[Step]) -> Value:
    """What is multiplied by one number before it is multiplied by the rest."""
    maker = low.maker(value)
    if (
        maker is None
        or maker.op not in {"Mul", "Div"}
        or not low.only_reader(value)
        or _word(maker) != "Mul 1"
    ):
        return value
    (data,) = _data(maker)
    if data.dims != value.dims:
        return value
    steps.append(maker)
    return data
