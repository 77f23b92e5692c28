"""Darknet's recurrent sections, one step of them: the state before is a tensor that comes from nowhere."""

from __future__ import annotations

from typing import Any

from netcost.frontends.darknet.file import Section
from netcost.frontends.darknet.net import Net
from netcost.layers.elementwise import Add
from netcost.layers.tensor import Move
from netcost.network import Node
from netcost.shapes import Shape

LSTM_GATES = ("f", "i", "g", "o")
LSTM_OPS = 9
"""The four gates, and for the memory and the state 5: two products and a sum, an activation, a product."""
PEEPHOLES = ("f", "i", "o")
GRU_GATES = ("z", "r", "h")
GRU_OPS = 7
"""The activations of three gates, the reset, and for the state two products and a sum."""


def _state(net: Net, shape: Shape, part: str = "state") -> Node:
    """What the step before has left."""
    return net.add(part, Move(operation="state", shape=tuple(shape), kind=shape.word), operands=False)


def rnn(net: Net, s: Section) -> Node:
    """An activated sum of the input and the last state, and an output of it."""
    norm, act = s.flag("batch_normalize"), s.text("activation", "logistic")
    hidden = s.whole("hidden", 1)
    own = net.connect(net.x, hidden, norm=norm, activation=act, part="input")
    loops = {1: "logistic", 2: "loggy"}.get(s.whole("logistic"), act)
    last = net.connect(_state(net, own.output), hidden, norm=norm, activation=loops, part="self")
    state = net.add("sum", Add(), own, last)
    return net.connect(state, s.whole("output", 1), norm=norm, activation=act, part="output")


def _convolution(s: Section, activation: str) -> dict[str, Any]:
    """What all convolutions of a section have in common; `activation` is what they have where it names none."""
    size = s.whole("size", 3)
    return {
        "size": size,
        "pad": size // 2 if s.flag("pad") else s.whole("padding"),
        "dilation": 1 if size == 1 else s.whole("dilation", 1),
        "groups": s.whole("groups", 1),
        "norm": s.flag("batch_normalize"),
        "activation": s.text("activation", activation),
        "stride": s.whole("stride", 1),
    }


def crnn(net: Net, s: Section) -> Node:
    """The same of convolutions."""
    same = _convolution(s, "logistic")
    hidden = s.whole("hidden", 1)
    own = net.convolve(net.x, hidden, part="input", **same)
    last = net.convolve(_state(net, own.output), hidden, part="self", **same)
    state = net.add("sum", Add(), own, last)
    return net.convolve(state, s.whole("output", 1), part="output", **same)


def lstm(net: Net, s: Section) -> Node:
    """Four gates, each of the input and of the last state."""
    units, norm = s.whole("output", 1), s.flag("batch_normalize")
    own = [net.connect(net.x, units, norm=norm, part=f"u{gate}") for gate in LSTM_GATES]
    before = _state(net, own[0].output)
    last = [net.connect(before, units, norm=norm, part=f"w{gate}") for gate in LSTM_GATES]
    gates = [net.add(f"sum_{g}", Add(), *pair) for g, *pair in zip(LSTM_GATES, own, last, strict=True)]
    memory = _state(net, before.output, "memory")
    return net.pointwise("LSTM", before.output, [*gates, memory], LSTM_OPS, "cell")


def gru(net: Net, s: Section) -> Node:
    """Three gates, each of the input and of the last state."""
    units, norm = s.whole("output", 1), s.flag("batch_normalize")
    own = [net.connect(net.x, units, norm=norm, part=f"input_{gate}") for gate in GRU_GATES]
    before = _state(net, own[0].output)
    last = [net.connect(before, units, norm=norm, part=f"state_{gate}") for gate in GRU_GATES]
    gates = [net.add(f"sum_{g}", Add(), *pair) for g, *pair in zip(GRU_GATES, own, last, strict=True)]
    return net.pointwise("GRU", before.output, [*gates, before], GRU_OPS, "cell")


def conv_lstm(net: Net, s: Section) -> Node:
    """An LSTM of convolutions; with a bottleneck one convolution of input and state is behind all gates."""
    same, units = _convolution(s, "linear"), s.whole("output", 1)

    def convolve(x: Node, part: str) -> Node:
        return net.convolve(x, units, part=part, **same)

    if s.flag("bottleneck"):
        raise net.fault("bottleneck", "a conv_lstm with a bottleneck is not known", "leave it out")
    own = [convolve(net.x, f"u{gate}") for gate in LSTM_GATES]
    before = _state(net, own[0].output)
    last = [convolve(before, f"w{gate}") for gate in LSTM_GATES]
    pairs = {gate: pair for gate, *pair in zip(LSTM_GATES, own, last, strict=True)}
    memory = _state(net, before.output, "memory")
    if s.flag("peephole"):
        for gate in PEEPHOLES:
            pairs[gate].append(convolve(memory, f"v{gate}"))
    gates = [net.add(f"sum_{gate}", Add(), *each) for gate, each in pairs.items()]
    return net.pointwise("LSTM", before.output, [*gates, memory], LSTM_OPS, "cell")
