"""Bytes that layers move, and the time that a device cannot do them in less."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

from netcost.analysis.storage import entering, output_bytes, state_bytes
from netcost.blocks import computed_in
from netcost.devices import Device, Figure
from netcost.integers import ceil_div, maximum
from netcost.layers.layer import count
from netcost.network import Network, Node
from netcost.number import Number, known_part
from netcost.report.answers import Answers
from netcost.report.metrics import weight_bytes
from netcost.report.roof import Point, Roof

NANOSECONDS = 10**9


@dataclass(frozen=True, slots=True)
class Moved:
    """What a layer moves between memory and processor, with the elementwise layers that run inside of it.

    Args:
        node: the layer.
        inputs: bytes of what it takes in, each in its source's number format.
        weights: bytes of the weights that it really reads.
        state: bytes of what is kept from one step to the next, as far as it is read or written.
        output: bytes of what it puts out.
        macs: multiply-accumulates.
        ops: other operations.
    """

    node: Node
    inputs: int
    weights: int
    state: int
    output: int
    macs: Number
    ops: Number

    @property
    def total(self) -> int:
        """All bytes together."""
        return self.inputs + self.weights + self.state + self.output


def moved(network: Network) -> list[Moved]:
    """What each layer moves; a view moves nothing.

    Fused: an elementwise layer that alone reads its input runs inside the layer before it, which then puts out what it does.
    """
    found: dict[Node, Moved] = {}
    hosts: dict[Node, Node] = {}
    outputs = set(network.outputs)
    steps = "decode" in network.overrides
    for node in network.nodes:
        if node.layer.view or not node.runs:
            continue
        asked = Answers(node)
        host = _host(node, network, hosts, outputs)
        if host is None:
            inputs = sum(output_bytes(_made(source)) for source in node.read)
            goes_on = steps or node.layer.past or node.layer.cached
            state = node.layer.state_moves * state_bytes(node) if goes_on else 0
            found[node] = Moved(node, inputs, _read(node), state, output_bytes(node), asked.macs, asked.ops)
            hosts[node] = node
        else:
            before = found[host]
            found[host] = Moved(
                host,
                before.inputs,
                before.weights + _read(node),
                before.state,
                output_bytes(node),
                before.macs + asked.macs,
                before.ops + asked.ops,
            )
            hosts[node] = host
    return list(found.values())


def _host(node: Node, network: Network, hosts: Mapping[Node, Node], outputs: set[Node]) -> Node | None:
    """The layer inside of which an elementwise one runs; none if it runs by itself."""
    if not (node.layer.elementwise and len(node.inputs) == 1):
        return None
    source = node.inputs[0]
    alone = source in hosts and source not in outputs and len(network.consumers(source)) == 1
    return hosts[source] if alone else None


def _made(node: Node) -> Node:
    """The layer that made what a view views."""
    while node.layer.view and node.inputs:
        node = node.inputs[0]
    return node


def _read(node: Node) -> int:
    """Bytes of the weights that a layer reads: of those that it reads in part, as many of their bytes."""
    weights = node.layer.weights(*node.input_shapes)
    whole, read = count(weights), node.layer.read_params(*node.input_shapes)
    size = weight_bytes(node.layer, weights, node.precision)
    return size if read == whole else ceil_div(size * read, whole)


@dataclass(frozen=True)
class Bound:
    """Times that a device cannot do with less, in whole ticks: so short that each time is a number of them.

    Args:
        unit: ticks of a nanosecond.
        ticks: for each layer the larger of the time to compute it and the time to move its bytes.
        least: the larger of the time to compute everything and the time to move weights, input and output once.
    """

    unit: int
    ticks: Sequence[int]
    least: int

    @property
    def layers(self) -> Sequence[Fraction]:
        """Nanoseconds of each layer."""
        return [Fraction(ticks, self.unit) for ticks in self.ticks]

    @property
    def floor(self) -> Fraction:
        """Nanoseconds that everything takes at once."""
        return Fraction(self.least, self.unit)

    @property
    def total(self) -> Fraction:
        """Nanoseconds of one layer after the other."""
        return Fraction(sum(self.ticks), self.unit)

    @property
    def whole(self) -> int:
        """The same, rounded down."""
        return sum(self.ticks) // self.unit


def bound(network: Network, each: Sequence[Moved], device: Device) -> Bound | None:
    """The least time of a network on a device; None if the device does not tell a rate or its bandwidth.

    Convolutions by Winograd's algorithm and caches that hold whole tensors can be faster than the sum over layers.
    """
    if device.bandwidth is None or untold(each, device):
        return None
    rates = [_rate(one, device) or device.bandwidth for one in each]
    unit = lcm(*(figure.number.numerator for figure in (*rates, device.bandwidth)))
    compute = [_ticks(_operations(one), rate, unit) for one, rate in zip(each, rates, strict=True)]
    transfer = [_ticks(known_part(one.total), device.bandwidth, unit) for one in each]
    ends = sum(map(output_bytes, (*entering(network), *network.outputs))) + sum(
        one.weights + one.state for one in each
    )
    least = maximum(sum(compute), _ticks(known_part(ends), device.bandwidth, unit))
    return Bound(unit, list(map(maximum, compute, transfer)), least)


def roof(each: Sequence[Moved], least: Bound, device: Device) -> Roof | None:
    """The bounds of a device with the layers below them; None if none computes anything, or its bandwidth is not told."""
    rates = Counter(rate.number for rate in (_rate(one, device) for one in each) if rate)
    points = [
        Point(one.node.name, _operations(one), one.total, time)
        for one, time in zip(each, least.layers, strict=True)
        if _operations(one) and one.total
    ]
    return (
        Roof(device.name, max(rates, key=lambda rate: rates[rate]), device.bandwidth.number, points)
        if points and device.bandwidth
        else None
    )


def untold(each: Sequence[Moved], device: Device) -> list[str]:
    """What a device would have to tell for a time to be known."""
    formats = dict.fromkeys(one.node.precision.activations for one in each if not _rate(one, device))
    bandwidth = [] if device.bandwidth else ["its bandwidth"]
    return [*bandwidth, *(f"a rate for {dtype}" for dtype in formats)]


def _rate(one: Moved, device: Device) -> Figure | None:
    """The rate at which a device computes a layer: in the format of its activations, whose scales do not count."""
    dtype = one.node.precision.activations
    return device.rate(dtype) or device.rate(computed_in(dtype))


def _operations(one: Moved) -> int:
    """What of a layer's operations is known."""
    macs, ops = (each if isinstance(each, int) else 0 for each in (one.macs, one.ops))
    return 2 * macs + ops


def _ticks(amount: Any, rate: Figure, unit: int) -> int:
    """What an amount takes at a rate per second."""
    ticks: int = amount * NANOSECONDS * rate.number.denominator * (unit // rate.number.numerator)
    return ticks
