"""Recurrent layers, whole and cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

from netcost.frontends.aten.builder import Builder
from netcost.frontends.aten.values import Call, Meta, Moved, Value
from netcost.frontends.graph import shape_of
from netcost.layers.recurrent import Gru, Lstm, Recurrent, Rnn
from netcost.layers.tensor import RawRecurrent
from netcost.shapes import KINDS

Rule = Callable[[Call, Builder], Value | list[Value] | None]

CELLS: Mapping[str, type[Recurrent]] = {"lstm": Lstm, "gru": Gru, "rnn_tanh": Rnn, "rnn_relu": Rnn}
MATRICES = 2
"""Of each layer and direction: one beside the input, one beside the state."""


def recurrent(call: Call, builder: Builder) -> Value | None:
    """All layers and directions of a recurrent network."""
    source, params = call.tensor("input", "data"), call.listed("params")
    initial = call.get("hx", default=[])
    if (
        source is None
        or source.node is None
        or len(params) < MATRICES
        or len(params) != len(call.get("params"))
    ):
        return None
    if not all(each.is_learned and each.shape for each in params) or len(params[1].shape) != MATRICES:
        return None
    units = max(params[1].shape[0] // CELLS[call.operation].gates, 1)
    biases = call.flag("has_biases", default=True)
    projected = params[1].shape[1] if params[1].shape[1] != units else 0
    fields: dict[str, Any] = {
        "units": units,
        "layers": call.whole("num_layers", 1),
        "bidirectional": call.flag("bidirectional"),
        "bias": biases,
        **({"projection": projected} if projected else {}),
    }
    layer = CELLS[call.operation](**fields)
    x = _sequence(call, builder, source)
    if x is None:
        return None
    inputs = [x, *_initial(call, builder, layer, initial, x.shape[0])]
    keys = {
        name: (call.operation, name, *(each.weight for each in params))
        for name in layer.weights(KINDS["sequence"](x.shape))
    }
    kinds = [KINDS["sequence"], KINDS["vector"]][: len(inputs)]
    found = builder.typed(call, layer, inputs, kinds=kinds, weights=keys)
    if found is None:
        return None
    builder.owned.update(each.weight for each in params)
    return found


def _sequence(call: Call, builder: Builder, source: Value) -> Value | None:
    """The input with its samples in front; a packed one has as many steps as its longest sample."""
    shape = source.shape
    if "batch_sizes" in call.arguments:
        return source.moved(Meta((1, *shape), source.dtype), Moved("unsqueeze")) if len(shape) == 2 else None  # noqa: PLR2004
    if len(shape) == 2:  # noqa: PLR2004
        return builder.seen_as(source, (1, *shape), call)
    if len(shape) != 3:  # noqa: PLR2004
        return None
    if call.flag("batch_first"):
        return source
    return builder.seen_as(source, (shape[1], shape[0], shape[2]), call)


def _initial(call: Call, builder: Builder, layer: Recurrent, given: object, samples: int) -> list[Value]:
    """The state that it starts from, where data decides that."""
    listed = [given] if isinstance(given, Value) else given if isinstance(given, (list, tuple)) else []
    states = [each for each in listed if isinstance(each, Value) and not each.is_fixed]
    if not states or not samples or states[0].elements % samples:
        return []
    wanted = (samples, states[0].elements // samples)
    if wanted[1] not in {layer.carried, layer.layers * layer.directions * layer.width}:
        return []
    return [builder.seen_as(states[0], wanted, call)]


def cell(call: Call, builder: Builder) -> Value | None:
    """One step of a recurrent network."""
    source = call.tensor("input")
    matrices = [call.tensor("w_ih"), call.tensor("w_hh")]
    biases = [each for each in (call.tensor("b_ih"), call.tensor("b_hh")) if each is not None]
    word = call.operation.removesuffix("_cell")
    if (
        source is None
        or not (source.shape and call.out.shape)
        or any(each is None or not each.is_learned for each in matrices)
    ):
        return None
    params = [*matrices, *biases]
    name = word.partition("_")[0]
    layer = RawRecurrent(
        operation=call.operation,
        shape=tuple(shape_of(call.out.shape)),
        cell=name,
        units=call.out.shape[-1],
        steps=1,
        samples=prod(source.shape[:-1]),
        features=source.shape[-1],
        biases=len(biases),
    )
    keys = {each: (word, each, *(param.weight for param in params if param)) for each in layer.weights()}
    data = list(dict.fromkeys(call.data)) or [source]
    found = builder.typed(call, layer, data, weights=keys)
    builder.owned.update(each.weight for each in params if each)
    return found


RULES: Mapping[str, Rule] = {
    **dict.fromkeys(CELLS, recurrent),
    **dict.fromkeys(("lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell"), cell),
}
