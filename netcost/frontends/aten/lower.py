"""One operation after the other becomes a layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod

from netcost.frontends.aten import attention, convolutions, layers, moves, products, recurrent, tables
from netcost.frontends.aten.builder import Builder
from netcost.frontends.aten.values import Call, Value
from netcost.layers.refusals import LayerError
from netcost.layers.tensor import Pointwise, Reduce

Rule = Callable[[Call, Builder], Value | list[Value] | None]

RULES: Mapping[str, Rule] = {
    **layers.RULES,
    **moves.RULES,
    **convolutions.RULES,
    **products.RULES,
    **attention.RULES,
    **recurrent.RULES,
}
"""What an operation becomes; None where it does not fit, and a raw layer has to do."""


def lower(call: Call, builder: Builder) -> list[Value]:
    """Add what an operation costs to the network.

    Returns:
        The tensors that it puts out, without those that it leaves out.

    Raises:
        MisfitError: a layer does not fit.
    """
    operation = call.operation
    if not any(call.outputs):
        if operation not in tables.SILENT | tables.CREATES:
            builder.graph.note(f"`{operation}` puts out nothing, and is not counted")
        return []
    if operation in tables.CREATES or not (call.data or call.learned):
        return [Value(meta.shape, meta.dtype) for meta in call.outputs if meta is not None]
    found = ruled(call, builder)
    made = builder.further(call, found) if isinstance(found, Value) else found or raw(call, builder)
    if call.in_place and made:
        moves.write_back(call, builder, made[0])
    return made


def ruled(call: Call, builder: Builder) -> Value | list[Value] | None:
    """What the rule of an operation makes of it; None where it has none, or where no layer takes such arguments."""
    rule = RULES.get(call.operation)
    try:
        return rule(call, builder) if rule else None
    except LayerError:
        return None


def raw(call: Call, builder: Builder) -> list[Value]:
    """A raw layer, or one of unknown cost where no table has the operation."""
    operation = call.operation
    if not (call.data or call.learned):
        return [Value(meta.shape, meta.dtype) for meta in call.outputs if meta is not None]
    if operation in tables.POINTWISE:
        return builder.further(call, pointwise(call, builder, tables.POINTWISE[operation]))
    if operation in tables.REDUCES or operation in tables.SORTS:
        return reduce(call, builder)
    if operation in tables.COPIES:
        return builder.further(call, moves.copied(call, builder))
    return builder.opaque(call)


def pointwise(call: Call, builder: Builder, per_element: int) -> Value:
    """So many operations for each element of the output; learned operands belong to it."""
    return moves.with_operands(call, builder, per_element)


def reduce(call: Call, builder: Builder) -> list[Value]:
    """So many operations for each element of the input."""
    source = next(iter(call.tensors))
    data = call.data or [source]
    if call.operation in tables.SORTS:
        axis = call.whole("dim", -1)
        length = source.shape[axis] if source.shape and -len(source.shape) <= axis < len(source.shape) else 1
        counts = (max(length - 1, 1).bit_length(), 0)
    else:
        counts = tables.REDUCES[call.operation]
    shape = moves.stated(call.out.shape)
    if call.operation.startswith(("cum", "logcum")) and prod(shape) != source.elements:
        return [builder.add(call, Pointwise(operation=call.operation, shape=shape), data)]
    layer = Reduce(operation=call.operation, shape=shape, per_element=counts[0], per_output=counts[1])
    return builder.further(call, builder.add(call, layer, data))
