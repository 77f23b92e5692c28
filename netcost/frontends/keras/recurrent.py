"""Layers that go along a sequence step by step, and layers that apply another one to each step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netcost.frontends.keras.call import Call
from netcost.frontends.keras.merging import combine, join, reshaped
from netcost.frontends.layouts import Held, Layout, in_order, map_layout, shown
from netcost.layers.conv import Conv
from netcost.layers.conv_lstm import ConvLstm
from netcost.layers.elementwise import Add, Average, Elementwise, Mul
from netcost.layers.recurrent import Gru, Lstm, Recurrent, Rnn
from netcost.layers.tensor import Move, Pointwise
from netcost.shapes import Vector

KINDS: Mapping[str, type[Recurrent]] = {
    "SimpleRNN": Rnn,
    "LSTM": Lstm,
    "GRU": Gru,
    "CuDNNLSTM": Lstm,
    "CuDNNGRU": Gru,
}
MERGES: Mapping[str, type[Elementwise]] = {"sum": Add, "ave": Average, "mul": Mul}
SAME_AT_EACH_STEP = (
    *("Dense", "EinsumDense", "Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "Dropout", "Identity"),
    *("LayerNormalization", "BatchNormalization"),
)
"""Layers over the last axis, which a sequence of vectors has too."""


def recurrent(call: Call) -> list[Held]:
    """`SimpleRNN`, `LSTM` and `GRU`: one state."""
    kind = KINDS[call.layer.kind]
    return _run(call, call.x, kind, call.config, sequences=call.flag("return_sequences", default=False))


def _run(
    call: Call,
    x: Held,
    kind: type[Recurrent],
    config: Mapping[str, Any],
    *,
    sequences: bool,
    suffix: str = "",
) -> list[Held]:
    """A state that is carried along a sequence, and, where it is asked for, how it ends."""
    units = call.checked_whole(config.get("units"), "units")
    layer = call.make(kind, units=units, bias=_bias(kind, config), sequences=sequences)
    edges = [call.sequence(x), *_start(call, x, units, suffix)]
    found = call.put(layer, edges, (0, 1, 2) if sequences else (0, 1), suffix)
    return [found, *_states(call, found, 2 if kind is Lstm else 1, (x.dims[0], units), suffix)]


def _bias(kind: type[Recurrent], config: Mapping[str, Any]) -> bool | str:
    """How many biases there are: Keras has one a gate, but for a GRU that resets behind the product."""
    if config.get("use_bias", True) is False:
        return False
    if "recurrent_activation" not in config and kind is not Rnn:  # the layers of CuDNN, which have two
        return True
    return True if kind is Gru and config.get("reset_after", False) is True else "single"


def _start(call: Call, x: Held, units: int, suffix: str) -> list[Any]:
    """The states that it starts from, side by side, where they are given."""
    given = [each for each in call.tensors if each.node is not x.node and each.dims == (x.dims[0], units)]
    if suffix or not given:
        return []
    if len(given) == 1:
        return [call.lay(given[0], Layout(Vector, (0, 1)))]
    return [(join(call, given, 1, "initial").node, None)]


def _states(call: Call, found: Held, count: int, dims: tuple[int, ...], suffix: str = "") -> list[Held]:
    """The states as further tensors that are put out; those that nothing takes in are no rows."""
    if not call.flag("return_state", default=False):
        return []
    states = []
    for place in range(1, count + 1):
        name = ".".join(filter(None, (suffix, f"state_{'hc'[place - 1] if count <= 2 else place}")))  # noqa: PLR2004
        held = Held(found.node, in_order(len(dims)), dims)
        if place in call.used:
            held = call.raw(Move, [(found.node, None)], dims, name, operation="State", view=True)
        states.append(held)
    return states


def cells(call: Call) -> list[Held]:
    """`RNN`: a cell, or several on top of one another, carried along a sequence."""
    cell = call.config.get("cell")
    stack = _stack(call, cell)
    sequences = call.flag("return_sequences", default=False)
    x, states = call.x, []
    if call.flag("return_state", default=False) and len(stack) > 1 and len(call.used) > 1:
        call.fail("the states of several cells are not read", "`return_state=False`")
    for place, (kind, config) in enumerate(stack):
        is_last = place == len(stack) - 1
        suffix = f"cell{place}" if len(stack) > 1 else ""
        x, *states = _run(call, x, kind, config, sequences=sequences or not is_last, suffix=suffix)
    return [x, *states]


def _stack(call: Call, cell: object) -> list[tuple[type[Recurrent], Mapping[str, Any]]]:
    name = cell.get("class_name") if isinstance(cell, Mapping) else None
    config = cell.get("config") if isinstance(cell, Mapping) else None
    if not isinstance(config, Mapping) or not isinstance(name, str):
        call.fail("an RNN has a `cell`")
    if name == "StackedRNNCells":
        inner = config.get("cells")
        found = [each for one in inner for each in _stack(call, one)] if isinstance(inner, list) else []
        return found or call.fail("StackedRNNCells has no cells")
    kind = KINDS.get(name.removesuffix("Cell"))
    if kind is None:
        call.fail(
            f"`{name[:60]}` is a cell of its own, which is code",
            "LSTMCell, GRUCell and SimpleRNNCell are read",
        )
    return [(kind, config)]


def bidirectional(call: Call) -> list[Held]:
    """`Bidirectional`: from the start and from the end, joined."""
    inner = call.inner("layer")
    mode = call.config.get("merge_mode", "concat")
    kind = KINDS.get(inner.layer.kind)
    returns_state = inner.flag("return_state", default=False)
    backward = call.config.get("backward_layer")
    if kind and mode == "concat" and not returns_state and len(call.tensors) == 1 and _alike(inner, backward):
        sequences = inner.flag("return_sequences", default=False)
        units = inner.whole("units")
        layer = call.make(
            kind, units=units, bias=_bias(kind, inner.config), sequences=sequences, bidirectional=True
        )
        return [call.put(layer, [call.sequence(call.x)], (0, 1, 2) if sequences else (0, 1))]
    both = [
        call.reader.call(call.of(entry or call.config.get("layer"), call.args[:1], suffix))
        for entry, suffix in ((None, "forward"), (backward, "backward"))
    ]
    (forward, *_), (back, *_) = both
    states = [*both[0][1:], *both[1][1:]]
    if mode is None:
        return [forward, back, *states]
    if mode == "concat":
        return [join(call, [forward, back], -1, "concat"), *states]
    if mode not in MERGES:
        call.fail(f"`merge_mode` is {str(mode)[:40]}", "concat, sum, mul, ave or null")
    return [combine(call, [forward, back], MERGES[mode], str(mode)), *states]


def _alike(inner: Call, backward: object) -> bool:
    """Whether both directions cost the same."""
    if not isinstance(backward, Mapping):
        return True
    config = backward.get("config")
    told = ("units", "use_bias", "reset_after", "return_sequences")
    return (
        isinstance(config, Mapping)
        and backward.get("class_name") == inner.layer.kind
        and all(config.get(name) == inner.config.get(name) for name in told)
    )


def time_distributed(call: Call) -> list[Held]:
    """`TimeDistributed`: the same layer at each step, all steps among the samples."""
    x = call.x
    if x.rank < 3:  # noqa: PLR2004
        call.fail(f"TimeDistributed needs a step for each sample, got {shown(x.dims)}")
    inner = call.inner("layer")
    if x.rank == 3 and inner.layer.kind in SAME_AT_EACH_STEP and not inner.layer.is_custom:  # noqa: PLR2004
        return call.reader.call(inner)
    steps = (x.dims[0], x.dims[1])
    merged = reshaped(call, x, [steps[0] * steps[1], *x.dims[2:]], "steps_merged")
    stated = {
        place: (steps[0] * steps[1], *shape[2:])
        for place, shape in call.stated.items()
        if shape and len(shape) > 1
    }
    inner = call.inner("layer", [merged])
    inner.stated = stated
    found = call.reader.call(inner)
    return [
        reshaped(call, each, [*steps, *each.dims[1:]], "steps_split" if not at else f"steps_split{at}")
        for at, each in enumerate(found)
    ]


def conv_lstm(call: Call) -> list[Held]:
    """`ConvLSTM1D` to `3D`: a memory for each place, carried along a film."""
    rank = int(call.layer.kind[-2])
    x = call.x
    sequences = call.flag("return_sequences", default=False)
    fields: dict[str, Any] = {
        "filters": call.whole("filters"),
        "kernel": call.wholes("kernel_size", rank),
        "stride": call.wholes("strides", rank, 1),
        "dilation": call.wholes("dilation_rate", rank, 1),
        "pad": call.word("padding", "valid"),
    }
    bias = "single" if call.flag("use_bias", default=True) else False
    if x.rank != rank + 3:
        call.fail(f"{call.layer.kind} needs {rank + 3} axes, the batch included, got {shown(x.dims)}")
    if rank == 3:  # noqa: PLR2004
        found = _conv_lstm_3d(call, fields, sequences=sequences)
    else:
        film = map_layout(x.rank, last=call.channels_last, first_spatial=2)
        still = map_layout(x.rank - 1, last=call.channels_last)
        layer = call.make(ConvLstm, **fields, bias=bias, sequences=sequences)
        found = call.put(layer, [call.lay(x, film)], film.order if sequences else still.order)
    state = found.dims if not sequences else (found.dims[0], *found.dims[2:])
    return [found, *_states(call, found, 2, state)]


GATES = 4
GATE_OPS = 17
"""Per element: sum, bias and activation of each gate, and 5 for the memory and the state."""


def _conv_lstm_3d(call: Call, fields: dict[str, Any], *, sequences: bool) -> Held:
    """The same over volumes, in the parts that it is made of: there are too many axes for one layer."""
    x = call.x
    batch, times = x.dims[:2]
    filters, bias = fields.pop("filters"), call.flag("use_bias", default=True)
    frames = reshaped(call, x, [batch * times, *x.dims[2:]], "frames")
    layout = map_layout(frames.rank, last=call.channels_last)
    gates = call.put(
        call.make(Conv, filters=GATES * filters, bias=bias, **fields),
        [call.lay(frames, layout)],
        layout.order,
        "input",
    )
    dims = list(gates.dims)
    dims[layout.order[1]] = filters
    ops = GATE_OPS - (0 if bias else GATES)
    state = call.raw(
        Pointwise, [(gates.node, None)], dims, "gates", operation="Gates", layout=layout, per_element=ops
    )
    kernel = call.make(Conv, filters=GATES * filters, kernel=fields["kernel"], pad="same", bias=False)
    carried = call.put(kernel, [(state.node, None)], layout.order, "state")
    return call.raw(
        *(Move, [(state.node, None), (carried.node, None)]),
        [batch, times, *dims[1:]] if sequences else [batch, *dims[1:]],
        operation="States",
    )


RECURRENT = {
    **dict.fromkeys(KINDS, recurrent),
    "RNN": cells,
    "Bidirectional": bidirectional,
    "TimeDistributed": time_distributed,
    **dict.fromkeys(("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"), conv_lstm),
}
