"""Operators with tables and with states: embeddings, recurrent ones, variables that are kept for the next run."""

from __future__ import annotations

from math import prod

from netcost.frontends.layouts import MATRIX_AXES, SEQUENCE_AXES, Dims, Held, Layout
from netcost.frontends.tflite.call import Call
from netcost.frontends.tflite.file import OTHER
from netcost.layers.embedding import Embedding
from netcost.layers.tensor import Move, Pointwise, Product, RawRecurrent, Reduce
from netcost.shapes import Sequence, Tokens


def gather(call: Call) -> list[Held] | Held | None:
    """`GATHER` out of a table of the file is an embedding; any other only moves."""
    table = call.constant(0)
    if table is None or table.type in {"int32", "int64", OTHER}:
        return call.moved()
    return _looked_up(call, table.dims, 1, 0) if len(table.dims) == MATRIX_AXES else call.moved()


def lookup(call: Call) -> Held | list[Held] | None:
    """`EMBEDDING_LOOKUP`: rows of a table."""
    table = call.constant(1)
    return _looked_up(call, table.dims, 0, 1) if table and len(table.dims) == MATRIX_AXES else None


def _looked_up(call: Call, table: Dims, numbers: int, place: int) -> Held | list[Held] | None:
    if call.lowering.held.get(call.operator.inputs[numbers]) is None or call.out[-1:] != table[1:]:
        return call.moved() if call.computed else None
    x = call.x(numbers)
    layer = call.make(Embedding, vocab=table[0], dim=table[1])
    if layer is None:
        return None
    if x.rank == MATRIX_AXES:
        view = None if isinstance(x.node.output, Tokens) else Tokens
        return call.typed(layer, [(x.node, view)], (0, 1, 2), (place,))
    rows = (prod(x.dims), 1)
    flat = call.raw(
        *(Move, [call.as_it_is(x)], rows, "rows"),
        operation="Reshape",
        view=True,
        layout=Layout(Tokens, (0, 1)),
    )
    node = call.row(layer, [(flat.node, None)], "", (place,))
    return call.raw(Move, [(node, None)], call.out, "rows_back", operation="Reshape", view=True)


def lstm_sequence(call: Call) -> Held | None:
    """`UNIDIRECTIONAL_SEQUENCE_LSTM` with all gates, without peepholes, projection and norms inside."""
    return _sequence(call, "lstm", 2, 6, 3, extras=(9, 10, 11, 16, 20, 21, 22, 23), needed=1)


def rnn_sequence(call: Call) -> Held | None:
    """`UNIDIRECTIONAL_SEQUENCE_RNN`."""
    return _sequence(call, "rnn", 1, 2, 0, extras=(), needed=1)


def _sequence(
    call: Call, cell: str, weight: int, state: int, time_major: int, *, extras: tuple[int, ...], needed: int
) -> Held | None:
    """A state that is carried along a sequence of (samples, steps, features), or steps first."""
    x, stored, carried = call.x(), call.constant(weight), call.constant(state)
    if (
        x.rank != SEQUENCE_AXES
        or stored is None
        or carried is None
        or not call.has(needed)
        or any(map(call.has, extras))
    ):
        return None
    samples, steps, features = x.dims
    if call.operator.option(time_major, "bool"):
        samples, steps = steps, samples
    if len(stored.dims) != MATRIX_AXES or stored.dims[1] != features or carried.dims != (stored.dims[0],) * 2:
        return None
    return call.raw(
        *(RawRecurrent, [call.as_it_is(x)], call.out),
        cell=cell,
        units=stored.dims[0],
        samples=samples,
        steps=steps,
        features=features,
        biases=1,
    )


def memory_filter(call: Call) -> Held | None:
    """`SVDF`: filters over the features, then over what they gave at the last steps, `rank` of them to a unit."""
    feature, time, x = call.constant(1), call.constant(2), call.x()
    rank = call.operator.option(0)
    if (
        feature is None
        or time is None
        or x.rank != MATRIX_AXES
        or len(feature.dims) != MATRIX_AXES
        or len(time.dims) != MATRIX_AXES
    ):
        return None
    batch, filters, steps = x.dims[0], feature.dims[0], time.dims[1]
    if (
        feature.dims[1] != x.dims[1]
        or time.dims[0] != filters
        or rank < 1
        or call.out != (batch, filters // rank)
    ):
        return None
    found = call.raw(
        *(Product, [call.as_it_is(x)], (batch, filters), "feature"),
        equation="bi,fi->bf",
        weight=feature.dims,
        weights=(1,),
    )
    memory = call.raw(
        *(Move, [(found.node, None)], (batch, filters, steps), "memory"),
        operation="State",
        layout=Layout(Sequence, (0, 1, 2)),
    )
    found = call.raw(
        *(Product, [(memory.node, None)], (batch, filters), "time"),
        equation="bft,ft->bf",
        weight=time.dims,
        weights=(2,),
    )
    if rank > 1:
        found = call.raw(Reduce, [(found.node, None)], call.out, "rank", operation="Sum")
    if call.has(3):
        bias = (filters // rank,)
        found = call.raw(
            *(Pointwise, [(found.node, None)], call.out, "bias"),
            operation="Bias",
            operands=(bias,),
            weights=(3,),
        )
    return call.activated(found, 1)


def assigned(call: Call) -> list[Held]:
    """`ASSIGN_VARIABLE`: kept for the next run."""
    for each in call.computed:
        call.kept_for_next(each)
    return []


def variable(call: Call) -> list[Held]:
    """`READ_VARIABLE`: what the last run kept; one that nothing assigns holds weights."""
    name = call.operator.inputs[0] if call.operator.inputs else -1
    graph = call.lowering.graph
    is_state = any(each.kind == "ASSIGN_VARIABLE" and each.inputs[:1] == (name,) for each in graph.operators)
    if is_state:
        return [call.raw(Move, [], call.out, operation="State")]
    return [call.raw(Pointwise, [], call.out, operation="Variable", per_element=0, operands=(call.out,))]


def nothing(call: Call) -> list[Held]:
    """What runs once, before, or only names a variable."""
    del call
    return []
